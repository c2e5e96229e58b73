"""BigQuery's REST API on this machine, for Google's own client: what it answers is documented, the SQL is GoogleSQL's.

https://cloud.google.com/bigquery/docs/reference/rest

Jobs run in threads of their own and are asked for as BigQuery's are: inserted, waited for, read in pages, cancelled.
They run in one place (``LOCATION``), and whoever asks for one has to name it, as outside of the US and the EU.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.stand_ins import googlesql

__all__ = ["LOCATION", "PAGE", "Emulation", "Job", "RefusedError", "redirect_driver", "serve"]

LOCATION = "europe-west1"
# Rows of a page: a result of more is read by the token of the next one.
PAGE = 40
# Seconds after which a test has failed to end an endless statement.
_END = 20.0
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# https://cloud.google.com/bigquery/docs/error-messages#errortable
_STATUS = {
    "accessDenied": 403,
    "bytesBilledLimitExceeded": 400,
    "duplicate": 409,
    "invalid": 400,
    "invalidQuery": 400,
    "notFound": 404,
    "stopped": 499,
    "timeout": 400,
}
# https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#data_type_sizes
_BYTES = {
    "BOOL": 1,
    "INT64": 8,
    "FLOAT64": 8,
    "NUMERIC": 16,
    "BIGNUMERIC": 32,
    "DATE": 8,
    "DATETIME": 8,
    "TIMESTAMP": 8,
}
# The API has kept the names that types had before standard SQL.
_OLD = {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN"}
_VERB = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(\w+)", re.DOTALL)


class RefusedError(Exception):
    """What BigQuery says no to."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason, self.message = reason, message

    @property
    def status(self) -> int:
        """The HTTP status."""
        return _STATUS[self.reason]

    @property
    def proto(self) -> dict[str, Any]:
        """As an ErrorProto."""
        return {"reason": self.reason, "message": self.message}


@dataclass
class Job:
    """One job: what was asked, where if that was said, and how it ended."""

    id: str
    project: str
    configuration: dict[str, Any]
    location: str | None = None
    done: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)
    error: RefusedError | None = None
    columns: list[tuple[str, str]] | None = None
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    changed: int = 0

    @property
    def sql(self) -> str:
        """The statement."""
        return str(self.configuration["query"]["query"])

    @property
    def default(self) -> tuple[str, str] | None:
        """Project and dataset of names that give none."""
        found = self.configuration["query"].get("defaultDataset")
        return (found["projectId"], found["datasetId"]) if found else None

    @property
    def verb(self) -> str:
        """Its first word."""
        match = _VERB.match(self.sql)
        return match[1].upper() if match else ""

    @property
    def writes(self) -> bool:
        """Whether it is DML."""
        return self.verb in ("INSERT", "UPDATE", "DELETE", "MERGE")

    @property
    def reference(self) -> dict[str, str]:
        """As a JobReference."""
        return {"projectId": self.project, "jobId": self.id, "location": LOCATION}

    def resource(self) -> dict[str, Any]:
        """As a Job."""
        status: dict[str, Any] = {"state": "DONE" if self.done.is_set() else "RUNNING"}
        query: dict[str, Any] = {"statementType": self.verb}
        if self.error is not None:
            status |= {"errorResult": self.error.proto, "errors": [self.error.proto]}
        elif self.done.is_set() and self.writes:
            query["numDmlAffectedRows"] = str(self.changed)
        return {
            "kind": "bigquery#job",
            "id": f"{self.project}:{LOCATION}.{self.id}",
            "jobReference": self.reference,
            "configuration": {**self.configuration, "jobType": "QUERY"},
            "status": status,
            "statistics": {"creationTime": "1", "startTime": "1", "query": query},
        }


class Emulation:
    """Projects, their datasets, tables and jobs.

    Attributes
    ----------
    datasets
        Tables by (project, dataset).
    views
        Which of the tables are said to be views.
    jobs
        Those that were inserted, in their order.
    asked
        The same and the dry runs, as they were asked for.
    requests
        What was asked of the server: method and path without parameters.
    tokens
        Who asked.
    endless
        Tells a statement that ends only when it is cancelled or its time is up.
    heeds_time
        Whether it stops a job whose time is up, which BigQuery promises to try only.
    arriving
        Called before a job is inserted.
    failing
        Raises what a statement is refused with, where it is.
    knows_user
        Whether a service account is given a token.
    closed
        Datasets that this user may not see into.
    url
        Where the server is.
    """

    def __init__(self) -> None:
        self.datasets: dict[tuple[str, str], dict[str, googlesql.Table]] = {}
        self.views: set[tuple[str, str, str]] = set()
        self.jobs: dict[str, Job] = {}
        self.asked: list[Job] = []
        self.requests: list[tuple[str, str]] = []
        self.tokens: list[str] = []
        self.endless: Callable[[str], bool] = lambda sql: False
        self.heeds_time = True
        self.knows_user = True
        self.arriving: Callable[[], None] = lambda: None
        self.failing: Callable[[str], None] = lambda sql: None
        self.closed: set[str] = set()
        self.url = ""
        self._lock = threading.Lock()

    # --- statements ------------------------------------------------------------------------------------------------

    def _visible(self, job: Job) -> googlesql.Database:
        """Return the tables that a statement names, by every name that it may give them."""
        names: dict[str, googlesql.Table] = {}
        for (project, dataset), tables in self.datasets.items():
            for name, table in tables.items():
                if name in job.sql:
                    names[f"{project}.{dataset}.{name}"] = table
                    if project == job.project:
                        names[f"{dataset}.{name}"] = table
                    if (project, dataset) == job.default:
                        names[name] = table
        return googlesql.Database(names, self._lock)

    def run(self, job: Job) -> None:
        """Run a job to its end."""
        try:
            self.failing(job.sql)
            if self.endless(job.sql):
                limit = job.configuration.get("jobTimeoutMs") if self.heeds_time else None
                if not job.cancelled.wait(_END if limit is None else int(limit) / 1000):
                    if limit is None:
                        raise RefusedError("invalid", "nobody has ended this statement")
                    raise RefusedError("timeout", f"Job timed out after {limit} ms")
            else:
                self._evaluate(job)
            if job.cancelled.is_set():
                raise RefusedError("stopped", "Job execution was cancelled: User requested cancellation")
        except RefusedError as refusal:
            job.error = refusal
        finally:
            job.done.set()

    def _evaluate(self, job: Job) -> None:
        database = self._visible(job)
        before = set(database.tables)
        cursor = googlesql.connect(database).cursor()
        try:
            cursor.execute(job.sql)
        except googlesql.Error as error:
            raise self._refusal(error, job) from None
        job.rows, job.changed = cursor.fetchall(), max(cursor.rowcount, 0)
        if cursor.description is not None:
            job.columns = [(str(column[0]), str(column[1])) for column in cursor.description]
        for name in set(database.tables) - before:
            project, dataset, table = self._place(name, job)
            self.dataset(project, dataset)[table] = database.tables[name]

    @staticmethod
    def _place(name: str, job: Job) -> tuple[str, str, str]:
        """Whole names: the project is the job's, the dataset its default."""
        parts = name.replace("`", "").split(".")
        if len(parts) == 1:
            if job.default is None:
                raise RefusedError("invalid", f'Table "{name}" must be qualified with a dataset (e.g. dataset.table).')
            return (*job.default, parts[0])
        return (parts[0] if len(parts) > 2 else job.project, parts[-2], parts[-1])

    def _refusal(self, error: Exception, job: Job) -> RefusedError:
        """Say it in BigQuery's words, as far as they are known."""
        message = re.sub(r"^\[\w+\] ", "", str(error).splitlines()[0])
        unknown = re.search(r"Table not found: ([^\[;]+?)(?:;| \[at|$)", message)
        if unknown is None:
            return RefusedError("invalidQuery", message)
        try:
            project, dataset, table = self._place(unknown[1], job)
        except RefusedError as refusal:
            return refusal
        return RefusedError(
            "notFound", f"Not found: Table {project}:{dataset}.{table} was not found in location {LOCATION}"
        )

    def price(self, job: Job) -> int:
        """Return the bytes of the columns that a statement names, by the documented sizes of their types."""
        database = self._visible(job)
        try:
            googlesql.analyse(job.sql, database)
        except googlesql.Error as error:
            raise self._refusal(error, job) from None
        tables = {id(table): table for table in database.tables.values()}.values()
        return sum(
            _size(row[index], kind)
            for table in tables
            for index, (column, kind) in enumerate(table.columns)
            if re.search(rf"\b{re.escape(column)}\b", job.sql, re.IGNORECASE)
            for row in table.rows
        )

    # --- what is there ---------------------------------------------------------------------------------------------

    def dataset(self, project: str, dataset: str) -> dict[str, googlesql.Table]:
        """Return a dataset's tables."""
        if dataset in self.closed:
            raise RefusedError(
                "accessDenied",
                f"Access Denied: Dataset {project}:{dataset}: Permission bigquery.tables.get denied on dataset "
                f"{project}:{dataset} (or it may not exist).",
            )
        if (project, dataset) not in self.datasets:
            raise RefusedError("notFound", f"Not found: Dataset {project}:{dataset}")
        return self.datasets[project, dataset]

    def _table(self, project: str, dataset: str, name: str, *, whole: bool = True) -> dict[str, Any]:
        table = self.dataset(project, dataset).get(name)
        if table is None:
            raise RefusedError("notFound", f"Not found: Table {project}:{dataset}.{name}")
        found: dict[str, Any] = {
            "kind": "bigquery#table",
            "id": f"{project}:{dataset}.{name}",
            "tableReference": {"projectId": project, "datasetId": dataset, "tableId": name},
            "type": "VIEW" if (project, dataset, name) in self.views else "TABLE",
        }
        if whole:
            found |= {
                "schema": {"fields": _fields(table.columns)},
                "numRows": str(len(table.rows)),
                "location": LOCATION,
            }
        return found

    # --- methods of the API ----------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        """Answer one request.

        Raises
        ------
        RefusedError
            As BigQuery refuses it.
        """
        with self._lock:
            self.requests.append((method, path))
        for verb, pattern, handler in self._methods:
            match = re.fullmatch(rf"/bigquery/v2/projects/{pattern}", path)
            if match and verb == method:
                answered: dict[str, Any] = handler(self, *map(unquote, match.groups()), query=query, body=body)
                return answered
        raise AssertionError(f"the emulation knows no {method} {path}")

    def _insert(self, project: str, *, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        reference = body["jobReference"]
        job = Job(reference["jobId"], project, body["configuration"], reference.get("location"))
        self.asked.append(job)
        if job.configuration.get("dryRun"):
            size = str(self.price(job))
            return {
                **job.resource(),
                "jobReference": {"projectId": project, "location": LOCATION},
                "status": {"state": "DONE"},
                "statistics": {"totalBytesProcessed": size, "query": {"totalBytesProcessed": size}},
            }
        if job.id in self.jobs:
            raise RefusedError("duplicate", f"Already Exists: Job {project}:{LOCATION}.{job.id}")
        self.arriving()
        self.jobs[job.id] = job
        threading.Thread(target=self.run, args=(job,), name=f"job {job.id}", daemon=True).start()
        return job.resource()

    def _job(self, project: str, name: str, query: dict[str, str]) -> Job:
        job = self.jobs.get(name)
        if job is None or job.project != project or query.get("location") != LOCATION:
            raise RefusedError("notFound", f"Not found: Job {project}:{name}")
        return job

    def _get(self, project: str, name: str, *, query: dict[str, str], body: Any) -> dict[str, Any]:
        return self._job(project, name, query).resource()

    def _cancel(self, project: str, name: str, *, query: dict[str, str], body: Any) -> dict[str, Any]:
        job = self._job(project, name, query)
        job.cancelled.set()
        return {"kind": "bigquery#jobCancelResponse", "job": job.resource()}

    def _results(self, project: str, name: str, *, query: dict[str, str], body: Any) -> dict[str, Any]:
        job = self._job(project, name, query)
        found: dict[str, Any] = {"kind": "bigquery#getQueryResultsResponse", "jobReference": job.reference}
        if not job.done.wait(float(query.get("timeoutMs", 10_000)) / 1000):
            return {**found, "jobComplete": False}
        if job.error is not None:
            raise job.error
        found |= {"jobComplete": True, "cacheHit": False, "totalBytesProcessed": "0"}
        if job.writes:
            found["numDmlAffectedRows"] = str(job.changed)
        if job.columns is None:
            return found
        first = int(query.get("pageToken") or query.get("startIndex") or 0)
        last = first + min(PAGE, int(query.get("maxResults", PAGE)))
        whole = query.get("formatOptions.useInt64Timestamp", "").lower() == "true"
        found |= {
            "schema": {"fields": _fields(job.columns)},
            "totalRows": str(len(job.rows)),
            "rows": [
                {"f": [{"v": _cell(value, kind, whole)} for value, (_, kind) in zip(row, job.columns, strict=True)]}
                for row in job.rows[first:last]
            ],
        }
        if last < len(job.rows):
            found["pageToken"] = str(last)
        return found

    def _datasets(self, project: str, *, query: dict[str, str], body: Any) -> dict[str, Any]:
        names = sorted(dataset for owner, dataset in self.datasets if owner == project)
        return _paged("datasets", names, query) | {
            "kind": "bigquery#datasetList",
            "datasets": [
                {
                    "kind": "bigquery#dataset",
                    "id": f"{project}:{name}",
                    "datasetReference": {"projectId": project, "datasetId": name},
                    "location": LOCATION,
                }
                for name in _paged("datasets", names, query)["datasets"]
            ],
        }

    def _tables(self, project: str, dataset: str, *, query: dict[str, str], body: Any) -> dict[str, Any]:
        page = _paged("tables", sorted(self.dataset(project, dataset)), query)
        page["tables"] = [self._table(project, dataset, name, whole=False) for name in page["tables"]]
        return {"kind": "bigquery#tableList", **page}

    def _get_table(self, project: str, dataset: str, name: str, *, query: dict[str, str], body: Any) -> dict[str, Any]:
        return self._table(project, dataset, name)

    _methods: tuple[tuple[str, str, Callable[..., dict[str, Any]]], ...] = (
        ("POST", "([^/]+)/jobs", _insert),
        ("GET", "([^/]+)/jobs/([^/]+)", _get),
        ("POST", "([^/]+)/jobs/([^/]+)/cancel", _cancel),
        ("GET", "([^/]+)/queries/([^/]+)", _results),
        ("GET", "([^/]+)/datasets", _datasets),
        ("GET", "([^/]+)/datasets/([^/]+)/tables", _tables),
        ("GET", "([^/]+)/datasets/([^/]+)/tables/([^/]+)", _get_table),
    )


def _paged(key: str, names: list[str], query: dict[str, str]) -> dict[str, Any]:
    first = int(query.get("pageToken") or 0)
    last = first + min(PAGE, int(query.get("maxResults", PAGE)))
    return {key: names[first:last], **({"nextPageToken": str(last)} if last < len(names) else {})}


def _fields(columns: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """As TableFieldSchemas."""
    fields = []
    for name, kind in columns:
        inner = re.fullmatch(r"ARRAY<(.*)>", kind)
        base = re.sub(r"\(.*\)", "", inner[1] if inner else kind)
        fields.append({"name": name, "type": _OLD.get(base, base), "mode": "REPEATED" if inner else "NULLABLE"})
    return fields


def _cell(value: Any, kind: str, whole: bool) -> Any:
    """As the value of a TableCell: text, whatever the type; a timestamp in microseconds where these were asked for."""
    if value is None:
        return None
    if kind.startswith("ARRAY<"):
        return [{"v": _cell(element, kind[6:-1], whole)} for element in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        micros = (value - _EPOCH) // dt.timedelta(microseconds=1)
        return str(micros) if whole else repr(micros / 1e6)
    if isinstance(value, dt.date):
        return value.isoformat()
    return repr(value) if isinstance(value, float) else str(value)


def _size(value: Any, kind: str) -> int:
    if value is None:
        return 0
    if kind.startswith("ARRAY<"):
        return sum(_size(element, kind[6:-1]) for element in value)
    base = re.sub(r"\(.*\)", "", kind)
    return 2 + len(value.encode()) if base == "STRING" else _BYTES[base]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    emulation: Emulation


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two packets; the second is not to wait for the first to be acknowledged.
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        emulation = self.server.emulation
        address = urlsplit(self.path)
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if address.path == "/token":
            # https://developers.google.com/identity/protocols/oauth2/service-account#httprest
            if emulation.knows_user:
                self._send(200, {"access_token": "a token", "expires_in": 3600, "token_type": "Bearer"})
            else:
                self._send(400, {"error": "invalid_grant", "error_description": "Account not found."})
            return
        emulation.tokens.append(self.headers.get("Authorization") or "")
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        try:
            self._send(200, emulation.answer(self.command, address.path, query, json.loads(text or b"{}")))
        except RefusedError as refusal:
            error = {
                "code": refusal.status,
                "message": refusal.message,
                "errors": [{"domain": "global", **refusal.proto}],
            }
            self._send(refusal.status, {"error": error})

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serve() -> Iterator[Emulation]:
    """Run an empty BigQuery."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.emulation = Emulation()
    server.emulation.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.emulation
    finally:
        for job in list(server.emulation.jobs.values()):
            job.cancelled.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def redirect_driver() -> Iterator[Emulation]:
    """Run an empty BigQuery, and lead Google's client to it as somebody who has logged in."""
    import google.auth
    from google.auth.credentials import AnonymousCredentials

    with serve() as emulation, pytest.MonkeyPatch.context() as patch:
        patch.setenv("BIGQUERY_EMULATOR_HOST", emulation.url)
        patch.setattr(google.auth, "default", lambda *args, **settings: (AnonymousCredentials(), None))
        yield emulation
