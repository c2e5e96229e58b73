"""Settings and a catalog -> a comparison: which rows, which columns, which rules.

Everything that works on the rows of a monitor starts here: the check itself, its explanation, the SQL that is printed,
and the labeling queue. So they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from driftql.check.catalog import Catalog, Unseen
from driftql.check.columns import ColumnMap, Table
from driftql.check.comparison import Comparison
from driftql.check.limits import Limits
from driftql.check.matching import match_columns
from driftql.check.rows import Rows, time_condition
from driftql.check.texts import TextKind, describe_mixture, label_text, text_kind
from driftql.check.times import Range, Role, Side, Timer, as_of_clock, refuse_overlap, time_column
from driftql.config import MonitorConfig, WindowConfig
from driftql.display import redact, shown
from driftql.engines import require
from driftql.errors import ConfigError, SourceError, nearest
from driftql.periods import Clock
from driftql.report import WindowSummary
from driftql.sql import conditions, fragments
from driftql.sql.separation import separating_columns
from driftql.warehouse.base import Column

__all__ = ["resolve", "resolve_current"]


def resolve(monitor: MonitorConfig, catalog: Catalog, limits: Limits | None = None, as_of: object = None) -> Comparison:
    """Turn settings into a comparison.

    Parameters
    ----------
    monitor
        The settings.
    catalog
        Answers what the settings leave open: which columns a table has, and when its newest row is from.
    limits
        How much one statement does.
    as_of
        The moment that the check takes for the present, as :func:`driftql.periods.as_moment` takes it; rows after it
        are not seen. None: the present.

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
    clock = as_of_clock(monitor, as_of)
    timer = Timer(monitor, columns, catalog, clock)
    ref_side = Side("reference", reference, _conditions(monitor, "reference", reference, catalog))
    cur_side = Side("current", current, _conditions(monitor, "current", current, catalog))
    cur_range = timer.current(cur_side, is_one_table=is_one_table)
    ref_range = timer.reference(ref_side, cur_range, is_one_table=is_one_table)
    kinds = _text_kinds(columns, {"reference": reference, "current": current})
    category_kinds = _category_kinds(columns, {"reference": reference, "current": current})
    ref_label = _own_column(columns.label, columns, "reference", reference)
    cur_label = _own_column(columns.label, columns, "current", current)
    mixture = describe_mixture(ref_label, cur_label)
    comparison = Comparison(
        reference=replace(
            _rows(ref_side, columns, catalog, ref_range, clock, kinds), category_kinds=category_kinds["reference"]
        ),
        current=replace(
            _rows(cur_side, columns, catalog, cur_range, clock, kinds), category_kinds=category_kinds["current"]
        ),
        columns=columns,
        thresholds=monitor.thresholds,
        reject_label=label_text(monitor.columns.reject_label, [label for label in (ref_label, cur_label) if label]),
        summaries=(
            _summary(monitor, ref_side, ref_range),
            _summary(monitor, cur_side, cur_range),
        ),
        limits=limits or Limits(),
        clock=clock,
        newest=timer.newest,
        max_age=monitor.max_age,
        freshness=monitor.freshness,
        row_count_ratio=monitor.row_count_ratio,
        clusters=_cluster_column(monitor, (reference, current), catalog),
        warnings=(*timer.warnings, *([mixture] if mixture else []), *_warn_of_places(reference, current)),
    )
    if is_one_table:
        refuse_overlap(
            ref_range,
            cur_range,
            current.source,
            clock,
            have_filters=bool(monitor.reference.filter or monitor.current.filter),
            rows_in_both=lambda: catalog.rows_in_both(
                current, comparison.reference.condition, comparison.current.condition
            ),
        )
    return comparison


def _cluster_column(monitor: MonitorConfig, tables: Sequence[Table], catalog: Catalog) -> Column | None:
    """Return the column of the setting ``clusters``, which both windows must have."""
    name = monitor.clusters
    if name is None or isinstance(catalog, Unseen):
        return None
    for table in tables:
        if not any(column.name == name and not column.unreadable for column in table.columns):
            known = nearest(name, [column.name for column in table.columns])
            raise ConfigError(f"clusters names {shown(name)}, a column that {table.source} does not have{known}")
    return next(column for column in tables[-1].columns if column.name == name)


def _warn_of_places(*tables: Table) -> list[str]:
    """Warn of text files without a header: their columns are compared by their place."""
    files = [
        table.source
        for table in tables
        if fragments.is_csv(table.source)
        and [column.name for column in table.columns] == [f"column{number}" for number in range(len(table.columns))]
    ]
    return [
        f"the first line of {source} holds no names, so its columns are called by their place: column0, column1, ..."
        for source in dict.fromkeys(files)
    ]


def resolve_current(monitor: MonitorConfig, catalog: Catalog, warn: Callable[[str], None] | None = None) -> Rows:
    """Find the rows of the current window alone; the table of the reference need not exist.

    Parameters
    ----------
    monitor, catalog
        As in :func:`resolve`.
    warn
        Called with a sentence for each thing that is strange about the times in the table.

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
    clock = as_of_clock(monitor)
    side = Side("current", table, _conditions(monitor, "current", table, catalog))
    is_one_table = _is_reference(table, monitor, catalog)
    timer = Timer(monitor, columns, catalog, clock)
    time = timer.current(side, is_one_table=is_one_table)
    if warn is not None:
        for sentence in timer.warnings:
            warn(sentence)
    return _rows(side, columns, catalog, time, clock, _text_kinds(columns, {"current": table}))


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
    sample_values = catalog.sample_values if len(tables) > 1 else None
    columns = match_columns(monitor, tables, catalog.are_probabilities, separating, sample_values)
    if columns.is_list:
        require(catalog.engine, "lists")
    return columns


def _conditions(monitor: MonitorConfig, role: Role, table: Table, catalog: Catalog) -> tuple[str, ...]:
    """Return the vetted conditions of the monitor and of one window."""
    window: WindowConfig = getattr(monitor, role)
    names = [column.name for column in table.columns]
    return tuple(
        conditions.condition(
            text,
            catalog.engine,
            names,
            what,
            table=table.parts(catalog.engine),
            allowed=monitor.allow_functions,
        )
        for text, what in (
            (monitor.filter, "the filter of both windows"),
            (window.filter, f"the filter of the {role} window"),
        )
        if text
    )


def _rows(
    side: Side,
    columns: ColumnMap,
    catalog: Catalog,
    time: Range,
    clock: Clock,
    kinds: Mapping[Role, Mapping[str, TextKind]],
) -> Rows:
    limits: tuple[str, ...] = ()
    _refuse_text_with_a_zone(side.table, columns, clock)
    times = [one for one in columns.features if one.name in columns.times]
    own = {one.name: _own_column(one, columns, side.role, side.table) for one in times}
    if time != Range():
        column = time_column(side.table, columns, side.role)
        limits = time_condition(column, *time, catalog.engine, clock)
    return Rows(
        catalog.engine,
        side.table.relation,
        columns,
        side.conditions + limits,
        catalog.has_blocks(side.table),
        clock.zone,
        _own_names(columns, side.role),
        kinds[side.role],
        len(limits),
        time_kinds={name: column.kind for name, column in own.items() if column},
    )


def _own_names(columns: ColumnMap, role: Role) -> Mapping[str, str | None]:
    return columns.reference_names if role == "reference" else columns.current_names


def _refuse_text_with_a_zone(table: Table, columns: ColumnMap, clock: Clock) -> None:
    for column in (columns.bucket_start, columns.bucket_end):
        if column is not None and column.kind == "text" and not clock.is_utc:
            raise ConfigError(
                f"the time column {column.name!r} of {table.source} is text, of which some may name an offset and some "
                f"not, so it cannot be read in the time zone {clock.zone}: make a view that converts it to a timestamp"
            )


def _own_column(column: Column | None, columns: ColumnMap, role: Role, table: Table) -> Column | None:
    """Return the column that plays a role as a window's own table has it: types may differ."""
    name = _own_names(columns, role).get(column.name, column.name) if column else None
    return None if name is None else table.column(name)


def _text_kinds(columns: ColumnMap, tables: Mapping[Role, Table]) -> dict[Role, dict[str, TextKind]]:
    """Return how users and labels become text in each window: window -> role -> kind."""
    kinds: dict[Role, dict[str, TextKind]] = {window: {} for window in tables}
    for role, column in (("user", columns.user), ("label", columns.label)):
        own = {window: _own_column(column, columns, window, table) for window, table in tables.items()}
        for window in tables:
            kinds[window][role] = text_kind(own[window], [found for found in own.values() if found])
    return kinds


def _category_kinds(columns: ColumnMap, tables: Mapping[Role, Table]) -> dict[Role, dict[str, TextKind]]:
    """Return how the values of categories become text in each window: window -> feature -> kind."""
    kinds: dict[Role, dict[str, TextKind]] = {window: {} for window in tables}
    for column in columns.categories:
        own = {window: _own_column(column, columns, window, table) for window, table in tables.items()}
        for window in tables:
            kinds[window][column.name] = text_kind(own[window], [found for found in own.values() if found])
    return kinds


def _summary(monitor: MonitorConfig, side: Side, time: Range) -> WindowSummary:
    own = getattr(monitor, side.role).filter
    both = [text for text in (own, monitor.filter) if text]
    words = both[0] if len(both) == 1 else " and ".join(f"({text})" for text in both)
    return WindowSummary(
        role=side.role,
        source=side.table.source,
        filter=redact(words) if words else None,
        start=time.start,
        end=time.end,
        timezone=monitor.timezone,
    )
