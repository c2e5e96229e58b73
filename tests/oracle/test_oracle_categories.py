"""The counts of category features against pandas, on texts of every kind."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftql.check.decode import decode_categories
from driftql.check.plan import FREQUENCIES
from driftql.engines import ENGINES
from driftql.sql.render import render
from tests.support.category_counts import hold_categories
from tests.support.properties import examples

TEXTS = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "a", "A", "a ", " a", "it's", '"', "100 %", "%s", "NULL", "nan", "Ünï", "ünï", "日本", "\U0001f600"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=3),
    st.integers(0, 3).map(lambda number: "x" * 250 + str(number)),
)  # fmt: skip
WINDOW = st.lists(TEXTS, max_size=40)


def counted(sides: tuple[list[Any], list[Any]], of: str, listed: int, named: int) -> list[Any]:
    """Count two features: the texts themselves, and a number, on the macro of an engine that DuckDB understands."""
    engine = ENGINES[of]
    value = render("exact_text", ENGINES["duckdb"], "cast(value as varchar)")
    sql = render(
        "category_counts", engine, "before", "after", [[1, value, value], [2, "'' || number", "'' || number"]],
        listed, named, list(FREQUENCIES),
    )  # fmt: skip
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, side in zip(("before", "after"), sides, strict=True):
            connection.execute(
                f"create table {name} as select unnest(?::varchar[]) as value, unnest(?::bigint[]) as number",
                [side, [place % 7 for place in range(len(side))]],
            )
        found = connection.execute(sql)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize("of", ["duckdb", "trino"])
@examples(25, same=True)
@given(WINDOW, WINDOW, st.integers(1, 6), st.integers(1, 3))
def test_counts_are_those_of_pandas(
    of: str, ref: list[str | None], cur: list[str | None], listed: int, named: int
) -> None:
    """Of both forms of the statement: one keeps the categories, the other, here Trino's, names them once."""
    rows = counted((ref, cur), of, listed, named)
    hold_categories(decode_categories([row for row in rows if row["feature"] == 1]), ref, cur, listed, named)
    before, after = ([str(place % 7) for place in range(len(side))] for side in (ref, cur))
    hold_categories(decode_categories([row for row in rows if row["feature"] == 2]), before, after, listed, named)


def test_many_categories_come_back_as_few_rows() -> None:
    """Each category has its number of rows; 2,000 of them are told by some dozen rows."""
    ref = [str(number) for number in range(2000) for _ in range(number % 60 + 1)]
    cur = [str(number) for number in range(500, 2500) for _ in range(number % 7 + 1)]
    rows = counted((ref, cur), "duckdb", 50, 10)
    found = [row for row in rows if row["feature"] == 1]
    assert len(found) <= 50 + 50 + 10 + 10 + len(FREQUENCIES)
    hold_categories(decode_categories(found), ref, cur, 50, 10)
