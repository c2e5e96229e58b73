"""The oracle of category features: pandas counts the values of both windows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from driftql.check.counts import CategoryCounts

__all__ = ["hold_categories"]


def hold_categories(
    found: CategoryCounts, ref: Sequence[str | None], cur: Sequence[str | None], listed: int, named: int
) -> None:
    """Compare what SQL counted with ``value_counts`` of the raw texts; ties go by the code points of the text.

    Parameters
    ----------
    found
        The counts of one feature.
    ref, cur
        Its texts in each window; None is missing.
    listed, named
        How many of the most frequent categories are listed, and how many new ones are named.
    """
    before, after = (dict(pd.Series(list(side), dtype=object).value_counts()) for side in (ref, cur))
    both = {name: int(before.get(name, 0) + after.get(name, 0)) for name in {**before, **after}}

    def first(names: Sequence[str], rows: dict[str, int], most: int) -> list[tuple[str, int, int]]:
        order = sorted(names, key=lambda name: (-rows[name], name.encode()))[:most]
        return [(name[:200], int(before.get(name, 0)), int(after.get(name, 0))) for name in order]

    new, gone = [name for name in after if name not in before], [name for name in before if name not in after]
    assert [tuple(one) for one in found.listed] == first(list(before), before, listed)
    assert [tuple(one) for one in found.new] == first(new, after, named)
    assert [tuple(one) for one in found.gone] == first(gone, before, named)
    assert (found.ref_n, found.cur_n) == (sum(before.values()), sum(after.values()))
    assert (found.unseen, found.unseen_categories) == (sum(after[name] for name in new), len(new))
    assert found.rest_categories == max(len(before) - listed, 0)
    assert found.rest == (
        found.ref_n - sum(one.ref for one in found.listed),
        found.cur_n - found.unseen - sum(one.cur for one in found.listed),
    )
    assert found.ref_singles == sum(rows == 1 for rows in before.values())
    pooled = first(list(both), both, listed)
    groups = [(ref_rows, cur_rows) for _, ref_rows, cur_rows in pooled]
    others = found.ref_n - sum(r for r, _ in groups), found.cur_n - sum(c for _, c in groups)
    assert list(zip(*found.groups, strict=True)) == groups + ([others] if any(others) else [])
    frequencies = Counter(both.values())
    assert sum(one.categories for one in found.frequencies) == len(both)
    for one in found.frequencies:
        inside = [rows for rows in frequencies for _ in range(frequencies[rows]) if one.least <= rows <= one.most]
        assert len(inside) >= one.categories
        assert one.least in frequencies
        assert one.most in frequencies
    assert found.others == (
        found.ref_n - sum(one.ref for one in found.listed),
        found.cur_n - sum(one.cur for one in found.listed),
    )
