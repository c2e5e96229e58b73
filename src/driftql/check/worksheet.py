"""Queries for a worksheet: one per check, complete in itself, whose numbers are finished with no Python behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from driftql.check.comparison import Comparison
from driftql.check.limits import chunks
from driftql.check.plan import ENTROPY_FLOOR
from driftql.check.rows import Rows
from driftql.check.statement import Statement
from driftql.config import Thresholds
from driftql.engines import Engine
from driftql.sql import fragments
from driftql.sql.render import render
from driftql.warehouse.base import Column

__all__ = ["finished_settings", "worksheet"]

_REFERENCE, _CURRENT = "reference_rows", "current_rows"


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
    """Write one query a check.

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
    sql = render("check_query", comparison.engine, **numbers, **labels, features=features)
    purpose = "Every check: effect, evidence, and whether it is an alert."
    found.append(_query(comparison, "drift_check", purpose, sql, [*roles.features, *predictions]))
    return found


def _features(comparison: Comparison, columns: Sequence[Column]) -> list[list[Any]]:
    return [
        [fragments.text(column.name, comparison.engine), comparison.current.value(column), int(column.kind == "float")]
        for column in columns
    ]


def _query(comparison: Comparison, name: str, purpose: str, sql: str, columns: Sequence[Column | None]) -> Statement:
    """Put the windows in front of a query that reads some of their columns; it begins with a ``with`` of its own."""
    head = (
        "with\n"
        "-- To change: tables, columns and dates of the two windows. From here on nothing names a table.\n"
        f"{_REFERENCE} as (\n{_window(comparison.reference, columns)}\n),\n"
        f"{_CURRENT} as (\n{_window(comparison.current, columns)}\n),\n"
    )
    return Statement(name, purpose, head + sql.removeprefix("with\n"))


def _window(rows: Rows, columns: Sequence[Column | None]) -> str:
    lines = [f"    {line}" for line in (*rows.select(columns), f"from {rows.relation} as monitored")]
    lines += [
        f"    {'where' if number == 0 else '    and'} {condition}" for number, condition in enumerate(rows.conditions)
    ]
    return "\n".join(lines)
