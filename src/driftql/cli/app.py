"""The app with all commands. The commands that are too small for a module of their own are here."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from driftql.cli import check, demo, history, init, queue, report, sql
from driftql.cli.commands import DriftqlGroup, command
from driftql.cli.interrupt import run_stoppable

__all__ = ["app", "main"]


_ORDER = ("demo", "init", "check", "queue", "history", "report", "sql", "schema", "sql-path")


class _Driftql(DriftqlGroup):
    examples = "driftql demo\ndriftql init flights --db driftql_demo.duckdb --force\ndriftql check"

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands in the order in which a new user needs them."""
        return sorted(super().list_commands(ctx), key=_ORDER.index)


app = typer.Typer(
    name="driftql",
    cls=_Driftql,
    help="Find out whether the data behind a model has drifted, without moving the data out of the database.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        sys.stdout.write(f"driftql {version('driftql')}\n")
    except PackageNotFoundError:
        sys.stdout.write("driftql, run from its source tree\n")
    raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Find out whether the data behind a model has drifted, without moving the data out of the database."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for module in (demo, init, check, sql, queue, history, report):
    module.register(app)


@command(app, "schema", "driftql schema", "driftql schema > driftql.schema.json")
def schema() -> None:
    """Print the JSON schema of driftql.toml, for editors that complete and check it."""
    import json

    from driftql.config import json_schema

    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")


@command(app, "sql-path", "driftql sql-path")
def sql_path() -> None:
    """Print the folder of the SQL files, which dbt can install as a local package."""
    from driftql.sql.render import sql_folder

    sys.stdout.write(f"{sql_folder()}\n")


def main() -> None:
    """Run the command line."""
    run_stoppable(lambda: app(prog_name="driftql"))
