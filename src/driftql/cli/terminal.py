"""Consoles, numbers, bars and the progress display.

Text of the user (names, labels, conditions) passes through :func:`driftql.display.plain` and is never read as Rich
markup.
"""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from driftql.display import plain

if TYPE_CHECKING:
    import datetime as dt

    from rich.console import Console
    from rich.table import Table

__all__ = [
    "SEVERITY_STYLES",
    "LateProgress",
    "bar",
    "column_chart",
    "console",
    "listing",
    "minutes",
    "say",
    "shorten",
]

SEVERITY_STYLES = {
    "critical": "bold red",
    "warning": "yellow",
    "ok": "green",
    "unproven": "cyan",
    "no result": "magenta",
}

_COLUMNS = " ▁▂▃▄▅▆▇█"
_COLUMNS_ASCII = " .:-=+*#@"
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def console(*, stderr: bool = False) -> Console:
    """Return a console that reads no markup, because printed names may hold ``[red]``."""
    from rich.console import Console

    class PipeConsole(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return PipeConsole(stderr=stderr, markup=False, emoji=False, highlight=False)


def say(screen: Console, line: str = "", style: str | None = None) -> None:
    """Print a paragraph, wrapped at words."""
    screen.print(line, style=style)


def shorten(text: str, width: int) -> str:
    """Cut the middle out of a long name: similar names differ at their ends."""
    if len(text) <= width:
        return text
    tail = (width - 1) * 2 // 3
    return f"{text[: width - 1 - tail]}\N{HORIZONTAL ELLIPSIS}{text[-tail:]}"


def listing(*headers: str, right: Sequence[str] = (), **options: Any) -> Table:
    """Return a table without a frame; ``right`` names the columns to align right."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", **options)
    for header in headers:
        table.add_column(header, justify="right" if header in right else "left", no_wrap=True, overflow="ellipsis")
    return table


def minutes(moment: dt.datetime | None) -> str:
    """Format a time to the minute."""
    return "-" if moment is None else moment.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")


def column_chart(values: Sequence[float], top: float, *, ascii_only: bool = False) -> str:
    """Draw one character per value, as high as its part of ``top``; a value above zero is always visible."""
    levels = _COLUMNS_ASCII if ascii_only else _COLUMNS
    drawn = []
    for value in values:
        level = math.ceil(value / top * 8 - 1e-9) if top > 0 and value > 0 else 0
        drawn.append(levels[min(max(level, 0), 8)])
    return "".join(drawn)


def bar(value: float, top: float, width: int, *, ascii_only: bool = False) -> str:
    """Draw a horizontal bar, ``width`` characters long at ``top``."""
    part = min(max(value / top, 0.0), 1.0) if top > 0 else 0.0
    if ascii_only:
        return "#" * round(part * width)
    eighths = round(part * width * 8)
    return "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")


class Step(Protocol):
    """The progress of a check."""

    @property
    def step(self) -> str:
        """The name of the statement."""
        ...

    @property
    def done(self) -> int:
        """How many features are finished."""
        ...

    @property
    def total(self) -> int:
        """How many features there are."""
        ...

    @property
    def passes(self) -> int:
        """The number of the current pass over the features."""
        ...


class LateProgress:
    """A progress display on stderr, shown only on a terminal and only after a second."""

    def __init__(self, *, delay: float = 1.0) -> None:
        self._lock = threading.Lock()
        self._display: Any = None
        self._task: Any = None
        self._latest: tuple[str, int, int, int] = ("", 0, 0, 1)
        self._ended = False
        self._timer: threading.Timer | None = None
        if sys.stderr.isatty():
            self._timer = threading.Timer(delay, self._show)
            self._timer.daemon = True

    @property
    def callback(self) -> Callable[[Step], None] | None:
        """The function for a check to call; None if stderr is not a terminal."""
        return self._record if self._timer else None

    def _record(self, step: Step) -> None:
        with self._lock:
            self._latest = (step.step, step.done, step.total, step.passes)
            self._update()

    def _update(self) -> None:
        if self._display is not None:
            step, done, total, passes = self._latest
            description = f"pass {passes}: {plain(step)[:40]}"
            self._display.update(self._task, description=description, completed=done, total=total or None)

    def _show(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._ended:
                return
            self._display = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=20),
                MofNCompleteColumn(),
                TextColumn("features"),
                TimeElapsedColumn(),
                console=console(stderr=True),
                transient=True,
            )
            self._task = self._display.add_task("")
            self._update()
            self._display.start()

    def __enter__(self) -> LateProgress:
        if self._timer:
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Remove the display from the terminal."""
        if self._timer:
            self._timer.cancel()
        with self._lock:
            self._ended = True
            if self._display is not None:
                self._display.stop()
