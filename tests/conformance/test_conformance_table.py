"""The statements about engines agree: their page, the data in ``engines.py``, and the tests that run."""

from __future__ import annotations

import pytest

from driftql.engines import CAPABILITIES, ENGINES, Engine, Gap, require
from driftql.errors import ConfigError
from tests.conformance.engines_here import HERE
from tests.conformance.write_table import PAGE, page_as_it_should_be
from tests.golden.golden_statements import QUEUE, statements


def test_the_page_holds_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_as_it_should_be(), "run 'python -m tests.conformance.write_table'"


def test_every_engine_is_tried_here() -> None:
    assert {here.engine for here in HERE.values()} == set(ENGINES)


@pytest.mark.parametrize("name", [name for name, here in HERE.items() if here.sends])
def test_who_is_spared_the_tests_of_sql_gets_the_same_statements(name: str) -> None:
    """Those of a check: the statements of a queue and of a history are tried on each of them."""
    own, others = (
        {part.name: part.sql for part in statements(engine) if not part.writes and QUEUE not in part.sql}
        for engine in (HERE[name].known, HERE[HERE[name].sends].known)
    )
    assert own
    assert own == others


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_gaps_are_of_known_capabilities_with_a_reason(engine: Engine) -> None:
    assert set(engine.gaps) <= set(CAPABILITIES)
    assert set(engine.limits) <= set(CAPABILITIES) - set(engine.gaps)
    reasons = [*(gap.reason for gap in engine.gaps.values()), *engine.limits.values()]
    assert all(len(reason) > 10 and not reason.endswith(".") for reason in reasons)


def test_a_gap_is_refused_in_words() -> None:
    engine = Engine("toy", "Toy SQL", gaps={"queue": Gap("never", "it has no tables")})
    with pytest.raises(ConfigError, match="does not have the labeling queue on Toy SQL: it has no tables"):
        require(engine, "queue")
    require(engine, "check")
