"""The false-alarm rate of missing values: reports of which nothing but the shares of missing values is judged.

Each report compares 20 columns, of which the share of missing values is the same in both windows: from none at all over
one in a thousand to half of the rows.  No other p-value stands beside these, which is the hardest case for them.  An alert
is an increase of at least 0.05 that Benjamini-Hochberg rejects at 5 %.

Run from the repository's root::

    PYTHONPATH=src python -m tests.simulation.missing_values --reports 2000
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from driftql.check.counts import Pair
from driftql.check.missing import MissingCounts, compare_missing, judge_missing
from driftql.check.rules import rules_of
from driftql.config import Thresholds
from driftql.stats import evidence_cutoff
from tests.simulation.false_alarms import RATES, SIZES

RISEN = 0.1


class Tally(NamedTuple):
    """Reports of one pair of sizes: all, those that alert without a change, and those that find a rise by a tenth."""

    ref_rows: int
    cur_rows: int
    reports: int
    alerts: int
    found: int


def simulate(n: int, m: int, reports: int, *, seed: int = 20261126) -> Tally:
    """Simulate reports on windows of n reference and m current rows."""
    rng = np.random.default_rng([seed, n, m])
    thresholds = Thresholds()
    rules = rules_of(thresholds)

    def alerting(ref: Sequence[int], cur: Sequence[int]) -> set[str | None]:
        counts = [
            MissingCounts(str(place), "feature", "missing", Pair(*missing), Pair(n, m))
            for place, missing in enumerate(zip(ref, cur, strict=True))
        ]
        results = compare_missing(counts, thresholds)
        p_values = [result.p_value for result in results if result.p_value is not None]
        cutoff = evidence_cutoff(p_values, thresholds.alpha)
        return {result.column for result in judge_missing(results, rules, cutoff)[0] if result.is_flagged}

    alerts = found = 0
    for _ in range(reports):
        ref, cur = (rng.binomial(rows, RATES).tolist() for rows in (n, m))
        alerts += bool(alerting(ref, cur))
        # The first column, which had no missing value, lacks a tenth of them.
        found += "0" in alerting(ref, [int(rng.binomial(m, RISEN)), *cur[1:]])
    return Tally(n, m, reports, alerts, found)


def markdown(tallies: Sequence[Tally]) -> str:
    """Return the table of RESULTS.md."""
    lines = [
        "| reference | current | reports | any alert | a column from 0 to 10 % is found |",
        "|---|---|---|---|---|",
    ]
    for tally in tallies:
        shares = [f"{100 * count / tally.reports:.1f} %" for count in (tally.alerts, tally.found)]
        lines.append(f"| {tally.ref_rows:,} | {tally.cur_rows:,} | {tally.reports:,} | **{shares[0]}** | {shares[1]} |")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the simulation and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=2000, help="reports for each pair of sizes")
    options = parser.parse_args(argv)
    print(markdown([simulate(n, m, options.reports) for n, m in SIZES]))


if __name__ == "__main__":
    main()
