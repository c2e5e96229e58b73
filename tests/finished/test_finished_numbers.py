"""The checks that SQL finishes, against those that Python finishes on the same rows: on DuckDB and on PostgreSQL."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import psycopg
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from driftql import run_drift_check
from driftql.check.worksheet import finished_settings
from driftql.config import Thresholds
from driftql.engines import ENGINES, Engine
from driftql.report import DriftReport, DriftTrigger, FeatureDriftResult
from driftql.sql.render import render
from tests.support import servers
from tests.support.properties import examples

Row = dict[str, Any]
Run = Callable[[str], list[Row]]
Columns = Mapping[str, Sequence[Any]]

REJECTED = "Mixed/Unknown"
FRACTIONS = [f"{fraction!r}e0" for fraction in (np.linspace(0, 100, 11)[1:-1] / 100).tolist()]
TYPES = {
    "x": "double precision",
    "spiky": "double precision",
    "ties": "smallint",
    "constant": "integer",
    "holey": "double precision",
    "p_a": "double precision",
    "p_b": "double precision",
    "predicted_label": "varchar",
    "plan": "varchar",
    "shop": "varchar",
}
CATEGORIES = ["plan", "shop"]
# Of p_a and p_b, incomplete vectors are counted.
MISSING: list[Any] = [
    *(
        [f"'{name}'", f"'{what}'", kind, name]
        for name, type_ in list(TYPES.items())[:5]
        for what, kind in [("missing", "missing"), ("NaN or infinite", "non_finite")]
        if kind == "missing" or type_.startswith("double")
    ),
    *([f"'{name}'", "'missing'", "missing", name] for name in CATEGORIES),
    ["'predicted_label'", "'no label'", "missing", ["predicted_label", "predicted_label"]],
    ["null", "'incomplete probabilities'", "incomplete", ["p_a", "p_b"]],
]
FEATURES: list[Any] = [[f"'{name}'", name, int(kind.startswith("double"))] for name, kind in list(TYPES.items())[:7]]


def without_number(reason: str) -> str:
    """Leave out the value of a constant reference: Python rounds it for the eye, an engine writes all its digits."""
    return re.sub(r"(every reference value is )\S+,", r"\1...,", reason)


def made(rng: np.random.Generator, rows: int, shift: float) -> dict[str, list[Any]]:
    """Return rows with NaN, infinities, NULL, ties, a value that holds nearly all, and labels."""
    x = rng.normal(shift, 1, rows)
    if rows > 3:
        x[:3] = np.nan, np.inf, -np.inf
    p = np.clip(rng.beta(2, 2 + 6 * shift, rows), 0.01, 0.99)
    drawn = np.random.default_rng(rows)
    shops = drawn.zipf(1.3, rows) % 100_000 + int(100 * shift) * drawn.integers(0, 2, rows)
    return {
        "x": x.tolist(),
        "spiky": np.where(rng.random(rows) < 0.93 - shift / 2, 1.5, rng.normal(5, 1, rows)).tolist(),
        "ties": rng.poisson(2 + shift, rows).tolist(),
        "constant": [7] * rows,
        "holey": [
            None if k % (2 if shift else 3) == 0 else value
            for k, value in enumerate(rng.lognormal(shift, 1, rows).tolist())
        ],
        "p_a": p.tolist(),
        "p_b": [None if k % 50 == 49 else 1 - value for k, value in enumerate(p.tolist())],
        "predicted_label": [
            None if k % 40 == 39 else "fresh" if shift >= 0.3 and k % 20 == 7 else label
            for k, label in enumerate(
                rng.choice(["a", "b", REJECTED], rows, p=[0.6 - shift, 0.3, 0.1 + shift]).tolist()
            )
        ],
        # A category with all that is special to SQL, an empty one, NULL, new ones, and some that are lost.
        "plan": [
            [None, "", "it's", "100 %", "Pro", "pro" if shift else "gone", "new" if k < 60 * shift else "pro "][place]
            for k, place in enumerate(drawn.integers(0, 7, rows).tolist())
        ],
        "shop": [f"s{shop}" for shop in shops.tolist()],
    }


CREATE = ", ".join(f"{column} {kind}" for column, kind in TYPES.items())


def load_duckdb(connection: duckdb.DuckDBPyConnection, name: str, columns: Columns) -> None:
    connection.register("made", pa.table({column: list(columns[column]) for column in TYPES}))
    connection.execute(f"create table {name} ({CREATE}); insert into {name} select * from made")
    connection.unregister("made")


def load_postgres(connection: psycopg.Connection, name: str, columns: Columns) -> None:
    connection.execute(f"drop table if exists {name}; create table {name} ({CREATE})".encode())
    with connection.cursor() as cursor, cursor.copy(f"copy {name} from stdin".encode()) as copy:
        for row in zip(*(columns[column] for column in TYPES), strict=True):
            copy.write_row(row)


def python_report(sides: Mapping[str, Columns], thresholds: Mapping[str, Any]) -> DriftReport:
    with duckdb.connect() as connection:
        for name, columns in sides.items():
            load_duckdb(connection, name, columns)
        return run_drift_check(
            "ref", "cur", warehouse=connection, exact=True, categories=CATEGORIES, thresholds=dict(thresholds)
        )


def macros(engine: Engine, thresholds: Mapping[str, Any]) -> dict[str, str]:
    chosen = finished_settings(Thresholds(**thresholds), REJECTED, engine)
    numbers = {"ref": "ref", "cur": "cur", "features": FEATURES, "fractions": FRACTIONS, "settings": chosen}
    labels = {"label": "predicted_label", "probabilities": ["p_a", "p_b"], "is_list": 0}
    mixes = [[f"'{name}'", *[render("exact_text", engine, name)] * 2] for name in CATEGORIES]
    return {
        "bins": render("bins_query", engine, **numbers),
        "categories": render("categories_query", engine, ref="ref", cur="cur", features=mixes, settings=chosen),
        "check": render(
            "check_query", engine, **numbers, **labels, categories=mixes, uncounted=[], timeless=[], missing=MISSING
        ),
        "classes": render("classes_query", engine, ref="ref", cur="cur", label="predicted_label"),
        "features": render("features_query", engine, **numbers),
        "missing": render("missing_query", engine, ref="ref", cur="cur", missing=MISSING, is_list=0, settings=chosen),
        "labels": render("labels_query", engine, ref="ref", cur="cur", **labels, settings=chosen),
    }


def close(found: float | None, wanted: float | None) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12)


def compare(run: Run, engine: Engine, report: DriftReport, thresholds: Mapping[str, Any]) -> None:
    """Hold all finished queries against a report that Python made of the same rows."""
    found = {name: run(sql) for name, sql in macros(engine, thresholds).items()}
    results = {result.feature: result for result in report.feature_report.results} if report.feature_report else {}
    assert [row["feature"] for row in found["features"]] == [name[1:-1] for name, _, _ in FEATURES]
    for row in found["features"]:
        result = results.get(row["feature"])
        if result is None:
            assert row["psi"] is row["ks_statistic"] is None
            continue
        for name in ("ref_rows", "cur_rows", "ref_missing", "cur_missing", "ref_non_finite", "cur_non_finite"):
            assert row[name] == getattr(result, name), (row["feature"], name)
        assert close(row["psi"], result.psi), row
        assert close(row["ks_statistic"], result.ks_statistic), row
        assert close(row["ks_location"], result.ks_location), row
        if result.ks_p_value is not None:
            few = min(row["ref_rows"], row["cur_rows"])
            assert few < 10 or abs(row["ks_p_value"] - result.ks_p_value) < 0.04
            assert few < 100 or abs(row["ks_p_value"] - result.ks_p_value) < 0.007
        assert (row["psi"] is None or row["psi_p_value"] is None) == (row["psi_reason"] is not None)
        bins = [part for part in found["bins"] if part["feature"] == row["feature"]]
        if result.bins:
            assert [part["bin"] for part in bins] == list(range(1, len(bins) + 1))
            assert [(part["ref_count"], part["cur_count"]) for part in bins] == [
                (part.ref_count, part.cur_count) for part in result.bins
            ]
            for part, wanted in zip(bins, result.bins, strict=True):
                assert close(part["lower"], wanted.lower) and close(part["upper"], wanted.upper)
                assert close(part["contribution"], wanted.psi)
            expected = min(part.ref_count for part in result.bins if part.ref_count + part.cur_count)
            expected *= min(1, row["cur_rows"] / row["ref_rows"])
            if expected >= 300:
                assert math.isclose(row["psi_p_value"], result.psi_p_value or 0.0, rel_tol=1e-9, abs_tol=1e-250)
                assert math.isclose(row["psi_noise"], result.psi_noise or 0.0, rel_tol=1e-3)
            else:
                assert (row["psi_p_value"] is None) == (expected < 30)
    for name in CATEGORIES:
        rows_of_feature = [row for row in found["categories"] if row["feature"] == name]
        assert rows_of_feature
        if name in results:
            compare_categories(rows_of_feature, results[name])
        else:
            assert rows_of_feature[0]["psi"] is None
    labels = {row["check_name"]: row for row in found["labels"]}
    new = report.class_shift and report.class_shift.new_classes
    checks_of_labels = ["reject_rate_increase", "entropy_spike", "class_shift", *(["new_category"] if new else [])]
    assert list(labels) == checks_of_labels
    if new:
        row = labels["new_category"]
        assert (row["class_name"], row["effect"], row["ref_value"]) == (
            new.largest[0].name,
            new.share,
            new.expected_share,
        )
        assert math.isclose(row["p_value"], new.p_value or 0.0, rel_tol=1e-9)
    parts: dict[str, tuple[Any, str]] = {
        "reject_rate_increase": (report.reject_rate_drift, "increase"),
        "entropy_spike": (report.entropy_drift, "ratio"),
        "class_shift": (report.class_shift, "max_shift"),
    }
    for name, (part, effect) in parts.items():
        if name == "reject_rate_increase" and str(labels[name]["reason"]).startswith(NO_REJECTS):
            assert part is None
            assert (labels[name]["effect"], labels[name]["p_value"]) == (0, None)
            continue
        assert (part is None) == (labels[name]["effect"] is None), name
        if part is not None:
            assert close(labels[name]["effect"], getattr(part, effect)), name
            assert close(labels[name]["entropy_change"], getattr(part, "change", None)), name
            p_value = labels[name]["p_value"]
            assert (p_value is None) == (labels[name]["reason"] is not None)
            # With one class there is nothing to draw: both say 1.
            assert p_value is None or math.isclose(p_value, part.p_value, rel_tol=1e-3, abs_tol=2e-7), name
    if report.class_shift is not None:
        shares = {row["class_name"]: row for row in found["classes"] if row["class_name"] is not None}
        assert {name: row["cur_share"] for name, row in shares.items()} == pytest.approx(report.class_shift.cur_dist)
        assert labels["class_shift"]["class_name"] in shares
    rows = [row for row in found["check"] if row["check_name"] not in ("columns_left_out", "rows_left_out")]
    compare_missing(found["missing"], rows, report)
    rows = [row for row in rows if row["check_name"] != "missing_increase"]
    checks = {(row["check_name"], row["feature"]): row for row in rows}
    assert len(checks) == 2 * len(FEATURES) + 2 * len(CATEGORIES) + len(checks_of_labels)
    alerts = {
        (alert.trigger.value, alert.affected_features[0] if alert.affected_features else None): alert.severity
        for alert in report.alerts
        if alert.trigger is not DriftTrigger.MISSING_INCREASE
    }
    unknown = {key for key, row in checks.items() if row["is_flagged"] is None}
    assert all(checks[key]["reason"] for key in unknown)
    said = [row["reason"] for row in checks.values() if row["is_flagged"] is not None and row["reason"]]
    # An effect within its threshold is no alert, whatever its p-value would be.
    assert all(reason.startswith((NO_REJECTS, "too few rows for the closed form of the p-value: ")) for reason in said)
    if not any(row["p_value"] is None and row["effect"] is not None for row in checks.values()):
        flagged = {key: row["severity"] for key, row in checks.items() if row["is_flagged"]}
        assert flagged == alerts
    reasons = {(str(part.check), part.feature): part.reason for part in report.not_computed}
    for key, reason in reasons.items():
        if key in checks:
            said_there = reason.replace(" (ref)", "").replace(" (cur)", "")
            assert without_number(checks[key]["reason"]) == without_number(said_there)
            assert checks[key]["is_flagged"] is None


def compare_categories(rows: Sequence[Row], result: FeatureDriftResult) -> None:
    """Hold the rows of a feature against its result."""
    row = rows[0]
    for name in ("ref_rows", "cur_rows", "ref_missing", "cur_missing"):
        assert row[name] == getattr(result, name), (result.feature, name)
    new = result.new_categories
    assert (new is None) == (row["psi"] is None) == (row["new_reason"] is not None)
    if new is None:
        return
    for name in ("psi", "total_variation", "largest_change"):
        assert math.isclose(row[name], getattr(result, name), rel_tol=1e-9, abs_tol=1e-15), (result.feature, name)
    assert close(row["new_share"], new.share) and close(row["expected_share"], new.expected_share)
    assert math.isclose(row["new_p_value"], new.p_value or 0.0, rel_tol=1e-8)
    assert (row["psi_p_value"] is None) == (row["psi_reason"] is not None)
    if row["psi_p_value"] is not None:
        assert math.isclose(row["psi_p_value"], result.psi_p_value or 0.0, rel_tol=2e-5, abs_tol=1e-250)
    if row["psi_noise"] is not None:
        assert math.isclose(row["psi_noise"], result.psi_noise or 0.0, rel_tol=1e-3)
    bins = sorted((part for part in rows if part["bin"]), key=lambda part: part["bin"])
    found = [(part["category"], part["ref_count"], part["cur_count"], 1) for part in bins]
    if row["rest_categories"]:
        found.append((None, row["rest_ref_count"], row["rest_cur_count"], row["rest_categories"]))
    if row["new_count"]:
        found.append((None, 0, row["new_cur_count"], row["new_count"]))
    assert found == [(part.name, part.ref_count, part.cur_count, part.categories) for part in result.categories]
    for rank, rows_of, named in (
        ("new_rank", "cur_count", new.largest),
        ("gone_rank", "ref_count", result.gone_categories),
    ):
        places = sorted((part[rank], part["category"], part[rows_of]) for part in rows if part[rank])
        assert places == [(place, one.name, one.rows) for place, one in enumerate(named, start=1)]


def compare_missing(found: Sequence[Row], verdicts: Sequence[Row], report: DriftReport) -> None:
    """Hold the rows of missing values against the report: it lists every column, the query those that lack a value."""
    words = {("missing", "label"): "no label", ("missing", "probabilities"): "incomplete probabilities"}
    wanted = {}
    for one in report.missing_values:
        if one.ref_share or one.cur_share:
            what = "NaN or infinite" if one.kind == "non_finite" else words.get((one.kind, one.role), "missing")
            wanted[one.column, what] = one
    # Where a window holds too few rows, one row says so.
    assert all(re.search("holds no rows|at least", row["reason"]) for row in found if row["effect"] is None)
    rows = {(row["feature"], row["reason"].split(" in ")[0]): row for row in found if row["effect"] is not None}
    assert rows.keys() == wanted.keys()
    for key, one in wanted.items():
        assert rows[key]["effect"] == one.increase
        assert (rows[key]["p_value"] is None) == (one.p_value is None)
        assert one.p_value is None or math.isclose(rows[key]["p_value"], one.p_value, rel_tol=1e-6, abs_tol=1e-250)
    judged = {
        (row["feature"], row["reason"].split(" in ")[0]): row
        for row in verdicts
        if row["check_name"] == "missing_increase"
    }
    assert judged.keys() == wanted.keys()
    if not any(row["p_value"] is None and row["effect"] is not None for row in verdicts if row["is_flagged"] is None):
        severities = {
            (alert.details["column"], alert.details["kind"], alert.details["role"]): alert.severity
            for alert in report.alerts
            if alert.trigger is DriftTrigger.MISSING_INCREASE
        }
        for key, one in wanted.items():
            assert judged[key]["severity"] == severities.get((one.column, one.kind, one.role)), key
            assert judged[key]["is_flagged"] == one.is_flagged


def duckdb_rows(connection: duckdb.DuckDBPyConnection) -> Run:
    def run(sql: str) -> list[Row]:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return run


@pytest.fixture(scope="module")
def postgres() -> Iterator[psycopg.Connection]:
    with servers.postgres() as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection


# Said in a remark: without such a label there are no reject rates, and no alert of them.
NO_REJECTS = "no row of either window has the label Mixed/Unknown"
CASES: dict[str, tuple[tuple[int, float], tuple[int, float], dict[str, Any]]] = {
    "no drift": ((3400, 0.0), (3500, 0.0), {}),
    "drift": ((3600, 0.0), (3500, 0.3), {}),
    "uneven": ((5000, 0.0), (700, 0.1), {"alpha": 0.01, "psi": 0.05}),
    "few rows": ((300, 0.0), (250, 0.2), {}),
    "too few": ((8, 0.0), (40, 0.0), {"min_rows": 10}),
    "fixed rules": ((1000, 0.0), (1000, 0.1), {"evidence": False}),
    "empty reference": ((0, 0.0), (50, 0.0), {}),
    "both empty": ((0, 0.0), (0, 0.0), {}),
}


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
@pytest.mark.parametrize("case", CASES)
def test_the_numbers_are_those_of_python(case: str, engine: str, request: pytest.FixtureRequest) -> None:
    before, after, thresholds = CASES[case]
    rng = np.random.default_rng(11)
    sides = {"ref": made(rng, *before), "cur": made(rng, *after)}
    report = python_report(sides, thresholds)
    if engine == "duckdb":
        with duckdb.connect() as connection:
            for name, columns in sides.items():
                load_duckdb(connection, name, columns)
            compare(duckdb_rows(connection), ENGINES["duckdb"], report, thresholds)
        return
    server: psycopg.Connection = request.getfixturevalue("postgres")
    for name, columns in sides.items():
        load_postgres(server, name, columns)

    def run(sql: str) -> list[Row]:
        cursor = server.execute(sql.encode())
        assert cursor.description is not None
        return [
            dict(zip([column.name for column in cursor.description], row, strict=True)) for row in cursor.fetchall()
        ]

    compare(run, ENGINES["postgres"], report, thresholds)


numbers = st.one_of(
    st.none(), st.sampled_from([0.0, 1.0, -1.0, math.nan, math.inf, -math.inf, 1e300, -1e-300]), st.integers(-3, 3).map(float), st.floats(-1e6, 1e6)
)  # fmt: skip


@examples(10)
@given(st.lists(numbers, min_size=0, max_size=60), st.lists(numbers, min_size=0, max_size=60), st.integers(1, 400))
def test_any_values(before: list[float | None], after: list[float | None], copies: int) -> None:
    """Whatever the values are: the statistics and the bins are those of Python."""
    rng = np.random.default_rng(1)
    sides = {}
    for name, values in (("ref", before), ("cur", after)):
        columns = made(rng, len(values), 0.0)
        columns["x"], columns["spiky"] = list(values), list(reversed(values))
        sides[name] = columns
    thresholds = {"min_rows": 1 + copies % 20}
    report = python_report(sides, thresholds)
    with duckdb.connect() as connection:
        for name, columns in sides.items():
            load_duckdb(connection, name, columns)
        compare(duckdb_rows(connection), ENGINES["duckdb"], report, thresholds)


def test_the_closed_form_of_the_null_of_psi() -> None:
    """Where bins expect 30 rows or more, p-values of 5 % and 1 % are right to a tenth and a fifth."""
    rng = np.random.default_rng(2)
    cases: list[tuple[list[int], int]] = [
        ([30] * 10, 300),
        ([50] * 10, 500),
        ([300] * 10, 300),
        ([950, 50], 700),
        ([500, 100, 60, 30], 690),
    ]
    for ref, current in cases:
        counts = np.array(ref, dtype=np.int64)
        weights = rng.standard_gamma(counts + 1 / counts.size, size=(100_000, counts.size))
        weights /= weights.sum(axis=1, keepdims=True)
        drawn: NDArray[np.int64] = rng.multinomial(current, weights)
        p, q = counts / counts.sum(), np.maximum(drawn / current, 1e-4)
        psi = np.sort(((q - p) * np.log(q / p)).sum(axis=1))
        for level, tolerance in ((0.05, 0.1), (0.01, 0.2)):
            value = float(psi[int((1 - level) * psi.size)])
            odds = (1 / p - 1).sum()
            spread = (1 / counts.sum() + 1 / current) * (1 + odds / (2 * current * (counts.size - 1)))
            found = chi_square_tail(value / spread, counts.size - 1)
            assert abs(found / level - 1) < tolerance, (ref, current, level, found)


def chi_square_tail(x: float, degrees: int) -> float:
    from scipy.stats import chi2

    return float(chi2.sf(x, degrees))
