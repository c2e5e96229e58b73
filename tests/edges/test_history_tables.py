"""Rows of history that do not fit or cannot be read lose nothing of the others."""

from __future__ import annotations

import pytest

import driftql
from driftql.config import MonitorConfig
from driftql.errors import DriftqlWarning
from driftql.report import DriftReport
from tests.edges.places import Place

LONG = "x" * 600
NARROW = {
    "runs": "run_id varchar(36), host varchar(16), monitor varchar(512), recorded_at timestamp, reference_source text,"
    " current_source text, reference_rows bigint, current_rows bigint, alerts integer, critical_alerts integer,"
    " not_computed integer, summary text, report text",
    "metrics": "run_id varchar(36), recorded_at timestamp, monitor varchar(512), window_role varchar(16),"
    " feature varchar(512), metric varchar(64), value double precision, threshold double precision, flagged boolean",
}


def of_an_earlier_version(place: Place) -> None:
    place.run(*(f"create table driftql_{name} ({columns})" for name, columns in NARROW.items()))


def checked(place: Place, name: str = "shop") -> DriftReport:
    place.run(f"update predictions set predicted_label = '{LONG}' where predicted_label = 'b'")
    settings = {"table": "predictions", "reference": {"end": "2026-01-08"}, "current": {"start": "2026-01-08"}}
    with driftql.connect(place.url) as warehouse:
        return driftql.run_monitor(MonitorConfig.model_validate(settings), warehouse, name=name)


def recorded(place: Place) -> tuple[int, int]:
    """Numbers that were recorded, and those of the class with the long name among them."""
    count = "select count(*) from driftql_metrics"
    return place.run(count)[0][0], place.run(f"{count} where feature = '{LONG}'")[0][0]


def test_a_class_with_a_long_name(place: Place) -> None:
    driftql.record_report(checked(place), place.url)
    assert recorded(place)[1] == 2


def test_a_class_with_a_long_name_in_earlier_tables(place: Place) -> None:
    of_an_earlier_version(place)
    driftql.record_report(checked(place), place.url)
    assert recorded(place)[1] == 2


@pytest.mark.parametrize("place", ["postgres"], indirect=True)
def test_a_class_with_a_long_name_where_the_column_cannot_change(place: Place) -> None:
    of_an_earlier_version(place)
    place.run("create view readers as select feature from driftql_metrics")
    report = checked(place)
    with pytest.warns(
        DriftqlWarning, match=r"class_share of 'x{40}\.\.\.' was not recorded, because it is longer"
    ) as told:
        driftql.record_report(report, place.url)
    assert len(told) == 2
    assert recorded(place)[1] == 0
    assert recorded(place)[0] > 20
    assert driftql.recent_runs(place.url)[0].run_id == str(report.run_id)


@pytest.mark.parametrize("place", ["postgres"], indirect=True)
def test_a_monitor_with_a_long_name_where_the_column_cannot_change(place: Place) -> None:
    of_an_earlier_version(place)
    place.run("create view readers as select monitor from driftql_runs")
    report = checked(place, LONG)
    with pytest.raises(driftql.WarehouseError, match="the monitor's name is longer than the column monitor of"):
        driftql.record_report(report, place.url)
    assert place.run("select count(*) from driftql_runs") == [(0,)]


@pytest.mark.parametrize(
    "change", ["recorded_at = timestamp '20000-01-01 00:00:00'", "recorded_at = null", "alerts = null", "run_id = null"]
)
def test_a_run_that_cannot_be_read_takes_no_place_of_another(place: Place, change: str) -> None:
    of_an_earlier_version(place)
    for day in (1, 2, 3):
        place.run(
            f"insert into driftql_runs values ('run {day}', 'python', 'm', timestamp '2026-01-0{day} 00:00:00', 'r', 'c', 1,"
            " 1, 0, 0, 0, 'No alert.', '{}')",
            f"insert into driftql_metrics values ('run {day}', timestamp '2026-01-0{day} 00:00:00', 'm', 'current', null,"
            " 'reject_rate', 0.5, null, null)",
        )
    place.run(f"update driftql_runs set {change} where run_id = 'run 3'")
    if "alerts" not in change:
        place.run(f"update driftql_metrics set {change} where run_id = 'run 3'")
    read = {
        "runs": lambda: [run.run_id for run in driftql.recent_runs(place.url, limit=2)],
        "metrics": lambda: [point.run_id for point in driftql.metric_history(place.url, metric="reject_rate", limit=2)],
    }
    for table, runs in read.items():
        if table == "metrics" and "alerts" in change:
            continue
        with pytest.warns(
            DriftqlWarning, match=f"a row of driftql_{table} .* cannot be read and is left out: {change[:6]}"
        ):
            assert runs() == ["run 2", "run 1"]
