"""Columns that only some may read, whose names differ by capitals, or whose types are made by the user."""

from __future__ import annotations

from typing import Any

import numpy as np
import psycopg
import pytest
from scipy.stats import entropy, ks_2samp

import driftql
from driftql import DriftReport, MonitorConfig, SourceError
from driftql.check.run import check_monitor
from driftql.records.queue import Asked, enqueue_statement
from driftql.report import utc_now
from tests.support.refusals import refused

FILTERS = {"reference": {"filter": "not cur"}, "current": {"filter": "cur"}}


def execute(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for sql in statements:
            connection.execute(sql)


def check(url: str, **settings: Any) -> DriftReport:
    with driftql.connect(url) as warehouse:
        return driftql.run_monitor(MonitorConfig.model_validate({"table": "t", **FILTERS, **settings}), warehouse)


def reader(url: str, name: str) -> str:
    """Return the same database, as a user with fewer rights."""
    return url.replace("//postgres:@", f"//{name}:@")


@pytest.fixture
def granted(url: str) -> str:
    """A table of which a user may read some columns."""
    execute(
        url,
        """
        create table t as select
            i::float8 + case when i % 2 = 0 then 100 else 0 end as z, i % 2 = 0 as cur, 'name ' || i as person, i as salary,
            'u' || i % 5 as user_id, timestamp '2026-01-01' + i * interval '1 minute' as bucket_start_ts,
            case when i % 3 = 0 then 'a' else 'b' end as predicted_label, (i % 10) / 10.0::float8 as confidence
        from generate_series(1, 400) as i
        """,
        "drop role if exists colreader",
        "create role colreader login",
        "grant select (z, cur, user_id, bucket_start_ts, predicted_label, confidence) on t to colreader",
    )
    return reader(url, "colreader")


def test_the_right_to_some_columns_is_enough(granted: str) -> None:
    for settings in ({"features": ["z"]}, {}):
        report = check(granted, **settings)
        assert report.feature_report is not None
        [result] = [each for each in report.feature_report.results if each.feature == "z"]
        z = np.arange(1, 401, dtype=float)
        assert result.ks_statistic == pytest.approx(ks_2samp(z[::2], z[1::2] + 100).statistic)
        assert report.class_shift is not None
        assert len(report.alerts[0].affected_user_ids) == 5
    assert {column.column: column.reason for column in report.columns_left_out} == {
        "person": "no right to read it",
        "salary": "no right to read it",
        "cur": "the filters of the windows are made of it",
    }
    with refused(SourceError, "the feature 'salary' of t cannot be read (no right to read it)"):
        check(granted, features=["salary"])


def test_the_queue_reads_no_other_columns_either(granted: str) -> None:
    with driftql.connect(granted) as warehouse:
        monitor = MonitorConfig.model_validate({"table": "t", **FILTERS})
        rows = check_monitor(monitor, warehouse).comparison.current
        sql = enqueue_statement(rows, "driftql_queue", Asked("drift", None, "t"), utc_now(), None, 5).sql
        window = sql[sql.index("from (") : sql.index(") as current_window")]
        assert "salary" not in window
        assert len(warehouse.query(f"select * {window}) as current_window")) == 200


def test_a_column_that_differs_by_capitals_is_another_one(url: str) -> None:
    execute(
        url,
        """
        create table t as select i::float8 as amount, 'x'::text as "Amount", i % 2 = 0 as cur from generate_series(1, 200) as i
        """,
    )
    report = check(url)
    assert not report.not_computed
    assert report.feature_report is not None
    kinds = {result.feature: result.kind for result in report.feature_report.results}
    assert kinds == {"amount": "number", "Amount": "category"}
    assert [column.column for column in report.columns_left_out] == ["cur"]


def test_one_column_may_be_spelled_in_two_ways(url: str) -> None:
    """The two tables agree but for capitals: each is read by its own name."""
    execute(
        url,
        'create table r as select i::float8 as "Amount", \'a\'::text as "Kind" from generate_series(1, 200) as i',
        "create table c as select i::float8 + 50 as amount, 'a'::text as kind from generate_series(1, 100) as i",
    )
    windows = {"reference": {"table": "r"}, "current": {"table": "c"}}
    report = check(url, table=None, columns={"label": "kind"}, **windows)
    assert report.feature_report is not None
    [result] = report.feature_report.results
    expected = ks_2samp(np.arange(1.0, 201), np.arange(51.0, 151)).statistic
    assert result.feature == "Amount"
    assert result.ks_statistic == pytest.approx(expected)
    assert report.class_shift is not None
    assert report.class_shift.cur_dist == {"a": 1.0}


def test_names_that_cannot_be_told_apart(url: str) -> None:
    execute(
        url,
        'create table r as select i::float8 as "Amount", i::float8 as "AMOUNT", i::float8 as z from generate_series(1, 99) i',
        "create table c as select i::float8 as amount, i::float8 as z from generate_series(1, 99) as i",
    )
    windows: dict[str, Any] = {"table": None, "reference": {"table": "r"}, "current": {"table": "c"}}
    report = check(url, **windows)
    reasons = {part.feature: part.reason for part in report.not_computed}
    assert reasons == {
        "Amount": "it differs from 'amount' of the other window by capitals only: rename one of them",
        "AMOUNT": "it differs from 'amount' of the other window by capitals only: rename one of them",
        "amount": "it differs from 'Amount' and 'AMOUNT' of the other window by capitals only: rename one of them",
    }
    with refused(SourceError, "c has no column 'Amount' for a feature, but 'amount': rename the one that is meant"):
        check(url, features=["Amount"], **windows)
    with refused(SourceError, "'aMOUNT' could be either of the columns 'Amount' and 'AMOUNT' and 'amount'"):
        check(url, features=["aMOUNT"], **windows)


def test_a_domain_over_a_domain_and_a_list_of_integers(url: str) -> None:
    execute(
        url,
        "create domain positive as numeric(12, 2) check (value > 0)",
        "create domain price as positive",
        """
        create table t as select i::price as cost, case when i % 4 = 0 then array[1, 0] else array[0, 1] end as probabilities,
            i % 2 = 0 as cur
        from generate_series(1, 200) as i
        """,
    )
    report = check(url)
    assert report.feature_report is not None
    [result] = report.feature_report.results
    assert (result.feature, result.ref_rows) == ("cost", 100)
    assert report.entropy_drift is not None
    assert report.entropy_drift.ref_mean_entropy == pytest.approx(entropy([1, 1e-8]), rel=1e-3, abs=1e-6)
    assert not report.warnings


def test_texts_of_every_type_are_compared_by_their_categories(url: str) -> None:
    """An enum, ``char(n)``, ``name`` and a domain; of ``char(n)``, blanks at the end mean nothing in PostgreSQL."""
    execute(
        url,
        "create type plans as enum ('free', 'pro', 'team')",
        "create domain words as varchar(20)",
        """
        create table t as select
            i % 2 = 0 as cur, case when i % 8 = 0 then 'team' when i % 3 = 0 then 'free' else 'pro' end::plans as kind,
            case when i % 8 = 0 then 'team' else 'pro' end::char(9) as padded,
            case when i % 8 = 0 then 'Pro' else 'pro' end::name as named,
            case when i % 8 = 0 then 'pro ' else 'pro' end::words as word, gen_random_uuid() as token, '{}'::jsonb as payload
        from generate_series(1, 800) as i
        """,
    )
    report = check(url)
    assert report.feature_report is not None
    found = {one.feature: one for one in report.feature_report.results}
    assert found.keys() == {"kind", "padded", "named", "word"}
    new = {
        name: [(one.name, one.rows) for one in one.new_categories.largest]
        for name, one in found.items()
        if one.new_categories
    }
    assert new == {"kind": [("team", 100)], "padded": [("team", 100)], "named": [("Pro", 100)], "word": [("pro ", 100)]}
    assert {alert.affected_features[0] for alert in report.alerts if alert.trigger == "new_category"} == found.keys()
    reasons = {column.column: column.reason for column in report.columns_left_out}
    assert reasons["token"] == "uuid: an identifier, by its type"
    assert reasons["payload"] == "jsonb: it is not a number"
