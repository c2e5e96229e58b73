"""Whether a window has as many rows per day as the reference: a test that goes by the reference's own days."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftql.stats._distributions import student_sf

__all__ = ["FEWEST_DAYS", "RowCountTest", "compare_row_counts"]

# With fewer days, the reference does not show how much its days differ.
FEWEST_DAYS = 5
_WEEK = 7
# The degrees of freedom that the differences between days of the same weekday need to stand for all differences.
_ENOUGH = 7


class RowCountTest(NamedTuple):
    """Rows per day in both windows, on the same weekdays.

    Attributes
    ----------
    ref_days, cur_days : int
        Days that are compared: of weekdays that both windows have and on which the reference has rows.
    ref_rate, cur_rate : float
        Rows per day on these weekdays; NaN where there is no such day.
    p_value : float or None
        Two-sided; None with fewer than `FEWEST_DAYS` such days in the reference, or where no day can be compared.
    """

    ref_days: int
    cur_days: int
    ref_rate: float
    cur_rate: float
    p_value: float | None


def compare_row_counts(
    ref_rows: ArrayLike, ref_weekdays: ArrayLike, cur_rows: ArrayLike, cur_weekdays: ArrayLike
) -> RowCountTest:
    """Compare the rows of whole days.

    Parameters
    ----------
    ref_rows, cur_rows : array_like of int, shape (m,) and (k,)
        Rows of each day, at least 0.
    ref_weekdays, cur_weekdays : array_like of int, shape (m,) and (k,)
        Its weekday, 0 to 6.

    Returns
    -------
    RowCountTest
        The rates and the p-value.

    Raises
    ------
    ValueError
        If the shapes differ, a number of rows is negative or a weekday is none.

    Notes
    -----
    Daily numbers of rows vary by more than chance alone explains, and by a factor rather than by an amount, so
    logarithms of (rows + 1/2) are compared: each current day with the reference's days of the same weekday, because
    a Sunday differs from a Monday without any drift.  The mean of these differences, divided by its standard error,
    is held against Student's t, as in a prediction interval for the mean of k further observations (Hahn & Meeker
    1991, "Statistical Intervals").  The variance is that among the reference's days of the same weekday where it has
    7 degrees of freedom (some two weeks), else that among all days of the reference, which only errs upwards.  It is
    at least that of a Poisson variable, 1 / rows: a table with the same number of rows every day is no proof that
    its next day cannot have one more.

    Examples
    --------
    >>> week = [100, 110, 95, 104, 101, 40, 38]
    >>> test = compare_row_counts(week * 2, [*range(7)] * 2, [9, 11], [5, 6])
    >>> test.ref_rate, test.cur_rate, round(test.p_value, 6)
    (39.0, 10.0, 2.7e-05)
    """
    reference, ref_week = _days(ref_rows, ref_weekdays)
    current, cur_week = _days(cur_rows, cur_weekdays)
    # Weekdays without rows, such as Sundays of an office, do not vary: the others would seem to vary less with them.
    has_rows = np.bincount(ref_week, weights=reference, minlength=_WEEK) > 0
    reference, ref_week = reference[has_rows[ref_week]], ref_week[has_rows[ref_week]]
    current, cur_week = current[has_rows[cur_week]], cur_week[has_rows[cur_week]]
    per_weekday = np.bincount(ref_week, minlength=_WEEK)
    days = int(reference.size), int(current.size)
    if not current.size:
        return RowCountTest(*days, math.nan, math.nan, None)
    divisor = np.maximum(per_weekday, 1)
    usual = np.bincount(ref_week, weights=reference, minlength=_WEEK) / divisor
    ref_rate, cur_rate = float(usual[cur_week].mean()), float(current.mean())
    if reference.size < FEWEST_DAYS:
        return RowCountTest(*days, ref_rate, cur_rate, None)
    logs = np.log(reference + 0.5)
    means = np.bincount(ref_week, weights=logs, minlength=_WEEK) / divisor
    difference = float((np.log(current + 0.5) - means[cur_week]).mean())
    freedom = int(reference.size - np.count_nonzero(per_weekday))
    if freedom >= _ENOUGH:
        variance = float(((logs - means[ref_week]) ** 2).sum()) / freedom
    else:
        freedom = reference.size - 1
        variance = float(logs.var(ddof=1))
    variance = max(variance, float((1 / (usual[cur_week] + 0.5)).mean()))
    # Current days of one weekday share the mean of the reference's days of that weekday.
    shares = np.bincount(cur_week, minlength=_WEEK) / current.size
    error = math.sqrt(variance * (1 / current.size + float((shares**2 / divisor).sum())))
    p_value = min(2 * student_sf(abs(difference) / error, freedom), 1.0)
    return RowCountTest(*days, ref_rate, cur_rate, p_value)


def _days(rows: ArrayLike, weekdays: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    counts, week = np.asarray(rows, dtype=np.float64), np.asarray(weekdays, dtype=np.int64)
    if counts.shape != week.shape or counts.ndim != 1:
        raise ValueError("every day needs one number of rows and one weekday")
    if (counts < 0).any() or ((week < 0) | (week >= _WEEK)).any():
        raise ValueError("a number of rows is at least 0, and a weekday from 0 to 6")
    return counts, week
