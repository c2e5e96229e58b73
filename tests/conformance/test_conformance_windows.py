"""Windows by time, by filter and by table, on every engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

import driftql
from driftql import MonitorConfig
from driftql.check.columns import ColumnMap
from driftql.check.rows import Rows
from driftql.sql import fragments
from driftql.sql.render import render
from tests.conformance.engines_here import Here, Session

START = dt.datetime(2026, 3, 1)
HOURS = [START + dt.timedelta(hours=hour) for hour in range(28 * 24)]
AGES = np.random.default_rng(5).normal(40, 10, len(HOURS)).tolist()
KINDS: dict[str, Sequence[Any]] = {
    "timestamp": HOURS,
    "timestamptz": [hour.replace(tzinfo=dt.UTC) for hour in HOURS],
    "date": [hour.date() for hour in HOURS],
    "text": [hour.isoformat(sep=" ") for hour in HOURS],
}


def _checked(session: Session, **settings: Any) -> driftql.DriftReport:
    with session.connect() as warehouse:
        monitor = MonitorConfig.model_validate({"table": "Events", "features": ["age"], **settings})
        return driftql.run_monitor(monitor, warehouse, name="windows")


@pytest.mark.needs("check")
@pytest.mark.parametrize("kind", KINDS)
def test_by_time(here: Here, session: Session, kind: str) -> None:
    if kind not in here.types:
        kind = "timestamp"
    session.load("events", {"Bucket At": (kind, KINDS[kind]), "age": ("float", AGES)})
    columns = {"columns": {"bucket_start": "bucket at"}}
    between = _checked(
        session,
        **columns,
        reference={"start": "2026-03-02", "end": "2026-03-09"},
        current={"start": "2026-03-09T00:00", "end": "2026-03-11"},
    )
    assert (between.reference.rows, between.current.rows) == (7 * 24, 2 * 24)
    assert between.reference.first_bucket == dt.datetime(2026, 3, 2)
    last = _checked(session, **columns, current={"last": "2d"}, reference={"last": "7d"})
    days = 1 if kind == "date" else 0
    assert last.current.rows == 2 * 24, days
    assert last.reference.rows == 7 * 24


@pytest.mark.only_sql
@pytest.mark.needs("check")
@pytest.mark.parametrize(("kind", "hours"), [("timestamp", 24), ("timestamptz", 23), ("date", 24)])
def test_a_day_of_a_time_zone(here: Here, session: Session, kind: str, hours: int) -> None:
    """The clocks go forward on this day: of instants it has 23 hours; times without a zone are local times."""
    if kind not in here.types:
        kind, hours = "timestamp", 24
    session.load("events", {"bucket_start_ts": (kind, KINDS[kind]), "age": ("float", AGES)})
    report = _checked(session, timezone="America/New_York", current={"during": "2026-03-08"})
    assert (report.current.rows, report.reference.rows) == (hours, 24)
    assert report.current.start == report.current.first_bucket == dt.datetime(2026, 3, 8, 5)
    assert report.current.end == dt.datetime(2026, 3, 9, 4)
    if kind != "date":
        assert report.current.last_bucket == dt.datetime(2026, 3, 9, 3)


@pytest.mark.only_sql
@pytest.mark.needs("check")
def test_rows_per_day_are_those_of_pandas(here: Here, session: Session) -> None:
    """Over the change of the clocks: days of instants are those of the zone, others those that are written."""
    zone = "America/New_York"
    kinds = [kind for kind in ("timestamp", "timestamptz", "date") if kind in here.types]
    sides: list[dict[str, Sequence[Any]]] = []
    for name, step in (("before", 3), ("after", 5)):
        hours = [*range(0, len(HOURS), step), *range(7, len(HOURS), 31)]
        sides.append({kind: [None if hour % 9 == 0 else KINDS[kind][hour] for hour in hours] for kind in kinds})
        session.load(name, {f"at_{kind}": (kind, values) for kind, values in sides[-1].items()})
    with session.connect() as warehouse:
        relations = [warehouse.relation(here.spelled(name)) for name in ("before", "after")]
        columns = {column.name.lower().removeprefix("at_"): column for column in warehouse.columns(relations[0])}
        for kind in kinds:
            rows = Rows(here.known, relations[0], ColumnMap(bucket_start=columns[kind]), zone=zone)
            sql = render("rows_per_day", here.known, *relations, [rows.local_start] * 2, 40)
            found = [(int(row["is_current"]), row["row_day"], int(row["day_rows"])) for row in warehouse.query(sql)]
            wanted = []
            for is_current, side in enumerate(sides):
                days = pd.to_datetime(pd.Series(side[kind], dtype=object), utc=True)
                days = days.dt.tz_convert(zone) if kind == "timestamptz" and columns[kind].kind == kind else days
                counts = days.dt.strftime("%Y-%m-%d").value_counts(dropna=False)
                wanted += [(is_current, None if pd.isna(day) else day, int(many)) for day, many in counts.items()]
            # The newest days of the current window come first, and rows without a time wherever the engine sorts NULL.
            assert len(found) == 40, kind
            assert set(found) <= set(wanted), kind
            assert sum(is_current for is_current, *_ in found) == sum(is_current for is_current, *_ in wanted), kind


@pytest.mark.only_sql
@pytest.mark.needs("check")
def test_rows_of_the_future_do_not_move_the_windows(here: Here, session: Session) -> None:
    times = [*HOURS, dt.datetime(2100, 1, 1), dt.datetime(2100, 1, 2)]
    session.load("events", {"bucket_start_ts": ("timestamp", times), "age": ("float", [*AGES, 1.0, 2.0])})
    report = _checked(session, current={"last": "2d"}, filter="age > -1000")
    assert (report.reference.rows, report.current.rows) == (2 * 24, 2 * 24)
    assert report.current.last_bucket == HOURS[-1]
    assert report.warnings[0].startswith(
        "2 rows are dated in the future in 'bucket_start_ts' of Events (up to 2100-01-02"
    )
    assert "the newest row of Events is of 2026-03-28" in report.warnings[1]


@pytest.mark.only_sql
@pytest.mark.needs("check")
def test_by_filter(here: Here, session: Session) -> None:
    session.load("events", {"age": ("float", AGES), "side": ("text", ["left %", "it's :right"] * (len(AGES) // 2))})
    # Redshift's dialect writes \', which a filter may not hold there.
    right = "'it''s :right'" if here.known.is_extensible else fragments.text("it's :right", here.known)
    report = _checked(session, reference={"filter": "side = 'left %'"}, current={"filter": f"side = {right}"})
    assert (report.reference.rows, report.current.rows) == (len(AGES) // 2,) * 2
    with pytest.raises(driftql.ConfigError, match="overlap"):
        _checked(session, reference={"filter": "age < 50"}, current={"filter": "age > 40"})


@pytest.mark.needs("check")
def test_names_that_are_not_there(here: Here, session: Session) -> None:
    session.load("events", {"age": ("float", AGES)})
    with session.connect() as warehouse:
        with pytest.raises(driftql.ConfigError, match="did you mean 'events'"):
            driftql.run_drift_check("evnets", "events", warehouse=warehouse)
        with pytest.raises(driftql.ConfigError, match="did you mean 'age'"):
            driftql.run_drift_check("events", "events", warehouse=warehouse, features=["agee"])
        assert warehouse.tables() == ["events"]
        assert warehouse.table_exists("EVENTS")
        assert not warehouse.table_exists("event")


@pytest.mark.needs("check")
def test_a_statement_that_fails_leaves_the_connection_usable(here: Here, session: Session) -> None:
    session.load("events", {"age": ("float", AGES)})
    with session.connect() as warehouse:
        for _ in range(2):
            with pytest.raises(driftql.WarehouseError):
                warehouse.query("select no_such_column from events")
            with pytest.raises(driftql.WarehouseError), warehouse.snapshot():
                warehouse.query("select no_such_column from events")
            assert [int(row[0]) for row in warehouse.query("select count(*) from events")] == [len(AGES)]
