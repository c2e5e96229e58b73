"""The benchmark's scripts run, and their verifications hold. No timing is asserted."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

HERE = Path(__file__).parent
MEASURED = (
    "whole default check / the scan",
    "features alone, certified / the scan",
    "features alone, exact / the scan",
    "exact: D equal to SciPy's, to the last digit",
    "exact: PSI within 1e-12 of NumPy's",
    "certified: the interval holds SciPy's D",
    "certified: the interval holds NumPy's PSI",
    "SciPy + NumPy on the fetched columns / features exact",
    "rows fetched into Python, a feature",
    "default check, 2 x 25,000 / 2 x 2,500 rows",
    "peak memory of the process, whole default check, memory_limit = 1 GB",
    "peak memory of the process, whole exact check, memory_limit = 1 GB",
    "bare default check, 2 x 5,000 x 16 features, in process, the second call",
    "30 features x 2 x 1,000 rows / its own scan",
    "`import driftql` in a fresh process",
    "`driftql --help` in a fresh process",
)
STATEMENTS = ("window_profile", "label_profile", "confidence_profile", "feature_sample", "feature_histogram", "**all**")


def run(module: str, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmark.{module}", *map(str, arguments)],
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows_of(text: str) -> dict[str, list[str]]:
    lines = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:1] == "|"]
    return {cells[0]: cells[1:] for cells in lines}


def test_every_row_is_measured_and_verified(tmp_path: Path) -> None:
    output = tmp_path / "result.md"
    run("run", "--size", "tiny", "--folder", tmp_path / "made", "--output", output)
    rows = rows_of(output.read_text(encoding="utf-8"))
    for what in MEASURED:
        assert what in rows, what
        assert not rows[what][0].startswith("failed"), rows[what]
    for what in MEASURED:
        if what.startswith("exact:"):
            assert rows[what][0].startswith("equal: 16 of 16"), rows[what]
        if what.startswith("certified:"):
            assert rows[what][0].startswith("holds: 16 of 16"), rows[what]
    # The tiny windows are large enough for histograms: the certified path is what was verified.
    assert " 0 not exact" not in rows["certified: the interval holds SciPy's D"][0]
    for statement in STATEMENTS:
        assert statement in rows, statement


def test_the_plot_is_drawn_anew_from_its_own_points(tmp_path: Path) -> None:
    first, second = tmp_path / "first.svg", tmp_path / "second.svg"
    points = (
        '{"lines": {"scan": [[10000, 0.002], [1000000, 0.03]], "certified": [[10000, 0.1], [1000000, 0.4]],'
        ' "exact": [[10000, 0.1], [1000000, 0.6]], "scipy": [[10000, 0.04]]}, "machine": "2 cores &amp; more",'
        ' "threads": 2, "versions": {"DuckDB": "1", "SciPy": "1"}, "scipy_left_out": [1000000]}'
    )
    first.write_text(f"<svg><desc>{points}</desc></svg>", encoding="utf-8")
    table = run("plot", "--from", first, "--svg", second)
    assert "| 1,000,000 |  | 0.600 | 0.400 | 0.030 |" in table
    ET.parse(second)
    again = run("plot", "--from", second, "--svg", first)
    assert again == table
    assert first.read_bytes() == second.read_bytes()


def test_categories_are_counted_and_verified(tmp_path: Path) -> None:
    rows = rows_of(run("categories", "--rows", 20_000, "--repeats", 1, "--folder", tmp_path))
    # Of the 24 columns, one has hardly a value twice at this size. The numbers drift, the texts do not.
    assert [rows[name][-2:] for name in ("8 texts", "16 numbers", "16 numbers and 8 texts")] == [
        ["0", "7 of 8"],
        ["5", "16 of 16"],
        ["5", "23 of 24"],
    ]
    assert rows["3"][-1] == "3"
    assert int(rows["3, 50, 5,000, 1,000,000"][-1]) > 150


def test_the_engines_are_compared_on_the_same_rows() -> None:
    text = run("engines", "--size", "tiny", "--engine", "duckdb", "--engine", "postgres", "--statements")
    rows = rows_of(text)
    for engine in ("DuckDB", "PostgreSQL"):
        [found] = [cells for name, cells in rows.items() if name.startswith(engine)]
        assert found[-1] == "exact: 4 of 4 equal; certified: 4 of 4 within the bound"
    for statement in STATEMENTS[:-1]:
        assert statement in rows, statement
