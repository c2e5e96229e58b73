"""What the workers share: arguments, a clock, and the answer as JSON. Runs in the peer's own environment."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

# No worker calls home: neither in the timings nor at all.
os.environ.update(DO_NOT_TRACK="1", NML_DISABLE_USAGE_LOGGING="1", WHYLOGS_NO_ANALYTICS="true")
warnings.simplefilter("ignore")


class Worker:
    """Collects what one peer measured.

    Parameters
    ----------
    packages
        Whose versions matter.
    """

    def __init__(self, *packages: str) -> None:
        self.ref, self.cur = sys.argv[1:3]
        self.seconds: dict[str, float] = {}
        self.statistics: dict[str, dict[str, float]] = {}
        self.packages = packages
        self.remark = ""

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Time a part: ``load``, or what is computed."""
        started = time.perf_counter()
        yield
        self.seconds[part] = time.perf_counter() - started

    def finish(self) -> None:
        """Print the answer as the last line."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answer = {
            "seconds": self.seconds,
            "statistics": self.statistics,
            "versions": {package: version(package) for package in self.packages},
            "python": ".".join(map(str, sys.version_info[:3])),
            "peak": peak if sys.platform == "darwin" else 1024 * peak,
            "remark": self.remark,
        }
        print(json.dumps(answer), flush=True)
