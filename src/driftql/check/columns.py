"""The roles of a table's columns, matched to the columns that are there."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from driftql.check.statement import Statement
from driftql.config import MonitorConfig, Roles
from driftql.engines import Engine
from driftql.errors import SourceError, nearest
from driftql.sql import fragments
from driftql.sql.render import render
from driftql.warehouse.base import Column, Row

__all__ = [
    "CONVENTIONAL",
    "PROBABILITY_NAME",
    "ColumnMap",
    "conventional_probabilities",
    "find_column",
    "looks_like_identifier",
    "match_columns",
]

CONVENTIONAL: Mapping[str, str] = {
    "user": "user_id",
    "bucket_start": "bucket_start_ts",
    "bucket_end": "bucket_end_ts",
    "label": "predicted_label",
    "confidence": "confidence",
    "schema_version": "schema_version",
}

_TIMES = ("timestamp", "timestamptz", "date", "text")


@dataclass(frozen=True)
class ColumnMap:
    """Which column plays which role.

    Attributes
    ----------
    user, bucket_start, bucket_end, label, confidence, schema_version
        The column, or None where the table has none.
    probabilities
        One column a class, or the one list column.
    features
        In the order of the table.
    mixed
        Features that are, say, a boolean in one window and a float in the other: both are read as doubles.
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


def find_column(name: str, columns: Sequence[Column], what: str, source: str) -> Column:
    """Find a column by name, exactly or but for capitals.

    Raises
    ------
    SourceError
        If there is none; the nearest name is suggested.
    """
    folded = [column for column in columns if column.name.casefold() == name.casefold()]
    exact = [column for column in folded if column.name == name]
    if exact or folded:
        return (exact or folded)[0]
    raise SourceError(f"{source} has no column {name!r} for {what}{nearest(name, [c.name for c in columns])}")


def looks_like_identifier(name: str) -> bool:
    """Tell from a column's name that its numbers are no measurements: ``id``, ``order_id``, ``customerId``."""
    return name.casefold() in ("id", "uuid", "rowid") or name.casefold().endswith("_id") or name.endswith("Id")


def _matches(pattern: str, columns: Sequence[Column]) -> list[Column]:
    """Return the columns a name or glob means; a column that is really called so comes before the glob."""
    exact = [column for column in columns if column.name == pattern]
    if exact:
        return exact
    return [column for column in columns if fnmatch.fnmatchcase(column.name.casefold(), pattern.casefold())]


def match_columns(
    monitor: MonitorConfig, reference: Sequence[Column], current: Sequence[Column], sources: tuple[str, str]
) -> ColumnMap:
    """Match a monitor's roles and features to the columns of both windows.

    Parameters
    ----------
    monitor
        The settings.
    reference, current
        The columns of the two sources; the same list twice where both windows are of one table.
    sources
        What to call the two sources in an error.

    Raises
    ------
    SourceError
        If a column that the settings name is missing from either source or is of the wrong type.
    """
    roles = monitor.columns
    found: dict[str, Column | None] = {}
    for role, conventional in CONVENTIONAL.items():
        name = getattr(roles, role)
        setting = f"the role '{role}'"
        if name is not None:
            found[role] = find_column(name, reference, setting, sources[0])
            find_column(name, current, setting, sources[1])
        else:
            found[role] = _conventional(conventional, reference, current)
    _check_kinds(found, sources[0])
    probabilities = _probabilities(roles, reference, current, sources)
    taken = {column.name for column in found.values() if column} | {column.name for column in probabilities}
    features, unusable = _features(monitor, reference, current, sources, taken)
    return ColumnMap(
        probabilities=tuple(probabilities),
        features=tuple(features),
        mixed=_mixed(features, reference, current),
        unusable=unusable,
        **found,
    )


def _conventional(name: str, reference: Sequence[Column], current: Sequence[Column]) -> Column | None:
    there = [column for column in reference if column.name.casefold() == name]
    both = any(column.name.casefold() == name for column in current)
    return there[0] if there and both else None


def _check_kinds(found: Mapping[str, Column | None], source: str) -> None:
    for role in ("bucket_start", "bucket_end"):
        column = found[role]
        if column is not None and column.kind not in _TIMES:
            raise SourceError(
                f"the column {column.name!r} of {source} is {column.type}, but the role '{role}' needs a timestamp, "
                "a date or ISO text; make a view that converts it"
            )
    confidence = found["confidence"]
    if confidence is not None and not confidence.is_numeric:
        raise SourceError(
            f"the column {confidence.name!r} of {source} is {confidence.type}, but a confidence is a number"
        )


def _probabilities(
    roles: Roles, reference: Sequence[Column], current: Sequence[Column], sources: tuple[str, str]
) -> list[Column]:
    wanted = roles.probabilities
    if wanted is None:
        lists = [c for c in reference if c.kind == "list" and c.name.casefold() in ("probabilities", "probs")]
        return [c for c in lists if any(other.name == c.name and other.kind == "list" for other in current)][:1]
    names = [wanted] if isinstance(wanted, str) else wanted
    chosen: list[Column] = []
    for name in names:
        matched = _matches(name, reference)
        if not matched:
            find_column(name, reference, "the role 'probabilities'", sources[0])
        chosen += [column for column in matched if column not in chosen]
    for column in chosen:
        find_column(column.name, current, "the role 'probabilities'", sources[1])
    lists = [column for column in chosen if column.kind == "list"]
    if lists and len(chosen) > 1:
        raise SourceError(
            f"the role 'probabilities' is either one list column or one number column a class, not both; "
            f"{lists[0].name!r} is a list"
        )
    wrong = [column for column in chosen if not lists and column.kind not in ("float", "decimal", "integer")]
    if wrong:
        raise SourceError(
            f"the column {wrong[0].name!r} of {sources[0]} is {wrong[0].type}, but a probability is a number"
        )
    return chosen


def _features(
    monitor: MonitorConfig,
    reference: Sequence[Column],
    current: Sequence[Column],
    sources: tuple[str, str],
    taken: Iterable[str],
) -> tuple[list[Column], dict[str, str]]:
    excluded = {column.name for pattern in monitor.exclude for column in _matches(pattern, reference)}
    beside = {column.name.casefold(): column for column in current}
    unusable: dict[str, str] = {}
    if monitor.features == "auto":
        roleless = set(taken)
        chosen = [
            column
            for column in reference
            if column.is_numeric and column.name not in roleless and not looks_like_identifier(column.name)
        ]
        chosen = [column for column in chosen if column.name not in excluded]
        for column in chosen:
            other = beside.get(column.name.casefold())
            if other is None:
                unusable[column.name] = f"{sources[1]} has no column of this name"
            elif not other.is_numeric:
                unusable[column.name] = f"it is {other.type} in {sources[1]}, not a number"
    else:
        chosen = []
        for pattern in monitor.features:
            matched = _matches(pattern, reference)
            if not matched:
                find_column(pattern, reference, "a feature", sources[0])
            is_glob = len(matched) != 1 or matched[0].name != pattern
            for column in matched:
                if column in chosen or column.name in excluded or (is_glob and not column.is_numeric):
                    continue
                for candidate, source in (
                    (column, sources[0]),
                    (find_column(column.name, current, "a feature", sources[1]), sources[1]),
                ):
                    if not candidate.is_numeric:
                        raise SourceError(
                            f"the feature {candidate.name!r} of {source} is {candidate.type}; a feature is a number "
                            "or a boolean: leave it out, or make a view that turns it into one"
                        )
                chosen.append(column)
    usable = []
    for column in chosen:
        if column.name in unusable:
            continue
        usable.append(_wider(column, beside[column.name.casefold()]))
    return usable, unusable


def _mixed(features: Sequence[Column], reference: Sequence[Column], current: Sequence[Column]) -> frozenset[str]:
    """Return the features whose kind of number differs between the windows, but for integers of any size."""
    kinds = [{column.name.casefold(): column.kind for column in columns} for columns in (reference, current)]
    return frozenset(
        column.name
        for column in features
        if column.kind in ("decimal", "float") and any(side[column.name.casefold()] != column.kind for side in kinds)
    )


def _wider(first: Column, second: Column) -> Column:
    """Return the column whose type can hold the values of both windows: a float may be NaN, a boolean is 0 or 1."""
    order = ("boolean", "integer", "decimal", "float")
    wider = second if order.index(second.kind) > order.index(first.kind) else first
    return Column(first.name, wider.type, wider.kind, first.holds_nan or second.holds_nan)


PROBABILITY_NAME = re.compile(r"^(p|prob|proba|probability)_", re.IGNORECASE)
_SHARE = 0.99
_LOOK_AT = 10_000


def conventional_probabilities(
    columns: Sequence[Column], relation: str, engine: Engine, run: Callable[[Statement], list[Row]]
) -> list[str]:
    """Find class probabilities by name (``p_late``, ``prob_late``, ``proba_late``) and by what they sum to.

    Parameters
    ----------
    columns
        The table's columns.
    relation
        The table.
    engine
        Its engine.
    run
        Runs a statement; none is run unless two columns or more have such names.

    Returns
    -------
    list[str]
        Two columns or more whose first rows sum to 1, or none.
    """
    named = [c.name for c in columns if c.kind in ("float", "decimal") and PROBABILITY_NAME.match(c.name)]
    if len(named) < 2:
        return []
    quoted = [fragments.identifier(name, engine) for name in named]
    sql = render("probability_sums", engine, relation, quoted, _LOOK_AT)
    (row,) = run(Statement("probability_sums", "Whether columns named so are class probabilities.", sql))
    complete = int(row["complete_rows"])
    return named if complete and int(row["sound_rows"]) >= _SHARE * complete else []
