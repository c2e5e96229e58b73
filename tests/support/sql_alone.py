"""What `driftql check` is told when it is held equal to a check that SQL finishes alone."""

from __future__ import annotations

from typing import Any

__all__ = ["JUDGED_IN_PYTHON", "LIKE_SQL"]

# SQL alone judges no missing values: no share can rise by more than 1, so that no p-value of
# one enters the report's cut-off.
LIKE_SQL: dict[str, Any] = {"thresholds": {"missing_increase": 1.0}}
# The settings that only Python knows.
JUDGED_IN_PYTHON = ("missing_increase",)
