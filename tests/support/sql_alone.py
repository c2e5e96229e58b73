"""What `driftql check` is told when it is held equal to a check that SQL finishes alone."""

from __future__ import annotations

from typing import Any

__all__ = ["JUDGED_IN_PYTHON", "LIKE_SQL"]

# SQL alone compares no categories.
LIKE_SQL: dict[str, Any] = {"categories": []}
# The settings that only Python knows.
JUDGED_IN_PYTHON = ("category_limit", "category_shift", "new_category")
