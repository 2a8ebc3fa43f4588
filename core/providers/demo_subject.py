"""Paints a thing into a place of a picture, in the light of what is around it."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.domain.frame import Box
from core.domain.image import Size
from core.imaging import sketch_raster as raster
from core.imaging.sketch_shapes import Colour, Points, Shape, darker, ellipse, faded, fill, glow, lighter, rgb, smooth
from core.imaging.sketch_subjects import SUBJECTS, Place

Pixels = NDArray[np.uint8]

STANDING = ("cat", "dog", "fox", "house", "tree", "flower", "lighthouse")
SHARES = (0.94, 0.84, 0.74, 0.64, 0.54)
"""How much of the place a thing may take: the largest that stays inside."""
INSIDE = 0.985
SMALL = 96


def moon(accent: Colour | None) -> Iterator[Shape]:
    """A full moon with its seas."""
    disc = accent or rgb("f4eed6")
    yield glow(0, -50, 92, faded(lighter(disc, 0.3), 0.42))
    yield fill(ellipse(0, -50, 46), lighter(disc, 0.25), darker(disc, 0.1))
    seas = ((-14, -66, 11, 8), (12, -58, 8, 6), (-6, -38, 13, 8), (20, -36, 6, 5), (-26, -46, 5, 6))
    yield fill([ellipse(*sea) for sea in seas], faded(darker(disc, 0.3), 0.42))


def sun(accent: Colour | None) -> Iterator[Shape]:
    """A low sun in its own light."""
    disc = accent or rgb("ffd873")
    yield glow(0, -50, 110, faded(disc, 0.7))
    yield fill(ellipse(0, -50, 34), lighter(disc, 0.5), disc)


def cloud(accent: Colour | None) -> Iterator[Shape]:
    """A heap of white, shaded below."""
    white = accent or rgb("fdfcf8")
    lumps = ((-38, -24, 20), (-14, -40, 28), (18, -36, 25), (44, -22, 18))
    rings: list[Points] = [ellipse(x, y, r) for x, y, r in lumps]
    base = smooth((-58, -14), (-40, -22), (40, -22), (62, -12), (50, -4), (-48, -4))
    yield fill([*rings, base], white, darker(white, 0.16), softness=2.5)


PAINTERS: dict[str, Callable[[Colour | None], Iterator[Shape]]] = {**SUBJECTS, "moon": moon, "sun": sun, "cloud": cloud}


def island(mask: Pixels) -> tuple[Box, Pixels]:
    """The largest connected part of a mask: its box, and the mask within that box."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(np.where(mask > 127, 1, 0).astype(np.uint8))
    if len(stats) < 2:
        raise ValueError("the mask is empty")
    number = int(np.argmax(stats[1:, cv2.CC_STAT_AREA])) + 1
    left, top, width, height = (int(value) for value in stats[number, :4])
    part = np.where(labels[top : top + height, left : left + width] == number, 255, 0).astype(np.uint8)
    return Box(left=left, top=top, width=width, height=height), part


def painted(name: str, accent: Colour | None, place: Pixels, light: tuple[int, int, int]) -> Image.Image:
    """The thing on a clear RGBA canvas of the size of ``place`` (L, 255 = may be painted on).

    ``light`` is the mean colour around: a thing in the dark is darker.
    """
    size = Size(place.shape[1], place.shape[0])
    small = Size(*(max(round(edge * min(SMALL / size.long, 1)), 4) for edge in (size.width, size.height)))
    room = np.asarray(cv2.resize(place, (small.width, small.height), interpolation=cv2.INTER_AREA), np.float32)
    share = next((share for share in SHARES if _fits(name, share, small, room)), SHARES[-1])
    return raster.paint(_shapes(name, accent, share, size, light), size, oversampling=2)


def _fits(name: str, share: float, size: Size, room: NDArray[np.float32]) -> bool:
    solid = [shape for shape in _shapes(name, None, share, size, (128, 128, 128)) if _is_solid(shape)]
    alpha = np.asarray(raster.paint(solid, size, oversampling=1).getchannel("A"), np.float32)
    return float((alpha * room).sum()) >= INSIDE * 255 * float(alpha.sum())


def _shapes(name: str, accent: Colour | None, share: float, size: Size, light: tuple[int, int, int]) -> list[Shape]:
    """The thing's shapes, as large as its solid parts fit, standing at the foot of the canvas or hanging in it."""
    drawn = list(PAINTERS[name](accent))
    left, top, right, bottom = _extent(drawn)
    width, height = (1000 * edge / size.short for edge in (size.width, size.height))
    scale = share * min(width / (right - left), height / (bottom - top))
    slack = (height - scale * (bottom - top)) * (0.85 if name in STANDING else 0.5)
    x, y = width / 2 - scale * (left + right) / 2, slack - scale * top
    daylight = min(sum(light) / 3 / 150, 1.0)
    shade = darker((*light, 1.0), 0.35)
    placed = Place(x=x, y=y, height=100 * scale, shade=shade, shading=0.06 + 0.56 * (1 - daylight) ** 1.2)
    shadow = fill(ellipse(x, y, scale * (right - left) * 0.44, scale * 4.5), rgb("0c0e1c", 0.42), softness=scale * 3)
    return [*([shadow] if name in STANDING[:-1] else []), *placed.put(drawn)]


def _extent(shapes: list[Shape]) -> tuple[float, float, float, float]:
    boxes = [shape.box for shape in shapes if _is_solid(shape)]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _is_solid(shape: Shape) -> bool:
    return not shape.radial and min(colour[3] for _, colour in shape.stops) > 0.6
