"""Writes the settings of a generation into a copy of an image without touching its pixels, and reads them back.

Content credentials (C2PA) are signed over the file's bytes, so any edit breaks them: the copy
goes without them (PNG ``caBX``, JPEG APP11, WebP ``C2PA``, GIF ``C2PA_GIF``, SVG
``c2pa:manifest``). The stored original keeps them and stays available as its own download.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from core.domain.image import MEDIA_TYPES
from core.errors import InvalidImageError, InvalidRequestError
from core.imaging import containers, svg
from core.imaging.codec import media_type
from core.imaging.containers import Part

Value = str | int | float | Decimal | None

NAMESPACE = "urn:gesso:settings:1.0/"
MAX_DESCRIPTION = 1_000
MAX_JPEG_PACKET = 65_533 - 29

_PNG_XMP = b"XML:com.adobe.xmp"
_PNG_TEXT = b"parameters"
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_GIF_XMP = b"\x0bXMP DataXMP"
# A reader that takes the raw packet for sub-blocks lands somewhere in this ramp and walks to its end.
_GIF_END = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
_VP8X_XMP, _VP8X_ALPHA = 0x04, 0x10
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SVG_OURS = re.compile(rb'<(?:\w+:)?metadata id="gesso-settings">.*?</(?:\w+:)?metadata>', re.DOTALL)
_SVG_C2PA = re.compile(rb"<c2pa:manifest\b.*?</c2pa:manifest\s*>", re.DOTALL)
_SVG_ROOT = re.compile(rb"<((?:[\w.-]+:)?)svg(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_SECRET = re.compile(
    r"(?<![A-Za-z0-9])(sk-[A-Za-z0-9_-]{16,}|AIza[\w-]{30,}|AKIA[A-Z0-9]{16}|gh[pousr]_\w{30,}|github_pat_\w{30,}"
    r"|hf_[A-Za-z0-9]{30,}|r8_[A-Za-z0-9]{30,}|xox[abprs]-[\w-]{10,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,})"
    r"|\bBearer\s+[\w.~+/=-]{16,}|\bapi[-_ ]?key\s*[=:]\s*[\w-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY",
    re.IGNORECASE,
)


def embed(data: bytes, settings: Mapping[str, Value]) -> bytes:
    """A copy of the image with the settings in it; pixels, profile and other metadata stay as they are.

    PNG gets iTXt ``parameters`` (readable) and XMP; JPEG, WebP, GIF and SVG get XMP. Earlier
    settings and XMP are replaced, None is left out, characters that XML cannot hold become
    U+FFFD. In a JPEG, XMP has at most 65,504 bytes: a longer prompt is cut, with a note.
    Raises InvalidRequestError if a value looks like a key or a name cannot be written, and
    InvalidImageError if the image cannot be taken apart.
    """
    texts = {name: _text(value) for name, value in settings.items() if value is not None}
    for name, text in texts.items():
        _check(name, text)
    return _WRITERS[media_type(data)](data, texts)


def read(data: bytes) -> dict[str, str]:
    """The settings that ``embed`` wrote; empty if there are none. Raises InvalidImageError for no image."""
    packet = _FINDERS[media_type(data)](data)
    if packet is None or b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        return {}
    try:
        root = ElementTree.fromstring(packet)
    except (ElementTree.ParseError, ValueError, LookupError):
        return {}
    prefix = f"{{{NAMESPACE}}}"
    return {e.tag.removeprefix(prefix): e.text or "" for e in root.iter() if e.tag.startswith(prefix)}


def _text(value: str | int | float | Decimal) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _NOT_XML.sub("\ufffd", text)


def _check(name: str, text: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidRequestError(f"{name!r} cannot be the name of a setting in a file.", param=name)
    if _SECRET.search(text):
        raise InvalidRequestError(
            f"The field {name} seems to hold an API key or a token, and everyone who gets the file could read it. "
            "Remove it, or download the image without its settings.",
            param=name,
        )


def _packet(texts: Mapping[str, str]) -> str:
    fields = "".join(f"<gesso:{name}>{_escaped(text)}</gesso:{name}>\n" for name, text in texts.items())
    prompt = texts.get("prompt", "")
    about = prompt if len(prompt) <= MAX_DESCRIPTION else prompt[:MAX_DESCRIPTION] + "…"
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:gesso="{NAMESPACE}">\n{fields}'
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{_escaped(about)}</rdf:li></rdf:Alt></dc:description>\n'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def _wrapped(texts: Mapping[str, str]) -> bytes:
    begin = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    return f'{begin}{_packet(texts)}\n<?xpacket end="w"?>'.encode()


def _escaped(text: str) -> str:
    return escape(text, {"\r": "&#13;"})  # a bare CR would be read back as LF


def _into_png(data: bytes, texts: Mapping[str, str]) -> bytes:
    parts = containers.png_parts(data)
    lines = [texts["prompt"]] if "prompt" in texts else []
    lines += [f"{name}: {text}" for name, text in texts.items() if name != "prompt"]
    new = _itxt(_PNG_TEXT, "\n".join(lines).encode()) + _itxt(_PNG_XMP, _wrapped(texts))
    kept = b"".join(part.raw for part in parts[2:] if part.kind != b"caBX" and not _is_png_text(part))
    return parts[0].raw + parts[1].raw + new + kept


def _itxt(keyword: bytes, text: bytes) -> bytes:
    return containers.png_chunk(b"iTXt", keyword + b"\0\0\0\0\0" + text)


def _is_png_text(part: Part) -> bool:
    return part.kind in (b"iTXt", b"tEXt", b"zTXt") and part.payload.partition(b"\0")[0] in (_PNG_TEXT, _PNG_XMP)


def _from_png(data: bytes) -> bytes | None:
    # Only the plain form that embed writes: keyword, no compression, no language, no translation.
    head = _PNG_XMP + b"\0\0\0\0\0"
    found = (p.payload for p in containers.png_parts(data) if p.kind == b"iTXt" and p.payload.startswith(head))
    return next((payload[len(head) :] for payload in found), None)


def _into_jpeg(data: bytes, texts: Mapping[str, str]) -> bytes:
    parts = [part for part in containers.jpeg_parts(data) if not _is_jpeg_xmp(part)]
    signed = any(_is_jumbf(part) and b"c2pa" in part.payload for part in parts)
    kept = [part.raw for part in parts if not (signed and _is_jumbf(part))]
    first = [part.kind == b"\xe0" or part.payload.startswith(b"Exif\0") for part in parts[1:]].index(False) + 1
    segment = containers.jpeg_segment(b"\xe1", _JPEG_XMP + _fitting(texts))
    return b"".join(kept[:first]) + segment + b"".join(kept[first:])


def _fitting(texts: Mapping[str, str]) -> bytes:
    """The packet with as much of the prompt as a JPEG segment takes."""
    packet, prompt, low = _wrapped(texts), texts.get("prompt", ""), 0
    if len(packet) <= MAX_JPEG_PACKET:
        return packet
    high = len(prompt)
    while low < high - 1:
        keep = (low + high) // 2
        note = f"… [cut: {keep:,} of {len(prompt):,} characters fit a JPEG file]"
        shorter = _wrapped({**texts, "prompt": prompt[:keep] + note})
        if len(shorter) <= MAX_JPEG_PACKET:
            low, packet = keep, shorter
        else:
            high = keep
    if len(packet) > MAX_JPEG_PACKET:
        raise InvalidRequestError("These settings are too long for a JPEG file. Download the image as PNG.")
    return packet


def _is_jpeg_xmp(part: Part) -> bool:
    return part.kind == b"\xe1" and part.payload.startswith((_JPEG_XMP, _JPEG_MORE_XMP))


def _is_jumbf(part: Part) -> bool:
    return part.kind == b"\xeb" and part.payload[:2] == b"JP" and part.payload[12:16] == b"jumb"


def _from_jpeg(data: bytes) -> bytes | None:
    found = (p.payload for p in containers.jpeg_parts(data) if p.payload.startswith(_JPEG_XMP))
    return next((payload[len(_JPEG_XMP) :] for payload in found), None)


def _into_webp(data: bytes, texts: Mapping[str, str]) -> bytes:
    parts = containers.webp_parts(data)
    width, height, alpha = containers.webp_canvas(parts)
    head = parts[0].payload if parts[0].kind == b"VP8X" else bytes((_VP8X_ALPHA * alpha, 0, 0, 0))
    flags = bytes((head[0] | _VP8X_XMP,)) + head[1:4]
    extended = flags + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    kept = [part.raw for part in parts if part.kind not in (b"VP8X", b"XMP ", b"C2PA")]
    chunks = [containers.webp_chunk(b"VP8X", extended), *kept, containers.webp_chunk(b"XMP ", _wrapped(texts))]
    return containers.webp_file(chunks)


def _from_webp(data: bytes) -> bytes | None:
    return next((part.payload for part in containers.webp_parts(data) if part.kind == b"XMP "), None)


def _into_gif(data: bytes, texts: Mapping[str, str]) -> bytes:
    dropped = (_GIF_XMP, b"\x0bC2PA_GIF")
    kept = [p.raw for p in containers.gif_parts(data) if not (p.kind == b"!\xff" and p.payload.startswith(dropped))]
    extension = b"!\xff" + _GIF_XMP + _wrapped(texts) + _GIF_END
    # Extensions came with 89a; before the trailer they cannot part a frame from its timing.
    return b"GIF89a" + b"".join(kept)[6:-1] + extension + b";"


def _from_gif(data: bytes) -> bytes | None:
    found = (p.payload for p in containers.gif_parts(data) if p.kind == b"!\xff" and p.payload.startswith(_GIF_XMP))
    return next((payload[len(_GIF_XMP) : -len(_GIF_END)] for payload in found), None)


def _into_svg(data: bytes, texts: Mapping[str, str]) -> bytes:
    data = _SVG_C2PA.sub(b"", _SVG_OURS.sub(b"", data))
    root = _SVG_ROOT.match(data, svg.parse(data).root_at)
    if root is None:
        raise InvalidImageError("The SVG has no <svg> element to write into.")
    prefix, tag = root[1], root[0]
    # Character references fit whatever encoding the file says it has.
    packet = _packet(texts).encode("ascii", "xmlcharrefreplace")
    block = b'<%bmetadata id="gesso-settings">%b</%bmetadata>' % (prefix, packet, prefix)
    if tag.endswith(b"/>"):
        tag, block = tag[:-2] + b">", block + b"</%bsvg>" % prefix
    return data[: root.start()] + tag + block + data[root.end() :]


def _from_svg(data: bytes) -> bytes | None:
    found = _SVG_OURS.search(data)
    return found[0].partition(b">")[2].rpartition(b"</")[0] if found else None


_WRITERS: dict[str, Callable[[bytes, Mapping[str, str]], bytes]] = {
    MEDIA_TYPES["png"]: _into_png,
    MEDIA_TYPES["jpeg"]: _into_jpeg,
    MEDIA_TYPES["webp"]: _into_webp,
    MEDIA_TYPES["gif"]: _into_gif,
    MEDIA_TYPES["svg"]: _into_svg,
}
_FINDERS: dict[str, Callable[[bytes], bytes | None]] = {
    MEDIA_TYPES["png"]: _from_png,
    MEDIA_TYPES["jpeg"]: _from_jpeg,
    MEDIA_TYPES["webp"]: _from_webp,
    MEDIA_TYPES["gif"]: _from_gif,
    MEDIA_TYPES["svg"]: _from_svg,
}
