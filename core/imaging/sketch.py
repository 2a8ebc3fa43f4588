"""Demo pictures: painted from a prompt's words without any model, the same bytes every time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageFilter

from core.domain.image import Size
from core.imaging import sketch_raster as raster
from core.imaging.sketch_compose import compose, cutout
from core.imaging.sketch_scene import Scene
from core.imaging.sketch_shapes import Dice, Shape
from core.imaging.sketch_svg import document
from core.imaging.sketch_words import read

DETAIL = {"low": 1, "medium": 2, "high": 3, "xhigh": 4, "max": 5}
GRAIN = {"low": 0, "medium": 2, "high": 3, "xhigh": 4, "max": 4}
FINEST_PIXELS = 3_000_000
"""Edges are drawn three times finer up to this many pixels, at the top qualities only."""
EXCERPT = 46


@dataclass(frozen=True, kw_only=True, slots=True)
class Sketch:
    """What to paint. ``number`` tells the images of one request apart; the size does not change the scene.

    ``quality`` is one of low, medium, high, xhigh, max; ``complexity`` low or high takes detail away or adds some.
    """

    prompt: str
    size: Size
    quality: str = "medium"
    transparent: bool = False
    number: int = 0
    complexity: str | None = None


def paint(sketch: Sketch) -> Image.Image:
    """The finished picture: RGB, or RGBA with a clear background."""
    return _finished(sketch, _painted(sketch, sketch.size), _caption(sketch))


def preview(sketch: Sketch, progress: float) -> Image.Image:
    """The same picture on its way, ``progress`` from 0 to below 1: small and soft first, sharper later."""
    small = 0.12 + 0.3 * progress
    size = Size(max(round(sketch.size.width * small), 8), max(round(sketch.size.height * small), 8))
    image = _painted(sketch, size)
    image = image.filter(ImageFilter.GaussianBlur(size.short * 0.05 * (1 - progress) ** 2))
    return _finished(sketch, image.resize((sketch.size.width, sketch.size.height)), _caption(sketch), grained=False)


def frames(sketch: Sketch, count: int) -> Iterator[Image.Image]:
    """``count`` moments of the picture in gentle motion; the last leads back to the first."""
    for number in range(count):
        phase = number / count
        image = _painted(sketch, sketch.size, phase)
        yield _finished(sketch, image, _caption(sketch), grained=False, phase=phase)


def svg(sketch: Sketch) -> str:
    """The same scene as an SVG document: shapes and gradients, no scripts, nothing linked."""
    return document(_shapes(sketch), sketch.size, _caption(sketch), title=_plain(sketch.prompt))


def _shapes(sketch: Sketch, phase: float = 0) -> list[Shape]:
    dice = Dice(f"{_plain(sketch.prompt)}\n{sketch.number}")
    plan = read(_plain(sketch.prompt), dice, need_subject=sketch.transparent)
    more = {"low": -1, "high": 1}.get(sketch.complexity or "", 0)
    scene = Scene(
        plan=plan,
        dice=dice,
        width=1000 * sketch.size.width / sketch.size.short,
        height=1000 * sketch.size.height / sketch.size.short,
        detail=min(max(DETAIL.get(sketch.quality, 2) + more, 1), 5),
        phase=phase,
    )
    return list(cutout(scene) if sketch.transparent else compose(scene))


def _painted(sketch: Sketch, size: Size, phase: float = 0) -> Image.Image:
    finest = DETAIL.get(sketch.quality, 2) >= 4 and size.pixels <= FINEST_PIXELS
    return raster.paint(_shapes(sketch, phase), size, oversampling=3 if finest else 2)


def _finished(
    sketch: Sketch, image: Image.Image, text: str, *, grained: bool = True, phase: float | None = None
) -> Image.Image:
    if not sketch.transparent:
        image = image.convert("RGB")
    strength = GRAIN.get(sketch.quality, 2)
    if grained and strength:
        image = raster.grain(image, Dice(sketch.prompt).of("grain"), strength)
    raster.caption(image, text, phase=phase)
    return image


def _plain(prompt: str) -> str:
    """The prompt on one line, without directives to the demo provider."""
    return " ".join(re.sub(r"\bdemo:\w+=\S+", " ", prompt).split())


def _caption(sketch: Sketch) -> str:
    """What the picture says about itself. The font that ships with Pillow draws Latin letters only."""
    words = "".join(
        c if (c.isascii() and c.isprintable()) or "\xa0" < c < "\u0180" else " " for c in _plain(sketch.prompt)
    )
    excerpt = " ".join(words.split())
    excerpt = excerpt if len(excerpt) <= EXCERPT else excerpt[:EXCERPT].rsplit(" ", 1)[0] + "…"
    return f"Gesso demo · {excerpt}" if any(c.isalnum() for c in excerpt) else "Gesso demo"
