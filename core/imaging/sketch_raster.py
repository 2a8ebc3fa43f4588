"""Paints shapes with Pillow: antialiased, gradient-filled, with paper grain and a caption."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from core.domain.image import Size
from core.imaging.sketch_shapes import Shape, Stops

GLOW_PIXELS = 192
"""Side of the small picture in which a glow is computed before it is enlarged."""


def paint(shapes: Iterable[Shape], size: Size, *, oversampling: int) -> Image.Image:
    """Paint shapes in order on a clear RGBA canvas; edges are drawn ``oversampling`` times finer."""
    canvas = Image.new("RGBA", (size.width, size.height))
    for shape in shapes:
        _add(canvas, shape, size.short / 1000, oversampling)
    return canvas


def _add(canvas: Image.Image, shape: Shape, scale: float, oversampling: int) -> None:
    area = _area(shape, scale, canvas.size)
    if area is None:
        return
    if shape.radial:
        canvas.alpha_composite(_glow(shape, scale, area), area[:2])
        return
    layer = _gradient(shape, scale, area)
    mask = _soft_mask(shape, scale, area) if shape.softness else _mask(shape, scale, area, oversampling)
    if any(colour[3] < 1 for _, colour in shape.stops):
        mask = Image.fromarray(_product(np.asarray(layer.getchannel("A")), np.asarray(mask)))
    layer.putalpha(mask)
    canvas.alpha_composite(layer, area[:2])


def _area(shape: Shape, scale: float, size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """The pixels that a shape may touch; None if it lies outside."""
    left, top, right, bottom = shape.box
    edge = 2 * shape.softness
    x0, y0 = max(int((left - edge) * scale) - 1, 0), max(int((top - edge) * scale) - 1, 0)
    x1, y1 = min(int((right + edge) * scale) + 2, size[0]), min(int((bottom + edge) * scale) + 2, size[1])
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _mask(shape: Shape, scale: float, area: tuple[int, int, int, int], finer: int) -> Image.Image:
    x0, y0, x1, y1 = area
    mask = Image.new("L", ((x1 - x0) * finer, (y1 - y0) * finer))
    draw = ImageDraw.Draw(mask)
    for ring in shape.rings:
        # A pixel's centre lies half a pixel from its corner: shift so that edges fall where they should.
        points = (ring * scale - (x0, y0)) * finer - 0.5
        draw.polygon(points.ravel().tolist(), fill=255)
    return mask if finer == 1 else mask.reduce(finer)


def _soft_mask(shape: Shape, scale: float, area: tuple[int, int, int, int]) -> Image.Image:
    """A blurred mask, painted small: a blur has no detail to lose."""
    small = min(1.0, 6 / (shape.softness * scale))
    width, height = area[2] - area[0], area[3] - area[1]
    reduced = (0, 0, max(round(width * small), 2), max(round(height * small), 2))
    mask = Image.new("L", reduced[2:])
    draw = ImageDraw.Draw(mask)
    for ring in shape.rings:
        points = (ring * scale - area[:2]) * (reduced[2] / width, reduced[3] / height)
        draw.polygon(points.ravel().tolist(), fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(shape.softness * scale * small))
    return mask.resize((width, height), Image.Resampling.BILINEAR)


def _gradient(shape: Shape, scale: float, area: tuple[int, int, int, int]) -> Image.Image:
    width, height = area[2] - area[0], area[3] - area[1]
    top, bottom = shape.span or (shape.box[1], shape.box[3])
    place = ((np.arange(area[1], area[3]) + 0.5) / scale - top) / max(bottom - top, 1e-6)
    column = Image.fromarray(_colours(shape.stops, place)[:, None, :])
    return column.resize((width, height), Image.Resampling.NEAREST)


def _glow(shape: Shape, scale: float, area: tuple[int, int, int, int]) -> Image.Image:
    left, top, right, bottom = shape.box
    side = np.linspace(-1, 1, GLOW_PIXELS)
    distance = np.sqrt(side[None, :] ** 2 + side[:, None] ** 2)
    small = Image.fromarray(_colours(shape.stops, distance))
    x_scale, y_scale = GLOW_PIXELS / (right - left), GLOW_PIXELS / (bottom - top)
    x0, y0, x1, y1 = (value / scale for value in area)
    window = ((x0 - left) * x_scale, (y0 - top) * y_scale, (x1 - left) * x_scale, (y1 - top) * y_scale)
    inside = (max(window[0], 0), max(window[1], 0), min(window[2], GLOW_PIXELS), min(window[3], GLOW_PIXELS))
    return small.resize((area[2] - area[0], area[3] - area[1]), Image.Resampling.BICUBIC, box=inside)


def _colours(stops: Stops, place: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """RGBA for every place on a gradient."""
    at = [offset for offset, _ in stops]
    channels = [np.interp(place, at, [colour[channel] for _, colour in stops]) for channel in range(4)]
    channels[3] = channels[3] * 255
    return np.stack(channels, axis=-1).round().astype(np.uint8)


def _product(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return ((one.astype(np.uint16) * other + 127) // 255).astype(np.uint8)


def grain(image: Image.Image, random: np.random.Generator, strength: int) -> Image.Image:
    """Add grey paper grain of up to ``strength`` levels; also hides the steps of smooth gradients."""
    tile = random.integers(-strength, strength + 1, size=(256, 256), dtype=np.int8)
    across, down = -(-image.width // 256), -(-image.height // 256)
    noise = np.tile(tile, (down, across))[: image.height, : image.width, None]
    pixels = np.asarray(image)
    colours = np.clip(pixels[..., :3].astype(np.int16) + noise, 0, 255).astype(np.uint8)
    grained = Image.fromarray(colours)
    if image.mode == "RGBA":
        grained.putalpha(image.getchannel("A"))
    return grained


def caption(image: Image.Image, text: str, *, phase: float | None = None) -> None:
    """Write on a dark band in the lower left corner; ``phase`` (0-1) adds the dot that marks a GIF's frame."""
    short = min(image.size)
    points = max(round(short / 58), 10)
    font = ImageFont.load_default(points)
    while font.getlength(text) > image.width - 4 * points and len(text) > 12:
        text = text[:-2].rstrip(" …") + "…"
    left, bottom = points, image.height - points
    right, top = left + round(font.getlength(text)) + points * 3 // 2, bottom - points * 2
    _pill(image, (left, top, right, bottom), points)
    draw = ImageDraw.Draw(image)
    draw.text((left + points * 3 // 4, top + points), text, font=font, fill=(255, 255, 255, 255), anchor="lm")
    if phase is not None:
        x = left + points * 3 // 4 + phase * (right - left - points * 3 / 2)
        draw.ellipse((x - 2, bottom - 4, x + 2, bottom), fill=(255, 255, 255, 255))


def _pill(image: Image.Image, corners: tuple[int, int, int, int], points: int) -> None:
    left, top, right, bottom = corners
    mask = Image.new("L", ((right - left) * 2, (bottom - top) * 2))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), points, fill=150)
    layer = Image.new("RGBA", (right - left, bottom - top), (16, 18, 34, 0))
    layer.putalpha(mask.reduce(2))
    if image.mode == "RGBA":
        image.alpha_composite(layer, (left, top))
    else:
        image.paste(layer, (left, top), layer)
