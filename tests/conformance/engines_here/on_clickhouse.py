"""ClickHouse in this process."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import driftql
from driftql.engines import ENGINES
from driftql.sql import fragments
from tests.conformance.engines_here.base import Here, Session, Table
from tests.support import servers

__all__ = ["CLICKHOUSE"]


_TYPES = {
    "float": "Nullable(Float64)",
    "integer": "Nullable(Int64)",
    "decimal": "Nullable(Decimal(12, 2))",
    "long decimal": "Nullable(Decimal(30, 10))",
    "boolean": "Nullable(Bool)",
    "text": "Nullable(String)",
    "timestamp": "Nullable(DateTime64(6))",
    "timestamptz": "Nullable(DateTime64(6, 'Asia/Tokyo'))",
    "date": "Nullable(Date32)",
    "list": "Array(Nullable(Float64))",
}


@contextmanager
def _clickhouse(url: str, folder: Path) -> Iterator[Session]:
    import clickhouse_connect

    name = f"db_{uuid.uuid4().hex}"
    path = url.rpartition("path=")[2]
    with clickhouse_connect.get_client(interface="chdb", path=path, settings={"session_timezone": "UTC"}) as client:

        def load(table_name: str, table: Table) -> None:
            engine = ENGINES["clickhouse"]
            columns = ", ".join(
                f"{fragments.identifier(column, engine)} {_TYPES[kind]}" for column, (kind, _) in table.items()
            )
            quoted = f"{name}.{fragments.identifier(table_name, engine)}"
            client.command(f"create table {quoted} ({columns}) engine = MergeTree order by tuple()")
            made = [_instants(values) if kind.startswith("timestamp") else values for kind, values in table.values()]
            if len(made[0]):
                client.insert(
                    fragments.identifier(table_name, engine),
                    [list(values) for values in made],
                    column_names=list(table),
                    column_type_names=[_TYPES[kind] for kind, _ in table.values()],
                    column_oriented=True,
                    database=name,
                )

        client.command(f"create database {name}")
        try:
            yield Session(lambda: driftql.connect(url.replace("///default", f"///{name}")), load)
        finally:
            client.command(f"drop database {name}")


def _instants(values: Sequence[Any]) -> list[Any]:
    """Return times in UTC: one without a zone would be taken for one of this machine's."""
    return [value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else value for value in values]


CLICKHOUSE = Here("clickhouse", servers.clickhouse, _clickhouse, _TYPES)
