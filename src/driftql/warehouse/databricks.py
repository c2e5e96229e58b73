"""Databricks by its own connector.

The vendor's dialect of SQLAlchemy is not asked for more than a connection that somebody else has opened with it: it
takes an array for a text, fails at types that it does not list, asks three statements of every schema of a catalog to
find one table, and drops the port and all settings of a URL but three.
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
from driftql.warehouse.base import Column, Estimate, Row, rows_of
from driftql.warehouse.catalog import Unlisted
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.kinds import column_of
from driftql.warehouse.secrets import scrubbed
from driftql.warehouse.spark import read_size

__all__ = ["DatabricksWarehouse", "open_databricks"]

_PORT = 443
_KNOCK = 10.0
_POLL = 0.1
_PATIENCE = 10.0
# How much later than the warehouse driftql gives a statement up itself.
_GRACE = 5.0
_LABEL = "the Databricks SQL connection"
_STATE = re.compile(r"\bSQLSTATE: ([0-9A-Z]{5})\b")
_TAIL = re.compile(r"[\s.]*\bSQLSTATE: [0-9A-Z]{5}.*$")
# What says that a name leads nowhere: no such table, schema or catalog, or more parts than that catalog has.
_NOWHERE = re.compile(
    r"\[(TABLE_OR_VIEW|SCHEMA|CATALOG)_NOT_FOUND|\[NO_SUCH_|\[REQUIRES_SINGLE_PART_NAMESPACE|table or view not found",
    re.IGNORECASE,
)
_LATE = re.compile(r"time[sd]?[ _-]?out", re.IGNORECASE)


class _StoppedError(Exception):
    """The statement was given up: what came back is no answer."""


class DatabricksWarehouse(DbapiWarehouse):
    """Tables and views of a SQL warehouse or a cluster, in any catalog.

    A name is looked up by ``describe table``, which finds what a statement would find: in the Unity Catalog, in
    ``hive_metastore``, and among temporary views.

    Parameters
    ----------
    connection
        A connection of databricks-sql-connector.
    label
        What to call it in a message.
    owned
        Whether the connection is driftql's own. Another's gets its time zone back at the end.
    timeout
        How long a statement may run, in seconds.
    secrets
        Tokens that no message may repeat.
    release
        Gives the connection back; by default a connection of driftql's own is closed.
    """

    def __init__(
        self,
        connection: Any,
        *,
        label: str = _LABEL,
        owned: bool = False,
        timeout: float | None = None,
        secrets: Sequence[str] = (),
        release: Callable[[], None] | None = None,
    ) -> None:
        self._cancelled = False
        self._described: dict[str, list[Row]] = {}
        self._zone: str | None = None
        super().__init__(
            connection,
            ENGINES["databricks"],
            label=label,
            owned=owned,
            timeout=timeout,
            catalog=Unlisted(),
            secrets=secrets,
            release=release,
        )
        if not owned:
            self._borrow_zone()

    def _borrow_zone(self) -> None:
        """Let somebody else's session tell moments in UTC until it is given back."""
        zone = str(self._run("select current_timezone()")[0][0])
        if zone not in ("UTC", "Etc/UTC"):
            self._run("set time zone 'UTC'")
            self._zone = zone

    def close(self) -> None:
        """Close a connection of driftql's own; give any other back with the time zone that it had."""
        zone, self._zone = self._zone, None
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
        """Return a quoted fragment for a table or view.

        Raises
        ------
        SourceError
            If there is none of that name; the nearest one is suggested.
        WarehouseError
            If the database does not tell, as where the user lacks a right.
        """
        found = self._lookup(source)
        if found is not None:
            return found
        if fragments.is_file(source):
            raise SourceError(
                f"{source!r} is a file's name, but {self.label} reads tables only; leave the database out to check "
                "files"
            )
        schema = fragments.table_parts(source, self._engine)[:-1]
        try:
            known = [name for name in self._tables_of(schema) if not name.rpartition(".")[2].startswith("driftql_")]
        except WarehouseError:
            raise SourceError(
                f"there is no table {source!r} in {self.label}: it has no schema {'.'.join(schema)!r} that this user "
                "may see"
                if schema
                else f"there is no table {source!r} in {self.label}, which has no current schema: name the table as "
                "catalog.schema.table, or put catalog and schema into the URL"
            ) from None
        place = f"schema {'.'.join(schema)!r}" if schema else "current schema"
        hint = nearest(source, known) if known else f"; its {place} holds no tables that this user may see"
        raise SourceError(f"there is no table {source!r} in {self.label}{hint}")

    def table_exists(self, name: str) -> bool:
        """Tell whether a table or view of that name is there."""
        return self._lookup(name) is not None

    def _lookup(self, source: str) -> str | None:
        """Quote the name as it stands, or its parts; names have no capitals of their own there."""
        spellings = {(source,): None, tuple(fragments.table_parts(source, self._engine)): None}
        for parts in sorted(spellings, key=len, reverse=True):
            quoted = ".".join(fragments.identifier(part, self._engine) for part in parts)
            try:
                self._described[quoted] = self._run(f"describe table {quoted}")
            except WarehouseError as error:
                if not _NOWHERE.search(str(error)):
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
            # A heading: what follows tells of partitions and clustering, and names columns again.
            if not type_name:
                break
            found.append(column_of(str(name), str(type_name), self._engine))
        return found

    # --- statements ------------------------------------------------------------------------------------------------

    @property
    def _client_limit(self) -> float | None:
        """After how many seconds driftql cancels: clusters do not know ``statement_timeout``, only SQL warehouses."""
        if self._timeout is None:
            return None
        return self._timeout + _GRACE if self._owned else self._timeout

    def _sent(self, sql: str) -> tuple[list[Row], int]:
        cursor = self._raw.cursor()
        self._cancelled = False
        self._cursor = cursor
        try:
            cursor.execute(sql)
            names = [str(column[0]) for column in cursor.description or ()]
            # The driver takes a statement that was stopped for one that found nothing.
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
        # Until the server has answered for the first time there is nothing that could be named to it.
        if _has_command(cursor):
            with suppress(Exception):
                cursor.cancel()

    def interrupt(self) -> None:
        """Stop the statement that another thread is running; return once it has ended, or after ten seconds."""
        cursor = self._cursor
        if cursor is None:
            return
        self._interrupted = True
        deadline = time.monotonic() + _PATIENCE
        while self._cursor is cursor and time.monotonic() < deadline:
            self._cancel()
            time.sleep(_POLL)

    def estimate(self, sql: str) -> Estimate | None:
        """Ask for the sizes of the tables that a query reads; None where the plan does not tell one of them."""
        plan = str(self.query(f"explain cost {sql}")[0][0])
        size = read_size(plan) if "Statistics(" in plan else None
        return None if size is None else Estimate(bytes=size)

    def _explained(self, error: Exception) -> str:
        text = scrubbed(_sentence(error), self._secrets)
        found = _STATE.search(str(error))
        if self._timeout is not None and _LATE.search(str(error)):
            return self._too_long()
        if (found and found[1] == "42501") or "PERMISSION" in text.partition("]")[0]:
            return f"{self.label} does not let this user do that: {text}; grant the right, or use another user"
        return f"{self.label}: {text}"


def _has_command(cursor: Any) -> bool:
    # The second is what the driver called it before 4.1.
    return any(getattr(cursor, name, None) is not None for name in ("active_command_id", "active_op_handle"))


def _values(cursor: Any) -> list[tuple[Any, ...]]:
    """Fetch all rows, by way of Arrow: what the driver makes of them itself has NULL in the place of NaN."""
    if importlib.util.find_spec("pyarrow") is None:
        return [tuple(row) for row in cursor.fetchall()]
    return list(zip(*(column.to_pylist() for column in cursor.fetchall_arrow().columns), strict=True))


def _changed(names: Sequence[str], rows: Sequence[Row], rowcount: Any) -> int:
    """Tell how many rows a statement changed: the driver knows it since 4.8, the warehouse tells it in a row."""
    if len(rows) == 1 and names and names[0] == "num_affected_rows":
        return max(int(rows[0][0] or 0), 0)
    return rowcount if isinstance(rowcount, int) and rowcount > 0 else 0


def _sentence(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return _TAIL.sub("", re.sub(r"\s+", " ", lines[0])).rstrip(".") if lines else type(error).__name__


def open_databricks(address: Any, label: str, *, timeout: float | None, secrets: Sequence[str]) -> DatabricksWarehouse:
    """Connect to a SQL warehouse or a cluster.

    Parameters
    ----------
    address
        SQLAlchemy's URL: ``databricks://token:...@host:443?http_path=...&catalog=...&schema=...``, as the vendor's
        dialect has it; everything else after the question mark goes to the connector.
        https://docs.databricks.com/aws/en/dev-tools/python-sql-connector
    label
        What to call it in a message.
    timeout
        How long a statement may run, in seconds.
    secrets
        Tokens that no message may repeat.

    Raises
    ------
    ConfigError
        If the URL lacks the host or the path of the warehouse.
    WarehouseError
        If it cannot be reached.
    """
    from databricks import sql

    settings = {name: _typed(value) for name, value in address.query.items()}
    if not address.host or not settings.get("http_path"):
        raise ConfigError(
            "the URL of a Databricks SQL warehouse needs its host and its http_path, as 'Connection details' shows "
            "them: databricks://token:TOKEN@HOST?http_path=PATH&catalog=CATALOG&schema=SCHEMA"
        )
    port = address.port or _PORT
    # Without a handler Python itself prints a library's warnings, such as those of its retries.
    logging.getLogger("databricks.sql").addHandler(logging.NullHandler())
    _knock(address.host, port, label)
    if address.password:
        settings["access_token"] = address.password
    # A drift check sends its statements and nothing else, unless the URL asks for it.
    settings = {"enable_telemetry": False, "user_agent_entry": f"driftql/{__version__}", "_port": port, **settings}
    try:
        raw = sql.connect(server_hostname=address.host, **settings)
    except Exception as error:
        raise WarehouseError(f"{label} cannot be reached: {scrubbed(_sentence(error), secrets)}") from None
    try:
        return DatabricksWarehouse(raw, label=label, owned=True, timeout=timeout, secrets=secrets)
    except BaseException:
        with suppress(Exception):
            raw.close()
        raise


def _typed(value: Any) -> Any:
    """Read a setting of the URL; to the driver the text 'false' is true."""
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


def _knock(host: str, port: int, label: str) -> None:
    """Make sure that somebody listens there: the driver tries for a quarter of an hour, as for a sleeping warehouse."""
    if "https" in getproxies() and not proxy_bypass(host):
        return
    try:
        socket.create_connection((host, port), timeout=_KNOCK).close()
    except OSError as error:
        reason = "nothing answers" if isinstance(error, TimeoutError) else (error.strerror or str(error)).lower()
        raise WarehouseError(
            f"{label} cannot be reached: {host}:{port}: {reason}; look at the host in the URL"
        ) from None
