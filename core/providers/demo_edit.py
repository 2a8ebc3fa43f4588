"""Edits pictures without a model, as one would: the whole frame is redrawn a little, the wish is painted in.

As with a real model nothing stays exactly where and as it was: the frame drifts by a pixel or two,
its light shifts, its detail changes. That is what protection and drift repair are there for.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from core.domain.grid import Layout
from core.domain.image import Size
from core.imaging import sketch_raster as raster
from core.imaging.codec import decode
from core.imaging.sketch import Sketch, paint
from core.imaging.sketch_shapes import Dice
from core.providers import demo_fill
from core.providers.demo_grades import Floats, coloured, grade
from core.providers.demo_grid import grid, seen_otherwise
from core.providers.demo_place import lay_in, pin, put, room
from core.providers.demo_redraw import redrawn, sticker
from core.providers.demo_wish import Wish, wish

Pixels = NDArray[np.uint8]

ALIKE = 0.03
"""Shapes that differ by no more than this are stretched; others are cut to the size asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """One answer to make: ``images`` are encoded, the first one is edited; ``mask`` is L, 255 = edit.

    ``number`` tells the images of one request apart. ``extends`` says that the mask is new
    canvas, which shows nothing yet.
    """

    prompt: str
    size: Size
    number: int
    quality: str
    background: str
    fidelity: str | None
    images: tuple[bytes, ...]
    mask: bytes | None = None
    markup: bytes | None = None
    extends: bool = False
    split: Layout | None = None


def edited(edit: Edit) -> Image.Image:
    """The answer's picture, RGB or RGBA, of the size asked for; raises InvalidImageError for a bad input."""
    dice = Dice(f"edit\n{edit.prompt}\n{edit.number}")
    if edit.split is not None:
        return grid(edit.split, edit.size, dice, lambda number, size: _tile(edit, number, size))
    first = _fitted(decode(edit.images[0]), edit.size)
    mask = _mask(edit)
    asked = wish(edit.prompt, selected=mask is not None)
    picture = _changed(edit, first, mask, asked, dice) if mask is not None else _regraded(edit, first, asked, dice)
    return _finished(edit, redrawn(picture, edit.quality, 0.5 if edit.fidelity == "high" else 1.0, dice.of("drift")))


def early(edit: Edit, progress: float) -> Image.Image:
    """The picture on its way, ``progress`` from 0 to below 1: small and soft first, sharper later."""
    share = 0.15 + 0.3 * progress
    small = Size(max(round(edit.size.width * share), 16), max(round(edit.size.height * share), 16))
    image = edited(replace(edit, size=small)).filter(ImageFilter.GaussianBlur(small.short * 0.03 * (1 - progress) ** 2))
    return image.resize((edit.size.width, edit.size.height), Image.Resampling.BICUBIC)


def _tile(edit: Edit, number: int, size: Size) -> Image.Image:
    one = edited(replace(edit, split=None, size=size, number=edit.split.count + number if edit.split else number))
    return seen_otherwise(one, number)


def _fitted(image: Image.Image, size: Size) -> Image.Image:
    """Stretched to a shape that is nearly the same, cut to another one."""
    wanted = (size.width, size.height)
    if image.size == wanted:
        return image
    if abs(image.width * size.height / (image.height * size.width) - 1) <= ALIKE:
        return image.resize(wanted, Image.Resampling.LANCZOS)
    return ImageOps.fit(image, wanted, Image.Resampling.LANCZOS)


def _mask(edit: Edit) -> Pixels | None:
    """Where to edit, at the answer's size: what the mask selects, or what a markup's strokes go around."""
    if edit.mask is not None:
        mask = np.asarray(_fitted(decode(edit.mask).convert("L"), edit.size))
        return np.where(mask > 127, 255, 0).astype(np.uint8) if mask.max() > 127 else None
    if edit.markup is None:
        return None
    strokes = np.asarray(_fitted(decode(edit.markup).convert("RGBA"), edit.size).getchannel("A"))
    outlines, _ = cv2.findContours((strokes > 60).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    around = np.zeros_like(strokes)
    cv2.drawContours(around, outlines, -1, 255, cv2.FILLED)
    return around if around.any() else None


def _changed(edit: Edit, first: Image.Image, mask: Pixels, asked: Wish, dice: Dice) -> Image.Image:
    """The picture with the wish inside the mask."""
    if _keeps_shapes(edit, asked):
        return _toned_within(first, mask, asked, edit.size, dice)
    if mask.all():
        return _like(first, _scene(edit))
    picture = first if asked.adds and not edit.extends else _filled(edit, first, mask, asked)
    if asked.subject is not None:
        put(picture, mask, asked.subject, asked.colour)
    elif len(edit.images) > 1 and not asked.removes:
        lay_in(picture, mask, decode(edit.images[1]))
    elif asked.grades:
        return _toned_within(picture, mask, replace(asked, colour=None), edit.size, dice)
    return picture


def _keeps_shapes(edit: Edit, asked: Wish) -> bool:
    """Whether only the light or the colour of what is selected shall change."""
    other = asked.subject is not None or asked.lands or asked.removes or edit.extends or len(edit.images) > 1
    return not other and bool(asked.grades or asked.colour)


def _toned_within(picture: Image.Image, mask: Pixels, asked: Wish, size: Size, dice: Dice) -> Image.Image:
    pixels = np.asarray(picture.convert("RGB"))
    return _like(picture, _blended(pixels, _toned(pixels, asked, dice), mask, size))


def _filled(edit: Edit, first: Image.Image, mask: Pixels, asked: Wish) -> Image.Image:
    """The picture with the hole filled: by a new scene if one is named, else from what lies around it."""
    pixels = np.asarray(first.convert("RGB"))
    if asked.lands and not edit.extends:
        pixels = _blended(pixels, _scene(edit), mask, edit.size)
    else:
        pixels = demo_fill.fill(pixels, mask)
    picture = _like(first, pixels)
    if picture.mode == "RGBA":
        picture.putalpha(Image.fromarray(_filled_alpha(np.asarray(first.getchannel("A")), mask)))
    return picture


def _regraded(edit: Edit, first: Image.Image, asked: Wish, dice: Dice) -> Image.Image:
    """A whole-picture edit: another light, and the thing that is named, where there is room."""
    pixels = np.asarray(first.convert("RGB"))
    toned = asked if asked.subject is None else replace(asked, colour=None)
    if toned.grades or toned.colour or asked.subject is None:
        pixels = _toned(pixels, toned, dice)
    picture = _like(first, pixels)
    if asked.subject is not None:
        put(picture, room(edit.size, asked.subject, dice), asked.subject, asked.colour)
    for place, reference in enumerate(edit.images[1:5]):
        pin(picture, decode(reference, edge=512), place)
    return picture


def _toned(pixels: Pixels, asked: Wish, dice: Dice) -> Pixels:
    """The grades that were named, one after the other; without any the colour, without that something tasteful."""
    floats: Floats = pixels.astype(np.float32) / np.float32(255)
    if asked.colour is not None and not asked.grades:
        floats = coloured(floats, asked.colour)
    for name in asked.grades or (() if asked.colour else ("tasteful",)):
        floats = grade(floats, name, dice.of(name))
    return np.rint(floats * 255).astype(np.uint8)


def _scene(edit: Edit) -> Pixels:
    """A whole new picture by the same words, for what is selected to show."""
    return np.asarray(paint(Sketch(prompt=edit.prompt, size=edit.size, number=edit.number)).convert("RGB"))


def _blended(pixels: Pixels, other: Pixels, mask: Pixels, size: Size) -> Pixels:
    """``other`` inside the mask, with a soft edge that lies inside as well."""
    soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), max(size.short / 160, 1)), np.float32)[..., None]
    share = np.clip(soft / 255 * 2 - 1, 0, 1)
    return np.rint(pixels + (other.astype(np.float32) - pixels) * share).astype(np.uint8)


def _filled_alpha(alpha: Pixels, mask: Pixels) -> Pixels:
    """A hole is as opaque as what lies around it."""
    ring = (cv2.dilate(mask, np.ones((15, 15), np.uint8)) > 0) & (mask == 0)
    opaque = not ring.any() or float(alpha[ring].mean()) > 127
    return np.where(mask > 0, 255, alpha).astype(np.uint8) if opaque else alpha


def _like(image: Image.Image, pixels: Pixels) -> Image.Image:
    """New colours under the old transparency."""
    made = Image.fromarray(pixels)
    if image.mode == "RGBA":
        made.putalpha(image.getchannel("A"))
    return made


def _finished(edit: Edit, picture: Image.Image) -> Image.Image:
    """With the background asked for, and saying what it is."""
    if edit.background == "opaque":
        picture = picture.convert("RGB")
    elif edit.background == "transparent" and picture.mode == "RGB":
        picture = sticker(picture)
    others = len(edit.images) - 1
    seen = f" · with {others} reference{'s' if others > 1 else ''}" if others else ""
    raster.caption(picture, f"Gesso demo{seen}")
    return picture
