"""Evidence of days and users, on every engine, against DuckDB on the same rows (which tests/oracle holds against pandas)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

import driftql
from driftql.config import Thresholds
from tests.conformance import rows
from tests.conformance.engines_here import HERE, Here, Session, Table

DAYS, PER_DAY = 6, 30
WANTED = ("user_id", "bucket_start_ts", "predicted_label", "p_a", "p_b", "p_r")


def _side(place: int) -> Table:
    """Return six days, the second time with an effect in everything."""
    count = DAYS * PER_DAY
    rng = np.random.default_rng(place)
    made = rows.predictions(count, place, dt.datetime(2026, 3, 1), (6.0, 1.5)[place])
    first = dt.datetime(2026, 3, 1) + place * dt.timedelta(days=DAYS)
    times = [first + dt.timedelta(days=number // PER_DAY, minutes=20 * (number % PER_DAY)) for number in range(count)]
    lost = rng.random(count) < (0.05, 0.5)[place]
    values: list[Any] = rng.normal(place, 1, count).tolist()
    values[:2] = [float("nan"), float("inf")]
    cities = rng.choice(["x", 'it\'s \\ "y"', "Ü"] if place else ["x", 'it\'s \\ "y"'], count).tolist()
    return {
        **{name: made[name] for name in WANTED if name in made},
        "bucket_start_ts": (made["bucket_start_ts"][0], times),
        "moved": ("float", values),
        "lost": ("float", [None if gone else 1.0 + number % 5 for number, gone in enumerate(lost)]),
        "city": ("text", cities),
    }


def _evidence(session: Session, sides: tuple[Table, Table], types: set[str]) -> dict[tuple[str, str | None], Any]:
    for name, table in zip(("before", "after"), sides, strict=True):
        session.load(name, {column: values for column, values in table.items() if values[0] in types})
    with session.connect() as warehouse:
        report = driftql.run_drift_check("before", "after", warehouse=warehouse, thresholds=Thresholds(evidence="auto"))
    found = {(one.check, one.feature and one.feature.lower()): one for one in report.cluster_evidence}
    assert all(set(one.clusters) == {"days", "users"} for one in found.values() if one.p_value and one.p_value < 1e-3)
    assert {run.name for run in report.statements} >= {"cluster_counts", "cluster_sums"}
    return found


@pytest.mark.only_sql
@pytest.mark.needs("check")
def test_days_and_users(here: Here, session: Session, tmp_path: Any) -> None:
    sides = _side(0), _side(1)
    found = _evidence(session, sides, set(here.types))
    apart = tmp_path / "apart"
    apart.mkdir()
    with HERE["duckdb"].start(apart) as running, HERE["duckdb"].session(running, apart) as other:
        wanted = _evidence(other, sides, set(here.types))
    assert found.keys() == wanted.keys()
    assert {check for check, _ in found} >= {"feature_psi", "reject_rate_increase", "missing_increase", "class_shift"}
    for key, one in found.items():
        expected = wanted[key]
        assert one.p_value == pytest.approx(expected.p_value, rel=1e-7, abs=1e-300), key
        assert one.degrees_of_freedom == pytest.approx(expected.degrees_of_freedom, rel=1e-9), key
        assert (one.counts_as, one.clusters, one.autocorrelation) == (
            expected.counts_as,
            expected.clusters,
            pytest.approx(expected.autocorrelation),
        ), key
