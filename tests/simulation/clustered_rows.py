"""Rows of two windows that come in clusters: of days, of users, or of both, with or without a drift.

A row has 17 latent normal variables of variance 1.  Its day and its user add a part that all their rows share, and what is
left is its own; a feature is a function of one latent variable, so that its distribution over all days and users is the
same in every setting.  In two features it is not the mean that days and users differ in, but the spread and the share of
a second mode.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEATURES = 16
LABELS = np.array(["yes", "no", "rejected"])
_LABEL_SHARES = (0.60, 0.25, 0.15)
_SPREAD, _MODE = 5, 6


def _steps(shares: Floats) -> Floats:
    return special.ndtri(np.cumsum(shares)[:-1])


# The features from 7 on are discrete: the latent values at which the next value begins.
STEPS = {
    7: _steps(np.full(2, 0.5)),
    8: _steps(np.array([0.97, 0.03])),
    9: _steps(np.full(5, 0.2)),
    10: _steps(np.full(10, 0.1)),
    11: _steps(np.append(stats.poisson.pmf(np.arange(8), 1), 1e-6)),
    12: _steps(np.append(stats.poisson.pmf(np.arange(16), 4), 1e-6)),
    13: _steps(np.append(0.9, np.full(20, 0.005))),
    14: _steps(np.concatenate([np.full(10, 0.005), [0.9], np.full(10, 0.005)])),
    15: np.arange(-2.95, 3.0, 0.1),
}


class Cell(NamedTuple):
    """One setting.

    Attributes
    ----------
    name : str
        In words.
    days : tuple of two int, optional
        Days of the reference and of the current window; None where rows have no time.
    rows : int
        Rows of a day, or of a user where there are users.
    day_share, user_share : float
        The part of a latent variable's variance that rows of a day, or of a user, share.
    users : int
        Users of each window; 0 where rows have none.
    overlap : float
        The part of the users that is in both windows.
    zipf : float
        Exponent of the users' numbers of rows; 0 for equal numbers.
    correlation : float
        Of a day with the day before.
    law : {"normal", "skewed", "t3"}
        Of what days and users add: normal, lognormal, or Student's t with 3 degrees of freedom.
    """

    name: str
    days: tuple[int, int] | None = None
    rows: int = 400
    day_share: float = 0.0
    users: int = 0
    user_share: float = 0.0
    overlap: float = 0.0
    zipf: float = 0.0
    correlation: float = 0.0
    law: Literal["normal", "skewed", "t3"] = "normal"


class Drift(NamedTuple):
    """What happens to the first features in the current window.

    Attributes
    ----------
    features : int
        How many of them.
    shift : float
        What is added, in standard deviations.
    scale : float
        What their spread is multiplied by.
    """

    features: int = 0
    shift: float = 0.0
    scale: float = 1.0


NO_DRIFT = Drift()


class Rows(NamedTuple):
    """The rows of both windows.

    Attributes
    ----------
    is_current, day, user : ndarray of int64, shape (n,)
        Of each row; day and user are -1 where there are none.
    values : ndarray of float64, shape (n, 16)
        The features.
    labels : ndarray of str, shape (n,)
        The predicted class.
    """

    is_current: Integers
    day: Integers
    user: Integers
    values: Floats
    labels: NDArray[np.str_]


def effects(rng: np.random.Generator, clusters: int, law: str, columns: int = FEATURES + 1) -> Floats:
    """Return what each cluster adds to each latent variable, with mean 0 and variance 1."""
    if law == "skewed":
        return (np.exp(rng.standard_normal((clusters, columns))) - math.exp(0.5)) / math.sqrt((math.e - 1) * math.e)
    if law == "t3":
        return rng.standard_t(3, (clusters, columns)) / math.sqrt(3)
    return rng.standard_normal((clusters, columns))


def chained(fresh: Floats, correlation: float) -> Floats:
    """Return days each of which resembles the day before: an autoregression of first order."""
    if correlation == 0.0:
        return fresh
    linked = fresh.copy()
    for day in range(1, len(fresh)):
        linked[day] = correlation * linked[day - 1] + math.sqrt(1 - correlation**2) * fresh[day]
    return linked


def draw(rng: np.random.Generator, cell: Cell, drift: Drift = NO_DRIFT) -> Rows:
    """Draw the rows of both windows of a cell."""
    is_current, day, user = _clusters(rng, cell)
    count = is_current.size
    shared = np.zeros((count, FEATURES + 1))
    if cell.days is not None:
        of_days = chained(effects(rng, sum(cell.days), cell.law), cell.correlation)
        shared += math.sqrt(cell.day_share) * of_days[day]
    if cell.users:
        shared += math.sqrt(cell.user_share) * effects(rng, int(user.max()) + 1, cell.law)[user]
    own = rng.standard_normal(shared.shape)
    latent = shared + math.sqrt(1 - cell.day_share - cell.user_share) * own
    latent[:, _SPREAD] = own[:, _SPREAD] * np.exp(shared[:, _SPREAD])
    in_mode = rng.random(count) < special.ndtr(-1.28 + shared[:, _MODE])
    latent[:, _MODE] = (own[:, _MODE] + 3.0 * in_mode - 0.3) / 1.35
    moved = np.ix_(is_current == 1, np.arange(drift.features))
    latent[moved] = latent[moved] * drift.scale + drift.shift
    values = latent[:, :FEATURES].copy()
    for feature, steps in STEPS.items():
        values[:, feature] = np.searchsorted(steps, latent[:, feature])
    labels = LABELS[np.searchsorted(_steps(np.array(_LABEL_SHARES)), latent[:, FEATURES])]
    return Rows(is_current, day, user, values, labels)


def _clusters(rng: np.random.Generator, cell: Cell) -> tuple[Integers, Integers, Integers]:
    if not cell.users:
        assert cell.days is not None
        day = np.repeat(np.arange(sum(cell.days)), cell.rows)
        return (day >= cell.days[0]).astype(np.int64), day, np.full(day.size, -1)
    sizes = np.full(cell.users, cell.rows)
    if cell.zipf:
        weights = 1 / np.arange(1, cell.users + 1) ** cell.zipf
        sizes = np.maximum(1, np.round(weights / weights.sum() * cell.users * cell.rows)).astype(np.int64)
    newcomers = round(cell.users * (1 - cell.overlap))
    # A user who is in both windows has as many rows in each.
    sizes = rng.permutation(np.concatenate([sizes, sizes[:newcomers]]))
    users = np.arange(cell.users + newcomers)
    windows = [np.repeat(users[: cell.users], sizes[: cell.users]), np.repeat(users[newcomers:], sizes[newcomers:])]
    is_current = np.repeat([0, 1], [window.size for window in windows])
    day = np.full(is_current.size, -1)
    if cell.days is not None:
        first = (0, cell.days[0])
        day = np.concatenate(
            [
                start + rng.integers(0, days, window.size)
                for start, days, window in zip(first, cell.days, windows, strict=True)
            ]
        )
    return is_current, day, np.concatenate(windows)
