"""Runs the statements of a check and holds the counts that come back. No statistics here."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from driftql.check import plan
from driftql.check.comparison import Comparison
from driftql.check.counts import (
    Bounds,
    ConfidenceCounts,
    FeatureCounts,
    FeatureProfile,
    LabelCounts,
    Measurements,
    WindowProfile,
)
from driftql.check.grid import Grid, choose_grid, wanted_mass
from driftql.check.statement import Runner
from driftql.sql.fragments import moment_of
from driftql.stats.means import Moments, combine
from driftql.stats.psi import merge_edges
from driftql.warehouse.base import Column, Row

__all__ = [
    "measure",
    "refine",
]


_DOUBLE_DIGITS = 15
_DOUBLE_INTEGERS = 2.0**53


_T = TypeVar("_T")


def measure(comparison: Comparison, runner: Runner, *, exact: bool = False) -> Measurements:
    """Run the statements of a check, all but those about single users.

    Parameters
    ----------
    comparison
        What to count.
    runner
        Runs the statements.
    exact
        Count every feature exactly, at once.

    Returns
    -------
    Measurements
        Counts only; their size does not depend on the number of rows.
    """
    roles = comparison.columns
    runner.total = len(roles.features)
    profiles = _profiles(comparison, runner)
    rows = (profiles[0].rows, profiles[1].rows)
    labels, too_many = None, False
    if (roles.label or roles.probabilities) and any(rows):
        labels, too_many = _labels(comparison, runner)
    confidence = _confidence(comparison, runner) if comparison.current.confidence and rows[1] else None
    runner.passes = 2
    features: dict[str, FeatureCounts] = {}
    usable = [column for column in roles.features if all(p.features[column.name].finite for p in profiles)]
    runner.done = len(roles.features) - len(usable)
    if sum(rows) > comparison.limits.by_value_rows:
        grids = _grids(comparison, runner, usable, profiles)
        gridded = [(column, grid) for column in usable if (grid := grids.get(column.name)) is not None]
        features.update(_all_refined(comparison, runner, gridded if exact else [], profiles))
        size = (
            comparison.limits.features_per_small_histogram
            if _narrow(comparison, profiles)
            else comparison.engine.histogram_features
        )
        for chunk in _chunks([] if exact else gridded, size):
            features.update(_histograms(comparison, runner, chunk, profiles))
            runner.done += len(chunk)
        usable = [column for column in usable if column.name not in features]
    wide = [column for column in usable if _is_wide(column, profiles)]
    for columns in _chunks(
        [column for column in usable if column not in wide], comparison.limits.features_per_statement
    ):
        repeats, narrow = sum(rows) > comparison.limits.by_value_rows, _narrow(comparison, profiles)
        features.update(_features(comparison, runner, columns, repeats=repeats, narrow=narrow))
        runner.done += len(columns)
    for column in wide:
        features.update(_features(comparison, runner, [column], as_double=False))
        runner.done += 1
    return Measurements(profiles, labels, too_many, confidence, features)


def refine(comparison: Comparison, runner: Runner, measured: Measurements, names: Collection[str]) -> None:
    """Replace the bounds of some features by exact counts.

    Parameters
    ----------
    comparison, runner
        As in :func:`measure`.
    measured
        Is changed in place.
    names
        Features whose counts are not exact yet.
    """
    runner.passes += 1
    runner.done -= len(names)
    doubtful: list[tuple[Column, Grid]] = []
    for column in comparison.columns.features:
        counts = measured.features.get(column.name)
        if column.name in names and counts is not None and counts.bounds is not None:
            doubtful.append((column, counts.bounds.grid))
    measured.features.update(_all_refined(comparison, runner, doubtful, measured.profiles))


def _all_refined(
    comparison: Comparison,
    runner: Runner,
    gridded: Sequence[tuple[Column, Grid]],
    profiles: tuple[WindowProfile, WindowProfile],
) -> dict[str, FeatureCounts]:
    """Count features exactly: one a statement, or several where an engine reads whole rows."""
    together = [one for one in gridded if plan.reads_rows(comparison) and not _is_wide(one[0], profiles)]
    found: dict[str, FeatureCounts] = {}
    for chunk in _chunks(together, comparison.limits.features_per_refinement):
        for row in runner.run(plan.features_refined(comparison, chunk, _all_finite(profiles))):
            name = chunk[int(row[0]) - 1][0].name
            found[name] = _feature(row[1:], profiles[0].features[name])
        runner.done += len(chunk)
    for column, grid in gridded:
        if column.name not in found:
            found[column.name] = _refined(comparison, runner, column, grid, profiles)
            runner.done += 1
    return found


def _refined(
    comparison: Comparison, runner: Runner, column: Column, grid: Grid, profiles: tuple[WindowProfile, WindowProfile]
) -> FeatureCounts:
    wide = _is_wide(column, profiles)
    rows = runner.run(plan.feature_refined(comparison, column, grid, _all_finite(profiles), as_double=not wide))
    return _feature(rows[0][1:], profiles[0].features[column.name])


def _narrow(comparison: Comparison, profiles: Sequence[WindowProfile]) -> bool:
    """Tell that windows are small and wide, so that a statement had better read them once, into a table of its own."""
    rows = sum(profile.rows for profile in profiles)
    return len(comparison.columns.features) >= comparison.limits.wide_features and rows <= comparison.limits.small_rows


def _all_finite(profiles: Sequence[WindowProfile]) -> set[str]:
    names = profiles[0].features.keys()
    return {name for name in names if all(p.features[name].present == p.features[name].finite for p in profiles)}


def _grids(
    comparison: Comparison, runner: Runner, columns: Sequence[Column], profiles: tuple[WindowProfile, WindowProfile]
) -> dict[str, Grid]:
    """Choose a grid for every feature that has too many values to be grouped by them."""
    many = [column for column in columns if column.kind != "boolean"]
    rows = max(profile.rows for profile in profiles)
    limits = comparison.limits
    sampled_rows = min(max(rows // limits.sample_one_in, limits.min_sample_rows), limits.max_sample_rows)
    percent = 100 * sampled_rows / rows
    grids = {}
    for chunk in _chunks(many, comparison.limits.features_per_profile):
        sampled = _by_window(runner.run(plan.feature_sample(comparison, chunk, percent)))
        for index, column in enumerate(chunk):
            name = column.name
            sides = [row[1 + 3 * index : 4 + 3 * index] for row in sampled]
            before, after = (profile.features[name] for profile in profiles)
            ends = [end for end in (before.minimum, before.maximum, after.minimum, after.maximum) if end is not None]
            spreads = [values for _, _, spread in sides if (values := _quantiles(spread))]
            few = max(int(side[1]) for side in sides) < min(limits.few_values, max(int(side[0]) for side in sides) / 2)
            if few or len(ends) < 4 or not spreads:
                continue
            mass = wanted_mass(before.finite, after.finite, limits.precision)
            grid = choose_grid(spreads, min(ends), max(ends), mass, before.finite + after.finite)
            if grid is not None:
                grids[name] = grid
    return grids


def _histograms(
    comparison: Comparison,
    runner: Runner,
    gridded: Sequence[tuple[Column, Grid]],
    profiles: tuple[WindowProfile, WindowProfile],
) -> dict[str, FeatureCounts]:
    rows = runner.run(
        plan.feature_histogram(comparison, gridded, _all_finite(profiles), narrow=_narrow(comparison, profiles))
    )
    found = {}
    for number, (column, grid) in enumerate(gridded, start=1):
        own = [row[1:] for row in rows if int(row[0]) == number]
        found[column.name] = _bounded(own, grid, comparison.fractions)
    return found


def _bounded(rows: Sequence[Sequence[Any]], grid: Grid, fractions: Sequence[float]) -> FeatureCounts:
    """Read the bins that a histogram statement returned."""
    largest = next(row for row in rows if int(row[1]))
    ref_n, cur_n = int(largest[6]), int(largest[7])
    edges, totals, ref_below, cur_below = [], [(0, 0)], [], []
    for fraction in fractions:
        rank = int((ref_n - 1) * fraction)
        low, high = _holding(rows, rank), _holding(rows, min(rank + 1, ref_n - 1))
        edges.append(grid.end_of(int(low[0])))
        totals.append((int(low[4]), int(low[5])))
        ref_below.append((int(low[2]), int(high[4])))
        cur_below.append((int(low[3]), int(high[5])))
    totals.append((ref_n, cur_n))
    return FeatureCounts(
        ref_n,
        cur_n,
        int(largest[4]),
        int(largest[5]),
        grid.end_of(int(largest[0])),
        np.array(edges),
        _steps([total[0] for total in totals]),
        _steps([total[1] for total in totals]),
        Bounds(float(largest[8]), np.array(ref_below), np.array(cur_below), grid),
    )


def _holding(rows: Sequence[Sequence[Any]], rank: int) -> Sequence[Any]:
    """Return the bin that holds the reference value of a rank, counted from 0."""
    return next(row for row in rows if int(row[2]) <= rank < int(row[4]))


def _chunks(items: Sequence[_T], size: int) -> list[Sequence[_T]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _profiles(comparison: Comparison, runner: Runner) -> tuple[WindowProfile, WindowProfile]:
    heads: list[tuple[Any, ...]] = []
    features: tuple[dict[str, FeatureProfile], dict[str, FeatureProfile]] = ({}, {})
    for chunk in _chunks(comparison.columns.features, comparison.limits.features_per_profile) or [()]:
        rows = _by_window(
            runner.run(plan.window_profile(comparison, chunk, strict=not comparison.engine.nan_is_greatest))
        )
        heads = heads or [row[:6] for row in rows]
        strange = [column for index, column in enumerate(chunk) if _is_strange(rows, index)]
        # NaN is the greatest value there is: none is overlooked by minimum and maximum.
        stricter = _by_window(runner.run(plan.window_profile(comparison, strange, strict=True))) if strange else []
        for columns, profiled in ((chunk, rows), (strange, stricter)):
            for side, row in enumerate(profiled):
                for index, column in enumerate(columns):
                    features[side][column.name] = _profile(row, index)
    first, second = (
        WindowProfile(int(head[1]), moment_of(head[2]), moment_of(head[3]), _text(head[4]), _text(head[5]), found)
        for head, found in zip(heads, features, strict=True)
    )
    return first, second


def _by_window(rows: Sequence[Row]) -> list[Row]:
    """Put the reference's row first: ClickHouse takes ``order by`` after ``union all`` for a part of the last query."""
    return sorted(rows, key=lambda row: int(row[0]))


def _is_strange(rows: Sequence[Row], index: int) -> bool:
    """Tell that a feature holds NaN or an infinity."""
    ends = [end for row in rows for end in row[8 + 5 * index : 10 + 5 * index]]
    return any(end is not None and not math.isfinite(float(end)) for end in ends)


def _profile(row: Row, index: int) -> FeatureProfile:
    present, finite, minimum, maximum, _ = row[6 + 5 * index : 11 + 5 * index]
    return FeatureProfile(int(present), int(present if finite is None else finite), _number(minimum), _number(maximum))


def _labels(comparison: Comparison, runner: Runner) -> tuple[tuple[LabelCounts, LabelCounts] | None, bool]:
    rows = runner.run(plan.label_profile(comparison))
    if len(rows) > 2 * comparison.limits.classes:
        return None, True
    sides = []
    for side in (0, 1):
        own = [row for row in rows if int(row[0]) == side]
        sides.append(
            LabelCounts(
                rows=sum(int(row[2]) for row in own),
                labels={str(row[1]): int(row[2]) for row in own if row[1] is not None}
                if comparison.columns.label
                else {},
                unlabeled=sum(int(row[2]) for row in own if row[1] is None) if comparison.columns.label else 0,
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


def _confidence(comparison: Comparison, runner: Runner) -> ConfidenceCounts | None:
    rows, mean, deviation, quantiles = runner.run(plan.confidence_profile(comparison))[0]
    if not int(rows):
        return None
    p5, median, p95 = _quantiles(quantiles)
    return ConfidenceCounts(int(rows), float(mean), _number(deviation), p5, median, p95)


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
    comparison: Comparison,
    runner: Runner,
    columns: Sequence[Column],
    *,
    as_double: bool = True,
    repeats: bool = False,
    narrow: bool = False,
) -> dict[str, FeatureCounts]:
    rows = runner.run(plan.feature_counts(comparison, columns, as_double=as_double, repeats=repeats, narrow=narrow))
    return {columns[int(row[0]) - 1].name: _feature(row[1:]) for row in rows}


def _feature(row: Sequence[Any], profile: FeatureProfile | None = None) -> FeatureCounts:
    """Read one row of feature_counts, or, with the reference's profile, of feature_refined."""
    ref_n, cur_n, ks_ref, ks_cur = (int(count) for count in row[:4])
    ends = (profile.minimum, profile.maximum) if profile else (row[5], row[6])
    minimum, maximum = (math.nan if end is None else float(end) for end in ends)
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


def _quantiles(value: Any) -> list[float]:
    """Read an array of numbers, which comes as a list or as JSON text (Snowflake, Redshift); none where it is NULL."""
    values = json.loads(value) if isinstance(value, str) else value
    return [] if values is None else [float(number) for number in values]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
