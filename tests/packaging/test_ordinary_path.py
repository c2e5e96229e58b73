"""An ordinary check loads neither SciPy nor sqlglot: their imports take longer than the check."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from driftql.engines import ENGINES, Engine
from driftql.sql.fragments import identifier, table_parts, text
from tests.support.properties import examples

# Runs commands one after the other: what one of them loads, is still there after the last.
RUN = """
import contextlib, io, json, sys
from driftql.cli.app import app
found = []
for words in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        try:
            app(words)
        except SystemExit as end:
            code = end.code
    loaded = [name for name in ("scipy", "sqlglot") if name in sys.modules]
    found.append({"code": code, "shown": shown.getvalue(), "loaded": loaded})
print(json.dumps(found))
"""
COLUMNS = "x, x * x as y, x > 0 as flag"
LABELS = "case when x > 1 then 'high' else 'low' end as predicted_label, p, 1 - p as q"


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("windows")
    # 11,000 rows take the asymptotic p-values, 700 and 600 the exact ones.
    for size, rows in (("large", (11_000, 10_500)), ("small", (700, 600))):
        for name, shift, count in (("reference", 0, rows[0]), ("calm", 0, rows[1]), ("drifted", 1, rows[1])):
            values = f"select sin(i * 7.13) + cos(i * 3.7) + {shift} as x from range({count}) as numbers(i)"
            with_p = f"select *, 1 / (1 + exp(-x)) as p from ({values})"
            for kind, columns in (("plain", COLUMNS), ("labeled", f"{COLUMNS}, {LABELS}")):
                duckdb.sql(f"select {columns} from ({with_p})").write_parquet(
                    str(folder / f"{kind}_{size}_{name}.parquet")
                )
    return folder


def test_a_check_loads_neither(windows: Path) -> None:
    cases = list(itertools.product(("large", "small"), ("plain", "labeled"), (("calm", ()), ("drifted", ("--json",)))))
    commands = []
    for size, kind, (name, flags) in cases:
        sources = [f"{kind}_{size}_reference.parquet", f"{kind}_{size}_{name}.parquet"]
        probabilities = ("--probabilities", "p", "--probabilities", "q") if kind == "labeled" else ()
        commands.append([*sources, *probabilities, *flags])
    for case, run in zip(cases, run_checks(windows, commands), strict=True):
        assert run["loaded"] == [], case
        assert run["code"] == (1 if case[2][0] == "drifted" else 0), case
        assert ('"any_critical": true' in run["shown"]) == (case[2][0] == "drifted"), case


def test_a_filter_may_load_sqlglot(windows: Path) -> None:
    words = ["plain_small_reference.parquet", "plain_small_calm.parquet", "--filter", "x > -5"]
    [run] = run_checks(windows, [words])
    assert run["shown"]
    assert run["loaded"] == ["sqlglot"]


def run_checks(folder: Path, commands: list[list[str]]) -> list[dict[str, Any]]:
    words = json.dumps([["check", *command] for command in commands])
    ran = subprocess.run([sys.executable, "-c", RUN, words], cwd=folder, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found


@pytest.mark.parametrize("engine", ENGINES.values(), ids=lambda engine: engine.name)
def test_quotes_are_sqlglots(engine: Engine) -> None:
    @examples(100)
    @given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
    def check(words: str) -> None:
        assert identifier(words, engine) == exp.to_identifier(words, quoted=True).sql(dialect=engine.dialect)
        assert text(words, engine) == exp.Literal.string(words).sql(dialect=engine.dialect)

    check()


@pytest.mark.parametrize("engine", ENGINES.values(), ids=lambda engine: engine.name)
@pytest.mark.parametrize(
    "name", ["flights", "main.flights", "lake.main.flights", "a.parquet", "/tmp/a.parquet", "b/*.csv"]
)
def test_parts_of_a_name_are_sqlglots(engine: Engine, name: str) -> None:
    try:
        table = sqlglot.parse_one(name, into=exp.Table, dialect=engine.dialect)
    except sqlglot.errors.SqlglotError:
        table = None
    plain = isinstance(table, exp.Table) and all(isinstance(part, exp.Identifier) for part in table.parts)
    assert table_parts(name, engine) == ([part.name for part in table.parts] if plain else [name])
