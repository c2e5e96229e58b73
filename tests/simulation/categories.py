"""The p-values of category features where nothing drifts: how often each is at most 5 %.

Both windows are drawn from one population of 3 to 5,000 skewed categories (shares like 1, 1/2, 1/3, ..., or equal
ones). The counts that SQL would return are taken with NumPy; the p-values are those of ``driftql.stats``.

Run from the repository's root, with driftql installed or ``PYTHONPATH=src``::

    python -m tests.simulation.categories --pairs 100 --markdown
    python -m tests.simulation.categories --sizes 50x50 1000x50 --pairs 100
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from driftql.stats import Frequency, mix_effect, mix_test, new_category_test

ALPHA = 0.05
LISTED = 50
EFFECT = 0.2
VARIATION = 0.15
NEW = 0.01

SIZES = (
    (50, 50),
    (200, 200),
    (1000, 1000),
    (10_000, 10_000),
    (100_000, 100_000),
    (1000, 50),
    (50, 1000),
    (5000, 200),
    (200, 100_000),
)
POPULATIONS = ((3, 1.0), (20, 1.0), (200, 1.2), (5000, 1.0), (5000, 0.0), (5000, 2.0))


@dataclass
class Tally:
    """How often the p-values of pairs of windows were small.

    Attributes
    ----------
    n, m, categories, power
        Rows of the reference and of the current window; categories and how steeply their shares fall.
    pairs
        Pairs of windows.
    mix, new
        Pairs in which the p-value of the mix, and of new categories, was at most 5 %.
    mix_effect, new_effect
        Pairs in which the effect alone was above its threshold.
    """

    n: int
    m: int
    categories: int
    power: float
    pairs: int
    mix: int = 0
    new: int = 0
    mix_effect: int = 0
    new_effect: int = 0

    @property
    def allowed(self) -> float:
        """The largest count that 5 % of the pairs allow: two standard errors above it."""
        return self.pairs * ALPHA + 2 * math.sqrt(self.pairs * ALPHA * (1 - ALPHA))


def shares(categories: int, power: float) -> NDArray[np.float64]:
    """Return shares that fall like 1 / k^power."""
    weights = np.arange(1, categories + 1, dtype=np.float64) ** -power
    return weights / weights.sum()


class Finding(NamedTuple):
    """What is found in a pair of windows: of the mix and of new categories, whether the effect is large, and p."""

    mix_effect: bool
    mix: float
    new_effect: bool
    new: float
    ref_singles: int


def find(ref: NDArray[np.int64], cur: NDArray[np.int64]) -> Finding:
    """Compare a pair of windows; ``ref`` and ``cur`` are the rows of every category."""
    held = ref + cur > 0
    ref, cur = ref[held], cur[held]
    by_both = np.argsort(-(ref + cur), kind="stable")
    top, others = by_both[:LISTED], by_both[LISTED:]
    groups = [np.append(counts[top], counts[others].sum()) for counts in (ref, cur)]
    is_new = ref == 0
    by_ref = np.argsort(-ref, kind="stable")
    listed = by_ref[:LISTED][ref[by_ref[:LISTED]] > 0]
    unlisted = int(ref.sum() - ref[listed].sum()), int(cur.sum() - cur[listed].sum())
    rows, counts = np.unique(ref + cur, return_counts=True)
    effect = mix_effect(ref[listed], cur[listed], unlisted)
    singles = int((ref == 1).sum())
    new = new_category_test(
        int(cur[is_new].sum()),
        int(ref.sum()),
        int(cur.sum()),
        singles,
        [Frequency(int(k), int(k), int(count)) for k, count in zip(rows, counts, strict=True)],
        int(cur[is_new].max(initial=0)),
    )
    is_large = effect.psi > EFFECT or effect.total_variation > VARIATION
    return Finding(is_large, mix_test(*groups).p_value, new.share > NEW, new.p_value, singles)


def judge(ref: NDArray[np.int64], cur: NDArray[np.int64], tally: Tally) -> None:
    """Count what a pair of windows gives; ``ref`` and ``cur`` are the rows of every category."""
    found = find(ref, cur)
    tally.mix += found.mix <= ALPHA
    tally.new += found.new <= ALPHA
    tally.mix_effect += found.mix_effect
    tally.new_effect += found.new_effect


def simulate(n: int, m: int, categories: int, power: float, pairs: int, seed: int = 0) -> Tally:
    """Draw pairs of windows from one population and judge each."""
    tally = Tally(n, m, categories, power, pairs)
    rng = np.random.default_rng([seed, n, m, categories, int(10 * power)])
    population = shares(categories, power)
    for _ in range(pairs):
        judge(rng.multinomial(n, population), rng.multinomial(m, population), tally)
    return tally


def markdown(tallies: Sequence[Tally]) -> str:
    """Write the tallies as a table: a row per pair of sizes, over all populations."""
    lines = [
        "| reference | current | pairs | mix: effect | mix: p <= 5 % | new: effect | new: p <= 5 % |",
        "|---|---|---|---|---|---|---|",
    ]
    for n, m in dict.fromkeys((one.n, one.m) for one in tallies):
        same = [one for one in tallies if (one.n, one.m) == (n, m)]
        pairs = sum(one.pairs for one in same)
        rates = [sum(getattr(one, name) for one in same) / pairs for name in ("mix_effect", "mix", "new_effect", "new")]
        lines.append(f"| {n:,} | {m:,} | {pairs:,} | {' | '.join(f'{100 * rate:.1f} %' for rate in rates)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--sizes", nargs="*", default=[f"{n}x{m}" for n, m in SIZES])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()
    tallies = []
    for size in arguments.sizes:
        n, m = (int(rows) for rows in size.split("x"))
        for categories, power in POPULATIONS:
            tally = simulate(n, m, categories, power, arguments.pairs, arguments.seed)
            tallies.append(tally)
            if not arguments.markdown:
                print(tally, "over" if max(tally.mix, tally.new) > tally.allowed else "", flush=True)
    if arguments.markdown:
        print(markdown(tallies))


if __name__ == "__main__":
    main()
