"""Looks at a table and proposes what its columns are: what ``driftql init`` writes down."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from driftql.check.catalog import Catalog, Live
from driftql.check.columns import (
    CONVENTIONAL,
    ColumnMap,
    Table,
    conventional_column,
    conventional_probabilities,
    explain_no_repeats,
    fits_role,
    looks_like_identifier,
    looks_like_probability,
)
from driftql.check.counts import FeatureProfile
from driftql.check.decode import decode_feature_profile, rows_by_window
from driftql.check.limits import chunks
from driftql.check.matching import match_columns
from driftql.check.rows import Rows
from driftql.check.statement import Runner
from driftql.config import MonitorConfig, Roles, Thresholds
from driftql.sql.render import render
from driftql.warehouse.base import Column, ColumnKind, Warehouse

__all__ = ["Proposal", "propose_roles"]

_GUESSES: dict[str, tuple[str, tuple[ColumnKind, ...]]] = {
    "user": (r"user_?id|user|customer_?id|account_?id|client_?id|tenant_?id", ("text", "integer")),
    "bucket_start": (
        r"bucket_start(_ts)?|window_start|event_(time|ts)|predicted_at|prediction_(time|ts)|created_at|timestamp|ts|time"
        r"|datetime|date",
        ("timestamp", "timestamptz", "date"),
    ),
    "bucket_end": (r"bucket_end(_ts)?|window_end", ("timestamp", "timestamptz", "date")),
    "label": (
        r"predicted_label|prediction|predicted_class|predicted|label|y_pred|class",
        ("text", "integer", "boolean"),
    ),
    "confidence": (r"(model_)?confidence|score|max_prob(ability)?|top_prob(ability)?", ("float", "decimal")),
    "schema_version": (r"(feature_)?schema_version|model_version", ("text", "integer")),
}
_OTHER_DATES = re.compile(r"birth|dob|born|expir|due|valid|until|renew|signup|joined|hired", re.IGNORECASE)
_COLUMNS_PER_STATEMENT = 100
_MOST_CLASSES = 50
_PROBABILITY_LISTS = ("proba", "class_probabilities")


@dataclass
class Proposal:
    """What the columns of a table probably are.

    Attributes
    ----------
    roles
        Names are set only where a column was found.
    features
        Numeric columns worth watching.
    categories
        Text columns whose values repeat.
    left_out
        Column -> why it is not a feature.
    warnings
        What the user should know before trusting the proposal.
    """

    roles: Roles = field(default_factory=Roles)
    features: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def propose_roles(warehouse: Warehouse, source: str, named: Roles | None = None) -> Proposal:
    """Look at a table's columns, types and a profile of its values, and propose roles.

    What a check would recognise by convention is proposed as such; other names are guessed at.

    Parameters
    ----------
    warehouse
        Where the table is; one or two queries are run.
    source
        The user's name of the table.
    named
        The roles that the user names; only the others are proposed.

    Raises
    ------
    SourceError
        If there is no such table, or it has no such column for a role that the user names.
    WarehouseError
        If the table cannot be read.
    """
    catalog = Live(Runner(warehouse))
    table = catalog.table(source)
    columns = table.columns
    proposal = Proposal(roles=(named or Roles()).model_copy())
    taken = _taken(proposal.roles, table)
    profiles = _profile_columns(table, warehouse)
    many = [name for name, profile in profiles.items() if (profile.distinct or 0) > _MOST_CLASSES]
    for role in CONVENTIONAL:
        if getattr(proposal.roles, role) is not None:
            continue
        column = conventional_column(role, [table])
        if column is None or column.name in taken or not fits_role(column, role):
            # A number of many values is a prediction, but no class.
            skipped = {*taken, *many} if role == "label" else taken
            column = _guess(columns, *_GUESSES[role], skipped)
        if column is not None:
            setattr(proposal.roles, role, column.name)
            taken[column.name] = role
    if proposal.roles.bucket_start is None:
        free = [column for column in columns if column.name not in taken]
        dates = [column for column in free if column.kind == "date" and not _OTHER_DATES.search(column.name)]
        times = [column for column in free if column.kind in ("timestamp", "timestamptz")]
        # A lone date is the row's; of several, any may be that of a birth or a contract.
        times = times or (dates if len(dates) == 1 else [])
        if times:
            proposal.roles.bucket_start = times[0].name
            taken[times[0].name] = "bucket_start"
    probabilities = None if proposal.roles.probabilities is not None else _probabilities(table, catalog, proposal)
    if probabilities:
        proposal.roles.probabilities = probabilities
        taken |= dict.fromkeys([probabilities] if isinstance(probabilities, str) else probabilities, "probabilities")
    texts = [
        column for column in columns if column.kind == "text" and column.name not in taken and not column.unreadable
    ]
    texts = [column for column in texts if not looks_like_identifier(column.name)]
    samples = catalog.sample_values(table, texts) if texts else []
    repeats = {one.name: sample for one, sample in zip(texts, samples, strict=True)}
    for column in columns:
        if column.name in taken:
            continue
        if (sample := repeats.get(column.name)) is not None:
            why = explain_no_repeats(sample, Thresholds().min_rows)
            if why:
                proposal.left_out[column.name] = why
            else:
                proposal.categories.append(column.name)
            continue
        reason = _unfit(column, profiles.get(column.name))
        if reason:
            proposal.left_out[column.name] = reason
        else:
            proposal.features.append(column.name)
    if proposal.roles.bucket_start is None:
        proposal.warnings.append("no time column was found: give each window a filter or a table of its own")
    if not proposal.features and not proposal.categories:
        proposal.warnings.append("no column was found that could be a feature")
    return proposal


def _taken(roles: Roles, table: Table) -> dict[str, str]:
    """Return the columns that the user has given a role, with the role."""
    monitor = MonitorConfig(columns=roles)
    columns = match_columns(monitor, [table], lambda _table, _columns: False)
    taken: dict[str, str] = {}
    for role in (*CONVENTIONAL, "probabilities"):
        if getattr(roles, role) is not None:
            found = columns.probabilities if role == "probabilities" else [getattr(columns, role)]
            taken |= dict.fromkeys((column.name for column in found if column is not None), role)
    return taken


def _guess(
    columns: Sequence[Column], pattern: str, kinds: Sequence[ColumnKind], taken: Collection[str]
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


def _profile_columns(table: Table, warehouse: Warehouse) -> dict[str, FeatureProfile]:
    found: dict[str, FeatureProfile] = {}
    rows = Rows(warehouse.engine, table.relation, ColumnMap())
    nothing = Rows(warehouse.engine, table.relation, ColumnMap(), ("1 = 0",))
    for columns in chunks([column for column in table.columns if column.is_numeric], _COLUMNS_PER_STATEMENT):
        sql = render(
            "window_profile",
            warehouse.engine,
            ref=rows.reading(columns),
            cur=nothing.reading(columns),
            features=[[rows.value(column), int(column.may_be_strange)] for column in columns],
            bucket_start="null",
            schema_version="null",
            user="null",
            with_distinct=1,
        )
        row = rows_by_window(warehouse.query(sql)).reference
        for number, column in enumerate(columns, start=1):
            found[column.name] = decode_feature_profile(row, number)
    return found


def _probabilities(table: Table, catalog: Catalog, proposal: Proposal) -> str | list[str] | None:
    found = conventional_probabilities([table], catalog.are_probabilities)
    found = found or [
        column for column in table.columns if column.kind == "list" and column.name.casefold() in _PROBABILITY_LISTS
    ]
    if found:
        return found[0].name if found[0].kind == "list" else [column.name for column in found]
    named = [column.name for column in table.columns if looks_like_probability(column)]
    if len(named) > 1:
        proposal.warnings.append(
            f"the columns {', '.join(named)} look like class probabilities by name, but do not sum to 1; they are "
            "taken for features"
        )
    return None


def _unfit(column: Column, profile: FeatureProfile | None) -> str | None:
    """Say why a column is no feature, or None."""
    if column.kind == "text" and looks_like_identifier(column.name):
        return "an identifier, by its name"
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
