"""Runs every conformance test on every engine of ``engines_here``."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from driftql.engines import ENGINES
from driftql.errors import ConfigError
from tests.conformance.engines_here import HERE, Here, Session


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(capability): what the engine must have, a key of driftql's CAPABILITIES")
    config.addinivalue_line("markers", "only_sql: what only the SQL decides; tried once per set of statements")
    for engine in ENGINES:
        config.addinivalue_line("markers", f"on_{engine}: runs on {engine}")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What has been started in this process, by name; stopped at the end."""
    with ExitStack() as stack:

        class Running(dict[str, Any]):
            def __missing__(self, name: str) -> Any:
                self[name] = stack.enter_context(HERE[name].start(tmp_path_factory.mktemp(name)))
                return self[name]

        yield Running()


def _group(name: str) -> str:
    """Return the group of an engine's tests: one worker runs them, so that the engine is started once."""
    return f"engine-{HERE[name].beside or name}"


def _marks(name: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xdist_group(_group(name)), getattr(pytest.mark, f"on_{HERE[name].engine}")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try a test on every engine; one of ``only_sql`` on those alone that get statements of their own."""
    if "here" in metafunc.fixturenames:
        only_sql = metafunc.definition.get_closest_marker("only_sql")
        chosen = [name for name, here in HERE.items() if not (only_sql and here.sends)]
        marked = [pytest.param(name, marks=_marks(name)) for name in chosen]
        metafunc.parametrize("here", marked, indirect=True)


@pytest.fixture
def here(request: pytest.FixtureRequest) -> Here:
    return HERE[request.param]


@pytest.fixture
def session(here: Here, running: dict[str, Any], request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    with here.session(running[request.node.callspec.params["here"]], tmp_path) as opened:
        yield opened


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Hold a declared gap to be one: the test must end with an error that names the engine."""
    here: Any = pyfuncitem.funcargs.get("here")
    needed = [mark.args[0] for mark in pyfuncitem.iter_markers("needs")]
    gaps = [name for name in needed if isinstance(here, Here) and name in here.known.gaps]
    if not gaps:
        return (yield)
    try:
        yield
    except ConfigError as error:
        if here.known.title not in str(error):
            pytest.fail(f"the error does not name {here.known.title}: {error}")
        return True
    pytest.fail(f"{here.known.title} is said to lack {gaps}, but the test passes: remove the gap from engines.py")
