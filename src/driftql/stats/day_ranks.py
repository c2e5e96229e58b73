"""Whether one to three days differ from many others by more than those differ from each other: a test by ranks."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "FEWEST_REFERENCE_DAYS",
    "MOST_CORRELATED",
    "MOST_CURRENT_DAYS",
    "DayRank",
    "day_correlation",
    "rank_days",
]

FEWEST_REFERENCE_DAYS: Final = {1: 20, 2: 28, 3: 28}
"""By the number of current days: with fewer, no rank is rare enough, because the p-value is at least 1 / (all days)."""

MOST_CURRENT_DAYS: Final = max(FEWEST_REFERENCE_DAYS)
"""More days than this show themselves how much they differ from each other."""

MOST_CORRELATED: Final = 0.4
"""Where days resemble their neighbours more than this, the test is not made."""

_WEEK = 7
_MOST_ASSUMED = 0.85
# Ranks go by the sum of this power of the scores, between the largest score alone and the number of them.
_POWER = 4
# A feature is compared with days of the same weekday where its days then differ by a tenth less.
_WORTHWHILE = 0.9
_TIE = 1e-9
_SMALLEST = 1e-6

_Floats = NDArray[np.float64]


class DayRank(NamedTuple):
    """How the current days rank among all runs of as many days.

    Attributes
    ----------
    p_value : float or None
        The share of runs, the current one among them, that differ from all other days at least as much as the current
        one does.  None where the test is not made.
    at_least_as_different : int
        How many of the other runs those are.
    runs : int
        Other runs: as many as there are reference days where the current window is one day.
    scores : ndarray of float64, shape (F,)
        By how many standard deviations the current days differ more from all others than runs of as many other days
        do, per feature; 0 where all of those differ alike.
    feature_p_values : ndarray of float64, shape (F,)
        The p-value of each feature alone: which of them stand out.  For one feature of many it is no evidence, because
        each has the same chance to be the most different.
    correlation : float
        How much days resemble their neighbours, see `day_correlation`.
    reason : str or None
        Why there is no p-value: ``"reference_days"`` (fewer than `FEWEST_REFERENCE_DAYS`), ``"current_days"`` (none, or
        more than `MOST_CURRENT_DAYS`) or ``"correlation"`` (above `MOST_CORRELATED`).
    """

    p_value: float | None
    at_least_as_different: int
    runs: int
    scores: _Floats
    feature_p_values: _Floats
    correlation: float
    reason: str | None


def rank_days(ref_counts: ArrayLike, ref_days: ArrayLike, cur_counts: ArrayLike, cur_days: ArrayLike) -> DayRank:
    """Test whether the current days are more different from all other days than other days are.

    Parameters
    ----------
    ref_counts, cur_counts : array_like of int, shape (D, F, B) and (L, F, B)
        Rows of each day in each bin of each feature.  A feature of fewer bins ends with zeros.
    ref_days, cur_days : array_like of int, shape (D,) and (L,)
        The number of each day, counted from any Monday or other day on, increasing within each window; no day stands
        in both.

    Returns
    -------
    DayRank
        The rank, its p-value, and what each feature contributes.

    Raises
    ------
    ValueError
        If the shapes do not belong together, a count is negative or not finite, or the days do not increase.

    Notes
    -----
    Put the D + L days in a circle, reference days first.  Each of the D + L runs of L neighbours is compared with all
    other days, and the p-value is the share of runs that come out at least as different as the current one.
    If the days are exchangeable, so are the positions on the circle, so that p is exact, although the runs
    overlap: moving all days round by the same number of places is a group of permutations (Lehmann & Romano, "Testing
    Statistical Hypotheses", section 15.2).  With one current day this is "each day against all others".

    The distance of two sets of shares is ``sum((q - p)^2 / ((p + q) / 2))``: PSI for small differences, but an empty
    bin of a day with few rows does not make it large.  Its square root is about proportional to how far a day is
    shifted.  It is divided by the root of what is to be expected: more of a day with few rows, and more of a day at the
    end of a window if days resemble their neighbours (an autoregression of first order), because it lies farther from
    the mean of the others.  Then the mean over all runs that share no day with it is subtracted, and the difference
    divided by their standard deviation.  A run's rank goes by the sum of the fourth powers of its positive scores:
    nearly the largest one, but several small ones count too.

    Where the days of a feature differ by a tenth less from those of the same weekday than from all, its runs are
    compared with the same weekdays: else every Sunday would be among the most different days.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> calm = rng.multinomial(500, [0.25] * 4, (28, 2))
    >>> moved = rng.multinomial(500, [0.4, 0.3, 0.2, 0.1], (1, 2))
    >>> rank = rank_days(calm, range(28), moved, [28])
    >>> rank.at_least_as_different, rank.runs, round(rank.p_value, 3)
    (0, 28, 0.034)
    """
    reference, ref_numbers = _days(ref_counts, ref_days, "ref")
    current, cur_numbers = _days(cur_counts, cur_days, "cur")
    if reference.shape[1:] != current.shape[1:]:
        raise ValueError(f"ref_counts has features and bins {reference.shape[1:]}, cur_counts {current.shape[1:]}")
    if np.isin(cur_numbers, ref_numbers).any():
        raise ValueError("a day stands in both windows")
    correlation = day_correlation(reference, ref_numbers)
    reason = _reason(len(reference), len(current), correlation)
    if reason is not None:
        features = reference.shape[1]
        return DayRank(None, 0, 0, np.zeros(features), np.ones(features), correlation, reason)
    counts = np.concatenate([reference, current])
    numbers = np.concatenate([ref_numbers, cur_numbers])
    places = np.arange(len(numbers))
    # Row k: the run that begins with day k.  The current one begins after the last reference day.
    in_run = ((places[None, :] - places[:, None]) % len(places) < len(current)).astype(np.float64)
    scores = _scores(_differences(counts, numbers, in_run, correlation), in_run)
    totals = (np.maximum(scores, 0.0) ** _POWER).sum(axis=1)
    own = len(reference)
    ranked = totals >= totals[own] * (1.0 - _TIE)
    others = int(np.count_nonzero(ranked)) - 1
    alone = (scores >= scores[own] - _TIE).mean(axis=0)
    return DayRank((others + 1) / len(places), others, len(places) - 1, scores[own], alone, correlation, None)


def day_correlation(counts: ArrayLike, days: ArrayLike) -> float:
    """Estimate how much days resemble their neighbours.

    Parameters
    ----------
    counts : array_like of int, shape (D, F, B)
        Rows of each day in each bin of each feature.
    days : array_like of int, shape (D,)
        The number of each day, increasing.

    Returns
    -------
    float
        The correlation of a day's share of rows below the feature's middle with that of the day before, as a mean over
        the features; corrected for the bias of few days, and between 0 and 0.85.

    Raises
    ------
    ValueError
        As `rank_days`.

    Notes
    -----
    The correlation of D days with their neighbours comes out too small by about (1 + 4 phi) / D where their own mean is
    subtracted (Kendall 1954, Biometrika 41; Marriott & Pope 1954, in the same volume).
    """
    table, numbers = _days(counts, days, "ref")
    neighbours = np.diff(numbers) == 1
    if len(table) < 4 or not neighbours.any():
        return 0.0
    rows = table.sum(axis=2)
    below = np.cumsum(table, axis=2)
    total = below.sum(axis=0) / np.maximum(rows.sum(axis=0), 1.0)[:, None]
    middle = np.argmin(np.abs(total - 0.5), axis=1)
    features = np.arange(table.shape[1])
    residuals = below[:, features, middle] / np.maximum(rows, 1.0) - total[features, middle]
    residuals[rows == 0] = 0.0
    spread = (residuals**2).mean(axis=0)
    # Of days without a gap, this is the sum over all pairs divided by the number of days.
    together = (residuals[1:] * residuals[:-1])[neighbours].mean(axis=0) * (len(table) - 1) / len(table)
    varies = spread > 1e-18
    if not varies.any():
        return 0.0
    found = float((together[varies] / spread[varies]).mean())
    corrected = (len(table) * found + 1.0) / (len(table) - 3.0)
    return min(max(corrected, 0.0), _MOST_ASSUMED)


def _reason(reference: int, current: int, correlation: float) -> str | None:
    if current not in FEWEST_REFERENCE_DAYS:
        return "current_days"
    if reference < FEWEST_REFERENCE_DAYS[current]:
        return "reference_days"
    return "correlation" if correlation > MOST_CORRELATED else None


class _Comparison(NamedTuple):
    """The distance of each run from other days, and what it would be if only days, or only rows, varied.

    `distance` and `by_rows` have shape (runs, features), with NaN where a run has no rows; `by_days` has shape (runs,).
    Its variance between days is 1.
    """

    distance: _Floats
    by_days: _Floats
    by_rows: _Floats


def _differences(counts: _Floats, numbers: NDArray[np.int64], in_run: _Floats, correlation: float) -> _Floats:
    """Return the root of each run's distance from other days, over its expected size; NaN where it has no rows."""
    distance = np.abs(numbers[:, None] - numbers[None, :])
    covariance = np.where(distance == 0, 1.0, correlation**distance)
    everyone = np.ones((1, len(numbers)))
    from_all = _in_errors(_compare(counts, in_run, everyone, covariance))
    weekdays = (numbers[None, :] % _WEEK == np.unique(numbers % _WEEK)[:, None]).astype(np.float64)
    in_weekday = in_run @ weekdays.T
    # Every run needs two days or more of each of its weekdays outside of it.
    if ((weekdays.sum(axis=1) - in_weekday)[in_weekday > 0] < 2).any():
        return from_all[0]
    from_weekday = _in_errors(_compare(counts, in_run, weekdays, covariance))
    chosen: _Floats = np.where(from_weekday[1] < _WORTHWHILE * from_all[1], from_weekday[0], from_all[0])
    return chosen


def _compare(counts: _Floats, in_run: _Floats, kinds: _Floats, covariance: _Floats) -> _Comparison:
    """Compare runs with other days of the same kinds.

    `in_run` has shape (runs, days), `kinds` (kinds, days) with a 1 where a day is of a kind.  The other days of a kind
    get the weight that this kind has in the run.
    """
    runs, (days, features, bins) = len(in_run), counts.shape
    flat, rows = counts.reshape(days, features * bins), counts.sum(axis=2)
    inside, size = (in_run @ flat).reshape(runs, features, bins), in_run @ rows
    full = np.where(size > 0, size, np.nan)
    expected, noise = np.zeros_like(inside), 1.0 / full
    # A day's part in the shares of its run, and of the days that the run is compared with, goes by its rows.
    of_day = rows.sum(axis=1)
    weights = in_run * of_day / np.maximum(in_run @ of_day, 1.0)[:, None]
    for kind in kinds:
        # Only runs that have a day of this kind.
        places = np.flatnonzero(in_run @ kind)
        mine = in_run[places] * kind
        inner = mine @ flat
        outside = (kind @ flat - inner).reshape(len(places), features, bins)
        part, many = (mine @ rows) / full[places], kind @ rows - mine @ rows
        share = np.divide(part, many, out=np.where(part > 0, np.nan, 0.0), where=many > 0)
        expected[places] += share[..., None] * outside
        noise[places] += share * part
        others = (kind - mine) * of_day
        weight = (mine @ of_day) / np.maximum(in_run[places] @ of_day, 1.0) / np.maximum(others.sum(axis=1), 1.0)
        weights[places] -= weight[:, None] * others
    found = inside / full[..., None]
    both = found + expected
    distance = 2.0 * np.divide((found - expected) ** 2, both, out=np.zeros_like(both), where=both > 0).sum(axis=2)
    filled = np.maximum((counts.sum(axis=0) > 0).sum(axis=1) - 1, 0)
    by_days = ((weights @ covariance) * weights).sum(axis=1)
    return _Comparison(distance, by_days, filled * noise)


def _in_errors(found: _Comparison) -> tuple[_Floats, _Floats]:
    """Return the roots of distances over their expected size, and the root of the part that days have in them.

    A distance is about ``days * by_days + by_rows``: what rows bring in is known, as the mean of chi-square, and
    the variance between days follows from the mean over all runs.
    """
    distance = np.where(np.isfinite(found.by_rows), found.distance, np.nan)
    known = np.isfinite(distance)
    many = np.maximum(known.sum(axis=0), 1)
    rows = np.where(known, found.by_rows, 0.0).sum(axis=0) / many
    total = np.where(known, distance, 0.0).sum(axis=0) / many
    days = np.maximum(total - rows, 0.0) / found.by_days.mean()
    expected = days * found.by_days[:, None] + found.by_rows
    roots: _Floats = np.sqrt(np.maximum(distance, 0.0) / np.where(expected > 0, expected, np.nan))
    return roots, np.sqrt(days)


def _scores(differences: _Floats, in_run: _Floats) -> _Floats:
    """Return each run's difference in standard deviations from the mean of the runs that share no day with it.

    0 where a feature has no difference, or all of them are alike.
    """
    apart = (in_run @ in_run.T == 0.0).astype(np.float64)
    known = np.isfinite(differences)
    filled = np.where(known, differences, 0.0)
    many = np.maximum(apart @ known, 1.0)
    mean = (apart @ filled) / many
    # Around a mean that all runs have in common, so that nothing cancels.
    common = filled.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, filled - common, 0.0)
    variance = (apart @ centred**2) / many - (mean - common) ** 2
    deviation = np.sqrt(np.maximum(variance, 0.0))
    scores: _Floats = np.divide(
        np.where(known, filled - mean, 0.0), deviation, out=np.zeros_like(filled), where=deviation > _SMALLEST
    )
    return scores


def _days(counts: ArrayLike, days: ArrayLike, name: str) -> tuple[_Floats, NDArray[np.int64]]:
    table = np.asarray(counts, dtype=np.float64)
    numbers = np.asarray(days, dtype=np.int64)
    if table.ndim != 3 or numbers.ndim != 1 or len(table) != len(numbers):
        raise ValueError(f"{name}_counts is of shape (days, features, bins), with one of {name}_days for each day")
    if not np.isfinite(table).all() or (table < 0).any():
        raise ValueError(f"{name}_counts must hold numbers of rows, zero or more")
    if (np.diff(numbers) <= 0).any():
        raise ValueError(f"{name}_days must increase")
    return table, numbers
