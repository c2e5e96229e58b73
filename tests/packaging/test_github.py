"""What GitHub and editors read: the files parse, and the workflow runs what CI runs anywhere else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

TOP = Path(__file__).parents[2]
FORMS = sorted((TOP / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_workflow_runs_the_script_of_ci() -> None:
    workflow = read(TOP / ".github" / "workflows" / "ci.yml")
    [job] = workflow["jobs"].values()
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert commands == [".ci/run"]
    assert os.access(TOP / commands[0], os.X_OK)


@pytest.mark.parametrize("path", [path for path in FORMS if path.name != "config.yml"], ids=lambda path: path.stem)
def test_a_form_is_what_github_can_show(path: Path) -> None:
    form = read(path)
    assert {"name", "description", "body"} <= set(form)
    fields = [part for part in form["body"] if part["type"] != "markdown"]
    assert all(part["type"] in ("input", "textarea", "dropdown", "checkboxes") for part in fields)
    assert all(part["attributes"]["label"] for part in fields)
    names = [part["id"] for part in fields]
    assert len(names) == len(set(names))


def test_a_wrong_number_comes_with_the_report() -> None:
    form = read(TOP / ".github" / "ISSUE_TEMPLATE" / "wrong-number.yml")
    [report] = [part for part in form["body"] if part.get("id") == "report"]
    assert "--json" in report["attributes"]["description"]
    assert report["validations"]["required"] is True


def test_what_runs_before_a_commit_is_there() -> None:
    [repository] = read(TOP / ".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        words = hook["entry"].split()
        if words[0].startswith(".venv"):
            folders = [word for word in words if word.startswith("tests/")]
            assert folders
            assert all((TOP / folder).is_dir() for folder in folders)
