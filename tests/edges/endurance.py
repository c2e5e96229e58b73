"""Many checks in one process: what memory, descriptors, connections, temporary tables and objects do.

The whole campaign, as a table of what was found:

    python -m tests.edges.endurance 1000
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import psycopg

import driftql
from driftql.config import MonitorConfig
from tests.edges.places import Place, fill_postgres
from tests.support import servers
from tests.support.predictions import predictions_of

__all__ = ["KINDS", "Held", "growing", "held_after"]

SETTINGS = {"reference": {"end": "2026-01-08"}, "current": {"start": "2026-01-08"}, "features": ["age", "income"]}
WINDOWS = "bucket_start_ts < timestamp '2026-01-08'", "bucket_start_ts >= timestamp '2026-01-08'"


@dataclass(frozen=True)
class Held:
    """What the process holds after some checks.

    Attributes
    ----------
    checks
        How many there were.
    megabytes
        Its memory, after what is free was given back.
    descriptors
        Its open files and sockets.
    connections
        Connections at the server, or objects of DuckDB's in Python.
    tables
        Temporary tables.
    objects
        Objects of Python.
    """

    checks: int
    megabytes: float
    descriptors: int
    connections: int
    tables: int
    objects: int


def growing(held: list[Held], kind: str) -> list[str]:
    """Return what grew from the first look to the last; memory is for people to judge."""
    found = []
    for name in ("descriptors", "connections", "tables", "objects"):
        values = [getattr(one, name) for one in held]
        # An object here and there is a cache that is filled.
        limit = 0.02 * values[0] if name == "objects" else 0
        if values[-1] > values[0] + limit:
            found.append(f"{kind}: {name} {values}")
    return found


@contextmanager
def _a_file(folder: Path) -> Iterator[tuple[Callable[[], object], Place]]:
    path = _file(folder)
    monitor = MonitorConfig.model_validate({"table": "predictions", **SETTINGS})
    yield lambda: driftql.run_monitor(monitor, path), Place("duckdb", path)


@contextmanager
def _an_open_file(folder: Path) -> Iterator[tuple[Callable[[], object], Place]]:
    path = _file(folder)
    monitor = MonitorConfig.model_validate({"table": "predictions", **SETTINGS})
    with driftql.connect(path) as warehouse:
        yield lambda: driftql.run_monitor(monitor, warehouse), Place("duckdb", path)


@contextmanager
def _a_csv_file(folder: Path) -> Iterator[tuple[Callable[[], object], Place]]:
    path = folder / "predictions.csv"
    _frame().to_csv(path, index=False)
    monitor = MonitorConfig.model_validate({"table": str(path), **SETTINGS})
    yield lambda: driftql.run_monitor(monitor), Place("duckdb", _file(folder))


@contextmanager
def _frames(folder: Path) -> Iterator[tuple[Callable[[], object], Place]]:
    frame = _frame()
    is_late = frame["bucket_start_ts"] >= "2026-01-08"
    reference, current = frame[~is_late], frame[is_late]
    yield (
        lambda: driftql.run_drift_check(reference, current, features=["age", "income"]),
        Place("duckdb", _file(folder)),
    )


@contextmanager
def _a_server(_: Path, *, is_open: bool) -> Iterator[tuple[Callable[[], object], Place]]:
    monitor = MonitorConfig.model_validate({"table": "predictions", **SETTINGS})
    with servers.postgres() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create database many")
        url = url.replace("/postgres?", "/many?")
        fill_postgres(url)
        if not is_open:
            yield lambda: driftql.run_monitor(monitor, url), Place("postgres", url)
            return
        with driftql.connect(url) as warehouse:
            yield lambda: driftql.run_monitor(monitor, warehouse), Place("postgres", url)


KINDS: dict[str, Callable[[Path], Any]] = {
    "a DuckDB file": _a_file,
    "an open DuckDB file": _an_open_file,
    "a CSV file": _a_csv_file,
    "frames": _frames,
    "PostgreSQL": lambda folder: _a_server(folder, is_open=False),
    "an open PostgreSQL": lambda folder: _a_server(folder, is_open=True),
}


def held_after(kind: str, folder: Path, looks: list[int]) -> Iterator[Held]:
    """Check again and again; yield what is held after so many checks."""
    with KINDS[kind](folder) as (check, place):
        done = 0
        for look in looks:
            while done < look:
                check()
                done += 1
            yield _held(done, place)


def _held(checks: int, place: Place) -> Held:
    gc.collect()
    # What the C library keeps for later is no leak.
    getattr(ctypes.CDLL(None), "malloc_trim", lambda _: 0)(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    objects = gc.get_objects()
    if place.engine == "postgres":
        connections = "select count(*) from pg_stat_activity where application_name <> 'looks' and backend_type = 'client backend'"
        tables = "select count(*) from pg_class where relpersistence = 't'"
        with psycopg.connect(place.url, autocommit=True, application_name="looks") as server:
            counts = [int(server.execute(sql).fetchall()[0][0]) for sql in (connections, tables)]
    else:
        open_ones = [one for one in objects if isinstance(one, duckdb.DuckDBPyConnection)]
        counts = [len(open_ones), sum(_temporary(one) for one in open_ones)]
    descriptors = len(os.listdir("/proc/self/fd"))
    return Held(checks, pages * os.sysconf("SC_PAGE_SIZE") / 2**20, descriptors, counts[0], counts[1], len(objects))


def _temporary(connection: duckdb.DuckDBPyConnection) -> int:
    (row,) = connection.execute("select count(*) from duckdb_tables() where temporary").fetchall()
    return int(row[0])


def _frame() -> pd.DataFrame:
    return pd.DataFrame(predictions_of())


def _file(folder: Path) -> str:
    path = folder / "own.duckdb"
    made = _frame()
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table predictions as from made")
    assert len(made)
    return str(path)


def _campaign(checks: int, kinds: list[str]) -> int:
    looks = [max(checks // 50, 1), *(checks * tenth // 10 for tenth in range(1, 11))]
    faults: list[str] = []
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder:
            held = []
            for one in held_after(kind, Path(folder), looks):
                held.append(one)
                print(
                    f"{kind}, {one.checks}: {one.megabytes:.1f} MB, {one.descriptors} descriptors, {one.connections} "
                    f"connections, {one.tables} temporary tables, {one.objects} objects",
                    flush=True,
                )
            faults += growing(held[1:], kind)
    print("\n".join(faults) or "nothing grows")
    return len(faults)


if __name__ == "__main__":
    sys.exit(bool(_campaign(int(sys.argv[1]), sys.argv[2:] or [*KINDS])))
