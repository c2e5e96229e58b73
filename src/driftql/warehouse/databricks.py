"""Databricks by its own connector.

driftql uses the vendor's SQLAlchemy dialect only if the caller already opened a connection with it. The dialect reads
an array as a text, fails at types that it does not list, needs three statements per schema of a catalog to find one
table, and ignores a URL's port and all but three of its options.
"""

from __future__ import annotations

import importlib.util
import logging
import re
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from urllib.request import getproxies, proxy_bypass

from driftql.engines import ENGINES
from driftql.errors import ConfigError, SourceError, WarehouseError, nearest
from driftql.sql import fragments
from driftql.version import __version__
from driftql.warehouse.alchemy import read_address
from driftql.warehouse.base import Column, Estimate, Row, refuse_url, rows_of
from driftql.warehouse.catalog import Unlisted
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.driver_errors import require_package
from driftql.warehouse.secrets import redact
from driftql.warehouse.spark import read_size
from driftql.warehouse.types import column_of

__all__ = ["DatabricksWarehouse", "adopt", "open"]

_ENGINE = ENGINES["databricks"]
_PORT = 443
# Seconds that a server may take to accept a connection.
_CONNECT_SECONDS = 10.0
_POLL = 0.1
_PATIENCE = 10.0
# The warehouse ends a statement after the limit; driftql cancels it itself this many seconds later.
_GRACE = 5.0
_TITLE = "the Databricks SQL connection"
_STATE = re.compile(r"\bSQLSTATE: ([0-9A-Z]{5})\b")
_TAIL = re.compile(r"[\s.]*\bSQLSTATE: [0-9A-Z]{5}.*$")
# Error codes that mean: no such table, schema or catalog, or more parts than that catalog allows.
_NOT_FOUND = re.compile(
    r"\[(TABLE_OR_VIEW|SCHEMA|CATALOG)_NOT_FOUND|\[NO_SUCH_|\[REQUIRES_SINGLE_PART_NAMESPACE|table or view not found",
    re.IGNORECASE,
)
_LATE = re.compile(r"time[sd]?[ _-]?out", re.IGNORECASE)


class _StoppedError(Exception):
    """The statement was stopped, so that its result is not complete."""


class DatabricksWarehouse(DbapiWarehouse):
    """Tables and views of a SQL warehouse or a cluster, in any catalog.

    ``describe table`` looks a name up, because it finds the same tables as a query: in the Unity Catalog, in
    ``hive_metastore``, and among temporary views.

    Parameters
    ----------
    connection
        A connection of databricks-sql-connector.
    title
        The database's name in messages.
    owned
        Whether driftql opened the connection. The time zone of a caller's connection is restored at the end.
    timeout
        How long a statement may run, in seconds.
    secrets
        Tokens that no message may repeat.
    release
        Called at the end. Without it, a connection that driftql opened is closed, and a caller's stays open.
    """

    def __init__(
        self,
        connection: Any,
        *,
        title: str = _TITLE,
        owned: bool = False,
        timeout: float | None = None,
        secrets: Sequence[str] = (),
        release: Callable[[], None] | None = None,
    ) -> None:
        self._cancelled = False
        self._described: dict[str, list[Row]] = {}
        self._callers_zone: str | None = None
        super().__init__(
            connection,
            _ENGINE,
            title=title,
            owned=owned,
            timeout=timeout,
            catalog=Unlisted(),
            secrets=secrets,
            release=release,
        )
        if not owned:
            self._switch_to_utc()

    def _switch_to_utc(self) -> None:
        """Let a caller's session return times in UTC until :meth:`close`."""
        zone = str(self._run("select current_timezone()")[0][0])
        if zone not in ("UTC", "Etc/UTC"):
            self._run("set time zone 'UTC'")
            self._callers_zone = zone

    def close(self) -> None:
        """Close a connection that driftql opened; restore the time zone of a caller's connection."""
        zone, self._callers_zone = self._callers_zone, None
        if zone is not None:
            with suppress(WarehouseError):
                self._run(f"set time zone {fragments.text(zone, self._engine)}")
        super().close()

    # --- names -----------------------------------------------------------------------------------------------------

    def tables(self) -> list[str]:
        """Return the tables and views of the current schema, and temporary views."""
        return self._tables_of([])

    def _tables_of(self, schema: list[str]) -> list[str]:
        quoted = ".".join(fragments.identifier(part, self._engine) for part in schema)
        rows = self._run(f"show tables in {quoted}" if quoted else "show tables")
        return sorted({".".join((*schema, str(row[1]))) for row in rows})

    def relation(self, source: str) -> str:
        """Return the quoted SQL for a table or view.

        Raises
        ------
        SourceError
            If there is none of that name; the error suggests the nearest name.
        WarehouseError
            If the database refuses to look, for example because the user lacks a right.
        """
        refuse_url(source)
        found = self._lookup(source)
        if found is not None:
            return found
        if fragments.is_file(source):
            raise SourceError(
                f"{source!r} is a file's name, but {self.title} reads tables only; leave the database out to check "
                "files"
            )
        schema = fragments.table_parts(source, self._engine)[:-1]
        try:
            known = [name for name in self._tables_of(schema) if not name.rpartition(".")[2].startswith("driftql_")]
        except WarehouseError:
            raise SourceError(
                f"there is no table {source!r} in {self.title}: it has no schema {'.'.join(schema)!r} that this user "
                "may see"
                if schema
                else f"there is no table {source!r} in {self.title}, which has no current schema: name the table as "
                "catalog.schema.table, or put catalog and schema into the URL"
            ) from None
        place = f"schema {'.'.join(schema)!r}" if schema else "current schema"
        hint = nearest(source, known) if known else f"; its {place} holds no tables that this user may see"
        raise SourceError(f"there is no table {source!r} in {self.title}{hint}")

    def table_exists(self, name: str) -> bool:
        """Return whether there is a table or view of that name."""
        return self._lookup(name) is not None

    def _lookup(self, source: str) -> str | None:
        """Quote the name as it is written, or its parts; Databricks ignores capitals."""
        spellings = {(source,): None, tuple(fragments.table_parts(source, self._engine)): None}
        for parts in sorted(spellings, key=len, reverse=True):
            quoted = ".".join(fragments.identifier(part, self._engine) for part in parts)
            try:
                self._described[quoted] = self._run(f"describe table {quoted}")
            except WarehouseError as error:
                if not _NOT_FOUND.search(str(error)):
                    raise
            else:
                return quoted
        return None

    def columns(self, relation: str) -> list[Column]:
        """Return a relation's columns in order, with the full names of their types."""
        rows = self._described.pop(relation, None)
        if rows is None:
            rows = self._run(f"describe table {relation}")
        found = []
        for name, type_name, *_ in rows:
            # A heading: partitions and clustering follow, and they name columns again.
            if not type_name:
                break
            found.append(column_of(str(name), str(type_name), self._engine))
        return found

    # --- statements ------------------------------------------------------------------------------------------------

    @property
    def _client_limit(self) -> float | None:
        """After how many seconds driftql cancels, because clusters ignore ``statement_timeout``."""
        if self._timeout is None:
            return None
        return self._timeout + _GRACE if self._owned else self._timeout

    def _send(self, sql: str) -> tuple[list[Row], int]:
        cursor = self._raw.cursor()
        self._cancelled = False
        self._cursor = cursor
        try:
            cursor.execute(sql)
            names = [str(column[0]) for column in cursor.description or ()]
            # The driver returns a stopped statement like one without rows.
            ended = getattr(getattr(getattr(cursor, "active_result_set", None), "status", None), "name", "")
            if self._cancelled or ended == "CANCELLED":
                raise _StoppedError("the statement was cancelled; run the check again")
            if ended == "FAILED":
                raise _StoppedError("the statement timed out; check smaller windows, or raise STATEMENT_TIMEOUT")
            rows = rows_of(names, _values(cursor)) if names else []
            return rows, _changed(names, rows, cursor.rowcount)
        finally:
            self._cursor = None
            with suppress(Exception):
                cursor.close()

    def _cancel(self) -> None:
        cursor = self._cursor
        if cursor is None:
            return
        self._cancelled = True
        # Before the server's first answer the statement has no identifier by which it could be cancelled.
        if _has_command(cursor):
            with suppress(Exception):
                cursor.cancel()

    def interrupt(self) -> None:
        """Stop the statement that another thread is running; return when it has ended, or after ten seconds."""
        cursor = self._cursor
        if cursor is None:
            return
        self._interrupted = True
        deadline = time.monotonic() + _PATIENCE
        while self._cursor is cursor and time.monotonic() < deadline:
            self._cancel()
            time.sleep(_POLL)

    def estimate(self, sql: str) -> Estimate | None:
        """Estimate what a query would read: the sizes of its tables; None where the plan lacks one of them."""
        plan = str(self.query(f"explain cost {sql}")[0][0])
        size = read_size(plan) if "Statistics(" in plan else None
        return None if size is None else Estimate(bytes=size)

    def _explain_error(self, error: Exception) -> str:
        text = redact(_sentence(error), self._secrets)
        found = _STATE.search(str(error))
        if self._timeout is not None and _LATE.search(str(error)):
            return self._describe_timeout()
        if (found and found[1] == "42501") or "PERMISSION" in text.partition("]")[0]:
            return f"{self.title} does not let this user do that: {text}; grant the right, or use another user"
        return f"{self.title}: {text}"


def _has_command(cursor: Any) -> bool:
    # The second name is that of drivers before 4.1.
    return any(getattr(cursor, name, None) is not None for name in ("active_command_id", "active_op_handle"))


def _values(cursor: Any) -> list[tuple[Any, ...]]:
    """Fetch all rows by Arrow, because the driver's own rows have NULL in place of NaN."""
    if importlib.util.find_spec("pyarrow") is None:
        return [tuple(row) for row in cursor.fetchall()]
    return list(zip(*(column.to_pylist() for column in cursor.fetchall_arrow().columns), strict=True))


def _changed(names: Sequence[str], rows: Sequence[Row], rowcount: Any) -> int:
    """Return how many rows per statement changed: the driver knows it since 4.8, the warehouse returns it as a row."""
    if len(rows) == 1 and names and names[0] == "num_affected_rows":
        return max(int(rows[0][0] or 0), 0)
    return rowcount if isinstance(rowcount, int) and rowcount > 0 else 0


def _sentence(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return _TAIL.sub("", re.sub(r"\s+", " ", lines[0])).rstrip(".") if lines else type(error).__name__


def open(url: str, *, timeout: float | None = None) -> DatabricksWarehouse:
    """Connect to a SQL warehouse or a cluster.

    Parameters
    ----------
    url
        The URL of the vendor's dialect, ``databricks://token:...@host:443?http_path=...&catalog=...&schema=...``.
        Everything else after the question mark goes to the connector.
        https://docs.databricks.com/aws/en/dev-tools/python-sql-connector
    timeout
        How long a statement may run, in seconds.

    Raises
    ------
    ConfigError
        If the connector is not installed, or the URL lacks the host or the path of the warehouse.
    WarehouseError
        If it cannot be reached.
    """
    address = read_address(url, _ENGINE)
    require_package(_ENGINE, "databricks.sql")
    from databricks import sql

    host, query = address.url.host, address.url.query
    place = ".".join(str(query[part]) for part in ("catalog", "schema") if part in query)
    title = f"the {_ENGINE.title} database {place}" if place else f"the {_ENGINE.title} database"
    settings = {name: _typed(value) for name, value in query.items()}
    if not host or not settings.get("http_path"):
        raise ConfigError(
            "the URL of a Databricks SQL warehouse needs its host and its http_path, as 'Connection details' shows "
            "them: databricks://token:TOKEN@HOST?http_path=PATH&catalog=CATALOG&schema=SCHEMA"
        )
    port = address.url.port or _PORT
    # Without a handler, Python prints the connector's warnings, for example those about retries.
    logging.getLogger("databricks.sql").addHandler(logging.NullHandler())
    _refuse_unreachable(host, port, title)
    if address.url.password:
        settings["access_token"] = address.url.password
    # The connector's telemetry is off, unless the URL switches it on.
    settings = {"enable_telemetry": False, "user_agent_entry": f"driftql/{__version__}", "_port": port, **settings}
    try:
        raw = sql.connect(server_hostname=host, **settings)
    except Exception as error:
        raise WarehouseError(f"{title} cannot be reached: {redact(_sentence(error), address.secrets)}") from None
    try:
        return DatabricksWarehouse(raw, title=title, owned=True, timeout=timeout, secrets=address.secrets)
    except BaseException:
        with suppress(Exception):
            raw.close()
        raise


def adopt(connection: Any, **settings: Any) -> DatabricksWarehouse:
    """Use the caller's connection; see :class:`~driftql.warehouse.registry.EngineModule`."""
    return DatabricksWarehouse(connection, **settings)


def _typed(value: Any) -> Any:
    """Convert an option of the URL, because the driver takes the text 'false' for true."""
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


def _refuse_unreachable(host: str, port: int, title: str) -> None:
    """Raise at once where no server listens; the driver would retry for a quarter of an hour."""
    if "https" in getproxies() and not proxy_bypass(host):
        return
    try:
        socket.create_connection((host, port), timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        reason = "nothing answers" if isinstance(error, TimeoutError) else (error.strerror or str(error)).lower()
        raise WarehouseError(
            f"{title} cannot be reached: {host}:{port}: {reason}; look at the host in the URL"
        ) from None
