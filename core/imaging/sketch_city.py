"""Cities of demo pictures."""

from collections.abc import Iterator

import numpy as np

from core.imaging.sketch_scene import Scene, ground, haze
from core.imaging.sketch_shapes import Points, Shape, box, fill, lighter, mix, poly, rgb
from core.imaging.sketch_words import chance


def city(scene: Scene) -> Iterator[Shape]:
    """Rows of towers with lit windows."""
    random, rows = scene.dice.of("city"), 2 + (scene.detail + 1) // 2
    foot = scene.height if "sea" not in scene.plan.lands else scene.horizon + 12
    for row in range(rows):
        depth = (row + 0.4) / rows
        base = scene.horizon + (foot - scene.horizon) * depth * 0.7 + 60
        tallest = scene.horizon * (0.86 - 0.3 * depth)
        tone = scene.tint(ground(scene, "city"), depth)
        towers = list(_towers(random, scene.width, base, tallest, 42 + 60 * depth, foot + 5))
        yield fill(
            [ring for tower in towers for ring in tower],
            lighter(tone, 0.1),
            mix(tone, scene.palette.haze, 0.4 - 0.3 * depth),
        )
        if row:
            yield from _windows(scene, random, [tower[0] for tower in towers], 0.5 + 0.7 * depth)
        if row < rows - 1:
            yield haze(scene, base, 150, 0.4 * (1 - depth))


def _towers(
    random: np.random.Generator, width: float, base: float, tallest: float, across: float, foot: float
) -> Iterator[list[Points]]:
    x = -across * 0.3
    while x < width + 5:
        w, h = across * chance(random, 0.7, 1.35), tallest * chance(random, 0.3, 1) ** 1.4
        top = base - h
        tower = [box(x, top, x + w, foot)]
        match int(random.integers(0, 5)):
            case 0:
                tower.append(poly((x + w * 0.46, top + 1), (x + w * 0.5, top - h * 0.22), (x + w * 0.54, top + 1)))
            case 1:
                tower.append(box(x + w * 0.2, top - h * 0.07, x + w * 0.8, top + 1))
            case 2:
                tower.append(poly((x, top + 1), (x + w, top - w * 0.4), (x + w, top + 1)))
        yield tower
        x += w * chance(random, 0.9, 1.25)


def _windows(scene: Scene, random: np.random.Generator, towers: list[Points], scale: float) -> Iterator[Shape]:
    lit: list[Points] = []
    share = 0.2 if scene.palette.daylight > 0.45 else 0.5
    w, h = 6.5 * scale, 9 * scale
    for tower in towers:
        (left, top), (right, bottom) = tower.min(axis=0), tower.max(axis=0)
        for y in np.arange(top + h * 1.2, min(bottom, scene.height) - h, h * 2.2):
            columns = np.arange(left + w, right - w * 1.6, w * 1.9)
            lit += [box(x, y, x + w, y + h) for x in columns if random.random() < share]
    if lit:
        yield fill(lit, rgb("ffe2a0", 0.9) if scene.palette.daylight < 0.45 else rgb("ffffff", 0.35))
