"""Snowflake without Snowflake: ``fakesnow``, which translates each statement to DuckDB.

It keeps an ARRAY as JSON, but its own translations of REDUCE, ARRAY_MAX and some ARRAY_CONSTRUCT work on lists;
:func:`redirect_driver` puts casts between the two, after the translation, in this file only. It knows none of the session's
settings that driftql makes; its own zone is UTC.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

DATABASE = "DB1"
SCHEMA = "PUBLIC"


@contextmanager
def redirect_driver() -> Iterator[None]:
    """Let ``snowflake.connector.connect`` open the emulation, for the length of a block; inside of another, of that."""
    import snowflake.connector

    if isinstance(snowflake.connector.connect, mock.MagicMock):
        yield
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what these packages warn of is not ours to mend
        import fakesnow
        from fakesnow.cursor import FakeSnowflakeCursor
        from sqlglot import exp

        translate = FakeSnowflakeCursor._transform
        numbers = exp.DataType.build("double[]", dialect="duckdb")

        def with_lists(self: Any, expression: Any, params: Any) -> Any:
            made = translate(self, expression, params)
            for call in made.find_all(exp.Reduce, exp.ArrayMax):
                call.set("this", exp.cast(call.this, numbers.copy()))
            for array in list(made.find_all(exp.Array)):
                array.replace(exp.Anonymous(this="json_array", expressions=array.expressions))
            return made

        with (
            mock.patch.object(FakeSnowflakeCursor, "_transform", with_lists),
            fakesnow.patch(nop_regexes=[r"alter session set (timezone|statement_timeout_in_seconds)\b.*"]),
        ):
            yield


def connect() -> Any:
    """Open a connection inside of :func:`redirect_driver`."""
    import snowflake.connector

    return snowflake.connector.connect(database=DATABASE, schema=SCHEMA)


def load(
    connection: Any, quoted: str, table: Mapping[str, tuple[str, Sequence[Any]]], types: Mapping[str, str]
) -> None:
    """Create a table and fill it, by way of the DuckDB below: the emulation itself reads a literal in a millisecond each.

    Parameters
    ----------
    connection
        A connection of the emulation.
    quoted
        The table's name.
    table, types
        Column -> (kind, values); kind -> Snowflake's type.
    """
    import pyarrow as pa

    columns = ", ".join(f"{_quoted(name)} {types[kind]}" for name, (kind, _) in table.items())
    connection.cursor().execute(f"create table {quoted} ({columns})")
    below = connection._duck_conn
    arrays = {f"c{place}": pa.array(values) for place, (_, values) in enumerate(table.values())}
    below.register("made", pa.table(arrays))
    chosen = ", ".join(
        f"to_json(c{place})" if kind == "list" else f"c{place}" for place, (kind, _) in enumerate(table.values())
    )
    below.execute(f"insert into {quoted} select {chosen} from made")
    below.unregister("made")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
