"""What is printed: plain text on stdout for people, one JSON object for programs, notes on stderr."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.domain.money import usd_text

JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
"""They make emoji families and Persian words, and steer nothing."""


def print_json(data: Mapping[str, Any]) -> None:
    """Write one object as ASCII JSON, so that it survives every terminal and pipe."""
    sys.stdout.write(json.dumps(data, indent=2, default=_plain) + "\n")


def print_json_line(data: Mapping[str, Any]) -> None:
    """Write one object as one line at once, for programs that follow along."""
    sys.stdout.write(json.dumps(data, default=_plain) + "\n")
    sys.stdout.flush()


def print_line(text: object = "") -> None:
    """Write one line of a result to stdout."""
    sys.stdout.write(f"{text}\n")


def note_lines(lines: Iterable[str]) -> None:
    """Say several lines on stderr as they stand; each is one line of harmless text already."""
    for line in lines:
        sys.stderr.write(f"{line}\n")


def note(text: str) -> None:
    """Say something to the person on stderr."""
    sys.stderr.write(one_line(text) + "\n")


def print_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write aligned columns; every cell becomes one line of harmless text."""
    for line in table_lines(header, rows):
        print_line(line)


def table_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of ``print_table``."""
    cells = [[one_line(str(cell)) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def one_line(text: str) -> str:
    """The text without line breaks and control characters: a prompt must not steer the terminal."""
    spaced = " ".join(text.split())
    return "".join(character if _is_harmless(character) else "\N{REPLACEMENT CHARACTER}" for character in spaced)


def shortened(text: str, length: int) -> str:
    """The beginning of a text, with an ellipsis where something was cut."""
    line = one_line(text)
    return line if len(line) <= length else f"{line[: length - 1]}…"


def number(amount: Decimal | None) -> float | None:
    """An amount as a JSON number; amounts have so few digits that the number is exact."""
    return None if amount is None else float(amount)


def dollars(amount: Decimal | None) -> str:
    """An amount for people; a dash where it is not known."""
    return "-" if amount is None else usd_text(amount)


def on_terminal() -> bool:
    """Whether a person watches stderr."""
    return sys.stderr.isatty()


def _is_harmless(character: str) -> bool:
    return character.isprintable() or "\udc80" <= character <= "\udcff" or character in JOINERS


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return number(value) if isinstance(value, Decimal) else str(value)
