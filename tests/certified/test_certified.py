"""Large tables: bounds hold the true value, verdicts equal the exact ones, and exact means SciPy's last digit.

The oracle is SciPy and NumPy on the raw rows. The histogram path is forced on small tables, so that many cases run.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from driftql import DriftReport, run_drift_check
from driftql.check.grid import MAX_BIN, SAMPLE_FRACTIONS, choose_grid, wanted_mass
from driftql.check.limits import Limits
from tests.support import reference
from tests.support.properties import examples
from tests.support.rounding import KS_ROUNDING

Values = NDArray[Any]

EVERY_TABLE_IS_LARGE = Limits(by_value_rows=0)


def spread(kind: str, rng: np.random.Generator, rows: int, shift: float) -> Values:
    normal = rng.normal(0, 1, rows)
    match kind:
        case "normal":
            return normal + shift
        case "exponential":
            return rng.exponential(1 + shift, rows)
        case "lognormal":
            return np.exp(3 * normal + shift)
        case "cauchy":
            return rng.standard_cauchy(rows) + shift
        case "pareto":
            return (rng.pareto(1, rows) + 1) * (1 + shift)
        case "zeros":
            return np.where(rng.random(rows) < 0.9, 0.0, normal + 3 * shift)
        case "outlier":
            return np.append(normal[1:] + shift, 1e300)
        case "denormal":
            return rng.integers(0, 10_000, rows) * 5e-324 + round(1000 * shift) * 5e-324
        case "int64":
            return rng.integers(-(2**63), 2**63 - 1, rows, dtype=np.int64)
        case "wide":
            return 2**60 + rng.integers(0, 50_000, rows) + round(5000 * shift)
        case "islands":
            return np.where(rng.random(rows) < 0.5, normal * 1e-6, 1e6 + normal + shift)
        case "rounded":
            return np.round(normal + shift, 3)
        case _:
            return np.where(rng.random(rows) < 0.2, np.nan, normal + shift)


KINDS = [
    *("normal", "exponential", "lognormal", "cauchy", "pareto", "zeros", "outlier", "denormal"),
    *("int64", "wide", "islands", "rounded", "nan"),
]


def finite(values: Values) -> Values:
    return values[np.isfinite(values)] if values.dtype.kind == "f" else values


def verdicts(report: DriftReport) -> set[tuple[str, ...]]:
    return {(alert.trigger, alert.severity, *alert.affected_features) for alert in report.alerts}


@examples(25, same=True)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.tuples(st.integers(3_500, 30_000), st.integers(3_500, 30_000)),
    kinds=st.lists(st.sampled_from(KINDS), min_size=4, max_size=7, unique=True),
    shift=st.sampled_from([0.0, 0.02, 0.05, 0.1, 0.125, 0.2, 0.45, 0.5, 0.63, 0.7]),
    psi=st.sampled_from([0.2, 0.02, 0.1, 0.25]),
    evidence=st.booleans(),
)
def test_a_certified_report_says_what_the_exact_one_says(
    seed: int, rows: tuple[int, int], kinds: list[str], shift: float, psi: float, evidence: bool
) -> None:
    rng = np.random.default_rng(seed)
    ref = {kind: spread(kind, rng, rows[0], 0.0) for kind in kinds}
    cur = {kind: spread(kind, rng, rows[1], shift) for kind in kinds}
    rules = {"psi": psi, "evidence": evidence}
    certified = run_drift_check(ref, cur, thresholds=rules, limits=EVERY_TABLE_IS_LARGE)
    exact = run_drift_check(ref, cur, thresholds=rules, exact=True, limits=EVERY_TABLE_IS_LARGE)
    assert verdicts(certified) == verdicts(exact)
    for near, true in zip(certified.feature_report.results, exact.feature_report.results, strict=True):
        name = near.feature
        ref_values, cur_values = finite(ref[name]), finite(cur[name])
        oracle = stats.ks_2samp(ref_values, cur_values)
        assert abs(true.ks_statistic - oracle.statistic) <= KS_ROUNDING, name
        assert true.ks_error_bound == 0, name
        assert true.ks_p_value == pytest.approx(oracle.pvalue, abs=1e-9), name
        # A difference of the bound's own rounding is no failure of the bound.
        assert abs(near.ks_statistic - oracle.statistic) <= near.ks_error_bound + 1e-15, name
        noise = np.sqrt((len(ref_values) + len(cur_values)) / (len(ref_values) * len(cur_values)))
        assert near.ks_error_bound <= EVERY_TABLE_IS_LARGE.precision * noise, name
        true_psi = reference.psi_of_rows(ref_values, cur_values)
        assert true.psi == pytest.approx(true_psi, rel=1e-12, abs=1e-12), name
        assert abs(near.psi - true_psi) <= near.psi_error_bound + 1e-12, name


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_exact_at_a_hundred_thousand_rows(kind: str, shift: float) -> None:
    rng = np.random.default_rng(KINDS.index(kind))
    ref, cur = spread(kind, rng, 100_000, 0.0), spread(kind, rng, 80_000, shift)
    report = run_drift_check({kind: ref}, {kind: cur}, exact=True, limits=EVERY_TABLE_IS_LARGE)
    result = report.feature_report.results[0]
    oracle = stats.ks_2samp(finite(ref), finite(cur))
    assert abs(result.ks_statistic - oracle.statistic) <= KS_ROUNDING
    assert result.ks_p_value == pytest.approx(oracle.pvalue, abs=1e-9)
    assert result.psi == pytest.approx(reference.psi_of_rows(finite(ref), finite(cur)), rel=1e-12, abs=1e-12)
    names = [statement.name for statement in report.statements]
    # Bounded passes: profile (twice where there are NaN), sample, and either values, or histogram and refinement.
    assert len(names) <= 5, names
    assert sum(statement.rows for statement in report.statements if statement.name.startswith("feature")) <= 64


def test_rows_fetched_do_not_depend_on_the_size() -> None:
    rng = np.random.default_rng(5)
    for rows in (20_000, 200_000):
        ref, cur = {"x": rng.normal(size=rows)}, {"x": rng.normal(size=rows) + 0.3}
        report = run_drift_check(ref, cur, limits=EVERY_TABLE_IS_LARGE)
        assert "feature_histogram" in [statement.name for statement in report.statements]
        assert sum(statement.rows for statement in report.statements) <= 64


@examples(200, same=True)
@given(
    values=st.lists(
        st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=1, max_size=len(SAMPLE_FRACTIONS)
    ),
    low=st.floats(allow_nan=False, allow_infinity=False),
    high=st.floats(allow_nan=False, allow_infinity=False),
)
def test_a_grid_is_monotone_and_within_its_numbers(values: list[float], low: float, high: float) -> None:
    quantiles = np.quantile(np.array(values), SAMPLE_FRACTIONS, method="lower").tolist()
    low, high = min(low, high, *values), max(low, high, *values)
    grid = choose_grid([quantiles], low, high, wanted_mass(10**7, 10**7, 0.05))
    if grid is None:
        return
    points = np.unique(np.concatenate([values, [low, high], np.linspace(low, high, 101), np.nextafter(values, high)]))
    points = points[(points >= low) & (points <= high)]
    bins = np.zeros(len(points))
    with np.errstate(over="ignore"):  # an infinity on the way is a bin number at an end
        warped = points if grid.warp is None else grid.warp.apply(points)
    for term in grid.terms:
        x = np.minimum(warped, term.stop) if term.level_above else warped
        x = np.maximum(x, term.start) if term.level_below else x
        bins = bins + (x - term.start) * term.scale
    numbers = np.rint(bins)
    assert (np.diff(numbers) >= 0).all()
    assert numbers.min() >= 0
    assert numbers.max() <= MAX_BIN
