"""The post-hook on a model that logs one probability per row, and on confidences that are none: as Python says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import driftql
from driftql.config import MonitorConfig
from tests.dbt.test_dbt_check import DRIFTED, WINDOWS, comparable, differences, hooked, recorded

if TYPE_CHECKING:
    from tests.dbt.conftest import Airport

BEFORE = "bucket_start_ts < timestamp '2013-06-01'"
# Each with the columns of the model, the options of the hook, and what becomes of the entropy.
CASES: dict[str, tuple[str, dict[str, Any], str | None]] = {
    "undecided": (f"case when {BEFORE} then 1 - p_on_time else 0.5e0 end as probability", {}, "rise"),
    "surer": (
        f"case when {BEFORE} then 0.3e0 + p_late / 2 else 0.999e0 end as late",
        {"probabilities": ["late"]},
        "fall",
    ),
    "percentage": ("p_on_time, p_late, p_very_late, 100 * confidence as confidence", {}, None),
    "positive class": ("predicted_label, 1 - p_on_time as late", {"confidence": "late"}, None),
    "missing": (f"case when {BEFORE} or dep_delay > 3 then confidence end as confidence", {}, None),
}


@pytest.mark.parametrize("name", CASES)
def test_the_hook_says_what_python_says(airport: Airport, name: str) -> None:
    columns, roles, direction = CASES[name]
    model = f"says_{name.replace(' ', '_')}"
    airport.model(
        model,
        f"select bucket_start_ts, dep_delay, {columns} from {{{{ ref('flights') }}}}",
        yaml=hooked(meta=json.dumps({**json.loads(DRIFTED), **roles})),
    )
    ran = airport.run(model)
    assert ran.success, ran.text
    report = recorded(airport, model)
    with airport.connect() as warehouse:
        monitor = MonitorConfig.model_validate(
            {"table": f"{airport.schema}.{model}", "exact": True, "columns": roles, **WINDOWS}
        )
        wanted = driftql.run_monitor(monitor, warehouse, name=model)
    assert report.warnings == wanted.warnings
    for one in (report, wanted):
        for alert in one.alerts:
            alert.details.affected_users = None
    found, told = comparable(report), comparable(wanted)
    for part in ("alerts", "entropy_drift", "feature_report", "telemetry_snapshot", "evidence_cutoff", "summary"):
        assert differences(found[part], told[part], part) == []
    alerts = [alert for alert in report.alerts if alert.trigger == "entropy_spike"]
    assert [alert.details["direction"] for alert in alerts] == ([direction] if direction else [])
    assert bool(report.warnings) == (direction is None)
