"""The two-sample Kolmogorov-Smirnov test, from two counts."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final, NamedTuple

from driftql.stats._counts import check_hits
from driftql.stats._kolmogorov import one_sample_sf, two_sample_sf

__all__ = ["KsOutcome", "ks_from_counts", "ks_p_value"]

EXACT_MAX_ROWS: Final = 10_000
"""``MAX_AUTO_N`` of ``scipy.stats.ks_2samp``: windows up to this size get the exact null distribution."""

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
def _exact(distance: int, n: int, m: int) -> float:
    p = two_sample_sf(distance, n, m)
    # SciPy falls back where rounding lifts an exact p-value above 1, which changes its fifth digit.
    return p if p <= 1.0 else _asymptotic(distance / math.lcm(n, m), n, m)


def _asymptotic(statistic: float, n: int, m: int) -> float:
    larger, smaller = float(max(n, m)), float(min(n, m))
    # In the order of SciPy's operations, so that the rounding falls on the same side.
    return one_sample_sf(statistic, round(larger * smaller / (larger + smaller)))


def _is_beyond_doubt(statistic: float, n: int, m: int) -> bool:
    """Return whether the exact p-value would take long and lies below 1e-30 anyway."""
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
        an exact p-value that takes long gives way to the asymptotic one.

    Raises
    ------
    ValueError
        If a window is empty or a count is out of range.

    Notes
    -----
    The p-value depends on D, n and m alone.  Sources: Hodges (1958), "The significance probability of the Smirnov
    two-sample test", Arkiv för Matematik 3; for large windows the one-sample distribution at n m / (n + m) values,
    Simard & L'Ecuyer (2011), Journal of Statistical Software 39(11).  Both are in `driftql.stats._kolmogorov`.
    """
    check_hits(ref_at, n, "ref")
    check_hits(cur_at, m, "cur")
    if max(n, m) > EXACT_MAX_ROWS:
        statistic = abs(ref_at / n - cur_at / m)
        return KsOutcome(statistic, _asymptotic(statistic, n, m))
    distance = abs(ref_at * m - cur_at * n) // math.gcd(n, m)
    statistic = distance / math.lcm(n, m)
    if _is_beyond_doubt(statistic, n, m):
        return KsOutcome(statistic, _asymptotic(statistic, n, m))
    return KsOutcome(statistic, _exact(distance, n, m))


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
    return _exact(max(math.ceil(statistic * math.lcm(n, m) - 1e-7), 0), n, m)
