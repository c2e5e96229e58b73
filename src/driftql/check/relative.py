"""Windows that move with the calendar: a worksheet then says ``current_date - 7`` where a check has a date.

The rules are those of :mod:`driftql.check.times`, with the present day in place of the newest row.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from driftql.check.comparison import Comparison
from driftql.check.rows import Rows, utc
from driftql.check.times import DEFAULT_SPAN, is_recent_by_default
from driftql.config import MonitorConfig, WindowConfig
from driftql.engines import Engine
from driftql.errors import ConfigError
from driftql.periods import Span, is_span, parse_span, spoken_period
from driftql.sql import fragments
from driftql.sql.render import render

__all__ = ["Day", "move_windows", "relative_windows"]

_STEPS = {"day": Span(length=dt.timedelta(days=1)), "week": Span(length=dt.timedelta(days=7))}
_STEPS |= {"month": Span(months=1), "quarter": Span(months=3), "year": Span(months=12)}


@dataclass(frozen=True)
class Day:
    """A day, counted from the present one.

    Attributes
    ----------
    unit
        The present day itself, or the first day of the present week, month, quarter or year.
    moves
        Steps back from it, one after the other: how many days or months. A negative number is a step forward.
    """

    unit: str = "day"
    moves: tuple[tuple[int, str], ...] = ()

    def before(self, span: Span) -> Day:
        """Return the day that is a span before this one.

        Raises
        ------
        ConfigError
            If the span is not of whole days.
        """
        days, rest = divmod(span.length, dt.timedelta(days=1))
        if rest:
            raise ConfigError(
                "windows that are counted back from the present day are whole days: write 2d rather than 36h, or give "
                "the windows dates, such as 2026-02-01..2026-03-01"
            )
        moves = list(self.moves)
        for count, unit in ((span.months, "month"), (days, "day")):
            if count and moves and moves[-1][1] == unit:
                count += moves.pop()[0]
            if count:
                moves.append((count, unit))
        return Day(self.unit, tuple(moves))

    def after(self, unit: str) -> Day:
        """Return the day that is one day, week, month, quarter or year after this one."""
        step = _STEPS[unit]
        return self.before(Span(months=-step.months, length=-step.length))

    def sql(self, engine: Engine) -> str:
        """Write the day as an expression."""
        written = render("present_day", engine) if self.unit == "day" else render("first_day", engine, self.unit)
        for count, unit in self.moves:
            written = render(f"{unit}s_before", engine, written, count)
        return written


Bound = Day | dt.datetime | None
Ends = tuple[Bound, Bound]


def move_windows(monitor: MonitorConfig, comparison: Comparison) -> Comparison:
    """Put days that are counted from the present one in place of the dates of windows.

    Parameters
    ----------
    monitor
        The settings, which say what is relative: ``7d``, ``yesterday``. A date stays a date.
    comparison
        The comparison that they were resolved to.

    Raises
    ------
    ConfigError
        If a window cannot be written so.
    """
    reference, current = relative_windows(monitor, comparison)
    return replace(
        comparison,
        reference=_move(comparison.reference, reference),
        current=_move(comparison.current, current),
        is_relative=any(isinstance(bound, Day) for bound in (*reference, *current)),
    )


def relative_windows(monitor: MonitorConfig, comparison: Comparison) -> tuple[Ends, Ends]:
    """Return where the reference and the current window begin and end: days where the settings are relative.

    Parameters
    ----------
    monitor, comparison
        As in :func:`move_windows`.

    Raises
    ------
    ConfigError
        If a window cannot be counted in days.
    """
    resolved = [(summary.start, summary.end) for summary in comparison.summaries]
    is_one_table = comparison.reference.relation == comparison.current.relation
    is_recent = is_recent_by_default(monitor, comparison.columns, is_one_table=is_one_table)
    current = _current(monitor, is_recent=is_recent, resolved=resolved[1])
    return _reference(monitor, current, is_one_table=is_one_table, resolved=resolved[0]), current


def _current(monitor: MonitorConfig, *, is_recent: bool, resolved: Ends) -> Ends:
    window = monitor.current
    last = DEFAULT_SPAN if is_recent else window.last
    if last is not None:
        return Day().before(parse_span(last)), Day()
    return _asked(window, resolved)


def _reference(monitor: MonitorConfig, current: Ends, *, is_one_table: bool, resolved: Ends) -> Ends:
    window = monitor.reference
    has_filters = window.filter is not None and monitor.current.filter is not None
    precedes_current = is_one_table and not window.is_bounded and not has_filters and current != (None, None)
    if window.last is None and not precedes_current:
        return _asked(window, resolved)
    end = current[0] if is_one_table else Day()
    if not isinstance(end, Day):
        return resolved
    if window.last is not None:
        return end.before(parse_span(window.last)), end
    return _as_long(monitor.current, current, end), end


def _as_long(window: WindowConfig, current: Ends, end: Day) -> Day:
    """Return where a reference begins that ends where the current window begins, and is as long."""
    start, until = current
    spoken = spoken_period(window.during) if window.during is not None else None
    if window.last is not None:
        return end.before(parse_span(window.last))
    if spoken is not None:
        return end.before(_STEPS[spoken.unit])
    if until is None:
        return end.before(parse_span(DEFAULT_SPAN))
    if isinstance(start, Day) and isinstance(until, Day) and start.unit == until.unit:
        days = [sum(count for count, _ in day.moves) for day in (start, until)]
        if all(unit == "day" for day in (start, until) for _, unit in day.moves):
            return end.before(Span(length=dt.timedelta(days=days[0] - days[1])))
    raise ConfigError(
        "how long the current window is depends on the day, so the reference cannot be as long: give the reference a "
        "time of its own, such as 28d"
    )


def _asked(window: WindowConfig, resolved: Ends) -> Ends:
    """Return the ends that a window names: relative where they are named so, else as they were resolved."""
    if window.during is not None:
        start = _first_day(window.during)
        spoken = spoken_period(window.during)
        return (start, start.after(spoken.unit)) if start and spoken else resolved
    ends: list[Bound] = []
    for asked, moment in zip((window.start, window.end), resolved, strict=True):
        day = None
        if isinstance(asked, str):
            day = Day().before(parse_span(asked)) if is_span(asked) else _first_day(asked)
        ends.append(day or moment)
    return ends[0], ends[1]


def _first_day(period: str) -> Day | None:
    """Return the first day of a period that is counted from the present day."""
    spoken = spoken_period(period)
    if spoken is None:
        return None
    return Day(spoken.unit).before(_STEPS[spoken.unit]) if spoken.is_last else Day(spoken.unit)


def _move(rows: Rows, ends: Ends) -> Rows:
    """Replace the conditions of time, which stand last, where an end is relative."""
    if not any(isinstance(bound, Day) for bound in ends):
        return rows
    column = rows.columns.bucket_start
    assert column is not None, "a window that is bounded by time has a time column"
    column = replace(column, name=rows.own_names.get(column.name) or column.name)
    if column.kind == "time":
        raise ConfigError(
            f"{rows.engine.title} compares a date that is counted back from the present day with a column of one type "
            f"only: name the type of {column.name!r} with --time-type (timestamp, datetime or date)"
        )
    count = sum(bound is not None for bound in ends)
    others, fixed = rows.conditions[: len(rows.conditions) - count], iter(rows.conditions[-count:])
    value = utc(column, rows.engine) if column.kind == "text" else fragments.identifier(column.name, rows.engine)
    moved = []
    for bound, comparison in zip(ends, (">=", "<"), strict=True):
        if bound is not None:
            condition = next(fixed)
            if isinstance(bound, Day):
                day = render("day_value", rows.engine, bound.sql(rows.engine), column.kind)
                condition = f"({value} {comparison} {day})"
            moved.append(condition)
    return replace(rows, conditions=(*others, *moved))
