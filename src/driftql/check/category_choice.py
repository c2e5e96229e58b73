"""Settings, the columns of two windows and a sample of text -> the columns that are compared by their categories."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from driftql.check.columns import SampleValues, explain_no_repeats, fits_category, looks_like_identifier
from driftql.check.pairs import SEPARATES, BothWindows, ColumnPair, is_glob
from driftql.config import MonitorConfig
from driftql.errors import SourceError

__all__ = ["choose_categories"]


def choose_categories(
    monitor: MonitorConfig,
    windows: BothWindows,
    excluded: Collection[str],
    settled: Collection[str],
    separating: Collection[str],
    sample_values: SampleValues,
) -> list[ColumnPair]:
    """Return the columns that are compared by their categories, in the order of the table.

    Those that the settings name in full are taken as they are; of other text columns, a sample decides. What is not
    taken is left out with the reason.

    Raises
    ------
    SourceError
        If a window lacks a column that is named in full, or its values cannot be categories.
    """
    wanted = ["auto"] if monitor.categories == "auto" else [name for name in monitor.categories if name]
    named: dict[str, ColumnPair] = {}
    sampled: dict[str, ColumnPair] = {}
    for pattern in wanted:
        if pattern == "auto":
            continue
        if not is_glob(pattern) or windows.find(pattern) is not None or not windows.matching(pattern):
            pair = windows.find(pattern) or windows.need(pattern, "a category")
            if pair.name not in excluded and _has_lost_categories(pair):
                _lose_categories(pair, windows)
                continue
            pair = _need_category(pattern, windows)
            named |= {pair.name: pair} if pair.name not in excluded else {}
            continue
        for pair in windows.matching(pattern):
            if pair.name not in settled and pair.only is None and all(map(fits_category, pair.sides)):
                (sampled if pair.is_text else named)[pair.name] = pair
            elif pair.name not in settled and pair.was_text:
                sampled[pair.name] = pair
    if monitor.features == "auto":
        for pair in windows.pairs:
            if pair.name in settled or pair.name in named or pair.name in sampled:
                continue
            if pair.was_text and not _reason_no_category(pair, wanted, separating):
                sampled[pair.name] = pair
            if not pair.is_text:
                continue
            if reason := _reason_no_category(pair, wanted, separating):
                windows.leave_out(pair, reason)
            else:
                sampled[pair.name] = pair
    else:
        for pattern in monitor.features:
            by_glob = is_glob(pattern) and windows.find(pattern) is None
            for pair in windows.matching(pattern):
                if pair.name in excluded or pair.name in named or not (pair.is_text or pair.was_text):
                    continue
                if pair.was_text and not by_glob:
                    _lose_categories(pair, windows)
                elif pair.was_text:
                    sampled |= {pair.name: pair} if "auto" in wanted else {}
                elif not by_glob:
                    named[pair.name] = pair
                elif "auto" in wanted:
                    sampled[pair.name] = pair
                elif pair.name not in sampled:
                    windows.leave_out(pair, _reason_not_named(pair, wanted))
    doubtful = [pair for name, pair in sampled.items() if name not in named and name not in windows.lost_categories]
    windows.by_sample = _with_repeats(doubtful, windows, sample_values, monitor.thresholds.min_rows)
    for pair in doubtful:
        if pair.was_text and pair.name in windows.by_sample:
            _lose_categories(pair, windows)
    windows.by_sample -= windows.lost_categories.keys()
    chosen = named.keys() | windows.by_sample
    return [pair for pair in windows.pairs if pair.name in chosen]


def _has_lost_categories(pair: ColumnPair) -> bool:
    """Return whether the reference has values that can be categories, of which the current window has none."""
    if pair.reference is None or pair.rivals or not fits_category(pair.reference):
        return False
    return pair.current is None or not (pair.current.unreadable or fits_category(pair.current))


def _lose_categories(pair: ColumnPair, windows: BothWindows) -> None:
    """Note a feature whose categories the current window does not have: that is no mistake of the settings."""
    source = windows.tables[1].source
    if pair.current is None:
        windows.lost_categories[pair.name] = f"{source} has no column of this name"
        windows.leave_out(pair, "only in the reference window")
    else:
        windows.lost_categories[pair.name] = f"it is {pair.current.type} in {source}, which has no categories"
        windows.leave_out(pair, windows.lost_categories[pair.name])


def _need_category(name: str, windows: BothWindows) -> ColumnPair:
    pair = windows.need(name, "a category")
    for table, column in zip(windows.tables, pair[:2], strict=True):
        if column is not None and not fits_category(column):
            what = f"cannot be read ({column.unreadable})" if column.unreadable else f"is {column.type}"
            raise SourceError(
                f"the category {column.name!r} of {table.source} {what}; categories are texts, numbers, booleans or "
                "dates"
            )
    return pair


def _reason_no_category(pair: ColumnPair, wanted: Collection[str], separating: Collection[str]) -> str:
    """Say why a text column is no category, whatever its values are; "" where these decide."""
    kind = pair.sides[0].type
    if looks_like_identifier(pair.name):
        return "an identifier, by its name"
    if any(column.type.casefold() == "uuid" for column in pair.sides):
        return f"{kind}: an identifier, by its type"
    if any(column.name.casefold() in separating for column in pair.sides):
        return SEPARATES
    return "" if "auto" in wanted else _reason_not_named(pair, wanted)


def _reason_not_named(pair: ColumnPair, wanted: Collection[str]) -> str:
    kind = pair.sides[0].type
    if not wanted:
        return f"{kind}: the settings ask for no categories"
    return f"{kind}: not among the categories that the settings name"


def _with_repeats(
    pairs: Sequence[ColumnPair], windows: BothWindows, sample_values: SampleValues, min_rows: int
) -> set[str]:
    """Return the names of text columns whose values repeat; leave out the others.

    The reference decides: where its values repeat, a current window full of new values is to be told. Where it has no
    values, the current window's decide, if it has the column as text. Of a column that it lacks nothing is left out
    here, because how it differs is told.
    """
    if not pairs:
        return set()
    reference, current = windows.tables
    samples = sample_values(reference, [pair.sides[0] for pair in pairs])
    empty = [place for place, sample in enumerate(samples) if not sample.values and pairs[place].is_text]
    if empty and current.relation != reference.relation:
        beside = sample_values(current, [pairs[place].sides[1] for place in empty])
        samples = list(samples)
        for place, sample in zip(empty, beside, strict=True):
            samples[place] = sample
    found = set()
    for pair, sample in zip(pairs, samples, strict=True):
        if reason := explain_no_repeats(sample, min_rows):
            if pair.is_text:
                windows.leave_out(pair, reason)
        else:
            found.add(pair.name)
    return found
