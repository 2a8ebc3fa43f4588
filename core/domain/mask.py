"""Which part of a picture may change: a list of operations in image coordinates, never pixels."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from core.domain.image import ImageRef, Size
from core.errors import InvalidRequestError

MAX_OPERATIONS = 5_000
MAX_POINTS = 200_000
FURTHEST = 1_000_000.0


class Tool(StrEnum):
    """What an operation draws: a stroke, or a filled shape."""

    BRUSH = "brush"
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    POLYGON = "polygon"


LEAST_POINTS = {Tool.BRUSH: 1, Tool.RECTANGLE: 2, Tool.ELLIPSE: 2, Tool.POLYGON: 3}


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One thing painted, in the image's own pixels (0, 0 is the upper left corner of its first pixel).

    ``points`` are the path of a brush with round ends and the diameter ``size``, two opposite
    corners of a rectangle or of an ellipse's bounding box, or a polygon's corners (a lasso is
    one). ``erase`` takes away instead of adding. Later operations win.
    """

    tool: Tool
    points: tuple[tuple[float, float], ...]
    size: float = 0.0
    erase: bool = False

    def __post_init__(self) -> None:
        if len(self.points) < LEAST_POINTS[self.tool]:
            raise InvalidRequestError(
                f"A {self.tool} needs at least {LEAST_POINTS[self.tool]} points, and has {len(self.points)}.",
                param="mask",
            )
        if self.tool is Tool.BRUSH and not 0 < self.size <= FURTHEST:
            raise InvalidRequestError("A brush needs a size of more than 0 pixels.", param="mask")
        if not all(abs(x) <= FURTHEST and abs(y) <= FURTHEST for x, y in self.points):
            raise InvalidRequestError("A point of the mask is no usable pair of numbers.", param="mask")

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"tool": self.tool.value, "points": [list(point) for point in self.points]}
        return data | ({"size": self.size} if self.size else {}) | ({"erase": True} if self.erase else {})

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Operation":
        """Read one operation; raises InvalidRequestError for anything that is none."""
        try:
            points = tuple((float(x), float(y)) for x, y in data["points"])
            return cls(
                tool=Tool(data["tool"]), points=points, size=float(data.get("size", 0)), erase=bool(data.get("erase"))
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise InvalidRequestError(
                "An operation of the mask cannot be read. It looks like "
                '{"tool": "brush", "points": [[10, 10], [50, 50]], "size": 20}; '
                "tools are brush, rectangle, ellipse and polygon.",
                param="mask",
            ) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Mask:
    """The part of a picture of size ``width`` x ``height`` that may change.

    ``file`` is an imported mask (L, white = edit) that the operations are painted on. Then
    holes are filled, the part grows by ``grow`` pixels (shrinks if negative) and is inverted.
    """

    width: int
    height: int
    operations: tuple[Operation, ...] = ()
    file: ImageRef | None = None
    fill_holes: bool = False
    grow: int = 0
    invert: bool = False

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise InvalidRequestError("A mask needs the size of its picture.", param="mask")
        points = sum(len(operation.points) for operation in self.operations)
        if len(self.operations) > MAX_OPERATIONS or points > MAX_POINTS:
            raise InvalidRequestError(
                f"The mask has {len(self.operations):,} strokes with {points:,} points; "
                f"at most {MAX_OPERATIONS:,} with {MAX_POINTS:,} are allowed. Fill larger areas with a shape.",
                param="mask",
            )
        if not -2000 <= self.grow <= 2000:
            raise InvalidRequestError(f"grow is {self.grow}; it must be between -2000 and 2000.", param="grow")

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"width": self.width, "height": self.height}
        data["operations"] = [operation.to_json() for operation in self.operations]
        if self.file is not None:
            data["file"] = asdict(self.file)
        return data | {name: value for name in ("fill_holes", "grow", "invert") if (value := getattr(self, name))}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Mask":
        values = dict(data)
        values["operations"] = tuple(Operation.from_json(item) for item in data.get("operations", ()))
        if data.get("file") is not None:
            values["file"] = ImageRef(**data["file"])
        return cls(**values)


def parse_region(text: str) -> Operation:
    """Read ``x,y,width,height`` in pixels as a rectangle; raises InvalidRequestError."""
    match = re.fullmatch(r"\s*(-?\d+)\s*,\s*(-?\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*", text)
    if match is None or int(match[3]) == 0 or int(match[4]) == 0:
        raise InvalidRequestError(
            f"{text!r} is no region. Write x,y,width,height in pixels, such as 100,50,400,300.", param="region"
        )
    x, y, width, height = (int(part) for part in match.groups())
    return Operation(tool=Tool.RECTANGLE, points=((x, y), (x + width, y + height)))


QUICK_REGIONS = {
    "left half": (0, 0, 1 / 2, 1),
    "right half": (1 / 2, 0, 1, 1),
    "top half": (0, 0, 1, 1 / 2),
    "bottom half": (0, 1 / 2, 1, 1),
    "left third": (0, 0, 1 / 3, 1),
    "middle third": (1 / 3, 0, 2 / 3, 1),
    "right third": (2 / 3, 0, 1, 1),
    "top third": (0, 0, 1, 1 / 3),
    "bottom third": (0, 2 / 3, 1, 1),
}
BORDER = "border"


def quick_region(name: str, size: Size) -> tuple[Operation, ...]:
    """A named part of a picture: halves, thirds, or the border (a tenth of the shorter side on each edge).

    All of it adds: the border is four strips, so that what was painted in the middle stays.
    """
    width, height = size.width, size.height
    if name == BORDER:
        edge = max(round(size.short / 10), 1)
        return (
            _rectangle(0, 0, width, edge),
            _rectangle(0, height - edge, width, height),
            _rectangle(0, edge, edge, height - edge),
            _rectangle(width - edge, edge, width, height - edge),
        )
    left, top, right, bottom = QUICK_REGIONS[name]
    return (_rectangle(round(left * width), round(top * height), round(right * width), round(bottom * height)),)


def _rectangle(left: int, top: int, right: int, bottom: int) -> Operation:
    return Operation(tool=Tool.RECTANGLE, points=((left, top), (right, bottom)))
