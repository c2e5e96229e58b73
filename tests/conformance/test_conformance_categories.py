"""The counts of category features on every engine, against pandas: texts that collations and escapes confuse."""

from __future__ import annotations

from typing import Any

import pytest

from driftql.check.columns import ColumnMap
from driftql.check.decode import decode_categories
from driftql.check.plan import FREQUENCIES
from driftql.check.rows import Rows
from driftql.sql.render import render
from tests.conformance.engines_here import Here, Session
from tests.support.category_counts import hold_categories

TEXTS = [
    "a",
    "A",
    "a ",
    " a",
    "ä",
    "Ä",
    "it's",
    'quo"ted',
    "100 %",
    "%s",
    ":b",
    "back\\slash",
    "",
    "日本",
    "NULL",
    "\U0001f600",
]
LISTED, NAMED = 5, 3


def _sides() -> tuple[list[str | None], list[str | None]]:
    """Texts with so many rows each that most orders are decided by rows, and some by the text; a seventh is missing."""
    before: list[str | None] = [text for place, text in enumerate(TEXTS[:12]) for _ in range(1 + place // 2)]
    after: list[str | None] = [text for place, text in enumerate(TEXTS[3:]) for _ in range(1 + place % 4)]
    before += ["long " + "x" * 220 + end for end in "aab"]
    for side in (before, after):
        side += [None] * (len(side) // 6)
    return before, after


@pytest.mark.only_sql
@pytest.mark.needs("check")
def test_categories_are_counted_as_pandas_counts_them(here: Here, session: Session) -> None:
    sides = _sides()
    flags: list[list[Any]] = [
        [None if place % 5 == 0 else place % 3 == 0 for place in range(len(side))] for side in sides
    ]
    for name, side, other in zip(("before", "after"), sides, flags, strict=True):
        session.load(name, {"category": ("text", side), "is_new": ("boolean", other)})
    with session.connect() as warehouse:
        relations = [warehouse.relation(here.spelled(name)) for name in ("before", "after")]
        columns = [column for column in warehouse.columns(relations[0]) if column.kind in ("text", "boolean")]
        columns.sort(key=lambda column: column.name.lower())
        assert [column.name.lower() for column in columns] == ["category", "is_new"]
        values = [Rows(here.known, relations[0], ColumnMap()).category(column) for column in columns]
        sql = render(
            "category_counts",
            here.known,
            *relations,
            [[number, value, value] for number, value in enumerate(values, start=1)],
            LISTED,
            NAMED,
            list(FREQUENCIES),
        )
        rows = warehouse.query(sql)
    assert {int(row["feature"]) for row in rows} == {1, 2}
    texts, booleans = ([row for row in rows if int(row["feature"]) == number] for number in (1, 2))
    hold_categories(decode_categories(texts), sides[0], sides[1], LISTED, NAMED)
    before, after = ([None if flag is None else str(flag).lower() for flag in side] for side in flags)
    hold_categories(decode_categories(booleans), before, after, LISTED, NAMED)
