"""The rows of the conformance tests: plain Python values, so that a reference can look at what an engine was given."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np

from tests.conformance.engines_here import Table

__all__ = ["LABELS", "REJECT", "features", "large", "predictions"]

REJECT = "Mixed/Unknown"
LABELS = ("a", "it's 100 % :b", REJECT)
NAN, INF = float("nan"), float("inf")
BIG = 2**63 - 1_000


def features(rows: int, shift: float, seed: int) -> Table:
    """Return one column per difficulty; the same columns whatever the number of rows."""
    rng = np.random.default_rng(seed)

    def holes(values: list[Any], *strange: Any) -> list[Any]:
        for place, value in enumerate(strange):
            values[place :: 11 + place] = [value] * len(values[place :: 11 + place])
        return values

    return {
        "steady": ("float", rng.normal(40, 10, rows).tolist()),
        "Shifted Up": ("float", rng.normal(shift, 1, rows).tolist()),
        "select": ("float", rng.lognormal(0, 1 + shift, rows).tolist()),
        'quo"ted %s :x': ("float", rng.exponential(1 + shift, rows).tolist()),
        "holes": ("float", holes(rng.normal(0, 1, rows).tolist(), None, NAN, INF, -INF)),
        "only_nan": ("float", [NAN] * rows),
        "gone": ("float", [None] * rows),
        "constant": ("float", [7.25 + shift] * rows),
        "extremes": ("float", (rng.choice([-1.0, 1.0], rows) * 10.0 ** rng.uniform(-300, 300 - shift, rows)).tolist()),
        "ties": ("integer", holes([int(n) for n in rng.integers(0, 5, rows)], None)),
        "big": ("integer", [BIG - int(n) for n in rng.integers(0, 900 + int(90 * shift), rows)]),
        "negative": ("integer", [-BIG + int(n) for n in rng.integers(0, 40, rows)]),
        "price": ("decimal", holes([Decimal(int(n)) / 100 for n in rng.integers(0, 9_999, rows)], None)),
        "long": (
            "long decimal",
            [Decimal(10**17) + Decimal(int(n)).scaleb(-10) for n in rng.integers(0, 60 + int(9 * shift), rows)],
        ),
        "flag": ("boolean", holes([bool(n) for n in rng.random(rows) < 0.3 + shift / 5], None)),
    }


def predictions(rows: int, seed: int, first: dt.datetime, sureness: float) -> Table:
    """Return a table of predictions: users, buckets a minute apart, labels, probabilities as columns and as a list."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet((sureness, 2, 1), size=rows)
    labels: list[Any] = [LABELS[place] for place in np.argmax(weights, axis=1)]
    labels[::17] = [None] * len(labels[::17])
    vectors = [[float(p) for p in row] for row in weights]
    for place in range(5, rows, 23):
        vectors[place][1] = NAN
    for place in range(7, rows, 29):
        vectors[place][0] = 1.5
    for place in range(9, rows, 31):
        vectors[place][2] = -0.25
    starts = [first + dt.timedelta(minutes=place) for place in range(rows)]
    confidence: list[Any] = [round(float(row.max()), 2) for row in weights]
    confidence[3::41] = [None] * len(confidence[3::41])
    return {
        "user_id": ("text", [f"user {n}" for n in rng.integers(0, 6, rows)]),
        "bucket_start_ts": ("timestamp", starts),
        "bucket_end_ts": ("timestamp", [start + dt.timedelta(seconds=30) for start in starts]),
        "predicted_label": ("text", labels),
        "confidence": ("float", confidence),
        "p_a": ("float", [row[0] for row in vectors]),
        "p_b": ("float", [row[1] for row in vectors]),
        "p_r": ("float", [row[2] for row in vectors]),
        "probs": ("list", vectors),
        "schema_version": ("text", ["v1"] * rows),
        "age": ("float", (rng.normal(40, 10, rows) + 30 / sureness).tolist()),
    }


def large(rows: int, shift: float, seed: int) -> Table:
    """More rows than are grouped by value: what takes the way over histograms."""
    rng = np.random.default_rng(seed)
    return {
        "normal": ("float", rng.normal(shift, 1, rows).tolist()),
        "heavy": ("float", rng.standard_cauchy(rows).tolist()),
        "Money": ("float", rng.lognormal(shift, 2, rows).tolist()),
        "wide": ("integer", [int(n) for n in rng.integers(2**60, 2**62 + round(shift * 2**59), rows)]),
        "few": ("integer", [int(n) for n in np.minimum(rng.integers(0, 100, rows) + round(5 * shift), 99)]),
        "holes": (
            "float",
            [None if k % 7 == 0 else NAN if k % 9 == 0 else float(x) for k, x in enumerate(rng.random(rows))],
        ),
        "flag": ("boolean", [bool(n) for n in rng.random(rows) < 0.3 + shift / 5]),
    }
