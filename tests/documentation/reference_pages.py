"""The reference pages: Markdown made from the settings models, the report models and the docstrings."""

from __future__ import annotations

import ast
import inspect
import itertools
import json
import re
import textwrap
from collections.abc import Iterator
from typing import Any, TypeGuard, get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

import driftql
from driftql import aliases, errors, report
from driftql.cli.settings import _SETTINGS as FLAGS
from driftql.config import Config, HistoryConfig, MonitorConfig, ReadConfig, WarehouseConfig

_NOTE = "<!-- Made by `python -m tests.documentation.write_pages`. -->"

_QUOTED = re.compile(r"(?<!\w)(?:\"([^\"]+)\"|'([^']+)')(?!\w)")
_ROLE = re.compile(r":\w+:`~?(?:[\w.]*\.)?(\w+)`")


# The settings whose descriptions are the help of a flag.
_FLAGS_TABLES = ("columns", "thresholds")
_FLAGS_SINGLE = (
    "clusters",
    "exact",
    "timezone",
    "max_age",
    "freshness",
    "row_count_ratio",
    "queue.low_confidence",
    "queue.max_asks_per_day",
    "queue.table",
    "warehouse.memory_limit",
    "warehouse.threads",
)


def setting_texts() -> dict[str, str]:
    """Return what ``--help`` says of each setting that a flag sets: its description, and its default in brackets."""
    texts = {}
    for path, model in _tables().items():
        for name, field in model.model_fields.items():
            setting = f"{path}.{name}".removeprefix(".")
            if path in _FLAGS_TABLES or setting in _FLAGS_SINGLE:
                texts[setting] = _with_default(field)
    return texts


def setting_texts_module() -> str:
    """Return the module that ``--help`` reads."""
    lines = [
        '"""The help of each flag that sets a setting: the descriptions in :mod:`driftql.config`.',
        "",
        "Importing pydantic to read them would take longer than all the rest of ``driftql --help``. This file is made by",
        "``python -m tests.documentation.write_pages``.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        '__all__ = ["SETTING_TEXTS"]',
        "",
        "SETTING_TEXTS = {",
    ]
    for name, text in setting_texts().items():
        line = f'    "{name}": {json.dumps(text)},'
        if len(line) <= 120:
            lines.append(line)
            continue
        pieces = textwrap.wrap(text, 109, drop_whitespace=False, break_on_hyphens=False)
        lines += [f'    "{name}": (', *(f"        {json.dumps(piece)}" for piece in pieces), "    ),"]
    return "\n".join([*lines, "}"]) + "\n"


def _tables() -> dict[str, type[BaseModel]]:
    """Return the tables of ``driftql.toml``; the path of the monitor's own settings is empty."""
    tables: dict[str, type[BaseModel]] = {
        "warehouse": WarehouseConfig,
        "read": ReadConfig,
        "history": HistoryConfig,
        "": MonitorConfig,
    }
    kinds = {name: field.annotation for name, field in MonitorConfig.model_fields.items()}
    return tables | {name: kind for name, kind in kinds.items() if _is_model(kind)}


def _is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _with_default(field: FieldInfo) -> str:
    text, default = str(field.description), field.default
    if isinstance(default, bool) or not isinstance(default, str | int | float):
        return text
    return f"{text.removesuffix('.')} [{default}]."


def settings_page() -> str:
    """Return every setting of ``driftql.toml``."""
    parts = [
        _NOTE,
        "# Settings",
        "`driftql check` reads `driftql.toml` in the folder where it runs, or the file that `--config` names. "
        "`driftql init` writes such a file for a table, with a comment on every setting. Every setting may be left out. "
        "A flag of the command line takes precedence over the setting beside it.",
        "`driftql schema` prints the JSON schema of the file, with which editors complete and check it. An unknown setting "
        "is an error; the message names the nearest known one.",
    ]
    tables = _tables()
    for path, model in tables.items():
        if path == "reference":
            continue
        titles = {"": "`[monitors.NAME]`", "warehouse": "`[warehouse]`", "read": "`[read]`", "history": "`[history]`"}
        if path == "current":
            titles[path] = "`[monitors.NAME.reference]` and `[monitors.NAME.current]`"
        parts.append(f"## {titles.get(path, f'`[monitors.NAME.{path}]`')}")
        parts.append(_markdown(_summary(model)))
        parts.append(_settings_table(path, model))
    return "\n\n".join(parts) + "\n"


def _settings_table(path: str, model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    rows = ["| setting | value | default | flag | meaning |", "|---|---|---|---|---|"]
    for name, field in model.model_fields.items():
        if _is_model(field.annotation):
            continue
        assert field.description, f"{model.__name__}.{name} needs a description"
        written = name.rstrip("_")
        kind = _kind(schema["properties"][written], {}).removesuffix(" or null")
        flags = ", ".join(f"`{flag}`" for flag in _flags(path, name))
        cells = [f"`{written}`", kind, _default(field), flags, _markdown(str(field.description))]
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def _flags(path: str, name: str) -> list[str]:
    if path == "current":
        return {
            "table": [],
            "filter": ["--current-filter", "--reference-filter", "--filter"],
        }.get(name, ["--current", "--reference"])
    flags = {setting: flag for flag, setting in FLAGS.items()} | {
        "warehouse.url": "db",
        "warehouse.threads": "threads",
        "warehouse.memory_limit": "memory_limit",
        "history.record": "record",
        "queue.auto": "enqueue",
        "queue.max_asks_per_day": "max_asks",
    }
    flag = flags.get(f"{path}.{name}".removeprefix("."))
    return [f"--{flag.replace('_', '-')}"] if flag else []


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is None:
        return ""
    return f"`{json.dumps(value.get_secret_value() if isinstance(value, SecretStr) else value)}`"


def _kind(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    """Return what a JSON schema allows, in words; other models as links."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        inner = definitions[name]
        return _kind(inner, definitions) if "enum" in inner else f"[{name}](#{name.lower()})"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(_kind(one, definitions) for one in schema[several])
    if "enum" in schema or "const" in schema:
        return " or ".join(f"`{json.dumps(value)}`" for value in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type")
    if kind == "array":
        return f"list of {_kind(schema['items'], definitions)}"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"object of {_kind(values, definitions)}" if isinstance(values, dict) else "object"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
    formats = {"uuid": "UUID", "date-time": "time"}
    text = formats.get(schema.get("format", ""), words.get(str(kind), str(kind)))
    if "minimum" in schema:
        text += (
            f", {schema['minimum']:g} to {schema['maximum']:g}"
            if "maximum" in schema
            else f", at least {schema['minimum']:g}"
        )
    elif "exclusiveMinimum" in schema:
        text += f" between {schema['exclusiveMinimum']:g} and {schema['exclusiveMaximum']:g}"
    return text


def report_page() -> str:
    """Return the report as JSON: every model, in the order in which the report mentions them."""
    parts = [
        _NOTE,
        "# The report",
        "`driftql check --json`, `driftql check --output FILE` and `write_drift_report` write a report as JSON; "
        "`run_drift_check` returns it as a `DriftReport`. `DriftReport.model_validate_json(text)` reads the JSON back "
        "without loss. Times are UTC, in ISO format. A number that does not exist, such as a PSI that could not be "
        "computed, is `null`, never NaN or infinity.",
    ]
    models: list[type[BaseModel]] = [*_mentioned(report.DriftReport), report.LabelRequest]
    for model in models:
        schema = model.model_json_schema()
        rows = ["| field | value | meaning |", "|---|---|---|"]
        for name, field in model.model_fields.items():
            assert field.description, f"{model.__name__}.{name} needs a description"
            kind = _kind(schema["properties"][name], schema.get("$defs", {}))
            rows.append(f"| `{name}` | {kind} | {_markdown(str(field.description))} |")
        parts += [f"## {model.__name__}", _markdown(_summary(model)), "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


def _mentioned(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return a model and, depth first, those that its fields hold."""
    found = [model]
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            found += [one for one in _mentioned(inner) if one not in found]
    return found


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if _is_model(annotation):
        yield annotation
        yield from annotation.__subclasses__()
    for part in get_args(annotation):
        yield from _models_in(part)


# What people want to do -> the functions for it.
_TASKS = {
    "Check": ("run_drift_check", "write_drift_report", "run_monitor", "plan_monitor"),
    "Connect": ("connect",),
    "The labeling queue": ("auto_enqueue_drift_labels", "enqueue_low_confidence", "pending", "mark_done"),
    "The history": ("record_report", "recent_runs", "metric_history"),
    "The settings": ("load_config",),
}


def python_page() -> str:
    """Return every public name."""
    functions = [name for names in _TASKS.values() for name in names]
    classes = [name for name in driftql.__all__ if inspect.isclass(getattr(driftql, name))]
    kinds = {
        "settings": [name for name in classes if driftql._HOME_OF[name] == Config.__module__],
        "results": [name for name in classes if driftql._HOME_OF[name] == report.__name__],
        "errors": [name for name in classes if issubclass(getattr(driftql, name), errors.DriftqlError)],
        "warnings": [name for name in classes if issubclass(getattr(driftql, name), Warning)],
    }
    known = {*functions, "__version__", *(name for names in kinds.values() for name in names)}
    assert known == set(driftql.__all__), known ^ set(driftql.__all__)
    parts = [
        _NOTE,
        "# Python",
        "Everything here is imported from `driftql` itself: `from driftql import run_drift_check`. `import driftql` is "
        "quick; the libraries behind a name are imported when the name is first used.",
    ]
    for task, names in _TASKS.items():
        parts.append(f"## {task}")
        parts += [_function(name) for name in names]
    parts += [
        "## Types",
        "The names that signatures use for what they take.",
        _alias_table(),
        "## Models of the settings",
        "Each is the Python form of a part of [driftql.toml](settings.md), with the same names and defaults.",
        _class_table(kinds["settings"]),
        "## Models of the report",
        "Pydantic models; [every field](report.md).",
        _class_table(kinds["results"]),
        "## Errors",
        "Every error of driftql is a `DriftqlError`. The command line leaves with its exit code; with 130 after Ctrl-C "
        "(SIGINT) and 143 after SIGTERM, within some two seconds and without a statement left in the database.",
        _error_table(kinds["errors"]),
        "## Warnings",
        "What does not stop the work is warned of by Python's `warnings`; the command line writes it to standard error.",
        _class_table(kinds["warnings"]),
    ]
    return "\n\n".join(parts) + "\n"


def _alias_table() -> str:
    """Return the aliases of the signatures; a string below each alias says what it stands for."""
    body = ast.parse(inspect.getsource(aliases)).body
    rows = []
    for statement, below in itertools.pairwise(body):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            assert isinstance(below, ast.Expr)
            rows.append(f"| `{statement.target.id}` | {_prose(ast.literal_eval(below.value))} |")
    assert len(rows) == len(aliases.__all__)
    return "\n".join(["| type | what it takes |", "|---|---|", *sorted(rows)])


def _class_table(names: list[str]) -> str:
    rows = [f"| `{name}` | {_markdown(_summary(getattr(driftql, name)))} |" for name in sorted(names)]
    return "\n".join(["| class | what it is |", "|---|---|", *rows])


def _error_table(names: list[str]) -> str:
    rows = []
    for name in sorted(names, key=lambda name: (len(getattr(driftql, name).__mro__), name)):
        error = getattr(driftql, name)
        rows.append(f"| `{name}` | {error.exit_code} | {_markdown(_summary(error))} |")
    return "\n".join(["| error | exit code | when |", "|---|---|---|", *rows])


def _function(name: str) -> str:
    function = getattr(driftql, name)
    text, sections = _sections(inspect.getdoc(function) or "")
    parts = [f"### {name}", f"```python\n{_signature(name, function)}\n```", _prose(text)]
    for title, body in sections.items():
        if title in ("Parameters", "Attributes"):
            rows = [f"| {names} | {meaning} |" for names, meaning in _entries(body)]
            parts.append("\n".join([f"| {title[:-1].lower()} | meaning |", "|---|---|", *rows]))
        elif title == "Raises":
            rows = [f"{names}: {meaning}" for names, meaning in _entries(body)]
            parts.append("**Raises** " + " ".join(rows))
        elif title in ("Returns", "Yields"):
            parts.append(f"**{title}** " + " ".join(f"{names}: {meaning}" for names, meaning in _entries(body)))
        elif title == "Examples":
            parts.append(f"```pycon\n{body}\n```")
        else:
            parts.append(f"{title}. {_prose(body)}")
    return "\n\n".join(part for part in parts if part)


def _signature(name: str, function: Any) -> str:
    signature = inspect.signature(function)
    parameters, starred = [], False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            parameters.append("*")
            starred = True
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        parameters.append(f"{parameter.name}: {parameter.annotation}{default}")
    line = f"{name}({', '.join(parameters)}) -> {signature.return_annotation}"
    if len(line) <= 100:
        return line
    return "\n".join([f"{name}(", *(f"    {one}," for one in parameters), f") -> {signature.return_annotation}"])


def _sections(doc: str) -> tuple[str, dict[str, str]]:
    """Split a numpy-style docstring into its text and its sections."""
    text, *rest = re.split(r"^(\w+)\n-{3,}\n", doc, flags=re.MULTILINE)
    return text.strip(), {title: body.strip() for title, body in zip(rest[::2], rest[1::2], strict=True)}


def _entries(body: str) -> Iterator[tuple[str, str]]:
    """Yield the names and the meaning of each entry of a section."""
    for entry in re.split(r"\n(?=\S)", body):
        names, _, meaning = entry.partition("\n")
        words = ", ".join(f"`{name.strip()}`" for name in names.split(","))
        yield words, _prose(textwrap.dedent(meaning)).replace("\n\n", "<br>").replace("|", "\\|")


def _prose(text: str) -> str:
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    return "\n\n".join(_ROLE.sub(r"`\1`", paragraph).replace("``", "`") for paragraph in paragraphs)


def _summary(thing: Any) -> str:
    return _prose((inspect.getdoc(thing) or "").split("\n\n")[0])


def _markdown(text: str) -> str:
    """Set quoted words of a description as code."""
    return _QUOTED.sub(lambda match: f"`{match[1] or match[2]}`", text.replace("``", "`"))
