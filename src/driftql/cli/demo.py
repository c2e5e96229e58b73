"""``driftql demo``: a table, two checks and a filled labeling queue, within a few seconds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from driftql.cli.commands import command
from driftql.errors import ConfigError, DriftqlError

if TYPE_CHECKING:
    from rich.console import Console

    from driftql.check.run import Outcome
    from driftql.demo import Pair
    from driftql.report import DriftReport
    from driftql.warehouse.base import Warehouse

__all__ = ["register"]

_EXAMPLES = ("driftql demo",)
_SHOWN_REQUESTS = 5


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "demo", *_EXAMPLES)(demo)


def demo(
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite driftql_demo.duckdb, even if it is not a demo of driftql.")
    ] = False,
) -> None:
    """Show driftql at work on 164,017 flights. The only file written is driftql_demo.duckdb in this folder."""
    from driftql.cli.queue import print_requests
    from driftql.cli.terminal import console, say
    from driftql.demo import DEMO_FILE, DEMO_TABLE, flights_monitor
    from driftql.display import plain
    from driftql.records.queue import enqueue_drift, pending
    from driftql.warehouse import connect

    screen = console()
    path = Path(DEMO_FILE)
    _refuse_foreign(path, force=force)
    rows = _build(path)
    say(
        screen,
        f"{DEMO_FILE}: table {DEMO_TABLE}, {rows:,} flights out of New York, each with the prediction of a model.",
    )
    with connect(path) as warehouse:
        _check("calm", "1. Three weeks of autumn, compared with the three weeks before", warehouse, screen)
        title = "2. Two weeks of summer delays, compared with two weeks of winter"
        report, comparison = _check("drifted", title, warehouse, screen)
        queue = flights_monitor("drifted").queue
        count = enqueue_drift(report, comparison.current, queue, warehouse)
        requests = pending(warehouse, queue)
        _title(screen, f"3. The labeling queue: {count} rows that people should look at")
        print_requests(requests[:_SHOWN_REQUESTS], screen)
    _title(screen, "4. The SQL that the second check ran: the database does all the counting")
    _print_statements(report, screen)
    _title(screen, "Next")
    for line in next_commands():
        screen.print(f"  {plain(line)}", soft_wrap=True)


def next_commands() -> list[str]:
    """Return commands that work after the demo."""
    from driftql.demo import DEMO_FILE, DEMO_TABLE, WINDOWS

    windows = WINDOWS["drifted"]
    spans = " ".join(f"--{window} {'..'.join(windows[window])}" for window in ("reference", "current"))
    return [
        f"driftql check {DEMO_TABLE} --db {DEMO_FILE} {spans}",
        f"driftql sql {DEMO_TABLE} --db {DEMO_FILE} {spans}",
        f"driftql queue list --db {DEMO_FILE}",
        f"driftql init {DEMO_TABLE} --db {DEMO_FILE}",
    ]


def _refuse_foreign(path: Path, *, force: bool) -> None:
    """Refuse to overwrite a file that is not an earlier demo.

    Raises
    ------
    ConfigError
        If there is such a file and ``force`` is false.
    """
    from driftql.demo import is_demo
    from driftql.warehouse import connect

    if force or not path.exists():
        return
    try:
        with connect(path) as warehouse:
            if is_demo(warehouse):
                return
    except DriftqlError:
        pass
    raise ConfigError(f"{path} already exists and is not a demo of driftql; --force overwrites it")


def _build(path: Path) -> int:
    """Write the database to a file beside the old one, then replace that one: a failure leaves it unchanged."""
    from driftql.demo import build_demo
    from driftql.files import replace_file
    from driftql.warehouse import connect

    with replace_file(path) as part:
        try:
            with connect(part, create=True) as warehouse:
                return build_demo(warehouse)
        finally:
            part.with_name(f"{part.name}.wal").unlink(missing_ok=True)


def _check(pair: Pair, title: str, warehouse: Warehouse, screen: Console) -> Outcome:
    from driftql.check.run import check_monitor
    from driftql.cli.report_view import print_report
    from driftql.cli.terminal import LateProgress
    from driftql.demo import flights_monitor

    _title(screen, title)
    with LateProgress() as progress:
        outcome = check_monitor(flights_monitor(pair), warehouse, progress=progress.callback)
    print_report(outcome.report, screen)
    return outcome


def _title(screen: Console, text: str) -> None:
    screen.print()
    screen.print(text, style="bold")


def _print_statements(report: DriftReport, screen: Console) -> None:
    from driftql.cli.terminal import listing
    from driftql.display import plain

    table = listing("statement", "seconds", "rows back", right=("seconds", "rows back"))
    for run in report.statements:
        table.add_row(plain(run.name), f"{run.seconds:.3f}", f"{run.rows:,}")
    screen.print(table)
