"""Skies of demo pictures."""

from collections.abc import Iterator
from math import pi, sin

from core.imaging.sketch_scene import Scene
from core.imaging.sketch_shapes import Points, Shape, box, darker, ellipse, faded, fill, glow, lighter, mix, poly, rgb
from core.imaging.sketch_words import chance


def sky(scene: Scene) -> Iterator[Shape]:
    """Sky, sun or moon, clouds and gulls."""
    palette, (x, y) = scene.palette, scene.sun
    yield Shape(
        rings=(box(-5, -5, scene.width + 5, scene.height + 5),), stops=palette.sky, span=(0, scene.horizon * 1.06)
    )
    if scene.plan.stars:
        yield from _stars(scene)
    yield glow(x, y, 620, faded(palette.light, 0.5 if palette.daylight > 0.2 else 0.28))
    yield glow(x, y, 230, faded(palette.light, 0.6 if palette.daylight > 0.2 else 0.4))
    radius = 62 if scene.plan.time in ("sunset", "dawn", "night") else 46
    yield fill(ellipse(x, y, radius), lighter(palette.light, 0.5), palette.light)
    if scene.plan.moon:
        craters = [
            ellipse(x + dx, y + dy, r) for dx, dy, r in ((-18, -12, 13), (16, 14, 17), (-8, 26, 8), (24, -22, 8))
        ]
        yield fill(craters, faded(darker(palette.light, 0.3), 0.35))
    if scene.plan.clouds:
        yield from _clouds(scene)
    if scene.plan.time in ("day", "golden", "dawn", "sunset") and scene.detail > 1:
        yield from _gulls(scene)


def _stars(scene: Scene) -> Iterator[Shape]:
    random = scene.dice.of("stars")
    for group in range(3):
        count = int((30 + 22 * scene.detail) * scene.width / 1000)
        x, y = random.random(count) * scene.width, random.random(count) ** 1.3 * scene.horizon * 0.92
        r = random.uniform(0.7, 1.2 + 0.7 * (group == 2), count) * (1 + scene.sway(0.4, group / 3))
        rings = [ellipse(float(a), float(b), float(c), steps=8) for a, b, c in zip(x, y, r, strict=True)]
        yield fill(rings, rgb("ffffff", 0.45 + 0.2 * group))


def _clouds(scene: Scene) -> Iterator[Shape]:
    random, palette = scene.dice.of("clouds"), scene.palette
    opacity = 0.85 if palette.daylight > 0.3 else 0.34
    for index in range(3 + scene.detail // 2):
        x, y = chance(random, -0.05, 1.05) * scene.width, chance(random, 0.12, 0.7) * scene.horizon
        size = chance(random, 70, 150) * (0.55 + 0.6 * (1 - y / scene.horizon))
        drift = scene.sway(26, index * 0.21) if scene.phase else 26 * sin(2 * pi * index * 0.21)
        rings = [ellipse(x + drift, y, size * 1.5, size * 0.13)]
        for puff in range(5):
            dx = (puff - 2) * size * 0.46 + chance(random, -0.1, 0.1) * size
            r = size * (0.34 - 0.07 * abs(puff - 2)) * chance(random, 0.8, 1.2)
            rings.append(ellipse(x + drift + dx, y - r * 0.62, r * 1.15, r * 0.8))
        tone = mix(lighter(palette.haze, 0.45), palette.sky[-1][1], 0.2)
        yield fill(rings, faded(lighter(tone, 0.3), opacity), faded(tone, opacity * 0.25))


def _gulls(scene: Scene) -> Iterator[Shape]:
    random = scene.dice.of("gulls")
    x, y = chance(random, 0.2, 0.7) * scene.width, chance(random, 0.3, 0.5) * scene.horizon
    rings: list[Points] = []
    for index in range(5):
        bx, by = x + index * chance(random, 28, 46) + scene.sway(14), y + chance(random, -28, 28)
        s, flap = chance(random, 7, 13), 0.55 + scene.sway(0.25, index / 5)
        left = poly((0, 0), (-0.5, -flap), (-1.2, -flap * 0.62), (-0.5, -flap * 0.68))
        rings += [left * s + (bx, by), left * (-s, s) + (bx, by)]
    yield fill(rings, faded(scene.palette.near, 0.75))
