"""Times the checks that SQL finishes against `driftql check` on the same table: the dbt hook, one generic test, the shell, a worksheet.

    python -m tests.benchmark.finished --size full

needs the packages of ``pip install -e '.[test]'``. One table holds both windows, half of its rows each. On a machine that
does other work, only the ratios say something: what is compared runs one after another, as often as --repeats says, and the
shortest time of each counts.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmark.bench_data import PROBABILITIES, feature_names, scan_statements
from tests.benchmark.bench_tools import CaseError, environment, machine, note, run_case, table, workplace

SIZES = {"full": (1_000_000, 10), "small": (100_000, 10), "tiny": (10_000, 3)}
ENGINES = ("duckdb", "postgres")
# The rows of each window begin at these times and are a millisecond apart.
REFERENCE, CURRENT = "2026-01-01..2026-01-02", "2026-01-02..2026-01-04"
WINDOWS = {
    "reference": {"start": "2026-01-01", "end": "2026-01-02"},
    "current": {"start": "2026-01-02", "end": "2026-01-04"},
}
HEADER = ("engine", "what", "seconds", "/ driftql check", "/ the scan")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--size", choices=SIZES, default="full")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="only this one; may be given again")
    parser.add_argument("--repeats", type=int, default=2, help="how often each is run (default: 2)")
    parser.add_argument("--threads", type=int, default=2, help="of DuckDB (default: 2)")
    parser.add_argument("--folder", type=Path, help="where everything is made, and kept")
    options = parser.parse_args()
    rows, features = SIZES[options.size]
    found: list[list[str]] = []
    with workplace(options.folder) as folder:
        spec: dict[str, Any] = {name: str(folder / f"{name}.parquet") for name in ("ref", "cur")}
        spec |= {"folder": str(folder), "rows": rows // 2, "features": features, "threads": options.threads}
        run_case("make_parquet", spec | {"roles": True})
        for engine in options.engine or ENGINES:
            note(f"  {engine}")
            with served(engine, spec) as (url, version):
                times = measure(engine, url, spec, options.repeats)
            found += [
                [
                    version,
                    what,
                    f"{took:.2f}",
                    f"{took / times['driftql check']:.2f}",
                    f"{took / times['the scan']:.1f}",
                ]
                for what, took in times.items()
            ]
    print(f"{rows:,} rows x {features} features in two windows. {machine()}.\n")
    print(table(HEADER, found, right="234"))


@contextmanager
def served(engine: str, spec: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Put both windows into one table, ``events``; yields the database's path or URL, and what it is."""
    from tests.benchmark import bench_engines

    together = "create table events as select * from ref union all select * from cur"
    if engine == "duckdb":
        import duckdb

        with bench_engines.duckdb(spec) as (_, _, version):
            pass
        path = Path(spec["folder"]) / "engines.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(together)
        yield str(path), version
        return
    with bench_engines.postgres(spec) as (warehouse, _, version):
        host = warehouse.query("show unix_socket_directories")[0][0]
        url = f"postgresql://postgres@/postgres?host={host}"
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(together)
            connection.execute("vacuum analyze events")
        yield url, version


def measure(engine: str, url: str, spec: dict[str, Any], repeats: int) -> dict[str, float]:
    """Return the shortest time of each, in seconds."""
    project = Project(engine, url, Path(spec["folder"]) / f"project_{engine}", spec["threads"])
    runs: dict[str, Callable[[], float]] = {
        "the scan": lambda: _scan(url, spec),
        "driftql check": lambda: _check(url, spec),
        "a worksheet's drift_check": lambda: _worksheet(url, spec),
        "the dbt hook": lambda: project.time("run", "watched"),
        "one generic test (psi_below)": lambda: project.time("test", "driftql_psi_below_watched"),
    }
    if engine == "duckdb":
        runs["the shell's drift_check"] = lambda: _shell(url, spec)
    times: dict[str, list[float]] = {what: [] for what in runs}
    for _ in range(repeats):
        for what, run in runs.items():
            times[what].append(run())
            note(f"    {what}: {times[what][-1]:.2f} s")
    return {what: min(seconds) for what, seconds in times.items()}


def _settings(spec: dict[str, Any]) -> list[str]:
    words = ["--reference", REFERENCE, "--current", CURRENT, "--time", "bucket_start_ts"]
    for name in feature_names(spec["features"]):
        words += ["--feature", name]
    for name in PROBABILITIES:
        words += ["--probabilities", name]
    return words


def _scan(url: str, spec: dict[str, Any]) -> float:
    import driftql

    [statement, _] = scan_statements(feature_names(spec["features"]))
    with driftql.connect(url) as warehouse:
        started = time.perf_counter()
        warehouse.query(statement.replace(" from ref", " from events"))
        return time.perf_counter() - started


def _check(url: str, spec: dict[str, Any]) -> float:
    """Time the whole command, with its start."""
    command = [sys.executable, "-m", "driftql", "check", "events", "--db", url, *_settings(spec), "--quiet"]
    threads = ["--threads", str(spec["threads"])] if "://" not in url else []
    started = time.perf_counter()
    done = subprocess.run([*command, *threads], capture_output=True, text=True, env=environment(), check=False)
    if done.returncode not in (0, 1):
        raise CaseError(done.stderr)
    return time.perf_counter() - started


def _worksheet(url: str, spec: dict[str, Any]) -> float:
    import driftql
    from driftql.check.explain import plan_worksheet
    from driftql.config import MonitorConfig, Roles, WindowConfig

    monitor = MonitorConfig(
        table="events",
        columns=Roles(bucket_start="bucket_start_ts", label="predicted_label", probabilities=list(PROBABILITIES)),
        features=feature_names(spec["features"]),
        reference=WindowConfig.model_validate(WINDOWS["reference"]),
        current=WindowConfig.model_validate(WINDOWS["current"]),
    )
    with driftql.connect(url) as warehouse:
        [sql] = [part.sql for part in plan_worksheet(monitor, warehouse) if part.name == "drift_check"]
        started = time.perf_counter()
        warehouse.query(sql)
        return time.perf_counter() - started


def _shell(path: str, spec: dict[str, Any]) -> float:
    import duckdb

    from driftql.sql.shell import shell_path

    with duckdb.connect(path) as connection:
        connection.execute(f"set threads = {spec['threads']}")
        connection.execute(shell_path().read_text(encoding="utf-8"))
        started = time.perf_counter()
        connection.execute(
            f"from drift_check('ref', 'cur', features := {feature_names(spec['features'])}, "
            f"probabilities := {list(PROBABILITIES)})"
        ).fetchall()
        return time.perf_counter() - started


class Project:
    """A dbt project with a view of the table as its model, whose hook and whose test are timed by dbt."""

    def __init__(self, engine: str, url: str, folder: Path, threads: int) -> None:
        from driftql.sql.render import sql_folder

        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        example = sql_folder() / "dbt_example"
        (folder / "models").mkdir(parents=True)
        for name in ("dbt_project.yml", "packages.yml", "profiles.yml"):
            shutil.copy(example / name, folder)
        text = (folder / "profiles.yml").read_text(encoding="utf-8")
        (folder / "profiles.yml").write_text(text.replace("threads: 2", f"threads: {threads}"), encoding="utf-8")
        schema = "main" if engine == "duckdb" else "public"
        (folder / "models" / "watched.sql").write_text(f"select * from {schema}.events\n", encoding="utf-8")
        windows = ", ".join(f"{role}={bounds}" for role, bounds in WINDOWS.items())
        roles = f"time_column='bucket_start_ts', features=['f*'], {windows}"
        (folder / "models" / "watched.yml").write_text(
            "models:\n  - name: watched\n    config:\n      materialized: view\n"
            f'      post_hook: "{{{{ driftql.record_drift({roles}) }}}}"\n'
            "    data_tests:\n      - driftql.psi_below:\n          name: driftql_psi_below_watched\n          arguments:\n"
            "            features: ['f*']\n            time_column: bucket_start_ts\n"
            + "".join(f"            {role}: {bounds}\n" for role, bounds in WINDOWS.items())
            + "          config: {severity: warn}\n",
            encoding="utf-8",
        )
        database = url if engine == "duckdb" else url.partition("host=")[2]
        self.environment = environment() | {
            "DRIFTQL_SQL_PATH": str(sql_folder()),
            "AIRPORT_TARGET": engine,
            "AIRPORT_DATABASE": database,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        self._dbt("deps")

    def _dbt(self, *words: str) -> None:
        place = ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder), "--quiet"]
        command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", *words, *place]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment, check=False)
        if done.returncode:
            raise CaseError(done.stdout + done.stderr)

    def time(self, command: str, node: str) -> float:
        """Return the seconds that dbt reports of one node: of a model with its hook, or of a test."""
        self._dbt(command, "--select", node)
        results = json.loads((self.folder / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
        [done] = [part for part in results if part["unique_id"].split(".")[2] == node]
        return float(done["execution_time"])


if __name__ == "__main__":
    main()
