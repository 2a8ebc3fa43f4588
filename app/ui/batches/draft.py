"""The rows that are being prepared: kept for the tab as the texts of a table's cells, wherever they came from."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from app.ui.choices import choose, chosen, key
from app.ui.earlier import keep
from core.domain.batch import MAX_ROWS
from core.domain.draft_row import DraftRow, read_row
from core.domain.row_columns import columns_of
from core.errors import InvalidRequestError

FIELDS = ("prompt", "model", "size", "quality", "n", "inputs", "name")
"""The cells that a person can change; what else a row says comes along unseen."""
SENTENCE = re.compile(r"(?=\bRow \d+, column )")
COLUMN = re.compile(r"Row \d+, column ([^:]+):")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table as text; ``said`` is what was wrong when it was read, until the cell is changed."""

    prompt: str = ""
    model: str = ""
    size: str = ""
    quality: str = ""
    n: str = ""
    inputs: str = ""
    name: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    said: str = ""
    ticked: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, draft: DraftRow) -> "Line":
        cells = draft.cells()
        own: dict[str, Any] = {name: cells.pop(name) for name in FIELDS}
        return cls(**own, extra=tuple((name, text) for name, text in cells.items() if text), said=draft.problem)

    def draft(self, number: int = 1) -> DraftRow:
        """The row as it can be checked; a cell that was refused when it was read is still a problem."""
        row = read_row(number, dict(self.extra) | {name: getattr(self, name) for name in FIELDS})
        return replace(row, problem=self.said) if self.said else row

    def changed(self, cells: Mapping[str, Any]) -> "Line":
        """The row with these cells as the editor tells them; None stands for an empty one."""
        texts: dict[str, Any] = {name: _cell(value) for name, value in cells.items() if name in FIELDS}
        said = _still_wrong(self.said, texts) if texts else self.said
        return replace(self, **texts, said=said, ticked=bool(cells.get("ticked", self.ticked)))


def lines() -> tuple[Line, ...]:
    """All rows of the table, in their order."""
    kept: tuple[Line, ...] = chosen("lines", ())
    return kept


def put(rows: Iterable[Line]) -> None:
    """Make these the table; its editor begins anew."""
    choose("lines", tuple(rows))
    keep(lines())


def change(told: Mapping[int, Mapping[str, Any]], positions: Sequence[int]) -> None:
    """Take in what the editor tells of its rows, which stand at these positions; the editor stays as it is."""
    st.session_state[key("lines")] = edited(lines(), told, positions)
    keep(lines())


def generation() -> int:
    """Changes whenever rows come, go or move, but not when a cell is changed in the editor."""
    number: int = chosen("lines_set", 0)
    return number


def add(drafts: Sequence[DraftRow]) -> None:
    """Append rows. Raises InvalidRequestError for none, and for more than a batch holds."""
    if not drafts:
        raise InvalidRequestError("There is nothing to add yet. Write or choose something first.", param="rows")
    if (count := len(lines()) + len(drafts)) > MAX_ROWS:
        raise InvalidRequestError(
            f"{count:,} rows are more than the {MAX_ROWS:,} of one batch. Start a second one with the rest.",
            param="rows",
        )
    put((*lines(), *map(Line.of, drafts)))


def edited(rows: Sequence[Line], told: Mapping[int, Mapping[str, Any]], positions: Sequence[int]) -> tuple[Line, ...]:
    """The rows after what the editor tells of its own, which stand at these positions; telling it twice is no harm."""
    changed = list(rows)
    for index, cells in told.items():
        changed[positions[index]] = changed[positions[index]].changed(cells)
    return tuple(changed)


def _still_wrong(said: str, changed: Collection[str]) -> str:
    """The sentences about cells that were not touched."""
    parts = [part for part in SENTENCE.split(said) if part.strip()]
    return "".join(part for part in parts if not _is_about(part, changed)).strip()


def _is_about(sentence: str, names: Collection[str]) -> bool:
    found = COLUMN.match(sentence)
    return found is not None and columns_of([found[1]]).get(found[1]) in names


def _cell(value: Any) -> str:
    return "" if value is None else str(value).strip()
