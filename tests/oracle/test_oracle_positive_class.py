"""A binary model logged as one column, the probability of the positive class, against NumPy on the raw rows."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from driftql import DriftReport, run_drift_check
from tests.support import reference
from tests.support.reference import close

ROWS = 400


def probabilities(seed: int, spread: float) -> np.ndarray[Any, Any]:
    """Return values in [0, 1] with both ends, some outside, some missing."""
    p = np.random.default_rng(seed).beta(spread, 3 * spread, ROWS)
    p[:6] = [0.0, 1.0, -0.25, 1.5, np.nan, np.nan]
    return p


REF, CUR = probabilities(1, 0.3), probabilities(2, 3.0)


def vectors(p: np.ndarray[Any, Any]) -> list[list[float]]:
    return [[1 - value, value] for value in p.tolist()]


def check_binary(report: DriftReport, confidence: bool = True) -> None:
    wanted = [reference.entropies(vectors(side)) for side in (REF, CUR)]
    found = report.entropy_drift
    assert found is not None
    assert (found.ref_rows, found.cur_rows) == (ROWS - 2, ROWS - 2)
    assert (found.ref_incomplete, found.cur_incomplete) == (2, 2)
    assert (found.ref_out_of_range, found.cur_out_of_range) == (2, 2)
    assert (found.ref_not_normalized, found.cur_not_normalized) == (0, 0)
    assert close(found.ref_mean_entropy, float(np.mean(wanted[0])))
    assert close(found.cur_mean_entropy, float(np.mean(wanted[1])))
    if confidence:
        assert report.telemetry_snapshot is not None
        stats = report.telemetry_snapshot.confidence_stats
        assert stats is not None
        there = CUR[~np.isnan(CUR)]
        largest = np.maximum(there, 1 - there)
        assert close(stats.mean, float(largest.mean()))
        assert [stats.p5, stats.median, stats.p95] == pytest.approx(np.percentile(largest, [5, 50, 95]), rel=1e-12)


@pytest.mark.parametrize("shape", [(ROWS,), (ROWS, 1)])
def test_an_array_of_one_probability_per_row(shape: tuple[int, ...]) -> None:
    frame = {"z": np.arange(float(ROWS))}
    check_binary(run_drift_check(frame, frame, ref_probs=REF.reshape(shape), cur_probs=CUR.reshape(shape)))


@pytest.mark.parametrize("name", ["probability", "proba", "prob", "probs", "probabilities", "P_1", "prob_1"])
def test_one_number_column_of_a_conventional_name(name: str) -> None:
    ref, cur = (pd.DataFrame({"z": np.arange(float(ROWS)), name: np.clip(side, 0, 1)}) for side in (REF, CUR))
    report = run_drift_check(ref, cur)
    assert report.config["columns"]["probabilities"] == [name]
    assert report.entropy_drift is not None
    wanted = [reference.entropies(vectors(np.clip(side, 0, 1))) for side in (REF, CUR)]
    assert close(report.entropy_drift.cur_mean_entropy, float(np.mean(wanted[1])))


@pytest.mark.parametrize(
    "columns",
    [
        {"probability": np.arange(float(ROWS))},
        {"p_value": REF},
        {"p_late": REF},
        {"prob": np.clip(REF, 0, 1), "p_1": np.clip(REF, 0, 1)},
        {"p_0": np.clip(REF, 0, 1), "p_1": np.clip(REF, 0, 1)},
    ],
)
def test_other_numbers_are_taken_for_no_probability(columns: dict[str, Any]) -> None:
    frame = pd.DataFrame({"z": np.arange(float(ROWS)), **columns})
    assert run_drift_check(frame, frame).entropy_drift is None


@pytest.mark.parametrize("kind", ["double", "float", "decimal(9, 6)"])
def test_the_named_column_of_a_table(kind: str) -> None:
    with duckdb.connect() as connection:
        for name, side in (("before", REF), ("after", CUR)):
            frame = pd.DataFrame({"late": np.round(side, 6), "z": np.arange(float(ROWS))})
            connection.register("made", frame)
            connection.execute(
                f"create table {name} as select if(isnan(late), null, late)::{kind} as late, z from made"
            )
        report = run_drift_check("before", "after", warehouse=connection, ref_probs="late")
    assert report.entropy_drift is not None
    wanted = [reference.entropies(vectors(np.round(side, 6))) for side in (REF, CUR)]
    loose = 1e-5 if kind == "float" else 1e-12
    assert close(report.entropy_drift.ref_mean_entropy, float(np.mean(wanted[0])), loose)
    assert close(report.entropy_drift.cur_mean_entropy, float(np.mean(wanted[1])), loose)


def test_users_whose_own_entropy_has_risen() -> None:
    users = np.array(["a", "b"] * (ROWS // 2))
    ref = pd.DataFrame({"user_id": users, "z": np.arange(float(ROWS)), "p": np.full(ROWS, 0.01)})
    ref.loc[::7, "p"] = 0.02
    cur = ref.assign(p=np.where(users == "b", 0.5, ref["p"]))
    report = run_drift_check(ref, cur, columns={"probabilities": "p"})
    [alert] = [alert for alert in report.alerts if alert.trigger == "entropy_spike"]
    assert alert.affected_user_ids == ["b"]


LABELS = np.array(["late", "ok"] * (ROWS // 2))
FRAME = {"z": np.arange(float(ROWS))}
SURE = np.linspace(0.6, 0.99, ROWS)


@pytest.mark.parametrize(
    ("labels", "confidence", "words"),
    [
        (
            LABELS,
            np.linspace(0, 1, ROWS),
            "below 0.5 in 5 % of the current rows or more, which the largest probability of 2",
        ),
        (
            None,
            np.linspace(0, 1, ROWS),
            "below 0.1 in 5 % of the current rows or more, which the largest probability of 10",
        ),
        (LABELS, 100 * SURE, "is outside [0, 1] in 400 of 400 current rows; if it is a percentage, divide it by 100"),
        (LABELS, np.where(np.arange(ROWS) < 3, 1.2, SURE), "is outside [0, 1] in 3 of 400 current rows"),
        (LABELS, np.where(np.arange(ROWS) < 3, np.nan, SURE), "is missing in 3 of 400 current rows"),
        (LABELS, np.full(ROWS, np.nan), "is missing in 400 of 400 current rows"),
    ],
)
def test_a_confidence_that_is_none_is_said(labels: Any, confidence: Any, words: str) -> None:
    report = run_drift_check(FRAME, FRAME, labels, labels, cur_confidences=confidence)
    [warning] = report.warnings
    assert warning.startswith("the confidence ")
    assert words in warning
    assert ("divide" in warning) == ("divide" in words)


def test_a_confidence_that_is_one_is_passed_over() -> None:
    three = np.array(["a", "b", "c", "c"] * (ROWS // 4))
    assert run_drift_check(FRAME, FRAME, LABELS, LABELS, cur_confidences=SURE).warnings == []
    assert run_drift_check(FRAME, FRAME, three, three, cur_confidences=np.linspace(0.34, 1, ROWS)).warnings == []
    assert run_drift_check(FRAME, FRAME, cur_confidences=np.linspace(0.11, 1, ROWS)).warnings == []


@pytest.mark.parametrize("columns", [{"p_a": SURE, "p_b": 1 - SURE}, {"probability": SURE}])
@pytest.mark.parametrize("empty", ["reference", "current"])
def test_a_window_without_rows_has_the_probabilities_of_the_other(columns: dict[str, Any], empty: str) -> None:
    whole = pd.DataFrame({"z": FRAME["z"], **columns})
    windows = {"reference": whole, "current": whole, empty: whole[:0]}
    report = run_drift_check(windows["reference"], windows["current"])
    [missing] = [part for part in report.not_computed if part.check == "entropy_spike"]
    assert f"the {empty} window" in missing.reason
    assert "holds no rows" in missing.reason
