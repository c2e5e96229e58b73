"""Settings that are unknown, of the wrong type or out of range, at every level of ``driftql.toml``."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import driftql
from driftql.config import Config, HistoryConfig, MonitorConfig, QueueConfig, validate
from driftql.errors import ConfigError, QueueError, WarehouseError
from tests.support.refusals import refused


def load(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "driftql.toml"
    path.write_text(text, encoding="utf-8")
    return driftql.load_config(path)


@pytest.mark.parametrize(
    ("text", "key", "meant"),
    [
        ("[warehous]\n", "warehous", "warehouse"),
        ("[monitor.a]\n", "monitor", "monitors"),
        ("[warehouse]\nurll = 'x'\n", "warehouse.urll", "url"),
        ("[history]\nrecords = true\n", "history.records", "record"),
        ("[monitors.a]\ntabel = 'x'\n", "monitors.a.tabel", "table"),
        ("[monitors.a.colums]\nuser = 'x'\n", "monitors.a.colums", "columns"),
        ("[monitors.a.columns]\nlable = 'x'\n", "monitors.a.columns.lable", "label"),
        ("[monitors.a.reference]\nlasst = '7d'\n", "monitors.a.reference.lasst", "last"),
        ("[monitors.a.current]\nfilters = 'x'\n", "monitors.a.current.filters", "filter"),
        ("[monitors.a.thresholds]\npsi_bin = 3\n", "monitors.a.thresholds.psi_bin", "psi_bins"),
        ("[monitors.a.queue]\nlow_confidense = 0.1\n", "monitors.a.queue.low_confidense", "low_confidence"),
        ("[monitors.'a.b']\ntabel = 'x'\n", "monitors.a.b.tabel", "table"),
    ],
)
def test_an_unknown_key(tmp_path: Path, text: str, key: str, meant: str) -> None:
    with refused(ConfigError, str(tmp_path / "driftql.toml"), f"unknown key {key!r}", f"did you mean {meant!r}?"):
        load(tmp_path, text)


def test_an_unknown_key_unlike_any(tmp_path: Path) -> None:
    with refused(ConfigError, "unknown key 'monitors.a.thresholds.zzz'; there are: psi, psi_bins"):
        load(tmp_path, "[monitors.a.thresholds]\nzzz = 1\n")


def test_several_wrong_keys_are_told_together(tmp_path: Path) -> None:
    with refused(ConfigError, "'history.records'", "monitors.a.thresholds.psi:", "monitors.a.queue.limit:"):
        load(tmp_path, "[history]\nrecords=1\n[monitors.a]\nthresholds.psi=-1\nqueue.limit=0\n")


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        ("warehouse = 3", "warehouse", "should be a valid dictionary"),
        ("monitors = []", "monitors", "should be a valid dictionary"),
        ("monitors.a = 'x'", "monitors.a", "should be a valid dictionary"),
        ("warehouse.url = 3", "warehouse.url", "valid string"),
        ("warehouse.threads = 0", "warehouse.threads", "greater than or equal to 1"),
        ("warehouse.threads = 'many'", "warehouse.threads", "valid integer"),
        ("warehouse.memory_limit = 'lots'", "warehouse.memory_limit", "pattern"),
        ("history.record = 'perhaps'", "history.record", "valid boolean"),
        ("monitors.a.table = 3", "monitors.a.table", "valid string"),
        ("monitors.a.features = 'age'", "monitors.a.features", "auto"),
        ("monitors.a.features = [1]", "monitors.a.features", "string"),
        ("monitors.a.exclude = 'age'", "monitors.a.exclude", "valid list"),
        ("monitors.a.columns.label = ['x']", "monitors.a.columns.label", "valid string"),
        ("monitors.a.columns.probabilities = [1]", "monitors.a.columns.probabilities", "string"),
        ("monitors.a.thresholds.psi = -0.1", "monitors.a.thresholds.psi", "greater than or equal to 0"),
        ("monitors.a.thresholds.psi = 'x'", "monitors.a.thresholds.psi", "valid number"),
        ("monitors.a.thresholds.psi_bins = 1", "monitors.a.thresholds.psi_bins", "greater than or equal to 2"),
        ("monitors.a.thresholds.psi_bins = 2.5", "monitors.a.thresholds.psi_bins", "valid integer"),
        ("monitors.a.thresholds.alpha = 0", "monitors.a.thresholds.alpha", "greater than 0"),
        ("monitors.a.thresholds.alpha = 1", "monitors.a.thresholds.alpha", "less than 1"),
        ("monitors.a.thresholds.entropy_ratio = 0.5", "monitors.a.thresholds.entropy_ratio", "equal to 1"),
        ("monitors.a.thresholds.min_rows = 0", "monitors.a.thresholds.min_rows", "equal to 1"),
        ("monitors.a.queue.limit = 0", "monitors.a.queue.limit", "equal to 1"),
        ("monitors.a.queue.low_confidence = 55", "monitors.a.queue.low_confidence", "less than or equal to 1"),
        ("monitors.a.current.filter = ''", "monitors.a.current.filter", "at least 1 character"),
        ("monitors.a.current.last = 7", "monitors.a.current.last", "is not a time span"),
        ("monitors.a.current.start = true", "monitors.a.current.start", "is a number, not a date or time"),
        ("monitors.a.user_lookups = -1", "monitors.a.user_lookups", "equal to 0"),
    ],
)
def test_a_wrong_value(tmp_path: Path, text: str, key: str, told: str) -> None:
    with refused(ConfigError, f"driftql.toml: {key}: ", told):
        load(tmp_path, text)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_thresholds_that_no_number_passes(tmp_path: Path, value: str) -> None:
    """With such a threshold no alert could ever be raised, and nothing would tell."""
    with refused(ConfigError, "monitors.a.thresholds.psi"):
        load(tmp_path, f"monitors.a.thresholds.psi = {value}")


@pytest.mark.parametrize(
    "text", ["[warehouse", "a = ", "a = 1\na = 2\n", "\x00", "[monitors.a]\n[monitors.a]\n", "a = 'x\ny'"]
)
def test_text_that_is_no_toml(tmp_path: Path, text: str) -> None:
    with refused(ConfigError, str(tmp_path / "driftql.toml"), "is not valid TOML"):
        load(tmp_path, text)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "driftql.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with refused(ConfigError, str(path), "cannot be read"):
        driftql.load_config(path)


def test_no_settings_file(tmp_path: Path) -> None:
    with refused(ConfigError, str(tmp_path / "driftql.toml"), "'driftql init' writes one"):
        driftql.load_config(tmp_path / "driftql.toml")
    with refused(ConfigError, str(tmp_path), "cannot be read"):
        driftql.load_config(tmp_path)


def test_an_unknown_environment_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DRIFTQL_NO_SUCH", raising=False)
    with refused(ConfigError, "DRIFTQL_NO_SUCH is not set", "the connection needs it"):
        load(tmp_path, "warehouse.url = '${DRIFTQL_NO_SUCH}/a.duckdb'")


def test_an_unknown_monitor(tmp_path: Path) -> None:
    config = load(tmp_path, "[monitors.churn]\ntable='a'\n[monitors.fraud]\ntable='b'\n")
    with refused(ConfigError, "there is no monitor 'chrun'", "did you mean 'churn'?"):
        config.monitor("chrun")


def test_settings_that_the_database_refuses() -> None:
    with (
        refused(ConfigError, "DuckDB does not accept the setting"),
        driftql.connect(":memory:", memory_limit="1 parsec") as it,
    ):
        it.query("select 1")
    with refused(ConfigError, "1 to 512 threads, not 100000000"):
        driftql.connect(":memory:", threads=100_000_000).query("select 1")


def test_an_unknown_engine() -> None:
    from driftql.engines import engine_named

    with refused(ConfigError, "there is no engine 'snowflak'", "did you mean 'snowflake'?"):
        engine_named("snowflak")


def test_a_queue_table_with_other_columns(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table driftql_queue as select 1 as request_id, 2 as something")
    for call in (
        lambda: driftql.enqueue_low_confidence("predictions", threshold=1.0, queue_path=database),
        lambda: driftql.pending(database),
        lambda: driftql.mark_done(database, "00000000-0000-4000-8000-000000000000"),
    ):
        with refused(
            QueueError, "'driftql_queue'", str(database), "is not a labeling queue", "user_id", "another table"
        ):
            call()
    with duckdb.connect(str(database)) as connection:
        assert connection.execute("from driftql_queue").fetchall() == [(1, 2)]


def test_the_predictions_as_a_queue(database: Path) -> None:
    with refused(QueueError, "'predictions'", "is not a labeling queue"):
        driftql.pending(database, QueueConfig(table="predictions"))


@pytest.mark.parametrize("name", ["runs", "metrics", "telemetry"])
def test_a_history_table_with_other_columns(database: Path, name: str) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"create table driftql_{name} as select 1 as run_id")
    windows = {"reference": {"end": "2026-01-08"}, "current": {"start": "2026-01-08"}}
    monitor = validate(MonitorConfig, {"table": "predictions", "features": ["age"], **windows}, "here")
    with driftql.connect(database) as warehouse:
        report = driftql.run_monitor(monitor, warehouse)
        with refused(WarehouseError, f"'driftql_{name}'", "is not a history table", "monitor", "another prefix"):
            driftql.record_report(report, warehouse)
        driftql.record_report(report, warehouse, "other_")
    with duckdb.connect(str(database)) as connection:
        tables = [row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()]
        assert sorted(tables) == sorted(
            [f"driftql_{name}", "predictions", *(f"other_{n}" for n in ("runs", "metrics", "telemetry"))]
        )


def test_a_history_that_is_not_there(database: Path) -> None:
    with driftql.connect(database) as warehouse:
        for call in (
            lambda: driftql.recent_runs(warehouse),
            lambda: driftql.metric_history(warehouse, metric="psi"),
        ):
            with refused(ConfigError, str(database), "no check has been recorded there yet", "record = true"):
                call()
    assert HistoryConfig().record is False


@pytest.mark.parametrize("request_id", ["", "1", "not-an-id", "'; drop table driftql_queue; --"])
def test_ids_that_are_none(database: Path, request_id: str) -> None:
    driftql.enqueue_low_confidence("predictions", threshold=0.4, queue_path=database)
    with refused(
        ConfigError, repr(request_id), "is neither a request's id nor that of a pending row", "driftql queue list"
    ):
        driftql.mark_done(database, request_id)


def test_requests_that_are_not_there(database: Path) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    with refused(QueueError, "there is no queue 'driftql_queue'"):
        driftql.mark_done(database, unknown)
    driftql.enqueue_low_confidence("predictions", threshold=0.4, queue_path=database)
    with refused(QueueError, f"no pending request has the id {unknown}"):
        driftql.mark_done(database, unknown)
    with refused(ConfigError, "'labeled' or 'skipped', not 'done'"):
        driftql.mark_done(database, unknown, status="done")  # type: ignore[arg-type]  # the wrong type is the point
