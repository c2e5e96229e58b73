"""How the rows that the statements of a check return become counts: read by column name, never by position."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftql.check.agreement import Contradiction, ascend, equal, fraction, real, whole
from driftql.check.counts import (
    Bounds,
    Category,
    CategoryCounts,
    ConfidenceCounts,
    FeatureCounts,
    FeatureProfile,
    FeatureSample,
    LabelCounts,
    Pair,
    WindowProfile,
)
from driftql.check.grid import Grid
from driftql.sql.fragments import moment_of
from driftql.stats.categories import Frequency
from driftql.stats.means import Moments, combine
from driftql.stats.psi import merge_edges
from driftql.warehouse.base import Row

__all__ = [
    "decode_categories",
    "decode_confidence",
    "decode_days",
    "decode_exact",
    "decode_feature_profile",
    "decode_feature_sample",
    "decode_histogram",
    "decode_labels",
    "decode_window_profile",
    "rows_by_window",
    "shows_non_finite",
]

_ISO_DAY = len("2026-01-31")


def rows_by_window(rows: Sequence[Row]) -> Pair[Row]:
    """Return the reference's row and the current window's, in whichever order they came.

    ClickHouse takes ``order by`` after ``union all`` for a part of the last query.
    """
    if sorted(whole(row, "is_current", 1) for row in rows) != [0, 1]:
        raise Contradiction(f"{len(rows):,} rows came back in place of one per window")
    first, second = sorted(rows, key=lambda row: int(row["is_current"]))
    return Pair(first, second)


def decode_window_profile(row: Row, features: Mapping[str, FeatureProfile]) -> WindowProfile:
    """Read what a row of ``window_profile`` says of the whole window."""
    return WindowProfile(
        rows=whole(row, "row_count"),
        first_bucket=moment_of(row["first_bucket"]),
        last_bucket=moment_of(row["last_bucket"]),
        first_version=_text_or_none(row["first_version"]),
        last_version=_text_or_none(row["last_version"]),
        features=features,
        present_time=_whole_or_none(row, "present_time", whole(row, "row_count")),
        present_user=_whole_or_none(row, "present_user", whole(row, "row_count")),
    )


def decode_feature_profile(row: Row, number: int) -> FeatureProfile:
    """Read what a row of ``window_profile`` says of a feature; features are numbered from 1."""
    present = whole(row, f"present_{number}", whole(row, "row_count"))
    finite, distinct = row[f"finite_{number}"], row[f"distinct_{number}"]
    return FeatureProfile(
        present=present,
        finite=present if finite is None else whole(row, f"finite_{number}", present),
        minimum=_finite_or_none(row[f"minimum_{number}"]),
        maximum=_finite_or_none(row[f"maximum_{number}"]),
        distinct=None if distinct is None else int(distinct),
    )


def shows_non_finite(row: Row, number: int) -> bool:
    """Return whether a row of ``window_profile`` shows that a feature holds NaN or an infinity.

    Either shows in the minimum or the maximum, on engines that sort NaN above all numbers.
    """
    ends = (row[f"minimum_{number}"], row[f"maximum_{number}"])
    return any(end is not None and not math.isfinite(float(end)) for end in ends)


def decode_labels(rows: Sequence[Row], *, has_labels: bool) -> Pair[LabelCounts]:
    """Read the rows of ``label_profile``, one per window and label.

    Parameters
    ----------
    rows
        In any order.
    has_labels
        Whether there is a label column; without one, all rows have the label NULL.
    """
    return Pair(
        _decode_window_labels([row for row in rows if not whole(row, "is_current", 1)], has_labels),
        _decode_window_labels([row for row in rows if whole(row, "is_current", 1)], has_labels),
    )


def _decode_window_labels(rows: Sequence[Row], has_labels: bool) -> LabelCounts:
    counted = [(row["label"], whole(row, "label_rows")) for row in rows]
    return LabelCounts(
        rows=sum(count for _, count in counted),
        labels={str(label): count for label, count in counted if label is not None} if has_labels else {},
        unlabeled=sum(count for label, count in counted if label is None) if has_labels else 0,
        entropy=combine([_decode_entropy(row) for row in rows if whole(row, "entropy_rows", whole(row, "label_rows"))]),
        out_of_range=sum(whole(row, "out_of_range_rows") for row in rows),
        not_normalized=sum(whole(row, "not_normalized_rows") for row in rows),
        classes=max((0 if row["class_count"] is None else whole(row, "class_count") for row in rows), default=0),
    )


def _decode_entropy(row: Row) -> Moments:
    variance = row["entropy_variance"]
    return Moments(
        whole(row, "entropy_rows"),
        real(row, "entropy_mean", may_be_nan=True),
        math.nan if variance is None else float(variance),
    )


def decode_days(rows: Sequence[Row]) -> Pair[Mapping[dt.date, int]]:
    """Read the rows of ``rows_per_day``, one per window and day; rows without a time are of no day."""
    days: Pair[dict[dt.date, int]] = Pair({}, {})
    for row in rows:
        if row["row_day"] is not None:
            day = dt.date.fromisoformat(str(row["row_day"])[:_ISO_DAY])
            days[whole(row, "is_current", 1)][day] = whole(row, "day_rows")
    return Pair(days.reference, days.current)


def decode_confidence(row: Row) -> ConfidenceCounts:
    """Read the row of ``confidence_profile``."""
    rows = whole(row, "confidence_rows", whole(row, "row_count"))
    missing = whole(row, "row_count") - rows
    if not rows:
        return ConfidenceCounts(rows, missing)
    quantiles = _numbers_of(row["confidence_quantiles"])
    if len(quantiles) != 3:
        raise Contradiction(f"{len(quantiles)} quantiles came back in place of 3")
    p5, median, p95 = quantiles
    return ConfidenceCounts(
        rows,
        missing,
        0 if row["outside_rows"] is None else whole(row, "outside_rows", rows),
        real(row, "confidence_mean", may_be_nan=True),
        _finite_or_none(row["confidence_deviation"]),
        p5,
        median,
        p95,
    )


def decode_categories(rows: Sequence[Row]) -> CategoryCounts:
    """Read the rows of ``category_counts`` that belong to one feature.

    Parameters
    ----------
    rows
        In any order; none where neither window has a row with a category.

    Raises
    ------
    Contradiction
        If the counts contradict each other.
    """
    ref_n, cur_n, unseen, unseen_categories, singles, categories = (
        sum(whole(row, name) for row in rows)
        for name in ("ref_rows", "cur_rows", "unseen_rows", "unseen_categories", "ref_singles", "categories")
    )
    listed, pooled, new, gone = (_ranked(rows, rank) for rank in ("ref_rank", "both_rank", "new_rank", "gone_rank"))
    rest, others = (
        Pair(ref - sum(category.ref for category in named), cur - sum(category.cur for category in named))
        for named, ref, cur in ((listed, ref_n, cur_n - unseen), (pooled, ref_n, cur_n))
    )
    rest_categories = categories - unseen_categories - len(listed)
    if min(*rest, *others, rest_categories) < 0:
        raise Contradiction("the categories have more rows than the windows")
    groups = [Pair(category.ref, category.cur) for category in pooled] + ([others] if any(others) else [])
    frequencies: Counter[tuple[int, int]] = Counter()
    for row in rows:
        frequencies[whole(row, "least_rows"), whole(row, "most_rows")] += whole(row, "categories")
    return CategoryCounts(
        ref_n=ref_n,
        cur_n=cur_n,
        listed=listed,
        rest=rest,
        rest_categories=rest_categories,
        unseen=unseen,
        unseen_categories=unseen_categories,
        new=new,
        gone=gone,
        groups=Pair(tuple(ref for ref, _ in groups), tuple(cur for _, cur in groups)),
        ref_singles=singles,
        frequencies=tuple(Frequency(*ends, count) for ends, count in sorted(frequencies.items())),
    )


def _ranked(rows: Sequence[Row], rank: str) -> tuple[Category, ...]:
    """Return the categories that have a place in an order, in this order."""
    ranked = sorted((row for row in rows if whole(row, rank)), key=lambda row: whole(row, rank))
    return tuple(Category(str(row["category"]), whole(row, "ref_rows"), whole(row, "cur_rows")) for row in ranked)


def decode_feature_sample(row: Row, number: int) -> FeatureSample:
    """Read what a row of ``feature_sample`` says of a feature; features are numbered from 1."""
    return FeatureSample(
        values=whole(row, f"sampled_{number}"),
        distinct=whole(row, f"distinct_{number}"),
        quantiles=_numbers_of(row[f"spread_{number}"]),
    )


def decode_exact(row: Row, edges: int, profiles: Pair[FeatureProfile]) -> FeatureCounts:
    """Read a row of ``feature_counts``, ``feature_refined`` or ``features_refined``.

    Parameters
    ----------
    row
        The counts of one feature.
    edges
        How many quantiles make the bins.
    profiles
        The feature in both windows: only ``feature_counts`` returns the least and the greatest value itself.

    Raises
    ------
    Contradiction
        If the counts cannot be those of the rows that were profiled.
    """
    ref_n, cur_n = _as_profiled(row, profiles)
    minimum, maximum = (
        profiled if row[name] is None else real(row, name)
        for name, profiled in (
            ("ref_minimum", profiles.reference.minimum),
            ("ref_maximum", profiles.reference.maximum),
        )
    )
    if minimum is None or maximum is None:
        raise Contradiction("there are values, but no least and no greatest one")
    numbers = range(1, edges + 1)
    raw = [real(row, f"edge_{number}") for number in numbers]
    ascend("edges of the bins", [minimum, *raw, maximum])
    below = {
        edge: (whole(row, f"ref_below_{number}", ref_n), whole(row, f"cur_below_{number}", cur_n))
        for edge, number in zip(raw, numbers, strict=True)
    }
    # Where many values are equal to the first edge, a bin ends just above it: "at or below" is "below" the next double.
    spike = raw[0]
    spike_rows = (whole(row, "spike_ref", ref_n), whole(row, "spike_cur", cur_n))
    below.setdefault(float(np.nextafter(spike, np.inf)), spike_rows)
    inner = merge_edges(raw, minimum, maximum, spike)
    totals = [(0, 0), *(below[float(edge)] for edge in inner), (ref_n, cur_n)]
    return FeatureCounts(
        ref_n=ref_n,
        cur_n=cur_n,
        ks_ref=whole(row, "ks_ref", ref_n),
        ks_cur=whole(row, "ks_cur", cur_n),
        ks_value=real(row, "ks_value"),
        edges=inner,
        ref_bins=_differences([ref for ref, _ in totals]),
        cur_bins=_differences([cur for _, cur in totals]),
    )


def decode_histogram(
    rows: Sequence[Row], grid: Grid, fractions: Sequence[float], profiles: Pair[FeatureProfile]
) -> FeatureCounts:
    """Read the rows of ``feature_histogram`` that belong to one feature: the bins that bound its PSI and KS.

    Parameters
    ----------
    rows
        One per bin that matters, in the order of the bins.
    grid
        Where bins end.
    fractions
        The quantiles that make the bins of PSI.
    profiles
        The feature in both windows.

    Raises
    ------
    Contradiction
        If the counts cannot be those of the rows that were profiled.
    """
    largest = next((row for row in rows if whole(row, "is_largest", 1)), None)
    if largest is None:
        raise Contradiction("no bin came back")
    ref_n, cur_n = _as_profiled(largest, profiles)
    for row in rows:
        for window, n in (("ref", ref_n), ("cur", cur_n)):
            ascend("counts of the bins", [whole(row, f"{window}_{end}", n) for end in ("before", "through")])
    edges, totals, ref_below, cur_below = [], [(0, 0)], [], []
    for fraction_below in fractions:
        rank = int((ref_n - 1) * fraction_below)
        low, high = _bin_of_rank(rows, rank), _bin_of_rank(rows, min(rank + 1, ref_n - 1))
        edges.append(grid.end_of(whole(low, "bin")))
        totals.append((int(low["ref_through"]), int(low["cur_through"])))
        ref_below.append((int(low["ref_before"]), int(high["ref_through"])))
        cur_below.append((int(low["cur_before"]), int(high["cur_through"])))
    totals.append((ref_n, cur_n))
    ascend("edges of the bins", edges)
    return FeatureCounts(
        ref_n=ref_n,
        cur_n=cur_n,
        ks_ref=int(largest["ref_through"]),
        ks_cur=int(largest["cur_through"]),
        ks_value=grid.end_of(whole(largest, "bin")),
        edges=np.array(edges),
        ref_bins=_differences([ref for ref, _ in totals]),
        cur_bins=_differences([cur for _, cur in totals]),
        bounds=Bounds(fraction(largest, "upper_gap"), np.array(ref_below), np.array(cur_below), grid),
    )


def _as_profiled(row: Row, profiles: Pair[FeatureProfile]) -> tuple[int, int]:
    """Read how many values a feature has in each window, to compare with what an earlier statement counted."""
    found = (whole(row, "ref_n"), whole(row, "cur_n"))
    for window, profile, n in zip(("the reference", "the current window"), profiles, found, strict=True):
        equal(f"values in {window}", profile.finite, n)
    return found


def _bin_of_rank(rows: Sequence[Row], rank: int) -> Row:
    """Return the bin that holds the reference value of a rank, counted from 0."""
    found = next((row for row in rows if int(row["ref_before"]) <= rank < int(row["ref_through"])), None)
    if found is None:
        raise Contradiction("the bins leave out values")
    return found


def _differences(totals: Sequence[int]) -> NDArray[np.int64]:
    """Turn running totals into the counts of the bins between them."""
    ascend("counts of the bins", totals)
    return np.array([through - before for before, through in pairwise(totals)], dtype=np.int64)


def _whole_or_none(row: Row, name: str, most: int) -> int | None:
    return None if row[name] is None else whole(row, name, most)


def _finite_or_none(value: Any) -> float | None:
    return None if value is None or not math.isfinite(float(value)) else float(value)


def _numbers_of(value: Any) -> list[float]:
    """Read an array of numbers: a list, JSON text (Snowflake, Redshift) or NULL, which holds none."""
    values = json.loads(value) if isinstance(value, str) else value
    return [] if values is None else [float(number) for number in values]


def _text_or_none(value: Any) -> str | None:
    return None if value is None else str(value)
