"""Rows of a batch from what people paste or drop: prompts line by line, CSV, JSON, JSONL, OpenAI's Batch API files.

A row that cannot be used keeps its place and says why; only what makes the whole unreadable is refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal, get_args

from core.domain.batch import MAX_ROWS
from core.domain.draft_row import DraftRow, read_row
from core.domain.row_columns import column_name, columns_of
from core.domain.rows_from_csv import rows_from_csv
from core.domain.rows_from_json import is_json, rows_from_json, rows_from_jsonl
from core.errors import InvalidRequestError

RowForm = Literal["text", "csv", "json", "jsonl"]
BY_EXTENSION: Mapping[str, RowForm] = {
    "txt": "text", "md": "text", "csv": "csv", "tsv": "csv", "json": "json", "jsonl": "jsonl", "ndjson": "jsonl",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadRows:
    """What was read; ``form`` is what it was taken for, ``columns`` are those that have no meaning here."""

    rows: tuple[DraftRow, ...]
    form: RowForm
    columns: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """The sentences of all rows that cannot be used, in order."""
        return tuple(row.problem for row in self.rows if row.problem)

    @property
    def usable(self) -> tuple[DraftRow, ...]:
        return tuple(row for row in self.rows if not row.problem)


def read_rows(text: str, *, form: RowForm | None = None, file_name: str = "") -> ReadRows:
    """The rows of a text; the form is found by the file's name, else by looking.

    In a text every line is a prompt, but for empty lines and those that begin with ``# ``. Raises InvalidRequestError
    for what cannot be read as a whole (broken quotes, no column ``prompt``, no JSON), and for more than MAX_ROWS.
    """
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise InvalidRequestError("This is no UTF-8 text. Save it as CSV or text in UTF-8, not as a workbook.")
    if form is not None and form not in get_args(RowForm):
        raise InvalidRequestError(f"{form!r} is no form of rows. Choose {', '.join(get_args(RowForm))}.", param="form")
    form = form or BY_EXTENSION.get(file_name.rpartition(".")[2].lower()) or _looks_like(text)
    readers = {"text": _from_text, "csv": rows_from_csv, "json": rows_from_json, "jsonl": rows_from_jsonl}
    rows = tuple(islice(readers[form](text), MAX_ROWS + 1))
    if len(rows) > MAX_ROWS:
        raise InvalidRequestError(f"These are more than {MAX_ROWS:,} rows. Split them into several batches.")
    return ReadRows(rows=rows, form=form, columns=tuple(dict.fromkeys(name for row in rows for name in row.columns)))


def _looks_like(text: str) -> RowForm:
    """The form of a text of unknown origin: JSON begins as JSON does, a table has a header with a prompt."""
    if re.match(r'\s*(\[\s*["{\]]|\{\s*")', text):
        lines = [line for line in text.splitlines() if line.strip()]
        return "jsonl" if len(lines) > 1 and is_json(lines[0]) else "json"
    first = text.lstrip().partition("\n")[0].replace('"', "")
    if re.fullmatch(r"sep=.\r?", first):
        return "csv"
    header = [column_name(cell) for cell in re.split(r"[,;\t]", first)]
    known = columns_of(header)
    has_prompt = "prompt" in header or ("prompt" in known.values() and len(known) == len(header) > 1)
    return "csv" if has_prompt else "text"


def rows_of_prompts(prompts: Iterable[str]) -> tuple[DraftRow, ...]:
    """A row for each prompt, as wildcards make them."""
    return tuple(_numbered(prompts))


def rows_of_pictures(prompt: str, inputs: Iterable[str]) -> tuple[DraftRow, ...]:
    """One edit over many pictures: a row for each of these names, paths or ids."""
    return tuple(read_row(number, {"prompt": prompt, "inputs": [name]}) for number, name in enumerate(inputs, 1))


def _from_text(text: str) -> Iterator[DraftRow]:
    lines = (line.strip() for line in text.splitlines())
    return _numbered(line for line in lines if line and not re.match(r"#(\s|$)", line))


def _numbered(prompts: Iterable[str]) -> Iterator[DraftRow]:
    return (read_row(number, {"prompt": prompt}) for number, prompt in enumerate(prompts, 1))
