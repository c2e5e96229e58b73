"""How each engine tells which tables and columns there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

from driftql import fragments
from driftql.engines import Engine
from driftql.warehouse.base import Column, Row
from driftql.warehouse.kinds import column_of

__all__ = ["Catalog", "InformationSchema", "Inspected", "PostgresCatalog", "Query", "Table", "with_digits"]

Query = Callable[[str], list[Row]]


class Table(NamedTuple):
    """A table or view.

    Attributes
    ----------
    schema
        Where it is; None where the engine has no schemas.
    name
        As the catalog spells it.
    is_near
        Whether its name alone finds it.
    has_blocks
        Whether a sample can skip blocks of it.
    """

    schema: str | None
    name: str
    is_near: bool
    has_blocks: bool = True

    def quoted(self, engine: Engine) -> str:
        """Return what to write after ``from``."""
        parts = [part for part in (self.schema, self.name) if part is not None]
        return ".".join(fragments.identifier(part, engine) for part in parts)


class Catalog(Protocol):
    """What tables and columns there are."""

    def tables(self) -> list[Table]:
        """Return the tables and views that the user may see, those that need no schema first."""
        ...

    def columns(self, table: Table) -> list[Column]:
        """Return a table's columns in order."""
        ...


class PostgresCatalog:
    """The system catalog: unlike ``information_schema`` it also lists materialized views.

    https://www.postgresql.org/docs/current/catalogs.html
    """

    def __init__(self, query: Query, engine: Engine) -> None:
        self._query = query
        self._engine = engine

    def tables(self) -> list[Table]:
        """Return tables, views, materialized views, partitioned and foreign tables."""
        rows = self._query(
            "select n.nspname, c.relname, pg_catalog.pg_table_is_visible(c.oid), c.relkind in ('r', 'm', 'p') "
            "from pg_catalog.pg_class as c "
            "inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace "
            "where c.relkind in ('r', 'v', 'm', 'p', 'f') "
            "and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') "
            "and not pg_catalog.pg_is_other_temp_schema(n.oid) "
            "order by 3 desc, 1, 2"
        )
        return [Table(str(schema), str(name), bool(is_near), bool(blocks)) for schema, name, is_near, blocks in rows]

    def columns(self, table: Table) -> list[Column]:
        """Return a table's columns; a domain is told as the type below it."""
        relation = fragments.text(table.quoted(self._engine), self._engine)
        rows = self._query(
            "select a.attname, t.typtype, pg_catalog.format_type("
            "case when t.typtype = 'd' then t.typbasetype else a.atttypid end, "
            "case when t.typtype = 'd' then t.typtypmod else a.atttypmod end) "
            "from pg_catalog.pg_attribute as a inner join pg_catalog.pg_type as t on t.oid = a.atttypid "
            f"where a.attrelid = {relation}::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum"
        )
        return [
            Column(str(name), str(type_name), "text")
            if kind == "e"
            else column_of(str(name), str(type_name), self._engine)
            for name, kind, type_name in rows
        ]


class InformationSchema:
    """The standard's catalog, for connections of which nothing better is known."""

    def __init__(self, query: Query, engine: Engine) -> None:
        self._query = query
        self._engine = engine

    def tables(self) -> list[Table]:
        """Return tables and views; those of the current schema first, where the engine has one."""
        rows = self._query(
            "select table_schema, table_name from information_schema.tables order by table_schema, table_name"
        )
        current = self._current()
        tables = [
            Table(str(schema), str(name), str(schema) == current)
            for schema, name in rows
            if str(schema).casefold() not in ("information_schema", "pg_catalog", "system")
        ]
        return sorted(tables, key=lambda table: not table.is_near)

    def _current(self) -> str | None:
        function = {"clickhouse": "currentDatabase()", "snowflake": "current_schema()"}.get(
            self._engine.name, "current_schema"
        )
        found = self._query(f"select {function}")[0][0]
        return None if found is None else str(found)

    def columns(self, table: Table) -> list[Column]:
        """Return a table's columns with the full names of their types."""
        engine = self._engine
        # Only these tell the number of digits apart from the type's name.
        digits = engine.name in ("snowflake", "postgres")
        extra = ", numeric_precision, numeric_scale" if digits else ""
        schema = fragments.text(table.schema or "", engine)
        rows = self._query(
            f"select column_name, data_type{extra} from information_schema.columns "
            f"where table_schema = {schema} and table_name = {fragments.text(table.name, engine)} "
            "order by ordinal_position"
        )
        return [column_of(str(row[0]), with_digits(row[1:]), engine) for row in rows]


def with_digits(parts: Sequence[Any]) -> str:
    """Write a type's name with the number of its digits, where they are told apart from it."""
    name = str(parts[0])
    if len(parts) == 3 and parts[1] is not None and name.casefold() in ("number", "numeric", "decimal"):
        return f"{name}({int(parts[1])},{int(parts[2] or 0)})"
    return name


class Inspected:
    """What SQLAlchemy's inspector tells, for engines whose catalog it knows best."""

    def __init__(self, inspector: Any, engine: Engine, dialect: Any) -> None:
        self._inspector = inspector
        self._engine = engine
        self._dialect = dialect

    def tables(self) -> list[Table]:
        """Return tables and views of the default schema, then those of the others."""
        self._inspector.clear_cache()
        default = self._inspector.default_schema_name
        found = []
        schemas = [name for name in self._inspector.get_schema_names() if name.casefold() != "information_schema"]
        for schema in sorted(schemas, key=lambda name: (name != default, name)):
            names = {*self._inspector.get_table_names(schema=schema)}
            with suppress(NotImplementedError):
                names |= {*self._inspector.get_view_names(schema=schema)}
            found += [Table(schema, name, schema == default) for name in sorted(names)]
        return found

    def columns(self, table: Table) -> list[Column]:
        """Return a table's columns; a type that SQLAlchemy does not know is of no use to driftql either."""
        return [
            column_of(str(column["name"]), self._type_name(column["type"]), self._engine)
            for column in self._inspector.get_columns(table.name, schema=table.schema)
        ]

    def _type_name(self, kind: Any) -> str:
        try:
            return str(kind.compile(dialect=self._dialect))
        except Exception:  # what a dialect cannot write down is a type that it does not know
            return "unknown"
