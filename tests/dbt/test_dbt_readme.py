"""The example of the package's README is the one that is tested, and `driftql report` shows what it wrote."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

import pytest
import yaml
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
    """The block of code below a mark."""
    found = re.search(rf"<!-- tested: {re.escape(mark)} -->\n```\w*\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_example(airport: Airport) -> None:
    models = airport.folder / "models"
    (models / f"{MODEL}.sql").write_text("select * from {{ ref('flights') }}\n", encoding="utf-8")
    (models / f"{MODEL}.yml").write_text(block(f"models/{MODEL}.yml"), encoding="utf-8")
    ran = airport.run(MODEL)
    assert ran.success, ran.text
    assert ran.told == [block("output").strip()]
    tested = airport.dbt("test", "--select", MODEL)
    assert sorted(str(one.status) for one in tested.results.values())
    assert {one.node.name.split("_flight")[0]: str(one.status) for one in tested.results.values()} == {
        "driftql_psi_below": "pass", "driftql_reject_rate_stable": "warn", "driftql_class_mix_stable": "pass",
    }, tested.text  # fmt: skip


def test_the_report_command(airport: Airport, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    (airport.folder / "models" / f"{MODEL}.sql").write_text("select * from {{ ref('flights') }}\n", encoding="utf-8")
    (airport.folder / "models" / f"{MODEL}.yml").write_text(block(f"models/{MODEL}.yml"), encoding="utf-8")
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


def test_the_readme_names_every_option() -> None:
    text = (sql_folder() / "dbt" / "settings.sql").read_text(encoding="utf-8")
    defaults = text.partition("{% macro check_defaults() %}")[2].partition("{% endmacro %}")[0]
    table = README.partition("## Options")[2].partition("## Transactions")[0]
    for option in re.findall(r"'(\w+)':", defaults):
        assert f"`{option}`" in table or f"{option}:" in table, option


def test_every_argument_is_documented() -> None:
    documented = {
        macro["name"]: [argument["name"] for argument in macro.get("arguments", [])]
        for macro in yaml.safe_load((sql_folder() / "dbt" / "driftql.yml").read_text(encoding="utf-8"))["macros"]
    }
    hook = (sql_folder() / "dbt" / "drift_check.sql").read_text(encoding="utf-8")
    signature = re.search(r"macro drift_check\((.*?)\) %}", hook, re.DOTALL)
    assert signature is not None
    assert sorted(re.findall(r"(\w+)=none", signature[1])) == sorted(documented["drift_check"])
    tests = (sql_folder() / "dbt" / "drift_tests.sql").read_text(encoding="utf-8")
    found = re.findall(r"{% test (\w+)\((.*?)\) %}", tests)
    assert len(found) == 5
    for name, arguments in found:
        assert shlex.split(re.sub(r"=none|,", " ", arguments)) != []
        assert sorted(re.sub(r"=none", "", arguments).split(", ")) == sorted(documented[f"test_{name}"])
