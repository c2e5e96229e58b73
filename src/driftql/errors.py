"""Everything that driftql raises on purpose.

::

    DriftqlError                 one sentence: what was wrong, where, and what to do
    ├── ConfigError              a setting, a flag or an argument is wrong           (exit code 2)
    │   ├── FragmentError        a filter or expression is not one plain expression
    │   └── SourceError          a table, file, column or window is not as described
    ├── WarehouseError           the database refused, was locked or ran out of room (exit code 3)
    │   ├── QueueError           the labeling table could not be read or written
    │   └── RowsChangedError     the rows changed while a check was counting them
    └── RenderError              a macro is missing or failed: a defect of driftql   (exit code 3)

What does not stop the work is warned of: ``DriftqlWarning``, a ``UserWarning`` with one sentence of the same kind.

A message never holds a password, and is one line without control characters: see :mod:`driftql.display`.
"""

from __future__ import annotations

import difflib
import functools
import sys
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from driftql.display import sentence

__all__ = [
    "ConfigError",
    "DriftqlError",
    "DriftqlWarning",
    "FragmentError",
    "QueueError",
    "RenderError",
    "RowsChangedError",
    "SourceError",
    "WarehouseError",
    "nearest",
    "without_causes",
]

P = ParamSpec("P")
T = TypeVar("T")


class DriftqlError(Exception):
    """Base of all errors that driftql raises; ``str(error)`` is fit to be shown to a user."""

    exit_code = 3

    def __init__(self, message: object = "") -> None:
        super().__init__(sentence(message))


class ConfigError(DriftqlError):
    """A setting, a command-line flag or a function's argument cannot be used."""

    exit_code = 2


class FragmentError(ConfigError):
    """A user's filter or expression is not exactly one scalar SQL expression."""


class SourceError(ConfigError):
    """A table, a file, a column or a window does not exist or is of the wrong kind."""


class WarehouseError(DriftqlError):
    """The database could not do what it was asked: locked, out of room, no connection."""


class QueueError(WarehouseError):
    """The labeling table could not be created, read or written."""


class RowsChangedError(WarehouseError):
    """The rows changed while a check was counting them, so that its counts contradict each other."""


class RenderError(DriftqlError):
    """A macro of the package is missing or failed to render."""


class DriftqlWarning(UserWarning):
    """Something was left out of what was asked for; ``str(warning)`` is fit to be shown to a user."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Suggest the known name that looks most like ``name``.

    Parameters
    ----------
    name
        What the user wrote.
    known
        The names that would have been right.

    Returns
    -------
    str
        ``"; did you mean 'x'?"``, or, with nothing close, ``"; there are: a, b"`` (at most twelve), or ``""``.
    """
    names = list(known)
    parts = [part.strip() for part in name.split(",")]
    if len(parts) > 1 and all(part in names for part in parts):
        return f"; {' and '.join(map(repr, parts))} are columns of their own: repeat an option that takes several"
    folded = {candidate.casefold(): candidate for candidate in names}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {folded[close[0]]!r}?"
    if names:
        shown = ", ".join(names[:12])
        return f"; there are: {shown}{', ...' if len(names) > 12 else ''}"
    return ""


def without_causes(function: Callable[P, T]) -> Callable[P, T]:
    """Cut what the errors of a function were made of: a driver's exception may hold the connection's password.

    Exceptions that the caller was handling already stay where they are.
    """

    @functools.wraps(function)
    def call(*arguments: P.args, **named: P.kwargs) -> T:
        handled = sys.exc_info()[1]
        try:
            return function(*arguments, **named)
        except DriftqlError as error:
            error.__cause__ = None
            error.__context__ = handled
            error.__suppress_context__ = True
            raise

    return call
