"""A PostgreSQL server for these tests, and a database of each test's own with the table ``predictions``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.support import servers
from tests.support.predictions import predictions_of

_COLUMNS = {
    "user_id": "text",
    "bucket_start_ts": "timestamp",
    "bucket_end_ts": "timestamp",
    "predicted_label": "text",
    "confidence": "double precision",
    "p_a": "double precision",
    "p_b": "double precision",
    "p_unknown": "double precision",
    "age": "double precision",
    "income": "double precision",
    "order_id": "bigint",
    "note": "text",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests in one worker, so that one server is started."""
    for item in items:
        if "/engines/postgres/" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("engine-postgres"))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with servers.postgres() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create database template_predictions")
        prepared = url.replace("/postgres?", "/template_predictions?")
        fill(prepared, "predictions", predictions_of())
        yield url


def fill(url: str, table: str, columns: dict[str, Any]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        described = ", ".join(f"{name} {_COLUMNS.get(name, 'double precision')}" for name in columns)
        connection.execute(f"create table {table} ({described})")
        with connection.cursor().copy(f"copy {table} from stdin") as copy:
            for row in zip(*(values.tolist() for values in columns.values()), strict=True):
                copy.write_row(row)
        connection.execute(f"analyze {table}")


@pytest.fixture
def url(server: str) -> Iterator[str]:
    with servers.fresh_database(server, template="template_predictions") as own:
        yield own
