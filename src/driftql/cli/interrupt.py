"""Ctrl-C and SIGTERM: the program ends soon, whatever it is doing, and leaves no statement behind.

This module is imported before all others of the command line, and imports little itself.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn, TypeVar

from driftql import stopping

__all__ = ["INTERRUPTED", "leave_stopped", "run_interruptible", "run_stoppable"]

T = TypeVar("T")

INTERRUPTED = 130
# Signal -> exit code and last word; the codes are those of a shell: 128 and the number of the signal.
_ENDS = {signal.SIGINT: (INTERRUPTED, "interrupted"), signal.SIGTERM: (143, "terminated")}
# Seconds that a check, or the whole program, has to end after a signal.
_PATIENCE = 1.5
_LONGEST = 2.0
_received: list[int] = []
_told: list[bool] = []
_restores: list[Callable[[], None]] = []


def run_stoppable(work: Callable[[], None]) -> None:
    """Run the program, so that SIGINT and SIGTERM end it within some 2 seconds.

    A signal cancels the statement that is running, lets no other one start, and unwinds the main thread, which closes
    connections and removes unfinished files. Whatever has not ended by then is left to the operating system, which
    closes the connections; their transactions are rolled back.

    Parameters
    ----------
    work
        The program.
    """
    if threading.current_thread() is not threading.main_thread() or _is_handled():
        work()
        return
    try:
        _watch()
        work()
    except BaseException:
        if stopping.is_stopping() or _received:
            leave_stopped()
        raise
    finally:
        # What follows is the end of the interpreter, in which an exception would become a traceback.
        for number in _ENDS:
            if signal.getsignal(number) is _handle:
                signal.signal(number, _leave_now)
    if _received:
        leave_stopped()


def _is_handled() -> bool:
    return any(signal.getsignal(number) in (_handle, _leave_now) for number in _ENDS)


def _watch() -> None:
    """Watch for signals in a second thread, because the main thread handles none while a driver blocks it."""
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)

    def watch() -> None:
        # The thread keeps the writer open.
        while writer and (number := reader.recv(1)[0]) not in _ENDS:
            pass
        _received.append(number)
        stopping.stop()
        threading.Thread(target=_cancel_statements, daemon=True).start()
        time.sleep(_LONGEST)
        leave_stopped()

    threading.Thread(target=watch, name="driftql signals", daemon=True).start()
    for number in _ENDS:
        # A shell starts programs in the background with SIGINT ignored.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _handle)


def _cancel_statements() -> None:
    """Cancel again and again: a request to cancel is lost if it arrives before its statement."""
    while True:
        stopping.cancel_statements()
        time.sleep(0.1)


def _handle(number: int, _: Any) -> None:
    """Unwind the main thread."""
    _received.append(number)
    if stopping.is_stopping() and len(_received) > 2:
        return
    stopping.stop()
    # From here on the main thread unwinds: nothing that it leaves behind is news.
    sys.unraisablehook = lambda _: None
    threading.excepthook = lambda _: None
    raise KeyboardInterrupt


def _leave_now(number: int, _: Any) -> None:
    _received.append(number)
    leave_stopped()


def leave_stopped() -> NoReturn:
    """End the program with the exit code of the signal that it received."""
    code, word = _ENDS[signal.Signals(_received[0])] if _received else _ENDS[signal.SIGINT]
    for restore in _restores:
        with suppress(Exception):
            restore()
    if not _told:
        _told.append(True)
        with suppress(OSError):
            os.write(2, f"\n{word}\n".encode())
    # A regular exit calls the interrupted database once more, and could end by the signal instead of this code.
    os._exit(code)


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
    from driftql.warehouse.cancellable import run_cancellable

    _restores.append(restore)
    try:
        return run_cancellable(work, cancel, patience=_PATIENCE, abandon=leave_stopped)
    finally:
        _restores.remove(restore)
