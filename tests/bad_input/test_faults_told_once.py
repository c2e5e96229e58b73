"""A fault is told in one sentence, with nothing beside it and no word that is not true."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from driftql import WarehouseError, connect, run_drift_check
from driftql.cli.app import app
from driftql.config import WindowConfig
from driftql.warehouse.driver_errors import install_command
from driftql.warehouse.duckdb_errors import explain
from tests.support.refusals import refused

DRIFTQL = f"'{sys.executable}' -m driftql"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("r", "c"):
        Path(f"{name}.csv").write_text("z\n" + "\n".join(str(i) for i in range(50)), encoding="utf-8")
    return tmp_path


def shell(command: str) -> tuple[int, str, str]:
    ran = subprocess.run(["bash", "-c", command], capture_output=True, encoding="utf-8", timeout=120, check=False)
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize(
    "arguments", ["check r.csv c.csv --json", "check r.csv c.csv", "check --help", "sql r.csv c.csv"]
)
def test_a_full_standard_output_is_one_sentence(here: Path, arguments: str) -> None:
    code, _, err = shell(f"{DRIFTQL} {arguments} > /dev/full")
    assert (code, err) == (3, "driftql: standard output cannot be written: no space left on device\n")


def test_closed_streams_leave_the_exit_code(here: Path) -> None:
    assert shell(f"{DRIFTQL} check r.csv c.csv >&-") == (0, "", "")
    assert shell(f"{DRIFTQL} check nosuch.csv c.csv 2>&-") == (2, "", "")
    assert shell(f"{DRIFTQL} check nosuch.csv c.csv 2> /dev/full") == (2, "", "")
    code, _, err = shell(f"{DRIFTQL} check r.csv c.csv --json | head -c 1; exit ${{PIPESTATUS[0]}}")
    assert code in (0, 141)
    assert err == ""


def test_a_reader_that_holds_a_file_is_not_called_a_writer(here: Path) -> None:
    duckdb.connect("own.duckdb").close()
    hold = "import duckdb, sys; c = duckdb.connect('own.duckdb', read_only={}); print('open', flush=True); sys.stdin.read()"
    for read_only, opens, said in (
        (True, lambda: connect("own.duckdb").transaction().__enter__(), "reads it or writes to it"),
        (False, lambda: connect("own.duckdb").query("select 1"), "that writes to it"),
    ):
        holder = subprocess.Popen(
            [sys.executable, "-c", hold.format(read_only)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"open\n"
            with refused(WarehouseError, "own.duckdb is locked by another process", f"PID {holder.pid}", said):
                opens()
        finally:
            holder.communicate()


def test_what_cannot_be_read_is_not_called_unwritable() -> None:
    error = duckdb.IOException('IO Error: Cannot open file "rows.csv": Permission denied')
    assert explain(error, "DuckDB in memory", writes=False).startswith(
        "rows.csv cannot be read: this user may not open"
    )
    assert "cannot be written" in explain(error, "own.duckdb", writes=True)


def test_a_view_that_would_write_is_told_so(here: Path) -> None:
    with duckdb.connect("own.duckdb") as connection:
        connection.execute("create sequence sq; create table t as select i from range(100) r(i)")
        connection.execute("create view v as select i, nextval('sq') as z from t")
    window = WindowConfig(table="v")
    with refused(WarehouseError, "cannot be written by a check, which only reads", "nextval"):
        run_drift_check(window, WindowConfig(table="t"), warehouse="own.duckdb", features=["i"], columns={"user": "z"})


ESCAPES = "a\x1b[31mb\x07c\x9bd"


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "r.csv", "c.csv", "--db", f"{ESCAPES}.duckdb"],
        ["check", "--config", f"{ESCAPES}.toml"],
        ["check", "r.csv", "c.csv", "--filter", f"z > '{ESCAPES}"],
        ["check", "r.csv", f"{ESCAPES}.csv"],
        ["check", "r.csv", "c.csv", "--user", ESCAPES],
        ["check", "r.csv", "c.csv", "--output", f"{ESCAPES}/\0x"],
        ["check", "r.csv", "c.csv", f"--{ESCAPES}"],
        ["check", "r.csv", "c.csv", "--psi", ESCAPES],
        [ESCAPES],
    ],
)
def test_no_escape_character_reaches_the_terminal(here: Path, arguments: list[str]) -> None:
    result = CliRunner().invoke(app, arguments, prog_name="driftql")
    assert result.exit_code in (2, 3)
    assert result.stderr.startswith("driftql: ")
    assert not [mark for mark in "\x1b\x07\x9b\0" if mark in result.stdout + result.stderr]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (None, "pip install 'driftql[postgres]'"),
        ({"url": "https://example.org/driftql.whl", "archive_info": {}}, "pip install 'driftql[postgres]'"),
        (
            {"url": "file:///home/ann/my%20clone", "dir_info": {"editable": True}},
            "pip install -e '.[postgres]' in /home/ann/my clone, where this driftql comes from (elsewhere: pip install "
            "'driftql[postgres]')",
        ),
        (
            {"url": "file:///srv/driftql", "dir_info": {}},
            "pip install '.[postgres]' in /srv/driftql, where this driftql comes from (elsewhere: pip install "
            "'driftql[postgres]')",
        ),
    ],
)
def test_the_command_that_installs_a_driver_fits_the_installation(
    source: dict[str, object] | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Installed:
        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return None if source is None else json.dumps(source)

    monkeypatch.setattr(metadata, "distribution", lambda name: Installed())
    assert install_command("postgres") == said


# --- places where several things may be given ------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments), prog_name="driftql")
    return result.exit_code, result.stdout, result.stderr


def test_names_in_one_option_are_told_apart(here: Path) -> None:
    for name in ("r", "c"):
        Path(f"{name}.csv").write_text("p0,p1\n" + "\n".join("0.2,0.8" for _ in range(50)), encoding="utf-8")
    for option in ("-f", "--probabilities"):
        code, _, err = run("check", "r.csv", "c.csv", option, "p0,p1")
        assert code == 2
        assert "'p0' and 'p1' are columns of their own: repeat an option that takes several" in err


def test_the_record_of_a_check_of_files_may_go_to_a_new_file(here: Path) -> None:
    code, out, err = run("check", "r.csv", "c.csv", "--db", "new.duckdb", "--record")
    assert code == 0, err
    assert "new.duckdb is new." in out
    with duckdb.connect("new.duckdb", read_only=True) as connection:
        assert connection.execute("select count(*) from driftql_runs").fetchall() == [(1,)]


def test_no_new_file_is_left_by_a_check_that_failed(here: Path) -> None:
    for arguments in (["nosuch.csv", "c.csv"], ["r.csv", "c.csv", "-f", "none"], ["t"]):
        code, _, _ = run("check", *arguments, "--db", "new.duckdb", "--record")
        assert code == 2
        assert not Path("new.duckdb").exists()


def test_a_wrong_choice_is_not_called_a_value_error(here: Path) -> None:
    _, _, err = run("sql", "r.csv", "c.csv", "--query", "foo")
    assert err.startswith("driftql: invalid value for '--query': 'foo' is not one of 'check', 'features'")


def test_the_printed_statements_of_text_files_run_as_they_are(here: Path) -> None:
    for flags in ([], ["--finished"]):
        code, out, err = run("sql", "r.csv", "c.csv", *flags)
        assert code == 0, err
        with duckdb.connect() as connection:
            rows = [connection.execute(sql).fetchall() for sql in out.split(";\n") if sql.strip()]
        assert len(rows) > 2
