"""What the rest of driftql asks of a database, whichever it is."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from driftql.engines import Engine

__all__ = ["Column", "ColumnKind", "Row", "Warehouse", "Writer"]

Row = tuple[Any, ...]

ColumnKind = Literal[
    "integer", "float", "decimal", "boolean", "text", "timestamp", "timestamptz", "date", "list", "other"
]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name
        As the table spells it.
    type
        The engine's own name of its type.
    kind
        What driftql can do with it.
    """

    name: str
    type: str
    kind: ColumnKind

    @property
    def is_numeric(self) -> bool:
        """Whether the column can be a feature."""
        return self.kind in ("integer", "float", "decimal", "boolean")


class Writer(Protocol):
    """Runs statements inside one transaction."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement and return how many rows it changed (0 where it changes none)."""
        ...

    def query(self, sql: str) -> list[Row]:
        """Run a query inside the transaction."""
        ...


class Warehouse(Protocol):
    """A database that holds prediction tables."""

    @property
    def engine(self) -> Engine:
        """Which SQL it speaks."""
        ...

    @property
    def label(self) -> str:
        """What to call it in a message: no credentials."""
        ...

    def relation(self, source: str) -> str:
        """Return a quoted fragment to stand after ``from`` for a table, view or file.

        Raises
        ------
        SourceError
            If there is no such table or file; the nearest name is suggested.
        """
        ...

    def table_exists(self, name: str) -> bool:
        """Tell whether a table or view of that name is there."""
        ...

    def columns(self, relation: str) -> list[Column]:
        """Return a relation's columns in order. ``relation`` is a fragment made by :meth:`relation`."""
        ...

    def query(self, sql: str) -> list[Row]:
        """Run one query and fetch all of its rows.

        Raises
        ------
        WarehouseError
            If the database refuses.
        """
        ...

    def sample(self, sql: str) -> list[Row]:
        """Run a query that draws a sample, so that the same data give the same sample, where the engine can.

        Raises
        ------
        WarehouseError
            If the database refuses.
        """
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Hold one state of the tables for the length of a block, so that its queries agree; where the engine can."""
        ...

    def transaction(self) -> AbstractContextManager[Writer]:
        """Open a transaction that is committed at the end of the block, or rolled back if the block raises.

        Raises
        ------
        WarehouseError
            If the database cannot be written.
        """
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...
