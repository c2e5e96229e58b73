"""Affected users: each user's own rows judged one at a time in pandas."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from driftql import DriftAlert, DriftReport, run_drift_check
from tests.support import reference

REJECT = "Mixed/Unknown"
SIZES = (1, 2, 3, 4, 5, 7, 10, 14, 20, 30, 45, 70, 100, 150, 220, 330, 500)
SPREAD = [1, 1, 2, 3, 5, 8, 10, 14, 20, 25, 30, 40, 45, 60, 70, 90, 100, 150, 200, 400]
DRAWS = 10_000


class Simulated:
    """The null distribution of a statistic for a group of m rows, predicted from the reference's counts."""

    def __init__(self, counts: np.ndarray, statistic: Any) -> None:
        self.counts = counts
        self.statistic = statistic
        self.known: dict[int, np.ndarray] = {}

    def p_value(self, rows: int, observed: float) -> float:
        if rows not in self.known:
            rng = np.random.default_rng(rows)
            weights = rng.dirichlet(self.counts + 1 / len(self.counts), DRAWS)
            self.known[rows] = np.sort(self.statistic(rng.multinomial(rows, weights)))
        sample = self.known[rows]
        return (1 + len(sample) - np.searchsorted(sample, observed * (1 - 1e-9))) / (1 + DRAWS)

    def cautious(self, rows: int, observed: float) -> float:
        """Return what the table of sizes makes of it: a user has the entry of the largest size not above their own.

        Entries never rise along the sizes, so each is the largest of its own and all that follow.
        """
        size = max(size for size in SIZES if size <= rows)
        return max((self.p_value(each, observed) for each in SIZES if each >= size > 1), default=1.0)


def alert_of(report: DriftReport, trigger: str) -> DriftAlert:
    found = [alert for alert in report.alerts if alert.trigger == trigger]
    assert len(found) == 1, report.summary
    return found[0]


def check_users(alert: DriftAlert, scores: dict[str, float], sure: set[str], possible: set[str]) -> None:
    """Whoever surely passes is named, nobody else but the doubtful is, worst first, at most 100."""
    assert sure <= possible
    assert len(sure) >= 3
    assert len(possible - sure) <= 0.25 * len(possible) + 3
    named, count = alert.affected_user_ids, alert.details["affected_users"]
    assert len(set(named)) == len(named)
    assert set(named) <= possible
    assert len(sure) <= count <= len(possible)
    assert len(named) == min(count, 100)
    if count <= 100:
        assert sure <= set(named)
    else:
        worst = sorted(sure, key=lambda user: -scores[user])
        assert all(scores[user] <= scores[named[-1]] + 1e-12 for user in worst if user not in named)
    shown = [scores[user] for user in named]
    assert all(before >= after - 1e-12 for before, after in pairwise(shown))


def users_of(rng: np.random.Generator, count: int, sizes: list[int] = SPREAD) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's user, None for some rows, and how much that user drifts: a third does not, the others from 0.2 to 1."""
    size = rng.choice(sizes, count)
    names = np.array([f"user {k}" for k in range(count)], dtype=object)
    drifts = np.where(np.arange(count) % 3 > 0, rng.uniform(0.2, 1, count), 0.0)
    users, moved = np.repeat(names, size), np.repeat(drifts, size)
    nobody = rng.random(len(users)) < 0.05
    return np.where(nobody, None, users), moved


def frame_for(kind: str, rng: np.random.Generator, moved: np.ndarray) -> dict[str, Any]:
    rows = len(moved)
    if kind == "feature_psi":
        values = rng.normal(2 * moved, 1)
        return {"f": np.where(rng.random(rows) < 0.03, rng.choice([np.nan, np.inf], rows), values)}
    if kind == "reject_rate_increase":
        rejected = rng.random(rows) < 0.08 + 0.7 * moved
        labels = np.where(rejected, REJECT, "a").astype(object)
        return {"predicted_label": np.where(rng.random(rows) < 0.03, None, labels)}
    if kind == "class_shift":
        draw = rng.random(rows)
        labels = np.where(draw < 0.6 - 0.55 * moved, "a", np.where(draw < 0.8, "b", "c")).astype(object)
        return {"predicted_label": np.where(rng.random(rows) < 0.03, None, labels)}
    peak = 90 ** (1 - moved)
    first = rng.beta(peak, 1)
    return {"p0": np.where(rng.random(rows) < 0.03, np.nan, first), "p1": 1 - first}


def run(
    kind: str, seed: int, users: int = 150, sizes: list[int] = SPREAD, **rules: Any
) -> tuple[DriftReport, pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    ref = pd.DataFrame(frame_for(kind, rng, np.zeros(4000)))
    ref["user_id"] = "someone"
    who, moved = users_of(rng, users, sizes)
    cur = pd.DataFrame({**frame_for(kind, rng, moved), "user_id": who})
    columns = {"probabilities": ["p0", "p1"]} if kind == "entropy_spike" else {}
    return run_drift_check(ref, cur, columns=columns, thresholds=rules, exact=True), ref, cur


def judge(
    kind: str, report: DriftReport, ref: pd.DataFrame, cur: pd.DataFrame
) -> tuple[dict[str, float], set[str], set[str]]:
    """Score every user; say who surely passes effect and evidence, and who may."""
    cutoff = report.evidence_cutoff
    assert cutoff is not None
    scores: dict[str, float] = {}
    sure, possible = set(), set()

    def weigh(user: str, passes: bool, strict_p: float, lenient_p: float) -> None:
        if passes and strict_p <= cutoff * 0.6:
            sure.add(user)
        if passes and lenient_p <= cutoff * 1.6:
            possible.add(user)

    groups = cur.dropna(subset="user_id").groupby("user_id")
    if kind == "feature_psi":
        values = ref["f"].to_numpy()
        edges = reference.edges_of(values[np.isfinite(values)])
        counts = reference.binned(values[np.isfinite(values)], edges)
        shares = np.maximum(counts / counts.sum(), 1e-4)

        def index(bins: np.ndarray) -> np.ndarray:
            mine = np.maximum(bins / bins.sum(axis=-1, keepdims=True), 1e-4)
            return ((mine - shares) * np.log(mine / shares)).sum(axis=-1)

        null = Simulated(counts, index)
        for user, rows in groups:
            own = rows["f"].to_numpy()
            own = own[np.isfinite(own)]
            if len(own):
                scores[user] = psi = reference.psi_of(counts, reference.binned(own, edges))
                if len(own) > 1:
                    weigh(user, psi > 0.2, null.cautious(len(own), psi), null.p_value(len(own), psi))
    elif kind == "reject_rate_increase":
        labels = ref["predicted_label"].dropna()
        hits, total = int((labels == REJECT).sum()), len(labels)
        for user, rows in groups:
            own = rows["predicted_label"].dropna()
            if len(own):
                mine = int((own == REJECT).sum())
                scores[user] = increase = mine / len(own) - hits / total
                p_value = reference.rate_greater(hits, total, mine, len(own))
                weigh(user, increase >= 0.1 and len(own) > 1, p_value, p_value)
    elif kind == "class_shift":
        labels = ref["predicted_label"].dropna()
        names = sorted({*labels, *cur["predicted_label"].dropna()})
        counts = np.array([(labels == name).sum() for name in names])

        def pearson(mine: np.ndarray) -> np.ndarray:
            n, m = counts.sum(), mine.sum(axis=-1, keepdims=True)
            both = np.maximum(counts + mine, 1)
            return ((mine / m - counts / n) ** 2 / both).sum(axis=-1) * n * m[..., 0]

        null = Simulated(counts, pearson)
        for user, rows in groups:
            own = rows["predicted_label"].dropna()
            if len(own):
                drawn = np.array([(own == name).sum() for name in names])
                scores[user] = shift = float(np.abs(drawn / drawn.sum() - counts / counts.sum()).max())
                if len(own) > 1:
                    value = float(pearson(drawn))
                    weigh(user, shift > 0.15, null.cautious(len(own), value), null.p_value(len(own), value))
    else:
        before = np.array(reference.entropies(ref[["p0", "p1"]].to_numpy()))
        for user, rows in groups:
            own = np.array(reference.entropies(rows[["p0", "p1"]].to_numpy()))
            if len(own):
                scores[user] = ratio = float(own.mean() / before.mean())
                if len(own) > 1:
                    welch = stats.ttest_ind(own, before, equal_var=False)
                    fewer = 2 * float(stats.t.sf(welch.statistic, min(int(welch.df), 30)))
                    weigh(user, ratio > least_ratio(before), fewer, float(welch.pvalue))
    return scores, sure, possible


def least_ratio(before: np.ndarray) -> float:
    """Return the ratio of mean entropies of two classes by which one of both rules is met."""
    return min(2.0, 1 + 0.1 * float(np.log(2)) / float(before.mean()))


KINDS = ["feature_psi", "reject_rate_increase", "class_shift", "entropy_spike"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_users_pass_effect_and_evidence_of_their_own(kind: str, seed: int) -> None:
    report, ref, cur = run(kind, seed)
    check_users(alert_of(report, kind), *judge(kind, report, ref, cur))


@pytest.mark.parametrize("kind", KINDS)
def test_a_hundred_of_many_are_named(kind: str) -> None:
    report, ref, cur = run(kind, 3, users=600, sizes=[70, 100, 150])
    scores, sure, possible = judge(kind, report, ref, cur)
    assert len(sure) > 150
    alert = alert_of(report, kind)
    assert len(alert.affected_user_ids) == 100
    check_users(alert, scores, sure, possible)


@pytest.mark.parametrize("kind", KINDS)
def test_without_evidence_the_effect_decides(kind: str) -> None:
    report, ref, cur = run(kind, 4, evidence=False)
    with_evidence, *_ = run(kind, 4)
    scores, _, _ = judge(kind, with_evidence, ref, cur)
    if kind == "entropy_spike":
        usable = cur.dropna(subset=["user_id", "p0"]).groupby("user_id").size()
        few = 2
    else:
        column = "f" if kind == "feature_psi" else "predicted_label"
        there = cur.replace([np.inf, -np.inf], np.nan) if kind == "feature_psi" else cur
        usable = there.dropna(subset=["user_id", column]).groupby("user_id").size()
        few = 10
    least = {"feature_psi": 0.2, "reject_rate_increase": 0.1, "class_shift": 0.15}.get(kind)
    if least is None:
        least = least_ratio(np.array(reference.entropies(ref[["p0", "p1"]].to_numpy())))
    passing = {user for user, score in scores.items() if score > least and usable[user] >= few}
    alert = alert_of(report, kind)
    assert alert.details["affected_users"] == len(passing)
    assert set(alert.affected_user_ids) == passing if len(passing) <= 100 else set(alert.affected_user_ids) < passing


def test_a_user_with_one_row_is_never_named() -> None:
    """No rejects among 5000 reference rows: one rejected row alone would have a p-value of 1 in 5001."""
    ref = pd.DataFrame({"user_id": "x", "predicted_label": ["a"] * 5000})
    users = ["many"] * 400 + [f"single {k}" for k in range(100)]
    cur = pd.DataFrame({"user_id": users, "predicted_label": [REJECT] * 500})
    report = run_drift_check(ref, cur)
    assert alert_of(report, "reject_rate_increase").affected_user_ids == ["many"]
    assert alert_of(report, "class_shift").affected_user_ids == ["many"]


def test_users_that_are_numbers_and_strange_texts(con: duckdb.DuckDBPyConnection) -> None:
    rng = np.random.default_rng(6)
    con.register("ref", pd.DataFrame({"Who is it": 0, "f": rng.normal(size=1000)}))
    con.register("cur", pd.DataFrame({"Who is it": np.repeat([7, -3, 2**60], 100), "f": rng.normal(3, 1, size=300)}))
    con.execute("create table before as select * from ref")
    con.execute("create table after as select * from cur")
    report = run_drift_check("before", "after", warehouse=con, columns={"user": "who is it"})
    assert set(alert_of(report, "feature_psi").affected_user_ids) == {"7", "-3", str(2**60)}
    names = ["it's", 'a "b"', "Ünï ☃", ""]
    frames = [
        pd.DataFrame({"user_id": "x", "f": rng.normal(size=1000)}),
        pd.DataFrame({"user_id": np.repeat(names, 100), "f": rng.normal(3, 1, size=400)}),
    ]
    assert set(alert_of(run_drift_check(*frames), "feature_psi").affected_user_ids) == set(names)


def test_ties_go_by_name() -> None:
    rng = np.random.default_rng(7)
    ref = pd.DataFrame({"user_id": "x", "f": rng.normal(size=1000)})
    cur = pd.DataFrame({"user_id": np.tile(["c", "a", "b"], 50), "f": 9.0})
    assert alert_of(run_drift_check(ref, cur), "feature_psi").affected_user_ids == ["a", "b", "c"]
