"""The sentence and the code of a driver's error, wherever the driver keeps them; and the error for a missing driver."""

from __future__ import annotations

import importlib.util
import json
import re
from importlib import metadata
from typing import Any
from urllib.parse import unquote, urlsplit

from driftql.engines import Engine
from driftql.errors import ConfigError

__all__ = ["driver_missing", "error_code", "first_line", "install_command", "require_package", "system_reason"]


def driver_missing(engine: Engine, package: str) -> ConfigError:
    """Write the error that says what to install.

    Parameters
    ----------
    engine
        The engine whose driver is missing.
    package
        The package that was not found; '' where that is not known.
    """
    named = f" ({package} is missing)" if package else ""
    return ConfigError(f"the driver of {engine.title} is not installed{named}: {install_command(engine.extra)}")


def install_command(extra: str | None, *others: str) -> str:
    """Return the command that installs an extra of driftql, as this driftql was installed.

    Parameters
    ----------
    extra
        The name of the extra.
    others
        Further packages to install with it.
    """
    more = "".join(f" {package}" for package in others)
    usual = f"pip install 'driftql[{extra}]'{more}"
    try:
        # How the package was installed: https://packaging.python.org/en/latest/specifications/direct-url/
        source = json.loads(metadata.distribution("driftql").read_text("direct_url.json") or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        source = {}
    if "dir_info" not in source:
        return usual
    flag = "-e " if source["dir_info"].get("editable") else ""
    folder = unquote(urlsplit(str(source.get("url", ""))).path)
    return f"pip install {flag}'.[{extra}]'{more} in {folder}, where this driftql comes from (elsewhere: {usual})"


def require_package(engine: Engine, package: str) -> None:
    """Check, without importing it, that a package is installed.

    Raises
    ------
    ConfigError
        If it is not; the error says what to install.
    """
    found = importlib.util.find_spec(package.partition(".")[0])
    if found is None or importlib.util.find_spec(package) is None:
        raise driver_missing(engine, package)


def first_line(error: BaseException) -> str:
    """Return the server's sentence, without the lines that point into the text of the statement.

    >>> first_line(Exception({"S": "ERROR", "C": "42P01", "M": 'relation "x" does not exist'}))
    'relation "x" does not exist'
    """
    message, hint = _message_and_hint(error)
    if message:
        return " ".join(f"{message}{f' ({hint})' if hint else ''}".split()).rstrip(".")
    inner = error.args[-1] if error.args else None
    if isinstance(inner, BaseException):
        # redshift_connector wraps the operating system's error into a text of its own.
        return first_line(inner)
    text = getattr(error, "strerror", None) or str(error)
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    return re.sub(r"\s+", " ", lines[0]).rstrip(".") if lines else type(error).__name__


def error_code(error: BaseException) -> str:
    """Return the SQLSTATE of an error; '' where it has none."""
    found = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or _fields(error).get("C")
    return str(found or "")


def system_reason(error: BaseException | None) -> str | None:
    """Return the operating system's reason below the errors that were made of it; None where there is none.

    >>> system_reason(ConnectionRefusedError(111, "Connection refused"))
    'connection refused'
    """
    found = None
    while error is not None:
        if isinstance(error, OSError) and error.strerror:
            found = re.sub(r" \(_ssl\.c:\d+\)$", "", str(error.strerror))
        error = error.__cause__ or error.__context__
    return found[:1].lower() + found[1:] if found else None


def _message_and_hint(error: BaseException) -> tuple[str, str]:
    """Return the message and the hint that the server sent in fields of their own."""
    fields = _fields(error)
    if fields:
        message = str(fields.get("M") or "")
        if message.strip().isdigit():
            # For some errors Redshift sends only the number, and the words as a detail.
            # https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation-serializable-isolation-troubleshooting.html
            words = [line.strip() for line in str(fields.get("D") or "").splitlines() if line.strip(" -")]
            message = " ".join([message, *words[:1]])
        return message, str(fields.get("H") or "")
    diagnostics = getattr(error, "diag", None)
    return getattr(diagnostics, "message_primary", None) or "", getattr(diagnostics, "message_hint", None) or ""


def _fields(error: BaseException) -> dict[str, Any]:
    """Return the fields of the server's message, which redshift_connector and pg8000 raise unchanged.

    https://www.postgresql.org/docs/current/protocol-error-fields.html
    """
    found = error.args[0] if error.args else None
    return found if isinstance(found, dict) else {}
