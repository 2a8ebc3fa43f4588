"""Texts in CSV files: no spreadsheet takes one for a formula, and what is written is read back as it was."""

import re

FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
GUARDED = re.compile(r"'+[=+\-@\t\r\n]")


def guarded(text: str) -> str:
    """The text as a cell: what a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text that ``guarded`` wrote."""
    return cell[1:] if GUARDED.match(cell) else cell
