"""The false-alarm rate and the power of whole drift reports.

Each report compares two windows of 16 features (7 continuous, 9 discrete), labels and class probabilities.
The p-values are those of ``driftql.stats``; the counts that SQL would return are taken with NumPy.  Two
rules are compared on the same windows:

* default: an effect above its threshold AND evidence, i.e. rejection by Benjamini-Hochberg at 5 % over all
  p-values of the report;
* fixed: PSI > 0.2, or KS p < 0.05 without a minimum distance, or one of the other effects alone.

Without drift the share of reports with any alert is the false-alarm rate.  The power is the share of reports
that flag the one feature that drifted among 16.

With ``--whole`` a report also has six text columns of 3 to 5,000 categories, shares of missing values of 20 columns, and
the rows of 28 reference and 7 current days; then it is judged by the default rule only, and there is no power.

Run from the repository's root, with driftql installed or ``PYTHONPATH=src``::

    python -m tests.simulation.false_alarms --reports 200 --markdown
    python -m tests.simulation.false_alarms --sizes 50x50 1000x50 --reports 100
    python -m tests.simulation.false_alarms --whole --reports 200 --markdown
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from driftql.check.counts import Pair
from driftql.check.missing import MissingCounts, compare_missing
from driftql.config import Thresholds
from driftql.stats import (
    Moments,
    benjamini_hochberg,
    chi_square,
    interpolate_edges,
    ks_from_counts,
    merge_edges,
    psi,
    psi_null,
    quantile_ranks,
    two_proportion,
    welch,
)
from driftql.stats.row_counts import compare_row_counts
from tests.simulation import categories

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Floats]

ALPHA = 0.05
BINS = 10
PSI_EFFECT = 0.2
KS_EFFECT = 0.05
KS_FIXED_LEVEL = 0.05
REJECT_EFFECT = 0.10
ENTROPY_EFFECT = 2.0
ENTROPY_CHANGE = 0.1
CLASS_EFFECT = 0.15

SIZES = (
    (50, 50),
    (100, 100),
    (200, 200),
    (500, 500),
    (1000, 1000),
    (10_000, 10_000),
    (100_000, 100_000),
    (1000, 50),
    (50, 1000),
    (200, 5000),
    (5000, 200),
)

# The categories of each text column, and the power of its shares, which fall like 1 / k^power.
CATEGORIES = ((3, 1.0), (20, 1.0), (200, 1.2), (5000, 1.0), (5000, 2.0), (5000, 0.0))
MISSING_EFFECT = 0.05
# The shares of missing values of the columns that are judged.
RATES = (0.0, 0.0, 0.0, 0.0, 0.001, 0.001, 0.01, 0.01, 0.02, 0.02, 0.03, 0.05, 0.05, 0.1, 0.1, 0.2, 0.2, 0.3, 0.5, 0.9)
ROW_COUNT_RATIO = (0.5, 2.0)
DAYS = (28, 7)
# Rows of a Monday to Sunday, as shares of the mean; beside this, days differ by 20 %.
WEEK = np.array([1.2, 1.1, 1.1, 1.1, 1.0, 0.8, 0.7])

LABEL_SHARES = (0.40, 0.25, 0.20, 0.10, 0.05)
REJECTED = 3


def _spiked(rng: np.random.Generator, n: int) -> Floats:
    return np.where(rng.random(n) < 0.9, 0.0, rng.exponential(size=n))


def _spiked_both_sides(rng: np.random.Generator, n: int) -> Floats:
    return np.where(rng.random(n) < 0.9, 0.0, np.round(rng.normal(size=n), 1))


FEATURES: dict[str, Draw] = {
    "normal": lambda rng, n: rng.normal(size=n),
    "normal, sd 10": lambda rng, n: rng.normal(100.0, 10.0, n),
    "normal, third": lambda rng, n: rng.normal(-3.0, 0.1, n),
    "exponential": lambda rng, n: rng.exponential(size=n),
    "exponential, slow": lambda rng, n: rng.exponential(60.0, n),
    "lognormal": lambda rng, n: rng.lognormal(size=n),
    "lognormal, heavy": lambda rng, n: rng.lognormal(0.0, 2.5, n),
    "binary 0.5": lambda rng, n: rng.binomial(1, 0.5, n).astype(np.float64),
    "binary 0.03": lambda rng, n: rng.binomial(1, 0.03, n).astype(np.float64),
    "integers 1 to 5": lambda rng, n: rng.integers(1, 6, n).astype(np.float64),
    "integers 0 to 9": lambda rng, n: rng.integers(0, 10, n).astype(np.float64),
    "Poisson 1": lambda rng, n: rng.poisson(1.0, n).astype(np.float64),
    "Poisson 4": lambda rng, n: rng.poisson(4.0, n).astype(np.float64),
    "90 % zeros": _spiked,
    "90 % zeros, both sides": _spiked_both_sides,
    "rounded decimals": lambda rng, n: np.round(rng.normal(size=n), 1),
}

DRIFTS: dict[str, tuple[str, Draw]] = {
    "normal + 0.1 sd": ("normal", lambda rng, n: rng.normal(0.1, 1.0, n)),
    "normal + 0.25 sd": ("normal", lambda rng, n: rng.normal(0.25, 1.0, n)),
    "normal + 0.5 sd": ("normal", lambda rng, n: rng.normal(0.5, 1.0, n)),
    "normal + 1 sd": ("normal", lambda rng, n: rng.normal(1.0, 1.0, n)),
    "binary 0.5 to 0.6": ("binary 0.5", lambda rng, n: rng.binomial(1, 0.6, n).astype(np.float64)),
    "binary 0.5 to 0.8": ("binary 0.5", lambda rng, n: rng.binomial(1, 0.8, n).astype(np.float64)),
    "binary 0.03 to 0.15": ("binary 0.03", lambda rng, n: rng.binomial(1, 0.15, n).astype(np.float64)),
}


TRIGGERS = ("PSI", "KS", "reject", "entropy", "class", "mix", "new category", "missing", "row count")


@dataclass(frozen=True)
class FeatureFinding:
    """PSI and KS of one feature."""

    psi: float
    psi_p: float
    ks: float
    ks_p: float

    def by_effect(self) -> tuple[bool, bool]:
        """Return whether PSI and KS are above their thresholds."""
        return self.psi > PSI_EFFECT, self.ks >= KS_EFFECT

    def by_fixed_rule(self) -> bool:
        """Return whether the fixed rule flags the feature."""
        return self.psi > PSI_EFFECT or self.ks_p < KS_FIXED_LEVEL


@dataclass
class Tally:
    """Counts over the reports of one pair of sizes."""

    ref_rows: int
    cur_rows: int
    reports: int = 0
    default_alerts: int = 0
    fixed_alerts: int = 0
    evidence: int = 0
    triggers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TRIGGERS, 0))
    default_found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(DRIFTS, 0))
    fixed_found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(DRIFTS, 0))
    seconds: float = 0.0


def reference_edges(ref: Floats, bins: int = BINS) -> Floats:
    """Return the PSI edges of sorted reference values."""
    lo, hi, fraction = quantile_ranks(ref.size, bins)
    raw = interpolate_edges(ref[lo], ref[hi], fraction)
    return merge_edges(raw, float(ref[0]), float(ref[-1]), float(np.median(ref)))


def check_feature(ref: Floats, cur: Floats) -> FeatureFinding | None:
    """Return PSI and KS of two windows, None where the reference is constant."""
    ref, cur = np.sort(ref), np.sort(cur)
    if ref[0] == ref[-1]:
        return None
    edges = reference_edges(ref)
    ref_below = np.concatenate([[0], np.searchsorted(ref, edges, side="left"), [ref.size]])
    cur_below = np.concatenate([[0], np.searchsorted(cur, edges, side="left"), [cur.size]])
    ref_counts, cur_counts = np.diff(ref_below), np.diff(cur_below)
    values = np.unique(np.concatenate([ref, cur]))
    ref_at = np.searchsorted(ref, values, side="right")
    cur_at = np.searchsorted(cur, values, side="right")
    farthest = int(np.argmax(np.abs(ref_at / ref.size - cur_at / cur.size)))
    distance = ks_from_counts(int(ref_at[farthest]), int(cur_at[farthest]), ref.size, cur.size)
    return FeatureFinding(
        psi(ref_counts, cur_counts),
        psi_null(ref_counts, cur_counts).p_value,
        distance.statistic,
        distance.p_value,
    )


def _moments(values: Floats) -> Moments:
    return Moments(values.size, float(values.mean()), float(values.var(ddof=1)))


def _entropies(rng: np.random.Generator, n: int) -> Floats:
    p = np.clip(rng.dirichlet(np.full(5, 0.2), n), 1e-8, None)
    entropy: Floats = -(p * np.log(p)).sum(axis=1)
    return entropy


def _verdict(
    features: dict[str, FeatureFinding | None], others: Sequence[tuple[str, bool, float]]
) -> tuple[list[tuple[str, str]], bool]:
    """Return the (trigger, feature) alerts of the default rule, and whether any p-value was rejected."""
    tests: list[tuple[str, str, bool, float]] = []
    for name, found in features.items():
        if found is not None:
            psi_effect, ks_effect = found.by_effect()
            tests += [("PSI", name, psi_effect, found.psi_p), ("KS", name, ks_effect, found.ks_p)]
    tests += [(trigger, "", effect, p) for trigger, effect, p in others]
    rejected = benjamini_hochberg([test[3] for test in tests], ALPHA)
    alerts = [test[:2] for test, evidence in zip(tests, rejected, strict=True) if evidence and test[2]]
    return alerts, bool(rejected.any())


def _other_checks(rng: np.random.Generator, n: int, m: int) -> list[tuple[str, bool, float]]:
    ref_labels, cur_labels = rng.multinomial(n, LABEL_SHARES), rng.multinomial(m, LABEL_SHARES)
    ref_entropy, cur_entropy = _moments(_entropies(rng, n)), _moments(_entropies(rng, m))
    shares = cur_labels / m - ref_labels / n
    return [
        (
            "reject",
            bool(shares[REJECTED] >= REJECT_EFFECT),
            two_proportion(int(ref_labels[REJECTED]), n, int(cur_labels[REJECTED]), m),
        ),
        (
            "entropy",
            cur_entropy.mean > ENTROPY_EFFECT * ref_entropy.mean
            or abs(cur_entropy.mean - ref_entropy.mean) >= ENTROPY_CHANGE * np.log(5),
            welch(ref_entropy, cur_entropy, two_sided=True),
        ),
        ("class", bool(np.abs(shares).max() > CLASS_EFFECT), chi_square(ref_labels, cur_labels).p_value),
    ]


def _further_checks(rng: np.random.Generator, n: int, m: int) -> list[tuple[str, bool, float]]:
    """Return the checks of text columns, missing values and rows per day."""
    tests = []
    for many, power in CATEGORIES:
        population = categories.shares(many, power)
        found = categories.find(rng.multinomial(n, population), rng.multinomial(m, population))
        # Where hardly a value occurs twice, the check is not computed.
        if found.ref_singles <= 0.9 * n:
            tests += [("mix", found.mix_effect, found.mix), ("new category", found.new_effect, found.new)]
    missing = [rng.binomial(rows, RATES).tolist() for rows in (n, m)]
    counted = [
        MissingCounts(str(place), "feature", "missing", Pair(*hits), Pair(n, m))
        for place, hits in enumerate(zip(*missing, strict=True))
    ]
    tests += [
        ("missing", one.cur_share - one.ref_share >= MISSING_EFFECT, one.p_value)
        for one in compare_missing(counted, Thresholds())
        if one.p_value is not None
    ]
    weekdays = [np.arange(days) % 7 for days in DAYS]
    rows = [rng.poisson(1000 * WEEK[days] * rng.lognormal(0, 0.2, days.size)) for days in weekdays]
    test = compare_row_counts(rows[0], weekdays[0], rows[1], weekdays[1])
    assert test.p_value is not None
    is_far = not ROW_COUNT_RATIO[0] <= test.cur_rate / test.ref_rate <= ROW_COUNT_RATIO[1]
    return [*tests, ("row count", is_far, test.p_value)]


def simulate(n: int, m: int, reports: int, *, seed: int = 20261123, power: bool = True, whole: bool = False) -> Tally:
    """Simulate reports on windows of n reference and m current rows.

    Parameters
    ----------
    n, m : int
        Rows in the reference and in the current window.
    reports : int
        Number of reports.
    seed : int
        Seed; the sizes are mixed into it.
    power : bool
        Whether to repeat each report with each of `DRIFTS`.
    whole : bool
        Whether a report has text columns, missing values and rows per day as well.

    Returns
    -------
    Tally
        Alerts without drift, and drifts found.
    """
    rng = np.random.default_rng([seed, n, m])
    tally = Tally(n, m)
    start = time.perf_counter()
    for _ in range(reports):
        windows = {name: (draw(rng, n), draw(rng, m)) for name, draw in FEATURES.items()}
        features = {name: check_feature(ref, cur) for name, (ref, cur) in windows.items()}
        others = _other_checks(rng, n, m)
        if whole:
            others += _further_checks(rng, n, m)
        alerts, evidence = _verdict(features, others)
        tally.reports += 1
        tally.default_alerts += bool(alerts)
        tally.evidence += evidence
        for trigger in {trigger for trigger, _ in alerts}:
            tally.triggers[trigger] += 1
        by_feature = any(found is not None and found.by_fixed_rule() for found in features.values())
        tally.fixed_alerts += by_feature or any(effect for _, effect, _ in others)
        if not power:
            continue
        for drift, (name, draw) in DRIFTS.items():
            found = check_feature(windows[name][0], draw(rng, m))
            alerts, _ = _verdict({**features, name: found}, others)
            tally.default_found[drift] += any(flagged == name for _, flagged in alerts)
            tally.fixed_found[drift] += found is not None and found.by_fixed_rule()
    tally.seconds = time.perf_counter() - start
    return tally


def markdown(tallies: Sequence[Tally]) -> str:
    """Return the tables of RESULTS.md."""

    def percent(part: int, whole: int) -> str:
        return f"{100 * part / whole:.1f} %"

    lines = [
        "| reference | current | reports | default rule | fixed rules | BH rejects any | "
        f"of the default rule's: {' | '.join(TRIGGERS[:5])} |",
        "|---" * 11 + "|",
    ]
    for tally in tallies:
        cells = [
            f"{tally.ref_rows:,}",
            f"{tally.cur_rows:,}",
            str(tally.reports),
            f"**{percent(tally.default_alerts, tally.reports)}**",
            percent(tally.fixed_alerts, tally.reports),
            percent(tally.evidence, tally.reports),
            *(percent(tally.triggers[trigger], tally.reports) for trigger in TRIGGERS[:5]),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", "| reference | current | " + " | ".join(DRIFTS) + " |", "|---|---|" + "---|" * len(DRIFTS)]
    for tally in tallies:
        found = [
            f"{100 * tally.default_found[drift] / tally.reports:.0f} / "
            f"{100 * tally.fixed_found[drift] / tally.reports:.0f}"
            for drift in DRIFTS
        ]
        lines.append(f"| {tally.ref_rows:,} | {tally.cur_rows:,} | " + " | ".join(found) + " |")
    return "\n".join(lines)


def markdown_of_whole(tallies: Sequence[Tally]) -> str:
    """Return the table of RESULTS.md for whole reports."""
    lines = [
        f"| reference | current | reports | any alert | at most | of these: {' | '.join(TRIGGERS)} |",
        "|---" * (5 + len(TRIGGERS)) + "|",
    ]
    for tally in tallies:
        shares = [tally.triggers[trigger] / tally.reports for trigger in TRIGGERS]
        most = ALPHA + 2 * np.sqrt(ALPHA * (1 - ALPHA) / tally.reports)
        lines.append(
            f"| {tally.ref_rows:,} | {tally.cur_rows:,} | {tally.reports} | "
            f"**{100 * tally.default_alerts / tally.reports:.1f} %** | {100 * most:.1f} % | "
            f"{' | '.join(f'{100 * share:.1f} %' for share in shares)} |"
        )
    return "\n".join(lines)


def _size(text: str) -> tuple[int, int]:
    ref, _, cur = text.partition("x")
    return int(ref), int(cur or ref)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the simulation and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=200, help="reports for each pair of sizes")
    parser.add_argument(
        "--max-rows",
        type=int,
        default=2_000_000,
        help="rows in all for each pair of sizes; fewer reports where they would exceed it, 60 at least",
    )
    parser.add_argument("--sizes", type=_size, nargs="+", default=SIZES, help="REFxCUR rows, as 1000x50")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--whole", action="store_true", help="with text columns, missing values and rows per day")
    parser.add_argument("--markdown", action="store_true", help="print Markdown tables at the end")
    options = parser.parse_args(argv)
    tallies = []
    for n, m in options.sizes:
        reports = min(options.reports, max(60, options.max_rows // (n + m)))
        tally = simulate(n, m, reports, seed=options.seed, power=not options.whole, whole=options.whole)
        tallies.append(tally)
        if not options.markdown:
            print(
                f"{n} x {m}: {tally.default_alerts} of {tally.reports} reports alert, fixed rules "
                f"{tally.fixed_alerts}, {tally.triggers}, {tally.seconds:.0f} s",
                flush=True,
            )
    if options.markdown:
        print(markdown_of_whole(tallies) if options.whole else markdown(tallies))


if __name__ == "__main__":
    main()
