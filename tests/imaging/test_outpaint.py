"""A larger canvas leaves the original bit for bit in its place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.domain.frame import Extension
from core.domain.image import Size
from core.errors import InvalidRequestError
from core.imaging.outpaint import extended
from core.imaging.sketch import Sketch, paint

SIDES = st.tuples(*[st.integers(0, 200)] * 4).filter(any)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 120), st.integers(1, 120), st.sampled_from((3, 4)), SIDES)
def test_the_original_is_untouched_and_all_else_is_masked(
    width: int, height: int, channels: int, sides: tuple[int, int, int, int]
) -> None:
    levels = np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8)
    extension = Extension(left=sides[0], top=sides[1], right=sides[2], bottom=sides[3])

    canvas, mask = extended(Image.fromarray(levels), extension)

    inside = np.s_[sides[1] : sides[1] + height, sides[0] : sides[0] + width]
    assert canvas.size == mask.size == (width + sides[0] + sides[2], height + sides[1] + sides[3])
    assert np.array_equal(np.asarray(canvas)[inside], levels)
    assert not np.asarray(mask)[inside].any()
    assert np.count_nonzero(np.asarray(mask)) == mask.width * mask.height - width * height


def test_the_new_area_begins_with_the_colours_of_the_edge() -> None:
    source = paint(Sketch(prompt="hills at noon", size=Size(400, 300), quality="high")).convert("RGB")

    canvas, _ = extended(source, Extension(left=200, right=100))

    pixels = np.asarray(canvas, int)
    assert np.abs(pixels[:, 199] - pixels[:, 200]).mean() < 4
    assert np.abs(pixels[:, 500] - pixels[:, 499]).mean() < 4


def test_a_canvas_too_large_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="at most"):
        extended(Image.new("RGB", (6000, 4000)), Extension(left=20_000))
