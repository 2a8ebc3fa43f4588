"""What a command asks the person: the prompt on standard input, and consent on a terminal."""

import os
import sys
from decimal import Decimal

import typer

from app.cli.output import note, on_terminal
from core.domain.usage import Estimate
from core.errors import InvalidRequestError

CONFIRM_ABOVE_USD = Decimal("0.50")
READ_AT_MOST = 8_000_000
"""Bytes of standard input; a prompt has at most 32,000 characters."""


def read_prompt(argument: str) -> str:
    """The prompt itself, or standard input for ``-``; raises InvalidRequestError for bytes that are no text."""
    if argument == "-":
        return _from_stdin()
    if argument.isascii() or not is_bytes(argument):
        return argument
    try:
        return os.fsencode(argument).decode("utf-8")  # under LC_ALL=C Python takes UTF-8 for bytes
    except UnicodeDecodeError as error:
        raise InvalidRequestError("The prompt holds bytes that are not UTF-8 text.", param="prompt") from error


def is_bytes(argument: str) -> bool:
    """Whether an argument holds bytes that Python could not read as text."""
    return any("\ud800" <= character <= "\udfff" for character in argument)


def confirm_price(price: Estimate, *, yes: bool) -> None:
    """Ask on a terminal before a high or unknown price; raises ``typer.Abort`` on a no."""
    costly = price.high is None or price.high > CONFIRM_ABOVE_USD
    if yes or not costly or not can_ask():
        return
    typer.confirm(
        f"This costs {price.text}. Send it?" if price.high else "The price is unknown. Send it?", abort=True, err=True
    )


def confirm_deletion(question: str) -> None:
    """Ask before something is gone; raises ``typer.Abort`` on a no."""
    if not typer.confirm(question, err=True):
        raise typer.Abort("Stopped; nothing was deleted.")


def can_ask() -> bool:
    """Whether a person can read a question and answer it."""
    return sys.stdin.isatty() and on_terminal()


def _from_stdin() -> str:
    if sys.stdin.isatty():
        note("Write the prompt; Ctrl-D on a new line ends it.")
    try:
        return sys.stdin.buffer.read(READ_AT_MOST).decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InvalidRequestError("Standard input is not UTF-8 text.", param="prompt") from error
