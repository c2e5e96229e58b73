"""The statements of a check, without running them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from driftql.check import plan
from driftql.check.catalog import Catalog, Live, Unqueried, Unseen
from driftql.check.clusters import clusters_of
from driftql.check.columns import describe_scores
from driftql.check.comparison import Comparison
from driftql.check.limits import chunks
from driftql.check.relative import move_windows
from driftql.check.row_counts import day_shift, has_row_counts
from driftql.check.statement import Runner, Statement
from driftql.check.summary import describe_left_out
from driftql.check.windows import resolve
from driftql.check.worksheet import worksheet
from driftql.config import MonitorConfig
from driftql.display import shown
from driftql.engines import Engine, engine_named, require
from driftql.errors import ConfigError, DriftqlWarning
from driftql.warehouse import use_warehouse
from driftql.warehouse.base import Estimate, Warehouse

if TYPE_CHECKING:
    from driftql.aliases import WarehouseLike

_NAMED = 10

__all__ = ["Explained", "explain_monitor", "plan_monitor", "plan_worksheet"]


def plan_monitor(
    monitor: MonitorConfig,
    warehouse: WarehouseLike | None = None,
    engine: Engine | str | None = None,
    *,
    time_type: str | None = None,
) -> list[Statement]:
    """Return every statement that a check would run, without running it.

    Parameters
    ----------
    monitor
        What to compare.
    warehouse
        The database, which is asked for columns and for the newest row: what :func:`driftql.connect` takes or returned.
        None writes SQL for tables that cannot be reached: then the settings must list the features, and every column is
        taken to be a double. Without an engine, None means a DuckDB in memory, which reads files.
    engine
        The engine to write for, or its name; by default that of the database. For another engine than the database's,
        the database is not asked.
    time_type
        The type of the columns with the bucket's start and end, as the engine calls it, for tables that cannot be
        reached. None for a timestamp without a zone, or in BigQuery for what can be compared with any type.

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
    with _catalog(monitor, warehouse, engine, time_type) as (catalog, database):
        comparison = resolve(catalog.monitor if isinstance(catalog, Unseen) else monitor, catalog)
        _warn(comparison)
        return [*_loads(database), *catalog.statements, *_statements(comparison)]


def plan_worksheet(
    monitor: MonitorConfig,
    warehouse: WarehouseLike | None = None,
    engine: Engine | str | None = None,
    *,
    time_type: str | None = None,
    relative_dates: bool | None = None,
) -> list[Statement]:
    """Write the queries of a check that need no Python to finish it.

    Parameters
    ----------
    monitor, warehouse, engine, time_type
        As in :func:`plan_monitor`.
    relative_dates
        Whether windows such as "the last 7 days" are counted back from the day on which the query runs, or from the
        newest row there is now, which gives dates. None: from the day, where the tables cannot be reached.

    Returns
    -------
    list[Statement]
        See :func:`driftql.check.worksheet.worksheet`.

    Raises
    ------
    ConfigError
        If the settings do not suffice or do not fit the tables.
    """
    if isinstance(monitor.thresholds.evidence, str):
        raise ConfigError(
            f"a worksheet takes rows for independent: thresholds.evidence = {monitor.thresholds.evidence!r} is for "
            "driftql check; set it to 'rows' or false here"
        )
    with _catalog(monitor, warehouse, engine, time_type, has_newest=relative_dates is not False) as (catalog, database):
        is_unseen = isinstance(catalog, Unseen)
        monitor = catalog.monitor if isinstance(catalog, Unseen) else monitor
        comparison = resolve(monitor, catalog)
        _warn(comparison)
        if relative_dates or (relative_dates is None and is_unseen):
            comparison = move_windows(monitor, comparison)
        return [*_loads(database), *worksheet(comparison, are_columns_known=not is_unseen)]


class Explained(NamedTuple):
    """A statement of a check, and what the engine estimates that it reads; None where the engine cannot tell."""

    statement: Statement
    estimate: Estimate | None


def explain_monitor(
    monitor: MonitorConfig, warehouse: Warehouse, *, name: str | None = None, as_of: object = None
) -> list[Explained]:
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
    as_of
        As in :func:`driftql.check.run.run_monitor`.

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
        # DuckDB finds the newest row in the statistics of its blocks.
        is_free = warehouse.engine.free_extremes
        catalog = Live(Runner(warehouse)) if is_free else Unqueried(warehouse)
        comparison = resolve(monitor, catalog, as_of=as_of)
        _warn(comparison)
        loads = [Explained(load, None) for load in _loads(warehouse)]
        statements = [*catalog.statements, *_statements(comparison)]
        return loads + [Explained(statement, warehouse.estimate(statement.sql)) for statement in statements]


@contextmanager
def _catalog(
    monitor: MonitorConfig,
    warehouse: WarehouseLike | None,
    engine: Engine | str | None,
    time_type: str | None,
    *,
    has_newest: bool = False,
) -> Iterator[tuple[Catalog, Warehouse | None]]:
    """Open the database for the length of a block; without one, or for another engine, answer from the settings."""
    wanted = engine_named(engine) if isinstance(engine, str) else engine
    if warehouse is None and wanted is not None:
        yield Unseen(wanted, monitor, time_type, has_newest=has_newest), None
        return
    with use_warehouse(warehouse) as database:
        if wanted is not None and database.engine != wanted:
            yield Unseen(wanted, monitor, time_type, has_newest=has_newest), None
            return
        if time_type is not None:
            raise ConfigError(
                f"the type {shown(time_type)!r} is for tables that cannot be looked at, but {database.engine.title} "
                "knows the type of its time column: leave --time-type out"
            )
        yield Live(Runner(database)), database


def _warn(comparison: Comparison) -> None:
    """Warn of what a check would warn of before it counts a row, such as rows that are dated in the future."""
    for sentence in comparison.warnings:
        warnings.warn(sentence, DriftqlWarning, stacklevel=3)


def _loads(warehouse: Warehouse | None) -> list[Statement]:
    """Return the statements that read text files into temporary tables, which the others then read."""
    purpose = "Reads a text file once, into a temporary table that the other statements read."
    return [Statement("load", purpose, sql) for sql in getattr(warehouse, "loads", ())]


def _statements(comparison: Comparison) -> list[Statement]:
    columns, limits = comparison.columns, comparison.limits
    strict = not comparison.engine.nan_is_greatest
    statements = [
        plan.window_profile(comparison, chunk, strict=strict)
        for chunk in chunks(columns.features, limits.features_per_profile) or [()]
    ]
    if (timeless := plan.rows_without_time((comparison.reference, comparison.current))) is not None:
        statements.append(timeless)
    if has_row_counts(comparison):
        statements.append(plan.rows_per_day(comparison, [day_shift(comparison, place) for place in (0, 1)]))
    if columns.label or columns.probabilities:
        statements.append(plan.label_profile(comparison))
    if comparison.current.confidence:
        statements.append(plan.confidence_profile(comparison.current))
    for chunk in chunks(columns.categories, limits.categories_per_statement):
        statements.append(plan.category_counts(comparison, chunk, comparison.thresholds.category_limit))
    for chunk in chunks(columns.features, limits.features_per_statement):
        statements.append(plan.feature_counts(comparison, chunk))
    said = [statements[0].purpose]
    if wanted := [one.name for one in clusters_of(comparison) if one is not None]:
        said.append(f"Effects are then held against how much {' and '.join(wanted)} differ, by further statements.")
    said += [f"Scores among the columns: {scores}."] if (scores := describe_scores(columns)) else []
    said += [f"Not looked at: {describe_left_out(columns.left_out, _NAMED)}."] if columns.left_out else []
    statements[0] = replace(statements[0], purpose=" ".join(said))
    return statements
