"""Keeps passwords out of messages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

__all__ = ["scrubbed"]

_HIDDEN = "***"
_IN_URL = re.compile(r"(?<=://)[^/@\s]*(?=@)")
_WORD = r"(?:password|passwd|pwd|passphrase|token|access_token|secret|private_key|api_key)"
_NAMED = re.compile(rf"(?<![A-Za-z])({_WORD}\s*[=:]\s*)('[^']*'|\"[^\"]*\"|[^\s&;,)'\"]+)", re.IGNORECASE)
# 'user:password@host', where a URL lost its beginning.
_BEFORE_HOST = re.compile(r"(?<=:)[^\s:/@]+(?=@)")
_SHORTEST = 3


def scrubbed(text: str, secrets: Iterable[str] = ()) -> str:
    """Replace what is, or looks like, a password by ``***``.

    Parameters
    ----------
    text
        What a driver had to say.
    secrets
        Passwords that are known; their spellings in a URL are replaced too.

    Returns
    -------
    str
        The text, fit to be shown.

    >>> scrubbed("cannot reach postgresql://ann:pw@host/db?password=pw")
    'cannot reach postgresql://***@host/db?password=***'
    """
    for secret in secrets:
        # Anything shorter would hit letters of ordinary words; the patterns below find it where it is named.
        if len(secret) >= _SHORTEST:
            for spelling in sorted({secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}, key=len)[::-1]:
                text = text.replace(spelling, _HIDDEN)
    text = _NAMED.sub(rf"\1{_HIDDEN}", text)
    text = _IN_URL.sub(_HIDDEN, text)
    return _BEFORE_HOST.sub(_HIDDEN, text)
