"""Results -> alerts of features and predictions: where an effect matters and is evident, by the rules. Pure."""

from __future__ import annotations

from driftql.check.categories import alert_of_new_classes, alerts_of_categories
from driftql.check.predictions import Predictions
from driftql.check.rules import FeatureNumbers, Rules, feature_alert, is_evident
from driftql.config import Thresholds
from driftql.report import (
    AlertDetails,
    ClassShiftDetails,
    DriftAlert,
    DriftTrigger,
    EntropyDetails,
    FeatureDriftResult,
    KsDetails,
    PsiDetails,
    RejectRateDetails,
)

__all__ = ["alerts_of_feature", "alerts_of_predictions"]


def alerts_of_feature(
    result: FeatureDriftResult, thresholds: Thresholds, rules: Rules, cutoff: float | None
) -> list[DriftAlert]:
    """Return the alerts of a feature: at most one of its numbers, at most two of its categories.

    Parameters
    ----------
    result
        What was computed; without a number, there is no alert of it.
    thresholds, rules
        When an effect is an alert.
    cutoff
        A p-value at or below it is evidence; None where evidence is not required.
    """
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


def alerts_of_predictions(
    predictions: Predictions, thresholds: Thresholds, rules: Rules, cutoff: float | None
) -> list[DriftAlert]:
    """Return the alerts of the reject rate, the entropy, the class mix and new classes, in this order.

    Parameters
    ----------
    predictions
        What was computed.
    thresholds, rules
        When an effect is an alert.
    cutoff
        A p-value at or below it is evidence; None where evidence is not required.
    """
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
