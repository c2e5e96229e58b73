"""Categories: how far their mix has moved, and whether the windows differ by more than an exchange of rows explains.

The bins of the effect (the most frequent categories of the reference, and all others as one) are chosen by the
reference, so without drift the first have more rows there than in the current window. A test of these bins would alarm
on that alone. The tests here use what does not depend on which window a row is in: the counts of both windows together.
If the windows are one population, every way of dealing the rows to them is equally likely.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftql.stats._counts import check_hits, check_level, paired_counts
from driftql.stats._distributions import chi2_isf
from driftql.stats._tails import upper_quantile
from driftql.stats.homogeneity import chi_square
from driftql.stats.psi import CHI2_MIN_EXPECTED, psi_contributions

__all__ = ["Frequency", "MixEffect", "MixTest", "NewCategoryTest", "mix_effect", "mix_test", "new_category_test"]

TILTS: Final = (0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Where Chernoff's bound is tried, as shares of ``-ln(cur_n / (ref_n + cur_n))``."""

STEEP_TILTS: Final = (1.5, 2.5, 4.0)
CUTS: Final = (10.0, 30.0)
"""Steeper ones are tried without the categories that have more rows than so many times the inverse of that number."""

LEAST_OTHERS: Final = 0.01
"""The PSI takes the share of the rows outside the listed categories for no smaller than this."""

LEAST_EXPECTED: Final = 1.0
"""Groups of categories that expect fewer rows in the smaller window are tested as one with the others."""

_SMALLEST: Final = 1e-300


class MixEffect(NamedTuple):
    """How far the shares of categories have moved.

    Attributes
    ----------
    psi : float
        The population stability index.
    contributions : ndarray of float64, shape (B + 1,)
        Each bin's part of it; that of the others stands at the end.
    total_variation : float
        Half the sum of the absolute changes of the shares, in [0, 1]: the share of rows that would have to change their
        category.
    largest_change : float
        The largest absolute change of a share, in [0, 1].
    """

    psi: float
    contributions: NDArray[np.float64]
    total_variation: float
    largest_change: float


class MixTest(NamedTuple):
    """Whether two windows mix their categories alike.

    Attributes
    ----------
    p_value : float
        Probability of a difference at least as large, if rows were dealt to the windows by chance.
    noise : float or None
        The PSI of these groups that 5 % of such deals exceed; None where it was not asked for.
    """

    p_value: float
    noise: float | None


class NewCategoryTest(NamedTuple):
    """Whether the current window has more rows in categories without reference rows than chance explains.

    Attributes
    ----------
    share : float
        Their share of the current rows.
    expected_share : float
        The share that the reference leads one to expect: Good & Turing's estimate, the categories that it saw once by
        its rows.
    p_value : float
        A bound of the probability of at least so many rows, if rows were dealt to the windows by chance.
    """

    share: float
    expected_share: float
    p_value: float


class Frequency(NamedTuple):
    """How many categories have so many rows in both windows together.

    Attributes
    ----------
    least, most : int
        The fewest and the most rows of such a category; equal where all have the same number.
    categories : int
        How many there are.
    """

    least: int
    most: int
    categories: int


def mix_effect(
    ref_counts: ArrayLike, cur_counts: ArrayLike, others: tuple[int, int] = (0, 0), epsilon: float = 1e-4
) -> MixEffect:
    """Return how far the shares of categories have moved.

    Parameters
    ----------
    ref_counts, cur_counts : array_like of int, shape (B,)
        Rows of each listed category.
    others : tuple of int
        Reference and current rows of all other categories, whether the reference has these or not.
    epsilon : float
        Shares below it are raised to it in the PSI, as in `driftql.stats.psi.psi`.

    Returns
    -------
    MixEffect
        PSI, its parts, the total variation distance and the largest change.

    Raises
    ------
    ValueError
        If a window is empty, the lengths differ, a count is negative, or `epsilon` is not in (0, 1).

    Notes
    -----
    The total variation distance is that of Levin, Peres & Wilmer (2009), "Markov Chains and Mixing Times", prop. 4.2.

    *The others.*  With many categories, a few rows of the current window are always in one that the reference does not
    have. Were these a bin of their own, its reference share would be `epsilon`, and 3 % of the rows would add 0.17 to
    the PSI, as much as a real change. So they are in one bin with the rare categories of the reference, from which they
    cannot be told, and a share of this bin below `LEAST_OTHERS` is raised to that: 3 % of the rows in new categories
    add some 0.02 at most, 10 % some 0.21. Whether new categories alone are a reason for an alert,
    `new_category_test` judges.
    """
    ref, cur = paired_counts([*np.asarray(ref_counts), others[0]], [*np.asarray(cur_counts), others[1]])
    contributions = psi_contributions(ref, cur, epsilon)
    contributions[-1] = psi_contributions(ref, cur, max(epsilon, LEAST_OTHERS))[-1]
    changes = np.abs(cur / cur.sum() - ref / ref.sum())
    return MixEffect(
        float(contributions.sum()), contributions, min(float(changes.sum()) / 2.0, 1.0), float(changes.max())
    )


def mix_test(
    ref_groups: ArrayLike,
    cur_groups: ArrayLike,
    *,
    epsilon: float | None = None,
    level: float = 0.05,
    draws: int = 4000,
    seed: int = 0,
) -> MixTest:
    """Test whether two windows mix their categories alike.

    Parameters
    ----------
    ref_groups, cur_groups : array_like of int, shape (G,)
        Rows of each group of categories. The groups must be chosen by the rows of both windows together: the most
        frequent categories in falling order, and then the others as one.
    epsilon : float, optional
        Floor of a share in the PSI whose noise is wanted; None: no noise is computed.
    level : float
        The noise is the PSI that is exceeded with this probability.
    draws, seed
        As in `driftql.stats.homogeneity.chi_square`.

    Returns
    -------
    MixTest
        The p-value of the chi-square of homogeneity, whose null is resampled where a group expects fewer than 5 rows.
        Groups that expect less than one row in a window go to the last: alone they are noise, and which of many equal
        ones are among the most frequent, their names decide, which may go with the window. The noise of PSI is that of
        rows dealt by chance, or where groups hold many rows its chi-square form, as in `driftql.stats.psi.psi_null`.

    Raises
    ------
    ValueError
        As `driftql.stats.homogeneity.chi_square`.
    """
    ref, cur = paired_counts(ref_groups, cur_groups)
    both = ref + cur
    is_small = both * (min(ref.sum(), cur.sum()) / both.sum()) < LEAST_EXPECTED
    is_small[-1] |= is_small.any()
    merged = [np.append(counts[~is_small], counts[is_small].sum()) for counts in (ref, cur)]
    outcome = chi_square(*merged, draws=draws, seed=seed)
    if epsilon is None:
        return MixTest(outcome.p_value, None)
    check_level(level)
    totals = tuple(int(total) for total in both if total)
    n, m = int(ref.sum()), int(cur.sum())
    if len(totals) == 1:
        return MixTest(outcome.p_value, 0.0)
    if min(totals) * min(n, m) / (n + m) >= CHI2_MIN_EXPECTED:
        return MixTest(outcome.p_value, (1.0 / n + 1.0 / m) * chi2_isf(level, len(totals) - 1))
    return MixTest(outcome.p_value, upper_quantile(_dealt_psi(totals, m, epsilon, draws, seed), level))


@lru_cache(maxsize=128)
def _dealt_psi(totals: tuple[int, ...], m: int, epsilon: float, draws: int, seed: int) -> NDArray[np.float64]:
    """Return the PSI of windows that rows were dealt to by chance, `draws` times, ascending."""
    rng = np.random.default_rng(seed)
    columns = np.asarray(totals, dtype=np.int64)
    n = int(columns.sum()) - m
    if n + m < 10**9:
        cur = rng.multivariate_hypergeometric(columns, m, size=draws, method="marginals")
    else:
        cur = rng.binomial(columns, m / (n + m), size=(draws, columns.size))
    p, q = np.maximum((columns - cur) / n, epsilon), np.maximum(cur / m, epsilon)
    sample: NDArray[np.float64] = np.sort(((q - p) * np.log(q / p)).sum(axis=1))
    sample.flags.writeable = False
    return sample


def new_category_test(
    unseen: int, ref_n: int, cur_n: int, ref_singles: int, frequencies: Sequence[Frequency], largest: int = 0
) -> NewCategoryTest:
    """Test whether the current window has more rows in unseen categories than chance explains.

    Parameters
    ----------
    unseen : int
        Current rows in categories without a reference row.
    ref_n, cur_n : int
        Rows of each window.
    ref_singles : int
        Categories with exactly one reference row.
    frequencies : sequence of Frequency
        How many categories have how many rows in both windows together, all categories of either window included.
    largest : int
        Current rows of the largest unseen category. Where many small categories are unseen by chance, one that is large
        is found by this alone. 0 leaves it out.

    Returns
    -------
    NewCategoryTest
        Share, expected share, and p-value.

    Raises
    ------
    ValueError
        If a window is empty, or a count is out of range.

    Notes
    -----
    *Share.*  Good (1953), "The population frequencies of species and the estimation of population parameters",
    Biometrika 40.

    *p-value.*  Let N rows be dealt, M of them to the current window. All k rows of a category are then current with
    probability ``h(k) = M (M-1) ... (M-k+1) / (N (N-1) ... (N-k+1))``, at most ``((M-(k-1)/2) / (N-(k-1)/2))^k``
    because the logarithm of ``(M-j) / (N-j)`` is concave in j. The deal is a permutation of zeros and ones, which is
    negatively associated (Joag-Dev & Proschan 1983, "Negative association of random variables with applications",
    Annals of Statistics 11), and so are the indicators of the categories that lie wholly in the current window, which
    are increasing functions of different rows. So Chernoff's bound holds for their weighted sum, the unseen rows U:
    ``P(U >= u) <= exp(-t u) prod(1 + h(k) (exp(t k) - 1))`` for each t > 0. The least of these bounds at the fixed
    `TILTS` is a bound too, and falls as u rises, so that it is a p-value. Categories of different frequencies that come
    as one group are bounded by ``exp(t k) (M/N)^k`` at the least frequency k, from which on that falls.

    At steeper t the product is large for the categories of many rows, though none of them will be unseen: there it is
    taken over the categories of at most C rows, and the sum of ``h(k)`` over the others is added (Boole's inequality).

    *Largest.*  The largest unseen category has x rows or more with a probability of at most the sum of ``h(k)`` over
    all categories with ``k >= x`` (Boole's inequality). The p-value is twice the smaller of both bounds (Bonferroni).
    """
    check_hits(0, ref_n, "ref")
    check_hits(unseen, cur_n, "cur")
    check_hits(ref_singles, ref_n, "ref")
    share, expected = unseen / cur_n, ref_singles / ref_n
    if unseen == 0:
        return NewCategoryTest(share, expected, 1.0)
    rate = -math.log(cur_n / (ref_n + cur_n))
    bounds = [_log_bound(tilt * rate, unseen, ref_n, cur_n, frequencies) for tilt in TILTS]
    for cut in CUTS:
        few = [group for group in frequencies if group.most <= cut / rate]
        rest = math.fsum(
            group.categories * math.exp(_log_all_current(group.least, ref_n, cur_n))
            for group in frequencies
            if group.most > cut / rate
        )
        bounds += [
            math.log(max(rest + math.exp(min(_log_bound(tilt * rate, unseen, ref_n, cur_n, few), 1.0)), _SMALLEST))
            for tilt in STEEP_TILTS
        ]
    bound = min(bounds)
    if largest:
        at_least = math.fsum(
            group.categories * math.exp(_log_all_current(max(group.least, largest), ref_n, cur_n))
            for group in frequencies
            if group.most >= largest
        )
        bound = min(bound, math.log(max(at_least, _SMALLEST))) + math.log(2.0)
    return NewCategoryTest(share, expected, max(math.exp(min(bound, 0.0)), _SMALLEST))


def _log_all_current(rows: int, ref_n: int, cur_n: int) -> float:
    """Return a bound of the logarithm of the probability that all rows of a category are current."""
    if rows > cur_n:
        return -math.inf
    half = (rows - 1) / 2.0
    return rows * math.log((cur_n - half) / (ref_n + cur_n - half))


def _log_bound(t: float, unseen: int, ref_n: int, cur_n: int, frequencies: Sequence[Frequency]) -> float:
    """Return the logarithm of Chernoff's bound at t."""
    rate = -math.log(cur_n / (ref_n + cur_n))
    total = -t * unseen
    for least, most, categories in frequencies:
        if least > cur_n:
            continue
        if least == most:
            all_current = _log_all_current(least, ref_n, cur_n)
            term = math.exp(all_current + t * least) - math.exp(all_current)
        else:
            term = math.exp((t - rate) * (least if t < rate else most))
        total += categories * math.log1p(term)
    return total
