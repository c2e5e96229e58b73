"""The two windows: settings such as "the last 7 days" -> rows of a table, as SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Literal

from driftql.check.columns import ColumnMap, conventional_probabilities, match_columns
from driftql.check.comparison import Comparison
from driftql.check.limits import Limits
from driftql.check.rows import Rows, time_condition, utc
from driftql.check.statement import Statement
from driftql.config import MonitorConfig, WindowConfig, parse_duration
from driftql.engines import require
from driftql.errors import ConfigError, SourceError
from driftql.report import WindowSummary
from driftql.sql import fragments
from driftql.sql.fragments import moment_of
from driftql.sql.render import render
from driftql.warehouse.base import Column, Row, Warehouse

__all__ = ["resolve"]

Run = Callable[[Statement], list[Row]]

_DEFAULT_SPAN = dt.timedelta(days=7)
_STEP = dt.timedelta(microseconds=1)
Range = tuple[dt.datetime | None, dt.datetime | None]


def resolve(monitor: MonitorConfig, warehouse: Warehouse, run: Run, limits: Limits | None = None) -> Comparison:
    """Turn settings into a comparison: find the rows and the columns of both windows.

    Parameters
    ----------
    monitor
        The settings.
    warehouse
        Where the tables are.
    run
        Runs a statement and keeps a record of it: finding "the newest row" takes a query.
    limits
        How much one statement does.

    Returns
    -------
    Comparison
        Both windows, their columns by role, and the rules.

    Raises
    ------
    ConfigError
        If the windows are reversed, overlap, or are not told apart at all.
    SourceError
        If a table, file or column is missing or of the wrong type.
    FragmentError
        If a filter is not one plain condition.
    """
    sources = (_source(monitor, monitor.reference, "reference"), _source(monitor, monitor.current, "current"))
    relations = (warehouse.relation(sources[0]), warehouse.relation(sources[1]))
    same = relations[0] == relations[1]
    columns = (warehouse.columns(relations[0]), warehouse.columns(relations[1]))
    wanted = monitor.columns.probabilities
    alone = wanted if isinstance(wanted, str) else wanted[0] if wanted is not None and len(wanted) == 1 else None
    if any(column.kind == "other" and column.name == alone for column in columns[0]):
        # Where lists are not read, their type is of no known kind.
        require(warehouse.engine, "lists")
    if wanted is None and len(match_columns(monitor, *columns, sources).probabilities) == 0:
        found = conventional_probabilities(columns[1], relations[1], warehouse.engine, run)
        if {column.name for column in columns[0]}.issuperset(found) and found:
            roles = monitor.columns.model_copy(update={"probabilities": found})
            monitor = monitor.model_copy(update={"columns": roles})
    columns_by_role = match_columns(monitor, columns[0], columns[1], sources)
    filters = _filters(monitor, warehouse, columns)
    reference_range, current_range = _ranges(monitor, columns_by_role, sources, relations, warehouse, run)
    time = columns_by_role.bucket_start
    windows = []
    for relation, span, condition in zip(relations, (reference_range, current_range), filters, strict=True):
        bounds = time_condition(time, *span, warehouse.engine) if time else ()
        blocks = warehouse.has_blocks(relation)
        windows.append(Rows(warehouse.engine, relation, columns_by_role, (*condition, *bounds), blocks))
    if same:
        _refuse_overlap(monitor, windows, (reference_range, current_range), sources[0], warehouse, run)
    return Comparison(
        reference=windows[0],
        current=windows[1],
        columns=columns_by_role,
        thresholds=monitor.thresholds,
        reject_label=monitor.columns.reject_label,
        summaries=(
            _summary("reference", sources[0], monitor.reference, reference_range),
            _summary("current", sources[1], monitor.current, current_range),
        ),
        limits=limits or Limits(),
    )


def _summary(role: Literal["reference", "current"], source: str, window: WindowConfig, span: Range) -> WindowSummary:
    return WindowSummary(role=role, source=source, filter=window.filter, start=span[0], end=span[1])


def _source(monitor: MonitorConfig, window: WindowConfig, role: str) -> str:
    source = window.table or monitor.table
    if source is None:
        raise ConfigError(f"no table or file is named for the {role} window")
    return source


def _filters(
    monitor: MonitorConfig, warehouse: Warehouse, columns: tuple[Sequence[Column], Sequence[Column]]
) -> list[tuple[str, ...]]:
    vetted: list[tuple[str, ...]] = []
    for role, window, known in (
        ("reference", monitor.reference, columns[0]),
        ("current", monitor.current, columns[1]),
    ):
        names = [column.name for column in known]
        where = f"the filter of the {role} window"
        condition = fragments.condition(window.filter, warehouse.engine, names, where) if window.filter else None
        vetted.append((condition,) if condition else ())
    return vetted


def _is_bounded(window: WindowConfig) -> bool:
    return window.last is not None or window.start is not None or window.end is not None


def _ranges(
    monitor: MonitorConfig,
    columns_by_role: ColumnMap,
    sources: tuple[str, str],
    relations: tuple[str, str],
    warehouse: Warehouse,
    run: Run,
) -> tuple[Range, Range]:
    reference, current = monitor.reference, monitor.current
    same = relations[0] == relations[1]
    has_filters = reference.filter is not None and current.filter is not None
    if same and not has_filters and not _is_bounded(current) and not (reference.filter or current.filter):
        # One table and nothing that tells the windows apart: the last days against those before.
        current = current.model_copy(update={"last": "7d"})
    if not _is_bounded(reference) and not _is_bounded(current):
        return (None, None), (None, None)
    if columns_by_role.bucket_start is None:
        raise ConfigError(
            f"{sources[1]} has no time column that driftql knows, so its windows cannot be told apart by time: name "
            "one (bucket_start in [columns], or --time), or give a filter or a table for each window"
        )

    def newest(side: int) -> dt.datetime:
        return _newest(columns_by_role.bucket_start, relations[side], sources[side], warehouse, run)

    current_range: Range = (current.start, current.end)
    if current.last is not None:
        end = newest(1) + _STEP
        current_range = (end - parse_duration(current.last), end)
    reference_range: Range = (reference.start, reference.end)
    if reference.last is not None or (same and not _is_bounded(reference) and not has_filters):
        start = current_range[0] if same else newest(0) + _STEP
        if start is None:
            raise ConfigError(
                "the reference window is to end where the current one starts, but the current window has no start"
            )
        span = parse_duration(reference.last) if reference.last else _span(current_range)
        reference_range = (start - span, start)
    return reference_range, current_range


def _span(window: Range) -> dt.timedelta:
    start, end = window
    return end - start if start is not None and end is not None else _DEFAULT_SPAN


def _newest(column: Column | None, relation: str, source: str, warehouse: Warehouse, run: Run) -> dt.datetime:
    assert column is not None
    sql = render("bucket_range", warehouse.engine, relation, utc(column, warehouse.engine))
    rows = run(Statement("bucket_range", f"The newest row of {source}, from which its windows are counted.", sql))
    found = moment_of(rows[0]["last_bucket"]) if rows else None
    if found is None:
        raise SourceError(
            f"{source} holds no row with a time in {column.name!r}, so no window can be counted back from it"
        )
    return found


def _refuse_overlap(
    monitor: MonitorConfig,
    windows: Sequence[Rows],
    ranges: tuple[Range, Range],
    source: str,
    warehouse: Warehouse,
    run: Run,
) -> None:
    (ref_start, ref_end), (cur_start, cur_end) = ranges
    if ref_end is not None and cur_start is not None and ref_end <= cur_start:
        return
    if ref_start is not None and cur_end is not None and cur_end <= ref_start:
        raise ConfigError(
            f"the windows are reversed: the reference starts at {_shown(ref_start)}, when the current window has ended "
            f"({_shown(cur_end)}); swap the two"
        )
    if monitor.reference.filter is None and monitor.current.filter is None:
        if not any((ref_start, ref_end, cur_start, cur_end)):
            raise ConfigError(
                f"both windows are all of {source}: give each a time range, a filter, or a table of its own"
            )
        raise ConfigError(
            f"the windows overlap: the reference ends at {_shown(ref_end)}, the current window starts at "
            f"{_shown(cur_start)}; end the one before the other"
        )
    sql = render("window_overlap", warehouse.engine, windows[0].relation, windows[0].condition, windows[1].condition)
    (row,) = run(Statement("window_overlap", "Rows that are in both windows; there must be none.", sql))
    both = int(row["rows_in_both"])
    if both:
        raise ConfigError(
            f"the windows overlap: {both:,} rows of {source} are in both; make their filters exclude each other"
        )


def _shown(moment: dt.datetime | None) -> str:
    return "its last row" if moment is None else moment.isoformat(sep=" ", timespec="seconds")
