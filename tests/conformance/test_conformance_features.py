"""PSI and KS of every kind of column, on every engine, against NumPy and SciPy on the same rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

import driftql
from driftql.check.limits import Limits
from tests.conformance import rows
from tests.conformance.engines_here import Here, Session, Table


def _columns(table: Table, here: Here) -> Table:
    return {name: column for name, column in table.items() if column[0] in here.types}


def _checked(session: Session, sides: tuple[Table, Table], **settings: Any) -> driftql.DriftReport:
    for name, table in zip(("before", "After it"), sides, strict=True):
        session.load(name, table)
    with session.connect() as warehouse:
        return driftql.run_drift_check("before", "After it", warehouse=warehouse, features=list(sides[0]), **settings)


def _large(here: Here) -> tuple[tuple[int, int], Limits]:
    """Return how many rows are counted by way of histograms: fewer on slow engines, by other limits."""
    return ((600, 500), Limits(by_value_rows=500)) if here.slow else ((26_000, 21_000), Limits())


def _hold(report: driftql.DriftReport, sides: tuple[Table, Table], here: Here) -> None:
    from tests.support import checks, reference

    for name, (_, values) in sides[0].items():
        checks.check_feature(report, here.spelled(name), reference.feature(values, sides[1][name][1]))


@pytest.mark.needs("check")
def test_small_windows(here: Here, session: Session) -> None:
    sides = _columns(rows.features(300, 0, 1), here), _columns(rows.features(240, 0.5, 2), here)
    _hold(_checked(session, sides), sides, here)


@pytest.mark.only_sql
@pytest.mark.needs("check")
@pytest.mark.parametrize("sizes", [(0, 50), (50, 0), (0, 0), (9, 50)], ids=str)
def test_empty_and_tiny_windows(here: Here, session: Session, sizes: tuple[int, int]) -> None:
    sides = _columns(rows.features(sizes[0], 0, 3), here), _columns(rows.features(sizes[1], 0.5, 4), here)
    report = _checked(session, sides)
    assert not report.alerts
    assert {item.check for item in report.not_computed} >= {"feature_psi", "feature_ks"}
    assert (report.reference.rows, report.current.rows) == sizes


@pytest.mark.only_sql
@pytest.mark.needs("wide_numbers")
def test_numbers_that_doubles_would_merge(here: Here, session: Session) -> None:
    wanted = ("big", "negative", "long")
    before, after = (
        {name: column for name, column in _columns(rows.features(400, shift, seed), here).items() if name in wanted}
        for shift, seed in ((0, 5), (1.0, 6))
    )
    sides = (before, after)
    _hold(_checked(session, sides), sides, here)


@pytest.mark.only_sql
@pytest.mark.needs("check")
def test_large_windows_to_the_last_digit(here: Here, session: Session) -> None:
    sizes, limits = _large(here)
    sides = rows.large(sizes[0], 0, 7), rows.large(sizes[1], 0.3, 8)
    _hold(_checked(session, sides, exact=True, limits=limits), sides, here)


@pytest.mark.only_sql
@pytest.mark.needs("check")
def test_large_windows_within_the_bound(here: Here, session: Session) -> None:
    from tests.support import checks, reference

    sizes, limits = _large(here)
    sides = rows.large(sizes[0], 0, 9), rows.large(sizes[1], 0.3, 10)
    report = _checked(session, sides, limits=limits)
    assert any(run.name == "feature_histogram" for run in report.statements)
    for name, (_, values) in sides[0].items():
        wanted = reference.feature(values, sides[1][name][1])
        found = checks.result_of(report, here.spelled(name))
        assert wanted.ks is not None
        assert wanted.psi is not None
        assert abs(found.ks_statistic - wanted.ks[0]) <= found.ks_error_bound + 1e-12, name
        assert abs(found.psi - wanted.psi) <= max(found.psi_error_bound, 1e-9), (name, found.psi, wanted.psi)
        assert found.ks_error_bound <= 0.05 * np.sqrt(1 / found.ref_rows + 1 / found.cur_rows) + 1e-12, name


def _times(count: int, shift: int, seed: int) -> Table:
    """Return dates and moments of a hundred years; each moment is a 128th of a day, which doubles hold exactly."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(2000 + shift, 5000, count).round(2)
    first = dt.datetime(1970, 1, 1)
    moments = [first + dt.timedelta(seconds=675) * int(128 * step) for step in steps]
    close = dt.datetime(2026, 3, 29, 1, 30) + dt.timedelta(microseconds=shift)
    times: dict[str, tuple[str, Sequence[Any]]] = {
        "born": ("date", [moment.date() for moment in moments]),
        "seen": ("timestamp", moments),
        "since": ("timestamptz", [moment.replace(tzinfo=dt.UTC) for moment in moments]),
        "close": ("timestamp", [close] * count),
    }
    return {
        name: (kind, [None if i % 7 == 0 else v for i, v in enumerate(values)])
        for name, (kind, values) in times.items()
    }


@pytest.mark.only_sql
@pytest.mark.needs("check")
def test_dates_and_timestamps_are_days_since_1970(here: Here, session: Session) -> None:
    from tests.support import checks, reference

    sides = _columns(_times(300, 0, 11), here), _columns(_times(240, 900, 12), here)
    report = _checked(session, sides)
    for name, (_, before) in sides[0].items():
        days = [
            [None if pd.isna(one) else (one - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1) for one in moments]
            for moments in (pd.to_datetime(pd.Series(side), utc=True) for side in (before, sides[1][name][1]))
        ]
        found = checks.result_of(report, here.spelled(name))
        assert found.unit == "days since 1970-01-01"
        if name == "close":
            assert (found.ks_statistic, found.ref_missing) == (1.0, 43)
        else:
            checks.check_feature(report, here.spelled(name), reference.feature(*days))
