"""Dates and timestamps are compared where their full name is among the features, as days since 1970-01-01."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from driftql import SourceError, run_drift_check
from driftql.check.explain import plan_worksheet
from driftql.config import MonitorConfig
from driftql.warehouse import connect
from tests.support.checks import result_of
from tests.support.refusals import refused

ROWS = 300


def frame(seed: int, later: float = 0.0, **columns: Any) -> pd.DataFrame:
    """Return rows with a time, a birthday, a moment with a zone and a number."""
    rng = np.random.default_rng(seed)
    born = pd.Timestamp("1985-06-01") + pd.to_timedelta(rng.normal(later, 5000, ROWS).round(), unit="D")
    since = pd.Timestamp("2020-01-01", tz="Asia/Tokyo") + pd.to_timedelta(rng.exponential(900, ROWS), unit="D").floor(
        "us"
    )
    hours = pd.Timestamp("2026-01-01") + pd.to_timedelta(range(ROWS), unit="h")
    return pd.DataFrame(
        {"bucket_start_ts": hours, "born": born.date, "since": since, "z": rng.normal(size=ROWS), **columns}
    )


def test_named_times_are_compared_as_days() -> None:
    frames = frame(1), frame(2, 2500)
    report = run_drift_check(*frames, features=["born", "since", "z"])
    assert [result.unit for result in report.feature_report.results] == [*["days since 1970-01-01"] * 2, None]
    for name in ("born", "since"):
        days = [
            (pd.to_datetime(one[name], utc=True) - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1) for one in frames
        ]
        found, wanted = result_of(report, name), stats.ks_2samp(*days)
        assert found.ks_statistic == pytest.approx(wanted.statistic, abs=1e-12)
        edges = np.percentile(days[0], np.arange(10, 100, 10))
        assert [part.lower for part in found.bins[1:]] == pytest.approx(edges)
    assert [alert.affected_features for alert in report.alerts] == [["born"]]


def test_times_are_left_out_unless_their_full_name_is_a_feature() -> None:
    for settings in ({}, {"features": ["b*", "s*", "z"]}):
        report = run_drift_check(frame(1), frame(2, 2500), **settings)  # type: ignore[arg-type]
        reasons = {left.column: left.reason for left in report.columns_left_out}
        assert reasons["born"] == "DATE: a time is compared only if it is named as a feature"
        assert reasons["since"].endswith("a time is compared only if it is named as a feature")
        assert report.alerts == []
    with refused(SourceError, "the feature 'bucket_start_ts' is the time of the rows"):
        run_drift_check(frame(1), frame(2), features=["bucket_start_ts"])


def test_a_time_that_is_none_any_more_is_not_computed() -> None:
    before = frame(1)
    for after, reason in (
        (frame(2, born="1985-06-01"), "it is VARCHAR in current_frame, not a time"),
        (frame(2).drop(columns="born"), "current_frame has no column of this name"),
    ):
        report = run_drift_check(before, after, features=["born", "z"])
        assert {(part.check, part.feature, part.reason) for part in report.not_computed} == {
            (check, "born", reason) for check in ("feature_psi", "feature_ks")
        }
        assert [alert.trigger for alert in report.alerts] == ["schema_change"]


def test_a_date_of_one_window_and_a_timestamp_of_the_other_are_the_same_days() -> None:
    before = frame(1)
    after = before.assign(born=[dt.datetime.combine(day, dt.time()) for day in before["born"]])
    report = run_drift_check(before, after, features=["born"])
    assert (result_of(report, "born").ks_statistic, report.alerts) == (0.0, [])


def test_a_worksheet_compares_them_too() -> None:
    with duckdb.connect() as connection, connect(connection) as warehouse:
        for name, rows in (("ref", frame(1)), ("cur", frame(2, 2500))):
            connection.register(name, rows)
            connection.execute(f"create table t_{name} as from {name}")
        monitor = MonitorConfig.model_validate(
            {"features": ["born"], "reference": {"table": "t_ref"}, "current": {"table": "t_cur"}}
        )
        rows = [row for statement in plan_worksheet(monitor, warehouse) for row in warehouse.query(statement.sql)]
        report = run_drift_check("t_ref", "t_cur", warehouse=warehouse, features=["born"])
    [distance] = [float(row[2]) for row in rows if "feature_ks" in row and "born" in row]
    assert distance == pytest.approx(result_of(report, "born").ks_statistic)
