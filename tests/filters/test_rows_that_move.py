"""Rows that change while a check counts them: it says so, and reports no counts that contradict each other."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import driftql
from driftql.check.limits import Limits
from driftql.check.statement import Progress
from driftql.cli.app import app
from driftql.config import MonitorConfig
from driftql.errors import ConfigError, RowsChangedError, WarehouseError
from driftql.warehouse.base import Row, rows_of
from tests.filters.moving import LIMITS, SENTENCE, SETTINGS, consistent
from tests.support.properties import examples
from tests.support.refusals import refused

ROWS = """
create table moving as select
    i, hash(i) / 1.8446744073709552e19 as z, (i % 5)::double as k, case when i % 50 = 0 then 'nan'::double else hash(i + 1) / 1.8446744073709552e19 end as w,
    case when i % 7 = 0 then null else 'c' || i % 3 end as predicted_label, 'u' || i % 5 as user_id,
    [0.2, 0.3, 0.5] as probabilities, i % 2 = 0 as is_new, z + (i % 2) as shifted
from range({rows}) as t(i)
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("moving") / "moving.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(ROWS.format(rows=2_000))
        connection.execute("create view sampled as from moving using sample 50% (bernoulli)")
        connection.execute("create view chance as from moving where random() < 0.5")
        connection.execute("create view by_rows as from moving tablesample reservoir(500 rows)")
    return path


@pytest.mark.parametrize("table", ["sampled", "chance", "by_rows"])
@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
def test_a_view_that_draws_a_sample(database: Path, table: str, exact: bool, limits: Limits) -> None:
    monitor = MonitorConfig.model_validate({**SETTINGS, "table": table, "exact": exact})
    with refused(RowsChangedError, f"the rows of {table} {SENTENCE} ("):
        driftql.run_monitor(monitor, database, limits=limits)


def test_the_command_line_says_so_and_exits_with_3(database: Path) -> None:
    windows = ["--reference-filter", "not is_new", "--current-filter", "is_new"]
    result = CliRunner().invoke(app, ["check", "chance", "--db", str(database), *windows])
    assert result.exit_code == 3
    assert f"the rows of chance {SENTENCE}" in " ".join(result.output.split())
    assert "defect" not in result.output


def garbled(given_rows: list[Row], chance: random.Random) -> list[Row]:
    """Return rows as a table could give them that has changed: fewer, twice, other counts, NULL."""
    rows = [row.as_dict() for row in given_rows]
    names = list(rows[0]) if rows else []
    for _ in range(chance.randint(1, 3)):
        kind = chance.randrange(5)
        if kind == 0 and rows:
            del rows[chance.randrange(len(rows))]
        elif kind == 1 and rows:
            rows.append(dict(chance.choice(rows)))
        elif rows:
            row = chance.choice(rows)
            name = chance.choice(list(row))
            value = row[name]
            if kind == 2 or isinstance(value, str | list) or value is None:
                row[name] = None
            elif isinstance(value, bool | int | float):
                row[name] = chance.choice([0, 1, -1, value + 1, value - 1, 2 * value, 10**6, float("nan")])
    return rows_of(names, [tuple(row.values()) for row in rows])


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
@examples(25)
@given(seed=st.integers(0, 2**32), first=st.integers(0, 5), exact=st.booleans())
def test_whatever_a_later_statement_returns(database: Path, limits: Limits, seed: int, first: int, exact: bool) -> None:
    """From some statement on, results are garbled: an error of driftql's own, or a report without contradictions."""
    chance = random.Random(seed)
    counting = 0

    def progress(step: Progress) -> None:
        nonlocal counting
        counting += bool(counting or step.step.startswith("Rows, time range"))

    def spoil(query: Callable[..., Any]) -> Callable[..., Any]:
        def spoiled(sql: str) -> Any:
            rows = query(sql)
            is_count = counting > first and "moving" in sql
            return garbled(rows, chance) if is_count and chance.random() < 0.7 else rows

        return spoiled

    monitor = MonitorConfig.model_validate({**SETTINGS, "exact": exact})
    with driftql.connect(database) as warehouse:
        warehouse.query = spoil(warehouse.query)  # type: ignore[method-assign]
        warehouse.sample = spoil(warehouse.sample)  # type: ignore[method-assign]
        try:
            report = driftql.run_monitor(monitor, warehouse, limits=limits, progress=progress)
        except (ConfigError, WarehouseError):
            return  # anything else would be a defect
    consistent(report)


def test_rows_that_stay_are_checked(database: Path) -> None:
    monitor = MonitorConfig.model_validate(SETTINGS)
    for limits in LIMITS.values():
        report = driftql.run_monitor(monitor, database, limits=limits)
        consistent(report)
        assert (report.reference.rows, report.current.rows) == (1_000, 1_000)


@pytest.mark.parametrize("case", ["truncated", "inserted", "deleted"])
def test_clickhouse_which_has_no_snapshot(on_clickhouse: dict[str, Any], case: str) -> None:
    """The table is changed before each statement in turn: the check says so, or its counts are of one state."""
    found = on_clickhouse["moved"][case]
    assert {"refused", "consistent"} == set(found)
    assert found.count("refused") >= 4
