"""Run a drift check from end to end: windows, statements, verdict, report."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from driftql.check.columns import Layout
from driftql.check.limits import Limits
from driftql.check.measure import measure, refine
from driftql.check.plan import CheckPlan
from driftql.check.statement import Progress, Runner
from driftql.check.summary import summarize
from driftql.check.users import name_affected_users
from driftql.check.verdict import judge, unsettled_features
from driftql.check.windows import Sides, resolve_windows
from driftql.config import MonitorConfig
from driftql.engines import Engine, require
from driftql.report import DriftReport
from driftql.warehouse import use_warehouse
from driftql.warehouse.base import Warehouse

if TYPE_CHECKING:
    from driftql.aliases import WarehouseLike

__all__ = [
    "plan_of",
    "run_monitor",
    "sides_of",
]


def run_monitor(
    monitor: MonitorConfig,
    warehouse: WarehouseLike | None = None,
    *,
    name: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
) -> DriftReport:
    """Compare two windows inside a database.

    Parameters
    ----------
    monitor
        What to compare and how.
    warehouse
        Where the tables are: what :func:`driftql.connect` takes or returned; None to read files. Nothing is written.
    name
        The monitor's name, for the report.
    progress
        Called before every statement.
    limits
        How much one statement does; the defaults suit every engine.

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

    Examples
    --------
    >>> import duckdb
    >>> from driftql.config import WindowConfig
    >>> connection = duckdb.connect()
    >>> rows = "select i % 60 as age, i >= 500 as is_new from range(1000) as t(i)"
    >>> _ = connection.execute(f"create table visits as {rows}")
    >>> monitor = MonitorConfig(
    ...     table="visits",
    ...     exclude=["is_new"],
    ...     reference=WindowConfig(filter="not is_new"),
    ...     current=WindowConfig(filter="is_new"),
    ... )
    >>> print(run_monitor(monitor, connection).summary)
    No alert: 1 feature within the thresholds.
    """
    run_id = uuid.uuid4()
    with use_warehouse(warehouse) as database:
        require(database.engine, "check")
        with database.tagged(name, run_id), database.snapshot():
            return _checked(monitor, database, name, progress, run_id, limits or Limits())


def _checked(
    monitor: MonitorConfig,
    warehouse: Warehouse,
    name: str | None,
    progress: Callable[[Progress], None] | None,
    run_id: uuid.UUID,
    limits: Limits,
) -> DriftReport:
    runner = Runner(warehouse, progress)
    sides = resolve_windows(monitor, warehouse, runner.run)
    plan = replace(plan_of(monitor, warehouse.engine, sides), limits=limits)
    if sides.layout.is_list:
        require(warehouse.engine, "lists")
    measured = measure(plan, runner, exact=monitor.exact)
    summaries = (sides.reference_summary, sides.current_summary)
    for summary, profile in zip(summaries, measured.profiles, strict=True):
        summary.rows = profile.rows
        summary.first_bucket, summary.last_bucket = profile.first_bucket, profile.last_bucket
    verdict = judge(measured, plan, summaries)
    while doubtful := unsettled_features(verdict, monitor.thresholds):
        refine(plan, runner, measured, doubtful)
        verdict = judge(measured, plan, summaries)
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
    return plan_of(monitor, warehouse.engine, resolve_windows(monitor, warehouse, runner.run)), runner


def plan_of(monitor: MonitorConfig, engine: Engine, sides: Sides) -> CheckPlan:
    """Put a monitor's settings and its resolved windows together."""
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
