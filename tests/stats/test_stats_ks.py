"""KS from two counts against ``scipy.stats.ks_2samp`` on the raw rows."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from driftql.stats import KsOutcome, ks_from_counts, ks_p_value
from tests.support.properties import examples
from tests.support.rounding import KS_ROUNDING


def farthest(ref: np.ndarray, cur: np.ndarray) -> tuple[int, int, int, int]:
    values = np.unique(np.concatenate([ref, cur]))
    ref_at = np.searchsorted(np.sort(ref), values, side="right")
    cur_at = np.searchsorted(np.sort(cur), values, side="right")
    best = int(np.argmax(np.abs(ref_at / ref.size - cur_at / cur.size)))
    return int(ref_at[best]), int(cur_at[best]), ref.size, cur.size


def scipys(ref: np.ndarray, cur: np.ndarray) -> KsOutcome:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        outcome = stats.ks_2samp(ref, cur)
    return KsOutcome(float(outcome.statistic), float(outcome.pvalue))


@examples(150)
@given(
    st.integers(1, 250),
    st.integers(1, 250),
    st.floats(-2, 2),
    st.sampled_from([None, 0, 1]),
    st.integers(0, 2**32),
)
def test_small_windows_are_scipys(n: int, m: int, shift: float, decimals: int | None, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ref, cur = rng.normal(size=n), rng.normal(shift, size=m)
    if decimals is not None:
        ref, cur = np.round(ref, decimals), np.round(cur, decimals)
    ours, theirs = ks_from_counts(*farthest(ref, cur)), scipys(ref, cur)
    assert abs(ours.statistic - theirs.statistic) <= KS_ROUNDING
    assert ours.p_value == pytest.approx(theirs.p_value, rel=1e-9, abs=1e-30)


@pytest.mark.parametrize(
    ("n", "m"),
    [
        (10_000, 10_000),
        (10_000, 9_999),
        (9_973, 7),
        (10_001, 10_001),
        (10_001, 3),
        (40, 30_000),
        (20_000, 13_001),
    ],
)
@pytest.mark.parametrize("shift", [0.0, 0.03, 0.3])
def test_both_sides_of_the_exact_limit_are_scipys(n: int, m: int, shift: float) -> None:
    rng = np.random.default_rng([n, m])
    ref, cur = rng.normal(size=n), np.round(rng.normal(shift, size=m), 2)
    ours, theirs = ks_from_counts(*farthest(ref, cur)), scipys(ref, cur)
    assert abs(ours.statistic - theirs.statistic) <= KS_ROUNDING
    assert ours.p_value == pytest.approx(theirs.p_value, rel=1e-9, abs=1e-30)


@pytest.mark.parametrize("effective", [5_000, 5_001, 20_011, 140_000])
@pytest.mark.parametrize("scaled", [1.49, 1.7, 2.0, 3.0, 5.0, 8.0])
def test_far_tail_is_kstwos(effective: int, scaled: float) -> None:
    distance = scaled / effective**0.5
    n = 2 * effective
    expected = stats.kstwo.sf(distance, effective)
    assert ks_p_value(distance, n + 1, n) == pytest.approx(expected, rel=1e-9)


def test_p_below_any_doubt_is_not_waited_for() -> None:
    outcome = ks_from_counts(4000, 0, 10_000, 9_000)
    assert outcome.statistic == 0.4
    assert outcome.p_value < 1e-30


def test_separate_and_equal_windows() -> None:
    assert ks_from_counts(5, 0, 5, 3).statistic == 1.0
    assert ks_from_counts(5, 3, 5, 3) == (0.0, 1.0)


def test_no_warning_where_scipy_gives_up_the_exact_form() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for n, m in ((9_999, 10_000), (9_973, 9_967)):
            p_values = [ks_from_counts(distance, 0, n, m).p_value for distance in (1, 40, 400, 5000)]
            assert p_values == sorted(p_values, reverse=True)
            assert p_values[0] == pytest.approx(1.0)
            assert 0 <= p_values[-1] < 1e-300


@examples(60)
@given(st.integers(1, 60), st.integers(1, 60))
def test_p_of_every_possible_distance_is_that_of_its_counts(n: int, m: int) -> None:
    rng = np.random.default_rng([n, m])
    for _ in range(10):
        ref_at, cur_at = int(rng.integers(0, n + 1)), int(rng.integers(0, m + 1))
        outcome = ks_from_counts(ref_at, cur_at, n, m)
        assert ks_p_value(outcome.statistic, n, m) == pytest.approx(outcome.p_value, rel=1e-9)
        assert ks_p_value(abs(ref_at / n - cur_at / m), n, m) == pytest.approx(outcome.p_value, rel=1e-9)


@pytest.mark.parametrize(("n", "m"), [(5, 7), (50, 50), (1000, 51), (10_000, 9_000), (10_000, 20_000), (10**6, 10**6)])
def test_p_never_rises_with_the_distance(n: int, m: int) -> None:
    p = [ks_p_value(float(d), n, m) for d in np.concatenate([np.linspace(0, 0.1, 40), np.linspace(0.1, 1, 20)])]
    assert p[0] == 1.0
    assert (np.diff(p) <= 1e-12).all()
    assert p[-1] < 0.01


def test_p_of_a_distance_between_two_possible_ones_is_that_of_the_larger() -> None:
    assert ks_p_value(0.41, 10, 10) == ks_p_value(0.5, 10, 10) < ks_p_value(0.4, 10, 10)


@pytest.mark.parametrize("counts", [(0, 0, 0, 5), (0, 0, 5, 0), (6, 0, 5, 5), (0, 6, 5, 5), (-1, 0, 5, 5)])
def test_counts_are_checked(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"ref|cur"):
        ks_from_counts(*counts)


@pytest.mark.parametrize("distance", [-0.1, 1.1, float("nan")])
def test_distance_is_checked(distance: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        ks_p_value(distance, 5, 5)
