"""A filter that could do anything but choose rows is refused by name, before a statement is sent."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import driftql
from driftql.config import Config, MonitorConfig
from driftql.engines import ENGINES
from driftql.errors import FragmentError
from driftql.sql.conditions import condition
from tests.filters.hostile import CHANGING, HOSTILE, LARGE, OTHERWISE
from tests.support.each import each, named
from tests.support.refusals import refused

COLUMNS = ["x", "s", "l", "st", "ts", "user"]
CASES = [(engine, text, name) for engine, cases in HOSTILE.items() for text, name in cases]


@each(named(CASES))
def test_an_unknown_function_is_refused_by_name(case: tuple[str, str, str]) -> None:
    engine, text, name = case
    with refused(FragmentError, f"the function {name} is not known to be free of side effects", f'["{name}"]'):
        condition(text, ENGINES[engine], COLUMNS, "the filter", table=["events"])


@pytest.mark.parametrize(("engine", "text"), [(engine, text) for engine, texts in CHANGING.items() for text in texts])
def test_chance_is_refused_by_name(engine: str, text: str) -> None:
    with refused(FragmentError, "the function ", "gives another answer in every statement"):
        condition(text, ENGINES[engine], COLUMNS, "the filter", table=["events"])


@pytest.mark.parametrize(("engine", "text", "name"), LARGE)
def test_a_huge_value_is_refused_by_name(engine: str, text: str, name: str) -> None:
    with refused(FragmentError, f"{name} makes a value as long as an argument says", f'allow_functions = ["{name}"]'):
        condition(text, ENGINES[engine], COLUMNS, "the filter", table=["events"])
    assert condition(text, ENGINES[engine], COLUMNS, "the filter", table=["events"], allowed=[name])


def test_values_of_ordinary_length_are_taken() -> None:
    for text in (
        "lpad(s, 10000, lower('X')) = s",
        "repeat(s, 100) <> repeat('x', 100)",
        "s.lpad(5, '0') = s",
        "'{}'.format(x) = s",
        "2 in range(1, 9, 2)",
    ):
        assert condition(text, ENGINES["duckdb"], COLUMNS, "the filter") == f"({text})"


@pytest.mark.parametrize(("engine", "text", "told"), OTHERWISE)
def test_what_else_is_refused(engine: str, text: str, told: str) -> None:
    with refused(FragmentError, told):
        condition(text, ENGINES[engine], COLUMNS, "the filter", table=["events"])


def test_several_functions_are_named_at_once() -> None:
    told = 'the functions f, g are not known to be free of side effects; allow it with allow_functions = ["f", "g"]'
    with refused(FragmentError, told):
        condition("f(x) > g(x) and f(1) = 1", ENGINES["duckdb"], COLUMNS, "the filter")


@pytest.mark.parametrize("engine", ENGINES)
def test_what_the_user_allows_is_taken(engine: str) -> None:
    for text, own in (
        ("my_udf(x) > 1", "MY_UDF"),
        ("shop.udf(x) = 1", "shop.udf"),
        ("lower(my_udf(s)) = 'a'", "my_udf"),
    ):
        assert condition(text, ENGINES[engine], COLUMNS, "the filter", allowed=[own]) == f"({text})"
        with refused(FragmentError, "is not known"):
            condition(text, ENGINES[engine], COLUMNS, "the filter", allowed=["other"])


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create sequence sq; create macro twice(v) as 2 * v; create schema sch; create macro sch.lower(v) as nextval('sq');"
            "create table events as select i as x, 'u' || i % 9 as s, [i] as l, {'a': i} as st, i as \"user\", "
            "i / 200.0 as confidence, 'u' || i as user_id, timestamp '2026-01-01' + i * interval 1 minute as "
            "bucket_start_ts, bucket_start_ts as ts, i >= 100 as is_new from range(200) t(i)"
        )
    return path


def state(path: Path) -> list[object]:
    with duckdb.connect(str(path)) as connection:
        return [
            connection.execute("select start_value, last_value from duckdb_sequences()").fetchall(),
            connection.execute("select count(*), sum(x) from events").fetchall(),
            connection.execute("select table_name from duckdb_tables() order by all").fetchall(),
            connection.execute(
                "select name, value from duckdb_settings() where name in ('threads', 'search_path')"
            ).fetchall(),
            sorted(file.name for file in path.parent.iterdir()),
        ]


def test_nothing_has_changed_after_hostile_filters_on_duckdb(database: Path) -> None:
    """Checks and the queue, which writes: sequences, tables, settings and files are as they were."""
    texts = [text for text, _ in HOSTILE["duckdb"]] + [text for engine, text, _ in OTHERWISE if engine == "duckdb"]
    before = state(database)
    with driftql.connect(database) as warehouse:
        for text in texts:
            windows = {"reference": {"filter": "not is_new"}, "current": {"filter": f"is_new and ({text})"}}
            with refused(FragmentError):
                driftql.run_monitor(MonitorConfig.model_validate({"table": "events", **windows}), warehouse)
    with duckdb.connect(str(database)) as connection:
        for text in texts:
            window = driftql.WindowConfig(table="events", filter=text)
            with refused(FragmentError):
                driftql.enqueue_low_confidence(window, warehouse=connection, threshold=2 / 3)
    assert state(database) == before


def test_a_function_of_the_user_in_python_and_in_the_configuration(database: Path, tmp_path: Path) -> None:
    windows = {"reference": {"filter": "twice(x) < 200"}, "current": {"filter": "twice(x) >= 200"}}
    settings = {"table": "events", **windows}
    for config in (
        {"allow_functions": ["twice"], "monitors": {"m": settings}},
        {"monitors": {"m": {**settings, "allow_functions": ["twice"]}}},
    ):
        report = driftql.run_monitor(Config.model_validate(config).monitor("m"), database)
        assert (report.reference.rows, report.current.rows) == (100, 100)
    with refused(FragmentError, "the function twice is not known"):
        driftql.run_monitor(MonitorConfig.model_validate(settings), database)
    reference, current = (driftql.WindowConfig(table="events", filter=windows[role]["filter"]) for role in windows)
    found = driftql.run_drift_check(reference, current, warehouse=database, allow_functions=["twice"])
    assert found.current.rows == 100
    assert (
        driftql.enqueue_low_confidence(current, warehouse=str(database), threshold=0.6, allow_functions="twice") == 20
    )
