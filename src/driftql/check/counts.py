"""The counts that the statements of a check return, and how they are read: by column name.

Counts know nothing of the statements that they come from, so they may as well have been stored earlier.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from driftql.check.grid import Grid
from driftql.sql.fragments import moment_of
from driftql.stats.means import Moments, combine
from driftql.stats.psi import merge_edges
from driftql.warehouse.base import Row

__all__ = [
    "Bounds",
    "ConfidenceCounts",
    "Counts",
    "FeatureCounts",
    "FeatureProfile",
    "FeatureSample",
    "LabelCounts",
    "Pair",
    "WindowProfile",
    "decode_confidence",
    "decode_exact",
    "decode_feature_profile",
    "decode_feature_sample",
    "decode_histogram",
    "decode_labels",
    "decode_window_profile",
    "rows_by_window",
    "shows_non_finite",
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
    """The rows of a window, the range of its buckets and schema versions, and its features by name."""

    rows: int
    first_bucket: dt.datetime | None
    last_bucket: dt.datetime | None
    first_version: str | None
    last_version: str | None
    features: Mapping[str, FeatureProfile]


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
    """

    profiles: Pair[WindowProfile]
    labels: Pair[LabelCounts] | None
    too_many_labels: bool
    confidence: ConfidenceCounts | None
    features: Mapping[str, FeatureCounts]

    @property
    def classes(self) -> int | None:
        """How many labels there are in both windows together; None where there are none."""
        names = {name for window in self.labels or () for name in window.labels}
        return len(names) or None


def rows_by_window(rows: Sequence[Row]) -> Pair[Row]:
    """Return the reference's row and the current window's, in whichever order they came.

    ClickHouse takes ``order by`` after ``union all`` for a part of the last query.
    """
    first, second = sorted(rows, key=lambda row: int(row["is_current"]))
    return Pair(first, second)


def decode_window_profile(row: Row, features: Mapping[str, FeatureProfile]) -> WindowProfile:
    """Read what a row of ``window_profile`` says of the whole window."""
    return WindowProfile(
        rows=int(row["row_count"]),
        first_bucket=moment_of(row["first_bucket"]),
        last_bucket=moment_of(row["last_bucket"]),
        first_version=_text_or_none(row["first_version"]),
        last_version=_text_or_none(row["last_version"]),
        features=features,
    )


def decode_feature_profile(row: Row, number: int) -> FeatureProfile:
    """Read what a row of ``window_profile`` says of a feature; features are numbered from 1."""
    present, finite, distinct = (row[f"{name}_{number}"] for name in ("present", "finite", "distinct"))
    return FeatureProfile(
        present=int(present),
        finite=int(present if finite is None else finite),
        minimum=_finite_or_none(row[f"minimum_{number}"]),
        maximum=_finite_or_none(row[f"maximum_{number}"]),
        distinct=None if distinct is None else int(distinct),
    )


def shows_non_finite(row: Row, number: int) -> bool:
    """Return whether a row of ``window_profile`` shows that a feature holds NaN or an infinity.

    Either shows in the minimum or the maximum, on engines that sort NaN above all numbers.
    """
    ends = (row[f"minimum_{number}"], row[f"maximum_{number}"])
    return any(end is not None and not math.isfinite(float(end)) for end in ends)


def decode_labels(rows: Sequence[Row], *, has_labels: bool) -> Pair[LabelCounts]:
    """Read the rows of ``label_profile``, one per window and label.

    Parameters
    ----------
    rows
        In any order.
    has_labels
        Whether there is a label column; without one, all rows have the label NULL.
    """
    return Pair(
        _decode_window_labels([row for row in rows if not int(row["is_current"])], has_labels),
        _decode_window_labels([row for row in rows if int(row["is_current"])], has_labels),
    )


def _decode_window_labels(rows: Sequence[Row], has_labels: bool) -> LabelCounts:
    counted = [(row["label"], int(row["label_rows"])) for row in rows]
    return LabelCounts(
        rows=sum(count for _, count in counted),
        labels={str(label): count for label, count in counted if label is not None} if has_labels else {},
        unlabeled=sum(count for label, count in counted if label is None) if has_labels else 0,
        entropy=combine([_decode_entropy(row) for row in rows if int(row["entropy_rows"])]),
        out_of_range=sum(int(row["out_of_range_rows"]) for row in rows),
        not_normalized=sum(int(row["not_normalized_rows"]) for row in rows),
        classes=max((int(row["class_count"] or 0) for row in rows), default=0),
    )


def _decode_entropy(row: Row) -> Moments:
    variance = row["entropy_variance"]
    return Moments(
        int(row["entropy_rows"]), float(row["entropy_mean"]), math.nan if variance is None else float(variance)
    )


def decode_confidence(row: Row) -> ConfidenceCounts:
    """Read the row of ``confidence_profile``."""
    rows = int(row["confidence_rows"])
    missing = int(row["row_count"]) - rows
    if not rows:
        return ConfidenceCounts(rows, missing)
    p5, median, p95 = _numbers_of(row["confidence_quantiles"])
    return ConfidenceCounts(
        rows,
        missing,
        int(row["outside_rows"] or 0),
        float(row["confidence_mean"]),
        _finite_or_none(row["confidence_deviation"]),
        p5,
        median,
        p95,
    )


def decode_feature_sample(row: Row, number: int) -> FeatureSample:
    """Read what a row of ``feature_sample`` says of a feature; features are numbered from 1."""
    return FeatureSample(
        values=int(row[f"sampled_{number}"]),
        distinct=int(row[f"distinct_{number}"]),
        quantiles=_numbers_of(row[f"spread_{number}"]),
    )


def decode_exact(row: Row, edges: int, profile: FeatureProfile) -> FeatureCounts:
    """Read a row of ``feature_counts``, ``feature_refined`` or ``features_refined``.

    Parameters
    ----------
    row
        The counts of one feature.
    edges
        How many quantiles make the bins.
    profile
        The feature in the reference: only ``feature_counts`` returns the least and the greatest value itself.
    """
    ref_n, cur_n = int(row["ref_n"]), int(row["cur_n"])
    minimum = profile.minimum if row["ref_minimum"] is None else float(row["ref_minimum"])
    maximum = profile.maximum if row["ref_maximum"] is None else float(row["ref_maximum"])
    numbers = range(1, edges + 1)
    raw = [float(row[f"edge_{number}"]) for number in numbers]
    below = {
        edge: (int(row[f"ref_below_{number}"]), int(row[f"cur_below_{number}"]))
        for edge, number in zip(raw, numbers, strict=True)
    }
    # Where many values are equal to the first edge, a bin ends just above it: "at or below" is "below" the next double.
    spike = raw[0]
    below.setdefault(float(np.nextafter(spike, np.inf)), (int(row["spike_ref"]), int(row["spike_cur"])))
    inner = merge_edges(raw, math.nan if minimum is None else minimum, math.nan if maximum is None else maximum, spike)
    totals = [(0, 0), *(below[float(edge)] for edge in inner), (ref_n, cur_n)]
    return FeatureCounts(
        ref_n=ref_n,
        cur_n=cur_n,
        ks_ref=int(row["ks_ref"]),
        ks_cur=int(row["ks_cur"]),
        ks_value=float(row["ks_value"]),
        edges=inner,
        ref_bins=_differences([ref for ref, _ in totals]),
        cur_bins=_differences([cur for _, cur in totals]),
    )


def decode_histogram(rows: Sequence[Row], grid: Grid, fractions: Sequence[float]) -> FeatureCounts:
    """Read the rows of ``feature_histogram`` that belong to one feature: the bins that bound its PSI and KS.

    Parameters
    ----------
    rows
        One per bin that matters, in the order of the bins.
    grid
        Where bins end.
    fractions
        The quantiles that make the bins of PSI.
    """
    largest = next(row for row in rows if int(row["is_largest"]))
    ref_n, cur_n = int(largest["ref_n"]), int(largest["cur_n"])
    edges, totals, ref_below, cur_below = [], [(0, 0)], [], []
    for fraction in fractions:
        rank = int((ref_n - 1) * fraction)
        low, high = _bin_of_rank(rows, rank), _bin_of_rank(rows, min(rank + 1, ref_n - 1))
        edges.append(grid.end_of(int(low["bin"])))
        totals.append((int(low["ref_through"]), int(low["cur_through"])))
        ref_below.append((int(low["ref_before"]), int(high["ref_through"])))
        cur_below.append((int(low["cur_before"]), int(high["cur_through"])))
    totals.append((ref_n, cur_n))
    return FeatureCounts(
        ref_n=ref_n,
        cur_n=cur_n,
        ks_ref=int(largest["ref_through"]),
        ks_cur=int(largest["cur_through"]),
        ks_value=grid.end_of(int(largest["bin"])),
        edges=np.array(edges),
        ref_bins=_differences([ref for ref, _ in totals]),
        cur_bins=_differences([cur for _, cur in totals]),
        bounds=Bounds(float(largest["upper_gap"]), np.array(ref_below), np.array(cur_below), grid),
    )


def _bin_of_rank(rows: Sequence[Row], rank: int) -> Row:
    """Return the bin that holds the reference value of a rank, counted from 0."""
    return next(row for row in rows if int(row["ref_before"]) <= rank < int(row["ref_through"]))


def _differences(totals: Sequence[int]) -> NDArray[np.int64]:
    """Turn running totals into the counts of the bins between them."""
    return np.array([through - before for before, through in pairwise(totals)], dtype=np.int64)


def _finite_or_none(value: Any) -> float | None:
    return None if value is None or not math.isfinite(float(value)) else float(value)


def _numbers_of(value: Any) -> list[float]:
    """Read an array of numbers: a list, JSON text (Snowflake, Redshift) or NULL, which holds none."""
    values = json.loads(value) if isinstance(value, str) else value
    return [] if values is None else [float(number) for number in values]


def _text_or_none(value: Any) -> str | None:
    return None if value is None else str(value)
