"""The names of DuckDB's tables: in which order it looks for one, and how one is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from driftql.engines import ENGINES
from driftql.sql import fragments

__all__ = ["TABLES", "Listed", "find", "visible"]

_ENGINE = ENGINES["duckdb"]

# In the order in which DuckDB looks for a name without a schema: temporary ones, then the current schema.
TABLES = (
    "select table_catalog, table_schema, table_name, table_catalog = current_database(), "
    "table_catalog = 'temp' or (table_catalog = current_database() and table_schema = current_schema()) as is_near "
    "from information_schema.tables "
    "order by table_catalog = 'temp' desc, is_near desc, table_catalog = current_database() desc, "
    "table_schema <> 'main', table_schema, table_catalog, table_name"
)
_SYSTEM = ("information_schema", "pg_catalog")
# The schema that an attached database has without being told one.
_DEFAULT_SCHEMAS = ("main", "public", "dbo")


class Listed(NamedTuple):
    """A table or view of the catalog.

    Attributes
    ----------
    catalog, schema, name
        Its full name.
    is_of_this_database
        Whether its catalog is the current one.
    is_near
        Whether its name needs no schema.
    """

    catalog: str
    schema: str
    name: str
    is_of_this_database: bool
    is_near: bool

    @property
    def quoted(self) -> str:
        """Its full name as SQL."""
        return ".".join(fragments.identifier(part, _ENGINE) for part in (self.catalog, self.schema, self.name))

    @property
    def typed(self) -> str:
        """Its name as a user types it: without what is clear, quoted where a part needs it."""
        if self.is_near or (self.is_of_this_database and self.schema == "main"):
            return self.name if "." not in self.name else fragments.typed_name([self.name], _ENGINE)
        if self.is_of_this_database:
            return fragments.typed_name([self.schema, self.name], _ENGINE)
        if self.schema in _DEFAULT_SCHEMAS:
            return fragments.typed_name([self.catalog, self.name], _ENGINE)
        return fragments.typed_name([self.catalog, self.schema, self.name], _ENGINE)


def visible(tables: Sequence[Listed]) -> list[Listed]:
    """Return the tables of users, without those of the system."""
    return [table for table in tables if table.schema not in _SYSTEM]


def find(tables: Sequence[Listed], source: str) -> Listed | None:
    """Find a name as it is written, then split at its dots: ``table``, ``schema.table``, ``database.table`` or all.

    A name without a schema means a temporary table, then one of the current schema; one of another schema only where
    no second one has the name.
    """
    for parts in ([source], fragments.table_parts(source, _ENGINE)):
        wanted = [part.casefold() for part in parts]
        same = [
            table
            for table in tables
            if [part.casefold() for part in (table.catalog, table.schema, table.name)][-len(wanted) :] == wanted
        ]
        if len(wanted) == 2 and not same:
            same = [
                table
                for table in tables
                if [table.catalog.casefold(), table.name.casefold()] == wanted and table.schema in _DEFAULT_SCHEMAS
            ]
        if same and (len(wanted) > 1 or same[0].is_near or len(same) == 1):
            return same[0]
    return None
