"""Columns that differ between the two windows: which of them are a reason for an alert. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from driftql.report import ColumnChange, DriftAlert, DriftTrigger, SchemaChange, SchemaDetails

__all__ = ["judge_schema"]


def judge_schema(changes: Sequence[ColumnChange] | None) -> tuple[SchemaChange | None, DriftAlert | None]:
    """Turn the columns that differ into a result and at most one alert.

    There is no p-value: the columns of a table are not a sample of anything.

    Parameters
    ----------
    changes
        The columns that differ, each with its own severity; None where both windows are of one table, so that there is
        nothing to compare.

    Returns
    -------
    SchemaChange or None
        The result; None where there is nothing to compare.
    DriftAlert or None
        One alert for all columns that are a reason for one, as severe as the worst of them.
    """
    if changes is None:
        return None, None
    flagged = [change for change in changes if change.severity is not None]
    result = SchemaChange(columns=list(changes), is_flagged=bool(flagged))
    if not flagged:
        return result, None
    details = SchemaDetails(
        vanished=[change.column for change in flagged if change.change == "vanished"],
        retyped=[change.column for change in flagged if change.change == "retyped"],
        added=[change.column for change in flagged if change.change == "added"],
    )
    return result, DriftAlert(
        trigger=DriftTrigger.SCHEMA_CHANGE,
        severity="critical" if any(change.severity == "critical" for change in flagged) else "warning",
        details=details,
        affected_features=[change.column for change in flagged if change.role == "feature"],
    )
