"""The flags that commands share, each written once, and how a command gets them.

A command takes a whole group of flags as one parameter (``windows: WindowFlags``); :func:`grouped` spells the group out
for Typer.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

__all__ = [
    "Current",
    "FeatureFlags",
    "PlaceFlags",
    "ReferenceFlags",
    "RoleFlags",
    "Source",
    "ThresholdFlags",
    "WindowFlags",
    "grouped",
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
        help="A monitor of driftql.toml, a table, or a file (Parquet, CSV, JSON; globs too). "
        "Without it: every monitor of driftql.toml.",
        show_default=False,
    ),
]
Current = Annotated[
    str | None,
    typer.Argument(
        metavar="[CURRENT]",
        help="A second table or file: SOURCE is then the reference, and this is judged against it.",
        show_default=False,
    ),
]


def _option(*names: str, panel: str, text: str, metavar: str | None = None) -> Any:
    return typer.Option(*names, help=text, metavar=metavar, rich_help_panel=panel, show_default=False)


@dataclass(kw_only=True)
class PlaceFlags:
    """Where the tables and the settings are."""

    db: Annotated[
        str | None,
        _option(
            "--db",
            panel=_PLACE,
            metavar="PATH|URL",
            text="A DuckDB file, or a URL such as postgresql://user@host/database. Default: the warehouse of "
            "driftql.toml, else memory, which reads files only.",
        ),
    ] = None
    config: Annotated[
        Path | None,
        _option(
            "--config",
            panel=_PLACE,
            metavar="FILE",
            text="The settings. Default: driftql.toml in this folder.",
        ),
    ] = None
    threads: Annotated[
        int | None, _option("--threads", panel=_PLACE, metavar="N", text="Threads that the database may use.")
    ] = None
    memory_limit: Annotated[
        str | None,
        _option(
            "--memory-limit",
            panel=_PLACE,
            metavar="SIZE",
            text="Memory that the database may use, such as 4GB.",
        ),
    ] = None


@dataclass(kw_only=True)
class RoleFlags:
    """What the columns are."""

    time: Annotated[
        str | None,
        _option("--time", panel=_COLUMNS, metavar="COLUMN", text="When a row's bucket starts [bucket_start_ts]."),
    ] = None
    time_end: Annotated[
        str | None,
        _option("--time-end", panel=_COLUMNS, metavar="COLUMN", text="When the bucket ends [bucket_end_ts]."),
    ] = None
    user: Annotated[
        str | None,
        _option("--user", panel=_COLUMNS, metavar="COLUMN", text="Who the row is about [user_id]."),
    ] = None
    label: Annotated[
        str | None,
        _option("--label", panel=_COLUMNS, metavar="COLUMN", text="The predicted class [predicted_label]."),
    ] = None
    reject_label: Annotated[
        str | None,
        _option(
            "--reject-label",
            panel=_COLUMNS,
            metavar="TEXT",
            text="The label of a row on which the model declined [Mixed/Unknown].",
        ),
    ] = None
    probabilities: Annotated[
        list[str] | None,
        _option(
            "--probabilities",
            panel=_COLUMNS,
            metavar="COLUMN",
            text="The class probabilities: one list column, or names and globs ('p_*'); may be repeated.",
        ),
    ] = None
    confidence: Annotated[
        str | None,
        _option(
            "--confidence",
            panel=_COLUMNS,
            metavar="COLUMN",
            text="Confidence in [0, 1] [confidence, else the largest probability].",
        ),
    ] = None
    schema_version: Annotated[
        str | None,
        _option(
            "--schema-version",
            panel=_COLUMNS,
            metavar="COLUMN",
            text="Version of the features [schema_version].",
        ),
    ] = None


@dataclass(kw_only=True)
class FeatureFlags:
    """Which columns are compared."""

    feature: Annotated[
        list[str] | None,
        _option(
            "--feature",
            "-f",
            panel=_FEATURES,
            metavar="COLUMN",
            text="A feature: a name or a glob; may be repeated. Default: every number and boolean without a role.",
        ),
    ] = None
    exclude: Annotated[
        list[str] | None,
        _option(
            "--exclude",
            panel=_FEATURES,
            metavar="COLUMN",
            text="Not a feature: a name or a glob; may be repeated.",
        ),
    ] = None


@dataclass(kw_only=True)
class WindowFlags:
    """Which rows are judged."""

    current: Annotated[
        str | None,
        _option(
            "--current",
            panel=_WINDOWS,
            metavar="WHEN",
            text="What is judged: a span back from the newest row (7d), or a range of UTC times "
            "(2026-02-01..2026-03-01, end excluded, either side may be left out) [7d].",
        ),
    ] = None
    current_filter: Annotated[
        str | None,
        _option("--current-filter", panel=_WINDOWS, metavar="SQL", text="A condition on the rows that are judged."),
    ] = None


@dataclass(kw_only=True)
class ReferenceFlags:
    """Which rows are normal."""

    reference: Annotated[
        str | None,
        _option(
            "--reference",
            panel=_WINDOWS,
            metavar="WHEN",
            text="What is normal: a span back from where the current window starts, or a range [7d].",
        ),
    ] = None
    reference_filter: Annotated[
        str | None,
        _option("--reference-filter", panel=_WINDOWS, metavar="SQL", text="A condition on the reference rows."),
    ] = None
    filter: Annotated[
        str | None,
        _option(
            "--filter",
            panel=_WINDOWS,
            metavar="SQL",
            text="A condition on both windows, on top of any of their own.",
        ),
    ] = None


@dataclass(kw_only=True)
class ThresholdFlags:
    """How large an effect must be, and how sure."""

    psi: Annotated[
        float | None,
        _option("--psi", panel=_THRESHOLDS, metavar="X", text="PSI above this; above twice it, critical [0.2]."),
    ] = None
    bins: Annotated[int | None, _option("--bins", panel=_THRESHOLDS, metavar="N", text="Bins of the PSI [10].")] = None
    epsilon: Annotated[
        float | None,
        _option("--epsilon", panel=_THRESHOLDS, metavar="X", text="Floor under a bin's share [0.0001]."),
    ] = None
    ks: Annotated[
        float | None,
        _option("--ks", panel=_THRESHOLDS, metavar="X", text="KS statistic of at least this [0.05]."),
    ] = None
    reject_rate: Annotated[
        float | None,
        _option("--reject-rate", panel=_THRESHOLDS, metavar="X", text="Increase of the reject rate [0.1]."),
    ] = None
    entropy_ratio: Annotated[
        float | None,
        _option("--entropy-ratio", panel=_THRESHOLDS, metavar="X", text="Growth of the mean entropy [2.0]."),
    ] = None
    class_shift: Annotated[
        float | None,
        _option("--class-shift", panel=_THRESHOLDS, metavar="X", text="Change of a class's share [0.15]."),
    ] = None
    alpha: Annotated[
        float | None,
        _option(
            "--alpha",
            panel=_THRESHOLDS,
            metavar="X",
            text="How often a comparison without drift may raise any alert [0.05].",
        ),
    ] = None
    evidence: Annotated[
        bool | None,
        _option(
            "--evidence/--no-evidence",
            panel=_THRESHOLDS,
            text="Ask for evidence besides an effect; without, the classic fixed rules [--evidence].",
        ),
    ] = None
    min_rows: Annotated[
        int | None,
        _option(
            "--min-rows",
            panel=_THRESHOLDS,
            metavar="N",
            text="With fewer usable rows, nothing is computed [10].",
        ),
    ] = None
    exact: Annotated[
        bool | None,
        _option(
            "--exact/--certified",
            panel=_THRESHOLDS,
            text="On large tables, go on to KS and PSI's last digit; certified: stop when no verdict can change "
            "[--certified].",
        ),
    ] = None


def grouped(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command one parameter a flag in place of its parameters that are groups of flags.

    Parameters
    ----------
    function
        A command; each parameter whose type is a dataclass of this module stands for the dataclass's fields.

    Returns
    -------
    Callable
        What Typer can register: it takes the flags by name and calls ``function`` with the groups.
    """
    signature = inspect.signature(function, eval_str=True)
    groups = {name: group for name, parameter in signature.parameters.items() if (group := _group(parameter))}

    def command(**values: Any) -> None:
        built = {
            name: group(**{field.name: values.pop(field.name) for field in dataclasses.fields(group)})
            for name, group in groups.items()
        }
        function(**values, **built)

    parameters = [flat for parameter in signature.parameters.values() for flat in _flat(parameter)]
    command.__name__ = function.__name__
    command.__doc__ = function.__doc__
    command.__module__ = function.__module__
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return command


def _group(parameter: inspect.Parameter) -> type[Any] | None:
    """Return the group of flags that a parameter stands for."""
    kind = parameter.annotation
    return kind if isinstance(kind, type) and dataclasses.is_dataclass(kind) else None


def _flat(parameter: inspect.Parameter) -> Iterator[inspect.Parameter]:
    group = _group(parameter)
    if group is None:
        yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        return
    hints = get_type_hints(group, include_extras=True)
    for field in dataclasses.fields(group):
        yield inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
