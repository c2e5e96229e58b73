"""What a drift alert sends to people, against pandas."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftql import (
    DriftReport,
    auto_enqueue_drift_labels,
    enqueue_low_confidence,
    mark_done,
    run_drift_check,
)
from tests.support.properties import examples


def alarmed() -> DriftReport:
    report = run_drift_check({"f": np.zeros(100) + np.arange(100) % 2}, {"f": np.full(100, 9.0)})
    assert report.alerts
    return report


ALARM = alarmed()


def predictions(seed: int, rows: int) -> pd.DataFrame:
    """Return rows with ties, repeated buckets, missing users, times and confidences."""
    rng = np.random.default_rng(seed)
    start = pd.Timestamp("2024-05-01") + pd.to_timedelta(rng.integers(0, max(rows // 2, 1), rows), unit="min")
    frame = pd.DataFrame(
        {
            "user_id": pd.Series(rng.choice(["a", "B", "o'c", "ü"], rows), dtype=object),
            "bucket_start_ts": start.astype("datetime64[us]"),
            "predicted_label": pd.Series(rng.choice(["x", "y"], rows), dtype=object),
            "confidence": rng.integers(0, 12, rows) / 10,
        }
    )
    frame.loc[rng.random(rows) < 0.1, "confidence"] = np.nan
    frame.loc[rng.random(rows) < 0.05, "user_id"] = None
    frame.loc[rng.random(rows) < 0.05, "bucket_start_ts"] = pd.NaT
    frame.loc[rng.random(rows) < 0.05, "predicted_label"] = None
    return frame


Key = tuple[str, dt.datetime]


def chosen(frame: pd.DataFrame, limit: int) -> set[Key]:
    """Return the buckets of the ``limit`` least confident rows: ties by user, then bucket; no confidence comes last."""
    known = frame.dropna(subset=["user_id", "bucket_start_ts"])
    rows = known.sort_values(["confidence", "user_id", "bucket_start_ts"], na_position="last").head(limit)
    return {(user, start.to_pydatetime()) for user, start in zip(rows["user_id"], rows["bucket_start_ts"], strict=True)}


def queued(path: Path, table: str = "driftql_queue") -> pd.DataFrame:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.sql(f'select * from "{table}" order by created_at, user_id, bucket_start_ts').df()


def keys(frame: pd.DataFrame) -> list[Key]:
    return [
        (user, start.to_pydatetime()) for user, start in zip(frame["user_id"], frame["bucket_start_ts"], strict=True)
    ]


@examples(8, same=True)
@given(
    seed=st.integers(0, 2**31), rows=st.integers(1, 120), limits=st.lists(st.integers(1, 60), min_size=1, max_size=2)
)
def test_the_least_confident_buckets_once(seed: int, rows: int, limits: list[int], tmp_path_factory: Any) -> None:
    path = tmp_path_factory.mktemp("queue") / "queue.duckdb"
    frame = predictions(seed, rows)
    wanted: set[Key] = set()
    for limit in limits:
        new = chosen(frame, limit) - wanted
        assert auto_enqueue_drift_labels(ALARM, frame, queue_path=path, limit=limit) == len(new)
        wanted |= new
        assert auto_enqueue_drift_labels(ALARM, frame, queue_path=path, limit=limit) == 0
        found = keys(queued(path))
        assert len(found) == len(set(found))
        assert set(found) == wanted
    table = queued(path)
    assert set(table["reason"]) <= {"drift"}
    assert set(table["status"]) <= {"pending"}
    lowest = frame.groupby(["user_id", "bucket_start_ts"])["confidence"].min()
    for row in table.itertuples():
        least = lowest[row.user_id, row.bucket_start_ts]
        assert (np.isnan(least) and pd.isna(row.confidence)) or row.confidence == least
        assert row.bucket_end_ts - row.bucket_start_ts == pd.Timedelta(seconds=60)


def test_an_answered_bucket_can_be_asked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "queue.duckdb"
    frame = predictions(3, 50)
    first = auto_enqueue_drift_labels(ALARM, frame, queue_path=path, limit=10)
    answered = queued(path).iloc[:2]
    for request in answered["request_id"]:
        mark_done(path, request)
    assert auto_enqueue_drift_labels(ALARM, frame, queue_path=path, limit=10) == 2
    table = queued(path)
    assert len(table) == first + 2
    assert set(keys(table[table["status"] == "pending"])) == chosen(frame, 10)


def test_no_alert_sends_nothing(tmp_path: Path) -> None:
    calm = run_drift_check({"f": np.arange(100.0)}, {"f": np.arange(100.0)})
    assert calm.alerts == []
    path = tmp_path / "queue.duckdb"
    assert auto_enqueue_drift_labels(calm, predictions(1, 50), queue_path=path) == 0
    assert not path.exists()


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.55, 1.0])
@pytest.mark.filterwarnings("ignore:the confidence")
def test_every_row_below_a_confidence(threshold: float, tmp_path: Path) -> None:
    path = tmp_path / "queue.duckdb"
    frame = predictions(5, 200)
    known = frame.dropna(subset=["user_id", "bucket_start_ts", "confidence"])
    wanted = set(keys(known[known["confidence"] < threshold]))
    assert enqueue_low_confidence(frame, threshold=threshold, queue_path=path) == len(wanted)
    found = keys(queued(path))
    assert len(found) == len(wanted)
    assert set(found) == wanted


def test_a_table_and_its_queue_in_one_database(tmp_path: Path) -> None:
    path = tmp_path / "data.duckdb"
    frame = predictions(6, 200)
    with duckdb.connect(str(path)) as con:
        con.register("made", frame)
        con.execute('create table "my table" as select * from made')
    count = auto_enqueue_drift_labels(ALARM, "my table", warehouse=path, queue_table="to do", limit=30)
    wanted = chosen(frame, 30)
    assert count == len(wanted)
    assert set(keys(queued(path, "to do"))) == wanted
