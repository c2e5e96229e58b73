from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from driftql.report import LabelRequest
from tests.cli.cli_helpers import Run


def ids(run: Run, *arguments: str) -> list[str]:
    return [request["request_id"] for request in json.loads(run("queue", "list", "--json", *arguments).out)]


def test_list_shows_whole_ids_and_json_parses(folder: Path, run: Run) -> None:
    result = run("queue", "list")
    assert result.code == 0
    requests = [LabelRequest.model_validate(part) for part in json.loads(run("queue", "list", "--json").out)]
    assert len(requests) == 20
    assert all(str(request.request_id) in result.out for request in requests)


@pytest.mark.parametrize("width", [80, 120])
def test_ids_are_whole_at_any_width(folder: Path, run: Run, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert ids(run)[0] in run("queue", "list").out
    assert max(map(len, run("queue", "list").out.splitlines())) <= width


def test_max_asks(folder: Path, run: Run) -> None:
    assert len(ids(run, "--max-asks", "3")) == 3
    assert ids(run, "--max-asks", "0") == []
    assert "No request is open" in run("queue", "list", "--max-asks", "0").out


def test_done_and_skip_take_requests_off_the_list(folder: Path, run: Run) -> None:
    first, second, third, *_ = ids(run)
    result = run("queue", "done", first, second)
    assert (result.code, result.out) == (0, f"{first} labeled\n{second} labeled\n")
    assert run("queue", "skip", third).out == f"{third} skipped\n"
    assert not {first, second, third} & set(ids(run, "--max-asks", "1000"))
    run("queue", "done", first).refused(3)


def test_wrong_ids_are_one_sentence(folder: Path, run: Run) -> None:
    assert "'abc'" in run("queue", "done", "abc").refused(2)
    run("queue", "skip", "00000000-0000-0000-0000-000000000000").refused(3)
    run("queue", "done").refused(2)


def test_add_low_confidence_adds_once(folder: Path, run: Run) -> None:
    assert " 0 new rows" not in run("queue", "add-low-confidence").out
    assert "0 new rows" in run("queue", "add-low-confidence").out
    assert "below 0.4" in run("queue", "add-low-confidence", "flights", "--below", "0.4").out


def test_add_low_confidence_of_a_table_with_flags(folder: Path, run: Run) -> None:
    Path("driftql.toml").unlink()
    flags = ["--db", "driftql_demo.duckdb", "--current", "2013-02-01..2013-02-03", "--queue-table", "mine"]
    result = run("queue", "add-low-confidence", "flights", *flags, "--below", "0.6")
    assert result.code == 0
    assert "in mine." in result.out
    assert ids(run, "--db", "driftql_demo.duckdb", "--queue-table", "mine")
    assert "--below" in run("queue", "add-low-confidence", "flights", *flags, "--below", "7").refused(2)


def test_an_empty_queue_is_no_error(folder: Path, run: Run) -> None:
    assert run("queue", "list", "--queue-table", "none_yet").code == 0
    assert run("queue", "list", "--queue-table", "none_yet", "--json").out == "[]\n"


def test_a_table_that_is_no_queue_is_refused(folder: Path, run: Run) -> None:
    run("queue", "list", "--queue-table", "flights").refused(3)


def test_several_queues_must_be_told_apart(folder: Path, run: Run) -> None:
    with Path("driftql.toml").open("a") as file:
        file.write('\n[monitors.b]\ntable = "flights"\n[monitors.b.queue]\ntable = "other"\n')
    assert "--monitor" in run("queue", "list").refused(2)
    assert len(ids(run, "--monitor", "flights")) == 20
    assert ids(run, "--monitor", "b") == []
    assert "no monitor 'c'" in run("queue", "list", "--monitor", "c").refused(2)


def test_which_check_asks(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three monitors of one queue."""
    with Path("driftql.toml").open("a") as file:
        for name, below in (("early", 0.5), ("later", 0.6)):
            file.write(
                f'\n[monitors.{name}]\ntable = "flights"\nqueue = {{table = "shared", low_confidence = {below}}}\n'
            )
    for words in (["early"], ["later"], ["flights", "--queue-table", "shared", "--below", "0.7"]):
        assert " 0 new rows" not in run("queue", "add-low-confidence", *words).out
    listed = ["queue", "list", "--queue-table", "shared", "--max-asks", "100000"]
    requests = [LabelRequest.model_validate(part) for part in json.loads(run(*listed, "--json").out)]
    assert {(one.monitor, one.source) for one in requests} == {
        (name, "flights") for name in ("early", "later", "flights")
    }
    monkeypatch.setenv("COLUMNS", "140")
    header, *lines = run(*listed[:-1], "9").out.splitlines()
    assert "asked by" in header
    for one in requests[:9]:
        [line] = [line for line in lines if str(one.request_id) in line]
        assert f" {one.monitor} " in line


def test_the_queue_needs_a_database(empty: Path, run: Run) -> None:
    request = "00000000-0000-0000-0000-000000000000"
    for arguments in (["done", request], ["skip", request], ["add-low-confidence", "x.parquet"]):
        assert "--db" in run("queue", *arguments).refused(2)
    assert "driftql.toml" in run("queue", "list", "--monitor", "a").refused(2)


@pytest.mark.parametrize("command", ["check", "add-low-confidence"])
def test_probabilities_found_by_their_names_give_the_confidence(empty: Path, run: Run, command: str) -> None:
    """The header of the check says that p_late and p_ok are probabilities; the queue takes them for that, too."""
    with duckdb.connect("d.duckdb") as connection:
        connection.execute(
            "create table visits as select timestamp '2024-03-01' + to_hours(i) as t, 'u' || (i % 5) as u, "
            "'ok' as l, i + if(i > 500, 1000, 0) as amount, (i % 11) / 10.0e0 as p_late, 1 - (i % 11) / 10.0e0 as p_ok "
            "from range(600) as r(i)"
        )
    flags = ["visits", "--db", "d.duckdb", "--time", "t", "--user", "u"]
    if command == "check":
        assert run("check", *flags, "--label", "l", "--enqueue").code == 1
    else:
        assert run("queue", "add-low-confidence", *flags, "--below", "0.8").code == 0
    with duckdb.connect("d.duckdb", read_only=True) as connection:
        [(count, wrong)] = connection.sql(
            "select count(*), count(*) filter (where q.confidence is distinct from greatest(v.p_late, v.p_ok)) "
            "from driftql_queue as q join visits as v on v.t = q.bucket_start_ts and v.u = q.user_id"
        ).fetchall()
    assert count > 20
    assert wrong == 0
