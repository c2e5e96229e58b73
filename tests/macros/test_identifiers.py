"""Python, the dbt package and the DuckDB shell take the same names for those of identifiers."""

from __future__ import annotations

import duckdb
import pytest

from driftql.check.columns import looks_like_identifier
from driftql.sql.render import sql_folder
from tests.support.dbt_host import macro

NAMES = {
    True: [
        "id", "ID", "uuid", "rowid", "order_id", "ORDER_ID", "_id", "orderId", "Id", "index", "level_0", "level_12",
        "Unnamed: 0", "Unnamed: 12", "__index_level_0__",
    ],
    False: [
        "", "paid", "idle", "order_ids", "ids", "index_fund", "level", "level_", "level_one", "water_level_1", "unnamed",
        "Unnamed: x", "index_level_0", "id\n", "order_id ", "größe",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), [(name, is_one) for is_one, names in NAMES.items() for name in names])
def test_every_host_knows_the_same_names(name: str, expected: bool) -> None:
    script = (sql_folder() / "duckdb" / "driftql.sql").read_text(encoding="utf-8")
    start = script.index("create or replace temp macro driftql_is_identifier")
    with duckdb.connect() as connection:
        connection.execute(script[start : script.index(";", start)])
        in_shell = connection.execute("select driftql_is_identifier($1)", [name]).fetchone()
    assert in_shell == (expected,)
    assert looks_like_identifier(name) is expected
    assert macro("duckdb", "_is_identifier")(name) is expected
