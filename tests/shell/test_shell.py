"""``sql/duckdb/driftql.sql`` in a plain DuckDB connection: it is up to date, and its numbers are those of ``driftql check``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from driftql import run_drift_check
from driftql.check.summary import describe_alert
from driftql.report import DriftReport
from driftql.sql.shell import shell_macros, shell_path
from tests.support.flights import write_months

# One in eight labels is rejected in July, so all closed forms hold on the demo's rows; where they do not, see tests/finished.
STATISTIC = 1e-12


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(shell_path().read_text(encoding="utf-8"))
        yield opened


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two Parquet files of the demo's flights."""
    folder = tmp_path_factory.mktemp("months")
    write_months(folder, {"february": 2, "july": 7})
    return folder


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def close(found: float | None, wanted: float | None) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return math.isclose(found, wanted, rel_tol=STATISTIC, abs_tol=STATISTIC)


def compare(connection: duckdb.DuckDBPyConnection, ref: str, cur: str, report: DriftReport) -> None:
    """Hold every number against a report on the same rows."""
    results = {result.feature: result for result in report.feature_report.results} if report.feature_report else {}
    found = rows_of(connection, f"from drift_features('{ref}', '{cur}')")
    assert {row["feature"] for row in found} == set(results)
    for row in found:
        result = results[row["feature"]]
        for name in ("ref_rows", "cur_rows", "ref_missing", "cur_missing", "ref_non_finite", "cur_non_finite"):
            assert row[name] == getattr(result, name), (row["feature"], name)
        assert close(row["psi"], result.psi), row["feature"]
        assert close(row["ks_statistic"], result.ks_statistic), row["feature"]
        if result.ks_statistic is not None and result.ks_error_bound == 0:
            assert row["ks_location"] == result.ks_location
        if not result.bins:
            continue
        bins = rows_of(connection, f"from drift_bins('{ref}', '{cur}', '{row['feature']}')")
        assert [(bin_["ref_count"], bin_["cur_count"]) for bin_ in bins] == [
            (bin_.ref_count, bin_.cur_count) for bin_ in result.bins
        ]
    labels = {row["check_name"]: row for row in rows_of(connection, f"from drift_labels('{ref}', '{cur}')")}
    checks = (
        ("reject_rate_increase", report.reject_rate_drift, "increase"),
        ("entropy_spike", report.entropy_drift, "ratio"),
        ("class_shift", report.class_shift, "max_shift"),
    )
    for name, part, effect in checks:
        if part is not None:
            assert close(labels[name]["effect"], getattr(part, effect)), name
            assert close(labels[name]["entropy_change"], getattr(part, "change", None)), name
            assert labels[name]["p_value"] is None or math.isclose(
                labels[name]["p_value"], part.p_value, rel_tol=1e-7, abs_tol=2e-7
            ), name
    verdicts = rows_of(connection, f"from drift_check('{ref}', '{cur}')")
    alerts = {
        (
            alert.trigger.value,
            alert.details.get("column")
            or (alert.affected_features[0] if alert.affected_features and alert.trigger != "schema_change" else None),
            alert.severity,
        )
        for alert in report.alerts
    }
    flagged = {(row["check_name"], row["feature"], row["severity"]) for row in verdicts if row["is_flagged"]}
    assert flagged == alerts
    assert all(row["reason"] for row in verdicts if row["is_flagged"] is None)
    compare_missing(verdicts, report)
    schema = [(row["reason"], row["effect"]) for row in verdicts if row["check_name"] == "schema_change"]
    changes = report.schema_change.columns if report.schema_change else []
    assert schema == [
        (describe_alert(alert), sum(change.severity == "critical" for change in changes))
        for alert in report.alerts
        if alert.trigger == "schema_change"
    ]


def compare_missing(verdicts: list[dict[str, Any]], report: DriftReport) -> None:
    """Hold the rows of missing values against the report, which lists columns without any, too."""
    words = {"label": "no label", "probabilities": "incomplete probabilities"}
    wanted = {}
    for one in report.missing_values:
        what = f"no {one.column}" if one.role in ("user", "bucket_start") else words.get(one.role, "missing")
        if one.ref_share or one.cur_share:
            wanted[one.column, "NaN or infinite" if one.kind == "non_finite" else what] = one
    found = {
        (row["feature"], row["reason"].split(" in ")[0]): row
        for row in verdicts
        if row["check_name"] == "missing_increase"
    }
    assert found.keys() == wanted.keys()
    for key, one in wanted.items():
        assert found[key]["effect"] == one.increase
        assert found[key]["p_value"] == pytest.approx(one.p_value, rel=1e-6, abs=1e-250)
        assert found[key]["is_flagged"] == one.is_flagged


def test_it_is_up_to_date() -> None:
    assert shell_path().read_text(encoding="utf-8") == shell_macros(), "run `python -m driftql.sql.shell`"


def test_it_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.duckdb"
    with duckdb.connect(str(path)) as opened:
        opened.execute("create table t as select 1.0 as x")
    with duckdb.connect(str(path), read_only=True) as opened:
        opened.execute(shell_path().read_text(encoding="utf-8"))
        assert rows_of(opened, "from drift_features('t', 't')")[0]["feature"] == "x"


def test_parquet_files_tables_and_views(connection: duckdb.DuckDBPyConnection, months: Path) -> None:
    files = [str(months / f"{name}.parquet") for name in ("february", "july")]
    report = run_drift_check(*files, exact=True)
    assert report.alerts
    compare(connection, files[0], files[1], report)
    connection.execute(f"create table february as from '{files[0]}'")
    connection.execute(f"create view july as from '{files[1]}'")
    compare(connection, "february", "july", report)
    classes = rows_of(connection, "from drift_classes('february', 'july')")
    assert report.class_shift is not None
    assert {row["class_name"]: row["ref_share"] for row in classes} == report.class_shift.ref_dist


def test_odd_columns(connection: duckdb.DuckDBPyConnection) -> None:
    """Mixed types and capitals, ties, spikes, constants, NULL, NaN, infinities, a list of probabilities, text, identifiers."""
    rng = np.random.default_rng(5)
    for name, rows, shift in (("before", 4000, 0.0), ("after", 3000, 0.4)):
        spiky = np.where(rng.random(rows) < 0.95 - shift / 2, 0.0, rng.normal(5, 1, rows))
        lower = np.where(rng.random(rows) < 0.95, 1.0, rng.normal(-5, 1, rows))
        odd = rng.normal(shift, 1, rows)
        odd[:50], odd[50:60], odd[60:65] = np.nan, np.inf, -np.inf
        p = rng.beta(2, 2, rows)
        made = {
            "plain": rng.normal(shift, 1, rows),
            "odd": odd,
            "spiky": spiky,
            "lower": lower,
            "ties": rng.poisson(2 + shift, rows),
            "constant": np.full(rows, 7),
            "Flag": rng.random(rows) < 0.5 + shift / 4,
            "order_id": np.arange(rows),
            "customerId": np.arange(rows),
            "confidence": rng.random(rows),
            "user_id": np.arange(rows) % 9,
            "predicted_label": rng.choice(["a", "b", "Mixed/Unknown"], rows, p=[0.5 - shift / 2, 0.4, 0.1 + shift / 2]),
            "p_first": p,
            "p_note": np.array(["x"] * rows, dtype=object),
            "text": np.array([str(k) for k in range(rows)], dtype=object),
        }
        connection.register("made", made)
        types = "* replace (ties::tinyint as ties, plain::float as plain)" if shift else "*"
        connection.execute(
            f"create table {name} as select {types}, [p_first, 1 - p_first] as probs, plain::decimal(18, 6) as money, "
            "case when plain > 0 then 1 end as holey from made"
        )
        connection.unregister("made")
    connection.execute('alter table after rename column "Flag" to flag')
    # The shell compares no categories.
    compare(connection, "before", "after", run_drift_check("before", "after", warehouse=connection, categories=[]))


def test_missing_values_and_columns_that_differ(connection: duckdb.DuckDBPyConnection) -> None:
    """NULL and NaN, label, probabilities, user and time; lost features and roles, and other types: as Python judges."""
    connection.execute(
        "create table before as select k::double as x, k % 5 as steps, k as gone, k as turned, 'n' as note, [k] as listed, "
        "if(k % 9 = 0, null, 'u') as user_id, if(k = 3, null, timestamp '2026-01-01') as bucket_start_ts, 0.5 as confidence, "
        "if(k % 2 = 0, 'a', 'Mixed/Unknown') as predicted_label, 0.5 as p_a, 0.5 as p_b from range(4000) as numbers(k)"
    )
    connection.execute(
        "create table after as select case when k % 2 = 0 then k when k % 11 = 0 then 'nan'::double end as x, "
        "if(k % 20 = 0, null, k % 5) as steps, if(k % 5 = 0, 'none', null) as turned, 7 as note, 'n' as listed, 'fresh' as fresh, "
        "if(k % 8 = 0, null, 'u') as user_id, if(k % 3 = 0, null, timestamp '2026-01-01') as bucket_start_ts, "
        "if(k % 12 = 0, null, if(k % 2 = 0, 'a', 'Mixed/Unknown')) as predicted_label, if(k % 13 = 0, null, 0.5) as p_a, 0.5 as p_b, "
        "'high' as confidence from range(3600) as numbers(k)"
    )
    for schema in ("lenient", "strict"):
        # The shell compares no categories.
        report = run_drift_check("before", "after", warehouse=connection, categories=[], schema=schema)
        verdicts = rows_of(connection, f"from drift_check('before', 'after', schema := '{schema}')")
        compare_missing(verdicts, report)
        [alert] = [alert for alert in report.alerts if alert.trigger == "schema_change"]
        [row] = [row for row in verdicts if row["check_name"] == "schema_change"]
        assert (row["is_flagged"], row["severity"], row["reason"]) == (True, alert.severity, describe_alert(alert))
        assert "no longer there: gone" in row["reason"]
        assert ("new: fresh" in row["reason"]) == (schema == "strict")
    assert len(report.missing_values) == 7
    assert {(one.column, one.kind) for one in report.missing_values if one.is_flagged} == {
        ("x", "missing"), ("bucket_start_ts", "missing"), ("predicted_label", "missing"), (None, "missing"),
        ("steps", "missing"),
    }  # fmt: skip
    limited = rows_of(
        connection, "from drift_check('before', 'after', missing_increase := 0.2, exclude := ['x', 'steps', 'gone'])"
    )
    assert {row["feature"] for row in limited if row["check_name"] == "missing_increase" and row["is_flagged"]} == {
        "bucket_start_ts"
    }
    connection.execute("create view same as from before")
    same = rows_of(connection, "from drift_check('before', 'same')")
    assert not [row for row in same if row["check_name"] == "schema_change"]


@pytest.mark.parametrize("rows", [(0, 0), (0, 50), (50, 0), (5, 50), (50, 50)])
def test_small_windows(connection: duckdb.DuckDBPyConnection, rows: tuple[int, int]) -> None:
    for name, count in zip(("before", "after"), rows, strict=True):
        connection.execute(
            f"create table {name} as select k::double as x, if(k % 2 = 0, 'a', 'b') as predicted_label, "
            f"[0.5, 0.5] as probs from range({count}) as numbers(k)"
        )
    report = run_drift_check("before", "after", warehouse=connection)
    if min(rows):
        compare(connection, "before", "after", report)
    reasons = {(row["check_name"], row["reason"]) for row in rows_of(connection, "from drift_check('before', 'after')")}
    for part in report.not_computed:
        wanted = part.reason.replace(" (before)", "").replace(" (after)", "")
        assert (str(part.check), wanted) in reasons, (part.check, reasons)


def test_parameters(connection: duckdb.DuckDBPyConnection) -> None:
    rng = np.random.default_rng(3)
    for name, shift in (("before", 0.0), ("after", 1.0)):
        connection.register(
            "made",
            {
                "x": rng.normal(shift, 1, 2000),
                "y": rng.normal(shift, 1, 2000),
                "outcome": rng.choice(["no", "yes"], 2000, p=[0.9 - shift / 2, 0.1 + shift / 2]),
                "first": rng.uniform(0.4, 0.6, 2000),
            },
        )
        connection.execute(f"create table {name} as select *, 1 - first as second from made")
        connection.unregister("made")
    roles = {"label": "outcome", "reject_label": "no", "probabilities": ["first", "second"]}
    thresholds = {"psi": 5.0, "ks": 0.9, "class_shift": 0.9, "alpha": 0.01, "evidence": False, "min_rows": 100}
    report = run_drift_check(
        "before", "after", warehouse=connection, columns=roles, thresholds=thresholds, exclude=["Y*"]
    )
    found = rows_of(
        connection,
        "from drift_check('before', 'after', label := 'outcome', reject_label := 'no', probabilities := ['first', 'second'], "
        "exclude := ['Y*'], psi := 5, ks := 0.9, class_shift := 0.9, alpha := 0.01, evidence := false, min_rows := 100)",
    )
    assert {(row["check_name"], row["feature"]) for row in found} == {
        ("feature_psi", "x"),
        ("feature_ks", "x"),
        *((check, score) for check in ("feature_psi", "feature_ks") for score in ("first", "second")),
        ("reject_rate_increase", None),
        ("entropy_spike", None),
        ("class_shift", None),
    }
    assert {row["check_name"] for row in found if row["is_flagged"]} == {alert.trigger.value for alert in report.alerts}
    assert {row["check_name"] for row in found if row["is_flagged"]} == {"feature_ks"}
    only = rows_of(connection, "from drift_features('before', 'after', features := ['y'])")
    assert [row["feature"] for row in only] == ["y"]


def test_a_column_that_one_table_lacks_is_named(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create table before as select k as x, k as gone, k as turned from range(100) as numbers(k)")
    connection.execute("create table after as select k as x, k::varchar as turned from range(100) as numbers(k)")
    reasons = {
        row["feature"]: row["psi_reason"] for row in rows_of(connection, "from drift_features('before', 'after')")
    }
    assert reasons["gone"] == "after has no column of this name"
    assert reasons["turned"] == "it is VARCHAR in after, not a number"
    assert reasons["x"].startswith("too few rows for the closed form")
