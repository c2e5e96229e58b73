"""The post-hook: what it finds, what it writes, how it is configured, and what is left where something fails."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest

import driftql
from driftql.config import MonitorConfig
from driftql.records.history import load_report
from driftql.records.history_rows import metrics_of
from driftql.report import DriftReport

if TYPE_CHECKING:
    from tests.dbt.conftest import Airport

WINDOWS = {
    "reference": {"start": "2013-02-13", "end": "2013-02-27"},
    "current": {"start": "2013-06-26", "end": "2013-07-10"},
}
DRIFTED = json.dumps(WINDOWS)
CALM = json.dumps(
    {"reference": {"start": "2013-09-19", "end": "2013-10-10"}, "current": {"start": "2013-10-10", "end": "2013-10-31"}}
)
# What the closed forms are worth next to SciPy, far from the tail in which neither matters.
P_VALUES = {"p_value", "psi_p_value", "ks_p_value"}


# Beside the numbers, text of every kind: a new category, an empty one, one that is lost, one that changes by its mix alone, free
# text, and a class that the reference does not have.
TEXTS = """
select
    {NUMBERS}, user_id, bucket_start_ts, bucket_end_ts, p_on_time, p_late, p_very_late, confidence, schema_version,
    case when bucket_start_ts >= '2013-06-01' and predicted_label = 'late' and seats > 60 then 'diverted'
        else predicted_label end as predicted_label,
    case when seats is null then null when bucket_start_ts >= '2013-06-01' and seats > 180 then 'jumbo''s 100 %'
        when bucket_start_ts < '2013-06-01' and seats > 180 then 'Jumbo' when seats < 60 then '' when seats < 100 then 'null'
        else 'wide' end as size_class,
    case when dep_delay > 0 then 'late' else 'in time' end as start,
    case when dep_minute < 720 then 'am' else 'pm' end as half,
    concat(user_id, ' ', cast(bucket_start_ts as varchar)) as note
from {{ ref('flights') }}
""".replace(
    "{NUMBERS}",
    "dep_minute, planned_minutes, distance_miles, planned_traffic, dep_delay, origin_delay_2h, seats, plane_age",
)


def hooked(
    arguments: str = "", meta: str = "{}", *, after: bool = False, materialized: str = "view", more: str = ""
) -> str:
    """Return a model's YAML with the post-hook."""
    sql = f'"{{{{ driftql.drift_check({arguments}) }}}}"'
    hook = f"\n    - sql: {sql}\n      transaction: false" if after else f"\n    - {sql}"
    return f"config:\n  materialized: {materialized}\n  meta: {{driftql: {meta}}}\n  post_hook:{hook}{more}"


def recorded(airport: Airport, monitor: str) -> DriftReport:
    with airport.connect() as warehouse:
        return load_report(warehouse, f"{airport.schema}.driftql_", monitor=monitor)


def differences(found: Any, wanted: Any, path: str = "") -> list[str]:
    """Return where two reports differ by more than the closed forms are allowed to."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        keys = sorted(found.keys() | wanted.keys())
        return [line for key in keys for line in differences(found.get(key), wanted.get(key), f"{path}.{key}")]
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        return [
            line
            for k, pair in enumerate(zip(found, wanted, strict=True))
            for line in differences(*pair, f"{path}[{k}]")
        ]
    if isinstance(found, int | float) and isinstance(wanted, int | float) and not isinstance(found, bool):
        name = path.rpartition(".")[2]
        if name in P_VALUES:
            same = abs(found - wanted) <= 1e-5 or math.isclose(found, wanted, rel_tol=0.02)
        elif name in ("noise", "psi_noise"):
            same = math.isclose(found, wanted, rel_tol=5e-3)
        else:
            same = math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-15)
        return [] if same else [f"{path}: {found} is not {wanted}"]
    return [] if found == wanted else [f"{path}: {found!r} is not {wanted!r}"]


def comparable(report: DriftReport) -> dict[str, Any]:
    """Return a report without what two runs of the same check do not share."""
    left = report.model_dump(mode="json", exclude={"run_id", "statements", "host", "timestamp", "warnings", "notes"})
    for part in (left["feature_report"], left["telemetry_snapshot"], *left["alerts"]):
        del part["timestamp"]
    for alert in left["alerts"]:
        del (
            alert["affected_user_ids"],
            alert["user_effects"],
            alert["own_rows_needed"],
            alert["details"]["affected_users"],
        )
    for window in (left["reference"], left["current"]):
        del window["source"]
    return left


def test_the_report_is_that_of_python(airport: Airport) -> None:
    airport.model("same", TEXTS, yaml=hooked(meta=DRIFTED))
    ran = airport.run("same")
    assert ran.success, ran.text
    report = recorded(airport, "same")
    assert (report.host, report.engine) == ("dbt", airport.engine)
    with airport.connect() as warehouse:
        monitor = MonitorConfig.model_validate({"table": f"{airport.schema}.same", "exact": True, **WINDOWS})
        wanted = driftql.run_monitor(monitor, warehouse, name="same")
    assert len(report.alerts) == 12
    new = [alert.affected_features for alert in report.alerts if alert.trigger == "new_category"]
    assert sorted(new) == [[], ["size_class"]]
    assert report.feature_report is not None
    roles = [str(result.role) for result in report.feature_report.results]
    assert [roles.count(role) for role in ("feature", "probability", "confidence")] == [11, 3, 1]
    assert differences(comparable(report), comparable(wanted)) == []
    *left_out, line = ran.told
    assert left_out == ["driftql: same: not looked at: note (free text)"]
    assert line == f"driftql: same: {report.summary}"
    assert report.summary == wanted.summary
    assert [note for note in report.notes if note not in wanted.notes] == [
        "rows per day (row_count) and the age of the newest row (stale) are judged by `driftql check`, not in dbt yet"
    ]
    assert len(report.missing_values) == len(wanted.missing_values) > 9
    assert report.statements
    assert all(statement.sql and statement.rows for statement in report.statements)
    assert DriftReport.model_validate_json(report.model_dump_json()) == report


def test_the_tables_say_what_the_report_says(airport: Airport) -> None:
    airport.model("told", yaml=hooked("features=['dep_delay', 'seats']", DRIFTED))
    assert airport.run("told").success
    report = recorded(airport, "told")
    [run] = airport.query(
        "select run_id, host, reference_source, current_source, reference_rows, current_rows, alerts, critical_alerts, not_computed, "
        "summary, node_id, dbt_target, length(invocation_id) from {s}.driftql_runs where monitor = 'told'"
    )
    assert run == (
        str(report.run_id), "dbt", report.reference.description, report.current.description, report.reference.rows, report.current.rows,
        len(report.alerts), sum(alert.severity == "critical" for alert in report.alerts), 0, report.summary,
        "model.airport.told", airport.engine, 36,
    )  # fmt: skip
    rows = airport.query(
        f"select window_role, feature, metric, value, threshold, flagged from {{s}}.driftql_metrics where run_id = '{report.run_id}'"
    )
    key = lambda row: (row[0], row[1] or "", row[2])  # noqa: E731
    wanted = [tuple(metric) for metric in metrics_of(report)]
    assert sorted(rows, key=key) == sorted(wanted, key=key)
    [telemetry] = airport.query(
        "select total_windows, confidence_median, reject_rate, mean_entropy, schema_version, window_start, feature_missingness, "
        f"class_distribution from {{s}}.driftql_telemetry where run_id = '{report.run_id}'"
    )
    snapshot = report.telemetry_snapshot
    assert snapshot is not None
    assert snapshot.confidence_stats is not None
    assert telemetry[:5] == (
        snapshot.total_windows, snapshot.confidence_stats.median, snapshot.reject_rate, snapshot.mean_entropy, snapshot.schema_version,
    )  # fmt: skip
    assert telemetry[5] == snapshot.window_start
    assert json.loads(telemetry[6]) == snapshot.feature_missingness
    assert json.loads(telemetry[7]) == snapshot.class_distribution


def test_rows_of_the_future_and_the_times_of_the_windows(airport: Airport) -> None:
    """A row of 2100 does not move the windows; tables of an earlier version get the columns that they lack."""
    airport.model("told", yaml=hooked("features=['dep_delay', 'seats']", DRIFTED))
    assert airport.run("told").success
    for name in ("runs", "metrics"):
        for column in ("reference_start", "reference_end", "current_start", "current_end"):
            airport.execute(f"alter table {{s}}.driftql_{name} drop column {column}")
    for column in ("columns_left_out", "warnings", "notes"):
        airport.execute(f"alter table {{s}}.driftql_runs drop column {column}")
    airport.execute("alter table {s}.driftql_runs drop column node_id")
    airport.model(
        "late",
        "select user_id, bucket_start_ts, dep_delay from {{ ref('flights') }} union all "
        "select 'UA', timestamp '2100-01-01 00:00:00', 1",
        hooked("features=['dep_delay'], current={'last': '14d'}, reference={'last': '14d'}"),
    )
    ran = airport.run("late")
    assert ran.success, ran.text
    report = recorded(airport, "late")
    with airport.connect() as warehouse:
        monitor = MonitorConfig.model_validate(
            {
                "table": f"{airport.schema}.late",
                "features": ["dep_delay"],
                "current": {"last": "14d"},
                "reference": {"last": "14d"},
            }
        )
        wanted = driftql.run_monitor(monitor, warehouse)
    assert (report.current.start, report.current.end) == (wanted.current.start, wanted.current.end)
    assert report.current.end is not None
    assert report.current.end.year == 2013
    assert report.warnings[:2] == wanted.warnings[:2]
    assert report.warnings[0].startswith("1 row is dated in the future in 'bucket_start_ts' of ")
    assert "the newest row of " in report.warnings[1]
    for name in ("runs", "metrics"):
        times = airport.query(
            f"select distinct reference_start, reference_end, current_start, current_end from {{s}}.driftql_{name} "
            f"where run_id = '{report.run_id}'"
        )
        assert times == [(report.reference.start, report.reference.end, report.current.start, report.current.end)]
    run = f"{{s}}.driftql_runs where run_id = '{report.run_id}'"
    [lists] = airport.query(f"select columns_left_out, warnings, notes from {run}")
    assert [json.loads(text) for text in lists] == [
        [column.model_dump() for column in report.columns_left_out],
        report.warnings,
        report.notes,
    ]


def test_the_queue_is_that_of_python(airport: Airport) -> None:
    queue = "queue: {table: own_queue, limit: 7}"
    airport.model("queued", yaml=hooked("features=['dep_delay']", f"{DRIFTED[:-1]}, {queue}}}"))
    # A table of an earlier version, to which columns are added.
    moments = ", ".join(
        f"{name} timestamp" for name in ("bucket_start_ts", "bucket_end_ts", "created_at", "updated_at")
    )
    texts = ", ".join(
        f"{name} varchar(512)" for name in ("request_id", "user_id", "reason", "predicted_label", "status")
    )
    airport.execute(f"create table {{s}}.own_queue ({texts}, {moments}, confidence double precision)")
    for _ in range(2):
        assert airport.run("queued").success
    rows = airport.query(
        "select user_id, bucket_start_ts, reason, status, confidence, monitor, source from {s}.own_queue order by confidence, user_id, bucket_start_ts"
    )
    wanted = airport.query(
        "select user_id, bucket_start_ts, 'drift', 'pending', confidence, 'queued', '{s}.queued' from {s}.queued "
        "where bucket_start_ts >= timestamp '2013-06-26' and bucket_start_ts < timestamp '2013-07-10' order by confidence, user_id, bucket_start_ts limit 7"
    )
    assert rows == wanted
    assert len(airport.runs("queued")) == 2


def test_no_alert_no_queue(airport: Airport) -> None:
    airport.model(
        "calm",
        yaml=hooked("features=['dep_delay', 'seats']", f"{CALM[:-1]}, queue: {{table: calm_queue}}, on_drift: error}}"),
    )
    ran = airport.run("calm")
    assert ran.success, ran.text
    assert ran.told == [
        "driftql: calm: No alert: 2 features, 4 scores, reject rate, entropy and class mix within the thresholds."
    ]
    assert not airport.exists("calm_queue")
    assert airport.runs("calm")[0][:3] == ("dbt", 0, 0)


def test_install(airport: Airport) -> None:
    settings = {"driftql": {"history": {"prefix": "fresh_"}, "queue": {"table": "fresh_queue"}}}
    for _ in range(2):
        ran = airport.dbt("run-operation", "driftql.install", "--vars", json.dumps(settings))
        assert ran.success, ran.text
        assert ran.told == [
            f"driftql: tables fresh_runs, fresh_metrics, fresh_telemetry and fresh_queue are in {airport.schema}"
        ]
    for table in ("fresh_runs", "fresh_metrics", "fresh_telemetry", "fresh_queue"):
        assert airport.query(f"select count(*) from {{s}}.{table}") == [(0,)]


def test_incremental_models_and_full_refreshes(airport: Airport) -> None:
    """Of three models one is checked whenever it is built, one where rows are new, one at most once a day."""
    until = "{{ var('until', '2013-07-01') }}"
    since = "{% if is_incremental() %} and bucket_start_ts > (select max(bucket_start_ts) from {{ this }}) {% endif %}"
    for name, more in (("growing", ""), ("growing_new", ", skip_unchanged=true"), ("growing_daily", ", at_most='1d'")):
        arguments = f"features=['dep_delay'], reference={{'last': '7d'}}, current={{'last': '7d'}}{more}"
        airport.model(
            name,
            f"select * from {{{{ ref('flights') }}}} where bucket_start_ts < timestamp '{until}' {since}",
            hooked(arguments, materialized="incremental"),
        )
    told = []
    for words in ((), ("--vars", "{until: '2013-07-08'}"), ("--vars", "{until: '2013-07-08'}", "--full-refresh")):
        ran = airport.run("growing*", *words)
        assert ran.success, ran.text
        told.append([line for line in ran.told if "not checked: " in line])
        # Beside the result: that the newest row is years old, and what is left out.
        rest = [line for line in ran.told if "warning: " not in line and "not looked at: " not in line]
        assert len(rest) == 3
    assert [len(lines) for lines in told] == [0, 1, 2]
    assert told[1][0].startswith("driftql: growing_daily: not checked: its last check was at ")
    assert any("growing_new: not checked: no row is new since its last check" in line for line in told[2])
    rows = airport.query(
        "select current_source, current_rows from {s}.driftql_runs where monitor = 'growing' order by recorded_at"
    )
    assert len(rows) == 3
    assert rows[0] != rows[1]
    assert rows[1] == rows[2]
    assert "2013-06-23 23" in rows[0][0]
    assert "2013-06-30 23" in rows[1][0]
    counts = "select monitor, count(*) from {s}.driftql_runs where monitor like 'growing_%' group by monitor order by monitor"
    assert airport.query(counts) == [("growing_daily", 1), ("growing_new", 2)]


def test_arguments_win_over_meta_and_meta_over_vars(airport: Airport) -> None:
    airport.model(
        "ruled",
        yaml=hooked(
            "thresholds={'ks': 0.3}", f"{DRIFTED[:-1]}, features: [dep_delay], thresholds: {{psi: 0.9, ks: 0.01}}}}"
        ),
    )
    variables = {
        "driftql": {
            "thresholds": {"psi": 0.01, "class_shift": 0.5, "ks": 0.02},
            "features": ["seats"],
            "reject_label": "late",
        }
    }
    ran = airport.run("ruled", "--vars", json.dumps(variables))
    assert ran.success, ran.text
    used = recorded(airport, "ruled").config
    assert used["features"] == ["dep_delay"]
    assert used["columns"]["reject_label"] == "late"
    rules = used["thresholds"]
    assert (rules["psi"], rules["ks"], rules["class_shift"], rules["alpha"]) == (0.9, 0.3, 0.5, 0.05)


WRONG = [
    ("thresholdz={}", "{}", "drift_check of wrong: there is no option 'thresholdz'; did you mean 'thresholds'?"),
    ("", "{threshold: 1}", "meta: driftql of wrong: there is no option 'threshold'; did you mean 'thresholds'?"),
    ("thresholds={'pssi': 1}", "{}", "there is no option 'thresholds.pssi'; did you mean 'psi'?"),
    ("thresholds={'psi': 'high'}", "{}", "thresholds.psi is high; write a number from 0 up"),
    ("on_drift='explode'", "{}", "on_drift is explode; write warn, error or ignore"),
    ("features=['dep_dela']", "{}", "has no column 'dep_dela' for a feature; did you mean 'dep_delay'?"),
    ("features=['bucket_start_ts']", "{}", "a feature is a number or a boolean"),
    ("time_column='when'", "{}", "has no column 'when' for the option 'time_column'"),
    ("current={'last': 'a week'}", "{}", "current.last is 'a week'; write a number and s, m (minutes)"),
    ("current={'start': 'June'}", "{}", "current.start is 'June'; write a date or time"),
    ("reference={'start': '2013-08-01'}, current={'end': '2013-07-01'}", "{}", "the windows are reversed"),
    ("timezone='Mars/Crater'", "{}", "timezone is Mars/Crater, which is no time zone"),
    ("current={'last': '7d', 'during': 'today'}", "{}", "has either 'last', 'during', or 'start' and 'end', not two of them"),
    ("current={'during': '2013-W54'}", "{}", "current.during is '2013-W54', which is no period"),
    ("current={'filter': 'pg_sleep(1) is null'}", "{}", "the function pg_sleep is not known to be free of side effects"),
    ("on_not_computed='panic'", "{}", "on_not_computed is panic; write warn, error or ignore"),
    ("reference={'relation': 'nowhere.nothing'}", "{}", "there is no relation 'nowhere.nothing' for reference.relation"),
]  # fmt: skip


def test_what_is_wrong_is_said(airport: Airport) -> None:
    for index, (arguments, meta, _) in enumerate(WRONG):
        airport.model(f"wrong_{index}", "select * from {{ ref('flights') }} limit 100", hooked(arguments, meta))
    ran = airport.run("wrong_*")
    assert len(ran.results) == len(WRONG)
    for index, (_, _, told) in enumerate(WRONG):
        assert ran.status(f"wrong_{index}") == "error"
        assert told.replace("wrong:", f"wrong_{index}:") in str(ran.results[f"wrong_{index}"].message)


def test_what_could_not_be_computed_is_never_no_drift(airport: Airport) -> None:
    airport.model(
        "thin",
        "select *, 1 as constant from {{ ref('flights') }}",
        hooked(
            "features=['dep_delay', 'constant'], history={'prefix': 'thin_'}",
            '{reference: {start: "2013-02-13", end: "2013-02-14"}, current: {start: "2014-01-01"}}',
        ),
    )
    ran = airport.run("thin")
    assert ran.success, ran.text
    assert ran.told[-1] == "driftql: thin: Nothing could be compared. 5 checks could not be computed."
    [line] = [line for line in ran.told if "not computed: " in line]
    checks = "feature_psi; feature_ks; reject_rate_increase; class_shift; entropy_spike"
    assert line.startswith(f"driftql: thin: not computed: {checks}: the current window (")
    assert line.endswith(") holds no rows")
    airport.model(
        "thin",
        "select *, case when bucket_start_ts < timestamp '2013-06-01' then 1 else 2 end as constant from {{ ref('flights') }}",
        hooked("features=['constant'], history={'prefix': 'thin_'}", DRIFTED),
    )
    ran = airport.run("thin")
    assert (
        "driftql: thin: not computed: feature_psi of constant: every reference value is 1, so there are no quantile bins"
        in ran.told
    )
    assert airport.runs("thin", "thin_")[-1][2] == 1


@pytest.mark.parametrize("after", [False, True])
def test_on_drift_error(airport: Airport, after: bool) -> None:
    """In the model's transaction an error undoes model, run and queue; after it, all of them stay."""
    name = f"gate_{after}".lower()
    airport.model(name, "select 1 as earlier", "config: {materialized: table}")
    assert airport.run(name).success
    history = f"history={{'prefix': '{name}_'}}, queue={{'table': '{name}_queue'}}"
    airport.model(
        name,
        yaml=hooked(f"features=['dep_delay'], on_drift='error', {history}", DRIFTED, after=after, materialized="table"),
    )
    ran = airport.run(name)
    assert not ran.success
    assert f"driftql: {name}: 7 alerts, 1 critical: reject rate (+11.5 points)" in ran.text
    if after:
        assert airport.query(f"select count(*) from {{s}}.{name}") == airport.query("select count(*) from {s}.flights")
        assert airport.runs(name, f"{name}_")[0][:2] == ("dbt", 7)
        assert airport.query(f"select count(*) from {{s}}.{name}_queue") == [(50,)]
    else:
        assert airport.query(f"select * from {{s}}.{name}") == [(1,)]
        assert not airport.exists(f"{name}_runs")
        assert not airport.exists(f"{name}_queue")


def test_what_cannot_be_written_leaves_the_model_and_no_half_written_run(airport: Airport) -> None:
    """The second table refuses its rows, when the first has taken its own."""
    settings = {"driftql": {"history": {"prefix": "broken_"}, "queue": {"table": "broken_queue", "limit": 3}}}
    assert airport.dbt("run-operation", "driftql.install", "--vars", json.dumps(settings)).success
    airport.execute(
        "drop table {s}.broken_metrics",
        "create table {s}.broken_metrics (run_id varchar(36), recorded_at timestamp, monitor varchar(512), window_role varchar(16), "
        "feature varchar(512), metric varchar(64) check (metric <> 'class_shift'), value double precision, threshold double precision, "
        "flagged boolean)",
    )
    airport.model("broken", yaml=hooked("features=['seats']", DRIFTED, materialized="table"))
    ran = airport.run("broken", "--vars", json.dumps(settings))
    assert airport.query("select count(*) from {s}.broken") == airport.query("select count(*) from {s}.flights")
    assert ran.success
    [line] = [line for line in ran.warned if line.startswith("driftql: broken: the run is not recorded: ")]
    assert "constraint" in line.casefold()
    for table in ("runs", "metrics", "telemetry"):
        assert airport.query(f"select count(*) from {{s}}.broken_{table}") == [(0,)]
    # The rest is written.
    assert airport.query("select count(*) from {s}.broken_queue") == [(3,)]


def test_another_hook_that_fails_undoes_the_run(airport: Airport) -> None:
    airport.model(
        "undone",
        yaml=hooked(
            "features=['seats'], history={'prefix': 'undone_'}", DRIFTED, more='\n    - "select no_such_column"'
        ),
    )
    assert not airport.run("undone").success
    assert not airport.exists("undone_runs")
    assert not airport.exists("undone")


def test_a_table_of_someone_else_is_not_written_to(airport: Airport) -> None:
    airport.execute("create table {s}.foreign_runs (a integer)")
    airport.model("foreign", yaml=hooked("features=['seats'], history={'prefix': 'foreign_'}", DRIFTED))
    ran = airport.run("foreign")
    assert ran.success, ran.text
    assert ran.told[0].startswith("driftql: foreign: 6 alerts")
    assert "driftql: foreign: the run is not recorded: the table " in ran.told[1]
    assert "is not a history table of driftql: it lacks the columns run_id, host" in ran.told[1]
    assert not airport.run("foreign", "--warn-error").success


def test_models_side_by_side(airport: Airport) -> None:
    """Their alerts ask for the same rows, and none of their tables exists yet."""
    names = [f"beside_{number}" for number in range(4)]
    history = "history={'schema': 'beside'}, queue={'table': 'beside_queue', 'limit': 20}"
    for name in names:
        airport.model(name, yaml=hooked(f"features=['dep_delay'], {history}", DRIFTED, materialized="table"))
    ran = airport.run("beside_*", "--threads", "4")
    assert ran.success, ran.text
    assert len(ran.told) == 4, ran.text
    runs = airport.query("select monitor, alerts from beside.driftql_runs order by monitor")
    assert runs == [(name, 7) for name in names]
    assert airport.query("select count(*), count(distinct request_id) from beside.beside_queue") == [(20, 20)]
    # A run without rows, or with a sample of them, says nothing of drift.
    for words in (("--empty",), ("--sample", "3 days")):
        ran = airport.run("beside_0", *words)
        assert ran.success, ran.text
        [line] = ran.told
        assert line.startswith("driftql: beside_0: not checked: dbt builds ")
        assert f"({words[0]})" in line
    assert airport.query("select count(*) from beside.driftql_runs") == [(4,)]


def test_another_relation_as_the_reference_and_filters(airport: Airport) -> None:
    airport.model("winter", "select * from {{ ref('flights') }} where bucket_start_ts < timestamp '2013-02-27'")
    airport.model(
        "summer",
        "-- depends_on: {{ ref('winter') }}\nselect * from {{ ref('flights') }} where bucket_start_ts >= timestamp '2013-07-01'",
        hooked(
            "features=['dep_*'], exclude=['dep_minute'], reference={'relation': ref('winter'), 'filter': \\\"user_id = 'UA'\\\"}, current={'filter': \\\"user_id = 'DL'\\\"}"
        ),
    )
    ran = airport.dbt("run", "--select", "winter", "summer")
    assert ran.success, ran.text
    report = recorded(airport, "summer")
    assert report.config["features"] == ["dep_delay"]
    rows = airport.query(
        "select (select count(*) from {s}.winter where user_id = 'UA'), (select count(*) from {s}.summer where user_id = 'DL')"
    )
    assert [(report.reference.rows, report.current.rows)] == rows
    assert report.reference.source == f"{airport.schema}.winter"


def test_names_and_labels_that_need_quoting(airport: Airport) -> None:
    case = "case when user_id = 'UA' then 'it''s \"it\"' when user_id = 'AA' then 'null' else predicted_label end"
    quoted = '"Größe of it"'
    airport.model(
        "quoted",
        f"select bucket_start_ts, {case} as \"Label\", seats as {quoted} from {{{{ ref('flights') }}}}",
        hooked("label='Label', reject_label='null'", DRIFTED),
    )
    ran = airport.run("quoted")
    assert ran.success, ran.text
    report = recorded(airport, "quoted")
    assert report.config["features"] == ["Größe of it"]
    assert report.class_shift is not None
    assert {'it\'s "it"', "null"} <= set(report.class_shift.ref_dist)
    assert report.reject_rate_drift is not None
    assert 0 < report.reject_rate_drift.ref_rate < 1


def test_a_corrupted_report_is_one_sentence(airport: Airport) -> None:
    airport.model("old", yaml=hooked("features=['seats'], history={'prefix': 'old_'}", DRIFTED))
    assert airport.run("old").success
    prefix = f"{airport.schema}.old_"
    for text, told in (("{", "cannot be read (invalid JSON"), ('{"run_id": 1}', "another version of driftql wrote it")):
        airport.execute(f"update {prefix}runs set report = '{text}'")
        with airport.connect() as warehouse, pytest.raises(driftql.DriftqlError) as caught:
            load_report(warehouse, prefix)
        assert told in str(caught.value)
        assert "run the check again" in str(caught.value)
    with airport.connect() as warehouse, pytest.raises(driftql.DriftqlError, match="holds no run 'nope'"):
        load_report(warehouse, prefix, run_id="nope")


def test_no_warning_of_deprecation(airport: Airport) -> None:
    """What dbt 1.11 calls deprecated is what dbt 2 refuses."""
    airport.model("modern", yaml=hooked("features=['seats']", CALM))
    ran = airport.dbt(
        "run", "--select", "modern", "--no-partial-parse", "--warn-error-options", '{"error": ["Deprecations"]}'
    )
    assert ran.success, ran.text
