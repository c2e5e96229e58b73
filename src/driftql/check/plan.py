"""The statements of a comparison: one function per macro, which says what the macro is given. Nothing here runs SQL."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from driftql.check.comparison import Comparison
from driftql.check.grid import SAMPLE_FRACTIONS, Grid
from driftql.check.rows import Rows
from driftql.check.statement import Statement
from driftql.sql import fragments
from driftql.sql.render import macro_set, render
from driftql.stats.means import Moments
from driftql.warehouse.base import Column

__all__ = [
    "ENTROPY_FLOOR",
    "OwnRows",
    "category_counts",
    "confidence_profile",
    "feature_counts",
    "feature_histogram",
    "feature_refined",
    "feature_sample",
    "features_refined",
    "label_profile",
    "reads_rows",
    "rows_per_day",
    "rows_without_time",
    "timeless_rows",
    "users_by_category",
    "users_by_class",
    "users_by_entropy",
    "users_by_feature",
    "users_by_new_category",
    "users_by_reject_rate",
    "window_profile",
]

ENTROPY_FLOOR = 1e-8
NAMED_CATEGORIES = 10
# Categories with so many rows in both windows together are counted apart; from each number on to the next, as one.
FREQUENCIES = (*range(1, 13), 15, 20, 30, 40, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 2_000, 5_000, 10_000)

Steps = Sequence[tuple[float, float]]


class OwnRows(NamedTuple):
    """When a user is compared with its own reference rows, and what is evidence then.

    Attributes
    ----------
    least_rows
        The fewest current rows of a user that is looked at.
    enough
        The fewest reference rows of its own that a user is compared with; one with fewer is compared with everybody's.
    limit
        The logarithm of the p-value that must be reached.
    """

    least_rows: int
    enough: int
    limit: float


Gridded = Sequence[tuple[Column, Grid]]


def window_profile(comparison: Comparison, columns: Sequence[Column], *, strict: bool) -> Statement:
    """Rows, buckets, missing and (with ``strict``) non-finite values of both windows."""
    windows = (comparison.reference, comparison.current)
    roles = comparison.columns
    sql = render(
        "window_profile",
        comparison.engine,
        **_sources(comparison, [*columns, roles.bucket_start, roles.schema_version]),
        features=[[comparison.current.value(column), int(strict and column.may_be_strange)] for column in columns],
        bucket_start=[rows.bucket_start for rows in windows],
        schema_version=[rows.schema_version for rows in windows],
        with_distinct=0,
    )
    return Statement("window_profile", "Rows, time range, missing and non-finite values of each window.", sql)


def rows_without_time(windows: Sequence[Rows]) -> Statement | None:
    """Count the rows that no window holds because they have no time; None where no window goes by time."""
    found = timeless_rows(windows)
    if not found:
        return None
    sources = [[relation, " and ".join(conditions)] for relation, conditions in found]
    sql = render("rows_without_time", windows[0].engine, windows=sources)
    return Statement("rows_without_time", "Rows that have no time, so that they are in no window.", sql)


def rows_per_day(comparison: Comparison, shifts: Sequence[int]) -> Statement:
    """Count the rows of each day; ``shifts`` are the seconds by which the times of each window are moved."""
    windows = (comparison.reference, comparison.current)
    starts = [rows.local_start for rows in windows]
    moved = [
        render("add_seconds", comparison.engine, start, shift) if shift else start
        for start, shift in zip(starts, shifts, strict=True)
    ]
    sql = render(
        "rows_per_day",
        comparison.engine,
        **_sources(comparison, [comparison.columns.bucket_start]),
        days=moved,
        max_rows=comparison.limits.days + 1,
    )
    return Statement("rows_per_day", "Rows of each day of each window.", sql)


def timeless_rows(windows: Sequence[Rows]) -> list[tuple[str, list[str]]]:
    """Find the rows without a time that would be in a window if they had one.

    Parameters
    ----------
    windows
        The windows of a check. One that does not go by time holds rows without a time like others.

    Returns
    -------
    list[tuple[str, list[str]]]
        Relations, each with conditions that all must hold; no row is found twice.
    """
    timed: dict[tuple[str, str], list[str]] = {}
    timeless: dict[str, list[str]] = {}
    for rows in windows:
        if not rows.time_conditions or rows.columns.bucket_start is None:
            timeless.setdefault(rows.relation, []).append(rows.condition)
            continue
        start = rows.columns.bucket_start.name
        missing = f"{fragments.identifier(rows.own_names.get(start) or start, rows.engine)} is null"
        others = rows.conditions[: -rows.time_conditions]
        timed.setdefault((rows.relation, missing), []).append(" and ".join(others))
    found = []
    for (relation, missing), filters in timed.items():
        # A row that both windows would hold counts once.
        either = [] if "" in filters else [f"({' or '.join(dict.fromkeys(filters))})"]
        neither = [f"case when {condition} then 1 else 0 end = 0" for condition in timeless.get(relation, [])]
        found.append((relation, [missing, *either, *neither]))
    return found


def label_profile(comparison: Comparison) -> Statement:
    """Label counts and entropy moments of both windows."""
    sql = render(
        "label_profile",
        comparison.engine,
        **_sources(comparison, [comparison.columns.label, *comparison.columns.probabilities]),
        label=comparison.label,
        probabilities=comparison.current.probabilities,
        is_list=int(comparison.columns.is_list),
        floor=fragments.number(ENTROPY_FLOOR),
        tolerance=fragments.number(comparison.thresholds.probability_tolerance),
        max_rows=2 * comparison.limits.classes + 1,
    )
    return Statement("label_profile", "Rows, mean entropy and flawed probabilities of each label.", sql)


def confidence_profile(rows: Rows) -> Statement:
    """Mean, deviation and quantiles of the confidence of the current window's rows."""
    source = rows.reading(rows.behind_confidence)
    sql = render("confidence_profile", rows.engine, source=source, confidence=rows.confidence)
    return Statement("confidence_profile", "Mean and quantiles of the current window's confidence.", sql)


def category_counts(comparison: Comparison, columns: Sequence[Column], limit: int = 50) -> Statement:
    """Count the categories of some features; the rows of the i-th column carry the number i, counted from 1.

    Read them feature by feature with :func:`driftql.check.counts.decode_categories`.

    Parameters
    ----------
    columns
        Of any type that has a text; see :meth:`driftql.check.rows.Rows.category`.
    limit
        The most frequent categories that have bins of their own.
    """
    sql = render(
        "category_counts",
        comparison.engine,
        **_sources(comparison, columns),
        features=[
            [number, comparison.reference.category(column), comparison.current.category(column)]
            for number, column in enumerate(columns, start=1)
        ],
        listed=limit,
        named=NAMED_CATEGORIES,
        least=list(FREQUENCIES),
    )
    return Statement("category_counts", f"The categories of {_names(columns)} and their rows in each window.", sql)


def feature_counts(
    comparison: Comparison,
    columns: Sequence[Column],
    *,
    as_double: bool = True,
    repeats: bool = False,
    narrow: bool = False,
) -> Statement:
    """Count what PSI and KS are finished from; the row of the i-th column carries the number i, counted from 1.

    Without ``as_double`` values keep their own type, which one statement can do for one column only. ``repeats`` suits
    columns whose values occur many times, ``narrow`` small windows.
    """
    sql = render(
        "feature_counts",
        comparison.engine,
        **_sources(comparison, columns),
        features=_numbered(comparison.current, columns),
        fractions=_fractions(comparison),
        as_double=int(as_double),
        repeats=int(repeats),
        narrow=int(narrow),
    )
    return Statement("feature_counts", f"The counts behind PSI and KS of {_names(columns)}.", sql)


def feature_sample(comparison: Comparison, columns: Sequence[Column], percent: float) -> Statement:
    """Look at a sample of both windows to choose histogram bins by."""
    # Blocks hold neighbours, so more of them are read than rows are wanted, and a part of each is kept.
    blocks, kept = min(4 * percent, 100.0), min(max(percent, 25.0), 100.0)
    sources = [
        render(
            "sampled",
            comparison.engine,
            relation=rows.relation,
            columns="\n        ".join(rows.select(columns)).removeprefix("select "),
            condition="\n        and ".join(rows.conditions) or rows.condition,
            percent=fragments.number(float(blocks if rows.has_blocks else 100)),
            keep=fragments.number(float(kept if rows.has_blocks else percent)),
        )
        for rows in (comparison.reference, comparison.current)
    ]
    sql = render(
        "feature_sample",
        comparison.engine,
        sources=sources,
        features=_numbered(comparison.current, columns),
        fractions=[fragments.number(fraction) for fraction in SAMPLE_FRACTIONS],
    )
    return Statement(
        "feature_sample", "How values spread in a sample; only the choice of bins rests on it.", sql, samples=True
    )


def feature_histogram(
    comparison: Comparison, gridded: Gridded, finite: Collection[str], *, narrow: bool = False
) -> Statement:
    """Count both windows on common grids.

    ``finite`` names the features that hold no NaN and no infinity; ``narrow`` suits small windows.
    """
    sql = render(
        "feature_histogram",
        comparison.engine,
        **_sources(comparison, [column for column, _ in gridded]),
        features=_numbered_grids(comparison.current, gridded, finite),
        quantiles=comparison.thresholds.psi_bins,
        narrow=int(narrow),
    )
    names = _names([column for column, _ in gridded])
    return Statement("feature_histogram", f"Histograms, and with them bounds of PSI and KS, of {names}.", sql)


def feature_refined(
    comparison: Comparison, column: Column, grid: Grid, finite: Collection[str], *, as_double: bool
) -> Statement:
    """Count what PSI and KS of one feature are finished from, exactly, by way of a histogram."""
    [(number, value, is_float, warp, terms)] = _numbered_grids(comparison.current, [(column, grid)], finite)
    sql = render(
        "feature_refined",
        comparison.engine,
        **_sources(comparison, [column]),
        number=number,
        value=value,
        is_float=is_float,
        warp=warp,
        terms=terms,
        fractions=_fractions(comparison),
        as_double=int(as_double),
    )
    return Statement("feature_refined", f"The exact counts behind PSI and KS of {column.name}.", sql)


def features_refined(comparison: Comparison, gridded: Gridded, finite: Collection[str]) -> Statement:
    """Do what :func:`feature_refined` does for several features in one statement, their values compared as doubles."""
    sql = render(
        "features_refined",
        comparison.engine,
        **_sources(comparison, [column for column, _ in gridded]),
        features=_numbered_grids(comparison.current, gridded, finite),
        fractions=_fractions(comparison),
    )
    names = _names([column for column, _ in gridded])
    return Statement("feature_refined", f"The exact counts behind PSI and KS of {names}.", sql)


def reads_rows(comparison: Comparison) -> bool:
    """Return whether the engine reads whole rows, so that one scan should serve many features."""
    return bool(macro_set(comparison.engine).macros["reads_rows"]())


def users_by_feature(
    comparison: Comparison,
    column: Column,
    edges: Sequence[float],
    shares: Sequence[float],
    critical: Steps,
    own: OwnRows,
) -> Statement:
    """Name the users whose own PSI passes the rule."""
    sql = render(
        "users_by_feature",
        comparison.engine,
        **_sources(comparison, [comparison.columns.user, column]),
        user=comparison.user,
        value=comparison.current.value(column),
        is_float=int(column.may_be_strange),
        edges=[fragments.number(float(edge)) for edge in edges],
        shares=[fragments.number(float(share)) for share in shares],
        floor=fragments.number(comparison.thresholds.psi_epsilon),
        effect=fragments.number(comparison.thresholds.psi),
        critical=_steps(critical),
        **_own(own),
        max_users=comparison.limits.users,
    )
    return Statement("users_by_feature", f"Users whose own rows have drifted in {column.name}.", sql)


def users_by_reject_rate(
    comparison: Comparison, ref_hits: int, ref_n: int, critical: Steps, z_from: int, z: float, own: OwnRows
) -> Statement:
    """Name the users whose own reject rate passes the rule."""
    sql = render(
        "users_by_reject_rate",
        comparison.engine,
        **_sources(comparison, [comparison.columns.user, comparison.columns.label]),
        user=comparison.user,
        label=comparison.label,
        reject_label=fragments.text(comparison.reject_label, comparison.engine),
        ref_hits=ref_hits,
        ref_n=ref_n,
        effect=fragments.number(comparison.thresholds.reject_rate_increase),
        critical=_steps(critical),
        z_from=z_from,
        z=fragments.number(z),
        **_own(own),
        max_users=comparison.limits.users,
    )
    return Statement("users_by_reject_rate", "Users whose own reject rate has risen.", sql)


def users_by_entropy(
    comparison: Comparison, reference: Moments, increase: float, critical: Steps, own_rows: int, *, falls: bool
) -> Statement:
    """Name the users whose own entropy passes the rule, by its rise or, with ``falls``, by its fall, in nats."""
    sql = render(
        "users_by_entropy",
        comparison.engine,
        **_sources(comparison, [comparison.columns.user, *comparison.columns.probabilities]),
        user=comparison.user,
        probabilities=comparison.current.probabilities,
        is_list=int(comparison.columns.is_list),
        floor=fragments.number(ENTROPY_FLOOR),
        ref_n=reference.n,
        ref_mean=fragments.number(reference.mean),
        ref_variance=fragments.number(reference.variance),
        effect=fragments.number(comparison.thresholds.entropy_ratio),
        increase=fragments.number(min(increase, sys.float_info.max)),
        falls=int(falls),
        critical=_steps(critical),
        own_rows=own_rows,
        max_users=comparison.limits.users,
    )
    moved = "fallen" if falls else "risen"
    return Statement("users_by_entropy", f"Users whose own mean entropy has {moved}.", sql)


def users_by_class(
    comparison: Comparison, classes: Sequence[tuple[str, int]], ref_n: int, critical: Steps, own: OwnRows
) -> Statement:
    """Name the users whose own class mix passes the rule."""
    sql = render(
        "users_by_class",
        comparison.engine,
        **_sources(comparison, [comparison.columns.user, comparison.columns.label]),
        user=comparison.user,
        label=comparison.label,
        classes=[[fragments.text(label, comparison.engine), count] for label, count in classes],
        ref_n=ref_n,
        effect=fragments.number(comparison.thresholds.class_shift),
        critical=_steps(critical),
        **_own(own),
        max_users=comparison.limits.users,
    )
    return Statement("users_by_class", "Users whose own class mix has shifted.", sql)


def users_by_category(
    comparison: Comparison,
    column: Column,
    categories: Sequence[tuple[str, int]],
    others: int,
    effect: float,
    critical: Steps,
    own: OwnRows,
) -> Statement:
    """Name the users whose own mix of the categories of a feature passes the rule."""
    sql = render(
        "users_by_category",
        comparison.engine,
        **_sources(comparison, [comparison.columns.user, column]),
        user=comparison.user,
        category=[comparison.reference.category(column), comparison.current.category(column)],
        categories=[[fragments.text(name, comparison.engine), rows] for name, rows in categories],
        others=others,
        effect=fragments.number(effect),
        critical=_steps(critical),
        **_own(own),
        max_users=comparison.limits.users,
    )
    return Statement("users_by_category", f"Users whose own categories of {column.name} have shifted.", sql)


def users_by_new_category(
    comparison: Comparison,
    column: Column,
    ref_hits: int,
    ref_n: int,
    critical: Steps,
    z_from: int,
    z: float,
    least_rows: int,
) -> Statement:
    """Name the users whose own share of rows in new categories of a feature, or in new classes, passes the rule."""
    label = comparison.columns.label
    if label is not None and column.name == label.name:
        category = [
            render("as_text", comparison.engine, rows.label) for rows in (comparison.reference, comparison.current)
        ]
    else:
        category = [rows.category(column) for rows in (comparison.reference, comparison.current)]
    sql = render(
        "users_by_new_category",
        comparison.engine,
        **_sources(comparison, [comparison.columns.user, column]),
        user=comparison.current.user,
        category=category,
        ref_hits=ref_hits,
        ref_n=ref_n,
        effect=fragments.number(comparison.thresholds.new_category),
        critical=_steps(critical),
        z_from=z_from,
        z=fragments.number(z),
        least_rows=least_rows,
        max_users=comparison.limits.users,
    )
    return Statement("users_by_new_category", f"Users with new categories of {column.name} in their own rows.", sql)


def _own(own: OwnRows) -> dict[str, int | str]:
    """Write when a user is compared with its own reference rows, and what is evidence then."""
    return {"least_rows": own.least_rows, "own_rows": own.enough, "own_limit": fragments.number(own.limit)}


def _sources(comparison: Comparison, columns: Sequence[Column | None]) -> dict[str, str]:
    """Write both windows for a statement that reads some columns."""
    return {"ref": comparison.reference.reading(columns), "cur": comparison.current.reading(columns)}


def _names(columns: Sequence[Column]) -> str:
    return ", ".join(column.name for column in columns)


def _fractions(comparison: Comparison) -> list[str]:
    return [fragments.number(fraction) for fraction in comparison.fractions]


def _numbered(rows: Rows, columns: Sequence[Column]) -> list[list[Any]]:
    return [[number, rows.value(column), int(column.may_be_strange)] for number, column in enumerate(columns, start=1)]


def _numbered_grids(rows: Rows, gridded: Gridded, finite: Collection[str]) -> list[list[Any]]:
    return [
        [
            number,
            rows.value(column),
            int(column.may_be_strange and column.name not in finite),
            _warp(grid),
            _terms(grid),
        ]
        for number, (column, grid) in enumerate(gridded, start=1)
    ]


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
