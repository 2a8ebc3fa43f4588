"""Splitting grid pictures: how many of 200 synthetic grids have every tile within 2 pixels of the truth.

Against equal slicing, per kind and in total; how many wrong ones were flagged as unsure, and how many right
ones needlessly. Grids whose tiles have the gutter's own colour as background are counted apart.

python -m benchmarks.grid_split [--seed 1] [--each 20] [--workers 1]
"""

import argparse
import io
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from time import perf_counter

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from core.domain.frame import Box
from core.domain.image import Size
from core.imaging.grid import split_grid
from core.imaging.sketch import Sketch, paint

Pixels = NDArray[np.uint8]
Random = np.random.Generator
LAYOUTS = ((2, 2), (3, 3), (4, 4), (2, 4))
WITHIN, WIDEST, EDGE = 2, 40, 720
PROMPTS = (
    *("a lighthouse by the sea", "a city at night", "a red fox in the snow", "hills with a forest", "abstract"),
    *("a boat on a lake", "a cat in the garden", "a house in the mountains", "sunset over a desert", "a tree"),
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a grid is laid out: border left, top, right, bottom; gutters across and down; tile widths and heights."""

    border: tuple[int, int, int, int]
    gutter: tuple[int, int]
    widths: tuple[int, ...]
    heights: tuple[int, ...]
    colour: tuple[int, int, int]
    other: tuple[int, int, int] | None = None
    radius: float = 0
    grain: float = 0
    quality: int | None = None

    def boxes(self) -> tuple[Box, ...]:
        lefts = _starts(self.border[0], self.widths, self.gutter[0])
        tops = _starts(self.border[1], self.heights, self.gutter[1])
        return tuple(
            Box(left=left, top=top, width=width, height=height)
            for top, height in zip(tops, self.heights, strict=True)
            for left, width in zip(lefts, self.widths, strict=True)
        )

    def size(self) -> tuple[int, int]:
        last = self.boxes()[-1]
        return last.right + self.border[2], last.bottom + self.border[3]


def _starts(first: int, sizes: tuple[int, ...], gutter: int) -> list[int]:
    return [first + sum(sizes[:n]) + n * gutter for n in range(len(sizes))]


@cache
def pool(seed: int) -> tuple[Pixels, ...]:
    """Pictures to fill tiles with: painted scenes, and clouds of photographic noise lit from one side."""
    random = np.random.default_rng([seed, 99])
    size = Size(EDGE, EDGE)
    scenes = [
        np.asarray(paint(Sketch(prompt=prompt, size=size, quality="high", number=seed % 997)).convert("RGB"))
        for prompt in PROMPTS
    ]
    return (*scenes, *(_photographic(random) for _ in range(14)))


def _photographic(random: Random) -> Pixels:
    """What a photograph's statistics are like: 1/f noise in correlated channels, a gradient of light, sensor noise."""
    across, down = np.fft.fftfreq(EDGE)[None, :], np.fft.fftfreq(EDGE)[:, None]
    fall = np.maximum(np.hypot(across, down), 1 / EDGE) ** random.uniform(1.0, 1.5)
    grey, tint = (np.fft.ifft2(np.fft.fft2(random.normal(size=(EDGE, EDGE))) / fall).real for _ in range(2))
    slope = np.add.outer(np.linspace(-1, 1, EDGE) * random.normal(), np.linspace(-1, 1, EDGE) * random.normal())
    light = grey / grey.std() + slope
    colours = light[..., None] * random.uniform(0.7, 1.1, 3) + (tint / tint.std())[..., None] * random.uniform(
        -0.5, 0.5, 3
    )
    pixels = random.uniform(80, 170) + random.uniform(20, 50) * colours + random.normal(0, 2, (EDGE, EDGE, 3))
    return np.clip(pixels, 0, 255).astype(np.uint8)


def picture(random: Random, seed: int, width: int, height: int) -> Pixels:
    """A random part of a picture of the pool, mirrored and lit at random, at this size."""
    whole = pool(seed)[random.integers(len(pool(seed)))]
    scale = random.uniform(0.45, 0.95) * EDGE / max(width, height)
    across, down = int(width * scale), int(height * scale)
    left, top = random.integers(EDGE - across + 1), random.integers(EDGE - down + 1)
    part = whole[top : top + down, left : left + across]
    part = part[:, ::-1] if random.random() < 0.5 else part
    how = cv2.INTER_AREA if scale > 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(np.ascontiguousarray(part), (width, height), interpolation=how)
    lit = scaled.astype(np.float32) * random.uniform(0.75, 1.2, 3).astype(np.float32)
    return np.clip(lit + random.normal(0, random.uniform(0, 4), lit.shape), 0, 255).astype(np.uint8)


def alike(random: Random, seed: int, width: int, height: int, *, colour: tuple[int, int, int]) -> Pixels:
    """A photograph whose upper or left edge fades into the gutter's colour, as a bright sky does."""
    pixels = picture(random, seed, width, height).astype(np.float32)
    ramp = np.linspace(1.3, -random.uniform(0.5, 3), height)[:, None, None]
    ramp = ramp if random.random() < 0.5 else np.linspace(1.3, -random.uniform(0.5, 3), width)[None, :, None]
    share = np.clip(ramp, 0, 1)
    faded = pixels * (1 - share) + (np.array(colour, np.float32) + random.normal(0, 2, pixels.shape)) * share
    return np.clip(faded, 0, 255).astype(np.uint8)


def studio(random: Random, seed: int, width: int, height: int, *, exact: bool) -> Pixels:
    """Head and shoulders of a picture's colours before a white background: exactly white, or nearly as a camera's."""
    mask = Image.new("L", (width, height))
    pen, middle = ImageDraw.Draw(mask), width * random.uniform(0.4, 0.6)
    head, high = width * random.uniform(0.12, 0.2), height * random.uniform(0.15, 0.35)
    pen.ellipse((middle - head, high, middle + head, high + 2.6 * head), fill=255)
    wide = width * random.uniform(0.25, 0.4)
    pen.ellipse((middle - wide, high + 2.3 * head, middle + wide, height * 1.5), fill=255)
    share = cv2.GaussianBlur(np.asarray(mask), (0, 0), 1.2).astype(np.float32)[..., None] / 255
    behind = np.full((height, width, 3), 255, np.float32)
    if not exact:
        fall = np.hypot(*np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height)))[..., None]
        behind += random.uniform(-6, -1) * fall + random.normal(0, random.uniform(0.5, 2), behind.shape)
    pixels = picture(random, seed, width, height) * share + behind * (1 - share)
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


Fill = Callable[[Random, int, int, int], Pixels]


def drawn(plan: Plan, fill: Fill, random: Random, seed: int) -> Image.Image:
    """The grid as a decoded picture, after JPEG where the plan says so."""
    canvas = Image.new("RGB", plan.size(), plan.colour)
    pen = ImageDraw.Draw(canvas)
    if plan.other:  # gutters down have a colour of their own
        for box in plan.boxes()[: len(plan.widths) - 1]:
            pen.rectangle((box.right, 0, box.right + plan.gutter[0] - 1, canvas.height), fill=plan.other)
    if plan.grain:
        noisy = np.asarray(canvas, np.float32) + random.normal(0, plan.grain, (canvas.height, canvas.width, 3))
        canvas = Image.fromarray(np.clip(np.rint(noisy), 0, 255).astype(np.uint8))
    for box in plan.boxes():
        tile = Image.fromarray(fill(random, seed, box.width, box.height))
        canvas.paste(tile, (box.left, box.top), _rounded(box, plan.radius))
    if plan.quality is None:
        return canvas
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=plan.quality)
    return Image.open(out).convert("RGB")


def _rounded(box: Box, radius: float) -> Image.Image | None:
    if not radius:
        return None
    large = Image.new("L", (4 * box.width, 4 * box.height))
    corner = 4 * radius * min(box.width, box.height)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, 4 * box.width - 1, 4 * box.height - 1), corner, fill=255)
    return large.reduce(4)


def plain(random: Random, rows: int, columns: int, gutters: tuple[int, int] = (0, WIDEST)) -> Plan:
    """Equal tiles and gutters, with a border as wide as the gutters, or none."""
    edge = int(random.integers(900, 1700)) // max(rows, columns)
    wide = int(random.integers(gutters[0], gutters[1] + 1))
    tall = wide if random.random() < 0.7 else int(random.integers(gutters[0], gutters[1] + 1))
    around = wide if random.random() < 0.5 else 0
    ratio = random.choice((1, 1, 1, 0.75, 1.33))
    return Plan(
        border=(around,) * 4,
        gutter=(wide, tall),
        widths=(edge,) * columns,
        heights=(int(edge * ratio),) * rows,
        colour=(255, 255, 255),
    )


def uneven(random: Random, rows: int, columns: int) -> Plan:
    """Borders that differ on every side; half of them also with tiles of several widths and heights."""
    plan = plain(random, rows, columns)
    left, top, right, bottom = (int(width) for width in random.integers(0, 90, 4))
    plan = replace(plan, border=(left, top, right, bottom), colour=_any_colour(random))
    if random.random() < 0.5:
        return plan
    widths, heights = (
        tuple(int(size * random.uniform(0.85, 1.15)) for size in sizes) for sizes in (plan.widths, plan.heights)
    )
    return replace(plan, widths=widths, heights=heights)


def _any_colour(random: Random) -> tuple[int, int, int]:
    if random.random() < 0.6:
        return ((255, 255, 255), (0, 0, 0), (246, 244, 240), (24, 24, 27))[random.integers(4)]
    red, green, blue = (int(level) for level in random.integers(0, 256, 3))
    return red, green, blue


Made = tuple[Image.Image, tuple[Box, ...]]


def grid(kind: str, seed: int, number: int) -> tuple[Image.Image, tuple[Box, ...], tuple[int, int]]:
    """One grid of a kind, its true boxes, and its rows and columns."""
    random = np.random.default_rng([seed, sorted(KINDS | HOSTILE).index(kind), number])
    rows, columns = LAYOUTS[number % len(LAYOUTS)]
    plan, fill = (KINDS | HOSTILE)[kind](random, rows, columns)
    return drawn(plan, fill, random, seed), plan.boxes(), (rows, columns)


def _white(random: Random, rows: int, columns: int) -> tuple[Plan, Fill]:
    return plain(random, rows, columns, (1, WIDEST)), picture


def _black(random: Random, rows: int, columns: int) -> tuple[Plan, Fill]:
    return replace(plain(random, rows, columns, (1, WIDEST)), colour=(0, 0, 0)), picture


def _coloured(random: Random, rows: int, columns: int) -> tuple[Plan, Fill]:
    first, second = (tuple(int(level) for level in random.integers(0, 256, 3)) for _ in range(2))
    other = second if random.random() < 0.5 else None
    return replace(plain(random, rows, columns, (2, WIDEST)), colour=first, other=other), picture


def _none(random: Random, rows: int, columns: int) -> tuple[Plan, Fill]:
    plan = plain(random, rows, columns, (0, 0))
    if random.random() < 0.5:
        return plan, picture
    left, top, right, bottom = (int(width) for width in random.integers(0, 60, 4))
    return replace(plan, border=(left, top, right, bottom)), picture


def _thin(random: Random, rows: int, columns: int) -> tuple[Plan, Fill]:
    return replace(plain(random, rows, columns, (1, 4)), colour=_any_colour(random)), picture


def _uneven(random: Random, rows: int, columns: int) -> tuple[Plan, Fill]:
    return uneven(random, rows, columns), picture


def _rounded_tiles(random: Random, rows: int, columns: int) -> tuple[Plan, Fill]:
    plan = plain(random, rows, columns, (4, WIDEST))
    return replace(plan, colour=_any_colour(random), radius=random.uniform(0.02, 0.2)), picture


def _noisy(random: Random, rows: int, columns: int) -> tuple[Plan, Fill]:
    plan = plain(random, rows, columns, (2, WIDEST))
    return replace(plan, colour=_any_colour(random), grain=random.uniform(1, 6)), picture


def _jpeg(random: Random, rows: int, columns: int) -> tuple[Plan, Fill]:
    plan = uneven(random, rows, columns) if random.random() < 0.5 else plain(random, rows, columns)
    return replace(plan, colour=_any_colour(random), quality=int(random.integers(60, 96))), picture


def _resembling(random: Random, rows: int, columns: int) -> tuple[Plan, Fill]:
    plan = plain(random, rows, columns, (4, WIDEST))
    colour = ((255, 255, 255), (0, 0, 0), (246, 244, 240))[random.integers(3)]
    return replace(plan, colour=colour), partial(alike, colour=colour)


def _studio(random: Random, rows: int, columns: int) -> tuple[Plan, Fill]:
    return plain(random, rows, columns, (4, WIDEST)), partial(studio, exact=False)


def _studio_jpeg(random: Random, rows: int, columns: int) -> tuple[Plan, Fill]:
    plan, fill = _studio(random, rows, columns)
    return replace(plan, quality=int(random.integers(70, 96))), fill


def _studio_exact(random: Random, rows: int, columns: int) -> tuple[Plan, Fill]:
    return plain(random, rows, columns, (4, WIDEST)), partial(studio, exact=True)


def _studio_some(random: Random, rows: int, columns: int) -> tuple[Plan, Fill]:
    """About half the tiles before white, the others photographs."""

    def fill(random: Random, seed: int, width: int, height: int) -> Pixels:
        make: Fill = partial(studio, exact=True) if random.random() < 0.5 else picture
        return make(random, seed, width, height)

    return plain(random, rows, columns, (4, WIDEST)), fill


Kind = Callable[[Random, int, int], tuple[Plan, Fill]]
KINDS: dict[str, Kind] = {
    "white gutters": _white,
    "black gutters": _black,
    "coloured gutters": _coloured,
    "no gutters": _none,
    "1 to 4 pixels": _thin,
    "off-centre, uneven": _uneven,
    "rounded tiles": _rounded_tiles,
    "noisy gutters": _noisy,
    "JPEG": _jpeg,
    "edges like the gutter": _resembling,
}
HOSTILE: dict[str, Kind] = {
    "white studio, nearly white": _studio,
    "the same as JPEG": _studio_jpeg,
    "half of the tiles exactly white": _studio_some,
    "every tile exactly white": _studio_exact,
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Whether every edge was within 2 pixels, whether it was flagged, how deep it cut, how long it took (seconds)."""

    right: bool
    sliced: bool
    flagged: bool
    cut: int
    seconds: float


def outcome(kind: str, seed: int, number: int) -> Outcome:
    image, truth, (rows, columns) = grid(kind, seed, number)
    began = perf_counter()
    found = split_grid(image, rows, columns)
    took = perf_counter() - began
    return Outcome(
        right=_within(found.boxes, truth),
        sliced=_within(sliced(image, rows, columns), truth),
        flagged=not found.sure,
        cut=max(_off(a, b, inwards=True) for a, b in zip(found.boxes, truth, strict=True)),
        seconds=took,
    )


def sliced(image: Image.Image, rows: int, columns: int) -> tuple[Box, ...]:
    """The usual way: equal parts."""
    xs, ys = (
        [size * n // count for n in range(count + 1)] for size, count in ((image.width, columns), (image.height, rows))
    )
    return tuple(
        Box(left=xs[x], top=ys[y], width=xs[x + 1] - xs[x], height=ys[y + 1] - ys[y])
        for y in range(rows)
        for x in range(columns)
    )


def _within(found: Iterable[Box], truth: Iterable[Box]) -> bool:
    return all(_off(a, b) <= WITHIN for a, b in zip(found, truth, strict=True))


def _off(found: Box, truth: Box, *, inwards: bool = False) -> int:
    """How far the worst edge is off; ``inwards``: how far it cuts into the tile."""
    offs = (
        found.left - truth.left,
        found.top - truth.top,
        truth.right - found.right,
        truth.bottom - found.bottom,
    )
    return max(offs) if inwards else max(map(abs, offs))


def _line(name: str, found: list[Outcome]) -> str:
    wrong = [one for one in found if not one.right]
    right = [one for one in found if one.right]
    cells = (
        name,
        f"{len(right)} of {len(found)}",
        f"{sum(one.sliced for one in found)} of {len(found)}",
        f"{sum(one.flagged for one in wrong)} of {len(wrong)}",
        f"{sum(one.flagged for one in right)} of {len(right)}",
        f"{sum(one.cut > WITHIN for one in found)}",
        f"{1000 * float(np.median([one.seconds for one in found])):.0f}",
    )
    return f"| {' | '.join(cells)} |"


def measured(kinds: Iterable[str], seed: int, each: int, workers: int) -> list[Outcome]:
    """Print a line for each kind; all outcomes."""
    everything: list[Outcome] = []
    with ProcessPoolExecutor(workers) as executor:
        for kind in kinds:
            found = list(executor.map(partial(outcome, kind, seed), range(each)))
            print(_line(kind, found), flush=True)
            everything += found
    return everything


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=20, help="grids of each kind")
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    print(
        "| grids | within 2 pixels | equal slices | wrong, flagged | right, flagged | cut into a tile | ms |\n"
        "|---|---|---|---|---|---|---|"
    )
    print(_line("all", measured(KINDS, asked.seed, asked.each, asked.workers)))
    print(_line("all hostile", measured(HOSTILE, asked.seed, asked.each, asked.workers)))


if __name__ == "__main__":
    main()
