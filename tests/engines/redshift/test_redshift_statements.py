"""What is Redshift's own: its catalog, its plans, its lock, a list that is read back as text."""

from __future__ import annotations

import re
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

import driftql
from driftql import MonitorConfig
from driftql.cli.app import app
from driftql.records.queue import add_low_confidence
from driftql.records.tables import _is_conflict
from driftql.warehouse.base import Estimate
from driftql.warehouse.driver_errors import first_line
from driftql.warehouse.redshift import read_plan
from tests.stand_ins.redshift import Database, Emulation, as_postgres

# https://docs.aws.amazon.com/redshift/latest/dg/c-the-query-plan.html
SIMPLE = """
 XN HashAggregate  (cost=131.97..133.41 rows=576 width=17)
   ->  XN Seq Scan on event  (cost=0.00..87.98 rows=8798 width=17)
"""
# https://docs.aws.amazon.com/redshift/latest/dg/reviewing-query-plan-steps.html
JOINED = """
XN Merge  (cost=1002815366604.92..1002815366606.36 rows=576 width=27)
  Merge Key: sum(sales.pricepaid)
  ->  XN Network  (cost=1002815366604.92..1002815366606.36 rows=576 width=27)
        Send to leader
        ->  XN Sort  (cost=1002815366604.92..1002815366606.36 rows=576 width=27)
              Sort Key: sum(sales.pricepaid)
              ->  XN HashAggregate  (cost=2815366577.07..2815366578.51 rows=576 width=27)
                    ->  XN Hash Join DS_BCAST_INNER  (cost=109.98..2815365714.80 rows=172456 width=27)
                          Hash Cond: ("outer".eventid = "inner".eventid)
                          ->  XN Seq Scan on sales  (cost=0.00..1724.56 rows=172456 width=14)
                          ->  XN Hash  (cost=87.98..87.98 rows=8798 width=21)
                                ->  XN Seq Scan on event  (cost=0.00..87.98 rows=8798 width=21)
"""
# https://docs.aws.amazon.com/redshift/latest/dg/c-spectrum-external-performance.html names these steps.
EXTERNAL = """
XN Partition Loop  (cost=10.00..26.00 rows=1000 width=8)
  ->  XN Seq Scan PartitionInfo of spectrum.sales  (cost=0.00..10.00 rows=1000 width=0)
  ->  XN S3 Query Scan sales  (cost=0.00..16.00 rows=200 width=31)
        ->  S3 HashAggregate  (cost=0.00..15.00 rows=200 width=16)
              ->  S3 Seq Scan spectrum.sales location:"s3://bucket/sales" format:TEXT  (cost=0.00..15.00 rows=172000 width=16)
"""


@pytest.mark.parametrize(
    ("plan", "wanted"),
    [
        (SIMPLE, Estimate(8798, 8798 * 17)),
        (JOINED, Estimate(172456 + 8798, 172456 * 14 + 8798 * 21)),
        (EXTERNAL, Estimate(172000, 172000 * 16)),
        (
            "XN Subquery Scan a  (cost=0.00..0.01 rows=1 width=0)\n  ->  XN Result  (cost=0.00..0.01 rows=1 width=0)",
            None,
        ),
    ],
    ids=["simple", "joined", "external", "no table"],
)
def test_plans_of_the_developer_guide(plan: str, wanted: Estimate | None) -> None:
    assert read_plan(plan.splitlines()) == wanted


def test_explain_runs_nothing(own: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with psycopg.connect(own.below, autocommit=True) as connection:
        connection.execute("create function shout() returns int language plpgsql as $$ begin raise 'it ran'; end $$")
        connection.execute("create view loud as select *, shout() as noise from predictions")
    words = ["check", "loud", "--db", own.url, "--explain", "--feature", "age", "--feature", "noise"]
    result = CliRunner().invoke(app, words, prog_name="driftql")
    assert result.exit_code == 0, result.output
    assert "Nothing was checked" in result.output
    read = [int(told.replace(",", "")) for told in re.findall(r"-- about ([\d,]+) rows", result.output)]
    assert read[0] == 1400
    assert "s3cr3t" not in result.output


def test_estimates(own: Database) -> None:
    with driftql.connect(own.url) as warehouse:
        assert warehouse.estimate("select max(age) from predictions") == Estimate(1400, 1400 * 8)
        both = warehouse.estimate("select age from predictions union all select income from predictions")
        assert both == Estimate(2800, 2800 * 8)
        assert warehouse.estimate("select 1") is None
        with pytest.raises(driftql.WarehouseError, match="agee"):
            warehouse.estimate("select agee from predictions")


def test_views_and_external_tables(own: Database) -> None:
    with psycopg.connect(own.below, autocommit=True) as connection:
        connection.execute("create view seen as select * from predictions")
    with psycopg.connect(own.below.replace("ann:@", "postgres:@"), autocommit=True) as connection:
        connection.execute("create schema lake; grant all on schema lake to ann")
        connection.execute(
            "create table lake.events as select age, age::numeric(10, 2) as price, age::bigint as whole, note::varchar(9)"
            " from predictions"
        )
        connection.execute("grant select on all tables in schema lake to ann")
        connection.execute("create schema hidden; create table hidden.salaries (amount int)")
    with driftql.connect(own.url) as warehouse:
        assert warehouse.tables() == ["predictions", "seen", "lake.events"]
        assert warehouse.relation("Seen") == '"public"."seen"'
        kinds = [(column.name, column.type, column.kind) for column in warehouse.columns(warehouse.relation("events"))]
        assert kinds == [
            ("age", "double", "float"),
            ("price", "decimal(10,2)", "decimal"),
            ("whole", "bigint", "integer"),
            ("note", "string", "text"),
        ]
        with pytest.raises(driftql.SourceError, match="did you mean 'predictions'"):
            warehouse.relation("predictons")
        report = driftql.run_drift_check("lake.events", "seen", warehouse=warehouse, features=["age"])
        assert report.feature_report is not None
        assert report.feature_report.results[0].ks_statistic == 0


def test_types(own: Database) -> None:
    with psycopg.connect(own.below, autocommit=True) as connection:
        connection.execute(
            "create table typed (a smallint, b real, c double precision, d numeric(38, 9), e varchar(9), f char(3), g boolean,"
            " h date, i timestamp, j timestamptz, k super, l time)"
        )
    with driftql.connect(own.url) as warehouse:
        columns = warehouse.columns(warehouse.relation("typed"))
    assert [column.kind for column in columns] == [
        "integer", "float", "float", "decimal", "text", "text", "boolean", "date", "timestamp", "timestamptz", "other",
        "other",
    ]  # fmt: skip
    assert columns[3].type == "numeric(38,9)"
    assert not columns[3].holds_nan


def test_a_probability_list_is_refused_in_words(own: Database) -> None:
    with psycopg.connect(own.below, autocommit=True) as connection:
        connection.execute("alter table predictions add column probs super")
    with driftql.connect(own.url) as warehouse:
        assert summary_of(warehouse, None)
        with pytest.raises(driftql.ConfigError, match="on Redshift: Redshift unnests a SUPER value"):
            summary_of(warehouse, "probs")


def summary_of(warehouse: Any, probabilities: str | None) -> str:
    columns = {"probabilities": probabilities} if probabilities else {}
    return driftql.run_monitor(
        MonitorConfig.model_validate({"table": "predictions", "columns": columns, "features": ["age"]}), warehouse
    ).summary


def test_values_arrive_as_they_are(own: Database) -> None:
    with driftql.connect(own.url) as warehouse:
        assert warehouse.query(
            "select 9223372036854775807::bigint, 1e300::double precision, 'NaN'::double precision <> 1, true, null,"
            " 12345678901234567890.0123456789::numeric(38, 10), array(0.5, 1e300, null)"
        ) == [
            (2**63 - 1, 1e300, True, True, None, Decimal("12345678901234567890.0123456789"), "[0.5,1e+300,null]")
        ]  # fmt: skip


def test_the_emulation_leaves_texts_and_names_alone() -> None:
    assert as_postgres("select array(1), 'array(', \"array(\", 'it''s \\' array(' -- array(") == (
        "select \"array\"(1), 'array(', \"array(\", 'it''s \\' array(' -- array("
    )
    assert as_postgres("select myarray(1), ARRAY (2)") == 'select myarray(1), "array" (2)'


def test_changed_rows_are_counted(own: Database) -> None:
    with driftql.connect(own.url) as warehouse, warehouse.transaction() as writer:
        assert writer.execute("create table counted as select 1 as a union all select 2") == 0
        assert writer.execute("insert into counted values (3), (4)") == 2
        assert writer.execute("update counted set a = 5 where a > 1") == 3
        assert writer.execute("delete from counted") == 4
        assert writer.query("select a from counted") == []


def test_a_second_writer_waits_for_the_lock_and_sees_the_rows(own: Database) -> None:
    """With one snapshot a transaction, as Redshift has: taken before the lock, it would not hold the first one's rows."""
    monitor = MonitorConfig.model_validate(
        {"table": "predictions", "features": ["age"], "queue": {"low_confidence": 0.5}}
    )
    with driftql.connect(own.url) as first, driftql.connect(own.url) as second:
        assert first.query("show transaction_isolation") == [("repeatable read",)]
        wanted = add_low_confidence(monitor, first)
        assert wanted > 0
        with psycopg.connect(own.below) as holder:
            holder.execute("delete from driftql_queue")
            holder.commit()
            holder.execute('lock table "driftql_queue"')
            counts: list[int] = []
            writer = threading.Thread(target=lambda: counts.append(add_low_confidence(monitor, second)))
            writer.start()
            with psycopg.connect(own.below, autocommit=True) as watcher:
                while watcher.execute("select count(*) from pg_locks where not granted").fetchone() == (0,):
                    assert writer.is_alive()
            holder.execute(
                "insert into driftql_queue select 'r', user_id, bucket_start_ts, bucket_end_ts, 'drift', confidence,"
                " predicted_label, now(), now(), 'pending' from predictions where confidence < 0.5"
            )
            holder.commit()
            writer.join(timeout=60)
        assert counts == [0]


def test_an_error_of_isolation_is_a_reason_to_try_again() -> None:
    told = first_line(
        Exception({"S": "ERROR", "C": "XX000", "M": "1023", "D": "Serializable isolation violation on table - 42"})
    )
    assert told == "1023 Serializable isolation violation on table - 42"
    assert _is_conflict(driftql.WarehouseError(told))


def test_the_command_line(emulation: Emulation, own: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ranges = ["--reference", "2026-01-01..2026-01-08", "--current", "2026-01-08..2026-01-15"]
    words = ["check", "predictions", "--db", own.url, "--record", "--enqueue", *ranges]
    result = CliRunner().invoke(app, words, prog_name="driftql")
    assert result.exit_code == 1, result.output
    assert "50 new rows in the labeling queue" in result.output
    assert "s3cr3t" not in result.output
