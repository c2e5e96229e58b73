"""A coordinator with two small tables, and a query that does not come to its end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stand_ins import trino as trino_stand_in
from tests.stand_ins.trino import Coordinator

TYPES = {"float": "double", "integer": "bigint", "text": "varchar"}

# As many rows as the third power of those in `numbers`.
SLOW = "select count(*) from numbers as a cross join numbers as b cross join numbers as c where a.n + b.n > c.n + 1"


@pytest.fixture
def coordinator() -> Iterator[Coordinator]:
    with trino_stand_in.serve() as running:
        ages = [float(age) for age in range(60)]
        running.load(
            "Events",
            {"age": ("float", ages * 4), "label": ("text", ["a", "b"] * 120), "session_timeout": ("float", ages * 4)},
            TYPES,
        )
        running.load("numbers", {"n": ("integer", list(range(20_000)))}, TYPES)
        yield running


@pytest.fixture
def slow() -> str:
    return SLOW
