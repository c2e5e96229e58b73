"""From flags and ``driftql.toml`` to the comparisons to make and the database to make them in."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from driftql.display import hidden, is_url, shown
from driftql.errors import ConfigError

if TYPE_CHECKING:
    from driftql.cli.options import PlaceFlags
    from driftql.config import Config, MonitorConfig, ReadConfig
    from driftql.engines import Engine
    from driftql.warehouse.base import Warehouse

__all__ = ["Place", "Selected", "flags_of", "in_schema", "monitor_from_flags", "select", "select_one"]

# The setting of a monitor that each flag sets.
_SETTINGS = {
    "time": "columns.bucket_start",
    "time_end": "columns.bucket_end",
    "user": "columns.user",
    "label": "columns.label",
    "reject_label": "columns.reject_label",
    "probabilities": "columns.probabilities",
    "confidence": "columns.confidence",
    "row_id": "columns.row_id",
    "schema_version": "columns.schema_version",
    "feature": "features",
    "category": "categories",
    "exclude": "exclude",
    "timezone": "timezone",
    "max_age": "max_age",
    "freshness": "freshness",
    "row_count_ratio": "row_count_ratio",
    "strict_schema": "schema_",
    "reference_filter": "reference.filter",
    "current_filter": "current.filter",
    "allow_function": "allow_functions",
    "psi": "thresholds.psi",
    "bins": "thresholds.psi_bins",
    "epsilon": "thresholds.psi_epsilon",
    "ks": "thresholds.ks",
    "reject_rate": "thresholds.reject_rate_increase",
    "entropy_ratio": "thresholds.entropy_ratio",
    "entropy_increase": "thresholds.entropy_increase",
    "class_shift": "thresholds.class_shift",
    "missing_increase": "thresholds.missing_increase",
    "category_shift": "thresholds.category_shift",
    "new_category": "thresholds.new_category",
    "category_limit": "thresholds.category_limit",
    "alpha": "thresholds.alpha",
    "evidence": "thresholds.evidence",
    "evidence_of": "thresholds.evidence",
    "clusters": "clusters",
    "min_rows": "thresholds.min_rows",
    "exact": "exact",
    "below": "queue.low_confidence",
    "queue_table": "queue.table",
}
_MEMORY = ":memory:"


@dataclass(frozen=True)
class Selected:
    """One comparison to make.

    Attributes
    ----------
    name
        The monitor's name; None if the flags alone describe it.
    monitor
        Its settings, with the flags applied.
    """

    name: str | None
    monitor: MonitorConfig


class Place:
    """The database and the settings file that the flags name.

    Parameters
    ----------
    flags
        The flags of the user.

    Raises
    ------
    ConfigError
        If the settings file cannot be used.
    """

    def __init__(self, flags: PlaceFlags) -> None:
        from driftql.config import CONFIG_NAME, load_config

        self.path = flags.config or Path(CONFIG_NAME)
        self.config: Config | None = None
        if flags.config is not None or self.path.exists():
            self.config = load_config(self.path)
        self._flags = flags

    @property
    def url(self) -> str:
        """The database's URL. It may hold a password and must never be shown."""
        if self._flags.db is not None:
            from driftql.config import expand_environment

            return expand_environment(self._flags.db)
        return self.config.warehouse.url.get_secret_value() if self.config else _MEMORY

    @property
    def engine(self) -> Engine | None:
        """The engine of the URL, found without connecting; None if driftql does not know it."""
        from driftql.warehouse import engine_of_url

        return engine_of_url(self.url)

    @property
    def in_memory(self) -> bool:
        """Whether the database is in memory, so that nothing can be kept in it."""
        return self.url in ("", _MEMORY, "duckdb:///:memory:")

    def new_file(self, *sources: str | None) -> Path | None:
        """Return the DuckDB file of ``--db`` that is to be made for a check of files; None if there is none to make."""
        from driftql.sql.fragments import is_file

        db = self._flags.db
        if db is None or is_url(self.url) or self.in_memory or not sources or Path(self.url).expanduser().exists():
            return None
        return Path(self.url).expanduser() if all(source and is_file(source) for source in sources) else None

    def open(self, *sources: str | None, create: bool = False) -> Warehouse:
        """Open the database. If all ``sources`` are files and no database was named, open one in memory.

        Parameters
        ----------
        sources
            The tables and files that are read.
        create
            Whether a missing DuckDB file is made.

        Raises
        ------
        DriftqlError
            If it cannot be opened.
        """
        from driftql.config import parse_duration
        from driftql.sql.fragments import is_file
        from driftql.warehouse import connect

        settings = self.config.warehouse if self.config else None
        threads, memory = self._flags.threads, self._flags.memory_limit
        if threads is None and settings is not None:
            threads = settings.threads
        limit = settings.statement_timeout if settings else None
        only_files = bool(sources) and all(source is not None and is_file(source) for source in sources)
        use_memory = self._flags.db is None and only_files
        return connect(
            _MEMORY if use_memory else self.url,
            threads=threads,
            memory_limit=memory if memory is not None else settings.memory_limit if settings else None,
            folder=self.path.parent if self._flags.db is None else None,
            timeout=parse_duration(limit).total_seconds() if limit is not None else None,
            create=create,
            read=self._read_config(),
        )

    def _read_config(self) -> ReadConfig:
        """Return how CSV files are read: the settings, with each ``--csv-option`` put over them."""
        from driftql.config import ReadConfig, validate

        settings = (self.config.read if self.config else ReadConfig()).model_dump()
        for option in self._flags.csv_option or []:
            name, equals, value = option.partition("=")
            if not equals:
                raise ConfigError(
                    f"--csv-option is written NAME=VALUE, such as --csv-option decimal_separator=, and not {option!r}"
                )
            listed = settings.get(name)
            settings[name] = [*listed, value] if isinstance(listed, list) else value
        return validate(ReadConfig, settings, "--csv-option")

    @property
    def retyped(self) -> list[str]:
        """The flags that name the same place for another command, without a URL: it may hold a password."""
        words = []
        if self._flags.config is not None:
            words += ["--config", str(self._flags.config)]
        db = self._flags.db
        if db is not None:
            words += ["--db", "URL" if is_url(db) or hidden(db) != db else db]
        return words


def select(place: Place, source: str | None, current: str | None, flags: dict[str, Any]) -> list[Selected]:
    """Return the comparisons to make.

    Parameters
    ----------
    place
        The settings file.
    source, current
        The positional arguments.
    flags
        The other flags, by field name; None if a flag was not given.

    Raises
    ------
    ConfigError
        If there is nothing to compare, or a flag cannot be used.
    """
    monitors = place.config.monitors if place.config else {}
    allowed = place.config.allow_functions if place.config else []
    flags = {**flags, "allow_function": [*allowed, *(flags.get("allow_function") or [])]}
    if current is not None and source in monitors and current in monitors:
        return [Selected(name, monitor_from_flags(flags, base=monitors[name])) for name in (source, current)]
    if current is not None:
        return [Selected(None, monitor_from_flags(flags, tables=(source or "", current)))]
    if source is not None:
        if source in monitors:
            return [Selected(source, monitor_from_flags(flags, base=monitors[source]))]
        return [Selected(None, monitor_from_flags(flags, table=source))]
    if not monitors:
        missing = f"{place.path} names no monitors" if place.config else f"there is no {place.path} here"
        raise ConfigError(
            f"{missing} and no table was given; 'driftql init TABLE --db FILE' sets one up, "
            "'driftql check february.parquet june.parquet' compares two files"
        )
    return [Selected(name, monitor_from_flags(flags, base=monitor)) for name, monitor in monitors.items()]


def select_one(place: Place, source: str | None, current: str | None, flags: dict[str, Any]) -> Selected:
    """Return the comparison to make, if there must be exactly one.

    Raises
    ------
    ConfigError
        If the settings file holds several monitors and none was named.
    """
    selected = select(place, source, current, flags)
    if len(selected) > 1:
        names = ", ".join(str(one.name) for one in selected)
        raise ConfigError(f"{place.path} holds several monitors; name one of them: {names}")
    return selected[0]


def monitor_from_flags(
    flags: dict[str, Any],
    *,
    base: MonitorConfig | None = None,
    table: str | None = None,
    tables: tuple[str, str] | None = None,
) -> MonitorConfig:
    """Build a monitor's settings from flags, on top of the settings of ``base`` if there is one.

    Raises
    ------
    ConfigError
        If a value cannot be used. The message names the flag.
    """
    from driftql.config import MonitorConfig, validate

    given = {name: value for name, value in flags.items() if value is not None and value != []}
    data: dict[str, Any] = base.model_dump(exclude_unset=True) if base else {}
    if table is not None:
        data["table"] = table
    for window, name in zip(("reference", "current"), tables or (), strict=False):
        data.setdefault(window, {})["table"] = name
    if len(given.get("probabilities", ())) == 1:
        given["probabilities"] = given["probabilities"][0]
    if "allow_function" in given:
        given["allow_function"] = list(dict.fromkeys([*data.get("allow_functions", ()), *given["allow_function"]]))
    for flag, setting in _SETTINGS.items():
        if flag in given:
            _put(data, setting, given[flag])
    for window in ("reference", "current"):
        if window in given:
            _set_time(data.setdefault(window, {}), f"--{window}", given[window])
    if "filter" in given:
        own = data.get("filter")
        data["filter"] = f"({own}) and ({given['filter']})" if own else given["filter"]
    try:
        return validate(MonitorConfig, data, "the command line")
    except ConfigError as error:
        raise ConfigError(_in_flags(str(error))) from None


def flags_of(*groups: Any) -> dict[str, Any]:
    """Return the fields of several groups of flags as one dictionary."""
    return {field.name: getattr(group, field.name) for group in groups for field in dataclasses.fields(group)}


def in_schema(schema: str | None, name: str, place: Place) -> str:
    """Put a schema before the name, or the prefix of the names, of tables that hold records.

    Raises
    ------
    ConfigError
        If the name has a schema already.
    """
    from driftql.engines import ENGINES
    from driftql.sql.fragments import table_parts

    if schema is None:
        return name
    engine = place.engine or ENGINES["duckdb"]
    if len(table_parts(f"{name}x", engine)) > 1:
        raise ConfigError(f"--schema is {shown(schema)!r}, but {shown(name)!r} has a schema already; give one of them")
    return f"{schema}.{name}"


def _put(data: dict[str, Any], setting: str, value: Any) -> None:
    *parents, key = setting.split(".")
    for parent in parents:
        data = data.setdefault(parent, {})
    data[key] = value


def _set_time(window: dict[str, Any], flag: str, text: str) -> None:
    """Replace a window's time by a span, a period or a range."""
    from driftql.periods import is_span, split_range

    for key in ("last", "during", "start", "end"):
        window.pop(key, None)
    try:
        ends = split_range(text)
    except ConfigError as error:
        raise ConfigError(f"{flag}: {error}") from None
    if ends is not None:
        window.update({key: time for key, time in zip(("start", "end"), ends, strict=True) if time})
    elif is_span(text):
        window["last"] = text
    else:
        _refuse_no_period(flag, text)
        window["during"] = text


def _refuse_no_period(flag: str, text: str) -> None:
    from driftql.periods import as_period

    try:
        as_period(text)
    except ValueError:
        raise ConfigError(
            f"{flag} is {shown(text)!r}: write a span such as 7d, 36h or 3mo, a period such as yesterday, 2026-01-31, "
            "2026-01 or 2026-W05, or a range such as 2026-02-01..2026-03-01"
        ) from None


def _in_flags(message: str) -> str:
    """Replace the name of a setting in a message by the name of its flag."""
    by_setting = {setting: "--" + flag.replace("_", "-") for flag, setting in _SETTINGS.items()}
    for window in ("reference", "current"):
        by_setting |= {f"{window}.{key}": f"--{window}" for key in ("start", "end", "last", "during")}
        by_setting[window] = f"--{window}"
        by_setting[f"{window}.table"] = f"the table of the {window} window"
    by_setting["table"] = "the table"
    for setting, flag in sorted(by_setting.items(), key=lambda pair: -len(pair[0])):
        message = message.replace(f"the command line: {setting}:", f"{flag}:")
    return message
