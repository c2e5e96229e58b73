"""A database of a test's own: how to reach it, and what is in it."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import Any

import duckdb
import psycopg

from tests.support.predictions import predictions_of

__all__ = ["Place", "fill_postgres"]

_TYPES = {"user_id": "text", "predicted_label": "text", "note": "text", "order_id": "bigint"}
_TYPES |= {"bucket_start_ts": "timestamp", "bucket_end_ts": "timestamp"}


@dataclass(frozen=True)
class Place:
    """A database.

    Attributes
    ----------
    engine
        ``"duckdb"`` or ``"postgres"``.
    url
        What ``driftql.connect`` takes.
    """

    engine: str
    url: str

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements with the engine's own driver; return the rows of the last one."""
        rows: list[tuple[Any, ...]] = []
        if self.engine == "duckdb":
            with _opened(self.url) as connection:
                for sql in statements:
                    rows = connection.execute(sql).fetchall()
            return rows
        with psycopg.connect(self.url, autocommit=True) as server:
            for sql in statements:
                cursor = server.execute(sql)
                rows = cursor.fetchall() if cursor.description else []
        return rows

    def running(self) -> list[str]:
        """Return the statements of driftql that run in PostgreSQL now; DuckDB's end with their process."""
        if self.engine == "duckdb":
            return []
        rows = self.run("select query from pg_stat_activity where state <> 'idle' and query like '%/* driftql %'")
        return [str(sql) for (sql,) in rows if "pg_stat_activity" not in sql]


def _opened(path: str) -> duckdb.DuckDBPyConnection:
    """Open a file, when whoever writes to it has ended."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return duckdb.connect(path)
        except duckdb.IOException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def fill_postgres(url: str) -> None:
    """Create the table ``predictions`` in PostgreSQL."""
    columns = predictions_of()
    with psycopg.connect(url, autocommit=True) as connection:
        described = ", ".join(f"{name} {_TYPES.get(name, 'double precision')}" for name in columns)
        connection.execute(f"create table predictions ({described})")
        with connection.cursor().copy("copy predictions from stdin") as copy:
            for row in zip(*(values.tolist() for values in columns.values()), strict=True):
                copy.write_row(row)
        with contextlib.suppress(psycopg.Error):
            connection.execute("analyze predictions")
