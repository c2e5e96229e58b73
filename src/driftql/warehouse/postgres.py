"""PostgreSQL: its system catalog, samples with a seed, and estimates from its plans."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from driftql.engines import ENGINES, Engine
from driftql.sql import fragments
from driftql.warehouse.alchemy import open_address, read_address
from driftql.warehouse.base import Column, Estimate, Row
from driftql.warehouse.catalog import Listed, Query, Table
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.types import column_of

__all__ = ["PostgresCatalog", "PostgresWarehouse", "adopt", "open"]

_ENGINE = ENGINES["postgres"]
# Bytes of a page of a table.
_PAGE = 8192


def open(url: str, *, timeout: float | None = None) -> PostgresWarehouse:
    """Connect to the PostgreSQL database of a URL; see :class:`~driftql.warehouse.registry.EngineModule`."""
    return open_address(read_address(url, _ENGINE), PostgresWarehouse, timeout=timeout)


def adopt(connection: Any, **settings: Any) -> PostgresWarehouse:
    """Use the caller's connection; see :class:`~driftql.warehouse.registry.EngineModule`."""
    return PostgresWarehouse(connection, **settings)


class PostgresCatalog(Listed):
    """The system catalog, which unlike ``information_schema`` also lists materialized views.

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
        """Return a table's columns; for a domain, the type below it, also where that is a domain in its turn."""
        relation = fragments.text(table.quoted(self._engine), self._engine)
        rows = self._query(
            "with recursive found as ("
            "select a.attnum, a.attname, a.atttypid as type_id, a.atttypmod as modifier, "
            "pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'select') as is_granted "
            "from pg_catalog.pg_attribute as a "
            f"where a.attrelid = {relation}::regclass and a.attnum > 0 and not a.attisdropped "
            "union all "
            "select f.attnum, f.attname, t.typbasetype, t.typtypmod, f.is_granted from found as f "
            "inner join pg_catalog.pg_type as t on t.oid = f.type_id where t.typtype = 'd') "
            "select f.attname, t.typtype, pg_catalog.format_type(f.type_id, f.modifier), f.is_granted "
            "from found as f inner join pg_catalog.pg_type as t on t.oid = f.type_id "
            "where t.typtype <> 'd' order by f.attnum"
        )
        # Without a right to any of them, PostgreSQL's own refusal says more.
        has_rights = any(row[3] for row in rows)
        columns = []
        for name, kind, type_name, is_granted in rows:
            column = column_of(str(name), str(type_name), self._engine)
            if not is_granted and has_rights:
                column = replace(column, kind="other", unreadable="no right to read it")
            columns.append(replace(column, kind="text") if kind == "e" and not column.unreadable else column)
        return columns


class PostgresWarehouse(DbapiWarehouse):
    """PostgreSQL behind an open connection.

    Parameters
    ----------
    connection, title, owned, timeout, secrets, release
        As for :class:`~driftql.warehouse.dbapi.DbapiWarehouse`.
    """

    def __init__(
        self,
        connection: Any,
        *,
        title: str = "",
        owned: bool = False,
        timeout: float | None = None,
        secrets: Sequence[str] = (),
        release: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(
            connection,
            _ENGINE,
            title=title,
            owned=owned,
            timeout=timeout,
            catalog=PostgresCatalog(self.query, _ENGINE),
            secrets=secrets,
            release=release,
        )

    def sample(self, sql: str) -> list[Row]:
        """Run a query that draws a sample; a seed makes it the same every time."""
        if not self._in_block and not self._owned:
            with self._block(read_only=False, keep=False):
                return self.sample(sql)
        self._run("select setseed(0.42)")
        return self._run(sql)

    def estimate(self, sql: str) -> Estimate | None:
        """Estimate what a query would read, from its plan and the statistics of its tables."""
        plan = self.query(f"explain (format json, verbose) {sql}")[0][0]
        plan = json.loads(plan) if isinstance(plan, str) else plan
        rows = size = 0
        for schema, name, expected, width in _scans(plan[0]["Plan"]):
            if schema is None:
                rows, size = rows + expected, size + expected * width
                continue
            relation = fragments.text(Table(schema, name, True).quoted(self._engine), self._engine)
            found = self.query(
                f"select reltuples::bigint, relpages::bigint from pg_catalog.pg_class where oid = {relation}::regclass"
            )[0]
            # reltuples is -1 for a table that was never analysed.
            known = found[0] >= 0
            rows += found[0] if known else expected
            size += found[1] * _PAGE if known else expected * width
        return Estimate(int(rows), int(size))


def _scans(node: dict[str, Any]) -> Iterator[tuple[str | None, str, int, int]]:
    """Yield a plan's scans: schema (None unless the scan reads the whole table), table, rows, bytes per row."""
    if "Relation Name" in node:
        whole = node["Node Type"] == "Seq Scan"
        yield (
            node.get("Schema") if whole else None,
            node["Relation Name"],
            int(node.get("Plan Rows", 0)),
            int(node.get("Plan Width", 0)),
        )
    for child in node.get("Plans", ()):
        yield from _scans(child)
