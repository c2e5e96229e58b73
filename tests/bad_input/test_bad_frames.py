"""Frames and arrays that do not fit each other."""

from __future__ import annotations

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
from driftql.errors import ConfigError, SourceError, WarehouseError
from tests.support.refusals import refused

ROWS = 60
CHECK = driftql.run_drift_check


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    return pd.DataFrame({"age": rng.normal(size=ROWS), "income": rng.normal(size=ROWS)})


@pytest.fixture
def labels() -> np.ndarray[Any, Any]:
    return np.array(["a", "b"] * (ROWS // 2), dtype=object)


@pytest.fixture
def probabilities() -> np.ndarray[Any, Any]:
    return np.random.default_rng(5).dirichlet((3, 2), size=ROWS)


def test_labels_of_another_length(frame: pd.DataFrame, labels: np.ndarray[Any, Any]) -> None:
    with refused(ConfigError, "the label of current_frame has 59 rows, but the frame has 60"):
        CHECK(frame, frame, labels, labels[:-1])
    with refused(ConfigError, "the label of reference_frame has 61 rows, but the frame has 60"):
        CHECK(frame, frame, [*labels, "a"], labels)


def test_probabilities_of_another_length(frame: pd.DataFrame, probabilities: np.ndarray[Any, Any]) -> None:
    with refused(ConfigError, "the probabilities of reference_frame has 10 rows"):
        CHECK(frame, frame, ref_probs=probabilities[:10], cur_probs=probabilities)


def test_confidences_of_another_length(frame: pd.DataFrame) -> None:
    with refused(ConfigError, "the confidence of current_frame has 3 rows, but the frame has 60"):
        CHECK(frame, frame, cur_confidences=np.ones(3))


def test_one_sided_labels(frame: pd.DataFrame, labels: np.ndarray[Any, Any]) -> None:
    with refused(ConfigError, "label", "not for the current one", "both or neither"):
        CHECK(frame, frame, labels)
    with refused(ConfigError, "label", "not for the reference one", "both or neither"):
        CHECK(frame, frame, cur_labels=labels)


def test_one_sided_probabilities(frame: pd.DataFrame, probabilities: np.ndarray[Any, Any]) -> None:
    with refused(ConfigError, "probabilities", "not for the current one", "both or neither"):
        CHECK(frame, frame, ref_probs=probabilities)


@pytest.mark.parametrize("kind", ["array", "list", "series", "arrow"])
def test_confidences_of_one_window_are_enough(frame: pd.DataFrame, kind: str) -> None:
    values = np.linspace(0.2, 0.9, ROWS)
    made: dict[str, Callable[[], Any]] = {
        "array": lambda: values,
        "list": lambda: values.tolist(),
        "series": lambda: pd.Series(values),
        "arrow": lambda: pa.array(values),
    }
    report = CHECK(frame, frame, cur_confidences=made[kind]())
    assert report.telemetry_snapshot is not None
    assert report.telemetry_snapshot.confidence_stats is not None
    assert report.telemetry_snapshot.confidence_stats.mean == pytest.approx(values.mean(), rel=1e-12)


@pytest.mark.parametrize("shape", [(1, ROWS, 2), (), (ROWS, 0)])
def test_probabilities_of_another_shape(
    frame: pd.DataFrame, probabilities: np.ndarray[Any, Any], shape: tuple[int, ...]
) -> None:
    with refused(ConfigError, "probabilities of reference_frame", "shape (rows, classes)", str(shape)):
        CHECK(frame, frame, ref_probs=np.full(shape, 0.5), cur_probs=probabilities)


@pytest.mark.parametrize("shape", [(ROWS,), (ROWS, 1)])
def test_probabilities_of_one_class_beside_two(
    frame: pd.DataFrame, probabilities: np.ndarray[Any, Any], shape: tuple[int, ...]
) -> None:
    with refused(ConfigError, "1 column in the reference window", "2 columns in the current one", "same classes"):
        CHECK(frame, frame, ref_probs=np.full(shape, 0.5), cur_probs=probabilities)


@pytest.mark.parametrize("classes", [1, 3])
def test_probabilities_of_other_classes(frame: pd.DataFrame, probabilities: np.ndarray[Any, Any], classes: int) -> None:
    with refused(ConfigError, "2 columns in the reference window", f"{classes} column", "same classes"):
        CHECK(frame, frame, ref_probs=probabilities, cur_probs=np.full((ROWS, classes), 1 / classes))


@pytest.mark.parametrize(
    "values",
    [[["a", "b"]] * ROWS, [[0.5, 0.5]] * (ROWS - 1) + [[1.0]], [[None, {}]] * ROWS],
    ids=["text", "ragged", "any"],
)
def test_probabilities_that_are_no_numbers(
    frame: pd.DataFrame, probabilities: np.ndarray[Any, Any], values: list[Any]
) -> None:
    with refused(ConfigError, "the probabilities of current_frame cannot be read as numbers"):
        CHECK(frame, frame, ref_probs=probabilities, cur_probs=values)


@pytest.mark.parametrize(
    "values", [["high"] * ROWS, [object()] * ROWS, ["0.5", "x"] * 30], ids=["text", "any", "mixed"]
)
def test_confidences_that_are_no_numbers(frame: pd.DataFrame, values: list[Any]) -> None:
    with refused(ConfigError, "the confidence of current_frame cannot be read as numbers"):
        CHECK(frame, frame, cur_confidences=values)


@pytest.mark.parametrize("values", [0.5, np.ones((ROWS, 2))], ids=["scalar", "matrix"])
def test_confidences_of_another_shape(frame: pd.DataFrame, values: Any) -> None:
    with refused(ConfigError, "the confidence of current_frame has one value per row"):
        CHECK(frame, frame, cur_confidences=values)


@pytest.mark.parametrize("values", [5, "a", np.ones((ROWS, 2))], ids=["scalar", "text", "matrix"])
def test_labels_of_another_shape(frame: pd.DataFrame, labels: np.ndarray[Any, Any], values: Any) -> None:
    with refused(ConfigError, "the label of current_frame has one value per row"):
        CHECK(frame, frame, labels, values)


def test_a_frame_and_a_table(frame: pd.DataFrame, database: Path) -> None:
    with refused(ConfigError, "either both frames or both tables"):
        CHECK(frame, "predictions", warehouse=database)
    with refused(ConfigError, "either both frames or both tables"):
        CHECK("predictions", frame, warehouse=database)


def test_a_frame_and_a_database(frame: pd.DataFrame, database: Path) -> None:
    with refused(ConfigError, "frames are checked in memory"):
        CHECK(frame, frame, warehouse=database)


@pytest.mark.parametrize("window", [3, None, [1, 2, 3], object(), {1, 2}, 1.5, (1, 2)])
def test_objects_that_are_no_window(window: Any) -> None:
    with refused(ConfigError, "a window is a frame", f"{type(window).__name__} is none of these"):
        CHECK(window, window)


@pytest.mark.parametrize("shape", [(ROWS,), (2, 2, 2), ()])
def test_arrays_that_are_no_table(shape: tuple[int, ...]) -> None:
    with refused(ConfigError, "shape (rows, features)", str(shape)):
        CHECK(np.ones(shape), np.ones(shape))


@pytest.mark.parametrize(
    "window",
    [{"a": np.ones(9), "b": np.ones(8)}, {"a": np.ones((9, 2))}, {"a": 1}, {"a": [[1], [2, 3]]}],
    ids=["uneven", "matrix", "scalar", "ragged"],
)
def test_mappings_that_are_no_table(window: dict[str, Any]) -> None:
    with refused(ConfigError):
        CHECK(window, window)


@pytest.mark.parametrize("window", [{}, pd.DataFrame(), pa.table({})], ids=["mapping", "pandas", "arrow"])
def test_frames_without_columns(window: Any) -> None:
    with refused(ConfigError, "reference_frame"):
        CHECK(window, window)


def test_frames_without_rows(frame: pd.DataFrame) -> None:
    report = CHECK(frame, frame.iloc[:0])
    assert not report.alerts
    assert {item.check for item in report.not_computed} == {"feature_psi", "feature_ks"}


def test_windows_that_can_be_read_only_once() -> None:
    table = pa.table({"age": np.arange(50.0)})
    assert CHECK(table.to_reader(), table.to_reader()).feature_report.results[0].ref_rows == 50
    lazy = pl.DataFrame({"age": np.arange(50.0)}).lazy()
    assert CHECK(lazy, lazy, cur_confidences=np.ones(50)).feature_report.results[0].cur_rows == 50


def test_unknown_features_and_columns(frame: pd.DataFrame) -> None:
    with refused(SourceError, "reference_frame has no column 'agee' for a feature; did you mean 'age'?"):
        CHECK(frame, frame, features=["agee"])
    with refused(SourceError, "reference_frame has no column 'income'"):
        CHECK(frame[["age"]], frame, features=["income"])
    with refused(ConfigError, "columns: unknown key 'lable'; did you mean 'label'?"):
        CHECK(frame, frame, columns={"lable": "age"})
    with refused(ConfigError, "thresholds: unknown key 'pssi'; did you mean 'psi'?"):
        CHECK(frame, frame, thresholds={"pssi": 0.1})
    with refused(ConfigError, "thresholds: psi: input should be a valid number"):
        CHECK(frame, frame, thresholds={"psi": "high"})  # type: ignore[dict-item]  # the wrong type is the point


def test_arrays_beside_tables(database: Path, labels: np.ndarray[Any, Any]) -> None:
    with refused(ConfigError, "for tables, name the label column in place of an array"):
        CHECK("predictions", "predictions", labels, labels, warehouse=database)
    with refused(ConfigError, "the label column has two names, 'a' and 'b'", "view"):
        CHECK("predictions", "predictions", "a", "b", warehouse=database)


@pytest.mark.parametrize("warehouse", [5, object(), ["a.duckdb"]])
def test_objects_that_are_no_warehouse(warehouse: Any) -> None:
    with refused(ConfigError, "a warehouse is", f"{type(warehouse).__name__} is none of these"):
        CHECK("a", "b", warehouse=warehouse)


def test_a_closed_connection() -> None:
    connection = duckdb.connect()
    connection.close()
    with refused(WarehouseError, "closed"):
        CHECK("a", "b", warehouse=connection)


def test_arguments_of_the_queue(frame: pd.DataFrame, labels: np.ndarray[Any, Any], tmp_path: Path) -> None:
    path = tmp_path / "queue.duckdb"
    with refused(ConfigError, "for frames, name the file that holds the queue"):
        driftql.enqueue_low_confidence(frame)
    with refused(ConfigError, "no column has the role 'user'", "[columns]"):
        driftql.enqueue_low_confidence(frame, queue_path=path)
    with refused(ConfigError, "the confidence of current_frame has 1 rows"):
        driftql.enqueue_low_confidence(frame, queue_path=path, cur_confidences=[0.1])
    keyed = frame.assign(user_id="u", bucket_start_ts=pd.Timestamp("2026-01-01"))
    with refused(ConfigError, "no column has the role 'confidence' or 'probabilities'"):
        driftql.enqueue_low_confidence(keyed, queue_path=path)
    with refused(ConfigError, "queue: low_confidence: input should be less than or equal to 1"):
        driftql.enqueue_low_confidence(keyed, queue_path=path, cur_confidences=np.ones(ROWS), threshold=1.5)
    with refused(ConfigError, "say where the queue is"):
        driftql.enqueue_low_confidence("predictions")
    with refused(ConfigError, "either 'warehouse' or 'queue_path'"):
        driftql.enqueue_low_confidence("predictions", queue_path=path, warehouse=path)
