"""How often PostgreSQL reads a table, how large a statement gets, and what only its types hold."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import psycopg
import pytest

import driftql
from driftql import MonitorConfig
from driftql.check.catalog import Live
from driftql.check.statement import Runner
from driftql.check.windows import resolve
from driftql.engines import ENGINES
from driftql.sql.render import render


def scans(plan: dict[str, Any]) -> Iterator[str]:
    if "Relation Name" in plan:
        yield plan["Relation Name"]
    for child in plan.get("Plans", ()):
        yield from scans(child)


@pytest.fixture
def large(url: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select setseed(0.5)")
        columns = ", ".join(f"random() * {k} + side as x{k}" for k in range(1, 9))
        for side, name in ((0, "before"), (1, "after")):
            connection.execute(
                f"create table {name} as select {columns} from (select {side} / 10.0 as side from generate_series(1, 25000)) as made"
            )
            connection.execute(f"analyze {name}")
    return url


def test_one_scan_a_window_for_all_features(large: str) -> None:
    with driftql.connect(large) as warehouse:
        report = driftql.run_drift_check("before", "after", warehouse=warehouse)
        seen = set()
        for run in report.statements:
            plan = warehouse.query(f"explain (format json) {run.sql}")[0][0]
            found = sorted(scans((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))
            if run.name in ("window_profile", "feature_sample", "feature_histogram", "feature_counts"):
                assert found == ["after", "before"], (run.name, found)
                seen.add(run.name)
        assert {"feature_sample", "feature_histogram"} <= seen
        assert "tablesample system" in next(run.sql for run in report.statements if run.name == "feature_sample")
    assert sum(run.name == "feature_histogram" for run in report.statements) == 1, "eight features in one statement"


def test_two_scans_a_window_for_an_exact_answer(large: str) -> None:
    """A histogram, and then the values of the bins that matter: two passes, each for all features."""
    with driftql.connect(large) as warehouse:
        report = driftql.run_drift_check("before", "after", warehouse=warehouse, exact=True)
        runs = [run for run in report.statements if run.name == "feature_refined"]
        assert len(runs) == 1
        plan = warehouse.query(f"explain (format json) {runs[0].sql}")[0][0]
        assert sorted(scans(plan[0]["Plan"])) == ["after", "after", "before", "before"]
    assert report.feature_report is not None
    assert len(report.feature_report.results) == 8


def test_small_windows_too(url: str) -> None:
    with driftql.connect(url) as warehouse:
        report = driftql.run_monitor(MonitorConfig(table="predictions"), warehouse)
        for run in report.statements:
            plan = warehouse.query(f"explain (format json) {run.sql}")[0][0]
            assert len(list(scans(plan[0]["Plan"]))) <= 2, run.name


def test_views_partitions_and_materialized_views(large: str) -> None:
    """A view has no blocks to skip: all of it is looked at, and the numbers are the same."""
    with psycopg.connect(large, autocommit=True) as connection:
        connection.execute("create view seen as select * from before")
        connection.execute("create materialized view kept as select * from before")
        connection.execute("create table parts (like before) partition by range (x1)")
        connection.execute("create table parts_1 partition of parts default")
        connection.execute("insert into parts select * from before")
    with driftql.connect(large) as warehouse:
        found = [
            driftql.run_drift_check(name, "after", warehouse=warehouse, exact=True).feature_report
            for name in ("before", "seen", "kept", "parts")
        ]
    assert found[0] is not None
    numbers = [[(one.feature, one.psi, one.ks_statistic) for one in report.results] for report in found if report]
    assert numbers == [numbers[0]] * 4


def test_the_same_sample_every_time(large: str) -> None:
    texts = []
    for _ in range(2):
        with driftql.connect(large) as warehouse:
            report = driftql.run_drift_check("before", "after", warehouse=warehouse)
            texts.append([run.sql for run in report.statements])
    assert texts[0] == texts[1]


def test_500_features(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        columns = ", ".join(f"(n * {k} % 97)::real as f{k}" for k in range(500))
        for name in ("wide_1", "wide_2"):
            connection.execute(f"create table {name} as select {columns} from generate_series(1, 60) as numbers (n)")
    with driftql.connect(url) as warehouse:
        report = driftql.run_drift_check("wide_1", "wide_2", warehouse=warehouse)
    assert report.feature_report is not None
    assert len(report.feature_report.results) == 500
    assert len(report.statements) <= 500 / 25 + 500 / 50 + 5
    assert max(len(run.sql) for run in report.statements) < 100_000


def test_numeric_has_nan_and_infinities(url: str) -> None:
    from tests.support import reference
    from tests.support.checks import check_feature

    values = [Decimal(n) / 7 for n in range(40)] + [None, Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity")]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create domain money_kept as numeric")
        connection.execute("create table odd (amount numeric, kept money_kept)")
        for value in values:
            connection.execute("insert into odd values (%s, %s)", (value, value))
    with driftql.connect(url) as warehouse:
        kinds = {column.name: column.kind for column in warehouse.columns(warehouse.relation("odd"))}
        assert kinds == {"amount": "decimal", "kept": "decimal"}
        warehouse_side = {"reference": {"filter": "amount < 3 or amount is null"}, "current": {"filter": "amount >= 3"}}
        report = driftql.run_monitor(MonitorConfig.model_validate({"table": "odd", **warehouse_side}), warehouse)
    low = [v for v in values if v is None or (not v.is_nan() and v < 3)]
    high = [v for v in values if v is not None and (v.is_nan() or v >= 3)]
    for name in ("amount", "kept"):
        check_feature(report, name, reference.feature(low, high))


def test_arrays_and_other_types(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create type mood as enum ('a', 'b')")
        connection.execute(
            "create table typed (a real[], b numeric(5,3)[], c int[], d mood, e uuid, f interval, g jsonb, h smallint, "
            "i real, j varchar(9), k char(3), l timestamp(3), m timestamptz, n date, o boolean, p numeric(8,2))"
        )
    with driftql.connect(url) as warehouse:
        kinds = [column.kind for column in warehouse.columns(warehouse.relation("typed"))]
    assert kinds == [
        "list", "list", "list", "text", "text", "other", "other", "integer",
        "float", "text", "text", "timestamp", "timestamptz", "date", "boolean", "decimal",
    ]  # fmt: skip


def test_names_as_the_catalog_spells_them(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute('create schema "Ops"')
        connection.execute('create table "Ops"."Scored Rows" as select 1.0 as "Größe"')
        connection.execute('create table "Predictions" as select 2.0 as age')
        connection.execute('create table "100 % :done" as select 3.0 as age')
    with driftql.connect(url) as warehouse:
        assert warehouse.relation("PREDICTIONS") in ('"public"."predictions"', '"public"."Predictions"')
        assert warehouse.relation("Predictions") == '"public"."Predictions"'
        assert warehouse.relation("predictions") == '"public"."predictions"'
        assert warehouse.relation('ops."scored rows"') == '"Ops"."Scored Rows"'
        assert warehouse.relation("Scored Rows") == '"Ops"."Scored Rows"'
        assert warehouse.query(f"select age from {warehouse.relation('100 % :done')} where 'a%sb :c' <> ''") == [(3,)]
        with pytest.raises(driftql.SourceError, match="did you mean 'predictions'"):
            warehouse.relation("predictons")
        with pytest.raises(driftql.SourceError, match="reads tables only"):
            warehouse.relation("january.parquet")


def test_rounding_is_to_even_as_bins_expect(url: str) -> None:
    """Bins end at halves: PostgreSQL's cast has to round as Python and DuckDB do, or differ only on the very end."""
    engine = ENGINES["postgres"]
    with driftql.connect(url) as warehouse:
        for value in (0.49, 0.51, 1.49, 2.51, 65534.51):
            sql = render("grid_bin", engine, f"cast({value} as double precision)", [], [["0e0", "7e4", "1e0", 0, 0]])
            assert warehouse.query(f"select {sql}") == [(math.floor(value + 0.5),)]


def test_text_as_time_and_infinity(url: str) -> None:
    hours = np.arange("2026-01-01", "2026-01-21", dtype="datetime64[h]").astype(str)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table clock (t text, age float8)")
        with connection.cursor().copy("copy clock from stdin") as copy:
            for k, hour in enumerate(hours):
                copy.write_row((f"{hour}:00:00+02:00", float(k % 50)))
    with driftql.connect(url) as warehouse:
        settings = {"table": "clock", "columns": {"bucket_start": "t"}, "features": ["age"]}
        report = driftql.run_monitor(MonitorConfig.model_validate(settings), warehouse)
    assert (report.reference.rows, report.current.rows) == (7 * 24, 7 * 24)
    assert str(report.current.last_bucket) == "2026-01-20 21:00:00"

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table endless as select bucket_start_ts, age from predictions")
        connection.execute("insert into endless values ('infinity', 1)")
    report = driftql.run_drift_check("endless", "endless", warehouse=url)
    assert report.warnings[0].startswith("1 row is dated in the future in 'bucket_start_ts' of endless")
    ranges = [
        driftql.WindowConfig(table="endless", end="2026-01-08"),
        driftql.WindowConfig(table="endless", start="2026-01-08"),
    ]
    with pytest.raises(driftql.SourceError, match="'infinity'"):
        driftql.run_drift_check(*ranges, warehouse=url)


@pytest.mark.parametrize("kind", ["timestamp", "timestamptz", "date"])
def test_a_window_is_found_by_an_index_and_by_partitions(url: str, kind: str) -> None:
    """The time column stands bare beside a literal of its own type."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create table log_{kind} (t {kind}, age float8) partition by range (t)")
        for month, following in (("01", "02"), ("02", "03")):
            connection.execute(
                f"create table log_{kind}_{month} partition of log_{kind} "
                f"for values from ('2026-{month}-01') to ('2026-{following}-01')"
            )
        connection.execute(
            f"insert into log_{kind} select cast(timestamp '2026-01-01' + i * interval '1 minute' as {kind}), i % 7 "
            "from generate_series(0, 59 * 1440 - 1) as numbers(i)"
        )
        connection.execute(f"create index on log_{kind} (t)")
        connection.execute(f"analyze log_{kind}")
    windows = {"reference": {"start": "2026-01-05", "end": "2026-01-06"}, "current": {"during": "2026-02-10"}}
    monitor = MonitorConfig.model_validate({"table": f"log_{kind}", "columns": {"bucket_start": "t"}, **windows})
    with driftql.connect(url) as warehouse:
        rows = resolve(monitor, Live(Runner(warehouse))).current
        plan = "\n".join(str(line) for (line,) in warehouse.query(f"explain select * from {rows.reading([])} as r"))
        [(count,)] = warehouse.query(f"select count(*) from {rows.reading([])} as r")
    assert count == 1440
    assert f"log_{kind}_02" in plan
    assert f"log_{kind}_01" not in plan
    assert "Index" in plan
    assert "Seq Scan" not in plan
