"""Run a drift check from end to end: windows, statements, verdict, report."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from driftql.check.catalog import Live
from driftql.check.clusters import clusters_of, weigh_clusters
from driftql.check.comparison import Comparison
from driftql.check.counts import Counts
from driftql.check.flaws import describe_timeless
from driftql.check.freshness import with_freshness
from driftql.check.limits import Limits
from driftql.check.measure import measure, refine
from driftql.check.statement import Progress, Runner
from driftql.check.summary import summarize
from driftql.check.telemetry import take_snapshot, warn_of_confidence, warn_of_versions
from driftql.check.users import name_affected_users
from driftql.check.verdict import Verdict, judge, open_features
from driftql.check.windows import resolve
from driftql.config import MonitorConfig
from driftql.display import hidden, redact
from driftql.engines import require
from driftql.errors import ConfigError
from driftql.report import DriftAlert, DriftReport, StatementRun
from driftql.warehouse import use_warehouse

if TYPE_CHECKING:
    from driftql.aliases import MomentLike, WarehouseLike

__all__ = ["Outcome", "check_monitor", "run_monitor"]


class Outcome(NamedTuple):
    """A report, and the comparison that it judges: the labeling queue takes rows of the same window."""

    report: DriftReport
    comparison: Comparison


def run_monitor(
    monitor: MonitorConfig,
    warehouse: WarehouseLike | None = None,
    *,
    name: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
    as_of: MomentLike | None = None,
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
    as_of
        A moment in the past that the check takes for the present: windows such as the last 7 days end there, and rows
        after it are not seen. None: the present.

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
    return check_monitor(monitor, warehouse, name=name, progress=progress, limits=limits, as_of=as_of).report


def check_monitor(
    monitor: MonitorConfig,
    warehouse: WarehouseLike | None = None,
    *,
    name: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
    as_of: MomentLike | None = None,
) -> Outcome:
    """Do what :func:`run_monitor` does, and return the comparison beside the report.

    Parameters
    ----------
    monitor, warehouse, name, progress, limits, as_of
        As in :func:`run_monitor`.

    Returns
    -------
    Outcome
        The report, and the comparison that it judges.

    Raises
    ------
    ConfigError, WarehouseError
        As in :func:`run_monitor`.
    """
    _refuse_wrong_types(name, progress, limits)
    run_id = uuid.uuid4()
    name = None if name is None else hidden(name)
    with use_warehouse(warehouse) as database:
        require(database.engine, "check")
        with database.tagged(name, run_id), database.snapshot():
            runner = Runner(database, progress)
            comparison = resolve(monitor, Live(runner), limits, as_of)
            clusters_of(comparison)
            counts = measure(comparison, runner, exact=monitor.exact)
            verdict = judge(counts, comparison)
            while names := open_features(verdict, comparison):
                counts = refine(comparison, runner, counts, names)
                verdict = judge(counts, comparison)
            verdict = weigh_clusters(comparison, counts, verdict, runner, monitor.user_lookups)
            verdict = with_freshness(verdict, comparison, counts)
            users = name_affected_users(comparison, counts, verdict, runner, monitor.user_lookups)
            statements = _hide_secrets(runner.statements, monitor)
            return Outcome(_report(run_id, name, comparison, counts, verdict, users, statements), comparison)


def _refuse_wrong_types(name: object, progress: object, limits: object) -> None:
    if name is not None and not isinstance(name, str):
        raise ConfigError(f"name is the name of a monitor, a text, not {type(name).__name__}")
    if progress is not None and not callable(progress):
        raise ConfigError(f"progress is a function that takes a Progress, not {type(progress).__name__}")
    if limits is not None and not isinstance(limits, Limits):
        raise ConfigError(f"limits is a driftql.check.limits.Limits, not {type(limits).__name__}")


def _report(
    run_id: uuid.UUID,
    name: str | None,
    comparison: Comparison,
    counts: Counts,
    verdict: Verdict,
    users: tuple[list[DriftAlert], list[str]],
    statements: list[StatementRun],
) -> DriftReport:
    reference, current = (
        summary.model_copy(
            update={"rows": profile.rows, "first_bucket": profile.first_bucket, "last_bucket": profile.last_bucket}
        )
        for summary, profile in zip(comparison.summaries, counts.profiles, strict=True)
    )
    alerts, warnings = users
    doubts = []
    if counts.confidence and comparison.columns.confidence:
        # Of class probabilities the verdict has told what is wrong with them.
        doubts = warn_of_confidence(counts.confidence, comparison.columns, counts.classes)
    return DriftReport(
        run_id=run_id,
        monitor=name,
        engine=comparison.engine.name,
        as_of=comparison.clock.now.replace(tzinfo=dt.UTC) if comparison.clock.is_past else None,
        alerts=alerts,
        feature_report=verdict.features,
        reject_rate_drift=verdict.reject,
        entropy_drift=verdict.entropy,
        class_shift=verdict.classes,
        missing_values=list(verdict.missing),
        schema_change=verdict.schema,
        row_count=verdict.row_count,
        telemetry_snapshot=take_snapshot(counts, comparison),
        summary=summarize(verdict),
        any_critical=any(alert.severity == "critical" for alert in alerts),
        reference=reference,
        current=current,
        config=_settings_in_use(comparison),
        evidence_cutoff=verdict.cutoff,
        cluster_evidence=list(verdict.cluster_evidence),
        unproven=list(verdict.unproven),
        not_computed=list(verdict.not_computed),
        columns_left_out=list(comparison.columns.left_out),
        # They may quote what the user typed, such as a pattern of columns.
        warnings=[
            redact(words)
            for words in (
                *comparison.columns.warnings,
                *verdict.warnings,
                *_warn_of_timeless(comparison, counts),
                *doubts,
                *warn_of_versions(counts),
                *warnings,
            )
        ],
        notes=list(verdict.notes),
        statements=statements,
    )


def _warn_of_timeless(comparison: Comparison, counts: Counts) -> list[str]:
    start = comparison.columns.bucket_start
    return [describe_timeless(counts.timeless, start.name)] if counts.timeless and start else []


def _hide_secrets(statements: list[StatementRun], monitor: MonitorConfig) -> list[StatementRun]:
    """Hide in the text of the statements what the report hides in the conditions of the windows and in its settings."""
    conditions = {window.filter.strip() for window in (monitor.reference, monitor.current) if window.filter}
    label = monitor.columns.reject_label
    texts = {condition: redact(condition) for condition in conditions}
    texts |= {label: hidden(label), label.replace("'", "''"): hidden(label)}
    for text, shown in texts.items():
        if shown != text and text:
            statements = [run.model_copy(update={"sql": run.sql.replace(text, shown)}) for run in statements]
    return statements


def _settings_in_use(comparison: Comparison) -> dict[str, Any]:
    """Return the settings as they were applied: each role with the column it found."""
    columns = comparison.columns
    return {
        "columns": {**columns.names, "reject_label": hidden(comparison.reject_label)},
        "features": [column.name for column in columns.features if column.name not in columns.scores],
        "categories": [column.name for column in columns.categories],
        "features_not_chosen": columns.not_chosen,
        "thresholds": comparison.thresholds.model_dump(mode="json"),
    }
