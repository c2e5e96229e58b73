"""The counts that the statements of a check return."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from driftql.check.grid import Grid
from driftql.stats.means import Moments

__all__ = [
    "Bounds",
    "ConfidenceCounts",
    "FeatureCounts",
    "FeatureProfile",
    "LabelCounts",
    "Measurements",
    "WindowProfile",
]


@dataclass(frozen=True)
class FeatureProfile:
    """One feature in one window: rows with a value, with a finite value, and the range of these."""

    present: int
    finite: int
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True)
class WindowProfile:
    """What one scan of a window told."""

    rows: int
    first_bucket: dt.datetime | None
    last_bucket: dt.datetime | None
    first_version: str | None
    last_version: str | None
    features: dict[str, FeatureProfile]


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
    """The counts that PSI and KS are finished from.

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
    """The labels and the entropy of one window."""

    rows: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    unlabeled: int = 0
    entropy: Moments = field(default_factory=lambda: Moments(0, math.nan, math.nan))
    out_of_range: int = 0
    not_normalized: int = 0


@dataclass(frozen=True)
class ConfidenceCounts:
    """The confidence of the current window."""

    rows: int
    mean: float
    deviation: float | None
    p5: float
    median: float
    p95: float


@dataclass(frozen=True)
class Measurements:
    """Everything that the database told about two windows. Pairs are (reference, current)."""

    profiles: tuple[WindowProfile, WindowProfile]
    labels: tuple[LabelCounts, LabelCounts] | None
    too_many_labels: bool
    confidence: ConfidenceCounts | None
    features: dict[str, FeatureCounts]
