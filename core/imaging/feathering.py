"""How an edit fades in: always inwards from the mask's edge, so that nothing outside is touched."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Where the fade is wider, its thickness is measured at a coarser grid: it needs no finer one.
WIDEST_KERNEL = 32

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


def inwards(mask: Image.Image, feather: int) -> Image.Image:
    """The strength of an edit (L, 0 to 255): 0 outside the mask, rising to 255 over ``feather`` pixels inside.

    Where the mask is thinner than two such ramps, the ramp is shortened to the mask's greatest
    half-width nearby (within ``feather`` pixels, of the same connected part), so that the middle
    of every stroke is edited fully; one of 1 pixel has no ramp at all. The picture's own edge is no edge of the mask.
    """
    if feather < 1:
        return mask
    left, top, width, height = cv2.boundingRect(np.asarray(mask))
    if not width:
        return mask
    # One pixel more on each side, so that the edge is seen where the mask's box ends inside the picture.
    box = (max(left - 1, 0), max(top - 1, 0), min(left + width + 1, mask.width), min(top + height + 1, mask.height))
    part = np.asarray(mask.crop(box))
    out = Image.new("L", mask.size, 0)
    out.paste(Image.fromarray(_ramp(part, feather)), box[:2])
    return out


def _ramp(part: Pixels, feather: int) -> Pixels:
    if cv2.countNonZero(part) == part.size:
        return part
    full = float(feather + 1)
    measured = cv2.distanceTransform(part, cv2.DIST_L2, cv2.DIST_MASK_5)
    depth = np.asarray(cv2.threshold(measured, full, full, cv2.THRESH_TRUNC)[1], np.float32)
    length = _of_each_part(part, depth, _thickness(depth, feather))
    return np.asarray(cv2.convertScaleAbs(cv2.divide(depth, length), alpha=255), np.uint8)


def _of_each_part(part: Pixels, depth: Floats, length: Floats) -> Floats:
    """No ramp longer than its own part is deep: a thin stroke next to a wide one keeps its strength."""
    outlines, _ = cv2.findContours(part, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    if len(outlines) < 2:
        return length
    count, labels = cv2.connectedComponents(part)
    inside = np.flatnonzero(labels)
    numbers = np.asarray(labels.ravel()[inside], np.int64)
    deepest = np.zeros(count, np.float32)
    np.maximum.at(deepest, numbers, depth.ravel()[inside])
    limited = length.copy()
    limited.ravel()[inside] = np.minimum(length.ravel()[inside], deepest[numbers])
    return limited


def _thickness(depth: Floats, feather: int) -> Floats:
    """The greatest depth within reach of each pixel: the half-width of the stroke it belongs to, at most the ramp."""
    step = min(-(-feather // WIDEST_KERNEL), *depth.shape)
    if step > 1:
        height, width = depth.shape
        coarse = cv2.dilate(depth, np.ones((step, step), np.uint8))[step // 2 :: step, step // 2 :: step]
        greatest = cv2.dilate(coarse, _square(-(-feather // step) + 1))
        spread = cv2.resize(greatest, (width, height), interpolation=cv2.INTER_NEAREST)
        return np.asarray(cv2.max(spread, depth), np.float32)
    return np.asarray(cv2.dilate(depth, _square(feather)), np.float32)


def _square(reach: int) -> Pixels:
    return np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
