"""The labeling queue from end to end; what should be in it is worked out by pandas on the raw rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import driftql
from driftql.config import MonitorConfig, QueueConfig, WindowConfig
from driftql.report import DriftReport, WindowSummary

SPLIT = pd.Timestamp("2026-01-08")
KEY = ["user_id", "bucket_start_ts"]


def rows(path: Path, sql: str = "from driftql_queue") -> pd.DataFrame:
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(sql).df()


def keys(frame: pd.DataFrame) -> set[tuple[str, pd.Timestamp]]:
    return {(user, pd.Timestamp(start)) for user, start in zip(frame.user_id, frame.bucket_start_ts, strict=True)}


def lowest(frame: pd.DataFrame, limit: int) -> pd.DataFrame:
    """Return the rows that an alert sends: lowest confidence first, ties by user, then bucket; those without one last."""
    ordered = frame.sort_values(["confidence", *KEY], na_position="last", kind="stable")
    return ordered.head(limit).drop_duplicates(KEY)


@pytest.fixture
def predictions(database: Path) -> pd.DataFrame:
    return rows(database, "from predictions order by order_id")


@pytest.fixture
def current(predictions: pd.DataFrame) -> pd.DataFrame:
    return predictions[predictions.bucket_start_ts >= SPLIT].drop(columns=["probs"]).reset_index(drop=True)


@pytest.fixture
def reference(predictions: pd.DataFrame) -> pd.DataFrame:
    return predictions[predictions.bucket_start_ts < SPLIT].drop(columns=["probs"]).reset_index(drop=True)


@pytest.fixture
def alarm() -> DriftReport:
    """A report with an alert about all rows of the current source."""
    alert = driftql.DriftAlert(trigger=driftql.DriftTrigger.FEATURE_PSI, severity="warning", affected_features=["age"])
    return DriftReport(
        run_id="00000000-0000-4000-8000-000000000000",
        alerts=[alert],
        reference=WindowSummary(role="reference", source="a"),
        current=WindowSummary(role="current", source="b"),
    )


FRAMES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "polars": pl.from_pandas,
    "lazy": lambda frame: pl.from_pandas(frame).lazy(),
    "arrow": pa.Table.from_pandas,
    "arrays": lambda frame: {name: frame[name].to_numpy() for name in frame},
}


@pytest.mark.parametrize("kind", FRAMES)
def test_frames(kind: str, reference: pd.DataFrame, current: pd.DataFrame, tmp_path: Path) -> None:
    made = FRAMES[kind](current)
    report = driftql.run_drift_check(FRAMES[kind](reference), made, features=["age"])
    assert report.alerts
    path = tmp_path / "queue.duckdb"
    wanted = lowest(current, 30)
    assert driftql.auto_enqueue_drift_labels(report, made, queue_path=path, limit=30) == len(wanted)
    queue = rows(path)
    assert keys(queue) == keys(wanted)
    beside = wanted.merge(queue, on=KEY, suffixes=("", "_queue"))
    assert len(beside) == len(wanted)
    assert (beside.confidence == beside.confidence_queue).all()
    assert (beside.predicted_label == beside.predicted_label_queue).all()
    assert (beside.bucket_end_ts == beside.bucket_end_ts_queue).all()
    assert set(queue.reason) == {"drift"}
    assert set(queue.status) == {"pending"}
    assert queue.request_id.is_unique
    assert (queue.created_at == queue.updated_at).all()
    # The same again: these buckets wait already.
    assert driftql.auto_enqueue_drift_labels(report, made, queue_path=path, limit=30) == 0
    pd.testing.assert_frame_equal(rows(path), queue)


def test_tables(database: Path, current: pd.DataFrame) -> None:
    report = driftql.run_drift_check(
        WindowConfig(table="predictions", end=SPLIT),
        WindowConfig(table="predictions", start=SPLIT),
        warehouse=database,
        features=["age"],
    )
    # The report's own time range is used: the older half of the table is not looked at.
    added = driftql.auto_enqueue_drift_labels(report, "predictions", warehouse=database, limit=25)
    wanted = lowest(current, 25)
    assert added == len(wanted)
    assert keys(rows(database)) == keys(wanted)


def test_rows_that_arrived_since_the_check_do_not_count(database: Path) -> None:
    monitor = MonitorConfig.model_validate({"table": "predictions", "current": {"last": "7d"}, "features": ["age"]})
    with driftql.connect(database) as warehouse:
        report = driftql.run_monitor(monitor, warehouse)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "insert into predictions by name select * replace (bucket_start_ts + interval 30 day as bucket_start_ts, "
            "0.0 as confidence) from predictions where order_id < 10"
        )
    driftql.auto_enqueue_drift_labels(report, "predictions", warehouse=database)
    assert rows(database).bucket_start_ts.max() <= report.current.end


def test_nothing_without_an_alert(database: Path, alarm: DriftReport, current: pd.DataFrame, tmp_path: Path) -> None:
    calm = alarm.model_copy(update={"alerts": []})
    assert driftql.auto_enqueue_drift_labels(calm, "predictions", warehouse=database) == 0
    assert driftql.auto_enqueue_drift_labels(calm, current, queue_path=tmp_path / "none.duckdb") == 0
    assert not (tmp_path / "none.duckdb").exists()
    assert driftql.pending(database) == []


@pytest.mark.parametrize("limit", [1, 7, 50, 10_000])
def test_the_limit(database: Path, alarm: DriftReport, predictions: pd.DataFrame, limit: int) -> None:
    wanted = lowest(predictions, limit)
    assert driftql.auto_enqueue_drift_labels(alarm, "predictions", warehouse=database, limit=limit) == len(wanted)
    assert keys(rows(database)) == keys(wanted)


def test_a_limit_of_nothing(database: Path, alarm: DriftReport) -> None:
    with pytest.raises(driftql.ConfigError, match="at least 1"):
        driftql.auto_enqueue_drift_labels(alarm, "predictions", warehouse=database, limit=0)


def test_ties_go_by_user_then_bucket(alarm: DriftReport, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "user_id": ["b", "a", "c", "a", "b"],
            "bucket_start_ts": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-01", "2026-01-01", "2026-01-02"]),
            "confidence": [0.5, 0.5, 0.5, 0.5, np.nan],
        }
    )
    path = tmp_path / "queue.duckdb"
    assert driftql.auto_enqueue_drift_labels(alarm, frame.sample(frac=1, random_state=1), queue_path=path, limit=3) == 3
    assert keys(rows(path)) == keys(frame.iloc[[3, 1, 0]])


@pytest.mark.parametrize("threshold", [0.0, 0.4, 0.5, 1.0])
def test_low_confidence(database: Path, predictions: pd.DataFrame, threshold: float) -> None:
    wanted = predictions[predictions.confidence < threshold]
    assert len(wanted) == len(wanted.drop_duplicates(KEY))
    assert driftql.enqueue_low_confidence("predictions", threshold=threshold, warehouse=database) == len(wanted)
    queue = rows(database)
    assert keys(queue) == keys(wanted)
    assert set(queue.reason) <= {"low_confidence"}


def test_low_confidence_without_a_confidence_column(predictions: pd.DataFrame, tmp_path: Path) -> None:
    """The largest probability stands in for it; rows with an incomplete vector are not known to be doubtful."""
    frame = predictions.drop(columns=["probs", "confidence"])
    frame.loc[:4, "p_a"] = np.nan
    largest = frame[["p_a", "p_b", "p_unknown"]].max(axis=1, skipna=False)
    path = tmp_path / "queue.duckdb"
    columns = {"probabilities": ["p_a", "p_b", "p_unknown"]}
    added = driftql.enqueue_low_confidence(frame, threshold=0.5, queue_path=path, columns=columns)
    wanted = frame[largest < 0.5]
    assert added == len(wanted)
    assert keys(rows(path)) == keys(wanted)


def test_arrays_beside_a_frame(alarm: DriftReport, predictions: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "queue.duckdb"
    confidences = np.linspace(1, 0, len(predictions))
    labels = [f"label {k}" for k in range(len(predictions))]
    added = driftql.auto_enqueue_drift_labels(
        alarm,
        predictions[["user_id", "bucket_start_ts"]],
        queue_path=path,
        cur_confidences=confidences,
        cur_labels=labels,
        limit=3,
    )
    assert added == 3
    assert set(rows(path).predicted_label) == set(labels[-3:])


def test_a_bucket_without_an_end_lasts_a_minute(predictions: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "queue.duckdb"
    frame = predictions.drop(columns=["probs"])
    frame.loc[::2, "bucket_end_ts"] = pd.NaT
    driftql.enqueue_low_confidence(frame, threshold=1.0, queue_path=path)
    beside = frame.merge(rows(path), on=KEY, suffixes=("", "_queue"))
    assert len(beside) == len(frame)
    assert (
        beside.bucket_end_ts_queue == beside.bucket_end_ts.fillna(beside.bucket_start_ts + pd.Timedelta("60s"))
    ).all()
    other = tmp_path / "other.duckdb"
    driftql.enqueue_low_confidence(frame.drop(columns="bucket_end_ts"), threshold=1.0, queue_path=other)
    queue = rows(other)
    assert (queue.bucket_end_ts - queue.bucket_start_ts == pd.Timedelta("60s")).all()


def test_times_with_a_zone_become_utc(tmp_path: Path) -> None:
    path = tmp_path / "zoned.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'America/New_York'")
        connection.execute(
            "create table predictions as select 'u' as user_id, 0.1 as confidence, "
            "timestamptz '2026-07-01 12:00:00+02' as bucket_start_ts, timestamptz '2026-07-01 12:05:00+02' as bucket_end_ts"
        )
    assert driftql.enqueue_low_confidence("predictions", warehouse=path) == 1
    [request] = driftql.pending(path)
    assert request.bucket_start_ts == dt.datetime(2026, 7, 1, 10)
    assert request.bucket_end_ts == dt.datetime(2026, 7, 1, 10, 5)
    zoned = pd.DataFrame(
        {"user_id": ["v"], "confidence": [0.1], "bucket_start_ts": pd.to_datetime(["2026-07-01T12:00+02:00"])}
    )
    assert driftql.enqueue_low_confidence(zoned, queue_path=path) == 1
    assert {item.bucket_start_ts for item in driftql.pending(path)} == {dt.datetime(2026, 7, 1, 10)}


@pytest.mark.parametrize("kind", ["varchar", "date"])
def test_times_of_other_types(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "typed.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"create table predictions as select 'u' as user_id, 0.1 as confidence, '2026-07-01'::{kind} as bucket_start_ts"
        )
    assert driftql.enqueue_low_confidence("predictions", warehouse=path) == 1
    assert driftql.pending(path)[0].bucket_start_ts == dt.datetime(2026, 7, 1)


@pytest.mark.filterwarnings("ignore:the confidence")
def test_a_bucket_that_is_in_the_window_twice_is_asked_for_once(database: Path, predictions: pd.DataFrame) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into predictions by name select * replace (0.01 as confidence) from predictions")
    assert driftql.enqueue_low_confidence("predictions", threshold=1.0, warehouse=database) == len(predictions)
    queue = rows(database)
    assert not queue.duplicated(KEY).any()
    assert (queue.confidence == 0.01).all(), "of two rows the less confident one speaks"


def test_rows_without_a_user_or_a_bucket_are_left_out(database: Path, predictions: pd.DataFrame) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("update predictions set user_id = null where order_id < 10")
        connection.execute("update predictions set bucket_start_ts = null where order_id between 10 and 14")
    assert (
        driftql.enqueue_low_confidence("predictions", threshold=1.1 - 0.1, warehouse=database)
        == ((predictions.confidence < 1.0) & (predictions.order_id >= 15)).sum()
    )


def test_pending_is_least_confident_first_and_unknown_before_all(alarm: DriftReport, tmp_path: Path) -> None:
    path = tmp_path / "queue.duckdb"
    frame = pd.DataFrame(
        {
            "user_id": list("edcba"),
            "bucket_start_ts": pd.to_datetime(["2026-01-01"] * 5),
            "confidence": [0.9, np.nan, 0.2, 0.2, None],
        }
    )
    assert driftql.auto_enqueue_drift_labels(alarm, frame, queue_path=path) == 5
    waiting = driftql.pending(path)
    assert [item.user_id for item in waiting] == ["a", "d", "b", "c", "e"]
    assert [item.confidence for item in waiting] == [None, None, 0.2, 0.2, 0.9]
    assert {item.status for item in waiting} == {"pending"}
    assert all(item.created_at.tzinfo is None for item in waiting)


def test_marking(database: Path) -> None:
    driftql.enqueue_low_confidence("predictions", threshold=0.42, warehouse=database)
    everything = driftql.pending(database, max_asks_per_day=10_000)
    first, second, third = everything[:3]
    driftql.mark_done(database, first.request_id)
    driftql.mark_done(database, str(second.request_id), status="skipped")
    queue = rows(database).set_index("request_id")
    assert queue.loc[str(first.request_id), "status"] == "labeled"
    assert queue.loc[str(second.request_id), "status"] == "skipped"
    assert queue.loc[str(first.request_id), "updated_at"] > queue.loc[str(first.request_id), "created_at"]
    assert (queue.status == "pending").sum() == len(everything) - 2
    left = driftql.pending(database, max_asks_per_day=10_000)
    assert [item.request_id for item in left] == [item.request_id for item in everything[2:]]
    with pytest.raises(driftql.QueueError, match="answered already"):
        driftql.mark_done(database, first.request_id, status="skipped")
    assert left[0] == third


def test_the_cap_counts_what_was_answered_today_in_utc(database: Path) -> None:
    driftql.enqueue_low_confidence("predictions", threshold=1.0, warehouse=database)
    assert len(driftql.pending(database)) == QueueConfig().max_asks_per_day == 20
    assert len(driftql.pending(database, max_asks_per_day=5)) == 5
    assert driftql.pending(database, max_asks_per_day=0) == []
    assert len(driftql.pending(database, QueueConfig(max_asks_per_day=7))) == 7
    for index, item in enumerate(driftql.pending(database, max_asks_per_day=4)):
        driftql.mark_done(database, item.request_id, status="skipped" if index % 2 else "labeled")
    assert len(driftql.pending(database, max_asks_per_day=5)) == 1
    assert driftql.pending(database, max_asks_per_day=4) == []
    assert driftql.pending(database, max_asks_per_day=3) == []
    midnight = dt.datetime.combine(dt.datetime.now(dt.UTC).date(), dt.time())
    with duckdb.connect(str(database)) as connection:
        # Two of the four were answered a moment before midnight, one at midnight itself.
        ids = [
            row[0]
            for row in connection.execute("select request_id from driftql_queue where status <> 'pending'").fetchall()
        ]
        update = "update driftql_queue set updated_at = ? where request_id = ?"
        connection.execute(update, [midnight - dt.timedelta(microseconds=1), ids[0]])
        connection.execute(update, [midnight - dt.timedelta(days=3), ids[1]])
        connection.execute(update, [midnight, ids[2]])
    assert len(driftql.pending(database, max_asks_per_day=5)) == 3


def test_a_bucket_may_be_asked_for_again_once_it_was_answered(database: Path) -> None:
    added = driftql.enqueue_low_confidence("predictions", threshold=0.42, warehouse=database)
    [first, *_] = driftql.pending(database)
    driftql.mark_done(database, first.request_id)
    assert driftql.enqueue_low_confidence("predictions", threshold=0.42, warehouse=database) == 1
    assert driftql.enqueue_low_confidence("predictions", threshold=0.42, warehouse=database) == 0
    queue = rows(database)
    assert len(queue) == added + 1
    same = queue[(queue.user_id == first.user_id) & (queue.bucket_start_ts == first.bucket_start_ts)]
    assert sorted(same.status) == ["labeled", "pending"]


def test_two_reasons_do_not_make_two_requests(database: Path, alarm: DriftReport) -> None:
    low = driftql.enqueue_low_confidence("predictions", threshold=1.0, warehouse=database)
    assert low > 1000
    assert driftql.auto_enqueue_drift_labels(alarm, "predictions", warehouse=database, limit=50) == 0


def test_the_database_itself_refuses_a_second_pending_request(database: Path) -> None:
    driftql.enqueue_low_confidence("predictions", threshold=0.42, warehouse=database)
    copy = (
        "insert into driftql_queue by name select * replace (uuid()::varchar as request_id, ? as status) "
        "from driftql_queue where status = 'pending' limit 1"
    )
    with duckdb.connect(str(database)) as connection:
        with pytest.raises(duckdb.ConstraintException):
            connection.execute(copy, ["pending"])
        connection.execute(copy, ["labeled"])
        connection.execute(copy, ["labeled"])
        connection.execute(copy, ["skipped"])


def test_a_queue_in_another_schema_and_with_an_odd_name(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute('create schema "label ops"')
    name = '"label ops"."to do; ""now"""'
    added = driftql.enqueue_low_confidence("predictions", threshold=0.42, warehouse=database, queue_table=name)
    assert added > 0
    assert driftql.enqueue_low_confidence("predictions", threshold=0.42, warehouse=database, queue_table=name) == 0
    waiting = driftql.pending(database, QueueConfig(table=name))
    assert len(waiting) == min(added, 20)
    driftql.mark_done(database, waiting[0].request_id, table=name)
    assert len(rows(database, f"from {name}")) == added
    assert driftql.pending(database) == []


def test_odd_names_and_values(tmp_path: Path) -> None:
    path = tmp_path / "o'dd queue.duckdb"
    odd: dict[str, list[Any]] = {
        "user'; --": ["o'brien", 'say "hi"', "a\nb", "ünïcødé", "{{ x }}"],
        "when?": ["2026-01-01"] * 5,
        "sure %": [0.1] * 5,
    }
    frame = pd.DataFrame({**odd, "label;": ["it's", '"', "\\", "--", ""]})
    columns = {"user": "user'; --", "bucket_start": "when?", "confidence": "sure %", "label": "label;"}
    assert driftql.enqueue_low_confidence(frame, queue_path=path, columns=columns) == 5
    assert set(rows(path).user_id) == set(odd["user'; --"])
    assert set(rows(path).predicted_label) == set(frame["label;"])


def test_whole_numbers_as_users(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"user_id": [7, 8], "bucket_start_ts": pd.to_datetime(["2026-01-01"] * 2), "confidence": [0.1, 0.2]}
    )
    assert driftql.enqueue_low_confidence(frame, queue_path=tmp_path / "queue.duckdb") == 2
    assert [item.user_id for item in driftql.pending(tmp_path / "queue.duckdb")] == ["7", "8"]


def test_the_callers_own_connection(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        added = driftql.enqueue_low_confidence("predictions", threshold=0.42, warehouse=connection)
        waiting = driftql.pending(connection, max_asks_per_day=10_000)
        assert len(waiting) == added
        driftql.mark_done(connection, waiting[0].request_id)
        assert connection.execute("select count(*) from driftql_queue where status = 'labeled'").fetchall() == [(1,)]


def test_files_in_place_of_tables(database: Path, tmp_path: Path, predictions: pd.DataFrame) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"copy predictions to '{tmp_path / 'rows.parquet'}'")
    path = tmp_path / "queue.duckdb"
    added = driftql.enqueue_low_confidence(tmp_path / "rows.parquet", threshold=0.5, queue_path=path)
    assert added == (predictions.confidence < 0.5).sum()


def test_a_window_with_a_filter(database: Path, predictions: pd.DataFrame) -> None:
    window = WindowConfig(table="predictions", filter="user_id = 'user 3'", start=SPLIT)
    added = driftql.enqueue_low_confidence(window, threshold=1.0, warehouse=database)
    wanted = predictions[(predictions.user_id == "user 3") & (predictions.bucket_start_ts >= SPLIT)]
    assert added == (wanted.confidence < 1.0).sum()
    assert set(rows(database).user_id) == {"user 3"}


def test_no_queue_yet(database: Path) -> None:
    assert driftql.pending(database) == []
    assert rows(database, "from duckdb_tables()").table_name.tolist() == ["predictions"]


def test_roles_that_the_report_found_need_not_be_named_again(database: Path) -> None:
    roles = {"user": "order_id", "confidence": "p_a", "label": "note"}
    report = driftql.run_drift_check(
        WindowConfig(table="predictions", end=SPLIT),
        WindowConfig(table="predictions", start=SPLIT),
        warehouse=database,
        features=["age"],
        columns=roles,
    )
    assert driftql.auto_enqueue_drift_labels(report, "predictions", warehouse=database, limit=5) == 5
    wanted = rows(
        database,
        f"from (select cast(order_id as text) as user_id, p_a from predictions where bucket_start_ts >= '{SPLIT}') "
        "order by p_a, user_id limit 5",
    )
    found = rows(database).sort_values(["confidence", "user_id"])
    assert found.user_id.tolist() == wanted.user_id.tolist()
    assert found.confidence.tolist() == wanted.p_a.tolist()
