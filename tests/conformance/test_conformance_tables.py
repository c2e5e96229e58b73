"""The labeling queue and the history, on every engine."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest

import driftql
from driftql import MonitorConfig
from driftql.check.run import check_monitor
from driftql.records.queue import add_low_confidence, enqueue_drift
from driftql.sql.render import render
from tests.conformance import rows
from tests.conformance.engines_here import Here, Session

START = dt.datetime(2026, 3, 1)
SETTINGS = {
    "table": "predictions",
    "columns": {"probabilities": ["p_a", "p_b", "p_r"]},
    "reference": {"end": "2026-03-01T06:40"},
    "current": {"start": "2026-03-01T06:40"},
    "queue": {"limit": 30, "max_asks_per_day": 1000},
}


def _monitor() -> MonitorConfig:
    return MonitorConfig.model_validate(SETTINGS)


def _load(session: Session) -> dict[str, list[Any]]:
    before = rows.predictions(400, 1, START, 6.0)
    after = rows.predictions(350, 2, START + dt.timedelta(minutes=400), 2.0)
    table = {name: (kind, [*values, *after[name][1]]) for name, (kind, values) in before.items() if name != "probs"}
    session.load("predictions", table)
    return {name: list(values) for name, (_, values) in after.items()}


@pytest.mark.needs("queue")
def test_queue(here: Here, session: Session) -> None:
    after = _load(session)
    monitor = _monitor()
    with session.connect() as warehouse:
        report, comparison = check_monitor(monitor, warehouse, name="churn")
        assert report.alerts
        assert enqueue_drift(report, comparison.current, monitor.queue, warehouse) == 30
        assert enqueue_drift(report, comparison.current, monitor.queue, warehouse) == 0
        requests = driftql.pending(warehouse, monitor.queue)
        doubtful = sorted(
            (confidence, user, start)
            for confidence, user, start in zip(
                after["confidence"], after["user_id"], after["bucket_start_ts"], strict=True
            )
            if confidence is not None
        )[:30]
        assert [(one.confidence, one.user_id, one.bucket_start_ts) for one in requests] == doubtful
        assert {(one.reason, one.monitor, one.source) for one in requests} == {
            ("drift", "churn", report.current.source)
        }
        assert all(one.bucket_end_ts - one.bucket_start_ts == dt.timedelta(seconds=30) for one in requests)
        driftql.mark_done(warehouse, requests[0].request_id)
        driftql.mark_done(warehouse, requests[1].request_id, status="skipped")
        with pytest.raises(driftql.QueueError, match="no pending request"):
            driftql.mark_done(warehouse, requests[0].request_id)
        assert len(driftql.pending(warehouse, monitor.queue)) == 28
        # What was answered may be asked for again, what waits may not.
        assert enqueue_drift(report, comparison.current, monitor.queue, warehouse) == 2


# Some rows of the table have no confidence, which every writer is warned of.
@pytest.mark.filterwarnings("ignore:the confidence:UserWarning")
@pytest.mark.needs("two_writers")
def test_two_writers_at_once(here: Here, session: Session) -> None:
    after = _load(session)
    monitor = _monitor()
    monitor.queue.low_confidence = 0.7
    wanted = sum(value is not None and value < 0.7 for value in after["confidence"])
    counts: list[int] = []
    failures: list[BaseException] = []
    together = threading.Barrier(2)

    def write() -> None:
        try:
            with session.connect() as warehouse:
                together.wait(timeout=60)
                counts.append(add_low_confidence(monitor, warehouse))
        except BaseException as error:
            failures.append(error)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=120)
    if failures:
        raise failures[0]
    with session.connect() as warehouse:
        queue = warehouse.relation("driftql_queue")
        start = render("as_text", here.known, "bucket_start_ts")
        found = warehouse.query(f"select count(*), count(distinct user_id || {start}) from {queue}")
    assert [int(number) for number in found[0]] == [wanted, wanted]
    if here.known.transactions:
        # Elsewhere what a statement changed is counted beside it.
        assert sum(counts) == wanted


@pytest.mark.needs("history")
def test_history(here: Here, session: Session) -> None:
    _load(session)
    with session.connect() as warehouse:
        first = driftql.run_monitor(_monitor(), warehouse, name="it's 100 % :mine")
        second = driftql.run_monitor(_monitor(), warehouse, name="other")
        for report in (first, second):
            driftql.record_report(report, warehouse)
        runs = driftql.recent_runs(warehouse)
        assert [run.run_id for run in runs] == [str(second.run_id), str(first.run_id)]
        assert runs[1].monitor == "it's 100 % :mine"
        assert runs[0].alerts == len(second.alerts)
        points = driftql.metric_history(warehouse, metric="psi", feature="age", monitor="other")
        assert len(points) == 1
        assert first.feature_report is not None
        psi = {result.feature: result.psi for result in first.feature_report.results}
        assert points[0].value == pytest.approx(psi["age"], rel=1e-12)
        assert points[0].flagged in (True, False)
