"""Masks as files: read from what other tools write, written in the forms that people and providers want."""

import hashlib
import io
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from core.domain.image import ImageRef, Size
from core.errors import InvalidImageError
from core.imaging import codec, masks, upload

PROVIDER_LIMIT_BYTES = 4 * 1024 * 1024
# By convention white, or transparent, is the part to edit. Who selects more than this has most likely
# painted what to edit in the other colour.
MOSTLY = 80.0
# A difference in ratio that rounding to whole pixels explains.
SAME_RATIO = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class MaskFile:
    """An imported mask: an L PNG (255 = edit) of the picture's size, its reference, and what was made of it.

    ``said`` is for people: which part was taken to be the one to edit and why. ``white_is_edit``
    is how it was read; reading it again with the opposite turns it round.
    """

    data: bytes
    ref: ImageRef
    said: str
    white_is_edit: bool


def read_mask(data: bytes, size: Size, *, white_is_edit: bool | None = None, by_convention: bool = False) -> MaskFile:
    """Read a black-and-white picture, or one with transparency, as the mask of a picture of ``size``.

    The rule: white is edited (in a file with transparency: what is transparent), unless that is
    more than 80 % of the file; then it is the rest, but not where ``by_convention`` says that a program
    wrote it. ``white_is_edit`` decides instead: True edits
    what is white (or opaque), False what is black (or transparent). A file of the same ratio is
    scaled without soft edges; another ratio raises InvalidImageError, as does what is no picture.
    """
    taken = upload.opened(data, edge=size.long)
    image, notes = taken.image, [*taken.notes]
    clear = upload.least_alpha(image) < 128
    light = masks.binary(image.getchannel("A") if clear else image.convert("RGB"))
    usual = not clear
    guessed = usual if by_convention else _white_is_edit(light, usual)
    white = guessed if white_is_edit is None else white_is_edit
    notes.insert(0, _said(clear, white, by_choice=white_is_edit is not None, usual=white is usual))
    if Size(*light.size) != size:
        light = _fitted(light, size)
        notes.append(f"It was scaled from {image.width}x{image.height} to the picture's {size}.")
    if not white:
        light = light.point(_INVERTED)
    png = black_white(light)
    return MaskFile(data=png, ref=_ref(png, size), said=" ".join(notes), white_is_edit=white)


def black_white(image: Image.Image) -> bytes:
    """A mask as an L PNG, white = edit."""
    return codec.png(image)


def openai_png(image: Image.Image) -> bytes:
    """A mask (L, 255 = edit) as OpenAI takes it: RGBA PNG, alpha 0 = edit, below 4 MiB.

    Raises InvalidImageError for a mask with so many small parts that it does not fit.
    """
    keep = image.point(_INVERTED)
    black = Image.new("L", image.size, 0)
    rgba = Image.merge("RGBA", (black, black, black, keep))
    for level in (1, 6):
        out = io.BytesIO()
        rgba.save(out, "PNG", compress_level=level)
        if out.tell() < PROVIDER_LIMIT_BYTES:
            return out.getvalue()
        if out.tell() > 2 * PROVIDER_LIMIT_BYTES:
            break  # more effort never halves it, and takes a minute to find that out
    raise InvalidImageError(
        "The mask has so many small parts that it does not fit the 4 MB a provider takes. "
        "Fill its holes, or grow it by a few pixels.",
        param="mask",
    )


def provider_png(image: Image.Image, polarity: Literal["transparent", "white"]) -> bytes:
    """A mask in a provider's own form: transparent = edit (RGBA), or white = edit (L)."""
    return openai_png(image) if polarity == "transparent" else black_white(image)


_INVERTED = list(range(255, -1, -1))


def _white_is_edit(light: Image.Image, usual: bool) -> bool:
    white = masks.share(light)
    share = white if usual else 100 - white
    return usual if share <= MOSTLY else not usual


def _said(clear: bool, white: bool, *, by_choice: bool, usual: bool) -> str:
    edited = ("opaque" if white else "transparent") if clear else ("white" if white else "black")
    if by_choice:
        return f"What is {edited} will be edited, as you chose."
    if usual:
        return f"What is {edited} will be edited, as {'OpenAI' if clear else 'most tools'} would read it."
    other = {"opaque": "transparent", "transparent": "opaque", "white": "black", "black": "white"}[edited]
    return f"What is {edited} will be edited, because more than {MOSTLY:.0f} % of the file is {other}."


def _fitted(light: Image.Image, size: Size) -> Image.Image:
    stretch = (light.width * size.height) / (light.height * size.width)
    if abs(stretch - 1) > max(SAME_RATIO, 1 / min(*light.size, size.short)):
        raise InvalidImageError(
            f"The mask is {light.width}x{light.height} and the picture {size}; they must be of one size or ratio.",
            param="mask",
        )
    return light.resize((size.width, size.height), Image.Resampling.NEAREST)


def _ref(png: bytes, size: Size) -> ImageRef:
    digest = hashlib.sha256(png).hexdigest()
    return ImageRef(sha256=digest, width=size.width, height=size.height, media_type="image/png", bytes=len(png))
