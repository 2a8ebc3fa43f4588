"""Which column of somebody's table is which field of a row, whatever they call it."""

import re
from collections.abc import Iterable

SYNONYMS = {
    "prompt": ("prompt", "prompts", "text"),
    "model": ("model",),
    "size": ("size", "dimensions", "resolution"),
    "quality": ("quality",),
    "n": ("n", "count", "images_per_prompt"),
    "inputs": ("inputs", "input", "image", "images", "input_image", "input_images", "picture", "pictures"),
    "name": ("name", "file_name", "filename", "file", "custom_id"),
}
"""How the columns of a row may be called, the usual name first; in any case, with blanks or dashes for ``_``."""
TEXT_OPTIONS = ("background", "output_format", "moderation", "input_fidelity", "complexity", "svg_model", "svg_effort")
NUMBER_OPTIONS = ("output_compression", "frame_count", "frame_duration_ms")
OPTIONS = (*TEXT_OPTIONS, *NUMBER_OPTIONS)
"""What a row may say besides: the rest of a request, but for streaming, as nobody watches a row being painted."""


def column_name(text: str) -> str:
    """A column's name to compare: ``Output Format`` and ``output-format`` are ``output_format``."""
    return re.sub(r"[\s\-]+", "_", text.strip().casefold())


def columns_of(names: Iterable[str]) -> dict[str, str]:
    """Which field each of these columns holds, those that hold none left out.

    Where two could be the same field, the more usual name is, and the other stays a column of its own.
    """
    known = {column_name(name): name for name in reversed(list(names))}
    found = {option: (option,) for option in OPTIONS} | SYNONYMS
    pairs = ((next((known[one] for one in called if one in known), None), name) for name, called in found.items())
    return {column: name for column, name in pairs if column is not None}
