"""What a check opens is closed with it; `python -m tests.edges.endurance 1000` looks at memory, too."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.edges.endurance import growing, held_after

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.mark.parametrize("kind", ["a DuckDB file", "an open DuckDB file", "a CSV file", "frames", "PostgreSQL"])
def test_nothing_that_is_opened_stays(kind: str, tmp_path: Path) -> None:
    held = list(held_after(kind, tmp_path, [2, 4, 6]))
    # pytest keeps objects of its own.
    assert not [line for line in growing(held, kind) if "objects" not in line], held
    assert held[0].descriptors > 3
