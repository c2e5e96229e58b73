"""The comment at the top of a worksheet's query: what it is, what it returns, and what to change."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from driftql.check.columns import describe_scores
from driftql.check.comparison import Comparison
from driftql.engines import Engine

__all__ = ["describe_query"]

_WIDTH = 110
_UNITS = {"drift_check": "check", "drift_features": "feature", "drift_bins": "feature and bin"}
_UNITS |= {"drift_labels": "check of the labels", "drift_classes": "class"}
# Query -> the columns of its result, and what they mean.
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "drift_check": {
        "check_name, feature": "what is checked; the checks of the labels have no feature",
        "effect, threshold": "how large the difference is, and from where on it counts",
        "p_value, evidence_cutoff": "how often chance alone does this, and how seldom that must be",
        "is_flagged, severity": "true for an alert; NULL: not computed, which is not 'no drift'",
        "reason": "why something is not computed or not looked at; what is missing, which columns differ",
        "entropy_change": "how far the mean entropy has moved, as a share of ln(classes)",
    },
    "drift_features": {
        "ref_rows, ref_missing, ...": "values, NULLs, NaN and infinities of each window",
        "psi, ks_statistic": "the difference of the two distributions",
        "psi_p_value, ks_p_value": "how often chance alone does this",
        "psi_noise": "the PSI that chance exceeds in 5 % of checks",
        "ks_location": "the value at which the distributions are furthest apart",
        "psi_reason, ks_reason": "why there is no number",
    },
    "drift_bins": {
        "lower, upper": "a bin holds lower <= value < upper; NULL for an open end",
        "ref_count, cur_count": "values of each window",
        "contribution": "the bin's part of the PSI",
    },
    "drift_labels": {
        "check_name, class_name": "what is checked; the reject label, or the class that moved most",
        "ref_value, cur_value, effect": "the share or mean entropy of each window, and the difference",
        "p_value": "how often chance alone does this",
        "ref_left_out, cur_left_out": "rows without a label, or without all probabilities",
        "reason": "why there is no number",
    },
    "drift_classes": {
        "ref_count, ref_share, ...": "rows of the class in each window, and their share; NULL: no label",
        "shift": "the current share less that of the reference",
    },
}
# What some of them mean under the fixed rules, which ask for no evidence.
_WITHOUT_EVIDENCE = {
    "effect": "how large the difference is",
    "threshold": "from where on it counts; NULL for KS, which counts where its p-value is below alpha",
    "p_value": "how often chance alone does this",
    "evidence_cutoff": "NULL: the fixed rules (evidence = false) ask for no evidence",
}
_QUERIES = ("check", "features", "bins", "labels", "classes")


def describe_query(comparison: Comparison, name: str) -> str:
    """Write the comment.

    Parameters
    ----------
    comparison
        What the query compares.
    name
        The query, such as ``drift_check``.
    """
    return "".join(f"-- {line}".rstrip() + "\n" for line in _lines(comparison, name))


def _lines(comparison: Comparison, name: str) -> Iterator[str]:
    engine = comparison.engine
    columns = _columns(comparison, name)
    yield f"For {engine.title}. It only reads: nothing is written. One row per {_UNITS[name]}:"
    width = max(map(len, columns))
    for column, meaning in columns.items():
        yield f"  {column:{width}}  {meaning}"
    others = [query for query in _QUERIES if f"drift_{query}" != name]
    first = "Paste this one first." if name == "drift_check" else "The verdict is in another query, --query check."
    yield from _wrap(f"{first} Others: driftql sql ... --query {', '.join(others)}.")
    yield from _wrap(_what_to_change(comparison, name))
    yield from _wrap(_how_tried(engine))
    if name == "drift_check":
        scores, left_out = describe_scores(comparison.columns), comparison.columns.left_out
        notes = [f"Scores of the model among the columns: {scores}."] if scores else []
        names = ", ".join(part.column for part in left_out)
        notes += [f"Not looked at, for the reasons that the query gives: {names}."] if left_out else []
        for note in notes:
            # A line break in a column's name must not end the comment.
            yield from _wrap("".join(c if c.isprintable() else "?" for c in note))


def _columns(comparison: Comparison, name: str) -> Mapping[str, str]:
    columns = _COLUMNS[name]
    if name != "drift_check" or comparison.thresholds.evidence:
        return columns
    replaced = ("effect, threshold", "p_value, evidence_cutoff")
    first, *others = ((column, meaning) for column, meaning in columns.items() if column not in replaced)
    return dict([first, *_WITHOUT_EVIDENCE.items(), *others])


def _wrap(text: str) -> list[str]:
    # A flag such as --relative-dates stays whole.
    return textwrap.wrap(text, _WIDTH, break_on_hyphens=False)


def _what_to_change(comparison: Comparison, name: str) -> str:
    steps = ["reference_rows and current_rows (table, columns, dates)"]
    if name != "drift_classes":
        steps.append("thresholds")
    if name in ("drift_check", "drift_features", "drift_bins") and comparison.columns.features:
        steps.append("features (their names in the result)")
    if name == "drift_check":
        steps.append("missing_names (the same for missing values)")
    words = f"To change: the steps at the top, {', '.join(steps)}; nothing below them. "
    if comparison.is_relative:
        return words + "Dates are counted from the day on which the query runs, in the time zone of your session."
    if any(summary.start or summary.end for summary in comparison.summaries):
        return words + "For windows that move with the calendar, use --relative-dates."
    return words


def _how_tried(engine: Engine) -> str:
    if engine.stand_in:
        return f"Tried on {engine.stand_in}; not yet on {engine.title} itself."
    return f"Tried on {engine.title} itself."
