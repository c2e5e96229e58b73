"""``driftql init``: look at a table, propose the roles of its columns, and write ``driftql.toml``."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shlex
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from driftql.cli.commands import command
from driftql.cli.options import PlaceFlags, RoleFlags
from driftql.display import hidden, plain, shown
from driftql.errors import ConfigError, DriftqlError

if TYPE_CHECKING:
    from rich.console import Console

    from driftql.config import Roles
    from driftql.propose import Proposal
    from driftql.warehouse.base import Warehouse

__all__ = ["register", "toml_text"]

_EXAMPLES = (
    "driftql init flights --db driftql_demo.duckdb --force",
    "driftql init february.parquet --config february.toml",
    "driftql init flights --db driftql_demo.duckdb --time bucket_start_ts --user user_id --force",
)
_SPANS = ("7d", "3d", "1d", "12h", "6h", "1h")
_PREFIX = "DRIFTQL_"
_PASSWORD = f"{_PREFIX}PASSWORD"
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "init", *_EXAMPLES)(init)


def init(
    place: PlaceFlags,
    roles: RoleFlags,
    table: Annotated[
        str | None,
        typer.Argument(
            metavar="[TABLE]",
            help="A table or a file. Default: the only table of the database.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name", metavar="NAME", help="The name of the monitor. Default: the table's name.", show_default=False
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the settings file.")] = False,
) -> None:
    """Look at a table, propose the roles of its columns, and write driftql.toml."""
    from driftql.cli.settings import flags_of, monitor_from_flags
    from driftql.cli.terminal import console
    from driftql.config import CONFIG_NAME
    from driftql.propose import propose_roles

    named = monitor_from_flags(flags_of(roles)).columns
    target = place.config or Path(CONFIG_NAME)
    _refuse_overwriting(target, table, name, force=force)
    with _open(place, table) as warehouse:
        table = table or _only_table(warehouse)
        proposal = propose_roles(warehouse, table, named)
        span = _window_span(warehouse, table, proposal.roles.bucket_start)
    monitor = name or _monitor_name(table)
    url, variables = _url_for(place.db, target)
    from driftql.files import write_text

    write_text(toml_text(monitor, table, url, proposal, span), target)
    if variables:
        from driftql.cli.terminal import say

        what = "The password is" if variables == [_PASSWORD] else "The passwords are"
        say(console(), f"{what} not in the file. Set {' and '.join(variables)} in the environment before a check.")
    _report(console(), table, proposal, target, monitor, span)


def _refuse_overwriting(target: Path, table: str | None, name: str | None, *, force: bool) -> None:
    if force or not target.exists():
        return
    wanted = name or (_monitor_name(table) if table and hidden(table) == table else "other")
    other = target.with_name(f"{wanted}.toml")
    raise ConfigError(
        f"{shown(target)} already exists: --force overwrites it, --config {shlex.quote(str(other))} writes another file"
    )


def _open(place: PlaceFlags, table: str | None) -> Warehouse:
    from driftql.config import expand_environment
    from driftql.sql.fragments import is_file
    from driftql.warehouse import connect

    if place.db is None and not (table and (is_file(table) or Path(table).exists())):
        raise ConfigError("name the database with --db FILE, or a Parquet, CSV or JSON file as the table")
    url = expand_environment(place.db) if place.db else ":memory:"
    return connect(url, threads=place.threads, memory_limit=place.memory_limit)


def _only_table(warehouse: Warehouse) -> str:
    """Return the only table.

    Raises
    ------
    ConfigError
        If there is none, or more than one.
    """
    names = warehouse.tables()
    own = [name for name in names if not name.rpartition(".")[2].startswith("driftql_")]
    if len(own) == 1:
        return str(own[0])
    if not own:
        raise ConfigError(f"{warehouse.title} holds no tables")
    shown = ", ".join(own[:20]) + (", ..." if len(own) > 20 else "")
    raise ConfigError(f"{warehouse.title} holds several tables; name one of them: {shown}")


def _window_span(warehouse: Warehouse, table: str, column: str | None) -> str | None:
    """Return the longest span that fits into the table twice; None without a time column."""
    if column is None:
        return None
    from driftql.config import parse_duration
    from driftql.sql import fragments

    quoted = fragments.identifier(column, warehouse.engine)
    try:
        rows = warehouse.query(
            f"select min(cast({quoted} as timestamp)) as first_bucket, max(cast({quoted} as timestamp)) as last_bucket "
            f"from {warehouse.relation(table)}"
        )
    except DriftqlError:
        return _SPANS[0]
    first, last = rows[0]["first_bucket"], rows[0]["last_bucket"]
    if not isinstance(first, dt.datetime) or not isinstance(last, dt.datetime):
        return _SPANS[0]
    return next((span for span in _SPANS if 2 * parse_duration(span) <= last - first), _SPANS[-1])


def _monitor_name(table: str) -> str:
    from driftql.sql.fragments import is_file

    stem = Path(table).name.split(".")[0] if is_file(table) else table.rpartition(".")[2]
    return re.sub(r"[^\w-]+", "_", stem.strip('"')).strip("_") or "predictions"


def _url_for(db: str | None, target: Path) -> tuple[str, list[str]]:
    """Return the database for the settings file, and the environment variables that stand there for its secrets.

    A path is relative to the settings file, which may be in another folder. Settings files are shared; passwords must
    not be.
    """
    from driftql.warehouse.secrets import find_secrets

    if db is None or db == ":memory:":
        return ":memory:", []
    path = db.removeprefix("duckdb:///")
    if "://" not in path:
        is_absolute = Path(path).expanduser().is_absolute()
        return path if is_absolute else Path(os.path.relpath(path, target.parent)).as_posix(), []
    variables = []

    def replace(name: str, value: str) -> str:
        if not value or "${" in value:
            return value
        variables.append(name)
        return f"${{{name}}}"

    def replace_option(match: re.Match[str]) -> str:
        is_secret = bool(find_secrets(None, {match[2]: match[3]}))
        name = f"{_PREFIX}{re.sub('[^A-Z0-9]', '_', match[2].upper())}"
        return f"{match[1]}{match[2]}={replace(name, match[3]) if is_secret else match[3]}"

    path = re.sub(r"(?<=://)([^/@:?]*):([^@]*)(?=@)", lambda at: f"{at[1]}:{replace(_PASSWORD, at[2])}", path, count=1)
    path = re.sub(r"([?&;])([^=&;?]+)=([^&;]*)", replace_option, path)
    return path, list(dict.fromkeys(variables))


def toml_text(monitor: str, table: str, url: str, proposal: Proposal, span: str | None) -> str:
    """Return the settings as TOML, each below a comment that explains it; defaults are commented out.

    Parameters
    ----------
    monitor
        The name of the monitor.
    table
        The table.
    url
        The database of the table.
    proposal
        The roles of the columns.
    span
        The length of both windows; None if the table has no time column.

    Returns
    -------
    str
        TOML that :func:`driftql.config.load_config` reads.
    """
    from driftql.config import MonitorConfig, Roles, WarehouseConfig

    key = f"monitors.{_key(monitor)}"
    lines = [
        "# What driftql checks: 'driftql check' runs every monitor of this file.",
        "# 'driftql schema' prints the JSON schema of all settings.",
        "",
        "[warehouse]",
        *_setting(WarehouseConfig, "url", url),
        "",
        f"[{key}]",
        *_setting(MonitorConfig, "table", table),
        *_setting(MonitorConfig, "features", proposal.features or "auto"),
        *_setting(MonitorConfig, "categories", proposal.categories or "auto"),
    ]
    lines += _left_out(proposal)
    lines += ["", f"[{key}.columns]"]
    found = proposal.roles.model_dump(exclude_unset=True, exclude_none=True)
    for role in Roles.model_fields:
        lines += _setting(Roles, role, found[role]) if role in found else _unset_role(role)
    lines += ["", *_windows(key, span)]
    lines += ["", *_defaults(key)]
    return "\n".join(lines) + "\n"


def _left_out(proposal: Proposal) -> Iterator[str]:
    for column, reason in proposal.left_out.items():
        yield from _comment_lines(f"Left out: {column} ({reason})")


def _unset_role(role: str) -> Iterator[str]:
    from driftql.config import Roles

    default = Roles.model_fields[role].default
    if default is not None:
        yield from _setting(Roles, role, default, commented=True)


def _windows(key: str, span: str | None) -> Iterator[str]:
    from driftql.config import WindowConfig

    for window, meaning in (
        ("reference", "The window that is taken as normal."),
        ("current", "The window that is judged."),
    ):
        yield f"# {meaning}"
        yield f"[{key}.{window}]"
        if span is not None:
            yield from _setting(WindowConfig, "last", span)
        else:
            yield "# driftql found no time column in the table. Define each window by a condition,"
            yield '# or by a table of its own (table = "...").'
            yield "# filter = \"version = 'A'\""
        yield ""


def _defaults(key: str) -> Iterator[str]:
    """Yield the thresholds and the queue as comments: to change a setting, remove its '#'."""
    from driftql.config import QueueConfig, Thresholds

    for part, model in (("thresholds", Thresholds), ("queue", QueueConfig)):
        yield f"[{key}.{part}]"
        for name, field in model.model_fields.items():
            yield from _setting(model, name, field.default, commented=True)
        yield ""


def _setting(model: Any, name: str, value: Any, *, commented: bool = False) -> Iterator[str]:
    """Yield a comment that explains a setting, then the setting."""
    yield from _comment_lines(model.model_fields[name].description or name)
    yield f"{'# ' if commented else ''}{name} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        inner = ", ".join(_value(item) for item in value)
        if len(inner) <= 90:
            return f"[{inner}]"
        return "[\n" + "".join(f"    {_value(item)},\n" for item in value) + "]"
    if isinstance(value, int | float):
        return repr(value)
    return _quote(str(value))


def _quote(text: str) -> str:
    """Return a TOML basic string. JSON's escapes are TOML's, except that JSON leaves DEL unescaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _quote(name)


def _comment_lines(text: str) -> list[str]:
    """Return the lines of a comment. A column's name may hold a line break, which must not end the comment."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return textwrap.wrap(printable, 100, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def _report(screen: Console, table: str, proposal: Proposal, target: Path, monitor: str, span: str | None) -> None:
    from driftql.cli.terminal import listing, say

    say(screen, f"Columns of {plain(table)}", style="bold")
    grid = listing("role", "columns")
    grid.columns[1].no_wrap = False
    grid.columns[1].overflow = "fold"
    for role, columns in _role_rows(proposal.roles):
        grid.add_row(role, plain(columns))
    grid.add_row("features", plain(", ".join(proposal.features)) or "none")
    if proposal.categories:
        grid.add_row("categories", plain(", ".join(proposal.categories)))
    for column, reason in proposal.left_out.items():
        grid.add_row("left out", plain(f"{column} ({reason})"), style="dim")
    screen.print(grid)
    for warning in proposal.warnings:
        say(screen, plain(warning), style="yellow")
    screen.print()
    say(screen, f"Wrote {shown(target)}: monitor {plain(monitor)}.")
    if span is None:
        say(
            screen,
            "driftql found no time column in the table: give each window a filter or a table in the file.",
        )
    from driftql.config import CONFIG_NAME

    words = ["driftql", "check", *([] if str(target) == CONFIG_NAME else ["--config", str(target)])]
    screen.print()
    say(screen, "Next", style="bold")
    screen.print(f"  {plain(shlex.join(words))}", style="dim", soft_wrap=True)


def _role_rows(roles: Roles) -> Iterator[tuple[str, str]]:
    for role, value in roles.model_dump().items():
        if role == "reject_label":
            continue
        yield role, ", ".join(value) if isinstance(value, list) else value or "-"
