"""The queries that ``driftql sql --engine NAME`` prints for worksheets: their text, and what they give."""

from __future__ import annotations

import datetime as dt
import math
import re
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
import sqlglot
from sqlglot import exp

import driftql
from driftql import run_drift_check
from driftql.check.explain import plan_worksheet
from driftql.config import MonitorConfig, WindowConfig
from driftql.demo import FEATURES
from driftql.engines import ENGINES, Engine
from tests.support import servers

GOLDEN = Path(__file__).parent / "golden"
FLIGHTS = Path(driftql.__file__).parent / "demo" / "flights.parquet"
NAMES = ["drift_features", "drift_bins", "drift_categories", "drift_labels", "drift_classes", "drift_check"]
WINDOWS = {
    "reference": WindowConfig(start=dt.datetime(2013, 2, 1), end=dt.datetime(2013, 3, 1)),
    "current": WindowConfig(start=dt.datetime(2013, 7, 1), end=dt.datetime(2013, 8, 1), filter="dep_delay > -20"),
}
ROLES = {"bucket_start": "bucket_start_ts", "label": "predicted_label"}

by_engine = pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES.keys())


def queries(engine: Engine, table: str = "prod.flights", **settings: Any) -> dict[str, str]:
    monitor = MonitorConfig(
        table=table,
        features=list(FEATURES),
        categories=["carrier"],
        columns={**ROLES, "probabilities": ["p_on_time", "p_late", "p_very_late"]},
        **{**WINDOWS, **settings},
    )
    return {statement.name: statement.sql for statement in plan_worksheet(monitor, None, engine)}


@by_engine
def test_each_is_one_query_that_names_its_tables_once(engine: Engine) -> None:
    found = queries(engine)
    assert list(found) == NAMES
    for name, sql in found.items():
        assert sql.startswith(f"-- For {engine.title}.")
        [statement] = sqlglot.parse(sql.replace("quantilesExactInclusive", "quantilesExact"), dialect=engine.dialect)
        assert isinstance(statement, exp.Select)
        # The whole check counts the rows without a time, too.
        windows = re.split(r"(?m)^(?:reference_rows|current_rows|rows_without_time) as \(", sql)[1:]
        assert len(windows) == 2 + (name == "drift_check")
        assert all(window.lower().count("prod") == 1 for window in windows)
        assert not [line for line in sql.split("\n") if line != line.rstrip()]


@by_engine
def test_the_text_is_stable(engine: Engine) -> None:
    """The shortest of the queries, whole; tests/golden holds what the others are made of."""
    path = GOLDEN / f"{engine.name}.sql"
    assert queries(engine)["drift_classes"] + "\n" == path.read_text(encoding="utf-8")


def rows_of(cursor: Any) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_they_give_the_numbers_of_a_check_on_duckdb_and_postgres() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            f"create schema prod; create table prod.flights as select *, user_id as carrier from '{FLIGHTS}' where month(bucket_start_ts) in (2, 7)"
        )
        names = [row[0] for row in connection.execute("describe prod.flights").fetchall()]
        wanted = [*FEATURES, "p_on_time", "p_late", "p_very_late", "predicted_label", "carrier", "bucket_start_ts"]
        assert set(wanted) <= set(names)
        rows = connection.execute(f"select {', '.join(wanted)} from prod.flights").fetchall()
        found = {name: rows_of(connection.execute(sql)) for name, sql in queries(ENGINES["duckdb"]).items()}
        sides = [
            WindowConfig(table="prod.flights", **window.model_dump(exclude={"table"})) for window in WINDOWS.values()
        ]
        # The table of a worksheet has not been looked at, so nobody knows of its confidence.
        report = run_drift_check(
            *sides,
            warehouse=connection,
            features=list(FEATURES),
            categories=["carrier"],
            exclude="confidence",
            exact=True,
        )
    assert report.feature_report is not None
    assert report.class_shift is not None
    results = {result.feature: result for result in report.feature_report.results}
    for row in found["drift_features"]:
        result = results[row["feature"]]
        assert math.isclose(row["psi"], result.psi or 0, rel_tol=1e-12)
        assert math.isclose(row["ks_statistic"], result.ks_statistic or 0, rel_tol=1e-12)
    [mix] = [row for row in found["drift_categories"] if row["bin"] == 1]
    carriers = results["carrier"]
    assert (mix["category"], mix["ref_count"]) == (carriers.categories[0].name, carriers.categories[0].ref_count)
    assert math.isclose(mix["total_variation"], carriers.total_variation or 0, rel_tol=1e-12)
    flagged = {(row["check_name"], row["feature"]) for row in found["drift_check"] if row["is_flagged"]}
    assert flagged == {
        (alert.trigger.value, alert.affected_features[0] if alert.affected_features else None)
        for alert in report.alerts
    }
    assert {row["class_name"]: row["cur_share"] for row in found["drift_classes"]} == pytest.approx(
        report.class_shift.cur_dist
    )
    with servers.postgres() as url, psycopg.connect(url, autocommit=True) as server:
        types = ", ".join(f"{name} double precision" for name in wanted[:-3])
        server.execute(
            f"create schema prod; create table prod.flights ({types}, predicted_label text, carrier text, bucket_start_ts timestamp)".encode()
        )
        with server.cursor() as cursor, cursor.copy(b"copy prod.flights from stdin") as copy:
            for values in rows:
                copy.write_row(values)
        for name, sql in queries(ENGINES["postgres"]).items():
            again = rows_of(server.execute(sql.encode()))
            assert len(again) == len(found[name])
            for here, there in zip(again, found[name], strict=True):
                for column, value in there.items():
                    if isinstance(value, float):
                        assert math.isclose(here[column], value, rel_tol=1e-9, abs_tol=1e-12), (name, column)
                    else:
                        assert here[column] == value, (name, column)


def test_many_features_are_several_queries_and_one_verdict() -> None:
    monitor = MonitorConfig(table="t", features=[f"f{k}" for k in range(60)], columns=ROLES, **WINDOWS)
    found = plan_worksheet(monitor, None, ENGINES["snowflake"])
    names = [statement.name for statement in found]
    assert names.count("drift_features") == names.count("drift_bins") == 3
    assert names.count("drift_check") == 1


def test_a_single_probability_column_is_a_list() -> None:
    monitor = MonitorConfig(table="t", features=["x"], columns={**ROLES, "probabilities": "probs"}, **WINDOWS)
    [labels] = [part.sql for part in plan_worksheet(monitor, None, ENGINES["snowflake"]) if part.name == "drift_labels"]
    assert labels.count('"PROBS" as probabilities') == 2
    assert "reduce(probabilities" in labels
