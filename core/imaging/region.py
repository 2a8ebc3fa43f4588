"""The part of a picture that is sent to a model: cut out, scaled to a legal size and encoded."""

import io

import cv2
import numpy as np
from PIL import Image

from core.domain.frame import Box, Frame
from core.domain.image import Size
from core.errors import InvalidImageError
from core.imaging import resampling

SENDING_LIMIT_BYTES = 50 * 1024 * 1024


def cut(source: Image.Image, frame: Frame, *, mask: Image.Image | None) -> tuple[Image.Image, Image.Image | None]:
    """The picture inside ``frame.box`` at ``frame.size``, and the mask (L, 255 = edit) cut likewise.

    What of the box lies beyond the picture is its mirror image, and protected in the mask. The
    mask stays binary, and every pixel selected in it touches one that is selected in the outcome.
    """
    picture = resampling.scaled(boxed(source, frame.box), frame.size)
    return picture, None if mask is None else cut_mask(mask, frame)


def cut_mask(mask: Image.Image, frame: Frame) -> Image.Image:
    """The mask (L, 255 = edit) inside ``frame.box`` at ``frame.size``; binary, and no edited pixel is lost."""
    part = np.asarray(_inside(mask, frame.box))
    around = _beyond(frame.box, Size(*mask.size))
    whole = cv2.copyMakeBorder(part, *around, cv2.BORDER_CONSTANT, value=0) if any(around) else part
    return Image.fromarray(resampling.coverage(np.asarray(whole, np.uint8), frame.size))


def boxed(source: Image.Image, box: Box) -> Image.Image:
    """The pixels of a box at their own size, mirrored where it reaches beyond the picture."""
    part, around = _inside(source, box), _beyond(box, Size(*source.size))
    if not any(around):
        return part
    return Image.fromarray(cv2.copyMakeBorder(np.asarray(part), *around, cv2.BORDER_REFLECT))


def clipped(box: Box, size: Size) -> Box:
    """What of a box lies within a picture; raises InvalidImageError if nothing does."""
    left, top = max(box.left, 0), max(box.top, 0)
    right, bottom = min(box.right, size.width), min(box.bottom, size.height)
    if right <= left or bottom <= top:
        raise InvalidImageError("The part to send lies wholly outside the picture.", param="mask")
    return Box(left=left, top=top, width=right - left, height=bottom - top)


def encode_for_sending(image: Image.Image, limit_bytes: int = SENDING_LIMIT_BYTES) -> tuple[bytes, str]:
    """The picture as PNG, or as JPEG (WebP with transparency) of quality 95 where a PNG is over the limit.

    Returns the bytes and their media type; raises InvalidImageError if nothing fits.
    """
    attempts = [("PNG", {"compress_level": 1}, "image/png")]
    lossy = ("WEBP", {"quality": 95}, "image/webp") if image.mode == "RGBA" else ("JPEG", {"quality": 95}, "image/jpeg")
    for format, options, media_type in (*attempts, lossy):
        out = io.BytesIO()
        image.save(out, format, **options)
        if out.tell() <= limit_bytes:
            return out.getvalue(), media_type
    raise InvalidImageError(
        f"The picture of {image.width}x{image.height} does not fit the {limit_bytes:,} bytes that may be sent. "
        "Choose a smaller size.",
        param="images",
    )


def _inside(image: Image.Image, box: Box) -> Image.Image:
    part = clipped(box, Size(*image.size))
    if part.size == Size(*image.size):
        return image
    return image.crop((part.left, part.top, part.right, part.bottom))


def _beyond(box: Box, size: Size) -> tuple[int, int, int, int]:
    """How far a box reaches over the picture's top, bottom, left and right edge."""
    return (
        max(-box.top, 0),
        max(box.bottom - size.height, 0),
        max(-box.left, 0),
        max(box.right - size.width, 0),
    )
