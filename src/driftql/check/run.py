"""Run a drift check from end to end: windows, statements, verdict, report."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from driftql.check.columns import ColumnMap
from driftql.check.comparison import Comparison
from driftql.check.limits import Limits
from driftql.check.measure import measure, refine
from driftql.check.statement import Progress, Runner
from driftql.check.summary import summarize
from driftql.check.telemetry import take_snapshot, warn_of_versions
from driftql.check.users import name_affected_users
from driftql.check.verdict import judge, open_features
from driftql.check.windows import resolve
from driftql.config import MonitorConfig
from driftql.engines import require
from driftql.report import DriftReport
from driftql.warehouse import use_warehouse
from driftql.warehouse.base import Warehouse

if TYPE_CHECKING:
    from driftql.aliases import WarehouseLike

__all__ = ["resolved", "run_monitor"]


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
        The settings of the comparison.
    warehouse
        The database of the tables: what :func:`driftql.connect` takes or returned; None to read files. Nothing is
        written.
    name
        The monitor's name, for the report.
    progress
        Called before every statement.
    limits
        How much work one statement does; the defaults suit every engine.

    Returns
    -------
    DriftReport
        The results, the alerts, the checks that could not be computed, and every statement that ran.

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
    comparison = resolve(monitor, warehouse, runner.run, limits)
    if comparison.columns.is_list:
        require(warehouse.engine, "lists")
    counts = measure(comparison, runner, exact=monitor.exact)
    summaries = comparison.summaries
    for summary, profile in zip(summaries, counts.profiles, strict=True):
        summary.rows = profile.rows
        summary.first_bucket, summary.last_bucket = profile.first_bucket, profile.last_bucket
    verdict = judge(counts, comparison)
    while names := open_features(verdict, comparison.thresholds):
        counts = refine(comparison, runner, counts, names)
        verdict = judge(counts, comparison)
    alerts, warnings = name_affected_users(comparison, counts, verdict, runner, monitor.user_lookups)
    return DriftReport(
        run_id=run_id,
        monitor=name,
        engine=warehouse.engine.name,
        alerts=alerts,
        feature_report=verdict.features,
        reject_rate_drift=verdict.reject,
        entropy_drift=verdict.entropy,
        class_shift=verdict.classes,
        telemetry_snapshot=take_snapshot(counts, comparison),
        summary=summarize(verdict),
        any_critical=any(alert.severity == "critical" for alert in alerts),
        reference=summaries[0],
        current=summaries[1],
        config=_used(monitor, comparison.columns),
        evidence_cutoff=verdict.cutoff,
        not_computed=list(verdict.not_computed),
        warnings=[*verdict.warnings, *warn_of_versions(counts), *warnings],
        statements=runner.statements,
    )


def resolved(monitor: MonitorConfig, warehouse: Warehouse) -> tuple[Comparison, Runner]:
    """Resolve a monitor without checking it; the runner holds the statements that this took."""
    runner = Runner(warehouse)
    return resolve(monitor, warehouse, runner.run), runner


def _used(monitor: MonitorConfig, columns: ColumnMap) -> dict[str, Any]:
    """Return the settings as they were applied: each role with the column it found."""
    roles = {
        role: column.name if (column := getattr(columns, role)) else None
        for role in ("user", "bucket_start", "bucket_end", "label", "confidence", "schema_version")
    }
    return {
        "columns": {
            **roles,
            "probabilities": [column.name for column in columns.probabilities],
            "reject_label": monitor.columns.reject_label,
        },
        "features": [column.name for column in columns.features],
        "thresholds": monitor.thresholds.model_dump(mode="json"),
    }
