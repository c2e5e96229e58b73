"""The scores of a model, class probabilities and the confidence, are compared as columns too, and marked as scores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from driftql import DriftReport, MonitorConfig, run_drift_check
from driftql.check.explain import explain_monitor, plan_worksheet
from driftql.cli.report_view import print_report
from driftql.report import FeatureDriftResult
from driftql.warehouse import use_warehouse

NO_ROLES = {"probabilities": "", "confidence": "", "label": ""}
ROWS = (900, 700)


def frames() -> list[pd.DataFrame]:
    """A model of three classes whose scores move a lot, while its feature stays."""
    rng = np.random.default_rng(3)
    found = []
    for size, peak in zip(ROWS, (2, 9), strict=True):
        scores = rng.dirichlet([peak, 3, 2], size)
        found.append(
            pd.DataFrame(
                {
                    "x": rng.normal(size=size),
                    "p_a": scores[:, 0],
                    "p_b": scores[:, 1],
                    "p_c": scores[:, 2],
                    "confidence": np.where(rng.random(size) < 0.1, np.nan, scores.max(axis=1)),
                }
            )
        )
    return found


def results(report: DriftReport) -> dict[str, FeatureDriftResult]:
    return {result.feature: result for result in report.feature_report.results} if report.feature_report else {}


def test_scores_are_compared_like_other_columns() -> None:
    before, after = frames()
    report = run_drift_check(before, after)
    found = results(report)
    assert {name: result.role for name, result in found.items()} == {
        "x": "feature", "p_a": "probability", "p_b": "probability", "p_c": "probability", "confidence": "confidence",
    }  # fmt: skip
    for name, result in found.items():
        assert result.ks_statistic == pytest.approx(ks_2samp(before[name].dropna(), after[name].dropna()).statistic)
    assert found["confidence"].ref_non_finite + found["confidence"].ref_missing == before["confidence"].isna().sum()
    assert not report.columns_left_out
    # Roles add checks, and take none away.
    plain = run_drift_check(before, after, columns=NO_ROLES)
    assert report.entropy_drift is not None
    assert plain.entropy_drift is None
    drifted = {name for name, result in results(plain).items() if result.is_drifted}
    assert {"p_a", "p_b", "p_c"} <= drifted
    assert {name for name, result in found.items() if result.is_drifted} == drifted
    for name, result in results(plain).items():
        assert result.role == "feature"
        assert result.model_copy(update={"role": found[name].role}) == found[name]


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"features": ["x"]}, ["x", "p_a", "p_b", "p_c", "confidence"]),
        ({"features": ["confidence", "x"]}, ["confidence", "x", "p_a", "p_b", "p_c"]),
        ({"columns": {"probabilities": ["p_a", "p_b", "p_c"]}, "exclude": ["p_a", "x"]}, ["p_b", "p_c", "confidence"]),
        ({"features": ["x"], "columns": {"confidence": "p_c", "probabilities": ["p_a"]}}, ["x", "p_a", "p_c"]),
        ({"exclude": ["p_*", "confidence"]}, ["x"]),
    ],
)
def test_a_score_is_out_where_it_is_excluded_by_name_alone(settings: dict[str, Any], names: list[str]) -> None:
    report = run_drift_check(*frames(), **settings)
    assert list(results(report)) == names
    assert report.config["features"] == [name for name in names if name == "x"]
    assert not report.columns_left_out


def test_arrays_are_scores_and_what_one_window_lacks_is_said() -> None:
    before, after = frames()
    confidence = np.linspace(0.3, 1, ROWS[1])
    probabilities = [frame[["p_a", "p_b", "p_c"]].to_numpy() for frame in (before, after)]
    report = run_drift_check(
        before[["x"]], after[["x"]], ref_probs=probabilities[0], cur_probs=probabilities[1], cur_confidences=confidence
    )
    found = results(report)
    assert [result.role for result in found.values()] == ["feature", *["probability"] * 3]
    for name, of_class in zip(list(found)[1:], range(3), strict=True):
        expected = ks_2samp(probabilities[0][:, of_class], probabilities[1][:, of_class])
        assert found[name].ks_statistic == pytest.approx(expected.statistic)
    [missing] = report.columns_left_out
    assert (missing.reason, missing.window) == ("only in the current window", "current")
    assert report.telemetry_snapshot is not None
    assert report.telemetry_snapshot.confidence_stats is not None
    assert report.telemetry_snapshot.confidence_stats.mean == pytest.approx(confidence.mean())


def test_a_list_is_no_column_of_numbers() -> None:
    lists = [
        pd.DataFrame({"x": frame["x"], "probs": frame[["p_a", "p_b", "p_c"]].to_numpy().tolist()}) for frame in frames()
    ]
    report = run_drift_check(*lists)
    assert list(results(report)) == ["x"]
    assert report.entropy_drift is not None
    assert [(part.column, part.reason) for part in report.columns_left_out] == [
        ("probs", "of a list of probabilities, only the entropy is compared")
    ]


def test_a_confidence_that_is_text_in_the_reference_is_not_compared() -> None:
    before, after = frames()
    report = run_drift_check(before.assign(confidence="high"), after)
    assert "confidence" not in results(report)
    assert [(part.column, part.reason) for part in report.columns_left_out] == [
        ("confidence", "it is VARCHAR in reference_frame, not a number")
    ]


def test_a_report_of_an_earlier_version_has_features_only() -> None:
    result = FeatureDriftResult(feature="x", psi=0.1, ks_statistic=0.1, ks_p_value=0.5, is_drifted=False)
    document = result.model_dump(mode="json")
    assert document.pop("role") == "feature"
    assert FeatureDriftResult.model_validate(document) == result


def test_scores_are_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from rich.console import Console

    before, after = frames()
    report = run_drift_check(before, after)
    print_report(report, Console(width=120))
    shown = capsys.readouterr().out
    assert "p_a * " in shown
    assert "\nx  " in shown
    assert "* a score of the model: a class probability, or the confidence" in shown
    print_report(run_drift_check(before[["x"]], after[["x"]]), Console(width=120))
    assert "score" not in capsys.readouterr().out
    same = run_drift_check(before, before)
    assert same.summary == "No alert: 1 feature, 4 scores and entropy within the thresholds."

    monitor = MonitorConfig.model_validate({"reference": {"table": "r"}, "current": {"table": "c"}})
    for name, frame in zip("rc", (before, after), strict=True):
        frame.to_parquet(tmp_path / f"{name}.parquet")
    monitor.reference.table, monitor.current.table = (str(tmp_path / f"{name}.parquet") for name in "rc")
    words = "p_a (probability), p_b (probability), p_c (probability), confidence (confidence)"
    with use_warehouse(None) as warehouse:
        [profile] = [one for one, _ in explain_monitor(monitor, warehouse) if one.name == "window_profile"]
    assert f"Scores among the columns: {words}." in profile.purpose
    [query] = [one for one in plan_worksheet(monitor) if one.name == "drift_check"]
    assert f"-- Scores of the model among the columns: {words}.\n" in query.sql.replace("\n-- conf", " conf").replace(
        "\n-- (conf", " (conf"
    )
