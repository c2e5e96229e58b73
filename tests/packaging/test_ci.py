"""CI runs what the README tells people to run."""

from __future__ import annotations

import os
import re
from pathlib import Path

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


def test_it_names_no_machine() -> None:
    assert not re.findall(r"(?<![\w.$}\"])/(?!usr/bin/env|dev/null)[a-z]+/", CI.replace("//", "")), (
        "a path of one machine"
    )
    assert "://" not in CI
    assert "index-url" not in CI
