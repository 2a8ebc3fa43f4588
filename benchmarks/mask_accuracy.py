"""How well painted masks match the shapes that were meant, on 3840x2160 shown about 700 pixels wide.

Shapes are drawn with the mouse in Chromium. Intersection over union with the ideal shape, of the
mask that we render from operations, and of the usual way: the canvas's own picture, enlarged.
"""

import os
import shutil
import tempfile
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

from core.domain.mask import Mask, Operation
from core.imaging.masks import render
from tests.browser.conftest import ARGUMENTS, CHROMIUMS, serving
from tests.browser.painting import SCRIPT, Hand, Point, ring

WIDE, HIGH = 3840, 2160
RATIO = WIDE / HIGH
BRUSH = 240
VIEWPORT = {"width": 850, "height": 900}
CENTRE, RADIUS = (0.42, 0.5), 0.18
BOX = ((0.2, 0.25), (0.65, 0.8))
CORNERS = ((0.15, 0.2), (0.7, 0.12), (0.85, 0.6), (0.5, 0.9), (0.3, 0.55))
GOAL = 0.99

Bits = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A shape, how a hand draws it, and which pixels it is meant to cover, given the points on the picture."""

    name: str
    points: tuple[Point, ...]
    draw: Callable[[Hand, tuple[Point, ...]], None]
    ideal: Callable[[NDArray[np.float64]], Bits]


def _brushed(hand: Hand, points: tuple[Point, ...]) -> None:
    hand.choose("brush")
    hand.size(BRUSH)
    hand.drag(points)


def _boxed(tool: str) -> Callable[[Hand, tuple[Point, ...]], None]:
    def draw(hand: Hand, points: tuple[Point, ...]) -> None:
        hand.choose(tool)
        hand.drag(points, steps=12)

    return draw


def _cornered(hand: Hand, points: tuple[Point, ...]) -> None:
    hand.choose("polygon")
    hand.click((*points, points[0]))


def _centres() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows, columns = np.ogrid[0:HIGH, 0:WIDE]
    return columns + 0.5, rows + 0.5


def _ring(_points: NDArray[np.float64]) -> Bits:
    x, y = _centres()
    far = np.hypot(x - CENTRE[0] * WIDE, y - CENTRE[1] * HIGH)
    return np.asarray(np.abs(far - RADIUS * WIDE) <= BRUSH / 2)


def _rectangle(points: NDArray[np.float64]) -> Bits:
    x, y = _centres()
    (left, top), (right, bottom) = points
    return (x >= left) & (x < right) & (y >= top) & (y < bottom)


def _ellipse(points: NDArray[np.float64]) -> Bits:
    x, y = _centres()
    (left, top), (right, bottom) = points
    across, down = (right - left) / 2, (bottom - top) / 2
    return ((x - left) / across - 1) ** 2 + ((y - top) / down - 1) ** 2 <= 1


def _polygon(points: NDArray[np.float64]) -> Bits:
    """Drawn four times as large, so that edges are exact to a quarter of a pixel."""
    image = Image.new("L", (4 * WIDE, 4 * HIGH))
    ImageDraw.Draw(image).polygon([(4 * x - 0.5, 4 * y - 0.5) for x, y in points], fill=255)
    return np.asarray(image.reduce(4)) > 127


CIRCLE = tuple(ring(CENTRE, RADIUS, ratio=RATIO))
SHAPES = (
    Shape(name="brush", points=CIRCLE, draw=_brushed, ideal=_ring),
    Shape(name="rectangle", points=BOX, draw=_boxed("rectangle"), ideal=_rectangle),
    Shape(name="ellipse", points=BOX, draw=_boxed("ellipse"), ideal=_ellipse),
    Shape(name="polygon", points=CORNERS, draw=_cornered, ideal=_polygon),
)


@dataclass(frozen=True, kw_only=True)
class Match:
    """Intersection over union, 0 to 1: of our mask, and of the canvas's picture enlarged in two ways."""

    ours: float
    nearest: float
    bilinear: float


def overlap(hand: Hand, shape: Shape) -> float:
    """Draw one shape on an empty painter: intersection over union, 0 to 1, of what comes and what was meant."""
    ideal = _drawn(hand, shape)
    ours = _overlap(rendered(hand.told()), ideal)
    _clear(hand)
    return ours


def measure(hand: Hand, shape: Shape) -> Match:
    """The same, held against the canvas's own picture."""
    ideal = _drawn(hand, shape)
    shown = _shown(hand)
    match = Match(
        ours=_overlap(rendered(hand.told()), ideal),
        nearest=_overlap(np.asarray(shown.resize((WIDE, HIGH), Image.Resampling.NEAREST)) > 0, ideal),
        bilinear=_overlap(np.asarray(shown.resize((WIDE, HIGH), Image.Resampling.BILINEAR)) > 127, ideal),
    )
    _clear(hand)
    return match


def _drawn(hand: Hand, shape: Shape) -> Bits:
    """Draw a shape; the pixels that it was meant to cover."""
    shape.draw(hand, shape.points)
    hand.expect_operations(1)
    left, top, width, height = hand.box
    pixels = np.array([hand.pixel(point) for point in shape.points], float)
    return shape.ideal((pixels - (left, top)) * (WIDE / width, HIGH / height))


def _clear(hand: Hand) -> None:
    hand.page.get_by_role("toolbar").get_by_role("button", name="Clear everything").click()
    hand.expect_operations(0)


def rendered(operations: tuple[Operation, ...]) -> Bits:
    return np.asarray(render(Mask(width=WIDE, height=HIGH, operations=operations))) > 127


def _shown(hand: Hand) -> Image.Image:
    """The coverage that the browser's canvas shows, as an L image of its size."""
    address = hand.painter.evaluate(
        "(root) => (root.querySelector('.dc-canvas') ?? root.painter.layers[0].canvas).toDataURL()"
    )
    return Image.open(BytesIO(b64decode(address.partition(",")[2]))).getchannel("A")


def _overlap(one: Bits, other: Bits) -> float:
    return float((one & other).sum() / (one | other).sum())


def open_browser(playwright: object) -> Browser:
    path = next(found for name in CHROMIUMS if (found := shutil.which(name)))
    browser: Browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)  # type: ignore[attr-defined]
    return browser


def main() -> None:
    print("shape       painter   ours    enlarged: bilinear  nearest")
    os.environ.setdefault("PYTHONPATH", ".")
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), SCRIPT) as server, sync_playwright() as play:
        browser = open_browser(play)
        for surface in ("Canvas", "Precise"):
            page = browser.new_context(viewport=VIEWPORT).new_page()  # type: ignore[arg-type]
            hand = Hand(page, surface)
            hand.open(f"{server.url}/?tell")
            for shape in SHAPES:
                match = measure(hand, shape)
                numbers = f"{match.ours:.4f}            {match.bilinear:.4f}   {match.nearest:.4f}"
                print(f"{shape.name:<11} {surface:<9} {numbers}{'' if match.ours >= GOAL else '  below the goal'}")
        browser.close()


if __name__ == "__main__":
    main()
