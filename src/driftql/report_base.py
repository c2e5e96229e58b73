"""What all models of a report share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

__all__ = ["AlertDetails", "MissingRole", "Model", "ScoreRole", "Severity", "utc_now"]

Severity = Literal["warning", "critical"]
ScoreRole = Literal["probability", "confidence"]
MissingRole = Literal["feature", "label", "probabilities", "user", "bucket_start"] | ScoreRole

_LONGEST_LIST = 3


def utc_now() -> dt.datetime:
    """Return the current time, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


class Model(BaseModel):
    """A part of a report: data that survives JSON, and shows itself in few words."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Leave out what has its default value, and count what is long: a notebook shows this."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if isinstance(value, list | dict) and len(value) > _LONGEST_LIST:
                yield name, _Count(f"<{len(value)}>")
            elif field.is_required() or value != field.get_default(call_default_factory=True):
                yield name, value


class _Count(str):
    """A text that is shown without quotes."""

    def __repr__(self) -> str:
        return str(self)


class AlertDetails(Model, Mapping[str, Any]):
    """The numbers behind an alert: attributes, which can also be read like the values of a dictionary.

    Only what was given is written as JSON: without a user column, nothing is said of users.

    Examples
    --------
    >>> from driftql.report import PsiDetails
    >>> details = PsiDetails(psi=0.31, threshold=0.2, p_value=None, noise=None, ks_statistic=0.17)
    >>> details.psi, details["psi"], "affected_users" in details
    (0.31, 0.31, False)
    """

    model_config = ConfigDict(extra="allow")

    affected_users: int | None = Field(
        default=None, description="How many users carry the effect; None if they were not looked up."
    )

    def __getitem__(self, name: str) -> Any:
        """Return a number by its name."""
        if name in self.model_fields_set:
            return getattr(self, name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]  # keys, as a dictionary; pydantic yields pairs
        """Return the names of the numbers that were given."""
        names = [name for name in type(self).model_fields if name != "affected_users"]
        return iter([name for name in (*names, *(self.model_extra or ()), "affected_users") if name in self])

    def __contains__(self, name: object) -> bool:
        """Return whether a number was given."""
        return name in self.model_fields_set

    def __len__(self) -> int:
        """Return how many numbers were given."""
        return len(self.model_fields_set)

    def __eq__(self, other: object) -> bool:
        """Compare as dictionaries do."""
        return isinstance(other, Mapping) and dict(self) == dict(other)

    @model_serializer(mode="wrap")
    def _given(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        dumped = dump(self)
        return {name: dumped[name] for name in self}
