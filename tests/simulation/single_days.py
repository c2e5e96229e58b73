"""How often a day, or three, are called different from many earlier ones, by `driftql.stats.day_ranks`.

The counts of each day in ten bins are drawn from the shares that the day has: 16 features, of which days move the mean in
fourteen, the spread in one and a second mode in one; nine are discrete, with two to ten bins in use.

Run from the repository's root; about a minute of one core::

    PYTHONPATH=src python -m tests.simulation.single_days --reports 500
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from scipy import special

from driftql.stats.day_ranks import rank_days
from tests.simulation.clustered_rows import FEATURES, Floats, Integers, chained, effects

BINS = 10
LEVEL = 0.05
_EDGES = special.ndtri(np.arange(1, BINS) / BINS)
_SPREAD, _MODE = 5, 6
# The bins at which the next value of a discrete feature begins.
_STEPS = {7: (5,), 8: (9,), 9: (2, 4, 6, 8), 10: range(1, 10), 11: (4, 7, 9), 12: (1, 3, 5, 7, 8), 13: (9,), 14: (1, 9)}


class Days(NamedTuple):
    """How days differ.

    Attributes
    ----------
    rows : int
        Rows of a day.
    share : float
        The part of the variance that rows of a day share.
    correlation : float
        Of a day with the day before.
    law : {"normal", "skewed", "t3"}
        Of what days add.
    weekday_share : float
        The variance that weekdays add, each its own.
    weekend : float
        By how many standard deviations Saturdays and Sundays differ, up or down, in every feature.
    sizes : {"equal", "uneven", "weekends"}
        Whether days have equally many rows, numbers whose logarithm varies by 0.7, or a fifth on weekends.
    weekday : int or None
        The last day's, 0 for Monday; None for any.
    gap : int
        Days without rows between the windows.
    """

    rows: int = 400
    share: float = 0.1
    correlation: float = 0.0
    law: Literal["normal", "skewed", "t3"] = "normal"
    weekday_share: float = 0.0
    weekend: float = 0.0
    sizes: Literal["equal", "uneven", "weekends"] = "equal"
    weekday: int | None = None
    gap: int = 0


SETTINGS = {
    "independent days": Days(),
    "days differ less (3 %)": Days(share=0.03),
    "autocorrelation 0.3": Days(correlation=0.3),
    "autocorrelation 0.6": Days(correlation=0.6),
    "skewed days": Days(law="skewed"),
    "heavy-tailed days (t, 3)": Days(law="t3"),
    "weekdays differ (10 %)": Days(share=0.03, weekday_share=0.1),
    "weekends differ by 0.7 sd; a Sunday": Days(share=0.03, weekend=0.7, weekday=6),
    "uneven numbers of rows": Days(sizes="uneven"),
    "a fifth of the rows on weekends; a Sunday": Days(sizes="weekends", weekday=6),
    "autocorrelation 0.3, two weeks between": Days(correlation=0.3, gap=14),
}
SIZES = ((1, 20), (1, 28), (1, 60), (3, 28), (3, 60))
SHIFTS = {
    "one + 0.5 sd": (1, 0.5),
    "one + 0.8 sd": (1, 0.8),
    "four + 0.5 sd": (4, 0.5),
    "all + 0.5 sd": (FEATURES, 0.5),
}


def draw_days(
    rng: np.random.Generator, days: Days, numbers: Integers, shift: tuple[int, float] = (0, 0.0), moved: int = 0
) -> Floats:
    """Draw the counts of each day, of shape (days, features, bins).

    Parameters
    ----------
    rng : numpy.random.Generator
        Random numbers.
    days : Days
        How they differ.
    numbers : ndarray of int64, shape (days,)
        Which days, counted from a Monday on; not below 0.
    shift : (int, float)
        How many features are shifted, and by how many standard deviations.
    moved : int
        On how many of the last days.
    """
    level = math.sqrt(days.share) * chained(effects(rng, int(numbers[-1]) + 1, days.law, FEATURES), days.correlation)
    level = level[numbers]
    weekdays = numbers % 7
    if days.weekday_share:
        level += math.sqrt(days.weekday_share) * rng.standard_normal((7, FEATURES))[weekdays]
    if days.weekend:
        level += np.where(weekdays[:, None] >= 5, days.weekend, 0.0) * rng.choice([-1.0, 1.0], FEATURES)
    features, size = shift
    level[len(level) - moved :, :features] += size
    below = special.ndtr((_EDGES - level[..., None]) / math.sqrt(1 - days.share))
    below[:, _SPREAD] = special.ndtr(_EDGES / np.exp(level[:, _SPREAD, None]))
    in_mode = special.ndtr(-1.28 + level[:, _MODE, None])
    scaled = _EDGES * 1.35 + 0.3
    below[:, _MODE] = (1 - in_mode) * special.ndtr(scaled) + in_mode * special.ndtr(scaled - 3.0)
    ends = np.zeros((*below.shape[:2], 1))
    shares = np.maximum(np.diff(np.concatenate([ends, below, ends + 1], axis=2), axis=2), 0.0)
    for feature, steps in _STEPS.items():
        pooled = np.add.reduceat(shares[:, feature], [0, *steps], axis=1)
        shares[:, feature] = 0.0
        shares[:, feature, : pooled.shape[1]] = pooled
    shares /= shares.sum(axis=2, keepdims=True)
    rows = np.full(len(numbers), days.rows)
    if days.sizes == "uneven":
        rows = np.maximum(20, np.round(days.rows * np.exp(rng.normal(0, 0.7, len(numbers))))).astype(np.int64)
    elif days.sizes == "weekends":
        rows = np.where(weekdays >= 5, days.rows // 5, days.rows)
    return rng.multinomial(rows[:, None], shares).astype(np.float64)


class Tally(NamedTuple):
    """Reports, those that call the current days different at 5 %, and those that were refused for autocorrelation."""

    reports: int
    different: int
    refused: int


def simulate(
    days: Days,
    reference: int,
    current: int,
    reports: int,
    *,
    shift: tuple[int, float] = (0, 0.0),
    seed: int = 20261127,
) -> Tally:
    """Rank the current days of so many reports among the reference's."""
    rng = np.random.default_rng([seed, reference, current, *f"{days} {shift}".encode()])
    different = refused = 0
    for _ in range(reports):
        numbers = np.concatenate([np.arange(reference), reference + days.gap + np.arange(current)])
        last = int(rng.integers(7)) if days.weekday is None else days.weekday
        numbers += (last - int(numbers[-1])) % 7
        counts = draw_days(rng, days, numbers, shift, current)
        rank = rank_days(counts[:reference], numbers[:reference], counts[reference:], numbers[reference:])
        refused += rank.reason == "correlation"
        different += rank.p_value is not None and rank.p_value <= LEVEL
    return Tally(reports, different, refused)


def _cell(tally: Tally) -> str:
    share = tally.different / tally.reports
    text = f"{100 * share:.1f} ± {100 * math.sqrt(share * (1 - share) / tally.reports):.1f}"
    return text if not tally.refused else f"{text} ({100 * tally.refused / tally.reports:.0f} refused)"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the simulation and print its tables as they come."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=500, help="reports of each cell")
    parser.add_argument("--seed", type=int, default=20261127)
    options = parser.parse_args(arguments)
    heads = [f"{current} against {reference}" for current, reference in SIZES]
    print("| days | " + " | ".join(heads) + " |\n" + "|---" * (len(heads) + 1) + "|", flush=True)
    for name, days in SETTINGS.items():
        cells = [
            _cell(simulate(days, reference, current, options.reports, seed=options.seed))
            for current, reference in SIZES
        ]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    print("\n| days | drift | " + " | ".join(heads) + " |\n" + "|---" * (len(heads) + 2) + "|", flush=True)
    for name in ("days differ less (3 %)", "independent days", "autocorrelation 0.3"):
        for what, shift in SHIFTS.items():
            cells = [
                _cell(
                    simulate(SETTINGS[name], reference, current, options.reports // 4, shift=shift, seed=options.seed)
                )
                for current, reference in SIZES
            ]
            print(f"| {name} | {what} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
