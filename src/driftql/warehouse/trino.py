"""Trino: how its driver tells errors, when a URL means TLS, and what EXPLAIN says."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from driftql.engines import ENGINES
from driftql.sql import fragments
from driftql.warehouse.base import Estimate
from driftql.warehouse.catalog import Table
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.messages import system_reason
from driftql.warehouse.secrets import scrubbed

__all__ = ["TrinoWarehouse", "estimate_of", "explained", "settings_of"]

# https://trino.io/docs/current/sql/explain.html#explain-type-io
_EXPLAIN = "explain (type io, format json)"

# Where in the text of a statement: of no use to somebody who did not write it.
_PLACE = re.compile(r"^line \d+:\d+: ")
_STATUS = re.compile(r"error (\d{3})(?:: b?['\"](.*)['\"])?$", re.DOTALL)
# Of Iceberg and of the others: who came second may try again. Not every message says that it was a conflict.
_CONFLICTS = ("ICEBERG_COMMIT_ERROR", "TRANSACTION_CONFLICT")
_SECRETS = ("access_token", "cert", "externalAuthentication")


class TrinoWarehouse(DbapiWarehouse):
    """Trino behind an open connection.

    Parameters
    ----------
    connection
        A connection of the package ``trino``.
    settings
        As for :class:`DbapiWarehouse`: label, owned, timeout, secrets, release.
    """

    def __init__(self, connection: Any, **settings: Any) -> None:
        super().__init__(connection, ENGINES["trino"], **settings)

    def _find(self, source: str) -> Table | None:
        named = fragments.table_parts(source, self._engine)
        if len(named) > 2 and named[0].casefold() != str(self._raw.catalog).casefold():
            return None  # only the catalog of the connection is looked at
        return super()._find(source)

    def estimate(self, sql: str) -> Estimate | None:
        """Ask what the statistics of the tables say of a query."""
        return estimate_of(self.query(f"{_EXPLAIN} {sql}")[0][0])

    def _explained(self, error: Exception) -> str:
        if self._timeout is not None and getattr(error, "error_name", None) == "EXCEEDED_TIME_LIMIT":
            return self._too_long()
        return scrubbed(explained(error, self.label), self._secrets)


def settings_of(password: str | None, query: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what a connection needs beyond its URL.

    Parameters
    ----------
    password, query
        Of the URL.

    Returns
    -------
    dict
        Arguments for the driver. Whoever says who he is does so by TLS, whatever the port: Trino takes no password
        without. Older drivers concluded that by themselves, newer ones do for port 443 only.
    """
    if "allow_insecure_auth" in query or not (password or any(name in query for name in _SECRETS)):
        return {}
    return {"http_scheme": "https"}


def explained(error: Exception, label: str) -> str:
    """Put an error of the driver into a sentence.

    Parameters
    ----------
    error
        What the driver raised.
    label
        What to call the database.

    Returns
    -------
    str
        The sentence; names of classes and identifiers of queries are left out of it.
    """
    name = getattr(error, "error_name", None)
    if name is not None:
        message = _line(_PLACE.sub("", str(getattr(error, "message", error))))
        if name == "PERMISSION_DENIED":
            return f"{label} does not let this user do that: {message}; grant the right, or use another user"
        if name in _CONFLICTS:
            return f"{label}: a conflict with another writer: {message}"
        if name in ("USER_CANCELED", "ADMINISTRATIVELY_KILLED"):
            return f"{label} cancelled a statement: {message}; run the check again"
        return f"{label}: {message}"
    status = _STATUS.match(str(error))
    if status:
        said = f" ({_line(status[2])})" if status[2] else ""
        if status[1] in ("401", "403"):
            return f"{label} does not let this user in{said}; look at the user's name and password"
        return f"{label} cannot be reached: it answered with HTTP status {status[1]}{said}"
    cause = system_reason(error)
    if cause is None and type(error).__name__ != "TrinoConnectionError" and not isinstance(error, OSError):
        return f"{label}: {_line(str(error)) or type(error).__name__}"
    return f"{label} cannot be reached: {cause or _line(str(error))}"


def _line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return re.sub(r"\s+", " ", lines[0]).rstrip(".") if lines else ""


def estimate_of(plan: str) -> Estimate:
    """Read the answer to ``explain (type io, format json)``.

    Parameters
    ----------
    plan
        The document: each table that a statement reads, with what its statistics say. A table without any tells NaN,
        and then so does the sum.
    """
    tables = [table.get("estimate") or {} for table in json.loads(plan)["inputTableColumnInfos"]]
    return Estimate(_sum(tables, "outputRowCount"), _sum(tables, "outputSizeInBytes"))


def _sum(tables: list[dict[str, Any]], name: str) -> int | None:
    total = sum(float(table.get(name, "NaN")) for table in tables)
    return int(total) if math.isfinite(total) else None
