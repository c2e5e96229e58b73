"""Whether this program is being stopped by a signal, and the statements that must end with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

__all__ = ["cancel_statements", "is_stopping", "running", "stop"]

# Read and written without locks, because a signal's handler may do so while the same thread does.
_STOPPING: list[bool] = []
_CANCELS: dict[object, Callable[[], object]] = {}


def stop() -> None:
    """Let no further statement start."""
    _STOPPING.append(True)


def is_stopping() -> bool:
    """Return whether no further statement may start."""
    return bool(_STOPPING)


def cancel_statements() -> None:
    """Ask the databases to cancel every statement that this program is running."""
    for cancel in list(_CANCELS.values()):
        with suppress(Exception):
            cancel()


@contextmanager
def running(cancel: Callable[[], object]) -> Iterator[None]:
    """Run a statement in a block; ``cancel`` asks its database to stop it.

    Raises
    ------
    KeyboardInterrupt
        If the program is being stopped: the statement must not start.
    """
    key = object()
    _CANCELS[key] = cancel
    try:
        # Looked at after the entry is made: whoever stops the program later finds the statement.
        if is_stopping():
            raise KeyboardInterrupt
        yield
    finally:
        del _CANCELS[key]
