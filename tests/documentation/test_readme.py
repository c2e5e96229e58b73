"""The README's commands, Python, SQL and configuration run as they stand, and print what the README shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from driftql.config import Config, validate
from driftql.sql.render import sql_folder
from tests.support.flights import write_months

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command)
    assert words[0] == "driftql"
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "driftql", *words[1:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("readme")
    demo = run("driftql demo", place)
    assert demo.returncode == 0, demo.stderr
    write_months(place, {"february": 2, "july": 7})
    return place


def commands() -> list[tuple[str, str]]:
    """Return every ``$`` line of the README with the output shown below it, and every command with arguments in its text."""
    found = []
    for block in blocks("console"):
        parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
        for part in parts:
            command, _, shown = part.replace("\\\n", "").partition("\n")
            found.append((command, shown.strip("\n")))
    return found + [(command, "") for command in re.findall(r"`(driftql [^\s`]+ [^`]+)`", README)]


def test_commands(folder: Path) -> None:
    listed = commands()
    assert len(listed) >= 4
    for command, shown in listed:
        done = run(command, folder)
        assert done.returncode in (0, 1), f"{command}\n{done.stdout}\n{done.stderr}"
        if shown:
            printed = "".join(f"{line.rstrip()}\n" for line in done.stdout.strip("\n").splitlines())
            # A line of three dots stands for any number of lines.
            parts = re.split(r"^\.\.\.\n", f"{shown}\n", flags=re.MULTILINE)
            assert re.fullmatch(r"(?:.*\n)*".join(map(re.escape, parts)), printed), f"{command}\n{printed}"


def test_python(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(folder)
    [on_tables] = blocks("python")
    check_frames, fill_queue = re.findall(
        r"^`((?:run_drift_check|auto_enqueue_drift_labels)\(.*\))`", README, re.MULTILINE
    )
    names: dict[str, Any] = {}
    exec(compile(on_tables, "README.md", "exec"), names)
    assert "critical feature_psi ['origin_delay_2h']" in capsys.readouterr().out
    # The demo has put the same rows into the queue already.
    assert names["new"] == 0

    rng = np.random.default_rng(7)

    def frame(shift: float) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "user_id": rng.choice(["u1", "u2", "u3"], 500),
                "bucket_start_ts": pd.date_range("2026-01-01", periods=500, freq="min"),
                "age": rng.normal(40 + shift, 10, 500),
            }
        )

    names |= {
        "ref_df": frame(0),
        "cur_df": frame(30),
        "ref_labels": rng.choice(["a", "b"], 500),
        "cur_labels": rng.choice(["a", "b"], 500),
        "ref_probs": rng.dirichlet([5, 1], 500),
        "cur_probs": rng.dirichlet([5, 1], 500),
        "confidences": rng.random(500),
    }
    names["report"] = eval(check_frames, names)
    assert eval(fill_queue, names) == 50
    assert [alert.affected_features for alert in names["report"].alerts] == [["age"]]


def test_shell(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [query] = re.findall(r"^    (from drift_check.*;)$", README, re.MULTILINE)
    monkeypatch.chdir(folder)
    with duckdb.connect() as connection:
        connection.execute((sql_folder() / "duckdb" / "driftql.sql").read_text(encoding="utf-8"))
        assert len(connection.sql(query).fetchall()) >= 8


def test_configuration(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = blocks("toml")[0]
    config = validate(Config, tomllib.loads(text), "README.md")
    assert config.monitors["flights"].thresholds.psi == 0.25
    (folder / "readme.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("DRIFT_DB", str(folder / "driftql_demo.duckdb"))
    done = run("driftql check --config readme.toml --fail-on never", folder)
    assert done.returncode == 0, done.stderr
    assert "dep_delay" in done.stdout


def test_the_sql_shown_is_the_sql_that_runs(folder: Path) -> None:
    done = run(
        "driftql sql flights --db driftql_demo.duckdb --reference 2013-02-13..2013-02-27 --current 2013-06-26..2013-07-10",
        folder,
    )
    assert done.returncode == 0, done.stderr
    assert blocks("sql")[0].strip() in done.stdout
