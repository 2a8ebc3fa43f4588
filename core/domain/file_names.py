"""File names from a template: checked before use, unique, and good on Windows, macOS and Linux.

    {number:04}-{prompt}-{position}          0007-a-red-fox-in-snow-1.png
    {model}/{mood}/{prompt:20} {size}        gpt-image-2/calm/a-red-fox-in-snow 1024x1024.png

``{prompt:20}`` is at most 20 characters, ``{number:04}`` has at least four digits, and ``{seed?}`` may be missing. A
``/`` in the template makes a folder; one in a value does not. Anything beyond that is refused: values are looked up
by name, never formatted.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from core.domain.draft_row import DraftRow
from core.domain.request import Request
from core.domain.row_columns import column_name
from core.errors import InvalidRequestError

DEFAULT_TEMPLATE = "{number:04}-{prompt}-{position}"
FIELDS = ("number", "prompt", "model", "size", "quality", "n", "name", "position", "date", "id", "state")
"""What a template may name besides the columns of the rows."""
NUMBERS = ("number", "position", "n")
MAX_NAME, MAX_NAME_BYTES = 120, 200
"""Of a name without its extension: file systems end at 255 bytes, and a Japanese character takes three."""
MAX_FOLDER, MAX_FOLDERS = 60, 5
MAX_TEMPLATE = 500
PROMPT_WORDS = 48

PART = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
FIELD = re.compile(r"(?P<name>[^{}:?]+)(?P<optional>\??)(?::(?P<width>0?[0-9]{1,3}))?")
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
PICTURE_ENDING = re.compile(r"\.(png|jpe?g|webp|gif|svg)$", re.IGNORECASE)
RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A place in a template; ``width`` is how many digits a number has at least, characters a text at most."""

    name: str
    optional: bool = False
    width: int | None = None


def slug(text: str, limit: int = PROMPT_WORDS) -> str:
    """The text's first words for a file name, such as ``a-red-fox``, in any script; empty if it has none."""
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", text).lower())[:limit].strip("-")


def ascii_slug(text: str, limit: int = PROMPT_WORDS) -> str:
    """As ``slug``, for where a name must be ASCII: an HTTP header."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:limit].strip("-")


def check_template(template: str, columns: Collection[str] = ()) -> tuple[Field | str, ...]:
    """The template's parts; raises InvalidRequestError that says what is wrong and which names there are."""
    if not template.strip() or len(template) > MAX_TEMPLATE:
        raise InvalidRequestError(f"A template of file names has 1 to {MAX_TEMPLATE} characters.", param="template")
    if template.count("/") > MAX_FOLDERS:
        raise InvalidRequestError(f"At most {MAX_FOLDERS} folders may lie within each other.", param="template")
    known = {column_name(name) for name in columns} | set(FIELDS)
    parts = tuple(_part(match, known) for match in PART.finditer(template))
    if not any(isinstance(part, Field) for part in parts):
        raise InvalidRequestError(
            f"All files would have one name. Name what differs, such as {DEFAULT_TEMPLATE}.", param="template"
        )
    return parts


def _part(match: re.Match[str], known: Collection[str]) -> Field | str:
    inside, text, stray = match.groups()
    if text is not None:
        return text
    if stray:
        raise InvalidRequestError(f"There is a {stray} alone. Names stand in {{ and }}.", param="template")
    field = FIELD.fullmatch(inside)
    name = column_name(field["name"]) if field else ""
    if field is None or (name not in known and not field["optional"]):
        listed = ", ".join([*FIELDS, *sorted(set(known) - set(FIELDS))])
        raise InvalidRequestError(
            f"{{{inside[:60]}}} cannot be used. Names are: {listed}; with :04 for digits, :40 for a length, ? for what "
            "may be missing.",
            param="template",
        )
    width = int(field["width"]) if field["width"] else None
    return Field(name=name, optional=bool(field["optional"]), width=width)


def name_values(
    row: DraftRow, request: Request, *, position: int, day: date, image_id: str = "", state: str = ""
) -> dict[str, object]:
    """What ``FileNames.take`` needs for one picture of a row; ``position`` counts a row's pictures from 1."""
    return {
        **row.columns,
        "number": row.number,
        "prompt": request.prompt,
        "model": request.model,
        "size": request.size,
        "quality": request.quality,
        "n": request.n,
        "name": PICTURE_ENDING.sub("", row.name),
        "position": position,
        "date": day.isoformat(),
        "id": image_id,
        "state": state,
    }


class FileNames:
    """Gives out the names of one archive, none twice, also where capital letters make no difference."""

    def __init__(self, template: str = DEFAULT_TEMPLATE, columns: Collection[str] = ()) -> None:
        """Raises InvalidRequestError as ``check_template``."""
        self._parts = check_template(template, columns)
        self._used: dict[str, int] = {}

    def take(self, values: Mapping[str, object], extension: str) -> str:
        """The name for these values, with ``/`` between folders; a second of the same name gets ``-2``.

        ``values`` are those of FIELDS and of the row's columns; the former win, and what is missing is left out.
        """
        found = {column_name(name): value for name, value in values.items() if name not in FIELDS}
        found |= {name: values[name] for name in FIELDS if name in values}
        written = "".join(_written(part, found) for part in self._parts)
        *folders, last = written.split("/")
        front = "".join(f"{safe}/" for folder in folders if (safe := safe_name(folder, MAX_FOLDER)))
        return self._unique(front, safe_name(last) or "image", f".{extension}" if extension else "")

    def _unique(self, front: str, name: str, end: str) -> str:
        key = unicodedata.normalize("NFC", f"{front}{name}{end}").casefold()
        again = self._used.get(key, 0) + 1
        self._used[key] = again
        if again == 1:
            return f"{front}{name}{end}"
        tail = f"-{again}"
        return self._unique(front, f"{_cut(name, MAX_NAME - len(tail), MAX_NAME_BYTES - len(tail))}{tail}", end)


def safe_name(text: str, limit: int = MAX_NAME) -> str:
    """The text as a file's or folder's name, at most ``limit`` characters; empty if nothing of it can stand."""
    text = FORBIDDEN.sub("-", unicodedata.normalize("NFC", text))
    text = "".join(character for character in text if unicodedata.category(character)[0] != "C")
    text = re.sub(r"([-_ ])\1+", r"\1", re.sub(r"\s+", " ", text))
    text = _cut(text.strip(" .-_"), limit, MAX_NAME_BYTES)
    return f"_{text[: limit - 1]}" if RESERVED.fullmatch(text.partition(".")[0].strip()) else text


def _cut(text: str, limit: int, limit_bytes: int) -> str:
    """The text's beginning within both limits, ending in nothing that Windows drops."""
    return text[:limit].encode()[:limit_bytes].decode(errors="ignore").rstrip(" .-_")


def _written(part: Field | str, values: Mapping[str, object]) -> str:
    if isinstance(part, str):
        return part
    value = values.get(part.name)
    if value is None:
        return ""
    if part.name in NUMBERS and isinstance(value, int):
        return f"{value:0{part.width or 1}d}"
    if part.name == "prompt":
        return slug(str(value), part.width or PROMPT_WORDS)
    return FORBIDDEN.sub("-", str(value))[: part.width]
