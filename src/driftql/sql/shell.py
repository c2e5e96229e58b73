"""``python -m driftql.sql.shell``: writes ``sql/duckdb/driftql.sql``, the macros for a plain DuckDB shell."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from driftql.config import ReadConfig, Thresholds
from driftql.engines import ENGINES
from driftql.sql import fragments
from driftql.sql.render import render_template, sql_folder

__all__ = ["shell_macros", "shell_path"]


def shell_path() -> Path:
    """Return where the file is: beside the macros it is made from."""
    return sql_folder() / "duckdb" / "driftql.sql"


def shell_macros() -> str:
    """Return the SQL that gives a plain DuckDB shell ``drift_check`` and the others.

    Raises
    ------
    RenderError
        If this installation lacks the macros.
    """
    return render_template(
        shell_path().with_suffix(".sql.jinja"),
        ENGINES["duckdb"],
        defaults=Thresholds(),
        # Twice quoted: the macros hold the text of a query.
        null_values=", ".join(f"''{marker}''" for marker in ["", *ReadConfig().null_values]),
        dict=dict,
        fractions_of=_fractions,
    )


def _fractions(bins: int) -> list[str]:
    """Return the quantiles between bins, in the floating-point steps of numpy.percentile."""
    return [fragments.number(float(fraction)) for fraction in np.linspace(0, 100, bins + 1)[1:-1] / 100]


if __name__ == "__main__":
    shell_path().write_text(shell_macros(), encoding="utf-8")
    print(shell_path())
