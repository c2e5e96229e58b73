"""One day against many: the rank is that of counts which pandas groups from the same rows, and its words say it."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from driftql import DriftReport, MonitorConfig, WindowConfig, run_monitor
from driftql.config import validate
from driftql.stats.day_ranks import rank_days
from tests.simulation.clustered_rows import chained

DAYS, PER_DAY, FEATURES = 31, 150, 5


def rows(moved: float = 0.0, last: int = 1, correlation: float = 0.0, seed: int = 3) -> pd.DataFrame:
    """Return days that differ, the last ones moved in the first feature."""
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(DAYS), PER_DAY)
    level = 0.25 * chained(rng.standard_normal((DAYS, FEATURES)), correlation)
    level[-last:, 0] += moved
    values = level[day] + rng.standard_normal((day.size, FEATURES))
    values[:, 3] = np.round(values[:, 3])
    frame = pd.DataFrame(values, columns=[f"f{place}" for place in range(FEATURES)])
    frame.loc[::17, "f2"] = None
    frame["label"] = np.where((day == DAYS - 1) & (values[:, 4] > 0), "b", "a")
    frame["bucket_start_ts"] = (pd.Timestamp("2026-03-02 09:00") + pd.to_timedelta(day, "D")).astype("datetime64[us]")
    return frame


def check(frame: pd.DataFrame, current: str, evidence: str = "auto", **settings: Any) -> DriftReport:
    with duckdb.connect() as con:
        con.register("made", frame)
        con.execute("create table events as from made")
        monitor = validate(
            MonitorConfig,
            {
                "table": "events",
                "reference": WindowConfig(start="2026-03-02", end=current),
                "current": WindowConfig(start=current, end="2026-04-02"),
                "thresholds": {"evidence": evidence},
                **settings,
            },
            "test",
        )
        return run_monitor(monitor, con, as_of="2026-04-02")


def ranked(frame: pd.DataFrame, report: DriftReport, current: int) -> Any:
    """Return the rank of the last days, from what pandas counts between three edges of each feature."""
    day = (frame["bucket_start_ts"].dt.normalize() - pd.Timestamp("2026-01-05")).dt.days
    tables = []
    reference = frame[day < day.max() - current + 1]
    for place in range(FEATURES):
        name = f"f{place}"
        edges = np.unique(np.nanpercentile(reference[name], np.arange(10, 100, 10)))
        edges = edges[sorted({len(edges) // 4, len(edges) // 2, 3 * len(edges) // 4})]
        kept = frame[name].notna()
        bins = np.searchsorted(edges, frame[name][kept], side="right")
        tables.append(pd.crosstab(day[kept], bins).reindex(columns=range(4), fill_value=0).to_numpy())
    counts = np.stack(tables, axis=1)
    days = np.unique(day)
    split = len(days) - current
    return rank_days(counts[:split], days[:split], counts[split:], days[split:])


@pytest.mark.parametrize(("current", "start"), [(1, "2026-04-01"), (3, "2026-03-30")])
def test_a_day_that_stands_out_is_an_alert(current: int, start: str) -> None:
    frame = rows(2.0, current)
    report = check(frame, start, exclude=["label"])
    expected = ranked(frame, report, current)
    found = {one.feature: one for one in report.cluster_evidence}
    assert expected.p_value is not None and expected.p_value <= 0.05
    assert found["f0"].ranked_among == expected.runs == DAYS - 1
    for name, one in found.items():
        place = int(str(name)[1:])
        assert one.p_value == pytest.approx(max(expected.p_value, expected.feature_p_values[place]))
    assert {name for alert in report.alerts for name in alert.affected_features} == {
        name for name, one in found.items() if one.p_value <= 0.05
    }
    assert "f0" in report.alerts[0].affected_features
    assert report.not_computed == []
    words = "the current day is" if current == 1 else "the 3 current days are"
    assert any(note.startswith(f"{words} more different than each of the 30") for note in report.notes)
    # The rank asks for every feature, and for no more than three edges of each.
    asked = [one.sql for one in report.statements if one.name == "cluster_counts"]
    assert asked[-1].count("hits_1_") == 3
    assert f"rows_{FEATURES}" in asked[-1]


def test_a_day_like_others_is_unproven_and_refused_where_days_resemble_their_neighbours() -> None:
    frame = rows(seed=5)
    report = check(frame, "2026-04-01", "days", exclude=["label"])
    expected = ranked(frame, report, 1)
    assert expected.p_value > 0.05
    assert report.alerts == [] == report.not_computed
    assert report.unproven
    for one in report.unproven:
        place = int(str(one.feature)[1:])
        assert one.p_value == pytest.approx(max(expected.p_value, expected.feature_p_values[place]))
        number = round(one.p_value * DAYS) - 1
        verb = "is" if number == 1 else "are"
        assert one.reason == f"{number} of the 30 reference days {verb} at least as different from the others"
    assert not any("weekdays" in warning for warning in report.warnings)
    # Of labels there is no rank: too few days.
    labelled = check(frame, "2026-04-01", columns={"label": "label"}, categories=[])
    assert {one.check for one in labelled.not_computed} == {"class_shift", "new_category"}
    assert labelled.alerts == []
    chained_days = check(rows(correlation=0.9), "2026-04-01", exclude=["label"])
    reasons = [one.reason for one in chained_days.not_computed]
    assert reasons
    assert all("resemble their neighbours too much" in reason for reason in reasons)
    few = check(frame[frame["bucket_start_ts"] >= pd.Timestamp("2026-03-20")], "2026-04-01", exclude=["label"])
    assert all("resemble" not in one.reason and "too few days" in one.reason for one in few.not_computed)
    assert few.not_computed
    assert all("or a reference of 20 days or more" in one.reason for one in few.not_computed)
