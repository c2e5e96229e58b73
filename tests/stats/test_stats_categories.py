"""Categories: SciPy's contingency test, rows dealt to the windows by NumPy, and the hypergeometric distribution."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from driftql.stats import Frequency, mix_effect, mix_test, new_category_test, psi, psi_contributions
from tests.support.properties import examples

SURE = 1e-4
DEALS = 4000

counts = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=9).filter(
    lambda pairs: all(map(any, zip(*pairs, strict=True)))
)


def frequencies(both: np.ndarray) -> list[Frequency]:
    rows, categories = np.unique(both[both > 0], return_counts=True)
    return [Frequency(int(k), int(k), int(number)) for k, number in zip(rows, categories, strict=True)]


@examples(60)
@given(counts, st.tuples(st.integers(0, 40), st.integers(0, 40)))
def test_effects_are_those_of_their_definitions(pairs: list[tuple[int, int]], others: tuple[int, int]) -> None:
    ref, cur = (np.array(side) for side in zip(*pairs, strict=True))
    found = mix_effect(ref, cur, others, 1e-3)
    ref, cur = np.append(ref, others[0]), np.append(cur, others[1])
    p, q = ref / ref.sum(), cur / cur.sum()
    # The total variation distance is the largest difference that any set of categories shows.
    sets = (list(chosen) for size in range(len(p) + 1) for chosen in combinations(range(len(p)), size))
    assert found.total_variation == pytest.approx(max(abs(p[chosen].sum() - q[chosen].sum()) for chosen in sets))
    assert found.largest_change == pytest.approx(max(abs(a - b) for a, b in zip(p, q, strict=True)))
    *listed, last = found.contributions
    # That of the others, whose shares are 1 % at least, is what they add to the PSI of two bins.
    before, after = max(p[-1], 0.01), max(q[-1], 0.01)
    assert last == pytest.approx((after - before) * math.log(after / before))
    assert found.psi == pytest.approx(sum(listed) + last)
    assert found.psi == pytest.approx(psi(ref, cur, 1e-3) + last - psi_contributions(ref, cur, 1e-3)[-1])


@pytest.mark.parametrize(
    ("new", "least", "most"), [(0.005, 0, 0), (0.03, 0.02, 0.03), (0.1, 0.2, 0.22), (0.3, 0.9, 1.2)]
)
def test_a_few_rows_of_new_categories_are_no_change_of_the_mix(new: float, least: float, most: float) -> None:
    """Whether the reference has rare categories, or none at all beside the listed ones, makes no difference."""
    ref = np.full(50, 20_000)
    cur = ref * (1 - new)
    for others in (0, 1, 50):
        added = mix_effect(ref, cur, (others, round(1_000_000 * new) + others)).contributions[-1]
        assert least <= added <= most


@examples(40)
@given(counts)
def test_the_mix_of_many_rows_is_scipys(pairs: list[tuple[int, int]]) -> None:
    ref, cur = (np.array(side) + 12 for side in zip(*pairs, strict=True))
    expected = stats.chi2_contingency(np.array([ref, cur]), correction=False)
    assert expected.expected_freq.min() >= 5
    assert mix_test(ref, cur).p_value == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("ref", "cur"),
    [
        ((9, 4, 3, 1, 1, 0), (3, 5, 2, 0, 1, 1)),
        ((20, 1, 1, 2), (4, 3, 3, 0)),
        ((30, 9, 7, 5, 0), (2, 1, 0, 2, 4)),
        ((18, 7, 1, 1, 15), (12, 8, 0, 0, 17)),
    ],
)
def test_the_mix_of_few_rows_is_that_of_rows_dealt_by_chance(ref: tuple[int, ...], cur: tuple[int, ...]) -> None:
    """Categories that expect less than one row in a window go to the last group, as documented."""
    both, n, m = np.add(ref, cur), sum(ref), sum(cur)
    rare = both * min(n, m) / (n + m) < 1
    assert rare.any()
    rare[-1] = True
    group = np.where(rare, -1, np.arange(both.size))
    rows = np.repeat(group, both)

    def statistic(current: np.ndarray) -> float:
        table = [[np.sum(side == one) for one in np.unique(group)] for side in (rows[~current], rows[current])]
        return float(stats.chi2_contingency(np.array(table), correction=False).statistic)

    ends = np.cumsum(both)
    observed = np.zeros(n + m, bool)
    for end, many in zip(ends, cur, strict=True):
        observed[end - many : end] = True
    seen = statistic(observed) - 1e-9
    rng = np.random.default_rng(5)
    reached = sum(statistic(rng.permutation(observed)) >= seen for _ in range(DEALS // 4))
    ours = mix_test(ref, cur).p_value
    error = math.sqrt(ours * (1 - ours) * (4 / DEALS + 1 / 4000))
    assert ours == pytest.approx(reached / (DEALS / 4), abs=4 * error + 1e-3)


@pytest.mark.parametrize(("ref", "cur"), [((40, 25, 20, 15), (30, 30, 25, 15)), ((900, 700, 400), (1000, 600, 350))])
def test_noise_is_the_psi_of_rows_dealt_by_chance(ref: tuple[int, ...], cur: tuple[int, ...]) -> None:
    """Of few rows by dealing them, of many by the chi-square form."""
    rng = np.random.default_rng(6)
    rows, n, many = np.repeat(np.arange(len(ref)), np.add(ref, cur)), sum(ref), len(ref)
    dealt = []
    for _ in range(DEALS):
        rng.shuffle(rows)
        dealt.append(psi(np.bincount(rows[:n], minlength=many), np.bincount(rows[n:], minlength=many), 1e-4))
    found = mix_test(ref, cur, epsilon=1e-4)
    assert found.noise == pytest.approx(np.quantile(dealt, 0.95), rel=0.1)
    assert mix_test(ref, cur).noise is None


def ranges(exact: list[Frequency], rng: np.random.Generator) -> list[Frequency]:
    """Count neighbouring frequencies as one, as SQL does."""
    place, made = 0, []
    while place < len(exact):
        part = exact[place : place + int(rng.integers(1, 5))]
        made.append(Frequency(part[0].least, part[-1].most, sum(one.categories for one in part)))
        place += len(part)
    return made


populations = st.tuples(
    st.lists(st.integers(1, 14), min_size=1, max_size=30), st.floats(0.1, 0.9), st.integers(0, 2**32 - 1)
)


@examples(30)
@given(populations)
def test_new_categories_are_never_more_evident_than_rows_dealt_by_chance_make_them(
    case: tuple[list[int], float, int],
) -> None:
    """The p-value, as a function of the windows, is at or below a level no more often than the level says."""
    both, share, seed = np.array(case[0]), case[1], case[2]
    rows = np.repeat(np.arange(both.size), both)
    m = min(max(round(share * rows.size), 1), rows.size - 1)
    if rows.size < 2:
        return
    n = rows.size - m
    rng = np.random.default_rng(seed)
    exact = frequencies(both)
    known = [exact, *([ranges(exact, rng)] * 2)]
    found = np.empty((300, 3))
    for place in range(len(found)):
        cur = np.bincount(rng.permutation(rows)[:m], minlength=both.size)
        ref, is_new = both - cur, cur == both
        counts = (int(cur[is_new].sum()), n, m, int((ref == 1).sum()))
        most = int(cur[is_new].max(initial=0))
        found[place] = [
            new_category_test(*counts, some, largest).p_value
            for some, largest in zip(known, (most, most, 0), strict=True)
        ]
    assert found.min() > 0
    for level in (0.01, 0.05, 0.2):
        assert ((found <= level).sum(axis=0) <= stats.binom.ppf(1 - SURE, len(found), level)).all()


@pytest.mark.parametrize(("n", "m", "size"), [(50, 50, 8), (1000, 50, 3), (500, 2000, 40), (100_000, 100_000, 12)])
def test_one_new_category_is_as_evident_as_its_rows(n: int, m: int, size: int) -> None:
    """Beside two categories that nobody loses, the exact probability is hypergeometric; the bound is within a factor."""
    both = np.array([(n + m - size) // 2, n + m - size - (n + m - size) // 2, size])
    found = new_category_test(size, n, m, 0, frequencies(both), size)
    exact = float(stats.hypergeom.pmf(size, n + m, size, m))
    assert exact < found.p_value <= 2.2 * exact
    alone = new_category_test(size, n, m, 0, frequencies(both)).p_value
    assert exact < alone <= 5 * exact


def test_many_small_new_categories_are_found_by_their_sum() -> None:
    known, new = np.full(40, 200), np.ones(60, int)
    both = np.concatenate((known, new))
    found = new_category_test(60, 4000, 4060, 0, frequencies(both), 1)
    exact = float(stats.hypergeom.pmf(60, 8060, 60, 4060))
    assert exact < found.p_value <= 200 * exact
    assert (found.share, found.expected_share) == (60 / 4060, 0.0)


def test_nothing_new_is_no_evidence() -> None:
    found = new_category_test(0, 10, 30, 2, [Frequency(20, 20, 2)])
    assert found == (0.0, 0.2, 1.0)


@pytest.mark.parametrize(("unseen", "n", "m", "singles"), [(1, 0, 5, 0), (0, 5, 0, 0), (6, 5, 5, 0), (1, 5, 5, 6)])
def test_counts_that_cannot_be_are_refused(unseen: int, n: int, m: int, singles: int) -> None:
    with pytest.raises(ValueError, match="row"):
        new_category_test(unseen, n, m, singles, [])
