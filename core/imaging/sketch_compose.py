"""Composes a demo picture from its plan: sky, lands from far to near, a subject, and light over them."""

from collections.abc import Callable, Iterator

from core.imaging.sketch_abstract import abstract
from core.imaging.sketch_city import city
from core.imaging.sketch_forest import forest
from core.imaging.sketch_lands import desert, hills, mountains
from core.imaging.sketch_scene import Scene
from core.imaging.sketch_sea import sea
from core.imaging.sketch_shapes import Shape, box, darker, ellipse, faded, fill, rgb
from core.imaging.sketch_sky import sky
from core.imaging.sketch_subjects import SUBJECTS, Place
from core.imaging.sketch_words import chance

LANDS: dict[str, Callable[[Scene], Iterator[Shape]]] = {
    "hills": hills,
    "mountain": mountains,
    "forest": forest,
    "city": city,
    "desert": desert,
    "sea": sea,
}
SIZES = {"boat": 0.34, "balloon": 0.4, "person": 0.74, "bird": 0.4, "flower": 0.46, "tree": 0.5, "lighthouse": 0.5}


def compose(scene: Scene) -> Iterator[Shape]:
    """The whole picture, back to front."""
    if scene.plan.abstract:
        yield from abstract(scene)
        return
    yield from sky(scene)
    for land in scene.plan.lands:
        yield from LANDS[land](scene)
    if scene.plan.subject is not None:
        yield from _subject(scene, scene.plan.subject)
    if scene.plan.snow:
        yield from _snowfall(scene)
    yield fill(box(-5, scene.height * 0.8, scene.width + 5, scene.height + 5), rgb("0a0c20", 0), rgb("0a0c20", 0.25))


def cutout(scene: Scene) -> Iterator[Shape]:
    """The subject alone, large and centred, for a transparent background."""
    size = min(scene.width, scene.height) * 0.8
    x, y = scene.width / 2, scene.height / 2 + size * 0.49
    yield fill(ellipse(x, y, size * 0.34, size * 0.026), rgb("14162a", 0.28), softness=9)
    place = Place(x=x, y=y + scene.sway(8), height=size, lean=scene.sway(0.03), shade=rgb("ffffff"), shading=0)
    yield from place.put(SUBJECTS[scene.plan.subject or "balloon"](scene.plan.accent))


def _subject(scene: Scene, subject: str) -> Iterator[Shape]:
    short, random = min(scene.width, scene.height), scene.dice.of("subject")
    side = 0.36 if scene.sun[0] > scene.width / 2 else 0.64
    x, y, lean = scene.width * side + chance(random, -30, 30), scene.height * 0.93, 0.0
    height = short * SIZES.get(subject, 0.44)
    match subject:
        case "boat":
            y, lean = scene.height * 0.8 + scene.sway(6), scene.sway(0.035)
            yield from _reflection(scene, x, y, height)
        case "balloon":
            x, y, lean = x + scene.sway(6, 0.25), scene.horizon * 0.88 + scene.sway(14), scene.sway(0.02)
        case "person":
            x, y = scene.width / 2, scene.height + 4 + scene.sway(3)
        case "bird":
            y = scene.height * 0.82 + scene.sway(4)
        case "lighthouse":
            x, y = scene.width * (0.3 if side < 0.5 else 0.7), scene.height * 0.84
    if subject in ("cat", "dog", "fox", "house", "tree", "flower"):
        shadow = faded(darker(scene.palette.near, 0.4), 0.42)
        yield fill(ellipse(x, y, height * 0.42, height * 0.045), shadow, softness=10)
        lean = scene.sway(0.012)
    shading = 0.34 * (1 - scene.palette.daylight) ** 1.5
    place = Place(x=x, y=y, height=height, lean=lean, shade=scene.palette.near, shading=shading)
    yield from place.put(SUBJECTS[subject](scene.plan.accent))


def _reflection(scene: Scene, x: float, y: float, height: float) -> Iterator[Shape]:
    random, rings = scene.dice.of("reflection"), []
    for index in range(14):
        down = index / 14
        w = height * (0.38 - 0.26 * down) * chance(random, 0.6, 1.1)
        rings.append(ellipse(x + chance(random, -14, 14) + scene.sway(6, down), y + 4 + down * height * 0.42, w, 3.2))
    yield fill(rings, faded(darker(scene.palette.near, 0.2), 0.4), faded(scene.palette.near, 0.05))


def _snowfall(scene: Scene) -> Iterator[Shape]:
    random = scene.dice.of("snow")
    for size, opacity in ((2.2, 0.6), (3.6, 0.75), (6, 0.6)):
        count = int((36 + 14 * scene.detail) * scene.width * scene.height / 1e6 * 2.2 / size)
        x, y = random.random(count) * scene.width, random.random(count)
        y = (y + scene.phase) % 1 * (scene.height + 20) - 10
        rings = [ellipse(float(a) + scene.sway(6), float(b), size, steps=16) for a, b in zip(x, y, strict=True)]
        yield fill(rings, rgb("ffffff", opacity))
