"""A hand that paints in a real Chromium, for tests and benchmarks: points are shares of the picture, 0 to 1."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from playwright.sync_api import Locator, Page, expect

from core.domain.mask import Operation

Point = tuple[float, float]

SCRIPT = "tests/browser/painting_page.py"
BOARDS = {"Canvas": ".board", "Precise": ".sheet"}
TOOLS = {"brush": "Brush", "rectangle": "Rectangle", "ellipse": "Ellipse", "polygon": "Polygon", "lasso": "Lasso"}


@dataclass(frozen=True)
class Hand:
    """Paints on one surface, "Canvas" or "Precise"."""

    page: Page
    surface: str

    def open(self, url: str) -> None:
        self.page.goto(url)
        self.take_up()

    def reload(self) -> None:
        self.page.reload()
        self.take_up()

    def settle(self, surface: str = "") -> None:
        """Wait until the painter can be painted on."""
        expect(self.page.locator(".st-key-line")).to_contain_text("operations", timeout=15_000)
        self.page.wait_for_function(READY, arg=(surface or self.surface).lower())

    def take_up(self) -> None:
        """A new session begins with the default painter."""
        self.settle("Canvas")
        if self.surface != "Canvas":
            self.page.get_by_text(self.surface, exact=True).click()
            self.settle()

    @property
    def painter(self) -> Locator:
        return self.page.locator(f"[data-paints={self.surface.lower()}]")

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The board on the screen: left, top, width, height in CSS pixels."""
        box = self.page.locator(BOARDS[self.surface]).bounding_box()
        assert box is not None
        return box["x"], box["y"], box["width"], box["height"]

    def pixel(self, point: Point) -> Point:
        """Where a point is on the screen, on a whole pixel."""
        left, top, width, height = self.box
        return round(left + point[0] * width), round(top + point[1] * height)

    def choose(self, tool: str, *, erase: bool = False) -> None:
        toolbar = self.page.get_by_role("toolbar")
        toolbar.get_by_role("button", name=TOOLS[tool], exact=True).click()
        toolbar.get_by_role("button", name="Erase" if erase else "Add", exact=True).click()

    def size(self, pixels: int) -> None:
        """Set the brush, in pixels of the picture."""
        self.painter.evaluate("(root, size) => root.painter.toolbar.resize(size)", pixels)

    def drag(self, points: Sequence[Point], *, steps: int = 1) -> None:
        """Press at the first point, go through the others and let go."""
        pixels = [self.pixel(point) for point in points]
        self.page.mouse.move(*pixels[0])
        self.page.mouse.down()
        for pixel in pixels[1:]:
            self.page.mouse.move(*pixel, steps=steps)
        self.page.mouse.up()

    def click(self, points: Iterable[Point]) -> None:
        for point in points:
            self.page.mouse.click(*self.pixel(point))

    def expect_operations(self, count: int, *, prefix: str = "") -> None:
        expect(self.page.locator(".st-key-line")).to_contain_text(re.compile(f"{prefix}\\b{count} operations"))

    def line(self) -> str:
        return self.page.locator(".st-key-line").inner_text()

    def told(self) -> tuple[Operation, ...]:
        """The operations that the page has; its address needs ``?tell``."""
        return tuple(map(Operation.from_json, json.loads(self.page.locator(".st-key-told code").inner_text())))

    def is_inked(self, point: Point, *, within: float = 1.0) -> bool:
        """Whether the browser shows ink there, now or within so many seconds."""
        return bool(self.painter.evaluate(INKED, [*point, 1000 * within]))


def ring(centre: Point, radius: float, *, ratio: float, count: int = 120) -> list[Point]:
    """A circle on a picture that is ``ratio`` times as wide as high; the radius is a share of its width."""
    x, y = centre
    turns = [2 * pi * step / count for step in range(count + 1)]
    return [(x + radius * cos(turn), y + radius * ratio * sin(turn)) for turn in turns]


READY = """(surface) => {
  const find = (root) => root.querySelector(`[data-paints=${surface}]`) ??
    [...root.querySelectorAll("*")].map((node) => node.shadowRoot && find(node.shadowRoot)).find(Boolean);
  const painter = find(document)?.painter;
  return Boolean(painter?.drawing.base && !painter.loading && (painter.view?.scale || painter.loads));
}"""

# Of the bundle's own canvas, or of our painter's ink: red is added, black taken away.
INKED = """async (root, [x, y, patience]) => {
  const isInked = () => {
    const canvas = root.querySelector(".dc-canvas") ?? root.painter.layers[0].canvas;
    const at = [Math.floor(x * canvas.width), Math.floor(y * canvas.height)];
    const [red, , , alpha] = canvas.getContext("2d").getImageData(...at, 1, 1).data;
    return alpha > 127 && red > 20;
  };
  const until = performance.now() + patience;
  while (!isInked() && performance.now() < until) await new Promise((done) => setTimeout(done, 20));
  return isInked();
}"""
