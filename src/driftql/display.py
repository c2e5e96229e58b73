"""What people typed or pasted, and what drivers say about it, fit to be shown: no secrets, no control characters.

Every error of driftql passes its sentence through :func:`sentence`, and so does the command line with what it writes to
stderr. Whoever shows one whole text of the user (a path, a name) calls :func:`shown`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import partial
from urllib.parse import quote, quote_plus, unquote

__all__ = ["explain_url", "hidden", "is_url", "plain", "redact", "secrets_in", "sentence", "shown"]

_HIDDEN = "***"
# A shorter secret would hit letters of ordinary words; the patterns find it where it is named.
_SHORTEST = 3
# What our own sentences show as the form of a URL.
_EXAMPLES = ("user:password", "token:TOKEN")
_SHOWN = (_HIDDEN, *(example.partition(":")[2] for example in _EXAMPLES))

# A text in quotes, as Python and SQL write them; an apostrophe inside a word opens or ends nothing.
_QUOTED = re.compile(r"(?<![\w\\])(['\"`])((?:\\.|(?!\1)[^\\]|\1\1|\1(?=\w))*)\1(?!\w)", re.DOTALL)
# A path that was normalised has one slash left.
_SCHEME = re.compile(r"\b([a-z][a-z0-9+._-]+):/{1,2}(?!/)", re.IGNORECASE)
_OF_FILES = frozenset({"s3", "s3a", "s3n", "gs", "gcs", "r2", "az", "azure", "abfss", "abfs", "http", "https", "hf"})
_PORT = re.compile(r"\d*(?![^/?#\s,;)'\"])")
_ORACLE = re.compile(r"(?<=\bjdbc:oracle:).+(?=@)", re.IGNORECASE | re.DOTALL)
# 'user:password@host', where a URL lost its beginning.
_BEFORE_HOST = re.compile(r"(?<=[\w.%+-]:)(?![/:])\S+(?=@)")
_LOGIN = re.compile(r"^([\w.%+-]{2,}:)(?![/:])(.+)(?=@)", re.DOTALL)
_WORD = (
    r"(?:[\w-]*(?:password|passwd|passphrase|pwd|secret|token|signature|credentials?|private[_-]?key|api[_-]?key|"
    r"access[_-]?key|account[_-]?key|shared[_-]?key)|pass|sig|authorization|credentials?_(?:base64|info|json)|"
    r"private_key_(?:base64|pem|content))"
)
_NAME = rf"(?<![A-Za-z0-9])({_WORD}['\"]?\s*(?:=>|=|:(?![:/]))\s*)(?!TOKEN@)"
_IN_QUOTES = r"'(?:\\.|''|[^'\\])*(?:'|$)|\"(?:\\.|\"\"|[^\"\\])*(?:\"|$)"
_NAMED = re.compile(rf"{_NAME}({_IN_QUOTES}|[^\s&;,)'\"]+)", re.IGNORECASE)
# In one whole text, a value lasts until the next option, whatever stands in it.
_NAMED_WHOLE = re.compile(rf"{_NAME}({_IN_QUOTES}|(?:(?!&|;|\s[\w-]+\s*=).)+)", re.IGNORECASE | re.DOTALL)
_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z ]*-----.*?(?:-----END [A-Z ]*-----|$)", re.DOTALL)
_BEARER = re.compile(r"(?<=\bbearer )\s*[\w.~+/=-]{8,}", re.IGNORECASE)

_URL = re.compile(r"\s*(?:jdbc:|md:|motherduck:|[a-z][a-z0-9+._-]+:/)", re.IGNORECASE)
# What libpq takes, and psycopg with it: "host=... dbname=... password=...".
_CONNECTION_STRING = re.compile(r"\s*(?:host|hostaddr|port|dbname|user|password)\s*=\s*\S", re.IGNORECASE)
_FILE_NAME = re.compile(r"/[^/?#@]*\.\w+(\?.*)?$")

_Hide = Callable[[str], str]


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Replace passwords, and what looks like one, by ``***``.

    Parameters
    ----------
    text
        A message. Texts of the user stand in it in quotes, as ``repr`` writes them.
    secrets
        Passwords that are known; their percent-encoded spellings are replaced too.

    Returns
    -------
    str
        The text, fit to be shown.

    >>> redact("cannot reach postgresql://ann:pw@host/db?password=pw")
    'cannot reach postgresql://***@host/db?password=***'
    """
    known = {secret for secret in secrets if len(secret) >= _SHORTEST}
    spellings = {
        spelling
        for secret in known
        for spelling in (secret, quote(secret), quote(secret, safe=""), quote_plus(secret), unquote(secret))
        if len(spelling) >= _SHORTEST
    }
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, _HIDDEN)
    parts = []
    end = 0
    for quoted in _QUOTED.finditer(text):
        # What is named before the quotes ('password = "..."') is one with them.
        if _names_a_secret(text[end : quoted.start()]):
            continue
        parts += [_hide(text[end : quoted.start()], _NAMED), quoted[1], _hide(quoted[2], _NAMED_WHOLE), quoted[1]]
        end = quoted.end()
    return "".join([*parts, _hide(text[end:], _NAMED)])


def hidden(typed: str) -> str:
    """Return one whole text of the user, such as a name, without secrets."""
    return _hide(typed, _NAMED_WHOLE)


def shown(typed: object) -> str:
    """Return one whole text of the user, such as a path, without secrets and control characters."""
    return plain(hidden(str(typed)))


def secrets_in(typed: str) -> tuple[str, ...]:
    """Return what is secret in one whole text of the user: a URL, a driver's connection string, a flag's value."""
    found: list[str] = []
    _hide(typed, _NAMED_WHOLE, partial(_note, found))
    alone = [secret for secret in found if secret.strip("'\"") not in ("", _HIDDEN)]
    return tuple(dict.fromkeys(part for secret in alone for part in (secret, secret.strip("'\""))))


def sentence(message: object, secrets: Iterable[str] = ()) -> str:
    """Return a message as one line without secrets and control characters."""
    return plain(re.sub(r"\s*[\r\n]\s*|\t", " ", redact(str(message), secrets)).strip())


def plain(text: object) -> str:
    """Return text without control characters and line breaks, fit for one line of a terminal."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") else character
        for character in str(text)
    )


def is_url(text: str) -> bool:
    """Return whether a text begins like a URL, or is a connection string such as ``host=... password=...``."""
    return _URL.match(text) is not None or _CONNECTION_STRING.match(text) is not None


def explain_url(typed: str, wanted: str) -> str | None:
    """Return the sentence for the URL of a database that stands where something else is wanted.

    Parameters
    ----------
    typed
        What the user wrote.
    wanted
        What is wanted, such as ``"a table"``.

    Returns
    -------
    str | None
        None if the text is no URL, or the URL of a file without a password.
    """
    if not is_url(typed):
        return None
    scheme = typed.strip().partition(":")[0].lower()
    if scheme in _OF_FILES or scheme == "file":
        if shown(typed) == plain(typed):
            return None
        return (
            f"{shown(typed)!r} holds a password: a file's URL holds none; let DuckDB keep it (create persistent secret)"
        )
    if shown(typed) == plain(typed) and _FILE_NAME.search(typed) and wanted == "a table":
        return None
    return (
        f"{shown(typed)!r} is the address of a database, not {wanted}: it belongs to --db (in driftql.toml to url of "
        "[warehouse], in Python to warehouse=...)"
    )


def _hide(text: str, named: re.Pattern[str], note: Callable[[str], None] | None = None) -> str:
    """Hide what is secret in a text without quotes around its parts."""

    def hide(secret: str) -> str:
        if note is not None:
            note(secret)
        return _HIDDEN

    text = _KEY_BLOCK.sub(lambda match: hide(match[0]), text)
    text = named.sub(lambda match: match[1] + (match[2] if match[2] == _HIDDEN else hide(match[2])), text)
    text = _BEARER.sub(lambda match: hide(match[0]), text)
    pieces = []
    end = 0
    schemes = [*_SCHEME.finditer(text)]
    for scheme, stop in zip(schemes, [*(following.start() for following in schemes[1:]), len(text)], strict=False):
        pieces += [text[end : scheme.end()], _hide_login(scheme[1], text[scheme.end() : stop], hide)]
        end = stop
    text = "".join([*pieces, text[end:]])
    text = _ORACLE.sub(lambda match: hide(match[0]), text)
    if named is _NAMED_WHOLE and not text.startswith(_EXAMPLES):
        text = _LOGIN.sub(lambda match: match[1] + (_HIDDEN if _HIDDEN in match[2] else hide(match[2])), text)
    return _BEFORE_HOST.sub(lambda match: match[0] if match[0].endswith(_SHOWN) else hide(match[0]), text)


def _hide_login(scheme: str, rest: str, hide: _Hide) -> str:
    """Hide the user and the password at the beginning of what follows a URL's ``://``."""
    host = re.split(r"[/?#\s]", rest, maxsplit=1)[0]
    _, colon, port = host.partition(":")
    holds_password = bool(colon) and not host.startswith("[") and not _PORT.match(port)
    login, at, address = rest.rpartition("@")
    if not at:
        if not holds_password or len(host.partition(":")[0]) == 1:
            return rest
        # The end of the URL, with the host, is missing.
        return f"{host.partition(':')[0]}:{hide(rest.partition(':')[2])}"
    if login in (*_EXAMPLES, _HIDDEN) or (scheme.lower() in _OF_FILES and "@" not in host and not holds_password):
        return rest
    _, colon, password = login.partition(":")
    if colon:
        hide(password)
    return f"{_HIDDEN}@{address}"


def _names_a_secret(before: str) -> bool:
    return re.search(rf"{_NAME}$", before, re.IGNORECASE) is not None


def _note(found: list[str], secret: str) -> None:
    found.append(secret)
