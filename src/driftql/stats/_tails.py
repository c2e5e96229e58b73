"""P-values from a sorted sample of a null distribution, also beyond its largest member.

A sample of N draws can say "p is at most 1 / (N + 1)" and no more.  A report of 500 features needs p-values
near 1e-4 and below, so the tail is extrapolated there instead of drawing ten times as much.

The statistics it is meant for (PSI, chi-square) behave like sums of squares.  Their square root has a tail
that falls faster than an exponential (increasing hazard), so an exponential tail fitted to the square roots
lies above the true one, whatever the degrees of freedom: the extrapolated p-value is too large rather than
too small.  Three thresholds are tried and the largest p-value is taken, because the largest draws alone know
of rare jumps and the wider sets have the smaller sampling error; each mean excess is raised by two of its
standard errors.  The idea is that of Knijnenburg et al. (2009), "Fewer permutations, more accurate
P-values", Bioinformatics 25(12), with the exponential in place of the generalised Pareto distribution, whose
fitted shape can give p = 0.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["critical_value", "p_value", "upper_quantile"]

TIE: Final = 1e-9
"""Relative difference below which two statistics are taken to be the same value, computed differently."""

_TOP: Final = (25, 75, 200)
_SMALLEST: Final = 1e-300


def _tails(draws: NDArray[np.float64]) -> list[tuple[float, float, float]]:
    """Return (share of draws above, threshold, mean excess) of the square roots, one for each threshold."""
    found: list[tuple[float, float, float]] = []
    for top in _TOP:
        if top >= draws.size:
            continue
        threshold = draws[-top - 1] * (1.0 + TIE)
        above = draws[np.searchsorted(draws, threshold, side="right") :]
        if above.size == 0:
            continue
        root = math.sqrt(max(threshold, 0.0))
        excess = float(np.sqrt(above).mean()) - root
        found.append((above.size / draws.size, root, excess * (1.0 + 2.0 / math.sqrt(above.size))))
    return found


def p_value(draws: NDArray[np.float64], observed: float) -> float:
    """Return the probability of a statistic at least as large as the one observed.

    Parameters
    ----------
    draws : ndarray of float64, shape (N,)
        The null sample in ascending order, no member negative.
    observed : float
        The statistic.

    Returns
    -------
    float
        ``(1 + #{draws >= observed}) / (1 + N)`` (Davison & Hinkley 1997, eq. 4.11) where any draw reaches
        the observed value, else the extrapolated tail, at most ``1 / (1 + N)``.
    """
    reached = draws.size - int(np.searchsorted(draws, observed * (1.0 - TIE), side="left"))
    counted = (1 + reached) / (1 + draws.size)
    if reached:
        return counted
    root = math.sqrt(observed)
    tail = [
        share * math.exp(-(root - threshold) / excess) for share, threshold, excess in _tails(draws) if excess > 0.0
    ]
    # No tail to extend (all draws tie): the count is all there is to say.
    return max(min(max(tail), counted), _SMALLEST) if tail else counted


def critical_value(draws: NDArray[np.float64], level: float) -> float:
    """Return the value that a statistic must exceed for `p_value` to be at most `level`.

    Parameters
    ----------
    draws : ndarray of float64, shape (N,)
        The null sample in ascending order, no member negative.
    level : float
        The level, in (0, 1).

    Returns
    -------
    float
        A value a hair above a draw, so that a statistic equal to that draw does not exceed it by rounding;
        inf where no statistic can pass.
    """
    allowed = math.floor(level * (draws.size + 1) * (1.0 + TIE)) - 1
    if allowed >= draws.size:
        return 0.0
    if allowed >= 0:
        return float(draws[draws.size - 1 - allowed]) * (1.0 + 2.0 * TIE)
    roots = [threshold + excess * math.log(share / level) for share, threshold, excess in _tails(draws) if excess > 0.0]
    if not roots:
        return math.inf
    return max(max(roots) ** 2, float(draws[-1])) * (1.0 + 2.0 * TIE)


def upper_quantile(draws: NDArray[np.float64], level: float) -> float:
    """Return the (1 - level) quantile of the sample.

    Parameters
    ----------
    draws : ndarray of float64, shape (N,)
        The null sample in ascending order.
    level : float
        The level, in (0, 1).

    Returns
    -------
    float
        The smallest draw that at most ``level * N`` draws exceed.
    """
    allowed = min(math.floor(level * draws.size), draws.size - 1)
    return float(draws[draws.size - 1 - allowed])
