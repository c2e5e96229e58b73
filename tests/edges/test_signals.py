"""A signal ends a command soon, with its code, and nothing is left behind; `python -m tests.edges.strikes` tries more."""

from __future__ import annotations

import random
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.edges.places import Place
from tests.edges.strikes import CODES, prepare, strike, time_of_a_run, wrongs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")


def test_signals_at_any_moment(place: Place, tmp_path: Path) -> None:
    prepare(place, tmp_path)
    whole = time_of_a_run(tmp_path)
    rng = random.Random()
    for number in (signal.SIGINT, signal.SIGTERM) * 3:
        moment = rng.uniform(0.3, whole)
        struck = strike(tmp_path, number, lambda moment=moment: time.sleep(moment))  # type: ignore[misc]
        slow = [wrong for wrong in wrongs(place, tmp_path, struck, number) if not wrong.endswith(" s to the end")]
        assert not slow, struck
        assert struck.code in (CODES[number], 1)


def test_kills_at_any_moment(place: Place, tmp_path: Path) -> None:
    """Half of them late, where the run is recorded and the queue is filled."""
    prepare(place, tmp_path)
    whole = time_of_a_run(tmp_path)
    rng = random.Random()
    for start in (0.3, 0.6 * whole) * 3:
        moment = rng.uniform(min(start, whole), whole)
        struck = strike(tmp_path, signal.SIGKILL, lambda moment=moment: time.sleep(moment))  # type: ignore[misc]
        assert not wrongs(place, tmp_path, struck, signal.SIGKILL), struck
