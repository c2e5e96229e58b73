"""Redshift by its own connector: its catalog views, estimates from its plans, and cancelling by a second session."""

from __future__ import annotations

import importlib
import inspect
import re
import socket
import threading
import time
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from driftql.engines import ENGINES, Engine
from driftql.errors import ConfigError, WarehouseError, nearest
from driftql.sql import fragments
from driftql.warehouse.alchemy import read_address
from driftql.warehouse.base import Column, Estimate, Row
from driftql.warehouse.catalog import Listed, Query, Table, with_digits
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.driver_errors import error_code, require_package
from driftql.warehouse.types import column_of

__all__ = ["RedshiftCatalog", "RedshiftWarehouse", "adopt", "open", "read_plan"]

_ENGINE = ENGINES["redshift"]
_DRIVER = "redshift_connector"

# The scan "PartitionInfo" lists the partitions of an external table and reads none of its rows.
_SCAN = re.compile(
    r"\b(?:Seq|Index|Index Only|Bitmap Heap) Scan (?!PartitionInfo\b)"
    r".*\(cost=[\d.]+\.\.[\d.]+ rows=(?P<rows>\d+) width=(?P<width>\d+)\)"
)
_SYSTEM_SCHEMAS = ("information_schema", "pg_catalog", "pg_internal", "pg_automv", "pg_auto_copy", "pg_mv", "pg_s3")


def open(url: str, *, timeout: float | None = None) -> RedshiftWarehouse:
    """Connect to Redshift by its own connector, without its dialect of SQLAlchemy, which adds nothing needed here.

    Parameters
    ----------
    url
        The URL of the dialect, ``redshift+redshift_connector://user:password@host:5439/database``. Everything after
        the question mark goes to the connector, for example options for IAM and Redshift Serverless:
        https://docs.aws.amazon.com/redshift/latest/mgmt/python-configuration-options.html.
    timeout
        How long a statement may run, in seconds.

    Raises
    ------
    ConfigError
        If the connector is not installed, or the URL has an option that it does not know.
    WarehouseError
        If the database cannot be reached.
    """
    address = read_address(url, _ENGINE)
    if address.url.drivername != _ENGINE.url:
        raise ConfigError(
            f"driftql reaches Redshift by {_DRIVER}: write {_ENGINE.url}://user:password@host:5439/database, or pass "
            "an engine of SQLAlchemy from Python"
        )
    require_package(_ENGINE, _DRIVER)
    driver = importlib.import_module(_DRIVER)
    named = {
        "host": address.url.host,
        "port": address.url.port,
        "database": address.url.database,
        "user": address.url.username,
        "password": address.url.password,
    }
    settings: dict[str, Any] = {
        "application_name": "driftql",
        # No two statements are alike: prepared, they would pile up in the cluster until the next rollback closes them
        # one by one.
        "max_prepared_statements": 0,
        **{name: value for name, value in named.items() if value},
        **_options(driver.connect, address.url.query),
    }

    def reconnect() -> Any:
        return driver.connect(**settings)

    try:
        raw = reconnect()
    except Exception as error:
        raise WarehouseError(f"{address.title} cannot be reached: {address.redact(error)}") from None
    try:
        return RedshiftWarehouse(
            raw, title=address.title, owned=True, timeout=timeout, secrets=address.secrets, reconnect=reconnect
        )
    except BaseException:
        with suppress(Exception):
            raw.close()
        raise


def adopt(connection: Any, **settings: Any) -> RedshiftWarehouse:
    """Use the caller's connection; see :class:`~driftql.warehouse.registry.EngineModule`."""
    return RedshiftWarehouse(connection, **settings)


def _options(connect: Callable[..., Any], query: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a URL's options, which are texts, to the types in the signature of the connector."""
    known = inspect.signature(connect).parameters
    kinds = typing.get_type_hints(connect)
    options: dict[str, Any] = {}
    for name, value in query.items():
        if name not in known:
            raise ConfigError(
                f"the Redshift connector has no option {name!r}{nearest(name, known)}; its options are listed at "
                "https://docs.aws.amazon.com/redshift/latest/mgmt/python-configuration-options.html"
            )
        kind = str(kinds.get(name, str))
        texts = [str(item) for item in ([value] if isinstance(value, str) else value)]
        if "List" in kind:
            options[name] = [part for text in texts for part in text.split(",") if part]
        elif "bool" in kind:
            options[name] = _as_bool(name, texts[-1])
        elif "int" in kind:
            options[name] = _as_int(name, texts[-1])
        else:
            options[name] = texts[-1]
    return options


def _as_bool(name: str, text: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if text.casefold() not in words:
        raise ConfigError(f"the option {name!r} of the Redshift URL is true or false")
    return words[text.casefold()]


def _as_int(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ConfigError(f"the option {name!r} of the Redshift URL is a whole number") from None


class RedshiftCatalog(Listed):
    """Redshift's own views, which also list external tables and late-binding views.

    https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_TABLES.html and
    https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_COLUMNS.html

    Parameters
    ----------
    query
        Runs a query.
    engine
        Redshift.
    """

    def __init__(self, query: Query, engine: Engine) -> None:
        self._query = query
        self._engine = engine
        self._cached_place: tuple[str, str | None] | None = None

    def tables(self) -> list[Table]:
        """Return tables, views and external tables of this database; those of the current schema first."""
        database, schema = self._place()
        rows = self._query(
            "select table_schema, table_name from svv_tables "
            f"where table_catalog = {fragments.text(database, self._engine)} order by table_schema, table_name"
        )
        tables = [
            Table(str(place), str(name), str(place) == schema)
            for place, name in rows
            if str(place) not in _SYSTEM_SCHEMAS
        ]
        return sorted(tables, key=lambda table: not table.is_near)

    def columns(self, table: Table) -> list[Column]:
        """Return a table's columns with the full names of their types."""
        engine = self._engine
        rows = self._query(
            "select column_name, data_type, numeric_precision, numeric_scale from svv_columns "
            f"where table_catalog = {fragments.text(self._place()[0], engine)} "
            f"and table_schema = {fragments.text(table.schema or '', engine)} "
            f"and table_name = {fragments.text(table.name, engine)} order by ordinal_position"
        )
        return [column_of(str(row[0]), with_digits(row[1:]), engine) for row in rows]

    def _place(self) -> tuple[str, str | None]:
        """Return the current database and schema.

        A query of its own returns them: both functions run on the leader node only, and views do not say where they
        run.
        """
        if self._cached_place is None:
            [(database, schema)] = self._query("select current_database(), current_schema()")
            self._cached_place = (str(database), None if schema is None else str(schema))
        return self._cached_place


class RedshiftWarehouse(DbapiWarehouse):
    """Redshift behind an open connection.

    Parameters
    ----------
    connection
        A connection of redshift_connector or of a PostgreSQL driver.
    title, owned, timeout, secrets, release
        As for :class:`~driftql.warehouse.dbapi.DbapiWarehouse`.
    reconnect
        Opens a second connection of the same user, which can cancel a statement. Without it, no statement can be
        cancelled.
    """

    def __init__(
        self,
        connection: Any,
        *,
        title: str = "",
        owned: bool = False,
        timeout: float | None = None,
        secrets: Sequence[str] = (),
        release: Callable[[], None] | None = None,
        reconnect: Callable[[], Any] | None = None,
    ) -> None:
        self._started = 0.0
        self._reconnect = reconnect
        self._second: Any = None
        self._cancelling = threading.Lock()
        super().__init__(
            connection,
            _ENGINE,
            title=title,
            owned=owned,
            timeout=timeout,
            catalog=RedshiftCatalog(self.query, _ENGINE),
            secrets=secrets,
            release=release,
        )
        self._session = int(self._run("select pg_backend_pid()")[0][0]) if reconnect is not None else 0

    def _send(self, sql: str) -> tuple[list[Row], int]:
        self._started = time.monotonic()
        try:
            return super()._send(sql)
        finally:
            self._close_second_session()

    def _cancel(self) -> None:
        """Cancel the statement from a second session, because the connector has no call for it.

        Closing the first connection would wait for the statement's answer, and Redshift goes on after a connection is
        lost. ``pg_cancel_backend`` does not cancel a statement of a transaction, so its session is ended instead.
        https://docs.aws.amazon.com/redshift/latest/dg/PG_CANCEL_BACKEND.html
        """
        if self._reconnect is None:
            return
        function = "pg_terminate_backend" if self._in_block else "pg_cancel_backend"
        with self._cancelling:
            if self._cursor is None:
                return
            try:
                if self._second is None:
                    self._second = self._reconnect()
                    self._second.autocommit = True
                cursor = self._second.cursor()
                cursor.execute(f"select {function}({self._session})")
                cursor.close()
            except Exception:
                # Redshift cannot be asked to stop: at least stop waiting for its answer.
                with suppress(Exception):
                    self._raw._usock.shutdown(socket.SHUT_RDWR)

    def _close_second_session(self) -> None:
        with self._cancelling:
            second, self._second = self._second, None
        if second is not None:
            with suppress(Exception):
                second.close()

    def estimate(self, sql: str) -> Estimate | None:
        """Estimate what a query would read, from its plan; the rows are those that pass the filter of a scan."""
        return read_plan(str(row[0]) for row in self.query(f"explain {sql}"))

    def _explain_error(self, error: Exception) -> str:
        # The message is the same for a time limit, an administrator and a user: "Query (150) canceled on user's
        # request".
        # https://docs.aws.amazon.com/redshift/latest/dg/r_statement_timeout.html
        ran = time.monotonic() - self._started
        if self._timeout is not None and error_code(error) == "57014" and ran >= self._timeout:
            return self._describe_timeout()
        return super()._explain_error(error)


def read_plan(lines: Iterable[str]) -> Estimate | None:
    """Add up the scans of a plan.

    https://docs.aws.amazon.com/redshift/latest/dg/c-the-query-plan.html

    Parameters
    ----------
    lines
        The lines of the plan's text.

    Returns
    -------
    Estimate | None
        Rows and bytes of all scans of tables; None where the plan has none.

    >>> read_plan(["  ->  XN Seq Scan on event  (cost=0.00..87.98 rows=8798 width=17)"])
    Estimate(rows=8798, bytes=149566)
    """
    found = [(int(match["rows"]), int(match["width"])) for line in lines if (match := _SCAN.search(line))]
    if not found:
        return None
    return Estimate(sum(rows for rows, _ in found), sum(rows * width for rows, width in found))
