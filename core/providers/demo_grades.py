"""Regrades pictures by a word: night, sunset, snow, black and white, sketch and the like."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.sketch_shapes import Colour

Floats = NDArray[np.float32]
"""RGB, height x width x 3, 0 to 1."""

SHARPEST = 4.0
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def grade(pixels: Floats, name: str, random: np.random.Generator) -> Floats:
    """The picture in another light; ``name`` is one of ``GRADES``."""
    return np.clip(GRADES[name](np.clip(pixels, 0, 1), random), 0, 1).astype(np.float32)


def coloured(pixels: Floats, colour: Colour) -> Floats:
    """Dyed: the light of the picture in one colour."""
    grey, tone = _grey(pixels), np.array(colour[:3], np.float32) / np.float32(255)
    dyed = np.where(grey < 0.5, 2 * grey * tone, 1 - 2 * (1 - grey) * (1 - tone)).astype(np.float32)
    return np.clip(pixels + (dyed - pixels) * np.float32(0.8), 0, 1).astype(np.float32)


def _grey(pixels: Floats) -> Floats:
    return (pixels @ LUMA)[..., None].astype(np.float32)


def _saturated(pixels: Floats, factor: float) -> Floats:
    grey = _grey(pixels)
    return grey + (pixels - grey) * np.float32(factor)


def _tinted(pixels: Floats, red: float, green: float, blue: float) -> Floats:
    return pixels * np.array([red, green, blue], np.float32)


def _curve(pixels: Floats, amount: float) -> Floats:
    """An S-curve: darks darker, lights lighter."""
    smooth = pixels * pixels * (3 - 2 * pixels)
    return pixels + (smooth - pixels) * np.float32(amount)


def _descent(pixels: Floats) -> Floats:
    """0 at the top to 1 at the bottom, for skies and grounds."""
    return np.linspace(0, 1, pixels.shape[0], dtype=np.float32)[:, None, None]


def _laid_over(pixels: Floats, colour: tuple[float, float, float], share: Floats | float) -> Floats:
    return pixels + (np.array(colour, np.float32) - pixels) * np.asarray(share, np.float32)


def _blurred(pixels: Floats, part: float) -> Floats:
    """Blurred by a part of the short side: strongly on a smaller copy, since a wide kernel takes its time."""
    reach = max(min(pixels.shape[:2]) * part, 0.5)
    smaller = min(SHARPEST / reach, 1.0)
    small = cv2.resize(pixels, None, fx=smaller, fy=smaller, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), reach * smaller)
    return np.asarray(cv2.resize(soft, (pixels.shape[1], pixels.shape[0])), np.float32)


def _specks(pixels: Floats, random: np.random.Generator, count: int, largest: float, until: float = 1) -> Floats:
    """Round soft specks in the upper ``until`` of the picture, as a share of 0 to 1."""
    height, width = pixels.shape[:2]
    layer, unit = np.zeros((height, width), np.float32), min(height, width) / 1000
    for x, y, size in random.random((count, 3)):
        centre = (round(x * width * 16), round(y * until * height * 16))
        radius = round(max(0.35, largest * (0.25 + 0.75 * size**3)) * unit * 16)
        cv2.circle(layer, centre, max(radius, 8), float(0.5 + size / 2), -1, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(layer, (0, 0), max(0.8 * unit, 0.4)), np.float32)[..., None]


def _night(pixels: Floats, random: np.random.Generator) -> Floats:
    dark = _tinted(_saturated(pixels, 0.45) ** np.float32(1.35), 0.26, 0.36, 0.62)
    sky = np.clip((_blurred(_grey(pixels).repeat(3, 2), 0.01)[..., :1] - 0.45) * 4, 0, 1) * (1 - _descent(pixels)) ** 2
    lit = _laid_over(dark, (0.03, 0.05, 0.16), 0.35 * (1 - _descent(pixels)))
    return _laid_over(lit, (0.95, 0.96, 1.0), _specks(pixels, random, 260, 2.2, until=0.6) * sky)


def _sunset(pixels: Floats, _: np.random.Generator) -> Floats:
    down = _descent(pixels)
    warm = _curve(_tinted(pixels, 1.08, 0.82, 0.66), 0.3)
    glow = np.exp(-(((down - 0.5) / 0.28) ** 2)).astype(np.float32)
    screened = 1 - (1 - warm) * (1 - np.array([0.55, 0.24, 0.05], np.float32) * glow)
    return _laid_over(screened, (0.30, 0.16, 0.42), 0.35 * (1 - down) ** 1.5)


def _snow(pixels: Floats, random: np.random.Generator) -> Floats:
    cold = _tinted(_saturated(pixels, 0.4), 0.95, 1.0, 1.08)
    cover = np.clip((_blurred(_grey(pixels).repeat(3, 2), 0.002)[..., :1] - 0.3) * 1.6, 0, 0.75) * _descent(pixels)
    white = _laid_over(cold * np.float32(0.92) + np.float32(0.06), (0.93, 0.96, 1.0), cover)
    near, far = _specks(pixels, random, 120, 7), _specks(pixels, random, 500, 3.2)
    return _laid_over(_laid_over(white, (1, 1, 1), far * np.float32(0.7)), (1, 1, 1), near * np.float32(0.85))


def _rain(pixels: Floats, random: np.random.Generator) -> Floats:
    height, width = pixels.shape[:2]
    dull = _tinted(_saturated(pixels, 0.5) * np.float32(0.72), 0.93, 1.0, 1.08)
    streaks, unit = np.zeros((height, width), np.float32), min(height, width) / 1000
    for x, y, size in random.random((600, 3)):
        start, long = (round(x * width), round(y * height)), (25 + 45 * size) * unit
        end = (round(start[0] - 0.22 * long), round(start[1] + long))
        cv2.line(streaks, start, end, float(0.25 + 0.4 * size), max(round(1.3 * unit), 1), cv2.LINE_AA)
    return _laid_over(_laid_over(dull, (0.62, 0.67, 0.72), 0.16), (0.9, 0.94, 1.0), streaks[..., None] * 0.55)


def _fog(pixels: Floats, _: np.random.Generator) -> Floats:
    depth = np.exp(-(((_descent(pixels) - 0.42) / 0.36) ** 2)).astype(np.float32)
    return _laid_over(_saturated(pixels, 0.55), (0.86, 0.88, 0.89), 0.3 + 0.42 * depth)


def _autumn(pixels: Floats, _: np.random.Generator) -> Floats:
    """Greens turn to rust and gold."""
    green = np.clip((pixels[..., 1] - np.maximum(pixels[..., 0] * 0.9, pixels[..., 2])) * 5, 0, 1)[..., None]
    rust = _grey(pixels) * np.array([1.75, 0.98, 0.35], np.float32)
    return _tinted(pixels + (rust - pixels) * green, 1.06, 0.98, 0.86)


def _sketch(pixels: Floats, _: np.random.Generator) -> Floats:
    """Pencil: a grey picture divided by its blurred self, on warm paper."""
    grey = _grey(pixels).repeat(3, 2)
    lines = grey / np.maximum(_blurred(grey, 0.008), 0.06)
    shaded = np.clip(lines, 0, 1) ** np.float32(2.2) * (np.float32(0.82) + np.float32(0.18) * grey)
    return shaded * np.array([0.985, 0.965, 0.92], np.float32)


def _poster(pixels: Floats, _: np.random.Generator) -> Floats:
    """Few flat colours with dark outlines."""
    picture = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    for _pass in range(3):
        picture = np.asarray(cv2.bilateralFilter(picture, 7, 40, 7), np.uint8)
    flat = (np.floor(picture / 255 * 8 + 0.5) / 8).astype(np.float32)
    grey = cv2.medianBlur(np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8), 5)
    drawn = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 11, 5)
    ink = np.asarray(cv2.GaussianBlur(drawn, (0, 0), 0.8), np.float32)[..., None]
    return (_saturated(flat, 1.25) * (0.2 + 0.8 / 255 * ink)).astype(np.float32)


def _tasteful(pixels: Floats, random: np.random.Generator) -> Floats:
    """What an edit does whose words say nothing: a film-like grade, warm or cool, with a soft vignette."""
    height, width = pixels.shape[:2]
    side = 1 if random.random() < 0.5 else -1
    graded = _curve(_saturated(_tinted(pixels, 1 + 0.07 * side, 1.0, 1 - 0.09 * side), 1.18), 0.55)
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    vignette: Floats = (1 - 0.24 * np.clip(x * x + y * y - 0.5, 0, 1)).astype(np.float32)[..., None]
    return graded * vignette


GRADES: dict[str, Callable[[Floats, np.random.Generator], Floats]] = {
    "mono": lambda pixels, _: _curve(_grey(pixels).repeat(3, 2), 0.35),
    "sepia": lambda pixels, _: _laid_over(
        _curve(_grey(pixels), 0.2) * np.array([1.08, 0.9, 0.68]), (0.5, 0.4, 0.28), 0.1
    ),
    "sketch": _sketch,
    "poster": _poster,
    "night": _night,
    "sunset": _sunset,
    "snow": _snow,
    "rain": _rain,
    "fog": _fog,
    "autumn": _autumn,
    "blur": lambda pixels, _: 1 - (1 - _blurred(pixels, 0.006)) * (1 - _blurred(pixels, 0.03) * np.float32(0.2)),
    "warm": lambda pixels, _: _tinted(pixels, 1.12, 1.01, 0.84),
    "cool": lambda pixels, _: _tinted(pixels, 0.88, 0.99, 1.14),
    "bright": lambda pixels, _: pixels ** np.float32(0.72),
    "dark": lambda pixels, _: _saturated(pixels ** np.float32(1.5), 0.85) * np.float32(0.9),
    "vivid": lambda pixels, _: _curve(_saturated(pixels, 1.65), 0.3),
    "tasteful": _tasteful,
}
