"""What a drift check found: pure data, the same in Python, in JSON and in the history tables.

Every model survives ``Model.model_validate_json(x.model_dump_json())`` unchanged. Numbers that do not exist (a PSI that
could not be computed, the lower end of the first bin) are ``None``, never NaN or infinity.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from driftql.report_alerts import (
    ClassShiftDetails,
    DriftAlert,
    DriftTrigger,
    EntropyDetails,
    KsDetails,
    MissingDetails,
    PsiDetails,
    RejectRateDetails,
    RowCountDetails,
    SchemaDetails,
    StaleDetails,
    UserEffect,
)
from driftql.report_base import AlertDetails, MissingRole, Model, ScoreRole, Severity, utc_now
from driftql.report_categories import CategoryBin, NamedCategory, NewCategories, NewCategoryDetails
from driftql.report_evidence import ClusterEvidence, Unproven
from driftql.report_results import (
    Bin,
    ClassShiftResult,
    ColumnChange,
    EntropyDrift,
    FeatureDriftReport,
    FeatureDriftResult,
    KsResult,
    MissingDrift,
    RejectRateDrift,
    RowCountResult,
    SchemaChange,
)
from driftql.report_windows import ConfidenceStats, TelemetrySnapshot, WindowSummary

__all__ = [
    "AlertDetails",
    "Bin",
    "CategoryBin",
    "ClassShiftDetails",
    "ClassShiftResult",
    "ClusterEvidence",
    "ColumnChange",
    "ColumnLeftOut",
    "ConfidenceStats",
    "DriftAlert",
    "DriftReport",
    "DriftTrigger",
    "EntropyDetails",
    "EntropyDrift",
    "FeatureDriftReport",
    "FeatureDriftResult",
    "KsDetails",
    "KsResult",
    "LabelRequest",
    "MissingDetails",
    "MissingDrift",
    "MissingRole",
    "NamedCategory",
    "NewCategories",
    "NewCategoryDetails",
    "NotComputed",
    "PsiDetails",
    "RejectRateDetails",
    "RejectRateDrift",
    "RowCountDetails",
    "RowCountResult",
    "SchemaChange",
    "SchemaDetails",
    "ScoreRole",
    "Severity",
    "StaleDetails",
    "StatementRun",
    "TelemetrySnapshot",
    "Unproven",
    "UserEffect",
    "WindowSummary",
    "utc_now",
]

_WORST_FEATURES = 3


class NotComputed(Model):
    """A check that could not be computed, which never means "no drift"."""

    check: str = Field(description="The name of a trigger, or 'telemetry', 'affected_users' or 'max_age'.")
    feature: str | None = Field(default=None, description="The feature; None for a check of the predictions.")
    reason: str = Field(description="Why it could not be computed.")


class ColumnLeftOut(Model):
    """A column of a window that the check does not compare, although no setting asks for that."""

    column: str = Field(description="The name of the column.")
    reason: str = Field(description="Why it is left out, such as 'free text: some 8,123 different values among 9,000'.")
    window: Literal["reference", "current"] | None = Field(
        default=None, description="The only window that has the column; None if both have it."
    )


class StatementRun(Model):
    """One SQL statement that the check ran."""

    name: str = Field(description="The name of the statement, such as window_profile.")
    sql: str = Field(description="Its text.")
    seconds: float = Field(default=0.0, description="How long it took.")
    rows: int = Field(default=0, description="The number of rows that it returned.")


class DriftReport(Model):
    """The outcome of one comparison of two windows."""

    run_id: UUID = Field(description="The id of the check, which the history tables use too.")
    monitor: str | None = Field(default=None, description="The name of the monitor, if it has one.")
    engine: str = Field(default="duckdb", description="The engine that ran the SQL.")
    host: Literal["python", "dbt"] = Field(default="python", description="Who ran the check.")
    timestamp: AwareDatetime = Field(default_factory=utc_now, description="When the check ran.")
    as_of: AwareDatetime | None = Field(
        default=None, description="The moment in the past that the check took for the present, if it did."
    )
    alerts: list[DriftAlert] = Field(default_factory=list, description="The alerts; empty without drift.")
    feature_report: FeatureDriftReport | None = Field(
        default=None, description="PSI and KS of every feature, and of the model's scores."
    )
    reject_rate_drift: RejectRateDrift | None = Field(default=None, description="The reject rate, if there are labels.")
    entropy_drift: EntropyDrift | None = Field(
        default=None, description="The mean entropy, if there are class probabilities."
    )
    class_shift: ClassShiftResult | None = Field(default=None, description="The class mix, if there are labels.")
    missing_values: list[MissingDrift] = Field(
        default_factory=list,
        description="How the share of missing values has changed: of every feature, and of the columns of the label, "
        "the probabilities, the user and the time; NaN and infinities where a column has some.",
    )
    schema_change: SchemaChange | None = Field(
        default=None,
        description="The columns that differ between the windows; None where both windows are of one table.",
    )
    row_count: RowCountResult | None = Field(
        default=None, description="The rows per day, if the setting row_count_ratio asks for them."
    )
    telemetry_snapshot: TelemetrySnapshot | None = Field(
        default=None, description="What the current window looks like."
    )
    summary: str = Field(default="", description="The outcome in one sentence.")
    any_critical: bool = Field(default=False, description="Whether an alert is critical.")
    reference: WindowSummary = Field(description="The rows that were taken as normal.")
    current: WindowSummary = Field(description="The rows that were judged.")
    config: dict[str, Any] = Field(
        default_factory=dict, description="The roles, features and thresholds that the check used."
    )
    evidence_cutoff: float | None = Field(
        default=None,
        description="A p-value at or below this is evidence in this report: alpha * k / K where Benjamini-Hochberg "
        "rejects k of K hypotheses (k at least 1). None if evidence was not required.",
    )
    cluster_evidence: list[ClusterEvidence] = Field(
        default_factory=list,
        description="What each effect rests on, where the setting evidence asks for days or users: then its p-value is "
        "that of clusters, and no other p-value counts as evidence.",
    )
    unproven: list[Unproven] = Field(
        default_factory=list,
        description="Effects large enough to matter that may well be the noise of so few days, or users: no alert, but "
        "no answer that nothing has changed either.",
    )
    not_computed: list[NotComputed] = Field(
        default_factory=list, description="The checks that could not be computed, with the reason."
    )
    columns_left_out: list[ColumnLeftOut] = Field(
        default_factory=list,
        description="Every column of the two windows that is neither a feature nor has a role, with the reason, and "
        "scores that are not compared as columns; not those that the settings exclude, nor those that a list of "
        "features does not name.",
    )
    warnings: list[str] = Field(default_factory=list, description="What a reader of the numbers should know.")
    notes: list[str] = Field(
        default_factory=list,
        description="What is worth knowing though nothing is wrong: a check that has nothing to look at, such as the "
        "reject rate where no row has the label that means 'rejected' by default, or how rows were compared.",
    )
    statements: list[StatementRun] = Field(default_factory=list, description="Every SQL statement that ran.")

    def __repr__(self) -> str:
        """Return a few lines: the windows, the summary, and the features that differ most."""
        lines = [f"<DriftReport{f' of {self.monitor}' if self.monitor else ''}: {self.summary}"]
        lines += [
            f"  {window.role:9}  {window.description}: {window.rows:,} rows"
            for window in (self.reference, self.current)
        ]
        results = self.feature_report.results if self.feature_report else []
        worst = sorted(
            results, key=lambda result: -(result.psi if result.psi is not None else result.ks_statistic or 0)
        )
        shown = [
            f"{result.feature} (PSI {_number(result.psi)}"
            f"{'' if result.kind == 'category' else f', KS {_number(result.ks_statistic)}'})"
            for result in worst[:_WORST_FEATURES]
        ]
        lines += [f"  features   {', '.join(shown)}{', ...' if len(worst) > len(shown) else ''}"] if shown else []
        notes: dict[str, list[Any]] = {
            "not computed": self.not_computed,
            "warnings": self.warnings,
            "columns not looked at": self.columns_left_out,
        }
        said = [f"{len(found)} {what}" for what, found in notes.items() if found]
        lines += [f"  {', '.join(said)}"] if said else []
        return "\n".join(lines) + ">"

    __str__ = __repr__


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


class LabelRequest(Model):
    """One row of the labeling queue: a row of the table, or a bucket of a user, that people should look at."""

    request_id: UUID = Field(description="The id, which 'queue done' and 'queue skip' take.")
    user_id: str | None = Field(default=None, description="The user of the bucket; a row with an id may have none.")
    bucket_start_ts: dt.datetime | None = Field(
        default=None, description="When the bucket starts (UTC); a row with an id may have none."
    )
    bucket_end_ts: dt.datetime | None = Field(
        default=None, description="When the bucket ends (UTC, exclusive); a row with an id may have none."
    )
    reason: Literal["low_confidence", "drift"] = Field(description="Why it was queued.")
    confidence: float | None = Field(default=None, description="The model's confidence, 0 to 1.")
    predicted_label: str | None = Field(default=None, description="The class that the model predicted.")
    created_at: dt.datetime = Field(description="When it was queued (UTC).")
    status: Literal["pending", "labeled", "skipped"] = Field(default="pending", description="What became of it.")
    row_id: str | None = Field(
        default=None,
        description="The id of the row, where the monitor names its column; of several columns, joined by '|'.",
    )
    monitor: str | None = Field(
        default=None, description="The monitor whose check asked; null for a check without a name."
    )
    source: str | None = Field(
        default=None, description="The table, file or frame that the check read, as the user named it."
    )
