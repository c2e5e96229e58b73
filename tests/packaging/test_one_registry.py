"""Adding an engine touches its module, ``engines.py``, its page and its tests: nothing else compares engines' names."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import driftql
from driftql.engines import ENGINES, Engine
from driftql.errors import ConfigError
from driftql.sql.render import sql_folder
from driftql.warehouse.registry import SCHEMES, engine_of_connection, engine_of_url
from tests.support.each import each, named

ROOT = Path(driftql.__file__).parent


def _is_engine_name(node: ast.AST) -> bool:
    """Return whether an expression is ``engine.name``, ``warehouse.engine.name`` and the like."""
    if not (isinstance(node, ast.Attribute) and node.attr == "name"):
        return False
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return "engine" in str(owner)


def _chooses(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        compared: list[ast.AST] = [node.left, *node.comparators]
        words = {one.value for part in compared for one in ast.walk(part) if isinstance(one, ast.Constant)}
        return any(map(_is_engine_name, compared)) or bool(words & set(ENGINES))
    if isinstance(node, ast.Match):
        return _is_engine_name(node.subject)
    if isinstance(node, ast.Subscript):
        return _is_engine_name(node.slice)
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get":
        return any(map(_is_engine_name, node.args))
    return False


def choices(tree: ast.AST) -> Iterator[int]:
    """Return the lines that decide by the name of an engine: comparisons, ``match``, and look-ups in a table of names."""
    return (getattr(node, "lineno", 0) for node in ast.walk(tree) if _chooses(node))


@each(named(sorted(ROOT.rglob("*.py")), lambda path: path.relative_to(ROOT)))
def test_nothing_depends_on_the_name_of_an_engine(path: Path) -> None:
    found = list(choices(ast.parse(path.read_text(encoding="utf-8"))))
    assert not found, f"{path.name}, lines {found}: make what differs a field of Engine"


@pytest.mark.parametrize(
    "code",
    [
        'engine.name == "duckdb"',
        'warehouse.engine.name != "duckdb"',
        'self._engine.name in ("snowflake", "postgres")',
        "warehouse.engine.name == engine.name",
        'name == "spark"',
        'scheme in {"bigquery"}',
        "words[self._engine.name]",
        '{"snowflake": 1}.get(engine.name, 2)',
        'match engine.name:\n    case "trino":\n        pass',
    ],
)
def test_the_test_above_finds_every_way_to_choose(code: str) -> None:
    assert list(choices(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["column.name in names", "warehouse.engine == engine", "ENGINES['duckdb']", "engine.name"]
)
def test_the_test_above_finds_nothing_else(code: str) -> None:
    assert not list(choices(ast.parse(code)))


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_every_engine_has_a_module_and_a_page(engine: Engine) -> None:
    module = importlib.import_module(f"driftql.warehouse.{engine.name}")
    assert {"adopt", "open"} <= set(module.__all__)
    for function in (module.open, module.adopt):
        assert {"timeout", "settings"} & set(inspect.signature(function).parameters)
        assert function.__doc__
    pages = [page.read_text(encoding="utf-8") for page in (sql_folder() / "docs" / "engines").glob("*.md")]
    assert any(engine.title.removesuffix(" SQL") in page.splitlines()[0] for page in pages)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("flights.duckdb", "duckdb"),
        ("C:\\data\\flights.duckdb", "duckdb"),
        ("DuckDB:///flights.duckdb", "duckdb"),
        ("postgres://ann@host/db", "postgres"),
        ("postgresql+psycopg2://ann@host/db", "postgres"),
        ("CLICKHOUSE://host/db", "clickhouse"),
        ("mysql://host/db", None),
    ],
)
def test_the_engine_of_a_url(url: str, name: str | None) -> None:
    found = engine_of_url(url)
    assert (found and found.name) == name


def test_no_two_engines_claim_a_scheme_or_a_driver() -> None:
    for claims in ([*engine.schemes] for engine in ENGINES.values()):
        assert all(SCHEMES[scheme].schemes == tuple(claims) for scheme in claims)
    drivers = [driver for engine in ENGINES.values() for driver in engine.drivers]
    assert len(drivers) == len(set(drivers))


@pytest.mark.parametrize("engine", [engine for engine in ENGINES.values() if engine.drivers], ids=lambda e: e.name)
def test_the_engine_of_a_connection(engine: Engine) -> None:
    """By the package of its class; another object of the same package is not a connection."""
    for driver in engine.drivers:
        for method in engine.connection_methods:
            made = type("Made", (), {"__module__": f"{driver}.inner", method: lambda self: None})
            assert engine_of_connection(made()) is engine
        assert engine_of_connection(type("Other", (), {"__module__": driver})()) is None
        assert engine_of_connection(type("Near", (), {"__module__": f"{driver}x", "cursor": None})()) is None


def test_an_unknown_scheme_is_refused_without_the_rest_of_the_url() -> None:
    with pytest.raises(ConfigError, match="driftql cannot connect to postgre://; did you mean 'postgres'") as raised:
        driftql.connect("postgre://ann:s3cret@host/db")
    assert "s3cret" not in str(raised.value)


def test_spark_has_no_url() -> None:
    module = importlib.import_module("driftql.warehouse.spark")
    with pytest.raises(ConfigError, match="pass a SparkSession from Python"):
        module.open("spark://host")


@pytest.mark.parametrize(
    "engine", [engine for engine in ENGINES.values() if engine.extra and engine.schemes], ids=lambda e: e.name
)
@pytest.mark.parametrize("password", ["p@ss/w0rd", "p@ss"])
def test_a_password_with_an_at_sign_is_kept_out_of_the_message(engine: Engine, password: str) -> None:
    with pytest.raises(ConfigError, match="has more than one @: in the password, write %40 for @") as raised:
        driftql.connect(f"{engine.schemes[0]}://ann:{password}@localhost:1/shop")
    assert not any(part in str(raised.value) for part in ("p@ss", "w0rd", "ann:"))
