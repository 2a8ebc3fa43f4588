"""Output tokens against the published figures."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.image import Size
from core.domain.tokens import MOST_PATCHES, FactorRule, PatchRule, TileRule, gif_sheet, prompt_tokens
from core.providers.catalogue import catalogue

DATA = json.loads((Path(__file__).parents[1] / "data" / "token-formulas.json").read_text())
FIGURES = DATA["output_tokens"]
CASES = [
    (model, size, quality, tokens)
    for model, sizes in FIGURES.items()
    for size, qualities in sizes.items()
    for quality, tokens in qualities.items()
]


@pytest.mark.parametrize(("model", "size", "quality", "tokens"), CASES)
def test_output_tokens_equal_the_reference_figures(model: str, size: str, quality: str, tokens: int) -> None:
    rule, frame = catalogue().find(model).tokens, Size.parse(size)
    assert rule is not None
    assert frame is not None
    assert rule.tokens(frame, quality) == tokens


@pytest.mark.parametrize(("quality", "tokens"), [("low", 272), ("medium", 1056), ("high", 4160)])
def test_fixed_size_models_use_the_printed_table(quality: str, tokens: int) -> None:
    rule = catalogue().find("gpt-image-1.5").tokens
    assert rule is not None
    assert rule.tokens(Size(1024, 1024), quality) == tokens


def test_an_exact_half_rounds_to_even_as_the_calculator_does() -> None:
    rule = FactorRule(factors={"odd": 1}, multipliers={})
    half, three_halves = Size(1000, 500), Size(2000, 3000)
    assert rule.tokens(half, "odd") == 0
    assert FactorRule(factors={"q": 2}, multipliers={}).tokens(Size(2000, 1500), "q") == -(
        -2 * 2 * 5_000_000 // 4_000_000
    )
    assert rule.tokens(three_halves, "odd") == 2


def test_low_and_medium_of_2_6_are_four_times_2_5() -> None:
    newer, older = catalogue().find("gpt-image-2.6-flare").tokens, catalogue().find("gpt-image-2.5-flare").tokens
    assert newer is not None
    assert older is not None
    assert newer.tokens(Size(1536, 1024), "low") == 4 * older.tokens(Size(1536, 1024), "low")
    assert newer.tokens(Size(1536, 1024), "high") == older.tokens(Size(1536, 1024), "high")


@pytest.mark.parametrize(
    ("frames", "sheet"), [(2, Size(1024, 512)), (4, Size(1024, 1024)), (9, Size(1536, 1536)), (16, Size(2048, 2048))]
)
def test_gif_frames_lie_on_a_near_square_sheet(frames: int, sheet: Size) -> None:
    assert gif_sheet(Size(512, 512), frames) == sheet


def test_prompt_tokens_count_other_scripts_by_the_character() -> None:
    assert prompt_tokens("a red fox") == 23
    assert prompt_tokens("狐") == 21


@pytest.mark.parametrize(("size", "tokens"), DATA["input_image_tokens_patch"].items())
def test_patches_of_an_input_image_equal_the_reference_figures(size: str, tokens: int) -> None:
    frame = Size.parse(size)
    assert frame is not None
    assert PatchRule().tokens(frame) == tokens


@pytest.mark.parametrize(
    ("size", "fidelity", "tokens"),
    [(size, fidelity, n) for size, both in DATA["input_image_tokens_tile"].items() for fidelity, n in both.items()],
)
def test_tiles_of_an_input_image_equal_the_reference_figures(size: str, fidelity: str, tokens: int) -> None:
    frame = Size.parse(size)
    assert frame is not None
    assert TileRule().tokens(frame, fidelity) == tokens


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_no_input_image_has_more_patches_than_the_budget(width: int, height: int) -> None:
    assert 1 <= PatchRule().tokens(Size(width, height)) <= MOST_PATCHES
