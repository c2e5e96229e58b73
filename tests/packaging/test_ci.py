"""CI runs what the README tells people to run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
CI = (TOP / ".ci" / "run").read_text(encoding="utf-8")


def test_the_readme_and_ci_run_the_same_line() -> None:
    [line] = re.findall(r'^test_line="(.*)"$', CI, re.MULTILINE)
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    assert f"\n{line}\n" in readme
    assert (
        line
        == "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest -n auto --dist loadgroup"
    )


def test_it_can_be_run() -> None:
    assert os.access(TOP / ".ci" / "run", os.X_OK)
    assert CI.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in CI


def absolute_paths(script: str) -> set[str]:
    """Return the absolute paths in a shell script, without the line that names its interpreter."""
    lines = re.sub(r'"(\$\w+)"', r"\1", script).splitlines()[1:]
    return {path for line in lines for path in re.findall(r"(?:^|[\s=:'\"(<>])(/[\w.-][\w./-]*)", line)}


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("cd /home/ann/driftql", {"/home/ann/driftql"}),
        ("data=/srv/data", {"/srv/data"}),
        ("pytest >/tmp/log 2>/dev/null", {"/tmp/log", "/dev/null"}),
        ('"$work/try/bin/pip" install ./dist .venv/bin/x', set()),
        ('install "$work"/dist/*.whl', set()),
    ],
)
def test_absolute_paths_are_found(line: str, paths: set[str]) -> None:
    assert absolute_paths(f"#!/usr/bin/env bash\n{line}") == paths


def test_it_depends_on_no_machine() -> None:
    assert absolute_paths(CI) <= {"/dev/null"}
    assert not re.findall(r"\w+://\S+", CI), "an address: of an index, or of a proxy"
    assert not re.findall(r"--(?:extra-)?index(?:-url)?\b|--proxy\b", CI)


def test_the_tests_that_it_names_exist() -> None:
    named = set(re.findall(r"(?<![\w/])tests/[\w/.]+", CI))
    assert named
    assert not {path for path in named if not (TOP / path).exists()}


def test_every_step_is_defined() -> None:
    functions = set(re.findall(r"(?m)^(\w+)\(\) \{", CI))
    steps = re.findall(r'(?m)^step "[^"]*" (\S+)', CI)
    assert len(steps) >= 9
    assert {step for step in steps if not step.startswith(".venv/bin/")} <= functions


def test_a_group_of_tests_has_one_worker(tmp_path: Path) -> None:
    """Where groups are not seen, no test fails, but each worker starts every server."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "test_groups.py").write_text(
        "import os, pathlib, pytest\n"
        "@pytest.mark.xdist_group('one')\n"
        "@pytest.mark.parametrize('k', range(8))\n"
        "def test_it(k):\n"
        "    pathlib.Path(f'{k}.txt').write_text(os.environ['PYTEST_XDIST_WORKER'])\n",
        encoding="utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "xdist",
        "-n",
        "2",
        "--dist",
        "loadgroup",
        "-p",
        "no:cacheprovider",
    ]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    subprocess.run(command, cwd=tmp_path, env=alone, check=True, capture_output=True, timeout=600)
    workers = [path.read_text(encoding="utf-8") for path in tmp_path.glob("*.txt")]
    assert len(workers) == 8
    assert len(set(workers)) == 1
