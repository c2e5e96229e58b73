"""A password in a connection never gets out: not in an error, a report, a repr, a log or a trace."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

import pytest

import driftql
from driftql.config import Config, WarehouseConfig, json_schema, validate

SECRET = "s3cr3t"
URLS = (
    f"postgresql://user:{SECRET}@host/db",
    f"POSTGRES://user:{SECRET}@host:5432/db?sslmode=require",
    f"mysql+pymysql://user:{SECRET}@host/db",
    f"snowflake://user:{SECRET}@account/db",
    f"jdbc:postgresql://user:{SECRET}@host/db",
    f"duckdb://user:{SECRET}@host/db",
    f"postgresql:user:{SECRET}@host/db",
    f"host=h user=u password={SECRET} dbname=d",
    f"md:flights?motherduck_token={SECRET}",
)


@pytest.mark.parametrize("url", URLS)
def test_errors_of_a_connection(url: str) -> None:
    for call in (
        lambda: driftql.connect(url),
        lambda: driftql.run_drift_check("a", "b", warehouse=url),
        lambda: driftql.pending(url),
        lambda: driftql.enqueue_low_confidence("predictions", warehouse=url),
    ):
        with pytest.raises(driftql.DriftqlError) as caught:
            call()
        assert SECRET not in str(caught.value)
        assert SECRET not in repr(caught.value)


@pytest.mark.parametrize("url", URLS)
def test_settings_hide_it(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIFTQL_TEST_URL", url)
    path = tmp_path / "driftql.toml"
    path.write_text('[warehouse]\nurl = "${DRIFTQL_TEST_URL}"\n[monitors.a]\ntable = "a"\n', encoding="utf-8")
    config = driftql.load_config(path)
    assert config.warehouse.url.get_secret_value() == url
    for shown in (
        repr(config),
        str(config),
        config.model_dump_json(),
        repr(config.model_dump()),
        f"{config.warehouse}",
    ):
        assert SECRET not in shown


def test_errors_of_settings_hide_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIFTQL_TEST_URL", URLS[0])
    path = tmp_path / "driftql.toml"
    for text in (
        f'[warehouse]\nurl = "{URLS[0]}"\nurll = "{URLS[0]}"\n',
        f'[warehouse]\nurl = ["{URLS[0]}"]\n',
        f'[warehouse]\nurl = "{URLS[0]}"\nthreads = "{SECRET}"\n',
        '[warehouse]\nurl = "${DRIFTQL_TEST_URL}${DRIFTQL_NO_SUCH}"\n',
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(driftql.ConfigError) as caught:
            driftql.load_config(path)
        assert SECRET not in str(caught.value)
        assert "user:" not in str(caught.value)


def test_reports_and_logs_hide_it(
    database: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The path of the database is a secret here: no report, log line or printed word repeats it."""
    home = database.parent / SECRET
    home.mkdir()
    moved = database.rename(home / "own.duckdb")
    with caplog.at_level(logging.DEBUG):
        report = driftql.run_drift_check("predictions", "predictions", warehouse=moved, features=["age"])
    assert SECRET not in report.model_dump_json()
    assert SECRET not in repr(report)
    assert SECRET not in caplog.text
    out, err = capfd.readouterr()
    assert SECRET not in out + err


def test_traces_hide_it() -> None:
    """Even a trace that a program prints with all causes holds no password of ours."""
    with pytest.raises(driftql.DriftqlError) as caught:
        driftql.connect(URLS[0])
    assert caught.value.__cause__ is None
    assert SECRET not in "".join(traceback.format_exception_only(caught.value))


def test_the_schema_has_no_example_of_a_password() -> None:
    assert json_schema()["$defs"]["WarehouseConfig"]["properties"]["url"]["format"] == "password"
    assert SECRET not in repr(WarehouseConfig.model_validate({"url": SECRET}))
    assert isinstance(validate(Config, {"warehouse": {"url": SECRET}}, "x"), Config)
