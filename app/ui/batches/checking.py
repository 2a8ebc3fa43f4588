"""Every row of the table checked and priced, each once: what did not change is not looked at again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from re import sub
from typing import Any

import streamlit as st

from app.ui.batches.brought import find_input, known_names
from app.ui.batches.draft import Line
from app.ui.choices import key
from app.ui.session import own_key, visitor
from app.workbench import workbench
from core.domain.batch import PlannedRow
from core.domain.matrix import Total, total
from core.services.row_planning import plan_rows


@dataclass(frozen=True, slots=True)
class Checked:
    """A row's request and price, or the sentence that says why it cannot be sent."""

    planned: PlannedRow | None
    problem: str = ""

    @property
    def price(self) -> str:
        if self.planned is None or self.planned.estimate is None:
            return ""
        return self.planned.estimate.text.removeprefix("about ")


@dataclass(frozen=True)
class Table:
    """The rows with what was found, in the same order."""

    lines: tuple[Line, ...]
    rows: tuple[Checked, ...]

    @cached_property
    def good(self) -> tuple[PlannedRow, ...]:
        """What can be sent."""
        return tuple(row.planned for row in self.rows if row.planned is not None and not row.problem)

    @cached_property
    def bad(self) -> tuple[Line, ...]:
        """The rows that stay behind to be mended."""
        return tuple(line for line, row in zip(self.lines, self.rows, strict=True) if row.problem)

    @cached_property
    def total(self) -> Total:
        return total(self.good)

    @cached_property
    def pictures(self) -> int:
        return sum(row.request.n for row in self.good)


def check(lines: tuple[Line, ...], defaults: Mapping[str, Any]) -> Table:
    """The table of these rows; ``defaults`` are a request's fields where a row says nothing."""
    under = (repr(sorted(defaults.items(), key=str)), own_key(), known_names())
    last_under, last, known = st.session_state.get(key("checked"), (None, None, {}))
    if last_under != under:
        last, known = None, {}
    if last is not None and last.lines is lines:
        return last  # type: ignore[no-any-return]
    known = _checked([line for line in dict.fromkeys(lines) if line not in known], defaults) | known
    table = Table(lines, tuple(known[line] for line in lines))
    kept = known if len(known) <= 2 * len(lines) + 100 else {line: known[line] for line in lines}
    st.session_state[key("checked")] = (under, table, kept)
    return table


def _checked(lines: Sequence[Line], defaults: Mapping[str, Any]) -> dict[Line, Checked]:
    found = [plan_rows([line.draft()], defaults, find_input) for line in lines]
    priced = iter(workbench().batches.priced([one.rows[0] for one in found if one.rows], visitor()))
    return {
        line: _judged(next(priced)) if one.rows else Checked(None, _sentence(one.problems[0]))
        for line, one in zip(lines, found, strict=True)
    }


def _judged(row: PlannedRow) -> Checked:
    return Checked(row, _sentence(row.problem))


def _sentence(problem: str) -> str:
    """Without the row's number, which the table says already; columns stay."""
    short = sub(r"\bRow \d+, column ([^:]+): ", r"\1: ", problem)
    return sub(r"\bRow \d+: ", "", short)
