"""Counts -> verdicts: which checks have an effect, which have evidence, which could not be computed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from driftql.check.alerts import alerts_of_feature, alerts_of_predictions
from driftql.check.categories import category_tests
from driftql.check.certify import FeatureBounds, find_open
from driftql.check.cluster_evidence import ClusterValues
from driftql.check.comparison import Comparison
from driftql.check.counts import Counts
from driftql.check.feature_results import FeatureOutcome, compare_categories_of, compare_numbers
from driftql.check.flaws import describe_flaws
from driftql.check.missing import compare_missing, count_missing, judge_missing, missing_is_large, note_uncounted
from driftql.check.predictions import Predictions, compare_predictions
from driftql.check.row_counts import alert_of_row_counts, is_large_ratio, judge_row_counts
from driftql.check.rules import EffectTest, Rules, is_evident, rules_of
from driftql.check.schema import judge_schema
from driftql.check.unanswered import explain_columns, explain_empty_windows
from driftql.report import (
    ClassShiftResult,
    DriftAlert,
    DriftTrigger,
    EntropyDrift,
    FeatureDriftReport,
    FeatureDriftResult,
    MissingDrift,
    NotComputed,
    RejectRateDrift,
    RowCountResult,
    SchemaChange,
)
from driftql.report_evidence import ClusterEvidence, Unproven
from driftql.stats.evidence import evidence_cutoff

__all__ = ["Verdict", "judge", "open_features"]

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
    not_computed = explain_empty_windows(counts, comparison)
    features: list[FeatureOutcome] = []
    predictions = Predictions()
    missing: list[MissingDrift] = []
    if not not_computed:
        # Windows of fewer rows are too small for every check, and each says so.
        if min(profile.rows for profile in counts.profiles) >= thresholds.min_rows:
            missing = compare_missing(count_missing(counts, comparison), thresholds)
        features = [compare_numbers(counts, column, comparison) for column in columns.features]
        features += [compare_categories_of(counts, column, comparison) for column in columns.categories]
        predictions = compare_predictions(counts, comparison)
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
        known = _known_p_values(tests)
        if clusters is not None and clusters.joint is not None:
            # Features are one hypothesis; so few days leave no other that could be rejected but that of rows per day.
            known = [clusters.joint, *_known_p_values(_row_tests(row_count, comparison))]
        cutoff = evidence_cutoff(known, thresholds.alpha)
    feature_alerts = [alert for result in results for alert in alerts_of_feature(result, thresholds, rules, cutoff)]
    missing, missing_alerts = judge_missing(missing, rules, cutoff)
    drifted = {name for alert in (*feature_alerts, *missing_alerts) for name in alert.affected_features}
    results = [result.model_copy(update={"is_drifted": result.feature in drifted}) for result in results]
    prediction_alerts = alerts_of_predictions(predictions, thresholds, rules, cutoff)
    flagged = {alert.trigger for alert in prediction_alerts}
    schema, schema_alert = judge_schema(columns.changes)
    row_alert = alert_of_row_counts(row_count, comparison.row_count_ratio, lambda p: is_evident(p, cutoff))
    if row_count is not None and row_alert is not None:
        row_count = row_count.model_copy(update={"is_flagged": True})
    warnings: list[str] = []
    if all(profile.rows for profile in counts.profiles):
        lacking = {result.column for result in missing if result.is_flagged and result.column}
        warnings = list(describe_flaws(counts, comparison, lacking))
    return Verdict(
        alerts=[
            *feature_alerts,
            *prediction_alerts,
            *missing_alerts,
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
            *explain_columns(columns),
        ],
        warnings=warnings,
        notes=[
            *(note for feature in features for note in feature.notes),
            *predictions.notes,
            *row_notes,
            *(note_uncounted(counts, comparison) if missing else ()),
        ],
        cutoff=cutoff,
        bounds={feature.result.feature: feature.bounds for feature in features if feature.bounds is not None},
        missing=missing,
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


def _feature_tests(results: Iterable[FeatureDriftResult], rules: Rules) -> Iterator[EffectTest]:
    known = list(results)
    yield from category_tests([one for one in known if one.kind == "category"], rules)
    for result in (one for one in known if one.kind == "number"):
        yield EffectTest(rules.psi.is_large(result.psi), result.psi_p_value)
        yield EffectTest(rules.ks.is_large(result.ks_statistic), result.ks_p_value)


def _prediction_tests(
    reject: RejectRateDrift | None, classes: ClassShiftResult | None, entropy: EntropyDrift | None, rules: Rules
) -> Iterator[EffectTest]:
    if reject:
        yield EffectTest(rules.reject_rate.is_large(reject.increase), reject.p_value)
    if classes:
        yield EffectTest(rules.class_shift.is_large(classes.max_shift), classes.p_value)
    if classes and classes.new_classes:
        yield EffectTest(rules.new_category.is_large(classes.new_classes.share), classes.new_classes.p_value)
    if entropy:
        yield EffectTest(rules.entropy_is_large(entropy.ratio, entropy.change), entropy.p_value)


def _missing_tests(results: Iterable[MissingDrift], rules: Rules) -> Iterator[EffectTest]:
    for result in results:
        yield EffectTest(missing_is_large(result, rules), result.p_value)


def _row_tests(result: RowCountResult | None, comparison: Comparison) -> Iterator[EffectTest]:
    if result:
        yield EffectTest(is_large_ratio(result, comparison.row_count_ratio), result.p_value)


def _known_p_values(tests: Iterable[EffectTest]) -> list[float]:
    return [test.p_value for test in tests if test.p_value is not None]


def _flag(result: Result | None, is_flagged: bool) -> Result | None:
    return None if result is None else result.model_copy(update={"is_flagged": is_flagged})
