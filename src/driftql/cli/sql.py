"""``driftql sql``: the statements of a check, ready to paste."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from driftql.cli.commands import command
from driftql.cli.options import (
    Current,
    FeatureFlags,
    PlaceFlags,
    ReferenceFlags,
    RoleFlags,
    Source,
    ThresholdFlags,
    WindowFlags,
)
from driftql.errors import ConfigError

if TYPE_CHECKING:
    from driftql.check.statement import Statement
    from driftql.cli.settings import Place
    from driftql.config import MonitorConfig
    from driftql.engines import Engine

__all__ = ["WorksheetQuery", "register"]


class WorksheetQuery(StrEnum):
    """The finished queries, named after what they return."""

    CHECK = "check"
    FEATURES = "features"
    BINS = "bins"
    LABELS = "labels"
    CLASSES = "classes"


_EXAMPLES = (
    "driftql sql flights",
    "driftql sql february.parquet june.parquet --feature dep_delay > check.sql",
    "driftql sql prod.predictions --engine snowflake --time bucket_start_ts --feature dep_delay \\\n"
    "  --reference 2026-01-01..2026-02-01 --current 2026-02-01..2026-03-01",
)


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "sql", *_EXAMPLES)(sql)


def sql(
    windows: WindowFlags,
    references: ReferenceFlags,
    features: FeatureFlags,
    roles: RoleFlags,
    thresholds: ThresholdFlags,
    place: PlaceFlags,
    source: Source = None,
    other: Current = None,
    engine: Annotated[
        str | None,
        typer.Option(
            "--engine",
            metavar="NAME",
            help="The engine to write SQL for. For another engine than the database's, no table is looked at, so list "
            "the features by name. Default: the database's engine.",
            show_default=False,
        ),
    ] = None,
    finished: Annotated[
        bool | None,
        typer.Option(
            "--finished/--counts",
            help="One query with the finished verdict of every check, for a worksheet; or the counts that driftql "
            "check runs and finishes itself. Default: --counts; for another engine than the database's, --finished.",
        ),
    ] = None,
    query: Annotated[
        WorksheetQuery | None,
        typer.Option(
            "--query",
            help="The finished query to print: the whole check, or the numbers behind it, such as the bins of each "
            "feature. Default: check.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print SQL, ready to paste: what a check runs, or one query that needs no Python. Nothing is checked."""
    from driftql.cli.settings import Place, flags_of, select_one
    from driftql.engines import engine_named

    target = engine_named(engine) if engine is not None else None
    where = Place(place)
    one = select_one(where, source, other, flags_of(windows, references, features, roles, thresholds))
    sources = [name for name in (source, other) if name is not None]
    _print("\n\n".join(_paste(part) for part in _plan(one.monitor, target, where, sources, finished, query)))


def _plan(
    monitor: MonitorConfig,
    engine: Engine | None,
    place: Place,
    sources: list[str],
    finished: bool | None,
    query: WorksheetQuery | None,
) -> list[Statement]:
    from driftql.check.explain import plan_monitor, plan_worksheet

    if query is not None and finished is False:
        raise ConfigError("--query names a finished query, but --counts asks for counts; leave one of them out")
    if engine is not None and engine != place.engine:
        # driftql cannot run the statements of this engine, so it could not finish their counts.
        if finished is False:
            return plan_monitor(monitor, None, engine)
        return _choose(plan_worksheet(monitor, None, engine), query)
    with place.open(*sources) as warehouse:
        if finished or query is not None:
            return _choose(plan_worksheet(monitor, warehouse, warehouse.engine), query)
        return plan_monitor(monitor, warehouse, warehouse.engine)


def _choose(statements: list[Statement], query: WorksheetQuery | None) -> list[Statement]:
    """Return the statements of one query of the worksheet."""
    wanted = query or WorksheetQuery.CHECK
    chosen = [statement for statement in statements if statement.name in (f"drift_{wanted}", "load")]
    if all(statement.name == "load" for statement in chosen):
        lacking = "features" if wanted in (WorksheetQuery.FEATURES, WorksheetQuery.BINS) else "label or probabilities"
        raise ConfigError(f"there is no query for {wanted}, because the windows have no {lacking}")
    return chosen


def _paste(statement: Statement) -> str:
    from driftql.display import plain

    # A line break in a column's name must not end the comment.
    return f"-- {plain(statement.name)}: {plain(statement.purpose)}\n{statement.sql};"


def _print(text: str) -> None:
    """Print SQL, in colour on a terminal; elsewhere without colour codes."""
    if not sys.stdout.isatty():
        sys.stdout.write(f"{text}\n")
        return
    from rich.syntax import Syntax

    from driftql.cli.terminal import console

    console().print(Syntax(text, "sql", theme="ansi_dark").highlight(text), soft_wrap=True, end="")
