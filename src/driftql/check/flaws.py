"""What a reader of the numbers should know of the data: missing values and labels, flawed probabilities. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from driftql.check.comparison import Comparison
from driftql.check.counts import Counts, FeatureProfile, LabelCounts, Pair
from driftql.config import DEFAULT_REJECT_LABEL, Thresholds
from driftql.display import hidden
from driftql.errors import nearest
from driftql.warehouse.base import Column

__all__ = ["LARGE_RISE", "describe_flaws", "describe_timeless", "explain_no_bins", "explain_reject_label"]

# A share of missing values or labels that rises by this much, or that reaches the other, is worth a warning.
LARGE_RISE = 0.10
_LARGE_SHARE = 0.50
_NAMED = 5
_DOUBLE_INTEGERS = 2.0**53


def describe_flaws(counts: Counts, comparison: Comparison, alerted: Collection[str] = ()) -> Iterator[str]:
    """Return warnings about the rows of both windows.

    Parameters
    ----------
    counts
        What was counted; both windows have rows.
    comparison
        Which columns play which role.
    alerted
        Columns of which an alert says that more values are missing.
    """
    columns = comparison.columns
    yield from _describe_missing(counts, alerted)
    if counts.labels is not None and columns.label:
        yield from _describe_unlabeled(counts.labels)
    if counts.labels is not None and columns.probabilities:
        yield from _describe_vectors(counts.labels, comparison.thresholds)


def describe_timeless(rows: int, column: str, where: str = "in neither window") -> str:
    """Say that some rows have no time, so that no window by time holds them."""
    have, are = ("row has", "is") if rows == 1 else ("rows have", "are")
    return f"{rows:,} {have} no time in {column!r} and {are} {where}"


def explain_reject_label(labels: Pair[LabelCounts], reject_label: str) -> str | None:
    """Say that no row has the reject label, and what to do; None where a row has it."""
    if any(window.labels.get(reject_label) for window in labels):
        return None
    absent = f"no row of either window has the label {hidden(reject_label)!r}"
    if reject_label == DEFAULT_REJECT_LABEL:
        return f"{absent}; where the model declines to answer, name the label that says so (reject_label)"
    return f"{absent}{nearest(reject_label, sorted({name for window in labels for name in window.labels}))}"


def explain_no_bins(column: Column, value: float | None) -> str:
    """Say why a feature whose reference values are all one double has no PSI."""
    shown = "missing" if value is None else f"{value:g}"
    has_more_digits = column.kind == "decimal" or (column.kind == "integer" and abs(value or 0) >= _DOUBLE_INTEGERS)
    if value is not None and has_more_digits:
        return (
            f"as 64-bit floats, all reference values are {shown}, so there are no quantile bins; KS compares the "
            "values themselves, and for PSI a view can subtract what they have in common"
        )
    return f"every reference value is {shown}, so there are no quantile bins"


def _describe_missing(counts: Counts, alerted: Collection[str]) -> Iterator[str]:
    """Name the other features of which many more values are missing now, NaN and infinities included."""
    risen: list[tuple[float, str]] = []
    shares = {
        name: [_missing(profile.features[name], profile.rows) for profile in counts.profiles]
        for name in counts.profiles.reference.features
    }
    shares |= {
        name: [1 - known.ref_n / counts.profiles.reference.rows, 1 - known.cur_n / counts.profiles.current.rows]
        for name, known in counts.categories.items()
    }
    for name, (ref, cur) in shares.items():
        if cur - ref >= LARGE_RISE and name not in alerted:
            risen.append((cur - ref, f"{name} ({_percent(ref)} to {_percent(cur)})"))
    risen.sort(key=lambda one: -one[0])
    shown = ", ".join(words for _, words in risen[:_NAMED])
    more = f" and {len(risen) - _NAMED} more features" if len(risen) > _NAMED else ""
    if risen:
        yield f"many more values are missing in the current window than in the reference: {shown}{more}"


def _missing(profile: FeatureProfile, rows: int) -> float:
    return 1 - profile.finite / rows


def _describe_unlabeled(labels: Pair[LabelCounts]) -> Iterator[str]:
    ref, cur = labels.map(lambda window: window.unlabeled / window.rows if window.rows else 0.0)
    if cur - ref >= LARGE_RISE or max(ref, cur) >= _LARGE_SHARE:
        yield (
            f"many rows have no label: {_percent(ref)} of the reference window and {_percent(cur)} of the current one; "
            "reject rate and class mix are those of the others"
        )


def _describe_vectors(labels: Pair[LabelCounts], thresholds: Thresholds) -> Iterator[str]:
    for role, counts in zip(labels._fields, labels, strict=True):
        missing = counts.rows - counts.entropy.n
        if missing:
            yield f"{missing:,} {role} rows have an incomplete probability vector and are left out of the entropy"
        if counts.out_of_range:
            yield f"{counts.out_of_range:,} {role} rows have a probability outside [0, 1]"
        if counts.not_normalized:
            yield (
                f"{counts.not_normalized:,} {role} rows have probabilities that do not sum to 1 "
                f"(within {thresholds.probability_tolerance:g})"
            )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"
