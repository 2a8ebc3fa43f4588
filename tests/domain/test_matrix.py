"""A matrix: every combination of some fields, bounded, and what it costs in all; and what requests differ in."""

from decimal import Decimal

import pytest

from core.domain.differences import differing
from core.domain.image import ImageRef
from core.domain.matrix import MAX_CELLS, Cell, expand, total
from core.domain.request import EditRequest, GenerateRequest
from core.domain.usage import Estimate
from core.errors import InvalidRequestError

BASE = GenerateRequest(prompt="a fox", model="a", output_format="webp")
PICTURE = ImageRef(sha256="0" * 64, width=1024, height=1024, media_type="image/png", bytes=1)


def estimate(low: str | None, high: str | None, held: str) -> Estimate:
    return Estimate(low=low and Decimal(low), high=high and Decimal(high), held=Decimal(held))  # type: ignore[arg-type]


def test_every_combination_is_a_request_with_the_first_field_outermost() -> None:
    requests = expand(BASE, {"model": ["a", "b"], "quality": ["low", "high"], "size": ["1024x1024"]})

    assert [(one.model, one.quality) for one in requests] == [("a", "low"), ("a", "high"), ("b", "low"), ("b", "high")]
    assert {(one.prompt, one.size, one.output_format) for one in requests} == {("a fox", "1024x1024", "webp")}


def test_any_field_of_any_request_can_be_varied() -> None:
    edit = EditRequest(prompt="make it night", model="a", images=(PICTURE,))

    requests = expand(edit, {"prompt": ["make it night", "make it day"], "feather": [0, 8]})

    assert [(one.prompt, one.feather) for one in requests if isinstance(one, EditRequest)] == [
        ("make it night", 0), ("make it night", 8), ("make it day", 0), ("make it day", 8),
    ]  # fmt: skip


def test_a_field_without_values_stays_and_a_value_named_twice_counts_once() -> None:
    assert expand(BASE, {"model": ["b", "b"], "quality": []}) == expand(BASE, {"model": ["b"]})


@pytest.mark.parametrize(
    ("axes", "said"),
    [
        ({"n": range(1, 6), "quality": [str(number) for number in range(5)]}, "5 x 5 makes 25 cells; at most 24"),
        ({"colour": ["red"]}, "no colour"),
        ({"size": ["huge"]}, "'huge' is not a size"),
    ],
)
def test_what_cannot_be_expanded_is_said(axes: dict[str, list[object]], said: str) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        expand(BASE, axes)
    assert len(expand(BASE, {"n": range(1, 5), "quality": list("abcdef")})) == MAX_CELLS


def test_the_total_is_exact_and_says_what_is_unknown() -> None:
    known, wide = estimate("0.01", "0.01", "0.01"), estimate("0.02", "0.05", "0.05")
    unknown = estimate(None, None, "0.25")
    cells = [Cell(request=BASE, estimate=one) for one in (known, wide, unknown)]
    cells.append(Cell(request=BASE, problem="not taken"))

    cost = total(cells)

    assert (cost.requests, cost.low, cost.high, cost.held) == (3, Decimal("0.03"), Decimal("0.06"), Decimal("0.31"))
    assert cost.text == "$0.030 to $0.060 and 1 of unknown price"
    assert total(cells[:1]).text == "about $0.010"
    assert total(cells[2:]).text == "price unknown"


def test_requests_differ_in_what_shapes_a_picture_and_in_nothing_else() -> None:
    high = GenerateRequest(prompt="a fox", model="a", quality="high", output_format="webp", n=4)
    edit = EditRequest(prompt="a fox", model="a", output_format="webp", images=(PICTURE,))

    assert differing([BASE, high]) == ("quality",)
    assert "kind" in differing([BASE, edit])
    assert differing([BASE]) == differing([BASE, BASE]) == ()
    assert (
        differing([GenerateRequest(prompt="a", model="a"), GenerateRequest(prompt="a", model="a", size="auto")]) == ()
    )
