"""What the tests of filters share."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest


@pytest.fixture(scope="session")
def on_clickhouse(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what ``clickhouse_child`` found: the ClickHouse of a process has one folder, so that it has its own process."""
    command = [sys.executable, "-m", "tests.filters.clickhouse_child", str(tmp_path_factory.mktemp("clickhouse"))]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result
