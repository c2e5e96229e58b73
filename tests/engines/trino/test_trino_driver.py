"""The driver of Trino and its dialect of SQLAlchemy, on a coordinator that is emulated: what arrives, and what comes of it."""

from __future__ import annotations

import datetime as dt
import ipaddress
import signal
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

import driftql
from driftql import MonitorConfig
from driftql.check.explain import explain_monitor
from driftql.version import __version__
from tests.stand_ins import trino as trino_stand_in
from tests.stand_ins.trino import Coordinator, Statement
from tests.support.children import environment, python

LABEL = "the Trino database memory/main"
HALVES = {"reference": {"filter": "age < 30"}, "current": {"filter": "age >= 30"}}
MONITOR = MonitorConfig.model_validate({"table": "events", "features": ["age"], **HALVES})


def last(coordinator: Coordinator, part: str) -> Statement:
    """Return the newest statement that holds a text; it is waited for."""
    while True:
        found = [one for one in coordinator.statements if part in one.sql]
        if found:
            return found[-1]
        threading.Event().wait(0.01)


def raised(work: Any) -> tuple[threading.Thread, list[BaseException]]:
    """Run something in a thread; what it raises goes into the list."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, errors


def raw(coordinator: Coordinator) -> Any:
    """Return a connection of the driver's, as a program would open it."""
    import trino.dbapi

    return trino.dbapi.connect(
        host="127.0.0.1", port=coordinator.port, user="ann", catalog="memory", schema="main", timezone="Asia/Tokyo"
    )


# --- what arrives ------------------------------------------------------------------------------------------------------


def test_who_asks_stands_before_every_statement(coordinator: Coordinator) -> None:
    with driftql.connect(coordinator.url) as warehouse:
        before = len(coordinator.statements)
        report = driftql.run_monitor(MONITOR, warehouse, name="churn")
    mine = coordinator.statements[before:]
    assert len(mine) >= len(report.statements) > 0
    comment = f"/* driftql {__version__} monitor=churn run={report.run_id} */\n"
    assert all(one.sql.startswith(comment) for one in mine), [one.sql[:80] for one in mine]
    assert {one.headers["x-trino-user"] for one in mine} == {"ann"}
    assert {(one.headers["x-trino-catalog"], one.headers["x-trino-schema"]) for one in mine} == {("memory", "main")}


def test_the_session_is_in_utc(coordinator: Coordinator) -> None:
    with driftql.connect(coordinator.url) as warehouse:
        [(moment,)] = warehouse.query("select cast(timestamp '2026-01-01 00:00:00' as timestamp(6) with time zone)")
        assert moment.utcoffset() == dt.timedelta(0)
    assert [one.session.get("time_zone_id") for one in coordinator.statements] == [None, "UTC"]


def test_somebody_elses_connection_is_left_as_it_was(coordinator: Coordinator) -> None:
    connection = raw(coordinator)
    with driftql.connect(connection, timeout=60) as warehouse:
        assert warehouse.tables() == ["events", "numbers"]
        assert warehouse.query(f"select count(*) from {warehouse.relation('events')}") == [(240,)]
    assert not [one.sql for one in coordinator.statements if one.bare.lower().startswith("set ")]
    assert connection.cursor().execute("select 1").fetchall() == [[1]]


def test_engines_and_connections_of_sqlalchemy(coordinator: Coordinator) -> None:
    import sqlalchemy

    engine = sqlalchemy.create_engine(coordinator.url)
    with driftql.connect(engine) as warehouse:
        assert warehouse.engine.name == "trino"
        kinds = [column.kind for column in warehouse.columns(warehouse.relation("Events"))]
        assert kinds == ["float", "text", "float"]
    with engine.connect() as connection:
        with driftql.connect(connection) as warehouse:
            assert warehouse.query("select count(*) from events") == [(240,)]
        assert connection.exec_driver_sql("select 1").fetchall() == [(1,)]
    engine.dispose()


def test_a_result_of_several_pages(coordinator: Coordinator) -> None:
    with driftql.connect(coordinator.url) as warehouse:
        assert [n for (n,) in warehouse.query("select n from numbers where n < 177 order by n")] == list(range(177))


# --- the end before the end --------------------------------------------------------------------------------------------


def test_interrupt_reaches_the_coordinator(coordinator: Coordinator, slow: str) -> None:
    with driftql.connect(coordinator.url) as warehouse:
        thread, errors = raised(lambda: warehouse.query(slow))
        statement = last(coordinator, slow)
        statement.polled.wait()
        warehouse.interrupt()
        thread.join()
        assert [type(error) for error in errors] == [KeyboardInterrupt]
        assert statement.deletions > 0
        assert statement.error is not None
        assert statement.error.name == "USER_CANCELED"
        assert warehouse.query("select 1") == [(1,)]


def test_an_answer_that_a_cancel_overtook_is_no_result(coordinator: Coordinator, slow: str) -> None:
    """The driver then ends the statement like one without rows, and raises nothing."""
    coordinator.late = True
    with driftql.connect(coordinator.url) as warehouse:
        thread, errors = raised(lambda: warehouse.query(slow))
        statement = last(coordinator, slow)
        statement.polled.wait()
        warehouse.interrupt()
        warehouse.interrupt()
        thread.join()
        assert [type(error) for error in errors] == [KeyboardInterrupt]
    with driftql.connect(raw(coordinator), timeout=0.3) as warehouse, pytest.raises(driftql.WarehouseError) as caught:
        warehouse.query(slow)
    assert "ran for longer than the statement_timeout of 0.3 s" in str(caught.value)


def test_ctrl_c_reaches_the_coordinator(coordinator: Coordinator, slow: str) -> None:
    code = "import sys, driftql\ndriftql.connect(sys.argv[1]).query(sys.argv[2])"
    process = subprocess.Popen(
        python(code, coordinator.url, slow),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        statement = last(coordinator, slow)
        statement.polled.wait()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert errors.splitlines()[-1] == "KeyboardInterrupt", errors
    assert process.returncode in (-signal.SIGINT, 130)
    assert statement.deletions > 0
    statement.done.wait()
    assert statement.error is not None
    assert statement.error.name == "USER_CANCELED"


def test_statement_timeout_is_the_coordinators(coordinator: Coordinator, slow: str) -> None:
    with driftql.connect(coordinator.url, timeout=1) as warehouse:
        with pytest.raises(driftql.WarehouseError) as caught:
            warehouse.query(slow)
        assert str(caught.value) == (
            f"{LABEL} stopped a statement that ran for longer than the statement_timeout of 1 s; raise it in [warehouse], "
            "or check smaller windows"
        )
        statement = last(coordinator, slow)
        assert statement.session["query_max_execution_time"] == "1s"
        assert statement.error is not None
        assert statement.error.name == "EXCEEDED_TIME_LIMIT"
        assert warehouse.query("select 1") == [(1,)]


def test_on_somebody_elses_connection_driftql_cancels(coordinator: Coordinator, slow: str) -> None:
    with driftql.connect(raw(coordinator), timeout=0.3) as warehouse:
        with pytest.raises(driftql.WarehouseError, match="longer than the statement_timeout of 0"):
            warehouse.query(slow)
        statement = last(coordinator, slow)
        assert statement.deletions > 0
        assert "query_max_execution_time" not in statement.session
        assert warehouse.query("select 1") == [(1,)]


# --- what went wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("select nope from events", "Column 'nope' cannot be resolved"),
        ("select 1 from nope", "Table 'memory.main.nope' does not exist"),
        ("select 1 / 0", "Division by zero"),
        # With a limit, a name that only sounds like one.
        ("select sesion_timeout from events", "Column 'sesion_timeout' cannot be resolved"),
    ],
)
def test_an_error_is_one_sentence(coordinator: Coordinator, sql: str, sentence: str) -> None:
    with driftql.connect(coordinator.url, timeout=60) as warehouse, pytest.raises(driftql.WarehouseError) as caught:
        warehouse.query(sql)
    assert str(caught.value) == f"{LABEL}: {sentence}"


def test_who_comes_second_tries_again(coordinator: Coordinator) -> None:
    """With the statement that was refused, and with none before it: there are no transactions."""
    coordinator.conflicts = {"driftql_runs", "driftql_metrics"}
    with driftql.connect(coordinator.url) as warehouse:
        driftql.record_report(driftql.run_monitor(MONITOR, warehouse, name="churn"), warehouse)
        assert not coordinator.conflicts
        assert [run.monitor for run in driftql.recent_runs(warehouse)] == ["churn"]


def test_names_that_are_not_there(coordinator: Coordinator) -> None:
    with driftql.connect(coordinator.url) as warehouse:
        with pytest.raises(driftql.SourceError) as caught:
            warehouse.relation("evnets")
        assert str(caught.value) == f"there is no table 'evnets' in {LABEL}; did you mean 'events'?"
        assert warehouse.relation("Memory.Main.Events") == '"main"."events"'
        with pytest.raises(driftql.SourceError, match=r"no table 'elsewhere\.main\.events'"):
            warehouse.relation("elsewhere.main.events")
    with (
        driftql.connect(coordinator.url.replace("memory/main", "nope/main")) as warehouse,
        pytest.raises(driftql.WarehouseError) as refused,
    ):
        warehouse.relation("events")
    assert str(refused.value) == "the Trino database nope/main: Catalog 'nope' not found"
    with driftql.connect(coordinator.url.replace("memory/main", "memory/nope")) as warehouse:
        assert warehouse.tables() == ["main.events", "main.numbers"]
        assert warehouse.table_exists("main.numbers")
        assert warehouse.query(f"select count(*) from {warehouse.relation('events')}") == [(240,)]


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for user in ("ann", "ann:s3cret"):
        with pytest.raises(driftql.WarehouseError) as caught:
            driftql.connect(f"trino://{user}@127.0.0.1:{port}/memory/main")
        assert str(caught.value) == f"{LABEL} cannot be reached: connection refused"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "driftql tests")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_a_password_goes_by_tls_only_and_into_no_message(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)  # requests takes these before what the URL says
    with trino_stand_in.serve(password="s3cret", certificate=str(certificate)) as coordinator:
        url = f"trino://ann:{{}}@127.0.0.1:{coordinator.port}/memory/main?verify=%22{certificate}%22"
        with driftql.connect(url.format("s3cret")) as warehouse:
            assert warehouse.query("select 1") == [(1,)]
        with pytest.raises(driftql.WarehouseError) as caught:
            driftql.connect(url.format("wr0ng"))
        assert str(caught.value) == (
            f"{LABEL} does not let this user in (Access Denied: Invalid credentials); look at the user's name and password"
        )
        with pytest.raises(driftql.WarehouseError) as untrusted:
            driftql.connect(url.format("s3cret").partition("?")[0])
        assert "cannot be reached: [SSL: CERTIFICATE_VERIFY_FAILED]" in str(untrusted.value)
        assert "s3cret" not in str(untrusted.value)


def test_a_password_is_not_sent_in_the_clear(coordinator: Coordinator) -> None:
    with pytest.raises(driftql.WarehouseError, match="cannot be reached") as caught:
        driftql.connect(coordinator.url.replace("ann@", "ann:s3cret@"))
    assert "s3cret" not in str(caught.value)
    assert not coordinator.statements


# --- what a check will read --------------------------------------------------------------------------------------------


def test_estimates(coordinator: Coordinator) -> None:
    with driftql.connect(coordinator.url) as warehouse:
        told = explain_monitor(MONITOR, warehouse)
        assert told
        assert all(one.estimate is not None and one.estimate.rows == 240 for one in told)
        assert all(one.estimate is not None and (one.estimate.bytes or 0) > 240 for one in told)
        assert warehouse.estimate("select 1 from events as e cross join numbers as n").rows == 20_240
        # A table that was never analysed.
        coordinator.analysed = False
        assert warehouse.estimate("select 1 from events") == driftql.warehouse.Estimate(None, None)
        with pytest.raises(driftql.WarehouseError, match=r"Table 'memory\.main\.nope' does not exist"):
            warehouse.estimate("select 1 from nope")
