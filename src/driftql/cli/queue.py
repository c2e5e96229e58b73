"""``driftql queue``: the rows that people should look at."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from driftql.cli.commands import DriftqlGroup, command, complain
from driftql.cli.options import PlaceFlags, RoleFlags, Schema, Source, WindowFlags
from driftql.cli.setting_texts import SETTING_TEXTS
from driftql.errors import ConfigError

if TYPE_CHECKING:
    import datetime as dt

    from rich.console import Console

    from driftql.cli.settings import Place
    from driftql.config import QueueConfig
    from driftql.report import LabelRequest

__all__ = ["print_requests", "register"]


class _QueueGroup(DriftqlGroup):
    examples = "driftql queue list\ndriftql queue add-low-confidence flights --below 0.5"


_queue = typer.Typer(
    cls=_QueueGroup, help="The labeling queue: rows that people should look at.", rich_markup_mode=None
)

QueueTable = Annotated[
    str | None,
    typer.Option("--queue-table", metavar="TABLE", help=SETTING_TEXTS["queue.table"], show_default=False),
]
MonitorName = Annotated[
    str | None,
    typer.Option(
        "--monitor",
        metavar="NAME",
        help="The monitor whose queue is meant, if there are several queues.",
        show_default=False,
    ),
]
RequestIds = Annotated[
    list[str], typer.Argument(metavar="ID...", help="The ids of requests, or of rows, as 'queue list' prints them.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.add_typer(_queue, name="queue")


@_queue.callback(invoke_without_command=True)
def _start(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@command(
    _queue,
    "list",
    "driftql queue list",
    "driftql queue list --db driftql_demo.duckdb --max-asks 5",
    "driftql queue list --json",
)
def list_requests(
    place: PlaceFlags,
    queue_table: QueueTable = None,
    schema: Schema = None,
    monitor: MonitorName = None,
    max_asks: Annotated[
        int | None,
        typer.Option(
            "--max-asks",
            min=0,
            metavar="N",
            help=SETTING_TEXTS["queue.max_asks_per_day"],
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
) -> None:
    """Show the requests that are open today."""
    from driftql.cli.settings import Place
    from driftql.cli.terminal import console, say
    from driftql.records.queue import pending

    where = Place(place)
    queue = _queue_settings(where, monitor, queue_table, schema)
    with where.open() as warehouse:
        requests = pending(warehouse, queue, max_asks_per_day=max_asks)
    if as_json:
        sys.stdout.write("[" + ",\n".join(request.model_dump_json(indent=2) for request in requests) + "]\n")
        return
    screen = console()
    if not requests:
        say(screen, "No request is open, or today's limit is reached (--max-asks raises it).")
        return
    print_requests(requests, screen)


def print_requests(requests: list[LabelRequest], screen: Console) -> None:
    """Print requests as a table. The ids are never cut, because 'queue done' takes them."""
    from driftql.cli.terminal import listing
    from driftql.display import plain

    wide = screen.width >= 100
    has_rows = any(request.row_id is not None for request in requests)
    has_askers = wide and any(request.monitor or request.source for request in requests)
    headers = [
        "id",
        *(["row"] if has_rows else []),
        "user",
        "from (UTC)",
        *(["to"] if wide else []),
        *(["why"] if wide else []),
        *(["asked by"] if has_askers else []),
        "conf",
        "label",
    ]
    table = listing(*headers, right=("conf",))
    if not wide:
        table.padding = (0, 1, 0, 0)
    table.columns[0].min_width = 36
    for request in requests:
        span = [_moment(request.bucket_start_ts)]
        if wide:
            span += [_moment(request.bucket_end_ts), request.reason.replace("_", " ")]
        if has_askers:
            span.append(plain(request.monitor or request.source or "-"))
        table.add_row(
            str(request.request_id),
            *([plain(request.row_id or "-")] if has_rows else []),
            plain(request.user_id or "-"),
            *span,
            "-" if request.confidence is None else f"{request.confidence:.2f}",
            plain(request.predicted_label or "-"),
        )
    screen.print(table)


def _moment(moment: dt.datetime | None) -> str:
    from driftql.cli.terminal import minutes

    return "-" if moment is None else minutes(moment)


def _mark(
    place: PlaceFlags,
    ids: list[str],
    monitor: str | None,
    queue_table: str | None,
    schema: str | None,
    status: Literal["labeled", "skipped"],
) -> None:
    from driftql.cli.settings import Place
    from driftql.records.queue import mark_done

    where = Place(place)
    queue = _queue_settings(where, monitor, queue_table, schema)
    _refuse_memory(where)
    with where.open() as warehouse:
        for request_id in ids:
            mark_done(warehouse, request_id, queue=queue, status=status)
            sys.stdout.write(f"{request_id} {status}\n")


@command(_queue, "done", "driftql queue done $ID")
def done(
    place: PlaceFlags,
    ids: RequestIds,
    queue_table: QueueTable = None,
    schema: Schema = None,
    monitor: MonitorName = None,
) -> None:
    """Mark requests as labeled."""
    _mark(place, ids, monitor, queue_table, schema, "labeled")


@command(_queue, "skip", "driftql queue skip $ID")
def skip(
    place: PlaceFlags,
    ids: RequestIds,
    queue_table: QueueTable = None,
    schema: Schema = None,
    monitor: MonitorName = None,
) -> None:
    """Mark requests as skipped: nobody could label them."""
    _mark(place, ids, monitor, queue_table, schema, "skipped")


@command(
    _queue,
    "add-low-confidence",
    "driftql queue add-low-confidence",
    "driftql queue add-low-confidence flights --below 0.5 --current 1d",
)
def add(
    windows: WindowFlags,
    roles: RoleFlags,
    place: PlaceFlags,
    source: Source = None,
    below: Annotated[
        float | None,
        typer.Option("--below", metavar="X", help=SETTING_TEXTS["queue.low_confidence"], show_default=False),
    ] = None,
    queue_table: QueueTable = None,
) -> None:
    """Queue the rows of the current window for which the model was unsure."""
    from driftql.cli.settings import Place, flags_of, select
    from driftql.cli.terminal import console, say
    from driftql.display import plain
    from driftql.records.queue import add_low_confidence

    where = Place(place)
    flags = {**flags_of(windows, roles), "below": below, "queue_table": queue_table}
    selected = select(where, source, None, flags)
    _refuse_memory(where)
    screen = console()
    with where.open() as warehouse:
        for one in selected:
            count = add_low_confidence(one.monitor, warehouse, complain, one.name)
            subject = f"Monitor {one.name}: " if one.name else ""
            queue = one.monitor.queue
            say(
                screen,
                plain(
                    f"{subject}{count:,} new row{'s' * (count != 1)} below {queue.low_confidence:g} in {queue.table}."
                ),
            )


def _queue_settings(place: Place, monitor: str | None, table: str | None, schema: str | None) -> QueueConfig:
    """Return the settings of the queue that is meant.

    Raises
    ------
    ConfigError
        If there are several queues and none was named.
    """
    from driftql.cli.settings import in_schema
    from driftql.config import QueueConfig, validate

    if monitor is not None:
        if place.config is None:
            raise ConfigError(f"--monitor is {monitor!r}, but there is no {place.path} that could hold it")
        queue = place.config.monitor(monitor).queue
    else:
        queues = {one.queue.table: one.queue for one in place.config.monitors.values()} if place.config else {}
        if len(queues) > 1 and table is None:
            raise ConfigError(f"{place.path} holds several queues ({', '.join(queues)}): name one with --monitor")
        queue = next(iter(queues.values()), QueueConfig())
    if table is None and schema is None:
        return queue
    named = in_schema(schema, table or queue.table, place)
    return validate(QueueConfig, {**queue.model_dump(), "table": named}, "--queue-table")


def _refuse_memory(place: Place) -> None:
    if place.in_memory:
        raise ConfigError("the labeling queue is a table of a database; name the database with --db FILE")
