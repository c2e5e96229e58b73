"""The statements of a check, without running them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from driftql.check import plan
from driftql.check.columns import ColumnMap
from driftql.check.comparison import Comparison
from driftql.check.rows import Rows, time_condition
from driftql.check.run import resolved
from driftql.check.statement import Runner, Statement
from driftql.check.windows import resolve
from driftql.config import MonitorConfig
from driftql.engines import Engine, require
from driftql.errors import ConfigError
from driftql.report import WindowSummary, utc_now
from driftql.sql import fragments
from driftql.sql.fragments import timestamp_text
from driftql.warehouse.base import Column, Estimate, Row, Warehouse, rows_of

__all__ = ["Explained", "explain_monitor", "plan_monitor", "plan_worksheet"]


def plan_monitor(monitor: MonitorConfig, warehouse: Warehouse | None, engine: Engine) -> list[Statement]:
    """Return every statement that a check would run, without running it.

    Parameters
    ----------
    monitor
        What to compare.
    warehouse
        The database, which is asked for columns and for the newest row. None writes SQL for tables that cannot be
        reached: then the settings must list the features, and every column is taken to be a double.
    engine
        The engine to write for.

    Returns
    -------
    list[Statement]
        In the order in which a check runs them, without the statements on single users: those run only after an
        alert, and contain numbers that the earlier statements find.

    Raises
    ------
    ConfigError
        If the settings do not suffice or do not fit the tables.
    """
    if warehouse is not None and warehouse.engine == engine:
        comparison, runner = resolved(monitor, warehouse)
        before = runner.planned
    else:
        comparison, before = _plan_unseen(monitor, engine), []
    return [*before, *_planned(comparison)]


def _planned(comparison: Comparison) -> list[Statement]:
    columns = comparison.columns
    profiled = [
        columns.features[start : start + comparison.limits.features_per_profile]
        for start in range(0, len(columns.features), comparison.limits.features_per_profile)
    ]
    statements = [
        plan.window_profile(comparison, chunk, strict=not comparison.engine.nan_is_greatest)
        for chunk in profiled or [()]
    ]
    if columns.label or columns.probabilities:
        statements.append(plan.label_profile(comparison))
    if comparison.current.confidence:
        statements.append(plan.confidence_profile(comparison))
    for start in range(0, len(columns.features), comparison.limits.features_per_statement):
        chunk = columns.features[start : start + comparison.limits.features_per_statement]
        statements.append(plan.feature_counts(comparison, chunk))
    return statements


class Explained(NamedTuple):
    """A statement of a check, and what the engine thinks that it will read; None where the engine cannot tell."""

    statement: Statement
    estimate: Estimate | None


class _Assuming(Runner):
    """Answers the questions that come before a plan without asking them where an answer may cost money or time."""

    def run(self, statement: Statement) -> list[Row]:
        """Note the statement, and answer as a live table would: its newest row is from now."""
        if self.warehouse.engine.free_extremes:
            return super().run(statement)
        self.planned.append(statement)
        now = timestamp_text(utc_now())
        answers: dict[str, list[Row]] = {
            "bucket_range": rows_of(("first_bucket", "last_bucket"), [(now, now)]),
            "probability_sums": rows_of(("complete_rows", "sound_rows"), [(1, 1)]),
            "window_overlap": rows_of(("rows_in_both",), [(0,)]),
        }
        return answers[statement.name]


def explain_monitor(monitor: MonitorConfig, warehouse: Warehouse, *, name: str | None = None) -> list[Explained]:
    """Write every statement that a check would run, with what each will read; none of them is run.

    On engines other than DuckDB not even the newest row is looked up: windows such as "the last 7 days" are counted
    back from now.

    Parameters
    ----------
    monitor
        What to compare.
    warehouse
        Its catalog is read, and its planner asked.
    name
        The monitor's name, for the statements' comment.

    Returns
    -------
    list[Explained]
        In the order of a check.

    Raises
    ------
    ConfigError
        If the settings do not fit the tables.
    WarehouseError
        If the database refuses a statement.
    """
    require(warehouse.engine, "check")
    with warehouse.tagged(name, "explain"), warehouse.snapshot():
        runner = _Assuming(warehouse)
        comparison = resolve(monitor, warehouse, runner.run)
        if comparison.columns.is_list:
            require(warehouse.engine, "lists")
        statements = [*runner.planned, *_planned(comparison)]
        return [Explained(statement, warehouse.estimate(statement.sql)) for statement in statements]


def plan_worksheet(monitor: MonitorConfig, warehouse: Warehouse | None, engine: Engine) -> list[Statement]:
    """Write one query a check that needs no Python to finish it.

    Parameters
    ----------
    monitor, warehouse, engine
        As in :func:`plan_monitor`.

    Returns
    -------
    list[Statement]
        See :func:`driftql.check.worksheet.worksheet`.

    Raises
    ------
    ConfigError
        If the settings do not suffice or do not fit the tables.
    """
    from driftql.check.worksheet import worksheet

    if warehouse is not None and warehouse.engine == engine:
        return worksheet(resolved(monitor, warehouse)[0])
    return worksheet(_plan_unseen(monitor, engine))


def _plan_unseen(monitor: MonitorConfig, engine: Engine) -> Comparison:

    def column(name: str | None, kind: Literal["float", "text", "timestamp"]) -> Column | None:
        return None if name is None else Column(name, kind, kind)

    if monitor.features == "auto" or any(set("*?[") & set(name) for name in monitor.features):
        raise ConfigError(
            "without a table to look at, the features must be listed by name (--feature NAME, as often as needed)"
        )
    roles = monitor.columns
    names = [roles.probabilities] if isinstance(roles.probabilities, str) else roles.probabilities or []
    kind: Literal["float", "list"] = "list" if len(names) == 1 else "float"
    by_role = ColumnMap(
        user=column(roles.user, "text"),
        bucket_start=column(roles.bucket_start, "timestamp"),
        bucket_end=column(roles.bucket_end, "timestamp"),
        label=column(roles.label, "text"),
        confidence=column(roles.confidence, "float"),
        schema_version=column(roles.schema_version, "text"),
        # One number is no distribution: a single column is a list.
        probabilities=tuple(Column(name, kind, kind) for name in names),
        features=tuple(Column(name, "float", "float") for name in monitor.features),
    )
    known = [roles.user, roles.bucket_start, roles.label, roles.confidence, *names, *monitor.features]
    windows = []
    for role, window in (("reference", monitor.reference), ("current", monitor.current)):
        source = window.table or monitor.table
        if source is None:
            raise ConfigError(f"no table is named for the {role} window")
        if window.last is not None:
            raise ConfigError(f"without a table to look at, the {role} window needs dates in place of {window.last!r}")
        relation = ".".join(fragments.identifier(part, engine) for part in fragments.table_parts(source, engine))
        conditions: tuple[str, ...] = ()
        if window.filter:
            where = f"the filter of the {role} window"
            columns = [name for name in known if name] + fragments.columns_named(window.filter, engine)
            conditions = (fragments.condition(window.filter, engine, columns, where),)
        if window.start is not None or window.end is not None:
            if by_role.bucket_start is None:
                raise ConfigError("windows by date need a time column: name it with --time")
            conditions += time_condition(by_role.bucket_start, window.start, window.end, engine)
        windows.append(Rows(engine, relation, by_role, conditions))
    summaries = (
        WindowSummary(role="reference", source=str(monitor.reference.table or monitor.table)),
        WindowSummary(role="current", source=str(monitor.current.table or monitor.table)),
    )
    return Comparison(windows[0], windows[1], by_role, monitor.thresholds, roles.reject_label, summaries)
