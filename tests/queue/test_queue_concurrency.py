"""Several writers at the same time: each bucket is asked for once, and none is lost."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import duckdb
import pytest

import driftql
from driftql.warehouse.duckdb import DuckDBWarehouse
from tests.support.children import environment, python

_ENQUEUE = """
import sys
import driftql
path, low = sys.argv[1], float(sys.argv[2])
print("ready", flush=True)
for line in sys.stdin:
    print(driftql.enqueue_low_confidence("predictions", threshold=low, queue_path=path), flush=True)
"""


def expected(path: Path, threshold: float) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        return int(
            connection.execute("select count(*) from predictions where confidence < ?", [threshold]).fetchall()[0][0]
        )


def buckets(path: Path) -> tuple[int, int]:
    """Return requests, and different buckets among them."""
    with duckdb.connect(str(path)) as connection:
        return connection.execute(
            "select count(*), count(distinct (user_id, bucket_start_ts)) from driftql_queue"
        ).fetchall()[0]


def test_processes(database: Path) -> None:
    """Two processes, several rounds: the queue is made in the first, then grows by what each round's threshold adds."""
    processes = [
        subprocess.Popen(
            python(_ENQUEUE.replace("for line in sys.stdin:", "for low in map(float, sys.stdin):"), database, 0),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        for _ in range(2)
    ]
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        total = 0
        for threshold in (0.4, 0.45, 0.5, 0.6, 0.8, 1.0):
            for process in processes:
                process.stdin.write(f"{threshold}\n")
                process.stdin.flush()
            added = [process.stdout.readline().strip() for process in processes]
            assert all(text.isdigit() for text in added), [process.communicate()[1] for process in processes]
            total += sum(map(int, added))
            assert total == expected(database, threshold)
            assert buckets(database) == (total, total)
    finally:
        for process in processes:
            process.communicate(timeout=30)


@pytest.mark.parametrize("shared", [True, False], ids=["one connection", "one file"])
def test_threads(database: Path, shared: bool) -> None:
    """Threads of one process, over cursors of one connection or each with the file's path."""
    connection = duckdb.connect(str(database)) if shared else None
    total = 0
    try:
        for threshold in (0.4, 0.5, 0.7, 1.0):
            barrier = threading.Barrier(4)
            added: list[int] = []
            failures: list[BaseException] = []

            def work(
                low: float = threshold,
                gate: threading.Barrier = barrier,
                counts: list[int] = added,
                failed: list[BaseException] = failures,
            ) -> None:
                gate.wait()
                try:
                    counts.append(
                        driftql.enqueue_low_confidence(
                            "predictions", threshold=low, warehouse=database if connection is None else connection
                        )
                    )
                except BaseException as error:
                    failed.append(error)

            threads = [threading.Thread(target=work) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not failures
            total += sum(added)
            if connection is None:
                assert buckets(database) == (total, total)
            else:
                assert connection.execute("select count(*) from driftql_queue").fetchall() == [(total,)]
    finally:
        if connection is not None:
            connection.close()
    assert total == expected(database, 1.0)


def test_reading_while_another_process_enqueues(database: Path) -> None:
    process = subprocess.Popen(
        python(_ENQUEUE, database, 1.0),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        seen = {len(driftql.pending(database, max_asks_per_day=10_000)) for _ in range(10)}
        added = int(process.stdout.readline())
        assert seen <= {0, added}, "a part of one statement was seen"
    finally:
        process.communicate(timeout=30)


def test_a_reader_of_the_same_program_that_stays(database: Path) -> None:
    with (
        duckdb.connect(str(database), read_only=True),
        DuckDBWarehouse(database, lock_patience=0.3) as warehouse,
        pytest.raises(driftql.QueueError, match="open for reading elsewhere in this program"),
    ):
        driftql.enqueue_low_confidence("predictions", warehouse=warehouse)
    assert driftql.enqueue_low_confidence("predictions", warehouse=database) > 0
