"""Times the check on every engine that can be had here, each as a ratio to a bare scan of the same rows.

    python -m tests.benchmark.engines --size full

needs the packages of ``pip install -e '.[test]'`` and, for Spark, Java 17.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tests.benchmark.bench_tools import CaseError, machine, note, run_case, table, workplace

SIZES = {"full": (1_000_000, 16, 2), "small": (100_000, 8, 1), "tiny": (25_000, 4, 1)}
ENGINES = ("duckdb", "clickhouse", "spark", "postgres")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--size", choices=SIZES, default="full")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="only this one; may be given again")
    parser.add_argument("--threads", type=int, default=2, help="of each engine that takes such a limit (default: 2)")
    parser.add_argument(
        "--statements", action="store_true", help="also list what each default check spends its time on"
    )
    parser.add_argument("--folder", type=Path, help="where everything is made, and kept")
    options = parser.parse_args()
    rows, features, repeats = SIZES[options.size]
    results: dict[str, Any] = {}
    with workplace(options.folder) as folder:
        spec: dict[str, Any] = {name: str(folder / f"{name}.parquet") for name in ("ref", "cur")}
        spec |= {"rows": rows, "features": features, "threads": options.threads, "roles": True}
        run_case("make_parquet", spec)
        spec |= {"folder": str(folder), "repeats": repeats, "scipy": True}
        for engine in options.engine or ENGINES:
            note(f"  {engine}")
            try:
                results[engine] = run_case(engine, spec, module="bench_engines")
            except CaseError as error:
                results[engine] = error
    print(f"2 x {rows:,} rows x {features} features. {machine()}.\n")
    print(table(HEADER, [_row(engine, found, features) for engine, found in results.items()], right="1234567"))
    if options.statements:
        for found in results.values():
            if not isinstance(found, CaseError):
                print(f"\n{found['version']}\n")
                lines = [[name, f"{seconds:.2f}", str(count)] for name, seconds, count in _summed(found["statements"])]
                print(table(("statement", "seconds", "rows fetched"), lines, right="12"))


HEADER = (
    "engine",
    "the scan, s",
    "default check, s",
    "/ the scan",
    "exact check, s",
    "/ the scan",
    "fetch + SciPy + NumPy, s",
    "/ default check",
    "KS as SciPy's",
)


def _row(engine: str, found: Any, features: int) -> list[str]:
    if isinstance(found, CaseError):
        return [engine, f"failed: {found}", *[""] * (len(HEADER) - 2)]
    scan, check, exact, scipy = (found[key] for key in ("scan", "seconds", "exact", "scipy"))
    equal, inside = found["held"]
    return [
        found["version"],
        f"{scan:.2f}",
        f"{check:.2f}",
        f"{check / scan:.1f}",
        f"{exact:.2f}",
        f"{exact / scan:.1f}",
        f"{scipy:.1f}",
        f"{scipy / check:.1f}",
        f"exact: {equal} of {features} equal; certified: {inside} of {features} within the bound",
    ]


def _summed(statements: list[list[Any]]) -> list[tuple[str, float, int]]:
    names = list(dict.fromkeys(name for name, _, _ in statements))
    return [
        (
            name,
            sum(seconds for own, seconds, _ in statements if own == name),
            sum(count for own, _, count in statements if own == name),
        )
        for name in names
    ]


if __name__ == "__main__":
    main()
