"""Databricks' driver and what it talks to here, for tests of the connection itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stand_ins import databricks as databricks_stand_in
from tests.support import servers


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[databricks_stand_in.Server]:
    folder = tmp_path_factory.mktemp("databricks")
    with servers.spark(folder) as spark, databricks_stand_in.serve(spark, folder) as server:
        spark.sql("create database if not exists ml")
        yield server
        spark.sql("drop database ml cascade")


@pytest.fixture
def server(serving: databricks_stand_in.Server) -> databricks_stand_in.Server:
    """The server with nothing asked of it yet."""
    serving.calls.clear()
    return serving
