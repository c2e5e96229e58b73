"""Which column plays which role, and which are the features."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from driftql.config import MonitorConfig
from driftql.errors import SourceError, nearest
from driftql.warehouse.base import Column, ColumnKind

__all__ = [
    "CONVENTIONAL",
    "ROLE_KINDS",
    "ColumnMap",
    "Table",
    "conventional_column",
    "conventional_probabilities",
    "find_column",
    "fits_role",
    "is_called_like_probability",
    "looks_like_identifier",
    "looks_like_probability",
    "match_columns",
]

# Role -> the name of the column that plays it where the settings name none.
CONVENTIONAL: Mapping[str, str] = {
    "user": "user_id",
    "bucket_start": "bucket_start_ts",
    "bucket_end": "bucket_end_ts",
    "label": "predicted_label",
    "confidence": "confidence",
    "schema_version": "schema_version",
}
# Role -> the kind of column that is assumed where no column can be looked at.
ROLE_KINDS: Mapping[str, ColumnKind] = {
    "user": "text",
    "bucket_start": "timestamp",
    "bucket_end": "timestamp",
    "label": "text",
    "confidence": "float",
    "schema_version": "text",
}
_TIMES = ("timestamp", "timestamptz", "date", "text")
_PROBABILITY_KINDS = ("float", "decimal", "integer")
_PROBABILITY_LISTS = ("probabilities", "probs")
# A single number column with one of these names holds the probability of the positive class.
_POSITIVE_NAMES = (*_PROBABILITY_LISTS, "probability", "proba", "prob", "p_1", "prob_1", "proba_1", "probability_1")
_PROBABILITY_NAME = re.compile(r"^(p|prob|proba|probability)_", re.IGNORECASE)
_ONE_PROBABILITY = re.compile(r"^(p|prob|proba|probability)(_|$)", re.IGNORECASE)

AreProbabilities = Callable[["Table", Sequence[Column]], bool]


@dataclass(frozen=True)
class Table:
    """A table, view or file, as a catalog shows it.

    Attributes
    ----------
    source
        The user's name of it.
    relation
        The quoted fragment that follows ``from``.
    columns
        In the order of the table.
    """

    source: str
    relation: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """Return the column of a name, capitals aside; None if there is none."""
        folded = [column for column in self.columns if column.name.casefold() == name.casefold()]
        return next((column for column in folded if column.name == name), folded[0] if folded else None)


@dataclass(frozen=True)
class ColumnMap:
    """Which column plays which role.

    Attributes
    ----------
    user, bucket_start, bucket_end, label, confidence, schema_version
        The column, or None where the table has none.
    probabilities
        One column per class, the one list column, or the one number column that holds the positive class's.
    features
        In the order of the table.
    mixed
        Features that are, for example, a boolean in one window and a float in the other: both are read as doubles.
    unusable
        Features that were found but cannot be checked, with the reason.
    """

    user: Column | None = None
    bucket_start: Column | None = None
    bucket_end: Column | None = None
    label: Column | None = None
    confidence: Column | None = None
    schema_version: Column | None = None
    probabilities: tuple[Column, ...] = ()
    features: tuple[Column, ...] = ()
    mixed: frozenset[str] = frozenset()
    unusable: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_list(self) -> bool:
        """Whether the probabilities are one list column."""
        return bool(self.probabilities) and self.probabilities[0].kind == "list"

    @property
    def names(self) -> dict[str, str | list[str] | None]:
        """Role -> the name of its column, or, for ``probabilities``, the names."""
        roles = {role: getattr(self, role) for role in CONVENTIONAL}
        names: dict[str, str | list[str] | None] = {role: column and column.name for role, column in roles.items()}
        return {**names, "probabilities": [column.name for column in self.probabilities]}


def match_columns(monitor: MonitorConfig, tables: Sequence[Table], are_probabilities: AreProbabilities) -> ColumnMap:
    """Match a monitor's roles and features to the columns of its tables.

    Parameters
    ----------
    monitor
        The settings.
    tables
        The tables of the reference and of the current window, or of the current window alone. A column counts if all of
        them have it.
    are_probabilities
        Answers whether columns that are called like class probabilities sum to 1 in a table; of one column, whether its
        values are within [0, 1].

    Returns
    -------
    ColumnMap
        Columns as the first table spells them.

    Raises
    ------
    SourceError
        If a column that the settings name is missing from a table or is of the wrong type.
    """
    by_role = {role: _match_role(monitor, role, tables) for role in CONVENTIONAL}
    _check_kinds(by_role, tables[0])
    probabilities = _match_probabilities(monitor, tables, are_probabilities)
    taken = {column.name for column in (*by_role.values(), *probabilities) if column}
    features, unusable = _match_features(monitor, tables, taken)
    return ColumnMap(
        **by_role,
        probabilities=tuple(probabilities),
        features=tuple(_widen(column, tables) for column in features),
        mixed=frozenset(column.name for column in features if _is_mixed(column, tables)),
        unusable=unusable,
    )


def find_column(name: str, table: Table, what: str) -> Column:
    """Find the column of a name, capitals aside.

    Raises
    ------
    SourceError
        If there is none; the nearest name is suggested.
    """
    column = table.column(name)
    if column is None:
        suggestion = nearest(name, [column.name for column in table.columns])
        raise SourceError(f"{table.source} has no column {name!r} for {what}{suggestion}")
    return column


def fits_role(column: Column, role: str) -> bool:
    """Return whether a column is of a kind that can play a role."""
    if role in ("bucket_start", "bucket_end"):
        return column.kind in _TIMES
    return role != "confidence" or column.is_numeric


def looks_like_identifier(name: str) -> bool:
    """Return whether a name is that of an identifier, not of a measurement: ``id``, ``order_id``, ``orderId``."""
    return name.casefold() in ("id", "uuid", "rowid") or name.casefold().endswith("_id") or name.endswith("Id")


def looks_like_probability(column: Column) -> bool:
    """Return whether a column is called like the probability of a class: ``p_late``, ``prob_late``, ``proba_late``."""
    return column.kind in ("float", "decimal") and _PROBABILITY_NAME.match(column.name) is not None


def is_called_like_probability(name: str) -> bool:
    """Return whether a name is that of one probability rather than of a list of them: ``p``, ``prob``, ``p_late``."""
    return _ONE_PROBABILITY.match(name) is not None


def _looks_like_positive_class(column: Column) -> bool:
    return column.kind in ("float", "decimal") and column.name.casefold() in _POSITIVE_NAMES


def conventional_column(role: str, tables: Sequence[Table]) -> Column | None:
    """Return the column that plays a role by its name, if all tables have it."""
    found = [table.column(CONVENTIONAL[role]) for table in tables]
    return found[0] if all(found) else None


def conventional_probabilities(tables: Sequence[Table], are_probabilities: AreProbabilities) -> list[Column]:
    """Find class probabilities that no setting names: by their names, and by what they sum to.

    Parameters
    ----------
    tables
        As in :func:`match_columns`. The sums are looked at in the last one.
    are_probabilities
        Asked only if there are columns of such names.

    Returns
    -------
    list[Column]
        One list column, two columns or more that sum to 1, the one column of the positive class, or none.
    """
    first, *others = tables
    for column in first.columns:
        if column.kind == "list" and column.name.casefold() in _PROBABILITY_LISTS:
            beside = [table.column(column.name) for table in others]
            if all(found is not None and found.kind == "list" for found in beside):
                return [column]
    named = [column for column in tables[-1].columns if looks_like_probability(column)]
    if len(named) < 2:
        named = [column for column in tables[-1].columns if _looks_like_positive_class(column)]
        if len(named) != 1:
            return []
    if not are_probabilities(tables[-1], named):
        return []
    numbers = {column.name: column for column in first.columns if column.kind in _PROBABILITY_KINDS}
    return [numbers[column.name] for column in named] if all(column.name in numbers for column in named) else []


def _match_role(monitor: MonitorConfig, role: str, tables: Sequence[Table]) -> Column | None:
    name = getattr(monitor.columns, role)
    if name is not None:
        named = [find_column(name, table, f"the role '{role}'") for table in tables]
        return named[0]
    return conventional_column(role, tables)


def _check_kinds(by_role: Mapping[str, Column | None], table: Table) -> None:
    for role, column in by_role.items():
        if column is not None and not fits_role(column, role):
            needed = (
                "a confidence is a number"
                if role == "confidence"
                else f"the role '{role}' needs a timestamp, a date or ISO text; make a view that converts it"
            )
            raise SourceError(f"the column {column.name!r} of {table.source} is {column.type}, but {needed}")


def _matches(pattern: str, table: Table) -> list[Column]:
    """Return the columns that a name or glob means; the column that has exactly this name comes before the glob."""
    exact = [column for column in table.columns if column.name == pattern]
    if exact:
        return exact
    return [column for column in table.columns if fnmatch.fnmatchcase(column.name.casefold(), pattern.casefold())]


def _match_probabilities(
    monitor: MonitorConfig, tables: Sequence[Table], are_probabilities: AreProbabilities
) -> list[Column]:
    wanted = monitor.columns.probabilities
    if wanted is None:
        return conventional_probabilities(tables, are_probabilities)
    first, what = tables[0], "the role 'probabilities'"
    chosen: list[Column] = []
    for name in [wanted] if isinstance(wanted, str) else wanted:
        matched = _matches(name, first) or [find_column(name, first, what)]
        chosen += [column for column in matched if column not in chosen]
    for table in tables[1:]:
        for column in chosen:
            find_column(column.name, table, what)
    lists = [column for column in chosen if column.kind == "list"]
    if lists and len(chosen) > 1:
        raise SourceError(
            f"the role 'probabilities' is either one list column or one number column per class, not both; "
            f"{lists[0].name!r} is a list"
        )
    wrong = [column for column in chosen if not lists and column.kind not in _PROBABILITY_KINDS]
    if wrong:
        raise SourceError(
            f"the column {wrong[0].name!r} of {first.source} is {wrong[0].type}, but a probability is a number"
        )
    return chosen


def _match_features(
    monitor: MonitorConfig, tables: Sequence[Table], taken: Iterable[str]
) -> tuple[list[Column], dict[str, str]]:
    """Return the features that can be checked, and those that cannot with the reason."""
    excluded = {column.name for pattern in monitor.exclude for column in _matches(pattern, tables[0])}
    if monitor.features != "auto":
        return _match_named_features(monitor.features, tables, excluded), {}
    excluded |= set(taken)
    chosen = [
        column
        for column in tables[0].columns
        if column.is_numeric and column.name not in excluded and not looks_like_identifier(column.name)
    ]
    unusable: dict[str, str] = {}
    for table in tables[1:]:
        for column in chosen:
            beside = table.column(column.name)
            if beside is None:
                unusable[column.name] = f"{table.source} has no column of this name"
            elif not beside.is_numeric:
                unusable[column.name] = f"it is {beside.type} in {table.source}, not a number"
    return [column for column in chosen if column.name not in unusable], unusable


def _match_named_features(patterns: Sequence[str], tables: Sequence[Table], excluded: set[str]) -> list[Column]:
    chosen: list[Column] = []
    for pattern in patterns:
        matched = _matches(pattern, tables[0]) or [find_column(pattern, tables[0], "a feature")]
        is_glob = len(matched) != 1 or matched[0].name != pattern
        for column in matched:
            if column in chosen or column.name in excluded or (is_glob and not column.is_numeric):
                continue
            for table in tables:
                candidate = find_column(column.name, table, "a feature")
                if not candidate.is_numeric:
                    raise SourceError(
                        f"the feature {candidate.name!r} of {table.source} is {candidate.type}; a feature is a number "
                        "or a boolean: leave it out, or make a view that turns it into one"
                    )
            chosen.append(column)
    return chosen


def _is_mixed(column: Column, tables: Sequence[Table]) -> bool:
    """Return whether the kind of number differs between the tables; integers of any size are one kind."""
    kinds = {found.kind for table in tables if (found := table.column(column.name))}
    return len(kinds) > 1 and kinds != {"boolean", "integer"}


def _widen(column: Column, tables: Sequence[Table]) -> Column:
    """Return the column with the type that holds the values of all tables: a float may be NaN, a boolean is 0 or 1."""
    order = ("boolean", "integer", "decimal", "float")
    beside = [found for table in tables if (found := table.column(column.name))]
    widest = max(beside, key=lambda found: order.index(found.kind))
    return Column(column.name, widest.type, widest.kind, any(found.holds_nan for found in beside))
