"""The queue's table: created, brought up to date, and held to its rule, whatever table is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from driftql.engines import require
from driftql.errors import QueueError, WarehouseError
from driftql.records.tables import created, literal, missing_columns, own_table
from driftql.sql import fragments
from driftql.sql.render import macro_set, render
from driftql.warehouse.base import Column, Warehouse

__all__ = ["open_to_read", "open_to_write"]

Rule = Literal["bucket", "row"]

_TEXT = ("text",)
_MOMENT = ("timestamp", "timestamptz")
# Column -> the kinds that hold what is written to it.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "request_id": _TEXT,
    "user_id": _TEXT,
    "bucket_start_ts": _MOMENT,
    "bucket_end_ts": _MOMENT,
    "reason": _TEXT,
    "confidence": ("float", "decimal"),
    "predicted_label": _TEXT,
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "status": _TEXT,
}
# Columns that queues of earlier versions lack.
_ADDED = ("row_id", "monitor", "source")
# Each rule's index is called like the table, with this at the end.
_INDEX_NAMES: Mapping[Rule, str] = {"bucket": "one_bucket", "row": "one_row"}
# PostgreSQL cuts longer names off, so that two could become one.
_LONGEST_TABLE = 45
_ATTEMPTS = 6
_SHOWN = 3


def open_to_read(name: str, warehouse: Warehouse) -> str:
    """Return what follows ``from`` to read a queue that exists.

    Raises
    ------
    QueueError
        If the table is not a queue.
    """
    queue = warehouse.relation(name)
    lacking = _check_columns(name, queue, warehouse)
    if not lacking:
        return queue
    nothing = render("as_text", warehouse.engine, "null")
    return f"(select *, {', '.join(f'{nothing} as {column}' for column in lacking)} from {queue})"


def open_to_write(name: str, warehouse: Warehouse) -> str:
    """Return the quoted name of a queue that can be written; it is created where it is missing.

    A queue of an earlier version gets the columns that it lacks. A table without the unique indexes of a queue, such as
    a restored or a copied one, gets them.

    Raises
    ------
    QueueError
        If the table is not a queue, or its rule cannot be kept; nothing was changed.
    """
    require(warehouse.engine, "queue")
    if not warehouse.table_exists(name):
        queue = own_table(name, warehouse)
        created(
            warehouse, [render("create_queue", warehouse.engine, queue), *_index_statements(name, queue, warehouse)]
        )
    for attempt in range(_ATTEMPTS):
        queue = warehouse.relation(name)
        state = columns, rules = _state(name, queue, warehouse)
        lacking: list[Rule] = [rule for rule in _INDEX_NAMES if rules is not None and rule not in rules]
        if not columns and not lacking:
            return queue
        try:
            collisions = "" if rules is None else _collisions(name, warehouse)
            if not collisions:
                ddl = _migration(queue, columns, (rules or {}).get("older"), warehouse)
                ddl += _index_statements(name, queue, warehouse, lacking, attempt) if lacking else []
                created(warehouse, ddl)
        except WarehouseError as error:
            # Another writer may have done the same in between: the next look shows it.
            if attempt + 1 == _ATTEMPTS or _state(name, queue, warehouse) == state:
                collisions = _collisions(name, warehouse)
                raise QueueError(collisions or _describe_refusal(name, error, columns, warehouse)) from error
            continue
        if collisions:
            raise QueueError(collisions)
    raise QueueError(
        f"the labeling queue {name!r} in {warehouse.title} lacks the unique indexes that keep a request from being "
        "made twice, and other things of the database have the names for them; name another table for the queue"
    )


def _index_statements(
    name: str, queue: str, warehouse: Warehouse, rules: list[Rule] | None = None, attempt: int = 0
) -> list[str]:
    """Write the statements that create indexes; a further attempt takes other names, which may be free."""
    table = fragments.table_parts(name, warehouse.engine)[-1].encode()[:_LONGEST_TABLE].decode(errors="ignore")
    number = f"_{attempt + 1}" if attempt else ""
    return [
        render(
            "create_queue_rule",
            warehouse.engine,
            queue=queue,
            index_name=fragments.identifier(f"{table}_{_INDEX_NAMES[rule]}{number}", warehouse.engine),
            by=rule,
        )
        for rule in rules or _INDEX_NAMES
    ]


def _migration(queue: str, lacking: list[str], older: str | None, warehouse: Warehouse) -> list[str]:
    """Write the statements that add the columns which a queue of an earlier version lacks."""
    engine = warehouse.engine
    macros = macro_set(engine).macros
    texts = [(column, "text") for column in lacking if column != "row_id"]
    added = list(macros["add_columns"](queue, texts)) if texts else []
    if "row_id" not in lacking:
        return added
    index = ""
    if older is not None:
        # An index is in the schema of its table.
        parts = [*fragments.table_parts(queue, engine)[:-1], older]
        index = ".".join(fragments.identifier(part, engine) for part in parts)
    return [*macros["migrate_queue"](queue, index), *added]


def _state(name: str, queue: str, warehouse: Warehouse) -> tuple[list[str], dict[str, str] | None]:
    """Return the columns that the table lacks, and its rules."""
    return _check_columns(name, queue, warehouse), _rules(name, queue, warehouse)


def _check_columns(name: str, queue: str, warehouse: Warehouse) -> list[str]:
    """Refuse a table that is not a queue; return the columns that it lacks because an earlier version made it.

    Raises
    ------
    QueueError
        If a column is missing, or of a type that does not hold what a queue keeps in it.
    """
    where = f"the table {name!r} in {warehouse.title} is not a labeling queue"
    missing = missing_columns(queue, _COLUMNS, warehouse)
    if missing:
        raise QueueError(f"{where}: it lacks the columns {', '.join(missing)}; name another table for the queue")
    there = {column.name.casefold(): column for column in warehouse.columns(queue)}
    wrong = [
        f"{wanted} is {there[wanted].type}"
        for wanted, kinds in {**_COLUMNS, **dict.fromkeys(_ADDED, _TEXT)}.items()
        if wanted in there and not _holds(there[wanted], kinds, warehouse)
    ]
    if wrong:
        raise QueueError(
            f"{where}: {', '.join(wrong)}, but a queue keeps text in request_id, user_id, reason, predicted_label, "
            "status, row_id, monitor and source, a floating-point number in confidence and timestamps in the others; "
            "change the types, or name another table for the queue"
        )
    return [name for name in _ADDED if name not in there]


def _holds(column: Column, kinds: tuple[str, ...], warehouse: Warehouse) -> bool:
    # Other engines than DuckDB do not turn text into a UUID by themselves.
    return column.kind in kinds and (column.type.casefold() != "uuid" or warehouse.engine.in_process)


def _rules(name: str, queue: str, warehouse: Warehouse) -> dict[str, str] | None:
    """Return rule -> the name of the index that keeps it; None where the engine keeps none by an index.

    Raises
    ------
    QueueError
        If the queue is a view, which can have no index.
    """
    sql = render("queue_indexes", warehouse.engine, literal(queue, warehouse.engine))
    if not sql.strip():
        return None
    found = {str(row["rule"]): str(row["index_name"]) for row in warehouse.query(sql)}
    if "view" in found:
        raise QueueError(
            f"the labeling queue {name!r} in {warehouse.title} is a view, and nothing can keep two writers from asking "
            "for the same thing there: name the table behind it, or another table for the queue"
        )
    return found


def _collisions(name: str, warehouse: Warehouse) -> str:
    """Return a sentence with some of the rows that break the rule; "" where none does."""
    sql = render("queue_collisions", warehouse.engine, queue=open_to_read(name, warehouse), max_rows=_SHOWN + 1)
    rows = warehouse.query(sql)
    if not rows:
        return ""
    shown = [
        f"{_subject(row['row_id'], row['user_id'], row['bucket_start'])} ({row['requests']} requests, such as "
        f"{row['first_id']} and {row['last_id']})"
        for row in rows[:_SHOWN]
    ]
    more = " and others" if len(rows) > _SHOWN else ""
    return (
        f"the labeling queue {name!r} in {warehouse.title} has lost the unique index that keeps a request from being "
        f"made twice, and it cannot be made again, because some things are pending more than once: {'; '.join(shown)}"
        f"{more}; keep one request of each and take the others out with 'driftql queue skip ID', or delete them, then "
        "run again"
    )


def _subject(row_id: str | None, user: str | None, start: str | None) -> str:
    return f"row {row_id!r}" if row_id is not None else f"user {user!r} at {start}"


def _describe_refusal(name: str, error: WarehouseError, columns: list[str], warehouse: Warehouse) -> str:
    lacks, them = "the unique indexes that keep a request from being made twice", "them"
    if columns:
        lacks = f"the column{'s' * (len(columns) > 1)} {', '.join(columns)}"
        them = "it" if len(columns) == 1 else "them"
    return (
        f"the labeling queue {name!r} in {warehouse.title} lacks {lacks}, and this user could not add {them}: {error}; "
        "let the owner of the table run the command once, or name another table for the queue"
    )
