"""What the benchmark's scripts share. Standard library only: a small parent keeps a child's peak memory its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["HERE", "TOP", "CaseError", "environment", "machine", "note", "run_case", "table", "workplace"]

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]


class CaseError(Exception):
    """A measurement's process ended with an error; the text is its last line."""


def note(text: str) -> None:
    """Print a line of progress to stderr."""
    print(text, file=sys.stderr, flush=True)


def environment() -> dict[str, str]:
    """Return the environment in which a child finds this checkout's driftql."""
    paths = [str(TOP / "src"), str(TOP), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}


def run_case(case: str, spec: Mapping[str, Any], *, python: str = sys.executable, module: str = "bench_cases") -> Any:
    """Run one measurement in a process of its own and return what it printed as JSON.

    Raises
    ------
    CaseError
        If it did not end well.
    """
    command = [python, "-m", f"tests.benchmark.{module}", case, json.dumps(spec)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise CaseError(lines[-1] if lines else f"{case} ended with code {done.returncode}")
    return json.loads(done.stdout.strip().splitlines()[-1])


@contextmanager
def workplace(folder: Path | None) -> Iterator[Path]:
    """Give the folder that was named, or a temporary one that is removed at the end."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder.resolve()
        return
    made = Path(tempfile.mkdtemp(prefix="driftql-benchmark-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def table(header: Sequence[str], rows: Sequence[Sequence[str]], right: str = "") -> str:
    """Write a Markdown table; ``right`` holds the positions of right-aligned columns."""
    rule = ["---:" if str(place) in right else "---" for place in range(len(header))]
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, rule, *rows))


def machine() -> str:
    """Describe the machine in a few words."""
    words = [f"{os.cpu_count()} cores"]
    try:
        information = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
        total = next(int(line.split()[1]) for line in information if line.startswith("MemTotal"))
        words.append(f"{total / 1024**2:.0f} GiB")
        processor = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        words.append(next(line.split(":", 1)[1].strip() for line in processor if line.startswith("model name")))
    except (OSError, StopIteration):
        pass
    return ", ".join(words)
