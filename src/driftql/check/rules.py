"""The alert rule: an effect large enough to matter, with evidence that it is not noise. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from driftql.config import Thresholds
from driftql.report import DriftTrigger, Severity

__all__ = ["EffectTest", "FeatureNumbers", "Rule", "Rules", "feature_alert", "is_evident", "rules_of"]

_CRITICAL_MISSING = 0.5


class EffectTest(NamedTuple):
    """Whether an effect is large enough to matter, and its p-value."""

    is_large: bool
    p_value: float | None


@dataclass(frozen=True)
class Rule:
    """When a check raises an alert.

    Attributes
    ----------
    threshold
        The effect must be above it; None accepts any effect.
    inclusive
        Whether an effect equal to the threshold suffices.
    level
        The p-value must be below it; None holds the p-value against the report's cut-off.
    """

    threshold: float | None
    inclusive: bool = False
    level: float | None = None

    def is_large(self, effect: float | None) -> bool:
        """Return whether an effect matters; one that was not computed does not."""
        if effect is None:
            return False
        if self.threshold is None:
            return True
        return effect >= self.threshold if self.inclusive else effect > self.threshold

    def fires(self, effect: float | None, p_value: float | None, cutoff: float | None) -> bool:
        """Return whether an effect matters and is evident.

        A larger effect, a smaller p-value or a larger cut-off never turns an alert off.

        Parameters
        ----------
        effect, p_value
            None where it was not computed.
        cutoff
            A p-value at or below it is evidence; None where evidence is not required.
        """
        if self.level is not None:
            return p_value is not None and p_value < self.level and self.is_large(effect)
        return is_evident(p_value, cutoff) and self.is_large(effect)


def is_evident(p_value: float | None, cutoff: float | None) -> bool:
    """Return whether a p-value is evidence: at or below the report's cut-off, if evidence is required."""
    return cutoff is None or (p_value is not None and p_value <= cutoff)


@dataclass(frozen=True)
class Rules:
    """The rule of every check; one that is large by ``critical_psi`` or ``critical_missing`` too is critical.

    The mean entropy has two: the rule of its ratio, and that of its change in either direction. So has the mix of
    categories: those of its PSI and of its total variation.
    """

    psi: Rule
    critical_psi: Rule
    ks: Rule
    reject_rate: Rule
    entropy: Rule
    entropy_change: Rule
    class_shift: Rule
    missing: Rule
    critical_missing: Rule
    category_shift: Rule
    critical_category_shift: Rule
    new_category: Rule
    critical_new_category: Rule

    def mix_is_large(self, psi: float | None, total_variation: float | None) -> bool:
        """Return whether the mix of a feature's categories has changed by an effect that matters."""
        return self.psi.is_large(psi) or self.category_shift.is_large(total_variation)

    def mix_is_critical(self, psi: float | None, total_variation: float | None) -> bool:
        """Return whether the mix of a feature's categories has changed by twice the effect that matters."""
        return self.critical_psi.is_large(psi) or self.critical_category_shift.is_large(total_variation)

    def mix_fires(
        self, psi: float | None, total_variation: float | None, p_value: float | None, cutoff: float | None
    ) -> bool:
        """Return whether the mix of a feature's categories has changed by an effect that matters and is evident."""
        return is_evident(p_value, cutoff) and self.mix_is_large(psi, total_variation)

    def entropy_is_large(self, ratio: float | None, change: float | None) -> bool:
        """Return whether the mean entropy has changed by an effect that matters.

        Parameters
        ----------
        ratio
            Current by reference.
        change
            As a share of the largest entropy that there is; negative where it fell.
        """
        return self.entropy.is_large(ratio) or (change is not None and self.entropy_change.is_large(abs(change)))


def rules_of(thresholds: Thresholds) -> Rules:
    """Write the thresholds of the settings as rules."""
    # Without evidence, KS is judged by its p-value alone: with many rows any distance is evident.
    by_level = Rule(threshold=None, level=thresholds.alpha)
    return Rules(
        psi=Rule(thresholds.psi),
        critical_psi=Rule(2 * thresholds.psi),
        ks=Rule(thresholds.ks, inclusive=True) if thresholds.evidence else by_level,
        reject_rate=Rule(thresholds.reject_rate_increase, inclusive=True),
        entropy=Rule(thresholds.entropy_ratio),
        entropy_change=Rule(thresholds.entropy_increase, inclusive=True),
        class_shift=Rule(thresholds.class_shift),
        missing=Rule(thresholds.missing_increase, inclusive=True),
        critical_missing=Rule(_CRITICAL_MISSING, inclusive=True),
        category_shift=Rule(thresholds.category_shift),
        critical_category_shift=Rule(2 * thresholds.category_shift),
        new_category=Rule(thresholds.new_category),
        critical_new_category=Rule(max(thresholds.category_shift, thresholds.new_category)),
    )


class FeatureNumbers(NamedTuple):
    """What a feature is judged by: its effects with their p-values; None where one was not computed."""

    psi: float | None
    psi_p_value: float | None
    ks: float | None
    ks_p_value: float | None


def feature_alert(rules: Rules, numbers: FeatureNumbers, cutoff: float | None) -> tuple[DriftTrigger, Severity] | None:
    """Return the one alert that a feature raises, or None: PSI comes before KS.

    Drift only ever raises the alert, from none over KS and PSI to a critical PSI: a feature whose least and whose
    greatest possible drift give the same alert has this alert.
    """
    if rules.psi.fires(numbers.psi, numbers.psi_p_value, cutoff):
        return DriftTrigger.FEATURE_PSI, "critical" if rules.critical_psi.is_large(numbers.psi) else "warning"
    if rules.ks.fires(numbers.ks, numbers.ks_p_value, cutoff):
        return DriftTrigger.FEATURE_KS, "warning"
    return None
