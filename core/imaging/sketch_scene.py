"""What every part of a demo picture knows: the plan, the frame, the light and the moment."""

from dataclasses import dataclass
from math import pi, sin

from core.imaging.sketch_shapes import Colour, Dice, Shape, box, faded, fill, lighter, mix, rgb
from core.imaging.sketch_words import Palette, Plan, chance

LOCAL = {
    "hills": rgb("6aa84f"),
    "forest": rgb("2f7a55"),
    "mountain": rgb("5f7396"),
    "desert": rgb("e2914a"),
    "city": rgb("56658c"),
    "sea": rgb("2e7fa8"),
}
"""The lands' own colours, in plain daylight."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """One picture in the making: its frame in units, ``detail`` from 1 to 5, and ``phase`` (0-1) of its motion."""

    plan: Plan
    dice: Dice
    width: float
    height: float
    detail: int
    phase: float = 0

    @property
    def palette(self) -> Palette:
        return self.plan.palette

    @property
    def horizon(self) -> float:
        return self.height * (0.6 if "sea" in self.plan.lands else 0.56)

    @property
    def sun(self) -> tuple[float, float]:
        random = self.dice.of("sun")
        low = self.plan.time in ("sunset", "dawn", "golden")
        x, y = chance(random, 0.22, 0.78), chance(random, 0.62, 0.8) if low else chance(random, 0.26, 0.42)
        return self.width * x, self.horizon * y + self.sway(9)

    def sway(self, reach: float, offset: float = 0) -> float:
        """A gentle movement that returns to where it began."""
        return reach * sin(2 * pi * (self.phase + offset)) if self.phase or offset else 0

    def tint(self, own: Colour, depth: float) -> Colour:
        """A thing's colour in this light at a depth from 0 (far, hazy) to 1 (near)."""
        palette = self.palette
        near = mix(palette.near, own, palette.daylight)
        far = mix(palette.far, lighter(own, 0.4), palette.daylight * 0.35)
        return mix(far, near, depth**1.25)


def ground(scene: Scene, part: str) -> Colour:
    """A land's own colour, white under snow."""
    own = LOCAL[part]
    if part == "hills" and scene.plan.time == "golden":
        own = rgb("b9a14a")
    return rgb("e9f0fb") if scene.plan.snow and part in ("hills", "forest", "mountain", "city") else own


def haze(scene: Scene, y: float, reach: float, strength: float) -> Shape:
    """A band of mist around a height."""
    tone = scene.palette.haze
    return fill(
        box(-5, y - reach, scene.width + 5, y + reach * 0.8), faded(tone, 0), faded(tone, strength), faded(tone, 0)
    )
