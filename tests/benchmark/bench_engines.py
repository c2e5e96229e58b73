"""One engine's measurements, to be run in a process of its own: ``python -m tests.benchmark.bench_engines ENGINE SPECIFICATION``.

Both windows come from the same two Parquet files for every engine.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmark.bench_cases import summary_of, timed
from tests.benchmark.bench_data import PROBABILITIES, WINDOWS, feature_names, scan_statements

if TYPE_CHECKING:
    import numpy as np

    from driftql import DriftReport
    from driftql.warehouse.base import Warehouse

Spec = dict[str, Any]
Fetch = Callable[[str, str], "np.ndarray[Any, Any]"]


@contextmanager
def duckdb(spec: Spec) -> Iterator[tuple[Warehouse, Fetch, str]]:
    """Tables of a file."""
    import duckdb as package

    import driftql

    path = Path(spec["folder"]) / "engines.duckdb"
    path.unlink(missing_ok=True)
    with package.connect(str(path)) as connection:
        for window in WINDOWS:
            connection.execute(f"create table {window} as from read_parquet('{spec[window]}')")
    with driftql.connect(path, threads=spec["threads"]) as warehouse:

        def fetch(window: str, name: str) -> Any:
            return warehouse.connection.execute(f"select {name} from {window}").fetchnumpy()[name]  # type: ignore[attr-defined]  # DuckDB's own

        yield warehouse, fetch, f"DuckDB {package.__version__}"


@contextmanager
def postgres(spec: Spec) -> Iterator[tuple[Warehouse, Fetch, str]]:
    """Tables of a server with its default settings."""
    import duckdb as package
    import numpy as np
    import psycopg

    import driftql
    from tests.support import servers

    types = {"DOUBLE": "double precision", "VARCHAR": "text", "TIMESTAMP": "timestamp"}
    with servers.postgres() as url:
        with psycopg.connect(url, autocommit=True) as connection, package.connect() as reader:
            connection.execute("alter system reset max_parallel_workers_per_gather")
            connection.execute("select pg_reload_conf()")
            for window in WINDOWS:
                source = f"read_parquet('{spec[window]}')"
                columns = reader.execute(f"describe from {source}").fetchall()
                connection.execute(
                    f"create table {window} ({', '.join(f'{name} {types[kind]}' for name, kind, *_ in columns)})"
                )
                path = Path(spec["folder"]) / f"{window}.csv"
                reader.execute(f"copy (from {source}) to '{path}' (format csv, header false, nullstr '')")
                with (
                    connection.cursor().copy(f"copy {window} from stdin (format csv)") as copy,
                    path.open("rb") as file,
                ):
                    while part := file.read(1 << 20):
                        copy.write(part)
                path.unlink()
                connection.execute(f"vacuum analyze {window}")
        with driftql.connect(url) as warehouse:

            def fetch(window: str, name: str) -> Any:
                return np.array([row[0] for row in warehouse.query(f"select {name} from {window}")], dtype=float)

            version = warehouse.query("show server_version")[0][0]
            yield warehouse, fetch, f"PostgreSQL {version}"


@contextmanager
def clickhouse(spec: Spec) -> Iterator[tuple[Warehouse, Fetch, str]]:
    """MergeTree tables of the engine in this process."""
    import driftql

    with (
        tempfile.TemporaryDirectory(dir=spec["folder"]) as folder,
        driftql.connect(f"clickhousedb:///default?interface=chdb&path={folder}") as warehouse,
    ):
        client = warehouse.connection  # type: ignore[attr-defined]  # ClickHouse's own
        client.command(f"set max_threads = {spec['threads']}")
        for window in WINDOWS:
            client.command(
                f"create table {window} engine = MergeTree order by tuple() as select * from file('{spec[window]}', Parquet)"
            )

        def fetch(window: str, name: str) -> Any:
            return client.query_np(f"select {name} from {window}")[:, 0].astype(float)

        version = client.command("select version()")
        yield warehouse, fetch, f"ClickHouse {version}"


@contextmanager
def spark(spec: Spec) -> Iterator[tuple[Warehouse, Fetch, str]]:
    """Parquet files, read by a local Spark."""
    import driftql
    from tests.support import servers

    with tempfile.TemporaryDirectory(dir=spec["folder"]) as folder:
        quick = servers.spark_settings(Path(folder))
        # As a cluster has it: the just-in-time compiler whole, and Spark's own number of partitions.
        quick["spark.driver.extraJavaOptions"] = f"-Dderby.system.home={folder}"
        quick["spark.driver.memory"] = "4g"
        quick["spark.master"] = f"local[{spec['threads']}]"
        del quick["spark.sql.shuffle.partitions"], quick["spark.default.parallelism"]
        with servers.spark(Path(folder), quick) as session:
            for window in WINDOWS:
                session.read.parquet(spec[window]).createOrReplaceTempView(window)

            def fetch(window: str, name: str) -> Any:
                return session.table(window).select(name).toPandas()[name].to_numpy(dtype=float)

            yield driftql.connect(session), fetch, f"Spark {session.version}"


ENGINES = {"clickhouse": clickhouse, "duckdb": duckdb, "postgres": postgres, "spark": spark}


def measure(engine: str, spec: Spec) -> dict[str, Any]:
    """Load the windows, then time the scan, the checks, and SciPy on the fetched columns."""
    from driftql import run_drift_check

    names = feature_names(spec["features"])
    with ENGINES[engine](spec) as (warehouse, fetch, version):

        def read() -> None:
            for statement in scan_statements(names):
                warehouse.query(statement)

        def check(exact: bool) -> DriftReport:
            columns = {"probabilities": list(PROBABILITIES)}
            return run_drift_check("ref", "cur", warehouse=warehouse, columns=columns, exact=exact)

        scans, _ = timed(read, 3)
        seconds, reports = timed(lambda: check(False), spec["repeats"])
        exact, exact_reports = timed(lambda: check(True), 1)
        best = reports[seconds.index(min(seconds))]
        peer, truth = against_scipy(fetch, names) if spec["scipy"] else (None, None)
    return {
        "version": version,
        "scan": min(scans),
        "seconds": min(seconds),
        "exact": exact[0],
        "scipy": peer,
        "held": None if truth is None else held(summary_of(best), summary_of(exact_reports[0]), truth),
        "statements": summary_of(best)["statements"],
    }


def against_scipy(fetch: Fetch, names: list[str]) -> tuple[float, dict[str, float]]:
    """Fetch column by column and compute KS and PSI; returns seconds and KS."""
    import time

    import numpy as np
    from scipy.stats import ks_2samp

    ks_2samp(np.arange(20_000.0), np.arange(20_000.0))
    started = time.perf_counter()
    found = {}
    for name in names:
        sides = []
        for window in WINDOWS:
            values = fetch(window, name)
            values = values.compressed() if isinstance(values, np.ma.MaskedArray) else values
            sides.append(values[~np.isnan(values)])
        found[name] = float(ks_2samp(sides[0], sides[1]).statistic)
        edges = np.concatenate(([-np.inf], np.unique(np.percentile(sides[0], np.linspace(0, 100, 11)[1:-1])), [np.inf]))
        p, q = (np.maximum(np.histogram(side, edges)[0] / len(side), 1e-4) for side in sides)
        ((q - p) * np.log(q / p)).sum()
    return time.perf_counter() - started, found


def held(certified: Any, exact: Any, truth: dict[str, float]) -> list[int]:
    """Return how many features' exact KS is SciPy's, and how many certified intervals hold it."""
    return [
        sum(abs(exact["features"][name]["ks"] - ks) < 1e-12 for name, ks in truth.items()),
        sum(
            abs(certified["features"][name]["ks"] - ks) <= certified["features"][name]["ks_error"] + 1e-12
            for name, ks in truth.items()
        ),
    ]


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], json.loads(sys.argv[2]))))
