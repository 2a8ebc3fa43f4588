"""Hills, mountains and deserts of demo pictures, from the horizon to the lower edge."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from core.imaging.sketch_forest import forest
from core.imaging.sketch_scene import LOCAL, Scene, ground, haze
from core.imaging.sketch_shapes import (
    Colour,
    Points,
    Shape,
    box,
    darker,
    ellipse,
    faded,
    fill,
    lighter,
    mix,
    poly,
    rgb,
    ridge,
    top_of,
)
from core.imaging.sketch_words import chance


def hills(scene: Scene) -> Iterator[Shape]:
    """Rolling hills with groves on them."""
    random, layers = scene.dice.of("hills"), 3 + scene.detail // 2
    bottom = scene.height
    for index in range(layers):
        depth = (index + 0.5) / layers
        base = scene.horizon + (bottom - scene.horizon) * (0.04 + 0.74 * depth**1.2)
        line = ridge(random, scene.width, base, 150 - 60 * depth, wave=620 - 160 * depth, rough=0.3, floor=bottom + 5)
        tone = scene.tint(ground(scene, "hills"), depth)
        yield fill(line, lighter(tone, 0.16), darker(tone, 0.14 * depth))
        if index in (1, 2):
            yield from _grove(scene, line, depth, f"grove {index}")
        if index < layers - 1:
            yield haze(scene, base, 70, 0.34 * (1 - depth))


def _grove(scene: Scene, line: Points, depth: float, part: str) -> Iterator[Shape]:
    random, top = scene.dice.of(part), top_of(line)
    size, rings = 20 + 34 * depth, []
    for _ in range(int((5 + 3 * scene.detail) * scene.width / 1000)):
        x = chance(random, 0, scene.width)
        s, y = size * chance(random, 0.7, 1.2), top(x)
        rings += [
            ellipse(x, y - s * 0.5, s * 0.36, s * 0.52, steps=28),
            box(x - s * 0.04, y - s * 0.2, x + s * 0.04, y + 2),
        ]
    tone = scene.tint(darker(ground(scene, "forest"), 0.1), depth)
    yield fill(rings, lighter(tone, 0.1), darker(tone, 0.2))


def mountains(scene: Scene) -> Iterator[Shape]:
    """Far ridges, then peaks; alone they stand behind a forest."""
    random, horizon = scene.dice.of("mountains"), scene.horizon
    own = ground(scene, "mountain")
    for index, depth in enumerate((0.0, 0.25)):
        line = ridge(
            random, scene.width, horizon * 0.92, 250 - 70 * index, wave=300, rough=0.52, floor=scene.height + 5
        )
        tone = scene.tint(own, depth)
        yield fill(line, lighter(tone, 0.1), mix(tone, scene.palette.haze, 0.5))
    count = max(round(scene.width / 420), 2) + 1
    for x, height in _peaks(random, scene, count):
        yield from _peak(scene, random, x, height)
    yield haze(scene, horizon * 1.04, 130, 0.62)
    if len(scene.plan.lands) == 1:
        yield from forest(scene)


def _peaks(random: np.random.Generator, scene: Scene, count: int) -> list[tuple[float, float]]:
    spots = [
        ((i + chance(random, 0.2, 0.8)) / count * scene.width, scene.horizon * chance(random, 0.3, 0.62))
        for i in range(count)
    ]
    return sorted(spots, key=lambda spot: spot[1])


def _peak(scene: Scene, random: np.random.Generator, x: float, height: float) -> Iterator[Shape]:
    """A mountain with a lit and a shaded side, and snow on top."""
    foot, half = scene.horizon + 60, height * chance(random, 0.85, 1.15)
    top = foot - height - 60
    steps = np.linspace(0, 1, 9 + 3 * scene.detail)[:, None]
    rough = height * 0.035

    def edge(end_x: float, wander: float) -> Points:
        line = poly((x, top)) * (1 - steps) + poly((end_x, foot)) * steps
        line[1:-1, 0] += random.uniform(-wander, wander, len(steps) - 2)
        return line

    left, middle, right = edge(x - half, rough), edge(x + half * 0.16, rough * 2.4), edge(x + half, rough)
    tone = scene.tint(ground(scene, "mountain"), 0.5)
    lit, shaded = (right, left) if scene.sun[0] > x else (left, right)
    bright = mix(lighter(tone, 0.16), scene.palette.light, 0.12)
    foggy = mix(tone, scene.palette.haze, 0.55)
    yield fill(np.concatenate((left, right[::-1])), darker(tone, 0.16), foggy)
    yield fill(np.concatenate((lit, middle[::-1])), bright, mix(foggy, bright, 0.3))
    cap = max(int(len(steps) * (0.55 if scene.plan.snow else 0.34)), 3)
    snow = mix(rgb("fbfdff"), scene.palette.far, 0.3 * (1 - scene.palette.daylight))
    for side, white in ((shaded, mix(snow, tone, 0.4)), (lit, mix(snow, scene.palette.light, 0.2))):
        hem = _hem(random, side[cap - 1], middle[cap - 1], height * 0.07)
        yield fill(np.concatenate((side[:cap], hem, middle[:cap][::-1])), white)


def _hem(random: np.random.Generator, start: Points, end: Points, reach: float) -> Points:
    share = np.linspace(0, 1, 7)[1:-1, None]
    line: Points = start * (1 - share) + end * share
    line[:, 1] += np.where(np.arange(5) % 2 == 0, 1, -0.7) * reach * random.uniform(0.5, 1, 5)
    return line


def desert(scene: Scene) -> Iterator[Shape]:
    """Dunes with a shaded side, and two cacti."""
    random, layers = scene.dice.of("desert"), 3 + scene.detail // 2
    for index in range(layers):
        depth = (index + 0.6) / layers
        base = scene.horizon + (scene.height - scene.horizon) * (0.06 + 0.8 * depth**1.25)
        line = ridge(random, scene.width, base, 190 - 70 * depth, wave=560, rough=0.12, floor=scene.height + 5)
        tone = scene.tint(LOCAL["desert"], depth)
        yield fill(line, lighter(tone, 0.2), darker(tone, 0.06))
        yield from _leeward(line, tone)
        if index < layers - 1:
            yield haze(scene, base, 60, 0.3 * (1 - depth))
    yield from _cacti(scene, random)


def _leeward(line: Points, tone: Colour) -> Iterator[Shape]:
    """The shaded side of every dune: from its crest down to the next trough, sweeping under."""
    top = line[:-2]
    slope = np.sign(np.gradient(top[:, 1]))
    turns = [0, *(np.flatnonzero(np.diff(slope) != 0) + 1).tolist(), len(top) - 1]
    for start, end in pairwise(turns):
        if top[end, 1] - top[start, 1] > 26:
            side = top[start : end + 1]
            t = np.linspace(1, 0, 24)[:, None]
            drop = side[-1, 1] - side[0, 1]
            under = side[0] * (1 - t) ** 2 + (side[0] + (-0.6 * drop, 2.4 * drop)) * 2 * t * (1 - t) + side[-1] * t**2
            yield fill(np.concatenate((side, under)), faded(darker(tone, 0.42), 0.9), faded(darker(tone, 0.2), 0.3))


def _cacti(scene: Scene, random: np.random.Generator) -> Iterator[Shape]:
    for _ in range(2):
        x, y, s = (
            chance(random, 0.08, 0.92) * scene.width,
            scene.height * chance(random, 0.84, 0.94),
            chance(random, 80, 130),
        )
        rings = [_pillar(x, y - s, y, s * 0.09), _pillar(x - s * 0.3, y - s * 0.72, y - s * 0.38, s * 0.06),
                 _pillar(x + s * 0.28, y - s * 0.84, y - s * 0.5, s * 0.06)]  # fmt: skip
        rings += [box(x - s * 0.34, y - s * 0.44, x, y - s * 0.34), box(x, y - s * 0.56, x + s * 0.32, y - s * 0.46)]
        tone = scene.tint(rgb("3f7f5a"), 0.95)
        yield fill(rings, lighter(tone, 0.12), darker(tone, 0.2))


def _pillar(x: float, top: float, bottom: float, half: float) -> Points:
    arc = np.linspace(np.pi, 2 * np.pi, 14)
    head = np.stack((x + half * np.cos(arc), top + half + half * np.sin(arc)), axis=1)
    return np.concatenate((head, poly((x + half, bottom), (x - half, bottom))))
