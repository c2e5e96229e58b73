"""Ctrl-C during a long statement: Python cannot react while the database works in the main thread."""

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
    """Run ``work``, which must only read, so that Ctrl-C ends the program at once.

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

    def leave() -> NoReturn:
        restore()
        sys.stderr.write("\ninterrupted\n")
        sys.stderr.flush()
        os._exit(INTERRUPTED)

    return run_cancellable(work, cancel, patience=_PATIENCE, abandon=leave)
