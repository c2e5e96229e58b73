"""Files whose names do not say what they hold: DuckDB reads those that turn out to be Parquet; the others are named."""

from __future__ import annotations

from pathlib import Path

from driftql.display import shown
from driftql.engines import Engine
from driftql.errors import SourceError
from driftql.sql import fragments

__all__ = ["relation_of_path"]

_PARQUET = b"PAR1"
_CONVERT = "write it as Parquet or CSV"
# How a file begins -> what it is, and what to do.
_KINDS = {
    b"ARROW1": ("an Arrow (Feather) file", f"{_CONVERT}: pandas.read_feather(...).to_parquet(...)"),
    b"FEA1": ("a Feather file", f"{_CONVERT}: pandas.read_feather(...).to_parquet(...)"),
    b"Obj\x01": ("an Avro file", f"{_CONVERT}, or pass fastavro's records as a frame"),
    b"ORC": ("an ORC file", f"{_CONVERT}: pandas.read_orc(...).to_parquet(...)"),
    b"PK\x03\x04": ("an Excel or zip file", f"{_CONVERT}: pandas.read_excel(...).to_parquet(...)"),
    b"\xd0\xcf\x11\xe0": ("an Excel file", f"{_CONVERT}: pandas.read_excel(...).to_parquet(...)"),
    b"BZh": ("compressed by bzip2, which DuckDB does not read", "unpack it with bunzip2, or pack it with gzip"),
    b"\xfd7zXZ": ("compressed by xz, which DuckDB does not read", "unpack it with unxz, or pack it with gzip"),
    b"\x1f\x8b": ("compressed by gzip", "let its name end in what is inside and .gz, such as .csv.gz or .jsonl.gz"),
    b"\x28\xb5\x2f\xfd": ("compressed by zstd", "let its name end in what is inside and .zst, such as .csv.zst"),
    b"SQLite format 3": ("a SQLite database", "attach it to a DuckDB connection, and pass that"),
}
_DATABASE = b"DUCK"


def relation_of_path(source: str, engine: Engine) -> str | None:
    """Return the SQL that reads a file or folder whose name has no known ending.

    Parameters
    ----------
    source
        What the user named.
    engine
        DuckDB.

    Returns
    -------
    str | None
        None where there is no such file or folder.

    Raises
    ------
    SourceError
        If it is nothing that can be read; the sentence says what it is and what to do.
    """
    path = Path(source)
    try:
        if path.is_dir():
            return _relation_of_folder(path, engine)
        if not path.is_file():
            return None
        with path.open("rb") as file:
            start = file.read(16)
    except (OSError, ValueError) as error:
        if isinstance(error, PermissionError):
            raise SourceError(f"{shown(source)} cannot be read: this user may not open it") from None
        return None
    if start.startswith(_PARQUET):
        return f"read_parquet({fragments.text(source, engine)})"
    if start[8:12] == _DATABASE:
        raise SourceError(
            f"{shown(source)} is a DuckDB database, not a table: name it with --db, and one of its tables"
        )
    for mark, (kind, advice) in _KINDS.items():
        if start.startswith(mark):
            raise SourceError(f"{shown(source)} is {kind}: {advice}")
    raise SourceError(
        f"{shown(source)} is a file, but its ending does not say what it holds: let it end in .parquet, .csv, .tsv, "
        ".json or .jsonl"
    )


def _relation_of_folder(path: Path, engine: Engine) -> str:
    """Read a folder of Parquet files, with the columns that the names of its folders give (``day=2026-01-31``)."""
    for pattern in ("*.parquet", "**/*.parquet"):
        if next(path.glob(pattern), None) is not None:
            files = fragments.text(str(path / pattern), engine)
            return f"read_parquet({files}, union_by_name = true, hive_partitioning = true)"
    found = next((one for one in sorted(path.rglob("*")) if fragments.is_file(one.name)), None)
    if found is None:
        raise SourceError(f"{shown(path)} is a folder without Parquet, CSV or JSON files")
    depth = "**/" if found.parent != path else ""
    raise SourceError(f"{shown(path)} is a folder: name its files by a glob, such as '{path}/{depth}*{found.suffix}'")
