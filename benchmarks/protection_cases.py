"""The cases of the protection benchmark: uploads of every size and kind, masks, and a model's ways to get it wrong."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image

from core.domain.image import Size
from core.domain.mask import Mask, Operation, Tool
from core.imaging.sketch import Sketch, paint

FREE, FIXED = "gpt-image-2.6-sunburst", "gpt-image-1.5"
"""A model that takes any size, and one with three."""
SEED = 3
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
ANSWERS = {
    "demo": None,
    "repainted": "",
    "shifted": "[answer:shift=3,2]",
    "half a pixel": "[answer:shift=-1.5,0.5]",
    "brightened": "[answer:brighten=10]",
    "resized": "[answer:scale=0.5]",
    "all of it": "[answer:shift=3,2 brighten=10 scale=0.75]",
}
"""The demo provider, or what the local server is told to do to its answer besides the edit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One upload, one mask and one way in which the model gets it wrong."""

    size: Size
    kind: str
    mask: str
    answer: str
    model: str
    feather: int

    def __str__(self) -> str:
        return f"{self.size} {self.kind}, {self.mask}, {self.answer}, {self.model}, feather {self.feather}"

    @property
    def prompt(self) -> str:
        return f"a hot air balloon {ANSWERS[self.answer] or ''}"


def cases() -> Iterator[Case]:
    """Every size with every kind and every mask with every answer; what else there is falls as the seed has it."""
    chance = Random(SEED)
    for width, height in SIZES:
        for kind in KINDS:
            yield _case(Size(width, height), kind, chance.choice(MASKS), chance.choice(list(ANSWERS)), chance)
    for mask in MASKS:
        for answer in ANSWERS:
            yield _case(Size(801, 602), "RGB", mask, answer, chance)


def _case(size: Size, kind: str, mask: str, answer: str, chance: Random) -> Case:
    model, feather = chance.choice((FREE, FIXED)), chance.choice((0, 1, 8, 64))
    return Case(size=size, kind=kind, mask=mask, answer=answer, model=model, feather=feather)


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
