from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import driftql

SOURCE = str(Path(driftql.__file__).parents[1])
DRIFTED = ["--reference", "2013-02-13..2013-02-27", "--current", "2013-06-26..2013-07-10"]
CALM = ["--reference", "2013-09-19..2013-10-10", "--current", "2013-10-10..2013-10-31"]


class Outcome:
    """What a run of the app left: exit code, stdout, stderr."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def refused(self, code: int) -> str:
        """Check that the run ended with one sentence on stderr, and return it."""
        assert self.code == code, self.out + self.err
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("driftql: ")
        assert "Traceback" not in self.out + self.err
        return lines[0]


Run = Callable[..., Outcome]
