"""Speed: rendering the mask, composing and verifying, against decoding and encoding the same PNG in the same run.

Every figure is the median of five; peak memory is of a process of its own that does it once. The
goal is that all of our pixel work takes less than the codec.

python -m benchmarks.mask_speed
"""

import io
import math
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from core.domain.frame import plan_frame
from core.domain.image import Size
from core.domain.mask import Mask, Operation, Tool
from core.domain.sizes import SizeRule
from core.imaging import changes, codec, masks, region
from core.imaging.compose import compose
from core.imaging.sketch import Sketch, paint

RULE = SizeRule(step=16, max_edge=3840, max_ratio=3, min_pixels=655_360, max_pixels=8_294_400)
SIZES = (Size(3840, 2160), Size(6000, 4000))
ROUNDS = 5


def encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def photo(size: Size) -> Image.Image:
    """A picture with a camera's grain, which is what makes PNGs slow."""
    small = paint(Sketch(prompt="a harbour city by the sea", size=Size(size.width // 3, size.height // 3)))
    grain = Image.effect_noise((size.width, size.height), 12).convert("RGB")
    large = small.convert("RGB").resize((size.width, size.height), Image.Resampling.BICUBIC)
    return Image.blend(large, grain, 0.15)


def painted(size: Size, *, wide: bool) -> Mask:
    """A stroke of 400 points with an ellipse, or an ellipse that covers most of the picture."""
    if wide:
        points = ((size.width * 0.04, size.height * 0.04), (size.width * 0.96, size.height * 0.96))
        return Mask(width=size.width, height=size.height, operations=(Operation(tool=Tool.ELLIPSE, points=points),))
    path = tuple(
        (size.width * (0.3 + step / 2000), size.height * (0.5 + 0.1 * math.sin(step / 20))) for step in range(400)
    )
    stroke = Operation(tool=Tool.BRUSH, points=path, size=size.short / 20)
    spot = Operation(tool=Tool.ELLIPSE, points=(path[0], (path[0][0] + size.short / 5, path[0][1] + size.short / 6)))
    return Mask(width=size.width, height=size.height, operations=(stroke, spot), fill_holes=True, grow=8)


def median_ms(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)


def measure(size: Size, *, wide: bool) -> str:
    """One row of the table; verifying is told without the decoding that it begins with."""
    source, mask = photo(size), painted(size, wide=wide)
    png, image = encoded(source), masks.render(mask)
    bounds = masks.bounds(image)
    assert bounds is not None
    frame = plan_frame(size, bounds, RULE, context=None)
    answer = region.cut(source, frame, mask=None)[0].point([min(level + 9, 255) for level in range(256)] * 3)

    def composed() -> Image.Image:
        return compose(source, answer, frame, image, feather=8, match_colours=True, repair_drift=True).image

    done = composed()
    decode, encode = median_ms(lambda: codec.decode(png)), median_ms(lambda: encoded(done))
    render, join = median_ms(lambda: masks.render(mask)), median_ms(composed)
    check = median_ms(lambda: changes.compare(source, done, image))
    kind = "most of it" if wide else "a part"
    return (
        f"| {size} | {kind} ({frame.box.size}) | {decode:.0f} + {encode:.0f} | {render:.0f} | {join:.0f} | {check:.0f} "
        f"| {render + join + check:.0f} | {(render + join + check) / (decode + encode):.2f} |"
    )


def peak_mb(made: Path, size: Size, wide: bool, with_ours: bool) -> float:
    """Peak memory of this process after one round, with our pixel work or with the codec's alone."""
    source = codec.decode(made.read_bytes())
    if with_ours:
        image = masks.render(painted(size, wide=wide))
        bounds = masks.bounds(image)
        assert bounds is not None
        frame = plan_frame(size, bounds, RULE, context=None)
        answer = region.cut(source, frame, mask=None)[0]
        done = compose(source, answer, frame, image, feather=8, match_colours=True, repair_drift=True)
        changes.compare(source, codec.decode(encoded(done.image)), image)
    else:
        encoded(source)
    # Linux only; unlike ru_maxrss it does not begin with the parent's.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    print("| picture | mask (part sent) | codec ms | render | compose | verify | ours | ours / codec |")
    print("|---|---|---|---|---|---|---|---|")
    for size in SIZES:
        for wide in (False, True):
            print(measure(size, wide=wide), flush=True)
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder, context.Pool(1, maxtasksperchild=1) as pool:
        for size in SIZES:
            made = Path(folder) / f"{size}.png"
            made.write_bytes(encoded(photo(size)))
            figures = [pool.apply(peak_mb, (made, size, True, ours)) for ours in (False, True)]
            print(f"Peak memory at {size}: {figures[0]:.0f} MB decoding and encoding, {figures[1]:.0f} MB with ours")


if __name__ == "__main__":
    main()
