"""The README's commands, Python and configuration run as they stand, and print what it shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from driftql.config import Config, validated
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
    """Every ``$`` line of the README with the output shown below it."""
    found = []
    for block in blocks("console"):
        parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
        for part in parts:
            command, _, shown = part.partition("\n")
            found.append((command, shown.strip("\n")))
    return found


def test_commands(folder: Path) -> None:
    listed = commands()
    assert len(listed) >= 8
    for command, shown in listed:
        done = run(command, folder)
        expected = 1 if shown else 0
        assert done.returncode == expected, f"{command}\n{done.stdout}\n{done.stderr}"
        if shown:
            printed = [line.rstrip() for line in done.stdout.strip("\n").splitlines()]
            assert printed == shown.splitlines(), command


def test_python_on_frames(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    rng = np.random.default_rng(7)

    def frame(shift: float) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "user_id": rng.choice(["u1", "u2", "u3"], 500),
                "bucket_start_ts": pd.date_range("2026-01-01", periods=500, freq="min"),
                "age": rng.normal(40 + shift, 10, 500),
            }
        )

    names = {
        "ref_features_df": frame(0),
        "cur_features_df": frame(30),
        "ref_labels": rng.choice(["a", "b"], 500),
        "cur_labels": rng.choice(["a", "b"], 500),
        "ref_probs": rng.dirichlet([5, 1], 500),
        "cur_probs": rng.dirichlet([5, 1], 500),
        "confidences": rng.random(500),
    }
    exec(compile(blocks("python")[0], "README.md", "exec"), names)
    assert names["count"] == 50
    assert (folder / "artifacts" / "drift_report.json").stat().st_size > 1000
    assert [alert.affected_features for alert in names["report"].alerts] == [["age"]]


def test_python_on_tables(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, object] = {}
    exec(compile(blocks("python")[1], "README.md", "exec"), names)
    printed = capsys.readouterr().out
    assert "critical feature_psi ['origin_delay_2h']" in printed
    # The demo has put the same rows into the queue already.
    assert names["new"] == 0


def test_configuration(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = blocks("toml")[0]
    config = validated(Config, tomllib.loads(text), "README.md")
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


def test_links_lead_somewhere() -> None:
    top = Path(__file__).parents[2]
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", README)
    assert targets
    for target in targets:
        assert (top / target).exists(), target
