"""Settings and columns -> SQL statements. Pure: nothing here talks to a database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from driftql.check.columns import Layout
from driftql.check.grid import SAMPLE_FRACTIONS, Grid
from driftql.check.limits import Limits
from driftql.check.rows import Window, utc
from driftql.check.statement import Statement
from driftql.config import Thresholds
from driftql.engines import Engine
from driftql.sql import fragments
from driftql.sql.render import macro_set, render
from driftql.warehouse.base import Column

__all__ = [
    "ENTROPY_FLOOR",
    "CheckPlan",
]

ENTROPY_FLOOR = 1e-8

Steps = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class CheckPlan:
    """Everything needed to write the statements of one check."""

    engine: Engine
    reference: Window
    current: Window
    layout: Layout
    thresholds: Thresholds
    reject_label: str
    limits: Limits = field(default_factory=Limits)

    def _quoted(self, column: Column | None) -> str:
        return fragments.identifier(column.name, self.engine) if column else "null"

    def value(self, column: Column) -> str:
        """Write a feature's value: a boolean becomes 0 or 1."""
        quoted = self._quoted(column)
        if column.name in self.layout.mixed:
            return render("as_double", self.engine, quoted)
        return render("flag_value", self.engine, quoted) if column.kind == "boolean" else quoted

    @property
    def fractions(self) -> list[float]:
        """The inner quantiles that make the PSI bins, in the floating-point steps of numpy.percentile."""
        inner = np.linspace(0, 100, self.thresholds.psi_bins + 1)[1:-1] / 100
        return [float(fraction) for fraction in inner]

    @property
    def confidence(self) -> str:
        """The row's confidence, or the largest probability; ``""`` where the table has neither."""
        layout = self.layout
        if layout.confidence is None and not layout.probabilities:
            return ""
        column = self._quoted(layout.confidence) if layout.confidence else ""
        return render("row_confidence", self.engine, column, self._probabilities, int(layout.is_list))

    @property
    def _probabilities(self) -> list[str]:
        return [self._quoted(column) for column in self.layout.probabilities]

    @property
    def bucket_start(self) -> str:
        """The bucket's start in UTC, or ``null``."""
        column = self.layout.bucket_start
        return utc(column, self.engine) if column else "null"

    @property
    def bucket_end(self) -> str:
        """The bucket's end in UTC; without such a column, 60 seconds after its start."""
        column = self.layout.bucket_end
        if column:
            return utc(column, self.engine)
        return render("add_seconds", self.engine, self.bucket_start, 60) if self.layout.bucket_start else "null"

    def profile(self, features: Sequence[Column], *, strict: bool) -> Statement:
        """Rows, buckets, missing and (with ``strict``) non-finite values of both windows."""
        sql = render(
            "window_profile",
            self.engine,
            self.reference.source,
            self.current.source,
            [[self.value(column), int(strict and column.may_be_strange)] for column in features],
            self.bucket_start,
            self._quoted(self.layout.schema_version),
            0,
        )
        return Statement("window_profile", "Rows, time range, missing and non-finite values of each window.", sql)

    def labels(self) -> Statement:
        """Label counts and entropy moments of both windows."""
        sql = render(
            "label_profile",
            self.engine,
            self.reference.source,
            self.current.source,
            self._quoted(self.layout.label),
            self._probabilities,
            int(self.layout.is_list),
            fragments.number(ENTROPY_FLOOR),
            fragments.number(self.thresholds.probability_tolerance),
            2 * self.limits.classes + 1,
        )
        return Statement("label_profile", "Rows, mean entropy and flawed probabilities of each label.", sql)

    def confidences(self) -> Statement:
        """Mean, deviation and quantiles of the current confidence."""
        sql = render("confidence_profile", self.engine, self.current.source, self.confidence)
        return Statement("confidence_profile", "Mean and quantiles of the current window's confidence.", sql)

    def features(
        self,
        numbered: Sequence[tuple[int, Column]],
        *,
        as_double: bool = True,
        repeats: bool = False,
        narrow: bool = False,
    ) -> Statement:
        """Count what PSI and KS are finished from; each feature comes with the number that its row will carry.

        Without ``as_double`` values keep their own type, which one statement can do for one feature only. ``repeats``
        suits columns whose values occur many times, ``narrow`` small windows.
        """
        sql = render(
            "feature_counts",
            self.engine,
            self.reference.source,
            self.current.source,
            [[number, self.value(column), int(column.may_be_strange)] for number, column in numbered],
            [fragments.number(fraction) for fraction in self.fractions],
            int(as_double),
            int(repeats),
            int(narrow),
        )
        names = ", ".join(column.name for _, column in numbered)
        return Statement("feature_counts", f"The counts behind PSI and KS of {names}.", sql)

    def sample(self, numbered: Sequence[tuple[int, Column]], percent: float) -> Statement:
        """Look at a sample of both windows to choose histogram bins by."""
        # Blocks hold neighbours, so more of them are read than rows are wanted, and a part of each is kept.
        blocks, kept = min(4 * percent, 100.0), min(max(percent, 25.0), 100.0)
        sources = [
            render(
                "sampled",
                self.engine,
                window.relation,
                window.condition,
                fragments.number(float(blocks if window.has_blocks else 100)),
                fragments.number(float(kept if window.has_blocks else percent)),
            )
            for window in (self.reference, self.current)
        ]
        features = [[number, self.value(column), int(column.may_be_strange)] for number, column in numbered]
        fractions = [fragments.number(fraction) for fraction in SAMPLE_FRACTIONS]
        sql = render("feature_sample", self.engine, sources, features, fractions)
        return Statement(
            "feature_sample", "How values spread in a sample; only the choice of bins rests on it.", sql, True
        )

    def histogram(
        self, gridded: Sequence[tuple[int, Column, Grid]], finite: Collection[str], *, narrow: bool = False
    ) -> Statement:
        """Count both windows on common grids.

        ``finite`` names the features that hold no NaN and no infinity; ``narrow`` suits small windows.
        """
        features = [
            [number, self.value(column), self._may_be_strange(column, finite), _warp(grid), _terms(grid)]
            for number, column, grid in gridded
        ]
        sql = render(
            "feature_histogram",
            self.engine,
            self.reference.source,
            self.current.source,
            features,
            self.thresholds.psi_bins,
            int(narrow),
        )
        names = ", ".join(column.name for _, column, _ in gridded)
        return Statement("feature_histogram", f"Histograms, and with them bounds of PSI and KS, of {names}.", sql)

    def refined(self, column: Column, grid: Grid, finite: Collection[str], *, as_double: bool) -> Statement:
        """Count what PSI and KS of one feature are finished from, exactly, by way of a histogram."""
        sql = render(
            "feature_refined",
            self.engine,
            self.reference.source,
            self.current.source,
            1,
            self.value(column),
            self._may_be_strange(column, finite),
            _warp(grid),
            _terms(grid),
            [fragments.number(fraction) for fraction in self.fractions],
            int(as_double),
        )
        return Statement("feature_refined", f"The exact counts behind PSI and KS of {column.name}.", sql)

    @property
    def reads_rows(self) -> bool:
        """Whether one scan had better serve many features."""
        return bool(macro_set(self.engine).macros["reads_rows"]())

    def refined_together(self, gridded: Sequence[tuple[int, Column, Grid]], finite: Collection[str]) -> Statement:
        """Do what :meth:`refined` does for several features in one statement, their values compared as doubles."""
        sql = render(
            "features_refined",
            self.engine,
            self.reference.source,
            self.current.source,
            [
                [number, self.value(column), self._may_be_strange(column, finite), _warp(grid), _terms(grid)]
                for number, column, grid in gridded
            ],
            [fragments.number(fraction) for fraction in self.fractions],
        )
        names = ", ".join(column.name for _, column, _ in gridded)
        return Statement("feature_refined", f"The exact counts behind PSI and KS of {names}.", sql)

    @staticmethod
    def _may_be_strange(column: Column, finite: Collection[str]) -> int:
        return int(column.may_be_strange and column.name not in finite)

    def users_by_feature(
        self, column: Column, edges: Sequence[float], shares: Sequence[float], critical: Steps
    ) -> Statement:
        """Name the users whose own PSI passes the rule."""
        sql = render(
            "users_by_feature",
            self.engine,
            self.current.source,
            self._quoted(self.layout.user),
            self.value(column),
            int(column.may_be_strange),
            [fragments.number(float(edge)) for edge in edges],
            [fragments.number(float(share)) for share in shares],
            fragments.number(self.thresholds.psi_epsilon),
            fragments.number(self.thresholds.psi),
            _steps(critical),
            self.limits.users,
        )
        return Statement("users_by_feature", f"Users whose own rows have drifted in {column.name}.", sql)

    def users_by_reject_rate(self, ref_hits: int, ref_n: int, critical: Steps, z_from: int, z: float) -> Statement:
        """Name the users whose own reject rate passes the rule."""
        sql = render(
            "users_by_reject_rate",
            self.engine,
            self.current.source,
            self._quoted(self.layout.user),
            self._quoted(self.layout.label),
            fragments.text(self.reject_label, self.engine),
            ref_hits,
            ref_n,
            fragments.number(self.thresholds.reject_rate_increase),
            _steps(critical),
            z_from,
            fragments.number(z),
            self.limits.users,
        )
        return Statement("users_by_reject_rate", "Users whose own reject rate has risen.", sql)

    def users_by_entropy(self, ref_n: int, ref_mean: float, ref_variance: float, critical: Steps) -> Statement:
        """Name the users whose own entropy passes the rule."""
        sql = render(
            "users_by_entropy",
            self.engine,
            self.current.source,
            self._quoted(self.layout.user),
            self._probabilities,
            int(self.layout.is_list),
            fragments.number(ENTROPY_FLOOR),
            ref_n,
            fragments.number(ref_mean),
            fragments.number(ref_variance),
            fragments.number(self.thresholds.entropy_ratio),
            _steps(critical),
            self.limits.users,
        )
        return Statement("users_by_entropy", "Users whose own mean entropy has risen.", sql)

    def users_by_class(self, classes: Sequence[tuple[str, int]], ref_n: int, critical: Steps) -> Statement:
        """Name the users whose own class mix passes the rule."""
        sql = render(
            "users_by_class",
            self.engine,
            self.current.source,
            self._quoted(self.layout.user),
            self._quoted(self.layout.label),
            [[fragments.text(label, self.engine), count] for label, count in classes],
            ref_n,
            fragments.number(self.thresholds.class_shift),
            _steps(critical),
            self.limits.users,
        )
        return Statement("users_by_class", "Users whose own class mix has shifted.", sql)

    def enqueue(self, queue: str, reason: str, created_at: dt.datetime, below: float | None, limit: int) -> Statement:
        """Insert doubtful rows of the current window into the queue (0: no limit)."""
        sql = render(
            "enqueue",
            self.engine,
            queue,
            self.current.source,
            self._quoted(self.layout.user),
            self.bucket_start,
            self.bucket_end,
            self.confidence or render("as_double", self.engine, "null"),
            self._quoted(self.layout.label),
            fragments.text(reason, self.engine),
            render("timestamp_value", self.engine, fragments.text(fragments.timestamp_text(created_at), self.engine)),
            "1 = 1" if below is None else f"confidence < {fragments.number(below)}",
            limit,
        )
        return Statement("enqueue", "Send the least confident rows of the current window to the labeling queue.", sql)


def _warp(grid: Grid) -> list[str | int]:
    if grid.warp is None:
        return []
    return [grid.warp.kind, fragments.number(grid.warp.center), fragments.number(grid.warp.scale)]


def _terms(grid: Grid) -> list[list[str | int]]:
    return [
        [
            fragments.number(term.start),
            fragments.number(term.stop),
            fragments.number(term.scale),
            int(term.level_below),
            int(term.level_above),
        ]
        for term in grid.terms
    ]


def _steps(steps: Steps) -> list[list[str]]:
    return [[fragments.number(start), fragments.number(float(value))] for start, value in steps]
