"""Large windows: heavy tails, ties, adversarial clusters, and the border of SciPy's exact KS p-value."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from driftql import DriftReport, run_drift_check
from tests.support import reference
from tests.support.checks import check_feature, check_location, result_of

TABLES = ("before", "after")
Draw = Callable[[np.random.Generator, int, float], np.ndarray]

SHAPES: dict[str, Draw] = {
    "normal": lambda rng, n, shift: rng.normal(shift, 1, n),
    "exponential": lambda rng, n, shift: rng.exponential(1 + shift, n),
    "lognormal": lambda rng, n, shift: rng.lognormal(shift, 3, n),
    "cauchy": lambda rng, n, shift: rng.standard_cauchy(n) + shift,
    "pareto": lambda rng, n, shift: rng.pareto(1, n) + 1 + shift,
    "zeros": lambda rng, n, shift: np.where(rng.random(n) < 0.9 - shift / 10, 0.0, rng.normal(0, 5, n)),
    "mostly zeros": lambda rng, n, shift: np.where(rng.random(n) < 0.95 - shift / 10, 0.0, rng.exponential(5, n)),
    "hundred": lambda rng, n, shift: np.minimum(rng.integers(0, 100, n) + round(5 * shift), 99),
    "rounded": lambda rng, n, shift: np.round(rng.normal(shift, 1, n), 2),
    "flags": lambda rng, n, shift: rng.random(n) < 0.3 + shift / 5,
}

# What a method that narrows intervals of doubles down might trip over.
CLUSTERS: dict[str, Draw] = {
    "outliers": lambda rng, n, shift: np.where(rng.random(n) < 1e-3, rng.normal(0, 1e300, n), rng.normal(shift, 1, n)),
    "next floats": lambda rng, n, shift: 1.0 + np.finfo(float).eps * rng.integers(round(9 * shift), 60, n),
    "denormal": lambda rng, n, shift: 5e-324 * rng.integers(-50 + round(20 * shift), 50, n),
    "two scales": lambda rng, n, shift: np.where(rng.random(n) < 0.5, 1e-9, 1e9) * (rng.normal(0, 1, n) + shift),
    "one outlier": lambda rng, n, shift: np.concatenate([[1e308], rng.normal(shift, 1e-3, n - 1)]),
    "whole range": lambda rng, n, shift: rng.choice([-1.0, 1.0], n) * 10.0 ** rng.uniform(-300, 300 - 9 * shift, n),
    "far from zero": lambda rng, n, shift: 1e15 + rng.integers(0, 900, n) + round(40 * shift),
    "nearly constant": lambda rng, n, shift: np.where(rng.random(n) < 1e-3 + shift / 500, 7.25, 7.0),
    "lattice": lambda rng, n, shift: rng.integers(0, 1 << 40, n) * 0.1 + shift * 1e10,
}


def windows(shapes: dict[str, Draw], sizes: tuple[int, int], shift: float, seed: int) -> list[dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    return [
        {name: draw(rng, n, move) for name, draw in shapes.items()} for n, move in zip(sizes, (0, shift), strict=True)
    ]


def check_all(report: DriftReport, sides: list[dict[str, np.ndarray]], bins: int = 10) -> None:
    for name in sides[0]:
        ref, cur = sides[0][name], sides[1][name]
        check_feature(report, name, reference.feature_of_arrays(ref, cur, bins))
        check_location(result_of(report, name), ref, cur)


SIZES = [
    (20_000, 20_000, 0.0),
    (40_000, 25_000, 0.02),
    (200_000, 120_000, 0.5),
    (3, 50_000, 0.0),
    (50_000, 3, 0.5),
    (12_000, 9_000, 0.05),
]


@pytest.mark.parametrize(("n", "m", "shift"), SIZES)
def test_usual_shapes(n: int, m: int, shift: float) -> None:
    sides = windows(SHAPES, (n, m), shift, n + m)
    report = run_drift_check(*(pd.DataFrame(side) for side in sides), thresholds={"min_rows": 1}, exact=True)
    check_all(report, sides)


@pytest.mark.parametrize(("n", "m", "shift"), [(30_000, 40_000, 0.0), (150_000, 60_000, 0.3)])
def test_clusters(n: int, m: int, shift: float) -> None:
    sides = windows(CLUSTERS, (n, m), shift, n + m)
    check_all(run_drift_check(*(pl.DataFrame(side) for side in sides), exact=True), sides)


@pytest.mark.parametrize(("n", "m"), [(10_000, 10_000), (10_000, 9_999), (10_001, 9_999), (10_001, 10_001)])
def test_the_border_of_the_exact_p_value(n: int, m: int) -> None:
    rng = np.random.default_rng(n * m)
    sides = [{"near": rng.normal(size=n), "far": rng.normal(size=n)}]
    sides.append({"near": rng.normal(0.01, 1, size=m), "far": rng.normal(0.06, 1, size=m)})
    check_all(run_drift_check(*(pa.table(side) for side in sides)), sides)


def test_half_a_million_rows() -> None:
    rng = np.random.default_rng(5)
    n, m = 500_000, 400_000
    sides = [
        {
            "smooth": rng.normal(shift, 1, size),
            "heavy": rng.standard_cauchy(size) * (1 + shift),
            "cents": np.round(rng.gamma(2, 30 + shift, size), 2),
            "zeros": np.where(rng.random(size) < 0.9, 0.0, rng.normal(shift, 1e6, size)),
        }
        for size, shift in ((n, 0.0), (m, 0.004))
    ]
    check_all(run_drift_check(*(pa.table(side) for side in sides), exact=True), sides)


@pytest.mark.parametrize("bins", [2, 7, 20, 100])
def test_any_number_of_bins(bins: int) -> None:
    chosen = {name: SHAPES[name] for name in ("lognormal", "hundred", "zeros", "rounded")}
    sides = windows(chosen, (30_000, 7_000), 0.3, bins)
    check_all(run_drift_check(*(pd.DataFrame(side) for side in sides), thresholds={"psi_bins": bins}), sides, bins)


def test_wide_integers_and_decimals(con: duckdb.DuckDBPyConnection) -> None:
    """Doubles would merge these values; D is that of the exact ones, the edges are doubles."""
    rng = np.random.default_rng(8)
    exact: list[dict[str, np.ndarray]] = []
    for name, size, shift in (("before", 60_000, 0), ("after", 45_000, 30)):
        side = {
            "near": 2**53 + rng.integers(shift, 900, size),
            "clock": 1_700_000_000_000_000_000 + rng.integers(0, 10**15, size) + shift * 10**13,
            "ends": np.where(rng.random(size) < 0.5, -(2**63), 2**63 - 900) + rng.integers(shift, 900, size),
        }
        side["money"] = 10**17 + rng.integers(0, 10**9, size) + shift * 10**6
        exact.append(side)
        con.register("made", pa.table(side))
        con.execute(
            f"create table {name} as select near, clock, ends, cast(digits[1:16] || '.' || digits[17:18] as "
            "decimal(38, 2)) as money from (select *, cast(money as varchar) as digits from made)"
        )
    report = run_drift_check("before", "after", warehouse=con, exact=True)
    for name in ("near", "clock", "ends", "money"):
        ref, cur = (side[name] for side in exact)
        ranks = np.unique(np.concatenate([ref, cur]), return_inverse=True)[1].astype(float)
        doubles = [ref.astype(float), cur.astype(float)]
        if name == "money":
            doubles = [con.sql(f"select money::double as money from {t}").fetchnumpy()["money"] for t in TABLES]
        wanted = reference.feature_of_arrays(doubles[0], doubles[1])
        wanted.ks = reference.ks_of(ranks[: len(ref)], ranks[len(ref) :])
        check_feature(report, name, wanted)
    merged = reference.ks_of(exact[0]["near"].astype(float), exact[1]["near"].astype(float))
    assert merged[0] != result_of(report, "near").ks_statistic


def test_missing_and_non_finite_values_among_many() -> None:
    rng = np.random.default_rng(9)
    sides = []
    for size in (60_000, 50_000):
        values = np.where(rng.random(size) < 0.1, rng.choice([np.nan, np.inf, -np.inf], size), rng.normal(size=size))
        sides.append(pa.table({"f": pa.array(values, mask=rng.random(size) < 0.05)}))
    report = run_drift_check(*sides, exact=True)
    check_feature(report, "f", reference.feature(*(side["f"].to_pylist() for side in sides)))


def verdicts(report: DriftReport) -> list[tuple[str, str, list[str]]]:
    return [(str(alert.trigger), alert.severity, alert.affected_features) for alert in report.alerts]


BOUNDED = [
    (SHAPES, 30_000, 15_000, 0.0),
    (SHAPES, 120_000, 50_000, 0.4),
    (SHAPES, 400, 50_000, 0.1),
    (CLUSTERS, 30_000, 20_000, 0.0),
    (CLUSTERS, 90_000, 40_000, 0.3),
]


@pytest.mark.parametrize(
    ("shapes", "n", "m", "shift"), BOUNDED, ids=lambda value: "" if isinstance(value, dict) else None
)
def test_without_exact_the_bounds_hold_and_the_verdicts_are_the_same(
    shapes: dict[str, Draw], n: int, m: int, shift: float
) -> None:
    sides = windows(shapes, (n, m), shift, n + m + 1)
    frames = [pa.table(side) for side in sides]
    noise = ((n + m) / (n * m)) ** 0.5
    truths = {name: reference.feature_of_arrays(sides[0][name], sides[1][name]) for name in sides[0]}
    for rules in ({"evidence": False, "psi": 0.02}, {"psi": 0.02, "ks": 0.01, "alpha": 0.2}):
        report = run_drift_check(*frames, thresholds=rules)
        assert verdicts(report) == verdicts(run_drift_check(*frames, thresholds=rules, exact=True))
        for name in sides[0]:
            found = result_of(report, name)
            wanted = truths[name]
            assert (found.ref_rows, found.cur_rows) == (n, m)
            assert wanted.ks is not None
            assert found.ks_statistic is not None
            shown = (name, found, wanted)
            if found.ks_error_bound == 0 and found.psi_error_bound == 0:
                check_feature(report, name, wanted)
                continue
            assert abs(found.ks_statistic - wanted.ks[0]) <= found.ks_error_bound + 1e-15, shown
            assert found.ks_error_bound <= 0.05 * noise * (1 + 1e-9), shown
            assert found.psi is not None, shown
            assert wanted.psi is not None, shown
            assert abs(found.psi - wanted.psi) <= found.psi_error_bound + 1e-12, shown
            assert sum(each.ref_count for each in found.bins) == n, shown
            assert sum(each.cur_count for each in found.bins) == m, shown


def test_something_is_bounded() -> None:
    """The test above is worth something: smooth features of large windows are not counted exactly by default."""
    rng = np.random.default_rng(10)
    frames = [{"f": rng.normal(size=100_000)}, {"f": rng.normal(size=100_000)}]
    assert result_of(run_drift_check(*frames), "f").ks_error_bound > 0
    assert result_of(run_drift_check(*frames, exact=True), "f").ks_error_bound == 0
