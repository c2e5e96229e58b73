"""Two rates against SciPy's contingency tests."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from driftql.stats import critical_hits, possible_increase, two_proportion
from tests.support.properties import examples


def expected_p(ref_hits: int, ref_n: int, cur_hits: int, cur_n: int) -> float:
    table = [[cur_hits, cur_n - cur_hits], [ref_hits, ref_n - ref_hits]]
    if 0 < ref_hits + cur_hits < ref_n + cur_n:
        chi = stats.chi2_contingency(table, correction=False)
        if chi.expected_freq.min() >= 5:
            # One side of the chi-square with one degree of freedom is the z test.
            above = cur_hits / cur_n > ref_hits / ref_n
            return float(chi.pvalue / 2 if above else 1 - chi.pvalue / 2)
    return float(stats.fisher_exact(np.array(table), alternative="greater").pvalue)


@examples(300)
@given(st.integers(1, 300), st.integers(1, 300), st.floats(0, 1), st.floats(0, 1))
def test_p_value_is_scipys(ref_n: int, cur_n: int, ref_share: float, cur_share: float) -> None:
    ref_hits, cur_hits = round(ref_share * ref_n), round(cur_share * cur_n)
    p = two_proportion(ref_hits, ref_n, cur_hits, cur_n)
    assert p == pytest.approx(expected_p(ref_hits, ref_n, cur_hits, cur_n), rel=1e-9, abs=1e-12)


@examples(100)
@given(st.integers(1, 500), st.integers(1, 500), st.floats(0, 1), st.floats(0, 1))
def test_exact_p_value_on_request(ref_n: int, cur_n: int, ref_share: float, cur_share: float) -> None:
    ref_hits, cur_hits = round(ref_share * ref_n), round(cur_share * cur_n)
    table = [[cur_hits, cur_n - cur_hits], [ref_hits, ref_n - ref_hits]]
    p = two_proportion(ref_hits, ref_n, cur_hits, cur_n, min_expected=math.inf)
    assert p == pytest.approx(stats.fisher_exact(np.array(table), alternative="greater").pvalue, rel=1e-9, abs=1e-12)


def test_a_lower_rate_is_no_evidence_and_large_windows_work() -> None:
    assert two_proportion(50, 100, 10, 100) > 0.99
    assert two_proportion(10**8, 10**9, 10**8 + 10**5, 10**9) < 1e-10


@examples(60)
@given(
    st.integers(1, 2000),
    st.floats(0, 1),
    st.lists(st.integers(1, 150), min_size=1, max_size=4, unique=True).map(sorted),
    st.sampled_from([0.2, 0.05, 0.01, 1e-4]),
    st.sampled_from([5.0, 20.0, math.inf]),
)
def test_critical_hits_are_the_first_that_pass(
    ref_n: int, share: float, rows: list[int], level: float, min_expected: float
) -> None:
    ref_hits = round(share * ref_n)
    found = critical_hits(ref_hits, ref_n, rows, level, min_expected=min_expected)
    for size, critical in zip(rows, found.tolist(), strict=True):
        passing = (
            hits
            for hits in range(size + 1)
            if two_proportion(ref_hits, ref_n, hits, size, min_expected=min_expected) <= level
        )
        assert critical == next(passing, size + 1)


def test_critical_hits_of_many_rows() -> None:
    (critical,) = critical_hits(10**5, 10**6, [10**6], 0.01).tolist()
    assert two_proportion(10**5, 10**6, critical, 10**6) <= 0.01
    assert two_proportion(10**5, 10**6, critical - 1, 10**6) > 0.01


@pytest.mark.parametrize("counts", [(0, 0, 0, 5), (0, 5, 0, 0), (6, 5, 0, 5), (0, 5, -1, 5)])
def test_counts_are_checked(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"ref|cur"):
        two_proportion(*counts)


def test_levels_and_sizes_are_checked() -> None:
    with pytest.raises(ValueError, match=r"below 0.5"):
        critical_hits(1, 10, [5], 0.5)
    with pytest.raises(ValueError, match="increasing"):
        critical_hits(1, 10, [5, 4], 0.05)


@examples(100)
@given(ref_n=st.integers(1, 30), cur_n=st.integers(1, 30), share=st.floats(0, 1))
def test_possible_increase_is_the_largest_of_all_ways_to_spread_the_hits(ref_n: int, cur_n: int, share: float) -> None:
    hits = round(share * (ref_n + cur_n))
    ways = [
        Fraction(cur, cur_n) - Fraction(hits - cur, ref_n) for cur in range(max(0, hits - ref_n), min(hits, cur_n) + 1)
    ]
    assert math.isclose(possible_increase(hits, ref_n, cur_n), max(ways), abs_tol=1e-12)


@pytest.mark.parametrize("counts", [(-1, 3, 3), (7, 3, 3), (0, 0, 3), (0, 3, 0)])
def test_counts_of_a_possible_increase_are_checked(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"hits|holds no row"):
        possible_increase(*counts)
