"""The DuckDB shell says what it does not look at, refuses what is misspelt, and reads files as `driftql check` does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from driftql.sql.shell import shell_path
from tests.shell.test_shell import rows_of
from tests.support import reference

HALVES = "create or replace table halves as select if(i = 3, null, (i % 2)::double) as predicted_label, i as x from range(400) as t(i)"


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("shell"))
    with duckdb.connect() as opened:
        opened.execute(shell_path().read_text(encoding="utf-8"))
        opened.execute(
            "create table before as select i::double as x, i % 7 as steps, i as order_id, 'n' as note, date '2026-01-01' as day, "
            "if(i % 2 = 0, 'a', 'Mixed/Unknown') as predicted_label, [0.5, 0.5] as probs, 'high' as confidence "
            "from range(400) as numbers(i)"
        )
        opened.execute("create table after as select *, order_id as fresh from before")
        opened.execute("create table texts as select * replace (x::varchar as x) from before")
        opened.execute("create table bare as select x, steps from before")
        yield opened
    os.chdir(before)


def reasons(connection: duckdb.DuckDBPyConnection, call: str, *, computed: bool) -> dict[tuple[str, str | None], str]:
    """Return the reason of every row that is not computed, or of those that say what was not looked at."""
    rows = rows_of(connection, f"from {call}")
    return {
        (row["check_name"], row["feature"]): row["reason"]
        for row in rows
        if (row["check_name"].endswith("left_out") if computed else row["is_flagged"] is None)
    }


def test_columns_are_named_with_the_reason(connection: duckdb.DuckDBPyConnection) -> None:
    found = reasons(connection, "drift_check('before', 'after')", computed=True)
    assert found == {
        ("columns_left_out", "order_id"): "an identifier, by its name",
        ("columns_left_out", "note"): "VARCHAR: text is not compared here; `driftql check` compares it",
        ("columns_left_out", "day"): "DATE: a time is not a feature",
        ("columns_left_out", "confidence"): "VARCHAR: a confidence is a number",
        ("columns_left_out", "probs"): "of a list of probabilities, only the entropy is compared",
        ("columns_left_out", "fresh"): "only in the current window",
    }
    assert reasons(connection, "drift_check('before', 'after')", computed=False) == {}
    found = reasons(connection, "drift_check('before', 'after', features := ['x'])", computed=True)
    # Who names features asks for no others.
    assert found == {("columns_left_out", "probs"): "of a list of probabilities, only the entropy is compared"}


@pytest.mark.parametrize("tables", ["'before', 'texts'", "'texts', 'before'"])
def test_text_in_one_table_is_not_computed(connection: duckdb.DuckDBPyConnection, tables: str) -> None:
    found = reasons(connection, f"drift_check({tables})", computed=False)
    reason = "it is VARCHAR in texts, not a number"
    assert found == {("feature_psi", "x"): reason, ("feature_ks", "x"): reason}


@pytest.mark.parametrize("tables", ["'before', 'bare'", "'bare', 'before'"])
def test_a_label_and_probabilities_of_one_table_are_not_computed(
    connection: duckdb.DuckDBPyConnection, tables: str
) -> None:
    found = reasons(connection, f"drift_check({tables})", computed=False)
    label = "bare has no column 'predicted_label'"
    assert found == {
        ("reject_rate_increase", None): label,
        ("class_shift", None): label,
        ("entropy_spike", None): "probs of before are class probabilities, but bare has no probs",
    }
    labels = {row["check_name"]: row["reason"] for row in rows_of(connection, f"from drift_labels({tables})")}
    assert labels == {check: reason for (check, _), reason in found.items()}


WRONG = [
    ("drift_features('before', 'after', features := ['xx'])", "before has no column 'xx' for a feature; did you mean 'x'?"),
    ("drift_check('before', 'after', features := ['x', 'order_i'])", "'order_i' for a feature; did you mean 'order_id'?"),
    ("drift_check('before', 'after', features := ['note'])", "the feature 'note' of before is VARCHAR; a feature is a number"),
    ("drift_check('before', 'after', exclude := ['stepz'])", "neither before nor after has a column 'stepz' to exclude; did you mean 'steps'?"),
    ("drift_check('before', 'after', label := 'predicted_labl')", "before has no column 'predicted_labl' for the parameter label; did you mean 'predicted_label'?"),
    ("drift_labels('before', 'bare', label := 'Predicted_Label2')", "before has no column 'Predicted_Label2' for the parameter label"),
    ("drift_classes('before', 'after', label := 'x''y')", "before has no column 'x'y' for the parameter label"),
    ("drift_classes('bare', 'bare')", "bare and bare have no column 'predicted_label'; name the label with label := ..."),
    ("drift_labels('before', 'after', probabilities := ['p_*'])", "before has no column 'p_*' for the parameter probabilities"),
    ("drift_check('before', 'after', features := 'xx')", "before has no column 'xx' for a feature; did you mean 'x'?"),
    ("drift_labels('before', 'after', probabilities := ['note'])", "the column 'note' is VARCHAR in before and VARCHAR in after; class probabilities are numbers"),
    ("drift_bins('before', 'after', 'xx')", "before has no column 'xx' for a feature; did you mean 'x'?"),
    ("drift_bins('before', 'texts', 'x')", "the feature 'x': it is VARCHAR in texts, not a number"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "told"), WRONG, ids=[call for call, _ in WRONG])
def test_what_is_misspelt_is_one_sentence(connection: duckdb.DuckDBPyConnection, call: str, told: str) -> None:
    with pytest.raises(duckdb.InvalidInputException) as caught:
        connection.execute(f"from {call}").fetchall()
    assert told in str(caught.value)
    assert len(str(caught.value)) < 160


def test_one_name_needs_no_list(connection: duckdb.DuckDBPyConnection) -> None:
    for argument in ("features := 'x'", "exclude := 'steps'", "features := ['X']"):
        rows = rows_of(connection, f"from drift_features('before', 'after', {argument})")
        assert [row["feature"] for row in rows] == ["x"]


def test_columns_without_a_name_are_left_out(connection: duckdb.DuckDBPyConnection) -> None:
    """As `to_csv` of pandas writes its index; a file without a header has no names at all, and is checked."""
    for name, start in (("index_1.csv", 0), ("index_2.csv", 300)):
        lines = [f"{start + i},{i % 7},{i % 5}" for i in range(300)]
        Path(name).write_text("\n".join([",z,", *lines]) + "\n", encoding="utf-8")
        Path(f"bare_{name}").write_text("\n".join(lines) + "\n", encoding="utf-8")
    call = "drift_check('index_1.csv', 'index_2.csv')"
    assert reasons(connection, call, computed=True) == {
        ("columns_left_out", "column0"): "it has no name in the file",
        ("columns_left_out", "column2"): "it has no name in the file",
    }
    assert {row["feature"] for row in rows_of(connection, f"from {call}") if row["effect"] is not None} == {"z"}
    named = rows_of(connection, f"from {call[:-1]}, features := 'column0')")
    assert {row["check_name"]: row["effect"] for row in named}["feature_ks"] == 1
    bare = rows_of(connection, "from drift_features('bare_index_1.csv', 'bare_index_2.csv')")
    assert [row["feature"] for row in bare] == ["column0", "column1", "column2"]


def test_labels_are_compared_by_value(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create or replace table whole as select i % 2 as predicted_label, i as x from range(400) as t(i)"
    )
    connection.execute(HALVES)
    classes = rows_of(connection, "from drift_classes('whole', 'halves')")
    assert {(row["class_name"], row["ref_count"], row["cur_count"]) for row in classes} == {
        ("0", 200, 200), ("1", 200, 199), (None, 0, 1),
    }  # fmt: skip
    for reject in ("1", "1.0"):
        labels = rows_of(connection, f"from drift_labels('whole', 'halves', reject_label := '{reject}')")
        [row] = [row for row in labels if row["check_name"] == "reject_rate_increase"]
        assert (row["ref_value"], row["cur_value"]) == (0.5, 199 / 399)


def test_a_reject_label_that_no_row_has_is_said(connection: duckdb.DuckDBPyConnection) -> None:
    found = reasons(connection, "drift_check('before', 'after', reject_label := 'Unknwon')", computed=False)
    assert found == {("reject_rate_increase", None): "no row of either window has the label Unknwon"}
    connection.execute(HALVES)
    rows = rows_of(connection, "from drift_check('halves', 'halves')")
    [row] = [row for row in rows if row["check_name"] == "reject_rate_increase"]
    assert row["is_flagged"] is False
    assert row["reason"].startswith("no row of either window has the label Mixed/Unknown; where the model declines")


def test_missing_labels_and_values_are_said(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create or replace table gappy as select if(i % 10 < 7, null, x) as x, if(i % 10 < 6, null, predicted_label) as predicted_label "
        "from before positional join range(400) as numbers(i)"
    )
    found = reasons(connection, "drift_check('before', 'gappy', features := ['x'])", computed=True)
    assert found == {
        ("rows_left_out", "x"): "the reference window has 400 finite values in 400 rows, the current window 120 in 400",
        ("rows_left_out", None): "the reference window has 400 labeled rows in 400 rows, the current window 160 in 400",
    }


def test_files_of_one_pattern_are_read_by_the_names_of_their_columns(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("copy (select i::int as v from range(100) as t(i)) to 'glob_1.parquet'")
    connection.execute(
        "copy (select i / 3.0::double as v, i::double as extra from range(100) as t(i)) to 'glob_2.parquet'"
    )
    connection.execute(
        "copy (select i / 3.0::double as v, i::double as extra from range(200) as t(i)) to 'now.parquet'"
    )
    found = {row["feature"]: row for row in rows_of(connection, "from drift_features('glob_*.parquet', 'now.parquet')")}
    ref, cur = np.concatenate([np.arange(100), np.arange(100) / 3]), np.arange(200) / 3
    edges = reference.edges_of(ref)
    psi = reference.psi_of(reference.binned(ref, edges), reference.binned(cur, edges))
    assert found["v"]["psi"] == pytest.approx(psi, rel=1e-12)
    assert found["v"]["ks_statistic"] == pytest.approx(reference.ks_of(ref, cur)[0], rel=1e-12)
    assert (found["extra"]["ref_rows"], found["extra"]["ref_missing"]) == (100, 100)


def csv(name: str, lines: list[str]) -> None:
    Path(name).write_text("z,k\n" + "\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("marker", ["NA", "N/A", "NULL", "null", "None", "#N/A", ""])
def test_markers_in_a_csv_file_are_missing_values(connection: duckdb.DuckDBPyConnection, marker: str) -> None:
    csv("marked.csv", [f"{marker if i % 3 == 0 else i},{i}" for i in range(300)])
    csv("plain.csv", [f"{i},{i}" for i in range(300)])
    rows = rows_of(connection, "from drift_features('marked.csv', 'plain.csv')")
    assert [(row["feature"], row["ref_rows"], row["ref_missing"]) for row in rows] == [("z", 200, 100), ("k", 300, 0)]


def test_a_csv_file_with_uneven_lines_is_refused(connection: duckdb.DuckDBPyConnection) -> None:
    csv("uneven.csv", [f"{i},{i}" + (",9" if i >= 900 else "") for i in range(1000)])
    csv("even.csv", [f"{i},{i}" for i in range(1000)])
    for tables in ("'uneven.csv', 'even.csv'", "'even.csv', 'uneven.csv'"):
        with pytest.raises(duckdb.Error) as caught:
            connection.execute(f"from drift_check({tables})").fetchall()
        assert (
            "uneven.csv: whole lines were read as one column, because not all have as many fields as the first"
            in str(caught.value)
        )


def test_numbers_with_a_decimal_comma_are_named_as_text(connection: duckdb.DuckDBPyConnection) -> None:
    for name in ("comma_1.csv", "comma_2.csv"):
        Path(name).write_text("u;a\n" + "\n".join(f"{i},5;{i},25" for i in range(100)) + "\n", encoding="utf-8")
    found = reasons(connection, "drift_check('comma_1.csv', 'comma_2.csv')", computed=True)
    assert found == {
        ("columns_left_out", name): "VARCHAR: text is not compared here; `driftql check` compares it"
        for name in ("u", "a")
    }


def test_odd_names_of_files_and_columns(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        'create or replace table odd as select i as "it\'s", i as "dou""ble", i as "a b" from range(100) as t(i)'
    )
    connection.execute("copy odd to 'it''s.parquet'")
    rows: list[dict[str, Any]] = rows_of(connection, "from drift_features('odd', 'it''s.parquet')")
    assert [row["feature"] for row in rows] == ["it's", 'dou"ble', "a b"]
    assert all(row["psi"] == 0 for row in rows)
