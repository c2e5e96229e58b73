"""The command line on PostgreSQL, from init to history, and ``check --explain``."""

from __future__ import annotations

import json
import re
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

import driftql
from driftql import MonitorConfig
from driftql.check.explain import explain_monitor
from driftql.cli.app import app
from driftql.warehouse.base import Estimate

RANGES = ["--reference", "2026-01-01..2026-01-08", "--current", "2026-01-08..2026-01-15"]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(words), prog_name="driftql")
    assert result.exit_code == code, result.output
    return result.output


def test_from_init_to_history(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password comes out of the environment, and is in no file."""
    secret = url.replace("postgres:@", "postgres:s3cr3t@")
    shown = run("init", "predictions", "--db", secret)
    assert "Set DRIFTQL_PASSWORD" in shown
    written = Path("driftql.toml").read_text(encoding="utf-8")
    assert "postgres:${DRIFTQL_PASSWORD}@" in written
    assert "s3cr3t" not in written + shown
    assert "DRIFTQL_PASSWORD is not set" in run("check", code=2)
    monkeypatch.setenv("DRIFTQL_PASSWORD", "s3cr3t")
    found = run("check", "--record", "--enqueue", *RANGES, code=1)
    assert "age" in found
    assert "50 new rows in the labeling queue" in found
    assert "0 new rows in the labeling queue" in run("check", "--enqueue", *RANGES, code=1)
    requests = json.loads(run("queue", "list", "--json", "--max-asks", "100"))
    assert len(requests) == 50
    run("queue", "done", requests[0]["request_id"])
    run("queue", "skip", requests[1]["request_id"])
    assert len(json.loads(run("queue", "list", "--json", "--max-asks", "100"))) == 48
    assert "new rows below 0.55" in run("queue", "add-low-confidence")
    runs = json.loads(run("history", "--json"))
    assert [one["monitor"] for one in runs] == ["predictions"]
    points = json.loads(run("history", "psi", "--feature", "age", "--json"))
    assert points[0]["value"] > 1


def test_report_equals_that_of_duckdb(url: str, predictions_template: Path) -> None:
    """The same rows on both engines: the same report, but for rounding in the last digits."""
    command = ["check", "predictions", "--json", "--probabilities", "p_*", *RANGES]
    ours = json.loads(run(*command, "--db", url, code=1))
    theirs = json.loads(run(*command, "--db", str(predictions_template), code=1))
    assert _comparable(ours) == _comparable(theirs)


def _comparable(value: object) -> object:
    if isinstance(value, dict):
        left_out = ("run_id", "timestamp", "engine", "statements", "columns_left_out")  # types have other names
        return {key: _comparable(inner) for key, inner in value.items() if key not in left_out}
    if isinstance(value, list):
        return [_comparable(inner) for inner in value]
    return float(f"{value:.9e}") if isinstance(value, float) else value


def test_a_file_beside_a_database(url: str) -> None:
    assert "reads tables only" in run("check", "january.parquet", "predictions", "--db", url, code=2)


def test_time_limit_of_the_settings(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create view slow as select *, pg_sleep(0.01)::text as slept from predictions")
    Path("driftql.toml").write_text(
        f'[warehouse]\nurl = "{url}"\nstatement_timeout = "1s"\n[monitors.a]\ntable = "slow"\n'
        'features = ["age"]\n[monitors.a.reference]\nfilter = "slept = \'\' and order_id < 700"\n'
        "[monitors.a.current]\nfilter = \"slept = '' and order_id >= 700\"\n",
        encoding="utf-8",
    )
    assert "longer than the statement_timeout of 1 s" in run("check", code=3)


def test_explain_runs_nothing(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create function shout() returns int language plpgsql as $$ begin raise 'it ran'; end $$")
        connection.execute("create view loud as select *, shout() as noise from predictions")
    text = run("check", "loud", "--db", url, "--explain", "--feature", "age", "--feature", "noise")
    assert "Nothing was checked" in text
    assert "The newest row was not looked up" in text
    read = [int(told.replace(",", "")) for told in re.findall(r"-- about ([\d,]+) rows", text)]
    assert read[0] == 1400
    assert set(read[1:]) <= {1400, 2800}
    assert re.search(r"-- \d+ statements, which read about [\d,]+ rows, [\d.]+ [kM]B in total", text)
    documents = json.loads(run("check", "predictions", "--db", url, "--explain", "--json"))
    assert {"monitor", "name", "sql", "rows", "bytes"} == set(documents[0])
    assert all(document["bytes"] % 8192 == 0 for document in documents)


def test_explain_of_an_index_and_of_a_table_that_was_never_analysed(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table fresh as select * from predictions")
        connection.execute(
            "create table big as select n as order_id, n::float8 as age from generate_series(1, 50000) as s (n)"
        )
        connection.execute("create index on big (order_id)")
        connection.execute("analyze big")
    with driftql.connect(url) as warehouse:
        narrow = warehouse.estimate("select max(age) from big where order_id between 10 and 60")
        assert narrow is not None
        assert 20 <= (narrow.rows or 0) <= 200
        whole = warehouse.estimate("select max(age) from big")
        assert whole is not None
        assert whole.rows == 50_000
        assert (warehouse.estimate("select * from fresh") or Estimate()).rows


def test_explain_on_duckdb(predictions_template: Path) -> None:
    text = run("check", "predictions", "--db", str(predictions_template), "--explain")
    assert "The newest row was not looked up" not in text
    assert "Nothing was checked" in text
    with driftql.connect(predictions_template) as warehouse:
        explained = explain_monitor(MonitorConfig(table="predictions"), warehouse)
    # DuckDB expects no row without a time, and there is none.
    sized = [one for one in explained if one.statement.name != "rows_without_time"]
    assert all(one.estimate and one.estimate.rows for one in sized)
    assert "feature_counts" in {one.statement.name for one in explained}


def test_rows_of_the_future_and_infinity_do_not_move_the_windows(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "create table events as select timestamptz '2026-01-01 00:00+00' + i * interval '1 hour' as seen_at, "
            "i % 97 + 0.5 as x from generate_series(0, 999) as t(i)"
        )
        command = ["check", "events", "--db", url, "--time", "seen_at", "-f", "x", "--json"]
        sound = json.loads(run(*command))
        connection.execute("insert into events values ('infinity', 1), ('2999-01-01', 2)")
        moved = json.loads(run(*command))
    assert moved["current"]["end"] == sound["current"]["end"] == "2026-02-11T15:00:00.000001"
    assert moved["feature_report"]["results"] == sound["feature_report"]["results"]
    assert "2 rows are dated in the future in 'seen_at' of events (up to infinity)" in moved["warnings"][0]


@pytest.mark.parametrize("kind", ["timestamptz", "timestamp"])
def test_a_day_of_a_time_zone(url: str, kind: str) -> None:
    """2026-03-29 has 23 hours in Amsterdam; a column without a zone holds the local times of them."""
    zone = "Europe/Amsterdam"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        moment = "moment" if kind == "timestamptz" else f"moment at time zone '{zone}'"
        connection.execute(
            f"create table events as select {moment} as seen_at, 'u' || i % 3 as who, i % 7 + 0.5 + 100 * (i / 60) as x "
            "from (select i, timestamptz '2026-03-27 00:00+00' + i * interval '1 hour' as moment "
            "from generate_series(0, 120) as t(i)) as made"
        )
    command = ["check", "events", "--db", url, "--time", "seen_at", "--user", "who", "-f", "x", "--timezone", zone]
    report = json.loads(run(*command, "--current", "2026-03-29", "--json", "--enqueue", code=1))
    assert (report["current"]["rows"], report["reference"]["rows"]) == (23, 24)
    assert report["current"]["first_bucket"] == "2026-03-28T23:00:00"
    assert report["current"]["last_bucket"] == "2026-03-29T21:00:00"
    requests = json.loads(run("queue", "list", "--db", url, "--json", "--max-asks", "99"))
    starts = sorted(request["bucket_start_ts"][:19] for request in requests)
    assert (starts[0], starts[-1]) == ("2026-03-28T23:00:00", "2026-03-29T21:00:00")


def test_history_tables_of_an_earlier_version_get_the_times_of_the_windows(url: str) -> None:
    times = ["reference_start", "reference_end", "current_start", "current_end"]
    command = ["check", "predictions", "--db", url, "--record", "-q", *RANGES]
    run(*command, code=1)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for name in ("runs", "metrics"):
            for column in times:
                connection.execute(f"alter table driftql_{name} drop column {column}")
        assert json.loads(run("history", "--db", url, "--json"))[0]["current_end"] is None
        run(*command, code=1)
        found = connection.execute(f"select {', '.join(times)} from driftql_runs order by recorded_at").fetchall()
    assert [str(moment) for moment in found[1]] == [
        "2026-01-01 00:00:00",
        "2026-01-08 00:00:00",
        "2026-01-08 00:00:00",
        "2026-01-15 00:00:00",
    ]
    assert found[0] == (None,) * 4


def test_the_records_of_two_schemas(url: str) -> None:
    """Where neither is in the search path, both are named; that no check is recorded is not said."""
    report = driftql.run_drift_check({"age": range(30)}, {"age": range(30)}, name="ages")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create schema dev; create schema prod")
    for schema in ("dev", "prod"):
        driftql.record_report(report, url, f"{schema}.driftql_")
    result = CliRunner().invoke(app, ["history", "--db", url], prog_name="driftql")
    assert "dev.driftql_runs, prod.driftql_runs" in str(result.exception) + result.output
    assert json.loads(run("history", "--db", url, "--schema", "prod", "--json"))[0]["monitor"] == "ages"
