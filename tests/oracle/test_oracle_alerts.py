"""Every flag of a report against effect and evidence, worked out independently from its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftql import DriftReport, run_drift_check
from tests.support import reference
from tests.support.properties import examples

REJECT = "Mixed/Unknown"
DEFAULTS: dict[str, Any] = {
    "psi": 0.2,
    "ks": 0.05,
    "reject_rate_increase": 0.10,
    "entropy_ratio": 2.0,
    "entropy_increase": 0.1,
    "class_shift": 0.15,
    "new_category": 0.01,
    "missing_increase": 0.05,
    "alpha": 0.05,
    "evidence": True,
}


def expected_alerts(report: DriftReport, rules: dict[str, Any]) -> list[tuple[str, str, tuple[str, ...]]]:
    """(trigger, severity, features) in the order features, reject rate, entropy, class mix, new classes, missing values."""
    rules = DEFAULTS | rules
    features = report.feature_report.results if report.feature_report else []
    new = report.class_shift.new_classes if report.class_shift else None
    rest = [part for part in (report.reject_rate_drift, report.entropy_drift, report.class_shift, new) if part]
    p_values = [p for each in features for p in (each.psi_p_value, each.ks_p_value)] + [part.p_value for part in rest]
    p_values += [each.p_value for each in report.missing_values]
    known = [p for p in p_values if p is not None]
    count = reference.benjamini_hochberg(known, rules["alpha"])
    kept = set(sorted(known)[:count])

    def evident(p: float | None) -> bool:
        return not rules["evidence"] or p in kept

    alerts: list[tuple[str, str, tuple[str, ...]]] = []
    for each in features:
        if each.psi is not None and each.psi > rules["psi"] and evident(each.psi_p_value):
            alerts.append(("feature_psi", "critical" if each.psi > 2 * rules["psi"] else "warning", (each.feature,)))
        elif each.ks_statistic is not None and each.ks_p_value is not None:
            if rules["evidence"]:
                fires = each.ks_statistic >= rules["ks"] and evident(each.ks_p_value)
            else:
                fires = each.ks_p_value < rules["alpha"]
            alerts += [("feature_ks", "warning", (each.feature,))] if fires else []
    reject, entropy, classes = report.reject_rate_drift, report.entropy_drift, report.class_shift
    if reject and reject.increase >= rules["reject_rate_increase"] and evident(reject.p_value):
        alerts.append(("reject_rate_increase", "critical", ()))
    if entropy and evident(entropy.p_value):
        assert entropy.change is not None
        if entropy.ratio > rules["entropy_ratio"] or abs(entropy.change) >= rules["entropy_increase"]:
            alerts.append(("entropy_spike", "warning", ()))
    if classes and classes.max_shift > rules["class_shift"] and evident(classes.p_value):
        alerts.append(("class_shift", "warning", ()))
    if new and new.share > rules["new_category"] and evident(new.p_value):
        alerts.append(("new_category", "critical" if new.share > rules["class_shift"] else "warning", ()))
    for share in report.missing_values:
        if 0 < share.increase >= rules["missing_increase"] and evident(share.p_value):
            named = (share.column,) if share.role in ("feature", "probability", "confidence") and share.column else ()
            alerts.append(("missing_increase", "critical" if share.increase >= 0.5 else "warning", named))
    return alerts


def check_alerts(report: DriftReport, rules: dict[str, Any]) -> list[tuple[str, str, tuple[str, ...]]]:
    wanted = expected_alerts(report, rules)
    found = [(str(alert.trigger), str(alert.severity), tuple(alert.affected_features)) for alert in report.alerts]
    assert sorted(found) == sorted(wanted)
    fired = {trigger for trigger, _, _ in wanted}
    named = {name for _, _, features in wanted for name in features}
    if report.feature_report:
        flagged = [each.feature for each in report.feature_report.results if each.feature in named]
        assert report.feature_report.flagged_features == flagged
        assert [each.feature for each in report.feature_report.results if each.is_drifted] == flagged
    for part, trigger in (
        (report.reject_rate_drift, "reject_rate_increase"),
        (report.entropy_drift, "entropy_spike"),
        (report.class_shift, "class_shift"),
    ):
        assert part is None or part.is_flagged == (trigger in fired)
    assert report.any_critical == any(severity == "critical" for _, severity, _ in wanted)
    if wanted:
        assert report.summary.startswith(f"{len(wanted)} alert")
    else:
        assert "alert" not in report.summary.replace("No alert", "")
    if not {**DEFAULTS, **rules}["evidence"]:
        assert report.evidence_cutoff is None
    return wanted


def drifting_windows(seed: int, sizes: tuple[int, int]) -> dict[str, Any]:
    """Return windows in which some things drift a little, some a lot, some not at all."""
    rng = np.random.default_rng(seed)
    shifts = {f"f{k}": rng.choice([0, 0, 0.1, 0.3, 0.6, 1.5]) for k in range(int(rng.integers(0, 7)))}
    first, second = rng.dirichlet(np.ones(4)), rng.dirichlet(np.ones(4))
    second = second if rng.random() < 0.5 else first
    peaks = (20.0, float(rng.choice([20.0, 8.0, 2.0])))
    sides = []
    for side, size in enumerate(sizes):
        columns: dict[str, Any] = {name: rng.normal(side * shift, 1, size) for name, shift in shifts.items()}
        columns["constant"] = np.full(size, 4.0)
        columns["few"] = np.where(np.arange(size) < 5, rng.normal(size=size), np.nan)
        columns["predicted_label"] = rng.choice(["a", "b", "c", REJECT], size, p=(first, second)[side])
        sides.append(pd.DataFrame(columns))
    probs = [rng.dirichlet([peak, 1, 1], size) for peak, size in zip(peaks, sizes, strict=True)]
    return {"reference": sides[0], "current": sides[1], "ref_probs": probs[0], "cur_probs": probs[1]}


@examples(25, same=True)
@given(
    seed=st.integers(0, 2**32 - 1),
    sizes=st.tuples(st.integers(10, 600), st.integers(10, 600)),
    rules=st.fixed_dictionaries(
        {"evidence": st.booleans()},
        optional={
            "psi": st.sampled_from([0.0, 0.05, 0.1, 0.2, 0.5, 3.0]),
            "ks": st.sampled_from([0.0, 0.05, 0.2, 0.5, 1.0]),
            "reject_rate_increase": st.sampled_from([0.0, 0.02, 0.3, 1.0]),
            "entropy_ratio": st.sampled_from([1.0, 1.2, 2.0, 5.0]),
            "entropy_increase": st.sampled_from([0.0, 0.02, 0.3, 1.0]),
            "class_shift": st.sampled_from([0.0, 0.05, 0.3, 1.0]),
            "alpha": st.sampled_from([1e-6, 0.01, 0.05, 0.2, 0.45]),
        },
    ),
)
def test_flags_follow_from_effect_and_evidence(seed: int, sizes: tuple[int, int], rules: dict[str, Any]) -> None:
    check_alerts(run_drift_check(**drifting_windows(seed, sizes), thresholds=rules), rules)


def test_every_trigger_is_seen_both_ways() -> None:
    """The property above is worth something: each trigger fires in some of these reports and is quiet in others."""
    fired: list[set[str]] = []
    for seed in range(10):
        for evidence in (True, False):
            rules = {"evidence": evidence, "entropy_ratio": 1.5}
            # Without the scores, of which one is nearly always flagged.
            report = run_drift_check(**drifting_windows(seed, (400, 500)), thresholds=rules, exclude="driftql_p_*")
            fired.append({trigger for trigger, _, _ in check_alerts(report, rules)})
    for trigger in ("feature_psi", "feature_ks", "reject_rate_increase", "entropy_spike", "class_shift"):
        assert 0 < sum(trigger in each for each in fired) < len(fired), trigger


def test_a_small_window_is_an_alert_for_the_fixed_rules_only() -> None:
    """PSI of 12 against 500 rows of one distribution is far above 0.2, and noise."""
    rng = np.random.default_rng(3)
    frames = [pd.DataFrame({f"f{k}": rng.normal(size=size) for k in range(8)}) for size in (500, 12)]
    with_evidence = run_drift_check(*frames)
    assert with_evidence.alerts == []
    fixed = run_drift_check(*frames, thresholds={"evidence": False})
    high = [each.feature for each in fixed.feature_report.results if each.psi > 0.2]
    assert len(high) >= 4
    assert {alert.affected_features[0] for alert in fixed.alerts if alert.trigger == "feature_psi"} == set(high)


@pytest.mark.parametrize("evidence", [True, False])
@pytest.mark.parametrize(("shift", "severity"), [(0.55, "warning"), (2.0, "critical")])
def test_severity_of_psi(evidence: bool, shift: float, severity: str) -> None:
    rng = np.random.default_rng(4)
    ref, cur = rng.normal(size=20_000), rng.normal(shift, 1, size=20_000)
    wanted = reference.feature_of_arrays(ref, cur)
    assert wanted.psi is not None
    assert (0.2 < wanted.psi <= 0.4) == (severity == "warning")
    report = run_drift_check({"f": ref}, {"f": cur}, thresholds={"evidence": evidence})
    assert [(str(alert.trigger), alert.severity) for alert in report.alerts] == [("feature_psi", severity)]
    assert report.any_critical == (severity == "critical")


def test_ks_alone_needs_a_minimum_effect_with_evidence_only() -> None:
    rng = np.random.default_rng(5)
    ref, cur = rng.normal(size=100_000), rng.normal(0.03, 1, size=100_000)
    statistic, p_value = reference.ks_of(ref, cur)
    assert statistic < 0.05
    assert p_value < 1e-6
    assert run_drift_check({"f": ref}, {"f": cur}).alerts == []
    fixed = run_drift_check({"f": ref}, {"f": cur}, thresholds={"evidence": False})
    assert [(str(alert.trigger), alert.severity) for alert in fixed.alerts] == [("feature_ks", "warning")]
    lower = run_drift_check({"f": ref}, {"f": cur}, thresholds={"ks": statistic})
    assert [str(alert.trigger) for alert in lower.alerts] == ["feature_ks"]


def test_a_fall_of_the_reject_rate_is_no_alert() -> None:
    labels = ["a"] * 500 + [REJECT] * 500, ["a"] * 900 + [REJECT] * 100
    report = run_drift_check({"f": np.zeros(1000)}, {"f": np.zeros(1000)}, *labels)
    assert report.reject_rate_drift is not None
    assert report.reject_rate_drift.p_value == pytest.approx(1.0)
    assert [str(alert.trigger) for alert in report.alerts] == ["class_shift"]
