"""The vocabulary of demo pictures: filled shapes in scene units, and the geometry that makes them.

Scene units: the picture's short side is 1000, x grows to the right and y downwards.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""A closed ring of (x, y) rows."""

Colour = tuple[int, int, int, float]
"""Red, green and blue 0-255, and opacity 0-1."""

Stops = tuple[tuple[float, Colour], ...]
"""A gradient from 0 (top, or centre of a glow) to 1 (bottom, or rim)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """Rings filled together with one gradient; ``softness`` blurs the edge by that many units.

    A ``radial`` shape is a glow that fills the bounding box of its rings. ``span`` is the
    (top, bottom) of the gradient, by default the rings' own.
    """

    rings: tuple[Points, ...]
    stops: Stops
    span: tuple[float, float] | None = None
    softness: float = 0
    radial: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        lows = [ring.min(axis=0) for ring in self.rings]
        highs = [ring.max(axis=0) for ring in self.rings]
        (left, top), (right, bottom) = np.min(lows, axis=0), np.max(highs, axis=0)
        return float(left), float(top), float(right), float(bottom)


class Dice:
    """Random numbers for one picture: each named part has its own stream, so parts do not disturb each other."""

    def __init__(self, seed: str) -> None:
        self._seed = seed

    def of(self, part: str) -> np.random.Generator:
        digest = sha256(f"{self._seed}\n{part}".encode("utf-8", "replace")).digest()
        return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def rgb(text: str, opacity: float = 1) -> Colour:
    """A colour from its six hexadecimal digits."""
    value = int(text, 16)
    return value >> 16, value >> 8 & 255, value & 255, opacity


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """``one`` moved towards ``other`` by ``share`` (0-1)."""
    r, g, b, a = (x + (y - x) * share for x, y in zip(one, other, strict=True))
    return round(r), round(g), round(b), a


def faded(colour: Colour, opacity: float) -> Colour:
    return (*colour[:3], opacity)


def lighter(colour: Colour, share: float) -> Colour:
    return mix(colour, (255, 250, 240, colour[3]), share)


def darker(colour: Colour, share: float) -> Colour:
    return mix(colour, (14, 16, 38, colour[3]), share)


def ramp(*colours: Colour) -> Stops:
    """Evenly spaced stops; one colour alone is a flat fill."""
    last = max(len(colours) - 1, 1)
    return tuple((index / last, colour) for index, colour in enumerate(colours))


def fill(points: Points | Iterable[Points], *colours: Colour, softness: float = 0) -> Shape:
    """One ring or several, filled from top to bottom with the colours."""
    rings = (points,) if isinstance(points, np.ndarray) else tuple(points)
    return Shape(rings=rings, stops=ramp(*colours), softness=softness)


def glow(x: float, y: float, radius: float, colour: Colour) -> Shape:
    """Light that falls off softly from a centre."""
    stops = tuple((r, faded(colour, colour[3] * (1 - r) ** 2.2)) for r in (0, 0.12, 0.25, 0.4, 0.55, 0.7, 0.85, 1))
    return Shape(rings=(box(x - radius, y - radius, x + radius, y + radius),), stops=stops, radial=True)


def poly(*corners: tuple[float, float]) -> Points:
    return np.array(corners, dtype=np.float64)


def box(left: float, top: float, right: float, bottom: float) -> Points:
    return poly((left, top), (right, top), (right, bottom), (left, bottom))


def ellipse(x: float, y: float, rx: float, ry: float | None = None, turn: float = 0, steps: int = 72) -> Points:
    """An ellipse turned by ``turn`` radians."""
    angle = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    ring = np.stack((rx * np.cos(angle), (rx if ry is None else ry) * np.sin(angle)), axis=1)
    return np.add(turned(ring, turn), (x, y))


def turned(points: Points, angle: float, about: tuple[float, float] = (0, 0)) -> Points:
    """Rotate clockwise (y points down) about a point."""
    cos, sin = np.cos(angle), np.sin(angle)
    moved: Points = (points - about) @ np.array(((cos, sin), (-sin, cos))) + about
    return moved


def smooth(*corners: tuple[float, float], steps: int = 10) -> Points:
    """A closed curve through all corners (Catmull-Rom); name a corner twice to make it sharp."""
    p1 = poly(*corners)
    p0, p2, p3 = np.roll(p1, 1, axis=0), np.roll(p1, -1, axis=0), np.roll(p1, -2, axis=0)
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = (p[:, None, :] for p in (p0, p1, p2, p3))
    curve: Points = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    sharp = (p1 == p2).all(axis=1)
    curve[sharp] = p1[sharp, None]  # between a corner and itself the curve would make a small loop
    return curve.reshape(-1, 2)


def stroke(spine: Sequence[tuple[float, float]], widths: Sequence[float], steps: int = 12) -> Points:
    """A tapering band along a smooth open line, for tails, stems and branches."""
    knots, t = np.linspace(0, 1, len(spine)), np.linspace(0, 1, steps * len(spine))
    points = poly(*spine)
    ends = np.concatenate((2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]))
    middle = np.stack([_spline(ends[:, axis], t) for axis in (0, 1)], axis=1)
    along = np.gradient(middle, axis=0)
    normal = np.stack((-along[:, 1], along[:, 0]), axis=1) / (np.linalg.norm(along, axis=1)[:, None] + 1e-9)
    half = np.interp(t, knots, widths)[:, None] / 2
    return np.concatenate((middle + normal * half, (middle - normal * half)[::-1]))


def _spline(values: Points, t: Points) -> Points:
    spans = len(values) - 3
    place = np.clip(t * spans, 0, spans - 1e-9)
    i = place.astype(int)
    f = place - i
    a, b, c, d = values[i], values[i + 1], values[i + 2], values[i + 3]
    curve: Points = 0.5 * (2 * b + (c - a) * f + (2 * a - 5 * b + 4 * c - d) * f**2 + (3 * b - a - 3 * c + d) * f**3)
    return curve


def ridge(
    random: np.random.Generator, width: float, base: float, height: float, *, wave: float, rough: float, floor: float
) -> Points:
    """A skyline from edge to edge, filled down to ``floor``.

    ``wave`` is the length of its longest wave in units, ``rough`` (0-1) how much finer waves matter.
    """
    x = np.linspace(-10, width + 10, max(int(width / 9), 40))
    y, share, total = np.zeros_like(x), 1.0, 0.0
    for octave in range(5):
        y += share * _waves(random, x * 2**octave / wave)
        total += share
        share *= rough
    top = np.stack((x, base - height * y / total), axis=1)
    return np.concatenate((top, poly((width + 10, floor), (-10, floor))))


def _waves(random: np.random.Generator, x: Points) -> Points:
    """Smooth noise in 0..1 with one knot per unit of x."""
    start = np.floor(x.min())
    knots = random.random(int(np.ceil(x.max() - start)) + 3)
    i = (x - start).astype(int)
    f = x - start - i
    f = f * f * (3 - 2 * f)
    noise: Points = knots[i] * (1 - f) + knots[i + 1] * f
    return noise


def top_of(points: Points) -> Callable[[float], float]:
    """The height of a ridge at any x."""
    top = points[:-2]
    return lambda x: float(np.interp(x, top[:, 0], top[:, 1]))
