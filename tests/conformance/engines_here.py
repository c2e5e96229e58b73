"""The engines that these tests run on, as data: how each is started, and how rows get into it.

To add one, add an entry to :data:`HERE`. An engine that is listed and does not start fails the run; it is not skipped.
"""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa

import driftql
import googlesql
import servers
import snowflake_emulation
from driftql import fragments
from driftql.engines import ENGINES, Engine
from driftql.warehouse import catalog
from driftql.warehouse.base import Column, Warehouse
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.kinds import column_of

__all__ = ["HERE", "Here", "Session", "Table"]

# column -> (kind, values); kinds are the keys of Here.types
Table = Mapping[str, tuple[str, Sequence[Any]]]


class Session:
    """A running engine with a database of the test's own.

    Parameters
    ----------
    connect
        Opens a new connection of driftql to that database.
    load
        Creates a table and fills it.
    """

    def __init__(self, connect: Callable[[], Warehouse], load: Callable[[str, Table], None]) -> None:
        self.connect = connect
        self.load = load


@dataclass(frozen=True)
class Here:
    """One engine.

    Attributes
    ----------
    engine
        driftql's name of it.
    start
        Starts it once for all tests of a process (a folder is given); what it yields is passed to ``session``.
    session
        Makes an empty database for one test.
    types
        The engine's type for each kind of column; a kind that is missing is one that the engine does not have.
    slow
        Whether it takes seconds for some thousand rows: it is given fewer, and told to take them for many.
    """

    engine: str
    start: Callable[[Path], AbstractContextManager[Any]]
    session: Callable[[Any, Path], AbstractContextManager[Session]]
    types: Mapping[str, str] = field(default_factory=dict)
    slow: bool = False

    @property
    def known(self) -> Engine:
        """What driftql knows of the engine."""
        return ENGINES[self.engine]


def statements(
    name: str, table: Table, types: Mapping[str, str], engine: Engine, rows_each: int = 500
) -> Iterator[str]:
    """Plain SQL that creates a table and inserts its rows as literals: enough for most engines."""
    quoted = fragments.identifier(name, engine)
    columns = ", ".join(f"{fragments.identifier(column, engine)} {types[kind]}" for column, (kind, _) in table.items())
    yield f"create table {quoted} ({columns})"
    kinds = [kind for kind, _ in table.values()]
    rows = list(zip(*(values for _, values in table.values()), strict=True))
    for start in range(0, len(rows), rows_each):
        lines = (
            ", ".join(literal(value, types[kind], engine) for value, kind in zip(row, kinds, strict=True))
            for row in rows[start : start + rows_each]
        )
        yield f"insert into {quoted} values ({'), ('.join(lines)})"


def literal(value: Any, type_name: str, engine: Engine) -> str:
    """Write a value so that it arrives unchanged."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"cast({fragments.text(_array(value), engine)} as {type_name})"
    if isinstance(value, float) and not math.isfinite(value):
        word = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        return f"cast('{word}' as {type_name})"
    if isinstance(value, float):
        return f"cast('{value!r}' as {type_name})"
    if isinstance(value, int | Decimal):
        return f"cast('{value}' as {type_name})"
    if isinstance(value, dt.date):
        return f"cast('{value.isoformat()}' as {type_name})"
    return fragments.text(str(value), engine)


def _array(values: Sequence[Any]) -> str:
    """Write a list in the manner of PostgreSQL."""
    return "{" + ", ".join("NULL" if value is None else repr(float(value)) for value in values) + "}"


# --- DuckDB --------------------------------------------------------------------------------------------------------

_DUCKDB_TYPES = {
    "float": "double",
    "integer": "bigint",
    "decimal": "decimal(12, 2)",
    "long decimal": "decimal(30, 10)",
    "boolean": "boolean",
    "text": "varchar",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
    "date": "date",
    "list": "double[]",
}


@contextmanager
def _no_server(folder: Path) -> Iterator[None]:
    yield None


@contextmanager
def _duckdb(_: Any, folder: Path) -> Iterator[Session]:
    path = folder / "conformance.duckdb"

    def load(name: str, table: Table) -> None:
        with duckdb.connect(str(path)) as connection:
            connection.execute("set TimeZone = 'UTC'")
            arrays = {f"c{place}": pa.array(values) for place, (_, values) in enumerate(table.values())}
            connection.register("made", pa.table(arrays))
            chosen = ", ".join(
                f"cast(c{place} as {_DUCKDB_TYPES[kind]}) as {fragments.identifier(column, ENGINES['duckdb'])}"
                for place, (column, (kind, _)) in enumerate(table.items())
            )
            connection.execute(
                f"create table {fragments.identifier(name, ENGINES['duckdb'])} as select {chosen} from made"
            )

    duckdb.connect(str(path)).close()
    yield Session(lambda: driftql.connect(path), load)


# --- PostgreSQL ----------------------------------------------------------------------------------------------------

_POSTGRES_TYPES = {
    "float": "double precision",
    "integer": "bigint",
    "decimal": "numeric(12, 2)",
    "long decimal": "numeric(30, 10)",
    "boolean": "boolean",
    "text": "text",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
    "date": "date",
    "list": "double precision[]",
}


@contextmanager
def _postgres(server: str, folder: Path) -> Iterator[Session]:
    with servers.fresh_database(server) as url:

        def load(name: str, table: Table) -> None:
            engine = ENGINES["postgres"]
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("set time zone 'UTC'")
                create, *_ = statements(
                    name, {c: (kind, ()) for c, (kind, _) in table.items()}, _POSTGRES_TYPES, engine
                )
                connection.execute(create)
                with connection.cursor().copy(f"copy {fragments.identifier(name, engine)} from stdin") as copy:
                    for row in zip(*(values for _, values in table.values()), strict=True):
                        copy.write_row([_array(value) if isinstance(value, list | tuple) else value for value in row])

        yield Session(lambda: driftql.connect(url), load)


@contextmanager
def _debian(folder: Path) -> Iterator[str]:
    programs = servers.debian_postgres_folder()
    assert programs is not None
    with servers.debian_postgres(programs) as url:
        yield url


# --- Snowflake, emulated -------------------------------------------------------------------------------------------

_SNOWFLAKE_TYPES = {
    "float": "double",
    "integer": "number(38, 0)",
    "decimal": "number(12, 2)",
    "long decimal": "number(30, 10)",
    "boolean": "boolean",
    "text": "varchar",
    "timestamp": "timestamp_ntz",
    "timestamptz": "timestamp_tz",
    "date": "date",
    "list": "array",
}


@contextmanager
def _emulation(_: Path) -> Iterator[None]:
    with snowflake_emulation.emulated():
        yield


@contextmanager
def _snowflake(_: Any, folder: Path) -> Iterator[Session]:
    import snowflake.connector

    database = f"t{abs(hash(str(folder)))}"
    url = f"snowflake://somebody:secret@account/{database}/public?warehouse=small"

    def load(name: str, table: Table) -> None:
        with snowflake.connector.connect(database=database, schema="public") as connection:
            snowflake_emulation.load(
                connection, fragments.identifier(name, ENGINES["snowflake"]), table, _SNOWFLAKE_TYPES
            )

    snowflake.connector.connect(database=database, schema="public").close()

    def connect() -> Warehouse:
        warehouse = driftql.connect(url)
        assert isinstance(warehouse, DbapiWarehouse)
        # The emulation's catalog takes an ARRAY for the VARIANT that it keeps it as.
        columns = warehouse._catalog.columns
        warehouse._catalog.columns = lambda table: [  # type: ignore[method-assign]
            column_of(found.name, "ARRAY" if found.type == "VARIANT" else found.type, ENGINES["snowflake"])
            for found in columns(table)
        ]
        return warehouse

    yield Session(connect, load)


# --- BigQuery, by GoogleSQL's reference implementation -------------------------------------------------------------

_BIGQUERY_TYPES = {
    "float": "FLOAT64",
    "integer": "INT64",
    "decimal": "NUMERIC(12, 2)",
    "long decimal": "BIGNUMERIC(30, 10)",
    "boolean": "BOOL",
    "text": "STRING",
    "timestamp": "DATETIME",
    "timestamptz": "TIMESTAMP",
    "date": "DATE",
    "list": "ARRAY<FLOAT64>",
}


class _GoogleCatalog:
    """What BigQuery's catalog would tell of a database kept in Python."""

    def __init__(self, database: googlesql.Database) -> None:
        self._database = database

    def tables(self) -> list[catalog.Table]:
        return [catalog.Table(None, name, True) for name in sorted(self._database.tables)]

    def columns(self, table: catalog.Table) -> list[Column]:
        found = self._database.tables[table.name].columns
        return [column_of(name, type_name, ENGINES["bigquery"]) for name, type_name in found]


@contextmanager
def _bigquery(_: Any, folder: Path) -> Iterator[Session]:
    database = googlesql.Database()

    def load(name: str, table: Table) -> None:
        columns = [(column, _BIGQUERY_TYPES[kind]) for column, (kind, _) in table.items()]
        database.tables[name] = googlesql.Table(
            columns, list(zip(*(values for _, values in table.values()), strict=True))
        )

    def connect() -> Warehouse:
        connection = googlesql.connect(database)
        return DbapiWarehouse(connection, ENGINES["bigquery"], owned=True, catalog=_GoogleCatalog(database))

    yield Session(connect, load)


# --- ClickHouse ----------------------------------------------------------------------------------------------------

_CLICKHOUSE_TYPES = {
    "float": "Nullable(Float64)",
    "integer": "Nullable(Int64)",
    "decimal": "Nullable(Decimal(12, 2))",
    "long decimal": "Nullable(Decimal(30, 10))",
    "boolean": "Nullable(Bool)",
    "text": "Nullable(String)",
    "timestamp": "Nullable(DateTime64(6))",
    "timestamptz": "Nullable(DateTime64(6, 'Asia/Tokyo'))",
    "date": "Nullable(Date32)",
    "list": "Array(Nullable(Float64))",
}


@contextmanager
def _clickhouse(url: str, folder: Path) -> Iterator[Session]:
    import clickhouse_connect

    name = f"db_{uuid.uuid4().hex}"
    path = url.rpartition("path=")[2]
    with clickhouse_connect.get_client(interface="chdb", path=path, settings={"session_timezone": "UTC"}) as client:

        def load(table_name: str, table: Table) -> None:
            engine = ENGINES["clickhouse"]
            columns = ", ".join(
                f"{fragments.identifier(column, engine)} {_CLICKHOUSE_TYPES[kind]}"
                for column, (kind, _) in table.items()
            )
            quoted = f"{name}.{fragments.identifier(table_name, engine)}"
            client.command(f"create table {quoted} ({columns}) engine = MergeTree order by tuple()")
            made = [_instants(values) if kind.startswith("timestamp") else values for kind, values in table.values()]
            if len(made[0]):
                client.insert(
                    fragments.identifier(table_name, engine),
                    [list(values) for values in made],
                    column_names=list(table),
                    column_type_names=[_CLICKHOUSE_TYPES[kind] for kind, _ in table.values()],
                    column_oriented=True,
                    database=name,
                )

        client.command(f"create database {name}")
        try:
            yield Session(lambda: driftql.connect(url.replace("///default", f"///{name}")), load)
        finally:
            client.command(f"drop database {name}")


def _instants(values: Sequence[Any]) -> list[Any]:
    """A time without a zone would be taken for one of this machine's."""
    return [value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else value for value in values]


# --- Spark ---------------------------------------------------------------------------------------------------------

_SPARK_TYPES = {
    "float": "double",
    "integer": "bigint",
    "decimal": "decimal(12, 2)",
    "long decimal": "decimal(30, 10)",
    "boolean": "boolean",
    "text": "string",
    "timestamp": "timestamp_ntz",
    "timestamptz": "timestamp",
    "date": "date",
    "list": "array<double>",
}


@contextmanager
def _spark(spark: Any, folder: Path) -> Iterator[Session]:
    import pyarrow.parquet

    name = f"db_{uuid.uuid4().hex}"
    engine = ENGINES["spark"]
    views: list[str] = []
    spark.sql(f"create database {name}")
    spark.sql(f"use {name}")

    def load(table_name: str, table: Table) -> None:
        # Parquet is what Spark reads best, and what keeps every value as it is.
        path = folder / f"{uuid.uuid4().hex}.parquet"
        types = {"text": pa.string(), "float": pa.float64(), "integer": pa.int64(), "list": pa.list_(pa.float64())}
        types |= {"timestamp": pa.timestamp("us"), "timestamptz": pa.timestamp("us", "UTC"), "boolean": pa.bool_()}
        types |= {"decimal": pa.decimal128(12, 2), "long decimal": pa.decimal128(30, 10), "date": pa.date32()}
        arrays = {column: pa.array(values, types[kind]) for column, (kind, values) in table.items()}
        pyarrow.parquet.write_table(pa.table(arrays), path)
        if " " in table_name:
            # Tables have plain names there; views may be called anything.
            quoted = fragments.identifier(table_name, engine)
            spark.read.parquet(str(path)).createOrReplaceTempView(quoted)
            views.append(table_name)
            return
        columns = ", ".join(
            f"{fragments.identifier(column, engine)} {_SPARK_TYPES[kind]}" for column, (kind, _) in table.items()
        )
        spark.sql(
            f"create table {fragments.identifier(table_name, engine)} ({columns}) using parquet "
            f"location {fragments.text(str(path), engine)}"
        )

    try:
        yield Session(lambda: driftql.connect(spark), load)
    finally:
        for view in views:
            spark.catalog.dropTempView(view)
        spark.sql("use default")
        spark.sql(f"drop database {name} cascade")


HERE: dict[str, Here] = {
    "clickhouse": Here("clickhouse", servers.clickhouse, _clickhouse, _CLICKHOUSE_TYPES),
    "bigquery": Here("bigquery", _no_server, _bigquery, _BIGQUERY_TYPES, slow=True),
    "duckdb": Here("duckdb", _no_server, _duckdb, _DUCKDB_TYPES),
    "postgres": Here("postgres", servers.postgres, _postgres, _POSTGRES_TYPES),
    "spark": Here("spark", servers.spark, _spark, _SPARK_TYPES),
    "snowflake": Here("snowflake", _emulation, _snowflake, _SNOWFLAKE_TYPES),
}
if servers.debian_postgres_folder() is not None:
    HERE["debian-postgres"] = Here("postgres", _debian, _postgres, _POSTGRES_TYPES)
