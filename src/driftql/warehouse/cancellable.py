"""Runs a statement so that Ctrl-C, and a limit on its time, end it at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from driftql.stopping import running

__all__ = ["TimeLimitError", "run_cancellable"]

T = TypeVar("T")

_POLL = 0.1


class TimeLimitError(Exception):
    """The statement ran for longer than it may, and was cancelled."""


def run_cancellable(
    work: Callable[[], T],
    cancel: Callable[[], None],
    *,
    seconds: float | None = None,
    patience: float | None = None,
    abandon: Callable[[], object] | None = None,
) -> T:
    """Run ``work`` in a second thread, because only the main thread receives signals, and a driver would block it.

    Drivers look for a signal only between two packets or tasks, and sorting or grouping can be one task of minutes.
    Outside the main thread, which receives no signals, work without a limit runs as it is.

    Parameters
    ----------
    work
        Runs the statement.
    cancel
        Asks the database to stop the statement. It is called again while the statement goes on; its own errors are
        ignored.
    seconds
        How long the statement may run; None: without a limit.
    patience
        How long to wait for the database to stop, in seconds; None: until it does.
    abandon
        Called after Ctrl-C if the database has not stopped within ``patience``.

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
        with running(cancel):
            return work()
    results: list[T] = []
    failures: list[BaseException] = []
    # Not Thread.join: interrupted by a signal, it takes the thread for finished (Python 3.11).
    done = threading.Event()

    def run() -> None:
        try:
            with running(cancel):
                results.append(work())
        except BaseException as error:
            failures.append(error)
        finally:
            done.set()

    def stop() -> bool:
        """Cancel until the work has ended or the patience is over; return whether it has ended."""
        deadline = None if patience is None else time.monotonic() + patience
        while True:
            with suppress(Exception):
                cancel()
            if done.wait(_POLL):
                return True
            if deadline is not None and time.monotonic() >= deadline:
                return False

    deadline = None if seconds is None else time.monotonic() + seconds
    try:
        # Inside, because an interrupt that arrives while the thread starts must cancel it too.
        threading.Thread(target=run, name="driftql statement", daemon=True).start()
        # Short waits: on Windows nothing interrupts a wait without an end.
        while not done.wait(_POLL if deadline is None else min(_POLL, max(deadline - time.monotonic(), 0.001))):
            if deadline is not None and time.monotonic() >= deadline:
                stop()
                if not results:
                    raise TimeLimitError
    except KeyboardInterrupt:
        if not stop() and abandon is not None:
            abandon()
        raise
    if failures:
        raise failures[0]
    return results[0]
