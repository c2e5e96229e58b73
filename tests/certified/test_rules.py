"""The alert rule: its boundaries, and that more drift never turns an alert off, which bounds rely on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftql import DriftTrigger, Thresholds
from driftql.check.rules import FeatureNumbers, feature_alert, rules_of
from tests.support.properties import examples

EFFECTS = st.sampled_from([0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.41, 2.0])
P_VALUES = st.sampled_from([0.0, 0.001, 0.01, 0.049, 0.05, 0.2, 1.0])
RANKS = {
    None: 0,
    (DriftTrigger.FEATURE_KS, "warning"): 1,
    (DriftTrigger.FEATURE_PSI, "warning"): 2,
    (DriftTrigger.FEATURE_PSI, "critical"): 3,
}


@examples(500, same=True)
@given(st.lists(EFFECTS, min_size=4, max_size=4), st.lists(P_VALUES, min_size=6, max_size=6), st.booleans())
def test_more_drift_never_turns_an_alert_off(effects: list[float], p_values: list[float], evidence: bool) -> None:
    rules = rules_of(Thresholds(psi=0.2, ks=0.1, evidence=evidence))
    psi, ks = sorted(effects[:2]), sorted(effects[2:])
    psi_p, ks_p, cutoffs = sorted(p_values[:2]), sorted(p_values[2:4]), sorted(p_values[4:])
    least = FeatureNumbers(psi[0], psi_p[1], ks[0], ks_p[1])
    greatest = FeatureNumbers(psi[1], psi_p[0], ks[1], ks_p[0])
    alerts = [
        feature_alert(rules, numbers, cutoff if evidence else None)
        for numbers, cutoff in zip((least, greatest), cutoffs, strict=True)
    ]
    assert RANKS[alerts[0]] <= RANKS[alerts[1]]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((0.2, 0.0, 0.09, 0.0), None),
        ((0.21, 0.01, 0.0, 1.0), (DriftTrigger.FEATURE_PSI, "warning")),
        ((0.4, 0.01, 0.5, 0.0), (DriftTrigger.FEATURE_PSI, "warning")),
        ((0.41, 0.01, 0.5, 0.0), (DriftTrigger.FEATURE_PSI, "critical")),
        ((0.41, 0.02, 0.1, 0.01), (DriftTrigger.FEATURE_KS, "warning")),
        ((None, None, 0.1, 0.01), (DriftTrigger.FEATURE_KS, "warning")),
        ((None, None, 0.1, 0.02), None),
        ((0.9, None, None, None), None),
    ],
)
def test_the_boundaries(numbers: tuple[float | None, ...], expected: tuple[DriftTrigger, str] | None) -> None:
    assert feature_alert(rules_of(Thresholds(psi=0.2, ks=0.1)), FeatureNumbers(*numbers), 0.01) == expected


@pytest.mark.parametrize(("p_value", "fires"), [(0.049, True), (0.05, False), (None, False)])
def test_without_evidence_ks_is_judged_by_its_p_value(p_value: float | None, fires: bool) -> None:
    rules = rules_of(Thresholds(alpha=0.05, evidence=False))
    numbers = FeatureNumbers(0.0, 1.0, 0.001, p_value)
    assert (feature_alert(rules, numbers, None) == (DriftTrigger.FEATURE_KS, "warning")) is fires
