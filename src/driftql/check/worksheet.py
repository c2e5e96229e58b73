"""Queries for a worksheet: one a check, complete in itself, whose numbers are finished with no Python behind them."""

from __future__ import annotations

from typing import Any

from driftql.check.plan import ENTROPY_FLOOR, CheckPlan
from driftql.check.rows import Window
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
    numbers = ("psi", "psi_epsilon", "ks", "reject_rate_increase", "entropy_ratio", "class_shift", "alpha")
    return {
        **{name: fragments.number(getattr(thresholds, name)) for name in numbers},
        "probability_tolerance": fragments.number(thresholds.probability_tolerance),
        "entropy_floor": fragments.number(ENTROPY_FLOOR),
        "evidence": int(thresholds.evidence),
        "min_rows": thresholds.min_rows,
        "reject_label": fragments.text(reject_label, engine),
    }


def worksheet(plan: CheckPlan) -> list[Statement]:
    """Write one query a check.

    Parameters
    ----------
    plan
        What to compare.

    Returns
    -------
    list[Statement]
        The features (25 a query) with their bins, the labels, the classes, and the whole check with its verdict. Each
        begins with the two windows, which is all there is to change for other tables or dates.
    """
    layout = plan.layout
    settings = finished_settings(plan.thresholds, plan.reject_label, plan.engine)
    windows = {"ref": _REFERENCE, "cur": _CURRENT}
    fractions = [fragments.number(fraction) for fraction in plan.fractions]
    numbers = {**windows, "fractions": fractions, "settings": settings}
    labels = {
        "label": fragments.identifier(layout.label.name, plan.engine) if layout.label else "null",
        "probabilities": [fragments.identifier(column.name, plan.engine) for column in layout.probabilities],
        "is_list": int(layout.is_list),
    }
    found = []
    for start in range(0, len(layout.features), plan.limits.features_per_statement):
        chunk = layout.features[start : start + plan.limits.features_per_statement]
        names = ", ".join(column.name for column in chunk)
        features = _features(plan, chunk)
        sql = render("features_query", plan.engine, **numbers, features=features)
        found.append(_query(plan, "drift_features", f"PSI and KS of {names}.", sql))
        sql = render("bins_query", plan.engine, **numbers, features=features)
        found.append(_query(plan, "drift_bins", f"The bins behind the PSI of {names}.", sql))
    if layout.label or layout.probabilities:
        sql = render("labels_query", plan.engine, **windows, **labels, settings=settings)
        found.append(_query(plan, "drift_labels", "Reject rate, entropy and class mix.", sql))
    if layout.label:
        sql = render("classes_query", plan.engine, **windows, label=labels["label"])
        found.append(_query(plan, "drift_classes", "The share of each class.", sql))
    features = _features(plan, layout.features)
    sql = render("check_query", plan.engine, **numbers, **labels, features=features)
    found.append(_query(plan, "drift_check", "Every check: effect, evidence, and whether it is an alert.", sql))
    return found


def _features(plan: CheckPlan, columns: tuple[Column, ...]) -> list[list[Any]]:
    return [
        [fragments.text(column.name, plan.engine), plan.value(column), int(column.kind == "float")]
        for column in columns
    ]


def _query(plan: CheckPlan, name: str, purpose: str, sql: str) -> Statement:
    """Put the windows in front of a query that names them; the query begins with a ``with`` of its own."""
    head = (
        "with\n"
        "-- To change: tables, columns and dates of the two windows. From here on nothing names a table.\n"
        f"{_REFERENCE} as (\n{_window(plan.reference)}\n),\n"
        f"{_CURRENT} as (\n{_window(plan.current)}\n),\n"
    )
    return Statement(name, purpose, head + sql.removeprefix("with\n"))


def _window(window: Window) -> str:
    lines = ["    select *", f"    from {window.relation} as monitored"]
    lines += [
        f"    {'where' if number == 0 else '    and'} {condition}" for number, condition in enumerate(window.conditions)
    ]
    return "\n".join(lines)
