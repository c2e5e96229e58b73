"""driftql: a drift monitor for predictions that live in a database.

SQL reduces each window to counts, Python turns counts into verdicts, SQL puts the labeling rows back.
"""

from __future__ import annotations

from driftql.version import __version__

# A type checker reads this name as true. Importing it would take most of the time until `driftql` handles signals.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import typing

    from driftql.api import auto_enqueue_drift_labels, enqueue_low_confidence, run_drift_check, write_drift_report
    from driftql.check.explain import plan_monitor
    from driftql.check.run import run_monitor
    from driftql.config import Config, MonitorConfig, QueueConfig, Roles, Thresholds, WindowConfig, load_config
    from driftql.errors import (
        ConfigError,
        DriftqlError,
        DriftqlWarning,
        FragmentError,
        QueueError,
        RenderError,
        RowsChangedError,
        SourceError,
        WarehouseError,
    )
    from driftql.records.history import metric_history, recent_runs, record_report
    from driftql.records.queue import mark_done, pending
    from driftql.report import (
        ClassShiftResult,
        ConfidenceStats,
        DriftAlert,
        DriftReport,
        DriftTrigger,
        EntropyDrift,
        FeatureDriftReport,
        FeatureDriftResult,
        KsResult,
        LabelRequest,
        MissingDrift,
        RejectRateDrift,
        TelemetrySnapshot,
    )
    from driftql.warehouse import connect

__all__ = [
    "ClassShiftResult",
    "ConfidenceStats",
    "Config",
    "ConfigError",
    "DriftAlert",
    "DriftReport",
    "DriftTrigger",
    "DriftqlError",
    "DriftqlWarning",
    "EntropyDrift",
    "FeatureDriftReport",
    "FeatureDriftResult",
    "FragmentError",
    "KsResult",
    "LabelRequest",
    "MissingDrift",
    "MonitorConfig",
    "QueueConfig",
    "QueueError",
    "RejectRateDrift",
    "RenderError",
    "Roles",
    "RowsChangedError",
    "SourceError",
    "TelemetrySnapshot",
    "Thresholds",
    "WarehouseError",
    "WindowConfig",
    "__version__",
    "auto_enqueue_drift_labels",
    "connect",
    "enqueue_low_confidence",
    "load_config",
    "mark_done",
    "metric_history",
    "pending",
    "plan_monitor",
    "recent_runs",
    "record_report",
    "run_drift_check",
    "run_monitor",
    "write_drift_report",
]

# Modules are imported when a name of theirs is first used: `driftql --help` and a bare import stay quick.
_HOMES = {
    "driftql.api": (
        "auto_enqueue_drift_labels",
        "enqueue_low_confidence",
        "run_drift_check",
        "write_drift_report",
    ),
    "driftql.check.explain": ("plan_monitor",),
    "driftql.config": ("Config", "MonitorConfig", "QueueConfig", "Roles", "Thresholds", "WindowConfig", "load_config"),
    "driftql.errors": (
        "ConfigError",
        "DriftqlError",
        "DriftqlWarning",
        "FragmentError",
        "QueueError",
        "RenderError",
        "RowsChangedError",
        "SourceError",
        "WarehouseError",
    ),
    "driftql.records.history": ("metric_history", "recent_runs", "record_report"),
    "driftql.check.run": ("run_monitor",),
    "driftql.records.queue": ("mark_done", "pending"),
    "driftql.report": (
        "ClassShiftResult",
        "ConfidenceStats",
        "DriftAlert",
        "DriftReport",
        "DriftTrigger",
        "EntropyDrift",
        "FeatureDriftReport",
        "FeatureDriftResult",
        "KsResult",
        "LabelRequest",
        "MissingDrift",
        "RejectRateDrift",
        "TelemetrySnapshot",
    ),
    "driftql.warehouse": ("connect",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> typing.Any:
    if name in _HOME_OF:
        import importlib

        value = getattr(importlib.import_module(_HOME_OF[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'driftql' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
