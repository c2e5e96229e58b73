"""One to three current days against many: their rank among the days of the reference. Pure, but for the measures.

So few days do not show how much they differ from each other, so the t of clusters has no answer.  The reference's days
show how much a day differs from others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from driftql.check.cluster_statements import ClusterCounts, Measure, measure_feature
from driftql.check.comparison import Comparison
from driftql.check.counts import Counts
from driftql.stats.day_ranks import FEWEST_REFERENCE_DAYS, DayRank, rank_days

__all__ = ["CurrentRank", "are_few", "quarters_of", "rank_current", "say_rank", "say_refusal"]

_EPOCH = dt.date(1970, 1, 5)


class CurrentRank(NamedTuple):
    """The rank of the current days, and the days that it was found among.

    Attributes
    ----------
    names
        The features that were ranked, in the order of the rank's scores.
    rank
        What was found.
    ref_days, cur_days
        Days with rows.
    """

    names: tuple[str, ...]
    rank: DayRank
    ref_days: int
    cur_days: int

    def p_value(self, feature: str) -> float | None:
        """Return the p-value of a feature: that of all together, or its own rank's, where that is larger."""
        if self.rank.p_value is None or feature not in self.names:
            return None
        return max(self.rank.p_value, float(self.rank.feature_p_values[self.names.index(feature)]))


def are_few(clusters: tuple[int, int]) -> bool:
    """Return whether so many days of the reference and of the current window are a case for a rank."""
    reference, current = clusters
    return current in FEWEST_REFERENCE_DAYS and reference >= FEWEST_REFERENCE_DAYS[current]


def quarters_of(comparison: Comparison, counts: Counts) -> dict[str, Measure]:
    """Return three of the edges of every feature, about its quartiles: effects must not choose which."""
    found = {}
    for column in comparison.columns.features:
        known = counts.features.get(column.name)
        if known is not None and known.edges.size:
            places = sorted({known.edges.size // 4, known.edges.size // 2, 3 * known.edges.size // 4})
            found[column.name] = measure_feature(comparison, column, known.edges[places].tolist())
    return found


def rank_current(names: Sequence[str], counted: Sequence[ClusterCounts]) -> CurrentRank | None:
    """Rank the current days; None where a day is in both windows, or is none of the calendar.

    Parameters
    ----------
    names
        The features.
    counted
        Their counts by day, of the measures of :func:`quarters_of`.
    """
    try:
        days = np.array([(dt.date.fromisoformat(name) - _EPOCH).days for name in counted[0].names])
    except ValueError:
        return None
    has_rows = [np.sum([one.rows[window] for one in counted], axis=0) > 0 for window in (0, 1)]
    if (has_rows[0] & has_rows[1]).any():
        return None
    bins = max(one.hits.reference.shape[1] for one in counted) + 1
    windows = []
    for window, chosen in enumerate(has_rows):
        table = np.zeros((int(chosen.sum()), len(counted), bins))
        for place, one in enumerate(counted):
            below = np.column_stack([np.zeros(len(days)), one.hits[window], one.rows[window]])
            inside = np.diff(below, axis=1)[chosen]
            table[:, place, : inside.shape[1]] = inside
        windows.append(table)
    rank = rank_days(windows[0], days[has_rows[0]], windows[1], days[has_rows[1]])
    return CurrentRank(tuple(names), rank, len(windows[0]), len(windows[1]))


def say_rank(found: CurrentRank, feature: str | None = None) -> str:
    """Return in words how different the current days are: of all features, or of one whose own rank decides."""
    others = f"{found.rank.runs} reference days" if found.cur_days == 1 else f"{found.rank.runs} runs of as many days"
    what = "the current day is" if found.cur_days == 1 else f"the {found.cur_days} current days are"
    as_different = found.rank.at_least_as_different
    if feature is not None:
        alone = float(found.rank.feature_p_values[found.names.index(feature)])
        as_different = max(as_different, round(alone * (found.rank.runs + 1)) - 1)
    if not as_different:
        return f"{what} more different than each of the {others}"
    verb = "is" if as_different == 1 else "are"
    return f"{as_different} of the {others} {verb} at least as different from the others"


def say_refusal(found: CurrentRank) -> str:
    """Return why there is no rank."""
    return (
        f"the reference's days resemble their neighbours too much ({found.rank.correlation:.2f}) for a rank of the "
        "current ones among them"
    )
