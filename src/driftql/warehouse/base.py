"""What the rest of driftql asks of a database, whichever it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Protocol, Self, SupportsIndex, overload

from driftql.engines import Engine

__all__ = ["Column", "ColumnKind", "Estimate", "Row", "Tagged", "Warehouse", "Writer", "rows_of", "statement_tag"]


class Row(tuple[Any, ...]):
    """One row of a result: a tuple whose values can also be read by the column's name.

    Names are those that the SQL gave, without regard to case: Snowflake returns them in upper case, ClickHouse as
    written.

    >>> row = rows_of(["FEATURE", "REF_N"], [(1, 500)])[0]
    >>> row["feature"], row["ref_n"], row[1]
    (1, 500, 500)
    """

    _places: Mapping[str, int]

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> Any: ...
    @overload
    def __getitem__(self, key: slice, /) -> tuple[Any, ...]: ...
    @overload
    def __getitem__(self, key: str, /) -> Any: ...
    def __getitem__(self, key: SupportsIndex | slice | str, /) -> Any:
        """Return the value of a column by its name, or values by their places."""
        return super().__getitem__(self._places[key] if isinstance(key, str) else key)

    def as_dict(self) -> dict[str, Any]:
        """Return the values by column name, names in lower case."""
        return {name: super(Row, self).__getitem__(place) for name, place in self._places.items()}


def rows_of(names: Iterable[str | bytes], values: Iterable[Iterable[Any]]) -> list[Row]:
    """Name the values of a result.

    Parameters
    ----------
    names
        The columns' names as the driver gives them; Redshift's driver may give bytes.
    values
        The rows, each with as many values as there are names.
    """
    texts = [name.decode() if isinstance(name, bytes) else name for name in names]
    places = {name.casefold(): place for place, name in enumerate(texts)}
    rows = []
    for value in values:
        row = Row(value)
        row._places = places
        rows.append(row)
    return rows


ColumnKind = Literal[
    "integer", "float", "decimal", "boolean", "text", "timestamp", "timestamptz", "date", "list", "other"
]

_UNFIT = re.compile(r"[^\w .:@+-]|--+")
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name
        As the table spells it.
    type
        The engine's own name of its type.
    kind
        What driftql can do with it.
    holds_nan
        Whether it is a decimal that can be NaN or infinite, as PostgreSQL's ``numeric`` can.
    """

    name: str
    type: str
    kind: ColumnKind
    holds_nan: bool = False

    @property
    def is_numeric(self) -> bool:
        """Whether the column can be a feature."""
        return self.kind in ("integer", "float", "decimal", "boolean")

    @property
    def may_be_strange(self) -> bool:
        """Whether a value can be NaN or infinite."""
        return self.kind == "float" or self.holds_nan


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an engine thinks that a statement will read.

    Attributes
    ----------
    rows
        Rows of all tables that it reads; None where the engine does not tell.
    bytes
        Bytes that it reads; None where the engine does not tell.
    """

    rows: int | None = None
    bytes: int | None = None


class Writer(Protocol):
    """Runs statements inside one transaction."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement and return how many rows it changed; engines without transactions may always tell 0."""
        ...

    def query(self, sql: str) -> list[Row]:
        """Run a query inside the transaction."""
        ...


class Warehouse(Protocol):
    """A database that holds prediction tables."""

    @property
    def engine(self) -> Engine:
        """Which SQL it speaks."""
        ...

    @property
    def label(self) -> str:
        """What to call it in a message: no credentials."""
        ...

    def tables(self) -> list[str]:
        """Return the names of its tables and views as a user would write them: with a schema where one is needed."""
        ...

    def relation(self, source: str) -> str:
        """Return a quoted fragment to stand after ``from`` for a table, view or file.

        Raises
        ------
        SourceError
            If there is no such table or file; the nearest name is suggested.
        """
        ...

    def table_exists(self, name: str) -> bool:
        """Tell whether a table or view of that name is there."""
        ...

    def columns(self, relation: str) -> list[Column]:
        """Return a relation's columns in order. ``relation`` is a fragment made by :meth:`relation`."""
        ...

    def has_blocks(self, relation: str) -> bool:
        """Tell whether a sample can skip blocks of a relation; in some engines it can of a table, but not of a view."""
        ...

    def query(self, sql: str) -> list[Row]:
        """Run one query and fetch all of its rows.

        Raises
        ------
        WarehouseError
            If the database refuses.
        """
        ...

    def sample(self, sql: str) -> list[Row]:
        """Run a query that draws a sample, so that the same data give the same sample, where the engine can.

        Raises
        ------
        WarehouseError
            If the database refuses.
        """
        ...

    def estimate(self, sql: str) -> Estimate | None:
        """Ask what a query would read, without running it; None where the engine cannot tell.

        Raises
        ------
        WarehouseError
            If the database refuses the query.
        """
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Hold one state of the tables for the length of a block, so that its queries agree; where the engine can."""
        ...

    def transaction(self) -> AbstractContextManager[Writer]:
        """Open a transaction that is committed at the end of the block, or rolled back if the block raises.

        Raises
        ------
        WarehouseError
            If the database cannot be written.
        """
        ...

    def tagged(self, monitor: str | None, run: object) -> AbstractContextManager[None]:
        """Say in a comment of every statement of a block who asks: driftql's version, the monitor, the run."""
        ...

    def interrupt(self) -> None:
        """Stop the statement that another thread of this program is running; without one, nothing happens."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def statement_tag(version: str, monitor: str | None, run: object) -> str:
    """Write the comment that tells a database's administrator who sent a statement.

    A name that the user chose is cut to letters, digits and a few marks, so that it can neither end the comment nor
    begin a new line.

    >>> statement_tag("1.0", "churn */ drop", 7)
    '/* driftql 1.0 monitor=churn __ drop run=7 */'
    """
    words = [f"driftql {_plain(version)}"]
    if monitor is not None:
        words.append(f"monitor={_plain(monitor)}")
    if run is not None:
        words.append(f"run={_plain(str(run))}")
    return f"/* {' '.join(words)} */"


def _plain(name: str) -> str:
    return _UNFIT.sub(lambda match: "_" * len(match[0]), name)[:_LONGEST_NAME]


class Tagged:
    """What adapters share: the comment on every statement, and how they are shown."""

    _tag = ""

    @property
    def label(self) -> str:
        """What to call the database in a message: no credentials."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.label}>"

    @property
    def engine(self) -> Engine:
        """Which SQL it speaks."""
        raise NotImplementedError

    @contextmanager
    def tagged(self, monitor: str | None, run: object) -> Iterator[None]:
        """Say in a comment of every statement of a block who asks: driftql's version, the monitor, the run."""
        from driftql.version import __version__

        before, self._tag = self._tag, statement_tag(__version__, monitor, run)
        try:
            yield
        finally:
            self._tag = before

    def _signed(self, sql: str) -> str:
        """Put the comment on a statement."""
        if not self._tag:
            return sql
        return f"{sql}\n{self._tag}" if self.engine.trailing_comments else f"{self._tag}\n{sql}"
