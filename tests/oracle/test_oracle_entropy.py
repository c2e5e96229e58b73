"""The mean entropy alerts by its ratio, or by its change as a share of ln(classes), up or down: against SciPy on the raw rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from driftql import DriftAlert, DriftReport, run_drift_check
from driftql.check.summary import describe_alert

ROWS = 2000
FRAME = {"z": np.arange(float(ROWS))}


def entropies(p: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    held = np.clip(p, 1e-8, None)
    total: np.ndarray[Any, Any] = -(held * np.log(held)).sum(axis=1)
    return total


def vectors(seed: int, concentration: float, classes: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).dirichlet(np.full(classes, concentration), ROWS)


def check(ref: np.ndarray[Any, Any], cur: np.ndarray[Any, Any], **thresholds: Any) -> DriftReport:
    return run_drift_check(FRAME, FRAME, ref_probs=ref, cur_probs=cur, thresholds=thresholds)


def entropy_alert(report: DriftReport) -> DriftAlert | None:
    assert report.entropy_drift is not None
    alerts = [alert for alert in report.alerts if alert.trigger == "entropy_spike"]
    assert report.entropy_drift.is_flagged == bool(alerts)
    return alerts[0] if alerts else None


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_a_model_that_has_become_undecided(classes: int) -> None:
    """The reference is above half of the largest entropy, so its double cannot be reached."""
    ref, cur = vectors(1, 1.0, classes), np.full((ROWS, classes), 1 / classes)
    report = check(ref, cur)
    alert = entropy_alert(report)
    assert alert is not None
    before, after = entropies(ref).mean(), entropies(cur).mean()
    assert before > np.log(classes) / 2
    assert alert.severity == "warning"
    assert alert.details["direction"] == "rise"
    assert alert.details["ratio"] == pytest.approx(after / before, rel=1e-9)
    assert alert.details["ratio"] < alert.details["threshold"] == 2
    assert alert.details["change"] == pytest.approx((after - before) / np.log(classes), rel=1e-9)
    assert alert.details["change_threshold"] == 0.1
    assert "mean entropy up by 0." in describe_alert(alert)
    if classes == 2:  # with more classes, the scores fill the summary
        assert f"entropy (+{alert.details['change']:.2f} of its largest value)" in report.summary


def test_a_model_that_has_become_overconfident() -> None:
    ref, cur = vectors(1, 1.0, 3), vectors(2, 0.05, 3)
    report = check(ref, cur)
    alert = entropy_alert(report)
    assert alert is not None
    assert (alert.severity, alert.details["direction"]) == ("warning", "fall")
    change = (entropies(cur).mean() - entropies(ref).mean()) / np.log(3)
    assert alert.details["change"] == pytest.approx(change, rel=1e-9)
    assert change < -0.1
    assert alert.details["p_value"] == pytest.approx(
        stats.ttest_ind(entropies(cur), entropies(ref), equal_var=False).pvalue, rel=1e-9, abs=1e-300
    )
    assert "mean entropy down by 0." in describe_alert(alert)
    assert "surer than before" in describe_alert(alert)


def test_a_fall_has_the_same_evidence_as_a_rise() -> None:
    ref, cur = vectors(1, 1.0, 3), vectors(2, 0.8, 3)
    there, back = check(ref, cur).entropy_drift, check(cur, ref).entropy_drift
    assert there is not None
    assert back is not None
    assert there.p_value == pytest.approx(back.p_value, rel=1e-12)
    assert there.change == pytest.approx(-(back.change or 0), rel=1e-12)


def test_the_threshold_of_the_change_is_inclusive_and_can_be_set() -> None:
    ref, cur = vectors(1, 1.0, 3), vectors(2, 0.8, 3)
    found = check(ref, cur).entropy_drift
    assert found is not None
    assert found.change is not None
    size = abs(found.change)
    assert 0.02 < size < 0.1
    assert entropy_alert(check(ref, cur)) is None
    assert entropy_alert(check(ref, cur, entropy_increase=size)) is not None
    assert entropy_alert(check(ref, cur, entropy_increase=size * 1.001)) is None


def test_an_effect_without_evidence_is_no_alert() -> None:
    ref, cur = vectors(1, 1.0, 2)[:12], vectors(7, 0.4, 2)[:12]
    frame = {"z": np.arange(12.0)}
    report = run_drift_check(frame, frame, ref_probs=ref, cur_probs=cur)
    assert report.entropy_drift is not None
    assert abs(report.entropy_drift.change or 0) >= 0.1
    assert entropy_alert(report) is None


def test_users_whose_own_entropy_has_fallen() -> None:
    users = np.array(["calm", "sure", "lost", "sure"] * (ROWS // 4))
    p = np.random.default_rng(3).uniform(0.25, 0.75, ROWS)
    now = np.where(users == "sure", 0.999, np.where(users == "lost", 0.5, p))
    windows = [{"user_id": users, **FRAME, "late": side} for side in (p, now)]
    report = run_drift_check(*windows, columns={"probabilities": "late"})
    alert = entropy_alert(report)
    assert alert is not None
    assert alert.details["direction"] == "fall"
    assert alert.affected_user_ids == ["sure"]
    assert alert.details["affected_users"] == 1


@pytest.mark.parametrize("width", [1, 3])
def test_classes_of_lists_are_those_of_the_longest(width: int) -> None:
    """Lists of one number hold no two classes: their entropy has a change of no share."""
    rows = [[1 / width] * width] * 40
    frame = {"probs": np.array([None, *rows], dtype=object)[1:]}
    found = run_drift_check(frame, frame).entropy_drift
    assert found is not None
    assert found.classes == width
    assert (found.change is None) == (width == 1)
