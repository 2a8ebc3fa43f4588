"""Grid pictures without a model: the given picture in several ways, side by side, with white gutters between them.

As with a real model the tiles are not quite equal: the grid lies a little off the middle, with a border on some sides.
"""

from collections.abc import Callable

from PIL import Image, ImageOps

from core.domain.grid import Layout
from core.domain.image import Size
from core.imaging.sketch_shapes import Dice

GUTTER_SHARE, SHIFT_SHARE = 0.012, 0.012
CLOSE_UPS = ((0.0, 0.0, 1.0, 1.0), (0.0, 0.1, 0.72, 0.82), (0.28, 0.05, 1.0, 0.77), (0.12, 0.2, 0.8, 0.88))
"""Which part of the picture a tile shows: left, top, right, bottom as shares."""


def grid(layout: Layout, size: Size, dice: Dice, made: Callable[[int, Size], Image.Image]) -> Image.Image:
    """A picture of this size; ``made`` gives each tile by its number, at the size asked for."""
    gutter = max(round(size.short * GUTTER_SHARE), 2)
    picture = Image.new("RGB", (size.width, size.height), "white")
    across = _cuts(size.width, layout.columns, gutter, _shift(size.width, dice, "across"))
    down = _cuts(size.height, layout.rows, gutter, _shift(size.height, dice, "down"))
    for number in range(layout.count):
        (left, right), (top, bottom) = across[number % layout.columns], down[number // layout.columns]
        tile = made(number, Size(right - left, bottom - top)).convert("RGB")
        picture.paste(tile, (left, top))
    return picture


def seen_otherwise(picture: Image.Image, number: int) -> Image.Image:
    """The picture from nearer or as in a mirror, so that no two tiles are alike."""
    left, top, right, bottom = CLOSE_UPS[number % len(CLOSE_UPS)]
    wide, high = picture.size
    box = round(left * wide), round(top * high), round(right * wide), round(bottom * high)
    part = picture.crop(box).resize(picture.size, Image.Resampling.LANCZOS)
    return ImageOps.mirror(part) if number % 2 else part


def _shift(length: int, dice: Dice, word: str) -> int:
    return round(length * SHIFT_SHARE * (float(dice.of(word).random()) - 0.5))


def _cuts(length: int, count: int, gutter: int, shift: int) -> list[tuple[int, int]]:
    """Where tiles begin and end; the middle gutters lie ``shift`` pixels off."""
    edges = [0, *(round(length * place / count) + shift for place in range(1, count)), length]
    halves = [gutter // 2 if 0 < place < count else 0 for place in range(count + 1)]
    return [(edges[place] + halves[place], edges[place + 1] - halves[place + 1]) for place in range(count)]
