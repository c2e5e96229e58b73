"""A signal ends a command soon, with its code, and nothing is left behind; `python -m tests.edges.strikes` tries more."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.edges.places import Place
from tests.edges.strikes import (
    CODES,
    WORDS,
    commits_of_a_run,
    empty,
    is_before_driftql,
    next_run,
    prepare,
    strike,
    strike_at_commit,
    time_of_a_run,
    wrongs,
)
from tests.support.children import environment, python

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")


def test_signals_at_any_moment(place: Place, tmp_path: Path) -> None:
    prepare(place, tmp_path)
    whole = time_of_a_run(tmp_path)
    rng = random.Random()
    for number in (signal.SIGINT, signal.SIGTERM) * 3:
        moment = rng.uniform(0.3, whole)
        struck = strike(tmp_path, number, lambda _, moment=moment: time.sleep(moment))  # type: ignore[misc]
        slow = [wrong for wrong in wrongs(place, tmp_path, struck, number) if not wrong.endswith(" s to the end")]
        assert not slow, struck
        assert struck.code in (CODES[number], 1) or is_before_driftql(struck, number)


def test_kills_at_any_moment(place: Place, tmp_path: Path) -> None:
    """Half of them late, where the run is recorded and the queue is filled."""
    prepare(place, tmp_path)
    whole = time_of_a_run(tmp_path)
    rng = random.Random()
    for start in (0.3, 0.6 * whole):
        moment = rng.uniform(min(start, whole), whole)
        struck = strike(tmp_path, signal.SIGKILL, lambda _, moment=moment: time.sleep(moment))  # type: ignore[misc]
        assert not wrongs(place, tmp_path, struck, signal.SIGKILL), struck


def test_kills_at_a_commit(place: Place, tmp_path: Path) -> None:
    """Before or after the commit of the history, of the queue's table or of its rows: what was begun is whole or absent."""
    prepare(place, tmp_path)
    assert commits_of_a_run(tmp_path) == WORDS["tables"], "the runs below are killed at all of them"
    rng = random.Random()
    for emptied in ("tables", "rows"):
        empty(place, emptied)
        word, delay = rng.randrange(WORDS[emptied]), rng.choice([0, rng.uniform(0, 0.03)])
        struck = strike_at_commit(tmp_path, word, delay)
        assert struck.code in (-signal.SIGKILL, 1), struck
        assert not wrongs(place, tmp_path, struck, signal.SIGKILL), (emptied, word, delay, struck)
    assert not next_run(place, tmp_path)


WHILE_IT_STARTS_TO_WATCH = """
import os, signal, sys, threading
from driftql import __main__

start = threading.Thread.start
def struck(thread):
    os.kill(os.getpid(), signal.SIGINT)
    start(thread)
threading.Thread.start = struck
sys.argv = ["driftql", "--version"]
__main__.main()
"""


def test_a_signal_while_the_program_starts_to_watch_for_signals() -> None:
    ended = subprocess.run(
        python(WHILE_IT_STARTS_TO_WATCH),
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "\ninterrupted\n")
