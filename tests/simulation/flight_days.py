"""How many days of the demo's flights are called different from the 28 before them: real days, most of them calm.

Run from the repository's root, after ``driftql demo``; about a minute of one core::

    PYTHONPATH=src python -m tests.simulation.flight_days driftql_demo.duckdb
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence

import duckdb

from driftql import run_monitor
from driftql.config import MonitorConfig, Roles, Thresholds, WindowConfig
from driftql.report import DriftReport

FIRST, LAST = dt.datetime(2013, 6, 29), dt.datetime(2013, 10, 31)
FEATURES = ["dep_*", "origin_*", "planned_*", "plane_*", "seats", "distance_miles"]


def check(connection: duckdb.DuckDBPyConnection, day: dt.datetime, evidence: str) -> DriftReport:
    """Compare a day with the 28 before it: its numbers, but for what the model says."""
    monitor = MonitorConfig(
        table="flights",
        columns=Roles(label="", probabilities="", confidence=""),
        features=FEATURES,
        categories=[],
        reference=WindowConfig(start=day - dt.timedelta(28), end=day),
        current=WindowConfig(start=day, end=day + dt.timedelta(1)),
        thresholds=Thresholds.model_validate({"evidence": evidence}),
        user_lookups=0,
    )
    return run_monitor(monitor, connection)


def main(arguments: Sequence[str] | None = None) -> None:
    """Check every second day, every third of them with the evidence of rows too."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database")
    options = parser.parse_args(arguments)
    days = [FIRST + dt.timedelta(step) for step in range(0, (LAST - FIRST).days + 1, 2)]
    with duckdb.connect(options.database, read_only=True) as connection:
        ranked = [check(connection, day, "days") for day in days]
        by_rows = [check(connection, day, "rows") for day in days[2::3]]
    refused = sum(any("resemble" in one.reason for one in report.not_computed) for report in ranked)
    print(
        f"{len(ranked)} days: {sum(bool(report.alerts) for report in ranked)} alert by their rank, {refused} have none "
        f"because days resemble their neighbours; by rows {sum(bool(report.alerts) for report in by_rows)} of "
        f"{len(by_rows)} alert"
    )


if __name__ == "__main__":
    main()
