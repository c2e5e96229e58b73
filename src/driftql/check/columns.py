"""Tables, roles and features, and what a column's name and type say about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from driftql.engines import Engine
from driftql.report import ColumnChange, ColumnLeftOut, DriftTrigger, ScoreRole
from driftql.sql.fragments import is_file, table_parts
from driftql.warehouse.base import Column, ColumnKind

__all__ = [
    "CHECKS_OF_ROLES",
    "CONVENTIONAL",
    "PROBABILITY_KINDS",
    "ROLE_KINDS",
    "TEXT_NOT_COMPARED",
    "AreProbabilities",
    "ColumnMap",
    "SampleValues",
    "Table",
    "ValueSample",
    "conventional_column",
    "conventional_probabilities",
    "describe_scores",
    "explain_no_repeats",
    "fits_category",
    "fits_role",
    "is_called_like_probability",
    "looks_like_identifier",
    "looks_like_probability",
    "role_needs",
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
# Role -> the checks that have no answer without it.
CHECKS_OF_ROLES: Mapping[str, Sequence[DriftTrigger]] = {
    "label": (DriftTrigger.REJECT_RATE_INCREASE, DriftTrigger.CLASS_SHIFT),
    "probabilities": (DriftTrigger.ENTROPY_SPIKE,),
}
_TIMES = ("timestamp", "timestamptz", "date", "time", "text")
PROBABILITY_KINDS = ("float", "decimal", "integer")
_PROBABILITY_LISTS = ("probabilities", "probs")
# A single number column with one of these names holds the probability of the positive class.
_POSITIVE_NAMES = (*_PROBABILITY_LISTS, "probability", "proba", "prob", "p_1", "prob_1", "proba_1", "probability_1")
_PROBABILITY_NAME = re.compile(r"^(p|prob|proba|probability)_", re.IGNORECASE)
_IDENTIFIER = re.compile(r"(?i:id|uuid|rowid|index|level_\d+|unnamed: \d+|__index_level_\d+__|.*_id)|.*Id")
_ONE_PROBABILITY = re.compile(r"^(p|prob|proba|probability)(_|$)", re.IGNORECASE)

_CATEGORY_KINDS = ("text", "integer", "boolean", "decimal", "float", "date")

# Why finished SQL leaves a column of text out.
TEXT_NOT_COMPARED = "text is not compared here; `driftql check` compares it"

# A text column holds categories if each of its values occurs so often among the first rows, on average.
_LEAST_REPEATS = 2

AreProbabilities = Callable[["Table", Sequence[Column]], bool | None]
SampleValues = Callable[["Table", Sequence[Column]], "Sequence[ValueSample]"]


class ValueSample(NamedTuple):
    """A column in the first rows of a table.

    Attributes
    ----------
    rows
        How many rows were looked at.
    values
        How many of them have a value.
    distinct
        How many different values there are among them, roughly.
    """

    rows: int
    values: int
    distinct: int


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

    def parts(self, engine: Engine) -> list[str]:
        """Return the parts of its own name, by which a filter may qualify columns; of a file, its name alone."""
        if is_file(self.source):
            return [self.source.replace("\\", "/").rsplit("/", 1)[-1].split(".", 1)[0]]
        return table_parts(self.relation, engine)

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
    row_id
        The columns that tell a row from all others.
    probabilities
        One column per class, the one list column, or the one number column that holds the positive class's.
    features
        What PSI and KS compare, in the order of the table: features that are numbers, scores that are numbers in
        both windows, and the times that are named as features.
    categories
        Features whose categories are compared, in the order of the table.
    scores
        Columns that the model's scores are in -> what they hold.
    mixed
        Features that are, for example, a boolean in one window and a float in the other: both are read as doubles.
    times
        Features that are dates or timestamps: both are read as days since 1970-01-01.
    unusable
        Features that were found but cannot be checked, with the reason.
    lost_categories
        Features that are compared by their categories, which the current window does not have, with the reason.
    by_sample
        Those of the categories that nobody has named: a sample has shown that their values repeat.
    lost
        Roles that a conventional name gives in one window only, although both windows are needed -> the reason.
    left_out
        Columns that are neither features nor have a role, and scores that are not compared as columns.
    not_chosen
        How many columns a list of features leaves out.
    warnings
        What the user should know of the choice.
    changes
        Columns that differ between the windows, by presence or by family of types; None for windows of one table.
    reference_names, current_names
        The columns that a window spells in another way -> its own spelling; None where the window has no such column.
    """

    user: Column | None = None
    bucket_start: Column | None = None
    bucket_end: Column | None = None
    label: Column | None = None
    confidence: Column | None = None
    schema_version: Column | None = None
    row_id: tuple[Column, ...] = ()
    probabilities: tuple[Column, ...] = ()
    features: tuple[Column, ...] = ()
    categories: tuple[Column, ...] = ()
    scores: Mapping[str, ScoreRole] = field(default_factory=dict)
    mixed: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    unusable: Mapping[str, str] = field(default_factory=dict)
    lost_categories: Mapping[str, str] = field(default_factory=dict)
    by_sample: frozenset[str] = frozenset()
    lost: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[ColumnLeftOut, ...] = ()
    not_chosen: int = 0
    warnings: tuple[str, ...] = ()
    changes: tuple[ColumnChange, ...] | None = None
    reference_names: Mapping[str, str | None] = field(default_factory=dict)
    current_names: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def is_list(self) -> bool:
        """Whether the probabilities are one list column."""
        return bool(self.probabilities) and self.probabilities[0].kind == "list"

    @property
    def names(self) -> dict[str, str | list[str] | None]:
        """Role -> the name of its column, or, for ``probabilities``, the names."""
        roles = {role: getattr(self, role) for role in CONVENTIONAL}
        names: dict[str, str | list[str] | None] = {role: column and column.name for role, column in roles.items()}
        names |= {"row_id": [column.name for column in self.row_id]} if self.row_id else {}
        return {**names, "probabilities": [column.name for column in self.probabilities]}

    def with_numbers_only(self) -> ColumnMap:
        """Return the same without categories, which are then left out: finished SQL compares numbers only."""
        left_out = [ColumnLeftOut(column=one.name, reason=_no_category_here(one)) for one in self.categories]
        return replace(self, categories=(), left_out=(*self.left_out, *left_out))


def _no_category_here(column: Column) -> str:
    if column.kind == "text":
        return f"{column.type}: {TEXT_NOT_COMPARED}"
    return f"{column.type}: categories are not compared here; `driftql check` compares them"


def describe_scores(columns: ColumnMap) -> str:
    """List the scores that are compared as columns, each with its role; "" where there are none."""
    names = [column.name for column in columns.features if column.name in columns.scores]
    return ", ".join(f"{name} ({columns.scores[name]})" for name in names)


def fits_role(column: Column, role: str) -> bool:
    """Return whether a column is of a kind that can play a role."""
    if column.unreadable or column.kind == "list":
        return False
    if role in ("bucket_start", "bucket_end"):
        return column.kind in _TIMES
    return role != "confidence" or column.is_numeric


def fits_category(column: Column) -> bool:
    """Return whether the values of a column can be categories: texts, numbers, booleans and dates."""
    return not column.unreadable and column.kind in _CATEGORY_KINDS


def explain_no_repeats(sample: ValueSample, min_rows: int) -> str:
    """Say why the values of a text column are not categories; "" where they are.

    Parameters
    ----------
    sample
        The column in the first rows.
    min_rows
        The fewest values that are compared.

    >>> explain_no_repeats(ValueSample(rows=10_000, values=9_000, distinct=8_123), 10)
    'free text: some 8,123 different values among 9,000'
    >>> explain_no_repeats(ValueSample(rows=10_000, values=9_000, distinct=4_500), 10)
    ''
    """
    if sample.values < min(min_rows, sample.rows):
        have = "1 of them has" if sample.values == 1 else f"{sample.values:,} of them have"
        return f"too few values: of the first {sample.rows:,} rows, {have if sample.values else 'none has'} one"
    # Where the engine has only a sketch, it may count a few per cent more or less than there are.
    distinct = min(sample.distinct, sample.values)
    if distinct <= 1 or sample.values >= _LEAST_REPEATS * distinct:
        return ""
    return f"free text: some {distinct:,} different values among {sample.values:,}"


def role_needs(role: str) -> str:
    """Say which columns can play a role, as the end of a sentence that begins with the type of one that cannot."""
    if role == "confidence":
        return "a confidence is a number"
    if role in ("bucket_start", "bucket_end"):
        return f"the role '{role}' needs a timestamp, a date or ISO text; make a view that converts it"
    return f"the role '{role}' needs one number or text per row"


def looks_like_identifier(name: str) -> bool:
    """Return whether a name is that of an identifier, not of a measurement: ``id``, ``order_id``, ``orderId``.

    So are the names that pandas gives to an index when it becomes a column: ``Unnamed: 0``, ``__index_level_0__``,
    ``level_0`` and ``index``.
    """
    return _IDENTIFIER.fullmatch(name) is not None


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
        As in :func:`match_columns`. The sums are looked at in the last one, or, where it has no row
        with all of them, in the first.
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
    numbers = {column.name: column for column in first.columns if column.kind in PROBABILITY_KINDS}
    if not all(column.name in numbers for column in named):
        return []
    found = [numbers[column.name] for column in named]
    answer = are_probabilities(tables[-1], named)
    if answer is None and others:
        # A window without rows does not say: its columns are what they are in the other one.
        answer = are_probabilities(first, found)
    return found if answer else []
