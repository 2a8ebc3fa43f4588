"""The texts that lie in a picture's file under the names that image programs give them."""

import io
import zlib
from collections.abc import Iterable, Iterator

from PIL import Image

from core.domain.image import MEDIA_TYPES
from core.imaging import codec, containers
from core.imaging.containers import Part

LONGEST = 4 * 1024 * 1024
"""Bytes of one text; a longer one is no settings, and a packed one is not unpacked any further."""
PARAMETERS, GRAPH, INVOKE, INVOKE_2, DREAM = "parameters", "prompt", "invokeai_metadata", "sd-metadata", "Dream"
NAMES = (PARAMETERS, GRAPH, INVOKE, INVOKE_2, DREAM)

_PNG_KINDS = (b"tEXt", b"zTXt", b"iTXt", b"comf")
_EXIF, _USER_COMMENT = 0x8769, 0x9286
_GIF_COMMENT = b"!\xfe"
_CHARSET = 8
"""Bytes at the start of EXIF's UserComment that name its characters."""


def texts_in(data: bytes) -> dict[str, str]:
    """The texts of these names, the first of each; raises InvalidImageError for what is no image."""
    found: dict[str, str] = {}
    for name, text in _all(data, codec.media_type(data)):
        found.setdefault(name, text)
    return found


def _all(data: bytes, media_type: str) -> Iterable[tuple[str, str]]:
    if media_type == MEDIA_TYPES["png"]:
        return _png_texts(containers.png_parts(data))
    if media_type == MEDIA_TYPES["jpeg"]:
        return _exif_texts(data, "JPEG")
    if media_type == MEDIA_TYPES["webp"]:
        return _exif_texts(data, "WEBP")
    if media_type == MEDIA_TYPES["gif"]:
        return _gif_texts(containers.gif_parts(data))
    return ()


def _png_texts(parts: Iterable[Part]) -> Iterator[tuple[str, str]]:
    """Text chunks, and ``comf``, which ComfyUI writes into animated PNGs in the same form as tEXt."""
    for kind, payload, _ in parts:
        keyword, _, rest = payload.partition(b"\0")
        name = keyword.decode("latin-1")
        if kind in _PNG_KINDS and name in NAMES and (raw := _unpacked(kind, rest)) is not None:
            yield name, _decoded(raw)


def _unpacked(kind: bytes, rest: bytes) -> bytes | None:
    """A chunk's text after its keyword, None if it is too long or damaged."""
    packed = kind == b"zTXt"
    if kind == b"zTXt":
        rest = rest[1:]
    elif kind == b"iTXt":
        packed = rest[:1] == b"\1"
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    if packed:
        try:
            rest = zlib.decompressobj().decompress(rest, LONGEST + 1)
        except zlib.error:
            return None
    return rest if len(rest) <= LONGEST else None


def _exif_texts(data: bytes, kind: str) -> Iterator[tuple[str, str]]:
    """AUTOMATIC1111 writes UserComment; ComfyUI writes ``prompt:{...}`` into one of the camera's fields."""
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            exif = image.getexif()
            comment, fields = exif.get_ifd(_EXIF).get(_USER_COMMENT), list(exif.values())
    except codec.BROKEN:
        return
    if isinstance(comment, bytes) and len(comment) <= LONGEST:
        yield PARAMETERS, _commented(comment)
    for text in fields:
        if isinstance(text, str) and text.startswith(f"{GRAPH}:") and len(text) <= LONGEST:
            yield GRAPH, text.removeprefix(f"{GRAPH}:")


def _commented(comment: bytes) -> str:
    """EXIF's UserComment; its UTF-16 comes in either order of bytes, whatever the rest of the EXIF has."""
    charset, text = comment[:_CHARSET], comment[_CHARSET:]
    if charset != b"UNICODE\0":
        return _decoded(text if charset in (b"ASCII\0\0\0", bytes(_CHARSET)) else comment)
    text = text[: len(text) // 2 * 2]
    big, little = (text.decode(name, "replace") for name in ("utf-16-be", "utf-16-le"))
    return max(big, little, key=lambda words: sum(letter.isascii() for letter in words)).lstrip("\ufeff")


def _gif_texts(parts: Iterable[Part]) -> Iterator[tuple[str, str]]:
    for kind, payload, _ in parts:
        if kind == _GIF_COMMENT and len(payload) <= LONGEST:
            yield PARAMETERS, _decoded(b"".join(_sub_blocks(payload)))


def _sub_blocks(payload: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(payload) and payload[at]:
        yield payload[at + 1 : at + 1 + payload[at]]
        at += 1 + payload[at]


def _decoded(raw: bytes) -> str:
    """UTF-8 where it is that: many programs write it where the format says Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
