"""Writes the reference of all commands at the end of docs/cli.md: ``python -m app.cli.reference``."""

from pathlib import Path

from app.cli.described import Described, Option, described

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
BEGIN = "<!-- What follows is written by `make docs`; change the commands' own help instead. -->"


def reference() -> str:
    """Every command with its arguments and options, as Markdown."""
    parts = [BEGIN, "", "## Every command and option", "", "`-h` and `--help` go with each and are left out here."]
    for command in described():
        parts += ["", f"### gesso {command.name}", "", _plain(command.help), "", f"`{_usage(command)}`"]
        if command.options:
            parts += ["", "| option | does |", "|---|---|", *(_row(option) for option in command.options)]
    return "\n".join(parts) + "\n"


def page_with(text: str) -> str:
    """The page's own text, up to its reference, with this reference behind it."""
    own, _, _ = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return f"{own.rstrip()}\n\n{text}"


def _usage(command: Described) -> str:
    below = (" [" + "|".join(command.subcommands) + "]") if command.subcommands else ""
    return " ".join(["gesso", command.name, *command.arguments]) + (" [OPTIONS]" if command.options else "") + below


def _row(option: Option) -> str:
    names = ", ".join(f"`{name}`" for name in option.names)
    return f"| {names}{f' `{_cell(option.metavar)}`' if option.metavar else ''} | {_plain(option.help)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _plain(text: str) -> str:
    """Help as a cell: angle brackets and bars are text there."""
    return _cell(" ".join(text.split())).replace("<", "&lt;").replace("*", "\\*")


if __name__ == "__main__":
    PAGE.write_text(page_with(reference()), encoding="utf-8")
