"""Comparisons of a report with the reference, used by several files."""

from __future__ import annotations

from typing import Any

import numpy as np

from driftql import DriftReport
from driftql.report import FeatureDriftResult
from tests.support import reference
from tests.support.rounding import KS_ROUNDING


def result_of(report: DriftReport, name: str) -> FeatureDriftResult:
    assert report.feature_report is not None, report.not_computed
    found = [result for result in report.feature_report.results if result.feature == name]
    assert len(found) == 1, (name, [result.feature for result in report.feature_report.results])
    return found[0]


def not_computed(report: DriftReport, name: str | None = None) -> set[str]:
    return {str(item.check) for item in report.not_computed if item.feature == name}


def check_feature(report: DriftReport, name: str, wanted: reference.Feature) -> None:
    """Hold one feature of a report against what the reference says of the raw rows."""
    found = result_of(report, name)
    shown = (name, found, wanted)
    assert found.ref_rows == wanted.ref_rows, shown
    assert found.cur_rows == wanted.cur_rows, shown
    assert found.ref_missing == wanted.ref_missing, shown
    assert found.cur_missing == wanted.cur_missing, shown
    assert found.ref_non_finite == wanted.ref_non_finite, shown
    assert found.cur_non_finite == wanted.cur_non_finite, shown
    missing = not_computed(report, name)
    if wanted.ks is None:
        assert missing == {"feature_psi", "feature_ks"}, shown
        assert (found.psi, found.psi_p_value, found.ks_statistic, found.ks_p_value) == (None,) * 4, shown
        # Without a value to compare, only that values are missing can be an alert.
        triggers = {str(alert.trigger) for alert in report.alerts if name in alert.affected_features}
        assert triggers <= {"missing_increase"}, shown
        assert found.is_drifted == bool(triggers), shown
        return
    assert abs(found.ks_statistic - wanted.ks[0]) <= KS_ROUNDING, shown
    assert reference.close(found.ks_p_value, wanted.ks[1], 1e-9, 1e-30), shown
    assert found.ks_error_bound == 0, shown
    if wanted.psi is None:
        assert missing == {"feature_psi"}, shown
        assert (found.psi, found.psi_p_value, found.bins) == (None, None, []), shown
        return
    assert missing == set(), shown
    assert reference.close(found.psi, wanted.psi), shown
    assert found.psi_error_bound == 0, shown
    assert found.psi_p_value is not None, shown
    assert 0 <= found.psi_p_value <= 1, shown
    assert [each.ref_count for each in found.bins] == wanted.ref_bins, shown
    assert [each.cur_count for each in found.bins] == wanted.cur_bins, shown
    if wanted.ref_bins:
        assert [each.lower for each in found.bins] == [None, *wanted.edges], shown
        assert [each.upper for each in found.bins] == [*wanted.edges, None], shown
    assert reference.close(sum(each.psi for each in found.bins), wanted.psi), shown


def check_location(found: FeatureDriftResult, ref: Any, cur: Any) -> None:
    """At ``ks_location`` the distribution functions of the finite doubles are D apart."""
    at = found.ks_location
    assert at is not None
    assert found.ks_statistic is not None
    assert reference.close(float(abs(np.mean(ref <= at) - np.mean(cur <= at))), found.ks_statistic)
