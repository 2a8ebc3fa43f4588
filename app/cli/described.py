"""All commands and options of the terminal as data, read off the commands themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from importlib import import_module
from typing import Any

from typer.main import get_command

from app.cli import COMMANDS
from core.providers.catalogue import catalogue

FILES = ("FILE", "IMAGE", "FOLDER", "PATH", "MASK")
"""How metavars begin whose values are files."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option: its names, what its value is called (empty for a flag) and may be (empty: anything)."""

    names: tuple[str, ...]
    metavar: str
    help: str
    values: tuple[str, ...]

    @property
    def takes_file(self) -> bool:
        return self.metavar.startswith(FILES)


@dataclass(frozen=True, kw_only=True)
class Described:
    """One command, such as ``jobs`` or ``jobs show``; ``arguments`` are the metavars of what has no name."""

    words: tuple[str, ...]
    help: str
    arguments: tuple[str, ...]
    options: tuple[Option, ...]
    subcommands: tuple[str, ...]

    @property
    def name(self) -> str:
        return " ".join(self.words)

    @property
    def choices(self) -> tuple[str, ...]:
        """What its argument may be, where that is one of a few words (``bash|zsh|fish``)."""
        few = next((one for one in self.arguments if "|" in one and one.islower()), "")
        return tuple(few.split("|")) if few else ()


def described() -> tuple[Described, ...]:
    """Every command with its subcommands after it; imports all of them."""
    return tuple(one for name in COMMANDS for one in _with_subcommands((name,), get_command(_app(name))))


def _app(name: str) -> Any:
    return import_module(f"app.cli.{name}").app


def _with_subcommands(words: tuple[str, ...], command: Any) -> Iterator[Described]:
    below: dict[str, Any] = getattr(command, "commands", {})
    shown = [one for one in command.params if not getattr(one, "hidden", False)]
    yield Described(
        words=words,
        help=(command.help or "").split("\n\n")[0].replace("\n", " ").strip(),
        arguments=tuple(_metavar(one) for one in shown if not one.opts[0].startswith("-")),
        options=tuple(_option(one) for one in shown if one.opts[0].startswith("-")),
        subcommands=tuple(below),
    )
    for name, one in below.items():
        yield from _with_subcommands((*words, name), one)


def _option(param: Any) -> Option:
    names = (*param.opts, *param.secondary_opts)
    metavar = "" if param.is_flag else _metavar(param)
    return Option(names=names, metavar=metavar, help=param.help or "", values=_values(param, metavar))


def _metavar(param: Any) -> str:
    return str(param.metavar or param.name.upper())


def _values(param: Any, metavar: str) -> tuple[str, ...]:
    kind = param.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(one.value) for one in kind)
    return _of_models().get(param.opts[-1], ()) if metavar else ()


def _of_models() -> dict[str, tuple[str, ...]]:
    """What options may be that depend on the model: whatever any takes that can be asked for today."""
    models = catalogue().usable(datetime.now(UTC).date())
    return {
        "--model": tuple(model.id for model in models),
        "--quality": _any_of(model.qualities for model in models),
        "--background": _any_of(model.backgrounds for model in models),
        "--output-format": _any_of(model.output_formats for model in models),
        "--moderation": _any_of(model.moderations for model in models),
        "--complexity": _any_of(model.complexities for model in models),
        "--input-fidelity": _any_of(model.input_fidelities for model in models),
    }


def _any_of(lists: Iterator[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for values in lists for value in values))
