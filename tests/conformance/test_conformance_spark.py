"""What only a Spark session has: DataFrames as windows, jobs that are cancelled, a time zone that comes back."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import driftql
from driftql.queue import add_low_confidence

ZONE = "spark.sql.session.timeZone"


@pytest.fixture(
    params=[pytest.param(name, marks=pytest.mark.xdist_group(f"engine-{name}")) for name in ("spark", "spark-connect")]
)
def spark(request: pytest.FixtureRequest, running: dict[str, Any]) -> Any:
    return running[request.param]


def test_frames_are_checked_where_they_are(spark: Any) -> None:
    frames = [spark.sql(f"select id % 7 + {shift} as age, 'a' as label from range(300)") for shift in (0, 3)]
    zone = spark.conf.get(ZONE)
    report = driftql.run_drift_check(*frames, "label", "label")
    assert [alert.affected_features for alert in report.alerts] == [["age"]]
    assert spark.conf.get(ZONE) == zone != "UTC"
    assert not [table for table in spark.catalog.listTables() if "_frame_" in table.name]
    with pytest.raises(driftql.ConfigError, match="one window is a DataFrame of Spark"):
        driftql.run_drift_check(frames[0], {"age": [1.0]})
    with pytest.raises(driftql.ConfigError, match="leave 'warehouse' out"):
        driftql.run_drift_check(*frames, warehouse=spark)


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
            assert add_low_confidence(monitor, warehouse) == 1, "what was answered may be asked for again"
    finally:
        spark.sql("use default")
        spark.sql("drop database shared cascade")
