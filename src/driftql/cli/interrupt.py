"""Ctrl-C during a long statement: Python cannot answer it while the database is at work in the main thread."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NoReturn, TypeVar

from driftql.cli.commands import INTERRUPTED
from driftql.warehouse.cancellable import run_cancellable

__all__ = ["run_interruptible"]

T = TypeVar("T")

_PATIENCE = 1.5


def run_interruptible(work: Callable[[], T], cancel: Callable[[], None], restore: Callable[[], None]) -> T:
    """Run ``work``, which only reads, so that Ctrl-C ends the program at once.

    Parameters
    ----------
    work
        Reads from the database.
    cancel
        Asks the database to stop its statement. If it does not stop soon, the program ends without waiting for it:
        nothing is written, so nothing can be lost.
    restore
        Puts the terminal in order before the program ends that way.

    Returns
    -------
    T
        What ``work`` returned; what it raised is raised here.
    """

    def leave() -> NoReturn:
        restore()
        sys.stderr.write("\ninterrupted\n")
        sys.stderr.flush()
        os._exit(INTERRUPTED)

    return run_cancellable(work, cancel, patience=_PATIENCE, abandon=leave)
