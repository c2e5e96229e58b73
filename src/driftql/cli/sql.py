"""``driftql sql``: the statements of a check, ready to paste."""

from __future__ import annotations

import sys
from dataclasses import dataclass
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
    from driftql.warehouse.base import Warehouse

__all__ = ["WorksheetQuery", "register"]


class WorksheetQuery(StrEnum):
    """The finished queries, named after what they return."""

    CHECK = "check"
    FEATURES = "features"
    BINS = "bins"
    CATEGORIES = "categories"
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
    relative_dates: Annotated[
        bool | None,
        typer.Option(
            "--relative-dates/--fixed-dates",
            help="In a finished query, whether windows such as 7d are counted back from the day on which it runs "
            "(current_date - 7), or from the newest row there is now, which gives dates. Default: --fixed-dates; for "
            "another engine than the database's, --relative-dates.",
        ),
    ] = None,
    time_type: Annotated[
        str | None,
        typer.Option(
            "--time-type",
            metavar="TYPE",
            help="The type of the time column, for another engine than the database's: timestamp, datetime, date or "
            "another name that the engine has for it. Default: what can be compared with most types.",
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
    asked = _Asked(finished, query, relative_dates, time_type)
    _print("\n\n".join(_paste(part) for part in _plan(one.monitor, target, where, sources, asked)))


@dataclass(frozen=True)
class _Asked:
    """What the flags ask for; None where they do not say."""

    finished: bool | None
    query: WorksheetQuery | None
    relative_dates: bool | None
    time_type: str | None

    def is_worksheet(self, *, by_default: bool) -> bool:
        """Return whether a finished query is to be printed."""
        flag = "--query" if self.query is not None else "--relative-dates" if self.relative_dates else None
        if flag is not None and self.finished is False:
            raise ConfigError(f"{flag} is for a finished query, but --counts asks for counts; leave one of them out")
        return by_default if self.finished is None and flag is None else self.finished is not False


def _plan(
    monitor: MonitorConfig, engine: Engine | None, place: Place, sources: list[str], asked: _Asked
) -> list[Statement]:
    from driftql.check.explain import plan_monitor, plan_worksheet

    def sheet(warehouse: Warehouse | None, target: Engine) -> list[Statement]:
        statements = plan_worksheet(
            monitor, warehouse, target, time_type=asked.time_type, relative_dates=asked.relative_dates
        )
        return _choose(statements, asked.query)

    if engine is not None and engine != place.engine:
        # driftql cannot run the statements of this engine, so it could not finish their counts.
        if not asked.is_worksheet(by_default=True):
            return plan_monitor(monitor, None, engine, time_type=asked.time_type)
        return sheet(None, engine)
    with place.open(*sources) as warehouse:
        if asked.is_worksheet(by_default=False):
            return sheet(warehouse, warehouse.engine)
        return plan_monitor(monitor, warehouse, warehouse.engine, time_type=asked.time_type)


def _choose(statements: list[Statement], query: WorksheetQuery | None) -> list[Statement]:
    """Return the statements of one query of the worksheet."""
    wanted = query or WorksheetQuery.CHECK
    chosen = [statement for statement in statements if statement.name in (f"drift_{wanted}", "load")]
    if all(statement.name == "load" for statement in chosen):
        lacking = {
            WorksheetQuery.FEATURES: "features",
            WorksheetQuery.BINS: "features",
            WorksheetQuery.CATEGORIES: "columns of categories",
        }.get(wanted, "label or probabilities")
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
