"""Python's front door: functions that take frames as well as tables."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from driftql.check.limits import Limits
from driftql.check.run import run_monitor
from driftql.check.statement import Progress
from driftql.config import MonitorConfig, QueueConfig, Roles, Thresholds, WindowConfig, validated
from driftql.errors import ConfigError
from driftql.records.queue import add_low_confidence, enqueue_drift
from driftql.report import DriftReport
from driftql.warehouse import connect, frames
from driftql.warehouse.base import Warehouse
from driftql.warehouse.duckdb import DuckDBWarehouse

__all__ = ["auto_enqueue_drift_labels", "enqueue_low_confidence", "run_drift_check", "write_drift_report"]


def run_drift_check(
    reference: Any,
    current: Any,
    ref_labels: Any = None,
    cur_labels: Any = None,
    *,
    ref_probs: Any = None,
    cur_probs: Any = None,
    ref_confidences: Any = None,
    cur_confidences: Any = None,
    warehouse: Any = None,
    features: Literal["auto"] | Sequence[str] = "auto",
    exclude: Sequence[str] = (),
    columns: Roles | dict[str, Any] | None = None,
    thresholds: Thresholds | dict[str, Any] | None = None,
    exact: bool = False,
    name: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
) -> DriftReport:
    """Compare two windows: frames in memory, or tables of a warehouse.

    Parameters
    ----------
    reference, current
        Both pandas, Polars or Arrow frames, one row a bucket; or both DataFrames of Spark, which are checked where they
        are, with column names in place of arrays; or both names of tables or files, or
        :class:`~driftql.config.WindowConfig` objects (a table with a time range or a filter).
    ref_labels, cur_labels
        Predicted labels, one a row; or, for tables, the name of the label column.
    ref_probs, cur_probs
        Class probabilities, shape (rows, classes); or, for tables, the names of the columns, or of the one list column.
    ref_confidences, cur_confidences
        Confidence in [0, 1], one a row; or, for tables, the column's name.
    warehouse
        For tables: whatever :func:`driftql.connect` takes, such as a DuckDB file's path, a URL or an open connection,
        or what it returned. None reads files (Parquet, CSV, JSON).
    features
        ``"auto"`` (every numeric column without a role) or names and globs.
    exclude
        Names and globs that are not features.
    columns
        Which column is what, beyond the conventional names.
    thresholds
        Effects and evidence that an alert needs.
    exact
        Count every feature exactly, however many rows there are; see :class:`~driftql.config.MonitorConfig`.
    name
        The monitor's name, for the report.
    progress
        Called before every statement.
    limits
        How much one statement does; the defaults suit every engine.

    Returns
    -------
    DriftReport
        Results, alerts and what could not be computed.

    Raises
    ------
    ConfigError
        If the arguments do not fit each other or the data.
    WarehouseError
        If the database refuses a statement.
    """
    from driftql.warehouse import frames
    from driftql.warehouse.spark import frames_as_views, is_spark_frame

    if is_spark_frame(reference) or is_spark_frame(current):
        if warehouse is not None:
            raise ConfigError("DataFrames of Spark bring their session with them: leave 'warehouse' out")
        views, names = frames_as_views(reference, current)
        with views:
            return run_drift_check(
                *names,
                ref_labels,
                cur_labels,
                ref_probs=ref_probs,
                cur_probs=cur_probs,
                ref_confidences=ref_confidences,
                cur_confidences=cur_confidences,
                warehouse=views,
                features=features,
                exclude=exclude,
                columns=columns,
                thresholds=thresholds,
                exact=exact,
                name=name,
                progress=progress,
                limits=limits,
            )
    roles = columns if isinstance(columns, Roles) else validated(Roles, columns or {}, "columns")
    rules = thresholds if isinstance(thresholds, Thresholds) else validated(Thresholds, thresholds or {}, "thresholds")
    arrays = {
        "label": (ref_labels, cur_labels),
        "probabilities": (ref_probs, cur_probs),
        "confidence": (ref_confidences, cur_confidences),
    }
    if frames.is_source(reference) != frames.is_source(current):
        raise ConfigError("the two windows are either both frames or both tables")
    if frames.is_source(reference):
        windows = tuple(w if isinstance(w, WindowConfig) else WindowConfig(table=str(w)) for w in (reference, current))
        roles = frames.roles_from_names(roles, arrays)
        opened = frames.open_warehouse(warehouse)
    else:
        if warehouse is not None:
            raise ConfigError("frames are checked in memory: leave 'warehouse' out, or name tables in place of frames")
        opened, roles = frames.frame_warehouse((reference, current), arrays, roles)
        windows = (WindowConfig(table=frames.REFERENCE), WindowConfig(table=frames.CURRENT))
    monitor = MonitorConfig(
        columns=roles,
        features="auto" if features == "auto" else list(features),
        exclude=[*exclude],
        reference=windows[0],
        current=windows[1],
        thresholds=rules,
        exact=exact,
    )
    try:
        return run_monitor(monitor, opened, name=name, progress=progress, limits=limits)
    finally:
        if opened is not warehouse:
            opened.close()


def write_drift_report(report: DriftReport, path: str | Path) -> Path:
    """Write a report as JSON; the file appears whole or not at all.

    Parameters
    ----------
    report
        What to write.
    path
        The file; folders that are missing are made.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ConfigError
        If the file cannot be written.
    """
    target = Path(path)
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
        part.replace(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise ConfigError(f"the report cannot be written to {target}: {error.strerror or error}") from None
    return target


def auto_enqueue_drift_labels(
    report: DriftReport,
    current: Any,
    *,
    queue_path: str | Path | None = None,
    warehouse: Any = None,
    queue_table: str = QueueConfig().table,
    cur_confidences: Any = None,
    cur_labels: Any = None,
    limit: int = 50,
    columns: Roles | dict[str, Any] | None = None,
) -> int:
    """Send the least confident rows of the current window to people, if the report has an alert.

    The ``limit`` rows of the lowest confidence are taken (ties: by user, then bucket) and those inserted whose bucket
    has no pending request yet, by one statement in one transaction. Running it again inserts nothing new.

    Parameters
    ----------
    report
        What :func:`~driftql.run_drift_check` returned; without an alert nothing happens.
    current
        The current window: the frame, or the name of the table or file, or a
        :class:`~driftql.config.WindowConfig`.
    queue_path
        A DuckDB file that holds the queue; created if missing.
    warehouse
        For tables: the database of both the table and the queue.
    queue_table
        The queue's table; created if missing.
    cur_confidences, cur_labels
        Beside a frame: one value a row, shape (rows,). For a table: the column's name.
    limit
        Rows to take, at least 1.
    columns
        Which column is what, beyond the conventional names.

    Returns
    -------
    int
        How many requests are new.

    Raises
    ------
    ConfigError
        If the window has no user or bucket column, or the arguments do not fit.
    QueueError
        If the queue cannot be written; nothing was changed.
    """
    if not report.alerts:
        return 0
    if limit < 1:
        raise ConfigError(f"limit is {limit}; it must be at least 1")
    arrays = {"confidence": cur_confidences, "label": cur_labels}
    with _opened(current, arrays, queue_path, warehouse, columns) as (database, monitor):
        monitor.queue.table, monitor.queue.limit = queue_table, limit
        return enqueue_drift(report, monitor, database)


def enqueue_low_confidence(
    current: Any,
    *,
    threshold: float = QueueConfig().low_confidence,
    queue_path: str | Path | None = None,
    warehouse: Any = None,
    queue_table: str = QueueConfig().table,
    cur_confidences: Any = None,
    cur_labels: Any = None,
    columns: Roles | dict[str, Any] | None = None,
) -> int:
    """Send every row below a confidence to people.

    Parameters
    ----------
    threshold
        Confidence in [0, 1]; rows strictly below it are taken.
    current, queue_path, warehouse, queue_table, cur_confidences, cur_labels, columns
        As in :func:`auto_enqueue_drift_labels`.

    Returns
    -------
    int
        How many requests are new.

    Raises
    ------
    ConfigError
        If the window has no user, bucket or confidence column.
    QueueError
        If the queue cannot be written; nothing was changed.
    """
    arrays = {"confidence": cur_confidences, "label": cur_labels}
    with _opened(current, arrays, queue_path, warehouse, columns) as (database, monitor):
        monitor.queue = validated(QueueConfig, {"table": queue_table, "low_confidence": threshold}, "queue")
        return add_low_confidence(monitor, database)


@contextmanager
def _opened(
    current: Any,
    arrays: Mapping[str, Any],
    queue_path: str | Path | None,
    warehouse: Any,
    columns: Roles | dict[str, Any] | None,
) -> Iterator[tuple[Warehouse, MonitorConfig]]:
    """Open the database that holds both the rows and the queue, and describe the rows as a monitor's current window."""
    roles = columns if isinstance(columns, Roles) else validated(Roles, columns or {}, "columns")
    if frames.is_source(current):
        roles = frames.roles_from_names(roles, {role: (None, value) for role, value in arrays.items()})
        window = current if isinstance(current, WindowConfig) else WindowConfig(table=str(current))
        if queue_path is not None and warehouse is not None:
            raise ConfigError("give either 'warehouse' or 'queue_path': the queue is a table of the same database")
        if queue_path is None and warehouse is None:
            raise ConfigError("say where the queue is: warehouse=... (or queue_path=... for files)")
        database = connect(queue_path, create=True) if queue_path is not None else frames.open_warehouse(warehouse)
    else:
        if queue_path is None:
            raise ConfigError("for frames, name the file that holds the queue: queue_path='queue.duckdb'")
        database = connect(queue_path, create=True)
        if not isinstance(database, DuckDBWarehouse):
            database.close()
            raise ConfigError("for frames, the queue is in a DuckDB file: queue_path='queue.duckdb'")
        try:
            found = frames.add_frame(database, frames.CURRENT, current, arrays)
        except BaseException:
            database.close()
            raise
        roles = roles.model_copy(update=found)
        window = WindowConfig(table=frames.CURRENT)
    try:
        yield database, MonitorConfig(columns=roles, current=window)
    finally:
        if database is not warehouse:
            database.close()
