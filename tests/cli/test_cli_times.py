"""Windows as people say them on the command line, checks of the past, and filling the history."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from driftql.config import load_config
from tests.cli.cli_helpers import Run

CHECK = ["check", "events", "--db", "events.duckdb", "--time", "seen_at", "-f", "x"]
DAYS = ["--for-each", "day", "--from", "2026-09-20", "--to", "2026-09-29"]


@pytest.fixture(autouse=True)
def _events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty days of a row per half hour; the last three days have drifted."""
    monkeypatch.chdir(tmp_path)
    with duckdb.connect("events.duckdb") as connection:
        connection.execute(
            "create table events as select timestamp '2026-08-01' + i * interval 30 minute as seen_at, 'u' || i % 7 as who, "
            "['a', 'b'][1 + i % 2] as said, hash(i) / 2e18 + 9 * (i >= 57 * 48)::integer as x "
            "from range(60 * 48) as t(i)"
        )


def reports(out: str) -> list[dict[str, Any]]:
    found = json.loads(out)
    return found if isinstance(found, list) else [found]


@pytest.mark.parametrize(
    ("arguments", "start", "end"),
    [
        (["--current", "2026-09"], "2026-09-01T00:00:00", "2026-10-01T00:00:00"),
        (["--current", "2026-09-10"], "2026-09-10T00:00:00", "2026-09-11T00:00:00"),
        (["--current", "2026-W37"], "2026-09-07T00:00:00", "2026-09-14T00:00:00"),
        (["--current", "2026-09-10..2026-W38"], "2026-09-10T00:00:00", "2026-09-14T00:00:00"),
        (["--current", "2026-09..2026-09-03"], "2026-09-01T00:00:00", "2026-09-03T00:00:00"),
        (["--current", "1mo"], "2026-08-29T23:30:00.000001", "2026-09-29T23:30:00.000001"),
        (["--current", "yesterday", "--as-of", "2026-09-10T12:00"], "2026-09-09T00:00:00", "2026-09-10T00:00:00"),
        (
            ["--current", "yesterday..today", "--as-of", "2026-09-10T12:00"],
            "2026-09-09T00:00:00",
            "2026-09-10T00:00:00",
        ),
        (["--current", "2026-09-10", "--timezone", "Asia/Tokyo"], "2026-09-09T15:00:00", "2026-09-10T15:00:00"),
        (["--current", "7d", "--as-of", "2026-09-10"], "2026-09-03T00:00:00", "2026-09-10T00:00:00"),
    ],
)
def test_windows_as_people_say_them(run: Run, arguments: list[str], start: str, end: str) -> None:
    [report] = reports(run(*CHECK, *arguments, "--json").out)
    assert (report["current"]["start"], report["current"]["end"]) == (start, end)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["--current", "yesterdy"],
            "--current is 'yesterdy': write a span such as 7d, 36h or 3mo, a period such as yesterday",
        ),
        (["--reference", "2026-13"], "--reference is '2026-13': write a span"),
        (
            ["--current", "2026-01-20..2026-01-20"],
            "for that day write 2026-01-20 without '..', or 2026-01-20..2026-01-21",
        ),
        (["--current", "today..yesterday"], "the current window: the window is reversed"),
        (["--current", "2026-09..2026-09"], "its end, 2026-09-01, is not part of it"),
        (["--current", ".."], "--current: '..' has no end"),
        (["--timezone", "Amsterdam"], "--timezone: 'Amsterdam' is not a time zone that this computer knows"),
        (["--max-age", "soon"], "--max-age: 'soon' is not a time span"),
        (["--as-of", "soon"], "--as-of: 'soon' is not a date or time"),
        (["--from", "2026-01-01"], "--from and --to belong to --for-each"),
        (["--for-each", "day"], "--for-each needs the first and the last moment: --from 2026-01-01"),
        (
            ["--for-each", "decade", "--from", "2026", "--to", "2027"],
            "--for-each is 'decade': write hour, day, week, month",
        ),
        (["--for-each", "day", "--from", "2026-02", "--to", "2026-01"], "which is after --to, 2026-01; swap the two"),
        (["--for-each", "day", "--from", "x", "--to", "2026-01"], "--from: 'x' is not a date or time"),
        (["--for-each", "hour", "--from", "2020", "--to", "2026"], "are more than 10,000 checks"),
        ([*DAYS, "--as-of", "today"], "--as-of is one moment, and --for-each is many"),
        ([*DAYS, "--explain"], "--explain shows the statements of one check"),
    ],
)
def test_what_is_refused(run: Run, arguments: list[str], told: str) -> None:
    assert told in run(*CHECK, *arguments).refused(2)


def test_a_greatest_age_is_exit_code_3(run: Run) -> None:
    calm = ["--current", "2026-09-01..2026-09-15", "--reference", "2026-08-01..2026-09-01"]
    assert run(*CHECK, *calm).code == 0
    old = run(*CHECK, *calm, "--max-age", "1h")
    assert old.code == 3
    assert "max_age: the newest row of events is of 2026-09-29" in " ".join(old.out.split())


def test_each_day_is_the_check_of_that_day(run: Run) -> None:
    result = run(*CHECK, *DAYS, "--json")
    assert result.code == 1
    found = reports(result.out)
    assert [report["as_of"] for report in found] == [f"2026-09-{day}T00:00:00Z" for day in range(20, 30)]
    for report in found[::4]:
        day = report["as_of"][:10]
        [alone] = reports(run(*CHECK, "--as-of", day, "--json").out)
        for part in ("feature_report", "alerts"):
            for one in (alone, report):
                _drop_times(one[part])
            assert alone[part] == report[part]


def _drop_times(part: Any) -> None:
    for item in part if isinstance(part, list) else [part]:
        item.pop("timestamp")


def test_a_line_a_day_and_the_worst_exit_code(run: Run) -> None:
    result = run(*CHECK, *DAYS)
    lines = [line for line in result.out.splitlines() if line.startswith("2026-")]
    assert [line.split()[:2] for line in lines[:3]] == [[f"2026-09-{day}", "ok"] for day in (20, 21, 22)]
    assert lines[-1].startswith("2026-09-29  critical")
    assert "10 checks: 2 with alerts (1 critical), 0 not computed." in result.out
    assert result.code == 1
    assert run(*CHECK, *DAYS, "--fail-on", "never").code == 0
    before = ["--for-each", "month", "--from", "2026-06", "--to", "2026-09"]
    empty = run(*CHECK, *before)
    assert empty.code == 3
    assert "4 checks: 0 with alerts (0 critical), 3 not computed." in empty.out
    assert run(*CHECK, *DAYS, "--quiet").out == ""


def test_days_and_weeks_of_a_time_zone(run: Run) -> None:
    """The clocks go back on 2026-10-25."""
    arguments = ["--timezone", "Europe/Amsterdam", "--for-each", "day", "--from", "2026-10-24", "--to", "2026-10-26"]
    found = reports(run(*CHECK, *arguments, "--json").out)
    assert [one["as_of"] for one in found] == [
        "2026-10-23T22:00:00Z",
        "2026-10-24T22:00:00Z",
        "2026-10-25T23:00:00Z",
    ]
    assert "2026-10-25  not computed" in run(*CHECK, *arguments).out


def test_the_history_has_the_days_as_its_axis(run: Run) -> None:
    assert (
        run(*CHECK, *DAYS, "--record")
        .out.rstrip()
        .endswith("Recorded in driftql_runs, driftql_metrics and driftql_telemetry.")
    )
    place = ["--db", "events.duckdb", "--json"]
    runs = json.loads(run("history", *place, "--limit", "99").out)
    assert [one["current_end"] for one in runs] == [f"2026-09-{day}T00:00:00" for day in range(29, 19, -1)]
    assert {one["recorded_at"][:10] for one in runs} == {f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"}
    points = json.loads(run("history", "ks_statistic", "--feature", "x", *place).out)
    assert [one["current_end"] for one in points] == [one["current_end"] for one in runs]
    assert {one["current_start"] for one in points[:1]} == {"2026-09-22T00:00:00"}
    shown = run("history", "ks_statistic", "--db", "events.duckdb").out
    assert "window's end (UTC)" in shown
    assert "2026-09-29 00:00" in shown


def test_the_queue_is_not_filled_by_the_past_unless_asked(run: Run) -> None:
    Path("driftql.toml").write_text(
        "[warehouse]\nurl = 'events.duckdb'\n[monitors.m]\ntable = 'events'\nfeatures = ['x']\nqueue.auto = true\n"
        "columns = {time = 'seen_at', user = 'who'}\n",
        encoding="utf-8",
    )
    assert run("check", "m", *DAYS).code == 1
    with duckdb.connect("events.duckdb") as connection:
        assert "driftql_queue" not in [name for (name,) in connection.execute("show tables").fetchall()]
    result = run("check", "m", *DAYS, "--enqueue")
    assert "in the labeling queue driftql_queue" in result.out


def test_a_filter_and_a_zone_in_the_settings(run: Run) -> None:
    Path("driftql.toml").write_text(
        "timezone = 'Asia/Tokyo'\n[warehouse]\nurl = 'events.duckdb'\n[monitors.m]\ntable = 'events'\nfeatures = ['x']\n"
        "filter = \"who <> 'u1'\"\ncolumns.time = 'seen_at'\n[monitors.m.current]\nduring = '2026-09-10'\nfilter = \"said = 'a'\"\n",
        encoding="utf-8",
    )
    [report] = reports(run("check", "m", "--json").out)
    assert report["current"]["filter"] == "(said = 'a') and (who <> 'u1')"
    assert report["reference"]["filter"] == "who <> 'u1'"
    assert report["current"]["start"] == "2026-09-09T15:00:00"
    with duckdb.connect("events.duckdb") as connection:
        [(count,)] = connection.execute(
            "select count(*) from events where seen_at >= '2026-09-10' and seen_at < '2026-09-11' and who <> 'u1' and said = 'a'"
        ).fetchall()
    assert report["current"]["rows"] == count
    assert "2026-09-10 00:00 to 2026-09-11 00:00 (Asia/Tokyo)" in run("check", "m").out


def test_init_takes_the_roles_that_the_user_names(run: Run) -> None:
    roles = ["--time", "seen_at", "--user", "who", "--label", "said"]
    assert run("init", "events", "--db", "events.duckdb", *roles).code == 0
    columns = load_config("driftql.toml").monitor("events").columns
    assert (columns.bucket_start, columns.user, columns.label) == ("seen_at", "who", "said")
    told = run("init", "events", "--db", "events.duckdb", "--force", "--user", "wo").refused(2)
    assert told == "driftql: events has no column 'wo' for the role 'user'; did you mean 'who'?"
    told = run("init", "events", "--db", "events.duckdb", "--force", "--time", "x").refused(2)
    assert "the column 'x' of events is DOUBLE, but the role 'bucket_start' needs a timestamp" in told


def test_a_lone_date_is_the_time_of_the_rows(run: Run) -> None:
    with duckdb.connect("events.duckdb") as connection:
        connection.execute("create table daily as select seen_at::date as seen_on, x from events")
        connection.execute("create table people as select seen_at::date as birth_date, x from events")
    for table, column in (("daily", "seen_on"), ("people", None)):
        assert run("init", table, "--db", "events.duckdb", "--force").code == 0
        assert load_config("driftql.toml").monitor(table).columns.bucket_start == column
