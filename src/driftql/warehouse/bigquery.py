"""BigQuery by Google's own client: every statement is a job, and one request finds one table.

https://cloud.google.com/bigquery/docs/reference/rest
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from driftql.engines import ENGINES
from driftql.errors import ConfigError, DriftqlError, WarehouseError, nearest, without_causes
from driftql.sql import fragments
from driftql.warehouse.base import Column, Estimate, Row, rows_of
from driftql.warehouse.catalog import Table
from driftql.warehouse.dbapi import DbapiWarehouse
from driftql.warehouse.driver_errors import driver_missing
from driftql.warehouse.secrets import redact
from driftql.warehouse.types import column_of

__all__ = ["BigQueryCatalog", "BigQueryWarehouse", "adopt", "open"]

_ENGINE = ENGINES["bigquery"]
# Characters that no name of a project, dataset or table has, and that would send a request to another address.
_UNFIT = re.compile(r"[/?#%\\\x00-\x1f]|^\.+$")
# Those of the SQLAlchemy dialect: https://github.com/googleapis/python-bigquery-sqlalchemy#connection-string-parameters
_OPTIONS = ("credentials_base64", "credentials_path", "labels", "location", "maximum_bytes_billed", "priority")
_SHAPE = "bigquery://project/dataset?location=EU"
_LOGIN = (
    "run 'gcloud auth application-default login', or set GOOGLE_APPLICATION_CREDENTIALS to the key file of a "
    "service account"
)
_PAGE = 1000
# The client retries for ten minutes where no server answers, which is too long for looking a table up.
_LOOK_UP_SECONDS = 30.0
_CANCEL_SECONDS = 5.0
# The API names types as they were called before standard SQL.
# https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema.FIELDS.type
_STANDARD = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL", "RECORD": "STRUCT"}


class BigQueryCatalog:
    """Tables as the API lists them; one request finds a table, however many others there are.

    Parameters
    ----------
    client
        A ``google.cloud.bigquery.Client``. Names without a dataset belong to the default dataset of its jobs.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        settings = getattr(client, "default_query_job_config", None)
        self._default = getattr(settings, "default_dataset", None)

    @property
    def dataset(self) -> str | None:
        """The dataset of names without one."""
        return None if self._default is None else str(self._default.dataset_id)

    def tables(self) -> list[Table]:
        """Return the tables and views of the default dataset; without one, those of the whole project."""
        if self._default is not None:
            return self.tables_of(self._default.project, self._default.dataset_id)
        return [table for dataset in self.datasets(self._client.project) for table in self.tables_of(None, dataset)]

    def datasets(self, project: str | None) -> list[str]:
        """Return the names of a project's datasets."""
        return sorted(
            str(found.dataset_id) for found in self._client.list_datasets(project, page_size=_PAGE, **_look_up_limits())
        )

    def tables_of(self, project: str | None, dataset: str) -> list[Table]:
        """Return a dataset's tables and views."""
        place = f"{project or self._client.project}.{dataset}"
        listed = self._client.list_tables(place, page_size=_PAGE, **_look_up_limits())
        return sorted(self._table(project, dataset, str(found.table_id), found.table_type) for found in listed)

    def find(self, source: str) -> Table | None:
        """Find a table by its name; where there is none, by its name without regard to capitals.

        BigQuery itself distinguishes capitals, so the second look needs the list of all tables of the dataset.
        """
        from google.api_core.exceptions import BadRequest, Forbidden, NotFound

        project, dataset, name = self.parts(source)
        if dataset is None or any(_UNFIT.search(part) for part in (project, dataset, name)):
            return None
        with suppress(NotFound, BadRequest):
            found = self._client.get_table(self._reference(project, dataset, name), **_look_up_limits())
            return self._table(project, dataset, name, found.table_type)
        with suppress(NotFound, BadRequest, Forbidden):
            for table in self.tables_of(project, dataset):
                if table.name.casefold() == name.casefold():
                    return table
        return None

    def columns(self, table: Table) -> list[Column]:
        """Return a table's columns in order."""
        found = self._client.get_table(
            self._reference(table.database or self._client.project, table.schema or "", table.name), **_look_up_limits()
        )
        return [column_of(str(field.name), _type_of(field), _ENGINE) for field in found.schema]

    def parts(self, source: str) -> tuple[str, str | None, str]:
        """Split a name into project, dataset (None where neither the name nor a default has one) and table."""
        *project, dataset, name = [None, *fragments.table_parts(source, _ENGINE)]
        if dataset is None:
            if self._default is None:
                return self._client.project, None, str(name)
            return self._default.project, self._default.dataset_id, str(name)
        # The name of an old project contains its organisation: example.com:project.
        return ".".join(filter(None, project)) or self._client.project, dataset, str(name)

    def _table(self, project: str | None, dataset: str, name: str, kind: str | None) -> Table:
        default = self._default
        near = default is not None and (project, dataset) == (default.project, default.dataset_id)
        is_clients = project is None or project == self._client.project
        return Table(dataset, name, near, kind == "TABLE", None if is_clients else project)

    @staticmethod
    def _reference(project: str, dataset: str, name: str) -> Any:
        from google.cloud import bigquery

        return bigquery.TableReference(bigquery.DatasetReference(project, dataset), name)


def _look_up_limits() -> dict[str, Any]:
    from google.cloud import bigquery

    return {"retry": bigquery.DEFAULT_RETRY.with_deadline(_LOOK_UP_SECONDS), "timeout": _LOOK_UP_SECONDS}


def _type_of(field: Any) -> str:
    name = _STANDARD.get(field.field_type, field.field_type)
    return f"ARRAY<{name}>" if field.mode == "REPEATED" else str(name)


class BigQueryWarehouse(DbapiWarehouse):
    """BigQuery behind a client of ``google.cloud.bigquery``.

    Parameters
    ----------
    client
        The client. Its default dataset, location and limits apply to driftql's statements too.
    title
        The database's name in messages.
    owned
        Whether driftql opened the client, and closes it.
    timeout
        How long a statement may run, in seconds. BigQuery has the limit too; driftql cancels a job that exceeds it.
    secrets
        Secrets that no message may repeat.
    release
        Gives back the connection of SQLAlchemy from which the client was taken.
    """

    def __init__(
        self,
        client: Any,
        *,
        title: str = "",
        owned: bool = False,
        timeout: float | None = None,
        secrets: Sequence[str] = (),
        release: Callable[[], None] | None = None,
    ) -> None:
        self._names = BigQueryCatalog(client)
        self._cancelled: str | None = None
        super().__init__(
            client,
            _ENGINE,
            title=title,
            owned=owned,
            timeout=timeout,
            catalog=self._names,
            secrets=secrets,
            release=release,
        )

    # --- names -----------------------------------------------------------------------------------------------------

    def tables(self) -> list[str]:
        """Return the names of tables and views, with a dataset where one is needed."""
        with self._explaining_errors():
            return super().tables()

    @without_causes
    def columns(self, relation: str) -> list[Column]:
        """Return a relation's columns in order."""
        with self._explaining_errors():
            return super().columns(relation)

    @without_causes
    def _find(self, source: str) -> Table | None:
        with self._explaining_errors():
            return super()._find(source)

    def _describe_absent(self, source: str) -> str:
        """Write the message that the table, or already its dataset, does not exist."""
        from google.api_core.exceptions import GoogleAPICallError, NotFound

        project, dataset, name = self._names.parts(source)
        if dataset is None:
            return (
                f"{source!r} names no dataset, and {self.title} has no default one: write dataset.{name}, or "
                f"bigquery://{project}/dataset"
            )
        place = f"in the BigQuery dataset {project}.{dataset}"
        try:
            known = [table.name for table in self._names.tables_of(project, dataset)]
        except NotFound:
            hint = ""
            with suppress(GoogleAPICallError):
                hint = nearest(dataset, self._names.datasets(project))
            return f"there is no dataset {dataset!r} in the BigQuery project {project}{hint}"
        except GoogleAPICallError:
            return f"there is no table {name!r} {place}"
        known = [other for other in known if not other.startswith("driftql_")]
        hint = nearest(name, known) if known else "; it holds no tables that this user may see"
        return f"there is no table {name!r} {place}{hint}"

    @contextmanager
    def _explaining_errors(self) -> Iterator[None]:
        """Turn an error of the client into a sentence."""
        try:
            yield
        except DriftqlError:
            raise
        except Exception as error:
            raise WarehouseError(self._explain_error(error)) from None

    # --- statements ------------------------------------------------------------------------------------------------

    def _send(self, sql: str) -> tuple[list[Row], int]:
        self._cursor = _Pending()
        try:
            # Not a DB-API cursor, which hides the job until it has ended.
            job = self._raw.query(sql, job_config=self._job_settings(), job_id_prefix="driftql-")
            self._cursor = job
            if self._interrupted:
                self._cancel()
            found = job.result()
            rows = rows_of([column.name for column in found.schema], (row.values() for row in found))
            return rows, int(job.num_dml_affected_rows or 0)
        finally:
            self._cursor = None

    def _job_settings(self, **query: Any) -> Any:
        """Let BigQuery itself stop a job that takes too long. It may do so late, or not at all.

        https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobConfiguration.FIELDS.job_timeout_ms
        """
        from google.cloud import bigquery

        if query or self._timeout is None:
            return bigquery.QueryJobConfig(**query)
        # Older clients have no attribute for it.
        return bigquery.QueryJobConfig.from_api_repr({"query": {}, "jobTimeoutMs": str(self._milliseconds)})

    def _cancel(self) -> None:
        """Ask BigQuery to cancel the job, once it has accepted the job and until it has accepted the request."""
        job = self._cursor
        if job is None or isinstance(job, _Pending) or job.job_id == self._cancelled:
            return
        with suppress(Exception):
            self._raw.cancel_job(
                job.job_id, project=job.project, location=job.location, retry=None, timeout=_CANCEL_SECONDS
            )
            self._cancelled = job.job_id

    def estimate(self, sql: str) -> Estimate | None:
        """Estimate the bytes that a query would read, by a dry run.

        https://cloud.google.com/bigquery/docs/running-queries#dry-run
        """
        with self._explaining_errors():
            job = self._raw.query(
                self._add_tag(sql), job_config=self._job_settings(dry_run=True, use_query_cache=False)
            )
            return Estimate(bytes=int(job.total_bytes_processed))

    # --- errors ----------------------------------------------------------------------------------------------------

    def _explain_error(self, error: Exception) -> str:
        from google.api_core.exceptions import Forbidden, RetryError, Unauthorized
        from google.auth.exceptions import GoogleAuthError, TransportError
        from requests.exceptions import RequestException

        if isinstance(error, RetryError) and isinstance(error.cause, Exception):
            error = error.cause
        reason, text = _reason_and_message(error)
        message = redact(text, self._secrets)
        if self._timeout is not None and (reason == "timeout" or re.search("time(d |-)?out", text, re.IGNORECASE)):
            return self._describe_timeout()
        if isinstance(error, TransportError | RequestException):
            return f"{self.title} cannot be reached: {message}"
        if isinstance(error, GoogleAuthError | Unauthorized):
            return f"{self.title} does not accept the credentials ({message}); {_LOGIN}"
        if reason == "stopped":
            return f"{self.title} cancelled a statement: {message}; run the check again"
        if isinstance(error, Forbidden) and reason in ("", "accessDenied", "forbidden"):
            return f"{self.title} does not let this user do that: {message}; grant the role, or use another user"
        return f"{self.title}: {message}"


class _Pending:
    """A statement that BigQuery has not accepted yet."""


def _reason_and_message(error: Exception) -> tuple[str, str]:
    """Return BigQuery's reason and message, without the address of the request that failed."""
    errors = getattr(error, "errors", None) or [{}]
    first = errors[0] if isinstance(errors[0], dict) else {}
    inner = error.args[0] if error.args else None
    # A failed connection is three errors inside each other, and the innermost gives the reason.
    innermost = inner if isinstance(inner, str) else getattr(inner, "reason", None)
    text = str(first.get("message") or getattr(error, "message", None) or innermost or error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    line = re.sub(r"\s+", " ", lines[0]).rstrip(".") if lines else type(error).__name__
    return str(first.get("reason") or ""), re.sub(r"^<?\w*HTTPS?Connection\w*\(.*?\): ", "", line)


def open(url: str, *, timeout: float | None = None) -> BigQueryWarehouse:
    """Make a client for the project and dataset of a URL, without a request to BigQuery.

    Parameters
    ----------
    url
        ``bigquery://project/dataset?location=EU``. Everything after ``bigquery://`` may be missing: then the project is
        that of the credentials, and every table needs its dataset. The project pays for the queries; a table of another
        project is ``project.dataset.table``.
    timeout
        How long a statement may run, in seconds.

    Raises
    ------
    ConfigError
        If the driver is not installed, or the URL cannot be read.
    WarehouseError
        If there are no credentials.
    """
    try:
        from google.auth.exceptions import GoogleAuthError
        from google.cloud import bigquery
    except ImportError:
        raise driver_missing(_ENGINE, "google.cloud.bigquery") from None
    project, dataset, options = _read(url)
    secrets = [options["credentials_base64"]] if "credentials_base64" in options else []
    place = f"dataset {project}.{dataset}" if project and dataset else f"project {project}" if project else "project"
    title = f"the BigQuery {place}"
    settings = _limits(options)
    try:
        credentials = _credentials(options)
        client = bigquery.Client(
            project=project or getattr(credentials, "project_id", None),
            credentials=credentials,
            location=options.get("location"),
            default_query_job_config=settings,
        )
    except GoogleAuthError as error:
        raise WarehouseError(f"{title} cannot be reached: {_reason(error)}; {_LOGIN}") from None
    except OSError as error:
        # Google's client raises OSError for credentials without a project.
        raise ConfigError(f"{title} is not known: {_reason(error)}; name it: {_SHAPE}") from None
    if dataset:
        settings.default_dataset = bigquery.DatasetReference(client.project, dataset)
        client.default_query_job_config = settings
    return BigQueryWarehouse(client, title=title, owned=True, timeout=timeout, secrets=secrets)


def adopt(connection: Any, **settings: Any) -> BigQueryWarehouse:
    """Use the caller's client, or the client of a DB-API connection; see ``EngineModule`` in the registry."""
    return BigQueryWarehouse(getattr(connection, "_client", connection), **settings)


def _read(url: str) -> tuple[str, str, dict[str, str]]:
    """Split a URL into project, dataset and options; the project of an organisation contains a colon."""
    unreadable = ConfigError(f"the URL of BigQuery cannot be read: write {_SHAPE}, without user or password")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise unreadable from None
    project, dataset = unquote(parts.netloc), unquote(parts.path.removeprefix("/").removesuffix("/"))
    if "@" in project or _UNFIT.search(project) or _UNFIT.search(dataset) or parts.fragment:
        raise unreadable
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in options:
        if name not in _OPTIONS:
            raise ConfigError(f"a URL of BigQuery has no option {name!r}{nearest(name, _OPTIONS)}")
    return project, dataset, options


def _limits(options: dict[str, str]) -> Any:
    """Convert a URL's options for every job into the client's settings."""
    from google.cloud import bigquery

    settings = bigquery.QueryJobConfig()
    if "maximum_bytes_billed" in options:
        if not options["maximum_bytes_billed"].isdecimal():
            raise ConfigError("maximum_bytes_billed in the URL of BigQuery is not a number of bytes")
        settings.maximum_bytes_billed = int(options["maximum_bytes_billed"])
    if "priority" in options:
        if options["priority"] not in ("INTERACTIVE", "BATCH"):
            raise ConfigError("priority in the URL of BigQuery is INTERACTIVE or BATCH")
        settings.priority = options["priority"]
    if "labels" in options:
        pairs = [pair.partition(":") for pair in options["labels"].split(",")]
        settings.labels = {name.strip(): value.strip() for name, _, value in pairs}
    return settings


def _credentials(options: dict[str, str]) -> Any:
    """Load the credentials that a URL names; None lets Google's client find them."""
    from google.oauth2 import service_account

    of_service: Any = service_account.Credentials
    try:
        if "credentials_path" in options:
            return of_service.from_service_account_file(options["credentials_path"])
        if "credentials_base64" in options:
            return of_service.from_service_account_info(json.loads(base64.b64decode(options["credentials_base64"])))
    except OSError as error:
        raise ConfigError(f"the credentials of BigQuery cannot be read: {error}") from None
    except (ValueError, binascii.Error):
        raise ConfigError("the credentials in the URL of BigQuery are not the JSON key of a service account") from None
    return None


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    return re.split(r"\. (?:Either|Please|To set up|For more)\b", text)[0].rstrip(".")
