"""What all commands share: examples in their help, and errors as one sentence instead of a traceback."""

from __future__ import annotations

import functools
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from driftql.cli.help import help_text
from driftql.cli.interrupt import INTERRUPTED
from driftql.cli.options import expand_groups
from driftql.display import redact, secrets_in, sentence
from driftql.errors import ConfigError, DriftqlError, DriftqlWarning
from driftql.stopping import is_stopping

__all__ = ["DriftqlGroup", "command", "complain", "guard"]

BROKEN_PIPE = 141
FAILED = 3
MISUSED = 2


class _Command(TyperCommand):
    examples = ""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; refuse an option that takes one value and was given twice."""
        if not ctx.resilient_parsing:
            _, _, given = self.make_parser(ctx).parse_args(args=list(args))
            options: list[Any] = [one for one in given if one.param_type_name == "option"]
            for option in options:
                is_switch = option.is_flag and not option.secondary_opts
                if options.count(option) > 1 and not (option.multiple or option.count or is_switch):
                    raise ConfigError(f"{max(option.opts, key=len)} is given twice; it takes one value")
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help in driftql's own layout."""
        formatter.write(help_text(self, ctx, self.examples))


class DriftqlGroup(TyperGroup):
    """A group of commands whose usage errors are one sentence."""

    examples = ""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands in the order in which they were added."""
        return list(self.commands)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help in driftql's own layout."""
        formatter.write(help_text(self, ctx, self.examples))

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command that the arguments name, and exit with its exit code."""
        _open_closed_streams()
        _replace_unwritable_characters()
        with _told_warnings(), guard():
            outcome = super().main(
                args,
                prog_name,
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
            sys.stdout.flush()
        code = outcome if isinstance(outcome, int) else 0
        if standalone_mode:
            sys.exit(code)
        return code


def command(app: typer.Typer, name: str, *examples: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command.

    Parameters
    ----------
    app
        The app to add the command to.
    name
        The command's name.
    examples
        Command lines at the end of the help. They work in a folder in which ``driftql demo`` and ``driftql init`` ran.
    """
    text = "\n".join(examples)
    kind = type("_CommandWithExamples", (_Command,), {"examples": text})

    def register(function: Callable[..., None]) -> Callable[..., None]:
        app.command(name, cls=kind)(expand_groups(_guard_command(function)))
        return function

    return register


def _guard_command(function: Callable[..., None]) -> Callable[..., None]:
    """Guard the command itself: Typer handles Ctrl-C and a closed pipe before :class:`DriftqlGroup` can."""

    @functools.wraps(function)
    def call(**values: Any) -> None:
        with guard():
            function(**values)
            sys.stdout.flush()

    return call


def complain(message: str) -> None:
    """Write one sentence to stderr, without the secrets of the command line."""
    _write_error(f"driftql: {sentence(' '.join(message.split()), _typed_secrets())}\n")


def _typed_secrets() -> list[str]:
    """Return what is secret in the arguments of this process; a flag's value may follow a '='."""
    typed = [part for argument in sys.argv[1:] for part in (argument, argument.partition("=")[2]) if part]
    return [secret for part in typed for secret in secrets_in(part)]


def _write_error(text: str) -> None:
    """Write to stderr, which may be closed or full: then nobody can be told, and the exit code stays."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(text)
        sys.stderr.flush()


@contextmanager
def _told_warnings() -> Iterator[None]:
    """Write driftql's own warnings as one sentence each, every one of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", DriftqlWarning)
        show = warnings.showwarning

        def tell(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
            if issubclass(category, DriftqlWarning):
                complain(f"warning: {message}")
            else:
                show(message, category, *place, **more)

        warnings.showwarning = tell
        yield


@contextmanager
def guard() -> Iterator[None]:
    """Turn every exception into one sentence and an exit code."""
    try:
        yield
    except typer.Exit:
        raise
    except KeyboardInterrupt as error:
        if is_stopping():
            raise
        _write_error("\ninterrupted\n")
        _leave(error, INTERRUPTED)
    except Exception as error:
        # What a cancelled statement raises, or an import that was broken off, is no news.
        if is_stopping():
            raise KeyboardInterrupt from error
        _explain(error)


def _explain(error: Exception) -> None:
    """Say what an exception means in one sentence, and exit with its code."""
    if isinstance(error, DriftqlError):
        complain(str(error))
        _leave(error, error.exit_code)
    if isinstance(error, BrokenPipeError):
        _abandon_stdout()
        _leave(error, BROKEN_PIPE)
    if isinstance(error, OSError):
        if error.filename is None:
            _abandon_stdout()
        what = "standard output cannot be written" if error.filename is None else f"{error.filename} cannot be used"
        complain(f"{what}: {(error.strerror or str(error)).lower()}")
        _leave(error, FAILED)
    if hasattr(error, "format_message"):
        complain(_usage(error))
        _leave(error, MISUSED)
    complain(
        f"this is a defect in driftql: {type(error).__name__}: {error}; "
        "run the command again with DRIFTQL_DEBUG=1 in the environment to see where"
    )
    _leave(error, FAILED)


def _usage(error: Any) -> str:
    """Return a usage error as one sentence, with the command that prints the help."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "driftql"
    message = str(error.format_message()).strip().rstrip(".").replace(": Value error, ", ": ")
    message = message[:1].lower() + message[1:]
    if "Did you mean" in message:
        return message.replace(". Did you mean", "; did you mean").replace(" Did you mean", "; did you mean")
    return f"{message}; '{path} --help' lists the possibilities"


def _leave(error: BaseException, code: int) -> None:
    if os.environ.get("DRIFTQL_DEBUG") and not isinstance(error, KeyboardInterrupt | BrokenPipeError):
        import traceback

        lines = "".join(traceback.format_exception(error)).splitlines()
        _write_error("".join(f"{redact(line, _typed_secrets())}\n" for line in lines))
    sys.exit(code)


def _abandon_stdout() -> None:
    """Redirect stdout: otherwise Python reports the closed pipe again when it exits."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # stays open until the exit


def _open_closed_streams() -> None:
    """Write to nowhere where the caller closed a stream (``>&-``): the exit code still tells the outcome.

    Otherwise the next file that is opened, such as the database, would be taken for the stream.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            with suppress(OSError):
                opened = os.open(os.devnull, os.O_RDWR)
                if opened != number:
                    os.dup2(opened, number)
                    os.close(opened)
                setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  # as above


def _replace_unwritable_characters() -> None:
    """Write a question mark for a character that the terminal cannot encode: a label may hold any character."""
    for stream in (sys.stdout, sys.stderr):
        encoding = (getattr(stream, "encoding", None) or "").lower()
        if not encoding.startswith("utf") and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
