"""Personas out of somebody's text: CSV in any of its dialects, JSON, JSON lines, or a model's answer around JSON.

    read_personas(text)    finds out which; one bad row does not lose the others, its problem is told by row

Rows are counted as people count them: a CSV's first row of data is row 1, empty rows left out, and so is a JSON
list's first item.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.domain.json_items import FENCE, json_items
from core.domain.persona import BIOS, FIELDS, NEEDED, Persona
from core.errors import InvalidRequestError

MAX_PERSONAS = 10_000
SEPARATORS = (",", ";", "\t", "|")
BOM = "\ufeff"
OTHER_NAMES = {
    **dict.fromkeys(("first", "forename", "givenname", "vorname"), "firstname"),
    **dict.fromkeys(("last", "surname", "familyname", "nachname"), "lastname"),
    **dict.fromkeys(("sex", "geschlecht"), "gender"),
    **dict.fromkeys(("facebook", "facebookbio", "biofb", "fbbio"), "bio_facebook"),
    **dict.fromkeys(("instagram", "instagrambio", "bioig", "igbio"), "bio_instagram"),
    **dict.fromkeys(("x", "xbio", "twitter", "biotwitter", "twitterbio"), "bio_x"),
    **dict.fromkeys(("tiktok", "tiktokbio"), "bio_tiktok"),
}
KNOWN = {name.replace("_", ""): name for name in FIELDS} | OTHER_NAMES


@dataclass(frozen=True, kw_only=True, slots=True)
class RowProblem:
    """Why a row, or the whole text (``row`` None), gave no persona; a sentence for a person, and its cells to mend."""

    row: int | None
    sentence: str
    cells: Mapping[str, str] = field(default_factory=dict)
    field: str | None = None

    def __str__(self) -> str:
        return self.sentence if self.row is None else f"Row {self.row}: {self.sentence}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPersonas:
    """What a text held: the personas in order, what was wrong with other rows, and columns nobody reads."""

    personas: tuple[Persona, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass
class _Gathering:
    """The rows so far; a persona that comes again is a problem, since its pictures would share a folder."""

    personas: list[Persona] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    ignored: dict[str, None] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    def add(self, number: int, row: Mapping[str, str]) -> None:
        try:
            persona = Persona.of(row)
        except InvalidRequestError as error:
            self.problems.append(RowProblem(row=number, sentence=str(error), field=error.param, cells=row))
            return
        if (first := self.seen.setdefault(persona.slug, number)) != number:
            self.problems.append(RowProblem(row=number, sentence=f"{persona.name} is the same as in row {first}."))
        else:
            self.personas.append(persona)

    def result(self) -> ReadPersonas:
        return ReadPersonas(personas=tuple(self.personas), problems=tuple(self.problems), ignored=tuple(self.ignored))


def read_personas(text: str, name: str = "") -> ReadPersonas:
    """Read a text as what its beginning, or else the file's ``name``, says it is; never raises for bad rows."""
    text = text.removeprefix(BOM).strip("\n\r")
    if not text.strip():
        return _nothing("The text is empty.")
    is_table = name.lower().endswith((".csv", ".tsv"))
    if not is_table and (name.lower().endswith((".json", ".jsonl", ".ndjson")) or _looks_like_json(text)):
        return personas_from_json(text)
    return personas_from_csv(text)


def personas_from_csv(text: str) -> ReadPersonas:
    """Comma, semicolon, tab or pipe separated; header names in any case, with spaces or underscores as they come."""
    text = text.removeprefix(BOM).strip("\n\r")
    header = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=header.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        return _nothing(f"This CSV cannot be read: {error}. Save it again as CSV with a header row.")
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return _nothing("The text is empty.")
    columns = [_field(cell) for cell in rows[0]]
    if problem := _header_problem(columns):
        return _nothing(problem)
    found = _Gathering(ignored={cell.strip(): None for cell, to in zip(rows[0], columns, strict=True) if not to})
    for number, row in enumerate(rows[1:], 1):
        _add_row(found, number, columns, row)
    return _checked(found.result())


def personas_from_json(text: str) -> ReadPersonas:
    """A list of objects, an object around such a list, one object, JSON lines, or any of it inside prose."""
    found = _Gathering()
    try:
        items = list(json_items(text.removeprefix(BOM).strip(), is_one=lambda key: bool(_field(key))))
    except ValueError as error:
        return _nothing(f"There is no JSON of personas here: {error}.")
    for number, item in enumerate(items, 1):
        _add_item(found, number, item)
    return _checked(found.result())


def _add_row(found: _Gathering, number: int, columns: list[str], row: list[str]) -> None:
    if any(cell.strip() for cell in row[len(columns) :]):
        sentence = f"There are {len(row)} cells for {len(columns)} columns. Quote texts that hold the separator."
        found.problems.append(RowProblem(row=number, sentence=sentence))
        return
    found.add(number, {to: cell for to, cell in zip(columns, row, strict=False) if to})


def _add_item(found: _Gathering, number: int, item: object) -> None:
    if not isinstance(item, Mapping):
        sentence = f"{json.dumps(item)[:40]} is no object with the fields {', '.join(FIELDS)}."
        found.problems.append(RowProblem(row=number, sentence=sentence))
        return
    row: dict[str, str] = {}
    for key, value in _flat(item):
        if not (to := _field(key)):
            found.ignored.setdefault(key)
        elif value is not None and not isinstance(value, str):
            sentence = f"{key} must be text, not {json.dumps(value)[:40]}."
            found.problems.append(RowProblem(row=number, sentence=sentence, field=to))
            return
        else:
            row[to] = value or ""
    if missing := [name for name in NEEDED if name not in row]:
        sentence = f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing."
        found.problems.append(RowProblem(row=number, sentence=sentence, field=missing[0], cells=row))
        return
    found.add(number, row)


def _flat(item: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Keys and values; biographies that lie together under ``bio`` or ``bios`` are taken out."""
    for key, value in item.items():
        if isinstance(value, Mapping) and key.lower() in ("bio", "bios"):
            yield from ((f"bio_{inner}", text) for inner, text in value.items())
        else:
            yield key, value


def _looks_like_json(text: str) -> bool:
    return text.lstrip().startswith(("{", "[")) or FENCE.search(text) is not None


def _field(column: str) -> str:
    """The persona's field that a header names, or nothing."""
    return str(KNOWN.get(re.sub(r"[\s_\-.]+", "", column).casefold(), ""))


def _header_problem(columns: list[str]) -> str:
    known = [name for name in columns if name]
    if twice := [name for name in FIELDS if known.count(name) > 1]:
        return f"Two columns are called {twice[0]}. Rename one of them."
    if missing := [name for name in NEEDED if name not in known]:
        first = "The first row must name the columns " + ", ".join(FIELDS) + "."
        return f"There is no column {', '.join(missing)}. {first}"
    if not any(name in known for name in BIOS):
        return f"There is no column with a biography. Add at least one of {', '.join(BIOS)}."
    return ""


def _checked(found: ReadPersonas) -> ReadPersonas:
    if len(found.personas) > MAX_PERSONAS:
        return _nothing(f"There are {len(found.personas):,} personas; at most {MAX_PERSONAS:,} are read at once.")
    return found if found.personas or found.problems else _nothing("There is no persona in this text.")


def _nothing(sentence: str) -> ReadPersonas:
    return ReadPersonas(problems=(RowProblem(row=None, sentence=sentence),))
