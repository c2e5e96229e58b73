"""The statements that sum rows over clusters such as days and users, and how their results are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from driftql.check.agreement import real, whole
from driftql.check.comparison import Comparison
from driftql.check.counts import Pair
from driftql.check.plan import ENTROPY_FLOOR
from driftql.check.row_counts import day_shift
from driftql.check.rows import Rows
from driftql.check.statement import Statement
from driftql.sql import fragments
from driftql.sql.render import render
from driftql.stats.clustered import LARGEST_SHARE, ClusterSums
from driftql.warehouse.base import Column, Row

__all__ = [
    "ClusterCounts",
    "Clusters",
    "Measure",
    "cluster_carrier",
    "cluster_counts",
    "cluster_sums",
    "column_of",
    "days_of",
    "decode_cluster_counts",
    "decode_cluster_sums",
    "measure_categories",
    "measure_entropy",
    "measure_feature",
    "measure_labels",
    "measure_missing",
    "measure_new",
    "users_of",
]

MeasureKind = Literal["below", "equal", "category", "among", "entropy", "missing", "non_finite", "incomplete"]
# Counts know the first 200 characters of a category: one of so many may be longer, and is then one of the others.
_CUT = 200


class Measure(NamedTuple):
    """Shares of the rows, or a mean, as SQL.

    Attributes
    ----------
    kind
        See the macro ``measure_value``.
    columns
        The columns that it reads.
    values
        What is read of a row, in each window.
    limits
        Edges or categories, quoted.
    is_float
        Whether a value can be NaN or infinite.
    """

    kind: MeasureKind
    columns: tuple[Column, ...]
    values: Pair[str | list[str]]
    limits: tuple[str, ...] = ()
    is_float: bool = False

    @property
    def shares(self) -> int:
        """How many shares, or means, there are."""
        match self.kind:
            case "below" | "equal":
                return len(self.limits)
            case "category":
                return len(self.limits) + 1
            case _:
                return 1


class Clusters(NamedTuple):
    """What rows have in common that are alike: the SQL of the cluster in each window, and the column behind it."""

    name: str
    sql: Pair[str]
    column: Column


class ClusterCounts(NamedTuple):
    """What each cluster contributes to one measure.

    Attributes
    ----------
    names
        The clusters with rows in either window, sorted, G of them.
    rows
        Rows of each that count, shape (G,), in each window.
    hits
        Rows below each edge, or in each category, shape (G, J), in each window.
    """

    names: tuple[str, ...]
    rows: Pair[NDArray[np.float64]]
    hits: Pair[NDArray[np.float64]]


def days_of(comparison: Comparison) -> Clusters | None:
    """Return the days of the rows, in the time zone of the settings; None without a time column in both windows."""
    column = comparison.columns.bucket_start
    if column is None or comparison.columns.reference_names.get(column.name, column.name) is None:
        return None
    days = []
    for place, rows in enumerate((comparison.reference, comparison.current)):
        shift = day_shift(comparison, place)
        moved = render("add_seconds", comparison.engine, rows.local_start, shift) if shift else rows.local_start
        days.append(render("day_text", comparison.engine, moved))
    return Clusters("days", Pair(*days), column)


def users_of(comparison: Comparison) -> Clusters | None:
    """Return the users of the rows; None without a user column in both windows."""
    column = comparison.columns.user
    if column is None or comparison.columns.reference_names.get(column.name, column.name) is None:
        return None
    users = [render("as_text", comparison.engine, rows.user) for rows in (comparison.reference, comparison.current)]
    return Clusters("users", Pair(*users), column)


def column_of(comparison: Comparison) -> Clusters | None:
    """Return the values of the column that the settings name besides; None where they name none."""
    column = comparison.clusters
    if column is None:
        return None
    value = render("as_text", comparison.engine, fragments.identifier(column.name, comparison.engine))
    return Clusters(f"values of {column.name}", Pair(value, value), column)


def measure_feature(comparison: Comparison, column: Column, edges: Sequence[float]) -> Measure:
    """Return the shares of a feature's values below some edges, in ascending order."""
    value: str | list[str] = comparison.current.value(column)
    limits = tuple(fragments.number(float(edge)) for edge in edges)
    return Measure("below", (column,), Pair(value, value), limits, is_float=column.may_be_strange)


def measure_categories(comparison: Comparison, column: Column, categories: Sequence[str]) -> Measure | None:
    """Return the shares of some categories of a feature and of all others; None if there is none to name."""
    named = _whole_texts(comparison, categories)
    values: Pair[str | list[str]] = Pair(comparison.reference.category(column), comparison.current.category(column))
    return Measure("category", (column,), values, named) if named else None


def measure_new(comparison: Comparison, column: Column, categories: Sequence[str]) -> Measure | None:
    """Return the share of the rows in some categories together; None if there is none to name."""
    named = _whole_texts(comparison, categories)
    label = comparison.columns.label
    if label is not None and column.name == label.name:
        values = _label_values(comparison)
    else:
        values = Pair(comparison.reference.category(column), comparison.current.category(column))
    return Measure("among", (column,), values, named) if named else None


def measure_labels(comparison: Comparison, labels: Sequence[str]) -> Measure:
    """Return the shares of some labels, such as the reject label."""
    assert comparison.columns.label is not None
    texts = tuple(fragments.text(label, comparison.engine) for label in labels)
    return Measure("equal", (comparison.columns.label,), _label_values(comparison), texts)


def measure_entropy(comparison: Comparison) -> Measure:
    """Return the mean entropy of the class probabilities."""
    probabilities = comparison.current.probabilities
    return Measure("entropy", tuple(comparison.columns.probabilities), Pair(probabilities, probabilities))


def measure_missing(
    comparison: Comparison, columns: Sequence[Column], kind: Literal["missing", "non_finite", "incomplete"]
) -> Measure:
    """Return the share of the rows without a value of a column, or with incomplete probabilities."""
    windows = (comparison.reference, comparison.current)
    if kind == "incomplete":
        return measure_entropy(comparison)._replace(kind=kind)
    [column] = columns
    values: Pair[str | list[str]] = Pair(*(_bare(rows, column, comparison, kind) for rows in windows))
    return Measure(kind, (column,), values, is_float=column.may_be_strange)


def cluster_counts(comparison: Comparison, clusters: Clusters, measures: Sequence[Measure], what: str) -> Statement:
    """Count what each cluster contributes; read it with :func:`decode_cluster_counts`.

    Parameters
    ----------
    clusters
        Days, of which there are few: a row comes back for each.
    measures
        Numbered from 1 in the result.
    what
        The measures in words.
    """
    numbered = [_arguments(number, measure) for number, measure in enumerate(measures, start=1)]
    sql = render(
        "cluster_counts",
        comparison.engine,
        **_sources(comparison, clusters, measures),
        clusters=list(clusters.sql),
        measures=numbered,
        is_list=int(comparison.columns.is_list),
        floor=fragments.number(ENTROPY_FLOOR),
    )
    return Statement("cluster_counts", f"How much the {clusters.name} differ in {what}.", sql)


def cluster_sums(comparison: Comparison, clusters: Clusters, measure: Measure, what: str) -> Statement:
    """Sum over clusters, of which there may be many; read the row with :func:`decode_cluster_sums`."""
    sql = render(
        "cluster_sums",
        comparison.engine,
        **_sources(comparison, clusters, [measure]),
        clusters=list(clusters.sql),
        measure=_arguments(1, measure),
        largest=fragments.number(LARGEST_SHARE),
        is_list=int(comparison.columns.is_list),
        floor=fragments.number(ENTROPY_FLOOR),
    )
    return Statement("cluster_sums", f"How much the {clusters.name} differ in {what}, over all of them.", sql)


def cluster_carrier(comparison: Comparison, clusters: Clusters, measure: Measure, share: int, what: str) -> Statement:
    """Find the one cluster without which a change would be smallest; ``share`` is counted from 1."""
    sql = render(
        "cluster_carrier",
        comparison.engine,
        **_sources(comparison, clusters, [measure]),
        clusters=list(clusters.sql),
        measure=_arguments(1, measure),
        share=share,
        is_list=int(comparison.columns.is_list),
        floor=fragments.number(ENTROPY_FLOOR),
    )
    return Statement("cluster_carrier", f"Which of the {clusters.name} carries the most of the change in {what}.", sql)


def decode_cluster_counts(rows: Sequence[Row], measures: Sequence[Measure]) -> list[ClusterCounts]:
    """Return the counts of each measure; a cluster that one window lacks has 0 rows there."""
    names = tuple(sorted({str(row["cluster_id"]) for row in rows}))
    places = {name: place for place, name in enumerate(names)}
    found = []
    for number, measure in enumerate(measures, start=1):
        counted = Pair(np.zeros(len(names)), np.zeros(len(names)))
        hits = Pair(np.zeros((len(names), measure.shares)), np.zeros((len(names), measure.shares)))
        for row in rows:
            window, place = whole(row, "is_current", 1), places[str(row["cluster_id"])]
            counted[window][place] = whole(row, f"rows_{number}")
            for share in range(1, measure.shares + 1):
                hits[window][place, share - 1] = _number(row, f"hits_{number}_{share}")
        found.append(ClusterCounts(names, counted, hits))
    return found


def decode_cluster_sums(row: Row, measure: Measure) -> ClusterSums | None:
    """Return the sums over clusters; None where a window has no cluster, or every cluster has one row."""
    clusters = [round(_number(row, name)) for name in ("ref_clusters", "cur_clusters")]
    rows = [round(_number(row, name)) for name in ("ref_rows", "cur_rows")]
    if not all(clusters) or clusters == rows:
        return None

    def vector(name: str, length: int) -> NDArray[np.float64]:
        return np.array([_number(row, f"{name}_{place}") for place in range(1, length + 1)])

    shares = measure.shares
    return ClusterSums(
        clusters=(clusters[0], clusters[1]),
        ref_shares=vector("ref_share", shares),
        cur_shares=vector("cur_share", shares),
        shares=vector("share", shares),
        ref_squares=vector("ref_square", shares),
        cur_squares=vector("cur_square", shares),
        products=vector("product", shares),
        ref_neighbors=vector("ref_neighbor", shares - 1),
        cur_neighbors=vector("cur_neighbor", shares - 1),
        neighbor_products=vector("neighbor_product", shares - 1),
        **{
            name: _number(row, name)
            for name in (
                "ref_weights",
                "cur_weights",
                "overlap",
                "weights_squared",
                "weights_noise",
                "noise_squared",
                "noise",
            )
        },
    )


def _number(row: Row, name: str) -> float:
    """Return a number of a result; NULL, a sum over no row, is 0."""
    return 0.0 if row[name] is None else real(row, name)


def _bare(rows: Rows, column: Column, comparison: Comparison, kind: str) -> str:
    """Write a column as it is counted where its values are missing."""
    start = comparison.columns.bucket_start
    if start is not None and column.name == start.name:
        return rows.bucket_start
    is_number = column in comparison.columns.features
    return rows.value(column) if is_number and kind == "non_finite" else rows.quoted(column)


def _label_values(comparison: Comparison) -> Pair[str | list[str]]:
    windows = (comparison.reference, comparison.current)
    return Pair(*(render("as_text", comparison.engine, rows.label) for rows in windows))


def _whole_texts(comparison: Comparison, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(fragments.text(name, comparison.engine) for name in names if len(name) < _CUT)


def _arguments(number: int, measure: Measure) -> list[object]:
    return [number, measure.kind, *measure.values, int(measure.is_float), list(measure.limits)]


def _sources(comparison: Comparison, clusters: Clusters, measures: Sequence[Measure]) -> Mapping[str, str]:
    columns = [clusters.column, *(column for measure in measures for column in measure.columns)]
    return {"ref": comparison.reference.reading(columns), "cur": comparison.current.reading(columns)}
