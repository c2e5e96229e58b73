"""The defaults of the dbt package are those of driftql."""

from __future__ import annotations

import re
from typing import Any

import jinja2

from driftql.config import HistoryConfig, QueueConfig, Roles, Thresholds
from driftql.sql.render import sql_folder


def dbt_defaults() -> dict[str, Any]:
    """Return what the macro that holds the defaults returns."""
    [(path, name)] = [
        (path, match[1])
        for path in (sql_folder() / "dbt").rglob("*.sql")
        if (match := re.search(r"macro (_?default_settings)\(", path.read_text(encoding="utf-8")))
    ]
    returned: list[dict[str, Any]] = []
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    # A module of Jinja does not show names that begin with an underscore.
    text = path.read_text(encoding="utf-8").replace(f"macro {name}(", "macro defaults(")
    environment.from_string(text, {"return": returned.append}).module.defaults()  # type: ignore[attr-defined]
    return returned[0]


def test_defaults_of_dbt_are_those_of_the_settings() -> None:
    defaults = dbt_defaults()
    assert defaults["thresholds"] == Thresholds().model_dump()
    assert defaults["reject_label"] == Roles().reject_label
    assert {name: defaults["queue"][name] for name in ("table", "limit")} == QueueConfig().model_dump(
        include={"table", "limit"}
    )
    assert defaults["history"]["prefix"] == HistoryConfig().prefix
    # The hook asks for buckets of users, not for single rows.
    roles = set(Roles.model_fields) - {"reject_label", "bucket_start", "bucket_end", "row_id"}
    assert {name: defaults[name] for name in roles} == dict.fromkeys(roles)
