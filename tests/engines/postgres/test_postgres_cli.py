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
    assert all(one.estimate and one.estimate.rows for one in explained)
    assert "feature_counts" in {one.statement.name for one in explained}
