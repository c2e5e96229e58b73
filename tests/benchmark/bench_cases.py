"""The single measurements, each to be run in a process of its own: ``python bench_cases.py CASE SPECIFICATION``.

The specification is JSON, and so is what is printed. Only what a case needs is imported, so that its peak memory and
its time to start are its own.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

    from driftql import DriftReport

Spec = dict[str, Any]
Result = dict[str, Any]


def peak_memory() -> int:
    """Return the largest resident size this process ever had, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def timed(run: Callable[[], Any], repeats: int) -> tuple[list[float], list[Any]]:
    """Run something several times; return the seconds and what each run returned."""
    seconds, results = [], []
    for _ in range(repeats):
        started = time.perf_counter()
        results.append(run())
        seconds.append(time.perf_counter() - started)
    return seconds, results


def summary_of(report: DriftReport) -> Result:
    """Keep of a report what the benchmark compares."""
    assert report.feature_report is not None
    return {
        "features": {
            result.feature: {
                "psi": result.psi,
                "psi_error": result.psi_error_bound,
                "ks": result.ks_statistic,
                "ks_error": result.ks_error_bound,
                "drifted": result.is_drifted,
            }
            for result in report.feature_report.results
        },
        "statements": [[run.name, run.seconds, run.rows] for run in report.statements],
        "alerts": len(report.alerts),
        "not_computed": [f"{item.check} {item.feature}: {item.reason}" for item in report.not_computed],
    }


def make(spec: Spec) -> Result:
    """Create the tables of one size in a file of their own."""
    import duckdb

    from tests.benchmark.bench_data import make_tables

    started = time.perf_counter()
    path = Path(spec["path"])
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"set threads = {spec['threads']}")
        make_tables(connection, spec["rows"], spec["features"], roles=spec["roles"], texts=spec.get("texts", ()))
        connection.execute("checkpoint")
    return {"seconds": time.perf_counter() - started, "bytes": path.stat().st_size}


def make_parquet(spec: Spec) -> Result:
    """Write the features and texts of one size as two Parquet files."""
    import duckdb

    from tests.benchmark.bench_data import make_tables

    with duckdb.connect() as connection:
        connection.execute(f"set threads = {spec['threads']}")
        make_tables(
            connection, spec["rows"], spec["features"], roles=spec.get("roles", False), texts=spec.get("texts", ())
        )
        for window in ("ref", "cur"):
            connection.execute(f"copy {window} to '{spec[window]}' (format parquet)")
    return {}


def check(spec: Spec) -> Result:
    """Measure the scan and then the check, on one connection."""
    from driftql import connect, run_drift_check
    from tests.benchmark.bench_data import PROBABILITIES, feature_names, scan_statements

    warehouse: Any = connect(spec["path"], threads=spec["threads"], memory_limit=spec.get("memory_limit"))
    scan = scan_statements(feature_names(spec["features"]))

    def read() -> None:
        for statement in scan:
            warehouse.connection.execute(statement).fetchall()

    def compare() -> DriftReport:
        views = "" if spec["roles"] else "_features"
        columns = {"probabilities": list(PROBABILITIES)} if spec["roles"] else {}
        return run_drift_check(
            f"ref{views}", f"cur{views}", warehouse=warehouse, columns=columns, exact=spec.get("exact", False)
        )

    scans, _ = timed(read, spec.get("scans", 3))
    seconds, reports = timed(compare, spec.get("repeats", 3))
    best = seconds.index(min(seconds))
    return {
        "scan": min(scans) if scans else None,
        "seconds": min(seconds),
        "median": statistics.median(seconds),
        "peak": peak_memory(),
        **summary_of(reports[best]),
    }


def texts(spec: Spec) -> Result:
    """Measure the scan of some columns and the check of these alone, in seconds and in processor seconds."""
    from driftql import connect, run_drift_check
    from tests.benchmark.bench_data import feature_names, scan_statements, text_names

    warehouse: Any = connect(spec["path"], threads=spec["threads"], memory_limit=spec["memory_limit"])
    names = text_names(spec["texts"])
    columns = [*feature_names(spec["features"]), *names]
    scan = scan_statements(columns)

    def read() -> None:
        for statement in scan:
            warehouse.connection.execute(statement).fetchall()

    def compare() -> DriftReport:
        return run_drift_check("ref", "cur", warehouse=warehouse, features=columns)

    found: dict[str, list[float]] = {"scan": [], "check": []}
    processor: dict[str, list[float]] = {"scan": [], "check": []}
    for _ in range(spec["repeats"]):
        for what, run in (("scan", read), ("check", compare)):
            started, used = time.perf_counter(), time.process_time()
            report = run()
            found[what].append(time.perf_counter() - started)
            processor[what].append(time.process_time() - used)
    assert report is not None
    assert report.feature_report is not None
    return {
        **{what: min(seconds) for what, seconds in found.items()},
        "processor": {what: min(seconds) for what, seconds in processor.items()},
        "peak": peak_memory(),
        "compared": [result.feature for result in report.feature_report.results if result.psi is not None],
        "alerts": len(report.alerts),
        "statements": [[run.name, run.seconds, run.rows] for run in report.statements],
    }


def scipy(spec: Spec) -> Result:
    """Fetch column by column and let SciPy and NumPy compute KS and PSI."""
    import duckdb
    import numpy as np
    from scipy.stats import ks_2samp

    from tests.benchmark.bench_data import feature_names

    connection = duckdb.connect(spec["path"], read_only=True)
    connection.execute(f"set threads = {spec['threads']}")
    if "memory_limit" in spec:
        connection.execute(f"set memory_limit = '{spec['memory_limit']}'")

    def fetch(window: str, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        values = connection.execute(f"select {name} from {window}").fetchnumpy()[name]
        return values.compressed() if isinstance(values, np.ma.MaskedArray) else values

    def compare() -> tuple[dict[str, dict[str, float]], dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        seconds = {"fetch": 0.0, "ks": 0.0, "psi": 0.0}
        for name in feature_names(spec["features"]):
            marks = [time.perf_counter()]
            ref, cur = fetch("ref", name), fetch("cur", name)
            marks.append(time.perf_counter())
            ks = float(ks_2samp(ref, cur).statistic)
            marks.append(time.perf_counter())
            inner = np.unique(np.percentile(ref, np.linspace(0, 100, 11)[1:-1]))
            edges = np.concatenate(([-np.inf], inner, [np.inf]))
            p, q = (np.maximum(np.histogram(side, edges)[0] / len(side), 1e-4) for side in (ref, cur))
            psi = float(((q - p) * np.log(q / p)).sum())
            marks.append(time.perf_counter())
            found[name] = {"ks": ks, "psi": psi}
            for part, before, after in zip(("fetch", "ks", "psi"), marks, marks[1:], strict=False):
                seconds[part] += after - before
        return found, seconds

    # The first calls build tables and look up libraries.
    ks_2samp(np.arange(20_000.0), np.arange(20_000.0))
    _, runs = timed(compare, spec.get("repeats", 1))
    found, seconds = min(runs, key=lambda run: sum(run[1].values()))
    return {"seconds": sum(seconds.values()), "parts": seconds, "peak": peak_memory(), "features": found}


def frames(spec: Spec) -> Result:
    """Measure a bare check in process, features only: of frames, and of tables; every call sees other rows."""
    import duckdb

    from driftql import run_drift_check
    from tests.benchmark.bench_data import make_tables

    connection = duckdb.connect()
    connection.execute(f"set threads = {spec['threads']}")
    seconds: dict[str, list[float]] = {"frames": [], "tables": []}
    for call in range(spec["calls"]):
        # The null distribution of PSI is kept for counts seen before, so the same rows again would be quicker.
        rows = {"rows": spec["rows"], "features": spec["features"], "roles": False}
        make_tables(connection, suffix=f"_{call}", start=call * spec["rows"], **rows)
        names = [f"ref_{call}", f"cur_{call}"]
        kind, sides = _frames(connection, [f"{name}_features" for name in names])
        make_tables(connection, suffix=f"_{call}_table", start=(call + spec["calls"]) * spec["rows"], **rows)
        tables = [f"{name}_table" for name in names]
        seconds["frames"] += timed(partial(run_drift_check, *sides), 1)[0]
        seconds["tables"] += timed(partial(run_drift_check, *tables, warehouse=connection), 1)[0]
    return {**seconds, "kind": kind, "peak": peak_memory()}


def _frames(connection: duckdb.DuckDBPyConnection, relations: list[str]) -> tuple[str, list[Any]]:
    try:
        import pandas  # noqa: F401  # DuckDB makes the frames with it

        return "pandas frames", [connection.execute(f"select * from {relation}").df() for relation in relations]
    except ImportError:
        return "NumPy arrays", [dict(connection.execute(f"select * from {name}").fetchnumpy()) for name in relations]


def versions(_: Spec) -> Result:
    """Name what the numbers depend on."""
    import platform
    from importlib.metadata import version

    from driftql import __version__

    return {
        "Python": platform.python_version(),
        **{name: version(name.lower()) for name in ("DuckDB", "SciPy", "NumPy")},
        "driftql": __version__,
    }


CASES: dict[str, Callable[[Spec], Result]] = {
    "make": make,
    "make_parquet": make_parquet,
    "check": check,
    "texts": texts,
    "scipy": scipy,
    "frames": frames,
    "versions": versions,
}


if __name__ == "__main__":
    print(json.dumps(CASES[sys.argv[1]](json.loads(sys.argv[2]))))
