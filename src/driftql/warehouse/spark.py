"""Spark by the caller's own session, classic or Connect. Statements run where the session runs them: on its cluster."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

from driftql.engines import ENGINES
from driftql.errors import ConfigError, SourceError, WarehouseError, nearest, without_causes
from driftql.sql import fragments
from driftql.warehouse.base import Column, Estimate, Row, Writer, refuse_url, rows_of
from driftql.warehouse.catalog import Unlisted
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.types import column_of

__all__ = ["SparkWarehouse", "adopt", "frames_as_views", "is_spark_frame", "open", "read_size"]

_ENGINE = ENGINES["spark"]

_ONE_WRITER = threading.Lock()
_ZONE = "spark.sql.session.timeZone"
# Spark's fast hash map holds 2^16 groups by default; a larger one that holds all bins halves the time of counting.
_FAST_MAP = "spark.sql.codegen.aggregate.fastHashMap.capacityBit"
_FAST_BITS = 19


# A relation in a plan, and its size: "Relation main.ml.t[a#1] parquet, Statistics(sizeInBytes=772.5 KiB)".
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
        The text that ``explain cost`` returned.

    Returns
    -------
    int | None
        Bytes of whole tables, or of the partitions that are left after pruning. None if one size is not known, in which
        case Spark assumes 8 EiB.
    """
    logical = plan.partition("== Physical Plan ==")[0]
    sizes = [float(number) * 1024.0 ** _UNITS.index(unit) for number, unit in _READ.findall(logical)]
    return None if any(size >= _UNKNOWN for size in sizes) else round(sum(sizes))


def open(url: str, *, timeout: float | None = None) -> NoReturn:
    """Refuse: a session of Spark has no URL.

    Raises
    ------
    ConfigError
        Always.
    """
    raise ConfigError("Spark has no URL in driftql: pass a SparkSession from Python")


def adopt(connection: Any, *, timeout: float | None = None) -> SparkWarehouse:
    """Use the caller's SparkSession; see :class:`~driftql.warehouse.registry.EngineModule`."""
    return SparkWarehouse(connection, timeout=timeout)


def is_spark_frame(candidate: object) -> bool:
    """Return whether an object is a DataFrame of Spark, classic or Connect, without importing PySpark."""
    return any(
        kind.__module__.startswith("pyspark.sql") and kind.__name__ == "DataFrame" for kind in type(candidate).__mro__
    )


def _is_connect(session: object) -> bool:
    return type(session).__module__.startswith("pyspark.sql.connect")


class SparkWarehouse(DbapiWarehouse):
    """Tables, views and temporary views of a Spark session.

    During each statement the session's time zone is UTC and its hash map for counts is larger; afterwards both settings
    are restored. driftql changes nothing else in the session and never stops it.

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
            _ENGINE,
            title="the Spark session",
            timeout=timeout,
            catalog=Unlisted(),
            release=self._drop_views,
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
        """Return the quoted SQL for a table or view.

        Raises
        ------
        SourceError
            If there is none of that name; the error suggests the nearest name.
        """
        refuse_url(source)
        found = self._lookup(source)
        if found is not None:
            return found
        if fragments.is_file(source):
            raise SourceError(
                f"{source!r} is a file's name, but {self.title} reads tables and views; make it one: "
                "spark.read.parquet(...).createOrReplaceTempView('name')"
            )
        known = [name for name in self.tables() if not name.startswith("driftql_")]
        hint = nearest(source, known) if known else "; it holds no tables in its current schema"
        raise SourceError(f"there is no table {source!r} in {self.title}{hint}")

    def table_exists(self, name: str) -> bool:
        """Return whether there is a table or view of that name, and refresh it."""
        found = self._lookup(name)
        if found is not None:
            # A session caches the list of a table's files, and another application may have added some.
            self._run(f"refresh table {found}")
        return found is not None

    @contextmanager
    def transaction(self) -> Iterator[Writer]:
        """Let the writers of this program take turns, because two jobs that add files to one folder can fail."""
        with _ONE_WRITER, super().transaction() as writer:
            yield writer

    def _lookup(self, source: str) -> str | None:
        """Quote the name as it is written, or its parts; Spark ignores capitals."""
        catalog = self._raw.catalog
        for parts in ([source], fragments.table_parts(source, self.engine)):
            quoted = ".".join(fragments.identifier(part, self.engine) for part in parts)
            with suppress(Exception):
                if catalog.tableExists(quoted):
                    return quoted
        return None

    def columns(self, relation: str) -> list[Column]:
        """Return a relation's columns, from its schema, without running a statement."""
        fields = self._analyse(f"select * from {relation}").schema.fields
        return [column_of(field.name, field.dataType.simpleString(), self.engine) for field in fields]

    @without_causes
    def _analyse(self, sql: str) -> Any:
        """Let Spark resolve the names of a statement, without running it."""
        try:
            frame = self._raw.sql(sql)
            frame.schema  # noqa: B018  # a Connect session analyses the statement only here
        except Exception as error:
            raise WarehouseError(self._explain_error(error)) from None
        return frame

    # --- frames ----------------------------------------------------------------------------------------------------

    def add_frame(self, frame: Any, role: str) -> str:
        """Create a temporary view of a DataFrame, which lives until :meth:`close`; return its name."""
        name = f"{role}_frame_{uuid.uuid4().hex[:12]}"
        frame.createOrReplaceTempView(name)
        self._views.append(name)
        return name

    def _drop_views(self) -> None:
        for name in self._views:
            with suppress(Exception):
                self._raw.catalog.dropTempView(name)
        self._views.clear()

    # --- statements ------------------------------------------------------------------------------------------------

    def _send(self, sql: str) -> tuple[list[Row], int]:
        session = self._raw
        tag = f"driftql-{uuid.uuid4()}"
        # The tags of a classic session do not reach the jobs of a second thread; those of its context do.
        context = None if _is_connect(session) else session.sparkContext
        add, remove = (context.addJobTag, context.removeJobTag) if context else (session.addTag, session.removeTag)
        add(tag)
        self._cursor = tag
        changed: dict[str, str] = {}
        try:
            for name, value in ((_ZONE, "UTC"), (_FAST_MAP, str(_FAST_BITS))):
                self._change(name, value, changed)
            # Spark does not return how many rows an insert added.
            found = session.sql(sql).collect()
            # Not the frame's columns: a remote session would ask the server for them.
            return rows_of(found[0].__fields__ if found else (), found), 0
        finally:
            self._cursor = None
            remove(tag)
            for name, value in changed.items():
                session.conf.set(name, value)

    def _change(self, name: str, value: str, changed: dict[str, str]) -> None:
        """Change a setting of the session for one statement, and note its value in ``changed``."""
        try:
            found = self._raw.conf.get(name)
            if found != value:
                self._raw.conf.set(name, value)
                changed[name] = found
        except Exception:
            # Some services do not allow to change settings that only affect speed.
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
        """Estimate what a query would read: the sizes of its tables; None where Spark does not know one of them."""
        # Explaining a wrong statement raises no error in Spark; analysing it does.
        self._analyse(sql)
        size = read_size(str(self.query(f"explain cost {sql}")[0][0]))
        return None if size is None else Estimate(bytes=size)

    def _explain_error(self, error: Exception) -> str:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        message = re.sub(r" SQLSTATE: \w+.*$", "", lines[0]).rstrip(".") if lines else type(error).__name__
        if "UNSUPPORTED_FEATURE.TABLE_OPERATION" in str(error):
            return f"{self.title}: {message}; the table's format cannot do that, Delta and Iceberg tables can"
        return f"{self.title}: {message}"


def frames_as_views(reference: Any, current: Any) -> tuple[SparkWarehouse, tuple[str, str]]:
    """Create temporary views of two DataFrames of one session.

    Returns
    -------
    tuple[SparkWarehouse, tuple[str, str]]
        The warehouse, which the caller closes, and the views' names.

    Raises
    ------
    ConfigError
        If one of them is not a DataFrame of Spark.
    """
    if not (is_spark_frame(reference) and is_spark_frame(current)):
        raise ConfigError("one window is a DataFrame of Spark and the other is not: give two of them, or two tables")
    warehouse = SparkWarehouse(reference.sparkSession)
    return warehouse, (warehouse.add_frame(reference, "reference"), warehouse.add_frame(current, "current"))
