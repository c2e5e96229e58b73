"""The settings: the models behind ``driftql.toml``, the flags and the Python arguments.

An unknown key is an error that names the nearest known key. :func:`load_config` reads a file and replaces ``${NAME}``
in the database's URL by the environment variable of that name.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, SecretStr, model_validator

from driftql.config_errors import Settings, validate
from driftql.config_values import Bounds, Days, Duration, Evidence, Label, Moment, Span, TableName, Zone
from driftql.display import explain_url, shown
from driftql.errors import ConfigError, nearest, without_causes
from driftql.periods import parse_duration, refuse_reversed

__all__ = [
    "CONFIG_NAME",
    "DEFAULT_REJECT_LABEL",
    "MAX_THREADS",
    "Config",
    "HistoryConfig",
    "MonitorConfig",
    "QueueConfig",
    "ReadConfig",
    "Roles",
    "Thresholds",
    "WarehouseConfig",
    "WindowConfig",
    "expand_environment",
    "json_schema",
    "load_config",
    "parse_duration",
    "validate",
]

CONFIG_NAME = "driftql.toml"
# DuckDB starts any number of threads, with 8 MB of stack each.
MAX_THREADS = 512

# Another name of a role -> the role.
_ROLE_NAMES = {"time": "bucket_start", "time_end": "bucket_end"}
_VARIABLE = re.compile(r"\$\{([^}]*)\}")

DEFAULT_REJECT_LABEL = "Mixed/Unknown"


class WarehouseConfig(Settings):
    """The database that holds the tables."""

    url: SecretStr = Field(
        default=SecretStr(":memory:"),
        description="The database: the path of a DuckDB file, 'duckdb:///path', ':memory:' (reads Parquet, CSV and "
        "JSON files), or the URL of another engine, such as 'postgresql://user:${PASSWORD}@host/database'. "
        "${NAME} is replaced by the environment variable NAME.",
    )
    statement_timeout: Duration | None = Field(
        default=None,
        description="The longest time that one statement may run, such as '10m'. Then the statement is stopped and "
        "the check fails. Default: no limit.",
    )
    threads: int | None = Field(
        default=None,
        ge=1,
        le=MAX_THREADS,
        description="How many threads the database may use. Default: the database decides.",
    )
    memory_limit: str | None = Field(
        default=None,
        pattern=r"^\d+(\.\d+)?\s*(KB|MB|GB|TB|KiB|MiB|GiB|TiB)$",
        description="How much memory the database may use, such as '4GB'. DuckDB writes to disk what does not fit. "
        "Default: the database decides.",
    )


class ReadConfig(Settings):
    """How CSV files are read. What is left out is found out from all values of the file."""

    delimiter: str | None = Field(
        default=None, min_length=1, max_length=4, description="What stands between two fields, such as ';'."
    )
    quote: str = Field(default='"', max_length=1, description="What stands around a field that holds a delimiter.")
    header: bool | None = Field(default=None, description="Whether the first line names the columns.")
    decimal_separator: Literal[".", ","] | None = Field(
        default=None, description="The decimal mark of numbers: '.' or ','."
    )
    thousands_separator: Literal[",", ".", " ", "'", "_"] | None = Field(
        default=None,
        description="What stands between groups of three digits, such as ',' in 1,234.5. Where it is left out, it is "
        "found in numbers that hold both marks.",
    )
    null_values: list[str] = Field(
        default=["NA", "N/A", "n/a", "#N/A", "#NA", "NULL", "null", "None", "<NA>", "\\N"],
        description="Texts that stand for a missing value, besides the empty one and blanks. '-', '?', '.' and '*' "
        "do so too in a column that would be a number but for them.",
    )
    text_columns: list[str] = Field(default_factory=list, description="Columns that are text, whatever they hold.")
    timestamp_format: str | None = Field(
        default=None, min_length=1, description="The order of days and times, such as '%d/%m/%Y %H:%M'."
    )
    encoding: str = Field(default="utf-8", min_length=1, description="The files' encoding, such as 'latin-1'.")


def _add_role_names(schema: dict[str, Any]) -> None:
    for name, role in _ROLE_NAMES.items():
        described = schema["properties"][role]
        schema["properties"][name] = {**described, "description": f"Another name of {role}."}


class Roles(Settings):
    """The role of each column of the prediction table.

    Columns with the conventional names need no setting. An empty text says that no column plays a role. ``time`` and
    ``time_end`` are other names of ``bucket_start`` and ``bucket_end``.
    """

    model_config = ConfigDict(json_schema_extra=_add_role_names)
    other_names: ClassVar[tuple[str, ...]] = tuple(_ROLE_NAMES)

    user: str | None = Field(
        default=None, description="The column that holds the user. Default: user_id, if there is one; '' for none."
    )
    bucket_start: str | None = Field(
        default=None,
        description="The column that holds the start of the row's bucket. Default: bucket_start_ts, if there is one.",
    )
    bucket_end: str | None = Field(
        default=None,
        description="The column that holds the end of the bucket (exclusive). Default: bucket_end_ts, if there is one, "
        "else 60 seconds after the start.",
    )
    label: str | None = Field(
        default=None,
        description="The column that holds the predicted class. Default: predicted_label, if there is one; '' for "
        "none.",
    )
    probabilities: str | list[str] | None = Field(
        default=None,
        description="The class probabilities: one list column, one column per class (names or globs such as 'p_*'), "
        "or, for two classes, the one column with the probability of the positive class. Default: a list column "
        "probabilities or probs, columns p_... that sum to 1, or one column probability, proba, prob or p_1; '' for "
        "none.",
    )
    confidence: str | None = Field(
        default=None,
        description="The column that holds the model's confidence, from 0 to 1. Default: confidence, if there is one, "
        "else the largest class probability; '' for none.",
    )
    row_id: str | list[str] | None = Field(
        default=None,
        description="The column, or the columns, whose values tell a row from all others. Then the labeling queue asks "
        "for rows, each by its id, and needs neither a user nor a bucket. Default: it asks for buckets of users.",
    )
    schema_version: str | None = Field(
        default=None,
        description="The column that holds the version of the feature schema. Default: schema_version, if there is "
        "one.",
    )
    reject_label: Label = Field(
        default=DEFAULT_REJECT_LABEL,
        description="The label of the rows for which the model declined to answer. Numbers are compared by value: -1 "
        "is -1.0 too.",
    )

    @model_validator(mode="before")
    @classmethod
    def _rename(cls, data: Any) -> Any:
        """Accept the names that the flags have: ``time`` and ``time_end``."""
        if not isinstance(data, Mapping):
            return data
        renamed = dict(data)
        for name, role in _ROLE_NAMES.items():
            if name in renamed:
                given = renamed.pop(name)
                if renamed.setdefault(role, given) != given:
                    raise ValueError(f"{name!r} and {role!r} are two names of one role: give one of them")
        return renamed


class WindowConfig(Settings):
    """The rows of one window: a table of its own, a time range, a condition, or several of these together."""

    table: TableName | None = Field(
        default=None, description="A table, view, file or glob of files. Default: the monitor's table."
    )
    last: Span | None = Field(
        default=None,
        description="A time span such as '7d' or '3mo' (calendar months). The current window ends with the newest row; "
        "the reference ends where the current window starts.",
    )
    during: Days | None = Field(
        default=None,
        description="A period: 'yesterday', 'today', a day '2026-01-31', a month '2026-01', a week '2026-W05', a "
        "quarter '2026-Q1' or a year '2026'.",
    )
    start: Moment | None = Field(
        default=None,
        description="The earliest bucket start (inclusive): a date, a time, the start of a period, or a span such as "
        "'28d', which is that long before the newest row. Without an offset, a time is one of the monitor's timezone.",
    )
    end: Moment | None = Field(default=None, description="The end of the range of bucket starts (exclusive).")
    filter: str | None = Field(
        default=None,
        min_length=1,
        description="One SQL condition in the dialect of the database, such as \"country = 'NL'\".",
    )

    @property
    def is_bounded(self) -> bool:
        """Whether the window has a time of its own."""
        return any(value is not None for value in (self.last, self.during, self.start, self.end))

    @model_validator(mode="after")
    def _check(self) -> Self:
        ways = [
            name
            for name, is_given in (
                ("'last'", self.last is not None),
                ("'during'", self.during is not None),
                ("'start' and 'end'", self.start is not None or self.end is not None),
            )
            if is_given
        ]
        if len(ways) > 1:
            raise ValueError(f"a window has either {' or '.join(ways)}, not both")
        start, end = self.start, self.end
        if isinstance(start, dt.datetime) and isinstance(end, dt.datetime) and bool(start.tzinfo) == bool(end.tzinfo):
            refuse_reversed(start, end)
        return self


class Thresholds(Settings):
    """How large an effect must be, and how strong the evidence, before an alert is raised."""

    psi: float = Field(
        default=0.2, ge=0, description="Alert if a feature's PSI is above this; critical above twice this."
    )
    psi_bins: int = Field(
        default=10, ge=2, le=100, description="The number of PSI bins, cut at quantiles of the reference."
    )
    psi_epsilon: float = Field(
        default=1e-4, gt=0, lt=0.5, description="The smallest share of a bin: PSI raises smaller shares to this."
    )
    ks: float = Field(default=0.05, ge=0, le=1, description="Alert if a feature's KS statistic is at least this.")
    reject_rate_increase: float = Field(
        default=0.10, ge=0, le=1, description="Alert if the reject rate rises by at least this (0.1 is 10 points)."
    )
    entropy_ratio: float = Field(
        default=2.0, ge=1, description="Alert if the mean entropy is above this many times the reference's."
    )
    entropy_increase: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="Alert as well if the mean entropy rises, or falls, by at least this share of ln(classes), the "
        "largest entropy that there is (0.1 is a tenth of it).",
    )
    class_shift: float = Field(
        default=0.15, ge=0, le=1, description="Alert if a class's share changes by more than this (0.15 is 15 points)."
    )
    missing_increase: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="Alert if the share of missing values of a column rises by at least this (0.05 is 5 points), or "
        "that of its NaN and infinities; critical from a rise of 0.5 on.",
    )
    category_limit: int = Field(
        default=50,
        ge=1,
        le=1000,
        description="How many categories of a feature, the most frequent ones of the reference, have a bin of their "
        "own; all others are one bin.",
    )
    category_shift: float = Field(
        default=0.15,
        ge=0,
        le=1,
        description="Alert as well if the category mix of a feature has a total variation above this (0.15: the "
        "category of 15 % of the rows would have to change to make both mixes equal); critical above twice this.",
    )
    new_category: float = Field(
        default=0.01,
        ge=0,
        le=1,
        description="Alert if more than this share of the current rows is in categories, or predicted classes, that "
        "the reference does not have; critical above category_shift.",
    )
    alpha: float = Field(
        default=0.05,
        gt=0,
        lt=1,
        description="How often a check of two windows without drift may raise any alert (0.05 is 5 % of the checks).",
    )
    evidence: Evidence = Field(
        default=True,
        description="What evidence an alert needs besides a large effect. 'rows', or true, takes rows for independent. "
        "'days', 'users' and 'auto' (those of the two that the table has a column for) ask how much days, or users, "
        "differ anyway; driftql check alone does so. false: none, but the classic fixed rules, which ignore the number "
        "of rows: PSI above its threshold, KS p-value below alpha.",
    )
    min_rows: int = Field(
        default=10, ge=1, description="With fewer usable rows in a window, a check is listed as not computed."
    )
    probability_tolerance: float = Field(
        default=0.01,
        gt=0,
        lt=1,
        description="A row's probabilities may differ from a sum of 1 by this; rows that differ more are counted.",
    )


class QueueConfig(Settings):
    """The labeling queue: a table of rows that people should look at."""

    table: TableName = Field(
        default="driftql_queue", description="The queue's table. It is created in the same database if missing."
    )
    auto: bool = Field(default=False, description="Fill the queue after every check that raises an alert.")
    limit: int = Field(default=50, ge=1, description="The most rows that one check adds after its alerts.")
    low_confidence: float = Field(
        default=0.55, ge=0, le=1, description="'queue add-low-confidence' takes rows whose confidence is below this."
    )
    max_asks_per_day: int = Field(
        default=20,
        ge=0,
        description="The most requests shown per day (UTC). Requests labeled or skipped on that day count.",
    )


class HistoryConfig(Settings):
    """Tables that keep the result of every check, for example for a BI tool."""

    record: bool = Field(default=False, description="Append the result of every check to the history tables.")
    prefix: TableName = Field(
        default="driftql_",
        description="The names of the tables are this prefix and runs, metrics or telemetry. The prefix may begin with "
        "a schema, such as 'monitoring.driftql_'.",
    )


class MonitorConfig(Settings):
    """One comparison of two windows of a prediction table."""

    # `schema` is the name of a method of pydantic's models, so the attribute has another one.
    model_config = ConfigDict(populate_by_name=True)

    table: TableName | None = Field(
        default=None, description="The prediction table: a table, view, file or glob of files (Parquet, CSV, JSON)."
    )
    columns: Roles = Field(default_factory=Roles, description="The role of each column.")
    features: Literal["auto"] | list[str] = Field(
        default="auto",
        description="The features to compare: names and globs, or 'auto' for every numeric or boolean column that has "
        "no role and whose name does not end in 'id'. A text column is compared by its categories; a date or a "
        "timestamp, which only its full name chooses, by its days since 1970-01-01.",
    )
    categories: Literal["auto"] | list[str] = Field(
        default="auto",
        description="The features to compare as categories: names and globs of columns of text, integers, booleans, "
        "numbers or dates. 'auto', alone or in the list, stands for every text column that has no role, whose name "
        "does not end in 'id' and whose values repeat. If `features` is a list, 'auto' stands for the text columns of "
        "that list only. [] compares no text.",
    )
    exclude: list[str] = Field(
        default_factory=list,
        description="Columns to leave out: names and globs. They are no features, and play no role by their name.",
    )
    filter: str | None = Field(
        default=None,
        min_length=1,
        description="One SQL condition on the rows of both windows, besides the condition of each.",
    )
    timezone: Zone | None = Field(
        default=None,
        description="The time zone of times without an offset, in the table and in the settings, such as "
        "'Europe/Amsterdam'. A day begins at its midnight, and the report shows the windows in it. Default: UTC.",
    )
    max_age: Span | None = Field(
        default=None,
        description="The greatest age of the newest row, such as '2d'. If it is older, the check is listed as not "
        "computed. Default: no limit; a warning if it is older than the current window is long.",
    )
    row_count_ratio: Bounds | None = Field(
        default=None,
        description="Count the rows of each day, and raise an alert if the current window has less than the first "
        "number times the reference's rows per day, or more than the second number times, such as [0.5, 2], beyond "
        "what the reference's own days differ by. Default: rows per day are not compared.",
    )
    freshness: Span | None = Field(
        default=None,
        description="The age from which on the newest row is an alert, such as '36h': the data has stopped coming, and "
        "the checks are of what there is. Where no verdict on old rows is wanted, use max_age. Default: no alert.",
    )
    clusters: str | None = Field(
        default=None,
        min_length=1,
        description="A column, such as a device or a site, whose rows are alike too: with thresholds.evidence 'auto', "
        "'days' or 'users', effects are held against how much its values differ as well. Default: none.",
    )
    schema_: Literal["lenient", "strict"] = Field(
        default="lenient",
        alias="schema",
        description="Whether a column that only the current window has is an alert ('strict') or merely listed "
        "('lenient'). A column that the current window lacks, or that is of another family of types there, is an alert "
        "in any case.",
    )
    reference: WindowConfig = Field(
        default_factory=WindowConfig,
        description="The window that is taken as normal. Default: the 7 days before the current window.",
    )
    current: WindowConfig = Field(
        default_factory=WindowConfig,
        description="The window that is judged. Default: the last 7 days of the data.",
    )
    allow_functions: list[str] = Field(
        default_factory=list,
        description="Functions (and in PostgreSQL and Redshift types) that a filter may use besides those that are "
        "known to be free of side effects.",
    )
    thresholds: Thresholds = Field(default_factory=Thresholds, description="When to raise an alert.")
    queue: QueueConfig = Field(default_factory=QueueConfig, description="The labeling queue.")
    exact: bool = Field(
        default=False,
        description="Compute KS and PSI to the last digit on large tables too. Without it, a check stops as soon as no "
        "verdict can change and KS is known to 5 % of its sampling noise; the report states the bound.",
    )
    user_lookups: int = Field(
        default=20,
        ge=0,
        description="The most feature alerts, worst first, for which the affected users are looked up.",
    )


class Config(Settings):
    """All settings of ``driftql.toml``: one database, and any number of named monitors."""

    warehouse: WarehouseConfig = Field(
        default_factory=WarehouseConfig, description="The database that holds the tables."
    )
    read: ReadConfig = Field(default_factory=ReadConfig, description="How CSV files are read.")
    history: HistoryConfig = Field(
        default_factory=HistoryConfig, description="Tables that keep the result of every check."
    )
    timezone: Zone | None = Field(default=None, description="The timezone of monitors that name none. Default: UTC.")
    allow_functions: list[str] = Field(
        default_factory=list, description="Functions that the filters of all monitors may use besides the known ones."
    )
    monitors: dict[str, MonitorConfig] = Field(
        default_factory=dict, description="The comparisons to make, by name: [monitors.NAME]."
    )

    @model_validator(mode="after")
    def _pass_on(self) -> Self:
        """Give the monitors what is set for all of them: the timezone, and the functions that are allowed."""
        for monitor in self.monitors.values():
            if monitor.timezone is None and self.timezone is not None:
                monitor.timezone = self.timezone
            if self.allow_functions:
                allowed = dict.fromkeys([*monitor.allow_functions, *self.allow_functions])
                monitor.allow_functions = list(allowed)
        return self

    def monitor(self, name: str) -> MonitorConfig:
        """Return the monitor of that name.

        Raises
        ------
        ConfigError
            If there is none. The message suggests the nearest name.
        """
        if name not in self.monitors:
            raise ConfigError(f"there is no monitor {name!r} in the configuration{nearest(name, self.monitors)}")
        return self.monitors[name]


@without_causes
def expand_environment(text: str, environment: Mapping[str, str] | None = None) -> str:
    """Replace each ``${NAME}`` by the environment variable ``NAME``.

    Raises
    ------
    ConfigError
        If a variable is not set. The message names the variable and shows no value.
    """
    values = os.environ if environment is None else environment

    def value_of(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise ConfigError(f"the environment variable {shown(match[1])} is not set, but the connection needs it")
        return values[match[1]]

    return _VARIABLE.sub(value_of, text)


@without_causes
def load_config(path: str | PathLike[str]) -> Config:
    """Read a settings file.

    Parameters
    ----------
    path
        A TOML file. A relative DuckDB path in it is relative to the folder of the file.

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
    misplaced = explain_url(os.fspath(path), "a settings file")
    if misplaced is not None:
        raise ConfigError(misplaced)
    path = Path(path)
    name = shown(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"there is no file {name}; 'driftql init' writes one") from None
    except OSError as error:
        raise ConfigError(f"{name} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{name} cannot be read: it is not written in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name} is not valid TOML: {error}") from None
    config = validate(Config, data, name)
    config.warehouse.url = SecretStr(expand_environment(config.warehouse.url.get_secret_value()))
    return config


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of ``driftql.toml``, for editors that complete and check it."""
    schema = Config.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "driftql.toml"
    return schema
