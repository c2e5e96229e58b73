"""Importing the package is cheap."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import driftql.stats


def test_scipy_is_not_imported_with_the_package() -> None:
    source = Path(driftql.stats.__file__).parents[2]
    code = "import sys; sys.path.insert(0, sys.argv[1]); import driftql.stats; print('scipy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code, str(source)], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_every_public_name_is_there() -> None:
    assert all(callable(getattr(driftql.stats, name)) for name in driftql.stats.__all__)
    assert driftql.stats.__all__ == sorted(driftql.stats.__all__)
