"""The whole check as one generic test, and as an operation on any relation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from driftql.records.history import load_report

if TYPE_CHECKING:
    from tests.dbt.conftest import Airport

META = """
reference: {start: "2013-02-13", end: "2013-02-27"}
current: {start: "2013-06-26", end: "2013-07-10"}
features: [dep_delay, seats]
queue: {table: whole_queue, limit: 4}
history: {prefix: whole_}
"""
RUNS = "select monitor, alerts, current_rows from {s}.whole_runs order by recorded_at"


def inline(yaml: str) -> str:
    return ", ".join(yaml.strip().splitlines())


@pytest.fixture(scope="module")
def whole(airport: Airport) -> Airport:
    airport.model(
        "whole",
        yaml=f"""
        config: {{materialized: table, meta: {{driftql: {{{inline(META)}}}}}}}
        data_tests:
          - driftql.no_drift: {{name: t_whole, config: {{severity: warn, store_failures: true}}}}
          - driftql.no_drift:
              name: t_where
              arguments:
                monitor: calm
                reference: {{last: 14d}}
                current: {{last: 14d}}
                thresholds: {{psi: 9, ks: 0.9, class_shift: 0.9, reject_rate_increase: 0.9, entropy_ratio: 9, entropy_increase: 0.9}}
              config: {{where: "bucket_start_ts > '2013-09-20' and user_id = 'UA'"}}
          - driftql.psi_below: {{name: t_meta, arguments: {{exclude: [seats]}}, config: {{store_failures: true}}}}
        """,
    )
    return airport


def test_the_whole_check_is_one_test(whole: Airport) -> None:
    """It takes the model's meta, is counted as dbt's warning, and is recorded."""
    ran = whole.dbt("build", "--select", "whole", "--threads", "4")
    assert [ran.status(name) for name in ("whole", "t_whole", "t_where", "t_meta")] == [
        "success",
        "warn",
        "pass",
        "fail",
    ]
    rows = whole.query(
        "select check_name, feature, effect, threshold, severity, is_flagged from {s}_dbt_test__audit.t_whole"
    )
    report_rows = whole.query("select * from {s}.whole_runs")
    assert len(report_rows) == 3
    with whole.connect() as warehouse:
        report = load_report(warehouse, f"{whole.schema}.whole_", monitor="whole")
    assert {(row[0], row[1], row[4]) for row in rows} == {
        (alert.trigger, (alert.affected_features or [None])[0], alert.severity) for alert in report.alerts
    }
    assert len(rows) == len(report.alerts) == 7
    assert all(row[5] for row in rows)
    assert report.config["features"] == ["dep_delay", "seats"]
    assert whole.query("select count(*) from {s}.whole_queue") == [(4,)]
    assert {row[0] for row in whole.query(RUNS)} == {"whole", "calm", "t_meta"}
    failed = whole.query("select feature from {s}_dbt_test__audit.t_meta")
    assert failed == [("dep_delay",)]


def test_without_rows_and_before_the_model_exists(whole: Airport) -> None:
    """`--empty` has no findings and records nothing; `compile` and `docs generate` ask nothing of a model that is not there."""
    before = whole.query(RUNS)
    ran = whole.dbt("build", "--select", "whole", "--empty")
    assert ran.success, ran.text
    whole.execute("drop table {s}.whole")
    for words in (("compile",), ("docs", "generate")):
        ran = whole.dbt(*words, "--select", "whole", "--warn-error")
        assert ran.success, ran.text
    assert whole.query(RUNS) == before
    assert whole.run("whole").success
    ran = whole.dbt("compile", "--select", "t_whole")
    assert whole.query(f"select count(*) from ({ran.compiled}) as findings") == [(7,)]


def test_alerts_and_numbers_are_models(whole: Airport) -> None:
    """Empty before the first check; then one row per alert, per run and per number. Columns that an old table lacks are NULL."""
    whole.execute("create table {s}.older_runs as select * from {s}.whole_runs")
    whole.execute("create table {s}.older_metrics as select * from {s}.whole_metrics")
    for column in ("warnings", "current_end"):
        whole.execute(f"alter table {{s}}.older_runs drop column {column}")
    for prefix, is_empty in (("nothing_", True), ("older_", False), ("whole_", False)):
        variables = json.dumps({"driftql": {"history": {"prefix": prefix}}})
        ran = whole.dbt("run", "--select", "driftql_alerts", "driftql_metrics", "driftql_runs", "--vars", variables)
        assert ran.success, ran.text
        alerts = whole.query(
            "select monitor, metric, feature, node_id from {s}.driftql_alert_list order by metric, feature"
        )
        [[numbers]] = whole.query("select count(*) from {s}.driftql_metric_list")
        runs = whole.query(
            "select monitor, alerts, columns_left_out, warnings, notes, current_end from {s}.driftql_run_list order by 1"
        )
        if is_empty:
            assert (alerts, numbers, runs) == ([], 0, [])
        elif prefix == "older_":
            assert [run[-3::2] for run in runs] == [(None, None)] * 3
    flagged = whole.query(
        "select monitor, metric, feature, 'model.airport.whole' from {s}.whole_metrics where flagged order by metric, feature"
    )
    assert alerts == flagged != []
    assert whole.query("select count(*) from {s}.whole_metrics") == [(numbers,)]
    recorded = "select monitor, alerts, columns_left_out, warnings, notes, current_end from {s}.whole_runs order by 1"
    assert runs == whole.query(recorded)
    told = whole.query("select distinct summary, columns_left_out, warnings, notes from {s}.driftql_alert_list")
    assert told == whole.query("select summary, columns_left_out, warnings, notes from {s}.whole_runs where alerts > 0")


def test_an_operation_checks_any_relation(airport: Airport) -> None:
    """A source, by its name or the table's; the run is recorded at once."""
    schema = "main" if airport.engine == "duckdb" else "raw"
    options = {
        "reference": {"start": "2013-02-13", "end": "2013-02-27"},
        "current": {"start": "2013-06-26", "end": "2013-07-10"},
        "features": ["dep_delay"],
        "history": {"prefix": "operated_"},
        "queue": {"enabled": False},
    }
    for relation, more in (("airport.flights", {}), (f"{schema}.flights", {"monitor": "by hand", "on_drift": "error"})):
        ran = airport.dbt(
            "run-operation", "driftql.drift_check", "--args", json.dumps(options | more | {"relation": relation})
        )
        assert ran.success == (not more)
        assert "7 alerts, 1 critical" in ran.text
    runs = airport.query("select monitor, current_source, alerts from {s}.operated_runs order by recorded_at")
    assert [(row[0], row[1].split(",")[0], row[2]) for row in runs] == [
        ("flights", f"{schema}.flights", 7),
        ("by hand", f"{schema}.flights", 7),
    ]
    ran = airport.dbt("run-operation", "driftql.record_drift")
    assert "record_drift: there is no relation to check; write --args '{relation: schema.table}'" in ran.text


def test_no_warning_of_the_parser(airport: Airport) -> None:
    """With the names and types of the macros' arguments validated, and warnings as errors."""
    project = airport.folder / "dbt_project.yml"
    text = project.read_text(encoding="utf-8")
    project.write_text(text + "  validate_macro_args: true\n", encoding="utf-8")
    try:
        ran = airport.dbt("parse", "--no-partial-parse", "--warn-error")
    finally:
        project.write_text(text, encoding="utf-8")
    assert ran.success, ran.text
