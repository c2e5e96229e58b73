"""DuckDB in a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

import driftql
from driftql.engines import ENGINES
from driftql.sql import fragments
from tests.conformance.engines_here.base import Here, Session, Table, no_server

__all__ = ["DUCKDB"]


_TYPES = {
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
def _duckdb(_: Any, folder: Path) -> Iterator[Session]:
    path = folder / "conformance.duckdb"

    def load(name: str, table: Table) -> None:
        with duckdb.connect(str(path)) as connection:
            connection.execute("set TimeZone = 'UTC'")
            arrays = {f"c{place}": pa.array(values) for place, (_, values) in enumerate(table.values())}
            connection.register("made", pa.table(arrays))
            chosen = ", ".join(
                f"cast(c{place} as {_TYPES[kind]}) as {fragments.identifier(column, ENGINES['duckdb'])}"
                for place, (column, (kind, _)) in enumerate(table.items())
            )
            connection.execute(
                f"create table {fragments.identifier(name, ENGINES['duckdb'])} as select {chosen} from made"
            )

    duckdb.connect(str(path)).close()
    yield Session(lambda: driftql.connect(path), load)


DUCKDB = Here("duckdb", no_server, _duckdb, _TYPES)
