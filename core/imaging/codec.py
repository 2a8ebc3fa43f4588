"""Proves that bytes are a whole image, says what kind, and turns images into other formats."""

import hashlib
import io
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageCms, ImageOps, ImageSequence

from core.domain.image import MEDIA_TYPES, ImageRef
from core.errors import InvalidImageError
from core.imaging import containers, svg

MAX_BYTES = 100 * 1024 * 1024
# Below the figure at which Pillow starts to warn, so that its warning never decides anything.
MAX_PIXELS = 80_000_000
MAX_TOTAL_PIXELS = 400_000_000
MAX_FRAMES = 1_000
SVG_EDGE = 2048

# What Pillow 13 raises over broken files: seen in fuzz runs over every format, or documented.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AssertionError,
    OverflowError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
_ORIENTATION = 0x0112
_OTHERS = (
    (re.compile(rb"\s*(<!doctype html|<html|<head|<body)", re.IGNORECASE), "a web page"),
    (re.compile(rb"%PDF"), "a PDF document"),
    (re.compile(rb"....ftyp(avif|avis)", re.DOTALL), "an AVIF picture"),
    (re.compile(rb"....ftyp(heic|heix|mif1)", re.DOTALL), "a HEIC picture"),
    (re.compile(rb"BM"), "a BMP picture"),
    (re.compile(rb"II\*\0|MM\0\*"), "a TIFF picture"),
    (re.compile(rb"\s*[\[{]\s*[\"{\[]"), "JSON text"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageFacts:
    """What an image is. Width and height are pixels as shown, EXIF orientation applied; an SVG may have 0 x 0."""

    media_type: str
    width: int
    height: int
    frames: int = 1
    has_alpha: bool = False


def media_type(data: bytes, *, taken: str = "PNG, JPEG, WebP, GIF or SVG") -> str:
    """The type by its first bytes; proves nothing about the rest.

    Raises InvalidImageError, which names the kinds that are ``taken`` where the file came from.
    """
    if data.startswith(containers.PNG_SIGNATURE):
        return MEDIA_TYPES["png"]
    if data.startswith(b"\xff\xd8\xff"):
        return MEDIA_TYPES["jpeg"]
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return MEDIA_TYPES["webp"]
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return MEDIA_TYPES["gif"]
    head = data[:4096].removeprefix(b"\xef\xbb\xbf")
    kind = next((name for pattern, name in _OTHERS if pattern.match(head)), None)
    if kind is None and head.lstrip().startswith(b"<") and re.search(rb"<(\w+:)?svg[\s>/]", data[:65536]):
        return MEDIA_TYPES["svg"]
    if not data:
        raise InvalidImageError("The file is empty.")
    found = f"This is {kind}, which is not supported" if kind else "This is not an image"
    raise InvalidImageError(f"{found}. Use a {taken} file.")


def identify(data: bytes) -> ImageFacts:
    """Decode every frame to prove that the image is whole; its name or claimed type plays no part.

    Raises InvalidImageError for whatever is not a whole image within the limits of this
    module. An SVG is parsed, not drawn.
    """
    if _bounded(data) == MEDIA_TYPES["svg"]:
        drawing = svg.parse(data)
        return ImageFacts(media_type=MEDIA_TYPES["svg"], width=drawing.width, height=drawing.height, has_alpha=True)
    with _opened(data) as image:
        alpha, frames = False, 0
        for number in range(MAX_FRAMES + 1):
            if not _has_frame(image, number):
                break
            image.load()
            frames, alpha = number + 1, alpha or image.has_transparency_data
            _check_frames(image, frames)
        width, height = image.size
        if orientation(image) in (5, 6, 7, 8):
            width, height = height, width
    return ImageFacts(media_type=media_type(data), width=width, height=height, frames=frames, has_alpha=alpha)


def image_ref(data: bytes) -> ImageRef:
    """The reference under which these bytes are stored. Raises InvalidImageError like ``identify``."""
    facts = identify(data)
    return ImageRef(
        sha256=hashlib.sha256(data).hexdigest(),
        width=facts.width,
        height=facts.height,
        media_type=facts.media_type,
        bytes=len(data),
    )


def decode(data: bytes, *, edge: int | None = None) -> Image.Image:
    """The first frame, upright, in sRGB, as an RGB or RGBA Pillow image without metadata.

    With ``edge`` a JPEG may be decoded smaller (never below twice ``edge``), which is several
    times faster; an SVG is drawn at ``edge`` or 2048 pixels. Raises InvalidImageError.
    """
    if _bounded(data) == MEDIA_TYPES["svg"]:
        data = svg.rasterise(data, edge or SVG_EDGE)
    with _opened(data) as image:
        if edge and image.format in ("JPEG", "MPO"):
            image.draft(None, (2 * edge, 2 * edge))
        image.load()
        return _in_srgb(_upright(image))


def is_opaque(data: bytes) -> bool:
    """Whether nothing of an image can be seen through; raises InvalidImageError if it cannot be read."""
    image = decode(data)
    return image.mode != "RGBA" or image.getchannel("A").getextrema()[0] == 255


def convert(data: bytes, to: Literal["png", "jpeg", "webp"], quality: int = 90) -> bytes:
    """The image in another format; an image already in it comes back untouched, byte for byte.

    Colours become sRGB and the profile is dropped: it is what every viewer assumes, and a
    profile for grey or CMYK would not fit the new file. Transparency is laid on white for JPEG.
    An animation stays one in WebP (with its profile); PNG and JPEG get its first frame. ``quality`` (1-100) is
    for JPEG and lossy WebP. Raises InvalidImageError.
    """
    if _bounded(data) == MEDIA_TYPES[to]:
        identify(data)
        return data
    if to == "webp" and media_type(data) != MEDIA_TYPES["svg"] and identify(data).frames > 1:
        return _animated_webp(data, quality)
    image, out = decode(data), io.BytesIO()
    match to:
        case "png":
            return png(image)
        case "webp":
            image.save(out, "WEBP", quality=quality)
        case "jpeg":
            _on_white(image).save(out, "JPEG", quality=quality, subsampling=0 if quality >= 90 else 2)
    return out.getvalue()


def png(image: Image.Image) -> bytes:
    """A picture of ours as a PNG: at the least effort, which is several times faster and seldom much larger."""
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _animated_webp(data: bytes, quality: int) -> bytes:
    out = io.BytesIO()
    with _opened(data) as image:
        durations = [int(frame.info.get("duration", 100)) for frame in ImageSequence.Iterator(image)]
        image.seek(0)
        # A GIF without a loop count plays once; 0 is "for ever" everywhere.
        loop = int(image.info.get("loop", 1))
        image.save(out, "WEBP", save_all=True, duration=durations, loop=loop, quality=quality)
    return out.getvalue()


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """Open with the one decoder its first bytes call for; sizes are checked before any pixel is decoded."""
    name = _check_structure(data)
    try:
        with Image.open(io.BytesIO(data), formats=[name]) as image:
            check_size(*image.size)
            yield image
    except BROKEN as error:
        raise damaged(name, error) from error


def damaged(name: str, error: Exception) -> InvalidImageError:
    """What to say of a broken file; a reason that shows one of Python's objects tells people nothing."""
    reason = "" if "<" in str(error) or not str(error) else f" ({error})"
    return InvalidImageError(f"The {name} file is damaged or cut off{reason}. Get the file again.")


def _check_structure(data: bytes) -> str:
    """Walk the container, which finds what Pillow forgives (lost ends, wrong checksums); returns Pillow's name."""
    match media_type(data):
        case "image/png":
            header = containers.png_parts(data)[1].payload
            check_size(*struct.unpack(">II", header[:8]))
            return "PNG"
        case "image/jpeg":
            check_size(*containers.jpeg_size(containers.jpeg_parts(data)))
            return "JPEG"
        case "image/webp":
            check_size(*containers.webp_canvas(containers.webp_parts(data))[:2])
            return "WEBP"
        case "image/gif":
            check_size(*struct.unpack("<HH", data[6:10]) if len(data) >= 10 else (1, 1))
            containers.gif_parts(data)
            return "GIF"
    raise InvalidImageError("An SVG is drawn, not decoded.")


def check_length(data: bytes) -> None:
    """Refuse what is too long to be looked at."""
    if len(data) > MAX_BYTES:
        raise InvalidImageError(f"The file has {len(data):,} bytes; at most {MAX_BYTES:,} are allowed.")


def check_size(width: int, height: int) -> None:
    """Refuse more pixels than memory should have to hold."""
    if width * height > MAX_PIXELS:
        raise InvalidImageError(
            f"The picture is {width}x{height}, {width * height:,} pixels; "
            f"at most {MAX_PIXELS:,} are allowed. Make it smaller first."
        )


def _bounded(data: bytes) -> str:
    check_length(data)
    return media_type(data)


def _check_frames(image: Image.Image, frames: int) -> None:
    check_size(*image.size)
    if frames > MAX_FRAMES or frames * image.width * image.height > MAX_TOTAL_PIXELS:
        raise InvalidImageError(
            f"The animation is too long: at most {MAX_FRAMES:,} frames and {MAX_TOTAL_PIXELS:,} pixels in all."
        )


def _has_frame(image: Image.Image, number: int) -> bool:
    if image.format == "MPO":  # a camera's JPEG with a second picture inside; the first is the image
        return number == 0
    try:
        image.seek(number)
    except EOFError:
        return False
    return True


def orientation(image: Image.Image) -> int:
    """EXIF's number for which way is up, 1 to 8; 1 where it says nothing, or nothing that can be read."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except BROKEN:
        return 1


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except BROKEN:
        return image


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    if image.mode.startswith("I") or image.mode == "F":
        image = image.point(lambda value: value / 256).convert("L")  # 16-bit grey; Pillow would clip it
    elif image.mode not in ("L", "CMYK", "RGB"):
        image = image.convert("L" if image.mode in ("1", "LA") else "RGB")
    colours = from_profile(image, profile) if profile else image.convert("RGB")
    if alpha is not None:
        colours.putalpha(alpha)
    colours.info.clear()
    return colours


def from_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """The colours (L, RGB, CMYK or LAB) as sRGB in RGB; without a profile that fits, as Pillow converts them."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        made = None  # a profile that is broken or for other channels says nothing
    return made or image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")
