"""Which checks have no answer, and why. Pure."""

from __future__ import annotations

from driftql.check.categories import CATEGORY_CHECKS
from driftql.check.columns import CHECKS_OF_ROLES, ColumnMap
from driftql.check.comparison import Comparison
from driftql.check.counts import Counts, Pair
from driftql.report import DriftTrigger, NotComputed

__all__ = ["applicable_checks", "explain_columns", "explain_empty_windows", "explain_few_rows"]


def applicable_checks(columns: ColumnMap) -> list[DriftTrigger]:
    """Return the checks that the columns allow."""
    checks = [DriftTrigger.FEATURE_PSI] if columns.features or columns.categories else []
    checks += [DriftTrigger.FEATURE_KS] if columns.features else []
    checks += [DriftTrigger.NEW_CATEGORY] if columns.categories else []
    for role, of_role in CHECKS_OF_ROLES.items():
        checks += of_role if getattr(columns, role) else []
    return checks


def explain_empty_windows(counts: Counts, comparison: Comparison) -> list[NotComputed]:
    """Say of every check that a window holds no rows; nothing where both hold some."""
    empty = [
        f"the {window.role} window ({window.description}) holds no rows"
        for window, profile in zip(comparison.summaries, counts.profiles, strict=True)
        if not profile.rows
    ]
    if not empty:
        return []
    return [NotComputed(check=check, reason=" and ".join(empty)) for check in applicable_checks(comparison.columns)]


def explain_columns(columns: ColumnMap) -> list[NotComputed]:
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
    if not parts and not applicable_checks(columns):
        nothing = "there is no numeric column to check, no column of categories, no label and no probabilities"
        parts.append(NotComputed(check="features", reason=nothing))
    return parts


def explain_few_rows(counts: Pair[int], what: str, min_rows: int) -> str | None:
    """Say which window has too little to judge, or return None."""
    for role, count in zip(counts._fields, counts, strict=True):
        if count < min_rows:
            shown = f"no {what}" if count == 0 else f"only {count} {what}"
            return f"the {role} window has {shown}; at least {min_rows} are needed"
    return None
