"""Runs the statements of a check and holds the counts that come back. No statistics here."""

from __future__ import annotations

import datetime as dt
import math
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from driftql.plan import (
    FEATURES_PER_STATEMENT,
    MAX_CLASSES,
    PROFILE_FEATURES_PER_STATEMENT,
    CheckPlan,
    Statement,
)
from driftql.report import StatementRun
from driftql.stats.means import Moments, combine
from driftql.stats.psi import merge_edges
from driftql.warehouse.base import Column, Row, Warehouse

__all__ = [
    "ConfidenceCounts",
    "FeatureCounts",
    "FeatureProfile",
    "LabelCounts",
    "Measurements",
    "Progress",
    "Runner",
    "WindowProfile",
    "measure",
]


_DOUBLE_DIGITS = 15
_DOUBLE_INTEGERS = 2.0**53


class Progress(NamedTuple):
    """How far a check has come: ``done`` of ``total`` features (or statements), and what it is at."""

    step: str
    done: int
    total: int


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

    def run(self, statement: Statement) -> list[Row]:
        """Run a statement and fetch its rows."""
        if self._progress is not None:
            self._progress(Progress(statement.purpose, self.done, max(self.total, self.done)))
        started = time.perf_counter()
        rows = self.warehouse.query(statement.sql)
        seconds = time.perf_counter() - started
        self.statements.append(
            StatementRun(name=statement.name, sql=statement.sql, seconds=round(seconds, 6), rows=len(rows))
        )
        return rows


@dataclass(frozen=True)
class FeatureProfile:
    """One feature in one window: rows with a value, with a finite value, and the range of these."""

    present: int
    finite: int
    minimum: float | None
    maximum: float | None
    distinct: int


@dataclass(frozen=True)
class WindowProfile:
    """What one scan of a window told."""

    rows: int
    first_bucket: dt.datetime | None
    last_bucket: dt.datetime | None
    first_version: str | None
    last_version: str | None
    features: dict[str, FeatureProfile]


@dataclass(frozen=True)
class FeatureCounts:
    """The counts that PSI and KS are finished from.

    Attributes
    ----------
    ref_n, cur_n
        Finite values.
    ks_ref, ks_cur
        Values at or below ``ks_value``, where the distribution functions are furthest apart.
    edges
        Inner bin edges, ascending, shape (B - 1,).
    ref_bins, cur_bins
        Counts of the B bins.
    """

    ref_n: int
    cur_n: int
    ks_ref: int
    ks_cur: int
    ks_value: float
    edges: NDArray[np.float64]
    ref_bins: NDArray[np.int64]
    cur_bins: NDArray[np.int64]


@dataclass(frozen=True)
class LabelCounts:
    """The labels and the entropy of one window."""

    rows: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    unlabeled: int = 0
    entropy: Moments = field(default_factory=lambda: Moments(0, math.nan, math.nan))
    out_of_range: int = 0
    not_normalized: int = 0


@dataclass(frozen=True)
class ConfidenceCounts:
    """The confidence of the current window."""

    rows: int
    mean: float
    deviation: float | None
    p5: float
    median: float
    p95: float


@dataclass(frozen=True)
class Measurements:
    """Everything that the database told about two windows. Pairs are (reference, current)."""

    profiles: tuple[WindowProfile, WindowProfile]
    labels: tuple[LabelCounts, LabelCounts] | None
    too_many_labels: bool
    confidence: ConfidenceCounts | None
    features: dict[str, FeatureCounts]


def measure(plan: CheckPlan, runner: Runner) -> Measurements:
    """Run the statements of a check, all but those about single users.

    Parameters
    ----------
    plan
        What to count.
    runner
        Runs the statements.

    Returns
    -------
    Measurements
        Counts only; their size does not depend on the number of rows.
    """
    layout = plan.layout
    runner.total = runner.done + len(layout.features) + 3
    profiles = _profiles(plan, runner)
    runner.done += 1
    rows = (profiles[0].rows, profiles[1].rows)
    labels, too_many = None, False
    if (layout.label or layout.probabilities) and any(rows):
        labels, too_many = _labels(plan, runner)
    runner.done += 1
    confidence = _confidence(plan, runner) if plan.confidence and rows[1] else None
    runner.done += 1
    features: dict[str, FeatureCounts] = {}
    usable = [column for column in layout.features if all(p.features[column.name].finite for p in profiles)]
    wide = [column for column in usable if _is_wide(column, profiles)]
    for chunk in _chunks([column for column in usable if column not in wide], FEATURES_PER_STATEMENT):
        features.update(_features(plan, runner, chunk))
        runner.done += len(chunk)
    for column in wide:
        features.update(_features(plan, runner, [column], as_double=False))
        runner.done += 1
    return Measurements(profiles, labels, too_many, confidence, features)


def _chunks(columns: Sequence[Column], size: int) -> list[Sequence[Column]]:
    return [columns[start : start + size] for start in range(0, len(columns), size)]


def _profiles(plan: CheckPlan, runner: Runner) -> tuple[WindowProfile, WindowProfile]:
    heads: list[Row] = []
    features: tuple[dict[str, FeatureProfile], dict[str, FeatureProfile]] = ({}, {})
    for chunk in _chunks(plan.layout.features, PROFILE_FEATURES_PER_STATEMENT) or [()]:
        rows = runner.run(plan.profile(chunk))
        heads = heads or [row[:6] for row in rows]
        for side, row in enumerate(rows):
            for index, column in enumerate(chunk):
                present, finite, minimum, maximum, distinct = row[6 + 5 * index : 11 + 5 * index]
                features[side][column.name] = FeatureProfile(
                    int(present), int(finite), _number(minimum), _number(maximum), int(distinct)
                )
    first, second = (
        WindowProfile(int(head[1]), _moment(head[2]), _moment(head[3]), _text(head[4]), _text(head[5]), found)
        for head, found in zip(heads, features, strict=True)
    )
    return first, second


def _labels(plan: CheckPlan, runner: Runner) -> tuple[tuple[LabelCounts, LabelCounts] | None, bool]:
    rows = runner.run(plan.labels())
    if len(rows) > 2 * MAX_CLASSES:
        return None, True
    sides = []
    for side in (0, 1):
        own = [row for row in rows if int(row[0]) == side]
        sides.append(
            LabelCounts(
                rows=sum(int(row[2]) for row in own),
                labels={str(row[1]): int(row[2]) for row in own if row[1] is not None} if plan.layout.label else {},
                unlabeled=sum(int(row[2]) for row in own if row[1] is None) if plan.layout.label else 0,
                entropy=combine(
                    [
                        Moments(int(row[3]), float(row[4]), math.nan if row[5] is None else float(row[5]))
                        for row in own
                        if int(row[3]) > 0
                    ]
                ),
                out_of_range=sum(int(row[6]) for row in own),
                not_normalized=sum(int(row[7]) for row in own),
            )
        )
    return (sides[0], sides[1]), False


def _confidence(plan: CheckPlan, runner: Runner) -> ConfidenceCounts | None:
    rows, mean, deviation, p5, median, p95 = runner.run(plan.confidences())[0]
    if not int(rows):
        return None
    return ConfidenceCounts(int(rows), float(mean), _number(deviation), float(p5), float(median), float(p95))


def _is_wide(column: Column, profiles: Sequence[WindowProfile]) -> bool:
    """Tell that doubles would merge values of the column: integers beyond 2^53, decimals of many digits."""
    if column.kind == "decimal":
        digits = re.search(r"\((\d+)", column.type)
        return digits is None or int(digits[1]) > _DOUBLE_DIGITS
    if column.kind != "integer":
        return False
    ends = [end for p in profiles for end in (p.features[column.name].minimum, p.features[column.name].maximum)]
    return any(end is None or abs(end) >= _DOUBLE_INTEGERS for end in ends)


def _features(
    plan: CheckPlan, runner: Runner, columns: Sequence[Column], *, as_double: bool = True
) -> dict[str, FeatureCounts]:
    rows = runner.run(plan.features(list(enumerate(columns, start=1)), as_double=as_double))
    return {columns[int(row[0]) - 1].name: _feature(row[1:]) for row in rows}


def _feature(row: Sequence[Any]) -> FeatureCounts:
    ref_n, cur_n, ks_ref, ks_cur = (int(count) for count in row[:4])
    minimum, maximum = float(row[5]), float(row[6])
    raw = [float(edge) for edge in row[9::3]]
    below = {edge: (int(ref), int(cur)) for edge, ref, cur in zip(raw, row[10::3], row[11::3], strict=True)}
    spike = raw[0]
    below.setdefault(float(np.nextafter(spike, np.inf)), (int(row[7]), int(row[8])))
    edges = merge_edges(raw, minimum, maximum, spike)
    marks = [(0, 0), *(below[float(edge)] for edge in edges), (ref_n, cur_n)]
    return FeatureCounts(
        ref_n,
        cur_n,
        ks_ref,
        ks_cur,
        float(row[4]),
        edges,
        _steps([mark[0] for mark in marks]),
        _steps([mark[1] for mark in marks]),
    )


def _steps(totals: Sequence[int]) -> NDArray[np.int64]:
    return np.array([after - before for before, after in pairwise(totals)], dtype=np.int64)


def _number(value: Any) -> float | None:
    return None if value is None or not math.isfinite(float(value)) else float(value)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _moment(value: Any) -> dt.datetime | None:
    return None if value is None else dt.datetime.fromisoformat(str(value))
