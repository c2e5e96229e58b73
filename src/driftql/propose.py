"""Looks at a table and proposes what its columns are: what ``driftql init`` writes down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from driftql.check.columns import PROBABILITY_NAME, conventional_probabilities, looks_like_identifier
from driftql.check.counts import FeatureProfile, decode_feature_profile, rows_by_window
from driftql.config import Roles
from driftql.sql import fragments
from driftql.sql.render import render
from driftql.warehouse.base import Column, ColumnKind, Warehouse

__all__ = ["Proposal", "propose_roles"]

_NAMES: dict[str, tuple[str, tuple[ColumnKind, ...]]] = {
    "user": (r"user_?id|user|customer_?id|account_?id|client_?id|tenant_?id", ("text", "integer")),
    "bucket_start": (
        r"bucket_start(_ts)?|window_start|event_(time|ts)|predicted_at|prediction_(time|ts)|created_at|timestamp|ts|time"
        r"|datetime|date",
        ("timestamp", "timestamptz", "date"),
    ),
    "bucket_end": (r"bucket_end(_ts)?|window_end", ("timestamp", "timestamptz", "date")),
    "label": (r"predicted_label|prediction|predicted_class|predicted|label|y_pred|class", ("text",)),
    "confidence": (r"(model_)?confidence|score|max_prob(ability)?|top_prob(ability)?", ("float", "decimal")),
    "schema_version": (r"(feature_)?schema_version|model_version", ("text", "integer")),
}
_PROBABILITY_LISTS = ("probabilities", "probs", "proba", "class_probabilities")


@dataclass
class Proposal:
    """What the columns of a table probably are.

    Attributes
    ----------
    roles
        Names are set only where a column was found.
    features
        Numeric columns worth watching.
    left_out
        Column -> why it is not a feature.
    warnings
        What the user should know before trusting the proposal.
    """

    roles: Roles = field(default_factory=Roles)
    features: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def propose_roles(warehouse: Warehouse, relation: str) -> Proposal:
    """Look at a table's columns, types and a profile of its values, and propose roles.

    Parameters
    ----------
    warehouse
        Where the table is; one or two queries are run.
    relation
        A fragment that :meth:`Warehouse.relation` made.

    Raises
    ------
    WarehouseError
        If the table cannot be read.
    """
    columns = warehouse.columns(relation)
    proposal = Proposal()
    taken: dict[str, str] = {}
    for role, (pattern, kinds) in _NAMES.items():
        column = _named(columns, pattern, kinds, taken)
        if column is not None:
            setattr(proposal.roles, role, column.name)
            taken[column.name] = role
    if proposal.roles.bucket_start is None:
        times = [
            column for column in columns if column.kind in ("timestamp", "timestamptz") and column.name not in taken
        ]
        if times:
            proposal.roles.bucket_start = times[0].name
            taken[times[0].name] = "bucket_start"
    numeric = [column for column in columns if column.is_numeric]
    profile = _profile_columns(warehouse, relation, numeric)
    probabilities = _probabilities(warehouse, relation, columns, proposal)
    if probabilities:
        proposal.roles.probabilities = probabilities
        taken |= dict.fromkeys([probabilities] if isinstance(probabilities, str) else probabilities, "probabilities")
    for column in columns:
        if column.name in taken:
            continue
        reason = _unfit(column, profile.get(column.name))
        if reason:
            proposal.left_out[column.name] = reason
        else:
            proposal.features.append(column.name)
    if proposal.roles.bucket_start is None:
        proposal.warnings.append("no time column was found: give each window a filter or a table of its own")
    if not proposal.features:
        proposal.warnings.append("no numeric column was found that could be a feature")
    return proposal


def _named(
    columns: Sequence[Column], pattern: str, kinds: Sequence[ColumnKind], taken: dict[str, str]
) -> Column | None:
    """Return the column whose name is earliest in the pattern's alternatives."""
    for alternative in pattern.split("|") if "(" not in pattern else [pattern]:
        for column in columns:
            if (
                column.name not in taken
                and column.kind in kinds
                and re.fullmatch(alternative, column.name, re.IGNORECASE)
            ):
                return column
    return None


def _profile_columns(warehouse: Warehouse, relation: str, numeric: Sequence[Column]) -> dict[str, FeatureProfile]:
    found: dict[str, FeatureProfile] = {}
    for start in range(0, len(numeric), 100):
        chunk = numeric[start : start + 100]
        features = []
        for column in chunk:
            quoted = fragments.identifier(column.name, warehouse.engine)
            value = render("flag_value", warehouse.engine, quoted) if column.kind == "boolean" else quoted
            features.append([value, int(column.may_be_strange)])
        empty = f"(select * from {relation} as monitored where 1 = 0)"
        sql = render("window_profile", warehouse.engine, relation, empty, features, "null", "null", 1)
        table = rows_by_window(warehouse.query(sql)).reference
        for number, column in enumerate(chunk, start=1):
            found[column.name] = decode_feature_profile(table, number)
    return found


def _probabilities(
    warehouse: Warehouse, relation: str, columns: Sequence[Column], proposal: Proposal
) -> str | list[str] | None:
    for column in columns:
        if column.kind == "list" and column.name.casefold() in _PROBABILITY_LISTS:
            return column.name
    found = conventional_probabilities(
        columns, relation, warehouse.engine, lambda statement: warehouse.query(statement.sql)
    )
    named = [c.name for c in columns if c.kind in ("float", "decimal") and PROBABILITY_NAME.match(c.name)]
    if len(named) > 1 and not found:
        proposal.warnings.append(
            f"the columns {', '.join(named)} look like class probabilities by name, but do not sum to 1; they are "
            "taken for features"
        )
    return found or None


def _unfit(column: Column, profile: FeatureProfile | None) -> str | None:
    """Say why a column is no feature, or None."""
    if profile is None:
        return f"{column.type} is not a number"
    if looks_like_identifier(column.name):
        return "an identifier, by its name"
    if not profile.finite:
        return "it has no finite value"
    if profile.minimum is None or profile.maximum is None:
        return None
    if profile.minimum == profile.maximum:
        return f"constant ({profile.minimum:g})"
    is_unique = column.kind == "integer" and profile.present > 100 and (profile.distinct or 0) > 0.95 * profile.present
    if is_unique and profile.maximum - profile.minimum < 1.05 * profile.present:
        return "a running number: nearly every value is different and none is left out"
    return None
