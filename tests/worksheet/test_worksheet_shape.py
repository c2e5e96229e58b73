"""The shape of the whole check as an analyst reads it: one flat query, numbered through, of lines that fit a screen."""

from __future__ import annotations

import re

import duckdb
import pytest

from driftql.check.explain import plan_worksheet
from driftql.config import MonitorConfig, Roles, Thresholds, WindowConfig
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
DUCKDB = ENGINES["duckdb"]
# With the comment at the top, and with the three scores of the model, which are compared as well.
MOST_LINES = 930
DEEPEST = 12
LONGEST = 120


@pytest.mark.parametrize("engine", sorted(ENGINES.keys() - {"duckdb"}))
def test_the_whole_check_is_one_flat_query(engine: str) -> None:
    statements = plan_worksheet(FLIGHTS, None, ENGINES[engine])
    for statement in statements:
        lines = statement.sql.splitlines()
        assert len(re.findall(r"(?m)^\s*with\b", statement.sql)) == 1, statement.name
        steps = [int(number) for number in re.findall(r"(?m)^(?:\w+ as .*\( )?-- (\d+)\. ", statement.sql)]
        assert steps == list(range(1, len(steps) + 1)), statement.name
        assert max(len(line) - len(line.lstrip()) for line in lines) <= DEEPEST, statement.name
        assert len(lines) <= MOST_LINES, statement.name
        # A name of a type adds a few characters on some engines.
        assert max(map(len, lines)) <= LONGEST + 10 * (engine == "clickhouse"), statement.name
    [check] = [statement for statement in statements if statement.name == "drift_check"]
    # Tables, columns, dates and thresholds stand in the first steps, and nowhere else.
    _, _, rest = check.sql.partition("window_rows as (")
    assert rest
    for name in ("flights", "dep_delay", "seats", "p_late", "predicted_label", "bucket_start_ts", "2013", "0.15"):
        assert name not in rest.lower(), name


def test_the_comment_at_the_top() -> None:
    """Short, and true: the columns that it explains are columns of the result."""
    for engine in ENGINES.values():
        for statement in plan_worksheet(FLIGHTS, None, engine):
            comment = statement.sql[: statement.sql.index("with\n")].splitlines()
            assert all(line.startswith("-- ") for line in comment)
            assert len(comment) <= 25
            text = " ".join(line.removeprefix("-- ") for line in comment)
            assert f"For {engine.title}. It only reads: nothing is written." in text
            assert ("Paste this one first." in text) == (statement.name == "drift_check")
            assert (f"not yet on {engine.title} itself" in text) == bool(engine.stand_in)
    with duckdb.connect() as connection:
        connection.execute(
            "create table flights (bucket_start_ts timestamp, predicted_label varchar, p_on_time double, p_late double, "
            "p_very_late double, dep_delay double, seats integer)"
        )
        fixed = FLIGHTS.model_copy(update={"thresholds": Thresholds(evidence=False)})
        for statement in (*plan_worksheet(FLIGHTS, None, DUCKDB), *plan_worksheet(fixed, None, DUCKDB)):
            returned = {column[0] for column in connection.execute(statement.sql).description}
            explained = re.findall(r"(?m)^--   (\S.*?)  ", statement.sql)
            assert explained
            assert {name for names in explained for name in names.split(", ")} - {"..."} <= returned, statement.name
    [check] = [part.sql for part in plan_worksheet(fixed, None, DUCKDB) if part.name == "drift_check"]
    assert re.search(r"--   evidence_cutoff +NULL: the fixed rules \(evidence = false\) ask for no evidence", check)
    assert "Benjamini" not in check


def test_thresholds_are_written_as_people_write_them() -> None:
    [check] = [
        part.sql
        for part in plan_worksheet(
            FLIGHTS.model_copy(update={"thresholds": Thresholds(psi=0.1 + 0.2, ks=1e-5)}), None, ENGINES["duckdb"]
        )
        if part.name == "drift_check"
    ]
    assert "cast(0.30000000000000004e0 as double precision) as psi, -- alert" in check
    assert "cast(1e-05 as double precision) as ks," in check
    assert "cast(0.15 as double precision) as class_shift," in check
