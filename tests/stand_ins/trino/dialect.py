"""Trino's SQL on DuckDB: Trino's own grammar refuses what is not Trino's, then each statement is translated.

``trino_sql_validator`` is Trino's parser with its list of functions and types. sqlglot translates to DuckDB, and
:func:`translate` restores Trino's meaning where DuckDB's differs; the differences that are handled are listed there,
and no others are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import duckdb
import sqlglot
import trino_sql_validator
from sqlglot import exp

__all__ = [
    "CATALOG",
    "INFORMATION",
    "MACROS",
    "SCHEMA",
    "SCHEMAS",
    "TYPE_OF_ONE",
    "VIEWS",
    "TrinoError",
    "as_trino_error",
    "check_syntax",
    "is_cte",
    "is_too_deep",
    "position",
    "quote",
    "translate",
    "trino_type",
    "without_comments",
]

CATALOG = "memory"
SCHEMA = "main"

# Code, name and kind as in io.trino.spi.StandardErrorCode.
_ERRORS = {
    "SYNTAX_ERROR": (1, "USER_ERROR"),
    "USER_CANCELED": (3, "USER_ERROR"),
    "FUNCTION_NOT_FOUND": (6, "USER_ERROR"),
    "DIVISION_BY_ZERO": (8, "USER_ERROR"),
    "INVALID_CAST_ARGUMENT": (9, "USER_ERROR"),
    "INVALID_SESSION_PROPERTY": (14, "USER_ERROR"),
    "TRANSACTION_CONFLICT": (17, "USER_ERROR"),
    "TYPE_NOT_FOUND": (43, "USER_ERROR"),
    "CATALOG_NOT_FOUND": (44, "USER_ERROR"),
    "SCHEMA_NOT_FOUND": (45, "USER_ERROR"),
    "TABLE_NOT_FOUND": (46, "USER_ERROR"),
    "COLUMN_NOT_FOUND": (47, "USER_ERROR"),
    "TYPE_MISMATCH": (58, "USER_ERROR"),
    "GENERIC_INTERNAL_ERROR": (65536, "INTERNAL_ERROR"),
    "EXCEEDED_TIME_LIMIT": (131075, "INSUFFICIENT_RESOURCES"),
}


class TrinoError(Exception):
    """An error of the protocol."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name

    def as_json(self) -> dict[str, Any]:
        """Return the protocol's ``QueryError``."""
        code, kind = _ERRORS[self.name]
        made = {"message": str(self), "errorCode": code, "errorName": self.name, "errorType": kind}
        place = re.match(r"line (\d+):(\d+): ", str(self))
        if place:
            made["errorLocation"] = {"lineNumber": int(place[1]), "columnNumber": int(place[2])}
        return {**made, "failureInfo": {"type": "io.trino.spi.TrinoException", "message": str(self), "suppressed": []}}


# A macro is expanded at every call with each argument written out, so each argument is used as few times as possible.
_KINDS = {
    "text": ("VARCHAR",),
    "number": ("DOUBLE", "FLOAT", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL"),
    "boolean": ("BOOLEAN",),
    "moment": ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
}
_KIND_OF = ", ".join(f"'{name}': '{kind}'" for kind, names in _KINDS.items() for name in names)
# DuckDB's names of types, where Trino's are not the same in lower case. A sum of integers is DuckDB's HUGEINT.
_TYPES = {
    "FLOAT": "real",
    "HUGEINT": "bigint",
    "TIMESTAMP": "timestamp(6)",
    "TIMESTAMP WITH TIME ZONE": "timestamp(6) with time zone",
    "BLOB": "varbinary",
    "NULL": "unknown",
    '"NULL"': "unknown",
}
MACROS = (
    ("trino_kind(a)", f"(map {{{_KIND_OF}}})[split_part(typeof(a), '(', 1)]"),
    (
        "trino_comparable(a, b)",
        """case
            when trino_kind(a) <> trino_kind(b)
            then error('TYPE_MISMATCH: Cannot apply operator: ' || lower(typeof(a)) || ' to ' || lower(typeof(b)))
            else true
        end""",
    ),
    ("trino_nan(a)", "typeof(a) in ('DOUBLE', 'FLOAT') and isnan(try_cast(a as double))"),
    ("trino_whole(a)", "typeof(a) in ('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT')"),
    (
        "trino_places(a)",
        r"coalesce(try_cast(regexp_extract(typeof(a), '^DECIMAL\(\d+,(\d+)\)$', 1) as integer), 0)",
    ),
    (
        "trino_divide(a, b)",
        # The list evaluates both arguments once.
        """list_transform([{'a': a, 'b': b}], lambda v: case
            when typeof(v.a) in ('DOUBLE', 'FLOAT') or typeof(v.b) in ('DOUBLE', 'FLOAT') then v.a / v.b
            when v.b = 0 then error('DIVISION_BY_ZERO: Division by zero')
            when trino_whole(v.a) and trino_whole(v.b) then trunc(v.a / v.b)
            else round(v.a / v.b, greatest(trino_places(v.a), trino_places(v.b)))
        end)[1]""",
    ),
    (
        "trino_text(a)",
        """case typeof(a)
            when 'TIMESTAMP' then strftime(try_cast(a as timestamp), '%Y-%m-%d %H:%M:%S.%f')
            else cast(a as varchar)
        end""",
    ),
    (
        "trino_moment(a)",
        r"""case
            when typeof(a) = 'VARCHAR' and not regexp_full_match(
                cast(a as varchar), '\d{4,}-\d{1,2}-\d{1,2}( \d{1,2}:\d{1,2}(:\d{1,2}(\.\d+)?)?)?'
            ) then error('INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: ' || cast(a as varchar))
            else cast(a as timestamp)
        end""",
    ),
    *(
        (
            f"trino_{kind}(a)",
            f"""coalesce(
                case when typeof(a) in ('DOUBLE', 'FLOAT') then cast(round(try_cast(a as double)) as {kind}) end,
                cast(a as {kind})
            )""",
        )
        for kind in ("integer", "bigint")
    ),
    (
        "trino_type(a)",
        r"""case
            when a like '%[]' then 'array(' || trino_type_of_one(a[:-3]) || ')'
            else trino_type_of_one(a)
        end""",
    ),
)
_WHENS = " ".join(f"when '{name}' then '{own}'" for name, own in _TYPES.items())
TYPE_OF_ONE = f"case a {_WHENS} else lower(a) end"
# information_schema lists its own tables too.
_OWN_TABLES = ("columns", "tables", "views", "schemata", "table_privileges", "roles")
INFORMATION = "trino_information_schema"
VIEWS = {
    "tables": f"""
        select '{CATALOG}' as table_catalog, schema_name as table_schema, table_name, 'BASE TABLE' as table_type
        from duckdb_tables() where database_name = '{CATALOG}'
        union all
        select '{CATALOG}', schema_name, view_name, 'VIEW'
        from duckdb_views() where database_name = '{CATALOG}' and not internal
        union all
        select '{CATALOG}', 'information_schema', unnest({list(_OWN_TABLES)!r}), 'BASE TABLE'""",
    "columns": f"""
        select
            '{CATALOG}' as table_catalog, schema_name as table_schema, table_name, column_name,
            cast(column_index as bigint) as ordinal_position, cast(null as varchar) as column_default,
            case when is_nullable then 'YES' else 'NO' end as is_nullable,
            {CATALOG}.{SCHEMA}.trino_type(data_type) as data_type
        from duckdb_columns() where database_name = '{CATALOG}' and not internal""",
    "schemata": f"""
        select '{CATALOG}' as catalog_name, schema_name
        from duckdb_schemas() where database_name = '{CATALOG}' and schema_name <> 'pg_catalog'""",
}


SCHEMAS = f"select schema_name from duckdb_schemas() where database_name = '{CATALOG}'"


def _macro(name: str, *arguments: exp.Expression) -> exp.Expression:
    # Qualified, because the session may use another schema.
    return exp.Anonymous(this=f"{CATALOG}.{SCHEMA}.trino_{name}", expressions=[*arguments])


def _is_short(node: exp.Expression) -> bool:
    """Return whether an expression is a column or a literal, cast or not."""
    return isinstance(node.unnest() if not isinstance(node, exp.Cast) else node.this, exp.Column | exp.Literal)


def _comparison(node: exp.Binary) -> exp.Expr:
    """Compare as Trino does: NaN is above no number and equals nothing, and types must match. DuckDB differs in both.

    https://trino.io/docs/current/language/types.html#double
    """
    if isinstance(node.parent, exp.Update) and node.arg_key == "expressions":
        return node  # an assignment
    if isinstance(node, exp.EQ) and isinstance(node.find_ancestor(exp.Join, exp.Select), exp.Join):
        return node  # DuckDB needs the bare equality for a hash join
    made: exp.Expr = node.copy()
    suspect = node.expression if isinstance(node, exp.LT | exp.LTE) else node.this
    if not isinstance(suspect, exp.Literal):
        nan = _macro("nan", suspect.copy())
        made = exp.Or(this=made, expression=nan) if isinstance(node, exp.NEQ) else exp.and_(made, exp.Not(this=nan))
    if _is_short(node.this) and _is_short(node.expression):
        made = exp.and_(_macro("comparable", node.this.copy(), node.expression.copy()), exp.Paren(this=made))
    return exp.Paren(this=made)


@lru_cache(maxsize=256)
def translate(sql: str) -> exp.Expr:
    """Translate a statement of Trino into one of DuckDB that means the same, within the limits of the module."""
    tree = sqlglot.parse_one(sql, dialect="trino")
    for node in list(tree.walk(bfs=False))[::-1]:  # inner parts first
        made = _restore_meaning(node)
        if made is not node:
            if node is tree:
                tree = made
            else:
                node.replace(made)
    return tree


def _restore_meaning(node: exp.Expr) -> exp.Expr:
    """Restore the meaning that Trino gives to one node of a statement."""
    if isinstance(node, exp.Identifier):
        # Names are the same whatever their capitals, quoted or not, and the catalog has them in lower case.
        # https://trino.io/docs/current/language/reserved.html#language-identifiers
        node.set("this", node.this.lower())
    elif isinstance(node, exp.Table) and node.db == "information_schema":
        node.set("catalog", exp.to_identifier(INFORMATION))
        node.set("db", exp.to_identifier("main"))
    elif isinstance(node, exp.Binary) and type(node) in (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE):
        return _comparison(node)
    elif isinstance(node, exp.Div):
        # Of two integers an integer, of two decimals a decimal, and neither may be divided by 0.
        # https://trino.io/docs/current/functions/decimal.html
        return _macro("divide", node.this, node.expression)
    elif isinstance(node, exp.Max | exp.Min) and _is_short(node.this) and not isinstance(node.parent, exp.Window):
        # Both leave NaN out, unless there is nothing else: https://github.com/trinodb/trino/pull/5851. In anything longer
        # than a column driftql has left it out itself.
        number = exp.Not(this=_macro("nan", node.this.copy()))
        kept = exp.Filter(this=node.copy(), expression=exp.Where(this=number))
        return exp.Coalesce(this=kept, expressions=[node.copy()])
    elif isinstance(node, exp.ApproxQuantile):
        # Exact, where Trino approximates: no result of driftql depends on the size of that error.
        return exp.Anonymous(this="quantile_cont", expressions=[node.this, node.args["quantile"]])
    elif isinstance(node, exp.ApproxDistinct):
        return exp.Count(this=exp.Distinct(expressions=[node.this]))
    elif isinstance(node, exp.Reduce):
        # DuckDB has no final function.
        end = node.args["finish"]
        assert end.this.name == end.expressions[0].name, "only 'total -> total' is translated"
        node.set("finish", None)
    elif isinstance(node, exp.Cast):
        return _cast(node)
    elif isinstance(node, exp.Anonymous) and node.name.lower() in ("infinity", "nan"):
        # DuckDB writes these only as casts of texts.
        return exp.cast(exp.Literal.string(node.name.lower()), "double")
    elif isinstance(node, exp.Anonymous) and node.name.lower() == "with_timezone":
        return exp.Anonymous(this="timezone", expressions=node.expressions[::-1])
    elif isinstance(node, exp.CurrentSchema) or (
        isinstance(node, exp.Column) and not node.table and node.name == "current_schema"
    ):
        # The schema of the session, even where it does not exist.
        return exp.Anonymous(this="getvariable", expressions=[exp.Literal.string("trino_schema")])
    return node


def _cast(node: exp.Cast) -> exp.Expression:
    kind = node.to
    if isinstance(node, exp.TryCast):
        return node
    if kind.is_type(*exp.DataType.TEXT_TYPES):
        # The text of a timestamp has all places of its fraction.
        return _macro("text", node.this)
    if kind.this == exp.DataType.Type.TIMESTAMP:
        # Between date and time of a text stands a blank, not a T.
        return _macro("moment", node.this)
    if kind.is_type("int", "bigint"):
        # A half goes away from 0, not to the even number.
        return _macro("integer" if kind.is_type("int") else "bigint", node.this)
    return node


def is_too_deep(message: str) -> bool:
    """Return whether the validator gave up on a deep expression.

    It says so outright, or stops at the ``case`` that holds the polynomial of the normal tail.
    """
    return "complexity exceeded" in message or "Expected: ), found: when" in message


def check_syntax(sql: str) -> None:
    """Raise what Trino's parser and its list of functions would."""
    found = trino_sql_validator.validate(sql, jinja="reject")
    if not found.valid:
        message = str(found.error.message)
        if is_too_deep(message):
            return  # its parser does not go that deep; Trino's and sqlglot's do
        raise TrinoError("SYNTAX_ERROR", f"line 1:1: {message}")
    for name in found.unknown_functions:
        raise TrinoError("FUNCTION_NOT_FOUND", f"line 1:1: Function '{name}' not registered")
    for name in found.unknown_types:
        raise TrinoError("TYPE_NOT_FOUND", f"line 1:1: Unknown type: {name}")


def without_comments(sql: str) -> str:
    """Return a statement without the comments before it."""
    return re.sub(r"^(?:\s|--[^\n]*\n|/\*.*?\*/)+", "", sql, flags=re.DOTALL)


def is_cte(table: exp.Table, tree: exp.Expr) -> bool:
    """Return whether a table's name is that of a CTE."""
    return not table.db and table.name in {cte.alias for cte in tree.find_all(exp.CTE)}


def trino_type(name: str) -> str:
    if name.endswith("[]"):
        return f"array({trino_type(name[:-2])})"
    return _TYPES.get(name, name.lower())


def position(sql: str, name: str) -> str:
    """Return where a name stands, in the words that begin a message of Trino."""
    match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql, re.IGNORECASE)
    before = sql[: match.start() if match else 0]
    return f"line {before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "


def as_trino_error(error: duckdb.Error, sql: str) -> TrinoError:
    """Translate an error of DuckDB into one of Trino."""
    message = str(error)
    own = re.search(r"\b([A-Z]+(?:_[A-Z]+)+): (.*)", message)
    if own and own[1] in _ERRORS:  # raised by a macro
        return TrinoError(own[1], own[2])
    table = re.search(r"Table with name (\S+) does not exist", message)
    if table:
        where = f"{CATALOG}.{SCHEMA}.{table[1].lower()}"
        return TrinoError("TABLE_NOT_FOUND", f"{position(sql, table[1])}Table '{where}' does not exist")
    column = re.search(r'Referenced column "([^"]+)" (?:was )?not found', message)
    if column:
        return TrinoError("COLUMN_NOT_FOUND", f"{position(sql, column[1])}Column '{column[1]}' cannot be resolved")
    if isinstance(error, duckdb.TransactionException):
        # In words that its Iceberg connector has for it.
        return TrinoError("TRANSACTION_CONFLICT", "Failed to commit during write")
    if isinstance(error, duckdb.ConversionException):
        return TrinoError("INVALID_CAST_ARGUMENT", message.splitlines()[0])
    return TrinoError("GENERIC_INTERNAL_ERROR", message)


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
