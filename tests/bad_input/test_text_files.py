"""CSV files as people have them: what is read is right, or refused with the file, the line and the value."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

import driftql
from driftql import DriftReport
from driftql.config import ReadConfig
from driftql.errors import SourceError
from driftql.warehouse.base import Warehouse
from driftql.warehouse.text_files import describe_text_file
from tests.support.refusals import refused

RNG = np.random.default_rng(8)


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def found(report: DriftReport) -> dict[str, tuple[int, int, float | None]]:
    assert report.feature_report is not None
    return {r.feature: (r.ref_rows, r.ref_missing, r.ks_statistic) for r in report.feature_report.results}


def check(path: Path, warehouse: Warehouse | None = None) -> DriftReport:
    """Compare a file with a copy of itself."""
    copy = shutil.copy(path, path.with_name(f"copy_{path.name}"))
    return driftql.run_drift_check(path, copy, warehouse=warehouse)


def test_a_file_that_widens_is_refused_with_its_line(tmp_path: Path) -> None:
    lines = ["z,k", *(f"{k},{k}" + (f",{k}" if k >= 900 else "") for k in range(1000))]
    path = write(tmp_path / "wide.csv", "\n".join(lines))
    with refused(SourceError, "wide.csv, line 902: 3 fields, but the header has 2"):
        check(path)


@pytest.mark.parametrize("marker", ["NA", "N/A", "NULL", "null", "None", "#N/A", "-", "?", ""])
@pytest.mark.parametrize("swapped", [False, True])
def test_markers_of_missing_values(tmp_path: Path, marker: str, swapped: bool) -> None:
    rng = random.Random(1)
    reference = "\n".join(f"{marker if k == 7 else rng.gauss(0, 1)},{rng.gauss(0, 1)}" for k in range(300))
    current = "\n".join(f"{rng.gauss(5, 1)},{rng.gauss(0, 1)}" for _ in range(300))
    paths = [write(tmp_path / "r.csv", f"z,k\n{reference}"), write(tmp_path / "c.csv", f"z,k\n{current}")]
    ref, cur = paths[::-1] if swapped else paths
    report = driftql.run_drift_check(ref, cur)
    rows, missing, ks = found(report)["z"]
    assert (rows, missing) == ((300, 0) if swapped else (299, 1))
    assert ks is not None
    assert ks > 0.9
    assert report.any_critical


def test_a_decimal_comma(tmp_path: Path) -> None:
    rng = random.Random(2)
    for name, age in (("r", 40), ("c", 70)):
        lines = [f"{rng.gauss(10, 1):.2f};{rng.gauss(age, 5):.2f}".replace(".", ",") for _ in range(200)]
        write(tmp_path / f"{name}.csv", "umsatz;alter\n" + "\n".join(lines))
    report = driftql.run_drift_check(tmp_path / "r.csv", tmp_path / "c.csv")
    oracle = [pd.read_csv(tmp_path / f"{name}.csv", sep=";", decimal=",") for name in "rc"]
    from scipy.stats import ks_2samp

    for feature in ("umsatz", "alter"):
        assert found(report)[feature][2] == pytest.approx(ks_2samp(*(frame[feature] for frame in oracle)).statistic)
    assert [alert.affected_features for alert in report.alerts] == [["alter"]]


def test_a_decimal_comma_beside_a_point(tmp_path: Path) -> None:
    path = write(tmp_path / "both.csv", "a;b\n" + "\n".join(f"{k},5;{k}.5" for k in range(30)))
    with refused(
        SourceError, "'a' with a decimal comma and those of 'b' with a point", "--csv-option decimal_separator"
    ):
        check(path)


def test_a_line_that_begins_with_a_hash_is_a_row(tmp_path: Path) -> None:
    path = write(tmp_path / "h.csv", "z,k\n" + "\n".join(f"{k if k % 3 else '#N/A'},{k}" for k in range(300)))
    report = check(path)
    assert found(report)["z"][:2] == (200, 100)
    assert found(report)["k"][:2] == (300, 0)
    colors = write(tmp_path / "colors.csv", "color,k\n" + "\n".join(f"#ff00{k % 10}0,{k}" for k in range(300)))
    assert check(colors).reference.rows == 300


def test_the_index_of_pandas_is_no_feature(tmp_path: Path) -> None:
    frame = pd.DataFrame({"z": RNG.normal(size=600)})
    frame[:300].to_csv(tmp_path / "r.csv")
    frame[300:].to_csv(tmp_path / "c.csv")
    report = driftql.run_drift_check(tmp_path / "r.csv", tmp_path / "c.csv")
    assert [*found(report)] == ["z"]
    assert not report.alerts


def test_a_few_texts_among_numbers_are_refused_and_can_be_explained(tmp_path: Path) -> None:
    path = write(tmp_path / "mixed.csv", "a,b\n" + "\n".join(f"{k},{'abc' if k == 250 else k}" for k in range(300)))
    with refused(SourceError, "mixed.csv, line 252: 'abc' in the column 'b', whose other 299 values are numbers"):
        check(path)
    with driftql.connect(":memory:", read=ReadConfig(null_values=["abc"])) as warehouse:
        assert found(check(path, warehouse))["b"][:2] == (299, 1)
    with driftql.connect(":memory:", read=ReadConfig(text_columns=["b"])) as warehouse:
        assert [*found(check(path, warehouse))] == ["a"]


@pytest.mark.parametrize(("encoding", "ending"), [("latin-1", "\n"), ("utf-16", "\n"), ("utf-8-sig", "\r\n")])
def test_encodings(tmp_path: Path, encoding: str, ending: str) -> None:
    path = write(tmp_path / "e.csv", ending.join(["größe,k", *(f"{k},{k}" for k in range(50))]), encoding)
    named = ReadConfig(encoding="utf-8" if encoding == "utf-8-sig" else encoding)
    with driftql.connect(":memory:", read=named) as warehouse:
        assert [*found(check(path, warehouse))] == ["größe", "k"]


@pytest.mark.parametrize("name", ["a,a", "a,A"])
def test_one_name_twice_is_refused(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "twice.csv", f"{name}\n1,2\n")
    with refused(SourceError, "the header of", "twice.csv names 'a'", "rename one of the columns"):
        check(path)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "20", "-3"], "BIGINT"),
        (["1", "2.5", "1e9"], "DOUBLE"),
        (["1", "-", "2"], "BIGINT"),
        (["12345678901234567890", "1", "2"], "DOUBLE"),
        (["true", "False", "TRUE"], "BOOLEAN"),
        (["2026-01-31", "2026-02-28", ""], "DATE"),
        (["2026-01-31 12:00", "2026-01-31 12:00:01.5", "2026-01-31"], "TIMESTAMP"),
        (["2026-01-31T12:00:00Z", "2026-01-31 12:00:00+02", "2026-01-31 12:00:00+02:00"], "TIMESTAMP WITH TIME ZONE"),
        (["31/12/2026", "01/02/2026", "13/02/2026"], "TIMESTAMP"),
        (["01/02/2026", "02/02/2026", "03/02/2026"], "VARCHAR"),
        (["a", "1", "b"], "VARCHAR"),
        (["1,234.5", "2", "3"], "DOUBLE"),
        (["12%", "13%", "14%"], "VARCHAR"),
        (["NA", "", "null"], "DOUBLE"),
        (["nan", "inf", "1.5"], "DOUBLE"),
    ],
)
def test_every_value_decides_about_the_type(tmp_path: Path, values: list[str], kind: str) -> None:
    path = tmp_path / "types.csv"
    pd.DataFrame({"v": values, "k": [1, 2, 3]}).to_csv(path, index=False)
    with driftql.connect(":memory:") as warehouse:
        assert warehouse.columns(warehouse.relation(str(path)))[0].type == kind


def test_files_of_a_glob_have_their_columns_by_name(tmp_path: Path) -> None:
    write(tmp_path / "g1.csv", "a,b\n" + "\n".join(f"{k},{k + 1000}" for k in range(50)))
    write(tmp_path / "g2.csv", "b,a,c\n" + "\n".join(f"{k + 1000}.5,{k},{k}" for k in range(50)))
    report = driftql.run_drift_check(tmp_path / "g*.csv", tmp_path / "g2.csv", features=["a", "b", "c"])
    assert {name: counts[:2] for name, counts in found(report).items()} == {"a": (100, 0), "b": (100, 0), "c": (50, 50)}


def test_quoted_fields_hold_delimiters_and_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "quoted.csv"
    frame = pd.DataFrame({"note": ['x,"y"\nz', "a;b", ""] * 20, "k": range(60)})
    frame.to_csv(path, index=False)
    with driftql.connect(":memory:") as warehouse:
        relation = warehouse.relation(str(path))
        rows = warehouse.query(f"select note, k from {relation} order by k limit 3")
    assert [tuple(row) for row in rows] == [('x,"y"\nz', 0), ("a;b", 1), (None, 2)]


def test_a_file_is_read_once_and_stays_as_it_was(tmp_path: Path) -> None:
    path = write(tmp_path / "once.csv", "z\n" + "\n".join(map(str, range(100))))
    other = write(tmp_path / "other.csv", "z\n" + "\n".join(map(str, range(50))))
    with driftql.connect(":memory:") as warehouse:
        first = driftql.run_drift_check(path, other, warehouse=warehouse)
        write(path, "z\n1\n")
        again = driftql.run_drift_check(path, other, warehouse=warehouse)
    assert first.reference.rows == again.reference.rows == 100
    assert not any("read_csv" in statement.sql for statement in first.statements)


def test_times_of_a_file_make_windows(tmp_path: Path) -> None:
    day = dt.date(2026, 1, 1)
    lines = [f"{(day + dt.timedelta(days=k // 20)).isoformat()},{k % 20}" for k in range(20 * 28)]
    path = write(tmp_path / "days.csv", "bucket_start_ts,z\n" + "\n".join(lines))
    report = driftql.run_drift_check(
        driftql.WindowConfig(table=str(path), start="2026-01-01", end="2026-01-15"),
        driftql.WindowConfig(table=str(path), start="2026-01-15", end="2026-01-29"),
    )
    assert (report.reference.rows, report.current.rows) == (280, 280)


def test_the_sql_reads_the_file_where_there_is_no_such_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "plain.csv", "z\n" + "\n".join(map(str, range(100))))
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "other.csv", "z\n" + "\n".join(map(str, range(50))))
    report = driftql.run_drift_check("plain.csv", "other.csv")
    with duckdb.connect() as connection:
        for statement in report.statements:
            assert connection.execute(statement.sql).fetchall()


def types(path: Path, **options: object) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return the types of a file's columns, and its first three rows, as driftql reads them."""
    read = ReadConfig.model_validate(options)
    with duckdb.connect() as connection:
        file = describe_text_file(str(path), read, lambda sql: connection.execute(sql).fetchall())
        rows = connection.sql(f"from {file.expression}")
        return list(map(str, rows.types)), rows.limit(3).fetchall()


@pytest.mark.parametrize(
    ("text", "options", "kinds", "values"),
    [
        ('a,b\n"1,234.5",1\n999,2\n', {}, ["DOUBLE", "BIGINT"], [1234.5, 999]),
        ('a,b\n"1,234,567",1\n999,2\n', {}, ["DOUBLE", "BIGINT"], [1234567, 999]),
        ("a;b\n1.234,5;1\n1.250;2\n", {}, ["DOUBLE", "BIGINT"], [1234.5, 1250]),
        ("a;b\n-1.234,5;1,5\n-;2\n", {}, ["DOUBLE", "DOUBLE"], [-1234.5, None]),
        # Nothing says whether 1,234 is a thousand or little more than one: the user does, or the column is text.
        ('a,b\n"1,234",1\n999,2\n', {}, ["VARCHAR", "BIGINT"], ["1,234", "999"]),
        ('a,b\n"1,234",1\n999,2\n', {"thousands_separator": ","}, ["DOUBLE", "BIGINT"], [1234, 999]),
        (
            "a;b\n1 234,5;1\n9;2,5\n",
            {"thousands_separator": " ", "decimal_separator": ","},
            ["DOUBLE"] * 2,
            [1234.5, 9],
        ),
        ("a;b\n1'234.5;1\n9;2.5\n", {"thousands_separator": "'"}, ["DOUBLE"] * 2, [1234.5, 9]),
        ("a;b\n10.0.0.1;1\n10.0.0.2;2\n", {}, ["VARCHAR", "BIGINT"], ["10.0.0.1", "10.0.0.2"]),
    ],
)
def test_digits_in_groups(
    tmp_path: Path, text: str, options: dict[str, object], kinds: list[str], values: list[object]
) -> None:
    found, rows = types(write(tmp_path / "groups.csv", text), **options)
    assert found == kinds
    assert [row[0] for row in rows] == values


@pytest.mark.parametrize(
    "text", ["a;b\n1.234,5;1\n999;2.25\n", "a;b\n1,234.5;1\n999;2,25\n", "a;b\n1,234.5;1.234,5\n9;8\n"]
)
def test_digits_in_groups_beside_the_other_decimal_mark_are_refused(tmp_path: Path, text: str) -> None:
    with refused(SourceError, "marks.csv", "'a'", "'b'", "--csv-option decimal_separator"):
        types(write(tmp_path / "marks.csv", text))


@pytest.mark.parametrize("blank", [" ", "   ", " NA ", " - ", "\\N"])
def test_blanks_and_padded_markers_are_missing_in_a_column_of_numbers(tmp_path: Path, blank: str) -> None:
    found, rows = types(write(tmp_path / "blank.csv", f"a,b\n{blank},x\n1.5,\n2,y\n"))
    assert found == ["DOUBLE", "VARCHAR"]
    assert rows == [(None, "x"), (1.5, None), (2.0, "y")]


def test_the_numbers_that_pandas_writes_for_columns_without_a_name_are_a_header(tmp_path: Path) -> None:
    frame = pd.DataFrame(RNG.normal(size=(300, 3)))
    for name, index in (("plain", False), ("index", True)):
        path = tmp_path / f"{name}.csv"
        frame.to_csv(path, index=index)
        report = check(path)
        assert {feature: rows for feature, (rows, *_) in found(report).items()} == {"0": 300, "1": 300, "2": 300}
        assert not report.warnings
        assert [left.column for left in report.columns_left_out] == (["unnamed_1"] if index else [])


def test_a_file_without_a_header_says_how_its_columns_are_called(tmp_path: Path) -> None:
    path = write(tmp_path / "bare.csv", "\n".join(f"{k}.5,{k}" for k in range(100)))
    report = check(path)
    assert list(found(report)) == ["column0", "column1"]
    assert [warning.partition(" holds ")[2] for warning in report.warnings] == [
        "no names, so its columns are called by their place: column0, column1, ..."
    ] * 2


def test_an_open_quote_is_told_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path / "open.csv", 'a,b\n1,2\n"1.5,3\n4,5\n')
    with refused(SourceError, "open.csv, line 3: a field in quotes begins there and does not end"):
        check(path)
