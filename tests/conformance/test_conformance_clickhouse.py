"""Columns of ClickHouse that ``select *`` does not return, or that hold nothing."""

from __future__ import annotations

import uuid
from typing import Any

import numpy as np
import pytest
from scipy.stats import ks_2samp

import driftql
from driftql import MonitorConfig


@pytest.mark.xdist_group("engine-clickhouse")
def test_computed_columns_are_checked_and_ephemeral_ones_are_named(running: dict[str, Any]) -> None:
    import clickhouse_connect

    url = running["clickhouse"]
    path = url.rpartition("path=")[2]
    database = f"db_{uuid.uuid4().hex}"
    with clickhouse_connect.get_client(interface="chdb", path=path) as client:
        client.command(f"create database {database}")
        client.command(
            f"create table {database}.t (z Float64, twice Float64 alias z * 2, half Float64 materialized z / 2, "
            "raw Float64 ephemeral, ones Array(UInt8), cur UInt8) engine = MergeTree order by z"
        )
        client.command(f"insert into {database}.t (z, ones, cur) select number, [1, 0], number % 2 from numbers(400)")
        try:
            with driftql.connect(url.replace("///default", f"///{database}")) as warehouse:
                monitor = MonitorConfig.model_validate(
                    {
                        "table": "t",
                        "columns": {"probabilities": "ones"},
                        "reference": {"filter": "cur = 0 and z < 300"},
                        "current": {"filter": "cur = 1"},
                    }
                )
                report = driftql.run_monitor(monitor, warehouse)
        finally:
            client.command(f"drop database {database}")
    assert report.feature_report is not None
    expected = ks_2samp(np.arange(0, 300, 2), np.arange(1, 400, 2)).statistic
    assert {result.feature: result.ks_statistic for result in report.feature_report.results} == {
        name: pytest.approx(expected) for name in ("z", "twice", "half")
    }
    assert {column.column: column.reason for column in report.columns_left_out} == {
        "raw": "an EPHEMERAL column holds no values",
        "ones": "of a list of probabilities, only the entropy is compared",
        "cur": "the filters of the windows are made of it",
    }
    assert report.entropy_drift is not None
    assert report.entropy_drift.ref_rows == 150
