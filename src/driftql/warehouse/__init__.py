"""Databases: a Protocol, its adapters, and :func:`connect`. A driver is imported when its database is opened."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from driftql.errors import ConfigError
from driftql.warehouse.base import Column, ColumnKind, Estimate, Row, Warehouse, Writer

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from driftql.aliases import WarehouseLike

__all__ = [
    "Column",
    "ColumnKind",
    "Estimate",
    "Row",
    "Warehouse",
    "Writer",
    "connect",
    "engine_name_of",
    "use_warehouse",
]

_SCHEME = re.compile(r"^([a-z][a-z0-9+_.-]*):/{2,}", re.IGNORECASE)


def engine_name_of(url: str) -> str | None:
    """Return the name of the engine that a URL or path leads to; None where driftql knows none."""
    match = _SCHEME.match(url)
    if match is None or match[1].lower() == "duckdb":
        return "duckdb"
    from driftql.warehouse.alchemy import DIALECTS

    return DIALECTS.get(match[1].lower().partition("+")[0])


def connect(
    url: WarehouseLike,
    *,
    threads: int | None = None,
    memory_limit: str | None = None,
    folder: Path | None = None,
    create: bool = False,
    timeout: float | None = None,
) -> Warehouse:
    """Open a database.

    Parameters
    ----------
    url
        The path of a DuckDB file, ``duckdb:///path`` or ``:memory:``; the URL of another engine, such as
        ``postgresql://user:password@host/database``; or something open: a DuckDB connection, a DB-API connection, a
        SQLAlchemy Engine or Connection, a client of clickhouse-connect or of BigQuery, a Spark session. driftql never
        closes what you opened.
    threads, memory_limit
        How much DuckDB may use.
    folder
        The folder of a relative path; by default the working folder.
    create
        Whether writing may create a missing file.
    timeout
        The longest time that a statement may run, in seconds.

    Raises
    ------
    ConfigError
        If the URL's scheme is not known, or the engine's driver is not installed.
    SourceError
        If the file does not exist.
    WarehouseError
        If the database cannot be reached.

    Examples
    --------
    >>> with connect(":memory:") as warehouse:
    ...     warehouse.query("select 6 * 7")
    [(42,)]
    """
    from driftql.warehouse.duckdb import DuckDBWarehouse

    if not isinstance(url, (str, os.PathLike)):
        return _adopted(url, timeout)
    text = os.fspath(url)
    match = _SCHEME.match(text)
    if match and match[1].lower() != "duckdb":
        from driftql.warehouse.alchemy import open_url

        if threads is not None or memory_limit is not None:
            raise ConfigError("threads and memory_limit are settings of DuckDB; leave them out for another database")
        if match[1].lower().startswith("clickhouse"):
            from driftql.warehouse.clickhouse import open_clickhouse

            return open_clickhouse(text, timeout=timeout)
        if match[1].lower() == "bigquery":
            from driftql.warehouse.bigquery import open_bigquery

            return open_bigquery(text, timeout=timeout)
        return open_url(text, timeout=timeout)
    path = re.sub(r"^duckdb:/{2,3}", "", text, flags=re.IGNORECASE)
    if path not in ("", ":memory:"):
        path = str((folder or Path()) / Path(path).expanduser())
    return DuckDBWarehouse(
        path or ":memory:", threads=threads, memory_limit=memory_limit, create=create, timeout=timeout
    )


def _is_open(warehouse: object) -> TypeIs[Warehouse]:
    """Return whether ``connect`` has been here already."""
    return hasattr(warehouse, "relation") and hasattr(warehouse, "snapshot")


@contextmanager
def use_warehouse(warehouse: WarehouseLike | None, *, create: bool = False) -> Iterator[Warehouse]:
    """Open what the caller named, and close it afterwards; what is open already is passed on and stays open.

    Parameters
    ----------
    warehouse
        What :func:`connect` takes or returned; None for a DuckDB in memory, which reads files.
    create
        Whether writing may create a DuckDB file.

    Raises
    ------
    ConfigError, SourceError, WarehouseError
        As :func:`connect` does.
    """
    if _is_open(warehouse):
        yield warehouse
        return
    with connect(":memory:" if warehouse is None else warehouse, create=create) as opened:
        yield opened


def _adopted(opened: Any, timeout: float | None) -> Warehouse:
    """Wrap what the caller has opened."""
    from driftql.warehouse.adapters import engine_of_connection, wrapped
    from driftql.warehouse.alchemy import from_sqlalchemy, is_sqlalchemy
    from driftql.warehouse.duckdb import DuckDBWarehouse, is_connection
    from driftql.warehouse.spark import SparkWarehouse, is_spark_session

    if is_spark_session(opened):
        return SparkWarehouse(opened, timeout=timeout)
    if is_connection(opened):
        return DuckDBWarehouse(connection=opened, timeout=timeout)
    if is_sqlalchemy(opened):
        return from_sqlalchemy(opened, timeout=timeout)
    engine = engine_of_connection(opened)
    # A client is no DB-API connection: these are ClickHouse's and BigQuery's.
    if engine is not None and any(hasattr(opened, name) for name in ("cursor", "command", "get_table")):
        return wrapped(opened, engine, timeout=timeout)
    if _is_open(opened):
        return opened
    raise ConfigError(
        "a warehouse is a database file's path, a URL, an open connection (DuckDB, DB-API, SQLAlchemy), a Spark "
        f"session or what driftql.connect returned; {type(opened).__name__} is none of these"
    )
