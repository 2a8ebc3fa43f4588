"""Shapes as rows of pixels: which pixel centres lie inside a stroke, a rectangle, an ellipse or a polygon.

A shape becomes spans, an int array of shape (n, 3): row, first column, column after the last.
cv2's own drawing takes whole widths only and paints each outline half a pixel too wide, which
costs small shapes several percent; spans are exact and, up to 6000x4000, as fast.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain.image import Size
from core.domain.mask import Operation, Tool
from core.errors import InvalidRequestError

Floats = NDArray[np.float64]
Spans = NDArray[np.int64]
Pixels = NDArray[np.uint8]

# Every point lies within this distance of some pixel's centre, so the thinnest stroke leaves a mark.
THINNEST_RADIUS = 0.7072
# How far a stroke's path may be straightened, in pixels; a mouse gives many more points than a line needs.
STRAIGHTENED = 0.05
SPANS_AT_ONCE = 500_000
MOST_SPANS = 20_000_000


class Effort:
    """Counts the rows that a mask takes to draw, so that no list of operations keeps a machine busy for minutes."""

    def __init__(self) -> None:
        self._spans = 0

    def spend(self, spans: int) -> None:
        self._spans += spans
        if self._spans > MOST_SPANS:
            raise InvalidRequestError(
                "The mask's strokes are too many and too wide to draw. Fill large areas with a shape instead.",
                param="mask",
            )


def draw(pixels: Pixels, operation: Operation, effort: Effort) -> None:
    """Paint one operation into an array of shape (height, width): 255, or 0 where it erases."""
    height, width = pixels.shape
    size, points = Size(width, height), np.array(operation.points, np.float64)
    value = 0 if operation.erase else 255
    match operation.tool:
        case Tool.BRUSH:
            _brush(pixels, points, max(operation.size / 2, THINNEST_RADIUS), value, effort)
        case Tool.RECTANGLE:
            left, top, right, bottom = _corners(points, size)
            pixels[top:bottom, left:right] = value
        case Tool.ELLIPSE:
            _fill(pixels, _ellipse(points, size), value, effort)
        case Tool.POLYGON:
            _fill(pixels, _polygon(points, size), value, effort)


def _fill(pixels: Pixels, spans: Spans, value: int, effort: Effort) -> None:
    effort.spend(len(spans))
    for row, start, end in spans.tolist():
        pixels[row, start:end] = value


def _corners(points: Floats, size: Size) -> tuple[int, int, int, int]:
    (left, top), (right, bottom) = points[:2].min(axis=0), points[:2].max(axis=0)
    return _first(left, size.width), _first(top, size.height), _first(right, size.width), _first(bottom, size.height)


def _first(edge: float, limit: int) -> int:
    """The first pixel whose centre lies at or after an edge."""
    return int(min(max(np.ceil(edge - 0.5), 0), limit))


def _ellipse(points: Floats, size: Size) -> Spans:
    (left, top), (right, bottom) = points[:2].min(axis=0), points[:2].max(axis=0)
    rows = np.arange(_first(top, size.height), _first(bottom, size.height))
    down, across = (bottom - top) / 2, (right - left) / 2
    part = (rows + 0.5 - (top + down)) / down if down else np.zeros(len(rows))
    half = across * np.sqrt(np.clip(1 - part * part, 0, None))
    return _spans(rows, left + across - half, left + across + half, size)


def _polygon(points: Floats, size: Size) -> Spans:
    """Non-zero winding, as canvases fill: what a loop encloses twice is still inside."""
    start, end = points, np.roll(points, -1, axis=0)
    first, after = (np.clip(np.ceil(side[:, 1] - 0.5), 0, size.height).astype(np.int64) for side in (start, end))
    turn = np.sign(after - first)
    edge, row = _rows(np.minimum(first, after), np.abs(after - first))
    if not len(edge):
        return np.empty((0, 3), np.int64)
    part = (row + 0.5 - start[edge, 1]) / (end[edge, 1] - start[edge, 1])
    column = start[edge, 0] + part * (end[edge, 0] - start[edge, 0])
    order = np.lexsort((column, row))
    # Each row's turns add up to nothing, so one running sum serves all rows.
    winding = np.cumsum(turn[edge][order])
    before = np.concatenate(([0], winding[:-1]))
    opens, closes = order[(before == 0) & (winding != 0)], order[(before != 0) & (winding == 0)]
    return _spans(row[opens], column[opens], column[closes], size)


def _brush(pixels: Pixels, path: Floats, radius: float, value: int, effort: Effort) -> None:
    path = _straightened(path)
    start, end = (path[:-1], path[1:]) if len(path) > 1 else (path, path)
    height = pixels.shape[0]
    first = np.clip(np.ceil(np.minimum(start[:, 1], end[:, 1]) - radius - 0.5), 0, height).astype(np.int64)
    after = np.clip(np.floor(np.maximum(start[:, 1], end[:, 1]) + radius + 0.5), 0, height).astype(np.int64)
    counts = np.maximum(after - first, 0)
    effort.spend(int(counts.sum()))
    groups = np.cumsum(counts) // SPANS_AT_ONCE
    size = Size(pixels.shape[1], height)
    for group in np.unique(groups):
        chosen = groups == group
        segment, row = _rows(first[chosen], counts[chosen])
        spans = _capsules(start[chosen][segment], end[chosen][segment], row, radius, size)
        for line, left, right in _merged(spans).tolist():
            pixels[line, left:right] = value


def _straightened(path: Floats) -> Floats:
    """The same path with fewer points; measured from its own corner, where 32-bit numbers are exact enough."""
    if len(path) < 3:
        return path
    corner = path.min(axis=0)
    near = (path - corner).astype(np.float32).reshape(-1, 1, 2)
    straight: Floats = np.asarray(cv2.approxPolyDP(near, STRAIGHTENED, False), np.float64).reshape(-1, 2) + corner
    # approxPolyDP drops the last point of a path that ends where it began.
    return straight if np.allclose(straight[-1], path[-1], atol=0.01) else np.concatenate((straight, path[-1:]))


def _capsules(start: Floats, end: Floats, row: NDArray[np.int64], radius: float, size: Size) -> Spans:
    """For each row of each segment, the span within ``radius`` of the segment: two discs and the bar between."""
    y = row + 0.5
    left, right = np.full(len(y), np.inf), np.full(len(y), -np.inf)
    for centre in (start, end):
        inside = radius * radius - (y - centre[:, 1]) ** 2
        half = np.where(inside >= 0, np.sqrt(np.maximum(inside, 0)), -np.inf)
        left, right = np.minimum(left, centre[:, 0] - half), np.maximum(right, centre[:, 0] + half)
    along = end - start
    length = np.hypot(along[:, 0], along[:, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        sideways = np.stack((-along[:, 1], along[:, 0]), axis=1) * (radius / length)[:, None]
        for side in (sideways, -sideways):
            part = (y - start[:, 1] - side[:, 1]) / along[:, 1]
            crossing = start[:, 0] + side[:, 0] + part * along[:, 0]
            hit = (part >= 0) & (part <= 1)
            left = np.where(hit, np.minimum(left, crossing), left)
            right = np.where(hit, np.maximum(right, crossing), right)
    return _spans(row, left, right, size, closed=True)


def _merged(spans: Spans) -> Spans:
    """Overlapping spans of a row joined, so that a dense stroke is painted once."""
    if not len(spans):
        return spans
    spans = spans[np.lexsort((spans[:, 1], spans[:, 0]))]
    shift = spans[:, 0] * (spans[:, 2].max() + 1)
    furthest = np.maximum.accumulate(spans[:, 2] + shift)
    begins = np.concatenate(([True], spans[1:, 1] + shift[1:] > furthest[:-1]))
    last = np.concatenate((np.flatnonzero(begins)[1:] - 1, [len(spans) - 1]))
    return np.stack((spans[begins, 0], spans[begins, 1], furthest[last] - shift[last]), axis=1)


def _rows(first: NDArray[np.int64], counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For pieces that cover ``counts`` rows from ``first`` on: the piece and the row of every such pair."""
    piece = np.repeat(np.arange(len(first)), counts)
    begin = np.cumsum(counts) - counts
    return piece, np.arange(len(piece)) - begin[piece] + first[piece]


def _spans(row: NDArray[Any], left: Floats, right: Floats, size: Size, *, closed: bool = False) -> Spans:
    """Pixels whose centre is at or after ``left`` and before ``right`` (or on it, where ``closed``)."""
    begin = np.clip(np.ceil(left - 0.5), 0, size.width)
    end = np.clip(np.floor(right + 0.5) if closed else np.ceil(right - 0.5), 0, size.width)
    some = end > begin
    return np.stack((row[some], begin[some], end[some]), axis=1).astype(np.int64)
