"""Puts things into a picture: a painted thing or a reference into a selected place, a print onto its edge."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from core.domain.image import Size
from core.imaging.sketch_shapes import Colour, Dice
from core.providers.demo_subject import island, painted

Pixels = NDArray[np.uint8]


def put(picture: Image.Image, mask: Pixels, subject: str, colour: Colour | None) -> None:
    """Paint a thing into the largest part of a mask, in the light that is there."""
    box, place = island(mask)
    pixels = np.asarray(picture.convert("RGB"))[box.top : box.bottom, box.left : box.right]
    red, green, blue = (round(float(value)) for value in pixels.reshape(-1, 3).mean(axis=0))
    thing = painted(subject, colour, place, (red, green, blue)).filter(ImageFilter.GaussianBlur(0.6))
    _compose(picture, thing, box.left, box.top)


def room(size: Size, subject: str, dice: Dice) -> Pixels:
    """Where a thing goes that nobody selected a place for: things of the sky above, others below."""
    random, mask = dice.of("room"), np.zeros((size.height, size.width), np.uint8)
    edge = round(size.short * (0.24 if subject in ("moon", "sun") else 0.42))
    left = round((size.width - edge) * (0.14 + 0.72 * random.random()))
    above = subject in ("balloon", "bird", "moon", "sun", "cloud")
    top = round(size.height * 0.07) if above else size.height - edge - round(size.height * 0.05)
    mask[top : top + edge, left : left + edge] = 255
    return mask


def lay_in(picture: Image.Image, mask: Pixels, reference: Image.Image) -> None:
    """Lay a reference image into the largest part of a mask, with a soft edge."""
    box, place = island(mask)
    thing = ImageOps.fit(reference.convert("RGBA"), (box.width, box.height))
    soft = cv2.GaussianBlur(cv2.erode(place, np.ones((5, 5), np.uint8)), (0, 0), max(min(place.shape) / 30, 1))
    share = np.minimum(soft, place).astype(np.uint16)
    thing.putalpha(Image.fromarray((share * np.asarray(thing.getchannel("A")) // 255).astype(np.uint8)))
    _compose(picture, thing, box.left, box.top)


def pin(picture: Image.Image, reference: Image.Image, place: int) -> None:
    """Pin a reference to the upper right edge as a small print."""
    edge = max(round(min(picture.size) * 0.13), 8)
    print_ = Image.new("RGBA", (edge + edge // 8, edge + edge // 8), (250, 248, 242, 255))
    print_.paste(ImageOps.fit(reference.convert("RGB"), (edge, edge)), (edge // 16, edge // 16))
    turned = print_.rotate((3, -4, 2, -3)[place % 4], Image.Resampling.BICUBIC, expand=True)
    _compose(
        picture, turned, picture.width - turned.width - edge // 4, edge // 4 + place * (turned.height + edge // 10)
    )


def _compose(picture: Image.Image, layer: Image.Image, left: int, top: int) -> None:
    if top + layer.height > picture.height or left < 0:
        return
    if picture.mode == "RGBA":
        picture.alpha_composite(layer, (left, top))
    else:
        picture.paste(layer, (left, top), layer)
