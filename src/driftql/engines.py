"""The engines that driftql knows, as data.

An engine inherits the macros of its parents: where ``redshift__name`` does not exist, ``postgres__name`` is taken, then
``default__name``. dbt resolves adapters in the same order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from driftql.errors import ConfigError, nearest

__all__ = ["CAPABILITIES", "ENGINES", "Engine", "Gap", "capability_table", "engine_named", "require"]

CAPABILITIES: Mapping[str, str] = {
    "check": "a drift check",
    "lists": "class probabilities in one list column",
    "wide_numbers": "integers beyond 2^53 and long decimals, compared exactly",
    "snapshot": "one state of the tables for the length of a check",
    "queue": "the labeling queue",
    "two_writers": "a queue that two writers fill at once, each bucket once",
    "history": "the history tables",
    "time_limit": "`statement_timeout`",
    "cancel": "Ctrl-C stops the statement in the database",
    "estimate": "`check --explain` tells what a statement will read",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that driftql does not do on an engine.

    Attributes
    ----------
    kind
        ``"notimpl"``: the engine could, driftql does not; ``"notyet"``: not tried; ``"never"``: the engine cannot.
    reason
        A clause that explains it.
    """

    kind: Literal["notimpl", "notyet", "never"]
    reason: str


@dataclass(frozen=True, slots=True)
class Engine:
    """One SQL engine.

    Attributes
    ----------
    name
        The prefix of its macros, which is dbt's adapter name.
    title
        What its makers call it.
    parents
        Engines whose macros it inherits, nearest first.
    sqlglot
        The name of its dialect in sqlglot.
    quote
        The character around a quoted name.
    runs
        Whether driftql can connect to it; for the others it prints SQL only.
    stand_in
        What took its place where the tests could not have the engine itself, in a word or two; '' for none.
    url
        How a URL of it begins, as SQLAlchemy knows it: its dialect and the driver that the extra installs.
    extra
        The extra of driftql that installs its driver.
    drivers
        Packages whose connections are of this engine.
    session
        Statements that set up a connection of driftql's own.
    local
        The same for one transaction of a connection that belongs to somebody else; nothing of it is left behind.
    snapshot
        The statement that makes a transaction read-only and gives it one state of all tables; where there is none,
        every statement of a check sees the tables as they are then.
    transactions
        Whether several statements can be made to happen together or not at all.
    timeout
        The statement that limits how long a statement may run, with ``{seconds}`` or ``{milliseconds}``; where there is
        none, driftql itself cancels the statement.
    ddl_commits
        Whether creating a table ends the transaction that it is in.
    trailing_comments
        Whether comments go behind a statement, for the engine drops those before it.
    nan_is_greatest
        Whether ``max`` finds NaN, which then is above every number; where it does not, NaN is looked for.
    histogram_features
        How many features' histograms a statement makes.
    gaps
        Which of :data:`CAPABILITIES` it lacks. The conformance tests hold every gap to be one: a gap that works fails.
    limits
        What to know of a capability that it has, as a clause each.
    """

    name: str
    title: str
    parents: tuple[str, ...] = ()
    sqlglot: str = ""
    quote: str = '"'
    runs: bool = False
    stand_in: str = ""
    url: str = ""
    extra: str = ""
    drivers: tuple[str, ...] = ()
    session: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    snapshot: str = ""
    transactions: bool = True
    timeout: str = ""
    trailing_comments: bool = False
    ddl_commits: bool = False
    nan_is_greatest: bool = True
    histogram_features: int = 8
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
            url="bigquery",
            extra="bigquery",
            drivers=("google.cloud.bigquery",),
            transactions=False,
            stand_in="by GoogleSQL",
            gaps={
                "snapshot": Gap("notimpl", "each statement reads the table as it is when the statement starts"),
            },
        ),
        Engine(
            "clickhouse",
            "ClickHouse",
            runs=True,
            url="clickhousedb",
            extra="clickhouse",
            drivers=("clickhouse_connect",),
            transactions=False,
            nan_is_greatest=False,
            gaps={
                "snapshot": Gap("never", "it has no transactions over several statements"),
                "cancel": Gap("notyet", "a server is sent `kill query`; the engine in this process cannot be stopped"),
            },
        ),
        Engine(
            "databricks",
            "Databricks SQL",
            quote="`",
            parents=("spark",),
            url="databricks",
            extra="databricks",
            drivers=("databricks.sql",),
            session=("set time zone 'UTC'",),
            transactions=False,
            histogram_features=16,
            timeout="set statement_timeout = {seconds}",
            stand_in="by Spark",
            gaps={
                "snapshot": Gap("notimpl", "each statement reads the table as it is when the statement starts"),
            },
        ),
        Engine("duckdb", "DuckDB", runs=True, url="duckdb"),
        Engine(
            "postgres",
            "PostgreSQL",
            runs=True,
            url="postgresql+psycopg",
            extra="postgres",
            drivers=("psycopg", "psycopg2", "pg8000"),
            session=("set time zone 'UTC'",),
            local=("set local time zone 'UTC'",),
            snapshot="set transaction isolation level repeatable read, read only",
            timeout="set statement_timeout = {milliseconds}",
        ),
        Engine(
            "redshift",
            "Redshift",
            parents=("postgres",),
            url="redshift+redshift_connector",
            extra="redshift",
            drivers=("redshift_connector",),
            gaps={
                "lists": Gap("notimpl", "a SUPER value is unnested in a FROM clause only: give one column a class"),
                "snapshot": Gap("notimpl", "each statement reads what is committed when it starts"),
            },
            session=("set timezone to 'UTC'",),
            local=("set local timezone to 'UTC'",),
            timeout="set statement_timeout to {milliseconds}",
            stand_in="on PostgreSQL",
        ),
        Engine(
            "snowflake",
            "Snowflake",
            url="snowflake",
            extra="snowflake",
            drivers=("snowflake.connector", "fakesnow"),
            session=("alter session set timezone = 'UTC'",),
            timeout="alter session set statement_timeout_in_seconds = {seconds}",
            trailing_comments=True,
            ddl_commits=True,
            stand_in="emulated",
            gaps={
                "snapshot": Gap("notimpl", "each statement reads what is committed when it starts"),
                "time_limit": Gap("notyet", "it is set for the session, and the emulation does not know it"),
                "cancel": Gap("notyet", "the session is asked to, which the emulation cannot"),
                "estimate": Gap("notyet", "its plan is asked for, but no Snowflake has answered here"),
            },
        ),
        Engine(
            "spark",
            "Spark SQL",
            quote="`",
            runs=True,
            extra="spark",
            transactions=False,
            histogram_features=16,
            gaps={
                "snapshot": Gap("never", "it has no transactions over several statements"),
            },
            limits={
                "two_writers": "it holds on Delta and Iceberg tables, and for the writers of one process; two "
                "programs that add to one Parquet table at once can fail, and the one that failed can be run again",
            },
        ),
        Engine(
            "trino",
            "Trino",
            url="trino",
            extra="trino",
            drivers=("trino",),
            stand_in="emulated",
            gaps={
                "snapshot": Gap("notimpl", "each statement reads the table as it is when the statement starts"),
            },
            session=("set time zone 'UTC'",),
            transactions=False,
            nan_is_greatest=False,
            timeout="set session query_max_execution_time = '{seconds}s'",
        ),
    )
}


def engine_named(name: str) -> Engine:
    """Return the engine of that name.

    Raises
    ------
    ConfigError
        If there is none; the nearest name is suggested.
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


def capability_table() -> str:
    """Write what driftql does on which engine as Markdown: a table, and below it the reason for every gap and limit."""
    titles = " | ".join(engine.title for engine in ENGINES.values())
    lines = [f"| | {titles} |", "| --- |" + " --- |" * len(ENGINES)]
    for key, words in CAPABILITIES.items():
        cells = " | ".join(_cell(engine, key) for engine in ENGINES.values())
        lines.append(f"| {words[:1].upper()}{words[1:]} | {cells} |")
    reasons = [
        f"- {engine.title}, {CAPABILITIES[key]} ({gap.kind}): {gap.reason}."
        for engine in ENGINES.values()
        for key, gap in engine.gaps.items()
    ]
    reasons += [
        f"- {engine.title}, {CAPABILITIES[key]} (in part): {limit}."
        for engine in ENGINES.values()
        for key, limit in engine.limits.items()
    ]
    return "\n".join([*lines, *(["", *reasons] if reasons else [])]) + "\n"


def _cell(engine: Engine, key: str) -> str:
    if key in engine.gaps:
        return engine.gaps[key].kind
    if key in engine.limits:
        return "in part"
    return "yes" if engine.runs else engine.stand_in or "not run"
