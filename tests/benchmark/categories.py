"""Times what text columns cost, against a bare scan (min, max, count) of the same columns, in DuckDB; and the peers.

    python -m tests.benchmark.categories --rows 10000000 --peers 1000000

Both windows have so many rows, 16 numbers, and text columns of 2 to 1,000,000 different values, skewed; one in a hundred is
missing. First the check of the 8 text columns alone, of the 16 numbers, and of all 24, each in a process of its own and
with memory_limit = 1 GB; then the statement that counts categories alone; then, with ``--peers``, Evidently and NannyML on
the same table with fewer rows, from Parquet files, as ``peers.py`` runs them. The shortest of the runs counts, in
processor seconds too, because on a machine that does other work only these say something.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from driftql.check.decode import decode_categories
from driftql.check.plan import FREQUENCIES, NAMED_CATEGORIES
from driftql.engines import ENGINES
from driftql.sql.render import render
from tests.benchmark.bench_data import scan_statements, text_names
from tests.benchmark.bench_tools import CaseError, environment, machine, note, run_case, table, workplace
from tests.benchmark.peers import install, work

FEATURES = 16
CARDINALITIES = (3, 50, 5_000, 1_000_000)
TEXTS = (*CARDINALITIES, 2, 12, 400, 100_000)
MEMORY = "1GB"
PEERS = ("evidently", "nannyml")
CHECKS = {"8 texts": (0, TEXTS), "16 numbers": (FEATURES, ()), "16 numbers and 8 texts": (FEATURES, TEXTS)}
CHECK_HEADER = (
    "check of", "the scan, s", "the check, s", "ratio", "ratio of processor seconds", "peak memory, GB", "alerts", "compared"
)  # fmt: skip
HEADER = ("columns", "the scan, s", "categories, s", "ratio", "ratio of processor seconds", "rows that came back")
PEER_HEADER = ("library", "computes", "load + compute, s", "peak memory, GB", *text_names(CARDINALITIES), "")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--rows", type=int, default=10_000_000, help="of each window (default: 10,000,000)")
    parser.add_argument("--repeats", type=int, default=3, help="how often each is run (default: 3)")
    parser.add_argument("--threads", type=int, default=2, help="of DuckDB (default: 2)")
    parser.add_argument("--peers", type=int, metavar="ROWS", help="compare with the peers on so many rows")
    parser.add_argument("--folder", type=Path, help="where the files and environments are made, and kept")
    options = parser.parse_args()
    with workplace(options.folder) as folder:
        path = folder / "categories.duckdb"
        made = {"path": str(path), "threads": options.threads}
        run_case("make", {**made, "rows": options.rows, "features": FEATURES, "roles": False, "texts": TEXTS})
        note(f"  made; load {os.getloadavg()[0]:.1f}")
        checks = [_check(name, {**made, "memory_limit": MEMORY, "repeats": options.repeats}) for name in CHECKS]
        settings: dict[str, Any] = {"threads": options.threads, "temp_directory": str(folder / "spilled")}
        with duckdb.connect(str(path), config=settings | {"memory_limit": MEMORY}) as connection:
            chosen = [[number] for number in CARDINALITIES] + [list(CARDINALITIES)]
            found = [_measure(connection, numbers, options.repeats) for numbers in chosen]
        peers = _compare(folder, options.peers) if options.peers else []
    print(f"2 x {options.rows:,} rows, memory_limit = {MEMORY}, {options.threads} threads. {machine()}.\n")
    print(table(CHECK_HEADER, checks, right="123456"))
    print()
    print(table(HEADER, found, right="12345"))
    if peers:
        print(f"\n2 x {options.peers:,} rows:\n")
        print(table(PEER_HEADER, peers, right="234567"))


def _check(name: str, spec: dict[str, Any]) -> list[str]:
    features, texts = CHECKS[name]
    done = run_case("texts", {**spec, "features": features, "texts": texts})
    used = done["processor"]
    note(f"  {name}: {done}; load {os.getloadavg()[0]:.1f}")
    return [
        name,
        f"{done['scan']:.2f}",
        f"{done['check']:.2f}",
        f"{done['check'] / done['scan']:.1f}",
        f"{used['check'] / used['scan']:.1f}",
        f"{done['peak'] / 1e9:.2f}",
        str(done["alerts"]),
        f"{len(done['compared'])} of {features + len(texts)}",
    ]


def _compare(folder: Path, rows: int) -> list[list[str]]:
    """Run driftql and the peers on Parquet files of the same table; one that does not run gives the reason."""
    files = {window: str(folder / f"texts-{window}-{rows}.parquet") for window in ("ref", "cur")}
    run_case("make_parquet", {"threads": 2, "rows": rows, "features": FEATURES, "texts": TEXTS, **files})
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    lines = []
    for name in ("driftql", *PEERS):
        note(f"{name} ...")
        try:
            python = sys.executable if name == "driftql" else install(name, folder / "environments", sys.executable)
            answer = work(python, f"texts_{name}", files, environment() if name == "driftql" else clean)
        except CaseError as error:
            lines.append([name, str(error), *[""] * (len(PEER_HEADER) - 2)])
            continue
        seconds = sum(spent for part, spent in answer["seconds"].items() if part != "import")
        [(statistic, values)] = answer["statistics"].items()
        shown = [
            "not computed" if values[text] is None else f"{values[text]:.4f}" for text in text_names(CARDINALITIES)
        ]
        lines.append([name, statistic, f"{seconds:.2f}", f"{answer['peak'] / 1e9:.2f}", *shown, answer["remark"]])
    return lines


def _measure(connection: duckdb.DuckDBPyConnection, numbers: Sequence[int], repeats: int) -> list[str]:
    names = text_names(numbers)
    looks = scan_statements(names)
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
    scan = _shortest(lambda: [connection.execute(look).fetchall() for look in looks], repeats)
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
