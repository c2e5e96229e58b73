"""Settings and the columns of two windows -> roles, features, and the columns that a check does not look at.

Everything starts from the columns of both windows together, so that no column is dropped in silence.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from driftql.check.columns import (
    CONVENTIONAL,
    PROBABILITY_KINDS,
    TEXT_NOT_COMPARED,
    AreProbabilities,
    ColumnMap,
    SampleValues,
    Table,
    conventional_probabilities,
    explain_no_repeats,
    fits_category,
    fits_role,
    looks_like_identifier,
    role_needs,
)
from driftql.config import MonitorConfig
from driftql.errors import SourceError, nearest
from driftql.report import ColumnChange, ColumnLeftOut, ScoreRole
from driftql.warehouse.base import Column

__all__ = ["match_columns"]

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
_TIME_KINDS = ("timestamp", "timestamptz", "date")
# Kind of column -> family of types; a kind that is not listed is a family of its own.
_FAMILIES = dict.fromkeys(("boolean", "integer", "decimal", "float"), "number") | dict.fromkeys(
    (*_TIME_KINDS, "time"), "time"
)
# The types of columns that hold nothing: they say nothing of what the column is for.
_NO_TYPES = ("null", '"null"', "void", "unknown", "nothing", "nullable(nothing)")
_SEPARATES = "the filters of the windows are made of it"


class _Pair(NamedTuple):
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


@dataclass
class _Windows:
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
    pairs: list[_Pair]
    left_out: dict[str, ColumnLeftOut] = field(default_factory=dict)
    unusable: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)
    lost_categories: dict[str, str] = field(default_factory=dict)
    by_sample: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Index the columns by name: a table may have thousands of them."""
        self._by_name: dict[bool, dict[str, list[_Pair]]] = {False: {}, True: {}}
        for pair in self.pairs:
            for name in dict.fromkeys(column.name for column in pair.sides):
                self._by_name[False].setdefault(name, []).append(pair)
            for name in dict.fromkeys(column.name.casefold() for column in pair.sides):
                self._by_name[True].setdefault(name, []).append(pair)

    def named(self, name: str, *, folded: bool) -> list[_Pair]:
        """Return the columns that a window spells so, exactly or capitals aside."""
        return self._by_name[folded].get(name.casefold() if folded else name, [])

    def leave_out(self, pair: _Pair, reason: str) -> None:
        """Note a column that is not looked at."""
        self.left_out[pair.name] = ColumnLeftOut(column=pair.name, reason=reason, window=pair.only)

    def find(self, name: str) -> _Pair | None:
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

    def need(self, name: str, what: str, *, only_current: bool = False) -> _Pair:
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

    def matching(self, pattern: str) -> list[_Pair]:
        """Return the columns that a name or glob means; the column that has exactly this name comes before the glob."""
        exact = self.named(pattern, folded=False)
        if exact or not _is_glob(pattern):
            return exact or self.named(pattern, folded=True)
        folded = pattern.casefold()
        return [
            pair
            for pair in self.pairs
            if any(fnmatch.fnmatchcase(column.name.casefold(), folded) for column in pair.sides)
        ]


def match_columns(
    monitor: MonitorConfig,
    tables: Sequence[Table],
    are_probabilities: AreProbabilities,
    separating: Collection[str] = (),
    sample_values: SampleValues | None = None,
) -> ColumnMap:
    """Match a monitor's roles and features to the columns of its tables.

    Parameters
    ----------
    monitor
        The settings.
    tables
        The tables of the reference and of the current window, or of the current window alone.
    are_probabilities
        Answers whether columns that are called like class probabilities sum to 1 in a table; of one column, whether its
        values are within [0, 1].
    separating
        Columns by which the filters of the windows tell these apart, so that they differ whatever the data is.
    sample_values
        Answers how often the values of text columns repeat; None where nobody compares categories.

    Returns
    -------
    ColumnMap
        Columns as the first table that has them spells them.

    Raises
    ------
    SourceError
        If a column that the settings name is missing from a table or is of the wrong type.
    """
    both = (tables[0], tables[-1])
    windows = _Windows(both, _pair_columns(*both))
    excluded = _excluded(monitor.exclude, windows, is_strict=len(tables) > 1)
    roles: dict[str, _Pair] = {}
    lost: dict[str, str] = {}
    for role in CONVENTIONAL:
        name = getattr(monitor.columns, role)
        if name and role not in _TIME_ROLES and (gone := _vanished(name, windows)):
            _lose_role(role, gone, windows, lost)
        elif name:
            roles[role] = _named_role(role, name, windows)
        elif name is None:
            found = _conventional_role(role, windows, excluded, lost)
            roles |= {role: found} if found else {}
    if monitor.columns.probabilities is None:
        probabilities = _conventional_probabilities(windows, excluded, are_probabilities, lost)
    else:
        probabilities = _named_probabilities(monitor.columns.probabilities, windows, lost)
    row_id = _named_row_id(monitor.columns.row_id or (), windows)
    taken = {pair.name for pair in (*roles.values(), *probabilities, *row_id)}
    played = dict(windows.lost)
    played |= {pair.name: "probabilities" for pair in probabilities} | {pair.name: "row_id" for pair in row_id}
    played |= {pair.name: role for role, pair in roles.items()}
    scores: dict[str, ScoreRole] = {pair.name: "probability" for pair in probabilities}
    scores |= {roles["confidence"].name: "confidence"} if "confidence" in roles else {}
    apart = {name.casefold() for name in separating}
    # Of a single window nothing is compared.
    compared = scores.keys() - excluded if len(tables) > 1 else set()
    categories: list[_Pair] = []
    if len(tables) > 1 and sample_values is not None:
        settled = taken | excluded | set(windows.left_out)
        categories = _choose_categories(monitor, windows, excluded, settled, apart, sample_values)
    chosen = {pair.name for pair in categories}
    if monitor.features == "auto":
        settled = taken | chosen | excluded | set(windows.left_out)
        features = [
            pair
            for pair in windows.pairs
            if (pair.name in compared - chosen and _is_comparable_score(pair, windows, apart))
            or (pair.name not in settled and _is_feature(pair, windows, apart))
        ]
        not_chosen = 0
    else:
        features = _named_features(monitor.features, windows, excluded | chosen)
        # In the order of the roles, which the settings alone tell.
        others = [name for name in scores if name in compared - chosen - {pair.name for pair in features}]
        named = [pair for name in others for pair in windows.pairs if pair.name == name]
        features += [pair for pair in named if _is_comparable_score(pair, windows, apart)]
        known = taken | chosen | excluded | set(windows.left_out) | {pair.name for pair in features}
        not_chosen = sum(pair.name not in known for pair in windows.pairs)
    used = [*roles.values(), *probabilities, *row_id, *features, *categories]
    return ColumnMap(
        **{role: pair.in_use for role, pair in roles.items()},
        row_id=tuple(pair.in_use for pair in row_id),
        probabilities=tuple(pair.in_use for pair in probabilities),
        features=tuple(_widen(pair) for pair in features),
        categories=tuple(pair.in_use for pair in categories),
        scores=scores,
        mixed=frozenset(pair.name for pair in features if _is_mixed(pair)),
        unusable=windows.unusable,
        lost_categories=windows.lost_categories,
        by_sample=frozenset(windows.by_sample),
        lost=lost,
        left_out=tuple(
            windows.left_out[pair.name]
            for pair in windows.pairs
            if pair.name in windows.left_out and (pair.name in compared or pair.name not in taken)
        ),
        not_chosen=not_chosen,
        warnings=tuple(windows.warnings),
        reference_names=_own_names((pair.name, pair.reference) for pair in used),
        current_names=_own_names((pair.name, pair.current) for pair in used),
        changes=_changes(monitor, windows, excluded, played, {pair.name for pair in (*features, *categories)}),
    )


def _changes(
    monitor: MonitorConfig,
    windows: _Windows,
    excluded: Collection[str],
    roles: Mapping[str, str],
    features: Collection[str],
) -> tuple[ColumnChange, ...] | None:
    """Return the columns that one window lacks or has in another family of types; None for windows of one table.

    Parameters
    ----------
    monitor
        Its list of features, if it has one, says which columns are judged, besides those with a role.
    windows
        The columns of both.
    excluded
        Columns that the settings exclude.
    roles
        Columns that play a role, or would if both windows had them -> the role.
    features
        Columns that are compared.
    """
    reference, current = windows.tables
    if reference.relation == current.relation:
        return None
    is_named = None
    if monitor.features != "auto":
        asked = [*monitor.features, *(monitor.categories if monitor.categories != "auto" else ())]
        is_named = {pair.name for pattern in asked for pair in windows.matching(pattern)}
    found = []
    for pair in windows.pairs:
        # Of columns that differ by capitals only, nobody can tell which became which.
        if pair.name in excluded or pair.rivals or not (pair.only or pair.is_retyped):
            continue
        if is_named is not None and pair.name not in is_named and pair.name not in roles:
            continue
        is_lost = any(pair.name in lost for lost in (windows.unusable, windows.lost, windows.lost_categories))
        role = roles.get(pair.name) or ("feature" if is_lost or pair.name in features else None)
        change = ColumnChange(
            column=pair.name,
            change="added" if pair.only == "current" else "vanished" if pair.only == "reference" else "retyped",
            ref_type=pair.reference.type if pair.reference else None,
            cur_type=pair.current.type if pair.current else None,
            role=role,
        )
        if change.change != "added":
            change.severity = "critical" if role and (is_lost or pair.only) else "warning"
        elif monitor.schema_ == "strict":
            change.severity = "warning"
        found.append(change)
    return tuple(found)


def _pair_columns(reference: Table, current: Table) -> list[_Pair]:
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
            pairs.append(_Pair(*_empty_as_text(column, beside[column.name])))
            continue
        others = of_current.get(column.name.casefold(), [])
        if len(others) == 1 and len(of_reference[column.name.casefold()]) == 1:
            pairs.append(_Pair(column, others[0]))
            matched.add(others[0].name)
        else:
            pairs.append(_Pair(column, None, tuple(other.name for other in others)))
    for column in current.columns:
        if column.name not in matched:
            rivals = of_reference.get(column.name.casefold(), [])
            pairs.append(_Pair(None, column, tuple(other.name for other in rivals)))
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


def _own_names(columns: Iterable[tuple[str, Column | None]]) -> dict[str, str | None]:
    own = ((name, column.name if column else None) for name, column in columns)
    return {name: spelled for name, spelled in own if spelled != name}


def _excluded(patterns: Sequence[str], windows: _Windows, *, is_strict: bool) -> set[str]:
    """Return the columns that the settings exclude.

    Raises
    ------
    SourceError
        If a name is no column's: the column that was meant would stay in the check.
    """
    found: set[str] = set()
    for pattern in patterns:
        matched = windows.matching(pattern)
        found |= {pair.name for pair in matched}
        if matched or not is_strict:
            continue
        if _is_glob(pattern):
            windows.warnings.append(f"no column matches {pattern!r}, which is to be excluded")
            continue
        hint = nearest(pattern, [pair.name for pair in windows.pairs])
        sources = " and ".join(dict.fromkeys(table.source for table in windows.tables))
        raise SourceError(f"there is no column {pattern!r} to exclude in {sources}{hint}")
    return found


def _is_glob(name: str) -> bool:
    return any(mark in name for mark in "*?[")


# --- roles ----------------------------------------------------------------------------------------------------------


def _named_role(role: str, name: str, windows: _Windows) -> _Pair:
    pair = windows.need(name, f"the role '{role}'", only_current=role in _CURRENT_ROLES)
    for table, column in zip(windows.tables, pair[:2], strict=True):
        if column is not None and not fits_role(column, role):
            raise SourceError(_misfit(role, column, table))
    return pair


def _vanished(name: str, windows: _Windows) -> _Pair | None:
    """Return the column of a name that only the reference has, so that the name is right; None for any other name."""
    pair = windows.find(name)
    return pair if pair is not None and pair.only == "reference" and not pair.rivals else None


def _named_row_id(wanted: str | Sequence[str], windows: _Windows) -> list[_Pair]:
    """Return the columns whose values tell a row from all others; only the current window's are read."""
    pairs = [
        windows.need(name, "the role 'row_id'", only_current=True)
        for name in ([wanted] if isinstance(wanted, str) else wanted)
    ]
    for pair in pairs:
        if pair.current is not None and not fits_role(pair.current, "row_id"):
            raise SourceError(_misfit("row_id", pair.current, windows.tables[1]))
    return pairs


def _conventional_role(role: str, windows: _Windows, excluded: set[str], lost: dict[str, str]) -> _Pair | None:
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


def _lose_role(role: str, pair: _Pair, windows: _Windows, lost: dict[str, str]) -> None:
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


def _named_probabilities(wanted: str | Sequence[str], windows: _Windows, lost: dict[str, str]) -> list[_Pair]:
    what = "the role 'probabilities'"
    chosen: list[_Pair] = []
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
    windows: _Windows, excluded: set[str], are_probabilities: AreProbabilities, lost: dict[str, str]
) -> list[_Pair]:
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


# --- features -------------------------------------------------------------------------------------------------------


def _is_feature(pair: _Pair, windows: _Windows, separating: Collection[str], *, by_name: bool = True) -> bool:
    """Return whether a column is a feature; if it is none, note why. ``by_name`` drops identifiers."""
    if not any(column.is_numeric for column in pair.sides):
        windows.leave_out(pair, _reason_not_numeric(pair))
    elif by_name and looks_like_identifier(pair.name):
        windows.leave_out(pair, "an identifier, by its name")
    elif any(column.name.casefold() in separating for column in pair.sides):
        windows.leave_out(pair, _SEPARATES)
    elif pair.rivals:
        rivals = " and ".join(map(repr, pair.rivals))
        _cannot_use(pair, f"it differs from {rivals} of the other window by capitals only: rename one of them", windows)
    elif pair.reference is None:
        # It was not there when the model was trained, so no check of it is lost.
        windows.leave_out(pair, "only in the current window")
    elif pair.current is None:
        _cannot_use(pair, f"{windows.tables[1].source} has no column of this name", windows)
    elif not pair.is_numeric:
        table, column = next(
            (table, column)
            for table, column in zip(windows.tables, pair[:2], strict=True)
            if column is not None and not column.is_numeric
        )
        _cannot_use(pair, f"it is {column.type} in {table.source}, not a number", windows)
    else:
        return True
    return False


def _is_comparable_score(pair: _Pair, windows: _Windows, separating: Collection[str]) -> bool:
    """Return whether a score of the model can be compared as a column; if it cannot, note why."""
    numbers = [column for column in pair.sides if column.is_numeric]
    if pair.in_use.kind == "list":
        windows.leave_out(pair, "of a list of probabilities, only the entropy is compared")
    elif any(column.name.casefold() in separating for column in pair.sides):
        windows.leave_out(pair, _SEPARATES)
    elif pair.reference is None:
        windows.leave_out(pair, "only in the current window")
    elif len(numbers) < len(pair.sides):
        windows.leave_out(pair, f"it is {pair.reference.type} in {windows.tables[0].source}, not a number")
    else:
        return True
    return False


def _cannot_use(pair: _Pair, reason: str, windows: _Windows) -> None:
    windows.unusable[pair.name] = reason
    windows.leave_out(pair, reason)


def _reason_not_numeric(pair: _Pair) -> str:
    column = pair.sides[0]
    if column.unreadable:
        return column.unreadable
    if pair.only is not None:
        return f"only in the {pair.only} window"
    if column.kind == "text":
        if pair.is_text:
            return f"{column.type}: {TEXT_NOT_COMPARED}"
        return f"it is {column.type} in one window and {pair.sides[1].type} in the other"
    if column.kind in _TIME_KINDS:
        return f"{column.type}: a time is not a feature"
    if column.kind == "list":
        return f"{column.type}: a list is not a feature"
    return f"{column.type}: it is not a number"


def _named_features(patterns: Sequence[str], windows: _Windows, excluded: Collection[str]) -> list[_Pair]:
    """Return the features that the settings name.

    Raises
    ------
    SourceError
        If the reference lacks a feature that is named in full, or it is not a number there. A number of the reference
        that the current window lacks, or has as something else, is no mistake of the settings: it has no result.
    """
    chosen: dict[str, _Pair] = {}
    for pattern in patterns:
        is_glob = _is_glob(pattern) and windows.find(pattern) is None and bool(windows.matching(pattern))
        found = None if is_glob else windows.find(pattern)
        if is_glob:
            pairs = windows.matching(pattern)
        elif found is not None and (_has_changed(found) or found.name in windows.lost_categories):
            pairs = [found]
        else:
            pairs = [windows.need(pattern, "a feature")]
        for pair in pairs:
            if pair.name in chosen or pair.name in excluded or pair.name in windows.lost_categories:
                continue
            if is_glob and pair.is_text and pair.name in windows.left_out:
                continue
            if is_glob:
                chosen |= {pair.name: pair} if _is_feature(pair, windows, (), by_name=False) else {}
                continue
            if _has_changed(pair):
                # It was a feature once, so the name is right; what has become of the column is said.
                _is_feature(pair, windows, (), by_name=False)
                continue
            for table, column in zip(windows.tables, pair[:2], strict=True):
                if column is not None and column.unreadable:
                    raise SourceError(
                        f"the feature {column.name!r} of {table.source} cannot be read ({column.unreadable})"
                    )
                if column is not None and not column.is_numeric:
                    raise SourceError(
                        f"the feature {column.name!r} of {table.source} is {column.type}; a feature is a number "
                        "or a boolean: leave it out, or make a view that turns it into one"
                    )
            chosen[pair.name] = pair
    return list(chosen.values())


def _has_changed(pair: _Pair) -> bool:
    """Return whether the reference has a number, of which the current window has nothing, or something else."""
    if pair.reference is None or not pair.reference.is_numeric or pair.rivals:
        return False
    return pair.current is None or not (pair.current.is_numeric or pair.current.unreadable)


# --- categories -----------------------------------------------------------------------------------------------------


def _choose_categories(
    monitor: MonitorConfig,
    windows: _Windows,
    excluded: Collection[str],
    settled: Collection[str],
    separating: Collection[str],
    sample_values: SampleValues,
) -> list[_Pair]:
    """Return the columns that are compared by their categories, in the order of the table.

    Those that the settings name in full are taken as they are; of other text columns, a sample decides. What is not
    taken is left out with the reason.

    Raises
    ------
    SourceError
        If a window lacks a column that is named in full, or its values cannot be categories.
    """
    wanted = ["auto"] if monitor.categories == "auto" else [name for name in monitor.categories if name]
    named: dict[str, _Pair] = {}
    sampled: dict[str, _Pair] = {}
    for pattern in wanted:
        if pattern == "auto":
            continue
        if not _is_glob(pattern) or windows.find(pattern) is not None or not windows.matching(pattern):
            pair = windows.find(pattern) or windows.need(pattern, "a category")
            if pair.name not in excluded and _has_lost_categories(pair):
                _lose_categories(pair, windows)
                continue
            pair = _need_category(pattern, windows)
            named |= {pair.name: pair} if pair.name not in excluded else {}
            continue
        for pair in windows.matching(pattern):
            if pair.name not in settled and pair.only is None and all(map(fits_category, pair.sides)):
                (sampled if pair.is_text else named)[pair.name] = pair
            elif pair.name not in settled and pair.was_text:
                sampled[pair.name] = pair
    if monitor.features == "auto":
        for pair in windows.pairs:
            if pair.name in settled or pair.name in named or pair.name in sampled:
                continue
            if pair.was_text and not _reason_no_category(pair, wanted, separating):
                sampled[pair.name] = pair
            if not pair.is_text:
                continue
            if reason := _reason_no_category(pair, wanted, separating):
                windows.leave_out(pair, reason)
            else:
                sampled[pair.name] = pair
    else:
        for pattern in monitor.features:
            by_glob = _is_glob(pattern) and windows.find(pattern) is None
            for pair in windows.matching(pattern):
                if pair.name in excluded or pair.name in named or not (pair.is_text or pair.was_text):
                    continue
                if pair.was_text and not by_glob:
                    _lose_categories(pair, windows)
                elif pair.was_text:
                    sampled |= {pair.name: pair} if "auto" in wanted else {}
                elif not by_glob:
                    named[pair.name] = pair
                elif "auto" in wanted:
                    sampled[pair.name] = pair
                elif pair.name not in sampled:
                    windows.leave_out(pair, _reason_not_named(pair, wanted))
    doubtful = [pair for name, pair in sampled.items() if name not in named and name not in windows.lost_categories]
    windows.by_sample = _with_repeats(doubtful, windows, sample_values, monitor.thresholds.min_rows)
    for pair in doubtful:
        if pair.was_text and pair.name in windows.by_sample:
            _lose_categories(pair, windows)
    windows.by_sample -= windows.lost_categories.keys()
    chosen = named.keys() | windows.by_sample
    return [pair for pair in windows.pairs if pair.name in chosen]


def _has_lost_categories(pair: _Pair) -> bool:
    """Return whether the reference has values that can be categories, of which the current window has none."""
    if pair.reference is None or pair.rivals or not fits_category(pair.reference):
        return False
    return pair.current is None or not (pair.current.unreadable or fits_category(pair.current))


def _lose_categories(pair: _Pair, windows: _Windows) -> None:
    """Note a feature whose categories the current window does not have: that is no mistake of the settings."""
    source = windows.tables[1].source
    if pair.current is None:
        windows.lost_categories[pair.name] = f"{source} has no column of this name"
        windows.leave_out(pair, "only in the reference window")
    else:
        windows.lost_categories[pair.name] = f"it is {pair.current.type} in {source}, which has no categories"
        windows.leave_out(pair, windows.lost_categories[pair.name])


def _need_category(name: str, windows: _Windows) -> _Pair:
    pair = windows.need(name, "a category")
    for table, column in zip(windows.tables, pair[:2], strict=True):
        if column is not None and not fits_category(column):
            what = f"cannot be read ({column.unreadable})" if column.unreadable else f"is {column.type}"
            raise SourceError(
                f"the category {column.name!r} of {table.source} {what}; categories are texts, numbers, booleans or "
                "dates"
            )
    return pair


def _reason_no_category(pair: _Pair, wanted: Collection[str], separating: Collection[str]) -> str:
    """Say why a text column is no category, whatever its values are; "" where these decide."""
    kind = pair.sides[0].type
    if looks_like_identifier(pair.name):
        return "an identifier, by its name"
    if any(column.type.casefold() == "uuid" for column in pair.sides):
        return f"{kind}: an identifier, by its type"
    if any(column.name.casefold() in separating for column in pair.sides):
        return _SEPARATES
    return "" if "auto" in wanted else _reason_not_named(pair, wanted)


def _reason_not_named(pair: _Pair, wanted: Collection[str]) -> str:
    kind = pair.sides[0].type
    if not wanted:
        return f"{kind}: the settings ask for no categories"
    return f"{kind}: not among the categories that the settings name"


def _with_repeats(pairs: Sequence[_Pair], windows: _Windows, sample_values: SampleValues, min_rows: int) -> set[str]:
    """Return the names of text columns whose values repeat; leave out the others.

    The reference decides: where its values repeat, a current window full of new values is to be told. Where it has no
    values, the current window's decide, if it has the column as text. Of a column that it lacks nothing is left out
    here, because how it differs is told.
    """
    if not pairs:
        return set()
    reference, current = windows.tables
    samples = sample_values(reference, [pair.sides[0] for pair in pairs])
    empty = [place for place, sample in enumerate(samples) if not sample.values and pairs[place].is_text]
    if empty and current.relation != reference.relation:
        beside = sample_values(current, [pairs[place].sides[1] for place in empty])
        samples = list(samples)
        for place, sample in zip(empty, beside, strict=True):
            samples[place] = sample
    found = set()
    for pair, sample in zip(pairs, samples, strict=True):
        if reason := explain_no_repeats(sample, min_rows):
            if pair.is_text:
                windows.leave_out(pair, reason)
        else:
            found.add(pair.name)
    return found


def _is_mixed(pair: _Pair) -> bool:
    """Return whether the kind of number differs between the windows; integers of any size are one kind."""
    kinds = {column.kind for column in pair.sides}
    return len(kinds) > 1 and kinds != {"boolean", "integer"}


def _widen(pair: _Pair) -> Column:
    """Return the column with the type that holds the values of both: a float may be NaN, a boolean is 0 or 1."""
    order = ("boolean", "integer", "decimal", "float")
    widest = max(pair.sides, key=lambda column: order.index(column.kind))
    return Column(pair.name, widest.type, widest.kind, any(column.holds_nan for column in pair.sides))
