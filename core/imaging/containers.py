"""The chunks that PNG, JPEG, WebP and GIF files consist of: taken apart and put together, pixels untouched.

Each ``*_parts`` returns pieces whose bytes, joined, are the file again; each raises
InvalidImageError where the file ends too early or its structure is broken.
"""

import struct
import zlib
from typing import NamedTuple

from core.errors import InvalidImageError

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_STANDALONE = {0x01, *range(0xD0, 0xD8)}


class Part(NamedTuple):
    """One chunk, segment or block: its kind, its payload, and all its bytes as they stand in the file."""

    kind: bytes
    payload: bytes
    raw: bytes


def png_parts(data: bytes) -> list[Part]:
    """The signature, then each chunk up to IEND (bytes after it are dropped); checks every CRC."""
    parts, at = [Part(b"", b"", data[:8])], 8
    while parts[-1].kind != b"IEND":
        if at + 12 > len(data):
            raise _cut_off("PNG")
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):
            raise _cut_off("PNG")
        if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise InvalidImageError("The PNG file is damaged: a checksum in it is wrong. Get the file again.")
        parts.append(Part(data[at + 4 : at + 8], data[at + 8 : end - 4], data[at:end]))
        at = end
    if len(parts) < 3 or parts[1].kind != b"IHDR" or len(parts[1].payload) != 13:
        raise InvalidImageError("The PNG file is damaged: it has no header. Get the file again.")
    return parts


def png_chunk(kind: bytes, payload: bytes) -> bytes:
    body = kind + payload
    return struct.pack(">I", len(payload)) + body + struct.pack(">I", zlib.crc32(body))


def jpeg_parts(data: bytes) -> list[Part]:
    """SOI, each segment before the first scan, and the rest of the file as one part of kind SOS (0xDA)."""
    parts, at = [Part(b"\xd8", b"", data[:2])], 2
    while True:
        start = at
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        kind = data[at + 1 : at + 2]
        if data[at : at + 1] != b"\xff" or not kind:
            raise _cut_off("JPEG")
        if kind == b"\xda":
            break
        length = 0 if kind[0] in _STANDALONE else int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if end > len(data) or (length < 2 and kind[0] not in _STANDALONE):
            raise _cut_off("JPEG")
        parts.append(Part(kind, data[at + 4 : end], data[start:end]))
        at = end
    if data.rfind(b"\xff\xd9") < start:
        raise _cut_off("JPEG")
    return [*parts, Part(b"\xda", b"", data[start:])]


def jpeg_size(parts: list[Part]) -> tuple[int, int]:
    """Width and height from the frame header."""
    for kind, payload, _ in parts:
        if b"\xc0" <= kind <= b"\xcf" and kind not in (b"\xc4", b"\xc8", b"\xcc") and len(payload) >= 6:
            return int.from_bytes(payload[3:5], "big"), int.from_bytes(payload[1:3], "big")
    raise _cut_off("JPEG")


def jpeg_segment(kind: bytes, payload: bytes) -> bytes:
    """A segment; the payload has at most 65,533 bytes."""
    return b"\xff" + kind + struct.pack(">H", len(payload) + 2) + payload


def webp_parts(data: bytes) -> list[Part]:
    """The chunks of the RIFF container, without its 12-byte header."""
    size = int.from_bytes(data[4:8], "little") + 8
    if size > len(data) or size < 20:
        raise _cut_off("WebP")
    parts, at = [], 12
    while at + 8 <= size:
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        if end > size:
            raise _cut_off("WebP")
        parts.append(Part(data[at : at + 4], data[at + 8 : end], data[at : end + (end & 1)]))
        at = end + (end & 1)
    return parts


def webp_chunk(kind: bytes, payload: bytes) -> bytes:
    return kind + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) & 1)


def webp_file(chunks: list[bytes]) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_canvas(parts: list[Part]) -> tuple[int, int, bool]:
    """Width, height and whether there is alpha, from the first chunk's header."""
    kind, head, _ = parts[0] if parts else Part(b"", b"", b"")
    if kind == b"VP8X" and len(head) >= 10:
        return int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1, bool(head[0] & 0x10)
    if kind == b"VP8L" and len(head) >= 5 and head[0] == 0x2F:
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
    if kind == b"VP8 " and head[3:6] == b"\x9d\x01\x2a" and len(head) >= 10:
        width, height = struct.unpack("<HH", head[6:10])
        return width & 0x3FFF, height & 0x3FFF, False
    raise InvalidImageError("The WebP file is damaged: it has no picture in it. Get the file again.")


def gif_parts(data: bytes) -> list[Part]:
    """The header with its colour table, each block, and the trailer.

    Kinds: ``GIF`` header, ``,`` image, ``!`` and label of an extension, ``;`` trailer. The
    payload of an extension is its raw body after the label.
    """
    if len(data) < 14:
        raise _cut_off("GIF")
    at = 13 + _colours(data[10])
    parts = [Part(b"GIF", b"", data[:at])]
    while data[at : at + 1] != b";":
        block = data[at : at + 1]
        if block == b"!":
            end = _after_sub_blocks(data, at + 2)
            parts.append(Part(data[at : at + 2], data[at + 2 : end], data[at:end]))
        elif block == b"," and at + 11 < len(data):
            end = _after_sub_blocks(data, at + 11 + _colours(data[at + 9]))
            parts.append(Part(block, b"", data[at:end]))
        else:
            raise _cut_off("GIF")
        at = end
    return [*parts, Part(b";", b"", b";")]


def _colours(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_sub_blocks(data: bytes, at: int) -> int:
    while at < len(data):
        if data[at] == 0:
            return at + 1
        at += data[at] + 1
    raise _cut_off("GIF")


def _cut_off(name: str) -> InvalidImageError:
    return InvalidImageError(f"The {name} file is damaged or cut off. Get the file again.")
