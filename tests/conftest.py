"""What several folders of tests share: a database with predictions, and a way to run code in a process of its own."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import settings

from tests.support.children import environment, python
from tests.support.predictions import ROWS, predictions_of
from tests.support.properties import EXPLORE

__all__ = ["ROWS", "predictions_of"]

settings.register_profile("explore", EXPLORE)

# A shell starts work in the background with SIGINT ignored, and a program inherits that: what a test starts and then
# interrupts would not be.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Few tests that take long. They are one group, because workers begin with the groups of many tests.
_LONG = (
    "benchmark/",
    "certified/",
    "edges/test_signals",
    "oracle/test_oracle_large",
    "oracle/test_oracle_users",
    "simulation/",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a file to one worker of pytest-xdist, so that what its tests share is made once.

    Tests that need the same server are in a group of their own already.
    """
    here = Path(__file__).parent
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            file = item.path.relative_to(here).with_suffix("").as_posix()
            item.add_marker(pytest.mark.xdist_group("long" if file.startswith(_LONG) else file))


@pytest.fixture(scope="session")
def predictions_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that no test writes to."""
    path = tmp_path_factory.mktemp("template") / "predictions.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.register("made", predictions_of())
        connection.execute("create table predictions as select *, [p_a, p_b, p_unknown] as probs from made")
    return path


@pytest.fixture
def database(predictions_template: Path, tmp_path: Path) -> Path:
    """A database file of the test's own, with the table ``predictions``."""
    return Path(shutil.copy(predictions_template, tmp_path / "own.duckdb"))


@pytest.fixture
def in_process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Python code in a process of its own, with this installation of driftql and ``arguments`` in ``sys.argv``."""

    def run(code: str, *arguments: object, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            python(code, *arguments), capture_output=True, text=True, timeout=timeout, env=environment(), check=False
        )

    return run
