"""The shares of missing values, their p-values and their alerts are those of pandas and SciPy."""

from __future__ import annotations

import math
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from driftql import DriftReport, MissingDrift, WindowConfig, run_drift_check
from tests.support.properties import examples

SIZES = st.sampled_from([12, 30, 60, 200, 1000])
RATES = st.sampled_from([0.0, 0.01, 0.1, 0.3, 0.95, 1.0])


def window(n: int, rates: dict[str, float], seed: int) -> pd.DataFrame:
    """Return rows of which a share lacks a value: NULL, or in the column `strange` NaN and infinities."""
    rng = np.random.default_rng(seed)
    values = rng.random((n, 2))
    texts = {"user_id": rng.choice(["u1", "u2", "u3"], n), "predicted_label": rng.choice(["a", "b"], n)}
    columns: dict[str, Any] = {
        "x": pd.array(rng.normal(size=n), dtype="Float64"),
        "strange": rng.normal(size=n),
        **{name: pd.array(text, dtype="string") for name, text in texts.items()},
        "p_a": pd.array(values[:, 0], dtype="Float64"),
        "p_b": pd.array(1 - values[:, 0], dtype="Float64"),
    }
    for name, rate in rates.items():
        absent = rng.random(n) < rate
        columns[name][absent] = rng.choice([np.nan, np.inf, -np.inf], absent.sum()) if name == "strange" else pd.NA
    return pd.DataFrame(columns)


def check(ref: pd.DataFrame, cur: pd.DataFrame, **settings: Any) -> DriftReport:
    """Compare two frames, in which NaN stays apart from NULL."""
    return run_drift_check(*(arrow(rows) for rows in (ref, cur)), **settings)


def arrow(rows: pd.DataFrame) -> pa.Table:
    return pa.table(
        {
            name: pa.array(rows[name].to_numpy(), from_pandas=False) if name == "strange" else pa.array(rows[name])
            for name in rows
        }
    )


def absent_rows(rows: pd.DataFrame, role: str, column: str | None, kind: str) -> int:
    if role == "probabilities":
        return int(rows[["p_a", "p_b"]].isna().any(axis=1).sum())
    assert column is not None
    if kind == "non_finite":
        return int((~np.isfinite(rows[column].to_numpy(float))).sum())
    return 0 if column == "strange" else int(rows[column].isna().sum())


def p_value(ref_hits: int, n: int, cur_hits: int, m: int) -> float:
    table = np.array([[cur_hits, m - cur_hits], [ref_hits, n - ref_hits]])
    if 0 in table.sum(axis=0) or stats.contingency.expected_freq(table).min() < 5:
        return float(stats.fisher_exact(table, alternative="greater").pvalue)
    half = stats.chi2_contingency(table, correction=False).pvalue / 2
    return float(half if cur_hits / m > ref_hits / n else 1 - half)


def can_matter(hits: int, n: int, m: int, threshold: float) -> bool:
    """Return whether any way to spread the hits over the windows is an increase that matters."""
    spread = [cur / m - (hits - cur) / n for cur in range(max(0, hits - n), min(hits, m) + 1)]
    return max(spread) >= threshold and max(spread) > 0


def known(report: DriftReport) -> dict[tuple[str, str], MissingDrift]:
    return {(one.column or one.role, one.kind): one for one in report.missing_values}


@examples(25)
@given(
    sizes=st.tuples(SIZES, SIZES),
    rates=st.fixed_dictionaries(
        dict.fromkeys(["x", "strange", "user_id", "predicted_label", "p_a"], st.tuples(RATES, RATES))
    ),
    threshold=st.sampled_from([0.05, 0.2]),
    seed=st.integers(0, 3),
)
def test_shares_p_values_and_alerts(
    sizes: tuple[int, int], rates: dict[str, tuple[float, float]], threshold: float, seed: int
) -> None:
    frames = [
        window(n, {name: pair[side] for name, pair in rates.items()}, seed + side) for side, n in enumerate(sizes)
    ]
    (n, m), (ref, cur) = sizes, frames
    report = check(ref, cur, thresholds={"missing_increase": threshold}, columns={"probabilities": ["p_a", "p_b"]})
    assert [(one.column, one.role) for one in report.missing_values if one.kind == "missing"] == [
        ("x", "feature"),
        ("strange", "feature"),
        ("predicted_label", "label"),
        (None, "probabilities"),
        ("user_id", "user"),
    ]
    for one in report.missing_values:
        hits = [absent_rows(rows, one.role, one.column, one.kind) for rows in frames]
        assert (one.ref_share, one.cur_share) == (hits[0] / n, hits[1] / m)
        assert one.increase == one.cur_share - one.ref_share
        if can_matter(sum(hits), n, m, threshold):
            assert one.p_value is not None
            assert math.isclose(one.p_value, p_value(hits[0], n, hits[1], m), rel_tol=1e-8, abs_tol=1e-14)
        else:
            assert one.p_value is None
        assert report.evidence_cutoff is not None
        is_evident = one.p_value is not None and one.p_value <= report.evidence_cutoff
        assert one.is_flagged == (is_evident and one.increase >= threshold)
    alerts = {(a.details["column"], a.details["kind"], a.details["role"]): a for a in of_missing(report)}
    assert set(alerts) == {(one.column, one.kind, one.role) for one in report.missing_values if one.is_flagged}
    for alert in alerts.values():
        assert alert.severity == ("critical" if alert.details["increase"] >= 0.5 else "warning")


def of_missing(report: DriftReport) -> list[Any]:
    return [alert for alert in report.alerts if alert.trigger == "missing_increase"]


def test_one_correction_for_all_p_values() -> None:
    ref, cur = window(400, {"x": 0.02, "strange": 0.1}, 1), window(400, {"x": 0.09, "strange": 0.12, "p_a": 0.1}, 2)
    report = check(ref, cur)
    assert report.feature_report and report.class_shift and report.entropy_drift
    p_values = [one.p_value for one in report.missing_values]
    p_values += [p for one in report.feature_report.results for p in (one.psi_p_value, one.ks_p_value)]
    p_values += [report.class_shift.p_value, report.entropy_drift.p_value]
    found = np.array([p for p in p_values if p is not None])
    assert len(p_values) > found.size > 10
    assert report.evidence_cutoff is not None
    rejected = stats.false_discovery_control(found, method="bh") <= 0.05
    assert ((found <= report.evidence_cutoff) == rejected).all()
    assert [alert.details["column"] for alert in of_missing(report)] == ["x", None]


@pytest.mark.parametrize("rate", [0.97, 1.0])
def test_a_column_that_lost_its_values_is_told_though_psi_is_not_computed(rate: float) -> None:
    ref, lost = window(300, {}, 1), window(300, {"x": rate}, 2)
    lost.loc[5:, "x"] = pd.NA
    report = check(ref, lost)
    [alert] = of_missing(report)
    assert (alert.severity, alert.affected_features) == ("critical", ["x"])
    assert {part.check for part in report.not_computed if part.feature == "x"} == {"feature_psi", "feature_ks"}
    assert report.feature_report is not None
    assert report.feature_report.flagged_features == ["x"]
    # A column that is filled at last is no alert, and neither is one that stays empty.
    assert of_missing(check(lost, ref)) == []
    assert of_missing(check(lost, lost)) == []


def test_categories_are_judged_as_numbers_are() -> None:
    ref, cur = window(300, {}, 1), window(300, {}, 2)
    ref["plan"], cur["plan"] = ["free", "paid", "team"] * 100, [None, "paid", "team"] * 100
    report = check(ref, cur, columns={"user": "user_id"})
    [alert] = of_missing(report)
    assert (alert.affected_features, alert.details["cur_share"]) == (["plan"], 100 / 300)
    assert alert.affected_user_ids
    ref["plan"] = None
    assert of_missing(check(ref, cur)) == []


def test_too_few_rows_and_none_are_not_computed() -> None:
    ref, cur = window(50, {}, 1), window(9, {"x": 1.0}, 2)
    report = check(ref, cur)
    assert report.missing_values == []
    # The checks of the same columns say that the rows are too few.
    assert {part.feature for part in report.not_computed} >= {"x", "strange"}
    assert check(ref, cur[:0]).missing_values == []


def test_without_evidence_the_increase_alone_decides() -> None:
    ref, cur = window(20, {}, 1), window(20, {}, 2)
    cur.loc[:1, "x"] = pd.NA
    assert of_missing(check(ref, cur)) == []
    [alert] = of_missing(check(ref, cur, thresholds={"evidence": False}))
    assert (alert.affected_features, alert.severity) == (["x"], "warning")
    assert not of_missing(check(ref, ref, thresholds={"evidence": False, "missing_increase": 0.0}))


def timed(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "create table timed as select case when i % 10 = 0 and i >= 500 then null else timestamp '2024-01-01' + "
        "to_minutes(i * 60) end as bucket_start_ts, i % 50 as x, i >= 500 as is_new from range(1000) as t(i)"
    )


def test_rows_without_a_time_are_judged_where_the_windows_do_not_go_by_time() -> None:
    con = duckdb.connect()
    timed(con)
    settings: dict[str, Any] = {"warehouse": con, "exclude": ["is_new"]}
    report = run_drift_check(
        WindowConfig(table="timed", filter="not is_new"), WindowConfig(table="timed", filter="is_new"), **settings
    )
    [alert] = of_missing(report)
    assert (alert.details["role"], alert.details["cur_share"], alert.affected_features) == ("bucket_start", 0.1, [])
    by_time = run_drift_check(
        WindowConfig(table="timed", last="15d"), WindowConfig(table="timed", last="15d"), **settings
    )
    assert ("bucket_start_ts", "missing") not in known(by_time)
    assert any("50 rows have no time" in warning for warning in by_time.warnings)
    assert any(note.startswith("missing values of bucket_start_ts:") for note in by_time.notes)


def test_users_whose_own_rows_lack_the_value_are_named() -> None:
    n = 2000
    rng = np.random.default_rng(5)
    ref, cur = window(n, {"x": 0.02, "strange": 0.02}, 1), window(n, {"x": 0.02, "strange": 0.02}, 2)
    for rows in (ref, cur):
        rows["user_id"] = rng.choice([f"u{k}" for k in range(8)], n)
        # A user who has always lacked values is not affected.
        rows.loc[(rows["user_id"] == "u7") & (rng.random(n) < 0.5), "x"] = pd.NA
    cur.loc[(cur["user_id"] == "u3") & (rng.random(n) < 0.9), ["x", "predicted_label", "p_b"]] = pd.NA
    cur.loc[cur["user_id"] == "u5", "strange"] = np.inf
    named = {
        (alert.details["column"], alert.details["kind"]): alert.affected_user_ids
        for alert in of_missing(check(ref, cur))
    }
    assert named == {
        ("x", "missing"): ["u3"],
        ("strange", "non_finite"): ["u5"],
        ("predicted_label", "missing"): ["u3"],
        (None, "missing"): ["u3"],
    }
