"""Evidence of days and users in a report: the sums are those that pandas groups from the same rows, for every kind of effect."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from driftql import DriftReport, MonitorConfig, WindowConfig, run_monitor
from driftql.check.explain import plan_worksheet
from driftql.config import validate
from driftql.errors import ConfigError
from driftql.stats.clustered import (
    ClusterSums,
    cluster_test,
    lag_one,
    pool_autocorrelation,
    sum_clusters,
    with_autocorrelation,
)

SPLIT, DAYS, PER_DAY, USERS = pd.Timestamp("2026-03-15"), 28, 120, 30
WINDOWS: dict[str, Any] = {
    "reference": WindowConfig(start="2026-03-01", end="2026-03-15"),
    "current": WindowConfig(start="2026-03-15", end="2026-03-29"),
}
LABELS = ["a", "b", "no", "new"]


def rows() -> pd.DataFrame:
    """Return 28 days, from day 14 on with an effect in everything; days and users differ."""
    rng = np.random.default_rng(8)
    day = np.repeat(np.arange(DAYS), PER_DAY)
    late = day >= DAYS // 2
    user = rng.integers(USERS, size=day.size)
    noise = rng.normal(0, 0.3, DAYS)[day] + rng.normal(0, 0.3, USERS)[user]
    weights = rng.dirichlet((6, 3, 1), day.size)
    weights[late] = (weights[late] + 0.7) / (1 + 3 * 0.7)
    label = rng.choice(3, day.size, p=[0.6, 0.35, 0.05])
    label = np.where(late & (rng.random(day.size) < 0.3), 2, label)
    label = np.where(late & (rng.random(day.size) < 0.1), 3, label)
    city = rng.choice(["p", "q", "r"], day.size, p=[0.6, 0.3, 0.1]).astype(object)
    city[late & (rng.random(day.size) < 0.4)] = "s"
    gaps = rng.normal(0, 1, day.size)
    gaps[(rng.random(day.size) < np.where(late, 0.3, 0.02) + 0.1 * (user % 3 == 0))] = np.nan
    frame = pd.DataFrame(
        {
            "t": pd.Timestamp("2026-03-01") + pd.to_timedelta(day, "D") + pd.to_timedelta(rng.integers(1440, size=day.size), "min"),
            "user_id": [f"u{number}" for number in user],
            "moved": noise + rng.normal(0, 1, day.size) + 0.9 * late,
            "steady": rng.normal(0, 0.2, DAYS)[day] + rng.normal(0, 1, day.size),
            "gaps": gaps,
            "city": city,
            "predicted_label": [LABELS[number] for number in label],
            "p_a": weights[:, 0],
            "p_b": weights[:, 1],
            "p_no": weights[:, 2],
        }
    )  # fmt: skip
    frame["t"] = frame["t"].astype("datetime64[us]")
    return frame


def check(frame: pd.DataFrame, evidence: Any, **settings: Any) -> DriftReport:
    with duckdb.connect() as con:
        con.register("made", frame)
        con.execute(
            "create table events as select t as bucket_start_ts, * exclude (t, gaps), "
            "case when isnan(gaps) then null else gaps end as gaps from made"
        )
        thresholds = {"evidence": evidence}
        monitor = validate(MonitorConfig, {**WINDOWS, "table": "events", "thresholds": thresholds, **settings}, "test")
        return run_monitor(monitor, con, as_of=None if settings.get("exclude") else "2026-03-29")


def sums_of(frame: pd.DataFrame, cluster: pd.Series, hits: Callable[[pd.DataFrame], np.ndarray]) -> ClusterSums:
    """Group by pandas."""
    late = frame["t"] >= SPLIT
    names = sorted(cluster.unique())
    found = []
    for window in (~late, late):
        counted = pd.DataFrame(hits(frame[window]).astype(float), index=cluster[window].to_numpy())
        found.append(
            (
                counted.groupby(level=0).size().reindex(names, fill_value=0),
                counted.groupby(level=0).sum().reindex(names, fill_value=0),
            )
        )
    (n, k), (m, c) = found
    return sum_clusters(n.to_numpy(), m.to_numpy(), k.to_numpy(), c.to_numpy())  # fmt: skip


def test_every_effect_has_the_evidence_of_its_clusters() -> None:
    frame = rows()
    settings: dict[str, Any] = {"columns": {"reject_label": "no"}}
    report = check(frame, "auto", **settings)
    of_rows = check(frame, "rows", **settings)
    early = frame["t"] < SPLIT
    deciles = {name: np.percentile(frame[name][early].dropna(), np.arange(10, 100, 10)) for name in ("moved", "gaps")}
    entropy = lambda part: -sum(part[p] * np.log(part[p]) for p in ("p_a", "p_b", "p_no"))  # noqa: E731
    below: Callable[[str], Callable[[pd.DataFrame], np.ndarray]] = lambda name: (  # noqa: E731
        lambda part: part[[name]].to_numpy() < deciles[name][None, :]
    )
    rises = {"is_ordered": False, "one_sided": True}
    among: Callable[[str, list[str]], Callable[[pd.DataFrame], np.ndarray]] = lambda name, wanted: (  # noqa: E731
        lambda part: np.stack([part[name] == one for one in wanted], 1)
    )
    spread = pd.DataFrame({"e": entropy(frame), "late": ~early}).groupby("late")["e"].agg(["var", "size"])
    variance = float((spread["var"] * (spread["size"] - 1)).sum() / (spread["size"] - 1).sum())
    wanted: dict[tuple[str, str | None], tuple[Callable[[pd.DataFrame], np.ndarray], dict[str, Any]]] = {
        ("feature_psi", "moved"): (below("moved"), {}),
        ("feature_psi", "city"): (among("city", ["p", "q", "r", "s"]), {"is_ordered": False}),
        ("new_category", "city"): (among("city", ["s"]), rises),
        ("reject_rate_increase", None): (among("predicted_label", ["no"]), rises),
        ("class_shift", None): (among("predicted_label", LABELS), {"is_ordered": False}),
        ("new_category", None): (among("predicted_label", ["new"]), rises),
        ("entropy_spike", None): (lambda part: entropy(part).to_numpy()[:, None], {"row_variance": [variance], "is_ordered": False}),
        ("missing_increase", "gaps"): (lambda part: part[["gaps"]].isna().to_numpy(), rises),
    }  # fmt: skip
    days, users = frame["t"].dt.strftime("%Y-%m-%d"), frame["user_id"]
    numbers = [result for result in report.feature_report.results if result.kind == "number"]
    lags = []
    for result in numbers:
        column = {"p_a": "p_a", "p_b": "p_b", "p_no": "p_no"}.get(result.feature, result.feature)
        part = frame[frame[column].notna()]
        edge = result.bins[len(result.bins) // 2].lower
        windows = []
        for window in (part["t"] < SPLIT, part["t"] >= SPLIT):
            by_day = (part[window][column] < edge).groupby(days[part.index][window])
            windows.append((by_day.size().to_numpy(), by_day.sum().to_numpy()))
        lags.append(lag_one(windows))
    phi = pool_autocorrelation(lags, DAYS / 2)
    found = {(one.check, one.feature): one for one in report.cluster_evidence}
    scores = {(check, name) for check, name in found if name in ("p_a", "p_b", "p_no", "confidence")}
    assert found.keys() - scores == wanted.keys()
    known_rows = {(alert.trigger.value, (alert.affected_features or [None])[0]): alert.details.get("p_value") for alert in of_rows.alerts}  # fmt: skip
    for key, (hits, options) in wanted.items():
        of_days = with_autocorrelation(sums_of(frame, days, hits), phi)
        both = cluster_test(sums_of(frame, users, hits), of_days, **options)
        alone = cluster_test(of_days, **options)
        expected = max(alone.p_value, both.p_value, 0.0 if key == ("feature_psi", "moved") else known_rows[key])
        assert found[key].p_value == pytest.approx(expected, rel=1e-6), key
        assert set(found[key].clusters) == {"days", "users"}, key
        assert found[key].autocorrelation == pytest.approx(phi)
    assert report.unproven == []
    assert {(alert.trigger.value, tuple(alert.affected_features)) for alert in report.alerts} >= {
        ("feature_psi", ("moved",)),
        ("missing_increase", ("gaps",)),
        ("class_shift", ()),
    }
    assert any("the same 30 users are in both windows" in note for note in report.notes)
    moved = next(result for result in numbers if result.feature == "moved")
    assert moved.psi_p_value == moved.ks_p_value == found["feature_psi", "moved"].p_value
    assert DriftReport.model_validate_json(report.model_dump_json()) == report
    # One statement for the days of all effects, and one of users for each effect that the days leave standing.
    names = [run.name for run in report.statements]
    assert names.count("cluster_counts") == 1
    assert names.count("cluster_sums") == len(found)


def test_noise_of_days_is_unproven_and_a_calm_check_costs_nothing() -> None:
    frame = rows()
    rng = np.random.default_rng(3)
    day = (frame["t"] - frame["t"].min()).dt.days
    effects = rng.normal(0, 0.8, DAYS)
    frame["moved"] = effects[day] + rng.normal(0, 1, len(frame))
    calm = frame[["t", "user_id", "steady"]].assign(gaps=0.0)
    report = check(calm, "auto")
    assert {run.name for run in report.statements}.isdisjoint({"cluster_counts", "cluster_sums"})
    assert report.alerts == []
    assert report.evidence_cutoff == pytest.approx(0.05 / 4)

    noisy = frame[["t", "user_id", "moved", "steady"]].assign(gaps=0.0)
    assert check(noisy, "rows").alerts
    report = check(noisy, "days")
    assert report.alerts == []
    [one] = report.unproven
    [evidence] = report.cluster_evidence
    assert one.feature == "moved"
    assert evidence.counts_as < evidence.cur_rows / 10
    assert f"1,680 rows of 14 days count as {evidence.counts_as:,}" in one.reason
    assert evidence.clusters_needed is not None
    assert f"about {evidence.clusters_needed:,} days a window would settle it" in one.reason
    assert "unproven" in report.summary
    assert "within the thresholds" not in report.summary
    assert json.loads(report.model_dump_json())["unproven"][0]["p_value"] == evidence.p_value

    # A drift of one user among many has no evidence, but the user has a name.
    late = noisy["t"] >= SPLIT
    heavy = noisy.assign(
        moved=rng.normal(0, 1, len(noisy)), user_id=np.where(late & (noisy.index % 4 == 0), "u7", noisy["user_id"])
    )
    heavy.loc[late & (heavy["user_id"] == "u7"), "moved"] += 2.5
    [one] = check(heavy, "users").unproven
    others = heavy[heavy["user_id"] != "u7"]
    edges = np.percentile(heavy["moved"][~late], np.arange(10, 100, 10))
    drops = {
        edge: [
            float((part["moved"][part["t"] >= SPLIT] < edge).mean() - (part["moved"][part["t"] < SPLIT] < edge).mean())
            for part in (heavy, others)
        ]
        for edge in edges
    }
    assert one.carried_by == "u7"
    assert min(abs(one.carried_share - (1 - after / before)) for before, after in drops.values()) < 1e-9
    assert "carried by one user, u7: " in one.reason

    # A further column is asked too: a drift at one of six sites is not one of all.
    site = rng.integers(6, size=len(noisy))
    local = noisy.assign(
        moved=rng.normal(0, 1, len(noisy)) + 2.0 * (late & (site == 1)), site=[f"s{one}" for one in site]
    )
    report = check(local, "users", exclude=["site"], clusters="site")
    [asked] = [part for part in report.cluster_evidence if part.feature == "moved"]
    assert {alert.affected_features[0] for alert in check(local, "users", exclude=["site"]).alerts} == {"moved"}
    assert asked.clusters == ["values of site", "users"]
    assert (asked.ref_clusters, asked.cur_clusters) == (6, 6)
    edges = np.percentile(local["moved"][~late], np.arange(10, 100, 10))
    of_sites, of_users = (
        sums_of(local, local[name], lambda part: part[["moved"]].to_numpy() < edges[None, :])
        for name in ("site", "user_id")
    )
    assert asked.p_value == pytest.approx(cluster_test(of_sites, of_users).p_value, rel=1e-6)
    with pytest.raises(ConfigError, match="clusters names sit, a column that events does not have; did you mean"):
        check(local, "auto", clusters="sit")
    with pytest.raises(ConfigError, match="clusters names a column whose rows are alike"):
        check(local, "rows", clusters="site")

    # Too few days: no answer, never "no drift".
    short = {**WINDOWS, "current": WindowConfig(start="2026-03-15", end="2026-03-16")}
    report = check(noisy, "days", **short)
    [unknown] = [one for one in report.not_computed if one.feature == "moved"]
    assert "too few days to tell" in unknown.reason
    assert "within the thresholds" not in report.summary
    assert "the current window has 1 day," in unknown.reason
    assert any("weekdays unequally" in warning for warning in report.warnings)
    # Rows that are clusters of their own, and tables without a time or a user, keep what independent rows say.
    lonely = noisy.assign(user_id=[f"u{number}" for number in range(len(noisy))])
    for frame_of_rows, evidence_of in ((lonely, "users"), (noisy.drop(columns="user_id"), "auto")):
        settings: dict[str, Any] = {"exclude": ["bucket_start_ts"]} if evidence_of == "auto" else {}
        if evidence_of == "auto":
            settings |= {
                "reference": WindowConfig(filter="bucket_start_ts < '2026-03-15'"),
                "current": WindowConfig(filter="bucket_start_ts >= '2026-03-15'"),
            }
        first, second = (check(frame_of_rows, chosen, **settings) for chosen in (evidence_of, "rows"))
        assert [alert.details for alert in first.alerts] == [alert.details for alert in second.alerts]
        assert first.feature_report.results == second.feature_report.results

    assert check(noisy, True).config["thresholds"]["evidence"] is True
    with pytest.raises(ConfigError, match="needs a column of the role 'user'"):
        check(noisy.drop(columns="user_id"), "users")
    monitor = validate(MonitorConfig, {"table": "t", "features": ["x"], "thresholds": {"evidence": "days"}}, "test")
    with pytest.raises(ConfigError, match="a worksheet takes rows for independent"):
        plan_worksheet(monitor, engine="duckdb")
