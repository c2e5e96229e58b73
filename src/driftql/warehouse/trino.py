"""Trino: the errors of its driver, TLS for URLs with credentials, and estimates from EXPLAIN."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from driftql.engines import ENGINES
from driftql.sql import fragments
from driftql.warehouse.alchemy import open_address, read_address
from driftql.warehouse.base import Estimate
from driftql.warehouse.catalog import Table
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.driver_errors import system_reason
from driftql.warehouse.secrets import redact

__all__ = ["TrinoWarehouse", "adopt", "connect_arguments", "explain_error", "open", "read_plan"]

_ENGINE = ENGINES["trino"]
# https://trino.io/docs/current/sql/explain.html#explain-type-io
_EXPLAIN = "explain (type io, format json)"

# A place in the text of the statement, which the user did not write.
_PLACE = re.compile(r"^line \d+:\d+: ")
_STATUS = re.compile(r"error (\d{3})(?:: b?['\"](.*)['\"])?$", re.DOTALL)
# Iceberg's code and that of the other connectors: the second writer may try again.
_CONFLICTS = ("ICEBERG_COMMIT_ERROR", "TRANSACTION_CONFLICT")
_CREDENTIALS = ("access_token", "cert", "externalAuthentication")


class _CancelledError(Exception):
    """A statement that was cancelled came back without an error."""

    def __str__(self) -> str:
        return "the statement was cancelled"


def open(url: str, *, timeout: float | None = None) -> TrinoWarehouse:
    """Connect to the Trino catalog of a URL; see :class:`~driftql.warehouse.registry.EngineModule`."""
    address = read_address(url, _ENGINE)
    arguments = connect_arguments(address.url.password, address.url.query)
    return open_address(address, TrinoWarehouse, timeout=timeout, arguments=arguments)


def adopt(connection: Any, **settings: Any) -> TrinoWarehouse:
    """Use the caller's connection; see :class:`~driftql.warehouse.registry.EngineModule`."""
    return TrinoWarehouse(connection, **settings)


class TrinoWarehouse(DbapiWarehouse):
    """Trino behind an open connection.

    Parameters
    ----------
    connection
        A connection of the package ``trino``.
    settings
        As for :class:`~driftql.warehouse.dbapi.DbapiWarehouse`: title, owned, timeout, secrets, release.
    """

    def __init__(self, connection: Any, **settings: Any) -> None:
        super().__init__(connection, _ENGINE, **settings)

    def _find(self, source: str) -> Table | None:
        parts = fragments.table_parts(source, self._engine)
        if len(parts) > 2 and parts[0].casefold() != str(self._raw.catalog).casefold():
            return None  # information_schema lists the connection's own catalog only
        return super()._find(source)

    def _check_finished(self, cursor: Any) -> None:
        # The driver may end a cancelled statement like one without rows; a complete one has at least columns.
        if self._stopped and not cursor.description:
            raise _CancelledError

    def estimate(self, sql: str) -> Estimate | None:
        """Estimate what a query would read, from the statistics of its tables."""
        return read_plan(self.query(f"{_EXPLAIN} {sql}")[0][0])

    def _explain_error(self, error: Exception) -> str:
        if self._timeout is not None and getattr(error, "error_name", None) == "EXCEEDED_TIME_LIMIT":
            return self._describe_timeout()
        return redact(explain_error(error, self.title), self._secrets)


def connect_arguments(password: str | None, query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that the driver needs beyond the URL.

    Parameters
    ----------
    password, query
        The URL's password, and what follows its question mark.

    Returns
    -------
    dict
        Arguments for the driver. Credentials require TLS on any port, because Trino accepts no password without. Older
        drivers used TLS by themselves, newer ones do for port 443 only.
    """
    if "allow_insecure_auth" in query or not (password or any(name in query for name in _CREDENTIALS)):
        return {}
    return {"http_scheme": "https"}


def explain_error(error: Exception, title: str) -> str:
    """Turn an error of the driver into a sentence.

    Parameters
    ----------
    error
        The driver's error.
    title
        The database's name in messages.

    Returns
    -------
    str
        The sentence, without names of classes and identifiers of queries.
    """
    name = getattr(error, "error_name", None)
    if name is not None:
        message = _line(_PLACE.sub("", str(getattr(error, "message", error))))
        if name == "PERMISSION_DENIED":
            return f"{title} does not let this user do that: {message}; grant the right, or use another user"
        if name in _CONFLICTS:
            return f"{title}: a conflict with another writer: {message}"
        if name in ("USER_CANCELED", "ADMINISTRATIVELY_KILLED"):
            return f"{title} cancelled a statement: {message}; run the check again"
        return f"{title}: {message}"
    status = _STATUS.match(str(error))
    if status:
        reason = f" ({_line(status[2])})" if status[2] else ""
        if status[1] in ("401", "403"):
            return f"{title} does not let this user in{reason}; look at the user's name and password"
        return f"{title} cannot be reached: it answered with HTTP status {status[1]}{reason}"
    cause = system_reason(error)
    if cause is None and type(error).__name__ != "TrinoConnectionError" and not isinstance(error, OSError):
        return f"{title}: {_line(str(error)) or type(error).__name__}"
    return f"{title} cannot be reached: {cause or _line(str(error))}"


def _line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return re.sub(r"\s+", " ", lines[0]).rstrip(".") if lines else ""


def read_plan(plan: str) -> Estimate:
    """Read what ``explain (type io, format json)`` returned.

    Parameters
    ----------
    plan
        The document: each table that a statement reads, with the estimate from its statistics. A table without
        statistics has NaN, and then the sum is not known.
    """
    tables = [table.get("estimate") or {} for table in json.loads(plan)["inputTableColumnInfos"]]
    return Estimate(_sum(tables, "outputRowCount"), _sum(tables, "outputSizeInBytes"))


def _sum(tables: list[dict[str, Any]], name: str) -> int | None:
    total = sum(float(table.get(name, "NaN")) for table in tables)
    return int(total) if math.isfinite(total) else None
