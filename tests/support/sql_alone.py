"""What `driftql check` is told when it is held equal to a check that SQL finishes alone."""

from __future__ import annotations

from typing import Any

__all__ = ["JUDGED_IN_PYTHON", "LIKE_SQL"]

# All that is left to Python is not in these reports.
LIKE_SQL: dict[str, Any] = {}
# The settings that only Python knows.
JUDGED_IN_PYTHON: tuple[str, ...] = ()
