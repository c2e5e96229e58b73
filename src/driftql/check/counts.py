"""The counts of two windows: all that a verdict needs to know of them.

Counts know nothing of the statements that they come from, so they may as well have been stored earlier.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from driftql.check.grid import Grid
from driftql.stats.categories import Frequency
from driftql.stats.means import Moments

__all__ = [
    "Bounds",
    "Category",
    "CategoryCounts",
    "ConfidenceCounts",
    "Counts",
    "FeatureCounts",
    "FeatureProfile",
    "FeatureSample",
    "LabelCounts",
    "Pair",
    "WindowProfile",
]

T = TypeVar("T")
U = TypeVar("U")


class Pair(NamedTuple, Generic[T]):
    """The same thing of both windows."""

    reference: T
    current: T

    def map(self, function: Callable[[T], U]) -> Pair[U]:
        """Apply a function to both."""
        return Pair(function(self.reference), function(self.current))


@dataclass(frozen=True)
class FeatureProfile:
    """One feature in one window.

    Attributes
    ----------
    present, finite
        Rows with a value, and with a finite value.
    minimum, maximum
        Of the finite values; None where there is none, or none that a double can hold.
    distinct
        How many different values there are, roughly; None where nobody counted.
    """

    present: int
    finite: int
    minimum: float | None
    maximum: float | None
    distinct: int | None = None


@dataclass(frozen=True)
class WindowProfile:
    """The rows of a window, the range of its buckets and schema versions, and its features by name.

    ``present_time`` and ``present_user`` count the rows with a bucket start and with a user; None where no column says.
    """

    rows: int
    first_bucket: dt.datetime | None
    last_bucket: dt.datetime | None
    first_version: str | None
    last_version: str | None
    features: Mapping[str, FeatureProfile]
    present_time: int | None = None
    present_user: int | None = None


@dataclass(frozen=True)
class FeatureSample:
    """One feature in a sample of one window: finite values, roughly how many different ones, and their quantiles."""

    values: int
    distinct: int
    quantiles: list[float]


@dataclass(frozen=True)
class Bounds:
    """What a histogram leaves open.

    Attributes
    ----------
    ks_upper
        KS is at most this.
    ref_below, cur_below
        For each quantile edge the least and the greatest number of values that can be below it, shape (B - 1, 2).
    grid
        The bins, to refine them.
    """

    ks_upper: float
    ref_below: NDArray[np.int64]
    cur_below: NDArray[np.int64]
    grid: Grid


@dataclass(frozen=True)
class FeatureCounts:
    """The counts from which Python computes PSI and KS.

    Attributes
    ----------
    ref_n, cur_n
        Finite values.
    ks_ref, ks_cur
        Values at or below ``ks_value``, where the distribution functions are furthest apart.
    edges
        Inner bin edges, ascending, shape (B - 1,).
    ref_bins, cur_bins
        Counts of the B bins.
    bounds
        None where all of this is exact. Else the edges are bin ends close to the quantiles, counted exactly, and the
        distance at ``ks_value`` is the largest at any bin's end.
    """

    ref_n: int
    cur_n: int
    ks_ref: int
    ks_cur: int
    ks_value: float
    edges: NDArray[np.float64]
    ref_bins: NDArray[np.int64]
    cur_bins: NDArray[np.int64]
    bounds: Bounds | None = None


@dataclass(frozen=True)
class LabelCounts:
    """The labels and the entropy of one window.

    Attributes
    ----------
    rows
        All rows of the window.
    labels
        Rows per label.
    unlabeled
        Rows without a label.
    entropy
        Number, mean and variance of the entropies of the rows with a complete probability vector.
    out_of_range, not_normalized
        Rows with a probability outside [0, 1], and rows whose probabilities do not sum to 1.
    classes
        How many class probabilities a row has, or in lists the longest; 0 where there are none.
    """

    rows: int = 0
    labels: Mapping[str, int] = field(default_factory=dict)
    unlabeled: int = 0
    entropy: Moments = field(default_factory=lambda: Moments(0, math.nan, math.nan))
    out_of_range: int = 0
    not_normalized: int = 0
    classes: int = 0

    @property
    def labeled(self) -> int:
        """Rows with a label."""
        return sum(self.labels.values())


@dataclass(frozen=True)
class ConfidenceCounts:
    """The confidence of the current window.

    Attributes
    ----------
    rows
        Rows that have one.
    missing
        Rows that have none.
    outside
        Rows that have one below 0 or above 1.
    mean, deviation, p5, median, p95
        Its mean, sample deviation and quantiles; NaN where no row has one, the deviation None where it is not known.
    """

    rows: int
    missing: int = 0
    outside: int = 0
    mean: float = math.nan
    deviation: float | None = None
    p5: float = math.nan
    median: float = math.nan
    p95: float = math.nan


class Category(NamedTuple):
    """A category, the first 200 characters of its text, and its rows in the reference and the current window."""

    name: str
    ref: int
    cur: int


@dataclass(frozen=True)
class CategoryCounts:
    """The categories of one feature in both windows; a row without a category (NULL) counts nowhere.

    Attributes
    ----------
    ref_n, cur_n
        Rows with a category.
    listed
        The most frequent categories of the reference, in falling order of their reference rows, ties by name.
    rest, rest_categories
        Rows of all other categories of the reference, and how many these are.
    unseen, unseen_categories
        Current rows of categories that the reference does not have, and how many these are.
    new
        The largest of the unseen categories, by current rows.
    gone
        The largest categories of the reference that have no current row, by reference rows.
    groups
        Rows of the most frequent categories of both windows together, and of all others as one, to test the mix by.
    ref_singles
        Categories with exactly one reference row.
    frequencies
        How many categories have how many rows in both windows together.
    """

    ref_n: int
    cur_n: int
    listed: tuple[Category, ...]
    rest: Pair[int]
    rest_categories: int
    unseen: int
    unseen_categories: int
    new: tuple[Category, ...]
    gone: tuple[Category, ...]
    groups: Pair[tuple[int, ...]]
    ref_singles: int
    frequencies: tuple[Frequency, ...]

    @property
    def others(self) -> Pair[int]:
        """Rows of all categories that are not listed, whether the reference has them or not."""
        return Pair(self.rest.reference, self.rest.current + self.unseen)


@dataclass(frozen=True)
class Counts:
    """All that a verdict needs to know of two windows.

    Attributes
    ----------
    profiles
        The profile of each window.
    labels
        None where the windows have neither labels nor probabilities, or no rows, or too many different labels.
    too_many_labels
        Whether there are more different labels than classes make sense.
    confidence
        Of the current window; None where no column tells it, or the window has no rows.
    features
        By name; a feature without a finite value in either window is missing.
    timeless
        Rows that are in neither window because they have no time.
    categories
        By the name of the feature; none where a window has no rows.
    days
        Rows of each day that has some; days end when their window ends. None where they were not counted.
    has_more_days
        Whether there are more days than were counted: the oldest are missing.
    """

    profiles: Pair[WindowProfile]
    labels: Pair[LabelCounts] | None
    too_many_labels: bool
    confidence: ConfidenceCounts | None
    features: Mapping[str, FeatureCounts]
    timeless: int = 0
    categories: Mapping[str, CategoryCounts] = field(default_factory=dict)
    days: Pair[Mapping[dt.date, int]] | None = None
    has_more_days: bool = False

    @property
    def classes(self) -> int | None:
        """How many labels there are in both windows together; None where there are none."""
        names = {name for window in self.labels or () for name in window.labels}
        return len(names) or None
