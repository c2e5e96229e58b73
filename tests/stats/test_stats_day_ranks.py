"""A day against many: the ranks are those of plain loops, exact for days in any order, and refused where they do not hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from driftql.stats.day_ranks import DayRank, day_correlation, rank_days

Counts = NDArray[np.int64]


def _calm(rng: np.random.Generator, days: int, features: int = 3, bins: int = 4, rows: int = 200) -> Counts:
    """Days whose shares differ from each other, in any order."""
    shares = rng.dirichlet(np.full(bins, 30.0), (days, features))
    return rng.multinomial(rows, shares)


def _rank(days: Counts, current: int = 1) -> DayRank:
    return rank_days(
        days[:-current], range(len(days) - current), days[-current:], range(len(days) - current, len(days))
    )


def _distance(ref: NDArray[np.float64], cur: NDArray[np.float64]) -> float:
    """What PSI is for small differences."""
    p, q = (counts / counts.sum() for counts in (ref, cur))
    return float(sum((b - a) ** 2 / ((a + b) / 2) for a, b in zip(p, q, strict=True) if a + b > 0))


def _by_loops(days: Counts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the total and the scores of every day, for days that do not resemble their neighbours."""
    count, features, bins = days.shape
    scores = np.zeros((count, features))
    for feature in range(features):
        table = days[:, feature]
        sizes, rows = [], []
        for day in range(count):
            others = np.delete(table, day, axis=0).sum(axis=0)
            sizes.append(_distance(others, table[day]))
            rows.append((bins - 1) * (1 / table[day].sum() + 1 / others.sum()))
        # Of days with equally many rows, every one differs from the mean of the others with the same variance.
        between = max(np.mean(sizes) - np.mean(rows), 0.0)
        roots = np.sqrt(np.array(sizes) / (between + np.array(rows)))
        for day in range(count):
            others = np.delete(roots, day)
            scores[day, feature] = (roots[day] - others.mean()) / others.std()
    return (np.maximum(scores, 0) ** 4).sum(axis=1), scores


def test_ranks_are_those_of_plain_loops() -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        # One weekday: nothing but all days can be compared, and no two of them are neighbours.
        days = _calm(rng, 24, rows=int(rng.integers(50, 500)))
        numbers = np.arange(24) * 7
        found = rank_days(days[:-1], numbers[:-1], days[-1:], numbers[-1:])
        totals, scores = _by_loops(days)
        assert found.scores == pytest.approx(scores[-1], abs=1e-9)
        assert found.feature_p_values == pytest.approx((scores >= scores[-1]).mean(axis=0))
        assert found.at_least_as_different == np.count_nonzero(totals[:-1] >= totals[-1] * (1 - 1e-9))
        assert found.p_value == pytest.approx((found.at_least_as_different + 1) / 24)


@pytest.mark.parametrize("current", [1, 3])
def test_p_values_are_exact_for_days_in_any_order(current: int) -> None:
    rng = np.random.default_rng(20261127)
    found = []
    for _ in range(400):
        days = _calm(rng, 28 + current, features=2, bins=3)
        # No two days are neighbours, so that nothing but their order could tell them apart.
        numbers = np.arange(len(days)) * 2
        rank = rank_days(days[:28], numbers[:28], days[28:], numbers[28:])
        found.append(rank.p_value)
    for level in (0.05, 0.1, 0.25, 0.5):
        hits = int(np.count_nonzero(np.array(found) <= level))
        truth = math.floor(level * (28 + current)) / (28 + current)
        assert stats.binomtest(hits, 400, truth).pvalue > 1e-3, (level, hits)


def test_what_cannot_matter_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    days = _calm(rng, 30)
    days[-1] = rng.multinomial(200, [0.4, 0.3, 0.2, 0.1], 3)
    numbers = np.arange(30) * 2
    ref, cur = numbers[:-1], numbers[-1:]
    found = rank_days(days[:-1], ref, days[-1:], cur)
    assert (found.at_least_as_different, found.runs, found.p_value) == (0, 29, 1 / 30)

    def same(other: DayRank, order: NDArray[np.int64] | None = None) -> None:
        assert other.p_value == found.p_value
        scores = found.scores if order is None else found.scores[order]
        assert other.scores[: len(scores)] == pytest.approx(scores, abs=1e-9)

    shuffled = rng.permutation(29)
    # Weekdays go with their days; days seven apart have none.
    apart = rank_days(days[:-1], ref * 7, days[-1:], cur * 7)
    moved = rank_days(days[:-1][shuffled], ref * 7, days[-1:], cur * 7)
    assert moved.scores == pytest.approx(apart.scores, abs=1e-9)
    assert moved.p_value == apart.p_value
    order = np.array([2, 0, 1])
    same(rank_days(days[:-1][:, order], ref, days[-1:][:, order], cur), order)
    same(rank_days(days[:-1, :, ::-1], ref, days[-1:, :, ::-1], cur))
    same(rank_days(days[:-1], ref + 70, days[-1:], cur + 70))
    wider = np.concatenate([days, np.zeros((30, 3, 2), int)], axis=2)
    same(rank_days(wider[:-1], ref, wider[-1:], cur))
    constant = np.zeros((30, 1, 4), int)
    constant[:, :, 0] = 200
    more = np.concatenate([days, constant], axis=1)
    same(rank_days(more[:-1], ref, more[-1:], cur))
    assert rank_days(more[:-1], ref, more[-1:], cur).scores[-1] == 0.0


def test_days_of_a_weekday_that_always_differs_are_not_the_most_different() -> None:
    rng = np.random.default_rng(4)
    days = _calm(rng, 36)
    numbers = np.arange(36)
    sundays = numbers % 7 == 0
    days[sundays] = rng.multinomial(200, rng.dirichlet([60, 30, 20, 10], (int(sundays.sum()), 3)))
    often = _rank(days)
    assert sundays[-1]
    assert often.p_value > 0.05
    # A Monday that looks like a Sunday is.
    monday = np.concatenate([days, rng.multinomial(200, rng.dirichlet([60, 30, 20, 10], (1, 3)))])
    assert _rank(monday).p_value <= 0.05


def test_a_day_without_rows_of_a_feature_says_nothing_of_it() -> None:
    rng = np.random.default_rng(5)
    days = _calm(rng, 30)
    days[[3, 29], 1] = 0
    found = _rank(days)
    assert found.scores[1] == 0.0
    assert np.isfinite(found.scores).all()
    assert found.p_value is not None


def test_the_correlation_of_neighbours_is_found() -> None:
    rng = np.random.default_rng(6)
    level = np.zeros((400, 20))
    for day in range(1, 400):
        level[day] = 0.6 * level[day - 1] + rng.normal(0, 0.1, 20)
    below = np.clip(0.5 + level, 0.05, 0.95)
    counts = np.stack([below, 1 - below], axis=2) * 10_000
    assert day_correlation(counts, range(400)) == pytest.approx(0.6, abs=0.03)
    assert day_correlation(counts, np.arange(400) * 2) == 0.0
    short = [day_correlation(counts[start : start + 20], range(20)) for start in range(0, 400, 20)]
    assert np.mean(short) == pytest.approx(0.6, abs=0.06)


def test_where_it_does_not_hold_there_is_no_p_value() -> None:
    rng = np.random.default_rng(7)
    days = _calm(rng, 40)
    assert _rank(days[:20]).reason == "reference_days"
    assert _rank(days[:21]).reason is None
    assert _rank(days[:31], 3).reason is None
    assert _rank(days[:30], 3).reason == "reference_days"
    refused = _rank(days, 4)
    assert (refused.reason, refused.p_value, refused.runs) == ("current_days", None, 0)
    assert rank_days(days, range(40), days[:0], []).reason == "current_days"
    trend = np.stack([np.arange(40, 80), np.arange(80, 40, -1)], axis=1)[:, None, :] * 10
    assert _rank(trend).reason == "correlation"


@pytest.mark.parametrize(
    ("ref", "ref_days", "cur", "cur_days", "message"),
    [
        (np.ones((2, 1)), [0, 1], np.ones((1, 1, 2)), [2], "shape"),
        (np.ones((2, 1, 2)), [0], np.ones((1, 1, 2)), [2], "shape"),
        (np.ones((2, 1, 2)), [1, 0], np.ones((1, 1, 2)), [2], "increase"),
        (np.ones((2, 1, 2)), [0, 1], np.ones((1, 2, 2)), [2], "features and bins"),
        (np.ones((2, 1, 2)), [0, 1], np.ones((1, 1, 2)), [1], "both windows"),
        (-np.ones((2, 1, 2)), [0, 1], np.ones((1, 1, 2)), [2], "zero or more"),
    ],
)
def test_counts_that_do_not_belong_together_are_refused(
    ref: Counts, ref_days: list[int], cur: Counts, cur_days: list[int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        rank_days(ref, ref_days, cur, cur_days)
