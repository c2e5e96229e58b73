"""Which of a report's p-values are evidence, once their number is taken into account."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftql.stats._counts import check_level

__all__ = ["benjamini_hochberg", "evidence_cutoff"]


def benjamini_hochberg(p_values: ArrayLike, alpha: float) -> NDArray[np.bool_]:
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
    ndarray of bool, shape (K,)
        Which hypotheses are rejected, in the order of the p-values given.

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
    rejected: NDArray[np.bool_] = np.asarray(p_values, dtype=np.float64) <= evidence_cutoff(p_values, alpha)
    return rejected


def evidence_cutoff(p_values: ArrayLike, alpha: float) -> float:
    """Return the line that Benjamini-Hochberg ends at: p-values at or below it are evidence.

    Parameters
    ----------
    p_values : array_like of float, shape (K,)
        All p-values of a report, in [0, 1]; K may be 0.
    alpha : float
        False discovery rate, in (0, 1).

    Returns
    -------
    float
        ``alpha * k / K`` where k of the K hypotheses are rejected, ``alpha / K`` where none is, and `alpha` where
        K is 0.  A further p-value, such as that of a single user, can be held against it too.

    Raises
    ------
    ValueError
        As `benjamini_hochberg`.

    Notes
    -----
    Exactly the rejected p-values are at or below the cut-off: the k-th is at most ``alpha * k / K``, and the next
    one is above ``alpha * (k + 1) / K``.
    """
    check_level(alpha, "alpha")
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1:
        raise ValueError(f"p_values must be one-dimensional, not of shape {p.shape}")
    if not ((p >= 0.0) & (p <= 1.0)).all():
        raise ValueError("every p-value must be a number between 0 and 1")
    lines = alpha * np.arange(1, p.size + 1) / max(p.size, 1)
    passing = np.flatnonzero(np.sort(p) <= lines)
    return float(lines[passing[-1]]) if passing.size else alpha / max(p.size, 1)
