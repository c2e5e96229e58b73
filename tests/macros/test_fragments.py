"""Whatever the user writes reaches the database as the name, the text or the number that was meant, and as no more."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import struct
from typing import Any

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from driftql.engines import ENGINES
from driftql.errors import DriftqlError, FragmentError, SourceError
from driftql.sql import conditions, fragments
from tests.support.properties import examples

DUCKDB = ENGINES["duckdb"]
# Every character but NUL and lone surrogates, which no UTF-8 text holds.
CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
ODD = st.sampled_from(
    ["'", '"', "\\", ";", "--", "/*", "*/", "$$", "`", "\n", "{{", "}}", "%", "?", "E'", "\\'", ")", "("]
)
TEXTS = st.one_of(st.text(CHARACTERS), st.lists(st.one_of(ODD, st.text(CHARACTERS, max_size=2))).map("".join))
RELAXED = examples(300)


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@RELAXED
@given(TEXTS)
@example("'; drop table predictions; --")
@example("\\")
@example("\\'")
@example("a\x1ab")
def test_text_comes_back(connection: duckdb.DuckDBPyConnection, value: str) -> None:
    assert connection.execute(f"select {fragments.text(value, DUCKDB)}").fetchall() == [(value,)]


@RELAXED
@given(TEXTS.filter(bool))
@example('a"b')
@example('"')
@example("select")
def test_a_name_comes_back(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    quoted = fragments.identifier(name, DUCKDB)
    assert connection.execute(f"select * from (select 1 as {quoted})").description[0][0] == name


@RELAXED
@given(st.floats(allow_nan=False, allow_infinity=False))
@example(0.1 + 0.2)
@example(-0.0)
@example(5e-324)
@example(1.7976931348623157e308)
@example(1e16)
@example(123456789012345.67)
@example(2.0**53 + 2)
def test_a_number_comes_back(connection: duckdb.DuckDBPyConnection, value: float) -> None:
    [(found, kind)] = connection.execute(f"select x, typeof(x) from (select {fragments.number(value)} as x)").fetchall()
    assert kind == "DOUBLE"
    assert found == value
    # A minus before a zero is an operator to SQL, and the sign of zero means nothing to a comparison.
    assert value == 0 or struct.pack("d", found) == struct.pack("d", value)


@RELAXED
@given(st.integers(min_value=-(2**127), max_value=2**127 - 1))
def test_an_integer_comes_back(connection: duckdb.DuckDBPyConnection, value: int) -> None:
    assert connection.execute(f"select {fragments.number(value)}").fetchall() == [(value,)]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_number(value: float) -> None:
    with pytest.raises(FragmentError, match="cannot be written as a number"):
        fragments.number(value)


@RELAXED
@given(st.datetimes(timezones=st.one_of(st.none(), st.just(dt.UTC), st.just(dt.timezone(dt.timedelta(hours=5.5))))))
@example(dt.datetime(1, 1, 1))
@example(dt.datetime(9999, 12, 31, 23, 59, 59, 999999))
def test_a_moment_comes_back(connection: duckdb.DuckDBPyConnection, value: dt.datetime) -> None:
    try:
        utc = value if value.tzinfo is None else value.astimezone(dt.UTC).replace(tzinfo=None)
    except OverflowError:
        return
    literal = fragments.text(fragments.timestamp_text(value), DUCKDB)
    assert connection.execute(f"select timestamp {literal}").fetchall() == [(utc,)]


@pytest.mark.parametrize("name", ["", "a\0b", "\0"])
def test_names_that_none_can_be(name: str) -> None:
    with pytest.raises(SourceError, match="cannot be the name"):
        fragments.identifier(name, DUCKDB)


def test_text_that_none_can_be() -> None:
    with pytest.raises(FragmentError, match="NUL"):
        fragments.text("a\0b", DUCKDB)


@RELAXED
@given(st.lists(TEXTS.filter(bool), min_size=1, max_size=3))
def test_quoted_table_names_are_split_at_their_dots(parts: list[str]) -> None:
    written = ".".join(fragments.identifier(part, DUCKDB) for part in parts)
    assert fragments.table_parts(written, DUCKDB) == parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a", ["a"]),
        ("a.b", ["a", "b"]),
        ("a.b.c", ["a", "b", "c"]),
        ('"a.b".c', ["a.b", "c"]),
        ("a b", ["a b"]),
        ("a; drop table b", ["a; drop table b"]),
        ("a as b", ["a as b"]),
        ("(select 1)", ["(select 1)"]),
        ("read_csv('x')", ["read_csv('x')"]),
    ],
)
def test_what_is_not_a_plain_name_stays_whole(name: str, parts: list[str]) -> None:
    assert fragments.table_parts(name, DUCKDB) == parts


# What a condition may be pieced together from: mostly the marks at which two parsers could disagree.
PIECES = st.sampled_from(
    [
        *("x", "y", "1", "0.5", "'a'", "''", '"x"', "null", "true", "(", ")", "=", "<>", "<", ">", "+", "-", "*", "/"),
        *(",", ".", "::int", "and", "or", "not", "in", "is", "like", "between", "case", "when", "then", "else", "end"),
        *(
            "--",
            "/*",
            "*/",
            "#",
            "$$",
            "$a$",
            "$1",
            "?",
            ":x",
            "@",
            "'",
            '"',
            "`",
            "\\",
            "\\'",
            ";",
            "E'",
            "e'a\\'",
            "x'00'",
        ),
        *(
            "U&'a'",
            "b'1'",
            "{#",
            "#}",
            "{{",
            "}}",
            "{%",
            "%}",
            "[",
            "]",
            "{",
            "}",
            "\n",
            "\t",
            "\u00a0",
            "\u2003",
            "\ufeff",
        ),
        *("select", "from t", "(select 1)", "(from t)", "values (1)", "union", "limit 1", "order by x", "group by x"),
        *(
            "having x",
            "qualify x",
            "window",
            "sum(x)",
            "count(*)",
            "over ()",
            "list_sum([x])",
            "lambda k: k",
            "->",
            "->>",
        ),
        *(
            "columns(*)",
            "columns('x')",
            "exists",
            "any",
            "all",
            "some",
            "using sample 1",
            "tablesample",
            "as",
            "collate",
        ),
        *(
            "interval 1 day",
            "date '2026-01-01'",
            "cast(x as int)",
            "try_cast(",
            "as int)",
            "t.x",
            "not null",
            "!",
            "~",
            "^",
        ),
    ]
)


def _where_tree(connection: duckdb.DuckDBPyConnection, condition: str) -> tuple[str, str] | None:
    """DuckDB's own parse of a query with a condition: what surrounds the condition, and the condition itself."""
    query = f"select 42 as marker from t where {condition} and (1 = 1)"
    parsed = json.loads(connection.execute("select json_serialize_sql(?::varchar)", [query]).fetchall()[0][0])
    if parsed["error"]:
        return None
    assert len(parsed["statements"]) == 1, query
    tree = _without_places(parsed["statements"][0])
    where = tree["node"].pop("where_clause")
    return json.dumps(tree, sort_keys=True), json.dumps(where, sort_keys=True)


def _without_places(tree: Any) -> Any:
    """Leave out where in the text each part stood."""
    if isinstance(tree, dict):
        return {key: _without_places(value) for key, value in tree.items() if key != "query_location"}
    return [_without_places(part) for part in tree] if isinstance(tree, list) else tree


@examples(1500)
@given(st.lists(PIECES, min_size=1, max_size=8), st.sampled_from(["", " "]))
@example(["x", "=", "e'a\\'", ")", "or", "(", "1", "=", "1", "--", "'"], " ")
@example(["x", "<>", "$a$", "'", "$a$"], " ")
@example(["'a\\'", "=", "x", "or", "'", "=", "'"], " ")
@example(["x", "in", "(", "values (1)", ")"], " ")
@example(["x", "in", "(from t)"], " ")
@example(["x", "->", "0.5"], "")
@example(["(" * 3000, "x", ")" * 3000], "")
def test_what_is_taken_for_a_condition_is_one_to_the_database(
    connection: duckdb.DuckDBPyConnection, pieces: list[str], between: str
) -> None:
    """sqlglot vets, DuckDB runs: whatever the one lets through, the other must read as one condition as well."""
    text = between.join(pieces)
    try:
        taken = conditions.condition(text, DUCKDB, ["x", "y"], "the filter")
    except DriftqlError:
        return
    # An odd space becomes a plain one.
    assert re.sub(r"\s", " ", taken) == re.sub(r"\s", " ", f"({text.strip()})")
    found = _where_tree(connection, taken)
    plain = _where_tree(connection, "(1 = 1)")
    if found is None:
        return  # DuckDB refuses it, in one sentence (tests/bad_input)
    assert plain is not None
    assert found[0] == plain[0], "the condition has changed what stands around it"
    assert '"SUBQUERY"' not in found[1], text
    assert '"WINDOW"' not in found[1], text


@RELAXED
@given(TEXTS)
def test_any_text_in_place_of_a_condition(text: str) -> None:
    """Nothing but our own error comes out of vetting, whatever goes in."""
    told = "the filter ("
    try:
        conditions.condition(text, DUCKDB, ["x"], "the filter")
    except FragmentError as error:
        told = str(error)
    assert told.startswith("the filter (")
    assert "\n" not in told


# All engines quote by one function, from what engines.py says of them: together they try as many as the others.
@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES.keys())
@examples(60)
@given(name=TEXTS.filter(bool), value=TEXTS)
def test_quotes_are_closed_in_every_dialect(engine, name: str, value: str) -> None:  # type: ignore[no-untyped-def]
    """What sqlglot quotes for an engine, it reads back as one name and one text of that engine."""
    import sqlglot

    tree = sqlglot.parse_one(
        f"select {fragments.text(value, engine)} as {fragments.identifier(name, engine)}", dialect=engine.dialect
    )
    [column] = tree.expressions
    assert column.alias == name
    assert column.this.this == value
