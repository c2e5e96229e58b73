"""A user against its own past: how many reference rows are enough, and what is evidence then."""

from __future__ import annotations

import math
from typing import Final

from driftql.stats._counts import check_level
from driftql.stats._distributions import chi2_isf, normal_isf

__all__ = ["enough_for_mean", "enough_for_psi", "enough_for_rate", "fisher_limit"]

TIMES_THE_EFFECT: Final = 2.0
"""Reference rows are enough if their noise hides no change of so many times the effect that matters."""

FISHER_BOUND: Final = 0.94
"""The SQL macro ``fisher_bound`` is never below so many times Fisher's exact p-value."""

NEVER: Final = 10**12
"""More reference rows than a user has."""


def enough_for_psi(effect: float, level: float, bins: int) -> int:
    """Return how many reference rows keep the noise of a PSI within twice the effect.

    Parameters
    ----------
    effect : float
        The PSI that matters.
    level : float
        Noise exceeds twice the effect with this probability.
    bins : int
        Bins that hold rows, two or more.

    Returns
    -------
    int
        The smallest n with ``chi2_isf(level, bins - 1) / n <= 2 * effect``: the noise that n reference rows bring in,
        beside any number of current ones. `NEVER` where no effect is too small to matter.

    Notes
    -----
    Source: the null distribution of PSI for many rows, Yurdakul & Naranjo (2020), as in `psi_null`.
    """
    check_level(level)
    return _smallest(chi2_isf(level, bins - 1), TIMES_THE_EFFECT * effect)


def enough_for_mean(effect: float, variance: float, level: float) -> int:
    """Return how many reference rows keep the noise of a mean within twice the effect, in either direction.

    Parameters
    ----------
    effect : float
        The change of the mean that matters.
    variance : float
        Of one row.
    level : float
        Noise exceeds twice the effect, up or down, with this probability.

    Returns
    -------
    int
        The smallest n with ``z**2 * variance / n <= (2 * effect)**2``; `NEVER` where no effect is too small to matter.
    """
    check_level(level)
    return _smallest(normal_isf(level / 2) ** 2 * variance, (TIMES_THE_EFFECT * effect) ** 2)


def enough_for_rate(effect: float, level: float) -> int:
    """Return how many reference rows keep the noise of a share within twice the effect, whatever the share is.

    Parameters
    ----------
    effect : float
        The change of the share that matters.
    level : float
        Noise exceeds twice the effect, up or down, with this probability.

    Returns
    -------
    int
        `enough_for_mean` for the largest variance that a row can have, one quarter.
    """
    return enough_for_mean(effect, 0.25, level)


def fisher_limit(level: float, tests: int) -> float:
    """Return the logarithm that ``fisher_bound`` must be at or below for one of several tests to be evidence.

    Parameters
    ----------
    level : float
        The probability that any of the tests is evidence where nothing has changed.
    tests : int
        How many one-sided tests there are.

    Returns
    -------
    float
        That of ``level / tests`` (Bonferroni), less what the bound may be too small by.
    """
    check_level(level)
    return math.log(level / tests) + math.log(FISHER_BOUND)


def _smallest(noise: float, allowed: float) -> int:
    """Return the smallest n with ``noise / n <= allowed``."""
    if not allowed > 0.0:
        return NEVER
    return int(min(max(math.ceil(noise / allowed), 1), NEVER))
