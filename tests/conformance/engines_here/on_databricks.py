"""Databricks SQL: the vendor's driver, talking to Spark on this machine."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import driftql
from tests.conformance.engines_here.base import Here, Session, Table
from tests.conformance.engines_here.on_spark import SPARK, create_over, parquet_of
from tests.stand_ins import databricks as databricks_stand_in
from tests.support import servers

__all__ = ["DATABRICKS"]


@contextmanager
def _emulation(folder: Path) -> Iterator[databricks_stand_in.Server]:
    with servers.spark(folder) as spark, databricks_stand_in.serve(spark, folder) as server:
        yield server


@contextmanager
def _databricks(server: Any, folder: Path) -> Iterator[Session]:
    name = f"db_{uuid.uuid4().hex}"
    server.spark.sql(f"create database {name}")

    def load(table_name: str, table: Table) -> None:
        path = parquet_of(table, folder)
        if " " in table_name:
            server.views[table_name] = path
            return
        server.spark.sql(f"use {name}")
        server.spark.sql(create_over(path, table_name, table))

    try:
        yield Session(lambda: driftql.connect(f"{server.url}&schema={name}"), load)
    finally:
        server.views.clear()
        server.spark.sql("use default")
        server.spark.sql(f"drop database {name} cascade")


DATABRICKS = Here(
    "databricks",
    _emulation,
    _databricks,
    SPARK.types,
    stand_in="Spark, by Databricks' connector and an emulation of its service",
    beside="spark",
    sends="spark",
)
