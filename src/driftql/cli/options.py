"""The flags that several commands share, each written once.

A command takes a whole group of flags as one parameter (``windows: WindowFlags``); :func:`expand_groups` replaces such
a parameter by the flags of the group, because Typer knows single flags only.

A flag that sets a setting of ``driftql.toml`` shows the setting's own description and default, from
:mod:`driftql.cli.setting_texts`.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from driftql.cli.setting_texts import SETTING_TEXTS

__all__ = [
    "Current",
    "FeatureFlags",
    "PlaceFlags",
    "ReferenceFlags",
    "RoleFlags",
    "Schema",
    "Source",
    "ThresholdFlags",
    "WindowFlags",
    "expand_groups",
]

_PLACE = "Where the data is"
_COLUMNS = "What the columns are"
_FEATURES = "What is compared"
_WINDOWS = "Which rows"
_THRESHOLDS = "When to raise an alert"

Source = Annotated[
    str | None,
    typer.Argument(
        metavar="[SOURCE]",
        help="A monitor of driftql.toml, a table, a file (Parquet, CSV, JSON) or a glob of files. "
        "Default: every monitor of driftql.toml.",
        show_default=False,
    ),
]
Current = Annotated[
    str | None,
    typer.Argument(
        metavar="[CURRENT]",
        help="A second table or file, to be judged; SOURCE is then the reference. If both are monitors of "
        "driftql.toml, both are checked.",
        show_default=False,
    ),
]

Schema = Annotated[
    str | None,
    typer.Option(
        "--schema",
        metavar="NAME",
        help="The schema that holds the records, such as that of a dbt target. Default: the one that the connection "
        "finds without a name, or the only one that holds records.",
        show_default=False,
    ),
]


def _option(*names: str, panel: str, text: str, metavar: str | None = None) -> Any:
    return typer.Option(*names, help=text, metavar=metavar, rich_help_panel=panel, show_default=False)


def _setting(*names: str, panel: str, setting: str, metavar: str | None = None, more: str = "") -> Any:
    """Return an option that sets a setting of ``driftql.toml``: its help is the setting's description."""
    return _option(*names, panel=panel, text=f"{SETTING_TEXTS[setting]} {more}".strip(), metavar=metavar)


@dataclass(kw_only=True)
class PlaceFlags:
    """The database and the settings file."""

    db: Annotated[
        str | None,
        _option(
            "--db",
            panel=_PLACE,
            metavar="PATH|URL",
            text="A DuckDB file, or a URL such as 'postgresql://user:${PASSWORD}@host/database'; ${NAME} is replaced "
            "by the environment variable NAME, so that the password shows in no list of processes. Default: the "
            "database that driftql.toml names; without one, only files can be read.",
        ),
    ] = None
    config: Annotated[
        Path | None,
        _option(
            "--config",
            panel=_PLACE,
            metavar="FILE",
            text="The settings file. Default: driftql.toml in this folder.",
        ),
    ] = None
    threads: Annotated[int | None, _setting("--threads", panel=_PLACE, metavar="N", setting="warehouse.threads")] = None
    memory_limit: Annotated[
        str | None, _setting("--memory-limit", panel=_PLACE, metavar="SIZE", setting="warehouse.memory_limit")
    ] = None
    csv_option: Annotated[
        list[str] | None,
        _option(
            "--csv-option",
            panel=_PLACE,
            metavar="NAME=VALUE",
            text="How to read CSV files where driftql finds out wrongly: delimiter, decimal_separator, "
            "thousands_separator, null_values, text_columns, header, quote, timestamp_format or encoding. Repeat for "
            "more.",
        ),
    ] = None


@dataclass(kw_only=True)
class RoleFlags:
    """The role of each column."""

    time: Annotated[
        str | None, _setting("--time", panel=_COLUMNS, metavar="COLUMN", setting="columns.bucket_start")
    ] = None
    time_end: Annotated[
        str | None, _setting("--time-end", panel=_COLUMNS, metavar="COLUMN", setting="columns.bucket_end")
    ] = None
    user: Annotated[str | None, _setting("--user", panel=_COLUMNS, metavar="COLUMN", setting="columns.user")] = None
    label: Annotated[str | None, _setting("--label", panel=_COLUMNS, metavar="COLUMN", setting="columns.label")] = None
    reject_label: Annotated[
        str | None, _setting("--reject-label", panel=_COLUMNS, metavar="TEXT", setting="columns.reject_label")
    ] = None
    probabilities: Annotated[
        list[str] | None,
        _setting(
            "--probabilities",
            panel=_COLUMNS,
            metavar="COLUMN",
            setting="columns.probabilities",
            more="May be repeated.",
        ),
    ] = None
    confidence: Annotated[
        str | None, _setting("--confidence", panel=_COLUMNS, metavar="COLUMN", setting="columns.confidence")
    ] = None
    row_id: Annotated[
        list[str] | None,
        _setting("--row-id", panel=_COLUMNS, metavar="COLUMN", setting="columns.row_id", more="May be repeated."),
    ] = None
    schema_version: Annotated[
        str | None, _setting("--schema-version", panel=_COLUMNS, metavar="COLUMN", setting="columns.schema_version")
    ] = None


@dataclass(kw_only=True)
class FeatureFlags:
    """The columns to compare."""

    feature: Annotated[
        list[str] | None,
        _option(
            "--feature",
            "-f",
            panel=_FEATURES,
            metavar="COLUMN",
            text="A feature: a name or a glob. May be repeated. Default: every numeric or boolean column that has no "
            "role and whose name does not end in 'id'. A text column is compared by its categories, a date or a "
            "timestamp, which only its full name chooses, by its days since 1970-01-01.",
        ),
    ] = None
    category: Annotated[
        list[str] | None,
        _option(
            "--category",
            panel=_FEATURES,
            metavar="COLUMN",
            text="A feature to compare by its categories: a name or a glob of columns of text, integers, booleans, "
            "numbers or dates. May be repeated; 'auto' stands for the default, '' for none. Default: every text column "
            "that has no role and whose values repeat; where features are named, the text columns among them.",
        ),
    ] = None
    exclude: Annotated[
        list[str] | None,
        _option(
            "--exclude",
            panel=_FEATURES,
            metavar="COLUMN",
            text="A column to leave out: a name or a glob. It is no feature, and plays no role by its name. May be "
            "repeated.",
        ),
    ] = None


@dataclass(kw_only=True)
class WindowFlags:
    """The rows that are judged."""

    current: Annotated[
        str | None,
        _option(
            "--current",
            panel=_WINDOWS,
            metavar="WHEN",
            text="The window that is judged: a time span that ends with the newest row (7d, 36h, 3mo), a period "
            "(yesterday, 2026-01-31, 2026-01, 2026-W05, 2026-Q1), or a range (2026-02-01..2026-03-01; the end is "
            "excluded; one of the two may be left out) [7d].",
        ),
    ] = None
    current_filter: Annotated[
        str | None,
        _option(
            "--current-filter",
            panel=_WINDOWS,
            metavar="SQL",
            text="Only rows that meet this SQL condition, in the current window.",
        ),
    ] = None
    timezone: Annotated[str | None, _setting("--timezone", panel=_WINDOWS, metavar="ZONE", setting="timezone")] = None
    allow_function: Annotated[
        list[str] | None,
        _option(
            "--allow-function",
            panel=_WINDOWS,
            metavar="NAME",
            text="A function that the conditions may call besides those that are known to be free of side effects. "
            "May be repeated.",
        ),
    ] = None


@dataclass(kw_only=True)
class ReferenceFlags:
    """The rows that are taken as normal."""

    reference: Annotated[
        str | None,
        _option(
            "--reference",
            panel=_WINDOWS,
            metavar="WHEN",
            text="The window that is taken as normal: a time span that ends where the current window starts, a "
            "period or a range [7d].",
        ),
    ] = None
    reference_filter: Annotated[
        str | None,
        _option(
            "--reference-filter",
            panel=_WINDOWS,
            metavar="SQL",
            text="Only rows that meet this SQL condition, in the reference window.",
        ),
    ] = None
    filter: Annotated[
        str | None,
        _option(
            "--filter",
            panel=_WINDOWS,
            metavar="SQL",
            text="Only rows that meet this SQL condition, in both windows; added to the condition of each.",
        ),
    ] = None


@dataclass(kw_only=True)
class ThresholdFlags:
    """How large an effect must be, and how strong the evidence."""

    psi: Annotated[float | None, _setting("--psi", panel=_THRESHOLDS, metavar="X", setting="thresholds.psi")] = None
    bins: Annotated[int | None, _setting("--bins", panel=_THRESHOLDS, metavar="N", setting="thresholds.psi_bins")] = (
        None
    )
    epsilon: Annotated[
        float | None, _setting("--epsilon", panel=_THRESHOLDS, metavar="X", setting="thresholds.psi_epsilon")
    ] = None
    ks: Annotated[float | None, _setting("--ks", panel=_THRESHOLDS, metavar="X", setting="thresholds.ks")] = None
    reject_rate: Annotated[
        float | None,
        _setting("--reject-rate", panel=_THRESHOLDS, metavar="X", setting="thresholds.reject_rate_increase"),
    ] = None
    entropy_ratio: Annotated[
        float | None, _setting("--entropy-ratio", panel=_THRESHOLDS, metavar="X", setting="thresholds.entropy_ratio")
    ] = None
    entropy_increase: Annotated[
        float | None,
        _setting("--entropy-increase", panel=_THRESHOLDS, metavar="X", setting="thresholds.entropy_increase"),
    ] = None
    class_shift: Annotated[
        float | None, _setting("--class-shift", panel=_THRESHOLDS, metavar="X", setting="thresholds.class_shift")
    ] = None
    missing_increase: Annotated[
        float | None,
        _setting("--missing-increase", panel=_THRESHOLDS, metavar="X", setting="thresholds.missing_increase"),
    ] = None
    category_shift: Annotated[
        float | None, _setting("--category-shift", panel=_THRESHOLDS, metavar="X", setting="thresholds.category_shift")
    ] = None
    new_category: Annotated[
        float | None, _setting("--new-category", panel=_THRESHOLDS, metavar="X", setting="thresholds.new_category")
    ] = None
    category_limit: Annotated[
        int | None, _setting("--category-limit", panel=_THRESHOLDS, metavar="N", setting="thresholds.category_limit")
    ] = None
    alpha: Annotated[float | None, _setting("--alpha", panel=_THRESHOLDS, metavar="X", setting="thresholds.alpha")] = (
        None
    )
    evidence: Annotated[
        bool | None,
        _setting(
            "--evidence/--no-evidence",
            panel=_THRESHOLDS,
            setting="thresholds.evidence",
            more="Default: --evidence.",
        ),
    ] = None
    evidence_of: Annotated[
        str | None,
        _option(
            "--evidence-of",
            panel=_THRESHOLDS,
            metavar="rows|days|users|auto",
            text="What evidence is held against: the noise of independent rows, or how much days, users, or both where "
            "the table has a column for them, differ anyway (thresholds.evidence) [rows].",
        ),
    ] = None
    clusters: Annotated[str | None, _setting("--clusters", panel=_THRESHOLDS, metavar="COLUMN", setting="clusters")] = (
        None
    )
    min_rows: Annotated[
        int | None, _setting("--min-rows", panel=_THRESHOLDS, metavar="N", setting="thresholds.min_rows")
    ] = None
    exact: Annotated[
        bool | None,
        _setting("--exact/--certified", panel=_THRESHOLDS, setting="exact", more="Default: --certified."),
    ] = None


def expand_groups(function: Callable[..., None]) -> Callable[..., None]:
    """Replace each parameter that is a group of flags by one parameter per flag.

    Parameters
    ----------
    function
        A command. A parameter whose type is a dataclass of this module is a group; the fields are its flags.

    Returns
    -------
    Callable
        A function that Typer can register: it takes the flags by name and calls ``function`` with the groups.
    """
    signature = inspect.signature(function, eval_str=True)
    groups = {name: group for name, parameter in signature.parameters.items() if (group := _group(parameter))}

    def command(**values: Any) -> None:
        built = {
            name: group(**{field.name: values.pop(field.name) for field in dataclasses.fields(group)})
            for name, group in groups.items()
        }
        function(**values, **built)

    parameters = [flag for parameter in signature.parameters.values() for flag in _expand(parameter)]
    command.__name__ = function.__name__
    command.__doc__ = function.__doc__
    command.__module__ = function.__module__
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # Typer reads it
    return command


def _group(parameter: inspect.Parameter) -> type[Any] | None:
    """Return the dataclass of a parameter that is a group of flags, or None."""
    kind = parameter.annotation
    return kind if isinstance(kind, type) and dataclasses.is_dataclass(kind) else None


def _expand(parameter: inspect.Parameter) -> Iterator[inspect.Parameter]:
    """Yield one parameter per flag of a group; any other parameter as it is."""
    group = _group(parameter)
    if group is None:
        yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        return
    hints = get_type_hints(group, include_extras=True)
    for field in dataclasses.fields(group):
        yield inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
