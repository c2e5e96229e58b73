"""What a drift check found: pure data, the same in Python, in JSON and in the history tables.

Every model survives ``Model.model_validate_json(x.model_dump_json())`` unchanged. Numbers that do not exist (a PSI that
could not be computed, the lower end of the first bin) are ``None``, never NaN or infinity.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, Field, ValidationInfo, field_validator

from driftql.report_base import AlertDetails, Model
from driftql.report_categories import CategoryBin, NamedCategory, NewCategories, NewCategoryDetails
from driftql.report_evidence import ClusterEvidence, Unproven

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

Severity = Literal["warning", "critical"]
ScoreRole = Literal["probability", "confidence"]
MissingRole = Literal["feature", "label", "probabilities", "user", "bucket_start"] | ScoreRole


def utc_now() -> dt.datetime:
    """Return the current time, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


_WORST_FEATURES = 3


class DriftTrigger(StrEnum):
    """What can raise an alert."""

    FEATURE_PSI = "feature_psi"
    FEATURE_KS = "feature_ks"
    REJECT_RATE_INCREASE = "reject_rate_increase"
    ENTROPY_SPIKE = "entropy_spike"
    CLASS_SHIFT = "class_shift"
    MISSING_INCREASE = "missing_increase"
    SCHEMA_CHANGE = "schema_change"
    STALE = "stale"
    ROW_COUNT = "row_count"
    NEW_CATEGORY = "new_category"


class PsiDetails(AlertDetails):
    """Behind an alert of a feature's PSI."""

    psi: float = Field(description="The feature's PSI.")
    threshold: float = Field(description="The PSI is above it, or the total variation above its own threshold.")
    p_value: float | None = Field(description="The p-value of the PSI.")
    noise: float | None = Field(description="The PSI that 95 % of pairs of windows without drift stay below.")
    ks_statistic: float | None = Field(description="The feature's KS statistic; None for categories.")
    total_variation: float | None = Field(
        default=None, description="Of categories: half the sum of the absolute changes of their shares."
    )
    total_variation_threshold: float | None = Field(
        default=None, description="Of categories: the total variation is above it, or the PSI above threshold."
    )
    largest_change: float | None = Field(
        default=None, description="Of categories: the largest absolute change of a share."
    )
    gone: list[NamedCategory] | None = Field(
        default=None,
        description="Of categories: the ten largest of the reference that the current window does not have, with their "
        "reference rows.",
    )


class KsDetails(AlertDetails):
    """Behind an alert of a feature's KS statistic."""

    ks_statistic: float = Field(description="The feature's KS statistic.")
    threshold: float | None = Field(description="The KS statistic is at least this; None if evidence is not required.")
    p_value: float | None = Field(description="The p-value of the KS statistic.")
    psi: float | None = Field(description="The feature's PSI.")


class RejectRateDetails(AlertDetails):
    """Behind an alert of the reject rate."""

    ref_rate: float = Field(description="The reject rate of the reference, 0 to 1.")
    cur_rate: float = Field(description="The reject rate of the current window, 0 to 1.")
    increase: float = Field(description="cur_rate minus ref_rate.")
    threshold: float = Field(description="The increase is at least this.")
    p_value: float | None = Field(description="The one-sided p-value of the increase.")


class EntropyDetails(AlertDetails):
    """Behind an alert of the mean entropy."""

    ref_mean_entropy: float = Field(description="The mean entropy of the reference.")
    cur_mean_entropy: float = Field(description="The mean entropy of the current window.")
    ratio: float = Field(description="cur_mean_entropy divided by ref_mean_entropy.")
    threshold: float = Field(description="The ratio is above it, or the change is at least change_threshold.")
    p_value: float | None = Field(description="The two-sided p-value of the change.")
    change: float | None = Field(
        default=None,
        description="cur_mean_entropy minus ref_mean_entropy, divided by ln(classes): negative where the model has "
        "become surer.",
    )
    change_threshold: float | None = Field(
        default=None, description="The change, up or down, is at least this, or the ratio is above threshold."
    )
    direction: Literal["rise", "fall"] | None = Field(
        default=None, description="Whether the mean entropy has risen, or fallen: then the model is surer than before."
    )


class ClassShiftDetails(AlertDetails):
    """Behind an alert of the class mix."""

    max_shift: float = Field(description="The largest absolute change of a class's share.")
    shifted_classes: list[str] = Field(description="The classes whose share changed by more, most first.")
    threshold: float = Field(description="The largest change is above it.")
    p_value: float | None = Field(description="The p-value of the test of homogeneity.")


class MissingDetails(AlertDetails):
    """Behind an alert of the share of missing values."""

    column: str | None = Field(description="The column; None for probabilities in several columns.")
    role: MissingRole = Field(description="What the column is; 'probabilities' is about incomplete vectors.")
    kind: Literal["missing", "non_finite"] = Field(
        description="What is counted: NULL, of probabilities incomplete vectors ('missing'), or NaN and infinities "
        "('non_finite')."
    )
    ref_share: float = Field(description="The share of such rows in the reference, 0 to 1.")
    cur_share: float = Field(description="The share of such rows in the current window, 0 to 1.")
    increase: float = Field(description="cur_share minus ref_share.")
    threshold: float = Field(description="The increase is at least this.")
    p_value: float | None = Field(description="The one-sided p-value of the increase.")


class SchemaDetails(AlertDetails):
    """Behind an alert of the columns."""

    vanished: list[str] = Field(description="Columns of the reference that the current window does not have.")
    retyped: list[str] = Field(description="Columns that are of another family of types in the current window.")
    added: list[str] = Field(
        description="Columns that the reference does not have, where the setting schema is 'strict'."
    )


class RowCountDetails(AlertDetails):
    """Behind an alert of the rows per day."""

    ref_per_day: float = Field(description="Rows per day of the reference, on the weekdays that are compared.")
    cur_per_day: float = Field(description="Rows per day of the current window.")
    ratio: float = Field(description="cur_per_day divided by ref_per_day.")
    least_ratio: float = Field(description="The ratio is below it,")
    greatest_ratio: float = Field(description="or above it.")
    p_value: float | None = Field(description="The two-sided p-value of the difference.")


class StaleDetails(AlertDetails):
    """Behind an alert of the age of the newest row."""

    newest: AwareDatetime = Field(description="When the newest row of the current window's table begins (UTC).")
    age_hours: float = Field(description="How old it is, in hours; a row of a date column ages from the next day on.")
    threshold: str = Field(description="The age that it may have: the setting freshness.")


_DETAILS: dict[DriftTrigger, type[AlertDetails]] = {
    DriftTrigger.FEATURE_PSI: PsiDetails,
    DriftTrigger.FEATURE_KS: KsDetails,
    DriftTrigger.REJECT_RATE_INCREASE: RejectRateDetails,
    DriftTrigger.ENTROPY_SPIKE: EntropyDetails,
    DriftTrigger.CLASS_SHIFT: ClassShiftDetails,
    DriftTrigger.MISSING_INCREASE: MissingDetails,
    DriftTrigger.SCHEMA_CHANGE: SchemaDetails,
    DriftTrigger.STALE: StaleDetails,
    DriftTrigger.ROW_COUNT: RowCountDetails,
    DriftTrigger.NEW_CATEGORY: NewCategoryDetails,
}


class UserEffect(Model):
    """How far an affected user has moved, and from which reference rows."""

    user_id: str = Field(description="The user.")
    effect: float = Field(
        description="What the alert is about, of this user alone: the PSI, the rise of the reject rate or of the share "
        "of missing values, the change of the mean entropy (in nats), the largest change of a class's share, the total "
        "variation of the categories, or the share of rows in new categories."
    )
    rows: int = Field(description="Usable current rows of the user.")
    compared_with: Literal["own", "everybody"] = Field(
        description="Whether the user was compared with its own reference rows, or with everybody's because it has too "
        "few of its own."
    )
    reference_rows: int = Field(description="Usable reference rows that the user was compared with.")


class DriftAlert(Model):
    """One reason to look: an effect large enough to matter, with evidence that it is not noise."""

    trigger: DriftTrigger = Field(description="The rule that raised the alert.")
    details: (
        PsiDetails
        | KsDetails
        | RejectRateDetails
        | EntropyDetails
        | ClassShiftDetails
        | SchemaDetails
        | StaleDetails
        | RowCountDetails
        | NewCategoryDetails
        | MissingDetails
        | AlertDetails
    ) = Field(
        default_factory=AlertDetails,
        description="The numbers behind the alert: statistic, threshold, p-value, number of affected users.",
    )
    severity: Severity = Field(description="How bad it is.")
    affected_user_ids: list[str] = Field(
        default_factory=list,
        description="Users whose own current rows carry the effect, worst first, at most 100.",
    )
    user_effects: list[UserEffect] = Field(
        default_factory=list,
        description="How far each of these users has moved, and from which reference rows, in the same order.",
    )
    own_rows_needed: int | None = Field(
        default=None,
        description="A user with at least so many usable reference rows of its own was compared with them; one with "
        "fewer, with everybody's. None if the users were not looked up.",
    )
    affected_features: list[str] = Field(
        default_factory=list,
        description="The drifted feature; empty for an alert about the predictions or another role.",
    )
    timestamp: AwareDatetime = Field(default_factory=utc_now, description="When the alert was raised.")

    @field_validator("details", mode="before")
    @classmethod
    def _details_of_trigger(cls, value: Any, info: ValidationInfo) -> Any:
        """Read the details as those of the trigger; an alert that somebody made without details has none."""
        kind = _DETAILS.get(info.data["trigger"]) if "trigger" in info.data else None
        if kind is None or not value or isinstance(value, kind):
            return value
        return kind.model_validate(dict(value) if isinstance(value, Mapping) else value)


class KsResult(Model):
    """A two-sample Kolmogorov-Smirnov statistic with its two-sided p-value."""

    statistic: float = Field(description="The largest distance of the two distribution functions, 0 to 1.")
    p_value: float = Field(description="The two-sided p-value.")

    def is_significant(self, alpha: float = 0.05) -> bool:
        """Return whether ``p_value`` is below ``alpha``."""
        return self.p_value < alpha


class Bin(Model):
    """One PSI bin: the values ``lower <= x < upper``. The outer ends are open (``None``)."""

    lower: float | None = Field(description="The lower end (inclusive); None for the first bin.")
    upper: float | None = Field(description="The upper end (exclusive); None for the last bin.")
    ref_count: int = Field(description="Values of the reference in the bin.")
    cur_count: int = Field(description="Values of the current window in the bin.")
    psi: float = Field(description="What the bin adds to the feature's PSI.")


class FeatureDriftResult(Model):
    """How the distribution of one feature, or of one score of the model, differs between the windows."""

    feature: str = Field(description="The feature's name.")
    role: Literal["feature"] | ScoreRole = Field(
        default="feature",
        description="What the column is: a feature, or a score of the model: a class probability or the confidence.",
    )
    kind: Literal["number", "category"] = Field(
        default="number", description="Whether its numbers are compared, by PSI and KS, or its categories."
    )
    psi: float | None = Field(
        description="The population stability index, on bins cut at quantiles of the reference, or on its categories."
    )
    psi_p_value: float | None = Field(
        default=None,
        description="The p-value of the PSI under its null distribution at this number of rows; of categories, that "
        "of the test of homogeneity.",
    )
    psi_noise: float | None = Field(
        default=None, description="The PSI that 95 % of pairs of windows of this size without drift stay below."
    )
    psi_error_bound: float = Field(default=0.0, description="The largest possible error of psi; 0 if exact.")
    ks_statistic: float | None = Field(description="The two-sample Kolmogorov-Smirnov statistic, 0 to 1.")
    ks_p_value: float | None = Field(description="The two-sided p-value of the KS statistic.")
    ks_error_bound: float = Field(default=0.0, description="The largest possible error of ks_statistic; 0 if exact.")
    ks_location: float | None = Field(
        default=None, description="The value at which the two distribution functions are furthest apart."
    )
    is_drifted: bool = Field(description="Whether an alert names the feature.")
    bins: list[Bin] = Field(default_factory=list, description="The PSI bins, in ascending order.")
    total_variation: float | None = Field(
        default=None,
        description="Of categories: half the sum of the absolute changes of their shares, 0 to 1: the share of rows "
        "that would have to change their category.",
    )
    largest_change: float | None = Field(
        default=None, description="Of categories: the largest absolute change of a share, 0 to 1."
    )
    categories: list[CategoryBin] = Field(
        default_factory=list,
        description="The rows of categories: the most frequent of the reference first, then the others and the new "
        "ones.",
    )
    new_categories: NewCategories | None = Field(
        default=None, description="The categories that only the current window has; None for numbers."
    )
    gone_categories: list[NamedCategory] = Field(
        default_factory=list,
        description="The ten largest categories of the reference that the current window does not have, with their "
        "reference rows.",
    )
    ref_rows: int = Field(default=0, description="Finite values of the reference: PSI and KS are computed from them.")
    cur_rows: int = Field(
        default=0, description="Finite values of the current window: PSI and KS are computed from them."
    )
    ref_missing: int = Field(default=0, description="Missing values (NULL) in the reference.")
    cur_missing: int = Field(default=0, description="Missing values (NULL) in the current window.")
    ref_non_finite: int = Field(default=0, description="NaN, +infinity and -infinity in the reference.")
    cur_non_finite: int = Field(default=0, description="NaN, +infinity and -infinity in the current window.")

    @property
    def ks(self) -> KsResult | None:
        """The KS statistic and p-value as one value, where they were computed."""
        if self.ks_statistic is None or self.ks_p_value is None:
            return None
        return KsResult(statistic=self.ks_statistic, p_value=self.ks_p_value)


class FeatureDriftReport(Model):
    """The results of all features and scores, in the order of the table's columns."""

    results: list[FeatureDriftResult] = Field(description="One result per feature or score.")
    flagged_features: list[str] = Field(description="The features that an alert names.")
    timestamp: AwareDatetime = Field(default_factory=utc_now, description="When the features were judged.")


class RejectRateDrift(Model):
    """The share of rows whose label is the reject label."""

    ref_rate: float = Field(description="The reject rate of the reference, 0 to 1.")
    cur_rate: float = Field(description="The reject rate of the current window, 0 to 1.")
    increase: float = Field(description="cur_rate minus ref_rate.")
    is_flagged: bool = Field(description="Whether it raised an alert.")
    p_value: float | None = Field(default=None, description="The one-sided p-value of the increase.")
    ref_rows: int = Field(default=0, description="Labeled rows of the reference.")
    cur_rows: int = Field(default=0, description="Labeled rows of the current window.")


class EntropyDrift(Model):
    """Mean Shannon entropy of the rows' class probabilities, in nats."""

    ref_mean_entropy: float = Field(description="The mean entropy of the reference.")
    cur_mean_entropy: float = Field(description="The mean entropy of the current window.")
    ratio: float = Field(description="cur_mean_entropy divided by ref_mean_entropy.")
    change: float | None = Field(
        default=None,
        description="cur_mean_entropy minus ref_mean_entropy, divided by ln(classes), the largest entropy that there "
        "is: from -1 to 1. None where there are not two classes.",
    )
    is_flagged: bool = Field(description="Whether it raised an alert.")
    p_value: float | None = Field(default=None, description="The two-sided p-value of the change.")
    ref_rows: int = Field(default=0, description="Rows of the reference with complete probabilities.")
    cur_rows: int = Field(default=0, description="Rows of the current window with complete probabilities.")
    classes: int | None = Field(
        default=None, description="How many class probabilities a row has; in lists of several lengths, the longest."
    )
    ref_incomplete: int = Field(
        default=0, description="Rows of the reference that were left out: a probability is missing or not finite."
    )
    cur_incomplete: int = Field(default=0, description="The same, in the current window.")
    ref_out_of_range: int = Field(default=0, description="Rows of the reference with a probability below 0 or above 1.")
    cur_out_of_range: int = Field(default=0, description="The same, in the current window.")
    ref_not_normalized: int = Field(default=0, description="Rows of the reference whose probabilities do not sum to 1.")
    cur_not_normalized: int = Field(default=0, description="The same, in the current window.")


class ClassShiftResult(Model):
    """The label proportions of both windows."""

    ref_dist: dict[str, float] = Field(description="The share of each class in the reference.")
    cur_dist: dict[str, float] = Field(description="The share of each class in the current window.")
    max_shift: float = Field(description="The largest absolute change of a class's share.")
    shifted_classes: list[str] = Field(description="The classes whose share changed by more than the threshold.")
    is_flagged: bool = Field(description="Whether it raised an alert.")
    p_value: float | None = Field(default=None, description="The p-value of the test of homogeneity.")
    new_classes: NewCategories | None = Field(
        default=None, description="The classes that only the current window has; None where there is none."
    )
    ref_unlabeled: int = Field(default=0, description="Rows of the reference without a label; they are left out.")
    cur_unlabeled: int = Field(default=0, description="The same, in the current window.")


class MissingDrift(Model):
    """The share of rows in which a column has no value, or none that is finite."""

    column: str | None = Field(description="The column; None for probabilities in several columns.")
    role: MissingRole = Field(description="What the column is; 'probabilities' is about incomplete vectors.")
    kind: Literal["missing", "non_finite"] = Field(
        description="What is counted: NULL, of probabilities incomplete vectors ('missing'), or NaN and infinities "
        "('non_finite')."
    )
    ref_share: float = Field(description="The share of such rows in the reference, 0 to 1.")
    cur_share: float = Field(description="The share of such rows in the current window, 0 to 1.")
    increase: float = Field(description="cur_share minus ref_share.")
    is_flagged: bool = Field(description="Whether it raised an alert.")
    p_value: float | None = Field(
        default=None,
        description="The one-sided p-value of the increase; None where so few rows are such that even all of them in "
        "the current window would be no alert.",
    )


class ConfidenceStats(Model):
    """Mean, quantiles (linear interpolation) and sample standard deviation of the confidence."""

    mean: float = Field(description="The mean.")
    median: float = Field(description="The 50 % quantile.")
    p5: float = Field(description="The 5 % quantile.")
    p95: float = Field(description="The 95 % quantile.")
    std: float | None = Field(description="The sample standard deviation (n - 1); None with a single row.")


class TelemetrySnapshot(Model):
    """What the current window looked like, drifted or not."""

    timestamp: AwareDatetime = Field(default_factory=utc_now, description="When the snapshot was taken.")
    user_id: str | None = Field(default=None, description="The user that the snapshot is about; None for all users.")
    window_start: dt.datetime | None = Field(default=None, description="The earliest bucket start (UTC).")
    window_end: dt.datetime | None = Field(default=None, description="The latest bucket start (UTC).")
    total_windows: int = Field(description="The number of rows of the current window.")
    feature_missingness: dict[str, float] = Field(
        default_factory=dict, description="The share of missing values of each feature."
    )
    confidence_stats: ConfidenceStats | None = Field(default=None, description="How confident the model was.")
    reject_rate: float | None = Field(default=None, description="The share of rows with the reject label.")
    mean_entropy: float | None = Field(
        default=None, description="The mean entropy of the rows' probabilities, in nats."
    )
    class_distribution: dict[str, float] = Field(default_factory=dict, description="The share of each class.")
    schema_version: str | None = Field(
        default=None, description="The version of the feature schema; several are 'mixed: FIRST to LAST'."
    )

    @property
    def rows(self) -> int:
        """The number of rows of the current window, which JSON calls ``total_windows``."""
        return self.total_windows


class WindowSummary(Model):
    """The rows of one window."""

    role: Literal["reference", "current"] = Field(description="Which window it is.")
    source: str = Field(description="The table, file or frame, as the user named it.")
    filter: str | None = Field(default=None, description="The user's SQL condition on the rows.")
    start: dt.datetime | None = Field(
        default=None, description="The earliest bucket start that was asked for (UTC, inclusive)."
    )
    end: dt.datetime | None = Field(
        default=None, description="The end of the range that was asked for (UTC, exclusive)."
    )
    rows: int = Field(default=0, description="The number of rows.")
    first_bucket: dt.datetime | None = Field(default=None, description="The earliest bucket start found (UTC).")
    last_bucket: dt.datetime | None = Field(default=None, description="The latest bucket start found (UTC).")
    timezone: str | None = Field(
        default=None, description="The time zone in which the window is shown, and of times without one. None: UTC."
    )

    @property
    def description(self) -> str:
        """The window in a few words, for a terminal."""
        words = [self.source]
        if self.start is not None and self.end is not None:
            words.append(f"{self.shown(self.start)} to {self.shown(self.end)}")
        elif self.start is not None:
            words.append(f"from {self.shown(self.start)}")
        elif self.end is not None:
            words.append(f"before {self.shown(self.end)}")
        if len(words) > 1 and self.timezone not in (None, "UTC"):
            words[-1] += f" ({self.timezone})"
        if self.filter:
            words.append(f"where {self.filter}")
        return ", ".join(words)

    def shown(self, moment: dt.datetime) -> str:
        """Write a moment in UTC in the window's time zone, to the minute."""
        try:
            zone = ZoneInfo(self.timezone or "UTC")
        except (ZoneInfoNotFoundError, ValueError):  # a report from a computer that knows more zones
            return _minutes(moment)
        return _minutes(moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(zone))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _minutes(moment: dt.datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")


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


class ColumnChange(Model):
    """A column that one window lacks, or that is of another family of types in each."""

    column: str = Field(description="The name of the column.")
    change: Literal["vanished", "added", "retyped"] = Field(
        description="Whether the current window lacks it, the reference lacks it, or its family of types differs: "
        "number (a boolean is 0 or 1), text, time, list, other."
    )
    ref_type: str | None = Field(default=None, description="Its type in the reference; None where that lacks it.")
    cur_type: str | None = Field(default=None, description="Its type in the current window; None where that lacks it.")
    role: str | None = Field(
        default=None, description="What it is for: a role such as 'label', or 'feature'; None for any other column."
    )
    severity: Severity | None = Field(
        default=None,
        description="How bad it is: 'critical' where a feature or a role is lost, else 'warning'. None: no reason for "
        "an alert, such as a new column unless the setting schema is 'strict'.",
    )


class SchemaChange(Model):
    """How the columns of the two windows differ; windows of one table have the same columns."""

    columns: list[ColumnChange] = Field(
        description="The columns that differ; empty where none does. Not those that the settings exclude, nor those "
        "that a list of features does not name and that have no role."
    )
    is_flagged: bool = Field(description="Whether it raised an alert.")


class RowCountResult(Model):
    """The rows per day of each window. Only whole days count, and only weekdays on which the reference has rows."""

    ref_per_day: float = Field(description="Rows per day of the reference, on the weekdays that are compared.")
    cur_per_day: float = Field(description="Rows per day of the current window.")
    ratio: float = Field(description="cur_per_day divided by ref_per_day.")
    p_value: float | None = Field(
        default=None,
        description="The two-sided p-value of the difference, by how much the reference's days differ among "
        "themselves; None with fewer than 5 of them.",
    )
    ref_days: int = Field(description="Days of the reference that count.")
    cur_days: int = Field(description="Days of the current window that count.")
    is_flagged: bool = Field(description="Whether it raised an alert.")


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
        description="What the check did not look at, though nothing is wrong: the reject rate, where no row has the "
        "label that means 'rejected' by default.",
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
