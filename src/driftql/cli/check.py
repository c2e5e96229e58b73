"""``driftql check``: compare two windows; the exit code tells a scheduler the outcome."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from driftql.cli.backfill import print_line, print_total
from driftql.cli.commands import command, complain
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
from driftql.cli.setting_texts import SETTING_TEXTS
from driftql.display import hidden, plain, shown
from driftql.errors import ConfigError, DriftqlError

if TYPE_CHECKING:
    from driftql.check.comparison import Comparison
    from driftql.check.run import Outcome
    from driftql.cli.settings import Place, Selected
    from driftql.report import DriftReport
    from driftql.warehouse.base import Warehouse

__all__ = ["COUNTED", "exit_code", "register", "show_report"]

COUNTED = {"warning": ("warning", "critical"), "critical": ("critical",), "never": ()}
_OUTCOME = "What happens with the result"
_PAST = "At which moment"

_EXAMPLES = (
    "driftql check",
    "driftql check flights --current 7d --reference 14d",
    "driftql check february.parquet june.parquet",
    "driftql check flights --db driftql_demo.duckdb --feature dep_delay --psi 0.1 \\\n"
    "  --reference 2013-02-13..2013-02-27 --current 2013-06-26..2013-07-10",
    "driftql check february.parquet --reference-filter \"user_id = 'UA'\" --current-filter \"user_id = 'DL'\"",
    "driftql check --json --output report.json --fail-on critical",
    "driftql check flights --db driftql_demo.duckdb --as-of 2013-07-01 --current 7d --timezone America/New_York",
    "driftql check flights --for-each day --from 2013-03-01 --to 2013-04-30 --record",
)


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "check", *_EXAMPLES)(check)


def check(
    windows: WindowFlags,
    references: ReferenceFlags,
    features: FeatureFlags,
    roles: RoleFlags,
    thresholds: ThresholdFlags,
    place: PlaceFlags,
    source: Source = None,
    other: Current = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print the report as JSON; several reports as an array.", rich_help_panel=_OUTCOME),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Also write the report to this JSON file.",
            rich_help_panel=_OUTCOME,
            show_default=False,
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.", rich_help_panel=_OUTCOME)] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Print the statements, each with the database's estimate of what it will read. Nothing is checked.",
            rich_help_panel=_OUTCOME,
        ),
    ] = False,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="SEVERITY",
            help="The lowest severity of an alert that makes the exit code 1: warning, critical or never [warning].",
            rich_help_panel=_OUTCOME,
        ),
    ] = "warning",
    max_age: Annotated[
        str | None,
        typer.Option(
            "--max-age",
            metavar="SPAN",
            help=SETTING_TEXTS["max_age"],
            rich_help_panel=_OUTCOME,
            show_default=False,
        ),
    ] = None,
    row_count_ratio: Annotated[
        tuple[float, float] | None,
        typer.Option(
            "--row-count-ratio",
            metavar="LEAST GREATEST",
            help=SETTING_TEXTS["row_count_ratio"],
            rich_help_panel=_OUTCOME,
            show_default=False,
        ),
    ] = None,
    freshness: Annotated[
        str | None,
        typer.Option(
            "--freshness",
            metavar="SPAN",
            help=SETTING_TEXTS["freshness"],
            rich_help_panel=_OUTCOME,
            show_default=False,
        ),
    ] = None,
    strict_schema: Annotated[
        bool,
        typer.Option(
            "--strict-schema",
            help="Raise an alert for columns that only the current window has, too: schema = 'strict' in the settings.",
            rich_help_panel=_OUTCOME,
        ),
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="MOMENT",
            help="Check as it would have been done at this moment (2026-10-01, yesterday): windows such as 7d end "
            "there, and rows after it are not seen.",
            rich_help_panel=_PAST,
            show_default=False,
        ),
    ] = None,
    for_each: Annotated[
        str | None,
        typer.Option(
            "--for-each",
            metavar="UNIT",
            help="Check as of every hour, day, week or month between --from and --to, and print a line for each. With "
            "--record it fills the history. The labeling queue is filled with --enqueue only.",
            rich_help_panel=_PAST,
            show_default=False,
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="MOMENT", help="The first moment.", rich_help_panel=_PAST, show_default=False),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="MOMENT",
            help="The last moment, which is checked too.",
            rich_help_panel=_PAST,
            show_default=False,
        ),
    ] = None,
    record: Annotated[
        bool | None,
        typer.Option(
            "--record/--no-record",
            help="Append the result to the history tables. Default: the setting history.record.",
            rich_help_panel=_OUTCOME,
            show_default=False,
        ),
    ] = None,
    enqueue: Annotated[
        bool | None,
        typer.Option(
            "--enqueue/--no-enqueue",
            help="After an alert, add rows to the labeling queue. Default: the setting queue.auto.",
            rich_help_panel=_OUTCOME,
            show_default=False,
        ),
    ] = None,
) -> None:
    """Compare two windows of a prediction table.

    Exit code 0: no alert, and everything was computed. 1: alerts. 2: wrong usage or settings. 3: a check could not be
    computed, or the database failed.
    """
    from driftql.cli.settings import Place, flags_of, select

    where = Place(place)
    flags = {**flags_of(windows, references, features, roles, thresholds), "max_age": max_age}
    flags |= {"row_count_ratio": row_count_ratio, "freshness": freshness}
    flags |= {"strict_schema": "strict" if strict_schema else None}
    selected = select(where, source, other, flags)
    rounds = _rounds(selected, as_of=as_of, for_each=for_each, first=first, last=last)
    if fail_on not in COUNTED:
        raise ConfigError(f"--fail-on is {fail_on!r}: write {', '.join(COUNTED)}")
    if output is not None and output.is_dir():
        raise ConfigError(f"--output is {shown(output)}, a folder; name a file")
    if explain and for_each is not None:
        raise ConfigError("--explain shows the statements of one check: give --as-of in place of --for-each")
    if explain:
        with _open(where, source, other, writing=False) as warehouse:
            _explain(selected, warehouse, as_json=as_json, as_of=as_of)
        return
    # The past is no reason to ask people for labels, unless somebody says so.
    enqueue = False if for_each is not None and enqueue is None else enqueue
    records = _Records(where, selected, record=record, enqueue=enqueue)
    results: list[DriftReport | Failed] = []
    errors: list[DriftqlError] = []
    notes: list[str] = []
    made = where.new_file(*[one for one in (source, other) if one is not None]) if records.writes else None
    with _open(where, source, other, writing=records.writes) as warehouse:
        for one, moment in rounds:
            try:
                report, comparison = _run(one, warehouse, moment)
            except DriftqlError as error:
                if len(rounds) == 1:
                    raise
                errors.append(type(error)(f"{_place_of(one, moment, for_each)}: {error}"))
                complain(str(errors[-1]))
                results.append(Failed(one.name, str(error), error.exit_code))
                continue
            is_first = not any(not isinstance(result, Failed) for result in results)
            results.append(report)
            if not as_json and not quiet:
                if for_each is not None:
                    print_line(report, comparison.clock)
                else:
                    show_report(report, is_first=is_first)
            # The report is shown before it is written: writing can fail.
            try:
                notes = records.write(report, comparison, one, warehouse)
            except DriftqlError as error:
                errors.append(error)
                complain(str(error))
                continue
            if not as_json and not quiet and for_each is None:
                _note(notes)
    if made is not None and not as_json and not quiet:
        _note([f"{shown(made)} is new."])
    as_array = len(selected) > 1 or for_each is not None
    reports = [result for result in results if not isinstance(result, Failed)]
    if output is not None:
        _write(results, output, as_array=as_array)
    if as_json:
        sys.stdout.write(_json(results, as_array=as_array))
    elif not quiet and for_each is not None:
        print_total(reports, len(rounds) - len(reports))
        _note(notes)
    elif not quiet:
        _show_next(where, source, other, reports, records)
    code = exit_code(reports, fail_on)
    raise typer.Exit(code if code == 1 or not errors else min(error.exit_code for error in errors))


def exit_code(reports: list[DriftReport], fail_on: str) -> int:
    """Return 1 if an alert counts, else 3 if a check could not be computed, else 0."""
    if any(alert.severity in COUNTED[fail_on] for report in reports for alert in report.alerts):
        return 1
    return 3 if any(report.not_computed for report in reports) else 0


class Failed(NamedTuple):
    """A monitor without a report, as it stands in the JSON among the reports of the others."""

    monitor: str | None
    error: str
    exit_code: int


class _Records:
    """Writes the result of a check to the database: to the history and to the labeling queue."""

    def __init__(self, place: Place, selected: list[Selected], *, record: bool | None, enqueue: bool | None) -> None:
        history = place.config.history if place.config else None
        self.prefix = history.prefix if history else "driftql_"
        self.record = record if record is not None else bool(history and history.record and not place.in_memory)
        self._enqueue = enqueue
        self._in_memory = place.in_memory
        self.writes = self.record or any(self._enqueues(one) for one in selected)
        if place.in_memory and (record or enqueue):
            flag = "--record" if record else "--enqueue"
            raise ConfigError(f"{flag} needs a database to write to; name one with --db FILE")
        self.enqueued = False

    def _enqueues(self, one: Selected) -> bool:
        return self._enqueue if self._enqueue is not None else one.monitor.queue.auto and not self._in_memory

    def write(self, report: DriftReport, comparison: Comparison, one: Selected, warehouse: Warehouse) -> list[str]:
        """Write the result, and return one line about each table that was written to."""
        notes = []
        if self.record:
            from driftql.records.history import record_report

            record_report(report, warehouse, self.prefix)
            notes.append(f"Recorded in {self.prefix}runs, {self.prefix}metrics and {self.prefix}telemetry.")
        if self._enqueues(one) and report.alerts:
            from driftql.records.queue import enqueue_drift

            count = enqueue_drift(report, comparison.current, one.monitor.queue, warehouse)
            self.enqueued = True
            notes.append(f"{count} new row{'s' * (count != 1)} in the labeling queue {one.monitor.queue.table}.")
        return notes


@contextmanager
def _open(place: Place, source: str | None, current: str | None, *, writing: bool) -> Iterator[Warehouse]:
    """Open the database. A check that only reads files and writes nothing needs none.

    The result of a check of files may go to a DuckDB file that is not there yet; after an error it is not left behind.
    """
    sources = [one for one in (source, current) if one is not None]
    made = place.new_file(*sources) if writing else None
    try:
        with place.open(create=made is not None) if writing else place.open(*sources) as warehouse:
            yield warehouse
    except BaseException:
        if made is not None:
            made.unlink(missing_ok=True)
        raise


def _rounds(
    selected: list[Selected], *, as_of: str | None, for_each: str | None, first: str | None, last: str | None
) -> list[tuple[Selected, str | dt.datetime | None]]:
    """Return what to check as of when: each moment with each monitor; None for the present."""
    if for_each is None:
        if first is not None or last is not None:
            raise ConfigError("--from and --to belong to --for-each; the windows are set by --current and --reference")
        from driftql.cli.backfill import clock_at

        for one in selected:
            if as_of is not None:
                clock_at("--as-of", as_of, one.monitor)
        return [(one, as_of) for one in selected]
    from driftql.cli.backfill import moments

    if as_of is not None:
        raise ConfigError("--as-of is one moment, and --for-each is many: give one of the two")
    found = [(moment, one) for one in selected for moment in moments(for_each, first, last, one.monitor)]
    return [(one, moment) for moment, one in sorted(found, key=lambda pair: pair[0])]


def _place_of(one: Selected, moment: str | dt.datetime | None, for_each: str | None) -> str:
    """Name a check among several."""
    parts = [f"monitor {one.name}"] if one.name is not None else []
    parts += [f"as of {moment:%Y-%m-%d %H:%M} UTC"] if isinstance(moment, dt.datetime) and for_each else []
    return " ".join(parts)


def _run(one: Selected, warehouse: Warehouse, as_of: str | dt.datetime | None) -> Outcome:
    from driftql.check.run import check_monitor
    from driftql.cli.interrupt import run_interruptible
    from driftql.cli.terminal import LateProgress

    with LateProgress() as progress:
        return run_interruptible(
            lambda: check_monitor(one.monitor, warehouse, name=one.name, progress=progress.callback, as_of=as_of),
            cancel=warehouse.interrupt,
            restore=progress.stop,
        )


def _explain(selected: list[Selected], warehouse: Warehouse, *, as_json: bool, as_of: str | None) -> None:
    """Print the statements of a check: SQL with comments, or JSON."""
    from driftql.check.explain import explain_monitor

    documents = []
    total = {"rows": 0, "bytes": 0}
    lines: list[str] = []
    for one in selected:
        for statement, estimate in explain_monitor(one.monitor, warehouse, name=one.name, as_of=as_of):
            estimates = {"rows": estimate.rows if estimate else None, "bytes": estimate.bytes if estimate else None}
            documents.append({"monitor": one.name, "name": statement.name, "sql": statement.sql, **estimates})
            for unit, value in estimates.items():
                total[unit] += value or 0
            reads = _reads(estimates) or f"{warehouse.engine.title} gives no estimate of what it will read"
            lines.append(f"-- {plain(statement.name)}: {plain(statement.purpose)}\n-- {reads}\n{statement.sql};\n\n")
    if as_json:
        import json

        sys.stdout.write(json.dumps(documents, indent=2) + "\n")
        return
    sum_of = _reads({unit: value or None for unit, value in total.items()})
    statements = f"{len(documents)} statements{f', which read {sum_of} in total' if sum_of else ''}"
    lines.append(f"-- {statements}. Nothing was checked.\n")
    if any(document["name"] == "bucket_range" for document in documents) and not warehouse.engine.free_extremes:
        lines.append("-- The newest row was not looked up: here the windows are counted back from the current time.\n")
    lines.append("-- For large windows, a check first reads a sample and then counts in bins, from the same columns.\n")
    sys.stdout.write("".join(lines))


def _reads(estimates: dict[str, int | None]) -> str:
    parts = []
    if estimates["rows"] is not None:
        parts.append(f"about {estimates['rows']:,} rows")
    if estimates["bytes"] is not None:
        size, unit = float(estimates["bytes"]), "B"
        for larger in ("kB", "MB", "GB", "TB"):
            if size < 1000:
                break
            size, unit = size / 1000, larger
        parts.append(f"{size:.3g} {unit}")
    return ", ".join(parts)


def show_report(report: DriftReport, *, is_first: bool = True) -> None:
    """Print a report, below a rule if it is not the first one."""
    from driftql.cli.report_view import print_report
    from driftql.cli.terminal import console

    screen = console()
    if not is_first:
        screen.print()
        screen.rule(style="dim", characters="-" if screen.options.ascii_only else "─")
        screen.print()
    print_report(report, screen)
    sys.stdout.flush()


def _note(notes: list[str]) -> None:
    if not notes:
        return
    from driftql.cli.terminal import console, say

    screen = console()
    for note in notes:
        say(screen, plain(note))


def _show_next(
    place: Place, source: str | None, current: str | None, reports: list[DriftReport], records: _Records
) -> None:
    """Print the commands that are useful next."""
    from driftql.cli.terminal import console, say

    lines = []
    if records.enqueued:
        lines.append(shlex.join(["driftql", "queue", "list", *place.retyped]))
    elif any(report.alerts for report in reports) and not place.in_memory and _has_user_and_time(reports):
        lines.append("the same command with --enqueue: adds rows to the labeling queue")
    if place.config is None and source is not None and current is None:
        lines.append(shlex.join(["driftql", "init", source, *place.retyped]) + ": keeps the settings in driftql.toml")
    if not lines:
        return
    screen = console()
    screen.print()
    say(screen, "Next", style="bold")
    for line in lines:
        screen.print(f"  {plain(line)}", style="dim", soft_wrap=True)


def _has_user_and_time(reports: list[DriftReport]) -> bool:
    columns: list[dict[str, Any]] = [report.config.get("columns", {}) for report in reports]
    return any(column.get("user") and column.get("bucket_start") for column in columns)


def _json(results: Sequence[DriftReport | Failed], *, as_array: bool) -> str:
    import json

    texts = [
        json.dumps({**result._asdict(), "monitor": hidden(str(result.monitor))}, indent=2, ensure_ascii=False)
        if isinstance(result, Failed)
        else result.model_dump_json(indent=2)
        for result in results
    ]
    return "[" + ",\n".join(texts) + "]\n" if as_array else "".join(f"{text}\n" for text in texts)


def _write(results: Sequence[DriftReport | Failed], path: Path, *, as_array: bool) -> None:
    from driftql.files import write_text

    write_text(_json(results, as_array=as_array), path, "the reports" if as_array else "the report")
