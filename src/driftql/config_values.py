"""The kinds of values that settings take, each checked as soon as it is read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from driftql.display import explain_url
from driftql.errors import ConfigError
from driftql.periods import as_moment, as_period, as_span, checked_zone, parse_duration

__all__ = ["Bounds", "Days", "Duration", "Evidence", "Label", "Moment", "Span", "TableName", "Zone"]


def _duration(value: Any) -> Any:
    text = as_span(value)
    try:
        parse_duration(text)
    except ConfigError as error:
        raise ValueError(str(error)) from None
    return text


def _label(value: Any) -> Any:
    """Read a label that is a number or a boolean as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    item = value.item() if hasattr(value, "item") and not isinstance(value, str) else value
    return _label(item) if isinstance(item, bool) else str(item) if isinstance(item, int | float | Decimal) else value


def _around_one(ratio: list[float]) -> list[float]:
    if not ratio[0] <= 1 <= ratio[1]:
        raise ValueError("the first number is at most 1 and the second at least 1, such as [0.5, 2]")
    return ratio


def _table(value: str) -> str:
    """Refuse the URL of a database as the name of a table: it may hold a password, and messages repeat names."""
    misplaced = explain_url(value, "a table")
    if misplaced is not None:
        raise ValueError(misplaced)
    return value


Label = Annotated[str, BeforeValidator(_label)]
Duration = Annotated[str, BeforeValidator(_duration)]
Span = Annotated[str, BeforeValidator(as_span)]
Moment = Annotated[dt.datetime | str, BeforeValidator(as_moment)]
Days = Annotated[str, BeforeValidator(as_period)]
Zone = Annotated[str, BeforeValidator(checked_zone)]
Evidence = Annotated[
    bool | Literal["rows", "auto", "days", "users"],
    BeforeValidator(lambda value: True if value == "rows" else value),
]
Bounds = Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=2, max_length=2), AfterValidator(_around_one)]
TableName = Annotated[str, AfterValidator(_table)]
