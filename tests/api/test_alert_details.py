"""The details of an alert are typed, and reports that older versions wrote read and write as before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from driftql import DriftAlert, DriftReport, DriftTrigger, TelemetrySnapshot
from driftql.check.summary import describe_alert
from driftql.report import AlertDetails, ClassShiftDetails, EntropyDetails, KsDetails, PsiDetails, RejectRateDetails

# Written by version 0.1.0 before details were typed: an alert of each trigger, with users.
RECORDED = (Path(__file__).parent / "recorded" / "report.json").read_text(encoding="utf-8").rstrip("\n")
TYPES = {
    DriftTrigger.FEATURE_PSI: PsiDetails,
    DriftTrigger.FEATURE_KS: KsDetails,
    DriftTrigger.REJECT_RATE_INCREASE: RejectRateDetails,
    DriftTrigger.ENTROPY_SPIKE: EntropyDetails,
    DriftTrigger.CLASS_SHIFT: ClassShiftDetails,
}


def holds(written: Any, read: Any) -> bool:
    """Return whether a report as written has all fields and values of the report as read; newer fields may be added."""
    if isinstance(read, dict):
        return isinstance(written, dict) and all(key in written and holds(written[key], read[key]) for key in read)
    if isinstance(read, list):
        return len(written) == len(read) and all(map(holds, written, read))
    return bool(written == read)


def test_an_older_report_is_written_as_it_was_read() -> None:
    report = DriftReport.model_validate_json(RECORDED)
    assert holds(json.loads(report.model_dump_json()), json.loads(RECORDED))
    assert {alert.trigger: type(alert.details) for alert in report.alerts} == TYPES
    assert DriftReport.model_validate(report.model_dump()) == report


def test_details_are_still_a_dictionary_to_read() -> None:
    written = {alert["trigger"]: alert["details"] for alert in json.loads(RECORDED)["alerts"]}
    for alert in DriftReport.model_validate_json(RECORDED).alerts:
        expected = written[alert.trigger.value]
        assert {**alert.details} == expected == alert.details
        assert list(alert.details.items()) == list(expected.items())
        assert alert.details["threshold"] == alert.details.get("threshold") == expected["threshold"]
        with pytest.raises(KeyError):
            alert.details["nothing of that name"]


@pytest.mark.parametrize("users", [None, 0, 7])
def test_users_are_written_once_they_were_looked_up(users: int | None) -> None:
    details = PsiDetails(psi=0.5, threshold=0.2, p_value=None, noise=None, ks_statistic=None)
    assert "affected_users" not in json.loads(details.model_dump_json())
    known = details.model_copy(update={"affected_users": users})
    assert json.loads(known.model_dump_json())["affected_users"] == users


def test_details_fit_the_trigger() -> None:
    assert DriftAlert(trigger=DriftTrigger.FEATURE_PSI, severity="warning").details == {}
    with pytest.raises(ValidationError, match=r"details\.RejectRateDetails|ref_rate"):
        DriftAlert.model_validate({"trigger": "reject_rate_increase", "severity": "critical", "details": {"psi": 0.3}})


def test_the_words_of_an_alert() -> None:
    words = [describe_alert(alert) for alert in DriftReport.model_validate_json(RECORDED).alerts]
    assert words == [
        "psi: PSI 0.904, above 0.2, p <1e-16",
        "ks: KS 0.173, at least 0.08, p 1e-11",
        "reject rate 5.1% to 39.2%, p <1e-16",
        "mean entropy 2.56 times the reference's, above 2, p <1e-16",
        "class mix: Mixed/Unknown, a, by up to 34.1 points, p <1e-16",
    ]
    bare = DriftAlert(trigger=DriftTrigger.ENTROPY_SPIKE, severity="warning", details=AlertDetails())
    assert describe_alert(bare) == "entropy spike"


def test_the_snapshot_names_its_rows() -> None:
    snapshot = TelemetrySnapshot(total_windows=12)
    assert snapshot.rows == 12
    assert "rows" not in json.loads(snapshot.model_dump_json())
