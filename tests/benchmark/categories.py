"""Times the statement that counts categories against a bare scan (min, max, count) of the same text columns, in DuckDB.

    python -m tests.benchmark.categories --rows 10000000

Both windows have so many rows, and one text column each of 3, 50, 5,000 and 1,000,000 different values, skewed; one in a
hundred is missing, without which DuckDB would answer from what it keeps of each block, and scan nothing. The shortest of
the runs counts, in processor seconds too, because on a machine that does other work only these say something.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from driftql.check.decode import decode_categories
from driftql.check.plan import FREQUENCIES, NAMED_CATEGORIES
from driftql.engines import ENGINES
from driftql.sql.render import render
from tests.benchmark.bench_tools import machine, note, table, workplace

CARDINALITIES = (3, 50, 5_000, 1_000_000)
MEMORY = "1GB"
HEADER = ("columns", "the scan, s", "categories, s", "ratio", "ratio of processor seconds", "rows that came back")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--rows", type=int, default=10_000_000, help="of each window (default: 10,000,000)")
    parser.add_argument("--repeats", type=int, default=3, help="how often each is run (default: 3)")
    parser.add_argument("--threads", type=int, default=2, help="of DuckDB (default: 2)")
    parser.add_argument("--folder", type=Path, help="where the file is made, and kept")
    options = parser.parse_args()
    with workplace(options.folder) as folder:
        settings: dict[str, Any] = {"threads": options.threads, "temp_directory": str(folder / "spilled")}
        path = folder / "categories.duckdb"
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path), config=settings) as connection:
            for seed, name in enumerate(("ref", "cur"), start=1):
                connection.execute(f"create table {name} as {_made(options.rows, seed)}")
                note(f"  {name}")
        with duckdb.connect(str(path), config=settings | {"memory_limit": MEMORY}) as connection:
            chosen = [[number] for number in CARDINALITIES] + [list(CARDINALITIES)]
            found = [_measure(connection, numbers, options.repeats) for numbers in chosen]
    print(f"2 x {options.rows:,} rows, memory_limit = {MEMORY}, {options.threads} threads. {machine()}.\n")
    print(table(HEADER, found, right="12345"))


def _made(rows: int, seed: int) -> str:
    """Write a query of rows whose values are skewed: the k-th is drawn like the square of a uniform number."""
    columns = [
        f"case when hash(i, {place}) % 100 > 0 then 'value ' || "
        f"floor({number} * pow(hash(i, {seed}, {place}) / 18446744073709551616.0, 2))::bigint end as c_{number}"
        for place, number in enumerate(CARDINALITIES)
    ]
    return f"select {', '.join(columns)} from range({rows}) as made(i)"


def _measure(connection: duckdb.DuckDBPyConnection, numbers: list[int], repeats: int) -> list[str]:
    names = [f"c_{number}" for number in numbers]
    looks = ", ".join(f"min({name}), max({name}), count({name})" for name in names)
    values = [render("exact_text", ENGINES["duckdb"], render("as_text", ENGINES["duckdb"], name)) for name in names]
    sql = render(
        "category_counts",
        ENGINES["duckdb"],
        "ref",
        "cur",
        [[place, value, value] for place, value in enumerate(values, start=1)],
        50,
        NAMED_CATEGORIES,
        list(FREQUENCIES),
    )
    scan = _shortest(
        lambda: [connection.execute(f"select {looks} from {name}").fetchall() for name in ("ref", "cur")], repeats
    )
    counted = _shortest(lambda: connection.execute(sql).fetchall(), repeats)
    done = connection.execute(sql)
    columns = [column[0] for column in done.description or []]
    rows: list[Any] = [dict(zip(columns, row, strict=True)) for row in done.fetchall()]
    for place in range(1, len(names) + 1):
        counts = decode_categories([row for row in rows if row["feature"] == place])
        present = [
            connection.execute(f"select count({names[place - 1]}) from {name}").fetchall()[0][0]
            for name in ("ref", "cur")
        ]
        assert [counts.ref_n, counts.cur_n] == present
    label = ", ".join(f"{number:,}" for number in numbers)
    note(f"  {label}: {scan} {counted}")
    return [
        label, f"{scan[0]:.2f}", f"{counted[0]:.2f}", f"{counted[0] / scan[0]:.1f}", f"{counted[1] / scan[1]:.1f}", str(len(rows))
    ]  # fmt: skip


def _shortest(run: Callable[[], Any], repeats: int) -> tuple[float, float]:
    """Return the shortest time and the fewest processor seconds of several runs."""
    seconds, processor = [], []
    for _ in range(repeats):
        started, used = time.perf_counter(), time.process_time()
        run()
        seconds.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    return min(seconds), min(processor)


if __name__ == "__main__":
    main()
