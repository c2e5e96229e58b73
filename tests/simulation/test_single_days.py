"""A day against many, and a year of daily checks, at a size that a test run can afford."""

from __future__ import annotations

import pytest
from scipy import stats

from tests.simulation import daily_checks, single_days
from tests.simulation.single_days import SETTINGS, SHIFTS

PROMISE, SURE = 0.05, 1e-3
SETTINGS_OF_A_YEAR = daily_checks.SETTINGS["3 % between days"]


@pytest.mark.parametrize(
    ("name", "reference", "current"),
    [
        ("independent days", 20, 1),
        ("autocorrelation 0.3", 28, 3),
        ("a fifth of the rows on weekends; a Sunday", 28, 1),
    ],
)
def test_a_day_like_others_is_rarely_called_different(name: str, reference: int, current: int) -> None:
    tally = single_days.simulate(SETTINGS[name], reference, current, 100)
    assert tally.different <= stats.binom.ppf(1 - SURE, 100, PROMISE)


def test_days_that_resemble_their_neighbours_are_refused() -> None:
    tally = single_days.simulate(SETTINGS["autocorrelation 0.6"], 28, 1, 40)
    assert tally.refused > 30


def test_a_day_that_differs_is_found() -> None:
    tally = single_days.simulate(SETTINGS["days differ less (3 %)"], 28, 1, 20, shift=SHIFTS["all + 0.5 sd"])
    assert tally.different >= 18


def test_daily_checks_alert_seldom_and_in_runs() -> None:
    year = daily_checks.simulate(SETTINGS_OF_A_YEAR, stays=True, ranked=False, seed=1).alerts
    alerts = year["5 %"].sum(), year["1 %"].sum(), year["5 % / 26"].sum()
    # Neighbouring windows share 13 of 14 days, so one unlucky run can fill some weeks.
    assert 90 > alerts[0] >= alerts[1] >= alerts[2]
    assert not year["rank"].any()
