"""Filters that are not one plain condition."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import driftql
from driftql.config import MonitorConfig
from driftql.errors import FragmentError, WarehouseError
from tests.support.refusals import refused

NOT_A_CONDITION = "is more than one condition"
BROKEN = "is not a valid condition"
SUBQUERY = "holds a subquery or a statement"
AGGREGATE = "holds an aggregate or window function"
COMMENT = "holds a comment"
SEMICOLON = "holds a ';'"
PARAMETER = "holds a parameter or a star"


def check(database: Path, text: str) -> driftql.DriftReport:
    settings = {"table": "predictions", "reference": {"end": "2026-01-08", "filter": text}, "current": {"last": "7d"}}
    with driftql.connect(database) as warehouse:
        return driftql.run_monitor(MonitorConfig.model_validate(settings), warehouse)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("age <", BROKEN),
        ("age > 1 and", BROKEN),
        ("age > 1 -", BROKEN),
        ("(age > 1", BROKEN),
        ("age > 1)", BROKEN),
        ("age > 1) or (1 = 1", BROKEN),
        ("note = 'open", BROKEN),
        ('"age > 1', BROKEN),
        ("$$open", BROKEN),
        ("   ", BROKEN),
        ("\t\n", BROKEN),
        ("select 1", BROKEN),
        ("drop table predictions", BROKEN),
        ("age > 1 into x", BROKEN),
        ("age > 1\0", BROKEN),
        ("age > 1;", SEMICOLON),
        ("age > 1; drop table predictions", SEMICOLON),
        (";", BROKEN),
        ("age in (select 1)", SUBQUERY),
        ("(select max(age) from predictions) > 1", SUBQUERY),
        ("exists (select 1)", SUBQUERY),
        ("age > any (select 1)", SUBQUERY),
        ("age in (from predictions select age)", SUBQUERY),
        ("age in (values (1), (2))", SUBQUERY),
        ("avg(age) > 1", AGGREGATE),
        ("count(*) > 1", AGGREGATE),
        ("sum(age) filter (where age > 1) > 1", AGGREGATE),
        ("row_number() over () > 1", AGGREGATE),
        ("sum(age) over (order by age) > 1", AGGREGATE),
        ("median(age) > 1", AGGREGATE),
        ("age > 1 -- and that is it", COMMENT),
        ("age > 1 --", COMMENT),
        ("age > 1 /* and that is it */", COMMENT),
        ("age /* ) */ > 1", COMMENT),
        ("-- only a comment", COMMENT),
        ("/* only a comment */", COMMENT),
        ("age > 1 order by age", NOT_A_CONDITION),
        ("age > 1 limit 3", NOT_A_CONDITION),
        ("age > 1 group by age", NOT_A_CONDITION),
        ("age > 1 having age > 1", NOT_A_CONDITION),
        ("age > 1 qualify 1 = 1", NOT_A_CONDITION),
        ("age > 1 union all select 1", NOT_A_CONDITION),
        ("age > 1 using sample 1", NOT_A_CONDITION),
        ("age > ?", PARAMETER),
        ("age > $1", PARAMETER),
        ("age > $name", PARAMETER),
        ("* > 1", PARAMETER),
        ("columns(*) > 1", PARAMETER),
    ],
)
def test_a_filter_that_is_refused(database: Path, text: str, told: str) -> None:
    with refused(FragmentError, "the filter of the reference window", repr(text.strip()), told):
        check(database, text)


def test_a_filter_that_names_an_unknown_column(database: Path) -> None:
    with refused(FragmentError, "'ages > 30'", "names a column 'ages' that the table lacks; did you mean 'age'?"):
        check(database, "ages > 30")
    with refused(FragmentError, "'zzz'", "there are: user_id, bucket_start_ts, bucket_end_ts"):
        check(database, "age > 30 or zzz = 1")


def test_a_filter_of_the_current_window_is_called_so(database: Path) -> None:
    settings = MonitorConfig.model_validate({"table": "predictions", "current": {"last": "7d", "filter": "age <"}})
    with (
        refused(FragmentError, "the filter of the current window ('age <')"),
        driftql.connect(database) as warehouse,
    ):
        driftql.run_monitor(settings, warehouse)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("age > > 1", "syntax error"),
        ("age > 'x'", "x"),
        ("note", "note"),
    ],
)
def test_what_only_the_database_can_refuse(database: Path, text: str, told: str) -> None:
    with refused(WarehouseError, str(database), told):
        check(database, text)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("note = 'a;b'", 0),
        ("note <> 'it''s -- no comment'", 700),
        ("note <> '/* neither */'", 700),
        ("note not like '%(select%'", 700),
        ("note <> $$a quoted ' text$$", 700),
        ("note <> $tag$ ) or (1 = 1 $tag$", 700),
        ('"age" > -1000', 700),
        ("AGE > -1000", 700),
        ("probs[1] >= 0", 700),
        ("order_id between 10 and 19", 10),
        ("order_id in (1, 2, 3)", 3),
        ("user_id is not null and (order_id < 5 or order_id = 7)", 6),
        ("case when order_id % 2 = 0 then true else false end", 350),
        ("cast(order_id as varchar) like '1__'", 100),
        ("bucket_start_ts < timestamp '2026-01-02'", 100),
        ("  order_id\n  < 10  ", 10),
    ],
)
def test_a_filter_that_is_taken(database: Path, text: str, rows: int) -> None:
    assert check(database, text).reference.rows == rows


def test_a_refused_filter_has_changed_nothing(database: Path) -> None:
    before = database.read_bytes()
    for text in (
        "1 = 1; drop table predictions",
        "1 = 1) ; drop table predictions; --",
        "1=1'; drop table predictions",
    ):
        with refused(FragmentError):
            check(database, text)
    assert database.read_bytes() == before
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.execute("select count(*) from predictions").fetchall() == [(1400,)]
