"""The tails that are computed without SciPy, against SciPy."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from driftql.stats._distributions import (
    chi2_isf,
    chi2_sf,
    hypergeometric_sf,
    normal_isf,
    normal_sf,
    student_isf,
    student_sf,
)
from driftql.stats._kolmogorov import one_sample_sf, two_sample_sf
from tests.support.properties import examples

LEVELS = st.one_of(st.floats(1e-12, 0.999), st.sampled_from([0.05, 0.01, 1e-4]))
POWERS = st.floats(-8, 3).map(lambda power: 10.0**power)
CLOSE = 1e-9
SMALLEST = 1e-290


@examples(100)
@given(st.floats(-30, 30))
def test_normal_tail(z: float) -> None:
    assert normal_sf(z) == pytest.approx(stats.norm.sf(z), rel=CLOSE)


@examples(100)
@given(LEVELS)
def test_normal_quantile(level: float) -> None:
    assert normal_isf(level) == pytest.approx(stats.norm.isf(level), rel=CLOSE, abs=1e-12)


@examples(300)
@given(st.integers(1, 999), st.one_of(st.floats(0, 3000), POWERS))
def test_chi_square_tail(freedom: int, x: float) -> None:
    assert chi2_sf(x, freedom) == pytest.approx(stats.chi2.sf(x, freedom), rel=CLOSE, abs=SMALLEST)


@examples(300)
@given(st.one_of(st.integers(1, 12), st.integers(1, 999)), LEVELS)
def test_chi_square_quantile(freedom: int, level: float) -> None:
    assert chi2_isf(level, freedom) == pytest.approx(stats.chi2.isf(level, freedom), rel=CLOSE)


@examples(300)
@given(
    st.one_of(st.floats(0.5, 9.5), st.floats(0.5, 200), st.floats(200, 20_000), st.floats(4, 9).map(lambda p: 10.0**p)),
    st.one_of(st.floats(-8, 8), POWERS),
)
def test_student_tail(freedom: float, t: float) -> None:
    assert student_sf(t, freedom) == pytest.approx(stats.t.sf(t, freedom), rel=CLOSE, abs=SMALLEST)


@examples(100)
@given(st.one_of(st.floats(1, 50), st.floats(1, 1e7)), LEVELS)
def test_student_quantile(freedom: float, level: float) -> None:
    # By the tail, because SciPy 1.12 inverts it to eight digits only.
    assert stats.t.sf(student_isf(level, freedom), freedom) == pytest.approx(level, rel=1e-8)


@examples(300)
@given(st.integers(1, 3000), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_hypergeometric_tail(rows: int, marked_share: float, drawn_share: float, place: float) -> None:
    marked, drawn = round(rows * marked_share), round(rows * drawn_share)
    least = round(place * (min(marked, drawn) + 1))
    expected = stats.hypergeom.sf(least - 1, rows, marked, drawn)
    assert hypergeometric_sf(least, rows, marked, drawn) == pytest.approx(expected, rel=CLOSE, abs=1e-200)


def test_hypergeometric_tail_keeps_its_digits_at_any_size() -> None:
    # SciPy 1.17 has lost all but six digits here.
    rows, marked, drawn = 995_812_234, 60, 675_658_591
    expected = math.prod((Fraction(drawn - i, rows - i) for i in range(marked)), start=Fraction(1))
    assert hypergeometric_sf(marked, rows, marked, drawn) == pytest.approx(float(expected), rel=CLOSE)


@examples(400)
@given(
    st.one_of(st.integers(1, 145), st.integers(100, 12_000), st.floats(3, 6.3).map(lambda power: int(10**power))),
    st.one_of(st.floats(0.01, 2.5), st.floats(0.01, 19)),
)
def test_one_sample_tail_is_kstwos(n: int, scaled: float) -> None:
    distance = min(scaled / math.sqrt(n), 1.0)
    assert one_sample_sf(distance, n) == pytest.approx(stats.kstwo.sf(distance, n), rel=CLOSE, abs=1e-150)


@examples(60)
@given(st.integers(1, 6), st.integers(1, 6), st.data())
def test_two_sample_tail_is_the_share_of_all_orders(n: int, m: int, data: st.DataObject) -> None:
    multiple = math.lcm(n, m)
    distance = data.draw(st.integers(0, multiple))
    # Every order of n and m values is equally likely: the numbers of paths that stay apart by less, step by step.
    staying = {(0, 0): 1 if distance > 0 else 0}
    for i in range(n + 1):
        for j in range(m + 1):
            if (i, j) != (0, 0):
                apart = abs(i * (multiple // n) - j * (multiple // m)) >= distance
                staying[i, j] = 0 if apart else staying.get((i - 1, j), 0) + staying.get((i, j - 1), 0)
    expected = 1 - Fraction(staying[n, m], math.comb(n + m, n))
    assert two_sample_sf(distance, n, m) == pytest.approx(float(expected), rel=CLOSE, abs=1e-15)
