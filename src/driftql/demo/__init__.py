"""A table to try driftql on: 164,017 flights out of New York, with what a model said about each (see README.md)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from driftql.config import MonitorConfig
    from driftql.warehouse.base import Warehouse

__all__ = [
    "DEMO_FILE",
    "DEMO_TABLE",
    "FEATURES",
    "WINDOWS",
    "build_demo",
    "flights_monitor",
    "is_demo",
    "rows_path",
]

DEMO_FILE = "driftql_demo.duckdb"
DEMO_TABLE = "flights"
FEATURES = (
    "dep_minute",
    "planned_minutes",
    "distance_miles",
    "planned_traffic",
    "dep_delay",
    "origin_delay_2h",
    "seats",
    "plane_age",
)
Pair = Literal["calm", "drifted"]
WINDOWS: dict[Pair, dict[str, tuple[str, str]]] = {
    "calm": {"reference": ("2013-09-19", "2013-10-10"), "current": ("2013-10-10", "2013-10-31")},
    "drifted": {"reference": ("2013-02-13", "2013-02-27"), "current": ("2013-06-26", "2013-07-10")},
}
_MARK = "demo data of driftql"


def rows_path() -> Path:
    """Return the Parquet file that is shipped with the package."""
    return Path(__file__).with_name("flights.parquet")


def flights_monitor(pair: Pair) -> MonitorConfig:
    """Return the settings that compare two windows of the demo table.

    Parameters
    ----------
    pair
        ``"calm"``, where nothing has changed, or ``"drifted"``: winter against a summer of delays.
    """
    from driftql.config import MonitorConfig

    windows = {side: {"start": start, "end": end} for side, (start, end) in WINDOWS[pair].items()}
    settings = {
        "table": DEMO_TABLE,
        "columns": {"probabilities": ["p_on_time", "p_late", "p_very_late"]},
        "features": list(FEATURES),
    }
    return MonitorConfig.model_validate(settings | windows)


def build_demo(warehouse: Warehouse) -> int:
    """Copy the shipped rows into an empty database, marked as demo data.

    Returns
    -------
    int
        How many rows there are.
    """
    from driftql.sql import fragments

    engine = warehouse.engine
    path = fragments.text(str(rows_path()), engine)
    with warehouse.transaction() as writer:
        writer.execute(f"create table {DEMO_TABLE} as select * from read_parquet({path})")
        writer.execute(f"comment on table {DEMO_TABLE} is {fragments.text(_MARK, engine)}")
        return int(writer.query(f"select count(*) from {DEMO_TABLE}")[0][0])


def is_demo(warehouse: Warehouse) -> bool:
    """Return whether a database was made by :func:`build_demo`."""
    rows = warehouse.query("select table_name from duckdb_tables() where comment = 'demo data of driftql'")
    return [row[0] for row in rows] == [DEMO_TABLE]
