"""The labeling queue: doubtful rows go in by SQL, people take them out.

The rows of the user's table never pass through Python: a request is made by ``insert ... select`` inside the database.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal
from uuid import UUID, uuid4

from driftql.check.catalog import Live
from driftql.check.counts import decode_confidence
from driftql.check.plan import confidence_profile
from driftql.check.rows import Rows
from driftql.check.statement import Runner, Statement
from driftql.check.telemetry import warn_of_confidence
from driftql.check.windows import resolve_current
from driftql.config import MonitorConfig, QueueConfig, validate
from driftql.engines import require
from driftql.errors import ConfigError, QueueError
from driftql.records.tables import created, literal, missing_columns, own_table, statements, written
from driftql.report import DriftReport, LabelRequest, utc_now
from driftql.sql import fragments
from driftql.sql.render import render
from driftql.warehouse import use_warehouse
from driftql.warehouse.base import Warehouse, Writer

if TYPE_CHECKING:
    from driftql.aliases import QueueLike, WarehouseLike

__all__ = [
    "add_low_confidence",
    "enqueue_drift",
    "enqueue_statement",
    "mark_done",
    "pending",
]

_COLUMNS = (
    "request_id",
    "user_id",
    "bucket_start_ts",
    "bucket_end_ts",
    "reason",
    "confidence",
    "predicted_label",
    "created_at",
    "updated_at",
    "status",
)


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
        return _enqueue(rows, queue.table, warehouse, "drift", None, queue.limit)


def add_low_confidence(
    monitor: MonitorConfig, warehouse: Warehouse, warn: Callable[[str], None] = warnings.warn
) -> int:
    """Queue every row of a monitor's current window that is below its ``low_confidence``.

    Parameters
    ----------
    monitor
        The settings of the current window and of the queue; the reference need not exist.
    warehouse
        The database of both.
    warn
        Called with a sentence for each thing by which the confidence shows that it is none: a percentage, the
        probability of the positive class, or missing.

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
        rows = resolve_current(monitor, Live(runner))
        if rows.confidence:
            (profile,) = runner.run(confidence_profile(rows))
            for sentence in warn_of_confidence(decode_confidence(profile), rows.columns):
                warn(sentence)
        return _enqueue(rows, queue.table, warehouse, "low_confidence", queue.low_confidence, 0)


def _enqueue(rows: Rows, table: str, warehouse: Warehouse, reason: str, below: float | None, limit: int) -> int:
    require(warehouse.engine, "queue")
    for role, column in (("user", rows.columns.user), ("bucket_start", rows.columns.bucket_start)):
        if column is None:
            raise ConfigError(
                f"the queue needs to know whose bucket a row is, but no column has the role '{role}': name it in "
                "[columns]"
            )
    if below is not None and not rows.confidence:
        raise ConfigError("no column has the role 'confidence' or 'probabilities', so no row is known to be doubtful")
    queue = _prepared(table, warehouse)
    now = utc_now()
    statement = enqueue_statement(rows, queue, reason, now, below, limit)
    lock, settle = (statements(render(macro, rows.engine, queue)) for macro in ("lock_queue", "settle_queue"))

    def insert(writer: Writer) -> int:
        for sql in lock:
            writer.execute(sql)
        return writer.execute(statement.sql)

    new = written(warehouse, insert)
    for sql in settle:
        # A writer that deletes a duplicate subtracts it, so the counts of all writers add up to the number of buckets.
        new -= written(warehouse, lambda writer, sql=sql: writer.execute(sql))  # type: ignore[misc]  # a lambda's default
    if settle and not rows.engine.transactions:
        # There not every engine tells how many rows per statement changed.
        return _pending_where(f"created_at = {literal(now, rows.engine)}", queue, warehouse)
    return max(new, 0)


def _pending_where(condition: str, queue: str, warehouse: Warehouse) -> int:
    (row,) = warehouse.query(render("count_pending", warehouse.engine, queue=queue, condition=condition))
    return int(row["pending"])


def enqueue_statement(
    rows: Rows, queue: str, reason: str, created_at: dt.datetime, below: float | None, limit: int
) -> Statement:
    """Insert doubtful rows of a window into the queue.

    Parameters
    ----------
    rows
        The window; its columns need a user and a bucket start.
    queue
        The quoted table.
    reason
        ``drift`` or ``low_confidence``.
    created_at
        The moment that the requests carry, in UTC.
    below
        Only rows whose confidence is below this; None for all.
    limit
        How many of the least confident rows to take; 0 for all.
    """
    roles = rows.columns
    sql = render(
        "enqueue",
        rows.engine,
        queue=queue,
        source=rows.reading([roles.user, roles.bucket_start, roles.bucket_end, roles.label, *rows.behind_confidence]),
        user=rows.user,
        bucket_start=rows.bucket_start,
        bucket_end=rows.bucket_end,
        confidence=rows.confidence or render("as_double", rows.engine, "null"),
        label=rows.label,
        reason=fragments.text(reason, rows.engine),
        created_at=literal(created_at, rows.engine),
        condition="1 = 1" if below is None else f"confidence < {fragments.number(below)}",
        max_rows=limit,
    )
    return Statement("enqueue", "Send the least confident rows of the current window to the labeling queue.", sql)


def _prepared(name: str, warehouse: Warehouse) -> str:
    """Make sure that the queue is there and is one; return its quoted name."""
    queue = own_table(name, warehouse)
    if warehouse.table_exists(name):
        _check_columns(name, queue, warehouse)
        return queue
    index = fragments.identifier(f"{fragments.table_parts(name, warehouse.engine)[-1]}_one_pending", warehouse.engine)
    ddl = [
        render("create_queue", warehouse.engine, queue),
        render("create_queue_rule", warehouse.engine, queue=queue, index_name=index),
    ]
    created(warehouse, ddl)
    return queue


def _check_columns(name: str, queue: str, warehouse: Warehouse) -> None:
    missing = missing_columns(queue, _COLUMNS, warehouse)
    if missing:
        raise QueueError(
            f"the table {name!r} in {warehouse.title} is not a labeling queue: it lacks the columns "
            f"{', '.join(missing)}; name another table for the queue"
        )


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
        if not database.table_exists(queue.table):
            return []
        relation = database.relation(queue.table)
        _check_columns(queue.table, relation, database)
        midnight = dt.datetime.combine(utc_now().date(), dt.time())
        sql = render(
            "pending_requests",
            database.engine,
            queue=relation,
            day_start=literal(midnight, database.engine),
            max_per_day=cap,
        )
        return [LabelRequest.model_validate(row.as_dict()) for row in database.query(sql)]


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
        The id of the request.
    queue
        The queue's table, or its settings.
    table
        An older name of ``queue``.
    status
        The answer.

    Raises
    ------
    ConfigError
        If the id is not one, or the status is unknown.
    QueueError
        If no pending request has that id, or the queue cannot be written.
    """
    try:
        wanted = str(UUID(str(request_id)))
    except ValueError:
        raise ConfigError(f"{str(request_id)!r} is not a request's id; 'driftql queue list' shows them") from None
    if status not in ("labeled", "skipped"):
        raise ConfigError(f"a request is marked 'labeled' or 'skipped', not {status!r}")
    table = _queue_config(queue or table).table
    with _tagged(warehouse) as database:
        if not database.table_exists(table):
            raise QueueError(f"there is no queue {table!r} in {database.title}")
        relation = database.relation(table)
        _check_columns(table, relation, database)
        engine = database.engine
        unknown = f"no pending request has the id {wanted} in {table!r}; it may have been answered already"
        # Without transactions, how many rows per statement changed is not told by every engine.
        same_id = f"request_id = {literal(wanted, engine)}"
        if not engine.transactions and not _pending_where(same_id, relation, database):
            raise QueueError(unknown)
        sql = render(
            "mark_request",
            engine,
            queue=relation,
            request_id=literal(wanted, engine),
            status=literal(status, engine),
            updated_at=literal(utc_now(), engine),
        )
        if written(database, lambda writer: writer.execute(sql)) == 0 and engine.transactions:
            raise QueueError(unknown)
