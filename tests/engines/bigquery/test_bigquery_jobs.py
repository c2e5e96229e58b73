"""Statements on BigQuery are jobs: what they carry, what they bring back, what they cost, and how they are ended."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import threading
from decimal import Decimal

import pytest

import driftql
from driftql import MonitorConfig
from driftql.check.explain import explain_monitor
from driftql.records.tables import written
from driftql.version import __version__
from driftql.warehouse.base import Estimate
from driftql.warehouse.bigquery import BigQueryWarehouse
from tests.stand_ins.bigquery import PAGE, Emulation, RefusedError
from tests.support.children import environment, python

pytestmark = pytest.mark.xdist_group("engine-bigquery")

ENDLESS = "select 'endless'"


def endless(sql: str) -> bool:
    return sql.endswith(ENDLESS)


# --- what they carry and bring back ------------------------------------------------------------------------------------


def test_the_comment_arrives(emulation: Emulation, warehouse: BigQueryWarehouse) -> None:
    with warehouse.tagged("it's */ mine", 7):
        warehouse.query("select 1")
        warehouse.estimate("select 1")
    warehouse.query("select 2")
    comment = f"/* driftql {__version__} monitor=it_s __ mine run=7 */"
    assert [job.sql for job in emulation.asked] == [f"{comment}\nselect 1", f"{comment}\nselect 1", "select 2"]
    assert all(job.id.startswith("driftql-") for job in emulation.jobs.values())


def test_every_type(warehouse: BigQueryWarehouse) -> None:
    [row] = warehouse.query(
        "select 9223372036854775807, 0.1, cast('nan' as float64), cast('-inf' as float64), numeric '-1.50', "
        "bignumeric '100000000000000000.0000000001', true, 'it\\'s', date '2026-03-01', "
        "datetime '2026-03-01 01:02:03.000004', timestamp '1969-12-31 23:59:59.999999+00', [1.5, 2.5], "
        "cast(null as int64)"
    )
    assert row[2] != row[2]
    assert row[:2] + row[3:] == (
        9223372036854775807,
        0.1,
        float("-inf"),
        Decimal("-1.50"),
        Decimal("100000000000000000.0000000001"),
        True,
        "it's",
        dt.date(2026, 3, 1),
        dt.datetime(2026, 3, 1, 1, 2, 3, 4),
        dt.datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC),
        [1.5, 2.5],
        None,
    )


def test_every_page_of_a_result(warehouse: BigQueryWarehouse) -> None:
    rows = warehouse.query(f"select number from unnest(generate_array(1, {2 * PAGE + 1})) as number order by number")
    assert rows == [(number,) for number in range(1, 2 * PAGE + 2)]


def test_what_a_statement_changed(emulation: Emulation, warehouse: BigQueryWarehouse) -> None:
    with warehouse.transaction() as writer:
        assert writer.execute("create table made (request_id string, n int64)") == 0
        assert writer.execute("insert into made (request_id, n) values ('a', 1), ('b', 2), ('c', 3)") == 3
        assert writer.execute("update made set n = 5 where n > 1") == 2
        assert writer.execute("delete from made where n = 7") == 0
        assert writer.query("select n from made order by n") == [(1,), (5,), (5,)]
    assert "made" in emulation.datasets["shop", "ml"]


REFUSED = {
    "select agee from events": "shop.ml: Unrecognized name: agee; Did you mean age?",
    "select 1 from evnets": "shop.ml: Not found: Table shop:ml.evnets was not found in location",
    "select 1 from other.events": "shop.ml: Not found: Table shop:other.events was not found in location",
}


@pytest.mark.parametrize("how", ["query", "estimate"])
@pytest.mark.parametrize("sql", REFUSED)
def test_a_refusal_is_a_sentence(warehouse: BigQueryWarehouse, sql: str, how: str) -> None:
    """A job that is run fails later than a dry run, and tells it in another way."""
    with pytest.raises(driftql.WarehouseError) as raised:
        getattr(warehouse, how)(sql)
    message = str(raised.value)
    assert message.startswith(f"the BigQuery dataset {REFUSED[sql]}")
    assert "http" not in message
    assert "\n" not in message
    assert warehouse.query("select 1") == [(1,)]


def test_a_dataset_to_write_to_must_be_there(warehouse: BigQueryWarehouse) -> None:
    with pytest.raises(driftql.WarehouseError, match=r"shop\.ml: Not found: Dataset shop:other$"):
        warehouse.query("create table other.events (n int64)")
    with driftql.connect("bigquery://shop") as whole, pytest.raises(driftql.WarehouseError, match="must be qualified"):
        whole.query("create table events (n int64)")


def test_a_limit_on_bytes_is_said_as_bigquery_says_it(emulation: Emulation, warehouse: BigQueryWarehouse) -> None:
    def too_much(sql: str) -> None:
        raise RefusedError(
            "bytesBilledLimitExceeded", "Query exceeded limit for bytes billed: 1. 10485760 or higher required."
        )

    emulation.failing = too_much
    with pytest.raises(driftql.WarehouseError, match=r"Query exceeded limit for bytes billed: 1\. 10485760 or higher"):
        warehouse.query("select 1")


def test_writers_in_each_others_way_try_again(emulation: Emulation, warehouse: BigQueryWarehouse) -> None:
    """https://cloud.google.com/bigquery/docs/data-manipulation-language#dml-limitations."""
    refusals = [
        RefusedError("invalidQuery", "Could not serialize access to table shop:ml.events due to concurrent update")
    ]

    def sometimes(sql: str) -> None:
        if refusals:
            raise refusals.pop()

    emulation.failing = sometimes
    assert written(warehouse, lambda writer: writer.query("select 1")) == [(1,)]
    assert len(emulation.jobs) == 2


# --- what they would cost ----------------------------------------------------------------------------------------------


def test_a_dry_run_tells_the_bytes(emulation: Emulation, warehouse: BigQueryWarehouse) -> None:
    assert warehouse.estimate("select count(age) from events") == Estimate(rows=None, bytes=800)
    assert warehouse.estimate("select min(user) from events") == Estimate(rows=None, bytes=10 * 4 + 90 * 5)
    assert warehouse.estimate("select 1") == Estimate(rows=None, bytes=0)
    assert [(job.configuration["dryRun"], job.configuration["query"]["useQueryCache"]) for job in emulation.asked] == [
        (True, False)
    ] * 3
    assert not emulation.jobs


def test_explain_prices_a_check(emulation: Emulation, warehouse: BigQueryWarehouse) -> None:
    monitor = MonitorConfig.model_validate(
        {
            "table": "events", "features": ["age"],
            "reference": {"filter": "age < 50"}, "current": {"filter": "age >= 50"},
        }
    )  # fmt: skip
    explained = explain_monitor(monitor, warehouse)
    assert {"window_profile", "feature_counts"} <= {one.statement.name for one in explained}
    assert all(one.estimate is not None and one.estimate.bytes for one in explained)
    assert len([job for job in emulation.asked if job.configuration.get("dryRun")]) == len(explained)


# --- how they are ended ------------------------------------------------------------------------------------------------


def only_job(emulation: Emulation) -> bool:
    """Return whether the one job there is was cancelled; it has ended."""
    [job] = emulation.jobs.values()
    assert job.done.wait(60)
    return job.cancelled.is_set()


TOO_LONG = r"shop\.ml stopped a statement that ran for longer than the statement_timeout of 1\.5 s; raise it"


@pytest.mark.parametrize("heeds_time", [True, False])
def test_a_statement_that_takes_too_long(emulation: Emulation, heeds_time: bool) -> None:
    emulation.endless, emulation.heeds_time = endless, heeds_time
    with driftql.connect("bigquery://shop/ml", timeout=1.5) as warehouse:
        with pytest.raises(driftql.WarehouseError, match=TOO_LONG):
            warehouse.query(ENDLESS)
        assert emulation.asked[0].configuration["jobTimeoutMs"] == "1500"
        assert only_job(emulation) or heeds_time
        assert warehouse.query("select 1") == [(1,)]
        assert warehouse.estimate("select 1") is not None


def test_bigquery_itself_ends_it(emulation: Emulation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BigQueryWarehouse, "_client_limit", None)
    emulation.endless = endless
    with (
        driftql.connect("bigquery://shop/ml", timeout=1.5) as warehouse,
        pytest.raises(driftql.WarehouseError, match=TOO_LONG),
    ):
        warehouse.query(ENDLESS)
    assert not only_job(emulation)


def test_without_a_limit_none_is_set(emulation: Emulation, warehouse: BigQueryWarehouse) -> None:
    warehouse.query("select 1")
    assert "jobTimeoutMs" not in emulation.asked[0].configuration


def test_somebody_else_cancels_it(emulation: Emulation, warehouse: BigQueryWarehouse) -> None:
    emulation.endless = endless

    def cancel_all() -> None:
        for job in emulation.jobs.values():
            job.cancelled.set()

    emulation.arriving = lambda: threading.Timer(0.1, cancel_all).start()
    with pytest.raises(driftql.WarehouseError, match=r"cancelled a statement: .*User requested.*; run the check again"):
        warehouse.query(ENDLESS)


@pytest.mark.parametrize("when", ["before it has arrived", "while it runs"])
def test_interrupt_cancels_the_job(emulation: Emulation, warehouse: BigQueryWarehouse, when: str) -> None:
    def running(sql: str) -> bool:
        if when == "while it runs":
            threading.Timer(0.2, warehouse.interrupt).start()
        return True

    emulation.endless = running
    if when == "before it has arrived":
        emulation.arriving = warehouse.interrupt
    with pytest.raises(KeyboardInterrupt):
        warehouse.query(ENDLESS)
    assert only_job(emulation)
    emulation.endless, emulation.arriving = endless, lambda: None
    assert warehouse.query("select 1") == [(1,)]


def test_an_interrupt_without_a_statement_is_nothing(emulation: Emulation, warehouse: BigQueryWarehouse) -> None:
    warehouse.interrupt()
    assert warehouse.query("select 1") == [(1,)]
    assert not any("cancel" in path for _, path in emulation.requests)


def test_ctrl_c_leaves_no_job_behind(emulation: Emulation) -> None:
    code = f"""
import google.auth
from google.auth.credentials import AnonymousCredentials
google.auth.default = lambda *args, **settings: (AnonymousCredentials(), None)
import driftql
driftql.connect("bigquery://shop/ml").query({ENDLESS!r})
"""
    running = threading.Event()

    def started(sql: str) -> bool:
        running.set()
        return True

    emulation.endless = started
    process = subprocess.Popen(
        python(code), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )
    try:
        assert running.wait(60), "the statement has not arrived"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert errors.splitlines()[-1] == "KeyboardInterrupt"
    assert only_job(emulation)
    assert len([path for _, path in emulation.requests if path.endswith("/cancel")]) == 1
