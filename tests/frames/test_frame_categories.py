"""Categories of frames: whatever type a library gives to a text of few values, the same categories are counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from driftql import DriftReport, run_drift_check

REF = ["free"] * 300 + ["pro"] * 300
CUR = ["free"] * 250 + ["pro"] * 200 + ["team"] * 150
KINDS = pl.Enum(["free", "pro", "team"])

FRAMES: dict[str, Callable[[Sequence[str]], Any]] = {
    "mapping": lambda rows: {"plan": list(rows)},
    "pandas object": lambda rows: pd.DataFrame({"plan": np.array(rows, dtype=object)}),
    "pandas string": lambda rows: pd.DataFrame({"plan": pd.array(list(rows), dtype="string")}),
    "pandas categorical": lambda rows: pd.DataFrame({"plan": pd.Categorical(rows)}),
    "Polars enum": lambda rows: pl.DataFrame({"plan": pl.Series(rows, dtype=KINDS)}),
    "Polars categorical": lambda rows: pl.DataFrame({"plan": pl.Series(rows, dtype=pl.Categorical)}),
    "Arrow dictionary": lambda rows: pa.table({"plan": pa.array(rows).dictionary_encode()}),
    "Arrow large text": lambda rows: pa.table({"plan": pa.array(rows, pa.large_string())}),
}


def counts_of(report: DriftReport) -> list[tuple[str | None, int, int]]:
    """Return the bins; the alerts must be those of a plan that a quarter of the rows has, and nobody had before."""
    assert report.feature_report is not None
    [result] = report.feature_report.results
    assert {(alert.trigger.value, *alert.affected_features) for alert in report.alerts} == {
        ("feature_psi", "plan"),
        ("new_category", "plan"),
    }
    assert result.new_categories is not None
    assert [(one.name, one.rows) for one in result.new_categories.largest] == [("team", 150)]
    return [(one.name, one.ref_count, one.cur_count) for one in result.categories]


@pytest.mark.parametrize("kind", FRAMES)
def test_a_new_category_of_a_frame_is_an_alert(kind: str) -> None:
    frame = FRAMES[kind]
    assert counts_of(run_drift_check(frame(REF), frame(CUR))) == [("free", 300, 250), ("pro", 300, 200), (None, 0, 150)]


def test_a_new_value_of_an_enum_in_duckdb_is_an_alert() -> None:
    connection = duckdb.connect()
    connection.execute("create type plans as enum ('free', 'pro', 'team'); create table r (plan plans)")
    connection.execute("create table c (plan plans)")
    for table, rows in (("r", REF), ("c", CUR)):
        connection.executemany(f"insert into {table} values (?)", [[row] for row in rows])
    report = run_drift_check("r", "c", warehouse=connection)
    assert counts_of(report) == [("free", 300, 250), ("pro", 300, 200), (None, 0, 150)]


@pytest.mark.parametrize(
    ("ref", "cur"),
    [
        ([1, 2, 3], [1.0, 2.0, 3.0]),
        ([True, False, True], [1, 0, 1]),
        (["1", "2", "3"], [1, 2, 3]),
        ([dt.date(2026, 1, 31)], [dt.date(2026, 1, 31)]),
    ],
)
def test_categories_are_compared_by_value_where_types_differ(ref: list[Any], cur: list[Any]) -> None:
    frames = [pa.table({"store": pa.array(rows * 50)}) for rows in (ref, cur)]
    report = run_drift_check(*frames, categories=["store"])
    assert report.feature_report is not None
    [result] = report.feature_report.results
    assert (result.kind, result.psi) == ("category", 0.0)
    # That the type has changed is another matter.
    assert {alert.trigger for alert in report.alerts} <= {"schema_change"}


def test_a_text_column_that_hardly_has_a_value_in_either_window_is_not_looked_at_unless_it_is_named() -> None:
    sizes = (400, 300)
    frames = [
        pa.table({"z": [1, 2] * (rows // 2), "promo": pa.array(["a"] * few + [None] * (rows - few))})
        for rows, few in zip(sizes, (12, 2), strict=True)
    ]
    report = run_drift_check(*frames)
    assert (report.alerts, report.not_computed) == ([], [])
    assert report.notes == ["categories of promo: the current window has only 2 values; at least 10 are needed"]
    named = run_drift_check(*frames, categories=["promo"])
    assert [part.check for part in named.not_computed] == ["feature_psi", "new_category"]


def test_categories_too_long_to_be_told_apart_name_no_users_and_say_so() -> None:
    starts = "s" * 200
    frames = [
        pa.table({"user_id": [f"u{row % 3}" for row in range(600)], "plan": [starts + end for end in ends]})
        for ends in (["0", "1"] * 300, ["0"] * 600)
    ]
    report = run_drift_check(*frames)
    [alert] = report.alerts
    assert (alert.trigger, alert.details["affected_users"]) == ("feature_psi", None)
    [warning] = report.warnings
    assert "2 categories of 200 or more characters" in warning


@pytest.mark.parametrize("is_reference", [False, True])
@pytest.mark.parametrize("values", [[None] * 200, [np.nan] * 200, pd.Series([pd.NA] * 200, dtype=object)], ids=str)
def test_a_column_without_a_value_is_one_of_texts_that_are_missing(values: Any, is_reference: bool) -> None:
    """pandas reads a column without values as doubles or objects, which says nothing of what it holds otherwise."""
    frames = [pd.DataFrame({"plan": ["a", "b"] * 100}), pd.DataFrame({"plan": values})]
    report = run_drift_check(*(frames[::-1] if is_reference else frames))
    [result] = report.feature_report.results if report.feature_report else []
    assert (result.kind, result.ref_missing, result.cur_missing) == (
        "category",
        *((200, 0) if is_reference else (0, 200)),
    )
    assert [alert.trigger for alert in report.alerts] == ([] if is_reference else ["missing_increase"])
    arrays = [{"plan": frame["plan"].to_numpy(dtype=object)} for frame in frames]
    assert [alert.trigger for alert in run_drift_check(*arrays).alerts] == ["missing_increase"]


def test_a_text_column_that_arrow_has_no_type_for_has_lost_its_values() -> None:
    frames = [pa.table({"plan": values}) for values in (["a", "b"] * 50, pa.nulls(100))]
    report = run_drift_check(*frames)
    assert [(alert.trigger, alert.details["cur_share"]) for alert in report.alerts] == [("missing_increase", 1.0)]
    assert {part.reason for part in report.not_computed} == {"the current window has no values; at least 10 are needed"}
