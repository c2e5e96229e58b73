"""Settings and the columns of two windows -> roles, features, and the columns that a check does not look at.

Everything starts from the columns of both windows together, so that no column is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from driftql.check.category_choice import choose_categories
from driftql.check.columns import AreProbabilities, ColumnMap, SampleValues, Table
from driftql.check.features import choose_features
from driftql.check.pairs import BothWindows, ColumnPair, is_glob, pair_columns
from driftql.check.roles import choose_roles
from driftql.config import MonitorConfig
from driftql.errors import SourceError, nearest
from driftql.report import ColumnChange
from driftql.warehouse.base import Column

__all__ = ["match_columns"]


def match_columns(
    monitor: MonitorConfig,
    tables: Sequence[Table],
    are_probabilities: AreProbabilities,
    separating: Collection[str] = (),
    sample_values: SampleValues | None = None,
) -> ColumnMap:
    """Match a monitor's roles and features to the columns of its tables.

    Parameters
    ----------
    monitor
        The settings.
    tables
        The tables of the reference and of the current window, or of the current window alone.
    are_probabilities
        Answers whether columns that are called like class probabilities sum to 1 in a table; of one column, whether its
        values are within [0, 1].
    separating
        Columns by which the filters of the windows tell these apart, so that they differ whatever the data is.
    sample_values
        Answers how often the values of text columns repeat; None where nobody compares categories.

    Returns
    -------
    ColumnMap
        Columns as the first table that has them spells them.

    Raises
    ------
    SourceError
        If a column that the settings name is missing from a table or is of the wrong type.
    """
    both = (tables[0], tables[-1])
    windows = BothWindows(both, pair_columns(*both))
    excluded = _excluded(monitor.exclude, windows, is_strict=len(tables) > 1)
    roles = choose_roles(monitor, windows, excluded, are_probabilities)
    taken = {pair.name for pair in roles.columns}
    apart = {name.casefold() for name in separating}
    # Of a single window nothing is compared.
    compared = roles.scores.keys() - excluded if len(tables) > 1 else set()
    categories: list[ColumnPair] = []
    if len(tables) > 1 and sample_values is not None:
        settled = taken | excluded | set(windows.left_out)
        categories = choose_categories(monitor, windows, excluded, settled, apart, sample_values)
    chosen = {pair.name for pair in categories}
    scores = [name for name in roles.scores if name in compared - chosen]
    features, not_chosen = choose_features(monitor, windows, excluded, taken, chosen, scores, apart)
    used = [*roles.columns, *features, *categories]
    with_a_role = windows.lost | roles.role_of
    return ColumnMap(
        **{role: pair.in_use for role, pair in roles.by_role.items()},
        row_id=tuple(pair.in_use for pair in roles.row_id),
        probabilities=tuple(pair.in_use for pair in roles.probabilities),
        features=tuple(pair.widest for pair in features),
        categories=tuple(pair.in_use for pair in categories),
        scores=roles.scores,
        mixed=frozenset(pair.name for pair in features if pair.is_mixed),
        times=frozenset(pair.name for pair in features if pair.is_time),
        unusable=windows.unusable,
        lost_categories=windows.lost_categories,
        by_sample=frozenset(windows.by_sample),
        lost=roles.lost,
        left_out=tuple(
            windows.left_out[pair.name]
            for pair in windows.pairs
            if pair.name in windows.left_out and (pair.name in compared or pair.name not in taken)
        ),
        not_chosen=not_chosen,
        warnings=tuple(windows.warnings),
        reference_names=_own_names((pair.name, pair.reference) for pair in used),
        current_names=_own_names((pair.name, pair.current) for pair in used),
        changes=_changes(monitor, windows, excluded, with_a_role, {pair.name for pair in (*features, *categories)}),
    )


def _changes(
    monitor: MonitorConfig,
    windows: BothWindows,
    excluded: Collection[str],
    roles: Mapping[str, str],
    features: Collection[str],
) -> tuple[ColumnChange, ...] | None:
    """Return the columns that one window lacks or has in another family of types; None for windows of one table.

    Parameters
    ----------
    monitor
        Its list of features, if it has one, says which columns are judged, besides those with a role.
    windows
        The columns of both.
    excluded
        Columns that the settings exclude.
    roles
        Columns that play a role, or would if both windows had them -> the role.
    features
        Columns that are compared.
    """
    reference, current = windows.tables
    if reference.relation == current.relation:
        return None
    is_named = None
    if monitor.features != "auto":
        asked = [*monitor.features, *(monitor.categories if monitor.categories != "auto" else ())]
        is_named = {pair.name for pattern in asked for pair in windows.matching(pattern)}
    found = []
    for pair in windows.pairs:
        # Of columns that differ by capitals only, nobody can tell which became which.
        if pair.name in excluded or pair.rivals or not (pair.only or pair.is_retyped):
            continue
        if is_named is not None and pair.name not in is_named and pair.name not in roles:
            continue
        is_lost = any(pair.name in lost for lost in (windows.unusable, windows.lost, windows.lost_categories))
        role = roles.get(pair.name) or ("feature" if is_lost or pair.name in features else None)
        change = ColumnChange(
            column=pair.name,
            change="added" if pair.only == "current" else "vanished" if pair.only == "reference" else "retyped",
            ref_type=pair.reference.type if pair.reference else None,
            cur_type=pair.current.type if pair.current else None,
            role=role,
        )
        if change.change != "added":
            change.severity = "critical" if role and (is_lost or pair.only) else "warning"
        elif monitor.schema_ == "strict":
            change.severity = "warning"
        found.append(change)
    return tuple(found)


def _own_names(columns: Iterable[tuple[str, Column | None]]) -> dict[str, str | None]:
    own = ((name, column.name if column else None) for name, column in columns)
    return {name: spelled for name, spelled in own if spelled != name}


def _excluded(patterns: Sequence[str], windows: BothWindows, *, is_strict: bool) -> set[str]:
    """Return the columns that the settings exclude.

    Raises
    ------
    SourceError
        If a name is no column's: the column that was meant would stay in the check.
    """
    found: set[str] = set()
    for pattern in patterns:
        matched = windows.matching(pattern)
        found |= {pair.name for pair in matched}
        if matched or not is_strict:
            continue
        if is_glob(pattern):
            windows.warnings.append(f"no column matches {pattern!r}, which is to be excluded")
            continue
        hint = nearest(pattern, [pair.name for pair in windows.pairs])
        sources = " and ".join(dict.fromkeys(table.source for table in windows.tables))
        raise SourceError(f"there is no column {pattern!r} to exclude in {sources}{hint}")
    return found
