"""Connections by Redshift's driver: its options, what is borrowed, what is cancelled, and what an error says."""

from __future__ import annotations

import gc
import importlib.util
import inspect
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import redshift_connector

import driftql
from driftql import MonitorConfig
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.redshift import RedshiftWarehouse
from tests.stand_ins.redshift import Database, Emulation
from tests.support.children import environment, python

SLOW = "select count(*) from generate_series(1, 20000000000) as numbers"
RUNNING = "select count(*) from pg_stat_activity where datname = current_database() and query like '%20000000000%' and pid <> pg_backend_pid() and state = 'active'"
DRIFTED = MonitorConfig(table="predictions", features=["age"])


def raw(emulation: Emulation, own: Database) -> Any:
    """Return a connection as its owner makes one."""
    return redshift_connector.connect(**emulation.settings(own))


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(watcher: psycopg.Connection[Any]) -> bool:
    found = watcher.execute(RUNNING).fetchone()
    assert found is not None
    return bool(found[0])


def summary(warehouse: Any) -> str:
    return driftql.run_drift_check(
        driftql.WindowConfig(table="predictions", end="2026-01-08"),
        driftql.WindowConfig(table="predictions", start="2026-01-08"),
        warehouse=warehouse,
        features=["age"],
    ).summary


def test_every_way_in(emulation: Emulation, own: Database) -> None:
    wanted = summary(own.url)
    assert "age" in wanted
    assert summary(own.url.replace("redshift+redshift_connector://", "redshift://")) == wanted
    for autocommit in (True, False):
        with raw(emulation, own) as connection:
            connection.autocommit = autocommit
            assert summary(connection) == wanted
            assert not connection.in_transaction, "nothing is left open"
            assert connection.autocommit is autocommit


def test_a_borrowed_connection_keeps_its_settings(emulation: Emulation, own: Database) -> None:
    with raw(emulation, own) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute("set timezone to 'America/New_York'")
        cursor.execute("set statement_timeout to 420000")
        with driftql.connect(connection, timeout=60) as warehouse:
            assert warehouse.query("show timezone") == [("UTC",)]
            assert warehouse.query("show statement_timeout") == [("1min",)]
            driftql.run_monitor(DRIFTED, warehouse)
            with pytest.raises(driftql.WarehouseError):
                warehouse.query("select broken")
            assert driftql.enqueue_low_confidence("predictions", threshold=0.4, warehouse=warehouse) > 0
        assert list(cursor.execute("show timezone").fetchone()) == ["America/New_York"]
        assert list(cursor.execute("show statement_timeout").fetchone()) == ["7min"]


def test_a_connection_inside_a_transaction_is_refused(emulation: Emulation, own: Database) -> None:
    with raw(emulation, own) as connection:
        connection.cursor().execute("create table unfinished (a int)")
        with pytest.raises(driftql.ConfigError, match="inside a transaction"):
            summary(connection)
        connection.commit()
        assert summary(connection)
        assert driftql.connect(connection).table_exists("unfinished")


def test_no_statement_stays_prepared(emulation: Emulation, own: Database) -> None:
    with driftql.connect(own.url) as warehouse:
        driftql.run_monitor(DRIFTED, warehouse)
        assert warehouse.query("select count(*) from pg_prepared_statements where name <> ''") == [(0,)]


def test_percent_signs_and_colons_mean_nothing_to_the_driver(own: Database) -> None:
    with driftql.connect(own.url) as warehouse:
        assert warehouse.query("select '100 %s :name ?', 7 % 4, 'it''s', 'a\\\\b'") == [
            ("100 %s :name ?", 3, "it's", "a\\b")
        ]


def test_options_of_the_url_are_what_the_connector_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []
    true_connect = redshift_connector.connect

    def connect(**settings: Any) -> Any:
        seen.append(settings)
        raise redshift_connector.InterfaceError("no such cluster")

    connect.__signature__ = inspect.signature(true_connect)  # type: ignore[attr-defined]
    connect.__annotations__ = true_connect.__annotations__
    monkeypatch.setattr(redshift_connector, "connect", connect)
    with pytest.raises(driftql.WarehouseError, match="the Redshift database dev cannot be reached: no such cluster"):
        driftql.connect(
            "redshift+redshift_connector:///dev?iam=true&cluster_identifier=c1&db_user=ann&region=eu-west-1"
            "&db_groups=a,b&serverless_acct_id=012345678901&timeout=20&max_prepared_statements=5"
        )
    assert seen == [
        {
            "application_name": "driftql", "database": "dev", "iam": True, "cluster_identifier": "c1", "db_user": "ann",
            "region": "eu-west-1", "db_groups": ["a", "b"], "serverless_acct_id": "012345678901", "timeout": 20,
            "max_prepared_statements": 5,
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redshift://ann:s3cr3t@127.0.0.1:1/ml?cluster_identifer=c", "did you mean 'cluster_identifier'"),
        ("redshift://ann:s3cr3t@127.0.0.1:1/ml?iam=perhaps", "'iam' of the Redshift URL is true or false"),
        ("redshift://ann:s3cr3t@127.0.0.1:1/ml?timeout=long", "'timeout' of the Redshift URL is a whole number"),
        ("redshift+psycopg2://ann:s3cr3t@127.0.0.1:1/ml", r"write redshift\+redshift_connector://"),
    ],
)
def test_a_url_that_is_wrong(url: str, words: str) -> None:
    with pytest.raises(driftql.ConfigError, match=words) as raised:
        driftql.connect(url)
    assert "s3cr3t" not in str(raised.value)


def test_a_missing_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "redshift_connector" else found(name, *rest)
    )
    with pytest.raises(driftql.ConfigError, match=r"redshift_connector is missing.*pip install 'driftql\[redshift\]'"):
        driftql.connect("redshift://ann@127.0.0.1/ml")


@pytest.fixture
def refused() -> Iterator[None]:
    """Collect what the driver leaves open when it is refused, while nobody minds."""
    yield
    gc.collect()


leaves_a_socket = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@leaves_a_socket
@pytest.mark.usefixtures("refused")
def test_a_wrong_password(emulation: Emulation) -> None:
    with pytest.raises(driftql.WarehouseError) as raised:
        driftql.connect(emulation.url("ml", password="other-s3cr3t"))
    assert str(raised.value) == (
        'the Redshift database ml cannot be reached: password authentication failed for user "ann"'
    )


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(driftql.WarehouseError) as raised:
        driftql.connect(f"redshift://ann:s3cr3t@127.0.0.1:{port}/ml?ssl=false")
    assert str(raised.value) == "the Redshift database ml cannot be reached: Connection refused"


@leaves_a_socket
@pytest.mark.filterwarnings("ignore:ssl:DeprecationWarning")  # the driver's
@pytest.mark.usefixtures("refused")
def test_encryption_is_what_the_driver_asks_for(emulation: Emulation, own: Database) -> None:
    with pytest.raises(driftql.WarehouseError, match="cannot be reached: Server refuses SSL"):
        driftql.connect(own.url.replace("?ssl=false", ""))


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select agee from predictions", 'column "agee" does not exist'),
        ("select * from predictons", 'relation "predictons" does not exist'),
        ("selec 1", 'syntax error at or near "selec"'),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(own: Database, sql: str, words: str) -> None:
    with driftql.connect(own.url) as warehouse, pytest.raises(driftql.WarehouseError) as raised:
        warehouse.query(sql)
    assert str(raised.value).startswith(f"{warehouse.title}: {words}")
    assert "{" not in str(raised.value)


def test_what_this_user_may_not_do(own: Database) -> None:
    with driftql.connect(own.url) as warehouse, pytest.raises(driftql.WarehouseError, match="grant the right"):
        warehouse.query("create role somebody")


def test_statement_timeout(emulation: Emulation, own: Database) -> None:
    """Redshift's words do not name the limit: "Query (150) canceled on user's request"."""
    with driftql.connect(own.url, timeout=0.3) as warehouse:
        with pytest.raises(driftql.WarehouseError, match=r"longer than the statement_timeout of 0\.3 s"):
            warehouse.query(SLOW)
        assert warehouse.query("select 1") == [(1,)]
    with (
        raw(emulation, own) as connection,
        driftql.connect(connection, timeout=0.3) as borrowed,
        pytest.raises(driftql.WarehouseError, match="statement_timeout"),
    ):
        borrowed.query(SLOW)


def in_thread(warehouse: Any, work: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    worker = threading.Thread(target=run)
    worker.start()
    return worker, failures


def test_interrupt_from_another_thread(own: Database) -> None:
    with driftql.connect(own.url) as warehouse, psycopg.connect(own.below, autocommit=True) as watcher:
        worker, failures = in_thread(warehouse, lambda: warehouse.query(SLOW))
        until(lambda: is_running(watcher))
        warehouse.interrupt()
        worker.join(timeout=20)
        assert not worker.is_alive()
        assert isinstance(failures[0], KeyboardInterrupt)
        assert not is_running(watcher)
        assert warehouse.query("select 1") == [(1,)]


def test_interrupt_in_a_transaction_ends_the_session(own: Database) -> None:
    """Redshift does not cancel there; what was written before is not kept."""
    with driftql.connect(own.url) as warehouse, psycopg.connect(own.below, autocommit=True) as watcher:

        def write() -> None:
            with warehouse.transaction() as writer:
                writer.execute("create table half_done (a int)")
                writer.query(SLOW)

        worker, failures = in_thread(warehouse, write)
        until(lambda: is_running(watcher))
        warehouse.interrupt()
        worker.join(timeout=20)
        assert isinstance(failures[0], KeyboardInterrupt)
        assert not is_running(watcher)
        with pytest.raises(driftql.WarehouseError, match=r"closed the connection: .*; run the check again"):
            warehouse.query("select 1")
    with driftql.connect(own.url) as warehouse:
        assert not warehouse.table_exists("half_done")


def test_interrupt_where_no_second_session_can_be_had(own: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with driftql.connect(own.url) as warehouse, psycopg.connect(own.below, autocommit=True) as watcher:

        def refuse(**settings: Any) -> Any:
            raise redshift_connector.InterfaceError("too many connections")

        worker, failures = in_thread(warehouse, lambda: warehouse.query(SLOW))
        until(lambda: is_running(watcher))
        assert isinstance(warehouse, RedshiftWarehouse)
        monkeypatch.setattr(warehouse, "_reconnect", refuse)
        warehouse.interrupt()
        worker.join(timeout=20)
        assert not worker.is_alive()
        assert isinstance(failures[0], KeyboardInterrupt)


def test_an_administrator_who_cancels_is_not_taken_for_the_limit(own: Database) -> None:
    with driftql.connect(own.url, timeout=600) as warehouse, psycopg.connect(own.below, autocommit=True) as watcher:
        worker, failures = in_thread(warehouse, lambda: warehouse.query(SLOW))
        until(lambda: is_running(watcher))
        watcher.execute(f"select pg_cancel_backend(pid) from ({RUNNING.replace('count(*)', 'pid')}) as them")
        worker.join(timeout=20)
    assert "cancelled a statement: Query (150) canceled on user's request" in str(failures[0])


def test_ctrl_c_leaves_nothing_behind(own: Database) -> None:
    code = f"import sys, driftql\nw = driftql.connect(sys.argv[1])\nprint('ready', flush=True)\nw.query({SLOW!r})"
    process = subprocess.Popen(
        python(code, own.url), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )
    with psycopg.connect(own.below, autocommit=True) as watcher:
        try:
            until(lambda: is_running(watcher))
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
        finally:
            process.kill()
        assert "KeyboardInterrupt" in errors
        assert not is_running(watcher)


def test_a_lost_connection_is_told(own: Database) -> None:
    with driftql.connect(own.url) as warehouse:
        [(pid,)] = warehouse.query("select pg_backend_pid()")
        with psycopg.connect(own.below, autocommit=True) as other:
            other.execute("select pg_terminate_backend(%s)", (pid,))
        with pytest.raises(driftql.WarehouseError, match=r"closed the connection: .*; run the check again") as raised:
            warehouse.query("select 1")
        assert "firewall" not in str(raised.value)


def test_every_statement_says_who_asks(emulation: Emulation, own: Database) -> None:
    emulation.statements.clear()
    with driftql.connect(own.url) as warehouse:
        assert isinstance(warehouse, DbapiWarehouse)
        driftql.run_monitor(DRIFTED, warehouse, name="churn")
        assert warehouse.query("select current_setting('application_name')") == [("driftql",)]
    signed = [sql for sql in emulation.statements if "is_current" in sql]
    assert signed
    assert all(sql.startswith("/* driftql ") and "monitor=churn" in sql for sql in signed)
