"""When other libraries would raise an alert, by the rules that their documentation publishes; written anew from it.

* Evidently (docs.evidentlyai.com, "Data drift algorithm"): of up to 1,000 reference rows, a Kolmogorov-Smirnov test of a
  numerical column, a chi-square test of one with five values or fewer, a test of two proportions of one with two, each at
  5 %; of more rows, the Wasserstein distance over the reference's standard deviation, or the Jensen-Shannon distance of
  five values or fewer, from 0.1 on.  The data set has drifted if half of its columns have.
* NannyML (nannyml.readthedocs.io, "Thresholds"): the statistic of every chunk, here a day, against the whole reference;
  an alert where it exceeds the mean of the reference's own chunks by three standard deviations.  Here it is that
  of Kolmogorov and Smirnov; rows without a time are ten chunks, in any order.
"""

from __future__ import annotations

import numpy as np
from scipy import spatial, stats

from tests.simulation.clustered_rows import Floats, Integers, Rows

_FEW_ROWS, _FEW_VALUES = 1000, 5
_LEVEL, _DISTANCE, _SHARE = 0.05, 0.1, 0.5
_CHUNKS, _DEVIATIONS = 10, 3.0


def evidently(rows: Rows) -> tuple[bool, bool]:
    """Return whether any column has drifted, and whether the data set has."""
    reference = rows.is_current == 0
    drifted = [_evidently_column(column[reference], column[~reference]) for column in rows.values.T]
    return any(drifted), float(np.mean(drifted)) >= _SHARE


def _evidently_column(ref: Floats, cur: Floats) -> bool:
    values = np.unique(np.concatenate([ref, cur]))
    if values.size <= _FEW_VALUES:
        counts = np.stack([(window[:, None] == values).sum(axis=0) for window in (ref, cur)])
        if ref.size > _FEW_ROWS:
            shares = counts / counts.sum(axis=1, keepdims=True)
            return float(spatial.distance.jensenshannon(*shares)) >= _DISTANCE
        # Without a correction for continuity, the test of two proportions is that of chi-square.
        return values.size > 1 and float(stats.chi2_contingency(counts, correction=False).pvalue) < _LEVEL
    if ref.size > _FEW_ROWS:
        return float(stats.wasserstein_distance(ref, cur)) / max(float(ref.std()), 1e-3) >= _DISTANCE
    return float(stats.ks_2samp(ref, cur).pvalue) < _LEVEL


def nannyml(rows: Rows, rng: np.random.Generator) -> bool:
    """Return whether any chunk of the current window is beyond the limits of any column."""
    reference = rows.is_current == 0
    chunks = rows.day
    if (chunks < 0).any():
        chunks = rng.integers(0, _CHUNKS, rows.is_current.size)
    for column in rows.values.T:
        ordered = np.sort(column[reference])
        own = _distances(ordered, column[reference], chunks[reference])
        limit = own.mean() + _DEVIATIONS * own.std()
        if (_distances(ordered, column[~reference], chunks[~reference]) > limit).any():
            return True
    return False


def _distances(ordered: Floats, values: Floats, chunks: Integers) -> Floats:
    """Return the Kolmogorov-Smirnov statistic of each chunk against ordered values."""
    found = []
    for chunk in np.unique(chunks):
        mine, counts = np.unique(values[chunks == chunk], return_counts=True)
        upper = np.cumsum(counts) / counts.sum()
        before = np.searchsorted(ordered, mine, side="left") / ordered.size
        at = np.searchsorted(ordered, mine, side="right") / ordered.size
        lower = upper - counts / counts.sum()
        found.append(max(float(np.abs(upper - at).max()), float(np.abs(lower - before).max())))
    return np.array(found)
