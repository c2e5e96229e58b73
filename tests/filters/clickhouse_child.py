"""The part of the tests of filters that needs ClickHouse, in a process of its own: prints what it found as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

import clickhouse_connect

import driftql
from driftql.check.limits import Limits
from driftql.config import MonitorConfig
from driftql.engines import ENGINES
from driftql.errors import RowsChangedError
from driftql.sql.calls import functions_of
from driftql.sql.conditions import condition
from tests.filters.moving import LIMITS, SENTENCE, SETTINGS, consistent
from tests.filters.sound import COLUMNS, SOUND

CHANGES = {
    "truncated": "truncate table moving",
    "inserted": "insert into moving select i + 10000, z, k, w, predicted_label, user_id, probabilities, is_new, shifted "
    "from moving limit 500",
    "deleted": "alter table moving delete where i % 3 = 0 settings mutations_sync = 2",
}


def main(folder: str) -> None:
    with clickhouse_connect.get_client(interface="chdb", path=folder, settings={"session_timezone": "UTC"}) as client:
        found = {"moved": moved(client), "differing": differing(client), "volatile": volatile(client)}
    print(json.dumps(found))


def moved(client: Any) -> dict[str, list[str]]:
    client.command(
        "create table moving (i Int64, z Float64, k Float64, w Float64, predicted_label Nullable(String), user_id String, "
        "probabilities Array(Float64), is_new Bool, shifted Float64) engine = MergeTree order by i"
    )
    found: dict[str, list[str]] = {name: [] for name in CHANGES}
    for name, change in CHANGES.items():
        for limits, exact in zip(LIMITS.values(), (False, True), strict=True):
            for place in range(1, 12):
                steps, outcome = moved_once(client, change, limits, exact=exact, place=place)
                found[name].append(outcome)
                if steps < place:
                    break
    return found


def moved_once(client: Any, change: str, limits: Limits, *, exact: bool, place: int) -> tuple[int, str]:
    """Change the table before a statement."""
    client.command("truncate table moving")
    client.command(
        "insert into moving select number, cityHash64(number) / 18446744073709551616, number % 5, "
        "if(number % 50 = 0, nan, cityHash64(number, 1) / 18446744073709551616), concat('c', toString(number % 3)), "
        "concat('u', toString(number % 5)), [0.2, 0.3, 0.5], number % 2 = 0, "
        "cityHash64(number) / 18446744073709551616 + number % 2 from numbers(2000)"
    )
    steps = 0

    def progress(_: object) -> None:
        nonlocal steps
        steps += 1
        if steps == place:
            client.command(change)

    monitor = MonitorConfig.model_validate({**SETTINGS, "exact": exact})
    try:
        report = driftql.run_monitor(monitor, client, limits=limits, progress=progress)
    except RowsChangedError as error:
        return steps, "refused" if f"the rows of moving {SENTENCE}" in str(error) else str(error)
    consistent(report)
    return steps, "consistent"


def differing(client: Any) -> list[str]:
    """Return the sound conditions that do not give the rows that they give where a user writes them."""
    client.command(
        "create table events (i Int64, x Float64, s Nullable(String), b Bool, ts DateTime, d Date, l Array(Int64), j String) "
        "engine = MergeTree order by i"
    )
    client.command(
        "insert into events select number, number / 2, if(number % 7 = 0, null, concat('user ', toString(number % 5))), "
        "number % 2 = 0, toDateTime('2026-01-01 00:00:00') + number * 3600, toDate('2026-01-01') + number, "
        'range(number % 6), concat(\'{"n": \', toString(number), \', "t": {"u": "v"}}\') from numbers(60)'
    )
    wrong = []
    for text in SOUND["clickhouse"]:
        vetted = condition(text, ENGINES["clickhouse"], COLUMNS, "the filter", table=["events"])
        rows = [
            client.query(f"select i from {relation} where {where} order by i").result_rows
            for relation, where in (("events", text), ("events as monitored", vetted))
        ]
        if rows[0] != rows[1]:
            wrong.append(text)
    return wrong


def volatile(client: Any) -> list[str]:
    """Return functions of driftql's list that ClickHouse does not call deterministic, the clock aside."""
    rows = client.query("select lower(name) from system.functions where deterministic = 0").result_rows
    return sorted({name for (name,) in rows} & functions_of("clickhouse").allowed)


if __name__ == "__main__":
    main(sys.argv[1])
