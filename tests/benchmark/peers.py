"""Compares driftql with libraries that people use for drift today, on the same Parquet files.

::

    python -m tests.benchmark.peers --size full --output peers.md     # 2 x 1M rows; a quarter of an hour, mostly pip
    python -m tests.benchmark.peers --size small --only popmon        # 2 x 20k rows

Each library gets a virtual environment of its own (in the folder; kept and used again if the folder is named) and runs
in a process of its own: ``peers/peer_*.py``, by the quickest way its documentation has to get PSI or KS of each column.
A library that does not install or does not run is reported with the reason.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.benchmark.bench_tools import TOP, CaseError, environment, machine, note, run_case, table, workplace

ROWS = {"full": 1_000_000, "small": 20_000}
FEATURES = 16
INSTALL_SECONDS = 1_200
RUN_SECONDS = 1_800
OURS = {"driftql": "peer_driftql", "SciPy + NumPy": "peer_scipy"}

# What a plain `pip install NAME` lacks (November 2026): Evidently does not import with pandas 3, NannyML misses
# statsmodels, whylogs needs pandas and an extra for drift, alibi-detect pins NumPy 1, which newer pyarrow refuses.
PEERS = {
    "evidently": ["evidently", "pandas<3", "pyarrow"],
    "nannyml": ["nannyml", "pyarrow", "statsmodels"],
    "whylogs": ["whylogs[viz]", "pandas<3", "pyarrow"],
    "popmon": ["popmon", "pyarrow"],
    "alibi-detect": ["alibi-detect", "pyarrow<20"],
}
SHOWN = {
    "f0": "normal, no drift",
    "f1": "normal, +0.1",
    "f3": "normal, +0.6",
    "f9": "100 integers",
    "f15": "lognormal, +0.6, NULLs",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    options = _parser().parse_args(arguments)
    rows = options.rows or ROWS[options.size]
    found: dict[str, Any] = {}
    failed: dict[str, str] = {}
    with workplace(options.folder) as folder:
        files = {window: str(folder / f"{window}-{rows}.parquet") for window in ("ref", "cur")}
        run_case("make_parquet", {"threads": 2, "rows": rows, "features": FEATURES, **files})
        for name, script in OURS.items():
            found[name] = work(sys.executable, script, files, environment())
        clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        for name in options.only or PEERS:
            note(f"{name} ...")
            try:
                python = install(name, folder / "environments", options.python)
                found[name] = work(python, f"peer_{name.replace('-', '_')}", files, clean)
            except CaseError as error:
                failed[name] = str(error)
                note(f"  {error}")
    text = _page(rows, found, failed)
    if options.output is None:
        print(text, end="")
    else:
        options.output.write_text(text, encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--size", choices=ROWS, default="full", help="full: 2 x 1M rows; small: 2 x 20k rows")
    parser.add_argument("--rows", type=int, help="rows of each window, in place of the size's")
    parser.add_argument("--only", nargs="+", choices=PEERS, metavar="NAME", help=f"of {', '.join(PEERS)}")
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the peers' environments")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the tables here instead of printing them")
    parser.add_argument(
        "--folder", type=Path, help="where everything is made, and kept (default: a temporary folder, removed)"
    )
    return parser


def install(name: str, environments: Path, python: str) -> str:
    """Make a virtual environment with one library, unless it is there; return its interpreter."""
    home = environments / name
    own = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    done = home / "installed"
    if done.exists():
        return str(own)
    started = time.perf_counter()
    for command in (
        [python, "-m", "venv", str(home)],
        [str(own), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS[name]],
    ):
        _run(command, INSTALL_SECONDS, None, "does not install")
    done.touch()
    note(f"  installed in {time.perf_counter() - started:.0f} s")
    return str(own)


def work(python: str, module: str, files: Mapping[str, str], variables: Mapping[str, str]) -> Any:
    command = [python, "-m", f"tests.benchmark.libraries.{module}", files["ref"], files["cur"]]
    answer = json.loads(_run(command, RUN_SECONDS, variables, "fails").strip().splitlines()[-1])
    note(f"  {module}: " + ", ".join(f"{part} {seconds:.2f} s" for part, seconds in answer["seconds"].items()))
    return answer


def _run(command: Sequence[str], seconds: float, variables: Mapping[str, str] | None, what: str) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, env=variables, cwd=TOP, check=False
        )
    except subprocess.TimeoutExpired:
        raise CaseError(f"{what}: not done after {seconds:.0f} s") from None
    except OSError as error:
        raise CaseError(f"{what}: {error}") from None
    if done.returncode:
        lines = [line for line in done.stderr.strip().splitlines() if line.strip() and "WARNING" not in line]
        reason = lines[-1] if lines else f"killed or ended with code {done.returncode}"
        raise CaseError(f"{what}: {reason}".replace("|", "/"))
    return done.stdout


def _page(rows: int, found: Mapping[str, Any], failed: Mapping[str, str]) -> str:
    versions = [
        f"{name}: Python {answer['python']}, " + ", ".join(f"{k} {v}" for k, v in answer["versions"].items())
        for name, answer in found.items()
    ]
    parts = [
        f"2 x {rows:,} rows x {FEATURES} features, two Parquet files. {machine()}.",
        _times(found, failed),
        _ahead(found),
        "What each reports:",
        _statistics(found),
        "Versions. " + "; ".join(versions) + ".",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _computations(answer: Any) -> dict[str, float]:
    return {k: v for k, v in answer["seconds"].items() if k != "import" and not k.startswith("load")}


def _loading(answer: Any) -> float:
    return float(sum(seconds for part, seconds in answer["seconds"].items() if part.startswith("load")))


def _times(found: Mapping[str, Any], failed: Mapping[str, str]) -> str:
    lines = []
    for name, answer in found.items():
        loading = _loading(answer)
        for what, seconds in _computations(answer).items():
            lines.append(
                [
                    name,
                    what,
                    f"{answer['seconds']['import']:.2f}",
                    f"{loading:.2f}" if loading else "",
                    f"{seconds:.2f}",
                    f"{loading + seconds:.2f}",
                    f"{answer['peak'] / 1e9:.2f}",
                    answer["remark"],
                ]
            )
    lines += [[name, reason, "", "", "", "", "", ""] for name, reason in failed.items()]
    header = ("library", "computes", "import, s", "load, s", "compute, s", "load + compute, s", "peak memory, GB", "")
    return table(header, lines, right="23456")


def _ahead(found: Mapping[str, Any]) -> str:
    """Say where a peer is ahead: of the certified check, of the exact one, in memory."""
    ours = found["driftql"]
    sentences = []
    for what, own in _computations(ours).items():
        others = [
            f"{name} ({part}) {loading + seconds:.2f} s"
            + (f", of which computing {seconds:.2f} s" if loading + seconds >= own else "")
            for name, answer in found.items()
            if name != "driftql"
            for loading in [_loading(answer)]
            for part, seconds in _computations(answer).items()
            if seconds < own
        ]
        if others:
            sentences.append(
                f"- Quicker than driftql's {what} ({own:.2f} s), all or computing alone: {'; '.join(others)}."
            )
    less = [name for name, answer in found.items() if answer["peak"] < ours["peak"]]
    if less:
        sentences.append(f"- Less peak memory than driftql's {ours['peak'] / 1e9:.2f} GB: {', '.join(less)}.")
    return "Where others are ahead:\n\n" + "\n".join(sentences) if sentences else "No other is ahead in time or memory."


def _statistics(found: Mapping[str, Any]) -> str:
    truth = found["SciPy + NumPy"]["statistics"]
    lines = []
    for name, answer in found.items():
        for statistic, values in answer["statistics"].items():
            kind = statistic.split(",")[0]
            distance = ""
            if kind in truth:
                distance = f"{max(abs(values[feature] - truth[kind][feature]) for feature in truth[kind]):.1e}"
            lines.append([name, statistic, *(f"{values[feature]:.6g}" for feature in SHOWN), distance])
    header = ["library", "statistic", *(f"{name} ({what})" for name, what in SHOWN.items())]
    return table([*header, "largest difference from SciPy or NumPy, all features"], lines, right="234567")


if __name__ == "__main__":
    main()
