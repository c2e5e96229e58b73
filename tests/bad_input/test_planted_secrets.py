"""A secret is planted in every place where a person can type or paste one, and looked for in all that comes out."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

import driftql
from driftql.cli.app import app
from driftql.config import MonitorConfig, QueueConfig, Roles, WindowConfig, validate
from driftql.display import hidden, redact, secrets_in, shown
from driftql.warehouse import connect
from tests.support.each import each, named

PLAIN = "s3cr3t-Zq7"
# The parts by which a piece of it would be recognised.
NASTY = "Zq7x@Kp4y/Wm9z:Rt2v%Hn5u?Lb8w#Gd3s Fc6r"
PARTS = ("Zq7x", "Kp4y", "Wm9z", "Rt2v", "Hn5u", "Lb8w", "Gd3s", "Fc6r", "s3cr3t")

# What people paste, per engine and driver; {} is the secret.
ADDRESSES = (
    "postgresql://ann:{}@db.example/shop",
    "postgresql+psycopg://ann:{}@db.example:5432/shop?sslmode=require",
    "postgresql://db.example/shop?user=ann&password={}",
    "POSTGRES://ann:{}@db.example/shop",
    "redshift+redshift_connector://ann:{}@db.example:5439/shop",
    "snowflake://ann:{}@account/db/schema?warehouse=w&role=r",
    "snowflake://ann@account/db?private_key={}",
    "snowflake://ann@account/db?private_key_passphrase={}&private_key_path=key.p8",
    "snowflake://ann@account/db?authenticator=oauth&token={}",
    "bigquery://project/dataset?credentials_base64={}",
    "databricks://token:{}@host?http_path=/sql&catalog=c",
    "databricks://host?http_path=/sql&access_token={}",
    "trino://ann:{}@db.example:8443/catalog/schema",
    "trino://ann@db.example/catalog?access_token={}",
    "clickhousedb://ann:{}@db.example:8443/shop",
    "clickhousedb://db.example/shop?password={}",
    "mysql+pymysql://ann:{}@db.example/shop",
    "md:shop?motherduck_token={}",
    "host=db.example user=ann password='{}' dbname=shop",
    "dbname=shop password={}",
    "jdbc:postgresql://db.example/shop?user=ann&password={}",
    "jdbc:postgresql://ann:{}@db.example/shop",
    "jdbc:sqlserver://db.example;user=ann;password={};encrypt=true",
    "jdbc:oracle:thin:ann/{}@db.example:1521:shop",
    "https://ann:{}@files.example/rows.parquet",
    "s3://bucket/rows.parquet?s3_access_key_id=AK&s3_secret_access_key={}",
)
PLANTED = [address.format(secret) for address in ADDRESSES for secret in (PLAIN, NASTY)]


def assert_hidden(*texts: object) -> None:
    for text in texts:
        assert not [part for part in PARTS if part in str(text)], text


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def assert_raises_without_it(call: Callable[[], object]) -> str:
    with pytest.raises(driftql.DriftqlError) as caught:
        call()
    error = caught.value
    for link in chain(error):
        assert_hidden(link, repr(link), link.args, *traceback.format_exception_only(link))
    # The lines of the source are not printed: in a test, they hold the secret.
    assert_hidden(*(line for line in traceback.format_exception(error) if 'File "' not in line))
    return str(error)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "own.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select i::double z, 'a' note, i % 2 = 0 cur from range(400) r(i)")
    return path


@pytest.fixture
def here(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copy(template, "own.duckdb")
    for name in ("r", "c"):
        Path(f"{name}.csv").write_text("z\n" + "\n".join(str(i) for i in range(50)), encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments), prog_name="driftql")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


# --- the function itself ---------------------------------------------------------------------------------------------


@each(named(PLANTED))
def test_hidden_in_a_whole_text_and_in_sentences(address: str) -> None:
    assert_hidden(hidden(address), shown(address), redact(f"there is no table {address!r} in x; there are: a, b"))
    assert_hidden(redact(f"no such option: --{address}", secrets_in(address)))
    assert redact(redact(repr(address))) == redact(repr(address))


@pytest.mark.parametrize(
    "sentence",
    [
        "there is no table 'flights' in DuckDB in memory; did you mean 'flight'?",
        "write postgresql+psycopg://user:password@host/database, with special characters in percent-encoding",
        "databricks://token:TOKEN@HOST?http_path=PATH&catalog=CATALOG",
        'password authentication failed for user "ann"',
        "the filter (token_count > 5 and key = 'b') names a column",
        "there is no file s3://bucket/day=1/mail@home.parquet",
        "driftql's own file C:\\Users\\ann: it's there",
        "pass 2: counting values",
        "payload::jsonb @> '{\"a\": 1}'::jsonb",
        "12:30:00 to 13:00:00",
    ],
)
def test_ordinary_words_stay(sentence: str) -> None:
    assert redact(sentence) == sentence


# --- the command line ------------------------------------------------------------------------------------------------

PLACES: dict[str, Callable[[str], list[str]]] = {
    "source": lambda text: ["check", text],
    "source beside a database": lambda text: ["check", text, "--db", "own.duckdb"],
    "second source": lambda text: ["check", "r.csv", text],
    "both sources": lambda text: ["check", text, text],
    "--config": lambda text: ["check", "--config", text],
    "--config of init": lambda text: ["init", "r.csv", "--config", text],
    "table of init": lambda text: ["init", text, "--db", "own.duckdb"],
    "--output": lambda text: ["check", "r.csv", "c.csv", "--output", text],
    "--threads": lambda text: ["check", "r.csv", "c.csv", "--threads", text],
    "--memory-limit": lambda text: ["check", "r.csv", "c.csv", "--memory-limit", text],
    "--csv-option": lambda text: ["check", "r.csv", "c.csv", "--csv-option", text],
    "--fail-on": lambda text: ["check", "r.csv", "c.csv", "--fail-on", text],
    "--user": lambda text: ["check", "r.csv", "c.csv", "--user", text],
    "--label": lambda text: ["check", "r.csv", "c.csv", f"--label={text}"],
    "--time": lambda text: ["check", "r.csv", "c.csv", "--time", text],
    "--feature": lambda text: ["check", "r.csv", "c.csv", "-f", text],
    "--current": lambda text: ["check", "t", "--db", "own.duckdb", "--current", text],
    "--filter": lambda text: ["check", "t", "--db", "own.duckdb", "--filter", text],
    "--psi": lambda text: ["check", "r.csv", "c.csv", "--psi", text],
    "unknown option": lambda text: ["check", f"--{text}"],
    "unknown command": lambda text: [text],
    "third source": lambda text: ["check", "r.csv", "c.csv", text],
    "engine of sql": lambda text: ["sql", "t", "--engine", text],
    "table of sql": lambda text: ["sql", text, "--db", "own.duckdb"],
    "--query of sql": lambda text: ["sql", "r.csv", "--query", text],
    "queue table": lambda text: ["queue", "list", "--db", "own.duckdb", "--queue-table", text],
    "request": lambda text: ["queue", "done", text, "--db", "own.duckdb"],
    "--monitor of queue": lambda text: ["queue", "list", "--db", "own.duckdb", "--monitor", text],
    "history metric": lambda text: ["history", text, "--db", "own.duckdb"],
    "history monitor": lambda text: ["history", "--monitor", text, "--db", "own.duckdb"],
    "report run": lambda text: ["report", "--from-run", text, "--db", "own.duckdb"],
    "report prefix": lambda text: ["report", "--prefix", text, "--db", "own.duckdb"],
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("address", [PLANTED[0], *[one for one in PLANTED if NASTY in one and "password" in one][:3]])
def test_no_flag_repeats_it(
    place: str, address: str, here: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = {path.name for path in here.iterdir()}
    arguments = PLACES[place](address)
    monkeypatch.setattr(sys, "argv", ["driftql", *arguments])
    with caplog.at_level(logging.DEBUG):
        code, out, err = run(*arguments)
    assert code in (2, 3), out + err
    assert err.startswith("driftql: ")
    assert len(err.splitlines()) == 1
    assert_hidden(out, err, caplog.text)
    assert_hidden(*({path.name for path in here.rglob("*")} - before))


LOCAL = "localhost:1"
# The drivers of the others wait for a host on the network.
_OPENED = [one for one in PLANTED if not one.startswith(("snowflake", "databricks", "bigquery", "trino", "redshift"))]


@pytest.mark.parametrize("address", _OPENED)
def test_a_database_that_cannot_be_opened_does_not_repeat_it(address: str, here: Path) -> None:
    code, out, err = run(
        "check", "t", "--db", address.replace("db.example:", "localhost:").replace("db.example", LOCAL)
    )
    assert code in (2, 3)
    assert_hidden(out, err)


@pytest.mark.parametrize("place", ["source", "second source", "--config", "table of init", "--output"])
def test_a_url_in_the_wrong_place_is_told_where_it_belongs(place: str, here: Path) -> None:
    _, _, err = run(*PLACES[place](PLANTED[0]))
    assert "is the address of a database" in err
    assert "--db" in err


def test_a_misplaced_url_of_a_file_with_a_password_names_the_way(here: Path) -> None:
    _, _, err = run("check", f"https://ann:{PLAIN}@files.example/rows.parquet", "c.csv")
    assert "holds a password" in err
    assert "create persistent secret" in err


def test_what_to_type_next_does_not_repeat_it(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIFTQL_TEST", "own")
    code, out, _ = run(
        "check",
        "t",
        "--db",
        "${DRIFTQL_TEST}.duckdb",
        "--exclude",
        "cur",
        "--reference-filter",
        "not cur",
        "--current-filter",
        "cur",
    )
    assert code == 0
    assert "driftql init t --db" in out


def test_no_list_of_processes_shows_a_password_that_the_environment_holds(here: Path) -> None:
    """``--db`` takes ``${NAME}``, so that the arguments of the process need no password."""
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "driftql",
            "check",
            "t",
            "--db",
            "postgresql://ann:${DRIFTQL_TEST_PASSWORD}@localhost:1/x",
        ],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "DRIFTQL_TEST_PASSWORD": PLAIN},
        check=False,
    )
    assert ran.returncode == 3
    assert "cannot be reached" in ran.stderr
    assert_hidden(ran.stdout, ran.stderr, ran.args)


# --- the settings ----------------------------------------------------------------------------------------------------

KEYS = (
    "[warehouse]\nurl = {}\nthreads = {}",
    "[warehouse]\nthreads = {}",
    "[warehouse]\nmemory_limit = {}",
    "[warehouse]\nstatement_timeout = {}",
    "[warehouse]\n{} = 1",
    "[read]\ndecimal_separator = {}",
    "[read]\ntext_columns = {}",
    "[history]\nprefix = {}\n[monitors.a]\ntable = 't'",
    "[monitors.a]\ntable = {}",
    "[monitors.a]\ntable = 't'\nfeatures = [{}]",
    "[monitors.a]\ntable = 't'\nfeatures = {}",
    "[monitors.a]\ntable = 't'\n[monitors.a.columns]\nuser = {}",
    "[monitors.a]\ntable = 't'\n[monitors.a.columns]\nprobabilities = {}",
    "[monitors.a]\ntable = 't'\n[monitors.a.reference]\ntable = {}",
    "[monitors.a]\ntable = 't'\n[monitors.a.current]\nlast = {}",
    "[monitors.a]\ntable = 't'\n[monitors.a.current]\nstart = {}",
    "[monitors.a]\ntable = 't'\n[monitors.a.current]\nfilter = {}",
    "[monitors.a]\ntable = 't'\n[monitors.a.thresholds]\npsi = {}",
    "[monitors.a]\ntable = 't'\n[monitors.a.queue]\ntable = {}",
    "[monitors.a]\ntable = 't'\n{} = 1",
    "monitors = {}",
    "{} = 1",
    "[monitors.{}]\ntable = 'nowhere'",
)


@pytest.mark.parametrize("text", KEYS)
@pytest.mark.parametrize("address", [one for one in PLANTED if NASTY in one][::9])
def test_no_key_of_the_settings_repeats_it(text: str, address: str, here: Path) -> None:
    if "[warehouse]" not in text:
        text = f"[warehouse]\nurl = 'own.duckdb'\n{text}" if "[" in text else text
    Path("driftql.toml").write_text(text.replace("{}", json.dumps(address)), encoding="utf-8")
    code, out, err = run("check")
    assert code in (2, 3), out + err
    assert_hidden(out, err)


@pytest.mark.parametrize("address", PLANTED)
def test_a_variable_of_the_environment_is_not_repeated(
    address: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRIFTQL_TEST_TABLE", address)
    Path("driftql.toml").write_text("[warehouse]\nurl = '${DRIFTQL_TEST_TABLE}${NO_SUCH}'", encoding="utf-8")
    assert_hidden(assert_raises_without_it(lambda: driftql.load_config("driftql.toml")))
    Path("driftql.toml").write_text(f"[warehouse]\nurl = {json.dumps('${' + address + '}')}", encoding="utf-8")
    assert_hidden(assert_raises_without_it(lambda: driftql.load_config("driftql.toml")))


@each(named(PLANTED))
def test_settings_in_python_hide_it(address: str) -> None:
    assert_hidden(repr(Roles(user=address)), repr(WindowConfig(filter=f"a = '{address}'")), str(Roles(label=address)))
    for make in (
        lambda: WindowConfig(last=address),
        lambda: WindowConfig(start=address),
        lambda: QueueConfig(limit=address),
    ):
        with pytest.raises(Exception) as caught:  # noqa: PT011  # whatever kind it is, it must not hold the text
            make()
        assert_hidden(repr(caught.value), caught.value)


@pytest.mark.parametrize("name", ["init of a URL", "init of options"])
def test_the_written_settings_do_not_hold_it(name: str) -> None:
    from driftql.cli.init import _url_for

    typed, written, variables = {
        "init of a URL": (
            f"postgresql://ann:{PLAIN}@db.example/shop?sslmode=require",
            "postgresql://ann:${DRIFTQL_PASSWORD}@db.example/shop?sslmode=require",
            ["DRIFTQL_PASSWORD"],
        ),
        "init of options": (
            f"snowflake://ann:{PLAIN}@account/db?private_key_passphrase={PLAIN}&role=r",
            "snowflake://ann:${DRIFTQL_PASSWORD}@account/db?private_key_passphrase=${DRIFTQL_PRIVATE_KEY_PASSPHRASE}"
            "&role=r",
            ["DRIFTQL_PASSWORD", "DRIFTQL_PRIVATE_KEY_PASSPHRASE"],
        ),
    }[name]
    assert _url_for(typed, Path("driftql.toml")) == (written, variables)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:@db.example/shop",
        "postgresql://ann@db.example/shop",
        "postgresql://ann:${OWN}@db.example/shop",
    ],
)
def test_without_a_password_the_written_settings_ask_for_none(url: str) -> None:
    from driftql.cli.init import _url_for

    assert _url_for(url, Path("driftql.toml")) == (url, [])


# --- Python ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [one for one in PLANTED if not one.startswith(("s3:", "https:"))])
def test_arguments_of_functions_hide_it(address: str, here: Path) -> None:
    with connect("own.duckdb") as warehouse:
        calls: dict[str, Callable[[], Any]] = {
            "reference": lambda: driftql.run_drift_check(address, "t", warehouse=warehouse),
            "current": lambda: driftql.run_drift_check("t", address, warehouse=warehouse),
            "label": lambda: driftql.run_drift_check("t", "t", address, address, warehouse=warehouse),
            "columns": lambda: driftql.run_drift_check("t", "t", columns={"user": address}, warehouse=warehouse),
            "features": lambda: driftql.run_drift_check("t", "t", features=[address], warehouse=warehouse),
            "queue": lambda: driftql.pending(warehouse, address),
            "request": lambda: driftql.mark_done(warehouse, address),
            "relation": lambda: warehouse.relation(address),
            "query": lambda: warehouse.query(f"select no_such from t where note = '{address.replace(chr(39), '')}'"),
            "settings": lambda: driftql.load_config(address),
            "report": lambda: driftql.write_drift_report(_report(), address),
            "validate": lambda: validate(MonitorConfig, {"table": address, "exact": address}, "x"),
        }
        for name, call in calls.items():
            said = assert_raises_without_it(call)
            assert said, name


@pytest.mark.parametrize("wrap", [str, SecretStr, "sqlalchemy"])
def test_connections_in_every_form_hide_it(wrap: Any) -> None:
    url: Any = f"postgresql://ann:{PLAIN}@localhost:1/shop"
    if wrap == "sqlalchemy":
        import sqlalchemy

        url = sqlalchemy.make_url(url)
    elif wrap is SecretStr:
        url = SecretStr(url)
    said = assert_raises_without_it(lambda: connect(url))
    assert "the PostgreSQL database shop cannot be reached" in said


def test_a_driver_that_repeats_the_connection_text_is_cut_off() -> None:
    """The driver's own exception, with the password in it, hangs on no error of driftql."""
    for url in (f"postgresql://ann:{PLAIN}@localhost:1/shop", f"clickhousedb://ann:{PLAIN}@localhost:1/shop"):
        with pytest.raises(driftql.WarehouseError) as caught:
            connect(url)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None


def test_what_the_caller_was_handling_stays() -> None:
    try:
        raise KeyError("mine")
    except KeyError:
        with pytest.raises(driftql.ConfigError) as caught:
            connect("nosuch://ann:pw@h/db")
    assert isinstance(caught.value.__context__, KeyError)


# --- reports and history ---------------------------------------------------------------------------------------------


def _report() -> driftql.DriftReport:
    return driftql.run_drift_check({"z": range(30)}, {"z": range(30)})


@pytest.mark.parametrize("address", PLANTED[:6:2] + PLANTED[1:6:2])
def test_reports_and_history_hide_it(address: str, here: Path) -> None:
    """A condition may be made of anything, and a monitor be called anything: the report shows neither secret."""
    literal = "'" + address.replace("'", "''") + "'"
    settings = (
        "[warehouse]\nurl = 'own.duckdb'\n[history]\nrecord = true\n"
        f"[monitors.{json.dumps(address)}]\ntable = 't'\n"
        "exclude = ['cur']\n"
        f"reference.filter = {json.dumps(f'not cur and note <> {literal}')}\n"
        f"current.filter = {json.dumps(f'cur and note <> {literal}')}\n"
    )
    Path("driftql.toml").write_text(settings, encoding="utf-8")
    for flags in (["--json", "--output", "report.json"], []):
        code, out, err = run("check", *flags)
        assert code in (0, 1), err
        assert_hidden(out, err)
    assert_hidden(Path("report.json").read_text(encoding="utf-8"))
    with duckdb.connect("own.duckdb") as connection:
        for name in ("runs", "metrics", "telemetry"):
            rows = connection.execute(f"select * from driftql_{name}").fetchall()
            assert rows
            assert_hidden(rows)
    for arguments in (["history"], ["history", "--json"], ["report", "--json"], ["report"]):
        assert_hidden(*run(*arguments))


@pytest.mark.parametrize("address", PLANTED[:2])
def test_a_pattern_that_matches_nothing_and_the_name_of_another_file_hide_it(address: str, here: Path) -> None:
    """Both come after the check of what a user typed: a warning of the report, and a proposal for a name."""
    pattern = f"{address}*"
    code, out, err = run("check", "t", "--db", "own.duckdb", "--exclude", pattern, "--reference-filter", "not cur",
                         "--current-filter", "cur", "--record")  # fmt: skip
    assert "is to be excluded" in " ".join(out.split())
    assert_hidden(out, err)
    _, out, err = run("check", "t", "--db", "own.duckdb", "--exclude", pattern, "--reference-filter", "not cur",
                      "--current-filter", "cur", "--json", "--record", "--label", "note", "--reject-label", address)  # fmt: skip
    assert_hidden(out, err)
    with duckdb.connect("own.duckdb") as connection:
        assert_hidden(connection.execute("from driftql_runs").fetchall())
    Path("driftql.toml").touch()
    code, out, err = run("init", f"dbname=shop password='{PLAIN}'", "--db", "own.duckdb")
    assert code == 2
    assert "already exists" in err
    assert_hidden(out, err)
