"""PostgreSQL: its system catalog, samples with a seed, and the plans that it tells as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from driftql.engines import ENGINES, Engine
from driftql.sql import fragments
from driftql.warehouse.base import Column, Estimate, Row
from driftql.warehouse.catalog import Listed, Query, Table
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.kinds import column_of

__all__ = ["PostgresCatalog", "PostgresWarehouse"]

_PAGE = 8192


class PostgresCatalog(Listed):
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


class PostgresWarehouse(DbapiWarehouse):
    """PostgreSQL behind an open connection.

    Parameters
    ----------
    connection, label, owned, timeout, secrets, release
        As for :class:`DbapiWarehouse`.
    """

    def __init__(
        self,
        connection: Any,
        *,
        label: str = "",
        owned: bool = False,
        timeout: float | None = None,
        secrets: Sequence[str] = (),
        release: Callable[[], None] | None = None,
    ) -> None:
        engine = ENGINES["postgres"]
        super().__init__(
            connection,
            engine,
            label=label,
            owned=owned,
            timeout=timeout,
            catalog=PostgresCatalog(self.query, engine),
            secrets=secrets,
            release=release,
        )

    def sample(self, sql: str) -> list[Row]:
        """Run a query that draws a sample; a seed makes it the same one every time."""
        if not self._in_block and not self._owned:
            with self._block(read_only=False, keep=False):
                return self.sample(sql)
        self._run("select setseed(0.42)")
        return self._run(sql)

    def estimate(self, sql: str) -> Estimate | None:
        """Ask the planner what a query would read."""
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
            # A table that was never analysed has -1 rows.
            known = found[0] >= 0
            rows += found[0] if known else expected
            size += found[1] * _PAGE if known else expected * width
        return Estimate(int(rows), int(size))


def _scans(node: dict[str, Any]) -> Iterator[tuple[str | None, str, int, int]]:
    """Yield a plan's scans: schema (None unless it reads the whole table), table, rows, width of a row."""
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
