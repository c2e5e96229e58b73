"""Categories: counts are those of pandas, effects those of NumPy, evidence that of SciPy, from the rows to the report."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from driftql import DriftReport, run_drift_check
from driftql.report import FeatureDriftResult, NewCategoryDetails, PsiDetails
from tests.support import reference
from tests.support.properties import examples

NAMES = [
    "a",
    "A",
    "a ",
    " a",
    "",
    "it's",
    "100%",
    '"q"',
    "Größe",
    "日本",
    "\N{GRINNING FACE}",
    "null",
    "%(x)s",
    "{{ x }}",
]
ROWS = st.integers(40, 400)


@st.composite
def windows(draw: st.DrawFn) -> list[list[str | None]]:
    """Return two windows of categories and missing values, of mixes that have nothing to do with each other."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, unique=True))
    sides = []
    for _ in range(2):
        weights = np.array(
            draw(st.lists(st.sampled_from([0, 1, 2, 9]), min_size=len(names), max_size=len(names))), float
        )
        weights = weights if weights.any() else weights + 1
        rng = np.random.default_rng(draw(st.integers(0, 99)))
        rows = rng.choice(np.array(names, dtype=object), draw(ROWS), p=weights / weights.sum()).tolist()
        sides.append([*rows, *[None] * draw(st.integers(0, 3))])
    return sides


def result_of(report: DriftReport, name: str = "plan") -> FeatureDriftResult:
    assert report.feature_report is not None
    [result] = [one for one in report.feature_report.results if one.feature == name]
    return result


@given(sides=windows(), limit=st.sampled_from([1, 3, 50]))
@examples(25)
def test_a_report_has_the_numbers_of_pandas_and_scipy(sides: list[list[str | None]], limit: int) -> None:
    ref, cur = (pd.Series(side, dtype=object) for side in sides)
    report = run_drift_check(
        {"plan": ref.to_numpy()}, {"plan": cur.to_numpy()}, categories=["plan"], thresholds={"category_limit": limit}
    )
    result = result_of(report)
    ref_counts, cur_counts = ref.value_counts(), cur.value_counts()
    assert (result.ref_missing, result.cur_missing) == (ref.isna().sum(), cur.isna().sum())
    listed = sorted(ref_counts.items(), key=lambda one: (-one[1], str(one[0]).encode()))[:limit]
    assert [(one.name, one.ref_count) for one in result.categories if one.name is not None] == listed
    known = ref_counts.index
    new = cur_counts[~cur_counts.index.isin(known)]
    bins = [(rows, int(cur_counts.get(name, 0))) for name, rows in listed]
    if len(known) > limit:
        bins.append((int(ref_counts.sum()) - sum(rows for rows, _ in bins), 0))
        bins[-1] = (bins[-1][0], int(cur_counts.sum() - new.sum()) - sum(rows for _, rows in bins[:-1]))
    bins += [(0, int(new.sum()))] if len(new) else []
    assert [(one.ref_count, one.cur_count) for one in result.categories] == bins
    # The PSI has one bin of all others, whose shares it takes for 1 % at least.
    others = bins[len(listed) :]
    merged = [*bins[: len(listed)], (sum(before for before, _ in others), sum(after for _, after in others))]
    p, q = (np.array(counts) / sum(counts) for counts in zip(*merged, strict=True))
    floors = np.array([1e-4] * len(listed) + [0.01])
    parts = (np.maximum(q, floors) - np.maximum(p, floors)) * np.log(np.maximum(q, floors) / np.maximum(p, floors))
    assert reference.close(result.psi, float(parts.sum()))
    assert sum(one.psi for one in result.categories) == pytest.approx(result.psi)
    assert result.total_variation == pytest.approx(np.abs(p - q).sum() / 2)
    assert result.largest_change == pytest.approx(np.abs(p - q).max())
    assert result.new_categories is not None
    assert result.new_categories.share == pytest.approx(new.sum() / cur_counts.sum())
    assert result.new_categories.expected_share == pytest.approx((ref_counts == 1).sum() / ref_counts.sum())
    assert {(one.name, one.rows) for one in result.new_categories.largest} <= set(new.items())
    assert result.new_categories.count == len(new)
    gone = ref_counts[~known.isin(cur_counts.index)]
    assert {(one.name, one.rows) for one in result.gone_categories} <= set(gone.items())
    assert len(result.gone_categories) == min(len(gone), 10)
    names = known.union(cur_counts.index)
    wanted = reference.homogeneity([ref_counts.get(n, 0) for n in names], [cur_counts.get(n, 0) for n in names])
    if wanted is not None and limit == 50:
        assert reference.close(result.psi_p_value, wanted, 1e-9, 1e-12)
    assert DriftReport.model_validate_json(report.model_dump_json()) == report


def test_an_unseen_plan_and_a_new_mix_of_countries_are_alerts() -> None:
    """What a new user would try: a quarter of the rows has a plan that nobody had, and people come from elsewhere."""
    rng = np.random.default_rng(3)
    users = [f"u{k % 20}" for k in range(1000)]
    ref: dict[str, Any] = {
        "user_id": users,
        "plan": rng.choice(["free", "pro"], 1000),
        "country": rng.choice(["NL", "DE", "FR"], 1000, p=[0.6, 0.3, 0.1]),
        "device": rng.choice(["phone", "desktop"], 1000),
    }
    is_new = np.arange(1000) % 4 == 0
    cur = {
        **ref,
        "plan": np.where(is_new, "team", ref["plan"]),
        "country": rng.choice(["NL", "DE", "FR"], 1000, p=[0.1, 0.3, 0.6]),
    }
    report = run_drift_check(ref, cur)
    alerts = {(alert.trigger.value, *alert.affected_features): alert for alert in report.alerts}
    assert alerts.keys() == {("feature_psi", "plan"), ("new_category", "plan"), ("feature_psi", "country")}
    new, mix = alerts["new_category", "plan"], alerts["feature_psi", "country"]
    assert isinstance(new.details, NewCategoryDetails)
    assert (new.details.share, new.severity) == (0.25, "critical")
    assert [(one.name, one.share) for one in new.details.largest] == [("team", 0.25)]
    # Rows are dealt to users in turn, so every fourth user has every new row, and its own rows show it.
    assert sorted(new.affected_user_ids) == sorted({user for user, unseen in zip(users, is_new, strict=True) if unseen})
    assert {effect.effect for effect in new.user_effects} == {1.0}
    assert isinstance(mix.details, PsiDetails)
    counts = [[int((np.asarray(side["country"]) == name).sum()) for name in ("NL", "DE", "FR")] for side in (ref, cur)]
    assert mix.details.p_value == pytest.approx(stats.chi2_contingency(counts, correction=False)[1], rel=1e-6)
    assert len(mix.affected_user_ids) > 10
    assert report.summary.startswith("3 alerts, 3 critical: ")
    assert not result_of(report, "device").is_drifted


@pytest.mark.parametrize("labels", [["a", "b", "c"], [0, 1, 2], [0.0, 1.0, 2.5]])
def test_a_class_that_the_reference_never_had_is_an_alert(labels: list[Any]) -> None:
    first, second, third = labels
    ref = {"predicted_label": [first, second] * 300, "user_id": [f"u{k % 6}" for k in range(600)]}
    cur = {**ref, "predicted_label": [third if k % 8 == 0 else ref["predicted_label"][k] for k in range(600)]}
    report = run_drift_check(ref, cur)
    [alert] = [alert for alert in report.alerts if alert.trigger == "new_category"]
    assert isinstance(alert.details, NewCategoryDetails)
    assert (alert.details.share, alert.details.count, alert.severity) == (0.125, 1, "warning")
    assert not alert.affected_features
    assert report.class_shift is not None
    assert report.class_shift.new_classes is not None
    [named] = report.class_shift.new_classes.largest
    assert named.name in report.class_shift.cur_dist
    assert sorted(alert.affected_user_ids) == ["u0", "u2", "u4"]
    assert not [one for one in run_drift_check(ref, ref).alerts if one.trigger == "new_category"]


def test_more_categories_than_a_reference_can_know_are_no_alert() -> None:
    """A third of the rows is unseen in every window of such a text, and the reference leads one to expect that."""
    rng = np.random.default_rng(8)
    shares = 1 / np.arange(1, 3001)
    ref, cur = (rng.choice([f"k{k}" for k in range(3000)], 500, p=shares / shares.sum()) for _ in range(2))
    report = run_drift_check({"word": ref}, {"word": cur})
    result = result_of(report, "word")
    assert result.new_categories is not None
    assert result.new_categories.share > 0.15
    assert not report.alerts


def test_one_category_in_both_windows_has_not_moved() -> None:
    result = result_of(run_drift_check({"plan": ["a"] * 30}, {"plan": ["a"] * 50}))
    assert (result.psi, result.psi_p_value, result.total_variation, result.ks_statistic) == (0.0, 1.0, 0.0, None)
