"""Strikes a check, its record and its queue at some moment with a signal, and looks at what is left.

The whole campaign, as a table of what was found:

    python -m tests.edges.strikes signals 100     SIGINT and SIGTERM, so many times each, on each engine
    python -m tests.edges.strikes kills 100       SIGKILL, so many times on each engine at any moment, and as often
                                                  within some hundredths of a second of a commit
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg

from tests.edges.places import Place, fill_postgres
from tests.edges.telling import COMMIT
from tests.support import servers
from tests.support.children import SOURCE, environment
from tests.support.predictions import predictions_of

__all__ = [
    "CODES",
    "WORDS",
    "Struck",
    "commits_of_a_run",
    "empty",
    "is_before_driftql",
    "next_run",
    "prepare",
    "strike",
    "strike_at_commit",
    "time_of_a_run",
    "wrongs",
]

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}
LIMIT = 30
ROOT = Path(__file__).parents[2]
TELLING = "tests.edges.telling"
# How many lines a run prints about its commits (one before and one after each), by what was taken away before it: the
# tables of history and queue, their rows, or nothing.
WORDS = {"tables": 6, "rows": 4, "nothing": 4}
_TABLES = ("runs", "metrics", "telemetry", "queue")
# A line of driftql's in a traceback.
_OWN = re.compile(r"driftql[/\\]\w+")
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
# Rows enough for statements of some tenths of a second, in which a signal may come.
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


def prepare(place: Place, folder: Path, copies: int | None = None) -> None:
    """Create the view that is checked, of so many copies of the rows, and the settings."""
    series = f"generate_series(1, {copies or _COPIES[place.engine]})"
    place.run(_SLOW.format(series=series))
    url = place.url.replace("\\", "/")
    (folder / "driftql.toml").write_text(_SETTINGS.format(url=url, limit=LIMIT), encoding="utf-8")


def start(folder: Path, module: str = "driftql") -> subprocess.Popen[str]:
    """Start a check that records and enqueues."""
    return subprocess.Popen(
        [sys.executable, "-m", module, "check"],
        cwd=folder,
        env={**environment(), "PYTHONPATH": f"{SOURCE}{os.pathsep}{ROOT}"},
        stdout=subprocess.PIPE if module != "driftql" else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # A test runner may be a program in the background, which ignores SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def time_of_a_run(folder: Path) -> float:
    """Run once to the end; return the seconds."""
    began = time.monotonic()
    with start(folder) as process:
        _, errors = process.communicate(timeout=600)
    assert process.returncode == 1, errors
    return time.monotonic() - began


def strike(
    folder: Path,
    number: signal.Signals,
    await_moment: Callable[[subprocess.Popen[str]], None],
    module: str = "driftql",
) -> Struck:
    """Start a check and send it a signal at a moment."""
    began = time.monotonic()
    with start(folder, module) as process:
        await_moment(process)
        was_running = process.poll() is None
        process.send_signal(number)
        sent = time.monotonic()
        _, errors = process.communicate(timeout=600)
        seconds = time.monotonic() - sent
    return Struck(sent - began, process.returncode, seconds, errors, was_running)


def commits_of_a_run(folder: Path) -> int:
    """Run once to the end; return how many lines it prints about its commits: one before and one after each."""
    with start(folder, TELLING) as process:
        told, errors = process.communicate(timeout=600)
    assert process.returncode == 1, errors
    return told.count(COMMIT)


def strike_at_commit(folder: Path, place: int, delay: float) -> Struck:
    """Start a check and kill it ``delay`` seconds after its line number ``place`` about a commit; the first is number 0."""

    def await_moment(process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        seen = 0
        while seen <= place and (line := process.stdout.readline()):
            seen += COMMIT in line
        time.sleep(delay)

    return strike(folder, signal.SIGKILL, await_moment, TELLING)


def empty(place: Place, how: str) -> None:
    """Take away what earlier runs have written: one of :data:`WORDS`."""
    if how != "nothing":
        sql = "drop table if exists" if how == "tables" else "delete from"
        there = _own_tables(place) if how == "rows" else _TABLES
        place.run(*(f"{sql} driftql_{name}" for name in there))


def next_run(place: Place, folder: Path) -> list[str]:
    """Run once to the end; return what it did not do: record itself, and fill the queue."""
    before = _count(place, "runs")
    time_of_a_run(folder)
    found = _halves(place)
    if _count(place, "runs") != before + 1:
        found.append(f"{_count(place, 'runs') - before} runs recorded by the next run")
    if _count(place, "queue") != LIMIT:
        found.append(f"{_count(place, 'queue')} requests after the next run")
    return found


def is_before_driftql(struck: Struck, number: signal.Signals) -> bool:
    """Return whether Python itself was still starting, so that no line of driftql had run."""
    if number == signal.SIGTERM:
        return struck.code == -signal.SIGTERM and not struck.errors
    is_python = "KeyboardInterrupt" in struck.errors or "Fatal Python error" in struck.errors
    return (
        number == signal.SIGINT and struck.code in (-signal.SIGINT, 1) and is_python and not _OWN.search(struck.errors)
    )


def wrongs(place: Place, folder: Path, struck: Struck, number: signal.Signals) -> list[str]:
    """Return what is not as promised after a strike; it waits a second for the server."""
    found = []
    is_early = is_before_driftql(struck, number)
    if (
        struck.was_running
        and not is_early
        and (struck.code not in (CODES[number], 1) or (struck.code == 1 and struck.errors))
    ):
        found.append(f"exit code {struck.code}: {struck.errors[-600:]!r}")
    if struck.seconds > 3:
        found.append(f"{struck.seconds:.1f} s to the end")
    word = {signal.SIGINT: "\ninterrupted\n", signal.SIGTERM: "\nterminated\n", signal.SIGKILL: ""}[number]
    if (
        not is_early
        and struck.code == CODES[number]
        and struck.errors.replace("\x1b[?25h", "") not in (word, f"\n{word}")
    ):
        found.append(f"on standard error: {struck.errors!r}")
    if place.engine == "postgres":
        time.sleep(1)
    found += [f"still running: {sql[:60]}" for sql in place.running()]
    found += [f"left behind: {path.name}" for path in folder.iterdir() if path.name.endswith((".part", ".tmp"))]
    return found + _halves(place)


def _halves(place: Place) -> list[str]:
    """Return what is half-written."""
    there = _own_tables(place)
    found = []
    if there - {"queue"}:
        if len(there - {"queue"}) != 3:
            found.append(f"tables {sorted(there)}")
        counts = "select r.run_id, (select count(*) from driftql_metrics as m where m.run_id = r.run_id), "
        counts += "(select count(*) from driftql_telemetry as t where t.run_id = r.run_id) from driftql_runs as r"
        rows = place.run(counts)
        if len({row[1:] for row in rows}) > 1 or any(not row[1] or row[2] != 1 for row in rows):
            found.append(f"runs with different numbers of rows: {rows}")
    if "queue" in there:
        ((requests, buckets),) = place.run(
            "select count(*), count(distinct user_id || cast(bucket_start_ts as varchar)) from driftql_queue"
        )
        if requests not in (0, LIMIT) or requests != buckets:
            found.append(f"{requests} requests for {buckets} buckets")
    return found


def _own_tables(place: Place) -> set[str]:
    names = place.run("select table_name from information_schema.tables")
    return {str(name).removeprefix("driftql_") for (name,) in names if str(name).startswith("driftql_")} & set(_TABLES)


def _count(place: Place, table: str) -> int:
    return int(place.run(f"select count(*) from driftql_{table}")[0][0]) if table in _own_tables(place) else 0


@contextmanager
def _places(copies: int | None) -> Iterator[list[tuple[Place, Path]]]:
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
            prepare(place, folders[place.engine], copies)
        yield [(place, folders[place.engine]) for place in places]


def _signals(places: list[tuple[Place, Path]], times: int, rng: random.Random) -> int:
    faults = 0
    for place, folder in places:
        whole = time_of_a_run(folder)
        for number in (signal.SIGINT, signal.SIGTERM):
            all_struck = []
            for _ in range(times):
                moment = rng.uniform(0.05, whole)
                struck = strike(folder, number, lambda _, moment=moment: time.sleep(moment))  # type: ignore[misc]
                all_struck.append(struck)
                faults += _tell(
                    f"{place.engine} {number.name} at {moment:.2f} s", wrongs(place, folder, struck, number)
                )
            early = sum(is_before_driftql(struck, number) for struck in all_struck)
            print(
                f"{place.engine} {number.name}: {times} in runs of {whole:.1f} s, codes "
                f"{Counter(struck.code for struck in all_struck)}, {early} while Python started, the last ended after "
                f"{max(struck.seconds for struck in all_struck):.2f} s",
                flush=True,
            )
    return faults


def _kills(places: list[tuple[Place, Path]], times: int, rng: random.Random) -> int:
    faults = 0
    for place, folder in places:
        whole = time_of_a_run(folder)
        for aim in ("any moment", "a commit"):
            running = 0
            for _ in range(times):
                emptied = rng.choice([*WORDS])
                empty(place, emptied)
                if aim == "a commit":
                    where, delay = rng.randrange(WORDS[emptied]), rng.choice([0, rng.uniform(0, 0.03)])
                    struck = strike_at_commit(folder, where, delay)
                    what = f"{place.engine} killed {1000 * delay:.0f} ms after word {where} of a commit"
                else:
                    moment = rng.uniform(0.05, whole)
                    struck = strike(folder, signal.SIGKILL, lambda _, moment=moment: time.sleep(moment))  # type: ignore[misc]
                    what = f"{place.engine} killed at {moment:.2f} s"
                running += struck.was_running
                faults += _tell(what, wrongs(place, folder, struck, signal.SIGKILL) + next_run(place, folder))
            print(f"{place.engine} SIGKILL at {aim}: {times}, {running} of them while the check ran", flush=True)
    return faults


def _tell(what: str, found: list[str]) -> int:
    for fault in found:
        print(f"{what}: {fault}", flush=True)
    return bool(found)


if __name__ == "__main__":
    # A kill is aimed at what is written, which takes as long after short statements.
    campaign, copies_of_rows = {"signals": (_signals, None), "kills": (_kills, 1)}[sys.argv[1]]
    with _places(copies_of_rows) as prepared:
        number_of_faults = campaign(prepared, int(sys.argv[2]), random.Random(20260101))
        print(f"{number_of_faults} faults")
    sys.exit(bool(number_of_faults))
