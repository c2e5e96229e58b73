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
def test_entropy_of_one_column_per_class(here: Here, session: Session) -> None:
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
    """Who is affected is what each user's own rows of both windows say; a new user is held against everybody's."""
    from tests.support import reference
    from tests.support.reference import close

    sides = tuple(dict(side) for side in _sides())
    before, after = (list(side["user_id"][1]) for side in sides)
    before = ["gone" if user == "user 5" else user for user in before]
    after[::20] = [None] * len(after[::20])
    for side, users in zip(sides, (before, after), strict=True):
        side["user_id"] = ("text", users)
    for name, table in zip(("before", "after"), sides, strict=True):
        session.load(
            name, {column: table[column] for column in ("user_id", "predicted_label", "age", "p_a", "p_b", "p_r")}
        )
    with session.connect() as warehouse:
        names = PROBABILITIES["columns"]
        report = driftql.run_drift_check("before", "after", warehouse=warehouse, ref_probs=names, exclude=names)
    cutoff = report.evidence_cutoff
    assert cutoff is not None
    alerts = {alert.trigger.value: alert for alert in report.alerts}
    assert set(alerts) == {"reject_rate_increase", "class_shift", "entropy_spike", "feature_psi", "missing_increase"}

    def own(side: int, column: str, user: str) -> list[Any]:
        pairs = zip((before, after)[side], sides[side][column][1], strict=True)
        return [value for name, value in pairs if name == user and value is not None]

    edges = reference.edges_of(np.array(sides[0]["age"][1]))
    seen = set()
    for user in {*after} - {"user 5", None}:
        labels, ages, vectors = (
            [own(side, column, user) for side in (0, 1)] for column in ("predicted_label", "age", "probs")
        )
        scores = [reference.entropies(side) for side in vectors]
        rose = np.mean(scores[1]) - np.mean(scores[0]) >= 0.1 * math.log(3) or np.mean(scores[1]) > 2 * np.mean(
            scores[0]
        )
        for trigger, moved, least, sizes in (
            ("reject_rate_increase", reference.moved_rate(labels[0], labels[1], rows.REJECT), 0.1, labels),
            ("class_shift", reference.moved_labels(*labels), 0.15, labels),
            ("feature_psi", reference.moved_values(np.array(ages[0]), np.array(ages[1]), edges), 0.2, ages),
            ("entropy_spike", reference.moved_entropy(*scores), -1.0 if rose else 9.0, scores),
        ):
            alert = alerts[trigger]
            found = {effect.user_id: effect for effect in alert.user_effects}.get(user)
            assert alert.own_rows_needed is not None
            assert alert.own_rows_needed <= len(sizes[0])
            if found is None:
                assert moved.effect < least or moved.p_value * (4 if trigger == "entropy_spike" else 1.25) > cutoff
                continue
            seen.add(trigger)
            assert moved.effect >= least
            assert moved.p_value <= cutoff
            assert close(found.effect, moved.effect, 1e-9)
            assert (found.compared_with, found.reference_rows, found.rows) == ("own", *map(len, sizes))
    # Of the users without a name none can be named.
    assert alerts.pop("missing_increase").user_effects == []
    assert seen == set(alerts)
    new = [effect for alert in report.alerts for effect in alert.user_effects if effect.user_id == "user 5"]
    assert new
    assert {effect.compared_with for effect in new} == {"everybody"}
