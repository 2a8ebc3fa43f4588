"""Strangers' JSON and text, read without trust: bounded, and turned into short texts."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

LONGEST_VALUE = 200
MOST_VALUES = 60
MOST_OF_A_LIST = 8
_NAMES = ("name", "model_name")
_CONTROLS = re.compile("[\0-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SIZE = re.compile(r"(\d{1,5})\s*[x×]\s*(\d{1,5})", re.ASCII)


def clean(text: str) -> str:
    """The text without what no page can show: control characters and halves of characters become U+FFFD."""
    return _CONTROLS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def json_object(text: str) -> dict[str, Any]:
    """The object that a text is; empty where it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def value_text(value: object) -> str:
    """A value in a few words: a scalar as it stands, a model by its name, a list of those; else nothing."""
    match value:
        case bool():
            text = str(value).lower()
        case str() | int() | float():
            text = str(value).strip()
        case dict():
            text = next((name for key in _NAMES if isinstance(name := value.get(key), str)), "")
        case list():
            text = ", ".join(said for item in value[:MOST_OF_A_LIST] if (said := _item_text(item)))
        case _:
            text = ""
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _item_text(item: object) -> str:
    """One of a list: a scalar, or a model with its weight as InvokeAI writes LoRAs."""
    if isinstance(item, list):
        return ""
    if not isinstance(item, dict):
        return value_text(item)
    inner = next((found for key in ("model", "lora") if isinstance(found := item.get(key), dict)), item)
    name, weight = value_text(inner), item.get("weight")
    return f"{name} ({weight})" if name and isinstance(weight, int | float) else name


def options_of(values: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Name and text of each value that says something, the first of each name, not too many of them."""
    found: dict[str, str] = {}
    for name, value in values:
        if len(found) < MOST_VALUES and name and len(name) <= LONGEST_VALUE and (text := value_text(value)):
            found.setdefault(name, text)
    return found


def size_text(text: str | None) -> str | None:
    """ "512x768" from such a text, else None."""
    found = _SIZE.fullmatch(text.strip()) if text else None
    return sized(int(found[1]), int(found[2])) if found else None


def sized(width: object, height: object) -> str | None:
    """A size from two numbers, None where they are none."""
    both = isinstance(width, int) and isinstance(height, int) and 0 < width < 100_000 and 0 < height < 100_000
    return f"{width}x{height}" if both else None


def size_of(values: Mapping[str, object]) -> str | None:
    """A size from ``width`` and ``height``."""
    return sized(values.get("width"), values.get("height"))
