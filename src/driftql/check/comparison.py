"""A comparison: which rows are compared with which, in which columns, by which rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from driftql.check.columns import ColumnMap
from driftql.check.limits import Limits
from driftql.check.rows import Rows
from driftql.config import Thresholds
from driftql.engines import Engine
from driftql.periods import Clock
from driftql.report import WindowSummary, utc_now
from driftql.warehouse.base import Column

__all__ = ["Comparison"]


@dataclass(frozen=True)
class Comparison:
    """Settings, resolved: everything that counting and judging need to know.

    Attributes
    ----------
    reference, current
        The rows of each window, as SQL.
    columns
        Which column plays which role in both windows.
    thresholds
        Effects and evidence that an alert needs.
    reject_label
        The label that means "rejected".
    summaries
        The reference and the current window in words, before a row was counted.
    limits
        How much one statement does.
    clock
        The present, and the time zone.
    newest
        When the newest row of the current window's table begins, in UTC; None if it was not looked for.
    max_age
        The greatest age of the newest row, as a span; None for no limit.
    row_count_ratio
        The least and the greatest ratio of the rows per day that is no alert; None where they are not counted.
    freshness
        The age from which on the newest row is an alert, as a span; None for no alert.
    warnings
        What a user should know of the labels and the times in the tables.
    clusters
        A further column whose rows are alike; None for none.
    is_relative
        Whether the windows are counted from the day on which the SQL runs: see :mod:`driftql.check.relative`.
    """

    reference: Rows
    current: Rows
    columns: ColumnMap
    thresholds: Thresholds
    reject_label: str
    summaries: tuple[WindowSummary, WindowSummary]
    limits: Limits = field(default_factory=Limits)
    clock: Clock = field(default_factory=lambda: Clock(utc_now().replace(tzinfo=None)))
    newest: dt.datetime | None = None
    max_age: str | None = None
    freshness: str | None = None
    row_count_ratio: Sequence[float] | None = None
    warnings: tuple[str, ...] = ()
    clusters: Column | None = None
    is_relative: bool = False

    @property
    def engine(self) -> Engine:
        """The engine of both windows."""
        return self.current.engine

    @property
    def label(self) -> str | list[str]:
        """The label's column, or ``null``; the SQL of the reference and of the current window where they differ."""
        return _one_or_both(self.reference.label, self.current.label)

    @property
    def user(self) -> str | list[str]:
        """The user's column, or ``null``; the SQL of the reference and of the current window where they differ."""
        return _one_or_both(self.reference.user, self.current.user)

    @property
    def fractions(self) -> list[float]:
        """The inner quantiles that make the PSI bins, in the floating-point steps of numpy.percentile."""
        inner = np.linspace(0, 100, self.thresholds.psi_bins + 1)[1:-1] / 100
        return [float(fraction) for fraction in inner]


def _one_or_both(reference: str, current: str) -> str | list[str]:
    return current if reference == current else [reference, current]
