"""Draws the time of a drift check against the number of rows, as a small SVG.

::

    python -m tests.benchmark.plot --size full      # 10^4 to 10^8 rows; half an hour, 10 GB of disk
    python -m tests.benchmark.plot --size small --svg /tmp/plot.svg

Every point compares two windows of so many rows and four features (normal, exponential, integers, lognormal), so that
10^8 rows fit: driftql certified, driftql exact, SciPy with NumPy on the fetched columns as far as memory allows, and the
bare scan. The points are kept in the picture's <desc>; ``--from FILE`` draws it anew from them.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from html import escape, unescape
from pathlib import Path
from typing import Any

from tests.benchmark.bench_tools import HERE, CaseError, machine, note, run_case, table, workplace

FEATURES = 4
SIZES = {
    "full": [10**4, 10**5, 10**6, 10**7, 10**8],
    "small": [10**4, 31_623, 10**5, 316_228],
}
# What SciPy holds of each row of a window and of a feature: at 2 x 2M rows 142 bytes were measured, and some room.
SCIPY_BYTES_PER_ROW = 160
SCIPY_DUCKDB_MEMORY = "3GB"
SVG = HERE / "time-against-rows.svg"

Point = tuple[float, float]

LINES = {
    "scipy": ("SciPy + NumPy", "#c2570c", ""),
    "exact": ("driftql, exact", "#2a78d6", ""),
    "certified": ("driftql, default", "#0b3d91", ""),
    "scan": ("bare scan (min, max, count)", "#8a8984", "5 4"),
}
MARKS = {"scipy": "square", "exact": "diamond", "certified": "circle", "scan": "none"}

WIDTH, HEIGHT = 760, 476
LEFT, RIGHT, TOP, BOTTOM = 74, 218, 78, 78
INK, MUTED, RULE, PAPER = "#1f1f1e", "#5c5b57", "#e4e3df", "#fcfcfb"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    options = _parser().parse_args(arguments)
    if options.source is not None:
        kept = options.source.read_text(encoding="utf-8").split("<desc>")[1].split("</desc>")[0]
        found = json.loads(unescape(kept))
    else:
        with workplace(options.folder) as folder:
            found = measure(folder, SIZES[options.size], options.threads)
    options.svg.write_text(draw(found), encoding="utf-8")
    note(f"wrote {options.svg}")
    print(_table(found), end="")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--size", choices=SIZES, default="full", help="full: up to 10^8 rows; small: up to 316,228")
    parser.add_argument("--threads", type=int, default=2, help="of DuckDB (default: 2)")
    parser.add_argument("--svg", type=Path, default=SVG, metavar="FILE", help="where to (default: beside the script)")
    parser.add_argument("--from", dest="source", type=Path, metavar="FILE", help="an SVG whose points to draw anew")
    parser.add_argument("--folder", type=Path, help="where the data is made (default: a temporary folder, removed)")
    return parser


def measure(folder: Path, sizes: Sequence[int], threads: int) -> dict[str, Any]:
    """Return the points of every line, and what they depend on."""
    lines: dict[str, list[Point]] = {name: [] for name in LINES}
    left_out = []
    spec = {"threads": threads, "features": FEATURES, "roles": False}
    for rows in sizes:
        path = folder / f"plot-{rows}.duckdb"
        here = {**spec, "path": str(path)}
        note(f"2 x {rows:,} rows")
        run_case("make", {**here, "rows": rows})
        repeats = 3 if rows <= 10**7 else 1
        certified = run_case("check", {**here, "repeats": max(repeats, 2)})
        exact = run_case("check", {**here, "repeats": repeats, "exact": True})
        lines["scan"].append((rows, min(certified["scan"], exact["scan"])))
        lines["certified"].append((rows, certified["seconds"]))
        lines["exact"].append((rows, exact["seconds"]))
        if rows * SCIPY_BYTES_PER_ROW < 0.8 * _free_memory():
            try:
                lines["scipy"].append(
                    (
                        rows,
                        run_case(
                            "scipy", {**here, "repeats": 3 if rows <= 10**6 else 1, "memory_limit": SCIPY_DUCKDB_MEMORY}
                        )["seconds"],
                    )
                )
            except CaseError as error:
                left_out.append(rows)
                note(f" SciPy: {error}")
        else:
            left_out.append(rows)
        for name in LINES:
            if lines[name] and lines[name][-1][0] == rows:
                note(f"  {name}: {lines[name][-1][1]:.3f} s")
        path.unlink()
    versions = run_case("versions", {})
    return {"lines": lines, "machine": machine(), "threads": threads, "versions": versions, "scipy_left_out": left_out}


def _free_memory() -> float:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return 8e9


def _table(found: dict[str, Any]) -> str:
    lines = {name: dict(map(tuple, points)) for name, points in found["lines"].items()}
    rows = [
        [f"{size:,.0f}", *(f"{lines[name][size]:.3f}" if size in lines[name] else "" for name in LINES)]
        for size in sorted(lines["scan"])
    ]
    header = ("rows per window", *(f"{label}, s" for label, _, _ in LINES.values()))
    return f"{FEATURES} features; {found['machine']}.\n\n" + table(header, rows, right="01234") + "\n"


def draw(found: dict[str, Any]) -> str:
    """Write the picture."""
    lines: dict[str, list[Point]] = found["lines"]
    every = [point for points in lines.values() for point in points]
    horizontal = _axis([rows for rows, _ in every], LEFT, WIDTH - RIGHT)
    vertical = _axis([seconds for _, seconds in every], HEIGHT - BOTTOM, TOP)
    versions = found["versions"]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="system-ui, -apple-system, \'Segoe UI\', Roboto, sans-serif" role="img">',
        "<title>Time of a drift check against rows</title>",
        f"<desc>{escape(json.dumps(found), quote=False)}</desc>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        _text(LEFT, 30, "Time of a drift check against rows", size=17, weight=600),
        _text(
            LEFT,
            51,
            f"KS and PSI of {FEATURES} features, two windows in a DuckDB file, warm; both axes logarithmic",
            size=12.5,
            fill=MUTED,
        ),
    ]
    parts += _grid(horizontal, vertical)
    ends: list[tuple[Point, str, str, str]] = []
    longest = max(rows for rows, _ in every)
    for name, (label, colour, dashes) in LINES.items():
        points = [(horizontal.place(rows), vertical.place(seconds)) for rows, seconds in lines[name]]
        if not points:
            continue
        path = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        width = 1.6 if dashes else 2.2
        parts.append(
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"{dash}/>'
        )
        for (x, y), (rows, seconds) in zip(points, lines[name], strict=True):
            tip = f"<title>{escape(label)}: {rows:,.0f} rows, {_seconds(seconds)}</title>"
            parts.append(f"<g>{tip}{_mark(MARKS[name], x, y, colour)}</g>")
        last, seconds = lines[name][-1]
        value = _seconds(seconds) + ("" if last == longest else f" at {_power(last)}")
        ends.append((points[-1], label, colour, value))
    parts += _labels(ends, horizontal.high)
    note_left_out = ""
    if found["scipy_left_out"]:
        note_left_out = f" SciPy: {_power(min(found['scipy_left_out']))} rows did not fit into memory."
    foot = (
        f"{found['machine']}; DuckDB {versions['DuckDB']} with {found['threads']} threads, SciPy {versions['SciPy']}."
    )
    parts.append(_text(LEFT, HEIGHT - 14, foot + note_left_out, size=10.5, fill=MUTED))
    return "\n".join([*parts, "</svg>"]) + "\n"


class _axis:  # noqa: N801 (used like a function)
    """A logarithmic axis from whole power to whole power."""

    def __init__(self, values: Sequence[float], low: float, high: float) -> None:
        self.first = math.floor(math.log10(min(values)) + 1e-9)
        self.last = max(math.ceil(math.log10(max(values)) - 1e-9), self.first + 1)
        self.low, self.high = low, high

    def place(self, value: float) -> float:
        share = (math.log10(value) - self.first) / (self.last - self.first)
        return self.low + share * (self.high - self.low)


def _grid(horizontal: _axis, vertical: _axis) -> list[str]:
    parts = []
    for exponent in range(vertical.first, vertical.last + 1):
        y = vertical.place(10.0**exponent)
        parts.append(f'<path d="M{horizontal.low} {y:.1f} H{horizontal.high}" stroke="{RULE}"/>')
        parts.append(_text(horizontal.low - 10, y + 4, _seconds(10.0**exponent), size=12, fill=MUTED, anchor="end"))
    for exponent in range(horizontal.first, horizontal.last + 1):
        x = horizontal.place(10.0**exponent)
        parts.append(f'<path d="M{x:.1f} {vertical.low} V{vertical.high}" stroke="{RULE}"/>')
        parts.append(_text(x, vertical.low + 20, _power(10.0**exponent), size=12, fill=MUTED, anchor="middle"))
    middle = (horizontal.low + horizontal.high) / 2
    parts.append(_text(middle, vertical.low + 38, "rows of each window", size=12, fill=MUTED, anchor="middle"))
    return parts


def _labels(ends: Sequence[tuple[Point, str, str, str]], right: float) -> list[str]:
    """Name each line beside its last point, none over another."""
    parts = []
    below = -math.inf
    for (x, y), label, colour, value in sorted(ends, key=lambda end: end[0][1]):
        placed = max(y - 3, below + 34)
        below = placed
        start = right + 14
        if abs(placed - y) > 2 or abs(x - right) > 2:
            parts.append(
                f'<path d="M{x + 7:.1f} {y:.1f} L{start - 3:.1f} {placed - 3:.1f}" fill="none" stroke="{colour}" '
                'stroke-width="0.8" opacity="0.6"/>'
            )
        parts.append(_text(start, placed, label, size=12.5, fill=colour, weight=600))
        parts.append(_text(start, placed + 15, value, size=11.5, fill=MUTED))
    return parts


def _mark(kind: str, x: float, y: float, colour: str) -> str:
    style = f'fill="{colour}" stroke="{PAPER}" stroke-width="1.5"'
    match kind:
        case "circle":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.6" {style}/>'
        case "square":
            return f'<rect x="{x - 4.2:.1f}" y="{y - 4.2:.1f}" width="8.4" height="8.4" {style}/>'
        case "diamond":
            return f'<path d="M{x:.1f} {y - 5.6:.1f} l5.6 5.6 l-5.6 5.6 l-5.6 -5.6 z" {style}/>'
        case _:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{colour}"/>'


def _text(
    x: float, y: float, text: str, *, size: float, fill: str = INK, weight: int = 400, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(text, quote=False)}</text>'
    )


def _seconds(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:,.0f} s" if seconds >= 10 or seconds == int(seconds) else f"{seconds:.1f} s"
    return f"{1000 * seconds:,.0f} ms" if seconds >= 0.01 else f"{1000 * seconds:.3g} ms"


def _power(rows: float) -> str:
    for unit, name in ((1e9, " billion"), (1e6, " million"), (1e3, ",000")):
        if rows >= unit:
            return f"{rows / unit:g}{name}"
    return f"{rows:g}"


if __name__ == "__main__":
    main()
