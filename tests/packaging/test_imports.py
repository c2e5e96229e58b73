"""What an import loads, what the package offers, and which module may use which."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import driftql
from tests.support.each import each, named

ROOT = Path(driftql.__file__).parent
MODULES = {
    ".".join(("driftql", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
}
HEAVY = ("duckdb", "scipy", "sqlglot", "pandas", "polars", "pyarrow", "jinja2", "hypothesis", "pytest")

# From the bottom up, as the map in the package's README draws them.
MAP = re.search(r"```text\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
assert MAP is not None
LAYERS = [
    [f"driftql.{name}" for name in re.split(r" {3,}(?=\S+ )", line)[0].split()] for line in MAP[1].strip().splitlines()
][::-1]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> list[tuple[ast.stmt, str]]:
    """List every module that a file imports, wherever in it, but for those it only needs for its annotations."""
    return list(_imported(tree_of(path), path))


def _imported(tree: ast.Module, path: Path) -> Iterator[tuple[ast.stmt, str]]:
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            module = node.module or ""
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                yield node, inner if inner in MODULES else module


def top(path: Path) -> set[str]:
    """Return the modules that importing a file imports at once."""
    body = tree_of(path).body
    lines = {node.lineno for node in body if isinstance(node, ast.Import | ast.ImportFrom)}
    return {name for node, name in imported(path) if node.lineno in lines}


def place(module: str) -> tuple[int, str]:
    """Return the line of the map that a module stands in, counted from the bottom, and the name it goes by there."""
    [found] = [
        (number, name)
        for number, names in enumerate(LAYERS)
        for name in names
        if module == name or module.startswith(f"{name}.")
    ]
    return found


@pytest.mark.parametrize(
    "statement",
    [
        "import driftql",
        "import driftql; driftql.MonitorConfig, driftql.DriftReport, driftql.load_config, driftql.connect",
    ],
)
def test_an_import_is_light(statement: str, in_process: Run) -> None:
    ran = in_process(f"{statement}\nimport sys, json; print(json.dumps(sorted(sys.modules)))")
    assert ran.returncode == 0, ran.stderr
    loaded = {name.partition(".")[0] for name in json.loads(ran.stdout)}
    assert "driftql" in loaded
    allowed = {"scipy"} if "connect" in statement else set()
    assert not loaded & set(HEAVY) - allowed


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["check", "--help"], ["sql-path"]])
def test_the_command_line_starts_light(arguments: list[str], in_process: Run) -> None:
    code = (
        "import sys, json\nfrom driftql.cli.app import main\nsys.argv = ['driftql', *sys.argv[1:]]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "print('\\n' + json.dumps(sorted(sys.modules)))"
    )
    ran = in_process(code, *arguments)
    assert ran.returncode == 0, ran.stderr
    loaded = {name.partition(".")[0] for name in json.loads(ran.stdout.splitlines()[-1])}
    allowed = {"jinja2"} if arguments == ["sql-path"] else set()
    assert not loaded & set(HEAVY) - allowed


def test_public_names() -> None:
    assert driftql.__all__ == sorted(set(driftql.__all__))
    for name in driftql.__all__:
        assert getattr(driftql, name) is not None
    assert dir(driftql) == sorted(driftql.__all__)
    with pytest.raises(AttributeError, match="module 'driftql' has no attribute 'no_such_name'"):
        driftql.no_such_name  # noqa: B018


def test_public_names_are_the_ones_their_modules_give() -> None:
    for name in set(driftql.__all__) - {"__version__"}:
        home = importlib.import_module(driftql._HOME_OF[name])
        assert getattr(home, name) is getattr(driftql, name)
        assert name in home.__all__


def test_type_checkers_see_the_same_names() -> None:
    """The names under TYPE_CHECKING, those imported lazily and ``__all__`` are one list."""
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen == driftql._HOME_OF
    assert {*seen, "__version__"} == set(driftql.__all__)


@each(named(name for name in MODULES if name != "driftql.demo.build_flights"))
def test_every_module_lists_what_it_offers(module: str) -> None:
    loaded = importlib.import_module(module) if module != "driftql.__main__" else None
    if loaded is None or module in {"driftql.cli", "driftql.check", "driftql.records", "driftql.sql"}:
        return
    assert loaded.__doc__
    assert len(loaded.__all__) == len(set(loaded.__all__))
    assert all(hasattr(loaded, name) for name in loaded.__all__)


@each(named(MODULES))
def test_no_driver_is_imported_with_a_module(module: str) -> None:
    if module == "driftql.demo.build_flights":
        return  # made the shipped data once; not part of the wheel
    names = {name.partition(".")[0] for name in top(MODULES[module])}
    assert not names & {"duckdb", "pandas", "polars", "pyarrow", "sqlglot"}
    everywhere = {name.partition(".")[0] for _, name in imported(MODULES[module])}
    assert not everywhere & {"pandas", "polars", "pyarrow"}, "frames are recognised, not imported"
    if "duckdb" in everywhere:
        assert module in {f"driftql.warehouse.{name}" for name in ("duckdb", "duckdb_borrowed", "frames", "text_files")}


FOLDERS = {"driftql", "driftql.check", "driftql.records"}


@each(named(sorted(MODULES.keys() - FOLDERS)))
def test_imports_run_downwards(module: str) -> None:
    """Also those inside functions: a cycle that is hidden in a function is still a cycle."""
    line, name = place(module)
    for _, used in imported(MODULES[module]):
        if used.startswith("driftql.") and used not in FOLDERS and place(used)[1] != name:
            assert place(used)[0] < line, f"{module} imports {used}"


def test_the_map_names_nothing_that_is_not_there() -> None:
    assert {name for names in LAYERS for name in names} <= {*MODULES}


@each(named(MODULES))
def test_nobody_imports_from_the_package_itself(module: str) -> None:
    assert "driftql" not in {name for _, name in imported(MODULES[module])}


def test_what_stands_alone() -> None:
    for name, allowed in (
        (
            "driftql.report",
            {f"driftql.report_{part}" for part in ("alerts", "base", "categories", "evidence", "results", "windows")},
        ),
        ("driftql.report_evidence", {"driftql.report_base"}),
        ("driftql.report_alerts", {"driftql.report_base", "driftql.report_categories"}),
        ("driftql.report_results", {"driftql.report_base", "driftql.report_categories"}),
        ("driftql.report_windows", {"driftql.report_base"}),
        ("driftql.report_categories", {"driftql.report_base"}),
        ("driftql.report_base", set()),
        (
            "driftql.config",
            {f"driftql.{name}" for name in ("config_errors", "config_values", "display", "errors", "periods")},
        ),
        ("driftql.config_values", {"driftql.display", "driftql.errors", "driftql.periods"}),
        ("driftql.config_errors", {"driftql.display", "driftql.errors"}),
        ("driftql.periods", {"driftql.display", "driftql.errors"}),
        ("driftql.errors", {"driftql.display"}),
        ("driftql.display", set()),
        ("driftql.engines", {"driftql.errors"}),
    ):
        assert {used for _, used in imported(MODULES[name]) if used.startswith("driftql")} == allowed
    for name, path in MODULES.items():
        if name.startswith("driftql.stats"):
            assert all(used.startswith("driftql.stats") for _, used in imported(path) if used.startswith("driftql"))


def test_sql_is_read_by_one_module_and_connections_made_by_one() -> None:
    """Whoever needs another engine later has these places to look at."""
    users = {
        name for name, path in MODULES.items() if "jinja2" in {used.partition(".")[0] for _, used in imported(path)}
    }
    assert users == {"driftql.sql.render"}
    vetting = {
        name for name, path in MODULES.items() if "sqlglot" in {used.partition(".")[0] for _, used in imported(path)}
    }
    modules = ("calls", "conditions", "fragments", "separation")
    assert vetting == {f"driftql.sql.{name}" for name in modules}
