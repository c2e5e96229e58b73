"""Keeps passwords out of messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

__all__ = ["find_secrets", "redact"]

_HIDDEN = "***"
_IN_URL = re.compile(r"(?<=://)[^/@\s]*(?=@)")
_WORD = r"(?:password|passwd|pwd|passphrase|token|access_token|secret|private_key|api_key)"
_NAMED = re.compile(rf"(?<![A-Za-z])({_WORD}\s*[=:]\s*)('[^']*'|\"[^\"]*\"|[^\s&;,)'\"]+)", re.IGNORECASE)
# 'user:password@host', where a URL lost its beginning.
_BEFORE_HOST = re.compile(r"(?<=:)[^\s:/@]+(?=@)")
_SECRET_OPTION = re.compile("pass|token|secret|key")
_SHORTEST = 3


def find_secrets(password: str | None, options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the secrets of a URL: its password, and the options whose names say that they are secret."""
    named = [str(value) for name, value in options.items() if _SECRET_OPTION.search(name)]
    return (*([password] if password else []), *named)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Replace passwords, and what looks like one, by ``***``.

    Parameters
    ----------
    text
        A driver's message.
    secrets
        Passwords that are known; their percent-encoded spellings are replaced too.

    Returns
    -------
    str
        The text, fit to be shown.

    >>> redact("cannot reach postgresql://ann:pw@host/db?password=pw")
    'cannot reach postgresql://***@host/db?password=***'
    """
    for secret in secrets:
        # A shorter secret would hit letters of ordinary words; the patterns below find it where it is named.
        if len(secret) >= _SHORTEST:
            for spelling in sorted({secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}, key=len)[::-1]:
                text = text.replace(spelling, _HIDDEN)
    text = _NAMED.sub(rf"\1{_HIDDEN}", text)
    text = _IN_URL.sub(_HIDDEN, text)
    return _BEFORE_HOST.sub(_HIDDEN, text)
