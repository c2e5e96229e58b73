"""The type of a column, as each engine's catalog spells it -> what driftql can do with the column."""

from __future__ import annotations

import re
from functools import cache

from driftql.engines import ENGINES, ColumnKind, Engine
from driftql.warehouse.base import Column

__all__ = ["column_of"]

_NUMBER = (
    r"(double precision|double|float|float4|float8|float32|float64|real|decimal|numeric|bignumeric"
    r"|u?(tiny|small|medium|big|huge)?int(\d+|eger)?|long|short|byte)(\(\d+(,\s*\d+)?\))?"
)
# The first pattern that matches the type's name counts. The name is in lower case, and without what only says that the
# column may be NULL.
_PATTERNS: tuple[tuple[ColumnKind, str], ...] = (
    ("list", rf"{_NUMBER}\[\d*\]|array\(({_NUMBER})\)|array<({_NUMBER})>"),
    # Snowflake's only number; without digits after the point it is an integer.
    ("integer", r"number(\(\d+,\s*0\))?"),
    (
        "integer",
        r"u?(tiny|small|medium|big|huge)?int(\d+|eger)?|integer|byteint|(small|big)?serial|long|short|byte",
    ),
    ("decimal", r"(decimal|numeric|number|bignumeric|dec)\d*(\([^()]*\))?"),
    ("float", r"double( precision)?|float\d*(\(\d+\))?|real|binary_double"),
    ("boolean", r"bool(ean)?"),
    ("timestamptz", r"timestamp(_ns|\(\d+\))? with time zone|timestamptz(_ns|\(\d\))?|timestamp_?l?tz(\(\d\))?"),
    (
        "timestamp",
        r"timestamp(\(\d+\))?( without time zone)?|timestamp_?(ntz|s|ms|us|ns)(\(\d\))?|datetime(32|64)?(\(.*\))?",
    ),
    ("date", r"date(32)?"),
    (
        "text",
        r"(character varying|character|varchar2?|nvarchar|char|nchar|bpchar|text|string|citext|name|uuid|enum\d*"
        r"|fixedstring|clob)(\(.*\))?( collate \w+)?",
    ),
)
_WRAPPED = re.compile(r"(?:nullable\(|lowcardinality\(|simpleaggregatefunction\(\w+, )(.*)\)")
_NULLABLE = re.compile(r"nullable\(([^()]*(?:\([^()]*\))?)\)")


def column_of(name: str, type_name: str, engine: Engine) -> Column:
    """Describe a column.

    Parameters
    ----------
    name
        The column's name as the table spells it.
    type_name
        Its type as the engine's catalog spells it, such as ``numeric(10,2)`` or ``Nullable(Float64)``.
    engine
        The engine of the table.

    >>> column_of("price", "numeric(10,2)", ENGINES["postgres"])
    Column(name='price', type='numeric(10,2)', kind='decimal', holds_nan=True, unreadable='')
    """
    kind = _kind_of(type_name, engine)
    return Column(name, type_name, kind, holds_nan=kind == "decimal" and engine.decimal_holds_nan)


def _kind_of(type_name: str, engine: Engine) -> ColumnKind:
    plain = " ".join(type_name.casefold().split())
    while match := _WRAPPED.fullmatch(plain):
        plain = match[1]
    plain = _NULLABLE.sub(r"\1", plain)
    return next((kind for kind, pattern in _patterns(engine.name) if pattern.fullmatch(plain)), "other")


@cache
def _patterns(engine: str) -> list[tuple[ColumnKind, re.Pattern[str]]]:
    """Compile the patterns of an engine: those of its own first."""
    own = [(kind, pattern) for pattern, kind in ENGINES[engine].types.items()]
    return [(kind, re.compile(pattern)) for kind, pattern in (*own, *_PATTERNS)]
