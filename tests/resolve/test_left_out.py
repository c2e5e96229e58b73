"""Every column of the two windows is a feature, has a role, is left out by the user, or is named with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.stats import ks_2samp

import driftql
from driftql import DriftReport, SourceError, run_drift_check
from driftql.config import WindowConfig
from driftql.engines import ENGINES
from driftql.sql.separation import separating_columns
from tests.support.refusals import refused

ROWS = 400
NUMBERS = np.random.default_rng(5).normal(size=ROWS)


def frame(**columns: Any) -> pd.DataFrame:
    """Return a frame of some rows; a column that is one value has it in every row."""
    return pd.DataFrame({"z": NUMBERS, **columns}, index=range(ROWS))


def left_out(report: DriftReport) -> dict[str, tuple[str, str | None]]:
    return {column.column: (column.reason, column.window) for column in report.columns_left_out}


def failed(report: DriftReport) -> dict[str | None, set[str]]:
    found: dict[str | None, set[str]] = {}
    for part in report.not_computed:
        found.setdefault(part.feature, set()).add(f"{part.check}: {part.reason}")
    return found


def features(report: DriftReport) -> list[str]:
    return [result.feature for result in report.feature_report.results] if report.feature_report else []


def test_every_column_that_is_no_feature_is_named_with_the_reason() -> None:
    day, months = pd.Timestamp("2026-01-31"), pd.period_range("2001-01", periods=ROWS, freq="M")
    others = {"order_id": range(ROWS), "day": day, "pair": [[1.0, 2.0]] * ROWS, "month": months}
    report = run_drift_check(frame(**others), frame(**others))
    assert features(report) == ["z"]
    assert left_out(report) == {
        "order_id": ("an identifier, by its name", None),
        "day": ("TIMESTAMP: a time is compared only if it is named as a feature", None),
        "pair": ("DOUBLE[]: a list is not a feature", None),
        "month": ("period[M]: DuckDB cannot read this type", None),
    }
    assert not report.not_computed
    assert "4 columns not looked at" in repr(report)
    assert DriftReport.model_validate_json(report.model_dump_json()) == report


def test_a_structure_is_named_with_its_type(tmp_path: Path) -> None:
    for name in "rc":
        duckdb.sql(
            f"copy (select i::double as z, {{'a': i}} as payload from range(50) t(i)) to '{tmp_path}/{name}.parquet'"
        )
    report = run_drift_check(f"{tmp_path}/r.parquet", f"{tmp_path}/c.parquet")
    assert left_out(report) == {"payload": ("STRUCT(a BIGINT): it is not a number", None)}


def test_a_column_without_a_name_in_a_csv(tmp_path: Path) -> None:
    for name in "rc":
        frame().to_csv(tmp_path / f"{name}.csv")
    report = run_drift_check(tmp_path / "r.csv", tmp_path / "c.csv")
    assert features(report) == ["z"]
    assert left_out(report) == {"unnamed_1": ("it has no name in the file", None)}


def test_a_column_that_is_new_is_named_but_no_check_is_lost() -> None:
    report = run_drift_check(frame(), frame(speed=1.5, remark="new"))
    assert left_out(report) == {
        "speed": ("only in the current window", "current"),
        "remark": ("only in the current window", "current"),
    }
    assert not report.not_computed


def test_a_feature_that_is_gone_is_not_computed_and_a_free_text_that_is_gone_is_named() -> None:
    free = [f"remark {row}" for row in range(len(NUMBERS))]
    report = run_drift_check(frame(speed=1.5, plan="old", remark=free), frame())
    reason = "current_frame has no column of this name"
    assert failed(report) == {
        "speed": {f"feature_psi: {reason}", f"feature_ks: {reason}"},
        "plan": {f"feature_psi: {reason}", f"new_category: {reason}"},
    }
    assert left_out(report) == {
        "speed": (reason, "reference"),
        "plan": ("only in the reference window", "reference"),
        "remark": ("only in the reference window", "reference"),
    }
    [alert] = report.alerts
    assert (alert.severity, set(alert.affected_features)) == ("critical", {"speed", "plan"})


@pytest.mark.parametrize("settings", [{"features": ["plan"]}, {"features": ["pl*"]}, {"categories": ["plan"]}])
@pytest.mark.parametrize("now", [{}, {"plan": [[1, 2]] * len(NUMBERS)}])
def test_a_named_text_that_is_gone_or_something_else_is_no_mistake_of_the_settings(
    settings: dict[str, Any], now: dict[str, Any]
) -> None:
    report = run_drift_check(frame(plan="old"), frame(**now), **settings)
    assert {part.check for part in report.not_computed if part.feature == "plan"} == {"feature_psi", "new_category"}
    assert [(alert.severity, alert.affected_features) for alert in report.alerts] == [("critical", ["plan"])]


def test_text_that_becomes_a_time_is_not_called_a_text_that_sql_leaves_out() -> None:
    free = [f"at {row}" for row in range(len(NUMBERS))]
    report = run_drift_check(frame(when=free), frame(when=pd.Timestamp("2026-01-01")))
    assert left_out(report)["when"][0].startswith("it is VARCHAR in one window and TIMESTAMP")


@pytest.mark.parametrize(("text_in", "frames"), [("reference", (1, 0)), ("current", (0, 1))])
def test_a_number_in_one_window_and_text_in_the_other_is_not_computed(text_in: str, frames: tuple[int, int]) -> None:
    kinds = (frame(amount=NUMBERS + 5), frame(amount="5"))
    report = run_drift_check(kinds[frames[0]], kinds[frames[1]])
    reason = f"it is VARCHAR in {text_in}_frame, not a number"
    assert failed(report) == {"amount": {f"feature_psi: {reason}", f"feature_ks: {reason}"}}
    assert features(report) == ["z"]
    assert "2 checks could not be computed" in report.summary


def test_what_the_user_leaves_out_is_not_listed() -> None:
    wide = frame(note="text", amount=1.0, comment="text")
    assert left_out(run_drift_check(wide, wide, exclude=["note", "com*"])) == {}
    named = run_drift_check(wide, wide, features=["z"])
    assert left_out(named) == {}
    assert named.config["features_not_chosen"] == 3
    by_glob = run_drift_check(wide, wide, features=["z", "?o*"])
    assert features(by_glob) == ["z", "note", "comment"]
    assert left_out(by_glob) == {}


def test_a_name_to_exclude_that_is_no_column_is_refused() -> None:
    wide = frame(amount=1.0)
    with refused(SourceError, "there is no column 'amuont' to exclude", "did you mean 'amount'"):
        run_drift_check(wide, wide, exclude=["amuont"])
    report = run_drift_check(wide, wide, exclude=["am_*"])
    assert report.warnings == ["no column matches 'am_*', which is to be excluded"]
    assert features(report) == ["z", "amount"]


def test_a_column_of_one_window_can_be_excluded() -> None:
    assert not run_drift_check(frame(speed=1.5), frame(), exclude=["speed"]).not_computed
    assert not run_drift_check(frame(), frame(speed=1.5), exclude="speed").columns_left_out


LABELS = ["a", "b"] * (ROWS // 2)
VECTORS = {"p_a": np.linspace(0, 1, ROWS), "p_b": 1 - np.linspace(0, 1, ROWS)}


@pytest.mark.parametrize("gone_from", ["reference", "current"])
def test_labels_and_probabilities_of_one_window_are_not_computed(gone_from: str) -> None:
    windows = {
        "reference": frame(predicted_label=LABELS, **VECTORS),
        "current": frame(predicted_label=LABELS, **VECTORS),
    }
    windows[gone_from] = frame()
    other = "current" if gone_from == "reference" else "reference"
    report = run_drift_check(windows["reference"], windows["current"])
    lost = f"{gone_from}_frame has no column 'predicted_label'"
    vectors = f"p_a, p_b of {other}_frame are class probabilities, but {gone_from}_frame has no p_a, p_b"
    assert failed(report)[None] == {
        f"reject_rate_increase: {lost}",
        f"class_shift: {lost}",
        f"entropy_spike: {vectors}",
    }
    assert report.reject_rate_drift is None
    assert "predicted_label" in left_out(report)


def test_probabilities_that_only_one_window_has_as_such_are_not_computed() -> None:
    report = run_drift_check(frame(**VECTORS), frame(p_a=VECTORS["p_a"], p_b=VECTORS["p_a"] * 7))
    reason = "p_a, p_b are class probabilities in reference_frame, but not in current_frame"
    assert failed(report) == {None: {f"entropy_spike: {reason}"}}


def test_a_list_of_probabilities_that_is_gone_is_not_computed() -> None:
    report = run_drift_check(frame(probabilities=[[0.5, 0.5]] * ROWS), frame())
    assert failed(report) == {
        None: {"entropy_spike: probabilities of reference_frame are class probabilities, but current_frame has no probabilities"}
    }  # fmt: skip


def test_what_only_the_current_window_needs_is_looked_for_there() -> None:
    """A training set holds features only; users, times and confidences come with the predictions."""
    users = [f"user {i % 4}" for i in range(ROWS)]
    times = pd.date_range("2026-01-01", periods=ROWS, freq="min")
    current = frame(user_id=users, bucket_start_ts=times, confidence=0.75, schema_version="v2")
    current["z"] += 3
    for columns in ({}, {"user": "user_id", "bucket_start": "bucket_start_ts", "confidence": "confidence"}):
        report = run_drift_check(frame(), current, columns=columns)
        assert not report.not_computed
        assert not report.warnings
        assert sorted(report.alerts[0].affected_user_ids) == sorted(set(users))
        assert report.telemetry_snapshot is not None
        assert report.telemetry_snapshot.schema_version == "v2"
        assert report.current.first_bucket == times[0]
        assert report.reference.first_bucket is None


def test_a_role_that_is_gone_from_the_current_window_is_said() -> None:
    report = run_drift_check(frame(user_id="u", confidence=0.5), frame())
    assert report.warnings == [
        "current_frame has no column 'user_id', so no affected users are named",
        "current_frame has no column 'confidence', so its confidence is not described",
    ]


@pytest.mark.parametrize(
    ("name", "values", "kind", "needs"),
    [
        ("confidence", "high", "VARCHAR", "a confidence is a number"),
        ("bucket_start_ts", range(ROWS), "BIGINT", "the role 'bucket_start' needs a timestamp, a date or ISO text"),
        ("predicted_label", [[1.0]] * ROWS, "DOUBLE[]", "the role 'label' needs one number or text per row"),
    ],
)
def test_a_conventional_name_of_another_type_is_left_out_with_a_warning(
    name: str, values: Any, kind: str, needs: str
) -> None:
    report = run_drift_check(frame(**{name: values}), frame(**{name: values}))
    assert features(report) == ["z"]
    assert left_out(report) == {name: (f"{kind}: {needs}", None)}
    [warning] = report.warnings
    assert f"the column '{name}' of reference_frame is {kind}, but {needs}" in warning
    assert not left_out(run_drift_check(frame(**{name: values}), frame(**{name: values}), exclude=name))


def test_a_role_that_the_user_names_must_fit() -> None:
    for side in (0, 1):
        frames = [frame(sure=0.5), frame(sure=0.5)]
        frames[side] = frame(sure="high")
        with refused(SourceError, "'sure' of", "is VARCHAR, but a confidence is a number"):
            run_drift_check(*frames, columns={"confidence": "sure"})
    # The reference has it, so the name is right: the column has vanished.
    vanished = run_drift_check(frame(kind="a"), frame(), columns={"label": "kind"})
    assert {"reject_rate_increase", "class_shift"} <= {part.check for part in vanished.not_computed}
    with refused(SourceError, "reference_frame has no column 'kind' for the role 'label'"):
        run_drift_check(frame(), frame(kind="a"), columns={"label": "kind"})
    month = pd.period_range("2001-01", periods=ROWS, freq="M")
    with refused(SourceError, "'month' of reference_frame cannot be read", "period[M]"):
        run_drift_check(frame(month=month), frame(month=month), columns={"label": "month"})


def test_there_need_be_no_such_role() -> None:
    wide = frame(predicted_label=LABELS, confidence=0.5, **VECTORS)
    names = {"label": "", "confidence": "", "probabilities": ""}
    for settings in ({"columns": names}, {"exclude": ["predicted_label", "confidence", "p_*"]}):
        report = run_drift_check(wide, wide, **settings)
        assert report.config["columns"] == {
            **dict.fromkeys(("user", "bucket_start", "bucket_end", "label", "confidence", "schema_version")),
            "probabilities": [],
            "reject_label": "Mixed/Unknown",
        }
        assert (report.class_shift, report.entropy_drift) == (None, None)
    assert features(run_drift_check(wide, wide, columns=names)) == ["z", "confidence", "p_a", "p_b", "predicted_label"]


def test_names_that_differ_by_capitals_are_one_column_of_two_files(tmp_path: Path) -> None:
    current = NUMBERS[:300] + 0.5
    pq.write_table(pa.table({"Amount": NUMBERS, "who": [1] * ROWS}), tmp_path / "r.parquet")
    pq.write_table(pa.table({"amount": current, "WHO": [1] * 300}), tmp_path / "c.parquet")
    report = run_drift_check(tmp_path / "r.parquet", tmp_path / "c.parquet", columns={"user": "who"})
    assert report.feature_report is not None
    [result] = report.feature_report.results
    assert result.feature == "Amount"
    assert result.ks_statistic == pytest.approx(ks_2samp(NUMBERS, current).statistic)


def test_a_column_that_the_filters_are_made_of_is_no_feature(tmp_path: Path) -> None:
    database = tmp_path / "d.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table t as select i::double z, i % 2 is_test, i % 2 = 0 flag from range(400) t(i)")
    windows = (WindowConfig(table="t", filter="is_test = 0"), WindowConfig(table="t", filter="is_test = 1"))
    report = run_drift_check(*windows, warehouse=database, exclude="flag")
    assert features(report) == ["z"]
    assert left_out(report) == {"is_test": ("the filters of the windows are made of it", None)}
    asked_for = run_drift_check(*windows, warehouse=database, features=["is_test"])
    assert features(asked_for) == ["is_test"]
    flags = (WindowConfig(table="t", filter="flag"), WindowConfig(table="t", filter="not flag"))
    assert "flag" in left_out(run_drift_check(*flags, warehouse=database, exclude="is_test"))


@pytest.mark.parametrize(
    ("reference", "current", "names"),
    [
        ("is_test = 0", "is_test = 1", {"is_test"}),
        ("0 = is_test", "is_test in (1, 2)", {"is_test"}),
        ("not flag", "(flag)", {"flag"}),
        ("flag = false", "flag is true", {"flag"}),
        ("age < 30", "age >= 30", {"age"}),
        ("30 > age", "30 <= age and z > 0", {"age"}),
        ("age between 0 and 29", "age between 30 and 60", {"age"}),
        ("version = 'a'", "Version = 'b'", {"version"}),
        ("temp <= -1", "temp > 1", {"temp"}),
        (None, "region = 3", {"region"}),
        ("region = 3", "region in (3, 4)", {"region"}),
        ("amount > 0", "amount >= 0", set()),
        ("age <= 30", "age >= 30", set()),
        ("is_test = 0", "is_test = 0", set()),
        ("id % 2 = 0", "id % 2 = 1", set()),
        ("a = 1 or b = 1", "a = 2 or b = 2", set()),
        ("a <> 1", "a <> 2", set()),
        ("code = '1'", "code = 1", set()),
        ("x = null", "x = 1", {"x"}),
    ],
)
def test_which_columns_two_filters_separate(reference: str | None, current: str, names: set[str]) -> None:
    assert separating_columns(reference, current, ENGINES["duckdb"]) == names


def test_the_same_columns_are_left_out_of_tables_and_of_frames(tmp_path: Path) -> None:
    wide = frame(note=[f"text {i}" for i in range(ROWS)], amount=1.0)
    with duckdb.connect(str(tmp_path / "d.duckdb")) as connection:
        connection.register("wide", wide)
        connection.execute("create table r as from wide; create table c as from wide")
    with driftql.connect(tmp_path / "d.duckdb") as warehouse:
        of_tables = run_drift_check("r", "c", warehouse=warehouse)
    assert of_tables.columns_left_out == run_drift_check(wide, wide).columns_left_out


@pytest.mark.parametrize("ending", ["parquet", "json"])
def test_names_that_duckdb_takes_for_one_are_refused_in_files(tmp_path: Path, ending: str) -> None:
    """DuckDB calls the second one ``amount_1``; which column that is depends on their order."""
    path = tmp_path / f"both.{ending}"
    if ending == "json":
        path.write_text('{"Amount": 1, "amount": 2}\n' * 50)
    else:
        nested = [{"a": 1, "b": {"c": 2}}] * 50
        pq.write_table(pa.table({"nested": nested, "Amount": NUMBERS[:50], "amount": NUMBERS[:50]}), path)
    with refused(SourceError, "columns named 'Amount' and 'amount', which DuckDB takes for one"):
        run_drift_check(path, path)
    twice = pa.Table.from_arrays([pa.array(NUMBERS)] * 3, names=["a", "a", "a_1"])
    pq.write_table(twice, tmp_path / "twice.parquet")
    with refused(SourceError, "twice.parquet has two columns named 'a'"):
        run_drift_check(tmp_path / "twice.parquet", tmp_path / "twice.parquet")


def test_a_number_at_the_end_of_a_name_is_no_doubt(tmp_path: Path) -> None:
    for name in "rc":
        table = pa.table({"a": NUMBERS, "a_1": NUMBERS + 3, "b": [{"a": 1, "A": 2}] * ROWS})
        pq.write_table(table, tmp_path / f"{name}.parquet")
        (tmp_path / f"{name}.json").write_text('{"a": 1, "a_1": 2}\n{"a": 3}\n' * 50)
    for ending in ("parquet", "json"):
        report = run_drift_check(tmp_path / f"r.{ending}", tmp_path / f"c.{ending}")
        assert features(report) == ["a", "a_1"]


def test_a_list_of_whole_numbers_is_a_list_of_probabilities() -> None:
    certain = [[1, 0, 0], [0, 1, 0]] * (ROWS // 2)
    report = run_drift_check(frame(probabilities=certain), frame(probabilities=certain))
    assert report.entropy_drift is not None
    assert report.entropy_drift.ref_mean_entropy == pytest.approx(0, abs=1e-5)
    assert report.entropy_drift.cur_rows == ROWS
    assert left_out(report) == {"probabilities": ("of a list of probabilities, only the entropy is compared", None)}
