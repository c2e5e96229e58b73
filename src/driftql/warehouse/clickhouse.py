"""ClickHouse by its own client, clickhouse-connect: over HTTP, or inside this program (chdb)."""

from __future__ import annotations

import datetime as dt
import logging
import re
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from driftql.engines import ENGINES
from driftql.errors import ConfigError, WarehouseError
from driftql.sql import fragments
from driftql.warehouse.base import Column, Estimate, Row, rows_of
from driftql.warehouse.catalog import Listed, Query, Table
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.driver_errors import driver_missing, install_command, system_reason
from driftql.warehouse.secrets import find_secrets, redact
from driftql.warehouse.types import column_of

__all__ = ["ClickHouseCatalog", "ClickHouseWarehouse", "adopt", "open"]

_ENGINE = ENGINES["clickhouse"]

# These make ClickHouse follow standard SQL. https://clickhouse.com/docs/operations/settings/settings
_SETTINGS: dict[str, Any] = {
    "join_use_nulls": 1,
    "group_by_use_nulls": 1,
    "prefer_column_name_to_alias": 1,
    "session_timezone": "UTC",
    # A statement about many features can be longer than the default limit of 256 KiB.
    "max_query_size": 16 * 1024 * 1024,
}
_COMMENTS = re.compile(r"\A(\s*(/\*.*?\*/|--[^\n]*))+", re.DOTALL)
_READS = re.compile(r"\s*(select|with|show|describe|explain)\b", re.IGNORECASE)


class ClickHouseCatalog(Listed):
    """The system tables.

    https://clickhouse.com/docs/operations/system-tables/tables
    """

    def __init__(self, query: Query) -> None:
        self._query = query
        self._engine = _ENGINE

    def tables(self) -> list[Table]:
        """Return tables and views, those of the current database first."""
        rows = self._query(
            "select database, name, database = currentDatabase() as is_near from system.tables "
            "where database not in ('system', 'information_schema', 'INFORMATION_SCHEMA') "
            "and not startsWith(name, '.inner') order by is_near desc, database, name"
        )
        return [Table(str(database), str(name), bool(is_near)) for database, name, is_near in rows]

    def columns(self, table: Table) -> list[Column]:
        """Return a table's columns in order."""
        engine = self._engine
        rows = self._query(f"describe table {table.quoted(engine)}")
        columns = [column_of(str(row[0]), str(row[1]), engine) for row in rows]
        return [
            replace(column, kind="other", unreadable="an EPHEMERAL column holds no values")
            if str(row[2]) == "EPHEMERAL"
            else column
            for column, row in zip(columns, rows, strict=True)
        ]


class ClickHouseWarehouse(DbapiWarehouse):
    """A ClickHouse database.

    Parameters
    ----------
    client
        A client of clickhouse-connect.
    title
        The database's name in messages.
    owned
        Whether driftql opened the client, and closes it.
    timeout
        How long a statement may run, in seconds. The server ends it (``max_execution_time``).
    secrets
        Passwords that no message may repeat.
    release
        Called at the end, in place of closing the client.
    """

    def __init__(
        self,
        client: Any,
        *,
        title: str = "the ClickHouse connection",
        owned: bool = False,
        timeout: float | None = None,
        secrets: Sequence[str] = (),
        release: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(
            client,
            _ENGINE,
            title=title,
            owned=owned,
            timeout=timeout,
            catalog=ClickHouseCatalog(self.query),
            secrets=secrets,
            release=release or (client.close if owned else None),
        )

    @property
    def _client_limit(self) -> float | None:
        return None

    def _send(self, sql: str) -> tuple[list[Row], int]:
        settings = dict(_SETTINGS)
        if self._timeout is not None:
            settings["max_execution_time"] = self._timeout
        bare = _COMMENTS.sub("", sql)
        # With an id of driftql's own, another connection can cancel the statement.
        settings["query_id"] = self._cursor = f"driftql-{uuid.uuid4()}"
        try:
            if _READS.match(bare):
                found = self._raw.query(sql, settings=settings)
                return rows_of(found.column_names, map(_in_utc, found.result_rows)), 0
            # ClickHouse does not return how many rows per statement changed.
            self._raw.command(sql, settings=settings)
            return [], 0
        finally:
            self._cursor = None

    def _cancel(self) -> None:
        running = self._cursor
        if running is not None:
            with suppress(Exception):
                name = fragments.text(str(running), self.engine)
                self._raw.command(f"kill query where query_id = {name} async")

    def estimate(self, sql: str) -> Estimate | None:
        """Estimate what a query would read: rows of MergeTree tables that their indexes do not exclude."""
        found = self.query(f"explain estimate {sql}")
        return Estimate(rows=sum(int(row[3]) for row in found)) if found else None

    def _explain_error(self, error: Exception) -> str:
        message = redact(_sentence(error), self._secrets)
        code = re.search(r"Code: (\d+)|error code (\d+)", str(error))
        number = next((group for group in code.groups() if group), "") if code else ""
        if self._timeout is not None and number in ("159", "160"):
            return self._describe_timeout()
        if number == "394":
            return f"{self.title} cancelled a statement: {message}; run the check again"
        if number in ("497", "164"):
            return f"{self.title} does not let this user do that: {message}; grant the right, or use another user"
        return f"{self.title}: {message}"


def open(url: str, *, timeout: float | None = None) -> ClickHouseWarehouse:
    """Connect to the ClickHouse database of a URL.

    Parameters
    ----------
    url
        ``clickhousedb://user:password@host:8443/database?secure=true``, or, for the engine inside this program,
        ``clickhousedb:///database?interface=chdb``. Everything after ``?`` goes to the client.
    timeout
        How long a statement may run, in seconds.

    Raises
    ------
    ConfigError
        If the driver is not installed, or the URL cannot be read.
    WarehouseError
        If the database cannot be reached.
    """
    try:
        import clickhouse_connect
    except ImportError:
        raise driver_missing(_ENGINE, "clickhouse_connect") from None
    try:
        parts = urlsplit(url)
        port, query = parts.port, dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError:
        raise ConfigError(
            "the URL of the ClickHouse database cannot be read: write clickhousedb://user:password@host:8443/database, "
            "with special characters of the password in percent-encoding"
        ) from None
    database = unquote(parts.path.strip("/")) or None
    password = unquote(parts.password or "")
    secrets = find_secrets(password, query)
    title = f"the ClickHouse database {database}" if database else "the ClickHouse database"
    interface = query.pop("interface", None)
    settings: dict[str, Any] = {"database": database, "interface": interface}
    if interface != "chdb":
        # Only without a session on the server can a second statement cancel the first.
        settings |= {
            "host": parts.hostname,
            "port": port,
            "username": unquote(parts.username) if parts.username else None,
            "password": password,
            "secure": query.pop("secure", False),
            "autogenerate_session_id": False,
        }
    # Without a handler, Python prints the client's log, which repeats the error.
    logging.getLogger("clickhouse_connect").addHandler(logging.NullHandler())
    try:
        client = clickhouse_connect.get_client(**settings, generic_args=query)
    except ImportError as error:
        raise ConfigError(
            f"the driver of {_ENGINE.title} is not installed ({error.name or 'chdb'} is missing): "
            f"{install_command(_ENGINE.extra, 'chdb')}"
        ) from None
    except Exception as error:
        reason = system_reason(error) or redact(_sentence(error), secrets)
        raise WarehouseError(f"{title} cannot be reached: {reason}; look at the host and the port in the URL") from None
    return ClickHouseWarehouse(client, title=title, owned=True, timeout=timeout, secrets=secrets)


def adopt(connection: Any, **settings: Any) -> ClickHouseWarehouse:
    """Use the caller's client, or the client of a DB-API connection; see ``EngineModule`` in the registry."""
    return ClickHouseWarehouse(getattr(connection, "client", connection), **settings)


def _in_utc(row: Sequence[Any]) -> tuple[Any, ...]:
    """Convert times to UTC and drop their zone: all times in driftql are in UTC."""
    return tuple(
        value.astimezone(dt.UTC).replace(tzinfo=None) if isinstance(value, dt.datetime) and value.tzinfo else value
        for value in row
    )


def _sentence(error: BaseException) -> str:
    """Return the server's message, without its stack trace and the text of the statement."""
    text = " ".join(str(error).split())
    found = re.search(r"DB::Exception: (.+?)(?: \(version |: While |: while executing|\. \([A-Z_]+\)|$)", text)
    return (found[1] if found else text[:300]).rstrip(". ") or type(error).__name__
