"""Strikes a check, its record and its queue at some moment with a signal, and looks at what is left.

The whole campaign, as a table of what was found:

    python -m tests.edges.strikes signals 100     SIGINT and SIGTERM, so many times each, on each engine
    python -m tests.edges.strikes kills 100       SIGKILL, so many times on each engine
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg

from tests.edges.places import Place, fill_postgres
from tests.support import servers
from tests.support.children import environment
from tests.support.predictions import predictions_of

__all__ = ["CODES", "Struck", "prepare", "strike", "time_of_a_run", "wrongs"]

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}
LIMIT = 30
_SETTINGS = """
[warehouse]
url = {url!r}

[history]
record = true

[monitors.shop]
table = "slow"
features = ["age", "income"]
reference = {{ end = "2026-01-08" }}
current = {{ start = "2026-01-08" }}
queue = {{ auto = true, limit = {limit} }}
"""
# Rows enough for statements of some tenths of a second.
_COPIES = {"duckdb": 20, "postgres": 4}
_SLOW = (
    "create view slow as select user_id || '/' || n as user_id, bucket_start_ts, predicted_label, confidence, p_a, p_b,"
    " p_unknown, age + 0.001 * n as age, income from predictions cross join {series} as copies(n)"
)


@dataclass(frozen=True)
class Struck:
    """How a process ended.

    Attributes
    ----------
    moment
        Seconds from its start to the signal.
    code
        Its exit code.
    seconds
        From the signal to its end.
    errors
        What it wrote to standard error.
    was_running
        Whether it ran when the signal was sent.
    """

    moment: float
    code: int
    seconds: float
    errors: str
    was_running: bool


def prepare(place: Place, folder: Path) -> None:
    """Create the view that is checked, and the settings."""
    series = f"generate_series(1, {_COPIES[place.engine]})"
    place.run(_SLOW.format(series=series))
    url = place.url.replace("\\", "/")
    (folder / "driftql.toml").write_text(_SETTINGS.format(url=url, limit=LIMIT), encoding="utf-8")


def start(folder: Path) -> subprocess.Popen[str]:
    """Start a check that records and enqueues."""
    return subprocess.Popen(
        [sys.executable, "-m", "driftql", "check"],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # A test runner may be a program in the background, which ignores SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def time_of_a_run(folder: Path) -> float:
    """Run once to the end; return the seconds."""
    began = time.monotonic()
    with start(folder) as process:
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 1, errors
    return time.monotonic() - began


def strike(folder: Path, number: signal.Signals, await_moment: Callable[[], None]) -> Struck:
    """Start a check and send it a signal at a moment."""
    began = time.monotonic()
    with start(folder) as process:
        await_moment()
        was_running = process.poll() is None
        process.send_signal(number)
        sent = time.monotonic()
        _, errors = process.communicate(timeout=60)
        seconds = time.monotonic() - sent
    return Struck(sent - began, process.returncode, seconds, errors, was_running)


def wrongs(place: Place, folder: Path, struck: Struck, number: signal.Signals) -> list[str]:
    """Return what is not as promised after a strike; it waits a second for the server."""
    found = []
    if struck.was_running and struck.code not in (CODES[number], 1):
        found.append(f"exit code {struck.code}: {struck.errors[-600:]!r}")
    if struck.seconds > 3:
        found.append(f"{struck.seconds:.1f} s to the end")
    word = {signal.SIGINT: "\ninterrupted\n", signal.SIGTERM: "\nterminated\n", signal.SIGKILL: ""}[number]
    if struck.code == CODES[number] and struck.errors.replace("\x1b[?25h", "") not in (word, f"\n{word}"):
        found.append(f"on standard error: {struck.errors!r}")
    if place.engine == "postgres":
        time.sleep(1)
    found += [f"still running: {sql[:60]}" for sql in place.running()]
    found += [f"left behind: {path.name}" for path in folder.iterdir() if path.name.endswith((".part", ".tmp"))]
    return found + _halves(place)


def _halves(place: Place) -> list[str]:
    """Return what is half-written."""
    names = "select table_name from information_schema.tables"
    there = {str(name) for (name,) in place.run(names)} & {
        f"driftql_{name}" for name in ("runs", "metrics", "telemetry", "queue")
    }
    found = []
    if there - {"driftql_queue"}:
        if len(there - {"driftql_queue"}) != 3:
            found.append(f"tables {sorted(there)}")
        counts = "select r.run_id, (select count(*) from driftql_metrics as m where m.run_id = r.run_id), "
        counts += "(select count(*) from driftql_telemetry as t where t.run_id = r.run_id) from driftql_runs as r"
        rows = place.run(counts)
        if len({row[1:] for row in rows}) > 1 or any(not row[1] or row[2] != 1 for row in rows):
            found.append(f"runs with different numbers of rows: {rows}")
    if "driftql_queue" in there:
        ((requests, buckets),) = place.run(
            "select count(*), count(distinct user_id || cast(bucket_start_ts as varchar)) from driftql_queue"
        )
        if requests not in (0, LIMIT) or requests != buckets:
            found.append(f"{requests} requests for {buckets} buckets")
    return found


@contextmanager
def _places() -> Iterator[list[tuple[Place, Path]]]:
    with tempfile.TemporaryDirectory() as base, servers.postgres() as url:
        folders = {engine: Path(base) / engine for engine in ("duckdb", "postgres")}
        for folder in folders.values():
            folder.mkdir()
        path = folders["duckdb"] / "own.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.register("made", predictions_of())
            connection.execute("create table predictions as select *, [p_a, p_b, p_unknown] as probs from made")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create database struck")
        fill_postgres(url.replace("/postgres?", "/struck?"))
        places = [Place("duckdb", str(path)), Place("postgres", url.replace("/postgres?", "/struck?"))]
        for place in places:
            prepare(place, folders[place.engine])
        yield [(place, folders[place.engine]) for place in places]


def _campaign(numbers: list[signal.Signals], times: int) -> int:
    rng = random.Random(20260101)
    faults = 0
    with _places() as places:
        for place, folder in places:
            whole = time_of_a_run(folder)
            for number in numbers:
                ended: list[float] = []
                codes: dict[int, int] = {}
                for _ in range(times):
                    moment = rng.uniform(0.05, whole)
                    struck = strike(folder, number, lambda moment=moment: time.sleep(moment))  # type: ignore[misc]
                    found = wrongs(place, folder, struck, number)
                    faults += bool(found)
                    ended.append(struck.seconds)
                    codes[struck.code] = codes.get(struck.code, 0) + 1
                    for fault in found:
                        print(f"{place.engine} {number.name} at {struck.moment:.2f} s: {fault}", flush=True)
                print(
                    f"{place.engine} {number.name}: {times} in runs of {whole:.1f} s, codes {codes}, the last ended after "
                    f"{max(ended):.2f} s",
                    flush=True,
                )
    print(f"{faults} faults")
    return faults


if __name__ == "__main__":
    what, count = sys.argv[1], int(sys.argv[2])
    if what == "signals":
        sys.exit(bool(_campaign([signal.SIGINT, signal.SIGTERM], count)))
    if what == "kills":
        sys.exit(bool(_campaign([signal.SIGKILL], count)))
