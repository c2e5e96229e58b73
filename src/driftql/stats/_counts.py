"""Checks of the counts and levels that every function here takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["as_counts", "as_rows", "check_hits", "check_level", "paired_counts"]


def as_counts(values: ArrayLike, name: str) -> NDArray[np.int64]:
    """Return one window's counts as a vector of whole numbers.

    Parameters
    ----------
    values : array_like, shape (B,)
        Rows in each bin or class.
    name : str
        What to call the argument in an error.

    Returns
    -------
    ndarray of int64, shape (B,)
        The counts.

    Raises
    ------
    ValueError
        If the counts are not one-dimensional, not finite whole numbers, negative, or all zero.
    """
    raw = np.asarray(values)
    if raw.ndim != 1 or raw.size == 0:
        raise ValueError(f"{name} must be a non-empty one-dimensional sequence, not of shape {raw.shape}")
    numbers = raw.astype(np.float64)
    if not np.isfinite(numbers).all() or (numbers != np.floor(numbers)).any() or (numbers < 0).any():
        raise ValueError(f"{name} must hold whole numbers of rows, zero or more")
    counts = raw.astype(np.int64)
    if not counts.any():
        raise ValueError(f"{name} holds no row: a window without rows has no distribution")
    return counts


def paired_counts(ref_counts: ArrayLike, cur_counts: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the counts of both windows, checked to be over the same bins.

    Parameters
    ----------
    ref_counts, cur_counts : array_like, shape (B,)
        Rows in each bin or class.

    Returns
    -------
    tuple of two ndarray of int64, each of shape (B,)
        Reference and current counts.

    Raises
    ------
    ValueError
        As `as_counts`, and if the lengths differ.
    """
    ref = as_counts(ref_counts, "ref_counts")
    cur = as_counts(cur_counts, "cur_counts")
    if ref.shape != cur.shape:
        raise ValueError(f"ref_counts has {ref.size} bins and cur_counts has {cur.size}")
    return ref, cur


def as_rows(rows: Sequence[int]) -> NDArray[np.int64]:
    """Return an increasing list of group sizes as a vector.

    Parameters
    ----------
    rows : sequence of int, length R
        Group sizes, strictly increasing.

    Returns
    -------
    ndarray of int64, shape (R,)
        The group sizes.

    Raises
    ------
    ValueError
        If a size is below 1 or the sizes do not increase.
    """
    sizes = np.asarray(rows, dtype=np.int64)
    if sizes.ndim != 1 or (sizes < 1).any() or (np.diff(sizes) <= 0).any():
        raise ValueError("rows must be strictly increasing whole numbers from 1 on")
    return sizes


def check_hits(hits: int, total: int, name: str) -> None:
    """Raise unless 0 <= hits <= total and total > 0.

    Parameters
    ----------
    hits : int
        Rows that count.
    total : int
        All rows.
    name : str
        Prefix of the two arguments, ``ref`` or ``cur``.

    Raises
    ------
    ValueError
        If the window is empty or the hits are out of range.
    """
    if total <= 0:
        raise ValueError(f"the {name} window holds no row")
    if not 0 <= hits <= total:
        raise ValueError(f"{name}: {hits} of {total} rows is out of range")


def check_level(level: float, name: str = "level") -> None:
    """Raise unless 0 < level < 1.

    Parameters
    ----------
    level : float
        A probability.
    name : str
        What to call the argument in an error.

    Raises
    ------
    ValueError
        If the level is out of range or NaN.
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"{name} must lie between 0 and 1, not {level}")
