"""Which parts of a URL are secret. How secrets are hidden in messages: :mod:`driftql.display`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from driftql.display import redact

__all__ = ["find_secrets", "redact"]

_SECRET_OPTION = re.compile("pass|pwd|token|secret|key|credential|signature", re.IGNORECASE)


def find_secrets(password: str | None, options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the secrets of a URL: its password, and the options whose names say that they are secret."""
    named = [
        str(one)
        for name, value in options.items()
        if _SECRET_OPTION.search(name)
        for one in (value if isinstance(value, tuple) else (value,))
    ]
    return (*([password] if password else []), *named)
