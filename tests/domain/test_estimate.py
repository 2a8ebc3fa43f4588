"""Prices before the click."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.estimate import estimate, expected_usage
from core.domain.image import Size
from core.domain.money import usd_text
from core.domain.request import GenerateRequest
from core.providers.catalogue import catalogue

ASK = GenerateRequest(prompt="a red fox", model="gpt-image-2.5-flare", size="1024x1024", quality="high")


def price(request: GenerateRequest):  # type: ignore[no-untyped-def]
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
