"""Windows that are empty, reversed, the same, or share rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

import driftql
from driftql.config import Config, MonitorConfig, validate
from driftql.errors import ConfigError, SourceError
from tests.support.refusals import refused

EMPTY = {"start": "2020-01-01", "end": "2020-02-01"}
FULL = {"start": "2026-01-08", "end": "2026-02-01"}


def check(database: Path, reference: dict[str, Any], current: dict[str, Any], **more: Any) -> driftql.DriftReport:
    settings = {
        "table": "predictions",
        "reference": reference,
        "current": current,
        "columns": {"probabilities": ["p_a", "p_b", "p_unknown"]},
        "features": ["age", "income"],
        **more,
    }
    with driftql.connect(database) as warehouse:
        return driftql.run_monitor(validate(MonitorConfig, settings, "here"), warehouse)


@pytest.mark.parametrize(
    ("reference", "current", "told"),
    [
        (EMPTY, FULL, "the reference window (predictions, 2020-01-01 00:00 to 2020-02-01 00:00) holds no rows"),
        (FULL, {"start": "2030-01-01"}, "the current window (predictions, from 2030-01-01 00:00) holds no rows"),
        ({"filter": "age < -9e9"}, {"filter": "age > 0"}, "the reference window (predictions, where age < -9e9) holds"),
    ],
)
def test_an_empty_window_is_not_an_exception_and_not_an_all_clear(
    database: Path, reference: dict[str, str], current: dict[str, str], told: str
) -> None:
    report = check(database, reference, current)
    assert report.alerts == []
    assert report.feature_report is None
    assert report.class_shift is None
    assert report.entropy_drift is None
    assert report.summary.startswith("Nothing could be compared.")
    checks = {item.check for item in report.not_computed}
    assert checks == {"feature_psi", "feature_ks", "reject_rate_increase", "class_shift", "entropy_spike"}
    assert all(told in item.reason for item in report.not_computed)
    assert driftql.DriftReport.model_validate_json(report.model_dump_json()) == report


def test_both_windows_empty(database: Path) -> None:
    report = check(database, EMPTY, {"start": "2021-01-01", "end": "2021-02-01"})
    assert "the reference window" in report.not_computed[0].reason
    assert "the current window" in report.not_computed[0].reason
    assert report.telemetry_snapshot is not None
    assert report.telemetry_snapshot.total_windows == 0


def test_an_empty_table(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table nothing as select * from predictions limit 0")
    report = check(database, {"table": "nothing"}, {"table": "predictions"})
    assert {item.check for item in report.not_computed} >= {"feature_psi", "feature_ks"}
    with refused(SourceError, "nothing holds no row with a time in 'bucket_start_ts'"):
        check(database, {}, {}, table="nothing")


def test_overlapping_ranges(database: Path) -> None:
    with refused(
        ConfigError,
        "overlap",
        "the reference ends at 2026-01-10 00:00:00",
        "starts at 2026-01-05 00:00:00",
        "end the one",
    ):
        check(database, {"start": "2026-01-01", "end": "2026-01-10"}, {"start": "2026-01-05", "end": "2026-02-01"})


def test_ranges_that_touch_are_fine(database: Path) -> None:
    report = check(database, {"end": "2026-01-08"}, {"start": "2026-01-08"})
    assert report.reference.rows + report.current.rows == 1400


def test_open_ranges_that_overlap(database: Path) -> None:
    with refused(ConfigError, "overlap"):
        check(database, {"start": "2026-01-02"}, {"start": "2026-01-05"})
    with refused(ConfigError, "overlap"):
        check(database, {"end": "2026-01-09"}, {"end": "2026-01-05"})


def test_a_reference_after_the_current_window(database: Path) -> None:
    with refused(ConfigError, "reversed", "2026-01-10 00:00:00", "swap the two"):
        check(database, {"start": "2026-01-10", "end": "2026-01-20"}, {"start": "2026-01-05", "end": "2026-01-10"})


def test_a_window_that_ends_before_it_starts(database: Path) -> None:
    with refused(ConfigError, "reference", "reversed", "starts at 2026-01-10 00:00:00", "2026-01-01", "swap the two"):
        check(database, {"start": "2026-01-10", "end": "2026-01-01"}, FULL)


def test_a_window_that_ends_where_it_starts(database: Path) -> None:
    """The end is no part of a window; somebody may mean that one day."""
    with refused(ConfigError, "reference", "empty", "its end, 2026-01-10, is not part", "or 2026-01-10..2026-01-11"):
        check(database, {"start": "2026-01-10", "end": "2026-01-10"}, FULL)
    with refused(ConfigError, "reference", "empty", "its end, 2026-01-10 08:00:00, is not part", "name a later end"):
        check(database, {"start": "2026-01-10T08:00", "end": "2026-01-10T08:00"}, FULL)


def test_identical_ranges(database: Path) -> None:
    with refused(ConfigError, "overlap"):
        check(database, FULL, FULL)


def test_identical_filters(database: Path) -> None:
    with refused(ConfigError, "1,", "rows of predictions are in both", "exclude each other"):
        check(database, {"filter": "age < 999"}, {"filter": "age < 999"})


def test_filters_with_some_rows_in_common(database: Path) -> None:
    with refused(ConfigError, "2 rows of predictions are in both"):
        check(database, {"filter": "order_id <= 501"}, {"filter": "order_id >= 500"})


def test_time_windows_without_a_time_column(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table bare as select age from predictions")
    with refused(ConfigError, "bare has no time column", "bucket_start", "--time", "filter or a table"):
        check(database, {"last": "7d"}, {"last": "7d"}, table="bare", columns={}, features=["age"])


def test_a_reference_that_ends_nowhere(database: Path) -> None:
    with refused(ConfigError, "the current window has no start"):
        check(database, {"last": "7d"}, {"end": "2026-01-08"})


@pytest.mark.parametrize("span", ["7", "d", "seven days", "-7d", "0d", "7 d 3 h", "1e3d", "", "7M"])
def test_spans_that_are_none(database: Path, span: str) -> None:
    with refused(ConfigError, "reference.last", "is not a time span", "7d or 36h"):
        check(database, {"last": span}, {"last": "7d"})


@pytest.mark.parametrize("moment", ["someday", "2026-13-01", "01/02/2026", "2026-01-32T00:00"])
def test_moments_that_are_none(moment: str) -> None:
    with refused(ConfigError, "x.toml: monitors.m.current.start", repr(moment), "2026-01-31T12:00"):
        validate(Config, {"monitors": {"m": {"current": {"start": moment}}}}, "x.toml")


def test_a_span_and_a_range(database: Path) -> None:
    with refused(ConfigError, "either 'last' or 'start' and 'end', not both"):
        check(database, {"last": "7d", "start": "2026-01-01"}, FULL)
