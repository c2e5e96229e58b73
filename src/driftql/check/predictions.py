"""Counts of labels and probabilities -> results: reject rate, class mix and entropy, or why there are none. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from driftql.check.categories import CATEGORY_CHECKS, find_new_classes
from driftql.check.comparison import Comparison
from driftql.check.counts import Counts, LabelCounts, Pair
from driftql.check.flaws import explain_reject_label
from driftql.check.unanswered import applicable_checks, explain_few_rows
from driftql.config import DEFAULT_REJECT_LABEL, Thresholds
from driftql.report import ClassShiftResult, DriftTrigger, EntropyDrift, NotComputed, RejectRateDrift
from driftql.stats.homogeneity import chi_square
from driftql.stats.means import welch
from driftql.stats.rates import two_proportion

__all__ = ["Predictions", "compare_predictions"]

_ROUNDING = 1e-9


class Predictions(NamedTuple):
    """The results of labels and probabilities, before anything is known of the other p-values of the report."""

    reject: RejectRateDrift | None = None
    classes: ClassShiftResult | None = None
    entropy: EntropyDrift | None = None
    not_computed: Sequence[NotComputed] = ()
    notes: Sequence[str] = ()


def compare_predictions(counts: Counts, comparison: Comparison) -> Predictions:
    """Compare labels and probabilities; where a window has too few of them, say so."""
    columns, thresholds = comparison.columns, comparison.thresholds
    if counts.too_many_labels:
        label = columns.label.name if columns.label else ""
        many = f"the label column {label!r} has over a thousand different values; a label is one of a few classes"
        about_features = (DriftTrigger.FEATURE_KS, *CATEGORY_CHECKS)
        checks = [check for check in applicable_checks(columns) if check not in about_features]
        return Predictions(not_computed=[NotComputed(check=check, reason=many) for check in checks])
    labels = counts.labels
    if labels is None:
        return Predictions()
    reject = classes = entropy = None
    not_computed, notes = [], []
    if columns.label:
        reason = explain_few_rows(labels.map(lambda window: window.labeled), "labeled rows", thresholds.min_rows)
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
        reason = explain_few_rows(complete, "complete probability vectors", max(2, thresholds.min_rows))
        if reason:
            not_computed.append(NotComputed(check=DriftTrigger.ENTROPY_SPIKE, reason=reason))
        else:
            entropy = _compare_entropies(labels)
    return Predictions(reject, classes, entropy, not_computed, notes)


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
