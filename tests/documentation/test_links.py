"""Every page can be found, and every link between pages leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
INDEX = TOP / "sql" / "docs" / "README.md"

PAGES = [
    TOP / "README.md",
    *(
        path
        for folder in (".github", "sql", "src", "tests")
        for path in sorted((TOP / folder).rglob("*.md"))
        if not {"dbt_packages", "target"} & set(path.parts)
    ),
]


def links(page: Path) -> list[tuple[Path, str]]:
    """Return the links of a page to other files: the file and the anchor in it."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    found = re.findall(r"\]\(((?!https?:)[^)#\s]*)(?:#([^)\s]*))?\)", text)
    return [((page.parent / target).resolve() if target else page, anchor) for target, anchor in found]


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TOP)))
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in links(page):
        assert target.exists(), f"{target} does not exist"
        assert not anchor or anchor in anchors(target), f"{target.name} has no heading for #{anchor}"


@pytest.mark.parametrize("index", [INDEX, TOP / "README.md"], ids=["documentation", "readme"])
def test_every_page_is_listed(index: Path) -> None:
    listed = {target for target, _ in links(index)} | {index}
    if index != INDEX:
        listed.add(INDEX)
    assert [page for page in PAGES if page.resolve() not in listed] == []
