"""The emulation of Trino itself: where DuckDB is of another mind, it is of Trino's."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.stand_ins.trino import Coordinator, TrinoError, translate


def asked(coordinator: Coordinator, sql: str) -> list[list[Any]]:
    statement = coordinator.accept(sql, {"x-trino-user": "ann", "x-trino-catalog": "memory", "x-trino-schema": "main"})
    statement.done.wait()
    if statement.error is not None:
        raise statement.error
    return statement.rows


@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("7 / 2", 3.0),
        ("-7 / 2", -3.0),
        ("7 / 2.0", 3.5),
        ("1.00 / 3", 0.33),
        ("1e0 / 0", "Infinity"),
        ("cast(2.5e0 as integer)", 3),
        ("cast(timestamp '2026-01-01 00:00:00' as varchar)", "2026-01-01 00:00:00.000000"),
        ("nan() > 1", False),
        ("nan() < 1", False),
        ("nan() = nan()", False),
        ("nan() <> nan()", True),
        ("1 >= nan()", False),
        ("current_schema", "main"),
        ("(select max(x) from (values 1e0, nan()) as t(x))", 1.0),
        ("(select min(x) from (values 1e0, nan()) as t(x))", 1.0),
        ("(select max(x) from (values nan()) as t(x))", "NaN"),
        ("(select x from (values 1e0, nan(), null) as t(x) order by x desc limit 1)", "NaN"),
        ("reduce(array[1e0, 2e0], 0e0, (total, p) -> total + p, total -> total)", 3.0),
    ],
)
def test_meaning(coordinator: Coordinator, sql: str, answer: Any) -> None:
    [[found]] = asked(coordinator, f"select {sql}")
    assert found == answer or (isinstance(answer, float) and math.isclose(float(found), answer)), found


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("select 1 / 0", "DIVISION_BY_ZERO"),
        ("select 1.5 / 0", "DIVISION_BY_ZERO"),
        ("select 1 where 'a' > 1", "TYPE_MISMATCH"),
        ("select 1 from events where age = '1'", "TYPE_MISMATCH"),
        ("select cast(label as timestamp(6)) from events", "INVALID_CAST_ARGUMENT"),
        ("select timestamp '2026-01-01T00:00:00'", "INVALID_CAST_ARGUMENT"),
        ("select no_such_function(1)", "FUNCTION_NOT_FOUND"),
        ("select cast(1 as int64)", "TYPE_NOT_FOUND"),
        ("select 1::integer", "SYNTAX_ERROR"),
        ("select 1 qualify true", "SYNTAX_ERROR"),
        ("selec 1", "SYNTAX_ERROR"),
        ("set session no_such_property = '1s'", "INVALID_SESSION_PROPERTY"),
        ("set session query_max_execution_time = '1 fortnight'", "INVALID_SESSION_PROPERTY"),
    ],
)
def test_what_is_refused(coordinator: Coordinator, sql: str, name: str) -> None:
    with pytest.raises(TrinoError) as caught:
        asked(coordinator, sql)
    assert caught.value.name == name, caught.value


def test_names_have_no_capitals(coordinator: Coordinator) -> None:
    assert asked(coordinator, 'create table "Some Thing" ("A b" double, "C" varchar(3))') == [[True]]
    assert asked(coordinator, 'insert into "SOME thing" ("a B", c) values (1e0, \'x\')') == [[1]]
    columns = "select column_name, data_type from information_schema.columns where table_name = 'some thing'"
    assert asked(coordinator, f"{columns} order by ordinal_position") == [["a b", "double"], ["c", "varchar"]]


def test_an_assignment_is_no_comparison(coordinator: Coordinator) -> None:
    assert asked(coordinator, "update events set label = 'c', age = 1 where label = 'a'") == [[120]]
    assert asked(coordinator, "select count(*) from events where label = 'c' and age = 1") == [[120]]


def test_a_translation_changes_nothing_that_it_does_not_mean_to() -> None:
    assert translate("select a, b from t as u order by a limit 3").sql("duckdb") == (
        "SELECT a, b FROM t AS u ORDER BY a LIMIT 3"
    )
