"""The caller's frames and arrays -> views of a DuckDB in memory, without a copy and without importing a library."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from driftql.config import Roles, WindowConfig
from driftql.errors import ConfigError
from driftql.warehouse.duckdb import DuckDBWarehouse
from driftql.warehouse.scannable import convert_array, is_missing, object_column

if TYPE_CHECKING:
    from typing_extensions import TypeIs

__all__ = ["CURRENT", "REFERENCE", "add_frame", "frame_warehouse", "is_source", "roles_from_names"]

REFERENCE = "reference_frame"
CURRENT = "current_frame"

# Columns made of the caller's arrays. Each begins with a mark with which no column of the frame begins.
_MARK = "driftql_"
_LABEL = "label"
_CONFIDENCE = "confidence"
_PROBABILITY = "p_"

Pairs = Mapping[str, tuple[Any, Any]]


def is_source(window: object) -> TypeIs[str | os.PathLike[str] | WindowConfig]:
    """Return whether a window is a table or file by name, not a frame."""
    return isinstance(window, (str, os.PathLike, WindowConfig))


def roles_from_names(roles: Roles, arrays: Pairs) -> Roles:
    """Read the array arguments as column names, for windows that are tables.

    Raises
    ------
    ConfigError
        If they are arrays, or the two windows name different columns.
    """
    found: dict[str, Any] = {}
    for role, pair in arrays.items():
        names = [value for value in pair if value is not None]
        if not names:
            continue
        if not all(isinstance(value, str) or _are_names(value) for value in names):
            raise ConfigError(f"for tables, name the {role} column in place of an array")
        if len(names) == 2 and names[0] != names[1]:
            raise ConfigError(
                f"the {role} column has two names, {names[0]!r} and {names[1]!r}; rename it in a view, so that both "
                "windows agree"
            )
        found[role] = names[0] if isinstance(names[0], str) else list(names[0])
    return roles.model_copy(update=found)


def _are_names(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)


def frame_warehouse(frames: tuple[Any, Any], arrays: Pairs, roles: Roles) -> tuple[DuckDBWarehouse, Roles]:
    """Make two frames and their arrays the tables of a database in memory.

    Parameters
    ----------
    frames
        The reference and the current frame.
    arrays
        Role -> (reference, current): labels, probabilities and confidences that are not in the frames.
    roles
        The caller's roles.

    Returns
    -------
    tuple[DuckDBWarehouse, Roles]
        The database, and the roles of its columns.

    Raises
    ------
    ConfigError
        If an array is given for one window only, is not as long as its frame, or the windows have different classes.
    """
    for role, (reference, current) in arrays.items():
        if (reference is None) != (current is None) and role != "confidence":
            missing = "reference" if reference is None else "current"
            raise ConfigError(
                f"the {role} argument was given for one window, but not for the {missing} one: give both or neither"
            )
    warehouse = DuckDBWarehouse()
    found: list[dict[str, Any]] = []
    for index, name in enumerate((REFERENCE, CURRENT)):
        extra = {role: pair[index] for role, pair in arrays.items()}
        frame = _as_relation(frames[index])
        if index and extra["confidence"] is None and found[0].get("confidence"):
            # The confidence that is described is the current window's: it is missing there.
            extra["confidence"] = np.full(_length(frame), np.nan)
        found.append(add_frame(warehouse, name, frame, extra))
    classes = [len(columns.get("probabilities", ())) for columns in found]
    if classes[0] != classes[1]:
        raise ConfigError(
            f"the probabilities have {_columns(classes[0])} in the reference window and {_columns(classes[1])} in the "
            "current one: give both the same classes in the same order"
        )
    return warehouse, roles.model_copy(update=found[1])


def _columns(count: int) -> str:
    return f"{count} column" if count == 1 else f"{count} columns"


def add_frame(warehouse: DuckDBWarehouse, name: str, frame: Any, arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Create one view of a frame and of arrays with further columns.

    Parameters
    ----------
    warehouse
        The database; the view lives as long as its connections.
    name
        The view's name.
    frame
        A pandas, Polars or Arrow frame, or a mapping of names to arrays.
    arrays
        Role -> array with one element per row, or None.

    Returns
    -------
    dict[str, Any]
        Role -> the column or columns of its array.

    Raises
    ------
    ConfigError
        If an array is not as long as the frame.
    """
    frame = _as_relation(frame)
    rows = _length(frame)
    extra: dict[str, np.ndarray[Any, Any]] = {}
    columns: dict[str, Any] = {}
    mark = _free_mark(frame)
    label, confidence, probabilities = (arrays.get(role) for role in ("label", "confidence", "probabilities"))
    if label is not None:
        extra[mark + _LABEL] = _labels(label, name)
        columns["label"] = mark + _LABEL
    if confidence is not None:
        extra[mark + _CONFIDENCE] = _numbers(confidence, "confidence", name)
        columns["confidence"] = mark + _CONFIDENCE
    if probabilities is not None:
        matrix = _numbers(probabilities, "probabilities", name)
        if matrix.ndim == 1:
            matrix = matrix[:, np.newaxis]
        if matrix.ndim != 2 or not matrix.shape[1]:
            raise ConfigError(
                f"the probabilities of {name} have the shape (rows, classes), or (rows,) where they are the positive "
                f"class's of two, not {matrix.shape}"
            )
        # DuckDB scans one contiguous array per column. One column alone holds the positive class, number 1.
        first = 1 if matrix.shape[1] == 1 else 0
        arrays_of_classes = {
            f"{mark}{_PROBABILITY}{first + k}": np.ascontiguousarray(matrix[:, k]) for k in range(matrix.shape[1])
        }
        extra |= arrays_of_classes
        columns["probabilities"] = list(arrays_of_classes)
    for column, array in extra.items():
        bare = column.removeprefix(mark)
        what = "probabilities" if bare.startswith(_PROBABILITY) else bare
        if array.ndim != 1:
            raise ConfigError(f"the {what} of {name} has one value per row, not the shape {array.shape}")
        if len(array) != rows:
            raise ConfigError(f"the {what} of {name} has {len(array)} rows, but the frame has {rows}")
    warehouse.add_object(name, frame, extra)
    return columns


def _free_mark(frame: Any) -> str:
    """Return a prefix that no column of a frame begins with."""
    if isinstance(frame, Mapping):
        names: Any = frame
    elif isinstance(getattr(frame.schema, "names", None) if hasattr(frame, "schema") else None, list):
        names = frame.schema.names  # Arrow's tables and datasets
    else:
        names = getattr(frame, "columns", ())
    taken = [str(name).casefold() for name in names]
    mark = _MARK
    while any(name.startswith(mark) for name in taken):
        mark = f"{mark}_"
    return mark


def _as_relation(frame: Any) -> Any:
    if isinstance(frame, Mapping):
        try:
            columns = {str(name): _column(values) for name, values in frame.items()}
        except ValueError:
            raise ConfigError("the arrays of a window are one-dimensional: one number or text per row") from None
        shapes = {name: values.shape for name, values in columns.items()}
        if any(len(shape) != 1 for shape in shapes.values()) or len(set(shapes.values())) > 1:
            shown = ", ".join(f"{name!r} {shape}" for name, shape in [*shapes.items()][:6])
            raise ConfigError(f"the arrays of a window are one-dimensional and of one length, not of shape {shown}")
        return columns
    if isinstance(frame, np.ndarray):
        if frame.dtype.names and frame.ndim == 1:
            return {name: np.ascontiguousarray(frame[name]) for name in frame.dtype.names}
        if frame.ndim != 2:
            raise ConfigError(f"an array of features has the shape (rows, features), not {frame.shape}")
        return {f"feature_{k}": np.ascontiguousarray(frame[:, k]) for k in range(frame.shape[1])}
    if hasattr(frame, "collect") and hasattr(frame, "collect_schema"):
        # A Polars LazyFrame has no length before it is collected.
        return frame.collect()
    if hasattr(frame, "read_all") and hasattr(frame, "schema"):
        # An Arrow reader can be read only once, but a check reads its rows several times.
        return frame.read_all()
    if hasattr(frame, "to_arrow_table") and hasattr(frame, "fetchnumpy"):
        # A DuckDB relation belongs to the caller's connection, which the check does not use.
        try:
            return frame.to_arrow_table()
        except ImportError:
            return frame.fetchnumpy()
    if hasattr(frame, "to_frame") and hasattr(frame, "name") and not hasattr(frame, "columns"):
        # A Series of pandas or Polars: a frame of one column.
        return frame.to_frame() if frame.name else frame.to_frame("value")
    if not any(hasattr(frame, mark) for mark in ("columns", "schema", "__arrow_c_stream__")):
        raise ConfigError(
            f"a window is a frame (pandas, Polars, Arrow), a mapping of arrays, or the name of a table; "
            f"{type(frame).__name__} is none of these"
        )
    return frame


def _length(frame: Any) -> int:
    if isinstance(frame, Mapping):
        return max((len(values) for values in frame.values()), default=0)
    if hasattr(frame, "num_rows"):
        return int(frame.num_rows)
    if hasattr(frame, "count_rows"):
        return int(frame.count_rows())
    return len(frame)


def _column(values: Any) -> np.ndarray[Any, Any]:
    if isinstance(values, np.ma.MaskedArray) and values.ndim == 1:
        # A masked value is NULL, but DuckDB before 2.0 ignores masks.
        unmasked = np.empty(len(values), dtype=object)
        unmasked[:] = values.tolist()
        return unmasked
    return np.asarray(values)


def _numbers(values: Any, what: str, name: str) -> np.ndarray[Any, Any]:
    """Return numbers of the shape (rows,) or (rows, classes), also from a column of lists; what is missing is NaN."""
    try:
        if isinstance(values, np.ma.MaskedArray):
            return np.ma.filled(values.astype(np.float64), np.nan)
        with suppress(Exception):  # each library raises what it likes for a column of lists
            return np.asarray(values, dtype=np.float64)
        items = values.to_pylist() if hasattr(values, "to_pylist") else list(values)
        width = max((len(item) for item in items if _is_row(item)), default=0)
        return np.array([_row_of_numbers(item, width) for item in items], dtype=np.float64)
    except (TypeError, ValueError):
        raise ConfigError(f"the {what} of {name} cannot be read as numbers, equally many in each row") from None


def _is_row(item: Any) -> bool:
    return hasattr(item, "__len__") and not isinstance(item, str | bytes)


def _row_of_numbers(item: Any, width: int) -> float | list[float]:
    if _is_row(item):
        return [np.nan if is_missing(value) else float(value) for value in item]
    if is_missing(item):
        return [np.nan] * width if width else np.nan
    return float(item)


def _labels(values: Any, name: str) -> np.ndarray[Any, Any]:
    """Return labels as a column: numbers stay numbers, so that 1 and 1.0 are one class; missing: None or NaN."""
    shape = np.shape(values) if isinstance(values, np.ndarray) or not hasattr(values, "__len__") else (len(values),)
    if len(shape) != 1 or isinstance(values, str):
        raise ConfigError(f"the label of {name} has one value per row, not {type(values).__name__} of shape {shape}")
    if isinstance(values, np.ma.MaskedArray):
        values = values.tolist()  # masked values become None
    if isinstance(values, np.ndarray) and values.dtype != object:
        converted = convert_array(values)
        if converted is None:
            return values
        if isinstance(converted, np.ndarray):
            return converted
    return object_column(values.to_pylist() if hasattr(values, "to_pylist") else list(values))
