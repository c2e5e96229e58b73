"""Ctrl-C during a long statement: Python cannot answer it while the database is at work in the main thread."""

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
    """Run ``work``, which only reads, in a thread, so that Ctrl-C ends the program at once.

    Parameters
    ----------
    work
        What to do.
    cancel
        Asks the database to give up its statement. A database that does not do so soon is left behind: nothing is
        written, so nothing can be lost.
    restore
        Puts the terminal in order before the program is left that way.

    Returns
    -------
    T
        What ``work`` returned; what it raised is raised here.
    """
    results: list[T] = []
    errors: list[BaseException] = []
    # Not Thread.join: interrupted, it takes the thread for stopped in Python 3.11.
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
        # On Windows a wait without an end would not be interrupted either.
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
