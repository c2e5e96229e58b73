"""Databases: a Protocol, its adapters, and :func:`connect`. A driver is imported when its database is opened."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from driftql.errors import ConfigError
from driftql.warehouse.base import Column, ColumnKind, Row, Warehouse, Writer

if TYPE_CHECKING:
    from driftql.warehouse.duckdb import DuckDBWarehouse

__all__ = ["Column", "ColumnKind", "Row", "Warehouse", "Writer", "connect"]

_SCHEME = re.compile(r"^([a-z][a-z0-9+_.-]*):/{2,}", re.IGNORECASE)


def connect(
    url: str | Path,
    *,
    threads: int | None = None,
    memory_limit: str | None = None,
    folder: Path | None = None,
    create: bool = False,
) -> DuckDBWarehouse:
    """Open a database.

    Parameters
    ----------
    url
        A DuckDB file's path, ``duckdb:///path`` or ``:memory:``.
    threads, memory_limit
        Limits on what the database may use.
    folder
        Where a relative path is taken from; the working folder by default.
    create
        Whether writing may create the file.

    Raises
    ------
    ConfigError
        If the URL's scheme is not known.
    SourceError
        If the file does not exist.
    """
    from driftql.warehouse.duckdb import DuckDBWarehouse

    text = str(url)
    match = _SCHEME.match(text)
    if match and match[1].lower() != "duckdb":
        # The rest of the URL may hold a password: it is not repeated.
        raise ConfigError(f"driftql cannot connect to {match[1]}:// yet; it reads DuckDB files, Parquet, CSV and JSON")
    path = re.sub(r"^duckdb:/{2,3}", "", text, flags=re.IGNORECASE)
    if path not in ("", ":memory:"):
        path = str((folder or Path()) / Path(path).expanduser())
    return DuckDBWarehouse(path or ":memory:", threads=threads, memory_limit=memory_limit, create=create)
