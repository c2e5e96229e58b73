"""The rows of one window, as SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from driftql.check.columns import ColumnMap
from driftql.check.texts import TextKind, text_kind
from driftql.engines import ColumnKind, Engine
from driftql.periods import Clock
from driftql.sql import fragments
from driftql.sql.render import render
from driftql.warehouse.base import Column

__all__ = ["Rows", "time_condition", "utc"]

_SECONDS_PER_BUCKET = 60
_LINE = 100


@dataclass(frozen=True)
class Rows:
    """The rows of one window, and the expressions that read them.

    Attributes
    ----------
    engine
        Whose SQL the expressions are.
    relation
        The quoted table, view or file.
    columns
        Which column plays which role.
    conditions
        Vetted conditions, each in parentheses.
    has_blocks
        Whether a sample can skip blocks of the relation. In some engines it can for a table, but not for a view.
    zone
        The time zone of times without a zone.
    own_names
        The columns that the relation spells in another way -> its own spelling; None where it has no such column.
    text_kinds
        How the values of the roles ``user`` and ``label`` become text; a role that is not there is cast.
    time_conditions
        How many conditions, the last ones, are limits of time: rows without a time meet none of them.
    category_kinds
        How the values of categories become text, where the type differs between the windows.
    time_kinds
        The kinds of the features that are times in this window.
    spells_own
        Whether the expressions read the relation itself, whose spelling of the columns they then take.
    """

    engine: Engine
    relation: str
    columns: ColumnMap
    conditions: tuple[str, ...] = ()
    has_blocks: bool = True
    zone: str = "UTC"
    own_names: Mapping[str, str | None] = field(default_factory=dict)
    text_kinds: Mapping[str, TextKind] = field(default_factory=dict)
    time_conditions: int = 0
    category_kinds: Mapping[str, TextKind] = field(default_factory=dict)
    time_kinds: Mapping[str, ColumnKind] = field(default_factory=dict)
    spells_own: bool = False

    @property
    def condition(self) -> str:
        """All conditions as one."""
        return " and ".join(self.conditions) or "(1 = 1)"

    def reading(self, columns: Iterable[Column | None]) -> str:
        """Write what follows ``from`` in a statement that reads some columns.

        Only these are named: a right to read them is enough, and an engine that stores columns apart reads no others.

        Parameters
        ----------
        columns
            What the statement reads, in any order and as often as it comes; None is skipped.
        """
        wanted = list(columns)
        is_plain = all(column is None or column.name not in self.own_names for column in wanted)
        if not self.conditions and is_plain:
            return self.relation
        lines = [*self.select(wanted), f"from {self.relation} as monitored"]
        lines += [f"{'and' if number else 'where'} {condition}" for number, condition in enumerate(self.conditions)]
        return "(\n" + "".join(f"        {line}\n" for line in lines) + "    )"

    def select(self, columns: Iterable[Column | None]) -> list[str]:
        """Write the lines of ``select`` that name some columns, each once and as the settings spell them."""
        names = dict.fromkeys(column.name for column in columns if column is not None and self._has(column))
        shown = [self._spelled(name) for name in names] or ["1 as one"]
        lines = [f"select {shown[0]}"]
        for column in shown[1:]:
            if len(lines[-1]) + len(column) > _LINE:
                lines[-1] += ","
                lines.append(f"    {column}")
            else:
                lines[-1] += f", {column}"
        return lines

    def _spelled(self, name: str) -> str:
        quoted = fragments.identifier(name, self.engine)
        own = self.own_names.get(name)
        return f"{fragments.identifier(own, self.engine)} as {quoted}" if own is not None else quoted

    def value(self, column: Column) -> str:
        """Write a feature's value as a number: a boolean becomes 0 or 1, a time the days since 1970-01-01 in UTC.

        Times without a zone are taken as they are written.
        """
        quoted = self._quote(column)
        if kind := self.time_kinds.get(column.name):
            return render("epoch_days", self.engine, _utc(quoted, kind, self.engine))
        if column.name in self.columns.mixed:
            return render("as_double", self.engine, quoted)
        return render("flag_value", self.engine, quoted) if column.kind == "boolean" else quoted

    def category(self, column: Column) -> str:
        """Write a feature's value as a category: its text, in which 1, 1.0 and 1.00 are the same number."""
        quoted, kind = self._quote(column), self.category_kinds.get(column.name) or text_kind(column)
        return render("exact_text", self.engine, render("value_text", self.engine, quoted, kind))

    @property
    def user(self) -> str:
        """The user's column, or where a cast would not write equal users alike, their text; or ``null``."""
        return self._text("user", self.columns.user)

    @property
    def label(self) -> str:
        """The label's column, or where a cast would not write equal labels alike, their text; or ``null``."""
        return self._text("label", self.columns.label)

    @property
    def row_id(self) -> str:
        """The id of a row as text; ``""`` where no column tells a row from all others."""
        columns = [self._quote(column) for column in self.columns.row_id]
        return render("row_key", self.engine, columns) if columns else ""

    @property
    def schema_version(self) -> str:
        """The column of the schema's version, or ``null``."""
        return self._quote(self.columns.schema_version)

    @property
    def probabilities(self) -> list[str]:
        """The columns of the class probabilities, or the one list column."""
        return [self._quote(column) for column in self.columns.probabilities]

    @property
    def behind_confidence(self) -> Sequence[Column]:
        """The columns that :attr:`confidence` reads."""
        return (self.columns.confidence,) if self.columns.confidence else self.columns.probabilities

    @property
    def confidence(self) -> str:
        """The row's confidence, or the largest probability; ``""`` where the table has neither."""
        if self.columns.confidence is None and not self.columns.probabilities:
            return ""
        return render(
            "row_confidence",
            self.engine,
            confidence=self._quote(self.columns.confidence) if self.columns.confidence else "",
            probabilities=self.probabilities,
            is_list=int(self.columns.is_list),
        )

    @property
    def bucket_start(self) -> str:
        """The bucket's start in UTC, or ``null``."""
        column = self.columns.bucket_start
        return utc(column, self.engine, self.zone) if column and self._has(column) else "null"

    @property
    def local_start(self) -> str:
        """The bucket's start as a timestamp without a zone in the zone of :attr:`zone`, or ``null``."""
        column = self.columns.bucket_start
        if column is None or not self._has(column):
            return "null"
        if column.kind == "timestamptz" and self.zone != "UTC":
            return render("local_of_instant", self.engine, self._quote(column), fragments.text(self.zone, self.engine))
        return utc(column, self.engine)

    @property
    def bucket_end(self) -> str:
        """The bucket's end in UTC; without such a column, 60 seconds after its start; without either, ``null``."""
        if self.columns.bucket_end and self._has(self.columns.bucket_end):
            return utc(self.columns.bucket_end, self.engine, self.zone)
        if self.columns.bucket_start and self._has(self.columns.bucket_start):
            return render("add_seconds", self.engine, self.bucket_start, _SECONDS_PER_BUCKET)
        return "null"

    def _text(self, role: str, column: Column | None) -> str:
        quoted, kind = self._quote(column), self.text_kinds.get(role, "text")
        return quoted if column is None or kind == "text" else render("value_text", self.engine, quoted, kind)

    def quoted(self, column: Column | None) -> str:
        """Return a column's quoted name, or ``null`` for None and for a column that the relation lacks."""
        return self._quote(column)

    def _quote(self, column: Column | None) -> str:
        if column is None or not self._has(column):
            return "null"
        own = self.own_names.get(column.name) if self.spells_own else None
        return fragments.identifier(own or column.name, self.engine)

    def _has(self, column: Column) -> bool:
        """Return whether the relation has a column; a reference may lack those that only the current window needs."""
        return self.own_names.get(column.name, column.name) is not None


def utc(column: Column, engine: Engine, zone: str = "UTC") -> str:
    """Write a time column as a timestamp in UTC without a zone; times without a zone are local times of ``zone``."""
    return _utc(fragments.identifier(column.name, engine), column.kind, engine, zone)


def _utc(quoted: str, kind: ColumnKind, engine: Engine, zone: str = "UTC") -> str:
    if kind == "text":
        # The text may name an offset; where it does not, the session's zone is UTC.
        return render("utc_timestamp", engine, render("instant_of_text", engine, quoted), has_zone=1)
    if kind == "timestamptz":
        return render("utc_timestamp", engine, quoted, has_zone=1)
    moment = quoted if kind == "timestamp" else render("utc_timestamp", engine, quoted, has_zone=0)
    return moment if zone == "UTC" else render("utc_of_local", engine, moment, fragments.text(zone, engine))


def time_condition(
    column: Column, start: dt.datetime | None, end: dt.datetime | None, engine: Engine, clock: Clock | None = None
) -> tuple[str, ...]:
    """Write ``start <= column < end`` as one condition per end; either end may be open, and both are in UTC.

    The column stands bare beside a literal of its own type, so that the database finds its rows by an index, a
    partition or a cluster; only text is converted.
    """
    quoted = fragments.identifier(column.name, engine)
    bounds = []
    for moment, comparison in ((start, ">="), (end, "<")):
        if moment is not None:
            # A column without a zone is compared in local time.
            stored = clock.to_local(moment) if clock and column.kind in ("timestamp", "date") else moment
            literal = fragments.text(_bound_text(stored, column.kind), engine)
            bounds.append(render("time_bound", engine, quoted, column.kind, comparison, literal))
    return tuple(bounds)


def _bound_text(moment: dt.datetime, kind: ColumnKind) -> str:
    """Write a moment as ``time_bound`` takes it for a kind of column."""
    if kind == "date":
        # A date is at or after a moment if it is at or after the next midnight.
        next_day = moment.toordinal() + (moment.time() > dt.time())
        return dt.date.fromordinal(min(next_day, dt.date.max.toordinal())).isoformat()
    if kind == "time":
        # A bare text takes the type of what it is compared with; a whole day can be that of any time.
        return moment.isoformat(sep=" ", timespec="auto").removesuffix(" 00:00:00")
    return fragments.timestamp_text(moment) + ("+00:00" if kind == "timestamptz" else "")
