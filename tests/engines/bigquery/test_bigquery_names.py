"""How tables of BigQuery are found: without listing a project, and without taking one for another."""

from __future__ import annotations

import pytest

import driftql
from driftql.warehouse.bigquery import BigQueryWarehouse
from tests.stand_ins import googlesql
from tests.stand_ins.bigquery import PAGE, Emulation

pytestmark = pytest.mark.xdist_group("engine-bigquery")

TABLES = "/bigquery/v2/projects/shop/datasets/ml/tables"
EMPTY = googlesql.Table([("age", "FLOAT64")])


def crowd(emulation: Emulation) -> None:
    for number in range(3 * PAGE):
        emulation.datasets["shop", f"other_{number}"] = {"events": EMPTY}
        emulation.datasets["shop", "ml"][f"table_{number}"] = EMPTY


def test_one_table_is_one_request(emulation: Emulation, warehouse: BigQueryWarehouse) -> None:
    crowd(emulation)
    assert warehouse.relation("events") == "`ml`.`events`"
    assert warehouse.relation("other_7.events") == "`other_7`.`events`"
    assert [column.name for column in warehouse.columns("`ml`.`events`")] == ["age", "user"]
    assert emulation.requests == [
        ("GET", f"{TABLES}/events"),
        ("GET", f"{TABLES.replace('ml', 'other_7')}/events"),
        ("GET", f"{TABLES}/events"),
    ]


def test_a_table_that_is_not_there_looks_through_its_own_dataset(
    emulation: Emulation, warehouse: BigQueryWarehouse
) -> None:
    """As driftql's own tables before the first use."""
    crowd(emulation)
    assert not warehouse.table_exists("driftql_queue")
    assert {path for _, path in emulation.requests} == {f"{TABLES}/driftql_queue", TABLES}


def test_every_page_is_read(emulation: Emulation, warehouse: BigQueryWarehouse) -> None:
    crowd(emulation)
    assert len(warehouse.tables()) == 3 * PAGE + 1
    assert warehouse.relation(f"TABLE_{3 * PAGE - 1}") == f"`ml`.`table_{3 * PAGE - 1}`"
    with driftql.connect("bigquery://shop") as whole:
        names = whole.tables()
    assert len(names) == 3 * PAGE + 3 * PAGE + 1
    assert {"ml.events", f"other_{3 * PAGE - 1}.events"} <= set(names)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("evnets", "there is no table 'evnets' in the BigQuery dataset shop.ml; did you mean 'events'?"),
        ("mll.events", "there is no dataset 'mll' in the BigQuery project shop; did you mean 'ml'?"),
        ("empty.events", "there is no table 'events' in the BigQuery dataset shop.empty; it holds no tables"),
        ("elsewhere.ml.events", "there is no dataset 'ml' in the BigQuery project elsewhere"),
        # What would end the address of the request, and lead to another table.
        ("events?x=", "there is no table 'events?x=' in the BigQuery dataset shop.ml; did you mean 'events'?"),
        ("x/../events", "there is no table 'x/../events' in the BigQuery dataset shop.ml"),
        ("..", "there is no table '..' in the BigQuery dataset shop.ml"),
        ("events.csv", "'events.csv' is a file's name"),
    ],
)
def test_a_wrong_name_is_a_sentence(emulation: Emulation, warehouse: BigQueryWarehouse, name: str, said: str) -> None:
    emulation.datasets["shop", "empty"] = {"driftql_queue": EMPTY}
    with pytest.raises(driftql.ConfigError) as raised:
        warehouse.relation(name)
    assert str(raised.value).startswith(said)
    assert not warehouse.table_exists(name)


def test_without_a_default_dataset_a_name_needs_one(emulation: Emulation) -> None:
    with driftql.connect("bigquery://shop") as warehouse:
        with pytest.raises(
            driftql.ConfigError, match=r"'events' names no dataset.*write dataset\.events, or bigquery://shop/dataset"
        ):
            warehouse.relation("events")
        assert warehouse.relation("ml.events") == "`ml`.`events`"
        assert warehouse.query("select count(*) from `ml`.`events`") == [(100,)]


def test_a_table_of_another_project_is_not_taken_for_ones_own(
    emulation: Emulation, warehouse: BigQueryWarehouse
) -> None:
    other = googlesql.Table([("age", "INT64")], [(7,)])
    emulation.datasets["bigquery-public-data", "ml"] = {"events": other}
    emulation.datasets["example.com:lab", "ml"] = {"events": other}
    for name in ("bigquery-public-data.ml.events", "`bigquery-public-data.ml.events`"):
        relation = warehouse.relation(name)
        assert relation == "`bigquery-public-data`.`ml`.`events`"
        assert [column.kind for column in warehouse.columns(relation)] == ["integer"]
        assert warehouse.query(f"select age from {relation}") == [(7,)]
    assert warehouse.relation("`example.com:lab`.ml.events") == "`example.com:lab`.`ml`.`events`"
    assert warehouse.relation("shop.ml.events") == "`ml`.`events`"
    with driftql.connect("bigquery://example.com:lab/ml") as lab:
        assert lab.query("select age from events") == [(7,)]


def test_a_dataset_that_is_closed_to_the_user(emulation: Emulation, warehouse: BigQueryWarehouse) -> None:
    emulation.closed.add("ml")
    with pytest.raises(
        driftql.WarehouseError,
        match=r"^the BigQuery dataset shop\.ml does not let this user do that: Access Denied: .*; grant the role, or",
    ):
        warehouse.relation("events")


def test_types_as_the_api_names_them(emulation: Emulation, warehouse: BigQueryWarehouse) -> None:
    types = {
        "INT64": "integer", "FLOAT64": "float", "NUMERIC(12, 2)": "decimal", "BIGNUMERIC": "decimal",
        "BOOL": "boolean", "STRING": "text", "TIMESTAMP": "timestamptz", "DATETIME": "timestamp", "DATE": "date",
        "ARRAY<FLOAT64>": "list", "ARRAY<STRING>": "other", "RECORD": "other", "JSON": "other",
        "BYTES": "other", "TIME": "other", "GEOGRAPHY": "other",
    }  # fmt: skip
    emulation.datasets["shop", "ml"]["wide"] = googlesql.Table([(f"c{n}", kind) for n, kind in enumerate(types)])
    assert [column.kind for column in warehouse.columns(warehouse.relation("wide"))] == list(types.values())


def test_a_view_has_no_blocks(emulation: Emulation, warehouse: BigQueryWarehouse) -> None:
    emulation.datasets["shop", "ml"]["seen"] = EMPTY
    emulation.views.add(("shop", "ml", "seen"))
    assert warehouse.has_blocks(warehouse.relation("events"))
    assert not warehouse.has_blocks(warehouse.relation("seen"))
