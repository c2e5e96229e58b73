"""The macros that write queries: in models, in analyses and in `dbt show`, with the numbers of NumPy, SciPy and `driftql check`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import yaml

import driftql
from driftql.report import DriftReport
from driftql.sql.render import sql_folder
from tests.support import reference

if TYPE_CHECKING:
    from tests.dbt.conftest import Airport

NAMES = ("drift_check", "drift_features", "drift_bins", "drift_labels", "drift_classes", "drift_categories")
WINDOWS = "reference={'start': '2013-02-13', 'end': '2013-02-27'}, current={'start': '2013-06-26', 'end': '2013-07-10'}"
PAIR = "ref('winter'), ref('summer')"
FEATURES = "features=['dep_delay', 'seats', 'plane_age']"


@pytest.fixture(scope="module", autouse=True)
def seasons(airport: Airport) -> None:
    """The windows as tables of their own, and one that lacks columns."""
    airport.model("winter", "select * from {{ ref('flights') }} where bucket_start_ts < timestamp '2013-02-27'")
    airport.model(
        "summer",
        "select * from {{ ref('flights') }} where bucket_start_ts >= timestamp '2013-06-26' "
        "and bucket_start_ts < timestamp '2013-07-10'",
    )
    airport.model(
        "narrow",
        "select bucket_start_ts, predicted_label, cast(dep_delay as varchar(20)) as dep_delay, seats from {{ ref('summer') }}",
    )
    ran = airport.dbt("run", "--select", "winter", "summer", "narrow")
    assert ran.success, ran.text


@pytest.fixture(scope="module")
def report(airport: Airport, seasons: None) -> DriftReport:
    """What `driftql check --exact` finds in the same rows."""
    with airport.connect() as warehouse:
        return driftql.run_drift_check(
            f"{airport.schema}.winter", f"{airport.schema}.summer", warehouse=warehouse, exact=True, features=["dep_delay", "seats", "plane_age"]
        )  # fmt: skip


def call(macro: str, arguments: str) -> str:
    return f"select * from {{{{ driftql.{macro}({arguments}) }}}} as drift"


def close(found: Any, wanted: Any, relative: float = 1e-12) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return math.isclose(found, wanted, rel_tol=relative, abs_tol=1e-12)


def values(airport: Airport, table: str, column: str) -> np.ndarray:
    rows = airport.query(f"select {column} from {{s}}.{table} where {column} is not null")
    return np.array([float(row[0]) for row in rows])


def test_a_model_holds_the_numbers_of_scipy_and_numpy(airport: Airport) -> None:
    airport.model("feature_drift", call("drift_features", f"{PAIR}, {FEATURES}"), "config: {materialized: table}")
    airport.model("feature_bins", call("drift_bins", f"{PAIR}, {FEATURES}"))
    ran = airport.dbt("run", "--select", "feature_drift", "feature_bins")
    assert ran.success, ran.text
    rows = airport.query(
        "select feature, ref_rows, cur_rows, ref_missing, psi, ks_statistic, ks_p_value from {s}.feature_drift"
    )
    assert sorted(row[0] for row in rows) == ["dep_delay", "plane_age", "seats"]
    for name, ref_rows, cur_rows, ref_missing, psi, ks, ks_p_value in rows:
        ref, cur = values(airport, "winter", name), values(airport, "summer", name)
        assert (ref_rows, cur_rows) == (len(ref), len(cur))
        assert ref_rows + ref_missing == airport.query("select count(*) from {s}.winter")[0][0]
        edges = reference.edges_of(ref)
        ref_bins, cur_bins = reference.binned(ref, edges), reference.binned(cur, edges)
        assert close(psi, reference.psi_of(ref_bins, cur_bins))
        statistic, p_value = reference.ks_of(ref, cur)
        assert close(ks, statistic)
        assert abs(ks_p_value - p_value) < 0.0004
        bins = airport.query(
            f"select bin, upper, ref_count, cur_count, contribution from {{s}}.feature_bins where feature = '{name}' order by bin"
        )
        assert [row[0] for row in bins] == list(range(1, len(edges) + 2))
        assert [row[1] for row in bins] == [*edges.tolist(), None]
        assert [row[2] for row in bins] == ref_bins.tolist()
        assert [row[3] for row in bins] == cur_bins.tolist()
        assert close(sum(row[4] for row in bins), psi)


def test_two_windows_of_one_relation_are_those_of_the_hook(airport: Airport) -> None:
    """All checks, with the verdict of `driftql check --exact`."""
    windows = {
        "reference": {"start": "2013-02-13", "end": "2013-02-27"},
        "current": {"start": "2013-06-26", "end": "2013-07-10"},
    }
    with airport.connect() as warehouse:
        monitor = driftql.MonitorConfig.model_validate({"table": f"{airport.schema}.flights", "exact": True, **windows})
        wanted = driftql.run_monitor(monitor, warehouse)
    assert wanted.feature_report is not None
    rows = airport.show(call("drift_check", f"ref('flights'), {WINDOWS}"))
    numbers = {
        ("feature_psi", result.feature): (result.psi, result.psi_p_value) for result in wanted.feature_report.results
    } | {
        ("feature_ks", result.feature): (result.ks_statistic, result.ks_p_value)
        for result in wanted.feature_report.results
    }
    assert wanted.reject_rate_drift is not None
    assert wanted.entropy_drift is not None
    assert wanted.class_shift is not None
    numbers["reject_rate_increase", None] = (wanted.reject_rate_drift.increase, wanted.reject_rate_drift.p_value)
    numbers["entropy_spike", None] = (wanted.entropy_drift.ratio, wanted.entropy_drift.p_value)
    numbers["class_shift", None] = (wanted.class_shift.max_shift, wanted.class_shift.p_value)
    numbers |= {
        ("missing_increase", one.column): (one.increase, one.p_value)
        for one in wanted.missing_values
        if one.ref_share or one.cur_share
    }
    found = {(row["check_name"], row["feature"]): row for row in rows}
    assert len(found) == len(rows)
    assert found.keys() == numbers.keys()
    for key, (effect, p_value) in numbers.items():
        assert close(float(found[key]["effect"]), effect), key
        if p_value is None:
            assert found[key]["p_value"] is None, key
        else:
            assert abs(float(found[key]["p_value"]) - p_value) < 0.0004, key
        assert close(float(found[key]["evidence_cutoff"]), wanted.evidence_cutoff), key
    flagged = {key: row["severity"] for key, row in found.items() if row["is_flagged"]}
    assert flagged == {
        (alert.trigger, alert.affected_features[0] if alert.affected_features else None): alert.severity for alert in wanted.alerts
    }  # fmt: skip
    assert len(flagged) == 8


def test_labels_and_classes(airport: Airport, report: DriftReport) -> None:
    found = {row["check_name"]: row for row in airport.show(call("drift_labels", PAIR))}
    assert report.reject_rate_drift is not None
    assert report.entropy_drift is not None
    assert report.class_shift is not None
    for name, values_ in {
        "reject_rate_increase": (report.reject_rate_drift.ref_rate, report.reject_rate_drift.cur_rate),
        "entropy_spike": (report.entropy_drift.ref_mean_entropy, report.entropy_drift.cur_mean_entropy),
    }.items():
        assert close(float(found[name]["ref_value"]), values_[0])
        assert close(float(found[name]["cur_value"]), values_[1])
    assert close(float(found["class_shift"]["effect"]), report.class_shift.max_shift)
    labels = {
        table: [row[0] for row in airport.query(f"select predicted_label from {{s}}.{table}")] for table in ("winter", "summer")
    }  # fmt: skip
    shares = {table: reference.proportions(rows) for table, rows in labels.items()}
    rows = airport.show(call("drift_classes", PAIR))
    assert rows[0]["class_name"] == report.class_shift.shifted_classes[0]
    for row in rows:
        assert row["ref_count"] == labels["winter"].count(row["class_name"])
        assert close(float(row["ref_share"]), shares["winter"][row["class_name"]])
        assert close(float(row["cur_share"]), shares["summer"][row["class_name"]])


def test_relations_by_name(airport: Airport, report: DriftReport) -> None:
    """`reference` and `current` take a relation, too, and a relation may be text."""
    by_place = airport.show(call("drift_features", f"{PAIR}, features=['seats']"))
    by_name = airport.show(call("drift_features", "reference=ref('winter'), current=ref('summer'), features=['seats']"))
    as_text = airport.show(
        call("drift_features", f"'{airport.schema}.winter', '{airport.schema}.summer', features='seats'")
    )
    assert by_place == by_name == as_text
    assert report.feature_report is not None
    [seats] = [result for result in report.feature_report.results if result.feature == "seats"]
    assert close(float(by_place[0]["psi"]), seats.psi)


def test_variables_are_the_defaults(airport: Airport) -> None:
    """Two relations with a window each: the last days of the one and of the other."""
    variables = "{driftql: {features: [seats], reference: {last: 7d}, current: {last: 7d}, thresholds: {psi_bins: 4}, queue: {limit: 5}}}"
    rows = airport.show(call("drift_bins", PAIR), "--vars", variables)
    last = "bucket_start_ts > (select max(bucket_start_ts) - interval '7 days' from {s}.winter)"
    seats = airport.query(f"select seats from {{s}}.winter where seats is not null and {last}")
    edges = reference.edges_of(np.array([float(row[0]) for row in seats]), 4)
    assert [row["upper"] for row in rows] == [*edges.tolist(), None]
    assert sum(int(row["ref_count"]) for row in rows) == len(seats)


def test_an_analysis_compiles_to_sql_that_runs(airport: Airport) -> None:
    (airport.folder / "analyses" / "looked_at.sql").write_text(
        call("drift_check", f"{PAIR}, {FEATURES}"), encoding="utf-8"
    )
    ran = airport.dbt("compile", "--select", "looked_at")
    assert ran.success, ran.text
    compiled = (airport.folder / "target" / "compiled" / "airport" / "analyses" / "looked_at.sql").read_text(
        encoding="utf-8"
    )
    rows = airport.query(compiled)
    # Of four scores, too; and values of two features are missing.
    assert len(rows) == (3 + 4) * 2 + 3 + 2
    shown = airport.show(call("drift_check", f"{PAIR}, {FEATURES}"))
    assert [row[0:2] for row in rows] == [(row["check_name"], row["feature"]) for row in shown]
    (airport.folder / "analyses" / "looked_at.sql").unlink()


def test_more_features_than_one_statement_takes(airport: Airport) -> None:
    """Their p-values share one cut-off."""
    columns = ", ".join(f"dep_delay + {k} as delay_{k}" for k in range(27))
    for season in ("winter", "summer"):
        airport.model(f"wide_{season}", f"select {columns} from {{{{ ref('{season}') }}}} where user_id = 'UA'")
    airport.model("wide_drift", call("drift_check", "ref('wide_winter'), ref('wide_summer')"))
    ran = airport.dbt("run", "--select", "wide_winter", "wide_summer", "wide_drift")
    assert ran.success, ran.text
    rows = airport.query("select check_name, feature, effect, p_value, evidence_cutoff from {s}.wide_drift")
    assert {row[:2] for row in rows} == {
        (check, f"delay_{k}") for check in ("feature_psi", "feature_ks") for k in range(27)
    }
    ref, cur = values(airport, "wide_winter", "delay_0"), values(airport, "wide_summer", "delay_0")
    assert all(close(row[2], reference.ks_of(ref, cur)[0]) for row in rows if row[0] == "feature_ks")
    p_values = [row[3] for row in rows]
    passing = reference.benjamini_hochberg(p_values, 0.05)
    assert all(close(row[4], 0.05 * max(passing, 1) / len(p_values)) for row in rows)
    assert len(airport.show(call("drift_features", "ref('wide_winter'), ref('wide_summer')"))) == 27
    assert (
        len(
            airport.show(
                "select distinct feature from {{ driftql.drift_bins(ref('wide_winter'), ref('wide_summer')) }} as b"
            )
        )
        == 27
    )


def test_what_cannot_be_compared_is_a_row(airport: Airport) -> None:
    """A column that the current relation lacks, or has as text."""
    rows = airport.show(
        "select feature, psi, ks_statistic, psi_reason from {{ driftql.drift_features(ref('winter'), ref('narrow'), exclude=['p_*', 'o*', 'p*']) }} as drift"
    )
    found = {row["feature"]: row for row in rows}
    assert found["seats"]["psi"] is not None
    assert found["dep_delay"]["psi"] is None
    assert "narrow, not a number" in found["dep_delay"]["psi_reason"]
    checks = airport.show(call("drift_check", "ref('winter'), ref('narrow')"))
    missing = [row for row in checks if row["feature"] == "plane_age"]
    assert [row["is_flagged"] for row in missing] == [None, None]
    assert all(row["reason"].endswith("narrow has no column of this name") for row in missing)


@pytest.mark.parametrize("name", NAMES)
def test_the_columns_are_those_of_the_readme(airport: Airport, name: str) -> None:
    """Before the relations are built, too."""
    asked = {**dict.fromkeys(NAMES[:3], f", {FEATURES}"), "drift_categories": ", categories=['seats']"}
    columns = list(airport.show(call(name, PAIR + asked.get(name, "")))[0])
    readme = (sql_folder() / "dbt" / "README.md").read_text(encoding="utf-8")
    table = readme.partition(f"### `{name}`")[2].partition("\n#")[0]
    listed = [
        cell
        for line in table.splitlines()
        if line.startswith("| `")
        for cell in line.split("|")[1].replace("`", "").split(",")
    ]
    assert [cell.strip() for cell in listed] == columns
    empty = airport.dbt("compile", "--inline", call(name, "ref('never_built'), ref('never_built')"))
    assert empty.success, empty.text
    assert list(airport.columns(empty.compiled)) == columns


@pytest.fixture(scope="module", autouse=True)
def unbuilt(airport: Airport) -> Iterator[None]:
    airport.model("never_built", "select * from {{ ref('flights') }}")
    for name in NAMES:
        airport.model(f"early_{name}", call(name, "ref('never_built'), ref('summer')"))
    yield
    for name in ("never_built", *(f"early_{name}" for name in NAMES)):
        (airport.folder / "models" / f"{name}.sql").unlink()


def test_before_its_relations_exist(airport: Airport) -> None:
    """`dbt parse`, `compile` and `docs generate` work; `dbt run` says what is missing."""
    for words in (("parse",), ("compile", "--select", "early_*"), ("docs", "generate", "--select", "early_*")):
        ran = airport.dbt(*words)
        assert ran.success, ran.text
    ran = airport.run("early_*")
    assert not ran.success
    for name in NAMES:
        message = str(ran.results[f"early_{name}"].message)
        assert 'never_built" for ' + name + "; build it first" in message


def test_an_empty_run(airport: Airport) -> None:
    """With `--empty` a relation is a query without rows."""
    airport.model(
        "empty_drift",
        call("drift_check", f"{PAIR}, {FEATURES}, current={{'last': '7d'}}"),
        "config: {materialized: table}",
    )
    ran = airport.run("empty_drift", "--empty")
    assert ran.success, ran.text
    rows = airport.query("select distinct is_flagged, reason from {s}.empty_drift")
    assert rows == [(None, "the reference window holds no rows and the current window holds no rows")]


WRONG = [
    ("drift_features", f"{PAIR}, feature=['seats']", "drift_features: there is no option 'feature'; did you mean 'features'?"),
    ("drift_check", f"{PAIR}, thresholds={{'pssi': 1}}", "there is no option 'thresholds.pssi'; did you mean 'psi'?"),
    ("drift_bins", f"{PAIR}, features=['seat']", "winter has no column 'seat' for a feature; did you mean 'seats'?"),
    ("drift_bins", f"{PAIR}, features=['bucket_start_ts']", "a feature is a number or a boolean"),
    ("drift_labels", f"{PAIR}, label='predicted_labl'", "has no column 'predicted_labl' for the option 'label'; did you mean 'predicted_label'?"),
    ("drift_labels", f"{PAIR}, label='seats', probabilities='q_*'", "has no column 'q_*' for the option 'probabilities'"),
    ("drift_features", "", "drift_features: there is no relation; write two, as in driftql.drift_features(ref('january'), ref('february'))"),
    ("drift_features", "3, ref('summer')", "drift_features is 3; write ref('model'), source('source', 'table') or schema.table as text"),
    ("drift_features", "'nowhere.nothing', ref('summer')", "there is no relation 'nowhere.nothing' for drift_features"),
    ("drift_features", "ref('summer'), current={'last': 'a week'}", "current.last is 'a week'; write a number and s, m (minutes)"),
    ("drift_features", "ref('fleeting'), ref('summer')", "fleeting is ephemeral, so its columns cannot be read; materialize it as a table or a view"),
    ("drift_features", f"{PAIR}, exclude=['*']", "drift_features: {s}.summer has no numeric column to compare"),
    ("drift_classes", "ref('summer'), ref('unlabeled')", "drift_classes: {s}.unlabeled has no label; name it with label"),
]  # fmt: skip


def test_what_is_wrong_is_said(airport: Airport) -> None:
    airport.model("fleeting", "select 1 as seats", "config: {materialized: ephemeral}")
    airport.model("unlabeled", "select seats from {{ ref('summer') }}")
    for index, (macro, arguments, _) in enumerate(WRONG):
        airport.model(f"mistake_{index}", call(macro, arguments))
    ran = airport.dbt("run", "--select", "unlabeled", "mistake_*")
    for index, (_, _, told) in enumerate(WRONG):
        assert told.replace("{s}", airport.schema) in str(ran.results[f"mistake_{index}"].message)
        (airport.folder / "models" / f"mistake_{index}.sql").unlink()


def test_every_query_macro_is_documented() -> None:
    documented = yaml.safe_load((sql_folder() / "dbt" / "driftql.yml").read_text(encoding="utf-8"))["macros"]
    assert set(NAMES) <= {macro["name"] for macro in documented}
