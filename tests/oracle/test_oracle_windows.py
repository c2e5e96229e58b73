"""Which rows belong to which window, against pandas masks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from driftql import DriftReport, MonitorConfig, WindowConfig, connect, run_drift_check, run_monitor
from tests.support import reference
from tests.support.checks import check_feature

DAY = pd.Timedelta(days=1)
TICK = pd.Timedelta(microseconds=1)


def events(seed: int = 0, rows: int = 4000) -> pd.DataFrame:
    """Forty days of rows, with some exactly on midnights and a microsecond to either side of them."""
    rng = np.random.default_rng(seed)
    start = pd.Timestamp("2024-01-20")
    when = start + pd.to_timedelta(rng.integers(0, 40 * 86_400_000_000, rows), unit="us")
    midnights = [start + int(k) * DAY for k in rng.integers(0, 40, rows // 4)]
    when = pd.Series(when.to_list()[: rows - 3 * len(midnights)] + midnights)
    when = pd.concat([when, *(pd.Series(midnights) + step for step in (TICK, -TICK))], ignore_index=True)
    when = when.sample(frac=1, random_state=seed, ignore_index=True).astype("datetime64[us]")
    return pd.DataFrame(
        {
            "bucket_start_ts": when,
            "f": rng.normal(size=len(when)) + (when - start) / DAY / 40,
            "country": rng.choice(["NL", "BE", "it's"], len(when)),
        }
    )


def check_windows(report: DriftReport, frame: pd.DataFrame, ref: pd.Series, cur: pd.Series) -> None:
    for summary, mask in ((report.reference, ref), (report.current, cur)):
        own = frame[mask]
        assert summary.rows == len(own) > 0
        if "bucket_start_ts" in frame and summary.first_bucket is not None:
            assert summary.first_bucket == own["bucket_start_ts"].min().to_pydatetime()
            assert summary.last_bucket == own["bucket_start_ts"].max().to_pydatetime()
    check_feature(report, "f", reference.feature(frame[ref]["f"].tolist(), frame[cur]["f"].tolist()))


def monitor_of(**settings: Any) -> MonitorConfig:
    return MonitorConfig.model_validate({"table": "events", "features": ["f"], **settings})


COLUMN_TYPES = {
    "timestamp": "bucket_start_ts",
    "timestamptz": "(bucket_start_ts at time zone 'UTC')",
    "timestamp_ns": "bucket_start_ts::timestamp_ns",
    "text": "strftime(bucket_start_ts, '%Y-%m-%d %H:%M:%S.%f')",
    "text with T": "strftime(bucket_start_ts, '%Y-%m-%dT%H:%M:%S.%f')",
    "text with Z": "strftime(bucket_start_ts, '%Y-%m-%dT%H:%M:%S.%fZ')",
}


def load(con: duckdb.DuckDBPyConnection, frame: pd.DataFrame, expression: str, name: str = "events") -> None:
    con.register("made", frame)
    con.execute(f'create table "{name}" as select * replace ({expression} as bucket_start_ts) from made')
    con.unregister("made")


@pytest.mark.parametrize("kind", COLUMN_TYPES)
def test_the_last_days_by_default(kind: str, con: duckdb.DuckDBPyConnection) -> None:
    frame = events()
    load(con, frame, COLUMN_TYPES[kind])
    when = frame["bucket_start_ts"]
    end = when.max() + TICK
    cur = when >= end - 7 * DAY
    ref = (when >= end - 14 * DAY) & (when < end - 7 * DAY)
    report = run_monitor(monitor_of(), connect_to(con))
    check_windows(report, frame, ref, cur)
    assert (report.current.start, report.current.end) == ((end - 7 * DAY).to_pydatetime(), end.to_pydatetime())


def connect_to(con: duckdb.DuckDBPyConnection) -> Any:
    from driftql.warehouse.duckdb import DuckDBWarehouse

    return DuckDBWarehouse(connection=con)


@pytest.mark.parametrize("kind", COLUMN_TYPES)
def test_half_open_bounds(kind: str, con: duckdb.DuckDBPyConnection) -> None:
    frame = events(1)
    load(con, frame, COLUMN_TYPES[kind])
    when = frame["bucket_start_ts"]
    borders = [pd.Timestamp(f"2024-02-{day:02}") for day in (1, 10, 20)]
    assert all((when == border).sum() > 5 for border in borders)
    monitor = monitor_of(
        reference={"start": "2024-02-01", "end": "2024-02-10"},
        current={"start": dt.date(2024, 2, 10), "end": "2024-02-20T02:00:00+02:00"},
    )
    ref = (when >= borders[0]) & (when < borders[1])
    cur = (when >= borders[1]) & (when < borders[2])
    check_windows(run_monitor(monitor, connect_to(con)), frame, ref, cur)


def test_days(con: duckdb.DuckDBPyConnection) -> None:
    """In a date column every row is at its midnight."""
    frame = events(2)
    frame["bucket_start_ts"] = frame["bucket_start_ts"].dt.floor("D")
    load(con, frame, "bucket_start_ts::date")
    when = frame["bucket_start_ts"]
    last = when.max()
    report = run_monitor(monitor_of(current={"last": "3d"}, reference={"last": "10d"}), connect_to(con))
    start = last + TICK - 3 * DAY
    check_windows(report, frame, (when >= start - 10 * DAY) & (when < start), when >= start)


SPANS = {"36h": pd.Timedelta(hours=36), "1.5d": pd.Timedelta(hours=36), "2w": 14 * DAY, "90m": pd.Timedelta(minutes=90)}


@pytest.mark.parametrize("span", SPANS)
def test_spans(span: str, con: duckdb.DuckDBPyConnection) -> None:
    frame = events(3)
    load(con, frame, "bucket_start_ts")
    when = frame["bucket_start_ts"]
    end = when.max() + TICK
    start = end - SPANS[span]
    monitor = monitor_of(current={"last": span}, thresholds={"min_rows": 1})
    report = run_monitor(monitor, connect_to(con))
    ref = (when >= start - SPANS[span]) & (when < start)
    assert report.reference.rows == ref.sum()
    assert report.current.rows == (when >= start).sum()


def test_one_end_open(con: duckdb.DuckDBPyConnection) -> None:
    frame = events(4)
    load(con, frame, "bucket_start_ts")
    when = frame["bucket_start_ts"]
    border = pd.Timestamp("2024-02-10")
    monitor = monitor_of(reference={"end": "2024-02-10"}, current={"start": "2024-02-10"})
    check_windows(run_monitor(monitor, connect_to(con)), frame, when < border, when >= border)


def test_filters(con: duckdb.DuckDBPyConnection) -> None:
    frame = events(5)
    load(con, frame, "bucket_start_ts")
    monitor = monitor_of(reference={"filter": "country = 'NL' and f < 1"}, current={"filter": "country in ('it''s')"})
    ref = (frame["country"] == "NL") & (frame["f"] < 1)
    check_windows(run_monitor(monitor, connect_to(con)), frame, ref, frame["country"] == "it's")
    when = frame["bucket_start_ts"]
    end = when.max() + TICK
    both = monitor_of(
        reference={"last": "5d", "filter": "country <> 'NL' or f > 0"}, current={"last": "5d", "filter": "f > 0"}
    )
    report = run_monitor(both, connect_to(con))
    start = end - 5 * DAY
    other = (frame["country"] != "NL") | (frame["f"] > 0)
    ref = (when >= start - 5 * DAY) & (when < start) & other
    check_windows(report, frame, ref, (when >= start) & (frame["f"] > 0))


def test_two_tables_with_time_ranges_of_their_own(con: duckdb.DuckDBPyConnection) -> None:
    before, after = events(6), events(7)
    load(con, before, "bucket_start_ts", "before")
    load(con, after, "bucket_start_ts", "after")
    report = run_drift_check(
        WindowConfig(table="before", start="2024-02-01"), "after", warehouse=con, columns={"label": "country"}
    )
    ref, cur = before[before["bucket_start_ts"] >= "2024-02-01"], after
    assert (report.reference.rows, report.current.rows) == (len(ref), len(cur))
    check_feature(report, "f", reference.feature(ref["f"].tolist(), cur["f"].tolist()))
    report = run_drift_check(
        WindowConfig(table="before", last="4d"), WindowConfig(table="after", last="3d"), warehouse=con
    )
    ref = before[before["bucket_start_ts"] > before["bucket_start_ts"].max() - 4 * DAY]
    cur = after[after["bucket_start_ts"] > after["bucket_start_ts"].max() - 3 * DAY]
    assert (report.reference.rows, report.current.rows) == (len(ref), len(cur))
    check_feature(report, "f", reference.feature(ref["f"].tolist(), cur["f"].tolist()))


def write(frame: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pandas(frame), path)
    elif path.suffix == ".json":
        path.write_text(frame.to_json(orient="records", date_format="iso", date_unit="us"))
    else:
        frame.to_csv(path, index=False)


@pytest.mark.parametrize("suffix", ["parquet", "csv", "json"])
@pytest.mark.parametrize("name", ["plain", "it's a file", "Ünï; drop"])
def test_two_files(suffix: str, name: str, tmp_path: Path) -> None:
    before, after = (events(seed, 400).drop(columns="bucket_start_ts").round({"f": 3}) for seed in (8, 9))
    paths = [tmp_path / f"{name} {k}.{suffix}" for k in (1, 2)]
    for frame, path in zip((before, after), paths, strict=True):
        write(frame, path)
    report = run_drift_check(paths[0], paths[1])
    assert (report.reference.rows, report.current.rows) == (len(before), len(after))
    check_feature(report, "f", reference.feature(before["f"].tolist(), after["f"].tolist()))


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_a_glob_is_one_table(suffix: str, tmp_path: Path) -> None:
    frame = events(10, 800).round({"f": 3})
    for k in range(5):
        part = frame.iloc[k::5]
        write(part[["f", "bucket_start_ts", "country"]] if k % 2 else part, tmp_path / f"part {k}.{suffix}")
    with connect(":memory:") as warehouse:
        report = run_monitor(monitor_of(table=str(tmp_path / f"part *.{suffix}")), warehouse)
    when = frame["bucket_start_ts"]
    end = when.max() + TICK
    cur = when >= end - 7 * DAY
    check_windows(report, frame, (when >= end - 14 * DAY) & (when < end - 7 * DAY), cur)


def test_a_database_file(tmp_path: Path) -> None:
    frame = events(11)
    with duckdb.connect(str(tmp_path / "my data.duckdb")) as con:
        con.execute("create schema ml")
        con.register("made", frame)
        con.execute("create table ml.before as select * from made where country = 'NL'")
        con.execute("create table ml.after as select * from made where country = 'BE'")
        con.execute("create view seen as select * from ml.after")
    for current in ("ml.after", "seen", "ML.After"):
        report = run_drift_check("ml.before", current, warehouse=tmp_path / "my data.duckdb")
        check_windows(report, frame, frame["country"] == "NL", frame["country"] == "BE")


def test_rows_without_a_time_are_in_no_window(con: duckdb.DuckDBPyConnection) -> None:
    frame = events(12)
    frame.loc[::7, "bucket_start_ts"] = pd.NaT
    load(con, frame, "bucket_start_ts")
    when = frame["bucket_start_ts"]
    border = pd.Timestamp("2024-02-10")
    monitor = monitor_of(reference={"end": "2024-02-10"}, current={"start": "2024-02-10"})
    check_windows(run_monitor(monitor, connect_to(con)), frame, when < border, when >= border)


@pytest.mark.parametrize(
    "type_name", ["timestamp_s", "timestamp_ms", "timestamp", "timestamp_ns", "timestamptz", "timestamptz_ns"]
)
def test_every_type_of_a_time_bounds_a_window(type_name: str) -> None:
    """Hours from 1 January on, in UTC: ten days are 240 of them."""
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    if not con.execute("select count(*) from duckdb_types() where type_name = ?", [type_name]).fetchone()[0]:
        return  # a DuckDB before 2.0 has no timestamptz_ns
    # A DuckDB before 2.0 casts no zoned time to these types.
    moment = "timestamptz '2026-01-01 00:00:00+00'" if "tz" in type_name else "timestamp '2026-01-01'"
    con.execute(
        f"create table t as select cast({moment} + to_hours(i::int) as {type_name}) "
        "as bucket_start_ts, i::double as x from range(480) as numbers(i)"
    )
    report = run_monitor(
        MonitorConfig.model_validate(
            {
                "table": "t",
                "reference": {"end": "2026-01-11"},
                "current": {"start": "2026-01-11"},
            }
        ),
        con,
    )
    assert (report.reference.rows, report.current.rows) == (240, 240)
    assert report.current.last_bucket == dt.datetime(2026, 1, 20, 23)
