"""Engines that no test can reach: which engine a URL means, what a missing driver says, what their types are to driftql."""

from __future__ import annotations

import importlib.util
import socket
import sys
from typing import Any

import pytest

from driftql import connect
from driftql.engines import ENGINES
from driftql.errors import ConfigError, WarehouseError
from driftql.warehouse.types import column_of
from tests.support.each import each, named


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize(
    ("url", "engine", "hidden"),
    [
        ("bigquery://project/dataset", "bigquery", ""),
        ("databricks://token:s3cret@127.0.0.1:{port}?http_path=/sql/1&catalog=c&schema=s", "databricks", "s3cret"),
        ("redshift+redshift_connector://ann:s3cret@127.0.0.1:{port}/ml", "redshift", "s3cret"),
        ("redshift://ann:s3cret@127.0.0.1:{port}/ml", "redshift", "s3cret"),
        ("snowflake://ann:s3cret@account/ml/public?warehouse=w", "snowflake", "s3cret"),
        ("trino://ann:s3cret@127.0.0.1:{port}/catalog/schema", "trino", "s3cret"),
    ],
)
def test_a_missing_driver_is_named_with_what_mends_it(
    url: str, engine: str, hidden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever engine the URL means: without SQLAlchemy, or Google's client, none of them opens."""
    found = importlib.util.find_spec

    def without(name: str, *rest: Any) -> Any:
        return None if name.partition(".")[0] == "sqlalchemy" else found(name, *rest)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    monkeypatch.setitem(sys.modules, "google.cloud.bigquery", None)
    # Where another test has imported it, its package still holds it.
    monkeypatch.delattr("google.cloud.bigquery", raising=False)
    with pytest.raises(ConfigError) as raised:
        connect(url.format(port=_free_port()))
    message = str(raised.value)
    known = ENGINES[engine]
    assert message.startswith(f"the driver of {known.title} is not installed")
    assert f"pip install 'driftql[{known.extra}]'" in message
    assert not hidden or hidden not in message


def test_a_database_that_cannot_be_reached_keeps_the_password_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    import snowflake.connector

    def refuse(**settings: Any) -> Any:
        assert settings == {
            "account": "account", "user": "ann", "password": "s3cret", "database": "ml", "schema": "public",
            "warehouse": "w", "autocommit": True,
        }  # fmt: skip
        raise snowflake.connector.errors.DatabaseError(f"no such user: {settings['user']} with {settings['password']}")

    monkeypatch.setattr(snowflake.connector, "connect", refuse)
    with pytest.raises(WarehouseError, match="the Snowflake database ml/public cannot be reached") as raised:
        connect("snowflake://ann:s3cret@account/ml/public?warehouse=w")
    assert "s3cret" not in str(raised.value)


def test_a_clickhouse_at_which_nobody_listens_is_one_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WarehouseError) as raised:
        connect(f"clickhousedb://ann:s3cret@127.0.0.1:{_free_port()}/ml")
    assert str(raised.value) == (
        "the ClickHouse database ml cannot be reached: connection refused; look at the host and the port in the URL"
    )
    assert capfd.readouterr().err == ""


# Of the vendors' lists of types, each once.
TYPES = {
    # https://duckdb.org/docs/stable/sql/data_types/timestamp, as `describe` spells them
    "duckdb": {
        "timestamp": ["TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"],
        "timestamptz": ["TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS"],
        "integer": ["TINYINT", "HUGEINT", "UTINYINT", "UINTEGER", "UHUGEINT"],
        "decimal": ["DECIMAL(10,2)"],
        "text": ["VARCHAR", "UUID", "ENUM('a', 'it''s (b)')"],
        "list": ["DOUBLE[]", "FLOAT[3]", "DECIMAL(10,2)[]"],
        "other": ["TIME", "TIME WITH TIME ZONE", "DECIMAL(10,2)[][]", "VARCHAR[]", "JSON", "BLOB", "STRUCT(a DOUBLE)"],
    },
    # https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types
    "bigquery": {
        "integer": ["INT64", "INTEGER", "BIGINT"],
        "float": ["FLOAT64", "FLOAT"],
        "decimal": ["NUMERIC", "NUMERIC(10, 2)", "BIGNUMERIC", "DECIMAL"],
        "boolean": ["BOOL", "BOOLEAN"],
        "text": ["STRING", "STRING(20)"],
        "timestamp": ["DATETIME"],
        "timestamptz": ["TIMESTAMP"],
        "date": ["DATE"],
        "list": ["ARRAY<FLOAT64>"],
        "other": ["ARRAY<STRING>", "STRUCT<a INT64>", "GEOGRAPHY", "JSON", "BYTES", "TIME", "INTERVAL"],
    },
    # https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-datatypes, as `describe table` spells them
    "databricks": {
        "integer": ["tinyint", "smallint", "int", "bigint"],
        "float": ["float", "double"],
        "decimal": ["decimal(10,0)", "decimal(38,18)"],
        "boolean": ["boolean"],
        "text": ["string", "varchar(20)", "char(3)", "string collate UTF8_LCASE", "string collate UNICODE_CI_AI"],
        "timestamp": ["timestamp_ntz"],
        "timestamptz": ["timestamp", "timestamp_ltz"],
        "date": ["date"],
        "list": ["array<double>", "array<float>", "array<decimal(10,2)>", "array<int>"],
        "other": [
            "array<string>",
            "array<array<double>>",
            "map<string,double>",
            "struct<a:double>",
            "binary",
            "variant",
            "object",
            "void",
            "interval day to second",
            "interval year to month",
            "geography(4326)",
            "geometry(any)",
            "time(6)",
        ],
    },
    # https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
    "redshift": {
        "integer": ["SMALLINT", "INTEGER", "BIGINT"],
        "float": ["REAL", "DOUBLE PRECISION"],
        "decimal": ["NUMERIC(18, 2)", "DECIMAL"],
        "boolean": ["BOOLEAN"],
        "text": ["VARCHAR(256)", "CHAR(10)", "CHARACTER VARYING(10)"],
        "timestamp": ["TIMESTAMP", "TIMESTAMP WITHOUT TIME ZONE"],
        "timestamptz": ["TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"],
        "date": ["DATE"],
        "other": ["SUPER", "HLLSKETCH", "GEOMETRY", "VARBYTE", "TIME"],
    },
    # https://docs.snowflake.com/en/sql-reference/intro-summary-data-types
    "snowflake": {
        "integer": ["NUMBER", "NUMBER(38,0)", "INT"],
        "float": ["FLOAT", "DOUBLE", "REAL"],
        "decimal": ["NUMBER(10,2)", "DECIMAL(10,2)"],
        "boolean": ["BOOLEAN"],
        "text": ["TEXT", "VARCHAR(10)", "STRING"],
        "timestamp": ["TIMESTAMP_NTZ", "TIMESTAMP_NTZ(9)", "DATETIME"],
        "timestamptz": ["TIMESTAMP_LTZ", "TIMESTAMP_TZ", "TIMESTAMP_TZ(9)"],
        "date": ["DATE"],
        "list": ["ARRAY"],
        "other": ["VARIANT", "OBJECT", "BINARY", "GEOGRAPHY", "TIME"],
    },
    # https://trino.io/docs/current/language/types.html
    "trino": {
        "integer": ["tinyint", "smallint", "integer", "bigint"],
        "float": ["real", "double"],
        "decimal": ["decimal(10,2)"],
        "boolean": ["boolean"],
        "text": ["varchar", "varchar(20)", "char(3)"],
        "timestamp": ["timestamp", "timestamp(6)", "timestamp(12)"],
        "timestamptz": ["timestamp with time zone", "timestamp(6) with time zone", "timestamp(12) with time zone"],
        "date": ["date"],
        "list": ["array(double)", "array(real)"],
        "other": ["array(varchar)", "map(varchar, double)", "row(a double)", "json", "varbinary", "time"],
    },
}


@each(named((engine, kind, name) for engine, kinds in TYPES.items() for kind, names in kinds.items() for name in names))
def test_types(case: tuple[str, str, str]) -> None:
    engine, kind, name = case
    assert column_of("x", name, ENGINES[engine]).kind == kind
