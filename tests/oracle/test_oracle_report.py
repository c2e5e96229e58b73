"""A report is data: it survives JSON, tells every statement, and holds no rows."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftql import DriftReport, connect, run_drift_check, write_drift_report
from tests.support.properties import examples


def windows(sizes: tuple[int, int], shift: float, seed: int = 0) -> list[pa.Table]:
    rng = np.random.default_rng(seed)
    sides = []
    for side, size in enumerate(sizes):
        peak = 1.0 if side and shift else 40.0
        rows = rng.dirichlet([peak, 1, 1], size)
        sides.append(
            pa.table(
                {
                    "user_id": rng.choice([f"u{k}" for k in range(40)], size),
                    "bucket_start_ts": pa.array(
                        np.datetime64("2024-01-01", "us") + np.arange(size).astype("timedelta64[m]")
                    ),
                    "predicted_label": rng.choice(
                        ["a", "Mixed/Unknown"],
                        size,
                        p=[0.9 - 0.5 * side * bool(shift)] * 1 + [0.1 + 0.5 * side * bool(shift)],
                    ),
                    "confidence": rng.random(size),
                    "probs": rows.tolist(),
                    "moved": rng.normal(side * shift, 1, size),
                    "nan": np.where(rng.random(size) < 0.1, np.inf, rng.normal(size=size)),
                    "constant": np.ones(size),
                    "many": rng.integers(0, 5000, size),
                }
            )
        )
    return sides


def floats_of(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for each in value.values():
            yield from floats_of(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from floats_of(each)
    elif isinstance(value, float):
        yield value


@examples(15, same=True)
@given(
    sizes=st.tuples(*[st.sampled_from([0, 1, 5, 12, 80, 500])] * 2),
    shift=st.sampled_from([0.0, 2.0]),
    evidence=st.booleans(),
)
def test_json_round_trip(sizes: tuple[int, int], shift: float, evidence: bool) -> None:
    report = run_drift_check(*windows(sizes, shift), thresholds={"evidence": evidence}, name='it\'s "mine" ☃')
    text = report.model_dump_json()
    again = DriftReport.model_validate_json(text)
    assert again == report
    assert again.model_dump_json() == text
    assert json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in JSON")) == json.loads(text)
    assert all(math.isfinite(number) for number in floats_of(report.model_dump()))
    assert DriftReport.model_validate(report.model_dump()) == report


def test_the_file_holds_the_report(tmp_path: Path) -> None:
    report = run_drift_check(*windows((300, 300), 2.0))
    assert len(report.alerts) >= 4
    path = write_drift_report(report, tmp_path / "new folder" / "report.json")
    assert DriftReport.model_validate_json(path.read_text(encoding="utf-8")) == report
    assert [each.name for each in path.parent.iterdir()] == ["report.json"]


def test_every_run_has_an_id_of_its_own() -> None:
    frames = windows((50, 50), 0.0)
    ids = {run_drift_check(*frames).run_id for _ in range(3)}
    assert len(ids) == 3
    assert all(isinstance(each, uuid.UUID) for each in ids)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("shift", [0.0, 2.0])
def test_rows_fetched_do_not_grow_with_the_table(exact: bool, shift: float, con: duckdb.DuckDBPyConnection) -> None:
    fetched = {}
    for size in (2_000, 20_000, 80_000):
        for name, table in zip(("before", "after"), windows((size, size), shift), strict=True):
            con.register("made", table)
            con.execute(f"create or replace table {name} as select * from made")
        report = run_drift_check("before", "after", warehouse=con, exact=exact)
        assert report.reference.rows == report.current.rows == size
        assert report.statements
        assert all(run.sql.strip() and run.name and run.seconds >= 0 for run in report.statements)
        assert max(run.rows for run in report.statements) <= 400
        fetched[size] = sum(run.rows for run in report.statements)
    assert all(count <= 1_000 for count in fetched.values()), fetched


def test_the_statements_can_be_run_again(con: duckdb.DuckDBPyConnection) -> None:
    """What the report shows is what was run: each statement gives as many rows by hand."""
    for name, table in zip(("before", "after"), windows((500, 400), 2.0), strict=True):
        con.register("made", table)
        con.execute(f"create table {name} as select * from made")
    report = run_drift_check("before", "after", warehouse=con)
    names = [run.name for run in report.statements]
    assert {"window_profile", "label_profile", "confidence_profile", "feature_counts"} <= set(names)
    assert any(name.startswith("users_by") for name in names)
    for run in report.statements:
        assert len(con.execute(run.sql).fetchall()) == run.rows


def test_a_check_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "data.duckdb"
    with duckdb.connect(str(path)) as con:
        for name, table in zip(("before", "after"), windows((500, 400), 2.0), strict=True):
            con.register("made", table)
            con.execute(f"create table {name} as select * from made")
            con.unregister("made")
    content = path.read_bytes()
    with connect(path) as warehouse:
        assert run_drift_check("before", "after", warehouse=warehouse).alerts
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["data.duckdb"]


def test_the_same_data_gives_the_same_numbers() -> None:
    frames = windows((700, 600), 0.3)
    first, second = (run_drift_check(*frames).model_dump(mode="json") for _ in range(2))
    for each in (first, second):
        del (
            each["run_id"],
            each["timestamp"],
            each["feature_report"]["timestamp"],
            each["telemetry_snapshot"]["timestamp"],
        )
        for run in each["statements"]:
            del run["seconds"]
        for alert in each["alerts"]:
            del alert["timestamp"]
    assert first == second


def test_frames_are_not_changed() -> None:
    frames = [pd.DataFrame({"f": np.arange(50.0), "predicted_label": ["a"] * 50}) for _ in range(2)]
    copies = [frame.copy() for frame in frames]
    run_drift_check(*frames, cur_confidences=np.ones(50), ref_confidences=np.ones(50))
    for frame, copy in zip(frames, copies, strict=True):
        pd.testing.assert_frame_equal(frame, copy)
