"""What a drift check found: pure data, the same in Python, in JSON and in the history tables.

Every model survives ``Model.model_validate_json(x.model_dump_json())`` unchanged. Numbers that do not exist (a PSI that
could not be computed, the lower end of the first bin) are ``None``, never NaN or infinity.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

__all__ = [
    "Bin",
    "ClassShiftResult",
    "ConfidenceStats",
    "DriftAlert",
    "DriftReport",
    "DriftTrigger",
    "EntropyDrift",
    "FeatureDriftReport",
    "FeatureDriftResult",
    "KsResult",
    "LabelRequest",
    "NotComputed",
    "RejectRateDrift",
    "Severity",
    "StatementRun",
    "TelemetrySnapshot",
    "WindowSummary",
    "utc_now",
]

Severity = Literal["warning", "critical"]


def utc_now() -> dt.datetime:
    """Return the current time, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


_LONGEST_LIST = 3
_WORST_FEATURES = 3


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Leave out what has its default value, and count what is long: a notebook shows this."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if isinstance(value, list | dict) and len(value) > _LONGEST_LIST:
                yield name, _Count(f"<{len(value)}>")
            elif field.is_required() or value != field.get_default(call_default_factory=True):
                yield name, value


class _Count(str):
    """A text that is shown without quotes."""

    def __repr__(self) -> str:
        return str(self)


class DriftTrigger(StrEnum):
    """What can raise an alert."""

    FEATURE_PSI = "feature_psi"
    FEATURE_KS = "feature_ks"
    REJECT_RATE_INCREASE = "reject_rate_increase"
    ENTROPY_SPIKE = "entropy_spike"
    CLASS_SHIFT = "class_shift"


class DriftAlert(_Model):
    """One reason to look: an effect large enough to matter, with evidence that it is not noise."""

    trigger: DriftTrigger
    details: dict[str, Any] = Field(
        default_factory=dict,
        description="The numbers behind the alert: statistic, threshold, p-value, number of affected users.",
    )
    severity: Severity
    affected_user_ids: list[str] = Field(
        default_factory=list,
        description="Users whose own current rows carry the effect, worst first, at most 100.",
    )
    affected_features: list[str] = Field(default_factory=list)
    timestamp: AwareDatetime = Field(default_factory=utc_now)


class KsResult(_Model):
    """A two-sample Kolmogorov-Smirnov statistic with its two-sided p-value."""

    statistic: float
    p_value: float

    def is_significant(self, alpha: float = 0.05) -> bool:
        """Tell whether ``p_value`` is below ``alpha``."""
        return self.p_value < alpha


class Bin(_Model):
    """One PSI bin: values ``lower <= x < upper``; the outer ends are open (``None``)."""

    lower: float | None
    upper: float | None
    ref_count: int
    cur_count: int
    psi: float = Field(description="This bin's share of the feature's PSI.")


class FeatureDriftResult(_Model):
    """How one feature's distribution differs between the windows."""

    feature: str
    psi: float | None = Field(description="Population stability index on reference-quantile bins.")
    psi_p_value: float | None = Field(
        default=None, description="p-value of PSI under its finite-sample null distribution."
    )
    psi_noise: float | None = Field(
        default=None, description="The PSI that 95 % of identical windows of this size stay below."
    )
    psi_error_bound: float = Field(default=0.0, description="Largest possible error of psi; 0 when exact.")
    ks_statistic: float | None
    ks_p_value: float | None
    ks_error_bound: float = Field(default=0.0, description="Largest possible error of ks_statistic; 0 when exact.")
    ks_location: float | None = Field(
        default=None, description="The value at which the two distribution functions are furthest apart."
    )
    is_drifted: bool
    bins: list[Bin] = Field(default_factory=list)
    ref_rows: int = Field(default=0, description="Reference values that entered PSI and KS (finite).")
    cur_rows: int = Field(default=0, description="Current values that entered PSI and KS (finite).")
    ref_missing: int = 0
    cur_missing: int = 0
    ref_non_finite: int = Field(default=0, description="NaN, +infinity and -infinity in the reference.")
    cur_non_finite: int = Field(default=0, description="NaN, +infinity and -infinity in the current window.")

    @property
    def ks(self) -> KsResult | None:
        """The KS statistic and p-value as one value, where they were computed."""
        if self.ks_statistic is None or self.ks_p_value is None:
            return None
        return KsResult(statistic=self.ks_statistic, p_value=self.ks_p_value)


class FeatureDriftReport(_Model):
    """The results of all features, in the order of the table's columns."""

    results: list[FeatureDriftResult]
    flagged_features: list[str]
    timestamp: AwareDatetime = Field(default_factory=utc_now)


class RejectRateDrift(_Model):
    """The share of rows whose label is the reject label."""

    ref_rate: float
    cur_rate: float
    increase: float
    is_flagged: bool
    p_value: float | None = None
    ref_rows: int = 0
    cur_rows: int = 0


class EntropyDrift(_Model):
    """Mean Shannon entropy of the rows' class probabilities, in nats."""

    ref_mean_entropy: float
    cur_mean_entropy: float
    ratio: float
    is_flagged: bool
    p_value: float | None = None
    ref_rows: int = Field(default=0, description="Rows with a complete probability vector.")
    cur_rows: int = 0
    ref_incomplete: int = Field(default=0, description="Rows left out: a probability is missing or not finite.")
    cur_incomplete: int = 0
    ref_out_of_range: int = Field(default=0, description="Rows with a probability below 0 or above 1.")
    cur_out_of_range: int = 0
    ref_not_normalized: int = Field(default=0, description="Rows whose probabilities do not sum to 1.")
    cur_not_normalized: int = 0


class ClassShiftResult(_Model):
    """The label proportions of both windows."""

    ref_dist: dict[str, float]
    cur_dist: dict[str, float]
    max_shift: float = Field(description="Largest absolute difference of a class's proportion.")
    shifted_classes: list[str]
    is_flagged: bool
    p_value: float | None = None
    ref_unlabeled: int = Field(default=0, description="Reference rows with no label; left out.")
    cur_unlabeled: int = 0


class ConfidenceStats(_Model):
    """Mean, quantiles (linear interpolation) and sample standard deviation of the confidence."""

    mean: float
    median: float
    p5: float
    p95: float
    std: float | None = Field(description="Sample standard deviation (n - 1); None with a single row.")


class TelemetrySnapshot(_Model):
    """What the current window looked like, drifted or not."""

    timestamp: AwareDatetime = Field(default_factory=utc_now)
    user_id: str | None = Field(default=None, description="None: all users.")
    window_start: dt.datetime | None = Field(default=None, description="Earliest bucket start (UTC).")
    window_end: dt.datetime | None = Field(default=None, description="Latest bucket start (UTC).")
    total_windows: int = Field(description="Rows of the current window.")
    feature_missingness: dict[str, float] = Field(default_factory=dict)
    confidence_stats: ConfidenceStats | None = None
    reject_rate: float | None = None
    mean_entropy: float | None = None
    class_distribution: dict[str, float] = Field(default_factory=dict)
    schema_version: str | None = None


class WindowSummary(_Model):
    """Which rows one side of the comparison is made of."""

    role: Literal["reference", "current"]
    source: str = Field(description="The table, file or frame, as the user named it.")
    filter: str | None = Field(default=None, description="The user's condition on the rows.")
    start: dt.datetime | None = Field(default=None, description="Earliest bucket start asked for (UTC).")
    end: dt.datetime | None = Field(default=None, description="Bucket starts asked for end before this (UTC).")
    rows: int = 0
    first_bucket: dt.datetime | None = None
    last_bucket: dt.datetime | None = None

    @property
    def description(self) -> str:
        """The window in a few words, for a terminal."""
        words = [self.source]
        if self.start is not None and self.end is not None:
            words.append(f"{_minutes(self.start)} to {_minutes(self.end)}")
        elif self.start is not None:
            words.append(f"from {_minutes(self.start)}")
        elif self.end is not None:
            words.append(f"before {_minutes(self.end)}")
        if self.filter:
            words.append(f"where {self.filter}")
        return ", ".join(words)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _minutes(moment: dt.datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")


class NotComputed(_Model):
    """A check that has no answer. It is never "no drift"."""

    check: str = Field(description="A trigger's name, or 'telemetry' or 'affected_users'.")
    feature: str | None = None
    reason: str


class StatementRun(_Model):
    """One SQL statement that the check ran."""

    name: str
    sql: str
    seconds: float = 0.0
    rows: int = Field(default=0, description="Rows that came back to Python.")


class DriftReport(_Model):
    """The outcome of one comparison of two windows."""

    run_id: UUID
    monitor: str | None = None
    engine: str = "duckdb"
    host: Literal["python", "dbt"] = "python"
    timestamp: AwareDatetime = Field(default_factory=utc_now)
    alerts: list[DriftAlert] = Field(default_factory=list)
    feature_report: FeatureDriftReport | None = None
    reject_rate_drift: RejectRateDrift | None = None
    entropy_drift: EntropyDrift | None = None
    class_shift: ClassShiftResult | None = None
    telemetry_snapshot: TelemetrySnapshot | None = None
    summary: str = ""
    any_critical: bool = False
    reference: WindowSummary
    current: WindowSummary
    config: dict[str, Any] = Field(
        default_factory=dict, description="Roles, features and thresholds that the check used."
    )
    evidence_cutoff: float | None = Field(
        default=None,
        description="A p-value at or below this is evidence in this report: alpha * k / K where Benjamini-Hochberg "
        "rejects k of K hypotheses (k at least 1). None when evidence was turned off.",
    )
    not_computed: list[NotComputed] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    statements: list[StatementRun] = Field(default_factory=list)

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
            f"{result.feature} (PSI {_number(result.psi)}, KS {_number(result.ks_statistic)})"
            for result in worst[:_WORST_FEATURES]
        ]
        lines += [f"  features   {', '.join(shown)}{', ...' if len(worst) > len(shown) else ''}"] if shown else []
        lines += (
            [f"  {len(self.not_computed)} not computed, {len(self.warnings)} warnings"]
            if self.not_computed or self.warnings
            else []
        )
        return "\n".join(lines) + ">"

    __str__ = __repr__


class LabelRequest(_Model):
    """One row of the labeling queue: please look at this bucket."""

    request_id: UUID
    user_id: str
    bucket_start_ts: dt.datetime
    bucket_end_ts: dt.datetime = Field(description="Exclusive.")
    reason: Literal["low_confidence", "drift"]
    confidence: float | None = None
    predicted_label: str | None = None
    created_at: dt.datetime
    status: Literal["pending", "labeled", "skipped"] = "pending"
