"""A statement of a check, and what runs it and keeps a record of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from driftql.report import StatementRun
from driftql.warehouse.base import Row, Warehouse

__all__ = ["Progress", "Runner", "Statement"]


@dataclass(frozen=True)
class Statement:
    """One SQL statement of a check.

    Attributes
    ----------
    name
        A short name, such as ``feature_counts 1``.
    purpose
        One sentence for whoever reads the SQL.
    sql
        The text, without a closing semicolon.
    samples
        Whether it draws a sample, which is to be the same every time.
    """

    name: str
    purpose: str
    sql: str
    samples: bool = False


class Progress(NamedTuple):
    """How far a check has come: what it is at, ``done`` of ``total`` features, and in which pass over them it is."""

    step: str
    done: int
    total: int
    passes: int = 1


class Runner:
    """Runs statements and keeps a record of each.

    Parameters
    ----------
    warehouse
        Where they run.
    progress
        Called before each statement.
    """

    def __init__(self, warehouse: Warehouse, progress: Callable[[Progress], None] | None = None) -> None:
        self.warehouse = warehouse
        self.statements: list[StatementRun] = []
        self._progress = progress
        self.done = 0
        self.total = 0
        self.passes = 1

    def run(self, statement: Statement) -> list[Row]:
        """Run a statement and fetch its rows."""
        if self._progress is not None:
            self._progress(Progress(statement.purpose, self.done, self.total, self.passes))
        started = time.perf_counter()
        rows = self.warehouse.sample(statement.sql) if statement.samples else self.warehouse.query(statement.sql)
        seconds = time.perf_counter() - started
        self.statements.append(
            StatementRun(name=statement.name, sql=statement.sql, seconds=round(seconds, 6), rows=len(rows))
        )
        return rows
