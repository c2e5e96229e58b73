"""Rows per day of a report are those that pandas counts, in every zone, and wherever a window begins."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from driftql import DriftReport, MonitorConfig, WindowConfig, run_monitor
from driftql.check.limits import Limits
from driftql.stats.row_counts import compare_row_counts


def rows(days: int = 35, per_day: int = 60) -> pd.DataFrame:
    """Return some rows per day until 2026-11-05 00:00 UTC, half as many on weekends; the clocks go back on 2026-10-25."""
    rng = np.random.default_rng(2)
    start = pd.Timestamp("2026-11-05") - pd.Timedelta(days=days)
    times = start + pd.to_timedelta(np.sort(rng.uniform(0, days * 86_400, size=days * per_day)).round(), unit="s")
    kept = (times.day_of_week < 5) | (rng.uniform(size=len(times)) < 0.5)
    return pd.DataFrame({"t": times[kept].astype("datetime64[us]"), "f": rng.normal(size=int(kept.sum()))})


def check(frame: pd.DataFrame, kind: str = "timestamp", limits: Limits | None = None, **settings: Any) -> DriftReport:
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        con.register("made", frame)
        con.execute(f"create table events as select t::{kind} as bucket_start_ts, f from made")
        monitor = MonitorConfig(table="events", **{"row_count_ratio": [0.5, 2], **settings})
        return run_monitor(monitor, con, limits=limits, as_of="2026-11-06")


@pytest.mark.parametrize("kind", ["timestamptz", "timestamp", "date"])
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_days_are_those_of_the_zone(kind: str, zone: str) -> None:
    frame = rows()
    windows: dict[str, Any] = {
        "reference": WindowConfig(during="2026-10"),
        "current": WindowConfig(start="2026-11-01", end="2026-11-04"),
    }
    report = check(frame, kind, timezone=zone, **windows)
    local = (
        frame["t"].dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
        if kind == "timestamptz"
        else frame["t"]
    )
    per_day = local.dt.floor("D").value_counts().sort_index()
    month = per_day.index.month
    october, november = per_day[month == 10], per_day[(month == 11) & (per_day.index.day < 4)]
    expected = compare_row_counts(october, october.index.day_of_week, november, november.index.day_of_week)
    assert report.row_count is not None
    assert (report.row_count.ref_days, report.row_count.cur_days) == (expected.ref_days, 3)
    assert report.row_count.ref_per_day == pytest.approx(expected.ref_rate)
    assert report.row_count.cur_per_day == pytest.approx(november.mean())
    assert report.row_count.p_value == pytest.approx(expected.p_value)
    assert not report.row_count.is_flagged


def test_windows_that_end_at_any_time_have_whole_days() -> None:
    frame = rows()
    end, start = pd.Timestamp("2026-11-04 15:20"), pd.Timestamp("2026-10-28 15:20")
    windows: dict[str, Any] = {
        "current": WindowConfig(start=start, end=end),
        "reference": WindowConfig(start=start - pd.Timedelta(days=14), end=start),
    }
    report = check(frame, **windows).row_count
    assert report is not None and (report.ref_days, report.cur_days) == (14, 7)
    assert report.cur_per_day == frame["t"].between(start, end, inclusive="left").sum() / 7


def test_a_window_without_rows_is_a_critical_alert_and_the_other_checks_have_no_answer() -> None:
    frame = rows()
    frame = frame[frame["t"] < "2026-11-02"]
    windows: dict[str, Any] = {
        "current": WindowConfig(start="2026-11-02", end="2026-11-05"),
        "reference": WindowConfig(last="21d"),
    }
    report = check(frame, **windows)
    [alert] = report.alerts
    assert (alert.trigger, alert.severity, alert.details["cur_per_day"]) == ("row_count", "critical", 0)
    assert {part.check for part in report.not_computed} == {"feature_psi", "feature_ks"}
    assert DriftReport.model_validate_json(report.model_dump_json()) == report
    # Nobody asked, nothing is counted.
    silent = check(frame, row_count_ratio=None, **windows)
    assert silent.row_count is None and not silent.alerts
    assert "rows_per_day" not in {run.name for run in silent.statements}


def test_a_window_of_few_rows_is_an_alert_and_its_p_value_counts_among_the_others() -> None:
    frame = rows()
    few = frame[(frame["t"] < "2026-11-02") | (frame.index % 30 == 0)]
    report = check(few, current={"start": "2026-11-02", "end": "2026-11-05"}, reference={"last": "28d"},
                   thresholds={"min_rows": 3})  # fmt: skip
    assert [alert.trigger for alert in report.alerts] == ["row_count"]
    assert report.evidence_cutoff == pytest.approx(0.05 / 3)
    assert "row count" in report.summary


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"current": {"last": "3h"}, "reference": {"last": "14d"}}, "the current window holds no whole day"),
        ({"current": {"last": "7d"}, "reference": {"last": "3d"}}, "the reference holds only 3 whole days"),
        ({"current": {"start": "2026-10-31", "end": "2026-11-02"}, "reference": {"last": "5d"}},
         "no rows on a Saturday or Sunday"),
        ({"current": {"filter": "f > 0"}, "reference": {"filter": "f <= 0"}}, "the windows have different filters"),
    ],
)  # fmt: skip
def test_what_is_not_judged_is_said(settings: dict[str, Any], words: str) -> None:
    report = check(rows(), **settings)
    assert any(words in note for note in report.notes), report.notes
    assert "row_count" not in {alert.trigger for alert in report.alerts}


def test_only_the_newest_days_are_compared_where_there_are_many() -> None:
    windows: dict[str, Any] = {"current": {"start": "2026-11-01", "end": "2026-11-05"}, "reference": {"last": "21d"}}
    report = check(rows(), limits=Limits(days=14), **windows)
    assert report.row_count is not None and (report.row_count.ref_days, report.row_count.cur_days) == (10, 4)
    assert "row count: the windows have more than 14 days; the newest are compared" in report.notes


def test_a_ratio_that_leaves_out_1_is_refused() -> None:
    for wrong in ([2, 3], [0.1, 0.5], [0.5], [-1, 2]):
        with pytest.raises(ValueError, match="row_count_ratio"):
            MonitorConfig(row_count_ratio=wrong)
    assert MonitorConfig(row_count_ratio=(0, 1.5)).row_count_ratio == [0, 1.5]
