"""Windows as people say them, a time zone, the past and the future, against pandas masks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from driftql import DriftqlWarning, DriftReport, MonitorConfig, WindowConfig, connect, run_drift_check, run_monitor
from driftql.check.explain import plan_monitor
from driftql.errors import ConfigError, SourceError
from driftql.records.queue import add_low_confidence
from tests.support import reference
from tests.support.checks import check_feature

ZONE = "Europe/Amsterdam"
# The clocks go back on 2026-10-25.
AS_OF = "2026-10-27T10:00"
TYPES = [
    "timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamptz", "timestamptz_ns", "datetime", "timestamp_us",
]  # fmt: skip


def rows(zone: str | None = None, days: int = 40) -> pd.DataFrame:
    """Return a row every 20 minutes until 2026-10-28; ``t`` is in UTC, or naive local time of a zone."""
    rng = np.random.default_rng(5)
    utc = pd.date_range("2026-10-28", periods=days * 72, freq="-20min", tz="UTC")
    times = utc.tz_convert(zone or "UTC").tz_localize(None)
    frame = pd.DataFrame({"utc": utc.tz_localize(None), "t": times, "f": rng.normal(size=len(utc))})
    return frame.astype({"utc": "datetime64[us]", "t": "datetime64[us]"})


def checked(frame: pd.DataFrame, kind: str = "timestamp", as_of: Any = AS_OF, **settings: Any) -> DriftReport:
    # DuckDB has nanoseconds with a zone since version 2.
    if kind == "timestamptz_ns" and int(duckdb.__version__.split(".")[0]) < 2:
        kind = "timestamptz"
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        con.register("made", frame)
        others = ", ".join(name for name in frame if name not in ("t", "utc"))
        con.execute(f"create table events as select t::{kind} as t, {others} from made")
        wanted = {"table": "events", "columns": {"time": "t"}, "features": ["f"], **settings}
        return run_monitor(MonitorConfig.model_validate(wanted), con, as_of=as_of)


def check_rows(report: DriftReport, frame: pd.DataFrame, ref: pd.Series, cur: pd.Series) -> None:
    for summary, mask in ((report.reference, ref), (report.current, cur)):
        assert summary.rows == int(mask.sum()) > 0
        assert summary.first_bucket == frame[mask]["utc"].min().to_pydatetime()
        assert summary.last_bucket == frame[mask]["utc"].max().to_pydatetime()
    check_feature(report, "f", reference.feature(frame[ref]["f"].tolist(), frame[cur]["f"].tolist()))


def between(frame: pd.DataFrame, start: str, end: str, column: str = "t") -> pd.Series:
    return (frame[column] >= pd.Timestamp(start)) & (frame[column] < pd.Timestamp(end))


@pytest.mark.parametrize("kind", TYPES)
def test_every_timestamp_type_is_a_time(kind: str) -> None:
    frame = rows()
    report = checked(frame, kind, current={"during": "yesterday"}, reference={"during": "last week"})
    check_rows(report, frame, between(frame, "2026-10-19", "2026-10-26"), between(frame, "2026-10-26", "2026-10-27"))


def test_pandas_own_timestamps_in_parquet(tmp_path: Path) -> None:
    """What ``to_parquet`` writes of ``datetime64[ns, UTC]`` is of a type of its own in DuckDB."""
    frame = rows()
    frame.assign(t=frame["t"].dt.tz_localize("UTC").dt.as_unit("ns"))[["t", "f"]].to_parquet(tmp_path / "p.parquet")
    with connect(":memory:") as warehouse:
        monitor = MonitorConfig.model_validate(
            {"table": str(tmp_path / "p.parquet"), "columns": {"time": "t"}, "current": {"last": "3d"}}
        )
        report = run_monitor(monitor, warehouse)
    newest = frame["utc"].max()
    cur = frame["utc"] > newest - pd.Timedelta(days=3)
    check_rows(report, frame, (frame["utc"] > newest - pd.Timedelta(days=6)) & ~cur, cur)


@pytest.mark.parametrize(
    ("window", "start", "end"),
    [
        ({"during": "2026-10-25"}, "2026-10-25", "2026-10-26"),
        ({"during": "2026-W43"}, "2026-10-19", "2026-10-26"),
        ({"during": "2026-10"}, "2026-10-01", "2026-10-27 10:00"),
        ({"during": "today"}, "2026-10-27", "2026-10-27 10:00"),
        ({"start": "2026-10-20", "end": "2026-10-25T02:30"}, "2026-10-20", "2026-10-25 02:30"),
        ({"start": "yesterday"}, "2026-10-26", "2026-10-27 10:00"),
        ({"start": "10d", "end": "3d"}, "2026-10-17 10:00", "2026-10-24 10:00"),
        ({"last": "1mo"}, "2026-09-27 10:00", "2026-10-27 10:00"),
        ({"last": dt.timedelta(days=1)}, "2026-10-26 10:00", "2026-10-27 10:00"),
    ],
)
def test_windows_in_local_time(window: dict[str, Any], start: str, end: str) -> None:
    """The column holds local times; the present is a local time as well."""
    frame = rows(ZONE)
    if "d" in str(window.get("start")) and "end" in window and window["end"] == "3d":
        # A day of a span is 24 hours, and one of these days has 25.
        start, end = "2026-10-17 11:00", "2026-10-24 11:00"
    fixed = {"start": "2026-09-20", "end": "2026-09-25"}
    report = checked(frame, timezone=ZONE, current=window, reference=fixed)
    check_rows(report, frame, between(frame, "2026-09-20", "2026-09-25"), between(frame, start, end))
    assert report.current.timezone == ZONE
    assert f"{start.ljust(16, ' ')[:10]}" in report.current.description
    assert report.current.description.endswith(f"({ZONE})")


@pytest.mark.parametrize("kind", ["timestamptz", "timestamptz_ns"])
def test_a_day_of_instants_begins_at_local_midnight(kind: str) -> None:
    frame = rows()
    report = checked(frame, kind, timezone=ZONE, current={"during": "2026-10-25"})
    # 25 hours, of which the first is at 22:00 UTC; the day before has 24.
    check_rows(
        report,
        frame,
        between(frame, "2026-10-23 22:00", "2026-10-24 22:00"),
        between(frame, "2026-10-24 22:00", "2026-10-25 23:00"),
    )


def test_the_month_before_a_month_is_its_reference() -> None:
    frame = rows(days=80)
    report = checked(frame, as_of=None, current={"during": "2026-10"})
    check_rows(report, frame, between(frame, "2026-09-01", "2026-10-01"), between(frame, "2026-10-01", "2026-11-01"))


def test_dates_are_whole_days() -> None:
    frame = rows()
    frame["day"] = frame["t"].dt.floor("D")
    report = checked(frame.drop(columns="day"), "date", as_of=None, current={"last": "3d"})
    last = frame["day"].max()
    cur = frame["day"] > last - pd.Timedelta(days=3)
    assert report.current.rows == int(cur.sum())
    assert report.current.end == (last + pd.Timedelta(days=1)).to_pydatetime()
    assert report.reference.rows == int(((frame["day"] > last - pd.Timedelta(days=6)) & ~cur).sum())


@pytest.mark.parametrize("as_of", [AS_OF, dt.datetime(2026, 10, 27, 10), pd.Timestamp(AS_OF), np.datetime64(AS_OF)])
def test_rows_after_the_moment_of_a_check_are_not_seen(as_of: Any) -> None:
    frame = rows()
    report = checked(frame, as_of=as_of)
    check_rows(
        report,
        frame,
        between(frame, "2026-10-13 10:00", "2026-10-20 10:00"),
        between(frame, "2026-10-20 10:00", "2026-10-27 10:00"),
    )
    assert report.as_of == dt.datetime(2026, 10, 27, 10, tzinfo=dt.UTC)
    assert report.warnings == []


def test_a_check_of_the_past_is_that_of_a_table_without_later_rows() -> None:
    frame = rows()
    early = frame[frame["t"] < pd.Timestamp(AS_OF)]
    split: dict[str, Any] = {"current": {"start": "2026-10-20"}, "reference": {"end": "2026-10-20"}}
    for windows in (split, {}):
        past, then = checked(frame, **windows), checked(early, **windows)
        assert past.feature_report is not None
        assert then.feature_report is not None
        assert past.feature_report.results == then.feature_report.results


def test_a_window_after_the_moment_of_a_check() -> None:
    with pytest.raises(ConfigError, match="the current window starts at 2026-10-28 00:00:00, at or after the moment"):
        checked(rows(), current={"start": "2026-10-28"})
    with pytest.raises(ConfigError, match="as_of: 'soon' is not a date or time"):
        checked(rows(), as_of="soon")


@pytest.mark.parametrize("kind", ["timestamp", "timestamptz", "date"])
@pytest.mark.parametrize("late", ["2999-01-01", "infinity"])
def test_rows_of_the_future_do_not_move_the_windows(kind: str, late: str) -> None:
    frame = rows()
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        con.register("made", frame)
        con.execute(f"create table events as select t::{kind} as t, f from made")
        monitor = MonitorConfig.model_validate({"table": "events", "columns": {"time": "t"}, "features": ["f"]})
        sound = run_monitor(monitor, con)
        con.execute(f"insert into events values ('{late}', 1), ('{late}', 2)")
        report = run_monitor(monitor, con)
    assert (report.current.start, report.current.end) == (sound.current.start, sound.current.end)
    assert report.feature_report is not None
    assert sound.feature_report is not None
    assert report.feature_report.results == sound.feature_report.results
    [told] = [warning for warning in report.warnings if "future" in warning]
    assert told.startswith("2 rows are dated in the future in 't' of events (up to ")
    assert late in told


def test_only_rows_of_the_future() -> None:
    frame = rows().assign(t=pd.Timestamp("2999-01-01"))
    with pytest.raises(SourceError, match="all times in 't' of events are in the future"):
        checked(frame, as_of=None)


def test_the_filter_of_a_monitor_holds_for_the_newest_row_too() -> None:
    frame = rows()
    frame["country"] = np.where(frame["t"] < "2026-10-20", "NL", "BE")
    report = checked(frame, as_of=None, filter="country = 'NL'")
    own = frame[frame["country"] == "NL"]
    newest = own["t"].max()
    cur = own["t"] > newest - pd.Timedelta(days=7)
    assert report.current.end == newest.to_pydatetime() + dt.timedelta(microseconds=1)
    check_rows(report, own, (own["t"] > newest - pd.Timedelta(days=14)) & ~cur, cur)
    assert report.current.filter == report.reference.filter == "country = 'NL'"
    with pytest.raises(SourceError, match="holds no row with a time in 't' that meets the filter"):
        checked(frame, as_of=None, filter="country = 'FR'")


def test_an_old_table_says_so() -> None:
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    frame = rows()
    for age, words in ((dt.timedelta(days=90), "90 days ago"), (dt.timedelta(days=3), "")):
        shift = now - age - frame["utc"].max() - dt.timedelta(minutes=1)
        moved = frame.assign(t=frame["t"] + shift)
        report = checked(moved, as_of=None)
        day = f"{moved['t'].max():%Y-%m-%d}"
        assert report.warnings == ([f"the newest row of events is of {day}, {words}"] if words else [])
        assert not report.not_computed


def test_a_greatest_age_is_not_computed_beyond_it() -> None:
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    frame = rows()
    frame["t"] += now - dt.timedelta(days=3, minutes=1) - frame["utc"].max()
    years: dict[str, Any] = {"current": {"during": "this year"}, "reference": {"during": "last year"}}
    for windows in ({}, years):
        assert not [
            part for part in checked(frame, as_of=None, max_age="4d", **windows).not_computed if part.check == "max_age"
        ]
        report = checked(frame, as_of=None, max_age=dt.timedelta(days=2), **windows)
        [told] = [part.reason for part in report.not_computed if part.check == "max_age"]
        assert told.startswith("the newest row of events is of ")
        assert told.endswith(", 3 days ago, and max_age is 2d")
        assert "could not be computed" in report.summary


def test_a_greatest_age_in_the_past_counts_from_the_moment_of_the_check() -> None:
    frame = rows()
    frame = frame[frame["t"] < "2026-10-24"]
    report = checked(frame, as_of="2026-10-27", max_age="2d")
    assert [part.reason for part in report.not_computed] == [
        "the newest row of events is of 2026-10-23, 3 days before the moment of the check, and max_age is 2d"
    ]


def test_rows_that_are_older_than_asked_for_are_an_alert_and_do_not_stop_the_checks() -> None:
    frame = rows()
    frame = frame[frame["t"] < "2026-10-24"]
    report = checked(frame, as_of="2026-10-27 12:00", freshness="84h")
    [stale] = [alert for alert in report.alerts if alert.trigger == "stale"]
    newest = frame["t"].max()
    assert stale.details["newest"] == newest.tz_localize("UTC")
    assert stale.details["age_hours"] == pytest.approx((pd.Timestamp("2026-10-27 12:00") - newest) / pd.Timedelta("1h"))
    assert not report.not_computed and report.feature_report
    assert DriftReport.model_validate_json(report.model_dump_json()) == report
    calm = checked(frame, as_of="2026-10-27 12:00", freshness="85h")
    assert "stale" not in {alert.trigger for alert in calm.alerts}
    # Where the table has no row with a time before that moment, nobody knows.
    empty = checked(frame, as_of="2020-01-01", freshness="1h")
    assert "stale" in {part.check for part in empty.not_computed}


def test_a_window_with_next_to_no_rows_says_so() -> None:
    rng = np.random.default_rng(1)
    many, few = (
        pd.date_range("2026-10-01", periods=20_000, freq="30s"),
        pd.date_range("2026-10-14", periods=20, freq="8h"),
    )
    times = [*many, *few]
    frame = pd.DataFrame({"t": times, "f": rng.normal(size=len(times))})
    report = checked(frame, as_of="2026-10-20 20:00")
    assert report.warnings == [
        f"the current window holds {report.current.rows} rows, where the reference has about "
        f"{report.reference.rows:,} in the same time"
    ]


def test_text_cannot_be_read_in_a_time_zone() -> None:
    with pytest.raises(
        ConfigError, match=r"'t' of events is text, .* cannot be read in the time zone Europe/Amsterdam"
    ):
        checked(rows(), "varchar", timezone=ZONE)


def test_python_takes_times_of_every_kind(con: duckdb.DuckDBPyConnection) -> None:
    frame = rows()
    con.register("made", frame)
    con.execute("create table events as select t, f from made")
    columns = {"time": "t"}
    report = run_drift_check(
        WindowConfig(table="events", start=np.datetime64("2026-10-01"), end=dt.date(2026, 10, 10)),
        WindowConfig(table="events", last=pd.Timedelta(days=7)),
        columns=columns,
        warehouse=con,
        as_of=pd.Timestamp("2026-10-25", tz=ZONE),
        timezone=ZONE,
        features=["f"],
    )
    assert report.current.end == dt.datetime(2026, 10, 24, 22)
    assert report.reference.start == dt.datetime(2026, 9, 30, 22)
    with pytest.raises(ConfigError, match="run_drift_check: timezone: 'Mars' is not a time zone"):
        run_drift_check("events", "events", warehouse=con, timezone="Mars")


def test_rows_without_a_time_are_counted(tmp_path: Path) -> None:
    """A window that does not go by time holds such rows; windows by time say how many they would have held."""
    rng = np.random.default_rng(8)
    hours = np.arange(400)
    frame = pd.DataFrame({"x": rng.normal(size=400), "kind": hours % 3, "low": 0.9})
    frame["ts"] = pd.Timestamp("2026-11-01") + pd.to_timedelta(hours, unit="h")
    frame.loc[rng.random(400) < 0.2, "ts"] = pd.NaT
    missing = frame[frame["ts"].isna()]
    path = tmp_path / "gappy.parquet"
    frame.to_parquet(path)
    cases = (
        ({"end": "2026-11-09"}, {"start": "2026-11-09"}, len(missing)),
        (
            {"end": "2026-11-09", "filter": "kind = 1"},
            {"start": "2026-11-09", "filter": "kind > 1"},
            (missing["kind"] > 0).sum(),
        ),
        ({"filter": "kind = 0"}, {"start": "2026-11-09", "filter": "kind < 2"}, None),
        ({"filter": "kind = 0"}, {"start": "2026-11-09", "filter": "kind > 0"}, (missing["kind"] > 0).sum()),
        ({"filter": "kind = 0"}, {"filter": "kind = 1"}, 0),
    )
    for before, after, count in cases:
        monitor = MonitorConfig.model_validate(
            {"table": str(path), "columns": {"bucket_start": "ts"}, "reference": before, "current": after}
        )
        if count is None:
            with pytest.raises(ConfigError, match="overlap"):
                run_monitor(monitor)
            continue
        report = run_monitor(monitor)
        said = [warning for warning in report.warnings if "have no time" in warning]
        assert said == ([f"{count} rows have no time in 'ts' and are in neither window"] if count else [])


def test_sql_and_the_queue_warn_of_times_as_a_check_does(tmp_path: Path) -> None:
    database = tmp_path / "late.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create table late as select case when i < 5 then null when i < 8 then now()::timestamp + interval 40 day "
            "else now()::timestamp - to_hours(i::int) end as bucket_start_ts, i::double as x, 'u' as user_id, "
            "0.5 + (i % 5) / 10 as confidence from range(300) as t(i)"
        )
    monitor = MonitorConfig.model_validate({"table": "late", "current": {"last": "2d"}})
    with connect(database) as warehouse:
        wanted = run_monitor(monitor, warehouse).warnings
        with pytest.warns(DriftqlWarning) as caught:
            plan_monitor(monitor, warehouse)
        assert [str(one.message) for one in caught] == wanted[:1]
        told: list[str] = []
        add_low_confidence(monitor, warehouse, told.append)
    assert wanted[0].startswith("3 rows are dated in the future in 'bucket_start_ts' of late")
    assert wanted[1] == "5 rows have no time in 'bucket_start_ts' and are in neither window"
    assert told[0] == wanted[0]
    assert told[1] == "5 rows have no time in 'bucket_start_ts' and are not in the window"
