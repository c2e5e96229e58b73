"""Labels and users are compared by value, whatever type holds them; what is missing or never occurs is said."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from driftql import auto_enqueue_drift_labels, run_drift_check
from tests.support import reference
from tests.support.reference import close

ROWS = 120
CODES = [1 if row % 3 == 0 else 0 for row in range(ROWS)]
SHARES = {"0": 2 / 3, "1": 1 / 3}
VALUES = pd.DataFrame({"z": np.arange(ROWS, dtype=float)})

# Every way in which a window can hold the labels 0 and 1.
FORMS: dict[str, Callable[[list[int]], Any]] = {
    "list of int": list,
    "int array": np.array,
    "uint8 array": lambda codes: np.array(codes, np.uint8),
    "float array": lambda codes: np.array(codes, float),
    "float32 array": lambda codes: np.array(codes, np.float32),
    "float16 array": lambda codes: np.array(codes, np.float16),
    "big-endian array": lambda codes: np.array(codes, ">f8"),
    "bool array": lambda codes: np.array(codes, bool),
    "masked array": lambda codes: np.ma.array(np.array(codes), mask=np.zeros(len(codes), bool)),
    "pandas Int64": lambda codes: pd.array(codes, dtype="Int64"),
    "pandas boolean": lambda codes: pd.array(list(map(bool, codes)), dtype="boolean"),
    "categories of floats": lambda codes: pd.Series(pd.Categorical(np.array(codes, float))),
    "decimals": lambda codes: [Decimal(code) + Decimal("0.00") for code in codes],
    "numbers of many types": lambda codes: [(int, float, bool, Decimal, np.float32)[row % 5](c) for row, c in enumerate(codes)],
    "ints and one True": lambda codes: [True, *codes[1:]],
    "Polars": pl.Series,
    "Arrow": pa.array,
}  # fmt: skip


@pytest.mark.parametrize("given", ["array", "column"])
@pytest.mark.parametrize("form", FORMS)
def test_a_number_is_one_class_whatever_type_holds_it(form: str, given: str) -> None:
    labels = FORMS[form](CODES)
    if given == "array":
        pairs = [run_drift_check(VALUES, VALUES, CODES, labels), run_drift_check(VALUES, VALUES, labels, CODES)]
    else:
        column = labels.to_pandas() if isinstance(labels, pl.Series | pa.Array) else labels
        frames = [VALUES.assign(predicted_label=CODES), VALUES.assign(predicted_label=column)]
        pairs = [run_drift_check(*frames), run_drift_check(*reversed(frames))]
    for report in pairs:
        assert report.class_shift is not None
        assert report.class_shift.ref_dist == pytest.approx(SHARES)
        assert report.class_shift.cur_dist == pytest.approx(SHARES)
        assert report.warnings == []


@pytest.mark.parametrize("missing", [np.nan, None, pd.NA])
def test_a_missing_label_leaves_the_others_the_classes_that_they_were(missing: Any) -> None:
    gone = pd.Series(CODES, dtype=object)
    gone[3] = missing
    report = run_drift_check(VALUES, VALUES, CODES, gone)
    assert report.class_shift is not None
    assert report.class_shift.cur_dist == pytest.approx({"0": 80 / 119, "1": 39 / 119})
    assert report.class_shift.cur_unlabeled == 1


TYPES = ["tinyint", "bigint", "hugeint", "ubigint", "real", "double", "decimal(4, 2)", "decimal(38, 0)", "boolean"]


@pytest.mark.parametrize("ref_type", TYPES)
def test_tables_may_hold_labels_in_different_types(ref_type: str) -> None:
    database = duckdb.connect()
    for number, kind in enumerate([ref_type, *TYPES]):
        labels = f"(case when i % 3 = 0 then 1 else 0 end)::{kind} as predicted_label"
        database.execute(f"create table t{number} as select i::double as z, {labels} from range({ROWS}) as t(i)")
    for number in range(1, len(TYPES) + 1):
        report = run_drift_check("t0", f"t{number}", warehouse=database)
        assert report.class_shift is not None
        words = ["false", "true"] if ref_type == TYPES[number - 1] == "boolean" else ["0", "1"]
        expected = dict(zip(words, SHARES.values(), strict=True))
        assert report.class_shift.ref_dist == pytest.approx(expected)
        assert report.class_shift.cur_dist == pytest.approx(expected)


def test_labels_that_are_no_whole_numbers_and_very_large_ones() -> None:
    values = [0.5, -1.0, 1e17, -0.0, 2.25, 1e-7]
    frames = [VALUES.assign(predicted_label=np.array(values * 20, dtype)) for dtype in (float, object)]
    report = run_drift_check(*frames)
    assert report.class_shift is not None
    assert set(report.class_shift.cur_dist) == {"0.5", "-1", "100000000000000000", "0", "2.25", "1e-07"}
    assert report.class_shift.max_shift == 0


def test_numbers_beside_texts_are_a_warning_that_names_both_types() -> None:
    report = run_drift_check(VALUES, VALUES, np.array(CODES), [str(code) for code in CODES])
    assert report.class_shift is not None
    assert report.class_shift.max_shift == 0
    assert report.warnings == [
        "the label 'driftql_label' is BIGINT in the reference window and VARCHAR in the current one, so labels are "
        "compared as text: '1' is the number 1, but '1.0' is not"
    ]


@pytest.mark.parametrize("wanted", ["-1", "-1.0", -1, -1.0, np.int64(-1), Decimal("-1.00")])
@pytest.mark.parametrize("kind", ["double", "integer", "decimal(5, 2)"])
def test_the_reject_label_is_a_number_like_the_labels(wanted: Any, kind: str) -> None:
    database = duckdb.connect()
    for name, rejected in (("r", 20), ("c", 74)):
        label = f"(case when i < {rejected} then -1 else i % 3 end)::{kind}"
        database.execute(
            f"create table {name} as select i::double as z, {label} as predicted_label from range(400) t(i)"
        )
    report = run_drift_check("r", "c", warehouse=database, columns={"reject_label": wanted})
    found = report.reject_rate_drift
    assert found is not None
    assert (found.ref_rate, found.cur_rate) == (0.05, 0.185)
    assert close(found.p_value, reference.rate_greater(20, 400, 74, 400), 1e-9)
    assert [alert.trigger.value for alert in report.alerts] == ["reject_rate_increase"]


@pytest.mark.parametrize("wanted", [True, "true", "True", "1", 1])
def test_the_reject_label_of_boolean_labels(wanted: Any) -> None:
    labels = [row < 30 for row in range(ROWS)]
    report = run_drift_check(VALUES, VALUES, labels, labels, columns={"reject_label": wanted})
    assert report.reject_rate_drift is not None
    assert report.reject_rate_drift.ref_rate == 0.25


def test_a_reject_label_that_was_named_and_never_occurs_is_not_computed() -> None:
    report = run_drift_check(VALUES, VALUES, ["a", "b"] * 60, ["a", "b"] * 60, columns={"reject_label": "rejected"})
    assert [(part.check, part.reason) for part in report.not_computed] == [
        ("reject_rate_increase", "no row of either window has the label 'rejected'; there are: a, b")
    ]
    assert report.reject_rate_drift is None
    assert report.class_shift is not None


def test_the_default_reject_label_that_never_occurs_is_said() -> None:
    report = run_drift_check(VALUES, VALUES, ["a", "b"] * 60, ["a", "b"] * 60)
    assert report.notes == [
        "reject rate: no row of either window has the label 'Mixed/Unknown'; where the model declines to answer, name the "
        "label that says so (reject_label)"
    ]
    assert report.not_computed == []
    assert report.summary == "No alert: 1 feature and class mix within the thresholds."


def test_users_that_are_numbers_are_named_by_value(tmp_path: Path) -> None:
    times = pd.date_range("2026-01-01", periods=60, freq="min")
    drifted = run_drift_check(VALUES, VALUES + 999)
    frame = pd.DataFrame({"z": np.arange(60.0), "user_id": range(60), "bucket_start_ts": times})
    queue = tmp_path / "queue.duckdb"
    given: dict[str, Any] = {"queue_path": queue, "cur_confidences": np.linspace(0.1, 0.9, 60), "limit": 3}
    assert auto_enqueue_drift_labels(drifted, frame, cur_labels=[1] * 60, **given) == 3
    frame.loc[59, "user_id"] = np.nan
    assert frame["user_id"].dtype == float
    assert auto_enqueue_drift_labels(drifted, frame, cur_labels=[1.0] * 60, **given) == 0
    with duckdb.connect(str(queue)) as database:
        asked = database.sql("select user_id, predicted_label from driftql_queue order by user_id").fetchall()
    assert asked == [("0", "1"), ("1", "1"), ("2", "1")]


def test_affected_users_that_are_floats() -> None:
    users = np.repeat([1e17, 2.0, 3.5], 40)
    ref = VALUES.assign(user_id=users)
    cur = ref.assign(z=np.where(users == 3.5, ref["z"], ref["z"] + 500))
    report = run_drift_check(ref, cur)
    assert set(report.alerts[0].affected_user_ids) >= {"100000000000000000", "2"}


def test_labels_that_go_missing_are_a_warning() -> None:
    ref = [None if row % 50 == 0 else "ab"[row % 2] for row in range(200)]
    cur = [None if row % 10 < 6 else "ab"[row % 2] for row in range(200)]
    frame = pd.DataFrame({"z": np.arange(200.0)})
    report = run_drift_check(frame, frame, ref, cur)
    assert report.warnings == [
        "many rows have no label: 2.0% of the reference window and 60.0% of the current one; reject rate and class mix "
        "are those of the others"
    ]
    assert run_drift_check(frame, frame, ref, ref).warnings == []


def test_values_that_go_missing_are_an_alert_or_a_warning_but_not_both() -> None:
    ref = pd.DataFrame({"z": np.arange(200.0), "n": np.arange(200.0), "k": np.arange(200.0)})
    cur = ref.copy()
    cur.loc[cur.index % 20 != 0, "z"] = np.nan
    cur.loc[cur.index < 60, "n"] = np.inf
    cur.loc[cur.index < 10, "k"] = np.nan
    report = run_drift_check(ref, cur)
    missing = [alert.affected_features for alert in report.alerts if alert.trigger == "missing_increase"]
    assert (missing, report.warnings) == ([["z"], ["n"], ["k"]], [])
    assert run_drift_check(ref, cur, thresholds={"missing_increase": 0.5}).warnings == [
        "many more values are missing in the current window than in the reference: n (0.0% to 30.0%)"
    ]


@pytest.mark.parametrize("value", [5, 0.1, 2**60, True, -3.5e300])
def test_a_column_of_one_value_that_stays_is_unchanged(value: Any) -> None:
    frame = pd.DataFrame({"k": [value] * 50})
    report = run_drift_check(frame, pd.concat([frame] * 3))
    assert report.feature_report is not None
    [found] = report.feature_report.results
    assert (found.psi, found.psi_p_value, found.ks_statistic, found.ks_p_value) == (0, 1, 0, 1)
    assert found.bins == []
    assert report.not_computed == []
    assert report.summary == "No alert: 1 feature within the thresholds."


def test_a_column_of_one_value_that_changes_is_not_called_unchanged() -> None:
    report = run_drift_check(pd.DataFrame({"k": [5] * 50}), pd.DataFrame({"k": [5] * 49 + [6]}))
    assert [part.reason for part in report.not_computed] == [
        "every reference value is 5, so there are no quantile bins"
    ]


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("ubigint", 2**64 - 1000),
        ("bigint", 2**62),
        ("hugeint", 2**100),
        ("uhugeint", 2**127),
        ("decimal(38, 0)", 10**37),
    ],
)
def test_integers_that_a_double_cannot_tell_apart(kind: str, least: int) -> None:
    database = duckdb.connect()
    for name, shift in (("r", 0), ("same", 0), ("c", 100)):
        value = f"{least}::{kind} + (i + {shift})::{kind}"
        database.execute(f"create table {name} as select ({value})::{kind} as v from range(300) as t(i)")
    unchanged = run_drift_check("r", "same", warehouse=database)
    assert unchanged.feature_report is not None
    assert (unchanged.feature_report.results[0].psi, unchanged.not_computed) == (0, [])
    moved = run_drift_check("r", "c", warehouse=database)
    assert moved.feature_report is not None
    assert moved.feature_report.results[0].ks_statistic == pytest.approx(1 / 3)
    assert [part.reason for part in moved.not_computed] == [
        f"as 64-bit floats, all reference values are {float(least):g}, so there are no quantile bins; KS compares the "
        "values themselves, and for PSI a view can subtract what they have in common"
    ]
