"""Catalogs: which tables and columns a database has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from driftql.engines import Engine
from driftql.sql import fragments
from driftql.warehouse.base import Column, Row
from driftql.warehouse.types import column_of

__all__ = [
    "Catalog",
    "InformationSchema",
    "Listed",
    "Query",
    "Table",
    "Unlisted",
    "among",
    "with_digits",
]

Query = Callable[[str], list[Row]]


class Table(NamedTuple):
    """A table or view.

    Attributes
    ----------
    schema
        Its schema; None where the engine has no schemas.
    name
        Its name, as the catalog spells it.
    is_near
        Whether its name needs no schema.
    has_blocks
        Whether a sample can skip blocks of it.
    database
        The database of its schema, where that is not the connection's own.
    """

    schema: str | None
    name: str
    is_near: bool
    has_blocks: bool = True
    database: str | None = None

    def quoted(self, engine: Engine) -> str:
        """Return its quoted name, with schema and database."""
        parts = [part for part in (self.database, self.schema, self.name) if part is not None]
        return ".".join(fragments.identifier(part, engine) for part in parts)


class Catalog(Protocol):
    """The tables and columns of a database."""

    def tables(self) -> list[Table]:
        """Return the tables and views that the user may see, those that need no schema first."""
        ...

    def find(self, source: str) -> Table | None:
        """Find a table by the name that a user wrote."""
        ...

    def columns(self, table: Table) -> list[Column]:
        """Return a table's columns in order."""
        ...


def among(tables: Sequence[Table], source: str, engine: Engine) -> Table | None:
    """Find a name in a list of tables.

    The name is tried as it is written, then split at its dots; each time first exactly, then without regard to
    capitals.

    Parameters
    ----------
    tables
        The tables to choose from.
    source
        The name that the user wrote.
    engine
        The engine whose quotes the name may hold.
    """
    for parts in ([source], fragments.table_parts(source, engine)):
        for fold in (str, str.casefold):
            wanted = [fold(part) for part in parts][-2:]
            for table in tables:
                found = [fold(part) for part in (table.schema or "", table.name)][-len(wanted) :]
                if found == wanted and (len(wanted) > 1 or table.is_near):
                    return table
    # A name without a schema is unambiguous where only one schema has it.
    far = [table for table in tables if table.name.casefold() == source.casefold()]
    return far[0] if len(far) == 1 else None


class Listed:
    """A catalog that is read in one statement, so that a table is found by searching the list."""

    _engine: Engine

    def tables(self) -> list[Table]:
        """Return tables and views."""
        raise NotImplementedError  # each engine has its own statement

    def find(self, source: str) -> Table | None:
        """Find a table by the name that a user wrote."""
        return among(self.tables(), source, self._engine)


class InformationSchema(Listed):
    """The catalog of the SQL standard, for engines without a better one."""

    def __init__(self, query: Query, engine: Engine) -> None:
        self._query = query
        self._engine = engine

    def tables(self) -> list[Table]:
        """Return tables and views; those of the current schema first, where the engine has one."""
        rows = self._query(
            "select table_schema, table_name from information_schema.tables order by table_schema, table_name"
        )
        [(found,)] = self._query(f"select {self._engine.current_schema}")
        current = None if found is None else str(found)
        tables = [
            Table(str(schema), str(name), str(schema) == current)
            for schema, name in rows
            if str(schema).casefold() not in ("information_schema", "pg_catalog", "system")
        ]
        return sorted(tables, key=lambda table: not table.is_near)

    def columns(self, table: Table) -> list[Column]:
        """Return a table's columns with the full names of their types."""
        engine = self._engine
        extra = ", numeric_precision, numeric_scale" if engine.digits_apart else ""
        schema = fragments.text(table.schema or "", engine)
        rows = self._query(
            f"select column_name, data_type{extra} from information_schema.columns "
            f"where table_schema = {schema} and table_name = {fragments.text(table.name, engine)} "
            "order by ordinal_position"
        )
        return [column_of(str(row[0]), with_digits(row[1:]), engine) for row in rows]


def with_digits(parts: Sequence[Any]) -> str:
    """Write a type's name with its digits, where the catalog keeps these in columns of their own."""
    name = str(parts[0])
    if len(parts) == 3 and parts[1] is not None and name.casefold() in ("number", "numeric", "decimal"):
        return f"{name}({int(parts[1])},{int(parts[2] or 0)})"
    return name


class Unlisted:
    """An empty catalog, for a warehouse that finds each name by a statement of its own."""

    def tables(self) -> list[Table]:
        """Return nothing."""
        return []

    def find(self, source: str) -> Table | None:
        """Find nothing."""
        return None

    def columns(self, table: Table) -> list[Column]:
        """Return nothing."""
        return []
