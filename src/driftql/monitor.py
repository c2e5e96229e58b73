"""A drift check from end to end: windows, statements, verdict, report."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, NamedTuple

from driftql.config import MonitorConfig, Roles, Thresholds, WindowConfig, validated
from driftql.engines import Engine, require
from driftql.errors import ConfigError
from driftql.fragments import timestamp_text
from driftql.layout import Layout
from driftql.measure import Progress, Runner, measure, refine
from driftql.plan import (
    FEATURES_PER_STATEMENT,
    PROFILE_FEATURES_PER_STATEMENT,
    CheckPlan,
    Statement,
    Window,
    time_condition,
)
from driftql.report import DriftReport, utc_now
from driftql.segments import name_affected_users
from driftql.verdict import judge, summarize, unsettled_features
from driftql.warehouse.base import Column, Estimate, Row, Warehouse
from driftql.windows import Sides, resolve_windows

__all__ = [
    "Explained",
    "Progress",
    "explain_monitor",
    "plan_monitor",
    "plan_worksheet",
    "run_drift_check",
    "run_monitor",
    "sides_of",
    "write_drift_report",
]


def run_monitor(
    monitor: MonitorConfig,
    warehouse: Warehouse,
    *,
    name: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> DriftReport:
    """Compare two windows inside a database.

    Parameters
    ----------
    monitor
        What to compare and how.
    warehouse
        Where the tables are; nothing is written to it.
    name
        The monitor's name, for the report.
    progress
        Called before every statement.

    Returns
    -------
    DriftReport
        Results, alerts, what could not be computed, and every statement that was run.

    Raises
    ------
    ConfigError
        If the settings do not fit the tables.
    WarehouseError
        If the database refuses a statement.
    """
    require(warehouse.engine, "check")
    run_id = uuid.uuid4()
    with warehouse.tagged(name, run_id), warehouse.snapshot():
        return _checked(monitor, warehouse, name, progress, run_id)


def _checked(
    monitor: MonitorConfig,
    warehouse: Warehouse,
    name: str | None,
    progress: Callable[[Progress], None] | None,
    run_id: uuid.UUID,
) -> DriftReport:
    runner = Runner(warehouse, progress)
    sides = resolve_windows(monitor, warehouse, runner.run)
    plan = _plan(monitor, warehouse.engine, sides)
    if sides.layout.is_list:
        require(warehouse.engine, "lists")
    measured = measure(plan, runner, exact=monitor.exact)
    summaries = (sides.reference_summary, sides.current_summary)
    for summary, profile in zip(summaries, measured.profiles, strict=True):
        summary.rows = profile.rows
        summary.first_bucket, summary.last_bucket = profile.first_bucket, profile.last_bucket
    judged = (sides.layout, monitor.thresholds, plan.reject_label, summaries)
    verdict = judge(measured, *judged)
    while doubtful := unsettled_features(verdict, monitor.thresholds):
        refine(plan, runner, measured, doubtful)
        verdict = judge(measured, *judged)
    name_affected_users(plan, measured, verdict, runner, monitor.user_lookups)
    return DriftReport(
        run_id=run_id,
        monitor=name,
        engine=warehouse.engine.name,
        alerts=verdict.alerts,
        feature_report=verdict.features,
        reject_rate_drift=verdict.reject,
        entropy_drift=verdict.entropy,
        class_shift=verdict.classes,
        telemetry_snapshot=verdict.telemetry,
        summary=summarize(verdict),
        any_critical=any(alert.severity == "critical" for alert in verdict.alerts),
        reference=summaries[0],
        current=summaries[1],
        config=_used(monitor, sides.layout),
        evidence_cutoff=verdict.cutoff,
        not_computed=verdict.not_computed,
        warnings=verdict.warnings,
        statements=runner.statements,
    )


def sides_of(monitor: MonitorConfig, warehouse: Warehouse) -> tuple[CheckPlan, Runner]:
    """Resolve a monitor's windows without checking them, for whoever works on the same rows.

    Returns
    -------
    tuple[CheckPlan, Runner]
        The plan of the check, and the runner that holds the statements run so far.
    """
    runner = Runner(warehouse)
    return _plan(monitor, warehouse.engine, resolve_windows(monitor, warehouse, runner.run)), runner


def _plan(monitor: MonitorConfig, engine: Engine, sides: Sides) -> CheckPlan:
    return CheckPlan(
        engine, sides.reference, sides.current, sides.layout, monitor.thresholds, monitor.columns.reject_label
    )


def _used(monitor: MonitorConfig, layout: Layout) -> dict[str, Any]:
    """Return the settings as they were applied: each role with the column it found."""
    roles = {
        role: column.name if (column := getattr(layout, role)) else None
        for role in ("user", "bucket_start", "bucket_end", "label", "confidence", "schema_version")
    }
    return {
        "columns": {
            **roles,
            "probabilities": [column.name for column in layout.probabilities],
            "reject_label": monitor.columns.reject_label,
        },
        "features": [column.name for column in layout.features],
        "thresholds": monitor.thresholds.model_dump(mode="json"),
    }


def plan_monitor(monitor: MonitorConfig, warehouse: Warehouse | None, engine: Engine) -> list[Statement]:
    """Write every statement that a check would run, without running it.

    Parameters
    ----------
    monitor
        What to compare.
    warehouse
        Looked at for columns and for the newest row; None to write SQL for tables that are out of reach: then the
        features are to be listed and every column is taken to be a double.
    engine
        The engine to write for.

    Returns
    -------
    list[Statement]
        In the order in which a check runs them. Statements about single users are not among them: they carry numbers
        that the earlier ones find, and run only after an alert.

    Raises
    ------
    ConfigError
        If the settings do not suffice or do not fit the tables.
    """
    if warehouse is not None and warehouse.engine.name == engine.name:
        plan, runner = sides_of(monitor, warehouse)
        before = runner.planned
    else:
        plan, before = _plan_unseen(monitor, engine), []
    return [*before, *_planned(plan)]


def _planned(plan: CheckPlan) -> list[Statement]:
    layout = plan.layout
    profiled = [
        layout.features[start : start + PROFILE_FEATURES_PER_STATEMENT]
        for start in range(0, len(layout.features), PROFILE_FEATURES_PER_STATEMENT)
    ]
    statements = [plan.profile(chunk, strict=not plan.engine.nan_is_greatest) for chunk in profiled or [()]]
    if layout.label or layout.probabilities:
        statements.append(plan.labels())
    if plan.confidence:
        statements.append(plan.confidences())
    for start in range(0, len(layout.features), FEATURES_PER_STATEMENT):
        chunk = layout.features[start : start + FEATURES_PER_STATEMENT]
        statements.append(plan.features(list(enumerate(chunk, start=1))))
    return statements


class Explained(NamedTuple):
    """A statement of a check, and what the engine thinks that it will read; None where the engine cannot tell."""

    statement: Statement
    estimate: Estimate | None


class _Assuming(Runner):
    """Answers the questions that come before a plan without asking them where an answer may cost money or time."""

    def run(self, statement: Statement) -> list[Row]:
        """Note the statement, and answer as a live table would: its newest row is from now."""
        # DuckDB finds the newest row in the blocks' own statistics.
        if self.warehouse.engine.name == "duckdb":
            return super().run(statement)
        self.planned.append(statement)
        now = timestamp_text(utc_now())
        answers: dict[str, list[Row]] = {
            "bucket_range": [(now, now)],
            "probability_sums": [(1, 1)],
            "window_overlap": [(0,)],
        }
        return answers[statement.name]


def explain_monitor(monitor: MonitorConfig, warehouse: Warehouse, *, name: str | None = None) -> list[Explained]:
    """Write every statement that a check would run, with what each will read; none of them is run.

    On engines other than DuckDB not even the newest row is looked up: windows such as "the last 7 days" are counted
    back from now.

    Parameters
    ----------
    monitor
        What to compare.
    warehouse
        Its catalog is read, and its planner asked.
    name
        The monitor's name, for the statements' comment.

    Returns
    -------
    list[Explained]
        In the order of a check.

    Raises
    ------
    ConfigError
        If the settings do not fit the tables.
    WarehouseError
        If the database refuses a statement.
    """
    require(warehouse.engine, "check")
    with warehouse.tagged(name, "explain"), warehouse.snapshot():
        runner = _Assuming(warehouse)
        plan = _plan(monitor, warehouse.engine, resolve_windows(monitor, warehouse, runner.run))
        if plan.layout.is_list:
            require(warehouse.engine, "lists")
        statements = [*runner.planned, *_planned(plan)]
        return [Explained(statement, warehouse.estimate(statement.sql)) for statement in statements]


def plan_worksheet(monitor: MonitorConfig, warehouse: Warehouse | None, engine: Engine) -> list[Statement]:
    """Write one query a check that needs no Python to finish it.

    Parameters
    ----------
    monitor, warehouse, engine
        As in :func:`plan_monitor`.

    Returns
    -------
    list[Statement]
        See :func:`driftql.worksheet.worksheet`.

    Raises
    ------
    ConfigError
        If the settings do not suffice or do not fit the tables.
    """
    from driftql.worksheet import worksheet

    if warehouse is not None and warehouse.engine.name == engine.name:
        return worksheet(sides_of(monitor, warehouse)[0])
    return worksheet(_plan_unseen(monitor, engine))


def _plan_unseen(monitor: MonitorConfig, engine: Engine) -> CheckPlan:
    from driftql import fragments

    def column(name: str | None, kind: Literal["float", "text", "timestamp"]) -> Column | None:
        return None if name is None else Column(name, kind, kind)

    if monitor.features == "auto" or any(set("*?[") & set(name) for name in monitor.features):
        raise ConfigError(
            "without a table to look at, the features must be listed by name (--feature NAME, as often as needed)"
        )
    roles = monitor.columns
    names = [roles.probabilities] if isinstance(roles.probabilities, str) else roles.probabilities or []
    kind: Literal["float", "list"] = "list" if len(names) == 1 else "float"
    layout = Layout(
        user=column(roles.user, "text"),
        bucket_start=column(roles.bucket_start, "timestamp"),
        bucket_end=column(roles.bucket_end, "timestamp"),
        label=column(roles.label, "text"),
        confidence=column(roles.confidence, "float"),
        schema_version=column(roles.schema_version, "text"),
        # One number is no distribution: a single column is a list.
        probabilities=tuple(Column(name, kind, kind) for name in names),
        features=tuple(Column(name, "float", "float") for name in monitor.features),
    )
    known = [roles.user, roles.bucket_start, roles.label, roles.confidence, *names, *monitor.features]
    windows = []
    for role, window in (("reference", monitor.reference), ("current", monitor.current)):
        source = window.table or monitor.table
        if source is None:
            raise ConfigError(f"no table is named for the {role} window")
        if window.last is not None:
            raise ConfigError(f"without a table to look at, the {role} window needs dates in place of {window.last!r}")
        relation = ".".join(fragments.identifier(part, engine) for part in fragments.table_parts(source, engine))
        conditions: tuple[str, ...] = ()
        if window.filter:
            where = f"the filter of the {role} window"
            columns = [name for name in known if name] + fragments.columns_named(window.filter, engine)
            conditions = (fragments.condition(window.filter, engine, columns, where),)
        if window.start is not None or window.end is not None:
            if layout.bucket_start is None:
                raise ConfigError("windows by date need a time column: name it with --time")
            conditions += time_condition(layout.bucket_start, window.start, window.end, engine)
        windows.append(Window(relation, conditions))
    return CheckPlan(engine, windows[0], windows[1], layout, monitor.thresholds, roles.reject_label)


def write_drift_report(report: DriftReport, path: str | Path) -> Path:
    """Write a report as JSON; the file appears whole or not at all.

    Parameters
    ----------
    report
        What to write.
    path
        The file; folders that are missing are made.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ConfigError
        If the file cannot be written.
    """
    target = Path(path)
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
        part.replace(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise ConfigError(f"the report cannot be written to {target}: {error.strerror or error}") from None
    return target


def run_drift_check(
    reference: Any,
    current: Any,
    ref_labels: Any = None,
    cur_labels: Any = None,
    *,
    ref_probs: Any = None,
    cur_probs: Any = None,
    ref_confidences: Any = None,
    cur_confidences: Any = None,
    warehouse: Any = None,
    features: Literal["auto"] | Sequence[str] = "auto",
    exclude: Sequence[str] = (),
    columns: Roles | dict[str, Any] | None = None,
    thresholds: Thresholds | dict[str, Any] | None = None,
    exact: bool = False,
    name: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> DriftReport:
    """Compare two windows: frames in memory, or tables of a warehouse.

    Parameters
    ----------
    reference, current
        Both pandas, Polars or Arrow frames, one row a bucket; or both DataFrames of Spark, which are checked where they
        are, with column names in place of arrays; or both names of tables or files, or
        :class:`~driftql.config.WindowConfig` objects (a table with a time range or a filter).
    ref_labels, cur_labels
        Predicted labels, one a row; or, for tables, the name of the label column.
    ref_probs, cur_probs
        Class probabilities, shape (rows, classes); or, for tables, the names of the columns, or of the one list column.
    ref_confidences, cur_confidences
        Confidence in [0, 1], one a row; or, for tables, the column's name.
    warehouse
        For tables: whatever :func:`driftql.connect` takes, such as a DuckDB file's path, a URL or an open connection,
        or what it returned. None reads files (Parquet, CSV, JSON).
    features
        ``"auto"`` (every numeric column without a role) or names and globs.
    exclude
        Names and globs that are not features.
    columns
        Which column is what, beyond the conventional names.
    thresholds
        Effects and evidence that an alert needs.
    exact
        Count every feature exactly, however many rows there are; see :class:`~driftql.config.MonitorConfig`.
    name
        The monitor's name, for the report.
    progress
        Called before every statement.

    Returns
    -------
    DriftReport
        Results, alerts and what could not be computed.

    Raises
    ------
    ConfigError
        If the arguments do not fit each other or the data.
    WarehouseError
        If the database refuses a statement.
    """
    from driftql import frames
    from driftql.warehouse.spark import frames_as_views, is_spark_frame

    if is_spark_frame(reference) or is_spark_frame(current):
        if warehouse is not None:
            raise ConfigError("DataFrames of Spark bring their session with them: leave 'warehouse' out")
        views, names = frames_as_views(reference, current)
        with views:
            return run_drift_check(
                *names,
                ref_labels,
                cur_labels,
                ref_probs=ref_probs,
                cur_probs=cur_probs,
                ref_confidences=ref_confidences,
                cur_confidences=cur_confidences,
                warehouse=views,
                features=features,
                exclude=exclude,
                columns=columns,
                thresholds=thresholds,
                exact=exact,
                name=name,
                progress=progress,
            )
    roles = columns if isinstance(columns, Roles) else validated(Roles, columns or {}, "columns")
    rules = thresholds if isinstance(thresholds, Thresholds) else validated(Thresholds, thresholds or {}, "thresholds")
    arrays = {
        "label": (ref_labels, cur_labels),
        "probabilities": (ref_probs, cur_probs),
        "confidence": (ref_confidences, cur_confidences),
    }
    if frames.is_source(reference) != frames.is_source(current):
        raise ConfigError("the two windows are either both frames or both tables")
    if frames.is_source(reference):
        windows = tuple(w if isinstance(w, WindowConfig) else WindowConfig(table=str(w)) for w in (reference, current))
        roles = frames.roles_from_names(roles, arrays)
        opened = frames.open_warehouse(warehouse)
    else:
        if warehouse is not None:
            raise ConfigError("frames are checked in memory: leave 'warehouse' out, or name tables in place of frames")
        opened, roles = frames.frame_warehouse((reference, current), arrays, roles)
        windows = (WindowConfig(table=frames.REFERENCE), WindowConfig(table=frames.CURRENT))
    monitor = MonitorConfig(
        columns=roles,
        features="auto" if features == "auto" else list(features),
        exclude=[*exclude],
        reference=windows[0],
        current=windows[1],
        thresholds=rules,
        exact=exact,
    )
    try:
        return run_monitor(monitor, opened, name=name, progress=progress)
    finally:
        if opened is not warehouse:
            opened.close()
