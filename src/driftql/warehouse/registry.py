"""The engine of a URL or of an open connection, and the module of this folder that works on it.

The module of an engine has its name (``driftql.warehouse.postgres``) and two functions, ``open`` and ``adopt``: see
:class:`EngineModule`. It is imported when a database of that engine is opened, and so is the engine's driver.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from driftql.display import is_url, shown
from driftql.engines import ENGINES, Engine
from driftql.errors import ConfigError, nearest, without_causes
from driftql.sql import fragments
from driftql.warehouse.base import Warehouse

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from driftql.aliases import WarehouseLike
    from driftql.config import ReadConfig

__all__ = [
    "SCHEMES",
    "EngineModule",
    "connect",
    "engine_of_connection",
    "engine_of_url",
    "module_of",
    "use_warehouse",
]

# The dialect of a URL -> engine.
SCHEMES = {scheme: engine for engine in ENGINES.values() for scheme in engine.schemes}

# The engine of paths, which have no scheme.
[_OF_FILES] = [engine for engine in ENGINES.values() if engine.reads_files]
_SCHEME = re.compile(r"^([a-z][a-z0-9+_.-]*):/{2,}", re.IGNORECASE)


class EngineModule(Protocol):
    """The functions that a module of this folder has for its engine."""

    def open(self, url: str, *, timeout: float | None = None, **settings: Any) -> Warehouse:
        """Open the database of a URL.

        Parameters
        ----------
        url
            The URL; for an engine that runs in this program also a file's path.
        timeout
            How long a statement may run, in seconds.
        settings
            For an engine that runs in this program: threads, memory_limit, folder and create of :func:`connect`.

        Raises
        ------
        ConfigError
            If the driver is not installed, or the URL cannot be read.
        WarehouseError
            If the database cannot be reached.
        """
        ...

    def adopt(self, connection: Any, **settings: Any) -> Warehouse:
        """Use a connection that the caller opened, and leave it open.

        Parameters
        ----------
        connection
            A connection or client of one of the engine's drivers.
        settings
            ``timeout``, and, for engines that a driver's connection reaches, those of
            :class:`~driftql.warehouse.dbapi.DbapiWarehouse`: title, owned, secrets, release.
        """
        ...


def module_of(engine: Engine) -> EngineModule:
    """Import the module that works on an engine."""
    return cast(EngineModule, importlib.import_module(f"driftql.warehouse.{engine.name}"))


def engine_of_url(url: str) -> Engine | None:
    """Return the engine of a URL, or of a path to a file; None where driftql does not know the URL's scheme."""
    match = _SCHEME.match(url)
    return _OF_FILES if match is None else SCHEMES.get(match[1].lower().partition("+")[0])


def engine_of_connection(opened: object) -> Engine | None:
    """Return the engine that an open connection reaches, by the package of its class; None where it is none."""
    for kind in type(opened).__mro__:
        for engine in ENGINES.values():
            if any(f"{kind.__module__}.".startswith(f"{package}.") for package in engine.drivers):
                is_connection = any(hasattr(opened, method) for method in engine.connection_methods)
                return engine if is_connection else None
    return None


@without_causes
def connect(
    url: WarehouseLike,
    *,
    threads: int | None = None,
    memory_limit: str | None = None,
    folder: Path | None = None,
    create: bool = False,
    timeout: float | None = None,
    read: ReadConfig | None = None,
) -> Warehouse:
    """Open a database.

    Parameters
    ----------
    url
        The path of a DuckDB file, ``duckdb:///path`` or ``:memory:``; the URL of another engine, such as
        ``postgresql://user:password@host/database``, as text or as the ``SecretStr`` of the settings; or something
        open: a DuckDB connection, a DB-API connection, a SQLAlchemy Engine or Connection, a client of
        clickhouse-connect or of BigQuery, a Spark session. driftql never closes what you opened.
    threads, memory_limit
        How much DuckDB may use.
    folder
        The folder of a relative path; by default the working folder.
    create
        Whether writing may create a missing file.
    timeout
        The longest time that a statement may run, in seconds.
    read
        How DuckDB reads CSV files.

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
    text = _text_of(url)
    if text is None:
        return _adopt(url, timeout)
    engine = engine_of_url(text)
    if engine is None:
        # The rest of the URL may hold a password: the sentence does not repeat it.
        scheme = text.partition(":")[0].lower()
        raise ConfigError(
            f"driftql cannot connect to {scheme}://{nearest(scheme.partition('+')[0], SCHEMES)} (files of DuckDB, "
            "Parquet, CSV and JSON need no scheme)"
        )
    if _SCHEME.match(text) is None:
        _refuse_what_is_no_path(text)
    if engine.in_process:
        return module_of(engine).open(
            text, timeout=timeout, threads=threads, memory_limit=memory_limit, folder=folder, create=create, read=read
        )
    if threads is not None or memory_limit is not None:
        raise ConfigError("threads and memory_limit are settings of DuckDB; leave them out for another database")
    _refuse_ambiguous_password(text, engine)
    return module_of(engine).open(text, timeout=timeout)


def _text_of(url: object) -> str | None:
    """Return the text of a path, a URL, a URL of SQLAlchemy or a secret of pydantic; None for what is open."""
    if isinstance(url, (str, os.PathLike)):
        return os.fspath(url)
    for read in ("get_secret_value", "render_as_string"):
        if hasattr(url, read):
            found = getattr(url, read)(**({"hide_password": False} if read == "render_as_string" else {}))
            return str(found)
    return None


def _refuse_what_is_no_path(text: str) -> None:
    """Refuse what has no scheme and is no path of a database: files of rows, and what other drivers take."""
    url = "write a URL such as postgresql://user:password@host/database"
    if text.lower().startswith("jdbc:"):
        raise ConfigError(f"{shown(text)!r} is an address for JDBC, which driftql does not use: {url}")
    if is_url(text) and not re.match(r"[a-z][a-z0-9+._-]+:", text, re.IGNORECASE):
        raise ConfigError(f"{shown(text)!r} is a driver's connection string: {url}")
    if fragments.is_file(text):
        raise ConfigError(
            f"{shown(text)} is a file of rows, not a database: name it where a table is named, without a database"
        )


def _refuse_ambiguous_password(url: str, engine: Engine) -> None:
    """Refuse a URL whose password may contain an @: its rest would be taken for the host, and show in messages."""
    login, at, rest = url.partition("://")[2].partition("@")
    address, _, options = rest.partition("?")
    are_options = all(re.match(r"[\w.-]+=", option) for option in options.split("&") if option)
    if "@" in address or ("@" in options and not are_options) or (at and re.search(r"\?[\w.-]+=", login)):
        raise ConfigError(
            f"the URL of the {engine.title} database has more than one @: in the password, write %40 for @ and "
            "%2F for /"
        )


@contextmanager
def use_warehouse(warehouse: WarehouseLike | None, *, create: bool = False) -> Iterator[Warehouse]:
    """Open a database for the length of a block; a warehouse that is open already stays open.

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
    if _is_warehouse(warehouse):
        yield warehouse
        return
    with connect(":memory:" if warehouse is None else warehouse, create=create) as opened:
        yield opened


def _is_warehouse(opened: object) -> TypeIs[Warehouse]:
    """Return whether an object is what :func:`connect` returns."""
    return hasattr(opened, "relation") and hasattr(opened, "snapshot")


def _adopt(opened: Any, timeout: float | None) -> Warehouse:
    """Make a warehouse of what the caller has opened."""
    from driftql.warehouse.alchemy import is_sqlalchemy, unwrap

    if is_sqlalchemy(opened):
        bound = unwrap(opened)
        return module_of(bound.engine).adopt(
            bound.connection, title=bound.title, release=bound.release, timeout=timeout
        )
    engine = engine_of_connection(opened)
    if engine is not None:
        return module_of(engine).adopt(opened, timeout=timeout)
    if _is_warehouse(opened):
        return opened
    raise ConfigError(
        "a warehouse is a database file's path, a URL, an open connection (DuckDB, DB-API, SQLAlchemy), a Spark "
        f"session or what driftql.connect returned; {type(opened).__name__} is none of these"
    )
