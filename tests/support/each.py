"""One test that looks at each of many values: pytest takes longer to count a quick test than the test takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

__all__ = ["each", "named"]

Value = TypeVar("Value")


def each(values: Mapping[str, Value]) -> Callable[[Callable[[Value], None]], Callable[[], None]]:
    """Run a test with each value; all that fail are told at the end, by name.

    Parameters
    ----------
    values
        Name -> value. There must be some.
    """

    def decorate(check: Callable[[Value], None]) -> Callable[[], None]:
        def check_each() -> None:
            assert values
            errors = []
            for name, value in values.items():
                try:
                    check(value)
                except Exception as error:
                    error.add_note(f"with {name}")
                    errors.append(error)
            if errors:
                raise ExceptionGroup(f"{len(errors)} of {len(values)}", errors)

        # Not functools.wraps: pytest would look for fixtures by the names of its parameters.
        check_each.__name__, check_each.__doc__ = check.__name__, check.__doc__
        return check_each

    return decorate


def named(values: Iterable[Value], name: Callable[[Value], object] = str) -> dict[str, Value]:
    """Return the values by their names, which must differ."""
    listed = list(values)
    found = {str(name(value)): value for value in listed}
    assert len(found) == len(listed)
    return found
