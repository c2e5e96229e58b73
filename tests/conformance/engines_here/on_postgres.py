"""PostgreSQL: a server out of a wheel, and Debian's where it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

import driftql
from driftql.engines import ENGINES
from driftql.sql import fragments
from tests.conformance.engines_here.base import Here, Session, Table, array_text, statements
from tests.support import servers

__all__ = ["DEBIAN_POSTGRES", "POSTGRES"]


_TYPES = {
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
                create, *_ = statements(name, {c: (kind, ()) for c, (kind, _) in table.items()}, _TYPES, engine)
                connection.execute(create)
                with connection.cursor().copy(f"copy {fragments.identifier(name, engine)} from stdin") as copy:
                    for row in zip(*(values for _, values in table.values()), strict=True):
                        copy.write_row(
                            [array_text(value) if isinstance(value, list | tuple) else value for value in row]
                        )

        yield Session(lambda: driftql.connect(url), load)


@contextmanager
def _debian(folder: Path) -> Iterator[str]:
    programs = servers.debian_postgres_folder()
    assert programs is not None
    with servers.debian_postgres(programs) as url:
        yield url


POSTGRES = Here("postgres", servers.postgres, _postgres, _TYPES)
DEBIAN_POSTGRES = Here("postgres", _debian, _postgres, _TYPES) if servers.debian_postgres_folder() is not None else None
