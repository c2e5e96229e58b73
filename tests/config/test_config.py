"""``driftql.toml``, its schema, time spans and the environment."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import driftql
from driftql.config import (
    Config,
    MonitorConfig,
    WindowConfig,
    expand_environment,
    json_schema,
    parse_duration,
    validate,
)
from driftql.errors import ConfigError, nearest

FULL = """
[warehouse]
url = "duckdb:///flights.duckdb"
threads = 2
memory_limit = "4GB"

[history]
record = true
prefix = "bi.drift_"

[monitors.flights]
table = "flights"
features = ["dep_*", "seats"]
exclude = ["dep_id"]
user_lookups = 3

[monitors.flights.columns]
user = "carrier"
bucket_start = "start"
bucket_end = "stop"
label = "predicted"
probabilities = ["p_*"]
confidence = "sure"
schema_version = "version"
reject_label = "none"

[monitors.flights.reference]
table = "old_flights"
start = 2026-01-01
end = 2026-01-31T12:00:00Z

[monitors.flights.current]
last = "7d"
filter = "origin = 'JFK'"

[monitors.flights.thresholds]
psi = 0.25
psi_bins = 20
evidence = false

[monitors.flights.queue]
table = "todo"
auto = true
limit = 10

[monitors."a b"]
table = "other"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "driftql.toml"


def test_everything(path: Path) -> None:
    path.write_text(FULL, encoding="utf-8")
    config = driftql.load_config(path)
    assert config.warehouse.url.get_secret_value() == "duckdb:///flights.duckdb"
    assert (config.warehouse.threads, config.warehouse.memory_limit) == (2, "4GB")
    assert (config.history.record, config.history.prefix) == (True, "bi.drift_")
    assert sorted(config.monitors) == ["a b", "flights"]
    monitor = config.monitor("flights")
    assert monitor.features == ["dep_*", "seats"]
    assert monitor.columns.probabilities == ["p_*"]
    assert monitor.reference.start == dt.datetime(2026, 1, 1)
    assert monitor.reference.end == dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)
    assert monitor.current.last == "7d"
    assert (monitor.thresholds.psi, monitor.thresholds.psi_bins, monitor.thresholds.evidence) == (0.25, 20, False)
    assert monitor.thresholds.ks == 0.05
    assert (monitor.queue.table, monitor.queue.auto, monitor.queue.limit) == ("todo", True, 10)
    assert config.monitor("a b") == MonitorConfig(table="other")


def test_an_empty_file_is_all_defaults(path: Path) -> None:
    path.write_text("", encoding="utf-8")
    assert driftql.load_config(path) == Config()


def test_a_file_with_a_byte_order_mark_or_other_line_ends(path: Path) -> None:
    path.write_bytes(FULL.replace("\n", "\r\n").encode())
    assert driftql.load_config(path).monitor("flights").table == "flights"


def test_settings_survive_a_round_trip(path: Path) -> None:
    path.write_text(FULL, encoding="utf-8")
    config = driftql.load_config(path)
    for monitor in config.monitors.values():
        assert MonitorConfig.model_validate_json(monitor.model_dump_json()) == monitor
        assert MonitorConfig.model_validate(monitor.model_dump(exclude_unset=True)) == monitor


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", dt.datetime(2026, 1, 31)),
        ("2026-01-31T12:30", dt.datetime(2026, 1, 31, 12, 30)),
        ("2026-01-31 12:30:01.5", dt.datetime(2026, 1, 31, 12, 30, 1, 500000)),
        ("2026-01-31T12:30Z", dt.datetime(2026, 1, 31, 12, 30, tzinfo=dt.UTC)),
        ("2026-01-31T12:30+02:00", dt.datetime(2026, 1, 31, 10, 30, tzinfo=dt.UTC)),
        (" 2026-01-31 ", dt.datetime(2026, 1, 31)),
        (dt.date(2026, 1, 31), dt.datetime(2026, 1, 31)),
        (
            dt.datetime(2026, 1, 31, 1, tzinfo=dt.timezone(dt.timedelta(hours=2))),
            dt.datetime(2026, 1, 30, 23, tzinfo=dt.UTC),
        ),
        (np.datetime64("2026-01-31T01:00:00.123456789"), dt.datetime(2026, 1, 31, 1, 0, 0, 123456)),
        (pd.Timestamp("2026-01-31", tz="Europe/Amsterdam"), dt.datetime(2026, 1, 30, 23, tzinfo=dt.UTC)),
        (pd.Timestamp("2026-01-31 00:00:00.000000999"), dt.datetime(2026, 1, 31)),
    ],
)
def test_moments_with_an_offset_are_instants_and_others_stay_local(text: Any, moment: dt.datetime) -> None:
    assert validate(WindowConfig, {"start": text}, "x").start == moment


@pytest.mark.parametrize("value", ["a", "", "p/w@host:1", "${OTHER}", "\\1", "äöü"])
def test_the_environment(value: str) -> None:
    environment = {"NAME": value, "OTHER": "no"}
    assert expand_environment("duckdb:///${NAME}/x", environment) == f"duckdb:///{value}/x"
    assert expand_environment("${NAME}${NAME}", environment) == value * 2
    assert expand_environment("$NAME {NAME} $", environment) == "$NAME {NAME} $"


def test_the_environment_of_the_process(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIFTQL_TEST_FOLDER", "/data")
    path.write_text("[warehouse]\nurl = '${DRIFTQL_TEST_FOLDER}/a.duckdb'\n", encoding="utf-8")
    assert driftql.load_config(path).warehouse.url.get_secret_value() == "/data/a.duckdb"


def test_only_the_connection_is_expanded(path: Path) -> None:
    path.write_text("[monitors.a]\ntable = '${HOME}'\n", encoding="utf-8")
    assert driftql.load_config(path).monitor("a").table == "${HOME}"


UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


@given(st.integers(1, 10_000), st.sampled_from(sorted(UNITS)), st.text(" \t", max_size=2), st.text(" ", max_size=2))
def test_durations(number: int, unit: str, before: str, between: str) -> None:
    span = parse_duration(f"{before}{number}{between}{unit}{before}")
    assert span == dt.timedelta(seconds=number * UNITS[unit])


@given(st.decimals(min_value="0.1", max_value=1000, places=2), st.sampled_from(sorted(UNITS)))
def test_durations_with_a_fraction(number: Any, unit: str) -> None:
    assert parse_duration(f"{number}{unit}").total_seconds() == pytest.approx(float(number) * UNITS[unit], abs=1e-6)


@given(st.text(max_size=12))
def test_any_text_is_a_duration_or_is_refused(text: str) -> None:
    told = ""
    span = dt.timedelta(0)
    try:
        span = parse_duration(text)
    except ConfigError as error:
        told = str(error)
    assert span > dt.timedelta(0) or "7d or 36h" in told


@pytest.mark.parametrize(
    "text", ["0d", "0.0s", "-1d", "1", "d", "1D", "1 year", "1e2d", "\u0661d", "1d1h", "", "0.0000001s"]
)
def test_no_durations(text: str) -> None:
    with pytest.raises(ConfigError, match="is not a time span"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["99999999999999999999d", "9" * 400 + "w", "3000000w"])
def test_durations_beyond_all_time(text: str) -> None:
    with pytest.raises(ConfigError, match="is not a time span"):
        parse_duration(text)


def subschemas(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property of every object, with where it is."""
    for owner, part in [("", schema), *schema["$defs"].items()]:
        for name, member in part.get("properties", {}).items():
            yield f"{owner}.{name}", member


def _referred(member: dict[str, Any]) -> str:
    """Return the model that a property refers to; older versions of pydantic wrap it."""
    inner = member["allOf"][0] if "allOf" in member else member
    return str(inner["$ref"]).removeprefix("#/$defs/")


def test_every_setting_is_described() -> None:
    found = dict(subschemas(json_schema()))
    assert len(found) > 40
    models = json_schema()["$defs"]
    for where, member in found.items():
        # pydantic leaves out what the model that is referred to says in the same words.
        told = member.get("description") or models[_referred(member)]["description"]
        assert len(told) > 10, where
        assert told.endswith("."), where


def test_no_setting_is_required() -> None:
    """A file may leave anything out."""
    assert "required" not in json_schema()
    assert not any("required" in part for part in json_schema()["$defs"].values())


def test_the_schema_is_one_of_draft_2020_12() -> None:
    """By the words it uses and what they hold, as the draft's meta-schema wants them."""
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(schema)) == schema
    kinds = {"array", "boolean", "integer", "null", "number", "object", "string"}
    words = {
        *(
            "$defs",
            "$ref",
            "$schema",
            "additionalProperties",
            "allOf",
            "anyOf",
            "const",
            "default",
            "description",
            "enum",
        ),
        *(
            "exclusiveMaximum",
            "exclusiveMinimum",
            "format",
            "items",
            "maximum",
            "maxItems",
            "maxLength",
            "minItems",
            "minLength",
            "minimum",
            "pattern",
        ),
        *("properties", "title", "type", "writeOnly"),
    }

    def visit(part: Any) -> None:
        if isinstance(part, bool):
            return
        assert isinstance(part, dict)
        assert set(part) <= words, set(part) - words
        assert part.get("type", "null") in kinds
        if "$ref" in part:
            assert part["$ref"].removeprefix("#/$defs/") in schema["$defs"]
        for word in ("$defs", "properties"):
            for member in part.get(word, {}).values():
                visit(member)
        for member in [*part.get("anyOf", []), *part.get("allOf", [])]:
            visit(member)
        for word in ("items", "additionalProperties"):
            if word in part:
                visit(part[word])

    visit(schema)
    assert schema["additionalProperties"] is False
    assert all(part["additionalProperties"] is False for part in schema["$defs"].values())


def test_the_schema_knows_every_key_and_no_other() -> None:
    schema = json_schema()
    assert set(schema["properties"]) == set(Config.model_fields)
    assert set(schema["$defs"]["MonitorConfig"]["properties"]) == {
        field.alias or name for name, field in MonitorConfig.model_fields.items()
    }


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("pssi", ["psi", "ks"], "; did you mean 'psi'?"),
        ("PSI", ["psi", "ks"], "; did you mean 'psi'?"),
        ("zzz", ["psi", "ks"], "; there are: psi, ks"),
        ("zzz", [], ""),
        ("zzz", [f"n{k}" for k in range(20)], "; there are: n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, ..."),
        ("user", ["USER_ID", "x"], "; did you mean 'USER_ID'?"),
    ],
)
def test_nearest(name: str, known: list[str], hint: str) -> None:
    assert nearest(name, known) == hint


def test_assignments_are_checked_as_well() -> None:
    config = Config()
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        MonitorConfig().thresholds.psi = -1
    with pytest.raises(ValueError, match="Object has no attribute"):
        config.history.recrod = True  # type: ignore[attr-defined]
