"""A Trino coordinator that runs each statement on DuckDB, in a thread of its own, and records what arrived."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import ssl
import threading
import urllib.parse
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Any

import duckdb
from sqlglot import exp

from tests.stand_ins.trino.dialect import (
    CATALOG,
    INFORMATION,
    MACROS,
    SCHEMA,
    SCHEMAS,
    TYPE_OF_ONE,
    VIEWS,
    TrinoError,
    as_trino_error,
    check_syntax,
    is_cte,
    position,
    quote,
    translate,
    trino_type,
    without_comments,
)
from tests.stand_ins.trino.http import column_json, make_handler, value_json

__all__ = ["Coordinator", "Statement", "serve"]

# https://trino.io/docs/current/admin/properties-query-management.html
_SESSION_PROPERTIES = ("query_max_execution_time", "query_max_run_time", "time_zone_id")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


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
        return without_comments(self.sql)

    def stop(self, reason: TrinoError) -> None:
        """End the statement for a reason, unless it has ended already."""
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
        Whether tables have statistics for EXPLAIN to report.
    conflicts
        Tables whose next insert fails because another writer committed first.
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
        self.lock = threading.Lock()
        self._database.execute("set ieee_floating_point_ops = true")
        self._database.execute(f"create macro trino_type_of_one(a) as {TYPE_OF_ONE}")
        for head, body in MACROS:
            # The macros call each other by bare names, which are qualified here.
            body = re.sub(r"\b(trino_\w+)\(", rf"{CATALOG}.{SCHEMA}.\1(", body)
            self._database.execute(f"create macro {head} as {body}")
        self._database.execute(f"attach ':memory:' as {INFORMATION}")
        for name, query in VIEWS.items():
            self._database.execute(f"create view {INFORMATION}.main.{name} as {query}")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), make_handler(self))
        self._server.daemon_threads = True
        self.scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self.scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that the coordinator listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The URL for ``driftql.connect``."""
        return f"trino://ann@127.0.0.1:{self.port}/{CATALOG}/{SCHEMA}"

    def load(
        self, name: str, table: Mapping[str, tuple[str, Sequence[Any]]], types: Mapping[str, str], schema: str = SCHEMA
    ) -> None:
        """Create a table and fill it from Arrow: SQL inserts take a millisecond per row.

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

        full = f"{quote(schema)}.{quote(name.lower())}"

        columns = ", ".join(f"{quote(column)} {types[kind]}" for column, (kind, _) in table.items())
        with self._database.cursor() as cursor:
            cursor.execute("set TimeZone = 'UTC'")
            cursor.execute(f"create schema if not exists {quote(schema)}")
            cursor.execute(translate(f"create table {full} ({columns})").sql("duckdb"))
            arrays = {f"c{place}": pa.array(values) for place, (_, values) in enumerate(table.values())}
            cursor.register("made", pa.table(arrays))
            cursor.execute(f"insert into {full} select * from made")
            cursor.unregister("made")

    def close(self) -> None:
        """Stop running statements and the server."""
        self.closing.set()
        for statement in self.statements:
            statement.stop(TrinoError("USER_CANCELED", "The coordinator is shutting down"))
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        for statement in self.statements:
            statement.done.wait()
        self._database.close()

    def accept(self, sql: str, headers: Mapping[str, str]) -> Statement:
        """Take a statement and start it."""
        statement = Statement(sql, headers)
        with self.lock:
            self.statements.append(statement)
        threading.Thread(target=self._work, args=(statement,), daemon=True).start()
        return statement

    def allows(self, authorization: str | None) -> bool:
        """Return whether the credentials are right."""
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
            statement.error = as_trino_error(error, statement.sql)
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
        check_syntax(statement.sql)
        statement.state = "RUNNING"
        if re.match(r"set\s", sql, re.IGNORECASE):
            self._set(statement, sql)
            return
        explained = re.match(r"explain\s*\(type io, format json\)\s*", sql, re.IGNORECASE)
        tree = translate(sql[explained.end() :] if explained else sql)
        catalog = statement.headers.get("x-trino-catalog", "")
        for table in tree.find_all(exp.Table):
            named = "" if table.catalog == INFORMATION else table.catalog
            if not is_cte(table, tree) and (named or catalog) != CATALOG:
                place = position(statement.sql, table.name)
                raise TrinoError("CATALOG_NOT_FOUND", f"{place}Catalog '{named or catalog}' not found")
        zone = statement.session.get("time_zone_id") or statement.headers.get("x-trino-time-zone") or "UTC"
        statement.cursor = self._database.cursor()
        statement.cursor.execute(f"set TimeZone = {exp.Literal.string(zone).sql('duckdb')}")
        schema = statement.headers.get("x-trino-schema")
        literal = exp.Literal.string(schema).sql("duckdb") if schema else "null"
        statement.cursor.execute(f"set variable trino_schema = {literal}")
        known = [name for (name,) in statement.cursor.execute(SCHEMAS).fetchall()]
        if schema in known:
            statement.cursor.execute(f"use {CATALOG}.{quote(schema)}")
        elif bare := [table for table in tree.find_all(exp.Table) if not table.db and not is_cte(table, tree)]:
            # Trino reports a missing schema only when a table in it is read.
            place = position(statement.sql, bare[0].name)
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
            types = [trino_type(str(column[1])) for column in statement.cursor.description]
            statement.columns = [
                column_json(column[0], kind) for column, kind in zip(statement.cursor.description, types, strict=True)
            ]
            statement.rows = [
                [value_json(value, kind) for value, kind in zip(row, types, strict=True)]
                for row in statement.cursor.fetchall()
            ]

    def _set(self, statement: Statement, sql: str) -> None:
        """Answer ``set session`` and ``set time zone``: the client sends the value with every later request."""
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

    def _explain(self, statement: Statement, tree: exp.Expr) -> None:
        """The tables that a statement reads, with what is known of them: https://trino.io/docs/current/sql/explain.html."""
        statement.cursor.execute(f"explain {tree.sql('duckdb')}").fetchall()  # names that are not there
        read = {table.name for table in tree.find_all(exp.Table) if not is_cte(table, tree)}
        infos = []
        for name in sorted(read):
            [(count, width)] = statement.cursor.execute(
                f"select (select count(*) from {quote(name)}), "
                f"(select count(*) from duckdb_columns() where table_name = {exp.Literal.string(name).sql('duckdb')})"
            ).fetchall()
            known: dict[str, Any] = {"outputRowCount": float(count), "outputSizeInBytes": float(count * width * 9)}
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


@contextlib.contextmanager
def serve(**settings: Any) -> Iterator[Coordinator]:
    """Run a coordinator for the length of a block; the settings are :class:`Coordinator`'s."""
    running = Coordinator(**settings)
    try:
        yield running
    finally:
        running.close()


def _answer(statement: Statement, name: str, kind: str, value: Any) -> None:
    statement.columns, statement.rows = [column_json(name, kind)], [[value]]


def _seconds(duration: str) -> float:
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*", duration)
    if match is None:
        raise TrinoError("INVALID_SESSION_PROPERTY", f"duration is not a valid data duration string: {duration}")
    return float(match[1]) * _UNITS[match[2]]
