"""The specification once more, on raw rows, with NumPy, SciPy and plain Python. It imports nothing of driftql."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import stats

FLOOR = 1e-8


def close(found: float | None, wanted: float | None, relative: float = 1e-12, absolute: float = 1e-12) -> bool:
    """Equal but for rounding; None equals only None."""
    if found is None or wanted is None:
        return found is wanted
    return bool(abs(found - wanted) <= absolute + relative * abs(wanted))


def is_missing(value: Any, nan_is_missing: bool) -> bool:
    return value is None or (nan_is_missing and isinstance(value, float) and math.isnan(value))


def finite_of(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if value is not None and math.isfinite(value)]


def edges_of(ref: np.ndarray, bins: int = 10) -> np.ndarray:
    """Interior quantiles of the reference, equal ones merged; the spike rule where one bin would hold everything."""
    raw = np.unique(np.percentile(ref, np.linspace(0, 100, bins + 1)[1:-1]))
    if np.count_nonzero(binned(ref, raw)) > 1:
        return raw
    value = raw[0]
    spike = [value] if (ref < value).any() else []
    if (ref > value).any():
        spike.append(np.nextafter(value, np.inf))
    return np.array(spike)


def binned(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Count a <= x < b, outer bins open."""
    return np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)


def psi_of(ref_bins: np.ndarray, cur_bins: np.ndarray, epsilon: float = 1e-4) -> float:
    expected = np.maximum(ref_bins / ref_bins.sum(), epsilon)
    actual = np.maximum(cur_bins / cur_bins.sum(), epsilon)
    return float(((actual - expected) * np.log(actual / expected)).sum())


def psi_of_rows(ref: np.ndarray, cur: np.ndarray, epsilon: float = 1e-4) -> float:
    """Return the PSI of finite values, over the bins that the reference makes."""
    edges = edges_of(ref.astype(float))
    return psi_of(binned(ref.astype(float), edges), binned(cur.astype(float), edges), epsilon)


def ks_of(ref: Sequence[Any] | np.ndarray, cur: Sequence[Any] | np.ndarray) -> tuple[float, float]:
    """Ask SciPy, on the raw rows. Exact numbers (int, Decimal) become their ranks, which have the same D."""
    first, second = ref, cur
    if not isinstance(ref, np.ndarray):
        rank = {value: place for place, value in enumerate(sorted({*ref, *cur}))}
        first, second = ([float(rank[value]) for value in side] for side in (ref, cur))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        found = stats.ks_2samp(np.asarray(first, dtype=float), np.asarray(second, dtype=float))
    return float(found.statistic), float(found.pvalue)


@dataclass
class Feature:
    """What a report has to say about one feature."""

    ref_rows: int
    cur_rows: int
    ref_missing: int
    cur_missing: int
    ref_non_finite: int
    cur_non_finite: int
    psi: float | None = None
    edges: list[float] = field(default_factory=list)
    ref_bins: list[int] = field(default_factory=list)
    cur_bins: list[int] = field(default_factory=list)
    ks: tuple[float, float] | None = None


def feature(
    ref: Sequence[Any],
    cur: Sequence[Any],
    *,
    bins: int = 10,
    epsilon: float = 1e-4,
    min_rows: int = 10,
    nan_is_missing: bool = False,
) -> Feature:
    """Compare two lists of None, bool, int, Decimal or float.

    A float in either window makes the comparison one of doubles, as it is in SQL.
    """
    finite = [finite_of(side) for side in (ref, cur)]
    missing = [sum(is_missing(value, nan_is_missing) for value in side) for side in (ref, cur)]
    non_finite = [len(side) - len(good) - gone for side, good, gone in zip((ref, cur), finite, missing, strict=True)]
    result = Feature(len(finite[0]), len(finite[1]), missing[0], missing[1], non_finite[0], non_finite[1])
    if min(len(side) for side in finite) < max(min_rows, 1):
        return result
    doubles = [np.array([float(value) for value in side]) for side in finite]
    mixed = any(isinstance(value, float) for side in (ref, cur) for value in side)
    result.ks = ks_of(*doubles) if mixed else ks_of(*finite)
    if len(set(doubles[0]) | set(doubles[1])) == 1 and (mixed or len({*finite[0], *finite[1]}) == 1):
        result.psi = 0.0  # a constant that stays, which has no quantiles to cut bins at
    else:
        finish_psi(result, doubles[0], doubles[1], bins, epsilon)
    return result


def feature_of_arrays(ref: np.ndarray, cur: np.ndarray, bins: int = 10, epsilon: float = 1e-4) -> Feature:
    """Compare two arrays of finite doubles, or of integers that all are doubles too."""
    result = Feature(len(ref), len(cur), 0, 0, 0, 0)
    result.ks = ks_of(ref, cur)
    finish_psi(result, ref.astype(float), cur.astype(float), bins, epsilon)
    return result


def finish_psi(result: Feature, ref: np.ndarray, cur: np.ndarray, bins: int, epsilon: float) -> None:
    if (ref == ref[0]).all():
        return
    edges = edges_of(ref, bins)
    ref_bins, cur_bins = binned(ref, edges), binned(cur, edges)
    result.psi = psi_of(ref_bins, cur_bins, epsilon)
    result.edges, result.ref_bins, result.cur_bins = edges.tolist(), ref_bins.tolist(), cur_bins.tolist()


def entropies(rows: Iterable[Sequence[float | None] | None], floor: float = FLOOR) -> list[float]:
    """Entropy of every row whose vector is there, is not empty and holds finite numbers only."""
    out = []
    for row in rows:
        if row is not None and len(row) and all(p is not None and math.isfinite(p) for p in row):
            clipped = np.maximum(np.array(row, dtype=float), floor)
            out.append(float(-(clipped * np.log(clipped)).sum()))
    return out


def out_of_range(rows: Iterable[Sequence[float | None] | None]) -> int:
    return sum(any(p is not None and (p < 0 or p > 1) for p in row or ()) for row in rows)


def not_normalized(rows: Iterable[Sequence[float | None] | None], tolerance: float = 0.01) -> int:
    whole = [
        row for row in rows if row is not None and len(row) and all(p is not None and math.isfinite(p) for p in row)
    ]
    return sum(abs(math.fsum(row) - 1) > tolerance for row in whole)


def welch(ref: Sequence[float], cur: Sequence[float]) -> float:
    """Two-sided p-value of Welch's test."""
    return float(stats.ttest_ind(cur, ref, equal_var=False).pvalue)


def rate_greater(ref_hits: int, ref_n: int, cur_hits: int, cur_n: int) -> float:
    """One-sided pooled z where every expected count is at least 5, Fisher's exact test elsewhere."""
    table = np.array([[cur_hits, cur_n - cur_hits], [ref_hits, ref_n - ref_hits]])
    if stats.contingency.expected_freq(table).min() >= 5:
        pooled = (ref_hits + cur_hits) / (ref_n + cur_n)
        error = math.sqrt(pooled * (1 - pooled) * (1 / ref_n + 1 / cur_n))
        return float(stats.norm.sf((cur_hits / cur_n - ref_hits / ref_n) / error))
    return float(stats.fisher_exact(table, alternative="greater")[1])


def homogeneity(ref: Sequence[int], cur: Sequence[int]) -> float | None:
    """Return the chi-square p-value, None where a cell expects fewer than 5 rows."""
    table = np.array([ref, cur])
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] == 1:
        return 1.0
    if stats.contingency.expected_freq(table).min() < 5:
        return None
    return float(stats.chi2_contingency(table, correction=False)[1])


def benjamini_hochberg(p_values: Sequence[float], alpha: float) -> int:
    """Return how many of the hypotheses are rejected."""
    rejected = 0
    for place, p in enumerate(sorted(p_values), start=1):
        if p <= alpha * place / len(p_values):
            rejected = place
    return rejected


def proportions(labels: Iterable[Any]) -> dict[str, float]:
    there = [label for label in labels if label is not None]
    return {str(name): there.count(name) / len(there) for name in sorted(set(there))}


@dataclass
class Moved:
    """How far a user has moved from its own reference rows, and the p-value of that, all tests counted."""

    effect: float
    p_value: float


def fisher(ref_hits: int, ref_n: int, cur_hits: int, cur_n: int) -> float:
    """Fisher's exact test, one-sided in the direction in which the rates differ."""
    drawn = stats.hypergeom(ref_n + cur_n, ref_hits + cur_hits, cur_n)
    return float(drawn.sf(cur_hits - 1) if cur_hits * ref_n > ref_hits * cur_n else drawn.cdf(cur_hits))


def moved_values(ref: np.ndarray, cur: np.ndarray, edges: np.ndarray) -> Moved:
    """A user's PSI, and the smallest p-value of Fisher's tests of the rows below each edge: up or down, at any edge."""
    p_value = min(fisher((ref < edge).sum(), len(ref), (cur < edge).sum(), len(cur)) for edge in edges)
    return Moved(psi_of(binned(ref, edges), binned(cur, edges)), 2 * len(edges) * p_value)


def moved_labels(ref: Sequence[str] | np.ndarray, cur: Sequence[str] | np.ndarray) -> Moved:
    """The largest change of a class's share, and the smallest of its classes' p-values: up or down, of any class."""
    counts = [[list(side).count(name) for name in sorted({*ref, *cur})] for side in (ref, cur)]
    shifts = [now / len(cur) - before / len(ref) for before, now in zip(*counts, strict=True)]
    p_values = [fisher(before, len(ref), now, len(cur)) for before, now in zip(*counts, strict=True)]
    return Moved(max(map(abs, shifts)), 2 * len(shifts) * min(p_values))


def moved_rate(ref: Sequence[str] | np.ndarray, cur: Sequence[str] | np.ndarray, label: str) -> Moved:
    """The rise of a label's share."""
    hits = [list(side).count(label) for side in (ref, cur)]
    increase = hits[1] / len(cur) - hits[0] / len(ref)
    return Moved(increase, fisher(hits[0], len(ref), hits[1], len(cur)) if increase > 0 else 1.0)


def moved_entropy(ref: Sequence[float] | np.ndarray, cur: Sequence[float] | np.ndarray) -> Moved:
    """The rise of the mean, and Welch's two-sided p-value where the current variance is at least that of the reference."""
    means, variances, sizes = (
        [float(f(side)) for side in (ref, cur)] for f in (np.mean, lambda x: np.var(x, ddof=1), len)
    )
    errors = [variance / size for variance, size in zip(variances, sizes, strict=True)]
    error = errors[0] + max(variances) / sizes[1]
    rise = means[1] - means[0]
    if error == 0:
        return Moved(rise, 0.0 if rise > 0 else 1.0)
    freedom = sum(errors) ** 2 / (errors[0] ** 2 / (sizes[0] - 1) + errors[1] ** 2 / (sizes[1] - 1))
    return Moved(rise, 2 * float(stats.t.sf(rise / math.sqrt(error), freedom)))
