"""Writes the table of engines into their page; what it says is data in ``driftql.engines``."""

from __future__ import annotations

import re
from pathlib import Path

from driftql.engines import capability_table

PAGE = Path(__file__).parents[2] / "sql" / "docs" / "engines" / "README.md"
_PLACE = re.compile(r"(<!-- engines:.*?-->\n).*?(<!-- /engines -->)", re.DOTALL)


def page_with_table() -> str:
    """The page as it should be."""
    return _PLACE.sub(lambda match: f"{match[1]}{capability_table()}{match[2]}", PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    PAGE.write_text(page_with_table(), encoding="utf-8")
