"""Redshift: its own driver, its catalog views, plans in plain text, and statements that a second session cancels."""

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
from driftql.warehouse.base import Column, Estimate, Row
from driftql.warehouse.catalog import Listed, Query, Table, with_digits
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.kinds import column_of
from driftql.warehouse.messages import error_code, first_line
from driftql.warehouse.secrets import scrubbed

__all__ = ["DRIVER", "RedshiftCatalog", "RedshiftWarehouse", "open_redshift", "scanned"]

DRIVER = "redshift_connector"

# Partitions of an external table are listed by a scan of their own, which reads none of its rows.
_SCAN = re.compile(
    r"\b(?:Seq|Index|Index Only|Bitmap Heap) Scan (?!PartitionInfo\b)"
    r".*\(cost=[\d.]+\.\.[\d.]+ rows=(?P<rows>\d+) width=(?P<width>\d+)\)"
)
_OWN_SCHEMAS = ("information_schema", "pg_catalog", "pg_internal", "pg_automv", "pg_auto_copy", "pg_mv", "pg_s3")


def open_redshift(
    address: Any, label: str, *, timeout: float | None = None, secrets: Sequence[str] = ()
) -> RedshiftWarehouse:
    """Connect to Redshift by its own connector: what its dialect of SQLAlchemy adds is not needed here.

    Parameters
    ----------
    address
        SQLAlchemy's URL; all that stands after the question mark goes to the connector, with IAM and serverless among
        it: https://docs.aws.amazon.com/redshift/latest/mgmt/python-configuration-options.html.
    label
        What to call the database in a message.
    timeout
        How long a statement may run, in seconds.
    secrets
        Passwords that no message may repeat.

    Raises
    ------
    ConfigError
        If the URL has an option that the connector does not know.
    WarehouseError
        If the database cannot be reached.
    """
    driver = importlib.import_module(DRIVER)
    named = {
        "host": address.host,
        "port": address.port,
        "database": address.database,
        "user": address.username,
        "password": address.password,
    }
    settings: dict[str, Any] = {
        "application_name": "driftql",
        # Every statement is another one: kept as prepared statements they would pile up in the cluster, and be closed
        # one by one by the next rollback.
        "max_prepared_statements": 0,
        **{name: value for name, value in named.items() if value},
        **_options(driver.connect, address.query),
    }

    def again() -> Any:
        return driver.connect(**settings)

    try:
        raw = again()
    except Exception as error:
        raise WarehouseError(f"{label} cannot be reached: {scrubbed(first_line(error), secrets)}") from None
    try:
        return RedshiftWarehouse(raw, label=label, owned=True, timeout=timeout, secrets=secrets, again=again)
    except BaseException:
        with suppress(Exception):
            raw.close()
        raise


def _options(connect: Callable[..., Any], query: Mapping[str, Any]) -> dict[str, Any]:
    """Read a URL's options, which are texts, as what the connector's signature says that they are."""
    known = inspect.signature(connect).parameters
    kinds = typing.get_type_hints(connect)
    options: dict[str, Any] = {}
    for name, value in query.items():
        if name not in known:
            raise ConfigError(
                f"the Redshift connector has no option {name!r}{nearest(name, known)}; what it has is at "
                "https://docs.aws.amazon.com/redshift/latest/mgmt/python-configuration-options.html"
            )
        kind = str(kinds.get(name, str))
        texts = [str(item) for item in ([value] if isinstance(value, str) else value)]
        if "List" in kind:
            options[name] = [part for text in texts for part in text.split(",") if part]
        elif "bool" in kind:
            options[name] = _truth(name, texts[-1])
        elif "int" in kind:
            options[name] = _whole(name, texts[-1])
        else:
            options[name] = texts[-1]
    return options


def _truth(name: str, text: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if text.casefold() not in words:
        raise ConfigError(f"the option {name!r} of the Redshift URL is true or false")
    return words[text.casefold()]


def _whole(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ConfigError(f"the option {name!r} of the Redshift URL is a whole number") from None


class RedshiftCatalog(Listed):
    """Redshift's own views, which know external tables and late-binding views as well.

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
        self._here: tuple[str, str | None] | None = None

    def tables(self) -> list[Table]:
        """Return tables, views and external tables of this database; those of the current schema first."""
        database, schema = self._place()
        rows = self._query(
            "select table_schema, table_name from svv_tables "
            f"where table_catalog = {fragments.text(database, self._engine)} order by table_schema, table_name"
        )
        tables = [Table(str(own), str(name), str(own) == schema) for own, name in rows if str(own) not in _OWN_SCHEMAS]
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
        """Return the database and the schema in which names are looked up.

        By a query of their own: these functions run on the leader node only, and no view says on which it runs.
        """
        if self._here is None:
            [(database, schema)] = self._query("select current_database(), current_schema()")
            self._here = (str(database), None if schema is None else str(schema))
        return self._here


class RedshiftWarehouse(DbapiWarehouse):
    """Redshift behind an open connection.

    Parameters
    ----------
    connection
        The connection, of redshift_connector or of a driver of PostgreSQL.
    label, owned, timeout, secrets, release
        As for :class:`DbapiWarehouse`.
    again
        Opens one more connection of the same user, by which a statement is cancelled; without it none is.
    """

    def __init__(
        self,
        connection: Any,
        *,
        label: str = "",
        owned: bool = False,
        timeout: float | None = None,
        secrets: Sequence[str] = (),
        release: Callable[[], None] | None = None,
        again: Callable[[], Any] | None = None,
    ) -> None:
        engine = ENGINES["redshift"]
        self._started = 0.0
        self._again = again
        self._beside: Any = None
        self._cancelling = threading.Lock()
        super().__init__(
            connection,
            engine,
            label=label,
            owned=owned,
            timeout=timeout,
            catalog=RedshiftCatalog(self.query, engine),
            secrets=secrets,
            release=release,
        )
        self._session = int(self._run("select pg_backend_pid()")[0][0]) if again is not None else 0

    def _sent(self, sql: str) -> tuple[list[Row], int]:
        self._started = time.monotonic()
        try:
            return super()._sent(sql)
        finally:
            self._leave_session()

    def _cancel(self) -> None:
        """Ask Redshift, from a second session, to give the statement up.

        The connector has no such call, closing its connection would wait for the answer that it is waiting for, and
        Redshift goes on after a connection is lost. A statement of a transaction is not cancelled there, its session
        is ended. https://docs.aws.amazon.com/redshift/latest/dg/PG_CANCEL_BACKEND.html
        """
        if self._again is None:
            return
        function = "pg_terminate_backend" if self._in_block else "pg_cancel_backend"
        with self._cancelling:
            if self._cursor is None:
                return
            try:
                if self._beside is None:
                    self._beside = self._again()
                    self._beside.autocommit = True
                cursor = self._beside.cursor()
                cursor.execute(f"select {function}({self._session})")
                cursor.close()
            except Exception:
                # No way to ask: at least nobody waits for the answer any longer.
                with suppress(Exception):
                    self._raw._usock.shutdown(socket.SHUT_RDWR)

    def _leave_session(self) -> None:
        with self._cancelling:
            beside, self._beside = self._beside, None
        if beside is not None:
            with suppress(Exception):
                beside.close()

    def estimate(self, sql: str) -> Estimate | None:
        """Ask the planner what a query would read; its rows are those that pass the filter of a scan."""
        return scanned(str(row[0]) for row in self.query(f"explain {sql}"))

    def _explained(self, error: Exception) -> str:
        # The words are the same for a limit, an administrator and a user: "Query (150) canceled on user's request".
        # https://docs.aws.amazon.com/redshift/latest/dg/r_statement_timeout.html
        ran = time.monotonic() - self._started
        if self._timeout is not None and error_code(error) == "57014" and ran >= self._timeout:
            return self._too_long()
        return super()._explained(error)


def scanned(lines: Iterable[str]) -> Estimate | None:
    """Sum up the scans of a plan that is told in text, as Redshift tells it.

    https://docs.aws.amazon.com/redshift/latest/dg/c-the-query-plan.html

    Parameters
    ----------
    lines
        The lines of the plan.

    Returns
    -------
    Estimate | None
        Rows and bytes of all scans of tables; None where the plan has none.

    >>> scanned(["  ->  XN Seq Scan on event  (cost=0.00..87.98 rows=8798 width=17)"])
    Estimate(rows=8798, bytes=149566)
    """
    found = [(int(match["rows"]), int(match["width"])) for line in lines if (match := _SCAN.search(line))]
    if not found:
        return None
    return Estimate(sum(rows for rows, _ in found), sum(rows * width for rows, width in found))
