"""The null of PSI against simulation from raw rows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from driftql.stats import critical_psi, psi, psi_null
from tests.support.properties import examples

REPEATS = 1500
SURE = 1e-4


def simulated(n: int, m: int, seed: int) -> list[tuple[float, float, float]]:
    """Return (PSI, noise quantile, p-value) of windows of the same continuous distribution."""
    rng = np.random.default_rng([seed, n, m])
    results = []
    for _ in range(REPEATS):
        ref, cur = rng.exponential(size=n), rng.exponential(size=m)
        edges = np.percentile(ref, np.linspace(0, 100, 11)[1:-1])
        ref_counts = np.bincount(np.searchsorted(edges, ref, side="right"), minlength=10)
        cur_counts = np.bincount(np.searchsorted(edges, cur, side="right"), minlength=10)
        null = psi_null(ref_counts, cur_counts)
        results.append((psi(ref_counts, cur_counts), null.quantile, null.p_value))
    return results


@pytest.mark.parametrize(
    ("n", "m"), [(50, 50), (100, 100), (200, 200), (1000, 50), (50, 1000), (200, 5000), (4000, 4000)]
)
def test_level_is_five_percent(n: int, m: int) -> None:
    observed, quantile, p = np.array(simulated(n, m, seed=1)).T
    low, high = np.asarray(stats.binom.ppf([SURE, 1 - SURE], REPEATS, 0.05))
    assert low <= (p <= 0.05).sum() <= high
    assert low <= (observed > quantile).sum() <= high
    assert (p <= 0.01).sum() <= stats.binom.ppf(1 - SURE, REPEATS, 0.01)


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.97, 0.03), (0.37, 0.37, 0.18, 0.08), (0.2,) * 5])
@pytest.mark.parametrize(("n", "m"), [(60, 60), (200, 200), (1000, 50)])
def test_level_holds_for_fixed_bins(shares: tuple[float, ...], n: int, m: int) -> None:
    rng = np.random.default_rng(3)
    repeats = 250
    p = [psi_null(rng.multinomial(n, shares), rng.multinomial(m, shares)).p_value for _ in range(repeats)]
    assert np.sum(np.array(p) <= 0.05) <= stats.binom.ppf(1 - SURE, repeats, 0.05)


def test_method_follows_the_smallest_bin() -> None:
    assert psi_null([299, 1000], [1000, 1000]).method == "dirichlet-multinomial"
    assert psi_null([1000, 1000], [200, 200]).method == "dirichlet-multinomial"
    assert psi_null([1000, 1000], [1000, 1000]).method == "chi2"


def test_chi_square_form_is_yurdakul_and_naranjos() -> None:
    ref, cur = [1000] * 10, [2000] * 5 + [2200] * 5
    null = psi_null(ref, cur, level=0.01)
    scale = 1 / 10_000 + 1 / 21_000
    assert null.quantile == pytest.approx(scale * stats.chi2.isf(0.01, 9), rel=1e-9)
    assert null.p_value == pytest.approx(stats.chi2.sf(psi(ref, cur) / scale, 9), rel=1e-9)


def test_both_forms_agree_where_one_gives_way_to_the_other() -> None:
    small, large = psi_null([299] * 10, [299] * 10), psi_null([300] * 10, [300] * 10)
    assert (small.method, large.method) == ("dirichlet-multinomial", "chi2")
    assert small.quantile == pytest.approx(large.quantile, rel=0.05)


def test_bins_empty_in_both_windows_change_nothing() -> None:
    ref, cur = [20, 30, 50], [10, 35, 55]
    assert psi_null([0, *ref, 0], [0, *cur, 0]) == psi_null(ref, cur)


def test_a_bin_that_only_the_current_window_fills_is_evidence() -> None:
    assert psi_null([0, 500, 500], [0, 100, 100]).p_value > 0.5
    assert psi_null([0, 500, 500], [40, 80, 80]).p_value < 1e-4


def test_one_bin_is_no_evidence() -> None:
    assert psi_null([30, 0], [40, 0])[:2] == (0.0, 1.0)
    assert psi_null([3000], [4000])[:2] == (0.0, 1.0)


def test_the_same_counts_give_the_same_answer_and_the_seed_matters() -> None:
    ref, cur = [20] * 10, [26] * 5 + [14] * 5
    assert psi_null(ref, cur) == psi_null(ref, cur)
    assert psi_null(ref, cur).quantile != psi_null(ref, cur, seed=1).quantile


def test_strong_drift_passes_benjamini_hochberg_among_500_features() -> None:
    assert psi_null([20] * 10, [2] * 5 + [38] * 5).p_value < 1e-5


def test_p_value_falls_as_one_bin_fills() -> None:
    p = [psi_null([20] * 10, [20 + 2 * k] + [20] * 9).p_value for k in range(60)]
    # Every step has a null of its own size; twice the Monte Carlo error of a p-value is allowed for.
    assert all(later <= earlier + 0.03 for earlier, later in pairwise(p))
    assert p[0] == 1.0
    assert p[-1] < 1e-4


@pytest.mark.parametrize("bad", [{"level": 0.0}, {"level": 1.0}, {"epsilon": 0.0}, {"draws": 0}])
def test_null_refuses(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"level|epsilon|draws"):
        psi_null([5, 5], [5, 5], **bad)


@examples(60)
@given(
    st.lists(st.integers(1, 400), min_size=2, max_size=10),
    st.integers(2, 6000),
    st.sampled_from([0.05, 0.01, 0.001, 1e-4]),
    st.floats(0.0, 1.0),
    st.integers(0, 2**32),
)
def test_critical_psi_says_what_psi_null_says(ref: list[int], size: int, level: float, drift: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shares = (1 - drift) * np.array(ref) / sum(ref) + drift * rng.dirichlet(np.ones(len(ref)))
    critical = critical_psi(ref, [size], level)[0]
    for _ in range(5):
        cur = rng.multinomial(size, shares)
        assert (psi(ref, cur) > critical) == (psi_null(ref, cur).p_value <= level)


@pytest.mark.parametrize("ref", [[10] * 10, [970, 30], [500, 500], [5] * 10, [1999, 1], [0, 60, 40]])
@pytest.mark.parametrize("level", [0.05, 0.003])
def test_small_groups_rarely_pass(ref: list[int], level: float) -> None:
    sizes = [1, 2, 3, 4, 6, 10, 20, 50]
    critical = critical_psi(ref, sizes, level)
    assert critical[0] == np.inf
    assert (np.diff(critical[1:]) <= 0).all()
    rng = np.random.default_rng(11)
    repeats = 500
    for size, value in zip(sizes, critical, strict=True):
        weights = rng.dirichlet(np.array(ref) + 1 / len(ref), repeats)
        passed = sum(psi(ref, cur) > value for cur in rng.multinomial(size, weights))
        assert passed <= stats.binom.ppf(1 - SURE, repeats, level)


def test_critical_psi_of_large_groups_is_the_chi_square_quantile() -> None:
    critical = critical_psi([10_000] * 10, [5000, 50_000], 0.01)
    expected = np.array([1 / 1e5 + 1 / 5000, 1 / 1e5 + 1 / 50_000]) * stats.chi2.isf(0.01, 9)
    assert critical == pytest.approx(expected, rel=1e-6)


def test_critical_psi_of_one_bin_is_out_of_reach() -> None:
    assert critical_psi([50], [10, 100], 0.05).tolist() == [np.inf, np.inf]


@pytest.mark.parametrize("rows", [[0, 5], [5, 5], [7, 5]])
def test_critical_psi_refuses_sizes(rows: list[int]) -> None:
    with pytest.raises(ValueError, match="increasing"):
        critical_psi([5, 5], rows, 0.05)
