"""History: every run appended to three tables that a BI tool can read."""

from __future__ import annotations

import datetime as dt
import json
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

from pydantic import BeforeValidator, TypeAdapter, ValidationError

from driftql.config import HistoryConfig
from driftql.engines import require
from driftql.errors import ConfigError, DriftqlWarning, WarehouseError
from driftql.records.history_rows import NOTES, TIMES, Value, history_rows
from driftql.records.tables import (
    bounds_of,
    created,
    literal,
    missing_columns,
    own_table,
    recorded_name,
    shorten,
    widened,
    written,
)
from driftql.report import ColumnLeftOut, DriftReport
from driftql.sql.render import macro_set, render
from driftql.warehouse import use_warehouse
from driftql.warehouse.base import Row, Warehouse, Writer

if TYPE_CHECKING:
    from driftql.aliases import WarehouseLike

__all__ = ["MetricPoint", "RunSummary", "load_report", "metric_history", "recent_runs", "record_report"]

_ROWS_PER_INSERT = 500
_TABLES = ("runs", "metrics", "telemetry")


class MetricPoint(NamedTuple):
    """One number of one run; ``window_role`` is 'reference', 'current' or 'comparison'. Times are in UTC."""

    recorded_at: dt.datetime
    run_id: str
    monitor: str | None
    window_role: str
    feature: str | None
    metric: str
    value: float | None
    threshold: float | None
    flagged: bool | None
    reference_start: dt.datetime | None = None
    reference_end: dt.datetime | None = None
    current_start: dt.datetime | None = None
    current_end: dt.datetime | None = None


def _parse_list(text: Any) -> Any:
    """Read a list that is stored as JSON; a table of an earlier version has none."""
    return json.loads(text) if isinstance(text, str) else text or ()


class RunSummary(NamedTuple):
    """One run in a line. Times are in UTC; those of a window without limits are those of its first and last row."""

    run_id: str
    recorded_at: dt.datetime
    monitor: str | None
    alerts: int
    critical_alerts: int
    not_computed: int
    summary: str
    reference_start: dt.datetime | None = None
    reference_end: dt.datetime | None = None
    current_start: dt.datetime | None = None
    current_end: dt.datetime | None = None
    columns_left_out: Annotated[tuple[ColumnLeftOut, ...], BeforeValidator(_parse_list)] = ()
    warnings: Annotated[tuple[str, ...], BeforeValidator(_parse_list)] = ()
    notes: Annotated[tuple[str, ...], BeforeValidator(_parse_list)] = ()


_Line = TypeVar("_Line", MetricPoint, RunSummary)


def record_report(report: DriftReport, warehouse: WarehouseLike, prefix: str = HistoryConfig().prefix) -> None:
    """Append a report to the history tables, in one transaction; tables and columns that are missing are created.

    Parameters
    ----------
    report
        The report.
    warehouse
        The database: what :func:`driftql.connect` takes or returned. A missing DuckDB file is created.
    prefix
        The tables are ``prefix + "runs"``, ``"metrics"`` and ``"telemetry"``; it may hold a schema.

    Raises
    ------
    WarehouseError
        If the tables cannot be written, or are not history tables; nothing was changed.
    """
    with use_warehouse(warehouse, create=True) as database:
        require(database.engine, "history")
        with database.tagged(report.monitor, report.run_id):
            _append(report, database, prefix)


def _append(report: DriftReport, warehouse: Warehouse, prefix: str) -> None:
    engine = warehouse.engine
    tables = {name: own_table(prefix + name, warehouse) for name in _TABLES}
    rows = history_rows(report, engine)
    upgrades: list[str] = []
    added: list[str] = []
    for name, table in tables.items():
        if rows[name] and warehouse.table_exists(prefix + name):
            missing = missing_columns(table, rows[name][0], warehouse)
            if missing and set(missing) <= {*TIMES, *NOTES}:
                added += missing
                kinds = [(column, "moment" if column in TIMES else "text") for column in missing]
                upgrades += macro_set(engine).macros["add_columns"](table, kinds)
            elif missing:
                raise WarehouseError(
                    f"the table {prefix + name!r} in {warehouse.title} is not a history table of driftql: it lacks the "
                    f"columns {', '.join(missing)}; choose another prefix"
                )
            rows[name] = _that_fit(rows[name], prefix + name, table, warehouse)
    every = macro_set(engine).macros["create_history"](*tables.values())
    # Even 'create table if not exists' asks for a right that whoever may only append does not need.
    ddl = [sql for sql, name in zip(every, tables, strict=True) if not warehouse.table_exists(prefix + name)]

    inserts = []
    for name, table in tables.items():
        for start in range(0, len(rows[name]), _ROWS_PER_INSERT):
            chunk = rows[name][start : start + _ROWS_PER_INSERT]
            values = [[literal(value, engine) for value in row.values()] for row in chunk]
            inserts.append(render("insert_rows", engine, target=table, columns=list(chunk[0]), rows=values))

    def work(writer: Writer, batch: Sequence[str]) -> None:
        for sql in batch:
            writer.execute(sql)

    if upgrades:
        _upgrade(warehouse, upgrades, added, prefix)
    if engine.ddl_commits or not engine.transactions:
        created(warehouse, ddl, WarehouseError)
        ddl = []
    # Without transactions nothing takes an insert back when a later one is refused: each is tried again by itself.
    for batch in [[*ddl, *inserts]] if engine.transactions else [[sql] for sql in inserts]:
        written(warehouse, partial(work, batch=batch), WarehouseError)


def _that_fit(rows: list[dict[str, Value]], name: str, table: str, warehouse: Warehouse) -> list[dict[str, Value]]:
    """Return the rows that a table of history holds: earlier versions created columns of bounded text.

    Such columns are made wider where that is allowed. Where it is not, the rows that do not fit are warned of.

    Raises
    ------
    WarehouseError
        If the monitor's name does not fit, which is in every row.
    """
    bounds = bounds_of(table, warehouse)
    long = {
        column
        for row in rows
        for column, bound in bounds.items()
        if isinstance(text := row.get(column), str) and len(text) > bound
    }
    if not long or widened(table, long, warehouse):
        return rows
    place = f"{name!r} in {warehouse.title}"
    if "monitor" in long:
        raise WarehouseError(
            f"the monitor's name is longer than the column monitor of {place} holds ({bounds['monitor']} characters): "
            "let the owner of the table change its type to text, or give the monitor a shorter name"
        )
    kept = []
    for row in rows:
        texts = {column: str(row[column]) for column in long if len(str(row[column] or "")) > bounds[column]}
        if not texts:
            kept.append(row)
            continue
        column, text = next(iter(texts.items()))
        warnings.warn(
            f"{row.get('metric', 'a row')} of {shorten(text)!r} was not recorded, because it is longer than the column "
            f"{column} of {place} holds ({bounds[column]} characters): let the owner of the table change its type to "
            "text",
            DriftqlWarning,
            stacklevel=2,
        )
    return kept


def _upgrade(warehouse: Warehouse, statements: Sequence[str], columns: Sequence[str], prefix: str) -> None:
    """Add the columns that tables of an earlier version lack."""
    try:
        created(warehouse, statements, WarehouseError)
    except WarehouseError as error:
        raise WarehouseError(
            f"the history tables {prefix}runs and {prefix}metrics in {warehouse.title} are of an earlier version of "
            f"driftql, and the columns {', '.join(dict.fromkeys(columns))} cannot be added: let the tables' owner run "
            f"'driftql check --record' once ({error})"
        ) from error


def metric_history(
    warehouse: WarehouseLike,
    prefix: str = HistoryConfig().prefix,
    *,
    metric: str,
    feature: str | None = None,
    monitor: str | None = None,
    limit: int = 30,
) -> list[MetricPoint]:
    """Return a metric over time, newest first: by the end of the current window, else by when it was recorded.

    Parameters
    ----------
    warehouse, prefix
        Where the history tables are; the warehouse is what :func:`driftql.connect` takes or returned.
    metric
        Such as ``"psi"``, ``"ks_statistic"``, ``"reject_rate"``, ``"mean_entropy"``, ``"class_share"``.
    feature, monitor
        Only this feature (or class), only this monitor.
    limit
        Return at most this many points.

    Raises
    ------
    ConfigError
        If no run has been recorded, or none has that metric; the recorded ones are named.
    """
    with use_warehouse(warehouse) as database:
        relation = _recorded(database, prefix, "metrics")
        conditions = _equal(database, {"metric": metric, "feature": feature, "monitor": monitor})

        has_times = _has(database, relation, TIMES)

        def read(count: int) -> list[Row]:
            macro = "metric_history"
            return database.query(
                render(
                    macro, database.engine, metrics=relation, condition=conditions, max_rows=count, has_times=has_times
                )
            )

        points, is_empty = _readable(MetricPoint, read, int(limit), f"{prefix}metrics")
        if is_empty:
            sql = f"select distinct metric from {relation} order by metric"
            known = [str(row["metric"]) for row in database.query(sql)]
            raise ConfigError(
                f"no run has recorded {metric!r}{f' of {feature!r}' if feature else ''}; recorded metrics are "
                f"{', '.join(known)}"
            )
    return points


def recent_runs(
    warehouse: WarehouseLike, prefix: str = HistoryConfig().prefix, *, monitor: str | None = None, limit: int = 30
) -> list[RunSummary]:
    """Return the latest runs, newest first: by the end of the current window, else by when they were recorded.

    Parameters
    ----------
    warehouse, prefix
        Where the history tables are; the warehouse is what :func:`driftql.connect` takes or returned.
    monitor
        Only this monitor.
    limit
        Return at most this many runs.

    Raises
    ------
    ConfigError
        If no run has been recorded.

    Examples
    --------
    >>> from driftql.api import run_drift_check
    >>> report = run_drift_check({"age": range(30)}, {"age": range(30)}, name="ages")
    >>> record_report(report, "history.duckdb")
    >>> [(run.monitor, run.alerts) for run in recent_runs("history.duckdb")]
    [('ages', 0)]
    """
    with use_warehouse(warehouse) as database:
        relation = _recorded(database, prefix, "runs")
        conditions = _equal(database, {"monitor": monitor})

        has_times, has_notes = _has(database, relation, TIMES), _has(database, relation, NOTES)

        def read(count: int) -> list[Row]:
            return database.query(
                render(
                    "recent_runs",
                    database.engine,
                    runs=relation,
                    condition=conditions,
                    max_rows=count,
                    has_times=has_times,
                    has_notes=has_notes,
                )
            )

        return _readable(RunSummary, read, int(limit), f"{prefix}runs")[0]


def _readable(kind: type[_Line], read: Callable[[int], list[Row]], limit: int, table: str) -> tuple[list[_Line], bool]:
    """Read rows of a table, and others in place of those that cannot be read, which are warned of.

    Parameters
    ----------
    kind
        What a row becomes.
    read
        Returns at most so many rows.
    limit
        How many rows are wanted.
    table
        The table's name.

    Returns
    -------
    tuple[list, bool]
        The rows, and whether there are none, not even rows that cannot be read.
    """
    adapter = TypeAdapter(kind)
    skipped: list[str] = []
    while True:
        rows = read(limit + len(skipped))
        lines, sentences = [], []
        for row in rows:
            try:
                lines.append(adapter.validate_python(row.as_dict()))
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                sentences.append(
                    f"a row of {table} (run {shorten(str(row['run_id']))!r}) cannot be read and is left out: "
                    f"{first['loc'][0]} is {shorten(repr(row[str(first['loc'][0])]))}: "
                    f"{first['msg'][:1].lower()}{first['msg'][1:]}"
                )
        if len(sentences) <= len(skipped):
            break
        skipped = sentences
    for sentence in skipped:
        warnings.warn(sentence, DriftqlWarning, stacklevel=3)
    return lines, not rows


def load_report(
    warehouse: WarehouseLike,
    prefix: str = HistoryConfig().prefix,
    *,
    run_id: str = "latest",
    monitor: str | None = None,
) -> DriftReport:
    """Return the report of a recorded run, whether Python or a dbt post-hook has written it.

    Parameters
    ----------
    warehouse, prefix
        Where the history tables are; the warehouse is what :func:`driftql.connect` takes or returned.
    run_id
        The run, or ``"latest"`` for the newest one.
    monitor
        Only this monitor; for dbt, the model's name.

    Raises
    ------
    ConfigError
        If there is no such run.
    WarehouseError
        If its report is not one that this version of driftql reads.
    """
    with use_warehouse(warehouse) as database:
        relation = _recorded(database, prefix, "runs")
        wanted = _equal(database, {"run_id": None if run_id == "latest" else run_id, "monitor": monitor})
        rows = database.query(render("run_report", database.engine, runs=relation, condition=wanted, max_rows=1))
    if not rows:
        which = "no run" if run_id == "latest" else f"no run {run_id!r}"
        of = f" of the monitor {monitor!r}" if monitor is not None else ""
        raise ConfigError(f"{prefix}runs holds {which}{of}; 'driftql history --json' lists what it holds")
    found, text = rows[0]["run_id"], rows[0]["report"]
    try:
        return DriftReport.model_validate_json(str(text))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise WarehouseError(
            f"the report of run {found} in {prefix}runs cannot be read ({f'{place}: ' if place else ''}"
            f"{first['msg'][:1].lower()}{first['msg'][1:]}); another version of driftql wrote it, or it was changed "
            "since: run the check again"
        ) from None


def _recorded(warehouse: Warehouse, prefix: str, table: str) -> str:
    name = recorded_name(prefix + table, warehouse)
    if not warehouse.table_exists(name):
        raise ConfigError(
            f"{warehouse.title} has no table {prefix + table!r}: no check has been recorded there yet; run "
            "'driftql check --record', or set record = true under [history]"
        )
    return warehouse.relation(name)


def _has(warehouse: Warehouse, relation: str, columns: Sequence[str]) -> int:
    """Return 1 if a history table has columns that those of an earlier version lack."""
    return int(not missing_columns(relation, columns, warehouse))


def _equal(warehouse: Warehouse, wanted: dict[str, str | None]) -> str:
    terms: Sequence[str] = [
        f"{column} = {literal(value, warehouse.engine)}" for column, value in wanted.items() if value is not None
    ]
    return " and ".join(terms) or "1 = 1"
