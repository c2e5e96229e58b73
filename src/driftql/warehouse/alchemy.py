"""Engines by URL: SQLAlchemy finds the driver and makes the connection, the rest is done on the connection itself."""

from __future__ import annotations

import importlib.util
import re
from typing import Any

from driftql.engines import ENGINES, Engine
from driftql.errors import ConfigError, WarehouseError, nearest
from driftql.warehouse.adapters import wrapped
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.messages import driver_missing, first_line
from driftql.warehouse.secrets import scrubbed
from driftql.warehouse.trino import settings_of

__all__ = ["DIALECTS", "from_sqlalchemy", "is_sqlalchemy", "open_url"]

# Dialects of SQLAlchemy, and how people write them.
DIALECTS = {
    "bigquery": "bigquery",
    "clickhouse": "clickhouse",
    "clickhousedb": "clickhouse",
    "databricks": "databricks",
    "postgres": "postgres",
    "postgresql": "postgres",
    "redshift": "redshift",
    "snowflake": "snowflake",
    "trino": "trino",
}


def open_url(url: str, *, timeout: float | None = None) -> DbapiWarehouse:
    """Connect to the database of a URL.

    Parameters
    ----------
    url
        As SQLAlchemy knows it: ``postgresql://user:password@host/database``. Where no driver is named, the one that
        driftql's extra installs is taken.
    timeout
        How long a statement may run, in seconds.

    Raises
    ------
    ConfigError
        If the engine is not known, or its driver is not installed.
    WarehouseError
        If the database cannot be reached.
    """
    scheme = url.partition(":")[0].lower()
    dialect, _, driver = scheme.partition("+")
    name = DIALECTS.get(dialect)
    if name is None:
        # The rest of the URL may hold a password: it is not repeated.
        raise ConfigError(
            f"driftql cannot connect to {scheme}://{nearest(dialect, DIALECTS)} (files of DuckDB, Parquet, CSV and "
            "JSON need no scheme)"
        )
    engine = ENGINES[name]
    if importlib.util.find_spec("sqlalchemy") is None:
        raise driver_missing(engine, "sqlalchemy")
    import sqlalchemy
    from sqlalchemy.pool import NullPool

    scheme = engine.url if not driver or dialect == "postgres" else scheme
    if driver and dialect == "postgres":
        scheme = f"postgresql+{driver}"
    try:
        address = sqlalchemy.make_url(scheme + url[url.index(":") :])
    except Exception:
        raise ConfigError(
            f"the URL of the {engine.title} database cannot be read: write {engine.url}://user:password@host/database, "
            "with special characters of the password in percent-encoding"
        ) from None
    secrets = [address.password] if address.password else []
    secrets += [str(value) for key, value in address.query.items() if re.search("pass|token|secret|key", key)]
    label = f"the {engine.title} database {address.database}" if address.database else f"the {engine.title} database"
    if engine.name == "snowflake":
        return _snowflake(address, label, timeout=timeout, secrets=secrets)
    if engine.name == "databricks":
        return _databricks(address, timeout=timeout, secrets=secrets)
    if engine.name == "redshift":
        return _redshift(address, label, timeout=timeout, secrets=secrets)
    extra = settings_of(address.password, address.query) if engine.name == "trino" else {}
    try:
        # One connection, given back for good: a pool would keep it open behind our back.
        made = sqlalchemy.create_engine(address, poolclass=NullPool, connect_args=extra)
    except ImportError as error:
        raise driver_missing(engine, error.name or "") from None
    except Exception as error:
        message = scrubbed(first_line(error), secrets)
        if "load plugin" in message or "NoSuchModule" in type(error).__name__:
            raise driver_missing(engine, driver or engine.url) from None
        raise ConfigError(f"{label} cannot be opened: {message}") from None
    try:
        return _opened(made.connect(), engine, label, owned=True, timeout=timeout, secrets=secrets)
    except WarehouseError:
        raise
    except ImportError as error:
        raise driver_missing(engine, error.name or "") from None
    except Exception as error:
        message = scrubbed(first_line(getattr(error, "orig", None) or error), secrets)
        raise WarehouseError(f"{label} cannot be reached: {message}") from None


def _snowflake(address: Any, label: str, *, timeout: float | None, secrets: list[str]) -> DbapiWarehouse:
    """Connect to Snowflake by its own connector."""
    from driftql.warehouse.snowflake import DRIVER, is_installed, open_snowflake

    if not is_installed():
        raise driver_missing(ENGINES["snowflake"], DRIVER)
    return open_snowflake(address, label, timeout=timeout, secrets=secrets)


def _databricks(address: Any, *, timeout: float | None, secrets: list[str]) -> DbapiWarehouse:
    """Connect to Databricks by its own connector."""
    engine = ENGINES["databricks"]
    if importlib.util.find_spec("databricks") is None or importlib.util.find_spec("databricks.sql") is None:
        raise driver_missing(engine, "databricks.sql")
    from driftql.warehouse.databricks import open_databricks

    place = ".".join(str(address.query[part]) for part in ("catalog", "schema") if part in address.query)
    label = f"the {engine.title} database {place}" if place else f"the {engine.title} database"
    return open_databricks(address, label, timeout=timeout, secrets=secrets)


def _redshift(address: Any, label: str, *, timeout: float | None, secrets: list[str]) -> DbapiWarehouse:
    """Connect to Redshift by its own connector, which the URL has to mean."""
    from driftql.warehouse.redshift import DRIVER, open_redshift

    engine = ENGINES["redshift"]
    if address.drivername != engine.url:
        raise ConfigError(
            f"driftql reaches Redshift by {DRIVER}: write {engine.url}://user:password@host:5439/database, or pass an "
            "engine of SQLAlchemy from Python"
        )
    if importlib.util.find_spec(DRIVER) is None:
        raise driver_missing(engine, DRIVER)
    return open_redshift(address, label, timeout=timeout, secrets=secrets)


def _opened(connection: Any, engine: Engine, label: str, *, keep: bool = False, **settings: Any) -> DbapiWarehouse:
    """Work on the driver's connection below one of SQLAlchemy's."""
    release = _leave if keep else connection.close
    return wrapped(connection.connection.dbapi_connection, engine, label=label, release=release, **settings)


def _leave() -> None:
    """Leave a connection to its owner."""


def is_sqlalchemy(candidate: object) -> bool:
    """Tell an Engine or Connection of SQLAlchemy, without importing it."""
    return any(kind.__module__.startswith("sqlalchemy.engine") for kind in type(candidate).__mro__) and hasattr(
        candidate, "dialect"
    )


def from_sqlalchemy(bind: Any, *, timeout: float | None = None) -> DbapiWarehouse:
    """Use the caller's own Engine or Connection.

    Raises
    ------
    ConfigError
        If driftql does not know the dialect, or the connection is inside a transaction.
    """
    name = DIALECTS.get(bind.dialect.name)
    if name is None:
        raise ConfigError(
            f"driftql does not know the SQL of {bind.dialect.name!r}{nearest(bind.dialect.name, DIALECTS)}"
        )
    engine = ENGINES[name]
    label = f"the {engine.title} connection"
    if hasattr(bind, "in_transaction"):
        if bind.in_transaction():
            raise ConfigError(
                f"{label} is inside a transaction: commit it or roll it back first, or pass another connection"
            )
        return _opened(bind, engine, label, keep=True, timeout=timeout)
    return _opened(bind.connect(), engine, label, timeout=timeout)
