"""Times as people say them: spans such as ``7d``, periods such as ``yesterday`` or ``2013-W06``, and moments.

A moment is kept as it was given until the time zone and the present are known: a time that names an offset is an
instant, one that names none is a local time, and a word such as ``today`` depends on the day. Inside driftql, a moment
is a ``datetime`` in UTC without a zone.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from driftql.display import shown
from driftql.errors import ConfigError

__all__ = [
    "Clock",
    "Span",
    "as_moment",
    "as_period",
    "as_span",
    "checked_zone",
    "format_age",
    "is_span",
    "parse_duration",
    "parse_period",
    "parse_span",
    "refuse_reversed",
    "split_range",
    "spoken_period",
    "zone_named",
]

_NUMBER = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)\s*([a-zA-Z]+)\s*$")
_LONGEST = dt.timedelta(days=365_000)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_MONTHS = {"mo": 1, "q": 3, "y": 12}
_WORDS = {
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("hour", "hours"), "h"),
    **dict.fromkeys(("day", "days"), "d"),
    **dict.fromkeys(("week", "weeks"), "w"),
    **dict.fromkeys(("mon", "month", "months"), "mo"),
    **dict.fromkeys(("quarter", "quarters"), "q"),
    **dict.fromkeys(("year", "years"), "y"),
}
_SPOKEN = re.compile(r"(this|last)[ _-](week|month|quarter|year)", re.IGNORECASE)
_DATED = re.compile(
    r"(?P<year>\d{4})(?:-?W(?P<week>\d{2})|-?Q(?P<quarter>[1-4])|-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?", re.IGNORECASE
)
# To see whether a text is a period at all.
_SOME_DAY = dt.date(2000, 6, 15)
_EXAMPLES = "yesterday, 2026-01-31, 2026-01, 2026-W05, 2026-Q1 or 2026"


@dataclass(frozen=True)
class Span:
    """A length of time: calendar months, or a fixed length.

    Attributes
    ----------
    months
        How many calendar months; 0 for a fixed length.
    length
        The fixed length; zero for months.
    """

    months: int = 0
    length: dt.timedelta = dt.timedelta(0)

    @property
    def about(self) -> dt.timedelta:
        """Its length, with months of 30 days."""
        return self.length + dt.timedelta(days=30 * self.months)


class Period(NamedTuple):
    """The days from ``start`` until before ``end``."""

    start: dt.date
    end: dt.date


class SpokenPeriod(NamedTuple):
    """The present day, week, month, quarter or year, or the last one before it."""

    unit: str
    is_last: bool


@dataclass(frozen=True)
class Clock:
    """The present, and the zone of times that name none.

    Attributes
    ----------
    now
        The present, in UTC without a zone.
    zone
        The name of the time zone.
    is_past
        Whether ``now`` is a moment in the past, after which no row is to be seen.
    """

    now: dt.datetime
    zone: str = "UTC"
    is_past: bool = False
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_zone", zone_named(self.zone))

    @property
    def is_utc(self) -> bool:
        """Whether times that name no zone are in UTC."""
        return self.zone == "UTC"

    def to_utc(self, moment: dt.datetime) -> dt.datetime:
        """Turn an instant, or a local time, into UTC. A time that the clocks skip is the first one after."""
        moment = moment if moment.tzinfo else moment.replace(tzinfo=self._zone)
        return _within(lambda: moment.astimezone(dt.UTC).replace(tzinfo=None), moment)

    def to_local(self, moment: dt.datetime) -> dt.datetime:
        """Turn a moment in UTC into local time, without a zone."""
        return _within(
            lambda: moment.replace(tzinfo=dt.UTC).astimezone(self._zone).replace(tzinfo=None, fold=0), moment
        )

    def resolve(self, moment: dt.datetime | str, newest: Callable[[], dt.datetime]) -> dt.datetime:
        """Turn a setting into a moment in UTC.

        Parameters
        ----------
        moment
            What :func:`as_moment` returned: a time, a period, which means its start, or a span, which means that long
            before the newest row.
        newest
            Called for the end of the newest row, in UTC, where the setting is a span.
        """
        if isinstance(moment, dt.datetime):
            return self.to_utc(moment)
        if is_span(moment):
            return self.before(newest(), parse_span(moment))
        return self.period(moment)[0]

    def period(self, text: str) -> tuple[dt.datetime, dt.datetime]:
        """Return when a period begins and ends, in UTC."""
        start, end = parse_period(text, self.to_local(self.now).date())
        return (
            self.to_utc(dt.datetime.combine(start, dt.time())),
            self.to_utc(dt.datetime.combine(end, dt.time())),
        )

    def before(self, moment: dt.datetime, span: Span) -> dt.datetime:
        """Return the moment that is a span before another; months are counted in the calendar of the zone."""
        if not span.months:
            return _within(lambda: moment - span.length, moment)
        local = self.to_local(moment)
        return self.to_utc(dt.datetime.combine(_months_before(local.date(), span.months), local.time()))

    def after(self, moment: dt.datetime, unit: str, count: int) -> dt.datetime:
        """Return the moment some hours, days, weeks or months after another; from days on in the zone's calendar."""
        if unit == "hour":
            return _within(lambda: moment + dt.timedelta(hours=count), moment)
        local = self.to_local(moment)
        if unit == "month":
            day = _months_before(local.date(), -count)
            return self.to_utc(dt.datetime.combine(day, local.time()))
        days = count * (7 if unit == "week" else 1)
        return self.to_utc(_within(lambda: local + dt.timedelta(days=days), local))


def _within(compute: Callable[[], dt.datetime], moment: dt.datetime) -> dt.datetime:
    try:
        return compute()
    except OverflowError:
        raise ConfigError(
            f"{moment.isoformat(sep=' ', timespec='minutes')} is too near the year 1 or 9999 to count from"
        ) from None


def _months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day some months earlier; the 31st becomes the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if not 1 <= year <= dt.MAXYEAR:
        raise ConfigError(f"{months} months before {day} is not within the years 1 to {dt.MAXYEAR}")
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone of a name.

    Raises
    ------
    ConfigError
        If there is no such zone here.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ConfigError(
            f"{shown(name)!r} is not a time zone that this computer knows: write a name such as Europe/Amsterdam or "
            "UTC (where even these are unknown, 'pip install tzdata' adds them)"
        ) from None


def checked_zone(value: Any) -> Any:
    """Accept the name of a time zone, or a :class:`zoneinfo.ZoneInfo`; anything else is a ``ValueError``."""
    name = getattr(value, "key", value)
    if isinstance(name, str):
        try:
            zone_named(name)
        except ConfigError as error:
            raise ValueError(str(error)) from None
    return name


def parse_span(text: str) -> Span:
    """Turn ``"7d"`` or ``"3mo"`` into a span.

    Parameters
    ----------
    text
        A number and one of ``s``, ``m`` (minutes), ``h``, ``d``, ``w``, ``mo`` (calendar months), ``q`` (three of
        them), ``y``; or the word for one of them.

    Raises
    ------
    ConfigError
        If the text is anything else, or the span is zero or over a thousand years.
    """
    span = _read_span(text)
    if span is None or not dt.timedelta(0) < span.about <= _LONGEST:
        raise ConfigError(
            f"{shown(text)!r} is not a time span: write a number and s, m (minutes), h, d, w, mo (months) or y, "
            "such as 7d or 36h"
        )
    return span


def _read_span(text: str) -> Span | None:
    match = _NUMBER.match(text)
    if match is None:
        return None
    # A single letter is a small one: 7M and 7m would mean as different things as they look alike.
    unit = _WORDS.get(match[2].lower(), match[2])
    number = float(match[1])
    try:
        if unit in _MONTHS:
            months = number * _MONTHS[unit]
            return Span(months=int(months)) if months == int(months) else None
        return Span(length=dt.timedelta(seconds=number * _SECONDS[unit])) if unit in _SECONDS else None
    except (OverflowError, ValueError):
        return None


def is_span(text: str) -> bool:
    """Return whether a text is written like a span."""
    return _read_span(text) is not None


def parse_duration(text: str) -> dt.timedelta:
    """Turn ``"7d"`` into a time span of a fixed length.

    Parameters
    ----------
    text
        A number and one of ``s``, ``m`` (minutes), ``h``, ``d``, ``w``.

    Raises
    ------
    ConfigError
        If the text is anything else, or the span is zero or over a thousand years.
    """
    span = _read_span(text)
    if span is None or span.months or not dt.timedelta(0) < span.length <= _LONGEST:
        raise ConfigError(f"{shown(text)!r} is not a time span: write a number and s, m, h, d or w, such as 7d or 36h")
    return span.length


def parse_period(text: str, today: dt.date) -> Period:
    """Turn a period such as ``"2013-02"`` into its first day and the day after its last.

    Parameters
    ----------
    text
        ``today``, ``yesterday``, ``this`` or ``last`` and ``week``, ``month``, ``quarter`` or ``year``; or a day,
        month, ISO week, quarter or year.
    today
        The present day.

    Raises
    ------
    ConfigError
        If the text is anything else.
    """
    try:
        if spoken := spoken_period(text):
            this = _period_around(today, spoken.unit)
            return _period_around(this.start - dt.timedelta(days=1), spoken.unit) if spoken.is_last else this
        if dated := _DATED.fullmatch(_tidy(text)):
            return _dated(dated)
    except (ValueError, OverflowError):
        pass
    raise ConfigError(f"{shown(text)!r} is not a period that exists: write {_EXAMPLES}")


def spoken_period(text: str) -> SpokenPeriod | None:
    """Read a period that is counted from the present day; None for one with a date."""
    wanted = _tidy(text)
    if wanted in ("today", "yesterday"):
        return SpokenPeriod("day", wanted == "yesterday")
    spoken = _SPOKEN.fullmatch(wanted)
    return SpokenPeriod(spoken[2], spoken[1] == "last") if spoken else None


def _tidy(text: str) -> str:
    return " ".join(text.split()).lower()


def _dated(match: re.Match[str]) -> Period:
    year = int(match["year"])
    if match["week"]:
        start = dt.date.fromisocalendar(year, int(match["week"]), 1)
        return Period(start, start + dt.timedelta(days=7))
    if match["day"]:
        start = dt.date(year, int(match["month"]), int(match["day"]))
        return Period(start, start + dt.timedelta(days=1))
    if match["month"]:
        return _period_around(dt.date(year, int(match["month"]), 1), "month")
    if match["quarter"]:
        return _period_around(dt.date(year, 3 * int(match["quarter"]) - 2, 1), "quarter")
    return _period_around(dt.date(year, 1, 1), "year")


def _period_around(day: dt.date, unit: str) -> Period:
    """Return the day itself, or the week, month, quarter or year that it is in."""
    if unit == "day":
        return Period(day, day + dt.timedelta(days=1))
    if unit == "week":
        start = day - dt.timedelta(days=day.weekday())
        return Period(start, start + dt.timedelta(days=7))
    length = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = (day.month - 1) // length * length + 1
    end_year, end_month = divmod(day.year * 12 + first - 1 + length, 12)
    return Period(dt.date(day.year, first, 1), dt.date(end_year, end_month + 1, 1))


def split_range(text: str) -> tuple[str, str] | None:
    """Split ``A..B`` into its ends, of which one may be empty; None for a text without ``..``.

    Raises
    ------
    ConfigError
        If both ends are empty.
    """
    if ".." not in text:
        return None
    start, _, end = text.partition("..")
    if not start.strip() and not end.strip():
        raise ConfigError(f"{shown(text)!r} has no end: give at least one end of the range, such as 2026-02-01..")
    return start.strip(), end.strip()


def as_span(value: Any) -> Any:
    """Accept a span as text, ``timedelta``, ``pd.Timedelta`` or ``np.timedelta64``; return it as text.

    Raises
    ------
    ValueError
        If it is no span.
    """
    if type(value).__name__ == "timedelta64":
        value = _numpy_span(value)
    if isinstance(value, dt.timedelta):
        value = _span_text(value)
    if not isinstance(value, str):
        raise ValueError(
            f"the value {shown(value)} is not a time span: write text such as '7d' or '3mo', or give a timedelta"
        )
    try:
        parse_span(value)
    except ConfigError as error:
        hint = "; a period is set with 'during'" if _is_period(value) else ""
        raise ValueError(f"{error}{hint}") from None
    return value


def _numpy_span(value: Any) -> Any:
    """Return a ``np.timedelta64`` as text where it counts months, else as a timedelta."""
    text = str(value)
    if match := re.fullmatch(r"(\d+) (months|years)", text):
        return f"{match[1]} {match[2]}"
    return value.astype("timedelta64[us]").item()


def _span_text(span: dt.timedelta) -> str:
    for unit in ("d", "h", "m"):
        count, rest = divmod(span, dt.timedelta(seconds=_SECONDS[unit]))
        if not rest:
            return f"{count}{unit}"
    return f"{span.total_seconds():.6f}".rstrip("0").rstrip(".") + "s"


def _is_period(text: str) -> bool:
    try:
        parse_period(text, _SOME_DAY)
    except ConfigError:
        return False
    return True


def as_period(value: Any) -> Any:
    """Accept a period as text, or a day as a date; return it as text.

    Raises
    ------
    ValueError
        If it is no period.
    """
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    if not isinstance(value, str):
        raise ValueError(f"the value {shown(value)} is not a period: write a text in quotes, such as {_EXAMPLES}")
    try:
        parse_period(value, _SOME_DAY)
    except ConfigError as error:
        hint = "; a span is set with 'last'" if is_span(value) else ""
        hint = "; a range is set with 'start' and 'end'" if ".." in value else hint
        raise ValueError(f"{error}{hint}") from None
    return value.strip()


def refuse_reversed(start: dt.datetime, end: dt.datetime) -> None:
    """Refuse a range that holds no moment.

    Raises
    ------
    ValueError
        If the end is not after the start. The sentence says what to write where one day was meant.
    """
    if start < end:
        return
    first, last = (moment.isoformat(sep=" ", timespec="seconds") for moment in (start, end))
    if start > end:
        raise ValueError(f"the window is reversed: it starts at {first}, after its end, {last}; swap the two")
    if start.time() == dt.time():
        day, next_day = start.date(), start.date() + dt.timedelta(days=start.date() < dt.date.max)
        raise ValueError(
            f"the window is empty, because its end, {day}, is not part of it: for that day write {day} without "
            f"'..', or {day}..{next_day}"
        )
    raise ValueError(f"the window is empty, because its end, {last}, is not part of it: name a later end")


def as_moment(value: Any) -> Any:
    """Accept a moment as people write it.

    Parameters
    ----------
    value
        A ``datetime``, ``date``, ``pd.Timestamp``, ``np.datetime64``; or as text a time, a period or a span.

    Returns
    -------
    datetime.datetime or str
        A time that names a zone, as UTC with its zone; one that names none, as it is; a period or a span, as text.

    Raises
    ------
    ValueError
        If it is no moment.
    """
    if isinstance(value, str):
        return _read_moment(value)
    if type(value).__name__ == "datetime64":
        # Beyond microseconds, NumPy returns a number.
        value = value.astype("datetime64[us]").item()
    if hasattr(value, "to_pydatetime"):
        value = _truncated(value)
    if isinstance(value, dt.datetime) and value == value:
        return value.astimezone(dt.UTC) if value.tzinfo else value
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    if isinstance(value, int | float):
        raise ValueError(f"the value {shown(value)} is a number, not a date or time: write a text such as '2026-01-31'")
    raise ValueError(f"the value {shown(value)} is not a date or time: write 2026-01-31 or 2026-01-31T12:00")


def _truncated(value: Any) -> Any:
    """Drop the nanoseconds of a time of pandas."""
    floored = value.floor("us") if hasattr(value, "floor") else value
    return floored.to_pydatetime()


def _read_moment(text: str) -> dt.datetime | str:
    stripped = text.strip()
    if is_span(stripped):
        parse_span(stripped)
        return stripped
    try:
        # A year alone is a period; Python reads other texts of four digits, too.
        if not re.fullmatch(r"\d{4}(-?[wWqQ]?\d{1,2})?", stripped):
            moment = dt.datetime.fromisoformat(stripped)
            return moment.astimezone(dt.UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        pass
    if not _is_period(stripped):
        raise ValueError(f"{shown(text)!r} is not a date or time: write 2026-01-31 or 2026-01-31T12:00")
    return stripped


def format_age(age: dt.timedelta) -> str:
    """Write how long ago something was: ``90 days``, ``5 hours``."""
    if age > dt.timedelta(days=366):
        return "more than a year"
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        number = int(age.total_seconds() // length)
        if number >= (2 if unit != "minute" else 0):
            return f"{number:,} {unit}{'s' * (number != 1)}"
    return "0 minutes"
