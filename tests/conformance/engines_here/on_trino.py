"""Trino, emulated: its driver and its protocol, and a coordinator that runs the statements on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import driftql
from tests.conformance.engines_here.base import Here, Session, Table, no_server
from tests.stand_ins import trino as trino_stand_in

__all__ = ["TRINO"]


_TYPES = {
    "float": "double",
    "integer": "bigint",
    "decimal": "decimal(12, 2)",
    "long decimal": "decimal(30, 10)",
    "boolean": "boolean",
    "text": "varchar",
    "timestamp": "timestamp(6)",
    "timestamptz": "timestamp(6) with time zone",
    "date": "date",
    "list": "array(double)",
}


@contextmanager
def _trino(_: Any, folder: Path) -> Iterator[Session]:
    with trino_stand_in.serve() as coordinator:

        def load(name: str, table: Table) -> None:
            coordinator.load(name, table, _TYPES)

        yield Session(lambda: driftql.connect(coordinator.url), load)


TRINO = Here(
    "trino", no_server, _trino, _TYPES, lowers=True, stand_in="DuckDB, by Trino's driver, protocol and grammar"
)
