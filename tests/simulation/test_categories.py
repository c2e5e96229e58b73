"""Category features without drift, at a size that a test run can afford."""

from __future__ import annotations

import pytest
from scipy import stats

from tests.simulation import categories

SURE = 1e-4


@pytest.mark.parametrize(
    ("n", "m", "many", "power"),
    [(50, 50, 20, 1.0), (200, 200, 5000, 0.0), (1000, 50, 200, 1.2), (10_000, 10_000, 5000, 1.0)],
)
def test_p_values_without_drift_are_rarely_small(n: int, m: int, many: int, power: float) -> None:
    pairs = 60
    tally = categories.simulate(n, m, many, power, pairs)
    most = stats.binom.ppf(1 - SURE, pairs, categories.ALPHA)
    assert tally.mix <= most
    assert tally.new <= most
    # Noise alone passes the thresholds, so it is the evidence that holds the alerts back.
    assert tally.new_effect + tally.mix_effect > most
    assert f"| {n:,} | {m:,} | {pairs} |" in categories.markdown([tally])
