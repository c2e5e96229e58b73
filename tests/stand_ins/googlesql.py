"""BigQuery's SQL without BigQuery: a DB-API over GoogleSQL's analyser and reference implementation (``zetasql``).

Tables are kept in Python and handed to GoogleSQL with each statement; inserts, updates and merges are evaluated by
GoogleSQL too, and their rows put back. What it lacks of BigQuery is its approximate aggregates, which it analyses and
cannot run: :func:`substituted` puts exact ones in their place, in this file only.

The engine is WebAssembly. Compiling it takes half a minute; wasmtime keeps the compiled module in the user's cache folder, and
every later start takes a second.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import math
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from decimal import Context, Decimal
from functools import cache
from typing import Any

apilevel = "2.0"
threadsafety = 0
paramstyle = "pyformat"

EPOCH = dt.datetime(1970, 1, 1)


# WebAssembly's memory belongs to the thread that made it; driftql runs its statements on threads of their own.
_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="googlesql")


def _on_its_thread(work: Callable[[], Any]) -> Any:
    return _THREAD.submit(work).result()


class Error(Exception):
    """What GoogleSQL says of a statement."""


DatabaseError = OperationalError = ProgrammingError = InterfaceError = Error


@cache
def service() -> Any:
    """Start GoogleSQL, once per process."""
    import wasmtime
    import zetasql.core.wasm_client as host

    class Cached(wasmtime.Config):
        def __init__(self) -> None:
            super().__init__()
            self.cache = True

    class Quick(host.WasmClient):  # type: ignore[misc]  # it has no types
        """Copies memory at once, not byte by byte."""

        def write_bytes(self, ptr: int, data: bytes) -> None:
            ctypes.memmove(ctypes.addressof(self.memory.data_ptr().contents) + ptr, data, len(data))

        def read_bytes(self, ptr: int, size: int) -> bytes:
            return ctypes.string_at(ctypes.addressof(self.memory.data_ptr().contents) + ptr, size)

    host.Config = Cached
    from zetasql.core import local_service

    local_service.WasmClient = Quick
    return local_service.ZetaSqlLocalService()


@cache
def language() -> Any:
    """BigQuery's side of the language: everything released, types named as outside of Google."""
    from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as local
    from zetasql.wasi._pb2.zetasql.proto import options_pb2
    from zetasql.wasi._pb2.zetasql.public import options_pb2 as public

    request = local.LanguageOptionsRequest(maximum_features=True)
    options = _call("ZetaSqlLocalService_GetLanguageOptions", request, options_pb2.LanguageOptionsProto, "")
    options.product_mode = public.PRODUCT_EXTERNAL
    # BigQuery has it, though it is not among what is released.
    options.enabled_language_features.append(public.FEATURE_COLLATION_SUPPORT)
    options.ClearField("supported_statement_kinds")
    kinds = [value for name, value in _resolved_kinds().items() if name.startswith("RESOLVED_") and "_STMT" in name]
    options.supported_statement_kinds.extend(sorted(kinds))
    return options


def _resolved_kinds() -> dict[str, int]:
    from zetasql.wasi._pb2.zetasql.resolved_ast import resolved_node_kind_pb2 as kinds

    return dict(kinds.ResolvedNodeKind.items())


_KINDS = {
    "BOOL": "TYPE_BOOL",
    "BOOLEAN": "TYPE_BOOL",
    "INT64": "TYPE_INT64",
    "FLOAT64": "TYPE_DOUBLE",
    "NUMERIC": "TYPE_NUMERIC",
    "BIGNUMERIC": "TYPE_BIGNUMERIC",
    "STRING": "TYPE_STRING",
    "DATE": "TYPE_DATE",
    "DATETIME": "TYPE_DATETIME",
    "TIMESTAMP": "TYPE_TIMESTAMP",
}


@dataclass
class Table:
    """A table: columns as (name, BigQuery type), rows as tuples of Python values."""

    columns: list[tuple[str, str]]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    _encoded: tuple[tuple[int, ...], Any] | None = None

    def encoded(self) -> Any:
        """Return the rows as GoogleSQL takes them; made once, for as long as the rows are the same."""
        from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as local

        rows = list(self.rows)
        state = tuple(map(id, rows))
        if self._encoded is None or self._encoded[0] != state:
            data = local.TableData()
            for row in rows:
                encoded = data.row.add()
                for value, (_, type_name) in zip(row, self.columns, strict=True):
                    _encode(value, type_name, encoded.cell.add())
            self._encoded = (state, data)
        return self._encoded[1]


@dataclass
class Database:
    """Tables by their dotted names; names are told apart by capitals, as BigQuery's are.

    Updates and deletes wait for each other; an insert waits for nothing, and sees the rows of when it began.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def _type_proto(name: str) -> Any:
    from zetasql.wasi._pb2.zetasql.public import type_pb2

    made = type_pb2.TypeProto()
    inner = re.fullmatch(r"ARRAY<(\w+)>", name)
    if inner:
        made.type_kind = type_pb2.TYPE_ARRAY
        made.array_type.element_type.CopyFrom(_type_proto(inner[1]))
    else:
        made.type_kind = getattr(type_pb2, _KINDS[re.sub(r"\(.*\)", "", name)])
    return made


def _type_name(proto: Any) -> str:
    from zetasql.wasi._pb2.zetasql.public import type_pb2

    if proto.type_kind == type_pb2.TYPE_ARRAY:
        return f"ARRAY<{_type_name(proto.array_type.element_type)}>"
    kind = type_pb2.TypeKind.Name(proto.type_kind)
    return next((name for name, known in _KINDS.items() if known == kind and name != "BOOLEAN"), kind)


def _encode(value: Any, type_name: str, cell: Any) -> None:
    """Put a Python value into a ValueProto; None stays unset, which is NULL."""
    if value is None:
        return
    base = re.sub(r"\(.*\)", "", type_name)
    if base.startswith("ARRAY<"):
        cell.array_value.SetInParent()
        for element in value:
            _encode(element, base[6:-1], cell.array_value.element.add())
    elif base in ("BOOL", "BOOLEAN"):
        cell.bool_value = bool(value)
    elif base == "INT64":
        cell.int64_value = int(value)
    elif base == "FLOAT64":
        cell.double_value = float(value)
    elif base in ("NUMERIC", "BIGNUMERIC"):
        scaled = int(Decimal(value).scaleb(9 if base == "NUMERIC" else 38, Context(prec=100)))
        size = (scaled.bit_length() + 8) // 8
        packed = scaled.to_bytes(size, "little", signed=True)
        if base == "NUMERIC":
            cell.numeric_value = packed
        else:
            cell.bignumeric_value = packed
    elif base == "STRING":
        cell.string_value = str(value)
    elif base == "DATE":
        cell.date_value = (value - dt.date(1970, 1, 1)).days
    elif base == "DATETIME":
        fields = (value.year, value.month, value.day, value.hour, value.minute, value.second)
        packed_seconds = 0
        for part, bits in zip(fields, (0, 4, 5, 5, 6, 6), strict=True):
            packed_seconds = packed_seconds << bits | part
        cell.datetime_value.bit_field_datetime_seconds = packed_seconds
        cell.datetime_value.nanos = value.microsecond * 1000
    else:
        moment = value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value
        cell.timestamp_value.FromDatetime(moment)


def _decode(cell: Any, type_name: str) -> Any:
    """Read a ValueProto as BigQuery's driver would hand it over."""
    kind = cell.WhichOneof("value")
    if kind is None:
        return None
    if kind == "array_value":
        return [_decode(element, type_name[6:-1]) for element in cell.array_value.element]
    if kind == "date_value":
        return dt.date(1970, 1, 1) + dt.timedelta(days=cell.date_value)
    if kind == "datetime_value":
        packed = cell.datetime_value.bit_field_datetime_seconds
        parts = []
        for bits in (6, 6, 5, 5, 4):
            parts.append(packed & (1 << bits) - 1)
            packed >>= bits
        second, minute, hour, day, month = parts
        return dt.datetime(packed, month, day, hour, minute, second, cell.datetime_value.nanos // 1000)
    if kind == "timestamp_value":
        return cell.timestamp_value.ToDatetime().replace(tzinfo=dt.UTC)
    if kind == "numeric_value":
        return Decimal(int.from_bytes(cell.numeric_value, "little", signed=True)).scaleb(-9, Context(prec=100))
    if kind == "bignumeric_value":
        return Decimal(int.from_bytes(cell.bignumeric_value, "little", signed=True)).scaleb(-38, Context(prec=100))
    return getattr(cell, kind)


def substituted(sql: str) -> str:
    """Write exact aggregates in place of the approximate ones, which the reference implementation cannot run."""
    sql = sql.replace("approx_count_distinct(", "count(distinct ")
    return re.sub(
        r"approx_quantiles\((\w+), (\d+)\)\[offset\((.*?\))\)\]",
        r"array_agg(\1 ignore nulls order by \1)[safe_offset(cast(round(\3 / \2 * (count(\1) - 1)) as int64))]",
        sql,
    )


def _key_columns(table: Table) -> list[int]:
    """Return what tells the reference implementation's rows apart, so that it can say which of them it changed."""
    return [index for index, (name, _) in enumerate(table.columns) if name == "request_id"]


def _catalog(tables: Iterable[tuple[str, Table]], *, keyed: bool = False) -> Any:
    from zetasql.wasi._pb2.zetasql.proto import simple_catalog_pb2

    catalog = simple_catalog_pb2.SimpleCatalogProto(name="bigquery")
    catalog.builtin_function_options.language_options.CopyFrom(language())
    # BigQuery documents these as other names of INT64.
    # https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#integer_types
    for alias in ("int", "smallint", "integer", "bigint", "tinyint", "byteint"):
        catalog.named_type.add(name=alias).type.CopyFrom(_type_proto("INT64"))
    for name, table in tables:
        made = catalog.table.add(name=name)
        for column, type_name in table.columns:
            made.column.add(name=column, is_writable_column=True).type.CopyFrom(_type_proto(type_name))
        if keyed:
            made.primary_key_column_index.extend(_key_columns(table))
    return catalog


def _options() -> Any:
    from zetasql.wasi._pb2.zetasql.proto import options_pb2

    options = options_pb2.AnalyzerOptionsProto(default_timezone="UTC")
    options.language_options.CopyFrom(language())
    return options


def _one_name(sql: str, names: Iterable[str]) -> str:
    """Write `a`.`b` as `a.b`: GoogleSQL's simple catalog knows tables by one name, and to BigQuery both are the same."""
    for name in names:
        dotted = r"`?\.`?".join(re.escape(part) for part in name.split("."))
        sql = re.sub(rf"(?<![\w`.'])`?{dotted}`?(?![\w`.'])", f"`{name}`", sql)
    return sql


def analyse(sql: str, database: Database) -> None:
    """Let GoogleSQL resolve every name and type of a statement, as BigQuery would before it runs.

    Raises
    ------
    Error
        With GoogleSQL's message.
    """
    from google.protobuf import empty_pb2
    from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as local

    request = local.AnalyzeRequest(sql_statement=_one_name(sql, database.tables))
    request.options.CopyFrom(_options())
    request.simple_catalog.CopyFrom(_catalog(database.tables.items()))
    # The resolved tree is not looked at: it can be nested more deeply than protobuf reads.
    _call("ZetaSqlLocalService_Analyze", request, empty_pb2.Empty, sql)


def _call(method: str, request: Any, response: Any, sql: str) -> Any:
    import wasmtime
    from zetasql.core.exceptions import ZetaSQLError

    try:
        return _on_its_thread(lambda: service().wasm_client.call_grpc_func(method, request, response))
    except ZetaSQLError as error:
        raise Error(f"{error}\n{sql}") from None
    except wasmtime.Trap:
        service.cache_clear()
        raise Error(f"the reference implementation broke down over\n{sql}") from None


class Cursor:
    """Runs statements, one at a time, each of which is committed."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.description: list[tuple[Any, ...]] | None = None
        self.rowcount = -1
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, sql: str, parameters: Any = None) -> Cursor:
        """Analyse a statement as it is written, then run it."""
        assert not parameters, "driftql writes literals"
        database = self.connection.database
        sql = sql.strip().rstrip(";")
        analyse(sql, database)
        self.description, self._rows, self.rowcount = None, [], -1
        words = re.sub(r"(?:\s|--[^\n]*\n|/\*.*?\*/)+", " ", sql, flags=re.DOTALL).strip().lower().split(" ")
        if words[0] == "create":
            self._create(sql)
        elif words[0] in ("insert", "update", "delete", "merge"):
            with nullcontext() if words[0] == "insert" else database.lock:
                self._modify(sql, words[0])
        else:
            self._query(sql)
        return self

    def _request(self, made: Any, sql: str, *, keyed: bool = False) -> Any:
        tables = self.connection.database.tables
        made.sql = _one_name(substituted(sql), tables)
        made.options.CopyFrom(_options())
        made.simple_catalog.CopyFrom(_catalog(tables.items(), keyed=keyed))
        for name, table in tables.items():
            if f"`{name}`" in made.sql:
                made.table_content[name].table_data.CopyFrom(table.encoded())
        return made

    def _query(self, sql: str) -> None:
        from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as local

        request = self._request(local.EvaluateQueryRequest(), sql)
        response = _call("ZetaSqlLocalService_EvaluateQuery", request, local.EvaluateQueryResponse, sql)
        types = [_type_name(column.type) for column in response.prepared.columns]
        names = [column.name for column in response.prepared.columns]
        self.description = [(name, kind, None, None, None, None, True) for name, kind in zip(names, types, strict=True)]
        self._rows = [
            tuple(_decode(cell, kind) for cell, kind in zip(row.cell, types, strict=True))
            for row in response.content.table_data.row
        ]
        self.rowcount = len(self._rows)

    def _modify(self, sql: str, verb: str) -> None:
        from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as local

        # With a key, the reference implementation's insert fails; without one, nobody knows what an update changed.
        request = self._request(local.EvaluateModifyRequest(), sql, keyed=verb != "insert")
        response = _call("ZetaSqlLocalService_EvaluateModify", request, local.EvaluateModifyResponse, sql)
        name = response.table_name
        table = self.connection.database.tables[name]
        types = [kind for _, kind in table.columns]
        keys = _key_columns(table)
        changed = response.content
        self.rowcount = len(changed)
        operations = local.EvaluateModifyResponse.Row
        if verb == "insert":
            table.rows.extend(tuple(map(_decode, change.cell, types)) for change in changed)
            return
        rows = list(table.rows)
        for change in changed:
            new = (
                tuple(_decode(cell, kind) for cell, kind in zip(change.cell, types, strict=True))
                if change.cell
                else None
            )
            old = tuple(_decode(cell, types[key]) for cell, key in zip(change.old_primary_key, keys, strict=False))
            if change.operation != operations.INSERT:
                rows = [row for row in rows if tuple(row[key] for key in keys) != old]
            if change.operation != operations.DELETE:
                assert new is not None
                rows.append(new)
        table.rows[:] = rows

    def _create(self, sql: str) -> None:
        import sqlglot
        from sqlglot import exp

        tree = sqlglot.parse_one(sql, dialect="bigquery")
        schema = tree.this
        name = ".".join(part.name for part in schema.this.parts)
        columns = [(column.name, column.kind.sql("bigquery").upper()) for column in schema.find_all(exp.ColumnDef)]
        tables = self.connection.database.tables
        if name not in tables:
            tables[name] = Table(columns)

    def executemany(self, sql: str, parameters: Sequence[Any]) -> None:
        """Not used by driftql."""
        raise NotImplementedError

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows that are left."""
        rows, self._rows = self._rows, []
        return rows

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row."""
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        """Return the next rows."""
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def close(self) -> None:
        """Nothing to give back."""


class Connection:
    """A connection to a :class:`Database`; BigQuery commits every statement of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def cursor(self) -> Cursor:
        """Return a cursor."""
        return Cursor(self)

    def commit(self) -> None:
        """Every statement is committed already."""

    def rollback(self) -> None:
        """Nothing can be taken back."""

    def close(self) -> None:
        """Nothing to give back."""


def connect(database: Database) -> Connection:
    """Open a connection."""
    return Connection(database)


def is_close(first: float | None, second: float | None, relative: float = 1e-9) -> bool:
    """Compare two numbers, either of which may be missing."""
    return (first is None and second is None) or (
        first is not None and second is not None and math.isclose(first, second, rel_tol=relative, abs_tol=1e-12)
    )
