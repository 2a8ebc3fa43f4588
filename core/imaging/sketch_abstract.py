"""Abstract demo pictures."""

from collections.abc import Iterator
from math import cos, pi, sin

import numpy as np

from core.imaging.sketch_scene import Scene
from core.imaging.sketch_shapes import Colour, Shape, box, darker, ellipse, faded, fill, glow, lighter, poly, rgb
from core.imaging.sketch_words import PALETTES, chance


def abstract(scene: Scene) -> Iterator[Shape]:
    """Overlapping bands of colour under a disc, with soft shadows between them."""
    random, palette = scene.dice.of("abstract"), scene.palette
    yield Shape(rings=(box(-5, -5, scene.width + 5, scene.height + 5),), stops=palette.sky)
    x, y, r = (
        chance(random, 0.25, 0.75) * scene.width,
        scene.height * chance(random, 0.26, 0.4),
        chance(random, 120, 190),
    )
    yield glow(x, y, r * 3, faded(palette.light, 0.55))
    for ring in range(3, 0, -1):
        yield fill(ellipse(x, y + scene.sway(8), r * (1 + 0.34 * ring)), faded(palette.light, 0.1))
    accent = scene.plan.accent or PALETTES["sunset"].sky[3][1]
    yield fill(ellipse(x, y + scene.sway(8), r), lighter(accent, 0.45), accent)
    yield from _bands(scene, random, accent)


def _bands(scene: Scene, random: np.random.Generator, accent: Colour) -> Iterator[Shape]:
    count, palette = 4 + scene.detail, scene.palette
    tones = [palette.sky[0][1], accent, palette.haze, palette.near, rgb("2a9d8f"), palette.sky[-1][1]]
    shift = int(random.integers(0, len(tones)))
    across = np.linspace(-20, scene.width + 20, 90)
    for band in range(count):
        depth = band / count
        level = scene.height * (0.42 + 0.56 * depth)
        waves = [(chance(random, 60, 150) * (1 - depth * 0.4), chance(random, 700, 1500), chance(random, 0, 1)),
                 (chance(random, 14, 44), chance(random, 320, 620), chance(random, 0, 1))]  # fmt: skip
        moved = scene.phase * 2 * pi
        line = sum(a * np.sin(2 * pi * (across / w + o) + 0.4 * sin(moved + 2 * pi * o)) for a, w, o in waves)
        ring = np.concatenate(
            (
                np.stack((across, level + line), axis=1),
                poly((scene.width + 20, scene.height + 60), (-20, scene.height + 60)),
            )
        )
        tone = tones[(band + shift) % len(tones)]
        yield fill(ring - (0, 8), rgb("0c0e24", 0.3), softness=14)
        yield fill(ring, lighter(tone, 0.22), darker(tone, 0.1 + 0.2 * abs(cos(pi * depth))))
