"""Ctrl-C during a long query ends the program at once and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import duckdb
import pytest

from tests.support.children import environment, python

# The query before tells that everything is imported and the database is open; what follows takes minutes.
_START = """
import sys
import driftql
from driftql.config import MonitorConfig

with driftql.connect(sys.argv[1]) as warehouse:
    driftql.run_monitor(MonitorConfig.model_validate({"table": "short", "features": ["age"]}), warehouse)
print("ready", flush=True)
"""
_CHECK = """
settings = {"table": "long", "reference": {"filter": "side = 0"}, "current": {"filter": "side = 1"}}
with driftql.connect(sys.argv[1]) as warehouse:
    driftql.run_monitor(MonitorConfig.model_validate({**settings, "features": ["age"]}), warehouse)
"""
_ENQUEUE = """
driftql.enqueue_low_confidence("long", threshold=1.0, queue_path=sys.argv[1])
"""
_ROWS = (
    "select i % 2 as side, hash(i) * 1.0 as age, 'u' || hash(i) as user_id, "
    "timestamp '2026-01-01' + to_seconds(3600 * i) as bucket_start_ts, 0.5 as confidence from range({}) as numbers(i)"
)


@pytest.mark.parametrize("code", [_CHECK, _ENQUEUE], ids=["check", "enqueue"])
def test_an_interrupt_during_a_query(tmp_path: Path, code: str) -> None:
    path = tmp_path / "long.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create view long as {_ROWS.format(10**9)}")
        connection.execute(f"create view short as {_ROWS.format(1000)}")
    before = os.listdir(tmp_path)
    process = subprocess.Popen(
        python(_START + code, path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        cwd=tmp_path,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(1.5)
        assert process.poll() is None, "the query was not long enough"
        process.send_signal(signal.SIGINT)
        asked = time.monotonic()
        _, errors = process.communicate(timeout=60)
        assert time.monotonic() - asked < 10
    finally:
        process.kill()
        process.communicate()
    assert process.returncode in (-signal.SIGINT, 130), errors
    assert errors.splitlines()[-1] == "KeyboardInterrupt"
    assert os.listdir(tmp_path) == before
    with duckdb.connect(str(path)) as connection:
        queues = "select count(*) from duckdb_tables() where table_name = 'driftql_queue'"
        if connection.execute(queues).fetchall() != [(0,)]:
            assert connection.execute("select count(*) from driftql_queue").fetchall() == [(0,)]
