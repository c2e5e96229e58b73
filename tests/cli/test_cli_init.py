from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from driftql.config import MonitorConfig, load_config
from tests.cli.cli_helpers import Run

COLUMNS = "'u' || (i % 9) as user_id, random() as x, i % 7 as n"


def make(path: str, *statements: str) -> None:
    with duckdb.connect(path) as connection:
        for sql in statements:
            connection.execute(sql)


def test_init_writes_settings_that_load_and_check(folder: Path, run: Run) -> None:
    Path("driftql.toml").unlink()
    result = run("init", "flights", "--db", "driftql_demo.duckdb")
    assert (result.code, result.err) == (0, "")
    for words in ("user_id", "p_on_time, p_late, p_very_late", "Wrote driftql.toml", "driftql check"):
        assert words in result.out
    monitor = load_config(Path("driftql.toml")).monitor("flights")
    assert monitor.columns.user == "user_id"
    assert monitor.columns.probabilities == ["p_on_time", "p_late", "p_very_late"]
    assert monitor.current.last == "7d"
    assert run("check").code in (0, 1)


def test_every_setting_has_a_comment_and_defaults_are_commented(folder: Path) -> None:
    lines = Path("driftql.toml").read_text().splitlines()
    for number, line in enumerate(lines):
        if " = " in line and not line.startswith("#"):
            assert lines[number - 1].startswith("# ")
    text = "\n".join(line.removeprefix("# ") if " = " in line else line for line in lines if "Left out" not in line)
    Path("all.toml").write_text(text)
    monitor = load_config(Path("all.toml")).monitor("flights")
    assert monitor.thresholds == MonitorConfig().thresholds
    assert monitor.queue == MonitorConfig().queue


def test_init_never_overwrites_without_force(folder: Path, run: Run) -> None:
    before = Path("driftql.toml").read_text()
    sentence = run("init", "flights", "--db", "driftql_demo.duckdb", "--name", "other").refused(2)
    assert "--force" in sentence
    assert "--config other.toml" in sentence
    assert Path("driftql.toml").read_text() == before
    assert run("init", "flights", "--db", "driftql_demo.duckdb", "--name", "other", "--force").code == 0
    assert list(load_config(Path("driftql.toml")).monitors) == ["other"]


def test_the_only_table_is_taken_and_several_are_listed(empty: Path, run: Run) -> None:
    make("d.duckdb", f"create table alone as select {COLUMNS} from range(100) t(i)")
    make("d.duckdb", "create table driftql_runs (run_id varchar)")
    assert run("init", "--db", "d.duckdb").code == 0
    assert load_config(Path("driftql.toml")).monitor("alone").table == "alone"
    make("d.duckdb", "create schema s", "create view s.second as from alone")
    sentence = run("init", "--db", "d.duckdb", "--force").refused(2)
    assert "alone, s.second" in sentence
    make("none.duckdb", "select 1")
    assert "holds no tables" in run("init", "--db", "none.duckdb", "--force").refused(2)


def test_init_needs_to_know_where_the_table_is(empty: Path, run: Run) -> None:
    assert "--db FILE" in run("init").refused(2)
    assert "--db FILE" in run("init", "flights").refused(2)
    assert "there is no database file" in run("init", "--db", "none.duckdb").refused(2)


@pytest.mark.parametrize("name", ['qu"ote', "back\\slash", "new\nline", "[red]", "ü ber", "del\x7f", "# no comment"])
def test_strange_names_survive(empty: Path, run: Run, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    make(
        "d.duckdb",
        f'create table {quoted} as select {COLUMNS}, i * 1.5 as {quoted}, 1 as "const\n[x] = 1" from range(100) t(i)',
    )
    assert run("init", name, "--db", "d.duckdb", "--name", name).code == 0
    monitor = load_config(Path("driftql.toml")).monitor(name)
    assert monitor.table == name
    assert name in monitor.features


def test_a_short_table_gets_short_windows(empty: Path, run: Run) -> None:
    make(
        "d.duckdb",
        f"create table t as select {COLUMNS}, timestamp '2026-01-01' + interval (i) minute as bucket_start_ts "
        "from range(2000) t(i)",
    )
    assert run("init", "--db", "d.duckdb").code == 0
    assert load_config(Path("driftql.toml")).monitor("t").reference.last == "12h"
    assert run("check").code in (0, 1)


def test_without_a_time_the_file_says_what_to_do(empty: Path, run: Run) -> None:
    make("d.duckdb", f"create table t as select {COLUMNS} from range(100) t(i)")
    result = run("init", "--db", "d.duckdb")
    assert "time" in result.out
    assert load_config(Path("driftql.toml")).monitor("t").current.last is None
    assert "# filter = " in Path("driftql.toml").read_text()


def test_a_settings_file_in_another_folder_finds_the_database(folder: Path, run: Run) -> None:
    assert run("init", "flights", "--db", "driftql_demo.duckdb", "--config", "conf/drift.toml").code == 0
    assert run("check", "--config", "conf/drift.toml").code == 1
    assert run("queue", "list", "--config", "conf/drift.toml").code == 0


def test_a_file_needs_no_database(folder: Path, run: Run) -> None:
    result = run("init", "february.parquet", "--config", "february.toml")
    assert "driftql check --config february.toml" in result.out
    assert run("check", "--config", "february.toml").code in (0, 1)


def test_a_file_that_cannot_be_written_is_one_sentence(folder: Path, run: Run) -> None:
    shutil.copy("driftql.toml", "plain")
    sentence = run("init", "flights", "--db", "driftql_demo.duckdb", "--config", "plain/x.toml").refused(2)
    assert "plain/x.toml" in sentence


def test_whole_numbers_of_few_values_are_labels(empty: Path, run: Run) -> None:
    make("d.duckdb", f"create table few as select {COLUMNS}, i % 3 as prediction from range(400) t(i)")
    make("d.duckdb", f"create table many as select {COLUMNS}, i as prediction from range(400) t(i)")
    make("d.duckdb", f"create table named as select {COLUMNS}, i % 3 as predicted_label from range(400) t(i)")
    for table, label, features in (
        ("few", "prediction", ["x", "n"]),
        ("named", "predicted_label", ["x", "n"]),
        ("many", None, ["x", "n"]),
    ):
        assert run("init", table, "--db", "d.duckdb", "--force").code == 0
        monitor = load_config(Path("driftql.toml")).monitor(table)
        assert (monitor.columns.label, monitor.features) == (label, features)
