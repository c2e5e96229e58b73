"""User's names and expressions -> safe, quoted SQL fragments.

Nothing reaches a macro but what this module made. Names are quoted, values are literals, and a filter is vetted to be
exactly one scalar expression: no statement, no subquery, no comment, no aggregate, and only columns of the table.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from driftql.engines import Engine
from driftql.errors import FragmentError, SourceError, nearest

if TYPE_CHECKING:
    from sqlglot import exp

__all__ = [
    "columns_named",
    "condition",
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
]

_FILE = re.compile(r"\.(parquet|pq|csv|tsv|txt|json|jsonl|ndjson)(\.(gz|zst))?$", re.IGNORECASE)
# Dialects differ in how they write these. sqlglot knows how, but takes long to import.
_QUOTED_APART = re.compile(r"[\"'`\\\x00-\x1f\x7f]")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*(\.[A-Za-z_][A-Za-z_0-9]*){0,2}")
_GLOB = re.compile(r"[*?\[]")
_READERS = {
    "parquet": "read_parquet",
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
    if _PLAIN_NAME.fullmatch(name):
        return name.split(".")
    if "/" in name and not _QUOTED_APART.search(name):
        return [name]  # a path: no name holds a slash outside quotes
    import sqlglot
    from sqlglot import exp

    try:
        table = sqlglot.parse_one(name, into=exp.Table, dialect=engine.dialect)
    except _unreadable():
        table = None
    parts = list(table.parts) if isinstance(table, exp.Table) else []
    plain = parts and all(isinstance(part, exp.Identifier) for part in parts)
    if table is None or not plain or table.alias or set(table.args) - {"this", "db", "catalog"} & _set_args(table):
        return [name]
    return [part.name for part in parts]


def _set_args(expression: exp.Expr) -> set[str]:
    return {key for key, value in expression.args.items() if value}


def condition(expression: str, engine: Engine, columns: Iterable[str], where: str) -> str:
    """Vet a user's filter.

    Parameters
    ----------
    expression
        What the user wrote.
    engine
        In whose dialect it is written.
    columns
        The table's columns; the expression may name no others.
    where
        What to call it in an error, such as ``"the filter of the current window"``.

    Returns
    -------
    str
        The expression in parentheses.

    Raises
    ------
    FragmentError
        If it is not exactly one scalar expression over these columns.
    """
    import sqlglot
    from sqlglot import exp

    shown = f"{where} ({expression.strip()!r})"
    try:
        tokens = sqlglot.tokenize(expression, dialect=engine.dialect)
        if any(token.comments for token in tokens) or _holds_comment(expression, tokens):
            raise FragmentError(f"{shown} holds a comment; leave it out")
        trees = sqlglot.parse(f"select 1 where {expression}", dialect=engine.dialect)
    except _unreadable() as error:
        raise FragmentError(f"{shown} is not a valid condition: {_first_line(error)}") from None
    if len(trees) != 1 or any(token.token_type.name == "SEMICOLON" for token in tokens):
        raise FragmentError(f"{shown} holds a ';': write one condition, not a statement")
    tree = trees[0]
    clause = tree.args.get("where") if isinstance(tree, exp.Select) else None
    extra = _set_args(tree) - {"expressions", "where", "kind"} if tree is not None else {"nothing"}
    if clause is None or extra:
        raise FragmentError(f"{shown} is more than one condition; write what would stand after 'where', no more")
    body = clause.this
    if body.find(exp.Query, exp.Subquery, exp.Values, exp.Table, exp.DDL, exp.DML, exp.Command):
        raise FragmentError(f"{shown} holds a subquery or a statement; use a view for that and name the view instead")
    if body.find(exp.AggFunc, exp.Window):
        raise FragmentError(f"{shown} holds an aggregate or window function; use a view for that")
    if body.find(exp.Placeholder, exp.Parameter, exp.Star):
        raise FragmentError(f"{shown} holds a parameter or a star; write the value itself")
    names = list(columns)
    known = {name.casefold() for name in names}
    for column in body.find_all(exp.Column):
        outermost = column.parts[0].name
        if outermost.casefold() not in known and column.name.casefold() not in known:
            raise FragmentError(f"{shown} names a column {outermost!r} that the table lacks{nearest(outermost, names)}")
    return f"({expression.strip()})"


def columns_named(expression: str, engine: Engine) -> list[str]:
    """Return the columns that an expression names, or none where it cannot be parsed."""
    import sqlglot
    from sqlglot import exp

    try:
        tree = sqlglot.parse_one(expression, dialect=engine.dialect)
    except _unreadable():
        return []
    return [column.parts[0].name for column in tree.find_all(exp.Column)]


def _unreadable() -> tuple[type[Exception], ...]:
    """Return what sqlglot raises over text that it cannot read; over numbers and deep nesting, Python's own errors."""
    from sqlglot.errors import SqlglotError

    return SqlglotError, ValueError, RecursionError


def _holds_comment(expression: str, tokens: Sequence[object]) -> bool:
    """Look for comment marks that the tokenizer attached to nothing, as in an expression that is only a comment."""
    covered = bytearray(len(expression))
    for token in tokens:
        start, end = token.start, token.end  # type: ignore[attr-defined]  # sqlglot's compiled Token has no stubs
        covered[start : end + 1] = b"\1" * (end + 1 - start)
    rest = "".join(mark for mark, seen in zip(expression, covered, strict=True) if not seen)
    return bool(rest.strip())


def _first_line(error: Exception) -> str:
    line = re.sub(r"\x1b\[[0-9;]*m", "", str(error).splitlines()[0]) if str(error) else "it cannot be read"
    # sqlglot tells which class of its own lacks an argument; to a user, a part of the condition is missing.
    return "a part of it is missing" if line.startswith("Required keyword") else line.rstrip(".")


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
