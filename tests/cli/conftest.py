from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from driftql.cli.app import app
from tests.cli.cli_helpers import SOURCE, Outcome, Run
from tests.support.flights import write_months


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "DRIFTQL_DEBUG", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


def runner() -> CliRunner:
    """Return a runner that keeps stdout and stderr apart, which older versions must be asked for."""
    asks = "mix_stderr" in inspect.signature(CliRunner).parameters
    settings: dict[str, Any] = {"mix_stderr": False} if asks else {}
    return CliRunner(**settings)


@pytest.fixture
def run() -> Run:
    """Run the app in this process."""

    def call(*arguments: str) -> Outcome:
        result = runner().invoke(app, list(arguments), prog_name="driftql")
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture
def spawn() -> Run:
    """Run ``python -m driftql`` in a process of its own."""

    def call(*arguments: str, **environment: str) -> Outcome:
        result = subprocess.run(
            [sys.executable, "-m", "driftql", *arguments],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": SOURCE, "PYTHONIOENCODING": "utf-8", **environment},
            timeout=120,
            check=False,
        )
        return Outcome(result.returncode, result.stdout, result.stderr)

    return call


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with the demo's database, its settings, and two months as files."""
    folder = tmp_path_factory.mktemp("prepared")
    before = Path.cwd()
    os.chdir(folder)
    try:
        for arguments in (["demo"], ["init", "flights", "--db", "driftql_demo.duckdb"]):
            result = CliRunner().invoke(app, arguments)
            assert result.exit_code == 0, result.output
        write_months(folder, {"february": 2, "june": 6})
    finally:
        os.chdir(before)
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a copy of the prepared folder."""
    target = tmp_path / "work"
    shutil.copytree(prepared, target)
    monkeypatch.chdir(target)
    return target


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    target = tmp_path / "empty"
    target.mkdir()
    monkeypatch.chdir(target)
    return target
