"""The internal macros of the dbt package without dbt: those that need no database are tried by the thousand."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import jinja2
import pytz

from driftql.engines import ENGINES
from driftql.sql.render import _return, _returning, macro_set, sql_folder

__all__ = ["Refused", "macro"]


class Refused(Exception):  # noqa: N818  # what dbt would show as a compilation error
    """The sentence that a macro stops with."""


def _raise(message: str) -> None:
    raise Refused(message)


@lru_cache
def _macros(engine: str) -> dict[str, Callable[..., Any]]:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"], autoescape=False)
    found: dict[str, Callable[..., Any]] = {}

    class Namespace:
        def __getattr__(self, name: str) -> Callable[..., Any]:
            return found[name] if name in found else macro_set(ENGINES[engine]).macros[name]

    environment.globals.update(
        {
            "return": _return,
            "driftql": Namespace(),
            "target": SimpleNamespace(type=engine),
            "modules": SimpleNamespace(re=re, datetime=dt, pytz=pytz),
            "exceptions": SimpleNamespace(raise_compiler_error=_raise),
            "tojson": json.dumps,
        }
    )
    for path in sorted((sql_folder() / "dbt" / "internal").rglob("*.sql")):
        template = environment.from_string(path.read_text(encoding="utf-8"))
        for name in re.findall(r"\{% macro (\w+)\(", path.read_text(encoding="utf-8")):
            # A name with an underscore is not exported by Jinja.
            found[name] = _returning(template.make_module().__dict__.get(name) or _private(template, name))
    return found


def _private(template: jinja2.Template, name: str) -> Any:
    context = template.new_context()
    for _ in template.root_render_func(context):
        pass
    return context.vars[name]


def macro(engine: str, name: str) -> Callable[..., Any]:
    """Return an internal macro as a function, for an engine by its name."""
    return _macros(engine)[name]
