"""The columns of both windows, paired by their names.

Everything that is chosen for a check starts from the columns of both windows together, so that no column is dropped in
silence.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from driftql.check.columns import Table
from driftql.errors import SourceError, nearest
from driftql.report import ColumnLeftOut
from driftql.warehouse.base import Column

__all__ = ["SEPARATES", "TIME_KINDS", "BothWindows", "ColumnPair", "is_glob", "pair_columns"]

TIME_KINDS = ("timestamp", "timestamptz", "date")
# Why a column is not looked at if the conditions of the windows use it.
SEPARATES = "the filters of the windows are made of it"
# Kind of column -> family of types; a kind that is not listed is a family of its own.
_FAMILIES = dict.fromkeys(("boolean", "integer", "decimal", "float"), "number") | dict.fromkeys(
    (*TIME_KINDS, "time"), "time"
)
# The types of columns that hold nothing: they say nothing of what the column is for.
_NO_TYPES = ("null", '"null"', "void", "unknown", "nothing", "nullable(nothing)")


class ColumnPair(NamedTuple):
    """A column of either window, or of both.

    Attributes
    ----------
    reference, current
        The column in each window; None where the window has none.
    rivals
        Columns of the other window that differ from this one by capitals only, if it cannot be told which is meant.
    """

    reference: Column | None
    current: Column | None
    rivals: tuple[str, ...] = ()

    @property
    def sides(self) -> tuple[Column, ...]:
        """The column in each window that has it."""
        return tuple(column for column in (self.reference, self.current) if column is not None)

    @property
    def name(self) -> str:
        """The name, as the reference spells it if it has the column."""
        return self.sides[0].name

    @property
    def is_numeric(self) -> bool:
        """Whether it is a number in every window that has it."""
        return all(column.is_numeric for column in self.sides)

    @property
    def is_time(self) -> bool:
        """Whether both windows have it, and it is a date or a timestamp in both."""
        return self.only is None and all(column.kind in TIME_KINDS and not column.unreadable for column in self.sides)

    @property
    def is_text(self) -> bool:
        """Whether both windows have it, and it is text in both."""
        return self.only is None and all(column.kind == "text" and not column.unreadable for column in self.sides)

    @property
    def was_text(self) -> bool:
        """Whether the reference has it as text, and the current window has nothing, or neither text nor a number."""
        ref, cur = self.reference, self.current
        if ref is None or ref.kind != "text" or ref.unreadable or self.rivals:
            return False
        return cur is None or not (cur.kind == "text" or cur.is_numeric or cur.unreadable)

    @property
    def only(self) -> Literal["reference", "current"] | None:
        """The only window that has it."""
        if self.reference is None:
            return "current"
        return "reference" if self.current is None else None

    @property
    def is_retyped(self) -> bool:
        """Whether its family of types differs between the windows that have it."""
        known = [one for one in self.sides if not one.unreadable and one.type.casefold() not in _NO_TYPES]
        return len({_FAMILIES.get(column.kind, column.kind) for column in known}) > 1

    @property
    def in_use(self) -> Column:
        """The column as the current window has it, if it does, with the common name."""
        return replace(self.current or self.sides[0], name=self.name)

    @property
    def is_mixed(self) -> bool:
        """Whether the kind of number differs between the windows; integers of any size are one kind."""
        kinds = {column.kind for column in self.sides}
        return not self.is_time and len(kinds) > 1 and kinds != {"boolean", "integer"}

    @property
    def widest(self) -> Column:
        """The column with the type that holds the numbers of both: a float may be NaN, a boolean is 0 or 1.

        A time is a float: days, with a fraction.
        """
        if self.is_time:
            return Column(self.name, self.in_use.type, "float")
        order = ("boolean", "integer", "decimal", "float")
        widest = max(self.sides, key=lambda column: order.index(column.kind))
        return Column(self.name, widest.type, widest.kind, any(column.holds_nan for column in self.sides))


@dataclass
class BothWindows:
    """The columns of both windows, and what has been found out about them.

    Attributes
    ----------
    tables
        The tables of the reference and of the current window.
    pairs
        The columns of either.
    left_out, unusable, warnings
        As in :class:`~driftql.check.columns.ColumnMap`; ``left_out`` by name.
    lost
        Columns that play a role by their names, but not in both windows or not with their type -> the role.
    lost_categories, by_sample
        As in :class:`~driftql.check.columns.ColumnMap`.
    """

    tables: tuple[Table, Table]
    pairs: list[ColumnPair]
    left_out: dict[str, ColumnLeftOut] = field(default_factory=dict)
    unusable: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)
    lost_categories: dict[str, str] = field(default_factory=dict)
    by_sample: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Index the columns by name: a table may have thousands of them."""
        self._by_name: dict[bool, dict[str, list[ColumnPair]]] = {False: {}, True: {}}
        for pair in self.pairs:
            for name in dict.fromkeys(column.name for column in pair.sides):
                self._by_name[False].setdefault(name, []).append(pair)
            for name in dict.fromkeys(column.name.casefold() for column in pair.sides):
                self._by_name[True].setdefault(name, []).append(pair)

    def named(self, name: str, *, folded: bool) -> list[ColumnPair]:
        """Return the columns that a window spells so, exactly or capitals aside."""
        return self._by_name[folded].get(name.casefold() if folded else name, [])

    def leave_out(self, pair: ColumnPair, reason: str) -> None:
        """Note a column that is not looked at."""
        self.left_out[pair.name] = ColumnLeftOut(column=pair.name, reason=reason, window=pair.only)

    def find(self, name: str) -> ColumnPair | None:
        """Return the column of a name: one that is spelled exactly so comes before one with other capitals.

        Raises
        ------
        SourceError
            If several columns have the name, capitals aside, and none is spelled exactly so.
        """
        for folded in (False, True):
            found = self.named(name, folded=folded)
            complete = [pair for pair in found if pair.only is None]
            if len(complete or found) > 1:
                names = " and ".join(repr(pair.name) for pair in complete or found)
                raise SourceError(f"{name!r} could be either of the columns {names}; write it as the table does")
            if found:
                return (complete or found)[0]
        return None

    def need(self, name: str, what: str, *, only_current: bool = False) -> ColumnPair:
        """Return the column of a name that the settings hold.

        Raises
        ------
        SourceError
            If a window lacks it; the nearest name is suggested.
        """
        pair = self.find(name)
        for table, column in zip(self.tables, pair[:2] if pair else (None, None), strict=True):
            if column is None and not (only_current and pair and pair.current):
                if pair is not None and pair.rivals:
                    rivals = " and ".join(map(repr, pair.rivals))
                    raise SourceError(
                        f"{table.source} has no column {name!r} for {what}, but {rivals}: rename the one that is meant"
                    )
                suggestion = nearest(name, [column.name for column in table.columns])
                raise SourceError(f"{table.source} has no column {name!r} for {what}{suggestion}")
        assert pair is not None
        return pair

    def matching(self, pattern: str) -> list[ColumnPair]:
        """Return the columns that a name or glob means; the column that has exactly this name comes before the glob."""
        exact = self.named(pattern, folded=False)
        if exact or not is_glob(pattern):
            return exact or self.named(pattern, folded=True)
        folded = pattern.casefold()
        return [
            pair
            for pair in self.pairs
            if any(fnmatch.fnmatchcase(column.name.casefold(), folded) for column in pair.sides)
        ]


def pair_columns(reference: Table, current: Table) -> list[ColumnPair]:
    """Pair the columns of two tables by their exact names; where one is left on each side, capitals aside."""
    exact = {column.name for column in reference.columns} & {column.name for column in current.columns}
    beside = {column.name: column for column in current.columns}

    def group(table: Table) -> dict[str, list[Column]]:
        groups: dict[str, list[Column]] = {}
        for column in table.columns:
            if column.name not in exact:
                groups.setdefault(column.name.casefold(), []).append(column)
        return groups

    of_reference, of_current = group(reference), group(current)

    pairs, matched = [], set(exact)
    for column in reference.columns:
        if column.name in exact:
            pairs.append(ColumnPair(*_empty_as_text(column, beside[column.name])))
            continue
        others = of_current.get(column.name.casefold(), [])
        if len(others) == 1 and len(of_reference[column.name.casefold()]) == 1:
            pairs.append(ColumnPair(column, others[0]))
            matched.add(others[0].name)
        else:
            pairs.append(ColumnPair(column, None, tuple(other.name for other in others)))
    for column in current.columns:
        if column.name not in matched:
            rivals = of_reference.get(column.name.casefold(), [])
            pairs.append(ColumnPair(None, column, tuple(other.name for other in rivals)))
    return pairs


def _empty_as_text(reference: Column, current: Column) -> tuple[Column, Column]:
    """Take a column without a type, which holds nothing but NULL, for text where the other window has text."""
    sides = (reference, current)
    if not any(column.kind == "text" and column.type.casefold() not in _NO_TYPES for column in sides):
        return sides
    return (
        replace(reference, kind="text") if reference.type.casefold() in _NO_TYPES else reference,
        replace(current, kind="text") if current.type.casefold() in _NO_TYPES else current,
    )


def is_glob(name: str) -> bool:
    """Return whether a name in the settings is a pattern."""
    return any(mark in name for mark in "*?[")
