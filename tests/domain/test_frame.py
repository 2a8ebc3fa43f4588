"""The part that is sent is legal, holds the region, and keeps its shape."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.domain.frame import Box, Extension, Frame, plan_frame
from core.domain.image import Size
from core.domain.sizes import SizeRule
from core.errors import InvalidRequestError

FREE = SizeRule(step=16, max_edge=3840, max_ratio=3, min_pixels=655_360, max_pixels=8_294_400)
FIXED = SizeRule(fixed=(Size(1024, 1024), Size(1536, 1024), Size(1024, 1536)))
SMALL = SizeRule(fixed=(Size(256, 256), Size(512, 512), Size(1024, 1024)))
UNKNOWN = SizeRule()


@st.composite
def canvases_with_regions(draw: st.DrawFn) -> tuple[Size, Box]:
    canvas = Size(draw(st.integers(1, 9000)), draw(st.integers(1, 8000)))
    left, top = draw(st.integers(0, canvas.width - 1)), draw(st.integers(0, canvas.height - 1))
    width, height = draw(st.integers(1, canvas.width - left)), draw(st.integers(1, canvas.height - top))
    return canvas, Box(left=left, top=top, width=width, height=height)


@given(canvases_with_regions(), st.sampled_from((FREE, FIXED, SMALL, UNKNOWN)), st.none() | st.integers(0, 2000))
@example((Size(64, 64), Box(left=0, top=0, width=64, height=64)), FREE, None)
@example((Size(6000, 4000), Box(left=0, top=0, width=6000, height=4000)), FREE, 0)
@example((Size(9000, 1), Box(left=0, top=0, width=9000, height=1)), FREE, 0)
def test_every_frame_is_legal_and_holds_its_region_unstretched(
    drawn: tuple[Size, Box], rule: SizeRule, context: int | None
) -> None:
    canvas, region = drawn

    frame = plan_frame(canvas, region, rule, context=context)

    assert rule.problem(frame.size) is None
    assert frame.box.holds(region)
    # One side of the box is rounded up to whole pixels; that is all that may differ in shape.
    off = abs(frame.box.width * frame.size.height - frame.box.height * frame.size.width)
    assert off <= max(frame.size.width, frame.size.height)


@given(canvases_with_regions(), st.sampled_from((FREE, FIXED)))
def test_a_frame_leaves_the_picture_only_where_it_is_larger_than_it(drawn: tuple[Size, Box], rule: SizeRule) -> None:
    canvas, region = drawn

    box = plan_frame(canvas, region, rule, context=None).box

    assert (box.left >= 0 and box.right <= canvas.width) or box.width >= canvas.width
    assert (box.top >= 0 and box.bottom <= canvas.height) or box.height >= canvas.height


def test_a_part_of_a_large_picture_is_sent_pixel_by_pixel() -> None:
    frame = plan_frame(Size(6000, 4000), Box(left=2500, top=1500, width=600, height=400), FREE, context=300)

    assert frame.box.size == frame.size == Size(1200, 1008)


def test_a_picture_that_fits_is_sent_whole_where_all_of_it_is_selected() -> None:
    frame = plan_frame(Size(1536, 1024), Box(left=0, top=0, width=1536, height=1024), FREE, context=None)

    assert frame == Frame(box=Box(left=0, top=0, width=1536, height=1024), size=Size(1536, 1024))


def test_context_reaches_around_the_region_as_far_as_asked() -> None:
    region = Box(left=2000, top=2000, width=1000, height=1000)

    box = plan_frame(Size(6000, 6000), region, FREE, context=500).box

    assert box.holds(Box(left=1500, top=1500, width=2000, height=2000))


def test_a_frame_survives_its_json() -> None:
    frame = Frame(box=Box(left=-3, top=4, width=50, height=60), size=Size(512, 640))

    assert Frame.from_json({"box": {"left": -3, "top": 4, "width": 50, "height": 60},
                            "size": {"width": 512, "height": 640}}) == frame  # fmt: skip


def test_an_extension_to_a_ratio_keeps_the_original_in_the_middle() -> None:
    extension = Extension.to_ratio(Size(1000, 1000), 16, 9)

    assert extension.of(Size(1000, 1000)) == Size(1778, 1000)
    assert extension.place(Size(1000, 1000)) == Box(left=389, top=0, width=1000, height=1000)


@pytest.mark.parametrize("sides", [{}, {"left": -1, "right": 5}])
def test_an_extension_that_extends_nothing_is_refused(sides: dict[str, int]) -> None:
    with pytest.raises(InvalidRequestError, match="at least one side"):
        Extension(**sides)


def test_a_canvas_too_large_to_work_on_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="at most 80,000,000"):
        Extension(left=20_000).of(Size(6000, 4000))
