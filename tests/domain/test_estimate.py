"""Prices before the click."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.estimate import estimate, expected_usage
from core.domain.frame import Box, Frame
from core.domain.image import ImageRef, Size
from core.domain.money import usd_text
from core.domain.request import EditRequest, GenerateRequest, Request
from core.providers.catalogue import catalogue

ASK = GenerateRequest(prompt="a red fox", model="gpt-image-2.5-flare", size="1024x1024", quality="high")


def picture(width: int, height: int) -> ImageRef:
    return ImageRef(sha256="0" * 64, width=width, height=height, media_type="image/png", bytes=1)


EDIT = EditRequest(**ASK.to_json(), images=(picture(1024, 1024),))


def price(request: Request):  # type: ignore[no-untyped-def]
    model = catalogue().find(request.model, allow_unknown=True)
    return estimate(model, request, unknown_price=Decimal("0.25"))


def test_an_explicit_size_and_quality_has_one_exact_price() -> None:
    result = price(ASK)
    assert result.low == result.high == result.held == (Decimal(1756) * 30 + Decimal(23) * 5) / 1_000_000


def test_four_images_read_about_21_cents() -> None:
    assert price(replace(ASK, n=4)).text == "about $0.21"


def test_automatic_quality_is_a_range_and_the_top_is_held() -> None:
    result = price(replace(ASK, quality=None))
    assert result.is_range
    assert result.held == result.high == price(replace(ASK, quality="max")).high
    assert result.low == price(replace(ASK, quality="low")).low


def test_automatic_size_is_a_range_over_the_standard_sizes() -> None:
    assert price(replace(ASK, size="auto")).text == "$0.041 to $0.053"


def test_an_unknown_model_has_no_price_but_is_held() -> None:
    result = price(replace(ASK, model="my-own-model", n=3, quality=None))
    assert result.text == "price unknown"
    assert result.high is None
    assert result.held == Decimal("0.75")


def test_each_partial_image_adds_a_hundred_tokens() -> None:
    model = catalogue().find(ASK.model)
    plain = expected_usage(model, ASK, Size(1024, 1024), "high")
    streamed = expected_usage(model, replace(ASK, stream=True, partial_images=3), Size(1024, 1024), "high")
    assert streamed.image_output - plain.image_output == 300


def test_third_party_figures_are_called_approximate() -> None:
    result = price(replace(ASK, model="gpt-image-2.6-flare", quality="low"))
    assert result.approximate
    assert any("third-party" in note for note in result.notes)


def test_an_svg_holds_something_for_its_author() -> None:
    result = price(replace(ASK, model="gpt-image-2.6-flare", output_format="svg"))
    assert result.high is not None
    assert result.low is not None
    assert result.high - result.low == Decimal("0.10")


@pytest.mark.parametrize(
    ("amount", "text"),
    [("12.4", "$12.40"), ("0.2107", "$0.21"), ("0.0527", "$0.053"), ("0.0059", "$0.0059"), ("0.00002", "$0.00002"),
     ("0", "$0.00"), ("1234.5", "$1,234.50"), ("-0.5", "-$0.50")],
)  # fmt: skip
def test_amounts_are_written_with_the_digits_that_matter(amount: str, text: str) -> None:
    assert usd_text(Decimal(amount)) == text


def test_an_edit_costs_its_input_image_besides() -> None:
    high, plain = price(EDIT).high, price(ASK).high
    assert high is not None
    assert plain is not None
    assert high - plain == Decimal(1024) * 8 / 1_000_000


def test_the_first_image_is_counted_as_it_is_sent_and_the_others_whole() -> None:
    model = catalogue().find(EDIT.model)
    frame = Frame(box=Box(left=0, top=0, width=640, height=480), size=Size(640, 480))
    request = replace(EDIT, images=(picture(6000, 4000), picture(341, 512)), frame=frame, n=3)
    assert expected_usage(model, request, Size(1024, 1024), "high").image_input == 3 * (768 + 704)


def test_high_fidelity_is_priced_where_it_exists() -> None:
    model = catalogue().find("gpt-image-1.5")
    request = replace(EDIT, model=model.id, input_fidelity="high")
    assert expected_usage(model, request, Size(1024, 1024), "high").image_input == 4354
    assert expected_usage(model, replace(request, input_fidelity=None), Size(1024, 1024), "high").image_input == 194


def test_input_tokens_of_2_6_are_said_to_be_assumed() -> None:
    newer, older = price(replace(EDIT, model="gpt-image-2.6-flare")), price(EDIT)
    assert newer.approximate
    assert any("input tokens" in note for note in newer.notes)
    assert not older.notes
