"""SQLAlchemy's part: it reads URLs, finds drivers and opens connections; driftql works on the driver's connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, TypeVar

from driftql.engines import ENGINES, Engine
from driftql.errors import ConfigError, WarehouseError, nearest
from driftql.warehouse.base import Warehouse
from driftql.warehouse.driver_errors import driver_missing, first_line, require_package
from driftql.warehouse.secrets import find_secrets, redact

__all__ = ["Address", "Bound", "is_sqlalchemy", "open_address", "read_address", "unwrap"]

W = TypeVar("W", bound=Warehouse)


@dataclass(frozen=True)
class Address:
    """The URL of a database, read by SQLAlchemy.

    Attributes
    ----------
    engine
        The engine.
    url
        SQLAlchemy's ``URL``: drivername, username, password, host, port, database and query.
    title
        The database's name in messages.
    secrets
        Passwords and tokens of the URL, which no message may repeat.
    """

    engine: Engine
    url: Any
    title: str
    secrets: tuple[str, ...] = field(repr=False)

    def redact(self, error: BaseException) -> str:
        """Return what an error says, without the URL's secrets."""
        return redact(first_line(error), self.secrets)


def read_address(url: str, engine: Engine) -> Address:
    """Read the URL of a database.

    Parameters
    ----------
    url
        A URL as SQLAlchemy knows it: ``postgresql://user:password@host/database``. Where it names no driver, the one
        that driftql's extra installs is added.
    engine
        The engine of the URL's scheme.

    Raises
    ------
    ConfigError
        If SQLAlchemy is not installed, or the URL cannot be read.
    """
    require_package(engine, "sqlalchemy")
    import sqlalchemy

    scheme, colon, rest = url.partition(":")
    driver = scheme.lower().partition("+")[2]
    scheme = f"{engine.url.partition('+')[0]}+{driver}" if driver else engine.url
    try:
        read = sqlalchemy.make_url(f"{scheme}{colon}{rest}")
    except Exception:
        raise ConfigError(
            f"the URL of the {engine.title} database cannot be read: write {engine.url}://user:password@host/database, "
            "with special characters of the password in percent-encoding"
        ) from None
    title = f"the {engine.title} database {read.database}" if read.database else f"the {engine.title} database"
    return Address(engine, read, title, find_secrets(read.password, read.query))


def open_address(
    address: Address,
    make: Callable[..., W],
    *,
    timeout: float | None = None,
    arguments: Mapping[str, Any] | None = None,
) -> W:
    """Connect to the database of a URL by SQLAlchemy.

    Parameters
    ----------
    address
        The URL.
    make
        The class that works on the driver's connection; it takes the arguments of
        :class:`~driftql.warehouse.dbapi.DbapiWarehouse`.
    timeout
        How long a statement may run, in seconds.
    arguments
        Arguments for the driver that the URL does not hold.

    Raises
    ------
    ConfigError
        If the driver is not installed, or does not accept the URL.
    WarehouseError
        If the database cannot be reached.
    """
    import sqlalchemy
    from sqlalchemy.pool import NullPool

    try:
        # Without a pool: a pool would keep the connection open after driftql has closed it.
        bind = sqlalchemy.create_engine(address.url, poolclass=NullPool, connect_args=dict(arguments or {}))
    except ImportError as error:
        raise driver_missing(address.engine, error.name or "") from None
    except Exception as error:
        message = address.redact(error)
        if "load plugin" in message or "NoSuchModule" in type(error).__name__:
            driver = address.url.drivername.partition("+")[2]
            raise driver_missing(address.engine, driver or address.engine.url) from None
        raise ConfigError(f"{address.title} cannot be opened: {message}") from None
    try:
        connection = bind.connect()
        raw = connection.connection.dbapi_connection
        # SQLAlchemy would reset the connection before it closes it, and log 60 lines where the server has gone.
        connection.detach()
        return make(
            raw,
            title=address.title,
            owned=True,
            timeout=timeout,
            secrets=address.secrets,
            release=partial(_close, raw),
        )
    except WarehouseError:
        raise
    except ImportError as error:
        raise driver_missing(address.engine, error.name or "") from None
    except Exception as error:
        message = address.redact(getattr(error, "orig", None) or error)
        raise WarehouseError(f"{address.title} cannot be reached: {message}") from None


def is_sqlalchemy(candidate: object) -> bool:
    """Return whether an object is an Engine or a Connection of SQLAlchemy, without importing SQLAlchemy."""
    return any(kind.__module__.startswith("sqlalchemy.engine") for kind in type(candidate).__mro__) and hasattr(
        candidate, "dialect"
    )


class Bound(NamedTuple):
    """The driver's connection below an Engine or a Connection of SQLAlchemy.

    Attributes
    ----------
    engine
        The engine that it reaches.
    connection
        The driver's connection.
    title
        Its name in messages.
    release
        Gives the connection back to SQLAlchemy; a Connection that the caller opened stays open.
    """

    engine: Engine
    connection: Any
    title: str
    release: Callable[[], None]


def unwrap(bind: Any) -> Bound:
    """Find the driver's connection below the caller's own Engine or Connection.

    Raises
    ------
    ConfigError
        If driftql does not know the dialect, or the connection is inside a transaction.
    """
    known = {scheme: engine for engine in ENGINES.values() if not engine.in_process for scheme in engine.schemes}
    name = bind.dialect.name
    if name not in known:
        raise ConfigError(f"driftql does not know the SQL of {name!r}{nearest(name, known)}")
    engine = known[name]
    title = f"the {engine.title} connection"
    if not hasattr(bind, "in_transaction"):
        opened = bind.connect()
        raw = opened.connection.dbapi_connection
        return Bound(engine, raw, title, partial(_give_back, opened, raw))
    if bind.in_transaction():
        raise ConfigError(
            f"{title} is inside a transaction: commit it or roll it back first, or pass another connection"
        )
    return Bound(engine, bind.connection.dbapi_connection, title, _keep_open)


def _close(raw: Any) -> None:
    """Close a driver's connection, which the server may have closed already."""
    with suppress(Exception):
        raw.close()


def _give_back(opened: Any, raw: Any) -> None:
    """Give a connection back to the caller's pool, which throws away one that the server has closed."""
    with suppress(Exception):
        if getattr(raw, "closed", False):
            opened.invalidate()
        opened.close()


def _keep_open() -> None:
    """Leave a connection to the caller, who opened it."""
