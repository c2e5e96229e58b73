"""A database of each test's own with the table ``predictions``, in DuckDB and in PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.edges.places import Place, fill_postgres
from tests.support import servers


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests in one worker, so that one server is started."""
    for item in items:
        if "/tests/edges/" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("edges"))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with servers.postgres() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create database template_predictions")
        fill_postgres(url.replace("/postgres?", "/template_predictions?"))
        yield url


@pytest.fixture(params=["duckdb", "postgres"])
def place(request: pytest.FixtureRequest, predictions_template: Path, tmp_path: Path) -> Iterator[Place]:
    """The same table in either engine."""
    if request.param == "duckdb":
        yield Place("duckdb", str(shutil.copy(predictions_template, tmp_path / "own.duckdb")))
        return
    with servers.fresh_database(request.getfixturevalue("server"), template="template_predictions") as url:
        yield Place("postgres", url)
