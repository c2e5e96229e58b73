"""Rows that come back are read by column name, however an engine folds the case of names."""

from __future__ import annotations

import pytest

from tests.conformance.engines_here import Here, Session


@pytest.mark.needs("check")
def test_values_by_name(here: Here, session: Session) -> None:
    with session.connect() as warehouse:
        first, second = warehouse.query("select 1 as feature, 2 as REF_N union all select 3, 4 order by 1")
        assert warehouse.query("select one from (select 1 as one) as ones where one = 0") == []
    assert (first["feature"], first["ref_n"]) == (1, 2)
    assert tuple(first) == (1, 2)
    assert second.as_dict() == {"feature": 3, "ref_n": 4}
    with pytest.raises(KeyError):
        first["cur_n"]
