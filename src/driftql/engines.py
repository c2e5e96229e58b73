"""The engines that driftql knows, as data.

An engine inherits the macros of its parents: where ``redshift__name`` does not exist, ``postgres__name`` is taken, then
``default__name``. dbt resolves adapters in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass

from driftql.errors import ConfigError, nearest

__all__ = ["ENGINES", "Engine", "engine_named"]


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
    runs
        Whether driftql can connect to it; for the others it prints SQL only.
    """

    name: str
    title: str
    parents: tuple[str, ...] = ()
    sqlglot: str = ""
    runs: bool = False

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
        Engine("bigquery", "BigQuery"),
        Engine("clickhouse", "ClickHouse"),
        Engine("databricks", "Databricks SQL", parents=("spark",)),
        Engine("duckdb", "DuckDB", runs=True),
        Engine("postgres", "PostgreSQL"),
        Engine("redshift", "Redshift", parents=("postgres",)),
        Engine("snowflake", "Snowflake"),
        Engine("spark", "Spark SQL"),
        Engine("trino", "Trino"),
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
