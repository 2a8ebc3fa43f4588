"""What image models do to a whole frame, whatever was asked: it moves a little, its light and detail change."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.imaging import sketch_raster as raster

Pixels = NDArray[np.uint8]

SOFT = {"low": 0.5, "medium": 0.35, "high": 0.25}
"""How much of a blur is mixed in, by quality."""


def redrawn(picture: Image.Image, quality: str, strength: float, random: np.random.Generator) -> Image.Image:
    """What a model does to all of the frame: it drifts by up to 2.5 pixels, its light and its detail change.

    ``strength`` 1 is what models usually do; a better ``quality`` keeps more detail.
    """
    moved = _drifted(np.asarray(picture), strength, random)
    colours, rest = moved[..., :3].astype(np.float32), moved[..., 3:]
    soft = np.asarray(cv2.GaussianBlur(colours, (0, 0), 1.0), np.float32)
    colours += (soft - colours) * np.float32(SOFT.get(quality, 0.2))
    gain = 1 + strength * float(random.uniform(0.015, 0.05)) * float(random.choice([-1, 1]))
    tint = strength * random.uniform(-2.5, 2.5, 3).astype(np.float32)
    level = strength * float(random.uniform(2, 5)) * float(random.choice([-1, 1]))
    shifted = np.clip((colours - 128) * np.float32(gain) + np.float32(128 + level) + tint, 0, 255)
    grained = raster.grain(Image.fromarray(np.rint(shifted).astype(np.uint8)), random, 2)
    if rest.size:
        grained.putalpha(Image.fromarray(rest[..., 0]))
    return grained


def _drifted(pixels: Pixels, strength: float, random: np.random.Generator) -> Pixels:
    """Moved by half a pixel to 2.5 pixels each way; what comes in at the edges is mirrored."""
    across, down = (strength * random.uniform(0.5, 2.5, 2) * random.choice([-1, 1], 2)).tolist()
    matrix = np.array([[1, 0, across], [0, 1, down]], np.float64)
    size = (pixels.shape[1], pixels.shape[0])
    moved = cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(moved, np.uint8)


def sticker(picture: Image.Image) -> Image.Image:
    """As a sticker: the middle in a rounded shape with a white rim, on a clear background."""
    height, width = picture.height, picture.width
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    distance = (np.abs(x) ** 4 + np.abs(y) ** 4) ** 0.25
    edge = 4 / min(width, height)
    rim, inside = (np.clip((radius - distance) / edge + 0.5, 0, 1)[..., None] for radius in (0.93, 0.89))
    colours = 255 + (np.asarray(picture, np.float32) - 255) * inside
    return Image.fromarray(np.rint(np.concatenate((colours, rim * 255), axis=2)).astype(np.uint8))
