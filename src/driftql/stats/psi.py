"""The population stability index, its null distribution, and the quantile edges of its bins."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftql.stats._counts import as_counts, as_rows, check_level, paired_counts
from driftql.stats._distributions import chi2_isf, chi2_sf
from driftql.stats._tails import TIE, critical_value, p_value, upper_quantile

__all__ = [
    "PsiNull",
    "critical_psi",
    "holds_many",
    "interpolate_edges",
    "merge_edges",
    "psi",
    "psi_contributions",
    "psi_interval",
    "psi_large_p_value",
    "psi_null",
    "quantile_ranks",
]

CHI2_MIN_EXPECTED: Final = 300.0
"""Rows that every bin must hold, in both windows, for the chi-square form of the null to be used."""


class PsiNull(NamedTuple):
    """What PSI does where nothing drifts.

    Attributes
    ----------
    quantile : float
        The PSI that noise alone exceeds with probability `level`.
    p_value : float
        Probability of a PSI at least as large as the observed one.
    method : str
        ``"dirichlet-multinomial"`` or ``"chi2"``.
    """

    quantile: float
    p_value: float
    method: str


def _index(p: NDArray[np.float64], q: NDArray[np.float64], epsilon: float) -> NDArray[np.float64]:
    p = np.maximum(p, epsilon)
    q = np.maximum(q, epsilon)
    terms: NDArray[np.float64] = (q - p) * np.log(q / p)
    return terms


def psi_contributions(ref_counts: ArrayLike, cur_counts: ArrayLike, epsilon: float = 1e-4) -> NDArray[np.float64]:
    """Return each bin's part of the population stability index.

    Parameters
    ----------
    ref_counts, cur_counts : array_like of int, shape (B,)
        Rows in each bin.
    epsilon : float
        Shares below it are raised to it, in both windows; they are not renormalised.

    Returns
    -------
    ndarray of float64, shape (B,)
        ``(q - p) * ln(q / p)`` with p, q the shares of the reference and current window; none is negative.

    Raises
    ------
    ValueError
        If a window is empty, the lengths differ, a count is negative, or `epsilon` is not in (0, 1).

    Notes
    -----
    Source: Siddiqi (2006), "Credit Risk Scorecards", ch. 9; it is the Jeffreys divergence of the two shares.
    """
    check_level(epsilon, "epsilon")
    ref, cur = paired_counts(ref_counts, cur_counts)
    return _index(ref / ref.sum(), cur / cur.sum(), epsilon)


def psi(ref_counts: ArrayLike, cur_counts: ArrayLike, epsilon: float = 1e-4) -> float:
    """Return the population stability index of two windows.

    Parameters
    ----------
    ref_counts, cur_counts : array_like of int, shape (B,)
        Rows in each bin.
    epsilon : float
        Floor of a bin's share.

    Returns
    -------
    float
        The sum of `psi_contributions`.

    Raises
    ------
    ValueError
        As `psi_contributions`.
    """
    return float(psi_contributions(ref_counts, cur_counts, epsilon).sum())


@lru_cache(maxsize=512)
def _null_sample(ref: tuple[int, ...], cur_total: int, epsilon: float, draws: int, seed: int) -> NDArray[np.float64]:
    """Return PSI under the null, `draws` times, ascending, shape (draws,)."""
    rng = np.random.default_rng(seed)
    counts = np.asarray(ref, dtype=np.float64)
    weights = rng.standard_gamma(counts + 1.0 / counts.size, size=(draws, counts.size))
    weights /= weights.sum(axis=1, keepdims=True)
    cur = rng.multinomial(cur_total, weights)
    sample: NDArray[np.float64] = _index(counts / counts.sum(), cur / cur_total, epsilon).sum(axis=1)
    sample.sort()
    sample.flags.writeable = False
    return sample


def holds_many(ref: NDArray[np.int64], cur_total: int) -> bool:
    """Return whether every bin holds so many rows, in both windows, that the chi-square form of the null is good.

    Parameters
    ----------
    ref : ndarray of int, shape (B,)
        Reference rows in each bin.
    cur_total : int
        Rows of the current window.

    Returns
    -------
    bool
        True from 300 expected rows per bin on.
    """
    smallest = float(ref.min())
    return min(smallest, smallest * cur_total / float(ref.sum())) >= CHI2_MIN_EXPECTED


def psi_null(
    ref_counts: ArrayLike,
    cur_counts: ArrayLike,
    *,
    epsilon: float = 1e-4,
    level: float = 0.05,
    draws: int = 4000,
    seed: int = 0,
) -> PsiNull:
    """Return the noise level of PSI and the p-value of the PSI of these counts.

    Parameters
    ----------
    ref_counts, cur_counts : array_like of int, shape (B,)
        Rows in each bin.  Bins that are empty in both windows are left out.
    epsilon : float
        Floor of a bin's share, as in `psi`.
    level : float
        The noise quantile returned is the one exceeded with this probability.
    draws : int
        Size of the null sample.
    seed : int
        Seed of the null sample: the same counts give the same p-value.

    Returns
    -------
    PsiNull
        Noise quantile, p-value, and the method used.  One bin alone gives quantile 0 and p-value 1.

    Raises
    ------
    ValueError
        If a window is empty, the lengths differ, a count is negative, a level is out of range, or `draws`
        is below 1.

    Notes
    -----
    *Draws.*  Bins that end at order statistics of the reference cut the unit interval into spacings of
    uniforms.  A bin with r_i reference rows holds r_i of the n + 1 spacings, and the one left over is shared
    among the B bins, so the bins' probabilities are Dirichlet(r_i + 1/B) and the current counts given the
    reference counts Dirichlet-multinomial, whatever the continuous distribution.  For fixed bins (discrete
    data) the same law is the posterior prediction under Perks' prior.

    *Chi-square.*  Where every bin has at least `CHI2_MIN_EXPECTED` rows in the reference and expects as many
    in the current window, PSI is (1/n + 1/m) times a chi-square variable with B - 1 degrees of freedom:
    Yurdakul & Naranjo (2020), "Statistical properties of the population stability index", Journal of Risk
    Model Validation 14(4).

    *Small p-values.*  Beyond the largest draw an exponential tail is fitted to the square roots of the
    largest draws; see `driftql.stats._tails`.
    """
    check_level(level)
    check_level(epsilon, "epsilon")
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")
    ref, cur = paired_counts(ref_counts, cur_counts)
    held = (ref > 0) | (cur > 0)
    ref, cur = ref[held], cur[held]
    n, m = int(ref.sum()), int(cur.sum())
    observed = float(_index(ref / n, cur / m, epsilon).sum())
    if holds_many(ref, m):
        method = "chi2"
        if ref.size == 1:
            return PsiNull(0.0, 1.0, method)
        scale = 1.0 / n + 1.0 / m
        freedom = ref.size - 1
        quantile = scale * chi2_isf(level, freedom)
        return PsiNull(quantile, chi2_sf(observed / scale, freedom), method)
    method = "dirichlet-multinomial"
    if ref.size == 1:
        return PsiNull(0.0, 1.0, method)
    sample = _null_sample(tuple(ref.tolist()), m, epsilon, draws, seed)
    return PsiNull(upper_quantile(sample, level), p_value(sample, observed), method)


def psi_large_p_value(observed: float, ref_total: int, cur_total: int, bins: int) -> float:
    """Return the p-value of a PSI where every bin holds many rows.

    Parameters
    ----------
    observed : float
        The PSI.
    ref_total, cur_total : int
        Rows in the windows.
    bins : int
        Bins that hold rows.

    Returns
    -------
    float
        Chi-square with ``bins - 1`` degrees of freedom, times ``1 / n + 1 / m``; 1 for a single bin.

    Notes
    -----
    Source: Yurdakul & Naranjo (2020), as in `psi_null`.
    """
    if bins < 2:
        return 1.0
    return chi2_sf(observed / (1.0 / ref_total + 1.0 / cur_total), bins - 1)


def psi_interval(
    ref_below: ArrayLike, cur_below: ArrayLike, ref_total: int, cur_total: int, epsilon: float = 1e-4
) -> tuple[float, float]:
    """Return bounds of PSI where the counts below each edge are known within bounds only.

    Parameters
    ----------
    ref_below, cur_below : array_like of int, shape (B - 1, 2)
        The least and the greatest number of rows below each edge, ascending.
    ref_total, cur_total : int
        Rows in the windows.
    epsilon : float
        Floor of a bin's share, as in `psi`.

    Returns
    -------
    tuple of float
        The least and the greatest PSI that these counts allow, or a little beyond: bins are bounded one by one.

    Notes
    -----
    A bin's part, (q - p) * ln(q / p), is convex in (p, q), so its maximum over a box is at a corner; its minimum is 0
    where the two intervals meet, else at the corner where p and q are closest.
    """
    shares = []
    for below, total in ((ref_below, ref_total), (cur_below, cur_total)):
        bounds = np.asarray(below, dtype=np.float64).reshape(-1, 2)
        least = np.concatenate(([0.0], bounds[:, 0], [float(total)]))
        most = np.concatenate(([0.0], bounds[:, 1], [float(total)]))
        low = np.maximum(least[1:] - most[:-1], 0.0) / total
        high = np.minimum(most[1:] - least[:-1], float(total)) / total
        shares.append((np.maximum(low, epsilon), np.maximum(high, epsilon)))
    (p_low, p_high), (q_low, q_high) = shares
    corners = [_index(p, q, epsilon) for p in (p_low, p_high) for q in (q_low, q_high)]
    closest = np.where(
        p_high < q_low,
        _index(p_high, q_low, epsilon),
        np.where(q_high < p_low, _index(p_low, q_high, epsilon), 0.0),
    )
    return float(closest.sum()), float(np.max(corners, axis=0).sum())


def critical_psi(
    ref_counts: ArrayLike,
    rows: Sequence[int],
    level: float,
    *,
    epsilon: float = 1e-4,
    draws: int = 4000,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Return the PSI that a group of m rows must exceed for its p-value to be at most `level`.

    The table lets SQL judge every user: a user of m rows takes the entry of the largest listed size that is
    not above m.

    Parameters
    ----------
    ref_counts : array_like of int, shape (B,)
        Reference rows in each bin, empty ones included.
    rows : sequence of int, length R
        Group sizes m, strictly increasing.
    level : float
        Level of the test.
    epsilon, draws, seed
        As in `psi_null`.

    Returns
    -------
    ndarray of float64, shape (R,)
        Critical values, never increasing along the sizes, each to be *exceeded*; inf where no PSI is enough,
        as for a group of one row and for a reference of one bin.

    Raises
    ------
    ValueError
        If the reference is empty, the sizes do not increase, or a level is out of range.

    Notes
    -----
    The null is that of `psi_null`, with one difference: bins without reference rows stay in, since it is not
    known which groups have rows there.  This can only raise the critical value.  Small groups have few
    possible values of PSI, so that the critical value can rise from one size to the next; an entry is
    therefore the largest of its own and all that follow it.
    """
    check_level(level)
    check_level(epsilon, "epsilon")
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")
    ref = as_counts(ref_counts, "ref_counts")
    sizes = as_rows(rows)
    n = int(ref.sum())
    critical = np.full(sizes.shape, np.inf)
    if ref.size == 1:
        return critical
    for position, size in enumerate(sizes.tolist()):
        if size == 1:
            continue
        if holds_many(ref, size):
            critical[position] = (1.0 / n + 1.0 / size) * chi2_isf(level, ref.size - 1) * (1.0 + TIE)
        else:
            critical[position] = critical_value(_null_sample(tuple(ref.tolist()), size, epsilon, draws, seed), level)
    falling: NDArray[np.float64] = np.maximum.accumulate(critical[::-1])[::-1]
    return falling


def quantile_ranks(n: int, bins: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return where ``numpy.percentile`` finds the interior quantiles of n sorted values.

    Parameters
    ----------
    n : int
        Number of values.
    bins : int
        Number of bins; the quantiles are k / bins for k = 1 to bins - 1.

    Returns
    -------
    lo_rank : ndarray of int64, shape (bins - 1,)
        0-based rank of the value below.
    hi_rank : ndarray of int64, shape (bins - 1,)
        0-based rank of the value above; never beyond n - 1.
    fraction : ndarray of float64, shape (bins - 1,)
        Weight of the value above, in [0, 1).

    Raises
    ------
    ValueError
        If `n` or `bins` is below 1.

    Notes
    -----
    Source: ``numpy.percentile`` with ``method="linear"``, the 7th definition of Hyndman & Fan (1996); in the
    order of NumPy's own operations, so that no bit differs.
    """
    if n < 1:
        raise ValueError(f"there are no quantiles of {n} values")
    if bins < 1:
        raise ValueError(f"bins must be at least 1, not {bins}")
    place = (n - 1) * (np.linspace(0.0, 100.0, bins + 1)[1:-1] / 100)
    below = np.floor(place)
    at_end = place >= n - 1
    fraction = np.where(at_end, 0.0, place - below)
    lo_rank = np.where(at_end, n - 1, below).astype(np.int64)
    hi_rank = np.minimum(lo_rank + 1, n - 1)
    return lo_rank, hi_rank, fraction


def interpolate_edges(lo: ArrayLike, hi: ArrayLike, fraction: ArrayLike) -> NDArray[np.float64]:
    """Return the quantiles that lie between two sorted values, as NumPy rounds them.

    Parameters
    ----------
    lo, hi : array_like of float, shape (E,)
        The values at `lo_rank` and `hi_rank` of `quantile_ranks`.
    fraction : array_like of float, shape (E,)
        Weight of `hi`.

    Returns
    -------
    ndarray of float64, shape (E,)
        The quantiles.

    Notes
    -----
    Source: ``_lerp`` in ``numpy/lib/_function_base_impl.py``: from below where the weight is under one half,
    from above elsewhere, so that the result never leaves [lo, hi] and never falls as the weight rises.
    """
    below = np.asarray(lo, dtype=np.float64)
    above = np.asarray(hi, dtype=np.float64)
    weight = np.asarray(fraction, dtype=np.float64)
    step = above - below
    edges: NDArray[np.float64] = np.where(weight >= 0.5, above - step * (1 - weight), below + step * weight)
    return edges


def merge_edges(edges: ArrayLike, minimum: float, maximum: float, median: float) -> NDArray[np.float64]:
    """Return the edges that PSI uses, from the raw reference quantiles.

    Equal quantiles are merged.  Where that leaves all reference rows in one bin although the reference is
    not constant, one value (the smallest) holds so many rows that every quantile fell on it.  Then the
    *spike rule* gives that value a bin of its own: the edges are the median (only if a reference value is
    below it) and the next float above the median (only if a reference value is above it).

    Parameters
    ----------
    edges : array_like of float, shape (E,)
        Interior quantiles of the reference, as `interpolate_edges` gives them.
    minimum, maximum, median : float
        Of the finite reference values.

    Returns
    -------
    ndarray of float64, shape (at most max(E, 2),)
        Strictly increasing edges.  A bin holds ``a <= x < b`` and the outer bins are open: k edges make
        k + 1 bins, of which at least two hold reference rows unless the reference is constant or E is 0.

    Raises
    ------
    ValueError
        If an edge or one of the three values is NaN.
    """
    distinct: NDArray[np.float64] = np.unique(np.asarray(edges, dtype=np.float64))
    if np.isnan(distinct).any() or np.isnan([minimum, maximum, median]).any():
        raise ValueError("edges, minimum, maximum and median must not be NaN")
    # Rows at or above the last edge always exist; another bin holds rows only if some lie below it.
    if distinct.size == 0 or minimum < distinct[-1] or minimum == maximum:
        return distinct
    spike = []
    if minimum < median:
        spike.append(median)
    if maximum > median:
        spike.append(float(np.nextafter(median, np.inf)))
    return np.asarray(spike, dtype=np.float64)
