"""Snowflake without Snowflake: ``fakesnow``, which translates each statement to DuckDB.

It keeps an ARRAY as JSON, but its own translations of REDUCE, ARRAY_MAX and some ARRAY_CONSTRUCT work on lists;
:func:`emulated` puts casts between the two, after the translation, in this file only.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

DATABASE = "DB1"
SCHEMA = "PUBLIC"


@contextmanager
def emulated() -> Iterator[None]:
    """Let ``snowflake.connector.connect`` open the emulation, for the length of a block."""
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

        with mock.patch.object(FakeSnowflakeCursor, "_transform", with_lists), fakesnow.patch():
            yield


def connect() -> Any:
    """Open a connection inside of :func:`emulated`."""
    import snowflake.connector

    return snowflake.connector.connect(database=DATABASE, schema=SCHEMA)
