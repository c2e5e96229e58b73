"""Settings and a catalog -> a comparison: which rows, which columns, which rules.

Everything that works on the rows of a monitor starts here: the check itself, its explanation, the SQL that is printed,
and the labeling queue. So they cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from driftql.check.catalog import Catalog
from driftql.check.columns import ColumnMap, Table
from driftql.check.comparison import Comparison
from driftql.check.limits import Limits
from driftql.check.matching import match_columns
from driftql.check.rows import Rows, time_condition
from driftql.config import MonitorConfig, WindowConfig, parse_duration
from driftql.display import redact
from driftql.engines import require
from driftql.errors import ConfigError, SourceError
from driftql.report import WindowSummary
from driftql.sql import conditions
from driftql.sql.separation import separating_columns
from driftql.warehouse.base import Column

__all__ = ["resolve", "resolve_current"]

_DEFAULT_SPAN = "7d"
_STEP = dt.timedelta(microseconds=1)

Role = Literal["reference", "current"]


class _Range(NamedTuple):
    """Bucket starts from ``start`` until before ``end``, in UTC; None is an open end."""

    start: dt.datetime | None = None
    end: dt.datetime | None = None


def resolve(monitor: MonitorConfig, catalog: Catalog, limits: Limits | None = None) -> Comparison:
    """Turn settings into a comparison.

    Parameters
    ----------
    monitor
        The settings.
    catalog
        Answers what the settings leave open: which columns a table has, and when its newest row is from.
    limits
        How much one statement does.

    Returns
    -------
    Comparison
        Both windows, their columns by role, and the rules.

    Raises
    ------
    ConfigError
        If the windows are reversed, overlap, or cannot be told apart.
    SourceError
        If a table, file or column is missing or of the wrong type.
    FragmentError
        If a filter is not one plain condition.
    """
    reference = catalog.table(_source(monitor, "reference"))
    current = catalog.table(_source(monitor, "current"))
    is_one_table = reference.relation == current.relation
    columns = _match_columns(monitor, (reference, current), catalog)
    filters = (_filter(monitor, "reference", reference, catalog), _filter(monitor, "current", current, catalog))
    cur_range = _current_range(monitor, current, columns, catalog, is_one_table=is_one_table)
    ref_range = _reference_range(monitor, reference, columns, catalog, cur_range, is_one_table=is_one_table)
    comparison = Comparison(
        reference=_rows("reference", reference, columns, catalog, filters[0], ref_range),
        current=_rows("current", current, columns, catalog, filters[1], cur_range),
        columns=columns,
        thresholds=monitor.thresholds,
        reject_label=monitor.columns.reject_label,
        summaries=(
            _summary("reference", reference, monitor.reference, ref_range),
            _summary("current", current, monitor.current, cur_range),
        ),
        limits=limits or Limits(),
    )
    if is_one_table:
        _refuse_overlap(comparison, current, catalog)
    return comparison


def resolve_current(monitor: MonitorConfig, catalog: Catalog) -> Rows:
    """Find the rows of the current window alone; the table of the reference need not exist.

    Parameters
    ----------
    monitor, catalog
        As in :func:`resolve`.

    Returns
    -------
    Rows
        The rows that :func:`resolve` finds for the current window. Their columns hold the roles, but no features.

    Raises
    ------
    ConfigError, SourceError, FragmentError
        As in :func:`resolve`.
    """
    table = catalog.table(_source(monitor, "current"))
    columns = _match_columns(monitor.model_copy(update={"features": []}), (table,), catalog)
    condition = _filter(monitor, "current", table, catalog)
    is_one_table = _is_reference(table, monitor, catalog)
    cur_range = _current_range(monitor, table, columns, catalog, is_one_table=is_one_table)
    return _rows("current", table, columns, catalog, condition, cur_range)


def _source(monitor: MonitorConfig, role: Role) -> str:
    source = getattr(monitor, role).table or monitor.table
    if source is None:
        raise ConfigError(f"no table or file is named for the {role} window")
    return str(source)


def _is_reference(table: Table, monitor: MonitorConfig, catalog: Catalog) -> bool:
    """Return whether the rows of the reference are in the same table; a reference that is missing is not."""
    source = monitor.reference.table or monitor.table
    if source is None or source == table.source:
        return source is not None
    try:
        return catalog.table(source).relation == table.relation
    except SourceError:
        return False


def _match_columns(monitor: MonitorConfig, tables: Sequence[Table], catalog: Catalog) -> ColumnMap:
    wanted = monitor.columns.probabilities
    name = wanted[0] if isinstance(wanted, list) and len(wanted) == 1 else wanted
    if any(column.kind == "other" and column.name == name for column in tables[0].columns):
        # Where lists are not read, their type is of no known kind.
        require(catalog.engine, "lists")
    filters = (monitor.reference.filter, monitor.current.filter) if len(tables) > 1 else (None, None)
    separating = separating_columns(*filters, catalog.engine)
    columns = match_columns(monitor, tables, catalog.are_probabilities, separating)
    if columns.is_list:
        require(catalog.engine, "lists")
    return columns


def _filter(monitor: MonitorConfig, role: Role, table: Table, catalog: Catalog) -> tuple[str, ...]:
    window: WindowConfig = getattr(monitor, role)
    if not window.filter:
        return ()
    names = [column.name for column in table.columns]
    vetted = conditions.condition(
        window.filter,
        catalog.engine,
        names,
        f"the filter of the {role} window",
        table=table.parts(catalog.engine),
        allowed=monitor.allow_functions,
    )
    return (vetted,)


def _is_bounded(window: WindowConfig) -> bool:
    return window.last is not None or window.start is not None or window.end is not None


def _current_range(
    monitor: MonitorConfig, table: Table, columns: ColumnMap, catalog: Catalog, *, is_one_table: bool
) -> _Range:
    window = monitor.current
    last = window.last
    if is_one_table and not _is_bounded(window) and not (monitor.reference.filter or window.filter):
        # One table, and nothing tells the windows apart: the last days are compared with those before.
        last = _DEFAULT_SPAN
    if last is None:
        return _Range(window.start, window.end)
    end = _newest_row(table, columns, catalog, "current") + _STEP
    return _Range(end - parse_duration(last), end)


def _reference_range(
    monitor: MonitorConfig,
    table: Table,
    columns: ColumnMap,
    catalog: Catalog,
    current: _Range,
    *,
    is_one_table: bool,
) -> _Range:
    window = monitor.reference
    has_filters = window.filter is not None and monitor.current.filter is not None
    precedes_current = is_one_table and not _is_bounded(window) and not has_filters and current != _Range()
    if window.last is None and not precedes_current:
        return _Range(window.start, window.end)
    end = current.start if is_one_table else _newest_row(table, columns, catalog, "reference") + _STEP
    if end is None:
        raise ConfigError(
            "the reference window is to end where the current one starts, but the current window has no start"
        )
    return _Range(end - (parse_duration(window.last) if window.last else _span(current)), end)


def _span(window: _Range) -> dt.timedelta:
    if window.start is not None and window.end is not None:
        return window.end - window.start
    return parse_duration(_DEFAULT_SPAN)


def _own_names(columns: ColumnMap, role: Role) -> Mapping[str, str | None]:
    return columns.reference_names if role == "reference" else columns.current_names


def _bucket_start(table: Table, columns: ColumnMap, role: Role) -> Column:
    """Return the column of the bucket's start as a window's own table has it."""
    name = columns.bucket_start.name if columns.bucket_start else None
    own = _own_names(columns, role).get(name, name) if name is not None else None
    found = None if own is None else table.column(own)
    if found is None:
        raise ConfigError(
            f"{table.source} has no time column that driftql knows, so its windows cannot be told apart by time: name "
            "one (bucket_start in [columns], or --time), or give a filter or a table for each window"
        )
    return found


def _newest_row(table: Table, columns: ColumnMap, catalog: Catalog, role: Role) -> dt.datetime:
    column = _bucket_start(table, columns, role)
    found = catalog.newest_row(table, column, role)
    if found is None:
        raise SourceError(
            f"{table.source} holds no row with a time in {column.name!r}, so no window can be counted back from it"
        )
    return found


def _rows(
    role: Role, table: Table, columns: ColumnMap, catalog: Catalog, condition: tuple[str, ...], time: _Range
) -> Rows:
    if time != _Range():
        condition += time_condition(_bucket_start(table, columns, role), time.start, time.end, catalog.engine)
    return Rows(
        catalog.engine, table.relation, columns, condition, catalog.has_blocks(table), _own_names(columns, role)
    )


def _summary(role: Role, table: Table, window: WindowConfig, time: _Range) -> WindowSummary:
    return WindowSummary(
        role=role,
        source=table.source,
        filter=redact(window.filter) if window.filter else None,
        start=time.start,
        end=time.end,
    )


def _refuse_overlap(comparison: Comparison, table: Table, catalog: Catalog) -> None:
    reference, current = comparison.summaries
    if reference.end is not None and current.start is not None and reference.end <= current.start:
        return
    if reference.start is not None and current.end is not None and current.end <= reference.start:
        raise ConfigError(
            f"the windows are reversed: the reference starts at {_shown(reference.start)}, when the current window has "
            f"ended ({_shown(current.end)}); swap the two"
        )
    if reference.filter is None and current.filter is None:
        if not any((reference.start, reference.end, current.start, current.end)):
            raise ConfigError(
                f"both windows are all of {table.source}: give each a time range, a filter, or a table of its own"
            )
        raise ConfigError(
            f"the windows overlap: the reference ends at {_shown(reference.end)}, the current window starts at "
            f"{_shown(current.start)}; end the one before the other"
        )
    count = catalog.rows_in_both(table, comparison.reference.condition, comparison.current.condition)
    if count:
        raise ConfigError(
            f"the windows overlap: {count:,} rows of {table.source} are in both; make their filters exclude each other"
        )


def _shown(moment: dt.datetime | None) -> str:
    return "its last row" if moment is None else moment.isoformat(sep=" ", timespec="seconds")
