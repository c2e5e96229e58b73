"""Rows per day: the p-value is SciPy's, and without a change there are few false alarms, whatever days are like."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from driftql.stats.row_counts import compare_row_counts

RUNS = 600


def test_the_p_value_is_that_of_student_on_logarithms() -> None:
    rng = np.random.default_rng(1)
    for weeks in (2, 5):
        # Every weekday as often as the others, in both windows: then it is a test of two means.
        reference = rng.negative_binomial(4, 4 / (4 + 300), size=(weeks, 7))
        current = rng.negative_binomial(4, 4 / (4 + 150), size=7)
        found = compare_row_counts(reference.ravel(), [*range(7)] * weeks, current, range(7))
        logs = np.log(reference + 0.5)
        noise = logs - logs.mean(axis=0)
        freedom = 7 * (weeks - 1)
        error = np.sqrt((noise**2).sum() / freedom * (1 / 7 + 1 / (7 * weeks)))
        difference = np.log(current + 0.5).mean() - logs.mean()
        assert found.p_value == pytest.approx(2 * stats.t.sf(abs(difference) / error, freedom), rel=1e-9)
        assert found.ref_rate == pytest.approx(reference.mean())
        assert found.cur_rate == pytest.approx(current.mean())


def test_a_short_reference_goes_by_the_differences_between_all_of_its_days() -> None:
    reference, current = [90, 120, 100, 130, 80], [20, 30]
    found = compare_row_counts(reference, range(5), current, [1, 3])
    logs = np.log(np.array(reference) + 0.5)
    difference = np.mean([np.log(20.5) - logs[1], np.log(30.5) - logs[3]])
    error = np.sqrt(logs.var(ddof=1) * (1 / 2 + 1 / 2))
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(difference) / error, 4), rel=1e-9)
    assert (found.ref_rate, found.cur_rate) == (125.0, 25.0)


def test_what_is_shown_but_not_judged() -> None:
    assert compare_row_counts([5] * 4, range(4), [1], [0]).p_value is None
    assert compare_row_counts([5] * 5, range(5), [1], [6]).cur_days == 0
    assert compare_row_counts([5] * 5 + [0], range(6), [1, 3], [5, 0])[:4] == (5, 1, 5.0, 3.0)
    steady = compare_row_counts([24] * 7, range(7), [24] * 7, range(7))
    assert steady.p_value == 1
    # A table with the same number of rows every day varies like a Poisson variable at least.
    assert 1e-6 < compare_row_counts([24] * 7, range(7), [12] * 7, range(7)).p_value < 0.01


Draw = Callable[[np.random.Generator, NDArray[np.int64]], NDArray[np.int64]]
KINDS: dict[str, Draw] = {
    "poisson": lambda rng, week: rng.poisson(2, week.size),
    "overdispersed": lambda rng, week: rng.negative_binomial(1, 1 / 2001, week.size),
    "weekly": lambda rng, week: rng.poisson(np.where(week >= 5, 100, 1000)),
    "closed on Sundays": lambda rng, week: rng.negative_binomial(3, 3 / (3 + np.where(week == 6, 1e-9, 500))),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("days", [5, 14, 60])
@pytest.mark.parametrize("length", [1, 2, 7])
def test_false_alarms_are_as_rare_as_stated(kind: str, days: int, length: int) -> None:
    rng = np.random.default_rng([days, length, *kind.encode()])
    alarms = 0
    for _ in range(RUNS):
        week = (rng.integers(7) + np.arange(days + length)) % 7
        rows = KINDS[kind](rng, week)
        found = compare_row_counts(rows[:days], week[:days], rows[days:], week[days:])
        is_large = not 0.5 <= found.cur_rate / found.ref_rate <= 2
        alarms += is_large and found.p_value is not None and found.p_value <= 0.05
    assert alarms / RUNS <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / RUNS)


def test_a_window_of_a_hundredth_of_the_rows_is_evident() -> None:
    rng = np.random.default_rng(3)
    week = np.arange(14) % 7
    rows = np.where(week >= 5, 3_000, 10_000) * rng.lognormal(0, 0.2, size=14)
    assert compare_row_counts(rows, week, [100], [0]).p_value < 1e-4
    assert compare_row_counts(rows, week, [0, 0, 0], [0, 1, 2]).p_value < 1e-7
