"""The engines that these tests run on, as data: how each is started, and how rows get into it.

To add one, write a module beside the others and name it in :data:`HERE`. An engine that is listed and does not start
fails the run; it is not skipped.
"""

from __future__ import annotations

from tests.conformance.engines_here.base import Here, Session, Table
from tests.conformance.engines_here.on_bigquery import BIGQUERY
from tests.conformance.engines_here.on_clickhouse import CLICKHOUSE
from tests.conformance.engines_here.on_databricks import DATABRICKS
from tests.conformance.engines_here.on_duckdb import DUCKDB
from tests.conformance.engines_here.on_postgres import DEBIAN_POSTGRES, POSTGRES
from tests.conformance.engines_here.on_redshift import REDSHIFT
from tests.conformance.engines_here.on_snowflake import SNOWFLAKE
from tests.conformance.engines_here.on_spark import SPARK, SPARK_CONNECT
from tests.conformance.engines_here.on_trino import TRINO

__all__ = ["HERE", "Here", "Session", "Table"]

HERE: dict[str, Here] = {
    "clickhouse": CLICKHOUSE,
    "bigquery": BIGQUERY,
    "databricks": DATABRICKS,
    "duckdb": DUCKDB,
    "postgres": POSTGRES,
    "spark": SPARK,
    "spark-connect": SPARK_CONNECT,
    "snowflake": SNOWFLAKE,
    "redshift": REDSHIFT,
    "trino": TRINO,
}
if DEBIAN_POSTGRES is not None:
    HERE["debian-postgres"] = DEBIAN_POSTGRES
