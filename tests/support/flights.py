"""Months of the demo's flights as Parquet files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from driftql.demo import rows_path

__all__ = ["write_months"]


def write_months(folder: Path, months: Mapping[str, int]) -> None:
    """Write ``<name>.parquet`` with the flights of one month of 2013, for each name and month."""
    with duckdb.connect() as connection:
        for name, month in months.items():
            connection.execute(
                f"copy (from '{rows_path()}' where month(bucket_start_ts) = {month}) to '{folder / name}.parquet' (format parquet)"
            )
