"""Queries for a worksheet: one per check, complete in itself, whose numbers are finished with no Python behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from driftql.check.columns import CHECKS_OF_ROLES
from driftql.check.comparison import Comparison
from driftql.check.limits import chunks
from driftql.check.plan import ENTROPY_FLOOR, timeless_rows
from driftql.check.rows import Rows
from driftql.check.schema import judge_schema
from driftql.check.statement import Statement
from driftql.check.summary import describe_alert, name_missing_role
from driftql.check.worksheet_texts import describe_query
from driftql.config import Thresholds
from driftql.engines import Engine
from driftql.report import DriftTrigger
from driftql.sql import fragments
from driftql.sql.render import render
from driftql.warehouse.base import Column

__all__ = ["finished_settings", "worksheet"]

_IN_PYTHON = "this query does not look at it; driftql check does"
_LEFT_OUT = "columns_left_out"
_REFERENCE, _CURRENT, _TIMELESS = "reference_rows", "current_rows", "rows_without_time"
# What the windows call their columns: nothing after them has to be changed for other columns.
_VALUE, _CATEGORY = "value_{}", "category_{}"
_LABEL, _LIST, _PROBABILITY = "label", "probabilities", "probability_{}"
_USER, _TIME = "user_name", "row_time"
_DIGITS = 15
_NUMBERS = (
    "psi",
    "psi_epsilon",
    "ks",
    "reject_rate_increase",
    "entropy_ratio",
    "entropy_increase",
    "class_shift",
    "category_shift",
    "new_category",
    "missing_increase",
    "alpha",
)


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
    return {
        **{name: _plain(getattr(thresholds, name)) for name in _NUMBERS},
        "probability_tolerance": fragments.number(thresholds.probability_tolerance),
        "entropy_floor": fragments.number(ENTROPY_FLOOR),
        "evidence": int(bool(thresholds.evidence)),
        "min_rows": thresholds.min_rows,
        "category_limit": thresholds.category_limit,
        "reject_label": fragments.text(reject_label, engine),
    }


def worksheet(comparison: Comparison, *, are_columns_known: bool = True) -> list[Statement]:
    """Write one query per check.

    Parameters
    ----------
    comparison
        What to compare.
    are_columns_known
        Whether the tables have been looked at, so that their columns can be compared.

    Returns
    -------
    list[Statement]
        The features (25 a query) with their bins, the categories (8 a query), the labels, the classes, and the whole
        check with its verdict. Each begins with a comment that says what it is, and with the steps that an analyst may
        change: the windows, which alone name tables, columns and dates, the thresholds, and the names of the features.
    """
    roles = comparison.columns
    settings = finished_settings(comparison.thresholds, comparison.reject_label, comparison.engine)
    windows = {"ref": _REFERENCE, "cur": _CURRENT}
    fractions = [fragments.number(fraction) for fraction in comparison.fractions]
    numbers = {**windows, "fractions": fractions, "settings": settings}
    classes = range(1, len(roles.probabilities) + 1)
    labels: dict[str, Any] = {
        "label": _LABEL if roles.label else "null",
        "probabilities": [_LIST] if roles.is_list else [_PROBABILITY.format(place) for place in classes],
        "is_list": int(roles.is_list),
    }
    found = []
    for chunk in chunks(roles.features, comparison.limits.features_per_statement):
        names = ", ".join(column.name for column in chunk)
        features = _features(comparison, chunk)
        sql = render("features_query", comparison.engine, **numbers, features=features)
        found.append(_query(comparison, "drift_features", f"PSI and KS of {names}.", sql, chunk))
        sql = render("bins_query", comparison.engine, **numbers, features=features)
        found.append(_query(comparison, "drift_bins", f"The bins behind the PSI of {names}.", sql, chunk))
    for chunk in chunks(roles.categories, comparison.limits.categories_per_statement):
        names = ", ".join(column.name for column in chunk)
        categories = _categories(comparison, chunk)
        sql = render("categories_query", comparison.engine, **windows, features=categories, settings=settings)
        found.append(
            _query(
                comparison, "drift_categories", f"The categories of {names}.", sql, categories=chunk, is_labeled=False
            )
        )
    if roles.label or roles.probabilities:
        sql = render("labels_query", comparison.engine, **windows, **labels, settings=settings)
        purpose = "Reject rate, entropy and class mix."
        found.append(_query(comparison, "drift_labels", purpose, sql, has_probabilities=True))
    if roles.label:
        sql = render("classes_query", comparison.engine, **windows, label=_LABEL)
        found.append(_query(comparison, "drift_classes", "The share of each class.", sql))
    timeless = _timeless(comparison)
    sql = render(
        "check_query",
        comparison.engine,
        **numbers,
        **labels,
        features=_features(comparison, roles.features),
        categories=_categories(comparison, roles.categories),
        uncounted=_uncounted(comparison, are_columns_known),
        timeless=["time_column", _TIMELESS] if timeless else [],
        missing=_missing(comparison, labels["probabilities"]),
    )
    purpose = "Every check: effect, evidence, and whether it is an alert."
    found.append(
        _query(
            comparison,
            "drift_check",
            purpose,
            sql,
            roles.features,
            categories=roles.categories,
            has_probabilities=True,
            has_keys=True,
            timeless=timeless,
        )
    )
    return found


def _missing(comparison: Comparison, probabilities: Sequence[str]) -> list[list[Any]]:
    """List the columns of which missing values are compared, as :func:`driftql.check.missing.count_missing` does."""
    roles, engine = comparison.columns, comparison.engine
    found: list[tuple[str | None, str, str, str | Sequence[str]]] = []
    for place, column in enumerate(roles.features, start=1):
        if roles.scores.get(column.name) == "probability" and probabilities:
            continue
        found.append((column.name, "missing", "missing", _VALUE.format(place)))
        if column.kind == "float":
            found.append((column.name, "NaN or infinite", "non_finite", _VALUE.format(place)))
    found += [
        (column.name, "missing", "missing", _CATEGORY.format(place))
        for place, column in enumerate(roles.categories, start=1)
    ]
    if roles.label:
        found.append((roles.label.name, name_missing_role("label", roles.label.name), "missing", _LABEL))
    if probabilities:
        name = roles.probabilities[0].name if len(roles.probabilities) == 1 else None
        found.append((name, name_missing_role("probabilities", name), "incomplete", probabilities))
    for key, alias in _keys(comparison):
        found.append((key.name, f"no {key.name}", "missing", alias))
    return [
        ["null" if name is None else fragments.text(name, engine), fragments.text(words, engine), kind, value]
        for name, words, kind, value in found
    ]


def _keys(comparison: Comparison) -> list[tuple[Column, str]]:
    """List user and time, as far as both windows have them and rows without them, with what the windows call them."""
    roles = comparison.columns
    windows = (comparison.reference, comparison.current)
    keys = [(roles.user, _USER)]
    if not any(rows.time_conditions for rows in windows):
        keys.append((roles.bucket_start, _TIME))
    return [(key, alias) for key, alias in keys if key and all(rows.quoted(key) != "null" for rows in windows)]


def _plain(value: float) -> str:
    """Write a threshold as people do; an engine casts up to 15 digits to the nearest double."""
    shortest = repr(float(value))
    digits = shortest.partition("e")[0].replace(".", "").lstrip("-0")
    return shortest if len(digits) <= _DIGITS else fragments.number(value)


def _uncounted(comparison: Comparison, are_columns_known: bool) -> list[list[str]]:
    """List what is not counted, as check, feature and reason: what cannot be compared, and columns left out."""
    columns, engine = comparison.columns, comparison.engine
    rows: list[tuple[str, str | None, str]] = []
    for name, reason in columns.unusable.items():
        rows += [(check, name, reason) for check in (DriftTrigger.FEATURE_PSI, DriftTrigger.FEATURE_KS)]
    for name, reason in columns.lost_categories.items():
        rows += [(check, name, reason) for check in (DriftTrigger.FEATURE_PSI, DriftTrigger.NEW_CATEGORY)]
    for role, reason in columns.lost.items():
        rows += [(check, None, reason) for check in CHECKS_OF_ROLES[role]]
    asked = {
        DriftTrigger.ROW_COUNT: comparison.row_count_ratio is not None,
        DriftTrigger.STALE: comparison.freshness is not None,
    }
    rows += [(check, None, _IN_PYTHON) for check, is_asked in asked.items() if is_asked]
    said = {*columns.unusable, *columns.lost_categories}
    rows += [(_LEFT_OUT, part.column, part.reason) for part in columns.left_out if part.column not in said]
    if not are_columns_known and comparison.reference.relation != comparison.current.relation:
        rows.append((_LEFT_OUT, None, "which columns the tables have is not known here, so these are not compared"))
    found = [
        [
            fragments.text(check, engine),
            "null" if name is None else fragments.text(name, engine),
            fragments.text(reason, engine),
        ]
        for check, name, reason in rows
    ]
    _, alert = judge_schema(columns.changes)
    if alert is not None:
        lost = sum(change.severity == "critical" for change in columns.changes or ())
        words = fragments.text(describe_alert(alert), engine)
        found.append([fragments.text(DriftTrigger.SCHEMA_CHANGE, engine), "null", words, str(lost)])
    return found


def _timeless(comparison: Comparison) -> str:
    """Write a step that counts the rows without a time, which no window by time holds; ``""`` without such windows."""
    found = timeless_rows((comparison.reference, comparison.current))
    parts = ["\n".join(f"    {line}" for line in _from(relation, conditions)) for relation, conditions in found]
    if not parts or comparison.columns.bucket_start is None:
        return ""
    name = render("as_text", comparison.engine, fragments.text(comparison.columns.bucket_start.name, comparison.engine))
    body = f"    select {name} as time_column, count(*) as row_count\n"
    if len(parts) > 1:
        union = "\n    union all\n".join(f"    select 1 as one\n{part}" for part in parts)
        body += f"    from (\n{union}\n    ) as rows_of_both"
    else:
        body += parts[0]
    return f"-- Rows without a time, which are in neither window.\n{_TIMELESS} as (\n{body}\n),\n"


def _features(comparison: Comparison, columns: Sequence[Column]) -> list[list[Any]]:
    return [
        [fragments.text(column.name, comparison.engine), _VALUE.format(place), int(column.kind == "float")]
        for place, column in enumerate(columns, start=1)
    ]


def _categories(comparison: Comparison, columns: Sequence[Column]) -> list[list[str]]:
    return [
        [fragments.text(column.name, comparison.engine), _CATEGORY.format(place), _CATEGORY.format(place)]
        for place, column in enumerate(columns, start=1)
    ]


def _query(
    comparison: Comparison,
    name: str,
    purpose: str,
    sql: str,
    features: Sequence[Column] = (),
    *,
    categories: Sequence[Column] = (),
    is_labeled: bool = True,
    has_probabilities: bool = False,
    has_keys: bool = False,
    timeless: str = "",
) -> Statement:
    """Put comment and windows in front of a query that reads some columns; it begins with a ``with`` of its own."""
    is_about_labels = has_probabilities or (is_labeled and not features)
    keys = _keys(comparison) if has_keys else []
    windows = [
        f"-- The {role} window.\n{step} as (\n"
        f"{_window(rows, features, categories, is_about_labels, has_probabilities, keys)}\n),\n"
        for role, step, rows in (
            ("reference", _REFERENCE, comparison.reference),
            ("current", _CURRENT, comparison.current),
        )
    ]
    body = sql.removeprefix("with\n")
    return Statement(name, purpose, f"{describe_query(comparison, name)}with\n{''.join(windows)}{timeless}{body}")


def _window(
    rows: Rows,
    features: Sequence[Column],
    categories: Sequence[Column],
    has_label: bool,
    has_probabilities: bool,
    keys: Sequence[tuple[Column, str]],
) -> str:
    """Write the select of one window, the only one that names its table and its columns."""
    own = replace(rows, spells_own=True)
    columns = [f"{own.value(column)} as {_VALUE.format(place)}" for place, column in enumerate(features, start=1)]
    columns += [
        f"{own.category(column)} as {_CATEGORY.format(place)}" for place, column in enumerate(categories, start=1)
    ]
    if has_label and rows.columns.label:
        columns.append(f"{own.label} as {_LABEL}")
    if has_probabilities and rows.columns.is_list:
        columns.append(f"{own.probabilities[0]} as {_LIST}")
    elif has_probabilities:
        columns += [f"{p} as {_PROBABILITY.format(place)}" for place, p in enumerate(own.probabilities, start=1)]
    columns += [f"{own.quoted(key)} as {alias}" for key, alias in keys]
    named = [f"        {column}" for column in columns or ["1 as one"]]
    source = [f"    {line}" for line in _from(rows.relation, rows.conditions)]
    return "\n".join(["    select", ",\n".join(named), *source])


def _from(relation: str, conditions: Sequence[str]) -> list[str]:
    lines = [f"{'    and' if number else 'where'} {condition}" for number, condition in enumerate(conditions)]
    return [f"from {relation} as monitored", *lines]
