"""Means and variances of windows, and Welch's test on them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftql.stats._counts import check_level
from driftql.stats._distributions import student_isf, student_sf

__all__ = ["Moments", "combine", "critical_t", "welch"]


class Moments(NamedTuple):
    """Size, mean and variance of a set of values.

    Attributes
    ----------
    n : int
        Number of values.
    mean : float
        Their mean; NaN where there is no value.
    variance : float
        Their sample variance (divided by n - 1); NaN for fewer than two values, as SQL's ``var_samp`` is
        NULL there, and 0 where two or more values are all equal.
    """

    n: int
    mean: float
    variance: float


def combine(parts: Iterable[Moments]) -> Moments:
    """Return the moments of the union of disjoint sets.

    Parameters
    ----------
    parts : iterable of Moments
        Moments of the sets.  Sets without values are skipped, whatever their mean and variance; of a set of
        one value the variance is not read.

    Returns
    -------
    Moments
        Moments of all values together; ``Moments(0, nan, nan)`` where there is none.

    Raises
    ------
    ValueError
        If a size is negative.

    Notes
    -----
    Source: Chan, Golub & LeVeque (1983), "Algorithms for computing the sample variance", The American
    Statistician 37(3), eq. 2.1: no difference of large sums, so nothing cancels.
    """
    n, mean, squares = 0, 0.0, 0.0
    for part in parts:
        if part.n < 0:
            raise ValueError(f"a set cannot hold {part.n} values")
        if part.n == 0:
            continue
        both = n + part.n
        shift = part.mean - mean
        if part.n > 1:
            squares += part.variance * (part.n - 1)
        if n:
            squares += shift * shift * (n * (part.n / both))
            mean += shift * (part.n / both)
        else:
            mean = part.mean
        n = both
    if n == 0:
        return Moments(0, math.nan, math.nan)
    return Moments(n, mean, squares / (n - 1) if n > 1 else math.nan)


def welch(ref: Moments, cur: Moments, *, two_sided: bool = False) -> float:
    """Return the p-value for "the current mean is the greater one", or, two-sided, for "the means differ".

    Parameters
    ----------
    ref, cur : Moments
        Moments of the reference and of the current window, two values or more in each.
    two_sided : bool
        Whether a fall counts as much as a rise.

    Returns
    -------
    float
        The p-value of ``scipy.stats.ttest_ind_from_stats(cur, ref, equal_var=False, alternative=...)``, with
        ``"greater"`` or ``"two-sided"``.  Where both variances are zero it is 0 if the current mean is greater (or, if
        two-sided, another one) and 1 if not.

    Raises
    ------
    ValueError
        If a window has fewer than two values, or a moment is not finite or a variance negative.

    Notes
    -----
    Source: Welch (1947), Biometrika 34, with Satterthwaite's degrees of freedom.
    """
    for name, part in (("reference", ref), ("current", cur)):
        if part.n < 2:
            raise ValueError(
                f"the {name} window has {part.n} value{'' if part.n == 1 else 's'}: "
                "Welch's test needs at least two in each window"
            )
        if not (math.isfinite(part.mean) and math.isfinite(part.variance) and part.variance >= 0.0):
            raise ValueError(f"the {name} window's mean or variance is not a number: {part}")
    ref_error, cur_error = ref.variance / ref.n, cur.variance / cur.n
    error = ref_error + cur_error
    difference = cur.mean - ref.mean
    if two_sided:
        difference = abs(difference)
    if error == 0.0:
        return 0.0 if difference > 0.0 else 1.0
    # Shares instead of squares of the variances: squares of small ones underflow.
    ref_share, cur_share = ref_error / error, cur_error / error
    freedom = 1.0 / (ref_share**2 / (ref.n - 1) + cur_share**2 / (cur.n - 1))
    tail = student_sf(difference / math.sqrt(error), freedom)
    return min(1.0, 2.0 * tail) if two_sided else tail


def critical_t(level: float, dfs: ArrayLike) -> NDArray[np.float64]:
    """Return the t that a one-sided test must reach for its p-value to be at most `level`.

    Parameters
    ----------
    level : float
        Level of the test, in (0, 1).
    dfs : array_like of float, shape (R,)
        Degrees of freedom.

    Returns
    -------
    ndarray of float64, shape (R,)
        Upper `level` quantiles of Student's t; inf where the degrees of freedom are NaN or not positive.

    Raises
    ------
    ValueError
        If the level is out of range.
    """
    check_level(level)
    freedom = np.asarray(dfs, dtype=np.float64)
    return np.array([student_isf(level, df) if df > 0.0 else math.inf for df in freedom.tolist()])
