"""What only a Spark session has: DataFrames as windows, jobs that are cancelled, a time zone that comes back."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import driftql
from driftql.check.catalog import Live
from driftql.check.statement import Runner
from driftql.check.windows import resolve
from driftql.records.queue import add_low_confidence
from driftql.sql.render import sql_folder
from driftql.warehouse.spark import read_size

ZONE = "spark.sql.session.timeZone"


@pytest.fixture(
    params=[pytest.param(name, marks=pytest.mark.xdist_group(f"engine-{name}")) for name in ("spark", "spark-connect")]
)
def spark(request: pytest.FixtureRequest, running: dict[str, Any]) -> Any:
    return running[request.param]


def test_frames_are_checked_where_they_are(spark: Any) -> None:
    ref, cur = (spark.sql(f"select id % 7 + {shift} as age, 'a' as label from range(300)") for shift in (0, 3))
    zone = spark.conf.get(ZONE)
    report = driftql.run_drift_check(ref, cur, "label", "label")
    assert [alert.affected_features for alert in report.alerts] == [["age"]]
    assert spark.conf.get(ZONE) == zone != "UTC"
    assert not [table for table in spark.catalog.listTables() if "_frame_" in table.name]
    with pytest.raises(driftql.ConfigError, match="one window is a DataFrame of Spark"):
        driftql.run_drift_check(ref, {"age": [1.0]})
    with pytest.raises(driftql.ConfigError, match="leave 'warehouse' out"):
        driftql.run_drift_check(ref, cur, warehouse=spark)


def test_a_statement_that_takes_too_long_is_cancelled(spark: Any) -> None:
    slow = "select count(*) from range(0, 1000000000000, 1, 2) where hash(id, id + 1) = 7"
    with (
        driftql.connect(spark, timeout=2) as warehouse,
        pytest.raises(driftql.WarehouseError, match="statement_timeout"),
    ):
        warehouse.query(slow)
    if hasattr(spark, "sparkContext"):
        assert not spark.sparkContext.statusTracker().getActiveJobsIds()
    assert driftql.connect(spark).query("select 1") == [(1,)]


def documented() -> str:
    """Return the query that Spark's page shows to readers of the queue's table."""
    page = (sql_folder() / "docs" / "engines" / "spark.md").read_text(encoding="utf-8")
    [query] = [
        block
        for block in re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
        if "driftql_queue" in block and "turn" in block
    ]
    return str(query)


def test_a_queue_that_another_application_writes_to(spark: Any, tmp_path: Path) -> None:
    """Its files are listed anew, and its double requests are withdrawn by the next one who writes."""
    spark.sql("create database shared")
    spark.sql("use shared")
    try:
        spark.sql(
            "select 'u1' as user_id, timestamp_ntz '2026-03-01 00:00:00' as bucket_start_ts, 0.1D as confidence"
        ).write.saveAsTable("rows")
        with driftql.connect(spark) as warehouse:
            monitor = driftql.MonitorConfig(table="rows")
            assert add_low_confidence(monitor, warehouse) == 1
            [request] = driftql.pending(warehouse)
            # What the other one inserted at the same moment, as a file that this session has not seen.
            spark.sql("select * from driftql_queue").selectExpr(
                "uuid() as request_id",
                "user_id",
                "bucket_start_ts",
                "bucket_end_ts",
                "reason",
                "confidence",
                "predicted_label",
                "created_at + interval 1 second as created_at",
                "updated_at",
                "status",
            ).coalesce(1).write.parquet(str(tmp_path / "other"))
            folder = spark.sql("describe formatted driftql_queue").where("col_name = 'Location'").collect()[0][1]
            [written] = (tmp_path / "other").glob("*.parquet")
            shutil.copy(written, Path(folder.removeprefix("file:")) / "other.parquet")
            assert len(driftql.pending(warehouse)) == 2
            assert add_low_confidence(monitor, warehouse) == 0
            assert [one.request_id for one in driftql.pending(warehouse)] == [request.request_id]
            driftql.mark_done(warehouse, request.request_id)
            assert not driftql.pending(warehouse)
            told = warehouse.query(documented())
            assert [(row["request_id"], row["status"]) for row in told] == [(str(request.request_id), "labeled")]
            assert add_low_confidence(monitor, warehouse) == 1, "what was answered may be asked for again"
    finally:
        spark.sql("use default")
        spark.sql("drop database shared cascade")


def test_the_sizes_of_what_a_statement_reads(spark: Any, tmp_path: Path) -> None:
    for name, rows in (("before", 20_000), ("after", 30_000)):
        spark.sql(f"select id * 2.0D as x from range({rows})").coalesce(1).write.parquet(str(tmp_path / name))
        spark.read.parquet(str(tmp_path / name)).createOrReplaceTempView(f"{name}_rows")
    size = {
        name: sum(path.stat().st_size for path in (tmp_path / name).glob("*.parquet")) for name in ("before", "after")
    }
    with driftql.connect(spark) as warehouse:
        for sql, expected in (
            ("select min(x) from before_rows where x > 1", size["before"]),
            ("select min(x) from before_rows union all select max(x) from after_rows", sum(size.values())),
            ("select 1", 0),
        ):
            found = warehouse.estimate(sql)
            assert found is not None
            assert found.rows is None
            assert found.bytes == pytest.approx(expected, rel=0.01)
        with pytest.raises(driftql.WarehouseError, match="nowhere"):
            warehouse.estimate("select * from nowhere")
    for name in ("before", "after"):
        spark.catalog.dropTempView(f"{name}_rows")


def test_a_size_that_is_not_known_is_not_told() -> None:
    plan = """== Optimized Logical Plan ==
Join Inner, Statistics(sizeInBytes=4.56E+24 B)
:- Relation main.ml.t[id#1L] parquet, Statistics(sizeInBytes=1.5 GiB, rowCount=1.00E+5)
+- {} Statistics(sizeInBytes={})

== Physical Plan ==
FileScan parquet Statistics(sizeInBytes=9.0 TiB)
"""
    assert read_size(plan.format("LogicalRDD [a#9], false,", "8.0 EiB")) is None
    assert read_size(plan.format("RelationV2[id#2] main.ml.u,", "512.0 B")) == 1.5 * 1024**3 + 512
    assert read_size(plan.format("OneRowRelation,", "1.0 B")) == 1.5 * 1024**3


@pytest.mark.xdist_group("engine-spark")
def test_a_window_reads_its_partitions_only(running: dict[str, Any], tmp_path: Path) -> None:
    spark = running["spark"]
    windows = {"reference": {"start": "2026-01-01", "end": "2026-01-03"}, "current": {"start": "2026-01-05"}}
    for kind in ("date", "timestamp", "timestamp_ntz", "string"):
        name = f"parted_{kind}"
        spark.sql(
            f"create table {name} using parquet partitioned by (day) location '{tmp_path / kind}' as select id % 7 as age, "
            f"cast(date_add(date '2026-01-01', cast(id % 6 as int)) as {kind}) as day from range(60)"
        ).collect()
        monitor = driftql.MonitorConfig.model_validate({"table": name, "columns": {"bucket_start": "day"}, **windows})
        try:
            with driftql.connect(spark) as warehouse:
                rows = resolve(monitor, Live(Runner(warehouse))).current
                plan = str(warehouse.query(f"explain formatted select * from {rows.reading([])} as r")[0][0])
                counted = warehouse.query(f"select count(*) from {rows.reading([])} as r")
        finally:
            spark.sql(f"drop table {name}").collect()
        assert [tuple(row) for row in counted] == [(20,)], kind
        [filters] = [line for line in plan.splitlines() if line.startswith("PartitionFilters")]
        assert ">=" in filters, kind
        if kind != "string":
            assert "cast(day" not in filters, kind
