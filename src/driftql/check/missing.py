"""Missing values: whether the share of NULL, or of NaN and infinities, of a column has risen. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from driftql.check.comparison import Comparison
from driftql.check.counts import Counts, LabelCounts, Pair
from driftql.check.rules import Rules
from driftql.config import Thresholds
from driftql.report import DriftAlert, DriftTrigger, MissingDetails, MissingDrift, MissingRole
from driftql.stats.rates import possible_increase, two_proportion

__all__ = ["MissingCounts", "compare_missing", "count_missing", "judge_missing", "missing_is_large", "note_uncounted"]


class MissingCounts(NamedTuple):
    """How many rows of each window lack a value, of all rows of the window.

    Attributes
    ----------
    column
        The column; None for probabilities in several columns.
    role, kind
        As in :class:`driftql.report.MissingDrift`.
    missing
        Rows without a value, or without a finite one.
    rows
        All rows.
    """

    column: str | None
    role: MissingRole
    kind: Literal["missing", "non_finite"]
    missing: Pair[int]
    rows: Pair[int]


def count_missing(counts: Counts, comparison: Comparison) -> Iterator[MissingCounts]:
    """Find what is missing in columns that both windows have.

    Class probabilities are counted together, as incomplete vectors. A window by time holds no row without a time, so
    nothing is said of the time column there.

    Parameters
    ----------
    counts
        What was counted; both windows have rows.
    comparison
        Which columns play which role.

    Yields
    ------
    MissingCounts
        Features in the order of the table, numbers before categories, then label, probabilities, user and time.
    """
    columns, profiles = comparison.columns, counts.profiles
    rows = profiles.map(lambda profile: profile.rows)
    labels = counts.labels
    are_vectors_counted = labels is not None and bool(columns.probabilities)
    for column in columns.features:
        name = column.name
        role: MissingRole = columns.scores.get(name, "feature")
        found = Pair(profiles.reference.features[name], profiles.current.features[name])
        if role == "probability" and are_vectors_counted:
            continue
        missing = Pair(rows.reference - found.reference.present, rows.current - found.current.present)
        yield MissingCounts(name, role, "missing", missing, rows)
        strange = found.map(lambda profile: profile.present - profile.finite)
        if any(strange):
            yield MissingCounts(name, role, "non_finite", strange, rows)
    for column in columns.categories:
        known = counts.categories[column.name]
        missing = Pair(rows.reference - known.ref_n, rows.current - known.cur_n)
        yield MissingCounts(column.name, "feature", "missing", missing, rows)
    if labels is not None and columns.label:
        yield MissingCounts(columns.label.name, "label", "missing", labels.map(_unlabeled), rows)
    if labels is not None and columns.probabilities:
        name_of_all = columns.probabilities[0].name if len(columns.probabilities) == 1 else None
        yield MissingCounts(name_of_all, "probabilities", "missing", labels.map(_incomplete), rows)
    if columns.user and (users := _missing_of(rows, profiles.map(lambda profile: profile.present_user))):
        yield MissingCounts(columns.user.name, "user", "missing", users, rows)
    times = _missing_of(rows, profiles.map(lambda profile: profile.present_time))
    if columns.bucket_start and times and not _go_by_time(comparison):
        yield MissingCounts(columns.bucket_start.name, "bucket_start", "missing", times, rows)


def note_uncounted(counts: Counts, comparison: Comparison) -> Iterator[str]:
    """Say of which columns with a role missing values are not compared, and why."""
    columns = comparison.columns
    if counts.timeless and columns.bucket_start:
        yield (
            f"missing values of {columns.bucket_start.name}: windows by time hold no row without a time, so the shares "
            "cannot be compared"
        )
    for column, present in (
        (columns.user, counts.profiles.map(lambda profile: profile.present_user)),
        (columns.bucket_start, counts.profiles.map(lambda profile: profile.present_time)),
    ):
        for window, count in zip(present._fields, present, strict=True):
            if column is not None and count is None:
                yield f"missing values of {column.name}: the {window} window has no such column"


def compare_missing(found: Iterable[MissingCounts], thresholds: Thresholds) -> list[MissingDrift]:
    """Compare the shares of both windows.

    Parameters
    ----------
    found
        What is missing; both windows have rows.
    thresholds
        The increase that an alert needs: where fewer values are missing than it takes, there is nothing to test, so
        that columns of which hardly a value is missing do not make the evidence of others weaker.

    Returns
    -------
    list[MissingDrift]
        In the same order.
    """
    return [_compare(counts, thresholds) for counts in found]


def missing_is_large(result: MissingDrift, rules: Rules) -> bool:
    """Return whether a share has risen by an effect that matters."""
    return result.increase > 0 and rules.missing.is_large(result.increase)


def judge_missing(
    results: Iterable[MissingDrift], rules: Rules, cutoff: float | None
) -> tuple[list[MissingDrift], list[DriftAlert]]:
    """Flag each share that has risen by an effect that matters, with evidence.

    Parameters
    ----------
    results
        What :func:`compare_missing` returned.
    rules
        When an effect is an alert.
    cutoff
        A p-value at or below it is evidence; None where evidence is not required.

    Returns
    -------
    list of MissingDrift
        The results, of which the alerts are flagged.
    list of DriftAlert
        An alert for each of these.
    """
    judged = [result.model_copy(update={"is_flagged": _fires(result, rules, cutoff)}) for result in results]
    return judged, [_alert(result, rules) for result in judged if result.is_flagged]


def _fires(result: MissingDrift, rules: Rules, cutoff: float | None) -> bool:
    return result.increase > 0 and rules.missing.fires(result.increase, result.p_value, cutoff)


def _alert(result: MissingDrift, rules: Rules) -> DriftAlert:
    threshold = rules.missing.threshold
    assert threshold is not None
    return DriftAlert(
        trigger=DriftTrigger.MISSING_INCREASE,
        severity="critical" if rules.critical_missing.is_large(result.increase) else "warning",
        details=MissingDetails(
            column=result.column,
            role=result.role,
            kind=result.kind,
            ref_share=result.ref_share,
            cur_share=result.cur_share,
            increase=result.increase,
            threshold=threshold,
            p_value=result.p_value,
        ),
        affected_features=[result.column] if result.column and _is_compared(result.role) else [],
    )


def _is_compared(role: MissingRole) -> bool:
    return role in ("feature", "probability", "confidence")


def _compare(counts: MissingCounts, thresholds: Thresholds) -> MissingDrift:
    ref_hits, cur_hits = counts.missing
    ref_n, cur_n = counts.rows
    ref_share, cur_share = ref_hits / ref_n, cur_hits / cur_n
    possible = possible_increase(ref_hits + cur_hits, ref_n, cur_n)
    can_matter = possible > 0 and possible >= thresholds.missing_increase
    return MissingDrift(
        column=counts.column,
        role=counts.role,
        kind=counts.kind,
        ref_share=ref_share,
        cur_share=cur_share,
        increase=cur_share - ref_share,
        is_flagged=False,
        p_value=two_proportion(ref_hits, ref_n, cur_hits, cur_n) if can_matter else None,
    )


def _unlabeled(labels: LabelCounts) -> int:
    return labels.unlabeled


def _incomplete(labels: LabelCounts) -> int:
    return labels.rows - labels.entropy.n


def _missing_of(rows: Pair[int], present: Pair[int | None]) -> Pair[int] | None:
    """Return how many rows have no value; None where a window has no such column."""
    if present.reference is None or present.current is None:
        return None
    return Pair(rows.reference - present.reference, rows.current - present.current)


def _go_by_time(comparison: Comparison) -> bool:
    return bool(comparison.reference.time_conditions or comparison.current.time_conditions)
