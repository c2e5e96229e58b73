"""What a test needs of an engine, and how rows get into one as plain SQL."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from driftql.engines import ENGINES, Engine
from driftql.sql import fragments
from driftql.warehouse.base import Warehouse

__all__ = ["Here", "Session", "Table", "array_text", "literal", "no_server", "statements"]

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
    slow
        Whether it takes seconds for some thousand rows: it is given fewer, and told to take them for many.
    lowers
        Whether its catalog has every name in lower case, however it was written, quoted or not.
    stand_in
        What runs in place of the engine, in a few words; '' where the engine itself runs.
    beside
        Another engine of these tests whose server it shares, so that both run in one process.
    sends
        Another engine of these tests to which driftql sends the same statements in a check. It is tried with what its
        driver may do to rows and values; what only the SQL decides is tried there.
    """

    engine: str
    start: Callable[[Path], AbstractContextManager[Any]]
    session: Callable[[Any, Path], AbstractContextManager[Session]]
    types: Mapping[str, str] = field(default_factory=dict)
    slow: bool = False
    lowers: bool = False
    stand_in: str = ""
    beside: str = ""
    sends: str = ""

    def spelled(self, name: str) -> str:
        """Return a name as the engine's catalog has it."""
        return name.lower() if self.lowers else name

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
        return f"cast({fragments.text(array_text(value), engine)} as {type_name})"
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


def array_text(values: Sequence[Any]) -> str:
    """Write a list in the manner of PostgreSQL."""
    return "{" + ", ".join("NULL" if value is None else repr(float(value)) for value in values) + "}"


@contextmanager
def no_server(folder: Path) -> Iterator[None]:
    """For what needs none."""
    yield None
