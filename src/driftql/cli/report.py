"""``driftql report``: the report of a run that was recorded, by Python or by a dbt post-hook."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from driftql.cli.commands import command
from driftql.cli.options import PlaceFlags
from driftql.errors import ConfigError

__all__ = ["register"]

_EXAMPLES = (
    "driftql check --record",
    "driftql report --from-run latest",
    "driftql report --from-run latest --monitor flights --json --output report.json --fail-on critical",
)


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "report", *_EXAMPLES)(report)


def report(
    place: PlaceFlags,
    from_run: Annotated[
        str,
        typer.Option("--from-run", metavar="RUN", help="The run's id, or 'latest' for the newest one [latest]."),
    ] = "latest",
    monitor: Annotated[
        str | None,
        typer.Option(
            "--monitor", metavar="NAME", help="Of this monitor only; in dbt, the model's name.", show_default=False
        ),
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(
            "--prefix",
            metavar="TEXT",
            help="How the history tables' names begin, with their schema where it is not the default one "
            "[as driftql.toml says, else driftql_].",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write the report to a JSON file as well.", show_default=False),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="SEVERITY",
            help="The least alert that makes the exit code 1: warning, critical, or never [warning].",
        ),
    ] = "warning",
) -> None:
    """Show the report of a recorded run: one that 'driftql check --record' kept, or one of a dbt post-hook.

    Exit code 0: no alert, and everything was computed. 1: alerts. 2: wrong usage, or no such run. 3: something could
    not be computed, or the report cannot be read.
    """
    from driftql.cli.check import COUNTED, exit_code, show_report
    from driftql.cli.settings import Place
    from driftql.records.history import load_report

    if fail_on not in COUNTED:
        raise ConfigError(f"--fail-on is {fail_on!r}: write {', '.join(COUNTED)}")
    if output is not None and output.is_dir():
        raise ConfigError(f"--output is {output}, a folder; name a file")
    where = Place(place)
    if prefix is None:
        prefix = where.config.history.prefix if where.config else "driftql_"
    with where.open() as warehouse:
        found = load_report(warehouse, prefix, run_id=from_run, monitor=monitor)
    if output is not None:
        from driftql.api import write_drift_report

        write_drift_report(found, output)
    if as_json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
    elif not quiet:
        show_report(found)
    raise typer.Exit(exit_code([found], fail_on))
