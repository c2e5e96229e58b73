"""Affected users against their own past: each user's rows of both windows judged one at a time with pandas and SciPy."""

from __future__ import annotations

import math
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from driftql import DriftAlert, DriftReport, run_drift_check
from driftql.engines import ENGINES
from driftql.sql.render import render
from driftql.stats.own_past import NEVER, enough_for_mean, enough_for_psi, enough_for_rate, fisher_limit
from tests.simulation.affected_users import KINDS, REJECT, alert_of, check, window
from tests.support import reference
from tests.support.properties import examples

SIZES = [0, 3, 15, 40, 120, 300, 700]


def usable(kind: str, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """User -> the values that count."""
    there = frame.dropna(subset="user_id")
    if kind == "entropy_spike":
        return {
            user: np.array(reference.entropies(own[["p0", "p1"]].to_numpy())) for user, own in there.groupby("user_id")
        }
    column = "f" if kind == "feature" else "predicted_label"
    return {user: own[column].to_numpy() for user, own in there.dropna(subset=column).groupby("user_id")}


def moved(kind: str, ref: np.ndarray, cur: np.ndarray, edges: np.ndarray) -> reference.Moved:
    if kind == "feature":
        return reference.moved_values(ref, cur, edges)
    if kind == "reject_rate_increase":
        return reference.moved_rate(ref, cur, REJECT)
    if kind == "class_shift":
        return reference.moved_labels(ref, cur)
    return reference.moved_entropy(ref, cur)


def matters(kind: str, effect: float, ref: np.ndarray, cur: np.ndarray) -> bool:
    if kind == "entropy_spike":
        return effect >= 0.1 * math.log(2) or cur.mean() > 2 * ref.mean()
    return effect >= 0.1 if kind == "reject_rate_increase" else effect > {"feature": 0.2, "class_shift": 0.15}[kind]


def enough(kind: str, cutoff: float, edges: np.ndarray, whole: np.ndarray) -> int:
    """So many rows that chance among them, at the cut-off, hides no change of twice the effect."""
    if kind == "feature":
        return max(10, math.ceil(stats.chi2.isf(cutoff, len(edges)) / 0.4))
    z = stats.norm.isf(cutoff / 2)
    if kind == "entropy_spike":
        effect = min(0.1 * math.log(2), whole.mean())
        return max(10, math.ceil(z**2 * whole.var(ddof=1) / (2 * effect) ** 2))
    return max(10, math.ceil(z**2 / 4 / (2 * {"reject_rate_increase": 0.1, "class_shift": 0.15}[kind]) ** 2))


def hold(kind: str, report: DriftReport, ref: pd.DataFrame, cur: pd.DataFrame) -> DriftAlert:
    """Whoever surely has left its own past is named, nobody else but the doubtful is; return the alert."""
    alert, cutoff = alert_of(report, kind), report.evidence_cutoff
    assert cutoff is not None
    before, now = usable(kind, ref), usable(kind, cur)
    edges = np.array([])
    if kind == "feature":
        everybody = ref["f"].dropna().to_numpy()
        edges = reference.edges_of(everybody)
    elif kind == "entropy_spike":
        everybody = np.array(reference.entropies(ref[["p0", "p1"]].to_numpy()))
    else:
        everybody = ref["predicted_label"].dropna().to_numpy()
    assert alert.own_rows_needed == enough(kind, cutoff, edges, everybody)
    named = {effect.user_id: effect for effect in alert.user_effects}
    assert list(named) == alert.affected_user_ids
    assert alert.details["affected_users"] == len(named) <= 100
    sure, possible = set(), set()
    for user, own in now.items():
        past = before.get(user, np.array([]))
        if len(past) < alert.own_rows_needed:
            if user in named:
                assert (named[user].compared_with, named[user].reference_rows) == ("everybody", len(everybody))
            continue
        if len(own) < 2:
            assert user not in named
            continue
        found = moved(kind, past, own, edges)
        if matters(kind, found.effect, past, own):
            # The bound is up to an eighth above Fisher's p-value, and a t between two listed degrees takes the stricter.
            margin = 4 if kind == "entropy_spike" else 1.25
            sure |= {user} if found.p_value * margin <= cutoff else set()
            possible |= {user} if found.p_value <= cutoff * (1 + 1e-9) else set()
        if user in named:
            shown = named[user]
            assert (shown.compared_with, shown.reference_rows, shown.rows) == ("own", len(past), len(own))
            assert reference.close(shown.effect, found.effect, 1e-9)
    own_named = {user for user, effect in named.items() if effect.compared_with == "own"}
    assert sure <= own_named <= possible
    assert len(sure) >= 3
    assert len(possible - sure) <= 0.25 * len(possible) + 2
    return alert


@pytest.mark.parametrize("kind", KINDS)
def test_users_are_compared_with_their_own_past(kind: str) -> None:
    """Some users are new, some are gone, some have few rows; three in five have moved."""
    rng = np.random.default_rng(11)
    count = 90
    users = np.array([f"user {k}" for k in range(count)], dtype=object)
    habits, moves = rng.random(count), np.where(np.arange(count) % 5 < 3, rng.uniform(0.3, 1, count), 0.0)
    sizes = rng.choice(SIZES, (2, count), p=[0.1, 0.1, 0.1, 0.15, 0.2, 0.2, 0.15])
    ref = window(kind, rng, users, habits, 0 * moves, sizes[0])
    cur = window(kind, rng, users, habits, moves, sizes[1])
    alert = hold(kind, check(kind, ref, cur), ref, cur)
    assert {effect.compared_with for effect in alert.user_effects} == {"own", "everybody"}


def test_only_the_airport_that_changed_is_named() -> None:
    rng = np.random.default_rng(3)
    past = {"EWR": (0, 4000), "JFK": (2, 3000), "LGA": (5, 2500)}
    ref, cur = (
        pd.DataFrame(
            {
                "origin": np.repeat(list(past), [size for _, size in past.values()]),
                "delay": np.concatenate(
                    [rng.normal(mean + (name == "EWR") * late, 1, size) for name, (mean, size) in past.items()]
                ),
            }
        )
        for late in (0, 2)
    )
    alert = run_drift_check(ref, cur, columns={"user": "origin"}).alerts[0]
    assert [(effect.user_id, effect.compared_with, effect.reference_rows) for effect in alert.user_effects] == [
        ("EWR", "own", 4000)
    ]


def test_nobody_is_named_where_only_the_mix_of_users_has_changed() -> None:
    rng = np.random.default_rng(4)
    ref, cur = (
        pd.DataFrame({"user_id": np.repeat(["low", "high"], sizes), "f": np.repeat([0.0, 5.0], sizes)})
        for sizes in ((2000, 500), (500, 2000))
    )
    for frame in (ref, cur):
        frame["f"] += rng.normal(size=len(frame))
    alert = run_drift_check(ref, cur).alerts[0]
    assert (alert.affected_user_ids, alert.details["affected_users"]) == ([], 0)
    assert alert.own_rows_needed is not None


def test_users_are_matched_by_value_and_not_by_type() -> None:
    """The same users: integers before, doubles with a gap now. And a reference that knows no users at all."""
    rng = np.random.default_rng(5)
    users = np.repeat([7, 8, 9], 400)
    ref = pd.DataFrame({"user_id": users, "f": rng.normal(users, 1)})
    cur = pd.DataFrame({"user_id": users.astype(float), "f": rng.normal(users + 5 * (users == 8), 1)})
    cur.loc[3, "user_id"] = np.nan
    alert = alert_of(run_drift_check(ref, cur), "feature_psi")
    assert [(e.user_id, e.compared_with, e.reference_rows) for e in alert.user_effects] == [("8", "own", 400)]
    labels = {"predicted_label": np.where(users == 8, REJECT, "a")}
    for kind in KINDS:
        before = ref.drop(columns="user_id").assign(predicted_label="a", p0=1.0, p1=0.0)
        now = cur.assign(**labels, p0=np.where(users == 8, 0.5, 1.0), p1=np.where(users == 8, 0.5, 0.0))
        columns = {"user": "user_id", "probabilities": ["p0", "p1"]}
        alert = alert_of(run_drift_check(before, now, columns=columns, exclude="p?"), kind)
        assert {(e.compared_with, e.reference_rows) for e in alert.user_effects} == {("everybody", 1200)}


def small_rows(least: int) -> st.SearchStrategy[list[tuple[Any, ...]]]:
    row = st.tuples(
        st.sampled_from([None, "a", "b", "c"]),
        st.one_of(st.none(), st.integers(0, 4)),
        st.sampled_from([None, "x", "y", REJECT]),
    )
    return st.lists(row, min_size=least, max_size=40)


@examples(40)
@given(small_rows(8), small_rows(8), st.integers(2, 6))
def test_small_tables_without_evidence(ref: list[Any], cur: list[Any], fewest: int) -> None:
    """The effect decides alone: of every user with so many rows, against own rows where there are as many."""
    frames = [
        pd.DataFrame(rows, columns=["user_id", "f", "predicted_label"]).astype({"f": "Int64", "user_id": "string"})
        for rows in (ref, cur)
    ]
    frames = [frame.astype({"predicted_label": "string"}) for frame in frames]
    report = run_drift_check(*frames, thresholds={"evidence": False, "min_rows": fewest, "alpha": 0.9})
    values = [frame.dropna(subset="f") for frame in frames]
    labels = [frame.dropna(subset="predicted_label") for frame in frames]
    for alert in report.alerts:
        if str(alert.trigger) in ("missing_increase", "new_category"):
            continue  # they have tests of their own
        kind = "feature" if alert.affected_features else str(alert.trigger)
        sides, column = (values, "f") if kind == "feature" else (labels, "predicted_label")
        before, now = (side[column].to_numpy(dtype=float if kind == "feature" else object) for side in sides)
        edges = reference.edges_of(before) if kind == "feature" else np.array([])
        if kind == "feature" and not len(edges):
            continue
        wanted = {}
        for user in {*sides[1]["user_id"].dropna()}:
            past, own = (
                everybody[(side["user_id"] == user).fillna(False).to_numpy()]
                for everybody, side in zip((before, now), sides, strict=True)
            )
            is_own = len(past) >= fewest
            found = moved(kind, past if is_own else before, own, edges)
            if len(own) >= fewest and matters(kind, found.effect, before, own):
                wanted[user] = (is_own, len(past if is_own else before), round(found.effect, 9))
        assert alert.own_rows_needed == fewest
        assert {
            e.user_id: (e.compared_with == "own", e.reference_rows, round(e.effect, 9)) for e in alert.user_effects
        } == wanted


def test_the_bound_of_fisher(con: duckdb.DuckDBPyConnection) -> None:
    """Never below 0.94 of SciPy's p-value, and not far above it where it decides; also for rates that are 0 or 1."""
    rng = np.random.default_rng(8)
    sizes = np.floor(10 ** rng.uniform(0, 4, (3000, 2)))
    hits = rng.binomial(sizes.astype(int), rng.beta(0.4, 0.4, (3000, 2)))
    cases = pd.DataFrame({"a": hits[:, 0], "n": sizes[:, 0], "b": hits[:, 1], "m": sizes[:, 1]}).astype(float)
    con.register("cases", cases)
    bound = render("fisher_bound", ENGINES["duckdb"], "a", "n", "b", "m")
    found = np.exp(con.sql(f"select {bound} from cases").fetchnumpy().popitem()[1])
    exact = np.array([reference.fisher(*map(int, case)) for case in cases.to_numpy()])
    told = exact > 1e-250
    assert told.sum() > 2000
    assert (found[told] >= 0.94 * exact[told]).all()
    decides = told & (exact < 0.01)
    assert decides.sum() > 500
    assert (found[decides] <= 1.15 * exact[decides]).all()
    assert (found[~told] < 1e-200).all()


@pytest.mark.parametrize("level", [0.05, 0.0014, 1e-6])
def test_enough_rows(level: float) -> None:
    n = enough_for_psi(0.2, level, 10)
    assert stats.chi2.isf(level, 9) / n <= 0.4 < stats.chi2.isf(level, 9) / (n - 1)
    n = enough_for_mean(0.1, 0.09, level)
    noise = stats.norm.isf(level / 2) * 0.3 / np.sqrt([n, n - 1])
    assert noise[0] <= 0.2 < noise[1]
    assert enough_for_rate(0.1, level) == enough_for_mean(0.1, 0.25, level)
    assert enough_for_rate(0.0, level) == enough_for_psi(0.0, level, 3) == NEVER
    assert math.exp(fisher_limit(level, 18)) == pytest.approx(0.94 * level / 18)
