"""How labels and users become text: by value, so that 1, 1.0 and 1.00 are one class, whatever type they have.

The text itself is written in SQL, by the macro ``value_text``; this module says which kind of value it is given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Literal

from driftql.warehouse.base import Column

__all__ = ["TextKind", "describe_mixture", "label_text", "text_kind"]

TextKind = Literal["text", "boolean", "flag", "decimal", "float"]

_TRUE = ("true", "t", "yes", "1")
_FALSE = ("false", "f", "no", "0")


def text_kind(own: Column | None, beside: Sequence[Column] = ()) -> TextKind:
    """Return how the values of a column become text.

    Parameters
    ----------
    own
        The column of this window; None where there is none.
    beside
        The columns that play the same role in the other windows: beside numbers, a boolean is 1 or 0.

    >>> text_kind(Column("label", "BOOLEAN", "boolean"), [Column("label", "DOUBLE", "float")])
    'flag'
    """
    if own is None:
        return "text"
    if own.kind == "boolean":
        return "flag" if any(other.is_numeric and other.kind != "boolean" for other in beside) else "boolean"
    if own.kind == "float" or own.kind == "decimal":
        return own.kind
    return "text"


def label_text(wanted: str, columns: Sequence[Column]) -> str:
    """Return the text of a label that the settings name, as the rows of its columns are written.

    Parameters
    ----------
    wanted
        The label, such as ``-1`` or ``-1.0``.
    columns
        The label's column in each window. Where one of them is no number, the text stays as it is.

    >>> label_text("-1.0", [Column("label", "BIGINT", "integer")])
    '-1'
    """
    if not columns or not all(column.is_numeric for column in columns):
        return wanted
    folded = wanted.strip().casefold()
    if all(column.kind == "boolean" for column in columns):
        number = _number(folded)
        if folded in _TRUE or number == 1:
            return "true"
        return "false" if folded in _FALSE or number == 0 else wanted
    if folded in ("true", "false"):
        return "1" if folded == "true" else "0"
    number = _number(folded)
    if number is None:
        return wanted
    if number == number.to_integral_value():
        return str(int(number))
    return str(float(number)) if any(column.kind == "float" for column in columns) else f"{number.normalize():f}"


def describe_mixture(reference: Column | None, current: Column | None) -> str | None:
    """Say that labels are numbers in one window and texts in the other; None where they are not.

    Parameters
    ----------
    reference, current
        The label's column in each window.
    """
    if reference is None or current is None or reference.is_numeric == current.is_numeric:
        return None
    return (
        f"the label {current.name!r} is {reference.type} in the reference window and {current.type} in the current "
        "one, so labels are compared as text: '1' is the number 1, but '1.0' is not"
    )


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if math.isfinite(number) else None
