"""A table of events without users: the queue asks for rows, each by its id."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

import driftql
from tests.edges.places import Place

FLIGHTS = (
    "create table flights as select 'UA|' || n as flight, n % 2 as leg, timestamp '2026-01-01 00:00:00' as departed,"
    " 0.1 + 0.01 * n as sure from generate_series(1, 5) as numbers(n)"
)


def enqueue(place: Place, *ids: str, **roles: str) -> int:
    roles = {"confidence": "sure", **roles}
    return driftql.enqueue_low_confidence("flights", warehouse=place.url, columns={**roles, "row_id": list(ids)})


def test_five_flights_of_one_minute(place: Place) -> None:
    place.run(FLIGHTS)
    assert enqueue(place, "flight") == 5
    assert enqueue(place, "flight") == 0
    found = driftql.pending(place.url)
    assert [request.row_id for request in found] == [f"UA|{n}" for n in range(1, 6)]
    assert {(request.user_id, request.bucket_start_ts) for request in found} == {(None, None)}
    driftql.mark_done(place.url, "UA|2")
    driftql.mark_done(place.url, found[0].request_id, status="skipped")
    assert [request.row_id for request in driftql.pending(place.url)] == ["UA|3", "UA|4", "UA|5"]
    assert enqueue(place, "flight") == 2, "what was answered may be asked for again"


def test_an_id_of_several_columns(place: Place) -> None:
    place.run(
        FLIGHTS, "insert into flights values ('UA', 1, timestamp '2026-01-01 00:00:00', 0.15), ('UA|1', 0, null, 0.12)"
    )
    assert enqueue(place, "flight", "leg", bucket_start="departed") == 7
    texts = {request.row_id for request in driftql.pending(place.url)}
    wanted = set(place.run("select flight, leg from flights"))
    assert {tuple(map(unquote, str(text).split("|"))) for text in texts} == {
        (flight, str(leg)) for flight, leg in wanted
    }


def test_users_with_several_rows_in_a_bucket(place: Place) -> None:
    """A user and a bucket that are there are shown, but do not make two rows one."""
    place.run(FLIGHTS, "alter table flights add column carrier varchar", "update flights set carrier = 'UA'")
    assert enqueue(place, "flight", user="carrier", bucket_start="departed") == 5
    assert {request.user_id for request in driftql.pending(place.url)} == {"UA"}
    assert enqueue(place, user="carrier", bucket_start="departed") == 1, "a bucket is another thing than a row"


def test_a_table_without_anything_to_ask_for(place: Place) -> None:
    place.run(FLIGHTS)
    with pytest.raises(driftql.ConfigError, match="or name the columns that tell a row from all others: row_id"):
        enqueue(place)
    with pytest.raises(driftql.SourceError, match="flights has no column 'fligth' for the role 'row_id'"):
        enqueue(place, "fligth")
    enqueue(place, "flight")
    with pytest.raises(driftql.ConfigError, match="'UA' is neither a request's id nor that of a pending row"):
        driftql.mark_done(place.url, "UA")
