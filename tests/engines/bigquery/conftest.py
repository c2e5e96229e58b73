"""An emulated BigQuery for each test, and the way into it by URL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import driftql
from driftql.warehouse.bigquery import BigQueryWarehouse
from tests.stand_ins import bigquery as bigquery_stand_in
from tests.stand_ins import googlesql
from tests.stand_ins.bigquery import Emulation


@pytest.fixture
def emulation() -> Iterator[Emulation]:
    """A project with the dataset ``ml``, where Google's client is logged in."""
    with bigquery_stand_in.redirect_driver() as served:
        served.datasets["shop", "ml"] = {
            "events": googlesql.Table(
                [("age", "FLOAT64"), ("user", "STRING")], [(float(n), f"u{n}") for n in range(100)]
            )
        }
        yield served


@pytest.fixture
def warehouse(emulation: Emulation) -> Iterator[BigQueryWarehouse]:
    """A connection to it."""
    with driftql.connect("bigquery://shop/ml") as opened:
        assert isinstance(opened, BigQueryWarehouse)
        yield opened
