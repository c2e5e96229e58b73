"""The contract of ``sql/macros``: what a file holds, what a macro may use, and that dbt could run it as well."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
import jinja2.meta
from jinja2 import nodes

from driftql.engines import ENGINES
from driftql.sql.render import sql_folder
from tests.support.each import each, named

MACROS = sql_folder() / "macros"
FILES = sorted(MACROS.rglob("*.sql"))
README = (sql_folder() / "README.md").read_text(encoding="utf-8")
GIVEN = {"adapter", "return", "exceptions", "driftql"}
LIST_METHODS = {"append", "extend"}
NAMES = [path.stem for path in FILES]

by_file = each(named(FILES, lambda path: path.relative_to(MACROS)))


@dataclass
class Part:
    """A macro in a file, and the comment that stands directly before it."""

    name: str
    comment: str
    source: str


@cache
def environment() -> jinja2.Environment:
    return jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)


@cache
def tree(path: Path) -> nodes.Template:
    return environment().parse(path.read_text(encoding="utf-8"))


@cache
def macros(path: Path) -> list[nodes.Macro]:
    return list(tree(path).find_all(nodes.Macro))


@cache
def parts(path: Path) -> list[Part]:
    """Split a file at its macros; whatever stands between them must be a comment or blank."""
    found = []
    rest = path.read_text(encoding="utf-8")
    while rest.strip():
        match = re.match(
            r"\s*(?:\{#-?(?P<comment>(?:(?!#\}).)*?)-?#\}\s*)?"
            r"(?P<source>\{%-?\s*macro\s+(?P<name>\w+)\(.*?\{%-?\s*endmacro\s*-?%\})",
            rest,
            re.DOTALL,
        )
        assert match, f"{path.name} holds something that is neither a macro nor a comment before one: {rest[:80]!r}"
        found.append(Part(match["name"], (match["comment"] or "").strip(), match["source"]))
        rest = rest[match.end() :]
    return found


def engine_of(name: str) -> str:
    return name.split("__", maxsplit=1)[0]


def test_there_are_macros() -> None:
    assert len(FILES) > 30
    assert {path.parent.name for path in FILES} == {
        "expressions",
        "finished",
        "metrics",
        "primitives",
        "steps",
        "tables",
    }
    assert all(path.is_file() for path in FILES)
    assert [path.name for path in MACROS.rglob("*") if path.is_file() and path.suffix != ".sql"] == ["README.md"]


def test_names_are_unique() -> None:
    assert len(NAMES) == len(set(NAMES))
    every = [macro.name for path in FILES for macro in macros(path)]
    assert len(every) == len(set(every))


@by_file
def test_one_public_macro_named_like_its_file(path: Path) -> None:
    names = [part.name for part in parts(path)]
    assert names[0] == path.stem
    assert names[1] == f"default__{path.stem}"
    assert all(name.endswith(f"__{path.stem}") and name.count("__") == 1 for name in names[1:])
    assert not [name for name in names if name.startswith("_")]
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", path.stem)


@by_file
def test_overrides_follow_in_alphabetical_order(path: Path) -> None:
    engines = [engine_of(part.name) for part in parts(path)[2:]]
    assert engines == sorted(set(engines))
    assert set(engines) <= set(ENGINES)


@by_file
def test_all_have_the_same_arguments(path: Path) -> None:
    arguments = {macro.name: [argument.name for argument in macro.args] for macro in macros(path)}
    assert len({tuple(names) for names in arguments.values()}) == 1, arguments
    assert not any(macro.defaults for macro in macros(path)), "dbt and driftql pass every argument"


@by_file
def test_the_entry_dispatches_and_does_no_more(path: Path) -> None:
    entry = macros(path)[0]
    arguments = [argument.name for argument in entry.args]
    written = re.sub(r"\s+", " ", parts(path)[0].source).strip()
    passed = ", ".join(arguments)
    assert written == (
        f"{{% macro {path.stem}({passed}) %}} "
        f"{{{{ return(adapter.dispatch('{path.stem}', 'driftql')({passed})) }}}} {{% endmacro %}}"
    )


@by_file
def test_nothing_but_comments_and_macros(path: Path) -> None:
    assert [part.name for part in parts(path)] == [macro.name for macro in macros(path)]
    outside = [node for node in tree(path).body if not isinstance(node, nodes.Macro)]
    for node in outside:
        assert isinstance(node, nodes.Output)
        assert all(isinstance(data, nodes.TemplateData) and not data.data.strip() for data in node.nodes)


@by_file
def test_only_what_both_hosts_have(path: Path) -> None:
    assert jinja2.meta.find_undeclared_variables(tree(path)) <= GIVEN
    assert not list(tree(path).find_all((nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends, nodes.Block)))


@by_file
def test_only_these_attributes(path: Path) -> None:
    """``adapter`` is for dispatch, ``exceptions`` for an error, ``driftql`` for macros; lists grow by append and extend."""
    template = tree(path)
    used = set()
    for attribute in template.find_all(nodes.Getattr):
        assert isinstance(attribute.node, nodes.Name), "an attribute of something that is no name"
        used.add(id(attribute.node))
        if attribute.node.name == "adapter":
            assert attribute.attr == "dispatch"
        elif attribute.node.name == "exceptions":
            assert attribute.attr == "raise_compiler_error"
        elif attribute.node.name == "driftql":
            assert attribute.attr in NAMES, f"there is no macro {attribute.attr}"
        elif attribute.attr in LIST_METHODS:
            continue
        else:
            assert (attribute.node.name, attribute.attr) in {
                ("loop", "first"), ("loop", "last"), ("loop", "index"), ("loop", "index0")
            }  # fmt: skip
    for name in template.find_all(nodes.Name):
        if name.name in GIVEN - {"return"}:
            assert id(name) in used
    assert not [
        item
        for item in template.find_all(nodes.Getitem)
        if isinstance(item.node, nodes.Name) and item.node.name in GIVEN
    ]


@by_file
def test_other_macros_are_called_by_their_public_names(path: Path) -> None:
    for call in tree(path).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            assert call.node.name in ("range", "return"), "Jinja itself has range"
        elif isinstance(call.node, nodes.Getattr):
            assert isinstance(call.node.node, nodes.Name)
            assert call.node.node.name in GIVEN or call.node.attr in LIST_METHODS
        else:
            assert isinstance(call.node, nodes.Call), "the result of adapter.dispatch"


@by_file
def test_calls_fit_the_signatures(path: Path) -> None:
    arity = {file.stem: len(macros(file)[0].args) for file in FILES}
    for call in tree(path).find_all(nodes.Call):
        target = call.node
        if isinstance(target, nodes.Getattr) and isinstance(target.node, nodes.Name) and target.node.name == "driftql":
            assert len(call.args) + len(call.kwargs) == arity[target.attr], target.attr


@by_file
def test_return_is_a_statement_of_its_own(path: Path) -> None:
    """Anything printed before a ``return`` is lost in dbt."""
    template = tree(path)
    returns = [
        call
        for call in template.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "return"
    ]
    whole = [
        data
        for output in template.find_all(nodes.Output)
        for data in output.nodes
        if isinstance(data, nodes.Call) and isinstance(data.node, nodes.Name) and data.node.name == "return"
    ]
    assert len(returns) == len(whole)
    assert all(len(call.args) == 1 and not call.kwargs for call in returns)


@by_file
def test_every_override_gives_its_reason(path: Path) -> None:
    for part in parts(path)[2:]:
        assert len(part.comment) > 15, f"{part.name} lacks a comment that tells why it is there"
        assert re.search(r"https://[\w.-]+/\S+", part.comment), f"{part.name} cites no documentation of its vendor"


@by_file
def test_every_file_says_what_it_is_for(path: Path) -> None:
    comment = parts(path)[0].comment
    assert len(comment) > 10
    assert comment.split("\n")[0].strip()[0].isupper()


def glossary() -> set[str]:
    """Return the arguments that sql/README.md explains for all macros."""
    [table] = re.findall(r"(?m)^### Arguments\n(?:(?!\|)[^\n]*\n)+((?:\|[^\n]*\n)+)", README)
    heads = [line.split("|")[1] for line in table.splitlines()[2:]]
    return {name for head in heads for name in re.findall(r"`(\w+)`", head)}


@by_file
def test_arguments_are_explained(path: Path) -> None:
    comment = parts(path)[0].comment
    names = {argument.name for argument in macros(path)[0].args}
    assert not {name for name in names - glossary() if not re.search(rf"\b{name}\b", comment)}


def test_the_glossary_is_of_arguments_that_several_macros_share() -> None:
    uses = Counter(argument.name for path in FILES for argument in macros(path)[0].args)
    assert not {name for name in glossary() if uses[name] < 2}


@by_file
def test_lines_are_tidy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\t" not in text
    assert "\r" not in text
    assert not [line for line in text.split("\n") if line != line.rstrip()]
