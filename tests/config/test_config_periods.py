"""Times as people say them, against Python's own calendar and time zones."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftql.config import Config, MonitorConfig, Roles, WindowConfig, json_schema, validate
from driftql.errors import ConfigError
from driftql.periods import Clock, format_age, parse_period, parse_span

NOW = dt.datetime(2026, 11, 26, 23, 30)


def clock(zone: str = "UTC", now: dt.datetime = NOW) -> Clock:
    return Clock(now, zone)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", "2026-11-26", "2026-11-27"),
        ("yesterday", "2026-11-25", "2026-11-26"),
        ("Yesterday ", "2026-11-25", "2026-11-26"),
        ("this week", "2026-11-23", "2026-11-30"),
        ("last week", "2026-11-16", "2026-11-23"),
        ("this month", "2026-11-01", "2026-12-01"),
        ("last-month", "2026-10-01", "2026-11-01"),
        ("this_quarter", "2026-10-01", "2027-01-01"),
        ("last quarter", "2026-07-01", "2026-10-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("2013-02-01", "2013-02-01", "2013-02-02"),
        ("2013-02", "2013-02-01", "2013-03-01"),
        ("2012-02", "2012-02-01", "2012-03-01"),
        ("2013-12", "2013-12-01", "2014-01-01"),
        ("2013", "2013-01-01", "2014-01-01"),
        ("2013-Q1", "2013-01-01", "2013-04-01"),
        ("2013q4", "2013-10-01", "2014-01-01"),
        ("2013-W06", "2013-02-04", "2013-02-11"),
        ("2020-W53", "2020-12-28", "2021-01-04"),
        ("2026-w01", "2025-12-29", "2026-01-05"),
    ],
)
def test_periods(text: str, start: str, end: str) -> None:
    found = clock().period(text)
    assert found == (dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end))


@pytest.mark.parametrize(
    "text", ["2013-13", "2013-00", "2013-02-30", "2013-W54", "2021-W53", "2013-Q5", "9999", "tomorrow", "", "7d", "13"]
)
def test_periods_that_do_not_exist(text: str) -> None:
    with pytest.raises(ConfigError, match="is not a period that exists: write yesterday, 2026-01-31"):
        parse_period(text, NOW.date())


@given(st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)))
def test_a_day_is_in_its_own_week_month_quarter_and_year(day: dt.date) -> None:
    year, week, _ = day.isocalendar()
    names = (str(day), f"{day:%Y-%m}", f"{day:%Y}", f"{day:%Y}-Q{(day.month + 2) // 3}", f"{year}-W{week:02}")
    for name in names:
        start, end = parse_period(name, NOW.date())
        assert start <= day < end
    assert [(end - start).days for start, end in map(parse_period, names[:1] + names[-1:], (day, day))] == [1, 7]


def test_a_day_begins_at_the_midnight_of_the_zone() -> None:
    assert clock("Europe/Amsterdam").period("today") == (
        dt.datetime(2026, 11, 26, 23),
        dt.datetime(2026, 11, 27, 23),
    )
    assert clock("America/New_York").period("today")[0] == dt.datetime(2026, 11, 26, 5)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)])
def test_days_on_which_the_clocks_change_are_shorter_or_longer(day: str, hours: int) -> None:
    start, end = clock("Europe/Amsterdam").period(day)
    assert end - start == dt.timedelta(hours=hours)


def test_a_midnight_that_the_clocks_skip_is_the_first_moment_of_the_day() -> None:
    start, _ = clock("America/Sao_Paulo").period("2018-11-04")
    assert start == dt.datetime(2018, 11, 4, 3)


@given(
    st.datetimes(dt.datetime(1975, 1, 1), dt.datetime(2037, 1, 1)),
    st.sampled_from(["UTC", "Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
def test_local_time_is_that_of_pythons_time_zones(moment: dt.datetime, zone: str) -> None:
    local = clock(zone).to_local(moment)
    assert local == moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    back = clock(zone).to_utc(local)
    assert abs(back - moment) in (dt.timedelta(0), dt.timedelta(hours=1), dt.timedelta(minutes=30))


@given(st.datetimes(dt.datetime(1975, 1, 1), dt.datetime(2200, 1, 1)), st.integers(1, 60))
def test_calendar_months_are_those_of_pandas(moment: dt.datetime, months: int) -> None:
    assert clock().before(moment, parse_span(f"{months}mo")) == pd.Timestamp(moment) - pd.DateOffset(months=months)
    assert clock().before(moment, parse_span(f"{months}y")) == pd.Timestamp(moment) - pd.DateOffset(years=months)


def test_months_are_counted_in_local_time() -> None:
    """From summer to winter time the same hour of the wall clock is another hour of UTC."""
    before = clock("Europe/Amsterdam").before(dt.datetime(2026, 4, 10, 10), parse_span("1mo"))
    assert before == dt.datetime(2026, 3, 10, 11)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.timedelta(days=7), "7d"),
        (dt.timedelta(hours=36), "36h"),
        (dt.timedelta(seconds=1.5), "1.5s"),
        (pd.Timedelta(days=7), "7d"),
        (np.timedelta64(90, "m"), "90m"),
        (np.timedelta64(3, "M"), "3 months"),
        ("7 days", "7 days"),
        ("3mo", "3mo"),
    ],
)
def test_spans_of_every_library(value: Any, text: str) -> None:
    assert WindowConfig(last=value).last == text


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("start", 20130213, "the value 20130213 is a number, not a date or time: write a text such as '2026-01-31'"),
        ("start", 1360713600.0, "is a number, not a date or time"),
        ("end", True, "the value True is a number, not a date or time"),
        ("start", dt.time(7), "is not a date or time: write 2026-01-31 or 2026-01-31T12:00"),
        ("start", "soon", "'soon' is not a date or time"),
        ("start", pd.NaT, "the value NaT is not a date or time"),
        ("start", np.datetime64("NaT"), "is not a date or time"),
        ("last", 7, "the value 7 is not a time span: write text such as '7d' or '3mo', or give a timedelta"),
        ("last", dt.timedelta(0), "'0d' is not a time span"),
        ("last", dt.timedelta(days=-7), "'-7d' is not a time span"),
        ("last", "7M", "'7M' is not a time span: write a number and s, m (minutes), h, d, w, mo (months) or y"),
        ("last", "0.5mo", "'0.5mo' is not a time span"),
        ("last", "yesterday", "a period is set with 'during'"),
        ("during", 2013, "the value 2013 is not a period: write a text in quotes"),
        ("during", "7d", "a span is set with 'last'"),
        ("during", "2013-01..2013-02", "a range is set with 'start' and 'end'"),
    ],
)
def test_times_that_are_none(field: str, value: Any, told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        validate(MonitorConfig, {"current": {field: value}}, "driftql.toml")
    assert str(raised.value).startswith(f"driftql.toml: current.{field}: ")
    assert told in str(raised.value)


def test_a_window_has_one_kind_of_time() -> None:
    with pytest.raises(ConfigError, match="a window has either 'last' or 'during', not both"):
        validate(WindowConfig, {"last": "7d", "during": "today"}, "x")
    with pytest.raises(ConfigError, match="a window has either 'during' or 'start' and 'end', not both"):
        validate(WindowConfig, {"start": "2026-01-01", "during": "today"}, "x")


def test_an_empty_range_says_what_to_write_for_one_day() -> None:
    with pytest.raises(ConfigError) as raised:
        validate(WindowConfig, {"start": "2026-01-20", "end": "2026-01-20"}, "x")
    assert "its end, 2026-01-20, is not part of it" in str(raised.value)
    assert "for that day write 2026-01-20 without '..', or 2026-01-20..2026-01-21" in str(raised.value)
    with pytest.raises(
        ConfigError, match=r"reversed: it starts at 2026-01-21 00:00:00, after its end, .* swap the two"
    ):
        validate(WindowConfig, {"start": "2026-01-21", "end": "2026-01-20"}, "x")


def test_the_time_zone_of_a_file_is_that_of_its_monitors() -> None:
    settings = {"timezone": "Europe/Amsterdam", "monitors": {"a": {}, "b": {"timezone": "UTC"}}}
    config = validate(Config, settings, "x")
    assert [config.monitor(name).timezone for name in "ab"] == ["Europe/Amsterdam", "UTC"]
    with pytest.raises(ConfigError, match=r"monitors\.a\.timezone: 'Europe/Amsterdm' is not a time zone"):
        validate(Config, {"monitors": {"a": {"timezone": "Europe/Amsterdm"}}}, "x")
    assert MonitorConfig(timezone=ZoneInfo("Asia/Tokyo")).timezone == "Asia/Tokyo"


def test_the_roles_of_time_have_the_names_of_the_flags_too() -> None:
    assert validate(Roles, {"time": "at", "time_end": "until"}, "x") == Roles(bucket_start="at", bucket_end="until")
    with pytest.raises(ConfigError, match="'time' and 'bucket_start' are two names of one role"):
        validate(Roles, {"time": "at", "bucket_start": "until"}, "x")
    with pytest.raises(ConfigError, match="unknown key 'tim'; did you mean 'time'"):
        validate(Roles, {"tim": "at"}, "x")
    assert {"time", "time_end", "bucket_start"} <= json_schema()["$defs"]["Roles"]["properties"].keys()


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (dt.timedelta(days=90, hours=3), "90 days"),
        (dt.timedelta(hours=47), "47 hours"),
        (dt.timedelta(hours=48), "2 days"),
        (dt.timedelta(minutes=61), "61 minutes"),
        (dt.timedelta(seconds=61), "1 minute"),
        (dt.timedelta(days=4700), "more than a year"),
    ],
)
def test_ages(age: dt.timedelta, words: str) -> None:
    assert format_age(age) == words
