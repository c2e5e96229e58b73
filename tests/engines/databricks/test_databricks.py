"""What is Databricks' own: its driver, its tokens, its names, and how a statement is stopped there."""

from __future__ import annotations

import datetime as dt
import math
import re
import socket
import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

import driftql
from driftql.records.tables import written
from driftql.warehouse.databricks import DatabricksWarehouse, _changed
from tests.stand_ins.databricks import HTTP_PATH, TOKEN, Server

# Beside Spark's own tests, with which it shares the server.
pytestmark = pytest.mark.xdist_group("engine-spark")

SLOW = "select count(*) from range(0, 1000000000000, 1, 2) where hash(id, id + 1) = 7"


@pytest.fixture
def warehouse(server: Server) -> Iterator[DatabricksWarehouse]:
    with driftql.connect(f"{server.url}&schema=ml") as opened:
        assert isinstance(opened, DatabricksWarehouse)
        yield opened


@pytest.fixture
def raw(server: Server) -> Iterator[Any]:
    """A connection that somebody else has opened, with a time zone of its own."""
    from databricks import sql

    with sql.connect(
        "127.0.0.1", HTTP_PATH, TOKEN, schema="ml", enable_telemetry=False, **server.settings
    ) as connection:
        yield connection


def _calls(server: Server, name: str) -> int:
    return sum(call == name for call, _ in list(server.calls))


def _asked(connection: Any, sql: str) -> Any:
    with connection.cursor() as cursor:
        return cursor.execute(sql).fetchall()[0][0]


# --- stopping ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", ["ExecuteStatement", "GetOperationStatus"])
def test_an_interrupt_cancels_the_operation(server: Server, warehouse: DatabricksWarehouse, after: str) -> None:
    """Also where it comes before the server has named the operation."""
    outcome: list[BaseException | Any] = []

    def work() -> None:
        try:
            outcome.append(warehouse.query(SLOW))
        except BaseException as error:
            outcome.append(error)

    server.calls.clear()
    worker = threading.Thread(target=work)
    worker.start()
    while not _calls(server, after):
        worker.join(0.01)
    warehouse.interrupt()
    worker.join(60)
    assert [type(one) for one in outcome] == [KeyboardInterrupt]
    assert _calls(server, "CancelOperation")
    assert not server.running()
    assert warehouse.query("select 1") == [(1,)]
    warehouse.interrupt()


def test_the_warehouse_is_told_the_limit_and_keeps_it(server: Server) -> None:
    with driftql.connect(f"{server.url}&schema=ml", timeout=1) as opened:
        assert "set statement_timeout = 1" in server.statements()
        with pytest.raises(driftql.WarehouseError, match="longer than the statement_timeout of 1 s"):
            opened.query(SLOW)
        assert not _calls(server, "CancelOperation")
        assert opened.query("select 1") == [(1,)]


def test_a_limit_that_the_server_does_not_keep_is_driftqls_own(server: Server, raw: Any) -> None:
    with driftql.connect(raw, timeout=1) as opened:
        with pytest.raises(driftql.WarehouseError, match="longer than the statement_timeout of 1 s"):
            opened.query(SLOW)
        assert _calls(server, "CancelOperation")
    assert not any("statement_timeout" in sql for sql in server.statements())


def test_a_statement_that_somebody_else_stops_has_no_rows_to_be_taken_for_an_answer(
    server: Server, warehouse: DatabricksWarehouse
) -> None:
    server.calls.clear()

    def stop() -> None:
        while not server.running():
            ended.wait(0.01)
        for operation in list(server.operations.values()):
            server.stop(operation, "CANCELED_STATE")

    ended = threading.Event()
    other = threading.Thread(target=stop)
    other.start()
    with pytest.raises(driftql.WarehouseError, match="the statement was cancelled; run the check again"):
        warehouse.query(SLOW)
    ended.set()
    other.join(60)


# --- what is said ------------------------------------------------------------------------------------------------------


def test_an_error_is_one_sentence(server: Server, warehouse: DatabricksWarehouse) -> None:
    server.spark.sql("create table if not exists ml.events using parquet as select 1 as age")
    with pytest.raises(driftql.WarehouseError) as raised:
        warehouse.query("select agee from events")
    message = str(raised.value)
    assert message.startswith("the Databricks SQL database spark_catalog.ml: [UNRESOLVED_COLUMN.WITH_SUGGESTION]")
    assert "Did you mean one of the following? [`age`]" in message
    assert not re.search(r"\n|SQLSTATE|Project|HiveSQLException", message)
    with pytest.raises(driftql.SourceError, match=r"there is no table 'evnts' in .*did you mean 'events'"):
        warehouse.relation("evnts")
    with pytest.raises(driftql.SourceError, match=r"did you mean 'spark_catalog\.ml\.events'"):
        warehouse.relation("spark_catalog.ml.evnts")
    with pytest.raises(driftql.SourceError, match="it has no schema 'mll' that this user may see"):
        warehouse.relation("mll.events")
    with pytest.raises(driftql.SourceError, match="is a file's name"):
        warehouse.relation("events.parquet")


def test_a_wrong_token_or_path_is_said_without_the_token(server: Server) -> None:
    wrong = "dapi-other-5ecret"
    with pytest.raises(driftql.WarehouseError) as raised:
        driftql.connect(server.url.replace(TOKEN, wrong))
    assert str(raised.value).startswith("the Databricks SQL database spark_catalog cannot be reached: ")
    assert re.search("(?i)invalid access token|403", str(raised.value))
    for chained in (raised.value, raised.value.__cause__, raised.value.__context__):
        assert wrong not in str(chained)
    with pytest.raises(driftql.WarehouseError, match="cannot be reached") as raised:
        driftql.connect(server.url.replace("warehouses%2Fabc", "warehouses%2Fxyz"))
    assert TOKEN not in str(raised.value)
    with pytest.raises(driftql.WarehouseError, match="SCHEMA_NOT_FOUND") as raised:
        driftql.connect(f"{server.url}&schema=mll")
    assert TOKEN not in str(raised.value)


def test_nobody_there_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver itself would try for a quarter of an hour."""
    from databricks import sql

    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.delenv("https_proxy", raising=False)
    monkeypatch.setattr(sql, "connect", lambda **_: pytest.fail("the driver was asked"))
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
        with pytest.raises(driftql.WarehouseError) as raised:
            driftql.connect(f"databricks://token:{TOKEN}@127.0.0.1:{port}?http_path=/sql/1&catalog=main&schema=ml")
    assert str(raised.value) == (
        f"the Databricks SQL database main.ml cannot be reached: 127.0.0.1:{port}: connection refused; look at the "
        "host in the URL"
    )


@pytest.mark.parametrize("url", [f"databricks://token:{TOKEN}@host", f"databricks://token:{TOKEN}@?http_path=/sql/1"])
def test_what_the_url_lacks(url: str) -> None:
    with pytest.raises(driftql.ConfigError, match="needs its host and its http_path") as raised:
        driftql.connect(url)
    assert TOKEN not in str(raised.value)


# --- names, values, counts ---------------------------------------------------------------------------------------------


def test_names_of_one_two_and_three_parts(server: Server, warehouse: DatabricksWarehouse) -> None:
    server.spark.sql("create table if not exists ml.events using parquet as select 1 as age")
    server.spark.sql("create database if not exists other")
    server.spark.sql("create table if not exists other.far using parquet as select 2 as age")
    assert warehouse.relation("Events") == "`Events`"
    assert warehouse.relation("other.far") == "`other`.`far`"
    assert warehouse.relation("spark_catalog.other.far") == "`spark_catalog`.`other`.`far`"
    # A table of another catalog is not the one of the same name in this one.
    assert not warehouse.table_exists("elsewhere.ml.events")
    assert not warehouse.table_exists("far")
    assert "events" in warehouse.tables()
    server.spark.sql("drop database other cascade")


def test_partitions_are_columns_once(server: Server, warehouse: DatabricksWarehouse) -> None:
    server.spark.sql(
        "create table if not exists ml.parts (age double, day date, `# of` int, what string collate UTF8_LCASE, "
        "probs array<double>, price decimal(9, 2)) using parquet partitioned by (day)"
    )
    columns = warehouse.columns(warehouse.relation("parts"))
    assert [(column.name, column.kind) for column in columns] == [
        ("age", "float"), ("# of", "integer"), ("what", "text"), ("probs", "list"), ("price", "decimal"),
        ("day", "date"),
    ]  # fmt: skip


def test_values_come_as_they_are(warehouse: DatabricksWarehouse) -> None:
    row = warehouse.query(
        "select double('NaN'), double('-Infinity'), cast(null as double), 9007199254740993, cast('1.10' as decimal(9, 2)), "
        "true, timestamp_ntz '2026-03-01 04:05:06.789', timestamp '2026-03-01 04:05:06+02:00', date '2026-03-01', 'x', "
        "array(1.5D, null), cast('a' as string) as twice, cast('b' as string) as twice"
    )[0]
    assert math.isnan(row[0])
    assert row[1:] == (
        -math.inf, None, 9007199254740993, Decimal("1.10"), True, dt.datetime(2026, 3, 1, 4, 5, 6, 789000),
        dt.datetime(2026, 3, 1, 2, 5, 6, tzinfo=dt.UTC), dt.date(2026, 3, 1), "x", [1.5, None], "a", "b",
    )  # fmt: skip


def test_results_of_several_pages_and_of_none(server: Server, warehouse: DatabricksWarehouse) -> None:
    server.calls.clear()
    assert warehouse.query("select id from range(120) order by id") == [(number,) for number in range(120)]
    # The first page comes with the answer, unless the statement takes long.
    assert _calls(server, "FetchResults") in (2, 3)
    assert warehouse.query("select id from range(0)") == []


def test_changes_are_counted_and_a_conflict_is_tried_again(server: Server, warehouse: DatabricksWarehouse) -> None:
    server.spark.sql("create table if not exists ml.numbers (n bigint) using parquet")
    assert written(warehouse, lambda writer: writer.execute("insert into numbers values (1), (2), (3)")) == 3
    server.calls.clear()
    server.conflicts = 1
    assert written(warehouse, lambda writer: writer.execute("delete from numbers where n > 1")) == 2
    assert server.statements() == ["delete from numbers where n > 1"] * 2
    assert warehouse.query("select * from numbers") == [(1,)]
    assert written(warehouse, lambda writer: writer.execute("update numbers set n = 5 where n = 7")) == 0


@pytest.mark.parametrize(
    ("names", "rows", "rowcount", "changed"),
    [
        (["num_affected_rows", "num_inserted_rows"], [(3, 3)], -1, 3),  # drivers before 4.8
        (["num_affected_rows"], [(0,)], -1, 0),
        ([], [], 4, 4),
        (["n"], [(9,)], -1, 0),
    ],
)
def test_who_tells_how_many_rows_changed(names: list[str], rows: list[Any], rowcount: int, changed: int) -> None:
    assert _changed(names, rows, rowcount) == changed


# --- connections of somebody else --------------------------------------------------------------------------------------


def test_a_connection_of_the_driver_keeps_its_time_zone(server: Server, raw: Any) -> None:
    server.spark.sql("create table if not exists ml.events using parquet as select 1 as age")
    assert _asked(raw, "select current_timezone()") == "Asia/Tokyo"
    with driftql.connect(raw) as opened:
        assert isinstance(opened, DatabricksWarehouse)
        assert opened.query("select current_timezone()") == [("UTC",)]
        assert opened.relation("events") == "`events`"
    assert _asked(raw, "select current_timezone()") == "Asia/Tokyo"


def test_an_engine_of_the_vendors_dialect(server: Server) -> None:
    import sqlalchemy

    url = f"databricks://token:{TOKEN}@127.0.0.1?http_path={HTTP_PATH}&catalog=spark_catalog&schema=ml"
    engine = sqlalchemy.create_engine(url, connect_args={"enable_telemetry": False, **server.settings})
    try:
        server.spark.sql("create table if not exists ml.lists using parquet as select array(0.5D, 0.5D) as probs")
        with driftql.connect(engine) as opened:
            assert isinstance(opened, DatabricksWarehouse)
            assert [column.kind for column in opened.columns(opened.relation("lists"))] == ["list"]
        with engine.connect() as connection, driftql.connect(connection) as opened:
            assert opened.query("select 1") == [(1,)]
    finally:
        engine.dispose()


# --- sizes -------------------------------------------------------------------------------------------------------------


def test_the_sizes_of_what_a_statement_reads(warehouse: DatabricksWarehouse) -> None:
    warehouse.query("create table sized (x double)")
    warehouse.query("insert into sized values (1), (2), (3)")
    one = warehouse.estimate("select min(x) from sized where x > 1")
    two = warehouse.estimate("select min(x) from sized union all select max(x) from sized where x > 2")
    assert one is not None
    assert two is not None
    assert one.rows is None
    assert one.bytes is not None
    assert one.bytes > 100
    assert two.bytes == 2 * one.bytes
    assert warehouse.estimate("select * from nowhere") is None
