from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from driftql.cli.app import app
from tests.cli.cli_helpers import SOURCE, Run

# Typer itself imports pydantic to read the values of flags.
HEAVY = {"duckdb", "jinja2", "numpy", "pandas", "pygments", "rich", "scipy", "sqlglot"}


def commands() -> Iterator[tuple[str, ...]]:
    def walk(command: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield path
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, (*path, name))

    yield from walk(typer.main.get_command(app), ())


COMMANDS = list(commands())


def examples(text: str) -> list[str]:
    block = text.partition("Examples:\n")[2].replace("\\\n", " ")
    return [line.strip() for line in block.splitlines() if line.strip()]


def test_every_command_is_there() -> None:
    assert {path[0] for path in COMMANDS if path} == {
        "check",
        "demo",
        "history",
        "init",
        "queue",
        "report",
        "schema",
        "sql",
        "sql-path",
    }
    assert {path[1] for path in COMMANDS if path[:1] == ("queue",) and len(path) > 1} == {
        "add-low-confidence",
        "done",
        "list",
        "skip",
    }


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_ends_with_examples_that_name_the_command(run: Run, path: tuple[str, ...]) -> None:
    result = run(*path, "--help")
    assert (result.code, result.err) == (0, "")
    shown = examples(result.out)
    assert any(line.startswith(shlex.join(["driftql", *path])) for line in shown)
    assert result.out == run(*path, "-h").out


@pytest.mark.parametrize("width", [50, 80, 200])
@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_fits_the_terminal(run: Run, path: tuple[str, ...], width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    text = run(*path, "--help").out.partition("Examples:")[0]
    assert max(map(len, text.splitlines())) <= max(width, 56)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_example_works(folder: Path, run: Run, path: tuple[str, ...]) -> None:
    import duckdb

    if path[:1] in (("history",), ("report",)):
        assert run("check", "--record", "--quiet").code == 1
    with duckdb.connect("driftql_demo.duckdb", read_only=True) as connection:
        rows = connection.sql("select cast(request_id as varchar) from driftql_queue limit 1").fetchall()
    for line in examples(run(*path, "--help").out):
        # A DuckDB file has one schema, as long as nobody makes another.
        here = line.replace("$ID", rows[0][0]).replace("--schema analytics", "--schema main")
        command, _, target = here.partition(" > ")
        words = shlex.split(command)
        assert words[0] == "driftql"
        result = run(*words[1:])
        allowed = (0, 1) if words[1] in ("check", "report") else (0,)
        assert result.code in allowed, f"{line}\n{result.err}"
        assert result.err == ""
        assert result.out.strip()
        assert not target or re.fullmatch(r"[\w.]+", target)


def test_no_heavy_library_is_imported_for_help() -> None:
    code = "import sys, driftql.cli.app as a\nsys.argv = ['driftql', 'check', '--help']\n"
    code += "try: a.main()\nexcept SystemExit: pass\n"
    code += "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    result = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": SOURCE}, capture_output=True, text=True, check=True
    )
    loaded = set(re.findall(r"'(\w+)'", result.stderr))
    assert "typer" in loaded
    assert not loaded & HEAVY


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    assert run().out == run("--help").out
    assert run("queue").out == run("queue", "--help").out


def test_unknown_commands_are_one_sentence(run: Run) -> None:
    assert "no such command 'chek'" in run("chek").refused(2)
    assert "no such command 'dune'" in run("queue", "dune").refused(2)


def test_version(spawn: Run) -> None:
    result = spawn("--version")
    assert (result.code, result.err) == (0, "")
    assert re.match(r"driftql\b", result.out)


def test_shell_completion_is_offered(run: Run) -> None:
    assert "--show-completion" in run("--help").out
