"""Settings mean the same rows and the same columns, whichever command takes them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

import driftql
from driftql import ConfigError, MonitorConfig, SourceError
from driftql.check.catalog import Live, Unqueried, Unseen
from driftql.check.comparison import Comparison
from driftql.check.explain import explain_monitor, plan_monitor, plan_worksheet
from driftql.check.rows import Rows
from driftql.check.run import check_monitor
from driftql.check.statement import Runner, Statement
from driftql.check.windows import resolve, resolve_current
from driftql.engines import ENGINES
from driftql.records.queue import add_low_confidence
from driftql.warehouse.base import Warehouse

DATES = {"reference": {"start": "2024-03-01", "end": "2024-03-05"}, "current": {"start": "2024-03-06"}}
ROLES = {"user": "who", "bucket_start": "seen_at", "label": "class", "probabilities": ["p_late", "p_ok"]}
BOTH_CLASSES = {"reference": {"filter": "\"class\" = 'late'"}, "current": {"filter": "\"class\" <> 'late'"}}
AT = {"bucket_start": "seen_at", "user": "who"}

# What each command is given. The table holds one row per minute of ten days.
SETTINGS: dict[str, dict[str, Any]] = {
    "nothing but the time": {"columns": AT},
    "spans": {"columns": AT, "reference": {"last": "2d"}, "current": {"last": "36h"}},
    "dates": {"columns": ROLES, **DATES},
    "a reference that ends where the current window starts": {"columns": AT, "current": {"start": "2024-03-08"}},
    "an end that is open": {"columns": AT, "reference": {"end": "2024-03-05"}, "current": {"start": "2024-03-05"}},
    "filters": {"columns": AT, **BOTH_CLASSES},
    "filters and spans": {
        "columns": ROLES,
        "reference": {"filter": "amount > 0", "last": "3d"},
        "current": {"filter": "amount >= 0", "last": "1d"},
    },
    "two tables": {
        "columns": AT,
        "reference": {"table": "earlier"},
        "current": {"table": "events", "start": "2024-03-03"},
    },
    "a confidence of its own": {"columns": {**ROLES, "confidence": "p_late"}, **DATES},
    "one list": {"columns": {**AT, "probabilities": "vector"}, **DATES},
    "features by name": {"columns": AT, "features": ["am*", "is_new"], **DATES},
    "times as text": {"columns": {"user": "who", "bucket_start": "as_text"}, "current": {"last": "2d"}},
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("resolve") / "events.duckdb"
    with duckdb.connect(str(target)) as connection:
        connection.execute(
            """
            create table events as
            select
                timestamp '2024-03-01' + to_minutes(i) as seen_at,
                strftime(timestamp '2024-03-01' + to_minutes(i), '%Y-%m-%d %H:%M:%S') as as_text,
                'user ' || (i % 7) as who,
                case when i % 3 = 0 then 'late' else 'ok' end as class,
                (i % 101) / 7.0e0 + i / 4000.0e0 as amount,
                i % 2 = 0 as is_new,
                (i % 11) / 10.0e0 as p_late,
                1 - (i % 11) / 10.0e0 as p_ok,
                [(i % 11) / 10.0e0, 1 - (i % 11) / 10.0e0] as vector
            from range(14400) as t(i)
            """
        )
        connection.execute("create table earlier as select * from events where seen_at < timestamp '2024-03-03'")
    return target


@pytest.fixture
def warehouse(path: Path) -> Iterator[Warehouse]:
    with driftql.connect(path) as opened:
        yield opened


def monitor_of(settings: dict[str, Any]) -> MonitorConfig:
    return MonitorConfig.model_validate({"table": "events", **settings})


def by_name(statements: list[Statement]) -> dict[str, str]:
    return {statement.name: statement.sql for statement in statements}


def roles(rows: Rows | Comparison) -> dict[str, Any]:
    return rows.columns.names


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS.keys())
def test_every_command_takes_the_same_rows_and_columns(settings: dict[str, Any], warehouse: Warehouse) -> None:
    monitor = monitor_of(settings)
    report, comparison = check_monitor(monitor, warehouse)
    ran = {statement.name: statement.sql for statement in report.statements}
    printed = by_name(plan_monitor(monitor, warehouse, warehouse.engine))
    explained = by_name([one.statement for one in explain_monitor(monitor, warehouse)])
    assert printed == explained
    assert {"window_profile", "feature_counts"} <= printed.keys() & ran.keys()
    for name in printed.keys() & ran.keys() - {"feature_counts"}:
        assert printed[name] == ran[name], name
    worksheet = plan_worksheet(monitor, warehouse, warehouse.engine)
    queued = resolve_current(monitor, Live(Runner(warehouse)))
    assert queued.reading([]) == comparison.current.reading([])
    assert queued.confidence == comparison.current.confidence
    assert roles(queued) == roles(comparison)
    assert report.config["columns"] == {**roles(comparison), "reject_label": "Mixed/Unknown"}
    found = comparison.columns
    read = [*found.features, found.bucket_start, found.schema_version, found.user]
    for rows in (comparison.reference, comparison.current):
        assert rows.reading(read) in printed["window_profile"]
        for statement in worksheet:
            assert all(condition in statement.sql for condition in rows.conditions), statement.name


# One of the settings takes a probability of one class for the confidence.
@pytest.mark.filterwarnings("ignore:the confidence")
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS.keys())
def test_the_queue_takes_the_rows_that_the_check_counted(settings: dict[str, Any], path: Path, tmp_path: Path) -> None:
    """Every minute is a bucket of its own, and the largest of two probabilities is never below 0.5."""
    own = tmp_path / "own.duckdb"
    own.write_bytes(path.read_bytes())
    monitor = monitor_of({**settings, "queue": {"low_confidence": 1.0}})
    with driftql.connect(own) as warehouse:
        report = driftql.run_monitor(monitor, warehouse)
        confidence = report.config["columns"]["confidence"] or "greatest(p_late, p_ok)"
        added = add_low_confidence(monitor, warehouse)
    time = report.config["columns"]["bucket_start"]
    bounds = [report.current.start, report.current.end]
    with duckdb.connect(str(own), read_only=True) as connection:
        wanted = connection.execute(
            f"""
            select count(*), min({confidence}) from events
            where ({confidence}) < 1 and ({report.current.filter or "true"})
            and cast({time} as timestamp) >= coalesce(?, timestamp '1900-01-01')
            and cast({time} as timestamp) < coalesce(?, timestamp '2100-01-01')
            """,
            bounds,
        ).fetchone()
        found = connection.execute("select count(*), min(confidence) from driftql_queue").fetchone()
    assert wanted is not None
    assert added == wanted[0] > 0
    assert found == wanted


# Settings that say everything that the tables hold.
TOLD: dict[str, dict[str, Any]] = {
    "dates": {"columns": ROLES, **DATES},
    "a reference that ends where the current window starts": {
        "columns": ROLES,
        "current": {"start": "2024-03-08", "end": "2024-03-09"},
    },
    "filters": {"columns": ROLES, **BOTH_CLASSES},
    "filters and dates": {"columns": ROLES, **{role: {**DATES[role], **BOTH_CLASSES[role]} for role in DATES}},
    "two tables": {"columns": ROLES, "reference": {"table": "earlier"}, "current": {"start": "2024-03-03"}},
    "a list": {"columns": {**ROLES, "probabilities": "vector"}, **DATES},
    "a confidence": {"columns": {**ROLES, "confidence": "p_ok"}, **DATES},
    "a conventional name": {"table": "conventional", "features": ["confidence"], "columns": {"bucket_start": "seen_at"}, **DATES},
    "a conventional name in a filter": {
        "table": "conventional",
        "features": ["amount"],
        "columns": {"bucket_start": "seen_at"},
        **{role: {**DATES[role], "filter": "predicted_label <> 'unknown'"} for role in DATES},
    },
}  # fmt: skip


@pytest.mark.parametrize("settings", TOLD.values(), ids=TOLD.keys())
def test_a_database_out_of_reach_gets_the_sql_of_one_that_can_be_looked_at(
    settings: dict[str, Any], path: Path, tmp_path: Path
) -> None:
    told = tmp_path / "told.duckdb"
    with duckdb.connect(str(told)) as connection:
        connection.execute(f"attach '{path}' as all_columns (read_only)")
        for table in ("events", "earlier"):
            connection.execute(
                f"create table {table} as select seen_at, who, class, amount, p_late, p_ok, vector from all_columns.{table}"
            )
        connection.execute(
            "create table conventional as select seen_at, class as predicted_label, amount, p_ok as confidence from events"
        )
        if "confidence" in settings.get("features", ()):
            connection.execute("alter table conventional drop predicted_label")
        elif settings.get("table") == "conventional":
            connection.execute("alter table conventional drop confidence")
    monitor = monitor_of({"features": ["amount"], **settings})
    for window in (monitor.reference, monitor.current):
        window.table = f"told.main.{window.table or monitor.table}"
    with driftql.connect(told) as warehouse:
        seen = resolve(monitor, Live(Runner(warehouse)))
        unseen = resolve(monitor, Unseen(warehouse.engine, monitor))
        read = [*seen.columns.features, seen.columns.label, *seen.columns.probabilities]
        assert unseen.reference.reading(read) == seen.reference.reading(read)
        assert unseen.current.reading(read) == seen.current.reading(read)
        assert roles(unseen) == roles(seen)
        assert unseen.summaries == seen.summaries
        asked = {"window_overlap"}
        printed = [one for one in plan_monitor(monitor, warehouse, warehouse.engine) if one.name not in asked]
        assert plan_monitor(monitor, None, warehouse.engine) == printed
        assumed = plan_worksheet(monitor, None, warehouse.engine, relative_dates=False)
        known = plan_worksheet(monitor, warehouse, relative_dates=False)
    if monitor.reference.table != monitor.current.table:
        # Of two tables that cannot be reached, the whole check says that their columns are not compared.
        unknown = r"        cast\('columns_left_out' .*\n.*'which columns the tables have is not known here.*\n    union all\n    select\n"
        text, found = re.subn(unknown, "", assumed[-1].sql)
        assert found == 1
        assumed[-1] = replace(assumed[-1], sql=text)
    assert assumed == known


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no features": ({"features": "auto", **DATES}, "features must be listed by name"),
    "a glob of features": ({"features": ["am*"], **DATES}, "features must be listed by name"),
    "a glob of probabilities": (
        {"columns": {**ROLES, "probabilities": "p_*"}, **DATES},
        "probabilities must be listed by name",
    ),
    "a span": ({"current": {"last": "7d"}}, "give the current window dates"),
    "windows that are one table": ({}, "give the current window dates"),
    "a span of another table": (
        {"reference": {"table": "earlier", "last": "7d"}, "current": {"start": "2024-03-06"}},
        "give the reference window dates",
    ),
    "overlap": (
        {"reference": {"start": "2024-03-01", "end": "2024-03-07"}, "current": {"start": "2024-03-06"}},
        "the windows overlap",
    ),
    "dates without a time": ({"columns": {"label": "class"}, **DATES}, "no time column"),
}


@pytest.mark.parametrize(("settings", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_no_table_can_answer_is_refused(settings: dict[str, Any], reason: str) -> None:
    monitor = monitor_of({"features": ["amount"], "columns": ROLES, **settings})
    with pytest.raises(ConfigError, match=reason):
        plan_monitor(monitor, None, ENGINES["snowflake"])
    with pytest.raises(ConfigError, match=reason):
        plan_worksheet(monitor, None, ENGINES["snowflake"], relative_dates=False)


@pytest.mark.parametrize("name", ["nothing but the time", "spans", "filters", "filters and spans", "two tables"])
def test_nothing_is_queried_where_a_query_may_cost_money(
    name: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor = monitor_of(SETTINGS[name])
    with driftql.connect(path) as warehouse:
        live = Live(Runner(warehouse))
        seen = resolve(monitor, live)
        unqueried = Unqueried(warehouse)
        sent: list[str] = []
        query = warehouse.query

        def record(sql: str) -> Any:
            sent.append(sql)
            return query(sql)

        monkeypatch.setattr(warehouse, "query", record)
        assumed = resolve(monitor, unqueried)
    assert not {one.sql for one in unqueried.statements} & set(sent)
    assert [one.name for one in unqueried.statements] == [one.name for one in live.statements]
    assert unqueried.statements[0] == live.statements[0]
    assert roles(assumed) == roles(seen)
    assert [rows.relation for rows in (assumed.reference, assumed.current)] == [
        rows.relation for rows in (seen.reference, seen.current)
    ]
    if "bucket_range" in by_name(live.statements):
        end = assumed.summaries[1].end
        assert end is not None
        assert abs(dt.datetime.now(dt.UTC).replace(tzinfo=None) - end) < dt.timedelta(minutes=10)


def test_the_queue_needs_no_reference(path: Path) -> None:
    settings = {"table": None, "reference": {"table": "gone"}, "current": {"table": "events", "last": "1d"}}
    monitor = monitor_of({"columns": AT, **settings})
    with driftql.connect(path) as warehouse:
        with pytest.raises(SourceError, match="gone"):
            resolve(monitor, Live(Runner(warehouse)))
        rows = resolve_current(monitor, Live(Runner(warehouse)))
    assert len(rows.conditions) == 2
    assert rows.columns.names["probabilities"] == ["p_late", "p_ok"]


def test_columns_that_only_one_table_has_play_no_role(path: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.duckdb"
    own.write_bytes(path.read_bytes())
    with duckdb.connect(str(own)) as connection:
        connection.execute("alter table earlier drop p_ok")
        connection.execute("alter table earlier rename class to predicted_label")
    monitor = monitor_of({"columns": AT, "reference": {"table": "earlier"}})
    with driftql.connect(own) as warehouse:
        comparison = resolve(monitor, Live(Runner(warehouse)))
    assert comparison.columns.probabilities == ()
    assert comparison.columns.label is None
    assert comparison.columns.lost == {
        "label": "events has no column 'predicted_label'",
        "probabilities": "p_late, p_ok of events are class probabilities, but earlier has no p_ok",
    }
    assert "p_late" in [column.name for column in comparison.columns.features]


@pytest.mark.parametrize("kind", ["date", "timestamp", "timestamptz", "varchar"])
def test_a_window_reads_its_folders_only(tmp_path: Path, kind: str) -> None:
    """The time column stands bare beside a literal of its own type; of Hive folders, DuckDB leaves out the others' files."""
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select i as age, cast(date '2026-01-01' + cast(i % 6 as integer) as {kind}) as day from range(60) t(i)) "
            f"to '{tmp_path / 'rows'}' (format parquet, partition_by (day))"
        )
    windows = {"reference": {"start": "2026-01-01", "end": "2026-01-03"}, "current": {"start": "2026-01-05"}}
    monitor = MonitorConfig.model_validate(
        {"table": str(tmp_path / "rows"), "columns": {"bucket_start": "day"}, **windows}
    )
    with driftql.connect(":memory:") as warehouse:
        rows = resolve(monitor, Live(Runner(warehouse))).current
        [(_, plan)] = warehouse.query(f"explain analyze select * from {rows.reading([])} as r")
        assert warehouse.query(f"select count(*) from {rows.reading([])} as r")[0][0] == 20
    assert "Total Files Read: 2" in str(plan) or "2/6" in str(plan), plan
