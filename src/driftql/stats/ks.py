"""The two-sample Kolmogorov-Smirnov test, from two counts."""

from __future__ import annotations

import math
import warnings
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from driftql.stats._counts import check_hits

__all__ = ["KsOutcome", "ks_from_counts", "ks_p_value"]

EXACT_MAX_ROWS: Final = 10_000
"""``MAX_AUTO_N`` of ``scipy.stats.ks_2samp``: windows up to this size get the exact null distribution."""

SUM_MIN_ROWS: Final = 5_000.0
SUM_MAX_ROWS: Final = 1_000_000.0
SLOW_PRODUCT: Final = 1_000_000


class KsOutcome(NamedTuple):
    """A Kolmogorov-Smirnov test.

    Attributes
    ----------
    statistic : float
        Largest distance D of the two empirical distribution functions, in [0, 1].
    p_value : float
        Two-sided p-value.
    """

    statistic: float
    p_value: float


@lru_cache(maxsize=4096)
def _two_sample(ref_at: int, cur_at: int, n: int, m: int) -> KsOutcome:
    from scipy.stats import ks_2samp

    ref = np.repeat([0.0, 1.0], [ref_at, n - ref_at])
    cur = np.repeat([0.0, 1.0], [cur_at, m - cur_at])
    with warnings.catch_warnings():
        # SciPy warns that it fell back on the asymptotic p-value.  That is the one wanted: on the raw rows
        # it would fall back as well.
        warnings.simplefilter("ignore", RuntimeWarning)
        outcome = ks_2samp(ref, cur)
    return KsOutcome(float(outcome.statistic), float(outcome.pvalue))


def _far_tail(statistic: float, rows: float) -> float:
    """Return the two-sided tail of the one-sample statistic as twice the one-sided one.

    Smirnov's sum over j = 0, ..., rows has terms that vary slowly and vanish at both ends with all their
    derivatives, so the trapezoid rule over a few thousand points gives the same number, to about 1e-12 of it.
    """
    share = np.linspace(0.0, 1.0 - statistic, 4097)[1:-1]
    rest = 1.0 - share
    below, above = rows * share, rows * rest
    # Stirling's series, with the powers that cancel taken together: a difference of log-gammas loses digits.
    log_term = (
        below * np.log1p(statistic / share)
        + above * np.log1p(-statistic / rest)
        - 0.5 * np.log(2.0 * np.pi * rows * share * rest)
        + (1.0 / rows - 1.0 / below - 1.0 / above) / 12.0
    )
    terms = np.exp(log_term) / (statistic + share)
    return 2.0 * statistic * rows * float(terms.sum()) * float(share[1] - share[0])


def _asymptotic(statistic: float, n: int, m: int) -> float:
    larger, smaller = float(max(n, m)), float(min(n, m))
    # In the order of SciPy's operations, so that the rounding falls on the same side.
    effective = float(np.round(larger * smaller / (larger + smaller)))
    # From 2.2 on SciPy's kstwo adds up `effective` terms, up to a million: 0.7 s for half a million.
    slow = SUM_MIN_ROWS <= effective <= SUM_MAX_ROWS and statistic < 0.5
    if slow and 2.2 <= effective * statistic * statistic < 370.0:
        return min(_far_tail(statistic, effective), 1.0)
    from scipy.stats import kstwo

    return float(np.clip(kstwo.sf(statistic, effective), 0.0, 1.0))


def _is_beyond_doubt(statistic: float, n: int, m: int) -> bool:
    """Return whether the exact p-value would take SciPy long and lies below 1e-30 anyway."""
    return n != m and n * m > SLOW_PRODUCT and statistic * statistic * n * m / (n + m) > 36.0


def ks_from_counts(ref_at: int, cur_at: int, n: int, m: int) -> KsOutcome:
    """Return the test of two windows whose distribution functions lie farthest apart at a known value x.

    Parameters
    ----------
    ref_at : int
        Reference values at or below x.
    cur_at : int
        Current values at or below x.
    n, m : int
        Values in the reference and in the current window.

    Returns
    -------
    KsOutcome
        D = ``|ref_at / n - cur_at / m|`` and the p-value, both as ``scipy.stats.ks_2samp`` gives them for
        the raw rows: exact where neither window has more than 10 000 values, else asymptotic.  Below 1e-30
        an exact p-value that SciPy needs a third of a second for gives way to the asymptotic one.

    Raises
    ------
    ValueError
        If a window is empty or a count is out of range.

    Notes
    -----
    The p-value depends on D, n and m alone.  Windows of zeros and ones with `ref_at` and `cur_at` zeros have
    the same three, so SciPy itself can be asked.  Sources: Hodges (1958), "The significance probability of
    the Smirnov two-sample test", Arkiv för Matematik 3; for large windows ``scipy.stats.kstwo``, Simard &
    L'Ecuyer (2011), Journal of Statistical Software 39(11).
    """
    check_hits(ref_at, n, "ref")
    check_hits(cur_at, m, "cur")
    statistic = abs(ref_at / n - cur_at / m)
    if max(n, m) <= EXACT_MAX_ROWS:
        if not _is_beyond_doubt(statistic, n, m):
            return _two_sample(ref_at, cur_at, n, m)
        # SciPy rounds D to the multiple of 1 / lcm(n, m) that it is, before the exact p-value.
        multiple = math.lcm(n, m)
        statistic = round(statistic * multiple) / multiple
    return KsOutcome(statistic, _asymptotic(statistic, n, m))


def ks_p_value(statistic: float, n: int, m: int) -> float:
    """Return the p-value of any distance, such as an end of an interval that D is known to lie in.

    Parameters
    ----------
    statistic : float
        A distance in [0, 1]; it need not be one that windows of these sizes can have.
    n, m : int
        Values in the reference and in the current window.

    Returns
    -------
    float
        Probability of a D at least as large: 1 at 0, and not rising with the distance (but for SciPy's own
        rounding, some 1e-12).  For a possible D it is the p-value of `ks_from_counts`.

    Raises
    ------
    ValueError
        If a window is empty, or the distance is NaN or outside [0, 1].

    Notes
    -----
    D is a multiple of 1 / lcm(n, m).  An exact p-value is that of the smallest possible D that is not below
    the distance asked for.
    """
    check_hits(0, n, "ref")
    check_hits(0, m, "cur")
    if not 0.0 <= statistic <= 1.0:
        raise ValueError(f"a KS statistic lies between 0 and 1, not at {statistic}")
    if max(n, m) > EXACT_MAX_ROWS or _is_beyond_doubt(statistic, n, m):
        return _asymptotic(statistic, n, m)
    common = math.gcd(n, m)
    n_step, m_step = n // common, m // common
    least = math.ceil(statistic * n_step * m - 1e-7)
    if least <= 0:
        return 1.0
    ref_at = np.arange(n + 1, dtype=np.int64)
    cur_at = (ref_at * m_step - least) // n_step
    ref_at, cur_at = ref_at[cur_at >= 0], cur_at[cur_at >= 0]
    nearest = int(np.argmin(ref_at * m_step - cur_at * n_step))
    return _two_sample(int(ref_at[nearest]), int(cur_at[nearest]), n, m).p_value
