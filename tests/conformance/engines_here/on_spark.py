"""Spark on this machine, in the process of the tests and by Spark Connect in one of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

import driftql
from driftql.engines import ENGINES
from driftql.sql import fragments
from tests.conformance.engines_here.base import Here, Session, Table
from tests.support import servers

__all__ = ["SPARK", "SPARK_CONNECT", "create_over", "parquet_of"]


_TYPES = {
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


def parquet_of(table: Table, folder: Path) -> Path:
    """Write a file: Parquet is what Spark reads best, and what keeps every value as it is."""
    import pyarrow.parquet

    path = folder / f"{uuid.uuid4().hex}.parquet"
    types = {"text": pa.string(), "float": pa.float64(), "integer": pa.int64(), "list": pa.list_(pa.float64())}
    types |= {"timestamp": pa.timestamp("us"), "timestamptz": pa.timestamp("us", "UTC"), "boolean": pa.bool_()}
    types |= {"decimal": pa.decimal128(12, 2), "long decimal": pa.decimal128(30, 10), "date": pa.date32()}
    arrays = {column: pa.array(values, types[kind]) for column, (kind, values) in table.items()}
    pyarrow.parquet.write_table(pa.table(arrays), path)
    return path


def create_over(path: Path, table_name: str, table: Table) -> str:
    """Return the statement that makes a table of such a file."""
    engine = ENGINES["spark"]
    columns = ", ".join(f"{fragments.identifier(column, engine)} {_TYPES[kind]}" for column, (kind, _) in table.items())
    return (
        f"create table {fragments.identifier(table_name, engine)} ({columns}) using parquet "
        f"location {fragments.text(str(path), engine)}"
    )


@contextmanager
def _spark(spark: Any, folder: Path) -> Iterator[Session]:
    name = f"db_{uuid.uuid4().hex}"
    engine = ENGINES["spark"]
    views: list[str] = []
    spark.sql(f"create database {name}")
    spark.sql(f"use {name}")

    def load(table_name: str, table: Table) -> None:
        path = parquet_of(table, folder)
        if " " in table_name:
            # Tables have plain names there; views may be called anything.
            quoted = fragments.identifier(table_name, engine)
            spark.read.parquet(str(path)).createOrReplaceTempView(quoted)
            views.append(table_name)
            return
        spark.sql(create_over(path, table_name, table))

    try:
        yield Session(lambda: driftql.connect(spark), load)
    finally:
        for view in views:
            spark.catalog.dropTempView(view)
        spark.sql("use default")
        spark.sql(f"drop database {name} cascade")


# A cluster that a program reaches over the network.
SPARK_CONNECT = Here("spark", servers.spark_connect, _spark, _TYPES, sends="spark")
SPARK = Here("spark", servers.spark, _spark, _TYPES)
