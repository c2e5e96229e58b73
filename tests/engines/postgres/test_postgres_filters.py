"""Filters on PostgreSQL: hostile ones reach no statement, by the server's own log; ordinary ones give the same rows."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest

import driftql
from driftql.config import MonitorConfig
from driftql.engines import ENGINES
from driftql.errors import FragmentError
from driftql.sql.calls import functions_of
from driftql.sql.conditions import condition
from tests.filters.hostile import CHANGING, HOSTILE, OTHERWISE
from tests.filters.sound import COLUMNS, SOUND
from tests.support.refusals import refused

HOSTILE_TEXTS = [
    *(text for text, _ in HOSTILE["postgres"]),
    *CHANGING["postgres"],
    *(text for engine, text, _ in OTHERWISE if engine == "postgres"),
]
# What driftql sends to find the table, its columns and its times, and to begin and end a transaction.
PLANNED = re.compile(
    r"(/\*.*?\*/\s*)?(begin|rollback|commit|set |show |deallocate|savepoint|release|select|with)",
    re.IGNORECASE | re.DOTALL,
)
MARKS: tuple[str, ...] = (
    "pg_sleep",
    "pg_read",
    "pg_reload",
    "pg_terminate",
    "set_config",
    "setval",
    "nextval",
    "lo_",
    "dblink",
    "evil",
)
MARKS += (
    "query_to_xml",
    "ts_rewrite",
    "pg_advisory",
    "txid_",
    "pg_notify",
    "regclass(",
    "my_domain",
    "random",
    "uuid()",
)


@pytest.fixture
def events(url: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "create table events as select i, i / 2.0::float8 as x, case when i % 7 = 0 then null else 'user ' || i % 5 end "
            "as s, i % 2 = 0 as b, timestamp '2026-01-01' + i * interval '1 hour' as ts, date '2026-01-01' + i as d, "
            "array(select generate_series(0, i % 6)) as l, jsonb_build_object('n', i, 't', jsonb_build_object('u', 'v')) "
            "as j, 'u' || i as user_id, i / 100.0::float8 as confidence, timestamp '2026-01-01' + i * interval '1 minute' "
            'as bucket_start_ts, 0 as "user", array[0] as st from generate_series(0, 59) as i'
        )
        connection.execute("create sequence sq")
    return url


def logged(url: str, since: int) -> tuple[str, int]:
    """Return what the server has logged since some byte, and the number of bytes now."""
    with psycopg.connect(url, autocommit=True) as connection:
        folder = connection.execute("show data_directory").fetchall()[0][0]
    data = (Path(folder) / "log").read_bytes()
    return data[since:].decode(), len(data)


def test_hostile_filters_reach_no_statement(events: str) -> None:
    """Every statement is logged: between two marks there is none that a filter wrote."""
    name = psycopg.conninfo.conninfo_to_dict(events)["dbname"]
    with psycopg.connect(events, autocommit=True) as connection:
        connection.execute(f"alter database {name} set log_statement = 'all'")
        before = connection.execute("select last_value, is_called from sq").fetchall()
    _, start = logged(events, 0)
    with driftql.connect(events) as warehouse:
        for text in HOSTILE_TEXTS:
            settings = {"table": "events", "reference": {"filter": text}, "current": {"filter": f"b and ({text})"}}
            with refused(FragmentError):
                driftql.run_monitor(MonitorConfig.model_validate(settings), warehouse)
            with refused(FragmentError):
                driftql.enqueue_low_confidence(driftql.WindowConfig(table="events", filter=text), warehouse=warehouse)
    found, end = logged(events, start)
    statements = re.findall(r"LOG:  (?:statement|execute [^:]*): (.*(?:\n\t.*)*)", found)
    assert len(statements) > 10, "the log does not hold the statements"
    assert [statement for statement in statements if not PLANNED.match(statement)] == []
    assert not [mark for mark in MARKS if mark in found]
    # The log would have shown it.
    with psycopg.connect(events, autocommit=True) as connection:
        connection.execute("select pg_sleep(0)")
        assert connection.execute("select last_value, is_called from sq").fetchall() == before
    assert "pg_sleep(0)" in logged(events, end)[0]


def test_ordinary_filters_give_the_rows_that_postgresql_gives(events: str) -> None:
    with psycopg.connect(events, autocommit=True) as connection:
        for text in SOUND["postgres"]:
            vetted = condition(text, ENGINES["postgres"], COLUMNS, "the filter", table=["public", "events"])
            rows = [
                connection.execute(f"select i from {relation} where {where} order by i").fetchall()
                for relation, where in (("events", text), ("events as monitored", vetted))
            ]
            assert rows[0] == rows[1], text


def test_no_listed_function_is_volatile(url: str) -> None:
    functions = functions_of("postgres")
    with psycopg.connect(url) as connection:
        volatile = connection.execute("select distinct proname from pg_proc where provolatile = 'v'").fetchall()
        operators = connection.execute("select distinct oprname from pg_operator").fetchall()
    assert not {name for (name,) in volatile} & functions.allowed
    assert functions.operators - {name for (name,) in operators} == {"::", "!=", "=>", ":="}
