"""Outside the mask nothing changes, bit for bit, whatever the answer looks like."""

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.domain.frame import Box, Frame, plan_frame
from core.domain.image import Size
from core.domain.sizes import SizeRule
from core.errors import InvalidImageError
from core.imaging import changes, codec, masks, region
from core.imaging.compose import Composed, compose, verify
from core.imaging.sketch import Sketch, paint

SMALL = SizeRule(step=16, max_edge=256, max_ratio=3, min_pixels=1024, max_pixels=16_384)
FIXED = SizeRule(fixed=(Size(64, 64), Size(96, 64)))


def written(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def laid(source: Image.Image, answer: Image.Image, frame: Frame, mask: Image.Image, **options: object) -> Composed:
    choices = {"feather": 8, "match_colours": False, "repair_drift": True, **options}
    return compose(source, answer, frame, mask, **choices)  # type: ignore[arg-type]


def whole(size: tuple[int, int]) -> Frame:
    return Frame(box=Box(left=0, top=0, width=size[0], height=size[1]), size=Size(*size))


def disc(size: tuple[int, int]) -> Image.Image:
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.circle(mask, (size[0] // 2, size[1] // 2), min(size) // 4, 255, -1)
    return Image.fromarray(mask)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Image.Image, Image.Image, Frame, Image.Image]:
    width, height = draw(st.integers(1, 150)), draw(st.integers(1, 150))
    random = np.random.default_rng(draw(st.integers(0, 2**31)))
    source = Image.fromarray(random.integers(0, 256, (height, width, draw(st.sampled_from((3, 4)))), np.uint8))
    kind = draw(st.sampled_from(("noise", "box", "pixel", "all")))
    pixels = np.zeros((height, width), np.uint8)
    if kind == "noise":
        pixels[random.random((height, width)) > 0.8] = 255
    left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    reach = {"box": 40, "pixel": 1, "all": 1000, "noise": 1}[kind]
    pixels[top if reach < 1000 else 0 : top + reach, left if reach < 1000 else 0 : left + reach] = 255
    mask = Image.fromarray(pixels)
    bounds = masks.bounds(mask)
    assert bounds is not None
    rule = draw(st.sampled_from((SMALL, FIXED)))
    frame = plan_frame(Size(width, height), bounds, rule, context=draw(st.none() | st.integers(0, 60)))
    shape = (draw(st.integers(1, 150)), draw(st.integers(1, 150))) if draw(st.booleans()) else None
    columns, rows = shape or (frame.size.width, frame.size.height)
    answer = Image.fromarray(random.integers(0, 256, (rows, columns, draw(st.sampled_from((3, 4)))), np.uint8))
    return source, answer, frame, mask


@settings(max_examples=150, deadline=None)
@given(cases(), st.integers(0, 60), st.booleans(), st.booleans())
def test_no_protected_pixel_ever_changes(
    case: tuple[Image.Image, Image.Image, Frame, Image.Image], feather: int, match: bool, repair: bool
) -> None:
    source, answer, frame, mask = case

    composed = compose(source, answer, frame, mask, feather=feather, match_colours=match, repair_drift=repair)

    outside = np.asarray(mask) == 0
    before, after = (np.asarray(image.convert("RGBA"))[outside] for image in (source, composed.image))
    assert np.array_equal(before, after)
    assert verify(written(composed.image), source, mask) == (outside.sum(), outside.sum())
    assert 0 <= composed.changed_percent <= 100


@settings(max_examples=60, deadline=None)
@given(cases())
def test_every_part_of_the_mask_shows_the_answer(
    case: tuple[Image.Image, Image.Image, Frame, Image.Image],
) -> None:
    source, _, frame, mask = case
    source = Image.new("RGB", source.size, "black")
    answer = Image.new("RGB", (frame.size.width, frame.size.height), "white")

    image = laid(source, answer, frame, mask).image

    parts, labels = cv2.connectedComponents(np.asarray(mask))
    shown = np.asarray(image)[..., 0]
    assert all(shown[labels == part].max() == 255 for part in range(1, parts))


def test_an_answer_at_the_pictures_own_size_is_put_in_untouched() -> None:
    source, answer = (Image.effect_noise((120, 90), spread).convert("RGB") for spread in (30, 60))
    mask = disc(source.size)

    image = laid(source, answer, whole(source.size), mask, feather=0, repair_drift=False).image

    inside = np.asarray(mask) > 0
    assert np.array_equal(np.asarray(image)[inside], np.asarray(answer)[inside])


def test_an_answer_is_scaled_back_to_where_it_came_from() -> None:
    source = paint(Sketch(prompt="a city by the sea", size=Size(1200, 800), quality="high")).convert("RGB")
    frame = Frame(box=Box(left=300, top=200, width=600, height=400), size=Size(480, 320))
    mask = Image.new("L", source.size, 0)
    mask.paste(255, (400, 250, 800, 550))
    answer, _ = region.cut(source, frame, mask=None)

    composed = laid(source, answer, frame, mask)

    # The model gave back what it was sent: nothing changed but for the scaling.
    assert changes.compare(source, composed.image).mean_difference < 4
    assert composed.changed_percent < 0.5
    assert composed.drift == (0.0, 0.0)


@pytest.mark.parametrize("shift", [(3.0, 2.0), (-1.4, 0.6)])
def test_a_shifted_answer_is_moved_back_before_it_is_put_in(shift: tuple[float, float]) -> None:
    source = paint(Sketch(prompt="mountains and a lake", size=Size(640, 480), quality="high")).convert("RGB")
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
    moved = cv2.warpAffine(
        np.asarray(source), matrix, source.size, flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT
    )
    answer, mask, frame = Image.fromarray(moved), disc(source.size), whole(source.size)

    repaired = laid(source, answer, frame, mask)
    left_alone = laid(source, answer, frame, mask, repair_drift=False)

    assert repaired.drift == pytest.approx(shift, abs=0.25)
    errors = [changes.compare(source, one.image).mean_difference for one in (repaired, left_alone)]
    assert errors[0] < errors[1] / 3


def test_colours_are_fitted_to_what_surrounds_the_mask() -> None:
    source = paint(Sketch(prompt="hills at noon", size=Size(640, 480), quality="high")).convert("RGB")
    answer = source.point([min(int(level * 0.9 + 30), 255) for level in range(256)] * 3)
    mask, frame = disc(source.size), whole(source.size)

    fitted = laid(source, answer, frame, mask, match_colours=True).image
    as_it_came = laid(source, answer, frame, mask).image

    assert changes.compare(source, fitted).mean_difference < changes.compare(source, as_it_came).mean_difference / 5


def test_a_transparent_source_keeps_its_transparency_to_the_bit() -> None:
    source = paint(Sketch(prompt="sticker of a fox", size=Size(320, 320), transparent=True))
    mask = disc(source.size)

    composed = laid(source, Image.new("RGB", source.size, "red"), whole(source.size), mask)

    assert composed.image.mode == "RGBA"
    protected, unchanged = verify(written(composed.image), source, mask)
    assert protected == unchanged == 320 * 320 - masks.selected(mask)
    assert composed.image.getpixel((160, 160)) == (255, 0, 0, 255)


def test_an_answer_that_clears_the_background_makes_the_outcome_transparent_only_in_the_mask() -> None:
    source, mask = Image.new("RGB", (100, 80), "blue"), disc((100, 80))

    image = laid(source, Image.new("RGBA", (100, 80), (0, 0, 0, 0)), whole((100, 80)), mask, feather=0).image

    assert np.array_equal(np.asarray(image.getchannel("A")) == 0, np.asarray(mask) > 0)


def test_what_invisible_pixels_hide_lends_no_colour_to_a_soft_edge() -> None:
    source, mask = Image.new("RGBA", (100, 100), (0, 255, 0, 0)), disc((100, 100))

    image = laid(source, Image.new("RGB", (100, 100), "red"), whole((100, 100)), mask).image

    seen = np.asarray(image)[np.asarray(image.getchannel("A")) > 0]
    assert np.all(seen[:, :3] == (255, 0, 0))


def test_how_much_the_model_changed_is_counted_outside_the_mask_only() -> None:
    source, mask = Image.new("RGB", (100, 100), "grey"), disc((100, 100))
    answer = source.copy()
    answer.paste("red", (0, 0, 100, 10))
    answer.paste("white", mask=mask)

    composed = laid(source, answer, whole((100, 100)), mask)

    assert composed.changed_percent == pytest.approx(100 * 1000 / (10_000 - masks.selected(mask)))
    assert composed.change_map.size == (100, 100)
    assert sum(composed.change_map.getpixel((50, 5))) > 3 * sum(composed.change_map.getpixel((5, 90)))  # type: ignore[arg-type]


def test_an_empty_mask_changes_nothing() -> None:
    source = Image.effect_noise((60, 40), 40).convert("RGB")

    image = laid(source, Image.new("RGB", (60, 40)), whole((60, 40)), Image.new("L", (60, 40))).image

    assert changes.compare(source, image).changed == 0


def test_verifying_tells_of_a_single_changed_bit() -> None:
    source, mask = Image.new("RGBA", (50, 40), (10, 20, 30, 0)), Image.new("L", (50, 40))
    touched = source.copy()
    touched.putpixel((49, 39), (10, 20, 31, 0))

    assert verify(written(touched), source, mask) == (2000, 1999)


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(InvalidImageError, match="30x20 and the picture 60x40"):
        laid(Image.new("RGB", (60, 40)), Image.new("RGB", (60, 40)), whole((60, 40)), Image.new("L", (30, 20)))


def test_a_comparison_counts_and_measures() -> None:
    a = Image.new("RGB", (40, 30), "black")
    b = a.copy()
    b.paste((5, 0, 0), (0, 0, 10, 10))
    b.paste((0, 90, 3), (20, 0, 30, 10))

    found = changes.compare(a, b)

    assert (found.pixels, found.changed, found.visibly_changed, found.max_difference) == (1200, 200, 100, 90)
    assert found.mean_difference == pytest.approx(9500 / 1200)


def test_only_what_lies_outside_the_mask_is_compared() -> None:
    a, b, mask = Image.new("RGB", (40, 30)), Image.new("RGB", (40, 30), "white"), Image.new("L", (40, 30), 255)
    mask.paste(0, (0, 0, 4, 5))

    assert changes.compare(a, b, mask).pixels == 20
    with pytest.raises(InvalidImageError, match="40x30 and 41x30"):
        changes.compare(a, Image.new("RGB", (41, 30)))


def test_what_was_decoded_from_a_jpeg_is_protected_too() -> None:
    out = io.BytesIO()
    Image.effect_noise((80, 60), 50).convert("CMYK").save(out, "JPEG")
    source, mask = codec.decode(out.getvalue()), disc((80, 60))

    image = laid(source, Image.new("RGB", (80, 60), "red"), whole((80, 60)), mask).image

    protected, unchanged = verify(written(image), source, mask)
    assert protected == unchanged > 0
