"""The generic tests, as dbt runs them: failures, warnings, stored rows, and what could not be computed."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from driftql.records.history import load_report

if TYPE_CHECKING:
    from tests.dbt.conftest import Airport

WINDOWS = 'reference: {start: "2013-02-13", end: "2013-02-27"}, current: {start: "2013-06-26", end: "2013-07-10"}'
CALM = 'reference: {start: "2013-09-19", end: "2013-10-10"}, current: {start: "2013-10-10", end: "2013-10-31"}'


def model(
    airport: Airport, name: str, tests: str, sql: str = "select * from {{ ref('flights') }}", columns: str = ""
) -> None:
    yaml = "config: {materialized: view}\ndata_tests:\n" + textwrap.indent(textwrap.dedent(tests).strip(), "  ")
    if columns:
        yaml += "\ncolumns:\n" + textwrap.indent(textwrap.dedent(columns).strip(), "  ")
    airport.model(name, sql, yaml)
    ran = airport.run(name)
    assert ran.success, ran.text


def stored(airport: Airport, name: str) -> list[tuple[object, ...]]:
    """Return what a failing test has stored."""
    return airport.query(
        f"select check_name, feature, effect, threshold, p_value, severity, reason from {{s}}_dbt_test__audit.{name} order by feature"
    )


def test_each_fails_on_drift_and_says_by_how_much(airport: Airport) -> None:
    model(
        airport,
        "drifting",
        f"""
        - driftql.psi_below:
            name: d_psi
            arguments: {{features: [dep_delay, seats, origin_delay_2h], {WINDOWS}}}
            config: {{severity: warn, store_failures: true}}
        - driftql.entropy_stable:
            name: d_entropy
            arguments: {{probabilities: "p_*", threshold: 1.1, {WINDOWS}}}
            config: {{store_failures: true}}
        - driftql.reject_rate_stable:
            name: d_reject
            arguments: {{{WINDOWS}}}
            config: {{store_failures: true}}
        """,
        columns=f"""
        - name: predicted_label
          data_tests:
            - driftql.class_mix_stable:
                name: d_class
                arguments: {{{WINDOWS}}}
                config: {{store_failures: true}}
            - driftql.no_new_categories:
                name: d_old
                arguments: {{{WINDOWS}}}
        - name: planned_traffic
          data_tests:
            - driftql.no_ks_drift:
                name: d_ks
                arguments: {{threshold: 0.04, {WINDOWS}}}
                config: {{store_failures: true}}
        - name: state
          data_tests:
            - driftql.no_new_categories:
                name: d_new
                arguments: {{threshold: 0.02, {WINDOWS}}}
                config: {{store_failures: true}}
        """,
        sql="select flights.*, case when bucket_start_ts > '2013-06-01' and seats > 250 then 'it''s big' when seats < 100 then '' "
        "else 'usual' end as state from {{ ref('flights') }} as flights",
    )
    ran = airport.dbt("test", "--select", "drifting")
    assert not ran.success
    assert {name: ran.status(name) for name in ("d_psi", "d_ks", "d_class", "d_entropy", "d_reject", "d_new", "d_old")} == {
        "d_psi": "warn", "d_ks": "fail", "d_class": "fail", "d_entropy": "fail", "d_reject": "fail", "d_new": "fail", "d_old": "pass",
    }  # fmt: skip
    psi = stored(airport, "d_psi")
    assert [row[:2] + row[3:4] + row[5:] for row in psi] == [
        ("feature_psi", "dep_delay", 0.2, "warning", None),
        ("feature_psi", "origin_delay_2h", 0.2, "critical", None),
    ]
    assert [round(float(str(row[2])), 3) for row in psi] == [0.235, 0.438]
    found = {
        row[0]: row for name in ("d_ks", "d_class", "d_entropy", "d_reject", "d_new") for row in stored(airport, name)
    }
    assert {name: (row[1], round(float(str(row[2])), 3), row[3]) for name, row in found.items()} == {
        "feature_ks": ("planned_traffic", 0.048, 0.04),
        "class_shift": ("on_time", 0.219, 0.15),
        "entropy_spike": (None, 1.171, 1.1),
        "reject_rate_increase": ("Mixed/Unknown", 0.115, 0.1),
        "new_category": ("state", 0.035, 0.02),
    }
    assert all(float(str(row[4])) < 1e-10 for row in found.values())
    # Each is recorded under its own name, with nothing but its own check, and asks for no labels.
    counts = {"d_psi": 2, "d_ks": 1, "d_class": 1, "d_entropy": 1, "d_reject": 1, "d_new": 1, "d_old": 0}
    names = ", ".join(f"'{name}'" for name in counts)
    runs = airport.query(
        f"select monitor, alerts, not_computed, node_id from {{s}}.driftql_runs where monitor in ({names})"
    )
    assert sorted(runs) == sorted((name, count, 0, "model.airport.drifting") for name, count in counts.items())
    with airport.connect() as warehouse:
        reports = {name: load_report(warehouse, f"{airport.schema}.driftql_", monitor=name) for name in counts}
    assert not reports.pop("d_old").alerts
    for name, report in reports.items():
        [row, *_] = psi if name == "d_psi" else stored(airport, name)
        assert {alert.trigger for alert in report.alerts} == {row[0]}
        assert report.alerts[0].details["p_value"] == pytest.approx(row[4])
    assert reports["d_class"].reject_rate_drift is None
    assert reports["d_ks"].class_shift is None
    assert not airport.exists("driftql_queue") or not airport.query(
        "select * from {s}.driftql_queue where source = '{s}.drifting'"
    )


def test_each_passes_on_calm_rows(airport: Airport) -> None:
    model(
        airport,
        "steady",
        f"""
        - driftql.psi_below: {{name: s_psi, arguments: {{{CALM}}}}}
        - driftql.no_ks_drift: {{name: s_ks, arguments: {{features: [dep_delay, seats], {CALM}}}}}
        - driftql.entropy_stable: {{name: s_entropy, arguments: {{{CALM}}}}}
        - driftql.reject_rate_stable: {{name: s_reject, arguments: {{{CALM}}}}}
        - driftql.class_mix_stable: {{name: s_class, arguments: {{{CALM}}}}}
        """,
    )
    ran = airport.dbt("test", "--select", "steady")
    assert ran.success, ran.text
    assert [ran.status(name) for name in ("s_psi", "s_ks", "s_entropy", "s_reject", "s_class")] == ["pass"] * 5


def test_where_restricts_both_windows(airport: Airport) -> None:
    """The newest row counts among those that are left."""
    model(
        airport,
        "restricted",
        """
        - driftql.psi_below:
            name: w_psi
            arguments: {features: [dep_delay, flag], threshold: 0.0, thresholds: {evidence: false}}
            config: {where: "bucket_start_ts < '2013-07-10' and user_id = 'UA'", store_failures: true}
        """,
        "select *, dep_delay > 10 as flag from {{ ref('flights') }}",
    )
    ran = airport.dbt("test", "--select", "restricted")
    assert ran.status("w_psi") == "fail", ran.text
    rows = airport.query(
        "select count(*) from {s}.flights where user_id = 'UA' and bucket_start_ts > timestamp '2013-07-02 23:59' and bucket_start_ts < timestamp '2013-07-10'"
    )
    assert rows[0][0] > 100
    assert {row[1] for row in stored(airport, "w_psi")} == {"dep_delay", "flag"}


def test_what_could_not_be_computed_fails(airport: Airport) -> None:
    model(
        airport,
        "unclear",
        f"""
        - driftql.psi_below: {{name: u_constant, arguments: {{features: [same, seats], {CALM}}}, config: {{store_failures: true}}}}
        - driftql.class_mix_stable: {{name: u_empty, arguments: {{current: {{start: "2014-01-01"}}}}, config: {{store_failures: true}}}}
        """,
        "select *, case when bucket_start_ts < timestamp '2013-10-10' then 1 else 2 end as same from {{ ref('flights') }}",
    )
    ran = airport.dbt("test", "--select", "unclear")
    assert [ran.status("u_constant"), ran.status("u_empty")] == ["fail", "fail"]
    [row] = stored(airport, "u_constant")
    assert row[:3] == ("feature_psi", "same", None)
    assert row[5:] == ("not computed", "every reference value is 1, so there are no quantile bins")
    [row] = stored(airport, "u_empty")
    assert row[5] == "not computed"
    reason = str(row[6])
    assert reason.startswith("the reference window (")
    assert reason.count(") holds no rows") == 2


def test_a_wrong_test_is_an_error(airport: Airport) -> None:
    model(
        airport,
        "mistaken",
        f"""
        - driftql.psi_below: {{name: m_name, arguments: {{features: [seat], {CALM}}}}}
        - driftql.entropy_stable: {{name: m_none, arguments: {{{CALM}}}}}
        """,
        "select bucket_start_ts, seats from {{ ref('flights') }}",
    )
    ran = airport.dbt("test", "--select", "mistaken")
    assert [ran.status("m_name"), ran.status("m_none")] == ["error", "error"]
    assert "has no column 'seat' for a feature; did you mean 'seats'?" in ran.text
    assert "driftql.entropy_stable: no class probabilities were found" in ran.text
