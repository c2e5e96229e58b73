"""Evidence from clusters: SciPy's t tests where clusters are of one size, leaving one out elsewhere, simulated noise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from driftql.stats.clustered import (
    ClusterSums,
    cluster_test,
    lag_one,
    pool_autocorrelation,
    sum_clusters,
    variance_factor,
    with_autocorrelation,
)
from tests.support.properties import examples

Floats = NDArray[np.float64]
EDGES = stats.norm.ppf(np.arange(1, 10) / 10)


def counts_of(
    rng: np.random.Generator, effects: Floats, rows: NDArray[np.int64], spread: float = 1.0
) -> NDArray[np.int64]:
    """Return how many rows of each cluster are below each decile of the standard normal distribution."""
    cluster = np.repeat(np.arange(rows.size), rows)
    values = effects[cluster] + rng.normal(0, spread, cluster.size)
    return np.array([np.bincount(cluster, values < edge, minlength=rows.size) for edge in EDGES]).T.astype(np.int64)


def test_clusters_of_one_size_have_the_t_test_of_their_shares() -> None:
    rng = np.random.default_rng(1)
    size, none = 50, np.zeros((12, 1))
    rates = rng.beta(4, 4, size=(2, 12))
    hits = np.round(size * rates)[:, :, None]
    rows = np.full(12, size)
    shares = hits[:, :, 0] / size

    paired = cluster_test(sum_clusters(rows, rows, hits[0], hits[1]))
    known = stats.ttest_rel(shares[1], shares[0])
    assert (paired.p_value, paired.freedom) == pytest.approx((known.pvalue, 11), rel=1e-9)

    empty = np.zeros(12)
    other = sum_clusters([*rows, *empty], [*empty, *rows], np.r_[hits[0], none], np.r_[none, hits[1]])
    apart = cluster_test(other)
    known = stats.ttest_ind(shares[1], shares[0])
    assert (apart.p_value, apart.freedom) == pytest.approx((known.pvalue, 22), rel=1e-9)
    risen = cluster_test(other, one_sided=True)
    assert risen.p_value == pytest.approx(stats.ttest_ind(shares[1], shares[0], alternative="greater").pvalue)
    # Two kinds of clusters that are one and the same: the variance of one, less what both count twice.
    twice = cluster_test(other, other)
    assert apart.design_effect < twice.design_effect == pytest.approx(2 * apart.design_effect - 1)


@given(st.integers(0, 10**6))
@examples(25)
def test_squares_are_those_of_leaving_one_cluster_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    clusters = int(rng.integers(3, 12))
    rows = rng.poisson(rng.gamma(0.5, 40, size=(2, clusters)))
    rows[:, :2] += 1
    hits = np.stack([np.stack([rng.binomial(n, 0.2), n], axis=1) for n in rows])
    hits[:, :, 1] = hits[:, :, 0] + rng.binomial(rows - hits[:, :, 0], 0.3)
    found = sum_clusters(*rows, *hits)
    residuals = []
    for n, k in zip(rows, hits, strict=True):
        limit = max(0.01, 1 / np.count_nonzero(n)) * n.sum()
        weights = np.array([min(1, limit / m) if m else 0 for m in n])
        share = (weights[:, None] * k).sum(axis=0) / (weights * n).sum()
        rest = np.ones(clusters, dtype=bool)
        window = []
        for g in range(clusters):
            rest[g] = False
            without = (weights[rest, None] * k[rest]).sum(axis=0) / (weights * n)[rest].sum()
            window.append(share - without)
            rest[g] = True
        residuals.append(np.array(window))
    x, y = residuals
    assert found.ref_squares == pytest.approx((x**2).sum(axis=0), rel=1e-6, abs=1e-18)
    assert found.cur_squares == pytest.approx((y**2).sum(axis=0), rel=1e-6, abs=1e-18)
    assert found.products == pytest.approx((x * y).sum(axis=0), rel=1e-6, abs=1e-12)
    assert found.ref_neighbors == pytest.approx((x[:, :1] * x[:, 1:]).sum(axis=0), rel=1e-6, abs=1e-12)
    mixed = (x[:, :1] * y[:, 1:] + x[:, 1:] * y[:, :1]).sum(axis=0) / 2
    assert found.neighbor_products == pytest.approx(mixed, rel=1e-6, abs=1e-12)

    # The windows exchanged: the same evidence. More clusters of the same kind: never less.
    test, mirrored = cluster_test(found), cluster_test(sum_clusters(*rows[::-1], *hits[::-1]))
    assert mirrored.freedom == pytest.approx(test.freedom)
    assert mirrored.statistic == pytest.approx(test.statistic)
    assert (test.p_value is None) == (test.freedom < 4)
    if test.p_value is not None:
        assert mirrored.p_value == pytest.approx(test.p_value)
        assert 0 <= test.p_value <= 1
        assert test.scaled(1.0) == pytest.approx(test.p_value)
        assert test.scaled(2.0) <= test.p_value + 1e-12
        assert cluster_test(found, is_ordered=False).p_value >= test.p_value - 1e-12


def test_the_largest_of_nine_edges_has_the_p_value_of_simulated_maxima() -> None:
    """Rows without clusters: the bound by a tube is near the simulated tail of the maximum, and not below it."""
    rng = np.random.default_rng(4)
    below = np.arange(1, 10) / 10
    covariance = np.minimum.outer(below, below) - np.outer(below, below)
    deviation = np.sqrt(np.diag(covariance))
    maxima = np.abs(rng.multivariate_normal(np.zeros(9), covariance, 200_000) / deviation).max(axis=1)
    rows, clusters = 40, 4000
    hits = np.diff(np.r_[0, below]) * rows
    hits = rng.multinomial(rows, [*hits / rows, 0.1], size=2 * clusters)[:, :9].cumsum(axis=1)
    window = np.r_[np.full(clusters, rows), np.zeros(clusters, dtype=int)]
    test = cluster_test(sum_clusters(window, window[::-1], hits * (window > 0)[:, None], hits * (window == 0)[:, None]))
    assert test.design_effect == pytest.approx(1, abs=0.03)
    for statistic in (2.5, 3.0, 3.5):
        simulated = float((maxima > statistic).mean())
        bound = test._replace(statistic=statistic).scaled(1.0)
        assert simulated <= bound * (1 + 3 / math.sqrt(max(simulated * maxima.size, 1)))
        assert bound <= 1.4 * simulated


@pytest.mark.parametrize("kind", ["other users", "same users", "days like their neighbours", "users and days"])
def test_false_alarms_are_as_rare_as_stated(kind: str) -> None:
    rng = np.random.default_rng([7, *kind.encode()])
    runs, clusters, size = 300, 20, 60
    evident, naive = 0, 0
    for _ in range(runs):
        rows = rng.poisson(size, clusters) + 1
        none = np.zeros(clusters, dtype=int)
        effects = rng.normal(0, 0.4, size=(2, clusters))
        if kind == "same users":
            effects[1] = effects[0] + rng.normal(0, 0.2, clusters)
            hits = [counts_of(rng, one, rows) for one in effects]
            test = cluster_test(sum_clusters(rows, rows, *hits))
        elif kind == "users and days":
            tests = cells_of(rng, clusters, size)
            test, hits = cluster_test(*tests), []
        else:
            phi = 0.0
            if kind.startswith("days"):
                for day in range(1, clusters):
                    effects[:, day] = 0.5 * effects[:, day - 1] + math.sqrt(0.75) * effects[:, day]
            hits = [counts_of(rng, one, rows) for one in effects]
            if kind.startswith("days"):
                # Eight features with days of the same kind show how much neighbouring days are alike.
                others = rng.normal(0, 0.4, size=(7, 2, clusters))
                for day in range(1, clusters):
                    others[:, :, day] = 0.5 * others[:, :, day - 1] + math.sqrt(0.75) * others[:, :, day]
                middle = [
                    [(rows, counts_of(rng, one, rows)[:, 4]) for one in feature] for feature in [effects, *others]
                ]
                phi = pool_autocorrelation([lag_one(windows) for windows in middle], clusters)
            empty = np.zeros((clusters, 9), dtype=int)
            sums = sum_clusters([*rows, *none], [*none, *rows], np.r_[hits[0], empty], np.r_[empty, hits[1]])
            test = cluster_test(with_autocorrelation(sums, phi))
        assert test.p_value is not None
        evident += test.p_value <= 0.05
        naive += int(bool(hits) and stats.chi2_contingency(split(hits, rows.sum())).pvalue <= 0.05)
    assert evident / runs <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / runs)
    # A test of rows fails wherever the windows have other clusters.
    assert naive / runs > 0.3 or kind in {"same users", "users and days"}


def split(hits: list[NDArray[np.int64]], rows: int) -> NDArray[np.int64]:
    """Return the rows between the edges, in both windows."""
    return np.array([np.diff([0, *one.sum(axis=0), rows]) for one in hits])


def cells_of(rng: np.random.Generator, users: int, size: int) -> list[ClusterSums]:
    """Return the sums of users and of days, where both matter; users are in both windows, days in one."""
    days = 14
    of_user, of_day = rng.normal(0, 0.5, users), rng.normal(0, 0.3, 2 * days)
    user, day = rng.integers(users, size=2 * users * size), rng.integers(2 * days, size=2 * users * size)
    values = of_user[user] + of_day[day] + rng.normal(0, 1, user.size)
    is_current, found = day >= days, []
    for cluster, count in ((user, users), (day, 2 * days)):
        rows = [np.bincount(cluster[is_current == one], minlength=count) for one in (0, 1)]
        hits = [
            np.array([np.bincount(cluster[(is_current == one) & (values < e)], minlength=count) for e in EDGES]).T
            for one in (0, 1)
        ]
        found.append(sum_clusters(*rows, *hits))
    return found


def test_a_shift_beyond_the_noise_of_days_is_evident_and_one_within_is_not() -> None:
    rng = np.random.default_rng(2)
    rows, none, empty = np.full(14, 400), np.zeros(14, dtype=int), np.zeros((14, 9), dtype=int)
    effects = rng.normal(0, 0.33, size=(2, 14))
    small, large = (
        cluster_test(
            sum_clusters(
                [*rows, *none],
                [*none, *rows],
                np.r_[counts_of(rng, effects[0], rows), empty],
                np.r_[empty, counts_of(rng, effects[1] + shift, rows)],
            )
        )
        for shift in (0.0, 1.0)
    )
    assert small.p_value > 0.05 > 1e-4 > large.p_value
    # 5,600 rows of 14 days count as few: the variance between days is a tenth of all, so some 1 + 399 / 10 rows are one.
    assert 15 < small.design_effect < 80
    assert small.scaled(40.0) < 0.05


def test_autocorrelation_is_that_of_the_process() -> None:
    rng = np.random.default_rng(9)
    phi, days = 0.4, 20
    series = np.empty((4000, days))
    series[:, 0] = rng.normal(0, 1, 4000)
    for day in range(1, days):
        series[:, day] = phi * series[:, day - 1] + math.sqrt(1 - phi * phi) * rng.normal(0, 1, 4000)
    spread = series.var(axis=1, ddof=1).mean() / days
    assert variance_factor(phi, days) == pytest.approx(series.mean(axis=1).var() / spread, rel=0.08)
    assert variance_factor(0.0, days) == 1
    rows = np.full(days, 1000)
    lags = [lag_one([(rows, 500 + 20 * one)]) for one in series]
    assert pool_autocorrelation(lags, days) == pytest.approx(phi, abs=0.03)
    assert (pool_autocorrelation([], 14), pool_autocorrelation([0.9], 3), pool_autocorrelation([1.0], 9)) == (
        0,
        0,
        0.85,
    )
    assert lag_one([([3, 3], [1, 1]), ([0], [0])]) == 0


def test_what_cannot_be_told_and_what_is_refused() -> None:
    one_day = sum_clusters([9] * 28 + [0], [0] * 28 + [9], [[k % 9] for k in range(28)] + [[0]], [[0]] * 28 + [[9]])
    found = cluster_test(one_day)
    assert found.p_value is None
    assert found.freedom < 1
    assert found.scaled(10.0) is None or found.scaled(10.0) >= 0
    equal = cluster_test(sum_clusters([5] * 9, [5] * 9, [[2]] * 9, [[2]] * 9))
    assert (equal.p_value, equal.statistic) == (1, 0)
    for arguments, words in [
        (([1], [1, 2], [[1]], [[1]]), "every cluster needs its rows"),
        (([1], [1], [[1]], [[1, 1]]), "the same shares"),
        (([1], [0], [[1]], [[0]]), "every window needs rows"),
    ]:
        with pytest.raises(ValueError, match=words):
            sum_clusters(*arguments)
    with pytest.raises(ValueError, match="at least one kind"):
        cluster_test()
