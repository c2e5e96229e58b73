"""How many examples a property is tried with.

An ordinary run tries the number that each test names. ``pytest --hypothesis-profile=explore`` tries ten times as many, and
other ones in every run: for a run at night, or after a change of the statistics.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

__all__ = ["EXPLORE", "examples"]

EXPLORE = settings(deadline=None, derandomize=False, max_examples=1000, suppress_health_check=list(HealthCheck))
_TIMES = 10


def examples(count: int, *, same: bool = False) -> settings:
    """Return the settings of a property.

    Parameters
    ----------
    count
        Number of examples in an ordinary run.
    same
        Whether each ordinary run tries the same examples: for tests that take seconds, whose failure a second run has to
        show again.
    """
    if settings.default is settings.get_profile("explore"):
        return settings(EXPLORE, max_examples=_TIMES * count)
    health = list(HealthCheck) if same else []  # they take long, and share folders and sessions
    return settings(deadline=None, derandomize=same, max_examples=count, suppress_health_check=health)
