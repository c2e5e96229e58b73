"""Which features must be looked at more closely before a verdict is certain. Pure.

A histogram bounds KS and PSI. A feature is settled when every value within its bounds gives the same verdict, and KS is
known to a small part of its sampling noise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from driftql.check.counts import FeatureCounts
from driftql.check.limits import Limits
from driftql.config import Thresholds
from driftql.stats.evidence import evidence_cutoff
from driftql.stats.ks import ks_p_value
from driftql.stats.psi import holds_many, psi_interval, psi_large_p_value

__all__ = ["FeatureBounds", "feature_bounds", "unsettled"]

Interval = tuple[float, float]


@dataclass(frozen=True)
class FeatureBounds:
    """Bounds of everything that a feature's verdict rests on: (least, greatest)."""

    ks: Interval
    ks_p: Interval
    psi: Interval
    psi_p: Interval
    precise: bool


def feature_bounds(counts: FeatureCounts, thresholds: Thresholds, limits: Limits) -> FeatureBounds:
    """Bound KS, PSI and their p-values.

    Parameters
    ----------
    counts
        What a histogram told.
    thresholds
        Give the floor of a bin's share.
    limits
        Give the error of KS that needs no exact count.

    Returns
    -------
    FeatureBounds
        ``precise`` is false where KS is not known well enough, or where the bins do not suffice for PSI.
    """
    bounds = counts.bounds
    assert bounds is not None
    n, m = counts.ref_n, counts.cur_n
    lowest = abs(counts.ks_ref / n - counts.ks_cur / m)
    ks = (lowest, max(bounds.ks_upper, lowest))
    noise = math.sqrt((n + m) / (n * m))
    psi = psi_interval(bounds.ref_below, bounds.cur_below, n, m, thresholds.psi_epsilon)
    bins = len(counts.ref_bins)
    distinct = bool((counts.ref_bins > 0).all())
    large = distinct and holds_many(counts.ref_bins, m)
    precise = (ks[1] - ks[0]) / 2 <= limits.precision * noise and large
    return FeatureBounds(
        ks=ks,
        ks_p=(ks_p_value(ks[1], n, m), ks_p_value(ks[0], n, m)),
        psi=psi,
        psi_p=(psi_large_p_value(psi[1], n, m, bins), psi_large_p_value(psi[0], n, m, bins)),
        precise=precise,
    )


def unsettled(
    bounded: Mapping[str, FeatureBounds],
    other_p_values: Sequence[float],
    at_stake: Sequence[float],
    thresholds: Thresholds,
) -> set[str]:
    """Return the features that must be counted exactly.

    Parameters
    ----------
    bounded
        The features that are known within bounds.
    other_p_values
        All other p-values of the report: they share in Benjamini-Hochberg.
    at_stake
        Those of them whose check has an effect large enough for an alert: their verdict hangs on the cut-off.
    thresholds
        Effects and evidence that an alert needs.

    Returns
    -------
    set[str]
        Empty when every verdict is certain.
    """
    doubtful = {name for name, bounds in bounded.items() if not bounds.precise}
    rest = {name: bounds for name, bounds in bounded.items() if name not in doubtful}
    least, greatest = (_cutoff(_p_values(bounded.values(), side), other_p_values, thresholds.alpha) for side in (1, 0))
    # An undrifted feature may leave the cut-off open; that matters only where a verdict lies on it.
    effect_near = any(least < p <= greatest for p in at_stake)
    for name, bounds in rest.items():
        if _verdict(bounds, thresholds, (least, greatest)) is None:
            doubtful.add(name)
            effect_near = True
    if effect_near and least != greatest and thresholds.evidence:
        # The cut-off itself is open: it hangs on the features whose p-values may fall on either side of it.
        doubtful |= {
            name
            for name, bounds in rest.items()
            if any(p[0] <= greatest and p[1] > least for p in (bounds.ks_p, bounds.psi_p))
        }
    return doubtful


def _p_values(bounded: Iterable[FeatureBounds], side: int) -> list[float]:
    return [p for bounds in bounded for p in (bounds.psi_p[side], bounds.ks_p[side])]


def _cutoff(own: Sequence[float], others: Sequence[float], alpha: float) -> float:
    return evidence_cutoff([*own, *others], alpha)


def _verdict(bounds: FeatureBounds, thresholds: Thresholds, cutoff: Interval) -> str | None:
    """Return what every value within the bounds says, or None where they differ."""
    rules = thresholds
    psi = _both(bounds.psi[0] > rules.psi, bounds.psi[1] > rules.psi)
    critical = _both(bounds.psi[0] > 2 * rules.psi, bounds.psi[1] > 2 * rules.psi)
    psi_evident = _both(bounds.psi_p[1] <= cutoff[0], bounds.psi_p[0] <= cutoff[1]) if rules.evidence else True
    psi_fires = _all(psi, psi_evident)
    if psi_fires is None:
        return None
    if psi_fires:
        return None if critical is None else "critical" if critical else "psi"
    if rules.evidence:
        effect = _both(bounds.ks[0] >= rules.ks, bounds.ks[1] >= rules.ks)
        ks_fires = _all(effect, _both(bounds.ks_p[1] <= cutoff[0], bounds.ks_p[0] <= cutoff[1]))
    else:
        ks_fires = _both(bounds.ks_p[1] < rules.alpha, bounds.ks_p[0] < rules.alpha)
    return None if ks_fires is None else "ks" if ks_fires else "calm"


def _both(at_least: bool, at_most: bool) -> bool | None:
    return at_least if at_least == at_most else None


def _all(*answers: bool | None) -> bool | None:
    """Return a conjunction of answers, each of which may be open."""
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True
