"""The pages, the help texts and the picture that are made from the code are those of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documentation.check_picture import COMMAND, run, text_of
from tests.documentation.write_pages import PAGES, PICTURE, TOP

MAKE = "run 'python -m tests.documentation.write_pages'"


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_up_to_date(name: str) -> None:
    assert (TOP / name).read_text(encoding="utf-8") == PAGES[name](), MAKE


def test_the_picture_shows_what_the_command_prints(tmp_path: Path) -> None:
    run("driftql demo", tmp_path)
    printed = [line.rstrip() for line in run(COMMAND, tmp_path).splitlines()]
    shown = text_of((TOP / PICTURE).read_text(encoding="utf-8"))
    prompt = f"$ {COMMAND}".splitlines()
    assert shown[: len(prompt)] == prompt
    assert [line for line in shown[len(prompt) :] if line] == [line for line in printed if line], MAKE


def test_the_picture_needs_no_other_server() -> None:
    picture = (TOP / PICTURE).read_text(encoding="utf-8")
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")
