"""Settings and the columns of two windows -> which column plays which role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from driftql.check.columns import (
    CONVENTIONAL,
    PROBABILITY_KINDS,
    AreProbabilities,
    Table,
    conventional_probabilities,
    fits_role,
    role_needs,
)
from driftql.check.pairs import BothWindows, ColumnPair
from driftql.config import MonitorConfig
from driftql.errors import SourceError
from driftql.report import ScoreRole
from driftql.warehouse.base import Column

__all__ = ["Roles", "choose_roles"]

# Of these roles only the current window's column is read, but for the time range of a reference that asks for one.
_CURRENT_ROLES = ("user", "bucket_start", "bucket_end", "confidence", "schema_version")
_WITHOUT = {
    "user": "so no affected users are named",
    "bucket_start": "so the time range of its rows is not known",
    "bucket_end": "so a bucket is taken to end 60 seconds after its start",
    "confidence": "so its confidence is not described",
    "schema_version": "so its schema version is not known",
}
# Without their columns it is not known which rows a window holds.
_TIME_ROLES = ("bucket_start", "bucket_end")


@dataclass
class Roles:
    """The columns that play a role.

    Attributes
    ----------
    by_role
        Role -> its column.
    probabilities
        The probabilities of the classes, or one list of them.
    row_id
        The columns whose values tell a row from all others.
    lost
        Role -> why it has no column in a window, so that its checks have no answer.
    """

    by_role: dict[str, ColumnPair] = field(default_factory=dict)
    probabilities: list[ColumnPair] = field(default_factory=list)
    row_id: list[ColumnPair] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[ColumnPair]:
        """All columns that play a role."""
        return [*self.by_role.values(), *self.probabilities, *self.row_id]

    @property
    def role_of(self) -> dict[str, str]:
        """The name of each of these columns -> its role."""
        found = {pair.name: "probabilities" for pair in self.probabilities}
        found |= {pair.name: "row_id" for pair in self.row_id}
        return found | {pair.name: role for role, pair in self.by_role.items()}

    @property
    def scores(self) -> dict[str, ScoreRole]:
        """The name of each score of the model -> what it is, in the order of the settings."""
        found: dict[str, ScoreRole] = {pair.name: "probability" for pair in self.probabilities}
        return found | ({self.by_role["confidence"].name: "confidence"} if "confidence" in self.by_role else {})


def choose_roles(
    monitor: MonitorConfig, windows: BothWindows, excluded: set[str], are_probabilities: AreProbabilities
) -> Roles:
    """Find the column of every role: the one that the settings name, or else the one with the conventional name.

    Raises
    ------
    SourceError
        If a column that the settings name is missing from a table or is of the wrong type.
    """
    roles = Roles()
    for role in CONVENTIONAL:
        name = getattr(monitor.columns, role)
        if name and role not in _TIME_ROLES and (gone := _vanished(name, windows)):
            _lose_role(role, gone, windows, roles.lost)
        elif name:
            roles.by_role[role] = _named_role(role, name, windows)
        elif name is None and (found := _conventional_role(role, windows, excluded, roles.lost)):
            roles.by_role[role] = found
    if monitor.columns.probabilities is None:
        roles.probabilities = _conventional_probabilities(windows, excluded, are_probabilities, roles.lost)
    else:
        roles.probabilities = _named_probabilities(monitor.columns.probabilities, windows, roles.lost)
    roles.row_id = _named_row_id(monitor.columns.row_id or (), windows)
    return roles


def _named_role(role: str, name: str, windows: BothWindows) -> ColumnPair:
    pair = windows.need(name, f"the role '{role}'", only_current=role in _CURRENT_ROLES)
    for table, column in zip(windows.tables, pair[:2], strict=True):
        if column is not None and not fits_role(column, role):
            raise SourceError(_misfit(role, column, table))
    return pair


def _vanished(name: str, windows: BothWindows) -> ColumnPair | None:
    """Return the column of a name that only the reference has, so that the name is right; None for any other name."""
    pair = windows.find(name)
    return pair if pair is not None and pair.only == "reference" and not pair.rivals else None


def _named_row_id(wanted: str | Sequence[str], windows: BothWindows) -> list[ColumnPair]:
    """Return the columns whose values tell a row from all others; only the current window's are read."""
    pairs = [
        windows.need(name, "the role 'row_id'", only_current=True)
        for name in ([wanted] if isinstance(wanted, str) else wanted)
    ]
    for pair in pairs:
        if pair.current is not None and not fits_role(pair.current, "row_id"):
            raise SourceError(_misfit("row_id", pair.current, windows.tables[1]))
    return pairs


def _conventional_role(role: str, windows: BothWindows, excluded: set[str], lost: dict[str, str]) -> ColumnPair | None:
    """Return the column that plays a role by its name; note what is lost where a window lacks it or it does not fit."""
    found = [
        pair
        for pair in windows.pairs
        if pair.name not in excluded and any(c.name.casefold() == CONVENTIONAL[role] for c in pair.sides)
    ]
    if not found:
        return None
    # Of several that differ by capitals, the one that is spelled as the convention does comes first.
    pair = min(found, key=lambda pair: (pair.name != CONVENTIONAL[role], pair.only is not None))
    for table, column in zip(windows.tables, pair[:2], strict=True):
        if column is not None and not fits_role(column, role):
            if role in _CURRENT_ROLES and column is pair.reference and pair.current and fits_role(pair.current, role):
                return pair._replace(reference=None)
            windows.warnings.append(f"{_misfit(role, column, table)}; it is left out")
            windows.lost[pair.name] = role
            windows.leave_out(pair, f"{column.type}: {role_needs(role).partition(';')[0]}")
            return None
    if pair.current is None or (pair.reference is None and role not in _CURRENT_ROLES):
        _lose_role(role, pair, windows, lost)
        return None
    return pair


def _lose_role(role: str, pair: ColumnPair, windows: BothWindows, lost: dict[str, str]) -> None:
    """Note that a window lacks the column of a role."""
    table = windows.tables[0] if pair.reference is None else windows.tables[1]
    reason = f"{table.source} has no column {pair.name!r}"
    windows.leave_out(pair, f"only in the {pair.only} window")
    windows.lost[pair.name] = role
    if role in _CURRENT_ROLES:
        windows.warnings.append(f"{reason}, {_WITHOUT[role]}")
    else:
        lost[role] = reason


def _misfit(role: str, column: Column, table: Table) -> str:
    what = f"cannot be read ({column.unreadable})" if column.unreadable else f"is {column.type}"
    return f"the column {column.name!r} of {table.source} {what}, but {role_needs(role)}"


def _named_probabilities(wanted: str | Sequence[str], windows: BothWindows, lost: dict[str, str]) -> list[ColumnPair]:
    what = "the role 'probabilities'"
    chosen: list[ColumnPair] = []
    for name in [wanted] if isinstance(wanted, str) else wanted:
        if name:
            matched = windows.matching(name) or [windows.need(name, what)]
            chosen += [pair for pair in matched if pair not in chosen]
    gone = [pair for pair in chosen if _vanished(pair.name, windows)]
    for pair in chosen:
        if pair not in gone:
            windows.need(pair.name, what)
    if gone:
        lost["probabilities"] = f"{windows.tables[1].source} has no {', '.join(pair.name for pair in gone)}"
        windows.lost |= {pair.name: "probabilities" for pair in chosen}
        for pair in gone:
            windows.leave_out(pair, "only in the reference window")
        return []
    lists = [pair for pair in chosen if pair.sides[0].kind == "list"]
    if lists and len(chosen) > 1:
        raise SourceError(
            f"the role 'probabilities' is either one list column or one number column per class, not both; "
            f"{lists[0].name!r} is a list"
        )
    kinds = ("list",) if lists else PROBABILITY_KINDS
    for pair in chosen:
        for table, column in zip(windows.tables, pair[:2], strict=True):
            if column is not None and column.kind not in kinds:
                needed = "the other window's is a list" if lists else "a probability is a number"
                raise SourceError(f"the column {column.name!r} of {table.source} is {column.type}, but {needed}")
    return chosen


def _conventional_probabilities(
    windows: BothWindows, excluded: set[str], are_probabilities: AreProbabilities, lost: dict[str, str]
) -> list[ColumnPair]:
    """Return the probabilities by their names; note that they are lost where only one window has them."""
    tables = [
        replace(table, columns=tuple(column for column in table.columns if column.name not in excluded))
        for table in windows.tables
    ]
    found = conventional_probabilities(tables, are_probabilities)
    if found:
        return [windows.need(column.name, "the role 'probabilities'") for column in found]
    if tables[0].relation == tables[1].relation:
        return []
    for table, other in (tables, tables[::-1]):
        alone = conventional_probabilities([table], are_probabilities)
        if alone:
            lost["probabilities"] = _why_lost(alone, table, other)
            windows.lost |= {column.name: "probabilities" for column in alone}
            break
    return []


def _why_lost(probabilities: Sequence[Column], table: Table, other: Table) -> str:
    names = ", ".join(column.name for column in probabilities)
    missing = [column.name for column in probabilities if other.column(column.name) is None]
    if missing:
        return f"{names} of {table.source} are class probabilities, but {other.source} has no {', '.join(missing)}"
    return f"{names} are class probabilities in {table.source}, but not in {other.source}"
