"""The pictures that an edit starts from: references kept for the tab, never bytes, in the visitor's order."""

from collections.abc import Iterable

from app.ui.choices import choose, chosen
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.request import MAX_INPUT_IMAGES
from core.errors import GessoError
from core.services.editing import Input

OF_ONE_PICTURE = (
    "invert",
    "fill_holes",
    "grow",
    "mask_file",
    "mask_said",
    "whole_is_meant",
    "shape",
    "notes",
    "notes_drawn",
    "notes_under",
)
"""Choices that belong to the first picture and leave with it."""


def held() -> tuple[Input, ...]:
    """The pictures in their order; the first is the one that is edited."""
    inputs: tuple[Input, ...] = chosen("inputs", ())
    return inputs


def references() -> tuple[Input, ...]:
    """The pictures behind the first, which guide the edit."""
    return held()[1:]


def hold(inputs: Iterable[Input]) -> None:
    """Take these in place of what was held."""
    first, inputs = [input.ref.sha256 for input in held()[:1]], tuple(inputs)
    choose("inputs", inputs)
    if first != [input.ref.sha256 for input in inputs[:1]]:
        for name in OF_ONE_PICTURE:
            choose(name, None)


def add(inputs: Iterable[Input], *, most: int = MAX_INPUT_IMAGES) -> None:
    """Put these behind what is held; where only one is asked for, it takes the place of the first."""
    fresh = tuple(inputs)
    known: dict[str, Input] = {}
    for input in (*fresh[:1], *references()) if most == 1 else (*held(), *fresh):
        known.setdefault(input.ref.sha256, input)
    for input in fresh:
        point_at(input.ref.sha256)
    if len(known) > MAX_INPUT_IMAGES:
        left = len(known) - MAX_INPUT_IMAGES
        tell(f"At most {MAX_INPUT_IMAGES} pictures can be used at once; the last {left} were left out.")
    hold(tuple(known.values())[:MAX_INPUT_IMAGES])


def remove(sha256: str) -> None:
    """Let go of one picture."""
    hold(input for input in held() if input.ref.sha256 != sha256)


def move(sha256: str, by: int) -> None:
    """Move one picture forward or back in the order."""
    inputs = list(held())
    at = next(place for place, input in enumerate(inputs) if input.ref.sha256 == sha256)
    to = min(max(at + by, 0), len(inputs) - 1)
    inputs.insert(to, inputs.pop(at))
    hold(inputs)


def pointed_at(first: int = 0) -> Input | None:
    """The picture whose details are shown, of those from ``first`` on: the chosen one, or the first of them."""
    inputs = held()[first:]
    return next((input for input in inputs if input.ref.sha256 == chosen("pointed_at")), inputs[0] if inputs else None)


def point_at(sha256: str) -> None:
    """Show the details of this picture."""
    choose("pointed_at", sha256)


def take_in(files: Iterable[tuple[str, bytes]], *, most: int) -> None:
    """Take in uploads as (name, bytes); what cannot be used is told with its reason."""
    taken = []
    for name, data in files:
        try:
            taken.append(workbench().editor.take_in(data))
        except GessoError as error:
            tell(f"{name}: {error}")
    if taken:
        add(taken, most=most)


def take_from_history(image_id: str, *, most: int) -> None:
    """Start from one of the visitor's own images."""
    bench = workbench()
    try:
        image, _ = bench.library.image(image_id, visitor())
        add([bench.editor.from_image(image)], most=most)
    except GessoError as error:
        tell(str(error))


def tell(sentence: str) -> None:
    """Keep a sentence about what could not be taken, until it has been shown."""
    choose("untold", (*chosen("untold", ()), sentence))


def untold() -> tuple[str, ...]:
    """The sentences not shown yet; they are told once."""
    sentences: tuple[str, ...] = chosen("untold", ())
    choose("untold", None)
    return sentences
