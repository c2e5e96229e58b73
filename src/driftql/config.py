"""What to check: the models behind ``driftql.toml``, the flags and the Python arguments.

An unknown key is an error that names the nearest known one. :func:`load_config` reads a file and expands ``${NAME}``
in the connection from the environment.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, model_validator

from driftql.errors import ConfigError, nearest

__all__ = [
    "CONFIG_NAME",
    "MAX_THREADS",
    "Config",
    "HistoryConfig",
    "MonitorConfig",
    "QueueConfig",
    "Roles",
    "Thresholds",
    "WarehouseConfig",
    "WindowConfig",
    "expand_environment",
    "json_schema",
    "load_config",
    "parse_duration",
    "validated",
]

CONFIG_NAME = "driftql.toml"
# DuckDB starts any number of threads, with 8 MB of stack each.
MAX_THREADS = 512

ModelT = TypeVar("ModelT", bound=BaseModel)

_DURATION = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)\s*(s|m|h|d|w)\s*$")
_LONGEST = dt.timedelta(days=365_000)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def parse_duration(text: str) -> dt.timedelta:
    """Turn ``"7d"`` into a time span.

    Parameters
    ----------
    text
        A number and one of ``s``, ``m`` (minutes), ``h``, ``d``, ``w``.

    Raises
    ------
    ConfigError
        If the text is anything else, or the span is zero or over a thousand years.
    """
    match = _DURATION.match(text)
    try:
        span = dt.timedelta(**{_UNITS[match[2]]: float(match[1])}) if match else dt.timedelta(0)
    except OverflowError:
        span = dt.timedelta(0)
    if not dt.timedelta(0) < span <= _LONGEST:
        raise ConfigError(f"{text!r} is not a time span: write a number and s, m, h, d or w, such as 7d or 36h")
    return span


def _span(value: Any) -> Any:
    if isinstance(value, str):
        try:
            parse_duration(value)
        except ConfigError as error:
            raise ValueError(str(error)) from None
    return value


def _utc(value: Any) -> Any:
    """Read a date, a time or ISO text as naive UTC."""
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f"{value!r} is not a date or time: write 2026-01-31 or 2026-01-31T12:00") from None
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    return value


Span = Annotated[str, BeforeValidator(_span)]
Moment = Annotated[dt.datetime, BeforeValidator(_utc)]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True, allow_inf_nan=False)


class WarehouseConfig(_Settings):
    """Where the tables are."""

    url: SecretStr = Field(
        default=SecretStr(":memory:"),
        description="A DuckDB file's path, 'duckdb:///path', ':memory:' (to read Parquet and CSV files), or the URL of "
        "another engine, such as 'postgresql://user:${PASSWORD}@host/database'. "
        "${NAME} is replaced by the environment variable NAME.",
    )
    statement_timeout: Span | None = Field(
        default=None,
        description="How long one statement may run, such as '10m'; then it is stopped, and the check fails.",
    )
    threads: int | None = Field(default=None, ge=1, le=MAX_THREADS, description="Threads that the database may use.")
    memory_limit: str | None = Field(
        default=None,
        pattern=r"^\d+(\.\d+)?\s*(KB|MB|GB|TB|KiB|MiB|GiB|TiB)$",
        description="Memory that the database may use, such as '4GB'; beyond it DuckDB spills to disk.",
    )


class Roles(_Settings):
    """What each column of the prediction table is. A role left out takes the conventional name, if the table has it."""

    user: str | None = Field(default=None, description="Who the row is about. Conventional: user_id.")
    bucket_start: str | None = Field(
        default=None, description="When the row's bucket starts. Conventional: bucket_start_ts."
    )
    bucket_end: str | None = Field(
        default=None,
        description="When the bucket ends (exclusive); without it a bucket lasts 60 s. Conventional: bucket_end_ts.",
    )
    label: str | None = Field(default=None, description="The predicted class. Conventional: predicted_label.")
    probabilities: str | list[str] | None = Field(
        default=None,
        description="One list column, or one column a class (names or globs such as 'p_*').",
    )
    confidence: str | None = Field(
        default=None,
        description="Confidence in [0, 1]; where absent, the largest probability. Conventional: confidence.",
    )
    schema_version: str | None = Field(
        default=None, description="Version of the feature schema. Conventional: schema_version."
    )
    reject_label: str = Field(default="Mixed/Unknown", description="The label that means 'the model declined to say'.")


class WindowConfig(_Settings):
    """The rows of one side: a table or file of its own, a time range, a filter, or several of these together."""

    table: str | None = Field(
        default=None, description="A table, view, file or glob; where absent, the monitor's table."
    )
    last: Span | None = Field(
        default=None,
        description="A span such as '7d': for the current window back from the newest row, for the reference back "
        "from where the current window starts.",
    )
    start: Moment | None = Field(default=None, description="Earliest bucket start (inclusive, UTC).")
    end: Moment | None = Field(default=None, description="Bucket starts before this (exclusive, UTC).")
    filter: str | None = Field(
        default=None, min_length=1, description="One SQL condition in the engine's dialect, such as \"country = 'NL'\"."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.last is not None and (self.start is not None or self.end is not None):
            raise ValueError("a window has either 'last' or 'start' and 'end', not both")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError(
                f"the window is reversed: it starts at {self.start.isoformat(sep=' ')}, "
                f"at or after its end, {self.end.isoformat(sep=' ')}; swap the two"
            )
        return self


class Thresholds(_Settings):
    """How large an effect must be, and how sure the evidence, before an alert is raised."""

    psi: float = Field(default=0.2, ge=0, description="An alert needs a PSI above this; above twice it, critical.")
    psi_bins: int = Field(default=10, ge=2, le=100, description="Reference-quantile bins.")
    psi_epsilon: float = Field(default=1e-4, gt=0, lt=0.5, description="Floor under a bin's share, on both sides.")
    ks: float = Field(default=0.05, ge=0, le=1, description="An alert needs a KS statistic of at least this.")
    reject_rate_increase: float = Field(default=0.10, ge=0, le=1, description="Absolute increase of the reject rate.")
    entropy_ratio: float = Field(default=2.0, ge=1, description="Current over reference mean entropy, above this.")
    class_shift: float = Field(
        default=0.15, ge=0, le=1, description="Absolute change of a class's proportion, above this."
    )
    alpha: float = Field(
        default=0.05,
        gt=0,
        lt=1,
        description="A report on two windows without drift raises any alert at most this often.",
    )
    evidence: bool = Field(
        default=True,
        description="false: the classic fixed rules, with no regard to sample size (PSI above its threshold; KS "
        "p-value below alpha with no minimum statistic).",
    )
    min_rows: int = Field(
        default=10, ge=1, description="With fewer usable rows in a window, a check is 'not computed'."
    )
    probability_tolerance: float = Field(
        default=0.01, gt=0, lt=1, description="How far from 1 a row's probabilities may sum before it is counted."
    )


class QueueConfig(_Settings):
    """The labeling queue."""

    table: str = Field(default="driftql_queue", description="Created in the same database if missing.")
    auto: bool = Field(default=False, description="Let every check that raises an alert fill the queue.")
    limit: int = Field(default=50, ge=1, description="Rows that one drift alert sends to people.")
    low_confidence: float = Field(default=0.55, ge=0, le=1, description="Rows below this are worth a label.")
    max_asks_per_day: int = Field(
        default=20, ge=0, description="Requests shown a day (UTC), counting those labeled or skipped that day."
    )


class HistoryConfig(_Settings):
    """Tables that keep every run, for a BI tool."""

    record: bool = Field(default=False, description="Append every check to the history tables.")
    prefix: str = Field(
        default="driftql_", description="The tables are named prefix + runs, metrics and telemetry; may hold a schema."
    )


class MonitorConfig(_Settings):
    """One comparison of two windows of a prediction table."""

    table: str | None = Field(default=None, description="A table, view, file or glob (Parquet, CSV, JSON).")
    columns: Roles = Field(default_factory=Roles, description="What each column is.")
    features: Literal["auto"] | list[str] = Field(
        default="auto",
        description="'auto': every numeric or boolean column without a role, but for names ending in 'id'; "
        "or names and globs.",
    )
    exclude: list[str] = Field(default_factory=list, description="Names and globs that are not features.")
    reference: WindowConfig = Field(
        default_factory=WindowConfig, description="What is normal. Default: the 7 days before the current window."
    )
    current: WindowConfig = Field(
        default_factory=WindowConfig, description="What is judged. Default: the last 7 days of data."
    )
    thresholds: Thresholds = Field(default_factory=Thresholds, description="Effects and evidence an alert needs.")
    queue: QueueConfig = Field(default_factory=QueueConfig, description="The labeling queue.")
    exact: bool = Field(
        default=False,
        description="false: on large tables, stop when no verdict can change and KS is known to 5 % of its sampling "
        "noise; the bound is in the report. true: KS and PSI to the last digit.",
    )
    user_lookups: int = Field(
        default=20, ge=0, description="For so many feature alerts, worst first, the affected users are named."
    )


class Config(_Settings):
    """The whole of ``driftql.toml``: one warehouse, any number of named monitors."""

    warehouse: WarehouseConfig = Field(default_factory=WarehouseConfig, description="Where the tables are.")
    history: HistoryConfig = Field(default_factory=HistoryConfig, description="Tables that keep every run.")
    monitors: dict[str, MonitorConfig] = Field(default_factory=dict, description="What to check, by name.")

    def monitor(self, name: str) -> MonitorConfig:
        """Return the monitor of that name.

        Raises
        ------
        ConfigError
            If there is none; the nearest name is suggested.
        """
        if name not in self.monitors:
            raise ConfigError(f"there is no monitor {name!r} in the configuration{nearest(name, self.monitors)}")
        return self.monitors[name]


def expand_environment(text: str, environment: Mapping[str, str] | None = None) -> str:
    """Replace each ``${NAME}`` by the environment variable ``NAME``.

    Raises
    ------
    ConfigError
        If a variable is not set; its name is told, no value is.
    """
    values = os.environ if environment is None else environment

    def value_of(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise ConfigError(f"the environment variable {match[1]} is not set, but the connection needs it")
        return values[match[1]]

    return _VARIABLE.sub(value_of, text)


def load_config(path: str | PathLike[str]) -> Config:
    """Read a configuration file.

    Parameters
    ----------
    path
        A TOML file. A relative DuckDB path in it is taken from the file's own folder.

    Raises
    ------
    ConfigError
        If the file is missing, is not TOML, or a setting is unknown or wrong.

    Examples
    --------
    >>> from pathlib import Path
    >>> _ = Path("driftql.toml").write_text("monitors.churn.table = 'predictions.parquet'")
    >>> load_config("driftql.toml").monitors["churn"].table
    'predictions.parquet'
    """
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"there is no file {path}; 'driftql init' writes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from None
    config = validated(Config, data, str(path))
    config.warehouse.url = SecretStr(expand_environment(config.warehouse.url.get_secret_value()))
    return config


def validated(model: type[ModelT], data: Mapping[str, Any], where: str) -> ModelT:
    """Build a settings model, turning what pydantic objects to into one sentence.

    Raises
    ------
    ConfigError
        Names the key, what is wrong, and the nearest known key where it is unknown.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ConfigError("; ".join(_sentences(model, error, where))) from None


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of ``driftql.toml``, for editors that complete and check it."""
    schema = Config.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "driftql.toml"
    return schema


def _sentences(model: type[BaseModel], error: ValidationError, where: str) -> Iterator[str]:
    seen = set()
    for problem in error.errors(include_url=False):
        # Of a union pydantic tells which of its types it tried: 'list[str]' and, at the end, 'str'.
        location = [str(part) for part in problem["loc"] if "[" not in str(part)]
        if location[-1:] == ["str"]:
            location.pop()
        key = ".".join(location)
        if key in seen:
            continue
        seen.add(key)
        if problem["type"] == "extra_forbidden":
            parent = _model_at(model, location[:-1])
            hint = nearest(location[-1], parent.model_fields) if parent else ""
            yield f"{where}: unknown key {key!r}{hint}"
        else:
            reason = problem["msg"].removeprefix("Value error, ")
            yield f"{where}: {key or 'settings'}: {reason[:1].lower()}{reason[1:]}"


def _model_at(model: type[BaseModel], location: list[str]) -> type[BaseModel] | None:
    """Follow a path of keys through nested models; a key of a ``dict`` of models leads into its values."""
    current: Any = model
    for part in location:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(part)
            current = field.annotation if field else None
        else:
            arguments = [kind for kind in get_args(current) if isinstance(kind, type)]
            current = next((kind for kind in arguments if issubclass(kind, BaseModel)), None)
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None
