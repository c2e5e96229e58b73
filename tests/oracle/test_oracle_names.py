"""Names of tables, columns, labels and users that are hard to quote, or that our own SQL uses too."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from driftql import DriftReport, run_drift_check
from tests.support import reference
from tests.support.checks import check_feature

HARD = [
    *(
        "with space",
        'a"b',
        '""',
        "it's",
        "a.b",
        ".",
        "Capital",
        "Ünïcode ☃",
        "select",
        "order",
        "group by",
        "1",
        "%",
        "*",
    ),
    *("{{ x }}", "{% x %}", "x; drop table y", "-- x", "/* x */", "x\ty", "\\", "?", "[a]", "$1", "'", "a,b"),
]
OURS = [
    *("value", "feature", "is_current", "ref_row", "cur_row", "ref_rows", "cur_rows", "ref_total", "cur_total", "gap"),
    *("ref_n", "cur_n", "marks", "edges", "gaps", "weights", "totals", "both_windows", "distinct_values", "bin", "p"),
    *("reference_window", "current_window", "monitored", "label", "entropy", "user_rows", "hits", "psi", "score"),
    *("current_frame", "reference_frame", "row_count", "first_bucket", "present_1", "user_bins", "low_1", "edge_1"),
    *("made", "binned", "grid_bins", "sampled", "window_bins", "bucket", "user_share", "classes", "scored", "element"),
]
NAMES = [*HARD, *OURS]


def windows(names: list[str], sizes: tuple[int, int] = (60, 50)) -> list[dict[str, np.ndarray]]:
    rng = np.random.default_rng(len(names))
    return [
        {name: rng.normal(side * k / len(names), 1, size) for k, name in enumerate(names)}
        for side, size in enumerate(sizes)
    ]


def check_all(report: DriftReport, sides: list[dict[str, np.ndarray]]) -> None:
    for name in sides[0]:
        check_feature(report, name, reference.feature_of_arrays(sides[0][name], sides[1][name]))


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, dict], ids=["pandas", "polars", "dict"])
def test_columns_of_frames(make: Any) -> None:
    sides = windows(NAMES)
    check_all(run_drift_check(*(make(side) for side in sides)), sides)


def test_columns_of_tables(con: duckdb.DuckDBPyConnection) -> None:
    sides = windows(NAMES)
    for table, side in zip(("before", "after"), sides, strict=True):
        con.register("frame", pd.DataFrame(side))
        con.execute(f"create table {table} as select * from frame")
    check_all(run_drift_check("before", "after", warehouse=con), sides)
    for name in ('a"b', "value", "[a]", "*"):
        one = [{name: side[name]} for side in sides]
        check_all(run_drift_check("before", "after", warehouse=con, features=[name]), one)


def test_columns_of_large_frames() -> None:
    """Large windows are counted by other statements."""
    sides = windows(OURS[:12], (30_000, 15_000))
    check_all(run_drift_check(*(pd.DataFrame(side) for side in sides), exact=True), sides)


def test_tables(con: duckdb.DuckDBPyConnection) -> None:
    sides = windows(["f", "value"])
    con.register("first_frame", pd.DataFrame(sides[0]))
    con.register("second_frame", pd.DataFrame(sides[1]))
    con.execute("create table other as select * from second_frame")
    for name in [*HARD, *OURS[::3]]:
        con.execute(f"create table {quoted(name)} as select * from first_frame")
        source = name if name.replace("_", "").isalnum() or name in ("with space",) else quoted(name)
        report = run_drift_check(source, "other", warehouse=con)
        check_all(report, sides)
        assert report.reference.source == source
        con.execute(f"drop table {quoted(name)}")


@pytest.mark.parametrize("name", ["user", "label", "p", "select", 'a"b', "user_id", "value", "bin", "user_rows"])
@pytest.mark.parametrize("role", ["user", "label", "confidence", "probabilities"])
def test_roles(role: str, name: str, con: duckdb.DuckDBPyConnection) -> None:
    """Every statement, those about single users included, quotes the column of each role."""
    rng = np.random.default_rng(4)
    roles = {"user": "u", "label": "l", "confidence": "c", "probabilities": "q"} | {role: name}
    for table, late in (("before", False), ("after", True)):
        size = 600
        first = rng.beta(1 if late else 60, 1, size)
        frame = pl.DataFrame(
            {
                roles["user"]: rng.choice(["x", "y", "z"], size),
                roles["label"]: np.where(rng.random(size) < (0.6 if late else 0.05), "Mixed/Unknown", "a"),
                roles["confidence"]: rng.random(size),
                roles["probabilities"]: np.column_stack([first, 1 - first]).tolist(),
                "feature": rng.normal(3 * late, 1, size),
            }
        )
        con.register("frame", frame.to_arrow())
        con.execute(f"create table {table} as select * from frame")
    report = run_drift_check("before", "after", warehouse=con, columns=roles)
    found = {str(alert.trigger): alert.affected_user_ids for alert in report.alerts}
    assert set(found) == {"feature_psi", "reject_rate_increase", "entropy_spike", "class_shift"}
    assert all(set(users) == {"x", "y", "z"} for users in found.values())
    confidence = con.sql(f"select {quoted(roles['confidence'])} as c from after").fetchnumpy()["c"]
    assert report.telemetry_snapshot is not None
    assert report.telemetry_snapshot.confidence_stats is not None
    assert reference.close(report.telemetry_snapshot.confidence_stats.mean, float(np.mean(confidence)))


def test_probabilities_in_a_column_named_like_the_lambda(con: duckdb.DuckDBPyConnection) -> None:
    """`p` is an element of the list, not the column beside it."""
    rng = np.random.default_rng(5)
    vectors = []
    for table in ("before", "after"):
        rows = rng.dirichlet([2, 1, 1], 80)
        vectors.append(rows)
        con.register("frame", pl.DataFrame({"probs": rows.tolist(), "p": rng.normal(50, 1, 80)}).to_arrow())
        con.execute(f"create table {table} as select * from frame")
    found = run_drift_check("before", "after", warehouse=con).entropy_drift
    assert found is not None
    means = [float(np.mean(reference.entropies(rows))) for rows in vectors]
    assert reference.close(found.ref_mean_entropy, means[0])
    assert reference.close(found.cur_mean_entropy, means[1])
    assert found.ref_out_of_range == 0


def test_labels_with_quotes_name_their_users() -> None:
    labels = ["it's", 'quo"ted', "x', 1); drop table y; --", "{{ x }}", "back\\slash"]
    rng = np.random.default_rng(6)
    ref = pd.DataFrame({"user_id": "u", "predicted_label": rng.choice(labels, 2000)})
    cur = pd.DataFrame({"user_id": np.tile(["calm", "o'brien"], 200), "predicted_label": rng.choice(labels, 400)})
    cur.loc[cur["user_id"] == "o'brien", "predicted_label"] = labels[2]
    report = run_drift_check(ref, cur, columns={"reject_label": labels[2]})
    assert {str(alert.trigger) for alert in report.alerts} == {"reject_rate_increase", "class_shift"}
    assert all(alert.affected_user_ids == ["o'brien"] for alert in report.alerts)
    assert report.class_shift is not None
    assert report.class_shift.ref_dist == pytest.approx(reference.proportions(ref["predicted_label"]))
    assert report.class_shift.cur_dist == pytest.approx(reference.proportions(cur["predicted_label"]))


def test_names_that_differ_in_capitals(con: duckdb.DuckDBPyConnection) -> None:
    sides = windows(["f"])
    con.register("first_frame", pd.DataFrame({"Amount": sides[0]["f"]}))
    con.register("second_frame", pd.DataFrame({"amount": sides[1]["f"]}))
    con.execute("create table before as select * from first_frame")
    con.execute("create table after as select * from second_frame")
    report = run_drift_check("BEFORE", "After", warehouse=con)
    check_feature(report, "Amount", reference.feature_of_arrays(sides[0]["f"], sides[1]["f"]))
