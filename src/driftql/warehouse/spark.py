"""Spark: the caller's own session, classic or Connect. Statements run where the session runs them: on its cluster."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from driftql.engines import ENGINES
from driftql.errors import ConfigError, SourceError, WarehouseError, nearest
from driftql.sql import fragments
from driftql.warehouse.base import Column, Estimate, Row, Writer, rows_of
from driftql.warehouse.catalog import Unlisted
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.kinds import column_of

__all__ = ["SparkWarehouse", "frames_as_views", "is_spark_frame", "is_spark_session", "read_size"]

_ONE_WRITER = threading.Lock()
_ZONE = "spark.sql.session.timeZone"
# Bins are counted in Spark's quick hash map, which holds 2^16 of them unless told otherwise: half the time.
_QUICK_MAP = "spark.sql.codegen.aggregate.fastHashMap.capacityBit"
_QUICK_BITS = 19


# What a plan reads from, and how large it is: "Relation main.ml.t[a#1] parquet, Statistics(sizeInBytes=772.5 KiB)".
_READ = re.compile(
    r"^[\s:+|-]*(?:Relation|RelationV2|HiveTableRelation|LogicalRDD|LocalRelation|InMemoryRelation)\b"
    r".*\bsizeInBytes=([\d.E+]+) (\w+)",
    re.MULTILINE,
)
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_UNKNOWN = 2.0**60


def read_size(plan: str) -> int | None:
    """Add up the bytes that a plan with costs reads.

    https://spark.apache.org/docs/latest/sql-ref-syntax-qry-explain.html

    Parameters
    ----------
    plan
        What ``explain cost`` returned.

    Returns
    -------
    int | None
        Bytes of whole tables, or of the partitions that are left; None where the size of one is not known, which Spark
        takes for 8 EiB.
    """
    logical = plan.partition("== Physical Plan ==")[0]
    sizes = [float(number) * 1024.0 ** _UNITS.index(unit) for number, unit in _READ.findall(logical)]
    return None if any(size >= _UNKNOWN for size in sizes) else round(sum(sizes))


def _is_of_spark(candidate: object, name: str) -> bool:
    return any(kind.__module__.startswith("pyspark.sql") and kind.__name__ == name for kind in type(candidate).__mro__)


def is_spark_session(candidate: object) -> bool:
    """Tell a SparkSession, classic or Connect, without importing PySpark."""
    return _is_of_spark(candidate, "SparkSession")


def is_spark_frame(candidate: object) -> bool:
    """Tell a DataFrame of Spark, classic or Connect, without importing PySpark."""
    return _is_of_spark(candidate, "DataFrame")


def _is_connect(session: object) -> bool:
    return type(session).__module__.startswith("pyspark.sql.connect")


class SparkWarehouse(DbapiWarehouse):
    """Tables, views and temporary views of a Spark session.

    For the length of each statement the session's time zone is UTC, and its hash map for counts larger; both are what
    they were before afterwards. Nothing else of the session is changed, and it is never stopped.

    Parameters
    ----------
    session
        A SparkSession, classic or Connect.
    timeout
        How long a statement may run, in seconds; then its jobs are cancelled.
    """

    def __init__(self, session: Any, *, timeout: float | None = None) -> None:
        self._views: list[str] = []
        super().__init__(
            session,
            ENGINES["spark"],
            label="the Spark session",
            timeout=timeout,
            catalog=Unlisted(),
            release=self._forget,
        )

    @property
    def session(self) -> Any:
        """The SparkSession."""
        return self._raw

    # --- names -----------------------------------------------------------------------------------------------------

    def tables(self) -> list[str]:
        """Return temporary views and the tables of the current schema."""
        return sorted({str(row[1]) for row in self._run("show tables")})

    def relation(self, source: str) -> str:
        """Return a quoted fragment for a table or view.

        Raises
        ------
        SourceError
            If there is none of that name; the nearest one is suggested.
        """
        found = self._lookup(source)
        if found is not None:
            return found
        if fragments.is_file(source):
            raise SourceError(
                f"{source!r} is a file's name, but {self.label} reads tables and views; make it one: "
                "spark.read.parquet(...).createOrReplaceTempView('name')"
            )
        known = [name for name in self.tables() if not name.startswith("driftql_")]
        hint = nearest(source, known) if known else "; it holds no tables in its current schema"
        raise SourceError(f"there is no table {source!r} in {self.label}{hint}")

    def table_exists(self, name: str) -> bool:
        """Tell whether a table or view of that name is there; another application may have written to it since."""
        found = self._lookup(name)
        if found is not None:
            # A session keeps the list of a table's files.
            self._run(f"refresh table {found}")
        return found is not None

    @contextmanager
    def transaction(self) -> Iterator[Writer]:
        """Let the writers of this process take turns: two jobs that add files to one folder at once can fail."""
        with _ONE_WRITER, super().transaction() as writer:
            yield writer

    def _lookup(self, source: str) -> str | None:
        """Quote the name as it stands, or its parts; Spark's names have no capitals of their own."""
        catalog = self._raw.catalog
        for parts in ([source], fragments.table_parts(source, self.engine)):
            quoted = ".".join(fragments.identifier(part, self.engine) for part in parts)
            with suppress(Exception):
                if catalog.tableExists(quoted):
                    return quoted
        return None

    def columns(self, relation: str) -> list[Column]:
        """Return a relation's columns, from its schema: nothing is run."""
        fields = self._analysed(f"select * from {relation}").schema.fields
        return [column_of(field.name, field.dataType.simpleString(), self.engine) for field in fields]

    def _analysed(self, sql: str) -> Any:
        try:
            frame = self._raw.sql(sql)
            frame.schema  # noqa: B018  # a Connect session looks at the statement only now
        except Exception as error:
            raise WarehouseError(self._explained(error)) from None
        return frame

    # --- frames ----------------------------------------------------------------------------------------------------

    def add_frame(self, frame: Any, role: str) -> str:
        """Make a DataFrame into a temporary view that lives until :meth:`close`; return its name."""
        name = f"{role}_frame_{uuid.uuid4().hex[:12]}"
        frame.createOrReplaceTempView(name)
        self._views.append(name)
        return name

    def _forget(self) -> None:
        for name in self._views:
            with suppress(Exception):
                self._raw.catalog.dropTempView(name)
        self._views.clear()

    # --- statements ------------------------------------------------------------------------------------------------

    def _sent(self, sql: str) -> tuple[list[Row], int]:
        session = self._raw
        tag = f"driftql-{uuid.uuid4()}"
        # A classic session's own tags do not reach the jobs of a thread beside the main one; those of its context do.
        context = None if _is_connect(session) else session.sparkContext
        mark, unmark = (context.addJobTag, context.removeJobTag) if context else (session.addTag, session.removeTag)
        mark(tag)
        self._cursor = tag
        before: dict[str, str] = {}
        try:
            for name, value in ((_ZONE, "UTC"), (_QUICK_MAP, str(_QUICK_BITS))):
                self._lend(name, value, before)
            # How many rows an insert adds, Spark does not tell.
            found = session.sql(sql).collect()
            # Not the frame's columns: a remote session would ask the server for them.
            return rows_of(found[0].__fields__ if found else (), found), 0
        finally:
            self._cursor = None
            unmark(tag)
            for name, value in before.items():
                session.conf.set(name, value)

    def _lend(self, name: str, value: str, before: dict[str, str]) -> None:
        """Change a setting for the length of a statement, and remember what it was."""
        try:
            found = self._raw.conf.get(name)
            if found != value:
                self._raw.conf.set(name, value)
                before[name] = found
        except Exception:
            # Some services keep settings that only make a query quick to themselves.
            if name == _ZONE:
                raise

    def _cancel(self) -> None:
        running = self._cursor
        if running is not None:
            with suppress(Exception):
                if _is_connect(self._raw):
                    self._raw.interruptTag(running)
                else:
                    self._raw.sparkContext.cancelJobsWithTag(running)

    def estimate(self, sql: str) -> Estimate | None:
        """Ask for the sizes of the tables that a query reads; None where Spark does not know one of them."""
        # To explain a statement that is in error is no error there.
        self._analysed(sql)
        size = read_size(str(self.query(f"explain cost {sql}")[0][0]))
        return None if size is None else Estimate(bytes=size)

    def _explained(self, error: Exception) -> str:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        message = re.sub(r" SQLSTATE: \w+.*$", "", lines[0]).rstrip(".") if lines else type(error).__name__
        if "UNSUPPORTED_FEATURE.TABLE_OPERATION" in str(error):
            return f"{self.label}: {message}; the table's format cannot do that, Delta and Iceberg tables can"
        return f"{self.label}: {message}"


def frames_as_views(reference: Any, current: Any) -> tuple[SparkWarehouse, tuple[str, str]]:
    """Make DataFrames of one session into views.

    Returns
    -------
    tuple[SparkWarehouse, tuple[str, str]]
        The warehouse, to be closed by the caller, and the views' names.

    Raises
    ------
    ConfigError
        If one of them is no DataFrame of Spark.
    """
    if not (is_spark_frame(reference) and is_spark_frame(current)):
        raise ConfigError("one window is a DataFrame of Spark and the other is not: give two of them, or two tables")
    warehouse = SparkWarehouse(reference.sparkSession)
    return warehouse, (warehouse.add_frame(reference, "reference"), warehouse.add_frame(current, "current"))
