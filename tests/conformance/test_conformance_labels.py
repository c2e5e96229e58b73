"""Reject rate, class mix, entropy, confidence and users, on every engine, against NumPy and SciPy on the same rows."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

import driftql
from tests.conformance import rows
from tests.conformance.engines_here import Here, Session, Table

START = dt.datetime(2026, 3, 1)
PROBABILITIES = {"columns": ["p_a", "p_b", "p_r"], "list": "probs"}


def _sides() -> tuple[Table, Table]:
    return rows.predictions(400, 1, START, 6.0), rows.predictions(350, 2, START + dt.timedelta(days=1), 2.0)


def _load(session: Session, sides: tuple[Table, Table], here: Here) -> None:
    for name, table in zip(("before", "after"), sides, strict=True):
        session.load(name, {column: values for column, values in table.items() if values[0] in here.types})


@pytest.mark.needs("check")
def test_labels_and_confidence(here: Here, session: Session) -> None:
    from tests.support import reference
    from tests.support.reference import close

    sides = _sides()
    _load(session, sides, here)
    with session.connect() as warehouse:
        report = driftql.run_drift_check("before", "after", warehouse=warehouse, ref_probs=PROBABILITIES["columns"])
    labels = [[label for label in side["predicted_label"][1] if label is not None] for side in sides]
    hits, sizes = [side.count(rows.REJECT) for side in labels], [len(side) for side in labels]
    reject = report.reject_rate_drift
    assert reject is not None
    assert (reject.ref_rows, reject.cur_rows) == tuple(sizes)
    assert close(reject.increase, hits[1] / sizes[1] - hits[0] / sizes[0])
    assert close(reject.p_value, reference.rate_greater(hits[0], sizes[0], hits[1], sizes[1]), 1e-9, 1e-14)
    classes = report.class_shift
    assert classes is not None
    assert classes.ref_dist == pytest.approx(reference.proportions(labels[0]), rel=1e-12)
    assert classes.cur_dist == pytest.approx(reference.proportions(labels[1]), rel=1e-12)
    assert (classes.ref_unlabeled, classes.cur_unlabeled) == (24, 21)
    snapshot = report.telemetry_snapshot
    assert snapshot is not None
    starts = sides[1]["bucket_start_ts"][1]
    assert (snapshot.window_start, snapshot.window_end) == (starts[0], starts[-1])
    assert snapshot.schema_version == "v1"
    confidence = np.array([value for value in sides[1]["confidence"][1] if value is not None])
    stats = snapshot.confidence_stats
    assert stats is not None
    assert close(stats.mean, confidence.mean(), 1e-12)
    assert close(stats.std, confidence.std(ddof=1), 1e-9)
    assert [stats.p5, stats.median, stats.p95] == pytest.approx(np.percentile(confidence, [5, 50, 95]), rel=1e-12)


def _hold_entropy(report: driftql.DriftReport, sides: tuple[Table, Table]) -> None:
    from tests.support import reference
    from tests.support.reference import close

    vectors = [side["probs"][1] for side in sides]
    wanted = [reference.entropies(side) for side in vectors]
    found = report.entropy_drift
    assert found is not None
    assert (found.ref_rows, found.cur_rows) == tuple(map(len, wanted))
    assert close(found.ref_mean_entropy, float(np.mean(wanted[0])), 1e-12)
    assert close(found.cur_mean_entropy, float(np.mean(wanted[1])), 1e-12)
    assert close(found.p_value, reference.welch(*wanted), 1e-8, 1e-14)
    assert found.classes == 3
    assert found.change is not None
    assert close(found.change, float(np.mean(wanted[1]) - np.mean(wanted[0])) / math.log(3), 1e-9)
    assert (found.ref_out_of_range, found.cur_out_of_range) == tuple(map(reference.out_of_range, vectors))
    assert (found.ref_not_normalized, found.cur_not_normalized) == tuple(map(reference.not_normalized, vectors))


@pytest.mark.only_sql
@pytest.mark.needs("check")
def test_entropy_of_one_column_a_class(here: Here, session: Session) -> None:
    sides = _sides()
    _load(session, sides, here)
    with session.connect() as warehouse:
        _hold_entropy(
            driftql.run_drift_check("before", "after", warehouse=warehouse, ref_probs=PROBABILITIES["columns"]), sides
        )


@pytest.mark.only_sql
@pytest.mark.needs("check")
def test_one_column_is_the_probability_of_the_positive_class(here: Here, session: Session) -> None:
    from tests.support import reference
    from tests.support.reference import close

    sides = tuple({name: column for name, column in side.items() if name != "confidence"} for side in _sides())
    _load(session, (sides[0], sides[1]), here)
    with session.connect() as warehouse:
        report = driftql.run_drift_check("before", "after", warehouse=warehouse, ref_probs="p_a")
    vectors = [[None if p is None else [1 - p, p] for p in side["p_a"][1]] for side in sides]
    wanted = [reference.entropies(side) for side in vectors]
    found = report.entropy_drift
    assert found is not None
    assert (found.ref_rows, found.cur_rows) == tuple(map(len, wanted))
    assert close(found.ref_mean_entropy, float(np.mean(wanted[0])), 1e-12)
    assert close(found.cur_mean_entropy, float(np.mean(wanted[1])), 1e-12)
    assert (found.ref_out_of_range, found.cur_out_of_range) == tuple(map(reference.out_of_range, vectors))
    assert (found.ref_not_normalized, found.cur_not_normalized) == (0, 0)
    assert report.telemetry_snapshot is not None
    stats = report.telemetry_snapshot.confidence_stats
    assert stats is not None
    largest = [max(row) for row in vectors[1] if row is not None and row[0] == row[0]]
    assert stats.mean == pytest.approx(np.mean(largest), rel=1e-12)
    # BigQuery's quantile is one of the two values around the middle.
    around = [np.percentile(largest, 50, method="lower"), np.percentile(largest, 50, method="higher")]
    assert around[0] - 1e-12 <= stats.median <= around[1] + 1e-12


@pytest.mark.needs("lists")
def test_entropy_of_a_list(here: Here, session: Session) -> None:
    sides = _sides()
    _load(session, sides, here)
    with session.connect() as warehouse:
        report = driftql.run_drift_check("before", "after", warehouse=warehouse, ref_probs="probs")
    _hold_entropy(report, sides)


@pytest.mark.only_sql
@pytest.mark.needs("lists")
def test_confidence_out_of_a_list(here: Here, session: Session) -> None:
    """Without a confidence column it is the largest probability of a complete row."""
    sides = tuple({name: column for name, column in side.items() if name != "confidence"} for side in _sides())
    _load(session, (sides[0], sides[1]), here)
    with session.connect() as warehouse:
        report = driftql.run_drift_check("before", "after", warehouse=warehouse, ref_probs="probs")
    largest = [max(row) for row in sides[1]["probs"][1] if all(p == p for p in row)]
    assert report.telemetry_snapshot is not None
    stats = report.telemetry_snapshot.confidence_stats
    assert stats is not None
    assert stats.mean == pytest.approx(np.mean(largest), rel=1e-12)
    assert stats.median == pytest.approx(np.median(largest), rel=1e-12)


@pytest.mark.only_sql
@pytest.mark.needs("check")
def test_users(here: Here, session: Session) -> None:
    """Who is affected is what a count of each user's own rows says."""
    sides = _sides()
    for name, table in zip(("before", "after"), sides, strict=True):
        session.load(
            name, {column: table[column] for column in ("user_id", "predicted_label", "age", "p_a", "p_b", "p_r")}
        )
    settings: dict[str, Any] = {
        "ref_probs": PROBABILITIES["columns"],
        "thresholds": {"evidence": False, "entropy_ratio": 1.0},
    }
    with session.connect() as warehouse:
        report = driftql.run_drift_check("before", "after", warehouse=warehouse, **settings)
    alerts = {str(alert.trigger): alert for alert in report.alerts}
    assert {"reject_rate_increase", "class_shift", "entropy_spike", "feature_psi"} <= set(alerts)
    users, labels = sides[1]["user_id"][1], sides[1]["predicted_label"][1]
    ref = [label for label in sides[0]["predicted_label"][1] if label is not None]
    base = ref.count(rows.REJECT) / len(ref)
    rates = {}
    for user in set(users):
        own = [label for name, label in zip(users, labels, strict=True) if name == user and label is not None]
        rates[user] = own.count(rows.REJECT) / len(own) - base
    wanted = sorted((user for user, rate in rates.items() if rate >= 0.1), key=lambda user: (-rates[user], user))
    assert alerts["reject_rate_increase"].affected_user_ids == wanted
    assert set(alerts["feature_psi"].affected_user_ids) <= set(users)
    assert alerts["feature_psi"].affected_user_ids
    assert alerts["class_shift"].affected_user_ids
    assert alerts["entropy_spike"].affected_user_ids
