"""A report -> the rows of the history tables."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from driftql.engines import Engine
from driftql.errors import WarehouseError
from driftql.report import DriftReport, DriftTrigger, FeatureDriftResult

__all__ = ["NOTES", "TIMES", "Metric", "Value", "history_rows", "metrics_of", "report_text"]

# What tables lack that were made before these columns.
TIMES = ("reference_start", "reference_end", "current_start", "current_end")
NOTES = ("columns_left_out", "warnings", "notes")

Value = str | float | bool | dt.datetime | None


class Metric(NamedTuple):
    """One number of a report."""

    window_role: str
    feature: str | None
    metric: str
    value: float | None
    threshold: float | None = None
    flagged: bool | None = None


def history_rows(report: DriftReport, engine: Engine) -> dict[str, list[dict[str, Value]]]:
    """Return the rows of each table: 'runs', 'metrics' and 'telemetry'.

    Raises
    ------
    WarehouseError
        If the report is longer than a text of the engine may be.
    """
    return {
        "runs": [_run_row(report, engine)],
        "metrics": _metric_rows(report),
        "telemetry": _telemetry_rows(report),
    }


def _times(report: DriftReport) -> dict[str, Value]:
    """Return when the windows began and ended; where they have no limits, when their rows did."""
    times: dict[str, Value] = {}
    for window in (report.reference, report.current):
        times[f"{window.role}_start"] = window.start if window.start is not None else window.first_bucket
        times[f"{window.role}_end"] = window.end if window.end is not None else window.last_bucket
    return times


def report_text(report: DriftReport, engine: Engine) -> str:
    """Write a report as JSON: without the statements, and then without the bins, where an engine's texts are too short.

    Raises
    ------
    WarehouseError
        If even that is too long.
    """
    text = report.model_dump_json()
    limit = engine.longest_text
    if not limit or len(text.encode()) <= limit:
        return text
    shorter = report.model_copy(update={"statements": []})
    for what, part in (("the statements", shorter), ("the statements and the bins", _without_bins(shorter))):
        note = f"{what} are not in this record, because {engine.title} holds texts of at most {limit:,} bytes"
        text = part.model_copy(update={"notes": [*part.notes, note]}).model_dump_json()
        if len(text.encode()) <= limit:
            return text
    raise WarehouseError(
        f"the report has {len(text.encode()):,} bytes even without its statements and bins, but {engine.title} holds "
        f"texts of at most {limit:,} bytes: check fewer features per monitor, or record in another database"
    )


def _without_bins(report: DriftReport) -> DriftReport:
    if report.feature_report is None:
        return report
    results = [one.model_copy(update={"bins": [], "categories": []}) for one in report.feature_report.results]
    features = report.feature_report.model_copy(update={"results": results})
    return report.model_copy(update={"feature_report": features})


def _run_row(report: DriftReport, engine: Engine) -> dict[str, Value]:
    return {
        "run_id": str(report.run_id),
        "host": report.host,
        "monitor": report.monitor,
        "recorded_at": report.timestamp,
        "reference_source": report.reference.description,
        "current_source": report.current.description,
        "reference_rows": report.reference.rows,
        "current_rows": report.current.rows,
        "alerts": len(report.alerts),
        "critical_alerts": sum(alert.severity == "critical" for alert in report.alerts),
        "not_computed": len(report.not_computed),
        "summary": report.summary,
        "report": report_text(report, engine),
        **_times(report),
        "columns_left_out": json.dumps([part.model_dump() for part in report.columns_left_out]),
        "warnings": json.dumps(report.warnings),
        "notes": json.dumps(report.notes),
    }


def _metric_rows(report: DriftReport) -> list[dict[str, Value]]:
    head: dict[str, Value] = {
        "run_id": str(report.run_id),
        "recorded_at": report.timestamp,
        "monitor": report.monitor,
    }
    return [{**head, **metric._asdict(), **_times(report)} for metric in metrics_of(report)]


def metrics_of(report: DriftReport) -> Iterator[Metric]:
    """Yield every number of a report: window, feature, metric, value, threshold, flagged."""
    rules: dict[str, Any] = report.config.get("thresholds", {})
    flagged = {(alert.trigger, *alert.affected_features) for alert in report.alerts}
    for window in (report.reference, report.current):
        yield Metric(window.role, None, "rows", window.rows)
    for result in report.feature_report.results if report.feature_report else []:
        name = result.feature
        ks_threshold = rules.get("ks") if rules.get("evidence", True) else None
        yield Metric(
            "comparison", name, "psi", result.psi, rules.get("psi"), (DriftTrigger.FEATURE_PSI, name) in flagged
        )
        yield Metric("comparison", name, "psi_p_value", result.psi_p_value, report.evidence_cutoff)
        if result.kind == "category":
            yield from _category_metrics(result, rules, report.evidence_cutoff, flagged)
        else:
            yield Metric(
                "comparison", name, "ks_statistic", result.ks_statistic, ks_threshold,
                (DriftTrigger.FEATURE_KS, name) in flagged,
            )  # fmt: skip
            yield Metric("comparison", name, "ks_p_value", result.ks_p_value, report.evidence_cutoff)
        for role, rows, missing, strange in (
            ("reference", report.reference.rows, result.ref_missing, result.ref_non_finite),
            ("current", report.current.rows, result.cur_missing, result.cur_non_finite),
        ):
            yield Metric(role, name, "missing_rate", missing / rows if rows else None)
            yield Metric(role, name, "non_finite_rate", strange / rows if rows else None)
    if reject := report.reject_rate_drift:
        yield Metric("reference", None, "reject_rate", reject.ref_rate)
        yield Metric("current", None, "reject_rate", reject.cur_rate)
        yield Metric(
            "comparison", None, "reject_rate_increase", reject.increase, rules.get("reject_rate_increase"),
            reject.is_flagged,
        )  # fmt: skip
        yield Metric("comparison", None, "reject_rate_p_value", reject.p_value, report.evidence_cutoff)
    if entropy := report.entropy_drift:
        yield Metric("reference", None, "mean_entropy", entropy.ref_mean_entropy)
        yield Metric("current", None, "mean_entropy", entropy.cur_mean_entropy)
        # One alert flags one metric: the change, where the ratio is not beyond its threshold.
        ratio_limit = rules.get("entropy_ratio")
        by_change = entropy.change is not None and ratio_limit is not None and entropy.ratio <= ratio_limit
        yield Metric(
            "comparison", None, "entropy_ratio", entropy.ratio, ratio_limit, entropy.is_flagged and not by_change
        )
        yield Metric(
            "comparison",
            None,
            "entropy_change",
            entropy.change,
            rules.get("entropy_increase"),
            entropy.is_flagged and by_change,
        )
        yield Metric("comparison", None, "entropy_p_value", entropy.p_value, report.evidence_cutoff)
    if classes := report.class_shift:
        for role, shares in (("reference", classes.ref_dist), ("current", classes.cur_dist)):
            for label, share in shares.items():
                yield Metric(role, label, "class_share", share)
        yield Metric("comparison", None, "class_shift", classes.max_shift, rules.get("class_shift"), classes.is_flagged)
        yield Metric("comparison", None, "class_shift_p_value", classes.p_value, report.evidence_cutoff)
        if new := classes.new_classes:
            is_flagged = (DriftTrigger.NEW_CATEGORY,) in flagged
            yield Metric("comparison", None, "new_class_share", new.share, rules.get("new_category"), is_flagged)
            yield Metric("comparison", None, "new_class_p_value", new.p_value, report.evidence_cutoff)
    for one in report.missing_values:
        name = one.column or one.role
        rate = f"{one.kind}_rate"
        if one.role in ("label", "probabilities", "user", "bucket_start"):
            yield Metric("reference", name, rate, one.ref_share)
            yield Metric("current", name, rate, one.cur_share)
        yield Metric(
            "comparison",
            name,
            f"{one.kind}_increase",
            one.increase,
            rules.get("missing_increase"),
            one.is_flagged,
        )
        yield Metric("comparison", name, f"{one.kind}_p_value", one.p_value, report.evidence_cutoff)
    if counted := report.row_count:
        yield Metric("reference", None, "rows_per_day", counted.ref_per_day)
        yield Metric("current", None, "rows_per_day", counted.cur_per_day)
        yield Metric("comparison", None, "row_count_ratio", counted.ratio, None, counted.is_flagged)
        yield Metric("comparison", None, "row_count_p_value", counted.p_value, report.evidence_cutoff)


def _category_metrics(
    result: FeatureDriftResult, rules: Mapping[str, Any], cutoff: float | None, flagged: Collection[tuple[str, ...]]
) -> Iterator[Metric]:
    """Yield what is recorded of categories in place of KS."""
    name = result.feature
    limit = rules.get("category_shift")
    moved = result.total_variation is not None and limit is not None and result.total_variation > limit
    is_flagged = moved and (DriftTrigger.FEATURE_PSI, name) in flagged
    yield Metric("comparison", name, "total_variation", result.total_variation, limit, is_flagged)
    if new := result.new_categories:
        is_flagged = (DriftTrigger.NEW_CATEGORY, name) in flagged
        yield Metric("comparison", name, "new_category_share", new.share, rules.get("new_category"), is_flagged)
        yield Metric("comparison", name, "new_category_p_value", new.p_value, cutoff)


def _telemetry_rows(report: DriftReport) -> list[dict[str, Value]]:
    snapshot = report.telemetry_snapshot
    if snapshot is None:
        return []
    confidence = snapshot.confidence_stats
    return [
        {
            "run_id": str(report.run_id),
            "recorded_at": report.timestamp,
            "monitor": report.monitor,
            "user_id": snapshot.user_id,
            "window_start": snapshot.window_start,
            "window_end": snapshot.window_end,
            "total_windows": snapshot.total_windows,
            "confidence_mean": confidence.mean if confidence else None,
            "confidence_median": confidence.median if confidence else None,
            "confidence_p5": confidence.p5 if confidence else None,
            "confidence_p95": confidence.p95 if confidence else None,
            "confidence_std": confidence.std if confidence else None,
            "reject_rate": snapshot.reject_rate,
            "mean_entropy": snapshot.mean_entropy,
            "schema_version": snapshot.schema_version,
            "feature_missingness": json.dumps(snapshot.feature_missingness),
            "class_distribution": json.dumps(snapshot.class_distribution),
        }
    ]
