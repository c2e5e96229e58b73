"""The shape of the whole check as an analyst reads it: one flat query, numbered through, of lines that fit a screen."""

from __future__ import annotations

import re

import pytest

from driftql.check.explain import plan_worksheet
from driftql.config import MonitorConfig, Roles, WindowConfig
from driftql.engines import ENGINES

FLIGHTS = MonitorConfig(
    table="flights",
    columns=Roles(
        bucket_start="bucket_start_ts", label="predicted_label", probabilities=["p_on_time", "p_late", "p_very_late"]
    ),
    features=["dep_delay", "seats"],
    reference=WindowConfig(start="2013-02-13", end="2013-02-27"),
    current=WindowConfig(start="2013-06-26", end="2013-07-10"),
)
MOST_LINES = 690
DEEPEST = 16
# The coefficients of a tail are one product of 140 characters.
LONGEST = 140


@pytest.mark.parametrize("engine", sorted(ENGINES.keys() - {"duckdb"}))
def test_the_whole_check_is_one_flat_query(engine: str) -> None:
    statements = plan_worksheet(FLIGHTS, None, ENGINES[engine])
    for statement in statements:
        lines = statement.sql.splitlines()
        assert len(re.findall(r"(?m)^\s*with\b", statement.sql)) == 1, statement.name
        steps = [int(number) for number in re.findall(r"(?m)^-- (\d+)\. ", statement.sql)]
        assert steps == list(range(1, len(steps) + 1)), statement.name
        assert max(len(line) - len(line.lstrip()) for line in lines) <= DEEPEST, statement.name
        assert len(lines) <= MOST_LINES, statement.name
    [check] = [statement for statement in statements if statement.name == "drift_check"]
    assert max(map(len, check.sql.splitlines())) <= LONGEST
    # Tables and dates stand in the first lines, and nowhere else.
    assert all("flights" not in line for line in check.sql.splitlines()[20:])
