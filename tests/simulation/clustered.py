"""How often whole reports alert where rows come in clusters, and what they find: the check itself, on DuckDB.

Every report draws the rows of two windows (`tests.simulation.clustered_rows`), writes them to a table in memory, and
runs the check of a monitor on it twice: with evidence from the clusters that the table has, and from rows.  Beside them
stand two libraries by their published rules, and a test that knows the truth: the largest PSI of the 16 features, each
over its mean in the cell's reports without drift, is an alert where it exceeds all but 5 % of those reports.

Run from the repository's root; a report takes a fifth of a second of one core, and as long again for the others::

    PYTHONPATH=src python -m tests.simulation.clustered                                   # the whole table; some hours
    PYTHONPATH=src python -m tests.simulation.clustered --reports 100 --cells "^14 days"  # of some cells
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from driftql import run_monitor
from driftql.config import MonitorConfig, Roles, Thresholds, WindowConfig
from driftql.report import DriftReport
from tests.simulation import published_rules
from tests.simulation.clustered_rows import FEATURES, NO_DRIFT, Cell, Drift, Floats, Rows, draw

FIRST_DAY = dt.datetime(2026, 1, 5)
LEVEL = 0.05
DRIFTS = {
    "one feature + 0.3 sd": Drift(1, 0.3),
    "one + 0.5 sd": Drift(1, 0.5),
    "one + 0.8 sd": Drift(1, 0.8),
    "one, spread x 1.4": Drift(1, 0.0, 1.4),
}


def _cells() -> Iterator[Cell]:
    """The cells of the whole table."""
    for days in (7, 14, 28):
        for rows in (100, 400):
            for share in (0.0, 0.01, 0.03, 0.1, 0.3):
                yield Cell(f"{days} days x {rows}, {share:.0%} between days", (days, days), rows, share)
    for ref, cur in ((28, 7), (7, 28), (28, 5)):
        yield Cell(f"{ref} against {cur} days x 400, 10%", (ref, cur), 400, 0.1)
    for law in ("skewed", "t3"):
        yield Cell(f"14 days x 400, 10%, {law}", (14, 14), 400, 0.1, law=law)
    for days in (7, 14, 28):
        for phi in (0.3, 0.6):
            yield Cell(f"{days} days x 400, 10%, autocorrelation {phi}", (days, days), 400, 0.1, correlation=phi)
    for name, overlap in (("other users", 0.0), ("half of the users the same", 0.5), ("the same users", 1.0)):
        for users, rows in ((20, 50), (50, 100), (200, 5), (200, 50)):
            for share in (0.1, 0.3):
                yield Cell(f"{users} x {rows}, {name}, {share:.0%}", None, rows, 0, users, share, overlap)
        yield Cell(f"200 x 20, {name}, 10%, Zipf 1", None, 20, 0, 200, 0.1, overlap, 1.0)
        yield Cell(f"50 x 100, {name}, 10%, and 14 days, 3%", (14, 14), 100, 0.03, 50, 0.1, overlap)
        yield Cell(f"50 x 100, {name}, 30%, and 14 days, 10%", (14, 14), 100, 0.1, 50, 0.3, overlap)


CELLS = tuple(_cells())


class Answer(NamedTuple):
    """What one report said.

    Attributes
    ----------
    clusters, rows : bool
        Whether it raised an alert, with evidence from clusters and from rows.
    flagged : bool
        Whether the first feature is among the alerts of the clusters.
    unproven, unanswered : bool
        Whether an effect was unproven, or a check not computed because of too few clusters.
    evidently, evidently_set, nannyml : bool or None
        Whether these would alert: Evidently of a column, and of the data set.  None, as for rows, where not asked.
    psi : ndarray of float64, shape (16,)
        Of each feature.
    """

    clusters: bool
    rows: bool | None
    flagged: bool
    unproven: bool
    unanswered: bool
    evidently: bool | None
    evidently_set: bool | None
    nannyml: bool | None
    psi: Floats


class Tally(NamedTuple):
    """The answers of one cell with one drift, and the seconds they took."""

    cell: Cell
    drift: Drift
    answers: Sequence[Answer]
    seconds: float

    def rate(self, field: str) -> float:
        """Return in how many of the reports that know it a field of `Answer` is true, as a share."""
        return float(np.mean([found for one in self.answers if (found := getattr(one, field)) is not None]))

    def count(self, field: str) -> int:
        """Return how many of the reports know a field of `Answer`."""
        return sum(getattr(one, field) is not None for one in self.answers)


def settings(cell: Cell, evidence: str) -> MonitorConfig:
    """Return the monitor of a cell's table."""
    has_days, has_users = cell.days is not None, cell.users > 0
    reference, current = WindowConfig(filter="is_current = 0"), WindowConfig(filter="is_current = 1")
    if cell.days is not None:
        middle = FIRST_DAY + dt.timedelta(days=cell.days[0])
        reference = WindowConfig(start=FIRST_DAY, end=middle)
        current = WindowConfig(start=middle, end=middle + dt.timedelta(days=cell.days[1]))
    return MonitorConfig(
        table="predictions",
        columns=Roles(
            user="member" if has_users else "",
            bucket_start="moment" if has_days else "",
            label="label",
            reject_label="rejected",
            probabilities="",
            confidence="",
        ),
        features=["f*"],
        categories=[],
        reference=reference,
        current=current,
        thresholds=Thresholds.model_validate({"evidence": evidence}),
        user_lookups=0,
    )


def fill(connection: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    """Write the table of one report."""
    moments = np.datetime64(FIRST_DAY, "us") + rows.day.astype("timedelta64[D]") + np.timedelta64(12, "h")
    columns = {
        "is_current": rows.is_current,
        "moment": moments.astype("datetime64[us]"),
        "member": rows.user,
        "label": rows.labels,
        **{f"f{place}": column for place, column in enumerate(rows.values.T)},
    }
    drawn = pa.table({name: pa.array(np.ascontiguousarray(values)) for name, values in columns.items()})
    connection.register("drawn", drawn)
    connection.execute("create or replace table predictions as select * from drawn")
    connection.unregister("drawn")


def report(cell: Cell, connection: duckdb.DuckDBPyConnection, evidence: str) -> DriftReport:
    """Check the table of one report."""
    return run_monitor(settings(cell, evidence), connection)


def answer(
    cell: Cell, drift: Drift, connection: duckdb.DuckDBPyConnection, rng: np.random.Generator, others: bool = True
) -> Answer:
    """Draw the rows of one report, and judge them; by rows and by the other libraries' rules too if it is wanted."""
    rows = draw(rng, cell, drift)
    fill(connection, rows)
    clustered = report(cell, connection, "auto")
    results = {result.feature: result for result in clustered.feature_report.results}
    by_rows = column = data_set = chunk = None
    if others:
        # Where no effect is large enough, neither kind of evidence is asked for.
        by_rows = bool((report(cell, connection, "rows") if clustered.cluster_evidence else clustered).alerts)
        column, data_set = published_rules.evidently(rows)
        chunk = published_rules.nannyml(rows, rng)
    return Answer(
        clusters=bool(clustered.alerts),
        rows=by_rows,
        flagged=any("f0" in alert.affected_features for alert in clustered.alerts),
        unproven=bool(clustered.unproven),
        unanswered=any(one.p_value is None for one in clustered.cluster_evidence),
        evidently=column,
        evidently_set=data_set,
        nannyml=chunk,
        psi=np.array([results[f"f{place}"].psi or 0.0 for place in range(FEATURES)]),
    )


def simulate(cell: Cell, reports: int, drift: Drift = NO_DRIFT, *, seed: int = 20261127, others: int = 50) -> Tally:
    """Run the reports of one cell.

    Parameters
    ----------
    cell : Cell
        The setting.
    reports : int
        How many.
    drift : Drift
        What happens in the current window.
    seed : int
        The cell's name and the drift are mixed into it.
    others : int
        In how many of the reports to ask for the evidence of rows and the other libraries' rules too.

    Returns
    -------
    Tally
        What the reports said.
    """
    rng = np.random.default_rng([seed, *f"{cell.name} {drift}".encode()])
    started = time.perf_counter()
    with duckdb.connect(config={"threads": 1}) as connection:
        answers = [answer(cell, drift, connection, rng, place < others) for place in range(reports)]
    return Tally(cell, drift, answers, time.perf_counter() - started)


def informed(calm: Tally, moved: Tally) -> float:
    """Return how often a test finds the drift that knows what PSI does in this cell without one."""
    calm_psi, moved_psi = (np.array([one.psi for one in tally.answers]) for tally in (calm, moved))
    usual = np.maximum(calm_psi.mean(axis=0), 1e-12)
    limit = np.quantile((calm_psi / usual).max(axis=1), 1 - LEVEL, method="higher")
    return float(((moved_psi / usual).max(axis=1) > limit).mean())


def _percent(share: float, reports: int) -> str:
    return f"{100 * share:.1f} ± {100 * math.sqrt(max(share * (1 - share), 0.0) / reports):.1f}"


def calm_lines(tallies: Iterable[Tally]) -> Iterator[str]:
    """Yield the table of false alarms, line by line."""
    yield "| cell | reports | **clusters** | rows | unproven | too few | Evidently, a column | its data set | NannyML, a chunk |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for tally in tallies:
        count = len(tally.answers)
        shares = [
            f"**{_percent(tally.rate('clusters'), count)}**",
            _percent(tally.rate("rows"), tally.count("rows")),
            *(
                f"{100 * tally.rate(field):.0f}"
                for field in ("unproven", "unanswered", "evidently", "evidently_set", "nannyml")
            ),
        ]
        yield f"| {tally.cell.name} | {count} | " + " | ".join(shares) + " |"


def power_lines(pairs: Iterable[tuple[str, Tally, Tally]]) -> Iterator[str]:
    """Yield the table of power, line by line: of the name of a drift, the calm reports and those with the drift."""
    yield "| cell | drift | reports | informed | **clusters** | unproven | rows | Evidently, its data set |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, calm, moved in pairs:
        count = len(moved.answers)
        yield (
            f"| {moved.cell.name} | {name} | {count} | {_percent(informed(calm, moved), count)} | "
            f"**{_percent(moved.rate('flagged'), count)}** | {100 * moved.rate('unproven'):.0f} | "
            f"{100 * moved.rate('rows'):.0f} | {100 * moved.rate('evidently_set'):.0f} |"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the simulation and print its tables as they come."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=400, help="reports of each cell without drift")
    parser.add_argument("--drifted", type=int, default=100, help="reports of each cell with each drift; 0 for none")
    parser.add_argument(
        "--cells", nargs="*", default=[""], metavar="PATTERN", help="of cells whose name has one of these in it"
    )
    parser.add_argument("--seed", type=int, default=20261127)
    options = parser.parse_args(arguments)
    wanted = [cell for cell in CELLS if any(re.search(text, cell.name) for text in options.cells)]
    calm: list[Tally] = []

    def run() -> Iterator[Tally]:
        for cell in wanted:
            calm.append(simulate(cell, options.reports, seed=options.seed, others=options.others))
            yield calm[-1]

    def move() -> Iterator[tuple[str, Tally, Tally]]:
        for tally in calm:
            for name, drift in DRIFTS.items():
                yield (
                    name,
                    tally,
                    simulate(tally.cell, options.drifted, drift, seed=options.seed, others=options.others),
                )

    for line in calm_lines(run()):
        print(line, flush=True)
    if options.drifted:
        print()
        for line in power_lines(move()):
            print(line, flush=True)
    seconds = sum(tally.seconds for tally in calm) / max(sum(len(tally.answers) for tally in calm), 1)
    print(f"\n{seconds:.2f} seconds for a report")


if __name__ == "__main__":
    main()
