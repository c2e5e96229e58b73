"""The windows of the dbt package are those of Python: spans, periods, time zones; tried without dbt."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftql.check.rows import _bound_text
from driftql.errors import ConfigError
from driftql.periods import Clock, parse_span
from tests.support.dbt_host import Refused, macro
from tests.support.properties import examples

ZONES = ["UTC", "Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
MOMENTS = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2030, 12, 31))
PERIODS = ["today", "yesterday", "this week", "last week", "last month", "this quarter", "last quarter", "last year",
           "2013", "2013-02", "2012-02-29", "2013-W06", "2020-W53", "2013-Q1", "2013Q4", "2013-w01", "1999-12-31"]  # fmt: skip
NO_PERIODS = ["", "2013-13", "2013-02-30", "2021-W53", "2013-W00", "2013-Q5", "next week", "7d", "2013-2", "tomorrow"]
SPANS = ["7d", "36h", "90 m", "2w", "1mo", "3 months", "1q", "1y", "0.5d", "10s", "2 weeks"]
NO_SPANS = ["0d", "7", "d", "7M", "1.5mo", "-1d", "2013-02", "9999999999d", "7 moons"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("text", PERIODS)
def test_periods(zone: str, text: str) -> None:
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    assert tuple(macro("duckdb", "_parse_period")(text, zone, "x")) == Clock(now, zone).period(text)


@pytest.mark.parametrize("text", NO_PERIODS)
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(ConfigError):
        Clock(dt.datetime(2026, 1, 1)).period(text)
    with pytest.raises(Refused, match="which is no period; write yesterday"):
        macro("duckdb", "_parse_period")(text, "UTC", "current.during")


@examples(60)
@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from(SPANS))
def test_moments_and_spans(moment: dt.datetime, zone: str, text: str) -> None:
    clock = Clock(moment, zone)
    assert macro("duckdb", "_to_local")(moment, zone) == clock.to_local(moment)
    assert macro("duckdb", "_to_utc")(moment, zone) == clock.to_utc(moment)
    span = macro("duckdb", "_parse_span")(text, "x")
    assert (span["months"], span["length"]) == (parse_span(text).months, parse_span(text).length)
    assert macro("duckdb", "_before")(moment, span, zone) == clock.before(moment, parse_span(text))
    for kind in ("timestamp", "timestamptz", "date", "text"):
        stored = clock.to_local(moment) if kind in ("timestamp", "date") else moment
        assert macro("duckdb", "_bound_text")(moment, kind, zone) == _bound_text(stored, kind)


@pytest.mark.parametrize("text", NO_SPANS)
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_span(text)
    with pytest.raises(Refused, match="write a number and s, m"):
        macro("duckdb", "_parse_span")(text, "current.last")


@pytest.mark.parametrize("zone", ZONES[1:4])
@pytest.mark.parametrize(
    "local", [dt.datetime(2026, 3, 29, 2, 30), dt.datetime(2026, 10, 25, 2, 30), dt.datetime(2026, 3, 8, 2, 30),
              dt.datetime(2026, 11, 1, 1, 30)],
)  # fmt: skip
def test_times_that_come_twice_or_never(zone: str, local: dt.datetime) -> None:
    assert macro("duckdb", "_to_utc")(local, zone) == Clock(local, zone).to_utc(local)
