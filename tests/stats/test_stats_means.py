"""Moments and Welch's test against NumPy and SciPy on the raw rows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from driftql.stats import Moments, combine, critical_t, welch
from tests.support.properties import examples

VALUES = st.lists(st.floats(-1e6, 1e6), max_size=30)


def moments(values: list[float] | np.ndarray) -> Moments:
    rows = np.asarray(values, dtype=np.float64)
    if rows.size == 0:
        return Moments(0, math.nan, math.nan)
    return Moments(rows.size, float(rows.mean()), float(rows.var(ddof=1)) if rows.size > 1 else math.nan)


@given(st.lists(VALUES, max_size=8))
def test_combined_moments_are_those_of_all_rows(parts: list[list[float]]) -> None:
    together, expected = combine(map(moments, parts)), moments([value for part in parts for value in part])
    assert together.n == expected.n
    assert together.mean == pytest.approx(expected.mean, rel=1e-9, abs=1e-6, nan_ok=True)
    assert together.variance == pytest.approx(expected.variance, rel=1e-9, abs=1e-6, nan_ok=True)


def test_combining_does_not_cancel() -> None:
    rows = 1e9 + np.random.default_rng(0).normal(size=10_000)
    together = combine(moments(part) for part in np.array_split(rows, 7))
    # Sums of squares would be near 1e22 here, where neighbouring floats lie 2 million apart.
    assert together.variance == pytest.approx(rows.var(ddof=1), rel=1e-7)


def test_combining_refuses_a_negative_size() -> None:
    with pytest.raises(ValueError, match="-1"):
        combine([Moments(-1, 0.0, 0.0)])


@examples(200)
@given(st.integers(2, 60), st.integers(2, 60), st.floats(-2, 2), st.floats(1e-3, 1e3), st.integers(0, 2**32))
def test_p_value_is_scipys(n: int, m: int, shift: float, spread: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ref, cur = rng.normal(size=n), rng.normal(shift, spread, size=m)
    expected = stats.ttest_ind(cur, ref, equal_var=False, alternative="greater").pvalue
    assert welch(moments(ref), moments(cur)) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_one_variance_may_be_zero() -> None:
    ref, cur = Moments(5, 1.0, 0.0), Moments(6, 2.0, 3.0)
    expected = stats.ttest_ind_from_stats(
        2.0, math.sqrt(3.0), 6, 1.0, 0.0, 5, equal_var=False, alternative="greater"
    ).pvalue
    assert welch(ref, cur) == pytest.approx(expected, rel=1e-9)


def test_both_variances_zero() -> None:
    low, high = Moments(5, 1.0, 0.0), Moments(5, 2.0, 0.0)
    assert (welch(low, high), welch(high, low), welch(low, low)) == (0.0, 1.0, 1.0)


def test_tiny_variances_do_not_underflow() -> None:
    p = welch(Moments(10, 0.0, 1e-200), Moments(10, 1e-100, 1e-200))
    expected = stats.ttest_ind_from_stats(1.0, 1.0, 10, 0.0, 1.0, 10, equal_var=False, alternative="greater")
    assert p == pytest.approx(expected.pvalue, rel=1e-9)


@pytest.mark.parametrize(
    ("ref", "cur", "says"),
    [
        (Moments(1, 0.0, math.nan), Moments(5, 0.0, 1.0), "reference window has 1 value:"),
        (Moments(5, 0.0, 1.0), Moments(0, math.nan, math.nan), "current window has 0 values:"),
        (Moments(5, math.nan, 1.0), Moments(5, 0.0, 1.0), "not a number"),
        (Moments(5, 0.0, 1.0), Moments(5, 0.0, -1.0), "not a number"),
    ],
)
def test_welch_refuses(ref: Moments, cur: Moments, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        welch(ref, cur)


@pytest.mark.parametrize("level", [0.05, 0.001, 1e-8])
def test_critical_t_is_scipys(level: float) -> None:
    freedom = np.array([1.0, 2.5, 10.0, 1000.0, 1e7])
    assert critical_t(level, freedom) == pytest.approx(stats.t.isf(level, freedom), rel=1e-8)


def test_critical_t_without_freedom_is_out_of_reach() -> None:
    assert critical_t(0.05, [0.0, -1.0, math.nan]).tolist() == [math.inf] * 3
