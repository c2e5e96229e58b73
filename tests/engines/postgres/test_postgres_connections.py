"""Connections to PostgreSQL: by URL, borrowed, cancelled, timed out, without rights, and signed statements."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from typing import Any

import psycopg
import pytest
import sqlalchemy

import driftql
from driftql import MonitorConfig
from driftql.check.run import check_monitor
from driftql.records.queue import enqueue_drift
from driftql.warehouse.base import statement_tag
from tests.support.children import environment, python

SLOW = "select count(*) from generate_series(1, 20000000000) as numbers"
ACTIVITY = "select query, state from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
DRIFTED = MonitorConfig(table="predictions", features=["age"])


def summary(warehouse: Any) -> str:
    return driftql.run_drift_check(
        driftql.WindowConfig(table="predictions", end="2026-01-08"),
        driftql.WindowConfig(table="predictions", start="2026-01-08"),
        warehouse=warehouse,
        features=["age"],
    ).summary


def sqlalchemy_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def test_every_way_in(url: str) -> None:
    wanted = summary(url)
    assert "age" in wanted
    assert summary(sqlalchemy_url(url)) == wanted
    assert summary(url.replace("postgresql://", "postgres://")) == wanted
    engine = sqlalchemy.create_engine(sqlalchemy_url(url))
    assert summary(engine) == wanted
    with engine.connect() as connection:
        assert summary(connection) == wanted
        assert connection.execute(sqlalchemy.text("select 1")).scalar() == 1
    engine.dispose()
    for autocommit in (True, False):
        with psycopg.connect(url, autocommit=autocommit) as raw:
            assert summary(raw) == wanted
            assert raw.info.transaction_status == 0, "nothing is left open"
            assert not raw.closed


def test_a_borrowed_connection_keeps_its_settings(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("set time zone 'America/New_York'")
        raw.execute("set statement_timeout = '7min'")
        with driftql.connect(raw, timeout=60) as warehouse:
            driftql.run_monitor(DRIFTED, warehouse)
            with pytest.raises(driftql.WarehouseError):
                warehouse.query("select broken")
            assert driftql.enqueue_low_confidence("predictions", threshold=0.4, warehouse=warehouse) > 0
        assert raw.execute("show time zone").fetchone() == ("America/New_York",)
        assert raw.execute("show statement_timeout").fetchone() == ("7min",)


def test_a_connection_inside_a_transaction_is_refused(url: str) -> None:
    with psycopg.connect(url) as raw:
        raw.execute("select 1")
        with pytest.raises(driftql.ConfigError, match="inside a transaction"):
            summary(raw)
        raw.rollback()
        assert summary(raw)


def test_a_check_cannot_write_and_sees_one_state(url: str) -> None:
    with driftql.connect(url) as warehouse, warehouse.snapshot():
        before = warehouse.query("select count(*) from predictions")
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("delete from predictions where age > 40")
        assert warehouse.query("select count(*) from predictions") == before
        with pytest.raises(driftql.WarehouseError, match="cannot be written"):
            warehouse.query("create table mine (a int)")


def test_statement_timeout(url: str) -> None:
    with driftql.connect(url, timeout=0.3) as warehouse:
        started = time.monotonic()
        with pytest.raises(driftql.WarehouseError, match=r"longer than the statement_timeout of 0\.3 s"):
            warehouse.query(SLOW)
        assert time.monotonic() - started < 10
        assert warehouse.query("select 1") == [(1,)]
    with (
        psycopg.connect(url, autocommit=True) as raw,
        driftql.connect(raw, timeout=0.3) as borrowed,
        pytest.raises(driftql.WarehouseError, match="statement_timeout"),
    ):
        borrowed.query(SLOW)


def test_statement_timeout_of_duckdb() -> None:
    with driftql.connect(":memory:", timeout=0.3) as warehouse:
        with pytest.raises(driftql.WarehouseError, match="statement_timeout"):
            warehouse.query("select sum(a.i * b.i) from range(1000000) a(i), range(1000000) b(i)")
        assert warehouse.query("select 1") == [(1,)]


def test_interrupt_from_another_thread(url: str) -> None:
    with driftql.connect(url) as warehouse:
        failures: list[BaseException] = []

        def run() -> None:
            try:
                warehouse.query(SLOW)
            except BaseException as error:
                failures.append(error)

        worker = threading.Thread(target=run)
        worker.start()
        time.sleep(0.5)
        warehouse.interrupt()
        worker.join(timeout=20)
        assert not worker.is_alive()
        assert isinstance(failures[0], KeyboardInterrupt)
        assert warehouse.query("select 1") == [(1,)]


def test_ctrl_c_leaves_nothing_behind(url: str) -> None:
    code = f"import sys, driftql\nw = driftql.connect(sys.argv[1])\nprint('ready', flush=True)\nw.query({SLOW!r})"
    process = subprocess.Popen(
        python(code, url), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )
    with psycopg.connect(url, autocommit=True) as watcher:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            until(watcher, lambda rows: any("generate_series" in query for query, _ in rows))
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
        finally:
            process.kill()
            process.communicate()
        assert errors.splitlines()[-1] == "KeyboardInterrupt"
        until(watcher, lambda rows: not rows)


def until(watcher: psycopg.Connection, condition: object) -> None:
    deadline = time.monotonic() + 20
    while not condition(watcher.execute(ACTIVITY).fetchall()):  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_rights_that_the_documentation_names(url: str) -> None:
    """What sql/docs/engines/postgres.md grants is enough, and less is refused in words."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("drop role if exists driftql_reader")
        owner.execute("create role driftql_reader login")
        name = owner.info.dbname
    mine = url.replace("postgres:@", "driftql_reader@")
    assert name in mine
    try:
        with pytest.raises(driftql.DriftqlError, match=r"permission denied|no tables that this user"):
            summary(mine)
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("grant select on predictions to driftql_reader")
        assert "age" in summary(mine)
        monitor = MonitorConfig.model_validate({"table": "predictions"})
        with driftql.connect(mine) as warehouse:
            report = driftql.run_monitor(monitor, warehouse)
            with pytest.raises(driftql.WarehouseError, match="permission denied"):
                driftql.record_report(report, warehouse)
        # The owner makes the tables once.
        with driftql.connect(url) as warehouse:
            driftql.record_report(report, warehouse)
            driftql.enqueue_low_confidence("predictions", threshold=0.36, warehouse=warehouse)
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("grant select, insert, update on driftql_queue to driftql_reader")
            owner.execute("grant select, insert on driftql_runs, driftql_metrics, driftql_telemetry to driftql_reader")
            owner.execute("alter table driftql_queue drop column monitor")
        with driftql.connect(mine) as warehouse:
            driftql.record_report(driftql.run_monitor(monitor, warehouse), warehouse)
            with pytest.raises(driftql.QueueError, match="lacks the column monitor, and this user could not add it"):
                driftql.enqueue_low_confidence("predictions", threshold=0.5, warehouse=warehouse)
            assert {request.source for request in driftql.pending(warehouse)} == {"predictions"}
        with driftql.connect(url) as warehouse:
            assert driftql.enqueue_low_confidence("predictions", threshold=0.4, warehouse=warehouse) > 0
        with driftql.connect(mine) as warehouse:
            assert driftql.enqueue_low_confidence("predictions", threshold=0.5, warehouse=warehouse) > 0
            request = driftql.pending(warehouse)[0]
            driftql.mark_done(warehouse, request.request_id)
            assert len(driftql.recent_runs(warehouse)) == 2
    finally:
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("drop owned by driftql_reader")
            owner.execute("drop role driftql_reader")


def test_who_asks_is_in_every_statement(url: str) -> None:
    """Whatever a check sends names driftql, the monitor and the run: as the server's activity shows it."""
    sent: list[str] = []

    class Recording(psycopg.Cursor):
        def execute(self, query, *arguments, **named):  # type: ignore[no-untyped-def]
            sent.append(str(query))
            return super().execute(query, *arguments, **named)

    with psycopg.connect(url, autocommit=True, cursor_factory=Recording) as raw, driftql.connect(raw) as warehouse:
        monitor = MonitorConfig.model_validate({"table": "predictions", "queue": {"limit": 5}})
        report, comparison = check_monitor(monitor, warehouse, name="churn */ drop\ntable x; --")
        driftql.record_report(report, warehouse)
        assert enqueue_drift(report, comparison.current, monitor.queue, warehouse) == 5
    tag = f"/* driftql {driftql.__version__} monitor=churn __ drop_table x_ __ run={report.run_id} */"
    asked = [sql for sql in sent if not sql.startswith(tag)]
    assert len(sent) > 20
    assert not asked, asked[:3]
    assert not any("/* driftql" in run.sql for run in report.statements)


def test_the_server_shows_who_asks(url: str) -> None:
    with driftql.connect(url) as warehouse, psycopg.connect(url, autocommit=True) as watcher:
        with warehouse.tagged("churn", "run-7"):
            warehouse.query("select 1")
        rows = watcher.execute(ACTIVITY).fetchall()
    assert [query for query, _ in rows] == [f"/* driftql {driftql.__version__} monitor=churn run=run-7 */\nselect 1"]


@pytest.mark.parametrize("name", ["*/", "a*/b", "/* x", "x\ny", "x\r\ny", "-- x", "😀", "é" * 500, "", "a;b", "'\"`\\"])
def test_a_name_cannot_leave_the_comment(name: str) -> None:
    tag = statement_tag("1.0", name, "id")
    inner = tag.removeprefix("/* ").removesuffix(" */")
    assert "*" not in inner
    assert "/" not in inner
    assert "--" not in inner
    assert "\n" not in tag + "\r".strip()
    assert len(tag) < 200


def test_an_unreachable_server_is_told_without_its_password(url: str) -> None:
    for address in (
        "postgresql://me:s3cr%40t@127.0.0.1:1/db",
        "postgresql+psycopg://me:s3cr%40t@127.0.0.1:1/db?password=s3cr%40t",
    ):
        with pytest.raises(driftql.WarehouseError, match="cannot be reached") as caught:
            driftql.connect(address)
        assert "s3cr" not in str(caught.value)
        assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("scheme", "extra"),
    [("mysql", None), ("sqlite", None), ("oracle+oracledb", None), ("postgresql+nosuchdriver", "postgres")],
)
def test_what_is_missing_is_named(scheme: str, extra: str | None) -> None:
    with pytest.raises(driftql.ConfigError) as caught:
        driftql.connect(f"{scheme}://me:s3cret@host/db")
    assert "s3cret" not in str(caught.value)
    if extra:
        assert f"pip install 'driftql[{extra}]'" in str(caught.value)
    else:
        assert f"cannot connect to {scheme}" in str(caught.value)


def test_without_sqlalchemy(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(driftql.ConfigError, match=r"pip install 'driftql\[snowflake\]'"):
        driftql.connect("snowflake://me:pw@account/db")


def test_a_lost_connection(url: str) -> None:
    with driftql.connect(url) as warehouse, psycopg.connect(url, autocommit=True) as killer:
        warehouse.query("select 1")
        killer.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
            "and pid <> pg_backend_pid()"
        )
        with pytest.raises(driftql.WarehouseError, match="closed the connection"):
            warehouse.query("select 1")


def test_not_a_warehouse() -> None:
    for thing in (3, object(), [], {}):
        with pytest.raises(driftql.ConfigError, match="none of these"):
            driftql.connect(thing)  # type: ignore[arg-type]  # the wrong type is the point


def test_settings_of_duckdb_are_refused(url: str) -> None:
    with pytest.raises(driftql.ConfigError, match="settings of DuckDB"):
        driftql.connect(url, threads=2)


@pytest.mark.parametrize("kind", ["url", "engine"])
def test_a_lost_connection_is_told_once(
    url: str, kind: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """SQLAlchemy's pool has nothing to add: neither a log nor a line on standard error."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with psycopg.connect(url, autocommit=True) as killer, driftql.connect(engine if kind == "engine" else url) as lost:
        [(process,)] = lost.query("select pg_backend_pid()")
        killer.execute("select pg_terminate_backend(%s, 5000)", [process])
        with pytest.raises(driftql.WarehouseError, match="closed the connection"):
            lost.query("select 1")
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.text("select 1")).scalar() == 1
    engine.dispose()
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


def test_a_view_that_would_write_is_told_so(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("create sequence sq; create view moving as select age, nextval('sq')::float8 as z from predictions")
    window = driftql.WindowConfig(table="moving")
    with pytest.raises(driftql.WarehouseError, match=r"cannot be written by a check, which only reads: .*nextval"):
        driftql.run_drift_check(window, driftql.WindowConfig(table="predictions"), features=["age"], warehouse=url)


def test_a_dot_in_a_schema_is_shown_as_it_is_typed(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute('create schema "my.schema"; create table "my.schema".t as select 1.0::float8 as z')
    with driftql.connect(url) as warehouse:
        with pytest.raises(driftql.SourceError, match=r"did you mean '\"my\.schema\"\.t'"):
            warehouse.relation("my.schema.t")
        relation = warehouse.relation('"my.schema".t')
        assert warehouse.query(f"select z from {relation}") == [(1.0,)]
