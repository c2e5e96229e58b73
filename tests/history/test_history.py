"""The history tables say what the reports said."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import driftql
from driftql.cli.app import app
from driftql.config import MonitorConfig
from driftql.engines import ENGINES
from driftql.errors import WarehouseError
from driftql.records.history import load_report
from driftql.records.history_rows import metrics_of, report_text
from driftql.report import DriftReport, DriftTrigger, NotComputed

WINDOWS = {"reference": {"end": "2026-01-08"}, "current": {"start": "2026-01-08"}}
NAMES = ("runs", "metrics", "telemetry")


def checked(database: Path, name: str | None = None, **settings: Any) -> DriftReport:
    monitor = MonitorConfig.model_validate({"table": "predictions", **WINDOWS, **settings})
    with driftql.connect(database) as warehouse:
        return driftql.run_monitor(monitor, warehouse, name=name)


def record(report: DriftReport, database: Path, *prefix: str) -> None:
    with driftql.connect(database) as warehouse:
        driftql.record_report(report, warehouse, *prefix)


def table(database: Path, name: str, prefix: str = "driftql_") -> pd.DataFrame:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(f"from {prefix}{name}").df()


def utc(moment: dt.datetime) -> pd.Timestamp:
    return pd.Timestamp(moment.astimezone(dt.UTC).replace(tzinfo=None))


@pytest.fixture
def report(database: Path) -> DriftReport:
    return checked(
        database, "flights", columns={"probabilities": ["p_a", "p_b", "p_unknown"]}, features=["age", "income"]
    )


def test_the_run(database: Path, report: DriftReport) -> None:
    record(report, database)
    [row] = table(database, "runs").to_dict("records")
    assert row["run_id"] == str(report.run_id)
    assert row["monitor"] == "flights"
    assert row["host"] == "python"
    assert row["recorded_at"] == utc(report.timestamp)
    assert row["reference_rows"] == report.reference.rows == 700
    assert row["current_rows"] == report.current.rows == 700
    assert row["reference_source"] == "predictions, before 2026-01-08 00:00"
    assert row["current_source"] == "predictions, from 2026-01-08 00:00"
    assert row["alerts"] == len(report.alerts) > 1
    assert row["critical_alerts"] == sum(alert.severity == "critical" for alert in report.alerts)
    assert row["not_computed"] == len(report.not_computed)
    assert row["summary"] == report.summary
    assert DriftReport.model_validate_json(row["report"]) == report
    assert json.loads(row["report"]) == json.loads(report.model_dump_json())
    assert [column["column"] for column in json.loads(row["columns_left_out"])] == [
        column.column for column in report.columns_left_out
    ]
    assert (json.loads(row["warnings"]), json.loads(row["notes"])) == (report.warnings, report.notes)


def test_the_numbers(database: Path, report: DriftReport) -> None:
    record(report, database)
    rows = table(database, "metrics")
    assert set(rows.run_id) == {str(report.run_id)}
    assert set(rows.monitor) == {"flights"}
    assert set(rows.recorded_at) == {utc(report.timestamp)}
    wanted = list(metrics_of(report))
    assert len(rows) == len(wanted)
    for row, metric in zip(rows.itertuples(), wanted, strict=True):
        assert (row.window_role, row.metric) == (metric.window_role, metric.metric)
        for found, meant in (
            (row.feature, metric.feature),
            (row.value, metric.value),
            (row.threshold, metric.threshold),
        ):
            assert (None if pd.isna(found) else found) == meant, metric
        assert (None if pd.isna(row.flagged) else bool(row.flagged)) == metric.flagged


def test_the_numbers_are_those_of_the_report(report: DriftReport) -> None:
    told = {(m.window_role, m.feature, m.metric): m for m in metrics_of(report)}
    assert len(told) == len(list(metrics_of(report)))
    assert report.feature_report is not None
    for result in report.feature_report.results:
        psi = told["comparison", result.feature, "psi"]
        assert (psi.value, psi.threshold) == (result.psi, 0.2)
        ks = told["comparison", result.feature, "ks_statistic"]
        assert (ks.value, ks.threshold) == (result.ks_statistic, 0.05)
        assert (psi.flagged or ks.flagged) == result.is_drifted
        assert told["comparison", result.feature, "ks_p_value"].value == result.ks_p_value
        assert told["comparison", result.feature, "psi_p_value"].threshold == report.evidence_cutoff
        assert told["current", result.feature, "missing_rate"].value == 0
    assert report.reject_rate_drift is not None
    assert told["comparison", None, "reject_rate_increase"].value == report.reject_rate_drift.increase
    assert told["current", None, "reject_rate"].value == report.reject_rate_drift.cur_rate
    assert report.entropy_drift is not None
    assert told["comparison", None, "entropy_ratio"].value == report.entropy_drift.ratio
    assert told["reference", None, "mean_entropy"].value == report.entropy_drift.ref_mean_entropy
    assert report.class_shift is not None
    for label, share in report.class_shift.cur_dist.items():
        assert told["current", label, "class_share"].value == share
    assert told["comparison", None, "entropy_change"].value == report.entropy_drift.change
    flagged = {metric.metric for metric in told.values() if metric.flagged}
    names = {
        DriftTrigger.FEATURE_PSI: "psi",
        DriftTrigger.FEATURE_KS: "ks_statistic",
        DriftTrigger.REJECT_RATE_INCREASE: "reject_rate_increase",
        DriftTrigger.ENTROPY_SPIKE: "entropy_ratio" if report.entropy_drift.ratio > 2 else "entropy_change",
        DriftTrigger.CLASS_SHIFT: "class_shift",
    }
    assert flagged == {names[alert.trigger] for alert in report.alerts}


def test_the_telemetry(database: Path, report: DriftReport) -> None:
    record(report, database)
    [row] = table(database, "telemetry").to_dict("records")
    snapshot = report.telemetry_snapshot
    assert snapshot is not None
    assert snapshot.confidence_stats is not None
    assert row["total_windows"] == snapshot.total_windows == 700
    assert row["window_start"] == pd.Timestamp(snapshot.window_start)
    assert row["window_end"] == pd.Timestamp(snapshot.window_end)
    assert row["confidence_mean"] == snapshot.confidence_stats.mean
    assert row["confidence_p5"] == snapshot.confidence_stats.p5
    assert row["confidence_std"] == snapshot.confidence_stats.std
    assert row["reject_rate"] == snapshot.reject_rate
    assert row["mean_entropy"] == snapshot.mean_entropy
    assert json.loads(row["class_distribution"]) == snapshot.class_distribution
    compared = ("age", "income", "p_a", "p_b", "p_unknown", "confidence")
    assert json.loads(row["feature_missingness"]) == snapshot.feature_missingness == dict.fromkeys(compared, 0.0)
    assert pd.isna(row["user_id"])


def test_runs_are_appended_and_read_back_newest_first(database: Path, report: DriftReport) -> None:
    later = [
        report.model_copy(
            update={
                "run_id": UUID(int=k),
                "timestamp": report.timestamp + dt.timedelta(hours=k),
                "monitor": "flights" if k % 2 else "other",
            }
        )
        for k in (1, 2, 3)
    ]
    for item in (later[1], report, later[2], later[0]):
        record(item, database)
    with driftql.connect(database) as warehouse:
        runs = driftql.recent_runs(warehouse)
        assert [run.run_id for run in runs] == [str(item.run_id) for item in (later[2], later[1], later[0], report)]
        assert runs[0].alerts == len(report.alerts)
        assert runs[0].summary == report.summary
        assert runs[0].recorded_at == utc(later[2].timestamp)
        assert [run.run_id for run in driftql.recent_runs(warehouse, monitor="other")] == [str(later[1].run_id)]
        assert len(driftql.recent_runs(warehouse, limit=2)) == 2
        assert driftql.recent_runs(warehouse, monitor="none") == []
        points = driftql.metric_history(warehouse, metric="psi", feature="age")
        assert [point.run_id for point in points] == [run.run_id for run in runs]
        assert {point.value for point in points} == {report.feature_report.results[0].psi}
        assert {point.threshold for point in points} == {0.2}
        assert {point.flagged for point in points} == {True}
        assert len(driftql.metric_history(warehouse, metric="psi")) == 4 * 6  # of two features and four scores
        assert len(driftql.metric_history(warehouse, metric="psi", limit=3)) == 3
        only = driftql.metric_history(warehouse, metric="class_share", feature="a", monitor="other")
        assert {point.window_role for point in only} == {"reference", "current"}


def test_metrics_that_were_not_recorded(database: Path, report: DriftReport) -> None:
    record(report, database)
    with driftql.connect(database) as warehouse:
        with pytest.raises(driftql.ConfigError, match=r"no run has recorded 'psy'; recorded metrics are .*psi"):
            driftql.metric_history(warehouse, metric="psy")
        with pytest.raises(driftql.ConfigError, match="no run has recorded 'psi' of 'agee'"):
            driftql.metric_history(warehouse, metric="psi", feature="agee")


ODD = """it's "odd"; -- \\ {{ x }} /* ünï */\nsecond line"""


def test_odd_text_in_every_name(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        quoted = ODD.replace('"', '""')
        connection.execute(f'alter table predictions rename column age to "{quoted}"')
        connection.execute("update predictions set predicted_label = ? where predicted_label = 'a'", [ODD])
        connection.execute(f'create table "{quoted}" as from predictions')
    report = checked(database, ODD, table=ODD, features=[ODD], columns={"schema_version": "predicted_label"})
    record(report, database, "odd '\" ")
    with driftql.connect(database) as warehouse:
        [run] = driftql.recent_runs(warehouse, "odd '\" ", monitor=ODD)
        assert run.monitor == ODD
        [point] = driftql.metric_history(warehouse, "odd '\" ", metric="psi", feature=ODD, monitor=ODD)
        assert point.feature == ODD
        shares = driftql.metric_history(warehouse, "odd '\" ", metric="class_share", feature=ODD)
        assert len(shares) == 2
    with duckdb.connect(str(database)) as connection:
        [(text,)] = connection.execute('select report from "odd \'"" runs"').fetchall()
    assert DriftReport.model_validate_json(text) == report


def test_a_schema_of_its_own(database: Path, report: DriftReport) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema bi")
    record(report, database, "bi.drift_")
    assert [len(table(database, name, "bi.drift_")) for name in ("runs", "telemetry")] == [1, 1]
    with driftql.connect(database) as warehouse:
        assert len(driftql.recent_runs(warehouse, "bi.drift_")) == 1


def test_windows_without_rows(database: Path) -> None:
    report = checked(database, current={"start": "2030-01-01"})
    record(report, database)
    assert table(database, "runs").not_computed.tolist() == [len(report.not_computed)]
    assert table(database, "metrics").value.tolist() == [700, 0]
    assert table(database, "telemetry").total_windows.tolist() == [0]


def test_a_report_with_many_features(database: Path) -> None:
    """More rows than one INSERT takes."""
    with duckdb.connect(str(database)) as connection:
        columns = ", ".join(f"random() as f{k}" for k in range(120))
        connection.execute(f"create table wide as select bucket_start_ts, {columns} from predictions")
    report = checked(database, table="wide")
    record(report, database)
    assert len(table(database, "metrics")) == len(list(metrics_of(report))) > 900
    assert driftql.DriftReport.model_validate_json(table(database, "runs").report[0]) == report


@pytest.mark.parametrize("broken", NAMES)
@pytest.mark.parametrize("kind", ["missing", "constraint"])
def test_no_run_is_half_recorded(database: Path, report: DriftReport, broken: str, kind: str) -> None:
    """One table refuses: neither of the others holds anything of the run, and earlier runs stay."""
    record(report, database)
    later = report.model_copy(update={"run_id": UUID(int=1)})
    with duckdb.connect(str(database)) as connection:
        if kind == "missing":
            connection.execute(f"alter table driftql_{broken} rename column monitor to renamed")
        else:
            connection.execute(f"create table copied as from driftql_{broken}")
            connection.execute(f"drop table driftql_{broken}")
            [(ddl,)] = connection.execute("select sql from duckdb_tables() where table_name = 'copied'").fetchall()
            ddl = re.sub(r"TABLE \S+\(", f"TABLE driftql_{broken}(check (run_id <> '{later.run_id}'), ", ddl, count=1)
            connection.execute(ddl)
            connection.execute(f"insert into driftql_{broken} from copied")
            connection.execute("drop table copied")
    before = {name: len(table(database, name)) for name in NAMES}
    with pytest.raises(driftql.WarehouseError):
        record(later, database)
    assert {name: len(table(database, name)) for name in NAMES} == before
    assert str(later.run_id) not in {run for name in NAMES for run in table(database, name).run_id}


def test_numbers_that_are_none(database: Path, report: DriftReport) -> None:
    """What could not be computed is NULL in the tables, never NaN and never zero."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("update predictions set income = 5 where bucket_start_ts < '2026-01-08'")
    constant = checked(database, features=["income"])
    assert [(item.check, item.feature) for item in constant.not_computed if item.feature] == [("feature_psi", "income")]
    record(constant, database)
    with duckdb.connect(str(database)) as connection:
        found = dict(
            connection.execute("select metric, value from driftql_metrics where feature = 'income'").fetchall()
        )
        assert found["psi"] is None
        assert found["ks_statistic"] == 1.0
        assert connection.execute("select count(*) from driftql_metrics where isnan(value)").fetchall() == [(0,)]
    assert isinstance(constant.not_computed[0], NotComputed)


def test_the_callers_transaction_is_its_own(database: Path, report: DriftReport) -> None:
    """driftql works on a cursor: what the caller has begun is neither committed nor rolled back."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("begin transaction")
        connection.execute("create table mine as select 1 as one")
        from driftql.warehouse import use_warehouse

        with use_warehouse(connection) as warehouse:
            driftql.record_report(report, warehouse)
            assert len(driftql.recent_runs(warehouse)) == 1
        connection.execute("rollback")
        tables = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
    assert tables == {"predictions", *(f"driftql_{name}" for name in NAMES)}


TIMES = ["reference_start", "reference_end", "current_start", "current_end"]
LISTS = ["columns_left_out", "warnings", "notes"]


def test_when_the_windows_began_and_ended(database: Path) -> None:
    """Where a window has no limits, its rows tell."""
    first = checked(
        database,
        reference={"start": "2026-01-02", "end": "2026-01-05"},
        current={"start": "2026-01-08"},
        features=["age"],
    )
    record(first, database)
    with duckdb.connect(str(database)) as connection:
        [last] = connection.execute("select max(bucket_start_ts) from predictions").fetchall()
    for name in ("runs", "metrics"):
        found = table(database, name)[TIMES].drop_duplicates()
        assert found.values.tolist() == [
            [pd.Timestamp("2026-01-02"), pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-08"), pd.Timestamp(last[0])]
        ]
    with driftql.connect(database) as warehouse:
        [run] = driftql.recent_runs(warehouse)
        assert (run.current_start, run.current_end) == (dt.datetime(2026, 1, 8), last[0])
        [point] = driftql.metric_history(warehouse, metric="psi", feature="age")
        assert (point.reference_start, point.current_end) == (dt.datetime(2026, 1, 2), last[0])


def test_the_axis_is_the_end_of_the_current_window(database: Path, report: DriftReport) -> None:
    """What is recorded last may be of an earlier window."""
    days = [9, 12, 10]
    for number, day in enumerate(days):
        window = report.current.model_copy(update={"end": dt.datetime(2026, 1, day)})
        stamp = report.timestamp + dt.timedelta(hours=number)
        record(report.model_copy(update={"run_id": UUID(int=day), "current": window, "timestamp": stamp}), database)
    with driftql.connect(database) as warehouse:
        assert [run.run_id for run in driftql.recent_runs(warehouse)] == [str(UUID(int=day)) for day in (12, 10, 9)]
        points = driftql.metric_history(warehouse, metric="psi", feature="age")
        assert [point.current_end for point in points] == [dt.datetime(2026, 1, day) for day in (12, 10, 9)]


def test_tables_of_an_earlier_version_are_read_and_get_the_columns(database: Path, report: DriftReport) -> None:
    record(report, database)
    with duckdb.connect(str(database)) as connection:
        for name in ("runs", "metrics"):
            for column in TIMES + LISTS * (name == "runs"):
                connection.execute(f"alter table driftql_{name} drop column {column}")
    with driftql.connect(database) as warehouse:
        [run] = driftql.recent_runs(warehouse)
        assert (run.run_id, run.current_end) == (str(report.run_id), None)
        assert (run.columns_left_out, run.warnings, run.notes) == ((), (), ())
        assert driftql.metric_history(warehouse, metric="psi")[0].current_end is None
    record(report.model_copy(update={"run_id": UUID(int=1)}), database)
    runs = table(database, "runs")
    assert runs.current_start.tolist() == [pd.NaT, pd.Timestamp("2026-01-08")]
    assert table(database, "metrics").current_start.notna().sum() == len(list(metrics_of(report)))
    with driftql.connect(database) as warehouse:
        found = {run.run_id: run for run in driftql.recent_runs(warehouse)}
    assert found.keys() == {str(report.run_id), str(UUID(int=1))}
    assert found[str(UUID(int=1))].notes == tuple(report.notes)


def test_what_was_not_looked_at_stays_with_the_run(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("update predictions set bucket_start_ts = null where order_id % 100 = 0")
        connection.execute("update predictions set predicted_label = 'c' where predicted_label = 'Mixed/Unknown'")
    report = checked(database)
    assert report.warnings == ["14 rows have no time in 'bucket_start_ts' and are in neither window"]
    assert [note.split(":")[0] for note in report.notes] == ["reject rate", "missing values of bucket_start_ts"]
    assert {column.column for column in report.columns_left_out} >= {"note", "order_id"}
    record(report, database)
    with driftql.connect(database) as warehouse:
        [run] = driftql.recent_runs(warehouse)
    assert list(run.columns_left_out) == report.columns_left_out
    assert (list(run.warnings), list(run.notes)) == (report.warnings, report.notes)
    shown = CliRunner().invoke(app, ["history", "--db", str(database)]).output
    words = " ".join(shown.replace("│", " ").split())
    assert "Not looked at: " in words
    assert "1 warning: see 'driftql report'" in words
    [document] = json.loads(CliRunner().invoke(app, ["history", "--db", str(database), "--json"]).output)
    assert document["notes"] == report.notes
    assert [column["column"] for column in document["columns_left_out"]] == [
        column.column for column in report.columns_left_out
    ]


def test_a_table_that_lacks_more_is_not_touched(database: Path, report: DriftReport) -> None:
    record(report, database)
    with duckdb.connect(str(database)) as connection:
        connection.execute("alter table driftql_runs drop column current_end")
        connection.execute("alter table driftql_runs drop column summary")
    with pytest.raises(driftql.WarehouseError, match="is not a history table of driftql: it lacks the columns summary"):
        record(report, database)
    assert "current_end" not in table(database, "runs")


def test_records_of_several_schemas_are_told_apart(tmp_path: Path) -> None:
    """Such as those of development and production: never those of the wrong one in silence."""
    reports = {
        name: driftql.run_drift_check({"age": range(30)}, {"age": range(30)}, name=name) for name in ("dev", "prod")
    }
    path = tmp_path / "schemas.duckdb"
    with driftql.connect(path, create=True) as warehouse:
        with warehouse.transaction() as writer:
            for schema in reports:
                writer.execute(f"create schema {schema}")
        driftql.record_report(reports["dev"], warehouse, "dev.driftql_")
        # The only schema that holds records needs no name.
        assert load_report(warehouse).monitor == "dev"
        driftql.record_report(reports["prod"], warehouse, "prod.driftql_")
        for read in (driftql.recent_runs, load_report, lambda found: driftql.metric_history(found, metric="psi")):
            with pytest.raises(driftql.ConfigError, match=r"dev\.driftql_.*, prod\.driftql_.*--schema"):
                read(warehouse)
        assert load_report(warehouse, "prod.driftql_").monitor == "prod"
    place = ["--db", str(path)]
    shown = CliRunner().invoke(app, ["report", *place, "--schema", "prod", "--json"])
    assert json.loads(shown.stdout)["monitor"] == "prod"
    runs = CliRunner().invoke(app, ["history", *place, "--schema", "dev", "--json"])
    assert [run["monitor"] for run in json.loads(runs.stdout)] == ["dev"]
    both = CliRunner().invoke(app, ["report", *place, "--schema", "prod", "--prefix", "dev.driftql_"])
    assert isinstance(both.exception, driftql.ConfigError) or both.exit_code == 2
    with driftql.connect(path) as warehouse:
        driftql.record_report(reports["dev"], warehouse, "main.driftql_")
        with pytest.warns(
            driftql.DriftqlWarning, match="driftql_runs is read, and dev.driftql_runs, prod.driftql_runs not"
        ):
            assert len(driftql.recent_runs(warehouse)) == 1


def test_a_report_that_is_too_long_for_an_engine_loses_its_statements_then_its_bins() -> None:
    rng = np.random.default_rng(0)
    window = {f"x{k}": rng.normal(size=50) for k in range(20)}
    report = driftql.run_drift_check(window, window)
    whole = len(report.model_dump_json())
    kept = {
        limit: DriftReport.model_validate_json(report_text(report, replace(ENGINES["redshift"], longest_text=limit)))
        for limit in (whole, whole - 1, whole // 2)
    }
    assert kept[whole] == report
    for limit, what in (
        (whole - 1, "the statements are not in this record"),
        (whole // 2, "the statements and the bins"),
    ):
        assert kept[limit].statements == []
        assert [note for note in kept[limit].notes if what in note]
        assert kept[limit].summary == report.summary
    bins = {limit: [bool(one.bins) for one in found.feature_report.results] for limit, found in kept.items()}
    assert bins == {whole: [True] * 20, whole - 1: [True] * 20, whole // 2: [False] * 20}
    with pytest.raises(WarehouseError, match="even without its statements and bins, but Redshift holds"):
        report_text(report, replace(ENGINES["redshift"], longest_text=100))
