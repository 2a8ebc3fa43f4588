"""One row of a batch as somebody wrote it: read from cells, checked one by one, not yet a request.

prompt                  model         size       n   mood       becomes
a red fox               gpt-image-2   1024x1024  2   calm       DraftRow(..., columns={"mood": "calm"})
a blue fox              gpt-image-2   huge       1   wild       the same with a ``problem`` that says what is wrong
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from core.domain.image import ImageRef
from core.domain.request import MAX_INPUT_IMAGES, MAX_PROMPT_CHARACTERS, EditRequest, GenerateRequest, Request
from core.domain.row_columns import NUMBER_OPTIONS, OPTIONS, columns_of
from core.errors import InvalidRequestError

IN_ANY_CASE = frozenset({"size", "background", "output_format", "moderation", "input_fidelity"})
FOR_EDITS = frozenset({"input_fidelity"})
SOME = "any"
"""Stands for a prompt or model where another field is checked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftRow:
    """A row; what is None is left to the batch's defaults.

    ``number`` counts the rows from 1. ``inputs`` are names, paths or ids of the pictures to edit, ``name`` is the file
    name that was wished for, and ``columns`` are those that mean nothing here (file names may use them). ``problem``
    is a sentence with row and column, for each that cannot be used; such a row becomes no request.
    """

    number: int
    prompt: str = ""
    model: str | None = None
    size: str | None = None
    quality: str | None = None
    n: int | None = None
    options: Mapping[str, str | int] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    name: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    def request(
        self,
        defaults: Mapping[str, Any],
        images: tuple[ImageRef, ...] = (),
        parents: tuple[str | None, ...] = (),
    ) -> Request:
        """The request: what the row says, else what ``defaults`` (fields of a request) say.

        ``images`` are what the service found for ``inputs``; with them it is an EditRequest. Raises InvalidRequestError
        that begins with the row's number.
        """
        if self.problem:
            raise InvalidRequestError(self.problem)
        if self.inputs and not images:
            raise InvalidRequestError(f"Row {self.number}: no picture was found for {', '.join(self.inputs)}.")
        try:
            if images:
                return EditRequest(images=images, parents=parents, **self.fields(defaults))
            kept = {name: value for name, value in defaults.items() if name not in FOR_EDITS}
            return GenerateRequest(**self.fields(kept))
        except InvalidRequestError as error:
            raise InvalidRequestError(f"Row {self.number}: {error}", param=error.param) from error

    def fields(self, defaults: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of its request, the row's over the defaults."""
        own = {"model": self.model, "size": self.size, "quality": self.quality, "n": self.n, **self.options}
        said = {name: value for name, value in own.items() if value is not None}
        return {"model": "", **defaults, **said, "prompt": self.prompt}

    def cells(self) -> dict[str, str]:
        """The row as texts, by the columns' usual names; ``read_row`` reads them back."""
        own: dict[str, Any] = {
            "prompt": self.prompt,
            "model": self.model,
            "size": self.size,
            "quality": self.quality,
            "n": self.n,
            "inputs": "\n".join(self.inputs),
            "name": self.name,
            **self.options,
        }
        return {**self.columns, **{name: "" if value is None else str(value) for name, value in own.items()}}


def read_row(number: int, record: Mapping[str, Any], fields: Mapping[str, str] | None = None) -> DraftRow:
    """A row from its cells: texts, or what JSON has; ``fields`` is ``columns_of`` its columns, if that is known.

    What cannot be used is left out and named in ``problem``; nothing is raised.
    """
    fields = columns_of(record) if fields is None else fields
    values: dict[str, Any] = {"prompt": ""}
    columns: dict[str, str] = {}
    problems: list[str] = []
    unread: set[str | None] = set()
    for column, cell in record.items():
        name = fields.get(column)
        try:
            if name is None:
                columns[column] = _text(cell)
            elif (value := _value(name, cell)) not in ("", ()):
                values[name] = value
        except InvalidRequestError as error:
            problems.append(f"Row {number}, column {column}: {error}")
            unread.add(name)
    if "prompt" not in unread:
        problems += [f"Row {number}, column prompt: {said}" for said in _about_prompt(values["prompt"])]
    if "input_fidelity" in values and not values.get("inputs"):
        problems.append(f"Row {number}, column input_fidelity: it is for edits. Name the pictures in a column input.")
    options = {name: values.pop(name) for name in OPTIONS if name in values}
    return DraftRow(number=number, **values, options=options, columns=columns, problem=" ".join(problems))


def _about_prompt(prompt: str) -> list[str]:
    """What is wrong with the prompt."""
    if prompt.isascii() and 0 < len(prompt) <= MAX_PROMPT_CHARACTERS:  # as nearly all are; the rest takes longer
        return []
    try:
        GenerateRequest(prompt=prompt, model=SOME)
    except InvalidRequestError as error:
        return [str(error)]
    return []


def _value(name: str, cell: Any) -> str | int | tuple[str, ...]:
    """A cell's value for this field; empty where it says nothing. Raises InvalidRequestError."""
    if name == "inputs":
        return _inputs(cell)
    text = _text(cell)
    if name == "prompt" and text and not isinstance(cell, str):
        raise InvalidRequestError(f"{text[:40]} is no prompt. Write a text in quotes.")
    if name in ("prompt", "name") or not text:
        return text
    return _checked(name, text)


@lru_cache(maxsize=4096)
def _checked(name: str, text: str) -> str | int:
    """The value as a request takes it; tables repeat themselves, so each is checked once."""
    value: str | int = text
    if name == "n" or name in NUMBER_OPTIONS:
        value = _whole(text)
    elif name in IN_ANY_CASE:
        value = text.lower()
    if name in FOR_EDITS:
        return value
    needed: dict[str, Any] = {"prompt": SOME, "model": SOME} | ({"svg_model": SOME} if name == "svg_effort" else {})
    checked = GenerateRequest(**{**needed, name: value})
    return getattr(checked, name)  # type: ignore[no-any-return]


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}(\.0+)?", text):
        raise InvalidRequestError(f"{text[:40]!r} is no whole number. Write digits, such as 2.")
    return int(text.partition(".")[0])


def _inputs(cell: Any) -> tuple[str, ...]:
    """Pictures from a list, or from a text with one a line or with ``;`` or ``|`` between them."""
    parts = cell if isinstance(cell, list) else re.split(r"[;|\n]", _text(cell))
    names = tuple(name for part in parts if (name := _picture(part)))
    if len(names) > MAX_INPUT_IMAGES:
        raise InvalidRequestError(f"An edit takes 1 to {MAX_INPUT_IMAGES} images, and {len(names)} are named.")
    return names


def _picture(part: Any) -> str:
    """A picture's name; OpenAI writes them as objects with an address or the id of a file."""
    if isinstance(part, dict):
        part = part.get("image_url") or part.get("file_id") or part.get("id") or part.get("path")
    return _text(part)


def _text(cell: Any) -> str:
    """A cell as a text without blanks around it; what JSON nests is written as JSON."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or cell != cell:  # a table editor's empty number is NaN
        return ""
    return json.dumps(cell, ensure_ascii=False)
