"""A picture on a larger canvas: its own pixels in place, and something smooth around them for a model to replace."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.domain.frame import Extension
from core.domain.image import Size

# The new area is blurred at this size: it has no detail to lose, and costs milliseconds.
SMALL_EDGE = 256
# How far the sharp mirror image reaches before it has melted into the blur, in pixels.
MELTING = 48

Pixels = NDArray[np.uint8]


def extended(source: Image.Image, extension: Extension) -> tuple[Image.Image, Image.Image]:
    """The larger canvas, the original bit for bit in its place, and its mask (L, 255 = new area).

    The new area mirrors the picture's edges and melts into a blur of them, so that an edit which
    fades in begins with colours that fit. Raises InvalidRequestError for a canvas too large.
    """
    size = Size(*source.size)
    canvas_size, place = extension.of(size), extension.place(size)
    small, sides = _small(source, extension)
    blurred = cv2.GaussianBlur(cv2.copyMakeBorder(small, *sides, cv2.BORDER_REFLECT), (0, 0), 6)
    canvas = Image.fromarray(
        cv2.resize(blurred, (canvas_size.width, canvas_size.height), interpolation=cv2.INTER_LINEAR)
    )
    _melt(canvas, source, extension)
    canvas.paste(source, (place.left, place.top))
    return canvas, new_area(size, extension)


def new_area(size: Size, extension: Extension) -> Image.Image:
    """The mask of an extended canvas: L, 255 where it grew, 0 where the picture of that size lies."""
    canvas, place = extension.of(size), extension.place(size)
    mask = Image.new("L", (canvas.width, canvas.height), 255)
    mask.paste(0, (place.left, place.top, place.right, place.bottom))
    return mask


def _small(source: Image.Image, extension: Extension) -> tuple[Pixels, tuple[int, int, int, int]]:
    """The picture made small, and the extension's top, bottom, left and right at that scale."""
    canvas = extension.of(Size(*source.size))
    scale = min(SMALL_EDGE / canvas.long, 1)
    width, height = max(round(source.width * scale), 1), max(round(source.height * scale), 1)
    small = cv2.resize(np.asarray(source), (width, height), interpolation=cv2.INTER_AREA)
    sides = (extension.top, extension.bottom, extension.left, extension.right)
    top, bottom, left, right = (round(side * scale) for side in sides)
    return np.asarray(small, np.uint8), (top, bottom, left, right)


def _melt(canvas: Image.Image, source: Image.Image, extension: Extension) -> None:
    """Lay the sharp mirror image around the original, fading outwards; strip by strip, not the whole canvas."""
    top, bottom, left, right = (
        min(side, MELTING) for side in (extension.top, extension.bottom, extension.left, extension.right)
    )
    box = (extension.left - left, extension.top - top)
    mirrored = Image.fromarray(cv2.copyMakeBorder(np.asarray(source), top, bottom, left, right, cv2.BORDER_REFLECT))
    canvas.paste(mirrored, box, _fade(Size(*source.size), (top, bottom, left, right)))


def _fade(size: Size, sides: tuple[int, int, int, int]) -> Image.Image:
    """255 over the original, falling to 0 at MELTING pixels from it."""
    top, bottom, left, right = sides
    across = _distance(left, size.width, right)[None, :]
    down = _distance(top, size.height, bottom)[:, None]
    far = np.minimum(np.sqrt(across * across + down * down) / MELTING, 1)
    return Image.fromarray((255 * (1 - far)).astype(np.uint8))


def _distance(before: int, length: int, after: int) -> NDArray[np.float32]:
    return np.concatenate((np.arange(before, 0, -1), np.zeros(length), np.arange(1, after + 1))).astype(np.float32)
