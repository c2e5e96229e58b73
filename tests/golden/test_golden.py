"""Golden SQL: kept as rendered, known to the engine's grammar, made of documented functions, and run where it can be."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import shutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.tokens import Token, TokenType

from driftql.engines import ENGINES
from tests.golden import make
from tests.golden.golden_runs import Run, bigquery_run, duckdb_run, redshift_run, snowflake_run, trino_run
from tests.golden.golden_statements import ENGINES_OF_GOLD, statements
from tests.stand_ins.trino.dialect import is_too_deep
from tests.support.each import each, named

HERE = Path(__file__).parent
CASES = [(engine, path.stem) for engine in ENGINES_OF_GOLD for path in sorted((HERE / engine).glob("*.sql"))]

# Statements that sqlglot has no grammar for.
OPAQUE_TO_SQLGLOT = {("redshift", "lock_queue")}

# Statements whose expressions are nested more deeply than the validator's parser goes; sqlglot's goes further.
TOO_DEEP_FOR_THE_VALIDATOR = {"categories_query", "check_query", "features_query", "labels_query", "missing_query"}

# Columns that are approximate on one of the engines, with the tolerance: absolute for a quantile, relative for a count.
APPROXIMATE = {"confidence_quantiles": 0.03, "spread": 1.2, "distinct": 0.15}

by_engine = pytest.mark.parametrize("engine", ENGINES_OF_GOLD)
by_case = each(named(CASES, "/".join))


@cache
def golden(engine: str, name: str) -> str:
    return (HERE / engine / f"{name}.sql").read_text(encoding="utf-8")


@by_engine
def test_files_are_as_rendered(engine: str) -> None:
    made = {f"{one.name}.sql": f"{one.sql}\n" for one in statements(ENGINES[engine])}
    kept = {path.name: path.read_bytes().decode() for path in (HERE / engine).glob("*.sql")}
    changed = sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))
    assert not changed, f"run 'python -m tests.golden.make' and look at what changed: {', '.join(changed)}"


def test_the_script_mends_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engine, name = CASES[0]
    for other in ENGINES_OF_GOLD:
        shutil.copytree(HERE / other, tmp_path / other)
    (tmp_path / engine / f"{name}.sql").write_text("select 1\n", encoding="utf-8")
    (tmp_path / engine / "no_such_statement.sql").write_text("select 1\n", encoding="utf-8")
    make.main(tmp_path)
    assert capsys.readouterr().out == f"removed {engine}/no_such_statement.sql\nwrote {engine}/{name}.sql\n"
    assert (tmp_path / engine / f"{name}.sql").read_text(encoding="utf-8") == golden(engine, name)
    assert not (tmp_path / engine / "no_such_statement.sql").exists()


@by_case
def test_sqlglot_knows_every_part(case: tuple[str, str]) -> None:
    engine, name = case
    if case in OPAQUE_TO_SQLGLOT:
        return
    [tree] = sqlglot.parse(golden(engine, name), dialect=ENGINES[engine].dialect)
    assert tree is not None
    assert not list(tree.find_all(exp.Command))


@each(named(name for engine, name in CASES if engine == "trino"))
def test_trino_accepts_it(name: str) -> None:
    import trino_sql_validator

    result = trino_sql_validator.validate(golden("trino", name), jinja="reject")
    if name in TOO_DEEP_FOR_THE_VALIDATOR:
        assert result.error is not None
        assert is_too_deep(result.error.message)
        return
    assert result.valid, result.error
    assert not result.unknown_functions
    assert not result.unknown_types
    assert not result.function_argument_warnings


class Form(NamedTuple):
    """One way in which a function is documented to be called: so many arguments, and what follows the parenthesis."""

    least: int
    most: float
    then: str | None

    def allows(self, arguments: int, then: str) -> bool:
        return self.least <= arguments <= self.most and self.then in (None, then)


class Call(NamedTuple):
    name: str
    arguments: int
    then: str


def form(signature: str) -> Form:
    """Read ``floor(expr [, scale])``: what is in brackets may be left out, and ``...`` repeats."""
    inside, after = signature[signature.index("(") + 1 :], ""
    depth, optional, least, most, named, needed = 1, 0, 0, 0.0, False, False
    for place, sign in enumerate(inside):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0 or (sign == "," and depth == 1):
            if named:
                least, most = least + needed, most + 1
            named = needed = False
        if depth == 0:
            after = inside[place + 1 :]
            break
        optional += {"[": 1, "]": -1}.get(sign, 0)
        if sign == ".":
            most = math.inf
        elif sign not in "[], ":
            named, needed = True, needed or not optional
    following = re.match(r"\s*(WITHIN|OVER)\b", after)
    return Form(least, most, following[1].lower() if following else None)


@cache
def documented(engine: str) -> dict[str, tuple[str, list[Form]]]:
    """Name -> page and ways to call it, of every function and type that was looked up."""
    lines = (HERE / "functions" / f"{engine}.txt").read_text(encoding="utf-8").splitlines()
    entries = [line.split(" ", 2) for line in lines if line and not line.startswith("#")]
    for name, _, ways in entries:
        assert all(re.match(rf"(type )?{name}\(", way, re.IGNORECASE) for way in ways.split(" or ")), name
    return {name: (page, [form(way) for way in ways.split(" or ")]) for name, page, ways in entries}


# What stands before a parenthesis and is grammar, not a function.
GRAMMAR = re.compile(
    "and|as|by|case|else|exists|from|in|into|join|not|on|or|over|partition|select|then|union|using|values|when|where|with"
    "|within|within group|group|group by|order by|partition by|distinct|all|union all|between|offset|safe_offset|is|end|having"
)


@cache
def calls(sql: str, dialect: str) -> list[Call]:
    """List calls of functions, and types with a length; the columns of CTEs, of aliases and of tables are left out."""
    return list(_calls(sqlglot.tokenize(sql, dialect=dialect)))


def _calls(tokens: list[Token]) -> Iterator[Call]:
    words = ["", *(token.text.lower() for token in tokens), "", ""]
    quoted = {TokenType.IDENTIFIER, TokenType.STRING}
    for place in range(1, len(tokens)):
        name, before, first = words[place], words[place - 1], words[place + 2]
        if words[place + 1] != "(" or tokens[place - 1].token_type in quoted or not re.fullmatch(r"[a-z_][\w ]*", name):
            continue
        if GRAMMAR.fullmatch(name) or before == "into" or (before == "as" and not first.isdigit()):
            continue
        depth, commas, end = 1, 0, place + 2
        while depth:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(words[end], 0)
            commas += words[end] == "," and depth == 1
            end += 1
        yield Call(name, 0 if end == place + 3 else commas + 1, words[end].split(" ")[0])


def undocumented(sql: str, dialect: str, known: Mapping[str, tuple[str, list[Form]]]) -> list[Call]:
    """Return calls that no documented form of the function allows."""
    return [
        call
        for call in calls(sql, dialect)
        if not any(way.allows(call.arguments, call.then) for way in known[call.name][1])
    ]


PAGES = {
    "bigquery": "https://cloud.google.com/bigquery/docs/",
    "databricks": "https://docs.databricks.com/aws/en/sql/language-manual/",
    "redshift": "https://docs.aws.amazon.com/redshift/latest/dg/",
    "snowflake": "https://docs.snowflake.com/en/sql-reference/",
    "trino": "https://trino.io/docs/current/",
}


@by_engine
def test_every_function_was_looked_up(engine: str) -> None:
    known, dialect = documented(engine), ENGINES[engine].dialect
    used = {call.name for one, name in CASES if one == engine for call in calls(golden(engine, name), dialect)}
    assert not used - known.keys(), f"look these up and add them, with the page, to tests/golden/functions/{engine}.txt"
    assert not known.keys() - used, f"no statement uses these: take them out of tests/golden/functions/{engine}.txt"
    assert all(page.startswith(PAGES[engine]) for page, _ in known.values())


@by_case
def test_functions_are_called_as_documented(case: tuple[str, str]) -> None:
    engine, name = case
    assert undocumented(golden(engine, name), ENGINES[engine].dialect, documented(engine)) == []


@pytest.mark.parametrize(
    ("expression", "arguments"),
    [("abs(1, 2)", 2), ("nullif(x)", 1), ("uuid(1)", 1), ("greatest(x)", 1), ("reduce(x, 0, (s, x) -> s)", 3), ("row_number()", 0)],
)  # fmt: skip
def test_a_call_that_is_not_documented_is_found(expression: str, arguments: int) -> None:
    known = documented("trino")
    [found] = undocumented(f"select coalesce({expression}, 1, 2) as x -- abs(1, 2)", "trino", known)
    assert (found.name, found.arguments) == (expression.partition("(")[0], arguments)


def test_quantiles_of_redshift_stand_alone() -> None:
    """A query there may sort by one expression only, and may not count different values beside it."""
    looked_at = 0
    for name in (name for engine, name in CASES if engine == "redshift" and (engine, name) not in OPAQUE_TO_SQLGLOT):
        for query in sqlglot.parse_one(golden("redshift", name), dialect="redshift").find_all(exp.Select):
            sorts = {
                one.expression.sql()
                for one in query.find_all(exp.WithinGroup)
                if one.find_ancestor(exp.Select) is query
            }
            distinct = [one for one in query.find_all(exp.Distinct) if one.find_ancestor(exp.Select) is query]
            assert len(sorts) < 2, name
            assert not (sorts and distinct), name
            looked_at += bool(sorts)
    assert looked_at > 4


def plain(value: Any) -> Any:
    """Return a value as every driver could have given it."""
    if isinstance(value, str):
        if value.startswith("["):
            return plain(json.loads(value))
        if re.match(r"\d{4}-\d\d-\d\d[ T]\d\d:", value):
            return dt.datetime.fromisoformat(value).replace(tzinfo=None)
        return value
    if isinstance(value, bool) or value is None or isinstance(value, dt.datetime):
        return value
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return float(value)


def agree(column: str, first: Any, second: Any) -> bool:
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(agree(column, *pair) for pair in zip(first, second, strict=True))
    if isinstance(first, float) and isinstance(second, float):
        kind = re.sub(r"_\d+$", "", column)
        loose = APPROXIMATE.get(kind, 0.0)
        if not math.isfinite(first) and column.startswith(("minimum_", "maximum_")):
            # BigQuery's MIN of anything and NaN is NaN. No more is read of it than that it is not finite.
            return not math.isfinite(second)
        if kind == "distinct":
            return math.isclose(first, second, rel_tol=loose)
        return math.isclose(first, second, rel_tol=1e-9, abs_tol=max(loose, 1e-12)) or first == second
    return bool(first == second)


def compare(engine: str, name: str, run: Run, expected: Run, own: str, other: str) -> None:
    """Run a statement here and there, and compare what comes back."""
    _, found = run(own)
    columns, wanted = expected(other)
    if not other.lower().startswith(("select", "with")):
        return
    assert len(found) == len(wanted), (engine, name)
    for row, reference in zip(found, wanted, strict=True):
        for column, value, truth in zip(columns, row, reference, strict=True):
            assert agree(column.lower(), plain(value), plain(truth)), (engine, name, column, value, truth)


def run_all(engine: str, run: Run, expected: Run, skipped: set[str]) -> int:
    """Run all statements, in an order that works, and look at the queue and the history after those that write."""
    others = {one.name: one.sql for one in statements(ENGINES["duckdb"])}
    from driftql.sql import fragments

    def table(name: str) -> tuple[str, str]:
        return fragments.identifier(name, ENGINES[engine]), fragments.identifier(name, ENGINES["duckdb"])

    done = 0
    for one in statements(ENGINES[engine]):
        if one.name in skipped:
            continue
        if one.name not in others:
            run(one.sql)
            continue
        compare(engine, one.name, run, expected, one.sql, others[one.name])
        if one.writes and one.name.startswith(("enqueue", "insert_rows")):
            own, other = table("driftql_metrics" if one.name == "insert_rows" else "driftql_queue")
            seen = "*" if one.name == "insert_rows" else (
                "user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, updated_at, status"
            )  # fmt: skip
            order = "metric" if one.name == "insert_rows" else "bucket_start_ts, user_id"
            look = f"select {seen} from {{}} order by {order}"
            compare(engine, f"after {one.name}", run, expected, look.format(own), look.format(other))
        done += 1
    return done


@pytest.fixture
def duckdb() -> Iterator[Run]:
    with duckdb_run() as run:
        yield run


# `pending_requests` shows request ids, which are random: the queue itself is compared in its place.
RANDOM = {"pending_requests"}


@pytest.mark.xdist_group("engine-bigquery")
def test_bigquery_statements_give_the_numbers(duckdb: Run) -> None:
    """Analysed and run by GoogleSQL itself, its approximate aggregates replaced by exact ones."""
    with bigquery_run() as run:
        assert run_all("bigquery", run, duckdb, RANDOM) > 30
        run(golden("bigquery", "pending_requests"))


@pytest.mark.xdist_group("engine-snowflake")
@pytest.mark.filterwarnings("ignore")
def test_snowflake_statements_give_the_numbers(duckdb: Run) -> None:
    """Run by an emulation."""
    with snowflake_run() as run:
        assert run_all("snowflake", run, duckdb, RANDOM) > 30
        run(golden("snowflake", "pending_requests"))


@pytest.mark.xdist_group("engine-trino")
def test_trino_statements_give_the_numbers(duckdb: Run) -> None:
    """Run by an emulation, through Trino's own driver."""
    with trino_run() as run:
        assert run_all("trino", run, duckdb, RANDOM) > 30
        run(golden("trino", "pending_requests"))


@pytest.mark.xdist_group("engine-redshift")
def test_redshift_statements_give_the_numbers(duckdb: Run) -> None:
    """Run by Redshift's driver on PostgreSQL, which Redshift grew from; only ``array()`` is written in another way."""
    with redshift_run() as run:
        assert run_all("redshift", run, duckdb, RANDOM) > 28
        run(golden("redshift", "pending_requests"))
