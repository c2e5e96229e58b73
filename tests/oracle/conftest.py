"""Fixtures of the oracle tests."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an in-memory DuckDB, in a time zone that is not UTC: nothing may depend on it."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'America/New_York'")
    yield connection
    connection.close()
