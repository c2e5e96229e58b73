"""Files and folders whose names do not say what they hold: read where that is clear, else named with what to do."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import duckdb
import pytest

from driftql import ConfigError, SourceError, connect, run_drift_check
from tests.support.refusals import refused

TEXT = "z\n" + "\n".join(str(i) for i in range(50)) + "\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    duckdb.sql("copy (select i::double z, i % 2 as part from range(50) t(i)) to 'plain.parquet'")
    return tmp_path


@pytest.mark.parametrize("name", ["x.parq", "x.pq", "noext", "part-0001.snappy", "X.PARQ"])
def test_parquet_by_any_name_is_read(here: Path, name: str) -> None:
    shutil.copy("plain.parquet", name)
    report = run_drift_check(name, "plain.parquet")
    assert (report.reference.rows, report.any_critical) == (50, False)


def test_a_folder_of_partitions_is_read_with_the_columns_of_its_names(here: Path) -> None:
    duckdb.sql(
        "copy (select i::double z, i // 50 as day from range(100) t(i)) to 'hive' (format parquet, partition_by day)"
    )
    with connect(":memory:") as warehouse:
        relation = warehouse.relation("hive")
        assert [column.name for column in warehouse.columns(relation)] == ["z", "day"]
    report = run_drift_check("hive", "plain.parquet", features=["z"])
    assert (report.reference.rows, report.current.rows) == (100, 50)


def test_packed_text_is_read(here: Path) -> None:
    for name, text in (("r.csv.gz", TEXT), ("r.jsonl.gz", "".join(f'{{"z": {i}}}\n' for i in range(50)))):
        Path(name).write_bytes(gzip.compress(text.encode()))
        assert run_drift_check(name, "plain.parquet", features=["z"]).reference.rows == 50


@pytest.mark.parametrize(
    ("name", "start", "words"),
    [
        ("x.csv.bz2", b"BZh91AY", ["compressed by bzip2", "bunzip2"]),
        ("x.csv.xz", b"\xfd7zXZ\x00", ["compressed by xz", "unxz"]),
        ("x.feather", b"ARROW1\x00\x00", ["an Arrow (Feather) file", "to_parquet"]),
        ("x.arrow", b"ARROW1\x00\x00", ["an Arrow (Feather) file"]),
        ("x.avro", b"Obj\x01", ["an Avro file"]),
        ("x.orc", b"ORC", ["an ORC file", "to_parquet"]),
        ("x.xlsx", b"PK\x03\x04", ["an Excel or zip file", "read_excel"]),
        ("x.xls", b"\xd0\xcf\x11\xe0", ["an Excel file"]),
        ("x.db", b"SQLite format 3\x00", ["a SQLite database"]),
        ("packed", b"\x1f\x8b\x08", ["compressed by gzip", ".csv.gz"]),
        ("rows", b"z\n1\n2\n", ["its ending does not say what it holds", ".csv"]),
        ("empty.dat", b"", ["its ending does not say what it holds"]),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_do(here: Path, name: str, start: bytes, words: list[str]) -> None:
    Path(name).write_bytes(start)
    with refused(SourceError, name, *words):
        run_drift_check(name, "plain.parquet")


def test_a_database_as_a_table_and_rows_as_a_database(here: Path) -> None:
    duckdb.connect("own.duckdb").close()
    with refused(SourceError, "own.duckdb is a DuckDB database", "--db"):
        run_drift_check("own.duckdb", "plain.parquet")
    for name in ("plain.parquet", "r.csv"):
        with refused(ConfigError, f"{name} is a file of rows, not a database"):
            run_drift_check("a", "b", warehouse=name)


def test_a_folder_of_text_files_is_told_the_glob(here: Path) -> None:
    Path("days").mkdir()
    with refused(SourceError, "days is a folder without Parquet, CSV or JSON files"):
        run_drift_check("days", "plain.parquet")
    Path("days/monday.csv").write_text(TEXT, encoding="utf-8")
    with refused(SourceError, "days is a folder", "'days/*.csv'"):
        run_drift_check("days", "plain.parquet")
    assert run_drift_check("days/*.csv", "plain.parquet", features=["z"]).reference.rows == 50
