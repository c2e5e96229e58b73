"""The commands sql, history, demo, schema and sql-path."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shlex
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from driftql.cli.demo import next_commands
from driftql.config import Config
from driftql.demo import FEATURES, flights_monitor
from driftql.engines import ENGINES
from driftql.sql.render import sql_folder
from tests.cli.cli_helpers import DRIFTED, Run

UNSEEN = ["prod.predictions", "--time", "bucket_start_ts", "--feature", "dep_delay", "--label", "predicted_label"]


def test_every_printed_statement_runs_as_it_is(folder: Path, run: Run) -> None:
    result = run("sql", "flights", *DRIFTED)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("-- ")
    with duckdb.connect("driftql_demo.duckdb", read_only=True) as connection:
        statements = connection.extract_statements(result.out)
        assert len(statements) == len(re.findall(r"(?m)^-- \w+: ", result.out)) == 5
        for statement in statements:
            assert connection.execute(statement).fetchall()


def test_sql_of_files(folder: Path, run: Run) -> None:
    Path("driftql.toml").unlink()
    result = run("sql", "february.parquet", "june.parquet")
    assert (result.code, result.err) == (0, "")
    assert "read_parquet('february.parquet')" in result.out
    assert "read_parquet('june.parquet')" in result.out
    with duckdb.connect() as connection:
        statements = connection.extract_statements(result.out)
        assert len(statements) == len(re.findall(r"(?m)^-- \w+: ", result.out)) > 0
        for statement in statements:
            assert connection.execute(statement).fetchall()


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_sql_for_every_engine(empty: Path, run: Run, engine: str) -> None:
    windows = ["--reference", "2026-01-01..2026-02-01", "--current", "2026-02-01..2026-03-01"]
    if engine == "duckdb":
        run("sql", *UNSEEN, *windows).refused(2)
        return
    assert re.findall(r"(?m)^-- (\w+): ", run("sql", *UNSEEN, *windows, "--engine", engine).out) == ["drift_check"]
    results = [
        run("sql", *UNSEEN, *windows, "--engine", engine, "--query", query)
        for query in ("check", "features", "bins", "labels", "classes")
    ]
    for result in results:
        assert (result.code, result.err) == (0, "")
        sql_holds_what_was_asked(result.out, engine)
    for flags in (["--query", "bins"], ["--relative-dates"]):
        assert "leave one of them out" in run("sql", *UNSEEN, "--counts", *flags).refused(2)
    moving = run("sql", *UNSEEN, "--engine", engine, "--current", "yesterday", "--time-type", "date")
    assert (moving.code, moving.err) == (0, "")
    assert re.search(r"current_date|today\(\)", moving.out)
    assert "give the current window dates" in run("sql", *UNSEEN, "--engine", engine, "--fixed-dates").refused(2)


def test_the_page_shows_a_command_that_works(empty: Path, run: Run) -> None:
    [command] = re.findall(r"(?m)^driftql sql (.*\\\n.*)$", (sql_folder() / "README.md").read_text(encoding="utf-8"))
    text = run("sql", *shlex.split(command.replace("\\\n", " "))).out
    assert '"BUCKET_START_TS" >= current_date - 7' in text
    assert 'from "PROD"."PREDICTIONS"' in text


def sql_holds_what_was_asked(text: str, engine: str) -> None:
    trees = sqlglot.parse(text, dialect=ENGINES[engine].dialect)
    names = re.findall(r"(?m)^-- (\w+): ", text)
    assert len(trees) == len(names) > 0
    columns: set[str] = set()
    for tree in trees:
        assert isinstance(tree, exp.Query)
        ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
        assert {"predictions"} <= {table.name.lower() for table in tree.find_all(exp.Table)} - ctes
        columns |= {column.name.lower() for column in tree.find_all(exp.Column)}
    assert "bucket_start_ts" in columns
    assert columns & {"dep_delay", "predicted_label"}
    for day in ("2026-01-01", "2026-02-01", "2026-03-01"):
        assert day in text


def test_a_line_break_in_a_name_stays_inside_the_comment(empty: Path, run: Run) -> None:
    with duckdb.connect("d.duckdb") as connection:
        connection.execute('create table t as select i, i as "x\ndrop table t; --" from range(99) t(i)')
    windows = ["--reference-filter", "i < 50", "--current-filter", "i >= 50"]
    text = run("sql", "t", "--db", "d.duckdb", *windows).out
    comments = [line for line in text.splitlines() if line.startswith("-- ")]
    assert any("drop table" in line for line in comments)
    with duckdb.connect("d.duckdb") as connection:
        connection.execute(text).fetchall()
        assert connection.sql("select count(*) from t").fetchall() == [(99,)]


def test_sql_of_one_monitor_only(folder: Path, run: Run) -> None:
    with Path("driftql.toml").open("a") as file:
        file.write('\n[monitors.b]\ntable = "flights"\n')
    assert "several monitors; name one of them: flights, b" in run("sql").refused(2)
    assert "no engine 'oracle'" in run("sql", "flights", "--engine", "oracle").refused(2)
    assert "dates" in run("sql", "flights", "--engine", "trino", "--fixed-dates").refused(2)


def test_history_of_runs_and_metrics(folder: Path, run: Run) -> None:
    assert "driftql check --record" in run("history").refused(2)
    for _ in range(2):
        run("check", *DRIFTED, "--record", "--quiet")
    runs = json.loads(run("history", "--json").out)
    assert [(one["monitor"], one["alerts"]) for one in runs] == [("flights", 8)] * 2
    assert "flights" in run("history").out
    points = json.loads(run("history", "psi", "--feature", "dep_delay", "--json").out)
    assert len(points) == 2
    assert {point["metric"] for point in points} == {"psi"}
    assert len(json.loads(run("history", "psi", "--json", "--limit", "3").out)) == 3
    shown = run("history", "psi", "--feature", "dep_delay").out
    assert "█" in shown
    assert "0.2" in shown
    assert "psi" in run("history", "nope").refused(2)


@pytest.mark.parametrize("width", [80, 120])
def test_history_fits_the_terminal(folder: Path, run: Run, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    run("check", *DRIFTED, "--record", "--quiet")
    for arguments in (["history"], ["history", "psi"], ["history", "class_share"]):
        assert max(map(len, run(*arguments).out.splitlines())) <= width


def test_demo_shows_a_calm_and_a_drifted_pair_and_what_to_type_next(empty: Path, run: Run) -> None:
    result = run("demo")
    assert (result.code, result.err) == (0, "")
    for words in ("No alert", "8 alerts, 2 critical", "labeling queue", "feature_counts", "Next"):
        assert words in result.out
    assert [path.name for path in Path().iterdir()] == ["driftql_demo.duckdb"]
    for line in next_commands():
        assert line in result.out
        _, *typed = shlex.split(line)
        assert run(*typed).code == (1 if typed[0] == "check" else 0)


def test_demo_runs_again_and_starts_afresh(folder: Path, run: Run) -> None:
    run("queue", "add-low-confidence")
    assert run("demo").code == 0
    with duckdb.connect("driftql_demo.duckdb", read_only=True) as connection:
        assert connection.sql("select count(*) from driftql_queue").fetchall() == [(50,)]


@pytest.mark.parametrize("kind", ["text", "database"])
def test_demo_does_not_overwrite_what_it_did_not_write(empty: Path, run: Run, kind: str) -> None:
    path = Path("driftql_demo.duckdb")
    if kind == "text":
        path.write_text("mine")
    else:
        with duckdb.connect(str(path)) as connection:
            connection.execute("create table flights as select 1 as mine")
    before = hashlib.sha256(path.read_bytes()).digest()
    assert "--force" in run("demo").refused(2)
    assert hashlib.sha256(path.read_bytes()).digest() == before
    assert run("demo", "--force").code == 0


def test_demo_settings_are_those_of_its_description() -> None:
    calm, drifted = flights_monitor("calm"), flights_monitor("drifted")
    assert calm.features == list(FEATURES)
    assert calm.reference.end == calm.current.start
    assert drifted.reference.start is not None
    assert drifted.reference.start == dt.datetime(2013, 2, 13)


def test_schema_describes_every_setting(run: Run) -> None:
    schema = json.loads(run("schema").out)
    assert set(schema["properties"]) == set(Config.model_fields)


def test_sql_path_is_the_folder_of_the_macros(run: Run) -> None:
    folder = Path(run("sql-path").out.strip())
    assert (folder / "macros").is_dir()


def test_sql_is_coloured_on_a_terminal_only(folder: Path, run: Run) -> None:
    assert not re.search(r"\x1b", run("sql", "flights").out)
