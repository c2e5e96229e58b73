"""One-sided comparison of two rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftql.stats._counts import as_rows, check_hits, check_level

__all__ = ["critical_hits", "two_proportion"]

Z_MIN_EXPECTED: Final = 5.0
"""Expected count from which on, in all four cells, the normal approximation is used (Cochran's rule)."""


def _expected(fewer: NDArray[np.float64], ref_n: int, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the smallest expected count of 2 x 2 tables, `fewer` being their smaller column total."""
    expected: NDArray[np.float64] = fewer * np.minimum(float(ref_n), rows) / (float(ref_n) + rows)
    return expected


def _p_values(
    ref_hits: int, ref_n: int, cur_hits: ArrayLike, cur_n: ArrayLike, min_expected: float
) -> NDArray[np.float64]:
    from scipy.special import ndtr

    hits = np.asarray(cur_hits, dtype=np.int64)
    rows = np.asarray(cur_n, dtype=np.int64)
    total = float(ref_n) + rows
    all_hits = float(ref_hits) + hits
    pooled = all_hits / total
    normal = _expected(np.minimum(all_hits, total - all_hits), ref_n, rows) >= min_expected
    p = np.empty(hits.shape, dtype=np.float64)
    if normal.any():
        rate = pooled[normal]
        difference = hits[normal] / rows[normal] - ref_hits / ref_n
        error = np.sqrt(rate * (1.0 - rate) * (1.0 / rows[normal] + 1.0 / ref_n))
        p[normal] = ndtr(-difference / error)
    if not normal.all():
        from scipy.stats import hypergeom

        rest = ~normal
        p[rest] = hypergeom.sf(hits[rest] - 1, ref_n + rows[rest], ref_hits + hits[rest], rows[rest])
    clipped: NDArray[np.float64] = np.clip(p, 0.0, 1.0)
    return clipped


def two_proportion(
    ref_hits: int, ref_n: int, cur_hits: int, cur_n: int, *, min_expected: float = Z_MIN_EXPECTED
) -> float:
    """Return the p-value for "the current rate is the greater one".

    Parameters
    ----------
    ref_hits, cur_hits : int
        Rows that count, such as rejected ones.
    ref_n, cur_n : int
        Rows in each window.
    min_expected : float
        Smallest expected count of the four cells at which the normal approximation is used; ``math.inf``
        makes every p-value exact (at no cost worth naming: the sum takes about 0.1 ms at any size).

    Returns
    -------
    float
        One-sided p-value: the pooled z test without continuity correction (Fleiss, Levin & Paik 2003, ch. 3)
        where all expected counts are large enough, else Fisher's exact test (the hypergeometric tail).

    Raises
    ------
    ValueError
        If a window is empty or the hits are out of range.

    Notes
    -----
    The z test keeps its level near 5 %.  Far out, and for a current window much the smaller, its p-values are
    too small: with 200 rows against 5000 and a rate of 5 %, one in 300 tests has p <= 0.0014.
    """
    check_hits(ref_hits, ref_n, "ref")
    check_hits(cur_hits, cur_n, "cur")
    return float(_p_values(ref_hits, ref_n, [cur_hits], [cur_n], min_expected)[0])


def critical_hits(
    ref_hits: int, ref_n: int, rows: Sequence[int], level: float, *, min_expected: float = Z_MIN_EXPECTED
) -> NDArray[np.int64]:
    """Return how many hits among m rows make `two_proportion` significant.

    Parameters
    ----------
    ref_hits, ref_n : int
        Hits and rows of the reference window.
    rows : sequence of int, length R
        Group sizes m, strictly increasing.
    level : float
        Level of the test, in (0, 0.5): above, a lower rate could pass.
    min_expected : float
        As in `two_proportion`.

    Returns
    -------
    ndarray of int64, shape (R,)
        For each m the smallest number of hits whose p-value is at most `level`, m + 1 where there is none.

    Raises
    ------
    ValueError
        If the reference is empty, the sizes do not increase, or the level is out of range.
    """
    check_hits(ref_hits, ref_n, "ref")
    check_level(level)
    if level >= 0.5:
        raise ValueError(f"level must be below 0.5, not {level}")
    sizes = as_rows(rows)
    # The p-value falls with the hits inside each of three stretches (few hits: exact; z; few misses: exact),
    # not always from one to the next, so each is searched by itself.
    total = ref_n + sizes
    needed = np.ceil(np.minimum(min_expected * total / np.minimum(ref_n, sizes), 2.0 * total))
    # `_p_values` decides by the product, which may round the other way than this quotient.
    needed -= _expected(needed - 1.0, ref_n, sizes) >= min_expected
    needed += _expected(needed, ref_n, sizes) < min_expected
    normal_from = np.clip(needed - ref_hits, 0, sizes + 1).astype(np.int64)
    normal_to = np.clip(total - needed - ref_hits, -1, sizes).astype(np.int64)
    none = normal_from > normal_to
    normal_from = np.where(none, 0, normal_from)
    stretches = (
        (np.zeros_like(sizes), normal_from),
        (normal_from, np.where(none, 0, normal_to + 1)),
        (np.where(none, 0, normal_to + 1), sizes + 1),
    )
    critical = sizes + 1
    for start, stop in reversed(stretches):
        found = _first_passing(ref_hits, ref_n, sizes, level, min_expected, start, stop)
        critical = np.where(found < stop, found, critical)
    return critical


def _first_passing(
    ref_hits: int,
    ref_n: int,
    sizes: NDArray[np.int64],
    level: float,
    min_expected: float,
    start: NDArray[np.int64],
    stop: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the first of the hits start, ..., stop - 1 with p <= level, `stop` if none; shape (R,)."""
    low, high = start.copy(), stop.copy()
    while (open_ := low < high).any():
        middle = (low + high) // 2
        passes = np.zeros(sizes.shape, dtype=np.bool_)
        passes[open_] = _p_values(ref_hits, ref_n, middle[open_], sizes[open_], min_expected) <= level
        high = np.where(open_ & passes, middle, high)
        low = np.where(open_ & ~passes, middle + 1, low)
    return low
