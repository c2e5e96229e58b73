"""DuckDB: a file, an in-memory database that reads Parquet, CSV and JSON files, or the caller's own connection."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from driftql.config import ReadConfig
from driftql.display import shown
from driftql.engines import ENGINES, Engine
from driftql.errors import ConfigError, SourceError, WarehouseError, nearest, without_causes
from driftql.sql import fragments
from driftql.warehouse import duckdb_names as names
from driftql.warehouse.base import Column, Estimate, Row, Tagged, refuse_url, rows_of
from driftql.warehouse.cancellable import TimeLimitError, run_cancellable
from driftql.warehouse.data_files import relation_of_path
from driftql.warehouse.duckdb_borrowed import Borrowed, set_up
from driftql.warehouse.duckdb_errors import explain, first_line, is_being_opened, is_full, is_locked
from driftql.warehouse.file_names import refuse_equal_names
from driftql.warehouse.scannable import make_scannable
from driftql.warehouse.text_files import TextFile, describe_text_file
from driftql.warehouse.types import column_of

if TYPE_CHECKING:
    import duckdb

__all__ = ["DuckDBWarehouse", "adopt", "open"]

_ENGINE = ENGINES["duckdb"]
_MEMORY = ":memory:"
_PROBE = "driftql_probe"
# What DuckDB calls the type of a column that never had a value.
_NO_TYPE = '"NULL"'


def open(
    url: str,
    *,
    timeout: float | None = None,
    threads: int | None = None,
    memory_limit: str | None = None,
    folder: Path | None = None,
    create: bool = False,
    read: ReadConfig | None = None,
) -> DuckDBWarehouse:
    """Open a database file, or a database in memory; see :func:`driftql.warehouse.connect`."""
    path = re.sub(r"^duckdb:/{2,3}", "", url, flags=re.IGNORECASE) or _MEMORY
    if path != _MEMORY:
        path = str((folder or Path()) / Path(path).expanduser())
    return DuckDBWarehouse(path, threads=threads, memory_limit=memory_limit, create=create, timeout=timeout, read=read)


def adopt(connection: duckdb.DuckDBPyConnection, *, timeout: float | None = None) -> DuckDBWarehouse:
    """Use the caller's connection; see :class:`~driftql.warehouse.registry.EngineModule`."""
    return DuckDBWarehouse(connection=connection, timeout=timeout)


def refuse_threads(threads: int) -> None:
    """Refuse a number of threads that would exhaust the machine.

    Raises
    ------
    ConfigError
        If the number is not between 1 and :data:`driftql.config.MAX_THREADS`.
    """
    from driftql.config import MAX_THREADS

    if not 1 <= threads <= MAX_THREADS:
        raise ConfigError(f"DuckDB may use 1 to {MAX_THREADS} threads, not {threads}")


class DuckDBWarehouse(Tagged):
    """A DuckDB database.

    driftql opens a file read-only, and for writing only during a transaction, so that other programs can read it in the
    meantime.

    Parameters
    ----------
    path
        A database file, or ``":memory:"``.
    connection
        The caller's connection, in place of a path, which is never closed; see
        :class:`~driftql.warehouse.duckdb_borrowed.Borrowed`.
    threads
        How many threads DuckDB may use; by default one per core.
    memory_limit
        How much memory DuckDB may use, such as ``"4GB"``; beyond it, DuckDB spills to disk.
    create
        Whether a transaction may create a missing file.
    timeout
        How long a statement may run, in seconds.
    read
        How CSV files are read.
    lock_patience
        How long to wait for another process that holds the file, in seconds.

    Raises
    ------
    SourceError
        If the file does not exist and ``create`` is false.
    ConfigError
        If the number of threads is out of range.
    """

    def __init__(
        self,
        path: str | Path = _MEMORY,
        *,
        connection: duckdb.DuckDBPyConnection | None = None,
        threads: int | None = None,
        memory_limit: str | None = None,
        create: bool = False,
        timeout: float | None = None,
        read: ReadConfig | None = None,
        lock_patience: float = 10.0,
    ) -> None:
        if threads is not None:
            refuse_threads(threads)
        self._path = str(path)
        self._settings: dict[str, str | int] = {}
        if threads is not None:
            self._settings["threads"] = threads
        if memory_limit is not None:
            self._settings["memory_limit"] = memory_limit
        self._borrowed = self._borrow(connection) if connection is not None else None
        self._writable = connection is not None or self._path == _MEMORY
        # Whether a statement of driftql writes: then an error means that nothing was written.
        self._writes = False
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._create = create
        self._timeout = timeout
        self._lock_patience = lock_patience
        self._objects: dict[str, tuple[Any, dict[str, Any]]] = {}
        # Of a frame or a text file: column -> its type, and why it cannot be read.
        self._unreadable: dict[str, dict[str, tuple[str, str]]] = {}
        self._empty: dict[str, frozenset[str]] = {}
        self._read = read or ReadConfig()
        # Per connection: text file -> the statement that loaded it.
        self._loaded: dict[bool, dict[str, str]] = {False: {}, True: {}}
        if connection is None and not self._in_memory and not create and not Path(self._path).exists():
            raise SourceError(f"there is no database file {self.title}: name one that exists, or the URL of a database")

    @without_causes
    def _borrow(self, connection: duckdb.DuckDBPyConnection) -> Borrowed:
        import duckdb

        try:
            return Borrowed(connection)
        except duckdb.Error as error:
            raise WarehouseError(explain(error, "the DuckDB connection", writes=False)) from None

    @property
    def _loads(self) -> dict[str, str]:
        return self._loaded[self._borrowed is not None and self._borrowed.is_on_given]

    def _block(self, *, reads: bool = False) -> AbstractContextManager[None]:
        """Choose the connection for a block; see :meth:`Borrowed.block`."""
        return nullcontext() if self._borrowed is None else self._borrowed.block(reads=reads)

    @property
    def _in_memory(self) -> bool:
        return self._path == _MEMORY

    @property
    def engine(self) -> Engine:
        """DuckDB."""
        return _ENGINE

    @property
    def title(self) -> str:
        """The file's path, or a name for a connection or a database in memory; without what looks like a password."""
        if self._borrowed is not None:
            return "the DuckDB connection"
        return "DuckDB in memory" if self._in_memory else shown(self._path)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The open connection, which to a file is read-only; of the caller's, see :class:`Borrowed`.

        Raises
        ------
        WarehouseError
            If the file cannot be opened.
        """
        if self._borrowed is not None:
            return self._borrowed.connection
        if self._connection is None:
            if not self._in_memory and self._create and not Path(self._path).exists():
                self._connection = self._connect(read_only=False)
                self._writable = True
            else:
                self._connection = self._connect(read_only=not self._in_memory)
        return self._connection

    @without_causes
    def _connect(self, *, read_only: bool) -> duckdb.DuckDBPyConnection:
        import duckdb

        deadline = time.monotonic() + self._lock_patience
        wants_only_to_read = read_only
        while True:
            is_new = not self._in_memory and not Path(self._path).exists()
            try:
                connection = duckdb.connect(self._path, read_only=read_only)
                break
            except duckdb.ConnectionException as error:
                if "different configuration" not in str(error) or time.monotonic() > deadline:
                    raise self._failure(error) from None
                # DuckDB cannot mix modes in one process: a reader joins the open mode, a writer waits for the readers
                # of other threads.
                if wants_only_to_read:
                    read_only = not read_only
                time.sleep(0.01)
            except duckdb.Error as error:
                if (is_locked(error) or is_being_opened(error)) and time.monotonic() < deadline:
                    time.sleep(0.1)
                    continue
                if is_new and is_full(error):
                    # DuckDB cannot open an incomplete file again. driftql holds its lock, so nobody else uses it.
                    Path(self._path).unlink(missing_ok=True)
                raise self._failure(error) from None
        try:
            for name, value in self._settings.items():
                literal = str(value) if isinstance(value, int) else fragments.text(value, self.engine)
                connection.execute(f"set {name} = {literal}")
            set_up(connection)
        except duckdb.Error as error:
            connection.close()
            raise ConfigError(f"DuckDB does not accept the setting: {first_line(error)}") from None
        for name, (frame, arrays) in self._objects.items():
            self._register(connection, name, frame, arrays)
        for load in self._loads.values():
            connection.execute(load)
        return connection

    def add_object(self, name: str, frame: Any, arrays: Mapping[str, Any]) -> None:
        """Create one view of a frame and of arrays with further columns, on this connection and on later ones.

        Parameters
        ----------
        name
            The view's name.
        frame
            A pandas, Polars or Arrow frame, a mapping of names to NumPy arrays; see
            :func:`~driftql.warehouse.scannable.make_scannable`.
        arrays
            Further columns, by name, each as long as the frame.

        Raises
        ------
        ConfigError
            If DuckDB cannot scan the frame.
        """
        frame, unreadable, empty = make_scannable(frame, name, self._can_scan)
        self._objects[name] = (frame, dict(arrays))
        self._unreadable[name] = unreadable
        self._empty[name] = empty
        if self._borrowed is not None:
            self._borrowed.stays_on_cursor = True
            self._register(self._borrowed.connection, name, frame, arrays)
        elif self._connection is not None:
            self._register(self._connection, name, frame, arrays)

    def _can_scan(self, frame: Any) -> bool:
        """Return whether DuckDB can scan a frame; only its types are looked at."""
        import duckdb

        connection = self.connection
        try:
            connection.register(_PROBE, frame)
            connection.execute(f"describe {_PROBE}").fetchall()
        except (duckdb.Error, TypeError, ValueError):
            return False
        finally:
            connection.unregister(_PROBE)
        return True

    def _register(
        self, connection: duckdb.DuckDBPyConnection, name: str, frame: Any, arrays: Mapping[str, Any]
    ) -> None:
        import duckdb

        try:
            if not arrays:
                connection.register(name, frame)
                return
            connection.register(f"{name}_columns", frame)
            connection.register(f"{name}_arrays", dict(arrays))
            quoted = [fragments.identifier(part, self.engine) for part in (name, f"{name}_columns", f"{name}_arrays")]
            connection.execute(
                f"create or replace temp view {quoted[0]} as select * from {quoted[1]} positional join {quoted[2]}"
            )
        except duckdb.Error as error:
            raise ConfigError(f"DuckDB cannot read {name}: {first_line(error)}") from None

    def _failure(self, error: Exception) -> WarehouseError:
        return WarehouseError(explain(error, self.title, writes=self._writes))

    def relation(self, source: str) -> str:
        """Return the quoted SQL for a table, a view, a file or a glob.

        Raises
        ------
        SourceError
            If there is none of that name; the error suggests the nearest name.
        """
        refuse_url(source)
        with self._block():
            if source in self._loads or (fragments.is_file(source) and not self.table_exists(source)):
                return self._file_relation(source)
            found = self._find(source) or relation_of_path(source, self.engine)
            if found is None:
                raise SourceError(f"there is no table {source!r} in {self.title}{self._describe_known(source)}")
            return found

    def _describe_known(self, source: str) -> str:
        """Return the hint for a name that is not found: the nearest one, or what else to do."""
        if self._borrowed is not None and (limits := self._borrowed.describe_limits()):
            return limits
        tables = names.visible(self._tables())
        known = [table.typed for table in tables if not table.name.startswith("driftql_")] or [
            table.typed for table in tables
        ]
        if known:
            return nearest(source, known)
        if self._borrowed is not None:
            return "; a frame is seen after connection.register, or is passed itself"
        if self._in_memory:
            return "; name a file (.parquet, .csv, .json) or a database with --db"
        return "; the database holds no tables"

    def _file_relation(self, source: str) -> str:
        if "://" not in source:
            import glob

            if not glob.glob(source, recursive=True) and not Path(source).exists():
                raise SourceError(f"there is no file {source}")
        if fragments.is_columnar(source):
            return fragments.path_relation(source, self.engine)
        return self._load(source)

    def _load(self, source: str) -> str:
        """Read a text file into a temporary table of its own name: once, so that every statement sees the same rows.

        In SQL the quoted name of the file is what DuckDB itself reads where there is no such table.
        """
        table = fragments.identifier(source, self.engine)
        if source in self._loads:
            return table
        file = TextFile(fragments.path_relation(source, self.engine))
        if fragments.is_csv(source):
            file = describe_text_file(source, self._read, lambda sql: self._fetch(self.connection, sql))
        unnamed = ", ".join(fragments.identifier(name, self.engine) for name in file.unnamed)
        kept = f"* exclude ({unnamed})" if unnamed else "*"
        load = f"create or replace temp table {table} as select {kept} from {file.expression}"
        self._query_nothing(load)
        self._loads[source] = load
        self._unreadable[source] = dict.fromkeys(file.unnamed, ("unknown", "it has no name in the file"))
        return table

    @without_causes
    def _query_nothing(self, sql: str) -> None:
        import duckdb

        try:
            self._fetch(self.connection, sql)
        except (duckdb.Error, RuntimeError) as error:
            if "INTERRUPT" in str(error).upper():
                raise KeyboardInterrupt from None
            raise self._failure(error) from None

    @property
    def loads(self) -> list[str]:
        """The statements that have read text files into temporary tables, in order."""
        return list(self._loads.values())

    def tables(self) -> list[str]:
        """Return the names of the database's tables and views, with a schema unless it is main."""
        return [table.typed for table in names.visible(self._tables()) if table.is_of_this_database]

    def _tables(self) -> list[names.Listed]:
        return [names.Listed(*row) for row in self.query(names.TABLES)]

    def _find(self, source: str) -> str | None:
        """Find a name as it is written, then split at its dots; return it quoted, as the catalog spells it."""
        found = names.find(self._tables(), source)
        return None if found is None else found.quoted

    def table_exists(self, name: str) -> bool:
        """Return whether there is a table or view of that name."""
        return self._find(name) is not None

    def columns(self, relation: str) -> list[Column]:
        """Return a relation's columns in order; those of a frame that could not be read come last, without a kind."""
        columns = [
            column_of(str(name), str(type_name), self.engine)
            for name, type_name, *_ in self.query(f"describe select * from {relation}")
        ]
        found = [column.name for column in columns]
        files = {fragments.identifier(source, self.engine): source for source in self._loads}
        refuse_equal_names(relation, files.get(relation), found, self.query)
        for frame, unreadable in self._unreadable.items():
            if relation.endswith(fragments.identifier(frame, self.engine)):
                columns = [
                    replace(column, type=_NO_TYPE) if column.name in self._empty.get(frame, ()) else column
                    for column in columns
                ]
                columns += [
                    Column(name, kind, "other", unreadable=reason) for name, (kind, reason) in unreadable.items()
                ]
        return columns

    def has_blocks(self, relation: str) -> bool:
        """Return True: a sample can skip blocks of every relation."""
        return True

    @without_causes
    def query(self, sql: str) -> list[Row]:
        """Run one query and fetch all of its rows.

        Raises
        ------
        WarehouseError
            If DuckDB refuses; the sentence gives the reason.
        """
        import duckdb

        try:
            with self._block():
                return self._fetch(self.connection, sql)
        except (duckdb.Error, RuntimeError) as error:
            if "INTERRUPT" in str(error).upper():
                raise KeyboardInterrupt from None
            raise self._failure(error) from None

    def sample(self, sql: str) -> list[Row]:
        """Run a query that draws a sample, in one thread, because several threads share a table's blocks at random.

        The number of threads is a setting of the whole database. The caller's database keeps its own, and its samples
        may differ from run to run.
        """
        if self._borrowed is not None:
            return self.query(sql)
        threads = int(self.query("select current_setting('threads')")[0][0])
        self.query("set threads = 1")
        try:
            return self.query(sql)
        finally:
            self.query(f"set threads = {threads}")

    def estimate(self, sql: str) -> Estimate | None:
        """Estimate what a query would read: the planner's rows of its scans."""
        plan = json.loads(self.query(f"explain (format json) {sql}")[0][1])
        return Estimate(rows=sum(_rows_scanned(node) for node in plan))

    def interrupt(self) -> None:
        """Stop the statement that another thread is running."""
        connection = self._connection if self._borrowed is None else self._borrowed.connection
        if connection is not None:
            connection.interrupt()

    def _fetch(self, connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
        """Run a statement and fetch its rows.

        Raises
        ------
        WarehouseError
            If it ran for too long.
        """

        def run() -> list[Row]:
            connection.execute(self._add_tag(sql))
            names = [column[0] for column in connection.description or ()]
            return rows_of(names, connection.fetchall())

        try:
            return run_cancellable(run, connection.interrupt, seconds=self._timeout)
        except TimeLimitError:
            raise WarehouseError(
                f"{self.title} stopped a statement that ran for longer than the statement_timeout of "
                f"{self._timeout:g} s; raise it in [warehouse], or check smaller windows"
            ) from None

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Show all queries of a block the same state of the tables, in one transaction."""
        with self._block(reads=True):
            loaded = dict(self._loads)
            self.query("begin transaction")
            keep = False
            try:
                yield
                # Nothing but temporary tables can have been written. Those that hold text files are needed again, but
                # not in the caller's own connection.
                keep = self._borrowed is None or not self._borrowed.is_on_given
                if keep:
                    self.query("commit")
            finally:
                if not keep:
                    with suppress(WarehouseError):
                        self.query("rollback")
                    self._loads.clear()
                    self._loads.update(loaded)

    @contextmanager
    def transaction(self) -> Iterator[_Transaction]:
        """Open a transaction, and the file for writing until its end.

        Raises
        ------
        WarehouseError
            If the database cannot be written: read-only, locked, or the disk is full.
        """
        with self._block():
            self._writes = True
            try:
                with self._transaction() as opened:
                    yield opened
            finally:
                self._writes = False

    @contextmanager
    def _transaction(self) -> Iterator[_Transaction]:
        import duckdb

        if not self._writable:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            connection = self._connect(read_only=False)
        else:
            connection = self.connection
        try:
            connection.execute("begin transaction")
            try:
                yield _Transaction(connection, self._fetch)
                connection.execute("commit")
            except BaseException:
                with suppress(duckdb.Error):
                    connection.execute("rollback")
                raise
        except (duckdb.Error, RuntimeError) as error:
            raise self._failure(error) from None
        finally:
            if not self._writable:
                with suppress(duckdb.Error):
                    connection.close()

    def close(self) -> None:
        """Close driftql's connection or cursor; the caller's connection stays open."""
        if self._borrowed is not None:
            with suppress(WarehouseError), self._block():
                for source in [*self._loads]:
                    self.query(f"drop table if exists {fragments.identifier(source, self.engine)}")
                self._loads.clear()
            self._borrowed.close()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Transaction:
    def __init__(self, connection: duckdb.DuckDBPyConnection, fetch: Callable[..., list[Row]]) -> None:
        self._connection = connection
        self._fetch = fetch

    def execute(self, sql: str) -> int:
        """Run a statement and return how many rows it changed."""
        rows = self._fetch(self._connection, sql)
        return int(rows[0][0]) if rows and isinstance(rows[0][0], int) else 0

    def query(self, sql: str) -> list[Row]:
        """Run a query inside the transaction."""
        return self._fetch(self._connection, sql)


def _rows_scanned(node: Mapping[str, Any]) -> int:
    """Add up the rows that the planner expects from the scans of a plan."""
    children = node.get("children") or []
    if children:
        return sum(_rows_scanned(child) for child in children)
    rows = str((node.get("extra_info") or {}).get("Estimated Cardinality", "0"))
    return int(rows) if rows.isdigit() else 0
