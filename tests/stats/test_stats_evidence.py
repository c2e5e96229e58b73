"""Benjamini-Hochberg against ``scipy.stats.false_discovery_control``."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from driftql.stats import benjamini_hochberg, evidence_cutoff

P_VALUES = st.lists(
    st.one_of(st.floats(0, 1), st.floats(0, 0.01), st.sampled_from([0.0, 0.01, 0.05, 1.0])), max_size=60
)


@given(P_VALUES, st.floats(0.001, 0.5))
def test_rejections_are_scipys(p_values: list[float], alpha: float) -> None:
    ours = benjamini_hochberg(p_values, alpha)
    if not p_values:
        assert ours.shape == (0,)
        return
    adjusted = stats.false_discovery_control(p_values, method="bh")
    # Within rounding of the level the two orders of multiplication may differ.
    assume((np.abs(adjusted - alpha) > 1e-12).all())
    assert np.array_equal(ours, adjusted <= alpha)


@given(P_VALUES, st.floats(0.001, 0.5))
def test_the_cutoff_is_the_line_that_separates_scipys_rejections(p_values: list[float], alpha: float) -> None:
    cutoff = evidence_cutoff(p_values, alpha)
    if not p_values:
        assert cutoff == alpha
        return
    adjusted = stats.false_discovery_control(p_values, method="bh")
    assume((np.abs(adjusted - alpha) > 1e-12).all())
    rejected = adjusted <= alpha
    assert cutoff == alpha * max(int(rejected.sum()), 1) / len(p_values)
    assert all((p <= cutoff) == is_rejected for p, is_rejected in zip(p_values, rejected, strict=True))


def test_a_large_p_is_carried_by_smaller_ones() -> None:
    p_values = [0.04, 0.045, 0.001, 0.9, 0.02]
    assert benjamini_hochberg(p_values, 0.06).tolist() == [True, True, True, False, True]
    assert evidence_cutoff(p_values, 0.06) == pytest.approx(0.06 * 4 / 5)


@pytest.mark.parametrize("p_values", [[0.1, float("nan")], [-0.1], [1.1], [[0.1]]])
def test_p_values_are_checked(p_values: list[float]) -> None:
    for function in (benjamini_hochberg, evidence_cutoff):
        with pytest.raises(ValueError, match=r"p-value|p_values"):
            function(p_values, 0.05)


@pytest.mark.parametrize("alpha", [0.0, 1.0, float("nan")])
def test_alpha_is_checked(alpha: float) -> None:
    for function in (benjamini_hochberg, evidence_cutoff):
        with pytest.raises(ValueError, match="alpha"):
            function([0.1], alpha)
