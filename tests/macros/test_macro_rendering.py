"""Every macro that makes a statement renders for every engine, into SQL that the engine's grammar knows."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import jinja2
import pytest
import sqlglot
from jinja2 import nodes
from sqlglot import exp

from driftql.engines import ENGINES, Engine
from driftql.errors import RenderError
from driftql.sql.render import MacroSet, macro_set, render, sql_folder
from tests.support.each import each, named
from tests.support.examples import WITHOUT_LISTS, examples

METRICS = sorted(path.stem for path in (sql_folder() / "macros" / "metrics").glob("*.sql"))
FINISHED = sorted(path.stem for path in (sql_folder() / "macros" / "finished").glob("*.sql"))
TABLES = sorted(path.stem for path in (sql_folder() / "macros" / "tables").glob("*.sql"))

# Documented by ClickHouse and unknown to sqlglot, which knows its sibling.
UNKNOWN_TO_SQLGLOT = {"quantilesExactInclusive": "quantilesExact"}

# Statements that sqlglot has no grammar for: all that can be said is how they read.
OPAQUE_TO_SQLGLOT = {"lock_queue": r'lock table "\w+"'}

# Documented by ClickHouse, and a plain update under another name.
CLICKHOUSE_UPDATE = re.compile(r"^alter table (.+)\nupdate((?:.|\n)+)\nsettings mutations_sync = 2$")

by_engine = pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES.keys())
by_macro = each(named(METRICS + FINISHED + TABLES))
by_macro_and_engine = each(
    {
        f"{macro} for {name}": (macro, engine)
        for macro in METRICS + FINISHED + TABLES
        for name, engine in ENGINES.items()
    }
)


calls = cache(examples)


@cache
def rendered(macro: str, engine: Engine) -> list[str]:
    """Return the statements of all examples of a macro."""
    texts: list[str] = []
    for arguments in calls(engine)[macro]:
        made = macro_set(engine).macros[macro](**arguments)
        texts += made if isinstance(made, list) else [made]
    return [text.strip() for text in texts if text.strip()]


def test_every_statement_has_an_example() -> None:
    assert sorted(examples(ENGINES["duckdb"])) == sorted(METRICS + FINISHED + TABLES)


@by_macro
def test_examples_name_every_argument(macro: str) -> None:
    [path] = (sql_folder() / "macros").rglob(f"{macro}.sql")
    parsed = jinja2.Environment(autoescape=False, extensions=["jinja2.ext.do"]).parse(path.read_text(encoding="utf-8"))
    arguments = {argument.name for argument in next(parsed.find_all(nodes.Macro)).args}
    for example in examples(ENGINES["duckdb"])[macro]:
        assert set(example) == arguments


@by_macro_and_engine
def test_it_parses(case: tuple[str, Engine]) -> None:
    macro, engine = case
    for sql in rendered(macro, engine):
        for name, known in UNKNOWN_TO_SQLGLOT.items():
            sql = sql.replace(name, known)
        sql = CLICKHOUSE_UPDATE.sub(r"update \1\nset\2", sql)
        if macro in OPAQUE_TO_SQLGLOT:
            assert re.fullmatch(OPAQUE_TO_SQLGLOT[macro], sql)
            continue
        [statement] = sqlglot.parse(sql, dialect=engine.dialect)
        assert statement is not None
        assert not list(statement.find_all(exp.Command)), sql


@by_macro_and_engine
def test_it_is_tidy(case: tuple[str, Engine]) -> None:
    macro, engine = case
    statements = rendered(macro, engine)
    assert statements or macro in ("create_queue_rule", "lock_queue", "queue_indexes", "settle_queue")
    for sql in statements:
        bare = re.sub(
            r"'(?:[^'\\]|''|\\.)*'", "''", re.sub(r"^ *--.*$|(?<=\() -- \d+\. .*$", "", sql, flags=re.MULTILINE)
        )
        for leftover in ("None", "Undefined", "{{", "{%", "{#", "<function", "[[", "True", "False"):
            assert leftover not in bare, leftover
        assert bare.count("(") == bare.count(")")
        assert bare.count("[") == bare.count("]")
        assert not re.search(r"\n\s*\n\s*\n", sql), "blank lines in a row"
        assert not re.search(r",\s*(\)|from\b)", bare), "a comma too many"
        assert not [line for line in sql.split("\n") if line != line.rstrip()], sql
        assert ";" not in bare


@by_engine
def test_statements_read_and_write_what_they_should(engine: Engine) -> None:
    writing = {"enqueue", "create_history", "create_queue", "create_queue_rule", "insert_rows", "mark_request"}
    writing |= {"add_columns", "lock_queue", "migrate_queue", "settle_queue", "widen_column"}
    for macro in METRICS + FINISHED + TABLES:
        for sql in rendered(macro, engine):
            is_query = sql.lower().startswith(("select", "with"))
            assert is_query == (macro not in writing), sql[:60]


@by_engine
def test_only_engines_of_rules_enforce_them(engine: Engine) -> None:
    statements = rendered("create_queue_rule", engine)
    assert [sql.split()[:3] for sql in statements] == (
        [["create", "unique", "index"]] * 2 if engine.name in ("duckdb", "postgres") else []
    )


@by_engine
def test_overrides_are_found_by_way_of_the_parents(engine: Engine) -> None:
    macros = macro_set(engine).macros
    for name in METRICS + FINISHED + TABLES:
        owners = [prefix for prefix in engine.prefixes if f"{prefix}__{name}" in macros]
        assert owners[-1] == "default"


@by_engine
def test_something_keeps_every_bucket_to_one_request(engine: Engine) -> None:
    """A unique index, a lock or a clean-up, and no two of them."""
    assert sum(bool(rendered(macro, engine)) for macro in ("create_queue_rule", "lock_queue", "settle_queue")) == 1


@by_engine
@pytest.mark.parametrize(
    "macro", ["row_confidence", "row_entropy", "row_is_complete", "row_out_of_range", "row_probability_sum"]
)
def test_a_list_is_read_or_refused_by_name(macro: str, engine: Engine) -> None:
    arguments: list[Any] = [["probs"], 1]
    arguments = ["", *arguments] if macro == "row_confidence" else arguments
    arguments += ["1e-8"] if macro == "row_entropy" else []
    if engine.name not in WITHOUT_LISTS:
        assert "probs" in render(macro, engine, *arguments)
        return
    with pytest.raises(
        RenderError, match=f"{engine.title}: a list column .* cannot be read; give one column per class"
    ):
        render(macro, engine, *arguments)


def test_a_missing_argument_is_an_error() -> None:
    with pytest.raises((RenderError, TypeError, jinja2.UndefinedError)):
        render("step_value", ENGINES["duckdb"], "x")
    with pytest.raises(RenderError, match="there is no macro nope"):
        render("nope", ENGINES["duckdb"])


def test_undefined_names_are_errors(tmp_path) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "macros"
    folder.mkdir()
    (folder / "broken.sql").write_text("{% macro broken() %}{{ nothing }}{% endmacro %}", encoding="utf-8")
    (folder / "wrong.sql").write_text(
        "{% macro wrong() %}{{ return(adapter.dispatch('missing', 'driftql')()) }}{% endmacro %}"
        "{% macro other() %}{{ return(adapter.dispatch('wrong', 'dbt_utils')()) }}{% endmacro %}"
        "{% macro refused() %}{{ exceptions.raise_compiler_error('not here') }}{% endmacro %}",
        encoding="utf-8",
    )
    macros = MacroSet(ENGINES["duckdb"], tmp_path)
    for name, told in (
        ("broken", "'nothing' is undefined"),
        ("wrong", "there is no macro missing for DuckDB"),
        ("other", "dbt_utils, a package that is not there"),
        ("refused", "not here"),
    ):
        with pytest.raises(RenderError, match=told):
            macros.render(name)
