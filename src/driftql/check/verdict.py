"""Counts -> verdicts: which checks have an effect, which have evidence, which could not be computed. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from driftql.check.certify import FeatureBounds, feature_bounds, unsettled
from driftql.check.columns import ColumnMap
from driftql.check.comparison import Comparison
from driftql.check.counts import Counts, FeatureCounts, LabelCounts
from driftql.config import Thresholds
from driftql.report import (
    Bin,
    ClassShiftResult,
    ConfidenceStats,
    DriftAlert,
    DriftTrigger,
    EntropyDrift,
    FeatureDriftReport,
    FeatureDriftResult,
    NotComputed,
    RejectRateDrift,
    Severity,
    TelemetrySnapshot,
    WindowSummary,
)
from driftql.stats.evidence import evidence_cutoff
from driftql.stats.homogeneity import chi_square
from driftql.stats.ks import ks_from_counts, ks_p_value
from driftql.stats.means import welch
from driftql.stats.psi import psi_contributions, psi_null
from driftql.stats.rates import two_proportion

__all__ = ["Verdict", "judge", "unsettled_features"]

_NOISE_LEVEL = 0.05
_ROUNDING = 1e-9


@dataclass
class Verdict:
    """What the numbers of a check mean.

    Attributes
    ----------
    cutoff
        A p-value at or below this counts as evidence; None where evidence was turned off.
    bounds
        Of the features that are known within bounds only.
    """

    alerts: list[DriftAlert] = field(default_factory=list)
    features: FeatureDriftReport | None = None
    reject: RejectRateDrift | None = None
    entropy: EntropyDrift | None = None
    classes: ClassShiftResult | None = None
    telemetry: TelemetrySnapshot | None = None
    not_computed: list[NotComputed] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    cutoff: float | None = None
    bounds: dict[str, FeatureBounds] = field(default_factory=dict)


def judge(
    measured: Counts,
    comparison: Comparison,
    windows: tuple[WindowSummary, WindowSummary],
) -> Verdict:
    """Turn counts into results and alerts.

    Parameters
    ----------
    measured
        What the database told.
    comparison
        What was compared, and the effects and the evidence that an alert needs.
    windows
        What to call the reference and the current window.

    Returns
    -------
    Verdict
        Alerts name no users yet.
    """
    columns, thresholds, reject_label = comparison.columns, comparison.thresholds, comparison.reject_label
    verdict = Verdict()
    empty = [window for window, profile in zip(windows, measured.profiles, strict=True) if not profile.rows]
    if empty:
        reason = " and ".join(f"the {window.role} window ({window.description}) holds no rows" for window in empty)
        verdict.not_computed += [NotComputed(check=check, reason=reason) for check in _applicable(columns)]
    else:
        results = [_feature(measured, name, comparison, verdict) for name in (c.name for c in columns.features)]
        verdict.features = FeatureDriftReport(results=results, flagged_features=[]) if results else None
        _judge_labels(measured, columns, thresholds, reject_label, verdict)
    verdict.not_computed += [
        NotComputed(check=DriftTrigger.FEATURE_PSI, feature=name, reason=reason)
        for name, reason in columns.unusable.items()
    ]
    if not _applicable(columns):
        verdict.not_computed.append(
            NotComputed(
                check="features", reason="the table has no numeric column to check, no label and no probabilities"
            )
        )
    _weigh(verdict, thresholds)
    verdict.telemetry = _telemetry(measured, columns, verdict, reject_label)
    return verdict


def unsettled_features(verdict: Verdict, thresholds: Thresholds) -> set[str]:
    """Return the features whose verdict is not certain within the bounds that a histogram gave.

    Parameters
    ----------
    verdict
        What :func:`judge` said.
    thresholds
        Effects and evidence that an alert needs.

    Returns
    -------
    set[str]
        Features to count exactly; empty when the verdict stands.
    """
    bounded = verdict.bounds
    if not bounded:
        return set()
    exact = [r for r in verdict.features.results if r.feature not in bounded] if verdict.features else []
    at_stake: list[float | None] = []
    for result in exact:
        at_stake += [result.psi_p_value] if (result.psi or 0) > thresholds.psi else []
        at_stake += [result.ks_p_value] if (result.ks_statistic or 0) >= thresholds.ks else []
    if verdict.reject and verdict.reject.increase >= thresholds.reject_rate_increase:
        at_stake.append(verdict.reject.p_value)
    if verdict.entropy and verdict.entropy.ratio > thresholds.entropy_ratio:
        at_stake.append(verdict.entropy.p_value)
    if verdict.classes and verdict.classes.max_shift > thresholds.class_shift:
        at_stake.append(verdict.classes.p_value)
    known = [p_value for p_value in at_stake if p_value is not None]
    return unsettled(bounded, _p_values(verdict, exact), known, thresholds)


def _applicable(columns: ColumnMap) -> list[DriftTrigger]:
    checks = [DriftTrigger.FEATURE_PSI, DriftTrigger.FEATURE_KS] if columns.features else []
    checks += [DriftTrigger.REJECT_RATE_INCREASE, DriftTrigger.CLASS_SHIFT] if columns.label else []
    return checks + ([DriftTrigger.ENTROPY_SPIKE] if columns.probabilities else [])


def _few(counts: tuple[int, int], what: str, min_rows: int) -> str | None:
    """Say which window has too little to judge, or None."""
    for role, count in zip(("reference", "current"), counts, strict=True):
        if count < min_rows:
            shown = f"no {what}" if count == 0 else f"only {count} {what}"
            return f"the {role} window has {shown}; at least {min_rows} are needed"
    return None


def _feature(measured: Counts, name: str, comparison: Comparison, verdict: Verdict) -> FeatureDriftResult:
    thresholds = comparison.thresholds
    before, after = (profile.features[name] for profile in measured.profiles)
    result = FeatureDriftResult(
        feature=name,
        psi=None,
        ks_statistic=None,
        ks_p_value=None,
        is_drifted=False,
        ref_rows=before.finite,
        cur_rows=after.finite,
        ref_missing=measured.profiles[0].rows - before.present,
        cur_missing=measured.profiles[1].rows - after.present,
        ref_non_finite=before.present - before.finite,
        cur_non_finite=after.present - after.finite,
    )
    reason = _few((before.finite, after.finite), "finite values", thresholds.min_rows)
    if reason:
        verdict.not_computed += [
            NotComputed(check=check, feature=name, reason=reason)
            for check in (DriftTrigger.FEATURE_PSI, DriftTrigger.FEATURE_KS)
        ]
        return result
    counts = measured.features[name]
    result.ks_location = counts.ks_value
    if counts.bounds is None:
        ks = ks_from_counts(counts.ks_ref, counts.ks_cur, counts.ref_n, counts.cur_n)
        result.ks_statistic, result.ks_p_value = ks.statistic, ks.p_value
    else:
        bounds = verdict.bounds[name] = feature_bounds(counts, thresholds, comparison.limits)
        middle = (bounds.ks[0] + bounds.ks[1]) / 2
        result.ks_statistic, result.ks_error_bound = middle, (bounds.ks[1] - bounds.ks[0]) / 2
        result.ks_p_value = ks_p_value(middle, counts.ref_n, counts.cur_n)
    if before.minimum == before.maximum:
        verdict.not_computed.append(
            NotComputed(
                check=DriftTrigger.FEATURE_PSI,
                feature=name,
                reason=f"every reference value is {_shown(before.minimum)}, so there are no quantile bins",
            )
        )
        return result
    _finish_psi(result, counts, thresholds)
    if counts.bounds is not None and result.psi is not None:
        result.psi_error_bound = max(bounds.psi[1] - result.psi, result.psi - bounds.psi[0], 0.0)
    return result


def _finish_psi(result: FeatureDriftResult, counts: FeatureCounts, thresholds: Thresholds) -> None:
    parts = psi_contributions(counts.ref_bins, counts.cur_bins, thresholds.psi_epsilon)
    null = psi_null(counts.ref_bins, counts.cur_bins, epsilon=thresholds.psi_epsilon, level=_NOISE_LEVEL)
    result.psi = float(parts.sum())
    result.psi_p_value, result.psi_noise = null.p_value, null.quantile
    ends = [None, *(float(edge) for edge in counts.edges), None]
    result.bins = [
        Bin(lower=lower, upper=upper, ref_count=int(ref), cur_count=int(cur), psi=float(part))
        for lower, upper, ref, cur, part in zip(
            ends[:-1], ends[1:], counts.ref_bins, counts.cur_bins, parts, strict=True
        )
    ]


def _shown(value: float | None) -> str:
    return "missing" if value is None else f"{value:g}"


def _judge_labels(
    measured: Counts, columns: ColumnMap, thresholds: Thresholds, reject_label: str, verdict: Verdict
) -> None:
    checks = [check for check in _applicable(columns) if not check.startswith("feature")]
    if measured.too_many_labels:
        label = columns.label.name if columns.label else ""
        many = f"the label column {label!r} has over a thousand different values; a label is one of a few classes"
        verdict.not_computed += [NotComputed(check=check, reason=many) for check in checks]
        return
    if measured.labels is None:
        return
    before, after = measured.labels
    if columns.label:
        counts = (sum(before.labels.values()), sum(after.labels.values()))
        reason = _few(counts, "labeled rows", thresholds.min_rows)
        if reason:
            verdict.not_computed += [
                NotComputed(check=check, reason=reason)
                for check in (DriftTrigger.REJECT_RATE_INCREASE, DriftTrigger.CLASS_SHIFT)
            ]
        else:
            verdict.reject = _reject(before, after, reject_label)
            verdict.classes = _classes(before, after, thresholds)
    if columns.probabilities:
        reason = _few((before.entropy.n, after.entropy.n), "complete probability vectors", max(2, thresholds.min_rows))
        if reason:
            verdict.not_computed.append(NotComputed(check=DriftTrigger.ENTROPY_SPIKE, reason=reason))
        else:
            verdict.entropy = _entropy(before, after)
        verdict.warnings += _flaws(measured.labels, thresholds)


def _flaws(labels: tuple[LabelCounts, LabelCounts], thresholds: Thresholds) -> Iterable[str]:
    for role, counts in zip(("reference", "current"), labels, strict=True):
        missing = counts.rows - counts.entropy.n
        if missing:
            yield f"{missing:,} {role} rows have an incomplete probability vector and are left out of the entropy"
        if counts.out_of_range:
            yield f"{counts.out_of_range:,} {role} rows have a probability outside [0, 1]"
        if counts.not_normalized:
            yield (
                f"{counts.not_normalized:,} {role} rows have probabilities that do not sum to 1 "
                f"(within {thresholds.probability_tolerance:g})"
            )


def _reject(before: LabelCounts, after: LabelCounts, reject_label: str) -> RejectRateDrift:
    totals = (sum(before.labels.values()), sum(after.labels.values()))
    hits = (before.labels.get(reject_label, 0), after.labels.get(reject_label, 0))
    rates = (hits[0] / totals[0], hits[1] / totals[1])
    return RejectRateDrift(
        ref_rate=rates[0],
        cur_rate=rates[1],
        increase=rates[1] - rates[0],
        is_flagged=False,
        p_value=two_proportion(hits[0], totals[0], hits[1], totals[1]),
        ref_rows=totals[0],
        cur_rows=totals[1],
    )


def _classes(before: LabelCounts, after: LabelCounts, thresholds: Thresholds) -> ClassShiftResult:
    names = sorted(before.labels.keys() | after.labels.keys())
    counts = [[side.labels.get(name, 0) for name in names] for side in (before, after)]
    totals = [sum(side) for side in counts]
    shares = [[count / total for count in side] for side, total in zip(counts, totals, strict=True)]
    shifts = {name: abs(cur - ref) for name, ref, cur in zip(names, *shares, strict=True)}
    moved = [name for name in names if shifts[name] > thresholds.class_shift]
    return ClassShiftResult(
        ref_dist=dict(zip(names, shares[0], strict=True)),
        cur_dist=dict(zip(names, shares[1], strict=True)),
        max_shift=max(shifts.values()),
        shifted_classes=sorted(moved, key=lambda name: (-shifts[name], name)),
        is_flagged=False,
        p_value=chi_square(counts[0], counts[1]).p_value,
        ref_unlabeled=before.unlabeled,
        cur_unlabeled=after.unlabeled,
    )


def _entropy(before: LabelCounts, after: LabelCounts) -> EntropyDrift:
    mean = before.entropy.mean
    # Entropies that are all equal: what the windows then differ by is the rounding of sums, and no evidence.
    is_constant = max(before.entropy.variance, after.entropy.variance) <= (_ROUNDING * mean) ** 2
    is_same = is_constant and math.isclose(mean, after.entropy.mean, rel_tol=_ROUNDING)
    return EntropyDrift(
        ref_mean_entropy=before.entropy.mean,
        cur_mean_entropy=after.entropy.mean,
        ratio=after.entropy.mean / before.entropy.mean if before.entropy.mean > 0 else 0.0,
        is_flagged=False,
        p_value=1.0 if is_same else welch(before.entropy, after.entropy),
        ref_rows=before.entropy.n,
        cur_rows=after.entropy.n,
        ref_incomplete=before.rows - before.entropy.n,
        cur_incomplete=after.rows - after.entropy.n,
        ref_out_of_range=before.out_of_range,
        cur_out_of_range=after.out_of_range,
        ref_not_normalized=before.not_normalized,
        cur_not_normalized=after.not_normalized,
    )


def _p_values(verdict: Verdict, results: Sequence[FeatureDriftResult]) -> list[float]:
    values: list[float | None] = []
    for result in results:
        values += [result.psi_p_value, result.ks_p_value]
    values += [part.p_value for part in (verdict.reject, verdict.entropy, verdict.classes) if part]
    return [value for value in values if value is not None]


def _weigh(verdict: Verdict, thresholds: Thresholds) -> None:
    """Raise an alert where there is an effect and, unless turned off, evidence over all p-values of the report."""
    if thresholds.evidence:
        p_values = _p_values(verdict, verdict.features.results if verdict.features else [])
        verdict.cutoff = evidence_cutoff(p_values, thresholds.alpha)
    cutoff = verdict.cutoff

    def evident(p_value: float | None) -> bool:
        return cutoff is None or (p_value is not None and p_value <= cutoff)

    if verdict.features:
        for result in verdict.features.results:
            _weigh_feature(result, verdict, thresholds, evident(result.psi_p_value), evident(result.ks_p_value))
        verdict.features.flagged_features = [r.feature for r in verdict.features.results if r.is_drifted]
    reject, entropy, classes = verdict.reject, verdict.entropy, verdict.classes
    if reject and reject.increase >= thresholds.reject_rate_increase and evident(reject.p_value):
        reject.is_flagged = True
        details = {
            "ref_rate": reject.ref_rate,
            "cur_rate": reject.cur_rate,
            "increase": reject.increase,
            "threshold": thresholds.reject_rate_increase,
            "p_value": reject.p_value,
        }
        verdict.alerts.append(_alert(DriftTrigger.REJECT_RATE_INCREASE, "critical", details))
    if entropy and entropy.ratio > thresholds.entropy_ratio and evident(entropy.p_value):
        entropy.is_flagged = True
        details = {
            "ref_mean_entropy": entropy.ref_mean_entropy,
            "cur_mean_entropy": entropy.cur_mean_entropy,
            "ratio": entropy.ratio,
            "threshold": thresholds.entropy_ratio,
            "p_value": entropy.p_value,
        }
        verdict.alerts.append(_alert(DriftTrigger.ENTROPY_SPIKE, "warning", details))
    if classes and classes.max_shift > thresholds.class_shift and evident(classes.p_value):
        classes.is_flagged = True
        moved: dict[str, object] = {
            "max_shift": classes.max_shift,
            "shifted_classes": classes.shifted_classes,
            "threshold": thresholds.class_shift,
            "p_value": classes.p_value,
        }
        verdict.alerts.append(_alert(DriftTrigger.CLASS_SHIFT, "warning", moved))


def _weigh_feature(
    result: FeatureDriftResult, verdict: Verdict, thresholds: Thresholds, psi_evident: bool, ks_evident: bool
) -> None:
    if result.psi is not None and result.psi > thresholds.psi and psi_evident:
        result.is_drifted = True
        severity: Severity = "critical" if result.psi > 2 * thresholds.psi else "warning"
        details = {
            "psi": result.psi,
            "threshold": thresholds.psi,
            "p_value": result.psi_p_value,
            "noise": result.psi_noise,
            "ks_statistic": result.ks_statistic,
        }
        verdict.alerts.append(_alert(DriftTrigger.FEATURE_PSI, severity, details, result.feature))
    elif result.ks_statistic is not None and result.ks_p_value is not None:
        if thresholds.evidence:
            flagged = result.ks_statistic >= thresholds.ks and ks_evident
        else:
            flagged = result.ks_p_value < thresholds.alpha
        if flagged:
            result.is_drifted = True
            details = {
                "ks_statistic": result.ks_statistic,
                "threshold": thresholds.ks if thresholds.evidence else None,
                "p_value": result.ks_p_value,
                "psi": result.psi,
            }
            verdict.alerts.append(_alert(DriftTrigger.FEATURE_KS, "warning", details, result.feature))


def _alert(
    trigger: DriftTrigger, severity: Severity, details: Mapping[str, object], feature: str | None = None
) -> DriftAlert:
    return DriftAlert(
        trigger=trigger, severity=severity, details=dict(details), affected_features=[feature] if feature else []
    )


def _telemetry(measured: Counts, columns: ColumnMap, verdict: Verdict, reject_label: str) -> TelemetrySnapshot | None:
    profile = measured.profiles[1]
    labels = measured.labels[1] if measured.labels else LabelCounts()
    labeled = sum(labels.labels.values())
    confidence = measured.confidence
    if not profile.rows:
        return TelemetrySnapshot(total_windows=0)
    version = profile.first_version
    if version is not None and version != profile.last_version:
        verdict.warnings.append(f"the current window mixes schema versions, from {version} to {profile.last_version}")
        version = f"mixed: {version} to {profile.last_version}"
    return TelemetrySnapshot(
        window_start=profile.first_bucket,
        window_end=profile.last_bucket,
        total_windows=profile.rows,
        feature_missingness={
            column.name: 1 - profile.features[column.name].present / profile.rows for column in columns.features
        },
        confidence_stats=ConfidenceStats(
            mean=confidence.mean,
            median=confidence.median,
            p5=confidence.p5,
            p95=confidence.p95,
            std=confidence.deviation,
        )
        if confidence
        else None,
        reject_rate=labels.labels.get(reject_label, 0) / labeled if labeled else None,
        mean_entropy=None if math.isnan(labels.entropy.mean) else labels.entropy.mean,
        class_distribution={name: count / labeled for name, count in sorted(labels.labels.items())},
        schema_version=version,
    )
