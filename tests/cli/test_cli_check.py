from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from driftql.report import DriftReport
from tests.cli.cli_helpers import CALM, DRIFTED, SOURCE, Run

ALERTS = {"origin_delay_2h", "dep_delay", "p_on_time", "p_late", "p_very_late", "confidence"}


def write(path: str, sql: str) -> None:
    with duckdb.connect(path) as connection:
        connection.execute(sql)


def report_of(text: str) -> DriftReport:
    return DriftReport.model_validate_json(text)


def test_calm_windows_exit_with_0(folder: Path, run: Run) -> None:
    result = run("check", "flights", *CALM)
    assert (result.code, result.err) == (0, "")
    assert "No alert" in result.out


def test_drifted_windows_exit_with_1_and_name_what_drifted(folder: Path, run: Run) -> None:
    result = run("check", *DRIFTED)
    assert result.code == 1
    for words in ("origin_delay_2h", "critical", "12,520 rows", "reject rate", "17.2%", "28.6%", "users affected"):
        assert words in result.out


def test_the_worst_feature_comes_first(folder: Path, run: Run) -> None:
    lines = run("check", *DRIFTED).out.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("feature "))
    names = [line.split()[0] for line in lines[first + 1 : first + 5]]
    assert names == ["origin_delay_2h", "p_very_late", "p_on_time", "dep_delay"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--fail-on", "never"], 0),
        (["--fail-on", "critical"], 1),
        (["--fail-on", "critical", "--feature", "dep_delay", "--reject-rate", "0.5"], 0),
        (["--feature", "dep_delay", "--reject-rate", "0.5"], 1),
        (["--psi", "9", "--ks", "1", "--reject-rate", "0.5", "--class-shift", "0.9"], 0),
    ],
)
def test_fail_on_decides_which_alerts_count(folder: Path, run: Run, arguments: list[str], code: int) -> None:
    assert run("check", "flights", *DRIFTED, *arguments).code == code


def test_a_check_without_an_answer_exits_with_3_and_says_why(empty: Path, run: Run) -> None:
    for name in ("a", "b"):
        write(":memory:", f"copy (select i * 1.0 as x from range(5) t(i)) to '{name}.csv'")
    result = run("check", "a.csv", "b.csv")
    assert result.code == 3
    assert "Not computed" in result.out
    assert "PSI and KS of x" in result.out
    assert run("check", "a.csv", "b.csv", "--fail-on", "never").code == 3


def test_alerts_win_over_checks_without_an_answer(empty: Path, run: Run) -> None:
    for name, shift in (("a", 0), ("b", 900)):
        write(
            ":memory:", f"copy (select i + {shift} as x, null::double as y from range(1000) t(i)) to '{name}.parquet'"
        )
    result = run("check", "a.parquet", "b.parquet")
    assert "Not computed" in result.out
    assert result.code == 1


def test_a_file_that_is_no_database_exits_with_3(empty: Path, run: Run) -> None:
    Path("x.duckdb").write_text("this is not a database " * 1000)
    run("check", "t", "--db", "x.duckdb").refused(3)


def test_json_is_one_report(folder: Path, run: Run) -> None:
    result = run("check", *DRIFTED, "--json")
    report = report_of(result.out)
    assert result.code == 1
    assert report.monitor == "flights"
    assert {name for alert in report.alerts for name in alert.affected_features} == ALERTS
    assert report_of(report.model_dump_json()) == report


def test_several_monitors_are_an_array(folder: Path, run: Run) -> None:
    text = Path("driftql.toml").read_text()
    second = text[text.index("[monitors.flights]") :].replace("monitors.flights", "monitors.again")
    Path("driftql.toml").write_text(text + second)
    result = run("check", "--json", "--output", "out/reports.json")
    reports = [DriftReport.model_validate(part) for part in json.loads(result.out)]
    assert [report.monitor for report in reports] == ["flights", "again"]
    assert json.loads(Path("out/reports.json").read_text()) == json.loads(result.out)
    text = run("check").out
    assert text.index("Monitor flights") < text.index("Monitor again")


def test_a_broken_monitor_does_not_stop_the_others(folder: Path, run: Run) -> None:
    with Path("driftql.toml").open("a") as file:
        file.write('\n[monitors.broken]\ntable = "nowhere"\n')
    result = run("check", *CALM, "--json")
    report, failed = json.loads(result.out)
    assert report["monitor"] == "flights"
    sentence = "there is no table 'nowhere' in driftql_demo.duckdb; there are: flights"
    assert failed == {"monitor": "broken", "error": sentence, "exit_code": 2}
    assert "monitor broken: there is no table 'nowhere'" in result.refused(2)


def test_output_and_quiet(folder: Path, run: Run) -> None:
    result = run("check", "flights", *DRIFTED, "--output", "report.json", "--quiet")
    assert (result.code, result.out, result.err) == (1, "", "")
    assert report_of(Path("report.json").read_text()).any_critical
    assert not list(Path().glob(".*part"))


def test_two_files_are_compared_without_any_database(empty: Path, folder: Path, run: Run) -> None:
    Path("driftql.toml").unlink()
    Path("driftql_demo.duckdb").unlink()
    result = run("check", "february.parquet", "june.parquet", "--probabilities", "p_*", "--json")
    report = report_of(result.out)
    assert result.code == 1
    assert (report.reference.source, report.current.source) == ("february.parquet", "june.parquet")
    assert report.config["columns"]["probabilities"] == ["p_on_time", "p_late", "p_very_late"]
    assert report.entropy_drift is not None


def test_files_are_compared_where_the_settings_name_a_lost_database(folder: Path, run: Run) -> None:
    Path("driftql_demo.duckdb").unlink()
    assert run("check", "february.parquet", "june.parquet").code == 1
    run("check").refused(2)


def used(text: str) -> dict[str, Any]:
    return report_of(text).config


def test_flags_override_a_monitor(folder: Path, run: Run) -> None:
    flags = ["--psi", "0.3", "--bins", "7", "--ks", "0.2", "--alpha", "0.01", "--no-evidence", "--min-rows", "33"]
    more = ["--epsilon", "0.001", "--entropy-ratio", "3", "--class-shift", "0.2", "--reject-rate", "0.3"]
    settings = used(run("check", "flights", *DRIFTED, *flags, *more, "--json", "--exclude", "d*").out)
    assert settings["thresholds"] == {
        **settings["thresholds"],
        "psi": 0.3,
        "psi_bins": 7,
        "ks": 0.2,
        "alpha": 0.01,
        "evidence": False,
        "min_rows": 33,
        "psi_epsilon": 0.001,
        "entropy_ratio": 3,
        "class_shift": 0.2,
        "reject_rate_increase": 0.3,
    }
    assert "dep_delay" not in settings["features"]
    assert "seats" in settings["features"]


def test_effects_within_the_noise_of_days_are_unproven(folder: Path, run: Run) -> None:
    found = run("check", "flights", *DRIFTED, "--evidence-of", "days")
    assert found.code == 0
    assert re.search(r"dep_delay .* unproven", found.out)
    assert re.search(r"Unproven\n  \w+ \w+ [\d.]+: [\d,]+ rows of \d+ days count as \d+", found.out)


def test_roles_by_flag(empty: Path, run: Run) -> None:
    write(
        "d.duckdb",
        "create table t as select 'u' || (i % 9) as who, timestamp '2026-01-01' + interval (i) hour as at, "
        "timestamp '2026-01-01' + interval (i + 1) hour as till, ['a', 'no'][1 + i % 2] as said, random() as x, "
        "[0.5, 0.5]::double[] as ps, 0.5 as sure, 'v1' as v from range(1000) t(i)",
    )
    flags = ["--time", "at", "--time-end", "till", "--user", "who", "--label", "said", "--reject-label", "no"]
    more = ["--probabilities", "ps", "--confidence", "sure", "--schema-version", "v", "--json"]
    report = report_of(run("check", "t", "--db", "d.duckdb", *flags, *more).out)
    assert report.config["columns"] == {
        "user": "who",
        "bucket_start": "at",
        "bucket_end": "till",
        "label": "said",
        "probabilities": ["ps"],
        "confidence": "sure",
        "schema_version": "v",
        "reject_label": "no",
    }
    assert report.config["features"] == ["x"]
    assert report.reject_rate_drift is not None
    assert report.reject_rate_drift.cur_rate == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("arguments", "start", "end"),
    [
        (["--current", "2013-10-20.."], "2013-10-20T00:00:00", None),
        (["--current", "2013-10-20..2013-10-25T12:30"], "2013-10-20T00:00:00", "2013-10-25T12:30:00"),
        (["--reference", "..2013-02-20", "--current", "2013-10-20.."], "2013-10-20T00:00:00", None),
    ],
)
def test_ranges(folder: Path, run: Run, arguments: list[str], start: str, end: str | None) -> None:
    if "--reference" not in arguments:
        arguments = [*arguments, "--reference", "2013-09-01..2013-10-01"]
    current = report_of(run("check", "flights", *arguments, "--json").out).current
    assert current.start is not None
    assert current.start.isoformat() == start
    assert (current.end.isoformat() if current.end else None) == end


def test_a_span_is_counted_back_from_the_newest_row(folder: Path, run: Run) -> None:
    report = report_of(run("check", "flights", "--current", "36h", "--reference", "2w", "--json").out)
    assert report.current.start is not None
    assert report.current.end is not None
    assert (report.current.end - report.current.start).total_seconds() == 36 * 3600
    assert report.reference.end == report.current.start


def test_filter_narrows_both_windows_and_keeps_the_default_windows(folder: Path, run: Run) -> None:
    Path("driftql.toml").unlink()
    arguments = ["check", "flights", "--db", "driftql_demo.duckdb", "--filter", "user_id = 'UA'", "--json"]
    report = report_of(run(*arguments).out)
    assert report.reference.filter == report.current.filter == "user_id = 'UA'"
    assert 0 < report.current.rows < 2000
    both = report_of(run(*arguments, "--current-filter", "dep_delay < 60", "--current", "5d", "--reference", "5d").out)
    assert both.current.filter == "(dep_delay < 60) and (user_id = 'UA')"


def test_two_filters_tell_windows_apart(folder: Path, run: Run) -> None:
    windows = ["--reference-filter", "user_id = 'UA'", "--current-filter", "user_id = 'DL'"]
    report = report_of(run("check", "february.parquet", *windows, "--json").out)
    assert report.reference.rows
    assert report.current.rows


def test_record_and_enqueue(folder: Path, run: Run) -> None:
    result = run("check", "flights", *DRIFTED, "--record", "--enqueue")
    assert "Recorded in driftql_runs" in result.out
    assert "in the labeling queue driftql_queue" in result.out
    assert "driftql queue list" in result.out
    with duckdb.connect("driftql_demo.duckdb", read_only=True) as connection:
        assert connection.sql("select count(*) from driftql_runs").fetchall() == [(1,)]
        assert connection.sql("select count(*) from driftql_queue").fetchall() == [(50,)]


def test_the_settings_can_ask_for_record_and_queue_and_flags_can_refuse(folder: Path, run: Run) -> None:
    text = Path("driftql.toml").read_text().replace("# auto = false", "auto = true")
    Path("driftql.toml").write_text(text + "\n[history]\nrecord = true\n")
    assert "Recorded" in run("check", *DRIFTED).out
    refused = run("check", *DRIFTED, "--no-record", "--no-enqueue").out
    assert "Recorded" not in refused
    assert "new rows in the labeling queue" not in refused


def test_what_was_found_is_shown_even_where_it_cannot_be_kept(folder: Path, run: Run) -> None:
    text = Path("driftql.toml").read_text().replace('# table = "driftql_queue"', 'table = "flights"')
    Path("driftql.toml").write_text(text)
    result = run("check", *DRIFTED, "--enqueue")
    assert "8 alerts" in result.out
    assert "not a labeling queue" in result.refused(1)
    assert report_of(run("check", *DRIFTED, "--enqueue", "--json").out).alerts


@pytest.mark.parametrize("flag", ["--record", "--enqueue"])
def test_there_must_be_a_database_to_write_to(folder: Path, run: Run, flag: str) -> None:
    Path("driftql.toml").unlink()
    assert flag in run("check", "february.parquet", "june.parquet", flag).refused(2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nope"], "there is no table 'nope'"),
        (["flihgts"], "did you mean 'flights'?"),
        (["flights", "--psi", "-1"], "--psi: "),
        (["flights", "--bins", "1"], "--bins: "),
        (["flights", "--bins", "many"], "'--bins'"),
        (["flights", "--nope"], "no such option"),
        (["flights", "--current", "someday"], "--current is 'someday': write a span"),
        (["flights", "--current", ".."], "at least one end"),
        (["flights", "--current", "2013-02-30.."], "--current: "),
        (["flights", "--reference", "2013-02-02..2013-02-01"], "--reference: the window is reversed"),
        (["flights", "--feature", "nope"], "no column 'nope'"),
        (["flights", "--time", "nope"], "no column 'nope'"),
        (["flights", "--current-filter", "1; drop table flights"], "one condition, not a statement"),
        (["flights", "--config", "none.toml"], "there is no file none.toml"),
        (["flights", "--db", "none.duckdb"], "there is no database file none.duckdb"),
        (["flights", "--fail-on", "sometimes"], "--fail-on is 'sometimes'"),
        (["flights", "--threads", "0"], "1 to 512 threads, not 0"),
        (["flights", "--threads", "1000000"], "1 to 512 threads, not 1000000"),
        (["flights", "--memory-limit", "4X"], "DuckDB does not accept the setting"),
        (["february.parquet", "nope.parquet"], "there is no file nope.parquet"),
        (["a", "b", "c"], "unexpected extra argument"),
        (["flights", "--output", "."], "a folder; name a file"),
    ],
)
def test_wrong_usage_is_one_sentence(folder: Path, run: Run, arguments: list[str], words: str) -> None:
    assert words in run("check", *arguments).refused(2)


def test_nothing_to_check_says_what_to_do(empty: Path, run: Run) -> None:
    sentence = run("check").refused(2)
    assert "there is no driftql.toml here" in sentence
    assert "driftql init" in sentence
    Path("driftql.toml").write_text("")
    assert "names no monitors" in run("check").refused(2)


def test_a_password_is_never_shown(empty: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgres://me:s3cret@host/db"
    monkeypatch.setenv("DB", url)
    Path("driftql.toml").write_text('[warehouse]\nurl = "${DB}"\n[monitors.a]\ntable = "t"\n')
    for arguments in (["check", "t", "--db", url], ["check"], ["queue", "list"], ["history"], ["init", "--db", url]):
        assert "s3cret" not in run(*arguments, *(["--force"] if "init" in arguments else [])).refused(3)


def test_markup_and_control_characters_of_the_user_do_nothing(empty: Path, run: Run) -> None:
    write(
        "m.duckdb",
        "create table \"[red]t[/red]\" as select '[bold]u' || (i % 5) as user_id, "
        "['[link=x]a', chr(27) || '[31mb' || chr(10) || 'c'][1 + (i > 500)::int] as predicted_label, "
        'i as "[/]x[blink]", i > 500 as late from range(1000) t(i)',
    )
    windows = ["--reference-filter", "not late", "--current-filter", "late"]
    result = run("check", "[red]t[/red]", "--db", "m.duckdb", *windows)
    assert result.code == 1
    assert "\x1b" not in result.out
    for words in ("[red]t[/red]", "[/]x[blink]", "[link=x]a", "[bold]u"):
        assert words in result.out


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(folder: Path, run: Run, width: int, monkeypatch: Any) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    # What to type next is never wrapped.
    lines = run("check", *DRIFTED).out.partition("\nNext\n")[0].splitlines()
    assert max(map(len, lines)) <= width
    row = next(line for line in lines if line.startswith("origin_delay_2h") and "0.438" in line)
    assert "critical" in row


def test_long_names_keep_their_ends_and_only_the_worst_features_are_shown(empty: Path, run: Run) -> None:
    columns = ", ".join(f"random() + (i > 500)::int * {k} as a_very_long_name_of_a_sensor_{k:02}" for k in range(50))
    write("w.duckdb", f"create table t as select i, {columns} from range(1000) t(i)")
    windows = ["--reference-filter", "i <= 500", "--current-filter", "i > 500"]
    result = run("check", "t", "--db", "w.duckdb", *windows, "--exclude", "i")
    table = result.out.partition("feature ")[2].partition("more features are not shown")[0]
    assert len(set(re.findall(r"…\w*_sensor_(\d\d) ", table))) == 40
    assert table.endswith("\n10 ")
    assert "more alerts not listed here" in result.out


def test_colour_only_on_demand(folder: Path, spawn: Run) -> None:
    arguments = ["check", "flights", *DRIFTED]
    assert "\x1b[" not in spawn(*arguments).out
    assert "\x1b[" in spawn(*arguments, FORCE_COLOR="1").out
    coloured = spawn(*arguments, FORCE_COLOR="1", NO_COLOR="1").out
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", coloured)


def test_an_ascii_terminal_shows_something(folder: Path, spawn: Run) -> None:
    result = spawn("check", "flights", *DRIFTED, PYTHONIOENCODING="ascii")
    assert result.code == 1
    assert result.out.isascii()
    assert "origin_delay_2h" in result.out


def test_nothing_but_the_report_on_stdout_and_nothing_on_stderr(folder: Path, spawn: Run) -> None:
    result = spawn("check", *DRIFTED, "--json")
    assert (result.code, result.err) == (1, "")
    assert report_of(result.out).alerts


def test_a_defect_is_one_sentence_and_a_traceback_only_on_demand(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("driftql.check.run.check_monitor", fail)
    assert "RuntimeError: two lines" in run("check").refused(3)
    monkeypatch.setenv("DRIFTQL_DEBUG", "1")
    assert "Traceback" in run("check").err


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_ends_a_long_statement_at_once(empty: Path) -> None:
    # To read it takes minutes.
    write(
        "big.duckdb",
        "create view t as select i, hash(i) * 1.0 as x, hash(i + 1) * 1.0 as y from range(4000000000) t(i)",
    )
    windows = ["--reference-filter", "i % 2 = 0", "--current-filter", "i % 2 = 1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "driftql", "check", "t", "--db", "big.duckdb", *windows],
        env={**os.environ, "PYTHONPATH": SOURCE},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(2.5)
    assert process.poll() is None, "the check was too quick to be interrupted"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err.strip()) == (130, "", "interrupted")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
@pytest.mark.parametrize("command", ["schema", "check flights --json", "check flights"])
def test_a_closed_pipe_is_no_error(folder: Path, command: str) -> None:
    result = subprocess.run(
        f"{sys.executable} -m driftql {command} | true",
        shell=True,
        env={**os.environ, "PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr == ""


def test_columns_that_are_not_looked_at_are_named(empty: Path, run: Run) -> None:
    texts = ", ".join(f"i || ' text' as t{number}" for number in range(12))
    for name in ("r", "c"):
        duckdb.sql(f"copy (select i as z, {texts}, 'high' as confidence from range(400) t(i)) to '{name}.parquet'")
    shown = " ".join(run("check", "r.parquet", "c.parquet").out.split())
    assert "Not looked at: t0 (free text), t1 (free text), " in shown
    assert "t9 (free text), and 3 more; --json names all" in shown
    assert "the column 'confidence' of r.parquet is VARCHAR, but a confidence is a number; it is left out" in shown
    report = json.loads(run("check", "r.parquet", "c.parquet", "--json").out)
    assert [column["column"] for column in report["columns_left_out"]] == [*(f"t{k}" for k in range(12)), "confidence"]
    named = " ".join(run("check", "r.parquet", "c.parquet", "-f", "z", "--confidence", "").out.split())
    assert "Not looked at: 13 columns are not among the features that were named" in named
    assert "Warnings" not in named
    for command in (["sql"], ["check", "--explain"]):
        assert "Not looked at: t0 (" in run(command[0], "r.parquet", "c.parquet", *command[1:]).out


def test_a_name_to_exclude_that_is_no_column(empty: Path, run: Run) -> None:
    duckdb.sql("copy (select i as z, i as amount from range(400) t(i)) to 'r.parquet'")
    sentence = run("check", "r.parquet", "r.parquet", "--exclude", "amuont").refused(2)
    assert "there is no column 'amuont' to exclude in r.parquet; did you mean 'amount'?" in sentence


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["--user", "a", "--user", "b"], "--user"),
        (["--psi", "0.1", "--psi=0.1"], "--psi"),
        (["--record", "--no-record"], "--record"),
        (["--db", "a.duckdb", "--db", "b.duckdb"], "--db"),
        (["--fail-on", "never", "--fail-on", "warning"], "--fail-on"),
    ],
)
def test_an_option_for_one_value_is_refused_when_given_twice(
    empty: Path, run: Run, arguments: list[str], option: str
) -> None:
    assert run("check", "t", *arguments).refused(2) == f"driftql: {option} is given twice; it takes one value"


def test_options_that_repeat_and_plain_switches_may_be_given_twice(folder: Path, run: Run) -> None:
    result = run("check", *CALM, "-q", "-q", "-f", "dep_delay", "-f", "distance_miles", "--fail-on", "never")
    assert (result.code, result.out, result.err) == (0, "", "")


def test_two_monitors_are_both_checked(folder: Path, run: Run) -> None:
    text = Path("driftql.toml").read_text(encoding="utf-8")
    Path("driftql.toml").write_text(
        text + text[text.index("[monitors.") :].replace("[monitors.flights", "[monitors.two")
    )
    result = run("check", "flights", "two", *CALM, "--json")
    assert [report["monitor"] for report in json.loads(result.out)] == ["flights", "two"], result.err
