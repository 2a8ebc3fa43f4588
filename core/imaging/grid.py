"""A picture of several pictures, cut into them: gutters and borders are found, and what is unsure is said."""

from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

from core.domain.frame import Box
from core.domain.grid import MOST_TILES, GridSplit, Tile
from core.errors import InvalidImageError, InvalidRequestError
from core.imaging.grid_fit import Stretch, seen_gutter, stretches
from core.imaging.grid_gutters import find_gaps, is_plain
from core.imaging.grid_lines import Bytes, Lines, Span, read_lines

SMALLEST_TILE = 16
MOST_GUESSED = 6


def split_grid(picture: Image.Image, rows: int, columns: int) -> GridSplit:
    """Find the tiles of a decoded picture (RGB or RGBA) that holds ``rows`` x ``columns`` of them.

    Gutters and borders of one colour, or none, may lie between and around them. Never raises for
    what the picture shows: where nothing can be found the tile's reason says what was done
    instead. Raises InvalidRequestError for counts that no picture, or not this one, can hold.
    """
    _check_counts(picture, rows, columns)
    upright = _channels(picture)
    across, down = upright.transpose(1, 0, 2), upright
    first = find_gaps(read_lines(across, _equal(picture.height, rows)), columns)
    rough = stretches(first, picture.width, "column", None)
    lying = find_gaps(read_lines(down, _spans(rough)), rows)
    gutter = seen_gutter(first)
    bands = stretches(lying, picture.height, "row", gutter)
    standing = find_gaps(read_lines(across, _spans(bands)), columns)
    gutter = seen_gutter(lying)
    posts = stretches(standing, picture.width, "column", gutter)
    return _split(bands, posts)


def guess_grid(picture: Image.Image) -> tuple[int, int]:
    """How many rows and columns a picture shows, each at most 6; (1, 1) where no grid is plain to see.

    Counted are only gutters and seams that run through the whole picture between tiles of much the same size.
    """
    upright = _channels(picture)
    down, across = (read_lines(pixels, [(0, pixels.shape[1])]) for pixels in (upright, upright.transpose(1, 0, 2)))
    return _count(down), _count(across)


def split_at(picture: Image.Image, rectangles: Iterable[Box]) -> list[Image.Image]:
    """The parts of a picture, in the order given; raises InvalidRequestError for one that reaches beyond it."""
    whole = Box(left=0, top=0, width=picture.width, height=picture.height)
    boxes = list(rectangles)
    for box in boxes:
        if box.width < 1 or box.height < 1 or not whole.holds(box):
            raise InvalidRequestError(
                f"The rectangle {box.left},{box.top},{box.width},{box.height} does not lie within the picture, "
                f"which is {picture.width}x{picture.height}. Move it inside.",
                param="rectangles",
            )
    return [picture.crop((box.left, box.top, box.right, box.bottom)) for box in boxes]


def _check_counts(picture: Image.Image, rows: int, columns: int) -> None:
    for name, count, pixels in (("rows", rows, picture.height), ("columns", columns, picture.width)):
        if count < 1 or rows * columns > MOST_TILES:
            raise InvalidRequestError(
                f"A grid has at least 1 row and 1 column and at most {MOST_TILES} tiles, not {rows}x{columns}.",
                param=name,
            )
        if pixels // count < SMALLEST_TILE:
            raise InvalidImageError(
                f"The picture is {picture.width}x{picture.height}: {count} {name} would be less than "
                f"{SMALLEST_TILE} pixels each. Choose fewer, or a larger picture."
            )


def _channels(picture: Image.Image) -> Bytes:
    """(height, width, 3 or 4); what cannot be seen has one colour."""
    pixels = np.asarray(picture if picture.mode in ("RGB", "RGBA") else picture.convert("RGB"))
    if pixels.shape[2] == 4:
        return np.where(pixels[..., 3:] > 0, pixels, np.uint8(0))
    return pixels


def _count(lines: Lines) -> int:
    counts = range(MOST_GUESSED, 1, -1)
    return next((n for n in counts if len(lines) // n >= SMALLEST_TILE and is_plain(find_gaps(lines, n))), 1)


def _equal(size: int, count: int) -> list[Span]:
    return [(size * number // count, size * (number + 1) // count) for number in range(count)]


def _spans(found: Sequence[Stretch]) -> list[Span]:
    return [(stretch.first, stretch.last) for stretch in found]


def _split(bands: Sequence[Stretch], posts: Sequence[Stretch]) -> GridSplit:
    tiles = tuple(_tile(row, column, bands[row], posts[column])
                  for row in range(len(bands)) for column in range(len(posts)))  # fmt: skip
    notes = dict.fromkeys(reason for part in (*posts, *bands) for reason in part.reasons)
    return GridSplit(rows=len(bands), columns=len(posts), tiles=tiles, notes=tuple(notes))


def _tile(row: int, column: int, band: Stretch, post: Stretch) -> Tile:
    box = Box(left=post.first, top=band.first, width=post.last - post.first, height=band.last - band.first)
    return Tile(
        row=row,
        column=column,
        box=box,
        confidence=min(band.confidence, post.confidence),
        reason=" ".join((*post.reasons, *band.reasons)),
    )
