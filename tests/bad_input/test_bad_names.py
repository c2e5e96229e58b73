"""Files, tables and columns that are not there or not of the right kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

import driftql
from driftql.config import MonitorConfig
from driftql.errors import ConfigError, SourceError, WarehouseError
from tests.support.refusals import refused

NEW_AND_OLD = {"reference": {"end": "2026-01-08"}, "current": {"start": "2026-01-08"}}


def check(database: Path, **settings: Any) -> driftql.DriftReport:
    monitor = MonitorConfig.model_validate({"table": "predictions", **NEW_AND_OLD, **settings})
    with driftql.connect(database) as warehouse:
        return driftql.run_monitor(monitor, warehouse)


def test_the_table_itself_is_fine(database: Path) -> None:
    report = check(database)
    assert report.alerts
    assert [result.feature for result in report.feature_report.results] == [
        "confidence", "p_a", "p_b", "p_unknown", "age", "income",
    ]  # fmt: skip


def test_no_such_database(tmp_path: Path) -> None:
    with refused(SourceError, "no database file", "missing.duckdb"):
        driftql.run_drift_check("a", "b", warehouse=tmp_path / "missing.duckdb")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["missing.parquet", "missing.csv", "missing_*.parquet", "folder/missing.json"])
def test_no_such_file(tmp_path: Path, name: str) -> None:
    with refused(SourceError, "there is no file", name):
        driftql.run_drift_check(tmp_path / name, tmp_path / name)


def test_near_miss_of_a_table(database: Path) -> None:
    with refused(SourceError, "no table 'prediction'", str(database), "did you mean 'predictions'?"):
        check(database, table="prediction")


def test_no_table_alike(database: Path) -> None:
    with refused(SourceError, "no table 'zzz'", "there are: predictions"):
        check(database, table="zzz")


def test_database_without_tables(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    with refused(SourceError, "no table 'predictions'", "holds no tables"):
        check(tmp_path / "empty.duckdb")


def test_no_table_is_named(database: Path) -> None:
    with refused(ConfigError, "no table or file is named for the reference window"):
        check(database, table=None)


def test_a_table_without_a_database() -> None:
    with refused(SourceError, "no table 'predictions'", "--db"):
        driftql.run_drift_check("predictions", "predictions")


@pytest.mark.parametrize(
    ("role", "name", "meant"),
    [
        ("user", "user_ids", "user_id"),
        ("bucket_start", "bucket_start", "bucket_start_ts"),
        ("bucket_end", "bucket_ends_ts", "bucket_end_ts"),
        ("label", "predicted_lable", "predicted_label"),
        ("confidence", "confidnce", "confidence"),
        ("schema_version", "nots", "note"),
    ],
)
def test_near_miss_of_a_role(database: Path, role: str, name: str, meant: str) -> None:
    with refused(SourceError, f"predictions has no column {name!r}", role, f"did you mean {meant!r}?"):
        check(database, columns={role: name})


def test_near_miss_of_a_feature(database: Path) -> None:
    with refused(SourceError, "predictions has no column 'agee' for a feature", "did you mean 'age'?"):
        check(database, features=["agee"])


def test_a_column_that_only_one_table_has(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table fewer as select * exclude (age) from predictions")
    with refused(SourceError, "fewer has no column 'age' for a feature"):
        check(database, reference={"table": "fewer"}, features=["age"])
    # The reference has it, so the name is right: the column has vanished.
    for features in ("auto", ["age"]):
        report = check(database, current={"table": "fewer"}, reference={}, features=features)
        assert [(item.check, item.feature, item.reason) for item in report.not_computed] == [
            (check, "age", "fewer has no column of this name") for check in ("feature_psi", "feature_ks")
        ]


def test_a_list_column_as_a_feature(database: Path) -> None:
    with refused(SourceError, "'probs' of predictions is DOUBLE[]", "a feature is a number"):
        check(database, features=["probs"])


@pytest.mark.parametrize(("column", "kind"), [("age", "DOUBLE"), ("order_id", "BIGINT"), ("probs", "DOUBLE[]")])
@pytest.mark.parametrize("role", ["bucket_start", "bucket_end"])
def test_a_time_column_of_another_type(database: Path, role: str, column: str, kind: str) -> None:
    with refused(SourceError, f"'{column}' of predictions is {kind}", f"'{role}' needs a timestamp", "view"):
        check(database, columns={role: column})


def test_a_time_column_of_text_that_is_no_time(database: Path) -> None:
    with refused(WarehouseError, str(database), "note 0", "ISO text", "view"):
        check(database, columns={"bucket_start": "note"})


def test_a_time_column_of_iso_text(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create table spelled as select * replace (cast(bucket_start_ts as varchar) as bucket_start_ts) "
            "from predictions"
        )
    assert check(database, table="spelled").current.rows == check(database).current.rows


def test_confidence_of_text(database: Path) -> None:
    with refused(SourceError, "'note' of predictions is VARCHAR", "a confidence is a number"):
        check(database, columns={"confidence": "note"})


@pytest.mark.parametrize("names", [["probs", "p_a"], ["p_a", "probs"], ["probs", "note"]])
def test_probabilities_that_mix_a_list_and_numbers(database: Path, names: list[str]) -> None:
    with refused(SourceError, "either one list column or one number column per class", "'probs' is a list"):
        check(database, columns={"probabilities": names})


@pytest.mark.parametrize(("name", "kind"), [("note", "VARCHAR"), ("bucket_start_ts", "TIMESTAMP")])
def test_probabilities_that_are_no_numbers(database: Path, name: str, kind: str) -> None:
    with refused(SourceError, f"{name!r} of predictions is {kind}", "a probability is a number"):
        check(database, columns={"probabilities": ["p_a", name]})


def test_a_glob_that_matches_nothing(database: Path) -> None:
    with refused(SourceError, "no column 'class_*' for the role 'probabilities'", "there are: user_id"):
        check(database, columns={"probabilities": "class_*"})


def test_probabilities_outside_their_range_are_counted(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("update predictions set p_a = 1.5 where order_id in (0, 1, 2)")
        connection.execute("update predictions set p_b = -0.25 where order_id = 1399")
        connection.execute("update predictions set p_a = p_a / 2 where order_id between 800 and 809")
        connection.execute("update predictions set p_unknown = null where order_id between 900 and 904")
        sums = connection.execute(
            "select count(*) from predictions where abs(p_a + p_b + p_unknown - 1) > 0.01 "
            "group by bucket_start_ts >= '2026-01-08' order by bucket_start_ts >= '2026-01-08'"
        ).fetchall()
    report = check(database, columns={"probabilities": ["p_a", "p_b", "p_unknown"]})
    entropy = report.entropy_drift
    assert entropy is not None
    assert (entropy.ref_out_of_range, entropy.cur_out_of_range) == (3, 1)
    assert (entropy.ref_incomplete, entropy.cur_incomplete) == (0, 5)
    assert (entropy.ref_not_normalized, entropy.cur_not_normalized) == (sums[0][0], sums[1][0])
    assert any("3 reference rows have a probability outside [0, 1]" in warning for warning in report.warnings)
    assert any("do not sum to 1" in warning for warning in report.warnings)


def test_a_column_of_labels_with_too_many_values(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table twice as from predictions union all by name from predictions")
        connection.execute("update twice set order_id = rowid")
    report = check(database, table="twice", columns={"label": "order_id"})
    reasons = {item.check: item.reason for item in report.not_computed}
    assert set(reasons) == {"reject_rate_increase", "class_shift", "entropy_spike"}
    assert all("'order_id' has over a thousand different values" in reason for reason in reasons.values())


def test_a_table_with_nothing_to_check(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table bare as select bucket_start_ts, note from predictions")
    report = check(database, table="bare")
    assert not report.alerts
    assert "Nothing could be compared" in report.summary
    assert "no numeric column" in report.not_computed[0].reason


def test_names_that_no_column_can_have(database: Path) -> None:
    with refused(SourceError, "no column"):
        check(database, features=["age\0"])
    with refused(SourceError, "no table"):
        check(database, table="predictions\0")


@pytest.mark.parametrize(
    "name", ["predictions; drop table predictions", "(select 1)", 'x" union select 1 --', "a.b.c.d"]
)
def test_a_table_name_that_is_sql(database: Path, name: str) -> None:
    with refused(SourceError, "there is no table"):
        check(database, table=name)
    assert check(database).alerts
