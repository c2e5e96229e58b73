"""Whole reports on rows in clusters, at a size that a test run can afford."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.simulation import clustered, published_rules
from tests.simulation.clustered_rows import Cell, Drift

PROMISE, SURE = 0.05, 1e-3
REPORTS = 6
CALM = {
    "days": Cell("14 days x 200", (14, 14), 200, 0.1),
    "other users": Cell("50 users x 40", None, 40, 0, 50, 0.3),
    "half of the users and days": Cell("40 users x 40 and 14 days", (14, 14), 40, 0.1, 40, 0.3, 0.5, 1.0),
}


@pytest.mark.parametrize("name", CALM)
def test_clusters_without_drift_rarely_alert(name: str) -> None:
    tally = clustered.simulate(CALM[name], REPORTS)
    assert tally.rate("clusters") * REPORTS <= stats.binom.ppf(1 - SURE, REPORTS, PROMISE)
    # The same windows alarm those who take rows for independent, so it is not for want of noise.
    assert tally.rate("rows") >= 0.5
    assert tally.rate("nannyml") >= 0.3
    assert tally.rate("unproven") >= 0.5
    lines = list(clustered.calm_lines([tally]))
    assert f"| {CALM[name].name} | {REPORTS} |" in lines[2]


def test_drift_is_found_between_clusters() -> None:
    cell = Cell("14 days x 200, 3 %", (14, 14), 200, 0.03)
    calm, moved = (clustered.simulate(cell, 5, drift) for drift in (Drift(), Drift(1, 0.8)))
    assert moved.rate("flagged") >= 0.75
    assert moved.rate("rows") == 1.0
    assert clustered.informed(calm, moved) >= 0.75
    lines = list(clustered.power_lines([("one + 0.8 sd", calm, moved)]))
    assert "| one + 0.8 sd | 5 | " in lines[2]


def test_too_few_days_are_no_answer() -> None:
    tally = clustered.simulate(Cell("2 days x 400", (2, 2), 400, 0.1), 3, others=1)
    assert tally.rate("unanswered") == 1.0
    assert tally.rate("clusters") == 0.0


def test_the_statistic_of_a_chunk_is_scipys() -> None:
    rng = np.random.default_rng(1)
    ref, cur = np.round(rng.normal(0, 1, 300), 1), np.round(rng.normal(0.1, 1, 500), 1)
    found = published_rules._distances(np.sort(ref), cur, np.zeros(500, dtype=np.int64))
    assert found == pytest.approx([stats.ks_2samp(ref, cur).statistic])
