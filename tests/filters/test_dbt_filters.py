"""dbt's Jinja has no parser: what its vetting takes, Python's takes too, and the ordinary filters are taken by both."""

from __future__ import annotations

import pytest

from driftql.engines import ENGINES
from driftql.errors import FragmentError
from driftql.sql.conditions import condition
from tests.filters.hostile import CHANGING, HOSTILE, OTHERWISE
from tests.filters.sound import COLUMNS, SOUND
from tests.filters.test_sound_filters import DUCKDB
from tests.support.dbt_host import Refused, macro
from tests.support.known_functions import known_functions, path
from tests.support.refusals import refused

HOSTILE_COLUMNS = ["x", "s", "l", "st", "ts", "user"]
ORDINARY = {**SOUND, "duckdb": DUCKDB}
# Python knows the table's name, quoted names of functions and escapes; a filter of dbt needs none of these.
REFUSED_IN_DBT_ALONE = ("events.", "EVENTS.", '"events".', "events .", '"lower"(', "it\\'s")
# The database refuses these itself: they name no column, or a parameter that nobody gives.
LEFT_TO_THE_DATABASE = {
    "tableoid > 0",
    "{x:UInt8} = 1",
    "@p > 1",
    "x = :p",
    "len([v for v in v]) > 0",
    "len([v for v in l]) > v",
    "list_transform(l, lambda v: w) = []",
}


def vet(engine: str, text: str, columns: list[str], allowed: tuple[str, ...] = ()) -> None:
    macro(engine, "_vet_filter")(text, [{"name": name} for name in columns], list(allowed), "the filter")


def test_the_lists_are_those_of_python() -> None:
    told = "out of date: python -m tests.support.known_functions writes it again"
    assert path().read_text(encoding="utf-8") == known_functions(), told


@pytest.mark.parametrize("engine", ENGINES)
def test_what_could_do_more_than_choose_rows_is_refused(engine: str) -> None:
    texts = [text for text, _ in HOSTILE[engine]] + CHANGING[engine]
    texts += [text for name, text, _ in OTHERWISE if name == engine and text not in LEFT_TO_THE_DATABASE]
    texts += [
        "x > 1) or (1 = 1",
        "x > 1; drop table t",
        "x > 1 -- y",
        "x /* y */ > 1",
        "x in (select 1)",
        "x in (from t)",
    ]
    taken = []
    for text in texts:
        try:
            vet(engine, text, HOSTILE_COLUMNS)
        except Refused:
            continue
        taken.append(text)
    assert not taken
    for text, name in [*HOSTILE[engine][:5], *[(text, None) for text in CHANGING[engine]]]:
        with pytest.raises(Refused) as raised:
            vet(engine, text, HOSTILE_COLUMNS)
        assert (
            "gives another answer" in str(raised.value) if name is None else name.lower() in str(raised.value).lower()
        )


@pytest.mark.parametrize("engine", ORDINARY)
def test_ordinary_filters_are_taken(engine: str) -> None:
    wrong = {}
    for text in ORDINARY[engine]:
        if any(mark in text for mark in REFUSED_IN_DBT_ALONE):
            continue
        try:
            vet(engine, text, [*COLUMNS, "k", "n", "u", "m", "st"])
        except Refused as error:
            wrong[text] = str(error)
    assert not wrong
    assert len(ORDINARY[engine]) > 70


@pytest.mark.parametrize("engine", ENGINES)
def test_what_the_project_allows_is_taken(engine: str) -> None:
    vet(engine, "my_udf(x) > 1", HOSTILE_COLUMNS, ("MY_UDF",))
    with refused(FragmentError, "my_udf"):
        condition("my_udf(x) > 1", ENGINES[engine], HOSTILE_COLUMNS, "the filter")
    told = 'the function my_udf is not known to be free of side effects; allow it with allow_functions: \\["my_udf"\\]'
    with pytest.raises(Refused, match=told):
        vet(engine, "my_udf(x) > 1", HOSTILE_COLUMNS)
