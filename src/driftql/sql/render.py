"""The Jinja host: ``render(macro, engine, *arguments) -> SQL text``.

The macros under ``sql/macros`` are written for dbt. This module stands in for the little that they use of it:
``adapter.dispatch``, ``return``, ``exceptions.raise_compiler_error`` and the package's own namespace ``driftql``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from driftql.engines import Engine
from driftql.errors import RenderError

__all__ = ["MacroSet", "macro_set", "render", "render_template", "sql_folder"]

Macro = Callable[..., Any]


class _ReturnError(Exception):
    """Carries a macro's return value out of its template, as dbt does."""

    def __init__(self, value: Any) -> None:
        super().__init__("a value on its way out of a macro")
        self.value = value


def _return(value: Any = None) -> Any:
    raise _ReturnError(value)


def _returning(macro: Macro) -> Macro:
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return macro(*arguments, **named)
        except _ReturnError as returned:
            return returned.value

    return call


class _Exceptions:
    @staticmethod
    def raise_compiler_error(message: str) -> Any:
        raise RenderError(message)


class _Adapter:
    def __init__(self, macros: MacroSet) -> None:
        self._macros = macros
        self._found: dict[str, Macro] = {}

    def dispatch(self, name: str, namespace: str) -> Macro:
        if namespace != "driftql":
            raise RenderError(f"the macro {name} was looked for in {namespace}, a package that is not there")
        if name in self._found:
            return self._found[name]
        for prefix in self._macros.engine.prefixes:
            if f"{prefix}__{name}" in self._macros.macros:
                return self._found.setdefault(name, self._macros.macros[f"{prefix}__{name}"])
        raise RenderError(f"there is no macro {name} for {self._macros.engine.title}")


class _Namespace:
    """The name ``driftql`` inside a macro: ``driftql.count_if(...)``."""

    def __init__(self, macros: dict[str, Macro]) -> None:
        self._macros = macros

    def __getattr__(self, name: str) -> Macro:
        try:
            return self._macros[name]
        except KeyError:
            raise AttributeError(name) from None


class _Macros(dict[str, Macro]):
    """Macros by name. A file is compiled when one of its macros is first asked for: a check needs a part of them."""

    def __init__(self, folder: Path, environment: jinja2.Environment) -> None:
        super().__init__()
        self._environment = environment
        self._lock = threading.Lock()
        self._waiting = {path.stem: path for path in sorted((folder / "macros").rglob("*.sql"))}

    def _load(self, name: str) -> None:
        # A macro stands in the file of its name, and so do its overrides, whose names begin with an engine's.
        stem = name.rpartition("__")[2]
        with self._lock:
            path = self._waiting.get(stem)
            if path is None:
                return
            module = self._environment.from_string(path.read_text(encoding="utf-8")).module
            for own, value in vars(module).items():
                if callable(value) and not own.startswith("_"):
                    self[own] = _returning(value)
            del self._waiting[stem]

    def __contains__(self, name: object) -> bool:
        self._load(str(name))
        return super().__contains__(name)

    def __missing__(self, name: str) -> Macro:
        if name in self:
            return self[name]
        raise KeyError(name)


class MacroSet:
    """The macros for one engine.

    Parameters
    ----------
    engine
        Decides what ``adapter.dispatch`` finds.
    folder
        The folder that holds ``macros/``.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        environment = jinja2.Environment(
            undefined=jinja2.StrictUndefined,
            extensions=["jinja2.ext.do"],
            autoescape=False,  # SQL, not HTML: fragments.py quotes
        )
        self.macros: dict[str, Macro] = _Macros(folder, environment)
        environment.globals.update(
            {
                "adapter": _Adapter(self),
                "return": _return,
                "exceptions": _Exceptions(),
                "driftql": _Namespace(self.macros),
            }
        )

    def render(self, macro: str, *arguments: Any, **named: Any) -> str:
        """Call a macro and return its SQL.

        Raises
        ------
        RenderError
            If there is no such macro, or it fails.
        """
        if macro not in self.macros:
            raise RenderError(f"there is no macro {macro}")
        try:
            return str(self.macros[macro](*arguments, **named)).strip()
        except jinja2.TemplateError as error:
            raise RenderError(f"the macro {macro} failed for {self.engine.title}: {error}") from error


@lru_cache(maxsize=1)
def sql_folder() -> Path:
    """Return the folder with the package's SQL: beside the code in a wheel, at the top of a source tree.

    Raises
    ------
    RenderError
        If the installation holds no SQL.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_sql", package.parents[1] / "sql"):
        if (folder / "macros").is_dir():
            return folder
    raise RenderError("this installation of driftql holds no SQL macros; install it again")


@lru_cache(maxsize=16)
def macro_set(engine: Engine) -> MacroSet:
    """Return the macros of an engine, loaded once a process."""
    return MacroSet(engine, sql_folder())


def render(macro: str, engine: Engine, *arguments: Any, **named: Any) -> str:
    """Render a macro for an engine.

    Parameters
    ----------
    macro
        Its name.
    engine
        Whose overrides apply.
    arguments, named
        SQL fragments that are quoted already, numbers, or lists of these.

    Returns
    -------
    str
        SQL text.

    Raises
    ------
    RenderError
        If there is no such macro, or it fails.
    """
    return macro_set(engine).render(macro, *arguments, **named)


def render_template(path: Path, engine: Engine, **values: Any) -> str:
    """Render a whole file that calls macros.

    Parameters
    ----------
    path
        A Jinja template; in it ``driftql.name(...)`` is a macro.
    engine
        Whose overrides apply.
    values
        Other names that the template uses.

    Returns
    -------
    str
        The text.

    Raises
    ------
    RenderError
        If the template fails.
    """
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True)
    try:
        template = environment.from_string(path.read_text(encoding="utf-8"))
        return template.render(driftql=macro_set(engine).macros, **values)
    except (OSError, jinja2.TemplateError) as error:
        raise RenderError(f"the template {path.name} failed for {engine.title}: {error}") from error
