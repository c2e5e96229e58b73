"""Histogram grids: how to cut the number line so that no bin holds much, from a rough idea of how values spread. Pure.

A grid decides only how fast a check is, never what its exact result is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["SAMPLE_FRACTIONS", "Grid", "choose_grid", "wanted_mass"]

_TAIL = (1e-4, 1e-3, 5e-3, 0.015)
SAMPLE_FRACTIONS: tuple[float, ...] = (
    0.0,
    *_TAIL,
    *(k / 32 for k in range(1, 32)),
    *(1 - part for part in reversed(_TAIL)),
    1.0,
)
"""The quantiles of a sample from which a grid is chosen: 1/32 apart, closer in the tails."""

MAX_BIN = 65_535
_MAX_SEGMENTS = 12
_HEADROOM = 0.85
_MIN_BINS = 256
_ROOM = 1.25
_FEW_BINS = 4_096
_ROWS_PER_BIN = 8
# No layout of 65,536 bins gives a finer grid than this: many clamped segments would cost more per row than the refining
# pass, which has to follow in any case.
_FINEST = 2.5 / MAX_BIN


class Term(NamedTuple):
    """A line that rises by ``scale`` bins per unit from ``start`` to ``stop``, and is level where a flag is set."""

    start: float
    stop: float
    scale: float
    level_below: bool
    level_above: bool


@dataclass(frozen=True)
class Warp:
    """A monotone map of the number line onto a short interval, which shortens long tails.

    Attributes
    ----------
    kind
        1: ``1 - 1 / (1 + (x - center) * scale)`` for x from ``center`` up. -1: ``1 / (1 + (center - x) * scale)`` for x
        up to ``center``. 2: both, around ``center``.
    center, scale
        Its parameters; ``scale`` is positive.
    """

    kind: int
    center: float
    scale: float

    def apply(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map values, shape (N,)."""
        if self.kind == 1:
            return 1 - 1 / (1 + (x - self.center) * self.scale)
        if self.kind == -1:
            return 1 / (1 + (self.center - x) * self.scale)
        return (1 / (1 + np.abs((x - self.center) * self.scale)) - 1) * np.sign(self.center - x)

    def invert(self, u: float) -> float:
        """Map a value back."""
        if self.kind == 1:
            return self.center + (1 / (1 - u) - 1) / self.scale
        if self.kind == -1:
            return self.center - (1 / u - 1) / self.scale
        return self.center + math.copysign((1 / (1 - abs(u)) - 1) / self.scale, u)


@dataclass(frozen=True)
class Grid:
    """A monotone map from values to bin numbers.

    Attributes
    ----------
    points
        Where the width of bins changes, ascending, the least and the greatest value included, warped, shape (K + 1,).
    scales
        Bins per unit between two points, shape (K,).
    terms
        The same map as a sum that SQL computes with few operations.
    """

    points: tuple[float, ...]
    scales: tuple[float, ...]
    terms: tuple[Term, ...]
    warp: Warp | None = None

    def end_of(self, bin_number: int) -> float:
        """Return where a bin ends and the next one starts, to within rounding."""
        # Bin numbers are rounded, so bin b ends half a bin after b.
        left = bin_number + 0.5
        end = self.points[-1]
        for (start, stop), scale in zip(pairwise(self.points), self.scales, strict=True):
            held = (stop - start) * scale
            if left <= held:
                end = start + left / scale
                break
            left -= held
        return end if self.warp is None else self.warp.invert(end)


def wanted_mass(ref_n: int, cur_n: int, precision: float) -> float:
    """Return how much of a window a bin may hold for KS to be known well enough.

    Parameters
    ----------
    ref_n, cur_n
        Values in each window.
    precision
        Largest error of KS as a share of its sampling noise, sqrt((n + m) / (n * m)).

    Returns
    -------
    float
        A share: KS, taken in the middle of its bounds, is off by at most half of what a bin holds.
    """
    return 2 * precision * math.sqrt((ref_n + cur_n) / (ref_n * cur_n))


def choose_grid(
    spreads: Sequence[Sequence[float]], minimum: float, maximum: float, mass: float, rows: int = 2**31
) -> Grid | None:
    """Choose segments, as few as keep every bin below a mass.

    Parameters
    ----------
    spreads
        Sampled quantiles of one window or of each, at :data:`SAMPLE_FRACTIONS`.
    minimum, maximum
        Of all values, not of the sample alone: a value outside has no bin.
    mass
        The share of either window's rows that a bin may hold; smaller ones than 65,536 bins can give are raised.
    rows
        In both windows: with few rows, bins cost more than segments do, so more segments are used.

    Returns
    -------
    Grid | None
        None where there is no spread, or one that doubles cannot divide.

    Notes
    -----
    Between two neighbouring quantiles values are taken to be spread evenly. A segment whose densest part is to have
    bins of mass ``mass`` needs ``width * density / mass`` of them; the partition that needs the fewest in all is found
    by dynamic programming over the quantiles, for 1, 2, 3, ... segments, until the bins suffice.
    """
    mass = max(mass, _FINEST)
    # Overflow means that doubles cannot divide this range: it shows as an infinity and is refused below.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        points, masses = _largest_masses(spreads, minimum, maximum)
        if len(points) < 2 or not np.isfinite(points[-1] - points[0]):
            return None
        enough = _HEADROOM * mass * min(MAX_BIN, max(_FEW_BINS, rows // _ROWS_PER_BIN))
        warp = _choose_warp(points, masses, enough)
        if warp is not None:
            points = warp.apply(points)
        density = masses / np.diff(points)
        if not np.isfinite(density).all():
            return None
        whole = float(density.max() * (points[-1] - points[0]))
        if whole <= enough:
            cuts, wanted = [0, len(points) - 1], np.array([whole])
        else:
            need = _bins_needed(points, density)
            if not np.isfinite(need[0, -1]):
                return None
            cuts = _choose_cuts(need, enough)
            wanted = np.array([need[start, stop] for start, stop in pairwise(cuts)])
        widths = np.array([points[stop] - points[start] for start, stop in pairwise(cuts)])
        scales = _even_out(wanted / widths)
        # Fewer bins are summed faster: take the number needed, with some room for what the sample did not show.
        bins = min(MAX_BIN, max(_MIN_BINS, math.ceil(min(MAX_BIN, _ROOM * float((scales * widths).sum()) / mass))))
        # One bin less than there are numbers, so that rounding never exceeds the last.
        scales = scales * ((bins - 1) / float((scales * widths).sum()))
        if not np.isfinite(scales).all() or (scales <= 0).any():
            return None
    ends = tuple(float(points[cut]) for cut in cuts)
    return Grid(ends, tuple(scales.tolist()), _write_terms(ends, scales.tolist()), warp)


def _choose_warp(points: NDArray[np.float64], masses: NDArray[np.float64], enough: float) -> Warp | None:
    """Return the cheapest warp with which one segment suffices; None where none is needed, or none suffices."""

    def need(warp: Warp | None) -> float:
        u = points if warp is None else warp.apply(points)
        steps = np.diff(u)
        if not (steps > 0).all():
            return math.inf
        return float((masses / steps).max() * (u[-1] - u[0]))

    if need(None) <= enough:
        return None
    below = np.concatenate(([0.0], np.cumsum(masses)))
    at = {share: float(np.interp(share, below / below[-1], points)) for share in (0.1, 0.25, 0.5, 0.75, 0.9)}
    low, high = float(points[0]), float(points[-1])
    one_sided = [Warp(1, low, 1 / (at[share] - low)) for share in (0.5, 0.75, 0.25) if at[share] > low]
    one_sided += [Warp(-1, high, 1 / (high - at[share])) for share in (0.5, 0.25, 0.75) if at[share] < high]
    spans = [at[0.75] - at[0.25], at[0.9] - at[0.1]]
    two_sided = [Warp(2, at[0.5], 1 / span) for span in spans if span > 0]
    for candidates in (one_sided, two_sided):
        usable = [warp for warp in candidates if math.isfinite(warp.scale)]
        best = min(usable, key=need, default=None)
        if best is not None and need(best) <= enough:
            return best
    return None


def _choose_cuts(need: NDArray[np.float64], enough: float) -> list[int]:
    """Return the cuts of the fewest segments whose bins suffice, else of the partition that needs the fewest bins."""
    count = len(need)
    best = np.full((_MAX_SEGMENTS + 1, count + 1), np.inf)
    back = np.zeros((_MAX_SEGMENTS + 1, count + 1), dtype=np.int64)
    best[0, 0] = 0.0
    chosen = 1
    for k in range(1, min(_MAX_SEGMENTS, count) + 1):
        totals = best[k - 1, :, None][:count] + need
        back[k] = np.argmin(totals, axis=0)
        best[k] = totals[back[k], np.arange(count + 1)]
        chosen = k
        if best[k, count] <= enough:
            break
    cuts = [count]
    for k in range(chosen, 0, -1):
        cuts.append(int(back[k, cuts[-1]]))
    return cuts[::-1]


def _even_out(scales: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give all sparse segments the same scale: the base line then serves them without an operation of their own."""
    sparse = scales <= 3 * scales.min()
    return np.where(sparse, scales[sparse].max(), scales)


def _write_terms(points: Sequence[float], scales: Sequence[float]) -> tuple[Term, ...]:
    """Write scales as a base line over the whole range, plus what each segment adds to it."""
    base = min(scales)
    terms = [Term(points[0], points[-1], base, level_below=False, level_above=False)]
    extra = [scale - base for scale in scales]
    last = len(extra) - 1
    if all(left >= right for left, right in pairwise(extra)):
        # Densest on the left: each term reaches from the least value to where the density falls.
        for index, (scale, following) in enumerate(zip(extra, [*extra[1:], 0.0], strict=True)):
            if scale > following:
                terms.append(Term(points[0], points[index + 1], scale - following, level_below=False, level_above=True))
    elif all(left <= right for left, right in pairwise(extra)):
        for index, (scale, before) in enumerate(zip(extra, [0.0, *extra[:-1]], strict=True)):
            if scale > before:
                terms.append(Term(points[index], points[-1], scale - before, level_below=True, level_above=False))
    else:
        for index, scale in enumerate(extra):
            if scale > 0:
                term = Term(points[index], points[index + 1], scale, level_below=index > 0, level_above=index < last)
                terms.append(term)
    return tuple(terms)


def _largest_masses(
    spreads: Sequence[Sequence[float]], minimum: float, maximum: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return all sampled quantiles, and for each interval between them the larger mass of the two windows."""
    windows = [_merge_equal([min(minimum, spread[0]), *spread[1:-1], max(maximum, spread[-1])]) for spread in spreads]
    points = np.unique(np.concatenate([quantiles for quantiles, _ in windows]))
    masses = [np.diff(np.interp(points, *window)) for window in windows]
    return points, np.maximum(np.max(masses, axis=0), 1e-9)


def _merge_equal(spread: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Merge equal quantiles; return them with the share of rows at or below each."""
    points: list[float] = []
    at: list[float] = []
    for value, fraction in zip(spread, SAMPLE_FRACTIONS, strict=True):
        if points and value <= points[-1]:
            at[-1] = fraction
        else:
            points.append(float(value))
            at.append(fraction)
    return np.array(points), np.array(at)


def _bins_needed(points: NDArray[np.float64], density: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return width times greatest density for every run of intervals, shape (intervals, intervals + 1)."""
    count = len(density)
    need: NDArray[np.float64] = np.full((count, count + 1), np.inf)
    for start in range(count):
        peak = np.maximum.accumulate(density[start:])
        need[start, start + 1 :] = peak * (points[start + 1 :] - points[start])
    return need
