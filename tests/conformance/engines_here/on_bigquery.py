"""BigQuery's SQL, by GoogleSQL's reference implementation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import googlesql
from driftql.engines import ENGINES
from driftql.warehouse import catalog
from driftql.warehouse.base import Column, Warehouse
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.kinds import column_of
from engines_here.base import Here, Session, Table, no_server

__all__ = ["BIGQUERY"]


_TYPES = {
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
        columns = [(column, _TYPES[kind]) for column, (kind, _) in table.items()]
        database.tables[name] = googlesql.Table(
            columns, list(zip(*(values for _, values in table.values()), strict=True))
        )

    def connect() -> Warehouse:
        connection = googlesql.connect(database)
        return DbapiWarehouse(connection, ENGINES["bigquery"], owned=True, catalog=_GoogleCatalog(database))

    yield Session(connect, load)


BIGQUERY = Here("bigquery", no_server, _bigquery, _TYPES, slow=True)
