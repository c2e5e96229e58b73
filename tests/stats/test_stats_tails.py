"""Extrapolated tails against distributions whose tails are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from driftql.stats import _tails

DRAWS = 4000


def chi_square_sample(freedom: int, seed: int) -> np.ndarray:
    return np.sort(np.random.default_rng([seed, freedom]).chisquare(freedom, DRAWS))


@pytest.mark.parametrize("freedom", [1, 2, 4, 9, 30])
@pytest.mark.parametrize("true_p", [1e-5, 1e-7])
def test_extrapolated_p_is_conservative_yet_small(freedom: int, true_p: float) -> None:
    observed = float(stats.chi2.isf(true_p, freedom))
    p = np.array([_tails.p_value(chi_square_sample(freedom, seed), observed) for seed in range(100)])
    assert np.median(p) >= true_p
    assert np.quantile(p, 0.05) >= true_p / 2
    assert np.median(p) <= 2e-4
    assert (p <= 1 / (DRAWS + 1)).all() or true_p > 1e-6


def test_p_value_counts_ties_that_rounding_parts() -> None:
    draws = np.sort(np.repeat([0.1, 0.3], [900, 100]))
    assert _tails.p_value(draws, 0.3 * (1 + 1e-12)) == pytest.approx(101 / 1001)
    assert not _tails.critical_value(draws, 0.05) < 0.3 * (1 + 1e-12)


def test_p_value_of_draws_that_all_tie() -> None:
    draws = np.full(1000, 0.5)
    assert _tails.p_value(draws, 0.5) == 1.0
    assert _tails.p_value(draws, 9.0) == pytest.approx(1 / 1001)
    assert _tails.critical_value(draws, 1e-5) == math.inf


@given(st.integers(0, 2**32), st.booleans())
def test_p_value_never_rises(seed: int, lumps: bool) -> None:
    rng = np.random.default_rng(seed)
    draws = np.sort(rng.chisquare(3, 500))
    if lumps:
        draws = np.round(draws)
    p = [_tails.p_value(draws, x) for x in np.linspace(0, 3 * draws[-1], 200)]
    assert (np.diff(p) <= 0).all()
    assert p[0] == 1.0
    assert 0 < p[-1] < 1 / 500


@given(st.integers(0, 2**32), st.booleans(), st.floats(1e-8, 0.9))
def test_critical_value_inverts_the_p_value(seed: int, lumps: bool, level: float) -> None:
    draws = np.sort(np.random.default_rng(seed).chisquare(3, 500))
    if lumps:
        draws = np.round(draws)
    critical = _tails.critical_value(draws, level)
    assert _tails.p_value(draws, critical * (1 + 1e-8) + 1e-300) <= level * (1 + 1e-9)
    if critical > 0:
        assert _tails.p_value(draws, critical * (1 - 1e-6)) > level * (1 - 1e-4)


def test_upper_quantile_is_exceeded_by_the_level() -> None:
    draws = np.arange(1000.0)
    assert (draws > _tails.upper_quantile(draws, 0.05)).sum() == 50
