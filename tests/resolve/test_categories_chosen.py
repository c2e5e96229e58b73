"""Which columns are compared by their categories: by default those of text that repeats, else those that are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from driftql import DriftReport, SourceError, WindowConfig, run_drift_check
from driftql.check.explain import explain_monitor, plan_monitor, plan_worksheet
from driftql.config import MonitorConfig
from driftql.warehouse import connect
from tests.support.refusals import refused

ROWS = 400
NUMBERS = np.random.default_rng(6).normal(size=ROWS)


def frame(**columns: Any) -> pd.DataFrame:
    """Return a frame of some rows with a number, a text that repeats and one that does not."""
    texts = {"plan": ["free", "pro"] * (ROWS // 2), "note": [f"text {i}" for i in range(ROWS)]}
    return pd.DataFrame({"z": NUMBERS, **texts, "store": [1, 2, 3, 4] * (ROWS // 4), **columns}, index=range(ROWS))


def chosen(report: DriftReport) -> dict[str, str]:
    return {result.feature: result.kind for result in report.feature_report.results} if report.feature_report else {}


def reasons(report: DriftReport) -> dict[str, str]:
    return {column.column: column.reason for column in report.columns_left_out}


def test_texts_that_repeat_are_categories_and_others_are_named_with_the_reason() -> None:
    wide = frame(
        email_id="a", kept=[None] * 396 + ["a"] * 4, empty=[None] * ROWS, code=[str(i // 4) for i in range(ROWS)]
    ).astype({"empty": "string"})
    report = run_drift_check(wide, wide)
    numbers = {"z": "number", "store": "number"}
    assert chosen(report) == {**numbers, "plan": "category", "code": "category"}
    found = reasons(report)
    assert found.pop("note").startswith("free text: some ")
    assert found == {
        "email_id": "an identifier, by its name",
        "kept": "too few values: of the first 400 rows, 4 of them have one",
        "empty": "too few values: of the first 400 rows, none has one",
    }
    assert not report.not_computed
    assert report.config["categories"] == ["plan", "code"]


@pytest.mark.parametrize(
    ("settings", "categories", "left_out"),
    [
        ({"categories": ["store"]}, {"store"}, {"plan": "VARCHAR: not among the categories that the settings name"}),
        ({"categories": ["auto", "store"]}, {"store", "plan"}, {}),
        ({"categories": ["s*"]}, {"store"}, {"plan": "VARCHAR: not among the categories that the settings name"}),
        ({"categories": []}, set(), {"plan": "VARCHAR: the settings ask for no categories"}),
        ({"categories": ["note"], "exclude": "plan"}, {"note"}, {}),
        ({"features": ["z"]}, set(), {}),
        ({"features": ["note", "z"]}, {"note"}, {}),
        ({"features": ["*"]}, {"plan"}, {}),
        ({"features": ["p*"], "categories": []}, set(), {"plan": "VARCHAR: the settings ask for no categories"}),
        ({"features": ["z"], "categories": ["store"]}, {"store"}, {}),
        ({"features": ["z", "store"], "categories": ["store"]}, {"store"}, {}),
    ],
)
def test_settings_choose_categories(settings: dict[str, Any], categories: set[str], left_out: dict[str, str]) -> None:
    report = run_drift_check(frame(), frame(), **settings)
    assert {name for name, kind in chosen(report).items() if kind == "category"} == categories
    found = reasons(report)
    assert {name: reason for name, reason in found.items() if name != "note"} == left_out


def test_a_column_that_is_named_must_hold_categories() -> None:
    wide = frame(day=pd.Timestamp("2026-01-31"))
    with refused(
        SourceError, "the category 'day' of", "is TIMESTAMP; categories are texts, numbers, booleans or dates"
    ):
        run_drift_check(wide, wide, categories=["day"])
    with refused(SourceError, "has no column 'plam' for a category", "did you mean 'plan'"):
        run_drift_check(wide, wide, categories=["plam"])


def test_of_a_named_column_whose_values_hardly_repeat_it_is_said_what_is_not_seen() -> None:
    def window(side: str) -> pd.DataFrame:
        columns = {"token": 0.05, "visit": 0.3, "campaign": 0.6}
        return frame(
            **{
                name: ["" if i < repeated * ROWS else f"{side}{i}" for i in range(ROWS)]
                for name, repeated in columns.items()
            }
        )

    report = run_drift_check(window("r"), window("c"), features=["token", "visit", "campaign"])
    assert [(part.check, part.feature, part.reason) for part in report.not_computed] == [
        (check, "token", "its values do not repeat: 380 of 400 reference rows have one of their own")
        for check in ("feature_psi", "new_category")
    ]
    assert report.alerts == []
    assert report.notes == [
        "categories of visit: 280 of 400 reference rows have a value that no other row has; only the categories that "
        "repeat can show a change"
    ]


def test_the_reference_decides_whether_values_repeat() -> None:
    """A current window full of values that nobody saw before is drift, and no free text."""
    report = run_drift_check(frame(), frame(plan=[f"plan {i}" for i in range(ROWS)]))
    assert chosen(report)["plan"] == "category"
    assert {alert.trigger for alert in report.alerts if alert.affected_features == ["plan"]} == {
        "feature_psi",
        "new_category",
    }
    was_empty = run_drift_check(frame(plan=None).astype({"plan": "string"}), frame())
    assert {(part.check, part.feature) for part in was_empty.not_computed} == {
        ("feature_psi", "plan"),
        ("new_category", "plan"),
    }


def test_what_separates_the_windows_is_no_category(tmp_path: Path) -> None:
    database = tmp_path / "d.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.register("wide", frame())
        connection.execute("create table t as from wide")
    windows = (WindowConfig(table="t", filter="plan = 'free'"), WindowConfig(table="t", filter="plan = 'pro'"))
    report = run_drift_check(*windows, warehouse=database)
    assert reasons(report)["plan"] == "the filters of the windows are made of it"


def test_the_statements_can_be_seen_without_running_them(tmp_path: Path) -> None:
    database = tmp_path / "d.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.register("wide", frame())
        connection.execute("create table r as from wide; create table c as from wide")
    monitor = MonitorConfig.model_validate({"reference": {"table": "r"}, "current": {"table": "c"}})
    with connect(database) as warehouse:
        explained = [one.statement.name for one in explain_monitor(monitor, warehouse)]
        assert explained.count("value_sample") == explained.count("category_counts") == 1
        assert [one.name for one in plan_monitor(monitor, warehouse)] == explained
        queries = plan_worksheet(monitor, warehouse)
    # Finished SQL compares the same categories, and says which column it leaves out.
    [mixes] = [one.sql for one in queries if one.name == "drift_categories"]
    assert '"plan"' in mixes and '"note"' not in mixes
    assert "Not looked at, for the reasons that the query gives: note." in " ".join(queries[-1].sql.split())
    unseen = monitor.model_copy(update={"features": ["z"], "categories": ["plan"]})
    [counted] = [one for one in plan_monitor(unseen, None, "snowflake") if one.name == "category_counts"]
    assert '"PLAN"' in counted.sql
