"""Protection: are all pixels outside the mask bit for bit the original's, on the file that was written?

Each case uploads a file, plans a frame, sends it to a model that redraws everything (the demo's
way: repainted, shifted, brightened, resized), composes the answer, writes a PNG, and decodes that
file and the upload again to count.

python -m benchmarks.protection
"""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

import cv2
import numpy as np
from PIL import Image

from core.domain.frame import plan_frame
from core.domain.image import Size
from core.domain.mask import Mask, Operation, Tool
from core.domain.sizes import SizeRule
from core.imaging import codec, masks, region
from core.imaging.compose import compose, verify
from core.imaging.sketch import Sketch, paint
from core.imaging.upload import take_in

FREE = SizeRule(step=16, max_edge=3840, max_ratio=3, min_pixels=655_360, max_pixels=8_294_400)
FIXED = SizeRule(fixed=(Size(1024, 1024), Size(1536, 1024), Size(1024, 1536)))
SIZES = (
    (64, 64),
    (65, 201),
    (640, 480),
    (1024, 1024),
    (1000, 1501),
    (2048, 700),
    (3840, 2160),
    (4000, 6000),
    (6000, 4000),
)
KINDS = ("RGB", "RGBA", "L", "CMYK", "16-bit", "turned", "palette")
MASKS = ("middle", "edge", "corner", "two islands", "one pixel", "all but one", "brush", "inverted")
ANSWERS = ("redrawn", "shifted", "brightened", "resized", "all of it")


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One upload, one mask and one way in which the model gets it wrong."""

    size: Size
    kind: str
    mask: str
    answer: str
    rule: SizeRule
    feather: int

    def __str__(self) -> str:
        sizes = "fixed" if self.rule.fixed else "free"
        return f"{self.size} {self.kind}, {self.mask}, {self.answer}, {sizes} sizes, feather {self.feather}"


def cases() -> Iterator[Case]:
    """Every size with every kind; masks, answers, rules and feathers turn at rates without a common factor."""
    turning = zip(cycle(MASKS), cycle(ANSWERS), cycle((FREE, FIXED, FREE)), cycle((8, 0, 64, 1)), strict=False)
    for width, height in SIZES:
        for kind in KINDS:
            mask, answer, rule, feather = next(turning)
            yield Case(size=Size(width, height), kind=kind, mask=mask, answer=answer, rule=rule, feather=feather)
    for mask, answer in zip(MASKS * 2, cycle(ANSWERS), strict=False):
        yield Case(size=Size(801, 602), kind="RGB", mask=mask, answer=answer, rule=FREE, feather=16)


def uploaded(case: Case) -> bytes:
    """A file as a person would bring it."""
    small = paint(Sketch(prompt="a city by the sea", size=Size(480, 320), number=case.size.width))
    picture = small.convert("RGB").resize((case.size.width, case.size.height), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    match case.kind:
        case "CMYK":
            picture.convert("CMYK").save(out, "JPEG", quality=90)
        case "16-bit":
            levels = np.asarray(picture.convert("L"), np.uint16) * 257
            Image.fromarray(levels).save(out, "PNG", compress_level=1)
        case "turned":
            exif = Image.Exif()
            exif[0x0112] = 6
            picture.transpose(Image.Transpose.ROTATE_90).save(out, "JPEG", quality=90, exif=exif)
        case "RGBA":
            picture.putalpha(Image.linear_gradient("L").resize(picture.size))
            picture.save(out, "PNG", compress_level=1)
        case "palette":
            picture.quantize(64).save(out, "PNG", compress_level=1)
        case _:
            picture.convert(case.kind).save(out, "PNG", compress_level=1)
    return out.getvalue()


def painted(kind: str, size: Size) -> Mask:
    """The mask as a list of operations."""
    width, height, reach = size.width, size.height, max(size.short // 5, 1)

    def box(left: float, top: float, across: float, down: float) -> Operation:
        return Operation(tool=Tool.RECTANGLE, points=((left, top), (left + across, top + down)))

    middle = Operation(tool=Tool.ELLIPSE, points=((width * 0.3, height * 0.3), (width * 0.6, height * 0.7)))
    wave = tuple((width * part / 20, height * (0.5 + 0.3 * np.sin(part))) for part in range(20))
    operations = {
        "middle": (middle,),
        "edge": (box(-5, height / 3, reach + 5, reach),),
        "corner": (box(width - reach, height - reach, reach + 9, reach + 9),),
        "two islands": (box(0, 0, reach, reach), box(width - reach, height - reach * 1.5, reach, reach)),
        "one pixel": (box(width // 2, height // 3, 1, 1),),
        "all but one": (box(width // 3, height // 2, 1, 1),),
        "brush": (Operation(tool=Tool.BRUSH, points=wave, size=max(reach / 3, 1)),),
        "inverted": (middle,),
    }[kind]
    return Mask(width=width, height=height, operations=operations, invert=kind in ("all but one", "inverted"))


def answered(kind: str, sent: Image.Image) -> Image.Image:
    """What a model gives back: always another picture, and often another place, light or size."""
    random = np.random.default_rng(7)
    pixels = np.asarray(sent.convert("RGB"), np.int16)
    redrawn = np.clip(pixels + random.integers(-12, 13, pixels.shape, np.int16), 0, 255).astype(np.uint8)
    if kind in ("shifted", "all of it"):
        matrix = np.array([[1, 0, 3.4], [0, 1, 2.2]])
        redrawn = np.asarray(cv2.warpAffine(redrawn, matrix, sent.size, borderMode=cv2.BORDER_REFLECT), np.uint8)
    if kind in ("brightened", "all of it"):
        redrawn = np.asarray(cv2.convertScaleAbs(redrawn, alpha=1.15, beta=10), np.uint8)
    image = Image.fromarray(redrawn)
    return image.resize((sent.width * 3 // 4, sent.height * 3 // 4)) if kind in ("resized", "all of it") else image


def tried(case: Case) -> tuple[int, int, int]:
    """Protected pixels, those of them unchanged in the written file, and edited pixels that did change."""
    taken = take_in(uploaded(case))
    source = codec.decode(taken.data)
    mask = masks.render(painted(case.mask, Size(*source.size)))
    bounds = masks.bounds(mask)
    assert bounds is not None
    frame = plan_frame(Size(*source.size), bounds, case.rule, context=None)
    sent, _ = region.cut(source, frame, mask=mask)
    composed = compose(
        source,
        answered(case.answer, sent),
        frame,
        mask,
        feather=case.feather,
        match_colours=case.feather == 8,
        repair_drift=True,
    )
    out = io.BytesIO()
    composed.image.save(out, "PNG", compress_level=1)
    protected, unchanged = verify(out.getvalue(), codec.decode(taken.data), mask)
    edited, same = verify(out.getvalue(), source, Image.fromarray(cv2.bitwise_not(np.asarray(mask))))
    return protected, unchanged, edited - same


def main() -> None:
    started, count, failed, pixels, idle = time.perf_counter(), 0, 0, 0, 0
    for case in cases():
        protected, unchanged, edited = tried(case)
        count, pixels, failed, idle = (
            count + 1,
            pixels + protected,
            failed + (protected != unchanged),
            idle + (not edited),
        )
        if protected != unchanged or not edited:
            print(f"{case}: {protected - unchanged:,} protected pixels changed, {edited:,} edited ones did")
    print(
        f"{count} cases, {pixels:,} protected pixels: {failed} cases with a changed one; "
        f"{idle} without any edit; {time.perf_counter() - started:.0f} s"
    )


if __name__ == "__main__":
    main()
