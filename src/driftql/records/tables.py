"""The tables that driftql itself writes: how they are named, created and checked."""

from __future__ import annotations

import datetime as dt
import re
import time
import warnings
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from driftql.engines import Engine
from driftql.errors import ConfigError, DriftqlWarning, QueueError, SourceError, WarehouseError
from driftql.sql import fragments
from driftql.sql.render import render
from driftql.warehouse.base import Warehouse, Writer

__all__ = [
    "bounds_of",
    "created",
    "literal",
    "missing_columns",
    "own_table",
    "recorded_name",
    "shorten",
    "statements",
    "widened",
    "written",
]

_T = TypeVar("_T")
_ATTEMPTS = 6
_BOUND = re.compile(r"\((\d+)\)$")
_SHOWN = 40


def own_table(name: str, warehouse: Warehouse) -> str:
    """Quote the name of a table of driftql's own, whether it exists or not.

    Raises
    ------
    SourceError
        If the name is that of a file.
    """
    if fragments.is_file(name):
        raise SourceError(f"{name!r} is a file's name; driftql writes to a table of the database")
    if warehouse.table_exists(name):
        return warehouse.relation(name)
    return ".".join(
        fragments.identifier(part, warehouse.engine) for part in fragments.table_parts(name, warehouse.engine)
    )


def recorded_name(name: str, warehouse: Warehouse) -> str:
    """Return the name by which a table of records is read, with its schema where one is needed.

    Several schemas may hold records, such as those of development and production. A name without a schema means the
    table that the connection finds without one, and a warning names the others.

    Raises
    ------
    ConfigError
        If several schemas hold such a table, and none of them is the connection's own.
    """
    engine = warehouse.engine
    if fragments.is_file(name) or len(fragments.table_parts(name, engine)) > 1:
        return name
    parts = {typed: fragments.table_parts(typed, engine) for typed in warehouse.tables()}
    found = [typed for typed, own in parts.items() if own[-1].casefold() == name.casefold()]
    if len(found) < 2:
        return found[0] if found else name
    near = [typed for typed in found if len(parts[typed]) == 1]
    how = "name the schema: --schema, or before the name, as in 'prod.driftql_'"
    if not near:
        raise ConfigError(f"several schemas of {warehouse.title} hold records ({', '.join(found)}): {how}")
    others = ", ".join(typed for typed in found if typed != near[0])
    warnings.warn(
        f"{near[0]} is read, and {others} not, because the connection finds the first without a schema; to read "
        f"another, {how}",
        DriftqlWarning,
        stacklevel=2,
    )
    return near[0]


def missing_columns(relation: str, wanted: Collection[str], warehouse: Warehouse) -> list[str]:
    """Return the wanted columns that a table lacks."""
    there = {column.name.casefold() for column in warehouse.columns(relation)}
    return [name for name in wanted if name not in there]


def bounds_of(relation: str, warehouse: Warehouse) -> dict[str, int]:
    """Return how many characters each column of bounded text holds: earlier versions created such columns."""
    return {
        column.name.casefold(): int(bound[1])
        for column in warehouse.columns(relation)
        if column.kind == "text" and (bound := _BOUND.search(column.type))
    }


def widened(table: str, columns: Collection[str], warehouse: Warehouse) -> bool:
    """Try to make columns hold text of any length; return whether they do."""
    try:
        created(warehouse, [render("widen_column", warehouse.engine, table, column) for column in columns])
    except WarehouseError:
        return False
    return True


def shorten(text: str) -> str:
    """Return the beginning of a long text."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def literal(value: str | float | bool | dt.datetime | None, engine: Engine) -> str:
    """Write a value as SQL; a number that is not finite becomes NULL."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return render("timestamp_value", engine, fragments.text(fragments.timestamp_text(value), engine))
    if isinstance(value, str):
        return fragments.text(value.replace("\0", ""), engine)
    return fragments.number(value) if abs(value) != float("inf") and value == value else "null"


def written(warehouse: Warehouse, work: Callable[[Writer], _T], failure: type[WarehouseError] = QueueError) -> _T:
    """Do some work in one transaction, again where another writer was in its way.

    Parameters
    ----------
    warehouse
        Where to write.
    work
        Receives the transaction; it may run more than once.
    failure
        What a refusal is raised as.

    Raises
    ------
    WarehouseError
        As ``failure``: nothing was changed.
    """
    for attempt in range(_ATTEMPTS):
        try:
            with warehouse.transaction() as writer:
                return work(writer)
        except WarehouseError as error:
            if attempt + 1 == _ATTEMPTS or not _is_conflict(error):
                raise failure(str(error)) from error
            time.sleep(0.02 * 2**attempt)
    raise AssertionError("the last attempt returns or raises")


def created(warehouse: Warehouse, ddl: Sequence[str], failure: type[WarehouseError] = QueueError) -> None:
    """Create tables: in one transaction, or one by one where creating a table ends the transaction it is in.

    Raises
    ------
    WarehouseError
        As ``failure``.
    """

    def work(writer: Writer) -> None:
        for sql in statements(ddl):
            writer.execute(sql)

    if not warehouse.engine.ddl_commits:
        written(warehouse, work, failure)
        return
    for attempt in range(_ATTEMPTS):
        try:
            for sql in statements(ddl):
                warehouse.query(sql)
            return
        except WarehouseError as error:
            if attempt + 1 == _ATTEMPTS or not _is_conflict(error):
                raise failure(str(error)) from error
            time.sleep(0.02 * 2**attempt)


def _is_conflict(error: WarehouseError) -> bool:
    """Return whether another transaction got in between: trying again finds its rows."""
    message = str(error).casefold()
    # The last three are Delta's ("Files were added to the root of the table by a concurrent update"), Redshift's and
    # BigQuery's:
    # https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation-serializable-isolation-troubleshooting.html
    # https://cloud.google.com/bigquery/docs/data-manipulation-language#dml-limitations
    marks = (
        "conflict",
        "unique constraint",
        "duplicate key",
        "already exists",
        "concurrent update",
        "serializable isolation violation",
        "could not serialize access",
    )
    return any(mark in message for mark in marks)


def statements(sql: str | Sequence[str]) -> list[str]:
    """Return the statements that are not empty: an engine may have nothing to say."""
    texts = [sql] if isinstance(sql, str) else list(sql)
    return [text for text in (text.strip() for text in texts) if text]
