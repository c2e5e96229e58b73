"""Which features must be counted exactly before a verdict is certain. Pure.

A histogram leaves KS and PSI *bounded*. A bounded feature is *settled* when its least and its greatest possible drift
raise the same alert and KS is known *precisely*, to a small part of its sampling noise; until then it is *open*.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from driftql.check.counts import FeatureCounts
from driftql.check.limits import Limits
from driftql.check.rules import FeatureNumbers, feature_alert, rules_of
from driftql.config import Thresholds
from driftql.stats.evidence import evidence_cutoff
from driftql.stats.ks import ks_p_value
from driftql.stats.psi import holds_many, psi_interval, psi_large_p_value

__all__ = ["FeatureBounds", "bound_feature", "find_open"]


@dataclass(frozen=True)
class FeatureBounds:
    """Bounds of the numbers that a feature is judged by.

    Attributes
    ----------
    least, greatest
        The least drift that is possible (smallest effects, largest p-values), and the greatest.
    is_precise
        Whether KS is known well enough, and the bins suffice for PSI.
    """

    least: FeatureNumbers
    greatest: FeatureNumbers
    is_precise: bool

    @property
    def psi(self) -> tuple[float, float]:
        """The least and the greatest PSI."""
        assert self.least.psi is not None
        assert self.greatest.psi is not None
        return self.least.psi, self.greatest.psi

    @property
    def ks(self) -> tuple[float, float]:
        """The least and the greatest KS statistic."""
        assert self.least.ks is not None
        assert self.greatest.ks is not None
        return self.least.ks, self.greatest.ks


def bound_feature(counts: FeatureCounts, thresholds: Thresholds, limits: Limits) -> FeatureBounds:
    """Bound KS, PSI and their p-values.

    Parameters
    ----------
    counts
        What a histogram returned.
    thresholds
        Give the floor of a bin's share.
    limits
        Give the error of KS that needs no exact count.
    """
    bounds = counts.bounds
    assert bounds is not None
    n, m = counts.ref_n, counts.cur_n
    least_ks = abs(counts.ks_ref / n - counts.ks_cur / m)
    greatest_ks = max(bounds.ks_upper, least_ks)
    least_psi, greatest_psi = psi_interval(bounds.ref_below, bounds.cur_below, n, m, thresholds.psi_epsilon)
    bins = len(counts.ref_bins)
    suffices = bool((counts.ref_bins > 0).all()) and holds_many(counts.ref_bins, m)
    noise = math.sqrt((n + m) / (n * m))
    return FeatureBounds(
        least=FeatureNumbers(least_psi, psi_large_p_value(least_psi, n, m, bins), least_ks, ks_p_value(least_ks, n, m)),
        greatest=FeatureNumbers(
            greatest_psi, psi_large_p_value(greatest_psi, n, m, bins), greatest_ks, ks_p_value(greatest_ks, n, m)
        ),
        is_precise=suffices and (greatest_ks - least_ks) / 2 <= limits.precision * noise,
    )


def find_open(
    bounded: Mapping[str, FeatureBounds],
    known_p_values: Sequence[float],
    at_stake: Sequence[float],
    thresholds: Thresholds,
) -> set[str]:
    """Return the features that must be counted exactly.

    Parameters
    ----------
    bounded
        The features that are known within bounds.
    known_p_values
        All other p-values of the report, which Benjamini-Hochberg ranks together with these.
    at_stake
        Those of them whose check has an effect large enough for an alert: the cut-off decides their verdict.
    thresholds
        Effects and evidence that an alert needs.

    Returns
    -------
    set[str]
        Empty when every verdict is certain.
    """
    rules = rules_of(thresholds)
    imprecise = {name for name, bounds in bounded.items() if not bounds.is_precise}
    precise = {name: bounds for name, bounds in bounded.items() if name not in imprecise}
    if not thresholds.evidence:
        return imprecise | {
            name
            for name, bounds in precise.items()
            if feature_alert(rules, bounds.least, None) != feature_alert(rules, bounds.greatest, None)
        }
    least, greatest = (
        evidence_cutoff([*_p_values(numbers), *known_p_values], thresholds.alpha)
        for numbers in ([b.least for b in bounded.values()], [b.greatest for b in bounded.values()])
    )
    undecided = {
        name
        for name, bounds in precise.items()
        if feature_alert(rules, bounds.least, least) != feature_alert(rules, bounds.greatest, greatest)
    }
    # A feature without an effect may leave the cut-off open; that matters only where a verdict depends on it.
    depends = bool(undecided) or any(least < p_value <= greatest for p_value in at_stake)
    if not depends or least == greatest:
        return imprecise | undecided
    # The cut-off is open because of the features whose p-values may be on either side of it.
    return (
        imprecise
        | undecided
        | {
            name
            for name, bounds in precise.items()
            if any(
                low <= greatest and high > least
                for low, high in zip(_p_values([bounds.greatest]), _p_values([bounds.least]), strict=True)
            )
        }
    )


def _p_values(numbers: Sequence[FeatureNumbers]) -> list[float]:
    """Return all p-values of some features; a bounded feature has both."""
    return [p for one in numbers for p in (one.psi_p_value, one.ks_p_value) if p is not None]
