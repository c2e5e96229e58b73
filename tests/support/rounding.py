"""How far SciPy's D may be from that of two counts. Imports nothing large: the benchmark's parent process stays small."""

from __future__ import annotations

from importlib.metadata import version

__all__ = ["KS_ROUNDING"]

# SciPy before 1.18 divides counts, as driftql does: equal to the last digit. Since then its shares are k * (1 / n), which
# rounds otherwise.
KS_ROUNDING = 0.0 if tuple(map(int, version("scipy").split(".")[:2])) < (1, 18) else 2.0**-51
