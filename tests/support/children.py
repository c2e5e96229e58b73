"""Code in a process of its own, with the driftql that is being tested."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import driftql

__all__ = ["environment", "python"]

SOURCE = Path(driftql.__file__).parents[1]


def python(code: str, *arguments: object) -> list[str]:
    """Return the command line that runs some code."""
    return [sys.executable, "-c", code, *map(str, arguments)]


def environment() -> dict[str, str]:
    """Return the environment in which a child process finds the same driftql."""
    return {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "utf-8"}
