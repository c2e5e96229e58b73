"""The page of the macros: one line per macro, made from the comment at the top of its file."""

from __future__ import annotations

import re
from pathlib import Path

TOP = Path(__file__).parents[2]
MACROS = TOP / "sql" / "macros"

_NOTE = "<!-- Made by `python -m tests.documentation.write_pages`. -->"
_FOLDERS = {
    "metrics": "One query per file: what a check counts, and the queue's insert",
    "finished": "Whole checks in SQL, with p-values and verdict",
    "steps": "The numbered steps (CTEs) of the finished queries",
    "expressions": "Expressions of a row or a value",
    "primitives": "The only place where engines differ",
    "tables": "The tables that driftql writes, and the queries that read them",
}


def macros_page() -> str:
    """List the macros of each folder with the first sentence of their comment, and the engines that have their own text."""
    lines = [
        "# The macros",
        "",
        _NOTE,
        "",
        "What each macro writes. The [rules of a macro](../README.md) say how they are made; the comment at the top of each file",
        "explains the arguments, the columns and the sources of a formula.",
    ]
    unknown = {folder.name for folder in MACROS.iterdir() if folder.is_dir()} - set(_FOLDERS)
    assert not unknown, f"_FOLDERS has no title for {unknown}"
    for folder, title in _FOLDERS.items():
        lines += [
            "",
            f"## {folder}",
            "",
            f"{title}.",
            "",
            "| macro | what it writes | engines with their own text |",
            "|---|---|---|",
        ]
        lines += [_line(path) for path in sorted((MACROS / folder).glob("*.sql"))]
    return "\n".join(lines) + "\n"


def first_sentence(text: str) -> str:
    """Return the first sentence of a comment, up to its full stop, colon or semicolon, in one line."""
    paragraph = re.sub(r"\s+", " ", text.strip().split("\n\n")[0])
    return re.split(r"(?<=[\w)`'\"])[.:;](?= |$)", paragraph)[0].replace("|", "\\|") + "."


def _line(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    comment = re.match(r"\s*\{#-?(.*?)-?#\}", text, re.DOTALL)
    assert comment is not None, f"{path} has no comment at its top"
    engines = re.findall(rf"macro (\w+?)__{path.stem}\(", text)
    own = ", ".join(engine for engine in engines if engine != "default")
    return f"| [{path.stem}]({path.parent.name}/{path.name}) | {first_sentence(comment[1])} | {own} |"
