"""Queries for a worksheet, written for tables that nobody has looked at: they run, and give the numbers of a check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

import driftql
from driftql import MonitorConfig
from driftql.check.explain import plan_worksheet
from tests.conformance import rows
from tests.conformance.engines_here import Here, Session, Table
from tests.conformance.write_table import stand_in

DAYS = {"reference": {"start": "2026-03-01", "end": "2026-03-05"}, "current": {"start": "2026-03-05"}}
ROLES = {"bucket_start": "bucket_start_ts", "label": "predicted_label", "probabilities": ["p_a", "p_b", "p_r"]}
ROWS = 240


def _flown(kind: str) -> Table:
    """One row an hour for ten days."""
    made = rows.predictions(ROWS, 3, dt.datetime(2026, 3, 1), 0.6)
    starts = [dt.datetime(2026, 3, 1) + dt.timedelta(hours=hour) for hour in range(ROWS)]
    times: dict[str, list[object]] = {
        "timestamp": [*starts],
        "timestamptz": [start.replace(tzinfo=dt.UTC) for start in starts],
        "date": [start.date() for start in starts],
    }
    names = ("age", "predicted_label", "p_a", "p_b", "p_r")
    return {"bucket_start_ts": (kind, times[kind]), **{name: made[name] for name in names}}


@pytest.mark.only_sql
@pytest.mark.needs("check")
@pytest.mark.parametrize("kind", ["timestamp", "timestamptz", "date"])
def test_worksheets_need_no_look_at_the_table(here: Here, session: Session, kind: str) -> None:
    """The names are typed without quotes, so an ordinary table has them as the engine stores them."""
    if kind not in here.types:
        kind = "timestamp"
    folds: dict[str, Callable[[str], str]] = {"upper": str.upper, "": str, "lower": str.lower}
    stored = folds[here.known.folds]
    session.load(stored("flown"), {stored(name): column for name, column in _flown(kind).items()})
    settings = {"table": "flown", "features": ["age"], "columns": ROLES, "exact": True}
    monitor = MonitorConfig.model_validate({**settings, **DAYS})
    with session.connect() as warehouse:
        report = driftql.run_monitor(monitor, warehouse)
        found = {sheet.name: warehouse.query(sheet.sql) for sheet in plan_worksheet(monitor, None, here.known)}
        moving = MonitorConfig.model_validate({**settings, "current": {"last": "7d"}})
        sheets = plan_worksheet(moving, None, here.known, time_type=here.types[kind])
        [last] = [sheet for sheet in sheets if sheet.name == "drift_check"]
        # In the days before today there are no rows: what counts is that the engine takes these dates.
        assert all(row[6] is None for row in warehouse.query(last.sql) if row[0] == "feature_psi")
    assert report.feature_report is not None
    [result] = report.feature_report.results
    [features] = found["drift_features"]
    assert features[1:3] == (result.ref_rows, result.cur_rows)
    assert min(features[1:3]) > 0
    effects = {str(row[0]): row[2] for row in found["drift_check"]}
    assert effects["feature_psi"] == pytest.approx(result.psi, rel=1e-9)
    assert effects["feature_ks"] == pytest.approx(result.ks_statistic, rel=1e-9)
    assert report.class_shift is not None
    assert effects["class_shift"] == pytest.approx(report.class_shift.max_shift, rel=1e-9)
    assert sum(row[5] for row in found["drift_bins"]) == result.cur_rows
    shares = {row[0]: row[4] for row in found["drift_classes"] if row[0] is not None and row[4]}
    assert shares == pytest.approx(report.class_shift.cur_dist, rel=1e-9)


def test_the_comment_says_where_it_was_tried(here: Here) -> None:
    assert bool(here.known.stand_in) == bool(stand_in(here.known))
