"""Every type of column that pandas, Polars, Arrow and NumPy know: read with the right numbers, or left out by name."""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet
import pytest
from scipy.stats import ks_2samp

from driftql import DriftReport, auto_enqueue_drift_labels, run_drift_check
from driftql.errors import ConfigError, SourceError

ROWS = 300
RNG = np.random.default_rng(20)
REFERENCE = RNG.integers(0, 50, ROWS)
CURRENT = RNG.integers(10, 90, ROWS)

Make = Callable[[np.ndarray[Any, Any]], Any]


def ks(report: DriftReport, feature: str) -> float:
    assert report.feature_report is not None
    [found] = [result for result in report.feature_report.results if result.feature == feature]
    assert found.ks_statistic is not None
    return found.ks_statistic


def features(report: DriftReport) -> list[str]:
    return [result.feature for result in report.feature_report.results] if report.feature_report else []


def objects(values: Any) -> np.ndarray[Any, Any]:
    return np.fromiter(values, dtype=object)


CONVERTED: dict[str, Make] = {
    "pandas float16": lambda x: pd.DataFrame({"z": x.astype("f2")}),
    "pandas longdouble": lambda x: pd.DataFrame({"z": x.astype(np.longdouble)}),
    "pandas big-endian": lambda x: pd.DataFrame({"z": x.astype(">f8")}),
    "pandas big-endian integers": lambda x: pd.DataFrame({"z": x.astype(">i4")}),
    "pandas sparse": lambda x: pd.DataFrame({"z": pd.arrays.SparseArray(x.astype(float))}),
    "pandas sparse integers": lambda x: pd.DataFrame({"z": pd.arrays.SparseArray(x)}),
    "pandas Int64": lambda x: pd.DataFrame({"z": pd.array(x, dtype="Int64")}),
    "pandas Float32": lambda x: pd.DataFrame({"z": pd.array(x, dtype="Float32")}),
    "pandas arrow half": lambda x: pd.DataFrame({"z": pd.arrays.ArrowExtensionArray(pa.array(x.astype("f2")))}),
    "pandas arrow decimal256": lambda x: pd.DataFrame(
        {"z": pd.array(list(map(decimal.Decimal, map(int, x))), dtype=pd.ArrowDtype(pa.decimal256(50, 2)))}
    ),
    "pandas objects: int and bool": lambda x: pd.DataFrame({"z": objects([True if v == 1 else int(v) for v in x])}),
    "pandas objects: NumPy's beside Python's": lambda x: pd.DataFrame(
        {"z": objects([np.float32(v) if i % 2 else int(v) for i, v in enumerate(x)])}
    ),
    "pandas objects: NumPy integers": lambda x: pd.DataFrame({"z": objects(map(np.int64, x))}),
    "pandas objects: decimals and floats": lambda x: pd.DataFrame(
        {"z": objects([decimal.Decimal(int(v)) if i % 2 else float(v) for i, v in enumerate(x)])}
    ),
    "pandas objects: decimals of several scales": lambda x: pd.DataFrame(
        {"z": objects(decimal.Decimal(int(v)).quantize(decimal.Decimal(10) ** -(i % 4)) for i, v in enumerate(x))}
    ),
    "pandas objects: decimals, integers and flags": lambda x: pd.DataFrame(
        {"z": objects(v == 1 if v < 2 else [int, decimal.Decimal][i % 2](int(v)) for i, v in enumerate(x))}
    ),
    "mapping of decimals": lambda x: {"z": objects(decimal.Decimal(int(v)) for v in x)},
    "pandas objects: fractions": lambda x: pd.DataFrame({"z": objects(fractions.Fraction(int(v), 1) for v in x)}),
    "pandas integer names": lambda x: pd.DataFrame({"z": x, 7: x}),
    "polars Float16": lambda x: pl.DataFrame({"z": pl.Series(x.astype("f4")).cast(pl.Float16)}),
    "polars Int128": lambda x: pl.DataFrame({"z": pl.Series(x).cast(pl.Int128)}),
    "polars Object": lambda x: pl.DataFrame({"z": pl.Series([np.float64(v) for v in x], dtype=pl.Object)}),
    "polars Decimal": lambda x: pl.DataFrame({"z": pl.Series(x).cast(pl.Decimal(20, 2))}),
    "arrow half": lambda x: pa.table({"z": pa.array(x.astype("f2"))}),
    "arrow decimal256": lambda x: pa.table({"z": pa.array(x).cast(pa.decimal256(50, 2))}),
    "arrow batch": lambda x: pa.record_batch({"z": pa.array(x)}),
    "mapping big-endian": lambda x: {"z": x.astype(">i8")},
    "mapping longdouble": lambda x: {"z": x.astype(np.longdouble)},
    "mapping of Series": lambda x: {"z": pd.Series(x, dtype="Int64")},
    "mapping of Arrow": lambda x: {"z": pa.array(x)},
    "a DuckDB relation": lambda x: duckdb.sql("select unnest($1::bigint[]) as z", params=[x.tolist()]),
}


@pytest.mark.parametrize("kind", CONVERTED)
def test_a_column_that_can_be_converted_is_checked(kind: str) -> None:
    frames = [CONVERTED[kind](values) for values in (REFERENCE, CURRENT)]
    report = run_drift_check(*frames)
    assert ks(report, "z") == pytest.approx(ks_2samp(REFERENCE, CURRENT).statistic, abs=1e-12)
    assert not report.not_computed


def test_a_dataset_is_scanned_where_it_is(tmp_path: Path) -> None:
    windows = []
    for name, values in (("r", REFERENCE), ("c", CURRENT)):
        pyarrow.parquet.write_table(pa.table({"z": values, "h": values.astype("f2")}), tmp_path / f"{name}.parquet")
        windows.append(pyarrow.dataset.dataset(tmp_path / f"{name}.parquet"))
    report = run_drift_check(*windows, cur_confidences=np.linspace(0, 1, ROWS))
    for feature in ("z", "h"):
        assert ks(report, feature) == pytest.approx(ks_2samp(REFERENCE, CURRENT).statistic, abs=1e-12)


UNREADABLE: dict[str, Make] = {
    "period": lambda x: pd.DataFrame({"z": x, "month": pd.period_range("2001-01", periods=len(x), freq="M")}),
    "interval": lambda x: pd.DataFrame({"z": x, "month": pd.interval_range(0, len(x))}),
    "complex": lambda x: pd.DataFrame({"z": x, "month": x.astype(complex)}),
    "polars Object": lambda x: pl.DataFrame({"z": x, "month": pl.Series([object() for _ in x], dtype=pl.Object)}),
    "NumPy record": lambda x: {"z": x, "month": np.rec.fromarrays([x, x], dtype=[("a", "f8"), ("b", "f8")])},
    "NumPy bytes": lambda x: {"z": x, "month": np.full(len(x), b"\xff")},
}


@pytest.mark.parametrize("kind", UNREADABLE)
@pytest.mark.parametrize("how", [{}, {"features": ["z"]}, {"exclude": ["month"]}])
def test_a_column_that_cannot_be_read_stops_nothing(kind: str, how: dict[str, Any]) -> None:
    report = run_drift_check(UNREADABLE[kind](REFERENCE), UNREADABLE[kind](CURRENT), **how)
    assert features(report) == ["z"]
    assert ks(report, "z") == pytest.approx(ks_2samp(REFERENCE, CURRENT).statistic, abs=1e-12)


def test_a_column_that_cannot_be_read_is_refused_where_it_is_named() -> None:
    frame = UNREADABLE["period"](REFERENCE)
    with pytest.raises(
        SourceError,
        match=r"the feature 'month' of reference_frame cannot be read \(period\[M\]: DuckDB cannot read this type\)",
    ):
        run_drift_check(frame, frame, features=["month"])


def test_a_frame_without_a_column_that_can_be_read() -> None:
    frame = pd.DataFrame({"month": pd.period_range("2001-01", periods=9, freq="M")})
    with pytest.raises(ConfigError, match=r"^reference_frame has no column that can be read: 'month' \(period\[M\]\)$"):
        run_drift_check(frame, frame)


READ_BESIDE: dict[str, Any] = {
    "timedelta": pd.Series(pd.to_timedelta(range(ROWS), unit="s")),
    "category of intervals": pd.cut(pd.Series(range(ROWS)), 5),
    "category of periods": pd.Series(pd.period_range("2001", periods=3).repeat(ROWS // 3)).astype("category"),
    "texts and numbers": pd.Series([1] * (ROWS - 1) + ["x"], dtype=object),
    "texts and pd.NA": pd.Series(["a", pd.NA] * (ROWS // 2), dtype=object),
    "dates and integers": pd.Series([dt.date(2020, 1, 1), 3] * (ROWS // 2), dtype=object),
    "datetimes and Timestamps": pd.Series([dt.datetime(2020, 1, 1), pd.Timestamp("2020")] * (ROWS // 2), dtype=object),
    "all missing": pd.Series([None] * ROWS, dtype=object),
    "all pd.NA": pd.Series([pd.NA] * ROWS, dtype=object),
    "objects": pd.Series([object()] * ROWS),
    "lists": pd.Series([[1, 2]] * ROWS),
    "dates as NumPy days": np.arange("2020-01-01", ROWS, dtype="M8[D]")[:ROWS]
    if False
    else np.full(ROWS, "2020", "M8[D]"),
    "bytes": pd.Series([b"x"] * ROWS),
    "strings of NumPy": np.full(ROWS, "a", dtype=np.dtypes.StringDType()),
}


@pytest.mark.parametrize("kind", READ_BESIDE)
def test_other_columns_do_not_disturb(kind: str) -> None:
    frames = [
        pd.DataFrame(
            {
                "z": values,
                "other": np.asarray(READ_BESIDE[kind])
                if isinstance(READ_BESIDE[kind], np.ndarray)
                else READ_BESIDE[kind],
            }
        )
        for values in (REFERENCE, CURRENT)
    ]
    assert ks(run_drift_check(*frames), "z") == pytest.approx(ks_2samp(REFERENCE, CURRENT).statistic, abs=1e-12)


def test_arrays_of_days_are_times() -> None:
    days = np.arange("2020-01-01", "2020-01-31", dtype="M8[D]")
    window = {"bucket_start_ts": days, "z": np.arange(30.0)}
    report = run_drift_check(window, window)
    assert report.telemetry_snapshot is not None
    assert report.telemetry_snapshot.window_end == dt.datetime(2020, 1, 30)


@pytest.mark.parametrize("library", ["pandas", "arrow", "polars", "mapping"])
def test_names_that_differ_by_capitals_are_refused(library: str) -> None:
    data = {"Amount": REFERENCE, "amount": CURRENT}
    made: dict[str, Callable[[], Any]] = {
        "pandas": lambda: pd.DataFrame(data),
        "arrow": lambda: pa.table(data),
        "polars": lambda: pl.DataFrame(data),
        "mapping": lambda: data,
    }
    with pytest.raises(
        ConfigError, match=r"^reference_frame has columns named 'Amount' and 'amount', which DuckDB takes"
    ):
        run_drift_check(made[library](), made[library]())


def test_one_name_twice_is_refused() -> None:
    frame = pd.DataFrame(np.c_[REFERENCE, CURRENT], columns=["a", "a"])
    arrow = pa.table([REFERENCE, CURRENT], names=["a", "a"])
    for window in (frame, arrow):
        with pytest.raises(
            ConfigError, match=r"^reference_frame has two columns named 'a'; rename or drop one of them$"
        ):
            run_drift_check(window, window)


@pytest.mark.parametrize(
    "labels",
    [
        pd.array(["a", pd.NA, "b"] * 100, dtype="string"),
        pd.array([1, pd.NA, 2] * 100, dtype="Int64"),
        objects(["a", pd.NA, "b"] * 100),
        objects(["a", pd.NaT, "b"] * 100),
        pl.Series(["a", None, "b"] * 100),
        pa.array(["a", None, "b"] * 100),
        np.ma.array(["a", "x", "b"] * 100, mask=[False, True, False] * 100),
    ],
    ids=lambda labels: f"{type(labels).__module__}.{type(labels).__name__}",
)
def test_labels_that_are_missing_are_no_label(labels: Any) -> None:
    z = pd.DataFrame({"z": range(ROWS)})
    report = run_drift_check(z, z, labels, labels)
    assert report.class_shift is not None
    assert (report.class_shift.ref_unlabeled, report.class_shift.cur_unlabeled) == (100, 100)
    assert [*report.class_shift.ref_dist.values()] == [0.5, 0.5]
    keyed = z.assign(user_id="u", bucket_start_ts=pd.date_range("2026-01-01", periods=ROWS, freq="min"))
    assert auto_enqueue_drift_labels(report, keyed, queue_path="unused.duckdb", cur_labels=labels) == 0


@pytest.mark.parametrize(
    "given",
    [
        lambda p: pd.DataFrame({"probs": p.tolist()})["probs"],
        lambda p: pl.Series(p.tolist()),
        lambda p: pl.Series(p.tolist(), dtype=pl.Array(pl.Float64, 2)),
        lambda p: pa.array(p.tolist()),
        lambda p: pa.chunked_array([p[:100].tolist(), p[100:].tolist()]),
        lambda p: pa.array(p.tolist(), pa.list_(pa.float64(), 2)),
        lambda p: pd.Series(list(p)),
        lambda p: p.tolist(),
        lambda p: pd.DataFrame(p),
    ],
    ids=[
        "series of lists",
        "polars lists",
        "polars arrays",
        "arrow",
        "chunks",
        "fixed lists",
        "series of arrays",
        "list",
        "frame",
    ],
)
def test_probabilities_as_people_have_them(given: Callable[[Any], Any]) -> None:
    matrix = np.random.default_rng(5).dirichlet((3, 2), size=ROWS)
    z = pd.DataFrame({"z": range(ROWS)})
    report = run_drift_check(z, z, ref_probs=given(matrix), cur_probs=given(matrix))
    assert report.entropy_drift is not None
    expected = -(matrix * np.log(matrix)).sum(axis=1).mean()
    assert report.entropy_drift.ref_mean_entropy == pytest.approx(expected, rel=1e-12)


def test_a_row_without_probabilities_is_incomplete() -> None:
    values = [[0.5, 0.5]] * 99 + [None]
    z = pd.DataFrame({"z": range(100)})
    report = run_drift_check(z, z, ref_probs=values, cur_probs=pd.Series(values))
    assert report.entropy_drift is not None
    assert report.entropy_drift.ref_incomplete == report.entropy_drift.cur_incomplete == 1


def test_columns_named_like_driftql_s_own_do_not_hide_the_arrays() -> None:
    z = pd.DataFrame({"z": range(ROWS), "driftql_label": "mine", "driftql_p_0": 0.1, "driftql_confidence": 0.5})
    labels = np.array(["a", "b"] * (ROWS // 2))
    confidences = np.linspace(0.5, 1, ROWS)
    report = run_drift_check(z, z, labels, labels, cur_confidences=confidences)
    assert report.class_shift is not None
    assert report.class_shift.ref_dist == {"a": 0.5, "b": 0.5}
    assert report.telemetry_snapshot is not None
    assert report.telemetry_snapshot.confidence_stats is not None
    assert report.telemetry_snapshot.confidence_stats.mean == pytest.approx(confidences.mean())


@pytest.mark.parametrize(
    "make",
    [
        lambda x: pd.DataFrame({None: x, "z": REFERENCE}),
        lambda x: pd.DataFrame({np.nan: x, "z": REFERENCE}),
        lambda x: pd.DataFrame({"": x, "z": REFERENCE}),
        lambda x: pl.DataFrame({"": x, "z": REFERENCE}),
        lambda x: pa.table({" ": x, "z": REFERENCE}),
        lambda x: {"": x, "z": REFERENCE},
    ],
    ids=["pandas None", "pandas NaN", "pandas", "polars", "arrow", "mapping"],
)
def test_a_column_without_a_name_is_left_out(make: Make) -> None:
    report = run_drift_check(make(REFERENCE), make(CURRENT + 100))
    assert features(report) == ["z"]
    assert [(left.column, left.reason) for left in report.columns_left_out] == [("unnamed_1", "it has no name")]
    assert not report.alerts


@pytest.mark.parametrize("name", ["Unnamed: 0", "__index_level_0__", "level_0", "index"])
def test_an_index_that_became_a_column_is_left_out_unless_it_is_named(name: str) -> None:
    windows = [pd.DataFrame({name: np.arange(start, start + ROWS), "z": REFERENCE}) for start in (0, ROWS)]
    report = run_drift_check(*windows)
    assert features(report) == ["z"]
    assert [(left.column, left.reason) for left in report.columns_left_out] == [(name, "an identifier, by its name")]
    named = run_drift_check(*windows, features=[name])
    assert ks(named, name) == 1


def test_a_structured_array_and_a_series_are_frames() -> None:
    windows = [np.rec.fromarrays([x, REFERENCE], dtype=[("z", "i8"), ("k", "i8")]) for x in (REFERENCE, CURRENT)]
    expected = ks_2samp(REFERENCE, CURRENT).statistic
    assert ks(run_drift_check(*windows), "z") == pytest.approx(expected)
    for made in ([pd.Series(x, name="z"), pl.Series("z", x)] for x in (REFERENCE, CURRENT)):
        assert features(run_drift_check(made[0], made[1])) == ["z"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"thresholds": 5}, "thresholds is a mapping of names to values or a Thresholds, not int"),
        ({"columns": "z"}, "columns is a mapping of names to values or a Roles, not str"),
        ({"name": 5}, "name is the name of a monitor, a text, not int"),
        ({"progress": 5}, "progress is a function that takes a Progress, not int"),
        ({"limits": 5}, "limits is a driftql.check.limits.Limits, not int"),
        ({"exact": "perhaps"}, "exact"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_arguments_of_a_wrong_type_are_one_sentence(arguments: dict[str, Any], words: str) -> None:
    frame = pd.DataFrame({"z": REFERENCE})
    with pytest.raises(ConfigError, match=words):
        run_drift_check(frame, frame, **arguments)


def test_a_frame_without_columns_is_refused() -> None:
    with pytest.raises(ConfigError, match="reference_frame has no columns"):
        run_drift_check(pd.DataFrame(index=range(9)), pd.DataFrame(index=range(9)))
