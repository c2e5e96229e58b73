"""The rows of one window, as SQL."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from driftql.engines import Engine
from driftql.sql import fragments
from driftql.sql.render import render
from driftql.warehouse.base import Column

__all__ = ["Window", "time_condition", "utc"]


@dataclass(frozen=True)
class Window:
    """The rows of one side, as SQL.

    Attributes
    ----------
    relation
        The quoted table, view or file.
    conditions
        Vetted conditions, each in parentheses.
    has_blocks
        Whether a sample can skip blocks of it: a table's, but not every engine's view's.
    """

    relation: str
    conditions: tuple[str, ...] = ()
    has_blocks: bool = True

    @property
    def condition(self) -> str:
        """All conditions as one."""
        return " and ".join(self.conditions) or "(1 = 1)"

    @property
    def source(self) -> str:
        """What stands after ``from``."""
        if not self.conditions:
            return self.relation
        return f"(select * from {self.relation} as monitored where {self.condition})"


def utc(column: Column, engine: Engine) -> str:
    """Write a time column as a timestamp in UTC without a zone."""
    quoted = fragments.identifier(column.name, engine)
    if column.kind == "timestamp":
        return quoted
    if column.kind == "text":
        # The text may name an offset; where it does not, the session's zone is UTC.
        return render("utc_timestamp", engine, render("instant_of_text", engine, quoted), 1)
    return render("utc_timestamp", engine, quoted, int(column.kind == "timestamptz"))


def time_condition(
    column: Column, start: dt.datetime | None, end: dt.datetime | None, engine: Engine
) -> tuple[str, ...]:
    """Write ``start <= column < end``; either end may be open."""
    bounds = []
    for moment, comparison in ((start, ">="), (end, "<")):
        if moment is not None:
            literal = render("timestamp_value", engine, fragments.text(fragments.timestamp_text(moment), engine))
            bounds.append(f"({utc(column, engine)} {comparison} {literal})")
    return tuple(bounds)
