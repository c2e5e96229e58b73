"""Whether what several statements return can all be true of the same rows.

An engine that gives every statement its own state of the tables, or a view that draws a sample, can return counts that
contradict each other. Nothing is computed from such counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from driftql.errors import RowsChangedError
from driftql.warehouse.base import Row

__all__ = ["Contradiction", "ascend", "equal", "fraction", "only_row", "real", "whole"]


class Contradiction(RowsChangedError):  # noqa: N818  # the check that catches it names the table
    """Two statements disagree about the same rows.

    Parameters
    ----------
    detail
        What they say, such as ``"amount had 163 values, then 157"``.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(f"the rows changed between two statements: check a closed window, or a copy ({detail})")
        self.detail = detail


def whole(row: Row, name: str, most: int | None = None) -> int:
    """Read a number of rows: from 0 to ``most``."""
    value = row[name]
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        raise Contradiction(f"{name} came back as {value!r}") from None
    if number < 0 or (most is not None and number > most):
        raise Contradiction(f"{name} was {number:,}" + (f" of {most:,} rows" if most is not None else ""))
    return number


def real(row: Row, name: str, *, may_be_nan: bool = False) -> float:
    """Read a number that is there whenever there are rows."""
    value = row[name]
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number, may_be_nan = math.nan, False
    if math.isnan(number) and not may_be_nan:
        raise Contradiction(f"{name} came back as {value!r}")
    return number


def fraction(row: Row, name: str) -> float:
    """Read a share: from 0 to 1."""
    number = real(row, name)
    if not -1e-9 <= number <= 1 + 1e-9:
        raise Contradiction(f"{name} was {number}")
    return number


def only_row(rows: Sequence[Row]) -> Row:
    """Return the row of a statement that returns exactly one."""
    if len(rows) != 1:
        raise Contradiction(f"{len(rows):,} rows came back in place of one")
    return rows[0]


def equal(what: str, before: int, now: int) -> None:
    """Refuse two counts of the same rows that differ."""
    if before != now:
        raise Contradiction(f"{what}: first {before:,}, then {now:,}")


def ascend(what: str, numbers: Sequence[Any]) -> None:
    """Refuse running totals, or edges, that fall."""
    if any(after < before for before, after in pairwise(numbers)):
        raise Contradiction(f"the {what} do not ascend")
