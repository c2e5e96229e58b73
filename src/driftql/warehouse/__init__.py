"""Databases: what driftql needs of one, one module per engine, and :func:`connect`, which finds the module."""

from __future__ import annotations

from driftql.warehouse.base import Column, ColumnKind, Estimate, Row, Warehouse, Writer
from driftql.warehouse.registry import connect, engine_of_url, use_warehouse

__all__ = [
    "Column",
    "ColumnKind",
    "Estimate",
    "Row",
    "Warehouse",
    "Writer",
    "connect",
    "engine_of_url",
    "use_warehouse",
]
