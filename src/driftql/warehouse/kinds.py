"""The engines' names of types -> what driftql can do with a column."""

from __future__ import annotations

import re

from driftql.engines import Engine
from driftql.warehouse.base import Column, ColumnKind

__all__ = ["column_of"]

_NUMBER = (
    r"(double precision|double|float|float4|float8|float32|float64|real|decimal|numeric|bignumeric)(\(\d+(,\s*\d+)?\))?"
)
# The first that matches the type's name, in lower case and without what says only that it may be NULL.
_PATTERNS: tuple[tuple[ColumnKind, str], ...] = (
    ("list", rf"{_NUMBER}\[\d*\]|array\(({_NUMBER})\)|array<({_NUMBER})>"),
    # Snowflake's only number; without places after the point it is an integer.
    ("integer", r"number(\(\d+,\s*0\))?"),
    (
        "integer",
        r"u?(tiny|small|medium|big|huge)?int(\d+|eger)?|integer|byteint|(small|big)?serial|long|short|byte",
    ),
    ("decimal", r"(decimal|numeric|number|bignumeric|dec)\b.*"),
    ("float", r"double( precision)?|float\d*(\(\d+\))?|real|binary_double"),
    ("boolean", r"bool(ean)?"),
    ("timestamptz", r"timestamp(\(\d\))? with time zone|timestamptz(\(\d\))?|timestamp_(l?tz)(\(\d\))?"),
    (
        "timestamp",
        r"timestamp(\(\d\))?( without time zone)?|timestamp_(ntz|s|ms|ns)(\(\d\))?|datetime(64)?(\(.*\))?",
    ),
    ("date", r"date(32)?"),
    (
        "text",
        r"(character varying|character|varchar2?|nvarchar|char|nchar|bpchar|text|string|citext|name|uuid|enum\d*"
        r"|fixedstring|clob)(\(.*\))?( collate \w+)?",
    ),
)
_KINDS = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
_WRAPPED = re.compile(r"(?:nullable|lowcardinality)\((.*)\)")
# Where a plain name means something else.
_OWN: dict[str, dict[str, ColumnKind]] = {
    "bigquery": {"timestamp": "timestamptz"},
    "databricks": {"timestamp": "timestamptz"},
    # A list of anything: what is no number in it counts as missing.
    "snowflake": {"array": "list"},
    "spark": {"timestamp": "timestamptz"},
}


def column_of(name: str, type_name: str, engine: Engine) -> Column:
    """Describe a column.

    Parameters
    ----------
    name
        As the table spells it.
    type_name
        As the engine's catalog spells it, such as ``numeric(10,2)`` or ``Nullable(Float64)``.
    engine
        Whose type it is.
    """
    return Column(name, type_name, kind := _kind(type_name, engine), kind == "decimal" and engine.name == "postgres")


def _kind(type_name: str, engine: Engine) -> ColumnKind:
    plain = " ".join(type_name.casefold().split())
    while match := _WRAPPED.fullmatch(plain):
        plain = match[1]
    plain = re.sub(r"nullable\(([^()]*(?:\([^()]*\))?)\)", r"\1", plain)
    own = _OWN.get(engine.name, {}).get(plain)
    if own is not None:
        return own
    # ClickHouse: a DateTime with a zone is an instant.
    if engine.name == "clickhouse" and re.fullmatch(r"datetime(64)?(\(.*'.*'\))?", plain):
        return "timestamptz" if "'" in plain else "timestamp"
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(plain)), "other")
