"""Settings and the columns of two windows -> the numbers that are compared: features, and scores of the model."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from driftql.check.columns import looks_like_identifier
from driftql.check.pairs import SEPARATES, TIME_KINDS, BothWindows, ColumnPair, is_glob
from driftql.config import MonitorConfig
from driftql.errors import SourceError

__all__ = ["choose_features"]


def choose_features(
    monitor: MonitorConfig,
    windows: BothWindows,
    excluded: Collection[str],
    taken: Collection[str],
    chosen: Collection[str],
    scores: Sequence[str],
    separating: Collection[str],
) -> tuple[list[ColumnPair], int]:
    """Choose the numbers that are compared; a column that is not one of them is left out with the reason.

    Parameters
    ----------
    monitor
        The settings.
    windows
        The columns of both.
    excluded
        Columns that the settings exclude.
    taken, chosen
        Columns that play a role; columns that are compared by their categories.
    scores
        Those of the model that are compared whatever the list of features says.
    separating
        Columns by which the filters of the windows tell these apart.

    Returns
    -------
    list of ColumnPair
        The features.
    int
        How many columns a list of features does not name.

    Raises
    ------
    SourceError
        If the reference lacks a feature that is named in full, or it is neither a number nor a time there.
    """
    known = {*taken, *chosen, *excluded, *windows.left_out}
    if monitor.features == "auto":
        return [
            pair
            for pair in windows.pairs
            if (pair.name in scores and _is_comparable_score(pair, windows, separating))
            or (pair.name not in known and _is_feature(pair, windows, separating))
        ], 0
    features = _named_features(monitor.features, windows, {*excluded, *chosen}, taken)
    # In the order of the roles, which the settings alone tell.
    others = [name for name in scores if name not in {pair.name for pair in features}]
    named = [pair for name in others for pair in windows.pairs if pair.name == name]
    features += [pair for pair in named if _is_comparable_score(pair, windows, separating)]
    known |= {*windows.left_out, *(pair.name for pair in features)}
    return features, sum(pair.name not in known for pair in windows.pairs)


def _is_feature(pair: ColumnPair, windows: BothWindows, separating: Collection[str], *, by_name: bool = True) -> bool:
    """Return whether a column is a feature; if it is none, note why. ``by_name`` drops identifiers."""
    if not any(column.is_numeric for column in pair.sides):
        windows.leave_out(pair, _reason_not_numeric(pair))
    elif by_name and looks_like_identifier(pair.name):
        windows.leave_out(pair, "an identifier, by its name")
    elif any(column.name.casefold() in separating for column in pair.sides):
        windows.leave_out(pair, SEPARATES)
    elif pair.rivals:
        rivals = " and ".join(map(repr, pair.rivals))
        _cannot_use(pair, f"it differs from {rivals} of the other window by capitals only: rename one of them", windows)
    elif pair.reference is None:
        # It was not there when the model was trained, so no check of it is lost.
        windows.leave_out(pair, "only in the current window")
    elif pair.current is None:
        _cannot_use(pair, f"{windows.tables[1].source} has no column of this name", windows)
    elif not pair.is_numeric:
        table, column = next(
            (table, column)
            for table, column in zip(windows.tables, pair[:2], strict=True)
            if column is not None and not column.is_numeric
        )
        _cannot_use(pair, f"it is {column.type} in {table.source}, not a number", windows)
    else:
        return True
    return False


def _is_comparable_score(pair: ColumnPair, windows: BothWindows, separating: Collection[str]) -> bool:
    """Return whether a score of the model can be compared as a column; if it cannot, note why."""
    numbers = [column for column in pair.sides if column.is_numeric]
    if pair.in_use.kind == "list":
        windows.leave_out(pair, "of a list of probabilities, only the entropy is compared")
    elif any(column.name.casefold() in separating for column in pair.sides):
        windows.leave_out(pair, SEPARATES)
    elif pair.reference is None:
        windows.leave_out(pair, "only in the current window")
    elif len(numbers) < len(pair.sides):
        windows.leave_out(pair, f"it is {pair.reference.type} in {windows.tables[0].source}, not a number")
    else:
        return True
    return False


def _cannot_use(pair: ColumnPair, reason: str, windows: BothWindows) -> None:
    windows.unusable[pair.name] = reason
    windows.leave_out(pair, reason)


def _reason_not_numeric(pair: ColumnPair) -> str:
    column = pair.sides[0]
    if column.unreadable:
        return column.unreadable
    if pair.only is not None:
        return f"only in the {pair.only} window"
    if column.kind == "text":
        if pair.is_text:
            return f"{column.type}: text is not a number"
        return f"it is {column.type} in one window and {pair.sides[1].type} in the other"
    if column.kind in TIME_KINDS:
        return f"{column.type}: a time is compared only if it is named as a feature"
    if column.kind == "list":
        return f"{column.type}: a list is not a feature"
    return f"{column.type}: it is not a number"


def _named_features(
    patterns: Sequence[str], windows: BothWindows, excluded: Collection[str], taken: Collection[str]
) -> list[ColumnPair]:
    """Return the features that the settings name.

    Raises
    ------
    SourceError
        If the reference lacks a feature that is named in full, or it is neither a number nor a time there, or a time
        that the conditions of the windows use. A number or a time of the reference that the current window lacks,
        or has as something else, is no mistake of the settings: it has no result.
    """
    chosen: dict[str, ColumnPair] = {}
    for pattern in patterns:
        by_glob = is_glob(pattern) and windows.find(pattern) is None and bool(windows.matching(pattern))
        found = None if by_glob else windows.find(pattern)
        if by_glob:
            pairs = windows.matching(pattern)
        elif found is not None and (_has_changed(found) or found.name in windows.lost_categories):
            pairs = [found]
        else:
            pairs = [windows.need(pattern, "a feature")]
        for pair in pairs:
            if pair.name in chosen or pair.name in excluded or pair.name in windows.lost_categories:
                continue
            if by_glob and pair.is_text and pair.name in windows.left_out:
                continue
            if by_glob:
                chosen |= {pair.name: pair} if _is_feature(pair, windows, (), by_name=False) else {}
                continue
            if _has_changed(pair):
                # It was a feature once, so the name is right; what has become of the column is said.
                _tell_change(pair, windows)
                continue
            if pair.is_time and pair.name in taken:
                raise SourceError(
                    f"the feature {pair.name!r} is the time of the rows, by which windows differ whatever the data is: "
                    "leave it out"
                )
            if pair.is_time:
                chosen[pair.name] = pair
                continue
            for table, column in zip(windows.tables, pair[:2], strict=True):
                if column is not None and column.unreadable:
                    raise SourceError(
                        f"the feature {column.name!r} of {table.source} cannot be read ({column.unreadable})"
                    )
                if column is not None and not column.is_numeric:
                    raise SourceError(
                        f"the feature {column.name!r} of {table.source} is {column.type}; a feature is a number, "
                        "a boolean or a time: leave it out, or make a view that turns it into one"
                    )
            chosen[pair.name] = pair
    return list(chosen.values())


def _has_changed(pair: ColumnPair) -> bool:
    """Return whether the reference has a number or a time, and the current window nothing, or something else."""
    ref, cur = pair.reference, pair.current
    if ref is None or ref.unreadable or pair.rivals or not (ref.is_numeric or ref.kind in TIME_KINDS):
        return False
    fits = cur is not None and (cur.is_numeric if ref.is_numeric else cur.kind in TIME_KINDS)
    return not fits and not (cur is not None and cur.unreadable)


def _tell_change(pair: ColumnPair, windows: BothWindows) -> None:
    """Note a feature that was a number or a time, and is none in the current window."""
    source, ref, cur = windows.tables[1].source, pair.reference, pair.current
    if cur is None:
        _cannot_use(pair, f"{source} has no column of this name", windows)
    else:
        what = "time" if ref is not None and ref.kind in TIME_KINDS else "number"
        _cannot_use(pair, f"it is {cur.type} in {source}, not a {what}", windows)
