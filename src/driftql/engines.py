"""The SQL engines that driftql supports, as data: what their SQL, their types and their drivers can do.

An engine inherits the macros of its parents: where ``redshift__name`` does not exist, ``postgres__name`` is used, then
``default__name``. dbt resolves adapters in the same order.

To add an engine, add it here and write the module of the same name in ``warehouse/``, its page in
``sql/docs/engines/`` and its tests. No other module compares the names of engines: what differs between engines is a
field of :class:`Engine`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from driftql.errors import ConfigError, nearest

__all__ = ["CAPABILITIES", "ENGINES", "ColumnKind", "Engine", "Gap", "engine_named", "require"]

ColumnKind = Literal[
    "integer", "float", "decimal", "boolean", "text", "timestamp", "timestamptz", "date", "time", "list", "other"
]

CAPABILITIES: Mapping[str, str] = {
    "check": "a drift check",
    "lists": "class probabilities in one list column",
    "wide_numbers": "integers beyond 2^53 and long decimals, compared exactly",
    "snapshot": "one state of the tables during a whole check",
    "queue": "the labeling queue",
    "two_writers": "a queue that two writers can fill at once without duplicates",
    "history": "the history tables",
    "time_limit": "`statement_timeout`",
    "cancel": "Ctrl-C that stops the statement in the database",
    "estimate": "an estimate of what each statement will read in `check --explain`",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that driftql does not do on an engine.

    Attributes
    ----------
    kind
        ``"notimpl"``: the engine could do it, but driftql does not use that; ``"notyet"``: driftql does it, but no test
        can confirm it yet; ``"never"``: the engine cannot do it.
    reason
        A clause that gives the reason.
    """

    kind: Literal["notimpl", "notyet", "never"]
    reason: str


@dataclass(frozen=True, slots=True)
class Engine:
    """One SQL engine.

    Attributes
    ----------
    name
        The prefix of its macros, which is dbt's adapter name, and the name of its module in ``warehouse/``.
    title
        The vendor's name for it.
    parents
        Engines whose macros it inherits, nearest first.
    sqlglot
        The name of its dialect in sqlglot.
    quote
        The character around a quoted name.
    schemes
        The dialects that a URL of this engine can begin with, as in SQLAlchemy.
    url
        The beginning of its URL with the driver that driftql's extra installs.
    extra
        The extra of driftql that installs its driver.
    drivers
        Packages whose connections reach this engine.
    connection_methods
        Every open connection or client of ``drivers`` has one of these methods, and no other object of theirs has.
    in_process
        Whether it runs inside this program, so that limits on threads and memory apply, and relative paths.
    reads_files
        Whether it reads Parquet, CSV and JSON files as tables.
    session
        Statements that set up a connection that driftql opened.
    local
        The same for one transaction of a connection that the caller opened; they leave nothing behind.
    snapshot
        The statement that makes a transaction read-only and gives it one state of all tables. Without it, every
        statement of a check reads the tables as they are at that moment.
    transactions
        Whether several statements can be committed or rolled back together.
    timeout
        The statement that limits how long a statement may run, with ``{seconds}`` or ``{milliseconds}``. Without it,
        driftql itself cancels the statement.
    ddl_commits
        Whether ``create table`` commits the open transaction.
    trailing_comments
        Whether to put driftql's comment after the statement, because the engine strips leading comments.
    free_extremes
        Whether ``min`` and ``max`` of a column cost nothing, because the engine keeps them per block.
    nan_is_greatest
        Whether ``max`` returns NaN where a column holds one. Where it does not, a check counts NaN.
    histogram_features
        How many features' histograms one statement makes.
    types
        Regular expressions of type names (in lower case) that mean something else here than elsewhere -> kind.
    decimal_holds_nan
        Whether a decimal can be NaN or infinite.
    digits_apart
        Whether ``information_schema.columns`` keeps the digits of a decimal in columns of their own.
    current_schema
        The expression that returns the current schema.
    has_fields
        Whether ``column.name`` reads a field of the column.
    chains_calls
        Whether ``value.lower()`` is ``lower(value)``.
    is_extensible
        Whether its users can add types and operators, which run code of theirs; ``(value).name`` then calls a function.
    in_reads_tables
        Whether a name alone after ``in`` can be a table's.
    builtin_schemas
        What may stand before the name of a built-in function, as in ``pg_catalog.lower``.
    folds
        Whether names without quotes become ``"upper"`` or ``"lower"`` case, while names in quotes are other names where
        their case differs; ``""`` where quotes make no difference.
    coerces_times
        Whether a column of any type of time can be compared with a timestamp without a zone, and with a date.
    longest_text
        How many bytes of UTF-8 a column of text holds; 0 where that is more than any report has.
    stand_in
        What the tests run in place of the engine, as a clause; ``""`` where they run the engine itself.
    gaps
        Which of :data:`CAPABILITIES` it lacks. The conformance tests hold every gap to be one: a gap that works fails.
    limits
        Restrictions of a capability that it has, one clause each.
    """

    name: str
    title: str
    parents: tuple[str, ...] = ()
    sqlglot: str = ""
    quote: str = '"'
    schemes: tuple[str, ...] = ()
    url: str = ""
    extra: str = ""
    drivers: tuple[str, ...] = ()
    connection_methods: tuple[str, ...] = ("cursor",)
    in_process: bool = False
    reads_files: bool = False
    session: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    snapshot: str = ""
    transactions: bool = True
    timeout: str = ""
    ddl_commits: bool = False
    trailing_comments: bool = False
    free_extremes: bool = False
    nan_is_greatest: bool = True
    histogram_features: int = 8
    types: Mapping[str, ColumnKind] = field(default_factory=dict, hash=False)
    decimal_holds_nan: bool = False
    digits_apart: bool = False
    current_schema: str = "current_schema"
    has_fields: bool = True
    chains_calls: bool = False
    is_extensible: bool = False
    in_reads_tables: bool = False
    builtin_schemas: tuple[str, ...] = ()
    folds: Literal["", "upper", "lower"] = ""
    coerces_times: bool = True
    longest_text: int = 0
    stand_in: str = ""
    gaps: Mapping[str, Gap] = field(default_factory=dict, hash=False)
    limits: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def dialect(self) -> str:
        """The sqlglot dialect."""
        return self.sqlglot or self.name

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Macro prefixes in the order in which they are looked up."""
        return (self.name, *self.parents, "default")


ENGINES: dict[str, Engine] = {
    engine.name: engine
    for engine in (
        Engine(
            "bigquery",
            "BigQuery",
            quote="`",
            schemes=("bigquery",),
            builtin_schemas=("safe",),
            url="bigquery",
            extra="bigquery",
            drivers=("google.cloud.bigquery",),
            connection_methods=("get_table", "cursor"),
            transactions=False,
            types={"timestamp": "timestamptz"},
            # A TIMESTAMP has no supertype with a DATETIME or a DATE.
            coerces_times=False,
            stand_in="GoogleSQL's own analyser and reference implementation (zetasql)",
            gaps={
                "snapshot": Gap("notimpl", "each statement reads the table as it is when the statement starts"),
            },
        ),
        Engine(
            "clickhouse",
            "ClickHouse",
            schemes=("clickhousedb", "clickhouse"),
            in_reads_tables=True,
            url="clickhousedb",
            extra="clickhouse",
            drivers=("clickhouse_connect",),
            connection_methods=("command", "cursor"),
            transactions=False,
            nan_is_greatest=False,
            # A DateTime with a zone is an instant.
            types={r"datetime(32|64)?\(.*'.*'\)": "timestamptz"},
            gaps={
                "snapshot": Gap("never", "ClickHouse has no transactions over several statements"),
                "cancel": Gap(
                    "notyet", "a server receives `kill query`, but the engine inside this program cannot be stopped"
                ),
            },
        ),
        Engine(
            "databricks",
            "Databricks SQL",
            quote="`",
            parents=("spark",),
            schemes=("databricks",),
            url="databricks",
            extra="databricks",
            drivers=("databricks.sql",),
            session=("set time zone 'UTC'",),
            transactions=False,
            histogram_features=16,
            timeout="set statement_timeout = {seconds}",
            types={"timestamp": "timestamptz"},
            stand_in="Spark, from whose SQL its own comes",
            gaps={
                "snapshot": Gap("notimpl", "each statement reads the table as it is when the statement starts"),
            },
        ),
        Engine(
            "duckdb",
            "DuckDB",
            schemes=("duckdb",),
            chains_calls=True,
            url="duckdb",
            drivers=("duckdb", "_duckdb"),
            in_process=True,
            reads_files=True,
            free_extremes=True,
        ),
        Engine(
            "postgres",
            "PostgreSQL",
            schemes=("postgresql", "postgres"),
            has_fields=False,
            is_extensible=True,
            builtin_schemas=("pg_catalog",),
            url="postgresql+psycopg",
            extra="postgres",
            drivers=("psycopg", "psycopg2", "pg8000"),
            session=("set time zone 'UTC'",),
            local=("set local time zone 'UTC'",),
            snapshot="set transaction isolation level repeatable read, read only",
            timeout="set statement_timeout = {milliseconds}",
            folds="lower",
            decimal_holds_nan=True,
        ),
        Engine(
            "redshift",
            "Redshift",
            parents=("postgres",),
            schemes=("redshift",),
            is_extensible=True,
            builtin_schemas=("pg_catalog",),
            url="redshift+redshift_connector",
            extra="redshift",
            drivers=("redshift_connector",),
            session=("set timezone to 'UTC'",),
            local=("set local timezone to 'UTC'",),
            timeout="set statement_timeout to {milliseconds}",
            folds="lower",
            longest_text=65_535,
            stand_in="PostgreSQL, from whose family it comes",
            gaps={
                "lists": Gap(
                    "notimpl", "Redshift unnests a SUPER value in a FROM clause only: give one column per class"
                ),
                "snapshot": Gap("notimpl", "each statement reads what is committed when it starts"),
            },
        ),
        Engine(
            "snowflake",
            "Snowflake",
            schemes=("snowflake",),
            has_fields=False,
            url="snowflake",
            extra="snowflake",
            drivers=("snowflake.connector", "fakesnow"),
            session=("alter session set timezone = 'UTC'",),
            timeout="alter session set statement_timeout_in_seconds = {seconds}",
            trailing_comments=True,
            ddl_commits=True,
            # A list of anything: an element that is not a number counts as missing.
            types={"array": "list"},
            digits_apart=True,
            current_schema="current_schema()",
            folds="upper",
            stand_in="fakesnow, which translates its SQL to DuckDB's",
            gaps={
                "snapshot": Gap("notimpl", "each statement reads what is committed when it starts"),
                "time_limit": Gap("notyet", "driftql sets it for the session, but the emulation ignores it"),
                "cancel": Gap("notyet", "driftql cancels by a statement that the emulation does not have"),
                "estimate": Gap("notyet", "driftql reads Snowflake's plan, but no real Snowflake has returned one yet"),
            },
        ),
        Engine(
            "spark",
            "Spark SQL",
            quote="`",
            extra="spark",
            drivers=("pyspark.sql",),
            connection_methods=("newSession",),
            transactions=False,
            histogram_features=16,
            types={"timestamp": "timestamptz"},
            gaps={
                "snapshot": Gap("never", "Spark has no transactions over several statements"),
            },
            limits={
                "two_writers": "on Delta and Iceberg tables always; on Parquet tables only among the writers of one "
                "program: if two programs add to one Parquet table at once, one can fail and has to be run again",
            },
        ),
        Engine(
            "trino",
            "Trino",
            schemes=("trino",),
            url="trino",
            extra="trino",
            drivers=("trino",),
            session=("set time zone 'UTC'",),
            transactions=False,
            nan_is_greatest=False,
            timeout="set session query_max_execution_time = '{seconds}s'",
            stand_in="Trino's grammar before a DuckDB",
            gaps={
                "snapshot": Gap("notimpl", "each statement reads the table as it is when the statement starts"),
            },
        ),
    )
}


def engine_named(name: str) -> Engine:
    """Return the engine of that name.

    Raises
    ------
    ConfigError
        If there is none; the error suggests the nearest name.
    """
    if name not in ENGINES:
        raise ConfigError(f"there is no engine {name!r}{nearest(name, ENGINES)}")
    return ENGINES[name]


def require(engine: Engine, capability: str) -> None:
    """Refuse what an engine lacks.

    Parameters
    ----------
    engine
        The engine.
    capability
        A key of :data:`CAPABILITIES`.

    Raises
    ------
    ConfigError
        If the engine has a gap there; the sentence names the engine and the reason.
    """
    gap = engine.gaps.get(capability)
    if gap is not None:
        raise ConfigError(f"driftql does not have {CAPABILITIES[capability]} on {engine.title}: {gap.reason}")
