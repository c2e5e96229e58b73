"""When the windows of a comparison begin and end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from driftql.check.catalog import Catalog, Newest
from driftql.check.columns import ColumnMap, Table
from driftql.config import MonitorConfig, WindowConfig
from driftql.errors import ConfigError, SourceError
from driftql.periods import Clock, Span, as_moment, parse_span, refuse_reversed
from driftql.report import utc_now
from driftql.warehouse.base import Column

__all__ = [
    "DEFAULT_SPAN",
    "Range",
    "Role",
    "Side",
    "Timer",
    "as_of_clock",
    "is_recent_by_default",
    "refuse_overlap",
    "shown",
    "time_column",
]

DEFAULT_SPAN = "7d"
# A row may be dated a little ahead: clocks differ, and a bucket can start before its rows are there.
_TOLERANCE = dt.timedelta(days=1)
_INSTANT = dt.timedelta(microseconds=1)
_DAY = dt.timedelta(days=1)

Role = Literal["reference", "current"]


class Range(NamedTuple):
    """Bucket starts from ``start`` until before ``end``, in UTC; None is an open end."""

    start: dt.datetime | None = None
    end: dt.datetime | None = None


class Side(NamedTuple):
    """The table of a window, and the conditions of the window that are not of time."""

    role: Role
    table: Table
    conditions: tuple[str, ...]


def as_of_clock(monitor: MonitorConfig, as_of: object = None) -> Clock:
    """Return the clock of a check: that of the present, or of a moment in the past.

    Parameters
    ----------
    monitor
        Its time zone is that of times without an offset.
    as_of
        What :func:`driftql.periods.as_moment` takes; None for the present.

    Raises
    ------
    ConfigError
        If ``as_of`` is no moment.
    """
    zone = monitor.timezone or "UTC"
    clock = Clock(utc_now().replace(tzinfo=None), zone)
    if as_of is None:
        return clock
    try:
        moment = as_moment(as_of)
    except ValueError as error:
        raise ConfigError(f"as_of: {error}") from None
    return Clock(clock.resolve(moment, lambda: clock.now), zone, is_past=True)


@dataclass
class Timer:
    """Turns the windows' settings into ranges of time, and notes what was strange on the way.

    Attributes
    ----------
    monitor
        The settings.
    columns
        Among them the column of the bucket's start.
    catalog
        Answers when the newest row is from.
    clock
        The present.
    warnings
        What a user should know of the times in the table.
    newest
        When the newest row begins, in UTC, if it was looked for in the current window's table.
    """

    monitor: MonitorConfig
    columns: ColumnMap
    catalog: Catalog
    clock: Clock

    def __post_init__(self) -> None:
        self.warnings: list[str] = []
        self.newest: dt.datetime | None = None
        self._ends: dict[tuple[str, tuple[str, ...]], dt.datetime] = {}

    def current(self, side: Side, *, is_one_table: bool) -> Range:
        """Return the times of the current window.

        Parameters
        ----------
        side
            Its table and conditions.
        is_one_table
            Whether the reference is in the same table.
        """
        window = self.monitor.current
        last = window.last
        if is_recent_by_default(self.monitor, self.columns, is_one_table=is_one_table):
            last = DEFAULT_SPAN
        found = self._asked(window, side)
        if last is not None:
            end = self._newest_end(side)
            found = Range(self.clock.before(end, parse_span(last)), end)
        limits = [name for name in ("freshness", "max_age") if getattr(self.monitor, name) is not None]
        if limits and self.newest is None and not self.clock.is_past:
            if self.columns.bucket_start is None:
                raise ConfigError(
                    f"{side.table.source} has no time column that driftql knows, so {limits[0]} cannot tell how old "
                    "its rows are: name one (bucket_start in [columns], or --time)"
                )
            self._newest_end(side)
        return self._until_now(found, side)

    def reference(self, side: Side, current: Range, *, is_one_table: bool) -> Range:
        """Return the times of the reference.

        Parameters
        ----------
        side, is_one_table
            As in :meth:`current`.
        current
            The times of the current window.
        """
        window = self.monitor.reference
        has_filters = window.filter is not None and self.monitor.current.filter is not None
        precedes_current = is_one_table and not window.is_bounded and not has_filters and current != Range()
        if window.last is None and not precedes_current:
            found = self._asked(window, side)
            is_fixed = found == Range() and not is_one_table
            return found if is_fixed else self._until_now(found, side)
        end = current.start if is_one_table else self._newest_end(side)
        if end is None:
            raise ConfigError(
                "the reference window is to end where the current one starts, but the current window has no start"
            )
        if window.last is not None:
            return Range(self.clock.before(end, parse_span(window.last)), end)
        return Range(self._as_long(current, end), end)

    def _as_long(self, current: Range, end: dt.datetime) -> dt.datetime:
        """Return where a reference begins that is as long as the current window."""
        window = self.monitor.current
        if window.last is not None:
            return self.clock.before(end, parse_span(window.last))
        if window.during is not None and current.start is not None and current.end is not None:
            return self._period_before(*map(self.clock.to_local, (current.start, current.end)))
        if current.start is not None and current.end is not None:
            return self.clock.before(end, Span(length=current.end - current.start))
        return self.clock.before(end, parse_span(DEFAULT_SPAN))

    def _period_before(self, start: dt.datetime, end: dt.datetime) -> dt.datetime:
        """Return where the period before another begins: as many calendar months, or as many days of the calendar."""
        months = 12 * (end.year - start.year) + end.month - start.month
        if months and start.day == end.day == 1:
            return self.clock.before(self.clock.to_utc(start), Span(months=months))
        return self.clock.to_utc(start - (end - start))

    def _asked(self, window: WindowConfig, side: Side) -> Range:
        if window.during is not None:
            return Range(*self.clock.period(window.during))
        ends = [
            None if moment is None else self.clock.resolve(moment, lambda: self._newest_end(side))
            for moment in (window.start, window.end)
        ]
        start, end = ends
        if start is not None and end is not None:
            try:
                refuse_reversed(self.clock.to_local(start), self.clock.to_local(end))
            except ValueError as error:
                raise ConfigError(f"the {side.role} window: {error}") from None
        return Range(start, end)

    def _until_now(self, found: Range, side: Side) -> Range:
        """Leave out the rows after the present of a check in the past."""
        if not self.clock.is_past:
            return found
        now = self.clock.now
        time_column(side.table, self.columns, side.role)
        if found.start is not None and found.start >= now:
            raise ConfigError(
                f"the {side.role} window starts at {shown(found.start, self.clock)}, at or after the moment of the "
                f"check, {shown(now, self.clock)}"
            )
        return Range(found.start, now if found.end is None else min(found.end, now))

    def _newest_end(self, side: Side) -> dt.datetime:
        """Return the moment until which the newest row's bucket starts lie, in UTC."""
        column = time_column(side.table, self.columns, side.role)
        if self.clock.is_past:
            return self.clock.now
        key = (side.table.relation, side.conditions)
        if key not in self._ends:
            horizon = self.clock.now + _TOLERANCE
            found = self.catalog.newest_row(
                side.table, column, side.role, side.conditions, self._stored(column, horizon)
            )
            moment = self._found(found, side, column)
            self._warn_of_future(found, side, column)
            if side.role == "current":
                self.newest = moment
            # The end is exclusive. A date is a whole day.
            local = self.clock.to_local(moment) + (_DAY if column.kind == "date" else _INSTANT)
            self._ends[key] = self.clock.to_utc(local) if column.kind == "date" else moment + _INSTANT
        return self._ends[key]

    def _found(self, found: Newest, side: Side, column: Column) -> dt.datetime:
        if found.moment is None:
            if found.future_rows:
                raise SourceError(
                    f"all times in {column.name!r} of {side.table.source} are in the future (up to {found.latest}), so "
                    "no window can be counted back from them"
                )
            where = " that meets the filter" if side.conditions else ""
            raise SourceError(
                f"{side.table.source} holds no row with a time in {column.name!r}{where}, so no window can be counted "
                "back from it"
            )
        return self.clock.to_utc(found.moment) if is_local(column) else found.moment

    def _warn_of_future(self, found: Newest, side: Side, column: Column) -> None:
        if found.future_rows:
            rows = f"{found.future_rows:,} row{'s are' if found.future_rows != 1 else ' is'}"
            self.warnings.append(
                f"{rows} dated in the future in {column.name!r} of {side.table.source} (up to {found.latest}), and "
                "left out when the newest row was looked for"
            )

    def _stored(self, column: Column, moment: dt.datetime) -> dt.datetime:
        """Return a moment as the column would hold it: in local time where the column has no zone."""
        return self.clock.to_local(moment) if is_local(column) else moment


def is_recent_by_default(monitor: MonitorConfig, columns: ColumnMap, *, is_one_table: bool) -> bool:
    """Return whether the current window is the last days, because nothing else says which rows it holds.

    Parameters
    ----------
    monitor
        The settings. A table that the window itself names is all of it; the monitor's table grows.
    columns
        Among them the column of the bucket's start.
    is_one_table
        Whether the reference is in the same table.
    """
    window = monitor.current
    if window.is_bounded or window.filter:
        return False
    if is_one_table:
        return not monitor.reference.filter
    return window.table is None and columns.bucket_start is not None


def is_local(column: Column) -> bool:
    """Return whether a column holds times without a zone."""
    return column.kind in ("timestamp", "date")


def time_column(table: Table, columns: ColumnMap, role: Role) -> Column:
    """Return the column of the bucket's start as a window's own table has it.

    Raises
    ------
    ConfigError
        If the table has none.
    """
    name = columns.bucket_start.name if columns.bucket_start else None
    own_names = columns.reference_names if role == "reference" else columns.current_names
    own = own_names.get(name, name) if name is not None else None
    found = None if own is None else table.column(own)
    if found is None:
        raise ConfigError(
            f"{table.source} has no time column that driftql knows, so its windows cannot be told apart by time: name "
            "one (bucket_start in [columns], or --time), or give a filter or a table for each window"
        )
    return found


def refuse_overlap(
    reference: Range, current: Range, source: str, clock: Clock, *, have_filters: bool, rows_in_both: Callable[[], int]
) -> None:
    """Refuse windows of one table that share rows, or whose reference comes after the current window.

    Parameters
    ----------
    reference, current
        The times of the windows.
    source
        The table's name.
    clock
        Whose zone the sentence shows times in.
    have_filters
        Whether a window has a condition of its own, so that windows can differ at the same time.
    rows_in_both
        Counts the rows that are in both windows.

    Raises
    ------
    ConfigError
        If they do.
    """
    if reference.end is not None and current.start is not None and reference.end <= current.start:
        return
    if reference.start is not None and current.end is not None and current.end <= reference.start:
        raise ConfigError(
            f"the windows are reversed: the reference starts at {shown(reference.start, clock)}, when the current "
            f"window has ended ({shown(current.end, clock)}); swap the two"
        )
    if not have_filters:
        if reference == current == Range():
            raise ConfigError(
                f"both windows are all of {source}: give each a time range, a filter, or a table of its own"
            )
        raise ConfigError(
            f"the windows overlap: the reference ends at {shown(reference.end, clock)}, the current window starts at "
            f"{shown(current.start, clock)}; end the one before the other"
        )
    count = rows_in_both()
    if count:
        raise ConfigError(
            f"the windows overlap: {count:,} rows of {source} are in both; make their filters exclude each other"
        )


def shown(moment: dt.datetime | None, clock: Clock) -> str:
    """Write an end of a window in the zone of the clock."""
    return "its last row" if moment is None else clock.to_local(moment).isoformat(sep=" ", timespec="seconds")
