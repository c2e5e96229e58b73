"""User's names and expressions -> safe, quoted SQL fragments.

Nothing reaches a macro but what this module and :mod:`driftql.sql.conditions` made. Names are quoted, values are
literals, and a filter is vetted.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from driftql.engines import Engine
from driftql.errors import FragmentError, SourceError

if TYPE_CHECKING:
    from sqlglot import exp

__all__ = [
    "fold",
    "folded_parts",
    "identifier",
    "is_columnar",
    "is_csv",
    "is_file",
    "moment_of",
    "number",
    "path_relation",
    "table_parts",
    "text",
    "timestamp_text",
    "typed_name",
    "unreadable",
]

_FILE = re.compile(r"\.(parquet|parq|pq|csv|tsv|txt|json|jsonl|ndjson)(\.(gz|zst))?$", re.IGNORECASE)
# Dialects differ in how they write these. sqlglot knows how, but takes long to import.
_QUOTED_APART = re.compile(r"[\"'`\\\x00-\x1f\x7f]")
# What a name without quotes can be in every dialect.
_UNQUOTED = re.compile(r"[A-Za-z_][A-Za-z_0-9$]*")
_PLAIN_PART = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*(\.[A-Za-z_][A-Za-z_0-9]*){0,2}")
_GLOB = re.compile(r"[*?\[]")
_READERS = {
    "parquet": "read_parquet",
    "parq": "read_parquet",
    "pq": "read_parquet",
    "csv": "read_csv",
    "tsv": "read_csv",
    "txt": "read_csv",
    "json": "read_json",
    "jsonl": "read_json",
    "ndjson": "read_json",
}


@lru_cache(maxsize=4096)
def identifier(name: str, engine: Engine) -> str:
    """Quote a name.

    Raises
    ------
    SourceError
        If the name is empty or holds a NUL character.
    """
    if not name or "\0" in name:
        raise SourceError(f"{name!r} cannot be the name of a column or table")
    if not _QUOTED_APART.search(name):
        return f"{engine.quote}{name}{engine.quote}"
    from sqlglot import exp

    return exp.to_identifier(name, quoted=True).sql(dialect=engine.dialect)


def text(value: str, engine: Engine) -> str:
    """Write a string literal."""
    if "\0" in value:
        raise FragmentError(f"{value!r} holds a NUL character, which no database text can")
    if not _QUOTED_APART.search(value):
        return f"'{value}'"
    from sqlglot import exp

    return exp.Literal.string(value).sql(dialect=engine.dialect)


def number(value: float) -> str:
    """Write a number so that the engine reads back the same double.

    Raises
    ------
    FragmentError
        If the number is NaN or infinite.
    """
    if not math.isfinite(value):
        raise FragmentError(f"{value} cannot be written as a number in SQL")
    if isinstance(value, int):
        return str(value)
    # An exponent makes it a double and not a decimal in every dialect.
    mantissa, exponent = f"{value:.17e}".split("e")
    shortest = repr(float(value))
    return shortest if "e" in shortest else f"{shortest}e0" if float(shortest) == value else f"{mantissa}e{exponent}"


def timestamp_text(moment: dt.datetime) -> str:
    """Write a moment as ISO text in UTC, without a zone, in microseconds."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return moment.isoformat(sep=" ", timespec="microseconds")


def is_file(source: str) -> bool:
    """Tell a file or a glob from the name of a table: by its ending."""
    return bool(_FILE.search(source))


def is_columnar(source: str) -> bool:
    """Return whether a file keeps its columns and their types apart: Parquet, but not text."""
    match = _FILE.search(source)
    return match is not None and _READERS[match[1].lower()] == "read_parquet"


def is_csv(source: str) -> bool:
    """Return whether a file is delimited text."""
    match = _FILE.search(source)
    return match is not None and _READERS[match[1].lower()] == "read_csv"


def path_relation(path: str, engine: Engine) -> str:
    """Read a file, or all files of a glob, as a relation (DuckDB).

    Raises
    ------
    SourceError
        If the engine reads no files.
    """
    match = _FILE.search(path)
    if match is None or not engine.reads_files:
        raise SourceError(f"{path!r} is not a file that {engine.title} can read as a table")
    options = ", union_by_name = true" if _GLOB.search(path) else ""
    return f"{_READERS[match[1].lower()]}({text(path, engine)}{options})"


def table_parts(name: str, engine: Engine) -> list[str]:
    """Split ``catalog.schema.table`` at its dots, honouring the engine's quotes.

    Raises
    ------
    SourceError
        If the text is not a table's name.
    """
    return [part for part, _ in _split_table(name, engine)]


def folded_parts(name: str, engine: Engine) -> list[str]:
    """Split ``catalog.schema.table`` at its dots; a part without quotes is spelled as the engine stores it.

    >>> from driftql.engines import ENGINES
    >>> folded_parts('prod."Flights"', ENGINES["snowflake"])
    ['PROD', 'Flights']
    """
    return [part if is_quoted else fold(part, engine) for part, is_quoted in _split_table(name, engine)]


def fold(name: str, engine: Engine) -> str:
    """Spell a name as the engine stores it: one in quotes as it is, without them; another in the engine's case.

    >>> from driftql.engines import ENGINES
    >>> [fold(name, ENGINES["snowflake"]) for name in ("seats", '"seats"', "two words")]
    ['SEATS', 'seats', 'two words']
    """
    quote = engine.quote
    if len(name) > 2 and name[0] == name[-1] == quote:
        return name[1:-1].replace(2 * quote, quote)
    if not engine.folds or not _UNQUOTED.fullmatch(name):
        return name
    return name.upper() if engine.folds == "upper" else name.lower()


def _split_table(name: str, engine: Engine) -> list[tuple[str, bool]]:
    """Return each part of a table's name, and whether it is in quotes."""
    if _PLAIN_NAME.fullmatch(name):
        return [(part, False) for part in name.split(".")]
    if "/" in name and not _QUOTED_APART.search(name):
        return [(name, False)]  # a path: no name holds a slash outside quotes
    import sqlglot
    from sqlglot import exp

    try:
        table = sqlglot.parse_one(name, into=exp.Table, dialect=engine.dialect)
    except unreadable():
        table = None
    parts = list(table.parts) if isinstance(table, exp.Table) else []
    plain = parts and all(isinstance(part, exp.Identifier) for part in parts)
    if table is None or not plain or table.alias or set(table.args) - {"this", "db", "catalog"} & _set_args(table):
        return [(name, False)]
    return [(part.name, bool(part.args.get("quoted"))) for part in parts]


def typed_name(parts: Iterable[str], engine: Engine) -> str:
    """Write a table's name as a user types it: parts that :func:`table_parts` could not tell apart are quoted.

    >>> from driftql.engines import ENGINES
    >>> typed_name(["my.schema", "t"], ENGINES["duckdb"])
    '"my.schema".t'
    """
    return ".".join(part if _PLAIN_PART.fullmatch(part) else identifier(part, engine) for part in parts)


def _set_args(expression: exp.Expr) -> set[str]:
    return {key for key, value in expression.args.items() if value}


def unreadable() -> tuple[type[Exception], ...]:
    """Return what sqlglot raises over text that it cannot read; over numbers and deep nesting, Python's own errors."""
    from sqlglot.errors import SqlglotError

    return SqlglotError, ValueError, RecursionError


def moment_of(value: Any) -> dt.datetime | None:
    """Read a time that a database wrote as text.

    Raises
    ------
    SourceError
        If it is not within the years 1 to 9999, as PostgreSQL's 'infinity' is not.
    """
    try:
        return None if value is None else dt.datetime.fromisoformat(str(value))
    except ValueError:
        raise SourceError(
            f"the time column holds {str(value)!r}, which is no time between the years 1 and 9999: leave such rows out "
            "by a filter or a view"
        ) from None
