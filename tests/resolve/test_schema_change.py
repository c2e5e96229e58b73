"""Columns that one window lacks, or has in another family of types, are an alert without a p-value."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftql import DriftReport, SourceError, run_drift_check
from driftql.config import MonitorConfig, WindowConfig, validate
from tests.support.properties import examples
from tests.support.refusals import refused

# What a person calls the family of each type.
FAMILIES = {
    "integer": "number",
    "double": "number",
    "decimal(9, 2)": "number",
    "boolean": "number",
    "varchar": "text",
    "timestamp": "time",
    "date": "time",
    "timestamptz": "time",
    "double[]": "list",
    "json": "other",
}


def check(reference: dict[str, str], current: dict[str, str], **settings: Any) -> DriftReport:
    """Compare two tables of some columns, name -> type, which hold nothing but NULL beside the feature z."""
    with duckdb.connect() as connection:
        for name, columns in (("before", reference), ("after", current)):
            cells = "".join(f", null::{kind} as {column}" for column, kind in columns.items())
            connection.execute(f"create table {name} as select i::double as z{cells} from range(30) as t(i)")
        return run_drift_check("before", "after", warehouse=connection, **settings)


def is_number(kind: str | None) -> bool:
    """Return whether a feature can have a type."""
    return kind is not None and FAMILIES[kind] == "number"


def changes(report: DriftReport) -> dict[str, tuple[str, str | None, str | None]]:
    """Return column -> what has become of it, its role, how bad that is."""
    assert report.schema_change is not None
    return {one.column: (one.change, one.role, one.severity) for one in report.schema_change.columns}


@examples(12)
@given(*[st.dictionaries(st.sampled_from("abcde"), st.sampled_from(sorted(FAMILIES)), max_size=4) for _ in range(2)])
def test_what_differs_is_what_the_types_say(reference: dict[str, str], current: dict[str, str]) -> None:
    report = check(reference, current)
    expected = dict.fromkeys(reference.keys() - current.keys(), "vanished")
    expected |= dict.fromkeys(current.keys() - reference.keys(), "added")
    for name in reference.keys() & current.keys():
        if FAMILIES[reference[name]] != FAMILIES[current[name]]:
            expected[name] = "retyped"
    assert {name: change for name, (change, _, _) in changes(report).items()} == expected
    alerts = [alert for alert in report.alerts if alert.trigger == "schema_change"]
    bad = {name for name, change in expected.items() if change != "added"}
    assert len(alerts) == bool(bad)
    if alerts:
        assert {*alerts[0].details["vanished"], *alerts[0].details["retyped"]} == bad
        assert "p_value" not in alerts[0].details
    lost = {part.feature for part in report.not_computed if part.check == "feature_ks"}
    assert {name for name in bad if is_number(reference[name]) and not is_number(current.get(name))} <= lost


def test_a_feature_and_a_role_that_are_gone_are_critical_and_a_remark_is_not() -> None:
    before = {
        "age": "double",
        "predicted_label": "varchar",
        "user_id": "varchar",
        "remark": "json",
        "is_new": "boolean",
    }
    report = check(before, {"is_new": "integer"})
    assert changes(report) == {
        "age": ("vanished", "feature", "critical"),
        "predicted_label": ("vanished", "label", "critical"),
        "user_id": ("vanished", "user", "critical"),
        "remark": ("vanished", None, "warning"),
    }
    [alert] = [alert for alert in report.alerts if alert.trigger == "schema_change"]
    assert alert.severity == "critical" and report.any_critical
    assert alert.affected_features == ["age"]
    assert {"reject_rate_increase", "class_shift", "feature_psi"} <= {part.check for part in report.not_computed}
    assert DriftReport.model_validate_json(report.model_dump_json()) == report


def test_a_new_column_is_an_alert_only_where_the_schema_is_strict() -> None:
    assert changes(check({}, {"speed": "double"})) == {"speed": ("added", None, None)}
    assert not check({}, {"speed": "double"}).alerts
    strict = check({}, {"speed": "double"}, schema="strict")
    assert changes(strict) == {"speed": ("added", None, "warning")}
    assert [(alert.severity, alert.details["added"]) for alert in strict.alerts] == [("warning", ["speed"])]


def test_only_named_features_and_roles_are_judged_and_excluded_columns_never() -> None:
    before = {"age": "double", "speed": "double", "predicted_label": "varchar"}
    assert changes(check(before, {}, features=["z", "a*"])).keys() == {"age", "predicted_label"}
    assert changes(check(before, {}, features=["z", "age"])).keys() == {"age", "predicted_label"}
    assert changes(check(before, {}, exclude=["age", "predicted_label"])).keys() == {"speed"}


def test_a_role_that_is_named_may_vanish_but_not_be_misspelt() -> None:
    before = {"guess": "varchar", "p": "double", "q": "double", "person": "varchar"}
    roles = {"label": "guess", "probabilities": ["p", "q"], "user": "person"}
    report = check(before, {"q": "double"}, columns=roles, features=["z"])
    assert changes(report) == {
        "guess": ("vanished", "label", "critical"),
        "p": ("vanished", "probabilities", "critical"),
        "person": ("vanished", "user", "critical"),
    }
    assert {part.check for part in report.not_computed} == {"reject_rate_increase", "class_shift", "entropy_spike"}
    with refused(SourceError, "no column 'gues' for the role 'label'", "did you mean 'guess'"):
        check(before, {}, columns={"label": "gues"})


def test_windows_of_one_table_have_one_schema() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table t as select i::double as z, i >= 30 as is_new from range(60) as t(i)")
        windows = [WindowConfig(table="t", filter=condition) for condition in ("not is_new", "is_new")]
        report = run_drift_check(*windows, warehouse=connection)
    assert report.schema_change is None
    assert "schema" not in report.summary


def test_the_columns_are_judged_even_where_a_window_is_empty() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table before as select i::double as z, 1.5 as age from range(30) as t(i)")
        connection.execute("create table after as select z from before limit 0")
        report = run_drift_check("before", "after", warehouse=connection)
    assert [alert.trigger for alert in report.alerts] == ["schema_change"]


@pytest.mark.parametrize("name", ["schema", "schema_"])
def test_the_setting_has_the_name_that_the_file_uses(name: str) -> None:
    assert validate(MonitorConfig, {name: "strict"}, "here").schema_ == "strict"
