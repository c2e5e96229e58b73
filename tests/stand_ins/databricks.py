"""What Databricks' driver talks to in the tests: its Thrift service over HTTPS, with Spark on this machine behind it.

The messages are those of the driver's own generated module. A statement runs in a thread of its own; an answer that is
there quickly comes with the first response, as Databricks sends it, any other is asked for; results are Arrow batches,
compressed. Statements are Spark's to parse and run, except for what only Delta tables can do there: ``update`` and
``delete`` write the rows that remain anew, and every change is committed as Delta does it, a delete only if nobody
else has committed since it began to read.

Why not Spark's own Thrift server: it refuses the driver's OpenSession, sends neither Arrow nor results with the first
response, and has no Delta tables either.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import shutil
import ssl
import threading
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pyarrow as pa
import pyarrow.parquet

__all__ = ["CATALOG", "TOKEN", "Server", "serve"]

TOKEN = "dapi-5ecret-7oken"
CATALOG = "spark_catalog"
HTTP_PATH = "/sql/1.0/warehouses/abc"

# Databricks waits some seconds; the tests want to see both ways.
_DIRECT = 0.5
_POLL = 0.3
_PAGE = 50
_FILES = "delta_files"
_COMMENTS = re.compile(r"\A(\s*/\*.*?\*/)+", re.DOTALL)
_INSERT = re.compile(r"\s*insert into ((?:`(?:[^`]|``)*`|[\w.])+)", re.IGNORECASE)
_CONFLICT = (
    "[DELTA_CONCURRENT_APPEND] ConcurrentAppendException: Files were added to the root of the table by a concurrent "
    "update. Please try the operation again.\nConflicting commit: {}"
)


class _RefusedError(Exception):
    """What the server says to a statement that it does not run."""


class _Session:
    def __init__(self, spark: Any, views: dict[str, Path]) -> None:
        self.spark = spark.newSession()
        for name, path in views.items():
            self.spark.read.parquet(str(path)).createOrReplaceTempView(f"`{name}`")


class _Operation:
    """A statement: running, and afterwards its answer."""

    def __init__(self) -> None:
        self.tag = f"databricks-{uuid.uuid4()}"
        self.done = threading.Event()
        self.state = "RUNNING_STATE"
        self.table: pa.Table = pa.table({})
        self.modified: int | None = None
        self.message = ""
        # Why it is to stop.
        self.stopped = ""
        self.sent = 0


class Server:
    """The service, and a record of what it was asked.

    Attributes
    ----------
    calls
        The name of every call and its request, in order.
    views
        Temporary views that every new session has: a table's name is plain there, a view's is not.
    operations
        The statements that are not closed, by handle.
    conflicts
        How many of the next updates and deletes are refused as if somebody else had committed in between.
    url, settings
        Where it is: as driftql takes it, and for the driver itself.
    """

    def __init__(self, spark: Any, folder: Path) -> None:
        self.spark = spark
        self.calls: list[tuple[str, Any]] = []
        self.views: dict[str, Path] = {}
        self.conflicts = 0
        self.url = ""
        self.settings: dict[str, Any] = {}
        self._sessions: dict[bytes, _Session] = {}
        self.operations: dict[bytes, _Operation] = {}
        self._commit = threading.Lock()
        self._versions: dict[str, int] = {}
        self._places: dict[str, Path] = {}
        self._folder = folder
        spark.sql(f"create database if not exists {_FILES}")

    def statements(self) -> list[str]:
        """Return the statements that were sent."""
        return [request.statement for name, request in self.calls if name == "ExecuteStatement"]

    def running(self) -> bool:
        """Return whether Spark still works on something."""
        return bool(self.spark.sparkContext.statusTracker().getActiveJobsIds())

    # --- the service ---------------------------------------------------------------------------------------------------

    def OpenSession(self, request: Any) -> Any:  # noqa: N802  # the names are the protocol's
        from databricks.sql.thrift_api.TCLIService import ttypes

        session = _Session(self.spark, self.views)
        space = request.initialNamespace
        try:
            for name in (space.catalogName, space.schemaName) if space else ():
                if name:
                    session.spark.sql(f"use `{name}`")
        except Exception as error:
            return ttypes.TOpenSessionResp(
                status=_error(_message(error)),
                serverProtocolVersion=ttypes.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8,
            )
        guid = uuid.uuid4().bytes
        self._sessions[guid] = session
        return ttypes.TOpenSessionResp(
            status=_success(),
            serverProtocolVersion=ttypes.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8,
            sessionHandle=ttypes.TSessionHandle(ttypes.THandleIdentifier(guid, uuid.uuid4().bytes)),
            initialNamespace=space,
            canUseMultipleCatalogs=True,
        )

    def CloseSession(self, request: Any) -> Any:  # noqa: N802
        from databricks.sql.thrift_api.TCLIService import ttypes

        self._sessions.pop(request.sessionHandle.sessionId.guid, None)
        return ttypes.TCloseSessionResp(status=_success())

    def ExecuteStatement(self, request: Any) -> Any:  # noqa: N802
        from databricks.sql.thrift_api.TCLIService import ttypes

        session = self._sessions[request.sessionHandle.sessionId.guid]
        guid, operation = uuid.uuid4().bytes, _Operation()
        self.operations[guid] = operation
        threading.Thread(target=self._run, args=(session, operation, request.statement), daemon=True).start()
        operation.done.wait(_DIRECT)
        direct = ttypes.TSparkDirectResults(operationStatus=_status(operation))
        if operation.state == "FINISHED_STATE":
            direct.resultSetMetadata = _metadata(operation)
            direct.resultSet = _page(operation)
            if not direct.resultSet.hasMoreRows:
                direct.closeOperation = ttypes.TCloseOperationResp(status=_success())
        return ttypes.TExecuteStatementResp(
            status=_success(),
            operationHandle=ttypes.TOperationHandle(
                operationId=ttypes.THandleIdentifier(guid, uuid.uuid4().bytes),
                operationType=ttypes.TOperationType.EXECUTE_STATEMENT,
                hasResultSet=True,
            ),
            directResults=direct,
        )

    def GetOperationStatus(self, request: Any) -> Any:  # noqa: N802
        operation = self.operations[request.operationHandle.operationId.guid]
        operation.done.wait(_POLL)
        return _status(operation)

    def GetResultSetMetadata(self, request: Any) -> Any:  # noqa: N802
        return _metadata(self.operations[request.operationHandle.operationId.guid])

    def FetchResults(self, request: Any) -> Any:  # noqa: N802
        return _page(self.operations[request.operationHandle.operationId.guid])

    def CancelOperation(self, request: Any) -> Any:  # noqa: N802
        from databricks.sql.thrift_api.TCLIService import ttypes

        self.stop(self.operations[request.operationHandle.operationId.guid], "CANCELED_STATE")
        return ttypes.TCancelOperationResp(status=_success())

    def CloseOperation(self, request: Any) -> Any:  # noqa: N802
        from databricks.sql.thrift_api.TCLIService import ttypes

        operation = self.operations.pop(request.operationHandle.operationId.guid)
        self.stop(operation, "CLOSED_STATE")
        return ttypes.TCloseOperationResp(status=_success())

    # --- statements ----------------------------------------------------------------------------------------------------

    def stop(self, operation: _Operation, state: str) -> None:
        """End a statement that still runs, in that state."""
        if not operation.done.is_set():
            operation.stopped = operation.stopped or state
            self.spark.sparkContext.cancelJobsWithTag(operation.tag)

    def _run(self, session: _Session, operation: _Operation, sql: str) -> None:
        limit = session.spark.conf.get("statement_timeout", "0")
        clock = threading.Timer(float(limit), self.stop, (operation, "TIMEDOUT_STATE"))
        if float(limit):
            clock.start()
        context = self.spark.sparkContext
        context.addJobTag(operation.tag)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                operation.table, operation.modified = self._answer(session.spark, sql)
            operation.state = "FINISHED_STATE"
        except Exception as error:
            operation.message = _message(error)
            operation.state = operation.stopped or "ERROR_STATE"
        finally:
            clock.cancel()
            context.removeJobTag(operation.tag)
            operation.done.set()

    def _answer(self, spark: Any, sql: str) -> tuple[pa.Table, int | None]:
        bare = _COMMENTS.sub("", sql)
        word = bare.split(None, 1)[0].casefold()
        if word not in ("insert", "update", "delete"):
            frame = spark.sql(sql)
            return (frame.toArrow() if frame.columns else pa.table({})), None
        changed = self._inserted(spark, bare) if word == "insert" else self._rewritten(spark, bare, word)
        names = ["num_affected_rows", "num_inserted_rows"][: 2 if word == "insert" else 1]
        return pa.table({name: pa.array([changed], pa.int64()) for name in names}), changed

    def _inserted(self, spark: Any, sql: str) -> int:
        """Write the new rows into files of their own, then put these beside the table's."""
        found = _INSERT.match(sql)
        assert found is not None
        target = _full_name(spark, found[1])
        new, files = self._files_like(spark, target)
        spark.sql(f"insert into {new} {sql[found.end() :]}")
        written = list(files.glob("*.parquet"))
        rows = sum(pyarrow.parquet.read_metadata(file).num_rows for file in written)
        with self._commit:
            place = self._place(spark, target)
            place.mkdir(parents=True, exist_ok=True)
            for file in written:
                shutil.move(file, place / f"{uuid.uuid4().hex}.parquet")
            self._committed(target)
        return rows

    def _rewritten(self, spark: Any, sql: str, word: str) -> int:
        """Write the rows as they shall be into new files, and make these the table's."""
        import sqlglot
        from sqlglot import exp

        tree = sqlglot.parse_one(sql, dialect="databricks")
        if word == "delete" and any(inner.find_ancestor(exp.Subquery, exp.Exists, exp.In) for inner in _inner(tree)):
            raise _RefusedError("[DELTA_UNSUPPORTED_SUBQUERY] Nested subqueries are not supported in the DELETE.")
        named = tree.this
        target = _full_name(spark, exp.table_name(named, dialect="databricks"))
        alias = named.alias or named.name
        started = self._versions.get(target, 0)
        meant = f"coalesce({tree.args['where'].this.sql(dialect='databricks')}, false)"
        rows = f"from {target} as `{alias}`"
        changed = int(spark.sql(f"select count(*) {rows} where {meant}").collect()[0][0])
        if not changed:
            return 0
        new, files = self._files_like(spark, target)
        if word == "delete":
            spark.sql(f"insert into {new} select * {rows} where not {meant}")
        else:
            values = {one.this.name: one.expression.sql(dialect="databricks") for one in tree.expressions}
            columns = (
                f"case when {meant} then {values[name]} else `{name}` end" if name in values else f"`{name}`"
                for name in spark.table(target).columns
            )
            spark.sql(f"insert into {new} select {', '.join(columns)} {rows}")
        with self._commit:
            if self.conflicts or self._versions.get(target, 0) != started:
                self.conflicts = max(self.conflicts - 1, 0)
                raise _RefusedError(_CONFLICT.format('{"operation":"WRITE"}'))
            spark.sql(f"alter table {target} set location '{files}'")
            self._places[target] = files
            self._committed(target)
        return changed

    def _files_like(self, spark: Any, target: str) -> tuple[str, Path]:
        name = uuid.uuid4().hex
        files = self._folder / name
        spark.sql(f"create table {_FILES}.t{name} like {target} using parquet location '{files}'")
        return f"{_FILES}.t{name}", files

    def _place(self, spark: Any, target: str) -> Path:
        if target not in self._places:
            rows = spark.sql(f"describe table extended {target}").collect()
            self._places[target] = Path(next(urlsplit(row[1]).path for row in rows if row[0] == "Location"))
        return self._places[target]

    def _committed(self, target: str) -> None:
        self._versions[target] = self._versions.get(target, 0) + 1
        for session in [*self._sessions.values()]:
            session.spark.catalog.refreshTable(target)


def _inner(tree: Any) -> Iterator[Any]:
    from sqlglot import exp

    yield from tree.args["where"].find_all(exp.Subquery, exp.Exists)


def _full_name(spark: Any, name: str) -> str:
    """Return one spelling of a table's name, whether it was quoted or not."""
    parts = [part.strip("`") for part in re.findall(r"`(?:[^`]|``)*`|[^.`]+", name)][-2:]
    schema = [] if len(parts) > 1 else [spark.catalog.currentDatabase()]
    return ".".join(f"`{part}`" for part in [*schema, *parts]).casefold()


# --- messages ----------------------------------------------------------------------------------------------------------


def _message(error: Exception) -> str:
    """Return what Databricks shows of an error of Spark's: the text without the plan."""
    text = str(error)
    found = re.search(r"^.*?SQLSTATE: \w+(; line \d+ pos \d+)?", text, re.DOTALL)
    return found[0].replace("\nSQLSTATE", " SQLSTATE") if found else text


def _success() -> Any:
    from databricks.sql.thrift_api.TCLIService import ttypes

    return ttypes.TStatus(statusCode=ttypes.TStatusCode.SUCCESS_STATUS)


def _error(message: str) -> Any:
    from databricks.sql.thrift_api.TCLIService import ttypes

    return ttypes.TStatus(statusCode=ttypes.TStatusCode.ERROR_STATUS, errorMessage=message)


def _status(operation: _Operation) -> Any:
    from databricks.sql.thrift_api.TCLIService import ttypes

    return ttypes.TGetOperationStatusResp(
        status=_success(),
        operationState=getattr(ttypes.TOperationState, operation.state),
        errorMessage=f"org.apache.hive.service.cli.HiveSQLException: {operation.message}",
        displayMessage=operation.message,
        numModifiedRows=operation.modified,
    )


def _metadata(operation: _Operation) -> Any:
    from databricks.sql.thrift_api.TCLIService import ttypes

    return ttypes.TGetResultSetMetadataResp(
        status=_success(),
        schema=ttypes.TTableSchema(
            [_column(place, field) for place, field in enumerate(operation.table.schema, start=1)]
        ),
        resultFormat=ttypes.TSparkRowSetType.ARROW_BASED_SET,
        lz4Compressed=True,
        arrowSchema=operation.table.schema.serialize().to_pybytes(),
        isStagingOperation=False,
    )


def _column(place: int, field: pa.Field) -> Any:
    from databricks.sql.thrift_api.TCLIService import ttypes

    kind, qualifiers = field.type, None
    if pa.types.is_decimal(kind):
        digits = {"precision": kind.precision, "scale": kind.scale}
        qualifiers = ttypes.TTypeQualifiers(
            {name: ttypes.TTypeQualifierValue(i32Value=number) for name, number in digits.items()}
        )
    name = next((name for fits, name in _TYPES if fits(kind)), "STRING_TYPE")
    entry = ttypes.TPrimitiveTypeEntry(getattr(ttypes.TTypeId, name), qualifiers)
    return ttypes.TColumnDesc(field.name, ttypes.TTypeDesc([ttypes.TTypeEntry(primitiveEntry=entry)]), place)


_TYPES = (
    (pa.types.is_boolean, "BOOLEAN_TYPE"),
    (pa.types.is_int8, "TINYINT_TYPE"),
    (pa.types.is_int16, "SMALLINT_TYPE"),
    (pa.types.is_int32, "INT_TYPE"),
    (pa.types.is_int64, "BIGINT_TYPE"),
    (pa.types.is_float32, "FLOAT_TYPE"),
    (pa.types.is_float64, "DOUBLE_TYPE"),
    (pa.types.is_decimal, "DECIMAL_TYPE"),
    (pa.types.is_timestamp, "TIMESTAMP_TYPE"),
    (pa.types.is_date, "DATE_TYPE"),
    (pa.types.is_binary, "BINARY_TYPE"),
    (pa.types.is_list, "ARRAY_TYPE"),
    (pa.types.is_map, "MAP_TYPE"),
    (pa.types.is_struct, "STRUCT_TYPE"),
    (pa.types.is_null, "NULL_TYPE"),
)


def _page(operation: _Operation) -> Any:
    import lz4.frame
    from databricks.sql.thrift_api.TCLIService import ttypes

    start, table = operation.sent, operation.table.slice(operation.sent, _PAGE)
    operation.sent += table.num_rows
    batches = [
        ttypes.TSparkArrowBatch(lz4.frame.compress(batch.serialize().to_pybytes()), batch.num_rows)
        for batch in table.to_batches()
    ]
    return ttypes.TFetchResultsResp(
        status=_success(),
        hasMoreRows=operation.sent < operation.table.num_rows,
        results=ttypes.TRowSet(startRowOffset=start, rows=[], arrowBatches=batches),
        resultSetMetadata=_metadata(operation),
    )


# --- transport ---------------------------------------------------------------------------------------------------------


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Return a certificate of 127.0.0.1 that signs itself, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "driftql tests")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


class _Https(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that was only opened, which is how driftql looks whether somebody is there."""


@contextmanager
def serve(spark: Any, folder: Path) -> Iterator[Server]:
    """Serve a Spark session on a port of this machine until the end of the block."""
    from databricks.sql.thrift_api.TCLIService import TCLIService
    from thrift.protocol.TBinaryProtocol import TBinaryProtocol
    from thrift.transport.TTransport import TMemoryBuffer

    server = Server(spark, folder)
    processor = TCLIService.Processor(server)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                self._answer(403, b"", {"x-databricks-reason-phrase": "Invalid access token."})
                return
            if self.path != HTTP_PATH:
                self._answer(404, b"", {"x-thriftserver-error-message": "there is no such warehouse"})
                return
            call, request = _call(body)
            server.calls.append((call, request))
            answer = TMemoryBuffer()
            processor.process(TBinaryProtocol(TMemoryBuffer(body)), TBinaryProtocol(answer))
            self._answer(200, answer.getvalue(), {"Content-Type": "application/x-thrift"})

        def _answer(self, code: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(code)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    web = _Https(("127.0.0.1", 0), Handler)
    web.socket = context.wrap_socket(web.socket, server_side=True, do_handshake_on_connect=False)
    port = web.server_address[1]
    server.settings = {"_port": port, "_tls_trusted_ca_file": str(certificate)}
    server.url = (
        f"databricks://token:{TOKEN}@127.0.0.1:{port}?http_path={quote(HTTP_PATH, safe='')}&catalog={CATALOG}"
        f"&_tls_trusted_ca_file={quote(str(certificate), safe='')}"
    )
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        web.shutdown()
        thread.join(timeout=10)
        with suppress(OSError):
            web.server_close()


def _call(body: bytes) -> tuple[str, Any]:
    """Return which method is called, and with what."""
    from databricks.sql.thrift_api.TCLIService import TCLIService
    from thrift.protocol.TBinaryProtocol import TBinaryProtocol
    from thrift.transport.TTransport import TMemoryBuffer

    protocol = TBinaryProtocol(TMemoryBuffer(body))
    name = protocol.readMessageBegin()[0]
    arguments = getattr(TCLIService, f"{name}_args")()
    arguments.read(protocol)
    return name, arguments.req
