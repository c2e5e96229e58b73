"""PSI and its edges against NumPy on raw rows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from driftql.stats import interpolate_edges, merge_edges, psi, psi_contributions, quantile_ranks
from tests.support import reference

FINITE = st.floats(min_value=-1e300, max_value=1e300, allow_nan=False)
TIED = st.integers(-3, 3).map(float)
WINDOW = st.one_of(st.lists(FINITE, min_size=1, max_size=80), st.lists(TIED, min_size=1, max_size=80))
COUNTS = st.lists(st.integers(0, 1000), min_size=10, max_size=10).filter(any)


def edges_of(ref: np.ndarray, bins: int = 10) -> np.ndarray:
    ordered = np.sort(ref)
    lo, hi, fraction = quantile_ranks(ordered.size, bins)
    return interpolate_edges(ordered[lo], ordered[hi], fraction)


@given(WINDOW, st.integers(2, 40))
def test_edges_are_numpys_to_the_last_bit(values: list[float], bins: int) -> None:
    ref = np.array(values)
    assert np.array_equal(edges_of(ref, bins), np.percentile(ref, np.linspace(0, 100, bins + 1)[1:-1]))


@pytest.mark.parametrize("n", [1, 2, 3, 10, 99, 100, 101, 4999, 65_537])
@pytest.mark.parametrize("bins", [2, 3, 7, 10, 20, 97])
def test_edges_are_numpys_at_every_size(n: int, bins: int) -> None:
    ref = np.random.default_rng([n, bins]).lognormal(0.0, 3.0, n)
    assert np.array_equal(edges_of(ref, bins), np.percentile(ref, np.linspace(0, 100, bins + 1)[1:-1]))


def test_ranks_stay_inside_the_window() -> None:
    for n in range(1, 60):
        lo, hi, fraction = quantile_ranks(n, 10)
        assert lo.shape == hi.shape == fraction.shape == (9,)
        assert lo.min() >= 0
        assert hi.max() <= n - 1
        assert ((hi - lo == 1) | (lo == n - 1)).all()
        assert ((fraction >= 0) & (fraction < 1)).all()


@pytest.mark.parametrize(("n", "bins"), [(0, 10), (-1, 10), (10, 0)])
def test_ranks_refuse(n: int, bins: int) -> None:
    with pytest.raises(ValueError, match=r"bins|quantiles"):
        quantile_ranks(n, bins)


@given(st.integers(1, 300), st.integers(1, 300), st.floats(-3, 3), st.booleans(), st.integers(0, 2**32))
def test_psi_is_that_of_the_raw_rows(n: int, m: int, shift: float, ties: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ref, cur = rng.normal(size=n), rng.normal(shift, size=m)
    if ties:
        ref, cur = np.round(ref), np.round(cur)
    edges = reference.edges_of(ref)
    ref_bins, cur_bins = (np.histogram(rows, [-math.inf, *edges, math.inf])[0] for rows in (ref, cur))
    assert psi(ref_bins, cur_bins) == pytest.approx(reference.psi_of_rows(ref, cur), rel=1e-12, abs=1e-12)


@given(COUNTS, COUNTS, st.sampled_from([1e-6, 1e-4, 1e-2]))
def test_psi_is_symmetric_positive_and_the_sum_of_its_parts(ref: list[int], cur: list[int], epsilon: float) -> None:
    parts = psi_contributions(ref, cur, epsilon)
    assert parts.shape == (10,)
    assert (parts >= 0).all()
    assert psi(ref, cur, epsilon) == pytest.approx(psi(cur, ref, epsilon), rel=1e-12, abs=1e-15)
    assert psi(ref, cur, epsilon) == pytest.approx(math.fsum(parts), rel=1e-12, abs=1e-15)


def test_total_shift_is_finite_and_large() -> None:
    assert psi([100, 0], [0, 100]) == pytest.approx(2 * (1 - 1e-4) * math.log(1e4), rel=1e-12)


@pytest.mark.parametrize(
    ("ref", "cur"),
    [
        ([0, 0], [1, 2]),
        ([1, 2], [0, 0]),
        ([1, 2], [1, 2, 3]),
        ([-1, 2], [1, 2]),
        ([0.5, 2], [1, 2]),
        ([], []),
    ],
)
def test_psi_refuses(ref: list[int], cur: list[int]) -> None:
    with pytest.raises(ValueError, match="counts"):
        psi(ref, cur)


def held_bins(ref: np.ndarray, edges: np.ndarray) -> int:
    return int(np.unique(np.searchsorted(edges, ref, side="right")).size)


def merged(ref: np.ndarray) -> np.ndarray:
    return merge_edges(
        np.percentile(ref, np.linspace(0, 100, 11)[1:-1]), float(ref.min()), float(ref.max()), float(np.median(ref))
    )


@given(WINDOW)
def test_merged_edges_split_every_reference_that_is_not_constant(values: list[float]) -> None:
    ref = np.array(values)
    assume(ref.min() < ref.max())
    edges = merged(ref)
    assert (np.diff(edges) > 0).all()
    assert held_bins(ref, edges) >= 2
    assert np.array_equal(edges, reference.edges_of(ref))


def test_spike_at_the_minimum_gets_a_bin_of_its_own() -> None:
    ref = np.array([0.0] * 95 + [0.5, 1.0, 2.0, 3.0, 4.0])
    assert merged(ref).tolist() == [np.nextafter(0.0, 1.0)]


def test_spike_at_the_maximum_or_inside_needs_no_rule() -> None:
    assert merged(np.array([7.0] * 95 + [1.0] * 5)).tolist() == [7.0]
    assert merged(np.array([-1.0] * 4 + [0.0] * 92 + [1.0] * 4)).tolist() == [0.0]


def test_constant_reference_and_no_edges_are_left_alone() -> None:
    assert merged(np.full(30, 2.5)).tolist() == [2.5]
    assert merge_edges([], 0.0, 1.0, 0.5).size == 0


def test_merge_refuses_nan() -> None:
    with pytest.raises(ValueError, match="NaN"):
        merge_edges([0.0, math.nan], 0.0, 1.0, 0.5)
