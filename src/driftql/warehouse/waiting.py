"""Runs a statement so that Ctrl-C, and a limit on its time, end it at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

__all__ = ["TimeLimitError", "waited"]

T = TypeVar("T")

_POLL = 0.1


class TimeLimitError(Exception):
    """The statement ran for longer than it may, and was cancelled."""


def waited(
    work: Callable[[], T], cancel: Callable[[], None], *, seconds: float | None = None, patience: float | None = None
) -> T:
    """Run ``work`` in a thread beside the one that receives signals.

    Drivers look for a signal between two packets or tasks only, and sorting or grouping may be one task of minutes.

    Parameters
    ----------
    work
        Runs the statement.
    cancel
        Asks the database to give it up; may be called again while it does not.
    seconds
        How long the statement may run; None: as long as it takes.
    patience
        How long to wait for the database to give up, in seconds; None: until it does.

    Returns
    -------
    T
        What ``work`` returned; what it raised is raised here.

    Raises
    ------
    TimeLimitError
        If the time was up.
    """
    if seconds is None and threading.current_thread() is not threading.main_thread():
        return work()
    results: list[T] = []
    failures: list[BaseException] = []
    done = threading.Event()  # Thread.join cannot be trusted after a signal (Python 3.11)

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            failures.append(error)
        finally:
            done.set()

    def give_up() -> None:
        deadline = None if patience is None else time.monotonic() + patience
        cancel()
        while not done.wait(_POLL) and (deadline is None or time.monotonic() < deadline):
            cancel()

    threading.Thread(target=run, name="driftql statement", daemon=True).start()
    deadline = None if seconds is None else time.monotonic() + seconds
    try:
        # On Windows a wait without an end would not be interrupted.
        while not done.wait(_POLL if deadline is None else min(_POLL, max(deadline - time.monotonic(), 0.001))):
            if deadline is not None and time.monotonic() >= deadline:
                give_up()
                if not results:
                    raise TimeLimitError
    except KeyboardInterrupt:
        give_up()
        raise
    if failures:
        raise failures[0]
    return results[0]
