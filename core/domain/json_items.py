"""Finds the objects in a text that is JSON, JSON lines, or a model's answer with JSON in it."""

import json
import re
from collections.abc import Callable, Iterator

FENCE = re.compile(r"```[\w-]*[ \t]*\n(.*?)```", re.DOTALL)


def json_items(text: str, *, is_one: Callable[[str], bool]) -> Iterator[object]:
    """The objects of a list, of an object around one list, of JSON lines, or of any of it inside prose.

    ``is_one`` says of a key whether it belongs to an object of the kind that is looked for, so that this object is
    not taken for a wrapping. Raises ValueError in words that end a sentence.
    """
    if fenced := FENCE.search(text):
        text = fenced[1].strip()
    decoder, start = json.JSONDecoder(), _start(text)
    try:
        value, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} in line {error.lineno}") from None
    except RecursionError:
        raise ValueError("its brackets are nested too deep") from None
    if isinstance(value, list):
        yield from value
        return
    lists = [inner for inner in value.values() if isinstance(inner, list)]
    if len(lists) == 1 and not any(is_one(key) for key in value):
        yield from lists[0]
        return
    yield value
    yield from _lines(text[end:])


def _lines(rest: str) -> Iterator[object]:
    """Further JSON lines; a broken one comes as its text, and so as a problem of its own row."""
    for line in rest.splitlines():
        stripped = line.strip().rstrip(",")
        if stripped.startswith("{"):
            try:
                yield json.loads(stripped)
            except (json.JSONDecodeError, RecursionError):
                yield stripped


def _start(text: str) -> int:
    found = re.search(r"\[\s*[{\]]|\{\s*[\"}]", text)
    if found is None:
        raise ValueError("it has neither an object in braces nor a list of them")
    return found.start()
