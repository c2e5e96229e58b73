"""How often users are named who are as they always were, where each user differs from the others.

One large user moves, so that all rows raise an alert; every other user draws both windows from a distribution of its own. Each of
them that the alert names is named falsely. Run from the repository's root, with driftql installed or ``PYTHONPATH=src``::

    python -m tests.simulation.affected_users --users 1000 --reports 5
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from driftql import DriftAlert, DriftReport, run_drift_check

__all__ = ["KINDS", "REJECT", "Calm", "alert_of", "check", "simulate", "window"]

REJECT = "Mixed/Unknown"
KINDS = ("feature", "reject_rate_increase", "class_shift", "entropy_spike")
MOVER = "mover"


def rows_of(kind: str, rng: np.random.Generator, habit: np.ndarray, moved: np.ndarray) -> dict[str, Any]:
    """Rows of users who differ: each has a habit between 0 and 1, and has moved by something between 0 and 1."""
    rows, draw = len(habit), rng.random(len(habit))
    gone = rng.random(rows) < 0.03
    if kind == "feature":
        return {"f": np.where(gone, np.nan, rng.normal(8 * habit + 3 * moved, 1))}
    if kind == "reject_rate_increase":
        labels = np.where(draw < 0.3 * habit + 0.6 * moved, REJECT, "a").astype(object)
        return {"predicted_label": np.where(gone, None, labels)}
    if kind == "class_shift":
        labels = np.where(draw < 0.4 + 0.5 * habit - 0.35 * moved, "a", np.where(draw < 0.92, "b", "c")).astype(object)
        return {"predicted_label": np.where(gone, None, labels)}
    first = rng.beta(60 ** (1 - 0.4 * habit - 0.6 * moved), 1)
    return {"p0": np.where(gone, np.nan, first), "p1": 1 - first}


def window(
    kind: str, rng: np.random.Generator, users: np.ndarray, habits: np.ndarray, moves: np.ndarray, sizes: np.ndarray
) -> pd.DataFrame:
    """One window: ``sizes`` rows of each user, a few of them of nobody."""
    who = np.repeat(users, sizes)
    frame = pd.DataFrame(rows_of(kind, rng, np.repeat(habits, sizes), np.repeat(moves, sizes)))
    frame["user_id"] = np.where(rng.random(len(who)) < 0.04, None, who)
    return frame


def check(kind: str, ref: pd.DataFrame, cur: pd.DataFrame, **settings: Any) -> DriftReport:
    columns = {"probabilities": ["p0", "p1"]} if kind == "entropy_spike" else {}
    return run_drift_check(ref, cur, columns=columns, exact=True, **settings)


def alert_of(report: DriftReport, kind: str) -> DriftAlert:
    found = [alert for alert in report.alerts if alert.trigger.value.startswith(kind)]
    assert len(found) == 1, report.summary
    return found[0]


@dataclass
class Calm:
    """What came of users who are as they always were."""

    kind: str
    users: int = 0
    named: int = 0
    reports: int = 0
    with_any: int = 0
    expected: float = 0.0


def simulate(kind: str, count: int, reports: int, sizes: tuple[int, ...] = (70, 100, 150)) -> Calm:
    """Count the calm users who were named against their own past, of ``count`` in each report."""
    calm = Calm(kind)
    for seed in range(reports):
        rng = np.random.default_rng(seed)
        users = np.array([MOVER, *(f"user {k}" for k in range(count))], dtype=object)
        habits, moves = np.array([0.0, *rng.random(count)]), np.array([1.0] + [0.0] * count)
        rows = [np.array([sum(sizes) * count, *rng.choice(sizes, count)]) for _ in range(2)]
        ref = window(kind, rng, users, habits, 0 * moves, rows[0])
        report = check(kind, ref, window(kind, rng, users, habits, moves, rows[1]))
        named = {effect.user_id for effect in alert_of(report, kind).user_effects if effect.compared_with == "own"}
        assert MOVER in named
        assert report.evidence_cutoff is not None
        calm.users += count
        calm.named += len(named) - 1
        calm.reports += 1
        calm.with_any += len(named) > 1
        calm.expected += count * report.evidence_cutoff
    return calm


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--reports", type=int, default=5)
    asked = parser.parse_args()
    print("| alert | calm users | named | share | cut-off | reports that name any |\n|---|---|---|---|---|---|")
    for kind in KINDS:
        calm = simulate(kind, asked.users, asked.reports)
        print(
            f"| {kind} | {calm.users:,} | {calm.named} | {calm.named / calm.users:.2%} | {calm.expected / calm.users:.2%} "
            f"| {calm.with_any} of {calm.reports} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
