"""The promise of the default rule, at a size that a test run can afford."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from scipy import stats

PROMISE = 0.06
SURE = 1e-3


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = Path(__file__).with_name("false_alarms.py")
    spec = importlib.util.spec_from_file_location("false_alarms", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up by name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("n", "m", "reports"), [(50, 50, 60), (200, 200, 40), (50, 1000, 60)])
def test_reports_without_drift_rarely_alert(script: ModuleType, n: int, m: int, reports: int) -> None:
    tally = script.simulate(n, m, reports, power=False)
    assert tally.reports == reports
    assert tally.default_alerts <= stats.binom.ppf(1 - SURE, reports, PROMISE)
    # The same windows alarm the fixed rules, so it is not for want of noise.
    assert tally.fixed_alerts > 3 * stats.binom.ppf(1 - SURE, reports, PROMISE) / 2


def test_drift_is_found(script: ModuleType) -> None:
    tally = script.simulate(200, 200, 15)
    assert tally.default_found["normal + 1 sd"] == 15
    assert tally.default_found["binary 0.5 to 0.8"] == 15
    assert "| 200 | 200 | 15 |" in script.markdown([tally])
