"""Catalogs: what answers the questions that come up while settings are resolved.

There are three. :class:`Live` asks the database. :class:`Unqueried` looks into the database's own catalog, but runs no
query over its tables. :class:`Unseen` has no database and answers from the settings.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from driftql.check.columns import CONVENTIONAL, ROLE_KINDS, Table, ValueSample, is_called_like_probability
from driftql.check.limits import chunks
from driftql.check.rows import utc
from driftql.check.statement import Runner, Statement
from driftql.config import MonitorConfig
from driftql.display import shown
from driftql.engines import Engine
from driftql.errors import ConfigError
from driftql.report import utc_now
from driftql.sql import fragments
from driftql.sql.conditions import columns_named
from driftql.sql.fragments import moment_of
from driftql.sql.render import render
from driftql.warehouse.base import Column, ColumnKind, Row, Warehouse
from driftql.warehouse.types import column_of

__all__ = ["Catalog", "Live", "Newest", "Unqueried", "Unseen"]

_SHARE_OF_SUMS = 0.99
_ROWS_TO_SUM = 10_000
_ROWS_TO_SAMPLE = 10_000
_COLUMNS_TO_SAMPLE = 50


_REPEATING = ValueSample(_ROWS_TO_SAMPLE, _ROWS_TO_SAMPLE, 1)


class Newest(NamedTuple):
    """The newest row of a table.

    Attributes
    ----------
    moment
        When its bucket starts, as the column holds it; in UTC where the column has a zone. None where no row has a time
        before the horizon.
    future_rows
        How many rows are at or after the horizon.
    latest
        The last of these, as the database writes it.
    """

    moment: dt.datetime | None
    future_rows: int = 0
    latest: str = ""


class Catalog(Protocol):
    """Answers what settings leave open.

    Attributes
    ----------
    statements
        The statements that the answers took, or would have taken, in order.
    """

    statements: list[Statement]

    @property
    def engine(self) -> Engine:
        """The engine of all tables."""
        ...

    def table(self, source: str) -> Table:
        """Return the table that a user's name means.

        Raises
        ------
        SourceError
            If there is none; the nearest name is suggested.
        ConfigError
            If there is no database, and the settings alone do not describe the table.
        """
        ...

    def has_blocks(self, table: Table) -> bool:
        """Return whether a sample can skip blocks of a table."""
        ...

    def newest_row(
        self, table: Table, bucket_start: Column, window: str, conditions: Sequence[str], horizon: dt.datetime
    ) -> Newest:
        """Return the latest bucket start of a table.

        Parameters
        ----------
        table
            The table.
        bucket_start
            Its column of the bucket's start.
        window
            The window that is counted back from this row, for an error: ``reference`` or ``current``.
        conditions
            Only rows that meet these count.
        horizon
            Only rows before it count, as the column holds it.

        Raises
        ------
        ConfigError
            If it cannot be known.
        """
        ...

    def are_probabilities(self, table: Table, columns: Sequence[Column]) -> bool | None:
        """Return whether columns that are called like class probabilities sum to 1, or one alone is within [0, 1].

        None where no row has all of them.
        """
        ...

    def sample_values(self, table: Table, columns: Sequence[Column]) -> Sequence[ValueSample]:
        """Return how often the values of text columns repeat in the first rows of a table."""
        ...

    def rows_in_both(self, table: Table, reference: str, current: str) -> int:
        """Return how many rows of a table meet the conditions of both windows."""
        ...


class _Lookup:
    """Looks up the tables of a database, each once."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.statements: list[Statement] = []
        self._warehouse = warehouse
        self._found: dict[str, Table] = {}
        self._blocks: dict[str, bool] = {}

    @property
    def engine(self) -> Engine:
        """The engine of the database."""
        return self._warehouse.engine

    def table(self, source: str) -> Table:
        """Return the table that a user's name means."""
        if source not in self._found:
            relation = self._warehouse.relation(source)
            same = [table.columns for table in self._found.values() if table.relation == relation]
            columns = same[0] if same else tuple(self._warehouse.columns(relation))
            self._found[source] = Table(source, relation, columns)
        return self._found[source]

    def has_blocks(self, table: Table) -> bool:
        """Return whether a sample can skip blocks of a table."""
        if table.relation not in self._blocks:
            self._blocks[table.relation] = self._warehouse.has_blocks(table.relation)
        return self._blocks[table.relation]


class Live(_Lookup):
    """The catalog of a database that may be queried.

    Parameters
    ----------
    runner
        Runs the queries and keeps a record of them.
    """

    def __init__(self, runner: Runner) -> None:
        super().__init__(runner.warehouse)
        self._runner = runner

    def newest_row(
        self, table: Table, bucket_start: Column, window: str, conditions: Sequence[str], horizon: dt.datetime
    ) -> Newest:
        """Look up the latest bucket start; again without the rows of the future where there are some."""
        del window
        last = self._ask(_bucket_range(table, bucket_start, conditions, self.engine))["last_bucket"]
        if not _is_after(last, horizon):
            return Newest(moment_of(last))
        row = self._ask(_past_rows(table, bucket_start, conditions, horizon, self.engine))
        return Newest(moment_of(row["last_bucket"]), int(row["future_rows"]), str(last))

    def are_probabilities(self, table: Table, columns: Sequence[Column]) -> bool | None:
        """Return whether nearly all of the first rows sum to 1; None where there is no such row."""
        row = self._ask(_probability_sums(table, columns, self.engine))
        complete = int(row["complete_rows"])
        return int(row["sound_rows"]) >= _SHARE_OF_SUMS * complete if complete else None

    def sample_values(self, table: Table, columns: Sequence[Column]) -> list[ValueSample]:
        """Count the values, and roughly the different ones, of the first rows."""
        found = []
        for chunk in chunks(columns, _COLUMNS_TO_SAMPLE):
            row = self._ask(_value_sample(table, chunk, self.engine))
            numbers = range(1, len(chunk) + 1)
            found += [
                ValueSample(int(row["row_count"]), int(row[f"values_{number}"]), int(row[f"distinct_{number}"]))
                for number in numbers
            ]
        return found

    def rows_in_both(self, table: Table, reference: str, current: str) -> int:
        """Count the rows that are in both windows."""
        return int(self._ask(_window_overlap(table, reference, current, self.engine))["rows_in_both"])

    def _ask(self, statement: Statement) -> Row:
        self.statements.append(statement)
        [row] = self._runner.run(statement)
        return row


class Unqueried(_Lookup):
    """The catalog of a database whose tables are not to be queried, because a query may cost money or time.

    It notes every statement that :class:`Live` would run and assumes the answer of a table that is in use: its newest
    row is from now, columns that are called like probabilities are probabilities, texts repeat, and windows do not
    overlap.

    Parameters
    ----------
    warehouse
        Where the tables are; their names and columns are looked up.
    """

    def newest_row(
        self, table: Table, bucket_start: Column, window: str, conditions: Sequence[str], horizon: dt.datetime
    ) -> Newest:
        """Return the present moment."""
        del window, horizon
        self.statements.append(_bucket_range(table, bucket_start, conditions, self.engine))
        return Newest(utc_now().replace(tzinfo=None))

    def are_probabilities(self, table: Table, columns: Sequence[Column]) -> bool:
        """Return True."""
        self.statements.append(_probability_sums(table, columns, self.engine))
        return True

    def sample_values(self, table: Table, columns: Sequence[Column]) -> list[ValueSample]:
        """Return that all rows have one value."""
        statements = [_value_sample(table, chunk, self.engine) for chunk in chunks(columns, _COLUMNS_TO_SAMPLE)]
        self.statements.extend(statements)
        return [_REPEATING] * len(columns)

    def rows_in_both(self, table: Table, reference: str, current: str) -> int:
        """Return 0."""
        self.statements.append(_window_overlap(table, reference, current, self.engine))
        return 0


class Unseen:
    """The catalog of a database that is out of reach: its tables have the columns that the settings name.

    A column has the type that its role asks for, and a feature is a double. A column that only a filter names is there
    as well; if its name stands for a role by convention, it has the type of that role. Names are spelled as the engine
    stores them: one in quotes as it is, another in the engine's case.

    Parameters
    ----------
    engine
        The engine to write for.
    monitor
        The settings, which list their features by name.
    time_type
        The type of the columns of the bucket's start and end, as the engine calls it. None for a timestamp without a
        zone, or where that could not be compared with other types, for what can be compared with any of them.
    has_newest
        Whether windows may be counted back from the newest row, which is then taken to end with yesterday.

    Attributes
    ----------
    monitor
        The settings, with the names of columns as the engine stores them.

    Raises
    ------
    ConfigError
        If the type is none of a time.
    """

    def __init__(
        self, engine: Engine, monitor: MonitorConfig, time_type: str | None = None, *, has_newest: bool = False
    ) -> None:
        self.engine = engine
        self._has_newest = has_newest
        self.statements: list[Statement] = []
        self.monitor = _fold_names(monitor, engine)
        self._time = _time_column(time_type, engine)
        if self._time.kind == "time" and monitor.timezone not in (None, "UTC"):
            raise ConfigError(
                f"what a date means in the time zone {monitor.timezone} depends on the type of the time column: name "
                "the type with --time-type (timestamp, datetime or date)"
            )

    def table(self, source: str) -> Table:
        """Return the table that the settings describe."""
        parts = fragments.folded_parts(source, self.engine)
        relation = ".".join(fragments.identifier(part, self.engine) for part in parts)
        return Table(source, relation, tuple(self._columns()))

    def _columns(self) -> Iterator[Column]:
        for name, kind in self._kinds().items():
            is_time = name in (self.monitor.columns.bucket_start, self.monitor.columns.bucket_end)
            yield replace(self._time, name=name) if is_time else Column(name, kind, kind)

    def _kinds(self) -> dict[str, ColumnKind]:
        monitor, roles = self.monitor, self.monitor.columns
        probabilities = [roles.probabilities] if isinstance(roles.probabilities, str) else roles.probabilities or []
        probabilities = [name for name in probabilities if name]
        if monitor.features == "auto" or any(map(_is_pattern, monitor.features)):
            raise ConfigError(
                "without a table to look at, the features must be listed by name (--feature NAME, as often as needed)"
            )
        if monitor.categories != "auto" and any(map(_is_pattern, monitor.categories)):
            raise ConfigError(
                "without a table to look at, the categories must be listed by name (--category NAME, as often as "
                "needed)"
            )
        if any(map(_is_pattern, probabilities)):
            raise ConfigError(
                "without a table to look at, the probabilities must be listed by name (--probabilities NAME, once per "
                "class)"
            )
        by_role = {name: kind for role, kind in ROLE_KINDS.items() if (name := getattr(roles, role))}
        by_convention = {name: ROLE_KINDS[role] for role, name in CONVENTIONAL.items()}
        kinds: dict[str, ColumnKind] = {name: kind for name, kind in by_role.items() if kind != "text"}
        for name in probabilities:
            # A single column is a list, unless it is called like one probability: then it is the positive class's.
            is_list = len(probabilities) == 1 and not is_called_like_probability(name)
            kinds.setdefault(name, "list" if is_list else "float")
        for name in monitor.features:
            kinds.setdefault(name, "float")
        kinds = {**by_role, **kinds}
        row_id = [roles.row_id] if isinstance(roles.row_id, str) else roles.row_id or []
        for name in () if monitor.categories == "auto" else monitor.categories:
            if name and name != "auto":
                kinds[name] = "text" if kinds.get(name, "float") == "float" else kinds[name]
        for name in (*row_id, *monitor.exclude):
            kinds.setdefault(name, "other")
        conditions = [(window.filter, window) for window in (monitor.reference, monitor.current)]
        conditions += [(monitor.filter, window) for window in (monitor.reference, monitor.current)]
        for condition, window in conditions:
            table = fragments.table_parts(window.table or monitor.table or "", self.engine)
            for name in columns_named(condition, self.engine, table) if condition else ():
                kinds.setdefault(name, by_convention.get(name.casefold(), "other"))
        return kinds

    def has_blocks(self, table: Table) -> bool:
        """Return True."""
        return True

    def newest_row(
        self, table: Table, bucket_start: Column, window: str, conditions: Sequence[str], horizon: dt.datetime
    ) -> Newest:
        """Return the last moment of yesterday, or refuse: only a database knows its newest row."""
        if self._has_newest:
            today = dt.datetime.combine(utc_now().date(), dt.time())
            return Newest(
                today - dt.timedelta(days=1) if bucket_start.kind == "date" else today - dt.datetime.resolution
            )
        raise ConfigError(
            f"without a table to look at, its newest row is not known: give the {window} window dates, such as "
            "2026-02-01..2026-03-01"
        )

    def are_probabilities(self, table: Table, columns: Sequence[Column]) -> bool:
        """Return False: the settings name the probabilities where there are some."""
        return False

    def sample_values(self, table: Table, columns: Sequence[Column]) -> list[ValueSample]:
        """Return that all rows have one value: a text column is there only where the settings name it."""
        return [_REPEATING] * len(columns)

    def rows_in_both(self, table: Table, reference: str, current: str) -> int:
        """Return 0: the settings are trusted to tell the windows apart."""
        return 0


def _is_pattern(name: str) -> bool:
    return any(mark in name for mark in "*?[")


def _fold_names(monitor: MonitorConfig, engine: Engine) -> MonitorConfig:
    """Spell the columns that settings name as the engine stores them."""

    def folded(names: Any) -> Any:
        if isinstance(names, str):
            return fragments.fold(names, engine)
        return None if names is None else [fragments.fold(name, engine) for name in names]

    roles = {role: folded(getattr(monitor.columns, role)) for role in (*CONVENTIONAL, "probabilities", "row_id")}
    return monitor.model_copy(
        update={
            "columns": monitor.columns.model_copy(update=roles),
            "features": monitor.features if monitor.features == "auto" else folded(monitor.features),
            "categories": "auto"
            if monitor.categories == "auto"
            else [name if name == "auto" else folded(name) for name in monitor.categories],
            "exclude": folded(monitor.exclude),
        }
    )


def _time_column(time_type: str | None, engine: Engine) -> Column:
    """Describe a time column of a type, or of an unknown one."""
    if time_type is None:
        kind: ColumnKind = "timestamp" if engine.coerces_times else "time"
        return Column("time", kind, kind)
    column = column_of("time", time_type, engine)
    if column.kind not in ("timestamp", "timestamptz", "date", "text"):
        raise ConfigError(
            f"{shown(time_type)!r} is no type of a time in {engine.title}: write it as the table's definition does, "
            "such as timestamp, datetime or date"
        )
    return column


def _bucket_range(table: Table, bucket_start: Column, conditions: Sequence[str], engine: Engine) -> Statement:
    sql = render(
        "bucket_range",
        engine,
        source=table.relation,
        bucket_start=utc(bucket_start, engine),
        condition=" and ".join(conditions),
    )
    return Statement("bucket_range", f"The newest row of {table.source}, from which its windows are counted.", sql)


def _past_rows(
    table: Table, bucket_start: Column, conditions: Sequence[str], horizon: dt.datetime, engine: Engine
) -> Statement:
    literal = render("timestamp_value", engine, fragments.text(fragments.timestamp_text(horizon), engine))
    sql = render(
        "past_rows",
        engine,
        source=table.relation,
        bucket_start=utc(bucket_start, engine),
        horizon=literal,
        condition=" and ".join(conditions),
    )
    return Statement("past_rows", f"The newest row of {table.source} that is not dated in the future.", sql)


def _is_after(text: object, horizon: dt.datetime) -> bool:
    """Return whether a time that a database wrote is at or after another; one that Python cannot hold is."""
    if text is None or str(text).startswith("-"):
        return False
    try:
        return dt.datetime.fromisoformat(str(text)) >= horizon
    except ValueError:
        return True


def _probability_sums(table: Table, columns: Sequence[Column], engine: Engine) -> Statement:
    names = [fragments.identifier(column.name, engine) for column in columns]
    sql = render("probability_sums", engine, source=table.relation, probabilities=names, max_rows=_ROWS_TO_SUM)
    return Statement("probability_sums", "Whether columns with such names are class probabilities.", sql)


def _value_sample(table: Table, columns: Sequence[Column], engine: Engine) -> Statement:
    names = [fragments.identifier(column.name, engine) for column in columns]
    sql = render("value_sample", engine, source=table.relation, values=names, max_rows=_ROWS_TO_SAMPLE)
    return Statement("value_sample", "Which text columns hold values that repeat, so that they are categories.", sql)


def _window_overlap(table: Table, reference: str, current: str, engine: Engine) -> Statement:
    sql = render("window_overlap", engine, source=table.relation, ref_condition=reference, cur_condition=current)
    return Statement("window_overlap", "Rows that are in both windows; there must be none.", sql)
