"""Where rows can only be added, the queue is a log: what counts is told by the rows of a request together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftql.engines import ENGINES
from driftql.sql.render import render
from tests.support.properties import examples

SPARK = ENGINES["spark"]
COLUMNS = "request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, updated_at, status, row_id"
NOON = dt.datetime(2026, 1, 9, 12)


@pytest.fixture(scope="module")
def log() -> Iterator[duckdb.DuckDBPyConnection]:
    """Spark's statements about the queue are plain SQL, so another engine runs them as they are."""
    with duckdb.connect() as connection:
        connection.execute("create type timestamp_ntz as timestamp")
        connection.execute(
            "create table q (request_id text, user_id text, bucket_start_ts timestamp, bucket_end_ts timestamp, reason text,"
            " confidence double, predicted_label text, created_at timestamp, updated_at timestamp, status text,"
            " row_id text, monitor text, source text)"
        )
        yield connection


def fill(log: duckdb.DuckDBPyConnection, rows: list[tuple[str, str, str, int]]) -> None:
    """Rows of (request, user, status, minute of that status); a request is created when it first shows."""
    log.execute("delete from q")
    created: dict[str, dt.datetime] = {}
    for request, user, status, minute in rows:
        moment = NOON + dt.timedelta(minutes=minute)
        start = created.setdefault(request, moment)
        log.execute(
            "insert into q values (?, ?, ?, ?, 'drift', 0.5, 'a', ?, ?, ?, null, 'a monitor', 'a table')",
            [request, user, NOON, NOON, start, moment, status],
        )


def state(log: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    source = render("queue_state", SPARK, "q")
    return log.execute(f"select request_id, status from {source} as requests order by 1").fetchall()


def marked(log: duckdb.DuckDBPyConnection, request: str, status: str, minute: int) -> int:
    moment = f"timestamp '{NOON + dt.timedelta(minutes=minute)}'"
    found = log.execute(
        render("mark_request", SPARK, "q", f"request_id = '{request}'", f"'{status}'", moment)
    ).fetchone()
    assert found is not None
    return int(found[0])


def test_an_answer_is_a_further_row(log: duckdb.DuckDBPyConnection) -> None:
    fill(log, [("a", "u1", "pending", 0), ("b", "u2", "pending", 0)])
    assert marked(log, "a", "labeled", 5) == 1
    assert marked(log, "a", "skipped", 6) == 0, "it has been answered"
    assert marked(log, "nobody", "labeled", 6) == 0
    assert state(log) == [("a", "labeled"), ("b", "pending")]
    assert log.execute("select count(*) from q").fetchone() == (3,)


def test_of_two_answers_the_first_counts(log: duckdb.DuckDBPyConnection) -> None:
    fill(log, [("a", "u1", "pending", 0), ("a", "u1", "skipped", 7), ("a", "u1", "labeled", 5)])
    assert state(log) == [("a", "labeled")]


def test_an_answer_counts_before_a_withdrawal(log: duckdb.DuckDBPyConnection) -> None:
    fill(log, [("a", "u1", "pending", 0), ("a", "u1", "withdrawn", 0), ("a", "u1", "labeled", 5)])
    assert state(log) == [("a", "labeled")]


def test_double_requests_are_withdrawn_for_good(log: duckdb.DuckDBPyConnection) -> None:
    """Both writers settle; the request that stays can be answered, and its double does not come back."""
    fill(log, [("b", "u1", "pending", 0), ("a", "u1", "pending", 0), ("c", "u2", "pending", 0)])
    settle = render("settle_queue", SPARK, "q")
    assert log.execute(settle).fetchone() == (1,)
    assert log.execute(settle).fetchone() == (0,)
    assert state(log) == [("a", "pending"), ("c", "pending")]
    marked(log, "a", "labeled", 3)
    assert log.execute(settle).fetchone() == (0,)
    assert state(log) == [("a", "labeled"), ("c", "pending")]
    day = "timestamp '2026-01-09 00:00:00'"
    pending = log.execute(render("pending_requests", SPARK, "q", day, 20)).fetchall()
    assert [row[0] for row in pending] == ["c"]
    assert not log.execute(render("pending_requests", SPARK, "q", day, 1)).fetchall(), "one was answered today"


@examples(100)
@given(st.data())
def test_a_log_tells_what_a_table_would(log: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    """The same inserts, answers and settlements, on a log and on a table whose rows are changed and deleted."""
    steps = data.draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.sampled_from("ials")), max_size=12))
    fill(log, [])
    log.execute("create or replace temp table t as from q")
    plain = ENGINES["trino"]
    for minute, (request, user, step) in enumerate(steps):
        moment = f"timestamp '{NOON + dt.timedelta(minutes=minute)}'"
        if step == "i":
            known = log.execute(f"select count(*) from q where request_id = 'r{request}'").fetchone()
            if known == (0,):
                for name in ("q", "t"):
                    log.execute(
                        f"insert into {name} values ('r{request}', 'u{user}', ?, ?, 'drift', 0.5, 'a', {moment}, {moment}, 'pending', null, null, null)",
                        [NOON, NOON],
                    )
        elif step == "s":
            log.execute(render("settle_queue", SPARK, "q"))
            log.execute(render("settle_queue", plain, "t"))
        else:
            status = {"a": "'labeled'", "l": "'skipped'"}[step]
            log.execute(render("mark_request", SPARK, "q", f"request_id = 'r{request}'", status, moment))
            log.execute(render("mark_request", plain, "t", f"request_id = 'r{request}'", status, moment))
    table = log.execute("select request_id, status from t order by 1").fetchall()
    assert state(log) == table
