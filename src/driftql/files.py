"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from driftql.display import explain_url, shown
from driftql.errors import ConfigError

__all__ = ["replace_file", "write_text"]


@contextmanager
def replace_file(target: str | os.PathLike[str], what: str | None = None) -> Iterator[Path]:
    """Write a file beside its place, then move it there.

    A reader sees the old file or the new one, never a part; two writers at once do not mix, because each writes a
    file of its own. If the block fails, the old file stays and nothing else is left behind.

    Parameters
    ----------
    target
        The file; folders that are missing are created.
    what
        What it holds, for the error's sentence, such as ``"the report"``; by default the file's own name stands there.

    Yields
    ------
    Path
        The file to write, in the same folder; it does not exist yet.

    Raises
    ------
    ConfigError
        If the file cannot be written.
    """
    misplaced = explain_url(os.fspath(target), "a file")
    if misplaced is not None:
        raise ConfigError(misplaced)
    target = Path(target)
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield part
        os.replace(part, target)
    except OSError as error:
        subject = f"{what} cannot be written to {shown(target)}" if what else f"{shown(target)} cannot be written"
        raise ConfigError(f"{subject}: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_text(text: str, target: str | os.PathLike[str], what: str | None = None) -> None:
    """Write a text file in UTF-8; see :func:`replace_file` for ``what`` and for the error."""
    with replace_file(target, what) as part:
        part.write_text(text, encoding="utf-8")
