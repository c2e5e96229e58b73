"""The macros that `dbt docs` does not show: ``python -m tests.support.hidden_macros`` lists them again in ``hidden.yml``."""

from __future__ import annotations

import re
from pathlib import Path

from driftql.sql.render import sql_folder

DBT = sql_folder() / "dbt"
HIDDEN = DBT / "internal" / "hidden.yml"
_HEAD = """\
# The macros that `dbt docs` does not show: all but those of driftql.yml. `python -m tests.support.hidden_macros` writes this file.
macros:
"""


def macro_names(path: Path) -> list[str]:
    """Name the macros of a file."""
    return re.findall(r"\{%-?\s*macro\s+(\w+)\(", path.read_text(encoding="utf-8"))


def hidden_yaml() -> str:
    """Write what ``hidden.yml`` has to hold."""
    folders = (DBT / "internal", sql_folder() / "macros")
    names = sorted(name for folder in folders for path in folder.rglob("*.sql") for name in macro_names(path))
    return _HEAD + "".join(f"  - {{name: {name}, docs: {{show: false}}}}\n" for name in names)


if __name__ == "__main__":
    HIDDEN.write_text(hidden_yaml(), encoding="utf-8", newline="\n")
