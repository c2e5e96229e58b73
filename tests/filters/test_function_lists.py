"""What the engines themselves say of the functions that a filter may call."""

from __future__ import annotations

import duckdb
import pytest
import trino_sql_validator

from driftql.engines import ENGINES
from driftql.sql.calls import functions_of

CLOCK = {"now", "now64", "today", "yesterday", "utctimestamp", "utc_timestamp", "current_timestamp", "current_date"}
CLOCK |= {"curdate", "localtime", "localtimestamp"}
BEYOND = {"nextval", "currval", "setval", "current_setting", "getenv", "getvariable", "pg_read_file", "file", "sleep"}
BEYOND |= {
    "pg_sleep",
    "dblink",
    "query_to_xml",
    "reflect",
    "java_method",
    "input_file_name",
    "hostname",
    "dictget",
    "url",
}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_has_a_list(engine: str) -> None:
    functions = functions_of(engine)
    assert {"lower", "abs", "coalesce"} <= functions.allowed
    assert not functions.allowed & (functions.changing | functions.words | functions.words_unless_columns | BEYOND)
    assert functions.changing
    assert (
        {"lpad", "rpad", "repeat"} <= {*functions.sizes, *functions.factors, *functions.patterns} <= functions.allowed
    )
    assert all(name == name.lower() for name in functions.allowed)


def test_duckdb_calls_none_volatile() -> None:
    rows = duckdb.execute(
        "select distinct lower(function_name) from duckdb_functions() where stability = 'VOLATILE' or has_side_effects"
    ).fetchall()
    assert not {name for (name,) in rows} & functions_of("duckdb").allowed
    assert {name for (name,) in rows} >= functions_of("duckdb").changing


def test_clickhouse_calls_all_deterministic_but_the_clock(on_clickhouse: dict[str, list[str]]) -> None:
    assert set(on_clickhouse["volatile"]) <= CLOCK


def test_databricks_has_all_that_spark_has() -> None:
    assert functions_of("spark").allowed < functions_of("databricks").allowed


def test_trino_knows_all_of_them() -> None:
    """The catalog of functions that the validator carries is Trino's own."""
    unknown = []
    for name in functions_of("trino").allowed | functions_of("trino").changing:
        result = trino_sql_validator.validate(f"select {name}(x) from t", jinja="reject")
        unknown += [warning.name for warning in result.warnings if hasattr(warning, "name")]
    assert set(unknown) <= {"array", "char", "decimal", "time", "timestamp", "varchar"}, "the names of types"
