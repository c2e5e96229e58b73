"""A DuckDB connection that the caller opened: all that it sees is checked, and it is left as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

import driftql
from driftql import ConfigError, SourceError, run_drift_check
from tests.support.refusals import refused

ROWS = 99


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(
            f"""
            create table b as select i::double as z from range({ROWS}) as t(i);
            create schema s; create table s.u as from b; create table s.w as from b;
            create schema s2; create table s2.w as from b;
            create schema "my.schema"; create table "my.schema".t9 as from b;
            attach ':memory:' as o; create table o.t as from b;
            """
        )
        yield opened


def add_temporary(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create temp table a as from b; create temp view tv as select z + 0 as z from a")
    connection.execute("create table hides as from b; create temp table hides as select z + 1000 as z from b")
    connection.execute('create temp table "Odd name" as from b')
    connection.register("frame", pd.DataFrame({"z": np.arange(float(ROWS))}))


def psi(reference: str, current: str, connection: Any) -> float | None:
    report = run_drift_check(reference, current, warehouse=connection)
    assert report.feature_report is not None
    assert (report.reference.rows, report.current.rows) == (ROWS, ROWS)
    return report.feature_report.results[0].psi


@pytest.mark.parametrize(
    "name",
    ["a", "tv", "frame", "temp.a", '"a"', "Odd name", '"Odd name"', "o.t", "o.main.t", "s.u", "u", '"my.schema".t9'],
)
def test_every_name_that_the_connection_reads_is_checked(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    add_temporary(connection)
    assert psi("b", name, connection) == 0


def test_a_temporary_table_goes_before_another_of_its_name(connection: duckdb.DuckDBPyConnection) -> None:
    add_temporary(connection)
    assert (psi("b", "hides", connection) or 0) > 1
    assert psi("b", "memory.main.hides", connection) == 0


def test_what_use_chose_is_used(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("use o")
    assert psi("t", "memory.main.b", connection) == 0
    connection.execute("use memory.s")
    assert psi("u", "memory.main.b", connection) == 0


def test_a_name_of_two_schemas_is_not_guessed(connection: duckdb.DuckDBPyConnection) -> None:
    with refused(SourceError, "there is no table 'w'", "s.w, s2.w"):
        run_drift_check("b", "w", warehouse=connection)


def test_a_dot_in_a_schema_is_shown_as_it_is_typed(connection: duckdb.DuckDBPyConnection) -> None:
    with refused(SourceError, "there is no table 'my.schema.t9'", "did you mean '\"my.schema\".t9'?"):
        run_drift_check("b", "my.schema.t9", warehouse=connection)
    with driftql.connect(connection) as warehouse:
        assert '"my.schema".t9' in warehouse.tables()
        assert all(warehouse.relation(name) for name in warehouse.tables())


def test_a_frame_that_is_not_registered_is_told_how(connection: duckdb.DuckDBPyConnection) -> None:
    with duckdb.connect() as empty, refused(SourceError, "there is no table 'df'", "connection.register"):
        run_drift_check("df", "df2", warehouse=empty)
    add_temporary(connection)
    with refused(SourceError, "there is no table 'framee'", "did you mean 'frame'?"):
        run_drift_check("b", "framee", warehouse=connection)


def test_the_connection_is_left_as_it_was(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    add_temporary(connection)
    connection.execute("set TimeZone = 'Asia/Tokyo'; set perfect_ht_threshold = 9")
    look = "select current_setting('TimeZone'), current_setting('perfect_ht_threshold'), current_setting('search_path')"
    before = connection.execute(look).fetchall(), connection.execute("show all tables").fetchall()
    (tmp_path / "rows.csv").write_text("z\n" + "\n".join(str(i) for i in range(ROWS)), encoding="utf-8")
    psi("a", str(tmp_path / "rows.csv"), connection)
    with driftql.connect(connection) as warehouse:
        warehouse.relation(str(tmp_path / "rows.csv"))
    with pytest.raises(ConfigError):
        run_drift_check("a", "tv", features=["none"], warehouse=connection)
    assert (connection.execute(look).fetchall(), connection.execute("show all tables").fetchall()) == before
    connection.begin()
    connection.rollback()


def test_a_transaction_of_the_caller_is_neither_read_past_nor_ended(connection: duckdb.DuckDBPyConnection) -> None:
    connection.begin()
    connection.execute("insert into b select 1000 + i from range(1000) t(i); create table mine as from b")
    with refused(ConfigError, "is inside a transaction", "commit it or roll it back first", "connection.cursor()"):
        run_drift_check("b", "mine", warehouse=connection)
    with driftql.connect(connection) as warehouse, refused(SourceError, "'mine'", "inside a transaction"):
        warehouse.relation("mine")
    assert psi("b", "s.u", connection.cursor()) == 0
    assert connection.execute("select count(*) from mine").fetchall() == [(ROWS + 1000,)]
    connection.rollback()
    assert connection.execute("select count(*) from b").fetchall() == [(ROWS,)]


def test_rows_that_the_caller_is_still_fetching_stay(connection: duckdb.DuckDBPyConnection) -> None:
    add_temporary(connection)
    connection.execute("select * from range(100000)")
    assert connection.fetchone() == (0,)
    assert psi("b", "s.u", connection) == 0
    assert len(connection.fetchall()) == 99_999


def test_the_queue_takes_rows_of_a_temporary_table(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create temp table scored as select 'u' || i as user_id, timestamp '2026-01-01' + interval (i) minute as "
        "bucket_start_ts, 0.2 + i / 200 as confidence from range(99) t(i)"
    )
    assert driftql.enqueue_low_confidence("scored", warehouse=connection, threshold=0.35) == 30
    assert connection.execute("select count(*) from driftql_queue").fetchall() == [(30,)]


def test_a_frame_is_queued_in_an_open_connection(connection: duckdb.DuckDBPyConnection) -> None:
    add_temporary(connection)
    frame = pd.DataFrame({"user_id": ["a", "b"], "bucket_start_ts": pd.to_datetime(["2026-01-01", "2026-01-02"])})
    added = driftql.enqueue_low_confidence(
        frame,
        cur_confidences=[0.1, 0.9],
        queue_path=connection,  # type: ignore[arg-type]  # the wrong type is the point
        threshold=0.5,
    )
    assert added == 1
