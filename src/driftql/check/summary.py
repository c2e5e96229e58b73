"""A verdict in one line."""

from __future__ import annotations

from driftql.check.verdict import Verdict
from driftql.report import DriftAlert, DriftTrigger

__all__ = ["summarize"]


def summarize(verdict: Verdict) -> str:
    """Put a verdict into one line."""
    failed = len(verdict.not_computed)
    missing = f" {failed} check{'s' * (failed != 1)} could not be computed." if failed else ""
    if not verdict.alerts:
        parts = []
        if verdict.features:
            count = sum(result.ks_statistic is not None for result in verdict.features.results)
            parts += [f"{count} feature{'s' * (count != 1)}"] if count else []
        parts += ["reject rate"] if verdict.reject else []
        parts += ["entropy"] if verdict.entropy else []
        parts += ["class mix"] if verdict.classes else []
        if not parts:
            return f"Nothing could be compared.{missing}"
        return f"No alert: {_listed(parts)} within the thresholds.{missing}"
    critical = sum(alert.severity == "critical" for alert in verdict.alerts)
    head = f"{len(verdict.alerts)} alert{'s' * (len(verdict.alerts) != 1)}"
    head += f", {critical} critical" if critical else ""
    shown = [_headline(alert) for alert in sorted(verdict.alerts, key=_rank)]
    more = f", and {len(shown) - 6} more" if len(shown) > 6 else ""
    return f"{head}: {', '.join(shown[:6])}{more}.{missing}"


def _rank(alert: DriftAlert) -> tuple[bool, float]:
    """Sort critical alerts first, and features by how far they moved."""
    return alert.severity != "critical", -float(alert.details.get("psi") or alert.details.get("ks_statistic") or 0)


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _headline(alert: DriftAlert) -> str:
    details = alert.details
    match alert.trigger:
        case DriftTrigger.FEATURE_PSI:
            return f"{alert.affected_features[0]} (PSI {details['psi']:.2f})"
        case DriftTrigger.FEATURE_KS:
            return f"{alert.affected_features[0]} (KS {details['ks_statistic']:.2f})"
        case DriftTrigger.REJECT_RATE_INCREASE:
            return f"reject rate (+{100 * details['increase']:.1f} points)"
        case DriftTrigger.ENTROPY_SPIKE:
            return f"entropy ({details['ratio']:.1f} times the reference)"
        case _:
            return f"class mix ({details['shifted_classes'][0]} by {100 * details['max_shift']:.1f} points)"
