"""What the tests of rows that move share."""

from __future__ import annotations

import pytest

from driftql.check.limits import Limits
from driftql.report import DriftReport

__all__ = ["LIMITS", "SENTENCE", "SETTINGS", "consistent"]

SENTENCE = "changed between two statements: check a closed window, or a copy"
SETTINGS = {
    "table": "moving",
    "features": ["z", "k", "w", "shifted"],
    "reference": {"filter": "not is_new"},
    "current": {"filter": "is_new"},
}
LIMITS = {"by value": Limits(), "on grids": Limits(by_value_rows=100, few_values=10, min_sample_rows=100)}


def consistent(report: DriftReport) -> None:
    """No count is negative, and those of a feature sum to the rows of its window."""
    for result in report.feature_report.results if report.feature_report else ():
        for window, rows in (("ref", report.reference.rows), ("cur", report.current.rows)):
            finite, missing, non_finite = (
                getattr(result, f"{window}_{kind}") for kind in ("rows", "missing", "non_finite")
            )
            assert min(finite, missing, non_finite) >= 0
            assert finite + missing + non_finite == rows
            counts = [getattr(one, f"{window}_count") for one in result.bins]
            assert not counts or (min(counts) >= 0 and sum(counts) == finite)
    shift = report.class_shift
    for distribution in (shift.ref_dist, shift.cur_dist) if shift else ():
        assert all(0 <= share <= 1 for share in distribution.values())
        assert sum(distribution.values()) == pytest.approx(1)
