"""One-sided comparison of two rates."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from driftql.stats._counts import as_rows, check_hits, check_level
from driftql.stats._distributions import hypergeometric_sf, normal_sf

__all__ = ["critical_hits", "possible_increase", "two_proportion"]

Z_MIN_EXPECTED: Final = 5.0
"""Expected count from which on, in all four cells, the normal approximation is used (Cochran's rule)."""


def _smallest_expected(fewer: float, ref_n: int, cur_n: int) -> float:
    """Return the smallest expected count of a 2 x 2 table, `fewer` being its smaller column total."""
    return fewer * min(ref_n, cur_n) / (float(ref_n) + cur_n)


def _p_value(ref_hits: int, ref_n: int, cur_hits: int, cur_n: int, min_expected: float) -> float:
    total = float(ref_n) + cur_n
    all_hits = float(ref_hits) + cur_hits
    if _smallest_expected(min(all_hits, total - all_hits), ref_n, cur_n) < min_expected:
        return hypergeometric_sf(cur_hits, ref_n + cur_n, ref_hits + cur_hits, cur_n)
    rate = all_hits / total
    error = math.sqrt(rate * (1.0 - rate) * (1.0 / cur_n + 1.0 / ref_n))
    return normal_sf((cur_hits / cur_n - ref_hits / ref_n) / error)


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
        makes every p-value exact.

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
    return _p_value(ref_hits, ref_n, cur_hits, cur_n, min_expected)


def possible_increase(hits: int, ref_n: int, cur_n: int) -> float:
    """Return the largest increase of a rate that so many hits in both windows together leave room for.

    Parameters
    ----------
    hits : int
        Rows that count, in both windows together.
    ref_n, cur_n : int
        Rows in each window.

    Returns
    -------
    float
        The current rate less the reference's, 0 to 1, if as many of the hits as possible were current rows.

    Raises
    ------
    ValueError
        If a window is empty or the hits are out of range.

    Notes
    -----
    A test whose possible increase is too small to matter can be left out of a correction for many tests: Fisher's test
    is made given the sum of the hits, so a choice by this sum leaves its level as it is.  Tarone (1990), Biometrics
    46(2), leaves out tests that cannot reach a p-value, in the same way.
    """
    check_hits(0, ref_n, "ref")
    check_hits(0, cur_n, "cur")
    if not 0 <= hits <= ref_n + cur_n:
        raise ValueError(f"hits must be between 0 and {ref_n + cur_n}, not {hits}")
    current = min(hits, cur_n)
    return current / cur_n - (hits - current) / ref_n


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
    return np.array([_first_significant(ref_hits, ref_n, size, level, min_expected) for size in sizes.tolist()])


def _first_significant(ref_hits: int, ref_n: int, cur_n: int, level: float, min_expected: float) -> int:
    """Return the least number of hits whose p-value is at most `level`, ``cur_n + 1`` where there is none."""
    total = ref_n + cur_n
    # The p-value falls with the hits inside each of three stretches (few hits: exact; z; few misses: exact), not always
    # from one to the next, so each is searched by itself.
    needed = math.ceil(min(min_expected * total / min(ref_n, cur_n), 2.0 * total))
    # `_p_value` decides by the product, which may round the other way than this quotient.
    needed -= _smallest_expected(needed - 1.0, ref_n, cur_n) >= min_expected
    needed += _smallest_expected(needed, ref_n, cur_n) < min_expected
    normal = range(min(max(needed - ref_hits, 0), cur_n + 1), min(total - needed - ref_hits, cur_n) + 1)
    if not normal:
        normal = range(0)
    for stretch in (range(normal.start), normal, range(normal.stop, cur_n + 1)):
        found = bisect_left(
            stretch, True, key=lambda hits: _p_value(ref_hits, ref_n, hits, cur_n, min_expected) <= level
        )
        if found < len(stretch):
            return stretch[found]
    return cur_n + 1
