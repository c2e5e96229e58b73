"""Affected users: whose own current rows carry the effect of an alert. One statement an alert; only names come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from driftql.check import plan
from driftql.check.comparison import Comparison
from driftql.check.counts import Counts
from driftql.check.statement import Runner, Statement
from driftql.check.verdict import Verdict
from driftql.report import DriftAlert, DriftTrigger
from driftql.stats.homogeneity import critical_chi_square
from driftql.stats.means import critical_t
from driftql.stats.psi import critical_psi
from driftql.stats.rates import critical_hits

__all__ = ["name_affected_users"]

Steps = list[tuple[float, float]]

# Group sizes at which critical values are computed; a user takes the value of the largest size not above theirs.
_SIZES = (1, 2, 3, 4, 5, 7, 10, 14, 20, 30, 45, 70, 100, 150, 220, 330, 500, 750, 1100, 1700, 2500, 4000, 6000, 10**4)
_LARGE_SIZES = (3 * 10**4, 10**5, 10**6, 10**7, 10**9)
_DEGREES = (*range(1, 31), 35, 40, 50, 60, 80, 100, 150, 250, 500, 10**3, 10**4, 10**6)
_Z_FROM = 300
_DRAWS = 1000


def name_affected_users(
    comparison: Comparison, measured: Counts, verdict: Verdict, runner: Runner, max_features: int
) -> None:
    """Fill ``affected_user_ids`` of every alert, and ``affected_users`` (their number) in its details.

    Parameters
    ----------
    comparison, measured, verdict
        What was checked and found.
    runner
        Runs one statement an alert.
    max_features
        For so many feature alerts, worst first, users are looked up; the others say that they were not.
    """
    if comparison.columns.user is None or not verdict.alerts:
        return
    feature_alerts = [alert for alert in verdict.alerts if alert.affected_features]
    feature_alerts.sort(key=lambda alert: -(alert.details.get("psi") or 0))
    skipped = feature_alerts[max_features:]
    for alert in verdict.alerts:
        if any(alert is other for other in skipped):
            alert.details["affected_users"] = None
            continue
        statement = _statement(comparison, measured, verdict, alert)
        if statement is None:
            alert.details["affected_users"] = None
            continue
        rows = runner.run(statement)
        alert.affected_user_ids = [str(row[0]) for row in rows]
        alert.details["affected_users"] = int(rows[0][3]) if rows else 0
    if skipped:
        verdict.warnings.append(
            f"affected users were looked up for the {max_features} worst features only; {len(skipped)} more alerts "
            "name none"
        )


def _statement(comparison: Comparison, measured: Counts, verdict: Verdict, alert: DriftAlert) -> Statement | None:
    level = verdict.cutoff
    thresholds = comparison.thresholds
    any_size: Steps = [(thresholds.min_rows, 0)]
    match alert.trigger:
        case DriftTrigger.FEATURE_PSI | DriftTrigger.FEATURE_KS:
            name = alert.affected_features[0]
            counts = measured.features[name]
            column = next(column for column in comparison.columns.features if column.name == name)
            if len(counts.ref_bins) < 2:
                return None
            shares = np.maximum(counts.ref_bins / counts.ref_n, thresholds.psi_epsilon)

            def critical(sizes: Sequence[int], level: float) -> NDArray[np.float64]:
                return critical_psi(counts.ref_bins, sizes, level, epsilon=thresholds.psi_epsilon, draws=_DRAWS)

            steps = any_size if level is None else _steps(critical, level)
            return plan.users_by_feature(comparison, column, list(counts.edges), list(shares), steps)
        case DriftTrigger.REJECT_RATE_INCREASE:
            assert measured.labels is not None
            labels = measured.labels[0].labels
            hits, total = labels.get(comparison.reject_label, 0), sum(labels.values())
            if level is None:
                return plan.users_by_reject_rate(comparison, hits, total, any_size, 10**12, 0.0)
            # Not from 1: where the reference has no reject, a single one would do.
            sizes = range(2, _Z_FROM)
            table = _compressed(sizes, critical_hits(hits, total, sizes, level))
            from scipy.special import ndtri

            return plan.users_by_reject_rate(comparison, hits, total, table, _Z_FROM, float(-ndtri(level)))
        case DriftTrigger.ENTROPY_SPIKE:
            assert measured.labels is not None
            entropy = measured.labels[0].entropy
            steps = [(0, -1e300)] if level is None else _compressed(_DEGREES, critical_t(level, _DEGREES))
            return plan.users_by_entropy(comparison, entropy.n, entropy.mean, entropy.variance, steps)
        case DriftTrigger.CLASS_SHIFT:
            assert measured.labels is not None
            before, after = (side.labels for side in measured.labels)
            names = sorted(before.keys() | after.keys())
            classes = [(name, before.get(name, 0)) for name in names]
            reference = [count for _, count in classes]

            def critical_mix(sizes: Sequence[int], level: float) -> NDArray[np.float64]:
                return critical_chi_square(reference, sizes, level, draws=_DRAWS)

            steps = any_size if level is None else _steps(critical_mix, level)
            return plan.users_by_class(comparison, classes, sum(reference), steps)


def _steps(critical: Callable[[Sequence[int], float], NDArray[np.float64]], level: float) -> Steps:
    sizes = (*_SIZES, *_LARGE_SIZES)
    return _compressed(sizes, critical(sizes, level))


def _compressed(sizes: Sequence[int], values: NDArray[np.float64] | NDArray[np.int64]) -> Steps:
    """Drop the steps that change nothing, and those that no value can pass."""
    steps: Steps = []
    for size, value in zip(sizes, values.tolist(), strict=True):
        if np.isfinite(value) and (not steps or steps[-1][1] != value):
            steps.append((size, value))
    return steps or [(10**12, 0)]
