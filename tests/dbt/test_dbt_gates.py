"""The hook as a gate: it says, warns or fails where `driftql check` on the same rows exits with 0, 1 or 3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from driftql.cli.app import app
from driftql.records.history import load_report
from tests.dbt.test_dbt_check import hooked
from tests.dbt.test_dbt_left_out import rows

if TYPE_CHECKING:
    from tests.dbt.conftest import Airport, Outcome

DATES = {"reference": ("2026-01-01", "2026-01-11"), "current": ("2026-01-11", "2026-01-21")}
WINDOWS = ", ".join(f"{role}={{'start': '{start}', 'end': '{end}'}}" for role, (start, end) in DATES.items())
# What stands in the rows, and the exit code of `driftql check` on them.
SHIFTED = "i + case when mod(i, 20) < 10 then 0 else 300 end"
ROWS = {
    "calm": (rows(), 0),
    "shifted": (rows(amount=SHIFTED), 1),
    "thin": (rows(steps="case when i <= 3 then i end"), 3),
    "both": (rows(amount=SHIFTED, steps="case when i <= 3 then i end"), 1),
}
# Rows, options, and what becomes of the model: "pass", "warn" or "error".
GATES = [
    ("calm", "", "pass"),
    ("shifted", "", "warn"),
    ("thin", "", "warn"),
    ("both", "", "warn"),
    ("calm", "on_drift='error', on_not_computed='error'", "pass"),
    ("shifted", "on_drift='error'", "error"),
    ("shifted", "on_drift='ignore', on_not_computed='error'", "pass"),
    ("thin", "on_drift='error'", "warn"),
    ("thin", "on_not_computed='error'", "error"),
    ("thin", "on_not_computed='ignore'", "pass"),
    ("both", "on_drift='ignore', on_not_computed='error'", "error"),
    ("both", "on_drift='ignore', on_not_computed='ignore'", "pass"),
]


@pytest.fixture(scope="module")
def gates(airport: Airport) -> Outcome:
    """One run of all models."""
    for number, (name, options, _) in enumerate(GATES):
        sql, _ = ROWS[name]
        arguments = ", ".join(
            filter(None, [options, WINDOWS, "bins=false, thresholds={'psi_bins': 5}", "queue={'enabled': false}"])
        )
        airport.model(f"gate_{number}", sql, hooked(arguments, materialized="table"))
    return airport.run("gate_*", "--threads", "1")


@pytest.mark.parametrize("number", range(len(GATES)))
def test_a_gate_says_what_the_exit_code_says(airport: Airport, gates: Outcome, number: int) -> None:
    name, options, becomes = GATES[number]
    _, code = ROWS[name]
    assert gates.status(f"gate_{number}") == ("error" if becomes == "error" else "success")
    summaries = [line for line in gates.lines if f"gate_{number}: " in line and ("alert" in line or "Nothing" in line)]
    assert any(line.startswith("driftql: ") for line in summaries) or becomes == "error"
    if not options:
        # With the defaults, every exit code but 0 is a warning.
        assert (becomes == "warn") == (code != 0)
        flags = [f"--{role}={start}..{end}" for role, (start, end) in DATES.items()]
        words = ["check", f"{airport.schema}.gate_{number}", "--db", airport.url, "--quiet", "--bins=5", *flags]
        assert CliRunner().invoke(app, words).exit_code == code
    warned = [line for line in gates.warned if f"gate_{number}: " in line]
    assert bool(warned) == (becomes == "warn")


def test_what_each_model_was_checked_for(airport: Airport) -> None:
    """A table that grows is its last 7 days, also beside a reference of its own; labels go by value; ids of rows are queued."""
    label = "cast(mod(i, 2) as {})"
    training = rows(predicted_label=label.format("double precision"), user_id="", bucket_start_ts="")
    airport.model("ids_training", training, "config: {materialized: table}")
    options = (
        "reference={'relation': ref('ids_training')}, row_id=['order_id', 'user_id'], user='user_id', reject_label='1.0', "
        "timezone='America/New_York', queue={'table': 'ids_queue', 'limit': 5}, history={'prefix': 'ids_'}"
    )
    sql = rows(predicted_label=label.format("integer"), amount="i + 500")
    airport.model("ids", f"-- depends_on: {{{{ ref('ids_training') }}}}\n{sql}", hooked(options))
    airport.model(
        "ids_day",
        sql,
        hooked("current={'during': '2026-01-20'}, timezone='America/New_York', history={'prefix': 'ids_'}"),
    )
    ran = airport.run("ids*", "--threads", "1")
    assert ran.success, ran.text
    with airport.connect() as warehouse:
        report = load_report(warehouse, f"{airport.schema}.ids_", monitor="ids")
        day = load_report(warehouse, f"{airport.schema}.ids_", monitor="ids_day")
    assert (report.reference.rows, report.current.rows) == (400, 7 * 20)
    assert report.current.timezone == "America/New_York"
    assert str(report.current.end) == "2026-01-20 05:00:00.000001"
    assert report.class_shift is not None
    assert sorted(report.class_shift.ref_dist) == ["0", "1"]
    assert sorted(report.class_shift.cur_dist) == ["0", "1"]
    assert report.reject_rate_drift is not None
    assert report.reject_rate_drift.ref_rate == 0.5
    assert (str(day.current.start), str(day.current.end)) == ("2026-01-20 05:00:00", "2026-01-21 05:00:00")
    assert (day.reference.rows, day.current.rows) == (20, 20)
    queued = airport.query("select row_id, user_id from {s}.ids_queue order by row_id")
    assert len(queued) == 5
    assert all(row_id.partition("|")[2] == user for row_id, user in queued)
