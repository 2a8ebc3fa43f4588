"""Masks of other tools are understood, and it is said how; ours are written as each provider wants them."""

import io

import numpy as np
import pytest
from PIL import Image

from core.domain.image import Size
from core.errors import InvalidImageError
from core.imaging import masks
from core.imaging.markup import markup_png
from core.imaging.mask_files import black_white, openai_png, provider_png, read_mask

SIZE = Size(200, 100)
SPOT = (20, 30, 60, 80)


def encoded(image: Image.Image, format: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, format)
    return out.getvalue()


def spot(ground: int, colour: int, size: Size = SIZE) -> Image.Image:
    image = Image.new("L", (size.width, size.height), ground)
    image.paste(colour, SPOT)
    return image


def cleared(outside: int, inside: int) -> Image.Image:
    image = Image.new("RGBA", (SIZE.width, SIZE.height), "white")
    image.putalpha(spot(outside, inside))
    return image


def selected(data: bytes) -> np.ndarray:  # type: ignore[type-arg]
    return np.asarray(Image.open(io.BytesIO(data))) > 0


EDITED = np.asarray(spot(0, 255)) > 0


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (spot(0, 255), "What is white will be edited, as most tools would read it."),
        (spot(255, 0), "What is black will be edited, because more than 80 % of the file is white."),
        (spot(0, 255).convert("1"), "What is white"),
        (spot(0, 255).convert("RGB"), "What is white"),
        (cleared(255, 0), "What is transparent will be edited, as OpenAI would read it."),
        (cleared(0, 255), "What is opaque will be edited, because more than 80 % of the file is transparent."),
    ],
)
def test_the_part_to_edit_is_found_and_said(image: Image.Image, said: str) -> None:
    read = read_mask(encoded(image), SIZE)

    assert np.array_equal(selected(read.data), EDITED)
    assert said in read.said


@pytest.mark.parametrize("image", [spot(255, 0), cleared(0, 255)])
def test_a_programs_mask_is_read_by_convention_however_much_it_selects(image: Image.Image) -> None:
    read = read_mask(encoded(image), SIZE, by_convention=True)

    assert np.array_equal(selected(read.data), ~EDITED)
    assert "because more than" not in read.said


@pytest.mark.parametrize("image", [spot(0, 255), spot(255, 0), cleared(255, 0), cleared(0, 255)])
def test_the_switch_turns_it_round(image: Image.Image) -> None:
    found = read_mask(encoded(image), SIZE)

    turned = read_mask(encoded(image), SIZE, white_is_edit=not found.white_is_edit)

    assert np.array_equal(selected(turned.data), ~selected(found.data))
    assert "as you chose" in turned.said


def test_a_mask_of_the_same_ratio_is_scaled_without_soft_edges_and_that_is_said() -> None:
    read = read_mask(encoded(spot(0, 255)), Size(800, 400))

    assert selected(read.data).sum() == 16 * EDITED.sum()
    assert "scaled from 200x100 to the picture's 800x400" in read.said


def test_a_mask_of_another_ratio_is_refused_with_both_sizes() -> None:
    with pytest.raises(InvalidImageError, match=r"200x100 and the picture 400x400"):
        read_mask(encoded(spot(0, 255)), Size(400, 400))


def test_a_soft_jpeg_mask_is_read_at_half_brightness() -> None:
    read = read_mask(encoded(spot(0, 255), "JPEG"), SIZE)

    assert np.count_nonzero(selected(read.data) ^ EDITED) < 20


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(InvalidImageError):
        read_mask(b"nonsense", SIZE)


def test_openai_gets_a_png_whose_alpha_is_clear_where_it_may_edit() -> None:
    sent = Image.open(io.BytesIO(openai_png(spot(0, 255))))

    assert (sent.format, sent.mode, sent.size) == ("PNG", "RGBA", (200, 100))
    assert np.array_equal(np.asarray(sent.getchannel("A")), np.where(EDITED, 0, 255))


def test_a_mask_of_the_largest_picture_fits_the_providers_limit() -> None:
    y, x = np.mgrid[0:2160, 0:3840]
    busy = Image.fromarray((((x // 9 + y // 7) % 3 == 0) * 255).astype(np.uint8))

    assert len(openai_png(busy)) < 4 * 1024 * 1024


def test_a_mask_of_nothing_but_specks_is_refused_with_advice() -> None:
    noise = np.random.default_rng(0).random((4000, 5000)) > 0.5

    with pytest.raises(InvalidImageError, match="Fill its holes"):
        openai_png(Image.fromarray((noise * 255).astype(np.uint8)))


def test_a_provider_of_the_other_polarity_gets_white_where_it_may_edit() -> None:
    assert provider_png(spot(0, 255), "white") == black_white(spot(0, 255))
    assert read_mask(provider_png(spot(0, 255), "transparent"), SIZE).data == black_white(spot(0, 255))
    assert masks.selected(masks.binary(Image.open(io.BytesIO(black_white(spot(0, 255)))))) == EDITED.sum()


def test_a_markup_has_exactly_the_pictures_size() -> None:
    drawing = Image.new("RGBA", (100, 50), (0, 0, 0, 0))
    drawing.paste((255, 0, 0, 255), (10, 10, 30, 20))

    sent = Image.open(io.BytesIO(markup_png(encoded(drawing), SIZE)))

    assert (sent.format, sent.mode, sent.size) == ("PNG", "RGBA", (200, 100))
    assert sent.getpixel((40, 30)) == (255, 0, 0, 255)
    assert sent.getpixel((150, 90))[3] == 0  # type: ignore[index]


def test_a_markup_drawn_on_an_earlier_one_keeps_both() -> None:
    first, second = (Image.new("RGBA", (SIZE.width, SIZE.height)) for _ in range(2))
    first.paste((255, 0, 0, 255), (10, 10, 30, 20))
    second.paste((0, 0, 255, 255), (20, 10, 50, 20))

    both = Image.open(io.BytesIO(markup_png(encoded(second), SIZE, under=encoded(first))))

    assert [both.getpixel((x, 15)) for x in (15, 25, 45)] == [(255, 0, 0, 255), (0, 0, 255, 255), (0, 0, 255, 255)]
    assert both.getpixel((150, 90))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("drawing", "sentence"),
    [
        (Image.new("RGBA", (200, 100), (255, 0, 0, 0)), "Nothing is drawn"),
        (Image.new("RGBA", (200, 100), (255, 0, 0, 255)), "covers the whole picture"),
        (Image.new("RGB", (200, 100)), "covers the whole picture"),
        (cleared(255, 0).resize((100, 100)), "one ratio"),
    ],
)
def test_a_markup_that_says_nothing_is_refused(drawing: Image.Image, sentence: str) -> None:
    with pytest.raises(InvalidImageError, match=sentence):
        markup_png(encoded(drawing), SIZE)
