"""Every test checks something, every property can be explored, and the map lists every folder."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.support.each import each, named

TESTS = Path(__file__).parents[1]
FILES = sorted(TESTS.rglob("test_*.py"))
# What is called with one of these checks by itself: pytest.raises, np.testing.assert_array_equal, ...
CHECKS = re.compile(r"^(raises|warns|fail|assert_\w+)$")

by_file = each(named(FILES, lambda path: path.relative_to(TESTS).as_posix()))


@cache
def called(tree: ast.AST) -> frozenset[str]:
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return frozenset(one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in functions)


@cache
def checks_itself(tree: ast.AST) -> bool:
    if any(isinstance(node, ast.Assert) for node in ast.walk(tree)):
        return True
    return any(CHECKS.match(name) for name in called(tree))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def functions(path: Path) -> tuple[ast.FunctionDef, ...]:
    return tuple(node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef))


def helpers(path: Path) -> list[ast.FunctionDef]:
    """Return the functions that a test file can call by name: its own, and those of the files that tests share."""
    shared = [other for folder in (TESTS / "support", path.parent) for other in folder.glob("*.py")]
    files = {path, *(other for other in shared if not other.name.startswith("test_"))}
    return [one for other in sorted(files) for one in functions(other) if not one.name.startswith("test_")]


def without_a_check(path: Path) -> list[str]:
    known = helpers(path)
    checking = {one.name for one in known if checks_itself(one)}
    while more := {one.name for one in known if one.name not in checking and called(one) & checking}:
        checking |= more
    tests = [one for one in functions(path) if one.name.startswith("test_")]
    return [one.name for one in tests if not checks_itself(one) and not called(one) & checking]


@by_file
def test_every_test_checks_something(path: Path) -> None:
    assert not without_a_check(path)


def test_a_test_without_a_check_is_found(tmp_path: Path) -> None:
    path = tmp_path / "test_toy.py"
    path.write_text(
        "def hold(x):\n    assert x\n"
        "def pass_on(x):\n    hold(x)\n"
        "def run(x):\n    print(x)\n"
        "def test_none():\n    run(1)\n"
        "def test_direct():\n    assert run(1) is None\n"
        "def test_by_a_helper():\n    pass_on(1)\n",
        encoding="utf-8",
    )
    assert without_a_check(path) == ["test_none"]


@by_file
def test_no_assertion_is_a_constant(path: Path) -> None:
    """``assert True``, and ``assert (a, b)``, which is true whatever a and b are."""
    always = [
        node.lineno for node in ast.walk(tree_of(path)) if isinstance(node, ast.Assert) and is_constant(node.test)
    ]
    assert not always


def is_constant(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant | ast.JoinedStr) or (isinstance(test, ast.Tuple) and bool(test.elts))


@by_file
def test_the_number_of_examples_can_be_raised(path: Path) -> None:
    """A property that names its settings itself would try the same few examples with ``--hypothesis-profile=explore``."""
    imported = [
        node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ImportFrom) and node.module == "hypothesis"
    ]
    assert "settings" not in {alias.name for node in imported for alias in node.names}


def test_the_map_lists_every_folder() -> None:
    page = (TESTS / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"(?m)^\| \[(\w+)\]\(\1\) \|", page)
    assert listed == sorted(listed[:-2]) + sorted(listed[-2:])
    folders = {path.name for path in TESTS.iterdir() if path.is_dir() and any(path.rglob("*.py"))}
    assert sorted(listed) == sorted(folders)
