"""Snowflake, emulated by fakesnow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import driftql
from driftql.engines import ENGINES
from driftql.sql import fragments
from driftql.warehouse.base import Warehouse
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.types import column_of
from tests.conformance.engines_here.base import Here, Session, Table
from tests.stand_ins import snowflake as snowflake_stand_in

__all__ = ["SNOWFLAKE"]


_TYPES = {
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
def _nothing(_: Path) -> Iterator[None]:
    """Start nothing: a driver that is redirected for longer than a test would be so for the tests of others."""
    yield


@contextmanager
def _snowflake(_: Any, folder: Path) -> Iterator[Session]:
    with snowflake_stand_in.redirect_driver():
        yield _session(folder)


def _session(folder: Path) -> Session:
    import snowflake.connector

    database = f"t{abs(hash(str(folder)))}"
    url = f"snowflake://somebody:secret@account/{database}/public?warehouse=small"

    def load(name: str, table: Table) -> None:
        with snowflake.connector.connect(database=database, schema="public") as connection:
            snowflake_stand_in.load(connection, fragments.identifier(name, ENGINES["snowflake"]), table, _TYPES)

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

    return Session(connect, load)


SNOWFLAKE = Here("snowflake", _nothing, _snowflake, _TYPES, stand_in="`fakesnow`, an emulation on DuckDB")
