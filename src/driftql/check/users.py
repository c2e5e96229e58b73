"""Affected users: those whose own current rows carry the effect of an alert. One statement per alert.

A user is compared with its own reference rows where there are enough of them, else with everybody's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from driftql.check import plan
from driftql.check.agreement import real, whole
from driftql.check.comparison import Comparison
from driftql.check.counts import Counts
from driftql.check.measure import one_state
from driftql.check.statement import Runner, Statement
from driftql.check.summary import alert_effect
from driftql.check.verdict import Verdict
from driftql.report import DriftAlert, DriftTrigger, UserEffect
from driftql.stats._distributions import normal_isf
from driftql.stats.homogeneity import critical_chi_square
from driftql.stats.means import critical_t
from driftql.stats.own_past import enough_for_mean, enough_for_psi, enough_for_rate, fisher_limit
from driftql.stats.psi import critical_psi
from driftql.stats.rates import critical_hits
from driftql.warehouse.base import Column, Row

__all__ = ["name_affected_users"]

Steps = list[tuple[float, float]]

# Numbers of rows for which critical values are computed; a user takes the value of the largest number up to their own.
_SIZES = (1, 2, 3, 4, 5, 7, 10, 14, 20, 30, 45, 70, 100, 150, 220, 330, 500, 750, 1100, 1700, 2500, 4000, 6000, 10**4)
_LARGE_SIZES = (3 * 10**4, 10**5, 10**6, 10**7, 10**9)
_DEGREES = (*range(1, 31), 35, 40, 50, 60, 80, 100, 150, 250, 500, 10**3, 10**4, 10**6)
_Z_FROM = 300
_DRAWS = 1000
_ANY_LIMIT = 1e300
_FEWEST_SCORED = 2
# No user has so many rows of its own: where all are compared with everybody's.
_NEVER_OWN = 10**12
_CUT_NAME = 200


class _Lookup(NamedTuple):
    """What finds the users of an alert.

    Attributes
    ----------
    statement
        Its rows are the users.
    everybody
        Usable rows of the whole reference.
    enough
        The fewest reference rows of its own that a user is compared with.
    """

    statement: Statement
    everybody: int
    enough: int


def name_affected_users(
    comparison: Comparison, counts: Counts, verdict: Verdict, runner: Runner, max_features: int
) -> tuple[list[DriftAlert], list[str]]:
    """Look up the users whose own current rows carry the effect of an alert.

    Parameters
    ----------
    comparison, counts, verdict
        What was checked and found.
    runner
        Runs one statement per alert.
    max_features
        Look up users for at most this many feature alerts, largest PSI first.

    Returns
    -------
    list[DriftAlert]
        The alerts with ``affected_user_ids`` and ``user_effects``, and in their details ``affected_users``, the number
        of all of them: None where they were not looked up. Without a user column, the alerts as they were.
    list[str]
        Warnings if users were not looked up for all alerts, or not by all categories.
    """
    if comparison.columns.user is None:
        return list(verdict.alerts), []
    about_features = sorted(
        (
            alert
            for alert in verdict.alerts
            if alert.affected_features and alert.trigger is not DriftTrigger.SCHEMA_CHANGE
        ),
        key=lambda alert: -alert_effect(alert),
    )
    skipped = {id(alert) for alert in about_features[max_features:]}
    alerts = []
    for alert in verdict.alerts:
        lookup = None if id(alert) in skipped else _look_up(comparison, counts, verdict, alert)
        rows = runner.run(lookup.statement) if lookup else []
        with one_state(comparison):
            total = None if lookup is None else whole(rows[0], "affected_users") if rows else 0
            effects = [_user_effect(row, lookup) for row in rows] if lookup else []
        found = {
            "affected_user_ids": [effect.user_id for effect in effects],
            "user_effects": effects,
            "own_rows_needed": lookup.enough if lookup else None,
            "details": alert.details.model_copy(update={"affected_users": total}),
        }
        alerts.append(alert.model_copy(update=found))
    warnings = [*_explain_long_names(verdict.alerts, counts)]
    if skipped:
        warnings.append(
            f"affected users were looked up for the {max_features} worst alerts about features only; "
            f"{len(skipped)} more alerts name none"
        )
    return alerts, warnings


def _explain_long_names(alerts: Iterable[DriftAlert], counts: Counts) -> Iterator[str]:
    """Name the features of which some categories are too long for their users to be told apart."""
    for alert in alerts:
        if alert.trigger is DriftTrigger.FEATURE_PSI and (mix := counts.categories.get(alert.affected_features[0])):
            long = sum(len(one.name) >= _CUT_NAME for one in mix.listed)
            if long:
                yield (
                    f"affected users of {alert.affected_features[0]}: its {long} categories of {_CUT_NAME} or more "
                    "characters were taken together, so a user who moved between them is not named"
                )


def _user_effect(row: Row, lookup: _Lookup) -> UserEffect:
    is_own = row["own_rows"] is not None
    return UserEffect(
        user_id=str(row["user_id"]),
        effect=real(row, "score"),
        rows=whole(row, "user_rows"),
        compared_with="own" if is_own else "everybody",
        reference_rows=whole(row, "own_rows", lookup.everybody) if is_own else lookup.everybody,
    )


def _look_up(comparison: Comparison, counts: Counts, verdict: Verdict, alert: DriftAlert) -> _Lookup | None:
    """Write the statement that names the users of an alert; None where the reference has a single bin."""
    level = verdict.cutoff
    thresholds = comparison.thresholds
    fewest = thresholds.min_rows
    any_size: Steps = [(fewest, 0)]

    def own_rows(enough: Callable[[float], int], tests: int) -> plan.OwnRows:
        if level is None:
            return plan.OwnRows(least_rows=fewest, enough=fewest, limit=_ANY_LIMIT)
        limit = fisher_limit(level, tests)
        return plan.OwnRows(least_rows=_FEWEST_SCORED, enough=max(enough(level), fewest), limit=limit)

    def rate_steps(hits: int, total: int) -> tuple[int, float, Steps]:
        if level is None:
            return 10**12, 0.0, any_size
        # Not from 1: where the reference has no hit, a single one would do.
        sizes = range(_FEWEST_SCORED, _Z_FROM)
        return _Z_FROM, normal_isf(level), _drop_idle_steps(sizes, critical_hits(hits, total, sizes, level))

    match alert.trigger:
        case DriftTrigger.NEW_CATEGORY:
            hits, total, column = _expected_new(comparison, counts, alert)
            z_from, z, steps = rate_steps(hits, total)
            least = fewest if level is None else _FEWEST_SCORED
            statement = plan.users_by_new_category(comparison, column, hits, total, steps, z_from, z, least)
            return _Lookup(statement, total, _NEVER_OWN)
        case DriftTrigger.FEATURE_PSI if alert.affected_features[0] in counts.categories:
            mix = counts.categories[alert.affected_features[0]]
            column = next(one for one in comparison.columns.categories if one.name == alert.affected_features[0])
            # A name that was cut names several categories, maybe: they go with the others.
            whole_names = [(one.name, one.ref) for one in mix.listed if len(one.name) < _CUT_NAME]
            if not whole_names:
                return None
            others = mix.ref_n - sum(rows for _, rows in whole_names)
            bins_of_mix = [rows for _, rows in whole_names] + [others]

            def critical_shares(sizes: Sequence[int], level: float) -> NDArray[np.float64]:
                return critical_chi_square(bins_of_mix, sizes, level, draws=_DRAWS)

            steps = any_size if level is None else _steps_of_sizes(critical_shares, level)
            effect = min(thresholds.category_shift, alert.details.get("largest_change") or 0.0)
            own = own_rows(lambda level: enough_for_rate(effect, level), 2)
            statement = plan.users_by_category(comparison, column, whole_names, others, effect, steps, own)
            return _Lookup(statement, mix.ref_n, own.enough)
        case DriftTrigger.FEATURE_PSI | DriftTrigger.FEATURE_KS:
            name = alert.affected_features[0]
            known = counts.features[name]
            column = next(column for column in comparison.columns.features if column.name == name)
            bins = len(known.ref_bins)
            if bins < 2:
                return None
            shares = np.maximum(known.ref_bins / known.ref_n, thresholds.psi_epsilon)

            def critical(sizes: Sequence[int], level: float) -> NDArray[np.float64]:
                return critical_psi(known.ref_bins, sizes, level, epsilon=thresholds.psi_epsilon, draws=_DRAWS)

            steps = any_size if level is None else _steps_of_sizes(critical, level)
            own = own_rows(lambda level: enough_for_psi(thresholds.psi, level, bins), 2 * (bins - 1))
            statement = plan.users_by_feature(comparison, column, list(known.edges), list(shares), steps, own)
            return _Lookup(statement, known.ref_n, own.enough)
        case DriftTrigger.REJECT_RATE_INCREASE:
            assert counts.labels is not None
            reference = counts.labels.reference
            hits, total = reference.labels.get(comparison.reject_label, 0), reference.labeled
            own = own_rows(lambda level: enough_for_rate(thresholds.reject_rate_increase, level), 1)
            z_from, z, steps = rate_steps(hits, total)
            statement = plan.users_by_reject_rate(comparison, hits, total, steps, z_from, z, own)
            return _Lookup(statement, total, own.enough)
        case DriftTrigger.MISSING_INCREASE:
            known_as = [alert.details[name] for name in ("column", "role", "kind")]
            result = next(one for one in verdict.missing if [one.column, one.role, one.kind] == known_as)
            if result.role == "user":
                return None
            total = counts.profiles.reference.rows
            hits = round(result.ref_share * total)
            own = own_rows(lambda level: enough_for_rate(thresholds.missing_increase, level), 1)
            z_from, z, steps = rate_steps(hits, total)
            statement = plan.users_by_missing(comparison, result, hits, total, steps, z_from, z, own)
            return _Lookup(statement, total, own.enough)
        case DriftTrigger.ENTROPY_SPIKE:
            assert counts.labels is not None
            entropy = counts.labels.reference.entropy
            width = max(window.classes for window in counts.labels)
            increase = thresholds.entropy_increase * math.log(width) if width > 1 else math.inf
            falls = alert.details.get("direction") == "fall"
            by_ratio = (thresholds.entropy_ratio - 1) * entropy.mean
            effect = by_ratio if 0 < by_ratio < increase and not falls else increase
            # Half of a two-sided level: a user counts if the own entropy moves in the direction of the alert.
            steps = [(0, -1e300)] if level is None else _drop_idle_steps(_DEGREES, critical_t(level / 2, _DEGREES))
            own = own_rows(lambda level: enough_for_mean(effect, entropy.variance, level), 1)
            enough = max(own.enough, _FEWEST_SCORED)
            statement = plan.users_by_entropy(comparison, entropy, increase, steps, enough, falls=falls)
            return _Lookup(statement, entropy.n, enough)
        case DriftTrigger.CLASS_SHIFT:
            assert counts.labels is not None
            ref_labels, cur_labels = counts.labels.map(lambda window: window.labels)
            classes = [(name, ref_labels.get(name, 0)) for name in sorted(ref_labels.keys() | cur_labels.keys())]
            ref_counts = [count for _, count in classes]

            def critical_mix(sizes: Sequence[int], level: float) -> NDArray[np.float64]:
                return critical_chi_square(ref_counts, sizes, level, draws=_DRAWS)

            steps = any_size if level is None else _steps_of_sizes(critical_mix, level)
            # Up and down; SQL multiplies by the number of classes that the user has.
            own = own_rows(lambda level: enough_for_rate(thresholds.class_shift, level), 2)
            statement = plan.users_by_class(comparison, classes, sum(ref_counts), steps, own)
            return _Lookup(statement, sum(ref_counts), own.enough)
        case _:
            # The others are about the table, not about single rows.
            return None


def _expected_new(comparison: Comparison, counts: Counts, alert: DriftAlert) -> tuple[int, int, Column]:
    """Return the reference rows of categories that it has once, all its rows with a category, and the column."""
    if alert.affected_features:
        name = alert.affected_features[0]
        known = counts.categories[name]
        column = next(column for column in comparison.columns.categories if column.name == name)
        return known.ref_singles, known.ref_n, column
    assert counts.labels is not None
    assert comparison.columns.label is not None
    labels = counts.labels.reference
    return sum(rows == 1 for rows in labels.labels.values()), labels.labeled, comparison.columns.label


def _steps_of_sizes(critical: Callable[[Sequence[int], float], NDArray[np.float64]], level: float) -> Steps:
    sizes = (*_SIZES, *_LARGE_SIZES)
    return _drop_idle_steps(sizes, critical(sizes, level))


def _drop_idle_steps(sizes: Sequence[int], values: NDArray[np.float64] | NDArray[np.int64]) -> Steps:
    """Return (size, critical value) without the steps that change nothing and those that no value can pass."""
    steps: Steps = []
    for size, value in zip(sizes, values.tolist(), strict=True):
        if np.isfinite(value) and (not steps or steps[-1][1] != value):
            steps.append((size, value))
    return steps or [(10**12, 0)]
