"""Whether the current window has as many rows per day as the reference. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from driftql.report import DriftAlert, DriftTrigger, RowCountDetails, RowCountResult, Severity
from driftql.stats.row_counts import FEWEST_DAYS, compare_row_counts

if TYPE_CHECKING:
    from driftql.check.comparison import Comparison
    from driftql.check.counts import Counts

__all__ = [
    "RowCountVerdict",
    "alert_of_row_counts",
    "day_shift",
    "has_row_counts",
    "is_large_ratio",
    "judge_row_counts",
]

_DAY = dt.timedelta(days=1)
_SECONDS = 86_400


class RowCountVerdict(NamedTuple):
    """The result, if rows were counted per day, and what a reader should know of it."""

    result: RowCountResult | None = None
    notes: Sequence[str] = ()


def has_row_counts(comparison: Comparison) -> bool:
    """Return whether rows are counted per day: a setting asks for it, and windows of the same filter have a time."""
    reference, current = comparison.summaries
    start = comparison.columns.bucket_start
    is_there = start is not None and comparison.columns.reference_names.get(start.name, start.name) is not None
    return comparison.row_count_ratio is not None and is_there and reference.filter == current.filter


def day_shift(comparison: Comparison, place: int) -> int:
    """Return by how many seconds the rows of a window are moved, so that its days end at midnight.

    A window that ends at noon has days from noon to noon: so its last day is a whole one.

    Parameters
    ----------
    comparison
        The windows.
    place
        0 for the reference, 1 for the current window.
    """
    start, end = _local_span(comparison, place)
    moment = end if end is not None else start
    if moment is None or _has_dates(comparison):
        return 0
    since_midnight = moment - dt.datetime.combine(moment.date(), dt.time())
    return -math.ceil(since_midnight.total_seconds()) % _SECONDS


def judge_row_counts(counts: Counts, comparison: Comparison) -> RowCountVerdict:
    """Compare the rows per day of the whole days of both windows.

    Parameters
    ----------
    counts
        Among them the rows per day.
    comparison
        The windows, and the ratio within which all is well.
    """
    if comparison.row_count_ratio is None:
        return RowCountVerdict()
    if counts.days is None:
        return RowCountVerdict(notes=[f"row count: {_why_not_counted(comparison)}"])
    notes = []
    rows = list(counts.days)
    if counts.has_more_days:
        # The oldest day of those that were counted may be one of the current window: then the reference has none.
        notes.append(f"row count: the windows have more than {comparison.limits.days} days; the newest are compared")
    reference, current = (_whole_days(comparison, place, days, counts) for place, days in enumerate(rows))
    if not reference or not current:
        role = "current" if reference else "reference"
        notes.append(f"row count: the {role} window holds no whole day, so there are no rows per day to compare")
        return RowCountVerdict(notes=notes)
    ref_week, cur_week = ([day.weekday() for day in days] for days in (reference, current))
    test = compare_row_counts([*reference.values()], ref_week, [*current.values()], cur_week)
    if not test.cur_days:
        names = " or ".join(calendar.day_name[day] for day in sorted(set(cur_week)))
        notes.append(f"row count: the reference has no rows on a {names}, and weekdays are compared with their like")
        return RowCountVerdict(notes=notes)
    if test.p_value is None:
        plural = "s" * (test.ref_days != 1)
        notes.append(
            f"row count: the reference holds only {test.ref_days} whole day{plural}; at least {FEWEST_DAYS} are "
            "needed for an alert"
        )
    result = RowCountResult(
        ref_per_day=test.ref_rate,
        cur_per_day=test.cur_rate,
        ratio=test.cur_rate / test.ref_rate,
        p_value=test.p_value,
        ref_days=test.ref_days,
        cur_days=test.cur_days,
        is_flagged=False,
    )
    return RowCountVerdict(result, notes)


def is_large_ratio(result: RowCountResult, bounds: Sequence[float] | None) -> bool:
    """Return whether the ratio of the rows per day is outside of what the settings allow."""
    return bounds is not None and not bounds[0] <= result.ratio <= bounds[1]


def alert_of_row_counts(
    result: RowCountResult | None, bounds: Sequence[float] | None, is_evident: Callable[[float | None], bool]
) -> DriftAlert | None:
    """Return the alert of a result, if it is one: critical where the current window has no rows at all.

    Parameters
    ----------
    result
        The result; None where there is none.
    bounds
        The least and the greatest ratio that is no alert.
    is_evident
        Says of a p-value whether it is evidence.
    """
    if result is None or bounds is None or not is_large_ratio(result, bounds) or not is_evident(result.p_value):
        return None
    details = RowCountDetails(
        ref_per_day=result.ref_per_day,
        cur_per_day=result.cur_per_day,
        ratio=result.ratio,
        least_ratio=bounds[0],
        greatest_ratio=bounds[1],
        p_value=result.p_value,
    )
    severity: Severity = "critical" if result.cur_per_day == 0 else "warning"
    return DriftAlert(trigger=DriftTrigger.ROW_COUNT, severity=severity, details=details)


def _why_not_counted(comparison: Comparison) -> str:
    reference, current = comparison.summaries
    if reference.filter != current.filter:
        return "the windows have different filters, which decide how many rows they have"
    return "both windows need a time column"


def _whole_days(comparison: Comparison, place: int, rows: Mapping[dt.date, int], counts: Counts) -> dict[dt.date, int]:
    """Return the rows of each whole day of a window, 0 where it has none.

    A day that does not begin at midnight has the date of its middle. Days before the reference's first row are none.
    """
    moved = dt.timedelta(seconds=day_shift(comparison, place))
    start, end = (None if moment is None else moment + moved for moment in _local_span(comparison, place))
    # A day of a column of dates is whole; of other times, nobody knows how much of the first and the last one is there.
    margin = dt.timedelta(0) if _has_dates(comparison) else _DAY
    observed = sorted(rows)
    if start is not None:
        first = (start - dt.timedelta(seconds=1)).date() + _DAY if start.time() != dt.time() else start.date()
    elif observed:
        first = observed[0] + margin
    else:
        return {}
    if end is not None:
        last = (end + dt.timedelta(seconds=1)).date()
    elif observed:
        last = observed[-1] + _DAY - margin
    else:
        return {}
    if place == 0:
        if not observed:
            return {}
        # The table may be younger than the window, and its first day is then not a whole one.
        if observed[0] > first:
            first = observed[0] + (dt.timedelta(0) if counts.has_more_days else margin)
    elif counts.has_more_days and observed:
        first = max(first, observed[0])
    days = [first + number * _DAY for number in range((last - first).days)]
    noon = dt.time(12)
    return {(dt.datetime.combine(day, noon) - moved).date(): rows.get(day, 0) for day in days}


def _local_span(comparison: Comparison, place: int) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return when a window starts and ends, in the zone that says where a day begins; nothing is after the present."""
    summary, clock = comparison.summaries[place], comparison.clock
    end = None if summary.end is None else clock.to_local(min(summary.end, clock.now))
    return None if summary.start is None else clock.to_local(summary.start), end


def _has_dates(comparison: Comparison) -> bool:
    column = comparison.columns.bucket_start
    return column is not None and column.kind == "date"
