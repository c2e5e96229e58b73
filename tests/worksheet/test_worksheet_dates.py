"""Worksheets for tables that nobody has looked at: how names are spelled, and windows that move with the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import duckdb
import psycopg
import pytest

from driftql import ConfigError
from driftql.check.catalog import Unseen
from driftql.check.explain import plan_monitor, plan_worksheet
from driftql.check.relative import Day, relative_windows
from driftql.check.windows import resolve
from driftql.config import MonitorConfig
from driftql.engines import ENGINES
from driftql.sql.fragments import identifier
from tests.support import servers

DATES = {"reference": {"start": "2026-01-01", "end": "2026-02-01"}, "current": {"start": "2026-02-01T12:00"}}


def monitor_of(**settings: Any) -> MonitorConfig:
    given = {"table": "prod.Flights", "features": ["dep_Delay"], "columns": {"bucket_start": "seen_At"}, **settings}
    return MonitorConfig.model_validate(given)


def check_of(monitor: MonitorConfig, engine: str, **options: Any) -> str:
    [sql] = [part.sql for part in plan_worksheet(monitor, None, engine, **options) if part.name == "drift_check"]
    return sql


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES.keys())
def test_names_are_folded_unless_they_are_in_quotes(engine: Any) -> None:
    quote = engine.quote
    monitor = monitor_of(
        table=f"prod.{quote}My Flights{quote}",
        features=["dep_Delay", f"{quote}Seats{quote}", "two words"],
        filter="Origin = 'AMS'",
        **DATES,
    )
    folds: dict[str, Callable[[str], str]] = {"upper": str.upper, "lower": str.lower, "": str}
    fold = folds[engine.folds]
    for sql in (check_of(monitor, engine.name), plan_monitor(monitor, None, engine)[-1].sql):
        for name in (fold("dep_Delay"), "Seats", "two words"):
            assert identifier(name, engine) in sql
        assert f"from {identifier(fold('prod'), engine)}.{identifier('My Flights', engine)}" in sql
        assert "(Origin = 'AMS')" in sql


def test_what_folds_is_what_the_engine_folds() -> None:
    """Asked of the engines that run here."""
    with servers.postgres() as url, psycopg.connect(url, autocommit=True) as server:
        server.execute("create table Folded_Here (Dep_Delay double precision, seen_AT timestamp)")
        monitor = monitor_of(table="Folded_HERE", filter="DEP_delay > 0", **DATES)
        for part in plan_worksheet(monitor, None, ENGINES["postgres"]):
            assert server.execute(part.sql.encode()).description
    with duckdb.connect() as connection:
        connection.execute("create table Folded_Here (Dep_Delay double, seen_AT timestamp)")
        for part in plan_worksheet(monitor, None, ENGINES["duckdb"]):
            assert connection.execute(part.sql).description


MOVING: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a span": {"current": {"last": "3d"}},
    "weeks and months": {"current": {"last": "2w"}, "reference": {"last": "3mo"}},
    "months alone": {"current": {"last": "1mo"}},
    "yesterday": {"current": {"during": "yesterday"}},
    "today": {"current": {"during": "today"}, "reference": {"last": "28d"}},
    "this week": {"current": {"during": "this week"}},
    "last month": {"current": {"during": "last month"}},
    "this quarter": {"current": {"during": "this quarter"}},
    "last year": {"current": {"during": "last year"}, "reference": {"last": "1y"}},
    "a range of spans": {"current": {"start": "10d", "end": "3d"}},
    "an open range": {"current": {"start": "yesterday"}},
    "a fixed reference": {"current": {"last": "7d"}, "reference": {"start": "2026-01-01", "end": "2026-02-01"}},
    "two tables": {"current": {"last": "7d"}, "reference": {"table": "prod.training"}},
    "two tables with spans": {"current": {"last": "7d"}, "reference": {"table": "prod.training", "last": "1mo"}},
    "dates": DATES,
}


@pytest.mark.parametrize("settings", MOVING.values(), ids=MOVING.keys())
def test_days_are_those_of_a_check_of_this_morning(settings: dict[str, Any]) -> None:
    """Where the newest row ended with yesterday; DuckDB computes what the SQL says."""
    monitor = monitor_of(**settings)
    engine = ENGINES["duckdb"]
    comparison = resolve(monitor, Unseen(engine, monitor, has_newest=True))
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for ends, summary in zip(relative_windows(monitor, comparison), comparison.summaries, strict=True):
            for bound, wanted in zip(ends, (summary.start, summary.end), strict=True):
                if isinstance(bound, Day):
                    [found] = connection.execute(f"select {bound.sql(engine)}").fetchone() or [None]
                    assert isinstance(found, dt.date)
                    bound = dt.datetime.combine(found, dt.time())
                assert bound == wanted


def test_windows_that_move_are_counted() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create schema prod; create table prod.flights as select current_date - (i // 100)::integer as seen_at, "
            "i % 7 + i / 1000 as dep_delay from range(2500) as numbers(i)"
        )
        sheets = {part.name: part.sql for part in plan_worksheet(monitor_of(), None, "duckdb", time_type="date")}
        [row] = connection.execute(sheets["drift_features"]).fetchall()
    assert '"seen_At" >= current_date - 7' in sheets["drift_features"]
    assert "Dates are counted from the day on which the query runs" in sheets["drift_features"]
    assert row[1:3] == (700, 700)


def test_a_table_that_is_looked_at_has_dates_unless_asked() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table t as select timestamp '2026-03-01' + interval 1 hour * i as bucket_start_ts, i::double as x "
            "from range(600) as numbers(i)"
        )
        monitor = MonitorConfig.model_validate({"table": "t", "current": {"last": "7d"}})
        [fixed] = [part.sql for part in plan_worksheet(monitor, connection) if part.name == "drift_features"]
        sheets = plan_worksheet(monitor, connection, relative_dates=True)
        [moving] = [part.sql for part in sheets if part.name == "drift_features"]
        assert "current_date" not in fixed
        assert "2026-03-25" in fixed
        assert '"bucket_start_ts" >= current_date - 14' in moving
        with pytest.raises(ConfigError, match="leave --time-type out"):
            plan_worksheet(monitor, connection, time_type="date")


def test_bigquery_compares_every_type_of_time() -> None:
    """What GoogleSQL makes of these is tried in tests/conformance."""
    sql = check_of(monitor_of(**DATES), "bigquery")
    for condition in (">= '2026-01-01')", "< '2026-02-01')", ">= '2026-02-01 12:00:00')"):
        assert f"(`seen_At` {condition}" in sql
    moving = monitor_of(current={"last": "7d"})
    assert "(`seen_At` >= timestamp(current_date() - 7))" in check_of(moving, "bigquery", time_type="TIMESTAMP")
    for time_type in ("datetime", "date"):
        assert "(`seen_At` >= current_date() - 7)" in check_of(moving, "bigquery", time_type=time_type)


REFUSED = [
    ({"current": {"last": "36h"}}, {}, "snowflake", "write 2d rather than 36h"),
    ({"current": {"last": "7d"}}, {}, "bigquery", "name the type of 'seen_At' with --time-type"),
    ({**DATES, "timezone": "Europe/Amsterdam"}, {}, "bigquery", "name the type with --time-type"),
    (DATES, {"time_type": "geography"}, "bigquery", "'geography' is no type of a time in BigQuery"),
    ({"current": {"start": "1mo", "end": "7d"}}, {}, "trino", "give the reference a time of its own"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "options", "engine", "told"), REFUSED, ids=[case[3] for case in REFUSED])
def test_what_cannot_be_written_is_refused(
    settings: dict[str, Any], options: dict[str, Any], engine: str, told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        check_of(monitor_of(**settings), engine, **options)
