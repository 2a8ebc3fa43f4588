"""Seas and lakes of demo pictures."""

from collections.abc import Iterator
from math import pi, sin

from core.imaging.sketch_scene import LOCAL, Scene, haze
from core.imaging.sketch_shapes import Colour, Shape, box, darker, ellipse, faded, fill, lighter, mix, ridge
from core.imaging.sketch_words import chance


def sea(scene: Scene) -> Iterator[Shape]:
    """Water to the lower edge, with the sun's path on it."""
    palette, top, bottom = scene.palette, scene.horizon + 8, scene.height
    if scene.plan.lands == ("sea",):
        line = ridge(scene.dice.of("coast"), scene.width, top + 2, 90, wave=380, rough=0.5, floor=top + 4)
        tone = scene.tint(LOCAL["mountain"], 0.15)
        yield fill(line, tone, mix(tone, palette.haze, 0.5))
    far = mix(palette.sky[-1][1], scene.tint(LOCAL["sea"], 0.2), 0.42)
    near = mix(palette.sky[0][1], scene.tint(LOCAL["sea"], 1), 0.6)
    yield fill(box(-5, top, scene.width + 5, bottom + 5), far, mix(far, near, 0.65), near, darker(near, 0.25))
    yield haze(scene, top, 34, 0.55)
    yield from _waves(scene, top, far, near)
    yield from _glitter(scene, top)


def _waves(scene: Scene, top: float, far: Colour, near: Colour) -> Iterator[Shape]:
    random, depth = scene.dice.of("waves"), scene.height - top
    for part in range(2 + scene.detail):
        rings = []
        for _ in range(int(26 * scene.width / 1000)):
            y = chance(random, 0, 1) ** 1.6
            x, w = chance(random, 0, scene.width), 20 + 110 * y * chance(random, 0.5, 1)
            shift = scene.sway(8 + 12 * y, part * 0.3) if scene.phase else (8 + 12 * y) * sin(2 * pi * part * 0.3)
            rings.append(ellipse(x + shift, top + 8 + y * depth, w, 0.8 + 3.4 * y, steps=24))
        tone = lighter(far, 0.35) if part % 2 == 0 else darker(near, 0.25)
        yield fill(rings, faded(tone, 0.28))


def _glitter(scene: Scene, top: float) -> Iterator[Shape]:
    random, (sun_x, _), depth = scene.dice.of("glitter"), scene.sun, scene.height - top
    rings = []
    for index in range(60 + 20 * scene.detail):
        y = chance(random, 0, 1) ** 1.25
        spread = 26 + 120 * y
        x, w = sun_x + float(random.normal(0, 0.42)) * spread, chance(random, 8, 22) * (0.5 + 1.6 * y)
        rings.append(ellipse(x + scene.sway(7, index * 0.37), top + 2 + y * depth * 0.96, w, 0.8 + 2.6 * y, steps=20))
    yield fill(rings, faded(scene.palette.light, 0.78), faded(scene.palette.light, 0.3))
