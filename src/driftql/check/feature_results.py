"""Counts of a feature -> its result: PSI and KS of numbers, the mix of categories, or why there is none. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from driftql.check.categories import (
    compare_categories,
    explain_unique_values,
    unknown_categories,
    warn_of_unique_values,
)
from driftql.check.certify import FeatureBounds, bound_feature
from driftql.check.comparison import Comparison
from driftql.check.counts import CategoryCounts, Counts, FeatureCounts, Pair
from driftql.check.flaws import explain_no_bins
from driftql.check.unanswered import explain_few_rows
from driftql.config import Thresholds
from driftql.report import Bin, DriftTrigger, FeatureDriftResult, NotComputed
from driftql.stats.ks import ks_from_counts, ks_p_value
from driftql.stats.psi import psi_contributions, psi_null
from driftql.warehouse.base import Column

__all__ = ["FeatureOutcome", "compare_categories_of", "compare_numbers"]

_NOISE_LEVEL = 0.05
# What PSI fills for a column that has one and the same value in both windows; there are no quantiles to cut bins at.
_UNCHANGED: dict[str, Any] = {"psi": 0.0, "psi_p_value": 1.0, "psi_noise": 0.0, "psi_error_bound": 0.0}


class FeatureOutcome(NamedTuple):
    """The result of a feature, before anything is known of the other p-values of the report."""

    result: FeatureDriftResult
    bounds: FeatureBounds | None = None
    not_computed: Sequence[NotComputed] = ()
    notes: Sequence[str] = ()


def compare_numbers(counts: Counts, column: Column, comparison: Comparison) -> FeatureOutcome:
    """Compare the numbers of a feature by PSI and KS; where a window has too few of them, say so."""
    name = column.name
    thresholds = comparison.thresholds
    ref, cur = counts.profiles.map(lambda profile: profile.features[name])
    ref_rows, cur_rows = counts.profiles.map(lambda profile: profile.rows)
    without_numbers = FeatureDriftResult(
        feature=name,
        role=comparison.columns.scores.get(name, "feature"),
        unit="days since 1970-01-01" if name in comparison.columns.times else None,
        psi=None,
        ks_statistic=None,
        ks_p_value=None,
        is_drifted=False,
        ref_rows=ref.finite,
        cur_rows=cur.finite,
        ref_missing=ref_rows - ref.present,
        cur_missing=cur_rows - cur.present,
        ref_non_finite=ref.present - ref.finite,
        cur_non_finite=cur.present - cur.finite,
    )
    reason = explain_few_rows(Pair(ref.finite, cur.finite), "finite values", thresholds.min_rows)
    if reason:
        checks = (DriftTrigger.FEATURE_PSI, DriftTrigger.FEATURE_KS)
        return FeatureOutcome(
            without_numbers,
            not_computed=[NotComputed(check=check, feature=name, reason=reason) for check in checks],
        )
    known = counts.features[name]
    bounds = None if known.bounds is None else bound_feature(known, thresholds, comparison.limits)
    with_ks = without_numbers.model_copy(update=_compute_ks(known, bounds))
    if ref.minimum == ref.maximum:
        if with_ks.ks_statistic == 0 and (cur.minimum, cur.maximum) == (ref.minimum, ref.maximum):
            return FeatureOutcome(with_ks.model_copy(update=_UNCHANGED), bounds)
        reason = explain_no_bins(column, ref.minimum)
        return FeatureOutcome(
            with_ks, bounds, [NotComputed(check=DriftTrigger.FEATURE_PSI, feature=name, reason=reason)]
        )
    return FeatureOutcome(with_ks.model_copy(update=_compute_psi(known, bounds, thresholds)), bounds)


def compare_categories_of(counts: Counts, column: Column, comparison: Comparison) -> FeatureOutcome:
    """Compare the mix of the categories of a feature; where a window has too few values, say so."""
    known = counts.categories[column.name]
    is_by_sample = column.name in comparison.columns.by_sample
    rows = counts.profiles.map(lambda profile: profile.rows)
    min_rows = comparison.thresholds.min_rows
    reason = explain_few_rows(Pair(known.ref_n, known.cur_n), "values", min_rows)
    if reason:
        result, not_computed = unknown_categories(column.name, known, rows, reason)
        # Nobody has asked for it, and a change from hardly any value to hardly any is none.
        if is_by_sample and _is_nearly_empty(known, rows, comparison.thresholds):
            return FeatureOutcome(result, notes=[f"categories of {column.name}: {reason}"])
        return FeatureOutcome(result, not_computed=not_computed)
    if reason := explain_unique_values(known):
        result, not_computed = unknown_categories(column.name, known, rows, reason)
        if is_by_sample:
            return FeatureOutcome(result, notes=[f"categories of {column.name}: {reason}"])
        return FeatureOutcome(result, not_computed=not_computed)
    notes = warn_of_unique_values(column.name, known)
    return FeatureOutcome(compare_categories(column.name, known, rows, comparison.thresholds), notes=notes)


def _is_nearly_empty(counts: CategoryCounts, rows: Pair[int], thresholds: Thresholds) -> bool:
    """Return whether so few rows of either window have a category that no rise of the missing values would matter."""
    return max(counts.ref_n / rows.reference, counts.cur_n / rows.current) < thresholds.missing_increase


def _compute_ks(counts: FeatureCounts, bounds: FeatureBounds | None) -> dict[str, Any]:
    """Return the fields of a result that KS fills; within bounds, KS is taken in the middle."""
    if bounds is None:
        ks = ks_from_counts(counts.ks_ref, counts.ks_cur, counts.ref_n, counts.cur_n)
        return {"ks_statistic": ks.statistic, "ks_p_value": ks.p_value, "ks_location": counts.ks_value}
    least, greatest = bounds.ks
    middle = (least + greatest) / 2
    return {
        "ks_statistic": middle,
        "ks_p_value": ks_p_value(middle, counts.ref_n, counts.cur_n),
        "ks_error_bound": (greatest - least) / 2,
        "ks_location": counts.ks_value,
    }


def _compute_psi(counts: FeatureCounts, bounds: FeatureBounds | None, thresholds: Thresholds) -> dict[str, Any]:
    """Return the fields of a result that PSI fills."""
    parts = psi_contributions(counts.ref_bins, counts.cur_bins, thresholds.psi_epsilon)
    null = psi_null(counts.ref_bins, counts.cur_bins, epsilon=thresholds.psi_epsilon, level=_NOISE_LEVEL)
    psi = float(parts.sum())
    error = 0.0 if bounds is None else max(bounds.psi[1] - psi, psi - bounds.psi[0], 0.0)
    ends = [None, *(float(edge) for edge in counts.edges), None]
    bins = [
        Bin(lower=lower, upper=upper, ref_count=int(ref), cur_count=int(cur), psi=float(part))
        for lower, upper, ref, cur, part in zip(
            ends[:-1], ends[1:], counts.ref_bins, counts.cur_bins, parts, strict=True
        )
    ]
    return {
        "psi": psi,
        "psi_p_value": null.p_value,
        "psi_noise": null.quantile,
        "psi_error_bound": error,
        "bins": bins,
    }
