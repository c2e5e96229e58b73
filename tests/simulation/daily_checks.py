"""What a check every day costs in false alarms where nothing changes, over a year.

Days of 400 rows are drawn as in `tests.simulation.single_days`, and every day the last 14 are compared with the reference: 14
days that stay, or the 14 before them.  The effects, the test of days and the Benjamini-Hochberg procedure are those of
the check, from counts in ten bins; no labels, so 32 p-values.  Beside it, every day is ranked among the 28 before it.
An episode is a run of alerts on days that follow each other.

Run from the repository's root; some five minutes of one core::

    PYTHONPATH=src python -m tests.simulation.daily_checks --years 14
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from driftql.stats import benjamini_hochberg, psi
from driftql.stats.clustered import (
    cluster_test,
    lag_one,
    pool_autocorrelation,
    sum_clusters,
    with_autocorrelation,
)
from driftql.stats.day_ranks import rank_days
from tests.simulation.clustered_rows import FEATURES, Floats
from tests.simulation.single_days import Days, draw_days

WINDOW, RANKED, YEAR = 14, 28, 365
PSI_EFFECT, KS_EFFECT = 0.2, 0.05
LEVELS = {"5 %": 0.05, "1 %": 0.01, "5 % / 26": 0.05 / 26}
SETTINGS = {
    "3 % between days": Days(share=0.03),
    "10 % between days": Days(share=0.1),
    "10 %, autocorrelation 0.3": Days(share=0.1, correlation=0.3),
}


class Year(NamedTuple):
    """On which of the days each rule raised an alert: arrays of bool, shape (365,), by the name of the rule."""

    alerts: dict[str, np.ndarray]


def p_values(ref: Floats, cur: Floats) -> list[float]:
    """Return the p-values of a report of counts by day, of shape (days, features, bins): two for each feature."""
    below = [np.cumsum(window, axis=2)[:, :, :-1] for window in (ref, cur)]
    rows = [window.sum(axis=2) for window in (ref, cur)]
    shares = [hits.sum(axis=0) / count.sum(axis=0)[:, None] for hits, count in zip(below, rows, strict=True)]
    distance = np.abs(shares[0] - shares[1]).max(axis=1)
    lags = []
    found: list[float] = []
    for feature in range(FEATURES):
        middle = int(np.argmin(np.abs(shares[0][feature] - 0.5)))
        windows = [(count[:, feature], hits[:, feature, middle]) for count, hits in zip(rows, below, strict=True)]
        lags.append(lag_one(windows))
    phi = pool_autocorrelation(lags, (len(ref) + len(cur)) / 2)
    for feature in range(FEATURES):
        totals = [window[:, feature].sum(axis=0) for window in (ref, cur)]
        used = (totals[0] + totals[1]) > 0
        size = psi(totals[0][used], totals[1][used])
        if size <= PSI_EFFECT and distance[feature] < KS_EFFECT:
            found += [1.0, 1.0]
            continue
        empty = [np.zeros_like(count[:, feature]) for count in rows]
        none = [np.zeros_like(hits[:, feature]) for hits in below]
        inner = np.flatnonzero(used)[:-1]
        sums = sum_clusters(
            np.concatenate([rows[0][:, feature], empty[1]]),
            np.concatenate([empty[0], rows[1][:, feature]]),
            np.concatenate([below[0][:, feature], none[1]])[:, inner],
            np.concatenate([none[0], below[1][:, feature]])[:, inner],
        )
        p_value = cluster_test(with_autocorrelation(sums, phi)).p_value
        found += [1.0 if p_value is None else p_value] * 2
    return found


def simulate(days: Days, *, stays: bool, ranked: bool, seed: int) -> Year:
    """Check one year, day by day: against a reference that stays or moves; rank the days too if it is wanted."""
    rng = np.random.default_rng([seed, *f"{days} {stays}".encode()])
    first = 2 * RANKED
    counts = draw_days(rng, days, np.arange(first + YEAR))
    alerts = {name: np.zeros(YEAR, dtype=bool) for name in (*LEVELS, "rank")}
    for day in range(YEAR):
        end = first + day + 1
        start = first - WINDOW - WINDOW if stays else end - 2 * WINDOW
        found = p_values(counts[start : start + WINDOW], counts[end - WINDOW : end])
        for name, level in LEVELS.items():
            alerts[name][day] = bool(benjamini_hochberg(found, level).any())
        if ranked:
            past = np.arange(end - 1 - RANKED, end - 1)
            rank = rank_days(counts[past], past, counts[end - 1 : end], [end - 1])
            alerts["rank"][day] = rank.p_value is not None and rank.p_value <= LEVELS["5 %"]
    return Year(alerts)


def every_fortnight(alerts: np.ndarray) -> np.ndarray:
    """Return the alerts of checks that are made every 14 days only."""
    return alerts[WINDOW - 1 :: WINDOW]


def twice(alerts: np.ndarray) -> np.ndarray:
    """Return the alerts that an alert 14 days earlier goes before."""
    return alerts[WINDOW:] & alerts[:-WINDOW]


RULES: dict[str, tuple[str, Callable[[np.ndarray], np.ndarray]]] = {
    "5 %": ("5 %", lambda alerts: alerts),
    "1 %": ("1 %", lambda alerts: alerts),
    "5 % / 26, the disjoint windows of a year": ("5 % / 26", lambda alerts: alerts),
    "5 %, every 14th day": ("5 %", every_fortnight),
    "5 %, and again 14 days later": ("5 %", twice),
    "one day against the 28 before it, 5 %": ("rank", lambda alerts: alerts),
}


def _line(name: str, what: str, years: Sequence[np.ndarray]) -> str:
    days = np.array([year.sum() for year in years])
    episodes = np.array([np.count_nonzero(np.diff(year.astype(int), prepend=0) == 1) for year in years])
    error = episodes.std(ddof=1) / np.sqrt(len(years)) if len(years) > 1 else float("nan")
    return (
        f"| {name} | {what} | {days.mean():.1f} | {episodes.mean():.1f} ± {error:.1f} | "
        f"{100 * np.mean(days > 0):.0f} % |"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the simulation and print its table as it comes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--years", type=int, default=14)
    parser.add_argument("--seed", type=int, default=20261127)
    options = parser.parse_args(arguments)
    print(
        "| days | rule | days with an alert a year | episodes a year | years with any |\n|---|---|---|---|---|",
        flush=True,
    )
    for name, days in SETTINGS.items():
        for stays in (True, False):
            years = [
                simulate(days, stays=stays, ranked=stays, seed=options.seed + number) for number in range(options.years)
            ]
            where = "a reference that stays" if stays else "the 14 days before"
            for rule, (key, thin) in RULES.items():
                if key == "rank" and not stays:
                    continue
                what = rule if key == "rank" else f"14 days against {where}, {rule}"
                print(_line(name, what, [thin(year.alerts[key]) for year in years]), flush=True)


if __name__ == "__main__":
    main()
