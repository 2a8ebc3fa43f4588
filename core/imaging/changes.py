"""What differs between two pictures: a heat map to look at, and figures to trust."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import InvalidImageError

# A difference of more than this many of 255 levels in some channel is seen; less is noise of encoding.
VISIBLE_LEVELS = 8
# Rows that are looked at together: few enough to stay in the processor's cache.
ROWS = 256

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """How two pictures of one size differ, over the ``pixels`` that were compared.

    ``changed`` pixels differ at all, ``visibly_changed`` ones by more than 8 levels in some
    channel; ``max_difference`` and ``mean_difference`` are levels (0 to 255) of a pixel's most
    different channel.
    """

    pixels: int
    changed: int
    visibly_changed: int
    max_difference: int
    mean_difference: float


def compare(a: Image.Image, b: Image.Image, mask: Image.Image | None = None) -> Comparison:
    """Compare two pictures, only outside the mask (L, 255 = edit) where there is one.

    A picture without transparency counts as opaque. Raises InvalidImageError where sizes differ.
    """
    if a.size != b.size or (mask is not None and mask.size != a.size):
        sizes = [f"{image.width}x{image.height}" for image in (a, b, mask) if image is not None]
        raise InvalidImageError(f"Only pictures of one size can be compared; these are {' and '.join(sizes)}.")
    counts = np.zeros(256, np.int64)
    a, b = alike(a, b)
    for top in range(0, a.height, ROWS):
        strip = (0, top, a.width, min(top + ROWS, a.height))
        difference = differences(np.asarray(a.crop(strip)), np.asarray(b.crop(strip)))
        outside = None if mask is None else _outside(np.asarray(mask.crop(strip)))
        counts += cv2.calcHist([difference], [0], outside, [256], (0, 256)).ravel().astype(np.int64)
    pixels, levels = int(counts.sum()), np.flatnonzero(counts)
    return Comparison(
        pixels=pixels,
        changed=int(counts[1:].sum()),
        visibly_changed=int(counts[VISIBLE_LEVELS + 1 :].sum()),
        max_difference=int(levels[-1]) if len(levels) else 0,
        mean_difference=float(counts @ np.arange(256)) / pixels if pixels else 0.0,
    )


def change_map(
    original: Image.Image, answer: Image.Image, mask: Image.Image | None = None
) -> tuple[Image.Image, float]:
    """A heat map (RGB) over the darkened original, and the percentage of pixels that visibly changed.

    Both pictures have one size. With a mask (L, 255 = edit) only what lies outside it is counted,
    and what lies inside is left dark.
    """
    a, b = alike(original, answer)
    difference = differences(np.asarray(a), np.asarray(b))
    if mask is not None:
        difference[np.asarray(mask) > 0] = 0
    counted = difference.size if mask is None else difference.size - cv2.countNonZero(np.asarray(mask))
    changed = cv2.countNonZero(cv2.threshold(difference, VISIBLE_LEVELS, 255, cv2.THRESH_BINARY)[1])
    return _heat(original, difference), 100 * changed / counted if counted else 0.0


def differences(a: Pixels, b: Pixels) -> Pixels:
    """For two arrays (height, width, channels): each pixel's largest difference in any channel."""
    difference = cv2.absdiff(a, b)
    channels = cv2.split(difference)
    largest = channels[0]
    for channel in channels[1:]:
        largest = cv2.max(largest, channel)
    return np.asarray(largest, np.uint8)


def alike(a: Image.Image, b: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Both in one mode: RGBA if either has transparency, otherwise RGB."""
    mode = "RGBA" if a.has_transparency_data or b.has_transparency_data else "RGB"
    return tuple(image if image.mode == mode else image.convert(mode) for image in (a, b))  # type: ignore[return-value]


def _outside(mask: Pixels) -> Pixels:
    return np.asarray(cv2.threshold(mask, 0, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)


def _heat(original: Image.Image, difference: Pixels) -> Image.Image:
    """Dark grey where nothing changed; violet, red and yellow where more did."""
    dim = cv2.merge([np.asarray(original.convert("L")) // 4] * 3)
    warmth = cv2.convertScaleAbs(difference, alpha=3)
    heat = cv2.cvtColor(cv2.applyColorMap(warmth, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    return Image.fromarray(cv2.max(dim, heat))
