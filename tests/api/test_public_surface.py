"""Every public function takes a database in the same four ways, says in its signature what it means, and is shown short."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import sqlite3
import typing
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import driftql
from driftql import DriftReport, MonitorConfig, QueueConfig, WindowConfig, run_drift_check
from driftql.files import replace_file, write_text

FUNCTIONS = [
    name for name in driftql.__all__ if inspect.isfunction(getattr(driftql, name)) and not name.startswith("__")
]
PREDICTIONS = MonitorConfig(
    table="predictions",
    reference=WindowConfig(filter="bucket_start_ts < '2026-01-08'"),
    current=WindowConfig(filter="bucket_start_ts >= '2026-01-08'"),
)


@pytest.fixture
def report() -> DriftReport:
    rng = np.random.default_rng(5)
    frames = [{f"f{k}": rng.normal(shift * k, 1, 400) for k in range(20)} for shift in (0, 0.2)]
    return run_drift_check(*frames)


@pytest.fixture
def recorded(database: Path, report: DriftReport) -> Path:
    driftql.record_report(report, database)
    return database


def ways(path: Path) -> list[Callable[[], Any]]:
    return [
        lambda: str(path),
        lambda: path,
        lambda: f"duckdb:///{path}",
        lambda: duckdb.connect(str(path)),
        lambda: driftql.connect(path),
    ]


@pytest.mark.parametrize("way", range(5))
def test_a_database_is_named_in_every_way(recorded: Path, report: DriftReport, way: int) -> None:
    given = ways(recorded)[way]()
    try:
        assert driftql.recent_runs(given)[0].run_id == str(report.run_id)
        [point] = driftql.metric_history(given, metric="psi", feature="f3")
        assert point.value == report.feature_report.results[3].psi
        checked = driftql.run_monitor(PREDICTIONS, given)
        assert checked.reference.rows and checked.current.rows
        new = driftql.enqueue_low_confidence("predictions", warehouse=given, threshold=1.0, queue="asks")
        listed = driftql.pending(given, "asks", max_asks_per_day=3)
        assert len(listed) == min(new, 3) > 0
        driftql.mark_done(given, listed[0].request_id, queue=QueueConfig(table="asks"))
        assert listed[0] not in driftql.pending(given, QueueConfig(table="asks"))
        driftql.record_report(checked, given)
        assert len(driftql.recent_runs(given)) == 2
    finally:
        if hasattr(given, "close"):
            given.close()


def test_what_the_caller_opened_stays_open(recorded: Path) -> None:
    with driftql.connect(recorded) as warehouse:
        driftql.recent_runs(warehouse)
        assert warehouse.query("select 1") == [(1,)]
    connection = duckdb.connect(str(recorded))
    driftql.recent_runs(connection)
    assert connection.execute("select 1").fetchall() == [(1,)]
    connection.close()


@pytest.mark.parametrize("wrong", [17, object(), sqlite3])
def test_what_is_no_database_is_one_sentence(wrong: object, report: DriftReport) -> None:
    for call in (
        lambda: driftql.recent_runs(wrong),  # type: ignore[arg-type]  # the wrong type is the point
        lambda: driftql.pending(wrong),  # type: ignore[arg-type]  # the wrong type is the point
        lambda: driftql.run_monitor(PREDICTIONS, wrong),  # type: ignore[arg-type]  # the wrong type is the point
        lambda: driftql.record_report(report, wrong),  # type: ignore[arg-type]  # the wrong type is the point
    ):
        with pytest.raises(
            driftql.ConfigError, match="a warehouse is a database file's path, a URL, an open connection"
        ):
            call()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_signature_says_what_is_meant(name: str) -> None:
    parameters = inspect.signature(getattr(driftql, name)).parameters.values()
    vague = [p.name for p in parameters if "Any" in str(p.annotation) or p.annotation is inspect.Parameter.empty]
    assert not vague, f"{name}: {vague}"


def test_the_aliases_stand_for_something() -> None:
    from driftql import aliases

    for name in aliases.__all__:
        assert typing.get_args(getattr(aliases, name)), name


def test_reports_are_shown_in_a_few_lines(report: DriftReport) -> None:
    shown = repr(report)
    assert len(shown.splitlines()) <= 6
    assert max(map(len, shown.splitlines())) < 200
    assert report.summary in shown
    worst = max(report.feature_report.results, key=lambda result: result.psi or 0)
    assert f"{worst.feature} (PSI {worst.psi:.3f}" in shown
    assert len(repr(report.feature_report)) < 300
    assert "bins=<10>" in repr(worst)
    assert repr(worst.psi) in repr(worst)


def test_warehouses_are_shown_by_their_name(database: Path) -> None:
    with driftql.connect(database) as warehouse:
        assert repr(warehouse) == f"<DuckDBWarehouse: {warehouse.title}>"
        assert "own.duckdb" in repr(warehouse)


@pytest.mark.parametrize("exclude", ["amount", ["amount"], ("amount",), pd.Index(["amount"]), np.array(["amount"])])
def test_one_name_is_not_its_letters(exclude: Any) -> None:
    x = np.random.default_rng(0).normal(size=300)
    ref = pd.DataFrame({"amount": x, "a": x, "m": x, "k": x})
    cur = pd.DataFrame({"amount": x, "a": x + 9, "m": x + 9, "k": x})
    found = run_drift_check(ref, cur, exclude=exclude)
    assert [result.feature for result in found.feature_report.results] == ["a", "m", "k"]
    assert {name for alert in found.alerts for name in alert.affected_features} == {"a", "m"}


@pytest.mark.parametrize(
    "features", ["amount", pd.Index(["amount"]), np.array(["amount"]), pd.Series(["amount"]), {"amount"}]
)
def test_features_are_named_as_lists_arrays_or_one_text(features: Any) -> None:
    frame = pl.DataFrame({"amount": np.arange(50.0), "k": np.arange(50.0)})
    found = run_drift_check(frame, frame, features=features)
    assert [result.feature for result in found.feature_report.results] == ["amount"]


@pytest.mark.parametrize("argument", ["features", "exclude"])
@pytest.mark.parametrize("wrong", [None, 3.5, [None], [b"x"], [["a"]]])
def test_names_that_are_none_are_one_sentence(argument: str, wrong: Any) -> None:
    frame = pa.table({"amount": np.arange(50.0)})
    with pytest.raises(
        driftql.ConfigError, match=f"^{argument} (is a list of column names|holds .*; a column is named)"
    ):
        run_drift_check(frame, frame, **{argument: wrong})


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "report.json"
    write_text("one", target)

    def fail_half_way() -> None:
        with replace_file(target) as part:
            part.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert target.read_text() == "one"
    assert [path.name for path in target.parent.iterdir()] == ["report.json"]
    with pytest.raises(driftql.ConfigError, match=r"the report cannot be written to .*: "):
        write_text("two", target / "no folder", "the report")


def modules() -> list[ModuleType]:
    names = [info.name for info in pkgutil.walk_packages(driftql.__path__, "driftql.")]
    return [
        importlib.import_module(name)
        for name in names
        if name not in {"driftql.__main__", "driftql.demo.build_flights"}
    ]


def test_examples_in_docstrings_are_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = [doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE) for module in modules()]
    assert sum(result.failed for result in ran) == 0
    assert sum(result.attempted for result in ran) >= 20


@pytest.mark.parametrize("name", ["run_drift_check", "run_monitor", "recent_runs", "pending", "connect", "load_config"])
def test_what_people_call_first_has_an_example(name: str) -> None:
    assert ">>>" in (getattr(driftql, name).__doc__ or "")
