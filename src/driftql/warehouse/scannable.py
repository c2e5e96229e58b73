"""A frame -> what DuckDB can scan: columns that can be converted are, the others are left out by name.

No frame library is imported here; one that made a frame is loaded already.
"""

from __future__ import annotations

import datetime as dt
import decimal
import numbers
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from driftql.errors import ConfigError

__all__ = ["Scannable", "convert_array", "is_missing", "make_scannable", "object_column"]

Array = np.ndarray[Any, Any]

# DuckDB knows these resolutions of datetime64 and timedelta64.
_RESOLUTIONS = ("s", "ms", "us", "ns")


class Scannable(NamedTuple):
    """A frame that DuckDB can scan.

    Attributes
    ----------
    frame
        The caller's own frame where nothing had to be changed: no copy.
    unreadable
        Columns that are not in it: name -> (type, why).
    empty
        Columns of pandas or NumPy that are of any type or doubles, as such a library reads a column without a value,
        and hold none: their type says nothing of what they are for.
    """

    frame: Any
    unreadable: dict[str, tuple[str, str]]
    empty: frozenset[str] = frozenset()


def make_scannable(frame: Any, name: str, can_scan: Callable[[Any], bool]) -> Scannable:
    """Convert the columns of a frame that DuckDB cannot scan, and leave out those that cannot be converted.

    Parameters
    ----------
    frame
        A pandas, Polars or Arrow frame, a pyarrow dataset, a mapping of names to one-dimensional
        NumPy arrays, or anything with ``__arrow_c_stream__``.
    name
        What to call the frame in an error.
    can_scan
        Returns whether DuckDB can scan a frame.

    Raises
    ------
    ConfigError
        If two columns have one name (DuckDB ignores capitals), or no column can be read.
    """
    if isinstance(frame, Mapping):
        reader: _Reader = _NumpyReader(frame)
    elif hasattr(frame, "iloc") and hasattr(frame, "isetitem"):
        reader = _PandasReader(frame)
    elif hasattr(frame, "get_columns") and hasattr(frame, "with_columns"):
        reader = _PolarsReader(frame)
    elif hasattr(frame, "schema") and "pyarrow" in sys.modules:
        reader = _ArrowReader(frame, sys.modules["pyarrow"])
    else:
        return Scannable(frame, {})
    nameless = {index for index, own in enumerate(reader.names) if not own.strip()}
    reader.names = [f"unnamed_{index + 1}" if index in nameless else own for index, own in enumerate(reader.names)]
    _refuse_doubles(reader.names, name)
    changed: dict[int, Any] = {}
    unreadable: dict[int, str] = {index: reader.type_name(index) for index in nameless}
    for index in range(len(reader.names)):
        if index in nameless:
            continue
        converted = reader.convert(index)
        if converted is _UNREADABLE:
            unreadable[index] = reader.type_name(index)
        elif converted is not None:
            changed[index] = converted
    made = reader.rebuild(changed, unreadable) if changed or unreadable else frame
    if reader.names and not nameless.issuperset(range(len(reader.names))) and not can_scan(made):
        for index in range(len(reader.names)):
            if index not in unreadable and not can_scan(reader.alone(index, changed)):
                unreadable[index] = reader.type_name(index)
        made = reader.rebuild(changed, unreadable)
    if not reader.names:
        raise ConfigError(f"{name} has no columns")
    if len(unreadable) == len(reader.names):
        listed = ", ".join(f"{reader.names[index]!r} ({kind})" for index, kind in unreadable.items())
        raise ConfigError(f"{name} has no column that can be read: {listed}")
    why = {
        index: "it has no name" if index in nameless else f"{kind}: DuckDB cannot read this type"
        for index, kind in unreadable.items()
    }
    empty = {own for index, own in enumerate(reader.names) if index not in unreadable and reader.is_empty(index)}
    return Scannable(
        made, {reader.names[index]: (kind, why[index]) for index, kind in unreadable.items()}, frozenset(empty)
    )


def _refuse_doubles(names: Sequence[str], frame: str) -> None:
    """Refuse names that DuckDB takes for one; it would invent a suffix for the second."""
    first: dict[str, str] = {}
    for number, name in enumerate(names):
        other = first.setdefault(name.casefold(), name)
        if name in names[:number]:
            raise ConfigError(f"{frame} has two columns named {name!r}; rename or drop one of them")
        if other != name:
            raise ConfigError(
                f"{frame} has columns named {other!r} and {name!r}, which DuckDB takes for one, because it ignores "
                "capitals; rename or drop one of them"
            )


class _Unreadable:
    """Stands for a column that cannot be converted."""


_UNREADABLE = _Unreadable()


class _Reader:
    """The columns of one kind of frame, by position."""

    names: list[str]

    def convert(self, index: int) -> Any:
        """Return None where a column can stay as it is, what takes its place, or ``_UNREADABLE``."""
        raise NotImplementedError  # each kind of frame has its own

    def type_name(self, index: int) -> str:
        """Return what a column's library calls its type."""
        raise NotImplementedError  # each kind of frame has its own

    def is_empty(self, index: int) -> bool:
        """Return whether a column holds no value, and has the type of one that never had any."""
        return False

    def rebuild(self, changed: Mapping[int, Any], without: Iterable[int]) -> Any:
        """Return the frame with some columns replaced and others left out."""
        raise NotImplementedError  # each kind of frame has its own

    def alone(self, index: int, changed: Mapping[int, Any]) -> Any:
        """Return a frame of one column."""
        return self.rebuild(changed, set(range(len(self.names))) - {index})


class _NumpyReader(_Reader):
    """A mapping of names to NumPy arrays."""

    def __init__(self, frame: Mapping[str, Array]) -> None:
        self.names = list(frame)
        self._arrays = list(frame.values())

    def convert(self, index: int) -> Any:
        return convert_array(self._arrays[index])

    def type_name(self, index: int) -> str:
        return str(self._arrays[index].dtype)

    def is_empty(self, index: int) -> bool:
        return self._arrays[index].dtype == object and _holds_nothing(self._arrays[index])

    def rebuild(self, changed: Mapping[int, Any], without: Iterable[int]) -> Any:
        dropped = set(without)
        return {
            name: changed.get(index, array)
            for index, (name, array) in enumerate(zip(self.names, self._arrays, strict=True))
            if index not in dropped
        }


class _PandasReader(_Reader):
    """A DataFrame of pandas."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.names = ["" if is_missing(name) else str(name) for name in frame.columns]

    def convert(self, index: int) -> Any:
        column = self._frame.iloc[:, index]
        kind = column.dtype
        if isinstance(kind, np.dtype):
            return convert_array(column.to_numpy())
        name = type(kind).__name__
        if name == "SparseDtype":
            dense = column.sparse.to_dense().to_numpy()
            further = convert_array(dense)
            return dense if further is None else further
        if name == "CategoricalDtype":
            categories = kind.categories
            if isinstance(categories.dtype, np.dtype) and categories.dtype.kind in "biufMO":
                return None
            return column.cat.rename_categories([str(category) for category in categories])
        if name in ("PeriodDtype", "IntervalDtype"):
            return _UNREADABLE
        if name == "ArrowDtype":
            arrow = sys.modules["pyarrow"]
            wanted = _arrow_target(kind.pyarrow_dtype, arrow)
            if wanted is _UNREADABLE:
                return _UNREADABLE
            return None if wanted is None else column.astype(sys.modules["pandas"].ArrowDtype(wanted))
        return None

    def type_name(self, index: int) -> str:
        return str(self._frame.iloc[:, index].dtype)

    def is_empty(self, index: int) -> bool:
        column = self._frame.iloc[:, index]
        return isinstance(column.dtype, np.dtype) and column.dtype.kind in "Of" and _holds_nothing(column.to_numpy())

    def rebuild(self, changed: Mapping[int, Any], without: Iterable[int]) -> Any:
        frame = self._frame.copy(deep=False)
        for index, column in changed.items():
            frame.isetitem(index, column)
        dropped = set(without)
        return frame.iloc[:, [index for index in range(len(self.names)) if index not in dropped]]


class _PolarsReader(_Reader):
    """A DataFrame of Polars."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self._columns = frame.get_columns()
        self.names = list(frame.columns)

    def convert(self, index: int) -> Any:
        polars = sys.modules["polars"]
        column = self._columns[index]
        kind = type(column.dtype).__name__ if not isinstance(column.dtype, type) else column.dtype.__name__
        if kind == "Object":
            values = object_column(column.to_list())
            return _UNREADABLE if values.dtype == object else polars.Series(column.name, values)
        if kind == "Float16":
            return column.cast(polars.Float32)
        if kind in ("Int128", "UInt128"):
            # A decimal holds 38 digits; beyond them a double is the best there is.
            exact = column.cast(polars.Decimal(38, 0), strict=False)
            return exact if exact.null_count() == column.null_count() else column.cast(polars.Float64)
        return None

    def type_name(self, index: int) -> str:
        return str(self._columns[index].dtype)

    def rebuild(self, changed: Mapping[int, Any], without: Iterable[int]) -> Any:
        dropped = set(without)
        kept = [index for index in range(len(self.names)) if index not in dropped]
        return sys.modules["polars"].DataFrame([changed.get(index, self._columns[index]) for index in kept])


class _ArrowReader(_Reader):
    """A table, record batch or dataset of Arrow."""

    def __init__(self, frame: Any, arrow: Any) -> None:
        self._frame = frame
        self._arrow = arrow
        self.names = list(frame.schema.names)
        self._types = list(frame.schema.types)

    def convert(self, index: int) -> Any:
        return _arrow_target(self._types[index], self._arrow)

    def type_name(self, index: int) -> str:
        return str(self._types[index])

    def rebuild(self, changed: Mapping[int, Any], without: Iterable[int]) -> Any:
        dropped = set(without)
        kept = [index for index in range(len(self.names)) if index not in dropped]
        names = [self.names[index] for index in kept]
        if hasattr(self._frame, "column"):
            columns = [self._frame.column(index) for index in kept]
        else:
            # A dataset is read only where a column of it must be converted or left out.
            table = self._frame.to_table(columns=names)
            columns = [table.column(number) for number in range(len(kept))]
        cast = [
            column.cast(changed[index]) if index in changed else column
            for index, column in zip(kept, columns, strict=True)
        ]
        return self._arrow.table(dict(zip(names, cast, strict=True)))


def _arrow_target(kind: Any, arrow: Any) -> Any:
    """Return the Arrow type to cast a column to, None where it can stay, or ``_UNREADABLE``."""
    types = arrow.types
    if types.is_float16(kind):
        return arrow.float32()
    if types.is_decimal256(kind) if hasattr(types, "is_decimal256") else False:
        return arrow.float64()
    return None


def convert_array(array: Array) -> Any:
    """Return None where DuckDB scans an array as it is, the array that takes its place, or ``_UNREADABLE``."""
    kind = array.dtype
    match kind.kind:
        case "O":
            converted = object_column(array)
            return None if converted is array else converted
        case "f" if kind.itemsize > np.dtype(np.float64).itemsize:
            return array.astype(np.float64)
        case "f" | "i" | "u" | "b":
            return None if kind.isnative else array.astype(kind.newbyteorder("="))
        case "M" | "m":
            unit = np.datetime_data(kind)[0]
            if unit in _RESOLUTIONS:
                return None if kind.isnative else array.astype(kind.newbyteorder("="))
            return array.astype(f"{kind.kind}8[s]")
        case "S":
            try:
                return np.char.decode(array, "utf-8").astype(object)
            except UnicodeDecodeError:
                return _UNREADABLE
        case "U":
            return None
        case "T":
            return array.astype(object)
        case _:
            return _UNREADABLE


def is_missing(value: Any) -> bool:
    """Return whether a value of a frame stands for a missing one: None, NaN, ``pd.NA``, ``NaT``."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    different = value != value
    return isinstance(different, bool | np.bool_) and bool(different)


def _holds_nothing(array: Array) -> bool:
    """Return whether all values are missing; of a column that holds some, the first one mostly tells."""
    if not array.size or not is_missing(array.flat[0]):
        return False
    return bool(np.isnan(array).all()) if array.dtype.kind == "f" else all(map(is_missing, array))


def object_column(values: Sequence[Any] | Array) -> Array:
    """Return Python objects as an array that DuckDB reads as what they are.

    Numbers of several types (``int`` beside ``bool``, NumPy's beside Python's) become numbers, a mixture of anything
    else becomes texts; missing values become None or NaN. An array of one type that DuckDB knows is returned itself.

    Parameters
    ----------
    values
        One value per row.
    """
    array = values if isinstance(values, np.ndarray) else _objects(values)
    kinds = set(map(type, array))
    missing = {kind for kind in kinds if kind is type(None) or kind.__name__ in ("NAType", "NaTType")}
    present = kinds - missing
    if not present:
        return np.full(len(array), np.nan)
    if present <= {bool} or present == {np.bool_}:
        return array if present == {bool} else _objects([None if is_missing(v) else bool(v) for v in array])
    if all(issubclass(kind, numbers.Number | decimal.Decimal | np.bool_) for kind in present):
        known = len(present) == 1 and present <= {int, float, decimal.Decimal}
        if known or present == {int, float}:
            return array
        if any(issubclass(kind, complex | np.complexfloating) for kind in present):
            return _objects([None if is_missing(value) else str(value) for value in array])
        if all(issubclass(kind, int | np.integer) and kind is not bool for kind in present):
            return _objects([None if is_missing(value) else int(value) for value in array])
        return np.array([np.nan if is_missing(value) else float(value) for value in array])
    if len(present) == 1 or all(issubclass(kind, dt.datetime) for kind in present):
        return array
    return _objects([None if is_missing(value) else str(value) for value in array])


def _objects(values: Iterable[Any]) -> Array:
    # Not np.array(): that makes lists of one length into a matrix.
    return np.fromiter(values, dtype=object)
