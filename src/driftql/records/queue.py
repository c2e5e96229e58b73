"""The labeling queue: doubtful rows go in by SQL, people take them out.

The rows of the user's table never pass through Python: a request is made by ``insert ... select`` inside the database.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, NamedTuple
from uuid import UUID, uuid4

from pydantic import ValidationError

from driftql.check.catalog import Live
from driftql.check.decode import decode_confidence
from driftql.check.flaws import describe_timeless
from driftql.check.plan import confidence_profile, rows_without_time
from driftql.check.rows import Rows
from driftql.check.statement import Runner, Statement
from driftql.check.telemetry import warn_of_confidence
from driftql.check.windows import resolve_current
from driftql.config import MonitorConfig, QueueConfig, validate
from driftql.errors import ConfigError, DriftqlWarning, QueueError
from driftql.records.queue_table import open_to_read, open_to_write
from driftql.records.tables import (
    bounds_of,
    literal,
    missing_columns,
    recorded_name,
    shorten,
    statements,
    widened,
    written,
)
from driftql.report import DriftReport, LabelRequest, utc_now
from driftql.sql import fragments
from driftql.sql.render import render
from driftql.warehouse import use_warehouse
from driftql.warehouse.base import Row, Warehouse, Writer

if TYPE_CHECKING:
    from driftql.aliases import QueueLike, WarehouseLike

__all__ = [
    "Asked",
    "add_low_confidence",
    "enqueue_drift",
    "enqueue_statement",
    "mark_done",
    "pending",
]

# Columns whose texts come from the user's rows.
_FROM_ROWS = ("user_id", "predicted_label", "row_id")
_SHOWN = 3
_BUCKET = ("user_id", "bucket_start_ts", "bucket_end_ts")


class Asked(NamedTuple):
    """What a request says of the check that asks: why (``drift`` or ``low_confidence``), its monitor and its table."""

    reason: str
    monitor: str | None
    source: str | None


def enqueue_drift(report: DriftReport, rows: Rows, queue: QueueConfig, warehouse: Warehouse) -> int:
    """Queue the least confident rows of the window that a report judged.

    Parameters
    ----------
    report
        The report; if it has no alert, nothing happens.
    rows
        The current window as the report judged it: rows that arrived since do not count.
    queue
        The table of the queue, and how many rows to take.
    warehouse
        The database of both.

    Returns
    -------
    int
        How many requests are new.

    Raises
    ------
    ConfigError
        If the table has no user or bucket column.
    QueueError
        If the queue cannot be written; nothing was changed.
    """
    if not report.alerts:
        return 0
    with warehouse.tagged(report.monitor, report.run_id):
        asked = Asked("drift", report.monitor, report.current.source)
        return _enqueue(rows, queue.table, warehouse, asked, None, queue.limit)


def add_low_confidence(
    monitor: MonitorConfig,
    warehouse: Warehouse,
    warn: Callable[[str], None] = warnings.warn,
    name: str | None = None,
) -> int:
    """Queue every row of a monitor's current window that is below its ``low_confidence``.

    Parameters
    ----------
    monitor
        The settings of the current window and of the queue; the reference need not exist.
    warehouse
        The database of both.
    warn
        Called with a sentence for rows that are left out because of their time, and for each thing by which the
        confidence shows that it is none: a percentage, the probability of the positive class, or missing.
    name
        The monitor's name, which the requests carry.

    Returns
    -------
    int
        How many requests are new.

    Raises
    ------
    ConfigError
        If the table has no user, bucket or confidence column.
    QueueError
        If the queue cannot be written; nothing was changed.
    """
    queue = monitor.queue
    with warehouse.tagged(None, uuid4()):
        runner = Runner(warehouse)
        rows = resolve_current(monitor, Live(runner), warn)
        timeless, start = rows_without_time([rows]), rows.columns.bucket_start
        if timeless is not None and start is not None:
            (found,) = runner.run(timeless)
            if found["row_count"]:
                warn(describe_timeless(int(found["row_count"]), start.name, "not in the window"))
        if rows.confidence:
            (profile,) = runner.run(confidence_profile(rows))
            for sentence in warn_of_confidence(decode_confidence(profile), rows.columns):
                warn(sentence)
        asked = Asked("low_confidence", name, str(monitor.current.table or monitor.table))
        return _enqueue(rows, queue.table, warehouse, asked, queue.low_confidence, 0)


def _enqueue(rows: Rows, table: str, warehouse: Warehouse, asked: Asked, below: float | None, limit: int) -> int:
    _check_roles(rows, below)
    queue = open_to_write(table, warehouse)
    now = utc_now()
    statement = enqueue_statement(rows, queue, asked, now, below, limit)
    lock, settle = (statements(render(macro, rows.engine, queue)) for macro in ("lock_queue", "settle_queue"))

    def insert(writer: Writer, sql: str) -> int:
        for one in lock:
            writer.execute(one)
        return writer.execute(sql)

    try:
        new = written(warehouse, lambda writer: insert(writer, statement.sql))
    except QueueError as error:
        bounds = {name: bound for name, bound in bounds_of(queue, warehouse).items() if name in _FROM_ROWS}
        if not bounds or "too long" not in str(error):
            raise
        if not widened(queue, bounds, warehouse):
            statement = enqueue_statement(rows, queue, asked, now, below, limit, bounds)
            _warn_of_long_texts(rows, bounds, table, warehouse)
        new = written(warehouse, lambda writer: insert(writer, statement.sql))
    for sql in settle:
        # A writer that deletes a duplicate subtracts it, so the counts of all writers add up to the number of requests.
        new -= written(warehouse, lambda writer, sql=sql: writer.execute(sql))  # type: ignore[misc]  # a lambda's default
    if settle and not rows.engine.transactions:
        # There not every engine tells how many rows a statement changed.
        return _pending_where(f"created_at = {literal(now, rows.engine)}", queue, warehouse)
    return max(new, 0)


def _moment(expression: str, rows: Rows) -> str:
    return render("null_moment", rows.engine) if expression == "null" else expression


def _check_roles(rows: Rows, below: float | None) -> None:
    """Refuse rows that the queue cannot tell apart, or of which none is known to be doubtful."""
    roles = () if rows.row_id else (("user", rows.columns.user), ("bucket_start", rows.columns.bucket_start))
    for role, column in roles:
        if column is None:
            raise ConfigError(
                f"the queue needs to know whose bucket a row is, but no column has the role '{role}': name it in "
                "[columns], or name the columns that tell a row from all others: row_id"
            )
    if below is not None and not rows.confidence:
        raise ConfigError("no column has the role 'confidence' or 'probabilities', so no row is known to be doubtful")


def _warn_of_long_texts(rows: Rows, bounds: Mapping[str, int], table: str, warehouse: Warehouse) -> None:
    """Warn of the rows whose texts the queue's columns do not hold."""
    sql = render(
        "long_rows",
        rows.engine,
        source=rows.reading([rows.columns.user, rows.columns.bucket_start, rows.columns.label, *rows.columns.row_id]),
        user=rows.user,
        bucket_start=_moment(rows.bucket_start, rows),
        label=rows.label,
        row_id=rows.row_id,
        condition=f"not ({_that_fits(bounds)})",
        max_rows=_SHOWN + 1,
    )
    found = warehouse.query(sql)
    names = ", ".join(
        f"row {shorten(str(row['row_id']))!r}"
        if row["row_id"] is not None
        else f"user {shorten(str(row['user_id']))!r} at {row['bucket_start']}"
        for row in found[:_SHOWN]
    )
    columns = " and ".join(f"{name} ({bound} characters)" for name, bound in bounds.items())
    warnings.warn(
        f"rows of the current window were left out of the queue {table!r}, because a text of theirs is longer than its "
        f"columns {columns} hold: {names}{' and others' if len(found) > _SHOWN else ''}; let the owner of the table "
        "change the type of these columns to text",
        DriftqlWarning,
        stacklevel=2,
    )


def _that_fits(bounds: Mapping[str, int]) -> str:
    """Write the condition that every text fits into its column."""
    return " and ".join(f"({name} is null or length({name}) <= {bound})" for name, bound in bounds.items())


def _pending_where(condition: str, queue: str, warehouse: Warehouse) -> int:
    (row,) = warehouse.query(render("count_pending", warehouse.engine, queue=queue, condition=condition))
    return int(row["pending"])


def enqueue_statement(
    rows: Rows,
    queue: str,
    asked: Asked,
    created_at: dt.datetime,
    below: float | None,
    limit: int,
    bounds: Mapping[str, int] | None = None,
) -> Statement:
    """Insert doubtful rows of a window into the queue.

    Parameters
    ----------
    rows
        The window; its columns need a user and a bucket start.
    queue
        The quoted table.
    asked
        What the requests say of the check that asks.
    created_at
        The moment that the requests carry, in UTC.
    below
        Only rows whose confidence is below this; None for all.
    limit
        How many of the least confident rows to take; 0 for all.
    bounds
        How many characters some columns of the queue hold: rows with longer texts are left out.
    """
    conditions = [] if below is None else [f"confidence < {fragments.number(below)}"]
    if bounds:
        conditions.append(_that_fits(bounds))
    roles = rows.columns
    sql = render(
        "enqueue",
        rows.engine,
        queue=queue,
        source=rows.reading(
            [roles.user, roles.bucket_start, roles.bucket_end, roles.label, *rows.behind_confidence, *roles.row_id]
        ),
        user=rows.user,
        bucket_start=_moment(rows.bucket_start, rows),
        bucket_end=_moment(rows.bucket_end, rows),
        confidence=rows.confidence or render("as_double", rows.engine, "null"),
        label=rows.label,
        row_id=rows.row_id,
        reason=fragments.text(asked.reason, rows.engine),
        created_at=literal(created_at, rows.engine),
        condition=" and ".join(conditions) or "1 = 1",
        max_rows=limit,
        monitor=literal(asked.monitor, rows.engine),
        table=literal(asked.source, rows.engine),
    )
    return Statement("enqueue", "Send the least confident rows of the current window to the labeling queue.", sql)


@contextmanager
def _tagged(warehouse: WarehouseLike) -> Iterator[Warehouse]:
    with use_warehouse(warehouse) as database, database.tagged(None, uuid4()):
        yield database


def _queue_config(queue: QueueLike | None) -> QueueConfig:
    if isinstance(queue, QueueConfig):
        return queue
    return validate(QueueConfig, {"table": queue or QueueConfig().table}, "the queue")


def pending(
    warehouse: WarehouseLike,
    queue: QueueLike | None = None,
    *,
    max_asks_per_day: int | None = None,
) -> list[LabelRequest]:
    """Return the requests that wait for an answer: those without a confidence first, then the least confident.

    Parameters
    ----------
    warehouse
        The database of the queue: what :func:`driftql.connect` takes or returned.
    queue
        The queue's table, or its settings, which also hold the daily cap.
    max_asks_per_day
        Another daily cap: at most this many requests minus those labeled or skipped today (UTC) are listed.

    Returns
    -------
    list[LabelRequest]
        Empty where there is no queue yet. Times are UTC without a zone.

    Raises
    ------
    QueueError
        If the table is not a queue.

    Examples
    --------
    >>> import duckdb
    >>> pending(duckdb.connect())
    []
    """
    queue = _queue_config(queue)
    cap = queue.max_asks_per_day if max_asks_per_day is None else max_asks_per_day
    with _tagged(warehouse) as database:
        name = recorded_name(queue.table, database)
        if not database.table_exists(name):
            return []
        relation = open_to_read(name, database)
        unreadable: dict[int, str] = {}
        while True:
            # Those that cannot be read take no place of others.
            found = _first_pending(relation, cap + len(unreadable), database)
            requests = {place: _request_of(row) for place, row in enumerate(found)}
            known = len(unreadable)
            unreadable = {place: request for place, request in requests.items() if isinstance(request, str)}
            if len(unreadable) == known:
                break
    for sentence in unreadable.values():
        warnings.warn(f"the queue {queue.table!r}: {sentence}", DriftqlWarning, stacklevel=2)
    return [request for request in requests.values() if isinstance(request, LabelRequest)]


def _first_pending(queue: str, cap: int, warehouse: Warehouse) -> list[Row]:
    midnight = dt.datetime.combine(utc_now().date(), dt.time())
    sql = render(
        "pending_requests",
        warehouse.engine,
        queue=queue,
        day_start=literal(midnight, warehouse.engine),
        max_per_day=cap,
    )
    return warehouse.query(sql)


def _request_of(row: Row) -> LabelRequest | str:
    """Read a row of the queue; where that is impossible, return a sentence that says so."""
    values = {name: _naive(value) for name, value in row.as_dict().items()}
    subject = f"request {shorten(str(values['request_id']))!r}" if values["request_id"] is not None else "a request"
    subject += f" (user {shorten(str(values['user_id']))!r})" if values["user_id"] is not None else ""
    lacking = [] if values["row_id"] is not None else [name for name in _BUCKET if values[name] is None]
    if lacking:
        return f"{subject} cannot be read and is left out: {lacking[0]} is missing, or not in the years 1 to 9999"
    try:
        return LabelRequest.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = str(first["loc"][0])
        return (
            f"{subject} cannot be read and is left out: {field} is {shorten(repr(values[field]))}: "
            f"{first['msg'][:1].lower()}{first['msg'][1:]}"
        )


def _naive(value: object) -> object:
    """Return a moment with a zone as UTC without one, and other values as they are."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC).replace(tzinfo=None)
    return value


def mark_done(
    warehouse: WarehouseLike,
    request_id: UUID | str,
    *,
    queue: QueueLike | None = None,
    table: str | None = None,
    status: Literal["labeled", "skipped"] = "labeled",
) -> None:
    """Mark a pending request as labeled or skipped.

    Parameters
    ----------
    warehouse
        The database of the queue: what :func:`driftql.connect` takes or returned.
    request_id
        The id of the request; or the id of the row, where the queue asks for rows.
    queue
        The queue's table, or its settings.
    table
        An older name of ``queue``.
    status
        The answer.

    Raises
    ------
    ConfigError
        If the id is neither a request's nor that of a row, or the status is unknown.
    QueueError
        If no pending request has that id, or the queue cannot be written.
    """
    if status not in ("labeled", "skipped"):
        raise ConfigError(f"a request is marked 'labeled' or 'skipped', not {status!r}")
    table = _queue_config(queue or table).table
    with _tagged(warehouse) as database:
        table = recorded_name(table, database)
        if not database.table_exists(table):
            raise QueueError(f"there is no queue {table!r} in {database.title}")
        relation = database.relation(table)
        readable = open_to_read(table, database)
        engine = database.engine
        if readable != relation and not engine.transactions:
            # An answer may be a further row there, which has all columns.
            relation = readable = open_to_write(table, database)
        has_rows = readable == relation or not missing_columns(relation, ["row_id"], database)
        try:
            terms = [f"request_id = {literal(str(UUID(str(request_id))), engine)}"]
            unknown: Exception = QueueError(
                f"no pending request has the id {request_id} in {table!r}; it may have been answered already"
            )
        except ValueError:
            terms = []
            unknown = ConfigError(
                f"{str(request_id)!r} is neither a request's id nor that of a pending row; 'driftql queue list' shows "
                "them"
            )
        if has_rows:
            terms.append(f"row_id = {literal(str(request_id), engine)}")
        if not terms:
            raise unknown
        # Without transactions, how many rows per statement changed is not told by every engine.
        same_id = f"({' or '.join(terms)})"
        if not engine.transactions and not _pending_where(same_id, relation, database):
            raise unknown
        sql = render(
            "mark_request",
            engine,
            queue=relation,
            condition=same_id,
            status=literal(status, engine),
            updated_at=literal(utc_now(), engine),
        )
        if written(database, lambda writer: writer.execute(sql)) == 0 and engine.transactions:
            raise unknown
