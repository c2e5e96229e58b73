"""The contract of ``sql/dbt``: what a file holds, what is public, and what is documented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
import jinja2.meta
import yaml
from dbt.parser.schemas import is_valid_type
from jinja2 import nodes

import driftql
from driftql.engines import ENGINES
from driftql.sql.render import sql_folder
from tests.support.each import each, named
from tests.support.hidden_macros import HIDDEN, hidden_yaml, macro_names

DBT = sql_folder() / "dbt"
PUBLIC = sorted([*DBT.glob("*.sql"), *(DBT / "generic_tests").glob("*.sql")])
INTERNAL = sorted((DBT / "internal").rglob("*.sql"))
FILES = PUBLIC + INTERNAL
MODELS = sorted((sql_folder() / "models").glob("*.sql"))
SHARED = {name for path in (sql_folder() / "macros").rglob("*.sql") for name in macro_names(path)[:1]}
# What dbt gives a macro. https://docs.getdbt.com/reference/dbt-jinja-functions
GIVEN = {
    "adapter", "api", "dbt", "dbt_version", "dict", "driftql", "exceptions", "execute", "flags", "fromjson", "graph", "invocation_args_dict",
    "invocation_id", "kwargs", "load_relation", "local_md5", "log", "model", "modules", "range", "ref", "results", "return",
    "run_query", "source", "statement", "target", "this", "tojson", "var",
}  # fmt: skip

by_file = each(named(FILES, lambda path: path.relative_to(DBT)))
by_public_file = each(named(PUBLIC, lambda path: path.stem))


@dataclass
class Part:
    """A macro or generic test in a file, and the comment directly before it."""

    name: str
    comment: str
    macro: nodes.Macro


@cache
def text_of(path: Path) -> str:
    """Return the text of a file; a generic test is a macro whose name begins with ``test_``."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"\{% test (\w+)\(", r"{% macro test_\1(", text).replace("{% endtest %}", "{% endmacro %}")


@cache
def tree(path: Path) -> nodes.Template:
    return jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False).parse(text_of(path))


@cache
def parts(path: Path) -> list[Part]:
    """Split a file at its macros; whatever stands between them must be a comment or blank."""
    macros = {macro.name: macro for macro in tree(path).find_all(nodes.Macro)}
    found = []
    rest = text_of(path)
    while rest.strip():
        match = re.match(
            r"\s*(?:\{#(?P<comment>(?:(?!#\}).)*?)#\}\s*)?\{% macro (?P<name>\w+)\(.*?\{% endmacro %\}", rest, re.DOTALL
        )
        assert match, f"{path.name} holds something that is neither a macro nor a comment before one: {rest[:80]!r}"
        found.append(Part(match["name"], (match["comment"] or "").strip(), macros[match["name"]]))
        rest = rest[match.end() :]
    return found


def calls(path: Path) -> Iterator[tuple[str, nodes.Call]]:
    """Yield calls of the package's own macros."""
    for call in tree(path).find_all(nodes.Call):
        if (
            isinstance(call.node, nodes.Getattr)
            and isinstance(call.node.node, nodes.Name)
            and call.node.node.name == "driftql"
        ):
            yield call.node.attr, call


@cache
def callers_of() -> dict[str, set[Path]]:
    """Return the files in which each macro is called."""
    found: dict[str, set[Path]] = {}
    for path in [*FILES, *MODELS]:
        for name, _ in calls(path):
            found.setdefault(name, set()).add(path)
    return found


def is_override(name: str) -> bool:
    return name.partition("__")[0] in {"default", *ENGINES}


EVERY = {part.name: (path, part) for path in FILES for part in parts(path)}


def test_there_are_files() -> None:
    assert len(PUBLIC) > 10
    assert len(INTERNAL) > 30
    assert set(DBT.rglob("*.sql")) == set(FILES)
    names = [part.name for path in FILES for part in parts(path)]
    assert len(names) == len(EVERY)
    assert not EVERY.keys() & SHARED


@by_public_file
def test_a_public_file_holds_the_macro_of_its_name(path: Path) -> None:
    prefix = "test_" if path.parent.name == "generic_tests" else ""
    assert [part.name for part in parts(path)] == [prefix + path.stem]
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", path.stem)


@each(named(INTERNAL, lambda path: path.stem))
def test_an_internal_file_holds_one_macro_and_its_helpers(path: Path) -> None:
    """The first has the file's name; others are its overrides, or are called in this file alone."""
    names = [part.name for part in parts(path)]
    assert names[0] == path.stem
    assert all(name.startswith("_") or is_override(name) for name in names)
    overrides = [name for name in names if is_override(name)]
    assert all(name.endswith(f"__{path.stem}") for name in overrides)
    assert overrides[1:] == sorted(overrides[1:])
    assert not overrides or overrides[0] == f"default__{path.stem}"
    callers = {name: callers_of().get(name, set()) for name in names}
    assert callers[names[0]], f"nothing calls {names[0]}"
    for name in names[1:]:
        if name not in overrides:
            assert callers[name] == {path}


@by_file
def test_only_what_dbt_gives(path: Path) -> None:
    assigned = {name.name for name in tree(path).find_all(nodes.Name) if name.ctx == "store"}
    assert jinja2.meta.find_undeclared_variables(tree(path)) - assigned <= GIVEN
    assert not list(tree(path).find_all((nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends, nodes.Block)))


@by_file
def test_calls_fit_the_signatures(path: Path) -> None:
    """Dispatched macros take no more than the entry; the shared macros have no defaults."""
    for name, call in calls(path):
        assert name in EVERY or name in SHARED, f"there is no macro {name}"
        if name in EVERY:
            macro = EVERY[name][1].macro
            names = [argument.name for argument in macro.args]
            assert len(call.args) <= len(names), name
            given = {*names[: len(call.args)], *(argument.key for argument in call.kwargs)}
            assert given <= set(names), name
            assert {*names[: len(names) - len(macro.defaults)]} <= given, name


@by_file
def test_every_macro_says_what_it_does(path: Path) -> None:
    for part in parts(path):
        if not part.name.startswith("default__"):
            assert len(part.comment) > 20, part.name
            assert part.comment[0].isupper(), part.name
        if is_override(part.name) and not part.name.startswith("default__"):
            assert re.search(r"https://[\w.-]+/\S+", part.comment), f"{part.name} cites no documentation of its vendor"


@by_file
def test_lines_are_tidy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\t" not in text
    assert "\r" not in text
    assert not [line for line in text.split("\n") if line != line.rstrip() or len(line) > 132]


def documented() -> dict[str, list[dict[str, str]]]:
    macros = yaml.safe_load((DBT / "driftql.yml").read_text(encoding="utf-8"))["macros"]
    return {macro["name"]: macro.get("arguments", []) for macro in macros}


@by_public_file
def test_every_public_macro_is_documented(path: Path) -> None:
    """With all arguments, in order, and types that dbt knows."""
    [part] = parts(path)
    arguments = documented()[part.name]
    assert [argument["name"] for argument in arguments] == [argument.name for argument in part.macro.args]
    assert all(is_valid_type(argument["type"]) and argument["description"].endswith(".") for argument in arguments)
    readme = (DBT / "README.md").read_text(encoding="utf-8")
    assert f"`{path.stem}`" in readme or f"`driftql.{path.stem}`" in readme


def test_nothing_else_is_documented() -> None:
    assert documented().keys() == {part.name for path in PUBLIC for part in parts(path)}


def test_all_other_macros_are_hidden() -> None:
    told = "out of date: python -m tests.support.hidden_macros writes it again"
    assert HIDDEN.read_text(encoding="utf-8") == hidden_yaml(), told
    hidden = [macro["name"] for macro in yaml.safe_load(HIDDEN.read_text(encoding="utf-8"))["macros"]]
    assert len(hidden) == len(set(hidden)) > 200
    assert {part.name for path in INTERNAL for part in parts(path)} <= set(hidden)
    assert set(hidden) >= SHARED


def test_one_version() -> None:
    project = yaml.safe_load((sql_folder() / "dbt_project.yml").read_text(encoding="utf-8"))
    assert project["version"] == driftql.__version__


# What dbt 2 takes: https://docs.getdbt.com/reference/deprecations and https://docs.getdbt.com/guides/fusion-package-compat
MODEL_KEYS = {
    "name",
    "description",
    "config",
    "columns",
    "data_tests",
    "docs",
    "latest_version",
    "versions",
    "constraints",
}
COLUMN_KEYS = {"name", "description", "data_type", "config", "data_tests", "constraints", "quote"}
YAML_KEYS = {
    "macros": {"name", "description", "arguments", "docs", "config"},
    "models": MODEL_KEYS,
    "sources": {"name", "description", "schema", "database", "tables", "config", "quoting"},
    "exposures": {"name", "type", "owner", "description", "depends_on", "url", "maturity", "label", "config"},
}


def yaml_texts() -> list[tuple[str, str]]:
    """The package's and the example's files of properties, and what the page shows of such."""
    files = [*sql_folder().glob("*/*.yml"), *sql_folder().glob("dbt*/*/*.yml")]
    properties = [path for path in files if path.name not in ("dbt_project.yml", "profiles.yml", "packages.yml")]
    page = (DBT / "README.md").read_text(encoding="utf-8")
    shown = [text for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if re.match(r"\w+:\n  - name", text)]
    return [(path.name, path.read_text(encoding="utf-8")) for path in properties] + [
        ("README.md", text) for text in shown
    ]


def test_properties_are_what_dbt_2_takes() -> None:
    """No key that it does not know, arguments of tests under `arguments`, what is ours under `meta`."""
    texts = yaml_texts()
    assert len(texts) >= 7
    for name, text in texts:
        loaded = yaml.safe_load(text)
        assert loaded.keys() <= YAML_KEYS.keys() | {"version"}, name
        for kind, entries in loaded.items():
            for entry in entries:
                assert entry.keys() <= YAML_KEYS[kind], (name, entry["name"])
                tests = [*entry.get("data_tests", [])]
                for column in entry.get("columns", []):
                    assert column.keys() <= COLUMN_KEYS, (name, column)
                    tests += column.get("data_tests", [])
                for test in tests:
                    [given] = test.values() if isinstance(test, dict) else [{}]
                    assert given.keys() <= {"name", "description", "arguments", "config"}, (name, test)
                config = entry.get("config", {})
                assert config.keys() <= {"materialized", "meta", "post_hook", "pre_hook", "alias", "enabled", "tags"}, (
                    name
                )


def test_the_macros_ask_for_nothing_that_dbt_2_resolves_beforehand() -> None:
    """`ref` and `source` with names that only a run knows stand where no model is rendered: in the operation."""
    project = yaml.safe_load((sql_folder() / "dbt_project.yml").read_text(encoding="utf-8"))
    assert project["require-dbt-version"] == [">=1.9.0", "<3.0.0"]
    # Not `models`: what is said there of the package would hold for its on-run-end, too, and could switch it off.
    assert project.keys() == {
        "name", "version", "config-version", "require-dbt-version", "macro-paths", "model-paths", "on-run-end",
    }  # fmt: skip
    assert all("enabled=false" in path.read_text(encoding="utf-8").partition("\n")[0] for path in MODELS)
    resolving = {
        path.name
        for path in FILES
        for call in tree(path).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("ref", "source")
    }
    assert resolving == {"_run_operation.sql"}
    # MiniJinja, which dbt 2 uses, has no line statements, and no `do` that assigns to an attribute.
    assert not [path.name for path in FILES if list(tree(path).find_all(nodes.NSRef))]
