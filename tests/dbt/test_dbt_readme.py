"""The example of the package's README is the one that is tested, and `driftql report` shows what it wrote."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from driftql.cli.app import app
from driftql.records.history import load_report
from driftql.report import DriftReport
from driftql.sql.render import sql_folder

if TYPE_CHECKING:
    from tests.dbt.conftest import Airport

README = (sql_folder() / "dbt" / "README.md").read_text(encoding="utf-8")
MODEL = "flight_predictions"


def block(mark: str) -> str:
    """Return the block of code below a mark."""
    found = re.search(rf"<!-- tested: {re.escape(mark)} -->\n```\w*\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("name", [f"models/{MODEL}.yml", "models/season_drift.sql", "models/drift_dashboard.yml"])
def test_what_it_shows_is_the_example_project(name: str) -> None:
    assert block(name) == (sql_folder() / "dbt_example" / name).read_text(encoding="utf-8")


def test_the_example(airport: Airport) -> None:
    ran = airport.run(MODEL)
    assert ran.success, ran.text
    assert ran.told == [block("output").strip()]
    tested = airport.dbt("test", "--select", MODEL)
    assert {one.node.name.split("_flight")[0]: str(one.status) for one in tested.results.values()} == {
        "driftql_psi_below": "pass", "driftql_reject_rate_stable": "warn", "driftql_class_mix_stable": "pass",
    }, tested.text  # fmt: skip


def test_the_report_command(airport: Airport, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert airport.run(MODEL).success
    monkeypatch.chdir(str(tmp_path))
    place = ["--db", airport.url, "--prefix", f"{airport.schema}.driftql_", "--monitor", MODEL]
    shown = CliRunner().invoke(app, ["report", *place])
    assert shown.exit_code == 1
    assert "origin_delay_2h" not in shown.output
    assert "reject rate" in shown.output
    assert CliRunner().invoke(app, ["report", *place, "--fail-on", "never", "--quiet"]).exit_code == 0
    printed = CliRunner().invoke(app, ["report", *place, "--from-run", "latest", "--json", "--output", "report.json"])
    report = DriftReport.model_validate_json(printed.stdout)
    with airport.connect() as warehouse:
        assert report == load_report(warehouse, f"{airport.schema}.driftql_", run_id=str(report.run_id))
    with open("report.json", encoding="utf-8") as file:
        assert json.load(file) == json.loads(printed.stdout)
    assert CliRunner().invoke(app, ["report", *place, "--from-run", "nope"]).exit_code == 2


def test_the_model(airport: Airport) -> None:
    """The query of the README is a model, and its rows are those below it."""
    ran = airport.dbt("run", "--select", "february", "july", "season_drift")
    assert ran.success, ran.text
    assert airport.dbt("compile", "--select", "delay_bins").success
    rows = airport.query(
        "select check_name, feature, effect, threshold, is_flagged, severity from {s}.season_drift order by check_name, feature"
    )
    lines = README.partition("<!-- tested: rows of season_drift -->\n")[2].partition("\n\n")[0].splitlines()
    shown = [
        f"| {check} | {feature or ''} | {effect:.3f} | {threshold:.2f} | {str(flagged).lower()} | {severity or ''} |".replace(
            "|  |", "| |"
        )
        for check, feature, effect, threshold, flagged, severity in rows
    ]
    assert lines[2:] == shown


def test_the_readme_names_every_option() -> None:
    text = (sql_folder() / "dbt" / "internal" / "settings" / "_default_settings.sql").read_text(encoding="utf-8")
    table = README.partition("## Options")[2].partition("## Transactions")[0]
    for option in re.findall(r"'(\w+)':", text):
        assert f"`{option}`" in table or f"{option}:" in table, option
