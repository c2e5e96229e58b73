"""Databases that run golden statements, each with the rows of ``golden_statements``."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from tests.golden.golden_statements import KINDS, TABLE, rows

Run = Callable[[str], tuple[list[str], list[tuple[Any, ...]]]]

BIGQUERY = {
    "text": "STRING", "timestamp": "DATETIME", "timestamptz": "TIMESTAMP", "float": "FLOAT64", "decimal": "NUMERIC",
    "integer": "INT64", "boolean": "BOOL", "list": "ARRAY<FLOAT64>",
}  # fmt: skip
DUCKDB = {
    "text": "varchar", "timestamp": "timestamp", "timestamptz": "timestamptz", "float": "double",
    "decimal": "decimal(38, 9)", "integer": "bigint", "boolean": "boolean", "list": "double[]",
}  # fmt: skip
POSTGRES = {**DUCKDB, "float": "double precision", "list": "double precision[]"}
SNOWFLAKE = {
    "text": "varchar", "timestamp": "timestamp_ntz", "timestamptz": "timestamp_tz", "float": "double",
    "decimal": "number(38, 9)", "integer": "number(38, 0)", "boolean": "boolean", "list": "array",
}  # fmt: skip
TRINO = {
    **DUCKDB, "timestamp": "timestamp(6)", "timestamptz": "timestamp(6) with time zone", "list": "array(double)",
}  # fmt: skip


def _table(types: dict[str, str]) -> str:
    columns = ", ".join(f'"{name}" {types[kind]}' for name, kind in KINDS.items())
    return f'create table "{TABLE[0]}"."{TABLE[1]}" ({columns})'


@contextmanager
def duckdb_run() -> Iterator[Run]:
    """DuckDB, whose numbers the oracle tests hold against SciPy's and NumPy's."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f'create schema "{TABLE[0]}"')
        connection.execute(_table(DUCKDB))
        marks = ", ".join("?" for _ in KINDS)
        connection.executemany(
            f'insert into "{TABLE[0]}"."{TABLE[1]}" values ({marks})', [list(row.values()) for row in _typed()]
        )

        def run(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
            found = connection.execute(sql)
            return [column[0] for column in found.description or []], found.fetchall()

        yield run


def _typed() -> list[dict[str, Any]]:
    return [{name: row[name] for name in KINDS} for row in rows()]


@contextmanager
def bigquery_run() -> Iterator[Run]:
    """GoogleSQL itself."""
    from tests.stand_ins import googlesql

    columns = [(name, BIGQUERY[kind]) for name, kind in KINDS.items()]
    database = googlesql.Database(
        {".".join(TABLE): googlesql.Table(columns, [tuple(row.values()) for row in _typed()])}
    )
    cursor = googlesql.connect(database).cursor()

    def run(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        cursor.execute(sql)
        return [column[0] for column in cursor.description or []], cursor.fetchall()

    yield run


def _literal(value: Any) -> str:
    """Write a value for Snowflake, which takes no array as a parameter."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f"'{value}'::double"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, dt.datetime):
        return f"'{value.isoformat(sep=' ')}'"
    return f"parse_json('{json.dumps(value)}')" if isinstance(value, list) else f"'{value}'"


@contextmanager
def snowflake_run() -> Iterator[Run]:
    """The emulation of Snowflake."""
    from tests.stand_ins import snowflake as snowflake_stand_in

    with snowflake_stand_in.redirect_driver(), snowflake_stand_in.connect() as connection:
        cursor = connection.cursor()
        cursor.execute(f'create schema "{TABLE[0]}"')
        cursor.execute(_table(SNOWFLAKE))
        values = " union all ".join(f"select {', '.join(map(_literal, row.values()))}" for row in _typed())
        cursor.execute(f'insert into "{TABLE[0]}"."{TABLE[1]}" {values}')

        def run(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
            cursor.execute(sql)
            return [column[0] for column in cursor.description or []], cursor.fetchall()

        yield run


@contextmanager
def trino_run() -> Iterator[Run]:
    """The emulation of Trino, by way of its driver."""
    import trino.dbapi

    from tests.stand_ins import trino as trino_stand_in

    with trino_stand_in.serve() as coordinator:
        table = {name: (kind, [row[name] for row in _typed()]) for name, kind in KINDS.items()}
        coordinator.load(TABLE[1], table, TRINO, TABLE[0])
        connection = trino.dbapi.connect(
            host="127.0.0.1", port=coordinator.port, user="ann", catalog="memory", schema="main", timezone="UTC"
        )

        def run(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
            cursor = connection.cursor()
            cursor.execute(sql)
            return [column[0] for column in cursor.description], [tuple(row) for row in cursor.fetchall()]

        yield run


@contextmanager
def redshift_run() -> Iterator[Run]:
    """PostgreSQL, by Redshift's driver and what stands between the two."""
    import psycopg
    import redshift_connector

    from tests.stand_ins import redshift as redshift_stand_in

    with redshift_stand_in.serve() as emulation, emulation.database() as own:
        with psycopg.connect(own.below) as below:
            cursor = below.cursor()
            cursor.execute(f'create schema "{TABLE[0]}"')
            cursor.execute(_table(POSTGRES))
            marks = ", ".join("%s" for _ in KINDS)
            cursor.executemany(
                f'insert into "{TABLE[0]}"."{TABLE[1]}" values ({marks})', [tuple(row.values()) for row in _typed()]
            )
        with redshift_connector.connect(**emulation.settings(own)) as connection:
            asked = connection.cursor()
            asked.execute("set timezone to 'UTC'")

            def run(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
                asked.execute(sql)
                if asked.description is None:
                    return [], []
                return [column[0] for column in asked.description], [tuple(row) for row in asked.fetchall()]

            yield run
