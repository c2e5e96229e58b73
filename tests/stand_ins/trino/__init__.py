"""Trino without Trino: a coordinator on 127.0.0.1 that speaks its client protocol and runs each statement on DuckDB.

Real are the protocol (PyPI's ``trino`` and its dialect of SQLAlchemy talk to the coordinator) and the grammar (Trino's own
parser). Not real is the engine: DuckDB, with Trino's meaning restored by ``dialect``. There is one catalog, ``memory``, with
the schema ``main``.
"""

from __future__ import annotations

from tests.stand_ins.trino.coordinator import Coordinator, Statement, serve
from tests.stand_ins.trino.dialect import CATALOG, SCHEMA, TrinoError, translate

__all__ = ["CATALOG", "SCHEMA", "Coordinator", "Statement", "TrinoError", "serve", "translate"]
