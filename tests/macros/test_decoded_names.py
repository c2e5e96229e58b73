"""Python reads what the statements of a check return by column name: every name that comes back, and no other."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pytest

from driftql import run_drift_check
from driftql.check.limits import Limits
from driftql.check.statement import Runner, Statement
from driftql.warehouse.base import Row

# What only the history, SQL that needs no Python, or a person who runs the statement by hand looks at.
UNREAD = {"bucket_range": {"first_bucket"}}


@pytest.mark.parametrize("exact", [False, True], ids=["on grids", "exact"])
def test_every_name_is_read(monkeypatch: pytest.MonkeyPatch, exact: bool) -> None:
    returned, read = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    run = Runner.run

    def run_and_note(runner: Runner, statement: Statement) -> list[Row]:
        class NotedRow(Row):
            def __getitem__(self, key: object) -> object:  # type: ignore[override]
                if isinstance(key, str):
                    read[statement.name].add(key)
                return super().__getitem__(key)  # type: ignore[call-overload]

        noted: list[Row] = []
        for row in run(runner, statement):
            returned[statement.name].update(row.as_dict())
            copy = NotedRow(row)
            copy._places = row._places
            noted.append(copy)
        return noted

    monkeypatch.setattr(Runner, "run", run_and_note)
    rng = np.random.default_rng(3)
    windows = []
    for shift, reject, sureness in ((0.0, 0.05, 20.0), (1.5, 0.6, 1.0)):
        rows = 3_000
        labels = np.where(rng.random(rows) < reject, "Mixed/Unknown", "a")
        table: dict[str, Any] = {
            "user_id": rng.integers(0, 3, rows).astype(str),
            "schema_version": ["1"] * rows,
            "x": rng.normal(shift, 1, rows),
            "few": rng.integers(0, 5, rows),
        }
        windows.append((table, labels, rng.dirichlet((sureness, 1, 1), rows)))
    (ref, ref_labels, ref_probs), (cur, cur_labels, cur_probs) = windows
    limits = Limits(by_value_rows=0, few_values=100)
    report = run_drift_check(
        ref, cur, ref_labels, cur_labels, ref_probs=ref_probs, cur_probs=cur_probs, exact=exact, limits=limits
    )
    assert len(report.alerts) >= 4
    expected = {name: names - UNREAD.get(name, set()) for name, names in returned.items()}
    assert dict(read) == {name: names for name, names in expected.items() if names}
    assert {"window_profile", "label_profile", "confidence_profile", "feature_sample", "feature_counts"} <= set(read)
    assert ("feature_refined" if exact else "feature_histogram") in read
