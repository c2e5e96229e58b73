"""What several folders of tests share: a database with predictions, and a way to run code in a process of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from children import environment, python

# Two weeks: in the second one `age` is higher, the label 'c' more frequent and the model less sure.
ROWS = 1400


def predictions_of(rows: int = ROWS) -> dict[str, np.ndarray[Any, Any]]:
    """The columns of the table: a row every 14.4 minutes, twenty users, the second half drifted."""
    rng = np.random.default_rng(20260101)
    late = np.arange(rows) >= rows // 2
    weights = rng.dirichlet((6, 2, 1), size=rows)
    weights[late] = rng.dirichlet((2, 2, 2), size=int(late.sum()))
    order = np.argsort(-weights, axis=1)[:, 0]
    names = np.array(["a", "b", "Mixed/Unknown"], dtype=object)
    start = np.datetime64("2026-01-01T00:00:00", "us") + np.arange(rows) * np.timedelta64(14 * 60 + 24, "s")
    return {
        "user_id": np.array([f"user {k}" for k in rng.integers(0, 20, size=rows)], dtype=object),
        "bucket_start_ts": start,
        "bucket_end_ts": start + np.timedelta64(90, "s"),
        "predicted_label": names[order],
        "confidence": np.round(weights.max(axis=1), 2),
        "p_a": weights[:, 0],
        "p_b": weights[:, 1],
        "p_unknown": weights[:, 2],
        "age": rng.normal(40, 10, size=rows) + 15 * late,
        "income": rng.lognormal(10, 1, size=rows),
        "order_id": np.arange(rows),
        "note": np.array([f"note {k % 7}" for k in range(rows)], dtype=object),
    }


@pytest.fixture(scope="session")
def predictions_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that no test writes to."""
    path = tmp_path_factory.mktemp("template") / "predictions.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.register("made", predictions_of())
        connection.execute("create table predictions as select *, [p_a, p_b, p_unknown] as probs from made")
    return path


@pytest.fixture
def database(predictions_template: Path, tmp_path: Path) -> Path:
    """A database file of the test's own, with the table ``predictions``."""
    return Path(shutil.copy(predictions_template, tmp_path / "own.duckdb"))


@pytest.fixture
def in_process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Python code in a process of its own, with this installation of driftql and ``arguments`` in ``sys.argv``."""

    def run(code: str, *arguments: object, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            python(code, *arguments), capture_output=True, text=True, timeout=timeout, env=environment(), check=False
        )

    return run
