"""The p-values that SQL computes, against SciPy: the errors stated in ``sql/docs/p-values.md`` are the largest found here."""

from __future__ import annotations

import itertools
import math
import re
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import ks_2samp

from driftql.engines import ENGINES
from driftql.sql.render import render

PAGE = (Path(__file__).parents[2] / "sql" / "docs" / "p-values.md").read_text(encoding="utf-8")
DUCKDB = ENGINES["duckdb"]
Numbers = NDArray[np.float64]


def computed(steps: Sequence[tuple[str, str]], **columns: Numbers) -> Numbers:
    """Run expression macros one after the other, each a column that the next can name; return the last."""
    sql = "select * from given"
    for name, expression in steps:
        sql = f"select *, {expression} as {name} from ({sql}) as earlier"
    with duckdb.connect() as connection:
        connection.register("given", {name: np.asarray(values, dtype=np.float64) for name, values in columns.items()})
        found = connection.execute(f"select {steps[-1][0]} from ({sql}) as steps").fetchnumpy()[steps[-1][0]]
    return np.asarray(found, dtype=np.float64)


def macro(name: str, *arguments: str) -> str:
    return render(name, DUCKDB, *arguments)


def stated(label: str) -> list[float]:
    """Return the numbers in a row of a table of the page."""
    [row] = re.findall(rf"^\| {re.escape(label)} \|(.*)\|$", PAGE, re.MULTILINE)
    return [float(cell.strip().rstrip("%").replace("below", "")) for cell in row.split("|")]


def relative(found: Numbers, wanted: Numbers) -> Numbers:
    return np.abs(found / wanted - 1)


PROBABILITIES = np.concatenate([np.logspace(-250, -2, 200), np.linspace(0.01, 0.99, 99), 1 - np.logspace(-9, -2, 20)])


NORMAL_PART = "1 - 10 / (abs({}) + 5)"


def normal(z: Numbers) -> Numbers:
    return computed([("r", NORMAL_PART.format("z")), ("p", macro("normal_tail", "z", "r"))], z=z)


def test_normal_tail() -> None:
    z = stats.norm.isf(PROBABILITIES)
    found = normal(z)
    assert relative(found, stats.norm.sf(z)).max() < 1e-11
    ends = normal(np.array([-40.0, 0.0, 40.0]))
    assert ends.tolist() == [1.0, pytest.approx(0.5, rel=1e-14), 0.0]


def test_kolmogorov_tail() -> None:
    z = np.concatenate([np.linspace(0.001, 3, 400), np.linspace(3, 17, 50), [40.0]])
    found = computed([("p", macro("kolmogorov_tail", "z"))], z=z)
    assert np.abs(found - stats.kstwobign.sf(z)).max() < 1e-12
    likely = (z > 0.3) & (z < 17)
    assert relative(found[likely], stats.kstwobign.sf(z[likely])).max() < 1e-11


def chi_square(x: Numbers, df: Numbers) -> Numbers:
    steps = [
        ("deviate", macro("chi_square_deviate", "x", "df")),
        ("r", NORMAL_PART.format("deviate")),
        ("tail", macro("normal_tail", "deviate", "r")),
        ("odd", "df - 2 * floor(df / 2)"),
        ("eta", "deviate / sqrt(df / 2)"),
        ("mu", "x / df - 1"),
        ("p", macro("chi_square_tail", "x", "df", "deviate", "tail", "odd", "eta", "mu")),
    ]
    return computed(steps, x=x, df=df)


def test_chi_square_tail() -> None:
    for degrees, bound in ((range(1, 31), 1e-11), ((*range(31, 60), 99, 100, 499, 999), 2.2e-5)):
        df = np.repeat(np.array(degrees, dtype=np.float64), PROBABILITIES.size)
        x = np.asarray(stats.chi2.isf(np.tile(PROBABILITIES, len(degrees)), df))
        wanted = np.asarray(stats.chi2.sf(x, df))
        assert relative(chi_square(x, df), wanted).max() < bound
    assert chi_square(np.array([0.0, 0.0, 1e6, 1e6]), np.array([1.0, 99.0, 9.0, 99.0])).tolist() == [1, 1, 0, 0]


def test_the_limit_of_chi_square() -> None:
    df = np.arange(1, 400, dtype=np.float64)
    found = computed([("x", macro("chi_square_limit", "df"))], df=df)
    assert relative(found, np.asarray(stats.chi2.isf(0.05, df))).max() < 1e-3


@cache
def student() -> tuple[Numbers, Numbers, Numbers]:
    degrees = np.array([5, 5.5, 6, 7, 9, 9.3, 15, 30, 100, 1000, 1e5, 1e8])
    df = np.repeat(degrees, PROBABILITIES.size)
    t = np.asarray(stats.t.isf(np.tile(PROBABILITIES, degrees.size), df))
    keep = np.abs(t) < 1e6
    df, t = df[keep], t[keep]
    steps = [
        ("u", "t * t / df"),
        ("w", macro("student_root", "t", "u", "df")),
        ("w2", "w * w"),
        ("b", "48 * (df - 0.5) * (df - 0.5)"),
        ("z", macro("student_deviate", "w", "w2", "b")),
        ("r", NORMAL_PART.format("z")),
        ("p", macro("normal_tail", "z", "r")),
    ]
    return computed(steps, t=t, df=df), np.asarray(stats.t.sf(t, df)), df


def test_student_tail() -> None:
    found, wanted, df = student()
    absolute, near, far = stated("Welch's t, from 5 degrees of freedom")
    assert np.abs(found - wanted).max() <= absolute
    assert relative(found, wanted)[wanted > 1e-4].max() <= near
    assert relative(found, wanted)[wanted > 1e-10].max() <= far
    absolute, near, far = stated("Welch's t, from 30 degrees of freedom")
    many = df >= 30
    assert np.abs(found - wanted)[many].max() <= absolute
    assert relative(found, wanted)[many & (wanted > 1e-4)].max() <= near
    assert relative(found, wanted)[many & (wanted > 1e-10)].max() <= far


def ks(d: Numbers, n: Numbers, m: Numbers) -> Numbers:
    steps = [
        ("size", macro("ks_size", "few", "many")),
        ("shift", macro("ks_shift", "few", "many")),
        ("z", "sqrt(size) * d"),
        ("lookup", macro("ks_deviate", "z", "few", "many", "size", "shift")),
        ("p", macro("kolmogorov_tail", "lookup")),
    ]
    return computed(steps, d=d, few=np.minimum(n, m), many=np.maximum(n, m))


def exact(n: int, m: int) -> tuple[Numbers, Numbers]:
    """Possible distances of windows of n and m values, and their exact p-values, from windows of zeros and ones."""
    reach = math.sqrt(n * m / (n + m))
    found = {}
    for z in np.linspace(0.4, 3.4, 25):
        d = min(z / reach, 1.0)
        below = round(n * (1 + d) / 2)
        above = max(round(m * (below / n - d)), 0)
        ref, cur = np.repeat([0.0, 1.0], [below, n - below]), np.repeat([0.0, 1.0], [above, m - above])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            outcome = ks_2samp(ref, cur, method="exact")
        found[float(outcome.statistic)] = float(outcome.pvalue)
    return np.array(list(found)), np.array(list(found.values()))


GRID = {
    "KS, 10 to 29 rows in the smaller window": [(10, 10), (10, 11), (10, 12), (10, 15), (10, 20), (10, 37), (10, 100), (10, 1000), (20, 20), (20, 21), (20, 30), (20, 50), (25, 40)],
    "KS, 30 to 99 rows": [(30, 30), (30, 45), (30, 100), (50, 50), (50, 51), (50, 75), (50, 80), (50, 1000), (75, 75), (99, 400)],
    "KS, 100 to 999 rows": [(100, 100), (100, 101), (100, 137), (100, 150), (100, 250), (100, 5000), (250, 333), (500, 500), (500, 501), (500, 701), (900, 10_000)],
    "KS, 1,000 to 10,000 rows": [(1000, 1000), (1000, 1001), (1000, 1500), (1000, 1777), (1000, 10_000), (5000, 5000)],
}  # fmt: skip


@pytest.mark.parametrize("label", GRID)
def test_ks_against_exact_p_values(label: str) -> None:
    absolute, near, far = stated(label)
    for n, m in GRID[label]:
        d, wanted = exact(n, m)
        found = ks(d, np.full(d.shape, float(n)), np.full(d.shape, float(m)))
        assert np.abs(found - wanted).max() <= absolute, (n, m)
        likely = (wanted > 1e-3) & (wanted < 0.2)
        assert relative(found, wanted)[likely].max() <= near, (n, m)
        assert relative(found, wanted)[wanted > 1e-10].max() <= far, (n, m)


def test_ks_against_kstwo() -> None:
    """Beyond 10,000 rows SciPy takes the one-sample distribution of n * m / (n + m) rows, and so does the Python host."""
    absolute, near, far = stated("KS, beyond 10,000 rows")
    for n, m in ((300, 20_000), (1000, 20_000), (20_000, 20_000), (12_345, 67_890), (10**6, 10**6), (10**7, 3 * 10**7)):
        size = round(n * m / (n + m))
        p = np.concatenate([np.logspace(-10, -1, 16), np.linspace(0.1, 0.999, 16)])
        d = np.sqrt(stats.kstwobign.isf(p) ** 2 / size)
        wanted = stats.kstwo.sf(d, size)
        found = ks(d, np.full(d.shape, float(n)), np.full(d.shape, float(m)))
        assert np.abs(found - wanted).max() <= absolute, (n, m)
        likely = (wanted > 1e-3) & (wanted < 0.2)
        assert relative(found, wanted)[likely].max() <= near, (n, m)
        assert relative(found, wanted)[wanted > 1e-10].max() <= far, (n, m)


def test_the_exact_test_of_missing_values() -> None:
    """Fisher's p-value to 1e-6, on either side, far out, and where one window is much the smaller; else the z test."""
    cases = [
        (ref_hits, ref_n, hits - ref_hits, cur_n)
        for ref_n, cur_n in itertools.product((10, 37, 400, 20_000, 3_000_000), repeat=2)
        for few in (1, 2, 3, 7, 15, 60, 900)
        for hits in (few, ref_n + cur_n - few)
        for ref_hits in {0, 1, hits // 3, hits * ref_n // (ref_n + cur_n), hits - 1, hits}
        if 0 <= ref_hits <= ref_n and 0 <= hits - ref_hits <= cur_n and hits > 0
    ]
    rows = ", ".join(f"({place}, {', '.join(map(str, case))})" for place, case in enumerate(cases))
    source = f"(select *, 'x' as feature, 'missing' as what from (values {rows}) as t(place, ref_hits, ref_n, cur_hits, cur_n))"
    settings = {"min_rows": 1, "missing_increase": "0e0"}
    sql = render("missing_tests_query", ENGINES["duckdb"], source=source, settings=settings)
    exact = 0
    for place, _, p_value, _ in duckdb.sql(sql).fetchall():
        ref_hits, ref_n, cur_hits, cur_n = cases[place]
        hits, total = ref_hits + cur_hits, ref_n + cur_n
        if hits == total:
            assert p_value is None or p_value == pytest.approx(1, rel=1e-6)
            continue
        is_exact = min(hits, total - hits) * min(ref_n, cur_n) / total < 5
        rate = hits / total
        z = (cur_hits / cur_n - ref_hits / ref_n) / math.sqrt(rate * (1 - rate) * (1 / cur_n + 1 / ref_n))
        wanted = stats.hypergeom.sf(cur_hits - 1, total, hits, cur_n) if is_exact else stats.norm.sf(z)
        assert p_value == pytest.approx(wanted, rel=1e-6, abs=1e-280), cases[place]
        exact += is_exact
    assert exact > 300
