"""The sentence for an error of DuckDB."""

from __future__ import annotations

import re

__all__ = ["explain", "first_line", "is_being_opened", "is_full", "is_locked"]


def is_locked(error: Exception) -> bool:
    """Return whether another process holds the file."""
    folded = str(error).casefold()
    return any(mark in folded for mark in ("could not set lock", "conflicting lock", "being used by another process"))


def is_being_opened(error: Exception) -> bool:
    """Return whether another thread of this process is just opening or closing the file, which DuckDB 1.5 refuses."""
    return "unique file handle conflict" in str(error).casefold()


def is_full(error: Exception) -> bool:
    """Return whether the disk has no room."""
    folded = str(error).casefold()
    marks = ("no space left", "could not write", "file too large", "disk is full", "disk full", "disk quota")
    return any(mark in folded for mark in marks)


def explain(error: Exception, title: str, *, writes: bool) -> str:
    """Turn an error of DuckDB into a sentence that says what to do.

    Parameters
    ----------
    error
        What DuckDB raised.
    title
        The database's name in messages.
    writes
        Whether driftql wanted to write to the database.
    """
    message = first_line(error)
    folded = str(error).casefold()
    if "being used by another process" in folded:
        return f"{title} is in use by another process; close that program or wait, then run again"
    if is_locked(error):
        # A process that reads lets others read, but not write.
        does = "reads it or writes to it" if writes else "writes to it"
        holder = _holder(str(error))
        return f"{title} is locked by another process{holder} that {does}; close that program or wait, then run again"
    if "different configuration" in folded:
        return f"{title} is open for reading elsewhere in this program; close that connection, then run again"
    if "not a valid duckdb database" in folded or "not a valid database" in folded:
        return f"{title} is not a DuckDB database file"
    if "is a directory" in folded:
        return f"{title} is a folder, not a DuckDB database file"
    if "invalid timestamp field format" in folded or "invalid date field format" in folded:
        return f"{title}: {message}; a time is a timestamp, a date or ISO text: make a view that converts it"
    if "permission denied" in folded and not writes:
        named = re.search(r'open (?:file|directory) "([^"]+)"', str(error))
        return f"{named[1] if named else title} cannot be read: this user may not open it ({message})"
    if "read-only" in folded and not writes:
        return (
            f"{title} cannot be written by a check, which only reads: look for a function such as "
            f"nextval in the filters and views ({message})"
        )
    if "permission denied" in folded or "read-only" in folded:
        return f"{title} cannot be written: it is read-only for this user; nothing was changed ({message})"
    if is_full(error):
        return (
            f"{title} could not be written: the disk is full or the file may not grow; nothing was changed ({message})"
        )
    if "version number" in folded and "storage" in folded:
        return f"{title} was written by another version of DuckDB, which the installed one cannot read ({message})"
    return f"{title}: {message}"


def first_line(error: Exception) -> str:
    """Return the sentence of an error, without the lines that point into the statement."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    broken = re.search(r"CSV Error on Line: (\d+)", lines[0])
    if broken:
        file = next((line for line in lines if line.startswith("file = ")), "file = the CSV file")
        reason = next((line for line in lines[1:] if not line.startswith("Original Line")), "it cannot be read")
        return f"{file.removeprefix('file = ')}, line {broken[1]}: {reason.rstrip('.')}"
    if lines[0].endswith(":") and len(lines) > 1:
        return f"{lines[0]} {lines[1]}".rstrip(".")
    return lines[0].rstrip(".")


def _holder(text: str) -> str:
    """Return the process that holds a file's lock, as DuckDB names it: ' (python3.11, PID 12)'."""
    found = re.search(r"held in (\S+) \(PID (\d+)\)", text)
    return f" ({found[1].rpartition('/')[2]}, PID {found[2]})" if found else ""
