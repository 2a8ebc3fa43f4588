"""Pictures as they come in: any common format becomes an upright sRGB PNG, and people are told what changed."""

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageCms

from core.domain.image import ImageRef
from core.errors import InvalidImageError
from core.imaging import codec, svg

# Kinds that are taken in but never stored: Pillow's name for each, by its first bytes.
OTHERS = (
    (re.compile(rb"BM"), "BMP"),
    (re.compile(rb"II\*\0|MM\0\*"), "TIFF"),
    (re.compile(rb"....ftyp(avif|avis)", re.DOTALL), "AVIF"),
)
STORED = ("PNG", "JPEG", "WEBP", "GIF")
TAKEN = "PNG, JPEG, WebP, GIF, SVG, AVIF, BMP or TIFF"
MB = 1024 * 1024
UPRIGHT = "It was turned upright, as its EXIF data says."


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenIn:
    """A picture ready to be worked on: PNG bytes (8-bit RGB or RGBA), its reference, and what was changed.

    Each of ``notes`` is a sentence for people; what nobody would notice (metadata dropped,
    another container) is not told.
    """

    data: bytes
    ref: ImageRef
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """The decoded picture (RGB or RGBA, upright, sRGB) and what was changed on the way."""

    image: Image.Image
    notes: tuple[str, ...]


def take_in(data: bytes) -> TakenIn:
    """Decode PNG, JPEG, WebP, GIF, AVIF, TIFF, BMP or SVG and write it as a plain PNG.

    An SVG is drawn at its own size, its longer side at most 4096 pixels. Raises InvalidImageError,
    with a sentence, for what is no whole picture or has more than 80 million pixels.
    """
    taken = opened(data)
    png = codec.png(taken.image)
    ref = ImageRef(
        sha256=hashlib.sha256(png).hexdigest(),
        width=taken.image.width,
        height=taken.image.height,
        media_type="image/png",
        bytes=len(png),
    )
    return TakenIn(data=png, ref=ref, notes=taken.notes)


def check_upload(data: bytes, limit_mb: int) -> None:
    """Refuse a file of more than ``limit_mb`` (of 1,048,576 bytes, as Streamlit counts); names the setting."""
    check_length(len(data), limit_mb)


def check_length(length: int, limit_mb: int) -> None:
    """``check_upload`` for a file that was not read yet: its length in bytes."""
    if length > limit_mb * MB:
        raise InvalidImageError(
            f"The file has {length / MB:,.1f} MB; at most {limit_mb} MB are taken in (MAX_IMAGE_SIZE_MB). "
            "Make it smaller first."
        )


def opened(data: bytes, *, edge: int | None = None) -> Opened:
    """As ``take_in``, but the picture itself; an SVG's longer side is ``edge`` pixels where it is given."""
    codec.check_length(data)
    other = next((name for pattern, name in OTHERS if pattern.match(data[:64])), None)
    if other is None and codec.media_type(data, taken=TAKEN) == "image/svg+xml":
        return _drawn(data, edge)
    with _looked_at(data, [other] if other else list(STORED)) as image:
        notes = _notes(image, data)
        known = _as_known(image) if other else data
    picture = codec.decode(known)
    if picture.mode == "RGBA" and least_alpha(picture) == 255:
        picture = picture.convert("RGB")
    return Opened(image=picture, notes=notes)


def least_alpha(image: Image.Image) -> int:
    """The alpha (0 to 255) of the most transparent pixel."""
    return int(np.asarray(image.getchannel("A")).min()) if image.mode == "RGBA" else 255


@contextmanager
def _looked_at(data: bytes, formats: list[str]) -> Iterator[Image.Image]:
    """Read the header with the decoders that are named; pixels are decoded only on demand."""
    try:
        with Image.open(io.BytesIO(data), formats=formats) as image:
            codec.check_size(*image.size)
            yield image
    except codec.BROKEN as error:
        raise codec.damaged(formats[0] if len(formats) == 1 else "picture", error) from error


def _notes(image: Image.Image, data: bytes) -> tuple[str, ...]:
    notes = []
    if codec.orientation(image) in range(2, 9):
        notes.append(UPRIGHT)
    if image.mode in ("CMYK", "LAB", "YCbCr", "HSV") and image.format != "AVIF":
        notes.append(f"It was converted from {image.mode} to RGB; colours may look a little different.")
    elif _has_other_profile(image):
        notes.append("Its colours were converted from its own profile to sRGB.")
    if _is_deep(image, data):
        notes.append("Its 16 bits per channel became 8.")
    if getattr(image, "is_animated", False) and image.format not in ("TIFF", "MPO"):
        notes.append("Only its first frame is used, because it is an animation.")
    elif image.format == "TIFF" and getattr(image, "n_frames", 1) > 1:
        notes.append("Only its first page is used.")
    return tuple(notes)


def _has_other_profile(image: Image.Image) -> bool:
    profile = image.info.get("icc_profile")
    if not profile:
        return False
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, *codec.BROKEN):
        return False
    return "srgb" not in name.lower()


def _is_deep(image: Image.Image, data: bytes) -> bool:
    if image.format == "PNG":
        return data[24:25] == b"\x10"
    if image.format == "TIFF":
        bits = getattr(image, "tag_v2", {}).get(258, (8,))
        return any(int(count) > 8 for count in (bits if isinstance(bits, tuple) else (bits,)))
    return image.mode.startswith(("I", "F"))


def _as_known(image: Image.Image) -> bytes:
    """The first frame as a PNG that ``codec.decode`` knows, with the profile and EXIF that it will need."""
    image.load()
    profile, exif = image.info.get("icc_profile"), image.getexif().tobytes()
    if image.mode == "F":
        raise InvalidImageError("The picture has floating-point values, which have no agreed brightness. Save as PNG.")
    if image.mode not in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        image, profile = _as_rgb(image, profile), None
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=0, icc_profile=profile, exif=exif)
    return out.getvalue()


def _as_rgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """CMYK and the like; a PNG cannot hold them, so their profile is used here."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L")
    if profile and image.mode in ("CMYK", "LAB"):
        return codec.from_profile(image, profile)
    return image.convert("RGBA" if image.mode in ("La", "RGBa", "PA") else "RGB")


def _drawn(data: bytes, edge: int | None) -> Opened:
    drawing = svg.parse(data)
    own = max(drawing.width, drawing.height) or codec.SVG_EDGE
    picture = codec.decode(data, edge=min(edge or own, svg.MAX_EDGE))
    return Opened(image=picture, notes=(f"It was drawn from an SVG at {picture.width}x{picture.height}.",))
