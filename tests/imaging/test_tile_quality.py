"""Checks of tiles: each finds what it is for, and leaves good pictures alone."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from core.domain.image import Size
from core.domain.tile_quality import Check, Expected, Finding, passed
from core.errors import InvalidRequestError
from core.imaging.quality import SHARP_ENOUGH, check_tiles, sharpness
from core.imaging.sketch import Sketch, paint

PROMPTS = ("a lighthouse by the sea", "a city at night", "a red fox in the snow")


@pytest.fixture(scope="module")
def scenes() -> list[Image.Image]:
    return [paint(Sketch(prompt=prompt, size=Size(512, 512), quality="high")).convert("RGB") for prompt in PROMPTS]


def face(size: int = 256) -> Image.Image:
    """A drawn head from the front; lengths are hundredths of the picture."""
    image = Image.new("RGB", (100, 100), (120, 140, 150)).resize((size, size))
    pen, unit = ImageDraw.Draw(image), size / 100

    def oval(x: float, y: float, across: float, down: float, fill: tuple[int, int, int]) -> None:
        pen.ellipse(((x - across) * unit, (y - down) * unit, (x + across) * unit, (y + down) * unit), fill=fill)

    hair, skin, shade = (60, 40, 30), (224, 180, 150), (205, 160, 132)
    oval(50, 46, 29, 38, hair)
    pen.rectangle((40 * unit, 75 * unit, 60 * unit, 100 * unit), fill=shade)
    oval(50, 52, 23, 31, skin)
    for x in (40, 60):
        oval(x, 46, 5.5, 3, (250, 250, 250))
        oval(x, 46, 2.6, 2.8, (50, 35, 25))
        brow = [(x - 6, 40), (x, 38), (x + 6, 40)]
        pen.line([(a * unit, b * unit) for a, b in brow], fill=hair, width=round(2 * unit))
        oval(x, 50, 5, 1.2, shade)
    pen.polygon([(a * unit, b * unit) for a, b in ((50, 46), (45.5, 60), (54.5, 60))], fill=shade)
    oval(50, 69, 8, 3, (180, 80, 80))
    oval(50, 24, 20, 8, hair)
    return image.filter(ImageFilter.GaussianBlur(size / 150))


def failed(findings: tuple[Finding, ...]) -> set[Check]:
    return {finding.check for finding in findings if not finding.passed}


def test_good_tiles_pass_and_every_finding_is_a_sentence(scenes: list[Image.Image]) -> None:
    found = check_tiles(scenes, Expected())
    assert all(passed(findings) for findings in found)
    assert all(finding.sentence.endswith(".") for findings in found for finding in findings)


def test_small_long_blank_and_repeated_tiles_are_found(scenes: list[Image.Image]) -> None:
    noise = np.random.default_rng(0).normal(220, 4, (512, 512, 3))
    again = ImageEnhance.Brightness(scenes[0].resize((400, 400))).enhance(1.1)
    tiles = [
        *scenes[:2],
        scenes[2].resize((200, 200)),
        scenes[2].resize((900, 300)),
        Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8)),
        again,
    ]
    small, long, blank, repeated = (failed(findings) for findings in check_tiles(tiles, Expected())[2:])
    assert Check.SIZE in small
    assert Check.SIZE in long
    assert Check.BLANK in blank
    assert repeated == {Check.DUPLICATE}
    assert "number 1 of the set" in check_tiles(tiles, Expected())[5][3].sentence


def test_sharpness_hardly_depends_on_size_or_contrast_but_on_blur(scenes: list[Image.Image]) -> None:
    for scene in scenes:
        sharp = sharpness(scene)
        assert sharp > SHARP_ENOUGH
        assert sharpness(scene.resize((1024, 1024))) == pytest.approx(sharp, abs=0.08)
        assert sharpness(ImageEnhance.Contrast(scene).enhance(0.4)) == pytest.approx(sharp, abs=0.12)
        assert sharpness(scene.filter(ImageFilter.GaussianBlur(5))) < SHARP_ENOUGH


def test_a_missing_face_is_told_only_where_one_is_expected(scenes: list[Image.Image]) -> None:
    finding = check_tiles(scenes[:1], Expected(faces=1))[0][-1]
    assert (finding.check, finding.passed, finding.value) == (Check.FACE, False, 0)
    assert finding.sentence == "No face was found; 1 is expected."
    assert check_tiles(scenes[:1], Expected(faces=0))[0][-1].passed


def test_faces_are_counted() -> None:
    pair = Image.new("RGB", (640, 320))
    for left in (0, 320):
        pair.paste(face(320), (left, 0))
    one, two = (findings[-1] for findings in check_tiles([face(), pair], Expected(faces=1)))
    assert (one.passed, one.value) == (True, 1)
    assert (two.passed, two.sentence) == (False, "2 faces were found; 1 is expected.")


def test_expectations_that_make_no_sense_are_refused() -> None:
    for wrong in ({"least_side": 0}, {"most_ratio": 0.5}, {"faces": -1}):
        with pytest.raises(InvalidRequestError):
            Expected(**wrong)
