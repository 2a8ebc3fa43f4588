"""Rows of a batch from a table as spreadsheets save it: comma, semicolon or tab, quotes, line breaks inside of them."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from core.domain.csv_cells import unguarded
from core.domain.draft_row import DraftRow, read_row
from core.domain.row_columns import SYNONYMS, column_name, columns_of
from core.errors import InvalidRequestError

NO_DELIMITER = "\x1f"
"""For a table of one column, whose prompts may have any comma."""
MAX_COLUMNS = 200


def rows_from_csv(text: str) -> Iterator[DraftRow]:
    """One row a line; raises InvalidRequestError for broken quotes and for a header that names no prompt."""
    delimiter, text = _delimiter(text.lstrip("\r\n"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        header = [unguarded(cell.strip()) for cell in next(reader, [])]
        fields = _fields_of(header)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                number += 1
                yield _csv_row(number, header, [unguarded(cell) for cell in cells], fields)
    except csv.Error as error:
        raise InvalidRequestError(
            f"Line {reader.line_num} of the table cannot be read: {error}. A quote inside of quotes is written twice."
        ) from error


def _delimiter(text: str) -> tuple[str, str]:
    """What stands between the cells, and the table without Excel's line about it."""
    if told := re.match(r'"?sep=([,;\t|])"?\r?\n', text):
        return told[1], text[told.end() :]
    header = re.sub(r'"[^"]*"', "", text.partition("\n")[0])
    counts = {one: header.count(one) for one in ",;\t"}
    best = max(counts, key=lambda one: counts[one])
    return (best if counts[best] else NO_DELIMITER), text


def _fields_of(header: list[str]) -> dict[str, str]:
    """Which field each column holds; raises InvalidRequestError for no prompt and for a name that is there twice."""
    named = [name for name in header if name]
    if not named:
        raise InvalidRequestError(
            "The table is empty. Its first line must name the columns, one of them prompt.", param="prompt"
        )
    if len(named) > MAX_COLUMNS:
        raise InvalidRequestError(f"The table has {len(named):,} columns; at most {MAX_COLUMNS} are read.")
    counts = Counter(map(column_name, named))
    if twice := [name for name in named if counts[column_name(name)] > 1]:
        raise InvalidRequestError(f"The column {twice[-1]!r} is there twice. Rename one of them.", param="prompt")
    fields = columns_of(named)
    if "prompt" not in fields.values():
        found = ", ".join(name[:40] for name in named[:20]) or "none"
        raise InvalidRequestError(
            f"The table has no column {SYNONYMS['prompt'][0]}; its columns are: {found}. Name them in the first line.",
            param="prompt",
        )
    return fields


def _csv_row(number: int, header: list[str], cells: list[str], fields: Mapping[str, str]) -> DraftRow:
    if any(cell.strip() for cell in cells[len(header) :]):
        problem = (
            f"Row {number} has {len(cells)} cells, and the first line names {len(header)} columns. "
            f"Put a text with the separator in it into quotes."
        )
        return DraftRow(number=number, prompt=cells[0].strip(), problem=problem)
    record = {name: cell for name, cell in zip(header, cells, strict=False) if name}
    return read_row(number, record, fields)
