"""The queue ranks by the confidence that the check showed, on every way into it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from driftql import auto_enqueue_drift_labels, enqueue_low_confidence, run_drift_check

ROWS = 200
P = np.random.default_rng(5).permutation(np.linspace(0, 1, ROWS))
START = dt.datetime(2026, 3, 1)
BASE = pd.DataFrame(
    {
        "user_id": [f"u{i:03}" for i in range(ROWS)],
        "bucket_start_ts": pd.date_range(START, periods=ROWS, freq="min").astype("datetime64[us]"),
        "z": np.arange(float(ROWS)),
    }
)
# The columns that tell the same probabilities, and how they are named where they are not found by convention.
WAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "two columns found": ({"p_late": P, "p_ok": 1 - P}, {}),
    "two columns named": ({"p_late": P, "p_ok": 1 - P}, {"probabilities": "p_*"}),
    "a list found": ({"probs": [[p, 1 - p] for p in P.tolist()]}, {}),
    "the positive class found": ({"probability": P}, {}),
    "the positive class named": ({"late": P}, {"probabilities": "late"}),
    "a confidence found": ({"confidence": np.maximum(P, 1 - P)}, {}),
}
LEAST = np.maximum(P, 1 - P)


def queued(path: Path) -> dict[str, float]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return dict(connection.sql("select user_id, confidence from driftql_queue").fetchall())


def check_queue(path: Path, wanted: np.ndarray[Any, Any]) -> None:
    """The queue holds these rows with this confidence."""
    assert queued(path) == pytest.approx({f"u{i:03}": LEAST[i] for i in wanted}, rel=1e-12)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("container", ["frame", "table", "file"])
@pytest.mark.parametrize("entry", ["alert", "low confidence"])
def test_ranks_are_those_of_the_largest_probability(tmp_path: Path, way: str, container: str, entry: str) -> None:
    columns, roles = WAYS[way]
    current, path = BASE.assign(**columns), tmp_path / "queue.duckdb"
    reference = current.assign(z=BASE["z"] + 1000)
    windows: list[Any] = [reference, current]
    place: dict[str, Any] = {"queue_path": path}
    checked: dict[str, Any] = {}
    if container == "table":
        windows, place, checked = ["before", "after"], {"warehouse": str(path)}, {"warehouse": str(path)}
        with duckdb.connect(str(path)) as connection:
            for name, frame in (("before", reference), ("after", current)):
                connection.register("made", frame)
                connection.execute(f"create table {name} as select * from made")
    elif container == "file":
        windows = [str(tmp_path / "before.parquet"), str(tmp_path / "after.parquet")]
        reference.to_parquet(windows[0])
        current.to_parquet(windows[1])
    if entry == "alert":
        report = run_drift_check(*windows, columns=roles, features=["z"], **checked)
        assert auto_enqueue_drift_labels(report, windows[1], limit=25, columns=roles, **place) == 25
        check_queue(path, np.argsort(LEAST, kind="stable")[:25])
    else:
        assert enqueue_low_confidence(windows[1], threshold=0.6, columns=roles, **place) == int((LEAST < 0.6).sum())
        check_queue(path, np.flatnonzero(LEAST < 0.6))


@pytest.mark.parametrize("shape", ["vectors", "positive class"])
def test_probabilities_given_as_an_array(tmp_path: Path, shape: str) -> None:
    probs = np.stack([1 - P, P], axis=1) if shape == "vectors" else P
    report = run_drift_check(BASE.assign(z=BASE["z"] + 1000), BASE, ref_probs=probs, cur_probs=probs)
    assert auto_enqueue_drift_labels(report, BASE, queue_path=tmp_path / "a.duckdb", limit=25, cur_probs=probs) == 25
    check_queue(tmp_path / "a.duckdb", np.argsort(LEAST, kind="stable")[:25])
    below = int((LEAST < 0.6).sum())
    assert enqueue_low_confidence(BASE, threshold=0.6, queue_path=tmp_path / "b.duckdb", cur_probs=probs) == below
    check_queue(tmp_path / "b.duckdb", np.flatnonzero(LEAST < 0.6))


@pytest.mark.parametrize(
    ("confidence", "new", "words"),
    [
        (
            100 * LEAST,
            0,
            "is outside [0, 1] in 200 of 200 current rows; if it is a percentage, divide it by 100 in a view",
        ),
        (np.full(ROWS, np.nan), 0, "is missing in 200 of 200 current rows"),
        (P, 110, "is the probability of the positive class, name it as 'probabilities' instead of 'confidence'"),
    ],
)
def test_a_confidence_that_is_none_is_said(tmp_path: Path, confidence: Any, new: int, words: str) -> None:
    with pytest.warns(UserWarning, match="the confidence 'driftql_confidence'") as caught:
        found = enqueue_low_confidence(BASE, queue_path=tmp_path / "q.duckdb", cur_confidences=confidence)
    assert found == new
    assert words in str(caught[0].message)
    assert len(caught) == 1
