"""Redshift without Redshift: its own driver, over TCP, to a PostgreSQL from whose family it comes.

:class:`Emulation` listens between the two. To PostgreSQL it sends a start-up message without what only Redshift takes, and
``array(...)`` and ``collate(...)`` as calls of functions. To the driver it tells Redshift's version, Redshift's words for a statement that was
cancelled, and asks for a password. Sessions are set as Redshift's are: a backslash in a text is an escape, a transaction
has one snapshot, taken by its first query. The catalog has Redshift's views. What Redshift refuses and PostgreSQL does not
goes unnoticed here, and so does Redshift's binary transfer of decimals.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tests.support import servers

__all__ = ["PASSWORD", "USER", "Database", "Emulation", "as_postgres", "serve"]

USER = "ann"
PASSWORD = "s3cr3t"
TEMPLATE = "redshift_template"

# https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_TABLES.html and r_SVV_COLUMNS.html. What is in the schema `lake`
# stands for external tables, whose types are Hive's.
CATALOG = """
set allow_system_table_mods = on;
create domain public.super as text;
create function public."array"(variadic double precision[]) returns text
    language sql immutable return to_json($1)::text;
create function public."collate"(text, text) returns text
    language sql immutable return $1 collate "C";
create view pg_catalog.svv_tables as
select
    table_catalog::text as table_catalog, table_schema::text as table_schema, table_name::text as table_name,
    case when table_schema = 'lake' then 'EXTERNAL TABLE' else table_type::text end as table_type,
    null::text as remarks
from information_schema.tables;
create view pg_catalog.svv_columns as
select
    table_catalog::text as table_catalog, table_schema::text as table_schema, table_name::text as table_name,
    column_name::text as column_name, ordinal_position::int as ordinal_position, column_default::text as column_default,
    is_nullable::text as is_nullable,
    case
        when domain_name = 'super' then 'super'
        when table_schema <> 'lake' then data_type::text
        when data_type = 'double precision' then 'double'
        when data_type = 'numeric' then 'decimal(' || numeric_precision || ',' || numeric_scale || ')'
        when data_type = 'character varying' then 'string'
        else data_type::text
    end as data_type,
    character_maximum_length::int as character_maximum_length, numeric_precision::int as numeric_precision,
    numeric_precision_radix::int as numeric_precision_radix, numeric_scale::int as numeric_scale, null::text as remarks
from information_schema.columns;
grant select on pg_catalog.svv_tables, pg_catalog.svv_columns to public;
"""
OPTIONS = (
    r"-c standard_conforming_strings=off -c escape_string_warning=off -c backslash_quote=on"
    r" -c default_transaction_isolation=repeatable\ read"
)

_QUOTED = re.compile(
    r"--[^\n]*|'(?:[^'\\]|''|\\.)*'|\"[^\"]*\"|\b(?:array|collate)(?=\s*\()", re.DOTALL | re.IGNORECASE
)
_SSL, _CANCEL = 80877103, 80877102


def as_postgres(sql: str) -> str:
    """Write a statement of Redshift for PostgreSQL, where ``array`` and ``collate`` are words of the grammar."""
    return _QUOTED.sub(
        lambda match: f'"{match[0].casefold()}"' if match[0].casefold() in ("array", "collate") else match[0], sql
    )


@dataclass(frozen=True)
class Database:
    """A database of one test's own.

    Attributes
    ----------
    url
        For driftql, by Redshift's driver.
    below
        The same database for psycopg, without anything in between.
    """

    url: str
    below: str


class Emulation:
    """The listener; ``statements`` keeps what was asked, in order.

    Parameters
    ----------
    server
        The URL of a PostgreSQL.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self.statements: list[str] = []
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"create role {USER} login")
            connection.execute(f"create database {TEMPLATE}")
        with psycopg.connect(self._named(server, TEMPLATE), autocommit=True) as connection:
            connection.execute(CATALOG)
            connection.execute(f"grant create, usage on schema public to {USER}")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @staticmethod
    def _named(url: str, database: str) -> str:
        return re.sub(r"/postgres(?=\?|$)", f"/{database}", url)

    def close(self) -> None:
        """Listen no more."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        """Return what a user of driftql writes; there is no TLS here."""
        return f"redshift+redshift_connector://{user}:{password}@127.0.0.1:{self.port}/{database}?ssl=false"

    def settings(self, own: Database) -> dict[str, Any]:
        """Return what the driver itself takes to reach a database."""
        name = conninfo_to_dict(own.below)["dbname"]
        return {
            "host": "127.0.0.1", "port": self.port, "database": name, "user": USER, "password": PASSWORD, "ssl": False,
        }  # fmt: skip

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Create a database; it is dropped at the end, whoever is still connected."""
        with servers.fresh_database(self._server, TEMPLATE) as below:
            name = str(conninfo_to_dict(below)["dbname"])
            with psycopg.connect(self._server, autocommit=True) as connection:
                connection.execute(f"grant all on database {name} to {USER}")
            yield Database(self.url(name), below.replace("postgres:@", f"{USER}:@"))

    # --- the wire: https://www.postgresql.org/docs/current/protocol-message-formats.html --------------------------------

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _connected(self) -> socket.socket:
        parts = conninfo_to_dict(self._server)
        host, port = str(parts["host"]), int(str(parts.get("port") or 5432))
        if host.startswith("/"):
            found = socket.socket(socket.AF_UNIX)
            found.connect(f"{host}/.s.PGSQL.{port}")
            return found
        return socket.create_connection((host, port))

    def _serve(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as asked, contextlib.suppress(OSError, EOFError):
            code, body = _first_message(asked)
            if code == _SSL:
                client.sendall(b"N")
                return
            if code == _CANCEL:
                with self._connected() as below:
                    below.sendall(struct.pack("!ii", 8 + len(body), code) + body)
                return
            parameters = dict(zip(*[iter(body.rstrip(b"\0").decode().split("\0"))] * 2, strict=True))
            client.sendall(_message(b"R", struct.pack("!i", 3)))
            _, word = _read(asked)
            if word.rstrip(b"\0").decode() != PASSWORD:
                client.sendall(_refusal(f'password authentication failed for user "{parameters["user"]}"'))
                return
            kept = {name: parameters[name] for name in ("user", "database", "application_name") if name in parameters}
            start = "".join(f"{name}\0{value}\0" for name, value in {**kept, "options": OPTIONS}.items()).encode()
            with self._connected() as below, below.makefile("rb") as answered:
                below.sendall(struct.pack("!ii", 9 + len(start), code) + start + b"\0")
                back = threading.Thread(target=_pump, args=(answered, client, _from_postgres), daemon=True)
                back.start()
                _pump(asked, below, self._to_postgres)
                back.join(timeout=10)

    def _to_postgres(self, kind: bytes, body: bytes) -> bytes:
        if kind == b"P":
            name, sql, rest = body.split(b"\0", 2)
            self.statements.append(sql.decode())
            return b"\0".join([name, as_postgres(sql.decode()).encode(), rest])
        return body


def _from_postgres(kind: bytes, body: bytes) -> bytes:
    if kind == b"S" and body.startswith(b"server_version\0"):
        return b"server_version\x008.0.2\0"
    if kind == b"C" and body.startswith(b"SELECT "):
        return b"SELECT\0"  # it counts rows for PostgreSQL 9 and later
    if kind == b"E":
        # For a limit as for a user: https://docs.aws.amazon.com/redshift/latest/dg/r_statement_timeout.html
        return re.sub(rb"\0Mcanceling statement due to [^\0]*", b"\0MQuery (150) canceled on user's request", body)
    return body


def _pump(source: BinaryIO, target: socket.socket, changed: Callable[[bytes, bytes], bytes]) -> None:
    """Pass messages on until one side is gone; answers wait for the one that ends them."""
    waiting = bytearray()
    try:
        while True:
            kind, body = _read(source)
            waiting += _message(kind, changed(kind, body))
            if kind in b"ZSHXpE" or len(waiting) > 65_536:
                target.sendall(waiting)
                waiting.clear()
    except (OSError, EOFError, ValueError):
        with contextlib.suppress(OSError):
            target.sendall(waiting)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


def _exactly(source: BinaryIO, size: int) -> bytes:
    found = source.read(size)
    if len(found) < size:
        raise EOFError
    return found


def _first_message(source: BinaryIO) -> tuple[int, bytes]:
    size, code = struct.unpack("!ii", _exactly(source, 8))
    return code, _exactly(source, size - 8)


def _read(source: BinaryIO) -> tuple[bytes, bytes]:
    kind = _exactly(source, 1)
    return kind, _exactly(source, struct.unpack("!i", _exactly(source, 4))[0] - 4)


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", 4 + len(body)) + body


def _refusal(text: str) -> bytes:
    return _message(b"E", b"SFATAL\0C28000\0M" + text.encode() + b"\0\0")


@contextmanager
def serve(folder: Any = None) -> Iterator[Emulation]:
    """Start a PostgreSQL and listen in front of it."""
    with servers.postgres() as server:
        made = Emulation(server)
        try:
            yield made
        finally:
            made.close()
