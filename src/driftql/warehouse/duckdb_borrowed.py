"""The caller's own DuckDB connection: what only it sees, and what driftql leaves as it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from driftql.errors import ConfigError

if TYPE_CHECKING:
    import duckdb

__all__ = ["SETTINGS", "Borrowed", "set_up"]

# Settings of a connection while driftql works on it.
SETTINGS = {
    "TimeZone": "'UTC'",
    # DuckDB then counts the 65,536 bins of a histogram in an array, twice as fast as in a hash table.
    "perfect_ht_threshold": "17",
}
# What a cursor does not share with the connection that it was made of. A transaction keeps its id.
_LOOK = (
    "select current_database() || '.' || current_schema() || ' ' || current_setting('search_path') as path, "
    "(select count(*) from information_schema.tables where table_catalog = 'temp') as temporary, "
    "txid_current() as transaction"
)
# Two checks on one connection, in two threads, wait for each other: it can hold one transaction.
_LOCK = threading.RLock()


class _Seen(NamedTuple):
    """What a connection has of its own; nothing is known of one whose result is still being fetched."""

    is_known: bool
    is_special: bool = False
    in_transaction: bool = False


class Borrowed:
    """A connection that the caller opened.

    driftql works on a cursor of it, which has settings and transactions of its own and does not disturb a result that
    the caller is fetching. A cursor sees neither temporary tables and views, nor registered frames, nor what ``use``
    chose. Where the connection has any of these, driftql works on the connection itself for the length of a block, and
    restores its settings. It begins no transaction inside one of the caller, because an error would end that one.

    Parameters
    ----------
    given
        The caller's connection. It is never closed.
    """

    def __init__(self, given: duckdb.DuckDBPyConnection) -> None:
        self._given = given
        self._cursor = given.cursor()
        set_up(self._cursor)
        self._depth = 0
        self.is_on_given = False
        # Frames that driftql registers are seen on the cursor only.
        self.stays_on_cursor = False

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection to work on: inside a block the caller's own if that is needed, else the cursor."""
        return self._given if self.is_on_given else self._cursor

    @contextmanager
    def block(self, *, reads: bool = False) -> Iterator[None]:
        """Choose the connection for a block.

        Parameters
        ----------
        reads
            Whether the block reads the caller's tables as one state, which must then be the caller's own.

        Raises
        ------
        ConfigError
            If ``reads`` and the caller is inside a transaction: a cursor does not see what it has not committed.
        """
        if self._depth:
            yield
            return
        seen = self._look()
        if reads and seen.in_transaction:
            raise ConfigError(
                "the DuckDB connection is inside a transaction: commit it or roll it back first, or pass "
                "connection.cursor() to check what is committed"
            )
        self._depth += 1
        try:
            if seen.is_special and not seen.in_transaction and not self.stays_on_cursor:
                with _LOCK, self._settings():
                    yield
            else:
                yield
        finally:
            self._depth -= 1

    def describe_limits(self) -> str:
        """Return the hint for a name that is not found."""
        if self.is_on_given:
            return ""
        seen = self._look()
        if not seen.is_known:
            return "; a result of the connection is not fetched to its end, so its temporary tables cannot be seen"
        if seen.in_transaction:
            return "; the connection is inside a transaction, so what is temporary or not committed cannot be seen"
        return ""

    def close(self) -> None:
        """Close the cursor; the caller's connection stays open."""
        self._cursor.close()

    @contextmanager
    def _settings(self) -> Iterator[None]:
        listed = ", ".join(f"current_setting('{name}')" for name in SETTINGS)
        [before] = self._given.execute(f"select {listed}").fetchall()
        set_up(self._given)
        self.is_on_given = True
        try:
            yield
        finally:
            self.is_on_given = False
            for name, value in zip(SETTINGS, before, strict=True):
                self._given.execute(f"set {name} = '{value}'")

    def _look(self) -> _Seen:
        import duckdb

        [(usual, _, _)] = self._cursor.execute(_LOOK).fetchall()
        try:
            # Unlike execute, sql refuses to end a result that the caller is still fetching.
            [(path, temporary, first)] = self._given.sql(_LOOK).fetchall()
            [(_, _, second)] = self._given.sql(_LOOK).fetchall()
        except duckdb.Error as error:
            if "transaction is aborted" in str(error).casefold():
                return _Seen(is_known=True, in_transaction=True)
            return _Seen(is_known=False)
        return _Seen(is_known=True, is_special=bool(temporary) or path != usual, in_transaction=first == second)


def set_up(connection: duckdb.DuckDBPyConnection) -> None:
    """Change settings of one connection only."""
    for name, value in SETTINGS.items():
        connection.execute(f"set {name} = {value}")
