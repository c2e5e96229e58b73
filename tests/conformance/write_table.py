"""Write the tables of engines into their page: ``python -m tests.conformance.write_table``.

What driftql does on an engine is data in ``driftql.engines``; what the tests ran in place of an engine is data in
``engines_here``.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from driftql.engines import CAPABILITIES, ENGINES, Engine
from tests.conformance.engines_here import HERE

__all__ = ["PAGE", "page_as_it_should_be"]

PAGE = Path(__file__).parents[2] / "sql" / "docs" / "engines" / "README.md"
# An engine's documentation, where it has no page of its own.
_PAGES = {"databricks": "spark"}


def _between(made: str, marks: re.Match[str]) -> str:
    return f"{marks[1]}\n{made}\n{marks[2]}"


def page_as_it_should_be() -> str:
    """Return the page with both tables made anew."""
    text = PAGE.read_text(encoding="utf-8")
    for name, made in (("engines", engine_table()), ("capabilities", capability_table())):
        place = re.compile(rf"(<!-- {name}:.*?-->\n).*?(<!-- /{name} -->)", re.DOTALL)
        assert place.search(text), name
        text = place.sub(partial(_between, made), text)
    return text


def stand_in(engine: Engine) -> str:
    """Return what the conformance tests run in place of the engine, in a word or two; '' where they run the engine itself."""
    [found] = {here.stand_in for here in HERE.values() if here.engine == engine.name}
    return found


def engine_table() -> str:
    """Return one row per engine: how it is installed, how its URL begins, and what the tests ran."""
    lines = ["| engine | install | URL | tested on |", "| --- | --- | --- | --- |"]
    for engine in ENGINES.values():
        install = f"`pip install 'driftql[{engine.extra}]'`" if engine.extra else "`pip install driftql`"
        url = f"`{engine.schemes[0]}://`" if engine.schemes else "none: a session, from Python"
        url = "a file's path" if engine.in_process else url
        tested = stand_in(engine)
        title = f"[{engine.title}]({_PAGES.get(engine.name, engine.name)}.md)"
        lines.append(f"| {title} | {install} | {url} | {tested or engine.title} |")
    return "\n".join(lines) + "\n"


def capability_table() -> str:
    """Return one row per capability, one column per engine; below it the reason for every gap and restriction."""
    titles = " | ".join(engine.title for engine in ENGINES.values())
    lines = [f"| | {titles} |", "| --- |" + " --- |" * len(ENGINES)]
    for key, words in CAPABILITIES.items():
        cells = " | ".join(_cell(engine, key) for engine in ENGINES.values())
        lines.append(f"| {words[:1].upper()}{words[1:]} | {cells} |")
    reasons = [
        f"- {engine.title}, {CAPABILITIES[key]} ({gap.kind}): {gap.reason}."
        for engine in ENGINES.values()
        for key, gap in engine.gaps.items()
    ]
    reasons += [
        f"- {engine.title}, {CAPABILITIES[key]} (in part): {limit}."
        for engine in ENGINES.values()
        for key, limit in engine.limits.items()
    ]
    return "\n".join([*lines, "", *reasons]) + "\n"


def _cell(engine: Engine, key: str) -> str:
    if key in engine.gaps:
        return engine.gaps[key].kind
    if key in engine.limits:
        return "in part"
    return "emulated" if stand_in(engine) else "yes"


if __name__ == "__main__":
    PAGE.write_text(page_as_it_should_be(), encoding="utf-8", newline="\n")
