"""Counts -> verdicts: which checks have an effect, which have evidence, which could not be computed. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from driftql.check.categories import (
    CATEGORY_CHECKS,
    alert_of_new_classes,
    alerts_of_categories,
    category_tests,
    compare_categories,
    explain_unique_values,
    find_new_classes,
    unknown_categories,
    warn_of_unique_values,
)
from driftql.check.certify import FeatureBounds, bound_feature, find_open
from driftql.check.cluster_evidence import ClusterValues
from driftql.check.columns import CHECKS_OF_ROLES, ColumnMap
from driftql.check.comparison import Comparison
from driftql.check.counts import CategoryCounts, Counts, FeatureCounts, LabelCounts, Pair
from driftql.check.flaws import describe_flaws, explain_no_bins, explain_reject_label
from driftql.check.missing import compare_missing, count_missing, missing_alerts, missing_is_large, note_uncounted
from driftql.check.row_counts import alert_of_row_counts, is_large_ratio, judge_row_counts
from driftql.check.rules import FeatureNumbers, Rules, feature_alert, is_evident, rules_of
from driftql.check.schema import judge_schema
from driftql.config import DEFAULT_REJECT_LABEL, Thresholds
from driftql.report import (
    AlertDetails,
    Bin,
    ClassShiftDetails,
    ClassShiftResult,
    DriftAlert,
    DriftTrigger,
    EntropyDetails,
    EntropyDrift,
    FeatureDriftReport,
    FeatureDriftResult,
    KsDetails,
    MissingDrift,
    NotComputed,
    PsiDetails,
    RejectRateDetails,
    RejectRateDrift,
    RowCountResult,
    SchemaChange,
)
from driftql.report_evidence import ClusterEvidence, Unproven
from driftql.stats.evidence import evidence_cutoff
from driftql.stats.homogeneity import chi_square
from driftql.stats.ks import ks_from_counts, ks_p_value
from driftql.stats.means import welch
from driftql.stats.psi import psi_contributions, psi_null
from driftql.stats.rates import two_proportion
from driftql.warehouse.base import Column

__all__ = ["Verdict", "judge", "open_features"]

_NOISE_LEVEL = 0.05
# What PSI fills for a column that has one and the same value in both windows; there are no quantiles to cut bins at.
_UNCHANGED: dict[str, Any] = {"psi": 0.0, "psi_p_value": 1.0, "psi_noise": 0.0, "psi_error_bound": 0.0}
_ROUNDING = 1e-9

Result = TypeVar("Result", RejectRateDrift, EntropyDrift, ClassShiftResult)


@dataclass(frozen=True)
class Verdict:
    """What the counts of a check mean.

    Attributes
    ----------
    alerts
        Features in the order of the table, numbers before categories, then reject rate, entropy, class mix, missing
        values, rows per day and columns. They name no users yet.
    features, reject, entropy, classes
        The results; None where there is nothing to compare.
    not_computed
        The checks without an answer.
    warnings
        Flaws of the data that a reader of the numbers should know.
    notes
        What was not looked at, because nothing asks for it.
    cutoff
        A p-value at or below this counts as evidence; None where evidence is not required.
    bounds
        Of the features that are known within bounds only.
    missing
        How the share of missing values has changed.
    schema
        The columns that differ; None where both windows are of one table.
    row_count
        The rows per day; None where they were not compared.
    cluster_evidence
        What each effect rests on, where rows are not taken for independent.
    unproven
        Effects that may be the noise of days or users.
    """

    alerts: Sequence[DriftAlert]
    features: FeatureDriftReport | None
    reject: RejectRateDrift | None
    entropy: EntropyDrift | None
    classes: ClassShiftResult | None
    not_computed: Sequence[NotComputed]
    warnings: Sequence[str]
    notes: Sequence[str]
    cutoff: float | None
    bounds: Mapping[str, FeatureBounds]
    missing: Sequence[MissingDrift] = ()
    schema: SchemaChange | None = None
    row_count: RowCountResult | None = None
    cluster_evidence: Sequence[ClusterEvidence] = ()
    unproven: Sequence[Unproven] = ()


class _Feature(NamedTuple):
    """The result of a feature, before anything is known of the other p-values of the report."""

    result: FeatureDriftResult
    bounds: FeatureBounds | None = None
    not_computed: Sequence[NotComputed] = ()
    notes: Sequence[str] = ()


class _Predictions(NamedTuple):
    """The results of labels and probabilities, before anything is known of the other p-values of the report."""

    reject: RejectRateDrift | None = None
    classes: ClassShiftResult | None = None
    entropy: EntropyDrift | None = None
    not_computed: Sequence[NotComputed] = ()
    notes: Sequence[str] = ()


class _Test(NamedTuple):
    """Whether an effect is large enough to matter, and its p-value."""

    is_large: bool
    p_value: float | None


def judge(counts: Counts, comparison: Comparison, clusters: ClusterValues | None = None) -> Verdict:
    """Turn counts into results and alerts.

    Parameters
    ----------
    counts
        What was counted.
    comparison
        Which columns were compared, and the effects and the evidence that an alert needs.
    clusters
        The p-values of clusters, such as days, in place of those of independent rows; None for those of the rows.

    Returns
    -------
    Verdict
        Of each check an answer, or the reason why there is none.
    """
    columns, thresholds = comparison.columns, comparison.thresholds
    rules = rules_of(thresholds)
    not_computed = _explain_empty_windows(counts, comparison)
    features: list[_Feature] = []
    predictions = _Predictions()
    missing: list[MissingDrift] = []
    if not not_computed:
        # Windows of fewer rows are too small for every check, and each says so.
        if min(profile.rows for profile in counts.profiles) >= thresholds.min_rows:
            missing = compare_missing(count_missing(counts, comparison), thresholds)
        features = [_judge_feature(counts, column, comparison) for column in columns.features]
        features += [_judge_categories(counts, column, comparison) for column in columns.categories]
        predictions = _judge_predictions(counts, comparison)
    results = [feature.result for feature in features]
    row_count, row_notes = judge_row_counts(counts, comparison)
    held = (results, *predictions[:3], missing)
    if clusters is not None:
        held = clusters.weigh(*held, mute=rules)
        results, reject, classes, entropy, missing = clusters.weigh(results, *predictions[:3], missing)
        predictions = predictions._replace(reject=reject, classes=classes, entropy=entropy)
    cutoff = None
    if thresholds.evidence:
        tests = [
            *_feature_tests(held[0], rules),
            *_prediction_tests(*held[1:4], rules),
            *_row_tests(row_count, comparison),
            *_missing_tests(held[4], rules),
        ]
        cutoff = evidence_cutoff(_known_p_values(tests), thresholds.alpha)
    feature_alerts = [alert for result in results for alert in _alerts_of_feature(result, thresholds, rules, cutoff)]
    alerts_of_missing = missing_alerts(missing, rules, cutoff)
    drifted = {name for alert in (*feature_alerts, *alerts_of_missing) for name in alert.affected_features}
    lacking = {(alert.details["column"], alert.details["role"], alert.details["kind"]) for alert in alerts_of_missing}
    results = [result.model_copy(update={"is_drifted": result.feature in drifted}) for result in results]
    prediction_alerts = _alerts_of_predictions(predictions, thresholds, rules, cutoff)
    flagged = {alert.trigger for alert in prediction_alerts}
    schema, schema_alert = judge_schema(columns.changes)
    row_alert = alert_of_row_counts(row_count, comparison.row_count_ratio, lambda p: is_evident(p, cutoff))
    if row_count is not None and row_alert is not None:
        row_count = row_count.model_copy(update={"is_flagged": True})
    return Verdict(
        alerts=[
            *feature_alerts,
            *prediction_alerts,
            *alerts_of_missing,
            *(alert for alert in (row_alert, schema_alert) if alert),
        ],
        features=FeatureDriftReport(
            results=results, flagged_features=[result.feature for result in results if result.is_drifted]
        )
        if results
        else None,
        reject=_flag(predictions.reject, DriftTrigger.REJECT_RATE_INCREASE in flagged),
        entropy=_flag(predictions.entropy, DriftTrigger.ENTROPY_SPIKE in flagged),
        classes=_flag(predictions.classes, DriftTrigger.CLASS_SHIFT in flagged),
        not_computed=[
            *not_computed,
            *(part for feature in features for part in feature.not_computed),
            *predictions.not_computed,
            *_explain_columns(columns),
        ],
        warnings=list(describe_flaws(counts, comparison, {column for column, _, _ in lacking}))
        if all(profile.rows for profile in counts.profiles)
        else [],
        notes=[
            *(note for feature in features for note in feature.notes),
            *predictions.notes,
            *row_notes,
            *(note_uncounted(counts, comparison) if missing else ()),
        ],
        cutoff=cutoff,
        bounds={feature.result.feature: feature.bounds for feature in features if feature.bounds is not None},
        missing=[
            result.model_copy(update={"is_flagged": (result.column, result.role, result.kind) in lacking})
            for result in missing
        ],
        schema=schema,
        row_count=row_count,
    )


def open_features(verdict: Verdict, comparison: Comparison) -> set[str]:
    """Return the features whose verdict is not certain within the bounds that a histogram gave.

    Parameters
    ----------
    verdict
        What :func:`judge` returned.
    comparison
        Knows the effects and the evidence that an alert needs.

    Returns
    -------
    set[str]
        Features to count exactly; empty when the verdict stands.
    """
    if not verdict.bounds:
        return set()
    thresholds = comparison.thresholds
    rules = rules_of(thresholds)
    results = verdict.features.results if verdict.features else []
    exact = [result for result in results if result.feature not in verdict.bounds]
    tests = [
        *_feature_tests(exact, rules),
        *_prediction_tests(verdict.reject, verdict.classes, verdict.entropy, rules),
        *_missing_tests(verdict.missing, rules),
        *_row_tests(verdict.row_count, comparison),
    ]
    at_stake = _known_p_values(test for test in tests if test.is_large)
    return find_open(verdict.bounds, _known_p_values(tests), at_stake, thresholds)


# --- alerts ---------------------------------------------------------------------------------------------------------


def _feature_tests(results: Iterable[FeatureDriftResult], rules: Rules) -> Iterator[_Test]:
    known = list(results)
    yield from (_Test(*test) for test in category_tests([one for one in known if one.kind == "category"], rules))
    for result in (one for one in known if one.kind == "number"):
        yield _Test(rules.psi.is_large(result.psi), result.psi_p_value)
        yield _Test(rules.ks.is_large(result.ks_statistic), result.ks_p_value)


def _prediction_tests(
    reject: RejectRateDrift | None, classes: ClassShiftResult | None, entropy: EntropyDrift | None, rules: Rules
) -> Iterator[_Test]:
    if reject:
        yield _Test(rules.reject_rate.is_large(reject.increase), reject.p_value)
    if classes:
        yield _Test(rules.class_shift.is_large(classes.max_shift), classes.p_value)
    if classes and classes.new_classes:
        yield _Test(rules.new_category.is_large(classes.new_classes.share), classes.new_classes.p_value)
    if entropy:
        yield _Test(rules.entropy_is_large(entropy.ratio, entropy.change), entropy.p_value)


def _missing_tests(results: Iterable[MissingDrift], rules: Rules) -> Iterator[_Test]:
    for result in results:
        yield _Test(missing_is_large(result, rules), result.p_value)


def _row_tests(result: RowCountResult | None, comparison: Comparison) -> Iterator[_Test]:
    if result:
        yield _Test(is_large_ratio(result, comparison.row_count_ratio), result.p_value)


def _known_p_values(tests: Iterable[_Test]) -> list[float]:
    return [test.p_value for test in tests if test.p_value is not None]


def _alerts_of_feature(
    result: FeatureDriftResult, thresholds: Thresholds, rules: Rules, cutoff: float | None
) -> list[DriftAlert]:
    if result.kind == "category":
        return alerts_of_categories(result, thresholds, rules, cutoff)
    numbers = FeatureNumbers(result.psi, result.psi_p_value, result.ks_statistic, result.ks_p_value)
    raised = feature_alert(rules, numbers, cutoff)
    if raised is None:
        return []
    trigger, severity = raised
    details: AlertDetails
    if trigger is DriftTrigger.FEATURE_PSI:
        assert result.psi is not None
        details = PsiDetails(
            psi=result.psi,
            threshold=thresholds.psi,
            p_value=result.psi_p_value,
            noise=result.psi_noise,
            ks_statistic=result.ks_statistic,
        )
    else:
        assert result.ks_statistic is not None
        details = KsDetails(
            ks_statistic=result.ks_statistic,
            threshold=rules.ks.threshold,
            p_value=result.ks_p_value,
            psi=result.psi,
        )
    return [DriftAlert(trigger=trigger, severity=severity, details=details, affected_features=[result.feature])]


def _alerts_of_predictions(
    predictions: _Predictions, thresholds: Thresholds, rules: Rules, cutoff: float | None
) -> list[DriftAlert]:
    reject, classes, entropy = predictions[:3]
    alerts = []
    if reject and rules.reject_rate.fires(reject.increase, reject.p_value, cutoff):
        rates = RejectRateDetails(
            ref_rate=reject.ref_rate,
            cur_rate=reject.cur_rate,
            increase=reject.increase,
            threshold=thresholds.reject_rate_increase,
            p_value=reject.p_value,
        )
        alerts.append(DriftAlert(trigger=DriftTrigger.REJECT_RATE_INCREASE, severity="critical", details=rates))
    if entropy and is_evident(entropy.p_value, cutoff) and rules.entropy_is_large(entropy.ratio, entropy.change):
        means = EntropyDetails(
            ref_mean_entropy=entropy.ref_mean_entropy,
            cur_mean_entropy=entropy.cur_mean_entropy,
            ratio=entropy.ratio,
            threshold=thresholds.entropy_ratio,
            p_value=entropy.p_value,
            change=entropy.change,
            change_threshold=thresholds.entropy_increase,
            direction="fall" if entropy.cur_mean_entropy < entropy.ref_mean_entropy else "rise",
        )
        alerts.append(DriftAlert(trigger=DriftTrigger.ENTROPY_SPIKE, severity="warning", details=means))
    if classes and rules.class_shift.fires(classes.max_shift, classes.p_value, cutoff):
        shares = ClassShiftDetails(
            max_shift=classes.max_shift,
            shifted_classes=classes.shifted_classes,
            threshold=thresholds.class_shift,
            p_value=classes.p_value,
        )
        alerts.append(DriftAlert(trigger=DriftTrigger.CLASS_SHIFT, severity="warning", details=shares))
    if (new_classes := alert_of_new_classes(classes, thresholds, rules, cutoff)) is not None:
        alerts.append(new_classes)
    return alerts


def _flag(result: Result | None, is_flagged: bool) -> Result | None:
    return None if result is None else result.model_copy(update={"is_flagged": is_flagged})


# --- what has no answer ---------------------------------------------------------------------------------------------


def _applicable_checks(columns: ColumnMap) -> list[DriftTrigger]:
    """Return the checks that the columns allow."""
    checks = [DriftTrigger.FEATURE_PSI] if columns.features or columns.categories else []
    checks += [DriftTrigger.FEATURE_KS] if columns.features else []
    checks += [DriftTrigger.NEW_CATEGORY] if columns.categories else []
    for role, of_role in CHECKS_OF_ROLES.items():
        checks += of_role if getattr(columns, role) else []
    return checks


def _explain_empty_windows(counts: Counts, comparison: Comparison) -> list[NotComputed]:
    """Say of every check that a window holds no rows; nothing where both hold some."""
    empty = [
        f"the {window.role} window ({window.description}) holds no rows"
        for window, profile in zip(comparison.summaries, counts.profiles, strict=True)
        if not profile.rows
    ]
    if not empty:
        return []
    return [NotComputed(check=check, reason=" and ".join(empty)) for check in _applicable_checks(comparison.columns)]


def _explain_columns(columns: ColumnMap) -> list[NotComputed]:
    """Say which checks have no answer because of the columns of a window."""
    parts = [
        NotComputed(check=check, feature=name, reason=reason)
        for name, reason in columns.unusable.items()
        for check in (DriftTrigger.FEATURE_PSI, DriftTrigger.FEATURE_KS)
    ]
    parts += [
        NotComputed(check=check, feature=name, reason=reason)
        for name, reason in columns.lost_categories.items()
        for check in CATEGORY_CHECKS
    ]
    parts += [
        NotComputed(check=check, reason=reason)
        for role, reason in columns.lost.items()
        for check in CHECKS_OF_ROLES[role]
    ]
    if not parts and not _applicable_checks(columns):
        nothing = "there is no numeric column to check, no column of categories, no label and no probabilities"
        parts.append(NotComputed(check="features", reason=nothing))
    return parts


def _explain_few_rows(counts: Pair[int], what: str, min_rows: int) -> str | None:
    """Say which window has too little to judge, or return None."""
    for role, count in zip(counts._fields, counts, strict=True):
        if count < min_rows:
            shown = f"no {what}" if count == 0 else f"only {count} {what}"
            return f"the {role} window has {shown}; at least {min_rows} are needed"
    return None


# --- features -------------------------------------------------------------------------------------------------------


def _judge_feature(counts: Counts, column: Column, comparison: Comparison) -> _Feature:
    name = column.name
    thresholds = comparison.thresholds
    ref, cur = counts.profiles.map(lambda profile: profile.features[name])
    ref_rows, cur_rows = counts.profiles.map(lambda profile: profile.rows)
    without_numbers = FeatureDriftResult(
        feature=name,
        role=comparison.columns.scores.get(name, "feature"),
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
    reason = _explain_few_rows(Pair(ref.finite, cur.finite), "finite values", thresholds.min_rows)
    if reason:
        checks = (DriftTrigger.FEATURE_PSI, DriftTrigger.FEATURE_KS)
        return _Feature(
            without_numbers,
            not_computed=[NotComputed(check=check, feature=name, reason=reason) for check in checks],
        )
    known = counts.features[name]
    bounds = None if known.bounds is None else bound_feature(known, thresholds, comparison.limits)
    with_ks = without_numbers.model_copy(update=_compute_ks(known, bounds))
    if ref.minimum == ref.maximum:
        if with_ks.ks_statistic == 0 and (cur.minimum, cur.maximum) == (ref.minimum, ref.maximum):
            return _Feature(with_ks.model_copy(update=_UNCHANGED), bounds)
        reason = explain_no_bins(column, ref.minimum)
        return _Feature(with_ks, bounds, [NotComputed(check=DriftTrigger.FEATURE_PSI, feature=name, reason=reason)])
    return _Feature(with_ks.model_copy(update=_compute_psi(known, bounds, thresholds)), bounds)


def _judge_categories(counts: Counts, column: Column, comparison: Comparison) -> _Feature:
    known = counts.categories[column.name]
    is_by_sample = column.name in comparison.columns.by_sample
    rows = counts.profiles.map(lambda profile: profile.rows)
    min_rows = comparison.thresholds.min_rows
    reason = _explain_few_rows(Pair(known.ref_n, known.cur_n), "values", min_rows)
    if reason:
        result, not_computed = unknown_categories(column.name, known, rows, reason)
        # Nobody has asked for it, and a change from hardly any value to hardly any is none.
        if is_by_sample and _is_nearly_empty(known, rows, comparison.thresholds):
            return _Feature(result, notes=[f"categories of {column.name}: {reason}"])
        return _Feature(result, not_computed=not_computed)
    if reason := explain_unique_values(known):
        result, not_computed = unknown_categories(column.name, known, rows, reason)
        if is_by_sample:
            return _Feature(result, notes=[f"categories of {column.name}: {reason}"])
        return _Feature(result, not_computed=not_computed)
    notes = warn_of_unique_values(column.name, known)
    return _Feature(compare_categories(column.name, known, rows, comparison.thresholds), notes=notes)


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


# --- predictions ----------------------------------------------------------------------------------------------------


def _judge_predictions(counts: Counts, comparison: Comparison) -> _Predictions:
    columns, thresholds = comparison.columns, comparison.thresholds
    if counts.too_many_labels:
        label = columns.label.name if columns.label else ""
        many = f"the label column {label!r} has over a thousand different values; a label is one of a few classes"
        about_features = (DriftTrigger.FEATURE_KS, *CATEGORY_CHECKS)
        checks = [check for check in _applicable_checks(columns) if check not in about_features]
        return _Predictions(not_computed=[NotComputed(check=check, reason=many) for check in checks])
    labels = counts.labels
    if labels is None:
        return _Predictions()
    reject = classes = entropy = None
    not_computed, notes = [], []
    if columns.label:
        reason = _explain_few_rows(labels.map(lambda window: window.labeled), "labeled rows", thresholds.min_rows)
        if reason:
            checks = [DriftTrigger.REJECT_RATE_INCREASE, DriftTrigger.CLASS_SHIFT]
            not_computed += [NotComputed(check=check, reason=reason) for check in checks]
        else:
            absent = explain_reject_label(labels, comparison.reject_label)
            if absent is None:
                reject = _compare_reject_rates(labels, comparison.reject_label)
            elif comparison.reject_label == DEFAULT_REJECT_LABEL:
                notes.append(f"reject rate: {absent}")
            else:
                not_computed.append(NotComputed(check=DriftTrigger.REJECT_RATE_INCREASE, reason=absent))
            classes = _compare_classes(labels, thresholds)
    if columns.probabilities:
        complete = labels.map(lambda window: window.entropy.n)
        reason = _explain_few_rows(complete, "complete probability vectors", max(2, thresholds.min_rows))
        if reason:
            not_computed.append(NotComputed(check=DriftTrigger.ENTROPY_SPIKE, reason=reason))
        else:
            entropy = _compare_entropies(labels)
    return _Predictions(reject, classes, entropy, not_computed, notes)


def _compare_reject_rates(labels: Pair[LabelCounts], reject_label: str) -> RejectRateDrift:
    ref_n, cur_n = labels.map(lambda window: window.labeled)
    ref_hits, cur_hits = labels.map(lambda window: window.labels.get(reject_label, 0))
    ref_rate, cur_rate = ref_hits / ref_n, cur_hits / cur_n
    return RejectRateDrift(
        ref_rate=ref_rate,
        cur_rate=cur_rate,
        increase=cur_rate - ref_rate,
        is_flagged=False,
        p_value=two_proportion(ref_hits, ref_n, cur_hits, cur_n),
        ref_rows=ref_n,
        cur_rows=cur_n,
    )


def _compare_classes(labels: Pair[LabelCounts], thresholds: Thresholds) -> ClassShiftResult:
    ref, cur = labels
    names = sorted(ref.labels.keys() | cur.labels.keys())
    ref_counts, cur_counts = labels.map(lambda window: [window.labels.get(name, 0) for name in names])
    ref_dist = {name: count / ref.labeled for name, count in zip(names, ref_counts, strict=True)}
    cur_dist = {name: count / cur.labeled for name, count in zip(names, cur_counts, strict=True)}
    shifts = {name: abs(cur_dist[name] - ref_dist[name]) for name in names}
    moved = [name for name in names if shifts[name] > thresholds.class_shift]
    return ClassShiftResult(
        ref_dist=ref_dist,
        cur_dist=cur_dist,
        max_shift=max(shifts.values()),
        shifted_classes=sorted(moved, key=lambda name: (-shifts[name], name)),
        is_flagged=False,
        p_value=chi_square(ref_counts, cur_counts).p_value,
        new_classes=find_new_classes(labels),
        ref_unlabeled=ref.unlabeled,
        cur_unlabeled=cur.unlabeled,
    )


def _compare_entropies(labels: Pair[LabelCounts]) -> EntropyDrift:
    ref, cur = labels
    ref_mean, cur_mean = ref.entropy.mean, cur.entropy.mean
    classes = max(ref.classes, cur.classes)
    # If all entropies are equal, any difference of the means is rounding error, not evidence.
    is_constant = max(ref.entropy.variance, cur.entropy.variance) <= (_ROUNDING * ref_mean) ** 2
    is_same = is_constant and math.isclose(ref_mean, cur_mean, rel_tol=_ROUNDING)
    return EntropyDrift(
        ref_mean_entropy=ref_mean,
        cur_mean_entropy=cur_mean,
        ratio=cur_mean / ref_mean if ref_mean > 0 else 0.0,
        change=(cur_mean - ref_mean) / math.log(classes) if classes > 1 else None,
        is_flagged=False,
        p_value=1.0 if is_same else welch(ref.entropy, cur.entropy, two_sided=True),
        ref_rows=ref.entropy.n,
        cur_rows=cur.entropy.n,
        classes=classes or None,
        ref_incomplete=ref.rows - ref.entropy.n,
        cur_incomplete=cur.rows - cur.entropy.n,
        ref_out_of_range=ref.out_of_range,
        cur_out_of_range=cur.out_of_range,
        ref_not_normalized=ref.not_normalized,
        cur_not_normalized=cur.not_normalized,
    )
