"""Runs one command: every error becomes one sentence on stderr and an exit code, never a traceback."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import typer
from typer._click.exceptions import UsageError
from typer.main import get_command

from app.cli.asking import is_bytes
from app.cli.exits import ABORTED, CANCELLED, OK, OTHER, USAGE, exit_of_error
from app.cli.output import one_line, print_json
from core.errors import GessoError

TEXT_ONLY = (
    *("models", "jobs", "costs", "history", "search", "show", "tag"),
    *("favourite", "collections", "trash", "cleanup", "keys"),
)
"""Commands that take no prompt and no file name."""


def run(name: str, arguments: Sequence[str]) -> int:
    """Run ``gesso NAME ARGUMENTS`` and return its exit code."""
    _survive_odd_names()
    try:
        _refuse_bytes(name, arguments)
        code = _invoke(name, arguments)
        sys.stdout.flush()
        return code
    except UsageError as error:
        command = error.ctx.command_path if error.ctx is not None else f"gesso {name}"
        return _fail(arguments, USAGE, "usage", f"{_sentence(error)} See `{command} --help`.")
    except typer.TyperException as error:
        return _fail(arguments, error.exit_code, "usage", error.format_message())
    except KeyboardInterrupt:
        return _fail(arguments, CANCELLED, "interrupted", "Interrupted.")
    except typer.Abort as aborted:
        return _fail(arguments, ABORTED, "aborted", str(aborted) or "Stopped; nothing was sent.")
    except GessoError as error:
        return _fail(arguments, exit_of_error(error), error.code, str(error))
    except OSError as error:
        _abandon_stdout()
        if not isinstance(error, BrokenPipeError):
            sys.stderr.write(f"Error: The output could not be written: {error.strerror or error}.\n")
        return OTHER


def new_app() -> typer.Typer:
    """An empty Typer app in our style: plain text, no markup, no decorated tracebacks."""
    return typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )


def _refuse_bytes(name: str, arguments: Sequence[str]) -> None:
    """Only prompts and file names may be bytes; an id, an account or a name never is."""
    if name in TEXT_ONLY and any(map(is_bytes, arguments)):
        raise UsageError("An argument holds bytes that are not UTF-8 text.")


def _invoke(name: str, arguments: Sequence[str]) -> int:
    command = get_command(import_module(f"app.cli.{name}").app)
    try:
        # Not command.main(): that turns Ctrl-C into a silent end.
        with command.make_context(f"gesso {name}", list(arguments)) as context:
            code = command.invoke(context)
    except typer.Exit as ended:  # --help
        return ended.exit_code
    return code if isinstance(code, int) else OK


def _fail(arguments: Sequence[str], code: int, name: str, message: str) -> int:
    """Say it on stderr, and on stdout as an object where JSON was asked for."""
    sys.stderr.write(f"Error: {one_line(message)}\n")
    if "--json" in arguments:
        print_json({"error": {"code": name, "message": message}})
    return code


def _sentence(error: UsageError) -> str:
    """Typer's message as a sentence, without the words of the library beneath it."""
    message = error.format_message().replace("Value error, ", "").replace("Input should be", "it should be")
    return message if message.endswith((".", "?")) else f"{message}."


def _abandon_stdout() -> None:
    """Whoever read our output has left, or its disk is full: what is still buffered must not fail at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _survive_odd_names() -> None:
    """File names may hold bytes that are no text: they go out as they came in."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            is_utf8 = (stream.encoding or "").lower().replace("-", "") == "utf8"
            stream.reconfigure(errors="surrogateescape" if is_utf8 else "backslashreplace")
