"""``driftql report``: the report of a recorded check, made by Python or by a dbt post-hook."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from driftql.cli.commands import command
from driftql.cli.options import PlaceFlags, Schema
from driftql.display import shown
from driftql.errors import ConfigError

__all__ = ["register"]

_EXAMPLES = (
    "driftql check --record",
    "driftql report --from-run latest",
    "driftql report --from-run latest --schema analytics",
    "driftql report --from-run latest --monitor flights --json --output report.json --fail-on critical",
)


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "report", *_EXAMPLES)(report)


def report(
    place: PlaceFlags,
    from_run: Annotated[
        str,
        typer.Option("--from-run", metavar="RUN", help="The id of a check, or 'latest' for the newest one [latest]."),
    ] = "latest",
    monitor: Annotated[
        str | None,
        typer.Option(
            "--monitor", metavar="NAME", help="Only this monitor; for dbt, the model's name.", show_default=False
        ),
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(
            "--prefix",
            metavar="TEXT",
            help="The prefix of the history tables' names, which may begin with a schema. Default: the setting "
            "history.prefix.",
            show_default=False,
        ),
    ] = None,
    schema: Schema = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Also write the report to this JSON file.", show_default=False),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="SEVERITY",
            help="The lowest severity of an alert that makes the exit code 1: warning, critical or never [warning].",
        ),
    ] = "warning",
) -> None:
    """Show the report of a check that 'driftql check --record' or a dbt post-hook recorded.

    Exit code 0: no alert, and everything was computed. 1: alerts. 2: wrong usage, or no such check. 3: a check could
    not be computed, or the report cannot be read.
    """
    from driftql.cli.check import COUNTED, exit_code, show_report
    from driftql.cli.settings import Place, in_schema
    from driftql.records.history import load_report

    if fail_on not in COUNTED:
        raise ConfigError(f"--fail-on is {fail_on!r}: write {', '.join(COUNTED)}")
    if output is not None and output.is_dir():
        raise ConfigError(f"--output is {shown(output)}, a folder; name a file")
    where = Place(place)
    if prefix is None:
        prefix = where.config.history.prefix if where.config else "driftql_"
    prefix = in_schema(schema, prefix, where)
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
