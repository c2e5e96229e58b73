"""Reading settings into a model: whatever is wrong with them becomes one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from driftql.display import hidden, redact
from driftql.errors import ConfigError, nearest, without_causes

__all__ = ["Settings", "validate"]

ModelT = TypeVar("ModelT", bound=BaseModel)


class Settings(BaseModel):
    """Settings: an unknown key is an error. ``other_names`` are keys that stand for a field besides its own name."""

    other_names: ClassVar[tuple[str, ...]] = ()
    model_config = ConfigDict(extra="forbid", validate_assignment=True, allow_inf_nan=False, hide_input_in_errors=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Yield what ``repr`` shows: no secret that somebody pasted into a text."""
        for name, value in super().__repr_args__():
            yield name, hidden(redact(value)) if isinstance(value, str) else value


@without_causes
def validate(model: type[ModelT], data: Mapping[str, Any], where: str) -> ModelT:
    """Build a settings model; put what pydantic objects to into one sentence.

    Raises
    ------
    ConfigError
        Names the key, what is wrong, and the nearest known key where it is unknown.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ConfigError("; ".join(_sentences(model, error, where))) from None


def _sentences(model: type[BaseModel], error: ValidationError, where: str) -> Iterator[str]:
    seen = set()
    for problem in error.errors(include_url=False):
        # For a union, pydantic appends the type that it tried to the path: 'list[str]' or, at the end, 'str'.
        location = [str(part) for part in problem["loc"] if "[" not in str(part)]
        if location[-1:] == ["str"]:
            location.pop()
        key = ".".join(location)
        if key in seen:
            continue
        seen.add(key)
        if problem["type"] == "extra_forbidden":
            parent = _model_at(model, location[:-1])
            known = [name.rstrip("_") for name in parent.model_fields] if parent else []
            if parent and issubclass(parent, Settings):
                known += parent.other_names
            hint = nearest(location[-1], known)
            yield f"{where}: unknown key {key!r}{hint}"
        else:
            reason = problem["msg"].removeprefix("Value error, ")
            if location[-1:] in (["features"], ["categories"]) and isinstance(problem["input"], str):
                reason = "write a list of names, such as [\"age\"], or 'auto'"
            yield f"{where}: {key or 'settings'}: {reason[:1].lower()}{reason[1:]}"


def _model_at(model: type[BaseModel], location: list[str]) -> type[BaseModel] | None:
    """Return the model at a path of keys; a key of a ``dict`` of models leads to a value of the ``dict``."""
    current: Any = model
    for part in location:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(part)
            current = field.annotation if field else None
        else:
            arguments = [kind for kind in get_args(current) if isinstance(kind, type)]
            current = next((kind for kind in arguments if issubclass(kind, BaseModel)), None)
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None
