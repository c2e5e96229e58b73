"""The alert rule is written twice, in SQL (`verdict_query`) and in Python (`Rule`): both decide alike, at the very edges too."""

from __future__ import annotations

import itertools

import duckdb
import pytest

from driftql.check.rules import rules_of
from driftql.check.worksheet import finished_settings
from driftql.config import Thresholds
from driftql.engines import ENGINES
from driftql.sql.render import render
from driftql.stats.evidence import evidence_cutoff

THRESHOLDS = {
    "feature_psi": 0.2,
    "feature_ks": 0.05,
    "reject_rate_increase": 0.1,
    "entropy_spike": 2.0,
    "class_shift": 0.15,
    "new_category": 0.01,
    "missing_increase": 0.05,
}
P_VALUES = (0.0, 0.004, 0.01, 0.02, 0.025, 0.04, 0.05, 0.06, 1.0)


@pytest.mark.parametrize("evidence", [True, False])
@pytest.mark.parametrize("check", THRESHOLDS)
def test_both_decide_alike(check: str, evidence: bool) -> None:
    """Effects below, at and above the threshold (and above twice it), with p-values at and around the cut-off."""
    limit = THRESHOLDS[check]
    effects = [limit * 0.99, limit, limit * 1.01, limit * 2, limit * 2.01]
    effects += [-0.5, 0.49, 0.5, 0.51] if check == "missing_increase" else []
    cases = list(itertools.product(effects, P_VALUES))
    thresholds = Thresholds(evidence=evidence)
    rows = " union all ".join(
        f"select '{check}' as check_name, 'feature_{k}' as feature, {effect!r}::double as effect, {p_value!r}::double as p_value, "
        "null::varchar as reason, null::double as entropy_change, null::double as total_variation"
        for k, (effect, p_value) in enumerate(cases)
    )
    engine = ENGINES["duckdb"]
    sql = render(
        "verdict_query",
        engine,
        source=f"({rows})",
        settings=finished_settings(thresholds, "rejected", engine),
        uncounted=[],
        timeless=[],
    )
    found = {
        row[0]: row[1:]
        for row in duckdb.sql(f"select feature, is_flagged, severity, evidence_cutoff from ({sql})").fetchall()
    }
    rules = rules_of(thresholds)
    rule = {
        "feature_psi": rules.psi, "feature_ks": rules.ks, "reject_rate_increase": rules.reject_rate,
        "entropy_spike": rules.entropy, "class_shift": rules.class_shift, "new_category": rules.new_category, "missing_increase": rules.missing,
    }[check]  # fmt: skip
    cutoff = evidence_cutoff([p_value for _, p_value in cases], thresholds.alpha) if evidence else None
    decisions = []
    for k, (effect, p_value) in enumerate(cases):
        is_flagged, severity, sql_cutoff = found[f"feature_{k}"]
        assert sql_cutoff == cutoff
        assert is_flagged == rule.fires(effect, p_value, cutoff), (effect, p_value)
        decisions.append(is_flagged)
        if check == "feature_psi" and is_flagged:
            assert (severity == "critical") == rules.critical_psi.is_large(effect)
        if check == "new_category":
            assert severity == ("warning" if is_flagged else None)
        if check == "missing_increase" and is_flagged:
            assert (severity == "critical") == rules.critical_missing.is_large(effect)
    assert True in decisions
    assert False in decisions


@pytest.mark.parametrize("evidence", [True, False])
def test_both_decide_alike_about_a_change_of_the_entropy(evidence: bool) -> None:
    """The ratio is below its threshold, or at it, or above it; the change is on both sides of its own, up and down."""
    changes = (None, -0.5, -0.1, -0.099, 0.0, 0.099, 0.1, 0.5)
    cases = list(itertools.product((0.0, 2.0, 2.5), changes, P_VALUES))
    thresholds = Thresholds(evidence=evidence)
    rows = " union all ".join(
        f"select 'entropy_spike' as check_name, 'case_{k}' as feature, {ratio!r}::double as effect, {p_value!r}::double as p_value, "
        f"null::varchar as reason, {'null' if change is None else repr(change)}::double as entropy_change, null::double as total_variation"
        for k, (ratio, change, p_value) in enumerate(cases)
    )
    engine = ENGINES["duckdb"]
    sql = render(
        "verdict_query",
        engine,
        source=f"({rows})",
        settings=finished_settings(thresholds, "rejected", engine),
        uncounted=[],
        timeless=[],
    )
    found = dict(duckdb.sql(f"select feature, is_flagged from ({sql})").fetchall())
    cutoff = evidence_cutoff([p_value for *_, p_value in cases], thresholds.alpha) if evidence else None
    rules = rules_of(thresholds)
    for k, (ratio, change, p_value) in enumerate(cases):
        is_large = ratio > 2 or (change is not None and abs(change) >= 0.1)
        assert rules.entropy_is_large(ratio, change) == is_large
        assert found[f"case_{k}"] == (is_large and (cutoff is None or p_value <= cutoff)), (ratio, change, p_value)


@pytest.mark.parametrize("evidence", [True, False])
def test_both_decide_alike_about_categories(evidence: bool) -> None:
    """PSI and total variation are below, at and above their thresholds, and twice them; so is the share of new ones."""
    cases = list(itertools.product((0.1, 0.2, 0.3, 0.41), (0.1, 0.15, 0.2, 0.31), P_VALUES))
    shares = list(itertools.product((0.01, 0.02, 0.15, 0.16), P_VALUES))
    thresholds = Thresholds(evidence=evidence)
    rows = [
        f"select 'feature_psi' as check_name, 'case_{k}' as feature, {psi!r}::double as effect, {p_value!r}::double as p_value, "
        f"null::varchar as reason, null::double as entropy_change, {shift!r}::double as total_variation"
        for k, (psi, shift, p_value) in enumerate(cases)
    ]
    rows += [
        f"select 'new_category', 'share_{k}', {share!r}, {p_value!r}, null, null, null"
        for k, (share, p_value) in enumerate(shares)
    ]
    engine = ENGINES["duckdb"]
    sql = render(
        "verdict_query",
        engine,
        source=f"({' union all '.join(rows)})",
        settings=finished_settings(thresholds, "rejected", engine),
        uncounted=[],
        timeless=[],
    )
    found = {
        name: decided for name, *decided in duckdb.sql(f"select feature, is_flagged, severity from ({sql})").fetchall()
    }
    p_values = [case[-1] for case in (*cases, *shares)]
    cutoff = evidence_cutoff(p_values, thresholds.alpha) if evidence else None
    rules = rules_of(thresholds)
    for k, (psi, shift, p_value) in enumerate(cases):
        fires = rules.mix_fires(psi, shift, p_value, cutoff)
        severity = "critical" if rules.mix_is_critical(psi, shift) else "warning"
        assert found[f"case_{k}"] == [fires, severity if fires else None], (psi, shift, p_value)
    for k, (share, p_value) in enumerate(shares):
        fires = rules.new_category.fires(share, p_value, cutoff)
        severity = "critical" if rules.critical_new_category.is_large(share) else "warning"
        assert found[f"share_{k}"] == [fires, severity if fires else None], (share, p_value)
