"""Files that are not what their name says."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest

import driftql
from driftql.errors import SourceError, WarehouseError
from tests.support.refusals import refused


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.parquet"
    pyarrow.parquet.write_table(pa.table({"age": [float(k) for k in range(50)]}), path)
    return path


def test_a_folder_in_place_of_a_database(tmp_path: Path) -> None:
    with refused(WarehouseError, str(tmp_path), "is a folder, not a DuckDB database file"):
        driftql.run_drift_check("a", "b", warehouse=tmp_path)
    with refused(WarehouseError, str(tmp_path), "is a folder"):
        driftql.pending(tmp_path)


@pytest.mark.parametrize("content", [b"", b"hi", b"user_id,age\n1,2\n" * 1000, b"\0" * 10_000, b"PAR1" * 5000])
def test_another_file_in_place_of_a_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "text.duckdb"
    path.write_bytes(content)
    with refused(WarehouseError, str(path), "is not a DuckDB database file"):
        driftql.run_drift_check("a", "b", warehouse=path)
    assert path.read_bytes() == content


def test_a_damaged_database(database: Path) -> None:
    content = bytearray(database.read_bytes())
    content[4096:12288] = b"\xff" * 8192
    database.write_bytes(content)
    with refused(WarehouseError, str(database)):
        driftql.run_drift_check("predictions", "predictions", warehouse=database)


def test_a_truncated_database(database: Path) -> None:
    database.write_bytes(database.read_bytes()[:20_000])
    with refused(WarehouseError, str(database)):
        driftql.run_drift_check("predictions", "predictions", warehouse=database)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1 and no more", b"age\n1\n" * 100])
def test_a_broken_parquet_file(tmp_path: Path, good: Path, content: bytes) -> None:
    path = tmp_path / "broken.parquet"
    path.write_bytes(content)
    with refused(WarehouseError, "broken.parquet"):
        driftql.run_drift_check(good, path)


def test_a_truncated_parquet_file(good: Path) -> None:
    whole = good.read_bytes()
    cut = good.with_name("cut.parquet")
    cut.write_bytes(whole[: len(whole) // 2])
    with refused(WarehouseError, "cut.parquet"):
        driftql.run_drift_check(cut, good)


def test_one_broken_file_among_those_of_a_glob(tmp_path: Path, good: Path) -> None:
    (tmp_path / "part_1.parquet").write_bytes(good.read_bytes())
    (tmp_path / "part_2.parquet").write_bytes(b"broken")
    with refused(WarehouseError, "part_2.parquet"):
        driftql.run_drift_check(good, tmp_path / "part_*.parquet")


def test_a_csv_file_that_is_not_utf8(tmp_path: Path, good: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("age,name\n1,zoë\n2,zoë\n".encode("latin-1"))
    with refused(SourceError, "latin.csv", "line 2", "utf-8", "--csv-option encoding=latin-1"):
        driftql.run_drift_check(good, path)


def test_a_csv_file_with_a_broken_line(tmp_path: Path, good: Path) -> None:
    path = tmp_path / "broken.csv"
    lines = [f"{k},{k % 3}" for k in range(60_000)]
    lines[50_000] = "7,8,9,10"
    path.write_text("age,income\n" + "\n".join(lines) + "\n", encoding="utf-8")
    with refused(SourceError, "broken.csv", "line 50002", "but the header has 2"):
        driftql.run_drift_check(good, path, features=["age"])


def test_a_csv_file_with_a_number_that_is_none(tmp_path: Path, good: Path) -> None:
    path = tmp_path / "mixed.csv"
    lines = [str(float(k)) for k in range(60_000)]
    lines[50_000] = "many"
    path.write_text("age\n" + "\n".join(lines) + "\n", encoding="utf-8")
    with refused(SourceError, "mixed.csv", "line 50002", "'many' in the column 'age'", "--csv-option null_values=many"):
        driftql.run_drift_check(good, path, features=["age"])


def test_an_empty_csv_file(tmp_path: Path, good: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    with refused(SourceError, "empty.csv is empty", "the first line of a text file names its columns"):
        driftql.run_drift_check(good, path)


@pytest.mark.parametrize("content", [b'{"age": 1', b"[1, 2", b'{"age": 1}\n{"age": \n'])
def test_a_broken_json_file(tmp_path: Path, good: Path, content: bytes) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    with refused(WarehouseError, "broken.json"):
        driftql.run_drift_check(good, path, features=["age"])


def test_a_folder_named_like_a_file(tmp_path: Path, good: Path) -> None:
    (tmp_path / "folder.parquet").mkdir()
    with refused(WarehouseError, "folder.parquet"):
        driftql.run_drift_check(good, tmp_path / "folder.parquet")


def test_files_with_other_columns(tmp_path: Path, good: Path) -> None:
    other = tmp_path / "other.parquet"
    pyarrow.parquet.write_table(pa.table({"income": [1.0] * 50}), other)
    report = driftql.run_drift_check(good, other)
    assert [(alert.trigger, alert.affected_features) for alert in report.alerts] == [("schema_change", ["age"])]
    assert [(item.check, item.feature) for item in report.not_computed] == [
        ("feature_psi", "age"),
        ("feature_ks", "age"),
    ]
    assert [(left.column, left.window) for left in report.columns_left_out] == [
        ("age", "reference"),
        ("income", "current"),
    ]


def test_a_queue_or_a_history_named_like_a_file(database: Path) -> None:
    with refused(SourceError, "'queue.parquet' is a file's name", "a table of the database"):
        driftql.enqueue_low_confidence("predictions", queue_path=database, queue_table="queue.parquet", threshold=1.0)


def test_a_table_named_like_a_file_is_a_table(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute('create table "january.csv" as from predictions')
    report = driftql.run_drift_check("january.csv", "predictions", warehouse=database, features=["income"])
    assert report.reference.rows == 1400
