"""``python -m tests.support.known_functions``: writes for dbt, whose Jinja has no parser, what a filter may call on each engine."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path

from driftql.engines import ENGINES, Engine
from driftql.errors import FragmentError
from driftql.sql import calls
from driftql.sql.conditions import condition
from driftql.sql.render import sql_folder

__all__ = ["known_functions", "path"]

_HEAD = """{#
  Return what a filter may call on an engine, and none for an engine that driftql does not know. Made by
  `python -m tests.support.known_functions` from the lists in src/driftql/sql/functions.

  allowed, changing        functions, and those that give another answer each time
  words, unless_columns    words that call a function without parentheses; the second kind means a column where there is one
  operators, types         where users can define their own: those of the engine
  between, before, values  words of the language that a parenthesis may follow
#}
{%% macro _known_functions(engine) %%}
    {%%- set language = {
%s
    } -%%}
    {%%- set known = {
"""
_TAIL = """    }.get(engine) -%}
    {{ return(dict(known, **language) if known is not none else none) }}
{% endmacro %}
"""


def path() -> Path:
    """Return where the macro is."""
    return sql_folder() / "dbt" / "internal" / "filters" / "_known_functions.sql"


def known_functions() -> str:
    """Write the macro."""
    parts = []
    for name, engine in ENGINES.items():
        known = calls.functions_of(name)
        lists = {
            "allowed": known.allowed,
            "changing": known.changing,
            "words": known.words,
            "unless_columns": known.words_unless_columns,
            "operators": known.operators if engine.is_extensible else (),
            "types": _types(engine) if engine.is_extensible else (),
            "builtin_schemas": engine.builtin_schemas,
        }
        flags = {
            "chains_calls": engine.chains_calls,
            "has_fields": engine.has_fields,
            "is_extensible": engine.is_extensible,
            "in_reads_tables": engine.in_reads_tables,
        }
        lines = [_listed(key, words, 12) for key, words in lists.items()]
        lines += [f"            '{key}': {str(value).lower()}" for key, value in flags.items()]
        parts.append(f"        '{name}': {{\n" + ",\n".join(lines) + "\n        }")
    language = {"between": calls._BETWEEN, "before": calls._BEFORE, "values": calls._VALUES}
    head = _HEAD % ",\n".join(_listed(key, words, 8) for key, words in language.items())
    return head + ",\n".join(parts) + "\n" + _TAIL


def _listed(key: str, words: Iterable[str], depth: int) -> str:
    text, indent = " ".join(sorted(words)), " " * depth
    if len(text) < 80:
        return f"{indent}'{key}': '{text}'.split()"
    lines = textwrap.wrap(text, 110, break_long_words=False, break_on_hyphens=False)
    return f"{indent}'{key}': '\n" + textwrap.indent("\n".join(lines), f"{indent}    ") + f"\n{indent}'.split()"


def _types(engine: Engine) -> list[str]:
    """Return the words that name a type to which a filter may convert, as Python's vetting decides."""
    from sqlglot import Dialect

    words = {
        word.lower() for word in Dialect.get_or_raise(engine.dialect).tokenizer_class.KEYWORDS if word.isidentifier()
    }
    return [word for word in sorted(words | calls.functions_of(engine.name).allowed) if _is_type(word, engine)]


def _is_type(word: str, engine: Engine) -> bool:
    try:
        condition(f"cast(x as {word}) is null", engine, ["x"], "the filter")
    except FragmentError:
        return False
    return True


if __name__ == "__main__":
    path().parent.mkdir(exist_ok=True)
    path().write_text(known_functions(), encoding="utf-8")
    print(path())
