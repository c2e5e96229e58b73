"""The promise of the default rule, at a size that a test run can afford."""

from __future__ import annotations

import pytest
from scipy import stats

from tests.simulation import false_alarms

PROMISE = 0.06
SURE = 1e-3


@pytest.mark.parametrize(("n", "m", "reports"), [(50, 50, 60), (200, 200, 40), (50, 1000, 60)])
def test_reports_without_drift_rarely_alert(n: int, m: int, reports: int) -> None:
    tally = false_alarms.simulate(n, m, reports, power=False)
    assert tally.reports == reports
    assert tally.default_alerts <= stats.binom.ppf(1 - SURE, reports, PROMISE)
    # The same windows alarm the fixed rules, so it is not for want of noise.
    assert tally.fixed_alerts > 3 * stats.binom.ppf(1 - SURE, reports, PROMISE) / 2


@pytest.mark.parametrize(("n", "m", "reports"), [(50, 50, 20), (50, 1000, 20), (2000, 500, 20)])
def test_whole_reports_without_drift_rarely_alert(n: int, m: int, reports: int) -> None:
    """With text columns, missing values and rows per day beside the numbers, the labels and the entropy."""
    tally = false_alarms.simulate(n, m, reports, power=False, whole=True)
    assert tally.default_alerts <= stats.binom.ppf(1 - SURE, reports, PROMISE)
    assert f"| {n:,} | {m:,} | {reports} |" in false_alarms.markdown_of_whole([tally])


def test_drift_is_found() -> None:
    tally = false_alarms.simulate(200, 200, 15)
    assert tally.default_found["normal + 1 sd"] == 15
    assert tally.default_found["binary 0.5 to 0.8"] == 15
    assert "| 200 | 200 | 15 |" in false_alarms.markdown([tally])
