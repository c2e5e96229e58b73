"""Engines on which two writers can insert the same bucket take back what is double."""

from __future__ import annotations

import duckdb
import pytest

from driftql.engines import ENGINES
from driftql.sql.render import render

SETTLED = [name for name, engine in ENGINES.items() if render("settle_queue", engine, "q").strip()]

REQUESTS = """
select * from (values
    ('b', 'u1', timestamp '2026-01-01 00:00', timestamp '2026-01-09 00:00', 'pending', null),
    ('a', 'u1', timestamp '2026-01-01 00:00', timestamp '2026-01-09 00:00', 'pending', null),
    ('c', 'u1', timestamp '2026-01-01 00:00', timestamp '2026-01-08 00:00', 'labeled', null),
    ('d', 'u1', timestamp '2026-01-02 00:00', timestamp '2026-01-09 00:00', 'pending', null),
    ('e', 'u2', timestamp '2026-01-01 00:00', timestamp '2026-01-09 00:01', 'pending', null),
    ('f', 'u2', timestamp '2026-01-01 00:00', timestamp '2026-01-09 00:00', 'pending', null),
    ('g', 'u2', timestamp '2026-01-01 00:00', timestamp '2026-01-09 00:00', 'pending', 'row 1'),
    ('h', 'u2', timestamp '2026-01-01 00:00', timestamp '2026-01-09 00:00', 'pending', 'row 2'),
    ('i', null, null, timestamp '2026-01-09 00:01', 'pending', 'row 2')
) as requests(request_id, user_id, bucket_start_ts, created_at, status, row_id)
"""


@pytest.mark.parametrize("engine", [name for name in SETTLED if name in ("snowflake", "trino")])
def test_the_first_request_of_a_bucket_stays(engine: str) -> None:
    """Both writers run it, in any order, and the second finds nothing to do."""
    sql = render("settle_queue", ENGINES[engine], "q")
    with duckdb.connect() as connection:
        connection.execute(f"create table q as {REQUESTS}")
        assert connection.execute(sql).fetchone() == (3,)
        assert connection.execute(sql).fetchone() == (0,)
        left = connection.execute("select request_id from q order by 1").fetchall()
    assert [row[0] for row in left] == ["a", "c", "d", "f", "g", "h"]


def test_every_engine_without_an_index_or_a_lock_settles() -> None:
    assert {"bigquery", "snowflake", "trino"} <= set(SETTLED)
    assert not {"duckdb", "postgres", "redshift"} & set(SETTLED)
