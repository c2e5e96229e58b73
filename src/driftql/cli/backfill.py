"""``driftql check --for-each``: the same check as of many moments, in one process and over one connection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from driftql.display import plain, shown
from driftql.errors import ConfigError

if TYPE_CHECKING:
    from driftql.config import MonitorConfig
    from driftql.periods import Clock
    from driftql.report import DriftReport

__all__ = ["UNITS", "clock_at", "moments", "print_line", "print_total"]

UNITS = ("hour", "day", "week", "month")
_MOST = 10_000


def moments(unit: str, first: str | None, last: str | None, monitor: MonitorConfig) -> list[dt.datetime]:
    """Return the moments as of which to check, as instants.

    Parameters
    ----------
    unit
        One of :data:`UNITS`.
    first, last
        The first and the last moment, as text.
    monitor
        Days, weeks and months are those of its time zone.

    Raises
    ------
    ConfigError
        If they are no moments, or in the wrong order.
    """
    if unit not in UNITS:
        raise ConfigError(f"--for-each is {shown(unit)!r}: write {', '.join(UNITS)}")
    if first is None or last is None:
        raise ConfigError("--for-each needs the first and the last moment: --from 2026-01-01 --to 2026-01-31")
    ends = []
    for flag, text in (("--from", first), ("--to", last)):
        ends.append(clock_at(flag, text, monitor))
    if ends[0].now > ends[1].now:
        raise ConfigError(f"--from is {shown(first)}, which is after --to, {shown(last)}; swap the two")
    found: list[dt.datetime] = []
    for moment in _steps(unit, ends[0]):
        if moment > ends[1].now:
            return found
        if len(found) == _MOST:
            break
        found.append(moment.replace(tzinfo=dt.UTC))
    raise ConfigError(
        f"from {shown(first)} to {shown(last)} are more than {_MOST:,} checks; take a larger step or a shorter time"
    )


def clock_at(flag: str, text: str, monitor: MonitorConfig) -> Clock:
    """Return the clock of a check as of a moment.

    Raises
    ------
    ConfigError
        If the text is no moment; the sentence names the flag.
    """
    from driftql.check.times import as_of_clock

    try:
        return as_of_clock(monitor, text)
    except ConfigError as error:
        raise ConfigError(str(error).replace("as_of:", f"{flag}:")) from None


def _steps(unit: str, first: Clock) -> Iterator[dt.datetime]:
    """Yield the first moment, then one per unit, at the same time of the day."""
    number = 0
    while True:
        yield first.after(first.now, unit, number)
        number += 1


def print_line(report: DriftReport, clock: Clock) -> None:
    """Print the outcome of one check in a line; the clock is that of the check."""
    from driftql.cli.terminal import SEVERITY_STYLES, console

    outcome = "critical" if report.any_critical else "warning" if report.alerts else "ok"
    style = SEVERITY_STYLES[outcome]
    if outcome == "ok" and report.not_computed:
        outcome, style = "not computed", SEVERITY_STYLES["no result"]
    monitor = f"{plain(report.monitor)}  " if report.monitor else ""
    rows = f"{report.current.rows:>9,} rows"
    line = f"{_shown(clock.now, clock)}  {outcome:12}  {rows}  {monitor}{plain(report.summary)}"
    console().print(line, style=style, soft_wrap=True, markup=False, highlight=False)


def print_total(reports: Sequence[DriftReport], failed: int) -> None:
    """Print how many checks had which outcome."""
    from driftql.cli.terminal import console, say

    alerts = sum(bool(report.alerts) for report in reports)
    critical = sum(report.any_critical for report in reports)
    unknown = sum(bool(report.not_computed) for report in reports) + failed
    count = len(reports) + failed
    checks = f"{count:,} check{'s' * (count != 1)}"
    say(console(), f"{checks}: {alerts:,} with alerts ({critical:,} critical), {unknown:,} not computed.")


def _shown(moment: dt.datetime, clock: Clock) -> str:
    """Write a moment in the zone of the clock; a midnight as the day."""
    local = clock.to_local(moment)
    return local.strftime("%Y-%m-%d" if local.time() == dt.time() else "%Y-%m-%d %H:%M")
