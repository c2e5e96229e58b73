"""Every type of a time, as each engine's catalog spells it, is one that a window can be cut from."""

from __future__ import annotations

import pytest

from driftql.check.columns import fits_role
from driftql.engines import ENGINES
from driftql.warehouse.types import column_of

# Engine -> kind -> names. With a zone: an instant; without: a local time.
TYPES = {
    # https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types
    "bigquery": {"timestamptz": ["TIMESTAMP"], "timestamp": ["DATETIME"], "date": ["DATE"]},
    # https://clickhouse.com/docs/sql-reference/data-types
    "clickhouse": {
        "timestamptz": [
            "DateTime('UTC')",
            "DateTime32('UTC')",
            "DateTime64(3, 'Europe/Amsterdam')",
            "DateTime64(9, 'UTC')",
            "Nullable(DateTime64(6, 'UTC'))",
            "SimpleAggregateFunction(max, DateTime('UTC'))",
        ],
        "timestamp": [
            "DateTime",
            "DateTime32",
            "DateTime64(0)",
            "DateTime64(9)",
            "Nullable(DateTime)",
            "LowCardinality(Nullable(DateTime))",
            "SimpleAggregateFunction(max, Nullable(DateTime64(3)))",
        ],
        "date": ["Date", "Date32", "Nullable(Date32)", "LowCardinality(Date)"],
    },
    # https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-datatypes
    "databricks": {"timestamptz": ["TIMESTAMP", "timestamp_ltz"], "timestamp": ["TIMESTAMP_NTZ"], "date": ["date"]},
    # https://duckdb.org/docs/stable/sql/data_types/timestamp
    "duckdb": {
        "timestamptz": ["TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", "TIMESTAMPTZ_NS", "TIMESTAMP_NS WITH TIME ZONE"],
        "timestamp": ["TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_US", "TIMESTAMP_NS", "DATETIME"],
        "date": ["DATE"],
    },
    # https://www.postgresql.org/docs/current/datatype-datetime.html
    "postgres": {
        "timestamptz": ["timestamp with time zone", "timestamp(0) with time zone", "timestamptz", "timestamptz(3)"],
        "timestamp": ["timestamp without time zone", "timestamp(3) without time zone", "timestamp", "timestamp(6)"],
        "date": ["date"],
    },
    # https://docs.aws.amazon.com/redshift/latest/dg/r_Datetime_types.html
    "redshift": {
        "timestamptz": ["timestamp with time zone", "timestamptz"],
        "timestamp": ["timestamp without time zone", "timestamp", "timestamp(6) without time zone"],
        "date": ["date"],
    },
    # https://docs.snowflake.com/en/sql-reference/data-types-datetime
    "snowflake": {
        "timestamptz": [
            "TIMESTAMP_LTZ",
            "TIMESTAMP_LTZ(3)",
            "TIMESTAMP_TZ",
            "TIMESTAMP_TZ(9)",
            "TIMESTAMPLTZ",
            "TIMESTAMPTZ",
        ],
        "timestamp": ["TIMESTAMP_NTZ", "TIMESTAMP_NTZ(9)", "TIMESTAMPNTZ", "DATETIME", "DATETIME(3)"],
        "date": ["DATE"],
    },
    # https://spark.apache.org/docs/latest/sql-ref-datatypes.html
    "spark": {"timestamptz": ["timestamp", "timestamp_ltz"], "timestamp": ["timestamp_ntz"], "date": ["date"]},
    # https://trino.io/docs/current/language/types.html
    "trino": {
        "timestamptz": ["timestamp with time zone", "timestamp(0) with time zone", "timestamp(12) with time zone"],
        "timestamp": ["timestamp", "timestamp(3)", "timestamp(12)"],
        "date": ["date"],
    },
}


@pytest.mark.parametrize(
    ("engine", "kind", "name"),
    [(engine, kind, name) for engine, kinds in TYPES.items() for kind, names in kinds.items() for name in names],
)
def test_types_of_time(engine: str, kind: str, name: str) -> None:
    column = column_of("at", name, ENGINES[engine])
    assert column.kind == kind
    assert fits_role(column, "bucket_start")


def test_every_engine_is_here() -> None:
    assert TYPES.keys() == ENGINES.keys()


@pytest.mark.parametrize("name", ["TIME", "TIME WITH TIME ZONE", "INTERVAL", "interval day to second"])
def test_a_time_of_day_is_no_time(name: str) -> None:
    for engine in ENGINES.values():
        assert not fits_role(column_of("at", name, engine), "bucket_start")
