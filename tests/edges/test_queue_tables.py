"""Whatever table stands where the queue should be: its rule is kept, or one sentence says what is wrong."""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

import driftql
from driftql.errors import DriftqlWarning
from tests.edges.places import Place

OLDER = {
    "duckdb": "create unique index driftql_queue_one_pending on driftql_queue"
    " ((case when status = 'pending' then user_id end), (case when status = 'pending' then bucket_start_ts end))",
    "postgres": "create unique index driftql_queue_one_pending on driftql_queue (user_id, bucket_start_ts)"
    " where status = 'pending'",
}
TABLE = (
    "create table driftql_queue (request_id varchar(36) not null, user_id varchar(512) not null,"
    " bucket_start_ts timestamp not null, bucket_end_ts timestamp not null, reason varchar(32) not null,"
    " confidence double precision, predicted_label varchar(512), created_at timestamp not null,"
    " updated_at timestamp not null, status varchar(16) not null)"
)
DOUBLE = (
    "select count(*) from (select user_id, bucket_start_ts from driftql_queue where status = 'pending'"
    " group by user_id, bucket_start_ts having count(*) > 1) as doubles"
)


def enqueue(place: Place, threshold: float = 0.42, **settings: Any) -> int:
    return driftql.enqueue_low_confidence("predictions", threshold=threshold, warehouse=place.url, **settings)


def requests(place: Place) -> int:
    return int(place.run("select count(*) from driftql_queue")[0][0])


def six_writers(place: Place) -> list[int | str]:
    """Return how many requests each of them added, or what it was told."""
    added: list[int | str] = []
    barrier = threading.Barrier(6)

    def work() -> None:
        barrier.wait()
        try:
            added.append(enqueue(place, 0.6))
        except Exception as error:
            added.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return added


def without_indexes(place: Place) -> None:
    """As `create table as` copies a queue."""
    enqueue(place)
    place.run(
        "create table copied as select * from driftql_queue",
        "drop table driftql_queue",
        "alter table copied rename to driftql_queue",
    )


def of_an_earlier_version(place: Place) -> None:
    place.run(TABLE, OLDER[place.engine])


def with_other_columns(place: Place) -> None:
    """Further columns, and another order."""
    enqueue(place)
    place.run(
        "create table copied as select status, 'x' as team, updated_at, created_at, row_id, predicted_label, confidence,"
        " reason, bucket_end_ts, bucket_start_ts, user_id, request_id, 1 as priority from driftql_queue",
        "drop table driftql_queue",
        "alter table copied rename to driftql_queue",
    )


def whose_index_has_moved(place: Place) -> None:
    """The names of its indexes belong to another table."""
    enqueue(place)
    place.run(
        "create table copied as select * from driftql_queue",
        "drop table driftql_queue",
        "create table archive (status varchar(16), user_id text, bucket_start_ts timestamp)",
        "create index driftql_queue_one_bucket on archive (user_id)",
        "create index driftql_queue_one_row on archive (status)",
        "alter table copied rename to driftql_queue",
    )


@pytest.mark.parametrize("made", [without_indexes, of_an_earlier_version, with_other_columns, whose_index_has_moved])
def test_six_writers_at_once_on_a_table_found(place: Place, made: Callable[[Place], None]) -> None:
    made(place)
    before = requests(place)
    told = six_writers(place)
    added = [number for number in told if isinstance(number, int)]
    assert len(added) == len(told) == 6, told
    wanted = place.run("select count(*) from predictions where confidence < 0.6")[0][0]
    assert before + sum(added) == requests(place) == wanted
    assert place.run(DOUBLE) == [(0,)]
    assert enqueue(place, 0.6) == 0
    # Columns that the table lacked are there now; requests made before they were have nothing in them.
    new = place.run("select count(*) from driftql_queue where monitor is null and source = 'predictions'")
    assert new[0][0] >= sum(added) > 0


def test_the_database_refuses_a_second_request_afterwards(place: Place) -> None:
    without_indexes(place)
    enqueue(place)
    columns = (
        "user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, updated_at, status"
    )
    copy = f"insert into driftql_queue (request_id, {columns}) select 'other', {columns} from driftql_queue limit 1"
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        place.run(copy)
    place.run("update driftql_queue set row_id = 'r' || request_id")
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        place.run(copy.replace(columns, f"{columns}, row_id"))


def test_rows_that_break_the_rule_already(place: Place) -> None:
    enqueue(place)
    place.run(
        "create table copied as select * from driftql_queue union all"
        " (select * from driftql_queue order by confidence, user_id, bucket_start_ts limit 1)",
        "drop table driftql_queue",
        "alter table copied rename to driftql_queue",
        "update driftql_queue set user_id = 'first' where request_id = (select request_id from driftql_queue"
        " group by request_id having count(*) > 1)",
    )
    count = requests(place)
    with pytest.raises(driftql.QueueError) as refusal:
        enqueue(place, 0.6)
    (start,) = place.run("select min(bucket_start_ts) from driftql_queue where user_id = 'first'")[0]
    assert f"user 'first' at {start} (2 requests, such as " in str(refusal.value)
    assert "keep one request of each and take the others out with 'driftql queue skip ID'" in str(refusal.value)
    assert requests(place) == count
    (one, *_) = driftql.pending(place.url)
    driftql.mark_done(place.url, one.request_id, status="skipped")
    place.run("delete from driftql_queue where user_id = 'first'")
    assert enqueue(place, 0.6) > 0
    assert place.run(DOUBLE) == [(0,)]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("create view driftql_queue as select * from other", "is a view, and nothing can keep two writers"),
        ("create table driftql_queue as select 1 as user_id", "it lacks the columns request_id, bucket_start_ts"),
        (
            TABLE.replace("user_id varchar(512)", "user_id bigint").replace("confidence double precision", "confidence integer"),
            "but a queue keeps text in request_id, user_id",
        ),
        (TABLE.replace("bucket_start_ts timestamp", "bucket_start_ts date"), "bucket_start_ts is "),
    ],
)  # fmt: skip
def test_another_thing_in_its_place(place: Place, table: str, sentence: str) -> None:
    place.run(TABLE.replace("driftql_queue", "other"), table)
    with pytest.raises(driftql.QueueError) as refusal:
        enqueue(place)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_earlier_queue_can_be_read_and_answered_as_it_is(place: Place) -> None:
    of_an_earlier_version(place)
    ids = [str(UUID(int=number)) for number in range(3)]
    for number, request in enumerate(ids):
        place.run(
            f"insert into driftql_queue values ('{request}', 'u{number}', timestamp '2026-01-01 00:00:00',"
            f" timestamp '2026-01-01 00:01:00', 'drift', 0.{number + 1}, 'a', timestamp '2026-01-02 00:00:00',"
            " timestamp '2026-01-02 00:00:00', 'pending')"
        )
    driftql.mark_done(place.url, ids[0])
    assert [str(request.request_id) for request in driftql.pending(place.url)] == ids[1:]


LONG = "x" * 600


def with_a_long_user_and_a_long_label(place: Place) -> None:
    place.run(
        f"update predictions set user_id = '{LONG}' where order_id = (select order_id from predictions where confidence"
        " < 0.42 order by confidence desc limit 1)",
        f"update predictions set predicted_label = '{LONG}' where order_id = (select order_id from predictions where"
        " confidence < 0.42 order by confidence limit 1)",
    )


@pytest.mark.parametrize("is_new", [True, False])
def test_long_texts(place: Place, is_new: bool) -> None:
    """Columns of bounded text in an earlier queue become columns of text."""
    with_a_long_user_and_a_long_label(place)
    if not is_new:
        of_an_earlier_version(place)
    assert enqueue(place) == place.run("select count(*) from predictions where confidence < 0.42")[0][0]
    is_long = f"(user_id = '{LONG}' or predicted_label = '{LONG}')"
    wanted = place.run(f"select count(*) from predictions where confidence < 0.42 and {is_long}")
    assert place.run(f"select count(*) from driftql_queue where {is_long}") == wanted > [(1,)]


@pytest.mark.parametrize("place", ["postgres"], indirect=True)
def test_long_texts_where_the_column_cannot_change(place: Place) -> None:
    """Such as where a view reads it: the rows that do not fit are named, the others are written."""
    with_a_long_user_and_a_long_label(place)
    of_an_earlier_version(place)
    place.run("create view readers as select user_id, predicted_label from driftql_queue")
    with pytest.warns(DriftqlWarning) as told:
        added = enqueue(place)
    fit = "confidence < 0.42 and length(user_id) <= 512 and length(predicted_label) <= 512"
    assert added == place.run(f"select count(*) from predictions where {fit}")[0][0]
    (sentence,) = [str(one.message) for one in told]
    assert "user_id (512 characters) and predicted_label (512 characters)" in sentence
    assert f"user '{'x' * 40}...' at " in sentence
    assert "change the type of these columns to text" in sentence


UNREADABLE = {
    "no UUID": ("request_id = 'seven'", "request 'seven' (user 'u0') cannot be read and is left out: request_id is 'seven'"),
    "an unknown reason": ("reason = 'boredom'", "reason is 'boredom'"),
    "a year beyond 9999": ("bucket_start_ts = timestamp '20000-01-01 00:00:00'", "bucket_start_ts is missing, or not in"),
    "infinity": ("bucket_end_ts = cast('infinity' as timestamp)", "bucket_end_ts is missing, or not in the years 1 to 9999"),
    "NULL": ("user_id = null", "user_id is missing"),
    "NULL as id": ("request_id = null", "a request (user 'u0') cannot be read"),
    "NULL as moment": ("created_at = null", "created_at is None"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_row_that_cannot_be_read_takes_no_place_of_another(place: Place, change: str, sentence: str) -> None:
    place.run(TABLE.replace(" not null", ""))
    for number in range(4):
        place.run(
            f"insert into driftql_queue values ('{UUID(int=number)}', 'u{number}', timestamp '2026-01-01 00:00:00',"
            f" timestamp '2026-01-01 00:01:00', 'drift', 0.{number + 1}, 'a', timestamp '2026-01-02 00:00:00',"
            " timestamp '2026-01-02 00:00:00', 'pending')"
        )
    place.run(f"update driftql_queue set {change} where user_id = 'u0'")
    with pytest.warns(DriftqlWarning) as told:
        found = driftql.pending(place.url, max_asks_per_day=2)
    assert [request.user_id for request in found] == ["u1", "u2"]
    (message,) = [str(one.message) for one in told]
    assert sentence in message
    assert message.startswith("the queue 'driftql_queue': ")


def test_a_queue_that_is_in_order_warns_of_nothing(place: Place) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        enqueue(place)
        assert driftql.pending(place.url)
    with contextlib.suppress(driftql.ConfigError):
        driftql.mark_done(place.url, "seven")
