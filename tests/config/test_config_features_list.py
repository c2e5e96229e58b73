"""A single name where a list of names is wanted."""

from __future__ import annotations

import pytest

from driftql.config import MonitorConfig, validate
from driftql.errors import ConfigError


@pytest.mark.parametrize("key", ["features", "categories"])
def test_a_name_alone_is_told_to_be_a_list(key: str) -> None:
    with pytest.raises(ConfigError, match=f"{key}: write a list of names, such as .* or 'auto'"):
        validate(MonitorConfig, {"table": "t", key: "plan"}, "driftql.toml")
