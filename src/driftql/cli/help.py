"""The text of ``--help``: flags in groups, then examples, which are never wrapped so that they can be pasted."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import typer

__all__ = ["help_text"]

_MAX_WIDTH = 100
_MAX_NAME = 26

Entry = tuple[str, str]


def help_text(command: Any, context: Any, examples: str) -> str:
    """Write the help of a command or a group of commands.

    Parameters
    ----------
    command
        Typer's command object.
    context
        The context of the call, which knows the full name of the command.
    examples
        Lines that end the help.
    """
    width = min(shutil.get_terminal_size().columns, _MAX_WIDTH)
    blocks = [_usage(command, context, width), *_paragraphs(command.help or "", width)]
    for title, entries in _panels(command, context):
        blocks.append(_heading(title) + "\n" + "\n".join(_entry(name, text, width) for name, text in entries))
    if examples:
        blocks.append(_heading("Examples") + "\n" + textwrap.indent(examples, "  "))
    return "\n\n".join(blocks) + "\n"


def _usage(command: Any, context: Any, width: int) -> str:
    arguments = [parameter.metavar for parameter in command.params if parameter.param_type_name == "argument"]
    tail = ["COMMAND"] if hasattr(command, "commands") else arguments
    line = " ".join([context.command_path, *tail, "[OPTIONS]"])
    return textwrap.fill(line, width, initial_indent=_heading("Usage") + " ", subsequent_indent="  ")


def _paragraphs(text: str, width: int) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield textwrap.fill(" ".join(paragraph.split()), width)


def _panels(command: Any, context: Any) -> list[tuple[str, list[Entry]]]:
    """Return the parameters by panel, in the order of the help."""
    panels: dict[str, list[Entry]] = {}
    if hasattr(command, "commands"):
        known = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
        panels["Commands"] = [(name, (one.help or "").split("\n\n")[0]) for name, one in known]
    others: list[Entry] = []
    for parameter in command.get_params(context):
        if getattr(parameter, "hidden", False):
            continue
        is_argument = parameter.param_type_name == "argument"
        title = "Arguments" if is_argument else getattr(parameter, "rich_help_panel", None)
        (panels.setdefault(title, []) if title else others).append((_name(parameter), parameter.help or ""))
    first = [(title, panels.pop(title)) for title in ("Arguments", "Commands") if title in panels]
    # A command's own flags come before the groups that commands share; --help alone comes last.
    own = [("Options", others)]
    return [*first, *own, *panels.items()] if len(others) > 1 else [*first, *panels.items(), *own]


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar)
    names = [*(name for name in parameter.opts if not name.startswith("--"))]
    names += [name for name in parameter.opts if name.startswith("--")]
    words = ", ".join(names)
    if parameter.secondary_opts:
        words += " / " + ", ".join(parameter.secondary_opts)
    return f"{words} {parameter.metavar}" if parameter.metavar else words


def _entry(name: str, text: str, width: int) -> str:
    """Return a name with its text beside it, or below it if the name is long."""
    indent = " " * (_MAX_NAME + 4)
    body = textwrap.wrap(" ".join(text.split()), max(width - len(indent), 24))
    if len(name) > _MAX_NAME:
        return "\n".join([f"  {name}", *(indent + line for line in body)])
    first, *rest = body or [""]
    return "\n".join([f"  {name:<{_MAX_NAME}}  {first}".rstrip(), *(indent + line for line in rest)])


def _heading(title: str) -> str:
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return typer.style(f"{title}:", bold=True) if coloured else f"{title}:"
