"""Shares of missing values that have not changed rarely alert, at a size that a test run can afford."""

from __future__ import annotations

import pytest
from scipy import stats

from tests.simulation import missing_values

PROMISE = 0.05
SURE = 1e-3


@pytest.mark.parametrize(("n", "m", "finds"), [(50, 50, False), (1000, 1000, True), (5000, 200, True)])
def test_shares_that_have_not_changed_rarely_alert(n: int, m: int, finds: bool) -> None:
    tally = missing_values.simulate(n, m, 200)
    assert tally.alerts <= stats.binom.ppf(1 - SURE, 200, PROMISE)
    assert (tally.found > 180) == finds
    assert f"| {n:,} | {m:,} | 200 |" in missing_values.markdown([tally])
