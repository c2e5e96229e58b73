"""The part of a report that holds results: how features, predictions, missing values, columns and row counts differ."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from driftql.report_base import MissingRole, Model, ScoreRole, Severity, utc_now
from driftql.report_categories import CategoryBin, NamedCategory, NewCategories

__all__ = [
    "Bin",
    "ClassShiftResult",
    "ColumnChange",
    "EntropyDrift",
    "FeatureDriftReport",
    "FeatureDriftResult",
    "KsResult",
    "MissingDrift",
    "RejectRateDrift",
    "RowCountResult",
    "SchemaChange",
]


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
    unit: Literal["days since 1970-01-01"] | None = Field(
        default=None,
        description="What the numbers of bins and locations are, where the feature is a date or a timestamp: days "
        "since 1970-01-01, with a fraction for the time of the day. Times with a zone are in UTC, others as written.",
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
