"""Whether the rows of the current window are recent, and as many as usual."""

from __future__ import annotations

import dataclasses
import datetime as dt

from driftql.check.comparison import Comparison
from driftql.check.counts import Counts
from driftql.check.verdict import Verdict
from driftql.periods import Clock, format_age, parse_span
from driftql.report import DriftAlert, DriftTrigger, NotComputed, StaleDetails

__all__ = ["with_freshness"]

_DAY = dt.timedelta(days=1)
_FEW = 0.01
_MANY = 1000


def with_freshness(verdict: Verdict, comparison: Comparison, counts: Counts) -> Verdict:
    """Add to a verdict what the times of the rows say.

    Parameters
    ----------
    verdict
        What the values say.
    comparison
        Knows when the newest row is from, and how old it may be.
    counts
        Knows the last row of the current window, which counts where the newest row was not looked for.
    """
    warnings, not_computed = [*comparison.warnings], []
    alerts = list(verdict.alerts)
    clock, freshness = comparison.clock, comparison.freshness
    newest = comparison.newest
    has_limit = comparison.max_age is not None or freshness is not None
    if newest is None and (clock.is_past or has_limit):
        newest = counts.profiles[1].last_bucket
    if newest is not None:
        age = clock.now - newest - (_DAY if _is_date(comparison) else dt.timedelta(0))
        words = _describe(comparison, newest, age)
        if comparison.max_age is not None and _is_older(newest, comparison.max_age, clock):
            reason = f"{words}, and max_age is {comparison.max_age}"
            not_computed.append(NotComputed(check="max_age", reason=reason))
        if freshness is not None and _is_older(newest, freshness, clock):
            details = StaleDetails(
                newest=newest.replace(tzinfo=dt.UTC), age_hours=age / dt.timedelta(hours=1), threshold=freshness
            )
            alerts.append(DriftAlert(trigger=DriftTrigger.STALE, severity="warning", details=details))
        if not has_limit and age > max(_length(comparison), _DAY):
            warnings.append(words)
    elif freshness is not None:
        reason = "the current window has no row with a time, so the age of the newest one is not known"
        not_computed.append(NotComputed(check=DriftTrigger.STALE, reason=reason))
    warnings += _few_rows(comparison, counts)
    return dataclasses.replace(
        verdict,
        alerts=alerts,
        warnings=[*warnings, *verdict.warnings],
        not_computed=[*verdict.not_computed, *not_computed],
    )


def _is_older(newest: dt.datetime, span: str, clock: Clock) -> bool:
    return newest < clock.before(clock.now, parse_span(span))


def _is_date(comparison: Comparison) -> bool:
    column = comparison.columns.bucket_start
    return column is not None and column.kind == "date"


def _describe(comparison: Comparison, newest: dt.datetime, age: dt.timedelta) -> str:
    clock: Clock = comparison.clock
    form = "%Y-%m-%d" if age >= _DAY else "%Y-%m-%d %H:%M"
    before = " before the moment of the check" if clock.is_past else " ago"
    local = clock.to_local(newest)
    return f"the newest row of {comparison.summaries[1].source} is of {local.strftime(form)}, {format_age(age)}{before}"


def _length(comparison: Comparison) -> dt.timedelta:
    current = comparison.summaries[1]
    if current.start is None or current.end is None:
        return dt.timedelta(0)
    return current.end - current.start


def _few_rows(comparison: Comparison, counts: Counts) -> list[str]:
    """Say where the current window has next to no rows for its length: rows may not have arrived."""
    reference, current = comparison.summaries
    is_alike = comparison.reference.relation == comparison.current.relation and reference.filter == current.filter
    spans = [one.end - one.start for one in (reference, current) if one.start is not None and one.end is not None]
    if not is_alike or len(spans) < 2:
        return []
    rows = [profile.rows for profile in counts.profiles]
    usual = rows[0] * (spans[1] / spans[0])
    if usual < _MANY or rows[1] >= _FEW * usual:
        return []
    return [
        f"the current window holds {rows[1]:,} row{'s' * (rows[1] != 1)}, where the reference has about {usual:,.0f} "
        "in the same time"
    ]
