"""Nothing is left out in silence: columns and rows that a check does not look at are named, with the reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import driftql
from driftql.config import MonitorConfig
from tests.dbt.test_dbt_check import comparable, differences, hooked, recorded

if TYPE_CHECKING:
    from tests.dbt.conftest import Airport, Outcome

# 400 rows in 20 days of 2026, of all kinds of columns, in SQL that DuckDB and PostgreSQL share.
COLUMNS = {
    "amount": "cast(i as double precision)",
    "steps": "mod(i, 7)",
    "order_id": "i",
    "note": "cast(concat('n', i) as varchar(9))",
    "paid_on": "cast('2026-01-01' as date)",
    "bucket_start_ts": "timestamp '2026-01-01 00:00:00' + mod(i, 20) * interval '1 day'",
    "predicted_label": "case when mod(i, 2) = 0 then 'a' else 'Mixed/Unknown' end",
    "user_id": "cast(mod(i, 9) as varchar(9))",
}


def rows(**changed: str) -> str:
    """Select the rows; a column that is given as '' is left out."""
    columns = ", ".join(f'{sql} as "{name}"' for name, sql in {**COLUMNS, **changed}.items() if sql)
    return f"select {columns} from generate_series(1, 400) as numbers(i)"


@pytest.fixture(scope="module", autouse=True)
def training(airport: Airport) -> None:
    airport.model("training", rows(), "config: {materialized: table}")
    ran = airport.run("training")
    assert ran.success, ran.text


def check(airport: Airport, name: str, sql: str, arguments: str = "", reference: str = "training") -> Outcome:
    """Build a model whose hook compares it with another."""
    windows = ["" if "current=" in arguments else "current={'start': '2026-01-01'}"]
    windows += [f"reference={{'relation': ref('{reference}')}}"]
    given = ", ".join(filter(None, [arguments, *windows]))
    airport.model(name, f"-- depends_on: {{{{ ref('{reference}') }}}}\n{sql}", hooked(given))
    ran = airport.run(name)
    assert ran.success, ran.text
    return ran


def said(ran: Outcome, name: str) -> list[str]:
    return [line.removeprefix(f"driftql: {name}: ") for line in ran.told]


def test_columns_of_other_types_are_named(airport: Airport) -> None:
    found = said(check(airport, "typed", rows(fresh="i")), "typed")
    date = {"duckdb": "DATE", "postgres": "date"}[airport.engine]
    assert found == [
        f"not looked at: order_id (an identifier, by its name), note (free text), paid_on ({date}), "
        "fresh (only in the current window)",
        "No alert: 2 features, reject rate and class mix within the thresholds.",
    ]
    left_out = recorded(airport, "typed").columns_left_out
    assert [(part.column, part.window) for part in left_out] == [
        ("order_id", None), ("note", None), ("paid_on", None), ("fresh", "current"),
    ]  # fmt: skip
    assert left_out[1].reason.startswith("free text: some ")


@pytest.mark.parametrize("side", ["reference", "current"])
def test_a_number_that_is_text_in_one_window_is_not_computed(airport: Airport, side: str) -> None:
    """One NA makes a seed's column text."""
    text = rows(amount="case when i = 7 then 'NA' else cast(i as varchar(9)) end")
    if side == "reference":
        airport.model("marked", text, "config: {materialized: table}")
        assert airport.run("marked").success
        ran, source = check(airport, "na_reference", rows(), reference="marked"), "marked"
    else:
        ran, source = check(airport, "na_current", text), "na_current"
    [line] = [line for line in said(ran, f"na_{side}") if "amount" in line]
    assert line.startswith("not computed: feature_psi and feature_ks of amount: it is ")
    assert line.endswith(f" in {airport.schema}.{source}, not a number")
    assert airport.runs(f"na_{side}")[-1][2] == 2


def test_a_label_that_one_window_lacks_is_not_computed(airport: Airport) -> None:
    """That is an alert of the columns, too, as in Python; of the new column only under schema = "strict"."""
    unlabeled = rows(predicted_label="", steps="case when mod(i, 7) = 0 then 'none' end", late="1")
    found = said(check(airport, "unlabeled", unlabeled, "schema='strict'"), "unlabeled")
    reason = f"{airport.schema}.unlabeled has no column 'predicted_label'"
    assert f"not computed: reject_rate_increase; class_shift: {reason}" in found
    assert found[-1] == "1 alert, 1 critical: 3 columns changed. 4 checks could not be computed."
    report = recorded(airport, "unlabeled")
    monitor = {
        "table": f"{airport.schema}.unlabeled", "current": {"start": "2026-01-01"}, "schema": "strict",
        "reference": {"table": f"{airport.schema}.training"},
    }  # fmt: skip
    with airport.connect() as warehouse:
        wanted = driftql.run_monitor(MonitorConfig.model_validate(monitor), warehouse)
    assert report.schema_change == wanted.schema_change
    [alert], [wanted_alert] = comparable(report)["alerts"], comparable(wanted)["alerts"]
    assert alert == wanted_alert
    assert report.summary == wanted.summary
    shown = airport.show("select * from {{ driftql.drift_check(ref('training'), ref('unlabeled')) }} as drift")
    [schema] = [row for row in shown if row["is_flagged"]]
    assert (schema["check_name"], schema["severity"], schema["effect"]) == ("schema_change", "critical", 2)
    assert schema["reason"] == "columns no longer there: predicted_label; of another type: steps"
    lost = {row["check_name"]: row["reason"] for row in shown if row["is_flagged"] is None and row["feature"] is None}
    assert lost == {"class_shift": reason, "reject_rate_increase": reason}
    labels = airport.show("select * from {{ driftql.drift_labels(ref('training'), ref('unlabeled')) }} as drift")
    assert {row["check_name"]: row["reason"] for row in labels} == lost


def test_probabilities_that_one_window_lacks_are_not_computed(airport: Airport) -> None:
    airport.model("certain", rows(probs="array[0.5, 0.5]"), "config: {materialized: table}")
    assert airport.run("certain").success
    found = said(check(airport, "uncertain", rows(), reference="certain"), "uncertain")
    [line] = [line for line in found if "entropy_spike" in line]
    schema = airport.schema
    assert line == (
        f"not computed: entropy_spike: probs of {schema}.certain are class probabilities, but {schema}.uncertain has no probs"
    )


def test_a_training_set_needs_no_user_and_no_time(airport: Airport) -> None:
    airport.model(
        "features_only",
        rows(user_id="", bucket_start_ts="", predicted_label=""),
        "config: {materialized: table}",
    )
    assert airport.run("features_only").success
    ran = check(
        airport, "predictions", rows(amount="i + 300"), "user='user_id', current={'last': '19d'}", "features_only"
    )
    report = recorded(airport, "predictions")
    assert (report.reference.rows, report.current.rows) == (400, 380)
    assert report.config["columns"]["user"] == "user_id"
    assert "critical: amount (PSI" in said(ran, "predictions")[-1]
    assert airport.query("select count(*) from {s}.driftql_queue where user_id is not null")[0][0] > 0
    airport.model(
        "impossible",
        f"-- depends_on: {{{{ ref('features_only') }}}}\n{rows()}",
        hooked("reference={'relation': ref('features_only'), 'last': '7d'}"),
    )
    assert (
        f"{airport.schema}.features_only has no column 'bucket_start_ts' for the option 'time_column', which the reference "
        "window needs"
    ) in airport.run("impossible").text


def test_a_conventional_name_of_another_type_is_left_out(airport: Airport) -> None:
    found = said(check(airport, "worded", rows(confidence="cast('high' as varchar(9))")), "worded")
    [line] = [line for line in found if line.startswith("warning: ")]
    assert "the column 'confidence' of " in line
    assert line.endswith("where a number is needed; it is left out")
    assert "confidence (" in found[0]


def test_missing_labels_values_and_times_are_said(airport: Airport) -> None:
    """The alerts are those of Python, in the report, the log and a query; what raises none is a warning."""
    gaps = rows(
        amount="case when mod(i, 10) < 7 then cast(null as double precision) when mod(i, 10) = 8 "
        "then cast('NaN' as double precision) else cast(i as double precision) end",
        user_id="case when mod(i, 60) > 0 then 'u' end",
        predicted_label="case when mod(i, 10) < 6 then null when mod(i, 2) = 0 then 'a' else 'Mixed/Unknown' end",
        bucket_start_ts=f"case when i <= 40 then null else {COLUMNS['bucket_start_ts']} end",
    )
    found = said(check(airport, "gappy", gaps, "current={'start': '2026-01-01'}"), "gappy")
    warnings = [line.removeprefix("warning: ") for line in found if line.startswith("warning: ")]
    assert warnings == [
        "many rows have no label: 0.0% of the reference window and 60.0% of the current one; reject rate and class mix are "
        "those of the others",
        "40 rows have no time in 'bucket_start_ts' and are in neither window",
    ]
    report = recorded(airport, "gappy")
    monitor = {
        "table": f"{airport.schema}.gappy", "current": {"start": "2026-01-01"}, "reference": {"table": f"{airport.schema}.training"},
        "exact": True, "columns": {"reject_label": "Mixed/Unknown"},
    }  # fmt: skip
    with airport.connect() as warehouse:
        wanted = driftql.run_monitor(MonitorConfig.model_validate(monitor), warehouse, name="gappy")
    # The closed form of PSI needs more rows, so the rest of the report differs.
    for part in ("missing_values", "alerts"):
        found_part, wanted_part = comparable(report)[part], comparable(wanted)[part]
        assert differences(found_part, [one for one in wanted_part if one.get("trigger") != "feature_psi"]) == []
    alerts = {(alert.trigger.value, alert.details.get("column"), alert.severity) for alert in report.alerts}
    assert alerts == {
        ("missing_increase", "amount", "critical"), ("missing_increase", "amount", "warning"),
        ("missing_increase", "predicted_label", "critical"),
    }  # fmt: skip
    assert report.summary.startswith(
        "3 alerts, 2 critical: amount (missing +70.0 points), no label (+60.0 points), amount (NaN"
    )
    assert [one.kind for one in report.missing_values if one.column == "amount"] == ["missing", "non_finite"]
    shown = airport.show(
        "select * from {{ driftql.drift_check(ref('training'), ref('gappy'), current={'start': '2026-01-01'}) }} as drift"
    )
    assert {
        (row["check_name"], row["feature"] if row["check_name"] == "missing_increase" else None, row["severity"])
        for row in shown
        if row["is_flagged"]
    } == alerts
    missing = {row["reason"]: row for row in shown if row["check_name"] == "missing_increase"}
    assert (
        missing["no user_id in 0 of 400 rows of the reference and in 6 of 360 rows of the current window"]["is_flagged"]
        is False
    )
    assert len(missing) == 4
    rows_left_out = {row["feature"]: row for row in shown if row["check_name"] == "rows_left_out"}
    assert {name: row["reason"] for name, row in rows_left_out.items()} == {
        "amount": "the reference window has 400 finite values in 400 rows, the current window 72 in 360",
        None: "the reference window has 400 labeled rows in 400 rows, the current window 144 in 360",
        "bucket_start_ts": "40 rows have no time and are in neither window",
    }
    assert not any(row["is_flagged"] or row["is_flagged"] is None for row in rows_left_out.values())


def test_a_reject_label_that_no_row_has_is_said(airport: Airport) -> None:
    found = said(check(airport, "misspelt", rows(), "reject_label='Unknwon'"), "misspelt")
    assert "not computed: reject_rate_increase: no row of either window has the label Unknwon" in found
    airport.model("decided", rows(predicted_label="case when mod(i, 2) = 0 then 'a' else 'b' end"))
    assert airport.run("decided").success
    found = said(
        check(airport, "decisive", "select * from {{ ref('decided') }}", reference="decided"),
        "decisive",
    )
    [line] = [line for line in found if "no row of either" in line]
    assert line.startswith(
        "not looked at: reject rate: no row of either window has the label Mixed/Unknown; where the model declines"
    )
    assert found[-1] == "No alert: 2 features and class mix within the thresholds."
    note, _ = recorded(airport, "decisive").notes
    assert note == line.removeprefix("not looked at: ")
    shown = airport.show(
        "select * from {{ driftql.drift_check(ref('training'), ref('training'), reject_label='Unknwon') }} as d"
    )
    [reject] = [row for row in shown if row["check_name"] == "reject_rate_increase"]
    assert reject["is_flagged"] is None
    assert reject["reason"] == "no row of either window has the label Unknwon"


def test_a_query_lists_the_columns_that_it_leaves_out(airport: Airport) -> None:
    sql = "select * from {{ driftql.drift_check(ref('training'), ref('training'), exclude=['paid_on']) }} as drift"
    left_out = [row for row in airport.show(sql) if row["check_name"] == "columns_left_out"]
    assert [row["feature"] for row in left_out] == ["note", "order_id"]
    assert all(row["is_flagged"] is False and row["effect"] is None for row in left_out)
    assert left_out[0]["reason"].startswith("free text: some ")


def test_a_generic_test_fails_where_a_feature_is_lost(airport: Airport) -> None:
    airport.model(
        "halved",
        "-- depends_on: {{ ref('training') }}\n"
        + rows(
            steps="",
            note="case when mod(i, 2) = 0 then 'n' end",
            user_id="case when mod(i, 10) > 0 then 'u' end",
        ),
        f"""
        data_tests:
          - driftql.psi_below:
              name: h_psi
              arguments: {{reference: {{relation: {airport.schema}.training}}}}
          - driftql.schema_unchanged:
              name: h_schema
              arguments: {{reference: {{relation: {airport.schema}.training}}}}
              config: {{store_failures: true}}
          - driftql.schema_unchanged:
              name: h_named
              arguments: {{reference: {{relation: {airport.schema}.training}}, features: [amount]}}
          - driftql.missing_rate_stable:
              name: h_missing
              arguments: {{reference: {{relation: {airport.schema}.training}}, current: {{start: "2026-01-01"}}}}
              config: {{store_failures: true}}
          - driftql.missing_rate_stable:
              name: h_few
              arguments: {{reference: {{relation: {airport.schema}.training}}, current: {{start: "2026-01-20"}}, thresholds: {{min_rows: 30}}}}
        columns:
          - name: note
            data_tests:
              - driftql.missing_rate_stable:
                  name: h_note
                  arguments: {{reference: {{relation: {airport.schema}.training}}, current: {{start: "2026-01-01"}}}}
          - name: paid_on
            data_tests:
              - driftql.missing_rate_stable:
                  name: h_paid
                  arguments: {{reference: {{relation: {airport.schema}.training}}, current: {{start: "2026-01-01"}}}}
        """,
    )
    assert airport.run("halved").success
    ran = airport.dbt("test", "--select", "halved")
    assert {name: ran.status(name) for name in ran.results} == {
        "h_psi": "fail", "h_schema": "fail", "h_named": "pass", "h_missing": "fail", "h_few": "fail", "h_note": "fail", "h_paid": "pass",
    }, ran.text  # fmt: skip
    audit = "{s}_dbt_test__audit"
    [found] = airport.query(f"select check_name, feature, effect, severity, reason from {audit}.h_schema")
    assert found == ("schema_change", None, 1, "critical", "columns no longer there: steps")
    [found] = airport.query(f"select check_name, feature, effect, severity, reason from {audit}.h_missing")
    assert found[:4] == ("missing_increase", "user_id", 0.1, "warning")
    assert found[4] == "no user_id in 0 of 400 rows of the reference and in 40 of 400 rows of the current window"


def test_variables_are_merged_and_checks_are_switched_off(airport: Airport) -> None:
    project = airport.folder / "dbt_project.yml"
    before = project.read_text(encoding="utf-8")
    project.write_text(
        f"{before}\nvars:\n  driftql: {{reject_label: late, thresholds: {{psi: 0.7}}}}\n", encoding="utf-8"
    )
    try:
        airport.model("merged", rows(), hooked("features=['steps']", "{reference: {relation: analytics.training}}"))
        ran = airport.run("merged", "--vars", json.dumps({"driftql": {"thresholds": {"ks": 0.3}}}))
        assert ran.success, ran.text
        used = recorded(airport, "merged").config
        assert used["columns"]["reject_label"] == "late"
        assert (used["thresholds"]["psi"], used["thresholds"]["ks"]) == (0.7, 0.3)
        runs = len(airport.runs("merged"))
        for words in (["--vars", "{driftql_enabled: false}"], ["--vars", "{driftql: {enabled: false}}"]):
            ran = airport.run("merged", *words)
            assert ran.told == ["driftql: merged: not checked: it is switched off (enabled, driftql_enabled)"]
        project.write_text(
            f"{before}\nvars:\n  driftql_enabled: \"{{{{ target.name != '{airport.engine}' }}}}\"\n", encoding="utf-8"
        )
        assert "not checked" in airport.run("merged").text
        assert len(airport.runs("merged")) == runs
        ran = airport.run("merged", "--vars", "{driftql_enabled: perhaps}")
        assert "the variable driftql_enabled is perhaps; write true or false" in ran.text
    finally:
        project.write_text(before, encoding="utf-8")


def test_windows_of_days_are_shown_as_days(airport: Airport) -> None:
    day = "cast(timestamp '2026-10-01 00:00:00' + mod(i, 20) * interval '1 day' as date)"
    airport.model("daily", rows(bucket_start_ts=day), hooked("reference={'last': '7d'}, current={'last': '7d'}"))
    ran = airport.run("daily")
    assert ran.success, ran.text
    [windows] = airport.query(
        "select reference_source, current_source, reference_rows, current_rows from {s}.driftql_runs where monitor = 'daily'"
    )
    assert windows == (
        "analytics.daily, 2026-10-07 to 2026-10-13", "analytics.daily, 2026-10-14 to 2026-10-20", 140, 140,
    )  # fmt: skip


def test_one_line_for_each_reason(airport: Airport) -> None:
    few = rows(
        amount="case when i <= 3 then cast(i as double precision) end", steps="case when i <= 5 then i end", more="i"
    )
    airport.model("young", few, "config: {materialized: table}")
    assert airport.run("young").success
    found = said(check(airport, "older", rows(more="i"), reference="young"), "older")
    assert [line for line in found if line.startswith("not computed: ")] == [
        "not computed: feature_psi and feature_ks of amount, steps: the reference window has only 3 finite values; at least "
        "10 are needed (amount; the others alike)"
    ]


NAMES = [
    'dou"ble',
    "back`tick",
    "it's",
    "{{ jinja }}",
    "{% raw %}",
    "Größe",
    "two words",
    "select",
    "per%cent",
    "a.b",
    "semi;--",
]


ROLES = {
    'the "user"': "mod(i, 3)",
    'la"bel': "cast(mod(i, 2) as varchar(9))",
    'p_"a"': "cast(0.25 as double precision)",
    "p_b'c": "cast(0.75 as double precision)",
    'ti"me': "timestamp '2026-01-01 00:00:00' + mod(i, 20) * interval '1 day'",
}


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def test_names_that_need_quoting(airport: Airport) -> None:
    """As features, as a label, as a user and as class probabilities; in the hook and in every query."""
    columns = [f"i + {k} as {quoted(name)}" for k, name in enumerate(NAMES)]
    columns += [f"{sql} as {quoted(name)}" for name, sql in ROLES.items()]
    statement = f"select {', '.join(columns)} from generate_series(1, 400) as numbers(i)"
    # As a text of Jinja, so that dbt reads no name as a template.
    sql = f"{{{{ {json.dumps(statement)} }}}}"
    airport.model(
        "strange",
        sql,
        """
        config:
          materialized: table
          meta:
            driftql: {user: 'the "user"', label: 'la"bel', time_column: 'ti"me', reject_label: '1', thresholds: {psi: 0.001}}
          post_hook: "{{ driftql.record_drift(reference={'last': '10d'}, current={'last': '9d'}) }}"
        """,
    )
    ran = airport.run("strange")
    assert ran.success, ran.text
    report = recorded(airport, "strange")
    assert report.feature_report is not None
    features = [result.feature for result in report.feature_report.results if result.role == "feature"]
    assert features == NAMES
    assert report.config["columns"]["probabilities"] == ['p_"a"', "p_b'c"]
    assert report.entropy_drift is not None
    assert report.class_shift is not None
    options = """label='la"bel', time_column='ti"me', reference={'last': '10d'}, current={'last': '9d'}"""
    for macro in ("drift_check", "drift_features", "drift_bins", "drift_labels", "drift_classes"):
        names = {
            row.get("feature")
            for row in airport.show(f"select * from {{{{ driftql.{macro}(ref('strange'), {options}) }}}} as d")
        }
        if macro in ("drift_check", "drift_features", "drift_bins"):
            assert set(NAMES) <= names
