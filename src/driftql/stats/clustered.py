"""Evidence that holds where rows come in clusters, such as days or users, whose rows are alike.

A test of independent rows takes 50 users with 100 rows each for 5,000 witnesses.  Here the noise is read off the
clusters themselves: how far the share of a day, or of a user, lies from the share of its window.

Everything is finished from sums over clusters (`ClusterSums`), which SQL can return, so the number of clusters does not
matter.  `sum_clusters` makes the sums from counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftql.stats._distributions import student_sf

__all__ = [
    "FEWEST_DEGREES",
    "LARGEST_SHARE",
    "ClusterSums",
    "ClusterTest",
    "cluster_test",
    "lag_one",
    "pool_autocorrelation",
    "sum_clusters",
    "variance_factor",
    "with_autocorrelation",
]

LARGEST_SHARE: Final = 0.01
"""No cluster counts for more than this share of a window's rows, or for an equal share where there are few clusters."""

FEWEST_DEGREES: Final = 4.0
"""With fewer degrees of freedom, the clusters do not show how much they differ."""

_GREATEST_PHI: Final = 0.85
_FEWEST_DAYS: Final = 3
_ROUNDING: Final = 1e-9
_SMALLEST: Final = 1e-300

Floats = NDArray[np.float64]


class ClusterSums(NamedTuple):
    """What the evidence of one kind of clusters is made from, for J shares of the rows.

    The j-th share is that of the rows below the j-th edge, or in the j-th category.  A weight is the part of its
    window's rows that a cluster stands for; the noise of a cluster is what independent rows would contribute to the
    variance.  A residual is by how much a cluster moves the share of its window (jackknife).

    Attributes
    ----------
    clusters : tuple of two int
        Clusters with rows in the reference and in the current window.
    ref_shares, cur_shares, shares : ndarray of float64, shape (J,)
        Of the reference, of the current window, of both together.
    ref_squares, cur_squares, products : ndarray of float64, shape (J,)
        Sums of the squared residuals of each window, and of the products of both windows' residuals.
    ref_neighbors, cur_neighbors, neighbor_products : ndarray of float64, shape (J - 1,)
        The same of each share and the next one.
    ref_weights, cur_weights : float
        Sums of the squared weights of each window.
    overlap : float
        Sum of the smaller of a cluster's two weights: 0 where the windows have no cluster in common, 1 where they have
        the same clusters with the same weights.
    weights_squared, weights_noise, noise_squared, noise : float
        Sums over clusters of B^2, B I, I^2 and I, where B is the sum of both squared weights and I is the noise.
    freedom_factor : float
        What the degrees of freedom are multiplied by; below 1 for clusters that resemble their neighbours.
    """

    clusters: tuple[int, int]
    ref_shares: Floats
    cur_shares: Floats
    shares: Floats
    ref_squares: Floats
    cur_squares: Floats
    products: Floats
    ref_neighbors: Floats
    cur_neighbors: Floats
    neighbor_products: Floats
    ref_weights: float
    cur_weights: float
    overlap: float
    weights_squared: float
    weights_noise: float
    noise_squared: float
    noise: float
    freedom_factor: float = 1.0


class ClusterTest(NamedTuple):
    """How evident a difference is, given how much clusters differ anyway.

    Attributes
    ----------
    p_value : float or None
        None where `freedom` is below `FEWEST_DEGREES`: there are too few clusters to tell.
    freedom : float
        Degrees of freedom of the variance.
    design_effect : float
        By how much the variance exceeds that of independent rows: n rows count as ``n / design_effect``.
    statistic : float
        The largest difference of two shares over its standard error.
    place : int
        Which of the shares has it.
    shares : int
        How many shares there are.
    length : float or None
        Length of the curve that the standardized differences run through, in radians; None for shares without order.
    one_sided : bool
        Whether a fall is no evidence.
    """

    p_value: float | None
    freedom: float
    design_effect: float
    statistic: float
    place: int
    shares: int
    length: float | None
    one_sided: bool

    def scaled(self, factor: float) -> float | None:
        """Return the p-value that the same difference would have with more clusters of the same kind.

        Parameters
        ----------
        factor : float
            How many times as many clusters, above 0.

        Returns
        -------
        float or None
            As `p_value`.
        """
        lost = 2.0
        freedom = (self.freedom + lost) * factor - lost
        if not freedom >= FEWEST_DEGREES:
            return None
        return _tail(self.statistic * math.sqrt(factor), freedom, self.shares, self.length, self.one_sided)


class _Variance(NamedTuple):
    """The covariance of the differences of shares: its diagonal, the one beside it, and that of independent rows."""

    own: Floats
    neighbor: Floats
    freedom: float
    independent: Floats
    independent_neighbor: Floats


def sum_clusters(
    ref_rows: ArrayLike,
    cur_rows: ArrayLike,
    ref_hits: ArrayLike,
    cur_hits: ArrayLike,
    *,
    largest_share: float = LARGEST_SHARE,
) -> ClusterSums:
    """Sum over clusters what their evidence is made from.

    Parameters
    ----------
    ref_rows, cur_rows : array_like, shape (G,)
        Rows of each cluster in each window; a cluster of one window has 0 in the other.
    ref_hits, cur_hits : array_like, shape (G, J)
        How many of them are below each edge, or in each category; or the sum of any quantity over them.
    largest_share : float
        See `LARGEST_SHARE`.

    Returns
    -------
    ClusterSums
        The sums.

    Raises
    ------
    ValueError
        If the shapes differ, a number of rows is negative, or a window has no row.

    Notes
    -----
    A cluster g has the weight ``a n / sum(a n)``, where a is 1, or less if n exceeds the largest share of the window's
    rows.  Its residual is ``a (k - n p) / (sum(a n) - a n)``: by so much the weighted share p would change without the
    cluster (CR3 of MacKinnon and White 1985, Journal of Econometrics 29).
    """
    rows = [np.asarray(values, dtype=np.float64) for values in (ref_rows, cur_rows)]
    hits = [np.asarray(values, dtype=np.float64) for values in (ref_hits, cur_hits)]
    count = rows[0].shape
    if len(count) != 1 or rows[1].shape != count or any(h.ndim != 2 or h.shape[:1] != count for h in hits):
        raise ValueError("every cluster needs its rows and its hits in both windows")
    if hits[0].shape != hits[1].shape:
        raise ValueError("both windows need the same shares")
    if any((n < 0).any() for n in rows) or not all(n.sum() > 0 for n in rows):
        raise ValueError("a number of rows is at least 0, and every window needs rows")
    clusters, weights, noise, shares, residuals, hit_sums, totals = [], [], [], [], [], [], []
    for n, k in zip(rows, hits, strict=True):
        found = int(np.count_nonzero(n))
        limit = max(largest_share, 1.0 / found) * n.sum()
        part = np.minimum(1.0, limit / np.maximum(n, _SMALLEST))
        total = float((part * n).sum())
        share = part @ k / total
        rest = total - part * n
        # A window of one cluster has no residual: without the cluster it has no share.
        scale = np.divide(part, rest, out=np.zeros_like(rest), where=rest > _ROUNDING * total)
        clusters.append(found)
        weights.append(part * n / total)
        noise.append(part**2 * n / total**2)
        shares.append(share)
        residuals.append(scale[:, None] * (k - n[:, None] * share))
        hit_sums.append(part @ k)
        totals.append(total)
    w, v = weights
    x, y = residuals
    both, rest = w * w + v * v, noise[0] + noise[1]
    return ClusterSums(
        clusters=(clusters[0], clusters[1]),
        ref_shares=shares[0],
        cur_shares=shares[1],
        shares=(hit_sums[0] + hit_sums[1]) / (totals[0] + totals[1]),
        ref_squares=(x * x).sum(axis=0),
        cur_squares=(y * y).sum(axis=0),
        products=(x * y).sum(axis=0),
        ref_neighbors=(x[:, :-1] * x[:, 1:]).sum(axis=0),
        cur_neighbors=(y[:, :-1] * y[:, 1:]).sum(axis=0),
        neighbor_products=(x[:, :-1] * y[:, 1:] + x[:, 1:] * y[:, :-1]).sum(axis=0) / 2.0,
        ref_weights=float(w @ w),
        cur_weights=float(v @ v),
        overlap=float(np.minimum(w, v).sum()),
        weights_squared=float(both @ both),
        weights_noise=float(both @ rest),
        noise_squared=float(rest @ rest),
        noise=float(rest.sum()),
    )


def cluster_test(
    *sums: ClusterSums,
    row_variance: ArrayLike | None = None,
    is_ordered: bool = True,
    one_sided: bool = False,
) -> ClusterTest:
    """Test whether the shares of two windows differ by more than clusters do.

    Parameters
    ----------
    *sums : ClusterSums
        Of one kind of clusters, or of several that rows belong to at once, such as users and days; the difference is
        that of the first.
    row_variance : array_like of float, shape (J,), optional
        The variance of one row's hit, where it is not a yes or no; by default ``P (1 - P)``.
    is_ordered : bool
        Whether the shares are those below rising edges; False for categories.
    one_sided : bool
        Whether only a rise is evidence.

    Returns
    -------
    ClusterTest
        The p-value, and what it rests on.

    Raises
    ------
    ValueError
        If no sums are given.

    Notes
    -----
    The statistic is the largest t over the shares, each over its own standard error.  Its p-value is the smaller of
    Bonferroni's and, for edges, that of a tube of length L around the curve of the standardized differences:
    ``2 P(t_f > T) + L / pi (1 + T^2 / f)^(-f/2)`` (Naiman 1986, Annals of Statistics 14; Knowles and Siegmund 1989,
    International Statistical Review 57).  If all days shift all edges alike, L is 0 and this is the t test's.

    The degrees of freedom are Satterthwaite's (1946), with the variance of a cluster taken from its weight and its
    rows.  Two kinds of clusters together have ``V_users + V_days - V_rows`` (Cameron, Gelbach and Miller 2011, Journal
    of Business and Economic Statistics 29), the rows' own variance in place of that of the cells of user and day; at
    least the larger of the two.  Where the windows have no cluster in common, the variance is at least that of
    independent rows.
    """
    if not sums:
        raise ValueError("a test of clusters needs the sums of at least one kind of clusters")
    spread = None if row_variance is None else np.asarray(row_variance, dtype=np.float64)
    parts = [_variance_of(one, spread) for one in sums]
    own, neighbor, freedom, independent, _ = parts[0]
    if len(parts) > 1:
        own = sum((part.own for part in parts[1:]), own) - sum((part.independent for part in parts[1:]), 0.0 * own)
        neighbor = sum((part.neighbor - part.independent_neighbor for part in parts[1:]), neighbor)
        widest = max(parts, key=lambda part: float(part.own.sum()))
        if own.sum() < widest.own.sum():
            own, neighbor = widest.own, widest.neighbor
        freedom = float(own.sum()) ** 2 / max(
            sum(float(part.own.sum()) ** 2 / max(part.freedom, 0.5) for part in parts), _SMALLEST
        )
    # Where all rows agree in everything, the variance of independent rows is 0, and so is that of clusters.
    design_effect = float(own.sum() / independent.sum()) if independent.sum() > 0 else 1.0
    own = np.maximum(own, (1.0 - max(one.overlap for one in sums)) * independent)
    error = np.sqrt(np.maximum(own, _SMALLEST))
    difference = sums[0].cur_shares - sums[0].ref_shares
    difference = np.where(np.abs(difference) < _ROUNDING, 0.0, difference)
    scores = (difference if one_sided else np.abs(difference)) / error
    place = int(np.argmax(scores))
    length = None
    if is_ordered and scores.size > 1:
        cosines = np.clip(neighbor / (error[:-1] * error[1:]), -1.0, 1.0)
        length = float(np.arccos(cosines).sum())
    statistic = float(scores[place])
    p_value = None
    if freedom >= FEWEST_DEGREES:
        p_value = _tail(statistic, freedom, scores.size, length, one_sided)
    return ClusterTest(p_value, freedom, design_effect, statistic, place, scores.size, length, one_sided)


def lag_one(windows: Iterable[tuple[ArrayLike, ArrayLike]]) -> float:
    """Return how much neighbouring days deviate alike: the lag-1 autocorrelation of one feature, both windows together.

    Parameters
    ----------
    windows : iterable of (rows, hits), each array_like of shape (days,)
        Rows of each day in the order of time, and how many of them are below an edge in the middle.

    Returns
    -------
    float
        Of the deviations ``hits - rows * share``; 0 where no day deviates.
    """
    above, below = 0.0, 0.0
    for rows, hits in windows:
        n, k = (np.asarray(values, dtype=np.float64) for values in (rows, hits))
        if not n.sum() > 0:
            continue
        deviations = k - n * (k.sum() / n.sum())
        above += float(deviations[1:] @ deviations[:-1])
        below += float(deviations @ deviations)
    return above / below if below > 0 else 0.0


def pool_autocorrelation(lags: Sequence[float], days: float) -> float:
    """Return the autocorrelation of days that all features of a report share.

    A single feature's few days do not show it well enough: a test that uses its own raises false alarms.

    Parameters
    ----------
    lags : sequence of float
        `lag_one` of each feature.
    days : float
        Mean number of days of a window.

    Returns
    -------
    float
        The mean, without the bias of few days (Kendall 1954, Biometrika 41), from 0 to 0.85; 0 without a feature or
        with three days or fewer.
    """
    if not lags or days <= _FEWEST_DAYS:
        return 0.0
    unbiased = (days * float(np.mean(lags)) + 1.0) / (days - _FEWEST_DAYS)
    return min(max(unbiased, 0.0), _GREATEST_PHI)


def variance_factor(phi: float, days: int) -> float:
    """Return by how much the variance of a mean of days exceeds what their spread suggests.

    Parameters
    ----------
    phi : float
        Correlation of a day with the day before, from 0 to below 1.
    days : int
        How many days.

    Returns
    -------
    float
        ``I (G - 1) / (G - I)`` with ``I = 1 + 2 sum((1 - k / G) phi^k)``: the variance of the mean of G days of an
        autoregressive process of order 1, over what G independent days of the same sample variance would have.
    """
    steps = np.arange(1, days)
    inflation = 1.0 + 2.0 * float(((1.0 - steps / max(days, 1)) * phi**steps).sum())
    return inflation * (days - 1) / max(days - inflation, 0.5)


def with_autocorrelation(sums: ClusterSums, phi: float) -> ClusterSums:
    """Return the sums of days that resemble their neighbours: a larger variance, fewer degrees of freedom.

    Parameters
    ----------
    sums : ClusterSums
        Of days.
    phi : float
        See `pool_autocorrelation`.

    Returns
    -------
    ClusterSums
        Squares and products multiplied by `variance_factor`; degrees of freedom by ``(1 - phi^2) / (1 + phi^2)``
        (Bartlett 1935, Journal of the Royal Statistical Society 98).
    """
    if phi == 0.0:
        return sums
    ref, cur = (variance_factor(phi, count) for count in sums.clusters)
    both = math.sqrt(ref * cur)
    return sums._replace(
        ref_squares=sums.ref_squares * ref,
        cur_squares=sums.cur_squares * cur,
        products=sums.products * both,
        ref_neighbors=sums.ref_neighbors * ref,
        cur_neighbors=sums.cur_neighbors * cur,
        neighbor_products=sums.neighbor_products * both,
        freedom_factor=(1.0 - phi * phi) / (1.0 + phi * phi),
    )


def _variance_of(sums: ClusterSums, spread: Floats | None) -> _Variance:
    ref, cur = (math.sqrt(max(1.0 - weights, 0.0)) for weights in (sums.ref_weights, sums.cur_weights))
    own = cur**2 * sums.cur_squares + ref**2 * sums.ref_squares - 2.0 * ref * cur * sums.products
    neighbor = cur**2 * sums.cur_neighbors + ref**2 * sums.ref_neighbors - 2.0 * ref * cur * sums.neighbor_products
    shares = sums.shares
    of_row = shares * (1.0 - shares) if spread is None else spread
    independent = of_row * sums.noise
    # What clusters add to the rows' own noise goes by squared weights, the rows' noise by the noise.
    weights = sums.ref_weights + sums.cur_weights
    added = max(float(own.sum() - independent.sum()), 0.0) / weights
    rows = float(of_row.sum())
    total = added * weights + rows * sums.noise
    squares = added**2 * sums.weights_squared + 2.0 * added * rows * sums.weights_noise + rows**2 * sums.noise_squared
    freedom = total * total / squares if squares > 0.0 else float(sum(sums.clusters))
    freedom = sums.freedom_factor * (freedom - (2.0 - sums.overlap))
    next_to = shares[:-1] * (1.0 - shares[1:]) * sums.noise
    return _Variance(own, neighbor, freedom, independent, next_to)


def _tail(statistic: float, freedom: float, shares: int, length: float | None, one_sided: bool) -> float:
    """Return the probability of so large a statistic; the statistic of a fall in a one-sided test is below 0."""
    beyond = student_sf(statistic, freedom)
    if one_sided:
        return min(1.0, shares * beyond)
    p_value = 2.0 * shares * beyond
    if length is not None:
        tube = length / math.pi * math.exp(-0.5 * freedom * math.log1p(statistic * statistic / freedom))
        p_value = min(p_value, 2.0 * beyond + tube)
    return min(1.0, p_value)
