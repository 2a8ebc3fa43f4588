"""What is sent has the planned size, fills what lies beyond the picture, and loses no edited pixel."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.domain.frame import Box, Frame
from core.domain.image import Size
from core.errors import InvalidImageError
from core.imaging import region


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    channels = len(Image.new(mode, (1, 1)).getbands())
    levels = np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8)
    return Image.fromarray(levels.squeeze() if channels == 1 else levels)


def frame(left: int, top: int, width: int, height: int, size: tuple[int, int] | None = None) -> Frame:
    return Frame(box=Box(left=left, top=top, width=width, height=height), size=Size(*(size or (width, height))))


def test_a_part_at_its_own_size_is_sent_pixel_by_pixel() -> None:
    source = noise(200, 150)

    sent, mask = region.cut(source, frame(20, 30, 96, 80), mask=None)

    assert np.array_equal(np.asarray(sent), np.asarray(source)[30:110, 20:116])
    assert mask is None


def test_what_lies_beyond_the_picture_is_its_mirror_image_and_protected() -> None:
    source = noise(50, 40)

    sent, mask = region.cut(source, frame(-10, 0, 70, 40), mask=Image.new("L", (50, 40), 255))

    assert mask is not None
    assert np.array_equal(np.asarray(sent)[:, :10], np.asarray(source)[:, :10][:, ::-1])
    assert np.asarray(mask)[:, 10:60].all()
    assert not np.asarray(mask)[:, :10].any()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 400),
    st.integers(1, 400),
    st.sampled_from(((64, 64), (16, 48), (512, 512), (7, 300))),
    st.integers(0, 10**6),
)
def test_no_edited_pixel_is_lost_however_it_is_scaled(
    width: int, height: int, size: tuple[int, int], seed: int
) -> None:
    mask = Image.new("L", (width, height), 0)
    mask.putpixel((seed % width, seed // 7 % height), 255)

    sent = np.asarray(region.cut_mask(mask, frame(0, 0, width, height, size)))

    assert sent.any()
    assert set(np.unique(sent)) <= {0, 255}
    assert sent.shape == (size[1], size[0])


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("box", [(0, 0, 60, 40), (-300, -300, 700, 700), (59, 39, 10, 10), (-5, 10, 20, 20)])
def test_any_frame_that_touches_the_picture_can_be_cut(mode: str, box: tuple[int, int, int, int]) -> None:
    sent, mask = region.cut(noise(60, 40, mode), frame(*box, size=(64, 48)), mask=Image.new("L", (60, 40), 255))

    assert mask is not None
    assert (sent.mode, sent.size, mask.size) == (mode, (64, 48), (64, 48))


def test_a_frame_outside_the_picture_is_refused() -> None:
    with pytest.raises(InvalidImageError, match="outside"):
        region.cut(noise(10, 10), frame(20, 20, 5, 5), mask=None)


def test_what_is_sent_is_a_png_as_long_as_it_fits() -> None:
    picture = noise(300, 300)

    data, media_type = region.encode_for_sending(picture)

    assert media_type == "image/png"
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), np.asarray(picture))


@pytest.mark.parametrize(("mode", "media_type"), [("RGB", "image/jpeg"), ("RGBA", "image/webp")])
def test_what_is_too_large_as_png_is_sent_smaller_and_in_the_end_refused(mode: str, media_type: str) -> None:
    picture = noise(300, 300, mode)

    assert region.encode_for_sending(picture, 250_000)[1] == media_type
    with pytest.raises(InvalidImageError, match="does not fit"):
        region.encode_for_sending(picture, 1000)
