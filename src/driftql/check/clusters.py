"""Evidence from clusters: the effects of a verdict are held against how much days, and users, differ anyway.

Only effects that are large enough to matter are asked for, so a calm check runs no further statement.  Days come first,
because one statement counts them for all effects; users are asked only where the days leave an effect standing.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from driftql.check.agreement import only_row, real
from driftql.check.cluster_evidence import ClusterValues, Target, find_targets
from driftql.check.cluster_statements import (
    ClusterCounts,
    Clusters,
    Measure,
    cluster_carrier,
    cluster_counts,
    cluster_sums,
    column_of,
    days_of,
    decode_cluster_counts,
    decode_cluster_sums,
    measure_categories,
    measure_entropy,
    measure_feature,
    measure_labels,
    measure_missing,
    measure_new,
    users_of,
)
from driftql.check.comparison import Comparison
from driftql.check.counts import Counts
from driftql.check.current_days import CurrentRank, are_few, quarters_of, rank_current, say_rank, say_refusal
from driftql.check.measure import one_state
from driftql.check.rules import rules_of
from driftql.check.statement import Runner
from driftql.check.verdict import Verdict, judge
from driftql.errors import ConfigError
from driftql.report import DriftTrigger, NotComputed
from driftql.report_evidence import ClusterEvidence, Unproven
from driftql.stats.clustered import (
    ClusterSums,
    ClusterTest,
    cluster_test,
    lag_one,
    pool_autocorrelation,
    sum_clusters,
    with_autocorrelation,
)
from driftql.stats.day_ranks import FEWEST_REFERENCE_DAYS
from driftql.warehouse.base import Column

__all__ = ["clusters_of", "weigh_clusters"]

_CARRIED = 0.5
_CLASSES = 10
_LAGS = 40
_TERMS = 200
_MOST_TIMES = 100.0
_SAME = 0.9
_UNEQUAL_WEEKDAYS = 0.1
_WEEK = 7

Key = tuple[str, str | None, str, str]


@dataclass
class _Finding:
    """What is known of one effect so far."""

    target: Target
    measure: Measure
    clusters: tuple[str, ...]
    test: ClusterTest
    sums: ClusterSums
    cur_rows: int
    parts: tuple[ClusterSums, ...] = ()
    phi: float | None = None
    rank: CurrentRank | None = None

    @property
    def p_value(self) -> float | None:
        """The p-value of the clusters, or of the rank of the current days where they are few."""
        if self.test.p_value is not None or self.rank is None or self.measure.kind != "below":
            return self.test.p_value
        return self.rank.p_value(self.target.name or "")


def clusters_of(comparison: Comparison) -> tuple[Clusters | None, Clusters | None, Clusters | None]:
    """Return the days, the users and the further column that the settings ask for, as far as the tables have them.

    Raises
    ------
    ConfigError
        If the settings name one that the tables have no column for, or a further column that nothing asks for.
    """
    wanted = comparison.thresholds.evidence
    if not isinstance(wanted, str):
        if comparison.clusters is not None:
            raise ConfigError(
                "clusters names a column whose rows are alike, which thresholds.evidence = 'auto', 'days' or 'users' "
                "asks for; without, rows are taken for independent"
            )
        return None, None, None
    days = days_of(comparison) if wanted in ("auto", "days") else None
    users = users_of(comparison) if wanted in ("auto", "users") else None
    for name, found, role in (("days", days, "bucket_start"), ("users", users, "user")):
        if wanted == name and found is None:
            raise ConfigError(
                f"thresholds.evidence = {name!r} needs a column of the role {role!r} in both windows; name it in the "
                "columns, or set evidence = 'auto'"
            )
    return days, users, column_of(comparison)


def weigh_clusters(
    comparison: Comparison, counts: Counts, verdict: Verdict, runner: Runner, lookups: int = 20
) -> Verdict:
    """Judge again, with the evidence of clusters in place of that of independent rows.

    Parameters
    ----------
    comparison, counts
        What was compared and counted.
    verdict
        Of independent rows: it says which effects are large enough to matter.
    runner
        Runs the further statements.
    lookups
        For so many unproven effects it is asked whether one user carries the change.

    Returns
    -------
    Verdict
        With what its effects rest on, and those that are unproven; the same one where the settings, or the columns,
        leave rows independent.

    Raises
    ------
    ConfigError
        As :func:`clusters_of`.
    """
    days, *others = clusters_of(comparison)
    if days is None and not any(others):
        return verdict
    rules = rules_of(comparison.thresholds)
    results = verdict.features.results if verdict.features else []
    large = find_targets(results, verdict.reject, verdict.classes, verdict.entropy, verdict.missing, rules)
    measures = [(target, _measure_of(target, comparison, counts)) for target in large]
    targets = [(target, measure) for target, measure in measures if measure is not None]
    notes = [
        f"{target.check.value} of {target.name}: rows were taken for independent, because the categories are too long"
        for target, measure in measures
        if measure is None
    ]
    found: dict[Key, _Finding] = {}
    warnings: list[str] = []
    with one_state(comparison):
        if targets and days is not None:
            found, warnings = _weigh_days(comparison, counts, days, targets, runner)
            if _rank_few_days(comparison, counts, days, found, runner):
                # A rank allows for weekdays that differ.
                warnings = []
        for clusters in others if targets else ():
            if clusters is None:
                continue
            values = _values(found, verdict)
            cutoff = judge(counts, comparison, ClusterValues(values, _joint(found))).cutoff
            for target, measure in targets:
                is_ranked = target.key in found and found[target.key].test.p_value is None
                if target.key not in found or (_may_stand(values[target.key], cutoff) and not is_ranked):
                    known = found.get(target.key)
                    found |= _weigh_others(comparison, counts, clusters, target, measure, known, runner)
            if clusters.name == "users":
                notes += _note_no_user(counts, clusters)
    values = _values(found, verdict)
    judged = judge(counts, comparison, ClusterValues(values, _joint(found)))
    carriers: dict[Key, tuple[str, float]] = {}
    everybody = users_of(comparison)
    if everybody is not None:
        unproven = [
            one for key, one in found.items() if values[key] is not None and not _may_stand(values[key], judged.cutoff)
        ]
        for one in unproven[:lookups]:
            carriers |= _find_carrier(comparison, everybody, one, runner)
    return _explain(judged, list(found.values()), values, carriers, warnings, notes)


# --- what is asked of a row -------------------------------------------------------------------------------------------


def _measure_of(target: Target, comparison: Comparison, counts: Counts) -> Measure | None:
    """Return the shares that an effect is about; None where they cannot be named."""
    columns = comparison.columns
    by_name = {column.name: column for column in (*columns.features, *columns.categories)}
    match target.check:
        case DriftTrigger.FEATURE_PSI | DriftTrigger.FEATURE_KS if target.name and target.name in counts.features:
            edges = counts.features[target.name].edges
            return _measure_finite(comparison, counts, by_name[target.name], edges.tolist()) if edges.size else None
        case DriftTrigger.FEATURE_PSI if target.name is not None:
            known = counts.categories[target.name]
            found = [*known.listed, *known.new]
            ranked = sorted(found, key=lambda one: -max(one.ref / known.ref_n, one.cur / known.cur_n))
            return measure_categories(comparison, by_name[target.name], [one.name for one in ranked[:_CLASSES]])
        case DriftTrigger.NEW_CATEGORY if target.name is not None:
            return measure_new(
                comparison, by_name[target.name], [one.name for one in counts.categories[target.name].new]
            )
        case DriftTrigger.NEW_CATEGORY if columns.label is not None and counts.labels is not None:
            ref, cur = (window.labels for window in counts.labels)
            new = sorted((name for name in cur if not ref.get(name)), key=lambda name: -cur[name])
            return measure_new(comparison, columns.label, new[:_CLASSES])
        case DriftTrigger.REJECT_RATE_INCREASE:
            return measure_labels(comparison, [comparison.reject_label])
        case DriftTrigger.CLASS_SHIFT if counts.labels is not None:
            both = Counter(counts.labels.reference.labels) + Counter(counts.labels.current.labels)
            return measure_labels(comparison, [name for name, _ in both.most_common(_CLASSES)])
        case DriftTrigger.ENTROPY_SPIKE:
            return measure_entropy(comparison)
        case DriftTrigger.MISSING_INCREASE if target.role == "probabilities":
            return measure_missing(comparison, [], "incomplete")
        case DriftTrigger.MISSING_INCREASE:
            others = [columns.label, columns.user, columns.bucket_start]
            named = by_name | {column.name: column for column in others if column is not None}
            kind: Literal["missing", "non_finite"] = "non_finite" if target.kind == "non_finite" else "missing"
            return measure_missing(comparison, [named[target.name or ""]], kind)
        case _:
            return None


def _measure_finite(comparison: Comparison, counts: Counts, column: Column, edges: Sequence[float]) -> Measure:
    """Return the shares below some edges; a feature without NaN and infinities is not looked through for them again."""
    profiles = [profile.features[column.name] for profile in counts.profiles]
    is_finite = all(profile.present == profile.finite for profile in profiles)
    measure = measure_feature(comparison, column, edges)
    return measure._replace(is_float=False) if is_finite else measure


def _lag_measures(comparison: Comparison, counts: Counts, asked: set[str]) -> list[Measure]:
    """Return the share below the middle edge of features that have no effect, some of them where they are many."""
    others = [
        column
        for column in comparison.columns.features
        if column.name not in asked and column.name in counts.features and counts.features[column.name].edges.size
    ]
    step = max(1, math.ceil(len(others) / _LAGS))
    return [
        _measure_finite(comparison, counts, column, [float(edges[edges.size // 2])])
        for column in others[::step]
        for edges in [counts.features[column.name].edges]
    ]


# --- days and users ---------------------------------------------------------------------------------------------------


def _weigh_days(
    comparison: Comparison,
    counts: Counts,
    days: Clusters,
    targets: Sequence[tuple[Target, Measure]],
    runner: Runner,
) -> tuple[dict[Key, _Finding], list[str]]:
    """Count by day and test; warn of windows that cover weekdays unequally."""
    asked = {target.name for target, _ in targets if target.name is not None and target.name in counts.features}
    lags = _lag_measures(comparison, counts, asked)
    counted = _count_by_day(comparison, days, [measure for _, measure in targets], lags, runner)
    phi = _autocorrelation(counted, len(targets), [measure for _, measure in targets], lags)
    found: dict[Key, _Finding] = {}
    for (target, measure), one in zip(targets, counted, strict=False):
        rows = one.rows.map(lambda window: float(window.sum()))
        if not all(rows) or _is_one_each(one):
            continue
        sums = with_autocorrelation(sum_clusters(*one.rows, *one.hits), phi)
        test = _test(target, measure, counts, sums)
        found[target.key] = _Finding(target, measure, ("days",), test, sums, round(rows.current), (sums,), phi)
    return found, _warn_of_weekdays(counted[0])


def _rank_few_days(
    comparison: Comparison, counts: Counts, days: Clusters, found: Mapping[Key, _Finding], runner: Runner
) -> bool:
    """Rank the current days among the reference's, where the effect of a feature has too few days for a t.

    Return whether there is a rank.
    """
    few = [one for one in found.values() if one.test.p_value is None and one.measure.kind == "below"]
    if not any(are_few(one.sums.clusters) for one in few):
        return False
    quarters = quarters_of(comparison, counts)
    rank = rank_current(list(quarters), _count_by_day(comparison, days, list(quarters.values()), [], runner))
    for one in few:
        one.rank = rank
    return rank is not None and rank.rank.p_value is not None


def _joint(found: Mapping[Key, _Finding]) -> float | None:
    """Return the one p-value of all features where the current days were ranked."""
    return next((one.rank.rank.p_value for one in found.values() if one.rank is not None), None)


def _count_by_day(
    comparison: Comparison, days: Clusters, measures: Sequence[Measure], lags: Sequence[Measure], runner: Runner
) -> list[ClusterCounts]:
    """Count what each day contributes, in as few statements as results of a moderate width allow."""
    found: list[ClusterCounts] = []
    wanted = [*measures, *lags]
    while len(found) < len(wanted):
        chunk: list[Measure] = []
        width = 0
        for measure in wanted[len(found) :]:
            width += measure.shares + 1
            if chunk and width > _TERMS:
                break
            chunk.append(measure)
        names = dict.fromkeys(column.name for measure in chunk for column in measure.columns)
        rows = runner.run(cluster_counts(comparison, days, chunk, ", ".join(names)))
        found += decode_cluster_counts(rows, chunk)
    return found


def _autocorrelation(
    counted: Sequence[ClusterCounts], targets: int, measures: Sequence[Measure], lags: Sequence[Measure]
) -> float:
    """Return how much a day resembles the day before, over the features; without one, over all that was counted."""
    numbers = [
        place
        for place, measure in enumerate([*measures, *lags])
        if place >= targets or measure.kind == "below" or not any(one.kind == "below" for one in measures)
    ]
    found, days = [], []
    for place in numbers:
        one = counted[place]
        middle = one.hits.reference.shape[1] // 2
        windows = []
        for rows, hits in zip(one.rows, one.hits, strict=True):
            has_rows = rows > 0
            windows.append((rows[has_rows], hits[has_rows, middle]))
            days.append(int(has_rows.sum()))
        found.append(lag_one(windows))
    return pool_autocorrelation(found, float(np.mean(days))) if days else 0.0


def _weigh_others(
    comparison: Comparison,
    counts: Counts,
    clusters: Clusters,
    target: Target,
    measure: Measure,
    known: _Finding | None,
    runner: Runner,
) -> dict[Key, _Finding]:
    """Sum over users, or the values of a column, and test, together with the clusters that are known already."""
    what = ", ".join(column.name for column in measure.columns)
    row = only_row(runner.run(cluster_sums(comparison, clusters, measure, what)))
    sums = decode_cluster_sums(row, measure)
    if sums is None:
        return {}
    parts = (sums,) if known is None else (sums, *known.parts)
    test = _test(target, measure, counts, *parts)
    names = (clusters.name,) if known is None else (clusters.name, *known.clusters)
    if known is not None and (known.test.p_value or 0.0) >= (test.p_value if test.p_value is not None else 2.0):
        # What was known is the weaker evidence, which decides.
        return {target.key: replace(known, clusters=(*known.clusters, clusters.name), parts=(*known.parts, sums))}
    cur_rows = round(float(row["cur_rows"])) if known is None else known.cur_rows
    return {
        target.key: _Finding(
            target,
            measure,
            names,
            test,
            sums,
            cur_rows,
            parts,
            None if known is None else known.phi,
        )
    }


def _test(target: Target, measure: Measure, counts: Counts, *sums: ClusterSums) -> ClusterTest:
    rises = {DriftTrigger.REJECT_RATE_INCREASE, DriftTrigger.MISSING_INCREASE, DriftTrigger.NEW_CATEGORY}
    spread = None
    if measure.kind == "entropy" and counts.labels is not None:
        moments = [window.entropy for window in counts.labels]
        freedom = sum(one.n - 1 for one in moments)
        spread = [sum((one.n - 1) * one.variance for one in moments) / max(freedom, 1)]
    return cluster_test(*sums, row_variance=spread, is_ordered=measure.kind == "below", one_sided=target.check in rises)


def _is_one_each(counts: ClusterCounts) -> bool:
    """Return whether every cluster has one row: then rows are independent as far as these clusters go."""
    return all(float(rows.max(initial=0.0)) <= 1.0 for rows in counts.rows)


def _may_stand(p_value: float | None, cutoff: float | None) -> bool:
    return p_value is not None and cutoff is not None and p_value <= cutoff


# --- the verdict ------------------------------------------------------------------------------------------------------


def _values(found: Mapping[Key, _Finding], verdict: Verdict) -> dict[Key, float | None]:
    """Return the p-value of each effect: but for features, not below that of independent rows."""
    values: dict[Key, float | None] = {}
    for key, finding in found.items():
        p_value = finding.p_value
        if p_value is not None and finding.measure.kind != "below":
            p_value = max(p_value, _of_rows(finding.target, verdict) or 0.0)
        values[key] = p_value
    return values


def _of_rows(target: Target, verdict: Verdict) -> float | None:
    results = {result.feature: result for result in (verdict.features.results if verdict.features else [])}
    match target.check:
        case DriftTrigger.NEW_CATEGORY:
            classes = verdict.classes.new_classes if verdict.classes else None
            new = classes if target.name is None else results[target.name].new_categories
            return new.p_value if new else None
        case DriftTrigger.FEATURE_PSI | DriftTrigger.FEATURE_KS if target.name is not None:
            return results[target.name].psi_p_value
        case DriftTrigger.REJECT_RATE_INCREASE:
            return verdict.reject.p_value if verdict.reject else None
        case DriftTrigger.CLASS_SHIFT:
            return verdict.classes.p_value if verdict.classes else None
        case DriftTrigger.ENTROPY_SPIKE:
            return verdict.entropy.p_value if verdict.entropy else None
        case _:
            wanted = (target.name, target.kind, target.role)
            return next((one.p_value for one in verdict.missing if (one.column, one.kind, one.role) == wanted), None)


def _explain(
    judged: Verdict,
    found: Sequence[_Finding],
    values: Mapping[Key, float | None],
    carriers: Mapping[Key, tuple[str, float]],
    warnings: Sequence[str],
    notes: Sequence[str],
) -> Verdict:
    """Say what each effect rests on, which are unproven, and which cannot be told."""
    evidence, unproven, unknown, same = [], [], [], []
    for finding in found:
        target, test, p_value = finding.target, finding.test, values[finding.target.key]
        settled = _clusters_needed(finding, judged.cutoff) if not _may_stand(p_value, judged.cutoff) else None
        one = ClusterEvidence(
            check=target.check.value,
            feature=target.name,
            kind="non_finite" if target.kind == "non_finite" else "missing" if target.kind else None,
            clusters=list(finding.clusters),
            p_value=p_value,
            degrees_of_freedom=max(test.freedom, 0.0),
            ref_clusters=finding.sums.clusters[0],
            cur_clusters=finding.sums.clusters[1],
            cur_rows=finding.cur_rows,
            counts_as=min(round(finding.cur_rows / max(test.design_effect, 1.0)), finding.cur_rows),
            autocorrelation=finding.phi,
            ranked_among=finding.rank.rank.runs if finding.rank is not None and finding.p_value is not None else None,
            clusters_needed=settled,
        )
        evidence.append(one)
        if p_value is None:
            unknown.append(NotComputed(check=target.check.value, feature=target.name, reason=_say_too_few(finding)))
        elif not _may_stand(p_value, judged.cutoff):
            user, share = carriers.get(target.key, (None, None))
            unproven.append(
                Unproven(
                    check=target.check.value,
                    feature=target.name,
                    effect=target.effect,
                    p_value=p_value,
                    carried_by=user,
                    carried_share=share,
                    reason=(_say_unproven(one) if finding.test.p_value is not None else _say_rank(finding))
                    + _say_carried(user, share),
                )
            )
        if finding.clusters[0] == "users" and finding.sums.overlap >= _SAME:
            same.append(
                f"the same {finding.sums.clusters[1]:,} users are in both windows: they were compared user by user"
            )
    ranks = [
        finding.rank for finding in found if finding.rank is not None and _may_stand(finding.p_value, judged.cutoff)
    ]
    stands = [f"{say_rank(ranks[0])} (p {ranks[0].rank.p_value:.2g})"] if ranks else []
    return replace(
        judged,
        not_computed=[*judged.not_computed, *unknown],
        warnings=[*judged.warnings, *warnings],
        notes=[*judged.notes, *notes, *stands, *dict.fromkeys(same)],
        cluster_evidence=evidence,
        unproven=unproven,
    )


def _clusters_needed(finding: _Finding, cutoff: float | None) -> int | None:
    """Return how many days, or users, in the current window would make the difference evident, if it stays as large."""
    if cutoff is None or finding.test.statistic <= 0:
        return None
    low, high = 1.0, _MOST_TIMES
    if not _may_stand(finding.test.scaled(high), cutoff):
        return None
    for _ in range(20):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if _may_stand(finding.test.scaled(middle), cutoff) else (middle, high)
    return math.ceil(high * float(np.mean(finding.sums.clusters)))


def _find_carrier(
    comparison: Comparison, users: Clusters, finding: _Finding, runner: Runner
) -> dict[Key, tuple[str, float]]:
    """Return the user that carries at least half of a change, and by which part the change would be smaller without."""
    measure = finding.measure
    what = ", ".join(column.name for column in measure.columns)
    rows = runner.run(cluster_carrier(comparison, users, measure, finding.test.place + 1, what))
    for row in rows:
        share = 1.0 - real(row, "change_without") / real(row, "change")
        if share >= _CARRIED:
            return {finding.target.key: (str(row["cluster_id"]), share)}
    return {}


def _say_carried(user: str | None, share: float | None) -> str:
    if user is None or share is None:
        return ""
    if share > 1:
        return f"; carried by one user, {user}: without its rows it would be the other way round"
    return f"; carried by one user, {user}: {100 * share:.0f} % of the change"


def _say_unproven(evidence: ClusterEvidence) -> str:
    what = evidence.clusters[0]
    words = f"{evidence.cur_rows:,} rows of {_count(evidence.cur_clusters, what)} count as {evidence.counts_as:,}"
    if evidence.clusters_needed is not None:
        return f"{words}; about {evidence.clusters_needed:,} {what} a window would settle it"
    return f"{words}; {what} differ so much that many more of them would not settle it"


def _say_rank(finding: _Finding) -> str:
    assert finding.rank is not None
    return say_rank(finding.rank, finding.target.name)


def _say_too_few(finding: _Finding) -> str:
    what = finding.clusters[0]
    counts = finding.sums.clusters
    window, count = min(zip(("reference", "current"), counts, strict=True), key=lambda one: one[1])
    refusal = f"; {say_refusal(finding.rank)}" if finding.rank is not None else ""
    needed = "take at least 3 in each window, or 5 in the shorter one" if what == "days" else "take more of them"
    may_rank = what == "days" and finding.measure.kind == "below" and finding.rank is None
    if may_rank and counts[1] in FEWEST_REFERENCE_DAYS:
        needed += f", or a reference of {FEWEST_REFERENCE_DAYS[counts[1]]} days or more"
    return (
        f"too few {what} to tell: the {window} window has "
        f"{_count(count, what)}, and rows of one {_one(what)} are alike; {needed}, or set evidence = "
        f"'rows' if rows are independent{refusal}"
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what if number != 1 else _one(what)}"


def _one(what: str) -> str:
    """Return the singular of a kind of clusters."""
    return what.replace("values of", "value of", 1) if what.startswith("values of") else what.removesuffix("s")


def _note_no_user(counts: Counts, users: Clusters) -> list[str]:
    """Say how many rows are left out of the evidence of users because they have none."""
    known = [profile for profile in counts.profiles if profile.present_user is not None]
    missing = sum(profile.rows - (profile.present_user or 0) for profile in known)
    return [f"evidence of users: {missing:,} rows without {users.column.name} are left out"] if missing else []


def _warn_of_weekdays(counts: ClusterCounts) -> list[str]:
    """Warn where the windows cover weekdays unequally: what weekdays differ by is then a difference of the windows."""
    shares: list[NDArray[np.float64]] = []
    days = []
    for rows in counts.rows:
        found = [name for name, count in zip(counts.names, rows, strict=True) if count > 0]
        try:
            weekdays = [dt.date.fromisoformat(name).weekday() for name in found]
        except ValueError:
            return []
        shares.append(np.bincount(weekdays, minlength=_WEEK) / max(len(weekdays), 1))
        days.append(len(weekdays))
    if not all(days) or float(np.abs(shares[0] - shares[1]).sum()) / 2 <= _UNEQUAL_WEEKDAYS:
        return []
    return [
        f"the windows cover weekdays unequally ({days[0]} and {days[1]} days): what weekdays differ by looks like "
        "drift, and no evidence tells them apart; take windows of whole weeks"
    ]
