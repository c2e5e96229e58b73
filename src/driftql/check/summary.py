"""The words for a verdict and for an alert, and how numbers are written in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from driftql.check.unproven import list_unproven
from driftql.periods import format_age
from driftql.report import (
    ClassShiftDetails,
    ColumnLeftOut,
    DriftAlert,
    EntropyDetails,
    KsDetails,
    MissingDetails,
    MissingRole,
    NewCategoryDetails,
    PsiDetails,
    RejectRateDetails,
    RowCountDetails,
    SchemaDetails,
    StaleDetails,
)

if TYPE_CHECKING:
    from driftql.check.verdict import Verdict

__all__ = [
    "alert_effect",
    "describe_alert",
    "describe_left_out",
    "format_p_value",
    "format_share",
    "format_statistic",
    "name_category",
    "name_column",
    "name_missing_role",
    "summarize",
]

_NAMED_ALERTS = 6
_NAMED_CLASSES = 3
_NAMED_COLUMNS = 10
_LONGEST_CATEGORY = 40
_LONGEST_COLUMN = 80


def summarize(verdict: Verdict) -> str:
    """Put a verdict into one line."""
    failed = len(verdict.not_computed)
    missing = f" {failed} check{'s' * (failed != 1)} could not be computed." if failed else ""
    if verdict.unproven:
        missing = f" {list_unproven(verdict.unproven)}{missing}"
    if not verdict.alerts:
        parts = _name_checks(verdict)
        if not parts:
            return f"Nothing could be compared.{missing}"
        listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
        if verdict.unproven or any(one.p_value is None for one in verdict.cluster_evidence):
            return f"No alert.{missing}"
        return f"No alert: {listed} within the thresholds.{missing}"
    critical = sum(alert.severity == "critical" for alert in verdict.alerts)
    head = f"{len(verdict.alerts)} alert{'s' * (len(verdict.alerts) != 1)}"
    head += f", {critical} critical" if critical else ""
    ranked = sorted(verdict.alerts, key=lambda alert: (alert.severity != "critical", -alert_effect(alert)))
    shown = [_name_alert(alert) for alert in ranked]
    more = f", and {len(shown) - _NAMED_ALERTS} more" if len(shown) > _NAMED_ALERTS else ""
    return f"{head}: {', '.join(shown[:_NAMED_ALERTS])}{more}.{missing}"


def alert_effect(alert: DriftAlert) -> float:
    """Return how far a feature moved, to sort alerts by; 0 for an alert about predictions."""
    details = alert.details
    if isinstance(details, MissingDetails):
        return details.increase
    if isinstance(details, NewCategoryDetails) and alert.affected_features:
        return details.share
    return float(details.get("psi") or details.get("ks_statistic") or 0)


def describe_alert(alert: DriftAlert) -> str:
    """Put an alert, its numbers and its threshold into one line."""
    details = alert.details
    match details:
        case PsiDetails() if details.total_variation is not None:
            words = _describe_mix(details)
        case NewCategoryDetails():
            words = _describe_new(details, "categories" if alert.affected_features else "classes")
        case PsiDetails():
            words = f"PSI {format_statistic(details.psi)}, above {details.threshold:g}"
        case KsDetails():
            words = f"KS {format_statistic(details.ks_statistic)}"
            words += "" if details.threshold is None else f", at least {details.threshold:g}"
        case RejectRateDetails():
            words = f"reject rate {format_share(details.ref_rate)} to {format_share(details.cur_rate)}"
        case EntropyDetails():
            words = _describe_entropy(details)
        case ClassShiftDetails():
            classes = ", ".join(details.shifted_classes[:_NAMED_CLASSES])
            words = f"class mix: {classes}, by up to {100 * details.max_shift:.1f} points"
        case MissingDetails():
            what, shares = _name_missing(details), [format_share(details.ref_share), format_share(details.cur_share)]
            words = f"{what} {shares[0]} to {shares[1]}, a rise of at least {100 * details.threshold:g} points"
        case SchemaDetails():
            return _describe_schema(details)
        case RowCountDetails():
            words = f"{details.cur_per_day:,.0f} rows per day, where the reference has {details.ref_per_day:,.0f}"
        case StaleDetails():
            newest = details.newest.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")
            words = f"the newest row is of {newest} (UTC), {format_age(dt.timedelta(hours=details.age_hours))} ago, "
            words += f"older than {details.threshold}"
        case _:
            words = alert.trigger.value.replace("_", " ")
    subject = f"{', '.join(map(name_column, alert.affected_features))}: " if alert.affected_features else ""
    p_value = details.get("p_value")
    return f"{subject}{words}{'' if p_value is None else f', p {format_p_value(p_value)}'}"


def _name_alert(alert: DriftAlert) -> str:
    """Name an alert and its effect in few words, for a list of alerts."""
    details = alert.details
    match details:
        case PsiDetails() if details.total_variation is not None and not details.psi > details.threshold:
            return f"{name_column(alert.affected_features[0])} (mix by {100 * details.total_variation:.1f} points)"
        case NewCategoryDetails():
            subject = name_column(alert.affected_features[0]) if alert.affected_features else "label"
            what = "new categories" if alert.affected_features else "new classes"
            return f"{subject} ({format_share(details.share)} in {what})"
        case PsiDetails():
            return f"{name_column(alert.affected_features[0])} (PSI {details.psi:.2f})"
        case KsDetails():
            return f"{name_column(alert.affected_features[0])} (KS {details.ks_statistic:.2f})"
        case RejectRateDetails():
            return f"reject rate (+{100 * details.increase:.1f} points)"
        case EntropyDetails():
            if _entropy_has_multiplied(details):
                return f"entropy ({details.ratio:.1f} times the reference)"
            return f"entropy ({details.change:+.2f} of its largest value)"
        case ClassShiftDetails():
            return f"class mix ({details.shifted_classes[0]} by {100 * details.max_shift:.1f} points)"
        case MissingDetails():
            rise = f"+{100 * details.increase:.1f} points"
            if alert.affected_features:
                return f"{name_column(alert.affected_features[0])} ({_name_missing(details)} {rise})"
            return f"{_name_missing(details)} ({rise})"
        case RowCountDetails():
            return f"row count ({details.ratio:.2f} times the reference's)"
        case StaleDetails():
            return f"stale ({format_age(dt.timedelta(hours=details.age_hours))} old)"
        case SchemaDetails():
            count = len(details.vanished) + len(details.retyped) + len(details.added)
            return f"{count} column{'s' * (count != 1)} changed"
        case _:
            return alert.trigger.value.replace("_", " ")


def _name_missing(details: MissingDetails) -> str:
    """Say what is missing, in few words."""
    if details.kind == "non_finite":
        return "NaN or infinite"
    return name_missing_role(details.role, details.column)


def name_missing_role(role: MissingRole, column: str | None) -> str:
    """Say what a row without a value of a column lacks: "no label", "incomplete probabilities"."""
    match role:
        case "label":
            return "no label"
        case "probabilities":
            return "incomplete probabilities"
        case "user" | "bucket_start":
            return f"no {column}"
        case _:
            return "missing"


def _describe_schema(details: SchemaDetails) -> str:
    """Name the columns that differ, by what has become of them."""
    groups = (
        (details.vanished, "no longer there"),
        (details.retyped, "of another type"),
        (details.added, "new"),
    )
    parts = []
    for names, what in groups:
        if names:
            more = f" and {len(names) - _NAMED_COLUMNS} more" if len(names) > _NAMED_COLUMNS else ""
            parts.append(f"{what}: {', '.join(map(name_column, names[:_NAMED_COLUMNS]))}{more}")
    return f"columns {'; '.join(parts)}"


def _describe_mix(details: PsiDetails) -> str:
    """Say by which of its two rules the mix of categories alerts, and what is gone."""
    words = f"category mix: PSI {format_statistic(details.psi)}"
    if details.psi > details.threshold:
        words += f", above {details.threshold:g}"
    else:
        words += f", total variation {format_statistic(details.total_variation)}"
        words += f", above {details.total_variation_threshold:g}"
    gone = [f"{name_category(one.name)} ({format_share(one.share)})" for one in (details.gone or [])[:_NAMED_CLASSES]]
    more = ", ..." if len(details.gone or []) > len(gone) else ""
    return f"{words}{'; gone: ' + ', '.join(gone) + more if gone else ''}"


def _describe_new(details: NewCategoryDetails, what: str) -> str:
    """Name the largest of the new categories, or classes."""
    named = [f"{name_category(one.name)} ({format_share(one.share)})" for one in details.largest[:_NAMED_CLASSES]]
    rest = details.count - len(named)
    more = f" and {rest:,} more" if rest else ""
    expected = f", {format_share(details.expected_share)} expected" if details.expected_share else ""
    return (
        f"{format_share(details.share)} of the rows in new {what}{expected}, above {format_share(details.threshold)}: "
        f"{', '.join(named)}{more}"
    )


def _entropy_has_multiplied(details: EntropyDetails) -> bool:
    return details.ratio > details.threshold or details.change is None


def _describe_entropy(details: EntropyDetails) -> str:
    """Say by which of its two rules the mean entropy alerts."""
    if _entropy_has_multiplied(details) or details.change is None:
        return f"mean entropy {details.ratio:.2f} times the reference's, above {details.threshold:g}"
    moved = "up" if details.change > 0 else "down"
    meaning = "" if details.change > 0 else ": the model is surer than before"
    return (
        f"mean entropy {moved} by {abs(details.change):.2f} of its largest value, at least "
        f"{details.change_threshold:g}{meaning}"
    )


def _name_checks(verdict: Verdict) -> list[str]:
    """Name the checks that have an answer."""
    results = verdict.features.results if verdict.features else []
    are_scores = [
        result.role != "feature"
        for result in results
        if (result.psi if result.kind == "category" else result.ks_statistic) is not None
    ]
    counts = {"feature": are_scores.count(False), "score": are_scores.count(True)}
    parts = [f"{count} {what}{'s' * (count != 1)}" for what, count in counts.items() if count]
    parts += ["reject rate"] if verdict.reject else []
    parts += ["entropy"] if verdict.entropy else []
    parts += ["class mix"] if verdict.classes else []
    parts += ["row count"] if verdict.row_count and verdict.row_count.p_value is not None else []
    return parts


def describe_left_out(left_out: Sequence[ColumnLeftOut], most: int) -> str:
    """List columns that a check does not look at, each with the first words of the reason."""
    shown = [f"{name_column(column.column)} ({column.reason.partition(':')[0]})" for column in left_out[:most]]
    rest = len(left_out) - len(shown)
    return ", ".join(shown) + (f", and {rest} more" if rest else "")


def format_statistic(value: float | None, error: float = 0.0) -> str:
    """Write an effect with three decimals, after ``~`` if it is not exact."""
    if value is None:
        return "-"
    return f"{'~' if error else ''}{value:.3f}" if value < 100 else f"{value:.3g}"


def format_p_value(value: float | None) -> str:
    """Write a p-value; small ones as powers of ten."""
    if value is None:
        return "-"
    if value < 1e-16:
        return "<1e-16"
    return f"{value:.0e}" if value < 0.001 else f"{value:.3f}"


def format_share(share: float | None) -> str:
    """Write a share as a percentage."""
    return "-" if share is None else f"{100 * share:.1f}%"


def name_column(name: str) -> str:
    """Write the name of a column for a line of text: a long one without its middle, since long names differ at the end.

    >>> name_column("x" * 300 + "_mean")[-8:]
    'xxx_mean'
    """
    if len(name) <= _LONGEST_COLUMN:
        return name
    half = (_LONGEST_COLUMN - 3) // 2
    return f"{name[: _LONGEST_COLUMN - 3 - half]}...{name[-half:]}"


def name_category(name: str) -> str:
    """Write a category for a line of text: the empty one and one with blanks at its ends in quotes, a long one cut."""
    short = name if len(name) <= _LONGEST_CATEGORY else f"{name[: _LONGEST_CATEGORY - 3]}..."
    return short if short and short == short.strip() else repr(short)
