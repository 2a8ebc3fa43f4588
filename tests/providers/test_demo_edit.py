"""Edits by the demo provider: it changes the frame as models do, and the masked part as it was told."""

import asyncio
import io
import time
from decimal import Decimal
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from core.domain.answer import Answer, EditInputs
from core.domain.estimate import estimate
from core.domain.image import Size
from core.domain.request import EditRequest
from core.errors import ProviderRefusedError, RateLimitedError
from core.providers.catalogue import catalogue
from core.providers.demo_wish import wish
from tests.providers.edits import circle, edit, encoded, markup, mask_of, photo
from tests.providers.test_demo import Notebook, demo

PHOTO, CIRCLE, MARKUP = photo(), circle(), markup()
NEWEST = "gpt-image-2.6-sunburst"


def call(asked: tuple[EditRequest, EditInputs], line: Notebook | None = None) -> Notebook:
    line = line or Notebook()
    asyncio.run(demo().edit(*asked, line))
    return line


def answer_to(*images: bytes, **options: Any) -> Answer:
    raw = call(edit(*images, **options)).raw
    assert raw is not None
    return asyncio.run(demo().read(raw))


def made(*images: bytes, **options: Any) -> Image.Image:
    image = Image.open(io.BytesIO(answer_to(*images, **options).images[0].data))
    image.load()
    return image


def pixels(image: Image.Image | bytes) -> NDArray[np.float32]:
    image = Image.open(io.BytesIO(image)) if isinstance(image, bytes) else image
    return np.asarray(image.convert("RGB"), np.float32)


def change(image: Image.Image, before: bytes, mask: bytes) -> tuple[float, float]:
    """The mean difference inside and outside the mask, in levels."""
    difference = np.abs(pixels(image) - pixels(before)).mean(axis=2)
    inside = np.asarray(Image.open(io.BytesIO(mask))) > 127
    return float(difference[inside].mean()), float(difference[~inside].mean())


def test_the_same_edit_gives_the_same_bytes_and_another_number_another_picture() -> None:
    first, second = (answer_to(PHOTO, mask=CIRCLE, n=2).images for _ in range(2))
    assert [image.data for image in first] == [image.data for image in second]
    assert first[0].data != first[1].data


def test_the_whole_frame_changes_a_little_and_the_masked_part_much() -> None:
    inside, outside = change(made(PHOTO, mask=CIRCLE), PHOTO, CIRCLE)
    assert inside > 25
    assert 1 < outside < 15


def test_the_frame_drifts_by_a_pixel_or_two() -> None:
    image = made(PHOTO, mask=CIRCLE)
    grey = [cv2.cvtColor(pixels(each), cv2.COLOR_RGB2GRAY)[500:900] for each in (PHOTO, image)]
    (dx, dy), _ = cv2.phaseCorrelate(grey[0], grey[1])
    assert 0.2 < abs(dx) < 3
    assert 0.2 < abs(dy) < 3


def test_high_input_fidelity_changes_less() -> None:
    options = {"mask": CIRCLE, "model": "gpt-image-1.5"}
    low, high = (change(made(PHOTO, input_fidelity=f, **options), PHOTO, CIRCLE)[1] for f in ("low", "high"))
    assert high < low


def test_a_thing_is_taken_away_by_what_lies_around_it() -> None:
    field = Image.effect_noise((512, 512), 40).convert("RGB")
    ImageDraw.Draw(field).ellipse((200, 200, 300, 300), fill=(255, 0, 0))
    mask = mask_of(lambda draw: draw.ellipse((190, 190, 310, 310), fill=255), Size(512, 512))
    image = made(encoded(field), mask=mask, prompt="remove the red disc", size="1024x1024")
    middle = pixels(image.resize((512, 512)))[210:290, 210:290]
    assert float((middle[..., 0] - middle[..., 1]).max()) < 40


@pytest.mark.parametrize("mask", [
    mask_of(lambda draw: draw.line((100, 500, 900, 520), fill=255, width=6)),
    mask_of(lambda draw: draw.point((1, 1), fill=255)),
    mask_of(lambda draw: draw.rectangle((0, 0, 1024, 1024), fill=255)),
    mask_of(lambda draw: (draw.rectangle((0, 0, 60, 60), fill=255), draw.ellipse((800, 800, 1023, 1023), fill=255))),
    mask_of(lambda draw: draw.point((1, 1), fill=0)),
], ids=["thin", "one pixel", "everything", "two islands", "nothing"])  # fmt: skip
@pytest.mark.parametrize("prompt", ["clean it up", "a fox"])
def test_every_mask_is_answered_at_the_size_asked_for(mask: bytes, prompt: str) -> None:
    assert made(PHOTO, mask=mask, prompt=prompt).size == (1024, 1024)


@pytest.mark.parametrize(
    "prompt", ["make it night", "snow", "at sunset", "black and white", "a pencil sketch", "comic", "rain", "fog",
               "autumn", "warmer", "cooler", "brighter", "darker", "vivid", "dreamy", "sepia", "make it better"],
)  # fmt: skip
def test_without_a_mask_the_whole_picture_is_regraded(prompt: str) -> None:
    small = photo(Size(256, 256))
    difference = np.abs(pixels(made(small, prompt=prompt).resize((256, 256))) - pixels(small))
    assert float(difference.mean()) > 8


def test_a_markup_has_its_thing_painted_where_it_was_drawn() -> None:
    ring = mask_of(lambda draw: draw.ellipse((100, 100, 400, 400), fill=255))
    inside, outside = change(made(PHOTO, markup=MARKUP, prompt="a hot air balloon here"), PHOTO, ring)
    assert inside > 3 * outside


def test_references_are_shown_in_the_picture() -> None:
    plain, pinned = made(PHOTO, prompt="combine them"), made(PHOTO, photo(prompt="a cat"), prompt="combine them")
    assert float(np.abs(pixels(plain) - pixels(pinned))[:200, -200:].mean()) > 10


def test_what_was_clear_stays_clear_unless_the_format_cannot() -> None:
    sticker = Image.new("RGBA", (1024, 1024))
    sticker.paste((200, 80, 40, 255), (300, 300, 700, 700))
    data = encoded(sticker)
    kept = made(data, prompt="warmer")
    assert (kept.mode, kept.getchannel("A").getpixel((60, 60))) == ("RGBA", 0)
    assert made(data, prompt="warmer", output_format="jpeg").mode == "RGB"
    assert made(PHOTO, prompt="warmer", background="transparent").getchannel("A").getextrema() == (0, 255)


@pytest.mark.parametrize(
    ("options", "media"),
    [
        ({"output_format": "webp", "output_compression": 40}, "WEBP"),
        ({"output_format": "jpeg"}, "JPEG"),
        ({"output_format": "gif", "size": "512x512", "model": NEWEST, "frame_count": 4}, "GIF"),
    ],
)
def test_every_format_is_answered(options: dict[str, Any], media: str) -> None:
    image = made(PHOTO, prompt="warmer", **options)
    assert (image.format, str(Size(*image.size))) == (media, options.get("size", "1024x1024"))
    assert getattr(image, "n_frames", 1) == options.get("frame_count", 1)


def test_an_svg_of_an_edit_is_drawn_in_coloured_fields() -> None:
    data = answer_to(PHOTO, prompt="warmer", output_format="svg", model=NEWEST).images[0].data
    assert data.startswith(b"<svg")
    assert b"<image" not in data


def test_a_size_left_open_follows_the_pictures_shape() -> None:
    assert made(photo(Size(1200, 800)), prompt="warmer", size=None).size == (1536, 1024)


def test_previews_come_before_the_answer_and_events_are_those_of_an_edit() -> None:
    line = call(edit(PHOTO, mask=CIRCLE, stream=True, partial_images=2))
    assert line.heard == ["sending", "preview", "preview", "answered"]
    assert line.raw is not None
    assert b'"image_edit.completed"' in line.raw.body


def test_errors_come_by_the_same_directives() -> None:
    with pytest.raises(RateLimitedError):
        call(edit(PHOTO, prompt="demo:error=rate_limit"))


@pytest.mark.parametrize(
    ("images", "options"),
    [((b"no picture",), {}), ((PHOTO,), {"mask": circle(Size(64, 64))}), ((PHOTO,), {"input_fidelity": "high"})],
    ids=["no picture", "mask of another size", "option not taken"],
)
def test_what_a_provider_would_refuse_is_refused(images: tuple[bytes, ...], options: dict[str, Any]) -> None:
    mask = options.pop("mask", None)
    request, _ = edit(PHOTO, **options)
    files = tuple((image, "image/png") for image in images)
    with pytest.raises(ProviderRefusedError):
        call((request, EditInputs(images=files, mask=mask)))


@pytest.mark.parametrize(
    ("images", "options"),
    [((PHOTO,), {"n": 2}), ((PHOTO, photo(Size(3000, 500))), {}), ((PHOTO,), {"stream": True, "partial_images": 3}),
     ((PHOTO,), {"model": "gpt-image-1.5", "input_fidelity": "high"}), ((PHOTO,), {"model": NEWEST})],
    ids=str,
)  # fmt: skip
def test_the_cost_is_the_estimate(images: tuple[bytes, ...], options: dict[str, Any]) -> None:
    request, _ = edit(*images, prompt="warmer", **options)
    usage, model = answer_to(*images, prompt="warmer", **options).usage, catalogue().find(request.model)
    expected = estimate(model, request, unknown_price=Decimal(1))
    assert usage is not None
    assert model.prices is not None
    assert model.prices.cost(usage) == expected.low == expected.high


def test_a_large_hole_in_a_large_picture_is_filled_in_bounded_time() -> None:
    size = Size(3840, 2160)
    mask = mask_of(lambda draw: draw.rectangle((800, 400, 3000, 1800), fill=255), size)
    began = time.process_time()
    made(photo(size), mask=mask, prompt="remove it", size="3840x2160")
    assert time.process_time() - began < 30


@pytest.mark.parametrize(
    ("prompt", "selected", "subject"),
    [
        ("add a hot air balloon", False, "balloon"),
        ("replace the cat with a red fox", True, "fox"),
        ("turn the house into a lighthouse", True, "lighthouse"),
        ("remove the boat", True, None),
        ("a moon instead of the sun", True, "moon"),
        ("make the boat blue", False, None),
        ("the boat", True, "boat"),
        ("two cats", True, "cat"),
        ("something nice", True, None),
    ],
)
def test_a_prompt_is_read_for_what_shall_be_there(prompt: str, selected: bool, subject: str | None) -> None:
    assert wish(prompt, selected=selected).subject == subject


def test_a_selected_thing_takes_the_colour_that_is_named() -> None:
    colour = pixels(made(PHOTO, mask=CIRCLE, prompt="make it red"))[150:350, 650:850].mean(axis=(0, 1))
    assert colour[0] > colour[2]
