"""What the current window looks like, drifted or not. Pure."""

from __future__ import annotations

import math

from driftql.check.columns import ColumnMap
from driftql.check.comparison import Comparison
from driftql.check.counts import ConfidenceCounts, Counts, LabelCounts, WindowProfile
from driftql.report import ConfidenceStats, TelemetrySnapshot

__all__ = ["take_snapshot", "warn_of_confidence", "warn_of_versions"]

# Where nobody knows how many classes there are, there are taken to be at most so many.
_MANY_CLASSES = 10


def take_snapshot(counts: Counts, comparison: Comparison) -> TelemetrySnapshot:
    """Describe the current window.

    Parameters
    ----------
    counts
        What was counted.
    comparison
        Which columns play which role.
    """
    profile = counts.profiles.current
    if not profile.rows:
        return TelemetrySnapshot(total_windows=0)
    labels = counts.labels.current if counts.labels else LabelCounts()
    labeled = labels.labeled
    return TelemetrySnapshot(
        window_start=profile.first_bucket,
        window_end=profile.last_bucket,
        total_windows=profile.rows,
        feature_missingness={
            column.name: 1 - profile.features[column.name].present / profile.rows
            for column in comparison.columns.features
        }
        | {name: 1 - known.cur_n / profile.rows for name, known in counts.categories.items()},
        confidence_stats=_confidence_stats(counts.confidence),
        reject_rate=labels.labels.get(comparison.reject_label, 0) / labeled if labeled else None,
        mean_entropy=None if math.isnan(labels.entropy.mean) else labels.entropy.mean,
        class_distribution={name: count / labeled for name, count in sorted(labels.labels.items())},
        schema_version=f"mixed: {_versions(profile)}" if _mixes_versions(profile) else profile.first_version,
    )


def warn_of_versions(counts: Counts) -> list[str]:
    """Return a warning if the current window mixes versions of the feature schema."""
    profile = counts.profiles.current
    if not _mixes_versions(profile):
        return []
    return [f"the current window mixes schema versions, from {_versions(profile)}"]


def warn_of_confidence(confidence: ConfidenceCounts, columns: ColumnMap, classes: int | None = None) -> list[str]:
    """Return a sentence for each thing by which a confidence shows that it is none.

    Parameters
    ----------
    confidence
        What was counted of the current window.
    columns
        Which column the confidence is.
    classes
        How many classes the model predicts; None where that is not known.
    """
    name = f"the confidence {columns.confidence.name!r}" if columns.confidence else "the largest class probability"
    rows = confidence.rows + confidence.missing
    sentences = []
    if confidence.missing and (columns.confidence or not confidence.rows):
        sentences.append(f"{name} is missing in {confidence.missing:,} of {rows:,} current rows")
    if confidence.outside:
        is_percent = 1 < confidence.median <= 100
        advice = "; if it is a percentage, divide it by 100 in a view" if is_percent else ""
        sentences.append(f"{name} is outside [0, 1] in {confidence.outside:,} of {rows:,} current rows{advice}")
    least = 1 / max(2, classes or _MANY_CLASSES)
    if columns.confidence and confidence.p5 < least:
        known = f"{max(2, classes)}" if classes else f"{_MANY_CLASSES} or fewer"
        sentences.append(
            f"{name} is below {least:.2g} in 5 % of the current rows or more, which the largest probability of {known} "
            f"classes cannot be: if it is the probability of the positive class, name it as 'probabilities' instead of "
            "'confidence'"
        )
    return sentences


def _mixes_versions(profile: WindowProfile) -> bool:
    return bool(profile.rows) and profile.first_version != profile.last_version


def _versions(profile: WindowProfile) -> str:
    return f"{profile.first_version} to {profile.last_version}"


def _confidence_stats(confidence: ConfidenceCounts | None) -> ConfidenceStats | None:
    if confidence is None or not confidence.rows:
        return None
    return ConfidenceStats(
        mean=confidence.mean,
        median=confidence.median,
        p5=confidence.p5,
        p95=confidence.p95,
        std=confidence.deviation,
    )
