"""Tails of the distributions that the tests here need, by the standard library alone.

Importing ``scipy.special`` takes longer than a whole check of a small table, and ``scipy.stats`` several times that.
The tests hold every function against SciPy.
"""

from __future__ import annotations

import math
from typing import Final

__all__ = [
    "chi2_isf",
    "chi2_sf",
    "hypergeometric_sf",
    "normal_isf",
    "normal_sf",
    "stirling_error",
    "student_isf",
    "student_sf",
]

_EPSILON: Final = 2.0**-53
_STIRLING: Final = (1 / 12, 1 / 360, 1 / 1260, 1 / 1680)
_STIRLING_FROM: Final = 30
_NORMAL_FROM: Final = 1e4
_SMALLEST: Final = 1e-300
_SMALLEST_NORMAL: Final = 2.0**-1022


def normal_sf(z: float) -> float:
    """Return the upper tail of the standard normal distribution.

    Parameters
    ----------
    z : float
        Where the tail begins.

    Returns
    -------
    float
        ``erfc(z / sqrt(2)) / 2`` (DLMF 7.18.1 with 7.2.2).
    """
    return 0.5 * math.erfc(z * math.sqrt(0.5))


def normal_isf(level: float) -> float:
    """Return the upper `level` quantile of the standard normal distribution.

    Parameters
    ----------
    level : float
        Probability of the tail, in (0, 1).

    Returns
    -------
    float
        From ``statistics.NormalDist``: Wichura (1988), "Algorithm AS 241", Applied Statistics 37(3).
    """
    from statistics import NormalDist

    return -NormalDist().inv_cdf(level)


def chi2_sf(x: float, freedom: int) -> float:
    """Return the upper tail of the chi-square distribution with whole degrees of freedom.

    Parameters
    ----------
    x : float
        Where the tail begins.
    freedom : int
        Degrees of freedom, 1 or more.

    Returns
    -------
    float
        The tail's probability.

    Notes
    -----
    Source: Abramowitz & Stegun (1964), 26.4.4 and 26.4.5: a sum of ``(x/2)^k / Gamma(k + 1)`` over whole or half k,
    times ``exp(-x/2)``.  All terms are positive, so nothing cancels.
    """
    half = x / 2.0
    if half <= 0.0:
        return 1.0
    is_odd = freedom % 2
    head = math.erfc(math.sqrt(half)) if is_odd else 0.0
    log = math.log(half)
    powers = (i + 0.5 * is_odd for i in range(freedom // 2))
    tail = min(head + math.fsum(math.exp(k * log - half - math.lgamma(k + 1.0)) for k in powers), 1.0)
    # Not every database reads a number below the normal ones.
    return tail if tail >= _SMALLEST_NORMAL else 0.0


def chi2_isf(level: float, freedom: int) -> float:
    """Return the upper `level` quantile of the chi-square distribution.

    Parameters
    ----------
    level : float
        Probability of the tail, in (0, 1).
    freedom : int
        Degrees of freedom, 1 or more.

    Returns
    -------
    float
        Where the tail of that probability begins.

    Notes
    -----
    The start is Wilson & Hilferty (1931), PNAS 17; Newton's steps on the logarithm of the tail, which is concave
    (Barlow & Proschan 1975: the hazard rises) from two degrees of freedom on, and kept inside a bracket below.
    """
    ninth = 2.0 / (9.0 * freedom)
    x = max(freedom * (1.0 - ninth + normal_isf(level) * math.sqrt(ninth)) ** 3, 1e-3)
    low, high = 0.0, math.inf
    for _ in range(100):
        tail = chi2_sf(x, freedom)
        low, high = (x, high) if tail > level else (low, x)
        density = math.exp((freedom / 2.0 - 1.0) * math.log(x / 2.0) - x / 2.0 - math.lgamma(freedom / 2.0)) / 2.0
        step = tail * math.log(max(tail, _SMALLEST) / level) / max(density, _SMALLEST)
        nearer = x + step
        if not low < nearer < high:
            nearer = (low + high) / 2.0 if math.isfinite(high) else 2.0 * x
        if abs(nearer - x) <= 4.0 * _EPSILON * x:
            return nearer
        x = nearer
    return x


def student_sf(t: float, freedom: float) -> float:
    """Return the upper tail of Student's t distribution.

    Parameters
    ----------
    t : float
        Where the tail begins.
    freedom : float
        Degrees of freedom, above 0; they need not be whole.

    Returns
    -------
    float
        Half the regularised incomplete beta function ``I(freedom / 2, 1/2)`` at ``freedom / (freedom + t^2)``.

    Notes
    -----
    Sources: Abramowitz & Stegun (1964), 26.7.1 with 26.5.2; the continued fraction is DLMF 8.17.22, evaluated by
    Lentz's method (Thompson & Barnett 1986, Journal of Computational Physics 64).  With many degrees of freedom t is
    turned into a normal deviate instead: Hill (1970), "Algorithm 395", Communications of the ACM 13(10).
    """
    square = t * t / freedom
    if square == 0.0:
        return 0.5
    if freedom > _NORMAL_FROM:
        return normal_sf(math.copysign(_as_normal(square, freedom), t))
    a = freedom / 2.0
    # log of x^a (1-x)^(1/2) / B(a, 1/2), with 1 - x kept apart: it is tiny where the degrees of freedom are many.
    x, rest = 1.0 / (1.0 + square), square / (1.0 + square) if math.isfinite(square) else 1.0
    front = math.exp(-a * math.log1p(square) + 0.5 * math.log(rest) + _log_gamma_step(a)) / math.sqrt(math.pi)
    if x < (a + 1.0) / (a + 2.5):
        tail = front * _beta_fraction(a, 0.5, x) / a / 2.0
    else:
        tail = 0.5 - front * _beta_fraction(0.5, a, rest) / 0.5 / 2.0
    return tail if t > 0.0 else 1.0 - tail


def student_isf(level: float, freedom: float) -> float:
    """Return the upper `level` quantile of Student's t distribution.

    Parameters
    ----------
    level : float
        Probability of the tail, in (0, 1).
    freedom : float
        Degrees of freedom, above 0.

    Returns
    -------
    float
        Where the tail of that probability begins.

    Notes
    -----
    Bisection of the exponent, then of the number: the tail falls strictly, and the quantile may be anything between
    a hair above 0 and some 1e300.
    """
    if level > 0.5:
        return -student_isf(1.0 - level, freedom)
    if level == 0.5:
        return 0.0
    low, high = 0.0, 1.0
    while student_sf(high, freedom) > level and high < 1e300:
        low, high = high, high * 2.0
    while high - low > 2.0 * _EPSILON * high:
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        low, high = (middle, high) if student_sf(middle, freedom) > level else (low, middle)
    return (low + high) / 2.0


def _as_normal(square: float, freedom: float) -> float:
    """Return the normal deviate whose tail is that of t, from ``t^2 / freedom`` (Hill 1970, eq. 3)."""
    a = freedom - 0.5
    b = 48.0 * a * a
    y = a * math.log1p(square)
    inner = (((-0.4 * y - 3.3) * y - 24.0) * y - 85.5) / (0.8 * y * y + 100.0 + b)
    return ((inner + y + 3.0) / b + 1.0) * math.sqrt(y)


def _log_gamma_step(a: float) -> float:
    """Return ``log(Gamma(a + 1/2) / Gamma(a))``.

    A difference of two log-gammas would cancel where `a` is large: DLMF 5.11.13 there.
    """
    if a < 40.0:
        return math.lgamma(a + 0.5) - math.lgamma(a)
    inverse = 1.0 / a
    series = 1.0 + inverse * (
        -1 / 8 + inverse * (1 / 128 + inverse * (5 / 1024 + inverse * (-21 / 32768 - inverse * 399 / 262144)))
    )
    return 0.5 * math.log(a) + math.log(series)


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function; it converges fast below (a+1) / (a+b+2)."""
    tiny = 1e-300
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    value = d
    for m in range(1, 100_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0)),
        ):
            d = 1.0 + term * d
            c = 1.0 + term / c
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = c if abs(c) > tiny else tiny
            value *= c * d
        if abs(c * d - 1.0) < 4.0 * _EPSILON:
            break
    return value


def stirling_error(n: int) -> float:
    """Return ``log(n!) - log(sqrt(2 pi n) (n/e)^n)``, what Stirling's formula lacks.

    Parameters
    ----------
    n : int
        A whole number, 1 or more.

    Returns
    -------
    float
        The error, to about 1e-16.

    Notes
    -----
    Source: Loader (2000), "Fast and accurate computation of binomial probabilities".
    """
    if n < _STIRLING_FROM:
        return _SMALL_ERRORS[n]
    inverse = 1.0 / (float(n) * float(n))
    a, b, c, d = _STIRLING
    return (a - inverse * (b - inverse * (c - inverse * d))) / n


def hypergeometric_sf(least: int, rows: int, marked: int, drawn: int) -> float:
    """Return the probability of at least so many marked rows among those drawn without replacement.

    Parameters
    ----------
    least : int
        Least number of marked rows drawn.
    rows, marked, drawn : int
        All rows, the marked ones among them, and how many are drawn.

    Returns
    -------
    float
        The upper tail.

    Notes
    -----
    Source: Loader (2000): one hypergeometric probability as a quotient of binomial ones at the rate ``drawn / rows``,
    which keeps its digits at any size.  Its neighbours follow by their ratio, ``(K-k)(N-k) / ((k+1)(M-K-N+k+1))``,
    and are added up, away from the mean, until they no longer count.
    """
    if least <= max(0, drawn + marked - rows):
        return 1.0
    if least > min(marked, drawn):
        return 0.0
    is_upper = least > marked * drawn / rows
    k = least if is_upper else least - 1
    rate = drawn / rows
    log_term = _log_binomial(k, marked, rate) + _log_binomial(drawn - k, rows - marked, rate)
    term = total = 1.0
    unmarked_left = rows - marked - drawn
    while term > _EPSILON * total:
        if is_upper:
            term *= (marked - k) * (drawn - k) / ((k + 1) * (unmarked_left + k + 1))
            k += 1
        else:
            term *= k * (unmarked_left + k) / ((marked - k + 1) * (drawn - k + 1))
            k -= 1
        total += term
    tail = min(math.exp(log_term - _log_binomial(drawn, rows, rate)) * total, 1.0)
    return tail if is_upper else 1.0 - tail


def _log_binomial(k: int, n: int, p: float) -> float:
    """Return the logarithm of the binomial probability of k in n at rate p (Loader 2000)."""
    misses = n - k
    if k == 0 or misses == 0:
        return (n * math.log1p(-p) if k == 0 else n * math.log(p)) if n else 0.0
    return (
        stirling_error(n)
        - stirling_error(k)
        - stirling_error(misses)
        - _deviance(k, n * p)
        - _deviance(misses, n * (1.0 - p))
        + 0.5 * math.log(n / (2.0 * math.pi * k * misses))
    )


def _deviance(k: float, expected: float) -> float:
    """Return ``k log(k / expected) + expected - k`` without cancellation where the two are close (Loader 2000)."""
    v = (k - expected) / (k + expected)
    if abs(v) >= 0.1:
        return k * math.log(k / expected) + expected - k
    square, total = v * v, 0.0
    for odd in range(17, 1, -2):
        total = square * (total + 1.0 / odd)
    return (k - expected) * v + 2.0 * k * v * total


_SMALL_ERRORS: Final = (
    0.0,
    *(
        math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - 0.5 * math.log(2.0 * math.pi)
        for n in range(1, _STIRLING_FROM)
    ),
)
