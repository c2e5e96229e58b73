"""The engines that these tests run on, as data: how each is started, and how rows get into it.

To add one, add an entry to :data:`HERE`. An engine that is listed and does not start fails the run; it is not skipped.
"""

from __future__ import annotations

import datetime as dt
import math
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
import servers
from driftql import fragments
from driftql.engines import ENGINES, Engine
from driftql.warehouse.base import Warehouse

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
    """

    engine: str
    start: Callable[[Path], AbstractContextManager[Any]]
    session: Callable[[Any, Path], AbstractContextManager[Session]]
    types: Mapping[str, str] = field(default_factory=dict)

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


HERE: dict[str, Here] = {
    "duckdb": Here("duckdb", _no_server, _duckdb, _DUCKDB_TYPES),
    "postgres": Here("postgres", servers.postgres, _postgres, _POSTGRES_TYPES),
}
if servers.debian_postgres_folder() is not None:
    HERE["debian-postgres"] = Here("postgres", _debian, _postgres, _POSTGRES_TYPES)
