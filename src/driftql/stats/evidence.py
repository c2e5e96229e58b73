"""Which of a report's p-values are evidence, once their number is taken into account."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftql.stats._counts import check_level

__all__ = ["BhResult", "benjamini_hochberg"]


class BhResult(NamedTuple):
    """The Benjamini-Hochberg procedure's verdicts.

    Attributes
    ----------
    rejected : ndarray of bool, shape (K,)
        Which hypotheses are rejected, in the order of the p-values given.
    cutoff : float
        The largest p-value rejected, 0.0 where none is.
    """

    rejected: NDArray[np.bool_]
    cutoff: float


def benjamini_hochberg(p_values: ArrayLike, alpha: float) -> BhResult:
    """Reject so that the expected share of false rejections is at most `alpha`.

    Where nothing drifted, every rejection is false, so `alpha` also bounds the probability of any.

    Parameters
    ----------
    p_values : array_like of float, shape (K,)
        P-values in [0, 1]; K may be 0.
    alpha : float
        False discovery rate, in (0, 1).

    Returns
    -------
    BhResult
        The verdicts and the largest p-value rejected.

    Raises
    ------
    ValueError
        If a p-value is NaN or outside [0, 1], the p-values are not one-dimensional, or `alpha` is out of
        range.

    Notes
    -----
    Source: Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57(1): with the p-values
    in ascending order, reject the first k, k being the largest with p_k <= alpha * k / K.
    """
    check_level(alpha, "alpha")
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1:
        raise ValueError(f"p_values must be one-dimensional, not of shape {p.shape}")
    if not ((p >= 0.0) & (p <= 1.0)).all():
        raise ValueError("every p-value must be a number between 0 and 1")
    ordered = np.sort(p)
    ranks = np.arange(1, p.size + 1)
    passing = np.flatnonzero(ordered <= alpha * ranks / max(p.size, 1))
    if passing.size == 0:
        return BhResult(np.zeros(p.shape, dtype=np.bool_), 0.0)
    cutoff = float(ordered[passing[-1]])
    return BhResult(p <= cutoff, cutoff)
