"""The personas that are being prepared: kept for the tab as the texts of a table's cells, wherever they came from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from app.ui.choices import choose, chosen, key
from app.ui.earlier import keep
from core.domain.avatar import MAX_PERSONAS
from core.domain.persona import FIELDS, Persona
from core.errors import InvalidRequestError


@dataclass(frozen=True, slots=True)
class Line:
    """One persona of the table as text, which may not be one yet."""

    firstname: str = ""
    lastname: str = ""
    gender: str = ""
    bio_facebook: str = ""
    bio_instagram: str = ""
    bio_x: str = ""
    bio_tiktok: str = ""
    ticked: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, persona: Persona) -> "Line":
        values: dict[str, Any] = {**persona.to_json()}
        return cls(**values)

    @classmethod
    def to_mend(cls, cells: Mapping[str, str]) -> "Line":
        """A row that is no persona yet, as far as its cells are known."""
        values: dict[str, Any] = {name: cells.get(name, "") for name in FIELDS}
        return cls(**values)

    def persona(self) -> Persona:
        """Raises InvalidRequestError."""
        return Persona.of({name: getattr(self, name) for name in FIELDS})

    def changed(self, cells: Mapping[str, Any]) -> "Line":
        """The persona with these cells as the editor tells them; None stands for an empty one."""
        texts: dict[str, Any] = {name: str(value or "") for name, value in cells.items() if name in FIELDS}
        return replace(self, **texts, ticked=bool(cells.get("ticked", self.ticked)))


@dataclass(frozen=True, slots=True)
class People:
    """The lines with what was found: the personas there are, and a sentence for each line that is none."""

    lines: tuple[Line, ...]
    problems: tuple[str, ...]
    personas: tuple[Persona, ...]

    @property
    def bad(self) -> tuple[Line, ...]:
        """The lines that stay behind to be mended."""
        return tuple(line for line, problem in zip(self.lines, self.problems, strict=True) if problem)


def lines() -> tuple[Line, ...]:
    """All lines of the table, in their order."""
    kept: tuple[Line, ...] = chosen("people", ())
    return kept


def put(rows: Iterable[Line]) -> None:
    """Make these the table; its editor begins anew."""
    choose("people", tuple(rows))
    keep(lines())


def generation() -> int:
    """Changes whenever lines come or go, but not when a cell is changed in the editor."""
    number: int = chosen("people_set", 0)
    return number


def add(personas: Sequence[Persona], bad: Sequence[Line] = ()) -> int:
    """Append those that are not there yet, then ``bad`` ones; returns how many were new.

    Raises InvalidRequestError for too many.
    """
    there = set(lines())
    fresh = [line for line in dict.fromkeys([*map(Line.of, personas), *bad]) if line not in there]
    if (count := len(lines()) + len(fresh)) > MAX_PERSONAS:
        raise InvalidRequestError(
            f"{count:,} personas are more than the {MAX_PERSONAS:,} of one set. Make a second set of the rest."
        )
    if fresh:
        put((*lines(), *fresh))
    return len(fresh)


def edited(told: Mapping[str, Mapping[str, Any]], first: int) -> None:
    """Take in what the editor tells of its page, which begins with the line at index ``first``."""
    changed = list(lines())
    for index, cells in told.items():
        at = first + int(index)
        if at < len(changed):
            changed[at] = changed[at].changed(cells)
    st.session_state[key("people")] = tuple(changed)
    keep(lines())


def checked(rows: tuple[Line, ...]) -> People:
    """Every line looked at; what did not change since is not looked at again."""
    last: People | None = st.session_state.get(key("people_checked"))
    if last is not None and last.lines is rows:
        return last
    seen: dict[str, int] = {}
    personas: list[Persona] = []
    problems = [_problem(line, number, seen, personas) for number, line in enumerate(rows, 1)]
    found = People(rows, tuple(problems), tuple(personas))
    st.session_state[key("people_checked")] = found
    return found


def _problem(line: Line, number: int, seen: dict[str, int], personas: list[Persona]) -> str:
    try:
        persona = line.persona()
    except InvalidRequestError as error:
        return str(error)
    if (first := seen.setdefault(persona.slug, number)) != number:
        return f"The same as row {first}. Take one away."
    personas.append(persona)
    return ""
