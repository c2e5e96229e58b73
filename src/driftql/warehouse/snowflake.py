"""Snowflake by its own connector: statements that are cancelled, and the bytes that its plans tell."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from driftql.engines import ENGINES
from driftql.errors import WarehouseError
from driftql.warehouse.base import Estimate
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.messages import first_line
from driftql.warehouse.secrets import scrubbed

__all__ = ["DRIVER", "SnowflakeWarehouse", "assigned", "is_installed", "open_snowflake"]

DRIVER = "snowflake.connector"


def is_installed() -> bool:
    """Tell whether the connector is there."""
    return importlib.util.find_spec("snowflake") is not None and importlib.util.find_spec(DRIVER) is not None


def open_snowflake(
    address: Any, label: str, *, timeout: float | None = None, secrets: Sequence[str] = ()
) -> SnowflakeWarehouse:
    """Connect to Snowflake by its own connector: its dialect of SQLAlchemy adds nothing that is needed here.

    Parameters
    ----------
    address
        The URL of the dialect, ``snowflake://user:password@account/database/schema?warehouse=w&role=r``; all that
        stands after the question mark goes to the connector:
        https://docs.snowflake.com/en/developer-guide/python-connector/sqlalchemy.
    label
        What to call the database in a message.
    timeout
        How long a statement may run, in seconds.
    secrets
        Passwords that no message may repeat.

    Raises
    ------
    WarehouseError
        If the database cannot be reached.
    """
    import snowflake.connector

    database, _, schema = (address.database or "").partition("/")
    named = {
        "account": address.host,
        "user": address.username,
        "password": address.password,
        "database": database,
        "schema": schema,
    }
    try:
        raw = snowflake.connector.connect(
            **{name: value for name, value in named.items() if value}, **address.query, autocommit=True
        )
    except Exception as error:
        raise WarehouseError(f"{label} cannot be reached: {scrubbed(first_line(error), secrets)}") from None
    return SnowflakeWarehouse(raw, label=label, owned=True, timeout=timeout, secrets=secrets)


class SnowflakeWarehouse(DbapiWarehouse):
    """Snowflake behind an open connection.

    Parameters
    ----------
    connection
        A connection of snowflake-connector-python.
    settings
        As for :class:`DbapiWarehouse`: label, owned, timeout, secrets, release.
    """

    def __init__(self, connection: Any, **settings: Any) -> None:
        super().__init__(connection, ENGINES["snowflake"], **settings)

    def _cancel(self) -> None:
        """End what the session is running, by a further statement of it: the connector has no call for that.

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
        """Ask the planner for the bytes of the partitions that a query cannot leave out."""
        return assigned(str(self.query(f"explain using json {sql}")[0][0]))


def assigned(plan: str) -> Estimate | None:
    """Read the bytes off a plan.

    https://docs.snowflake.com/en/sql-reference/functions/explain_json

    Parameters
    ----------
    plan
        What ``explain using json`` returned.

    Returns
    -------
    Estimate | None
        The bytes of the partitions that are left after pruning, an upper bound; None where the plan does not tell.

    >>> assigned('{"GlobalStats": {"partitionsTotal": 2, "partitionsAssigned": 2, "bytesAssigned": 1024}}')
    Estimate(rows=None, bytes=1024)
    """
    size = json.loads(plan).get("GlobalStats", {}).get("bytesAssigned")
    return None if size is None else Estimate(bytes=int(size))
