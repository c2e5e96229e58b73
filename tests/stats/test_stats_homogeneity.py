"""Homogeneity against SciPy's contingency test and full enumeration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from driftql.stats import chi_square, critical_chi_square
from tests.support.properties import examples

SURE = 1e-4


@examples(150)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=2, max_size=7))
def test_large_tables_are_scipys(columns: list[tuple[int, int]]) -> None:
    ref, cur = map(list, zip(*columns, strict=True))
    held = [pair for pair in columns if any(pair)]
    if not any(ref) or not any(cur):
        with pytest.raises(ValueError, match="no row"):
            chi_square(ref, cur)
        return
    ours = chi_square(ref, cur, draws=500)
    theirs = stats.chi2_contingency(np.array(held).T, correction=False)
    assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-9, abs=1e-9)
    if len(held) == 1 or theirs.expected_freq.min() >= 5:
        assert ours.p_value == pytest.approx(theirs.pvalue, rel=1e-9, abs=1e-12)
    else:
        assert ours.method == "monte-carlo"


@pytest.mark.parametrize(("ref", "cur"), [((8, 2), (3, 6)), ((95, 5), (5, 1)), ((3, 3), (2, 4)), ((40, 1), (38, 3))])
def test_small_tables_match_enumeration(ref: tuple[int, int], cur: tuple[int, int]) -> None:
    n, m, hits = sum(ref), sum(cur), ref[0] + cur[0]
    possible = np.arange(max(0, hits - n), min(hits, m) + 1)
    chances = stats.hypergeom.pmf(possible, n + m, hits, m)
    # With both margins fixed the statistic grows with the distance of one cell from its expectation.
    distance = np.abs(possible - m * hits / (n + m))
    true_p = chances[distance >= abs(cur[0] - m * hits / (n + m)) - 1e-9].sum()
    ours = chi_square(ref, cur, draws=20_000)
    assert ours.method == "monte-carlo"
    low, high = np.asarray(stats.binom.ppf([SURE, 1 - SURE], 20_000, min(true_p, 1.0))) / 20_000
    assert low - 1e-4 <= ours.p_value <= high + 1e-4


def test_level_with_a_rare_class() -> None:
    rng = np.random.default_rng(4)
    shares = [0.6, 0.3, 0.07, 0.03]
    repeats = 300
    p = [chi_square(rng.multinomial(60, shares), rng.multinomial(40, shares)).p_value for _ in range(repeats)]
    assert np.sum(np.array(p) <= 0.05) <= stats.binom.ppf(1 - SURE, repeats, 0.05)


def test_strong_shift_in_small_windows_is_strong_evidence() -> None:
    ours = chi_square([40, 10, 3], [3, 10, 40])
    assert ours.method == "chi2"
    assert chi_square([40, 10, 1], [3, 10, 30]).p_value < 1e-4


def test_one_class_and_empty_classes() -> None:
    assert chi_square([10], [20])[:2] == (0.0, 1.0)
    assert chi_square([10, 0], [20, 0])[:2] == (0.0, 1.0)
    assert chi_square([10, 0, 9], [2, 0, 9]) == chi_square([10, 9], [2, 9])


def test_more_rows_than_numpy_can_draw_from() -> None:
    same = chi_square([10**9, 2], [10**6, 1])
    assert same.method == "monte-carlo"
    assert chi_square([10**9, 2], [10**6, 1000]).p_value < 1e-4


def test_counts_are_checked() -> None:
    with pytest.raises(ValueError, match="bins"):
        chi_square([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="draws"):
        chi_square([1, 2], [1, 2], draws=0)


def test_critical_value_of_large_groups_is_the_quantile() -> None:
    critical = critical_chi_square([1000, 500, 500], [100, 1000], 0.01)
    assert critical == pytest.approx([stats.chi2.isf(0.01, 2)] * 2, rel=1e-6)


@pytest.mark.parametrize("ref", [[970, 30], [50, 30, 20], [400, 300, 299, 1], [60, 40, 0]])
@pytest.mark.parametrize("level", [0.05, 0.003])
def test_small_groups_rarely_pass(ref: list[int], level: float) -> None:
    sizes = [1, 2, 3, 5, 10, 20, 60]
    critical = critical_chi_square(ref, sizes, level)
    assert critical[0] == np.inf
    assert (np.diff(critical[1:]) <= 0).all()
    rng = np.random.default_rng(5)
    repeats = 300
    for size, value in zip(sizes, critical, strict=True):
        weights = rng.dirichlet(np.array(ref) + 1 / len(ref), repeats)
        groups, times = np.unique(rng.multinomial(size, weights), axis=0, return_counts=True)
        passed = 0
        for cur, often in zip(groups, times, strict=True):
            held = np.array(ref) + cur > 0
            table = np.array([ref, cur])[:, held]
            passed += often * (stats.chi2_contingency(table, correction=False).statistic > value)
        assert passed <= stats.binom.ppf(1 - SURE, repeats, level)


def test_one_class_is_out_of_reach() -> None:
    assert critical_chi_square([10], [5, 50], 0.05).tolist() == [np.inf, np.inf]
