"""Masks as pixels: operations rendered at the picture's own resolution, and what can be asked of the outcome."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.domain.frame import Box
from core.domain.mask import Mask
from core.errors import InvalidImageError
from core.imaging import codec, mask_shapes

Pixels = NDArray[np.uint8]


def render(mask: Mask, file: bytes | None = None) -> Image.Image:
    """An L image of the picture's size, 255 = edit and 0 = protected, nothing in between.

    A pixel belongs to a shape where its centre does (coverage of about half and more); a brush is
    never drawn thinner than 1.4 pixels, so that no stroke vanishes. ``file`` is the imported
    mask's PNG, as ``read_mask`` gives it. Holes are filled, then the part grows or shrinks by
    round steps, then it is inverted; shrinking does not pull the part away from the picture's
    edge. Raises InvalidImageError for a file of another size, InvalidRequestError for strokes
    that would take minutes to draw.
    """
    pixels = _begun(mask, file)
    effort = mask_shapes.Effort()
    for operation in mask.operations:
        mask_shapes.draw(pixels, operation, effort)
    if mask.fill_holes:
        _fill_holes(pixels)
    if mask.grow:
        _grow(pixels, mask.grow)
    if mask.invert:
        cv2.bitwise_not(pixels, dst=pixels)
    return Image.fromarray(pixels)


def bounds(image: Image.Image) -> Box | None:
    """The smallest box around what is selected in an L image; None where nothing is."""
    left, top, width, height = cv2.boundingRect(np.asarray(image))
    return Box(left=left, top=top, width=width, height=height) if width else None


def selected(image: Image.Image) -> int:
    """How many pixels of an L image are selected."""
    return cv2.countNonZero(np.asarray(image))


def share(image: Image.Image) -> float:
    """How much of an L image is selected, in percent (0 to 100)."""
    return 100 * selected(image) / (image.width * image.height)


def binary(image: Image.Image) -> Image.Image:
    """Any image's brightness as an L image of 0 and 255 only."""
    return image.convert("L").point(_HALF)


_HALF = [0] * 128 + [255] * 128


def _begun(mask: Mask, file: bytes | None) -> Pixels:
    if file is None:
        return np.zeros((mask.height, mask.width), np.uint8)
    image = binary(_decoded(file))
    if image.size != (mask.width, mask.height):
        raise InvalidImageError(
            f"The mask's file is {image.width}x{image.height} and the picture {mask.size}; they must be of one size.",
            param="mask",
        )
    return np.array(image)


def _decoded(file: bytes) -> Image.Image:
    """Our own files are L PNGs, and need no colours on the way; anything else goes the long way round."""
    if codec.media_type(file) == "image/png" and file[25:26] == b"\0" and file[24:25] == b"\x08":
        pixels = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_GRAYSCALE)
        if pixels is not None:
            return Image.fromarray(pixels)
    return codec.decode(file)


def _fill_holes(pixels: Pixels) -> None:
    outlines, _ = cv2.findContours(pixels, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    cv2.drawContours(pixels, outlines, -1, 255, thickness=cv2.FILLED)


def _grow(pixels: Pixels, by: int) -> None:
    """Grow (or shrink, where negative) by round steps; only the part that can change is looked at."""
    left, top, width, height = cv2.boundingRect(pixels)
    if not width:
        return
    reach = max(by, 0) + 1
    rows = slice(max(top - reach, 0), top + height + reach)
    columns = slice(max(left - reach, 0), left + width + reach)
    part = pixels[rows, columns]
    measured = cv2.bitwise_not(part) if by > 0 else part
    # The 5x5 measure is round within 2 % and three times as fast as the precise one.
    distance = cv2.distanceTransform(measured, cv2.DIST_L2, cv2.DIST_MASK_5)
    how = cv2.THRESH_BINARY_INV if by > 0 else cv2.THRESH_BINARY
    pixels[rows, columns] = cv2.threshold(distance, abs(by) + 0.001, 255, how)[1]
