"""The null distributions of the Kolmogorov-Smirnov statistic: of two samples exactly, and of one sample of any size.

SciPy has both, as ``ks_2samp(method="exact")`` and ``kstwo``, but importing ``scipy.stats`` takes longer than a check
of a small table.  The tests hold the functions here against it.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from driftql.stats._distributions import stirling_error

__all__ = ["one_sample_sf", "two_sample_sf"]

SUM_MIN_ROWS: Final = 5_000
"""From this size on, the terms of Smirnov's sum vary so slowly that a few thousand of them suffice."""

SUM_MAX_ROWS: Final = 1_000_000
"""Largest sample for which SciPy adds up Smirnov's sum."""

_POINTS: Final = 4097
_MATRIX_MAX_ROWS: Final = 100_000
_SMALL_SAMPLE: Final = 140
_LARGEST_POWER: Final = 2.0**400


def two_sample_sf(distance: int, n: int, m: int) -> float:
    """Return the exact probability that two samples lie at least so far apart.

    Parameters
    ----------
    distance : int
        The distance of the two empirical distribution functions, times the least common multiple of `n` and `m`.
    n, m : int
        Sizes of the samples.

    Returns
    -------
    float
        The two-sided p-value of samples from one continuous distribution.  Of samples of equal sizes, rounding may
        lift it a hair above 1.

    Notes
    -----
    Under the null hypothesis all ``C(n + m, n)`` orders of the two samples are equally likely.  An order is a path of
    n + m steps on a lattice, and the p-value is the share of paths that touch one of two lines.

    *Equal sizes.*  Reflection at the two lines gives ``2 * sum((-1)^(k-1) * C(2n, n - k d) / C(2n, n))``, k from 1 on:
    Gnedenko & Korolyuk (1951); Hodges (1958), "The significance probability of the Smirnov two-sample test", Arkiv för
    Matematik 3, eq. 2.3.

    *Other sizes.*  The share O(i, j) of the paths to (i, j) that touch a line is 1 on and beyond the lines, else
    ``(i * O(i - 1, j) + j * O(i, j - 1)) / (i + j)`` (Hodges 1958, section 3, for shares in place of numbers of paths).
    All points with the same i + j are computed at once.  A path read backwards, from (n, m), is again such a path, so
    half the way is enough: where the halves meet at i, they touch with 1 - (1 - O(i)) * (1 - O'(n - i)), weighted by
    the hypergeometric probability of i.  All terms are positive, so that small p-values keep their digits.
    """
    if distance <= 0:
        return 1.0
    if n == m:
        return _equal_sizes_sf(distance, n)
    common = math.gcd(n, m)
    n_step, m_step = n // common, m // common
    whole = n + m
    half = whole // 2
    steps = np.arange(whole - half + 1)
    # Between the lines: |i * m_step - j * n_step| < distance, where j = step - i.
    slope = n_step + m_step
    first = np.maximum((n_step * steps - distance) // slope + 1, np.maximum(steps - m, 0)).tolist()
    stop = np.minimum(-((-n_step * steps - distance) // slope), np.minimum(steps, n) + 1).tolist()
    ramp = np.arange(n + 1, dtype=np.float64)
    # shares[i + 1] is O(i, step - i); shares[0] stands for i = -1, whose weight is 0.
    shares = np.ones(n + 2)
    shares[1] = 0.0
    forward = shares
    for step in range(1, whole - half + 1):
        if step > half:
            forward = shares.copy()
        low, high = first[step], stop[step]
        if high <= low:
            return 1.0
        here = shares[low + 1 : high + 1]
        here += (shares[low:high] - here) * (ramp[low:high] / step)
        shares[low] = 1.0  # it may have left the lines behind
    met = np.arange(max(0, half - m), min(n, half) + 1)
    there, back = forward[met + 1], shares[n - met + 1]
    touching = _hypergeometric(met, n, m, half) * (there + back - there * back)
    return min(float(touching.sum()), 1.0)


def _equal_sizes_sf(distance: int, n: int) -> float:
    """Return the exact two-sided p-value of two samples of n, by the reflection principle."""
    tail = 0.0
    for k in range(n // distance, -1, -1):
        # C(2n, n - (k+1) d) / C(2n, n - k d), in the order of SciPy's operations: it looks at the last digit.
        ratio = 1.0
        for before in range(k * distance, (k + 1) * distance):
            ratio = (n - before) * ratio / (n + before + 1)
        tail = ratio * (1.0 - tail)
    return 2.0 * tail


def _hypergeometric(hits: NDArray[np.int64], n: int, m: int, drawn: int) -> NDArray[np.float64]:
    """Return the probability of each number of hits, all possible ones in order, among those drawn from n + m rows."""
    before = hits[:-1].astype(np.float64)
    ratios = (n - before) * (drawn - before) / ((before + 1.0) * (m - drawn + before + 1.0))
    logs = np.concatenate(([0.0], np.cumsum(np.log(ratios))))
    weights = np.exp(logs - logs.max())
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares


def one_sample_sf(distance: float, n: int) -> float:
    """Return the probability that a sample lies at least so far from its distribution.

    Parameters
    ----------
    distance : float
        The largest distance of the empirical distribution function from the true one, in [0, 1].
    n : int
        Size of the sample.

    Returns
    -------
    float
        The two-sided p-value, as ``scipy.stats.kstwo.sf`` gives it.

    Notes
    -----
    Source: Simard & L'Ecuyer (2011), "Computing the two-sided Kolmogorov-Smirnov distribution", Journal of Statistical
    Software 39(11).  As there and in SciPy, the tail is twice Smirnov's one-sided one, the middle is the
    approximation of Pelz & Good, and near 1 and for small samples the matrix of Marsaglia, Tsang & Wang is exact.
    """
    if distance <= 0.0 or n * distance <= 0.5:
        return 1.0
    if distance >= 1.0:
        return 0.0
    square = n * distance * distance
    is_small = n <= _SMALL_SAMPLE
    if distance >= 0.5 or square >= (4.0 if is_small else 2.2):
        return 0.0 if square >= 370.0 and not is_small else min(2.0 * _smirnov(distance, n), 1.0)
    if is_small or (n <= _MATRIX_MAX_ROWS and n * distance**1.5 <= 1.4):
        cdf = _marsaglia_tsang_wang(distance, n)
    else:
        cdf = _pelz_good(distance, n)
    return min(max(1.0 - cdf, 0.0), 1.0)


def _smirnov(distance: float, n: int) -> float:
    """Return the one-sided tail: ``d * sum(C(n, j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j))`` over j up to n (1 - d).

    Source: Smirnov (1944), as in Simard & L'Ecuyer (2011), eq. 6.  From 5,000 rows on, the terms vary slowly and vanish
    at both ends with all their derivatives, so the trapezoid rule over a few thousand points gives the same number,
    to about 1e-12 of it.  Beyond a million rows SciPy takes the first term of the expansion, and so it is here.
    """
    if n > SUM_MAX_ROWS:
        return math.exp(-((6.0 * n * distance + 1.0) ** 2) / (18.0 * n))
    if n >= SUM_MIN_ROWS and distance < 0.5:
        share = np.linspace(0.0, 1.0 - distance, _POINTS)[1:-1]
        width = n * float(share[1] - share[0])
        below, above = n * share, n * (1.0 - share)
        errors = (1.0 / n - 1.0 / below - 1.0 / above) / 12.0
        ends = 0.0
    else:
        below = np.arange(1.0, math.floor(n * (1.0 - distance)) + 1.0)
        below = below[below < n * (1.0 - distance)]
        share, width = below / n, 1.0
        above = n - below
        errors = _stirling_errors(np.array([float(n)])) - _stirling_errors(below) - _stirling_errors(above)
        ends = math.exp(n * math.log1p(-distance)) / distance
    # Stirling's series, with the powers that cancel taken together: a difference of log-gammas loses digits.
    log_terms = (
        below * np.log1p(distance / share)
        + above * np.log1p(-distance / (1.0 - share))
        - 0.5 * np.log(2.0 * np.pi * n * share * (1.0 - share))
        + errors
    )
    terms = np.exp(log_terms) / (distance + share)
    return distance * (ends + width * float(terms.sum()))


def _stirling_errors(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what Stirling's formula lacks of each ``log(k!)``, of whole numbers from 1 on (Loader 2000)."""
    square = 1.0 / (numbers * numbers)
    errors: NDArray[np.float64] = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / numbers
    for position in np.flatnonzero(numbers < 30.0).tolist():
        errors[position] = stirling_error(int(numbers[position]))
    return errors


def _marsaglia_tsang_wang(distance: float, n: int) -> float:
    """Return the probability of less: an element of the n-th power of a matrix, times ``n! / n^n``.

    Source: Marsaglia, Tsang & Wang (2003), "Evaluating Kolmogorov's distribution", Journal of Statistical Software
    8(18).
    """
    k = math.ceil(n * distance)
    h = k - n * distance
    size = 2 * k - 1
    inverse_factorials = np.cumprod(np.concatenate(([1.0], 1.0 / np.arange(1.0, size + 1.0))))
    rows, columns = np.indices((size, size))
    matrix = np.where(rows - columns + 1 >= 0, inverse_factorials[np.maximum(rows - columns + 1, 0)], 0.0)
    edge = (1.0 - h ** np.arange(1.0, size + 1.0)) * inverse_factorials[1:]
    edge[-1] = (1.0 - 2.0 * h**size + max(2.0 * h - 1.0, 0.0) ** size) * inverse_factorials[-1]
    matrix[:, 0] = edge
    matrix[-1, :] = edge[::-1]
    power, scale, matrix_scale, left = np.eye(size), 0.0, 0.0, n
    while left:
        if left % 2:
            power, scale = power @ matrix, scale + matrix_scale
        left //= 2
        matrix, matrix_scale = matrix @ matrix, 2.0 * matrix_scale
        if (largest := float(matrix[k - 1, k - 1])) > _LARGEST_POWER:
            matrix, matrix_scale = matrix / largest, matrix_scale + math.log(largest)
        if (largest := float(power[k - 1, k - 1])) > _LARGEST_POWER:
            power, scale = power / largest, scale + math.log(largest)
    element = float(power[k - 1, k - 1])
    if element <= 0.0:
        return 0.0
    return math.exp(math.log(element) + scale + 0.5 * math.log(2.0 * math.pi * n) - n + stirling_error(n))


def _pelz_good(distance: float, n: int) -> float:
    """Return the probability of less, to three terms in ``1 / sqrt(n)``.

    Source: Pelz & Good (1976), "Approximating the lower tail-areas of the Kolmogorov-Smirnov one-sample statistic",
    Journal of the Royal Statistical Society B 38(2), in the form of Simard & L'Ecuyer (2011), eq. 9.
    """
    z = distance * math.sqrt(n)
    pi2 = math.pi**2
    if pi2 / (8.0 * z * z) > 708.0:
        return 0.0
    k = np.arange(math.ceil(16.0 * z / math.pi) + 2, dtype=np.float64)
    odd = (k + 0.5) ** 2 * pi2
    even = k**2 * pi2
    at_odd, at_even = np.exp(-odd / (2.0 * z * z)), np.exp(-even / (2.0 * z * z))
    z2, z4, z6 = z**2, z**4, z**6
    zeroth = at_odd.sum() / z
    first = ((odd - z2) * at_odd).sum() / (6.0 * z4)
    second = ((6.0 * z6 + 2.0 * z4 + (2.0 * z4 - 5.0 * z2) * odd + (1.0 - 2.0 * z2) * odd**2) * at_odd).sum() / (
        72.0 * z**7
    ) - (even * at_even).sum() / (36.0 * z**3)
    third = (
        (
            (-30.0 * z6 - 90.0 * z**8)
            + (135.0 * z4 - 96.0 * z6) * odd
            + (212.0 * z4 - 60.0 * z2) * odd**2
            + (5.0 - 30.0 * z2) * odd**3
        )
        * at_odd
    ).sum() / (6480.0 * z**10) + ((3.0 * z2 - even) * even * at_even).sum() / (216.0 * z6)
    root = math.sqrt(n)
    return math.sqrt(2.0 * math.pi) * float(zeroth + (first + (second + third / root) / root) / root)
