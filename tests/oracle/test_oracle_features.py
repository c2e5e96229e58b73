"""Any two windows of any numeric type, however they are handed over, against NumPy and SciPy on the raw rows."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftql import DriftReport, run_drift_check
from tests.support import reference
from tests.support.checks import check_feature, check_location, result_of
from tests.support.properties import examples

FEW = examples(15, same=True)


def integers(low: int, high: int) -> st.SearchStrategy[Any]:
    near = st.integers(0, 3)
    ends = st.one_of(near.map(lambda k: low + k), near.map(lambda k: high - k))
    small = st.integers(max(low, -3), min(high, 3))
    around = st.integers(2**53 - 2, 2**53 + 3).filter(lambda value: low <= value <= high) if high > 2**53 else small
    return st.one_of(small, ends, around, st.integers(low, high))


def decimals(places: int, digits: int) -> st.SearchStrategy[Any]:
    whole = st.one_of(st.integers(-3, 3), st.integers(-(10**digits) + 1, 10**digits - 1))
    return whole.map(lambda value: Decimal(f"{value}E-{places}"))  # scaleb rounds to 28 digits


SPECIAL = [math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, -5e-324, 1e300, -1e300, 1e-300, 0.1, 0.3, 1.0]
DOUBLES = st.one_of(
    st.sampled_from(SPECIAL),
    st.integers(-3, 3).map(float),
    st.floats(min_value=-1e300, max_value=1e300, allow_nan=False),
)
SINGLES = st.one_of(
    st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, 0.5]),
    st.floats(width=32, min_value=-(2.0**100), max_value=2.0**100, allow_nan=False),
)


@dataclass(frozen=True)
class Kind:
    """A type of column: how DuckDB and Arrow call it, and which values it holds."""

    sql: str
    arrow: pa.DataType | None
    values: st.SearchStrategy[Any]


DOUBLE = Kind("DOUBLE", pa.float64(), DOUBLES)
NARROW = [
    DOUBLE,
    DOUBLE,
    Kind("FLOAT", pa.float32(), SINGLES),
    Kind("BOOLEAN", pa.bool_(), st.booleans()),
    Kind("TINYINT", pa.int8(), integers(-(2**7), 2**7 - 1)),
    Kind("SMALLINT", pa.int16(), integers(-(2**15), 2**15 - 1)),
    Kind("INTEGER", pa.int32(), integers(-(2**31), 2**31 - 1)),
    Kind("BIGINT", pa.int64(), integers(-(2**63), 2**63 - 1)),
    Kind("UBIGINT", pa.uint64(), integers(0, 2**64 - 1)),
]
LONG = [
    Kind("DECIMAL(9,2)", pa.decimal128(9, 2), decimals(2, 9)),
    Kind("DECIMAL(18,6)", pa.decimal128(18, 6), decimals(6, 18)),
    Kind("DECIMAL(38,10)", pa.decimal128(38, 10), decimals(10, 38)),
]
HUGE = [
    Kind("HUGEINT", None, integers(-(2**127) + 1, 2**127 - 1)),
    Kind("UHUGEINT", None, integers(0, 2**128 - 1)),
]
TYPES = [*NARROW, *LONG, *HUGE]


@dataclass
class Pair:
    """One feature: its type and its values in both windows."""

    kinds: tuple[Kind, Kind]
    values: tuple[list[Any], list[Any]]


@st.composite
def windows(draw: st.DrawFn, kinds: list[Kind], *, mixed: bool = True, missing: bool = True) -> dict[str, Pair]:
    """Several features, tiny, middling or very unequal windows; each window takes its values from a small pool."""
    rows = draw(
        st.one_of(
            st.tuples(st.integers(1, 12), st.integers(1, 12)),
            st.tuples(st.integers(1, 90), st.integers(1, 90)),
            st.sampled_from([(1, 400), (400, 1), (3, 900), (250, 250)]),
        )
    )
    columns: dict[str, Pair] = {}
    for index in range(draw(st.integers(2, 6))):
        kind = draw(st.sampled_from(kinds))
        pair = (kind, kind)
        if mixed and kind.sql in ("SMALLINT", "INTEGER", "BIGINT") and draw(st.booleans()):
            pair = draw(st.sampled_from([(kind, DOUBLE), (DOUBLE, kind)]))
        share = draw(st.sampled_from([0.0, 0.0, 0.2, 1.0])) if missing else 0.0
        shuffle = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
        sides = []
        same = draw(st.booleans()) and pair[0] is pair[1]
        for side, size in enumerate(rows):
            if side == 0 or not same:
                pool = draw(st.lists(pair[side].values, min_size=1, max_size=12))
            chosen = [pool[place] for place in shuffle.integers(0, len(pool), size)]
            gone = shuffle.random(size) < share
            sides.append([None if hidden else value for value, hidden in zip(chosen, gone, strict=True)])
        columns[f"f{index}"] = Pair(pair, (sides[0], sides[1]))
    return columns


def arrow_table(columns: dict[str, Pair], side: int) -> pa.Table:
    rows = len(next(iter(columns.values())).values[side])
    arrays = {
        name: pa.array(pair.values[side], type=pair.kinds[side].arrow, from_pandas=False)
        for name, pair in columns.items()
    }
    return pa.table({"note": ["text"] * rows, **arrays})


def pandas_nullable(columns: dict[str, Pair], side: int) -> pd.DataFrame:
    """Return integers and booleans as pandas' nullable types, floats as NumPy's with NaN for a missing value."""
    nullable = {pa.int8(): "Int8", pa.int16(): "Int16", pa.int32(): "Int32", pa.int64(): "Int64"}
    nullable |= {pa.uint64(): "UInt64", pa.bool_(): "boolean", pa.float64(): "float64", pa.float32(): "float32"}
    data = {
        name: pd.Series(pair.values[side], dtype=nullable[pair.kinds[side].arrow]) for name, pair in columns.items()
    }
    return pd.DataFrame({**data, "note": "text"})


def numpy_arrays(columns: dict[str, Pair], side: int) -> dict[str, Any]:
    return {
        name: np.array(pair.values[side], dtype=pair.kinds[side].arrow.to_pandas_dtype())
        for name, pair in columns.items()
    }


def check_all(report: DriftReport, columns: dict[str, Pair], **options: Any) -> None:
    for name, pair in columns.items():
        # The same pair, as the SQL types hold it: single floats are rounded.
        sides = [
            [
                float(np.float32(value)) if kind.sql == "FLOAT" and value is not None else value
                for value in pair.values[side]
            ]
            for side, kind in enumerate(pair.kinds)
        ]
        if {kind.sql for kind in pair.kinds} & {"FLOAT", "DOUBLE"}:
            sides = [[None if value is None else float(value) for value in side] for side in sides]
        check_feature(report, name, reference.feature(*sides, **options))


FRAMES: dict[str, Callable[[dict[str, Pair], int], Any]] = {
    "arrow": arrow_table,
    "polars": lambda columns, side: pl.from_arrow(arrow_table(columns, side)),
    "polars lazy": lambda columns, side: pl.LazyFrame(pl.from_arrow(arrow_table(columns, side))),
}


@pytest.mark.parametrize("container", FRAMES)
@FEW
@given(columns=windows([*NARROW, *LONG]), bins=st.sampled_from([10, 10, 2, 3, 20]))
def test_arrow_and_polars_frames(container: str, columns: dict[str, Pair], bins: int) -> None:
    frames = [FRAMES[container](columns, side) for side in (0, 1)]
    report = run_drift_check(*frames, thresholds={"min_rows": 1, "psi_bins": bins})
    check_all(report, columns, min_rows=1, bins=bins)


@FEW
@given(columns=windows(NARROW))
def test_pandas_frames_count_nan_as_missing(columns: dict[str, Pair]) -> None:
    frames = [pandas_nullable(columns, side) for side in (0, 1)]
    check_all(run_drift_check(*frames, thresholds={"min_rows": 1}), columns, min_rows=1, nan_is_missing=True)


@FEW
@given(columns=windows(NARROW, missing=False))
def test_mappings_of_arrays_count_nan_as_missing(columns: dict[str, Pair]) -> None:
    frames = [numpy_arrays(columns, side) for side in (0, 1)]
    check_all(run_drift_check(*frames, thresholds={"min_rows": 1}), columns, min_rows=1, nan_is_missing=True)


def duckdb_table(con: duckdb.DuckDBPyConnection, name: str, columns: dict[str, Pair], side: int) -> None:
    """Make a table of any type: the values travel as text."""
    texts = {
        key: pa.array([None if value is None else str(value) for value in pair.values[side]], type=pa.string())
        for key, pair in columns.items()
    }
    con.register("texts", pa.table(texts))
    casts = ", ".join(f"cast({key} as {pair.kinds[side].sql}) as {key}" for key, pair in columns.items())
    con.execute(f"create or replace table {name} as select 'text' as note, {casts} from texts")


@FEW
@given(columns=windows(TYPES), bins=st.sampled_from([10, 10, 2, 7]), epsilon=st.sampled_from([1e-4, 1e-4, 0.02]))
def test_tables(columns: dict[str, Pair], bins: int, epsilon: float) -> None:
    con = duckdb.connect()
    for side, name in enumerate(("before", "after")):
        duckdb_table(con, name, columns, side)
    rules = {"min_rows": 1, "psi_bins": bins, "psi_epsilon": epsilon}
    report = run_drift_check("before", "after", warehouse=con, thresholds=rules)
    con.close()
    check_all(report, columns, min_rows=1, bins=bins, epsilon=epsilon)


@FEW
@given(columns=windows([*NARROW, *LONG]))
def test_parquet_files(columns: dict[str, Pair]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "before.parquet", Path(folder) / "after.parquet"]
        for side, path in enumerate(paths):
            pq.write_table(arrow_table(columns, side), path)
        report = run_drift_check(paths[0], paths[1], thresholds={"min_rows": 1})
    check_all(report, columns, min_rows=1)


@FEW
@given(columns=windows([DOUBLE], mixed=False), min_rows=st.integers(1, 40))
def test_too_few_finite_values_are_not_computed(columns: dict[str, Pair], min_rows: int) -> None:
    frames = [arrow_table(columns, side) for side in (0, 1)]
    report = run_drift_check(*frames, thresholds={"min_rows": min_rows}, categories=[])
    check_all(report, columns, min_rows=min_rows)
    wanted = {name: reference.feature(*pair.values, min_rows=min_rows) for name, pair in columns.items()}
    if all(each.ks is None for each in wanted.values()):
        assert {str(alert.trigger) for alert in report.alerts} <= {"missing_increase"}
        assert "No alert" not in report.summary


@FEW
@given(columns=windows([DOUBLE, NARROW[4]], mixed=False))
def test_the_location_of_the_largest_distance(columns: dict[str, Pair]) -> None:
    report = run_drift_check(*(arrow_table(columns, side) for side in (0, 1)), thresholds={"min_rows": 1})
    for name, pair in columns.items():
        ref, cur = (np.array(reference.finite_of(side), dtype=float) for side in pair.values)
        if len(ref) and len(cur):
            check_location(result_of(report, name), ref, cur)


SPIKES = {
    "smallest": [0.0] * 90 + [float(value) for value in range(1, 6)],
    "largest": [0.0] * 90 + [-float(value) for value in range(1, 6)],
    "middle": [-1.0] * 2 + [0.0] * 90 + [1.0] * 3,
    "middle, no quantile beside it": [-1.0] + [0.0] * 200 + [1.0],
    "negative zero": [-0.0] * 60 + [0.0] * 60 + [5e-324],
    "beyond the next float": [1.0] * 99 + [math.nextafter(1.0, 2.0)],
    "two values": [3.0] * 50 + [4.0] * 50,
    "two values, the larger rare": [3.0] * 99 + [4.0],
    "two values, the smaller rare": [3.0] + [4.0] * 99,
}


@pytest.mark.parametrize("shape", SPIKES)
@pytest.mark.parametrize("bins", [2, 10])
def test_spikes(shape: str, bins: int) -> None:
    ref = np.array(SPIKES[shape])
    others = {"same": ref, "moved": ref + 1.0, "spread": np.linspace(-5, 5, 41), "constant": np.zeros(12)}
    for name, cur in others.items():
        report = run_drift_check({name: ref}, {name: cur}, thresholds={"psi_bins": bins})
        wanted = reference.feature_of_arrays(ref, cur, bins)
        assert len(wanted.ref_bins) > 1
        assert sum(count > 0 for count in wanted.ref_bins) > 1
        check_feature(report, name, wanted)


@pytest.mark.parametrize("value", [0.0, -0.0, 1.0, 1e300, 5e-324, -7.25])
def test_a_constant_reference_has_no_psi(value: float) -> None:
    ref = pa.table({"f": [value] * 20 + [None, math.nan]})
    cur = pa.table({"f": [value] * 10 + [2 * value + 1.0] * 10})
    report = run_drift_check(ref, cur)
    check_feature(report, "f", reference.feature(ref["f"].to_pylist(), cur["f"].to_pylist()))
    assert result_of(report, "f").psi is None
    assert [str(item.check) for item in report.not_computed] == ["feature_psi"]


@pytest.mark.parametrize("empty", [0, 1])
def test_an_empty_window_is_not_computed(empty: int) -> None:
    frames = [{"f": np.arange(20.0)}, {"f": np.arange(20.0)}]
    frames[empty] = {"f": np.array([], dtype=float)}
    report = run_drift_check(*frames)
    assert report.feature_report is None
    assert {str(item.check) for item in report.not_computed} == {"feature_psi", "feature_ks"}
    assert report.alerts == []
    assert "No alert" not in report.summary
    assert (report.reference.rows, report.current.rows) == ((0, 20), (20, 0))[empty]


MIXED = [
    ("BOOLEAN", "BIGINT", [0, 1, 1, None], [0, 1, 2**40, 2**40, 7]),
    ("BIGINT", "BOOLEAN", [0, 1, 5, 5, None], [0, 1, 1]),
    ("BOOLEAN", "DECIMAL(5,2)", [0, 1, 1, None], ["0.5", "0.25", "1.00", "0.00"]),
    ("DECIMAL(5,2)", "BOOLEAN", ["0.5", "0.25", "1.00", "0.00"], [0, 1, 1, None]),
    ("BOOLEAN", "DOUBLE", [0, 1, 1, None], ["0.5", "0.25", "1", "nan", "inf"]),
    ("DOUBLE", "BOOLEAN", ["0.5", "0.25", "1", "nan", "inf"], [0, 1, 1, None]),
    ("BIGINT", "UBIGINT", [-(2**63), 2**63 - 1, 5], [2**64 - 1, 2**63, 2**63 - 1, 5]),
    ("UBIGINT", "BIGINT", [2**64 - 1, 2**63, 2**63 - 1, 5], [-(2**63), 2**63 - 1, 5]),
    ("TINYINT", "HUGEINT", [-128, 0, 127], [2**126, -(2**126), 0, 127]),
    ("FLOAT", "DOUBLE", ["0.5", "0.25", "1"], ["0.1", "1e300", "-inf"]),
    ("DECIMAL(9,2)", "INTEGER", ["0.50", "3.25", "7.00"], [3, 7, 7, 8]),
    ("INTEGER", "DECIMAL(9,2)", [3, 7, 7, 8], ["0.50", "3.25", "7.00"]),
    ("BIGINT", "DECIMAL(18,3)", [2**53, 2**53 + 1, 2**53 + 2], ["1.500", "3.000"]),
    ("DECIMAL(9,2)", "DOUBLE", ["0.50", "0.10", "7.00"], ["0.5", "0.1", "nan", "7.0"]),
]


@pytest.mark.parametrize(("first", "second", "ref", "cur"), MIXED, ids=lambda value: str(value)[:14])
def test_types_that_differ_between_the_windows(
    first: str, second: str, ref: list[Any], cur: list[Any], con: duckdb.DuckDBPyConnection
) -> None:
    for name, kind, values in (("before", first, ref), ("after", second, cur)):
        con.register("texts", pa.table({"f": pa.array([None if v is None else str(v) for v in values], pa.string())}))
        con.execute(f"create table {name} as select cast(f as {kind}) as f from texts")
    read = float if {first, second} & {"FLOAT", "DOUBLE"} else Decimal
    sides = [[None if v is None else read(str(v)) for v in side] for side in (ref, cur)]
    report = run_drift_check("before", "after", warehouse=con, thresholds={"min_rows": 1})
    check_feature(report, "f", reference.feature(*sides, min_rows=1))


def test_text_beside_the_numbers_is_a_category_and_a_time_is_left_out() -> None:
    frame = pd.DataFrame({"word": ["a", "b"] * 10, "f": np.arange(20.0), "when": pd.Timestamp("2024-01-01")})
    report = run_drift_check(frame, frame)
    assert report.feature_report is not None
    assert {result.feature: result.kind for result in report.feature_report.results} == {
        "f": "number",
        "word": "category",
    }
    assert [left.column for left in report.columns_left_out] == ["when"]


def test_a_masked_array_hides_its_values() -> None:
    values = np.arange(40.0)
    ref = {"f": np.ma.masked_array(values, mask=values % 2 == 1)}
    report = run_drift_check(ref, {"f": values})
    wanted = reference.feature([None if v % 2 else v for v in values.tolist()], values.tolist())
    check_feature(report, "f", wanted)
