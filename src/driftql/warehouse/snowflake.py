"""Snowflake by its own connector: cancelling, and estimates from its plans."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from driftql.engines import ENGINES
from driftql.errors import WarehouseError
from driftql.warehouse.alchemy import read_address
from driftql.warehouse.base import Estimate
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.driver_errors import require_package

__all__ = ["SnowflakeWarehouse", "adopt", "open", "read_plan"]

_ENGINE = ENGINES["snowflake"]


def open(url: str, *, timeout: float | None = None) -> SnowflakeWarehouse:
    """Connect to Snowflake by its own connector, without its dialect of SQLAlchemy, which adds nothing needed here.

    Parameters
    ----------
    url
        The URL of the dialect, ``snowflake://user:password@account/database/schema?warehouse=w&role=r``. Everything
        after the question mark goes to the connector:
        https://docs.snowflake.com/en/developer-guide/python-connector/sqlalchemy.
    timeout
        How long a statement may run, in seconds.

    Raises
    ------
    ConfigError
        If the connector is not installed, or the URL cannot be read.
    WarehouseError
        If the database cannot be reached.
    """
    address = read_address(url, _ENGINE)
    require_package(_ENGINE, "snowflake.connector")
    import snowflake.connector

    database, _, schema = (address.url.database or "").partition("/")
    named = {
        "account": address.url.host,
        "user": address.url.username,
        "password": address.url.password,
        "database": database,
        "schema": schema,
    }
    try:
        raw = snowflake.connector.connect(
            **{name: value for name, value in named.items() if value}, **address.url.query, autocommit=True
        )
    except Exception as error:
        raise WarehouseError(f"{address.title} cannot be reached: {address.redact(error)}") from None
    return SnowflakeWarehouse(raw, title=address.title, owned=True, timeout=timeout, secrets=address.secrets)


def adopt(connection: Any, **settings: Any) -> SnowflakeWarehouse:
    """Use the caller's connection; see :class:`~driftql.warehouse.registry.EngineModule`."""
    return SnowflakeWarehouse(connection, **settings)


class SnowflakeWarehouse(DbapiWarehouse):
    """Snowflake behind an open connection.

    Parameters
    ----------
    connection
        A connection of snowflake-connector-python.
    settings
        As for :class:`~driftql.warehouse.dbapi.DbapiWarehouse`: title, owned, timeout, secrets, release.
    """

    def __init__(self, connection: Any, **settings: Any) -> None:
        super().__init__(connection, _ENGINE, **settings)

    def _cancel(self) -> None:
        """Cancel by another statement of the same session, because the connector has no call for it.

        https://docs.snowflake.com/en/user-guide/querying-cancel-statements
        """
        if self._cursor is None:
            return
        with suppress(Exception):
            cursor = self._raw.cursor()
            cursor.execute(f"select system$cancel_all_queries({int(self._raw.session_id)})")
            cursor.close()
            return
        super()._cancel()

    def estimate(self, sql: str) -> Estimate | None:
        """Estimate the bytes that a query would read: those of the partitions that it cannot skip."""
        return read_plan(str(self.query(f"explain using json {sql}")[0][0]))


def read_plan(plan: str) -> Estimate | None:
    """Read the bytes in a plan.

    https://docs.snowflake.com/en/sql-reference/functions/explain_json

    Parameters
    ----------
    plan
        The text that ``explain using json`` returned.

    Returns
    -------
    Estimate | None
        The bytes of the partitions that are left after pruning, an upper bound; None where the plan has none.

    >>> read_plan('{"GlobalStats": {"partitionsTotal": 2, "partitionsAssigned": 2, "bytesAssigned": 1024}}')
    Estimate(rows=None, bytes=1024)
    """
    size = json.loads(plan).get("GlobalStats", {}).get("bytesAssigned")
    return None if size is None else Estimate(bytes=int(size))
