"""Writes the table of engines into the README; what it says is data in ``driftql.engines``."""

from __future__ import annotations

import re
from pathlib import Path

from driftql.engines import capability_table

README = Path(__file__).parents[2] / "README.md"
_PLACE = re.compile(r"(<!-- engines:.*?-->\n).*?(<!-- /engines -->)", re.DOTALL)


def written() -> str:
    """The README as it should be."""
    return _PLACE.sub(lambda match: f"{match[1]}{capability_table()}{match[2]}", README.read_text(encoding="utf-8"))


if __name__ == "__main__":
    README.write_text(written(), encoding="utf-8")
