"""The table that several folders of tests start from."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["ROWS", "predictions_of"]

# Two weeks: in the second one `age` is higher, the label 'c' more frequent and the model less sure.
ROWS = 1400


def predictions_of(rows: int = ROWS) -> dict[str, np.ndarray[Any, Any]]:
    """Return the columns of the table: a row every 14.4 minutes, twenty users, the second half drifted."""
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
        "note": np.array([f"note {k}" for k in range(rows)], dtype=object),
    }
