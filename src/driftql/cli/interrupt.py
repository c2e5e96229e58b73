"""Ctrl-C during a long statement: Python cannot react while the database works in the main thread."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

__all__ = ["run_interruptible"]

T = TypeVar("T")

_INTERRUPTED = 130
_PATIENCE = 1.5
_POLL = 0.2


def run_interruptible(work: Callable[[], T], cancel: Callable[[], None], restore: Callable[[], None]) -> T:
    """Run ``work`` in a thread, so that Ctrl-C ends the program at once. ``work`` must only read.

    Parameters
    ----------
    work
        The function to run.
    cancel
        Asks the database to cancel its statement. The program does not wait long for that: nothing is written, so
        nothing can be lost.
    restore
        Restores the terminal before the program exits.

    Returns
    -------
    T
        The result of ``work``. An exception of ``work`` is raised here.
    """
    results: list[T] = []
    errors: list[BaseException] = []
    # Not Thread.join: in Python 3.11, an interrupted join marks the thread as stopped.
    finished = threading.Event()

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)
        finally:
            finished.set()

    worker = threading.Thread(target=run, name="driftql-check", daemon=True)
    worker.start()
    try:
        # On Windows, Ctrl-C does not interrupt a wait without a timeout.
        while not finished.wait(_POLL):
            pass
    except KeyboardInterrupt:
        with suppress(Exception):
            cancel()
        if not finished.wait(_PATIENCE):
            restore()
            sys.stderr.write("\ninterrupted\n")
            sys.stderr.flush()
            os._exit(_INTERRUPTED)
        raise
    if errors:
        raise errors[0]
    return results[0]
