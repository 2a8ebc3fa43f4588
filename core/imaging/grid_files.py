"""Grid pictures as files: bytes in, a PNG for each tile out."""

from collections.abc import Iterable
from functools import lru_cache

from core.domain.frame import Box
from core.domain.grid import GridSplit, Layout
from core.errors import InvalidImageError, InvalidRequestError
from core.imaging import codec
from core.imaging.grid import split_at, split_grid
from core.imaging.upload import opened


def split_and_trim_image(image_bytes: bytes, num_rows: int = 2, num_cols: int = 2) -> list[bytes]:
    """The tiles of a grid picture as PNG files in reading order, without its gutters and borders.

    Takes PNG, JPEG, WebP, GIF, AVIF, TIFF, BMP or SVG. Raises InvalidImageError for what is no whole
    picture or too small for so many tiles, InvalidRequestError for counts that make no grid. Where the
    tiles could not be told apart it cuts at the likeliest place; ``split_grid`` says where that was.
    """
    if not isinstance(image_bytes, bytes | bytearray | memoryview):
        raise InvalidImageError(f"A picture's bytes are needed, not {type(image_bytes).__name__}.")
    for name, count in (("num_rows", num_rows), ("num_cols", num_cols)):
        if not isinstance(count, int) or isinstance(count, bool):
            raise InvalidRequestError(f"{name} must be a whole number such as 2, not {count!r}.", param=name)
    picture = opened(bytes(image_bytes)).image
    found = split_grid(picture, num_rows, num_cols)
    return [codec.png(tile) for tile in split_at(picture, found.boxes)]


def tiles_of(data: bytes, layout: Layout) -> tuple[list[bytes], tuple[str, ...]]:
    """The tiles of an answer as PNG files in reading order, and a sentence for each thing that was not sure."""
    found = _found(data, layout)
    return cut_out(data, found.boxes), found.notes


def cut_out(data: bytes, boxes: Iterable[Box]) -> list[bytes]:
    """The parts of a picture that somebody marked, as PNG files; raises InvalidRequestError for one beyond it."""
    return [codec.png(tile) for tile in split_at(codec.decode(data), boxes)]


def boxes_of(data: bytes, layout: Layout) -> tuple[Box, ...]:
    """Where the tiles of a grid are found."""
    return _found(data, layout).boxes


@lru_cache(maxsize=2)
def _found(data: bytes, layout: Layout) -> GridSplit:
    """Cached, since who splits a grid is soon asked where its tiles were."""
    return split_grid(codec.decode(data), layout.rows, layout.columns)
