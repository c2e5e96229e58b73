"""The README's picture: what ``driftql check`` prints on the demo's flights, as a terminal shows it."""

from __future__ import annotations

import html
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.ansi import AnsiDecoder
from rich.console import Console
from rich.terminal_theme import TerminalTheme

COMMAND = """driftql check flights --db driftql_demo.duckdb \\
    --reference 2013-02-13..2013-02-27 --current 2013-06-26..2013-07-10"""
WIDTH = 100

# Colours on which yellow, red and green are told apart in light and in dark surroundings.
_THEME = TerminalTheme(
    (24, 26, 32),
    (214, 218, 226),
    [
        (40, 44, 52),
        (224, 108, 117),
        (126, 200, 130),
        (229, 192, 102),
        (97, 175, 239),
        (198, 120, 221),
        (86, 182, 194),
        (214, 218, 226),
    ],
)

# Rich's own form names fonts on another server, which a page that shows the picture does not load.
_FORM = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
    font-size: {char_height}px;
    line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def check_picture() -> str:
    """Run the command on a fresh demo and draw what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        run("driftql demo", Path(folder))
        printed = run(COMMAND, Path(folder), colours=True)
    screen = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    screen.print(f"$ {COMMAND}", style="bold", highlight=False, markup=False)
    for line in AnsiDecoder().decode(printed):
        screen.print(line)
    drawn = screen.export_svg(title="driftql check", theme=_THEME, code_format=_FORM, unique_id="driftql")
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


def run(command: str, folder: Path, *, colours: bool = False) -> str:
    """Run a command line of driftql and return what it prints, whether or not there are alerts."""
    plain = {"NO_COLOR": "1"} if not colours else {"FORCE_COLOR": "1", "TERM": "xterm-256color"}
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    done = subprocess.run(
        [sys.executable, "-m", "driftql", *shlex.split(command.replace("\\\n", ""))[1:]],
        cwd=folder,
        env=environment | plain | {"COLUMNS": str(WIDTH), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def text_of(picture: str) -> list[str]:
    """Return the lines of text in a picture, as far as they are not blank at their ends."""
    lines: dict[float, list[tuple[float, str]]] = {}
    for attributes, text in re.findall(r'<text class="driftql-r\d+" ([^>]*)>([^<]*)</text>', picture):
        place = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
        if "clip-path" not in attributes:
            continue
        words = html.unescape(text).replace("\xa0", " ")
        lines.setdefault(float(place["y"]), []).append((float(place["x"]), words))
    cell = 12.2
    found = []
    for _, parts in sorted(lines.items()):
        line = ""
        for x, words in sorted(parts):
            line = line.ljust(round(x / cell)) + words
        found.append(line.rstrip())
    return found
