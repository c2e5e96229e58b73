"""The interface of a database: everything that the rest of driftql asks of one, whichever engine it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self, SupportsIndex, overload

from driftql.display import explain_url
from driftql.engines import ColumnKind, Engine
from driftql.errors import SourceError

__all__ = [
    "Column",
    "ColumnKind",
    "Estimate",
    "Row",
    "Tagged",
    "Warehouse",
    "Writer",
    "refuse_url",
    "rows_of",
    "statement_tag",
]


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


def refuse_url(source: str) -> None:
    """Refuse the URL of a database where the name of a table is wanted: it may hold a password.

    Raises
    ------
    SourceError
        If the name is a URL; the sentence says where it belongs.
    """
    misplaced = explain_url(source, "a table")
    if misplaced is not None:
        raise SourceError(misplaced)


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


_UNFIT = re.compile(r"[^\w .:@+-]|--+")
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name
        The column's name, as the table spells it.
    type
        The engine's own name for its type.
    kind
        What driftql can do with it.
    holds_nan
        Whether it is a decimal that can be NaN or infinite, such as PostgreSQL's ``numeric``.
    unreadable
        Why no statement can read the column; empty where statements can.
    """

    name: str
    type: str
    kind: ColumnKind
    holds_nan: bool = False
    unreadable: str = ""

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
    """An engine's estimate of what a statement will read.

    Attributes
    ----------
    rows
        Rows of all tables that it reads; None where the engine does not estimate them.
    bytes
        Bytes that it reads; None where the engine does not estimate them.
    """

    rows: int | None = None
    bytes: int | None = None


class Writer(Protocol):
    """Runs statements inside one transaction."""

    def execute(self, sql: str) -> int:
        """Run a statement and return how many rows it changed; engines without transactions may always return 0."""
        ...

    def query(self, sql: str) -> list[Row]:
        """Run a query inside the transaction."""
        ...


class Warehouse(Protocol):
    """A database that holds prediction tables."""

    @property
    def engine(self) -> Engine:
        """The engine, which decides on the SQL."""
        ...

    @property
    def title(self) -> str:
        """The database's name in messages, without credentials."""
        ...

    def tables(self) -> list[str]:
        """Return the names of tables and views as a user would write them: with a schema where one is needed."""
        ...

    def relation(self, source: str) -> str:
        """Return the quoted SQL for a table, view or file after ``from``.

        Raises
        ------
        SourceError
            If there is no such table or file; the error suggests the nearest name.
        """
        ...

    def table_exists(self, name: str) -> bool:
        """Return whether there is a table or view of that name."""
        ...

    def columns(self, relation: str) -> list[Column]:
        """Return a relation's columns in order. ``relation`` is what :meth:`relation` returned."""
        ...

    def has_blocks(self, relation: str) -> bool:
        """Return whether a sample can skip blocks of a relation; some engines can for a table, but not for a view."""
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
        """Run a query that draws a sample. Where the engine can, the same data give the same sample.

        Raises
        ------
        WarehouseError
            If the database refuses.
        """
        ...

    def estimate(self, sql: str) -> Estimate | None:
        """Estimate what a query would read, without running it; None where the engine has no estimate.

        Raises
        ------
        WarehouseError
            If the database refuses the query.
        """
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Show all queries of a block the same state of the tables, where the engine can."""
        ...

    def transaction(self) -> AbstractContextManager[Writer]:
        """Open a transaction. The end of the block commits it; an error in the block rolls it back.

        Raises
        ------
        WarehouseError
            If the database cannot be written.
        """
        ...

    def tagged(self, monitor: str | None, run: object) -> AbstractContextManager[None]:
        """Put a comment on every statement of a block: driftql's version, the monitor and the run."""
        ...

    def interrupt(self) -> None:
        """Stop the statement that another thread of this program is running, if there is one."""
        ...

    def close(self) -> None:
        """Close a connection that driftql opened; leave a caller's connection open."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def statement_tag(version: str, monitor: str | None, run: object) -> str:
    """Write the comment that shows a database's administrator where a statement came from.

    Of a name that the user chose only letters, digits and a few marks are kept, so that it can neither end the comment
    nor begin a new line.

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
    """The part that all warehouses share: the comment on every statement, and their ``repr``."""

    _tag = ""

    @property
    def title(self) -> str:
        """The database's name in messages, without credentials."""
        raise NotImplementedError  # each engine has its own

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.title}>"

    @property
    def engine(self) -> Engine:
        """The engine, which decides on the SQL."""
        raise NotImplementedError  # each engine has its own

    @contextmanager
    def tagged(self, monitor: str | None, run: object) -> Iterator[None]:
        """Put a comment on every statement of a block: driftql's version, the monitor and the run."""
        from driftql.version import __version__

        outer, self._tag = self._tag, statement_tag(__version__, monitor, run)
        try:
            yield
        finally:
            self._tag = outer

    def _add_tag(self, sql: str) -> str:
        """Add the comment to a statement."""
        if not self._tag:
            return sql
        return f"{sql}\n{self._tag}" if self.engine.trailing_comments else f"{self._tag}\n{sql}"
