"""How a check divides its work: sizes of statements and samples. They decide how fast a result is, never what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

__all__ = ["Limits", "chunks"]

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Sizes that suit every engine; what differs between engines stands in :class:`driftql.engines.Engine`.

    Attributes
    ----------
    features_per_profile
        Features that one statement profiles or samples.
    features_per_statement
        Features that one statement counts by value.
    features_per_refinement
        Features that one statement counts exactly, on engines that read whole rows.
    categories_per_statement
        Features whose categories one statement counts.
    features_per_small_histogram
        Features that one statement counts on grids where the windows are small and wide.
    by_value_rows
        Up to this many rows in both windows, sorting the values is as fast as any histogram of them.
    few_values
        A feature with fewer distinct values in its sample than this may be grouped by value.
    min_sample_rows, max_sample_rows, sample_one_in
        A sample holds one row in ``sample_one_in`` of the larger window, within the two bounds.
    wide_features, small_rows
        Windows are small and wide if they have at least ``wide_features`` features and at most ``small_rows`` rows:
        planning a wide view once per feature then costs more than reading it.
    precision
        Largest error of KS, as a share of its sampling noise, that needs no exact count.
    classes
        A label column with more different values than this holds no classes.
    days
        Days of both windows whose rows are counted.
    users
        Affected users that an alert names.
    """

    features_per_profile: int = 50
    features_per_statement: int = 25
    features_per_refinement: int = 8
    categories_per_statement: int = 8
    features_per_small_histogram: int = 16
    by_value_rows: int = 40_000
    few_values: int = 2_000
    min_sample_rows: int = 5_000
    max_sample_rows: int = 40_000
    sample_one_in: int = 500
    wide_features: int = 32
    small_rows: int = 1_000_000
    precision: float = 0.05
    classes: int = 1_000
    days: int = 800
    users: int = 100


def chunks(items: Sequence[_T], size: int) -> list[Sequence[_T]]:
    """Divide a sequence into parts of a size; the last part may be smaller.

    >>> chunks("abcde", 2)
    ['ab', 'cd', 'e']
    """
    return [items[start : start + size] for start in range(0, len(items), size)]
