"""The example project over each database, set up once per process: dbt itself runs in this process, where it starts once."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

import driftql
from driftql.demo import rows_path
from driftql.sql.render import sql_folder
from driftql.warehouse.base import Warehouse
from tests.support import servers

MACROS = Path(__file__).with_name("macros")
ENGINES = ("duckdb", "postgres")
# The demo's rows in the time that the tests look at.
_ROWS = f"""(
    select * from read_parquet('{rows_path()}')
    where bucket_start_ts >= timestamp '2013-02-13' and bucket_start_ts < timestamp '2013-02-27'
        or bucket_start_ts >= timestamp '2013-06-16' and bucket_start_ts < timestamp '2013-07-10'
        or bucket_start_ts >= timestamp '2013-09-19'
)"""
_TYPES = {"VARCHAR": "text", "TIMESTAMP": "timestamp", "INTEGER": "integer", "DOUBLE": "double precision"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What dbt and the libraries below it warn of is not ours to mend."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore::DeprecationWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@dataclass
class Outcome:
    """What a dbt command said and did."""

    success: bool
    lines: list[str]
    results: dict[str, Any] = field(default_factory=dict)
    warned: list[str] = field(default_factory=list)

    @property
    def compiled(self) -> str:
        """The SQL of a single node."""
        [one] = self.results.values()
        return str(one.node.compiled_code)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def status(self, name: str) -> str:
        return str(self.results[name].status)

    @property
    def told(self) -> list[str]:
        """What driftql itself said."""
        return [line for line in self.lines if line.startswith("driftql: ")]


class Airport:
    """The example project over one database."""

    schema = "analytics"

    def __init__(self, engine: str, folder: Path, database: str, url: str) -> None:
        self.engine = engine
        self.folder = folder
        self.url = url
        self._environment = {
            "DRIFTQL_SQL_PATH": str(sql_folder()),
            "AIRPORT_TARGET": engine,
            "AIRPORT_DATABASE": database,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        shutil.copytree(
            sql_folder() / "dbt_example",
            folder,
            ignore=shutil.ignore_patterns("dbt_packages", "target", "logs", "*.duckdb"),
        )
        shutil.copytree(MACROS, folder / "macros")
        assert self.dbt("deps").success

    def dbt(self, *words: str) -> Outcome:
        """Run a dbt command; nothing is printed but kept."""
        from dbt.cli.main import dbtRunner

        lines: list[str] = []
        warned: list[str] = []

        def keep(event: Any) -> None:
            if event.info.level != "debug":
                lines.append(event.info.msg)
            if event.info.level == "warn":
                warned.append(event.info.msg)

        before = {name: os.environ.get(name) for name in self._environment}
        os.environ.update(self._environment)
        try:
            ran = dbtRunner(callbacks=[keep]).invoke(
                [
                    *words,
                    "--project-dir",
                    str(self.folder),
                    "--profiles-dir",
                    str(self.folder),
                    "--no-use-colors",
                    "--quiet",
                    # Files that nobody reads take half of the time of a small command.
                    "--log-level-file=none",
                    "--no-write-json",
                    "--no-version-check",
                ]
            )
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name)
                else:
                    os.environ[name] = value
        if ran.exception is not None:
            lines.append(str(ran.exception))
        results = getattr(ran.result, "results", None) or []
        nodes = [one for one in results if getattr(one, "node", None) and one.node.resource_type != "operation"]
        by_name = {getattr(one.node, "alias", None) or one.node.name: one for one in nodes}
        by_name |= {one.node.name: one for one in nodes}
        lines += [str(one.message) for one in results if getattr(one, "message", None)]
        return Outcome(ran.success, lines, by_name, warned)

    def connect(self) -> Warehouse:
        """Open the database with driftql."""
        return driftql.connect(self.url)

    def model(self, name: str, sql: str = "select * from {{ ref('flights') }}", yaml: str = "") -> None:
        """Add a model, or change it."""
        (self.folder / "models" / f"{name}.sql").write_text(sql + "\n", encoding="utf-8")
        path = self.folder / "models" / f"{name}.yml"
        if yaml:
            path.write_text(
                f"models:\n  - name: {name}\n{textwrap.indent(textwrap.dedent(yaml).strip(), ' ' * 4)}\n",
                encoding="utf-8",
            )
        else:
            path.unlink(missing_ok=True)

    def run(self, name: str, *words: str) -> Outcome:
        return self.dbt("run", "--select", name, *words)

    def show(self, sql: str, *words: str) -> list[dict[str, Any]]:
        """Run a query of the project, with `dbt show`."""
        ran = self.dbt("show", "--inline", sql, "--limit", "-1", *words)
        assert ran.success, ran.text
        [one] = ran.results.values()
        return [dict(zip(one.agate_table.column_names, row.values(), strict=True)) for row in one.agate_table.rows]

    def columns(self, sql: str) -> list[str]:
        """Name the columns of a query."""
        self.execute("drop table if exists {s}.shape", f"create table {{s}}.shape as {sql}")
        with self.connect() as warehouse:
            return [column.name for column in warehouse.columns(warehouse.relation(f"{self.schema}.shape"))]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database; ``{s}`` is the schema."""
        with self.connect() as warehouse:
            return [tuple(row) for row in warehouse.query(sql.replace("{s}", self.schema))]

    def execute(self, *statements: str) -> None:
        with self.connect() as warehouse, warehouse.transaction() as writer:
            for sql in statements:
                writer.execute(sql.replace("{s}", self.schema))

    def exists(self, table: str) -> bool:
        with self.connect() as warehouse:
            return warehouse.table_exists(f"{self.schema}.{table}")

    def runs(self, monitor: str, prefix: str = "driftql_") -> list[tuple[Any, ...]]:
        """(host, alerts, not computed, summary) of each run."""
        return self.query(
            f"select host, alerts, not_computed, summary from {{s}}.{prefix}runs where monitor = '{monitor}' order by recorded_at"
        )


def _load_postgres(url: str) -> None:
    """Put the demo's rows into a table, by COPY."""
    with duckdb.connect() as source, psycopg.connect(url, autocommit=True) as server:
        columns = source.execute(f"describe select * from {_ROWS} as rows").fetchall()
        declared = ", ".join(f"{name} {_TYPES[kind]}" for name, kind, *_ in columns)
        server.execute("create schema raw")
        server.execute(f"create table raw.flights ({declared})")
        with server.cursor().copy(
            f"copy raw.flights ({', '.join(column[0] for column in columns)}) from stdin"
        ) as copy:
            reading = source.execute(f"select * from {_ROWS} as rows")
            while rows := reading.fetchmany(20_000):
                for row in rows:
                    copy.write_row(row)


@pytest.fixture(
    scope="session", params=[pytest.param(engine, marks=pytest.mark.xdist_group(f"dbt-{engine}")) for engine in ENGINES]
)
def airport(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airport]:
    """The project with its table ``flights`` built, on each engine."""
    folder = tmp_path_factory.mktemp("dbt")
    if request.param == "duckdb":
        database = folder / "airport.duckdb"
        with duckdb.connect(database) as connection:
            connection.execute(f"create table flights as from {_ROWS} as rows")
        made = Airport("duckdb", folder / "project", str(database), str(database))
        assert made.run("flights").success
        yield made
        return
    with servers.postgres() as url:
        _load_postgres(url)
        host = url.partition("host=")[2]
        made = Airport(
            "postgres",
            folder / "project",
            host,
            url.replace("postgresql://", "postgresql+psycopg://"),
        )
        assert made.run("flights").success
        yield made
