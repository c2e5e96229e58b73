"""Which columns two conditions tell rows apart by: ``is_test = 0`` and ``is_test = 1`` share no value of ``is_test``.

Such a column differs between the two sets of rows whatever the data is, so its difference is no news.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from driftql.engines import Engine

if TYPE_CHECKING:
    from sqlglot import exp

__all__ = ["separating_columns"]

Value = float | str


@dataclass(frozen=True)
class _Allowed:
    """The values of a column that a condition allows: some values, or a range with or without its ends."""

    values: frozenset[Value] | None = None
    low: float = -math.inf
    high: float = math.inf
    with_low: bool = True
    with_high: bool = True

    def holds(self, value: Value) -> bool:
        if self.values is not None:
            return value in self.values
        if isinstance(value, str):
            return True
        above = value > self.low or (self.with_low and value == self.low)
        return above and (value < self.high or (self.with_high and value == self.high))

    def and_also(self, other: _Allowed) -> _Allowed:
        if self.values is not None or other.values is not None:
            listed, tested = (self, other) if self.values is not None else (other, self)
            assert listed.values is not None
            return _Allowed(frozenset(value for value in listed.values if tested.holds(value)))
        low = max((self.low, not self.with_low), (other.low, not other.with_low))
        high = min((self.high, self.with_high), (other.high, other.with_high))
        return _Allowed(None, low[0], high[0], not low[1], high[1])

    @property
    def is_empty(self) -> bool:
        if self.values is not None:
            return not self.values
        return self.low > self.high or (self.low == self.high and not (self.with_low and self.with_high))

    @property
    def is_single(self) -> bool:
        return self.values is not None and len(self.values) == 1


_ANYTHING = _Allowed()


def separating_columns(reference: str | None, current: str | None, engine: Engine) -> set[str]:
    """Return the columns by which two conditions tell rows apart, in lower case.

    A column counts if the conditions allow no common value of it, or if one of them allows a single value and the other
    allows more. What is not a comparison of one column with a constant is not looked at.

    Parameters
    ----------
    reference, current
        The conditions; None allows every row.
    engine
        In whose dialect they are written.

    >>> from driftql.engines import ENGINES
    >>> sorted(separating_columns("is_test = 0 and age > 18", "is_test = 1 and age > 21", ENGINES["duckdb"]))
    ['is_test']
    """
    if reference is None and current is None:
        return set()
    allowed = [_allowed(condition, engine) for condition in (reference, current)]
    found = set()
    for name in allowed[0].keys() | allowed[1].keys():
        first, second = (window.get(name, _ANYTHING) for window in allowed)
        pinned = first.is_single != second.is_single
        if pinned or first.and_also(second).is_empty:
            found.add(name)
    return found


def _allowed(condition: str | None, engine: Engine) -> dict[str, _Allowed]:
    """Return what a condition says of single columns; of what it cannot be sure about, nothing."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    if condition is None:
        return {}
    try:
        tree = sqlglot.parse_one(condition, dialect=engine.dialect)
    except (SqlglotError, ValueError, RecursionError):
        return {}  # the filter is refused where it is vetted
    found: dict[str, _Allowed] = {}
    for part in _conjuncts(tree):
        one = _one_column(part)
        if one is not None:
            name, values = one
            found[name] = found.get(name, _ANYTHING).and_also(values)
    return found


def _conjuncts(tree: exp.Expr) -> list[exp.Expr]:
    from sqlglot import exp

    if isinstance(tree, exp.Paren):
        return _conjuncts(tree.this)
    if isinstance(tree, exp.And):
        return [*_conjuncts(tree.this), *_conjuncts(tree.expression)]
    return [tree]


def _one_column(part: exp.Expr) -> tuple[str, _Allowed] | None:
    """Read a comparison of one column with constants."""
    from sqlglot import exp

    if isinstance(part, exp.Paren):
        return _one_column(part.this)
    if isinstance(part, exp.Column):
        return part.name.casefold(), _Allowed(frozenset({1.0}))
    if isinstance(part, exp.Not):
        inner = _one_column(part.this)
        return (inner[0], _Allowed(frozenset({0.0}))) if inner and isinstance(_bare(part.this), exp.Column) else None
    if isinstance(part, exp.Between):
        low, high = _value(part.args["low"]), _value(part.args["high"])
        if isinstance(part.this, exp.Column) and isinstance(low, float) and isinstance(high, float):
            return part.this.name.casefold(), _Allowed(None, low, high)
        return None
    if isinstance(part, exp.In):
        values = [_value(item) for item in part.expressions]
        if isinstance(part.this, exp.Column) and values and None not in values:
            return part.this.name.casefold(), _Allowed(frozenset(value for value in values if value is not None))
        return None
    if isinstance(part, exp.EQ | exp.Is | exp.GT | exp.GTE | exp.LT | exp.LTE):
        return _comparison(part)
    return None


def _comparison(part: exp.Binary) -> tuple[str, _Allowed] | None:
    from sqlglot import exp

    left, right = _bare(part.this), _bare(part.expression)
    column, constant = (left, _value(right)) if isinstance(left, exp.Column) else (right, _value(left))
    if not isinstance(column, exp.Column) or constant is None:
        return None
    name, is_swapped = column.name.casefold(), column is right
    if isinstance(part, exp.EQ | exp.Is):
        return name, _Allowed(frozenset({constant}))
    if not isinstance(constant, float):
        return None
    with_end = isinstance(part, exp.GTE | exp.LTE)
    if isinstance(part, exp.GT | exp.GTE) != is_swapped:
        return name, _Allowed(None, low=constant, with_low=with_end)
    return name, _Allowed(None, high=constant, with_high=with_end)


def _bare(part: exp.Expr) -> exp.Expr:
    from sqlglot import exp

    while isinstance(part, exp.Paren):
        part = part.this
    return part


def _value(part: exp.Expr) -> Value | None:
    """Return a constant: a boolean is 0 or 1; None for anything else, also for NULL."""
    from sqlglot import exp

    part = _bare(part)
    if isinstance(part, exp.Boolean):
        return float(part.this)
    if isinstance(part, exp.Neg):
        inner = _value(part.this)
        return -inner if isinstance(inner, float) else None
    if isinstance(part, exp.Literal):
        try:
            return float(part.this)  # also a quoted number: engines compare it with a number as one
        except ValueError:
            return str(part.this)
    return None
