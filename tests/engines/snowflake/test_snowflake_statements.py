"""What driftql asks of Snowflake beyond queries: to cancel, and to tell sizes. No Snowflake and no emulation answers these."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import driftql
from driftql.warehouse.base import Estimate
from driftql.warehouse.snowflake import SnowflakeWarehouse, read_plan

SESSION = 1065153872298

# The answer of SYSTEM$EXPLAIN_PLAN_JSON to a join of two tables, shortened:
# https://docs.snowflake.com/en/sql-reference/functions/explain_plan_json
PLAN = """{"GlobalStats": {"partitionsTotal": 2, "partitionsAssigned": 2, "bytesAssigned": 1024},
"Operations": [[
  {"id": 0, "operation": "Result", "expressions": ["Z1.ID", "Z2.ID"]},
  {"id": 2, "parent": 1, "operation": "TableScan", "objects": ["DB.PUBLIC.Z1"], "partitionsAssigned": 1,
   "partitionsTotal": 1, "bytesAssigned": 512},
  {"id": 4, "parent": 3, "operation": "TableScan", "objects": ["DB.PUBLIC.Z2"], "partitionsAssigned": 1,
   "partitionsTotal": 1, "bytesAssigned": 512}
]]}"""


class Session:
    """A session that runs several statements at once, and whose slow ones end when it is asked to cancel them."""

    session_id = SESSION

    def __init__(self, *, may_cancel: bool = True) -> None:
        self.asked: list[str] = []
        self.running = threading.Event()
        self.cancelled = threading.Event()
        self.closed = False
        self._may_cancel = may_cancel

    def cursor(self) -> Cursor:
        return Cursor(self)

    def autocommit(self, mode: bool) -> None:
        """Statements stand alone."""

    def close(self) -> None:
        self.closed = True
        self.cancelled.set()

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        self.asked.append(sql)
        if sql == "select slow":
            self.running.set()
            assert self.cancelled.wait(30), "nobody cancelled it"
            raise RuntimeError("SQL execution canceled")
        if "system$cancel_all_queries" in sql:
            if not self._may_cancel:
                raise RuntimeError("not allowed")
            self.cancelled.set()
            return [("1 cancelled.",)]
        return [(PLAN,)] if sql.startswith("explain using json ") else []


class Cursor:
    description = (("x",),)
    rowcount = -1

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, sql: str) -> None:
        self._rows = self._session.run(sql)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._rows

    def close(self) -> None:
        """Nothing is held."""


def interrupted(session: Session) -> list[BaseException]:
    warehouse = SnowflakeWarehouse(session, owned=True)
    found: list[BaseException] = []

    def work() -> None:
        try:
            warehouse.query("select slow")
        except BaseException as error:
            found.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    assert session.running.wait(30)
    warehouse.interrupt()
    worker.join(60)
    return found


def test_an_interrupt_asks_the_session_to_cancel() -> None:
    session = Session()
    assert [type(one) for one in interrupted(session)] == [KeyboardInterrupt]
    assert session.asked[-1] == f"select system$cancel_all_queries({SESSION})"
    assert not session.closed


def test_whoever_may_not_cancel_hangs_up() -> None:
    session = Session(may_cancel=False)
    assert [type(one) for one in interrupted(session)] == [KeyboardInterrupt]
    assert session.closed


def test_a_session_is_told_zone_and_limit() -> None:
    session = Session()
    SnowflakeWarehouse(session, owned=True, timeout=90)
    assert session.asked == [
        "alter session set timezone = 'UTC'",
        "alter session set statement_timeout_in_seconds = 90",
    ]


def test_the_bytes_of_a_plan() -> None:
    session = Session()
    warehouse = SnowflakeWarehouse(session, owned=True)
    assert warehouse.estimate("select 1") == Estimate(bytes=1024)
    assert session.asked[-1] == "explain using json select 1"
    assert read_plan('{"Operations": []}') is None


def test_the_emulation_cannot_be_asked() -> None:
    from tests.stand_ins import snowflake as snowflake_stand_in

    with snowflake_stand_in.redirect_driver():
        raw = snowflake_stand_in.connect()
        with driftql.connect(raw) as warehouse, pytest.raises(driftql.WarehouseError, match="Snowflake"):
            warehouse.estimate("select 1")
