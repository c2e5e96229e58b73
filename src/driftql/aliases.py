"""Names for what the public functions accept, so that a signature says what is meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, Union

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    import numpy.typing as npt

    from driftql.config import QueueConfig, Roles, Thresholds, WindowConfig
    from driftql.warehouse.base import Warehouse

__all__ = [
    "ArrayLike",
    "FrameLike",
    "MomentLike",
    "QueueLike",
    "RolesLike",
    "ThresholdsLike",
    "WarehouseLike",
    "WindowLike",
]


class _Secret(Protocol):
    """The ``SecretStr`` of a URL."""

    def get_secret_value(self) -> str: ...


class _HasCursor(Protocol):
    """An open DB-API connection, or DuckDB's own."""

    def cursor(self) -> Any: ...


class _HasConnect(Protocol):
    """An engine of SQLAlchemy."""

    def connect(self) -> Any: ...


class _HasExecutionOptions(Protocol):
    """A connection of SQLAlchemy."""

    def execution_options(self, **options: Any) -> Any: ...


class _HasCommand(Protocol):
    """A client of clickhouse-connect."""

    def command(self, cmd: Any) -> Any: ...


class _HasGetTable(Protocol):
    """A client of BigQuery."""

    def get_table(self, table: Any) -> Any: ...


class _HasSql(Protocol):
    """A session of Spark."""

    def sql(self, sqlQuery: str) -> Any: ...  # noqa: N803  # Spark's own name


class _HasColumns(Protocol):
    """A frame of pandas, Polars or Spark."""

    @property
    def columns(self) -> Any: ...


class _HasSchema(Protocol):
    """An Arrow table, batch or reader."""

    @property
    def schema(self) -> Any: ...


class _ArrowArray(Protocol):
    """A column of Arrow."""

    def to_pylist(self) -> list[Any]: ...


WarehouseLike: TypeAlias = Union[
    "Warehouse",
    str,
    "PathLike[str]",
    _Secret,
    _HasCursor,
    _HasConnect,
    _HasExecutionOptions,
    _HasCommand,
    _HasGetTable,
    _HasSql,
]
"""A database: what :func:`driftql.connect` takes (a DuckDB file's path, a URL, what is open already) or returns."""

FrameLike: TypeAlias = Union[_HasColumns, _HasSchema, Mapping[str, "ArrayLike"], "npt.NDArray[np.generic]"]
"""A window in memory: a frame of pandas, Polars, Arrow or Spark, a mapping of names to arrays, or an array of numbers
of the shape (rows, features)."""

ArrayLike: TypeAlias = Union["npt.ArrayLike", _ArrowArray, Iterable[Any]]
"""One value per row, or a matrix of the shape (rows, classes): NumPy, pandas, Polars, Arrow or lists."""

WindowLike: TypeAlias = Union[str, "PathLike[str]", "WindowConfig", FrameLike]
"""A window: a table's or file's name, a :class:`~driftql.config.WindowConfig`, or a frame."""

MomentLike: TypeAlias = Union[str, "dt.date", "np.datetime64"]
"""A moment: ``datetime``, ``date``, ``pd.Timestamp``, ``np.datetime64``, or text such as ``2026-01-31``."""

RolesLike: TypeAlias = Union["Roles", Mapping[str, str | Sequence[str] | None]]
"""Which column plays which role: :class:`~driftql.config.Roles`, or a mapping with its fields."""

ThresholdsLike: TypeAlias = Union["Thresholds", Mapping[str, float | bool]]
"""When to alert: :class:`~driftql.config.Thresholds`, or a mapping with its fields."""

QueueLike: TypeAlias = Union["QueueConfig", str]
"""The labeling queue: :class:`~driftql.config.QueueConfig`, or the name of its table."""
