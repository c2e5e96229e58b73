"""BigQuery: Google's own client, an emulation of the API that it speaks, and GoogleSQL's reference implementation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import driftql
from tests.conformance.engines_here.base import Here, Session, Table
from tests.stand_ins import bigquery as bigquery_stand_in
from tests.stand_ins import googlesql

__all__ = ["BIGQUERY"]


_TYPES = {
    "float": "FLOAT64",
    "integer": "INT64",
    "decimal": "NUMERIC(12, 2)",
    "long decimal": "BIGNUMERIC(30, 10)",
    "boolean": "BOOL",
    "text": "STRING",
    "timestamp": "DATETIME",
    "timestamptz": "TIMESTAMP",
    "date": "DATE",
    "list": "ARRAY<FLOAT64>",
}


@contextmanager
def _emulation(_: Path) -> Iterator[bigquery_stand_in.Emulation]:
    with bigquery_stand_in.redirect_driver() as emulation:
        yield emulation


@contextmanager
def _bigquery(emulation: bigquery_stand_in.Emulation, folder: Path) -> Iterator[Session]:
    dataset = f"t{abs(hash(str(folder)))}"
    tables: dict[str, googlesql.Table] = {}
    emulation.datasets["project", dataset] = tables

    def load(name: str, table: Table) -> None:
        columns = [(column, _TYPES[kind]) for column, (kind, _) in table.items()]
        tables[name] = googlesql.Table(columns, list(zip(*(values for _, values in table.values()), strict=True)))

    yield Session(lambda: driftql.connect(f"bigquery://project/{dataset}"), load)


BIGQUERY = Here(
    "bigquery",
    _emulation,
    _bigquery,
    _TYPES,
    slow=True,
    stand_in="GoogleSQL's reference implementation, by Google's client and an emulation of the API",
)
