"""Targets with schemas of their own, sources, and tables that do not take what a check writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest
import yaml

from driftql.records.history import load_report
from tests.dbt.test_dbt_check import hooked
from tests.dbt.test_dbt_left_out import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.dbt.conftest import Airport

WINDOWS = "reference: {start: '2026-01-01', end: '2026-01-11'}, current: {start: '2026-01-11', end: '2026-01-21'}"
SHIFTED = rows(amount="i + case when mod(i, 20) < 10 then 0 else 300 end", note="cast(null as integer)")
OPTIONS = (
    f"{{{WINDOWS}, features: [amount], history: {{prefix: aim_}}, queue: {{table: aim_queue, limit: 3}}, at_most: 1d}}"
)
SOURCES = f"""
sources:
  - name: numbers
    schema: analytics
    tables:
      - name: events
        config: {{meta: {{driftql: {OPTIONS.replace("table: aim_queue, limit: 3", "enabled: false")}}}}}
        data_tests:
          - driftql.no_drift: {{name: t_source, config: {{severity: warn}}}}
"""


@pytest.fixture(scope="module")
def targets(airport: Airport) -> Iterator[Airport]:
    """Two further targets, with a schema each."""
    profiles = airport.folder / "profiles.yml"
    before = profiles.read_text(encoding="utf-8")
    profile = yaml.safe_load(before)
    outputs: dict[str, Any] = profile["airport"]["outputs"]
    for name in ("production", "untouched"):
        outputs[name] = outputs[airport.engine] | {"schema": name}
    profiles.write_text(yaml.safe_dump(profile), encoding="utf-8")
    (airport.folder / "models" / "numbers.yml").write_text(SOURCES, encoding="utf-8")
    airport.execute(f"create table {{s}}.events as {SHIFTED}")
    airport.model(
        "aim",
        SHIFTED,
        hooked("", OPTIONS, materialized="incremental")
        + "\ndata_tests:\n  - driftql.no_drift: {name: t_aim, config: {severity: warn}}",
    )
    yield airport
    profiles.write_text(before, encoding="utf-8")
    (airport.folder / "models" / "numbers.yml").unlink()
    airport.model("aim")


def test_each_target_has_its_own_records(targets: Airport) -> None:
    """Also for `at_most`: a check in development does not stand for one in production."""
    airport, chosen = targets, ("--select", "aim", "source:numbers")
    ran = airport.dbt("docs", "generate", *chosen, "--target", "untouched", "--warn-error")
    assert ran.success, ran.text
    told: dict[str, list[bool]] = {}
    for words in ((), (), ("--target", "production", "--full-refresh")):
        ran = airport.dbt("build", *chosen, *words)
        assert ran.success, ran.text
        assert [ran.status(name) for name in ("aim", "t_aim", "t_source")] == ["success", "warn", "warn"]
        told.setdefault(words[1] if words else "", []).append("aim: not checked: its last check was at" in ran.text)
    assert told == {"": [False, True], "production": [False]}
    runs = "select monitor, node_id, dbt_target, alerts > 0, count(*) from {} group by 1, 2, 3, 4 order by 1"
    for schema, target, hooks in (("analytics", airport.engine, 1), ("production", "production", 1)):
        builds = 2 if schema == "analytics" else 1
        assert airport.query(runs.format(f"{schema}.aim_runs")) == [
            ("aim", "model.airport.aim", target, True, hooks + builds),
            ("events", "source.airport.numbers.events", target, True, builds),
        ]
        asked = airport.query(f"select distinct monitor, source from {schema}.aim_queue")
        assert asked == [("aim", f"{schema}.aim")]
    with airport.connect() as warehouse:
        report = load_report(warehouse, "production.aim_", monitor="events")
        assert not warehouse.table_exists("untouched.aim_runs")
    assert report.current.source == "analytics.events"


def test_tables_that_take_no_rows(airport: Airport) -> None:
    """Whatever a database would refuse is a warning, and neither an error nor the end of the model."""
    meta = f"{{{WINDOWS}, features: [amount]}}"
    airport.execute(
        "create schema if not exists takers",
        "create view takers.viewed_runs as select 1 as run_id",
        "create table takers.typed_runs (run_id integer)",
        "create table takers.fussy_telemetry (run_id varchar(36), recorded_at timestamp, monitor varchar(99), team integer not null)",
        "create table takers.narrow_queue (request_id varchar(36), user_id integer)",
    )
    given = {
        "viewed": "history={'schema': 'takers', 'prefix': 'viewed_'}, queue={'enabled': false}",
        "typed": "history={'schema': 'takers', 'prefix': 'typed_'}, queue={'enabled': false}, at_most='1d'",
        "fussy": "history={'schema': 'takers', 'prefix': 'fussy_'}, queue={'enabled': false}",
        "narrow": "history={'schema': 'takers', 'prefix': 'narrow_'}, queue={'table': 'narrow_queue'}",
    }
    reasons = {
        "viewed": "is a view, which takes no rows",
        "typed": "the column run_id of the table ",
        "fussy": "demands a value in its column team",
        "narrow": "the column user_id of the table ",
    }
    if airport.engine == "duckdb":
        duckdb.connect(airport.folder / "frozen.duckdb").close()
        given |= {
            "nowhere": "history={'database': 'nowhere'}, queue={'enabled': false}",
            "frozen": "history={'database': 'frozen'}, queue={'enabled': false}",
        }
        reasons |= {"nowhere": "there is no database nowhere", "frozen": "the database frozen is read-only"}
    for name, arguments in given.items():
        attach = "\n    - {sql: \"attach if not exists '%s' as frozen (read_only)\", transaction: false}"
        more = attach % (airport.folder / "frozen.duckdb") if name == "frozen" else ""
        airport.model(f"taker_{name}", SHIFTED, hooked(arguments, meta, materialized="table", more=more))
    ran = airport.run("taker_*")
    assert ran.success, ran.text
    for name in given:
        assert airport.query(f"select count(*) from {{s}}.taker_{name}") == [(400,)]
        told = [line for line in ran.warned if f"driftql: taker_{name}: " in line]
        part = "no rows are queued" if name == "narrow" else "the run is not recorded"
        [line] = [line for line in told if part in line]
        if airport.engine == "duckdb":
            assert reasons[name] in line, line
    assert airport.query("select count(*) from takers.narrow_runs") == [(1,)]
