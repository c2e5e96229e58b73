"""``driftql history``: the results of earlier checks."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from driftql.cli.commands import command
from driftql.cli.options import PlaceFlags, Schema

if TYPE_CHECKING:
    from rich.text import Text

    from driftql.records.history import MetricPoint, RunSummary
    from driftql.report import ColumnLeftOut

__all__ = ["register"]

_EXAMPLES = (
    "driftql check --record",
    "driftql history",
    "driftql history psi --feature dep_delay",
    "driftql history reject_rate --monitor flights --limit 30 --json",
)
_BAR = 24
_NAMED = 3


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "history", *_EXAMPLES)(history)


def history(
    place: PlaceFlags,
    metric: Annotated[
        str | None,
        typer.Argument(
            metavar="[METRIC]",
            help="psi, ks_statistic, reject_rate, mean_entropy, missing_rate, class_share, new_category_share, ... "
            "Default: list the recent checks.",
            show_default=False,
        ),
    ] = None,
    feature: Annotated[
        str | None,
        typer.Option("--feature", "-f", metavar="NAME", help="Only this feature or class.", show_default=False),
    ] = None,
    monitor: Annotated[
        str | None,
        typer.Option("--monitor", metavar="NAME", help="Only this monitor.", show_default=False),
    ] = None,
    schema: Schema = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help="Show at most N rows [20].")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the checks that 'driftql check --record' recorded, or one metric over time."""
    from driftql.cli.settings import Place, in_schema
    from driftql.records.history import metric_history, recent_runs

    where = Place(place)
    prefix = in_schema(schema, where.config.history.prefix if where.config else "driftql_", where)
    with where.open() as warehouse:
        if metric is None:
            runs = recent_runs(warehouse, prefix, monitor=monitor, limit=limit)
            _print_json(runs) if as_json else _print_runs(runs)
            return
        points = metric_history(warehouse, prefix, metric=metric, feature=feature, monitor=monitor, limit=limit)
    _print_json(points) if as_json else _print_points(points, metric)


def _print_json(rows: Sequence[RunSummary | MetricPoint]) -> None:
    documents = [row._asdict() for row in rows]
    sys.stdout.write(json.dumps(documents, indent=2, default=_jsonable) + "\n")


def _jsonable(value: dt.datetime | ColumnLeftOut) -> object:
    return value.isoformat() if isinstance(value, dt.datetime) else value.model_dump()


def _print_runs(runs: list[RunSummary]) -> None:
    from driftql.cli.terminal import SEVERITY_STYLES, console, listing, minutes, say
    from driftql.display import plain

    screen = console()
    if not runs:
        say(screen, "No check is recorded. 'driftql check --record' records one.")
        return
    wide = screen.width >= 100
    recorded = ["recorded (UTC)"] if wide else []
    table = listing(
        "window's end (UTC)", *recorded, "monitor", "alerts", "critical", "summary", right=("alerts", "critical")
    )
    table.columns[1 + wide].max_width = 20
    table.columns[-1].no_wrap = False
    for run in runs:
        style = SEVERITY_STYLES["critical" if run.critical_alerts else "warning"] if run.alerts else None
        table.add_row(
            minutes(run.current_end),
            *([minutes(run.recorded_at)] if wide else []),
            plain(run.monitor or "-"),
            str(run.alerts),
            str(run.critical_alerts),
            _summary(run),
            style=style,
        )
    screen.print(table)


def _summary(run: RunSummary) -> Text:
    """Return the summary of a run, with what the run did not look at and how many warnings it gave."""
    from rich.text import Text

    from driftql.check.summary import describe_left_out
    from driftql.display import plain

    lines = [f"Not looked at: {describe_left_out(run.columns_left_out, _NAMED)}"] if run.columns_left_out else []
    lines += [f"Note: {note}" for note in run.notes]
    if run.warnings:
        lines.append(f"{len(run.warnings)} warning{'s' * (len(run.warnings) != 1)}: see 'driftql report'")
    words = Text(plain(run.summary))
    for line in lines:
        words.append(f"\n{plain(line)}", style="dim")
    return words


def _print_points(points: list[MetricPoint], metric: str) -> None:
    from driftql.cli.terminal import SEVERITY_STYLES, bar, console, listing, minutes, say
    from driftql.display import plain

    screen = console()
    if not points:
        say(
            screen,
            f"No value of {plain(metric)} is recorded for this choice. 'driftql history' lists the checks.",
        )
        return
    table = listing("window's end (UTC)", "monitor", "window", "of", metric, "", right=(metric,))
    table.columns[1].max_width = table.columns[3].max_width = 14 if screen.width < 100 else 30
    top = max((point.value for point in points if point.value is not None), default=0.0)
    for point in points:
        drawn = bar(point.value or 0.0, top, _BAR if screen.width >= 100 else 10, ascii_only=screen.options.ascii_only)
        table.add_row(
            minutes(point.current_end or point.recorded_at),
            plain(point.monitor or "-"),
            plain(point.window_role),
            plain(point.feature or "-"),
            "-" if point.value is None else f"{point.value:.4g}",
            drawn,
            style=SEVERITY_STYLES["warning"] if point.flagged else None,
        )
    screen.print(table)
