"""A database that is locked, full or read-only: nothing is half written, and the file still opens."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

import driftql
from driftql.errors import QueueError, WarehouseError
from driftql.warehouse.duckdb import DuckDBWarehouse
from tests.support.children import environment, python
from tests.support.refusals import assert_one_sentence, refused

Run = Callable[..., "subprocess.CompletedProcess[str]"]

_HOLD = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "reader")
connection.execute("select count(*) from predictions")
if sys.argv[2] == "writer":
    connection.execute("create table theirs as select 1 as one")
print("ready", flush=True)
sys.stdin.read()
"""

# What is tried in a process of its own. As root a file's mode is no hindrance, so that process becomes nobody; all that
# it needs is imported, by doing the same to another file, before it can no longer read the installation.
_WORK = """
import os, resource, sys
import driftql, duckdb

def work(task, path):
    if task == "enqueue":
        return driftql.enqueue_low_confidence("predictions", threshold=1.0, queue_path=path)
    if task == "mark":
        return driftql.mark_done(path, driftql.pending(path)[0].request_id)
    with driftql.connect(path) as warehouse:
        return driftql.record_report(driftql.DriftReport.model_validate_json(REPORT), warehouse)

task, path, rehearsal, limit = sys.argv[1:]
with duckdb.connect(path, read_only=True) if task == "record" else duckdb.connect() as connection:
    REPORT = connection.execute("select report from driftql_runs").fetchone()[0] if task == "record" else ""
work(task, rehearsal)
if limit == "nobody":
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
try:
    work(task, path)
except driftql.DriftqlError as error:
    print(type(error).__name__, error)
else:
    print("done")
"""
_TABLES = "select table_name from duckdb_tables() order by all"


def content(path: Path) -> dict[str, list[Any]]:
    """Return every row of every table; that the file opens is half of what is tested."""
    with duckdb.connect(str(path)) as connection:
        names = [row[0] for row in connection.execute(_TABLES).fetchall()]
        return {name: connection.execute(f'from "{name}" order by all').fetchall() for name in names}


@pytest.fixture
def queued(database: Path) -> Path:
    """A database that has a queue and a history already."""
    assert driftql.enqueue_low_confidence("predictions", threshold=0.4, queue_path=database) > 0
    with driftql.connect(database) as warehouse:
        windows = {"reference": {"end": "2026-01-08"}, "current": {"start": "2026-01-08"}}
        monitor = driftql.MonitorConfig.model_validate({"table": "predictions", **windows})
        driftql.record_report(driftql.run_monitor(monitor, warehouse), warehouse)
    return database


@pytest.fixture
def hold(database: Path) -> Iterator[Callable[[str], None]]:
    """Let another process hold the database as a reader or a writer."""
    processes = []

    def start(mode: str) -> None:
        process = subprocess.Popen(
            python(_HOLD, database, mode),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    yield start
    for process in processes:
        process.communicate(timeout=20)


def impatient(path: Path) -> DuckDBWarehouse:
    return DuckDBWarehouse(path, lock_patience=0.3)


def test_reading_what_another_process_writes(database: Path, hold: Callable[[str], None]) -> None:
    hold("writer")
    with refused(WarehouseError, str(database), "locked by another process", "close that program or wait"):
        driftql.run_drift_check("predictions", "predictions", warehouse=impatient(database))
    with refused(WarehouseError, str(database), "locked by another process"):
        driftql.pending(impatient(database))


@pytest.mark.parametrize("mode", ["reader", "writer"])
def test_writing_what_another_process_holds(database: Path, hold: Callable[[str], None], mode: str) -> None:
    hold(mode)
    expected = WarehouseError if mode == "writer" else QueueError
    with refused(expected, str(database), "locked by another process"):
        driftql.enqueue_low_confidence("predictions", threshold=1.0, warehouse=impatient(database))


def test_recording_what_another_process_reads(queued: Path, hold: Callable[[str], None]) -> None:
    report = driftql.run_drift_check("predictions", "predictions", warehouse=queued)
    hold("reader")
    with (
        refused(WarehouseError, str(queued), "locked by another process"),
        impatient(queued) as warehouse,
    ):
        driftql.record_report(report, warehouse)


def test_a_lock_that_is_given_back_in_time(database: Path) -> None:
    """The other process lets go after a second; ten are waited for."""
    process = subprocess.Popen(
        python(_HOLD.replace("sys.stdin.read()", "import time; time.sleep(1)"), database, "reader"),
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert driftql.enqueue_low_confidence("predictions", threshold=0.4, queue_path=database) > 0
    process.communicate(timeout=20)


def test_readers_do_not_hinder_each_other(database: Path, hold: Callable[[str], None]) -> None:
    hold("reader")
    assert driftql.run_drift_check("predictions", "predictions", warehouse=database).alerts


@pytest.mark.parametrize(
    ("task", "share"),
    [
        *(("enqueue", share) for share in (0.0, 0.001, 0.05, 1.0)),
        *(("record", share) for share in (0.0, 0.001, 1.0)),
        *(("mark", share) for share in (0.0, 1.0)),
    ],
)
def test_a_full_disk(queued: Path, tmp_path: Path, in_process: Run, task: str, share: float) -> None:
    """Files may not grow beyond a limit: either all of it was written, or none and a sentence tells why."""
    before = content(queued)
    rehearsal = shutil.copy(queued, tmp_path / "rehearsal.duckdb")
    ran = in_process(_WORK, task, queued, rehearsal, int(share * queued.stat().st_size))
    assert ran.returncode == 0, ran.stderr
    kind, _, sentence = ran.stdout.strip().partition(" ")
    after = content(queued)
    if kind == "done":
        assert share > 0
        assert after != before
        return
    assert kind == ("WarehouseError" if task == "record" else "QueueError")
    assert_one_sentence(sentence)
    assert "the disk is full" in sentence
    assert "nothing was changed" in sentence
    assert after == before


def test_a_full_disk_when_the_queue_is_new(database: Path, tmp_path: Path, in_process: Run) -> None:
    """The file of the queue does not exist yet: what was begun of it is an empty database or no file."""
    code = _WORK.replace('"predictions", threshold', '"rows.parquet", threshold')
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"copy predictions to '{tmp_path / 'rows.parquet'}'")
    code = code.replace('"rows.parquet"', repr(str(tmp_path / "rows.parquet")))
    for limit in (0, 4096, 12_288, 100_000):
        path = tmp_path / f"new_{limit}.duckdb"
        ran = in_process(code, "enqueue", path, tmp_path / "rehearsal.duckdb", limit)
        assert ran.returncode == 0, ran.stderr
        kind, _, sentence = ran.stdout.strip().partition(" ")
        assert kind in ("QueueError", "WarehouseError")
        assert_one_sentence(sentence)
        assert "the disk is full" in sentence
        assert not path.exists() or content(path).get("driftql_queue", []) == []


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter: pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="driftql_"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("task", ["enqueue", "record", "mark"])
def test_a_read_only_file(queued: Path, tmp_path: Path, open_folder: Path, in_process: Run, task: str) -> None:
    path = Path(shutil.copy(queued, open_folder / "own.duckdb"))
    before = content(path)
    path.chmod(0o444)
    ran = in_process(_WORK, task, path, shutil.copy(queued, tmp_path / "rehearsal.duckdb"), "nobody")
    path.chmod(0o644)
    assert ran.returncode == 0, ran.stderr
    kind, _, sentence = ran.stdout.strip().partition(" ")
    assert kind == ("WarehouseError" if task == "record" else "QueueError")
    assert_one_sentence(sentence)
    assert str(path) in sentence
    assert "read-only" in sentence
    assert "nothing was changed" in sentence
    assert content(path) == before


def test_a_read_only_folder(queued: Path, tmp_path: Path, open_folder: Path, in_process: Run) -> None:
    """The file may be written, but nothing can be put beside it, where DuckDB keeps its log."""
    path = Path(shutil.copy(queued, open_folder / "own.duckdb"))
    before = content(path)
    path.chmod(0o666)
    open_folder.chmod(0o555)
    ran = in_process(_WORK, "enqueue", path, shutil.copy(queued, tmp_path / "rehearsal.duckdb"), "nobody")
    open_folder.chmod(0o755)
    assert ran.returncode == 0, ran.stderr
    kind, _, sentence = ran.stdout.strip().partition(" ")
    assert kind in ("QueueError", "WarehouseError"), ran.stdout
    assert_one_sentence(sentence)
    assert content(path) == before


def test_a_folder_in_which_no_file_can_be_made(tmp_path: Path, open_folder: Path, in_process: Run) -> None:
    rows = open_folder / "rows.parquet"
    duckdb.sql("select 'u' as user_id, timestamp '2026-01-01' as bucket_start_ts, 0.1 as confidence").write_parquet(
        str(rows)
    )
    rows.chmod(0o644)
    open_folder.chmod(0o555)
    code = _WORK.replace('"predictions", threshold', f"{str(rows)!r}, threshold")
    ran = in_process(code, "enqueue", open_folder / "new.duckdb", tmp_path / "rehearsal.duckdb", "nobody")
    kind, _, sentence = ran.stdout.strip().partition(" ")
    assert kind in ("QueueError", "WarehouseError"), ran.stdout + ran.stderr
    assert_one_sentence(sentence)
    assert os.listdir(open_folder) == ["rows.parquet"]


def test_a_report_that_cannot_be_written(queued: Path, tmp_path: Path) -> None:
    report = driftql.run_drift_check("predictions", "predictions", warehouse=queued)
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.iterdir())
    with refused(driftql.ConfigError, "the report cannot be written to", str(tmp_path / "folder")):
        driftql.write_drift_report(report, tmp_path / "folder")
    assert sorted(tmp_path.iterdir()) == before
