"""The page on the DuckDB shell: every query runs on the demo's flights and gives the table shown below it."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from driftql import demo
from driftql.sql.shell import shell_path

README = shell_path().with_name("README.md")


def as_table(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    rows = [["" if value is None else str(value) for value in row] for row in cursor.fetchall()]
    return "\n".join("| " + " | ".join(row) + " |" for row in [names, ["---"] * len(names), *rows])


def test_every_query_gives_what_is_shown() -> None:
    text = README.read_text(encoding="utf-8")
    queries = re.findall(r"^```sql\n(select .*?);\n```\n\n(\|.*?)\n\n", text, re.MULTILINE | re.DOTALL)
    assert len(queries) == 5
    with duckdb.connect() as connection:
        connection.execute(shell_path().read_text(encoding="utf-8"))
        connection.execute(f"create view flights as from '{Path(demo.__file__).parent / 'flights.parquet'}'")
        [views] = re.findall(r"^```sql\n(create temp view .*?)```", text, re.MULTILINE | re.DOTALL)
        connection.execute(views)
        for sql, shown in queries:
            assert as_table(connection, sql) == shown
        for name, view in (("february", "february"), ("july", "july")):
            connection.execute(f"create temp table {name}_rows as from {view}")
        [example] = re.findall(r"^    (from drift_check.*);$", text, re.MULTILINE)
        rows = connection.execute(re.sub(r"(\w+)\.parquet", r"\1_rows", example)).fetchall()
        assert len(rows) == 27


def test_it_names_every_parameter() -> None:
    text = README.read_text(encoding="utf-8")
    made = shell_path().read_text(encoding="utf-8")
    heads = re.findall(r"temp macro drift_\w+\((.*?)\) as table", made, re.DOTALL)
    assert len(heads) == 5
    for name in set(re.findall(r"(\w+) :=", " ".join(heads))):
        assert f"`{name}`" in text, name
