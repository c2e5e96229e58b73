"""The whole check of a worksheet names what it does not look at: columns, features that cannot be compared, rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

import driftql
from driftql.check.explain import plan_worksheet
from driftql.check.summary import describe_alert
from driftql.config import MonitorConfig
from driftql.warehouse.base import Warehouse
from tests.support import servers

# 400 rows in 20 days, in SQL that DuckDB and PostgreSQL share.
ROWS = """
    select
        cast(i as double precision) as amount, mod(i, 7) as steps, i as order_id, cast('n' || i as varchar(9)) as note,
        case when i <= 30 then null else timestamp '2026-01-01 00:00:00' + mod(i, 20) * interval '1 day' end as bucket_start_ts,
        case when mod(i, 10) < 6 and mod(i, 20) >= 10 then null when mod(i, 2) = 0 then 'a' else 'b' end as predicted_label
    from generate_series(1, 400) as numbers(i)
"""
# What each column lacks: amount NULL in half of the current rows, rate NaN in a few, one user in seven, three times.
HOLES = """
    select
        side, i, case when side = 1 and mod(i, 5) < 3 then null else cast(i as double precision) end as amount,
        case when mod(i, 11) = 0 then null when side = 1 and mod(i, 6) = 0 then cast('NaN' as double precision)
            else cast(mod(i, 5) as double precision) end as rate,
        case when mod(i + 2 * side, 7) = 0 then null else 'u' end as user_id,
        case when i = 3 then null else timestamp '2026-01-01 00:00:00' end as bucket_start_ts,
        case when mod(i, 13) < side * 3 then null when mod(i, 2) = 0 then 'a' else 'b' end as predicted_label
    from generate_series(1, 4000) as numbers(i) cross join (select 0 as side union all select 1) as sides
"""
WORDS = {"label": "no label", "user": "no user_id", "bucket_start": "no bucket_start_ts"}
NUMBER_AND_TEXT = "select cast(amount as varchar(9)) as amount, steps from logs"
NAMES = (
    "check_name", "feature", "effect", "threshold", "p_value", "evidence_cutoff", "is_flagged", "severity", "reason",
    "entropy_change", "total_variation",
)  # fmt: skip
LEFT_OUT = ("columns_left_out", "rows_left_out")


def check(warehouse: Warehouse, monitor: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """Write the check and run it."""
    settings = MonitorConfig.model_validate(monitor)
    [sql] = [part.sql for part in plan_worksheet(settings, warehouse, warehouse.engine) if part.name == "drift_check"]
    return sql, [dict(zip(NAMES, row, strict=True)) for row in warehouse.query(sql)]


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def warehouse(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    if request.param == "duckdb":
        path = tmp_path_factory.mktemp("left_out") / "logs.duckdb"
        with duckdb.connect(path) as connection:
            connection.execute(f"create table logs as {ROWS}; create table texts as {NUMBER_AND_TEXT}")
            connection.execute(f"create table holes as {HOLES}")
        with driftql.connect(str(path)) as opened:
            yield opened
        return
    with servers.postgres() as url:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"create table logs as {ROWS}".encode())
            server.execute(f"create table texts as {NUMBER_AND_TEXT}".encode())
            server.execute(f"create table holes as {HOLES}".encode())
        with driftql.connect(url.replace("postgresql://", "postgresql+psycopg://")) as opened:
            yield opened


def test_columns_and_rows_are_named_with_the_reason(warehouse: Warehouse) -> None:
    windows = {"reference": {"end": "2026-01-11"}, "current": {"start": "2026-01-11"}}
    sql, rows = check(warehouse, {"table": "logs", **windows})
    left_out = {(row["check_name"], row["feature"]): row for row in rows if row["check_name"] in LEFT_OUT}
    reasons = {key: row["reason"] for key, row in left_out.items()}
    assert reasons["columns_left_out", "note"].startswith("free text: some ")
    assert reasons["columns_left_out", "order_id"] == "an identifier, by its name"
    ref = [i for i in range(31, 401) if i % 20 < 10]
    cur = [i for i in range(31, 401) if i % 20 >= 10]
    labeled = [i for i in cur if i % 10 >= 6]
    assert reasons["rows_left_out", None] == (
        f"the reference window has {len(ref)} labeled rows in {len(ref)} rows, the current window {len(labeled)} in {len(cur)}"
    )
    assert reasons["rows_left_out", "bucket_start_ts"] == "30 rows have no time and are in neither window"
    assert len(left_out) == 4
    assert all(row["is_flagged"] is False and row["effect"] is None for row in left_out.values())
    assert "-- Not looked at, for the reasons that the query gives: order_id, note." in sql


def test_a_row_without_a_time_is_counted_once(warehouse: Warehouse) -> None:
    """Where one window has a filter, a row may be in reach of both."""
    for filters, count in (((None, "order_id > 20"), 30), (("order_id <= 5", "order_id > 20"), 15)):
        _, rows = check(
            warehouse,
            {
                "table": "logs",
                "reference": {"end": "2026-01-11", "filter": filters[0]},
                "current": {"start": "2026-01-11", "filter": filters[1]},
            },
        )
        [row] = [row for row in rows if row["feature"] == "bucket_start_ts"]
        assert row["reason"] == f"{count} rows have no time and are in neither window"


def test_what_a_window_lacks_or_has_as_text_is_not_computed(warehouse: Warehouse) -> None:
    monitor = {"reference": {"table": "logs"}, "table": "texts"}
    _, rows = check(warehouse, monitor)
    reasons = {(row["check_name"], row["feature"]): row["reason"] for row in rows if row["is_flagged"] is None}
    assert set(reasons) == {
        ("feature_psi", "amount"), ("feature_ks", "amount"), ("reject_rate_increase", None), ("class_shift", None),
    }  # fmt: skip
    assert reasons["feature_psi", "amount"].endswith(" in texts, not a number")
    assert reasons["class_shift", None] == "texts has no column 'predicted_label'"
    report = driftql.run_monitor(MonitorConfig.model_validate(monitor), warehouse)
    [schema] = report.alerts
    assert report.schema_change is not None
    [row] = [row for row in rows if row["is_flagged"]]
    assert (row["check_name"], row["severity"]) == (schema.trigger, schema.severity) == ("schema_change", "critical")
    assert row["effect"] == [change.severity for change in report.schema_change.columns].count("critical") > 1
    assert row["reason"] == describe_alert(schema)
    assert "no longer there: " in row["reason"] and "of another type: amount" in row["reason"]


def test_missing_values_have_the_verdict_of_python(warehouse: Warehouse) -> None:
    """Few and many rows, NULL and NaN, user and time: the p-values, and so the cut-off, are those of Python."""
    table = "holes"
    for most in (4000, 260, 60):
        monitor = {
            "reference": {"table": table, "filter": f"side = 0 and i <= {most}"},
            "current": {"filter": f"side = 1 and i <= {most // 4}"},
            "table": table, "exclude": ["side", "i"], "exact": True,
        }  # fmt: skip
        _, rows = check(warehouse, monitor)
        report = driftql.run_monitor(MonitorConfig.model_validate({**monitor, "categories": []}), warehouse)
        found = {
            (row["feature"], row["reason"].split(" in ")[0]): row
            for row in rows
            if row["check_name"] == "missing_increase"
        }
        wanted = {
            (one.column, WORDS.get(one.role, "missing") if one.kind == "missing" else "NaN or infinite"): one
            for one in report.missing_values
            if one.ref_share or one.cur_share
        }
        assert found.keys() == wanted.keys()
        assert len(found) >= 5
        for key, one in wanted.items():
            assert found[key]["effect"] == one.increase
            assert found[key]["p_value"] == pytest.approx(one.p_value, rel=1e-6, abs=1e-250)
            assert found[key]["is_flagged"] == one.is_flagged, key
        assert {one.is_flagged for one in report.missing_values} == {True, False}
        severities = {
            alert.details["column"]: alert.severity for alert in report.alerts if alert.trigger == "missing_increase"
        }
        assert severities == {row["feature"]: row["severity"] for row in found.values() if row["is_flagged"]}


def test_a_reject_label_that_no_row_has_is_said(warehouse: Warehouse) -> None:
    windows = {"reference": {"filter": "order_id <= 200"}, "current": {"filter": "order_id > 200"}}
    for label, is_flagged in (("Mixed/Unknown", False), ("Unknwon", None)):
        _, rows = check(warehouse, {"table": "logs", "columns": {"reject_label": label}, **windows})
        [row] = [row for row in rows if row["check_name"] == "reject_rate_increase"]
        assert row["is_flagged"] is is_flagged
        assert row["reason"].startswith(f"no row of either window has the label {label}")


def test_a_column_with_a_line_break_cannot_end_the_comment(tmp_path: Path) -> None:
    path = tmp_path / "odd.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute(
            "create table t as select i::double as x, 'n' || i as \"a\nselect 1\" from range(50) as n(i)"
        )
    with driftql.connect(str(path)) as warehouse:
        monitor = {"table": "t", "reference": {"filter": "x < 25"}, "current": {"filter": "x >= 25"}}
        sql, rows = check(warehouse, monitor)
    assert "-- Not looked at, for the reasons that the query gives: x, a?select 1." in sql
    assert "a\nselect 1" in {row["feature"] for row in rows}
