"""Redshift's SQL by Redshift's driver, on PostgreSQL: see ``tests.stand_ins.redshift``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

import driftql
from driftql.engines import ENGINES
from driftql.sql import fragments
from tests.conformance.engines_here.base import Here, Session, Table, statements
from tests.stand_ins import redshift as redshift_stand_in

__all__ = ["REDSHIFT"]


_TYPES = {
    "float": "double precision",
    "integer": "bigint",
    "decimal": "numeric(12, 2)",
    "long decimal": "numeric(30, 10)",
    "boolean": "boolean",
    "text": "varchar(256)",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
    "date": "date",
    "list": "super",
}


@contextmanager
def _redshift(server: redshift_stand_in.Emulation, folder: Path) -> Iterator[Session]:
    with server.database() as own:

        def load(name: str, table: Table) -> None:
            engine = ENGINES["redshift"]
            with psycopg.connect(own.below, autocommit=True) as connection:
                connection.execute("set time zone 'UTC'")
                create, *_ = statements(name, {c: (kind, ()) for c, (kind, _) in table.items()}, _TYPES, engine)
                connection.execute(create)
                with connection.cursor().copy(f"copy {fragments.identifier(name, engine)} from stdin") as copy:
                    for row in zip(*(values for _, values in table.values()), strict=True):
                        copy.write_row([_value(value) for value in row])

        yield Session(lambda: driftql.connect(own.url), load)


def _value(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list | tuple) else value


REDSHIFT = Here("redshift", redshift_stand_in.serve, _redshift, _TYPES, stand_in="PostgreSQL, by Redshift's connector")
