"""What the current window looks like, drifted or not. Pure."""

from __future__ import annotations

import math

from driftql.check.comparison import Comparison
from driftql.check.counts import ConfidenceCounts, Counts, LabelCounts, WindowProfile
from driftql.report import ConfidenceStats, TelemetrySnapshot

__all__ = ["take_snapshot", "warn_of_versions"]


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
        },
        confidence_stats=_confidence_stats(counts.confidence) if counts.confidence else None,
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


def _mixes_versions(profile: WindowProfile) -> bool:
    return bool(profile.rows) and profile.first_version != profile.last_version


def _versions(profile: WindowProfile) -> str:
    return f"{profile.first_version} to {profile.last_version}"


def _confidence_stats(confidence: ConfidenceCounts) -> ConfidenceStats:
    return ConfidenceStats(
        mean=confidence.mean,
        median=confidence.median,
        p5=confidence.p5,
        p95=confidence.p95,
        std=confidence.deviation,
    )
