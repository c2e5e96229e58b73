"""Which class works on the connection of which engine's driver."""

from __future__ import annotations

from typing import Any

from driftql.engines import ENGINES, Engine
from driftql.warehouse.dbapi import DbapiWarehouse

__all__ = ["engine_of_connection", "wrapped"]


def engine_of_connection(connection: object) -> Engine | None:
    """Tell from the package of a DB-API connection which engine it reaches; None where that is not known."""
    for kind in type(connection).__mro__:
        for engine in ENGINES.values():
            if any(kind.__module__ == name or kind.__module__.startswith(f"{name}.") for name in engine.drivers):
                return engine
    return None


def wrapped(connection: Any, engine: Engine, **settings: Any) -> DbapiWarehouse:
    """Make an open connection a warehouse.

    Parameters
    ----------
    connection
        A connection of the engine's driver, or a client of BigQuery or ClickHouse.
    engine
        Which engine it reaches.
    settings
        As for :class:`DbapiWarehouse`: label, owned, timeout, secrets, release.
    """
    match engine.name:
        case "bigquery":
            from driftql.warehouse.bigquery import BigQueryWarehouse

            return BigQueryWarehouse(getattr(connection, "_client", connection), **settings)
        case "clickhouse":
            from driftql.warehouse.clickhouse import ClickHouseWarehouse

            return ClickHouseWarehouse(getattr(connection, "client", connection), **settings)
        case "databricks":
            from driftql.warehouse.databricks import DatabricksWarehouse

            return DatabricksWarehouse(connection, **settings)
        case "postgres":
            from driftql.warehouse.postgres import PostgresWarehouse

            return PostgresWarehouse(connection, **settings)
        case "redshift":
            from driftql.warehouse.redshift import RedshiftWarehouse

            return RedshiftWarehouse(connection, **settings)
        case "snowflake":
            from driftql.warehouse.snowflake import SnowflakeWarehouse

            return SnowflakeWarehouse(connection, **settings)
        case "trino":
            from driftql.warehouse.trino import TrinoWarehouse

            return TrinoWarehouse(connection, **settings)
        case _:
            return DbapiWarehouse(connection, engine, **settings)
