from __future__ import annotations

import datetime as dt
import uuid
from io import StringIO
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from rich.console import Console

from driftql import WindowConfig, run_drift_check
from driftql.check.statement import Progress
from driftql.check.summary import format_p_value, format_share, format_statistic
from driftql.cli.report_view import print_report
from driftql.cli.terminal import LateProgress, bar, column_chart, minutes, shorten
from driftql.display import plain
from driftql.report import Bin, DriftReport, FeatureDriftReport, FeatureDriftResult, WindowSummary


@pytest.mark.parametrize(
    ("values", "top", "drawn"),
    [([0, 1, 8], 8, " ▁█"), ([0.001], 8, "▁"), ([], 1, ""), ([1, 2], 0, "  "), ([4, 16], 8, "▄█")],
)
def test_column_chart(values: list[float], top: float, drawn: str) -> None:
    assert column_chart(values, top) == drawn
    assert column_chart(values, top, ascii_only=True).isascii()


@pytest.mark.parametrize(
    ("value", "top", "drawn"),
    [(1, 1, "████"), (0.5, 1, "██"), (0, 1, ""), (1, 0, ""), (5, 1, "████"), (0.03125, 1, "▏")],
)
def test_bar(value: float, top: float, drawn: str) -> None:
    assert bar(value, top, 4) == drawn
    assert set(bar(value, top, 4, ascii_only=True)) <= {"#"}


def test_numbers() -> None:
    assert [format_p_value(p) for p in (None, 0.0, 1e-17, 3.2e-5, 0.012)] == ["-", "<1e-16", "<1e-16", "3e-05", "0.012"]
    assert [format_statistic(x) for x in (None, 0.2, 1234.5)] == ["-", "0.200", "1.23e+03"]
    assert format_statistic(0.2, 0.01) == "~0.200"
    assert [format_share(x) for x in (None, 0.1234)] == ["-", "12.3%"]
    assert minutes(dt.datetime(2026, 1, 2, 3, 4, 5)) == "2026-01-02 03:04"


def test_plain_leaves_nothing_that_moves_the_cursor() -> None:
    assert plain("a\x1b[31m\nb\r\tc\u202e\x00é[red]") == "a�[31m�b��c��é[red]"


def test_shorten_keeps_both_ends() -> None:
    assert shorten("short", 8) == "short"
    name = shorten("a_very_long_name_17", 10)
    assert len(name) == 10
    assert name.startswith("a_v")
    assert name.endswith("17")


def test_a_long_name_of_a_column_is_cut_wherever_it_is_told() -> None:
    ends = ("_mean", "_gone", "_text", "_few")
    number, gone, note, few = ("long" * 75 + end for end in ends)
    before = {number: list(range(200)), gone: [1.0] * 200, note: [str(i) for i in range(200)], few: [1.5] * 200}
    after = {number: list(range(300, 500)), note: before[note], few: [None] * 195 + [1.5] * 5}
    found = run_drift_check(pa.table(before), pa.table(after))
    assert {alert.trigger.value for alert in found.alerts} == {"feature_psi", "schema_change", "missing_increase"}
    assert found.not_computed
    assert found.columns_left_out
    screen = Console(file=StringIO(), width=400, no_color=True)
    print_report(found, screen)
    text = screen.file.getvalue()  # type: ignore[attr-defined]
    assert all(end in text for end in ends)
    assert not any(name in text + found.summary for name in (number, gone, note, few))


def report(**changes: object) -> DriftReport:
    windows = {
        role: WindowSummary.model_validate({"role": role, "source": "t", "rows": 1})
        for role in ("reference", "current")
    }
    return DriftReport.model_validate({"run_id": uuid.uuid4(), **windows, **changes})


def shown(one: DriftReport, width: int = 80) -> str:
    stream = StringIO()
    print_report(one, Console(file=stream, width=width, markup=False, highlight=False, emoji=False))
    return stream.getvalue()


def test_an_empty_report_is_shown() -> None:
    text = shown(report(summary="Nothing could be compared."))
    assert "1 row\n" in text
    assert "Nothing could be compared." in text


def test_many_bins_are_merged_and_missing_values_told() -> None:
    bins = [Bin(lower=None, upper=None, ref_count=1, cur_count=count, psi=0.0) for count in range(100)]
    result = FeatureDriftResult(
        feature="x",
        psi=1.5,
        ks_statistic=0.4,
        ks_p_value=0.0,
        is_drifted=True,
        bins=bins,
        ref_rows=100,
        cur_rows=50,
        cur_missing=50,
    )
    text = shown(report(feature_report=FeatureDriftReport(results=[result], flagged_features=["x"])))
    line = next(line for line in text.splitlines() if line.startswith("x "))
    assert "0→50%" in line
    assert sum(character in "▁▂▃▄▅▆▇█" for character in line) == 20


def test_progress_says_nothing_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with LateProgress(delay=0) as progress:
        assert progress.callback is None
    assert capsys.readouterr().err == ""


def test_progress_tells_features_and_passes(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create table large as select i % 2 as side, hash(i) / 1e19 as even, ln(hash(i + 1) / 2e19) as skewed, "
            "i % 7 as few, null::double as nothing from range(60000) as numbers(i)"
        )
    told: list[Progress] = []
    windows = [WindowConfig(table="large", filter=f"side = {side}") for side in (0, 1)]
    run_drift_check(*windows, warehouse=database, exclude=["side"], exact=True, progress=told.append)
    told = [step for step in told if "in both" not in step.step]
    assert {step.total for step in told[1:]} == {4}
    assert [step.done for step in told] == sorted(step.done for step in told)
    assert told[0].done == 0 and told[0].passes == 1
    assert told[-1].passes == 2 and told[-1].done >= 3


def test_new_categories_are_marked_and_named() -> None:
    ref = {"plan": [f"p{k % 12}" for k in range(600)], "code": ["", " x"] * 300}
    cur = {"plan": [f"p{k % 12}" if k % 5 else "team" for k in range(600)], "code": ["", " x", "  ", "y\n"] * 150}
    report = run_drift_check(ref, cur)
    text = shown(report)
    [line] = [line for line in text.splitlines() if line.startswith("plan ")]
    # Seven plans, five others as one bar, and the new one.
    assert "▂▂▂▂▂▂▂█" in line
    assert "+▄" in line
    assert "+ categories that the reference does not have, together" in text
    assert "plan: 20.0% of the rows in new categories, above 1.0%: team (20.0%)" in text
    assert "50.0% of the rows in new categories, above 1.0%: ' ' (25.0%), 'y\\n' (25.0%)" in " ".join(text.split())
    assert "+" not in shown(run_drift_check(ref, ref))
