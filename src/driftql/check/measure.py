"""Which statements a check runs, and in which order; what comes back is read in :mod:`driftql.check.counts`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from driftql.check import plan
from driftql.check.agreement import Contradiction, equal, only_row, whole
from driftql.check.comparison import Comparison
from driftql.check.counts import (
    CategoryCounts,
    ConfidenceCounts,
    Counts,
    FeatureCounts,
    FeatureProfile,
    FeatureSample,
    LabelCounts,
    Pair,
    WindowProfile,
)
from driftql.check.decode import (
    decode_categories,
    decode_confidence,
    decode_days,
    decode_exact,
    decode_feature_profile,
    decode_feature_sample,
    decode_histogram,
    decode_labels,
    decode_window_profile,
    rows_by_window,
    shows_non_finite,
)
from driftql.check.grid import Grid, choose_grid, wanted_mass
from driftql.check.limits import Limits, chunks
from driftql.check.row_counts import day_shift, has_row_counts
from driftql.check.statement import Runner
from driftql.errors import RowsChangedError
from driftql.warehouse.base import Column, Row

__all__ = ["measure", "one_state", "refine"]

_DOUBLE_DIGITS = 15
_DOUBLE_INTEGERS = 2.0**53

Profiles = Pair[WindowProfile]
Gridded = Sequence[tuple[Column, Grid]]


def measure(comparison: Comparison, runner: Runner, *, exact: bool = False) -> Counts:
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
    Counts
        Their size does not depend on the number of rows.
    """
    roles = comparison.columns
    runner.total = len(roles.features) + len(roles.categories)
    with one_state(comparison):
        return _measure(comparison, runner, exact=exact)


def _measure(comparison: Comparison, runner: Runner, *, exact: bool) -> Counts:
    roles = comparison.columns
    profiles = _measure_profiles(comparison, runner)
    labels, too_many_labels = None, False
    if (roles.label or roles.probabilities) and (profiles.reference.rows or profiles.current.rows):
        labels = _measure_labels(comparison, runner, profiles)
        too_many_labels = labels is None
    confidence = None
    if comparison.current.confidence and profiles.current.rows:
        confidence = _measure_confidence(comparison, runner, profiles)
    categories = _measure_categories(comparison, runner, profiles)
    runner.passes = 2
    features = _measure_features(comparison, runner, profiles, exact=exact)
    timeless = _count_timeless(comparison, runner)
    days, has_more_days = _count_days(comparison, runner, profiles)
    return Counts(profiles, labels, too_many_labels, confidence, features, timeless, categories, days, has_more_days)


def refine(comparison: Comparison, runner: Runner, counts: Counts, names: Collection[str]) -> Counts:
    """Replace the bounds of some features by exact counts.

    Parameters
    ----------
    comparison, runner
        As in :func:`measure`.
    counts
        What is known so far.
    names
        Features whose counts are not exact yet.

    Returns
    -------
    Counts
        The same, but with exact counts of these features.
    """
    runner.passes += 1
    runner.done -= len(names)
    gridded = [
        (column, known.bounds.grid)
        for column in comparison.columns.features
        if column.name in names and (known := counts.features.get(column.name)) is not None and known.bounds is not None
    ]
    with one_state(comparison):
        exact = _count_exactly(comparison, runner, gridded, counts.profiles)
    return replace(counts, features={**counts.features, **exact})


@contextmanager
def one_state(comparison: Comparison) -> Iterator[None]:
    """Turn counts that contradict each other into one sentence.

    Raises
    ------
    RowsChangedError
        If they do.
    """
    try:
        yield
    except Contradiction as contradiction:
        sources = " and ".join(dict.fromkeys(summary.source for summary in comparison.summaries))
        raise RowsChangedError(
            f"the rows of {sources} changed between two statements: check a closed window, or a copy "
            f"({contradiction.detail})"
        ) from None


# --- one scan of each window ----------------------------------------------------------------------------------------


def _measure_profiles(comparison: Comparison, runner: Runner) -> Profiles:
    """Count rows, missing values and ranges.

    Where the engine sorts NaN above all numbers, a first look takes all values for finite: NaN and infinities show in
    the minimum and the maximum, and only the features that have them are counted again.
    """
    features: Pair[dict[str, FeatureProfile]] = Pair({}, {})
    windows: Pair[Row] | None = None

    def profile(columns: Sequence[Column], *, strict: bool) -> Pair[Row]:
        rows = rows_by_window(
            runner.run(plan.window_profile(comparison, columns, strict=strict, counts_users=windows is None))
        )
        for row, found, seen in zip(rows, features, windows or rows, strict=True):
            equal("rows", whole(seen, "row_count"), whole(row, "row_count"))
            for number, column in enumerate(columns, start=1):
                if column.name in found:
                    equal(f"values in {column.name}", found[column.name].present, whole(row, f"present_{number}"))
            found.update({c.name: decode_feature_profile(row, number) for number, c in enumerate(columns, start=1)})
        return rows

    for chunk in chunks(comparison.columns.features, comparison.limits.features_per_profile) or [()]:
        rows = profile(chunk, strict=not comparison.engine.nan_is_greatest)
        windows = windows or rows
        non_finite = [
            column for number, column in enumerate(chunk, start=1) if any(shows_non_finite(row, number) for row in rows)
        ]
        if non_finite:
            profile(non_finite, strict=True)
    assert windows is not None
    return Pair(
        decode_window_profile(windows.reference, features.reference),
        decode_window_profile(windows.current, features.current),
    )


def _count_timeless(comparison: Comparison, runner: Runner) -> int:
    """Count the rows that are in neither window because they have no time."""
    statement = plan.rows_without_time((comparison.reference, comparison.current))
    return 0 if statement is None else whole(only_row(runner.run(statement)), "row_count")


def _count_days(
    comparison: Comparison, runner: Runner, profiles: Profiles
) -> tuple[Pair[Mapping[dt.date, int]] | None, bool]:
    """Count the rows of each day, and return whether there are more days than are counted."""
    if not has_row_counts(comparison):
        return None, False
    rows = runner.run(plan.rows_per_day(comparison, [day_shift(comparison, place) for place in (0, 1)]))
    limit = comparison.limits.days
    if len(rows) <= limit:
        for number, profile in enumerate(profiles):
            found = sum(whole(row, "day_rows") for row in rows if whole(row, "is_current", 1) == number)
            equal("rows", profile.rows, found)
    return decode_days(rows[:limit]), len(rows) > limit


def _measure_labels(comparison: Comparison, runner: Runner, profiles: Profiles) -> Pair[LabelCounts] | None:
    """Count labels and entropies; None where there are more different labels than classes make sense."""
    rows = runner.run(plan.label_profile(comparison))
    if len(rows) > 2 * comparison.limits.classes:
        return None
    labels = decode_labels(rows, has_labels=comparison.columns.label is not None)
    for profile, window in zip(profiles, labels, strict=True):
        equal("rows", profile.rows, window.rows)
    return labels


def _measure_confidence(comparison: Comparison, runner: Runner, profiles: Profiles) -> ConfidenceCounts:
    row = only_row(runner.run(plan.confidence_profile(comparison.current)))
    equal("rows", profiles.current.rows, whole(row, "row_count"))
    return decode_confidence(row)


def _measure_categories(comparison: Comparison, runner: Runner, profiles: Profiles) -> dict[str, CategoryCounts]:
    """Count the categories of features; none where a window has no rows."""
    found: dict[str, CategoryCounts] = {}
    if not all(profile.rows for profile in profiles):
        return found
    for chunk in chunks(comparison.columns.categories, comparison.limits.categories_per_statement):
        rows = runner.run(plan.category_counts(comparison, chunk, comparison.thresholds.category_limit))
        for number, column in enumerate(chunk, start=1):
            counts = decode_categories([row for row in rows if whole(row, "feature", len(chunk)) == number])
            if counts.ref_n > profiles.reference.rows or counts.cur_n > profiles.current.rows:
                raise Contradiction(f"more values in {column.name} than rows")
            found[column.name] = counts
        runner.done += len(chunk)
    return found


# --- features -------------------------------------------------------------------------------------------------------


def _measure_features(
    comparison: Comparison, runner: Runner, profiles: Profiles, *, exact: bool
) -> dict[str, FeatureCounts]:
    """Count features by value where that is fast, else on grids, which leave bounds, or exactly by way of grids."""
    limits = comparison.limits
    usable = [
        column
        for column in comparison.columns.features
        if all(profile.features[column.name].finite for profile in profiles)
    ]
    runner.done = runner.total - len(usable)
    are_large = profiles.reference.rows + profiles.current.rows > limits.by_value_rows
    gridded = _choose_grids(comparison, runner, usable, profiles) if are_large else []
    if exact:
        found = _count_exactly(comparison, runner, gridded, profiles)
    else:
        found = _count_on_grids(comparison, runner, gridded, profiles)
    rest = [column for column in usable if column.name not in found]
    found |= _count_by_value(comparison, runner, rest, profiles, repeats=are_large)
    return found


def _choose_grids(
    comparison: Comparison, runner: Runner, columns: Sequence[Column], profiles: Profiles
) -> list[tuple[Column, Grid]]:
    """Choose a grid, by a sample, for every feature that has too many values to be grouped by them."""
    limits = comparison.limits
    rows = max(profile.rows for profile in profiles)
    wanted = min(max(rows // limits.sample_one_in, limits.min_sample_rows), limits.max_sample_rows)
    grids = []
    for chunk in chunks([column for column in columns if column.kind != "boolean"], limits.features_per_profile):
        sampled = rows_by_window(runner.run(plan.feature_sample(comparison, chunk, 100 * wanted / rows)))
        for number, column in enumerate(chunk, start=1):
            samples = [decode_feature_sample(row, number) for row in sampled]
            grid = _choose_grid(samples, [profile.features[column.name] for profile in profiles], limits)
            if grid is not None:
                grids.append((column, grid))
    return grids


def _choose_grid(samples: Sequence[FeatureSample], profiles: Sequence[FeatureProfile], limits: Limits) -> Grid | None:
    """Choose the grid of one feature; None where its values are few, or where none can be laid."""
    distinct, values = max(sample.distinct for sample in samples), max(sample.values for sample in samples)
    spreads = [sample.quantiles for sample in samples if sample.quantiles]
    ends = [end for profile in profiles for end in (profile.minimum, profile.maximum)]
    known = [end for end in ends if end is not None]
    if distinct < min(limits.few_values, values / 2) or len(known) < len(ends) or not spreads:
        return None
    ref_n, cur_n = (profile.finite for profile in profiles)
    mass = wanted_mass(ref_n, cur_n, limits.precision)
    return choose_grid(spreads, min(known), max(known), mass, ref_n + cur_n)


def _count_on_grids(
    comparison: Comparison, runner: Runner, gridded: Gridded, profiles: Profiles
) -> dict[str, FeatureCounts]:
    """Count features on their grids, to within what a bin holds."""
    are_narrow, finite = _are_small_and_wide(comparison, profiles), _all_finite(profiles)
    size = comparison.limits.features_per_small_histogram if are_narrow else comparison.engine.histogram_features
    found = {}
    for chunk in chunks(gridded, size):
        rows = runner.run(plan.feature_histogram(comparison, chunk, finite, narrow=are_narrow))
        for number, (column, grid) in enumerate(chunk, start=1):
            bins = [row for row in rows if whole(row, "feature", len(chunk)) == number]
            found[column.name] = decode_histogram(bins, grid, comparison.fractions, _profiles_of(column, profiles))
        runner.done += len(chunk)
    return found


def _count_exactly(
    comparison: Comparison, runner: Runner, gridded: Gridded, profiles: Profiles
) -> dict[str, FeatureCounts]:
    """Count features exactly by way of their grids: one per statement, or several where an engine reads whole rows."""
    finite = _all_finite(profiles)
    together = [one for one in gridded if plan.reads_rows(comparison) and not _exceeds_doubles(one[0], profiles)]
    found: dict[str, FeatureCounts] = {}
    for chunk in chunks(together, comparison.limits.features_per_refinement):
        rows = runner.run(plan.features_refined(comparison, chunk, finite))
        found.update(_decode_features(rows, [column for column, _ in chunk], comparison, profiles))
        runner.done += len(chunk)
    for column, grid in gridded:
        if column.name not in found:
            as_double = not _exceeds_doubles(column, profiles)
            rows = runner.run(plan.feature_refined(comparison, column, grid, finite, as_double=as_double))
            found.update(_decode_features(rows, [column], comparison, profiles))
            runner.done += 1
    return found


def _count_by_value(
    comparison: Comparison, runner: Runner, columns: Sequence[Column], profiles: Profiles, *, repeats: bool
) -> dict[str, FeatureCounts]:
    """Count features exactly by sorting their values; ``repeats`` suits columns whose values occur many times."""
    are_narrow = _are_small_and_wide(comparison, profiles)
    long = [column for column in columns if _exceeds_doubles(column, profiles)]
    found: dict[str, FeatureCounts] = {}
    for chunk in chunks([c for c in columns if c not in long], comparison.limits.features_per_statement):
        rows = runner.run(plan.feature_counts(comparison, chunk, repeats=repeats, narrow=are_narrow))
        found.update(_decode_features(rows, chunk, comparison, profiles))
        runner.done += len(chunk)
    for column in long:
        rows = runner.run(plan.feature_counts(comparison, [column], as_double=False))
        found.update(_decode_features(rows, [column], comparison, profiles))
        runner.done += 1
    return found


def _decode_features(
    rows: Sequence[Row], columns: Sequence[Column], comparison: Comparison, profiles: Profiles
) -> Iterator[tuple[str, FeatureCounts]]:
    """Read the exact counts of the columns that a statement was given; it numbers them from 1."""
    by_number = {whole(row, "feature", len(columns)): row for row in rows}
    if sorted(by_number) != list(range(1, len(columns) + 1)):
        raise Contradiction(f"values in {len(columns)} features at first, then in {len(by_number)}")
    for number, column in enumerate(columns, start=1):
        found = decode_exact(by_number[number], len(comparison.fractions), _profiles_of(column, profiles))
        yield column.name, found


def _profiles_of(column: Column, profiles: Profiles) -> Pair[FeatureProfile]:
    return Pair(profiles.reference.features[column.name], profiles.current.features[column.name])


def _are_small_and_wide(comparison: Comparison, profiles: Profiles) -> bool:
    """Return whether the windows have few rows and many columns: a statement then copies what it reads beforehand."""
    limits = comparison.limits
    rows = profiles.reference.rows + profiles.current.rows
    return len(comparison.columns.features) >= limits.wide_features and rows <= limits.small_rows


def _all_finite(profiles: Profiles) -> set[str]:
    """Return the features that hold neither NaN nor an infinity in either window."""

    def finite(features: Mapping[str, FeatureProfile]) -> set[str]:
        return {name for name, profile in features.items() if profile.present == profile.finite}

    return finite(profiles.reference.features) & finite(profiles.current.features)


def _exceeds_doubles(column: Column, profiles: Profiles) -> bool:
    """Return whether doubles would merge values of the column: integers beyond 2^53, decimals of many digits."""
    if column.kind == "decimal":
        digits = re.search(r"\((\d+)", column.type)
        return digits is None or int(digits[1]) > _DOUBLE_DIGITS
    if column.kind != "integer":
        return False
    features = [profile.features[column.name] for profile in profiles]
    ends = [end for feature in features for end in (feature.minimum, feature.maximum)]
    return any(end is None or abs(end) >= _DOUBLE_INTEGERS for end in ends)
