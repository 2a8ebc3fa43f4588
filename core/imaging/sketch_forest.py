"""Forests of demo pictures."""

from collections.abc import Iterator

import numpy as np

from core.imaging.sketch_scene import LOCAL, Scene, ground, haze
from core.imaging.sketch_shapes import Points, Shape, box, darker, fill, lighter, poly, ridge, top_of
from core.imaging.sketch_words import chance


def forest(scene: Scene) -> Iterator[Shape]:
    """Rows of conifers, each nearer row larger and darker."""
    random, rows = scene.dice.of("forest"), 3 + (scene.detail + 1) // 2
    for row in range(rows):
        depth = (row + 0.6) / rows
        base = scene.horizon + (scene.height - scene.horizon) * (0.02 + 0.86 * depth**1.35)
        line = ridge(random, scene.width, base, 90, wave=420, rough=0.35, floor=scene.height + 5)
        tone = scene.tint(LOCAL["forest"], depth)
        floor = scene.tint(ground(scene, "forest"), depth)
        yield fill(_conifers(scene, random, line, depth), lighter(tone, 0.1), darker(tone, 0.1))
        yield fill(line, lighter(floor, 0.05) if scene.plan.snow else tone, darker(floor, 0.12 * depth))
        if row < rows - 1:
            yield haze(scene, base + 10, 80, 0.42 * (1 - depth))


def _conifers(scene: Scene, random: np.random.Generator, line: Points, depth: float) -> list[Points]:
    size, top, rings = 70 + 170 * depth**1.4, top_of(line), []
    x = -size * chance(random, 0, 0.4)
    while x < scene.width + size * 0.3:
        height = size * chance(random, 0.62, 1.15)
        rings += _conifer(x + scene.sway(1.5, x / 300), top(x) + 8, height)
        x += size * chance(random, 0.17, 0.46)
    return rings


def _conifer(x: float, foot: float, height: float) -> list[Points]:
    tiers = [
        poly(
            (x, foot - height),
            (x + height * 0.105, foot - height * 0.6),
            (x + height * 0.05, foot - height * 0.62),
            (x + height * 0.15, foot - height * 0.33),
            (x + height * 0.07, foot - height * 0.36),
            (x + height * 0.19, foot - height * 0.06),
        )
    ]
    right = tiers[0]
    left = right[::-1] * (-1, 1) + (2 * x, 0)
    trunk = box(x - height * 0.02, foot - height * 0.07, x + height * 0.02, foot)
    return [np.concatenate((right, left)), trunk]
