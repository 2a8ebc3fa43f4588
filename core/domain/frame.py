"""Which part of a picture is sent to a model, at which legal size, and how an extended canvas lies around it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

from core.domain.image import Size
from core.domain.sizes import SizeRule
from core.errors import InvalidRequestError

LARGEST_CANVAS_PIXELS = 80_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A rectangle in a picture's pixels; it may reach beyond the picture's edges."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)

    def holds(self, other: "Box") -> bool:
        """Whether the other box lies within this one."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """How many pixels a canvas grows on each side."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    def __post_init__(self) -> None:
        sides = (self.left, self.top, self.right, self.bottom)
        if min(sides) < 0 or max(sides) == 0:
            raise InvalidRequestError("Extend at least one side, by a positive number of pixels.", param="extension")

    def of(self, size: Size) -> Size:
        """The extended canvas's size."""
        canvas = Size(size.width + self.left + self.right, size.height + self.top + self.bottom)
        if canvas.pixels > LARGEST_CANVAS_PIXELS:
            raise InvalidRequestError(
                f"The extended picture would have {canvas.pixels:,} pixels; at most {LARGEST_CANVAS_PIXELS:,} fit.",
                param="extension",
            )
        return canvas

    def place(self, size: Size) -> Box:
        """Where the original lies on the extended canvas."""
        return Box(left=self.left, top=self.top, width=size.width, height=size.height)

    @classmethod
    def to_ratio(cls, size: Size, across: int, down: int) -> "Extension":
        """Extend on both sides to the ratio ``across``:``down``; raises InvalidRequestError if it has it already."""
        if across < 1 or down < 1:
            raise InvalidRequestError("A ratio is two positive numbers, such as 16:9.", param="ratio")
        width = max(size.width, round(size.height * across / down))
        height = max(size.height, round(size.width * down / across))
        left, top = (width - size.width) // 2, (height - size.height) // 2
        if width == size.width and height == size.height:
            raise InvalidRequestError(f"The picture has the ratio {across}:{down} already.", param="ratio")
        return cls(left=left, top=top, right=width - size.width - left, bottom=height - size.height - top)


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """The part of the canvas that is sent (``box``), and the legal size it is scaled to (``size``).

    The answer is scaled back onto the box. What of the box lies beyond the canvas is filled
    for sending and dropped afterwards.
    """

    box: Box
    size: Size

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Frame":
        return cls(box=Box(**data["box"]), size=Size(**data["size"]))


def plan_frame(canvas: Size, region: Box, sizes: SizeRule, *, context: int | None) -> Frame:
    """The smallest legal frame around a region of a canvas and its context.

    Pixels are sent one to one where the rule allows it; the frame grows into the picture
    before it is enlarged, and reaches beyond the picture only where a ratio forces it to.
    """
    wanted = _with_context(region, canvas, _default_context(region, canvas) if context is None else context)
    frames = _fixed_frames(wanted, sizes) if sizes.fixed else _free_frames(wanted, canvas, sizes)
    width, height, size = min(frames, key=lambda frame: _waste(frame[0], frame[1], canvas))
    return Frame(box=_placed(wanted, Size(width, height), canvas), size=size)


def _default_context(region: Box, canvas: Size) -> int:
    """A sixteenth of the picture or half the region, whichever is more: enough to see what it belongs to."""
    return max(canvas.long // 16, max(region.width, region.height) // 2, 32)


def _with_context(region: Box, canvas: Size, context: int) -> Box:
    left, top = max(region.left - context, 0), max(region.top - context, 0)
    right, bottom = min(region.right + context, canvas.width), min(region.bottom + context, canvas.height)
    return Box(left=left, top=top, width=right - left, height=bottom - top)


def _fixed_frames(wanted: Box, sizes: SizeRule) -> Iterator[tuple[int, int, Size]]:
    """For each printed size, the smallest box of its ratio that holds what is wanted (at least its own pixels)."""
    for size in sizes.fixed:
        yield *_in_shape(wanted.width, wanted.height, size), size


def _in_shape(width: int, height: int, size: Size) -> tuple[int, int]:
    """The smallest box of the size's own ratio that holds ``width`` x ``height``; one side is rounded up."""
    if width * size.height >= height * size.width:
        return width, -(-width * size.height // size.width)
    return -(-height * size.width // size.height), height


def _free_frames(wanted: Box, canvas: Size, sizes: SizeRule) -> Iterator[tuple[int, int, Size]]:
    """The box that needs the least: grown to the ratio and the area that the rule asks for."""
    step = sizes.step or 1
    width, height = wanted.width, wanted.height
    if sizes.max_ratio:
        width, height = max(width, ceil(height / sizes.max_ratio)), max(height, ceil(width / sizes.max_ratio))
    if sizes.min_pixels and width * height < sizes.min_pixels:
        grown = sqrt(sizes.min_pixels / (width * height))
        width, height = _grown_within(width, height, grown, canvas)
    width, height = ceil(width / step) * step, ceil(height / step) * step
    size = Size(width, height) if not sizes.step else sizes.nearest(Size(width, height))
    # Bounds may have given the size another shape than the box: what is sent must not be squeezed.
    yield *_in_shape(width, height, size), size


def _grown_within(width: int, height: int, factor: float, canvas: Size) -> tuple[int, int]:
    """Grow a box by area, first into the picture; one side takes over where the other meets the edge."""
    area = width * height * factor * factor
    wide = min(ceil(width * factor), max(canvas.width, width))
    tall = min(ceil(area / wide), max(canvas.height, height))
    return min(ceil(area / tall), max(canvas.width, width)), tall


def _waste(width: int, height: int, canvas: Size) -> tuple[int, int]:
    """How much of a box lies beyond the picture, then how large it is."""
    inside = min(width, canvas.width) * min(height, canvas.height)
    return width * height - inside, width * height


def _placed(wanted: Box, size: Size, canvas: Size) -> Box:
    """Centre a box on what is wanted, then slide it into the picture as far as it goes."""
    left = wanted.left - (size.width - wanted.width) // 2
    top = wanted.top - (size.height - wanted.height) // 2
    return Box(
        left=_slid(left, size.width, canvas.width),
        top=_slid(top, size.height, canvas.height),
        width=size.width,
        height=size.height,
    )


def _slid(start: int, length: int, limit: int) -> int:
    if length >= limit:
        return (limit - length) // 2
    return min(max(start, 0), limit - length)
