"""Measures what driftql promises about time, memory and rows fetched, and prints it as a Markdown table.

Run from anywhere, with the Python that has driftql's dependencies::

    python -m tests.benchmark.run --size full --output result.md      # about 20 minutes on 2 cores, 8 GB of disk
    python -m tests.benchmark.run --size small                        # a trial, a minute

The data is made in DuckDB, the same on every run. Every measurement runs in a process of its own. All times are divided
by "the scan" where the table says so: a bare ``select min(f), max(f), count(f), ...`` of the same columns of both
windows, on the same connection, warm, the best of 3. Nothing is asserted; see README.md beside this file.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmark.bench_tools import CaseError, environment, machine, note, run_case, table, workplace
from tests.support.rounding import KS_ROUNDING

FEATURES = 16
SMALL_TABLE_ROWS = 5_000
PSI_TOLERANCE = 1e-12
# An interval's ends are rounded once more than its middle.
INTERVAL_TOLERANCE = 1e-12


@dataclass(frozen=True)
class Size:
    """Rows of each window, those of the table of many features, and how often checks and bare starts are repeated."""

    rows: int
    many_features: int
    many_rows: int
    repeats: int
    starts: int = 5


SIZES = {
    "full": Size(rows=10_000_000, many_features=500, many_rows=200_000, repeats=3),
    "small": Size(rows=200_000, many_features=100, many_rows=25_000, repeats=2),
    "tiny": Size(rows=25_000, many_features=30, many_rows=1_000, repeats=1, starts=1),
}


@dataclass
class Row:
    """One line of the table. Without numbers (``value``, ``must``) it says only what was measured."""

    what: str
    shown: str
    value: float | None = None
    must: float | None = None
    aim: float | None = None
    at_least: bool = False
    unit: str = ""

    def cells(self) -> list[str]:
        return [self.what, self.shown, self._limit(self.must), self._limit(self.aim), self._held()]

    def _limit(self, limit: float | None) -> str:
        if limit is None:
            return ""
        return f"{'≥' if self.at_least else '≤'} {limit:g}{self.unit}"

    def _meets(self, limit: float) -> bool:
        assert self.value is not None
        return self.value >= limit if self.at_least else self.value <= limit

    def _held(self) -> str:
        if self.value is None:
            return "**no**" if self.must is not None else ""
        if self.must is None:
            return ""
        if not self._meets(self.must):
            return "**no**"
        return "yes" if self.aim is None or self._meets(self.aim) else "yes, short of the aim"


@dataclass
class Bench:
    """The measurements of one run."""

    folder: Path
    size: Size
    threads: int
    rows: list[Row] = field(default_factory=list)
    statements: str = ""

    def case(self, name: str, what: str, **spec: Any) -> Any:
        started = time.perf_counter()
        result = run_case(name, {"threads": self.threads, "features": FEATURES, "roles": True, **spec})
        note(f"  {what}: {time.perf_counter() - started:.1f} s")
        return result

    def make(self, name: str, rows: int, **spec: Any) -> str:
        path = self.folder / f"{name}.duckdb"
        self.case("make", f"made 2 x {rows:,} rows", path=str(path), rows=rows, **spec)
        return str(path)

    def failed(self, what: str, error: CaseError, **limits: Any) -> None:
        note(f"  FAILED: {error}")
        self.rows.append(Row(what, f"failed: {error}".replace("|", "/"), **limits))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    options = _parser().parse_args(arguments)
    size = SIZES[options.size]
    sections = []
    with workplace(options.folder) as folder:
        bench = Bench(folder, size, options.threads)
        note(f"benchmark, {options.size}: 2 x {size.rows:,} rows x {FEATURES} features, {options.threads} threads")
        measure(bench)
        sections += [
            _head(options.size, size, options.threads),
            table(("what", "measured", "must", "aim", "held"), [row.cells() for row in bench.rows]),
            bench.statements,
        ]
        if options.peers:
            sections.append(_module("peers", options, folder))
        if options.plot:
            sections.append(_module("plot", options, folder))
    text = "\n\n".join(sections) + "\n"
    if options.output is None:
        print(text, end="")
    else:
        options.output.write_text(text, encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--size", choices=SIZES, default="full", help="full: what the promises are about")
    parser.add_argument("--threads", type=int, default=2, help="of DuckDB (default: 2)")
    parser.add_argument("--peers", action="store_true", help="also compare with other libraries (peers.py)")
    parser.add_argument("--plot", action="store_true", help="also draw time against rows (plot.py)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the tables here instead of printing them")
    parser.add_argument(
        "--folder", type=Path, help="where everything is made, and kept (default: a temporary folder, removed)"
    )
    return parser


def measure(bench: Bench) -> None:
    """Run all measurements but for peers and plot."""
    large = bench.make("large", bench.size.rows)
    tenth = bench.make("tenth", bench.size.rows // 10)
    repeats = bench.size.repeats
    whole = bench.case("check", "whole default check", path=large, repeats=repeats)
    certified = bench.case("check", "features certified", path=large, repeats=repeats, roles=False)
    exact = bench.case("check", "features exact", path=large, repeats=repeats, roles=False, exact=True)
    scipy = bench.case("scipy", "SciPy and NumPy", path=large)
    bench.statements = _statements(whole)
    _ratio(bench, "whole default check / the scan", whole, 9, 5)
    _ratio(bench, "features alone, certified / the scan", certified, None, None)
    _ratio(bench, "features alone, exact / the scan", exact, 20, 10)
    _verify(bench, certified["features"], exact["features"], scipy["features"])
    _against_scipy(bench, scipy, exact)

    small = bench.case("check", "a tenth of the rows", path=tenth, repeats=repeats)
    small_exact = bench.case(
        "check", "a tenth of the rows, exact", path=tenth, repeats=repeats, roles=False, exact=True
    )
    small_certified = bench.case("check", "a tenth of the rows, certified", path=tenth, repeats=1, roles=False)
    _fetched(bench, {"certified": (small_certified, certified), "exact": (small_exact, exact)})
    rows, few = f"{bench.size.rows:,}", f"{bench.size.rows // 10:,}"
    growth = whole["seconds"] / small["seconds"]
    shown = f"{growth:.1f} ({whole['seconds']:.2f} s / {small['seconds']:.2f} s)"
    shown += f"; features exact {exact['seconds'] / small_exact['seconds']:.1f}"
    bench.rows.append(Row(f"default check, 2 x {rows} / 2 x {few} rows", shown, growth, 12, 10))

    for kind, exactly in (("whole default check", False), ("whole exact check", True)):
        what = f"peak memory of the process, {kind}, memory_limit = 1 GB"
        try:
            limited = {"memory_limit": "1GB", "scans": 0, "repeats": 1, "exact": exactly}
            peak = bench.case("check", f"{kind} with 1 GB", path=large, **limited)["peak"] / 1e9
            bench.rows.append(Row(what, f"finishes, {peak:.2f} GB", peak, 1.6, unit=" GB"))
        except CaseError as error:
            bench.failed(what, error, must=1.6, unit=" GB")

    bare = bench.case("frames", "a small table", rows=SMALL_TABLE_ROWS, calls=2)
    second = max(bare["frames"][1], bare["tables"][1])
    shown = f"{bare['kind']} {bare['frames'][1]:.3f} s, tables {bare['tables'][1]:.3f} s"
    shown += f"; the first, with imports, {bare['frames'][0]:.2f} s"
    what = f"bare default check, 2 x {SMALL_TABLE_ROWS:,} x {FEATURES} features, in process, the second call"
    bench.rows.append(Row(what, shown, second, 0.5, 0.15, unit=" s"))

    many, wide_rows = bench.size.many_features, bench.size.many_rows
    what = f"{many} features x 2 x {wide_rows:,} rows / its own scan"
    try:
        path = bench.make("many", wide_rows, features=many, roles=False)
        wide = bench.case("check", f"{many} features", path=path, features=many, roles=False, repeats=2)
        _ratio(bench, what, wide, 12, None)
    except CaseError as error:
        bench.failed(what, error, must=12)

    _starts(bench)


def _ratio(bench: Bench, what: str, measured: Any, must: float | None, aim: float | None) -> None:
    ratio = measured["seconds"] / measured["scan"]
    shown = f"{ratio:.2f} ({measured['seconds']:.3f} s / {measured['scan']:.3f} s)"
    bench.rows.append(Row(what, shown, ratio, must, aim))


def _verify(bench: Bench, certified: Any, exact: Any, scipy: Any) -> None:
    same_ks = [
        abs(exact[name]["ks"] - scipy[name]["ks"]) <= KS_ROUNDING and exact[name]["ks_error"] == 0 for name in scipy
    ]
    distance = max(abs(exact[name]["psi"] - scipy[name]["psi"]) for name in scipy)
    same_psi = [
        abs(exact[name]["psi"] - scipy[name]["psi"]) <= PSI_TOLERANCE and exact[name]["psi_error"] == 0
        for name in scipy
    ]
    held = {
        kind: [
            abs(certified[name][kind] - scipy[name][kind]) <= certified[name][f"{kind}_error"] + INTERVAL_TOLERANCE
            for name in scipy
        ]
        for kind in ("ks", "psi")
    }
    bounded = sum(certified[name]["ks_error"] > 0 for name in scipy)
    widest = max(certified[name]["ks_error"] for name in scipy)
    lines = [
        ("exact: D equal to SciPy's, to the last digit", same_ks, ""),
        (f"exact: PSI within {PSI_TOLERANCE:g} of NumPy's", same_psi, f"; largest difference {distance:.1e}"),
        ("certified: the interval holds SciPy's D", held["ks"], f"; {bounded} not exact, error at most {widest:.1e}"),
        ("certified: the interval holds NumPy's PSI", held["psi"], ""),
    ]
    for what, answers, more in lines:
        word = "equal" if all(answers) and what.startswith("exact") else "holds" if all(answers) else "NOT"
        shown = f"{word}: {sum(answers)} of {len(answers)} features{more}"
        bench.rows.append(Row(what, shown, sum(answers), len(answers), at_least=True))


def _against_scipy(bench: Bench, scipy: Any, exact: Any) -> None:
    computing = scipy["seconds"] - scipy["parts"]["fetch"]
    # SciPy ran once, so it is held against a middling run of ours, not the best.
    ratio, without = scipy["seconds"] / exact["median"], computing / exact["median"]
    shown = f"{ratio:.1f} ({scipy['seconds']:.2f} s / {exact['median']:.2f} s); without the fetch {without:.1f}"
    shown += f"; peak memory {scipy['peak'] / 1e9:.2f} GB / {exact['peak'] / 1e9:.2f} GB"
    what = "SciPy + NumPy on the fetched columns / features exact"
    bench.rows.append(Row(what, shown, ratio, 8, 15, at_least=True))


def _fetched(bench: Bench, runs: dict[str, tuple[Any, Any]]) -> None:
    parts, largest = [], 0.0
    for kind, sides in runs.items():
        fetched = [sum(rows for _, _, rows in side["statements"]) / FEATURES for side in sides]
        parts.append(f"{kind} {fetched[1]:.1f} ({fetched[0]:.1f} at a tenth of the rows)")
        largest = max(largest, *fetched)
    bench.rows.append(Row("rows fetched into Python, a feature", "; ".join(parts), largest, 64))


def _starts(bench: Bench) -> None:
    commands = {
        "bare interpreter": ["-c", "pass"],
        "import driftql": ["-c", "import driftql"],
        "driftql --help": ["-m", "driftql", "--help"],
    }
    best: dict[str, float] = {}
    for name, command in commands.items():
        seconds = []
        for _ in range(bench.size.starts):
            started = time.perf_counter()
            done = subprocess.run(
                [sys.executable, *command], capture_output=True, text=True, env=environment(), check=False
            )
            seconds.append(time.perf_counter() - started)
            if done.returncode:
                lines = done.stderr.strip().splitlines() or ["?"]
                bench.failed(f"`{name}` in a fresh process", CaseError(lines[-1]), must=0.4, aim=0.2, unit=" s")
                break
        else:
            best[name] = min(seconds)
    note("  starts of a fresh process")
    bare = best.pop("bare interpreter", 0.0)
    for name, least in best.items():
        shown = f"{least:.3f} s (the interpreter alone {bare:.3f} s)"
        bench.rows.append(Row(f"`{name}` in a fresh process", shown, least, 0.4, 0.2, unit=" s"))


def _statements(whole: Any) -> str:
    """Write the second table: what the default check spends its time on."""
    grouped = [
        [name, f"{seconds:.3f}", f"{seconds / whole['scan']:.2f}", str(rows)]
        for name, seconds, rows in whole["statements"]
    ]
    spent = sum(seconds for _, seconds, _ in whole["statements"])
    rest = max(whole["seconds"] - spent, 0.0)
    fetched = sum(rows for _, _, rows in whole["statements"])
    grouped += [
        ["Python, and looking at the tables", f"{rest:.3f}", f"{rest / whole['scan']:.2f}", ""],
        ["**all**", f"{whole['seconds']:.3f}", f"{whole['seconds'] / whole['scan']:.2f}", str(fetched)],
    ]
    header = ("statement of the default check", "seconds", "/ the scan", "rows fetched")
    alerts = f"{whole['alerts']} alerts, so the users behind them are looked up."
    return f"{alerts}\n\n" + table(header, grouped, right="123")


def _head(name: str, size: Size, threads: int) -> str:
    found = run_case("versions", {})
    numbers = ", ".join(f"{package} {number}" for package, number in found.items())
    text = f"2 x {size.rows:,} rows x {FEATURES} features in a DuckDB file; DuckDB with {threads} threads.\n"
    text += f"{machine()}.\n{numbers}."
    if name != "full":
        text += "\n\n**A trial: the limits are about `--size full`, and fixed costs weigh more at this size.**"
    return text


def _module(name: str, options: argparse.Namespace, folder: Path) -> str:
    """Run another module of the benchmark and return what it printed."""
    size = "full" if options.size == "full" else "small"
    command = [sys.executable, "-m", f"tests.benchmark.{name}", "--size", size, "--folder", str(folder)]
    if name == "plot" and options.size != "full":
        command += ["--svg", str(folder / "time-against-rows.svg")]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment(), check=False)
    return done.stdout.strip() if done.returncode == 0 else f"{name} failed with code {done.returncode}."


if __name__ == "__main__":
    main()
