"""Writes what is made from the code: the reference pages, the texts of ``--help``, and the picture of the README."""

from __future__ import annotations

from pathlib import Path

from tests.documentation.check_picture import check_picture
from tests.documentation.macros_page import macros_page
from tests.documentation.reference_pages import python_page, report_page, setting_texts_module, settings_page

TOP = Path(__file__).parents[2]

PAGES = {
    "sql/docs/python.md": python_page,
    "sql/docs/report.md": report_page,
    "sql/docs/settings.md": settings_page,
    "sql/macros/README.md": macros_page,
    "src/driftql/cli/setting_texts.py": setting_texts_module,
}
PICTURE = ".github/check.svg"

if __name__ == "__main__":
    for name, page in PAGES.items():
        (TOP / name).write_text(page(), encoding="utf-8")
    (TOP / PICTURE).parent.mkdir(exist_ok=True)
    (TOP / PICTURE).write_text(check_picture(), encoding="utf-8")
