"""The part of a report that is about alerts: what can raise one, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from pydantic import AwareDatetime, Field, ValidationInfo, field_validator

from driftql.report_base import AlertDetails, MissingRole, Model, Severity, utc_now
from driftql.report_categories import NamedCategory, NewCategoryDetails

__all__ = [
    "ClassShiftDetails",
    "DriftAlert",
    "DriftTrigger",
    "EntropyDetails",
    "KsDetails",
    "MissingDetails",
    "PsiDetails",
    "RejectRateDetails",
    "RowCountDetails",
    "SchemaDetails",
    "StaleDetails",
    "UserEffect",
]


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
