"""dbt and Python make the same text of every macro."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jinja2
import pytest
from jinja2 import nodes

from driftql.engines import ENGINES
from driftql.sql.render import macro_set, sql_folder
from tests.support.examples import examples

if TYPE_CHECKING:
    from tests.dbt.conftest import Airport

MACROS = {path.stem: path for path in (sql_folder() / "macros").rglob("*.sql")}

# Arguments of the small macros, by name; any other is a column called as the argument.
SMALL: dict[str, Any] = {
    "bins": 10,
    "edges": ["1e0", "2e0"],
    "floor": "1e-8",
    "features": [[1, "age", 1], [2, "seats", 0]],
    "fractions": ["5e-2", "5e-1"],
    "has_zone": 1,
    "is_float": 1,
    "is_list": 0,
    "length": 36,
    "min_rows": 10,
    "days": 7,
    "months": 3,
    "probabilities": ["p_a", "p_b"],
    "narrow": 1,
    "repeats": 1,
    "as_double": 1,
    "seconds": 60,
    "steps": [["1e1", "5e-1"], ["1e2", "2.5e-1"]],
    "terms": [["0e0", "1e1", "1e0", 0, 0], ["2e0", "4e0", "9e0", 1, 1]],
    "warp": [2, "2e0", "1e-1"],
    "timeless": ["'at'", "(select 3 as row_count)"],
    "uncounted": [["'columns_left_out'", "'note'", "'it is text'"]],
    "what": "finite values",
}


# Arguments of the macros that make steps, where a name alone does not tell.
STEPS: dict[str, dict[str, Any]] = {
    "query": {"steps": [["one", "a step", "    select 1 as x", 1]], "comment": "all", "final": "select * from one"},
    "threshold_steps": {"settings": {"psi": "2e-1", "reject_label": "'no'"}, "names": ["psi", "reject_label"]},
    "measure_steps": {"clusters": ["user_id", "null"], "measures": [[1, "missing", "age", "age", 0, []]]},
    "missing_count_steps": {
        "missing": [["'age'", "'NaN'", "non_finite", "age"], ["null", "'no label'", "missing", ["a", "b"]]]
    },
    "result_steps": {
        "features": [["'age'", "age", 1]],
        "categories": [["'plan'", "plan", "plan"]],
        "settings": {"entropy_floor": "1e-8", "category_limit": 3},
    },
    "value_steps": {"features": [["'age'", "age", 1]]},
    "label_test_steps": {"checks": ["class_shift"], "has_values": 1},
    "tail_steps": {"has_z": 1},
    "verdict_steps": {"evidence": 1},
}


def calls(engine: str) -> list[dict[str, Any]]:
    """Return every macro of the package, with arguments."""
    made = examples(ENGINES[engine])
    found = []
    for name, path in sorted(MACROS.items()):
        if name in made:
            found += [{"macro": name, "arguments": arguments} for arguments in made[name]]
            continue
        parsed = jinja2.Environment(autoescape=False, extensions=["jinja2.ext.do"]).parse(
            path.read_text(encoding="utf-8")
        )
        arguments = [argument.name for argument in next(parsed.find_all(nodes.Macro)).args]
        values = {one: SMALL.get(one, one) for one in arguments} | STEPS.get(name, {})
        if not _renders(engine, name, values):
            values["features"] = [[*feature, SMALL["warp"], SMALL["terms"]] for feature in values["features"]]
        found.append({"macro": name, "arguments": values})
        if "is_list" in arguments:
            of_list = {"is_list": 1, "probabilities": ["probs"]}
            changed = {one: value for one, value in of_list.items() if one in arguments}
            found.append({"macro": name, "arguments": values | changed})
    return found


def _renders(engine: str, name: str, values: dict[str, Any]) -> bool:
    """Return whether these features have the parts that the macro takes; those of a histogram have a grid too."""
    try:
        macro_set(ENGINES[engine]).macros[name](**values)
    except ValueError:
        return False
    return True


def test_the_text_is_the_same(airport: Airport) -> None:
    wanted = calls(airport.engine)
    assert {call["macro"] for call in wanted} == set(MACROS)
    ran = airport.dbt("run-operation", "render_macros", "--args", json.dumps({"calls": wanted}))
    assert ran.success, ran.text
    [line] = [line for line in ran.lines if line.startswith("rendered: ")]
    made = json.loads(line.removeprefix("rendered: "))
    macros = macro_set(ENGINES[airport.engine]).macros
    assert len(made) == len(wanted)
    for call, text in zip(wanted, made, strict=True):
        assert text == macros[call["macro"]](**call["arguments"]), call["macro"]


def test_no_two_macros_have_one_name() -> None:
    """dbt has one namespace for the whole package."""
    parsed = {
        path: [
            node.name
            for node in jinja2.Environment(autoescape=False, extensions=["jinja2.ext.do"])
            .parse(
                path.read_text(encoding="utf-8").replace("{% test ", "{% macro ").replace("{% endtest ", "{% endmacro ")
            )
            .find_all(nodes.Macro)
        ]
        for folder in ("macros", "dbt")
        for path in (sql_folder() / folder).rglob("*.sql")
    }
    every = [name for found in parsed.values() for name in found]
    assert len(every) == len(set(every)) > 100


@pytest.mark.parametrize("engine", ["duckdb"])
def test_it_is_a_package(engine: str) -> None:
    text = (sql_folder() / "dbt_project.yml").read_text(encoding="utf-8")
    assert "name: driftql\n" in text
    assert "macro-paths: [macros, dbt]\n" in text
    assert "require-dbt-version:" in text
