"""Queries for a worksheet, written for tables that nobody has looked at: they run, and give the numbers of a check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pytest

import driftql
from driftql import MonitorConfig
from driftql.check.explain import plan_worksheet
from driftql.config import WindowConfig
from tests.conformance import rows
from tests.conformance.engines_here import Here, Session, Table
from tests.conformance.write_table import stand_in

DAYS: dict[str, dict[str, Any]] = {
    "reference": {"start": "2026-03-01", "end": "2026-03-05"},
    "current": {"start": "2026-03-05"},
}
ROLES = {"bucket_start": "bucket_start_ts", "label": "predicted_label", "probabilities": ["p_a", "p_b", "p_r"]}
# Few: what stands in for BigQuery compares every value with every other.
ROWS = 60


def _flown(kind: str) -> Table:
    """Return one row every four hours for ten days."""
    made = dict(rows.predictions(ROWS, 3, dt.datetime(2026, 3, 1), 0.6))
    starts = [dt.datetime(2026, 3, 1) + dt.timedelta(hours=4 * k) for k in range(ROWS)]
    times: dict[str, list[object]] = {
        "timestamp": [*starts],
        "timestamptz": [start.replace(tzinfo=dt.UTC) for start in starts],
        "date": [start.date() for start in starts],
    }
    names = ("age", "predicted_label", "p_a", "p_b", "p_r")
    # In the later half some ages are missing: few enough for Fisher's exact test.
    of_type, ages = made["age"]
    made["age"] = (of_type, [None if k > ROWS / 2 and k % 6 == 0 else age for k, age in enumerate(ages)])
    return {"bucket_start_ts": (kind, times[kind]), **{name: made[name] for name in names}}


def is_age(feature: object) -> bool:
    """Return whether a row is of the feature age, and not of a score; some engines fold its name."""
    return str(feature).casefold() == "age"


@pytest.mark.only_sql
@pytest.mark.needs("check")
def test_worksheets_need_no_look_at_the_table(here: Here, session: Session) -> None:
    """The names are typed without quotes, so an ordinary table has them as the engine stores them."""
    folds: dict[str, Callable[[str], str]] = {"upper": str.upper, "": str, "lower": str.lower}
    stored = folds[here.known.folds]

    def load(table: str, kind: str) -> None:
        session.load(stored(table), {stored(name): column for name, column in _flown(kind).items()})

    def sheets(settings: Mapping[str, Any], **options: Any) -> dict[str, str]:
        monitor = MonitorConfig.model_validate({"features": ["age"], "columns": ROLES, "exact": True, **settings})
        return {sheet.name: sheet.sql for sheet in plan_worksheet(monitor, None, here.known, **options)}

    load("flown", "timestamp")
    fixed = sheets({"table": "flown", **DAYS})
    types = {"time_type": here.types["timestamp"]}
    with session.connect() as warehouse:
        report = driftql.run_drift_check(
            *(WindowConfig(table="flown", **window) for window in DAYS.values()),
            warehouse=warehouse,
            features=["age"],
            columns=ROLES,
            exact=True,
        )
        found = {name: warehouse.query(fixed[f"drift_{name}"]) for name in ("check", "bins", "classes")}
        # In the days before today there are no rows: the engine takes these dates, and an empty window is said.
        moving = warehouse.query(sheets({"table": "flown", "current": {"last": "7d"}}, **types)["drift_check"])
    assert {row[6] for row in moving if row[0] != "columns_left_out"} == {None}
    assert report.feature_report is not None
    assert report.class_shift is not None
    [result] = [each for each in report.feature_report.results if is_age(each.feature)]
    effects = {str(row[0]): row[2] for row in found["check"] if row[1] is None or is_age(row[1])}
    wanted = {"feature_psi": result.psi, "feature_ks": result.ks_statistic, "class_shift": report.class_shift.max_shift}
    assert {name: effects[name] for name in wanted} == pytest.approx(wanted, rel=1e-9)
    missing = {
        (str(row[1]).casefold(), str(row[8]).split(" in ")[0]): (row[2], row[4], row[6])
        for row in found["check"]
        if row[0] == "missing_increase"
    }
    [rise] = [one for one in report.missing_values if is_age(one.column) and one.kind == "missing"]
    assert rise.p_value is not None
    effect, p_value, is_flagged = missing["age", "missing"]
    assert (effect, p_value) == pytest.approx((rise.increase, rise.p_value), rel=1e-6)
    assert is_flagged == rise.is_flagged
    assert sum(row[5] for row in found["bins"] if is_age(row[0])) == result.cur_rows > 0
    shares = {row[0]: row[4] for row in found["classes"] if row[0] is not None and row[4]}
    assert shares == pytest.approx(report.class_shift.cur_dist, rel=1e-9)
    for kind in {"timestamptz", "date"} & here.types.keys():
        load(f"flown_{kind}", kind)
        types = {"time_type": here.types[kind]}
        settings: dict[str, Any] = {"table": f"flown_{kind}"}
        with session.connect() as warehouse:
            again = warehouse.query(sheets({**settings, **DAYS})["drift_classes"])
            assert warehouse.query(sheets({**settings, "current": {"last": "7d"}}, **types)["drift_classes"]) == []
        assert again == found["classes"], kind


def test_the_comment_says_where_it_was_tried(here: Here) -> None:
    assert bool(here.known.stand_in) == bool(stand_in(here.known))
