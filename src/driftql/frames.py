"""Frames and arrays of the caller -> views in an in-process DuckDB: no copy, and no frame library is imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from driftql.config import Roles, WindowConfig
from driftql.errors import ConfigError
from driftql.warehouse import connect
from driftql.warehouse.base import Warehouse
from driftql.warehouse.duckdb import DuckDBWarehouse

if TYPE_CHECKING:
    import duckdb

__all__ = ["CURRENT", "REFERENCE", "add_frame", "frame_warehouse", "is_source", "open_warehouse", "roles_from_names"]

REFERENCE = "reference_frame"
CURRENT = "current_frame"

# Columns made of the caller's arrays; the names are unlikely ones, for a frame may have columns of its own.
_LABEL = "driftql_label"
_CONFIDENCE = "driftql_confidence"
_PROBABILITY = "driftql_p_"

Pairs = Mapping[str, tuple[Any, Any]]


def is_source(window: Any) -> bool:
    """Tell a table's or file's name from a frame."""
    return isinstance(window, (str, Path, WindowConfig))


def open_warehouse(warehouse: str | Path | Warehouse | duckdb.DuckDBPyConnection | None) -> Warehouse:
    """Open what the caller named, or pass on what is open already."""
    if warehouse is None:
        return DuckDBWarehouse()
    if isinstance(warehouse, (str, Path)):
        return connect(warehouse)
    import duckdb

    if isinstance(warehouse, duckdb.DuckDBPyConnection):
        return DuckDBWarehouse(connection=warehouse)
    return warehouse


def roles_from_names(roles: Roles, arrays: Pairs) -> Roles:
    """Read the array arguments as column names, for windows that are tables.

    Raises
    ------
    ConfigError
        If they are arrays, or the two windows name different columns.
    """
    found: dict[str, Any] = {}
    for role, (before, after) in arrays.items():
        if before is None and after is None:
            continue
        names = [value for value in (before, after) if value is not None]
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
    """Make two frames and their arrays into the tables of an in-memory database.

    Parameters
    ----------
    frames
        The reference and the current frame.
    arrays
        Role -> (reference, current): labels, probabilities and confidences beside the frames.
    roles
        The caller's roles.

    Returns
    -------
    tuple[DuckDBWarehouse, Roles]
        The database, and the roles that its columns have.

    Raises
    ------
    ConfigError
        If an array is given for one window only, or is not as long as its frame.
    """
    for role, (before, after) in arrays.items():
        if (before is None) != (after is None) and role != "confidence":
            missing = "reference" if before is None else "current"
            raise ConfigError(f"the {role} of the {missing} window are missing: give both or neither")
    warehouse = DuckDBWarehouse()
    columns: dict[str, Any] = {}
    for index, name in enumerate((REFERENCE, CURRENT)):
        beside = {role: pair[index] for role, pair in arrays.items()}
        if beside["confidence"] is None and arrays["confidence"] != (None, None):
            # Only the current window's confidence is ever read; the other side needs the column to exist.
            beside["confidence"] = np.full(_length(frames[index]), np.nan)
        columns = add_frame(warehouse, name, frames[index], beside)
    return warehouse, roles.model_copy(update=columns)


def add_frame(warehouse: DuckDBWarehouse, name: str, frame: Any, arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Put a frame, with arrays beside it, into a database as one view.

    Parameters
    ----------
    warehouse
        The database; the view lives as long as its connections.
    name
        The view's name.
    frame
        A pandas, Polars or Arrow frame, or a mapping of names to arrays.
    arrays
        Role -> array, or None.

    Returns
    -------
    dict[str, Any]
        Role -> the column, or the columns, that hold it.

    Raises
    ------
    ConfigError
        If an array is not as long as the frame.
    """
    frame = _as_relation(frame)
    rows = _length(frame)
    extra: dict[str, np.ndarray[Any, Any]] = {}
    columns: dict[str, Any] = {}
    label, confidence, probabilities = (arrays.get(role) for role in ("label", "confidence", "probabilities"))
    if label is not None:
        extra[_LABEL] = _texts(label)
        columns["label"] = _LABEL
    if confidence is not None:
        extra[_CONFIDENCE] = np.asarray(confidence, dtype=np.float64)
        columns["confidence"] = _CONFIDENCE
    if probabilities is not None:
        matrix = np.asarray(probabilities, dtype=np.float64)
        if matrix.ndim != 2:
            raise ConfigError(f"probabilities have the shape (rows, classes), not {matrix.shape}")
        # DuckDB scans one contiguous array a column.
        extra |= {f"{_PROBABILITY}{k}": np.ascontiguousarray(matrix[:, k]) for k in range(matrix.shape[1])}
        columns["probabilities"] = [f"{_PROBABILITY}{k}" for k in range(matrix.shape[1])]
    for column, array in extra.items():
        if array.ndim != 1 or len(array) != rows:
            what = column.removeprefix("driftql_")
            raise ConfigError(f"the {what} of {name} has {array.shape[0]} rows, but the frame has {rows}")
    warehouse.add_object(name, frame, extra)
    return columns


def _as_relation(frame: Any) -> Any:
    if isinstance(frame, Mapping):
        return {str(name): np.asarray(values) for name, values in frame.items()}
    if isinstance(frame, np.ndarray):
        if frame.ndim != 2:
            raise ConfigError(f"an array of features has the shape (rows, features), not {frame.shape}")
        return {f"feature_{k}": np.ascontiguousarray(frame[:, k]) for k in range(frame.shape[1])}
    if hasattr(frame, "collect") and hasattr(frame, "collect_schema"):
        # A Polars LazyFrame has no length before it is collected.
        return frame.collect()
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
    return len(frame)


def _texts(values: Any) -> np.ndarray[Any, Any]:
    """Return labels as an object array of str and None, whatever they came as."""
    listed: Sequence[Any] = values.to_pylist() if hasattr(values, "to_pylist") else list(values)
    out = np.empty(len(listed), dtype=object)
    out[:] = [None if value is None or value != value else str(value) for value in listed]  # NaN differs from itself
    return out
