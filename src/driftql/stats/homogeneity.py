"""The chi-square test of homogeneity: do two windows have the same class proportions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftql.stats._counts import as_counts, as_rows, check_level, paired_counts
from driftql.stats._distributions import chi2_isf, chi2_sf
from driftql.stats._tails import TIE, critical_value, p_value

__all__ = ["ChiSquareOutcome", "chi_square", "critical_chi_square"]

CHI2_MIN_EXPECTED: Final = 5.0
"""Expected count from which on, in every cell, the chi-square distribution is used (Cochran's rule)."""

HYPERGEOMETRIC_MAX_ROWS: Final = 10**9
"""Limit of ``numpy.random.Generator.multivariate_hypergeometric`` with ``method="marginals"``."""


class ChiSquareOutcome(NamedTuple):
    """A test of homogeneity.

    Attributes
    ----------
    statistic : float
        Pearson's chi-square, without continuity correction.
    p_value : float
        Probability of a statistic at least as large where the proportions are the same.
    method : str
        ``"chi2"`` or ``"monte-carlo"``.
    """

    statistic: float
    p_value: float
    method: str


def _pearson(cur: NDArray[np.int64], totals: NDArray[np.int64], m: int) -> NDArray[np.float64]:
    """Return Pearson's statistic of 2 x K tables from their current rows and column totals."""
    every = totals.sum(axis=-1, keepdims=True)
    expected_cur = totals * (m / every)
    expected_ref = totals * ((every - m) / every)
    # Both rows deviate by the same amount, with opposite signs.
    squares = (cur - expected_cur) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(totals > 0, squares / expected_cur + squares / expected_ref, 0.0)
    statistic: NDArray[np.float64] = terms.sum(axis=-1)
    return statistic


@lru_cache(maxsize=128)
def _fixed_margins(totals: tuple[int, ...], m: int, draws: int, seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    columns = np.asarray(totals, dtype=np.int64)
    cur = rng.multivariate_hypergeometric(columns, m, size=draws, method="marginals")
    sample = np.sort(_pearson(cur, columns, m))
    sample.flags.writeable = False
    return sample


@lru_cache(maxsize=512)
def _predicted(ref: tuple[int, ...], m: int, draws: int, seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    counts = np.asarray(ref, dtype=np.int64)
    weights = rng.standard_gamma(counts + 1.0 / counts.size, size=(draws, counts.size))
    weights /= weights.sum(axis=1, keepdims=True)
    cur = rng.multinomial(m, weights)
    sample = np.sort(_pearson(cur, cur + counts, m))
    sample.flags.writeable = False
    return sample


def chi_square(ref_counts: ArrayLike, cur_counts: ArrayLike, *, draws: int = 4000, seed: int = 0) -> ChiSquareOutcome:
    """Test whether two windows have the same class proportions.

    Parameters
    ----------
    ref_counts, cur_counts : array_like of int, shape (K,)
        Rows of each class.  Classes without rows in either window are left out.
    draws : int
        Size of the Monte Carlo sample.
    seed : int
        Its seed: the same counts give the same p-value.

    Returns
    -------
    ChiSquareOutcome
        Statistic, p-value and method; statistic 0 and p-value 1 where one class is left.

    Raises
    ------
    ValueError
        If a window is empty, the lengths differ, a count is negative, or `draws` is below 1.

    Notes
    -----
    Where every expected count is at least 5 this is ``scipy.stats.chi2_contingency(correction=False)``.
    Elsewhere the table is drawn with both margins fixed, from the multivariate hypergeometric distribution,
    which is Fisher's exact test by simulation (Patefield 1981, Applied Statistics 30(1)); beyond the largest
    draw the tail is extrapolated, see `driftql.stats._tails`.  NumPy draws from fewer than 10^9 rows; above,
    the current window is predicted from the reference as in `critical_chi_square`.
    """
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")
    ref, cur = paired_counts(ref_counts, cur_counts)
    totals = ref + cur
    held = totals > 0
    cur, totals = cur[held], totals[held]
    n, m = int(ref.sum()), int(cur.sum())
    large = float(totals.min()) * min(n, m) / (n + m) >= CHI2_MIN_EXPECTED
    method = "chi2" if large else "monte-carlo"
    if totals.size == 1:
        return ChiSquareOutcome(0.0, 1.0, method)
    statistic = float(_pearson(cur, totals, m))
    if large:
        return ChiSquareOutcome(statistic, chi2_sf(statistic, totals.size - 1), method)
    if n + m < HYPERGEOMETRIC_MAX_ROWS:
        sample = _fixed_margins(tuple(totals.tolist()), m, draws, seed)
    else:
        sample = _predicted(tuple(ref[held].tolist()), m, draws, seed)
    return ChiSquareOutcome(statistic, p_value(sample, statistic), method)


def critical_chi_square(
    ref_counts: ArrayLike, rows: Sequence[int], level: float, *, draws: int = 4000, seed: int = 0
) -> NDArray[np.float64]:
    """Return the chi-square that a group of m rows must exceed for its p-value to be at most `level`.

    Parameters
    ----------
    ref_counts : array_like of int, shape (K,)
        Reference rows of each class; give a class that only the current window has a count of 0.
    rows : sequence of int, length R
        Group sizes m, strictly increasing.
    level : float
        Level of the test, in (0, 1).
    draws, seed
        As in `chi_square`.

    Returns
    -------
    ndarray of float64, shape (R,)
        Critical values of the statistic of the 2 x K table of reference and group, never increasing along
        the sizes, each to be *exceeded*; inf where no statistic is enough, as for a group of one row and for
        one class.

    Raises
    ------
    ValueError
        If the reference is empty, the sizes do not increase, or the level is out of range.

    Notes
    -----
    The group's counts are not known, so its margins cannot be fixed.  Where every class expects 5 rows or
    more the critical value is the chi-square quantile with K - 1 degrees of freedom; elsewhere it comes from
    Dirichlet-multinomial draws with parameters r_i + 1/K, the prediction from the reference, as in
    `driftql.stats.psi`.
    """
    check_level(level)
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")
    ref = as_counts(ref_counts, "ref_counts")
    sizes = as_rows(rows)
    critical = np.full(sizes.shape, np.inf)
    if ref.size == 1:
        return critical
    smallest = float(ref.min())
    n = float(ref.sum())
    for position, size in enumerate(sizes.tolist()):
        if size == 1:
            continue
        if min(smallest, smallest * size / n) >= CHI2_MIN_EXPECTED:
            critical[position] = chi2_isf(level, ref.size - 1) * (1.0 + TIE)
        else:
            critical[position] = critical_value(_predicted(tuple(ref.tolist()), size, draws, seed), level)
    falling: NDArray[np.float64] = np.maximum.accumulate(critical[::-1])[::-1]
    return falling
