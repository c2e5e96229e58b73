"""Users who have always differed from each other are not named, at a size that a test run can afford."""

from __future__ import annotations

import pytest
from scipy import stats

from tests.simulation import affected_users


@pytest.mark.parametrize("kind", affected_users.KINDS)
def test_users_who_have_always_differed_are_not_named(kind: str) -> None:
    calm = affected_users.simulate(kind, 150, 1)
    assert calm.users == 150
    assert calm.named <= stats.binom.isf(1e-4, 150, calm.expected / 150)
