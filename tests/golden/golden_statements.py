"""The statements of one representative monitor, for an engine, and the rows that they are tried on.

The monitor has a feature of each kind (a float with a reserved word for a name, a decimal too long for a double, an integer
beyond 2^53, a boolean), labels, a confidence, probabilities as columns and as a list, users, a queue and a history.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

import numpy as np

from driftql.check import plan
from driftql.check.cluster_statements import (
    cluster_carrier,
    cluster_counts,
    cluster_sums,
    days_of,
    measure_categories,
    measure_entropy,
    measure_feature,
    measure_labels,
    measure_missing,
    measure_new,
    users_of,
)
from driftql.check.columns import ColumnMap
from driftql.check.comparison import Comparison
from driftql.check.grid import Grid, Term, Warp
from driftql.check.rows import Rows, time_condition
from driftql.config import Thresholds
from driftql.engines import ENGINES, Engine
from driftql.records.queue import Asked, enqueue_statement
from driftql.report import MissingDrift, MissingRole, WindowSummary
from driftql.sql import conditions, fragments
from driftql.sql.render import macro_set, render
from driftql.stats.means import Moments
from driftql.warehouse.base import Column, ColumnKind

ENGINES_OF_GOLD = ("bigquery", "databricks", "redshift", "snowflake", "trino")
WITHOUT_LISTS = frozenset({"redshift"})

TABLE = ("shop", "predictions")
QUEUE = "driftql_queue"
HISTORY = ("driftql_runs", "driftql_metrics", "driftql_telemetry")
CREATED = dt.datetime(2026, 1, 15, 8, 30)
DRIFT, UNSURE = Asked("drift", "flights", "predictions"), Asked("low_confidence", None, "predictions")
SPLIT = dt.datetime(2026, 1, 8)
ROWS = 240
# Of the seven users some have so many rows before the split, and some fewer.
OWN = plan.OwnRows(least_rows=2, enough=17, limit=-2.5)


def _risen(column: str | None, role: MissingRole, kind: Literal["missing", "non_finite"]) -> MissingDrift:
    """Return a share of missing values that has risen from 3 to 20 %."""
    return MissingDrift(
        column=column, role=role, kind=kind, ref_share=0.03, cur_share=0.2, increase=0.17, is_flagged=True
    )


KINDS: dict[str, ColumnKind] = {
    "user_id": "text",
    "bucket_start_ts": "timestamp",
    "bucket_end_ts": "timestamptz",
    "predicted_label": "text",
    "confidence": "float",
    "p_a": "float",
    "p_b": "float",
    "p_unknown": "float",
    "probs": "list",
    "schema_version": "text",
    "order": "float",
    "Amount": "decimal",
    "visits": "integer",
    "is_new": "boolean",
}


def rows() -> list[dict[str, Any]]:
    """Two weeks of rows; in the second one values are higher, the label 'b' more frequent, the model less sure."""
    rng = np.random.default_rng(20260101)
    made = []
    for number in range(ROWS):
        late = number >= ROWS // 2
        weights = np.round(rng.dirichlet((2, 2, 2) if late else (9, 2, 1)), 6)
        start = dt.datetime(2026, 1, 1) + dt.timedelta(minutes=84 * number, microseconds=number)
        order: float | None = round(float(rng.normal(13 if late else 10, 2)), 3)
        if number % 31 == 0:
            order = (None, math.nan, math.inf, -math.inf)[number // 31 % 4]
        made.append(
            {
                "user_id": None if number % 41 == 40 else f"user {number % 7}",
                "bucket_start_ts": start,
                "bucket_end_ts": None
                if number % 17 == 0
                else (start + dt.timedelta(seconds=90)).replace(tzinfo=dt.UTC),
                "predicted_label": ("a", "b", "Mixed/Unknown")[int(np.argmax(weights))],
                "confidence": None if number % 23 == 0 else round(float(weights.max()), 2),
                "p_a": float(weights[0]),
                "p_b": float(weights[1]),
                "p_unknown": None if number % 29 == 0 else float(weights[2]),
                "probs": None if number % 37 == 0 else [float(weight) for weight in weights],
                "schema_version": "2" if late else "1",
                "order": order,
                "Amount": Decimal(int(rng.integers(0, 40 + 20 * late))) + Decimal("1234567890123.000001"),
                "visits": 2**53 + int(rng.integers(0, 12 + 4 * late)),
                "is_new": bool(rng.random() < (0.5 if late else 0.3)),
            }
        )
    return made


@dataclass(frozen=True)
class Golden:
    """One statement.

    Attributes
    ----------
    name
        Of the file.
    sql
        The text.
    writes
        Whether it changes something.
    """

    name: str
    sql: str
    writes: bool = False


def statements(engine: Engine) -> list[Golden]:
    """Return every statement that driftql has for the representative monitor; those that write come in an order that works."""
    columns = {
        name: Column(name, "decimal(38, 9)" if kind == "decimal" else kind, kind) for name, kind in KINDS.items()
    }
    quoted = {name: fragments.identifier(name, engine) for name in KINDS}
    table = ".".join(fragments.identifier(part, engine) for part in TABLE)
    queue = fragments.identifier(QUEUE, engine)
    filter_text = f"{quoted['schema_version']} <> '0'"
    vetted = conditions.condition(filter_text, engine, KINDS, "the filter of the reference window")
    start = columns["bucket_start_ts"]
    features = [columns[name] for name in ("order", "Amount", "visits", "is_new")]
    by_role = ColumnMap(
        user=columns["user_id"],
        bucket_start=start,
        bucket_end=columns["bucket_end_ts"],
        label=columns["predicted_label"],
        confidence=columns["confidence"],
        schema_version=columns["schema_version"],
        probabilities=tuple(columns[name] for name in ("p_a", "p_b", "p_unknown")),
        features=tuple(features),
    )
    thresholds = Thresholds(psi_bins=4)
    reference = Rows(engine, table, by_role, (vetted, *time_condition(start, None, SPLIT, engine)), time_conditions=1)
    current = Rows(engine, table, by_role, time_condition(start, SPLIT, None, engine), time_conditions=1)
    timeless = plan.rows_without_time([reference])
    assert timeless is not None
    summaries = (
        WindowSummary(role="reference", source="predictions"),
        WindowSummary(role="current", source="predictions"),
    )
    comparison = Comparison(reference, current, by_role, thresholds, "Mixed/Unknown", summaries)
    by_columns = _with_columns(comparison, replace(by_role, confidence=None, bucket_end=None))
    by_list = _with_columns(comparison, replace(by_role, confidence=None, probabilities=(columns["probs"],)))
    by_value = _with_values(comparison, columns)
    has_lists = engine.name not in WITHOUT_LISTS
    order, amount, visits, is_new = features
    # No value lies halfway between two bins: which of them it goes to is the engine's own way of rounding.
    first, middle = 4.00003, 10.00007
    plain = Grid(
        (first, middle, 22.0), (8.0, 4.0), (Term(first, middle, 8.0, False, True), Term(middle, 22.0, 4.0, True, False))
    )
    warped = Grid((0.0, 1.0), (64.0,), (Term(0.0, 1.0, 64.0, False, False),), Warp(1, 0.0, 0.125))
    low, high = 1234567890122.75, 1234567890183.0
    coarse = Grid((low, high), (0.5,), (Term(low, high, 0.5, False, False),))
    day = render("timestamp_value", engine, fragments.text("2026-01-15 00:00:00.000000", engine))
    text = lambda value: fragments.text(value, engine)  # noqa: E731
    found = [
        Golden("bucket_range", render("bucket_range", engine, table, quoted["bucket_start_ts"], "")),
        Golden("bucket_range_zoned", render("bucket_range", engine, table, render("utc_timestamp", engine, quoted["bucket_end_ts"], 1), "")),
        Golden("bucket_range_filtered", render("bucket_range", engine, table, quoted["bucket_start_ts"], current.condition)),
        Golden("past_rows", render("past_rows", engine, table, quoted["bucket_start_ts"], day, "")),
        Golden(
            "bucket_range_local",
            render("bucket_range", engine, table, render("utc_of_local", engine, quoted["bucket_start_ts"], text("Europe/Amsterdam")), ""),
        ),
        Golden("window_overlap", render("window_overlap", engine, table, reference.condition, current.condition)),
        Golden("probability_sums", render("probability_sums", engine, table, [quoted[name] for name in ("p_a", "p_b", "p_unknown")], 1000)),
        Golden("value_sample", render("value_sample", engine, table, [quoted["schema_version"], quoted["predicted_label"]], 1000)),
        Golden("window_profile", plan.window_profile(comparison, features, strict=False).sql),
        Golden("window_profile_strict", plan.window_profile(comparison, [order], strict=True).sql),
        Golden("rows_without_time", timeless.sql),
        Golden("rows_per_day", plan.rows_per_day(comparison, [0, 4499]).sql),
        Golden("label_profile", plan.label_profile(comparison).sql),
        Golden("label_profile_values", plan.label_profile(by_value).sql),
        Golden("confidence_profile", plan.confidence_profile(comparison.current).sql),
        Golden("confidence_profile_columns", plan.confidence_profile(by_columns.current).sql),
        Golden("category_counts", plan.category_counts(comparison, [columns["schema_version"], columns["predicted_label"]], 2).sql),
        Golden("category_counts_values", plan.category_counts(comparison, [is_new, visits], 3).sql),
        Golden("feature_counts", plan.feature_counts(comparison, [order, amount, is_new]).sql),
        Golden("feature_counts_repeats", plan.feature_counts(comparison, [is_new], repeats=True).sql),
        Golden("feature_counts_wide", plan.feature_counts(comparison, [visits], as_double=False).sql),
        Golden("feature_sample", plan.feature_sample(comparison, [order, amount], 100.0).sql),
        Golden("feature_histogram", plan.feature_histogram(comparison, [(order, plain), (order, warped), (amount, coarse)], set()).sql),
        Golden("feature_refined", plan.feature_refined(comparison, order, plain, set(), as_double=True).sql),
        Golden("feature_refined_wide", plan.feature_refined(comparison, amount, coarse, set(), as_double=False).sql),
        Golden("users_by_feature", plan.users_by_feature(comparison, order, [8.6, 10.0, 11.5], [0.25, 0.25, 0.3, 0.2], [(5, 0.5), (50, 0.25)], OWN).sql),
        Golden("users_by_reject_rate", plan.users_by_reject_rate(comparison, 3, 100, [(1, 2), (20, 4)], 40, 2.5, OWN).sql),
        Golden("users_by_missing", plan.users_by_missing(comparison, _risen(order.name, "feature", "non_finite"), 3, 100, [(1, 2), (20, 4)], 40, 2.5, OWN).sql),
        Golden("users_by_missing_vectors", plan.users_by_missing(comparison, _risen(None, "probabilities", "missing"), 0, 100, [(1, 1)], 40, 2.5, OWN).sql),
        Golden("users_by_entropy", plan.users_by_entropy(comparison, Moments(110, 0.4, 0.01), 0.109861, [(1.0, 6.25), (10.0, 1.8125)], 17, falls=False).sql),
        Golden("users_by_class", plan.users_by_class(comparison, [("a", 90), ("b", 10), ("it's", 0)], 100, [(5, 9.5), (50, 6.0)], OWN).sql),
        Golden("users_by_class_values", plan.users_by_class(by_value, [("0", 90), ("1", 10)], 100, [(5, 9.5), (50, 6.0)], OWN).sql),
        Golden("users_by_category", plan.users_by_category(comparison, columns["schema_version"], [("v1", 70), ("it's", 20)], 10, 0.15, [(5, 9.5), (50, 6.0)], OWN).sql),
        Golden("users_by_new_category", plan.users_by_new_category(comparison, columns["schema_version"], 3, 100, [(2, 2), (20, 4)], 40, 2.5, 2).sql),
        *_clustered(comparison, columns),
        *_finished(comparison),
        Golden("create_queue", render("create_queue", engine, queue), True),
        *[
            Golden(macro, render(macro, engine, *arguments), True)
            for macro, arguments in (
                ("create_queue_rule", (queue, fragments.identifier(f"{QUEUE}_one_bucket", engine), "bucket")),
                ("lock_queue", (queue,)),
            )
            if render(macro, engine, *arguments).strip()
        ],
        Golden("enqueue", enqueue_statement(comparison.current, queue, DRIFT, CREATED, None, 20).sql, True),
        Golden("enqueue_below", enqueue_statement(by_columns.current, queue, UNSURE, CREATED, 0.5, 0).sql, True),
        *([Golden("settle_queue", settle, True)] if (settle := render("settle_queue", engine, queue).strip()) else []),
        Golden("count_pending", render("count_pending", engine, queue, "status = 'pending'")),
        Golden("pending_requests", render("pending_requests", engine, queue, day, 10)),
        Golden("mark_request", render("mark_request", engine, queue, f"request_id = {text('00000000-0000-4000-8000-000000000000')}", text("labeled"), day), True),
        *_history(engine),
    ]  # fmt: skip
    if has_lists:
        found += [
            Golden("label_profile_list", plan.label_profile(by_list).sql),
            Golden("confidence_profile_list", plan.confidence_profile(by_list.current).sql),
            Golden(
                "users_by_entropy_list",
                plan.users_by_entropy(
                    by_list, Moments(110, 0.4, 0.01), 0.109861, [(1.0, 6.25), (10.0, 1.8125)], 17, falls=True
                ).sql,
            ),
            Golden("enqueue_list", enqueue_statement(by_list.current, queue, DRIFT, CREATED, None, 5).sql, True),
        ]
    return found


def _history(engine: Engine) -> list[Golden]:
    names = [fragments.identifier(name, engine) for name in HISTORY]
    moment = render("timestamp_value", engine, fragments.text("2026-01-15 08:30:00.000001", engine))
    text = lambda value: fragments.text(value, engine)  # noqa: E731
    created = macro_set(engine).macros["create_history"](*names)
    columns = ["run_id", "recorded_at", "monitor", "window_role", "feature", "metric", "value", "threshold", "flagged"]
    values = [
        [text("run 1"), moment, text("it's"), text("comparison"), text("order"), text("psi"), "3e-1", "2e-1", "true"],
        [text("run 1"), moment, "null", text("current"), "null", text("rows"), "120", "null", "null"],
    ]
    return [
        *(Golden(f"create_history_{name}", sql.strip(), True) for name, sql in zip(HISTORY, created, strict=True)),
        Golden("insert_rows", render("insert_rows", engine, names[1], columns, values), True),
        Golden("metric_history", render("metric_history", engine, names[1], f"metric = {text('psi')}", 30, 1)),
        Golden("recent_runs", render("recent_runs", engine, names[0], "1 = 1", 30, 1, 1)),
    ]


def _with_columns(comparison: Comparison, by_role: ColumnMap) -> Comparison:
    reference, current = (replace(rows, columns=by_role) for rows in (comparison.reference, comparison.current))
    return replace(comparison, reference=reference, current=current, columns=by_role)


def _with_values(comparison: Comparison, columns: dict[str, Column]) -> Comparison:
    """Return labels that are decimals in the reference and booleans in the current window, of users that are floats."""
    by_role = comparison.columns
    reference = replace(
        comparison.reference,
        columns=replace(by_role, label=columns["is_new"], user=columns["order"], probabilities=()),
        own_names={"is_new": "Amount", "order": "user_id"},
        text_kinds={"user": "text", "label": "decimal"},
    )
    current = replace(
        comparison.current,
        columns=replace(by_role, label=columns["is_new"], user=columns["order"], probabilities=()),
        text_kinds={"user": "float", "label": "flag"},
    )
    return replace(comparison, reference=reference, current=current, columns=current.columns)


def _clustered(comparison: Comparison, columns: dict[str, Column]) -> list[Golden]:
    """Return the statements that sum over days and over users."""
    days, users = days_of(comparison), users_of(comparison)
    assert days is not None
    assert users is not None
    order, version = columns["order"], columns["schema_version"]
    below = measure_feature(comparison, order, [8.6, 10.0, 11.5])
    mix = measure_categories(comparison, version, ["1", "it's"])
    new = measure_new(comparison, version, ["2"])
    assert mix is not None
    assert new is not None
    measures = [
        below,
        mix,
        new,
        measure_labels(comparison, ["a", "Mixed/Unknown"]),
        measure_entropy(comparison),
        measure_missing(comparison, [order], "missing"),
        measure_missing(comparison, [order], "non_finite"),
        measure_missing(comparison, [], "incomplete"),
    ]
    return [
        Golden("cluster_carrier", cluster_carrier(comparison, users, below, 2, "order").sql),
        Golden("cluster_counts", cluster_counts(comparison, days, measures, "all").sql),
        Golden("cluster_sums", cluster_sums(comparison, users, below, "order").sql),
        Golden("cluster_sums_mix", cluster_sums(comparison, users, mix, "schema_version").sql),
        Golden("cluster_sums_entropy", cluster_sums(comparison, users, measure_entropy(comparison), "entropy").sql),
    ]


def _finished(comparison: Comparison) -> list[Golden]:
    """Return the queries that finish a check in SQL."""
    engine, rules = comparison.engine, comparison.thresholds
    settings = {
        "min_rows": rules.min_rows,
        "psi_epsilon": fragments.number(rules.psi_epsilon),
        "psi": fragments.number(rules.psi),
        "ks": fragments.number(rules.ks),
        "reject_rate_increase": fragments.number(rules.reject_rate_increase),
        "entropy_ratio": fragments.number(rules.entropy_ratio),
        "entropy_increase": fragments.number(rules.entropy_increase),
        "class_shift": fragments.number(rules.class_shift),
        "category_shift": fragments.number(rules.category_shift),
        "new_category": fragments.number(rules.new_category),
        "category_limit": 3,
        "missing_increase": fragments.number(rules.missing_increase),
        "alpha": fragments.number(rules.alpha),
        "evidence": 1,
        "reject_label": fragments.text(comparison.reject_label, engine),
        "entropy_floor": fragments.number(1e-8),
        "probability_tolerance": fragments.number(rules.probability_tolerance),
    }
    names = {name: fragments.identifier(name, engine) for name in KINDS}
    features = [
        [
            fragments.text(name, engine),
            comparison.current.value(Column(name, KINDS[name], KINDS[name])),
            int(KINDS[name] == "float"),
        ]
        for name in ("order", "Amount", "is_new")
    ]
    read = [
        Column(name, KINDS[name], KINDS[name])
        for name in ("order", "Amount", "is_new", "predicted_label", "p_a", "p_b", "p_unknown")
    ]
    windows = {"ref": comparison.reference.reading(read), "cur": comparison.current.reading(read)}
    fractions = [fragments.number(fraction) for fraction in comparison.fractions]
    numbers = {**windows, "features": features, "fractions": fractions, "settings": settings}
    vector = {"probabilities": [names[name] for name in ("p_a", "p_b", "p_unknown")], "is_list": 0}
    labels = {"label": names["predicted_label"], **vector}
    version = Column("schema_version", "text", "text")
    categories = [
        [
            fragments.text("schema_version", engine),
            comparison.reference.category(version),
            comparison.current.category(version),
        ]
    ]
    mixed = {
        "ref": comparison.reference.reading([*read, version]),
        "cur": comparison.current.reading([*read, version]),
    }
    amount = features[1]
    missing = [
        [amount[0], fragments.text("missing", engine), "missing", amount[1]],
        [amount[0], fragments.text("NaN or infinite", engine), "non_finite", amount[1]],
        ["null", fragments.text("incomplete probabilities", engine), "incomplete", vector["probabilities"]],
    ]
    return [
        Golden("bins_query", render("bins_query", engine, **numbers)),
        Golden("features_query", render("features_query", engine, **numbers)),
        Golden("classes_query", render("classes_query", engine, **windows, label=names["predicted_label"])),
        Golden("labels_query", render("labels_query", engine, **windows, **labels, settings=settings)),
        Golden("categories_query", render("categories_query", engine, **mixed, features=categories, settings=settings)),
        Golden(
            "check_query",
            render(
                "check_query",
                engine,
                **numbers | mixed,
                **labels,
                categories=categories,
                uncounted=[],
                timeless=[],
                missing=[],
            ),
        ),
        Golden(
            "missing_query", render("missing_query", engine, **windows, missing=missing, is_list=0, settings=settings)
        ),
    ]


def golden_engines() -> list[Engine]:
    """Return the engines whose SQL is kept."""
    return [ENGINES[name] for name in ENGINES_OF_GOLD]
