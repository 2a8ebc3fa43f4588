"""A mask is a list of operations that cannot be wrong and survives its JSON."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.image import ImageRef, Size
from core.domain.mask import BORDER, QUICK_REGIONS, Mask, Operation, Tool, parse_region, quick_region
from core.errors import InvalidRequestError

NUMBERS = st.floats(-10_000, 10_000)
POINTS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=20).map(tuple)


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    return Operation(
        tool=draw(st.sampled_from(Tool)),
        points=draw(POINTS),
        size=draw(st.floats(0.1, 500)),
        erase=draw(st.booleans()),
    )


@given(st.lists(operations(), max_size=5).map(tuple), st.booleans(), st.integers(-50, 50), st.booleans())
def test_a_mask_survives_its_json(drawn: tuple[Operation, ...], fill: bool, grow: int, invert: bool) -> None:
    file = ImageRef(sha256="a" * 64, width=30, height=20, media_type="image/png", bytes=9)
    mask = Mask(width=30, height=20, operations=drawn, file=file, fill_holes=fill, grow=grow, invert=invert)

    assert Mask.from_json(json.loads(json.dumps(mask.to_json()))) == mask


@pytest.mark.parametrize(
    "wrong",
    [
        {"tool": "brush", "points": [], "size": 5},
        {"tool": "brush", "points": [[1, 2]]},
        {"tool": "brush", "points": [[1, 2]], "size": math.nan},
        {"tool": "brush", "points": [[math.inf, 2]], "size": 5},
        {"tool": "rectangle", "points": [[1, math.nan], [2, 3]]},
        {"tool": "rectangle", "points": [[1, 2]]},
        {"tool": "polygon", "points": [[1, 2], [3, 4]]},
        {"tool": "spray", "points": [[1, 2]]},
        {"tool": "polygon", "points": [[1, 2, 3], [3, 4, 5], [5, 6, 7]]},
        {"tool": "brush", "points": "ab", "size": 5},
        {"tool": "brush", "points": [[1, 2]], "size": None},
        {"points": [[1, 2]]},
        {},
        [],
        "brush",
        None,
    ],
)
def test_what_is_no_operation_is_refused_with_a_sentence(wrong: object) -> None:
    with pytest.raises(InvalidRequestError, match=r"^[A-Z].*\.$"):
        Operation.from_json(wrong)  # type: ignore[arg-type]


def test_a_mask_with_too_many_points_is_refused() -> None:
    stroke = Operation(tool=Tool.BRUSH, points=((1.0, 1.0),) * 50_000, size=3)

    with pytest.raises(InvalidRequestError, match="at most"):
        Mask(width=10, height=10, operations=(stroke,) * 5)


@pytest.mark.parametrize("text", ["1,2,3", "1,2,0,4", "a,b,c,d", "1,2,3,-4", "", "1.5,2,3,4"])
def test_what_is_no_region_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="is no region"):
        parse_region(text)


def test_a_region_is_read_as_a_rectangle() -> None:
    region = parse_region(" 100, 50,400 ,300")

    assert region == Operation(tool=Tool.RECTANGLE, points=((100, 50), (500, 350)))


@pytest.mark.parametrize("size", [Size(1, 1), Size(3, 2), Size(100, 61)])
@pytest.mark.parametrize("name", [*QUICK_REGIONS, BORDER])
def test_every_quick_region_lies_within_the_picture(name: str, size: Size) -> None:
    points = [point for operation in quick_region(name, size) for point in operation.points]

    assert all(-1 <= x <= size.width and -1 <= y <= size.height for x, y in points)
