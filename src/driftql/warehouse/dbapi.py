"""The base of the warehouses that work on a DB-API connection, such as psycopg's or that of Snowflake's connector.

Statements are sent without parameters, so that a ``%`` or a ``:name`` inside them means nothing to a driver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self

from driftql.engines import Engine
from driftql.errors import ConfigError, SourceError, WarehouseError, nearest, without_causes
from driftql.sql import fragments
from driftql.warehouse.base import Column, Estimate, Row, Tagged, Writer, refuse_url, rows_of
from driftql.warehouse.cancellable import TimeLimitError, run_cancellable
from driftql.warehouse.catalog import Catalog, InformationSchema, Table
from driftql.warehouse.driver_errors import error_code, first_line
from driftql.warehouse.secrets import redact

__all__ = ["DbapiWarehouse"]

_PATIENCE = 10.0


class DbapiWarehouse(Tagged):
    """A database behind a DB-API connection.

    Parameters
    ----------
    connection
        The connection.
    engine
        The engine that it reaches.
    title
        The database's name in messages.
    owned
        Whether driftql opened the connection. A caller's connection keeps its settings: whatever driftql sets ends with
        driftql's own transaction.
    timeout
        How long a statement may run, in seconds.
    catalog
        Finds tables and columns; by default by ``information_schema``.
    secrets
        Passwords that no message may repeat.
    release
        Called at the end. Without it, a connection that driftql opened is closed, and a caller's stays open.
    """

    def __init__(
        self,
        connection: Any,
        engine: Engine,
        *,
        title: str = "",
        owned: bool = False,
        timeout: float | None = None,
        catalog: Catalog | None = None,
        secrets: Sequence[str] = (),
        release: Callable[[], None] | None = None,
    ) -> None:
        self._raw = connection
        self._engine = engine
        self._title = title or f"the {engine.title} connection"
        self._owned = owned
        self._timeout = timeout
        self._secrets = tuple(secrets)
        self._release = release
        self._cursor: Any = None
        self._in_block = False
        self._only_reads = False
        self._interrupted = False
        self._stopped = False
        self._relations: dict[str, Table] = {}
        self._explicit = self._enable_autocommit()
        self._catalog = InformationSchema(self.query, engine) if catalog is None else catalog
        if owned:
            for sql in self._session_statements():
                self._run(sql)

    def _enable_autocommit(self) -> bool:
        """Switch autocommit on for a connection that driftql opened; return whether it is on."""
        if not self._engine.transactions:
            return True
        mode = getattr(self._raw, "autocommit", None)
        if self._owned and mode is not None:
            if callable(mode):
                mode(True)
            else:
                self._raw.autocommit = True
            return True
        return mode is True

    def _session_statements(self) -> list[str]:
        """Write the statements that set up a session, or one transaction of a caller's session."""
        engine = self._engine
        limit = []
        if self._timeout is not None and engine.timeout:
            limit = [engine.timeout.format(seconds=max(1, round(self._timeout)), milliseconds=self._milliseconds)]
        if self._owned:
            return [*engine.session, *limit]
        # `set local` ends with the transaction.
        return [*engine.local, *(sql.replace("set ", "set local ", 1) for sql in limit if engine.local)]

    @property
    def _milliseconds(self) -> int:
        return max(1, round(1000 * (self._timeout or 0)))

    @property
    def _client_limit(self) -> float | None:
        """After how many seconds driftql itself cancels a statement, because the engine has no setting for it."""
        if self._timeout is None:
            return None
        return None if self._engine.timeout and (self._owned or self._engine.local) else self._timeout

    @property
    def engine(self) -> Engine:
        """The engine, which decides on the SQL."""
        return self._engine

    @property
    def title(self) -> str:
        """The database's name in messages, without credentials."""
        return self._title

    @property
    def connection(self) -> Any:
        """The DB-API connection."""
        return self._raw

    # --- names -----------------------------------------------------------------------------------------------------

    def tables(self) -> list[str]:
        """Return the names of tables and views, with a schema where one is needed."""
        return [
            table.name
            if table.is_near or table.schema is None
            else fragments.typed_name([table.schema, table.name], self._engine)
            for table in self._catalog.tables()
        ]

    def relation(self, source: str) -> str:
        """Return the quoted SQL for a table or view, spelled as the catalog spells it.

        Raises
        ------
        SourceError
            If there is none of that name; the error suggests the nearest name.
        """
        refuse_url(source)
        table = self._find(source)
        if table is None:
            if fragments.is_file(source):
                raise SourceError(
                    f"{source!r} is a file's name, but {self.title} reads tables only; leave the database out to check "
                    "files"
                )
            raise SourceError(self._describe_absent(source))
        quoted = table.quoted(self._engine)
        self._relations[quoted] = table
        return quoted

    def _describe_absent(self, source: str) -> str:
        """Write the message that there is no such table, with the nearest name."""
        known = [name for name in self.tables() if not name.rpartition(".")[2].startswith("driftql_")]
        hint = nearest(source, known) if known else "; it holds no tables that this user may see"
        return f"there is no table {source!r} in {self.title}{hint}"

    def table_exists(self, name: str) -> bool:
        """Return whether there is a table or view of that name."""
        return self._find(name) is not None

    def _find(self, source: str) -> Table | None:
        return self._catalog.find(source)

    def columns(self, relation: str) -> list[Column]:
        """Return a relation's columns in order."""
        table = self._relations.get(relation) or self._find(relation)
        if table is None:
            raise SourceError(f"there is no table {relation} in {self.title}")
        return self._catalog.columns(table)

    def has_blocks(self, relation: str) -> bool:
        """Return whether a sample can skip blocks of a relation."""
        table = self._relations.get(relation)
        return table is not None and table.has_blocks

    # --- statements ------------------------------------------------------------------------------------------------

    def query(self, sql: str) -> list[Row]:
        """Run one query and fetch all of its rows.

        Raises
        ------
        WarehouseError
            If the database refuses.
        """
        if self._in_block or self._owned or not self._engine.transactions:
            return self._run(sql)
        # Outside a transaction of driftql's own, a failed statement would block the caller's connection, and a
        # successful one would leave a transaction open.
        with self._block(read_only=False, keep=False):
            return self._run(sql)

    def sample(self, sql: str) -> list[Row]:
        """Run a query that draws a sample. Where the engine has a seed, the query itself contains it."""
        return self.query(sql)

    def _run(self, sql: str) -> list[Row]:
        return self._execute(sql)[0]

    @without_causes
    def _execute(self, sql: str) -> tuple[list[Row], int]:
        """Run a statement; return its rows and how many rows it changed."""
        self._interrupted = self._stopped = False
        try:
            return run_cancellable(
                lambda: self._send(self._add_tag(sql)), self._cancel, seconds=self._client_limit, patience=_PATIENCE
            )
        except TimeLimitError:
            raise WarehouseError(self._describe_timeout()) from None
        except Exception as error:
            if self._interrupted:
                raise KeyboardInterrupt from None
            # The driver's error may hold the URL: it is not kept as the cause.
            raise WarehouseError(self._explain_error(error)) from None

    def _send(self, sql: str) -> tuple[list[Row], int]:
        cursor = self._raw.cursor()
        self._cursor = cursor
        try:
            cursor.execute(sql)
            names = [column[0] for column in cursor.description or ()]
            rows = rows_of(names, cursor.fetchall()) if names else []
            self._check_finished(cursor)
            changed = cursor.rowcount
            return rows, changed if isinstance(changed, int) and changed > 0 else 0
        finally:
            self._cursor = None
            with suppress(Exception):
                cursor.close()

    def _check_finished(self, cursor: Any) -> None:
        """Raise if the driver ended a cancelled statement like one that is complete; most drivers raise themselves."""

    def _cancel(self) -> None:
        """Stop the statement: by the driver's own call if there is one, else by closing driftql's connection."""
        self._stopped = True
        cursor = self._cursor
        for owner in (self._raw, cursor):
            cancel = getattr(owner, "cancel", None)
            if callable(cancel):
                with suppress(Exception):
                    cancel()
                    return
        if self._owned and cursor is not None:
            with suppress(Exception):
                self._raw.close()

    def interrupt(self) -> None:
        """Stop the statement that another thread is running."""
        if self._cursor is not None:
            self._interrupted = True
            self._cancel()

    def estimate(self, sql: str) -> Estimate | None:
        """Return None: how to ask for an estimate differs between engines."""
        return None

    # --- transactions ----------------------------------------------------------------------------------------------

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Show all queries of a block the same state of the tables, in a read-only transaction."""
        if not self._engine.transactions or not self._engine.snapshot:
            yield
            return
        with self._block(read_only=True, keep=False):
            yield

    @contextmanager
    def transaction(self) -> Iterator[Writer]:
        """Open a transaction; where the engine has none, each statement is committed by itself.

        Raises
        ------
        WarehouseError
            If the database cannot be written; then nothing was changed.
        """
        if not self._engine.transactions:
            yield _Writer(self._execute)
            return
        with self._block(read_only=False, keep=True):
            yield _Writer(self._execute)

    @contextmanager
    def _block(self, *, read_only: bool, keep: bool) -> Iterator[None]:
        self._refuse_foreign_transaction()
        if self._explicit:
            self._run("begin")
        self._in_block = True
        self._only_reads = read_only
        try:
            if read_only:
                self._run(self._engine.snapshot)
            if not self._owned:
                for sql in self._session_statements():
                    self._run(sql)
            yield
            self._end("commit" if keep else "rollback")
        except BaseException:
            with suppress(Exception):
                self._end("rollback")
            raise
        finally:
            self._in_block = self._only_reads = False

    @without_causes
    def _end(self, how: str) -> None:
        if self._explicit:
            self._run(how)
            return
        try:
            getattr(self._raw, how)()
        except Exception as error:
            raise WarehouseError(self._explain_error(error)) from None

    def _refuse_foreign_transaction(self) -> None:
        """Refuse a connection with an open transaction: driftql would end it, or read what it has not committed."""
        status = getattr(getattr(self._raw, "info", None), "transaction_status", 0)
        is_open = int(status or 0) in (2, 3)  # INTRANS and INERROR of libpq
        is_open |= getattr(self._raw, "in_transaction", None) is True  # redshift_connector
        if not self._owned and is_open:
            raise ConfigError(
                f"{self.title} is inside a transaction: commit it or roll it back first, or pass another connection"
            )

    def close(self) -> None:
        """Close a connection that driftql opened; leave a caller's connection open."""
        if self._release is not None:
            release, self._release = self._release, None
            release()
        elif self._owned:
            with suppress(Exception):
                self._raw.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- errors ----------------------------------------------------------------------------------------------------

    def _describe_timeout(self) -> str:
        return (
            f"{self.title} stopped a statement that ran for longer than the statement_timeout of {self._timeout:g} s; "
            "raise it in [warehouse], or check smaller windows"
        )

    def _explain_error(self, error: Exception) -> str:
        """Turn a driver's error into a sentence that says what to do."""
        message = redact(first_line(error), self._secrets)
        folded = str(error).casefold()
        code = error_code(error)
        if self._timeout is not None and ("timeout" in folded or "timed out" in folded or "max_execution" in folded):
            return self._describe_timeout()
        if code == "57014":
            return f"{self.title} cancelled a statement: {message}; run the check again"
        if code == "42501":
            return f"{self.title} does not let this user do that: {message}; grant the right, or use another user"
        if code == "25006" and self._only_reads:
            return (
                f"{self.title} cannot be written by a check, which only reads: look for a function such as "
                f"nextval in the filters and views ({message})"
            )
        if code == "25006":
            return f"{self.title} cannot be written: it is read-only for this user; nothing was changed ({message})"
        lost = isinstance(error, OSError) or "socket closed" in folded or "connection is closed" in folded
        if lost or code.startswith(("08", "57P")) or getattr(self._raw, "closed", False) not in (False, 0):
            # Only the first sentence: what follows is advice about proxies and firewalls.
            message = message.partition(". ")[0]
            return f"{self.title} closed the connection: {message}; run the check again"
        return f"{self.title}: {message}"


class _Writer:
    def __init__(self, execute: Callable[[str], tuple[list[Row], int]]) -> None:
        self._execute = execute

    def execute(self, sql: str) -> int:
        """Run a statement and return how many rows it changed."""
        return self._execute(sql)[1]

    def query(self, sql: str) -> list[Row]:
        """Run a query inside the transaction."""
        return self._execute(sql)[0]
