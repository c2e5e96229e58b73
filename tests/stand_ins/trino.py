"""Trino without Trino: a coordinator on 127.0.0.1 that speaks its client protocol and runs each statement on DuckDB.

What is real: the protocol, as https://trino.io/docs/current/develop/client-protocol.html tells it, so that the driver of
PyPI's ``trino`` and its dialect of SQLAlchemy are the ones that talk to it; and the grammar, by ``trino_sql_validator``,
which also knows Trino's functions and types. What is not: the engine. sqlglot translates to DuckDB, and :func:`translated`
puts Trino's own meaning back where DuckDB's is another: what it does is listed there, and nothing else is promised. There is
one catalog, ``memory``, with the schema ``main``.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import json
import math
import re
import ssl
import threading
import urllib.parse
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import duckdb
import sqlglot
import trino_sql_validator
from sqlglot import exp

__all__ = ["CATALOG", "SCHEMA", "Coordinator", "Statement", "coordinator", "translated"]

CATALOG = "memory"
SCHEMA = "main"

# How long the coordinator holds a GET whose answer is not there yet.
_HOLD = 0.5
# Few, so that results come in several pages.
_ROWS_A_PAGE = 50

# https://trino.io/docs/current/admin/properties-query-management.html
_SESSION_PROPERTIES = ("query_max_execution_time", "query_max_run_time", "time_zone_id")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}

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
    """An error as the protocol tells it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name

    def told(self) -> dict[str, Any]:
        """The protocol's ``QueryError``."""
        code, kind = _ERRORS[self.name]
        made = {"message": str(self), "errorCode": code, "errorName": self.name, "errorType": kind}
        place = re.match(r"line (\d+):(\d+): ", str(self))
        if place:
            made["errorLocation"] = {"lineNumber": int(place[1]), "columnNumber": int(place[2])}
        return {**made, "failureInfo": {"type": "io.trino.spi.TrinoException", "message": str(self), "suppressed": []}}


# --- Trino's SQL to DuckDB's -----------------------------------------------------------------------------------------

# Each argument is named seldom: a macro is written out at every call, with every argument in full.
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
_MACROS = (
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
        # The list names the two once for all.
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
_TYPE_OF_ONE = f"case a {_WHENS} else lower(a) end"
# information_schema lists itself too.
_OWN_TABLES = ("columns", "tables", "views", "schemata", "table_privileges", "roles")
_INFORMATION = "trino_information_schema"
_VIEWS = {
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


_SCHEMAS = f"select schema_name from duckdb_schemas() where database_name = '{CATALOG}'"


def _macro(name: str, *arguments: exp.Expression) -> exp.Expression:
    # With its catalog and schema: the session's schema may be another.
    return exp.Anonymous(this=f"{CATALOG}.{SCHEMA}.trino_{name}", expressions=[*arguments])


def _is_short(node: exp.Expression) -> bool:
    """Tell a column or a literal, cast or not."""
    return isinstance(node.unnest() if not isinstance(node, exp.Cast) else node.this, exp.Column | exp.Literal)


def _comparison(node: exp.Binary) -> exp.Expression:
    """NaN is above no number and equals nothing, and only like is compared with like; DuckDB is of another mind in both.

    https://trino.io/docs/current/language/types.html#double
    """
    if isinstance(node.parent, exp.Update) and node.arg_key == "expressions":
        return node  # an assignment
    if isinstance(node, exp.EQ) and isinstance(node.find_ancestor(exp.Join, exp.Select), exp.Join):
        return node  # DuckDB must see both sides to hash them
    made: exp.Expression = node.copy()
    suspect = node.expression if isinstance(node, exp.LT | exp.LTE) else node.this
    if not isinstance(suspect, exp.Literal):
        nan = _macro("nan", suspect.copy())
        made = exp.Or(this=made, expression=nan) if isinstance(node, exp.NEQ) else exp.and_(made, exp.Not(this=nan))
    if _is_short(node.this) and _is_short(node.expression):
        made = exp.and_(_macro("comparable", node.this.copy(), node.expression.copy()), exp.Paren(this=made))
    return exp.Paren(this=made)


@lru_cache(maxsize=256)
def translated(sql: str) -> exp.Expression:
    """Turn one of Trino's statements into one of DuckDB's that means the same, as far as that goes."""
    tree = sqlglot.parse_one(sql, dialect="trino")
    for node in list(tree.walk(bfs=False))[::-1]:  # inner parts first
        made = _in_its_sense(node)
        if made is not node:
            if node is tree:
                tree = made
            else:
                node.replace(made)
    return tree


def _in_its_sense(node: exp.Expression) -> exp.Expression:
    """Put Trino's meaning into one part of a statement."""
    if isinstance(node, exp.Identifier):
        # Names are the same whatever their capitals, quoted or not, and the catalog has them in lower case.
        # https://trino.io/docs/current/language/reserved.html#language-identifiers
        node.set("this", node.this.lower())
    elif isinstance(node, exp.Table) and node.db == "information_schema":
        node.set("catalog", exp.to_identifier(_INFORMATION))
        node.set("db", exp.to_identifier("main"))
    elif type(node) in (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE):
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
        # What is approximate there is exact here: nothing that driftql says rests on how far it is off.
        return exp.Anonymous(this="quantile_cont", expressions=[node.this, node.args["quantile"]])
    elif isinstance(node, exp.ApproxDistinct):
        return exp.Count(this=exp.Distinct(expressions=[node.this]))
    elif isinstance(node, exp.Reduce):
        # DuckDB's has no function for the end.
        end = node.args["finish"]
        assert end.this.name == end.expressions[0].name, "only 'total -> total' is translated"
        node.set("finish", None)
    elif isinstance(node, exp.Cast):
        return _cast(node)
    elif isinstance(node, exp.Anonymous) and node.name.lower() in ("infinity", "nan"):
        # DuckDB has these as texts only.
        return exp.cast(exp.Literal.string(node.name.lower()), "double")
    elif isinstance(node, exp.CurrentSchema) or (
        isinstance(node, exp.Column) and not node.table and node.name == "current_schema"
    ):
        # What the session says, also where there is no such schema.
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


def _checked(sql: str) -> None:
    """Let the validator say what Trino's parser and its list of functions would."""
    found = trino_sql_validator.validate(sql, jinja="reject")
    if not found.valid:
        message = str(found.error.message)
        if "complexity exceeded" in message:
            return  # its parser does not go that deep; Trino's and sqlglot's do
        raise TrinoError("SYNTAX_ERROR", f"line 1:1: {message}")
    for name in found.unknown_functions:
        raise TrinoError("FUNCTION_NOT_FOUND", f"line 1:1: Function '{name}' not registered")
    for name in found.unknown_types:
        raise TrinoError("TYPE_NOT_FOUND", f"line 1:1: Unknown type: {name}")


def _bare(sql: str) -> str:
    """A statement without the comments before it."""
    return re.sub(r"^(?:\s|--[^\n]*\n|/\*.*?\*/)+", "", sql, flags=re.DOTALL)


# --- the coordinator -------------------------------------------------------------------------------------------------


@dataclass
class Statement:
    """A statement that arrived.

    Attributes
    ----------
    sql
        As it was sent, comments and all.
    headers
        Those of the request, names in lower case.
    state
        ``QUEUED``, ``RUNNING``, ``FINISHED`` or ``FAILED``.
    deletions
        How often the client asked for its end.
    polled
        Set when the client first asked for what came of it.
    """

    sql: str
    headers: Mapping[str, str]
    state: str = "QUEUED"
    deletions: int = 0
    polled: threading.Event = field(default_factory=threading.Event)
    id: str = field(default_factory=lambda: f"20260101_000000_00000_{uuid.uuid4().hex[:5]}")
    slug: str = field(default_factory=lambda: uuid.uuid4().hex)
    columns: list[dict[str, Any]] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    update_type: str | None = None
    update_count: int | None = None
    answer_headers: dict[str, str] = field(default_factory=dict)
    error: TrinoError | None = None
    stopped_by: TrinoError | None = None
    done: threading.Event = field(default_factory=threading.Event)
    cursor: Any = None

    @property
    def session(self) -> dict[str, str]:
        """The session's properties."""
        pairs = (pair.split("=", 1) for pair in self.headers.get("x-trino-session", "").split(",") if pair.strip())
        return {name.strip(): urllib.parse.unquote_plus(value.strip()) for name, value in pairs}

    @property
    def bare(self) -> str:
        """The statement without the comments before it."""
        return _bare(self.sql)

    def stop(self, reason: TrinoError) -> None:
        """End it for a reason; where it has ended already, nothing happens."""
        if self.done.is_set() or self.stopped_by is not None:
            return
        self.stopped_by = reason
        threading.Thread(target=self._interrupted, daemon=True).start()

    def _interrupted(self) -> None:
        # DuckDB forgets an interrupt that comes just before it begins.
        while not self.done.wait(0.02):
            if self.cursor is not None:
                with contextlib.suppress(duckdb.ConnectionException):  # it was closed meanwhile
                    self.cursor.interrupt()


class Coordinator:
    """A coordinator with a database of its own.

    Parameters
    ----------
    password
        What users must send as their password; None: nothing.
    certificate
        The file of a certificate with its key, to speak TLS.

    Attributes
    ----------
    statements
        What arrived, in order.
    analysed
        Whether tables have statistics, which EXPLAIN tells of.
    conflicts
        Tables of which the next insert is told that another writer was quicker.
    late
        Whether the answer to a GET is still that of before, when a DELETE overtook it. The client then knows of the
        DELETE: it has sent a second one.
    """

    def __init__(self, *, password: str | None = None, certificate: str | None = None) -> None:
        self.statements: list[Statement] = []
        self.analysed = True
        self.late = False
        self.conflicts: set[str] = set()
        self.closing = threading.Event()
        self._password = password
        self._database = duckdb.connect(":memory:", config={"threads": 2})
        self._lock = threading.Lock()
        self._database.execute("set ieee_floating_point_ops = true")
        self._database.execute(f"create macro trino_type_of_one(a) as {_TYPE_OF_ONE}")
        for head, body in _MACROS:
            # As they stand here they call each other by their bare names.
            body = re.sub(r"\b(trino_\w+)\(", rf"{CATALOG}.{SCHEMA}.\1(", body)
            self._database.execute(f"create macro {head} as {body}")
        self._database.execute(f"attach ':memory:' as {_INFORMATION}")
        for name, query in _VIEWS.items():
            self._database.execute(f"create view {_INFORMATION}.main.{name} as {query}")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self._scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """What to give to driftql.connect."""
        return f"trino://ann@127.0.0.1:{self.port}/{CATALOG}/{SCHEMA}"

    def load(
        self, name: str, table: Mapping[str, tuple[str, Sequence[Any]]], types: Mapping[str, str], schema: str = SCHEMA
    ) -> None:
        """Create a table and fill it, not by way of SQL: that takes a millisecond a row.

        Parameters
        ----------
        name
            The table's name.
        table, types
            Column -> (kind, values); kind -> Trino's type.
        schema
            Where; it is created where it is missing.
        """
        import pyarrow as pa

        full = f"{_quoted(schema)}.{_quoted(name.lower())}"

        columns = ", ".join(f"{_quoted(column)} {types[kind]}" for column, (kind, _) in table.items())
        with self._database.cursor() as cursor:
            cursor.execute("set TimeZone = 'UTC'")
            cursor.execute(f"create schema if not exists {_quoted(schema)}")
            cursor.execute(translated(f"create table {full} ({columns})").sql("duckdb"))
            arrays = {f"c{place}": pa.array(values) for place, (_, values) in enumerate(table.values())}
            cursor.register("made", pa.table(arrays))
            cursor.execute(f"insert into {full} select * from made")
            cursor.unregister("made")

    def close(self) -> None:
        """Stop what runs, and listening."""
        self.closing.set()
        for statement in self.statements:
            statement.stop(TrinoError("USER_CANCELED", "The coordinator is shutting down"))
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        for statement in self.statements:
            statement.done.wait()
        self._database.close()

    # --- one statement -----------------------------------------------------------------------------------------------

    def accept(self, sql: str, headers: Mapping[str, str]) -> Statement:
        """Take a statement and start it."""
        statement = Statement(sql, headers)
        with self._lock:
            self.statements.append(statement)
        threading.Thread(target=self._work, args=(statement,), daemon=True).start()
        return statement

    def allows(self, authorization: str | None) -> bool:
        """Tell whether somebody may come in."""
        if self._password is None:
            return True
        sent = base64.b64decode((authorization or "").removeprefix("Basic ")).decode()
        return sent.partition(":")[2] == self._password

    def _work(self, statement: Statement) -> None:
        clock = None
        try:
            limit = statement.session.get("query_max_execution_time")
            if limit is not None:
                seconds = _seconds(limit)
                reason = f"Query exceeded the maximum execution time limit of {seconds:.2f}s"
                clock = threading.Timer(seconds, statement.stop, [TrinoError("EXCEEDED_TIME_LIMIT", reason)])
                clock.daemon = True
                clock.start()
            self._run(statement)
            statement.state = "FINISHED"
        except TrinoError as error:
            statement.error = error
        except duckdb.InterruptException:
            statement.error = statement.stopped_by or TrinoError("GENERIC_INTERNAL_ERROR", "interrupted")
        except duckdb.Error as error:
            statement.error = _as_trino(error, statement.sql)
        except Exception as error:
            statement.error = TrinoError("GENERIC_INTERNAL_ERROR", f"{type(error).__name__}: {error}")
        finally:
            if clock is not None:
                clock.cancel()
            if statement.error is not None:
                statement.state = "FAILED"
            if statement.cursor is not None:
                statement.cursor.close()
            statement.done.set()

    def _run(self, statement: Statement) -> None:
        sql = statement.bare
        _checked(statement.sql)
        statement.state = "RUNNING"
        if re.match(r"set\s", sql, re.IGNORECASE):
            self._set(statement, sql)
            return
        explained = re.match(r"explain\s*\(type io, format json\)\s*", sql, re.IGNORECASE)
        tree = translated(sql[explained.end() :] if explained else sql)
        catalog = statement.headers.get("x-trino-catalog", "")
        for table in tree.find_all(exp.Table):
            named = "" if table.catalog == _INFORMATION else table.catalog
            if not _is_local(table, tree) and (named or catalog) != CATALOG:
                place = _place(statement.sql, table.name)
                raise TrinoError("CATALOG_NOT_FOUND", f"{place}Catalog '{named or catalog}' not found")
        zone = statement.session.get("time_zone_id") or statement.headers.get("x-trino-time-zone") or "UTC"
        statement.cursor = self._database.cursor()
        statement.cursor.execute(f"set TimeZone = {exp.Literal.string(zone).sql('duckdb')}")
        schema = statement.headers.get("x-trino-schema")
        told = exp.Literal.string(schema).sql("duckdb") if schema else "null"
        statement.cursor.execute(f"set variable trino_schema = {told}")
        known = [name for (name,) in statement.cursor.execute(_SCHEMAS).fetchall()]
        if schema in known:
            statement.cursor.execute(f"use {CATALOG}.{_quoted(schema)}")
        elif bare := [table for table in tree.find_all(exp.Table) if not table.db and not _is_local(table, tree)]:
            # Nobody looks for it before something is looked for in it.
            place = _place(statement.sql, bare[0].name)
            raise TrinoError("SCHEMA_NOT_FOUND", f"{place}Schema '{schema}' does not exist")
        if statement.stopped_by is not None:
            raise statement.stopped_by
        if explained:
            self._explain(statement, tree)
            return
        if isinstance(tree, exp.Insert) and (into := tree.find(exp.Table).name) in self.conflicts:
            self.conflicts.remove(into)
            raise TrinoError("TRANSACTION_CONFLICT", "Failed to commit during write")
        statement.cursor.execute(tree.sql("duckdb"))
        verb = re.sub(r"\s+", " ", " ".join(sql.split(None, 2)[:2])).upper()
        if verb.split(" ")[0] in ("INSERT", "UPDATE", "DELETE", "MERGE"):
            statement.update_type = verb.split(" ")[0]
            statement.update_count = int(statement.cursor.fetchall()[0][0])
            _answer(statement, "rows", "bigint", statement.update_count)
        elif verb.split(" ")[0] in ("CREATE", "DROP", "ALTER"):
            statement.update_type = verb
            _answer(statement, "result", "boolean", True)
        else:
            types = [_trino_type(str(column[1])) for column in statement.cursor.description]
            statement.columns = [
                _column(column[0], kind) for column, kind in zip(statement.cursor.description, types, strict=True)
            ]
            statement.rows = [
                [_json(value, kind) for value, kind in zip(row, types, strict=True)]
                for row in statement.cursor.fetchall()
            ]

    def _set(self, statement: Statement, sql: str) -> None:
        """``set session`` and ``set time zone`` change nothing here: the client is told to send it along from now on."""
        zone = re.fullmatch(r"set\s+time\s+zone\s+'([^']*)'", sql, re.IGNORECASE)
        other = re.fullmatch(r"set\s+session\s+(\w+)\s*=\s*'([^']*)'", sql, re.IGNORECASE)
        if zone:
            statement.update_type, name, value = "SET TIME ZONE", "time_zone_id", zone[1]
        else:
            assert other is not None, sql
            statement.update_type, name, value = "SET SESSION", other[1], other[2]
            if name not in _SESSION_PROPERTIES:
                raise TrinoError("INVALID_SESSION_PROPERTY", f"line 1:1: Session property '{name}' does not exist")
            _seconds(value)
        statement.answer_headers["X-Trino-Set-Session"] = f"{name}={urllib.parse.quote_plus(value)}"
        _answer(statement, "result", "boolean", True)

    def _explain(self, statement: Statement, tree: exp.Expression) -> None:
        """The tables that a statement reads, with what is known of them: https://trino.io/docs/current/sql/explain.html."""
        statement.cursor.execute(f"explain {tree.sql('duckdb')}").fetchall()  # names that are not there
        read = {table.name for table in tree.find_all(exp.Table) if not _is_local(table, tree)}
        infos = []
        for name in sorted(read):
            [(count, width)] = statement.cursor.execute(
                f"select (select count(*) from {_quoted(name)}), "
                f"(select count(*) from duckdb_columns() where table_name = {exp.Literal.string(name).sql('duckdb')})"
            ).fetchall()
            known = {"outputRowCount": float(count), "outputSizeInBytes": float(count * width * 9)}
            estimate = known if self.analysed else dict.fromkeys(known, "NaN")
            infos.append(
                {
                    "table": {"catalog": CATALOG, "schemaTable": {"schema": SCHEMA, "table": name}},
                    "columnConstraints": [],
                    "estimate": {**estimate, "cpuCost": "NaN", "maxMemory": 0.0, "networkCost": 0.0},
                }
            )
        names = ("outputRowCount", "outputSizeInBytes", "cpuCost", "maxMemory", "networkCost")
        plan = {"inputTableColumnInfos": infos, "estimate": dict.fromkeys(names, "NaN")}
        _answer(statement, "Query Plan", "varchar", json.dumps(plan, indent=2))

    # --- what the client is told -------------------------------------------------------------------------------------

    def told(self, statement: Statement, token: int) -> dict[str, Any]:
        """The protocol's ``QueryResults``: the page of a token, or the state as long as there is none."""
        at = f"{self._scheme}://127.0.0.1:{self.port}"
        ended = statement.done.is_set()
        results: dict[str, Any] = {
            "id": statement.id,
            "infoUri": f"{at}/ui/query.html?{statement.id}",
            "stats": {"state": statement.state, "queued": statement.state == "QUEUED", "scheduled": ended},
            "warnings": [],
        }
        if self.late and statement.deletions:
            return {**results, "nextUri": f"{at}/v1/statement/executing/{statement.id}/{statement.slug}/{token}"}
        if statement.error is not None:
            return {**results, "error": statement.error.told()}
        if statement.update_type is not None:
            results["updateType"] = statement.update_type
        following = token
        if ended:
            if statement.update_count is not None:
                results["updateCount"] = statement.update_count
            results["columns"] = statement.columns
            # Pages are counted from 1; the one after the last is empty and has no nextUri: all rows have arrived.
            page = statement.rows[(token - 1) * _ROWS_A_PAGE : token * _ROWS_A_PAGE] if token else []
            if page:
                results["data"] = page
            elif token:
                return results
            following = token + 1
        else:
            results["stats"]["state"] = statement.state
        kind = "executing" if token or ended else "queued"
        return {**results, "nextUri": f"{at}/v1/statement/{kind}/{statement.id}/{statement.slug}/{following}"}

    def found(self, path: str) -> tuple[Statement, int] | None:
        """The statement and the token of a nextUri."""
        match = re.fullmatch(r"/v1/statement/(?:queued|executing)/(\w+)/(\w+)/(\d+)", path)
        if match is None:
            return None
        with self._lock:
            known = [one for one in self.statements if (one.id, one.slug) == (match[1], match[2])]
        return (known[0], int(match[3])) if known else None


@contextlib.contextmanager
def coordinator(**settings: Any) -> Iterator[Coordinator]:
    """Run a coordinator for the length of a block; the settings are :class:`Coordinator`'s."""
    running = Coordinator(**settings)
    try:
        yield running
    finally:
        running.close()


def _handler(owner: Coordinator) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # one packet an answer

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

        def _send(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _tell(self, statement: Statement, token: int) -> None:
            body = json.dumps(owner.told(statement, token)).encode()
            headers = {"Content-Type": "application/json"}
            if statement.done.is_set():
                headers.update(statement.answer_headers)
            self._send(200, body, headers)

        def do_POST(self) -> None:
            sql = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if not owner.allows(self.headers.get("Authorization")):
                self._send(401, b"Access Denied: Invalid credentials", {"WWW-Authenticate": 'Basic realm="Trino"'})
            elif self.path != "/v1/statement" or not self.headers.get("X-Trino-User"):
                self._send(404 if self.headers.get("X-Trino-User") else 401)
            else:
                statement = owner.accept(sql, {name.lower(): value for name, value in self.headers.items()})
                self._tell(statement, 0)

        def do_GET(self) -> None:
            found = owner.found(self.path)
            if found is None:
                self._send(404, b"Query not found")
                return
            found[0].polled.set()
            while owner.late and found[0].deletions == 1 and not owner.closing.wait(0.01):
                pass
            found[0].done.wait(_HOLD)
            self._tell(*found)

        def do_DELETE(self) -> None:
            found = owner.found(self.path)
            if found is None:
                self._send(404, b"Query not found")
                return
            found[0].deletions += 1
            found[0].stop(TrinoError("USER_CANCELED", "Query was canceled"))
            self._send(204)

    return Handler


def _answer(statement: Statement, name: str, kind: str, value: Any) -> None:
    statement.columns, statement.rows = [_column(name, kind)], [[value]]


def _is_local(table: exp.Table, tree: exp.Expression) -> bool:
    """Tell the name of a CTE from that of a table."""
    return not table.db and table.name in {cte.alias for cte in tree.find_all(exp.CTE)}


def _seconds(duration: str) -> float:
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*", duration)
    if match is None:
        raise TrinoError("INVALID_SESSION_PROPERTY", f"duration is not a valid data duration string: {duration}")
    return float(match[1]) * _UNITS[match[2]]


def _trino_type(name: str) -> str:
    if name.endswith("[]"):
        return f"array({_trino_type(name[:-2])})"
    return _TYPES.get(name, name.lower())


def _signature(kind: str) -> dict[str, Any]:
    array = re.fullmatch(r"array\((.*)\)", kind)
    if array:
        return {"rawType": "array", "arguments": [{"kind": "TYPE", "value": _signature(array[1])}]}
    digits = re.fullmatch(r"(\w+)\(([\d,\s]+)\)(.*)", kind)
    if digits:
        arguments = [{"kind": "LONG", "value": int(number)} for number in digits[2].split(",")]
        return {"rawType": digits[1] + digits[3], "arguments": arguments}
    # https://trino.io/docs/current/language/types.html#varchar: without a length it has the longest there is.
    return {"rawType": kind, "arguments": [{"kind": "LONG", "value": 2**31 - 1}] if kind == "varchar" else []}


def _column(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "typeSignature": _signature(kind)}


def _json(value: Any, kind: str) -> Any:
    """A value as the protocol writes it: numbers that JSON cannot hold, and all of decimals and moments, are texts."""
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, list | tuple):
        return [_json(one, "") for one in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else "NaN" if math.isnan(value) else f"{'-' * (value < 0)}Infinity"
    if isinstance(value, dt.datetime):
        text = value.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
        return f"{text} {value.tzinfo}" if kind.endswith("with time zone") else text
    return str(value)


def _place(sql: str, name: str) -> str:
    """Where a name stands, as Trino begins its messages."""
    match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql, re.IGNORECASE)
    before = sql[: match.start() if match else 0]
    return f"line {before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "


def _as_trino(error: duckdb.Error, sql: str) -> TrinoError:
    """Say what DuckDB said in Trino's words."""
    message = str(error)
    own = re.search(r"\b([A-Z]+(?:_[A-Z]+)+): (.*)", message)
    if own and own[1] in _ERRORS:  # raised by a macro
        return TrinoError(own[1], own[2])
    table = re.search(r"Table with name (\S+) does not exist", message)
    if table:
        where = f"{CATALOG}.{SCHEMA}.{table[1].lower()}"
        return TrinoError("TABLE_NOT_FOUND", f"{_place(sql, table[1])}Table '{where}' does not exist")
    column = re.search(r'Referenced column "([^"]+)" (?:was )?not found', message)
    if column:
        return TrinoError("COLUMN_NOT_FOUND", f"{_place(sql, column[1])}Column '{column[1]}' cannot be resolved")
    if isinstance(error, duckdb.TransactionException):
        # In words that its Iceberg connector has for it.
        return TrinoError("TRANSACTION_CONFLICT", "Failed to commit during write")
    if isinstance(error, duckdb.ConversionException):
        return TrinoError("INVALID_CAST_ARGUMENT", message.splitlines()[0])
    return TrinoError("GENERIC_INTERNAL_ERROR", message)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
