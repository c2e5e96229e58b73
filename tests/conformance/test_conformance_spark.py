"""What only a Spark session has: DataFrames as windows, jobs that are cancelled, a time zone that comes back."""

from __future__ import annotations

from typing import Any

import pytest

import driftql

pytestmark = pytest.mark.xdist_group("engine-spark")
ZONE = "spark.sql.session.timeZone"


@pytest.fixture
def spark(running: dict[str, Any]) -> Any:
    return running["spark"]


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
    assert not spark.sparkContext.statusTracker().getActiveJobsIds()
    assert driftql.connect(spark).query("select 1") == [(1,)]
