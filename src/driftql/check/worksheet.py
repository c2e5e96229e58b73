"""Queries for a worksheet: one per check, complete in itself, whose numbers are finished with no Python behind them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from driftql.check.columns import CHECKS_OF_ROLES, describe_scores
from driftql.check.comparison import Comparison
from driftql.check.limits import chunks
from driftql.check.plan import ENTROPY_FLOOR, timeless_rows
from driftql.check.rows import Rows
from driftql.check.statement import Statement
from driftql.config import Thresholds
from driftql.engines import Engine
from driftql.report import DriftTrigger
from driftql.sql import fragments
from driftql.sql.render import render
from driftql.warehouse.base import Column

__all__ = ["finished_settings", "worksheet"]

_LEFT_OUT = "columns_left_out"
_REFERENCE, _CURRENT, _TIMELESS = "reference_rows", "current_rows", "rows_without_time"


def finished_settings(thresholds: Thresholds, reject_label: str, engine: Engine) -> dict[str, Any]:
    """Return the settings that the finishing macros take, as SQL fragments.

    Parameters
    ----------
    thresholds
        Effects and evidence that an alert needs.
    reject_label
        The label that means "rejected".
    engine
        Whose literals to write.
    """
    numbers = ("psi", "psi_epsilon", "ks", "reject_rate_increase", "entropy_ratio", "entropy_increase", "class_shift")
    return {
        **{name: fragments.number(getattr(thresholds, name)) for name in (*numbers, "alpha")},
        "probability_tolerance": fragments.number(thresholds.probability_tolerance),
        "entropy_floor": fragments.number(ENTROPY_FLOOR),
        "evidence": int(thresholds.evidence),
        "min_rows": thresholds.min_rows,
        "reject_label": fragments.text(reject_label, engine),
    }


def worksheet(comparison: Comparison) -> list[Statement]:
    """Write one query per check.

    Parameters
    ----------
    comparison
        What to compare.

    Returns
    -------
    list[Statement]
        The features (25 a query) with their bins, the labels, the classes, and the whole check with its verdict. Each
        begins with the two windows, which is all there is to change for other tables or dates.
    """
    roles = comparison.columns
    settings = finished_settings(comparison.thresholds, comparison.reject_label, comparison.engine)
    windows = {"ref": _REFERENCE, "cur": _CURRENT}
    fractions = [fragments.number(fraction) for fraction in comparison.fractions]
    numbers = {**windows, "fractions": fractions, "settings": settings}
    labels = {
        "label": comparison.label,
        "probabilities": comparison.current.probabilities,
        "is_list": int(roles.is_list),
    }
    predictions = [roles.label, *roles.probabilities]
    found = []
    for chunk in chunks(roles.features, comparison.limits.features_per_statement):
        names = ", ".join(column.name for column in chunk)
        features = _features(comparison, chunk)
        sql = render("features_query", comparison.engine, **numbers, features=features)
        found.append(_query(comparison, "drift_features", f"PSI and KS of {names}.", sql, chunk))
        sql = render("bins_query", comparison.engine, **numbers, features=features)
        found.append(_query(comparison, "drift_bins", f"The bins behind the PSI of {names}.", sql, chunk))
    if roles.label or roles.probabilities:
        sql = render("labels_query", comparison.engine, **windows, **labels, settings=settings)
        found.append(_query(comparison, "drift_labels", "Reject rate, entropy and class mix.", sql, predictions))
    if roles.label:
        sql = render("classes_query", comparison.engine, **windows, label=labels["label"])
        found.append(_query(comparison, "drift_classes", "The share of each class.", sql, [roles.label]))
    features = _features(comparison, roles.features)
    timeless = _timeless(comparison)
    name = fragments.text(roles.bucket_start.name, comparison.engine) if roles.bucket_start else ""
    sql = render(
        "check_query",
        comparison.engine,
        **numbers,
        **labels,
        features=features,
        uncounted=_uncounted(comparison),
        timeless=[name, _TIMELESS] if timeless else [],
    )
    purpose = "Every check: effect, evidence, and whether it is an alert."
    read = [*roles.features, *predictions]
    found.append(_query(comparison, "drift_check", purpose, sql, read, timeless, _notes(comparison)))
    return found


def _uncounted(comparison: Comparison) -> list[list[str]]:
    """List what is not counted, as check, feature and reason: what cannot be compared, and columns left out."""
    columns, engine = comparison.columns, comparison.engine
    rows: list[tuple[str, str | None, str]] = []
    for name, reason in columns.unusable.items():
        rows += [(check, name, reason) for check in (DriftTrigger.FEATURE_PSI, DriftTrigger.FEATURE_KS)]
    for role, reason in columns.lost.items():
        rows += [(check, None, reason) for check in CHECKS_OF_ROLES[role]]
    rows += [(_LEFT_OUT, part.column, part.reason) for part in columns.left_out if part.column not in columns.unusable]
    return [
        [
            fragments.text(check, engine),
            "null" if name is None else fragments.text(name, engine),
            fragments.text(reason, engine),
        ]
        for check, name, reason in rows
    ]


def _timeless(comparison: Comparison) -> str:
    """Write a step that counts the rows without a time, which no window by time holds; ``""`` without such windows."""
    found = timeless_rows((comparison.reference, comparison.current))
    parts = ["\n".join(f"    {line}" for line in _from(relation, conditions)) for relation, conditions in found]
    if not parts:
        return ""
    body = f"    select count(*) as row_count\n{parts[0]}"
    if len(parts) > 1:
        union = "\n    union all\n".join(f"    select 1 as one\n{part}" for part in parts)
        body = f"    select count(*) as row_count from (\n{union}\n    ) as rows_of_both"
    return f"{_TIMELESS} as (\n{body}\n),\n"


def _notes(comparison: Comparison) -> str:
    """Name the scores among the columns, and the columns that are not looked at, as a comment."""
    scores, names = describe_scores(comparison.columns), [part.column for part in comparison.columns.left_out]
    sentences = [f"Scores of the model among the columns: {scores}."] if scores else []
    sentences += [f"Not looked at, for the reasons that the query gives: {', '.join(names)}."] if names else []
    printable = ("".join(c if c.isprintable() else "?" for c in sentence) for sentence in sentences)
    return "".join(f"-- {line}\n" for sentence in printable for line in textwrap.wrap(sentence, 110))


def _features(comparison: Comparison, columns: Sequence[Column]) -> list[list[Any]]:
    return [
        [fragments.text(column.name, comparison.engine), comparison.current.value(column), int(column.kind == "float")]
        for column in columns
    ]


def _query(
    comparison: Comparison,
    name: str,
    purpose: str,
    sql: str,
    columns: Sequence[Column | None],
    timeless: str = "",
    note: str = "",
) -> Statement:
    """Put the windows in front of a query that reads some of their columns; it begins with a ``with`` of its own."""
    head = (
        "with\n"
        "-- To change: tables, columns and dates of the two windows. From here on nothing names a table.\n"
        f"{note}"
        f"{_REFERENCE} as (\n{_window(comparison.reference, columns)}\n),\n"
        f"{_CURRENT} as (\n{_window(comparison.current, columns)}\n),\n"
        f"{timeless}"
    )
    return Statement(name, purpose, head + sql.removeprefix("with\n"))


def _window(rows: Rows, columns: Sequence[Column | None]) -> str:
    return "\n".join(f"    {line}" for line in (*rows.select(columns), *_from(rows.relation, rows.conditions)))


def _from(relation: str, conditions: Sequence[str]) -> list[str]:
    lines = [f"{'    and' if number else 'where'} {condition}" for number, condition in enumerate(conditions)]
    return [f"from {relation} as monitored", *lines]
