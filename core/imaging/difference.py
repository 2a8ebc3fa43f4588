"""Two stored pictures of any sizes held against each other, at the smaller one's size."""

from dataclasses import dataclass

from PIL import Image

from core.domain.image import Size
from core.imaging.changes import Comparison, change_map, compare
from core.imaging.codec import decode, png
from core.imaging.resampling import scaled

SAME_SHAPE = 0.02
"""Ratios that differ by less than this are told as one shape."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """How two pictures differ once both have ``size``, the smaller one's.

    ``scaled`` says that one of them was made smaller for it, ``stretched`` that its shape was changed too.
    """

    figures: Comparison
    size: Size
    scaled: bool
    stretched: bool


def difference(a: bytes, b: bytes) -> Difference:
    """Count the pixels that differ between two image files. Raises InvalidImageError for what is no image."""
    first, second = decode(a), decode(b)
    size = smaller(first, second)
    return Difference(
        figures=compare(scaled(first, size), scaled(second, size)),
        size=size,
        scaled=first.size != second.size,
        stretched=abs(first.width * second.height / (first.height * second.width) - 1) >= SAME_SHAPE,
    )


def heat_map(a: bytes, b: bytes) -> bytes:
    """Where they differ, as a PNG of the smaller one's size: dark where nothing does, the brighter the more."""
    first, second = decode(a), decode(b)
    size = smaller(first, second)
    return png(change_map(scaled(first, size), scaled(second, size))[0])


def smaller(a: Image.Image, b: Image.Image) -> Size:
    """The size of the one with fewer pixels."""
    return min(Size(*a.size), Size(*b.size), key=lambda size: size.pixels)
