"""Python's front door: functions that take frames as well as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import BaseModel

from driftql.check.catalog import Live
from driftql.check.limits import Limits
from driftql.check.run import run_monitor
from driftql.check.statement import Progress, Runner
from driftql.check.windows import resolve_current
from driftql.config import MonitorConfig, QueueConfig, Roles, Thresholds, WindowConfig, validate
from driftql.errors import ConfigError
from driftql.files import write_text
from driftql.records.queue import add_low_confidence, enqueue_drift
from driftql.report import DriftReport
from driftql.warehouse import connect, frames, use_warehouse
from driftql.warehouse.base import Warehouse
from driftql.warehouse.duckdb import DuckDBWarehouse

if TYPE_CHECKING:
    from driftql.aliases import ArrayLike, MomentLike, QueueLike, RolesLike, ThresholdsLike, WarehouseLike, WindowLike

_M = TypeVar("_M", bound=BaseModel)

__all__ = ["auto_enqueue_drift_labels", "enqueue_low_confidence", "run_drift_check", "write_drift_report"]


def run_drift_check(
    reference: WindowLike,
    current: WindowLike,
    ref_labels: ArrayLike | None = None,
    cur_labels: ArrayLike | None = None,
    *,
    ref_probs: ArrayLike | None = None,
    cur_probs: ArrayLike | None = None,
    ref_confidences: ArrayLike | None = None,
    cur_confidences: ArrayLike | None = None,
    warehouse: WarehouseLike | None = None,
    features: Literal["auto"] | Iterable[str] = "auto",
    categories: Literal["auto"] | Iterable[str] = "auto",
    exclude: str | Iterable[str] = (),
    columns: RolesLike | None = None,
    thresholds: ThresholdsLike | None = None,
    exact: bool = False,
    allow_functions: Iterable[str] = (),
    name: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
    as_of: MomentLike | None = None,
    timezone: str | None = None,
    max_age: str | dt.timedelta | None = None,
    row_count_ratio: Sequence[float] | None = None,
    freshness: str | dt.timedelta | None = None,
    schema: Literal["lenient", "strict"] = "lenient",
) -> DriftReport:
    """Compare two windows: frames in memory, or tables of a warehouse.

    Parameters
    ----------
    reference, current
        Both frames of pandas, Polars or Arrow, with one row per bucket; or both DataFrames of Spark, which are checked
        where they are, with column names instead of arrays; or both names of tables or files, or
        :class:`~driftql.config.WindowConfig` objects (a table with a time range or a filter).
    ref_labels, cur_labels
        Predicted labels, one per row; for tables, the name of the label column.
    ref_probs, cur_probs
        Class probabilities, shape (rows, classes), or (rows,) with the probability of the positive class of two; for
        tables, the names of the columns, or of the one list column.
    ref_confidences, cur_confidences
        Confidence in [0, 1], one per row; for tables, the name of the column.
    warehouse
        For tables: what :func:`driftql.connect` takes (the path of a DuckDB file, a URL, an open connection) or
        returned. None: files are read (Parquet, CSV, JSON).
    features
        ``"auto"`` (every numeric column without a role) or names and globs. The model's scores (class probabilities
        and the confidence) are compared as columns as well.
    categories
        ``"auto"`` (text columns without a role whose values repeat), or names and globs of columns that are compared as
        categories: texts, and also integers, booleans, numbers and dates; see :class:`~driftql.config.MonitorConfig`.
    exclude
        Names and globs of columns that are not compared: neither as features nor as scores.
    columns
        The roles of columns whose names are not the conventional ones.
    thresholds
        When to raise an alert.
    exact
        Compute every number to the last digit, however many rows there are; see :class:`~driftql.config.MonitorConfig`.
    allow_functions
        Functions that a window's filter may call besides those that are known to be free of side effects.
    name
        The monitor's name, for the report.
    progress
        Called before every statement.
    limits
        How much work one statement does; the defaults suit every engine.
    as_of
        A moment in the past that the check takes for the present: windows such as the last 7 days end there, and rows
        after it are not seen.
    timezone
        The zone of times without one, such as ``"Europe/Amsterdam"``; see :class:`~driftql.config.MonitorConfig`.
    max_age
        The greatest age of the newest row, such as ``"2d"``; see :class:`~driftql.config.MonitorConfig`.
    row_count_ratio
        Compare the rows per day; outside of these multiples of the reference's, such as ``(0.5, 2)``, it is an alert.
    freshness
        The age from which on the newest row is an alert, such as ``"36h"``.
    schema
        ``"strict"`` raises an alert for columns that only the current window has, too.

    Returns
    -------
    DriftReport
        The results, the alerts, and the checks that could not be computed.

    Raises
    ------
    ConfigError
        If the arguments do not fit each other or the data.
    WarehouseError
        If the database refuses a statement.

    Examples
    --------
    >>> import numpy as np
    >>> reference, current = np.random.default_rng(0).normal([[0], [1]], 1, (2, 500))
    >>> report = run_drift_check({"age": reference}, {"age": current})
    >>> print(report.summary)
    1 alert, 1 critical: age (PSI 0.94).
    >>> run_drift_check({"age": reference}, {"age": reference}).alerts
    []
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
                categories=categories,
                exclude=exclude,
                columns=columns,
                thresholds=thresholds,
                exact=exact,
                allow_functions=allow_functions,
                name=name,
                progress=progress,
                limits=limits,
                as_of=as_of,
                timezone=timezone,
                max_age=max_age,
                row_count_ratio=row_count_ratio,
                freshness=freshness,
                schema=schema,
            )
    roles = _roles(columns)
    arrays = {
        "label": (ref_labels, cur_labels),
        "probabilities": (ref_probs, cur_probs),
        "confidence": (ref_confidences, cur_confidences),
    }
    settings = {
        "columns": roles,
        "features": "auto" if isinstance(features, str) and features == "auto" else _names(features, "features"),
        "categories": "auto"
        if isinstance(categories, str) and categories == "auto"
        else _names(categories, "categories"),
        "exclude": _names(exclude, "exclude"),
        "thresholds": _validate(Thresholds, thresholds, "thresholds"),
        "exact": exact,
        "allow_functions": _names(allow_functions, "allow_functions"),
        "timezone": timezone,
        "max_age": max_age,
        "row_count_ratio": row_count_ratio,
        "freshness": freshness,
        "schema": schema,
    }
    monitor = validate(MonitorConfig, settings, "run_drift_check")
    if frames.is_source(reference) and frames.is_source(current):
        monitor.reference, monitor.current = _window_config(reference), _window_config(current)
        monitor.columns = frames.roles_from_names(roles, arrays)
        return run_monitor(monitor, warehouse, name=name, progress=progress, limits=limits, as_of=as_of)
    if frames.is_source(reference) or frames.is_source(current):
        raise ConfigError("the two windows are either both frames or both tables")
    if warehouse is not None:
        raise ConfigError("frames are checked in memory: leave 'warehouse' out, or name tables in place of frames")
    opened, monitor.columns = frames.frame_warehouse((reference, current), arrays, roles)
    monitor.reference, monitor.current = WindowConfig(table=frames.REFERENCE), WindowConfig(table=frames.CURRENT)
    with opened:
        return run_monitor(monitor, opened, name=name, progress=progress, limits=limits, as_of=as_of)


def write_drift_report(report: DriftReport, path: str | PathLike[str]) -> Path:
    """Write a report as JSON. The file appears whole or not at all.

    Parameters
    ----------
    report
        The report.
    path
        The file. Missing folders are created.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ConfigError
        If the file cannot be written.

    Examples
    --------
    >>> report = run_drift_check({"age": range(30)}, {"age": range(30)})
    >>> write_drift_report(report, "artifacts/drift_report.json").name
    'drift_report.json'
    """
    write_text(report.model_dump_json(indent=2) + "\n", path, "the report")
    return Path(path)


def auto_enqueue_drift_labels(
    report: DriftReport,
    current: WindowLike,
    *,
    queue_path: str | PathLike[str] | None = None,
    warehouse: WarehouseLike | None = None,
    queue: QueueLike | None = None,
    queue_table: str | None = None,
    cur_confidences: ArrayLike | None = None,
    cur_labels: ArrayLike | None = None,
    cur_probs: ArrayLike | None = None,
    limit: int = 50,
    columns: RolesLike | None = None,
    allow_functions: Iterable[str] = (),
) -> int:
    """Add the least confident rows of the current window to the labeling queue, if the report has an alert.

    The candidates are the ``limit`` rows with the lowest confidence (ties: by user, then bucket). One statement in one
    transaction inserts those whose bucket has no pending request. Running it again inserts nothing new.

    Parameters
    ----------
    report
        What :func:`~driftql.run_drift_check` returned; without an alert nothing happens.
    current
        The current window: a frame, the name of a table or file, or a
        :class:`~driftql.config.WindowConfig`.
    queue_path
        A DuckDB file for the queue. It is created if missing.
    warehouse
        For tables: the database of both the table and the queue.
    queue
        The queue's table, or its settings. The table is created if missing.
    queue_table
        An older name of ``queue``.
    cur_confidences, cur_labels
        For a frame: one value per row, shape (rows,). For a table: the name of the column.
    cur_probs
        As in :func:`~driftql.run_drift_check`. Without a confidence, the largest class probability of a row is its
        confidence.
    limit
        How many rows to take, at least 1.
    columns
        The roles of columns whose names are not the conventional ones. A role left out is played by the column that the
        check found for it, where the window has this column.
    allow_functions
        Functions that the window's filter may call besides those that are known to be free of side effects.

    Returns
    -------
    int
        How many requests are new.

    Raises
    ------
    ConfigError
        If the window has no user or bucket column, or the arguments do not fit.
    QueueError
        If the queue cannot be written. Nothing has changed then.
    """
    if not report.alerts:
        return 0
    if limit < 1:
        raise ConfigError(f"limit is {limit}; it must be at least 1")
    arrays = {"confidence": cur_confidences, "label": cur_labels, "probabilities": cur_probs}
    with (
        _open_current(current, arrays, queue_path, warehouse, columns) as (database, monitor),
        database.tagged(report.monitor, report.run_id),
    ):
        monitor.allow_functions = _names(allow_functions, "allow_functions")
        rows = resolve_current(_as_judged(monitor, report, database), Live(Runner(database)))
        return enqueue_drift(report, rows, _queue(queue, queue_table, {"limit": limit}), database)


def enqueue_low_confidence(
    current: WindowLike,
    *,
    threshold: float = QueueConfig().low_confidence,
    queue_path: str | PathLike[str] | None = None,
    warehouse: WarehouseLike | None = None,
    queue: QueueLike | None = None,
    queue_table: str | None = None,
    cur_confidences: ArrayLike | None = None,
    cur_labels: ArrayLike | None = None,
    cur_probs: ArrayLike | None = None,
    columns: RolesLike | None = None,
    allow_functions: Iterable[str] = (),
) -> int:
    """Add every row below a confidence to the labeling queue.

    Parameters
    ----------
    threshold
        A confidence in [0, 1]. Rows strictly below it are taken.
    current, queue_path, warehouse, queue, queue_table, cur_confidences, cur_labels, cur_probs, columns, allow_functions
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
        If the queue cannot be written. Nothing has changed then.
    """
    arrays = {"confidence": cur_confidences, "label": cur_labels, "probabilities": cur_probs}
    with _open_current(current, arrays, queue_path, warehouse, columns) as (database, monitor):
        monitor.queue = _queue(queue, queue_table, {"low_confidence": threshold})
        monitor.allow_functions = _names(allow_functions, "allow_functions")
        return add_low_confidence(monitor, database)


@contextmanager
def _open_current(
    current: WindowLike,
    arrays: Mapping[str, ArrayLike | None],
    queue_path: str | PathLike[str] | None,
    warehouse: WarehouseLike | None,
    columns: RolesLike | None,
) -> Iterator[tuple[Warehouse, MonitorConfig]]:
    """Open the database that holds both the rows and the queue, and describe the rows as a monitor's current window."""
    roles = _roles(columns)
    if frames.is_source(current):
        if queue_path is not None and warehouse is not None:
            raise ConfigError("give either 'warehouse' or 'queue_path': the queue is a table of the same database")
        database_of_both = warehouse if queue_path is None else queue_path
        if database_of_both is None:
            raise ConfigError("say where the queue is: warehouse=... (or queue_path=... for files)")
        roles = frames.roles_from_names(roles, {role: (None, value) for role, value in arrays.items()})
        with use_warehouse(database_of_both, create=queue_path is not None) as database:
            yield database, MonitorConfig(columns=roles, current=_window_config(current))
        return
    if queue_path is None:
        raise ConfigError("for frames, name the file that holds the queue: queue_path='queue.duckdb'")
    with connect(queue_path, create=True) as database:
        if not isinstance(database, DuckDBWarehouse):
            raise ConfigError("for frames, the queue is in a DuckDB file: queue_path='queue.duckdb'")
        found = frames.add_frame(database, frames.CURRENT, current, arrays)
        window = WindowConfig(table=frames.CURRENT)
        yield database, MonitorConfig(columns=roles.model_copy(update=found), current=window)


def _as_judged(monitor: MonitorConfig, report: DriftReport, warehouse: Warehouse) -> MonitorConfig:
    """Return the settings with what a report says of its current window.

    Its time range is exact, so that rows that arrived since do not count. A role that the caller left open is played by
    the column that the check found, where the window has it.
    """
    catalog = Live(Runner(warehouse))
    table = catalog.table(str(monitor.current.table))
    found: dict[str, Any] = {}
    for role, name in report.config.get("columns", {}).items():
        names = [name] if isinstance(name, str) else name or []
        if role != "reject_label" and getattr(monitor.columns, role, None) is None and names:
            found |= {role: name} if all(table.column(one) for one in names) else {}
    return monitor.model_copy(
        update={
            "columns": monitor.columns.model_copy(update=found),
            "timezone": monitor.timezone or report.current.timezone,
            "current": monitor.current.model_copy(
                update={
                    "last": None,
                    "during": None,
                    "start": _instant(report.current.start),
                    "end": _instant(report.current.end),
                }
            ),
        }
    )


def _instant(moment: dt.datetime | None) -> dt.datetime | None:
    """Return a moment of a report, which is in UTC, so that no time zone of the settings applies to it."""
    return moment.replace(tzinfo=dt.UTC) if moment is not None and moment.tzinfo is None else moment


def _validate(model: type[_M], given: _M | Mapping[str, Any] | None, where: str) -> _M:
    if given is not None and not isinstance(given, model | Mapping):
        raise ConfigError(f"{where} is a mapping of names to values or a {model.__name__}, not {type(given).__name__}")
    return given if isinstance(given, model) else validate(model, dict(given or {}), where)


def _roles(columns: RolesLike | None) -> Roles:
    return _validate(Roles, columns, "columns")


def _window_config(window: str | PathLike[str] | WindowConfig) -> WindowConfig:
    return window if isinstance(window, WindowConfig) else validate(WindowConfig, {"table": fspath(window)}, "a window")


def _queue(queue: QueueLike | None, queue_table: str | None, update: dict[str, Any]) -> QueueConfig:
    """Return the queue's settings with the arguments of a call put over them."""
    named = queue if isinstance(queue, QueueConfig) else QueueConfig()
    table = queue if isinstance(queue, str) and queue else queue_table or named.table
    base = {**named.model_dump(), **({} if isinstance(queue, QueueConfig) else {"table": table})}
    return validate(QueueConfig, {**base, **update}, "queue")


def _names(names: str | Iterable[str], argument: str) -> list[str]:
    """Return column names as a list; one text is one name, not its letters."""
    if isinstance(names, str):
        return [names]
    try:
        listed = list(names)
    except TypeError:
        raise ConfigError(f"{argument} is a list of column names and globs, not {type(names).__name__}") from None
    wrong = [name for name in listed if not isinstance(name, str | int)]
    if wrong:
        raise ConfigError(f"{argument} holds {wrong[0]!r}; a column is named by a text")
    return [str(name) for name in listed]
